"""Taguette projects (SQLite export). Offsets are UTF-8 bytes of a document's words, its HTML tags not counted."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from lxml import etree, html

from annotator.domain.errors import BadInput
from annotator.domain.words import say, words_of
from annotator.formats.annotation_records import AnnotationRecord, MetRef
from annotator.formats.code_system import ATTRIBUTE, LAYER, CodeSystem
from annotator.formats.foreign_sqlite import ForeignTables, foreign_tables, text_of
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.offsets import Offsets

CODER = "Taguette"
"""Highlights do not say who made them."""
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "td", "th"}
    | {"section", "article", "header", "footer", "br", "hr"}
)


def read(path: Path) -> Incoming:
    """Every project of the file; a highlight with several tags is a passage for each."""
    with foreign_tables(path) as tables:
        return _read(tables, path)


def _read(tables: ForeignTables, path: Path) -> Incoming:
    incoming = Incoming()
    codes = CodeSystem()
    paths = {r["path"]: r["id"] for r in tables.rows("tags", ("id", "path"))}
    for row in tables.rows("tags", ("id", "path"), ("description",)):
        name = text_of(row["path"])
        parent = name.rpartition(".")[0]
        codes.add(row["id"], name.rpartition(".")[2] or name, paths.get(parent), text_of(row["description"]))
    tags: dict[Any, list[Any]] = defaultdict(list)
    for row in tables.rows("highlight_tags", ("highlight_id", "tag_id")):
        tags[row["highlight_id"]].append(row["tag_id"])
    texts: dict[Any, tuple[_PageText, MetRef]] = {}
    for row in tables.rows("documents", ("id", "name", "contents"), ("description", "filename")):
        page = _PageText(text_of(row["contents"]))
        source = text_of(row["filename"]) or text_of(row["name"]) or say("document {id}", id=row["id"])
        came = IncomingDocument(source, page.text, text_of(row["name"]) or None, id=str(row["id"]))
        texts[row["id"]] = (page, incoming.meet(came))
    for row in tables.rows("highlights", ("id", "document_id", "start_offset", "end_offset")):
        where = say("highlight {id}", id=row["id"])
        known = texts.get(row["document_id"])
        if known is None or not all(isinstance(row[k], int) for k in ("start_offset", "end_offset")):
            incoming.problem(path.name, where, say("its document or place is not there"))
            continue
        page, document = known
        try:
            fragment = page.fragment(row["start_offset"], row["end_offset"])
        except ValueError as error:
            incoming.problem(path.name, where, words_of(error))
            continue
        if not tags[row["id"]]:
            incoming.losses.lose(say("highlights without a tag"))
        for tag in tags[row["id"]]:
            if not codes.has(tag):
                incoming.problem(path.name, where, say("its tag is not there"))
                continue
            record = {
                "id": f"taguette:{row['id']}:{tag}",
                "layer": LAYER,
                "coder": {"name": CODER},
                "document": document,
                "fragments": [fragment],
                "values": {ATTRIBUTE: codes.key(tag)},
            }
            incoming.records.append((where, AnnotationRecord.model_validate(record)))
    incoming.codebook = codes.codebook(path.stem, {})
    return incoming


class _PageText:
    """A document's words as one text with line breaks where blocks end, and the way there from Taguette's offsets."""

    def __init__(self, contents: str) -> None:
        self._pieces: list[str] = []
        self._counted: list[int] = []
        self._counted_length = 0
        self._length = 0
        if contents.strip():
            try:
                body = html.fragment_fromstring(contents, create_parent="body")
            except (etree.ParserError, ValueError) as error:
                raise BadInput("a document is no HTML", "documents", "export the project again") from error
            self._walk(body)
        counted = "".join(p for p, real in zip(self._pieces, self._counted, strict=True) if real)
        self._offsets = Offsets(counted)
        whole = "".join(self._pieces)
        self._lead = len(whole) - len(whole.lstrip())
        self.text = whole.strip()
        self._places: list[int] = []
        at = 0
        for piece, real in zip(self._pieces, self._counted, strict=True):
            if real:
                self._places += range(at, at + len(piece))
            at += len(piece)
        self._places.append(at)

    def fragment(self, start: int, end: int) -> tuple[int, int]:
        """Code points of `text`; raises ValueError."""
        first, last = self._offsets.from_("utf-8", start), self._offsets.from_("utf-8", end)
        if first >= last:
            raise ValueError(say("the passage {start} to {end} is empty", start=start, end=end))
        s = max(0, self._places[first] - self._lead)
        e = min(len(self.text), self._places[last - 1] + 1 - self._lead)
        if s >= e:
            raise ValueError(say("the passage {start} to {end} has no words", start=start, end=end))
        return s, e

    def _walk(self, element: Any) -> None:
        block = isinstance(element.tag, str) and element.tag in _BLOCKS
        if block:
            self._break()
        if element.text and isinstance(element.tag, str):
            self._add(element.text)
        for child in element:
            self._walk(child)
            if child.tail:
                self._add(child.tail)
        if block:
            self._break()

    def _add(self, words: str) -> None:
        self._pieces.append(words.replace("\r", "\n"))
        self._counted.append(1)

    def _break(self) -> None:
        if self._pieces and not self._pieces[-1].endswith("\n"):
            self._pieces.append("\n")
            self._counted.append(0)
