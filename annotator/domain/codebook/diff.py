"""What changed between two codebooks, in words, and which labels and entities each change is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from annotator.domain.codebook.mapping import TYPES, CodebookMapping, Target, layer_of, part_of
from annotator.domain.codebook.model import Asking, Attribute, Branch, Codebook, Layer, LinkLayer, Part, ScaleAttribute
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.codebook.values import number_text

DifferenceKind = Literal["added", "removed", "changed", "renamed", "merged", "split"]

Touch = tuple[str, ...]
"""("layer", L), ("value", L, attribute, value spelled out), ("attribute", L, A), ("lacking", L, A), ("role", L, R),
("reason", L, R, reason), ("entity_type", T), all by old names; () where nothing is touched. Where L is
`entity_types.T`, entities of this type are touched, not labels."""

_LOOKS = frozenset(("label", "title", "colour", "hotkey", "snap", "trim", "default", "unit", "groups", "language")) | {
    "version",
    "description",
}
"""Fields that say nothing about which label is right: a change of them touches no label."""
_PARTS = frozenset(("key", "attributes", "roles", "values", "points", "off_scale", "children", "empty_because")) | {
    "layers",
    "entity_types",
    "rules",
    "format",
}
"""Compared one by one, elsewhere."""
_NAMES = {
    "include": "what to include",
    "exclude": "what to exclude",
    "examples": "the examples",
    "when": "the condition",
    "entity_types": "the entity types",
    "per": "how many are asked for",
    "unique_true_per": "where only one may be yes",
    "hotkey": "the key",
    "select": "what may be chosen",
    "max": "the greatest number",
    "min": "the least number",
    "partial": "whether a month or a year is enough",
    "discontinuous": "whether it may be in pieces",
    "overlap": "whether labels may overlap",
    "required": "whether it is required",
    "layers": "the layers that may stand there",
    "entities": "whether entities may stand there",
    "entity": "whether it names somebody",
    "repeat": "whether it may be filled in again",
    "many": "whether several may be named",
    "integer": "whether only whole numbers fit",
}
_LONG = frozenset({"definition", "include", "exclude", "examples", "description", "when", "per", "groups", "text"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One change. path: `layer`, `layer.attribute`, `layer.attribute=value`, `link.role`, `link.role=reason`,
    `entity_types.key`, `entity_types.key.attribute` and its values, `rules.key`, or a field of the codebook.
    what: in words. touches: see `Touch`.
    """

    path: str
    kind: DifferenceKind
    what: str
    touches: Touch = ()


def diff(old: Codebook, new: Codebook, mapping: CodebookMapping | None = None) -> tuple[Difference, ...]:
    """Every difference in the order of the new codebook, what is gone after it; empty where they say the same."""
    if codebook_json(old) == codebook_json(new):
        return ()
    found = tuple(_Diff(old, new, mapping or CodebookMapping()).run())
    if not found:
        return (Difference("codebook", "changed", "the order of some parts changed"),)
    return found


