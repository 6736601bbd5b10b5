"""PDF: the pages' words in reading order, without running heads; broken words and lines are joined, each a step."""

from __future__ import annotations

import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.blocks import trusted_name, untrusted
from annotator.intake.hyphens import HYPHENS, Hyphens, joined_at, why
from annotator.intake.model import CleaningStep, Draft, Meta
from annotator.intake.page_layout import PrintedLine, body_size, in_reading_order, paragraphs

_NUMBER_ALONE = re.compile(
    r"^\W*(page|seite|pagina|página|стр\.?|p\.|s\.)?\s*(\d{1,4}|[ivxlc]{1,6})(\s*(/|of|von|de|sur|di|из)\s*\d{1,4})?\W*$",
    re.I,
)
_EDGE = 3
_LIGATURES = re.compile("[\ufb00-\ufb06]")


def read_pdf(data: bytes, source: str, off: frozenset[str], steps: list[CleaningStep]) -> tuple[Draft, str]:
    """(draft, raw text); raises BadInput where the file is damaged, locked or holds pictures alone."""
    pages, info = _printed(data, source)
    if not any(x.text.strip() for page in pages for x in page):
        raise BadInput("the PDF holds pictures of text, not text", source, "run text recognition on it first")
    return _Reading(pages, info, off, steps).draft()


def _printed(data: bytes, source: str) -> tuple[list[list[PrintedLine]], dict[str, str]]:
    import logging

    from pdfminer.converter import PDFPageAggregator
    from pdfminer.layout import LAParams
    from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect
    from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdfparser import PDFParser

    logging.getLogger("pdfminer").setLevel(logging.CRITICAL)  # what it mends on the way is no news to a person
    pages: list[list[PrintedLine]] = []
    try:
        document = PDFDocument(PDFParser(io.BytesIO(data)))
        manager = PDFResourceManager()
        # pieces are kept small: white between columns is often no wider than two letters
        device = PDFPageAggregator(manager, laparams=LAParams(char_margin=0.9, boxes_flow=None, all_texts=True))
        interpreter = PDFPageInterpreter(manager, device)
        for number, page in enumerate(PDFPage.create_pages(document), start=1):
            interpreter.process_page(page)
            pages.append(list(_lines(device.get_result(), number)))
        return pages, _info(document)
    except PDFPasswordIncorrect as error:
        raise BadInput("the PDF is locked by a password", source, "save a copy without a password") from error
    except Exception as error:  # pdfminer raises many kinds on damaged files
        raise BadInput("the PDF is damaged", source, "print it to a new PDF and import that") from error


