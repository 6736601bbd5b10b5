"""Annotation records in JSON lines, however many: the file is read three times and never kept.

First it is learnt which record is which label and where it stands, as links name them; then labels of passages and
articles are checked and written, then links. The first fault ends the writing, and nothing of it stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Annotation, Coder
from annotator.domain.errors import AnnotatorError, BadInput, Cancelled
from annotator.domain.faults import Faults
from annotator.domain.words import cause_of, say
from annotator.formats.annotation_records import AnnotationRecord, records_of
from annotator.formats.documents_read import DocumentsRead, without
from annotator.services.accounts import Coming
from annotator.services.exchange.documents_read import mark_read, resolved
from annotator.services.exchange.incoming_records import RecordReader
from annotator.services.exchange.outcome import Counts, Imported, Progress, problems_of, stamped
from annotator.services.study import Study
from annotator.store import people
from annotator.store.units import UnitOfWork

_AT_A_TIME = 1_000
Records = Iterator[tuple[str, AnnotationRecord]]


class _Refused(Exception):
    """Something in the file is faulty: what was written of it goes."""


def import_lines(
    study: Study,
    path: Path,
    coder: str | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    coming: Coming | None = None,
    override: bool = False,
) -> Imported:
    """The file whole or not at all."""
    if not path.exists():
        raise BadInput("there is no such file or folder", str(path), "check the path")
    try:
        return _Lines(study, path, coder, progress, override).read(dry_run, coming)
    except OSError as error:
        raise AnnotatorError(say("it cannot be read ({reason})", reason=cause_of(error)), str(path)) from error


class _Lines:
    def __init__(self, study: Study, path: Path, coder: str | None, progress: Progress | None, override: bool) -> None:
        self._study, self._path, self._progress = study, path, progress
        self._reader = RecordReader(study, path.name, coder, override=override)
        self._links = {x.key for x in study.codebook.layers if x.kind == "link"}
        self._fillers = {key for link in study.codebook.link_layers for role in link.roles for key in role.layers}
        self._coder, self._override = coder, override
        self._count = 0
        self._second = 0
        self._has_links = False

    def read(self, dry_run: bool, coming: Coming | None = None) -> Imported:  # noqa: C901 - the faults of a line in their order
        """Bring in what the file holds; with dry_run write nothing."""
        here_now = Coming()
        problems, read_lines = Faults(), list[DocumentsRead]()
        for _, record in self._pieces(problems, read_lines):
            if record.reading != 1:
                self._second += 1
                continue
            self._count += 1
            self._has_links = self._has_links or record.layer in self._links
            if record.layer in self._fillers:
                self._reader.know(record)
        self._reader.losses.lose(
            say("labels of second readings, which belong to the study that handed them out"), self._second
        )
        read, unread = resolved(self._study, self._path.name, read_lines, self._coder, self._override)
        problems.extend(unread)
        added = already = 0
        try:
            with ExitStack() as stack:
                writer = None if dry_run or problems else stack.enter_context(_Writer(self._study, self._reader))
                for links in (False, True) if self._has_links else (False,):
                    for piece in self._checked(links):
                        new, here = self._reader.taken(piece)
                        added, already = added + len(new), already + here
                        if coming is not None:
                            here_now.take(new)
                        if writer is not None and not self._reader.problems:
                            writer.write(new)
                self._reader.read_register()
                if self._reader.problems:
                    raise _Refused
                if writer is not None:
                    writer.finish()
        except _Refused:
            pass
        answer = self._answer(problems, added, already)
        if answer.problems:
            return answer
        if coming is not None:
            coming.labels.update(here_now.labels)
            coming.read.update(read)
        return replace(answer, read=mark_read(self._study, read, dry_run)) if read else answer

    def _pieces(self, problems: Faults, read: list[DocumentsRead]) -> Records:
        name = self._path.name
        faults: list[dict[str, str]] = []
        with self._path.open("rb") as file:
            for number, record in records_of(without(file, name, read, faults), name, problems):
                yield say("line {n}", n=number), record
        problems.extend(faults)

    def _checked(self, links: bool) -> Iterator[list[tuple[str, AnnotationRecord]]]:
        """The records of links, or all others, in pieces."""
        records = (
            (where, r)
            for where, r in self._pieces(Faults(), [])
            if r.reading == 1 and (r.layer in self._links) == links
        )
        done = 0
        while piece := list(islice(records, _AT_A_TIME)):
            done += len(piece)
            if self._progress and not self._progress(done, self._count):
                raise Cancelled("the import was stopped; nothing was added")
            yield piece

    def _answer(self, problems: Faults, added: int, already: int) -> Imported:
        told = Faults()
        told.extend(problems)
        told.extend(self._reader.problems)
        return Imported(
            annotations=Counts(0, already, told.places) if told else Counts(added, already),
            problems=problems_of(told.listed()),
            made_by=self._reader.makers.counted(),
            losses=tuple(self._reader.losses.listed()),
        )


class _Writer:
    """One transaction with a unit of work for each coder; leaving it by an exception drops all of it."""

    def __init__(self, study: Study, reader: RecordReader) -> None:
        self._study, self._reader = study, reader
        self._stack = ExitStack()
        self._units: dict[str, tuple[str, UnitOfWork]] = {}

    def __enter__(self) -> _Writer:
        self._connection = self._stack.enter_context(self._study.file.transaction())
        return self

    def __exit__(self, *error: Any) -> bool | None:
        return self._stack.__exit__(*error)

    def write(self, made: list[Annotation]) -> None:
        """Write a piece, its coders and entities first."""
        makers = list(dict.fromkeys(a.coder_id for a in made))
        for maker in makers:
            coder_id, unit = self._unit(maker)
            for before, entity in self._reader.take_entities():
                unit.put_entity(entity.id, before, entity)
            mine = [a for a in made if a.coder_id == maker]
            version = self._study.codebook_version
            unit.add_many([stamped(a, coder_id, unit.at, version) for a in mine])

    def finish(self) -> None:
        """Everything is to be kept."""
        for _, unit in self._units.values():
            unit.confirm()

    def _unit(self, maker: str) -> tuple[str, UnitOfWork]:
        if maker not in self._units:
            name, known = self._reader.coders[maker]
            coder_id = maker if known else self._study.ids()
            if not known:
                people.add_coder(self._connection, Coder(coder_id, name), self._study.clock())
            unit = UnitOfWork(
                self._study.file,
                self._study.ids,
                self._study.clock,
                coder_id,
                "ImportAnnotations",
                within=self._connection,
            )
            self._units[maker] = (coder_id, self._stack.enter_context(unit))
        return self._units[maker]
