"""RTF: the text as a word processor shows it; hidden and deleted words, notes and running heads are a step each.

After the Rich Text Format Specification 1.9.1. A plain-text converter alone would not do: press databases tell their
articles apart by bold lines, pages and bookmarks, and what is left out has to be told.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field, replace

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.blocks import Block, Gathering
from annotator.intake.word_lists import listed

_TOKEN = re.compile(
    rb"\\([a-zA-Z]{1,32})(-?\d{1,10})?[ ]?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n]+|([^\\{}\r\n]+)"
)
_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030", 136: "cp950", 161: "cp1253",
    162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874",
    238: "cp1250",
}  # fmt: skip
_SIGNS = {
    "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”", "bullet": "•",
    "emspace": " ", "enspace": " ", "qmspace": " ", "tab": "\t", "line": "\n", "softline": "\n", "cell": "\n",
    "nestcell": "\n", "zwj": "\u200d", "zwnj": "\u200c", "ltrmark": "\u200e", "rtlmark": "\u200f", "column": "\n",
}  # fmt: skip
_SKIPPED = listed(
    "fonttbl colortbl stylesheet listtable listoverridetable revtbl rsidtbl generator pict themedata datastore",
    "colorschememapping latentstyles xmlnstbl filetbl mmathPr fldinst objdata objclass bkmkend pntxta pntxtb",
    "template operator company category doccomm hlinkbase wgrffmtfilter shpinst sp private keywords subject",
    "manager printim revtim creatim buptim atnid atnauthor atntime atnref atndate atnicn atrfstart atrfend do",
    "nonshppict blipuid panose falt fname userprops",
)
_FRAMES = listed(
    "header headerl headerr headerf footer footerl footerr footerf",
)
_TOLD = {"title": "named_title", "author": "author"}


@dataclass(slots=True)
class _State:
    """What holds inside a group. role: what becomes of the text; `body` is the article's."""

    role: str = "body"
    encoding: str = "cp1252"
    after_unicode: int = 1
    bold: bool = False
    hidden: bool = False
    deleted: bool = False
    style: int = 0


@dataclass(slots=True)
class _Fonts:
    encodings: dict[int, str] = field(default_factory=dict)
    styles: dict[int, str] = field(default_factory=dict)


