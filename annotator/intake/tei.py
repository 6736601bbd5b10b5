"""XML: texts after the guidelines of the TEI; everything else is refused, as its elements mean nothing to us."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.blocks import Gathering
from annotator.intake.model import CleaningStep, Draft, Meta
from annotator.intake.word_lists import listed

_BLOCKS = listed(
    "p ab head l item cell quote sp speaker stage byline dateline opener closer salute signed titlePart label",
    "list table row lg div body front back epigraph said u argument docAuthor docDate trailer div1 div2 div3 div4",
    "titlePage docTitle postscript cit floatingText figure",
)
_LEFT_OUT = {
    "note": "notes",
    "fw": "print_frame",
    "figDesc": "page_frame",
    "graphic": "page_frame",
    "del": "tracked_changes",
    "index": "page_data",
    **dict.fromkeys(("pb", "cb", "gb", "milestone", "anchor"), ""),
}
_REASONS = {
    "notes": say("a footnote or endnote"),
    "print_frame": say("a header, footer or page number"),
    "page_frame": say("the description of a picture"),
    "tracked_changes": say("deleted in the source"),
    "page_data": say("an entry of an index"),
}
_PAIRS = (("sic", "corr"), ("orig", "reg"), ("abbr", "expan"))


def xml_root(data: bytes, source: str) -> Any:
    """The root element; raises BadInput where this is no XML."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(data.lstrip(), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BadInput(
            say("this is not XML ({reason})", reason=str(error).split(", line")[0]), source, "correct the file"
        ) from error


def local(element: Any) -> str:
    """The element's name without its namespace; empty for comments and instructions."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def read_tei(root: Any, source: str, off: frozenset[str]) -> Iterator[tuple[Draft, str]]:
    """(draft, raw text) of each text; raises BadInput for XML of another kind."""
    name = local(root)
    if name not in ("TEI", "TEI.2", "teiCorpus"):
        raise BadInput(
            say("Annotator does not know XML that begins with `{name}`", name=name),
            source,
            "convert it to TEI, HTML or a table with one article a row, and import that",
        )
    texts = [root] if name != "teiCorpus" else [e for e in root.iter() if local(e) in ("TEI", "TEI.2")]
    found = False
    for text in texts:
        body = next((e for e in text if local(e) == "text"), None)
        if body is None:
            continue
        found = True
        yield _Text(off).read(text, body)
    if not found:
        raise BadInput("the TEI file holds no text", source, "leave it out")


class _Text:
    def __init__(self, off: frozenset[str]) -> None:
        self._off = off
        self._found = Gathering()
        self._paragraphs: list[str] = []
        self._text: list[str] = []
        self._number = 1

    def read(self, root: Any, body: Any) -> tuple[Draft, str]:
        meta = _header(next((e for e in root if local(e) == "teiHeader"), None))
        self._walk(body)
        self._flush()
        paragraphs = self._paragraphs
        if meta.title and paragraphs and paragraphs[0].casefold() == meta.title.casefold():
            paragraphs = paragraphs[1:]
        return Draft(paragraphs, meta, self._found.steps), self._found.raw_text

    def _put(self, text: str | None) -> None:
        if text:
            self._text.append(text)

    def _flush(self) -> None:
        words = re.sub(r"[ \t\r\n]+", " ", "".join(self._text)).strip()
        self._text = []
        if words:
            self._paragraphs.append(words)
            self._found.add(words + "\n")
            self._number += 1

    def _walk(self, element: Any) -> None:
        name = local(element)
        if name in _BLOCKS:
            self._flush()
        self._put(element.text)
        for child in element:
            self._child(child)
            self._put(child.tail)
        if name in _BLOCKS:
            self._flush()

    def _child(self, child: Any) -> None:
        name = local(child)
        if not name:
            return
        if name == "lb":
            self._line_end(child)
        elif name == "choice":
            self._choice(child)
        elif name in _LEFT_OUT and _LEFT_OUT[name] not in self._off:
            step = _LEFT_OUT[name]
            words = " ".join("".join(child.itertext()).split())
            if step and words:
                where = say("paragraph {number}", number=self._number)
                self._found.leave_out(step, where, words, _REASONS[step])
                self._found.add("\n")
            elif not step and child.get("break") != "no" and name in ("pb", "cb"):
                self._put(" ")
        else:
            self._walk(child)

    def _line_end(self, element: Any) -> None:
        if element.get("break") == "no":
            before = "".join(self._text).rstrip()
            piece = before[-24:]
            if before.endswith(("-", "\u00ad", "⸗", "¬")):
                before = before[:-1]
            self._text = [before]
            where = say("paragraph {number}", number=self._number)
            why = say("a word that was divided at the line's end")
            at = self._found.length
            self._found.steps.append(CleaningStep("join_lines", where, "joined", piece, why, at, at))
        else:
            self._put(" ")

    def _choice(self, choice: Any) -> None:
        names = {local(c): c for c in choice}
        for other, better in _PAIRS:
            if better in names:
                if other in names:
                    words = " ".join("".join(names[other].itertext()).split())
                    where = say("paragraph {number}", number=self._number)
                    self._found.leave_out("characters", where, words, say("the source's other reading"))
                    self._found.add("\n")
                self._walk(names[better])
                return
        for child in list(choice)[:1]:
            self._walk(child)


def _header(header: Any) -> Meta:
    if header is None:
        return Meta()

    def first(path: str) -> Any:
        return next(iter(header.xpath(path)), None)

    def words(element: Any) -> str | None:
        return " ".join("".join(element.itertext()).split()) or None if element is not None else None

    def named(name: str, parent: str) -> str:
        return f".//*[local-name()='{parent}']//*[local-name()='{name}']"

    date = None
    for parent in ("sourceDesc", "publicationStmt"):
        for element in header.xpath(named("date", parent)):
            when = element.get("when") or element.get("when-iso") or words(element) or ""
            if match := re.match(r"\d{4}(-\d\d(-\d\d)?)?", when):
                date = date or match.group()
    language = first(".//*[local-name()='langUsage']/*[local-name()='language']/@ident")
    authors = [w for e in header.xpath(named("author", "titleStmt")) if (w := words(e))]
    source = ".//*[local-name()='sourceDesc']//*[local-name()='title'][@level='j']"
    return Meta(
        title=words(first(named("title", "titleStmt"))),
        author=", ".join(dict.fromkeys(authors)) or None,
        published=date,
        publisher=words(first(source)),
        language=str(language) if language else None,
    )
