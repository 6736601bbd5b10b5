"""Passages by what was coded: labels with their statements, narrowed by conditions, with their words in context."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from annotator.domain.accounts import Account
from annotator.domain.annotations import Annotation, Coder, Document, Entity
from annotator.domain.codebook.model import Codebook, tree_nodes
from annotator.domain.codebook.owners import links_in_order, owners
from annotator.domain.codebook.values import label_of
from annotator.domain.conditions import (
    EVERYTHING,
    Condition,
    Either,
    Labels,
    Row,
    Test,
    checked,
    met,
    parse,
    to_json,
)
from annotator.domain.conditions import together as all_of
from annotator.domain.entities import Register
from annotator.domain.errors import BadInput, Cancelled
from annotator.domain.fragments import Fragments, text_of
from annotator.domain.json_forms import JsonObject
from annotator.domain.statements import Statement, incomplete_of, statements, zones_of
from annotator.domain.words import Message, say
from annotator.formats.statement_rows import by_link, together
from annotator.services.accounts import contents, counted, not_theirs
from annotator.services.exchange.authors import authors
from annotator.services.search.narrowing import Narrowing, text_may_meet, texts
from annotator.services.search.sieve import Sieve
from annotator.services.study import Study
from annotator.store import annotations as label_rows
from annotator.store import assignments as assignment_rows
from annotator.store import documents as document_rows

Whose = Literal["coders", "gold"]
FACTS = (
    "layer", "coder", "outlet", "published", "month", "year", "language", "author", "tag", "article", "title", "round",
    "reading", "complete", "doubt", "entity", "text", "memo",
)  # fmt: skip
"""Fields that every codebook has, beside LAYER.ATTRIBUTE, LINK.ROLE and LINK.ROLE.because."""
CONTEXT = 80
"""Characters of context on either side."""
IN_STATEMENTS = say("listed with the statements that they are parts of")
NOT_MET = say("what was asked for does not hold for them")
A_SCREEN = 40
"""Passages that fill a screen."""
_CHUNK, _FIRST_CHUNK = 64, 2
"""Articles that are read at once: few at first, so that the first passages are there soon."""
_SPACE = re.compile(r"\s+")
_UNCOUNTED = frozenset({"text", "memo", "title", "article", "published"})
"""Fields with nearly as many values as there are labels: how often each is there helps nobody."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. layer: labels of this layer; None for statements, and labels that stand in none.

    condition: must hold for a label as it stands in a statement, with one link of each layer beside it, so that a
    target and a stance are those of one link. whose: labels of coders, or what was settled.
    """

    layer: str | None = None
    condition: Condition = EVERYTHING
    entity: str | None = None
    coders: tuple[str, ...] | None = None
    whose: Whose = "coders"

    def as_json(self) -> JsonObject:
        """As it is kept under a name."""
        return {
            "layer": self.layer,
            "where": to_json(self.condition),
            "entity": self.entity,
            "coders": list(self.coders) if self.coders is not None else None,
            "gold": self.whose == "gold",
        }


@dataclass(frozen=True, slots=True)
class LabelPassage:
    """A label that was found. rows: what stands in each field, one for each way in which it meets the conditions."""

    annotation: Annotation
    document: Document
    reading: int
    coder: str
    place: Fragments
    left: str
    words: str
    right: str
    statement: str | None
    missing: tuple[str, ...]
    round: str
    rows: tuple[Row, ...] = field(repr=False)
    parts: tuple[tuple[str, str], ...] = ()
    """(layer, id) of the other labels of the statement, where this one is its head."""


class Looking:
    """Looks through one study; belongs to one thread, as its study file does."""

    def __init__(self, study: Study, asked: Asked) -> None:
        self._study, self.asked = study, asked
        self._codebook = study.codebook
        self.fields = fields(self._codebook)
        self.labels = labels(self._codebook)
        self._condition = checked(asked.condition, self.fields)
        if asked.layer is not None and asked.layer not in {x.key for x in self._codebook.layers}:
            raise BadInput(
                say("there is no layer `{layer}`", layer=asked.layer),
                asked.layer,
                say("use one of {names}", names=", ".join(x.key for x in self._codebook.layers)),
            )
        self._people: list[Coder] = authors(study, asked.coders, asked.whose == "gold")
        self._register: Register = study.register()
        if asked.entity is not None:
            names = sorted({self._register.roots[k].name for k in self._entities(asked.entity)})
            if not names:
                raise BadInput("nobody in the register has this name", asked.entity, "look at the register")
            named = tuple(Test("entity", "=", n) for n in names)
            self._condition = all_of((self._condition, named[0] if len(named) == 1 else Either(named)))

    def found(self, progress: Callable[[int, int], bool] | None = None) -> Iterator[LabelPassage]:
        """What meets the conditions, article by article in reading order; raises Cancelled."""
        with self._study.file.reading() as connection:
            copies = assignment_rows.hidden_repeats(connection)
            rounds = {(a.coder_id, a.document_id): a.round for a in assignment_rows.every(connection)}
            every = {d.id: d for d in document_rows.every(connection)}
            people = {c.id: c for c in self._people}
            reader = _Reader(
                self._codebook, self._register, people, rounds, self.asked.layer, self._condition, self.labels
            )
            wanted = self._wanted(every, copies, reader)

            def place(key: str) -> tuple[int, bool]:
                return every[copies.get(key, key)].number, key in copies

            order = sorted(wanted, key=place)
            at, many = 0, _FIRST_CHUNK
            while at < len(order):
                group = order[at : at + many]
                many = min(_CHUNK, 2 * many)
                texts = document_rows.texts_of(connection, group)
                at += len(group)
                group = [k for k in group if text_may_meet(self._condition, texts[k])]
                by_document: dict[str, list[Annotation]] = {}
                ids = sorted({c for k in group for c in wanted[k]})
                for a in label_rows.find(connection, coder_ids=ids, document_ids=group) if group else ():
                    if a.coder_id in wanted[a.document_id]:
                        by_document.setdefault(a.document_id, []).append(a)
                for key in group:
                    document = every[copies.get(key, key)]
                    here = [self._register.resolved(a) for a in by_document.get(key, ())]
                    yield from reader.passages(every[key], document, texts[key], here)
                if progress is not None and not progress(at, len(order)):
                    raise Cancelled("stopped", remedy="nothing was changed")

    def _wanted(self, every: Mapping[str, Document], copies: Mapping[str, str], reader: _Reader) -> dict[str, set[str]]:
        """Document id -> ids of the coders whose labels there may have what is asked for."""
        condition = self._condition
        if self.asked.layer is not None:
            condition = all_of((Test("layer", "=", self.asked.layer), condition))

        def facts(pair: tuple[str, str]) -> Row:
            document, coder = pair
            return reader.about(every[document], every[copies.get(document, document)], coder)

        wanted: dict[str, set[str]] = {}
        people = {c.id for c in self._people}
        for document, coder in Narrowing(self._study, self._register, self.labels).pairs(condition, facts, people):
            wanted.setdefault(document, set()).add(coder)
        return wanted

    def _entities(self, name: str) -> set[str]:
        told = name.casefold()
        found = {k for k, e in self._register.every.items() if told in (e.name.casefold(), k.casefold())}
        return found | {k for k, e in self._register.every.items() if any(told == x.casefold() for x in e.aliases)}


class _Reader:
    """Makes passages of one coder's labels in one article after the other."""

    def __init__(
        self,
        codebook: Codebook,
        register: Register,
        people: Mapping[str, Coder],
        rounds: Mapping[tuple[str, str], str],
        layer: str | None,
        condition: Condition,
        labels: Labels,
    ) -> None:
        self._codebook, self._register, self._people, self._rounds = codebook, register, people, rounds
        self._layer, self._condition, self._labels = layer, condition, labels
        self._sieve = Sieve(condition, register, labels)
        self._articles: dict[str, Row] = {}

    def about(self, made_in: Document, document: Document, coder: str) -> dict[str, Sequence[str]]:
        """What is the same for all labels of a coder in an article."""
        article = self._articles.get(document.id)
        if article is None:
            article = self._articles[document.id] = of_article(document)
        round_ = self._rounds.get((coder, made_in.id), "")
        return {
            **article,
            "coder": (self._people[coder].name,),
            "reading": ("1" if made_in is document else "2",),
            "round": (round_,) if round_ else (),
        }

    def passages(  # noqa: C901 - the parts of one query
        self, made_in: Document, document: Document, text: str, here: Sequence[Annotation]
    ) -> list[LabelPassage]:
        zones = zones_of(self._codebook, document.zones, list(here))
        found: list[LabelPassage] = []
        by_coder: dict[str, list[Annotation]] = {}
        for a in here:
            by_coder.setdefault(a.coder_id, []).append(a)
        for coder, own in by_coder.items():
            about = self.about(made_in, document, coder)
            own = self._sieve.kept(own, text, about)
            if not own:
                continue
            told = statements(self._codebook, own, zones)
            lacking = incomplete_of(self._codebook, own, told, zones)
            by_id = {a.id: (n, a) for n, a in enumerate(own)}
            rows: dict[str, list[Row]] = {}
            within: dict[str, Statement] = {}
            for s in told:
                for parts, row in self._combinations(s, by_id, text):
                    for key in parts:
                        rows.setdefault(key, []).append(row)
                for key in s.parts:
                    within.setdefault(key, s)
            heads = {s.owner.id for s in told}
            for a in own:
                if (a.layer != self._layer) if self._layer is not None else (a.id in within and a.id not in heads):
                    continue
                own_row = self._own(a, text)
                made = [
                    {**about, **row, **own_row, "complete": ("false" if a.id in lacking else "true",)}
                    for row in rows.get(a.id) or [{"entity": tuple(self._entities_of(a))}]
                ]
                made = [row for row in made if met(self._condition, row, self._labels)]
                if not made:
                    continue
                statement = within.get(a.id)
                place = a.fragments or (statement.place if statement is not None else ())
                start, end = (place[0][0], place[-1][1]) if place else (0, 0)
                found.append(
                    LabelPassage(
                        annotation=a,
                        document=document,
                        reading=1 if made_in is document else 2,
                        coder=self._people[coder].name,
                        place=place,
                        left=_line(text[max(0, start - CONTEXT) : start]),
                        words=_line(text_of(text, place)),
                        right=_line(text[end : end + CONTEXT]) if place else "",
                        statement=statement.owner.id if statement is not None else None,
                        missing=statement.missing if statement is not None and a.id in heads else (),
                        round=self._rounds.get((coder, made_in.id), ""),
                        rows=tuple(made),
                        parts=_parts(statement, by_id) if statement is not None and a.id in heads else (),
                    )
                )
        found.sort(key=lambda p: (p.place, p.coder, p.annotation.created, p.annotation.id))
        return found

    def _own(self, a: Annotation, text: str) -> dict[str, tuple[str, ...]]:
        row = {
            "layer": (a.layer,),
            "text": (text_of(text, a.fragments),) if a.fragments else (),
            "memo": (a.memo,) if a.memo else (),
            "doubt": tuple(a.uncertain),
        }
        return row | self._values(a)

    def _values(self, a: Annotation) -> dict[str, tuple[str, ...]]:
        return {f"{a.layer}.{key}": tuple(texts(value, self._register)) for key, value in a.values.items()}

    def _name(self, entity: str) -> str:
        found = self._register.roots.get(entity)
        return found.name if found is not None else entity

    def _combinations(  # noqa: C901 - the parts of one query
        self, s: Statement, own: Mapping[str, tuple[int, Annotation]], text: str
    ) -> Iterator[tuple[set[str], dict[str, tuple[str, ...]]]]:
        """(ids of labels, what they say) for every way to take one link of each layer."""
        known = owners(self._codebook).by_link
        groups = [
            (known[key], links) for key in links_in_order(self._codebook) if (links := by_link(s.ties.get(key, ())))
        ]
        for chosen in together(groups):
            ids = {s.owner.id}
            row: dict[str, tuple[str, ...]] = self._values(s.owner)
            named: dict[str, None] = {}
            for _, ties in chosen:
                link = ties[0].link
                ids.add(link.id)
                row |= self._values(link)
                for tie in ties:
                    base = f"{link.layer}.{tie.role}"
                    if tie.filler is not None:
                        ids.add(tie.filler.id)
                        if tie.filler.id != s.owner.id:
                            for key, values in self._values(tie.filler).items():
                                row[key] = tuple(dict.fromkeys((*row.get(key, ()), *values)))
                    if tie.entity_id is not None:
                        name = self._name(tie.entity_id)
                        row[base] = (*row.get(base, ()), name)
                        named[name] = None
                    elif tie.filler is not None:
                        words = _line(text_of(text, tie.filler.fragments)) or tie.filler.id
                        row[base] = (*row.get(base, ()), words)
                    if tie.because is not None:
                        row[f"{base}.because"] = (tie.because,)
            for _, a in sorted((own[k] for k in ids if k in own), key=lambda x: x[0]):
                named |= dict.fromkeys(self._entities_of(a))
            yield ids, row | {"entity": tuple(named)}

    def _entities_of(self, a: Annotation) -> Iterator[str]:
        for value in a.values.values():
            if type(value) is str:
                continue
            for one in value if isinstance(value, (list, tuple)) else (value,):
                if isinstance(one, Mapping) and "entity" in one:
                    yield self._name(str(one["entity"]))


