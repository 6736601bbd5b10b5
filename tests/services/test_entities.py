"""The register: uses, merging and separating, splitting with its labels, and what names nobody yet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.domain.commands import AddAnnotation, AddEntity, EmptyRef, FillerRef, RemoveAnnotation
from annotator.domain.errors import Refusal
from annotator.services.entities import registry as entities
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.studies import reopened, statement, study_at


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    made = study_at(tmp_path / "s.annotator", documents=2)
    yield made
    made.close()


def test_merged_names_live_on_and_uses_count_for_the_one_that_stays(study: Study) -> None:
    ada, ben = study.coder("Ada").id, study.coder("Ben").id
    of_ada, of_ben = statement(study, "Ada"), statement(study, "Ben")
    study.coding.apply(AddEntity(coder_id=ada, id="third", name="Third", type="person", aliases=("No. 3",)))
    before = study.annotations()
    study.coding.apply(entities.merge_command(study, ada, of_ada["person"], [of_ben["person"], "third"]))
    register = study.register()
    assert register.names_of(of_ada["person"]) == ("Mayor of Ada", "Mayor of Ben", "Third", "No. 3")
    assert register.all_names() == {of_ada["person"]: register.names_of(of_ada["person"])}
    assert study.annotations() == before, "labels stay as they were made"
    assert {u.annotation_id for u in entities.uses(study)[of_ada["person"]]} == {of_ada["speaker"], of_ben["speaker"]}
    study.coding.undo(ada)
    assert len(study.register().living()) == 3
    study.coding.redo(ada)
    study.coding.apply(entities.separate_command(ben, [of_ben["person"]]))
    assert {e.name for e in study.register().living()} == {"Mayor of Ada", "Mayor of Ben"}
    assert [u.annotation_id for u in entities.uses(study)[of_ben["person"]]] == [of_ben["speaker"]]
    told = [c.command for c in entities.history(study, of_ada["person"])]
    assert told == ["AddStatement", "AddEntity", "MergeEntities", "Undo", "Redo"]
    assert check(study) == []


def test_nothing_is_merged_with_itself(study: Study) -> None:
    made = statement(study)
    with pytest.raises(Refusal):
        entities.merge_command(study, study.coder("Ada").id, made["person"], [made["person"]])


def test_a_split_takes_the_chosen_labels_along_in_one_step(study: Study, tmp_path: Path) -> None:
    ada = study.coder("Ada").id
    made = statement(study)
    study.coding.apply(AddEntity(coder_id=ada, id="alaska", name="Alaska", type="state"))
    link = study.coding.apply(
        AddAnnotation(
            coder_id=ada,
            document_id=study.documents()[0].id,
            layer="said_by",
            roles={"claim": (FillerRef(annotation=made["claim"]),), "speaker": (FillerRef(entity="alaska"),)},
        )
    ).added
    reason = study.coding.apply(
        AddAnnotation(
            coder_id=ada,
            document_id=study.documents()[0].id,
            layer="said_by",
            roles={"claim": (FillerRef(annotation=made["claim"]),)},
            empty={"speaker": EmptyRef(because="outlet", entity="alaska")},
        )
    ).added
    before = study.annotations()
    chosen = [*link, *reason]
    assert {u.annotation_id for u in entities.uses(study)["alaska"]} == set(chosen)
    study.coding.apply(entities.split_command(study, ada, "alaska", "Alaska Airlines", "state", chosen))
    found = entities.uses(study)
    (new,) = [e.id for e in study.entities() if e.name == "Alaska Airlines"]
    assert "alaska" not in found
    assert {u.annotation_id for u in found[new]} == set(chosen)
    assert check(study) == []
    path = study.file.path
    study.close()
    with reopened(path, "again") as again:
        again.coding.undo(ada)
        assert again.annotations() == before
        assert [e.name for e in again.entities() if e.type == "state"] == ["Alaska"]


def test_labels_of_others_stay_with_the_entity_they_name(study: Study) -> None:
    made = statement(study, "Ada")
    with pytest.raises(Refusal, match="another coder"):
        entities.split_command(study, study.coder("Ben").id, made["person"], "X", "person", [made["speaker"]])
    with pytest.raises(Refusal, match="does not name"):
        entities.split_command(study, study.coder("Ada").id, made["person"], "X", "person", [made["claim"]])
    assert len(study.entities()) == 1


def test_what_names_nobody_yet_is_listed(study: Study) -> None:
    ada = study.coder("Ada").id
    statement(study, "Ada")
    assert entities.unresolved(study, ada) == []
    (key,) = study.coding.apply(
        AddAnnotation(coder_id=ada, document_id=study.documents()[1].id, layer="speaker", fragments=((0, 7),))
    ).added
    (found,) = entities.unresolved(study, ada)
    assert (found.annotation.id, found.attribute, found.given) == (key, "who", None)
    assert entities.unresolved(study, study.coder("Ben").id) == []
    study.coding.apply(AddEntity(coder_id=ada, id="alaska", name="Alaska", type="state"))
    with pytest.raises(Refusal, match="is not allowed there"):
        entities.name_command(study, ada, [found], "alaska")
    study.coding.apply(RemoveAnnotation(coder_id=ada, annotation_id=key))
    assert entities.unresolved(study, ada) == []


def test_aliases_are_typed_one_a_line() -> None:
    assert entities.alias_list(" EU \n\nthe Union\nEU\n") == ("EU", "the Union")
