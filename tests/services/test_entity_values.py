"""What the codebook asks of entities: given, refused in words, kept, undone, checked, and merged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddEntity, Batch, ChangeEntity, RemoveEntity
from annotator.domain.errors import AnnotatorError
from annotator.services.codebooks.changing import apply_codebook
from annotator.services.entities.registry import merge_command, separate_command
from annotator.services.study import Study
from annotator.services.study.history import differences
from annotator.services.study.integrity import Fault, check
from annotator.store.places import Place
from annotator.store.records import entity_from_record, entity_record
from annotator.store.tables import entity as entity_table
from tests.codebooks import DESCRIBED, described
from tests.studies import reopened, study_at


def add(study: Study, key: str, type: str = "person", **values: Any) -> None:
    study.coding.apply(
        AddEntity(coder_id=study.coder("Ada").id, id=key, name=key.capitalize(), type=type, values=values)
    )


def change(study: Study, key: str, **fields: Any) -> None:
    study.coding.apply(ChangeEntity(coder_id=study.coder("Ada").id, entity_id=key, **fields))


def values_of(study: Study, key: str) -> dict[str, Any]:
    return dict(study.register().every[key].values)


def test_values_are_given_changed_taken_away_and_undone_across_a_restart(place: Place) -> None:
    with study_at(place, codebook=described()) as study:
        ada = study.coder("Ada").id
        add(study, "tarn", "state")
        assert values_of(study, "tarn") == {"votes": 1}, "as the codebook lets it begin"
        add(study, "mayor", office="Mayor", home={"entity": "tarn"}, fields=["law", "tax"], elected=True, votes=0.5)
        change(study, "mayor", values={"office": None, "side": "unclear", "weight": -0.5})
        held = {"home": {"entity": "tarn"}, "fields": ["law", "tax"], "elected": True, "votes": 0.5}
        assert values_of(study, "mayor") == {**held, "side": "unclear", "weight": -0.5}
        last = study.coding.history("mayor")[-1]
        assert {(d.field, d.before, d.after) for d in differences(last)} == {
            ("values.office", "Mayor", None),
            ("values.side", None, "unclear"),
            ("values.weight", None, -0.5),
        }
        before = len(study.changes())
        change(study, "mayor", values={"side": "unclear"})
        assert len(study.changes()) == before, "nothing was changed"
    with reopened(place, "again") as study:
        study.coding.undo(ada)
        assert values_of(study, "mayor") == {**held, "office": "Mayor"}
        study.coding.undo(ada)
        assert "mayor" not in study.register().every
        study.coding.redo(ada)
        study.coding.redo(ada)
        assert values_of(study, "mayor") == {**held, "side": "unclear", "weight": -0.5}
        assert check(study) == []


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({"side": "left"}, "is not one of for, NO"),
        ({"fields": ["tax", "sea", "law"]}, "at most 2"),
        ({"family": "left"}, "is a heading"),
        ({"votes": -1}, "less than 0"),
        ({"since": "soon"}, "not a date"),
        ({"elected": 1}, "not yes or no"),
        ({"home": "Tarn"}, "not an entity of the register"),
        ({"home": {"entity": "nobody"}}, "no such entity"),
        ({"allies": [{"entity": "tarn"}, {"entity": "tarn"}]}, "there twice"),
        ({"height": 3}, "has no attribute `height`"),
        ({"head": {"entity": "tarn"}}, "has no attribute `head`"),
    ],
)
def test_what_the_codebook_does_not_allow_is_refused_in_words(tmp_path: Path, values: dict[str, Any], why: str) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        add(study, "tarn", "state")
        add(study, "mayor", office="Mayor")
        before = study.changes()
        with pytest.raises(AnnotatorError, match=why):
            change(study, "mayor", values=values)
        with pytest.raises(AnnotatorError, match=why):
            add(study, "other", **values)
        assert study.changes() == before
        assert [e.id for e in study.entities()] == ["mayor", "tarn"]


def test_another_type_keeps_every_value_until_a_person_takes_it_away(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        ada = study.coder("Ada").id
        add(study, "mayor", office="Mayor", votes=0.5)
        change(study, "mayor", type="state")
        assert values_of(study, "mayor") == {"office": "Mayor", "votes": 0.5}, "though half a vote is none of a state"
        assert check(study) == []
        with pytest.raises(AnnotatorError, match="no attribute `office`"):
            change(study, "mayor", values={"office": "Other"})
        change(study, "mayor", values={"office": None})
        assert values_of(study, "mayor") == {"votes": 0.5}
        study.coding.undo(ada)
        study.coding.undo(ada)
        mayor = study.register().every["mayor"]
        assert (mayor.type, dict(mayor.values)) == ("person", {"office": "Mayor", "votes": 0.5})


def test_type_and_values_change_together_by_what_the_new_type_asks(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        add(study, "mayor", office="Mayor")
        add(study, "tarn")
        change(study, "tarn", type="state", values={"head": {"entity": "mayor"}})
        assert values_of(study, "tarn") == {"head": {"entity": "mayor"}}
        with pytest.raises(AnnotatorError, match="no attribute `head`"):
            change(study, "tarn", type="person", values={"head": {"entity": "mayor"}})


def test_a_codebook_without_types_asks_nothing(tmp_path: Path) -> None:
    bare = parse_codebook("format: annotator-codebook/1\nkey: b\ntitle: B\nlayers:\n- {key: x, label: X, kind: span}\n")
    with study_at(tmp_path / "s.annotator", codebook=bare) as study:
        add(study, "anybody", "any type")
        with pytest.raises(AnnotatorError, match="asks nothing of the type `any type`"):
            change(study, "anybody", values={"office": "x"})


def test_whoever_an_entry_names_stays_in_the_register(place: Place) -> None:
    with study_at(place, codebook=described()) as study:
        ada = study.coder("Ada").id
        add(study, "tarn", "state")
        add(study, "mayor", allies=[{"entity": "tarn"}])
        with pytest.raises(AnnotatorError, match="Mayor names this entity"):
            study.coding.apply(RemoveEntity(coder_id=ada, entity_id="tarn"))
        add(study, "other", home={"entity": "tarn"})
        with pytest.raises(AnnotatorError, match="Mayor and 1 more name this entity"):
            study.coding.apply(RemoveEntity(coder_id=ada, entity_id="tarn"))
        study.coding.undo(ada)
        change(study, "mayor", values={"allies": None})
        study.coding.apply(RemoveEntity(coder_id=ada, entity_id="tarn"))
        study.coding.undo(ada)
        study.coding.undo(ada)
        assert values_of(study, "mayor") == {"allies": [{"entity": "tarn"}]}
        both = (RemoveEntity(coder_id=ada, entity_id="mayor"), RemoveEntity(coder_id=ada, entity_id="tarn"))
        study.coding.apply(Batch(coder_id=ada, name="RemoveEntity", commands=both))
        assert study.entities() == []
        study.coding.undo(ada)
        assert check(study) == []


def test_an_entity_is_not_undone_while_an_entry_names_it(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        ben = study.coder("Ben").id
        study.coding.apply(AddEntity(coder_id=ben, id="tarn", name="Tarn", type="state"))
        add(study, "mayor", home={"entity": "tarn"})
        with pytest.raises(AnnotatorError, match="Mayor names this entity"):
            study.coding.undo(ben)
        assert "tarn" in study.register().every


def test_merging_writes_no_value_and_separating_finds_them_all(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        ada = study.coder("Ada").id
        add(study, "mayor", office="Mayor")
        add(study, "twice", office="Boss", side="for")
        before = {e.id: dict(e.values) for e in study.entities()}
        study.coding.apply(merge_command(study, ada, "mayor", ["twice"]))
        assert {e.id: dict(e.values) for e in study.entities()} == before
        assert study.register().values_of("mayor") == {"office": "Mayor", "side": "for"}
        study.coding.apply(separate_command(ada, ["twice"]))
        assert study.register().all_values() == before


def test_a_record_of_one_without_values_is_what_it_was_before_there_were_any(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        add(study, "mayor")
        (mayor,) = study.entities()
        old = {"id": "mayor", "name": "Mayor", "type": "person", "aliases": [], "memo": "", "created": mayor.created}
        assert entity_record(mayor) == old
        assert entity_from_record(old) == mayor
        change(study, "mayor", values={"office": "x"})
        (mayor,) = study.entities()
        assert entity_from_record(json.loads(json.dumps(entity_record(mayor)))) == mayor


@pytest.mark.parametrize(
    ("values", "what"),
    [
        ({"nothing": 1}, "the codebook asks entities of no type for `nothing`"),
        ({"side": "left"}, "side: `left` is not one of for, NO"),
        ({"home": {"entity": "gone"}}, "home names an entity that is not there (gone)"),
    ],
)
def test_the_check_tells_values_that_cannot_be(tmp_path: Path, values: dict[str, Any], what: str) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        add(study, "mayor", office="Mayor")
        assert check(study) == []
        with study.file.transaction() as connection:
            connection.execute(update(entity_table).values(value_map=json.dumps(values)))
        assert Fault("entity Mayor", what) in check(study)
        assert Fault("entity Mayor", "it is not as the journal's last step left it") in check(study)


def test_what_an_older_codebook_asked_is_no_fault(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        add(study, "mayor", family="green", side="for")
        apply_codebook(study, parse_codebook(DESCRIBED.replace("- {key: for, label: In favour}, ", "")))
        assert values_of(study, "mayor") == {"family": "green", "side": "for"}
        assert check(study) == []
