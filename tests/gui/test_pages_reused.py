"""Pages of the form are kept and shown again: nothing of the label before stays on them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddAnnotation, AddEntity, Batch, ChangeEntity, FillerRef, SetValue, Step
from annotator.domain.errors import StudyFileError
from annotator.intake import read_source
from annotator.qt.form.fields import ButtonsField, EntitiesField, TextField
from annotator.qt.form.form import Form
from annotator.qt.form.picker import Picker
from annotator.qt.form.search_field import EntityField
from annotator.qt.shell.remote_changes import Follower
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.exchange.outcome import Imported
from annotator.services.study import Study
from tests.codebooks import EVERYTHING
from tests.conftest import Guard
from tests.gui.conftest import ARTICLE, OTHER, Hand, opened

CODEBOOK = EVERYTHING.replace(
    "{key: c, label: C}]}", "{key: c, label: C}], off_scale: [{key: basic, label: Only the basics}]}"
).replace("min: 1, max: 1}\n  roles", "min: 1, max: 3}\n  roles")
CODEBOOK += """\
  - {key: length, label: Length, type: number}
  - {key: remark, label: Remark, type: text}
- key: group
  label: Group
  kind: span
  attributes:
  - {key: members, label: Members, type: entity, many: true}
- key: event
  label: Event
  kind: document
  repeat: true
  attributes:
  - {key: what, label: What, type: text}
"""


@pytest.fixture
def ada(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Hand]:
    """A hand at a desk with two articles and two coders."""
    path = tmp_path / "s.annotator"
    with Study.create(path, parse_codebook(CODEBOOK), "Pages") as study:
        study.ensure_coder("Ada")
        study.ensure_coder("Ben")
        for name, text in (("one.txt", ARTICLE), ("two.txt", OTHER)):
            add_documents(study, read_source(name, text.encode(), "plain"))
    found = opened(qtbot, settings, path)
    yield found
    found.window.close()


def made(hand: Hand, layer: str, *fragments: tuple[int, int], **values: object) -> str:
    assert hand.session.document is not None
    key, coder = hand.session.study.ids(), hand.session.coder.id
    command = AddAnnotation(
        coder_id=coder, document_id=hand.session.document.id, layer=layer, id=key, fragments=fragments, values=values
    )
    assert hand.session.apply(command) is not None
    return key


def somebody(hand: Hand, name: str, kind: str) -> str:
    key = hand.session.study.ids()
    assert hand.session.apply(AddEntity(coder_id=hand.session.coder.id, id=key, name=name, type=kind)) is not None
    return key


def form(hand: Hand, layer: str) -> Form:
    QApplication.processEvents()
    return next(f for f in hand.desk.inspector._forms.values() if f.layer.key == layer)


def take(hand: Hand, key: str | None) -> None:
    hand.session.set_current(key)
    QApplication.processEvents()


def field(hand: Hand, layer: str, key: str) -> object:
    return next(f for f in form(hand, layer).open_fields() if f.attribute.key == key)


def test_two_of_one_name_are_each_taken_out_of_their_own_role(ada: Hand) -> None:
    session, coder = ada.session, ada.session.coder.id
    assert session.document is not None
    names = [somebody(ada, "Norge", "state"), somebody(ada, "Norway", "state")]
    claims = [made(ada, "claim", (n, n + 5)) for n in (0, 10)]
    steps: list[Step] = [
        AddAnnotation(
            coder_id=coder,
            document_id=session.document.id,
            layer="said_by",
            roles={"claim": (FillerRef(annotation=c),), "speaker": (FillerRef(entity=e),)},
        )
        for c, e in zip(claims, names, strict=True)
    ]
    assert session.apply(Batch(coder_id=coder, name="AddStatements", commands=tuple(steps))) is not None
    merge = ChangeEntity(coder_id=coder, entity_id=names[0], merged_into=names[1])
    assert session.apply(merge) is not None
    for key in claims:
        take(ada, key)
    ada.click("Take it out of this role", inside=ada.desk.inspector._page.roles[0])  # type: ignore[union-attr]
    assert [bool(x.roles.get("speaker")) for key in claims for x in session.links_of(key)] == [True, False]


def full(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full: the study can be read, and not be written to."""

    def refuse(_command: object) -> None:
        raise StudyFileError("the disk is full", "", "free some space")

    monkeypatch.setattr(hand.session.study.coding, "apply", refuse)


