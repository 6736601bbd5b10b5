"""Coding as a person does it: drag, press a key, fill in, undo, close, come back."""

from __future__ import annotations

import json
from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annotator.qt.toolkit.settings import Settings
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.gui.conftest import Hand, make_study, opened

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
CLAIM = "It will pay for itself within nine years"


def test_a_drag_and_a_key_make_a_label_that_is_saved(hand: Hand) -> None:
    span = hand.drag(CLAIM)
    hand.key("c")
    (claim,) = hand.labels("claim")
    assert claim.fragments == (span,)
    assert hand.session.current == claim.id
    assert hand.desk.surface.label(claim.id) is not None
    assert [r.words for r in hand.desk.statements.model.rows] == [CLAIM]


def test_the_whole_of_a_statement_with_mouse_and_keys(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    hand.key("3")
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    hand.key("s")
    hand.drag("the harbour")
    hand.key("t")
    (claim,) = hand.labels("claim")
    assert claim.values["claim_type"] == "prediction"
    (speaker,), (target,) = hand.labels("speaker"), hand.labels("target")
    (said_by,), (about,) = hand.labels("said_by"), hand.labels("about")
    assert said_by.roles["claim"][0].annotation == claim.id
    assert said_by.roles["speaker"][0].annotation == speaker.id
    assert about.roles["target"][0].annotation == target.id
    assert hand.session.current == claim.id, "the claim stays in hand"
    hand.click("+1 for")
    assert hand.labels("about")[0].values["stance"] == 1
    assert "+1 for" in hand.desk.statements.model.rows[0].spoken()


def test_keys_alone_select_and_label(hand: Hand) -> None:
    start, end = hand.range_of("Fishers don't")
    hand.desk.surface.set_caret(start)
    hand.key(Qt.Key.Key_Right, CONTROL, SHIFT)
    hand.key(Qt.Key.Key_Right, CONTROL, SHIFT)
    hand.key("s")
    assert hand.labels("speaker")[0].fragments == ((start, end),)


def test_without_a_selection_the_key_says_what_to_do(hand: Hand) -> None:
    hand.key("c")
    assert not hand.labels("claim")
    assert hand.desk.notice.isVisible()


def test_undo_and_redo_survive_a_restart(qtbot: QtBot, settings: Settings, study_path: Path) -> None:
    hand = opened(qtbot, settings, study_path)
    hand.drag(CLAIM)
    hand.key("c")
    hand.key("4")
    hand.window.close()
    again = opened(qtbot, settings, study_path)
    assert again.labels("claim")[0].values["claim_type"] == "judgement"
    again.key("z", CONTROL)
    assert again.labels("claim")[0].values.get("claim_type") is None
    again.key("z", CONTROL)
    assert not again.labels("claim")
    assert not again.desk.statements.model.rows
    again.key("z", CONTROL, SHIFT)
    again.key("z", CONTROL, SHIFT)
    assert again.labels("claim")[0].values["claim_type"] == "judgement"
    again.window.close()


def test_delete_takes_the_links_along_and_undo_brings_all_back(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    hand.key("s")
    hand.click_text("pay for itself")
    hand.key(Qt.Key.Key_Delete)
    assert not hand.labels("claim")
    assert not hand.labels("said_by")
    hand.key("z", CONTROL)
    assert hand.labels("claim")
    assert hand.labels("said_by")


def test_boundaries_move_by_grip_and_by_key(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")
    start, end = hand.range_of(CLAIM)
    surface = hand.desk.surface
    last, new = surface.character_rect(end - 1), surface.character_rect(end - 1 - len(" within nine years"))
    grip = QPoint(last.right() + 1, last.bottom() + 2)
    to = QPoint(new.right() + 1, new.center().y())
    view = surface.viewport()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, grip)
    QTest.mouseMove(view, (grip + to) / 2)
    QTest.mouseMove(view, to)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, to)
    assert hand.labels("claim")[0].fragments == ((start, end - len(" within nine years")),)
    hand.drag("pay for itself")
    hand.key("b", CONTROL)
    assert hand.labels("claim")[0].fragments == (hand.range_of("pay for itself"),)
    hand.drag("nine years")
    hand.key("+", CONTROL, ALT)
    assert len(hand.labels("claim")[0].fragments) == 2
    hand.drag("itself")
    hand.key("-", CONTROL, ALT)
    words = [hand.session.text[s:e] for s, e in hand.labels("claim")[0].fragments]
    assert words == ["pay for", "nine years"]


def test_clicking_again_walks_through_a_stack_of_labels(hand: Hand) -> None:
    hand.drag("deepen the harbour")
    hand.key("c")
    hand.key(Qt.Key.Key_Escape)
    hand.drag("the harbour")
    hand.key("t")
    (claim,), (target,) = hand.labels("claim"), hand.labels("target")
    hand.session.set_current(None)
    hand.click_text("the harbour")
    assert hand.session.current == target.id
    hand.click_text("the harbour")
    assert hand.session.current == claim.id


def test_the_next_article_and_its_state(hand: Hand) -> None:
    first = hand.session.document
    hand.done_all_the_same()
    assert hand.window.study is not None
    assert first is not None
    assert hand.window.study.document_states(hand.session.coder.id) == {first.id: "done"}
    hand.key(Qt.Key.Key_Right, ALT)
    assert hand.session.document is not None
    assert hand.session.document.number == 2
    hand.key(Qt.Key.Key_Left, ALT)
    assert hand.session.document.id == first.id


def test_one_coder_never_sees_the_others_labels(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    path = make_study(tmp_path / "two.annotator", ("Ada", "Ben"))
    hand = opened(qtbot, settings, path, "Ada")
    hand.drag(CLAIM)
    hand.key("c")
    hand.window.close()
    hand = opened(qtbot, settings, path, "Ben")
    assert not hand.session.labels
    assert hand.desk.coder_button.text() == "Coding as Ben"
    hand.key("z", CONTROL)
    hand.window.close()
    with Study.open(path) as study:
        assert len(study.annotations()) == 1


def test_a_seed_goes_all_the_way(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    from annotator.qt.articles.import_dialog import ImportDialog
    from annotator.services.codebooks import read_codebook
    from tests.shared import shared

    source = shared("seeds/000_0d7097af42568b45.txt")
    records = [json.loads(x) for x in shared("seeds/000.coder_A.jsonl").read_text().splitlines()]
    path = tmp_path / "seed.annotator"
    Study.create(path, read_codebook(shared("codebooks/claims_speakers_stance.yaml"))).close()
    with Study.open(path) as study:
        study.ensure_coder("Ada")
    hand = opened(qtbot, settings, path)
    hand.window.import_articles([source])
    dialog = hand.window.findChild(ImportDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: dialog.take.isEnabled(), timeout=10_000)
    assert dialog.record.topLevelItemCount() > 0, "every removal is shown"
    with qtbot.waitSignal(dialog.imported, timeout=10_000):
        QTest.mouseClick(dialog.take, Qt.MouseButton.LeftButton)
    with qtbot.waitActive(hand.window):
        hand.window.activateWindow()

    by_id = {r["id"]: r for r in records}
    claim = next(r for r in records if r["layer"] == "claim" and r["fragments"][0][0] > 60 and len(r["fragments"]) == 1)
    said = next(r for r in records if r["layer"] == "said_by" and r["roles"]["claim"][0]["annotation"] == claim["id"])
    about = next(
        r
        for r in records
        if r["layer"] == "about" and r["roles"]["claim"][0]["annotation"] == claim["id"] and r["roles"].get("target")
    )
    hand.desk.surface.reveal(*claim["fragments"][0])
    for record, key in (
        (claim, "c"),
        (by_id[about["roles"]["target"][0]["annotation"]], "t"),
        *([(by_id[said["roles"]["speaker"][0]["annotation"]], "s")] if said["roles"].get("speaker") else []),
    ):
        start, end = record["fragments"][0]
        hand.desk.surface.setFocus()
        words = hand.session.text[start:end]
        assert words == record["text"]
        hand.drag(words, hand.session.text[: start + 1].count(words))
        hand.key(key)
    hand.key("1")
    assert [list(f) for f in hand.labels("claim")[0].fragments] == claim["fragments"]
    assert hand.labels("claim")[0].values["claim_type"] == "fact"
    made = len(hand.session.labels)
    assert made == (5 if said["roles"].get("speaker") else 3)
    hand.window.close()

    hand = opened(qtbot, settings, path)
    assert len(hand.session.labels) == made
    hand.key("z", CONTROL)
    assert "claim_type" not in hand.labels("claim")[0].values
    out = tmp_path / "out.jsonl"
    hand.window.export_to(out, "jsonl")
    exported = [json.loads(x) for x in out.read_text(encoding="utf-8").splitlines()]
    assert len(exported) == made
    assert claim["text"] in [r.get("text") for r in exported]
    assert check(hand.window.study) == []  # type: ignore[arg-type]
    hand.window.close()