class _Diff:
    def __init__(self, old: Codebook, new: Codebook, mapping: CodebookMapping) -> None:
        self._old, self._new, self._mapping = old, new, mapping

    def run(self) -> Iterator[Difference]:
        old, new, mapping = self._old, self._new, self._mapping
        for what in _fields(old, new, frozenset()):
            yield Difference("codebook", "changed", f"the codebook: {what}")
        yield from _plain("rules", "the rule", old.rules, new.rules)
        yield from self._types()
        came = {x.key: mapping.layer(x.key) for x in old.layers}
        for layer in new.layers:
            sources = [x for x in old.layers if came[x.key] == layer.key]
            if not sources:
                yield Difference(layer.key, "added", f"the layer {_named(layer)} is new")
            for was in sources:
                if was.key != layer.key:
                    merged = len(sources) > 1
                    told = f"the layer {_named(was)} {'becomes part of' if merged else 'is now'} {_named(layer)}"
                    yield Difference(was.key, "merged" if merged else "renamed", told, ("layer", was.key))
                yield from self._layer(was, layer)
        for layer in old.layers:
            if layer_of(new, came[layer.key]) is None:
                yield Difference(layer.key, "removed", f"the layer {_named(layer)} is gone", ("layer", layer.key))
        if _order(old.layers, new.layers):
            yield Difference("layers", "changed", "the order of the layers changed")

    def _types(self) -> Iterator[Difference]:
        came = self._mapping.entity_types
        for t in self._new.entity_types:
            sources = [x for x in self._old.entity_types if came.get(x.key, x.key) == t.key]
            if not sources:
                yield Difference(f"entity_types.{t.key}", "added", f"the entity type {_named(t)} is new")
            for was in sources:
                path = f"entity_types.{was.key}"
                touch = ("entity_type", was.key)
                if was.key != t.key:
                    kind: DifferenceKind = "merged" if len(sources) > 1 else "renamed"
                    yield Difference(path, kind, f"the entity type {_named(was)} becomes {_named(t)}", touch)
                elif was.label != t.label:
                    yield Difference(path, "changed", f"the entity type {_named(was)} is called “{t.label}”")
                yield from self._attributes(path, was, f"{TYPES}.{t.key}", t)
        kept = {t.key for t in self._new.entity_types}
        for was in self._old.entity_types:
            if came.get(was.key, was.key) not in kept:
                told = f"the entity type {_named(was)} is gone"
                yield Difference(f"entity_types.{was.key}", "removed", told, ("entity_type", was.key))

    def _layer(self, old: Layer, new: Layer) -> Iterator[Difference]:
        for what in _fields(old, new, _LOOKS):
            yield Difference(old.key, "changed", f"{new.label}: {what}", ("layer", old.key))
        for what in _fields(old, new, frozenset(), only=_LOOKS):
            yield Difference(old.key, "changed", f"{new.label}: {what}")
        yield from self._attributes(old.key, old, new.key, new)
        if isinstance(old, LinkLayer) and isinstance(new, LinkLayer):
            yield from self._roles(old, new)

    def _attributes(self, old_name: str, old: Asking, new_name: str, new: Asking) -> Iterator[Difference]:
        """Names as places of a mapping have them: a layer's key, or `entity_types.KEY`."""
        came = {a.key: self._mapping.attribute(old_name, a.key) for a in old.attributes}
        for attribute in new.attributes:
            was = next((a for a in old.attributes if came[a.key] == attribute.key), None)
            if was is None:
                told = f"{new.label} › {_named(attribute)} is new" + (" and required" if attribute.required else "")
                yield Difference(f"{new_name}.{attribute.key}", "added", told)
            else:
                yield from self._attribute(old_name, new.label, was, attribute)
        for a in old.attributes:
            if part_of(new.attributes, came[a.key]) is None:
                told = f"{new.label} › {_named(a)} is gone"
                yield Difference(f"{old_name}.{a.key}", "removed", told, ("attribute", old_name, a.key))
        if _order(old.attributes, new.attributes):
            yield Difference(old_name, "changed", f"{new.label}: the order of the attributes changed")

    def _roles(self, old: LinkLayer, new: LinkLayer) -> Iterator[Difference]:
        came = {r.key: self._mapping.role(old.key, r.key) for r in old.roles}
        for role in new.roles:
            was = next((r for r in old.roles if came[r.key] == role.key), None)
            if was is None:
                yield Difference(f"{new.key}.{role.key}", "added", f"{new.label}: the role {_named(role)} is new")
                continue
            path, touch = f"{old.key}.{was.key}", ("role", old.key, was.key)
            if was.key != role.key:
                yield Difference(path, "renamed", f"{new.label}: the role {_named(was)} is now {_named(role)}", touch)
            for what in _fields(was, role, _LOOKS | {"key"}, also=frozenset({"layers", "entity_types"})):
                yield Difference(path, "changed", f"{new.label} › {_title(role)}: {what}", touch)
            for what in _fields(was, role, frozenset(), only=_LOOKS):
                yield Difference(path, "changed", f"{new.label} › {_title(role)}: {what}")
            reasons = self._mapping.reasons.get(path, {})
            back = {reasons.get(x.key, x.key): x for x in was.empty_because}
            where = f"{new.label} › {_title(role)}"
            for reason in role.empty_because:
                held = back.get(reason.key)
                if held is None:
                    yield Difference(f"{path}={reason.key}", "added", f"{where}: the reason {_named(reason)} is new")
                elif held.key != reason.key:
                    told = f"{where}: the reason {_named(held)} is now {_named(reason)}"
                    yield Difference(f"{path}={held.key}", "renamed", told, ("reason", old.key, was.key, held.key))
                elif held != reason:
                    yield Difference(f"{path}={held.key}", "changed", f"{where}: the reason {_named(held)} changed")
            kept = {r.key for r in role.empty_because}
            for held in was.empty_because:
                if reasons.get(held.key, held.key) not in kept:
                    told = f"{where}: the reason {_named(held)} is gone"
                    yield Difference(f"{path}={held.key}", "removed", told, ("reason", old.key, was.key, held.key))
        for r in old.roles:
            if part_of(new.roles, came[r.key]) is None:
                told = f"{new.label}: the role {_named(r)} is gone"
                yield Difference(f"{old.key}.{r.key}", "removed", told, ("role", old.key, r.key))

    def _attribute(self, owner: str, shown: str, old: Attribute, new: Attribute) -> Iterator[Difference]:
        path, touch = f"{owner}.{old.key}", ("attribute", owner, old.key)
        where = f"{shown} › {new.label}"
        if old.key != new.key:
            told = f"{shown} › {_named(old)} is now {_named(new)}"
            yield Difference(path, "renamed", told, touch)
        if old.required != new.required:
            told = "it must be answered now" if new.required else "it may stay open now"
            yield Difference(path, "changed", f"{where}: {told}", ("lacking", *touch[1:]) if new.required else ())
        for what in _fields(old, new, _LOOKS | {"required"}, also=frozenset({"entity_types"})):
            yield Difference(path, "changed", f"{where}: {what}", touch)
        for what in _fields(old, new, frozenset(), only=_LOOKS):
            yield Difference(path, "changed", f"{where}: {what}")
        yield from self._values(path, where, touch, old, new)

    def _values(self, path: str, where: str, touch: Touch, old: Attribute, new: Attribute) -> Iterator[Difference]:
        table = self._mapping.values.get(path, {})
        was, now = dict(_entries(old)), dict(_entries(new))
        if not was and not now:
            return
        came: dict[str, list[str]] = {}
        for key in was:
            listed = table.get(key, key)
            into = listed if isinstance(listed, str) else key
            if into in now:
                came.setdefault(into, []).append(key)
        for key, entry in now.items():
            sources = came.get(key, [])
            split = any(not isinstance(t, str) and t and key in t for t in table.values())
            if not sources and not split:
                yield Difference(f"{path}={key}", "added", f"{where}: {_entry(entry, key)} is new")
            for source in sources:
                held = was[source]
                if source != key:
                    merged = len(sources) > 1
                    told = f"{where}: {_entry(held, source)} {'joins' if merged else 'is now'} {_entry(entry, key)}"
                    kind: DifferenceKind = "merged" if merged else "renamed"
                    yield Difference(f"{path}={source}", kind, told, ("value", *touch[1:], source))
                for what in _fields(held, entry, _LOOKS | {"value"}):
                    told = f"{where}: {_entry(entry, key)}: {what}"
                    yield Difference(f"{path}={source}", "changed", told, ("value", *touch[1:], source))
                for what in _fields(held, entry, frozenset(), only=_LOOKS):
                    yield Difference(f"{path}={source}", "changed", f"{where}: {_entry(held, source)}: {what}")
        for key, held in was.items():
            target: Target = table.get(key, key)
            touched = ("value", *touch[1:], key)
            if isinstance(target, tuple) and target:
                into = ", ".join(_entry(now[t], t) for t in target if t in now)
                yield Difference(
                    f"{path}={key}", "split", f"{where}: {_entry(held, key)} is split into {into}", touched
                )
            elif target is None and key in now:
                whose = "entities" if touch[1].startswith(f"{TYPES}.") else "labels"
                told = f"{where}: {whose} with {_entry(held, key)} are to be looked at again"
                yield Difference(f"{path}={key}", "changed", told, touched)
            elif key not in now and target not in now:
                yield Difference(f"{path}={key}", "removed", f"{where}: {_entry(held, key)} is gone", touched)
        common = [k for k in was if k in now]
        if common != [k for k in now if k in was] or (_shape(old) != _shape(new) and set(was) == set(now)):
            yield Difference(path, "changed", f"{where}: the values stand in another order")


