"""What is asked of an agreement report, and who and what it is about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.domain.annotations import Annotation, Coder, Document
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.values import category
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.services.codebooks.marks import answered_under, reviews
from annotator.services.study import Study
from annotator.store import assignments as assignment_rows
from annotator.store import documents as document_rows


@dataclass(frozen=True, slots=True)
class Question:
    """The options of `annotator agreement STUDY`.

    coders: names; all who coded where empty. where: LAYER.ATTRIBUTE=VALUE, all must hold.
    overlap: spans match above this intersection over union. intervals: whether they are made. bootstrap: resamples
    of articles, for a percentile interval beside the others; 0 for none.
    unmatched: what a coder counts for who read the article and has no label of a unit, one of UNMATCHED_RULES.
    own: one coder's id or name, compared with all others pooled, whose names are not told.
    round: whose articles are compared, ALL_ROUNDS for all together; where it is empty and there are several, the one
    with most articles that two coders read, of equals the later one.
    links: which links on matched owners are compared, one of LINK_RULES: those that name the same, or also the rest in
    the order of what they name in the text.
    """

    layer: str | None = None
    attribute: str | None = None
    coders: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    overlap: float = 0.5
    bootstrap: int = 0
    seed: int = 1
    unmatched: str = "missing"
    own: str | None = None
    links: str = "same"
    intervals: bool = True
    round: str = ""


ALL_ROUNDS = "all"
"""As `Question.round`: articles of all rounds together."""

LINK_RULES = ("same", "order")
UNMATCHED_RULES = ("missing", "disagreement")


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps, of one layer, the labels with this category."""

    layer: str
    attribute: str
    category: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """What coders did in the documents that at least two of them coded.

    labels: document id -> coder id -> labels. Only coders who coded a document are in it, even with no label.
    texts: article id -> its text. origin: where a document stands for an article read by certain people or twice,
    its id -> the article's. people, everything: all whose work was read, and all of it, compared or not, in the form of
    `labels`. kept: what was worked out of it already, so that it is worked out once.
    """

    codebook: Codebook
    coders: tuple[Coder, ...]
    documents: tuple[Document, ...]
    labels: dict[str, dict[str, list[Annotation]]]
    texts: Mapping[str, str] = field(default_factory=dict)
    origin: Mapping[str, str] = field(default_factory=dict)
    people: tuple[Coder, ...] = ()
    everything: Mapping[str, Mapping[str, list[Annotation]]] = field(default_factory=dict)
    every: tuple[Document, ...] = ()
    rounds: Mapping[str, dict[str, dict[str, list[Annotation]]]] = field(default_factory=dict)
    """Round -> its articles in the form of `labels`, for all rounds in which two coders read one; "" for none."""
    round: str = ""
    carried: frozenset[str] = frozenset()
    """Ids of labels that a change of the codebook rewrote since their coder last did."""
    review: frozenset[str] = frozenset()
    """Ids of labels that a change of the codebook left for review."""
    entities: Mapping[str, str] = field(default_factory=dict)
    """Entity's id -> its type and name, by which entities are put in order: ids are chance."""
    kept: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)

    def article(self, document_id: str) -> str:
        """The id of the article that a document of this corpus is."""
        return self.origin.get(document_id, document_id)

    def text(self, document_id: str) -> str:
        """The text of a document of this corpus."""
        return self.texts[self.article(document_id)]


def filters(codebook: Codebook, where: Sequence[str]) -> tuple[Filter, ...]:
    """`LAYER.ATTRIBUTE=VALUE` checked against the codebook; raises BadInput or NotFound."""
    result = []
    for text in where:
        left, equals, value = text.partition("=")
        layer_key, dot, attribute_key = left.partition(".")
        if not (equals and dot):
            raise BadInput(
                "this is not a condition",
                text,
                by_door("write LAYER.ATTRIBUTE=VALUE, like about.primary=true", say("choose an attribute and a value")),
            )
        attribute = codebook.layer(layer_key.strip()).attribute(attribute_key.strip())
        result.append(Filter(layer_key.strip(), attribute.key, value.strip()))
    return tuple(result)


def kept(codebook: Codebook, conditions: Sequence[Filter], a: Annotation) -> bool:
    """Whether the label meets every condition on its layer."""
    for f in conditions:
        if f.layer != a.layer:
            continue
        value: Any = a.values.get(f.attribute)
        attribute = codebook.layer(a.layer).attribute(f.attribute)
        held = value if isinstance(value, (list, tuple)) else [value]
        if f.category not in {category(attribute, v) for v in held}:
            return False
    return True


