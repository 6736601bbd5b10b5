"""The list of articles against a list made anew each time: what is listed, in which order, and who comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QWidget

from annotator.qt.desk.document_list import DocumentList
from annotator.qt.desk.document_model import DocumentModel, state_words
from annotator.qt.toolkit.matching import plain
from annotator.services.team.queue import ArticleLine, Pile

STATES = (None, "open", "in progress", "done", "skipped")
KINDS = ("all", "mine", "todo", "in progress", "done", "skipped")
TITLES = ("Harbour", "Häfen im Wind", "Fish", "Vote", "open question")


@dataclass
class Shelf:
    """Articles, and how often lines were asked for."""

    lines: dict[str, ArticleLine]
    asked: list[int] = field(default_factory=list)

    def __call__(self, keys: Sequence[str] | None) -> list[ArticleLine]:
        self.asked.append(len(self.lines) if keys is None else len(keys))
        return [self.lines[k] for k in (self.lines if keys is None else keys)]


def shelf(count: int) -> Shelf:
    return Shelf(
        {
            f"k{n}": ArticleLine(f"k{n}", n + 1, f"{TITLES[n % len(TITLES)]} {n}", "Herald", "2026-01-02", f"{n}.txt")
            for n in range(count)
        }
    )


def expected(
    pile: Pile, lines: Shelf, states: dict[str, str], reasons: dict[str, str], kind: str, words: str
) -> list[str]:
    mine = set(pile.keys[: pile.given]) if pile.given else set(pile.keys)
    result = []
    for place, key in enumerate(pile.keys):
        state, line = states.get(key, "open"), lines.lines[key]
        fits = {
            "all": True,
            "mine": key in mine,
            "todo": key in mine and state not in ("done", "skipped"),
        }.get(kind, state == kind)
        told = state_words(states.get(key)) + (f": {reasons[key]}" if key in reasons else "")
        name = plain(f"{pile.number(place, line.number)}. {line.title}\n{line.publisher}\n{line.published}")
        if fits and (not words or words in name or words in plain(told)):
            result.append(key)
    return result


@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_what_is_listed_is_what_fits(qapp: object, data: st.DataObject) -> None:
    count = data.draw(st.integers(0, 12))
    lines = shelf(count)
    order = data.draw(st.permutations(list(lines.lines)))
    pile = Pile(tuple(order), data.draw(st.integers(0, count)))
    states: dict[str, str] = {}
    reasons: dict[str, str] = {}
    parent = QWidget()
    model = DocumentModel(parent)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    model.show(pile, lines, {}, {})
    kind, words = "all", ""
    for _ in range(data.draw(st.integers(0, 8))):
        if data.draw(st.booleans()) and count:
            key = data.draw(st.sampled_from(order))
            state = data.draw(st.sampled_from(STATES))
            reason = data.draw(st.sampled_from([None, "a list of fish"])) if state in ("done", "skipped") else None
            for held, value in ((states, state), (reasons, reason)):
                held.pop(key, None)
                if value is not None:
                    held[key] = value
            model.set_state(key, state, reason)
        else:
            kind = data.draw(st.sampled_from(KINDS))
            words = plain(data.draw(st.sampled_from(["", "fish", "HAFEN", "open", "3", "done: a", "nobody"])))
            model.narrow(kind, words)
        right = expected(pile, lines, states, reasons, kind, words)
        assert model.listed() == right
        assert model.rowCount() == len(right)
        for key in order:
            assert model.row_of(key) == (right.index(key) if key in right else None)
            among = right if key in right else list(pile.keys)
            for step in (1, -1):
                at = among.index(key) + step
                assert model.neighbour(key, step) == (among[at] if 0 <= at < len(among) else None)
        mine = list(pile.keys[: pile.given]) if pile.given else list(pile.keys)
        for here in (None, *order):
            start = mine.index(here) + 1 if here in mine else 0
            ahead = [*mine[start:], *mine[:start]]
            wanted = [k for k in ahead if k != here and states.get(k) not in ("done", "skipped")]
            assert list(model.to_do(here)) == wanted


def test_only_what_is_seen_is_asked_for(qtbot: object) -> None:
    lines = shelf(20_000)
    shown = DocumentList()
    shown.resize(300, 600)
    shown.show_documents(Pile(tuple(lines.lines)), lines, {}, {})
    shown.show()
    shown.set_current("k15000")
    shown.grab()
    assert 0 < sum(lines.asked) < 1_000
    assert shown.view.currentIndex().data(Qt.ItemDataRole.DisplayRole).startswith("15001. Harbour 15000")


def test_the_article_to_begin_with(qtbot: object) -> None:
    lines = shelf(4)
    shown = DocumentList()
    shown.show_documents(Pile(("k2", "k0", "k1", "k3"), 2), lines, {"k2": "done"}, {})
    assert shown.first("k3") == "k3"
    assert shown.first("gone") == "k0"
    shown.set_state("k0", "skipped", "a list")
    assert shown.first(None) == "k1"  # the own ones are done: one of the others
    shown.set_states(dict.fromkeys(lines.lines, "done"), {})
    assert shown.first(None) == "k2"
