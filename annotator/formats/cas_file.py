"""A CAS in XMI and its type system as they stand in the file, before anybody says what they mean."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
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
    """range: name of the type of its values. element: of the elements where these are arrays. of: who declares it."""

    name: str
    range: str
    element: str
    of: str = ""


@dataclass
class TypeSystem:
    """Types by name: their supertypes and their own features."""

    supertypes: dict[str, str] = field(default_factory=lambda: {"uima.tcas.DocumentAnnotation": "uima.tcas.Annotation"})
    features: dict[str, list[Feature]] = field(default_factory=dict)

    def add(self, root: Any, where: str) -> None:
        """Take the types of a description in."""
        if _local(root) != "typeSystemDescription":
            raise BadInput("it is not a UIMA type system", where)
        for described in root.iter("{*}typeDescription"):
            name = (described.findtext("{*}name") or "").strip()
            self.supertypes[name] = (described.findtext("{*}supertypeName") or "").strip()
            known = {f.name: f for f in self.features.get(name, ())}  # a description may be there in parts
            for f in described.iter("{*}featureDescription"):
                feature = (f.findtext("{*}name") or "").strip()
                known[feature] = Feature(
                    feature,
                    (f.findtext("{*}rangeTypeName") or "").strip(),
                    (f.findtext("{*}elementType") or "").strip(),
                    name,
                )
            self.features[name] = list(known.values())

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
        """Its own and inherited features; one that is declared again is there once."""
        found: dict[str, Feature] = {}
        for name in self.line(type):
            for feature in self.features.get(name, ()):
                found.setdefault(feature.name, feature)
        yield from found.values()


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
    bad: set[int] = field(default_factory=set)
    """Ids of structures that were left out."""
    others: int = 0
    """Labels of views other than the one that is read."""

    def parse(self, root: Any, where: str) -> None:
        """Read everything; the text is that of the initial view, else of the first one that has any."""
        if root.tag != f"{_XMI}XMI":
            raise BadInput("it is not a CAS in XMI", where)
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
        others = sum(len(v) for key, v in views.items() if key != sofa)
        self.settle(sofas[sofa].get("sofaString", ""), views.get(sofa, ()), others, sofas[sofa].sourceline)

    def settle(self, text: str, members: Iterable[int], others: int, line: int) -> None:
        """Say which text is read and which structures are in its index; their places become code points.

        A structure whose place is none is told, and left out.
        """
        self.text, self.others = text, others
        for member in dict.fromkeys(members):
            if member in self.structures:
                self.members.append(self.structures[member])
            else:
                self.tell(line, say("the index names {member}, which is not there", member=member))
        self._places(Offsets(self.text))

    def elements(self, s: Structure) -> list[str]:
        """What an array or a list that stands apart holds."""
        if s.type.endswith("Array"):
            return s.lists.get("elements") or s.features.get("elements", "").split()
        found: list[str] = []
        seen: set[int] = set()
        while s.id not in seen and ("head" in s.features or "head" in s.lists):
            seen.add(s.id)
            found += s.lists.get("head") or [s.features["head"]]
            tails = [self.structures.get(key) for key in self.refs(s.features.get("tail"), s.line)]
            if not tails or tails[0] is None:
                break
            s = tails[0]
        return found

    def refs(self, said: str | None, line: int) -> list[int]:
        """The ids in a list with blanks between."""
        found = []
        for word in (said or "").split():
            if _ID.match(word):
                found.append(int(word))
            else:
                self.tell(line, say("`{word}` is not an id", word=word[:40]))
        return found

    def get(self, key: int, line: int) -> Structure | None:
        """The structure with this id; None, which is told, where there is none (0 means nothing)."""
        found = self.structures.get(key)
        if found is not None and key in self.bad:
            self.tell(line, say("it names a label that was left out"))
            return None
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
                        say("the offsets {begin} and {end} are not numbers", begin=str(begin)[:40], end=str(end)[:40])
                    )
                place = offsets.from_("utf-16", int(begin or 0)), offsets.from_("utf-16", int(end or 0))
                if place[0] > place[1]:
                    raise ValueError(
                        say("the passage ends at {end}, before it begins at {begin}", end=end, begin=begin)
                    )
                s.place = place
            except ValueError as error:
                self.tell(s.line, say("{type} {id}: {reason}", type=s.type, id=s.id, reason=error))
                self.bad.add(s.id)
        self.members = [s for s in self.members if s.id not in self.bad]


def _local(element: Any) -> str:
    return str(etree.QName(element).localname)


def _type(element: Any) -> str | None:
    """The name of the type that an element is of: its name space is ``http:///some/package.ecore``."""
    name = etree.QName(element)
    space = (name.namespace or "").removeprefix("http:///").removesuffix(".ecore").replace("/", ".")
    if not space:
        return None
    return str(name.localname) if space == "uima.noNamespace" else f"{space}.{name.localname}"
