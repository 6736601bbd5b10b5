"""The codebook of a REFI-QDA project: layers are codes, their values codes under them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from annotator.domain.codebook.model import (
    Attribute,
    ChoiceAttribute,
    ChoicesAttribute,
    Codebook,
    EntityAttribute,
    Layer,
    LinkLayer,
    TreeAttribute,
)
from annotator.domain.codebook.values import categories_of, label_of
from annotator.formats.cas_types import attribute, content
from annotator.formats.code_looks import CodeLook, look_of
from annotator.formats.dataset import Dataset
from annotator.formats.deriving import COLOURS
from annotator.formats.plain_values import PlainValues
from annotator.formats.refi_back import Back, refs_to
from annotator.formats.refi_codes import FORM, OF
from annotator.formats.refi_elements import six_digits, sound_colour, sound_guid
from annotator.formats.sidecar import xml_text

_UNDER = " / "
"""Between the names of a code and of one under it, in the key of a value."""


class CodeWriter:
    """Writes the codes, and knows afterwards which value is which code."""

    def __init__(self, dataset: Dataset, plain: PlainValues, back: Back, guid: Callable[..., str]) -> None:
        self._dataset = dataset
        self._plain = plain
        self._back = back
        self._guid = guid
        self._codes: dict[tuple[str, str, str], str] = {}
        self._known_guids = _guids_of(dataset.codebook)
        self.right_under = {
            (layer.key, a.key)
            for layer in dataset.codebook.layers
            for a in layer.attributes
            if a.written_as.get(FORM) == "" and isinstance(a, (ChoiceAttribute, ChoicesAttribute))
        }
        """Attributes that are the codes under one: whoever gave one of these did not give the one above."""
        self.uncoded = {x.key for x in dataset.codebook.layers if x.written_as.get(FORM) == ""}
        """Layers that are no codes themselves: their values are codes at the top, and a label may have none."""
        looks = {x.key: look_of(x.written_as) for x in dataset.codebook.layers}
        self.closed = {key for key, look in looks.items() if look is not None and not look.codable}
        """Layers whose code cannot be given itself."""
        self.of_articles = {x.key: x.written_as[OF] for x in dataset.codebook.layers if x.written_as.get(OF)}
        """Layers of whole articles that came as codings of these -> the layer that has the codes."""

    def parts(self) -> Iterator[str]:
        """Every code with those under it."""
        codebook = self._dataset.codebook
        coded = [layer for layer in codebook.layers if not isinstance(layer, LinkLayer)]
        for layer in coded or codebook.layers:
            if layer.key in self.uncoded:
                yield from self._attributes(layer)
            elif layer.key not in self.of_articles:
                yield from self._layer(layer)

    def of(self, layer: str, attribute: str, value: str) -> str | None:
        """The code that stands for a value; None where none does."""
        return self._codes.get((self.of_articles.get(layer, layer), attribute, value))

    def layer(self, key: str) -> str:
        """The code that stands for a layer."""
        return self._code(self.of_articles.get(key, key))

    def _code(self, layer: str, attribute: str = "", value: str = "") -> str:
        return self._known_guids.get((layer, attribute, value)) or self._guid("code", layer, attribute, value)

    def _layer(self, layer: Layer) -> Iterator[str]:
        yield self._coloured(layer)
        yield from self._attributes(layer)
        yield "</Code>\n"

    def _attributes(self, layer: Layer) -> Iterator[str]:
        for a in layer.attributes:
            if isinstance(a, TreeAttribute) and layer.key in self.uncoded:
                yield from self._values(layer.key, a)
                continue
            if FORM in a.written_as and isinstance(a, (ChoiceAttribute, ChoicesAttribute)):
                if name := a.written_as[FORM]:
                    look = look_of(a.written_as) or CodeLook("", name)
                    guid = self._code(layer.key, a.key)
                    yield self._open(guid, look.name, a.definition, look.colour, False, look.notes)
                yield from self._nested(layer.key, a)
                if name:
                    yield "</Code>\n"
                continue
            values = list(self._values(layer.key, a))
            if values:
                yield self._open(self._code(layer.key, a.key), a.label, a.definition, codable=False)
                yield from values
                yield "</Code>\n"

    def _coloured(self, layer: Layer) -> str:
        look = look_of(layer.written_as)
        shade = layer.colour
        if look is not None and not look.colour and shade in COLOURS:
            shade = ""  # it had none, and was given one when it came in
        elif look is not None and six_digits(look.colour).lower() == shade.lower():
            shade = look.colour
        codable = look is None or look.codable
        name = look.name if look is not None and layer.label == look.label else layer.label
        notes = look.notes if look is not None else ()
        return self._open(self._code(layer.key), name, layer.definition, shade, codable, notes)

    def _nested(self, layer: str, a: ChoiceAttribute | ChoicesAttribute) -> Iterator[str]:
        """Codes that came as a hierarchy, as one again: by the codes above them, those made here by their names."""
        looks = {v.key: look_of(v.written_as) for v in a.values}
        by_guid = {look.guid: key for key, look in looks.items() if look is not None and look.guid}
        values = {v.key: v for v in a.values}
        parents: dict[str, str] = {}
        for v in a.values:
            look = looks[v.key]
            key = v.key
            if look is not None:
                parents[key] = by_guid.get(look.parent, "")
                continue
            while _UNDER in key:  # codes that are named on the way and are none here stand there without being codable
                above = key.rpartition(_UNDER)[0]
                parents[key] = above
                if above in values:
                    break
                key = above
            else:
                parents.setdefault(key, "")
        below: dict[str, list[str]] = {}
        for key in parents:
            below.setdefault("" if _in_a_ring(key, parents) else parents[key], []).append(key)

        def codes(at: str) -> Iterator[str]:
            for key in below.get(at, ()):
                value, look = values.get(key), looks.get(key)
                name = key.rpartition(_UNDER)[2] if value is None or value.label == key else value.label
                if value is not None and look is not None and value.label == key:
                    name = look.name
                codable = value is not None and (look is None or look.codable)
                guid = self._known(layer, a.key, key) if value else self._code(layer, a.key, key)
                shade, notes = (look.colour, look.notes) if look else ("", ())
                yield self._open(guid, name, value.definition if value else "", shade, codable, notes)
                yield from codes(key)
                yield "</Code>\n"

        yield from codes("")

    def _values(self, layer: str, a: Attribute) -> Iterator[str]:
        definitions = {str(v.key): v.definition for v in getattr(a, "values", ())}
        if isinstance(a, EntityAttribute):
            for e in self._dataset.register.living():
                if not a.entity_types or e.type in a.entity_types:
                    yield self._open(self._known(layer, a.key, e.id), e.name, e.memo) + "</Code>\n"
            for off in a.off_scale:
                yield self._open(self._known(layer, a.key, off.key), off.label, off.definition) + "</Code>\n"
        elif isinstance(a, TreeAttribute):
            for branch in a.values:
                yield from self._branch(layer, a, branch)
            for off in a.off_scale:
                yield self._open(self._known(layer, a.key, off.key), off.label, off.definition) + "</Code>\n"
        else:
            for value in categories_of(a) or ():
                label = label_of(a, self._plain.value(layer, a.key, [value]))
                yield self._open(self._known(layer, a.key, value), label, definitions.get(value, "")) + "</Code>\n"

    def _branch(self, layer: str, a: Attribute, branch: Any) -> Iterator[str]:
        look = look_of(branch.written_as) or CodeLook("", branch.label)
        guid = self._known(layer, a.key, branch.key)
        yield self._open(guid, branch.label, branch.definition, look.colour, look.codable)
        for child in branch.children:
            yield from self._branch(layer, a, child)
        yield "</Code>\n"

    def _known(self, layer: str, attribute: str, value: str) -> str:
        self._codes[layer, attribute, value] = self._code(layer, attribute, value)
        return self._codes[layer, attribute, value]

    def _open(
        self,
        guid: str,
        name: str,
        definition: str,
        colour: str = "",
        codable: bool = True,
        notes: tuple[str, ...] = (),
    ) -> str:
        shade = f" color={attribute(colour)}" if sound_colour(colour) else ""
        said, named = self._back.told(definition, notes) if notes else (definition, [])
        refs = refs_to(named)
        self._back.known.add(guid)
        head = f'<Code guid="{guid}" name={attribute(xml_text(name))} isCodable="{str(codable).lower()}"{shade}>'
        return f"{head}<Description>{content(xml_text(said))}</Description>{refs}\n" if said else f"{head}{refs}\n"


def _guids_of(codebook: Codebook) -> dict[tuple[str, str, str], str]:
    """The guids that codes came with; of several codes with one guid the first has it."""
    found: dict[tuple[str, str, str], str] = {}
    taken: set[str] = set()

    def take(written_as: Mapping[str, str], *place: str) -> None:
        look = look_of(written_as)
        if look is not None and (guid := sound_guid(look.guid)) and guid not in taken:
            taken.add(guid)
            layer, attribute, value = (*place, "", "")[:3]
            found[layer, attribute, value] = guid

    for layer in codebook.layers:
        take(layer.written_as, layer.key)
        for a in layer.attributes:
            take(a.written_as, layer.key, a.key)
            for v in a.values if isinstance(a, (ChoiceAttribute, ChoicesAttribute)) else ():
                take(v.written_as, layer.key, a.key, v.key)
    return found


def _in_a_ring(key: str, parents: Mapping[str, str]) -> bool:
    seen = {key}
    while key := parents.get(key, ""):
        if key in seen:
            return True
        seen.add(key)
    return False
