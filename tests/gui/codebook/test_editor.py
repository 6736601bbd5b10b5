"""The codebook edited by hand: faults at their fields, the coder's form beside, and what saving asks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QDialog, QLabel, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddAnnotation, AddEntity
from annotator.qt.codebooks.editor import CodebookEditor
from annotator.qt.codebooks.saving import ChangesDialog
from annotator.services.codebooks import builtin_codebook
from annotator.services.codebooks.draft import Path as PartPath
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.conftest import Guard
from tests.gui.conftest import Hand

KIND = ("layers", 0, "attributes", 0)
FACT = (*KIND, "values", 0)


class EditorHand:
    """What a person does in the editor."""

    def __init__(self, bot: QtBot, hand: Hand) -> None:
        self.bot, self.hand = bot, hand
        hand.window.codebook_action.trigger()
        self.editor: CodebookEditor = hand.window.codebook_editor
        QApplication.processEvents()

    def choose(self, *path: str | int) -> None:
        """Click a part in the list."""
        self.editor.tree.choose(tuple(path))
        QApplication.processEvents()

    def type(self, field: str, text: str) -> None:
        """Put a text into a field, key by key, and leave the field."""
        edit = self.editor.form.editors[field].focusProxy()
        assert isinstance(edit, QLineEdit)
        edit.setFocus()
        edit.selectAll()
        QTest.keyClicks(edit, text) if text else QTest.keyClick(edit, Qt.Key.Key_Backspace)
        QTest.keyClick(edit, Qt.Key.Key_Return)
        QApplication.processEvents()

    def add(self, path: PartPath) -> None:
        """Take an entry of the menu “Add”."""
        next(a for a in self.editor.add_actions() if a.data() == path).trigger()
        QApplication.processEvents()

    def fault(self, field: str) -> str:
        """What stands under a field; empty where nothing does."""
        found: QLabel = self.editor.form._faults[field]
        return found.text() if found.isVisible() else ""

    def save(self) -> ChangesDialog:
        """Press “Save…” and wait for the questions."""
        QTest.mouseClick(self.editor.save_button, Qt.MouseButton.LeftButton)
        saving = self.editor.saving
        assert saving is not None
        self.bot.waitUntil(lambda: saving.dialog is not None and saving.dialog.isVisible())
        assert saving.dialog is not None
        return saving.dialog

    def confirm(self, dialog: ChangesDialog, version: int) -> None:
        """Save, and wait until the window has the new version."""
        with self.bot.waitSignal(self.editor.saved):
            QTest.mouseClick(dialog.save, Qt.MouseButton.LeftButton)
        QApplication.processEvents()
        study = self.hand.window.study
        assert study is not None
        assert study.codebook_version == version


@pytest.fixture
def book(qtbot: QtBot, hand: Hand) -> Iterator[EditorHand]:
    found = EditorHand(qtbot, hand)
    yield found
    found.editor.draft.data = type(found.editor.draft)(found.editor.draft.opened).data
    found.editor.close()


def label_all(hand: Hand) -> None:
    """Two claims, a fact and a cause."""
    study = hand.window.study
    assert study is not None
    assert hand.session.document is not None
    for start, kind in ((60, "fact"), (90, "cause")):
        values = {"claim_type": kind}
        study.coding.apply(
            AddAnnotation(
                coder_id=hand.session.coder.id,
                document_id=hand.session.document.id,
                layer="claim",
                fragments=((start, start + 9),),
                values=values,
            )
        )


def test_a_fault_is_told_under_its_field_and_saving_waits(book: EditorHand) -> None:
    book.choose(*KIND)
    assert not book.editor.save_button.isEnabled()
    book.type("key", "Not a key")
    assert "has the wrong form" in book.fault("key")
    assert "⚠" in book.editor.tree.currentItem().text(0)
    assert not book.editor.save_button.isEnabled()
    assert book.editor.to_fault.isVisible()
    book.type("key", "claim_kind")
    assert book.fault("key") == ""
    assert book.editor.save_button.isEnabled()
    assert book.editor.draft.at(("layers", 0, "attributes", 0))["key"] == "claim_kind"


def test_the_coders_form_follows_and_can_be_tried(book: EditorHand) -> None:
    book.choose(*FACT)
    book.type("label", "Plain fact")
    row = book.editor.preview.fields["claim_type"]
    buttons = [b.text() for b in row.findChildren(QPushButton)]
    assert buttons[0] == "Plain fact"
    number = book.editor.preview.fields["number_given"]
    which = book.editor.preview.fields["figure"]
    assert not which.isVisible()
    yes = next(b for b in number.findChildren(QPushButton) if b.text() == "Yes")
    QTest.mouseClick(yes, Qt.MouseButton.LeftButton)
    assert which.isVisible()


def test_a_layer_is_told_to_take_letters(book: EditorHand) -> None:
    book.choose("layers", 0)
    box = book.editor.form.editors["snap"].focusProxy()
    assert isinstance(box, QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Down)  # the one below words where the mouse drags
    QApplication.processEvents()
    assert book.editor.draft.at(("layers", 0))["snap"] == "letters"
    assert "letter by letter" in box.currentText()


def test_parts_are_added_moved_removed_and_all_undone(book: EditorHand) -> None:
    draft, before = book.editor.draft, book.editor.draft.as_json()
    book.choose(*KIND)
    book.add((*KIND, "values"))
    book.type("label", "Rumour")
    book.type("key", "rumour")
    assert draft.at((*KIND, "values"))[-1]["label"] == "Rumour"
    book.editor.up_action.trigger()
    assert [v["key"] for v in draft.at((*KIND, "values"))][-2] == "rumour"
    book.choose(*FACT)
    book.editor.remove_action.trigger()
    assert "fact" not in [v["key"] for v in draft.at((*KIND, "values"))]
    book.add(("layers",))
    assert draft.at(("layers",))[-1]["kind"] == "span"
    while draft.can_undo:
        book.editor.undo_action.trigger()
    assert draft.as_json() == before
    while draft.can_redo:
        book.editor.redo_action.trigger()
    assert draft.at(("layers",))[-1]["kind"] == "span"


def test_what_is_half_typed_when_a_part_goes_does_not_land_on_another(book: EditorHand) -> None:
    book.choose(*FACT)
    edit = book.editor.form.editors["key"].focusProxy()
    assert edit is not None
    edit.setFocus()
    QTest.keyClicks(edit, "xyz")
    book.editor.remove_action.trigger()
    QApplication.processEvents()
    assert "xyz" not in json.dumps(book.editor.draft.as_json())


def test_what_names_a_part_names_it_by_its_new_key(book: EditorHand) -> None:
    book.choose("layers", 0)
    book.type("key", "assertion")
    draft = book.editor.draft
    assert draft.faults() == []
    assert draft.mapping().layers == {"claim": "assertion"}
    assert "assertion" in json.dumps([x.get("roles") for x in draft.as_json()["layers"]])


def test_before_the_first_label_nothing_is_asked(book: EditorHand) -> None:
    book.choose(*FACT)
    book.editor.remove_action.trigger()
    with book.bot.waitSignal(book.editor.saved):
        QTest.mouseClick(book.editor.save_button, Qt.MouseButton.LeftButton)
    study = book.hand.window.study
    assert study is not None
    assert study.codebook_version == 2
    assert book.hand.window.pages.currentWidget() is book.hand.desk


def test_saving_says_what_is_touched_asks_and_carries(book: EditorHand) -> None:
    label_all(book.hand)
    book.choose(*FACT)
    book.type("key", "factual")
    book.choose(*KIND, "values", 1)
    book.editor.remove_action.trigger()
    dialog = book.save()
    told = [box.accessibleName() for box, _ in dialog.boxes]
    assert any("(fact) is now “Fact” (factual)" in x for x in told)
    place = next(i for i, x in enumerate(told) if "“Cause” (cause) is gone" in x)
    box = dialog.boxes[place][0]
    box.setCurrentIndex(box.findText("becomes “Prediction”"))
    book.confirm(dialog, 2)
    study = book.hand.window.study
    assert study is not None
    assert [a.values["claim_type"] for a in study.annotations()] == ["factual", "prediction"]
    assert check(study) == []


def test_a_kept_value_is_shown_confirmed_and_the_change_taken_back(book: EditorHand) -> None:
    hand = book.hand
    label_all(hand)
    book.choose(*FACT)
    book.editor.remove_action.trigger()
    book.confirm(book.save(), 2)
    study = hand.window.study
    assert study is not None
    next(a for a in hand.desk.actions_of.going if a.objectName() == "next-review").trigger()
    QApplication.processEvents()
    form = hand.desk.inspector.widget()
    texts = [x.text() for x in form.findChildren(QLabel) if x.isVisible()]
    assert "Kind of claim: “Fact” is no longer there" in texts
    assert "Kept from an older codebook: Kind of claim “Fact”" in texts
    hand.click("Prediction")
    hand.bot.waitUntil(lambda: hand.session.reviews == {})
    hand.session.undo()
    assert len(hand.session.reviews) == 1
    hand.bot.waitUntil(lambda: bool(hand.desk.inspector.findChildren(QPushButton)))
    hand.click("Confirm as it is")
    hand.bot.waitUntil(lambda: hand.session.reviews == {})
    assert study.annotations()[0].values["claim_type"] == "fact"
    hand.window.uncodebook_action.trigger()
    box = hand.window.findChild(QMessageBox)
    assert box is not None
    box.button(QMessageBox.StandardButton.Yes).click()
    hand.bot.waitUntil(lambda: hand.window.study is not None and hand.window.study.codebook_version == 3)
    study = hand.window.study
    assert study is not None
    assert study.annotations()[0].values["claim_type"] == "fact"
    assert check(study) == []


def test_a_codebook_goes_out_to_a_file_and_comes_in(book: EditorHand, tmp_path: Path) -> None:
    book.choose(*FACT)
    book.type("label", "Plain fact")
    path = tmp_path / "out.json"
    book.editor.export_file(path)
    book.editor.undo_action.trigger()
    book.editor.import_file(path)
    assert book.editor.draft.at(FACT)["label"] == "Plain fact"
    assert book.editor.draft.mapping().record() == {"format": "annotator-mapping/1"}
    path.write_text("format: x", encoding="utf-8")
    book.editor.import_file(path)
    assert str(path) in book.editor.state.text()


def test_what_was_not_saved_is_asked_about(book: EditorHand, guard: Guard) -> None:
    book.choose(*FACT)
    book.type("label", "Plain fact")
    asked: list[Any] = []

    def stay(dialog: QDialog) -> Any:
        asked.append(dialog)
        return QMessageBox.StandardButton.Cancel

    guard.expect_dialog(stay)
    book.editor.close()
    assert len(asked) == 1
    assert book.editor.isVisible()


def test_every_field_of_every_part_is_on_a_form(book: EditorHand) -> None:
    """Whatever the model holds can be edited: as a field of its part, or as a list of parts."""
    from annotator.domain.codebook import model
    from annotator.qt.codebooks.part_tree import lists_in

    seen: dict[str, set[str]] = {}

    def walk(path: PartPath) -> None:
        lists = lists_in(book.editor.draft, path)
        if not path or isinstance(path[-1], int):
            book.editor.form.show_part(path)
            part = book.editor.draft.at(path)
            kind = f"{path[-2] if path else ''}{part.get('kind', '')}{part.get('type', '')}"
            seen.setdefault(kind, set()).update({*book.editor.form.editors, *lists})
        for name in lists:
            for place in range(len(book.editor.draft.at((*path, name)))):
                walk((*path, name, place))

    walk(())
    by_programs = {"written_as"}  # how another program spells what came from it; no person writes that
    for cls in (model.SpanLayer, model.LinkLayer, model.DocumentLayer):
        kind = str(cls.model_fields["kind"].annotation)[15:-2].strip("'\"")
        assert set(cls.model_fields) - by_programs <= seen[f"layers{kind}"], kind
    classes = {**{c.model_fields["type"].annotation: c for c in model.AttributeBase.__subclasses__()}}
    for cls_attribute in classes.values():
        kind = str(cls_attribute.model_fields["type"].annotation).split("'")[1]
        if f"attributes{kind}" in seen:
            missing = set(cls_attribute.model_fields) - by_programs - seen[f"attributes{kind}"]
            assert missing <= {"unique_true_per"}, (kind, missing)
    assert {"key", "label", "hotkey", "definition", "include", "exclude", "examples"} <= seen["values"]
    assert {"value", "label", "hotkey", "definition"} <= seen["points"]
    assert set(model.Role.model_fields) - by_programs <= seen["roles"]


STATE = ("entity_types", 3)


def ask_for_office(book: EditorHand) -> None:
    """Ask for the office of states, and for their side."""
    book.choose(*STATE)
    book.add((*STATE, "attributes"))
    book.type("label", "Office")
    book.type("key", "office")
    kind = book.editor.form.editors["type"].focusProxy()
    assert isinstance(kind, QComboBox)
    kind.setCurrentIndex(kind.findText("free text"))
    kind.activated.emit(kind.currentIndex())
    QApplication.processEvents()
    required = book.editor.form.editors["required"].focusProxy()
    assert isinstance(required, QCheckBox)
    QTest.mouseClick(required, Qt.MouseButton.LeftButton, pos=QPoint(8, required.height() // 2))
    book.add((*STATE, "attributes"))
    book.type("label", "Side")
    book.type("key", "side")
    for name in ("For", "Against"):
        book.add((*STATE, "attributes", 1, "values"))
        book.type("label", name)
        book.type("key", name.lower())
    QApplication.processEvents()


def test_what_is_asked_of_entities_is_edited_and_tried_as_that_of_layers(book: EditorHand) -> None:
    ask_for_office(book)
    fields = book.editor.preview.fields
    assert list(fields) == ["office", "side"]
    assert fields["office"].name.text() == "Office  • still open"
    assert [b.text() for b in fields["side"].findChildren(QPushButton)] == ["For", "Against"]
    book.choose(*STATE, "attributes", 1)
    assert {"when", "default", "definition"} <= set(book.editor.form.editors)
    words = [x.text() for x in book.editor.form.findChildren(QLabel)]
    assert "and the label lies in the zone" not in words, "an entity lies in none"
    book.editor.draft.set_type((*STATE, "attributes", 1), "entity")
    book.editor.form.show_part((*STATE, "attributes", 1))
    assert "default" not in book.editor.form.editors, "it has no roles to take one from"
    book.choose("entity_types", 1)
    assert book.editor.preview.fields == {}
    while book.editor.draft.can_undo:
        book.editor.undo_action.trigger()
    assert not book.editor.draft.changed


def test_a_saved_question_is_answered_in_the_register_renamed_and_carried(book: EditorHand) -> None:
    hand = book.hand
    ask_for_office(book)
    with book.bot.waitSignal(book.editor.saved):
        QTest.mouseClick(book.editor.save_button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    coder = hand.session.coder.id
    values = {"office": "Mayor", "side": "for"}
    hand.session.apply(AddEntity(coder_id=coder, id="tarn", name="Tarn", type="state", values=values))
    hand.window.codebook_action.trigger()
    book.editor = hand.window.codebook_editor
    book.choose(*STATE, "attributes", 0)
    book.type("key", "post")
    book.choose(*STATE, "attributes", 1, "values", 0)
    book.editor.remove_action.trigger()
    dialog = book.save()
    texts = [x.text() for x in dialog.findChildren(QLabel)]
    assert texts.count("1 in the register") == 2
    assert "State or region › “Office” (office) is now “Office” (post)" in texts
    ((box, choices),) = dialog.boxes
    assert [c.words for c in choices] == ["Keep it in the register as it is", "becomes “Against”"]
    assert box.accessibleName() == "State or region › Side: “For” (for) is gone"
    box.setCurrentIndex(1)
    book.confirm(dialog, 3)
    study = hand.window.study
    assert study is not None
    assert study.register().every["tarn"].values == {"post": "Mayor", "side": "against"}
    assert check(study) == []
    hand.window.register_action.trigger()
    register = hand.window.register_window
    assert register is not None
    register.take("tarn")
    assert list(register.form.answers.rows) == ["post", "side"]


def test_the_built_in_codebook_is_sound_as_a_draft(tmp_path: Path) -> None:
    from annotator.services.codebooks.draft import Draft

    draft = Draft(builtin_codebook())
    assert draft.faults() == []
    assert not draft.changed
    with Study.create(tmp_path / "s.annotator", builtin_codebook()) as study:
        assert draft.codebook() == study.codebook