def gather_rtf(data: bytes, source: str, off: frozenset[str]) -> Gathering:
    """Everything in the file; raises BadInput where it is no RTF or holds no text."""
    if not data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{\\rtf"):
        raise BadInput("this is not an RTF file", source, "save it again as RTF, or give the file the right ending")
    found = _Reader(off).read(data)
    if not any(b.text.strip() for b in found.blocks):
        raise BadInput("the document holds no text", source, "leave it out")
    return found


class _Reader:
    def __init__(self, off: frozenset[str]) -> None:
        self._off = off
        self._found = Gathering()
        self._states: list[_State] = [_State()]
        self._fonts = _Fonts()
        self._starred = False
        self._swallow = 0
        self._bytes = bytearray()
        self._text: list[str] = []
        self._bold = [0, 0]
        self._start = 0
        self._number = 0
        self._style = 0
        self._aside: list[str] = []
        self._new_page = False
        self._marks: list[str] = []
        self._high: int | None = None
        self._font_name: list[str] = []
        self._defining: int | None = None
        self._in_table = False

    def read(self, data: bytes) -> Gathering:
        self._styles_and_fonts(data)
        at, end = 0, len(data)
        while at < end:
            match = _TOKEN.match(data, at)
            if match is None:
                at += 1
                continue
            at = match.end()
            word, number, code, sign, brace, text = match.groups()
            if word is not None:
                name = word.decode("ascii")
                if name == "bin":
                    at += max(0, int(number or 0))
                    continue
                self._word(name, None if number is None else int(number))
            elif code is not None:
                self._byte(int(code, 16))
            elif sign is not None:
                self._sign(sign.decode("latin-1"))
            elif brace is not None:
                self._brace(brace)
            elif text is not None:
                self._plain(text)
        self._flush()
        if self._text:
            self._end_paragraph()
        return self._found

    # tables at the head

    def _styles_and_fonts(self, data: bytes) -> None:
        head = data[:400_000]
        for match in re.finditer(rb"\\f(\d+)(?:\\[a-z]+-?\d*|\s)*?\\fcharset(\d+)", head):
            if (name := _CHARSETS.get(int(match.group(2)))) is not None:
                self._fonts.encodings.setdefault(int(match.group(1)), name)
        for match in re.finditer(rb"\{\\s(\d+)[^{};]*?(?:\{[^{}]*\}[^{};]*?)*? ?([A-Za-z][\w ]*);\}", head):
            self._fonts.styles.setdefault(int(match.group(1)), match.group(2).decode("ascii", "ignore").strip())
        if page := re.search(rb"\\ansicpg(\d+)", head[:2000]):
            name = {b"65001": "utf-8", b"10000": "mac_roman", b"0": "cp1252"}.get(
                page.group(1), f"cp{page.group(1).decode()}"
            )
            try:
                codecs.lookup(name)
                self._states[0].encoding = name
            except LookupError:
                pass
        elif re.match(rb"\W*\{\\rtf1?\\mac", head):
            self._states[0].encoding = "mac_roman"
        self._base = self._states[0].encoding

    # tokens

    def _brace(self, brace: bytes) -> None:
        self._flush()
        self._swallow = 0
        if brace == b"{":
            self._states.append(replace(self._states[-1]))
            self._starred = False
            return
        if len(self._states) > 1:
            left = self._states.pop()
            if left.role != self._states[-1].role:
                self._close_aside(left.role)

    def _word(self, name: str, number: int | None) -> None:
        state = self._states[-1]
        if name == "u" and number is not None:
            self._flush()
            self._unicode(number)
            return
        if name == "uc":
            state.after_unicode = max(0, number or 0)
            return
        self._flush()
        starred, self._starred = self._starred, False
        if name in _SIGNS and state.role != "skip":
            self._put(_SIGNS[name])
        elif not self._ends(name, state) and not self._formats(name, number, state):
            self._destination(name, starred)

    def _ends(self, name: str, state: _State) -> bool:
        """Ends a paragraph or a page where the word does so; whether it did."""
        if name in ("par", "row", "nestrow", "sect"):
            self._end_of_paragraph(state)
            if name == "sect":
                self._new_page = True
        elif name == "page":
            self._new_page = True
            if state.role == "body" and self._text:
                self._end_paragraph()
        elif name == "pagebb":
            self._new_page = True
        else:
            return False
        return True

    def _formats(self, name: str, number: int | None, state: _State) -> bool:
        """Sets the state of what follows where the word does so; whether it did."""
        if name in ("pard", "sectd"):
            state.style = 0
            if name == "pard":
                self._in_table = False
        elif name == "intbl":
            self._in_table = True
        elif name == "plain":
            state.bold = state.hidden = state.deleted = False
            state.encoding = self._base
        elif name == "b":
            state.bold = number != 0
        elif name == "v":
            state.hidden = number != 0
        elif name == "deleted":
            state.deleted = number != 0
        elif name == "s" and number is not None:
            state.style = number
        elif name == "f" and number is not None:
            state.encoding = self._fonts.encodings.get(number, self._base)
        else:
            return False
        return True

    def _destination(self, name: str, starred: bool) -> None:  # noqa: C901 - a branch for each destination
        state = self._states[-1]
        if state.role == "skip":
            return
        if name in _FRAMES:
            state.role = "frame"
        elif name in ("footnote", "annotation"):
            state.role = name
        elif name in ("listtext", "pntext"):
            state.role = "list_sign"
        elif name == "bkmkstart":
            state.role = "bookmark"
        elif name in ("upr", "ud", "shptxt", "shp", "fldrslt", "result", "mhtmltag", "htmltag"):
            if name == "upr":
                state.role = "skip_ansi"
            elif name == "ud":
                state.role = "body"
        elif name in _TOLD and state.role == "info":
            state.role = name
        elif name == "info":
            state.role = "info"
        elif name in _SKIPPED or (starred and name not in ("shpinst", "nesttableprops")):
            state.role = "skip"

    def _sign(self, sign: str) -> None:
        if sign == "*":
            self._starred = True
            return
        self._flush()
        if sign == "~":
            self._put("\u00a0")
        elif sign == "_":
            self._put("-")
        elif sign == "-":
            if self._states[-1].role == "body":
                self._leave_out("characters", "\u00ad", say("a place where a word may be divided"))
        elif sign in "\\{}":
            self._put(sign)
        elif sign in "\r\n":
            self._end_of_paragraph(self._states[-1])

    def _byte(self, code: int) -> None:
        if self._swallow:
            self._swallow -= 1
            return
        self._bytes.append(code)

    def _plain(self, text: bytes) -> None:
        if self._swallow:
            taken = min(self._swallow, len(text))
            self._swallow -= taken
            text = text[taken:]
        self._bytes += text

    def _unicode(self, number: int) -> None:
        code = number + 0x10000 if number < 0 else number
        self._swallow = self._states[-1].after_unicode
        if 0xD800 <= code < 0xDC00:
            self._high = code
            return
        if 0xDC00 <= code < 0xE000:
            code = 0xFFFD if self._high is None else 0x10000 + ((self._high - 0xD800) << 10) + (code - 0xDC00)
        self._high = None
        if 0xF020 <= code <= 0xF0FF:
            code = 0xFFFD  # a sign of a symbol font has no letter
        self._put(chr(code) if 0 < code < 0x110000 else "\ufffd")

    def _flush(self) -> None:
        if self._bytes:
            data, self._bytes = bytes(self._bytes), bytearray()
            encoding = self._states[-1].encoding
            self._put(data.decode(encoding, "replace"))

    # what the words become

    def _put(self, text: str) -> None:
        state = self._states[-1]
        if state.role in ("skip", "info", "skip_ansi"):
            return
        if state.role != "body":
            self._aside.append(text)
        elif state.deleted and "tracked_changes" not in self._off:
            self._leave_out("tracked_changes", text, say("deleted under tracked changes"))
        elif state.hidden and "hidden_text" not in self._off:
            self._leave_out("hidden_text", text, say("hidden text"))
        else:
            self._begin()
            self._found.add(text)
            self._text.append(text)
            self._style = state.style
            length = len(text.strip())
            self._bold[1] += length
            self._bold[0] += length if state.bold else 0

    def _begin(self) -> None:
        if not self._text:
            self._number += 1
            self._start = self._found.length

    def _leave_out(self, step: str, text: str, why: str) -> None:
        where = say("paragraph {number}", number=self._number or 1)
        self._found.leave_out(step, where, text, why)

    def _end_of_paragraph(self, state: _State) -> None:
        if state.role == "body":
            self._end_paragraph()
        elif state.role != "skip":
            self._aside.append(" ")

    def _end_paragraph(self) -> None:
        text = "".join(self._text)
        if not self._text:
            self._number += 1
            self._start = self._found.length
        bold = self._bold[0] * 2 > self._bold[1] > 0
        pieces = [text]
        if self._in_table:
            pieces = [p for p in text.split("\n") if p.strip()] or [text]
        at = self._start
        for piece in pieces:
            style = self._fonts.styles.get(self._style, "")
            level = _level(style)
            block = Block(piece, at, self._found.length, self._number, style, level, bold, self._new_page)
            block.cell, block.marks = self._in_table, tuple(self._marks)
            self._found.blocks.append(block)
            self._marks = []
            if piece.strip():
                self._new_page = False
        self._found.add("\n")
        self._text, self._bold = [], [0, 0]

    def _close_aside(self, role: str) -> None:
        text = " ".join("".join(self._aside).split())
        self._aside = []
        if not text:
            return
        if role in _TOLD:
            setattr(self._found, _TOLD[role], text)
        elif role == "bookmark":
            self._marks.append(text)
        elif role == "frame" and "print_frame" not in self._off:
            self._leave_out("print_frame", text, say("a header, footer or page number"))
        elif role == "footnote":
            if "notes" in self._off:
                self._put(f" [{text}]")
            else:
                self._leave_out("notes", text, say("a footnote or endnote"))
        elif role == "list_sign":
            self._leave_out("page_frame", text, say("the number or sign of a list"))
        elif role == "annotation":
            self._leave_out("notes", text, say("a comment in the margin"))


def _level(style: str) -> int | None:
    plain = style.casefold()
    if plain in ("title", "titel", "titre"):
        return 0
    rest = plain.removeprefix("heading ")
    return int(rest) if rest != plain and rest.isdigit() else None
