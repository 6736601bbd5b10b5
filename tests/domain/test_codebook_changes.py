"""Comparing codebooks, mapping files, and carrying labels from one version to the next."""

from __future__ import annotations

import json
import random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.data import schema_path
from annotator.domain.annotations import Annotation, EmptyRole, Filler
from annotator.domain.codebook.carrying import Carrier, spelled, taken_back
from annotator.domain.codebook.diff import diff
from annotator.domain.codebook.mapping import CodebookMapping, inverse, mapping_schema, parse_mapping, refuse_unfit
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_json, parse_codebook
from annotator.domain.codebook.values import value_fault
from annotator.domain.errors import BadInput, Refusal
from tests.changes import changed_by_chance
from tests.codebooks import EVERYTHING, everything

VALUES: dict[str, list[Any]] = {
    "kind": ["fact", "NO", "unclear"],
    "cues": [["a"], ["a", "b"], ["c", "b"]],
    "topic": ["tax", "else"],
    "stance": [-1, 0, 1, "mixed"],
    "sure": [True, False],
    "sum": [0, 12, 3.5],
    "note": ["12:30", "NO"],
    "day": ["2031", "2031-05-01"],
}


def changed(text: str, instead: str) -> Codebook:
    """The codebook with a piece of its text put another way."""
    assert text in EVERYTHING
    return parse_codebook(EVERYTHING.replace(text, instead))


def claim(**values: Any) -> Annotation:
    return Annotation("a1", "d", "ada", "claim", ((0, 3),), values, updated="2031-01-01")


def carried(a: Annotation, new: Codebook, **mapping: Any) -> tuple[Annotation, tuple[str, ...]]:
    return Carrier(everything(), new, CodebookMapping(**mapping), 2).carry(a)


@st.composite
def labels(draw: st.DrawFn) -> Annotation:
    """A claim or a link, sound under the codebook with every type."""
    if draw(st.booleans()):
        values = {k: draw(st.sampled_from(v)) for k, v in VALUES.items() if draw(st.booleans())}
        uncertain = tuple(sorted(k for k in values if draw(st.booleans())))
        return Annotation("a1", "d", "ada", "claim", ((0, 3),), values, uncertain, updated="2031-01-01")
    roles = {"claim": (Filler("a1"),)}
    empty: dict[str, EmptyRole] = {}
    if draw(st.booleans()):
        roles["speaker"] = (Filler("a2"), Filler(None, "e1"))
    else:
        empty["speaker"] = EmptyRole(draw(st.sampled_from(["outlet", "nobody"])))
    return Annotation("l1", "d", "ada", "said_by", roles=roles, empty=empty, updated="2031-01-01")


chances = st.integers(0, 10**6).map(random.Random)


@given(chances, labels())
@settings(max_examples=100, deadline=None)
def test_no_answer_is_dropped_or_changed_but_by_the_mapping(chance: random.Random, a: Annotation) -> None:
    old = everything()
    new, mapping = changed_by_chance(old, chance)
    refuse_unfit(mapping, old, new, {}, "test")
    after, told = Carrier(old, new, mapping, 2).carry(a)
    assert (after.fragments, after.memo, after.updated, after.id) == (a.fragments, a.memo, a.updated, a.id)
    assert len(after.values) == len(a.values)
    layer = new.layer(after.layer)
    for key, value in a.values.items():
        name = mapping.attribute(a.layer, key)
        now = after.values[name]
        table = mapping.values.get(f"{a.layer}.{key}", {})
        for one, came in zip(_each(value), _each(now), strict=True) if len(_each(now)) == len(_each(value)) else ():
            text = spelled(one)
            assert came == one or table.get(text or "") == spelled(came)
        known = [x for x in layer.attributes if x.key == name]
        if not known or value_fault(known[0], now):
            assert now == value
            assert told
    assert sorted(after.uncertain) == sorted(mapping.attribute(a.layer, k) for k in a.uncertain)
    assert [f for held in after.roles.values() for f in held] == [f for held in a.roles.values() for f in held]
    assert len(after.empty) == len(a.empty)


def _each(value: Any) -> list[Any]:
    return list(value) if isinstance(value, (list, tuple)) else [value]


@given(chances, labels())
@settings(max_examples=100, deadline=None)
def test_a_carried_label_that_nobody_changed_comes_back_as_it_was(chance: random.Random, a: Annotation) -> None:
    old = everything()
    new, mapping = changed_by_chance(old, chance)
    after, _ = Carrier(old, new, mapping, 2).carry(a)
    back = Carrier(new, old, inverse(mapping, old, new), 3)
    assert taken_back(after, after, a, mapping, back)[0] == a


@given(chances)
@settings(max_examples=100, deadline=None)
def test_a_codebook_differs_from_another_and_not_from_itself(chance: random.Random) -> None:
    old = everything()
    new, mapping = changed_by_chance(old, chance)
    assert diff(new, new) == ()
    assert bool(diff(old, new, mapping)) == (codebook_json(old) != codebook_json(new))
    for d in diff(old, new, mapping):
        assert d.what
        assert d.path


