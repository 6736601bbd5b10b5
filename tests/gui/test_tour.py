"""The welcome page knows packages, and shows the real window in six steps, by keys alone."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.identity import CountingIds, SteppingClock
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.shell.tour import Tour
from annotator.qt.team.collect import CollectDialog
from annotator.qt.toolkit.settings import Settings
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.packages_found import packages_found
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from tests.gui.conftest import Hand, make_study

WAIT = 20_000


@pytest.fixture
def window(qtbot: QtBot, settings: Settings) -> Iterator[MainWindow]:
    found = MainWindow(settings)
    qtbot.addWidget(found)
    found.resize(1280, 720)
    found.show()
    yield found
    found.close()


@pytest.fixture
def field(tmp_path: Path) -> dict[str, Path]:
    """A supervisor's study, and what a coder sent back lies beside it."""
    (tmp_path / "lead").mkdir()
    lead = make_study(tmp_path / "lead" / "lead.annotator", ("Ada",))
    out, back = tmp_path / "lead" / "out.annotator-package", tmp_path / "lead" / "back.annotator-package"
    with Study.open(lead) as study:
        apply_plan(study, plan(study, ["Ada"], Request(1)))
        pack(study, "Ada", out)
    (tmp_path / "ada").mkdir()
    sent = tmp_path / "ada" / "got.annotator-package"
    sent.write_bytes(out.read_bytes())
    home, ada = open_package(sent, CountingIds("home"), SteppingClock("2031-03-04"))
    with Study.open(home) as study:
        pack(study, ada, back)
    (tmp_path / "lead" / "broken.annotator-package").write_bytes(b"PK\x03\x04 and no more")
    (tmp_path / "lead" / "notes.annotator-package").write_text("no package at all")
    return {"lead": lead, "out": out, "back": back, "sent": sent, "home": home}


def test_packages_beside_a_study_are_known_for_what_they_are(field: dict[str, Path]) -> None:
    (found,) = packages_found([field["lead"]])
    assert (found.path, found.do, found.study, found.coder) == (field["back"], "collect", field["lead"], "Ada")
    (mine,) = packages_found([field["home"]])
    assert (mine.path, mine.do, mine.title) == (field["sent"], "open", "Harbour")
    assert packages_found([field["lead"].parent / "gone" / "x.annotator"]) == ()


def test_a_package_is_collected_from_the_welcome_page(qtbot: QtBot, window: MainWindow, field: dict[str, Path]) -> None:
    window.settings.remember(field["lead"])
    window.open_study(field["lead"], "Ada")
    window.leave_study()
    packages = window.welcome.packages
    qtbot.waitUntil(lambda: packages.count() == 1, timeout=WAIT)
    assert "collect into “Harbour”" in packages.item(0).text()
    packages.setFocus()
    packages.setCurrentRow(0)
    QTest.keyClick(packages, Qt.Key.Key_Return)
    dialog = window.team.shown("collect-packages")
    assert isinstance(dialog, CollectDialog)
    dialog.close()


def tour_of(window: MainWindow) -> Tour:
    assert window.guide.shown is not None
    return window.guide.shown


def test_the_tour_by_keys_alone(
    qtbot: QtBot, window: MainWindow, study_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.study_actions, "demo_place", lambda: study_path)  # the demo takes seconds to make
    window.actions_table.by_name["tour"].trigger()
    tour = tour_of(window)
    assert window.desk_page.in_front
    seen = []
    for number in range(1, 7):
        assert tour.step == number
        callout = tour.callout
        assert callout.isVisible()
        assert callout.on.hasFocus() or callout.on is window.focusWidget()
        assert window.rect().contains(callout.geometry()), "all of it is in the window"
        seen.append(callout.title.text())
        QTest.keyClick(callout.on, Qt.Key.Key_Return)
        QApplication.processEvents()
    assert len(set(seen)) == 6
    assert not tour.running
    assert not tour.callout.isVisible()
    window.actions_table.by_name["tour"].trigger()
    QTest.keyClick(tour.callout.on, Qt.Key.Key_Escape)
    assert not tour.running


def test_doing_what_a_step_says_goes_on(
    qtbot: QtBot, window: MainWindow, study_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window.study_actions, "demo_place", lambda: study_path)
    window.actions_table.by_name["tour"].trigger()
    tour, hand = tour_of(window), Hand(qtbot, window)
    surface = window.desk.surface
    surface.setFocus()
    for _ in range(6):
        QTest.keyClick(surface, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert tour.step == 2
    assert "C makes the words “Claim”" in tour.callout.text.text()
    hand.key("c")
    assert tour.step == 3
    assert len(hand.labels("claim")) == 1, "it is the real window"
    assert window.leave_study()
    assert not tour.running, "it ends with the study"
