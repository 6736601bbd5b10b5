"""Notes and questions, skipped articles, and entities merged and separated: with undo, history and a sound file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.annotations import Annotation, EmptyRole, Entity, Filler
from annotator.domain.commands import (
    AddEntity,
    AddNote,
    ChangeEntity,
    ChangeNote,
    RemoveEntity,
    RemoveNote,
    SetDocumentState,
)
from annotator.domain.entities import Register
from annotator.domain.errors import AnnotatorError, NotFound, Refusal
from annotator.services.exchange.records import RecordWriter
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.store.places import Place
from tests.studies import reopened, statement, study_at


@pytest.fixture
def study(place: Place) -> Iterator[Study]:
    with study_at(place, documents=2) as made:
        yield made
        assert check(made) == []


def ask(study: Study, who: str = "Ada", **more: object) -> str:
    coder, document = study.coder(who).id, study.documents()[0].id
    made = study.coding.apply(
        AddNote.model_validate(
            {"coder_id": coder, "document_id": document, "kind": "question", "text": " Is this a claim? ", **more}
        )
    )
    (key,) = made.notes
    return key


def test_a_question_is_asked_answered_and_settled(study: Study) -> None:
    ada, ben = study.coder("Ada").id, study.coder("Ben").id
    key = ask(study, start=22, end=33)
    reply = ask(study, "Ben", reply_to=key, kind="note", text="Yes.")
    study.coding.apply(ChangeNote(coder_id=ada, note_id=key, settled=True))
    question, answer = study.notes(study.documents()[0].id)
    assert (question.text, question.start, question.end, question.settled) == ("Is this a claim?", 22, 33, True)
    assert (answer.id, answer.reply_to, answer.coder_id) == (reply, key, ben)
    assert [c.command for c in study.coding.history(key)] == ["AddNote", "ChangeNote"]
    assert study.notes(study.documents()[1].id) == []


def test_notes_are_undone_and_brought_back_after_a_restart(place: Place) -> None:
    with study_at(place) as study:
        key = ask(study)
        ada = study.coder("Ada").id
        study.coding.apply(RemoveNote(coder_id=ada, note_id=key))
    with reopened(place, "again") as study:
        study.coding.undo(ada)
        assert [n.id for n in study.notes()] == [key]
        study.coding.undo(ada)
        assert study.notes() == []
        study.coding.redo(ada)
        assert [n.id for n in study.notes()] == [key]
        assert check(study) == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": "  "},
        {"kind": "shout"},
        {"start": 3},
        {"start": 5, "end": 5},
        {"start": 0, "end": 10_000},
        {"reply_to": "nobody"},
        {"document_id": "nowhere"},
    ],
)
def test_a_note_that_cannot_be_is_refused(study: Study, wrong: dict[str, object]) -> None:
    with pytest.raises(AnnotatorError):
        ask(study, **wrong)
    assert study.notes() == []
    assert study.changes() == []


def test_nobody_rewrites_anothers_note_and_an_answered_one_stays(study: Study) -> None:
    ada, ben = study.coder("Ada").id, study.coder("Ben").id
    key = ask(study)
    for command in (ChangeNote(coder_id=ben, note_id=key, text="x"), RemoveNote(coder_id=ben, note_id=key)):
        with pytest.raises(Refusal, match="another person"):
            study.coding.apply(command)
    reply = ask(study, "Ben", reply_to=key)
    with pytest.raises(Refusal, match="answered"):
        study.coding.apply(RemoveNote(coder_id=ada, note_id=key))
    with pytest.raises(Refusal, match="answered"):
        study.coding.undo(ada)
    with pytest.raises(Refusal):
        ask(study, reply_to=reply)
    with pytest.raises(NotFound):
        study.coding.apply(RemoveNote(coder_id=ada, note_id="none"))


def test_an_article_is_skipped_for_a_reason_and_taken_up_again(study: Study) -> None:
    ada, document = study.coder("Ada").id, study.documents()[0].id
    with pytest.raises(Refusal, match="reason"):
        study.coding.apply(SetDocumentState(coder_id=ada, document_id=document, state="skipped"))
    with pytest.raises(Refusal, match="reason"):
        study.coding.apply(SetDocumentState(coder_id=ada, document_id=document, state="open", reason="because"))
    study.coding.apply(SetDocumentState(coder_id=ada, document_id=document, state="skipped", reason="an advert"))
    assert study.skipped(ada) == {document: "an advert"}
    study.coding.apply(SetDocumentState(coder_id=ada, document_id=document, state="open"))
    assert study.skipped(ada) == {}
    study.coding.undo(ada)
    assert study.document_states(ada) == {document: "skipped"}
    assert study.skipped(ada) == {document: "an advert"}


def person(study: Study, name: str, *aliases: str) -> str:
    made = study.coding.apply(AddEntity(coder_id=study.coder("Ada").id, name=name, type="person", aliases=aliases))
    (key,) = made.entities
    return key


def test_merged_entities_keep_their_labels_and_stand_for_one(study: Study) -> None:
    ada = study.coder("Ada").id
    made = statement(study)
    whole = person(study, "Ilsa Brandt", "the mayor")
    before = study.annotations()
    study.coding.apply(ChangeEntity(coder_id=ada, entity_id=made["person"], merged_into=whole))
    assert study.annotations() == before, "no label was touched"
    register = study.register()
    assert register.root_id(made["person"]) == whole
    assert register.names_of(whole) == ("Ilsa Brandt", "the mayor", "Mayor of Ada")
    assert [e.id for e in register.living()] == [whole]
    record = RecordWriter(study).record_as_json(next(a for a in before if a.layer == "speaker"))
    assert record["values"]["who"] == {"entity": whole, "name": "Ilsa Brandt", "type": "person"}
    with pytest.raises(Refusal, match="merged into this one"):
        study.coding.apply(RemoveEntity(coder_id=ada, entity_id=whole))
    with pytest.raises(Refusal, match="into itself"):
        study.coding.apply(ChangeEntity(coder_id=ada, entity_id=whole, merged_into=made["person"]))
    study.coding.undo(ada)
    assert study.register().root_id(made["person"]) == made["person"]
    study.coding.redo(ada)
    study.coding.apply(ChangeEntity(coder_id=ada, entity_id=made["person"], merged_into=""))
    assert {e.name for e in study.register().living()} == {"Ilsa Brandt", "Mayor of Ada"}


def test_who_was_merged_agrees(study: Study) -> None:
    """Two coders who name the same person under two entities agree once these are merged."""
    from annotator.services.agreement.figures import study_agreement
    from annotator.services.agreement.request import Question

    first, second = statement(study), statement(study, "Ben")
    ada, ben = study.coder("Ada").id, study.coder("Ben").id
    for coder in (ada, ben):
        document = study.documents()[0].id
        study.coding.apply(SetDocumentState(coder_id=coder, document_id=document, state="done"))

    def agree() -> float:
        figures = study_agreement(study, Question(None, None, (), (), 0.5, 0, 1))
        part = next(a for a in figures["attributes"] if (a["layer"], a["attribute"]) == ("said_by", "speaker"))
        return float(part["coefficients"]["percent_agreement"]["value"])

    assert agree() == 0.0
    study.coding.apply(ChangeEntity(coder_id=ada, entity_id=second["person"], merged_into=first["person"]))
    assert agree() == 1.0


entities = st.lists(st.integers(0, 7), min_size=1, max_size=8)


@given(entities, st.data())
def test_every_entity_stands_for_one_that_was_not_merged_unless_the_merges_are_broken(
    numbers: list[int], data: st.DataObject
) -> None:
    keys = [str(n) for n in range(len(numbers))]
    every = [
        Entity(k, f"name {k}", "person", merged_into=data.draw(st.sampled_from([None, *keys, "gone"]))) for k in keys
    ]
    register = Register.of(every)
    for e in every:
        root = register.roots[e.id]
        assert register.root_id(root.id) == root.id or root.merged_into in keys, "a ring"
        if e.merged_into is None:
            assert root is register.every[e.id]
    assert {e.id for e in register.living()} == {e.id for e in every if e.merged_into is None}


def test_resolving_touches_values_roles_and_reasons_alike() -> None:
    register = Register.of([Entity("a", "A", "x", merged_into="b"), Entity("b", "B", "x"), Entity("c", "C", "x")])
    label = Annotation(
        "1",
        "d",
        "me",
        "l",
        values={"one": {"entity": "a"}, "many": [{"entity": "a"}, {"entity": "b"}, {"entity": "c"}], "n": 3},
        roles={"r": (Filler(entity="a"), Filler(entity="b"), Filler(annotation="2"))},
        empty={"e": EmptyRole("why", "a"), "f": EmptyRole("why")},
    )
    found = register.resolved(label)
    assert found.values == {"one": {"entity": "b"}, "many": [{"entity": "b"}, {"entity": "c"}], "n": 3}
    assert found.roles == {"r": (Filler(entity="b"), Filler(annotation="2"))}
    assert found.empty == {"e": EmptyRole("why", "b"), "f": EmptyRole("why")}
