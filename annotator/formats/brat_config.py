"""What a codebook is in brat: ``annotation.conf``, ``visual.conf`` and codes for values."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from annotator.domain.codebook.model import Attribute, Codebook, Layer, LinkLayer, Role
from annotator.domain.codebook.values import categories_of
from annotator.formats.keys import slug

_CODE = re.compile(r"[A-Za-z0-9_.+-]+$")
_THEIRS = re.compile(r"[^\s|]+$")
"""What a value that came from brat may be."""


FORM = "brat"
TRIGGER = "trigger"
"""What the role is called in `written_as` that an event's own trigger fills."""


OLDER = "M "
"""Begins what an attribute is called in `written_as` whose lines are of the older kind (M)."""


def relations(codebook: Codebook) -> dict[str, tuple[str, str]]:
    """Link layers that are relations of two labels and nothing else -> their two roles.

    Those that came as relations go back as such, whatever the codebook allows in them by now.
    """
    named = {name for layer in codebook.link_layers for role in layer.roles for name in role.layers}
    result: dict[str, tuple[str, str]] = {}
    for layer in codebook.link_layers:
        said = layer.written_as.get(FORM, "")
        plain = not layer.attributes and layer.key not in named and all(map(_one, layer.roles))
        if len(layer.roles) == 2 and (said.startswith("R ") or (plain and not said)):
            result[layer.key] = (layer.roles[0].key, layer.roles[1].key)
    return result


class Names:
    """What layers, attributes and roles are called in brat, and back.

    A layer that came from brat keeps its kind of line (T, R, E, *) and its type; others are called by their keys.
    """

    def __init__(self, codebook: Codebook) -> None:
        self.relations = relations(codebook)
        self._layers: dict[str, tuple[str, str]] = {}
        self._back: dict[tuple[str, str], str] = {}
        self._parts: dict[tuple[str, str], str] = {}
        self._parts_back: dict[tuple[str, str], str] = {}
        self._triggers: dict[str, str] = {}
        for layer in codebook.layers:
            kind, type = self._kind(layer)
            if (kind, type) in self._back or not _TYPE.match(type):
                kind, type = self._usual(layer), layer.key
            self._layers[layer.key] = (kind, type)
            self._back[kind, type] = layer.key
            for a in layer.attributes:
                self._part(layer.key, a.key, a.written_as.get(FORM) or f"{type}-{a.key}")
            for role in layer.roles if isinstance(layer, LinkLayer) else ():
                said = role.written_as.get(FORM)
                if said == TRIGGER and kind == "E":
                    self._triggers[layer.key] = role.key
                else:
                    self._part(layer.key, role.key, said or role.key)
                    self._part_back(layer.key, role.key, role.key)

    def _kind(self, layer: Layer) -> tuple[str, str]:
        kind, _, type = layer.written_as.get(FORM, "").partition(" ")
        fits = (
            kind == "T" if layer.kind == "span" else kind in ("E", "*") or (kind == "R" and layer.key in self.relations)
        )
        return (kind, type) if type and fits and layer.kind != "document" else (self._usual(layer), layer.key)

    def _usual(self, layer: Layer) -> str:
        return "T" if layer.kind == "span" else "R" if layer.key in self.relations else "E"

    def _part(self, layer: str, key: str, name: str) -> None:
        if not (name.startswith("# ") or _TYPE.match(name.removeprefix(OLDER))) or (layer, name) in self._parts_back:
            name = key
        self._parts[layer, key] = name
        self._part_back(layer, name, key)

    def _part_back(self, layer: str, name: str, key: str) -> None:
        self._parts_back.setdefault((layer, name), key)

    def kind(self, layer: str) -> str:
        """The kind of its lines: T, R, E or *."""
        return self._layers[layer][0]

    def type(self, layer: str) -> str:
        """The type in its lines."""
        return self._layers[layer][1]

    def layer(self, kind: str, type: str) -> str:
        """The layer of a line; a type that is none of ours stands for itself."""
        return self._back.get((kind, type), type)

    def part(self, layer: str, key: str) -> str:
        """The name of an attribute or a role."""
        return self._parts.get((layer, key), key)

    def key(self, layer: str, name: str) -> str:
        """The attribute or role of a name; a name that is none stands for itself."""
        return self._parts_back.get((layer, name), name)

    def roles_of(self, layer: str, words: Sequence[str], known: Collection[str]) -> list[str]:
        """The roles of an event's arguments in their order: `Theme2` goes on with the role that `Theme` began.

        known: the layer's roles; an argument that is none of them stands for itself.
        """
        found: list[str] = []
        begun: dict[str, str] = {}
        for word in words:
            stem = word.rstrip("0123456789")
            role = self.key(layer, word)
            if role not in known:
                named = (r for r in known if self.part(layer, r).rstrip("0123456789") == stem)
                role = begun.get(stem) or next(named, stem)
            begun[stem] = role
            found.append(role)
        return found

    def trigger(self, layer: str) -> str | None:
        """The role that an event's trigger fills; None where triggers stand for nothing else."""
        return self._triggers.get(layer)


def series(first: str, count: int) -> list[str]:
    """How brat names several arguments of one role: `Theme`, `Theme2`; `Theme1`, `Theme2` where it begins so."""
    stem = first.rstrip("0123456789")
    if not stem:
        return [first]
    number = int(first[len(stem) :] or 1)
    return [first, *(f"{stem}{number + n}" for n in range(1, count))]


_TYPE = re.compile(r"[^\s:]+$")


