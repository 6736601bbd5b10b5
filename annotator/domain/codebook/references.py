"""What one part of a codebook says about another: checked on the raw data, so that it works beside other faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from annotator.domain.codebook.model import Attribute, EntityAttribute
from annotator.domain.codebook.scalars import Path, typed_value
from annotator.domain.codebook.values import value_fault
from annotator.domain.words import Message, say

Found = tuple[Path, str, str]
_attribute: TypeAdapter[Any] = TypeAdapter(Attribute)


def reference_faults(data: dict[str, Any]) -> list[Found]:
    """(path, what, remedy) of everything that points nowhere, is there twice, or contradicts itself."""
    return list(_codebook(data))


def _maps(value: Any) -> list[tuple[int, dict[str, Any]]]:
    if not isinstance(value, list):
        return []
    return [(i, item) for i, item in enumerate(value) if isinstance(item, dict)]


def _texts(value: Any) -> list[tuple[int, str]]:
    if not isinstance(value, list):
        return []
    return [(i, item) for i, item in enumerate(value) if isinstance(item, str)]


Told = tuple[Message, Message]


def _key(value: str) -> Told:
    return say("the key `{value}` is used twice", value=value), say("give each its own key")


def _hotkey(value: str) -> Told:
    return say("the hotkey `{value}` is used twice", value=value), say("give each its own hotkey")


def _value(value: str) -> Told:
    return say("the value `{value}` is used twice", value=value), say("give each its own value")


def _doubles(items: list[tuple[Path, Any]], told: Callable[[str], Told]) -> Iterator[Found]:
    seen: Counter[str] = Counter()
    for path, value in items:
        if value is None:
            continue
        seen[str(value)] += 1
        if seen[str(value)] == 2:
            yield path, *told(str(value))


def _codebook(data: dict[str, Any]) -> Iterator[Found]:
    layers = _maps(data.get("layers"))
    types = {str(t.get("key")) for _, t in _maps(data.get("entity_types"))}
    kinds = {str(layer.get("key")): str(layer.get("kind")) for _, layer in layers}
    for name in ("rules", "entity_types", "layers"):
        yield from _doubles([((name, i, "key"), x.get("key")) for i, x in _maps(data.get(name))], _key)
    yield from _doubles([(("layers", i, "hotkey"), _folded(x.get("hotkey"))) for i, x in layers], _hotkey)
    for i, kind in _maps(data.get("entity_types")):
        yield from _entity_type(kind, ("entity_types", i), types)
    for i, layer in layers:
        yield from _layer(layer, ("layers", i), kinds, types)


def _folded(hotkey: Any) -> Any:
    return hotkey.lower() if isinstance(hotkey, str) else hotkey


def _entity_type(kind: dict[str, Any], path: Path, types: set[str]) -> Iterator[Found]:
    """As attributes of labels, without what an entity has not: a zone, links, roles."""
    attributes = _maps(kind.get("attributes"))
    yield from _doubles([((*path, "attributes", i, "key"), a.get("key")) for i, a in attributes], _key)
    by_key = {str(a.get("key")): a for _, a in attributes}
    for i, attribute in attributes:
        here = (*path, "attributes", i)
        yield from _one_attribute(attribute, here, by_key, None, types)
        when = attribute.get("when")
        if isinstance(when, dict) and when.get("zone") is not None:
            yield (
                (*here, "when", "zone"),
                say("an entity is in no zone"),
                say("take `zone:` away, or ask on another attribute"),
            )
        if attribute.get("unique_true_per") is not None:
            yield (*here, "unique_true_per"), say("an entity has no links"), say("take `unique_true_per:` away")
        if attribute.get("type") == "entity" and attribute.get("default") is not None:
            yield (
                (*here, "default"),
                say("an entity has no roles to take an entity from"),
                say("take `default:` away"),
            )


def _layer(layer: dict[str, Any], path: Path, kinds: dict[str, str], types: set[str]) -> Iterator[Found]:
    attributes = _maps(layer.get("attributes"))
    yield from _doubles([((*path, "attributes", i, "key"), a.get("key")) for i, a in attributes], _key)
    roles = _maps(layer.get("roles"))
    role_keys = [str(r.get("key")) for _, r in roles]
    yield from _doubles([((*path, "roles", i, "key"), r.get("key")) for i, r in roles], _key)
    per = layer.get("per")
    if isinstance(per, dict):
        if str(per.get("role")) not in role_keys:
            yield (
                (*path, "per", "role"),
                say("there is no role `{value}`", value=per.get("role")),
                say("use one of {names}", names=", ".join(role_keys)),
            )
        yield from _range(per, (*path, "per"))
    for i, role in roles:
        here = (*path, "roles", i)
        yield from _range(role, here)
        for j, name in _texts(role.get("layers")):
            if name not in kinds:
                yield (
                    (*here, "layers", j),
                    say("there is no layer `{name}`", name=name),
                    say("use one of {names}", names=", ".join(kinds)),
                )
            elif kinds[name] == "document":
                yield (
                    (*here, "layers", j),
                    say("`{name}` is a document layer", name=name),
                    say("use a span or link layer"),
                )
        if not role.get("layers") and not role.get("entity_types") and not role.get("entities"):
            yield here, say("nothing may fill this role"), "name `layers` or `entity_types`"
        for j, name in _texts(role.get("entity_types")):
            yield from _known_type(name, types, (*here, "entity_types", j))
        reasons = _maps(role.get("empty_because"))
        yield from _doubles([((*here, "empty_because", j, "key"), r.get("key")) for j, r in reasons], _key)
    by_key = {str(a.get("key")): a for _, a in attributes}
    for i, attribute in attributes:
        yield from _one_attribute(attribute, (*path, "attributes", i), by_key, role_keys, types)


def _known_type(name: str, types: set[str], path: Path) -> Iterator[Found]:
    if name not in types:
        yield (
            path,
            say("there is no entity type `{name}`", name=name),
            say("use one of {names}", names=", ".join(sorted(types)) or say("(none is declared)")),
        )


def _range(part: dict[str, Any], path: Path) -> Iterator[Found]:
    low, high = typed_value(part.get("min")), typed_value(part.get("max"))
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
        yield (*path, "min"), say("min {low} is more than max {high}", low=low, high=high), say("exchange them")


def _nodes(values: Any, path: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    for i, value in _maps(values):
        yield (*path, i), value
        yield from _nodes(value.get("children"), (*path, i, "children"))


def _one_attribute(
    attribute: dict[str, Any],
    path: Path,
    by_key: dict[str, dict[str, Any]],
    role_keys: list[str] | None,
    types: set[str],
) -> Iterator[Found]:
    """role_keys: of the layer; None for an attribute of entities."""
    nodes = list(_nodes(attribute.get("values"), (*path, "values")))
    off = [((*path, "off_scale", i), o) for i, o in _maps(attribute.get("off_scale"))]
    points = [((*path, "points", i), p) for i, p in _maps(attribute.get("points"))]
    yield from _doubles([((*p, "key"), v.get("key")) for p, v in nodes + off], _key)
    yield from _doubles([((*p, "hotkey"), _folded(v.get("hotkey"))) for p, v in nodes + off + points], _hotkey)
    yield from _doubles([((*p, "value"), v.get("value")) for p, v in points], _value)
    yield from _range(attribute, path)
    for j, name in _texts(attribute.get("entity_types")):
        yield from _known_type(name, types, (*path, "entity_types", j))
    unique = attribute.get("unique_true_per")
    if unique is not None and role_keys is not None and str(unique) not in role_keys:
        yield (
            (*path, "unique_true_per"),
            say("there is no role `{unique}`", unique=unique),
            say("name a role of this layer"),
        )
    groups = attribute.get("groups")
    if isinstance(groups, dict):
        known = {str(v.get("value")) for _, v in points} | {str(o.get("key")) for _, o in off}
        for name, members in groups.items():
            for j, member in enumerate(members if isinstance(members, list) else []):
                if str(member) not in known:
                    yield (
                        (*path, "groups", name, j),
                        say("there is no point `{member}`", member=member),
                        say("name a point or off-scale key"),
                    )
    yield from _when(attribute, path, by_key, role_keys is not None)
    if attribute.get("default") is not None:
        yield from _default(attribute, path)


def _default(attribute: dict[str, Any], path: Path) -> Iterator[Found]:
    try:
        model = _attribute.validate_python({k: v for k, v in attribute.items() if k != "when"})
    except ValidationError:
        return  # told already, by the model
    if isinstance(model, EntityAttribute):
        return
    default = list(model.default) if isinstance(model.default, tuple) else model.default
    if fault := value_fault(model, default):
        yield (*path, "default"), say("the default is not allowed: {fault}", fault=fault), say("use an allowed value")


def _when(attribute: dict[str, Any], path: Path, by_key: dict[str, dict[str, Any]], in_layer: bool) -> Iterator[Found]:
    when = attribute.get("when")
    if not isinstance(when, dict):
        return
    here = (*path, "when")
    name = when.get("attribute")
    if name is None:
        if when.get("zone") is None:
            remedy = say("add `attribute:` or `zone:`") if in_layer else say("add `attribute:`")
            yield here, say("the condition names neither an attribute nor a zone"), remedy
        return
    if str(name) not in by_key or str(name) == str(attribute.get("key")):
        others = ", ".join(k for k in by_key if k != attribute.get("key"))
        yield (
            (*here, "attribute"),
            say("there is no other attribute `{name}` in this layer", name=name)
            if in_layer
            else say("there is no other attribute `{name}` in this entity type", name=name),
            say("use one of {names}", names=others) if others else say("there is no other attribute to name"),
        )
        return
    if when.get("in") is None and when.get("under") is None:
        yield here, say("the condition names no values"), "add `in:` or `under:`"
    other = by_key[str(name)]
    known = {str(v.get("key")) for _, v in _nodes(other.get("values"), ())}
    known |= {str(v.get("key")) for _, v in _maps(other.get("off_scale"))}
    known |= {str(v.get("value")) for _, v in _maps(other.get("points"))}
    if other.get("type") == "boolean":
        known |= {"true", "false"}
    for field in ("in", "under"):
        members = when.get(field)
        for j, member in enumerate(members if isinstance(members, list) and known else []):
            text = str(member).lower() if isinstance(member, bool) else str(member)
            if text not in known:
                yield (
                    (*here, field, j),
                    say("`{name}` has no value `{text}`", name=name, text=text),
                    say("use one of {names}", names=", ".join(sorted(known))),
                )
