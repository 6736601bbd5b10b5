"""Commands are checked against the codebook and the text, and refused in words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from annotator.domain.commands import (
    AddAnnotation,
    AddEntity,
    AnyCommand,
    Batch,
    ChangeEntity,
    EmptyRef,
    FillerRef,
    RemoveAnnotation,
    RemoveEntity,
    SetDocumentState,
    SetFragments,
    SetRole,
    SetValue,
)
from annotator.domain.errors import AnnotatorError, Refusal
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.store.places import Place
from tests.studies import statement, study_at


@pytest.fixture
def study(place: Place) -> Iterator[Study]:
    with study_at(place) as found:
        yield found
        assert check(found) == []


def refused(study: Study, command: AnyCommand, told: str) -> None:
    before = study.changes()
    with pytest.raises(AnnotatorError, match=told):
        study.coding.apply(command)
    assert study.changes() == before


def add(study: Study, coder: str = "Ada", layer: str = "claim", **rest: Any) -> AddAnnotation:
    return AddAnnotation(coder_id=study.coder(coder).id, document_id=study.documents()[0].id, layer=layer, **rest)


@pytest.mark.parametrize(
    ("rest", "told"),
    [
        ({"fragments": ((0, 9999),)}, "outside the text"),
        ({"fragments": ((5, 5),)}, "empty"),
        ({"fragments": ((5, 9), (9, 12))}, "meet"),
        ({"fragments": ()}, "at least one"),
        ({"fragments": ((0, 5),), "values": {"kind": "nonsense"}}, "not one of"),
        ({"fragments": ((0, 5),), "values": {"nowhere": 1}}, "no attribute"),
        ({"fragments": ((0, 5),), "layer": "nothing"}, "no layer"),
        ({"fragments": ((0, 5),), "uncertain": ("nowhere",)}, "no attribute"),
        ({"layer": "speaker", "fragments": ((0, 3), (5, 8))}, "one unbroken passage"),
        ({"layer": "speaker", "fragments": ((0, 3),), "values": {"who": {"entity": "nobody"}}}, "no such entity"),
        ({"layer": "said_by", "roles": {}}, "at least 1"),
        ({"layer": "article", "fragments": ((0, 3),)}, "not anchored|no place|article|Article"),
    ],
)
def test_what_codebook_or_text_forbid_is_refused(study: Study, rest: dict[str, Any], told: str) -> None:
    refused(study, add(study, **{"layer": "claim", **rest}), told)


def test_layers_that_forbid_overlap_hold_it(study: Study) -> None:
    study.coding.apply(add(study, layer="speaker", fragments=((0, 9),)))
    refused(study, add(study, layer="speaker", fragments=((5, 12),)), "may not overlap")
    study.coding.apply(add(study, coder="Ben", layer="speaker", fragments=((5, 12),)))


def test_a_link_ties_only_ones_own_labels(study: Study) -> None:
    made = statement(study, "Ada")
    roles = {"claim": (FillerRef(annotation=made["claim"]),)}
    refused(study, add(study, coder="Ben", layer="said_by", roles=roles), "one coder")
    swapped = {"claim": (FillerRef(annotation=made["speaker"]),)}
    refused(study, add(study, layer="said_by", roles=swapped), "is not allowed here")


def test_roles_are_filled_emptied_with_a_reason_and_cleared(study: Study) -> None:
    made, coder = statement(study), study.coder("Ada").id

    def role(**rest: Any) -> SetRole:
        return SetRole(coder_id=coder, annotation_id=made["said_by"], role="speaker", **rest)

    study.coding.apply(role(empty=EmptyRef(because="outlet", entity=made["person"])))
    link = study.annotation(made["said_by"])
    assert "speaker" not in link.roles
    assert link.empty["speaker"].because == "outlet"
    refused(study, role(empty=EmptyRef(because="moon")), "not a reason")
    refused(study, role(empty=EmptyRef(because="nobody", entity=made["person"])), "cannot name anybody")
    study.coding.apply(role(fillers=(FillerRef(annotation=made["speaker"]),)))
    assert not study.annotation(made["said_by"]).empty
    twice = (FillerRef(annotation=made["speaker"]), FillerRef(annotation=made["speaker"]))
    refused(study, role(fillers=twice), "twice")
    study.coding.apply(role())
    assert not study.annotation(made["said_by"]).roles.get("speaker")


def test_removing_a_label_takes_what_cannot_stand_without_it_and_undo_brings_it_back(study: Study) -> None:
    made, coder = statement(study), study.coder("Ada").id
    changes = study.coding.apply(RemoveAnnotation(coder_id=coder, annotation_id=made["claim"]))
    assert changes.removed == {made["claim"], made["said_by"]}
    back = study.coding.undo(coder)
    assert back.added == {made["claim"], made["said_by"]}
    changes = study.coding.apply(RemoveAnnotation(coder_id=coder, annotation_id=made["speaker"]))
    assert changes.changed == {made["said_by"]}, "the link stands without a speaker"


def test_a_batch_is_one_step_and_all_or_nothing(study: Study) -> None:
    coder = study.coder("Ada").id
    good, bad = add(study, fragments=((0, 3),)), add(study, fragments=((0, 9999),))
    refused(study, Batch(coder_id=coder, name="Both", commands=(good, bad)), "outside")
    assert study.annotations() == []
    statement(study)
    assert len(study.annotations()) == 3
    study.coding.undo(coder)
    assert study.annotations() == []
    assert study.entities() == []
    other = add(study, coder="Ben", fragments=((0, 3),))
    refused(study, Batch(coder_id=coder, name="Mixed", commands=(other,)), "one coder")


def test_entities_in_use_stay(study: Study) -> None:
    made, coder = statement(study), study.coder("Ada").id
    refused(study, RemoveEntity(coder_id=coder, entity_id=made["person"]), "name this entity")
    study.coding.apply(ChangeEntity(coder_id=coder, entity_id=made["person"], aliases=("the mayor",)))
    assert study.entities()[0].aliases == ("the mayor",)
    refused(study, AddEntity(coder_id=coder, name=" ", type="person"), "needs a name")
    refused(study, AddEntity(coder_id=coder, name="X", type="ghost"), "no entity type")


def test_one_coder_neither_changes_nor_undoes_the_others_work(study: Study) -> None:
    made = statement(study, "Ada")
    ben = study.coder("Ben").id
    refused(study, SetValue(coder_id=ben, annotation_id=made["claim"], attribute="stance", value=0), "another coder")
    refused(study, SetFragments(coder_id=ben, annotation_id=made["claim"], fragments=((0, 3),)), "another coder")
    with pytest.raises(Refusal, match="nothing to undo"):
        study.coding.undo(ben)


def test_states_of_documents_are_steps_too(study: Study) -> None:
    coder, document = study.coder("Ada").id, study.documents()[0].id
    study.coding.apply(SetDocumentState(coder_id=coder, document_id=document, state="done"))
    assert study.document_states(coder) == {document: "done"}
    study.coding.undo(coder)
    assert study.document_states(coder) == {}
    refused(study, SetDocumentState(coder_id=coder, document_id=document, state="finished"), "not a state")
