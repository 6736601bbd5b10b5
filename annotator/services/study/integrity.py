"""Everything that can be wrong in a study file, each with the thing it is about."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.lineage import Lineage
from annotator.domain.codebook.model import SpanLayer
from annotator.domain.decisions import in_force
from annotator.domain.entities import Register
from annotator.domain.errors import AnnotatorError, Cancelled, Refusal, StudyFileError
from annotator.domain.fragments import fragments_fault
from annotator.domain.steps import Progress, counted
from annotator.domain.suggestions import SAID, Suggestion
from annotator.domain.words import Message, by_door, say
from annotator.services.coding.codebook_versions import Versions
from annotator.services.study import Study
from annotator.services.study.content_rules import ContentRules
from annotator.store import annotations as annotation_rows
from annotator.store import decisions, journal, suggestions
from annotator.store import documents as document_rows
from annotator.store.dialects import structure_faults, unlike_written
from annotator.store.file_errors import DatabaseFault
from annotator.store.records import annotation_record, document_record, dumps, entity_record, note_record


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong in a study, and where."""

    where: str
    what: str


def check(study: Study, progress: Progress | None = None) -> list[Fault]:
    """Every fault found; none when the study is sound.

    progress: how much of what there is to look at was looked at; raises Cancelled where it says no.
    """
    return _Check(study, progress).run()


_UNREADABLE = (AnnotatorError, ArithmeticError, AttributeError, DatabaseFault, LookupError, TypeError, ValueError)
"""What comes of reading a damaged record."""


_WRITTEN = {
    "study": say("what is known of the study"),
    "codebook": say("the codebook"),
    "coder": say("the coder"),
    "document": say("what is known of the article"),
    "document_text": say("the text"),
    "former_text": say("a former text"),
    "document_source": say("the raw page"),
    "document_state": say("how far coders are"),
    "note": say("the notes"),
    "annotation": say("the labels"),
    "suggestion": say("the suggestions"),
    "suggestion_source": say("where suggestions came from"),
    "verdict": say("what coders said to suggestions"),
    "change": say("the journal"),
}
"""Table -> what a person calls what is in it."""


def _place(table: str, part: str, numbers: Mapping[str, int]) -> str:
    if table == "change" and part.isdecimal():
        return say("journal steps {first} to {last}", first=max(1, 32 * int(part)), last=32 * int(part) + 31)
    if table == "codebook":
        return say("codebook version {version}", version=part)
    if part in numbers:
        return say("document {number}", number=numbers[part])
    return say("{table} {part}", table=table, part=part) if part else say("table {name}", name=table)


