"""Statements are the same in whichever order the labels come."""

from __future__ import annotations

from itertools import permutations

import pytest

from annotator.domain.annotations import Annotation, Coder, Document, Entity, Filler
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.entities import Register
from annotator.domain.errors import BadInput
from annotator.domain.networks import one_mode, two_mode
from annotator.domain.statements import named_entities, statements
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.network_mentions import NetworkSpec, checked, mentions
from annotator.formats.statement_rows import StatementTable
from annotator.services.agreement.units import role_entities
from annotator.services.networks.asking import worth_of
from tests.codebooks import everything


def test_the_links_of_a_statement_are_in_the_order_in_which_they_were_made() -> None:
    claim = Annotation("c", "d", "ada", "claim", ((0, 5),), created="2031-01-01T00:00:00Z")
    links = [
        Annotation(
            f"l{5 - n}",
            "d",
            "ada",
            "said_by",
            roles={"claim": (Filler("c", None),), "speaker": (Filler(None, f"e{n}"),)},
            created=f"2031-01-01T00:00:0{n}Z",
        )
        for n in (1, 2, 3)
    ]
    for order in permutations([claim, *links]):
        (found,) = statements(everything(), list(order))
        assert [t.entity_id for t in found.ties["said_by"]] == ["e1", "e2", "e3"]


NAMING = """\
format: annotator-codebook/1
key: naming
title: Naming
entity_types: [{key: person, label: Person}, {key: body, label: Body}]
layers:
- key: claim
  label: Claim
  kind: span
  attributes: [{key: topic, label: Topic, type: choice, values: [{key: eel, label: Eel}]}]
- key: speaker
  label: Speaker
  kind: span
  attributes:
  - {key: who, label: Who, type: entity, entity_types: [person], many: true}
  - {key: body, label: Body, type: entity, entity_types: [body]}
- key: said_by
  label: Said by
  kind: link
  roles: [{key: claim, layers: [claim], min: 1, max: 1}, {key: speaker, layers: [speaker]}]
"""


def test_a_role_names_all_whom_its_label_names_in_the_first_attribute_of_the_codebook() -> None:
    codebook = parse_codebook(NAMING)
    both, body = [{"entity": "ada"}, {"entity": "ben"}], {"entity": "council"}
    claim = Annotation("c", "d", "x", "claim", ((0, 5),), {"topic": "eel"})
    link = Annotation("l", "d", "x", "said_by", roles={"claim": (Filler("c", None),), "speaker": (Filler("s", None),)})
    for values, named in (
        ({"who": both, "body": body}, ("ada", "ben")),
        ({"body": body, "who": both}, ("ada", "ben")),  # in whichever order the values stand
        ({"body": body}, ("council",)),
        ({}, ()),
    ):
        speaker = Annotation("s", "d", "x", "speaker", ((6, 9),), values)
        (found,) = statements(codebook, [claim, speaker, link])
        assert [t.entities for t in found.ties["said_by"]] == [named]
        assert named_entities(codebook, speaker) == named
        assert role_entities(codebook, link, "speaker", {"s": speaker}) == tuple(sorted(named))


def test_tables_and_networks_have_all_of_them_and_further_ones_in_columns_of_their_own() -> None:
    codebook = parse_codebook(NAMING)
    speaker = Annotation(
        "s", "d", "x", "speaker", ((6, 9),), {"who": [{"entity": "e1"}, {"entity": "e2"}], "body": {"entity": "e3"}}
    )
    made = (
        Annotation("c", "d", "x", "claim", ((0, 5),), {"topic": "eel"}),
        speaker,
        Annotation("l", "d", "x", "said_by", roles={"claim": (Filler("c"),), "speaker": (Filler("s"),)}),
    )
    names = [Entity("e1", "Ada", "person"), Entity("e2", "Ben", "person"), Entity("e3", "Council", "body")]
    document = Document("d", 1, "T", None, None, None, None, None, (), 20, "0" * 64, "t.txt")
    article = Article(document, "The text of an eel.", made)
    coders = {"x": Coder("x", "X")}
    dataset = Dataset("s", "S", codebook, 1, coders, Register.of(names), {"d": document}, True, lambda: iter([article]))
    (row,) = StatementTable(dataset).rows()
    assert row["said_by.speaker.entity"] == ["Ada", "Ben"]
    assert row["said_by.speaker.body"] == ["Council"]
    assert "said_by.speaker.body" in StatementTable(dataset).columns()
    spec = NetworkSpec("said_by.speaker", "claim.topic")
    assert sorted(m.actor for m in mentions(dataset, spec, Losses())) == ["Ada", "Ben"]
    spec = NetworkSpec("said_by.speaker", "said_by.speaker.body")
    assert {m.concept for m in mentions(dataset, spec, Losses())} == {"Council"}


