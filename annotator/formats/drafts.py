"""Labels of other programs on their way to records: values gathered first, then brought to one type an attribute."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from annotator.domain.annotations import Annotation
from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragment, normalised
from annotator.domain.words import say
from annotator.formats.annotation_records import (
    AnnotationRecord,
    CoderRef,
    DocumentRef,
    EmptyRecord,
    EntityRef,
    FillerRecord,
)
from annotator.formats.incoming import Incoming
from annotator.formats.sidecar import Beside


@dataclass
class Draft:
    """One label as it is gathered. values: attribute key -> every value found for it."""

    where: str
    id: str
    layer: str
    document: DocumentRef
    coder: CoderRef | None = None
    fragments: list[Fragment] = field(default_factory=list)
    values: dict[str, list[Any]] = field(default_factory=lambda: defaultdict(list))
    roles: dict[str, list[FillerRecord]] = field(default_factory=lambda: defaultdict(list))
    memo: list[str] = field(default_factory=list)
    created: str | None = None
    updated: str | None = None

    def filled(self, role: str, annotation: str) -> None:
        """Put a label in a role."""
        self.roles[role].append(FillerRecord(annotation=annotation))

    def record(self, shapes: Mapping[str, Shape]) -> AnnotationRecord:
        """The record, with each value in the shape that its attribute has everywhere."""
        return AnnotationRecord(
            id=self.id,
            layer=self.layer,
            coder=self.coder,
            document=self.document,
            fragments=normalised(self.fragments),
            values={key: shapes[key].value(found) for key, found in self.values.items() if found},
            memo="\n".join(self.memo),
            created=self.created,
            updated=self.updated,
            roles={role: tuple(fillers) for role, fillers in self.roles.items()},
        )


@dataclass
class Shape:
    """What the values of one attribute have been so far."""

    many: bool = False
    kinds: set[str] = field(default_factory=set)

    def see(self, found: Sequence[Any]) -> None:
        """One label's values."""
        self.many |= len(_distinct(found)) > 1
        self.kinds |= {_kind(v) for v in found}

    def value(self, found: Sequence[Any]) -> Any:
        """A list where any label has several; texts where values are of several types."""
        said = _distinct(found)
        if self.kinds != {"entity"} and (self.many or len(self.kinds) > 1):
            said = _distinct([_text(v) for v in said])
        if self.many and self.kinds != {"entity"}:
            said = _distinct([choice_word(v) for v in said])
        return said if self.many else said[0]


def add_drafts(incoming: Incoming, drafts: Sequence[Draft]) -> None:
    """Make records of them: an attribute that holds several values anywhere holds lists everywhere.

    Passages without a character (of a line end that is one character here) are no labels; they and what stands for
    them in roles are left out, and counted.
    """
    whole = [d for d in drafts if not d.fragments or normalised(d.fragments)]
    incoming.losses.lose(say("labels without any text"), len(drafts) - len(whole))
    drafts = whole
    shapes: dict[str, dict[str, Shape]] = defaultdict(lambda: defaultdict(Shape))
    here = {d.id for d in drafts}
    for d in drafts:
        for key, found in d.values.items():
            shapes[d.layer][key].see(found)
    for d in drafts:
        for role, fillers in d.roles.items():
            kept = [f for f in fillers if f.annotation is None or f.annotation in here]
            incoming.losses.lose(say("ends of links that are not a label"), len(fillers) - len(kept), d.where)
            d.roles[role] = kept
        incoming.records.append((d.where, d.record(shapes[d.layer])))


def _distinct(found: Sequence[Any]) -> list[Any]:
    return list({json.dumps(v, sort_keys=True): v for v in found}.values())


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    return "entity" if isinstance(value, Mapping) else "text"


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value.get("name") or "") if isinstance(value, Mapping) else str(value)


def choice_word(text: str) -> str:
    """The text as a value that a codebook's list can hold."""
    return " ".join(re.sub(r"[|\n]", "/", text).split()) or "-"


MARK = "annotator"
"""The name of the note or feature that holds what a form has no other place for."""


