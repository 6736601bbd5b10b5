"""Files without end are refused before they are taken apart; what people read is not."""

from __future__ import annotations

import io
import zipfile

import pytest

from annotator.domain.bounds import MOST_LINES
from annotator.domain.errors import BadInput
from annotator.intake import read_source
from tests.damaged import docx


def of_paragraphs(count: int) -> bytes:
    """A Word document with so many paragraphs."""
    first, out = io.BytesIO(docx()), io.BytesIO()
    with zipfile.ZipFile(first) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            data = source.read(name)
            if name == "word/document.xml":
                data = data.replace(b"<w:p>", b"<w:p><w:r><w:t>word</w:t></w:r></w:p>" * count + b"<w:p>", 1)
            target.writestr(name, data)
    return out.getvalue()


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_a_text_of_six_million_lines(end: str) -> None:
    with pytest.raises(BadInput, match="more than 200000 lines"):
        read_source("a.txt", f"x{end}".encode() * 6_000_000, "auto")


def test_a_word_document_of_a_million_paragraphs() -> None:
    with pytest.raises(BadInput, match="more than 200000 lines or paragraphs"):
        read_source("a.docx", of_paragraphs(1_000_000), "auto")


def test_a_saved_page_of_lines_without_end() -> None:
    with pytest.raises(BadInput, match="lines"):
        read_source("a.html", b"<html><body><p>\n" + b"<br>\n" * (MOST_LINES + 9), "auto")


def test_what_people_read_is_read() -> None:
    text = "\n".join(f"Line {n} of a long report." for n in range(5_000))
    (article,) = read_source("a.txt", text.encode(), "plain")
    assert "Line 4999 of" in article.text
    (article,) = read_source("a.docx", of_paragraphs(500), "auto")
    assert article.text.count("word") == 500
