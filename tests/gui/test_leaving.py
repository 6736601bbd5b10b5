"""Every way out of a study asks about words that could not be saved, and every action saves what is typed first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddEntity, AddNote
from annotator.qt.shell.new_study import NewStudyDialog
from annotator.qt.shell.open_database import OpenDatabaseDialog
from annotator.qt.team.questions_window import QuestionsWindow
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.packing import pack
from tests.conftest import Guard
from tests.gui.conftest import Hand, make_study
from tests.gui.test_nothing_lost import _gone
from tests.systems import POSIX

WAIT = 10_000
CLAIM = "It will pay for itself within nine years"
WORDS = "do not lose me"
Way = Callable[[Hand, Path, Path], None]
"""(hand, another study, a package): goes that way."""


def _drop(hand: Hand, _study: Path, package: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(package))])
    at, button = QPointF(hand.window.rect().center()), Qt.MouseButton.LeftButton
    hand.window.features.team.lead[0].setEnabled(False)  # a coder's study: dropped packages are opened
    hand.window.dropEvent(QDropEvent(at, Qt.DropAction.CopyAction, data, button, Qt.KeyboardModifier.NoModifier))


def _open(of: str) -> Way:
    def go(hand: Hand, study: Path, package: Path) -> None:
        chosen = package if of == "package" else study
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(QFileDialog, "getOpenFileName", lambda *_: (str(chosen), ""))
            hand.window.actions_table.by_name["open-study"].trigger()

    return go


def _new(hand: Hand, study: Path, _package: Path) -> None:
    hand.window.actions_table.by_name["new-study"].trigger()
    dialog = hand.window.findChild(NewStudyDialog)
    assert dialog is not None
    dialog.path.setText(str(study.with_name("new.annotator")))
    dialog.title.setText("New")
    dialog.make()


def _demo(hand: Hand, study: Path, _package: Path) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Path, "home", lambda: study.parent)
        hand.window.actions_table.by_name["demo"].trigger()


def _database(hand: Hand, study: Path, _package: Path) -> None:
    hand.window.actions_table.by_name["open-database"].trigger()
    dialog = hand.window.findChild(OpenDatabaseDialog)
    assert dialog is not None
    dialog.chosen.emit(study)
    dialog.close()


WAYS: dict[str, Way] = {
    "double click on a study": lambda hand, study, _: hand.window.open_file(study),
    "double click on a package": lambda hand, _, package: hand.window.open_file(package),
    "drop": _drop,
    "open a study": _open("study"),
    "open a package": _open("package"),
    "recent": lambda hand, study, _: hand.window.welcome.open_study.emit(study),
    "new": _new,
    "demo": _demo,
    "database": _database,
    "close": lambda hand, *_: hand.window.actions_table.by_name["close-study"].trigger(),
    "quit": lambda hand, *_: hand.window.actions_table.by_name["quit"].trigger(),
    "another codebook": lambda hand, *_: hand.window.features.codebooks._changed(1),
}


@pytest.fixture
def other(tmp_path: Path) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return make_study(folder / "other.annotator")


@pytest.fixture
def package(tmp_path: Path, other: Path) -> Path:
    path = tmp_path / "work.annotator-package"
    with Study.open(other) as study:
        apply_plan(study, plan(study, ["Ada"], Request(1)))
        pack(study, "Ada", path)
    return path


def type_a_memo(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    QApplication.processEvents()
    memo = next(f.memo for f in hand.desk.inspector._forms.values() if f.layer.key == "claim")
    memo.setFocus()
    QTest.keyClicks(memo, WORDS)


@POSIX  # a study that is open cannot be moved away on Windows
@pytest.mark.parametrize("way", sorted(WAYS))
def test_no_way_out_drops_words(qtbot: QtBot, hand: Hand, guard: Guard, other: Path, package: Path, way: str) -> None:
    path, asked = hand.session.study.file.path, list[str]()
    type_a_memo(hand)
    mend = _gone(hand)

    def stay(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.informativeText())
        return QMessageBox.StandardButton.Cancel

    guard.expect_dialog(stay)
    if way == "another codebook":
        mend()  # there is a file to open again; the words are refused for another reason
        hand.session.outdated = True
    WAYS[way](hand, other, package)
    qtbot.waitUntil(lambda: bool(asked), timeout=WAIT)
    assert set(asked) == {f"“{WORDS}”"}
    assert hand.window.isVisible()
    assert hand.session.study.file.path == path
    hand.session.outdated = False
    if way != "another codebook":
        mend()
    hand.window.close()
    assert not hand.window.isVisible()
    with Study.open(path) as study:
        (kept,) = [a.memo for a in study.annotations(study.documents()[0].id) if a.layer == "claim"]
    assert kept == WORDS


@pytest.mark.parametrize(
    "what", ["no package", "no package, dropped", "a broken package", "no study", "a broken study"]
)
def test_what_cannot_be_opened_leaves_open_what_is(qtbot: QtBot, hand: Hand, tmp_path: Path, what: str) -> None:
    study, session = hand.window.study, hand.session
    type_a_memo(hand)
    path = tmp_path / ("none.annotator-package" if "package" in what else "none.annotator")
    if "broken" in what:
        path.write_bytes(b"PK\x03\x04 nonsense")
    hand.desk.notice.hide()
    if "dropped" in what:
        _drop(hand, path, path)
    else:
        hand.window.open_file(path)
    qtbot.waitUntil(hand.desk.notice.isVisible, timeout=WAIT)
    assert str(path) in hand.desk.notice.words.text()
    assert (hand.window.study, hand.window.session) == (study, session)
    assert hand.window.pages.currentWidget() is hand.desk
    assert hand.labels("claim")[0].memo == WORDS


def test_an_answer_that_was_begun_is_asked_about(hand: Hand, guard: Guard) -> None:
    session, asked = hand.session, list[str]()
    assert session.document is not None
    session.apply(AddNote(coder_id=session.coder.id, document_id=session.document.id, kind="question", text="Why?"))
    hand.desk.noting.answer(session.study.notes()[0].id)
    QTest.keyClicks(hand.desk.writing.edit, "Because")
    reply = QMessageBox.StandardButton.Cancel

    def answer(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.informativeText())
        return reply

    guard.expect_dialog(answer)
    hand.desk.coder_button.click()
    assert hand.window.pages.currentWidget() is hand.desk
    hand.window.close()
    assert hand.window.isVisible()
    assert hand.desk.writing.edit.toPlainText() == "Because"
    reply = QMessageBox.StandardButton.Discard
    hand.desk.coder_button.click()
    assert hand.window.pages.currentWidget() is hand.window.coder_page
    assert asked == ["“Because”"] * 3


@pytest.mark.parametrize("where", ["the register", "an answer", "a note on a case"])
def test_words_in_windows_beside_the_desk_are_asked_about(hand: Hand, guard: Guard, where: str) -> None:
    session, asked = hand.session, list[str]()
    assert session.document is not None
    coder, document = session.coder.id, session.document.id
    for name in ("Ilsa", "Jory"):
        session.apply(AddEntity(coder_id=coder, name=name, type="person"))
    session.apply(AddNote(coder_id=coder, document_id=document, kind="question", text="Why?"))
    reply = QMessageBox.StandardButton.Cancel

    def answer(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.informativeText())
        return reply

    guard.expect_dialog(answer)
    if where == "the register":
        hand.window.show_register()
        register = hand.window.register_window
        assert register is not None
        register.take(session.living()[0].id)
        register.form.note.setPlainText("who this is")
        session.outdated = True  # whatever refuses it
        register.close()
        register.take(session.living()[1].id)
        assert register.form.note.toPlainText() == ""
        register.take(session.living()[0].id)
        assert register.form.note.toPlainText() == "who this is", "closing and another one in between drop nothing"
        words = "who this is"
    elif where == "an answer":
        hand.window.team.show_questions()
        questions = hand.window.windows.find("questions", QuestionsWindow)
        assert questions is not None
        questions.reply.setText("Because")
        hand.window.team.show_questions()
        assert hand.window.windows.find("questions", QuestionsWindow) is questions, "not replaced over words"
        words = "Because"
    else:
        hand.window.show_settling()
        settling = hand.window.settling_window
        assert settling is not None
        settling.note.setText("not sure yet")
        words = "not sure yet"
    assert not hand.window.leave_study()
    hand.window.close()
    assert hand.window.isVisible()
    assert asked == [f"“{words}”"] * 2
    reply = QMessageBox.StandardButton.Discard
    assert hand.window.leave_study()


def test_what_is_typed_is_saved_before_the_coder_changes(hand: Hand) -> None:
    type_a_memo(hand)
    hand.desk.coder_button.click()
    assert hand.labels("claim")[0].memo == WORDS


class _Reached(Exception):
    """The form was asked to save."""


def test_every_action_saves_what_is_typed_first(qtbot: QtBot, hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    def reached() -> None:
        raise _Reached

    actions = {a.objectName() or a.text(): a for a in hand.window.findChildren(QAction) if a.parent() is not None}
    own = {name: a for name, a in actions.items() if a in [*hand.window.actions_table.by_name.values()]}
    shown = {a.objectName() for _, group in hand.window.actions_table.by_menu() for a in group}
    assert shown <= own.keys(), "an action beside the table"
    assert {a.objectName() for a in hand.desk.actions()} <= own.keys(), "an action beside the table"
    monkeypatch.setattr(hand.desk.inspector, "flush", reached)
    for name, action in own.items():
        with qtbot.captureExceptions() as caught:
            action.setEnabled(True)
            action.trigger()
        assert [kind for kind, *_ in caught] == [_Reached], name
    monkeypatch.undo()


@pytest.mark.parametrize("by", ["a statement", "an article", "a label in the text"])
def test_what_is_typed_is_saved_before_something_else_is_taken_in_hand(hand: Hand, by: str) -> None:
    type_a_memo(hand)
    (label,) = hand.labels("claim")
    first = hand.session.document
    if by == "a statement":
        hand.desk.statements.jump.emit(label.id)
    elif by == "an article":
        hand.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
        hand.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    else:
        hand.click_text("council of Tarn")
    assert hand.session.document == first
    assert hand.labels("claim")[0].memo == WORDS
