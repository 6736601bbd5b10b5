"""To which label a link belongs, for link layers declared in every way, and what a statement is made of then."""

from __future__ import annotations

import json
from typing import Any

import pytest

from annotator.domain.annotations import Annotation, EmptyRole, Filler
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.owners import lacking_roles, open_questions, owners
from annotator.domain.statements import incomplete, statements
from tests.shared import shared

NAMING = [{"key": "who", "label": "Who", "type": "entity", "required": True}]
WHAT = [{"key": "what", "label": "What", "type": "choice", "values": [{"key": "a", "label": "A"}]}]


def role(key: str, *layers: str, **more: Any) -> dict[str, Any]:
    return {"key": key, "layers": list(layers), **more}


def link(key: str, *roles: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"key": key, "label": key.title(), "kind": "link", "roles": list(roles), **more}


def book(*links: dict[str, Any], **attributes: Any) -> Codebook:
    """Span layers for whatever the roles name, with the attributes told, and the links."""
    names = dict.fromkeys(x for made in links for r in made["roles"] for x in r["layers"])
    spans = [
        {"key": k, "label": k.title(), "kind": "span", "attributes": attributes.get(k, [])}
        for k in {**names, **attributes}
        if k not in {made["key"] for made in links}
    ]
    return Codebook.model_validate(
        {"format": "annotator-codebook/1", "key": "test", "title": "Test", "layers": [*spans, *links]}
    )


