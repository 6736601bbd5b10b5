"""Files that are no article and no pile of articles, known before they are taken apart, which would take minutes."""

from __future__ import annotations

import io
import zipfile

from annotator.domain.bounds import LARGEST_FILE, MOST_LINES
from annotator.domain.errors import BadInput
from annotator.domain.words import say

_PART = 1 << 20
_BODY = "word/document.xml"


def refuse_endless(name: str, data: bytes, kind: str) -> None:
    """Raise BadInput where the file has more lines or paragraphs than people read."""
    count = _paragraphs(data) if kind == "docx" else max(data.count(b"\n"), data.count(b"\r"))
    if count > MOST_LINES:
        raise BadInput(
            say("it has more than {most} lines or paragraphs", most=MOST_LINES),
            name,
            "split it into articles, or save them as a table (CSV, JSON lines)",
        )


def _paragraphs(data: bytes) -> int:
    """Paragraphs of a Word document, counted while it is unpacked piece by piece; 0 where it is none."""
    count = size = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(_BODY) as file:
            left = b""
            while piece := file.read(_PART):
                size += len(piece)
                piece = left + piece
                count += piece.count(b"<w:p>") + piece.count(b"<w:p ")
                left = piece[-4:]  # shorter than what is counted: nothing is counted twice
                if count > MOST_LINES or size > LARGEST_FILE:
                    return MOST_LINES + 1
    except Exception:  # whoever reads it says in words what is broken
        return 0
    return count