def of_article(d: Document) -> dict[str, tuple[str, ...]]:
    """What is known of an article, as fields."""
    return {
        "article": (str(d.number),),
        "title": tuple(filter(None, [d.title])),
        "outlet": tuple(filter(None, [d.publisher])),
        "published": tuple(filter(None, [d.published])),
        "month": tuple(filter(None, [(d.published or "")[:7]])),
        "year": tuple(filter(None, [(d.published or "")[:4]])),
        "language": tuple(filter(None, [d.language])),
        "author": tuple(filter(None, [d.author])),
        "tag": tuple(d.tags),
    }


def fields(codebook: Codebook) -> list[str]:
    """Every field that can be asked for: facts, then those of the codebook in its order."""
    found = [f"{x.key}.{a.key}" for x in codebook.layers for a in x.attributes]
    for link in codebook.link_layers:
        for role in link.roles:
            found.append(f"{link.key}.{role.key}")
            if role.empty_because:
                found.append(f"{link.key}.{role.key}.because")
    return [*FACTS, *dict.fromkeys(found)]


def labels(codebook: Codebook) -> Labels:
    """(field, value) -> how the value reads, of what the codebook lists."""
    found: dict[tuple[str, str], str] = {("layer", x.key): x.label for x in codebook.layers}
    for layer in codebook.layers:
        for a in layer.attributes:
            keys: list[Any] = [o.key for o in a.off_scale]
            if a.type in ("choice", "choices"):
                keys += [v.key for v in getattr(a, "values", ())]
            elif a.type == "scale":
                keys += [p.value for p in getattr(a, "points", ())]
            elif a.type == "tree":
                keys += [n.key for n, _ in tree_nodes(getattr(a, "values", ()))]
            elif a.type == "boolean":
                keys += [True, False]
            for key in keys:
                text = "true" if key is True else "false" if key is False else str(key)
                if isinstance(key, float) and key == int(key):
                    text = str(int(key))
                found[f"{layer.key}.{a.key}", text] = label_of(a, key)
    return found


