"""What a REFI-QDA project holds besides codes, texts and codings, noted down for the way back.

What belongs to one article stands with the article (`IncomingDocument.kept`), selections by who made them, so that a
package to one coder does not tell of another; what belongs to the project stands with the study (`Incoming.attached`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated, Any

from lxml import etree
from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from annotator.domain.origins import BY_CODER
from annotator.formats.refi_elements import BY, element_of, local, sound_guid, xml_of

_ELEMENTS = {
    "users": "User",
    "variables": "Variable",
    "cases": "Case",
    "notes": "Note",
    "sets": "Set",
    "links": "Link",
    "graphs": "Graph",
}
GROUPS = tuple(_ELEMENTS)
"""Of a project: guid -> the element, in the order of the file."""


@dataclass(slots=True)
class KeptSelection:
    """A selection with its codings. labels: what they became here, in order."""

    guid: str
    name: str | None
    by: dict[str, str]
    notes: list[str]
    codings: list[dict[str, Any]] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)

    def record(self, labels: Iterable[str]) -> dict[str, Any]:
        """As it is kept, of these labels alone."""
        mine = set(labels)
        codings = [c for c in self.codings if c["label"] in mine]
        found = {"guid": self.guid, "name": self.name, "by": self.by, "notes": self.notes, "codings": codings}
        kept = {k: v for k, v in found.items() if v not in ({}, [], None)}
        return kept | {"labels": [x for x in self.labels if x in mine]}


@dataclass(slots=True)
class KeptArticle:
    """What is kept of a source. makers: label -> the name of who made it."""

    guid: str
    selections: list[KeptSelection] = field(default_factory=list)
    codings: list[dict[str, Any]] = field(default_factory=list)
    links: list[dict[str, Any]] = field(default_factory=list)
    makers: dict[str, str] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    """Further parts of the record: who and when, notes, values, where facts came from."""

    def record(self) -> dict[str, Any]:
        """As the article keeps it."""
        by_coder: dict[str, dict[str, list[Any]]] = {}
        for s in self.selections:
            for maker in dict.fromkeys(self.makers.get(x, "") for x in s.labels):
                mine = [x for x in s.labels if self.makers.get(x, "") == maker]
                by_coder.setdefault(maker, {}).setdefault("selections", []).append(s.record(mine))
        for kind, found in (("codings", self.codings), ("links", self.links)):
            for one in found:
                maker = self.makers.get(one["label"], "")
                by_coder.setdefault(maker, {}).setdefault(kind, []).append(one)
        kept = {key: value for key, value in self.facts.items() if value}
        return {"guid": self.guid, **kept, **({BY_CODER: by_coder} if by_coder else {})}


def coding_record(element: Any, code: str, label: str, notes: list[str]) -> dict[str, Any]:
    """A coding as it is kept."""
    found = {"guid": sound_guid(element.get("guid") or ""), "code": sound_guid(code), "label": label, "notes": notes}
    found["time"] = element.get("creationDateTime") or ""
    return {k: v for k, v in found.items() if v not in ("", [])}


def made_by(element: Any) -> dict[str, str]:
    """Who made something and when, as its element says it."""
    return {key: str(element.get(key)) for key in BY if element.get(key)}


def note_refs(element: Any) -> list[str]:
    """The guids of the notes that an element names."""
    found = (sound_guid(ref.get("targetGUID") or "") for ref in element.findall("{*}NoteRef"))
    return [x for x in dict.fromkeys(found) if x]


def elements_by_guid(elements: Iterable[Any]) -> dict[str, str]:
    """Guid -> what is kept of an element; of several with one guid the first."""
    found: dict[str, str] = {}
    for element in elements:
        written = xml_of(element)
        if written:
            found.setdefault(sound_guid(element.get("guid") or ""), written)
    return found


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """What a study keeps of one form with what came in: what is there stays as it is."""
    found: dict[str, Any] = {**new, **old}
    for group in GROUPS:
        here, coming = old.get(group, {}), new.get(group, {})
        found[group] = {**here, **{k: v for k, v in coming.items() if k not in here}}
    found["free"] = list(dict.fromkeys((*old.get("free", ()), *new.get("free", ()))))
    return {key: value for key, value in found.items() if value}


def _sound(kept: str, name: str) -> str:
    """A kept element of this name as the schema allows it; "" for anything else."""
    try:
        element = element_of(kept)
    except (etree.XMLSyntaxError, ValueError):
        return ""
    return xml_of(element) if local(element) == name else ""


_Guid = Annotated[str, AfterValidator(sound_guid)]
_LinkXml = Annotated[str, AfterValidator(partial(_sound, name="Link"))]
_ValueXml = Annotated[str, AfterValidator(partial(_sound, name="VariableValue"))]


class _Part(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class _Coding(_Part):
    guid: _Guid = ""
    code: _Guid
    label: str
    notes: list[_Guid] = []
    time: str = ""


class _Selection(_Part):
    guid: _Guid
    name: str | None = None
    by: dict[str, str] = {}
    notes: list[_Guid] = []
    codings: list[_Coding] = []
    labels: list[str] = []


class _Link(_Part):
    label: str
    xml: _LinkXml
    notes: list[_Guid] = []
    origin: str
    target: str


class _Made(_Part):
    selections: list[_Selection] = []
    codings: list[_Coding] = []
    links: list[_Link] = []


class _Article(_Part):
    guid: _Guid
    by: dict[str, str] = {}
    notes: list[_Guid] = []
    values: list[_ValueXml] = []
    facts: dict[str, str | list[str]] = {}
    own: list[str] = []
    case: dict[str, str] = {}
    coders: dict[str, _Made] = {}


def sound_article(kept: Any) -> dict[str, Any]:
    """What an article keeps, where it is what this program writes; nothing where somebody wrote something else."""
    try:
        return _Article.model_validate(kept).model_dump(exclude_defaults=True)
    except ValidationError:
        return {}


def sound_project(kept: Any) -> dict[str, Any]:
    """The same of what a study keeps: without what is no element of the form."""
    if not isinstance(kept, Mapping):
        return {}
    found: dict[str, Any] = {}
    for name in GROUPS:
        group = kept.get(name)
        parts = group.values() if isinstance(group, Mapping) else ()
        written = [xml for part in parts if isinstance(part, str) and (xml := _sound(part, _ELEMENTS[name]))]
        found[name] = {str(element_of(xml).get("guid")): xml for xml in written}
    told = kept.get("project")
    texts = {str(k): v for k, v in told.items() if isinstance(v, str)} if isinstance(told, Mapping) else {}
    notes = told.get("notes") if isinstance(told, Mapping) else None
    found["project"] = {**texts, "notes": _guids(notes)}
    found["free"] = _guids(kept.get("free"))
    return found if any(found[name] for name in GROUPS) or texts else {}


def _guids(found: Any) -> list[str]:
    return [sound_guid(x) for x in found if isinstance(x, str)] if isinstance(found, list) else []


def free_notes(root: Any) -> list[str]:
    """The notes that nothing but sets names: they stand in the project for themselves."""
    named = {sound_guid(ref.get("targetGUID") or "") for ref in root.iter("{*}NoteRef")}
    every = [sound_guid(n.get("guid") or "") for notes in root.findall("{*}Notes") for n in notes if local(n) == "Note"]
    return [x for x in every if x and x not in named]
