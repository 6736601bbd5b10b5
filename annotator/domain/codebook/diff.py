"""What changed between two codebooks, in words, and which labels and entities each change is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from annotator.domain.codebook.mapping import TYPES, CodebookMapping, Target, layer_of, part_of
from annotator.domain.codebook.model import (
    Asking,
    Attribute,
    Branch,
    Codebook,
    Layer,
    LinkLayer,
    Part,
    Role,
    ScaleAttribute,
)
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.codebook.values import number_text
from annotator.domain.words import joined, say

DifferenceKind = Literal["added", "removed", "changed", "renamed", "merged", "split"]

Touch = tuple[str, ...]
"""("layer", L), ("value", L, attribute, value spelled out), ("attribute", L, A), ("role", L, R),
("lacking", L, what is asked for from now on), ("reason", L, R, reason), ("entity_type", T), all by old names; () where
nothing is touched. Where L is `entity_types.T`, entities of this type are touched, not labels."""

_LOOKS = frozenset(("label", "title", "colour", "hotkey", "snap", "trim", "default", "unit", "groups", "language")) | {
    "version",
    "description",
    "written_as",
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
    "include": say("what to include"),
    "exclude": say("what to exclude"),
    "examples": say("the examples"),
    "when": say("the condition"),
    "entity_types": say("the entity types"),
    "per": say("how many are asked for"),
    "unique_true_per": say("of which only one may be yes"),
    "hotkey": say("the key"),
    "written_as": say("its name in other programs"),
    "select": say("what may be chosen"),
    "max": say("the greatest number"),
    "min": say("the least number"),
    "partial": say("whether a month or a year is enough"),
    "discontinuous": say("whether it may be in pieces"),
    "overlap": say("whether labels may overlap"),
    "required": say("whether it is required"),
    "layers": say("the layers that are allowed there"),
    "entities": say("whether entities are allowed there"),
    "entity": say("whether it names somebody"),
    "repeat": say("whether it may be filled in again"),
    "many": say("whether several may be named"),
    "integer": say("whether only whole numbers are allowed"),
    "check": say("the check"),
    "colour": say("the colour"),
    "default": say("the default"),
    "definition": say("the definition"),
    "description": say("the description"),
    "groups": say("the groups"),
    "kind": say("the kind"),
    "language": say("the language"),
    "snap": say("the snap"),
    "text": say("the text"),
    "trim": say("the trim"),
    "type": say("the type"),
    "unit": say("the unit"),
    "value": say("the value"),
    "version": say("the version"),
    "zones": say("the zones"),
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
        return (Difference("codebook", "changed", say("the order of some parts changed")),)
    return found


class _Diff:
    def __init__(self, old: Codebook, new: Codebook, mapping: CodebookMapping) -> None:
        self._old, self._new, self._mapping = old, new, mapping

    def run(self) -> Iterator[Difference]:
        old, new, mapping = self._old, self._new, self._mapping
        if old.key != new.key:
            message = say("the codebook: its key is {new}, was {old}", new=new.key, old=old.key)
            yield Difference("codebook", "changed", message)
        for what in _fields(old, new, frozenset()):
            yield Difference("codebook", "changed", say("the codebook: {what}", what=what))
        yield from _plain("rules", say("the rule"), old.rules, new.rules)
        yield from self._types()
        came = {x.key: mapping.layer(x.key) for x in old.layers}
        for layer in new.layers:
            sources = [x for x in old.layers if came[x.key] == layer.key]
            if not sources:
                yield Difference(layer.key, "added", say("the layer {layer} is new", layer=_named(layer)))
                yield from self._owed(layer)
            for was in sources:
                if was.key != layer.key:
                    merged = len(sources) > 1
                    message = (
                        say("the layer {was} becomes part of {layer}", was=_named(was), layer=_named(layer))
                        if merged
                        else say("the layer {was} is now {layer}", was=_named(was), layer=_named(layer))
                    )
                    yield Difference(was.key, "merged" if merged else "renamed", message, ("layer", was.key))
                yield from self._layer(was, layer)
        for layer in old.layers:
            if layer_of(new, came[layer.key]) is None:
                yield Difference(
                    layer.key, "removed", say("the layer {layer} is gone", layer=_named(layer)), ("layer", layer.key)
                )
        if _order(old.layers, new.layers):
            yield Difference("layers", "changed", say("the order of the layers changed"))

    def _owed(self, layer: Layer) -> Iterator[Difference]:
        """Of a new link layer: the labels that are to have links of it, and have none."""
        if not isinstance(layer, LinkLayer) or layer.per is None or not layer.per.min:
            return
        for owner in self._old.layers:
            if self._mapping.layer(owner.key) in layer.role(layer.per.role).layers:
                message = say(
                    "each {owner} is to have {n} of the new {layer}",
                    owner=_named(owner),
                    n=layer.per.min,
                    layer=_named(layer),
                )
                yield Difference(layer.key, "added", message, ("lacking", owner.key, layer.key))

    def _types(self) -> Iterator[Difference]:
        came = self._mapping.entity_types
        for t in self._new.entity_types:
            sources = [x for x in self._old.entity_types if came.get(x.key, x.key) == t.key]
            if not sources:
                yield Difference(f"entity_types.{t.key}", "added", say("the entity type {t} is new", t=_named(t)))
            for was in sources:
                path = f"entity_types.{was.key}"
                touch = ("entity_type", was.key)
                if was.key != t.key:
                    kind: DifferenceKind = "merged" if len(sources) > 1 else "renamed"
                    yield Difference(
                        path, kind, say("the entity type {was} becomes {t}", was=_named(was), t=_named(t)), touch
                    )
                elif was.label != t.label:
                    yield Difference(
                        path, "changed", say("the entity type {was} is called “{name}”", was=_named(was), name=t.label)
                    )
                yield from self._attributes(path, was, f"{TYPES}.{t.key}", t)
        kept = {t.key for t in self._new.entity_types}
        for was in self._old.entity_types:
            if came.get(was.key, was.key) not in kept:
                message = say("the entity type {was} is gone", was=_named(was))
                yield Difference(f"entity_types.{was.key}", "removed", message, ("entity_type", was.key))

    def _layer(self, old: Layer, new: Layer) -> Iterator[Difference]:
        for what in _fields(old, new, _LOOKS):
            yield Difference(old.key, "changed", say("{part}: {what}", part=new.label, what=what), ("layer", old.key))
        for what in _fields(old, new, frozenset(), only=_LOOKS):
            yield Difference(old.key, "changed", say("{part}: {what}", part=new.label, what=what))
        yield from self._attributes(old.key, old, new.key, new)
        if isinstance(old, LinkLayer) and isinstance(new, LinkLayer):
            yield from self._roles(old, new)

    def _attributes(self, old_name: str, old: Asking, new_name: str, new: Asking) -> Iterator[Difference]:
        """Names as places of a mapping have them: a layer's key, or `entity_types.KEY`."""
        came = {a.key: self._mapping.attribute(old_name, a.key) for a in old.attributes}
        for attribute in new.attributes:
            was = next((a for a in old.attributes if came[a.key] == attribute.key), None)
            if was is None:
                message = (
                    say("{part} › {attribute} is new and required", part=new.label, attribute=_named(attribute))
                    if attribute.required
                    else say("{part} › {attribute} is new", part=new.label, attribute=_named(attribute))
                )
                touch = ("lacking", old_name, attribute.key) if attribute.required else ()
                yield Difference(f"{new_name}.{attribute.key}", "added", message, touch)
            else:
                yield from self._attribute(old_name, new.label, was, attribute)
        for a in old.attributes:
            if part_of(new.attributes, came[a.key]) is None:
                message = say("{part} › {a} is gone", part=new.label, a=_named(a))
                yield Difference(f"{old_name}.{a.key}", "removed", message, ("attribute", old_name, a.key))
        if _order(old.attributes, new.attributes):
            yield Difference(old_name, "changed", say("{part}: the order of the attributes changed", part=new.label))

    def _roles(self, old: LinkLayer, new: LinkLayer) -> Iterator[Difference]:
        came = {r.key: self._mapping.role(old.key, r.key) for r in old.roles}
        for role in new.roles:
            was = next((r for r in old.roles if came[r.key] == role.key), None)
            if was is None:
                yield Difference(
                    f"{new.key}.{role.key}",
                    "added",
                    say("{part}: the role {role} is new", part=new.label, role=_named(role)),
                    ("lacking", old.key, role.key) if role.min or role.empty_because else (),
                )
                continue
            path, touch = f"{old.key}.{was.key}", ("role", old.key, was.key)
            if was.key != role.key:
                yield Difference(
                    path,
                    "renamed",
                    say("{part}: the role {was} is now {role}", part=new.label, was=_named(was), role=_named(role)),
                    touch,
                )
            for what in _fields(was, role, _LOOKS | {"key"}, also=frozenset({"layers", "entity_types"})):
                yield Difference(
                    path, "changed", say("{part} › {role}: {what}", part=new.label, role=_title(role), what=what), touch
                )
            for what in _fields(was, role, frozenset(), only=_LOOKS):
                yield Difference(
                    path, "changed", say("{part} › {role}: {what}", part=new.label, role=_title(role), what=what)
                )
            yield from self._reasons(path, f"{new.label} › {_title(role)}", ("reason", old.key, was.key), was, role)
        for r in old.roles:
            if part_of(new.roles, came[r.key]) is None:
                message = say("{part}: the role {r} is gone", part=new.label, r=_named(r))
                yield Difference(f"{old.key}.{r.key}", "removed", message, ("role", old.key, r.key))

    def _reasons(self, path: str, where: str, touch: Touch, was: Role, role: Role) -> Iterator[Difference]:
        """What became of the reasons for which the role may stand empty."""
        reasons = self._mapping.reasons.get(path, {})
        back = {reasons.get(x.key, x.key): x for x in was.empty_because}
        for reason in role.empty_because:
            held = back.get(reason.key)
            if held is None:
                message = say("{where}: the reason {reason} is new", where=where, reason=_named(reason))
                yield Difference(f"{path}={reason.key}", "added", message)
            elif held.key != reason.key:
                message = say(
                    "{where}: the reason {held} is now {reason}", where=where, held=_named(held), reason=_named(reason)
                )
                yield Difference(f"{path}={held.key}", "renamed", message, (*touch, held.key))
            elif held != reason:
                message = say("{where}: the reason {held} changed", where=where, held=_named(held))
                yield Difference(f"{path}={held.key}", "changed", message)
        kept = {r.key for r in role.empty_because}
        for held in was.empty_because:
            if reasons.get(held.key, held.key) not in kept:
                message = say("{where}: the reason {held} is gone", where=where, held=_named(held))
                yield Difference(f"{path}={held.key}", "removed", message, (*touch, held.key))

    def _attribute(self, owner: str, shown: str, old: Attribute, new: Attribute) -> Iterator[Difference]:
        path, touch = f"{owner}.{old.key}", ("attribute", owner, old.key)
        where = f"{shown} › {new.label}"
        if old.key != new.key:
            message = say("{label} › {old} is now {new}", label=shown, old=_named(old), new=_named(new))
            yield Difference(path, "renamed", message, touch)
        if old.required != new.required:
            message = say("it must be answered now") if new.required else say("it may stay open now")
            yield Difference(
                path,
                "changed",
                say("{where}: {what}", where=where, what=message),
                ("lacking", *touch[1:]) if new.required else (),
            )
        for what in _fields(old, new, _LOOKS | {"required"}, also=frozenset({"entity_types"})):
            yield Difference(path, "changed", say("{where}: {what}", where=where, what=what), touch)
        for what in _fields(old, new, frozenset(), only=_LOOKS):
            yield Difference(path, "changed", say("{where}: {what}", where=where, what=what))
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
                yield Difference(
                    f"{path}={key}", "added", say("{where}: {entry} is new", where=where, entry=_entry(entry, key))
                )
            yield from _come_from(path, where, touch, {s: was[s] for s in sources}, key, entry)
        yield from _left(path, where, touch, was, now, table)
        common = [k for k in was if k in now]
        if common != [k for k in now if k in was] or (_shape(old) != _shape(new) and set(was) == set(now)):
            yield Difference(path, "changed", say("{where}: the order of the values changed", where=where))


