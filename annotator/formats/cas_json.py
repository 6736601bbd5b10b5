"""A CAS in JSON as UIMA writes it (version 0.4), brought to what a CAS in XMI and its type system are.

Source: "UIMA CAS JSON": feature structures with `%ID` and `%TYPE`; `@` before a feature that refers to others, `^`
before an anchor, `#` before a number that JSON cannot hold.
"""

from __future__ import annotations

import json
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.cas_file import CasFile, Feature, Structure, TypeSystem
from annotator.formats.json_input import Shape, load_json

_ELEMENTS = "%ELEMENTS"


def is_cas(data: bytes) -> bool:
    """Whether bytes look like a CAS in JSON."""
    return b'"%FEATURE_STRUCTURES"' in data or b'"%VIEWS"' in data


def read_json_cas(data: bytes, where: str, cas: CasFile) -> TypeSystem:
    """Fill the CAS and answer its types; raises BadInput where it is none."""
    root = Shape(load_json(data, where), where)
    types = TypeSystem()
    for name, told in root.part("%TYPES").mapping().items() if root.mapping().get("%TYPES") else ():
        _type(types, name, Shape(told, f"{where}, {name}"))
    held = root.part("%FEATURE_STRUCTURES").value
    if isinstance(held, dict):  # by id
        held = [{"%ID": int(key) if key.isdigit() else key, **_mapping(value)} for key, value in held.items()]
    sofas: dict[int, dict[str, Any]] = {}
    for place, one in enumerate(held if isinstance(held, list) else (), start=1):
        if not isinstance(one, dict) or type(one.get("%ID")) is not int or not isinstance(one.get("%TYPE"), str):
            cas.tell(place, say("a feature structure needs an id of its own and a type"))
        elif one["%TYPE"] == "uima.cas.Sofa":
            sofas[one["%ID"]] = one
        elif one["%ID"] in cas.structures:
            cas.tell(place, say("the id {name} is there twice", name=one["%ID"]))
        else:
            cas.structures[one["%ID"]] = _structure(one, place)
    _settle(root, cas, sofas, where)
    return types


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _type(types: TypeSystem, name: str, told: Shape) -> None:
    types.supertypes[name] = told.part("%SUPER_TYPE").text()
    types.features[name] = []
    for feature, about in told.mapping().items():
        if not feature.startswith("%") and isinstance(about, dict):
            range = str(about.get("%RANGE") or "")
            element = str(about.get("%ELEMENT_TYPE") or "")
            if range.endswith("[]"):
                element = element or range[:-2]
                short = element.removeprefix("uima.cas.")
                range = f"uima.cas.{short}Array" if short in _PLAIN else "uima.cas.FSArray"
            types.features[name].append(Feature(feature, range, element, name))


_PLAIN = frozenset(("Boolean", "Byte", "Short", "Integer", "Long", "Float", "Double", "String"))


def _structure(one: dict[str, Any], place: int) -> Structure:
    features: dict[str, str] = {}
    lists: dict[str, list[str]] = {}
    for key, value in one.items():
        if key == _ELEMENTS and isinstance(value, list):
            lists["elements"] = [_text(v) for v in value if v is not None]
        elif key.startswith("%") or value is None:
            continue
        elif isinstance(value, list):
            lists[key.lstrip("@^#")] = [_text(v) for v in value if v is not None]
        else:
            features[key.lstrip("@^#")] = _text(value)
    return Structure(one["%ID"], one["%TYPE"].removesuffix("[]") + _array(one["%TYPE"]), place, features, lists)


def _array(type: str) -> str:
    """An array of structures is written with the type of its elements."""
    return "Array" if type.endswith("[]") else ""


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else json.dumps(value)


def _settle(root: Shape, cas: CasFile, sofas: dict[int, dict[str, Any]], where: str) -> None:
    views: dict[str, tuple[int | None, list[int]]] = {}
    for name, view in _mapping(root.mapping().get("%VIEWS")).items():
        members = [m for m in _mapping(view).get("%MEMBERS") or () if type(m) is int]
        sofa = _mapping(view).get("%SOFA")
        views[name] = (sofa if type(sofa) is int else None, members)
    with_text = [n for n, (sofa, _) in views.items() if isinstance(sofas.get(sofa or -1, {}).get("sofaString"), str)]
    if not with_text:
        raise BadInput("the CAS has no text", where)
    chosen = "_InitialView" if "_InitialView" in with_text else with_text[0]
    sofa, members = views[chosen]
    text = sofas[sofa or -1]["sofaString"]
    if any("\ud800" <= c <= "\udfff" for c in text):
        raise BadInput("the text has half a character", where)
    cas.settle(text, members, sum(len(m) for name, (_, m) in views.items() if name != chosen), 1)
