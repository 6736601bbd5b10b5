"""One door for every form of source."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from annotator.domain.errors import BadInput
from annotator.domain.words import joined, say
from annotator.intake.blocks import Block, Gathering
from annotator.intake.columns import ArticleColumns
from annotator.intake.decoding import canonical, decoded, line_ends, replaced_places
from annotator.intake.endless import refuse_endless
from annotator.intake.forms import FORMATS, TABLES, form_of
from annotator.intake.letters import letter_problems, mended
from annotator.intake.model import CleanDocument, CleaningStep, Draft, composed
from annotator.intake.notices import Notices

if TYPE_CHECKING:
    from annotator.intake.tabular import Table

MAX_BYTES = 100_000_000
_HEAD = 65_536

__all__ = ["FORMATS", "MAX_BYTES", "can_be_read_again", "read_again", "read_file", "read_source"]


def read_source(
    name: str,
    data: bytes,
    format: str = "auto",
    off: frozenset[str] = frozenset(),
    take: str = "article",
    columns: ArticleColumns | None = None,
    notices: Notices | None = None,
) -> list[CleanDocument]:
    """The articles in one file; ``off`` names the steps to leave out. Raises BadInput.

    take: ``article``, ``whole`` for the whole page, or the key of an offer that an earlier reading made.
    columns: what a table's columns mean, where a person said it. notices: takes what was not understood.
    """
    kind = _kind(name, data, format)
    notices = Notices() if notices is None else notices
    if kind in TABLES:
        text, encoding = decoded(data, name)
        found = list(_table(name, kind, lambda: io.StringIO(text, newline=""), encoding, off, columns, notices))
        if not found:
            raise BadInput("no row of the table has a text", name, "fill the text column")
        return found
    if len(data) > MAX_BYTES:
        raise BadInput("the file is larger than 100 MB", name, "split it")
    refuse_endless(name, data, kind)
    return list(_pages(name, data, kind, off, notices, take))


def read_file(
    path: Path,
    format: str = "auto",
    off: frozenset[str] = frozenset(),
    columns: ArticleColumns | None = None,
    notices: Notices | None = None,
) -> Iterator[CleanDocument]:
    """As `read_source`, from the disk: a table in UTF-8 is never in memory as a whole, however large it is.

    What makes the whole file unreadable is raised before the first article is given.
    """
    notices = Notices() if notices is None else notices
    with path.open("rb") as file:
        head = file.read(_HEAD)
    size = path.stat().st_size
    if size > _HEAD:
        kind = _kind(path.name, head, format)
        if kind in ("csv", "jsonl") and _is_utf8(path):
            return _table(
                path.name,
                kind,
                lambda: path.open(encoding="utf-8-sig", newline="" if kind == "csv" else "\n"),
                "utf-8",
                off,
                columns,
                notices,
            )
        if size > MAX_BYTES:
            raise BadInput(
                "the file is larger than 100 MB", path.name, "split it, or save a table as CSV or JSON lines in UTF-8"
            )
    return iter(read_source(path.name, path.read_bytes(), format, off, columns=columns, notices=notices))


def _kind(name: str, data: bytes, format: str) -> str:
    if format not in ("auto", *FORMATS):
        raise BadInput(
            say("the format `{format}` is unknown", format=format),
            name,
            say("use one of auto, {names}", names=", ".join(FORMATS)),
        )
    if not data.strip():
        raise BadInput("the file is empty", name, "leave it out")
    if format in ("nexis", "factiva", "europresse"):
        return format
    kind = form_of(name, data) if format == "auto" else format
    if kind == "ole":
        raise BadInput(
            "Annotator cannot read old Office files",
            name,
            "open it in the program that made it, save it as DOCX or CSV, and import that",
        )
    return kind


def _is_utf8(path: Path) -> bool:
    """Whether the whole file is UTF-8: looked through in pieces, so that no line of it is kept."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while piece := file.read(1 << 20):
                decoder.decode(piece)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return False
    return True


# pages and documents


