"""Changing the codebook of a study that has labels, and taking the change back."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from annotator.domain import commands as c
from annotator.domain.codebook.mapping import CodebookMapping
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_json, parse_codebook
from annotator.domain.errors import BadInput, Cancelled, Refusal
from annotator.domain.json_forms import as_json
from annotator.services.codebooks.changing import apply_codebook, compare, undo_codebook, undoable
from annotator.services.codebooks.choices import KEEP_IN_REGISTER, choices_for, with_choices
from annotator.services.codebooks.marks import reviews
from annotator.services.exchange.exporting import export
from annotator.services.exchange.listing import listed
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from annotator.store.records import annotation_record
from tests.changes import changed_by_chance
from tests.codebooks import DESCRIBED, EVERYTHING, described, everything
from tests.studies import reopened, statement, study_at

FACTUAL = EVERYTHING.replace("{key: fact, label: Fact}", "{key: factual, label: Factual}")
TO_FACTUAL = CodebookMapping(values={"claim.kind": {"fact": "factual"}})


def contents(study: Study) -> list[dict[str, object]]:
    return [annotation_record(a) for a in study.annotations()]


def test_a_change_is_told_with_what_it_touches_and_carries_the_labels(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        made = statement(study)
        statement(study, "Ben")
        told = compare(study, parse_codebook(FACTUAL), TO_FACTUAL).as_json()
        assert told == {
            "from": 1,
            "to": 2,
            "changes": [
                {
                    "path": "claim.kind=fact",
                    "kind": "renamed",
                    "about": "value",
                    "what": "Claim › Kind: “Fact” (fact) is now “Factual” (factual)",
                    "labels": 2,
                    "entities": 0,
                },
                {
                    "path": "claim.kind=fact",
                    "kind": "changed",
                    "about": None,
                    "what": "Claim › Kind: “Fact” (fact): it is called “Factual”, not “Fact”",
                    "labels": 0,
                    "entities": 0,
                },
            ],
            "labels": {"all": 6},
            "register": {"all": 2},
        }
        shown = apply_codebook(study, parse_codebook(FACTUAL), TO_FACTUAL, dry_run=True).as_json()
        assert (shown["applied"], shown["labels"]) == (False, {"all": 6, "changed": 2, "marked": 0})
        assert (study.codebook_version, study.annotation(made["claim"]).values["kind"]) == (1, "fact")
        done = apply_codebook(study, parse_codebook(FACTUAL), TO_FACTUAL).as_json()
        assert done == {**shown, "applied": True}
        after = study.annotation(made["claim"])
        assert (after.values, after.codebook_version) == ({"kind": "factual", "stance": 1, "note": "12:30"}, 2)
        assert study.codebook_version == 2
        assert [s.command for s in study.coding.history(made["claim"])] == ["AddStatement", "ApplyCodebook"]
        assert check(study) == []
        again = apply_codebook(study, parse_codebook(FACTUAL)).as_json()
        assert (again["applied"], again["changes"], again["to"]) == (False, [], 2)


def test_a_coder_undoes_and_redoes_across_a_change(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        made = statement(study)
        ada = study.coder("Ada").id
        study.coding.apply(c.SetValue(coder_id=ada, annotation_id=made["claim"], attribute="kind", value="NO"))
        study.coding.apply(c.RemoveAnnotation(coder_id=ada, annotation_id=made["claim"]))
        apply_codebook(study, parse_codebook(FACTUAL), TO_FACTUAL)
        study.coding.undo(ada)
        study.coding.undo(ada)
        assert study.annotation(made["claim"]).values["kind"] == "factual"
        study.coding.redo(ada)
        assert study.annotation(made["claim"]).values["kind"] == "NO"
        assert check(study) == []


def test_what_is_gone_is_kept_marked_and_confirmed(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        made = statement(study)
        ada = study.coder("Ada").id
        apply_codebook(study, parse_codebook(EVERYTHING.replace("{key: fact, label: Fact}, ", "")))
        why = ("Kind: “Fact” is no longer there",)
        assert study.annotation(made["claim"]).values["kind"] == "fact"
        assert reviews(study) == {made["claim"]: why}
        assert [r["review"] for r in as_json(listed(study, "annotations")) if "review" in r] == [list(why)]
        study.coding.apply(c.ConfirmAnnotation(coder_id=ada, annotation_id=made["claim"]))
        assert reviews(study) == {}
        study.coding.undo(ada)
        assert reviews(study) == {made["claim"]: why}
        study.coding.apply(c.SetValue(coder_id=ada, annotation_id=made["claim"], attribute="stance", value=0))
        assert reviews(study) == {}
        assert study.annotation(made["claim"]).values["kind"] == "fact"
        assert check(study) == []


def describe(study: Study) -> None:
    """Say something of the people of the statements, whom a state names."""
    ada, people = study.coder("Ada").id, study.entities()
    for one, values in zip(
        people,
        (
            {"office": "Mayor", "side": "for", "fields": ["law", "tax"], "family": "green", "elected": True},
            {"side": "NO", "weight": 1, "votes": 0.5, "allies": [{"entity": people[0].id}]},
        ),
        strict=True,
    ):
        study.coding.apply(c.ChangeEntity(coder_id=ada, entity_id=one.id, values=values))
    head = {"entity": people[0].id}
    study.coding.apply(c.AddEntity(coder_id=ada, name="Tarn", type="state", values={"head": head}))


@pytest.mark.parametrize("seed", range(25))
@pytest.mark.parametrize("book", [everything, described])
def test_taken_back_everything_is_as_it_was(tmp_path: Path, seed: int, book: Callable[[], Codebook]) -> None:
    chance = random.Random(seed)
    with study_at(tmp_path / "s.annotator", codebook=book()) as study:
        for coder in ("Ada", "Ben"):
            statement(study, coder)
        if book is described:
            describe(study)
        before, register, first = contents(study), study.entities(), study.codebook
        new, mapping = changed_by_chance(study.codebook, chance, 6)
        done = apply_codebook(study, new, mapping).as_json()
        assert check(study) == []
        if not done["applied"]:
            return
        assert sum(len(e.values) for e in study.entities()) == sum(len(e.values) for e in register)
        newer, more = changed_by_chance(study.codebook, chance, 3)
        twice = apply_codebook(study, newer, more).applied
        assert check(study) == []
        assert len(study.annotations()) == len(before)
        if twice:
            undo_codebook(study)
        undo_codebook(study)
        assert contents(study) == before
        assert study.entities() == register
        assert codebook_json(study.codebook) == codebook_json(first)
        assert check(study) == []
        assert undoable(study) is None
        assert reviews(study) == {}


def test_work_done_since_a_change_survives_its_undo(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        made = statement(study)
        ada = study.coder("Ada").id
        apply_codebook(study, parse_codebook(FACTUAL), TO_FACTUAL)
        study.coding.apply(c.SetValue(coder_id=ada, annotation_id=made["claim"], attribute="stance", value=-1))
        new = c.AddAnnotation(
            coder_id=ada,
            document_id=study.documents()[0].id,
            layer="claim",
            fragments=((40, 44),),
            values={"kind": "factual"},
        )
        key = next(iter(study.coding.apply(new).added))
        undo_codebook(study)
        values = study.annotation(made["claim"]).values
        assert (values["kind"], values["stance"]) == ("fact", -1)
        assert study.annotation(key).values["kind"] == "fact"
        assert check(study) == []


def test_what_cannot_be_is_refused_and_changes_nothing(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        statement(study)
        before = len(study.changes())
        old = everything()
        layers = [x for x in old.layers if x.key not in ("speaker", "said_by")]
        without = old.model_copy(update={"layers": tuple(layers)})
        other = old.model_copy(update={"key": "other"})
        document = parse_codebook(
            EVERYTHING.replace("  kind: span\n  overlap: none", "  kind: document")
            .replace("layers: [speaker], ", "")
            .replace("entity_types: [person]", "entity_types: [state]")
        )
        cases: list[tuple[Codebook, CodebookMapping, str]] = [
            (other, CodebookMapping(), "another codebook"),
            (without, CodebookMapping(), "is gone, but 1 labels have it"),
            (document, CodebookMapping(), "cannot become a document layer"),
            (parse_codebook(FACTUAL), CodebookMapping(values={"claim.kind": {"fact": "fcat"}}), "no value `fcat`"),
        ]
        for new, mapping, what in cases:
            with pytest.raises(BadInput, match=what):
                apply_codebook(study, new, mapping)
        with pytest.raises(Cancelled):
            apply_codebook(study, parse_codebook(FACTUAL), TO_FACTUAL, progress=lambda _done, _all: False)
        with pytest.raises(BadInput, match="no change of the codebook"):
            undo_codebook(study)
        assert (study.codebook_version, len(study.changes())) == (1, before)
        assert check(study) == []


def test_a_window_that_knows_only_the_old_codebook_writes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path) as study:
        made = statement(study)
        with reopened(path, "other") as other:
            apply_codebook(other, parse_codebook(FACTUAL), TO_FACTUAL)
        command = c.SetMemo(coder_id=study.coder("Ada").id, annotation_id=made["claim"], memo="m")
        with pytest.raises(Refusal, match="changed by another program"):
            study.coding.apply(command)
        study.reload_codebook()
        study.coding.apply(command)


def test_entity_types_get_their_new_names(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        statement(study)
        new = parse_codebook(EVERYTHING.replace("key: person", "key: human").replace("[person]", "[human]"))
        done = apply_codebook(study, new, CodebookMapping(entity_types={"person": "human"})).as_json()
        assert done["entities"] == 1
        assert [e.type for e in study.entities()] == ["human"]
        assert check(study) == []
        undo_codebook(study)
        assert [e.type for e in study.entities()] == ["person"]
        assert check(study) == []


def test_a_coder_gets_the_new_codebook_and_work_under_the_old_one_is_carried(tmp_path: Path) -> None:
    lead = tmp_path / "lead.annotator"
    parcel = tmp_path / "ada" / "ada.annotator-package"
    parcel.parent.mkdir()
    with study_at(lead) as study:
        made = statement(study)
        pack(study, "Ada", parcel)
    at, ada = open_package(parcel)
    with Study.open(at) as laptop:
        with pytest.raises(BadInput, match="a coder's own file"):
            apply_codebook(laptop, parse_codebook(FACTUAL), TO_FACTUAL)
        laptop.coding.apply(c.SetMemo(coder_id=ada, annotation_id=made["claim"], memo="mine"))
        document = laptop.documents()[0].id
        new = c.AddAnnotation(
            coder_id=ada, document_id=document, layer="claim", fragments=((40, 44),), values={"kind": "fact"}
        )
        key = next(iter(laptop.coding.apply(new).added))
        sent = tmp_path / "sent.annotator-package"
        pack(laptop, "Ada", sent)
    with reopened(lead, "two") as study:
        apply_codebook(study, parse_codebook(FACTUAL), TO_FACTUAL)
        assert undoable(study) == 2
        told = as_json(merge(study, [sent]))["packages"][0]
        assert told["carried"] == 2
        assert undoable(study) is None
        with pytest.raises(BadInput, match="was merged since"):
            undo_codebook(study)
        for one in (made["claim"], key):
            assert study.annotation(one).values["kind"] == "factual"
        assert study.annotation(made["claim"]).memo == "mine"
        assert check(study) == []
        parcel.unlink()
        pack(study, "Ada", parcel)
    assert open_package(parcel) == (at, ada)
    with Study.open(at) as laptop:
        assert laptop.codebook_version == 2
        assert laptop.annotation(key).values["kind"] == "factual"
        laptop.coding.apply(c.SetValue(coder_id=ada, annotation_id=key, attribute="kind", value="NO"))
        assert check(laptop) == []
        sent = tmp_path / "again.annotator-package"
        pack(laptop, "Ada", sent)
    with reopened(lead, "three") as study:
        assert as_json(merge(study, [sent]))["packages"][0]["conflicts"] == []
        assert study.annotation(key).values["kind"] == "NO"
        assert check(study) == []


def test_a_kept_answer_is_in_every_export(tmp_path: Path) -> None:
    without = EVERYTHING.replace("  - {key: note, label: Note, type: text, default: '12:30'}\n", "")
    without = without.replace(
        "  - {key: who, label: Who, type: entity, entity_types: [person]}\n", "  - {key: n, label: N, type: text}\n"
    )
    with study_at(tmp_path / "s.annotator") as study:
        statement(study)
        apply_codebook(study, parse_codebook(without))
        for name in ("jsonl", "csv", "statements"):
            out = tmp_path / f"out.{name}"
            export(study, name, out)
            assert "12:30" in out.read_text(encoding="utf-8"), name
        assert "Mayor of Ada" in (tmp_path / "out.csv").read_text(encoding="utf-8")
        assert check(study) == []


def test_work_on_a_layer_that_is_gone_waits_until_it_is_there_again(tmp_path: Path) -> None:
    lead, parcel = tmp_path / "lead.annotator", tmp_path / "ada.annotator-package"
    with study_at(lead) as study:
        apply_plan(study, plan(study, ["Ada"], Request(1)))
        pack(study, "Ada", parcel)
    at, _ = open_package(parcel)
    sent = tmp_path / "sent.annotator-package"
    with Study.open(at) as laptop:
        made = statement(laptop)
        pack(laptop, "Ada", sent)
    with reopened(lead, "two") as study:
        old = study.codebook
        layers = tuple(x for x in old.layers if x.key not in ("speaker", "said_by"))
        apply_codebook(study, old.model_copy(update={"layers": layers}))
        steps = len(study.changes())
        with pytest.raises(Refusal, match="any more"):
            merge(study, [sent])
        assert (len(study.changes()), study.annotations()) == (steps, [])
        apply_codebook(study, parse_codebook(FACTUAL), CodebookMapping(values={"claim.kind": {"fact": "factual"}}))
        assert as_json(merge(study, [sent]))["packages"][0]["annotations"]["added"] == 3
        assert study.annotation(made["claim"]).values["kind"] == "factual"
        assert check(study) == []


POSTED = (
    DESCRIBED.replace("{key: office, label: Office,", "{key: post, label: Post,")
    .replace("{key: for, label: In favour}", "{key: pro, label: In favour}")
    .replace("{key: sea, label: The sea}, ", "")
    .replace("key: family\n    label: Family of parties", "key: party\n    label: Party")
)
TO_POSTED = CodebookMapping(
    attributes={"entity_types.person.office": "post"}, values={"entity_types.person.side": {"for": "pro"}}
)


def test_values_of_entities_are_carried_and_what_has_no_place_is_kept_and_told(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        ada = study.coder("Ada").id
        held = {"office": "Mayor", "side": "for", "fields": ["sea"], "family": "green"}
        study.coding.apply(c.AddEntity(coder_id=ada, id="mayor", name="Mayor", type="person", values=held))
        study.coding.apply(c.AddEntity(coder_id=ada, id="other", name="Other", type="person", values={"side": "NO"}))
        found = compare(study, parse_codebook(POSTED), TO_POSTED).as_json()["changes"]
        told = {(d["path"], d["kind"]): (d["entities"], d["labels"]) for d in found}
        assert told["entity_types.person.office", "renamed"] == (1, 0)
        assert told["entity_types.person.side=for", "renamed"] == (1, 0)
        assert told["entity_types.person.fields=sea", "removed"] == (1, 0)
        assert told["entity_types.person.family", "removed"] == (1, 0)
        done = apply_codebook(study, parse_codebook(POSTED), TO_POSTED).as_json()
        after = study.register().every["mayor"]
        assert after.values == {"post": "Mayor", "side": "pro", "fields": ["sea"], "family": "green"}
        why = "“Family of parties” is no longer asked for; Fields: “The sea” is no longer there"
        assert done["register"] == {
            "all": 2,
            "changed": 1,
            "unfit": [{"entity": "mayor", "name": "Mayor", "why": why}],
        }
        assert [s.command for s in study.coding.history("mayor")] == ["AddEntity", "ApplyCodebook"]
        assert check(study) == []
        study.coding.apply(c.ChangeEntity(coder_id=ada, entity_id="mayor", values={"family": None, "post": "Boss"}))
        undo_codebook(study)
        back = study.register().every["mayor"]
        assert back.values == {"office": "Boss", "side": "for", "fields": ["sea"]}
        assert check(study) == []


def test_a_coder_undoes_what_was_said_of_an_entity_across_a_change(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        ada = study.coder("Ada").id
        study.coding.apply(c.AddEntity(coder_id=ada, id="mayor", name="Mayor", type="person", values={"side": "for"}))
        study.coding.apply(c.ChangeEntity(coder_id=ada, entity_id="mayor", values={"side": "NO", "office": "Mayor"}))
        apply_codebook(study, parse_codebook(POSTED), TO_POSTED)
        study.coding.undo(ada)
        assert study.register().every["mayor"].values == {"side": "pro"}
        study.coding.redo(ada)
        assert study.register().every["mayor"].values == {"side": "NO", "post": "Mayor"}
        study.coding.undo(ada)
        study.coding.undo(ada)
        assert study.entities() == []
        study.coding.redo(ada)
        assert study.register().every["mayor"].values == {"side": "pro"}
        assert check(study) == []


def test_choices_for_entities_bear_no_marks_and_map_what_is_gone(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        ada = study.coder("Ada").id
        study.coding.apply(
            c.AddEntity(coder_id=ada, name="M", type="person", values={"fields": ["sea"], "family": "green"})
        )
        new = parse_codebook(POSTED)
        told = {d.path: d for d in compare(study, new).changes}
        by = {p: choices_for(d, study.codebook, new, CodebookMapping()) for p, d in told.items()}
        assert [x.words for x in by["entity_types.person.fields=sea"]] == [
            KEEP_IN_REGISTER,
            "becomes “Taxes”",
            "becomes “The law”",
        ]
        gone = by["entity_types.person.family"]
        assert [x.words for x in gone] == [KEEP_IN_REGISTER, "becomes “Post”", "becomes “Party”"]
        mapping = with_choices(CodebookMapping(), [by["entity_types.person.fields=sea"][2], gone[2]])
        apply_codebook(study, new, mapping)
        assert study.entities()[0].values == {"fields": ["law"], "party": "green"}
