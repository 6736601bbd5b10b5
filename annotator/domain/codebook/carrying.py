"""Carrying a label from one codebook version to the next: nothing is dropped, and what does not fit is reported."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from annotator.domain.annotations import Annotation, EmptyRole, Entity, Filler
from annotator.domain.codebook.mapping import TYPES, CodebookMapping, Target, layer_of, part_of, type_of
from annotator.domain.codebook.model import (
    Asking,
    Attribute,
    BooleanAttribute,
    ChoicesAttribute,
    Codebook,
    Layer,
    LinkLayer,
    NumberAttribute,
    Role,
    ScaleAttribute,
)
from annotator.domain.codebook.values import categories_of, label_of, number_text, same, value_fault
from annotator.domain.errors import Refusal
from annotator.domain.words import joined, say

Reviews = tuple[str, ...]
"""Why a person should look at a label or an entity again, a clause each; empty where nobody need."""


def spelled(value: Any) -> str | None:
    """A single value as a mapping file writes it; None for entities, which no mapping names."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return number_text(value)
    return value if isinstance(value, str) else None


def read_value(attribute: Attribute, text: str) -> Any:
    """What a mapping file wrote, as the attribute's own kind of value."""
    if any(o.key == text for o in attribute.off_scale):
        return text
    if isinstance(attribute, ScaleAttribute):
        return next((p.value for p in attribute.points if number_text(p.value) == text), text)
    if isinstance(attribute, BooleanAttribute):
        return {"true": True, "false": False}.get(text, text)
    if isinstance(attribute, NumberAttribute):
        try:
            number = float(text)
        except ValueError:
            return text
        return int(number) if number == int(number) else number
    return text


