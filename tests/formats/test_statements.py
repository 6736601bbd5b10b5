"""Statements in tables and networks: one row each, whole, however the codebook declares its links."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.owners import owners
from annotator.formats.network_mentions import NetworkSpec, default_spec
from annotator.services.exchange.exporting import export
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import write_network
from tests.domain.test_owners import CASES, book
from tests.positions import positions, study_of_positions, whole


def table(tmp_path: Path, records: list[Any], form: str = "statements") -> list[dict[str, str]]:
    with study_of_positions(tmp_path / "s.annotator", records) as study:
        export(study, form, tmp_path / "s.csv")
    with (tmp_path / "s.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_speaker_and_stance_stand_in_every_row_of_a_statement(tmp_path: Path) -> None:
    rows = table(tmp_path, whole())
    first = [r for r in rows if r["position.kind"] == "demand"]
    assert [(r["said_by.speaker"], r["said_by.speaker.entity"]) for r in first] == [("The mayor", "Mayor")]
    assert [(r["about.object"], r["about.object.what"], r["about.stance"]) for r in first] == [("the", "tram", "for")]
    second = [r for r in rows if r["position.kind"] == "forecast"]
    assert {(r["about.object.what"], r["about.stance"]) for r in second} == {("tram", "against"), ("bus", "for")}
    assert len({r["statement"] for r in second}) == 1
    assert {r["against.other"] for r in second} == {first[0]["text"]}
    allies = [r for r in rows if r["layer"] == "allies"]
    assert [(r["allies.one.entity"], r["allies.other.entity"]) for r in allies] == [("Mayor", "Baker")]
    assert len(rows) == 4


def test_a_statement_can_have_its_targets_as_lists_of_one_length(tmp_path: Path) -> None:
    rows = table(tmp_path, whole(), "statement-lists")
    assert len(rows) == len({r["statement"] for r in rows}) == 3
    (second,) = [r for r in rows if r["position.kind"] == "forecast"]
    assert second["about.object.what"] == "tram | bus"
    assert second["about.stance"] == "against | for"


@pytest.mark.parametrize("case", CASES)
def test_a_network_is_suggested_wherever_anything_names_somebody(case: str) -> None:
    codebook, _, _ = CASES[case]
    naming = [r for x in owners(codebook).by_link.values() for r in x.others if r.takes_entities]
    if naming and codebook.span_layers:
        assert default_spec(with_topic(codebook)).actor


def with_topic(codebook: Codebook) -> Codebook:
    """The codebook with something in it that can be a concept."""
    topic = {"key": "topic", "label": "Topic", "type": "choice", "values": [{"key": "a", "label": "A"}]}
    told = codebook.model_dump(mode="json", by_alias=True)
    for layer in told["layers"]:
        layer["attributes"] = [*layer["attributes"], topic]
    return Codebook.model_validate(told)


def test_a_network_ties_whoever_speaks_to_what_is_coded_of_the_target(tmp_path: Path) -> None:
    assert default_spec(positions()) == NetworkSpec("said_by.speaker", "about.object.what")
    with study_of_positions(tmp_path / "s.annotator", [*whole(), *whole(1, "Ben")]) as study:
        told = write_network(study, Wanted(), tmp_path / "n.csv").as_json()
    with (tmp_path / "n.csv").open(encoding="utf-8", newline="") as file:
        assert [(r["source"], r["target"], r["weight"]) for r in csv.DictReader(file)] == [("Mayor", "tram", "2.0")]
    assert json.loads((tmp_path / "n.csv.manifest.json").read_text(encoding="utf-8")) == told


def test_flat_statements_give_a_network_without_being_asked_for_one() -> None:
    attributes = [
        {"key": "person", "label": "Person", "type": "entity"},
        {"key": "organization", "label": "Organization", "type": "entity"},
        {"key": "concept", "label": "Concept", "type": "entity"},
        {"key": "agreement", "label": "Agreement", "type": "boolean"},
    ]
    codebook = book(dna_statement=attributes)
    assert default_spec(codebook) == NetworkSpec(
        "dna_statement.organization", "dna_statement.concept", "dna_statement.agreement"
    )
