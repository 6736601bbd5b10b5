"""DOCX: the text as a reader sees it with all tracked changes accepted; what is not shown is a step each.

The markup is walked by local names, so that transitional and strict files are the same. python-docx's paragraphs leave
out insertions, content controls, text boxes and notes.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.blocks import Block, Gathering
from annotator.intake.word_lists import listed

MAX_UNPACKED = 200_000_000
_TRANSPARENT = listed(
    "hyperlink ins moveTo smartTag sdt sdtContent fldSimple customXml bdo dir rubyBase Choice oMath oMathPara e",
    "num den sup sub d f sSup sSub sSubSup rad nary func fName lim body txbxContent",
)
_NOTE_PARTS = (("footnotes", "footnote"), ("endnotes", "endnote"))


def gather_docx(data: bytes, source: str, off: frozenset[str]) -> Gathering:
    """Everything in the file; raises BadInput where it is no DOCX or damaged."""
    from lxml import etree

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(info.file_size for info in archive.infolist()) > MAX_UNPACKED:
                raise BadInput("the file unpacks to more than 200 MB", source, "save it without pictures")
            package = _Package(archive, source)
            found = _Walk(package, off).whole()
    except zipfile.BadZipFile as error:
        raise BadInput("this is not a DOCX file", source, "save it again as DOCX") from error
    except (etree.XMLSyntaxError, KeyError, RuntimeError, NotImplementedError, zipfile.LargeZipFile) as error:
        raise BadInput("the DOCX file is damaged", source, "open it in a word processor and save it again") from error
    if not any(b.text.strip() for b in found.blocks):
        raise BadInput("the document holds no text", source, "leave it out")
    return found


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _get(element: Any, name: str) -> str | None:
    """An attribute by its local name; None where it or the element is not there."""
    for key, value in element.attrib.items() if element is not None else ():
        if key.rpartition("}")[2] == name:
            return str(value)
    return None


def _child(element: Any, *path: str) -> Any:
    for name in path:
        if element is None:
            return None
        element = next((c for c in element if _local(c) == name), None)
    return element


def _on(properties: Any, name: str) -> bool | None:
    """Whether a property is switched on; None where nothing is said."""
    found = _child(properties, name)
    if found is None:
        return None
    return (_get(found, "val") or "true") not in ("0", "false", "off")


class _Package:
    """The parts of the file that hold text."""

    def __init__(self, archive: zipfile.ZipFile, source: str) -> None:
        self._archive = archive
        self._names = set(archive.namelist())
        self.main = next(
            (t for kind, t in self._related("_rels/.rels", "") if kind.endswith("/officeDocument")), "word/document.xml"
        )
        if self.main not in self._names:
            told = "this is not a DOCX file but another kind of archive"
            remedy = "give the files in it, or save the document as DOCX"
            if any(n.startswith(("xl/", "ppt/")) for n in self._names):
                told, remedy = "this is a workbook or slides, no text document", "save it as CSV, DOCX or PDF"
            raise BadInput(told, source, remedy)
        folder, name = posixpath.split(self.main)
        self._links = list(self._related(f"{folder}/_rels/{name}.rels", folder))

    def _related(self, path: str, folder: str) -> Iterator[tuple[str, str]]:
        if path not in self._names:
            return
        for one in self._parsed(path):
            target = _get(one, "Target") or ""
            if (_get(one, "TargetMode") or "") == "External":
                continue
            place = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
            yield _get(one, "Type") or "", place

    def _parsed(self, path: str) -> Any:
        from lxml import etree

        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
        return etree.fromstring(self._archive.read(path), parser)

    def document(self) -> Any:
        return self._parsed(self.main)

    def parts(self, kind: str) -> list[Any]:
        """The parts of one kind (`footnotes`, `header`, `comments`, `styles`), those that are there."""
        return [self._parsed(t) for k, t in self._links if k.endswith(f"/{kind}") and t in self._names]

    def properties(self) -> dict[str, str]:
        for kind, target in self._related("_rels/.rels", ""):
            if kind.endswith("/core-properties") and target in self._names:
                return {_local(e): (e.text or "").strip() for e in self._parsed(target)}
        return {}


class _Style:
    """What of a style matters: its English name, its outline level, whether it hides."""

    def __init__(self, element: Any) -> None:
        self.name = _get(_child(element, "name"), "val") or ""
        self.based = _get(_child(element, "basedOn"), "val")
        self.hidden = _on(_child(element, "rPr"), "vanish")
        self.bold = _on(_child(element, "rPr"), "b")


class _Walk:
    def __init__(self, package: _Package, off: frozenset[str]) -> None:
        self._package = package
        self._off = off
        self._found = Gathering()
        self._styles: dict[str, _Style] = {}
        for part in package.parts("styles"):
            for style in part:
                if _local(style) == "style" and (key := _get(style, "styleId")):
                    self._styles[key] = _Style(style)
        self._number = 0
        self._text: list[str] = []
        self._bold: list[tuple[bool, int]] = []
        self._start = 0
        self._new_page = False
        self._boxes: list[Any] = []
        self._fields: list[bool] = []
        self._cells = 0
        self._style_hides = False

    def whole(self) -> Gathering:
        document = self._package.document()
        body = _child(document, "body")
        if body is not None:
            self._blocks(body)
        self._notes()
        self._frame()
        told = self._package.properties()
        self._found.author = told.get("creator") or None
        self._found.language = told.get("language") or None
        self._found.named_title = told.get("title") or None
        return self._found

    # blocks

    def _blocks(self, parent: Any) -> None:
        for element in parent:
            kind = _local(element)
            if kind == "p":
                self._paragraph(element)
            elif kind == "tbl":
                self._table(element)
            elif kind == "AlternateContent":
                if (chosen := _chosen(element)) is not None:
                    self._blocks(chosen)
            elif kind in ("del", "moveFrom"):
                continue
            elif kind == "altChunk":
                self._leave_out("page_frame", "", say("another file that is embedded; save it apart"))
            elif kind in _TRANSPARENT:
                self._blocks(element)

    def _table(self, table: Any) -> None:
        self._cells += 1
        for row in _through(table, "tr"):
            if _child(row, "trPr", "del") is not None:
                for text in _texts(row):
                    self._leave_out("tracked_changes", text, say("deleted under tracked changes"))
                continue
            for cell in _through(row, "tc"):
                if not _merged_away(cell):
                    self._blocks(cell)
        self._cells -= 1

    def _paragraph(self, p: Any) -> None:
        properties = _child(p, "pPr")
        joined = bool(self._text)
        if not joined:
            self._number += 1
            self._start = self._found.length
        style = _get(_child(properties, "pStyle"), "val") or ""
        self._style_hides = self._inherited(style, "hidden")
        self._new_page = self._new_page or bool(_on(properties, "pageBreakBefore"))
        self._inline(p)
        marks = tuple(_get(b, "name") or "" for b in p.iter() if _local(b) == "bookmarkStart")
        if _child(properties, "rPr", "del") is not None and "tracked_changes" not in self._off:
            self._found.steps.append(
                Block("¶", self._start, self._found.length, self._number).step(
                    "tracked_changes", say("the paragraph's end was deleted under tracked changes"), "joined"
                )
            )
            if self._text:
                return
        self._close(style, marks)
        boxes, self._boxes = self._boxes, []
        for box in boxes:
            self._blocks(box)

    def _close(self, style: str, marks: tuple[str, ...]) -> None:
        text = "".join(self._text)
        bold = sum(n for b, n in self._bold if b) * 2 > sum(n for _, n in self._bold)
        name = self._styles[style].name if style in self._styles else style
        found = Block(text, self._start, self._found.length, self._number, name, _level(name), bold, self._new_page)
        found.cell, found.marks = bool(self._cells), marks
        self._found.blocks.append(found)
        self._found.add("\n")
        if text.strip():
            self._new_page = False
        self._text, self._bold = [], []

    def _inherited(self, key: str, what: str) -> bool:
        seen: set[str] = set()
        while key in self._styles and key not in seen:
            seen.add(key)
            said = getattr(self._styles[key], what)
            if said is not None:
                return bool(said)
            key = self._styles[key].based or ""
        return False

    # inside a paragraph

    def _inline(self, parent: Any) -> None:
        for element in parent:
            kind = _local(element)
            if kind == "r":
                self._run(element)
            elif kind in ("del", "moveFrom"):
                self._removed(element, "tracked_changes", say("deleted or moved away under tracked changes"))
            elif kind == "ruby":
                self._ruby(element)
            elif kind == "AlternateContent":
                if (chosen := _chosen(element)) is not None:
                    self._inline(chosen)
            elif kind == "t":
                self._put(element.text or "")
            elif kind in ("softHyphen", "noBreakHyphen", "br", "tab", "cr"):
                self._sign(element, kind)
            elif kind in _TRANSPARENT:
                self._inline(element)

    def _run(self, run: Any) -> None:  # noqa: C901 - a branch for each element of a run
        properties = _child(run, "rPr")
        hidden = _on(properties, "vanish")
        if hidden is None:
            key = _get(_child(properties, "rStyle"), "val") or ""
            hidden = self._inherited(key, "hidden") or self._style_hides
        bold = bool(_on(properties, "b"))
        in_code = bool(self._fields) and self._fields[-1]
        for element in run:
            kind = _local(element)
            if kind == "fldChar":
                self._field(_get(element, "fldCharType") or "")
                in_code = bool(self._fields) and self._fields[-1]
            elif in_code or kind in ("rPr", "instrText", "delInstrText"):
                continue
            elif kind == "t":
                if hidden and "hidden_text" not in self._off:
                    self._leave_out("hidden_text", element.text or "", say("hidden text"))
                else:
                    self._put(element.text or "", bold)
            elif kind == "delText":
                self._leave_out("tracked_changes", element.text or "", say("deleted under tracked changes"))
            elif kind == "AlternateContent":
                if (chosen := _chosen(element)) is not None:
                    self._drawn(chosen)
            elif kind in ("drawing", "pict", "object"):
                self._drawn(element)
            elif kind == "ruby":
                self._ruby(element)
            elif kind == "sym":
                self._leave_out("characters", "\ufffd", say("a sign of a symbol font, which has no letter"))
            else:
                self._sign(element, kind)

    def _sign(self, element: Any, kind: str) -> None:
        if kind in ("tab", "ptab"):
            self._put("\t")
        elif kind == "br" and (_get(element, "type") or "") == "page":
            self._new_page = True
            if self._text:
                self._put("\n")
        elif kind in ("br", "cr"):
            self._put("\n")
        elif kind == "noBreakHyphen":
            self._put("-")
        elif kind == "softHyphen":
            self._leave_out("characters", "\u00ad", say("a place where a word may be divided"))

    def _field(self, kind: str) -> None:
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _put(self, text: str, bold: bool = False) -> None:
        self._found.add(text)
        self._text.append(text)
        self._bold.append((bold, len(text.strip())))

    def _removed(self, element: Any, step: str, why: str) -> None:
        for text in _texts(element):
            if step in self._off:
                self._put(text)
            else:
                self._leave_out(step, text, why)

    def _leave_out(self, step: str, text: str, why: str) -> None:
        self._found.leave_out(step, say("paragraph {number}", number=self._number or 1), text, why)

    def _ruby(self, element: Any) -> None:
        for child in element:
            if _local(child) == "rt":
                for text in _texts(child):
                    self._leave_out("page_frame", text, say("how the word is read, above it"))
            elif _local(child) == "rubyBase":
                self._inline(child)

    def _drawn(self, element: Any) -> None:
        boxes = [e for e in element.iter() if _local(e) == "txbxContent"]
        self._boxes += boxes
        if not boxes:
            for picture in element.iter():
                if _local(picture) == "docPr" and (words := _get(picture, "descr")):
                    self._leave_out("page_frame", words, say("the description of a picture"))

    # beside the text

    def _notes(self) -> None:
        for kind, item in _NOTE_PARTS:
            for part in self._package.parts(kind):
                for note in part:
                    if _local(note) != item or (_get(note, "type") or "normal") != "normal":
                        continue
                    if "notes" in self._off:
                        self._blocks(note)
                        continue
                    text = " ".join(t for t in _texts(note) if t.strip())
                    where = say("note {number}", number=_get(note, "id") or "")
                    self._found.leave_out("notes", where, text, say("a footnote or endnote"))
                    self._found.add("\n")

    def _frame(self) -> None:
        for kind, why, step in (
            ("header", say("a header, footer or page number"), "print_frame"),
            ("footer", say("a header, footer or page number"), "print_frame"),
            ("comments", say("a comment in the margin"), "notes"),
        ):
            for part in self._package.parts(kind):
                groups = [c for c in part if _local(c) == "comment"] or [part]
                for group in groups:
                    text = " ".join(" ".join(_texts(group)).split())
                    if text:
                        self._found.leave_out(step, say("beside the text"), text, why)
                        self._found.add("\n")


def _texts(element: Any) -> Iterator[str]:
    for e in element.iter():
        if _local(e) in ("t", "delText") and e.text:
            yield e.text


def _through(parent: Any, kind: str) -> Iterator[Any]:
    """Rows or cells, those inside content controls and insertions too."""
    for element in parent:
        if _local(element) == kind:
            yield element
        elif _local(element) in ("sdt", "sdtContent", "customXml", "ins"):
            yield from _through(element, kind)


def _merged_away(cell: Any) -> bool:
    """Whether a cell is covered by the one above."""
    merge = _child(cell, "tcPr", "vMerge")
    return merge is not None and (_get(merge, "val") or "continue") == "continue" and not any(_texts(cell))


def _chosen(element: Any) -> Any:
    """Of contents that say the same in two ways, the newer one where it holds text, else the other."""
    choice, fallback = _child(element, "Choice"), _child(element, "Fallback")
    if choice is not None and (fallback is None or any(_texts(choice)) or not any(_texts(fallback))):
        return choice
    return fallback


def _level(name: str) -> int | None:
    plain = name.casefold().replace(" ", "")
    if plain in ("title", "titel", "titre"):
        return 0
    for word in ("heading", "überschrift", "titre", "berschrift"):
        rest = plain.removeprefix(word)
        if rest != plain and rest.isdigit():
            return int(rest)
    return None
