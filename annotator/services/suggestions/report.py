"""What became of suggestions: by source, coder, layer and value, and how often coders' own labels say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from annotator.domain.annotations import Annotation, Coder
from annotator.domain.decisions import GOLD
from annotator.domain.json_forms import JsonObject, as_json
from annotator.domain.suggestions import STATES, Source, State, Suggestion
from annotator.services.study import Study
from annotator.services.suggestions.blind import blind_rounds
from annotator.services.suggestions.carrying import Carrying
from annotator.services.suggestions.naming import Names
from annotator.services.suggestions.standing import Standing, standings
from annotator.store import annotations as annotation_rows
from annotator.store import assignments
from annotator.store import documents as document_rows
from annotator.store import suggestions as rows

_ANSWERED: tuple[State, ...] = ("accepted", "changed", "removed", "rejected")


@dataclass(slots=True)
class Tally:
    """How suggestions stand with those whom they were offered to, one count for each coder and suggestion.

    same and of: suggestions that nobody answered, in articles that their coder is done with: how many there are, and of
    how many the coder's own label says the same.
    """

    states: Counter[State] = field(default_factory=Counter)
    same: int = 0
    of: int = 0

    def add(self, state: State, done: bool) -> None:
        """Count one."""
        self.states[state] += 1
        if done and state in ("found", "open"):
            self.of += 1
            self.same += state == "found"

    @property
    def answered(self) -> int:
        """How many were accepted or rejected."""
        return sum(self.states[s] for s in _ANSWERED)

    @property
    def accept_rate(self) -> float | None:
        """Accepted or changed, of those that were answered."""
        return _share(self.states["accepted"] + self.states["changed"], self.answered)

    @property
    def precision(self) -> float | None:
        """`same` of `of`."""
        return _share(self.same, self.of)

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            **{s: self.states[s] for s in STATES},
            "answered": self.answered,
            "accept_rate": self.accept_rate,
            "as_is_rate": _share(self.states["accepted"], self.answered),
            "own": {"same": self.same, "of": self.of, "precision": self.precision},
        }


@dataclass(frozen=True, slots=True)
class Arrival:
    """One import from a source; suggestions: how many it brought."""

    source: Source
    suggestions: int

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        s = self.source
        return {
            "id": s.id,
            "version": s.version,
            "format": s.format,
            "file": s.file,
            "imported": s.imported,
            "suggestions": self.suggestions,
        }


@dataclass(frozen=True, slots=True)
class OfCoder:
    """How one coder answered."""

    id: str
    name: str
    tally: Tally

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {"coder": {"id": self.id, "name": self.name}, **self.tally.as_json()}


@dataclass(frozen=True, slots=True)
class OfValue:
    """What became of suggestions with one value."""

    attribute: str
    value: str
    tally: Tally

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {"attribute": self.attribute, "value": self.value, **self.tally.as_json()}


@dataclass(frozen=True, slots=True)
class OfLayer:
    """What became of suggestions of one layer, and of its values."""

    layer: str
    tally: Tally
    values: tuple[OfValue, ...]

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {"layer": self.layer, **self.tally.as_json(), "values": as_json(self.values)}


@dataclass(frozen=True, slots=True, kw_only=True)
class OfSource:
    """What became of what one source suggested. waiting: suggestions in articles that nobody codes yet."""

    name: str
    suggestions: int
    waiting: int
    imports: tuple[Arrival, ...]
    tally: Tally
    coders: tuple[OfCoder, ...]
    layers: tuple[OfLayer, ...]

    @property
    def versions(self) -> str:
        """Of the model or rule, as they were named."""
        return ", ".join(dict.fromkeys(i.source.version for i in self.imports if i.source.version))

    @property
    def last_day(self) -> str:
        """Of the last import."""
        return max(i.source.imported for i in self.imports)[:10]

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "name": self.name,
            "suggestions": self.suggestions,
            "waiting": self.waiting,
            "imports": as_json(self.imports),
            **self.tally.as_json(),
            "coders": as_json(self.coders),
            "layers": as_json(self.layers),
        }


@dataclass(frozen=True, slots=True)
class Report:
    """What `annotator suggestions` answers."""

    sources: tuple[OfSource, ...]
    blind_rounds: tuple[str, ...]


@dataclass(slots=True)
class _Told:
    """Tallies of one source."""

    every: Tally = field(default_factory=Tally)
    coders: dict[str, Tally] = field(default_factory=dict)
    layers: dict[str, Tally] = field(default_factory=dict)
    values: dict[tuple[str, str, str], Tally] = field(default_factory=dict)
    waiting: int = 0
    """Suggestions that nobody was offered: nobody codes their articles yet."""


@dataclass(frozen=True, slots=True)
class Article:
    """How the suggestions of one article stand with one coder."""

    document_id: str
    coder: Coder
    done: bool
    standings: tuple[Standing, ...]


def has_suggestions(study: Study) -> bool:
    """Whether any came in."""
    with study.file.reading() as connection:
        return rows.any_there(connection)


def report(study: Study) -> Report:
    """What `annotator suggestions` answers."""
    with study.file.reading() as connection:
        sources = rows.sources(connection)
        every = rows.find(connection) if sources else []
    told: dict[str, _Told] = {s.name: _Told() for s in sources.values()}
    offered_to: set[str] = set()
    for article in articles(study, every, sources):
        for x in article.standings:
            offered_to.add(x.id)
            one = told[x.source.name]
            layer = x.suggestion.label.layer
            tallies = [
                one.every,
                one.coders.setdefault(article.coder.id, Tally()),
                one.layers.setdefault(layer, Tally()),
            ]
            for attribute, value in _values(x.suggestion):
                tallies.append(one.values.setdefault((layer, attribute, value), Tally()))
            for tally in tallies:
                tally.add(x.state, article.done)
    counts: Counter[str] = Counter()
    for s in every:
        counts[s.source_id] += 1
        if s.id not in offered_to:
            told[sources[s.source_id].name].waiting += 1
    names = {c.id: c.name for c in study.coders()}
    return Report(
        sources=tuple(_source(name, one, sources, counts, names) for name, one in sorted(told.items())),
        blind_rounds=tuple(blind_rounds(study)),
    )


def articles(
    study: Study, every: Sequence[Suggestion], sources: Mapping[str, Source], coder_ids: Sequence[str] | None = None
) -> Iterator[Article]:
    """Each article with suggestions and each of its coders, of whom some were named or all are meant."""
    by_article: dict[str, list[Suggestion]] = {}
    for s in every:
        by_article.setdefault(s.document_id, []).append(s)
    if not by_article:
        return
    with study.file.reading() as connection:
        people = {c.id: c for c in study.coders() if c.role != GOLD and (coder_ids is None or c.id in coder_ids)}
        codes: dict[str, set[str]] = {}
        for a in assignments.every(connection):
            codes.setdefault(a.document_id, set()).add(a.coder_id)
        done: set[tuple[str, str]] = set()
        for document, coder, state in document_rows.states(connection):
            codes.setdefault(document, set()).add(coder)
            if state == "done":
                done.add((document, coder))
        names, carrying = Names(study.register()), Carrying(connection)
        for document, found in by_article.items():
            verdicts = rows.verdicts(connection, document)
            labels: dict[str, list[Annotation]] = {}
            for label in annotation_rows.find(connection, document):
                labels.setdefault(label.coder_id, []).append(label)
            carried = [carrying.carried(s) for s in found]
            meant = {s.coder_id for s in found if s.coder_id is not None}
            coders = codes.get(document, set()) | set(labels) | {v.coder_id for v in verdicts} | meant
            for coder in sorted(coders & set(people)):
                own = [c for c in carried if c.suggestion.coder_id in (None, coder)]
                said = [v for v in verdicts if v.coder_id == coder]
                stand = standings(own, sources, said, labels.get(coder, []), names)
                if stand:
                    yield Article(document, people[coder], (document, coder) in done, tuple(stand))


def _values(s: Suggestion) -> Iterator[tuple[str, str]]:
    """(attribute, value in words) of all that a suggestion says."""
    for key, value in s.label.values.items():
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, Mapping):
                entity = str(one.get("entity"))
                yield key, s.entities[entity].name if entity in s.entities else entity
            else:
                yield key, str(one).lower() if isinstance(one, bool) else str(one)


def _source(
    name: str, one: _Told, sources: Mapping[str, Source], counts: Mapping[str, int], names: Mapping[str, str]
) -> OfSource:
    imports = [s for s in sources.values() if s.name == name]
    return OfSource(
        name=name,
        suggestions=sum(counts[s.id] for s in imports),
        waiting=one.waiting,
        imports=tuple(Arrival(s, counts[s.id]) for s in imports),
        tally=one.every,
        coders=tuple(
            OfCoder(key, names[key], tally)
            for key, tally in sorted(one.coders.items(), key=lambda x: (names[x[0]], x[0]))
        ),
        layers=tuple(OfLayer(layer, tally, _of(one, layer)) for layer, tally in sorted(one.layers.items())),
    )


def _of(one: _Told, layer: str) -> tuple[OfValue, ...]:
    """Values of a layer."""
    found = sorted(one.values.items())
    return tuple(OfValue(attribute, value, tally) for (of, attribute, value), tally in found if of == layer)


def _share(n: int, of: int) -> float | None:
    return n / of if of else None
