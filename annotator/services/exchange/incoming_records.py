"""Annotation records that come in, turned to annotations of this study; every problem is collected."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotator.domain.annotations import Annotation, Document, EmptyRole, Entity, Filler
from annotator.domain.bounds import name_fault, time_fault, utc_time
from annotator.domain.codebook.mapping import part_of
from annotator.domain.codebook.model import Attribute, LinkLayer
from annotator.domain.codebook.owners import waiting_roles
from annotator.domain.codebook.values import value_fault
from annotator.domain.decisions import GOLD
from annotator.domain.errors import AnnotatorError
from annotator.domain.faults import Faults
from annotator.domain.fragments import Fragments, fragments_fault, text_of
from annotator.domain.identity import derived_id, is_uuid
from annotator.domain.origins import Ambiguous
from annotator.domain.quotes import places_of
from annotator.domain.words import by_door, joined, say
from annotator.formats.annotation_records import AnnotationRecord, CoderRef, EntityRef, PersonRef
from annotator.formats.dataset import Losses
from annotator.formats.incoming import IncomingEntity
from annotator.services.coding.text_versions import TextVersions
from annotator.services.exchange.existing import ExistingLabels, Texts
from annotator.services.exchange.outcome import Makers
from annotator.services.exchange.places import Places
from annotator.services.study import Study
from annotator.store import documents as document_rows
from annotator.store.records import same

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
        self._places = Places(study, fresh, met, own or {})
        self._takes_gold = gold
        self._study = study
        self._source = source
        self._coder, self._override = coder, override and coder is not None
        self.makers = Makers()
        self.problems = Faults()
        self._texts = Texts(study, {d.id: text for d, text in fresh})
        self._here = {e.id: e for e in study.entities()}
        self._entities = dict(self._here)
        self._by_name: dict[tuple[str, str], Entity] = {(_fold(e.name), e.type): e for e in self._entities.values()}
        self._new_entities: dict[str, Entity] = {}
        self._changed_entities: dict[str, Entity] = {}
        self.losses = Losses()
        self._told = {(_fold(e.name), e.type): e for e in entities}
        self._types = {t.key: t for t in study.codebook.entity_types}
        self.coders: dict[str, tuple[str, bool]] = {}
        self._known_coders = {c.id: c for c in study.coders()}
        self._called: dict[str, str] = {}
        self._existing = ExistingLabels(study)
        self._ids: dict[str, str] = {}
        self._label_places: dict[str, tuple[str, str, str]] = {}
        self._same_places: dict[tuple[str, str, str], tuple[str, str, str]] = {}
        self._register = study.register()

    def take_entities(self) -> list[tuple[Entity | None, Entity]]:
        """(as it is in the register, as it is to be) of the entities to be made and to be changed, once."""
        new: list[tuple[Entity | None, Entity]] = [(None, e) for e in self._new_entities.values()]
        changed = [(self._here[key], e) for key, e in self._changed_entities.items()]
        self._new_entities, self._changed_entities = {}, {}
        return [*new, *changed]

    def read_register(self) -> None:
        """Make every entity that came along and is not in the register yet, whether a record names it or not.

        Whoever is there gets the values that came where the register has none; it goes on saying what it says.
        """
        told_of = list(self._told.values())
        named = [(e, self._entity(e.name, EntityRef(name=e.name, type=e.type))) for e in told_of]
        for told, key in named:
            if key is not None and told.values:
                self._take_values(told, key)

    def _take_values(self, told: IncomingEntity, key: str) -> None:
        kind = self._types.get(told.type)
        values: dict[str, Any] = {}
        for name, value in told.values.items():
            attribute = part_of(kind.attributes, name) if kind is not None else None
            where = f"{told.name}: {name}"
            found = value if attribute is None else self._asked(where, attribute, value)
            if attribute is None or value_fault(attribute, found):
                self.losses.lose(say("values of entities that are not in the codebook"), example=where)
            else:
                values[name] = found
        held = self._entities[key].values
        other = [n for n, v in values.items() if n in held and not same(v, held[n])]
        self.losses.lose(say("values of entities that the register has otherwise"), len(other), ", ".join(other))
        if fresh := {n: v for n, v in values.items() if n not in held}:
            self._entities[key] = after = replace(self._entities[key], values={**held, **fresh})
            (self._new_entities if key in self._new_entities else self._changed_entities)[key] = after

    def read(self, records: Sequence[tuple[str, AnnotationRecord]], rest: bool = False) -> tuple[list[Annotation], int]:
        """(new annotations, spans first; how many are here already). rest: those that can stand without faulty ones."""
        for _, record in records:
            self.know(record)
        result, already = self.taken(records)
        lines = {self._ids[r.id]: (where, r) for where, r in reversed(records)}
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
                self._count_maker(record, -1)
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
                    self._count_maker(record, -1)
                    self._problem(where, say("it names a label that was left out"))
                    more = True
        return list(kept.values())

    def know(self, record: AnnotationRecord) -> None:
        """Learn which label a record is, and where it stands, so that links of others can name it."""
        self._ids[record.id] = self._id_of(record)
        document = self._places.find(record.document)
        if isinstance(document, Document):
            place = (document.id, self._coder_key(record) or "", record.layer)
            self._label_places[record.id] = self._same_places.setdefault(place, place)

    def taken(self, records: Sequence[tuple[str, AnnotationRecord]]) -> tuple[list[Annotation], int]:
        """(new annotations, how many are here already) of some records; those that links name are known by now."""
        self._existing.look_up(self._id_of(r) if r.id not in self._ids else self._ids[r.id] for _, r in records)
        result: list[Annotation] = []
        already = 0
        for line, record in records:
            annotation = self._annotation(line, record)
            if annotation is None:
                continue
            if (old := self._existing.get(annotation.id)) is None:
                if not self._takes_gold and self._is_gold(record):
                    self._problem(
                        line, say("it is a settled label; gold is made only by settling and cannot be imported")
                    )
                else:
                    result.append(annotation)
                    self._count_maker(record)
            elif _content(self._register.resolved(old)) == _content(self._register.resolved(annotation)):
                already += 1
            else:
                self._problem(
                    line, say("the label `{id}` is here already with other content; it was left as it is", id=record.id)
                )
        return result, already

    def _problem(self, line: str, what: str) -> None:
        self.problems.append({"source": self._source, "where": line, "what": what})

    def _id_of(self, record: AnnotationRecord) -> str:
        if is_uuid(record.id):
            return record.id
        document = self._places.find(record.document)
        key = self._coder_key(record)
        name = self.coders[key][0] if key else ""  # a new coder has no id yet; the name stands for it both times
        if not isinstance(document, Document):
            return derived_id("record", name, "", record.id)
        by_words = derived_id("record", name, self._places.first_hash(document), record.id)
        here = self._existing.get(by_words)
        if here.document_id == document.id if here is not None else not self._places.shares_words(document):
            return by_words
        return derived_id("record", name, document.id, record.id)

    def _coder_key(self, record: AnnotationRecord) -> str | None:
        """The coder's id, known or to be made by name."""
        said = self._said(record)
        name = self._coder if self._override or said is None else said.name
        if said is not None and not self._override and said.id in self._known_coders:
            key = str(said.id)
            self.coders[key] = (self._known_coders[key].name, True)
            return key
        if not name:
            return None
        same = [c for c in self._known_coders.values() if name in (c.name, c.id)]
        person = said if not self._override and isinstance(said, PersonRef) else None
        if person is not None and person.id and (self._first_called(name, person.id) != person.id or not same):
            self.coders[person.id] = (name, False)  # the id is the person, whoever else has the name
            return person.id
        if len(same) > 1:
            return None
        key = same[0].id if same else f"new:{name}"
        self.coders[key] = (name, bool(same))
        return key

    def _first_called(self, name: str, own: str) -> str:
        """The id of the first person in the source who has this name."""
        return self._called.setdefault(name, own)

    def _said(self, record: AnnotationRecord) -> CoderRef | None:
        """Whom the record names, in a way that is understood here."""
        said = record.coder
        return said if said is not None and (said.name or said.id in self._known_coders) else None

    def _count_maker(self, record: AnnotationRecord, n: int = 1) -> None:
        said, makers = self._said(record), self.makers
        name = None if said is None else said.name or self._known_coders[str(said.id)].name
        if name is None or self._override:
            makers.given[str(self._coder)] += n
        else:
            makers.named[name] += n
        if name is not None and self._override and name != self._coder:
            makers.overridden[name] += n

    def _is_gold(self, record: AnnotationRecord) -> bool:
        known = self._known_coders.get(self._coder_key(record) or "")
        if not self._override and record.coder is not None and record.coder.role == GOLD:
            return True
        return known is not None and known.role == GOLD

    def _annotation(self, line: str, record: AnnotationRecord) -> Annotation | None:
        before = len(self.problems)
        found = self._places.find(record.document)
        document = found if isinstance(found, Document) else None
        coder = self._coder_key(record)
        if document is None:
            named = record.document.model_dump(exclude_none=True, exclude={"met"}).items()
            told = joined(", ", (say("{field} {value}", field=_FIELDS.get(k, k), value=v) for k, v in named))
            if isinstance(found, Ambiguous):
                numbers = ", ".join(str(n) for n in sorted(d.number for d in found.among))
                self._problem(
                    line,
                    say(
                        "({told}) matches the articles {numbers}: name one by its id",
                        numbers=numbers,
                        told=told,
                    ),
                )
            else:
                self._problem(line, say("the study has no such document ({told})", told=told))
        if coder is None:
            self._problem(
                line,
                say(
                    "it does not say who coded, or several coders have that name; {remedy}",
                    remedy=by_door("give --coder, or --folders-are-coders", say("name a coder")),
                ),
            )
        self.losses.lose(say("confidences, which only suggestions have"), int(record.confidence is not None))
        self.losses.lose(say("suggestions that labels were accepted from"), int(record.suggestion is not None))
        try:
            layer = self._study.codebook.layer(record.layer)
        except AnnotatorError as error:
            self._problem(line, error.told)
            return None
        if document is None or coder is None:
            return None
        text, fragments = self._texts.of(document.id), record.fragments
        version = self._places.version(document, record.document.sha256)
        if layer.kind == "span":
            if not fragments and record.text:
                fragments = self._quoted(line, record, text)
            elif version is None and record.text is None:
                self._problem(line, say("it was made on a text that the article does not have and never had"))
            elif version is not None and version < document.text_version:
                fragments = self._carried(line, record, document, version)
            elif fault := fragments_fault(record.fragments, len(text)):
                self._problem(line, fault)
            elif record.text is not None and record.text != text_of(text, record.fragments):
                self._problem(
                    line,
                    say(
                        "the record `{id}` has the text {text!r}, but the article has {text_of!r} there",
                        id=record.id,
                        text=record.text[:60],
                        text_of=text_of(text, record.fragments)[:60],
                    ),
                )
        elif record.fragments:
            self._problem(line, say("{layer} is not anchored in text", layer=layer.label))
        values = {}
        for key, value in record.values.items():
            found = self._value(line, record, layer, key, value)
            if found is not None:
                values[key] = found
        for key in record.uncertain:
            if key not in {a.key for a in layer.attributes}:
                self._problem(line, say("the layer `{layer}` has no attribute `{key}`", layer=layer.key, key=key))
        roles, empty = self._links(line, record, layer, (document.id, coder))
        if len(self.problems) > before:
            return None
        return Annotation(
            self._ids.get(record.id) or self._id_of(record),
            document.id,
            coder,
            layer.key,
            fragments,
            values,
            tuple(sorted(set(record.uncertain))),
            record.memo,
            roles,
            empty,
            self._study.codebook_version,
            record.external_id or (None if is_uuid(record.id) else record.id),
            self._time(record.created),
            self._time(record.updated),
            document.text_version if fragments else 1,
        )

    def _quoted(self, line: str, record: AnnotationRecord, text: str) -> Fragments:
        """Where a label stands of which only the words are told: found where they stand once."""
        found = places_of(text, record.text or "", *(record.around or ("", "")))
        if len(found) != 1:
            words = (record.text or "")[:60]
            self._problem(
                line,
                say("the article has the words {words!r} {n} times; say where", words=words, n=len(found))
                if found
                else say("the words {words!r} are not in the article", words=words),
            )
            return ()
        return tuple(found)

    def _carried(self, line: str, record: AnnotationRecord, document: Document, version: int) -> Fragments:
        """A label that was made on a text that the article had before it was corrected, on the text that it has now."""
        with self._study.file.reading() as connection:
            former = {f.version: f.text for f in document_rows.former_texts(connection, document.id)}
            if fault := fragments_fault(record.fragments, len(former[version])):
                self._problem(line, fault)
                return record.fragments
            placed = TextVersions(connection).placed(document.id, record.fragments, version)
        if record.text is not None and record.text != placed.words:
            told = say("the record `{id}` has other words than the article had there", id=record.id)
            self._problem(line, told)
        elif placed.how == "lost":
            words = placed.words[:60]
            self._problem(line, say("the words {words!r} are not in the corrected text", words=words))
        return placed.fragments

    def _time(self, told: str | None) -> str:
        """When a label was made, as we spell it; nothing where the file says what is no time."""
        if not told or time_fault(told) is None:
            return told or ""
        if (found := utc_time(told)) is None:
            self.losses.lose(say("times of labels that are not times"), example=told[:40])
        return found or ""

    def _value(self, line: str, record: AnnotationRecord, layer: Any, key: str, value: Any) -> Any:
        try:
            attribute = layer.attribute(key)
        except AnnotatorError as error:
            self._problem(line, error.told)
            return None
        found = self._asked(line, attribute, value)
        if attribute.type != "entity" and (fault := value_fault(attribute, found)):
            self._problem(line, say("{key}: {fault}", key=key, fault=fault))
            return None
        return found

    def _asked(self, line: str, attribute: Attribute, value: Any) -> Any:
        """The value with the entities that it names found in the register, or made."""
        if attribute.type != "entity" or (isinstance(value, str) and value in {o.key for o in attribute.off_scale}):
            return value
        if isinstance(value, list):
            return [self._entity_value(line, v, attribute.key) for v in value]
        return self._entity_value(line, value, attribute.key)

    def _entity_value(self, line: str, value: Any, key: str) -> Any:
        if not isinstance(value, Mapping) or not set(value) <= {"entity", "name", "type"}:
            self._problem(line, say("{key}: the value is not an entity with name and type", key=key))
            return None
        found = self._entity(line, EntityRef.model_validate(value))
        return {"entity": found} if found else None

    def _entity(self, line: str, ref: EntityRef) -> str | None:
        if ref.entity and ref.entity in self._entities:
            return ref.entity
        if not ref.name or not ref.type:
            self._problem(
                line,
                say(
                    "the entity {entity} is not in the register; give name and type",
                    entity=ref.model_dump(exclude_none=True),
                ),
            )
            return None
        if self._types and ref.type not in self._types:
            self._problem(line, say("there is no entity type `{type}` (of {name})", type=ref.type, name=ref.name))
            return None
        known = self._by_name.get((_fold(ref.name), ref.type))
        if known is None and (fault := name_fault(ref.name)):
            self._problem(line, say("the name of an entity cannot be kept: {fault}", fault=fault))
            return None
        if known is None:
            key = (
                ref.entity
                if ref.entity and is_uuid(ref.entity)
                else derived_id("entity", self._study.id, _fold(ref.name), ref.type)
            )
            told = self._told.get((_fold(ref.name), ref.type), IncomingEntity(ref.name, ref.type))
            known = Entity(key, ref.name, ref.type, told.aliases, told.memo, self._study.clock())
            self._by_name[(_fold(ref.name), ref.type)] = known
            self._entities[key] = known
            self._new_entities[key] = known
        return known.id

    def _links(
        self,
        line: str,
        record: AnnotationRecord,
        layer: Any,
        home: tuple[str, str],
    ) -> tuple[dict[str, tuple[Filler, ...]], dict[str, EmptyRole]]:
        roles: dict[str, tuple[Filler, ...]] = {}
        empty: dict[str, EmptyRole] = {}
        if not isinstance(layer, LinkLayer):
            if record.roles or record.empty:
                self._problem(line, say("the layer `{layer}` has no roles", layer=layer.key))
            return roles, empty
        known = {r.key: r for r in layer.roles}
        for role in {*record.roles, *record.empty} - set(known):
            self._problem(line, say("the layer `{layer}` has no role `{role}`", layer=layer.key, role=role))
        held = {role: len(fillers) for role, fillers in record.roles.items()}
        waiting = waiting_roles(self._study.codebook, layer.key, held)
        for role, spec in known.items():
            fillers: list[Filler] = []
            for f in record.roles.get(role, ()):
                if f.annotation is None:
                    if (entity := self._entity(line, f)) is not None:
                        fillers.append(Filler(entity=entity))
                    continue
                target = self._target(f.annotation)
                if target is None:
                    self._problem(line, say("{role}: there is no label `{label}`", role=role, label=f.annotation))
                elif target[1][2] not in spec.layers or target[1][:2] != home:
                    self._problem(
                        line, say("{role}: the label `{label}` is not allowed here", role=role, label=f.annotation)
                    )
                else:
                    fillers.append(Filler(annotation=target[0]))
            if fillers:
                roles[role] = tuple(fillers)
            reason = record.empty.get(role)
            if reason is not None:
                if reason.because not in {r.key for r in spec.empty_because}:
                    self._problem(
                        line,
                        say("{role}: `{reason}` is not a reason for an empty role", role=role, reason=reason.because),
                    )
                entity = self._entity(line, reason.entity) if reason.entity else None
                empty[role] = EmptyRole(reason.because, entity)
            least = 0 if role in waiting else spec.min
            if len(record.roles.get(role, ())) < least or (spec.max is not None and len(fillers) > spec.max):
                self._problem(
                    line,
                    say(
                        "{role}: the number of fillers is outside {least} to {most}",
                        role=role,
                        least=least,
                        most=spec.max,
                    ),
                )
        return roles, empty

    def _target(self, name: str) -> tuple[str, tuple[str, str, str]] | None:
        if name in self._label_places:
            return self._ids[name], self._label_places[name]
        old = self._existing.get(name)
        return (old.id, (old.document_id, old.coder_id, old.layer)) if old else None


def _fold(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


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
