"""Labels of another study as this codebook has them: layers, attributes, values and roles are matched by their keys.

A label comes in whole, or without a value that has no place here, and is then marked to be looked at; or it is left out
with a reason. Nothing is guessed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.domain.annotations import Annotation, EmptyRole, Filler
from annotator.domain.codebook.model import Codebook, Layer, LinkLayer, Role
from annotator.domain.codebook.owners import lacking_roles, owners
from annotator.domain.codebook.values import value_fault
from annotator.domain.fragments import Fragments, fragments_fault
from annotator.domain.statements import plain
from annotator.domain.words import Message, say
from annotator.formats.dataset import Losses
from annotator.services.team.other_articles import Articles
from annotator.services.team.other_people import Person
from annotator.services.team.other_register import Entries
from annotator.services.team.other_study import OtherStudy

GOLD_THERE = say("settled in the other study (gold): settle again here; gold is made only by settling")
SECOND_THERE = say("in second readings of the other study")
NO_LAYER = say("the codebook here has no layer with this key and kind")
NO_PLACE = say("the passage is not in the text that the article has here")
FORMER_TEXT = say("made on a former text of the article there")
ROLES = say("its roles cannot be filled here as the codebook requires")
NAMES_LEFT_OUT = say("it names a label that is left out")
UNKNOWN = say("of an article or coder that is not brought in")

Found = Annotation | str
"""A label as it is here, or why it is left out."""


@dataclass
class Reader:
    """Turns each label once. lost: label -> what it lost, in words, for whoever looks at it again."""

    codebook: Codebook
    other: OtherStudy
    people: Mapping[str, Person]
    articles: Articles
    entries: Entries
    version: int
    length: Callable[[str], int]
    id_here: Callable[[str], str]
    """The id that a label has here."""
    stays_out: Callable[[str], bool]
    """Whether a label was removed here after it was brought in: links do not name it again."""
    losses: Losses = field(default_factory=Losses)
    lost: dict[str, list[Message]] = field(default_factory=dict)
    moved: int = 0
    loose: set[str] = field(default_factory=set)
    """Labels there whose very words are not in the text here: where they stand is as near as one gets."""

    def __post_init__(self) -> None:
        self._layers: dict[str, Layer] = {x.key: x for x in self.codebook.layers}
        self._there = {x.key: x for x in self.other.codebook.layers}
        self._by_id = {a.id: a for a in self.other.labels}
        self._done: dict[str, Found] = {}
        self._open: set[str] = set()
        self._naming = owners(self.codebook)
        self._names = {e.id: e.name for e in self.other.entities}

    def of(self, key: str) -> Found:
        """The label with this id there."""
        if key not in self._done:
            self._open.add(key)
            self._done[key] = self._read(self._by_id[key])
            self._open.discard(key)
        return self._done[key]

    def _read(self, a: Annotation) -> Found:
        if a.coder_id in self.other.gold:
            return GOLD_THERE
        document = self.articles.here.get(a.document_id)
        if document is None:
            return SECOND_THERE if a.document_id in self.other.copies else UNKNOWN
        person = self.people.get(a.coder_id)
        if person is None:
            return UNKNOWN
        layer, there = self._layers.get(a.layer), self._there.get(a.layer)
        if layer is None or (there is not None and there.kind != layer.kind):
            return NO_LAYER
        fragments = self._place(a, layer)
        if isinstance(fragments, str):
            return fragments
        values = self._values(a, layer)
        roles = self._roles(a, layer)
        if isinstance(roles, str):
            return roles
        filled, empty = roles
        asked = {x.key for x in layer.attributes}
        return replace(
            a,
            id=self.id_here(a.id),
            document_id=document.id,
            coder_id=person.here.id,
            fragments=fragments,
            values=values,
            uncertain=tuple(k for k in a.uncertain if k in asked),
            roles=filled,
            empty=empty,
            codebook_version=self.version,
            text_version=document.text_version if fragments else 1,
        )

    def _place(self, a: Annotation, layer: Layer) -> Fragments | str:
        if layer.kind != "span":
            return NO_LAYER if a.fragments else ()
        if a.text_version != self.other.documents[a.document_id].text_version:
            return FORMER_TEXT
        placed = self.articles.placed(a.document_id, a.fragments)
        if placed is None:
            fragments = a.fragments
        elif placed.how == "lost":
            return NO_PLACE
        else:
            fragments = placed.fragments
            self.moved += 1
            if placed.how == "changed":
                self.loose.add(a.id)
                self._lose(a, say("its words are others in the text here"), placed.words[:60])
        return NO_PLACE if fragments_fault(fragments, self.length(a.document_id)) else fragments

    def _lose(self, a: Annotation, what: Message, example: str = "") -> None:
        self.losses.lose(what, example=example)
        self.lost.setdefault(a.id, []).append(what)

    def _words(self, held: Any) -> str:
        """A value for a person to read."""
        return str(plain(held, self._names))[:60]

    def _values(self, a: Annotation, layer: Layer) -> dict[str, Any]:
        asked = {x.key: x for x in layer.attributes}
        found: dict[str, Any] = {}
        for key, held in a.values.items():
            place = f"{a.layer}.{key}"
            attribute = asked.get(key)
            if attribute is None:
                self._lose(
                    a, say("values of `{place}`: the codebook here does not ask for it", place=place), self._words(held)
                )
                continue
            value = self.entries.value(held) if attribute.type == "entity" else held
            if value is None:
                self._lose(a, say("values of `{place}`: entities that are not brought in", place=place))
            elif value_fault(attribute, value):
                self._lose(
                    a, say("values of `{place}` that the codebook here does not know", place=place), self._words(held)
                )
            else:
                found[key] = value
        return found

    def _roles(self, a: Annotation, layer: Layer) -> tuple[dict[str, tuple[Filler, ...]], dict[str, EmptyRole]] | str:
        if not isinstance(layer, LinkLayer):
            return ({}, {}) if not (a.roles or a.empty) else NO_LAYER
        known = {r.key: r for r in layer.roles}
        filled: dict[str, tuple[Filler, ...]] = {}
        empty: dict[str, EmptyRole] = {}
        gone = False
        for key, held in a.roles.items():
            place = f"{a.layer}.{key}"
            if key not in known:
                if held:
                    self._lose(
                        a, say("fillers of the role `{place}`: the codebook here does not allow them", place=place)
                    )
                continue
            found = [f for one in held if (f := self._filler(one, known[key])) is not None]
            if len(found) < len(held):
                gone = gone or any(f.annotation and isinstance(self._found(f.annotation), str) for f in held)
                self._lose(a, say("fillers of the role `{place}` that are not brought in", place=place))
            if found:
                filled[key] = tuple(dict.fromkeys(found))
        for key, reason in a.empty.items():
            role = known.get(key)
            if role is None or key in filled or reason.because not in {r.key for r in role.empty_because}:
                self._lose(a, say("reasons for an empty role `{place}`", place=f"{a.layer}.{key}"), reason.because)
                continue
            entity = self.entries.ids.get(reason.entity) if reason.entity else None
            empty[key] = EmptyRole(reason.because, entity)
        too_many = any(r.max is not None and len(filled.get(r.key, ())) > r.max for r in layer.roles)
        short = lacking_roles(self.codebook, layer, {k: len(v) for k, v in filled.items()})
        owner = self._naming.by_link[layer.key].role
        orphan = owner is not None and bool(a.roles.get(owner)) and not filled.get(owner)
        if short or too_many or orphan or (any(a.roles.values()) and not filled):
            self._forget(a)
            return NAMES_LEFT_OUT if gone else ROLES
        return filled, empty

    def _forget(self, a: Annotation) -> None:
        """What a label lost that is left out as a whole is no loss of its own."""
        for what in self.lost.pop(a.id, ()):
            self.losses.counts[what] -= 1
            if self.losses.counts[what] <= 0:
                del self.losses.counts[what]
                self.losses.examples.pop(what, None)

    def _found(self, key: str) -> Found:
        if key not in self._by_id or key in self._open or self.stays_out(key):
            return NAMES_LEFT_OUT
        return self.of(key)

    def _filler(self, f: Filler, role: Role) -> Filler | None:
        if f.entity is not None:
            entity = self.entries.ids.get(f.entity)
            return Filler(entity=entity) if entity is not None and role.takes_entities else None
        found = self._found(str(f.annotation))
        if isinstance(found, str) or found.layer not in role.layers:
            return None
        return Filler(annotation=found.id)


def gaps(ours: Codebook, theirs: Codebook) -> list[Message]:
    """What the other codebook has and this one does not, or has otherwise, by keys."""
    told: list[Message] = []
    known = {x.key: x for x in ours.layers}
    for layer in theirs.layers:
        here = known.get(layer.key)
        if here is None or here.kind != layer.kind:
            told.append(say("layer `{key}` (“{label}”): not here", key=layer.key, label=layer.label))
            continue
        asked = {a.key: a for a in here.attributes}
        for a in layer.attributes:
            place = f"{layer.key}.{a.key}"
            if a.key not in asked:
                told.append(say("`{place}`: not asked for here", place=place))
            elif asked[a.key].type != a.type:
                told.append(
                    say("`{place}`: {there} there, {here} here", place=place, there=a.type, here=asked[a.key].type)
                )
            elif lacking := sorted(_values_of(a) - _values_of(asked[a.key])):
                told.append(say("`{place}`: no {values} here", place=place, values=", ".join(lacking)))
        if isinstance(layer, LinkLayer) and isinstance(here, LinkLayer):
            roles = {r.key for r in here.roles}
            told += [
                say("role `{key}`: not here", key=f"{layer.key}.{r.key}") for r in layer.roles if r.key not in roles
            ]
    types = {t.key for t in ours.entity_types}
    if types:
        told += [say("entity type `{key}`: not here", key=t.key) for t in theirs.entity_types if t.key not in types]
    return told


def _values_of(attribute: Any) -> set[str]:
    from annotator.domain.codebook.values import categories_of

    return set(categories_of(attribute) or ())
