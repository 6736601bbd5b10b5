"""What a codebook asks of entities: its faults, its changes, and what becomes of values."""

from __future__ import annotations

import json
import random
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.annotations import Entity
from annotator.domain.codebook.carrying import Carrier, entity_taken_back
from annotator.domain.codebook.diff import diff
from annotator.domain.codebook.faults import CodebookFaults
from annotator.domain.codebook.mapping import CodebookMapping, inverse, refuse_unfit, type_of
from annotator.domain.codebook.reading import codebook_from_json, codebook_json, codebook_schema, parse_codebook
from annotator.domain.codebook.values import defaults, is_open, missing, same, unasked
from annotator.domain.entities import Register
from annotator.domain.errors import BadInput
from tests.changes import changed_by_chance
from tests.codebooks import DESCRIBED, described

VALUES: dict[str, st.SearchStrategy[Any]] = {
    "office": st.sampled_from(("", "Mayor")),
    "side": st.sampled_from(("for", "NO", "unclear", "of an older codebook")),
    "fields": st.sampled_from(([], ["sea"], ["law", "tax"])),
    "family": st.sampled_from(("green", "right")),
    "weight": st.sampled_from((-0.5, 1)),
    "elected": st.booleans(),
    "votes": st.sampled_from((0, 12.5)),
    "home": st.just({"entity": "x"}),
    "from another type": st.just("kept"),
}
chances = st.integers(0, 10_000).map(random.Random)
entities = st.builds(
    lambda kind, values: Entity("e", "E", kind, values=values),
    st.sampled_from(("person", "state")),
    st.fixed_dictionaries({}, optional=VALUES),
)


def test_a_codebook_that_asks_of_entities_survives_json_and_the_schema() -> None:
    book = described()
    assert codebook_from_json(codebook_json(book)) == book
    jsonschema.Draft202012Validator(codebook_schema()).validate(json.loads(codebook_json(book)))
    assert [a.key for a in book.entity_type("state").attributes] == ["head", "votes"]
    assert book.entity_type("person").attribute("home").type == "entity"


def test_what_an_entity_has_not_is_a_fault_with_its_place_and_a_remedy() -> None:
    faulty = """\
format: annotator-codebook/1
key: faulty
title: Faulty
entity_types:
- key: person
  label: Person
  attributes:
  - {key: where, label: Where, type: text, when: {zone: title}}
  - {key: chair, label: Chair, type: boolean, unique_true_per: claim}
  - {key: party, label: Party, type: entity, entity_types: [party, person], default: "speaker's entity"}
  - {key: late, label: Late, type: text, when: {attribute: nowhere, in: [x]}}
  - {key: late, label: Again, type: number, min: 3, max: 1}
  - {key: side, label: Side, type: choice, values: [{key: a, label: A}], default: z, when: {attribute: chair}}
layers:
- {key: claim, label: Claim, kind: span}
"""
    with pytest.raises(CodebookFaults) as caught:
        parse_codebook(faulty)
    told = {f.path: (f.line, f.what, f.remedy) for f in caught.value.faults}
    place = "entity_types[0].attributes"
    assert told == {
        f"{place}[0].when.zone": (8, "an entity is in no zone", "take `zone:` away, or ask on another attribute"),
        f"{place}[1].unique_true_per": (9, "an entity has no links", "take `unique_true_per:` away"),
        f"{place}[2].entity_types[0]": (10, "there is no entity type `party`", "use one of person"),
        f"{place}[2].default": (10, "an entity has no roles to take an entity from", "take `default:` away"),
        f"{place}[3].when.attribute": (
            11,
            "there is no other attribute `nowhere` in this entity type",
            "use one of where, chair, party, side",
        ),
        f"{place}[4].key": (12, "the key `late` is used twice", "give each its own key"),
        f"{place}[4].min": (12, "min 3 is more than max 1", "exchange them"),
        f"{place}[5].default": (13, "the default is not allowed: `z` is not one of a", "use an allowed value"),
        f"{place}[5].when": (13, "the condition names no values", "add `in:` or `under:`"),
    }


def test_conditions_defaults_and_what_lacks_are_those_of_labels() -> None:
    person, state = described().entity_type("person"), described().entity_type("state")
    votes = person.attribute("votes")
    assert not is_open(person, votes, {}, None)
    assert is_open(person, votes, {"elected": True}, None)
    assert missing(person, {}) == ("office",)
    assert defaults(state) == {"votes": 1}
    assert [(k, a.key if a else None) for k, a, _ in unasked(person, {"side": "x", "gone": 1, "office": "y"})] == [
        ("side", "side"),
        ("gone", None),
    ]


@given(chances, entities)
@settings(max_examples=150, deadline=None)
def test_a_change_of_the_codebook_drops_no_value_of_an_entity(chance: random.Random, e: Entity) -> None:
    old = described()
    new, mapping = changed_by_chance(old, chance, 6)
    carrier = Carrier(old, new, mapping, 2)
    after, why = carrier.carry_entity(e)
    assert carrier.carry_entity(e) == (after, why)
    assert len(after.values) == len(e.values)
    mapped = {t for table in mapping.values.values() for t in table.values() if isinstance(t, str)}
    for value in e.values.values():
        kept = any(same(v, value) for v in after.values.values())
        assert kept or any(set(_texts(v)) & mapped for v in after.values.values())
    kind = type_of(new, after.type)
    assert kind is not None
    was = {k for k, _, _ in unasked(type_of(old, e.type), e.values)}
    assert bool(why) >= (len(unasked(kind, after.values)) > len(was))
    back = inverse(mapping, old, new)
    assert entity_taken_back(after, after, e, mapping, Carrier(new, old, back, 3))[0] == e