def type_into(hand: Hand, layer: str, key: str, words: str) -> None:
    found = field(hand, layer, key)
    assert isinstance(found, TextField)
    found.edit.setFocus()
    found.edit.selectAll()
    QTest.keyClicks(found.edit, words)


def words_in(hand: Hand, layer: str, key: str) -> str:
    found = field(hand, layer, key)
    assert isinstance(found, TextField)
    return found.edit.text()


def test_words_that_a_full_disk_refuses_wait_while_another_article_is_open(
    ada: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = made(ada, "claim", (0, 7))
    take(ada, key)
    with monkeypatch.context() as broken:
        full(ada, broken)
        memo = form(ada, "claim").memo
        memo.setFocus()
        QTest.keyClicks(memo, "a long remark")
        type_into(ada, "claim", "note", "a long note")
        ada.desk.go(1)
        QApplication.processEvents()
        assert len(ada.desk.inspector.unsaved()) == 2
    ada.desk.go(-1)
    take(ada, key)
    assert words_in(ada, "claim", "note") == "a long note"
    assert form(ada, "claim").memo.toPlainText() == "a long remark"
    ada.desk.inspector.flush()
    (claim,) = ada.labels("claim")
    assert (claim.values["note"], claim.memo) == ("a long note", "a long remark")


@pytest.mark.parametrize("refused", ["by the codebook", "by the disk"])
def test_words_for_an_article_stay_with_it_and_its_coder(
    ada: Hand, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, ben = ada.session, ada.session.study.coder("Ben")
    key, words = ("length", "no number") if refused == "by the codebook" else ("remark", "a remark")
    take(ada, None)
    type_into(ada, "article", key, words)
    with monkeypatch.context() as broken:
        if refused == "by the disk":
            full(ada, broken)
        ada.desk.go(1)
        QApplication.processEvents()
        assert words_in(ada, "article", key) == ""
        ada.desk.go(-1)
        QApplication.processEvents()
        assert words_in(ada, "article", key) == words
        coder = session.coder
        ada.desk.inspector.flush()
        session.set_coder(ben)
        assert words_in(ada, "article", key) == ""
    ada.desk.inspector.flush()
    assert ada.labels("article") == []
    session.set_coder(coder)
    assert words_in(ada, "article", key) == words
    shown = field(ada, "article", key)
    assert isinstance(shown, TextField)
    shown.edit.clear()
    ada.desk.inspector.flush()


def test_words_that_are_corrected_after_the_window_stayed_open_are_not_put_back(ada: Hand, guard: Guard) -> None:
    guard.expect_dialog(lambda box: QMessageBox.StandardButton.Cancel)
    key = made(ada, "claim", (0, 7), sure=True)
    take(ada, key)
    type_into(ada, "claim", "sum", "no number")
    ada.window.close()
    assert ada.window.isVisible()
    type_into(ada, "claim", "sum", "12")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert ada.labels("claim")[0].values["sum"] == 12
    assert words_in(ada, "claim", "sum") == "12"
    told = [row.fault.text() for row in form(ada, "claim")._rows.values() if not row.fault.isHidden()]
    assert told == []
    assert ada.desk.inspector.unsaved() == []


def test_a_repeated_label_of_the_article_stays_in_hand_when_it_is_changed(ada: Hand) -> None:
    keys = [made(ada, "event", what="first"), made(ada, "event", what="second")]
    take(ada, None)
    type_into(ada, "event", "what", "other")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    assert form(ada, "event").key == keys[0]
    assert words_in(ada, "event", "what") == "other"


def test_a_half_typed_name_stays_with_its_label_and_does_not_hide_what_changes(ada: Hand) -> None:
    person = somebody(ada, "Ilsa", "person")
    first, second = made(ada, "group", (0, 5)), made(ada, "group", (10, 15))
    take(ada, first)
    members = field(ada, "group", "members")
    assert isinstance(members, EntitiesField)
    members._add.line.setFocus()
    QTest.keyClicks(members._add.line, "Nn")
    value = SetValue(
        coder_id=ada.session.coder.id, annotation_id=first, attribute="members", value=[{"entity": person}]
    )
    assert ada.session.apply(value) is not None
    assert [b.text() for b in members._held.findChildren(QPushButton) if not b.isHidden()] == ["Ilsa"]
    assert members._add.line.text() == "Nn"
    members._add.line.clear()
    take(ada, second)
    shown = field(ada, "group", "members")
    assert isinstance(shown, EntitiesField)
    assert [b.text() for b in shown._held.findChildren(QPushButton) if not b.isHidden()] == []


def test_whoever_came_in_by_other_means_can_be_chosen(ada: Hand) -> None:
    key = made(ada, "speaker", (0, 7))
    take(ada, key)
    who = field(ada, "speaker", "who")
    assert isinstance(who, EntityField)
    assert [c.text for c in who.choices] == []
    with Study.open(ada.session.study.file.path) as study:
        ben = study.coder("Ben").id
        study.coding.apply(AddEntity(coder_id=ben, name="Ilsa", type="person"))
    ada.window.reload()
    QApplication.processEvents()
    who = field(ada, "speaker", "who")
    assert isinstance(who, EntityField)
    assert [c.text for c in who.choices] == ["Ilsa"]


def test_what_others_wrote_while_articles_came_in_is_seen(ada: Hand) -> None:
    session = ada.session
    assert session.document is not None
    with Study.open(session.study.file.path) as study:
        study.coding.apply(
            AddAnnotation(
                coder_id=session.coder.id, document_id=session.document.id, layer="claim", fragments=((0, 7),)
            )
        )
        add_documents(study, read_source("three.txt", OTHER.encode() + b"More.", "plain"))
    ada.window._imported(1, 0)
    session.look()
    assert [x.layer for x in session.labels.values()] == ["claim"]


def test_undo_takes_the_statement_in_hand_that_it_brings_back(ada: Hand) -> None:
    session, coder = ada.session, ada.session.coder.id
    assert session.document is not None
    for n in range(6):
        claim, speaker = session.study.ids(), session.study.ids()
        document = session.document.id
        steps: list[Step] = [
            AddAnnotation(coder_id=coder, document_id=document, layer="claim", id=claim, fragments=((n, n + 1),)),
            AddAnnotation(
                coder_id=coder, document_id=document, layer="speaker", id=speaker, fragments=((n + 20, n + 21),)
            ),
            AddAnnotation(
                coder_id=coder,
                document_id=document,
                layer="said_by",
                roles={"claim": (FillerRef(annotation=claim),), "speaker": (FillerRef(annotation=speaker),)},
            ),
        ]
        assert session.apply(Batch(coder_id=coder, name="AddStatement", commands=tuple(steps))) is not None
        session.undo()
        session.redo()
        assert session.current == claim


def test_a_new_name_is_given_to_the_label_for_which_it_was_typed(ada: Hand) -> None:
    first, second = made(ada, "group", (0, 5)), made(ada, "group", (60, 75))
    take(ada, first)
    members = field(ada, "group", "members")
    assert isinstance(members, EntitiesField)
    members._add.line.setFocus()
    QTest.keyClicks(members._add.line, "Blue Net")
    members._add.line.popup.hide()
    ada.desk.jump(second)
    QApplication.processEvents()
    assert not [p for p in ada.window.findChildren(Picker) if p.isVisible()], "no question over another label's form"
    take(ada, first)
    members = field(ada, "group", "members")
    assert isinstance(members, EntitiesField)
    assert members._add.line.text() == "Blue Net", "the name waits with its label"
    members._add.line.setFocus()
    QTest.keyClick(members._add.line, Qt.Key.Key_Return)
    (picker,) = [p for p in ada.window.findChildren(Picker) if p.isVisible()]
    assert picker.isVisible()
    ada.desk.jump(second)
    QApplication.processEvents()
    assert not [p for p in ada.window.findChildren(Picker) if p.isVisible()], "the question goes with its label"
    assert ada.session.living() == []
    take(ada, first)
    members = field(ada, "group", "members")
    assert isinstance(members, EntitiesField)
    members._add.line.setFocus()
    QTest.keyClick(members._add.line, Qt.Key.Key_Return)
    (picker,) = [p for p in ada.window.findChildren(Picker) if p.isVisible()]
    QTest.keyClick(picker.search, "1")
    QApplication.processEvents()
    ada.desk.jump(second)
    QApplication.processEvents()
    (entity,) = ada.session.living()
    assert entity.name == "Blue Net"
    assert {a.id: a.values for a in ada.labels("group")} == {first: {"members": [{"entity": entity.id}]}, second: {}}
    shown = field(ada, "group", "members")
    assert isinstance(shown, EntitiesField)
    assert shown.value is None


def test_whoever_codes_next_is_not_shown_as_another_coder(ada: Hand) -> None:
    session = ada.session
    people = [session.study.ensure_coder(name, "supervisor") for name in ("Cleo", "Dag")]
    session.set_coder(people[0])
    filters = ada.desk.filter
    filters.show()
    filters.coder.setCurrentIndex(filters._coders.index(people[1].id))
    next(iter(filters._layer_actions.values())).setChecked(False)
    assert ada.desk.showing.reading_others
    session.set_coder(people[1])
    assert not ada.desk.showing.reading_others
    assert people[0].id in filters._coders
    assert people[1].id not in filters._coders
    assert "1" not in filters.layers.text()


def test_codings_that_come_in_bring_their_names_and_are_nobody_elses(ada: Hand) -> None:
    session = ada.session
    heard: list[object] = []
    session.changed_elsewhere.connect(heard.append)
    with Study.open(session.study.file.path) as study:
        study.coding.apply(AddEntity(coder_id=session.coder.id, name="Ilsa", type="person"))
    ada.window._codings_imported(Imported())
    assert [e.name for e in session.living()] == ["Ilsa"]
    session.look()
    assert heard == []


def test_where_notices_of_a_server_were_missed_everything_is_asked_anew(ada: Hand) -> None:
    session = ada.session
    key = made(ada, "claim", (0, 7))
    take(ada, key)
    with Study.open(session.study.file.path) as study:
        study.coding.apply(AddEntity(coder_id=session.coder.id, name="Ilsa", type="person"))
    Follower._take(SimpleNamespace(_bench=ada.window.bench), None)  # type: ignore[arg-type]
    assert [e.name for e in session.living()] == ["Ilsa"]
    assert session.current == key


def test_what_is_hidden_stays_hidden_in_the_next_article_of_who_supervises_alone(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "alone.annotator"
    with Study.create(path, parse_codebook(CODEBOOK), "Alone") as study:
        study.ensure_coder("Cleo", "supervisor")
        for name, text in (("one.txt", ARTICLE), ("two.txt", OTHER)):
            add_documents(study, read_source(name, text.encode(), "plain"))
    hand = opened(qtbot, settings, path, "Cleo")
    hand.desk.filter.show()
    hand.desk.filter._layer_actions["claim"].setChecked(False)
    hand.desk.go(1)
    assert hand.desk.filter.filter.hidden == {"claim"}
    hand.window.close()


def test_an_answer_off_the_scale_stands_alone_however_it_came_in(ada: Hand) -> None:
    """Files can give it by itself where several can hold; it is no word whose letters are values."""
    take(ada, made(ada, "claim", (0, 7), cues="basic"))
    cues = field(ada, "claim", "cues")
    assert isinstance(cues, ButtonsField)
    assert [v for v, b in cues._buttons if b.isChecked()] == ["basic"]
    ada.click("A", inside=cues)
    assert ada.labels("claim")[0].values["cues"] == ["a"]
    value = SetValue(
        coder_id=ada.session.coder.id, annotation_id=ada.labels("claim")[0].id, attribute="cues", value="basic"
    )
    assert ada.session.apply(value) is not None
    ada.click("Only the basics", inside=cues)
    assert "cues" not in ada.labels("claim")[0].values


def test_the_place_in_the_article_stays_however_it_is_left_and_opened_again(ada: Hand) -> None:
    surface = ada.desk.surface
    made(ada, "claim", (0, 7))
    ada.desk.go(1)
    surface.set_caret(50)
    ada.window.reload()
    assert surface.caret() == 50
    ada.desk.step_back(True)
    ada.desk.go(1)
    assert surface.caret() == 50


def test_the_place_for_one_more_link_is_closed_when_the_form_comes_back(ada: Hand) -> None:
    session, coder = ada.session, ada.session.coder.id
    claim = made(ada, "claim", (0, 7))
    state = somebody(ada, "Norway", "state")
    assert session.document is not None
    tie = AddAnnotation(
        coder_id=coder,
        document_id=session.document.id,
        layer="said_by",
        roles={"claim": (FillerRef(annotation=claim),), "speaker": (FillerRef(entity=state),)},
    )
    take(ada, claim)
    assert session.apply(tie) is not None
    ada.click("Add another “Said by”")
    assert session.apply(tie) is not None
    QApplication.processEvents()
    session.undo()
    take(ada, claim)
    ada.button("Add another “Said by”")
