"""A codebook for codings that came without one: what their records use, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from annotator.domain.codebook.model import Codebook
from annotator.domain.words import say
from annotator.formats.incoming import Code, Declared, Incoming
from annotator.formats.keys import slug

MOST_CHOICES = 60
"""More different texts than this under one attribute are free text, not a list to choose from."""
MOST_WORDS = 12
"""More different words than this beside numbers are no answers outside a scale."""
_NUMBER = re.compile(r"^[-+\u2212]?\d")
_VALUE = re.compile(r"^[^\s|]([^|\n]*[^\s|])?$")
COLOURS = (
    "#2f6db5",
    "#b5532f",
    "#3f8f4f",
    "#8a4fa8",
    "#a8861d",
    "#2a8f97",
    "#b0456f",
    "#5f6b2d",
    "#5a6b7b",
    "#7a5230",
)


@dataclass
class _Seen:
    """What the records of one layer have shown."""

    fragments: int = 0
    values: dict[str, list[Any]] = field(default_factory=dict)
    roles: dict[str, _SeenRole] = field(default_factory=dict)
    link: bool = False
    repeats: bool = False


@dataclass
class _SeenRole:
    layers: dict[str, None] = field(default_factory=dict)
    types: dict[str, None] = field(default_factory=dict)
    reasons: dict[str, bool] = field(default_factory=dict)


def derive_codebook(incoming: Incoming, title: str, key: str = "") -> Codebook:  # noqa: C901 - one pass over the records, a branch for each part
    """The smallest codebook under which every record that came in is allowed; layers in the order they came."""
    layer_of = {record.id: record.layer for _, record in incoming.records}
    seen: dict[str, _Seen] = {key: _seen_of(told) for key, told in incoming.declared.items()}
    types: dict[str, None] = {e.type: None for e in incoming.entities}
    types |= dict.fromkeys(t for e in incoming.entities for v in e.values.values() for t in _types(v))
    documents: set[tuple[str, str, str]] = set()
    for _, record in incoming.records:
        layer = seen.setdefault(record.layer, _Seen())
        quoted = not record.fragments and bool(record.text)  # its place is to be found by its words
        layer.fragments = max(layer.fragments, len(record.fragments), quoted)
        layer.link |= bool(record.roles or record.empty)
        if not record.fragments and not quoted and not layer.link:
            mark = (record.layer, str(record.document), str(record.coder))
            layer.repeats |= mark in documents
            documents.add(mark)
        for name, value in record.values.items():
            layer.values.setdefault(name, []).append(value)
            types.update(dict.fromkeys(_types(value)))
        for name, fillers in record.roles.items():
            role = layer.roles.setdefault(name, _SeenRole())
            for filler in fillers:
                if filler.annotation is not None and filler.annotation in layer_of:
                    role.layers[layer_of[filler.annotation]] = None
                elif filler.type:
                    role.types[filler.type] = types[filler.type] = None
        for name, empty in record.empty.items():
            role = layer.roles.setdefault(name, _SeenRole())
            named = empty.entity is not None
            role.reasons[empty.because] = role.reasons.get(empty.because, False) or named
            if empty.entity is not None and empty.entity.type:
                types[empty.entity.type] = None
    for code in incoming.codes:
        layer = seen.setdefault(code.layer, _Seen(1))
        if code.value:
            held = layer.values.setdefault(code.attribute, [])
            held.append([code.value] if any(isinstance(v, list) for v in held) else code.value)
    if incoming.codes:  # in the order of the source, then what no code stands for
        order = dict.fromkeys(c.layer for c in incoming.codes)
        seen = {key: seen[key] for key in (*order, *(k for k in seen if k not in order))}
    layers = [_layer(incoming, name, found, place) for place, (name, found) in enumerate(seen.items())]
    if not layers:
        layers = [{"key": "passage", "label": "Passage", "kind": "span"}]
    return Codebook.model_validate(
        {
            "format": "annotator-codebook/1",
            "key": key or slug(title) or "imported",
            "title": title,
            "description": incoming.description,
            "entity_types": [_type(incoming, t) for t in types],
            "layers": layers,
        }
    )


def _seen_of(told: Declared) -> _Seen:
    seen = _Seen(int(told.kind == "span"), {key: [] for key in told.attributes}, link=told.kind == "link")
    seen.roles = {key: _SeenRole(dict.fromkeys(layers)) for key, layers in told.roles.items()}
    return seen


def _type(incoming: Incoming, key: str) -> dict[str, Any]:
    values: dict[str, list[Any]] = {}
    for e in incoming.entities:
        for name, value in e.values.items() if e.type == key else ():
            values.setdefault(name, []).append(value)
    attributes = [_attribute(incoming.labels, f"type:{key}", name, held) for name, held in values.items()]
    return {"key": key, "label": incoming.labels.get(f"type:{key}", _words(key)), "attributes": attributes}


def _types(value: Any) -> Iterable[str]:
    if isinstance(value, Mapping) and value.get("type"):
        yield str(value["type"])
    elif isinstance(value, list):
        for one in value:
            yield from _types(one)


def _layer(incoming: Incoming, key: str, seen: _Seen, place: int) -> dict[str, Any]:
    labels, written = incoming.labels, incoming.written_as
    layer: dict[str, Any] = {
        "key": key,
        "label": labels.get(key, _words(key)),
        "colour": COLOURS[place % len(COLOURS)],
        **_looks(incoming, key, written.get(key, {})),
        "attributes": [
            _attribute(labels, key, name, values, _known(incoming, key, name))
            | _looks(incoming, key, written.get(f"{key}.{name}", {}), name)
            for name, values in seen.values.items()
        ],
    }
    if seen.link:
        roles = [
            _role(labels, key, name, role) | {"written_as": written.get(f"{key}.{name}", {})}
            for name, role in seen.roles.items()
        ]
        return layer | {"kind": "link", "roles": roles}
    if seen.fragments:
        return layer | {"kind": "span", "discontinuous": seen.fragments > 1}
    return layer | {"kind": "document", "repeat": seen.repeats}


def _looks(incoming: Incoming, layer: str, written_as: Mapping[str, str], attribute: str = "") -> dict[str, Any]:
    """Colour, definition and what the source has besides of a layer, or of an attribute, which has no colour."""
    codes = (c for c in incoming.codes if c.layer == layer and c.attribute == attribute and not c.value)
    code = next(codes, None)
    if code is None:
        return {"written_as": dict(written_as)}
    found: dict[str, Any] = {"definition": code.definition, "written_as": {**written_as, **code.written_as}}
    shown = not attribute and re.fullmatch("#[0-9a-fA-F]{6}", code.colour)
    return found | ({"colour": code.colour} if shown else {})


def _known(incoming: Incoming, layer: str, attribute: str) -> dict[str, Code]:
    """Values that the source has codes for -> these."""
    return {c.value: c for c in incoming.codes if c.layer == layer and c.attribute == attribute and c.value}


def _role(labels: Mapping[str, str], layer: str, key: str, seen: _SeenRole) -> dict[str, Any]:
    role: dict[str, Any] = {"key": key, "label": labels.get(f"{layer}.{key}", _words(key))}
    role |= {"layers": list(seen.layers), "entity_types": list(seen.types)}
    if not seen.layers and not seen.types:
        role["entities"] = True
    role["empty_because"] = [
        {"key": why, "label": _words(why), "entity": "optional" if named else "none"}
        for why, named in seen.reasons.items()
    ]
    return role


def _attribute(
    labels: Mapping[str, str], layer: str, key: str, values: list[Any], known: Mapping[str, Code] | None = None
) -> dict[str, Any]:
    name = f"{layer}.{key}"
    attribute: dict[str, Any] = {"key": key, "label": labels.get(name, _words(key))}
    flat = [v for value in values for v in (value if isinstance(value, list) else [value])]
    many = any(isinstance(v, list) for v in values)
    if not flat and not known:
        return attribute | {"type": "text"}
    if all(isinstance(v, bool) for v in flat) and not many:
        return attribute | {"type": "boolean"}
    if all(isinstance(v, (int, float)) and not isinstance(v, bool) for v in flat) and not many:
        return attribute | {"type": "number", "integer": all(isinstance(v, int) for v in flat)}
    if not many and not known and (off_scale := _beside_numbers(flat)):
        integer = all(isinstance(v, int) for v in flat if not isinstance(v, str))
        return attribute | {"type": "number", "integer": integer, "off_scale": off_scale}
    if all(isinstance(v, Mapping) for v in flat):
        types = list(dict.fromkeys(t for v in flat for t in _types(v)))
        return attribute | {"type": "entity", "entity_types": types, "many": many}
    texts = list(dict.fromkeys((*(known or ()), *map(_spelled, flat))))
    if known and all(_VALUE.match(t) for t in texts):
        choices = [{"key": t, "label": labels.get(f"{name}={t}", t), **_told(known.get(t))} for t in texts]
        return attribute | {"type": "choices" if many else "choice", "values": choices}
    if many or (len(texts) <= MOST_CHOICES and all(_VALUE.match(t) and len(t) <= 120 for t in texts)):
        choices = [{"key": t, "label": labels.get(f"{name}={t}", t)} for t in texts]
        return attribute | {"type": "choices" if many else "choice", "values": choices}
    return attribute | {"type": "text"}


def _beside_numbers(values: list[Any]) -> list[dict[str, Any]]:
    """The answers outside a scale, of values that are numbers but for a few words; empty where they are not that."""
    words = list(dict.fromkeys(v for v in values if isinstance(v, str)))
    numbers = [v for v in values if isinstance(v, (int, float)) and not isinstance(v, bool)]
    told = len(words) <= MOST_WORDS and all(_VALUE.match(w) and len(w) <= 120 and not _NUMBER.match(w) for w in words)
    if not numbers or not told or len(numbers) + sum(isinstance(v, str) for v in values) < len(values):
        return []
    return [{"key": w, "label": _words(w)} for w in words]


def _spelled(value: Any) -> str:
    """As a choice or a text has it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def spell_values(incoming: Incoming, codebook: Codebook) -> None:
    """Values of several kinds under one attribute become texts, as the codebook that was derived has them; counted."""
    texts = {
        (owner.key, a.key): a.type
        for owner in (*codebook.layers, *codebook.link_layers, *codebook.entity_types)
        for a in owner.attributes
        if a.type in ("choice", "choices", "text")
    }
    changed = 0

    def spelled(owner: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
        nonlocal changed
        new = {k: _as_held(texts.get((owner, k)), v) for k, v in values.items()}
        new = {k: v for k, v in new.items() if v is not None}  # an empty list where no record has more is no value
        different = sum(new.get(k, []) != v for k, v in values.items() if v is not None)
        changed += different
        return new if new != values else None

    for place, (where, record) in enumerate(incoming.records):
        if (new := spelled(record.layer, record.values)) is not None:
            incoming.records[place] = where, record.model_copy(update={"values": new})
    for place, entity in enumerate(incoming.entities):
        if (new := spelled(entity.type, entity.values)) is not None:
            incoming.entities[place] = replace(entity, values=new)
    if changed:
        incoming.losses.lose(say("of which kind a value was, where others of the same field are of another"), changed)


def _as_held(type: str | None, value: Any) -> Any:
    if type is None or value is None:
        return value
    if isinstance(value, list):
        return [_spelled(v) for v in value] if type == "choices" else None
    return [_spelled(value)] if type == "choices" else _spelled(value)


def _told(code: Code | None) -> dict[str, Any]:
    return {"definition": code.definition, "written_as": dict(code.written_as)} if code else {}


def _words(key: str) -> str:
    return key.replace("_", " ").strip().capitalize() or key
