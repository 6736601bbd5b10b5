"""Ids, times, names and order change no figure; coders who did the same agree; links are compared by what they name."""

from __future__ import annotations

import random
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.annotations import Annotation, Coder, Document, Entity, Filler
from annotator.domain.codebook.model import Codebook
from annotator.services.adjudication.cases import cases_of
from annotator.services.agreement.comparing import comparisons
from annotator.services.agreement.figures import attribute_part, notes, span_part
from annotator.services.agreement.request import Corpus, Question

CODEBOOK = Codebook.model_validate(
    {
        "format": "annotator-codebook/1",
        "key": "t",
        "title": "T",
        "version": "1",
        "language": "en",
        "entity_types": [{"key": "person", "label": "Person"}],
        "layers": [
            {
                "key": "claim",
                "label": "Claim",
                "kind": "span",
                "colour": "#3b6fb6",
                "overlap": "any",
                "attributes": [
                    {
                        "key": "kind",
                        "label": "Kind",
                        "type": "choice",
                        "values": [{"key": "fact", "label": "Fact"}, {"key": "wish", "label": "Wish"}],
                    },
                    {
                        "key": "sure",
                        "label": "Sure",
                        "type": "scale",
                        "points": [{"value": v, "label": str(v)} for v in (1, 2, 3)],
                        "off_scale": [{"key": "na", "label": "does not apply"}],
                    },
                    {"key": "who", "label": "Who", "type": "entity", "entity_types": ["person"]},
                ],
            },
            {
                "key": "about",
                "label": "about",
                "kind": "link",
                "colour": "#b8602c",
                "per": {"role": "claim", "min": 0, "max": 4},
                "roles": [
                    {"key": "claim", "layers": ["claim"], "min": 1, "max": 1},
                    {"key": "target", "entities": True, "min": 0, "max": 1},
                ],
                "attributes": [
                    {
                        "key": "stance",
                        "label": "Stance",
                        "type": "scale",
                        "points": [{"value": v, "label": str(v)} for v in (-1, 0, 1)],
                    }
                ],
            },
            {
                "key": "remark",
                "label": "Remark",
                "kind": "document",
                "repeat": True,
                "attributes": [
                    {
                        "key": "tone",
                        "label": "Tone",
                        "type": "choice",
                        "values": [{"key": "up", "label": "Up"}, {"key": "down", "label": "Down"}],
                    }
                ],
            },
        ],
    }
)
NAMES = ("X", "Y", "Z")
QUESTION = Question()


@dataclass(frozen=True)
class Work:
    """What one coder made in one article: claims (start, end, kind, sure, who, links) and remarks."""

    claims: tuple[Any, ...]
    remarks: tuple[str, ...]


links = st.lists(st.tuples(st.sampled_from((None, *NAMES)), st.sampled_from((-1, 0, 1))), max_size=2)
claims = st.tuples(
    st.integers(0, 4),
    st.integers(6, 9),
    st.sampled_from(("fact", "wish", None)),
    st.sampled_from((1, 2, "na")),
    st.sampled_from((None, *NAMES)),
    links.map(tuple),
)
works = st.builds(
    Work,
    st.lists(claims, max_size=3).map(tuple),
    st.lists(st.sampled_from(("up", "down")), max_size=2).map(tuple),
)


class Names:
    """Stands for the study, of which a comparison wants the names of entities alone."""

    def __init__(self, entities: dict[str, str]) -> None:
        self._entities = entities

    def entities(self) -> list[Any]:
        return [Entity(key, name, "person") for key, name in self._entities.items()]


def corpus_of(articles: list[list[Work]], seed: int) -> tuple[Names, Corpus, list[str]]:
    """The corpus, with everything that must not matter drawn from the seed; coder ids in the order of the work."""
    chance = random.Random(seed)
    coders = len(articles[0])
    ids = chance.sample(range(1000, 9999), coders)
    people = [Coder(f"c{i}", f"N{chance.random()}") for i in ids]
    entities = dict(zip([f"e{i}" for i in chance.sample(range(1000, 9999), 3)], NAMES, strict=True))
    key_of = {name: key for key, name in entities.items()}
    documents, labels = [], {}
    for place, article in enumerate(articles):
        document = Document(
            f"d{chance.random()}",
            place + 1,
            f"A{place}",
            None,
            None,
            None,
            None,
            None,
            (),
            40,
            "x" * 64,
            f"{place}.txt",
        )
        documents.append(document)
        labels[document.id] = {
            person.id: made(work, document.id, person.id, key_of, chance)
            for person, work in zip(people, article, strict=True)
        }
    shown = list(people)
    chance.shuffle(shown)
    places = list(range(len(documents)))
    chance.shuffle(places)
    corpus = Corpus(
        CODEBOOK,
        tuple(shown),
        tuple(documents[i] for i in places),
        {documents[i].id: labels[documents[i].id] for i in places},
        {d.id: "a" * 40 for d in documents},
        entities={k: f"person {n}" for k, n in entities.items()},
    )
    return Names(entities), corpus, [p.id for p in people]


