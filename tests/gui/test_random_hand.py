"""A hand that does anything at all: no exception, no dialog, and a study that holds what the window shows."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QMessageBox, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot

from annotator.qt.form.picker import Picker
from annotator.qt.toolkit.settings import Settings
from annotator.services.study.integrity import check
from tests.conftest import Guard
from tests.gui.conftest import Hand, make_study, opened

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
KEYS: tuple[tuple[Qt.Key, Qt.KeyboardModifier], ...] = (
    (Qt.Key.Key_Z, CONTROL),
    (Qt.Key.Key_Y, CONTROL),
    (Qt.Key.Key_Delete, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_B, CONTROL),
    (Qt.Key.Key_Plus, CONTROL),
    (Qt.Key.Key_Minus, CONTROL),
    (Qt.Key.Key_D, CONTROL),
    (Qt.Key.Key_F6, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_F8, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_F8, SHIFT),
    (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Right, ALT),
    (Qt.Key.Key_Left, ALT),
    (Qt.Key.Key_Tab, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Space, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Down, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_Right, CONTROL | SHIFT),
    (Qt.Key.Key_F2, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_F4, Qt.KeyboardModifier.NoModifier),
    (Qt.Key.Key_D, CONTROL | SHIFT),
    (Qt.Key.Key_N, CONTROL | SHIFT),
    (Qt.Key.Key_Q, CONTROL | SHIFT),
    (Qt.Key.Key_L, CONTROL | SHIFT),
    (Qt.Key.Key_L, CONTROL | ALT),
    (Qt.Key.Key_P, CONTROL | ALT),
    (Qt.Key.Key_F, CONTROL | ALT),
    (Qt.Key.Key_V, CONTROL | ALT),
    (Qt.Key.Key_N, CONTROL | ALT),
    (Qt.Key.Key_F8, CONTROL),
    (Qt.Key.Key_Right, CONTROL | ALT),
    (Qt.Key.Key_R, CONTROL),
    (Qt.Key.Key_J, CONTROL),
    (Qt.Key.Key_Backspace, Qt.KeyboardModifier.NoModifier),
)


class RandomHand:
    """Does one thing after another; `done` tells what, for the message of a failure."""

    def __init__(self, hand: Hand, seed: int) -> None:
        self.hand, self.random, self.done = hand, random.Random(seed), list[str]()

    def step(self) -> None:
        """One thing that a person can do at the desk."""
        kind = self.random.choices(
            [self.select, self.label, self.press, self.click, self.type_text, self.click_words, self.pick],
            [4, 5, 6, 6, 2, 2, 3],
        )[0]
        kind()
        QApplication.processEvents()

    def select(self) -> None:
        text = self.hand.session.text
        start = self.random.randrange(len(text) - 1)
        end = min(len(text), start + self.random.randint(1, 60))
        self.done.append(f"select {start}-{end}")
        self.hand.desk.surface.setFocus()
        self.hand.desk.surface.set_selection(start, end)

    def label(self) -> None:
        layer = self.random.choice(self.hand.session.codebook.span_layers)
        if self.picker() is None and layer.hotkey:
            self.done.append(f"key {layer.hotkey}")
            self.hand.desk.surface.setFocus()
            self.hand.key(layer.hotkey)

    def press(self) -> None:
        key, held = self.random.choice(KEYS)
        self.done.append(f"press {key.name} {held}")
        self.hand.key(key, held)

    def picker(self) -> Picker | None:
        return next((p for p in self.hand.window.findChildren(Picker) if p.isVisible()), None)

    def of(self, kind: type[QWidget]) -> QWidget | None:
        found = [w for w in self.hand.desk.findChildren(kind) if w.isVisible() and w.isEnabled()]
        return self.random.choice(found) if found else None

    def click(self) -> None:
        if self.picker() is not None:
            return
        button = self.of(QAbstractButton)
        if isinstance(button, QAbstractButton) and button is not self.hand.desk.coder_button:
            self.done.append(f"click {button.text() or button.toolTip()!r}")
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def type_text(self) -> None:
        field = self.of(self.random.choice([QLineEdit, QPlainTextEdit, QComboBox]))
        if field is not None and self.picker() is None:
            word = self.random.choice(["Ilsa", "12", "co-op", "x", "-3.5", "2024-05-06"])
            self.done.append(f"type {word} into {field.accessibleName() or type(field).__name__}")
            field.setFocus()
            QTest.keyClicks(field, word)
            if self.random.random() < 0.7:
                QTest.keyClick(field, Qt.Key.Key_Return)

    def click_words(self) -> None:
        self.done.append("click into the text")
        surface = self.hand.desk.surface
        point = surface.viewport().rect().center()
        point.setX(self.random.randrange(20, surface.viewport().width() - 20))
        point.setY(self.random.randrange(5, surface.viewport().height() - 5))
        held = self.random.choice([Qt.KeyboardModifier.NoModifier, SHIFT])
        QTest.mouseClick(surface.viewport(), Qt.MouseButton.LeftButton, held, point)

    def pick(self) -> None:
        picker = self.picker()
        if picker is not None:
            word = self.random.choice(["", "", "Vardy", "no", "New name"])
            self.done.append(f"pick {word!r}")
            QTest.keyClicks(picker.search, word)
            QTest.keyClick(picker.search, self.random.choice([Qt.Key.Key_Return, Qt.Key.Key_Escape]))


@pytest.mark.parametrize("seed", range(8))
def test_whatever_a_hand_does_the_window_shows_what_the_study_holds(
    seed: int, qtbot: QtBot, settings: Settings, tmp_path: Path, guard: Guard
) -> None:
    # words that the codebook refused stay in their fields, and closing asks about them
    guard.expect_dialog(lambda box: QMessageBox.StandardButton.Discard)
    hand = opened(qtbot, settings, make_study(tmp_path / "harbour.annotator"))
    one = RandomHand(hand, seed)
    for number in range(220):
        one.step()
        if number % 20 == 0:
            study, session = hand.window.study, hand.session
            assert study is not None
            assert session.document is not None
            held = {a.id: a for a in study.annotations(session.document.id, [session.coder.id])}
            assert held == session.labels, one.done[-25:]
            spans = {k for k, a in held.items() if a.fragments}
            shown, chosen = set(hand.desk.surface.index.by_id), hand.desk.filter.filter
            assert shown <= spans, one.done[-25:]
            assert chosen.active or shown == spans, one.done[-25:]
            assert set(hand.desk.marks._places) == shown, one.done[-25:]
            rows = hand.desk.statements.model
            assert [r.id for r in rows.rows] == [s.owner.id for s in session.statements()], one.done[-25:]
            assert rows.open_ones == sum(bool(r.missing) for r in rows.rows)
            notes = {n.id for n in study.notes(session.document.id)}
            shown_notes = {n.id for note, answers in hand.desk.notes.notes for n in (note, *answers)}
            assert shown_notes == notes, one.done[-25:]
    assert hand.window.study is not None
    assert check(hand.window.study) == []
    hand.window.close()
