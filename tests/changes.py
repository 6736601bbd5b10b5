"""Codebook changes made by chance: another codebook, and a mapping that belongs to it."""

from __future__ import annotations

import copy
import json
import random
from typing import Any

from pydantic import ValidationError

from annotator.domain.codebook.mapping import CodebookMapping
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.codebook.references import reference_faults

Data = dict[str, Any]


def changed_by_chance(old: Codebook, chance: random.Random, steps: int = 4) -> tuple[Codebook, CodebookMapping]:
    """A sound codebook some steps away from the old one, and how labels are to be carried; layers all go on."""
    data: Data = json.loads(codebook_json(old))
    mapping: dict[str, dict[str, Any]] = {"layers": {}, "attributes": {}, "roles": {}, "values": {}, "reasons": {}}
    mapping["entity_types"] = {}
    for _ in range(steps):
        tried, told = copy.deepcopy(data), copy.deepcopy(mapping)
        _step(tried, told, chance)
        if _faulty(tried):
            continue
        data, mapping = tried, told
    return Codebook.model_validate(data), CodebookMapping.model_validate(mapping)


def _faulty(data: Data) -> bool:
    try:
        Codebook.model_validate(data)
    except ValidationError:
        return True
    return bool(reference_faults(data))


def _step(data: Data, mapping: dict[str, dict[str, Any]], chance: random.Random) -> None:
    described = [t for t in data["entity_types"] if t.get("attributes")]
    layer = chance.choice([*data["layers"], *described])
    section, head = ("entity_types", "entity_types.") if layer in described else ("layers", "")
    own = {v: k for k, v in mapping[section].items()}.get(layer["key"], layer["key"])
    was = f"{head}{own}"
    fresh = f"n{chance.randint(100, 999)}"
    kind = chance.random()
    attributes = layer.setdefault("attributes", [])
    if kind < 0.1 and own == layer["key"]:
        _rename_layer(data, layer, fresh) if section == "layers" else _rename_type(data, layer, fresh)
        mapping[section][own] = fresh
    elif kind < 0.2 and attributes:
        gone = attributes.pop(chance.randrange(len(attributes)))
        for place in [p for p, k in mapping["attributes"].items() if k == gone["key"] and p.startswith(f"{was}.")]:
            del mapping["attributes"][place]
            mapping["values"].pop(place, None)
        mapping["values"].pop(f"{was}.{gone['key']}", None)
    elif kind < 0.3 and attributes:
        one = chance.choice(attributes)
        place = f"{was}.{one['key']}"
        if place in mapping["values"] or one["key"].startswith("n"):
            return
        mapping["attributes"][place] = one["key"] = fresh
        for other in attributes:
            if other.get("when", {}).get("attribute") == place.rpartition(".")[2]:
                other["when"]["attribute"] = fresh
    elif kind < 0.4:
        attributes.append({"key": fresh, "label": "New", "type": "text", "required": chance.random() < 0.5})
    elif kind < 0.5 and layer.get("kind") == "link":
        role = layer["roles"][-1]
        if not role["key"].startswith("n"):
            mapping["roles"][f"{was}.{role['key']}"] = role["key"] = fresh
    elif kind < 0.6 and section == "layers":
        layer["definition"] = f"another {fresh}"
    elif attributes:
        _change_values(chance.choice(attributes), was, mapping, fresh, chance)


def _change_values(a: Data, layer: str, mapping: dict[str, dict[str, Any]], fresh: str, chance: random.Random) -> None:
    values = a.get("values")
    if not values:
        return
    own = {v: k.rpartition(".")[2] for k, v in mapping["attributes"].items() if k.startswith(f"{layer}.")}
    table = mapping["values"].setdefault(f"{layer}.{own.get(a['key'], a['key'])}", {})
    aims = {t for x in table.values() for t in (x if isinstance(x, list) else [x])}
    free = [v for v in values if v["key"] not in table and v["key"] not in aims and v["key"][:1] != "n"]
    if not free:
        return
    one, kind = chance.choice(free), chance.random()
    if kind < 0.25:
        table[one["key"]] = one["key"] = fresh
    elif kind < 0.5 and len(values) > 1:
        values.remove(one)
        rest = [v["key"] for v in values]
        if chance.random() < 0.5:
            table[one["key"]] = chance.choice(rest)
    elif kind < 0.6 and len(values) > 1:
        values.remove(one)
        values.append({"key": fresh, "label": "Half"})
        table[one["key"]] = [fresh, values[0]["key"]]
    elif kind < 0.7:
        table[one["key"]] = None
    else:
        values.append({"key": fresh, "label": "More"})


def _rename_layer(data: Data, layer: Data, fresh: str) -> None:
    for other in data["layers"]:
        for role in other.get("roles", ()):
            role["layers"] = [fresh if x == layer["key"] else x for x in role.get("layers", ())]
            if not role["layers"]:
                del role["layers"]
    layer["key"] = fresh


def _rename_type(data: Data, kind: Data, fresh: str) -> None:
    for owner in (*data["layers"], *data["entity_types"]):
        for part in (*owner.get("roles", ()), *owner.get("attributes", ())):
            if "entity_types" in part:
                part["entity_types"] = [fresh if x == kind["key"] else x for x in part["entity_types"]]
    kind["key"] = fresh
