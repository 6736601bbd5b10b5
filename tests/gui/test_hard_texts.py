"""Hard texts, from the hand to the export: whatever is dragged over, clicked or found stays on its characters."""

from __future__ import annotations

import json
import unicodedata
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QInputMethodEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from annotator.domain.passages import tidy
from annotator.intake import read_source
from annotator.qt.form.picker import Picker
from annotator.qt.reading import TextSurface
from annotator.services.articles.importing import add_documents
from annotator.services.exchange.exporting import export
from annotator.services.study.integrity import check
from tests.gui.conftest import Hand

LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
HARD = """Every hard thing at once

Emoji: 👨\u200d👩\u200d👧\u200d👦 and 🇩🇪🇫🇷, 👍🏽, ❤\ufe0f and 1\ufe0f\u20e3 stand here.
Marks: cafe\u0301 and a\u0323\u0302 in Việt Nam; har\u00adbour\u00a0plan at 5\u202fkm\u2009on.
قال المتحدث إن البنك (ECB) سيرفع 4.5 في المئة، وأضاف “Blue Net” أيضا.
The minister said: “שלום לכולם, 42 בוקר” and left 😀 soon.
今日は東京で「値上げ」を発表した。カフェーの𠮷野家も。国务院总理发言。
मुझे हिन्दी आती है और क्षि भी। می\u200cخواهم.
A\ttab\there, and a line that goes on: {long}
Last line.
""".format(long="deepening" * 90 + "😀" * 30)
PIECES = (
    st.sampled_from(
        ["word ", "don’t ", "é", "e\u0301", "👨\u200d👩\u200d👧 ", "🇩🇪", "😀", "\r\n", "\n", "\t", "\u00a0", "\u202f"]
    )
    | st.sampled_from(
        ["har\u00adbour", "שלום ", "مرحبا ", "(ECB) ", "4.5 ", "東京", "値上げ", "カフェ", "𠮷", "“", "”", "ff", "क्षि "]
    )
    | st.sampled_from(["\u200f", "\u2067", "\ufeff", "\u2009"])
)


def open_text(hand: Hand, text: str) -> str:
    """Import a text, open it, and give what the store keeps of it."""
    study = hand.window.study
    assert study is not None
    (clean,) = read_source("hard.txt", text.encode(), "plain")
    add_documents(study, [clean])
    hand.desk.refresh_documents()
    hand.desk.open_document(next(d.id for d in study.documents() if d.sha256 == clean.sha256))
    return hand.session.text


def pull(surface: TextSurface, start: QPoint, end: QPoint) -> None:
    """Drag letters, with the mouse reported on its way."""
    view = surface.viewport()
    QTest.mousePress(view, LEFT, Qt.KeyboardModifier.AltModifier, start)
    for point in ((start + end) / 2, end):
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(point), view.mapToGlobal(QPointF(point)), LEFT, LEFT, NO_KEY)
        QApplication.sendEvent(view, event)
    QTest.mouseRelease(view, LEFT, NO_KEY, end)


def stops_of(surface: TextSurface) -> set[int]:
    cp, stops = 0, {0}
    while (after := surface.flow.next_stop(cp)) != cp:
        stops.add(cp := after)
    return stops


def exported(hand: Hand, out: Path) -> list[dict[str, object]]:
    study = hand.window.study
    assert study is not None
    export(study, "jsonl", out)
    return [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]


def test_what_is_dragged_over_is_what_is_exported(hand: Hand, tmp_path: Path) -> None:
    """Drags at random over texts at random; every label is checked against the stored text in the export."""
    study, surface = hand.window.study, hand.desk.surface
    assert study is not None
    made: dict[str, tuple[str, str]] = {}

    @settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
    @given(
        st.lists(PIECES, min_size=3, max_size=40).map(lambda p: "Words " + "".join(p)),
        st.lists(st.tuples(st.integers(0, 700), st.integers(0, 300)), min_size=2, max_size=2),
    )
    @example("قال البنك (ECB) سيرفع 4.5 في المئة word 😀", [(120, 35), (560, 40)])
    @example("The “שלום לכולם” left 👨\u200d👩\u200d👧 cafe\u0301", [(420, 35), (60, 40)])
    def drag_and_label(text: str, points: list[tuple[int, int]]) -> None:
        stored = open_text(hand, text)
        left = round(surface.left)
        pull(surface, *(QPoint(left + x, 28 + y) for x, y in points))
        for known in made.keys() & hand.session.labels.keys():  # the hand may have taken a handle of an earlier label
            document_id, _ = made[known]
            made[known] = (document_id, stored[slice(*hand.session.labels[known].fragments[0])])
        chosen = surface.selection()
        if chosen is None:
            return
        assert set(chosen) <= stops_of(surface), "never within a character"
        fragment = tidy(stored, *chosen)
        before = set(hand.session.labels)
        hand.key("c")
        new = set(hand.session.labels) - before
        if fragment is None:
            assert not new
            return
        (key,) = new
        assert hand.session.labels[key].fragments == (fragment,)
        made[key] = (hand.session.labels[key].document_id, stored[slice(*fragment)])

    drag_and_label()
    assert made
    records = {r["id"]: r for r in exported(hand, tmp_path / "out.jsonl")}
    for key, (document_id, words) in made.items():
        record = records[key]
        (fragment,) = record["fragments"]  # type: ignore[misc]
        assert record["text"] == words == study.text(document_id)[slice(*fragment)]
    assert check(study) == []