def _lines(container: Any, page: int) -> Iterator[PrintedLine]:
    from pdfminer.layout import LTChar, LTFigure, LTTextBox, LTTextLine

    for item in container:
        if isinstance(item, LTTextLine):
            letters = [c for c in item if isinstance(c, LTChar)]
            text = item.get_text().strip("\n")
            if letters and text.strip():
                sizes = sorted(c.size for c in letters)
                size = sizes[len(sizes) // 2]
                bold = sum("bold" in c.fontname.casefold() or "black" in c.fontname.casefold() for c in letters)
                yield PrintedLine(text, page, item.x0, item.y0, item.x1, item.y1, size, bold * 2 > len(letters))
        elif isinstance(item, LTTextBox | LTFigure):
            yield from _lines(item, page)


def _info(document: Any) -> dict[str, str]:
    from pdfminer.pdftypes import resolve1
    from pdfminer.utils import decode_text

    found: dict[str, str] = {}
    for entry in document.info:
        for key, value in entry.items():
            value = resolve1(value)
            if isinstance(value, bytes):
                found[str(key)] = decode_text(value).strip()
    return found


class _Reading:
    def __init__(
        self, pages: list[list[PrintedLine]], info: dict[str, str], off: frozenset[str], steps: list[CleaningStep]
    ) -> None:
        self._info, self._off, self._steps = info, off, steps
        self._columns: list[list[PrintedLine]] = []
        self._raw: list[str] = []
        at = 0
        for page in pages:
            for column in in_reading_order(page):
                placed = []
                for line in column:
                    placed.append(replace(line, start=at, end=at + len(line.text)))
                    self._raw.append(line.text)
                    at += len(line.text) + 1
                self._columns.append(placed)
        self._pages = len(pages)

    def draft(self) -> tuple[Draft, str]:
        columns = self._without_frame()
        columns = [[self._plain(line) for line in column] for column in columns]
        columns = [c for c in columns if c]
        hyphens = Hyphens(line.text for column in columns for line in column)
        groups = paragraphs(columns) if "join_lines" not in self._off else [[x] for c in columns for x in c]
        texts = [self._joined(group, hyphens) for group in groups]
        title = self._title(groups, texts)
        meta = Meta(title=texts[title] if title is not None else None, author=trusted_name(self._info.get("Author")))
        body = [t for i, t in enumerate(texts) if i != title]
        self._steps.sort(key=lambda s: s.start)
        return Draft(body, meta, self._steps), "\n".join(self._raw)

    def _without_frame(self) -> list[list[PrintedLine]]:
        if "print_frame" in self._off:
            return self._columns
        by_page: dict[int, list[PrintedLine]] = {}
        for column in self._columns:
            for line in column:
                by_page.setdefault(line.page, []).append(line)
        edges = {n: _edge_lines(lines) for n, lines in by_page.items()}
        count: Counter[str] = Counter()
        for lines in edges.values():
            count.update({_shape(x.text) for x in lines})
        frame: set[int] = set()
        for number, lines in edges.items():
            lowest = min(by_page[number], key=lambda x: x.y0)
            for line in lines:
                often = count[_shape(line.text)] >= max(2, self._pages * 0.4)
                alone = line is lowest and bool(_NUMBER_ALONE.match(line.text))
                if often or alone:
                    frame.add(line.start)
                    why_ = say("a header, footer or page number")
                    self._step("print_frame", line, "removed", line.text, why_)
        kept = [[line for line in column if line.start not in frame] for column in self._columns]
        return [column for column in kept if column]

    def _step(self, step: str, line: PrintedLine, action: Any, piece: str, reason: str) -> None:
        where = say("page {number}", number=line.page)
        self._steps.append(CleaningStep(step, where, action, piece, reason, line.start, line.end))

    def _plain(self, line: PrintedLine) -> PrintedLine:
        """Letters for ligatures, spaces for tabs, no marks of division inside a line; each a step."""
        text = line.text
        if "characters" not in self._off:
            if found := _LIGATURES.findall(text):
                reason = say("ligatures are written as their letters")
                self._step("characters", line, "joined", " ".join(found), reason)
                text = _LIGATURES.sub(lambda m: unicodedata.normalize("NFKC", m.group()), text)
            if "\u00ad" in text[:-1]:
                self._step("characters", line, "removed", text, say("a place where a word may be divided"))
                text = text[:-1].replace("\u00ad", "") + text[-1]
        if "spaces" not in self._off:
            if "\t" in text:
                self._step("spaces", line, "joined", text[:60], say("spaces stand where tabs were"))
            text = re.sub(r"[ \t\u00a0]+", " ", text).strip()
        return line if text == line.text else replace(line, text=text)

    def _joined(self, group: Sequence[PrintedLine], hyphens: Hyphens) -> str:
        text = group[0].text
        for before, line in pairwise(group):
            choice = hyphens.choice(text, line.text) if text[-1:] in HYPHENS else None
            if choice is not None:
                reason = why(choice)
                text = joined_at(text, line.text, choice)
            else:
                over = before.page != line.page
                reason = (
                    say("the sentence goes on over the page") if over else say("the line breaks inside a paragraph")
                )
                text = f"{text}{'' if _unspaced(text, line.text) else ' '}{line.text}"
            where = say("page {number}", number=line.page)
            piece = f"{before.text[-24:]} ⏎ {line.text[:24]}"
            self._steps.append(
                CleaningStep("join_lines", where, "joined", piece, reason, before.end, max(before.end, line.start))
            )
        return text

    def _title(self, groups: Sequence[Sequence[PrintedLine]], texts: Sequence[str]) -> int | None:
        """The paragraph near the top that the properties call the title, or that is set largest."""
        first = [i for i, g in enumerate(groups[:6]) if g[0].page == 1 and 0 < len(texts[i]) <= 250]
        named = " ".join(self._info.get("Title", "").split()).casefold()
        if len(groups) < 2:
            return None
        if named and not untrusted(named):
            for i in first:
                if texts[i].casefold() == named:
                    return i
        body = body_size(x for g in groups for x in g)
        large = [i for i in first if groups[i][0].size >= 1.15 * body and len(texts[i].split()) >= 2]
        return max(large, key=lambda i: (round(groups[i][0].size, 1), -i), default=None)


def _edge_lines(lines: Sequence[PrintedLine]) -> list[PrintedLine]:
    ordered = sorted(lines, key=lambda x: -x.y0)
    levels = sorted({round(x.y0) for x in ordered})
    if len(levels) < 3:
        return []
    outer = {*levels[:_EDGE], *levels[-_EDGE:]}
    return [x for x in ordered if round(x.y0) in outer]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split())).casefold()


def _unspaced(before: str, after: str) -> bool:
    """Whether the script writes no spaces between words (Chinese, Japanese, Thai…)."""
    return _wide(before[-1:]) and _wide(after[:1])


def _wide(letter: str) -> bool:
    return bool(letter) and (
        "\u3000" <= letter <= "\u9fff" or "\uf900" <= letter <= "\ufaff" or "\uff00" <= letter <= "\uffef"
        or "\u0e00" <= letter <= "\u0eff" or "\U00020000" <= letter <= "\U0003ffff"
    )  # fmt: skip