class _Check:
    def __init__(self, study: Study, progress: Progress | None) -> None:
        self._study = study
        self._progress = progress
        self.found: list[Fault] = []

    def run(self) -> list[Fault]:
        study = self._study
        if not study.file.whole:
            raise Refusal("your login sees only your own labels", str(study.file.path), "ask a supervisor to check")
        try:
            with study.file.reading() as connection:
                self._look(connection)
        except StudyFileError:  # to end a read may fail too
            if not self.found:
                raise
        return self.found

    def _look(self, connection: Any) -> None:
        self._labels: list[Annotation] = []
        self._one = counted(self._progress, self._about(connection), "nothing was changed")
        texts: dict[str, str] = {}
        self._part(say("file"), lambda: self._structure(connection))
        self._part(say("checksums"), lambda: self._checksums(connection))
        self._part(say("annotations"), lambda: self._labels.extend(self._study.annotations()))
        self._part(say("texts"), lambda: texts.update(document_rows.texts(connection)))
        found: list[Lineage] = []
        self._part(say("codebooks"), lambda: found.append(Versions(connection).lineage()))
        if not found:
            return
        self._lineage = found[0]
        self._part(say("documents"), lambda: self._documents(connection, texts))
        self._part(say("annotations"), lambda: self._annotations(texts))
        self._part(say("register and notes"), lambda: self._register_and_notes(texts))
        self._part(say("suggestions"), lambda: self._suggestions(connection, texts))
        self._part(say("journal"), lambda: self._journal(connection))

    def _about(self, connection: Any) -> int:
        """How many labels, articles and steps of the history there are, for who waits; too few where it is damaged."""
        rows = 0
        with suppress(*_UNREADABLE):
            rows += sum(annotation_rows.counts(connection).values())
        with suppress(*_UNREADABLE):
            rows += len(self._study.documents())
        with suppress(*_UNREADABLE):
            rows += journal.last_given_number(connection)
        return rows

    def _part(self, name: str, work: Callable[[], object]) -> None:
        """One part of the study; where it is too damaged to be read, that is a fault too."""
        try:
            work()
        except Cancelled:
            raise
        except _UNREADABLE as e:
            self._tell(
                name,
                say(
                    "it cannot be read ({reason}); {remedy}",
                    reason=str(e),
                    remedy=by_door("`annotator rescue` saves the rest", say("have what can still be read rescued")),
                ),
            )

    def _structure(self, connection: Any) -> None:
        if self._study.file.is_unsealed_by_others():
            self._tell(say("file"), say("a byte of the file changed since Annotator closed it"))
        for where, what in structure_faults(connection):
            self._tell(where, what)

    def _checksums(self, connection: Any) -> None:
        """What other parts of the check find too is told twice: here is said that it was not the program."""
        numbers: dict[str, int] = {}
        self._part(say("documents"), lambda: numbers.update({d.id: d.number for d in self._study.documents()}))
        for table, part in unlike_written(connection):
            what = _WRITTEN.get(table, say("the rows of `{table}`", table=table))
            self._tell(
                _place(table, part, numbers),
                say("{what}: not as Annotator wrote it (the checksum differs)", what=what),
            )

    def _tell(self, where: str, what: str) -> None:
        self.found.append(Fault(where, what))

    def _documents(self, connection: Any, texts: dict[str, str]) -> None:
        for document in self._study.documents():
            self._one()
            where = say("document {number}", number=document.number)
            text = texts.get(document.id)
            if text is None:
                self._tell(where, say("its text is missing"))
                continue
            if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != document.sha256:
                self._tell(where, say("its text is not the text that was imported (the hash differs)"))
            if len(text) != document.characters:
                self._tell(where, say("its length is not the length that was imported"))
            for former in document_rows.former_texts(connection, document.id) if document.text_version > 1 else ():
                if hashlib.sha256(former.text.encode("utf-8", "surrogatepass")).hexdigest() != former.sha256:
                    self._tell(where, say("its former text {version} is not what it was", version=former.version))
            for zone, start, end in document.zones:
                if not 0 <= start < end <= len(text):
                    self._tell(
                        where,
                        say(
                            "the zone `{zone}` [{start}, {end}) lies outside the text", zone=zone, start=start, end=end
                        ),
                    )

    def _annotations(self, texts: dict[str, str]) -> None:
        annotations = {a.id: a for a in self._labels}
        entities = {e.id for e in self._study.entities()}
        versions = {d.id: d.text_version for d in self._study.documents()}
        rules = ContentRules(self._study.codebook, self._lineage)
        for a in annotations.values():
            self._one()
            where = say("annotation {id}", id=a.id)
            layers = self._lineage.layers(a.layer)
            if not layers:
                self._tell(where, say("the codebook has no layer `{layer}`, in no version", layer=a.layer))
                continue
            layer = layers[-1]
            if isinstance(layer, SpanLayer):
                if fault := fragments_fault(a.fragments, len(texts.get(a.document_id, ""))):
                    self._tell(where, fault)
                if a.text_version != versions.get(a.document_id, 1):
                    self._tell(where, say("it counts in another text than the article has"))
            elif a.fragments:
                self._tell(where, say("a label without a place in the text has fragments"))
            for what in (*rules.values(a, entities), *rules.roles(a, layer, annotations, entities)):
                self._tell(where, what)

    def _register_and_notes(self, texts: dict[str, str]) -> None:
        register = Register.of(self._study.entities())
        rules = ContentRules(self._study.codebook, self._lineage)
        for e in register.every.values():
            for what in rules.entity_values(e, register.every):
                self._tell(say("entity {name}", name=e.name), what)
            if e.merged_into is not None and e.merged_into not in register.every:
                self._tell(
                    say("entity {name}", name=e.name),
                    say("it was merged into one that is not there ({other})", other=e.merged_into),
                )
            elif register.roots[e.id].merged_into is not None:
                self._tell(say("entity {name}", name=e.name), say("the entities that it was merged into form a ring"))
        for n in self._study.notes():
            length = len(texts.get(n.document_id, ""))
            if n.start is not None and n.end is not None and (fault := fragments_fault(((n.start, n.end),), length)):
                self._tell(say("note {id}", id=n.id), fault)

    def _suggestions(self, connection: Any, texts: dict[str, str]) -> None:
        sources = suggestions.sources(connection)
        every = {s.id: s for s in suggestions.find(connection)}
        lengths = {key: {1: len(text)} for key, text in texts.items()}
        for d in self._study.documents():
            if d.text_version > 1:
                former = document_rows.former_texts(connection, d.id)
                lengths[d.id] = {f.version: len(f.text) for f in former} | {d.text_version: len(texts.get(d.id, ""))}
        for s in every.values():
            where = say("suggestion {id}", id=s.id)
            if s.source_id not in sources:
                self._tell(where, say("it does not say where it came from"))
            if not self._lineage.layers(s.label.layer):
                self._tell(where, say("the codebook has no layer `{layer}`, in no version", layer=s.label.layer))
            length = lengths.get(s.document_id, {}).get(s.label.text_version)
            if s.label.fragments and length is None:
                self._tell(where, say("it counts in a text that the article never had"))
            elif s.label.fragments and (fault := fragments_fault(s.label.fragments, length or 0)):
                self._tell(where, fault)
            for tied in s.ties():
                if tied not in every or every[tied].document_id != s.document_id:
                    self._tell(where, say("it ties a suggestion that is not in its article ({tied})", tied=tied))
        self._verdicts(connection, every)

    def _verdicts(self, connection: Any, every: Mapping[str, Suggestion]) -> None:
        for v in suggestions.verdicts(connection):
            where = say("answer to the suggestion {id}", id=v.suggestion_id)
            about = every.get(v.suggestion_id)
            if about is None or about.document_id != v.document_id:
                self._tell(where, say("it is about a suggestion that is not there"))
            if v.said not in SAID or (v.said == "accepted") != (v.annotation_id is not None):
                self._tell(where, say("it is neither accepted nor rejected"))

    def _journal(self, connection: Any) -> None:
        numbers = journal.sequence_numbers(connection)
        expected = set(range(1, max([journal.last_given_number(connection), *numbers], default=0) + 1))
        for number in sorted(expected - set(numbers)):
            self._tell(say("journal step {number}", number=number), say("the step is missing"))
        last: dict[str, str | None] = {}
        for seq, thing, before, after in journal.states(connection):
            self._one()
            if thing in last and not _same_text(last[thing], before):
                self._tell(say("journal step {seq}", seq=seq), say("it does not begin where the step before it ended"))
            last[thing] = after
        for where, thing, record in self._in_force(connection, last):
            if not _same_text(last.pop(thing, None), None if record is None else dumps(record)):
                self._tell(where, say("it is not as the journal's last step left it"))
        self._gold(connection)
        for thing, state in last.items():
            if state is not None and "said" in json.loads(state):
                where = say("answer to the suggestion {id}", id=thing.partition("/")[0])
                self._tell(where, say("the journal has it, the study does not"))
            elif state is not None and "/" not in thing:
                self._tell(say("annotation {thing}", thing=thing), say("the journal has it, the study does not"))

    def _in_force(self, connection: Any, known: Collection[str]) -> Iterator[tuple[Message, str, Any]]:
        """Where each thing that the journal writes of stands, its id there, and its record; None for what was undone.

        known: the ids that the journal has; an article is in it only where it was changed.
        """
        for a in self._labels:
            yield say("annotation {id}", id=a.id), a.id, annotation_record(a)
        for e in self._study.entities():
            yield say("entity {name}", name=e.name), e.id, entity_record(e)
        for n in self._study.notes():
            yield say("note {id}", id=n.id), n.id, note_record(n)
        for one in self._study.documents():
            if one.id in known:
                yield say("document {number}", number=one.number), one.id, document_record(one)
        for k in decisions.every(connection):
            d = k.decision
            yield say("decision {id}", id=d.id), d.id, d.record() if k.undone is None else None
        for v in suggestions.verdicts(connection):
            yield say("answer to the suggestion {id}", id=v.suggestion_id), v.key, v.record()

    def _gold(self, connection: Any) -> None:
        labels = {a.id for a in self._labels}
        kept = decisions.every(connection)
        holding = {d.id for d in in_force([k.decision for k in kept if k.undone is None])}
        for k in kept:
            d = k.decision
            if d.id in holding and d.outcome == "settled" and not labels & set(d.gold[:1]):
                self._tell(say("decision {id}", id=d.id), say("the gold label that it made is not there"))


def _same_text(one: str | None, other: str | None) -> bool:
    """Whether two texts of JSON say the same; nearly always they are spelled the same too."""
    if one == other:
        return True
    return one is not None and other is not None and dumps(json.loads(one)) == dumps(json.loads(other))
