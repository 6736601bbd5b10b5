"""Planning, and figures made anew from each coder's codings, as a hand looks at them and saves them."""

from __future__ import annotations

import csv
import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from annotator.cli.app import run
from annotator.qt.agreement.planning_window import PlanningWindow
from annotator.qt.agreement.reliability_window import ReliabilityWindow
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import DARK, LIGHT
from annotator.services.demo import make_demo_study
from tests.cli.test_contract import Seen
from tests.studies import study_at

WAIT = 60_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("planning") / "demo.annotator"
    make_demo_study(path)
    return path


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "demo.annotator"))


def test_a_plan_is_drawn_and_told_and_saved_as_the_command_line_writes_it(
    qtbot: QtBot, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = PlanningWindow(demo, LIGHT)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not window.running and window.attribute.count() > 5, timeout=WAIT)
    place = window.attribute.findText("About: Stance towards the target")
    window.attribute.setCurrentIndex(place)
    window.attribute.activated.emit(place)
    before = window.needed.text()
    assert "2 coders: " in before
    first = window.table.item(0, 1)
    assert first is not None
    assert 0 < float(first.text()) < 2
    window.width_.setFocus()
    window.width_.selectAll()
    QTest.keyClicks(window.width_, "0.4")
    QTest.keyClick(window.width_, Qt.Key.Key_Return)
    assert "width 0.4" in window.needed.text()
    assert window.needed.text() != before
    asked = {".svg": "w.svg", ".png": "w.png", ".csv": "w.csv"}
    for name in asked.values():
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, n=name, **__: (str(tmp_path / n), ""))
        QTest.mouseClick(window.save, Qt.MouseButton.LeftButton)
        assert (tmp_path / name).exists()
    words = ["agreement", str(demo), "--layer", "about", "--attribute", "stance", "--width", "0.4", "--plan"]
    for ending in (".svg", ".csv"):
        assert run([*words, str(tmp_path / f"c{ending}")], Seen()) == 0
        assert (tmp_path / f"c{ending}").read_bytes() == (tmp_path / f"w{ending}").read_bytes()
    image = QImage(str(tmp_path / "w.png"))
    assert image.width() > 1000
    rows = list(csv.DictReader((tmp_path / "w.csv").open(encoding="utf-8")))
    assert {r["needed"] for r in rows} == {"yes", "no"}
    assert len([r for r in rows if r["needed"] == "yes"]) == 4
    window.set_theme(DARK)
    window.write(tmp_path / "no" / "w.svg")
    assert window.fault.isVisible()
    window.close()


def test_a_plan_of_all_attributes_is_no_plot(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["agreement", str(demo), "--width", "0.4", "--plan", str(tmp_path / "p.svg")], Seen()) == 1
    assert "name one with --layer" in capsys.readouterr().err
    assert run(["agreement", str(demo), "--width", "0.4", "--plan", str(tmp_path / "p.csv")], Seen()) == 0
    assert run(["agreement", str(demo), "--plan", str(tmp_path / "p.csv")], Seen()) == 2


def test_results_are_made_anew_and_taken_apart_and_saved(
    qtbot: QtBot, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = ReliabilityWindow(demo, LIGHT)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not window.running and bool(window.parts), timeout=WAIT)
    head = window.table.horizontalHeaderItem(1)
    assert head is not None
    assert head.text() == "Ada"
    window.blind.click()
    head = window.table.horizontalHeaderItem(1)
    assert head is not None
    assert head.text() == "Coder 1"
    for kind in range(1, window.kind.count()):
        window.kind.setCurrentIndex(kind)
        window.kind.activated.emit(kind)
        qtbot.waitUntil(lambda: not window.running, timeout=WAIT)
        assert window.parts, window.kind.currentText()
        assert window.table.rowCount()
        assert window.pairs.rowCount()
        assert not window.fault.isVisible()
    assert window.period.isHidden()
    window.who.setCurrentIndex(2)
    window.who.activated.emit(2)
    qtbot.waitUntil(lambda: not window.running and window.parts[0].made.coders == ("Ada", "Chidi"), timeout=WAIT)
    for name in ("r.svg", "r.png", "r.csv"):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, n=name, **__: (str(tmp_path / n), ""))
        QTest.mouseClick(window.save, Qt.MouseButton.LeftButton)
        assert (tmp_path / name).stat().st_size > 200
    window.close()


def test_where_nothing_can_be_compared_it_is_said(qtbot: QtBot, tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator"):
        pass
    for kind in (PlanningWindow, ReliabilityWindow):
        window = kind(tmp_path / "s.annotator", DARK)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitUntil(lambda w=window: not w.running, timeout=WAIT)
        assert "no document was coded by two" in window.fault.text()
        assert not window.save.isEnabled()
        window.close()


def test_both_are_in_the_menu(qtbot: QtBot, settings: Settings, demo: Path) -> None:
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    window.open_study(demo, "Ada")
    for name, kind in (("Reliability of results…", ReliabilityWindow), ("Plan articles and coders…", PlanningWindow)):
        next(a for a in window.findChildren(QAction) if a.text() == name).trigger()
        found = window.findChild(kind)
        assert found is not None
        assert found.isVisible()
    window.close()
