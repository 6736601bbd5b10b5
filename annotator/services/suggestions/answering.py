"""Taking suggestions over and turning them down, as commands of the coder: each is one step that undo takes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from annotator.domain import commands as c
from annotator.domain.annotations import Annotation
from annotator.domain.changes import ChangeSet
from annotator.domain.errors import AnnotatorError, NotFound, Refusal
from annotator.domain.suggestions import Suggestion
from annotator.domain.words import Message, say
from annotator.services.study import Study
from annotator.services.suggestions.naming import Names, named_in, renamed
from annotator.services.suggestions.standing import STANDS, Standing, offered

_WHY_NOT: Mapping[str, Message] = {
    "accepted": say("it was accepted already"),
    "changed": say("it was accepted already"),
    "removed": say("it was accepted, and its label was removed since"),
    "rejected": say("it was rejected already"),
    "found": say("you have the same label already"),
    "lost": say("its words are not in the corrected text"),
    "homeless": say("the codebook has no layer for it any more"),
}


@dataclass(frozen=True, slots=True)
class Taking:
    """The commands by which suggestions become labels.

    labels: suggestion id -> the label that comes of it. left: suggestion id -> why it cannot be taken.
    """

    batch: c.Batch
    labels: Mapping[str, str]
    left: Mapping[str, str]


def accepting(study: Study, coder_id: str, document_id: str, suggestion_id: str) -> Taking:
    """What takes one suggestion over, with those that it ties. Raises Refusal where it cannot be taken."""
    here = {x.id: x for x in offered(study, document_id, coder_id)}
    if suggestion_id not in here:
        raise NotFound("there is no such suggestion", suggestion_id, "open the article again")
    plan = _Plan(study, coder_id, here)
    plan.take(suggestion_id)
    return Taking(c.Batch(coder_id=coder_id, name="AcceptSuggestion", commands=plan.commands()), plan.labels, {})


def accepting_all(study: Study, coder_id: str, document_id: str, source: str | None = None) -> Taking:
    """What takes over all that is open of a source in an article; what cannot be taken is left, with the reason."""
    here = {x.id: x for x in offered(study, document_id, coder_id)}
    wanted = [x.id for x in here.values() if x.state == "open" and source in (None, x.source.name)]
    left: dict[str, str] = {}
    while True:
        plan = _Plan(study, coder_id, here, frozenset(left))
        for key in wanted:
            if key in left:
                continue
            try:
                plan.take(key)
            except AnnotatorError as error:
                left[key] = error.told
        batch = c.Batch(coder_id=coder_id, name="AcceptSuggestions", commands=plan.commands())
        told: dict[str, str] = {}
        for key, fault in zip(plan.of, study.coding.rehearse(batch), strict=True):
            if fault is not None:
                told.setdefault(key, fault.told)  # what comes after it in the same suggestion follows from it
        if not told:
            return Taking(batch, plan.labels, left)
        left |= told


def rejecting(study: Study, coder_id: str, document_id: str, suggestion_id: str) -> c.Batch:
    """What turns a suggestion down, with the open links that tie nothing without it."""
    here = {x.id: x for x in offered(study, document_id, coder_id)}
    found = here.get(suggestion_id)
    if found is None:
        raise NotFound("there is no such suggestion", suggestion_id, "open the article again")
    if found.state not in ("open", "lost", "homeless"):
        raise Refusal(_WHY_NOT[found.state], suggestion_id)
    gone = {suggestion_id}
    more = True
    while more:
        fresh = {
            x.id for x in here.values() if x.id not in gone and x.state == "open" and _empties(x.suggestion, here, gone)
        }
        more = bool(fresh)
        gone |= fresh
    answers = tuple(
        c.AnswerSuggestion(coder_id=coder_id, suggestion_id=key, said="rejected")
        for key in sorted(gone, key=lambda k: k != suggestion_id)
    )
    return c.Batch(coder_id=coder_id, name="RejectSuggestion", commands=answers)


def accept(study: Study, coder_id: str, document_id: str, suggestion_id: str) -> ChangeSet:
    """Take one over."""
    return study.coding.apply(accepting(study, coder_id, document_id, suggestion_id).batch)


def reject(study: Study, coder_id: str, document_id: str, suggestion_id: str) -> ChangeSet:
    """Turn one down."""
    return study.coding.apply(rejecting(study, coder_id, document_id, suggestion_id))


def _empties(s: Suggestion, here: Mapping[str, Standing], gone: set[str]) -> bool:
    """Whether a role of a link holds nothing without what is turned down."""
    for held in s.label.roles.values():
        if any(f.annotation in gone for f in held) and all(
            f.annotation is not None and (f.annotation in gone or not _stands(here.get(f.annotation))) for f in held
        ):
            return True
    return False


def _stands(x: Standing | None) -> bool:
    return x is not None and (x.state == "open" or x.state in STANDS)


class _Plan:
    """The steps that take suggestions over; what is tied comes before what ties it, entities before all."""

    def __init__(
        self, study: Study, coder_id: str, here: Mapping[str, Standing], refused: frozenset[str] = frozenset()
    ) -> None:
        self._study, self._coder, self._here, self._refused = study, coder_id, here, refused
        self._names = Names(study.register())
        self._made: dict[str, str] = {}
        self._steps: list[c.Step] = []
        self.of: list[str] = []
        """For each step the suggestion that it is for."""
        self.labels: dict[str, str] = {}

    def commands(self) -> tuple[c.Step, ...]:
        """The steps so far."""
        return tuple(self._steps)

    def take(self, key: str) -> str:
        """Take a suggestion over, once; the label's id. Raises Refusal."""
        if key in self.labels:
            return self.labels[key]
        found = self._here[key]
        if found.state != "open":
            raise Refusal(_WHY_NOT[found.state], _named(found))
        s = found.suggestion
        roles = {role: self._fillers(held) for role, held in s.label.roles.items() if held}
        if any(not held for held in roles.values()):
            raise Refusal(
                "a label that it links was rejected or removed",
                _named(found),
                "label it by hand, or reject the suggestion",
            )
        label = self._with_entities(key, s)
        made = self._study.ids()
        self._add(
            key,
            c.AddAnnotation(
                coder_id=self._coder,
                document_id=label.document_id,
                layer=label.layer,
                id=made,
                fragments=label.fragments,
                values=dict(label.values),
                roles={role: self._told(held) for role, held in self._own(label, roles).items()},
                empty={role: c.EmptyRef(because=e.because, entity=e.entity) for role, e in label.empty.items()},
                uncertain=label.uncertain,
                memo=label.memo,
            ),
        )
        self._add(key, c.AnswerSuggestion(coder_id=self._coder, suggestion_id=key, said="accepted", label=made))
        self.labels[key] = made
        return made

    def _add(self, key: str, step: c.Step) -> None:
        self._steps.append(step)
        self.of.append(key)

    def _fillers(self, held: Sequence[object]) -> list[str]:
        """Which of a role's fillers can stand: ids of suggestions that are, or become, labels, and of entities."""
        found: list[str] = []
        for f in held:
            tied = getattr(f, "annotation", None)
            if tied is None:
                found.append(getattr(f, "entity", ""))
                continue
            there = self._here.get(tied)
            if there is None or tied in self._refused:
                continue
            if there.state == "open":
                self.take(tied)
                found.append(tied)
            elif there.state in STANDS:
                found.append(tied)
        return found

    def _own(self, label: Annotation, kept: Mapping[str, Sequence[str]]) -> dict[str, list[c.FillerRef]]:
        roles: dict[str, list[c.FillerRef]] = {}
        for role, held in label.roles.items():
            roles[role] = []
            for f in held:
                if f.annotation is None:
                    roles[role].append(c.FillerRef(entity=f.entity))
                elif f.annotation in kept[role]:
                    there = self._here[f.annotation].label
                    own = self.labels.get(f.annotation) or (there.id if there is not None else "")
                    roles[role].append(c.FillerRef(annotation=own))
        return roles

    def _told(self, held: Sequence[c.FillerRef]) -> tuple[c.FillerRef, ...]:
        return tuple(dict.fromkeys(held))

    def _with_entities(self, key: str, s: Suggestion) -> Annotation:
        """The label with entities of the register; those that it does not have are entered with it."""
        ids: dict[str, str] = {}
        for entity in named_in(s.label):
            named = s.entities.get(entity)
            known = self._names.known(entity, named) or self._made.get(entity)
            if known is None and named is not None:
                self._add(
                    key,
                    c.AddEntity(
                        coder_id=self._coder, name=named.name, type=named.type, id=entity, aliases=named.aliases
                    ),
                )
                known = self._made[entity] = entity
            ids[entity] = known or entity
        return renamed(s.label, lambda e: ids.get(e, e))


def _named(found: Standing) -> str:
    return say("{layer} of {source}", layer=found.suggestion.label.layer, source=found.source.name)
