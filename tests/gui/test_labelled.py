"""Passages by what was coded, by hand: conditions from the counts, a click, kept queries, files."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QInputDialog

from annotator.domain.conditions import EVERYTHING, Test, told
from annotator.qt.search.choices_tree import MOST
from annotator.qt.search.labelled_window import LabelledWindow
from tests.gui.conftest import Hand

Test.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's


@pytest.fixture
def window(hand: Hand) -> LabelledWindow:
    """The window on a study with two labels of the coder at the desk."""
    for word in ("harbour", "council"):
        hand.drag(word, 0)
        hand.key("c")
        hand.key("1" if word == "harbour" else "3")
    next(a for a in hand.window.findChildren(QAction) if a.text() == "Passages by what was coded…").trigger()
    (found,) = hand.window.findChildren(LabelledWindow)
    settled(hand, found)
    return found


def settled(hand: Hand, window: LabelledWindow) -> None:
    hand.bot.waitUntil(lambda: not window._latest.busy)


def take(window: LabelledWindow, field: str, value: str | None = None) -> Test:
    """Take a value of a field in hand, the first one where none is named."""
    window.choices.take(field, value)
    chosen = window.choices.test()
    assert chosen is not None
    return chosen


def test_conditions_are_built_from_counts(hand: Hand, window: LabelledWindow) -> None:
    assert window.found is not None
    every = len(window.found.passages)
    assert window.model.rowCount() == every >= 2
    test = take(window, "layer")
    QTest.mouseClick(window.without, Qt.MouseButton.LeftButton)
    settled(hand, window)
    assert window.line.text() == f"not layer={test.value}"
    assert len(window.found.passages) < every
    assert test.value not in window.found.counts.get("layer", {})
    window.line.setText("nothing=1")
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    assert not window.fault.isHidden()
    assert "nothing" in window.fault.text()
    assert window.model.rowCount() == 0


def test_conditions_are_nested_by_hand(hand: Hand, window: LabelledWindow) -> None:
    tree, conditions = window.conditions.tree, window.conditions
    take(window, "layer", "claim")
    QTest.mouseClick(window.narrower, Qt.MouseButton.LeftButton)
    settled(hand, window)
    take(window, "claim.claim_type", "fact")
    QTest.mouseClick(window.narrower, Qt.MouseButton.LeftButton)
    settled(hand, window)
    assert window.line.text() == "layer=claim and claim.claim_type=fact"
    root = tree.topLevelItem(0)
    assert root is not None
    tree.setCurrentItem(root.child(1))
    take(window, "claim.claim_type", "cause")
    QTest.mouseClick(window.other, Qt.MouseButton.LeftButton)
    settled(hand, window)
    assert window.line.text() == "layer=claim and (claim.claim_type=fact or claim.claim_type=cause)"
    assert [p.words for p in window.model.passages] == ["harbour"]
    tree.setCurrentItem(root)
    take(window, "coder", "Ada")
    QTest.mouseClick(window.without, Qt.MouseButton.LeftButton)
    settled(hand, window)
    assert window.line.text().endswith(" and not coder=Ada")
    assert window.model.rowCount() == 0
    none = root.child(2)
    assert none is not None
    conditions.turn(none)  # from none on to all
    settled(hand, window)
    assert window.line.text().endswith(" and coder=Ada")
    assert window.model.rowCount() == 1
    window.line.setText("not (layer=claim or (layer=cue and coder=Ada))")
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    settled(hand, window)
    assert told(conditions.condition) == window.line.text()
    root = tree.topLevelItem(0)
    assert root is not None
    tree.setCurrentItem(root.child(0))
    QTest.keyClick(tree, Qt.Key.Key_Delete)
    settled(hand, window)
    assert window.line.text() == ""
    assert conditions.condition == EVERYTHING


def test_choices_have_counts_and_those_that_nobody_has_stand_there_with_none(
    hand: Hand, window: LabelledWindow
) -> None:
    told = {}
    for i in range(window.choices.tree.topLevelItemCount()):
        head = window.choices.tree.topLevelItem(i)
        assert head is not None
        for k in range(head.childCount()):
            child = head.child(k)
            assert child is not None
            test = child.data(0, Qt.ItemDataRole.UserRole)
            told[test.field, test.value] = child.text(1)
    assert told["claim.claim_type", "fact"] == "1"
    assert told["claim.claim_type", "demand"] == "0"
    assert told["coder", "Ada"] == "2"
    assert told["complete", "false"] == "2"
    assert {f for f, _ in told} >= {"layer", "claim.topic", "about.stance", "coder", "complete", "reading"}
    assert window.whose.itemText(0).endswith("(2)")
    assert window.whose.itemText(1).endswith("(0)")
    window.choices.typed.setText("fact")
    heads = [window.choices.tree.topLevelItem(i) for i in range(window.choices.tree.topLevelItemCount())]
    shown = [head.text(0) for head in heads if head is not None]
    assert shown == ["Claim: Kind of claim"]


def test_a_field_with_very_many_values_shows_the_most_frequent_and_finds_the_rest(window: LabelledWindow) -> None:
    choices = window.choices
    choices.show_counts({"about.why": {f"reason {n:04d}": 5000 - n for n in range(5000)}})
    (head,) = choices.tree.findItems("About: Why", Qt.MatchFlag.MatchExactly)
    assert head.childCount() == MOST + 1
    last = head.child(MOST)
    assert last is not None
    assert "4,800 more" in last.text(0)
    choices.typed.setText("reason 4999")
    choices.take("about.why")
    assert choices.test() == Test("about.why", "=", "reason 4999")


def test_a_click_opens_the_article_with_the_label_in_hand(hand: Hand, window: LabelledWindow) -> None:
    hand.session.set_current(None)
    for row in (1, 0):
        place = window.list.visualRect(window.model.index(row, 3)).center()
        QTest.mouseClick(window.list.viewport(), Qt.MouseButton.LeftButton, pos=place)
        p = window.model.passages[row]
        assert hand.session.current == p.annotation.id
        assert hand.session.document is not None
        assert hand.session.document.id == p.annotation.document_id
    other = hand.session.study.documents()[1]
    hand.session.open(other)
    hand.bot.waitUntil(lambda: hand.session.document is not None and hand.session.document.id == other.id)
    QTest.keyClick(window.list, Qt.Key.Key_Return)
    assert hand.session.current == window.model.passages[0].annotation.id


def test_queries_are_kept_and_files_written(
    hand: Hand, window: LabelledWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    test = take(window, "coder")
    QTest.mouseClick(window.narrower, Qt.MouseButton.LeftButton)
    settled(hand, window)
    monkeypatch.setattr(QInputDialog, "getText", lambda *_, **__: ("Mine", True))
    QTest.mouseClick(window.keep, Qt.MouseButton.LeftButton)
    assert window.queries.itemText(0) == "Mine"
    window.line.clear()
    window.take("Mine")
    settled(hand, window)
    assert window.line.text() == f"coder={test.value}"
    out = tmp_path / "p.csv"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(out), ""))
    QTest.mouseClick(window.export, Qt.MouseButton.LeftButton)
    assert window.found is not None
    assert len(out.read_text(encoding="utf-8").splitlines()) == len(window.found.passages) + 1
