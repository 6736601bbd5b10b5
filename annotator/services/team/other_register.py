"""The register of another study: who is here already, who is new, with all that was merged into them there.

An entry there is one here by its id, by an earlier merge, or, where exactly one living entry here has its name and
type, by these. What was merged into another there stays merged into it, under an id of its own. What the register here
says is never written over: names, aliases and values that it lacks are added, the rest is told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.domain.annotations import Entity
from annotator.domain.codebook.mapping import part_of
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.values import value_fault
from annotator.domain.entities import Register
from annotator.domain.words import say
from annotator.formats.dataset import Losses
from annotator.services.team.other_study import OtherStudy
from annotator.store.records import same

NO_TYPE = say("entities of types that the codebook here does not have")
NO_PLACE = say("values of entities that are not in the codebook")
OTHERWISE = say("values of entities that the register has otherwise")
ALIASES = say("aliases that are another entity's name here")
APART = say("entities that were merged there and are apart here")


@dataclass
class Entries:
    """ids: entity there -> entity here. new: to be made. changed: (as it is here, as it is to be)."""

    ids: dict[str, str] = field(default_factory=dict)
    new: list[Entity] = field(default_factory=list)
    changed: list[tuple[Entity, Entity]] = field(default_factory=list)
    matched: int = 0

    def value(self, held: Any) -> Any:
        """A value with the entities that it names as they are here; those that are not are left out, None if all."""
        if isinstance(held, Mapping) and "entity" in held:
            key = self.ids.get(str(held["entity"]))
            return None if key is None else {"entity": key}
        if isinstance(held, (list, tuple)):
            found: list[Any] = []
            for one in map(self.value, held):
                if one is not None and (one not in found or not isinstance(one, Mapping)):
                    found.append(one)
            return found or None
        return held


def meet(  # noqa: C901 - the ways to meet an entity, in their order
    here: Sequence[Entity],
    codebook: Codebook,
    other: OtherStudy,
    before: Mapping[str, str],
    brought: Callable[[str], Entity | None],
    losses: Losses,
) -> Entries:
    """before: who was who when this study was merged last. brought: an entry as it was left by that merge."""
    known = {e.id: e for e in here}
    types = {t.key for t in codebook.entity_types}
    named: dict[tuple[str, str], list[str]] = {}
    for e in Register.of(here).living():
        named.setdefault((_folded(e.name), e.type), []).append(e.id)
    entries = Entries()
    met: list[Entity] = []
    fresh: list[Entity] = []
    again: list[Entity] = []
    claimed = {key for key in before.values() if key in known}
    for e in other.entities:
        like = named.get((_folded(e.name), e.type), [])
        if (key := before.get(e.id, e.id)) in known:
            entries.ids[e.id] = key
            if key == e.id:
                again.append(e)
        elif types and e.type not in types:
            losses.lose(NO_TYPE, example=e.name)
        elif e.merged_into is None and len(like) == 1 and like[0] not in claimed:
            claimed.add(like[0])
            entries.ids[e.id] = like[0]
            entries.matched += 1
            met.append(e)
        else:
            entries.ids[e.id] = e.id
            fresh.append(e)
    entries.new += [_as_here(codebook, e, entries, losses) for e in fresh]
    into = {e.id: e.merged_into for e in (*here, *entries.new)}
    for e in again:  # what was changed there since, where nobody here changed it
        now = known[e.id]
        if brought(e.id) != now:
            continue
        after = _as_here(codebook, e, entries, losses)
        if _leads(into, after.merged_into, e.id):  # merged the other way round here: they are one already
            after = replace(after, merged_into=now.merged_into)
        if after != now:
            into[e.id] = after.merged_into
            entries.changed.append((now, after))
    for e in met:
        now = known[entries.ids[e.id]]
        after = _filled(now, e, _values(codebook, e, entries, losses), named, losses)
        if after != now:
            entries.changed.append((now, after))
    _tell_merges(other, entries, here, losses)
    return entries


def _leads(into: Mapping[str, str | None], start: str | None, end: str) -> bool:
    """Whether what stands for the one stands for the other in the end."""
    seen: set[str] = set()
    while start is not None and start != end and start not in seen:
        seen.add(start)
        start = into.get(start)
    return start == end


def _as_here(codebook: Codebook, e: Entity, entries: Entries, losses: Losses) -> Entity:
    """An entry of the other study with what it names as it is here."""
    into = entries.ids.get(e.merged_into) if e.merged_into is not None else None
    return replace(e, merged_into=into, values=_values(codebook, e, entries, losses))


def _tell_merges(other: OtherStudy, entries: Entries, here: Sequence[Entity], losses: Losses) -> None:
    """Entries that are here and were merged there: whether they are one is for the people here to say."""
    every = [*here, *entries.new]
    after = {now.id: later for now, later in entries.changed}
    roots, there = Register.of(after.get(e.id, e) for e in every), Register.of(other.entities)
    new = {e.id for e in entries.new}
    for e in other.entities:
        key, into = entries.ids.get(e.id), entries.ids.get(there.root_id(e.id))
        if e.merged_into is not None and key and into and key not in new and roots.root_id(key) != roots.root_id(into):
            losses.lose(APART, example=e.name)


def _values(codebook: Codebook, e: Entity, entries: Entries, losses: Losses) -> dict[str, Any]:
    kind = next((t for t in codebook.entity_types if t.key == e.type), None)
    found: dict[str, Any] = {}
    for key, held in e.values.items():
        attribute = part_of(kind.attributes, key) if kind is not None else None
        value = entries.value(held)
        if attribute is None or value is None or value_fault(attribute, value):
            losses.lose(NO_PLACE, example=f"{e.name}: {key}")
        else:
            found[key] = value
    return found


def _filled(
    now: Entity, e: Entity, values: Mapping[str, Any], named: Mapping[tuple[str, str], Sequence[str]], losses: Losses
) -> Entity:
    """The entry here with what it lacks and the one there has."""
    for key, value in values.items():
        if key in now.values and not same(value, now.values[key]):
            losses.lose(OTHERWISE, example=f"{e.name}: {key}")
    have = {_folded(now.name), *map(_folded, now.aliases)}
    more = []
    for alias in e.aliases:
        folded = _folded(alias)
        if folded in have:
            continue
        have.add(folded)
        if named.get((folded, e.type)):
            losses.lose(ALIASES, example=f"{e.name}: {alias}")
        else:
            more.append(alias)
    return replace(now, aliases=(*now.aliases, *more), values={**values, **now.values})


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
