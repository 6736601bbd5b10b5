"""The reading surface driven as a hand does: clicks, drags and keys in, code points of the stored text out."""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, QTextBoundaryFinder
from PySide6.QtGui import QAccessible, QGuiApplication, QHelpEvent, QKeyEvent, QMouseEvent, QPaintEvent, QRegion
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.qt.reading import SurfaceLabel, SurfaceTheme, TextSurface
from annotator.qt.reading.layout import LANE_PX, LANES_BELOW_PX
from annotator.qt.reading.selecting import word_boundaries
from tests.gui.holds import holds

LEFT, NO_KEY, SHIFT = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ARTICLE = (
    "Rates up again\n\nThe bank raised its rate, and we don't know why. “Prices will fall,” said Ada 👩‍👩‍👧 today.\r\n"
    "A second paragraph with cafe\u0301 and NBSP\u00a0here.\n\nقال المتحدث إن البنك (ECB) سيرفع الفائدة.\nThe end."
)
HARD = [
    "a👩‍👩‍👧‍👦b🇩🇪c e\u0301e\u0301 👍🏽 end",
    "one\r\ntwo\r\n\r\nthree\rfour\u2028five\ufeffsix\tseven\u00a0eight\u202fnine\u00adten",
    "قال المتحدث إن البنك المركزي (ECB) سيرفع 4.5 في المئة",
    "The minister said: “שלום לכולם” and left 😀 soon.",
    "今日は東京で「値上げ」を発表した。𠮷野家も。",
    "x" * 300 + "😀" * 60,
    "\ufefftab\t\tstop\x00\x0b\x0c\x1f\ufffc\ufdd0\u2029end",
    "",
    "\n\n\r\n",
]


@pytest.fixture
def surface(qtbot: QtBot) -> TextSurface:
    made = TextSurface()
    qtbot.addWidget(made)
    made.set_theme(SurfaceTheme(family="DejaVu Serif", font_px=17))
    made.resize(820, 700)
    made.set_text(ARTICLE, [("title", 0, 14)])
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    return made


def span(words: str, text: str = ARTICLE) -> tuple[int, int]:
    start = text.index(words)
    return start, start + len(words)


def label(key: str, *words: str, colour: str = "#2f6fc4", pattern: int = 0) -> SurfaceLabel:
    return SurfaceLabel(key, "claim", tuple(span(w) for w in words), colour, pattern)


def front(surface: TextSurface, cp: int) -> QPoint:
    """A point just inside the front of the (left-to-right) character at `cp`."""
    box = surface.character_rect(cp)
    return QPoint(box.left() + 2, box.center().y())


def press(surface: TextSurface, key: Qt.Key, modifier: Qt.KeyboardModifier = NO_KEY) -> None:
    QTest.keyClick(surface, key, modifier)


def drag(surface: TextSurface, start: QPoint, end: QPoint) -> None:
    view = surface.viewport()
    QTest.mousePress(view, LEFT, NO_KEY, start)
    for point in ((start + end) / 2, end):
        event = QMouseEvent(QEvent.Type.MouseMove, QPointF(point), view.mapToGlobal(QPointF(point)), LEFT, LEFT, NO_KEY)
        QApplication.sendEvent(view, event)
    QTest.mouseRelease(view, LEFT, NO_KEY, end)


def test_a_drag_selects_exactly_the_words_under_it(surface: TextSurface) -> None:
    start, end = span("raised its rate")
    drag(surface, front(surface, start), front(surface, end))
    assert surface.selection() == (start, end)


def test_a_drag_backwards_selects_the_same_and_leaves_the_caret_in_front(surface: TextSurface) -> None:
    start, end = span("raised its rate")
    drag(surface, front(surface, end), front(surface, start))
    assert (surface.selection(), surface.caret()) == ((start, end), start)


def test_a_double_click_takes_a_word_with_its_apostrophe(surface: TextSurface) -> None:
    start, end = span("don't")
    QTest.mouseDClick(surface.viewport(), LEFT, NO_KEY, front(surface, start + 4))
    assert surface.selection() == (start, end)


