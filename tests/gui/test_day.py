"""A coder's day: the queue, skipping, notes and questions, what was done when, and the values pass."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddNote
from annotator.intake import read_source
from annotator.qt.desk.done_dialog import DoneDialog
from annotator.qt.desk.history_dialog import DaysDialog, LabelHistoryDialog
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from annotator.services.team.progress import done_with_open
from tests.gui.conftest import Hand, make_study, opened

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
CLAIM = "It will pay for itself within nine years"


def write(hand: Hand, words: str) -> None:
    """Type into the line that asks, and save."""
    QTest.keyClicks(hand.desk.writing.edit, words)
    QTest.keyClick(hand.desk.writing.edit, Qt.Key.Key_Return, CONTROL)
    QApplication.processEvents()


def states(hand: Hand) -> dict[str, str]:
    assert hand.window.study is not None
    return hand.window.study.document_states(hand.session.coder.id)


# how far an article is


def test_an_article_is_skipped_for_a_reason_and_opened_again(hand: Hand) -> None:
    assert hand.session.document is not None
    key = hand.session.document.id
    hand.key("d", CONTROL, SHIFT)
    QTest.keyClick(hand.desk.writing.edit, Qt.Key.Key_Return, CONTROL)
    assert hand.desk.writing.fault.isVisible()
    assert states(hand) == {}
    write(hand, "a duplicate of article 2")
    assert states(hand) == {key: "skipped"}
    assert hand.session.study.skipped(hand.session.coder.id) == {key: "a duplicate of article 2"}
    assert "1 skipped" in hand.desk.documents.heading.text()
    assert "a duplicate of article 2" in hand.desk.done_button.toolTip()
    hand.key("d", CONTROL)
    assert states(hand) == {key: "in progress"}
    hand.key("z", CONTROL)
    assert hand.session.study.skipped(hand.session.coder.id) == {key: "a duplicate of article 2"}


def test_the_next_article_to_do_passes_over_what_is_done_or_skipped(hand: Hand) -> None:
    hand.done_all_the_same()
    hand.key(Qt.Key.Key_Right, CONTROL, ALT)
    assert hand.session.document is not None
    assert hand.session.document.number == 2
    hand.key(Qt.Key.Key_Right, CONTROL, ALT)
    assert hand.session.document.number == 2  # the first one is done, and nothing else is left


def test_coding_goes_on_where_it_stopped_within_the_article_too(
    qtbot: QtBot, settings: Settings, study_path: Path
) -> None:
    with Study.open(study_path) as study:
        long = "\n\n".join(f"Paragraph {n} of a long article." for n in range(400))
        (added,), _ = add_documents(study, read_source("long.txt", long.encode(), "plain"))
    hand = opened(qtbot, settings, study_path)
    hand.desk.open_document(added)
    place = hand.range_of("Paragraph 300")[0]
    hand.desk.surface.set_caret(place)
    hand.key(Qt.Key.Key_Left, ALT)
    hand.key(Qt.Key.Key_Right, ALT)
    assert hand.session.document is not None
    assert hand.session.document.id == added
    assert hand.desk.surface.caret() == place, "after a look at another article"
    hand.window.close()
    again = opened(qtbot, settings, study_path)
    surface = again.desk.surface
    assert surface.caret() == place, "after a restart"
    assert surface.viewport().rect().contains(surface.character_rect(place).center()), "and it is in view"
    again.window.close()


def test_what_is_assigned_is_listed_in_its_order_and_comes_first(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    path = make_study(tmp_path / "harbour.annotator", ("Ada", "Ben"))
    with Study.open(path) as study:
        assign(study, "Ada", [2, 1])
        assign(study, "Ben", [2])
    hand = opened(qtbot, settings, path)
    assert hand.session.document is not None
    assert (hand.session.document.source, hand.session.document.number) == ("two.txt", 1)  # numbered by their place
    assert [study_number(hand, k) for k in hand.desk.documents.listed()] == [2, 1]
    hand.key("d", CONTROL)
    assert hand.desk.documents.heading.text() == "Articles: 0 of 2 done", "what the article lacks is asked about first"
    dialog = hand.window.findChild(DoneDialog)
    assert isinstance(dialog, DoneDialog)
    assert not dialog.done_button.isEnabled(), "not without a reason"
    QTest.keyClicks(dialog.reason, "cut off by the archive")
    QTest.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    assert hand.desk.documents.heading.text() == "Articles: 1 of 2 done"
    (told,) = done_with_open(hand.session.study)
    assert (told.coder, told.reason) == ("Ada", "cut off by the archive")
    hand.desk.documents.which.setCurrentIndex(hand.desk.documents.which.findData("todo"))
    assert [study_number(hand, k) for k in hand.desk.documents.listed()] == [1]
    hand.window.close()


def assign(study: Study, name: str, numbers: list[int]) -> None:
    from annotator.store.assignments import Assignment, add

    coder = study.coder(name).id
    with study.file.transaction() as connection:
        add(
            connection,
            [Assignment(coder, study.document(str(n)).id, "main", i) for i, n in enumerate(numbers, start=1)],
        )


def study_number(hand: Hand, key: str) -> int:
    return hand.session.study.document(key).number


# notes


def test_a_question_on_the_selection_is_seen_in_the_margin_and_the_list(hand: Hand) -> None:
    start, end = hand.drag("voted on Monday")
    hand.key("q", CONTROL, SHIFT)
    assert hand.desk.writing.question.isChecked()
    write(hand, "Is a vote a claim?")
    (note,) = hand.session.study.notes()
    assert (note.kind, note.start, note.end, note.text) == ("question", start, end, "Is a vote a claim?")
    assert hand.desk.surface.notes == [(note.id, start, "question", False)]
    assert hand.desk.side.tabText(1) == "Notes (1)"
    hand.desk.surface.clear_selection()
    hand.key(Qt.Key.Key_F8, CONTROL)
    assert hand.desk.surface.selection() == (start, end)
    hand.desk.surface.clear_selection()
    from annotator.qt.reading.overlays import sign_box

    sign = sign_box(hand.desk.surface, start).center().toPoint()
    QTest.mouseClick(hand.desk.surface.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(sign))
    assert hand.desk.surface.selection() == (start, end)
    hand.key("z", CONTROL)
    assert hand.session.study.notes() == []
    assert hand.desk.surface.notes == []


def test_an_answer_is_shown_and_the_question_settled(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    path = make_study(tmp_path / "harbour.annotator")
    with Study.open(path) as study:
        boss = study.ensure_coder("Chris", "supervisor")
        ada, document = study.coder("Ada"), study.documents()[0]
        study.coding.apply(
            AddNote(coder_id=ada.id, document_id=document.id, text="Why?", kind="question", id="q", start=0, end=7)
        )
        study.coding.apply(AddNote(coder_id=boss.id, document_id=document.id, text="Because.", reply_to="q"))
        study.coding.apply(AddNote(coder_id=boss.id, document_id=document.id, text="Not for coders"))
    hand = opened(qtbot, settings, path)
    assert [(n.id, [r.text for r in replies]) for n, replies in hand.desk.notes.notes] == [("q", ["Because."])]
    hand.desk.to_notes()
    hand.click("Settled", hand.desk.notes)
    assert hand.session.study.notes()[0].settled
    assert hand.desk.side.tabText(1) == "Notes"
    hand.window.close()


def test_what_was_begun_is_not_overwritten_by_the_next_question(hand: Hand) -> None:
    hand.key("n", CONTROL, SHIFT)
    QTest.keyClicks(hand.desk.writing.edit, "Half a th")
    hand.desk.day.skip()
    assert hand.desk.writing.edit.toPlainText() == "Half a th"
    assert hand.desk.writing.fault.isVisible()
    QTest.keyClick(hand.desk.writing.edit, Qt.Key.Key_Escape)
    assert not hand.desk.writing.isVisible()
    assert hand.session.study.notes() == []


@pytest.mark.parametrize("leave", ["close", "another coder"])
def test_a_note_that_was_begun_is_kept_when_the_study_or_the_coder_goes(hand: Hand, leave: str) -> None:
    path, coder = hand.session.study.file.path, hand.session.coder.id
    hand.drag("Mayor Ilsa")
    hand.key("q", CONTROL, SHIFT)
    QTest.keyClicks(hand.desk.writing.edit, "Half a thought")
    if leave == "close":
        hand.window.close()
    else:
        hand.window._ask_coder()
        hand.window._coder_named("Ben")
        assert not hand.desk.writing.isVisible()
        hand.window.close()
    with Study.open(path) as study:
        (note,) = study.notes()
    assert (note.text, note.coder_id) == ("Half a thought", coder)
    assert note.kind == "note", "nobody is asked what was not sent"


def test_a_reason_that_was_begun_skips_nothing_when_the_study_is_closed(hand: Hand) -> None:
    path = hand.session.study.file.path
    coder = hand.session.coder.id
    hand.key("d", CONTROL, SHIFT)
    QTest.keyClicks(hand.desk.writing.edit, "Half a reason")
    hand.window.close()
    with Study.open(path) as study:
        assert study.skipped(coder) == {}


# history


def test_what_i_did_is_listed_by_day_and_article_and_opens_its_place(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    hand.key("3")
    (claim,) = hand.labels("claim")
    hand.key(Qt.Key.Key_Right, ALT)
    hand.key("h", CONTROL, SHIFT)
    dialog = hand.window.findChild(DaysDialog)
    assert isinstance(dialog, DaysDialog)
    day = dialog.tree.topLevelItem(0)
    assert day is not None
    assert day.text(1) == "2 steps"
    part = day.child(0)
    assert part is not None
    assert part.text(1).startswith("1. one.txt")
    part.setExpanded(True)
    told = [part.child(i).text(1) for i in range(part.childCount())]  # type: ignore[union-attr]
    assert CLAIM in told[0]
    assert told[1] == f"Claim changed: “{CLAIM}”: Kind of claim: Prediction"
    dialog.tree.itemActivated.emit(part.child(1), 0)
    assert hand.session.current == claim.id


def test_a_labels_history_tells_old_and_new_values_and_who(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    hand.key("3")
    QApplication.processEvents()
    QApplication.processEvents()
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Backtab)  # an answer leads on; back to it
    hand.key("1")
    hand.key("z", CONTROL)
    hand.key("h", CONTROL)
    dialog = hand.window.findChild(LabelHistoryDialog)
    assert isinstance(dialog, LabelHistoryDialog)
    rows = [dialog.tree.topLevelItem(i) for i in range(dialog.tree.topLevelItemCount())]
    assert [r.text(1) for r in rows if r] == ["Ada"] * 4
    assert [r.text(2) for r in rows if r][1:] == ["Claim changed", "Claim changed", "Claim changed (undone)"]
    last = [r.child(0).text(2) for r in rows[1:] if r]  # type: ignore[union-attr]
    assert last == [
        "Kind of claim: Prediction",
        "Kind of claim: Prediction → Fact",
        "Kind of claim: Fact → Prediction",
    ]
    dialog.close()


# the values pass


def test_values_are_given_by_one_key_each_in_a_second_pass(hand: Hand) -> None:
    for words in (CLAIM, "will not last another winter", "voted on Monday"):
        hand.drag(words)
        hand.key("c")
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_F4)
    walk = hand.desk.values_pass
    assert walk.isVisible()
    assert walk.which.currentText() == "Claim: Kind of claim"
    first = walk.unit()
    assert first is not None
    assert hand.session.passage(first) == "voted on Monday"
    assert hand.session.current == first.id
    hand.key("1")
    hand.key(Qt.Key.Key_Space)
    hand.key("3")
    assert walk.unit() is None
    kinds = {hand.session.passage(a): a.values.get("claim_type") for a in hand.labels("claim")}
    assert kinds == {
        "voted on Monday": "fact",
        CLAIM: None,
        "will not last another winter": "prediction",
    }
    hand.key(Qt.Key.Key_Backspace)
    hand.key(Qt.Key.Key_Backspace)
    assert walk.unit() is not None
    hand.key("2")
    assert {a.values.get("claim_type") for a in hand.labels("claim")} == {"fact", "cause", "prediction"}
    assert walk.progress.value() == 3
    hand.key(Qt.Key.Key_Escape)
    assert not walk.isVisible()
    assert hand.desk.surface.hasFocus()


def test_what_undo_takes_in_hand_is_what_the_next_key_of_the_pass_is_for(hand: Hand) -> None:
    for words in ("voted on Monday", CLAIM, "will not last another winter"):
        hand.session.set_current(None)
        hand.drag(words)
        hand.key("c")
    hand.key(Qt.Key.Key_F4)
    hand.key("1")
    hand.key("2")
    hand.key("z", CONTROL)
    a = hand.session.label()
    assert a is not None
    assert hand.session.passage(a) == CLAIM
    hand.key("3")
    kinds = {hand.session.passage(x): x.values.get("claim_type") for x in hand.labels("claim")}
    assert kinds == {"voted on Monday": "fact", CLAIM: "prediction", "will not last another winter": None}
    hand.key(Qt.Key.Key_Delete)
    QApplication.processEvents()
    assert {hand.session.passage(x) for x in hand.labels("claim")} == {"voted on Monday", CLAIM}
    assert hand.desk.values_pass.hasFocus()


def test_a_unit_removed_in_the_pass_hands_over_to_the_next(hand: Hand) -> None:
    for words in ("voted on Monday", CLAIM):
        hand.session.set_current(None)
        hand.drag(words)
        hand.key("c")
    hand.key(Qt.Key.Key_F4)
    hand.key(Qt.Key.Key_Left)
    hand.key(Qt.Key.Key_Delete)
    QApplication.processEvents()
    a = hand.session.label()
    assert a is not None
    assert hand.session.passage(a) == CLAIM
    hand.key("3")
    assert [x.values.get("claim_type") for x in hand.labels("claim")] == ["prediction"]


def test_the_pass_walks_links_too_and_takes_up_where_values_lack(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    hand.drag("the plan")
    hand.key("t")
    hand.key(Qt.Key.Key_F4)
    walk = hand.desk.values_pass
    place = walk.which.findText("About: Stance towards the target")
    assert place >= 0
    walk.which.setCurrentIndex(place)
    walk.which.activated.emit(place)
    assert walk.unit() is not None
    assert walk.unit().layer == "about"  # type: ignore[union-attr]
    walk.choose(-2)
    assert hand.labels("about")[0].values["stance"] == -2
