"""What a codebook is in brat: ``annotation.conf``, ``visual.conf`` and codes for values."""

from __future__ import annotations

import re

from annotator.domain.codebook.model import Attribute, Codebook, LinkLayer, Role
from annotator.domain.codebook.values import categories_of
from annotator.formats.keys import slug

_CODE = re.compile(r"[A-Za-z0-9_.+-]+$")


def relations(codebook: Codebook) -> dict[str, tuple[str, str]]:
    """Link layers that are relations of two labels and nothing else -> their two roles."""
    named = {name for layer in codebook.link_layers for role in layer.roles for name in role.layers}
    return {
        layer.key: (layer.roles[0].key, layer.roles[1].key)
        for layer in codebook.link_layers
        if len(layer.roles) == 2 and not layer.attributes and layer.key not in named and all(map(_one, layer.roles))
    }


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
    taken = {v for v in values if _CODE.match(v)}
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


def annotation_conf(codebook: Codebook, codes: Codes) -> str:
    """Types, arguments and values as brat asks for them."""
    binary = relations(codebook)
    kinds = {layer.key for layer in codebook.layers if layer.kind != "document"} - set(binary)
    lines = ["[entities]", *(layer.key for layer in codebook.span_layers), "", "[relations]"]
    for layer in codebook.link_layers:
        if layer.key in binary:
            sides = [
                f"Arg{n}:{name}" for n, role in enumerate(layer.roles, start=1) for name in ["|".join(role.layers)]
            ]
            lines.append(f"{layer.key}\t{', '.join(sides)}")
    lines += ["<OVERLAP>\tArg1:<ENTITY>, Arg2:<ENTITY>, <OVL-TYPE>:<ANY>", "", "[events]"]
    for layer in codebook.link_layers:
        if layer.key not in binary:
            lines.append(f"{layer.key}\t{', '.join(_argument(r) for r in layer.roles if r.layers)}".rstrip("\t"))
    lines += ["", "[attributes]"]
    for any_layer in codebook.layers:
        if any_layer.key in kinds:
            for a in any_layer.attributes:
                if values := codes.of(any_layer.key, a.key):
                    lines.append(f"{any_layer.key}-{a.key}\tArg:{any_layer.key}, Value:{'|'.join(values)}")
    return "\n".join(lines) + "\n"


def _argument(role: Role) -> str:
    count = "?" if role.max == 1 and not role.min else "" if role.max == 1 else "+" if role.min else "*"
    return f"{role.key}{count}:{'|'.join(role.layers)}"


def visual_conf(codebook: Codebook) -> str:
    """Labels and colours."""
    layers = [layer for layer in codebook.layers if layer.kind != "document"]
    lines = ["[labels]", *(f"{layer.key} | {_label(layer.label)}" for layer in layers)]
    lines += [f"{layer.key}-{a.key} | {_label(a.label)}" for layer in layers for a in layer.attributes]
    lines += ["", "[drawing]", *(f"{x.key}\tbgColor:{x.colour}" for x in layers if not isinstance(x, LinkLayer))]
    return "\n".join(lines) + "\n"


def _label(words: str) -> str:
    return " ".join(words.replace("|", "/").split())
