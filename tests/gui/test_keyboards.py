"""Keyboards of other scripts, input methods, and digits wherever they are."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from annotator.qt.form.picker import Picker
from annotator.qt.form.search_field import SearchField, SearchLine
from annotator.qt.shell.command_palette import CommandPalette
from annotator.qt.toolkit.keys import keyboard
from tests.gui.conftest import Hand

NONE = Qt.KeyboardModifier.NoModifier
CODE_OF = {"c": (54, 0x43, 8), "s": (39, 0x53, 1), "u": (30, 0x55, 32)}


@pytest.fixture(autouse=True)
def on_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyboard, "sys", SimpleNamespace(platform="linux"))


def press(where: QWidget, text: str, place: str, held: Qt.KeyboardModifier = NONE, system: str = "linux") -> None:
    """What a keyboard of another script sends for the key in the place of a Latin letter."""
    scan, windows, apple = CODE_OF[place]
    native = {"linux": (scan, 0x6D3), "win32": (0x2E, windows), "darwin": (0, apple)}[system]
    for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
        QApplication.sendEvent(where, QKeyEvent(kind, ord(text.upper()), held, *native, 0, text))
    QApplication.processEvents()


def compose(where: QWidget, *steps: str, commit: str = "") -> None:
    """What an input method sends: words being composed, then what they become."""
    for words in steps:
        QApplication.sendEvent(where, QInputMethodEvent(words, []))
    event = QInputMethodEvent("", [])
    event.setCommitString(commit)
    QApplication.sendEvent(where, event)
    QApplication.processEvents()


@pytest.mark.parametrize("text", ["с", "ψ", "ؤ", "ᄎ", "ч", "ג", "แ"])
def test_a_layer_key_is_a_place_on_the_keyboard(hand: Hand, text: str) -> None:
    hand.drag("nine years")
    press(hand.desk.surface, text, "c")
    assert len(hand.labels("claim")) == 1


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_a_layer_key_is_a_place_on_every_system(hand: Hand, system: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(keyboard, "sys", SimpleNamespace(platform=system))
    hand.drag("Nneka Vardy")
    press(hand.desk.surface, "ы", "s", system=system)
    assert len(hand.labels("speaker")) == 1


def test_keys_with_ctrl_are_places_too(hand: Hand) -> None:
    hand.drag("nine years")
    hand.key("c")
    event = QKeyEvent(QEvent.Type.KeyPress, ord("Я"), Qt.KeyboardModifier.ControlModifier, 52, 0x6D1, 0, "я")
    QApplication.sendEvent(hand.desk.surface, event)
    assert not hand.labels("claim")


def test_letters_of_latin_keyboards_stay_what_they_are(hand: Hand) -> None:
    hand.drag("nine years")
    press(hand.desk.surface, "ç", "c")  # a letter of its own on French and Turkish keyboards
    assert not hand.labels("claim")
    press(hand.desk.surface, "ж", "u", Qt.KeyboardModifier.ShiftModifier)
    assert not hand.labels("cue")


def in_hand_again(hand: Hand, attribute: str) -> None:
    """Back to a field that was answered: an answer leads on to the next."""
    QApplication.processEvents()
    fields = hand.desk.inspector.open_fields()
    hand.desk.inspector.go_to(next(f for f in fields if f.attribute.key == attribute))
    QApplication.processEvents()


def test_a_value_key_is_a_place_or_a_digit_of_any_script(hand: Hand) -> None:
    hand.drag("nine years")
    hand.key("c")
    for digit, value in (("٢", "cause"), ("3", "prediction"), ("१", "fact")):
        in_hand_again(hand, "claim_type")
        event = QKeyEvent(QEvent.Type.KeyPress, ord(digit), NONE, digit)
        QApplication.sendEvent(QApplication.focusWidget(), event)
        assert hand.labels("claim")[0].values["claim_type"] == value


def test_digits_of_the_keypad_and_with_shift_choose_values(hand: Hand) -> None:
    hand.drag("nine years")
    hand.key("c")
    hand.key("2", Qt.KeyboardModifier.KeypadModifier)
    assert hand.labels("claim")[0].values["claim_type"] == "cause"
    # French: the digit is the key with Shift
    in_hand_again(hand, "claim_type")
    QApplication.sendEvent(
        QApplication.focusWidget(),
        QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_1, Qt.KeyboardModifier.ShiftModifier, "1"),
    )
    assert hand.labels("claim")[0].values["claim_type"] == "fact"


def test_caps_lock_changes_no_key(hand: Hand) -> None:
    hand.drag("nine years")
    QTest.sendKeyEvent(QTest.KeyAction.Click, hand.desk.surface, Qt.Key.Key_C, "C", NONE)
    QApplication.processEvents()
    assert len(hand.labels("claim")) == 1


def test_the_values_pass_takes_keys_by_their_place(hand: Hand) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, ord("с"), NONE, CODE_OF["c"][0], 0, 0, "с")
    assert keyboard.typed(event) == "c"
    hand.drag("nine years")
    hand.key("c")
    hand.key(Qt.Key.Key_F4)
    QApplication.sendEvent(hand.desk.values_pass, QKeyEvent(QEvent.Type.KeyPress, ord("٤"), NONE, "٤"))
    assert hand.labels("claim")[0].values["claim_type"] == "judgement"


def test_no_input_method_composes_over_the_article(hand: Hand) -> None:
    surface = hand.desk.surface
    assert not surface.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)
    assert not surface.inputMethodQuery(Qt.InputMethodQuery.ImEnabled)
    hand.drag("nine years")
    compose(surface, "ch", commit="c")
    assert not hand.labels("claim")
    hand.key("c")
    assert len(hand.labels("claim")) == 1


def test_a_value_is_searched_by_composed_words(hand: Hand) -> None:
    hand.drag("nine years")
    hand.key("c")
    line = next(x for x in hand.desk.inspector.findChildren(SearchLine) if x.accessibleName() == "Topic")
    line.setFocus()
    compose(line, "e", "ec", "eco")
    assert line.text() == ""
    compose(line, "eco", commit="Costs and fünding")
    assert line.text() == "Costs and fünding"
    assert line.popup.isVisible()
    hand.key(Qt.Key.Key_Return)
    assert hand.labels("claim")[0].values["topic"]
    assert len(hand.labels("claim")) == 1


def test_a_name_is_given_in_chinese(hand: Hand) -> None:
    hand.drag("nine years")
    hand.key("c")
    hand.click("Choose…", nth=1)
    picker = hand.window.findChild(Picker)
    compose(picker.search, "wang", "王 hui", commit="王惠")
    assert picker.search.text() == "王惠"
    assert picker.search.accessibleName()
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert picker.search.accessibleName() == "“王惠” is a"
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    assert not hand.session.entities, "two Enters decide no kind"
    QTest.keyClick(picker.search, "1")
    assert any(e.name == "王惠" for e in hand.session.entities.values())


def test_a_memo_takes_composed_words_and_nothing_half_done(hand: Hand) -> None:
    hand.drag("nine years")
    hand.key("c")
    QApplication.processEvents()
    memo = next(x for x in hand.desk.inspector.findChildren(QPlainTextEdit) if x.isVisible())
    memo.setFocus()
    QApplication.sendEvent(memo, QInputMethodEvent("かんじ", []))
    hand.desk.inspector.flush()
    assert hand.labels("claim")[0].memo == ""
    compose(memo, "かんじ", commit="漢字 é")
    hand.desk.inspector.flush()
    assert hand.labels("claim")[0].memo == "漢字 é"


def test_the_find_bar_and_the_palette_take_composed_words(hand: Hand) -> None:
    hand.desk.finder.open()
    line = hand.desk.finder.line
    compose(line, "har", "harb")
    assert not hand.desk.finder.places
    compose(line, "harb", commit="harbour")
    assert len(hand.desk.finder.places) == 2
    hand.desk.finder.leave()
    hand.window.show_palette()
    palette = hand.window.findChild(CommandPalette)
    compose(palette.search, "und", commit="undo")
    assert palette.list.item(0).text() == "Undo"
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)


def test_fields_of_the_desk_accept_input_methods(hand: Hand) -> None:
    fields = [x for kind in (QLineEdit, QPlainTextEdit) for x in hand.desk.findChildren(kind) if x.isEnabled()]
    assert len(fields) > 5
    assert not [x for x in fields if not x.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)]
    assert all(not isinstance(x, SearchField) for x in fields)


def test_a_key_of_the_window_itself_is_a_place_too(hand: Hand) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, ord("Л"), Qt.KeyboardModifier.ControlModifier, 45, 0x6CC, 0, "л")
    QApplication.sendEvent(hand.desk.surface, event)
    palette = hand.window.findChild(CommandPalette)
    assert palette.isVisible()
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
