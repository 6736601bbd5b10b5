"""Much at once: all undone and redone over several articles, filters while labels change, stacks thirty deep."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddAnnotation, SetValue
from annotator.intake import read_source
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.codebooks import everything
from tests.conftest import Guard
from tests.gui.conftest import ARTICLE, OTHER, Hand, opened
from tests.gui.test_random_hand import RandomHand


def all_labels(hand: Hand) -> dict[str, list[tuple[object, ...]]]:
    """What the coder has in every article, without the times."""
    study = hand.window.study
    assert study is not None
    coder = hand.session.coder.id
    return {
        d.id: sorted(
            (a.id, a.layer, a.fragments, repr(sorted(a.values.items())), repr(a.roles), repr(a.empty), a.memo)
            for a in study.annotations(d.id, [coder])
        )
        for d in study.documents()
    }


@pytest.mark.parametrize("seed", range(3))
def test_whatever_was_done_in_several_articles_is_undone_to_nothing_and_redone_to_the_same(
    seed: int, qtbot: QtBot, settings: Settings, tmp_path: Path, guard: Guard
) -> None:
    guard.expect_dialog(lambda box: QMessageBox.StandardButton.Discard)  # words that were refused
    path = tmp_path / "storm.annotator"
    with Study.create(path, everything(), "Storm") as study:
        study.ensure_coder("Ada")
        for name, text in (("one.txt", ARTICLE), ("two.txt", OTHER)):
            add_documents(study, read_source(name, text.encode(), "plain"))
    hand = opened(qtbot, settings, path)
    one = RandomHand(hand, seed)
    for number in range(160):
        one.step()
        if number % 40 == 20:
            hand.desk.go(1 if number % 80 == 20 else -1)
    hand.desk.inspector.flush()
    done = all_labels(hand)
    assert any(done.values())
    refused: list[object] = []
    hand.session.refused.connect(refused.append)

    def until_refused(step: str) -> None:
        refused.clear()
        for _ in range(2000):
            getattr(hand.session, step)()
            if refused:
                return
        raise AssertionError(f"{step} has no end")

    until_refused("undo")
    assert not any(all_labels(hand).values()), one.done[-25:]
    assert not hand.session.labels
    until_refused("redo")
    assert all_labels(hand) == done, one.done[-25:]
    assert hand.window.study is not None
    assert check(hand.window.study) == []
    hand.window.close()


def test_filters_show_the_same_whether_labels_changed_before_or_after(hand: Hand) -> None:
    chance, session, bar = random.Random(3), hand.session, hand.desk.filter
    assert session.document is not None
    document = session.document.id

    def add(layer: str) -> None:
        start = chance.randrange(len(session.text) - 20)
        place = ((start, start + chance.randint(1, 20)),)
        session.apply(AddAnnotation(coder_id=session.coder.id, document_id=document, layer=layer, fragments=place))

    def value() -> None:
        claim = chance.choice([a for a in session.labels.values() if a.layer == "claim"])
        kind = chance.choice(["fact", "cause", "demand", None])
        session.apply(SetValue(coder_id=session.coder.id, annotation_id=claim.id, attribute="claim_type", value=kind))

    for number in range(30):
        add(("claim", "speaker", "target", "cue")[number % 4])
    hand.desk.filter.toggle()
    steps = (
        lambda: bar.value.setCurrentIndex(chance.randrange(bar.value.count())),
        lambda: bar.completeness.setCurrentIndex(chance.randrange(bar.completeness.count())),
        lambda: chance.choice(list(bar._layer_actions.values())).trigger(),
        lambda: session.set_current(chance.choice(list(session.labels))),
        session.undo,
        session.redo,
        value,
        lambda: add("claim"),
    )
    for number in range(120):
        chance.choice(steps)()
        shown = set(hand.desk.surface.index.by_id)
        hand.desk.showing.show_labels()
        assert shown == set(hand.desk.surface.index.by_id), number


def test_every_label_of_a_stack_of_thirty_is_reached_by_clicks_and_by_keys(hand: Hand) -> None:
    session, surface = hand.session, hand.desk.surface
    assert session.document is not None
    start, end = hand.range_of("The council of Tarn Haven voted on Monday to deepen the harbour")
    for depth in range(29):
        layer = ("claim", "speaker", "target", "cue")[depth % 4]
        place = ((start + depth, end - depth),)
        session.apply(
            AddAnnotation(coder_id=session.coder.id, document_id=session.document.id, layer=layer, fragments=place)
        )
    beyond = ((start + 8, start + 12), (start + 20, len(session.text) - 60))  # in pieces, over paragraphs
    session.apply(
        AddAnnotation(coder_id=session.coder.id, document_id=session.document.id, layer="claim", fragments=beyond)
    )
    middle = (start + end) // 2
    surface.reveal(middle, middle)
    clicked = set()
    for _ in range(30):
        point = surface.character_rect(middle).center()
        QTest.mouseClick(surface.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        QApplication.processEvents()
        clicked.add(session.current)
    assert clicked == set(session.labels)
    session.set_current(None)
    surface.setFocus()
    surface.set_caret(middle)
    walked = set()
    for _ in range(30):
        hand.key(Qt.Key.Key_F7)
        walked.add(session.current)
    assert walked == set(session.labels)
