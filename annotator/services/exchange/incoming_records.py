"""Annotation records that come in, turned to annotations of this study; every problem is collected."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from annotator.domain.annotations import Annotation, Document, Entity
from annotator.domain.bounds import time_fault, utc_time
from annotator.domain.codebook.model import Layer
from annotator.domain.codebook.values import value_fault
from annotator.domain.errors import AnnotatorError
from annotator.domain.faults import Faults
from annotator.domain.fragments import Fragments
from annotator.domain.identity import derived_id, is_uuid
from annotator.domain.origins import Ambiguous
from annotator.domain.words import by_door, joined, say
from annotator.formats.annotation_records import AnnotationRecord
from annotator.formats.dataset import Losses
from annotator.formats.incoming import IncomingEntity
from annotator.services.exchange.existing import ExistingLabels, Texts
from annotator.services.exchange.incoming_coders import IncomingCoders
from annotator.services.exchange.incoming_findings import Findings
from annotator.services.exchange.incoming_links import IncomingLinks
from annotator.services.exchange.incoming_passages import IncomingPassages
from annotator.services.exchange.incoming_register import IncomingRegister
from annotator.services.exchange.outcome import Makers
from annotator.services.exchange.places import Places
from annotator.services.study import Study

_FIELDS = {
    "title": say("title"),
    "source": say("source"),
    "number": say("number"),
    "publisher": say("outlet"),
    "published": say("date"),
    "url": say("address"),
}
"""How the parts of a reference to a document are called."""


class RecordReader:
    """Turns records to annotations of this study, collecting every problem."""

    def __init__(
        self,
        study: Study,
        source: str,
        coder: str | None,
        fresh: Sequence[tuple[Document, str]] = (),
        entities: Sequence[IncomingEntity] = (),
        gold: bool = False,
        met: Sequence[Document | Ambiguous | None] = (),
        own: Mapping[str, Document | Ambiguous | None] | None = None,
        override: bool = False,
    ) -> None:
        """coder: who made what names nobody; override: and what names somebody, too.

        met: what each document is that came along; own: the same by the id that it has in a study of ours.
        """
        self._study = study
        self._takes_gold = gold
        self._findings = Findings(source)
        self._places = Places(study, fresh, met, own or {})
        self._existing = ExistingLabels(study)
        self._coders = IncomingCoders(study, coder, override)
        self._entities = IncomingRegister(study, entities, self._findings)
        self._links = IncomingLinks(study, self._existing, self._entities, self._findings)
        texts = Texts(study, {d.id: text for d, text in fresh})
        self._passages = IncomingPassages(study, self._places, texts, self._findings)
        self._register = study.register()

    @property
    def problems(self) -> Faults:
        """The faults, each by its place."""
        return self._findings.problems

    @property
    def losses(self) -> Losses:
        """What has no place here."""
        return self._findings.losses

    @property
    def makers(self) -> Makers:
        """Who made the labels."""
        return self._coders.makers

    @property
    def coders(self) -> dict[str, tuple[str, bool]]:
        """Key of each coder that records name -> (name, whether the study knows the coder)."""
        return self._coders.met

    def take_entities(self) -> list[tuple[Entity | None, Entity]]:
        """(as it is in the register, as it is to be) of the entities to be made and to be changed, once."""
        return self._entities.take()

    def read_register(self) -> None:
        """Make every entity that came along and is not in the register yet, whether a record names it or not."""
        self._entities.read_all()

    def read(self, records: Sequence[tuple[str, AnnotationRecord]], rest: bool = False) -> tuple[list[Annotation], int]:
        """(new annotations, spans first; how many are here already). rest: those that can stand without faulty ones."""
        for _, record in records:
            self.know(record)
        result, already = self.taken(records)
        lines = {self._links.ids[r.id]: (where, r) for where, r in reversed(records)}
        if rest:
            result = self._standing(result, lines)
        else:
            for key in (key for key, n in Counter(a.id for a in result).items() if n > 1):
                where, record = lines[key]
                self._problem(where, say("the label `{id}` stands in the source twice", id=record.id))
        kinds = {x.key: x.kind == "link" for x in self._study.codebook.layers}
        result.sort(key=lambda a: kinds[a.layer])
        return result, already

    def knows_article(self, record: AnnotationRecord) -> bool:
        """Whether a record is about an article of the study, or one that came along; several are told apart later."""
        return self._places.find(record.document) is not None

    def _standing(self, found: list[Annotation], lines: Mapping[str, tuple[str, AnnotationRecord]]) -> list[Annotation]:
        """Those that name no label that was left out; an id that is there twice counts once."""
        kept: dict[str, Annotation] = {}
        for a in found:
            if a.id in kept:
                where, record = lines[a.id]
                self._coders.count(record, -1)
                self._problem(where, say("the source has the label `{id}` twice; it was imported once", id=record.id))
            kept.setdefault(a.id, a)
        more = True
        while more:
            more = False
            for a in list(kept.values()):
                named = [f.annotation for fillers in a.roles.values() for f in fillers if f.annotation]
                if any(n not in kept and self._existing.get(n) is None for n in named):
                    del kept[a.id]
                    where, record = lines[a.id]
                    self._coders.count(record, -1)
                    self._problem(where, say("it names a label that was left out"))
                    more = True
        return list(kept.values())

    def know(self, record: AnnotationRecord) -> None:
        """Learn which label a record is, and where it stands, so that links of others can name it."""
        self._links.ids[record.id] = self._id_of(record)
        document = self._places.find(record.document)
        if isinstance(document, Document):
            self._links.stands(record, (document.id, self._coders.key(record) or "", record.layer))

    def taken(self, records: Sequence[tuple[str, AnnotationRecord]]) -> tuple[list[Annotation], int]:
        """(new annotations, how many are here already) of some records; those that links name are known by now."""
        self._existing.look_up(
            self._id_of(r) if r.id not in self._links.ids else self._links.ids[r.id] for _, r in records
        )
        result: list[Annotation] = []
        already = 0
        for line, record in records:
            annotation = self._annotation(line, record)
            if annotation is None:
                continue
            if (old := self._existing.get(annotation.id)) is None:
                if not self._takes_gold and self._coders.is_gold(record):
                    self._problem(
                        line, say("it is a settled label; gold is made only by settling and cannot be imported")
                    )
                else:
                    result.append(annotation)
                    self._coders.count(record)
            elif _content(self._register.resolved(old)) == _content(self._register.resolved(annotation)):
                already += 1
            else:
                self._problem(
                    line, say("the label `{id}` is here already with other content; it was left as it is", id=record.id)
                )
        return result, already

    def _problem(self, line: str, what: str) -> None:
        self._findings.problem(line, what)

    def _id_of(self, record: AnnotationRecord) -> str:
        if is_uuid(record.id):
            return record.id
        document = self._places.find(record.document)
        name = self._coders.name(record)  # a new coder has no id yet; the name stands for it both times
        if not isinstance(document, Document):
            return derived_id("record", name, "", record.id)
        by_words = derived_id("record", name, self._places.first_hash(document), record.id)
        here = self._existing.get(by_words)
        if here.document_id == document.id if here is not None else not self._places.shares_words(document):
            return by_words
        return derived_id("record", name, document.id, record.id)

    def _annotation(self, line: str, record: AnnotationRecord) -> Annotation | None:
        before = len(self.problems)
        document, coder = self._document(line, record), self._maker(line, record)
        self.losses.lose(say("confidences, which only suggestions have"), int(record.confidence is not None))
        self.losses.lose(say("suggestions that labels were accepted from"), int(record.suggestion is not None))
        layer = self._layer(line, record)
        if layer is None or document is None or coder is None:
            return None
        fragments = self._fragments(line, record, layer, document)
        values = self._values(line, record, layer)
        roles, empty = self._links.roles(line, record, layer, (document.id, coder))
        if len(self.problems) > before:
            return None
        return Annotation(
            id=self._links.ids.get(record.id) or self._id_of(record),
            document_id=document.id,
            coder_id=coder,
            layer=layer.key,
            fragments=fragments,
            values=values,
            uncertain=tuple(sorted(set(record.uncertain))),
            memo=record.memo,
            roles=roles,
            empty=empty,
            codebook_version=self._study.codebook_version,
            external_id=record.external_id or (None if is_uuid(record.id) else record.id),
            created=self._time(record.created),
            updated=self._time(record.updated),
            text_version=document.text_version if fragments else 1,
        )

    def _document(self, line: str, record: AnnotationRecord) -> Document | None:
        """The article, or None where it is told that none, or several, could be meant."""
        found = self._places.find(record.document)
        if isinstance(found, Document):
            return found
        named = record.document.model_dump(exclude_none=True, exclude={"met"}).items()
        told = joined(", ", (say("{field} {value}", field=_FIELDS.get(k, k), value=v) for k, v in named))
        if isinstance(found, Ambiguous):
            numbers = ", ".join(str(n) for n in sorted(d.number for d in found.among))
            self._problem(
                line,
                say("({told}) matches the articles {numbers}: name one by its id", numbers=numbers, told=told),
            )
        else:
            self._problem(line, say("the study has no such document ({told})", told=told))
        return None

    def _maker(self, line: str, record: AnnotationRecord) -> str | None:
        coder = self._coders.key(record)
        if coder is None:
            self._problem(
                line,
                say(
                    "it does not say who coded, or several coders have that name; {remedy}",
                    remedy=by_door("give --coder, or --folders-are-coders", say("name a coder")),
                ),
            )
        return coder

    def _layer(self, line: str, record: AnnotationRecord) -> Layer | None:
        try:
            return self._study.codebook.layer(record.layer)
        except AnnotatorError as error:
            self._problem(line, error.told)
            return None

    def _fragments(self, line: str, record: AnnotationRecord, layer: Layer, document: Document) -> Fragments:
        if layer.kind == "span":
            return self._passages.passage(line, record, document)
        if record.fragments:
            self._problem(line, say("{layer} is not anchored in text", layer=layer.label))
        return record.fragments

    def _values(self, line: str, record: AnnotationRecord, layer: Layer) -> dict[str, Any]:
        found = {key: self._value(line, layer, key, value) for key, value in record.values.items()}
        for key in record.uncertain:
            if key not in {a.key for a in layer.attributes}:
                self._problem(line, say("the layer `{layer}` has no attribute `{key}`", layer=layer.key, key=key))
        return {key: value for key, value in found.items() if value is not None}

    def _time(self, told: str | None) -> str:
        """When a label was made, as we spell it; nothing where the file says what is no time."""
        if not told or time_fault(told) is None:
            return told or ""
        if (found := utc_time(told)) is None:
            self.losses.lose(say("times of labels that are not times"), example=told[:40])
        return found or ""

    def _value(self, line: str, layer: Layer, key: str, value: Any) -> Any:
        try:
            attribute = layer.attribute(key)
        except AnnotatorError as error:
            self._problem(line, error.told)
            return None
        found = self._entities.value(line, attribute, value)
        if attribute.type != "entity" and (fault := value_fault(attribute, found)):
            self._problem(line, say("{key}: {fault}", key=key, fault=fault))
            return None
        return found


def _content(a: Annotation) -> tuple[Any, ...]:
    roles = {k: v for k, v in a.roles.items() if v}
    return (
        a.document_id,
        a.coder_id,
        a.layer,
        a.fragments,
        dict(a.values),
        a.uncertain,
        a.memo,
        roles,
        dict(a.empty),
    )