def test_a_third_click_takes_the_paragraph_without_its_line_break(surface: TextSurface) -> None:
    at = front(surface, span("raised")[0])
    QTest.mouseDClick(surface.viewport(), LEFT, NO_KEY, at)
    QTest.mousePress(surface.viewport(), LEFT, NO_KEY, at)
    QTest.mouseRelease(surface.viewport(), LEFT, NO_KEY, at)
    start, end = ARTICLE.index("The bank"), ARTICLE.index("\r\n")
    assert surface.selection() == (start, end)


def test_shift_click_extends_from_the_caret(surface: TextSurface) -> None:
    start, end = span("bank raised its")
    surface.set_caret(start)
    QTest.mouseClick(surface.viewport(), LEFT, SHIFT, front(surface, end))
    assert surface.selection() == (start, end)


def test_arrows_never_stop_inside_a_grapheme_or_a_line_break(surface: TextSurface) -> None:
    graphemes = set(word_boundaries(ARTICLE, QTextBoundaryFinder.BoundaryType.Grapheme))
    surface.set_caret(0)
    seen = [0]
    while True:
        before = surface.caret()
        # Along the text: the arrow's sense turns in paragraphs that run from right to left.
        rtl = surface.flow.layout(surface.flow.paragraph_of(before)).rtl
        press(surface, Qt.Key.Key_Left if rtl else Qt.Key.Key_Right)
        if surface.caret() == before:
            break
        seen.append(surface.caret())
    assert seen[-1] == len(ARTICLE)
    assert seen == sorted(set(seen))
    assert set(seen) == graphemes


def test_ctrl_shift_arrow_selects_by_word(surface: TextSurface) -> None:
    surface.set_caret(ARTICLE.index("we don't"))
    press(surface, Qt.Key.Key_Right, CTRL | SHIFT)
    press(surface, Qt.Key.Key_Right, CTRL | SHIFT)
    start, end = surface.selection() or (0, 0)
    assert ARTICLE[start:end] == "we don't "
    press(surface, Qt.Key.Key_Left, CTRL | SHIFT)
    start, end = surface.selection() or (0, 0)
    assert ARTICLE[start:end] == "we "


def test_ctrl_arrow_passes_through_the_whole_text_and_back(surface: TextSurface) -> None:
    surface.set_caret(0)
    for _ in range(200):
        press(surface, Qt.Key.Key_Right, CTRL)
        if surface.caret() > ARTICLE.index("قال") - 2:
            break
    assert surface.caret() >= ARTICLE.index("قال") - 2
    press(surface, Qt.Key.Key_End, CTRL)
    press(surface, Qt.Key.Key_Left, CTRL)
    assert surface.caret() == ARTICLE.index("end.") + 3


def test_home_and_end_stay_on_their_line(surface: TextSurface) -> None:
    at = ARTICLE.index("raised")
    surface.set_caret(at)
    press(surface, Qt.Key.Key_Home)
    assert surface.caret() == ARTICLE.index("The bank")
    press(surface, Qt.Key.Key_End)
    held = surface.flow.layout(2)
    assert held.line_of(surface.caret()) == 0
    assert surface.caret() == held.line_range(0)[1] - 1


def test_down_and_up_keep_their_column_over_short_lines(surface: TextSurface) -> None:
    at = ARTICLE.index("raised its") + 6
    surface.set_caret(at)
    for key in (Qt.Key.Key_Up, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Down):
        press(surface, key)
    assert surface.caret() == at


def test_ctrl_home_and_end_and_select_all(surface: TextSurface) -> None:
    press(surface, Qt.Key.Key_End, CTRL)
    assert surface.caret() == len(ARTICLE)
    press(surface, Qt.Key.Key_Home, CTRL)
    assert surface.caret() == 0
    press(surface, Qt.Key.Key_A, CTRL)
    assert surface.selection() == (0, len(ARTICLE))


