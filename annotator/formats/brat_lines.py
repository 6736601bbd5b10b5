"""The lines of a brat ``.ann`` file: what they may say, read from text and checked against the article."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from annotator.domain.fragments import Fragment
from annotator.domain.words import say
from annotator.formats.offsets import UNITS, Offsets, Unit

NOTES = "AnnotatorNotes"
_BREAKS = re.compile("[\n\r\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ESCAPED = re.compile("\\\\|[\n\r\t\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_ESCAPE = re.compile(r"\\(?:(\\)|(n)|u([0-9a-f]{4}))")
_SPANS = re.compile(r"(\S+) (\d{1,9} \d{1,9}(?:;\d{1,9} \d{1,9})*)$")


def flat(text: str) -> str:
    """The text on one line, as long as before."""
    return _BREAKS.sub(" ", text)


def escaped(text: str) -> str:
    """The text on one line, to be read back by `unescaped`; most texts are as they were."""
    if not _BREAKS.search(text) and not _ESCAPE.search(text):
        return text
    return _ESCAPED.sub(lambda m: {"\\": r"\\", "\n": r"\n"}.get(m.group(), f"\\u{ord(m.group()):04x}"), text)


def unescaped(text: str) -> str:
    """What `escaped` was given."""
    return _ESCAPE.sub(lambda m: "\\" if m[1] else "\n" if m[2] else chr(int(m[3], 16)), text)


@dataclass(slots=True)
class Line:
    """What every line has. line: its number, from 1."""

    line: int
    id: str
    type: str


@dataclass(slots=True)
class TextBound(Line):
    """T: fragments in the file's unit until `AnnFile.settle` makes code points of them."""

    fragments: list[Fragment]
    quote: str | None


@dataclass(slots=True)
class Linking(Line):
    """E, R or *: arguments in order; trigger: of an event."""

    arguments: list[tuple[str, str]]
    trigger: str = ""


@dataclass(slots=True)
class Saying(Line):
    """A, M, N or #: something about ``target``. value: None for an attribute that is only there."""

    target: str
    value: str | None = None
    text: str = ""


