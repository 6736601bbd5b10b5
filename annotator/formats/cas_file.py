"""A CAS in XMI and its type system as they stand in the file, before anybody says what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragment
from annotator.domain.words import say
from annotator.formats.offsets import Offsets

_XMI = "{http://www.omg.org/XMI}"
_CAS = "{http:///uima/cas.ecore}"
_ID = re.compile(r"\d{1,9}$")


@dataclass(slots=True)
class Feature:
    """range: name of the type of its values. element: of the elements where these are arrays."""

    name: str
    range: str
    element: str


@dataclass
class TypeSystem:
    """Types by name: their supertypes and their own features."""

    supertypes: dict[str, str] = field(default_factory=lambda: {"uima.tcas.DocumentAnnotation": "uima.tcas.Annotation"})
    features: dict[str, list[Feature]] = field(default_factory=dict)

    def add(self, root: Any, where: str) -> None:
        """Take the types of a description in."""
        if _local(root) != "typeSystemDescription":
            raise BadInput("it is no UIMA type system", where)
        for described in root.iter("{*}typeDescription"):
            name = (described.findtext("{*}name") or "").strip()
            self.supertypes[name] = (described.findtext("{*}supertypeName") or "").strip()
            self.features[name] = [
                Feature(
                    (f.findtext("{*}name") or "").strip(),
                    (f.findtext("{*}rangeTypeName") or "").strip(),
                    (f.findtext("{*}elementType") or "").strip(),
                )
                for f in described.iter("{*}featureDescription")
            ]

    def knows(self, type: str) -> bool:
        """Whether the type is declared, or one of UIMA's own."""
        return type in self.supertypes or type.startswith("uima.")

    def is_a(self, type: str, other: str) -> bool:
        """Whether a type is another or comes from it."""
        return other in self.line(type)

    def line(self, type: str) -> list[str]:
        """The type and those it comes from."""
        found: list[str] = []
        while type and type not in found:
            found.append(type)
            type = self.supertypes.get(type, "uima.cas.AnnotationBase" if type == "uima.tcas.Annotation" else "")
        return found

    def features_of(self, type: str) -> Iterator[Feature]:
        """Its own and inherited features."""
        for name in self.line(type):
            yield from self.features.get(name, ())


@dataclass(slots=True)
class Structure:
    """A feature structure. lists: features that are written as child elements. place: code points."""

    id: int
    type: str
    line: int
    features: dict[str, str]
    lists: dict[str, list[str]]
    place: Fragment | None = None


@dataclass
class CasFile:
    """One CAS. tell: takes (line, what is wrong)."""

    tell: Callable[[int, str], None]
    text: str = ""
    structures: dict[int, Structure] = field(default_factory=dict)
    members: list[Structure] = field(default_factory=list)
    others: int = 0
    """Labels of views other than the one that is read."""

    def parse(self, root: Any, where: str) -> None:
        """Read everything; the text is that of the initial view, else of the first one that has any."""
        if root.tag != f"{_XMI}XMI":
            raise BadInput("it is no CAS in XMI", where)
        sofas: dict[str, Any] = {}
        views: dict[str, list[int]] = {}
        for element in root:
            if element.tag == f"{_CAS}Sofa":
                sofas[element.get(f"{_XMI}id", "")] = element
            elif element.tag == f"{_CAS}View":
                views[element.get("sofa", "")] = self.refs(element.get("members", ""), element.sourceline)
            elif element.tag != f"{_CAS}NULL":
                self._structure(element)
        with_text = [key for key, s in sofas.items() if s.get("sofaString") is not None]
        initial = [key for key in with_text if sofas[key].get("sofaID") == "_InitialView"]
        if not with_text:
            raise BadInput("the CAS has no text", where)
        sofa = (initial or with_text)[0]
        self.text = sofas[sofa].get("sofaString", "")
        self.others = sum(len(v) for key, v in views.items() if key != sofa)
        for member in dict.fromkeys(views.get(sofa, ())):
            if member in self.structures:
                self.members.append(self.structures[member])
            else:
                self.tell(sofas[sofa].sourceline, say("the index names {member}, which is not there", member=member))
        self._places(Offsets(self.text))

    def refs(self, said: str | None, line: int) -> list[int]:
        """The ids in a list with blanks between."""
        found = []
        for word in (said or "").split():
            if _ID.match(word):
                found.append(int(word))
            else:
                self.tell(line, say("`{word}` is no id", word=word[:40]))
        return found

    def get(self, key: int, line: int) -> Structure | None:
        """The structure with this id; None, which is told, where there is none (0 means nothing)."""
        found = self.structures.get(key)
        if found is None and key:
            self.tell(line, say("there is no {key}", key=key))
        return found

    def _structure(self, element: Any) -> None:
        line = element.sourceline
        keys = self.refs(element.get(f"{_XMI}id"), line)
        type = _type(element)
        if len(keys) != 1 or keys[0] in self.structures or type is None:
            self.tell(
                line, say("an element needs an id of its own and a type") if type else say("the element has no type")
            )
            return
        features = {k: v for k, v in element.attrib.items() if not k.startswith("{")}
        lists: dict[str, list[str]] = {}
        for child in element:
            if isinstance(child.tag, str):
                lists.setdefault(_local(child), []).append(child.text or "")
        self.structures[keys[0]] = Structure(keys[0], type, line, features, lists)

    def _places(self, offsets: Offsets) -> None:
        for s in self.members:
            begin, end = s.features.get("begin"), s.features.get("end")
            if begin is None and end is None:
                continue
            try:
                if not (_ID.match(begin or "") and _ID.match(end or "")):
                    raise ValueError(
                        say("the offsets {begin} and {end} are no numbers", begin=str(begin)[:40], end=str(end)[:40])
                    )
                place = offsets.from_("utf-16", int(begin or 0)), offsets.from_("utf-16", int(end or 0))
                if place[0] > place[1]:
                    raise ValueError(
                        say("the passage ends at {end}, before it begins at {begin}", end=end, begin=begin)
                    )
                s.place = place
            except ValueError as error:
                self.tell(s.line, say("{type} {id}: {reason}", type=s.type, id=s.id, reason=error))


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _type(element: Any) -> str | None:
    """The name of the type that an element is of: its name space is ``http:///some/package.ecore``."""
    name = etree.QName(element)
    space = (name.namespace or "").removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    if not space:
        return None
    return str(name.localname) if space == "uima.noNamespace" else f"{space}.{name.localname}"