def test_every_character_of_the_hard_text_can_be_dragged_over_alone(hand: Hand) -> None:
    text, surface = open_text(hand, HARD), hand.desk.surface
    inside = [(a, b) for a, b in pairwise(sorted(stops_of(surface))) if text[a:b].strip() and text[a:b] != "\u00ad"]
    seen = 0
    for start, end in inside[:: max(1, len(inside) // 250)]:
        surface.reveal(start, end)
        box = surface.character_rect(start)
        if box.width() < 4:
            continue
        y = box.center().y()
        pull(surface, QPoint(box.left(), y), QPoint(box.right() + 1, y))
        chosen = surface.selection()
        if chosen is None or chosen != (start, end):
            # where directions meet, the edge of a sign is also the edge of another: its middle is its own
            hit = surface.flow.hit(*surface.to_page(QPointF(box.center())).toTuple())[1]
            assert hit.character == start, (text[start:end], chosen)
            continue
        seen += 1
    assert seen > 100


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("東京", "東京"),
        ("値上", "値上"),
        ("フェー", "カフェー"),
        ("𠮷野", "𠮷野家"),
        ("fe\u0301", "cafe\u0301"),
        ("bour\u00a0", "har\u00adbour"),
        ("👩\u200d👧", "👨\u200d👩\u200d👧\u200d👦"),
        ("لمتحدث", "المتحدث"),
        ("לכול", "לכולם"),
        ("न्दी", "हिन्दी"),
        ("ECB", "ECB"),
    ],
)
def test_a_double_click_takes_a_whole_word_in_every_script(hand: Hand, at: str, expected: str) -> None:
    text, surface = open_text(hand, HARD), hand.desk.surface
    start = surface.flow.snap(text.index(at))
    surface.reveal(start, start)
    QTest.mouseDClick(surface.viewport(), LEFT, NO_KEY, surface.character_rect(start).center())
    chosen = surface.selection()
    assert chosen is not None
    assert text[slice(*chosen)] == expected
    surface.clear_selection()
    surface.set_caret(start)
    hand.key("1", CONTROL)
    chosen = surface.selection()
    assert chosen is not None
    assert text[slice(*chosen)] == expected, "the key takes what the mouse takes"


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(PIECES, min_size=3, max_size=30).map(lambda p: "Words " + "".join(p)), st.data())
def test_boundaries_moved_by_keys_stay_between_characters(hand: Hand, text: str, data: st.DataObject) -> None:
    stored, surface = open_text(hand, text), hand.desk.surface
    stops = sorted(stops_of(surface))
    start = data.draw(st.sampled_from(stops))
    end = data.draw(st.sampled_from(stops))
    surface.set_selection(min(start, end), max(start, end))
    before = set(hand.session.labels)
    hand.key("c")
    new = set(hand.session.labels) - before
    if not new:
        return
    (key,) = new
    for _ in range(3):
        hand.key(data.draw(st.sampled_from([".", ","])), Qt.KeyboardModifier.AltModifier)
        ((first, last),) = hand.session.labels[key].fragments
        for edge in (first, last):
            assert edge == len(stored) or not unicodedata.combining(stored[edge])
            assert stored[edge - 1 : edge + 1] != "\r\n"
            assert "\u200d" not in (stored[edge - 1 : edge], stored[edge : edge + 1])


def test_line_ends_of_every_kind_are_kept_and_shift_nothing(hand: Hand) -> None:
    stored = open_text(hand, "One line\r\nand another 😀 line\nthe third cafe\u0301\r\n\r\nthe fourth")
    for words in ("another 😀", "third cafe\u0301", "fourth"):
        hand.drag(words)
        hand.key("c")
    found = [stored[slice(*a.fragments[0])] for a in hand.labels("claim")]
    assert sorted(found) == ["another 😀", "fourth", "third cafe\u0301"]