def _pages(
    name: str, data: bytes, kind: str, off: frozenset[str], notices: Notices, take: str
) -> Iterator[CleanDocument]:
    press = kind if kind in ("nexis", "factiva", "europresse") else None
    if press is not None:
        kind = form_of(name, data)
    if kind in ("docx", "rtf"):
        yield from _paragraphs(name, data, kind, off, notices, press)
    elif kind == "pdf":
        from annotator.intake.pdf_pages import read_pdf

        steps: list[CleaningStep] = []
        draft, raw_text = read_pdf(data, name, off, steps)
        yield _of_draft(draft, name, data, raw_text, "binary", kind, off)
    elif kind == "tei":
        from annotator.intake.tei import local, read_tei, xml_root

        root = xml_root(data, name)
        if local(root) == "html":
            yield from _pages(name, data, "html", off, notices, take)
            return
        for number, (draft, raw_text) in enumerate(read_tei(root, name, off), start=1):
            source = name if number == 1 else f"{name}#{number}"
            yield _of_draft(draft, source, data, raw_text, "utf-8", kind, off)
    elif kind in ("eml", "mht"):
        yield _letter(name, data, kind, off, take)
    else:
        raw_text, encoding = decoded(data, name)
        yield from _of_text(name, data, raw_text, encoding, kind, off, notices, take, press)


def _paragraphs(
    name: str, data: bytes, kind: str, off: frozenset[str], notices: Notices, press: str | None
) -> Iterator[CleanDocument]:
    from annotator.intake import press as databases
    from annotator.intake.blocks import gathered_draft

    if kind == "docx":
        from annotator.intake.word_documents import gather_docx as gather
    else:
        from annotator.intake.rich_text import gather_rtf as gather
    found = gather(data, name, off)
    database = press or databases.database_of(found)
    if database is None:
        yield _of_draft(gathered_draft(found, off), name, data, found.raw_text, "binary", kind, off)
        return
    yield from _split(name, database, databases.split(database, found, off, notices, name), kind, off)


def _split(
    name: str, database: str, parts: Iterator[tuple[Draft, str]], kind: str, off: frozenset[str]
) -> Iterator[CleanDocument]:
    form = "nexis" if database == "numbered" else database
    count = 0
    for count, (draft, raw_text) in enumerate(parts, start=1):
        raw = raw_text.encode("utf-8", "replace")
        yield _of_draft(draft, f"{name}#{count}", raw, raw_text, "utf-8", form, off)
    if not count:
        raise BadInput("no article of the download has a text", name, "download it with the full texts")


def _of_text(
    name: str,
    data: bytes,
    raw_text: str,
    encoding: str,
    kind: str,
    off: frozenset[str],
    notices: Notices,
    take: str,
    press: str | None = None,
) -> Iterator[CleanDocument]:
    from annotator.intake import press as databases
    from annotator.intake.text_pages import looks_scraped

    raw_text = line_ends(raw_text)
    characters: list[CleaningStep] = []
    text = canonical(raw_text, characters, off)
    if kind == "html" and (database := databases.page_database(text) or press):
        from annotator.intake.press.pages import gather_page

        found = databases.split(database, gather_page(text, name), off, notices, name)
        yield from _split(name, database, found, kind, off)
        return
    if kind == "text" or press:
        if (lines := _numbered(text)) is not None:
            found = databases.split("numbered", lines, off, notices, name)
            yield from _split(name, "numbered", found, kind, off)
            return
        kind = "scrape" if looks_scraped(text) else "plain"
    draft = _draft_of(text, name, kind, off, take)
    gaps = [step.start for step in characters]
    draft.steps = sorted(characters + replaced_places(draft.steps, gaps), key=lambda s: s.start)
    yield _finished(draft, name, data, raw_text, encoding, kind)


def _draft_of(text: str, name: str, kind: str, off: frozenset[str], take: str) -> Draft:
    """One article of a text without stray characters; its steps have their places in it."""
    steps: list[CleaningStep] = []
    if kind == "html":
        from annotator.intake.web_pages import read_html

        draft = read_html(text, name, off, steps, take)
    elif kind == "markdown":
        from annotator.intake.markdown_text import read_markdown

        draft = read_markdown(text, off, steps)
    elif kind == "srt":
        from annotator.intake.subtitles import read_subtitles

        draft = read_subtitles(text, name, off, steps)
    else:
        from annotator.intake.text_pages import read_plain, read_scrape

        draft = read_scrape(text, off, steps, take) if kind == "scrape" else read_plain(text, off, steps)
    draft.steps = steps
    return draft


def _numbered(text: str) -> Gathering | None:
    """The paragraphs of a text download of LexisNexis; None where it is none."""
    from annotator.intake.press import numbered

    if " DOCUMENT" not in text and "Dokument " not in text and "Document " not in text:
        return None
    found = Gathering()
    for number, part in enumerate(text.split("\n\n"), start=1):
        start = found.add(part)
        words = " ".join(line.strip() for line in part.split("\n") if line.strip())
        found.blocks.append(Block(words, start, found.length, number))
        found.add("\n\n")
    return found if numbered.is_download(found) else None


