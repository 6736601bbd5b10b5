"""One door for every form of source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.decoding import canonical, decoded, line_ends, replaced_places
from annotator.intake.model import CleanDocument, CleaningStep, Draft, composed

FORMATS = ("plain", "scrape", "html", "csv", "jsonl", "docx", "pdf")
MAX_BYTES = 100_000_000

_SUFFIXES = {
    "htm": "html",
    "html": "html",
    "xhtml": "html",
    "csv": "csv",
    "tsv": "csv",
    "jsonl": "jsonl",
    "ndjson": "jsonl",
    "docx": "docx",
    "pdf": "pdf",
}


def read_source(
    name: str, data: bytes, format: str = "auto", off: frozenset[str] = frozenset(), take: str = "article"
) -> list[CleanDocument]:
    """The articles in one file; ``off`` names the steps to leave out. Raises BadInput.

    take: ``article``, ``whole`` for the whole page, or the key of an offer that an earlier reading made.
    """
    if len(data) > MAX_BYTES:
        raise BadInput("the file is larger than 100 MB", name, "split it")
    if format not in ("auto", *FORMATS):
        raise BadInput(
            say("the format `{format}` is unknown", format=format),
            name,
            say("use one of auto, {names}", names=", ".join(FORMATS)),
        )
    kind = format if format != "auto" else _guess(name, data)
    steps: list[CleaningStep] = []
    if kind in ("docx", "pdf"):
        from annotator.intake.office import read_docx, read_pdf

        draft, raw_text = (read_docx if kind == "docx" else read_pdf)(data, name, off, steps)
        draft.paragraphs = [canonical(p, steps, off).strip() for p in draft.paragraphs]
        return [_finished(draft, name, data, raw_text, "binary", kind)]
    raw_text, encoding = decoded(data, name)
    if kind in ("csv", "jsonl"):
        return _table(name, raw_text, encoding, kind, off)
    raw_text = line_ends(raw_text)
    text = canonical(raw_text, steps, off)
    characters, gaps = list(steps), [step.start for step in steps]
    steps.clear()
    if kind == "html":
        from annotator.intake.web_pages import read_html

        draft = read_html(text, name, off, steps, take)
        draft.steps = sorted(characters + replaced_places(steps, gaps), key=lambda s: s.start)
        return [_finished(draft, name, data, raw_text, encoding, kind)]
    from annotator.intake.text_pages import looks_scraped, read_plain, read_scrape

    if kind == "text":
        kind = "scrape" if looks_scraped(text) else "plain"
    draft = (read_scrape if kind == "scrape" else read_plain)(text, off, steps)
    draft.steps = sorted(characters + replaced_places(steps, gaps), key=lambda s: s.start)
    return [_finished(draft, name, data, raw_text, encoding, kind)]


def _guess(name: str, data: bytes) -> str:
    suffix = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    if data.startswith(b"%PDF-"):
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        return "docx"
    if suffix in _SUFFIXES and suffix not in ("docx", "pdf"):
        return _SUFFIXES[suffix]
    start = data[:1000].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "text"


def _finished(draft: Draft, name: str, data: bytes, raw_text: str, encoding: str, kind: str) -> CleanDocument:
    document = composed(draft, name, data, raw_text, encoding, kind)
    if not document.text.strip():
        raise BadInput("nothing is left of the page after cleaning", name, "switch off some cleaning steps")
    return document


def _table(name: str, text: str, encoding: str, kind: str, off: frozenset[str]) -> list[CleanDocument]:
    from annotator.intake.tabular import csv_rows, jsonl_rows, row_draft

    rows: Iterable[tuple[str, Mapping[str, Any]]] = (csv_rows if kind == "csv" else jsonl_rows)(text, name)
    result: list[CleanDocument] = []
    for where, row in rows:
        draft = row_draft(row, name, where, off)
        draft.paragraphs = [canonical(p, draft.steps, off) for p in draft.paragraphs]
        raw = "\n".join(f"{k}: {v}" for k, v in row.items())
        result.append(
            _finished(
                draft,
                f"{name}#{where.removeprefix('line ')}",
                raw.encode("utf-8", "replace"),
                raw,
                encoding,
                kind,
            )
        )
    if not result:
        raise BadInput("the table has no rows", name, "leave it out")
    return result