def test_copy_puts_the_stored_text_on_the_clipboard(surface: TextSurface) -> None:
    stored = HARD[1]
    surface.set_text(stored)
    press(surface, Qt.Key.Key_A, CTRL)
    press(surface, Qt.Key.Key_C, CTRL)
    assert QGuiApplication.clipboard().text() == stored


@pytest.mark.parametrize("key", [Qt.Key.Key_C, Qt.Key.Key_1, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_Delete])
def test_keys_that_are_not_navigation_are_left_to_the_window(surface: TextSurface, key: Qt.Key) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, key, NO_KEY)
    surface.keyPressEvent(event)
    assert not event.isAccepted()
    override = QKeyEvent(QEvent.Type.ShortcutOverride, key, NO_KEY)
    override.ignore()
    surface.event(override)
    assert not override.isAccepted()


def test_page_down_moves_the_view_and_the_caret(surface: TextSurface) -> None:
    surface.set_text("\n".join(f"Line number {n} of a long text." for n in range(400)))
    press(surface, Qt.Key.Key_PageDown)
    moved = surface.caret()
    assert surface.verticalScrollBar().value() > 300
    assert surface.viewport().rect().contains(surface.character_rect(moved))
    press(surface, Qt.Key.Key_PageUp)
    assert surface.caret() == 0


def test_a_selection_is_told_once_for_each_change(surface: TextSurface, qtbot: QtBot) -> None:
    told: list[tuple[int, int] | None] = []
    surface.selection_changed.connect(lambda: told.append(surface.selection()))
    surface.set_selection(3, 9)
    surface.set_selection(3, 9)
    surface.clear_selection()
    assert told == [(3, 9), None]


def test_a_second_click_walks_to_the_label_around_and_a_third_back(surface: TextSurface) -> None:
    surface.set_labels([label("outer", "The bank raised its rate"), label("inner", "raised"), label("far", "Prices")])
    told: list[str] = []
    surface.label_activated.connect(told.append)
    at = front(surface, span("raised")[0] + 2)
    for _ in range(3):
        QTest.mouseClick(surface.viewport(), LEFT, NO_KEY, at)
        QTest.mouseMove(surface.viewport(), at)
        QTest.qWait(0)
    assert told == ["inner", "outer", "inner"]
    assert surface.labels_at(span("raised")[0]) == ["inner", "outer"]


def test_a_click_on_a_lane_reaches_the_label_drawn_there(surface: TextSurface) -> None:
    surface.set_labels([label("outer", "The bank raised its rate"), label("inner", "raised")])
    told: list[str] = []
    surface.label_activated.connect(told.append)
    start = span("raised")[0]
    paragraph = surface.flow.paragraph_of(start)
    bottom = surface.character_rect(start).bottom()
    lane = surface.index.bucket(paragraph).lane("outer")  # type: ignore[union-attr]
    assert lane == 1
    x = surface.character_rect(start + 3).center().x()
    QTest.mouseClick(surface.viewport(), LEFT, NO_KEY, QPoint(x, round(bottom + LANES_BELOW_PX + lane * LANE_PX)))
    assert told == ["outer"]


def test_labels_without_a_lane_are_counted_and_reached_beside_the_line(surface: TextSurface) -> None:
    start = span("The bank raised")[0]
    many = [SurfaceLabel(f"m{n}", "claim", ((start + n, start + 40 - n),), "#2f6fc4") for n in range(7)]
    surface.set_labels(many)
    surface.grab()
    paragraph = surface.flow.paragraph_of(start)
    bucket = surface.index.bucket(paragraph)
    assert bucket is not None
    assert sorted(bucket.lane(f"m{n}") for n in range(7)) == [0, 1, 2, 3, 4, 4, 4]
    box = surface.painter.more_box(surface.flow.layout(paragraph), 0)
    top = surface.character_rect(start).top() - surface.flow.layout(paragraph).text_box(0)[0]
    assert len(surface.pointer.stack_at(QPointF(surface.left + box.center().x(), top + box.center().y()))) == 3