def _entries(a: Attribute) -> Iterator[tuple[str, Any]]:
    """(spelled key, value, point or off-scale answer) in order."""
    if isinstance(a, ScaleAttribute):
        yield from ((number_text(p.value), p) for p in a.points)
    else:
        pending: list[Any] = list(getattr(a, "values", ()))
        while pending:
            entry = pending.pop(0)
            yield entry.key, entry
            pending = [*getattr(entry, "children", ()), *pending]
    yield from ((o.key, o) for o in a.off_scale)


def _shape(a: Attribute) -> Any:
    """Which values stand under which."""

    def under(branches: Sequence[Branch]) -> Any:
        return [(b.key, under(b.children)) for b in branches]

    return under(a.values) if a.type == "tree" else None


def _fields(
    old: Part,
    new: Part,
    without: frozenset[str],
    only: frozenset[str] | None = None,
    also: frozenset[str] = frozenset(),
) -> Iterator[str]:
    """What the two say differently, a clause each; parts that are compared on their own are left out."""
    skipped = (_PARTS - also) | without
    for name in dict.fromkeys([*type(old).model_fields, *type(new).model_fields]):
        if name in skipped or (only is not None and name not in only):
            continue
        was, now = getattr(old, name, None), getattr(new, name, None)
        if was == now and isinstance(was, bool) == isinstance(now, bool):
            continue
        called = _NAMES.get(name, f"the {name.replace('_', ' ')}")
        if name in _LONG or not _short(was) or not _short(now):
            yield f"{called} changed"
        elif name in ("label", "title"):
            yield f"it is called “{now}”, not “{was}”"
        else:
            yield f"{called}: {_said(now)}, was {_said(was)}"


def _short(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(v, str) for v in value) and len(value) < 6
    return value is None or isinstance(value, (str, int, float, bool))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) or "none"
    return "none" if value in (None, "") else str(value)


def _plain(name: str, called: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    for part in new:
        was = part_of(old, part.key)
        if was is None:
            yield Difference(f"{name}.{part.key}", "added", f"{called} {part.key} is new")
        elif was != part:
            yield Difference(f"{name}.{part.key}", "changed", f"{called} {part.key} changed")
    for part in old:
        if part_of(new, part.key) is None:
            yield Difference(f"{name}.{part.key}", "removed", f"{called} {part.key} is gone")
    if _order(old, new):
        yield Difference(name, "changed", f"the order of the {name.replace('_', ' ')} changed")


def _order(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Whether what both have stands in another order."""
    was, now = [x.key for x in old], [x.key for x in new]
    return [k for k in was if k in now] != [k for k in now if k in was]


def _title(part: Any) -> str:
    return str(part.label or part.key)


def _named(part: Any) -> str:
    return f"“{_title(part)}” ({part.key})"


def _entry(entry: Any, key: str) -> str:
    return f"“{entry.label}” ({key})"
