"""The supervisor's figures: looked at, taken apart, opened, hidden, stopped and saved, with mouse and keys."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QTableView
from pytestqt.qtbot import QtBot

from annotator.qt.adjudication.feature import AdjudicationFeature
from annotator.qt.agreement.sides import SideBySide
from annotator.qt.agreement.tables import FigureTable
from annotator.qt.agreement.window import AgreementWindow
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import LIGHT
from annotator.services.agreement.report import write_report
from annotator.services.agreement.request import Question
from annotator.services.demo import make_demo_study
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from tests.services.test_agreement_parts import claim
from tests.studies import statement, study_at

WAIT = 60_000


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("agreement") / "demo.annotator"
    make_demo_study(path)
    return path


@pytest.fixture
def demo(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(made, tmp_path / "demo.annotator"))


@pytest.fixture
def agreement(qtbot: QtBot, demo: Path) -> Iterator[AgreementWindow]:
    window = AgreementWindow(demo, LIGHT)
    qtbot.addWidget(window)
    window.show()
    whole(qtbot, window)
    yield window
    window.close()


def whole(qtbot: QtBot, window: AgreementWindow) -> None:
    """Wait until everything has been worked out."""
    qtbot.waitUntil(lambda: not window.loading.busy and window._whole is not None, timeout=WAIT)


def click(table: QTableView, row: int, column: int = 0) -> None:
    index = table.model().index(row, column)
    table.scrollTo(index)
    point = table.visualRect(index).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
    QApplication.processEvents()


def words(table: FigureTable, row: int) -> list[str]:
    return [item.text() if (item := table.item(row, c)) else "" for c in range(table.columnCount())]


def stance(window: AgreementWindow) -> None:
    click(window.table, window.table.row_of(("about", "stance")))


def tab(window: AgreementWindow, name: str) -> None:
    """Click on a tab by its words."""
    for tabs in (window.parts, window.totals):
        for place in range(tabs.count()):
            if tabs.tabText(place) == name:
                bar = tabs.tabBar()
                point = bar.tabRect(place).center()
                QTest.mouseClick(bar, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
                QApplication.processEvents()
                return
    raise AssertionError(name)


def test_a_line_leads_to_its_parts_and_its_passages(agreement: AgreementWindow) -> None:
    stance(agreement)
    assert agreement.passages.model.rowCount() > 5
    assert "where coders differ" in agreement.passages.heading.text()
    for name, table in (
        ("Codes", agreement.parts.codes),
        ("Pairs", agreement.parts.pairs),
        ("Articles", agreement.parts.documents),
        ("Time", agreement.parts.time),
        ("Versions", agreement.parts.versions),
    ):
        tab(agreement, name)
        assert table.isVisible()
        assert table.rowCount() > 0, name
        click(table, 0)
        assert agreement.passages.model.rowCount() > 0, name
    shares = [table_share(agreement.parts.documents, r) for r in range(agreement.parts.documents.rowCount())]
    assert shares == sorted(shares), "least agreement first"


def table_share(table: FigureTable, row: int) -> float:
    return float(words(table, row)[2].removesuffix(" %"))


def test_every_count_of_the_matrix_opens_just_so_many_passages(agreement: AgreementWindow) -> None:
    stance(agreement)
    matrix = agreement.parts.matrix.table
    total = 0
    for row in range(matrix.rowCount()):
        for column in range(matrix.columnCount()):
            item = matrix.item(row, column)
            assert item is not None
            click(matrix, row, column)
            shown = agreement.passages.model.rowCount()
            assert shown == (int(item.text()) if item.text() != "·" else 0)
            total += shown
    head = words(agreement.parts.pairs, agreement.parts.pairs.row_of(("Ada", "Ben")))
    assert str(total) == head[1]


def test_versions_stand_side_by_side_and_names_can_be_hidden(agreement: AgreementWindow, qtbot: QtBot) -> None:
    stance(agreement)
    agreement.passages.list.setFocus()
    agreement.passages.list.setCurrentIndex(agreement.passages.model.index(0))
    QTest.keyClick(agreement.passages.list, Qt.Key.Key_Return)
    sides = agreement.findChild(SideBySide)
    assert sides is not None
    assert [c.name.text() for c in sides.columns] == ["Ada", "Ben", "Chidi"]
    assert len({c.surface.text for c in sides.columns}) == 1
    given = [dict(c.rows) for c in sides.columns]
    assert len({g["≠ Stance towards the target"] for g in given}) > 1
    assert all(c.surface.scene.current for c in sides.columns)
    spot = QPoint(8, sides.blind.height() // 2)
    QTest.mouseClick(sides.blind, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, spot)
    assert [c.name.text() for c in sides.columns] == ["Coder 1", "Coder 2", "Coder 3"]
    with qtbot.waitSignal(agreement.passage) as told:
        sides._show_at_desk()
    document, start, end = told.args
    with Study.open(agreement._study_path) as study:
        assert study.text(document)[start:end]


def test_names_are_hidden_everywhere_in_the_window(agreement: AgreementWindow) -> None:
    stance(agreement)
    agreement.options.blind.click()
    seen = agreement.who.text() + agreement.parts.matrix.pair.currentText()
    for table in agreement.findChildren(FigureTable):
        for row in range(table.rowCount()):
            seen += " ".join(words(table, row))
    for row in range(agreement.passages.model.rowCount()):
        seen += str(agreement.passages.model.index(row).data()).split("\n")[1]
    assert "Coder 2" in seen
    assert "Ben" not in seen
    assert "Chidi" not in seen


def test_a_line_of_ones_own_is_drawn_and_nothing_is_called_good(agreement: AgreementWindow) -> None:
    assert agreement.table.plot is not None
    agreement.resize(1320, 860)  # larger than the unseen screen
    assert agreement.table.plot.threshold is None
    before = agreement.table.viewport().grab().toImage()
    agreement.options.line.click()
    assert agreement.table.plot.threshold == 0.8
    assert agreement.table.viewport().grab().toImage() != before
    told = " ".join(x.text() for x in agreement.findChildren(QLabel)).casefold()
    for word in ("good", "poor", "excellent", "acceptable", "substantial", "moderate"):
        assert f" {word} " not in told
    assert agreement.few.isVisible()
    starred = [r for r in range(agreement.table.rowCount()) if words(agreement.table, r)[8].endswith("*")]
    assert starred


def test_the_hardest_come_first_and_lead_to_where_they_are(agreement: AgreementWindow) -> None:
    tab(agreement, "Hardest")
    click(agreement.hardest.codes, 0)
    shown = agreement.passages.model
    assert shown.comparison is not None
    assert shown.rowCount() > 0
    assert "this code" in agreement.passages.heading.text()
    click(agreement.hardest.articles, 0)
    wanted = agreement.hardest.articles.key(0)
    assert {shown.passage(r).article for r in range(shown.rowCount())} == {wanted}


def test_unmatched_units_may_count_as_disagreements(agreement: AgreementWindow, qtbot: QtBot) -> None:
    row = agreement.table.row_of(("about", "stance"))
    before = words(agreement.table, row)
    box = agreement.options.unmatched
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)
    box.activated.emit(box.currentIndex())
    whole(qtbot, agreement)
    after = words(agreement.table, agreement.table.row_of(("about", "stance")))
    assert int(after[3]) > int(before[3])
    assert float(after[7]) < float(before[7])
    assert "disagrees with everyone" in agreement.notes.text()


def test_many_notes_make_the_window_no_higher_than_a_laptops_screen(agreement: AgreementWindow) -> None:
    agreement.notes.setText("\n\n".join([agreement.notes.text()] * 4))
    agreement.totals.setCurrentIndex(agreement.totals.count() - 1)
    QApplication.processEvents()
    assert agreement.minimumSizeHint().height() <= 680


def test_ones_own_figures_show_nothing_of_anybody_else(demo: Path, qtbot: QtBot, settings: Settings) -> None:
    main = MainWindow(settings)
    qtbot.addWidget(main)
    main.show()
    main.open_study(demo, "Ben")
    next(a for a in main.findChildren(QAction) if a.text() == "My own figures…").trigger()
    window = main.agreement_window
    assert window is not None
    whole(qtbot, window)
    assert not window.options.whose.isEnabled()
    seen = window.who.text() + window.notes.text() + window.options.whose.currentText()
    for key in [window.table.key(r) for r in range(window.table.rowCount())]:
        window.table.setCurrentCell(window.table.row_of(key), 0)
        seen += window.parts.matrix.pair.currentText()
        model = window.passages.model
        seen += "".join(str(model.index(r).data()).split("\n")[1] for r in range(model.rowCount()))
        for table in (window.parts.pairs, window.parts.lacking):
            seen += "".join(" ".join(words(table, r)) for r in range(table.rowCount()))
    for table in (window.spans, window.design.table, window.repeats.table):
        seen += "".join(" ".join(words(table, r)) for r in range(table.rowCount()))
    assert "Ben" in seen
    assert "Ada" not in seen
    assert "Chidi" not in seen
    window.table.setCurrentCell(window.table.row_of(("about", "stance")), 0)
    window.passages.side.click()
    sides = window.findChild(SideBySide)
    assert sides is not None
    assert [c.name.text() for c in sides.columns] == ["Ben"]
    sides.accept()
    window.close()
    main.close()


def test_a_passage_opens_at_the_desk_and_differences_are_handed_on(
    demo: Path, qtbot: QtBot, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[Any, ...]] = []
    monkeypatch.setattr(
        AdjudicationFeature,
        "show",
        lambda _self, layer=None, attribute=None, document_id=None: asked.append((layer, attribute, document_id)),
        raising=False,
    )
    main = MainWindow(settings)
    qtbot.addWidget(main)
    main.show()
    main.open_study(demo, "Ada")
    main.show_agreement()
    window = main.agreement_window
    assert window is not None
    whole(qtbot, window)
    stance(window)
    window.passages.list.setCurrentIndex(window.passages.model.index(3))
    window.passages.open.click()
    assert main.desk.surface.selection() is not None
    assert window.passages.settle.isVisible()
    window.passages.settle.click()
    document = window.passages.model.passage(3).article
    assert asked == [("about", "stance", document)]
    window.close()
    main.close()


@pytest.mark.parametrize("ending", [".html", ".pdf", ".xlsx", ".csv", ".zip"])
def test_each_kind_of_report_is_what_the_command_line_writes(
    agreement: AgreementWindow, qtbot: QtBot, tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from annotator.qt.toolkit.printing import pdf, png

    monkeypatch.setattr(
        QFileDialog,
        "getSaveFileName",
        lambda *args: (str(tmp_path / "mine"), next(k for k in args[3].split(";;") if ending in k)),
    )
    with qtbot.waitSignal(agreement.loading.written, timeout=WAIT):
        agreement.save.click()
    with Study.open(agreement._study_path) as study:
        write_report(study, Question(), None, tmp_path / f"theirs{ending}", pdf, png=png)
    assert (tmp_path / f"mine{ending}").read_bytes() == (tmp_path / f"theirs{ending}").read_bytes()
    qtbot.waitUntil(lambda: "mine" in agreement.state.text(), timeout=WAIT)


def test_intervals_can_be_stopped_and_taken_up_again(demo: Path, qtbot: QtBot) -> None:
    window = AgreementWindow(demo, LIGHT)
    qtbot.addWidget(window)
    window.show()
    window.loading.looked.connect(lambda _: window.cancel.click())
    qtbot.waitUntil(lambda: window.table.rowCount() > 0 and not window.loading.busy, timeout=WAIT)
    assert window._whole is None
    assert window.resume.isVisible()
    row = window.table.row_of(("about", "stance"))
    assert words(window.table, row)[7] != "–", "the figures stay"
    window.resume.click()
    whole(qtbot, window)
    assert not window.resume.isVisible()
    assert "to" in words(window.table, window.table.row_of(("about", "stance")))[9]
    window.close()


def test_nobody_to_compare_is_told_in_place(tmp_path: Path, qtbot: QtBot) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        statement(study, "Ada")
    window = AgreementWindow(tmp_path / "s.annotator", LIGHT)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: not window.loading.busy and window.fault.isVisible(), timeout=WAIT)
    assert "no document was coded by two" in window.fault.text()
    assert not window.save.isEnabled()
    window.close()


def test_one_unit_of_one_category_is_shown_without_a_made_up_number(tmp_path: Path, qtbot: QtBot) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        statement(study, "Ada")
        statement(study, "Ben")
    window = AgreementWindow(tmp_path / "s.annotator", LIGHT)
    qtbot.addWidget(window)
    window.show()
    whole(qtbot, window)
    row = words(window.table, window.table.row_of(("claim", "kind")))
    assert row[7] == "–"
    window.close()


def test_rounds_are_chosen_and_links_have_figures_of_their_own(tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path, documents=4) as study:
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, round="pilot", pilot=1)))
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2, round="main")))
        for d in study.documents():
            for who in ("Ada", "Ben"):
                claim(study, who, d.id, 0, "fact")
        for who in ("Ada", "Ben"):
            statement(study, who)
    window = AgreementWindow(path, LIGHT)
    qtbot.addWidget(window)
    window.show()
    whole(qtbot, window)
    assert window.options.rounds.isVisible()
    assert "3 articles" in window.who.text()
    assert {words(window.rounds.table, r)[0] for r in range(window.rounds.table.rowCount())} == {"main", "pilot"}
    assert "round main" in window.notes.text()
    window.options.rounds.setCurrentIndex(window.options.rounds.findData("all"))
    window.options.rounds.activated.emit(0)
    whole(qtbot, window)
    assert "4 articles" in window.who.text()
    said = [words(window.links, r) for r in range(window.links.rowCount())]
    assert any(row[3] == "1 – 1" for row in said), said
    window.close()