def test_a_label_over_two_paragraphs_is_found_in_both(surface: TextSurface) -> None:
    whole = (ARTICLE.index("today"), ARTICLE.index("second"))
    surface.set_labels([SurfaceLabel("x", "claim", (whole,), "#2f6fc4")])
    assert surface.labels_at(whole[0]) == ["x"]
    assert surface.labels_at(whole[1] - 1) == ["x"]
    assert surface.labels_at(whole[1]) == []


def test_a_gap_of_a_discontinuous_label_is_not_the_label(surface: TextSurface) -> None:
    surface.set_labels([label("x", "The bank", "its rate")])
    assert surface.labels_at(span("raised")[0]) == []
    assert surface.labels_at(span("its rate")[0]) == ["x"]


def test_update_labels_adds_moves_and_removes(surface: TextSurface) -> None:
    surface.set_labels([label("a", "bank"), label("b", "raised")])
    surface.grab()
    surface.update_labels([label("a", "rate"), label("c", "bank")], ["b"])
    assert surface.labels_at(span("bank")[0]) == ["c"]
    assert surface.labels_at(span("raised")[0]) == []
    assert surface.labels_at(span("rate")[0]) == ["a"]


def test_what_is_under_the_caret_is_told_when_it_changes(surface: TextSurface) -> None:
    surface.set_labels([label("a", "bank")])
    told: list[list[str]] = []
    surface.labels_under.connect(told.append)
    surface.set_caret(span("bank")[0])
    surface.set_caret(span("bank")[0] + 1)
    surface.set_caret(0)
    assert told == [["a"], []]


def test_stepping_goes_through_the_labels_in_reading_order(surface: TextSurface) -> None:
    surface.set_labels([label("b", "raised"), label("a", "The bank raised"), label("c", "The end")])
    told: list[str] = []

    def go(key: str) -> None:
        told.append(key)
        surface.set_current(key)

    surface.label_activated.connect(go)
    for direction in (1, 1, 1, -1):
        surface.step_label(direction)
    assert told == ["a", "b", "c", "b"]


@holds("The current label")
@pytest.mark.parametrize(("which", "to", "told"), [(True, "bank", "bank raised its"), (False, "rate,", "raised its ")])
def test_pulling_a_handle_asks_for_the_new_boundary(surface: TextSurface, which: bool, to: str, told: str) -> None:
    surface.set_labels([label("x", "raised its")])
    surface.set_current("x")
    start, end = span("raised its")
    box = surface.character_rect(start if which else end - 1)
    handle = QPoint(box.left(), box.top() - 2) if which else QPoint(box.right(), box.bottom() + 2)
    asked: list[tuple[str, int, int, int]] = []
    surface.boundary_dragged.connect(lambda *a: asked.append(a))
    drag(surface, handle, front(surface, ARTICLE.index(to)))
    assert [(a[:2], ARTICLE[a[2] : a[3]]) for a in asked] == [(("x", 0), told)]
    assert surface.scene.dragged is None


def test_a_pulled_boundary_stays_clear_of_the_other_end_and_of_the_next_fragment(surface: TextSurface) -> None:
    surface.set_labels([label("x", "The bank", "its rate")])
    surface.set_current("x")
    box = surface.character_rect(span("The bank")[1] - 1)
    asked: list[tuple[int, int]] = []
    surface.boundary_dragged.connect(lambda _, number, start, end: asked.append((start, end)))
    drag(surface, QPoint(box.right(), box.bottom() + 2), front(surface, ARTICLE.index("know")))
    drag(surface, QPoint(box.right(), box.bottom() + 2), front(surface, ARTICLE.index("Rates")))
    start = span("The bank")[0]
    assert asked == [(start, span("its rate")[0] - 1), (start, start + 1)]


@holds("The current label")
def test_a_drag_from_the_first_letter_of_the_label_in_hand_selects_and_moves_nothing(surface: TextSurface) -> None:
    surface.set_labels([label("x", "bank raised its rate")])
    surface.set_current("x")
    asked: list[tuple[object, ...]] = []
    surface.boundary_dragged.connect(lambda *a: asked.append(a))
    start, end = span("bank")
    last = surface.character_rect(end - 1)
    drag(surface, front(surface, start), QPoint(last.right(), last.center().y()))
    assert (asked, surface.selection()) == ([], (start, end))


