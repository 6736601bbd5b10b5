"""The window for articles: what is unknown is found and filled in; texts are corrected with labels carried."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddAnnotation
from annotator.domain.fragments import text_of
from annotator.qt.articles.articles_window import ArticlesWindow
from annotator.qt.articles.correct_dialog import CorrectDialog
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import DARK, LIGHT
from annotator.services.articles.facts import set_facts
from annotator.services.study import Study
from annotator.services.study.integrity import check


@pytest.fixture
def window(qtbot: QtBot, tmp_path: Path) -> Iterator[MainWindow]:
    """A window with settings of its own."""
    made = MainWindow(Settings(tmp_path / "settings.ini"))
    qtbot.addWidget(made)
    yield made
    made.close()


@pytest.fixture
def articles(window: MainWindow, study_path: Path) -> ArticlesWindow:
    """The window on a study of two articles, one of which has a date."""
    with Study.open(study_path) as study:
        set_facts(study, {study.documents()[1].id: {"published": "2031-03-01"}})
    window.open_study(study_path, "Ada")
    window.actions_table.by_name["articles"].trigger()
    found = window.findChild(ArticlesWindow)
    assert found is not None
    return found


def choose(window: ArticlesWindow, *rows: int) -> None:
    window.table.clearSelection()
    for row in rows:
        flags = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
        window.table.selectionModel().select(window.shown.index(row, 0), flags)


def type_in(window: ArticlesWindow, key: str, words: str) -> None:
    window.fields[key].selectAll()
    QTest.keyClicks(window.fields[key], words)


def facts(window: MainWindow) -> list[tuple[str | None, str | None]]:
    assert window.study is not None
    return [(d.publisher, d.published) for d in window.study.documents()]


def test_unknown_facts_are_found_and_filled_in_for_many_at_once(window: MainWindow, articles: ArticlesWindow) -> None:
    assert articles.shown.rowCount() == 2
    articles.which.setCurrentIndex(articles.which.findData("published"))
    assert articles.shown.rowCount() == 1
    articles.which.setCurrentIndex(0)
    choose(articles, 0, 1)
    assert articles.fields["published"].placeholderText() == "(several)"
    assert not articles.take.isEnabled()
    type_in(articles, "publisher", "The Paper")
    assert articles.take.text() == "Change 2 articles"
    articles.take.click()
    assert facts(window) == [("The Paper", None), ("The Paper", "2031-03-01")]
    choose(articles, 0)
    type_in(articles, "published", "soon")
    QTest.keyClick(articles.fields["published"], Qt.Key.Key_Return)
    assert "this is not a date" in articles.fault.text()
    assert facts(window)[0] == ("The Paper", None)
    articles.back.click()
    assert facts(window) == [(None, None), (None, "2031-03-01")]
    articles.words.setText("two.txt")
    assert articles.shown.rowCount() == 1


def test_the_desk_takes_back_what_was_filled_in(window: MainWindow, articles: ArticlesWindow) -> None:
    choose(articles, 0)
    type_in(articles, "publisher", "The Paper")
    articles.take.click()
    assert window.session is not None
    window.session.undo()
    assert facts(window)[0] == (None, None)


def test_a_table_fills_them_in_whole_or_not_at_all(
    window: MainWindow, articles: ArticlesWindow, tmp_path: Path
) -> None:
    (tmp_path / "f.csv").write_text("number;outlet;date\n1;A;2031\n2;B;never\n")
    articles.read_table(tmp_path / "f.csv")
    assert "row 3" in articles.fault.text()
    assert facts(window)[0] == (None, None)
    (tmp_path / "f.csv").write_text("number;outlet;date\n1;A;2031\n2;B;\n")
    articles.read_table(tmp_path / "f.csv")
    assert facts(window) == [("A", "2031"), ("B", "2031-03-01")]


def test_a_text_is_corrected_in_view_of_what_becomes_of_labels(
    qtbot: QtBot, window: MainWindow, articles: ArticlesWindow
) -> None:
    session, study = window.session, window.study
    assert session is not None
    assert study is not None
    text = session.text
    assert session.document is not None
    for words in ("pay for itself", "fought for"):
        start = text.index(words)
        label = AddAnnotation(
            coder_id=session.coder.id,
            document_id=session.document.id,
            layer="claim",
            fragments=((start, start + len(words)),),
        )
        assert session.apply(label)
    choose(articles, 0)
    articles.text_button.click()
    dialog = window.findChild(CorrectDialog)
    assert dialog is not None
    assert not dialog.take.isEnabled()
    assert dialog.text.find(" who had fought for the plan")
    dialog.text.textCursor().removeSelectedText()
    dialog.text.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(dialog.text, "Again: ")
    dialog.look.click()
    assert "Not written yet" in dialog.told.text()
    assert "1 are to be placed by hand" in dialog.told.text()
    assert study.text(session.document.id) == text
    dialog.take.click()
    assert session.text.startswith("Again: Council")
    assert session.document.text_version == 2
    assert "fought for" in dialog.lost.item(0).text()
    assert len(session.reviews) == 1
    kept = [text_of(session.text, a.fragments) for a in session.labels.values()]
    assert "pay for itself" in kept
    dialog.lost.itemActivated.emit(dialog.lost.item(0))
    dialog.back.click()
    assert session.text == text
    assert session.reviews == {}
    assert sorted(text_of(text, a.fragments) for a in session.labels.values()) == ["fought for", "pay for itself"]
    assert check(study) == []
    dialog.close()


def test_the_text_in_hand_is_corrected_from_the_menu_and_no_space_is_lost(
    window: MainWindow, study_path: Path, tmp_path: Path
) -> None:
    window.open_study(study_path, "Ada")
    assert window.session is not None
    assert window.study is not None
    window.actions_table.by_name["correct-text"].trigger()
    dialog = window.findChild(CorrectDialog)
    assert dialog is not None
    dialog.text.moveCursor(QTextCursor.MoveOperation.End)
    dialog.text.insertPlainText(" 12\u00a0km")
    dialog.take.click()
    assert window.session.text.endswith(" 12\u00a0km")
    dialog.text.moveCursor(QTextCursor.MoveOperation.Start)
    QTest.keyClicks(dialog.text, "x")
    dialog.take.click()
    assert "12\u00a0km" in window.session.text
    dialog.close()


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_both_windows_paint(window: MainWindow, articles: ArticlesWindow, theme: object) -> None:
    choose(articles, 0)
    articles.text_button.click()
    dialog = window.findChild(CorrectDialog)
    assert dialog is not None
    assert not articles.grab().isNull()
    assert not dialog.grab().isNull()
    dialog.close()
