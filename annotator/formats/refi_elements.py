"""Elements of REFI-QDA projects in their own words: kept as XML without a name space, written as the schema allows.

What has no place in a study waits like this for the way back. Attributes and children that the schema does not know,
and values that are not of their type, are left out, so that what goes back is valid whatever came.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lxml import etree

from annotator.domain.identity import derived_id
from annotator.formats.cas_types import attribute, content
from annotator.formats.sidecar import xml_text

_GUID = re.compile(r"\{?([0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})\}?")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(Z|[+-]\d\d:\d\d)?")
_COLOUR = re.compile("#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")
_WHOLE = re.compile(r"[+-]?\d+")
_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)")
_TRUTH = re.compile("true|false|1|0")


def sound_guid(text: str) -> str:
    """The guid in small letters without braces; a word that is none as the guid that always stands for it."""
    said = text.strip()
    found = _GUID.fullmatch(said)
    return found[1].lower() if found else derived_id("refi-qda", said.strip("{}").lower()) if said else ""


def sound_colour(text: str) -> str:
    """A colour as the form allows it, "" for what is none."""
    return text if _COLOUR.fullmatch(text) else ""


def six_digits(colour: str) -> str:
    """A colour of three digits as one of six."""
    return "#" + "".join(2 * x for x in colour[1:]) if len(colour) == 4 and colour.startswith("#") else colour


def sound_time(text: str) -> str:
    """A time as the form allows it, "" for what is none."""
    return text.strip() if _TIME.fullmatch(text.strip()) else ""


def _matching(pattern: re.Pattern[str]) -> Callable[[str], str]:
    return lambda text: text.strip() if pattern.fullmatch(text.strip()) else ""


def _one_of(*names: str) -> Callable[[str], str]:
    return lambda text: text.strip() if text.strip() in names else ""


_TYPES: Mapping[str, Callable[[str], str]] = {
    **dict.fromkeys(("guid", "targetGUID", "originGUID", "representedGUID"), sound_guid),
    **dict.fromkeys(("creatingUser", "modifyingUser", "sourceVertex", "targetVertex"), sound_guid),
    **dict.fromkeys(("creationDateTime", "modifiedDateTime"), sound_time),
    **dict.fromkeys(("startPosition", "endPosition"), _matching(_WHOLE)),
    **dict.fromkeys(("firstX", "firstY", "secondX", "secondY"), _matching(_WHOLE)),
    "color": sound_colour,
    "direction": _one_of("Associative", "OneWay", "Bidirectional"),
    "typeOfVariable": _one_of("Text", "Boolean", "Integer", "Float", "Date", "DateTime"),
    "lineStyle": _one_of("dotted", "dashed", "solid"),
    "shape": _one_of(
        *("Person", "Oval", "Rectangle", "RoundedRectangle", "Star"),
        *("LeftTriangle", "RightTriangle", "UpTriangle", "DownTriangle", "Note"),
    ),
}
"""Attributes that are not any text."""
_VALUES: Mapping[str, Callable[[str], str]] = {
    "BooleanValue": _matching(_TRUTH),
    "IntegerValue": _matching(_WHOLE),
    "FloatValue": _matching(_DECIMAL),
    "DateValue": _matching(_DAY),
    "DateTimeValue": sound_time,
}


@dataclass(frozen=True, slots=True)
class _Rule:
    """attributes and children in the order of the schema; needed: attributes without which there is no element."""

    attributes: tuple[str, ...] = ()
    children: tuple[str, ...] = ()
    needed: tuple[str, ...] = ()


BY = ("creatingUser", "creationDateTime", "modifyingUser", "modifiedDateTime")
"""Who made something and when, and who changed it last."""
_REFERENCE = _Rule(("targetGUID",), (), ("targetGUID",))
_RULES: Mapping[str, _Rule] = {
    **dict.fromkeys(("CodeRef", "SourceRef", "SelectionRef", "VariableRef", "NoteRef"), _REFERENCE),
    **dict.fromkeys(("MemberCode", "MemberSource", "MemberNote"), _REFERENCE),
    **dict.fromkeys(("Description", "PlainTextContent", "TextValue", *_VALUES), _Rule()),
    "User": _Rule(("guid", "name", "id"), (), ("guid",)),
    "Variable": _Rule(("guid", "name", "typeOfVariable"), ("Description",), ("guid", "name", "typeOfVariable")),
    "VariableValue": _Rule((), ("VariableRef", "TextValue", *_VALUES)),
    "Case": _Rule(
        ("guid", "name"), ("Description", "CodeRef", "VariableValue", "SourceRef", "SelectionRef"), ("guid",)
    ),
    "Set": _Rule(("guid", "name"), ("Description", "MemberCode", "MemberSource", "MemberNote"), ("guid", "name")),
    "Link": _Rule(("guid", "name", "direction", "color", "originGUID", "targetGUID"), ("NoteRef",), ("guid",)),
    "Note": _Rule(
        ("guid", "name", *BY),
        ("Description", "PlainTextContent", "PlainTextSelection", "Coding", "NoteRef", "VariableValue"),
        ("guid",),
    ),
    "PlainTextSelection": _Rule(
        ("guid", "name", "startPosition", "endPosition", *BY),
        ("Description", "Coding", "NoteRef"),
        ("guid", "startPosition", "endPosition"),
    ),
    "Coding": _Rule(("guid", "creatingUser", "creationDateTime"), ("CodeRef", "NoteRef"), ("guid",)),
    "Graph": _Rule(("guid", "name"), ("Vertex", "Edge"), ("guid",)),
    "Vertex": _Rule(
        ("guid", "representedGUID", "name", "firstX", "firstY", "secondX", "secondY", "shape", "color"),
        (),
        ("guid", "firstX", "firstY"),
    ),
    "Edge": _Rule(
        ("guid", "representedGUID", "name", "sourceVertex", "targetVertex", "color", "direction", "lineStyle"),
        (),
        ("guid", "sourceVertex", "targetVertex"),
    ),
}
_ONCE = frozenset({"Description", "PlainTextContent", "VariableRef", "TextValue", *_VALUES})
"""What stands at most once in its parent; of values one alone, of whatever type."""


_NAMING = {"Coding": "CodeRef", "VariableValue": "VariableRef"}
"""What is nothing without that which it names."""


def local(element: Any) -> str:
    """The name of an element without its name space; "" for what is none."""
    return str(etree.QName(element).localname) if isinstance(element.tag, str) else ""


def element_of(kept: str) -> Any:
    """A kept element."""
    return etree.fromstring(kept, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True))


def xml_of(element: Any) -> str:
    """The element as the schema allows it, without a name space; "" where too little of it is left."""
    name = local(element)
    rule = _RULES.get(name)
    if rule is None:
        return ""
    said = {key: _TYPES.get(key, str)(element.get(key) or "") for key in rule.attributes}
    if any(not said[key] and key != "name" for key in rule.needed):
        return ""
    if name in ("CodeRef", "SourceRef") and not said["targetGUID"]:
        return ""
    told = {k: v for k, v in said.items() if v or (k == "name" and (element.get(k) is not None or k in rule.needed))}
    head = name + "".join(f" {key}={attribute(xml_text(value))}" for key, value in told.items())
    inside = _inside(element, rule.children) if rule.children else content(xml_text(_text(element, name)))
    if name in _NAMING and f"<{_NAMING[name]}" not in inside:
        return ""
    return f"<{head}>{inside}</{name}>" if inside else f"<{head}/>"


def _text(element: Any, name: str) -> str:
    text = str(element.text or "")
    return _VALUES[name](text) if name in _VALUES else text


def _inside(element: Any, children: Sequence[str]) -> str:
    found: dict[str, list[str]] = {name: [] for name in children}
    valued = False
    for child in element:
        name = local(child)
        if name not in found or (name in _ONCE and found[name]):
            continue
        is_value = name.endswith("Value") and name != "VariableValue"
        written = xml_of(child)
        if not written or (is_value and (valued or (name in _VALUES and written.endswith("/>")))):
            continue
        valued |= is_value
        found[name].append(written)
    return "".join(x for name in children for x in found[name])


def prune(element: Any, known: Container[str]) -> int:
    """Take out of a kept element what speaks of things that are not there any more; how many there were."""
    gone = 0
    for ref in list(element.iter()):
        parent = ref.getparent()
        if parent is None:
            continue
        target = ref.get("targetGUID") or ref.get("representedGUID")
        if target and target not in known and ref.tag == "Edge":
            del ref.attrib["representedGUID"]
        elif target and target not in known:
            drop = parent if parent.tag in ("VariableValue", "Coding") and ref.tag != "NoteRef" else ref
            if drop.getparent() is not None:
                drop.getparent().remove(drop)
                gone += 1
    for graph in element.iter("Graph"):
        here = {v.get("guid") for v in graph.iter("Vertex")}
        for edge in list(graph.iter("Edge")):
            if not {edge.get("sourceVertex"), edge.get("targetVertex")} <= here:
                graph.remove(edge)
                gone += 1
    return gone


def parted(words: str, notes: Sequence[tuple[str, str]]) -> tuple[str, list[str]]:
    """(the words without those of notes, the notes that stand in them whole), from the last to the first.

    Words of a thing were put together from its description and its notes; a note that was changed here stays words.
    """
    rest = words.strip()
    kept: list[str] = []
    for guid, text in reversed(notes):
        if not text:
            kept.append(guid)
        elif rest == text:
            rest = ""
            kept.append(guid)
        elif rest.endswith(f"\n{text}"):
            rest = rest[: -len(text)].rstrip()
            kept.append(guid)
        elif rest.startswith(f"{text}\n") or f"\n{text}\n" in rest:
            before, _, after = f"\n{rest}".rpartition(f"\n{text}\n")
            rest = f"{before}\n{after}".strip()
            kept.append(guid)
    return rest, kept[::-1]