def test_a_click_on_a_handle_that_is_not_pulled_is_a_click(surface: TextSurface) -> None:
    surface.set_labels([label("x", "raised its"), label("y", "bank raised its rate")])
    surface.set_current("x")
    told: list[str] = []
    surface.label_activated.connect(told.append)
    start = span("raised")[0]
    QTest.mouseClick(surface.viewport(), LEFT, NO_KEY, front(surface, start))
    assert (told, surface.caret()) == (["x"], start)


def test_escape_gives_a_pulled_boundary_up(surface: TextSurface) -> None:
    surface.set_labels([label("x", "raised its")])
    surface.set_current("x")
    box = surface.character_rect(span("raised its")[0])
    asked: list[int] = []
    surface.boundary_dragged.connect(lambda *_: asked.append(1))
    view = surface.viewport()
    QTest.mousePress(view, LEFT, NO_KEY, QPoint(box.left(), box.top() - 2))
    there = QPointF(front(surface, ARTICLE.index("bank")))
    move = QMouseEvent(QEvent.Type.MouseMove, there, view.mapToGlobal(there), LEFT, LEFT, NO_KEY)
    QApplication.sendEvent(view, move)
    assert surface.scene.dragged is not None
    press(surface, Qt.Key.Key_Escape)
    QTest.mouseRelease(view, LEFT, NO_KEY, there.toPoint())
    assert surface.scene.dragged is None
    assert not asked


def test_a_drag_beyond_the_edge_scrolls_and_goes_on_selecting(surface: TextSurface) -> None:
    text = "\n".join(f"Line number {n} of a long text." for n in range(400))
    surface.set_text(text)
    view = surface.viewport()
    QTest.mousePress(view, LEFT, NO_KEY, front(surface, 5))
    below = QPointF(200, view.height() + 60)
    QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, below, view.mapToGlobal(below), LEFT, LEFT, NO_KEY))
    before = surface.caret()
    for _ in range(20):
        surface.pointer.scroll_on()
    assert surface.verticalScrollBar().value() > 400
    assert surface.caret() > before
    assert (surface.selection() or (0, 0))[0] == 5
    QTest.mouseRelease(view, LEFT, NO_KEY, below.toPoint())


@pytest.mark.parametrize("text", HARD, ids=range(len(HARD)))
def test_every_caret_stop_of_a_hard_text_is_found_again_where_it_is_drawn(surface: TextSurface, text: str) -> None:
    surface.set_text(text)
    surface.grab()
    cp, stops = 0, [0]
    while (after := surface.flow.next_stop(cp)) != cp:
        stops.append(after)
        cp = after
    assert stops[-1] == surface.flow.ends[-1]
    for start, end in pairwise(stops):
        held = surface.flow.layout(surface.flow.paragraph_of(start))
        if start == held.end:
            continue
        for line in range(held.line_of(start), held.line_of(end - 1) + 1):
            for left, right in held.segments(line, start, end):
                if right - left <= 2:  # nothing to be hit: it has no width
                    continue
                hit = held.hit((left + right) / 2, held.text_box(line)[0] + 2)
                assert hit.character == start, (text[start:end], hit)
                assert hit.caret in (start, end)


hard_letters = st.sampled_from(
    ["a", "b ", "don't ", "fi", "é", "e\u0301", "👩‍👩‍👧‍👦", "🇩🇪", "😀", "\r\n", "\n", "\r", "\t", "\u00a0"]
) | st.sampled_from(
    ["\u2028", "\ufeff", "\u00ad", "שלום", "عربي", "東", "𠮷", "(x) ", "\u200d", "\u0301", "क्षि", "\u2067", "\x00"]
)


