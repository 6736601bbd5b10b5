"""What is known of entities, in every form that carries it, and told as lost where one does not."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import networkx
import openpyxl
import pytest

from annotator.domain.commands import AddAnnotation, AddEntity, Batch, ChangeEntity, FillerRef
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.json_forms import as_json
from annotator.formats.declared import formats
from annotator.formats.deriving import derive_codebook
from annotator.formats.incoming import Incoming, IncomingEntity
from annotator.services.exchange.exporting import export
from annotator.services.exchange.filling import fill
from annotator.services.exchange.importing_codings import bring_in, import_codings
from annotator.services.exchange.listing import listed
from annotator.services.networks.asking import wanted
from annotator.services.networks.writing import write_network
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.codebooks import described, everything
from tests.formats.random_studies import register_of
from tests.studies import study_at
from tests.systems import skip_without_its_package

WORDS = "entities' attributes"
MAYOR = {"office": "Mayor", "side": "NO", "fields": ["sea", "tax"], "elected": True, "votes": 12.5}


def coded(path: Path) -> Study:
    """A claim that Tarn makes, whose head is the mayor, who was entered twice."""
    study = study_at(path, codebook=described())
    ada, document = study.coder("Ada").id, study.documents()[0].id
    claim = study.ids()
    study.coding.apply(
        Batch(
            coder_id=ada,
            name="AddStatement",
            commands=(
                AddEntity(coder_id=ada, id="tarn", name="Tarn", type="state", values={"votes": 3}),
                AddEntity(
                    coder_id=ada, id="mayor", name="Mayor", type="person", values={**MAYOR, "home": {"entity": "tarn"}}
                ),
                AddEntity(coder_id=ada, id="twice", name="The Mayor", type="person", values={"weight": -0.5}),
                ChangeEntity(coder_id=ada, entity_id="twice", merged_into="mayor"),
                ChangeEntity(coder_id=ada, entity_id="tarn", values={"head": {"entity": "twice"}}),
                AddAnnotation(
                    coder_id=ada,
                    document_id=document,
                    layer="claim",
                    id=claim,
                    fragments=((22, 33),),
                    values={"kind": "fact", "sure": True, "stance": 1},
                ),
                AddAnnotation(
                    coder_id=ada,
                    document_id=document,
                    layer="said_by",
                    roles={"claim": (FillerRef(annotation=claim),), "speaker": (FillerRef(entity="tarn"),)},
                ),
            ),
        )
    )
    return study


def told_of(manifest: dict[str, Any]) -> dict[str, int]:
    return {x["what"]: x["count"] for x in manifest["losses"]}


@pytest.mark.parametrize("form", [f.name for f in formats() if f.writes])
def test_a_form_carries_them_or_tells_how_many_it_lost(tmp_path: Path, form: str) -> None:
    skip_without_its_package(form)
    declared = next(f for f in formats() if f.name == form)
    with coded(tmp_path / "s.annotator") as study:
        told = told_of(as_json(export(study, form, tmp_path / "out")))
    assert told.get(WORDS, 0) == (0 if "entity_values" in declared.carries else 3)


def test_the_list_of_entities_tells_values_with_the_names_of_whom_they_name(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        found = {e["name"]: e["values"] for e in as_json(listed(study, "entities"))}
    assert found["Mayor"] == {**MAYOR, "home": {"entity": "tarn", "name": "Tarn", "type": "state"}}
    assert list(found["Mayor"]) == ["office", "side", "fields", "elected", "votes", "home"]
    assert set(found) == {"Mayor", "Tarn"}, "who was merged does not stand beside whoever it turned out to be"


def test_a_workbook_has_a_column_for_each_and_says_what_they_mean(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "xlsx", tmp_path / "out.xlsx")
    book = openpyxl.load_workbook(tmp_path / "out.xlsx")
    head, *rows = [list(r) for r in book["Entities"].iter_rows(values_only=True)]
    people = {r[1]: dict(zip(head, r, strict=True)) for r in rows}
    mayor = {k.removeprefix("entity_types.person."): v for k, v in people["Mayor"].items() if v is not None}
    assert (mayor["office"], mayor["fields"], mayor["elected"], mayor["votes"]) == ("Mayor", "sea | tax", "true", 12.5)
    assert (mayor["home"], mayor["weight"]) == ("Tarn", -0.5)
    assert people["Tarn"]["entity_types.state.head"] == "Mayor", "who was merged stands as the one it turned out to be"
    means = [[c or "" for c in r] for r in book["Codebook"].iter_rows(values_only=True)]
    assert ["entity_types.person.side", "answer", "NO", "Opposed", ""] in means


def test_the_archive_and_a_hugging_face_folder_have_the_register(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    with coded(tmp_path / "s.annotator") as study:
        export(study, "archive", tmp_path / "a.zip")
        export(study, "huggingface", tmp_path / "hf")
    with zipfile.ZipFile(tmp_path / "a.zip") as found:
        rows = list(csv.DictReader(io.StringIO(found.read("data/entities.csv").decode(), newline="")))
    assert {r["name"]: r["entity_types.person.office"] for r in rows} == {"Mayor": "Mayor", "Tarn": ""}
    rows = parquet.read_table(tmp_path / "hf/entities").to_pylist()
    assert json.loads(next(r["values"] for r in rows if r["name"] == "Mayor"))["fields"] == ["sea", "tax"]
    assert "entities/*.parquet" in (tmp_path / "hf/README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("suffix", ["graphml", "gexf"])
def test_networks_have_them_as_attributes_of_nodes(tmp_path: Path, suffix: str) -> None:
    out = tmp_path / f"n.{suffix}"
    with coded(tmp_path / "s.annotator") as study:
        asked = wanted(described(), "two-mode", "said_by.speaker", "claim.kind", "none", None, "no", "include", None)
        told = told_of(write_network(study, asked, out).as_json())
    graph = networkx.read_graphml(out) if suffix == "graphml" else networkx.read_gexf(out)
    (tarn,) = [d for _, d in graph.nodes(data=True) if d.get("label") == "Tarn"]
    assert (str(tarn["votes"]), tarn["head"]) == ("3", "Mayor") or (tarn["votes"], tarn["head"]) == (3.0, "Mayor")
    assert told["attributes of entities that are not nodes"] == 1


def test_a_form_brings_them_into_another_study_and_fills_what_is_empty_there(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "brat", tmp_path / "out")
        went = register_of(study)
    with study_at(tmp_path / "b.annotator", "b", codebook=described()) as back:
        ada = back.coder("Ada").id
        mine = {"office": "Mayor of Tarn", "side": "NO"}
        back.coding.apply(AddEntity(coder_id=ada, id="mine", name="mayor", type="person", values=mine))
        told = as_json(import_codings(back, [tmp_path / "out"], "brat"))
        assert not told["problems"]
        (lost,) = told["losses"]
        assert (lost["what"], lost["count"]) == ("values of entities that the register has otherwise", 1)
        held = {e[0]: e[4] for e in register_of(back)}
        came = {e[0]: e[4] for e in went}
        assert held["mayor"] == {**came["Mayor"], "weight": -0.5, **mine}
        assert held["Tarn"]["votes"] == 3
        assert next(c for c in back.coding.history("mine") if c.before).command == "ImportAnnotations"
        assert check(back) == []


def test_a_codebook_that_does_not_ask_has_no_place_for_them_which_is_told(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "webanno-tsv", tmp_path / "out")
    with Study.create(
        tmp_path / "b.annotator", everything(), "B", CountingIds("b"), SteppingClock("2031-01-01")
    ) as back:
        told = as_json(import_codings(back, [tmp_path / "out"], "webanno-tsv"))
        assert not told["problems"]
        assert told_of(told) == {"values of entities that are not in the codebook": 9}
        assert {e.name: e.values for e in back.entities()} == {"Mayor": {}, "Tarn": {}}


def test_entities_in_values_that_nothing_else_names_are_made_and_unknown_types_refused(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator", codebook=described()) as study:
        home = {"name": "Tarn", "type": "state"}
        people = [IncomingEntity("Mayor", "person", values={"home": home, "allies": [home], "votes": "many"})]
        answer = as_json(bring_in(study, "x", Incoming(entities=people), "plain"))
        assert told_of(answer) == {"values of entities that are not in the codebook": 1}
        tarn = next(e for e in study.entities() if e.name == "Tarn")
        mayor = next(e for e in study.entities() if e.name == "Mayor")
        assert mayor.values == {"home": {"entity": tarn.id}, "allies": [{"entity": tarn.id}]}
        wrong = [IncomingEntity("Ghost", "person", values={"home": {"name": "X", "type": "ghost"}})]
        (problem,) = as_json(bring_in(study, "x", Incoming(entities=wrong), "plain"))["problems"]
        assert (problem["where"], problem["what"]) == ("Ghost: home", "there is no entity type `ghost` (of X)")
        assert not [e for e in study.entities() if e.name == "Ghost"]


def test_a_codebook_made_of_what_came_asks_for_them(tmp_path: Path) -> None:
    people = [
        IncomingEntity("Mayor", "person", values={"office": "Mayor", "home": {"name": "Tarn", "type": "state"}}),
        IncomingEntity("Vardy", "person", values={"votes": 3}),
    ]
    book = derive_codebook(Incoming(entities=people), "Made")
    assert {a.key: a.type for a in book.entity_type("person").attributes} == {
        "office": "choice",
        "home": "entity",
        "votes": "number",
    }
    with Study.create(tmp_path / "s.annotator", book, "S", CountingIds("s"), SteppingClock("2031-01-01")) as study:
        assert "losses" not in as_json(bring_in(study, "x", Incoming(entities=people), "plain"))
        assert check(study) == []


def test_texts_put_in_again_leave_the_register_as_it_was(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "brat", tmp_path / "bare", without_text=True)
        export(study, "brat", tmp_path / "whole")
    fill(tmp_path / "bare", tmp_path / "s.annotator", tmp_path / "filled")
    told = [json.loads((tmp_path / d / "annotator.json").read_text(encoding="utf-8")) for d in ("filled", "whole")]
    assert told[0]["entities"] == told[1]["entities"]
