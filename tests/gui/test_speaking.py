"""What a screen reader is told within this process: announcements, descriptions, answers that PySide6 cannot give."""

from __future__ import annotations

import ctypes
import sys
from types import SimpleNamespace
from typing import Any

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from annotator.qt.reading import accessible, answering
from annotator.qt.shell.command_palette import CommandPalette
from annotator.qt.toolkit import announcing
from annotator.qt.toolkit.parts import Splitter
from tests.conftest import Guard
from tests.gui.conftest import Hand

Heard = list[tuple[str, bool]]


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Heard:
    """What is announced, and whether before anything else, while a screen reader seems to listen."""
    told: Heard = []

    def take(event: QAccessibleAnnouncementEvent) -> None:
        told.append((event.message(), event.politeness() == QAccessible.AnnouncementPoliteness.Assertive))

    listening = SimpleNamespace(
        isActive=lambda: True, updateAccessibility=take, AnnouncementPoliteness=QAccessible.AnnouncementPoliteness
    )
    monkeypatch.setattr(announcing, "QAccessible", listening)
    return told


def test_steps_are_announced_and_refusals_at_once(hand: Hand, heard: Heard) -> None:
    hand.drag("nine years")
    hand.key("c")
    assert ("Saved: 1 added", False) in heard
    hand.desk.surface.clear_selection()
    heard.clear()
    hand.key("s")
    assert heard == [("Select a passage first, then press the key of “Speaker”", True)]
    hand.key(Qt.Key.Key_Delete)
    assert ("Saved: 1 removed", False) in heard


def test_the_number_of_selected_letters_is_for_the_eyes_alone(hand: Hand, heard: Heard) -> None:
    hand.drag("nine years")
    assert hand.window.statusBar().currentMessage() == "10 characters selected"
    assert not any("characters" in words for words, _ in heard)


def test_labels_that_the_caret_enters_and_leaves_are_announced(hand: Hand, heard: Heard) -> None:
    start, _ = hand.drag("Tarn Haven")
    hand.key("s")
    heard.clear()
    surface = hand.desk.surface
    surface.set_caret(start - 3)
    surface.set_caret(start + 2)
    surface.set_caret(start + 4)
    surface.set_caret(start - 1)
    assert [words for words, _ in heard] == ["Speaker", "end of Speaker"]


def test_what_becomes_selected_is_announced_where_no_selection_can_be_told(
    hand: Hand, heard: Heard, monkeypatch: pytest.MonkeyPatch
) -> None:
    surface = hand.desk.surface
    held = QAccessible.queryAccessibleInterface(surface)
    assert held is surface.accessible_interface
    assert surface.accessible_interface is not None
    surface.accessible_interface.text_interface.answering = None
    monkeypatch.setattr(accessible.QAccessible, "isActive", lambda: True, raising=False)
    start, end = hand.range_of("council of Tarn Haven")
    surface.set_selection(start, start + 7)
    surface.set_selection(start, end)
    surface.set_selection(start, end - 6)
    surface.set_selection(0, 300)
    told = [words for words, _ in heard]
    assert told[:3] == ["council selected", "of Tarn Haven selected", "Haven not selected any more"]
    assert len(told[3]) < accessible.LONGEST_SAID + 30


def test_parts_of_the_form_say_whose_they_are_what_is_open_and_what_was_refused(hand: Hand, guard: Guard) -> None:
    guard.expect_dialog(lambda box: QMessageBox.StandardButton.Discard)  # closing asks about what was refused
    hand.drag("nine years")
    hand.key("c")
    button = hand.button("Fact")
    assert button.accessibleDescription().startswith("Kind of claim, still open")
    hand.click("Fact")
    assert hand.button("Fact").accessibleDescription().startswith("Kind of claim, something is or was so")
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Escape)
    voices = next(x for x in hand.desk.inspector.findChildren(QLineEdit) if x.accessibleName() == "Voices quoted")
    assert voices.accessibleDescription() == "still open, 0 – 40"
    voices.setText("many")
    voices.editingFinished.emit()
    assert "number" in voices.accessibleDescription()