def understood(study: Study, typed: Sequence[str]) -> Condition:
    """Conditions as typed, all of which must hold; raises BadInput."""
    known = labels(study.codebook)
    told = {(f, v.casefold()) for (f, k), v in known.items()} | {(f, k.casefold()) for f, k in known}
    names = {n.casefold() for e in study.entities() for n in (e.name, *e.aliases)}
    roles = {f"{x.key}.{r.key}" for x in study.codebook.link_layers for r in x.roles} | {"entity"}
    roles |= {f"{x.key}.{a.key}" for x in study.codebook.layers for a in x.attributes if a.type == "entity"}

    def plain(name: str, value: str) -> bool:
        return (name, value.casefold()) in told or (name in roles and value.casefold() in names)

    found = all_of(parse(x, plain) for x in typed)
    return checked(found, fields(study.codebook))


@dataclass(frozen=True, slots=True)
class Result:
    """Everything that was found. counts: field -> value -> how many of the passages, the most frequent first."""

    passages: tuple[LabelPassage, ...]
    counts: Mapping[str, Mapping[str, int]]
    account: Account
    coders: tuple[str, ...] = ()
    versions: tuple[int, ...] = ()
    """Of the codebook, under which they were made."""
    incomplete: int = 0

    @property
    def line(self) -> Message:
        """By whom, under which versions, how many are not complete."""
        return say(
            "by {coders}; coded under version {versions} of the codebook; {n} not complete",
            coders=", ".join(self.coders),
            versions=", ".join(map(str, self.versions)),
            n=self.incomplete,
        )