BESIDE = say("Annotator's notes on labels: annotator.json is missing")
"""What is left behind of our own files where the sidecar was lost."""


def is_ours(text: str) -> bool:
    """Whether a note or feature holds what `extra_line` wrote."""
    return text.startswith('{"id":"') and text.endswith("}")


def extra_line(a: Annotation, exact: Mapping[str, Any], **more: Any) -> str:
    """What stands beside a label as one line of JSON: only ASCII, no line breaks."""
    said = {
        "id": a.id,
        "uncertain": list(a.uncertain),
        "exact": dict(exact),
        "empty": {
            role: {"because": e.because, **({"entity": e.entity} if e.entity else {})}
            for role, e in sorted(a.empty.items())
        },
        "external_id": a.external_id,
        "created": a.created,
        "updated": a.updated,
        **more,
    }
    return json.dumps({k: v for k, v in said.items() if v not in (None, [], {}, "")}, separators=(",", ":"))


class Extra:
    """Such a line, read. Raises BadInput for one that is not what we write."""

    def __init__(self, line: str | None, where: str) -> None:
        try:
            said = json.loads(line) if line else {}
        except (ValueError, RecursionError) as error:
            raise BadInput("what Annotator noted down beside this label is not JSON", where) from error
        if not isinstance(said, dict):
            raise BadInput("what Annotator noted down beside this label is not an object", where)
        self._said = said
        self._where = where

    def text(self, key: str) -> str | None:
        """A text that is there, or None."""
        found: str | None = self._of(key, str, None)
        return found

    def mapping(self, key: str) -> dict[str, Any]:
        """A mapping, empty where there is none."""
        found: dict[str, Any] = self._of(key, dict, {})
        return found

    def list(self, key: str) -> list[Any]:
        """A list, empty where there is none."""
        found: list[Any] = self._of(key, list, [])
        return found

    def empty(self, beside: Beside) -> dict[str, EmptyRecord]:
        """Reasons for empty roles."""
        result: dict[str, EmptyRecord] = {}
        for role, said in self.mapping("empty").items():
            if not isinstance(said, dict) or not isinstance(said.get("because"), str):
                raise BadInput("a reason for an empty role is malformed", self._where)
            entity = said.get("entity")
            result[role] = EmptyRecord(
                because=said["because"], entity=beside.entity(entity) if isinstance(entity, str) else None
            )
        return result

    def record(self, beside: Beside, id: str, **parts: Any) -> AnnotationRecord:
        """The record of a label, made of what the form itself said and of this."""
        if parts.get("values"):
            parts["values"] = {key: beside.value(v) for key, v in parts["values"].items()}
        try:
            return AnnotationRecord(
                id=self.text("id") or id,
                uncertain=tuple(parts.pop("uncertain", self.list("uncertain"))),
                empty=self.empty(beside),
                external_id=self.text("external_id"),
                created=self.text("created"),
                updated=self.text("updated"),
                **parts,
            )
        except ValidationError as error:
            first = error.errors()[0]
            raise BadInput(
                say("{names}: {told}", names=".".join(map(str, first["loc"])), told=first["msg"].lower()), self._where
            ) from error

    def _of(self, key: str, kind: type, default: Any) -> Any:
        found = self._said.get(key)
        if found is None:
            return default
        if not isinstance(found, kind):
            raise BadInput(say("`{key}`, noted beside this label, is malformed", key=key), self._where)
        return found


def entity_filler(entity: EntityRef) -> FillerRecord:
    """An entity that stands in a role."""
    return FillerRecord(entity=entity.entity, name=entity.name, type=entity.type)


def check_ids(incoming: Incoming, source: str) -> None:
    """A label may be there once; say of each that is there again where it stands."""
    seen: dict[str, str] = {}
    for where, record in incoming.records:
        if record.id in seen:
            incoming.problem(
                source, where, say("the id `{id}` is used in {line} already", id=record.id, line=seen[record.id])
            )
        seen.setdefault(record.id, where)
