"""The two versions of what was changed in two places, line by line, in the codebook's words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from annotator.domain.codebook.mapping import TYPES, owner_of, part_of
from annotator.domain.codebook.model import Attribute
from annotator.domain.codebook.values import entity_ids, label_of
from annotator.domain.errors import AnnotatorError
from annotator.domain.words import say
from annotator.services.study import Study
from annotator.services.team.merging import conflicts
from annotator.services.team.resolving import current
from annotator.store.merges import Conflict
from annotator.store.records import Record

_KINDS = {
    "annotation": say("Label"),
    "entity": say("Name in the register"),
    "document_state": say("State of an article"),
    "note": say("Note"),
    "question": say("Question"),
    "verdict": say("Answer to a suggestion"),
}
_PLAIN = {
    "name": say("Name"),
    "type": say("Type"),
    "memo": say("Memo"),
    "state": say("State"),
    "reason": say("Reason"),
    "text": say("Text"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One field of a thing: as it is here, and as it came; empty where there is nothing."""

    what: str
    here: str
    there: str

    @property
    def differs(self) -> bool:
        """Whether the two say different things."""
        return self.here != self.there


@dataclass(frozen=True, slots=True)
class Shown:
    """A conflict as a person reads it. start and end: the passage, where there is one."""

    id: str
    title: str
    coder: str
    document: str | None
    document_title: str
    why: str
    settled: str | None
    lines: tuple[Line, ...]
    here_gone: bool
    there_gone: bool
    start: int | None = None
    end: int | None = None


def shown_conflicts(study: Study) -> list[Shown]:
    """Every conflict, those that are open first; one that is open shows the version here as it is now."""
    words = _Words(study)
    found = [words.shown(c) for c in conflicts(study)]
    return sorted(found, key=lambda s: s.settled is not None)


class _Words:
    def __init__(self, study: Study) -> None:
        self._study = study
        self._entities = {e.id: e.name for e in study.entities()}
        self._coders = {c.id: c.name for c in study.coders()}
        self._documents = {d.id: f"{d.number}. {d.title or d.source}" for d in study.documents()}
        self._texts: dict[str, str] = {}

    def shown(self, c: Conflict) -> Shown:
        here = c.here
        if c.settled is None:
            with self._study.file.reading() as connection:
                here = current(connection, c.kind, c.thing_id)
        there = c.there
        one, other = self._fields(c.kind, here), self._fields(c.kind, there)
        lines = tuple(Line(k, one.get(k, ""), other.get(k, "")) for k in {**one, **other})
        place = next((r["fragments"] for r in (here, there) if r and r.get("fragments")), None)
        return Shown(
            c.id,
            self._title(c.kind, here or there),
            self._coders.get(c.coder_id, c.coder_id),
            c.document_id,
            self._documents.get(c.document_id or "", ""),
            c.why,
            c.settled,
            lines,
            here is None,
            there is None,
            place[0][0] if place else None,
            place[-1][1] if place else None,
        )

    def _title(self, kind: str, record: Record | None) -> str:
        if kind == "annotation" and record is not None:
            return self._layer_label(record["layer"])
        said = kind if kind in _KINDS and kind != "note" else str((record or {}).get("kind", kind))
        return _KINDS.get(said, said.capitalize())

    def _layer_label(self, key: str) -> str:
        try:
            return self._study.codebook.layer(key).label
        except AnnotatorError:
            return key

    def _fields(self, kind: str, r: Record | None) -> dict[str, str]:
        if r is None:
            return {}
        if kind == "annotation":
            return self._label(r)
        told: dict[str, str] = {words: str(r[key]) for key, words in _PLAIN.items() if r.get(key)}
        if r.get("aliases"):
            told[say("Also called")] = ", ".join(r["aliases"])
        if r.get("merged_into"):
            told[say("Merged into")] = self._entities.get(r["merged_into"], "?")
        for key, value in (r.get("values") or {}).items():
            owner = f"{TYPES}.{r.get('type')}"
            told[self._attribute(owner, key)] = self._value(owner, key, value)
        if kind == "verdict":
            told[say("Answer")] = say("accepted") if r["said"] == "accepted" else say("rejected")
        if kind == "note":
            told[say("Settled")] = say("yes") if r.get("settled") else say("no")
        return told

    def _label(self, r: Record) -> dict[str, str]:
        told: dict[str, str] = {}
        if r["fragments"]:
            text = self._text(r["document"])
            told[say("Passage")] = " … ".join(text[s:e] for s, e in r["fragments"])
            told[say("Place")] = ", ".join(f"{s}–{e}" for s, e in r["fragments"])
        for key, value in r["values"].items():
            told[self._attribute(r["layer"], key)] = self._value(r["layer"], key, value)
        for key, held in r["roles"].items():
            told[self._role(r["layer"], key)] = ", ".join(self._filler(f) for f in held)
        for key, reason in r["empty"].items():
            name = self._entities.get(reason.get("entity") or "", "")
            empty = say("empty: {reason}", reason=reason["because"])
            told[self._role(r["layer"], key)] = say("{empty} ({name})", empty=empty, name=name) if name else empty
        if r["uncertain"]:
            told[say("In doubt")] = ", ".join(self._attribute(r["layer"], k) for k in r["uncertain"])
        if r["memo"]:
            told[say("Memo")] = r["memo"]
        return told

    def _text(self, document: str) -> str:
        if document not in self._texts:
            self._texts[document] = self._study.text(document)
        return self._texts[document]

    def _asked(self, owner: str, key: str) -> Attribute | None:
        """owner: a layer's key, or `entity_types.KEY`."""
        found = owner_of(self._study.codebook, owner)
        return part_of(found.attributes, key) if found is not None else None

    def _attribute(self, owner: str, key: str) -> str:
        attribute = self._asked(owner, key)
        return attribute.label if attribute is not None else key

    def _role(self, layer: str, key: str) -> str:
        found = next((x for x in self._study.codebook.layers if x.key == layer), None)
        roles = getattr(found, "roles", ())
        return next((r.label or r.key for r in roles if r.key == key), key)

    def _filler(self, f: Record) -> str:
        if f.get("entity"):
            return self._entities.get(f["entity"], "?")
        try:
            a = self._study.annotation(f["annotation"])
        except AnnotatorError:
            return say("a label that was removed")
        text = self._text(a.document_id)
        return "“" + " … ".join(text[s:e] for s, e in a.fragments) + "”"

    def _value(self, owner: str, key: str, value: Any) -> str:
        if named := list(entity_ids(value)):
            return ", ".join(self._entities.get(e, "?") for e in named)
        attribute = self._asked(owner, key)
        return label_of(attribute, value) if attribute is not None else str(value)