def test_a_renamed_value_is_told_and_carried() -> None:
    new = changed("key: fact, label: Fact", "key: factual, label: Factual")
    mapping = CodebookMapping(values={"claim.kind": {"fact": "factual"}})
    found = [d for d in diff(everything(), new, mapping) if d.kind == "renamed"]
    assert [(d.path, d.touches) for d in found] == [("claim.kind=fact", ("value", "claim", "kind", "fact"))]
    assert found[0].what == "Claim › Kind: “Fact” (fact) is now “Factual” (factual)"
    after, told = carried(claim(kind="fact", sure=True), new, values={"claim.kind": {"fact": "factual"}})
    assert after.values == {"kind": "factual", "sure": True}
    assert (after.codebook_version, told) == (2, ())


def test_what_is_gone_is_kept_and_marked() -> None:
    new = changed("{key: fact, label: Fact}, ", "")
    after, told = carried(claim(kind="fact"), new)
    assert after == claim(kind="fact")
    assert told == ("Kind: “Fact” is no longer there",)
    after, told = carried(claim(day="2031"), changed("  - {key: day, label: Day, type: date, partial: true}\n", ""))
    assert after.values == {"day": "2031"}
    assert told == ("“Day” is no longer asked for",)


def test_a_split_value_is_kept_until_somebody_chooses() -> None:
    new = changed("{key: fact, label: Fact}", "{key: past, label: Past}, {key: now, label: Now}")
    after, told = carried(claim(kind="fact"), new, values={"claim.kind": {"fact": ["past", "now"]}})
    assert after.values == {"kind": "fact"}
    assert told == ("Kind: “Fact” was split; choose one of Past, Now",)


def test_merged_values_meet_once_in_a_list() -> None:
    new = changed("{key: b, label: B}, ", "")
    after, told = carried(claim(cues=["a", "b"]), new, values={"claim.cues": {"b": "a"}})
    assert (after.values, told) == ({"cues": ["a"]}, ())


def test_points_of_a_scale_are_mapped_by_their_numbers() -> None:
    new = parse_codebook(EVERYTHING.replace("-1", "-2"))
    after, told = carried(claim(stance=-1), new, values={"claim.stance": {"-1": "-2"}})
    assert (after.values, told) == ({"stance": -2}, ())


def test_one_value_becomes_a_list_where_a_list_is_asked_for() -> None:
    new = changed("    label: Kind\n    type: choice\n    required: true", "    label: Kind\n    type: choices")
    after, told = carried(claim(kind="fact"), new)
    assert (after.values, told) == ({"kind": ["fact"]}, ())


def test_a_label_whose_layer_is_gone_is_refused() -> None:
    old = everything()
    new = old.model_copy(update={"layers": old.layers[1:]})
    with pytest.raises(Refusal, match="no layer `claim` any more"):
        Carrier(old, new, CodebookMapping(), 2).carry(claim(kind="fact"))


def test_a_mapping_names_what_the_codebooks_have() -> None:
    new = changed("key: fact, label: Fact", "key: factual, label: Factual")
    for off, where in (
        ({"values": {"claim.kind": {"fcat": "factual"}}}, "values.claim.kind.fcat"),
        ({"values": {"claim.kind": {"fact": "fac"}}}, "no value `fac`"),
        ({"layers": {"claim": "nothing"}}, "no layer `nothing`"),
        ({"layers": {"claim": "article"}}, "cannot become the document layer"),
        ({"attributes": {"claim.kind": "topic"}}, "comes to be `topic` too"),
        ({"roles": {"said_by.who": "speaker"}}, "nothing of this name"),
        ({"entity_types": {"person": "moon"}}, "no entity type `moon`"),
        ({"review": ("moon",)}, "no `moon`"),
    ):
        with pytest.raises(BadInput, match=where):
            refuse_unfit(CodebookMapping.model_validate(off), everything(), new, {}, "m.yaml")


def test_a_mapping_file_keeps_what_was_typed_and_tells_its_faults() -> None:
    text = "format: annotator-mapping/1\nvalues:\n  claim.kind: {NO: 010, fact: [a, b], on: null}\n"
    assert parse_mapping(text).values == {"claim.kind": {"NO": "010", "fact": ("a", "b"), "on": None}}
    jsonschema.Draft202012Validator(mapping_schema()).validate(parse_mapping(text).record())
    for bad in ("", "- a", "values: {}", "format: annotator-mapping/1\nvalue: {}\n", "a: [", "format: x"):
        with pytest.raises(BadInput):
            parse_mapping(bad, "m.yaml")


def test_the_mapping_schema_file_is_made_from_the_model() -> None:
    text = schema_path("mapping.schema.json").read_text(encoding="utf-8")
    assert json.loads(text) == mapping_schema(), "stale: run `make schemas`"


def test_the_way_back_of_a_mapping() -> None:
    new = changed("{key: a, label: A}, {key: b, label: B}", "{key: a, label: A}")
    forth = CodebookMapping(values={"claim.cues": {"b": "a"}})
    assert inverse(forth, everything(), new) == CodebookMapping()
    turned = CodebookMapping(values={"claim.cues": {"a": "b", "b": "a"}})
    assert inverse(turned, everything(), everything()) == turned