def corpus(study: Study, question: Question) -> Corpus:
    """Everything to be compared, from one unchanging state; raises BadInput where nobody can be compared."""
    codebook = study.codebook
    conditions = checked(codebook, question)
    with study.file.reading() as connection:
        chosen = [study.coder(name) for name in question.coders]
        if len({c.id for c in chosen}) < len(chosen):
            raise BadInput("a coder is named twice", ", ".join(question.coders), "name each once")
        if any(c.role == GOLD for c in chosen):
            raise BadInput(
                "gold is not a coder",
                ", ".join(question.coders),
                by_door("`annotator gold report` compares with it", say("“Coders against gold…” compares with it")),
            )
        own = study.coder(question.own) if question.own is not None else None
        coders = chosen or [c for c in study.coders() if c.role != GOLD]
        if own is not None and own not in coders:
            coders = [own, *coders]
        labels = read_labels(study, {c.id for c in coders}, conditions)
        shared = {d: by for d, by in labels.items() if len(by) > 1 and (own is None or own.id in by)}
        copies = study.hidden_repeats()
        twice = {
            original for copy, original in copies.items() if labels.get(copy, {}).keys() & labels.get(original, {})
        }
        rounds = by_round(study, shared)
        chosen_round, shared = in_round(study, question, rounds, shared)
        documents = tuple(d for d in study.documents() if d.id in shared)
        every = tuple(d for d in study.documents() if any(d.id in of for of in rounds.values()))
        texts = {d: text for d, text in document_rows.texts(connection) if d in shared or d in twice}
        present = {c for by in shared.values() for c in by}
    people = tuple(coders)
    coders = [c for c in coders if c.id in present]
    if len(coders) < 2 and not twice:
        raise BadInput(
            "no document was coded by two of these coders",
            str(study.file.path),
            "let two coders code the same document, or name other coders",
        )
    found = Corpus(
        codebook,
        tuple(coders),
        documents,
        shared,
        texts,
        people=people,
        everything=labels,
        every=every,
        rounds=rounds,
        round=chosen_round,
        carried=frozenset(answered_under(study)),
        review=frozenset(reviews(study)),
        entities=entity_words(study),
    )
    return found if own is None else against_others(found, own)


def by_round(
    study: Study, shared: Mapping[str, dict[str, list[Annotation]]]
) -> dict[str, dict[str, dict[str, list[Annotation]]]]:
    """Round -> its articles, the round that was planned first first; an article that several rounds have belongs to
    that of most of its coders, of equals to the first. "" is the round of articles that nobody was assigned."""
    with study.file.reading() as connection:
        planned = [p["id"] for p in assignment_rows.plans(connection)]
        given = assignment_rows.every(connection)
    order = {key: place for place, key in enumerate(planned)}
    first: dict[str, int] = {}
    votes: dict[str, Counter[str]] = {}
    for a in given:
        place = order.get(a.plan_id or "", len(order))
        first[a.round] = min(first.get(a.round, place), place)
        if a.coder_id in shared.get(a.document_id, ()):
            votes.setdefault(a.document_id, Counter())[a.round] += 1
    found: dict[str, dict[str, dict[str, list[Annotation]]]] = {}
    for document, by in shared.items():
        voted = votes.get(document)
        name = min(voted, key=lambda r: (-voted[r], first[r], r)) if voted else ""
        found.setdefault(name, {})[document] = by
    return dict(sorted(found.items(), key=lambda x: (first.get(x[0], -1), x[0])))


def in_round(
    study: Study,
    question: Question,
    rounds: Mapping[str, dict[str, dict[str, list[Annotation]]]],
    shared: dict[str, dict[str, list[Annotation]]],
) -> tuple[str, dict[str, dict[str, list[Annotation]]]]:
    """(the round that figures are about, its articles); raises BadInput for a round that has none."""
    if question.round == ALL_ROUNDS or (len(rounds) < 2 and not question.round):
        return "", shared
    if question.round:
        if question.round not in rounds:
            raise BadInput(
                say("no article of the round {name} was coded by two of these coders", name=question.round),
                str(study.file.path),
                say("name one of {names}, or all", names=", ".join(r for r in rounds if r) or "–"),
            )
        return question.round, rounds[question.round]
    name = max(enumerate(rounds), key=lambda x: (len(rounds[x[1]]), x[0]))[1]
    return name, rounds[name]