@given(pieces=st.lists(hard_letters, max_size=60), picks=st.tuples(st.floats(0, 1), st.floats(0, 1)))
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_a_drag_selects_is_whole_graphemes_of_the_stored_text(
    surface: TextSurface, pieces: list[str], picks: tuple[float, float]
) -> None:
    text = "".join(pieces)
    surface.set_text(text)
    height = min(surface.viewport().height() - 2, surface.flow.height + 20)
    start = QPoint(round(surface.left + picks[0] * 300), round(30 + picks[0] * (height - 30)))
    end = QPoint(round(surface.left + picks[1] * 500), round(30 + picks[1] * (height - 30)))
    drag(surface, start, end)
    caret, anchor = surface.caret(), surface.anchor()
    stops, cp = {0}, 0
    while (after := surface.flow.next_stop(cp)) != cp:
        assert after > cp
        stops.add(after)
        cp = after
    assert {caret, anchor} <= stops
    selected = surface.selection()
    if selected is not None:
        surface.copy()
        assert QGuiApplication.clipboard().text() == text[selected[0] : selected[1]]
    surface.set_selection(0, len(text))
    assert surface.selection() == ((0, len(text)) if text else None)


def test_odd_characters_of_the_text_shift_no_label(surface: TextSurface) -> None:
    text = HARD[6] + "\r\nlast 😀 words"
    surface.set_text(text)
    start = text.index("words")
    box = surface.character_rect(start)
    drag(surface, QPoint(box.left() + 1, box.center().y()), surface.character_rect(start + 4).center() + QPoint(8, 0))
    selected = surface.selection()
    assert selected is not None
    assert text[selected[0] : selected[1]] == "words"


def test_reveal_brings_a_far_place_into_view(surface: TextSurface) -> None:
    text = "\n".join(f"Line {n} " + "goes on and on " * (n % 23) for n in range(3000))
    surface.set_text(text)
    for words in ("Line 2500 ", "Line 40 ", "Line 2999 ", "Line 0 "):
        start = text.index(words)
        surface.reveal(start, start + len(words))
        surface.grab()
        assert surface.viewport().rect().contains(surface.character_rect(start)), words


def test_scrolling_to_the_end_shows_the_last_line_whatever_was_estimated(surface: TextSurface) -> None:
    text = "\n".join("WWW mmm " * (n % 40) for n in range(1500)) + "\nlast"
    surface.set_text(text)
    bar = surface.verticalScrollBar()
    for _ in range(8):
        bar.setValue(bar.maximum())
        surface.grab()
    assert surface.viewport().rect().contains(surface.character_rect(len(text) - 2))


def test_a_new_width_keeps_the_text_at_the_top_in_view(surface: TextSurface) -> None:
    text = "\n".join(f"Line {n} " + "goes on and on " * (n % 23) for n in range(2000))
    surface.set_text(text)
    start = text.index("Line 1200 ")
    surface.reveal(start, start)
    bar = surface.verticalScrollBar()
    bar.setValue(bar.value() + surface.character_rect(start).top() - 4)
    surface.resize(500, 700)
    surface.grab()
    assert abs(surface.character_rect(start).top()) < 60


def test_a_paragraph_of_a_hundred_thousand_characters_can_be_read_and_selected(surface: TextSurface) -> None:
    text = "word 😀 " * 15_000
    surface.set_text(text)
    start = text.index("😀", 90_000)
    surface.reveal(start, start + 1)
    QTest.mouseDClick(surface.viewport(), LEFT, NO_KEY, front(surface, start + 2))
    selected = surface.selection()
    assert selected is not None
    assert text[selected[0] : selected[1]] == "word"


def test_only_the_lines_of_a_changed_label_are_painted_again(surface: TextSurface, qtbot: QtBot) -> None:
    text = "\n".join(f"Paragraph {n} has a line." for n in range(60))
    surface.set_text(text)
    surface.grab()
    QApplication.processEvents()
    seen: list[int] = []
    paint = surface.paintEvent

    def watch(event: QPaintEvent) -> None:
        seen.append(event.rect().height())
        paint(event)

    surface.paintEvent = watch  # type: ignore[method-assign]
    surface.update_labels([SurfaceLabel("x", "claim", ((30, 40),), "#2f6fc4")], [])
    QApplication.processEvents()
    assert seen
    assert max(seen) < 150


