"""What a person types into the form is saved, or still there."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddEntity
from annotator.intake import read_source
from annotator.qt.form.field import Field
from annotator.qt.form.fields import TextField
from annotator.qt.form.form import Form
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from tests.codebooks import EVERYTHING
from tests.conftest import Guard
from tests.gui.conftest import ARTICLE, OTHER, Hand, opened
from tests.gui.test_nothing_lost import _gone

CLAIM = "It will pay for itself within nine years"
SPEAKER = "Mayor Ilsa Brandt-Oyelaran"
ARTICLE_VALUES = """\
  - {key: length, label: Length, type: number}
  - {key: remark, label: Remark, type: text}
  - {key: about, label: About, type: entity}
"""


def codebook() -> Codebook:
    """Every type, with typed values of the whole article, and a key for speakers."""
    return parse_codebook((EVERYTHING + ARTICLE_VALUES).replace("label: Speaker\n", "label: Speaker\n  hotkey: s\n"))


@pytest.fixture
def ada(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Hand]:
    """A hand at a desk whose forms have fields to type into."""
    path = tmp_path / "s.annotator"
    with Study.create(path, codebook(), "Typing") as study:
        study.ensure_coder("Ada")
        for name, text in (("one.txt", ARTICLE), ("two.txt", OTHER)):
            add_documents(study, read_source(name, text.encode(), "plain"))
    found = opened(qtbot, settings, path)
    yield found
    found.window.close()


def claim(hand: Hand) -> Form:
    hand.drag(CLAIM)
    hand.key("c")
    return form(hand, "claim")


def form(hand: Hand, layer: str) -> Form:
    QApplication.processEvents()
    return next(f for f in hand.desk.inspector._forms.values() if f.layer.key == layer)


def line(hand: Hand, layer: str, key: str) -> TextField:
    found = next(f for f in form(hand, layer).open_fields() if f.attribute.key == key)
    assert isinstance(found, TextField)
    return found


def type_into(field: TextField, words: str) -> None:
    field.edit.setFocus()
    field.edit.selectAll()
    QTest.keyClicks(field.edit, words)


def test_a_memo_is_saved_when_a_label_joins_the_statement(ada: Hand) -> None:
    memo = claim(ada).memo
    memo.setFocus()
    QTest.keyClicks(memo, "why so sure?")
    ada.drag(SPEAKER)
    ada.key("s")
    QApplication.processEvents()
    assert ada.labels("claim")[0].memo == "why so sure?"
    assert form(ada, "claim").memo.toPlainText() == "why so sure?"


def test_words_that_are_being_typed_stay_while_others_write(ada: Hand) -> None:
    claim(ada)
    field = line(ada, "claim", "note")
    type_into(field, "half a thought")
    with Study.open(ada.session.study.file.path) as study:
        study.ensure_coder("Ben")
        study.coding.apply(_note(study))
    ada.session.look()
    QApplication.processEvents()
    assert field.edit.text() == "half a thought"
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert ada.labels("claim")[0].values["note"] == "half a thought"


def _note(study: Study) -> Any:
    from annotator.domain.commands import AddNote

    return AddNote(coder_id=study.coder("Ben").id, document_id=study.documents()[0].id, kind="note", text="n")


def test_what_the_codebook_refuses_stays_as_it_was_typed(ada: Hand) -> None:
    claim(ada)
    field = line(ada, "claim", "day")
    type_into(field, "2024-13-01")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert field.edit.text() == "2024-13-01"
    assert "day" not in ada.labels("claim")[0].values
    faults = [row.fault.text() for row in form(ada, "claim")._rows.values() if row.field is field]
    assert faults[0] != ""
    ada.desk.surface.setFocus()
    ada.key(Qt.Key.Key_Escape)
    assert ada.session.current is None
    ada.click_text(CLAIM)
    field = line(ada, "claim", "day")
    assert field.edit.text() == "2024-13-01", "it waits for its label"
    type_into(field, "2024-12-01")
    QTest.keyClick(field.edit, Qt.Key.Key_Return)
    assert ada.labels("claim")[0].values["day"] == "2024-12-01"
    assert ada.session.typed == {}


@pytest.mark.parametrize("back", ["same article", "another article"])
def test_what_a_broken_disk_refuses_waits_for_another_try(ada: Hand, back: str) -> None:
    memo = claim(ada).memo
    memo.setFocus()
    QTest.keyClicks(memo, "a long remark")
    type_into(line(ada, "claim", "note"), "a long note")
    mend = _gone(ada)
    ada.desk.inspector.flush()
    assert "not where it was" in ada.desk.notice.words.text()
    if back == "another article":
        ada.session.set_current(None)
        QApplication.processEvents()
    mend()
    if back == "another article":
        ada.desk.go(1)
        ada.desk.go(-1)
        ada.click_text(CLAIM)
    shown = form(ada, "claim")
    assert shown.memo.toPlainText() == "a long remark"
    assert line(ada, "claim", "note").edit.text() == "a long note"
    ada.desk.inspector.flush()
    (made,) = ada.labels("claim")
    assert (made.memo, made.values["note"]) == ("a long remark", "a long note")


def test_a_window_does_not_close_over_words_that_cannot_be_saved(ada: Hand, guard: Guard) -> None:
    memo = claim(ada).memo
    memo.setFocus()
    QTest.keyClicks(memo, "do not lose me")
    mend = _gone(ada)
    asked: list[str] = []

    def stay(box: QMessageBox) -> QMessageBox.StandardButton:
        asked.append(box.informativeText())
        return QMessageBox.StandardButton.Cancel

    guard.expect_dialog(stay)
    ada.window.close()
    assert ada.window.isVisible()
    assert asked == ["“do not lose me”"]
    ada.window.leave_study()
    assert ada.window.study is not None
    mend()
    ada.window.close()
    assert len(asked) == 2
    assert not ada.window.isVisible()


@pytest.mark.parametrize("typed", ["12", "not a number"])
def test_the_focus_stays_where_a_person_types(ada: Hand, typed: str) -> None:
    ada.session.set_current(None)
    type_into(line(ada, "article", "length"), typed)
    ada.key(Qt.Key.Key_Tab)
    for _ in range(3):
        QApplication.processEvents()
    held = ada.desk.inspector.field_in_hand()
    while held is not None and held.attribute.key != "remark":
        ada.key(Qt.Key.Key_Tab)
        held = ada.desk.inspector.field_in_hand()
    assert held is not None
    QTest.keyClicks(QApplication.focusWidget(), "abc")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert ada.labels("article")[0].values["remark"] == "abc"
    length = line(ada, "article", "length")
    assert length.edit.text() == typed
    type_into(length, "3")


def test_the_focus_goes_along_when_a_link_changes_the_form(ada: Hand) -> None:
    claim(ada)
    field = line(ada, "claim", "note")
    field.edit.setFocus()
    ada.session.apply(_said_by(ada))
    QApplication.processEvents()
    held: Field | None = ada.desk.inspector.field_in_hand()
    assert held is not None
    assert held.attribute.key == "note"
    assert held.isVisible()


def _said_by(hand: Hand) -> Any:
    from annotator.domain.commands import AddAnnotation, EmptyRef, FillerRef

    assert hand.session.document is not None
    return AddAnnotation(
        coder_id=hand.session.coder.id,
        document_id=hand.session.document.id,
        layer="said_by",
        roles={"claim": (FillerRef(annotation=hand.labels("claim")[0].id),)},
        empty={"speaker": EmptyRef(because="nobody")},
    )


def test_somebody_new_can_be_the_first_value_of_an_article(ada: Hand) -> None:
    from annotator.qt.form.picker import Picker

    ada.session.set_current(None)
    field = next(f for f in form(ada, "article").open_fields() if f.attribute.key == "about")
    edit = field.focusProxy()
    assert edit is not None
    edit.setFocus()
    QTest.keyClicks(edit, "Brand New")
    QTest.keyClick(QApplication.activePopupWidget() or edit, Qt.Key.Key_Return)
    QApplication.processEvents()
    pickers = [p for p in ada.window.findChildren(Picker) if p.isVisible()]
    QTest.keyClicks(pickers[0].search, "Person")
    QTest.keyClick(pickers[0].search, Qt.Key.Key_Return)
    QApplication.processEvents()
    (entity,) = ada.session.entities.values()
    assert ada.labels("article")[0].values["about"] == {"entity": entity.id}


def test_words_go_along_to_a_form_that_was_made_for_another_label(ada: Hand) -> None:
    """A page of the shape that the label comes to have is there already: it is shown again, with what was typed."""
    claim(ada)
    ada.session.apply(_said_by(ada))
    QApplication.processEvents()
    first = ada.session.current
    ada.session.set_current(None)
    ada.drag("will not last another winter")
    ada.key("c")
    second = ada.session.current
    assert second not in (first, None)
    type_into(line(ada, "claim", "day"), "2024-13-01")
    memo = form(ada, "claim").memo
    memo.setFocus()
    QTest.keyClicks(memo, "typed a moment ago")
    ada.session.apply(_said_by_of(ada, str(second)))
    QApplication.processEvents()
    assert line(ada, "claim", "day").edit.text() == "2024-13-01"
    assert form(ada, "claim").memo.toPlainText() == "typed a moment ago"
    assert next(a for a in ada.labels("claim") if a.id == second).memo == "typed a moment ago"
    type_into(line(ada, "claim", "day"), "2024-12-01")


def test_undo_shows_the_article_from_which_it_took_a_label(ada: Hand) -> None:
    assert ada.session.document is not None
    first = ada.session.document.id
    claim(ada)
    ada.desk.go(1)
    assert ada.session.document.id != first
    ada.key("z", Qt.KeyboardModifier.ControlModifier)
    assert ada.labels("claim") == []
    assert ada.session.document.id == first


@pytest.mark.parametrize("count", [3, 40])
def test_forms_of_many_shapes_show_what_their_label_has(ada: Hand, count: int) -> None:
    """Pages are kept and shown again: each for its own label."""
    from annotator.domain.commands import AddAnnotation

    session = ada.session
    assert session.document is not None
    keys = []
    for n in range(count):
        done = session.apply(
            AddAnnotation(
                coder_id=session.coder.id,
                document_id=session.document.id,
                layer="claim",
                fragments=((n, n + 5),),
                values={"note": f"note {n}"},
                memo=f"memo {n}",
            )
        )
        assert done is not None
        keys.append(next(iter(done.added)))
    session.set_current(keys[1])
    QApplication.processEvents()
    ada.session.apply(_said_by_of(ada, keys[1]))
    for n, key in [*enumerate(keys), *reversed(list(enumerate(keys)))]:
        session.set_current(key)
        shown = form(ada, "claim")
        assert (shown.key, shown.memo.toPlainText()) == (key, f"memo {n}")
        assert line(ada, "claim", "note").edit.text() == f"note {n}"
        assert len([f for f in ada.desk.inspector._forms.values() if f.isVisible()]) == (2 if n == 1 else 1)


def _said_by_of(hand: Hand, key: str) -> Any:
    from annotator.domain.commands import FillerRef

    made = _said_by(hand)
    return made.model_copy(update={"roles": {"claim": (FillerRef(annotation=key),)}})


def test_a_name_that_a_broken_disk_refuses_stays_in_its_field(ada: Hand) -> None:
    ada.session.apply(AddEntity(coder_id=ada.session.coder.id, name="Ilsa Brandt", type="person"))
    ada.session.set_current(None)
    field = next(f for f in form(ada, "article").open_fields() if f.attribute.key == "about")
    edit = field.focusProxy()
    assert isinstance(edit, QLineEdit)
    edit.setFocus()
    QTest.keyClicks(edit, "Ilsa Brandt")
    mend = _gone(ada)
    ada.desk.inspector.flush()
    assert edit.text() == "Ilsa Brandt"
    assert not ada.session.article_labels("article")
    mend()
    ada.desk.inspector.flush()
    (entity,) = ada.session.entities.values()
    assert ada.labels("article")[0].values["about"] == {"entity": entity.id}