def look(
    study: Study,
    asked: Asked,
    progress: Callable[[int, int], bool] | None = None,
    first: Callable[[Sequence[LabelPassage]], None] | None = None,
) -> Result:
    """All of it, counted, from one state of the study; raises BadInput and Cancelled.

    first: is called with the first of them, as soon as a screen can be filled.
    """
    with study.file.reading():
        passages: list[LabelPassage] = []
        for p in Looking(study, asked).found(progress):
            passages.append(p)
            if first is not None and len(passages) == A_SCREEN:
                first(tuple(passages))
        return Result(
            tuple(passages),
            counts_of(passages),
            _account(study, asked, passages),
            coders=tuple(sorted({p.coder for p in passages})),
            versions=tuple(sorted({p.annotation.codebook_version for p in passages})),
            incomplete=sum("false" in p.rows[0]["complete"] for p in passages),
        )


def counts_of(passages: Sequence[LabelPassage]) -> dict[str, dict[str, int]]:
    """How many passages have each value of each field; a passage counts once for a value."""
    found: dict[str, Counter[str]] = {}
    for p in passages:
        seen = {(f, v) for row in p.rows for f, values in row.items() if f not in _UNCOUNTED for v in values}
        for name, value in seen:
            found.setdefault(name, Counter())[value] += 1
    return {f: dict(sorted(c.items(), key=lambda x: (-x[1], x[0]))) for f, c in sorted(found.items())}


