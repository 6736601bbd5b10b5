"""What one part of a codebook says about another: checked on the raw data, so that it works beside other faults."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from pydantic import TypeAdapter, ValidationError

from annotator.domain.codebook.model import Attribute, EntityAttribute
from annotator.domain.codebook.scalars import Path, typed_value
from annotator.domain.codebook.values import value_fault

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


def _doubles(items: list[tuple[Path, Any]], what: str) -> Iterator[Found]:
    seen: Counter[str] = Counter()
    for path, value in items:
        if value is None:
            continue
        seen[str(value)] += 1
        if seen[str(value)] == 2:
            yield path, f"the {what} `{value}` is used twice", f"give each its own {what}"


def _codebook(data: dict[str, Any]) -> Iterator[Found]:
    layers = _maps(data.get("layers"))
    types = {str(t.get("key")) for _, t in _maps(data.get("entity_types"))}
    kinds = {str(layer.get("key")): str(layer.get("kind")) for _, layer in layers}
    for name in ("rules", "entity_types", "layers"):
        yield from _doubles([((name, i, "key"), x.get("key")) for i, x in _maps(data.get(name))], "key")
    yield from _doubles([(("layers", i, "hotkey"), _folded(x.get("hotkey"))) for i, x in layers], "hotkey")
    for i, kind in _maps(data.get("entity_types")):
        yield from _entity_type(kind, ("entity_types", i), types)
    for i, layer in layers:
        yield from _layer(layer, ("layers", i), kinds, types)


def _folded(hotkey: Any) -> Any:
    return hotkey.lower() if isinstance(hotkey, str) else hotkey


def _entity_type(kind: dict[str, Any], path: Path, types: set[str]) -> Iterator[Found]:
    """As attributes of labels, without what an entity has not: a zone, links, roles."""
    attributes = _maps(kind.get("attributes"))
    yield from _doubles([((*path, "attributes", i, "key"), a.get("key")) for i, a in attributes], "key")
    by_key = {str(a.get("key")): a for _, a in attributes}
    for i, attribute in attributes:
        here = (*path, "attributes", i)
        yield from _one_attribute(attribute, here, by_key, None, types)
        when = attribute.get("when")
        if isinstance(when, dict) and when.get("zone") is not None:
            yield (*here, "when", "zone"), "an entity lies in no zone", "take `zone:` away, or ask on another attribute"
        if attribute.get("unique_true_per") is not None:
            yield (*here, "unique_true_per"), "an entity has no links", "take `unique_true_per:` away"
        if attribute.get("type") == "entity" and attribute.get("default") is not None:
            yield (*here, "default"), "an entity has no roles to take an entity from", "take `default:` away"


def _layer(layer: dict[str, Any], path: Path, kinds: dict[str, str], types: set[str]) -> Iterator[Found]:
    attributes = _maps(layer.get("attributes"))
    yield from _doubles([((*path, "attributes", i, "key"), a.get("key")) for i, a in attributes], "key")
    roles = _maps(layer.get("roles"))
    role_keys = [str(r.get("key")) for _, r in roles]
    yield from _doubles([((*path, "roles", i, "key"), r.get("key")) for i, r in roles], "key")
    per = layer.get("per")
    if isinstance(per, dict):
        if str(per.get("role")) not in role_keys:
            yield (
                (*path, "per", "role"),
                f"there is no role `{per.get('role')}`",
                f"use one of {', '.join(role_keys)}",
            )
        yield from _range(per, (*path, "per"))
    for i, role in roles:
        here = (*path, "roles", i)
        yield from _range(role, here)
        for j, name in _texts(role.get("layers")):
            if name not in kinds:
                yield (*here, "layers", j), f"there is no layer `{name}`", f"use one of {', '.join(kinds)}"
            elif kinds[name] == "document":
                yield (*here, "layers", j), f"`{name}` is a document layer", "use a span or link layer"
        if not role.get("layers") and not role.get("entity_types") and not role.get("entities"):
            yield here, "nothing may fill this role", "name `layers` or `entity_types`"
        for j, name in _texts(role.get("entity_types")):
            yield from _known_type(name, types, (*here, "entity_types", j))
        reasons = _maps(role.get("empty_because"))
        yield from _doubles([((*here, "empty_because", j, "key"), r.get("key")) for j, r in reasons], "key")
    by_key = {str(a.get("key")): a for _, a in attributes}
    for i, attribute in attributes:
        yield from _one_attribute(attribute, (*path, "attributes", i), by_key, role_keys, types)


def _known_type(name: str, types: set[str], path: Path) -> Iterator[Found]:
    if name not in types:
        yield (
            path,
            f"there is no entity type `{name}`",
            f"use one of {', '.join(sorted(types)) or '(none is declared)'}",
        )


def _range(part: dict[str, Any], path: Path) -> Iterator[Found]:
    low, high = typed_value(part.get("min")), typed_value(part.get("max"))
    if isinstance(low, (int, float)) and isinstance(high, (int, float)) and low > high:
        yield (*path, "min"), f"min {low} is more than max {high}", "exchange them"


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
    yield from _doubles([((*p, "key"), v.get("key")) for p, v in nodes + off], "key")
    yield from _doubles([((*p, "hotkey"), _folded(v.get("hotkey"))) for p, v in nodes + off + points], "hotkey")
    yield from _doubles([((*p, "value"), v.get("value")) for p, v in points], "value")
    yield from _range(attribute, path)
    for j, name in _texts(attribute.get("entity_types")):
        yield from _known_type(name, types, (*path, "entity_types", j))
    unique = attribute.get("unique_true_per")
    if unique is not None and role_keys is not None and str(unique) not in role_keys:
        yield (*path, "unique_true_per"), f"there is no role `{unique}`", "name a role of this layer"
    groups = attribute.get("groups")
    if isinstance(groups, dict):
        known = {str(v.get("value")) for _, v in points} | {str(o.get("key")) for _, o in off}
        for name, members in groups.items():
            for j, member in enumerate(members if isinstance(members, list) else []):
                if str(member) not in known:
                    yield (
                        (*path, "groups", name, j),
                        f"there is no point `{member}`",
                        "name a point or off-scale key",
                    )
    yield from _when(attribute, path, by_key, "layer" if role_keys is not None else "entity type")
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
        yield (*path, "default"), f"the default is not allowed: {fault}", "use an allowed value"


def _when(attribute: dict[str, Any], path: Path, by_key: dict[str, dict[str, Any]], owner: str) -> Iterator[Found]:
    when = attribute.get("when")
    if not isinstance(when, dict):
        return
    here = (*path, "when")
    name = when.get("attribute")
    if name is None:
        if when.get("zone") is None:
            remedy = "add `attribute:` or `zone:`" if owner == "layer" else "add `attribute:`"
            yield here, "the condition names neither an attribute nor a zone", remedy
        return
    if str(name) not in by_key or str(name) == str(attribute.get("key")):
        yield (
            (*here, "attribute"),
            f"there is no other attribute `{name}` in this {owner}",
            f"use one of {', '.join(k for k in by_key if k != attribute.get('key')) or '(there is none)'}",
        )
        return
    if when.get("in") is None and when.get("under") is None:
        yield here, "the condition names no values", "add `in:` or `under:`"
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
                    f"`{name}` has no value `{text}`",
                    f"use one of {', '.join(sorted(known))}",
                )