class Carrier:
    """Carries labels over one step; `version` is the one they come to. The same label always comes out the same.

    Times are left as they are: it is not its coder who changes the label.
    """

    def __init__(self, old: Codebook, new: Codebook, mapping: CodebookMapping, version: int) -> None:
        self._old, self._new, self._mapping, self._version = old, new, mapping, version
        self._layers: dict[str, tuple[Layer | None, Layer | None]] = {}

    def carry(self, a: Annotation) -> tuple[Annotation, Reviews]:
        """The label under the new version and why it is to be looked at; raises Refusal where it has no layer there.

        A label that nothing changes keeps the version it has.
        """
        old, new = self._layers_of(a.layer)
        if new is None:
            raise Refusal(
                say("the codebook has no layer `{layer}` any more", layer=a.layer), a.id, "map the layer to another one"
            )
        if old is not None and old.kind != new.kind:
            raise Refusal(
                say("`{new}` is a {kind} layer now", new=new.key, kind=new.kind), a.id, "give the new layer another key"
            )
        told: list[str] = []
        if a.layer in self._mapping.review:
            told.append(say("“{part}” was changed", part=new.label))
        values: dict[str, Any] = {}
        for key, value in a.values.items():
            name, now, why = self._value(a.layer, old, new, key, value)
            if name in values:
                raise _meeting(a, name)
            values[name] = now
            told += why
        roles, empty = self._roles(a, old, new, told) if isinstance(new, LinkLayer) else (a.roles, a.empty)
        names = {self._mapping.attribute(a.layer, key) for key in a.uncertain}
        after = replace(a, layer=new.key, values=values, uncertain=tuple(sorted(names)), roles=roles, empty=empty)
        if _equal(after, a):
            return a, tuple(told)
        return replace(after, codebook_version=self._version), tuple(told)

    def carry_entity(self, e: Entity) -> tuple[Entity, Reviews]:
        """The entity under the new version and what of it the new version has no place for: that stays as it is.

        Where two answers would come to stand in one place, the one without a new name stays under its own.
        """
        owner, kind = f"{TYPES}.{e.type}", self._mapping.entity_type(e.type)
        old, new = type_of(self._old, e.type), type_of(self._new, kind)
        told: list[str] = []
        values: dict[str, Any] = {}
        names = _names_apart({key: self._mapping.attribute(owner, key) for key in e.values})
        for key, value in e.values.items():
            now, why = value, [f"“{key}” is no longer asked for"]
            if new is not None and names[key] == self._mapping.attribute(owner, key):
                _, now, why = self._value(owner, old, new, key, value)
            values[names[key]] = now
            told += why
        if kind == e.type and _same_values(values, e.values):
            return e, tuple(told)
        return replace(e, type=kind, values=values), tuple(told)

    def _layers_of(self, key: str) -> tuple[Layer | None, Layer | None]:
        if key not in self._layers:
            self._layers[key] = (layer_of(self._old, key), layer_of(self._new, self._mapping.layer(key)))
        return self._layers[key]

    def _value(self, layer: str, old: Asking | None, new: Asking, key: str, value: Any) -> tuple[str, Any, list[str]]:
        name = self._mapping.attribute(layer, key)
        was: Attribute | None = part_of(old.attributes, key) if old is not None else None
        now: Attribute | None = part_of(new.attributes, name)
        if now is None:
            shown = was.label if was is not None else key
            return name, value, [say("“{shown}” is no longer asked for", shown=shown)]
        told: list[str] = (
            [say("“{part}” was changed", part=now.label)] if f"{layer}.{key}" in self._mapping.review else []
        )
        table = self._mapping.values.get(f"{layer}.{key}", {})
        for one in value if isinstance(value, (list, tuple)) else (value,):
            told += self._kept(table, one, was, now)
        many = isinstance(value, (list, tuple))
        after = _suited(now, [_mapped(table, one, now) for one in value] if many else _mapped(table, value, now))
        if fault := value_fault(now, after):
            return name, value, told or [say("{part}: {fault}", part=now.label, fault=_gone(was, now, value) or fault)]
        return name, (value if same(after, value) else after), told

    def _kept(self, table: dict[str, Target], value: Any, was: Attribute | None, now: Attribute) -> list[str]:
        text = spelled(value)
        if text is None or text not in table or isinstance(table[text], str):
            return []
        shown = label_of(was, value) if was is not None else text
        target = table[text]
        if target:
            names = ", ".join(label_of(now, read_value(now, t)) for t in target)
            return [say("{part}: “{shown}” was split; choose one of {names}", part=now.label, shown=shown, names=names)]
        known = categories_of(now)
        gone = known is not None and text not in known  # then that is what is told
        return [] if gone else [say("{part}: look at “{shown}” again", part=now.label, shown=shown)]

    def _roles(
        self, a: Annotation, old: Layer | None, new: LinkLayer, told: list[str]
    ) -> tuple[dict[str, tuple[Filler, ...]], dict[str, EmptyRole]]:
        roles: dict[str, tuple[Filler, ...]] = {}
        empty: dict[str, EmptyRole] = {}
        for key in dict.fromkeys([*a.roles, *a.empty]):
            name = self._mapping.role(a.layer, key)
            was: Role | None = part_of(old.roles, key) if isinstance(old, LinkLayer) else None
            now: Role | None = part_of(new.roles, name)
            if now is None:
                told.append(say("the role “{part}” is no longer there", part=(was.label if was else "") or key))
            if name in roles or name in empty:
                raise _meeting(a, name)
            if key in a.roles:
                roles[name] = a.roles[key]
                told += _filler_reviews(self._mapping, was, now, a.roles[key])
            if key in a.empty:
                reason = a.empty[key]
                because = self._mapping.reasons.get(f"{a.layer}.{key}", {}).get(reason.because, reason.because)
                if now is not None and part_of(now.empty_because, because) is None:
                    told.append(
                        say(
                            "{part}: the reason “{reason}” is no longer there",
                            part=now.label or now.key,
                            reason=reason.because,
                        )
                    )
                empty[name] = replace(reason, because=because)
        return roles, empty


def _names_apart(names: dict[str, str]) -> dict[str, str]:
    """Old name -> new name, without two that come to be the same."""
    while True:
        held = list(names.values())
        meeting = [key for key, name in names.items() if key != name and held.count(name) > 1]
        if not meeting:
            return names
        names = {**names, **{key: key for key in meeting}}


def _meeting(a: Annotation, name: str) -> Refusal:
    return Refusal(
        say("two of its answers would both become `{name}`", name=name), a.id, "map one of them to another key"
    )