# input methods


def compose(target: object, preedit: str, commit: str = "") -> QInputMethodEvent:
    """What an input method sends while and after one composes."""
    event = QInputMethodEvent(preedit, [])
    if commit:
        event.setCommitString(commit)
    event.ignore()
    QApplication.sendEvent(target, event)  # type: ignore[arg-type]
    QApplication.processEvents()
    return event


def test_the_text_takes_nothing_from_an_input_method(hand: Hand) -> None:
    surface, chosen = hand.desk.surface, hand.drag("harbour")
    before = hand.session.text
    for target in (surface, surface.viewport()):
        assert not target.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
        assert not target.inputMethodQuery(Qt.InputMethodQuery.ImEnabled)
        for event in (compose(target, "とう"), compose(target, "", "c"), compose(target, "", "東京")):
            assert not event.isAccepted()
    assert (surface.text, surface.selection()) == (before, chosen)
    assert hand.session.labels == {}
    hand.key("c")
    assert len(hand.labels("claim")) == 1


def test_words_composed_with_an_input_method_are_found(hand: Hand) -> None:
    text = open_text(hand, HARD)
    hand.key("f", CONTROL)
    finder = hand.desk.finder
    finder.line.clear()
    compose(finder.line, "とうきょう")
    assert not finder.places
    assert finder.line.text() == ""
    compose(finder.line, "", "東京")
    assert [text[s:e] for s, e in finder.places] == ["東京"]
    assert hand.session.labels == {}
    hand.key("f", CONTROL, SHIFT)
    window = hand.window.search_window
    assert window is not None
    window.line.clear()
    compose(window.line, "はっ")
    compose(window.line, "", "値上")
    window.search()
    hand.bot.waitUntil(lambda: not window._latest.busy)
    assert [p.words for p in window.model.passages] == ["値上"]


def test_names_composed_with_an_input_method_are_found_and_entered(hand: Hand) -> None:
    open_text(hand, HARD)
    hand.drag("国务院")
    hand.key("s")
    hand.key(Qt.Key.Key_F6)
    line = QApplication.focusWidget()
    assert isinstance(line, QLineEdit)
    compose(line, "こくむ")
    assert hand.session.entities == {}
    compose(line, "", "国务院")
    assert line.text() == "国务院"
    assert hand.session.entities == {}, "nothing is entered before it is chosen"
    hand.key(Qt.Key.Key_Return)
    picker = hand.window.findChild(Picker)
    QTest.keyClick(picker.search, "1")  # of which kind
    assert [e.name for e in hand.session.entities.values()] == ["国务院"]


def test_a_paragraph_that_runs_from_right_to_left_begins_at_the_right(hand: Hand) -> None:
    text = open_text(hand, "مرفأ جديد\n\nנמל 14 חדש\n\nHarbour מרפא\n\n14 – 11\n")
    surface = hand.desk.surface
    surface.resize(700, 500)
    column = surface.character_rect(text.index("Harbour")).left(), surface.viewport().width() - surface.left
    for words in ("مرفأ", "נמל"):
        assert abs(surface.character_rect(text.index(words)).right() - column[1]) < 3
    assert surface.character_rect(text.index("14 –")).left() == column[0]
    surface.set_caret(text.index("נמל"))
    hand.key(Qt.Key.Key_Left)
    assert surface.caret() == text.index("נמל") + 1, "the arrow that points onward goes on"
    surface.set_caret(text.index("Harbour"))
    hand.key(Qt.Key.Key_Right)
    assert surface.caret() == text.index("Harbour") + 1


def test_a_line_that_never_ends_is_coded_by_units(hand: Hand) -> None:
    part = "他说：“港口要加深。”渔民不信！The fleet will not last. "
    text = open_text(hand, part * 5000)
    surface = hand.desk.surface
    at = text.index("The fleet", 100_000)
    surface.set_caret(at + 3)
    hand.key("2", CONTROL)
    assert hand.session.text[slice(*surface.selection() or (0, 0))] == "The fleet will not last."
    hand.key("c")
    (claim,) = hand.labels("claim")
    assert claim.fragments == ((at, at + 24),)
    surface.set_caret(text.index("港口", at))
    hand.key("3", CONTROL)
    assert (
        hand.session.text[slice(*surface.selection() or (0, 0))] == "港口要加深"
    )  # the codebook wants the full stop left out
    assert surface.viewport().rect().intersects(surface.character_rect(surface.caret()))
