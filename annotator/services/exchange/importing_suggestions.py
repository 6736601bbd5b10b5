"""Codings of a model, a rule or the register read in as suggestions: no article, coder, entity or label is made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from annotator.domain.annotations import Annotation, Entity, Filler
from annotator.domain.bounds import name_fault
from annotator.domain.errors import BadInput
from annotator.domain.faults import Faults
from annotator.domain.identity import derived_id
from annotator.domain.suggestions import NamedEntity, Source, Suggestion
from annotator.domain.words import by_door, say
from annotator.formats.annotation_records import AnnotationRecord, CoderRef
from annotator.formats.dataset import Loss, Losses
from annotator.formats.declared import INTAKE
from annotator.formats.incoming import Incoming
from annotator.formats.sheets import SheetMapping
from annotator.services.exchange.importing_codings import SHEET, documents_met, read_incoming
from annotator.services.exchange.incoming_records import RecordReader
from annotator.services.exchange.misplaced import refuse_other_things
from annotator.services.exchange.outcome import Counts, Problem, Taking, problems_of
from annotator.services.exchange.sheets import read_codings
from annotator.services.exchange.suggestions_outcome import ImportedSuggestions, LeftOut
from annotator.services.study import Study
from annotator.services.study.package_origin import CODER
from annotator.services.suggestions.carrying import Carrying
from annotator.services.suggestions.naming import Names, named_in
from annotator.store import people
from annotator.store import suggestions as rows
from annotator.store.records import dumps, empty_record
from annotator.store.study_file import Connection

_MARK = "suggested"
ALREADY = say("here already")
TWICE = say("in the source more than once")
NOT_HERE = say("of articles that the study does not have")
FAULTY = say("faulty, as listed")
UNREAD = say("not readable, as listed")
_NO_LAYER = ""
"""Of which layer a line is that cannot be read."""


@dataclass(frozen=True, slots=True)
class Request:
    """What to read and how. source: the name that stands for all of it; None for the name that each coding has.

    version: of the model or rule, in its maker's words. coder: whom they are meant for, None for everybody who codes
    the article. rest: what is sound is taken though other lines are not.
    """

    paths: Sequence[Path]
    format: str
    source: str | None = None
    version: str | None = None
    coder: str | None = None
    mapping: SheetMapping | None = None
    rest: bool = False
    dry_run: bool = False


@dataclass(slots=True)
class Arrived:
    """What came in of one or several files and what was left out; by layer both add up to what the files hold."""

    held: Counter[str] = field(default_factory=Counter)
    added: Counter[str] = field(default_factory=Counter)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    by_source: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)
    losses: list[Loss] = field(default_factory=list)
    listed: int = 0

    def counted(self, dry_run: bool) -> ImportedSuggestions:
        """What came of all of it."""
        why: Counter[str] = Counter()
        for (_, reason), n in self.left.items():
            why[reason] += n
        layers = sorted(self.held)
        already = why[ALREADY] + why[TWICE]
        return ImportedSuggestions(
            suggestions=Counts(self.added.total(), already, self.left.total() - already),
            sources=dict(sorted(self.by_source.items())),
            applied=not dry_run and self.added.total() > 0,
            problems=tuple(self.problems),
            held={k: self.held[k] for k in layers},
            added={k: self.added[k] for k in layers},
            left_out=tuple(LeftOut(layer, n, reason) for (layer, reason), n in sorted(self.left.items())),
            losses=tuple(self.losses),
            left=self.listed,
        )


def import_suggestions(study: Study, request: Request) -> ImportedSuggestions:
    """Each file whole or not at all, or without what is faulty. Raises BadInput where it is no form of codings."""
    if request.format == "auto" or request.format in {f.name for f in INTAKE}:
        raise BadInput(
            say("`{form}` is not a form of codings", form=request.format),
            remedy=by_door(
                "name the form of the codings with --format; `annotator formats` lists them",
                say("choose the form of the codings"),
            ),
        )
    for told in (request.source, request.version):
        if told is not None and (fault := name_fault(told)):
            raise BadInput(say("the name of the source cannot be kept: {fault}", fault=fault), told)
    coder = study.person(request.coder).id if request.coder is not None else None
    with study.file.reading() as connection:
        own = people.facts(connection).get(CODER)
    if own is not None:  # in a coder's own file nothing is meant for another
        coder = own
    arrived = Arrived()
    for path in request.paths:
        refuse_other_things(path)
        if request.format == SHEET:
            if not path.is_file():
                raise BadInput("there is no such file", str(path), "check the path")
            incoming = read_codings(study, path, request.mapping)
        else:
            incoming = read_incoming(path, request.format, None, Taking(rest=request.rest, suggested=True))
        _One(study, request, coder, path, incoming, arrived).bring_in()
    return arrived.counted(request.dry_run)


class _One:
    """One file on its way in."""

    def __init__(
        self, study: Study, request: Request, coder: str | None, path: Path, incoming: Incoming, arrived: Arrived
    ) -> None:
        self._study, self._request, self._coder = study, request, coder
        self._path, self._incoming, self._arrived = path, incoming, arrived
        self._losses = Losses()

    def bring_in(self) -> None:  # noqa: C901 - the steps of one transaction
        """Check everything, then write it in one transaction."""
        study, arrived, rest = self._study, self._arrived, self._request.rest
        met, own = documents_met(study, self._incoming, self._request.format)
        reader = RecordReader(study, self._path.name, None, (), self._incoming.entities, met=met, own=own)
        for name in sorted({self._name(r) for _, r in self._incoming.records}):
            if fault := name_fault(name):
                told_of = say("the name of the source cannot be kept: {fault}", fault=fault)
                self._incoming.problem(self._path.name, name[:60], told_of)
                self._request = replace(self._request, source=_readable(self._path.stem)[:60])
        told = self._marked()
        arrived.held.update(record.layer for _, record in told)
        if unread := self._incoming.problems.places:
            arrived.held[_NO_LAYER] += unread
            arrived.left[_NO_LAYER, UNREAD] += unread
        known = [(where, r) for where, r in told if reader.knows_article(r)]
        for _, record in told:
            if not reader.knows_article(record):
                arrived.left[record.layer, NOT_HERE] += 1
        found, _ = reader.read(known, rest)
        entities = {e.id: e for _, e in reader.take_entities()}
        problems = Faults()
        problems.extend(self._incoming.problems)
        problems.extend(reader.problems)
        self._tell(problems, [*self._incoming.losses.listed(), *reader.losses.listed()])
        sound = Counter(a.layer for a in found)
        faulty = Counter(r.layer for _, r in known)
        if problems and not rest:
            for layer, n in faulty.items():
                arrived.left[layer, FAULTY] += n
            return
        for layer, n in (faulty - sound).items():
            arrived.left[layer, FAULTY] += n
        records = [r for _, r in told]
        if self._request.dry_run:
            with study.file.reading() as connection:
                self._sorted_out(connection, found, records, entities)
            return
        with study.file.transaction() as connection:
            fresh = self._sorted_out(connection, found, records, entities)
            if not fresh:
                return
            at = study.clock()
            for name in dict.fromkeys(name for name, _ in fresh):
                source = Source(
                    study.ids(), name, self._request.version, self._request.format, _readable(self._path.name), at
                )
                rows.add_source(connection, source)
                rows.insert_many(connection, [replace(s, source_id=source.id) for n, s in fresh if n == name])

    def _marked(self) -> list[tuple[str, AnnotationRecord]]:
        """The records under ids that no label has, made by their source, numbered so that they are known again."""
        found: list[tuple[str, AnnotationRecord]] = []
        for number, (where, r) in enumerate(self._incoming.records):
            roles = {
                role: tuple(
                    f if f.annotation is None else f.model_copy(update={"annotation": f"{_MARK}:{f.annotation}"})
                    for f in held
                )
                for role, held in r.roles.items()
            }
            update = {
                "id": f"{_MARK}:{r.id}",
                "external_id": str(number),
                "coder": CoderRef(name=f"{_MARK}:{self._name(r)}"),
                "roles": roles,
                "confidence": None,
                "suggestion": None,
                "created": None,
                "updated": None,
            }
            found.append((where, r.model_copy(update=update)))
        return found

    def _name(self, r: AnnotationRecord) -> str:
        """Who suggests: as the person says, as the coding says, or as the file is called."""
        named = r.coder.name if r.coder is not None else None
        return " ".join((self._request.source or named or "").split()) or _readable(self._path.stem)

    def _tell(self, problems: Faults, losses: list[Loss]) -> None:
        self._arrived.problems += problems_of(problems.listed())
        self._arrived.losses += losses
        if self._request.rest:
            self._arrived.listed += problems.count

    def _sorted_out(
        self,
        connection: Connection,
        found: Sequence[Annotation],
        records: Sequence[AnnotationRecord],
        entities: dict[str, Entity],
    ) -> list[tuple[str, Suggestion]]:
        """(source, suggestion) of what is not here yet; what is, is counted. Links name what is here by its id."""
        arrived = self._arrived
        names = Names(self._study.register())
        here = _Here(connection, names, {a.document_id for a in found})
        texts = {d.id: d.text_version for d in self._study.documents()}
        ids: dict[str, str] = {}
        fresh: list[tuple[str, Suggestion]] = []
        for a in _fillers_first(found):
            number = int(a.external_id or 0)
            record, original = records[number], self._incoming.records[number][1]
            name = self._name(original)
            named = {key: _named(key, entities, names) for key in named_in(a)}
            label = replace(
                a,
                coder_id=self._coder or "",
                roles={
                    role: tuple(f if f.annotation is None else Filler(ids[f.annotation]) for f in held)
                    for role, held in a.roles.items()
                },
                external_id=original.external_id or original.id,
                text_version=texts[a.document_id] if a.fragments else 1,
                created="",
                updated="",
            )
            s = Suggestion(label, "", named, original.confidence)
            content = here.content(name, s)
            known = here.known.get(content)
            if known is not None:
                ids[a.id] = known
                arrived.left[record.layer, TWICE if known in here.fresh else ALREADY] += 1
                continue
            key = derived_id(_MARK, self._study.id, *content)
            if key in here.ids:
                key = self._study.ids()
            ids[a.id] = key
            here.take(key, content)
            fresh.append((name, replace(s, label=replace(label, id=key))))
            arrived.added[record.layer] += 1
            arrived.by_source[name] += 1
        return fresh


Content = tuple[str, ...]


class _Here:
    """What the study has of suggestions, by what they say: on the present texts, under the newest codebook."""

    def __init__(self, connection: Connection, names: Names, documents: set[str]) -> None:
        self._names = names
        self.known: dict[Content, str] = {}
        self.fresh: set[str] = set()
        sources = rows.sources(connection)
        carrying = Carrying(connection)
        every = rows.find(connection) if sources else []
        self.ids = {s.id for s in every}
        for s in every:
            if s.document_id in documents:
                carried = carrying.carried(s).suggestion
                self.known.setdefault(self.content(sources[s.source_id].name, carried), s.id)

    def content(self, source: str, s: Suggestion) -> Content:
        """All that makes two suggestions the same one: not their confidence, nor where they stood in a file."""
        a = self._names.resolved(s.label, s.entities)
        told = {
            "fragments": [list(f) for f in a.fragments],
            "values": dict(a.values),
            "uncertain": list(a.uncertain),
            "memo": a.memo,
            "roles": {role: [[f.annotation, f.entity] for f in held] for role, held in a.roles.items() if held},
            "empty": {role: empty_record(e) for role, e in a.empty.items()},
        }
        return (source, a.coder_id, a.document_id, a.layer, dumps(told))

    def take(self, key: str, content: Content) -> None:
        """One more is here."""
        self.known[content] = key
        self.fresh.add(key)
        self.ids.add(key)


def _readable(name: str) -> str:
    """A file's name as text that every study can hold."""
    told = "".join(c if c.isprintable() else "�" for c in name.encode("utf-8", "replace").decode())
    return told.strip() or "file"


def _named(key: str, entities: dict[str, Entity], names: Names) -> NamedEntity:
    e = entities.get(key) or names.register.every[key]
    return NamedEntity(e.name, e.type, e.aliases if key in entities else ())


def _fillers_first(found: Sequence[Annotation]) -> Iterator[Annotation]:
    """Labels before the links that tie them, also links before the links that tie links."""
    ids = {a.id for a in found}
    placed: set[str] = set()
    left = list(found)
    while left:
        now = [
            a
            for a in left
            if all(
                f.annotation is None or f.annotation in placed or f.annotation not in ids
                for held in a.roles.values()
                for f in held
            )
        ]
        if not now:
            raise BadInput("the links form a ring", left[0].layer, "correct the source")
        yield from now
        placed |= {a.id for a in now}
        left = [a for a in left if a.id not in placed]