@dataclass
class AnnFile:
    """One file. tell: takes (line, what is wrong)."""

    tell: Callable[[int, str], None]
    spans: dict[str, TextBound] = field(default_factory=dict)
    events: dict[str, Linking] = field(default_factory=dict)
    relations: dict[str, Linking] = field(default_factory=dict)
    equivalent: list[Linking] = field(default_factory=list)
    attributes: list[Saying] = field(default_factory=list)
    references: list[Saying] = field(default_factory=list)
    notes: list[Saying] = field(default_factory=list)

    def parse(self, text: str) -> None:
        """Read every line."""
        for number, line in enumerate(text.split("\n"), start=1):
            line = line.removesuffix("\r")
            if line.strip():
                self._line(number, line)
        self._check_targets()

    def settle(self, text: str, rest: bool = False) -> None:
        """Make sure that offsets fit the text and its passages; turn them to code points of the text.

        A byte order mark counts as a character or not, whichever fits. rest: keep the passages that fit.
        """
        if rest:
            self._prune()
            self._drop_unfitting(text)
        if not (self._settled(text, 0) or (text.startswith("\ufeff") and self._settled(text[1:], 1))):
            offsets, plain = Offsets(text), flat(text)
            for span in self.spans.values():
                if fault := _fault(offsets, plain, "code points", span):
                    self.tell(span.line, fault)

    def _drop_unfitting(self, text: str) -> None:
        """Leave out the passages that do not fit in the unit in which most do."""
        found: list[dict[str, str]] = []
        for whole in (text, text[1:]) if text.startswith("\ufeff") else (text,):
            offsets, plain = Offsets(whole), flat(whole)
            for unit in UNITS:
                faults = {s.id: _fault(offsets, plain, unit, s) for s in self.spans.values()}
                found.append({key: fault for key, fault in faults.items() if fault})
        for key, fault in min(found, key=len).items():
            self.tell(self.spans.pop(key).line, fault)
        self._prune()

    def _prune(self) -> None:
        """Leave out what is about lines that are not there; that they are not was told, or is told here."""
        more = True
        while more:
            every = {*self.spans, *self.events, *self.relations}
            more = False
            for links in (self.events, self.relations):
                for key, link in list(links.items()):
                    if not {t for _, t in link.arguments} <= every or (link.trigger or key) not in every:
                        del links[key]
                        more = True
                        self.tell(link.line, say("it names a line that was left out"))
        every = {*self.spans, *self.events, *self.relations}
        self.events = {k: e for k, e in self.events.items() if e.trigger in self.spans}
        self.equivalent = [x for x in self.equivalent if {t for _, t in x.arguments} <= every]
        self.attributes = [s for s in self.attributes if s.target in every]
        self.references = [s for s in self.references if s.target in every]
        about = {s.id for s in (*self.attributes, *self.references)} | every
        self.notes = [s for s in self.notes if s.target in about]

    def _settled(self, text: str, shift: int) -> bool:
        offsets = Offsets(text)
        plain = flat(text)
        for unit in UNITS:
            if not any(_fault(offsets, plain, unit, s) for s in self.spans.values()):
                for span in self.spans.values():
                    span.fragments = [
                        (offsets.from_(unit, s) + shift, offsets.from_(unit, e) + shift) for s, e in span.fragments
                    ]
                return True
        return False

    def _line(self, number: int, line: str) -> None:
        kind = line[0]
        parts = line.split("\t")
        name = parts[0].strip()
        if kind not in "TERAMN#*" or len(parts) < 2 or not parts[1].strip():
            self.tell(number, say("this is not a line of brat's standoff form"))
            return
        if kind in "TER" and (name in self.spans or name in self.events or name in self.relations):
            self.tell(number, say("the id {name} is there twice", name=name))
            return
        if kind == "T":
            self._span(number, name, parts)
        elif kind in "ER*":
            self._link(number, kind, name, parts[1].split())
        else:
            self._saying(number, kind, name, parts)

    def _span(self, number: int, name: str, parts: list[str]) -> None:
        found = _SPANS.match(parts[1].strip())
        if found is None:
            self.tell(number, say("offsets are missing or are not numbers"))
            return
        fragments = [tuple(map(int, pair.split())) for pair in found[2].split(";")]
        quote = "\t".join(parts[2:]) if len(parts) > 2 and parts[2].strip() else None
        self.spans[name] = TextBound(number, name, found[1], [(s, e) for s, e in fragments], quote)

    def _link(self, number: int, kind: str, name: str, words: list[str]) -> None:
        if kind == "*":
            self.equivalent.append(Linking(number, f"*{number}", words[0], [("member", w) for w in words[1:]]))
            return
        pairs = [tuple(w.rsplit(":", 1)) for w in words if ":" in w]
        arguments = [(p[0], p[1]) for p in pairs]
        if kind == "R":
            if len(arguments) != 2 or len(words) != 3:
                self.tell(number, say("a relation has a type and two arguments"))
                return
            self.relations[name] = Linking(number, name, words[0], arguments)
        elif len(arguments) != len(words):
            self.tell(number, say("an event has a type with its trigger, and arguments of the form Role:ID"))
        else:
            (type, trigger), *rest = arguments
            self.events[name] = Linking(number, name, type, rest, trigger)

    def _saying(self, number: int, kind: str, name: str, parts: list[str]) -> None:
        words = parts[1].strip().split(" ", 2)
        if len(words) < 2:
            self.tell(number, say("it does not say what it is about"))
            return
        value = words[2] if len(words) > 2 else None
        said = Saying(number, name, words[0], words[1], value, "\t".join(parts[2:]))
        if kind in "AM":
            self.attributes.append(said)
        elif kind == "#":
            self.notes.append(said)
        elif value is None or ":" not in value:
            self.tell(number, say("a reference names a base and an id, as Base:ID"))
        else:
            self.references.append(said)

    def _check_targets(self) -> None:
        every = {*self.spans, *self.events, *self.relations}
        for link in (*self.events.values(), *self.relations.values(), *self.equivalent):
            for name in (link.trigger, *(target for _, target in link.arguments)):
                if name and name not in every:
                    self.tell(link.line, say("there is no {name}", name=name))
            if link.id in self.events and link.trigger not in self.spans:
                self.tell(link.line, say("the trigger {trigger} is not a passage", trigger=link.trigger))
        about = {s.id for s in (*self.attributes, *self.references)} | every
        for said in (*self.attributes, *self.references):
            if said.target not in every:
                self.tell(said.line, say("there is no {id}", id=said.target))
        for said in self.notes:
            if said.target not in about:
                self.tell(said.line, say("there is no {id}", id=said.target))


def _fault(offsets: Offsets, plain: str, unit: Unit, span: TextBound) -> str:
    """Why a span does not fit the text in this unit; empty where it does."""
    pieces = []
    for start, end in span.fragments:
        try:
            s, e = offsets.from_(unit, start), offsets.from_(unit, end)
        except ValueError as error:
            return say("{id}: {reason}", id=span.id, reason=error)
        if s >= e:
            return say("{id}: the passage from {start} to {end} is empty", id=span.id, start=start, end=end)
        pieces.append(plain[s:e])
    found = " ".join(pieces)
    if span.quote is None or found.strip() == flat(span.quote).strip():
        return ""
    return say(
        "{id} says {told!r}, but the text has {found!r} there", id=span.id, told=span.quote[:60], found=found[:60]
    )
