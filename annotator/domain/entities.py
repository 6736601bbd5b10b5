"""The register of entities: what was merged stands for what it was merged into. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.domain.annotations import Annotation, EmptyRole, Entity, Filler


@dataclass(frozen=True, slots=True)
class Register:
    """All entities by id, and for each the one that it stands for in the end."""

    every: Mapping[str, Entity]
    roots: Mapping[str, Entity]
    merged: bool = field(default=False)
    """Whether anything was merged at all."""

    @classmethod
    def of(cls, entities: Iterable[Entity]) -> Register:
        """A broken chain of merges ends where it breaks; a ring ends where it was entered."""
        every = {e.id: e for e in entities}
        roots: dict[str, Entity] = {}
        for entity in every.values():
            seen = {entity.id}
            root = entity
            while root.merged_into in every and root.merged_into not in seen:
                seen.add(str(root.merged_into))
                root = every[str(root.merged_into)]
            roots[entity.id] = root
        return cls(every, roots, any(e.merged_into is not None for e in every.values()))

    def changed(self, ids: Iterable[str], now: Mapping[str, Entity]) -> Register:
        """With other entities, or none, in the place of these; now: those of the ids that there are."""
        gone = [key for key in ids if key not in now]
        every = {**self.every, **now}
        for key in gone:
            every.pop(key, None)
        if self.merged or any(e.merged_into is not None for e in now.values()):
            return Register.of(every.values())
        roots = {**self.roots, **now}
        for key in gone:
            roots.pop(key, None)
        return Register(every, roots)

    def root_id(self, entity_id: str) -> str:
        """The id that the entity stands for; its own where it is unknown."""
        found = self.roots.get(entity_id)
        return found.id if found is not None else entity_id

    def living(self) -> list[Entity]:
        """Entities that were not merged away, by name."""
        found = [e for e in self.every.values() if e.merged_into is None]
        return sorted(found, key=lambda e: (e.name.casefold(), e.id))

    def merged_into(self, entity_id: str) -> list[Entity]:
        """What was merged into this one, at any depth."""
        return [e for key, e in self.every.items() if key != entity_id and self.root_id(key) == entity_id]

    def names_of(self, entity_id: str) -> tuple[str, ...]:
        """The names and aliases by which an entity, with all that was merged into it, is known; the name first."""
        own = self.every.get(entity_id)
        if own is None:
            return ()
        found = [own.name, *own.aliases]
        for other in self.merged_into(entity_id):
            found += [other.name, *other.aliases]
        return tuple(dict.fromkeys(found))

    def values_of(self, entity_id: str) -> dict[str, Any]:
        """An entity's values, and where it has none those of what was merged into it and is of the same type.

        Merging writes no value: what was merged keeps its own, and has it when it is separated again. Entities that
        are named stand for the ones that they were merged into.
        """
        own = self.every.get(entity_id)
        return self._filled(own, self.merged_into(own.id) if self.merged else ()) if own is not None else {}

    def all_values(self) -> dict[str, dict[str, Any]]:
        """`values_of` of every entity that was not merged away."""
        merged: dict[str, list[Entity]] = {}
        for e in self.every.values() if self.merged else ():
            if e.merged_into is not None:
                merged.setdefault(self.root_id(e.id), []).append(e)
        return {e.id: self._filled(e, merged.get(e.id, ())) for e in self.living()}

    def _filled(self, own: Entity, merged: Iterable[Entity]) -> dict[str, Any]:
        found = dict(own.values)
        for other in merged:
            if other.type == own.type:
                found |= {key: value for key, value in other.values.items() if key not in found}
        return {key: self._value(value) for key, value in found.items()} if self.merged else found

    def all_names(self) -> dict[str, tuple[str, ...]]:
        """`names_of` of every entity that was not merged away."""
        found: dict[str, dict[str, None]] = {}
        for e in sorted(self.every.values(), key=lambda e: e.merged_into is not None):
            found.setdefault(self.root_id(e.id), {}).update(dict.fromkeys((e.name, *e.aliases)))
        return {key: tuple(names) for key, names in found.items()}

    def resolved(self, a: Annotation) -> Annotation:
        """The annotation with every entity replaced by the one that it stands for."""
        if not self.merged:
            return a
        return replace(
            a,
            values={key: self._value(v) for key, v in a.values.items()},
            roles={
                role: tuple(dict.fromkeys(Filler(f.annotation, self._id(f.entity)) for f in fillers))
                for role, fillers in a.roles.items()
            },
            empty={role: EmptyRole(e.because, self._id(e.entity)) for role, e in a.empty.items()},
        )

    def _id(self, entity_id: str | None) -> str | None:
        return None if entity_id is None else self.root_id(entity_id)

    def _value(self, value: Any) -> Any:
        if isinstance(value, Mapping) and "entity" in value:
            return {**value, "entity": self.root_id(str(value["entity"]))}
        if isinstance(value, list):
            found: list[Any] = []
            for one in map(self._value, value):
                if one not in found or not isinstance(one, Mapping):
                    found.append(one)
            return found
        return value