def made(work: Work, document: str, coder: str, key_of: dict[str, str], chance: random.Random) -> list[Annotation]:
    result = []

    def new(layer: str, **more: Any) -> str:
        key = f"a{chance.random()}"
        at = f"2031-01-01T00:00:{chance.randrange(60):02}Z"
        result.append(Annotation(key, document, coder, layer, created=at, updated=at, **more))
        return key

    for start, end, kind, sure, who, about in work.claims:
        values: dict[str, Any] = {"sure": sure}
        if kind:
            values["kind"] = kind
        if who:
            values["who"] = {"entity": key_of[who]}
        claim = new("claim", fragments=((start, end),), values=values)
        for target, stance in about:
            roles = {"claim": (Filler(annotation=claim),)}
            if target:
                roles["target"] = (Filler(entity=key_of[target]),)
            new("about", fragments=(), values={"stance": stance}, roles=roles)
    for tone in work.remarks:
        new("remark", fragments=(), values={"tone": tone})
    result.sort(key=lambda a: (a.created, a.id))
    return result


def figures_of(names: Any, corpus: Corpus, people: list[str]) -> dict[Any, Any]:
    """Every figure, told of coders by their places in the order of the work."""
    place = {c.name: people.index(c.id) for c in corpus.coders}
    told: dict[Any, Any] = {}
    part = span_part(corpus, CODEBOOK.layer("claim"), QUESTION)  # type: ignore[arg-type]
    if part is not None:
        told["alpha_u"] = part["alpha_u"]
        told["alignment"] = part["alignment"]
        for p in part["pairs"]:
            who = frozenset(place[n] for n in p["coders"])
            told["span", who] = (p["matched"], sorted(p["counts"]), p["overlap"]["f1"], p["exact"]["f1"])
    for c in comparisons(names, corpus, QUESTION):
        a = attribute_part(c, corpus, QUESTION)
        key = (c.layer, c.attribute, c.role)
        told[key] = a["coefficients"]
        told[(*key, "units")] = a["units"]
        told[(*key, "left out")] = sorted(c.left_out.items(), key=lambda x: people.index(x[0]))
        told[(*key, "left out")] = [n for _, n in told[(*key, "left out")]]
        for p in a["pairs"]:
            who = frozenset(place[n] for n in p["coders"])
            told[(*key, who)] = {k: p[k] for k in ("units", "percent_agreement", "main")}
    return told


@given(
    st.integers(2, 4).flatmap(lambda n: st.lists(st.lists(works, min_size=n, max_size=n), min_size=1, max_size=3)),
    st.integers(0, 10**6),
)
@settings(max_examples=40, deadline=None)
def test_ids_names_times_and_order_change_no_figure(articles: list[list[Work]], seed: int) -> None:
    assert figures_of(*corpus_of(articles, seed)) == figures_of(*corpus_of(articles, seed + 1))


