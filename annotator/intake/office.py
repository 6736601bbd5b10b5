"""DOCX and PDF."""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.lines import joined_paragraphs, split_lines
from annotator.intake.model import CleaningStep, Draft, Meta

MAX_UNPACKED = 200_000_000


def read_docx(data: bytes, source: str, off: frozenset[str], steps: list[CleaningStep]) -> tuple[Draft, str]:
    """The document's paragraphs; a paragraph of the style Title becomes the title."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise BadInput("the file unpacks to more than 200 MB", source, "save it without pictures")
    except zipfile.BadZipFile as error:
        raise BadInput("this is not a DOCX file", source, "save it again as DOCX") from error
    import docx

    try:
        document = docx.Document(io.BytesIO(data))
        pairs = [(p.style.name if p.style else "", p.text) for p in document.paragraphs]
        properties = document.core_properties
        author = (properties.author or "").strip() or None
        language = (properties.language or "").strip() or None
    except Exception as error:  # python-docx raises many kinds on damaged files
        raise BadInput("the DOCX file is damaged", source, "open it in a word processor and save it again") from error
    title = next((text.strip() for style, text in pairs if style == "Title" and text.strip()), None)
    paragraphs = [
        text.strip() for style, text in pairs if text.strip() and not (style == "Title" and text.strip() == title)
    ]
    if not paragraphs and not title:
        raise BadInput("the document holds no text", source, "leave it out")
    raw_text = "\n".join(text for _, text in pairs)
    if author in ("python-docx",):
        author = None  # the library's template, not a person
    return Draft(paragraphs, Meta(title=title, author=author, language=language), steps), raw_text


def read_pdf(data: bytes, source: str, off: frozenset[str], steps: list[CleaningStep]) -> tuple[Draft, str]:
    """The pages' text without repeated headers and footers; words broken at line ends are joined."""
    import pypdf

    try:
        reader = pypdf.PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise BadInput("the PDF is locked by a password", source, "save a copy without a password")
        pages = [page.extract_text() or "" for page in reader.pages]
        title = ((reader.metadata.title if reader.metadata else None) or "").strip() or None
        author = ((reader.metadata.author if reader.metadata else None) or "").strip() or None
    except BadInput:
        raise
    except Exception as error:  # pypdf raises many kinds on damaged files
        raise BadInput("the PDF is damaged", source, "print it to a new PDF and import that") from error
    raw_text = "\n\n".join(pages)
    if not raw_text.strip():
        raise BadInput("the PDF holds pictures of text, not text", source, "run text recognition on it first")
    kept = _without_frame(pages, steps, off)
    text = "\n".join(kept)
    if "join_lines" not in off:
        text = re.sub(r"(\w)-\n(?=[a-zà-öø-ÿ])", r"\1", text)
    return Draft(
        joined_paragraphs(split_lines(text, steps, off), steps, off), Meta(title=title, author=author), steps
    ), raw_text


def _without_frame(pages: list[str], steps: list[CleaningStep], off: frozenset[str]) -> list[str]:
    split = [page.split("\n") for page in pages]
    if "print_frame" in off or len(pages) < 2:
        return pages
    edges: Counter[str] = Counter()
    for lines in split:
        edges.update({_shape(line) for line in (lines[:2] + lines[-2:]) if line.strip()})
    result: list[str] = []
    for number, lines in enumerate(split, start=1):
        kept: list[str] = []
        for i, line in enumerate(lines):
            at_edge = i < 2 or i >= len(lines) - 2
            if line.strip() and at_edge and edges[_shape(line)] >= max(2, len(pages) * 0.6):
                steps.append(
                    CleaningStep(
                        "print_frame",
                        say("page {number}", number=number),
                        "removed",
                        line,
                        say("a header, footer or page number"),
                    )
                )
            else:
                kept.append(line)
        result.append("\n".join(kept))
    return result


def _shape(line: str) -> str:
    return re.sub(r"\d+", "#", line.strip())