def changes() -> list[tuple[str, Callable[[TextSurface], None]]]:
    """Every way in which the picture may change in part."""
    current = label("cur", "raised its rate, and we", "know why", pattern=3)
    far = SurfaceLabel("far", "claim", ((span("today")[0], span("second")[1]),), "#c2571a")
    arabic = label("arabic", "المتحدث إن البنك (E")

    def start(s: TextSurface) -> None:
        s.set_labels(
            [current, far, label("in", "its"), label("in2", "raised its"), label("all", "The bank raised its")]
        )
        s.set_current("cur")

    def pull(s: TextSurface) -> None:
        box = s.character_rect(span("know why")[1] - 1)
        view = s.viewport()
        QTest.mousePress(view, LEFT, NO_KEY, QPoint(box.right(), box.bottom() + 2))
        to = QPointF(front(s, ARTICLE.index("fall")))
        QApplication.sendEvent(view, QMouseEvent(QEvent.Type.MouseMove, to, view.mapToGlobal(to), LEFT, LEFT, NO_KEY))
        assert s.scene.dragged is not None

    def let_go(s: TextSurface) -> None:
        QTest.mouseRelease(s.viewport(), LEFT, NO_KEY, front(s, ARTICLE.index("fall")))

    return [
        ("start", start),
        ("link", lambda s: s.set_linked({"in": "speaker", "all": "target", "far": "a far one"})),
        ("add", lambda s: s.update_labels([arabic, label("new", "bank"), label("new2", "Rates up")])),
        ("select", lambda s: s.set_selection(*span("why. “Prices will fall"))),
        ("select more", lambda s: s.set_selection(ARTICLE.index("why"), len(ARTICLE) - 4)),
        ("current", lambda s: s.set_current("far")),
        ("caret", lambda s: s.set_caret(3)),
        ("current again", lambda s: s.set_current("cur")),
        ("pull", pull),
        ("let go", let_go),
        ("unlink", lambda s: s.set_linked({"far": "now"})),
        ("remove", lambda s: s.update_labels([label("in", "Prices")], ["in2", "all", "arabic"])),
        ("none", lambda s: s.set_current(None)),
    ]


