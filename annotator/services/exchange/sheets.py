"""Cells of a spreadsheet as values of a codebook: numbers, yes and no, keys for labels, entities and links by name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import Attribute, Codebook, Layer, LinkLayer, ScaleAttribute
from annotator.domain.errors import AnnotatorError
from annotator.domain.words import say, words_of
from annotator.formats.annotation_records import AnnotationRecord, EmptyRecord, EntityRef, FillerRecord
from annotator.formats.cells import answers_of
from annotator.formats.csv_tables import cell
from annotator.formats.incoming import Incoming
from annotator.formats.sheets import SheetMapping, own_mapping, read_sheet, sheet
from annotator.services.study import Study

_YES = frozenset({"true", "yes", "1", "ja", "wahr", "x"})
_NO = frozenset({"false", "no", "0", "nein", "falsch"})


def read_codings(study: Study, path: Path, mapping: SheetMapping | None = None) -> Incoming:
    """The records of a sheet under the study's codebook; a cell that is no value is a problem of its row."""
    if mapping is None:
        mapping = own_mapping(sheet(path)[0], path.name)
    mapping = with_roles(study.codebook, mapping)
    incoming = read_sheet(path, mapping)
    typing = _Typing(study.codebook, study.register().living(), mapping.separator)
    ids = {record.id for _, record in incoming.records}
    numbers = {d.number: d.id for d in study.documents()}
    titles: dict[str, list[str]] = {}
    for d in study.documents():
        titles.setdefault(d.title or "", []).append(d.id)
    found = []
    for where, record in incoming.records:
        try:
            document = _document(record, numbers, titles)
            found.append((where, typing.record(record.model_copy(update={"document": document}), ids)))
        except (ValueError, AnnotatorError) as error:
            incoming.problem(path.name, where, words_of(error))
    return replace(incoming, records=found)


def with_roles(codebook: Codebook, mapping: SheetMapping) -> SheetMapping:
    """Columns of values that are roles in this codebook, moved to the roles."""
    roles = {f"{x.key}.{r.key}" for x in codebook.link_layers for r in x.roles}
    values = {name: column for name, column in mapping.values.items() if name not in roles}
    moved = {name: column for name, column in mapping.values.items() if name in roles}
    return mapping.model_copy(update={"values": values, "roles": {**moved, **mapping.roles}})


def _document(record: AnnotationRecord, numbers: Mapping[int, str], titles: Mapping[str, Sequence[str]]) -> Any:
    ref = record.document
    if ref.number is not None:
        if ref.number not in numbers:
            raise ValueError(say("the study has no article {n}", n=ref.number))
        return ref.model_copy(update={"id": numbers[ref.number]})
    if ref.title and not (ref.id or ref.sha256 or ref.source):
        found = titles.get(ref.title, ())
        if len(found) != 1:
            raise ValueError(
                say("{n} articles have the title “{title}”", n=len(found), title=ref.title)
                if found
                else say("no articles have the title “{title}”", title=ref.title)
            )
        return ref.model_copy(update={"id": found[0]})
    return ref


class _Typing:
    def __init__(self, codebook: Codebook, entities: Sequence[Entity], separator: str) -> None:
        self._codebook, self._separator = codebook, separator
        self._by_name: dict[str, set[str]] = {}
        for e in entities:
            for name in (e.name, *e.aliases):
                self._by_name.setdefault(name, set()).add(e.type)

    def record(self, record: AnnotationRecord, ids: set[str]) -> AnnotationRecord:
        """The same with typed values; raises ValueError, NotFound."""
        layer = self._layer(record.layer)
        values = {key: self._value(layer.attribute(key), value) for key, value in record.values.items()}
        changed: dict[str, Any] = {"layer": layer.key, "values": {k: v for k, v in values.items() if v is not None}}
        if isinstance(layer, LinkLayer):
            roles, empty = {}, dict(record.empty)
            for key, fillers in record.roles.items():
                names = [f.annotation or "" for f in fillers]
                if key in empty and names and names[0] not in ids:
                    empty[key] = EmptyRecord(because=empty[key].because, entity=self._entity(names[0], ()))
                    continue
                types = layer.role(key).entity_types
                roles[key] = tuple(
                    FillerRecord(annotation=n) if n in ids else _filler(self._entity(n, types)) for n in names
                )
            changed |= {"roles": roles, "empty": empty}
        return record.model_copy(update=changed)

    def _layer(self, name: str) -> Layer:
        for layer in self._codebook.layers:
            if name in (layer.key, layer.label):
                return layer
        return self._codebook.layer(name)

    def _value(self, a: Attribute, value: Any) -> Any:
        text = cell(value).strip()
        if text in {o.key for o in a.off_scale}:
            return text
        if a.type == "choices" or (a.type == "entity" and a.many):
            parts = [p.strip() for p in text.split(self._separator) if p.strip()]
            if a.type == "choices":
                labels = {c.label: c.key for c in a.values}
                return [labels.get(p, p) for p in parts]
            return [self._entity(p, a.entity_types).model_dump(exclude_none=True) for p in parts]
        if a.type == "entity":
            return self._entity(text, a.entity_types).model_dump(exclude_none=True)
        if a.type == "boolean":
            if text.casefold() in _YES | _NO:
                return text.casefold() in _YES
            raise ValueError(say("{attribute}: `{text}` is not yes or no", attribute=a.key, text=text))
        if isinstance(a, ScaleAttribute):
            points = {cell(p.value): p.value for p in a.points} | {p.label: p.value for p in a.points}
            return points[text] if text in points else _number(text, a.key)
        if a.type == "number":
            return _number(text, a.key)
        answers = answers_of(a)
        if answers and text not in answers:
            return {label: key for key, label in answers.items()}.get(text, text)
        return text

    def _entity(self, name: str, allowed: Sequence[str]) -> EntityRef:
        types = sorted(t for t in self._by_name.get(name, ()) if not allowed or t in allowed)
        types = types or list(allowed) or [t.key for t in self._codebook.entity_types]
        if len(types) != 1:
            raise ValueError(
                say(
                    "“{name}” may be of several types ({names}); enter it in the register first",
                    name=name,
                    names=", ".join(types),
                )
            )
        return EntityRef(name=name, type=types[0])


def _filler(entity: EntityRef) -> FillerRecord:
    return FillerRecord(name=entity.name, type=entity.type)


def _number(text: str, key: str) -> int | float:
    try:
        number = float(text.replace(",", ".")) if text.count(",") == 1 and "." not in text else float(text)
    except ValueError as error:
        raise ValueError(say("{key}: `{text}` is not a number", key=key, text=text)) from error
    if number != number or number in (float("inf"), float("-inf")):
        raise ValueError(say("{key}: `{text}` is not a number", key=key, text=text))
    return int(number) if number == int(number) else number