def _texts(value: Any) -> list[str]:
    return [str(x) for x in value] if isinstance(value, list) else [str(value)]


@given(chances)
@settings(max_examples=100, deadline=None)
def test_every_change_is_told_with_a_place_that_a_mapping_takes(chance: random.Random) -> None:
    old = described()
    new, mapping = changed_by_chance(old, chance, 6)
    refuse_unfit(mapping, old, new, {}, "mapping")
    assert bool(diff(old, new, mapping)) == (codebook_json(old) != codebook_json(new))
    assert diff(old, old) == ()
    back = inverse(mapping, old, new)
    refuse_unfit(back, new, old, {}, "back")


def test_a_change_is_told_in_words_and_counts_for_entities() -> None:
    old = described()
    new = parse_codebook(
        DESCRIBED.replace("{key: office, label: Office,", "{key: post, label: Post,")
        .replace("{key: for, label: In favour}, ", "")
        .replace("  - {key: votes, label: Votes, type: number, integer: true, default: 1}\n", "")
        .replace("{key: since, label: Since, type: date,", "{key: since, label: Since, type: date, required: true,")
    )
    mapping = CodebookMapping(
        attributes={"entity_types.person.office": "post"}, values={"entity_types.person.side": {"for": "NO"}}
    )
    told = {(d.path, d.kind): (d.what, d.touches) for d in diff(old, new, mapping)}
    person, state = "entity_types.person", "entity_types.state"
    assert told[f"{person}.office", "renamed"] == (
        "Person › “Office” (office) is now “Post” (post)",
        ("attribute", person, "office"),
    )
    assert told[f"{person}.side=for", "merged"] == (
        "Person › Side: “In favour” (for) joins “Opposed” (NO)",
        ("value", person, "side", "for"),
    )
    assert told[f"{person}.since", "changed"] == (
        "Person › Since: it must be answered now",
        ("lacking", person, "since"),
    )
    assert told[f"{state}.votes", "removed"] == (
        "State › “Votes” (votes) is gone",
        ("attribute", state, "votes"),
    )
    assert not [p for p, _ in told if not p.startswith("entity_types.")]


def test_two_answers_never_come_to_stand_in_one_place() -> None:
    old = described()
    new = parse_codebook(DESCRIBED.replace("{key: office, label: Office,", "{key: title, label: Title,"))
    mapping = CodebookMapping(attributes={"entity_types.person.office": "title"})
    kept = Entity("e", "E", "person", values={"office": "Mayor", "title": "from long ago"})
    assert Carrier(old, new, mapping, 2).carry_entity(kept)[0] == kept
    swapped = CodebookMapping(attributes={"entity_types.person.office": "side", "entity_types.person.side": "office"})
    with pytest.raises(BadInput, match="comes to be `side` too"):
        refuse_unfit(CodebookMapping(attributes={"entity_types.person.office": "side"}), old, old, {}, "x")
    both = Entity("e", "E", "person", values={"office": "NO", "side": "for"})
    assert Carrier(old, old, swapped, 2).carry_entity(both)[0].values == {"side": "NO", "office": "for"}


def test_a_mapping_that_names_what_no_entity_type_has_is_refused() -> None:
    book = described()
    for wrong in (
        {"attributes": {"entity_types.person.nothing": "office"}},
        {"attributes": {"entity_types.nobody.office": "office"}},
        {"values": {"entity_types.person.side": {"nothing": "for"}}},
        {"values": {"entity_types.person.side": {"for": "nothing"}}},
    ):
        with pytest.raises(BadInput):
            refuse_unfit(CodebookMapping.model_validate(wrong), book, book, {}, "mapping")


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_what_was_merged_fills_gaps_for_its_own_type_and_keeps_its_own(data: st.DataObject) -> None:
    keys = ["a", "b", "c", "d"]
    held = [
        Entity(
            k,
            f"name {k}",
            data.draw(st.sampled_from(("person", "state"))),
            merged_into=data.draw(st.sampled_from([None, *keys])),
            values=data.draw(st.dictionaries(st.sampled_from(("x", "y")), st.integers(0, 2))),
        )
        for k in keys
    ]
    register = Register.of(held)
    every = register.all_values()
    assert every == {e.id: register.values_of(e.id) for e in register.living()}
    for e in register.living():
        merged = [o for o in register.merged_into(e.id) if o.type == e.type]
        assert {k: every[e.id][k] for k in e.values} == dict(e.values)
        for key in every[e.id].keys() - e.values.keys():
            assert every[e.id][key] in [o.values[key] for o in merged if key in o.values]
        assert every[e.id].keys() == {*e.values, *(k for o in merged for k in o.values)}
    assert list(register.every.values()) == held


def test_whoever_was_merged_is_named_in_values_by_the_one_it_turned_out_to_be() -> None:
    register = Register.of(
        [
            Entity(
                "a", "A", "person", values={"home": {"entity": "old"}, "allies": [{"entity": "old"}, {"entity": "new"}]}
            ),
            Entity("new", "New", "state"),
            Entity("old", "Old", "state", merged_into="new"),
        ]
    )
    assert register.values_of("a") == {"home": {"entity": "new"}, "allies": [{"entity": "new"}]}