def test_rows_are_announced_while_one_types(hand: Hand, heard: Heard, qtbot: QtBot) -> None:
    hand.window.show_palette()
    search = hand.window.findChild(CommandPalette).search
    QTest.keyClicks(search, "undo")
    qtbot.waitUntil(lambda: any(words.startswith("Undo, Command, Ctrl+Z, 1/") for words, _ in heard))
    QTest.keyClick(search, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: any(", 2/" in words for words, _ in heard))
    QTest.keyClick(search, Qt.Key.Key_Escape)


def test_places_found_are_counted_aloud(hand: Hand, heard: Heard) -> None:
    hand.desk.finder.open()
    hand.desk.finder.line.setText("harbour")
    hand.desk.finder.search()
    hand.desk.finder.step(1)
    assert [words for words, _ in heard][-1].endswith("of 2")


def test_a_screen_reader_goes_through_the_desk_as_the_eyes_do(hand: Hand) -> None:
    desk = hand.desk
    told = QAccessible.queryAccessibleInterface(desk.splitter)
    places = [told.child(i).rect() for i in range(told.childCount())]
    assert [p.left() for p in places if p.width() > 100] == sorted(p.left() for p in places if p.width() > 100)
    told = QAccessible.queryAccessibleInterface(desk.right)
    heights = [told.child(i).rect().top() for i in range(told.childCount()) if told.child(i).rect().height() > 20]
    assert heights == sorted(heights)
    told = QAccessible.queryAccessibleInterface(desk.side)
    assert told.child(0).role() == QAccessible.Role.PageTabList


def test_handles_stay_above_the_parts_that_they_divide(hand: Hand) -> None:
    splitter = Splitter()
    for text in "abc":
        splitter.addWidget(QLabel(text))
    splitter.resize(300, 50)
    splitter.show()
    assert [splitter.widget(i) for i in range(3)] == [x for x in splitter.children() if isinstance(x, QLabel)]
    handle = splitter.handle(1)
    middle = handle.geometry().center()
    assert splitter.childAt(QPoint(middle.x(), 20)) is handle
    splitter.deleteLater()


def test_a_line_is_told_as_it_stands_after_a_move_by_lines(hand: Hand) -> None:
    surface, text = hand.desk.surface, hand.session.text
    told = QAccessible.queryAccessibleInterface(surface).textInterface()
    assert told.text(0, told.characterCount()) == text
    surface.set_caret(text.index("The council"))
    hand.key(Qt.Key.Key_Down)
    caret = told.cursorPosition()
    whole = told.text(0, told.characterCount())
    line = whole[whole.rindex("\n", 0, caret) + 1 : whole.index("\n", caret)]
    assert line in text.replace("\n", "|")
    assert (
        20
        < len(line)
        < len("The council of Tarn Haven voted on Monday to deepen the harbour. “It will pay for itself") + 30
    )
    assert len(whole) == len(text)
    hand.key(Qt.Key.Key_Right)
    assert told.text(0, told.characterCount()) == text


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the table is changed on Linux alone")
def test_selection_and_attributes_are_answered_as_the_bus_asks_for_them(hand: Hand) -> None:
    surface = hand.desk.surface
    told = QAccessible.queryAccessibleInterface(surface).textInterface()
    (place,) = shiboken6.getCppPointer(told)
    table: Any = (ctypes.c_void_p * 18).from_address(ctypes.c_void_p.from_address(place).value or 0)
    start, end = ctypes.c_int(-5), ctypes.c_int(-5)
    chosen = hand.range_of("fought for the plan")  # behind an emoji, which is two of Qt's units
    surface.set_selection(*chosen)
    assert told.selectionCount() == 1
    answering._SELECT(table[2])(place, 0, ctypes.byref(start), ctypes.byref(end))
    assert (start.value, end.value) == (chosen[0] + 1, chosen[1] + 1)
    surface.clear_selection()
    assert told.selectionCount() == 0
    string = (ctypes.c_void_p * 3)(1, 1, 1)
    if answering.platform.machine() == "x86_64":
        ask = answering._DESCRIBE(table[17])
        ask(ctypes.addressof(string), place, 9, ctypes.byref(start), ctypes.byref(end))
        assert (start.value, end.value) == (0, told.characterCount())
        assert list(string) == [None, None, None]