def _letter(name: str, data: bytes, kind: str, off: frozenset[str], take: str) -> CleanDocument:
    from annotator.intake.mail import read_mail

    letter = read_mail(data, name, saved_page=kind == "mht")
    raw_text = line_ends(letter.text)
    characters: list[CleaningStep] = []
    text = canonical(raw_text, characters, off)
    if not text.strip():
        raise BadInput("the mail holds no text", name, "leave it out")
    draft = _draft_of(text, name, "html" if letter.html else "plain", off, take)
    gaps = [step.start for step in characters]
    steps = sorted(characters + replaced_places(draft.steps, gaps), key=lambda s: s.start)
    first, second = (letter.meta, draft.meta) if kind == "eml" else (draft.meta, letter.meta)
    fields = ("title", "published", "published_at", "author", "url")
    draft.meta = replace(draft.meta, **{f: getattr(first, f) or getattr(second, f) for f in fields})
    draft.paragraphs = [p for p in draft.paragraphs if p != draft.meta.title]
    draft.steps = [*steps, *letter.beside]
    return _finished(draft, name, data, raw_text, "utf-8", kind)


def _of_draft(
    draft: Draft, name: str, data: bytes, raw_text: str, encoding: str, kind: str, off: frozenset[str]
) -> CleanDocument:
    draft.paragraphs = [canonical(p, draft.steps, off).strip() for p in draft.paragraphs]
    return _finished(draft, name, data, raw_text, encoding, kind)


def _finished(draft: Draft, name: str, data: bytes, raw_text: str, encoding: str, kind: str) -> CleanDocument:
    document = composed(draft, name, data, raw_text, encoding, kind)
    if not document.text.strip():
        raise BadInput("nothing of the page was kept after cleaning", name, "switch off some cleaning steps")
    if letters := letter_problems(document.text):
        return replace(document, problems=(*document.problems, *letters))
    return document


def can_be_read_again(document: CleanDocument) -> bool:
    """Whether an article is a page or a text of its own, so that another part of it can be taken, or letters mended."""
    return document.format in ("html", "scrape", "plain", "markdown", "mht", "eml")


def read_again(
    document: CleanDocument, off: frozenset[str] = frozenset(), take: str = "article", mend: bool = False
) -> CleanDocument:
    """The article anew from its raw source: another part of the page taken, damaged letters mended."""
    data, steps = document.raw, list[CleaningStep]()
    if mend and document.format not in ("mht", "eml"):
        text, steps = mended(line_ends(decoded(data, document.source)[0]))
        data = text.encode("utf-8", "surrogatepass")
    found = read_source(document.source, data, document.format, off, take)[0]
    if not steps:
        return replace(found, path=document.path)
    steps = sorted([*found.steps, *steps], key=lambda s: s.start)
    return replace(found, path=document.path, raw=document.raw, encoding=document.encoding, steps=tuple(steps))


# tables


def _table(
    name: str,
    kind: str,
    open_again: Callable[[], TextIO],
    encoding: str,
    off: frozenset[str],
    columns: ArticleColumns | None,
    notices: Notices,
) -> Iterator[CleanDocument]:
    """One article a row. The table is read twice: checked as a whole before the first row is given, then row by row."""
    from annotator.intake import tabular

    def rows(file: TextIO) -> tabular.Rows:
        if kind == "csv":
            return tabular.csv_rows(file, name)
        return tabular.jsonl_rows(file, name) if kind == "jsonl" else tabular.json_rows(file.read(), name)

    with open_again() as file:
        table = tabular.look_through(rows(file), name, columns, notices)
    notices.rows = table.count
    return _rows(name, kind, open_again, rows, encoding, off, table)


def _rows(
    name: str,
    kind: str,
    open_again: Callable[[], TextIO],
    rows: Callable[[TextIO], Iterator[tuple[str, Mapping[str, Any]]]],
    encoding: str,
    off: frozenset[str],
    table: Table,
) -> Iterator[CleanDocument]:
    from annotator.intake.tabular import row_draft

    with open_again() as file:
        for where, row in rows(file):
            try:
                draft = row_draft(row, name, where, off, table)
                draft.paragraphs = [canonical(p, draft.steps, off) for p in draft.paragraphs]
                raw = "\n".join(f"{k}: {v}" for k, v in row.items())
                place = where.removeprefix("line ").removeprefix("item ")
                source = name if kind == "json" and table.count == 1 else f"{name}#{place}"
                document = _finished(draft, source, raw.encode("utf-8", "replace"), raw, encoding, kind)
            except BadInput as error:
                if table.count == 1:
                    raise
                table.notices.refuse(joined("; ", (p for p in (error.what, error.remedy) if p)), where)
                continue
            yield document
