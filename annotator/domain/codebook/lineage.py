"""The names that a layer, an attribute or a role had in older versions of the codebook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from annotator.domain.codebook.mapping import CodebookMapping
from annotator.domain.codebook.model import Attribute, Codebook, Layer, LinkLayer, Role


class Lineage:
    """Every form that a layer and its parts ever had: what one of them allows, a label may hold."""

    def __init__(self, versions: Sequence[tuple[int, Codebook]], mappings: Iterable[CodebookMapping]) -> None:
        self._books = [book for _, book in versions]
        self._layers: dict[str, set[str]] = {}
        self._parts: dict[tuple[str, str], set[tuple[str, str]]] = {}
        self._known: dict[tuple[str, ...], list[Any]] = {}
        for mapping in mappings:
            self._follow(mapping)

    def _follow(self, mapping: CodebookMapping) -> None:
        before = {key: set(held) for key, held in self._layers.items()}
        for was, now in mapping.layers.items():
            self._layers.setdefault(now, set()).update({was}, before.get(was, ()))
        renamed = {**mapping.attributes, **mapping.roles}
        known = {key: set(held) for key, held in self._parts.items()}
        for place, now in renamed.items():
            layer, _, key = place.rpartition(".")
            held = self._parts.setdefault((mapping.owner(layer), now), set())
            held.update({(layer, key)}, known.get((layer, key), ()))
        for (layer, key), held in known.items():  # an attribute that only its layer's new name moves
            if layer in mapping.layers and f"{layer}.{key}" not in renamed:
                self._parts.setdefault((mapping.layers[layer], key), set()).update(held)

    def layer_names(self, key: str) -> set[str]:
        """The layer's own key and those that it had before."""
        return {key, *self._layers.get(key, ())}

    def layers(self, key: str) -> list[Layer]:
        """The layer in every version that has it, oldest first."""
        if (key,) not in self._known:
            names = self.layer_names(key)
            self._known[(key,)] = [x for x in self._all() if x.key in names]
        return self._known[(key,)]

    def attributes(self, layer: str, key: str) -> list[Attribute]:
        """The attribute in every version that has it, oldest first."""
        held = ("attribute", layer, key)
        if held not in self._known:
            places = self._places(layer, key)
            self._known[held] = [a for x in self._all() for a in x.attributes if (x.key, a.key) in places]
        return self._known[held]

    def entity_attributes(self, key: str) -> list[Attribute]:
        """What any version asked of entities of any type under this key, oldest first: an entity keeps what it held
        when its type is another."""
        held = ("entity attribute", key)
        if held not in self._known:
            self._known[held] = [a for b in self._books for t in b.entity_types for a in t.attributes if a.key == key]
        return self._known[held]

    def roles(self, layer: str, key: str) -> list[Role]:
        """The role in every version that has it, oldest first."""
        held = ("role", layer, key)
        if held not in self._known:
            places = self._places(layer, key)
            links = [x for x in self._all() if isinstance(x, LinkLayer)]
            self._known[held] = [r for x in links for r in x.roles if (x.key, r.key) in places]
        return self._known[held]

    def _places(self, layer: str, key: str) -> set[tuple[str, str]]:
        found: set[tuple[str, str]] = set()
        pending = [(name, key) for name in self.layer_names(layer)]
        while pending:
            place = pending.pop()
            if place not in found:
                found.add(place)
                pending += self._parts.get(place, ())
                pending += [(name, place[1]) for name in self.layer_names(place[0])]
        return found

    def _all(self) -> Iterator[Layer]:
        for book in self._books:
            yield from book.layers
