"""What the codebook asks of entities, answered in the register by mouse and keys, and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMessageBox, QPushButton, QToolButton
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddEntity
from annotator.intake import read_source
from annotator.qt.desk.journal_text import Teller
from annotator.qt.entities.register_window import RegisterWindow
from annotator.qt.form.answer_row import AnswerRow
from annotator.qt.form.picker import Picker, picker_in_hand
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.codebooks import described
from tests.conftest import Guard
from tests.gui.conftest import ARTICLE, Hand, opened
from tests.gui.test_register import CONTROL, SHIFT, pick, shown, stored


@pytest.fixture
def hand(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Hand]:
    path = tmp_path / "s.annotator"
    with Study.create(path, described(), "Described") as study:
        ada = study.ensure_coder("Ada").id
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
        for key, name, kind, values in (
            ("mayor", "Ilsa Brandt-Oyelaran", "person", {}),
            ("vardy", "Nneka Vardy", "person", {"side": "NO"}),
            ("tarn", "Tarn", "state", {}),
        ):
            study.coding.apply(AddEntity(coder_id=ada, id=key, name=name, type=kind, values=values))
    found = opened(qtbot, settings, path)
    yield found
    found.window.close()


@pytest.fixture
def window(hand: Hand) -> RegisterWindow:
    hand.key("e", CONTROL, SHIFT)
    found = hand.window.register_window
    assert found is not None
    return found


def row(window: RegisterWindow, key: str) -> AnswerRow:
    return window.form.answers.rows[key]


def line(window: RegisterWindow, key: str) -> QLineEdit:
    found = row(window, key).field.findChild(QLineEdit)
    assert found is not None
    return found


def press(window: RegisterWindow, key: str, text: str) -> None:
    button = next(b for b in row(window, key).findChildren(QPushButton) if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def values(hand: Hand, key: str = "mayor") -> dict[str, Any]:
    return dict(stored(hand, key).values)


def notices(window: RegisterWindow) -> list[str]:
    return [x.text() for x in window.form.answers.kept.findChildren(QLabel) if x.isVisible()]


def test_an_answer_is_typed_saved_when_left_and_undone(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    office = row(window, "office")
    assert office.name.text() == "Office  • still open"
    assert office.name.toolTip() == "What the person is."
    assert line(window, "office").accessibleName() == "Office"
    line(window, "office").setFocus()
    for letter in "Mayor of Tarn":
        hand.key(letter)
    assert values(hand) == {}
    hand.key(Qt.Key.Key_Tab)
    assert values(hand) == {"office": "Mayor of Tarn"}
    assert office.name.text() == "Office"
    assert window.form.history.item(0).text().splitlines()[1] == "Office: Mayor of Tarn"
    window.table.setFocus()
    hand.key("z", CONTROL)
    assert values(hand) == {}
    assert line(window, "office").text() == ""
    assert office.name.text() == "Office  • still open"
    hand.key("z", CONTROL, SHIFT)
    assert values(hand) == {"office": "Mayor of Tarn"}
    assert line(window, "office").text() == "Mayor of Tarn"


def test_enter_saves_and_presses_nothing(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    line(window, "office").setFocus()
    hand.key("x")
    hand.key(Qt.Key.Key_Return)
    assert values(hand) == {"office": "x"}
    assert window.isVisible()
    assert window.dialog is None


def test_undo_works_in_a_field_where_nothing_is_typed_and_takes_back_letters_where_something_is(
    hand: Hand, window: RegisterWindow
) -> None:
    pick(window, "mayor")
    line(window, "office").setFocus()
    hand.key("x")
    hand.key(Qt.Key.Key_Return)
    hand.key("y")
    assert line(window, "office").text() == "xy"
    hand.key("z", CONTROL)
    assert line(window, "office").text() == "x"
    assert values(hand) == {"office": "x"}
    hand.key("z", CONTROL)
    assert values(hand) == {}
    assert line(window, "office").text() == ""
    hand.key("z", CONTROL, SHIFT)
    assert values(hand) == {"office": "x"}


def test_a_condition_opens_and_closes_a_field_and_a_value_stays_to_be_seen(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    assert not row(window, "votes").isVisible()
    press(window, "elected", "Yes")
    assert row(window, "votes").isVisible()
    QTest.keyClicks(line(window, "votes"), "12,5")
    QTest.keyClick(line(window, "votes"), Qt.Key.Key_Return)
    assert values(hand) == {"elected": True, "votes": 12.5}
    press(window, "elected", "No")
    assert row(window, "votes").isVisible(), "what was answered is not hidden"
    line(window, "votes").clear()
    QTest.keyClick(line(window, "votes"), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert values(hand) == {"elected": False}
    assert not row(window, "votes").isVisible()


def test_what_is_not_allowed_is_told_at_its_field_and_stays_there_as_typed(
    hand: Hand, window: RegisterWindow, guard: Guard
) -> None:
    guard.expect_dialog(lambda box: QMessageBox.StandardButton.Discard)
    pick(window, "mayor")
    since = line(window, "since")
    for typed in ("2031-02", "soon"):
        since.setFocus()
        since.selectAll()
        QTest.keyClicks(since, typed)
        QTest.keyClick(since, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert values(hand) == {"since": "2031-02"}
    assert since.text() == "soon", "nothing typed is dropped; the study keeps the old value"
    assert row(window, "since").fault.isVisible()
    assert "is not a date" in row(window, "since").fault.text()
    assert not window.fault.isVisible()
    pick(window, "vardy")
    assert not row(window, "since").fault.isVisible()
    assert line(window, "since").text() == ""
    assert window.unsaved() == ["soon"]
    pick(window, "mayor")
    assert line(window, "since").text() == "soon"
    assert window.unsaved() == ["soon"]


def test_the_codebooks_keys_and_the_digits_choose_in_the_field_in_hand(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    row(window, "side").findChildren(QPushButton)[0].setFocus()
    hand.key("o")
    assert values(hand) == {"side": "NO"}
    QApplication.processEvents()  # an answer leads on; back to it
    row(window, "side").findChildren(QPushButton)[0].setFocus()
    hand.key("3")
    assert values(hand) == {"side": "unclear"}
    row(window, "fields").findChildren(QPushButton)[0].setFocus()
    hand.key("3")
    hand.key("1")
    assert values(hand)["fields"] == ["tax", "law"]


def test_somebody_known_is_named_and_somebody_new_is_entered_in_one_step(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    home = line(window, "home")
    home.setFocus()
    for letter in "tar":
        hand.key(letter)
    hand.key(Qt.Key.Key_Return)
    assert values(hand) == {"home": {"entity": "tarn"}}
    assert len(hand.session.living()) == 3, "the letters that found somebody are no name"
    QApplication.processEvents()  # Enter goes on to the next field
    assert not home.hasFocus()
    home.setFocus()
    home.selectAll()
    QTest.keyClicks(home, "Ostrava")
    hand.key(Qt.Key.Key_Return)
    QApplication.processEvents()
    new = next(e for e in hand.session.living() if e.name == "Ostrava")
    assert new.type == "state", "the only kind that may stand there"
    assert values(hand) == {"home": {"entity": new.id}}
    with hand.bot.waitActive(window):
        window.activateWindow()
    window.table.setFocus()
    assert window.table.hasFocus()
    hand.key("z", CONTROL)
    assert values(hand) == {"home": {"entity": "tarn"}}
    assert not [e for e in hand.session.living() if e.name == "Ostrava"]


def test_of_several_kinds_it_is_asked_which_and_each_can_be_taken_away(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    allies = line(window, "allies")
    allies.setFocus()
    QTest.keyClicks(allies, "Blue Net")
    hand.key(Qt.Key.Key_Return)
    QApplication.processEvents()
    picker = picker_in_hand()
    assert isinstance(picker, Picker)
    QTest.keyClicks(picker.search, "state")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    QApplication.processEvents()
    new = next(e for e in hand.session.living() if e.name == "Blue Net")
    assert (new.type, values(hand)) == ("state", {"allies": [{"entity": new.id}]})
    press(window, "allies", "Blue Net")
    assert values(hand) == {}
    assert check(hand.session.study) == []


def test_another_kind_keeps_answers_until_they_are_taken_away(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "vardy")
    form = window.form
    form.kind.setCurrentIndex(form.kind.findData("state"))
    form.kind.activated.emit(form.kind.currentIndex())
    QApplication.processEvents()
    assert set(form.answers.rows) == {"head", "votes"}
    assert notices(window) == ["Kept, and not asked for: Side “Opposed”"]
    away = form.answers.kept.findChild(QToolButton)
    assert away is not None
    assert away.toolTip() == "Take “Side” away"
    QTest.mouseClick(away, Qt.MouseButton.LeftButton)
    hand.bot.waitUntil(lambda: values(hand, "vardy") == {})
    assert notices(window) == []
    window.table.setFocus()
    for _ in range(2):
        hand.key("z", CONTROL)
    assert values(hand, "vardy") == {"side": "NO"}
    assert "side" in form.answers.rows
    assert notices(window) == []


def test_what_was_merged_fills_a_gap_which_is_said(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor", "vardy")
    hand.key("j", CONTROL)
    assert window.dialog is not None
    window.dialog.stays.setCurrentIndex(window.dialog.stays.findData("mayor"))  # type: ignore[union-attr]
    window.dialog.ok.click()
    QApplication.processEvents()
    told = [x.text() for x in row(window, "side").findChildren(QLabel) if x.isVisible()]
    assert told == ["Side", "“Opposed”, by what was merged into this one"]
    assert values(hand) == {}
    press(window, "side", "In favour")
    told = [x.text() for x in row(window, "side").findChildren(QLabel) if x.isVisible()]
    assert told == ["Side"]
    assert values(hand, "vardy") == {"side": "NO"}


def test_the_register_is_searched_by_what_is_said_of_each(window: RegisterWindow) -> None:
    QTest.keyClicks(window.line, "opposed")
    assert [r[0] for r in shown(window)] == ["Nneka Vardy  (Side: Opposed)"]
    tip = window.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "Nneka Vardy\nSide: Opposed"
    window.line.clear()
    QTest.keyClicks(window.line, "vardi")
    assert [r[0] for r in shown(window)] == ["Nneka Vardy"], "a slip in a name is forgiven as before"


def test_what_is_typed_is_saved_when_another_is_chosen_or_the_window_closes(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    QTest.keyClicks(window.form.name, " II")
    QTest.keyClicks(line(window, "office"), "Mayor")
    pick(window, "tarn")
    assert values(hand) == {"office": "Mayor"}
    assert stored(hand, "mayor").name == "Ilsa Brandt-Oyelaran II"
    assert window.form.name.text() == "Tarn"
    pick(window, "vardy")
    assert values(hand, "tarn") == {"votes": 1}
    assert len(hand.session.study.coding.history("mayor")) == 3
    QTest.keyClicks(line(window, "office"), "Fisher")
    window.close()
    assert values(hand, "vardy") == {"side": "NO", "office": "Fisher"}


def test_half_typed_words_survive_what_happens_elsewhere(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    line(window, "office").setFocus()
    QTest.keyClicks(line(window, "office"), "May")
    coder = hand.session.coder.id
    hand.session.apply(AddEntity(coder_id=coder, name="Another", type="person"))
    hand.bot.waitUntil(lambda: len(window.model.every) == 4)
    assert line(window, "office").text() == "May"
    QTest.keyClicks(line(window, "office"), "or")
    QTest.keyClick(line(window, "office"), Qt.Key.Key_Return)
    assert values(hand) == {"office": "Mayor"}


def test_the_history_tells_values_by_their_words(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "vardy")
    press(window, "side", "Unclear")
    press(window, "elected", "Yes")
    press(window, "elected", "Yes")
    steps = [window.form.history.item(i).text().splitlines()[1] for i in range(window.form.history.count())]
    assert steps == [
        "Elected: Yes → nothing",
        "Elected: Yes",
        "Side: Opposed → Unclear",
        "“Nneka Vardy” entered as Person; Side: Opposed",
    ]
    study = hand.session.study
    teller = Teller(study.codebook, hand.session.names())
    told = [teller.lines(c) for c in study.coding.history("vardy")[1:]]
    assert told == [["Side: Opposed → Unclear"], ["Elected: Yes"], ["Elected: Yes → nothing"]]