STANCE = NAMING.replace(
    "roles: [{key: claim",
    """attributes:
  - key: stance
    label: Stance
    type: choice
    values: [{key: for, label: For}, {key: against, label: Against}]
    off_scale: [{key: unclear, label: Unclear}]
  - {key: tone, label: Tone, type: choice, values: [{key: a, label: A}, {key: b, label: B}, {key: c, label: C}]}
  roles: [{key: claim""",
)


def test_a_stance_may_be_a_choice() -> None:
    codebook = parse_codebook(STANCE)
    names = [Entity("e1", "Ada", "person"), Entity("e2", "Ben", "person"), Entity("e3", "Cem", "person")]
    made: list[Annotation] = []
    for key, stance in (("e1", "for"), ("e2", "against"), ("e3", "unclear")):
        made += [
            Annotation(f"c{key}", "d", "x", "claim", ((0, 5),), {"topic": "eel"}),
            Annotation(f"s{key}", "d", "x", "speaker", ((6, 9),), {"who": [{"entity": key}]}),
            Annotation(
                f"l{key}",
                "d",
                "x",
                "said_by",
                values={"stance": stance, "tone": "c"},
                roles={"claim": (Filler(f"c{key}"),), "speaker": (Filler(f"s{key}"),)},
            ),
        ]
    document = Document("d", 1, "T", None, None, None, None, None, (), 20, "0" * 64, "t.txt")
    article = Article(document, "The text of an eel.", tuple(made))
    dataset = Dataset(
        "s",
        "S",
        codebook,
        1,
        {"x": Coder("x", "X")},
        Register.of(names),
        {"d": document},
        True,
        lambda: iter([article]),
    )
    spec = checked(codebook, NetworkSpec("said_by.speaker", "claim.topic", "said_by.stance"))
    assert spec.worth == (("for", 1.0), ("against", -1.0))
    losses = Losses()
    found = list(mentions(dataset, spec, losses))
    assert [(m.actor, m.qualifier) for m in found] == [("Ada", 1.0), ("Ben", -1.0)]
    assert sum(losses.counts.values()) == 1  # unclear is told as left out
    assert two_mode(found, "subtract").cells == {("Ada", "eel"): 1.0, ("Ben", "eel"): -1.0}
    assert one_mode(found, "conflict").cells == {("Ada", "Ben"): 1.0}
    assert one_mode(found, "congruence").cells == {}
    with pytest.raises(BadInput, match="the 3 values of this choice"):
        checked(codebook, NetworkSpec("said_by.speaker", "claim.topic", "said_by.tone"))
    tone = NetworkSpec("said_by.speaker", "claim.topic", "said_by.tone", worth_of("a=1,b=0,c=-1"))
    assert {m.qualifier for m in mentions(dataset, checked(codebook, tone), Losses())} == {-1.0}
    with pytest.raises(BadInput, match="has no value d"):
        checked(codebook, NetworkSpec("said_by.speaker", "claim.topic", "said_by.tone", worth_of("d=1")))
    for words in ("for", "for=", "=1", "for=1,for=2", "for=nan", "for=inf"):
        with pytest.raises(BadInput, match="weights of the values"):
            worth_of(words)