def _one(role: Role) -> bool:
    return role.min == 1 and role.max == 1 and not role.takes_entities and not role.empty_because


class Codes:
    """The values of each closed list as words without blanks, and back."""

    def __init__(self, codebook: Codebook) -> None:
        self._codes: dict[tuple[str, str], dict[str, str]] = {}
        self._values: dict[tuple[str, str], dict[str, str]] = {}
        for layer in codebook.layers:
            for a in layer.attributes:
                codes = _codes(a)
                self._codes[layer.key, a.key] = codes
                self._values[layer.key, a.key] = {code: value for value, code in codes.items()}

    def code(self, layer: str, attribute: str, value: str) -> str | None:
        """The code of a value; None where the value is not of a closed list."""
        return self._codes.get((layer, attribute), {}).get(value)

    def value(self, layer: str, attribute: str, code: str) -> str:
        """The value of a code; a code that is none stands for itself."""
        return self._values.get((layer, attribute), {}).get(code, code)

    def of(self, layer: str, attribute: str) -> list[str]:
        """Every code in the codebook's order."""
        return list(self._codes[layer, attribute].values())


def _codes(attribute: Attribute) -> dict[str, str]:
    values = categories_of(attribute) or ()
    plain = _THEIRS if FORM in attribute.written_as else _CODE
    taken = {v for v in values if plain.match(v)}
    result = {v: v for v in taken}
    for value in values:
        if value in result:
            continue
        base = code = slug(value) or "value"
        number = 1
        while code in taken:
            number += 1
            code = f"{base}_{number}"
        taken.add(code)
        result[value] = code
    return {v: result[v] for v in values}


def annotation_conf(codebook: Codebook, codes: Codes) -> str:  # noqa: C901 - a branch for each section of the file
    """Types, arguments and values as brat asks for them."""
    names = Names(codebook)
    lines = ["[entities]", *(names.type(layer.key) for layer in codebook.span_layers), "", "[relations]"]
    for layer in codebook.link_layers:
        if names.kind(layer.key) == "R":
            sides = []
            for n, role in enumerate(layer.roles, start=1):
                side = role.written_as.get(FORM) or f"Arg{n}"
                sides.append(f"{side}:{_types(names, role)}")
            lines.append(f"{names.type(layer.key)}\t{', '.join(sides)}")
        elif names.kind(layer.key) == "*":
            among = _types(names, layer.roles[0])
            sides = [f"Arg1:{among}", f"Arg2:{among}", "<REL-TYPE>:symmetric-transitive"]
            lines.append(f"{names.type(layer.key)}\t{', '.join(sides)}")
    lines += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]"]
    for layer in codebook.link_layers:
        if names.kind(layer.key) == "E":
            trigger = names.trigger(layer.key)
            said = ", ".join(_argument(names, layer.key, r) for r in layer.roles if r.layers and r.key != trigger)
            lines.append(f"{names.type(layer.key)}\t{said}".rstrip("\t"))
    lines += ["", "[attributes]"]
    said_of: dict[str, tuple[dict[str, None], dict[str, None]]] = {}
    for any_layer in codebook.layers:
        if any_layer.kind != "document" and (names.kind(any_layer.key) != "R" or FORM in any_layer.written_as):
            for a in any_layer.attributes:
                if values := codes.of(any_layer.key, a.key):
                    of, among_values = said_of.setdefault(
                        names.part(any_layer.key, a.key).removeprefix(OLDER), ({}, {})
                    )
                    of[names.type(any_layer.key)] = None
                    among_values |= dict.fromkeys(values if a.type != "boolean" or FORM not in a.written_as else ())
    for name, (of, among_values) in said_of.items():
        value = f", Value:{'|'.join(among_values)}" if among_values else ""
        lines.append(f"{name}\tArg:{'|'.join(of)}{value}")
    return "\n".join(lines) + "\n"


def _types(names: Names, role: Role) -> str:
    return "|".join(dict.fromkeys(names.type(layer) for layer in role.layers)) or "<ENTITY>"


def _argument(names: Names, layer: str, role: Role) -> str:
    count = "?" if role.max == 1 and not role.min else "" if role.max == 1 else "+" if role.min else "*"
    return f"{names.part(layer, role.key).rstrip('0123456789') or role.key}{count}:{_types(names, role)}"


def visual_conf(codebook: Codebook) -> str:
    """Labels and colours."""
    names = Names(codebook)
    layers = [layer for layer in codebook.layers if layer.kind != "document"]
    said = {names.type(layer.key): _label(layer.label) for layer in reversed(layers)}
    said |= {
        names.part(layer.key, a.key).removeprefix(OLDER): _label(a.label)
        for layer in reversed(layers)
        for a in reversed(layer.attributes)
    }
    lines = ["[labels]", *(f"{name} | {label}" for name, label in reversed(said.items()))]
    lines += ["", "[drawing]"]
    lines += [f"{names.type(x.key)}\tbgColor:{x.colour}" for x in layers if not isinstance(x, LinkLayer)]
    return "\n".join(lines) + "\n"


def words_of(conf: str) -> dict[str, str]:
    """Type -> its words, as the section ``[labels]`` of a ``visual.conf`` gives them."""
    result: dict[str, str] = {}
    section = ""
    for line in conf.split("\n"):
        line = line.strip()
        if line.startswith("["):
            section = line
        elif section == "[labels]" and "|" in line and not line.startswith("#"):
            type, label, *_ = (part.strip() for part in line.split("|"))
            if type and label:
                result[type] = label
    return result


def _label(words: str) -> str:
    return " ".join(words.replace("|", "/").split())
