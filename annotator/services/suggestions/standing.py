"""How the suggestions of an article stand with a coder: open, answered, or found by the coder too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.domain.annotations import Annotation, Filler
from annotator.domain.entities import Register
from annotator.domain.fragments import Fragments
from annotator.domain.suggestions import Source, State, Suggestion, Verdict
from annotator.services.study import Study
from annotator.services.suggestions.blind import blind_articles
from annotator.services.suggestions.carrying import Carried, Carrying
from annotator.services.suggestions.naming import Names
from annotator.store import suggestions as rows
from annotator.store.records import same

STANDS: tuple[State, ...] = ("accepted", "changed", "found")
"""States in which a label of the coder stands for the suggestion."""
_START = (0, 0)


@dataclass(frozen=True, slots=True)
class Standing:
    """A suggestion on the present text, and how it stands with one coder.

    label: the coder's label that came of it, or that says the same; None where there is none.
    """

    suggestion: Suggestion
    source: Source
    state: State
    label: Annotation | None = None

    @property
    def id(self) -> str:
        """The suggestion's id."""
        return self.suggestion.id


@dataclass(frozen=True, slots=True)
class Offer:
    """The suggestions of one article that a coder may see, carried to the present text once."""

    document_id: str
    coder_id: str
    carried: tuple[Carried, ...]
    sources: Mapping[str, Source]

    def standings(self, study: Study, labels: Sequence[Annotation], register: Register) -> list[Standing]:
        """How they stand with the coder, who has these labels in the article now."""
        with study.file.reading() as connection:
            verdicts = rows.verdicts(connection, self.document_id, self.coder_id)
        return standings(self.carried, self.sources, verdicts, labels, Names(register))


def offer(study: Study, document_id: str, coder_id: str) -> Offer:
    """What the coder may see of an article's suggestions; in a round without any, those that were answered."""
    with study.file.reading() as connection:
        found = rows.find(connection, document_id, coder_id)
        if found and document_id in blind_articles(connection, coder_id):
            answered = {v.suggestion_id for v in rows.verdicts(connection, document_id, coder_id)}
            found = [s for s in found if s.id in answered]
        if not found:
            return Offer(document_id, coder_id, (), {})
        carrying = Carrying(connection)
        return Offer(document_id, coder_id, tuple(map(carrying.carried, found)), rows.sources(connection))


def offered(study: Study, document_id: str, coder_id: str) -> list[Standing]:
    """Every suggestion of the article that the coder may see, in reading order."""
    with study.file.reading():
        made = offer(study, document_id, coder_id)
        if not made.carried:
            return []
        return made.standings(study, study.annotations(document_id, [coder_id]), study.register())


def standings(
    found: Sequence[Carried],
    sources: Mapping[str, Source],
    verdicts: Iterable[Verdict],
    labels: Sequence[Annotation],
    names: Names,
) -> list[Standing]:
    """How suggestions of one article stand with the one coder whose verdicts and labels these are."""
    said = {v.suggestion_id: v for v in verdicts}
    own = {a.id: names.register.resolved(a) for a in labels}
    alike: dict[_Place, list[Annotation]] = {}
    for a in own.values():
        for place in {_where(a), *((a.layer, a.fragments, f) for held in a.roles.values() for f in held)}:
            alike.setdefault(place, []).append(a)
    done: dict[str, Standing] = {}
    for c in _fillers_first(found):
        s = c.suggestion
        told = _as_own(names.resolved(s.label, s.entities), done)
        done[s.id] = _standing(c, sources[s.source_id], told, said.get(s.id), own, alike)
    return sorted(done.values(), key=lambda x: _place(x, done))


def _standing(
    c: Carried,
    source: Source,
    told: Annotation | None,
    verdict: Verdict | None,
    own: Mapping[str, Annotation],
    alike: Mapping[_Place, Sequence[Annotation]],
) -> Standing:
    s = c.suggestion
    if verdict is not None and verdict.said == "rejected":
        return Standing(s, source, "rejected")
    if verdict is not None:
        label = own.get(verdict.annotation_id or "")
        if label is None:
            return Standing(s, source, "removed")
        return Standing(s, source, "accepted" if told is not None and says(label, told) else "changed", label)
    if c.gone is not None:
        return Standing(s, source, c.gone)
    same_place = alike.get(_where(told), ()) if told is not None else ()
    label = next((a for a in same_place if told is not None and says(a, told)), None)
    return Standing(s, source, "open" if label is None else "found", label)


_Place = tuple[str, Fragments, Filler | None]
"""Labels that may be the same: layer, passage, and of a link something that it ties."""


def _where(a: Annotation) -> _Place:
    role = min((role for role, held in a.roles.items() if held), default=None)
    return a.layer, a.fragments, min(a.roles[role], key=str) if role is not None else None


def says(label: Annotation, told: Annotation) -> bool:
    """Whether a label says all that a suggestion says; it may say more, as to what the suggestion left open."""
    if label.layer != told.layer or label.fragments != told.fragments:
        return False
    if any(key not in label.values or not same(label.values[key], value) for key, value in told.values.items()):
        return False
    if any(label.empty.get(role) != reason for role, reason in told.empty.items()):
        return False
    return all(set(label.roles.get(role, ())) == set(held) for role, held in told.roles.items() if held)


def _as_own(told: Annotation, done: Mapping[str, Standing]) -> Annotation | None:
    """A link with the coder's labels in its roles; None where one of them has no label yet."""
    roles: dict[str, tuple[Filler, ...]] = {}
    for role, held in told.roles.items():
        fillers: list[Filler] = []
        for f in held:
            if f.annotation is None:
                fillers.append(f)
                continue
            tied = done.get(f.annotation)
            if tied is None or tied.label is None:
                return None
            fillers.append(Filler(tied.label.id))
        roles[role] = tuple(fillers)
    return replace(told, roles=roles)


def _fillers_first(found: Sequence[Carried]) -> list[Carried]:
    """Links after what they tie, also links that tie links; what ties something that is not here comes last."""
    known = {c.suggestion.id for c in found}
    placed: set[str] = set()
    result: list[Carried] = []
    left = list(found)
    while left:
        now = [c for c in left if all(t in placed or t not in known for t in c.suggestion.ties())] or left
        result += now
        placed |= {c.suggestion.id for c in now}
        left = [c for c in left if c.suggestion.id not in placed]
    return result


def _place(x: Standing, every: Mapping[str, Standing]) -> tuple[bool, tuple[int, int], bool, str, float, str]:
    """Reading order: what holds for the article first, a link where the first thing that it ties stands."""
    label = x.suggestion.label
    start = _first(x, every, frozenset())
    confidence = -(x.suggestion.confidence or 0.0)
    return (start is not None, start or _START, bool(label.roles), label.layer, confidence, x.id)


def _first(x: Standing, every: Mapping[str, Standing], seen: frozenset[str]) -> tuple[int, int] | None:
    if x.suggestion.label.fragments:
        return x.suggestion.label.fragments[0]
    tied = (every[t] for t in x.suggestion.ties() if t in every and t not in seen)
    places = [p for t in tied if (p := _first(t, every, seen | {x.id})) is not None]
    return min(places, default=None)
