"""Articles coming in: previewed, then written whole or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Document
from annotator.domain.errors import BadInput, Cancelled
from annotator.domain.faults import Faults
from annotator.domain.words import cause_of, joined, say
from annotator.formats.recognising import coding_form
from annotator.intake import ArticleColumns, CleanDocument, Notices, read_file, stray
from annotator.intake.duplicates import Duplicate, find_duplicates
from annotator.services.articles.identity import Recognition, new_among, source_of
from annotator.services.study import Study
from annotator.store import documents as document_rows

Progress = Callable[[int, int], bool]
"""(done, all) -> whether to go on."""

_AT_A_TIME = 200
_BEFORE_WRITING = 2_000
"""So many articles are read before the study is locked for writing; a larger import writes as it reads."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would bring: clean documents, sources that cannot be read, duplicates to offer."""

    documents: tuple[CleanDocument, ...]
    problems: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. passed_over: why it is none, where it lies in a folder and is no article."""

    path: Path
    passed_over: str = ""


def sources(paths: Sequence[Path]) -> list[Source]:
    """The files named, and those in folders named, in a stable order; raises BadInput where one is not there."""
    result: list[Source] = []
    for path in paths:
        if path.is_dir():
            found = sorted(p for p in path.rglob("*") if p.is_file())
            result += [Source(p, stray(p.name, p.parent.name) or "") for p in found]
        elif path.is_file():
            result.append(Source(path, (stray(path.name, path.parent.name) or "") if len(paths) > 1 else ""))
        else:
            raise BadInput("there is no such file or folder", str(path), "check the path")
    return result


def source_files(paths: Sequence[Path]) -> list[Path]:
    """The files named, and those in folders named that may be articles; raises BadInput where one is not there."""
    return [s.path for s in sources(paths) if not s.passed_over]


class ArticleReader:
    """Reads sources one after the other; what cannot be read is told, and the others come.

    faults: sources and rows that cannot be read. notices: what else a person should know of what was read.
    """

    def __init__(
        self,
        paths: Sequence[Path],
        format: str = "auto",
        off: frozenset[str] = frozenset(),
        columns: ArticleColumns | Mapping[Path, ArticleColumns] | None = None,
        progress: Progress | None = None,
    ) -> None:
        """columns: what those of tables mean, of every table or of each."""
        self._sources = sources(paths)
        self._format, self._off, self._columns = format, off, columns
        self._progress = progress
        self.faults = Faults()
        self.notices = Faults()
        self.doubts = Faults()
        """What a person should look at in articles that were read."""

    def __iter__(self) -> Iterator[CleanDocument]:
        files = [s.path for s in self._sources if not s.passed_over]
        for source in self._sources:
            if source.passed_over:
                what = say("skipped: {why}", why=source.passed_over)
                self.notices.append({"source": source.path.name, "where": "", "what": what})
        for done, path in enumerate(files):
            self._go_on(done, len(files))
            notices = Notices()
            try:
                yield from self._articles(path, notices, alone=len(files) == 1)
            except OSError as error:
                why = say("it cannot be read ({reason})", reason=cause_of(error))
                self.faults.append({"source": path.name, "where": "", "what": why})
            except BadInput as error:
                told = joined("; ", (p for p in (error.what, error.remedy) if p))
                self.faults.append({"source": path.name, "where": error.where, "what": told})
            for notice in notices.refused():
                self.faults.append({"source": path.name, **notice})
            for notice in notices.told():
                self.notices.append({"source": path.name, **notice})

    def problems(self) -> list[dict[str, Any]]:
        """What is told at the end: what was refused first."""
        return [*self.faults, *self.notices]

    def _articles(self, path: Path, notices: Notices, alone: bool) -> Iterator[CleanDocument]:
        place = str(path.resolve())
        if self._format == "auto" and (form := coding_form(path)):
            message = say("it holds codings ({form}), not articles", form=form)
            raise BadInput(message, remedy="import it as codings")
        columns = self._columns.get(path) if isinstance(self._columns, Mapping) else self._columns
        found = read_file(path, self._format, self._off, columns, notices)
        for count, document in enumerate(found):
            if alone and count and count % _AT_A_TIME == 0:
                self._go_on(count, max(count, notices.rows))
            for doubt in document.problems:
                self.doubts.append({"source": document.source, "where": doubt.where, "what": doubt.what})
            yield replace(document, path=place)

    def _go_on(self, done: int, total: int) -> None:
        if self._progress and not self._progress(done, total):
            raise Cancelled("the import was stopped; nothing was added")


def preview(
    paths: Sequence[Path],
    format: str = "auto",
    off: frozenset[str] = frozenset(),
    progress: Progress | None = None,
    columns: ArticleColumns | Mapping[Path, ArticleColumns] | None = None,
) -> Preview:
    """Read and clean, without writing; raises Cancelled when ``progress`` says stop."""
    reader = ArticleReader(paths, format, off, columns, progress)
    return Preview(tuple(reader), tuple(reader.problems()))


def add_documents(study: Study, documents: Sequence[CleanDocument]) -> tuple[list[str], int]:
    """(ids of the added documents, how many were there already). One transaction."""
    fresh = new_among(study, documents)
    already = len(documents) - len(fresh)
    if not fresh:
        return [], already
    with study.file.transaction() as connection:
        return _write(study, connection, fresh), already


def _write(study: Study, connection: Any, fresh: Sequence[CleanDocument]) -> list[str]:
    """Write a piece of what comes in; the ids."""
    number = document_rows.next_number(connection)
    rows = [new_document(clean, study.ids(), number + n, study.clock()) for n, clean in enumerate(fresh)]
    document_rows.insert_many(connection, rows)
    return [r.document.id for r in rows]


def add_as_they_come(study: Study, coming: Iterable[CleanDocument]) -> tuple[list[str], int]:
    """As `add_documents`, of any number of articles: never more than a piece of them is in memory."""
    recognition = Recognition(study)
    in_pieces = pieces(coming)
    first: list[CleanDocument] = []
    already = 0
    for piece in in_pieces:
        fresh = recognition.fresh(piece)
        already += len(piece) - len(fresh)
        first += fresh
        if len(first) >= _BEFORE_WRITING:
            break
    if not first:
        return [], already
    with study.file.transaction() as connection:
        added = _write(study, connection, first)
        first.clear()
        for piece in in_pieces:
            fresh = recognition.fresh(piece)
            already += len(piece) - len(fresh)
            added += _write(study, connection, fresh)
    return added, already


def pieces(coming: Iterable[CleanDocument]) -> Iterator[list[CleanDocument]]:
    """Articles so many at a time that they are written in one go."""
    piece: list[CleanDocument] = []
    for document in coming:
        piece.append(document)
        if len(piece) >= _AT_A_TIME:
            yield piece
            piece = []
    if piece:
        yield piece


def duplicates_of(study: Study, documents: Sequence[CleanDocument]) -> list[Duplicate]:
    """What among these is the same as, part of, or much like an article of the study or one before it here."""
    with study.file.reading() as connection:
        existing = document_rows.texts(connection)
    return find_duplicates([d.text for d in documents], existing)


def new_document(clean: CleanDocument, key: str, number: int, at: str) -> document_rows.NewDocument:
    """The rows of a clean document."""
    m = clean.meta
    told = {
        "published_at": m.published_at,
        "changed": m.changed,
        "teaser": m.teaser,
        "keywords": list(m.keywords),
        "section": m.section,
        "words": m.words,
    }
    extra: dict[str, Any] = {k: v for k, v in told.items() if v}
    document = Document(
        key,
        number,
        m.title,
        m.published,
        m.publisher,
        m.author,
        m.url,
        m.language,
        m.tags,
        len(clean.text),
        clean.sha256,
        clean.source,
        clean.zones,
        extra,
        source_of(clean).record(),
    )
    cleaning = [s.as_record() for s in clean.steps]
    return document_rows.NewDocument(document, clean.text, clean.raw, clean.format, clean.encoding, cleaning, at)
