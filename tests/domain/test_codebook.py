"""Codebooks: typed text stays text, every fault is told at once, values are judged by their type."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from annotator.data import schema_path
from annotator.domain.codebook.checking import breaches
from annotator.domain.codebook.faults import CodebookFaults
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_from_json, codebook_json, codebook_schema, parse_codebook
from annotator.domain.codebook.values import category, defaults, is_open, missing, value_fault
from annotator.services.codebooks import builtin_codebook
from tests.codebooks import EVERYTHING, everything
from tests.shared import shared


def test_the_builtin_codebook_is_sound() -> None:
    codebook = builtin_codebook()
    assert {x.key for x in codebook.layers} >= {"claim", "speaker", "target", "said_by", "about", "article"}


@pytest.mark.parametrize("name", ["attribution", "claims_speakers_stance", "political_claims"])
def test_public_codebooks_load_and_survive_json(name: str) -> None:
    path: Path = shared(f"codebooks/{name}.yaml")
    codebook = parse_codebook(path.read_text(encoding="utf-8"), path.name)
    assert codebook_from_json(codebook_json(codebook)) == codebook
    assert parse_codebook(codebook_json(codebook), "x.json") == codebook


def test_the_schema_file_is_made_from_the_model() -> None:
    assert json.loads(schema_path("codebook.schema.json").read_text(encoding="utf-8")) == codebook_schema(), (
        "stale: run `make schemas`"
    )


def test_an_independent_validator_accepts_ours_and_refuses_a_stray_key() -> None:
    schema = codebook_schema()
    good = json.loads(codebook_json(everything()))
    jsonschema.Draft202012Validator(schema).validate(good)
    good["layers"][0]["colourr"] = "#ffffff"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(schema).validate(good)


@pytest.mark.parametrize("word", ["NO", "on", "off", "yes", "010", "12:30", "1e3", "0x10", "2031-01-01"])
def test_typed_text_stays_text(word: str) -> None:
    text = EVERYTHING.replace("{key: fact, label: Fact}", f"{{key: fact, label: {word}, definition: {word}}}")
    kind = parse_codebook(text).layer("claim").attribute("kind")
    assert kind.type == "choice"
    assert kind.values[0].label == word
    assert kind.values[0].definition == word


FAULTY = """\
format: annotator-codebook/1
key: Bad Key
title: Faults
colour: red
layers:
- key: claim
  label: Claim
  kind: span
  colour: blue
  hotkey: c
  attributes:
  - {key: kind, label: Kind, type: chioce, values: []}
  - {key: sum, label: Sum, type: number, min: lots}
  - {key: topic, label: Topic, type: choice, values: [{key: a, label: A}, {key: a, label: B}], default: z}
  - {key: late, label: Late, type: text, when: {attribute: nowhere, in: [x]}}
- key: claim
  label: Again
  kind: span
  hotkey: C
- key: link
  label: Link
  kind: link
  per: {role: owner, min: 1}
  roles:
  - {key: claim, layers: [claims]}