def _account(study: Study, asked: Asked, passages: Sequence[LabelPassage]) -> Account:
    held = contents(study)
    ids = [c.id for c in authors(study, asked.coders, asked.whose == "gold")]
    theirs = not_theirs(held, ids, asked.whose == "gold")
    here, reckoning = held.split(theirs)
    shown = Counter(p.annotation.layer for p in passages)
    known = {p.annotation.id for p in passages}
    within = Counter(layer for layer, key in {part for p in passages for part in p.parts} if key not in known)
    for layer, n in here.by_layer.items():
        reckoning.leave(layer, IN_STATEMENTS, within[layer])
        reckoning.leave(layer, NOT_MET, n - shown[layer] - within[layer])
    documents = {p.document.id for p in passages}
    second = {p.annotation.document_id for p in passages if p.reading == 2}
    told = type(here)(len(documents), 0, dict(shown), len(second))
    return counted(held, told, reckoning, ids, why_not=NOT_MET)


def passage_as_json(p: LabelPassage, entities: Mapping[str, Entity]) -> JsonObject:
    """A passage in the public JSON form. entities: by id, those that its values name."""
    a, d = p.annotation, p.document

    def value(v: Any) -> Any:
        if isinstance(v, (list, tuple)):
            return [value(x) for x in v]
        if isinstance(v, Mapping):
            e = entities.get(str(v["entity"]))
            return {"entity": v["entity"], "name": e.name if e else None, "type": e.type if e else None}
        return v

    return {
        "id": a.id,
        "layer": a.layer,
        "coder": {"id": a.coder_id, "name": p.coder},
        "document": {
            "id": d.id,
            "number": d.number,
            "title": d.title,
            "published": d.published,
            "publisher": d.publisher,
            "author": d.author,
            "url": d.url,
        },
        "reading": p.reading,
        "round": p.round or None,
        "fragments": [list(f) for f in p.place],
        "left": p.left,
        "text": p.words,
        "right": p.right,
        "values": {k: value(v) for k, v in a.values.items()},
        "uncertain": list(a.uncertain),
        "memo": a.memo,
        "statement": p.statement,
        "missing": list(p.missing),
        "fields": [{k: list(v) for k, v in row.items() if "." in k and v} for row in p.rows],
        "codebook_version": a.codebook_version,
    }


def _parts(s: Statement, own: Mapping[str, tuple[int, Annotation]]) -> tuple[tuple[str, str], ...]:
    return tuple((own[key][1].layer, key) for key in sorted(s.parts) if key != s.owner.id and key in own)


def _line(text: str) -> str:
    return _SPACE.sub(" ", text)