def _come_from(
    path: str, where: str, touch: Touch, sources: Mapping[str, Any], key: str, entry: Any
) -> Iterator[Difference]:
    """What is different in one value, by the old values that it comes from."""
    for source, held in sources.items():
        touched = ("value", *touch[1:], source)
        if source != key:
            was, now = _entry(held, source), _entry(entry, key)
            if len(sources) > 1:
                message = say("{where}: {was} joins {now}", where=where, was=was, now=now)
                yield Difference(f"{path}={source}", "merged", message, touched)
            else:
                message = say("{where}: {was} is now {now}", where=where, was=was, now=now)
                yield Difference(f"{path}={source}", "renamed", message, touched)
        for what in _fields(held, entry, _LOOKS | {"value"}):
            message = say("{where}: {entry}: {what}", where=where, entry=_entry(entry, key), what=what)
            yield Difference(f"{path}={source}", "changed", message, touched)
        for what in _fields(held, entry, frozenset(), only=_LOOKS):
            message = say("{where}: {entry}: {what}", where=where, entry=_entry(held, source), what=what)
            yield Difference(f"{path}={source}", "changed", message)


def _left(
    path: str, where: str, touch: Touch, was: Mapping[str, Any], now: Mapping[str, Any], table: Mapping[str, Target]
) -> Iterator[Difference]:
    """The old values that are split, to be looked at again, or gone."""
    for key, held in was.items():
        target: Target = table.get(key, key)
        touched = ("value", *touch[1:], key)
        if isinstance(target, tuple) and target:
            into = joined(", ", (_entry(now[t], t) for t in target if t in now))
            yield Difference(
                f"{path}={key}",
                "split",
                say("{where}: {held} is split into {into}", where=where, held=_entry(held, key), into=into),
                touched,
            )
        elif target is None and key in now:
            entry = _entry(held, key)
            message = (
                say("{where}: entities with {held} are to be looked at again", where=where, held=entry)
                if touch[1].startswith(f"{TYPES}.")
                else say("{where}: labels with {held} are to be looked at again", where=where, held=entry)
            )
            yield Difference(f"{path}={key}", "changed", message, touched)
        elif key not in now and target not in now:
            yield Difference(
                f"{path}={key}",
                "removed",
                say("{where}: {held} is gone", where=where, held=_entry(held, key)),
                touched,
            )


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
        called = _NAMES.get(name, say("the {name}", name=name.replace("_", " ")))
        if name in _LONG or not _short(was) or not _short(now):
            yield say("{called} changed", called=called)
        elif name in ("label", "title"):
            yield say("it is called “{now}”, not “{was}”", now=now, was=was)
        else:
            yield say("{called}: {now}, was {was}", called=called, now=_said(now), was=_said(was))