ONE = {"min": 1, "max": 1}
CASES: dict[str, tuple[Codebook, dict[str, str | None], set[str]]] = {
    "an entity may speak, and may be missing": (
        book(link("said_by", role("speaker", "speaker", entities=True), role("claim", "claim"))),
        {"said_by": "claim"},
        set(),
    ),
    "both hang on the claim, which comes last": (
        book(
            link("said_by", role("s", "speaker"), role("c", "claim")), link("about", role("t", "t"), role("c", "claim"))
        ),
        {"said_by": "c", "about": "c"},
        set(),
    ),
    "speakers name somebody and have links of their own": (
        book(
            link("said_by", role("c", "claim"), role("s", "speaker")),
            link("member_of", role("s", "speaker"), role("p", "party")),
            speaker=NAMING,
            party=NAMING,
        ),
        {"said_by": "c", "member_of": "s"},
        {"member_of"},
    ),
    "several roles, one of which holds one label": (
        book(link("position", role("c", "claim", **ONE), role("s", "speaker"), role("t", "target"))),
        {"position": "c"},
        set(),
    ),
    "chosen among two layers": (
        book(link("said_by", role("c", "claim", "quote", **ONE), role("s", "speaker", max=3))),
        {"said_by": "c"},
        set(),
    ),
    "entities alone": (book(link("ally", role("a", entities=True), role("b", entities=True))), {"ally": None}, set()),
    "claims with claims": (
        book(
            link("said_by", role("c", "claim", **ONE), role("s", entities=True)),
            link("against", role("from", "claim", **ONE), role("to", "claim", **ONE)),
        ),
        {"said_by": "c", "against": "from"},
        set(),
    ),
    "one yes for each claim": (
        book(
            link(
                "about",
                role("t", "target"),
                role("c", "claim"),
                attributes=[{"key": "first", "label": "First", "type": "boolean", "unique_true_per": "c"}],
            )
        ),
        {"about": "c"},
        set(),
    ),
    "said by the codebook": (
        book(link("about", role("t", "target"), role("c", "claim"), per={"role": "t"})),
        {"about": "t"},
        set(),
    ),
    "nothing says it": (book(link("tie", role("a", "x"), role("b", "y"))), {"tie": "a"}, {"tie"}),
    "a link of links": (
        book(
            link("said_by", role("c", "claim", **ONE), role("s", entities=True)),
            link("source", role("l", "said_by", **ONE), role("d", "document", entities=True)),
            claim=WHAT,
            document=NAMING,
        ),
        {"said_by": "c", "source": "l"},
        set(),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_the_owner_is_found_from_the_roles(case: str) -> None:
    codebook, wanted, asked = CASES[case]
    assert {key: x.role for key, x in owners(codebook).by_link.items()} == wanted
    questions = open_questions(codebook)
    assert {q.layer for q in questions} == asked
    for q in questions:
        assert q.roles[0] == wanted[q.layer]
        assert len(q.roles) > 1
        assert all(f"“{r}”" in q.words for r in q.roles)
        assert "How many links" in q.words


def test_a_codebook_from_the_editor_with_links_without_per() -> None:

    made = json.loads(shared("cases/codebooks/codebook-links-without-per.json").read_text(encoding="utf-8"))
    codebook = Codebook.model_validate(made)
    assert {key: x.role for key, x in owners(codebook).by_link.items()} == {"said_by": "position", "about": "position"}
    assert not open_questions(codebook)
    assert owners(codebook).roots == ("position",)


def test_every_changed_copy_of_a_codebook_is_asked_anew() -> None:
    codebook, _, _ = CASES["nothing says it"]
    assert owners(codebook) is owners(codebook)
    assert owners(codebook.model_copy(update={"layers": codebook.layers[:2]})).by_link == {}


def label(key: str, layer: str, place: int | None = None, **roles: Any) -> Annotation:
    fragments = ((place, place + 1),) if place is not None else ()
    held = {k: tuple(v if isinstance(v, list) else [v]) for k, v in roles.items() if v is not None}
    return Annotation(key, "d", "ada", layer, fragments, roles=held, created=f"2031-{key}")


def at(key: str) -> Filler:
    return Filler(annotation=key)


def whom(key: str) -> Filler:
    return Filler(entity=key)


def test_a_link_of_several_owners_is_told_of_each() -> None:
    codebook = book(link("said_by", role("c", "claim", min=1), role("s", entities=True)))
    made = [label("1", "claim", 0), label("2", "claim", 5), label("3", "said_by", c=[at("1"), at("2")], s=whom("e"))]
    assert [(s.owner.id, [t.entity_id for t in s.ties["said_by"]]) for s in statements(codebook, made)] == [
        ("1", ["e"]),
        ("2", ["e"]),
    ]


def test_links_of_links_are_told_of_the_claim() -> None:
    codebook, _, _ = CASES["a link of links"]
    made = [
        label("1", "claim", 0),
        label("2", "said_by", c=at("1"), s=whom("e")),
        label("3", "source", l=at("2"), d=whom("f")),
    ]
    (found,) = statements(codebook, made)
    assert found.owner.id == "1"
    assert [t.entity_id for t in found.ties["said_by"]] == ["e"]
    assert [t.entity_id for t in found.ties["source"]] == ["f"]
    assert [x.id for x in found.links("source")] == ["3"]


def test_links_that_belong_to_no_label_are_statements_of_their_own() -> None:
    codebook = book(
        link("ally", role("a", entities=True), role("b", entities=True)),
        link("said_by", role("c", "claim"), role("s", "speaker", entities=True)),
    )
    made = [
        label("1", "ally", a=whom("e"), b=whom("f")),
        label("2", "said_by", s=whom("e")),
        label("3", "claim", 2),
        label("4", "speaker", 9),
        label("5", "said_by", s=at("4")),
    ]
    found = statements(codebook, made)
    assert {s.owner.id for s in found} == {"1", "2", "3", "5"}
    assert [s.place for s in found if s.owner.id == "5"] == [((9, 10),)]
    assert [(t.role, t.entity_id) for s in found if s.owner.id == "1" for t in s.ties["ally"]] == [
        ("a", "e"),
        ("b", "f"),
    ]


def test_links_that_own_each_other_are_told_once_and_not_lost() -> None:
    codebook = book(link("of", role("l", "of", **ONE), role("e", entities=True)))
    made = [label("1", "of", l=at("2"), e=whom("x")), label("2", "of", l=at("1"), e=whom("y"))]
    (found,) = statements(codebook, made)
    assert {x.id for x in found.links("of")} == {"1", "2"}


def test_flat_labels_that_name_somebody_are_statements() -> None:
    stand = [{"key": "agreement", "label": "Agreement", "type": "boolean"}]
    codebook = book(statement=NAMING + stand, note=[{"key": "text", "label": "Text", "type": "text"}], person=NAMING)
    assert owners(codebook).roots == ("statement",)
    found = statements(codebook, [label("1", "statement", 0), label("2", "note", 3), label("3", "person", 4)])
    assert [s.owner.id for s in found] == ["1"]


def test_roles_of_a_link_of_many_are_filled_one_by_one() -> None:
    codebook = book(
        link("position", role("c", "claim", **ONE), role("s", "speaker", **ONE), role("t", "target", **ONE))
    )
    (layer,) = codebook.link_layers
    assert not lacking_roles(codebook, layer, {"c": 1, "s": 1})
    assert [r.key for r in lacking_roles(codebook, layer, {"c": 1})] == ["s", "t"]
    assert [r.key for r in lacking_roles(codebook, layer, {"s": 1, "t": 1})] == ["c"]
    made = [label("1", "claim", 0), label("2", "speaker", 4), label("3", "position", c=at("1"), s=at("2"))]
    (found,) = statements(codebook, made)
    assert found.missing == ("Position: t",)
    assert incomplete(codebook, made) == {"1"}


def test_a_reason_fills_a_role() -> None:
    reasons = [{"key": "paper", "label": "The paper"}]
    codebook = book(link("said_by", role("c", "claim"), role("s", "speaker", entities=True, empty_because=reasons)))
    told = Annotation("2", "d", "ada", "said_by", roles={"c": (at("1"),)}, empty={"s": EmptyRole("paper")})
    (found,) = statements(codebook, [label("1", "claim", 0), told])
    assert not found.missing
    assert [t.because for t in found.ties["said_by"]] == ["paper"]


def test_a_link_of_entities_that_owns_links_is_one_statement() -> None:
    codebook = book(
        link("ally", role("a", entities=True), role("b", entities=True)),
        link("source", role("l", "ally", min=1), role("d", entities=True)),
    )
    made = [label("1", "ally", a=whom("e"), b=whom("f")), label("2", "source", l=at("1"), d=whom("g"))]
    (found,) = statements(codebook, made)
    assert found.owner.id == "1"
    assert [t.entity_id for t in found.ties["source"]] == ["g"]