@given(st.lists(works, min_size=1, max_size=3), st.integers(2, 4), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_coders_who_did_the_same_agree(articles: list[Work], coders: int, seed: int) -> None:
    names, corpus, _ = corpus_of([[w] * coders for w in articles], seed)
    part = span_part(corpus, CODEBOOK.layer("claim"), QUESTION)  # type: ignore[arg-type]
    if part is not None:
        assert all(p["overlap"]["f1"] in (1.0, None) and p["exact"]["f1"] in (1.0, None) for p in part["pairs"])
        assert part["alpha_u"]["value"] in (1.0, None)
    for c in comparisons(names, corpus, QUESTION):  # type: ignore[arg-type]
        for name, e in attribute_part(c, corpus, QUESTION)["coefficients"].items():
            assert e["value"] in (1.0, None), (c.layer, c.attribute, name)
    assert all(not case.kinds for case in cases_of(corpus, 0.5)), "nothing is to be settled where all did the same"


@given(st.lists(st.lists(works, min_size=3, max_size=3), min_size=1, max_size=2), st.integers(0, 10**6))
@settings(max_examples=40, deadline=None)
def test_spans_and_values_have_the_same_counterparts(articles: list[list[Work]], seed: int) -> None:
    names, corpus, _ = corpus_of(articles, seed)
    part = span_part(corpus, CODEBOOK.layer("claim"), QUESTION)  # type: ignore[arg-type]
    found = {c.attribute: c for c in comparisons(names, corpus, QUESTION) if c.layer == "claim"}  # type: ignore[arg-type]
    if part is None or "sure" not in found:
        return
    sure = found["sure"]
    for first, second in combinations(corpus.coders, 2):
        pair = next(p for p in part["pairs"] if p["coders"] == [first.name, second.name])
        both = sum(first.id in u.made and second.id in u.made for u in sure.units)
        assert both == pair["matched"]


def test_stance_is_compared_on_the_same_target_alone() -> None:
    ada = Work(((0, 9, "fact", 1, None, (("X", 1), ("Y", -1))),), ())
    ben = Work(((0, 9, "fact", 1, None, (("Y", -1), ("Z", 1))),), ())
    names, corpus, _ = corpus_of([[ada, ben]] * 4, 1)
    found = {(c.layer, c.attribute): c for c in comparisons(names, corpus, QUESTION)}  # type: ignore[arg-type]
    stance = attribute_part(found["about", "stance"], corpus, QUESTION)
    assert stance["units"] == 4
    assert sum(found["about", "stance"].left_out.values()) == 8
    rest = {
        (c.layer, c.attribute): c
        for c in comparisons(names, corpus, replace(QUESTION, links="order"))  # type: ignore[arg-type]
    }
    assert attribute_part(rest["about", "stance"], corpus, QUESTION)["units"] == 8
    assert attribute_part(found["about", "target"], corpus, QUESTION)["units"] == 4, "an owner is the unit of a role"


def test_two_labels_on_the_same_words_meet_those_that_say_the_same() -> None:
    same = [(0, 9, "fact", 1, None, ()), (0, 9, "wish", 1, None, ())]
    names, corpus, _ = corpus_of([[Work(tuple(same), ()), Work(tuple(reversed(same)), ())]], 5)
    kind = next(c for c in comparisons(names, corpus, QUESTION) if c.attribute == "kind")  # type: ignore[arg-type]
    assert attribute_part(kind, corpus, QUESTION)["coefficients"]["krippendorff_alpha"]["value"] == 1.0


@pytest.mark.parametrize("seed", range(4))
def test_labels_that_say_the_same_are_told_apart_by_their_links(seed: int) -> None:
    first = (0, 9, "fact", 1, None, (("X", 1),))
    second = (0, 9, "fact", 1, None, (("Y", -1),))
    names, corpus, _ = corpus_of([[Work((first, second), ()), Work((second, first), ())]], seed)
    stance = next(c for c in comparisons(names, corpus, QUESTION) if c.attribute == "stance")  # type: ignore[arg-type]
    assert attribute_part(stance, corpus, QUESTION)["units"] == 2


def test_each_figure_has_its_own_n() -> None:
    ada = [(0, 9, "fact", 1, None, ()), (20, 29, "fact", "na", None, ()), (30, 39, "wish", 2, None, ())]
    ben = [(0, 9, "fact", 1, None, ()), (20, 29, "wish", 2, None, ()), (30, 39, None, 2, None, ())]
    names, corpus, _ = corpus_of([[Work(tuple(ada), ()), Work(tuple(ben), ())]] * 6, 2)
    found = {c.attribute: c for c in comparisons(names, corpus, QUESTION)}  # type: ignore[arg-type]
    sure = attribute_part(found["sure"], corpus, QUESTION)
    by = sure["coefficients"]
    assert (by["krippendorff_alpha"]["n"], by["krippendorff_alpha_nominal"]["n"]) == (12, 18)
    assert by["krippendorff_alpha"]["value"] == 1.0
    assert by["krippendorff_alpha"]["low"] < by["krippendorff_alpha"]["high"] == 1.0
    assert by["krippendorff_alpha_applies"]["n"] == 18
    assert by["percent_agreement_applies"]["value"] == pytest.approx(2 / 3)
    assert all(p["n"] == 12 for p in sure["pairs"])
    assert attribute_part(found["kind"], corpus, QUESTION)["coefficients"]["gwet_ac1"]["n"] == 12
    few = notes([sure], corpus, QUESTION)
    assert any("sure (12)" in n for n in few), "the few units are those that alpha rests on"
    assert any("fewer than 20 articles" in n for n in few)
