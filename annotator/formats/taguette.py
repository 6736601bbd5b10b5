"""Taguette projects (SQLite export). Offsets are UTF-8 bytes of a document's words, its HTML tags not counted."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Container
from pathlib import Path
from typing import Any

from lxml import etree, html

from annotator.domain.errors import BadInput
from annotator.domain.words import say, words_of
from annotator.formats.annotation_records import AnnotationRecord, MetRef
from annotator.formats.code_system import ATTRIBUTE, LAYER, UNCODED, CodeSystem
from annotator.formats.foreign_sqlite import ForeignTables, foreign_tables, text_of
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.offsets import Offsets

CODER = "Taguette"
"""Who made highlights of which the log does not say it."""
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d:\d\d)")
_BLOCKS = frozenset(
    {"p", "div", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "table", "tr", "td", "th"}
    | {"section", "article", "header", "footer", "br", "hr"}
)


def read(path: Path) -> Incoming:
    """Every project of the file; a highlight with several tags is a passage for each."""
    with foreign_tables(path) as tables:
        return _read(tables, path)


def _read(tables: ForeignTables, path: Path) -> Incoming:  # noqa: C901 - a branch for each table
    incoming = Incoming()
    codes = CodeSystem()
    found = list(tables.rows("tags", ("id", "path"), ("description", "project_id")))
    paths = {(r["project_id"], text_of(r["path"])): r["id"] for r in found}
    of_project: dict[Any, set[str]] = defaultdict(set)
    for project, path_of_tag in paths:
        of_project[project].add(path_of_tag)
    for row in found:
        above, name = _parted(text_of(row["path"]), of_project[row["project_id"]])
        codes.add(row["id"], name, paths.get((row["project_id"], above)), text_of(row["description"]))
    tags: dict[Any, list[Any]] = defaultdict(list)
    for row in tables.rows("highlight_tags", ("highlight_id", "tag_id")):
        tags[row["highlight_id"]].append(row["tag_id"])
    texts: dict[Any, tuple[_PageText, MetRef]] = {}
    projects = _projects(tables)
    made = _made(tables)
    for row in tables.rows("documents", ("id", "name", "contents"), ("description", "filename", "project_id")):
        page = _PageText(text_of(row["contents"]))
        source = text_of(row["filename"]) or text_of(row["name"]) or say("document {id}", id=row["id"])
        memo = text_of(row["description"]).strip()
        of = projects.get(row["project_id"], ("", ""))[0] if len(projects) > 1 else ""
        extra = {"Memo": memo} if memo else {}
        title = text_of(row["name"]) or None
        tagged = (of,) if of else ()
        came = IncomingDocument(source, page.text, title, tags=tagged, extra=extra, id=str(row["id"]))
        texts[row["id"]] = (page, incoming.meet(came))
    gone = dict(tags)
    for row in tables.rows("highlights", ("id", "document_id", "start_offset", "end_offset")):
        gone.pop(row["id"], None)
        where = say("highlight {id}", id=row["id"])
        known = texts.get(row["document_id"])
        if known is None or not all(isinstance(row[k], int) for k in ("start_offset", "end_offset")):
            incoming.problem(path.name, where, say("its document or place is missing"))
            continue
        page, document = known
        try:
            fragment = page.fragment(row["start_offset"], row["end_offset"])
        except ValueError as error:
            incoming.problem(path.name, where, words_of(error))
            continue
        who, when = made.get(row["id"], (CODER, None))
        common = {"coder": {"name": who}, "created": when, "document": document, "fragments": [fragment]}
        if not tags[row["id"]]:
            codes.uncoded = "Highlight"
            record = {"id": f"taguette:{row['id']}", "layer": UNCODED, **common}
            incoming.records.append((where, AnnotationRecord.model_validate(record)))
        for tag in tags[row["id"]]:
            if not codes.has(tag):
                incoming.problem(path.name, where, say("its tag is missing"))
                continue
            record = {"id": f"taguette:{row['id']}:{tag}", "layer": LAYER, "values": {ATTRIBUTE: codes.key(tag)}}
            incoming.records.append((where, AnnotationRecord.model_validate({**record, **common})))
    incoming.losses.lose(say("tags of highlights that are not there"), sum(map(len, gone.values())))
    told = [f"{name}: {about}" if len(projects) > 1 else about for name, about in projects.values() if about]
    only = next(iter(projects.values()))[0] if len(projects) == 1 else ""
    incoming.codebook = codes.codebook(only or path.stem, {}, "\n".join(told))
    return incoming


def _parted(path: str, tags: Container[str]) -> tuple[str, str]:
    """(the nearest tag above this one, what its name says more): dots join names, whether each is a tag or not."""
    above = path
    while "." in above:
        above = above.rpartition(".")[0]
        if above in tags and (name := path[len(above) + 1 :]):
            return above, name
    return "", path


def _projects(tables: ForeignTables) -> dict[Any, tuple[str, str]]:
    """Number -> (name, what is said of it)."""
    if not tables.has("projects", "id", "name"):
        return {}
    rows = tables.rows("projects", ("id", "name"), ("description",))
    return {r["id"]: (text_of(r["name"]).strip(), text_of(r["description"]).strip()) for r in rows}


def _made(tables: ForeignTables) -> dict[Any, tuple[str, str | None]]:
    """Number of a highlight -> (who made it, when), as the log of commands says, which is in UTC."""
    found: dict[Any, tuple[str, str | None]] = {}
    if not tables.has("commands", "user_login", "payload"):
        return found
    for row in tables.rows("commands", ("user_login", "payload"), ("date",)):
        try:
            payload = json.loads(text_of(row["payload"]))
        except (ValueError, RecursionError):
            continue
        login = text_of(row["user_login"]).strip()
        if isinstance(payload, dict) and payload.get("type") == "highlight_add" and login:
            number = payload.get("highlight_id")
            time = _TIME.match(text_of(row["date"]))
            if isinstance(number, int):
                found.setdefault(number, (login, f"{time[1]}T{time[2]}Z" if time else None))
    return found


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
                raise BadInput("a document is not HTML", "documents", "export the project again") from error
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