def _filler_reviews(
    mapping: CodebookMapping, was: Role | None, now: Role | None, held: tuple[Filler, ...]
) -> list[str]:
    if now is None:
        return []
    name = now.label or now.key
    if now.max is not None and len(held) > now.max:
        return [say("{name}: at most {n} may be named here now", name=name, n=now.max)]
    if any(f.entity for f in held) and not now.takes_entities:
        return [say("{name}: an entity without a label is not allowed here now", name=name)]
    before = {mapping.layer(x) for x in was.layers} if was is not None else set()
    if any(f.annotation for f in held) and not before <= set(now.layers):
        return [say("{name}: other layers are allowed here now", name=name)]
    return []


def _gone(was: Attribute | None, now: Attribute, value: Any) -> str:
    """Which values are no longer on the list; empty where that is not what is wrong."""
    known = categories_of(now)
    items = [x for x in (value if isinstance(value, (list, tuple)) else (value,)) if spelled(x) is not None]
    lost = [x for x in items if known is not None and spelled(x) not in known]
    names = joined(", ", (say("“{name}”", name=label_of(was, x) if was is not None else spelled(x)) for x in lost))
    return say("{names} is no longer there", names=names) if names else ""


def _mapped(table: dict[str, Target], value: Any, now: Attribute) -> Any:
    """A single value's new form; itself where the mapping keeps it."""
    text = spelled(value)
    if text is None:
        return value
    target = table.get(text, text)
    after = read_value(now, target if isinstance(target, str) else text)
    return value if text == target and not value_fault(now, value) else after


def _suited(now: Attribute, value: Any) -> Any:
    """One value where a list is asked for becomes a list, a list of one becomes that one; no value is there twice."""
    if isinstance(value, list):
        once: list[Any] = []
        for item in value:
            if not any(same(item, x) for x in once):
                once.append(item)
        many = isinstance(now, ChoicesAttribute) or getattr(now, "many", False)
        return once[0] if len(once) == 1 and not many else once
    off = isinstance(value, str) and any(o.key == value for o in now.off_scale)
    return [value] if isinstance(now, ChoicesAttribute) and not off else value


def _equal(a: Annotation, b: Annotation) -> bool:
    if (a.layer, a.uncertain, a.roles, a.empty) != (b.layer, b.uncertain, b.roles, b.empty):
        return False
    return _same_values(a.values, b.values)


def _same_values(a: Mapping[str, Any], b: Mapping[str, Any]) -> bool:
    return a.keys() == b.keys() and all(same(v, b[k]) for k, v in a.items())


def taken_back(
    now: Annotation, after: Annotation, before: Annotation, forth: CodebookMapping, carrier: Carrier
) -> tuple[Annotation, Reviews]:
    """A label's way back over a step that `forth` took it from `before` to `after`: exact where nobody changed it.

    Of a label that was changed since (`now`), the answers that were not are as before, the others are carried by
    `carrier`, which goes the inverse way.
    """
    if _equal(now, after):
        was = replace(now, layer=before.layer, values=before.values, uncertain=before.uncertain)
        return replace(was, roles=before.roles, empty=before.empty, codebook_version=before.codebook_version), ()
    back, told = carrier.carry(now)
    names = {forth.attribute(before.layer, key): key for key in before.values}
    values: dict[str, Any] = {}
    for (key, value), (name, carried) in zip(now.values.items(), back.values.items(), strict=True):
        same_answer = key in names and key in after.values and same(value, after.values[key])
        values[names.get(key, name)] = before.values[names[key]] if same_answer else carried
    roles, empty = back.roles, back.empty
    if (now.roles, now.empty) == (after.roles, after.empty):
        roles, empty = before.roles, before.empty
    layer = before.layer if now.layer == after.layer else back.layer
    return replace(back, layer=layer, values=values, roles=roles, empty=empty), told


def entity_taken_back(
    now: Entity, after: Entity, before: Entity, forth: CodebookMapping, carrier: Carrier
) -> tuple[Entity, Reviews]:
    """As `taken_back`, for an entity: exact where nobody changed its type or answers since."""
    if now.type == after.type and _same_values(now.values, after.values):
        return replace(now, type=before.type, values=before.values), ()
    back, told = carrier.carry_entity(now)
    owner = f"{TYPES}.{before.type}"
    values = dict(back.values)
    for key, value in before.values.items():
        name = forth.attribute(owner, key)
        if name in now.values and name in after.values and same(now.values[name], after.values[name]):
            values[key] = value
            if name != key and name not in before.values:
                values.pop(name, None)
    return replace(back, type=before.type if now.type == after.type else back.type, values=values), told
