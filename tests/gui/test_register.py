"""The register by hand: finding, describing, merging, separating, splitting, and its mentions in the article."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialogButtonBox

from annotator.domain.annotations import Entity
from annotator.domain.commands import AddAnnotation, AddEntity
from annotator.qt.entities.dialogs import MergeDialog, NewDialog, SplitDialog
from annotator.qt.entities.register_lists import UNRESOLVED
from annotator.qt.entities.register_model import UNUSED
from annotator.qt.entities.register_window import RegisterWindow
from annotator.qt.form.picker import Picker, picker_in_hand
from tests.gui.conftest import Hand

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
PEOPLE = (
    ("vardy", "Nneka Vardy", "person", ("Blue Net",)),
    ("mayor", "Ilsa Brandt-Oyelaran", "person", ()),
    ("fishers", "Fishers", "group", ()),
)


@pytest.fixture
def window(hand: Hand) -> RegisterWindow:
    session = hand.session
    for key, name, kind, aliases in PEOPLE:
        session.apply(AddEntity(coder_id=session.coder.id, id=key, name=name, type=kind, aliases=aliases))
    assert session.document is not None
    for words, key in (("Nneka Vardy", "vardy"), ("Blue Net", "vardy"), ("Fishers", None)):
        session.apply(
            AddAnnotation(
                coder_id=session.coder.id,
                document_id=session.document.id,
                layer="speaker",
                fragments=(hand.range_of(words),),
                values={"entity": {"entity": key}} if key else {},
            )
        )
    hand.key("e", CONTROL, SHIFT)
    found = hand.window.register_window
    assert found is not None
    return found


def shown(window: RegisterWindow) -> list[tuple[object, ...]]:
    model = window.model
    return [tuple(model.index(r, c).data() for c in range(3)) for r in range(model.rowCount())]


def stored(hand: Hand, key: str) -> Entity:
    study = hand.window.study
    assert study is not None
    return study.register().every[key]


def pick(window: RegisterWindow, *keys: str) -> None:
    """Click rows, the second and later with Ctrl."""
    for number, key in enumerate(keys):
        row = window.model.row_of(key)
        assert row is not None
        place = window.table.visualRect(window.model.index(row, 0)).center()
        held = CONTROL if number else Qt.KeyboardModifier.NoModifier
        QTest.mouseClick(window.table.viewport(), Qt.MouseButton.LeftButton, held, place)
    QApplication.processEvents()


def test_whoever_is_in_the_register_is_found_by_alias_kind_and_in_spite_of_a_slip(window: RegisterWindow) -> None:
    assert shown(window) == [
        ("Fishers", "Group of people", "0"),
        ("Ilsa Brandt-Oyelaran", "Person", "0"),
        ("Nneka Vardy", "Person", "2"),
    ]
    QTest.keyClicks(window.line, "blue")
    assert [row[0] for row in shown(window)] == ["Nneka Vardy  (Blue Net)"]
    window.line.clear()
    QTest.keyClicks(window.line, "brandd")
    assert [row[0] for row in shown(window)] == ["Ilsa Brandt-Oyelaran"]
    window.line.clear()
    window.filter.setCurrentIndex(window.filter.findData("group"))
    assert [row[0] for row in shown(window)] == ["Fishers"]
    window.filter.setCurrentIndex(window.filter.findData(UNUSED))
    assert [row[0] for row in shown(window)] == ["Fishers", "Ilsa Brandt-Oyelaran"]


def test_name_kind_aliases_and_note_are_saved_when_left_and_undone(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    form = window.form
    form.name.selectAll()
    QTest.keyClicks(form.name, "Ilsa Brandt")
    QTest.keyClick(form.name, Qt.Key.Key_Return)
    assert stored(hand, "mayor").name == "Ilsa Brandt"
    form.aliases.setFocus()
    QTest.keyClicks(form.aliases, "the mayor")
    form.note.setFocus()
    QTest.keyClicks(form.note, "since 2029")
    window.line.setFocus()
    QApplication.processEvents()
    e = stored(hand, "mayor")
    assert (e.name, e.aliases, e.memo) == ("Ilsa Brandt", ("the mayor",), "since 2029")
    form.kind.setCurrentIndex(form.kind.findData("group"))
    form.kind.activated.emit(form.kind.currentIndex())
    assert stored(hand, "mayor").type == "group"
    assert form.history.item(0).text().splitlines()[1].startswith("kind Person")
    window.table.setFocus()
    for _ in range(4):
        hand.key("z", CONTROL)
    e = stored(hand, "mayor")
    assert (e.name, e.type, e.aliases, e.memo) == ("Ilsa Brandt-Oyelaran", "person", (), "")
    assert form.name.text() == "Ilsa Brandt-Oyelaran"
    assert form.history.count() == 9


def test_an_empty_name_is_refused_and_the_old_one_stays(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "mayor")
    window.form.name.clear()
    QTest.keyClick(window.form.name, Qt.Key.Key_Return)
    assert "needs a name" in window.fault.text()
    assert stored(hand, "mayor").name == "Ilsa Brandt-Oyelaran"
    assert window.form.name.text() == "Ilsa Brandt-Oyelaran"


def test_two_are_merged_found_by_both_names_and_separated_again(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "fishers", "vardy")
    hand.key("j", CONTROL)
    dialog = window.dialog
    assert isinstance(dialog, MergeDialog)
    assert dialog.stays.currentText().startswith("Nneka Vardy"), "the one with more labels is offered first"
    dialog.ok.click()
    QApplication.processEvents()
    assert stored(hand, "fishers").merged_into == "vardy"
    assert [row[0] for row in shown(window)] == ["Ilsa Brandt-Oyelaran", "Nneka Vardy"]
    QTest.keyClicks(window.line, "fishers")
    assert [row[0] for row in shown(window)] == ["Nneka Vardy  (Fishers)"]
    assert window.form.merged.count() == 1
    assert "merged into" in window.form.history.item(0).text()
    window.form.merged.setCurrentRow(0)
    window.form.separate.click()
    QApplication.processEvents()
    assert stored(hand, "fishers").merged_into is None
    window.line.clear()
    assert len(shown(window)) == 3
    window.table.setFocus()
    hand.key("z", CONTROL)
    assert stored(hand, "fishers").merged_into == "vardy"


def test_a_split_takes_the_ticked_labels_along(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "vardy")
    hand.key("s", CONTROL, SHIFT)
    dialog = window.dialog
    assert isinstance(dialog, SplitDialog)
    assert [dialog.list.item(i).text() for i in range(2)] == ["1.  Speaker: “Nneka Vardy”", "1.  Speaker: “Blue Net”"]
    assert not dialog.ok.isEnabled()
    QTest.keyClicks(dialog.name, "Blue Net")
    dialog.list.item(1).setCheckState(Qt.CheckState.Checked)
    dialog.ok.click()
    QApplication.processEvents()
    assert ("Blue Net", "Person", "1") in shown(window)
    assert ("Nneka Vardy", "Person", "1") in shown(window)
    hand.key("z", CONTROL)
    assert ("Nneka Vardy", "Person", "2") in shown(window)


def test_somebody_is_entered_and_removed_but_not_while_labels_name_them(hand: Hand, window: RegisterWindow) -> None:
    QTest.keyClicks(window.line, "Zebedee Quux")
    hand.key("n", CONTROL)
    dialog = window.dialog
    assert isinstance(dialog, NewDialog)
    assert dialog.name.text() == "Zebedee Quux"
    dialog.ok.click()
    QApplication.processEvents()
    assert [e.name for e in window.selected()] == ["Zebedee Quux"]
    hand.key(Qt.Key.Key_Delete, CONTROL)
    assert len(shown(window)) == 3
    pick(window, "vardy")
    hand.key(Qt.Key.Key_Delete, CONTROL)
    assert "labels name this entity" in window.fault.text()
    assert stored(hand, "vardy").name == "Nneka Vardy"


def test_labels_that_name_nobody_are_listed_and_shown(hand: Hand, window: RegisterWindow) -> None:
    window.filter.setCurrentIndex(window.filter.findData(UNRESOLVED))
    assert [window.unresolved.item(i).text() for i in range(window.unresolved.count())] == ["1.  Speaker: “Fishers”"]
    window.unresolved.itemActivated.emit(window.unresolved.item(0))
    label = hand.session.label()
    assert label is not None
    assert hand.session.passage(label) == "Fishers"


def test_labels_that_name_nobody_are_named_in_one_step(hand: Hand, window: RegisterWindow) -> None:
    window.filter.setCurrentIndex(window.filter.findData(UNRESOLVED))
    assert window.buttons["name"].isVisible()
    window.unresolved.setCurrentRow(0)
    window.unresolved.setFocus()
    hand.key(Qt.Key.Key_Return, CONTROL)
    picker = picker_in_hand()
    assert isinstance(picker, Picker)
    QTest.keyClicks(picker.search, "fisher")
    QTest.keyClick(picker.search, Qt.Key.Key_Return)
    QApplication.processEvents()
    assert window.unresolved.count() == 0
    label = next(a for a in hand.labels("speaker") if hand.session.passage(a) == "Fishers")
    assert label.values == {"entity": {"entity": "fishers"}}
    hand.session.undo()
    window.reload()
    assert window.unresolved.count() == 1


def test_mentions_are_marked_in_the_article_and_found_in_all(hand: Hand, window: RegisterWindow) -> None:
    pick(window, "vardy")
    before = hand.labels("speaker")
    hand.key("m", CONTROL)
    assert [hand.session.text[s:e] for s, e in hand.desk.surface.scene.found] == ["Nneka Vardy", "Blue Net"]
    assert hand.labels("speaker") == before
    window.buttons["search"].click()
    search = hand.window.search_window
    assert search is not None
    hand.bot.waitUntil(lambda: not search._latest.busy)
    assert [p.words for p in search.model.passages] == ["Nneka Vardy", "Blue Net"]


def test_looking_at_the_preview_changes_nothing(hand: Hand, window: RegisterWindow) -> None:
    study = hand.window.study
    assert study is not None
    before = study.changes()
    pick(window, "fishers", "vardy")
    window.buttons["merge"].click()
    assert window.dialog is not None
    window.dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    pick(window, "vardy")
    window.buttons["split"].click()
    window.dialog.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert study.changes() == before