def _short(value: Any) -> bool:
    if isinstance(value, tuple):
        return all(isinstance(v, str) for v in value) and len(value) < 6
    return value is None or isinstance(value, (str, int, float, bool))


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return say("yes") if value else say("no")
    if isinstance(value, tuple):
        return ", ".join(value) or say("none")
    return say("none") if value in (None, "") else str(value)


def _plain(name: str, called: str, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    for part in new:
        was = part_of(old, part.key)
        if was is None:
            yield Difference(f"{name}.{part.key}", "added", say("{called} {key} is new", called=called, key=part.key))
        elif was != part:
            yield Difference(
                f"{name}.{part.key}", "changed", say("{called} {key} changed", called=called, key=part.key)
            )
    for part in old:
        if part_of(new, part.key) is None:
            yield Difference(
                f"{name}.{part.key}", "removed", say("{called} {key} is gone", called=called, key=part.key)
            )
    if _order(old, new):
        yield Difference(name, "changed", say("the order of the rules changed"))


def _order(old: Sequence[Any], new: Sequence[Any]) -> bool:
    """Whether what both have stands in another order."""
    was, now = [x.key for x in old], [x.key for x in new]
    return [k for k in was if k in now] != [k for k in now if k in was]


def _title(part: Any) -> str:
    return str(part.label or part.key)


def _named(part: Any) -> str:
    return say("“{title}” ({key})", title=_title(part), key=part.key)


def _entry(entry: Any, key: str) -> str:
    return say("“{title}” ({key})", title=entry.label, key=key)
