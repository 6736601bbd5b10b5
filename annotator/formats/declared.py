"""What can be read and written, and what each form cannot carry; help and dialogs are made from this list."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Format:
    """One form of file. loses: what of a study the form cannot carry, in words."""

    name: str
    label: str
    suffix: str
    reads: bool
    writes: bool
    loses: tuple[str, ...]


FORMATS = (
    Format(
        "jsonl",
        "Annotation records (JSON lines)",
        ".jsonl",
        True,
        True,
        ("history of changes", "document texts"),
    ),
    Format(
        "csv",
        "One row an annotation (CSV)",
        ".csv",
        False,
        True,
        ("history of changes", "document texts", "types and aliases of entities"),
    ),
    Format(
        "statements",
        "One row a statement and target (CSV)",
        ".csv",
        False,
        True,
        ("history of changes", "document texts", "labels outside statements", "doubts", "document variables"),
    ),
)
INTAKE = (
    Format("plain", "Plain text", ".txt", True, False, ()),
    Format("scrape", "Scraped page dump", ".txt", True, False, ()),
    Format("html", "Saved web page", ".html", True, False, ("layout", "pictures")),
    Format("csv-articles", "Table of articles (CSV)", ".csv", True, False, ("columns it does not know",)),
    Format(
        "jsonl-articles",
        "Table of articles (JSON lines)",
        ".jsonl",
        True,
        False,
        ("fields it does not know",),
    ),
    Format("docx", "Word document", ".docx", True, False, ("layout", "pictures", "footnotes")),
    Format("pdf", "PDF with text", ".pdf", True, False, ("layout", "pictures")),
)


def writable(name: str) -> Format | None:
    """The writable format of this name."""
    return next((f for f in FORMATS if f.name == name and f.writes), None)