def of_documents(
    compared: Corpus, documents: Sequence[Document], labels: dict[str, dict[str, list[Annotation]]]
) -> Corpus:
    """The same corpus with other articles."""
    present = {c for by in labels.values() for c in by}
    coders = tuple(c for c in compared.people if c.id in present)
    return replace(compared, coders=coders, documents=tuple(documents), labels=labels, kept={})


def entity_words(study: Study) -> dict[str, str]:
    """Entity's id -> type and name."""
    return {e.id: f"{e.type} {e.name}" for e in study.entities()}


def checked(codebook: Codebook, question: Question) -> tuple[Filter, ...]:
    """The question's conditions; raises BadInput or NotFound for what is off in it."""
    if not 0 <= question.overlap < 1:
        raise BadInput(
            say(
                "{name} {value} is not from 0 to less than 1",
                name=by_door("--overlap", say("an overlap of")),
                value=question.overlap,
            ),
            remedy="0.5 is usual",
        )
    if question.bootstrap < 0 or question.seed < 0:
        raise BadInput(
            "the number of resamples or the seed is below 0",
            f"{question.bootstrap}, {question.seed}",
            "give 0 or more",
        )
    if question.unmatched not in UNMATCHED_RULES:
        raise BadInput(
            say(
                "{name} does not know {value}",
                name=by_door("--unmatched", say("for unmatched labels")),
                value=question.unmatched,
            ),
            remedy=say("use one of {names}", names=", ".join(UNMATCHED_RULES)),
        )
    if question.links not in LINK_RULES:
        raise BadInput(
            say("{name} does not know {value}", name=by_door("--links", say("for links")), value=question.links),
            remedy=say("use one of {names}", names=", ".join(LINK_RULES)),
        )
    conditions = filters(codebook, question.where)
    if question.layer is not None:
        layer = codebook.layer(question.layer)
        if question.attribute is not None:
            layer.attribute(question.attribute)
    return conditions


def read_labels(
    study: Study, wanted: Collection[str], conditions: Sequence[Filter]
) -> dict[str, dict[str, list[Annotation]]]:
    """Document id -> coder id -> labels that meet the conditions; whoever said an article is done has coded it."""
    labels: dict[str, dict[str, list[Annotation]]] = {}
    register = study.register()
    answered = answered_under(study)
    for a in study.annotations():
        if a.coder_id not in wanted:
            continue
        if a.id in answered:
            a = replace(a, codebook_version=answered[a.id])
        mine = labels.setdefault(a.document_id, {}).setdefault(a.coder_id, [])
        if kept(study.codebook, conditions, a):
            mine.append(register.resolved(a) if register.merged else a)
    for coder_id in sorted(wanted):
        for document, state in study.document_states(coder_id).items():
            if state == "done":
                labels.setdefault(document, {}).setdefault(coder_id, [])
    return labels


OTHERS = Coder("others", say("the others"))
"""Stands for everybody but the coder whose figures they are."""


def against_others(everybody: Corpus, own: Coder) -> Corpus:
    """One coder beside each other one in turn, as two versions of a document: the coder's, and the others'."""
    documents, labels, origin = [], {}, {}
    for document in everybody.documents:
        by = everybody.labels[document.id]
        for place, coder in enumerate(c for c in everybody.coders if c.id in by and c.id != own.id):
            key = f"{document.id}|{place}"
            documents.append(replace(document, id=key))
            labels[key] = {own.id: by[own.id], OTHERS.id: by[coder.id]}
            origin[key] = document.id
    return replace(everybody, coders=(own, OTHERS), documents=tuple(documents), labels=labels, origin=origin, kept={})


READINGS = (Coder("first reading", "first reading"), Coder("second reading", "second reading"))
"""Stand for one coder who was given an article twice."""


def repeated(study: Study, compared: Corpus, question: Question) -> Iterator[tuple[Coder, Corpus]]:
    """Each coder who coded articles a second time, with both readings of them as if by two coders."""
    copies = study.hidden_repeats()
    numbered = {d.id: d for d in study.documents()}
    for coder in compared.people:
        if question.own is not None and question.own not in (coder.id, coder.name):
            continue
        documents, labels, origin = [], {}, {}
        for copy, original in copies.items():
            first, second = (compared.everything.get(d, {}).get(coder.id) for d in (original, copy))
            if first is not None and second is not None:
                documents.append(replace(numbered[original], id=copy))
                labels[copy] = {READINGS[0].id: first, READINGS[1].id: second}
                origin[copy] = original
        if documents:
            documents.sort(key=lambda d: d.number)
            made = tuple(documents)
            yield coder, replace(compared, coders=READINGS, documents=made, labels=labels, origin=origin, kept={})