def test_what_is_painted_again_is_all_that_changed(surface: TextSurface) -> None:
    painted: list[QRegion] = []
    paint = surface.paintEvent

    def watch(event: QPaintEvent) -> None:
        painted.append(QRegion(event.region()))
        paint(event)

    surface.paintEvent = watch  # type: ignore[method-assign]
    before = surface.grab().toImage()
    for name, change in changes():
        QApplication.processEvents()
        painted.clear()
        change(surface)
        QApplication.processEvents()
        again = [QRegion(region) for region in painted]
        after = surface.grab().toImage()
        ratio = after.devicePixelRatio()
        for y in range(after.height()):
            if any(r.contains(QPoint(surface.viewport().width() // 2, int(y / ratio))) for r in again):
                continue
            row = [image.copy(0, y, after.width(), 1) for image in (before, after)]
            assert row[0] == row[1], (name, y)
        before = after


def test_a_tool_tip_names_the_labels_as_plain_words(surface: TextSurface) -> None:
    surface.caption_of = lambda label: f"{label.layer} - <b>fact</b>"
    surface.set_labels([SurfaceLabel("x", "claim", (span("raised"),), "#2f6fc4")])
    assert surface._tip(QPointF(front(surface, span("raised")[0]))) == "claim - &lt;b&gt;fact&lt;/b&gt;"
    at = front(surface, span("raised")[0])
    event = QHelpEvent(QEvent.Type.ToolTip, at, surface.viewport().mapToGlobal(at))
    assert surface.viewportEvent(event)


@pytest.mark.parametrize("background", ["#ffffff", "#1e2126"])
def test_it_paints_everything_at_once_in_either_theme(surface: TextSurface, background: str) -> None:
    ink = "#1e2227" if background == "#ffffff" else "#e7e8ea"
    surface.set_theme(SurfaceTheme(background=background, text=ink))
    kinds = [label(f"k{n}", "The bank raised its", "don't know", pattern=n) for n in range(6)]
    surface.set_labels([*kinds, label("r", "المتحدث إن البنك (E"), label("e", "Ada 👩‍👩‍👧")])
    surface.set_current("k1")
    surface.set_linked({"k2": "speaker", "r": "a caption so long that it has to be cut somewhere"})
    surface.set_selection(10, len(ARTICLE) - 5)
    image = surface.grab().toImage()
    assert image.pixelColor(image.width() - 40, image.height() // 2).name() == background


def test_a_screen_reader_reads_text_caret_and_current_label(surface: TextSurface) -> None:
    surface.set_labels([label("x", "raised its")])
    surface.set_current("x")
    surface.set_caret(ARTICLE.index("today"))
    told = QAccessible.queryAccessibleInterface(surface)
    assert told.role() == QAccessible.Role.Document
    assert told.text(QAccessible.Text.Name) == "Article text"
    assert "raised its" in told.text(QAccessible.Text.Description)
    text = told.textInterface()
    units = ARTICLE.encode("utf-16-le")
    assert text.characterCount() == len(units) // 2
    at = text.cursorPosition()
    assert units[at * 2 : at * 2 + 10].decode("utf-16-le") == "today"
    assert text.text(at, at + 5) == "today"
    text.addSelection(at, at + 5)
    assert surface.selection() == span("today")


def test_a_screen_reader_may_ask_for_any_interface(surface: TextSurface) -> None:
    told = QAccessible.queryAccessibleInterface(surface)
    assert told.textInterface() is not None
    for other in ("editableText", "action", "value", "table", "tableCell", "attributes", "selection"):
        ask = getattr(told, f"{other}Interface", None)  # PySide6 has no tableInterface to ask with
        assert ask is None or ask() is None, other


def test_a_running_screen_reader_is_told_of_caret_and_selection(surface: TextSurface) -> None:
    QAccessible.queryAccessibleInterface(surface)
    QAccessible.setActive(True)
    try:
        for at in range(0, len(ARTICLE), 3):
            surface.set_caret(at)
            surface.set_selection(at, len(ARTICLE))
        gc.collect()
    finally:
        QAccessible.setActive(False)
    assert surface.selection() is not None


def test_surfaces_come_and_go_without_a_crash_or_a_lost_reference(qtbot: QtBot) -> None:
    for _ in range(30):
        made = TextSurface()
        made.set_text(ARTICLE)
        made.set_labels([label("x", "raised its")])
        made.set_current("x")
        told = QAccessible.queryAccessibleInterface(made)
        assert told.textInterface().characterCount() > 0
        made.grab()
        made.deleteLater()
        del made, told
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
        gc.collect()
    before = sys.getrefcount(None)
    again = TextSurface()
    qtbot.addWidget(again)
    again.set_text(ARTICLE)
    for at in range(300):
        again.set_caret(at % len(ARTICLE))
        again.grab()
    assert sys.getrefcount(None) > before - 1000


def test_a_page_up_is_a_page_less_a_line_and_goes_back_where_a_page_down_came_from(surface: TextSurface) -> None:
    surface.set_text("\n".join(f"Line number {n} of a long text." for n in range(400)))
    for _ in range(4):
        press(surface, Qt.Key.Key_PageDown)
    rows = [surface.text[: surface.caret()].count("\n")]
    for _ in range(2):
        press(surface, Qt.Key.Key_PageUp)
        rows.append(surface.text[: surface.caret()].count("\n"))
    for _ in range(2):
        press(surface, Qt.Key.Key_PageDown)
        rows.append(surface.text[: surface.caret()].count("\n"))
    down, up, upper, back, again = rows
    line = surface.character_rect(surface.caret()).height()
    assert down - up > surface.viewport().height() / line / 3, "much more than a row"
    assert abs((down - up) - (up - upper)) <= 1
    assert abs(back - up) <= 1
    assert abs(again - down) <= 1
