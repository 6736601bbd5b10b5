"""What a coder does to labels that are there: boundaries, pieces, splitting, joining, repeating, by keys."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.reading import codebook_from_json, codebook_json
from annotator.domain.commands import AddEntity
from annotator.intake import read_source
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study
from tests.gui.conftest import ARTICLE, Hand, opened
from tests.gui.holds import holds

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
SENTENCE = (
    "“It will pay for itself within nine years,” said Mayor Ilsa Brandt-Oyelaran 🚢, who had fought for the plan."
)
CLAIM = "It will pay for itself within nine years"


def words(hand: Hand, layer: str = "claim") -> list[str]:
    return [hand.session.passage(a) for a in sorted(hand.labels(layer), key=lambda a: a.fragments)]


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("1", "pay"),
        (
            "2",
            SENTENCE,
        ),
        ("3", "It will pay for itself within nine years"),  # the comma is the sentence's around it
    ],
)
def test_words_sentences_and_quotations_are_selected_by_a_key(hand: Hand, key: str, expected: str) -> None:
    start, _ = hand.range_of("pay for")
    hand.desk.surface.set_caret(start + 1)
    hand.key(key, CONTROL)
    chosen = hand.desk.surface.selection()
    assert chosen is not None
    assert hand.session.text[slice(*chosen)] == expected


def test_selecting_again_takes_the_next_one_too(hand: Hand) -> None:
    hand.desk.surface.set_caret(hand.range_of("pay for")[0])
    hand.key("1", CONTROL)
    hand.key("1", CONTROL)
    assert hand.desk.surface.selection() == hand.range_of("pay for")
    hand.key("4", CONTROL)
    chosen = hand.desk.surface.selection()
    assert chosen is not None
    assert hand.session.text[slice(*chosen)].startswith("The council of Tarn Haven")


def test_keys_move_the_boundaries(hand: Hand) -> None:
    hand.drag("will pay for")
    hand.key("c")
    hand.key(Qt.Key.Key_Right, ALT, SHIFT)
    assert words(hand) == ["will pay for itself"]
    hand.key(Qt.Key.Key_Home, ALT, SHIFT)
    hand.key(Qt.Key.Key_Left, ALT, SHIFT)
    assert words(hand) == ["It will pay for itself"]
    hand.key(".", ALT)
    assert words(hand) == ["t will pay for itself"]
    hand.key(",", ALT)
    hand.key(Qt.Key.Key_End, ALT, SHIFT)
    hand.key(Qt.Key.Key_Down, ALT, SHIFT)
    assert words(hand)[0].endswith("who had fought for the plan.")
    hand.key("z", CONTROL)
    assert words(hand) == ["It will pay for itself"]


def test_a_boundary_never_passes_the_other(hand: Hand) -> None:
    hand.drag("It")
    hand.key("c")
    for _ in range(4):
        hand.key(",", ALT)
    assert words(hand) == ["I"]


def test_a_piece_is_added_and_cut(hand: Hand) -> None:
    hand.drag("It will pay for itself")
    hand.key("c")
    hand.drag("who had fought")
    hand.key("=", CONTROL, ALT)
    assert words(hand) == ["It will pay for itself … who had fought"]
    hand.drag("pay for")
    hand.key("-", CONTROL, ALT)
    assert words(hand) == ["It will … itself … who had fought"]
    hand.drag("the plan")
    hand.key("b", CONTROL)
    assert words(hand) == ["the plan"]
    for _ in range(3):
        hand.key("z", CONTROL)
    assert words(hand) == ["It will pay for itself"]


def test_split_and_join_are_each_one_step(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    hand.key("3")
    (whole,) = hand.labels("claim")
    hand.desk.surface.set_caret(hand.range_of("within nine")[0])
    hand.key("s", CONTROL, SHIFT)
    assert words(hand) == ["It will pay for itself", "within nine years"]
    assert {a.values["claim_type"] for a in hand.labels("claim")} == {"prediction"}
    hand.key("z", CONTROL)
    assert hand.labels("claim") == [whole]
    hand.key("y", CONTROL)
    first = min(hand.labels("claim"), key=lambda a: a.fragments)
    hand.desk.jump(first.id)
    hand.key("j", CONTROL)
    assert words(hand) == [CLAIM]
    hand.key("z", CONTROL)
    assert len(words(hand)) == 2


def test_joining_keeps_links_and_refuses_values_that_differ(hand: Hand) -> None:
    hand.drag("Mayor Ilsa")
    hand.key("s")
    hand.drag("Brandt-Oyelaran")
    hand.session.set_current(None)
    hand.key("s")
    later = max(hand.labels("speaker"), key=lambda a: a.fragments)
    hand.session.set_current(None)
    hand.drag(CLAIM)
    hand.key("c")
    claim = hand.labels("claim")[0]
    from annotator.domain.commands import AddAnnotation, FillerRef

    assert hand.session.document is not None
    hand.session.apply(
        AddAnnotation(
            coder_id=hand.session.coder.id,
            document_id=hand.session.document.id,
            layer="said_by",
            roles={"claim": (FillerRef(annotation=claim.id),), "speaker": (FillerRef(annotation=later.id),)},
        )
    )
    first = min(hand.labels("speaker"), key=lambda a: a.fragments)
    hand.desk.jump(first.id)
    hand.key("j", CONTROL)
    assert words(hand, "speaker") == ["Mayor Ilsa Brandt-Oyelaran"]
    assert hand.labels("said_by")[0].roles["speaker"][0].annotation == first.id
    hand.drag("Fishers don't believe")
    hand.session.set_current(None)
    hand.key("c")
    for key, name in (("3", CLAIM), ("4", "Fishers don't believe")):
        hand.desk.jump(next(a.id for a in hand.labels("claim") if hand.session.passage(a) == name))
        hand.key(key)
    hand.desk.jump(claim.id)
    hand.key("j", CONTROL)
    assert len(words(hand)) == 2
    assert "Type of claim" in hand.desk._notice_text.text() or "differ" in hand.desk._notice_text.text()


def test_a_label_is_repeated_with_its_values_and_values_are_copied(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    hand.key("3")
    hand.session.set_current(None)
    hand.drag("will not last another winter")
    hand.key("r", CONTROL)
    assert [a.values.get("claim_type") for a in hand.labels("claim")] == ["prediction", "prediction"]
    hand.session.set_current(None)
    hand.drag("Fishers don't believe a word of it")
    hand.key("c")
    hand.key("v", CONTROL, SHIFT)
    assert [a.values.get("claim_type") for a in hand.labels("claim")] == ["prediction"] * 3


def test_the_stack_at_the_caret_is_walked_by_a_key(hand: Hand) -> None:
    for passage in (CLAIM, "It will pay", "pay for itself"):
        hand.session.set_current(None)
        hand.drag(passage)
        hand.key("c")
    hand.session.set_current(None)
    hand.desk.surface.clear_selection()
    hand.desk.surface.set_caret(hand.range_of("pay")[0] + 1)
    seen = set()
    for _ in range(3):
        hand.key(Qt.Key.Key_F7)
        seen.add(hand.session.current)
    assert seen == {a.id for a in hand.labels("claim")}


def test_the_next_incomplete_statement_is_a_key_away(hand: Hand) -> None:
    for passage in ("voted on Monday", CLAIM):
        hand.session.set_current(None)
        hand.drag(passage)
        hand.key("c")
    hand.session.set_current(None)
    hand.desk.surface.set_caret(0)
    seen = []
    for _ in range(3):
        hand.key(Qt.Key.Key_F9)
        a = hand.session.label()
        assert a is not None
        seen.append(hand.session.passage(a))
    assert seen == ["voted on Monday", CLAIM, "voted on Monday"]


@pytest.mark.parametrize(
    ("snap", "trim", "dragged", "labelled"),
    [
        ("word", "spaces", "ill pay for its", "will pay for itself"),
        (
            "sentence",
            "spaces",
            "had fought",
            SENTENCE,
        ),
        ("none", "quotes", "“It will pay for itself within nine years,”", "It will pay for itself within nine years,"),
        ("none", "spaces", " will pay ", "will pay"),
    ],
)
def test_layers_snap_and_trim_as_the_codebook_says(
    qtbot: QtBot, settings: Settings, tmp_path: Path, snap: str, trim: str, dragged: str, labelled: str
) -> None:
    import json

    content = json.loads(codebook_json(builtin_codebook()))
    layer = next(x for x in content["layers"] if x["key"] == "claim")
    layer["snap"], layer["trim"] = snap, trim
    path = tmp_path / "snap.annotator"
    with Study.create(path, codebook_from_json(json.dumps(content)), "Snap") as study:
        study.ensure_coder("Ada")
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
    hand = opened(qtbot, settings, path)
    hand.drag(dragged)
    hand.key("c")
    assert words(hand) == [labelled]
    hand.window.close()


@holds("A drag in the article")
def test_letters_for_one_layer_leave_whole_words_for_the_others(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    import json

    content = json.loads(codebook_json(builtin_codebook()))
    next(x for x in content["layers"] if x["key"] == "target")["snap"] = "letters"
    path = tmp_path / "letters.annotator"
    with Study.create(path, codebook_from_json(json.dumps(content)), "Letters") as study:
        study.ensure_coder("Ada")
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
    hand = opened(qtbot, settings, path)
    start, end = hand.range_of("ill pay for its")
    surface = hand.desk.surface

    def drag(*held: Qt.KeyboardModifier) -> None:
        view, (a, b) = surface.viewport(), (surface.character_rect(x) for x in (start, end - 1))
        mods = held[0] if held else Qt.KeyboardModifier.NoModifier
        here, there = QPoint(a.left() + 1, a.center().y()), QPoint(b.right(), b.center().y())
        QTest.mousePress(view, Qt.MouseButton.LeftButton, mods, here)
        QTest.mouseMove(view, (here + there) / 2)
        QTest.mouseMove(view, there)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, mods, there)
        assert surface.selection() == (start, end)

    drag()
    hand.key("t")
    assert words(hand, "target") == ["ill pay for its"]
    hand.session.set_current(None)
    drag()
    hand.key("c")
    hand.session.set_current(None)
    drag(Qt.KeyboardModifier.AltModifier)  # the hand wants these letters
    hand.key("c")
    hand.session.set_current(None)
    surface.set_selection(start, end)  # and so do keys
    hand.key("s")
    assert words(hand) == ["will pay for itself", "ill pay for its"]
    assert words(hand, "speaker") == ["ill pay for its"]
    hand.window.close()


def test_a_full_statement_takes_ten_keys_at_most(hand: Hand) -> None:
    """Once its words are selected, by the codebook that comes with the program, of people that are known; no mouse."""
    for name, kind in (("Mayor Ilsa Brandt-Oyelaran", "person"), ("the harbour", "project")):
        hand.session.apply(AddEntity(coder_id=hand.session.coder.id, name=name, type=kind))
    pressed = 0

    def press(keys: str | Qt.Key, *held: Qt.KeyboardModifier) -> None:
        nonlocal pressed
        for key in keys if isinstance(keys, str) else [keys]:
            pressed += 1
            hand.key(key, *held)

    for passage, keys in ((CLAIM, "c3"), ("Mayor Ilsa Brandt-Oyelaran", "s"), ("the harbour", "t")):
        hand.desk.surface.set_selection(*hand.range_of(passage))
        press(keys)
    press(Qt.Key.Key_F6)
    press("j")  # the topic: jobs and trade
    press(Qt.Key.Key_Return)
    for _ in range(3):  # certainty or stance, whichever is asked for next
        QApplication.processEvents()
        if hand.session.statements()[0].missing:
            press("1")
    (statement,) = hand.session.statements()
    assert statement.missing == ()
    assert statement.owner.values["claim_type"] == "prediction"
    assert statement.owner.values["topic"] == "jobs"
    assert {t.role for ties in statement.ties.values() for t in ties} == {"speaker", "target"}
    assert hand.labels("about")[0].values["stance"] == 1
    assert hand.desk.surface.hasFocus(), "back at the text for the next one"
    assert pressed <= 10


@pytest.mark.parametrize(("target", "stance"), [(("harbour", 1), 1), (("The fleet", 0), None)])
def test_values_come_from_the_statement_before_and_stances_from_one_about_the_same(
    hand: Hand, target: tuple[str, int], stance: int | None
) -> None:
    for passage, about in ((CLAIM, ("harbour", 0)), ("will not last another winter", target)):
        hand.session.set_current(None)
        hand.drag(passage)
        hand.key("c")
        hand.drag(*about)
        hand.key("t")
        if passage == CLAIM:
            hand.key("3")
            hand.click("+1 for")
    first, second = sorted(hand.labels("about"), key=lambda a: (a.created, a.id))
    assert "stance" not in second.values
    hand.key("v", CONTROL, SHIFT)
    first, second = sorted(hand.labels("about"), key=lambda a: (a.created, a.id))
    assert first.values["stance"] == 1
    assert second.values.get("stance") == stance, "what stood for one target says nothing of another"
    assert [a.values["claim_type"] for a in hand.labels("claim")] == ["prediction", "prediction"]
    hand.key("z", CONTROL)
    assert all("stance" not in a.values for a in hand.labels("about") if a.id == second.id), "one step"


def test_keys_move_the_edges_of_the_piece_at_the_caret(hand: Hand) -> None:
    hand.drag("It will")
    hand.key("c")
    hand.drag("itself within")
    hand.key("+", CONTROL, ALT)
    assert words(hand) == ["It will … itself within"]
    hand.desk.surface.set_caret(hand.range_of("will")[0])
    hand.key(Qt.Key.Key_Right, ALT, SHIFT)
    assert words(hand) == ["It will pay … itself within"]
    hand.desk.surface.set_caret(hand.range_of("itself")[0] + 2)
    hand.key(Qt.Key.Key_Home, ALT, SHIFT)
    hand.key(Qt.Key.Key_Left, ALT, SHIFT)
    assert words(hand) == ["It will pay … for itself within"]


def test_the_form_shows_the_passage_as_it_is_after_an_edge_moved(hand: Hand) -> None:
    hand.drag("nine years")
    hand.key("c")
    QApplication.processEvents()
    hand.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier, Qt.KeyboardModifier.ShiftModifier)
    QApplication.processEvents()
    shown = [x.text() for x in hand.desk.inspector.findChildren(QLabel) if x.isVisible()]
    passage = hand.session.passage(hand.session.labels[hand.labels("claim")[0].id])
    assert passage != "nine years"
    assert f"“{passage}”" in shown