"""


def test_every_fault_is_told_at_once_with_line_path_and_remedy() -> None:
    with pytest.raises(CodebookFaults) as told:
        parse_codebook(FAULTY, "faulty.yaml")
    faults = told.value.faults
    expected = {
        (2, "key"),
        (4, "colour"),
        (9, "layers[0].colour"),
        (12, "layers[0].attributes[0].type"),
        (13, "layers[0].attributes[1].min"),
        (14, "layers[0].attributes[2].values[1].key"),
        (14, "layers[0].attributes[2].default"),
        (15, "layers[0].attributes[3].when.attribute"),
        (16, "layers[1].key"),
        (19, "layers[1].hotkey"),
        (23, "layers[2].per.role"),
        (25, "layers[2].roles[0].layers[0]"),
    }
    assert expected <= {(f.line, f.path) for f in faults}
    assert all(f.what and f.remedy for f in faults)


@pytest.mark.parametrize(
    "text",
    ["", "just words", "[1, 2]", "a: [", "format: annotator-codebook/2\nkey: x\ntitle: X\nlayers: []\n", "a: &x [*x]"],
)
def test_what_is_no_codebook_is_refused_in_words(text: str) -> None:
    with pytest.raises(CodebookFaults) as told:
        parse_codebook(text, "x.yaml")
    assert told.value.faults


def test_a_key_written_twice_is_a_fault() -> None:
    with pytest.raises(CodebookFaults, match="title"):
        parse_codebook(EVERYTHING + "title: Again\n")


GOOD = [
    ("kind", "fact"), ("kind", "NO"), ("kind", "unclear"), ("cues", ["a", "b"]), ("cues", []), ("topic", "tax"),
    ("stance", -1), ("stance", "mixed"), ("sure", True), ("sum", 12.5), ("note", ""), ("day", "2031"),
    ("day", "2031-02"), ("day", "2031-02-28"),
]  # fmt: skip
BAD = [
    ("kind", "no"), ("kind", False), ("kind", ["fact"]), ("cues", "a"), ("cues", ["a", "a"]), ("cues", ["a", "b", "c"]),
    ("topic", "money"), ("stance", 2), ("stance", True), ("stance", "1"), ("sure", 1), ("sure", "yes"), ("sum", -1),
    ("sum", 101), ("sum", float("nan")), ("sum", True), ("note", 3), ("day", "2031-02-30"), ("day", "1.2.2031"),
]  # fmt: skip


@pytest.mark.parametrize(("key", "value"), GOOD)
def test_values_that_a_type_allows(key: str, value: object) -> None:
    assert value_fault(everything().layer("claim").attribute(key), value) is None


@pytest.mark.parametrize(("key", "value"), BAD)
def test_values_that_a_type_forbids_are_told_why(key: str, value: object) -> None:
    assert value_fault(everything().layer("claim").attribute(key), value)


def test_conditions_open_and_close_attributes() -> None:
    layer = everything().layer("claim")
    assert not is_open(layer, layer.attribute("sum"), {}, None)
    assert is_open(layer, layer.attribute("sum"), {"sure": True}, None)
    assert not is_open(layer, layer.attribute("sum"), {"sure": False}, None)
    assert missing(layer, {}, None) == ("kind",)
    assert missing(layer, {"kind": "fact"}, None) == ()
    assert defaults(layer) == {"note": "12:30"}


def test_categories_keep_text_apart_from_numbers() -> None:
    layer = everything().layer("claim")
    assert category(layer.attribute("stance"), -1) == "-1"
    assert category(layer.attribute("stance"), "mixed") == "mixed"
    assert category(layer.attribute("sure"), True) == "true"
    assert category(layer.attribute("cues"), ["b", "a"]) == "a|b"


@pytest.mark.parametrize(
    ("marked", "broken"),
    [
        ("he said “it will [pay” and] left", True),
        ("he said [“it will pay” and left]", False),
        ("he said [“it will pay”]", True),
        ("he said “[it will pay]”", False),
        ("er sagte „es [wird“ so]", True),
        ("er sagte [„es wird“ so]", False),
        ("[it will pay.]", True),
        ("[it will pay]. More", False),
        ("[it is in the U.S.] now", False),
    ],
)
def test_rules_that_can_be_checked_are_checked_live(marked: str, broken: bool) -> None:
    start = marked.index("[")
    text = marked.replace("[", "", 1)
    end = text.index("]")
    text = text.replace("]", "", 1)
    assert bool(breaches(builtin_codebook(), text, ((start, end),))) == broken


def test_models_are_frozen() -> None:
    codebook: Codebook = everything()
    with pytest.raises(Exception, match="frozen"):
        codebook.title = "other"  # type: ignore[misc]


def test_yaml_that_means_the_same_gives_the_same_codebook() -> None:
    assert parse_codebook(json.dumps(yaml.safe_load(EVERYTHING.replace("key: NO", "key: 'NO'")))) == everything()
