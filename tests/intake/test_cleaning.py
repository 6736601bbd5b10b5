"""Pages of every form come out clean, with a record of every step; each step can be switched off."""

from __future__ import annotations

import io
import json

import pytest
from docx import Document as Docx
from hypothesis import given
from hypothesis import strategies as st

from annotator.data import resource_bytes
from annotator.domain.errors import BadInput
from annotator.intake import STEPS, CleanDocument, read_source
from annotator.intake.duplicates import find_duplicates

BODY = (
    "The council of Brill voted on Monday to close the swimming pool. Nobody in the hall was surprised by that.\n\n"
    "“We cannot heat what we cannot pay for,” said the mayor, who had swum there as a child and did not hide it."
)
DUMP = """https://brillnews.example/2031/pool-closes.html
Council of Brill closes the swimming pool
Council of Brill closes the swimming pool
Brill News
2031-05-06T08:00+0000
2031-05-06T08:00+0000
2031-05-06T09:15+0000
pool
council
https://cdn.brillnews.example/img/1.jpg
The council of Brill voted on Monday to close the swimming pool. Nobody in the hall was
surprised by that, although forty people had come.
Read more: what a pool costs
“We cannot heat what we cannot pay for,” said the mayor, who had swum there as a child.
She left.
https://brillnews.example/other.html
Brill News
desk@brillnews.example
+4412345678
News
en_EN
"""


def only(name: str, data: bytes, format: str = "auto", off: frozenset[str] = frozenset()) -> CleanDocument:
    (found,) = read_source(name, data, format, off)
    return found


def test_plain_text_stays_as_it_is() -> None:
    document = only("a.txt", BODY.encode())
    assert document.text == BODY
    assert document.meta.title is None
    assert document.meta.published is None


def test_a_dump_loses_its_frame_and_keeps_its_words() -> None:
    document = only("pool.txt", DUMP.encode())
    assert document.format == "scrape"
    assert document.meta.title == "Council of Brill closes the swimming pool"
    assert (document.meta.published, document.meta.publisher) == ("2031-05-06", "Brill News")
    assert document.text.startswith("Council of Brill closes the swimming pool\n\nThe council of Brill")
    assert "hall was surprised by that, although" in document.text, "a broken line is joined"
    assert document.text.endswith("She left."), "a short last sentence is no page foot"
    for gone in ("http", "@", "+44", "en_EN", "Read more", "2031-05-06T"):
        assert gone not in document.text
    removed = {s.piece for s in document.steps if s.action == "removed"}
    kept = set(document.text.split("\n"))
    for line in DUMP.strip().split("\n"):
        assert line in removed or any(line.strip() in k for k in kept) or line == document.meta.title


def test_pages_of_the_demo_lose_what_belongs_to_the_page() -> None:
    wire = only("02.txt", resource_bytes("demo/pages/02.txt"))
    assert wire.text.endswith("The harbour employs 2,200 of them.")
    assert wire.text.count("Minister to carry harbour costs") == 1
    ledger = only("05.html", resource_bytes("demo/pages/05.html"))
    assert "cookies" not in ledger.text
    assert "Related articles" not in ledger.text
    assert "commissioned by the harbour office" in ledger.text, "the footnote is part of the article"
    quay = only("08.html", resource_bytes("demo/pages/08.html"))
    assert "Subscribe" not in quay.text
    assert (quay.meta.publisher, quay.meta.author) == ("The Quay", None), "no author is invented"


@pytest.mark.parametrize("step", ["page_data", "repeated", "boilerplate", "join_lines"])
def test_a_step_that_is_off_leaves_its_work_undone(step: str) -> None:
    on = only("pool.txt", DUMP.encode())
    off = only("pool.txt", DUMP.encode(), off=frozenset({step}))
    assert any(s.step == step for s in on.steps)
    assert all(s.step != step for s in off.steps)
    assert off.text != on.text


def test_every_step_that_is_recorded_can_be_switched_off() -> None:
    names = {s.name for s in STEPS}
    for data, name in ((DUMP, "d.txt"), (BODY + "\n\nShare this article\n", "b.txt")):
        assert {s.step for s in only(name, data.encode()).steps} <= names


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings_are_detected(encoding: str) -> None:
    text = (
        "Die Ratsfrau sagte: „Es wird für alle größer, schöner und teurer.“ Das Café blieb geschlossen – wie überall."
    )
    assert only("a.txt", text.encode(encoding)).text == text


def test_line_ends_and_stray_characters_are_made_one_form() -> None:
    document = only("a.txt", "One sentence here.\r\n\r\nAnother\u0007 one\ufeff here.\r\n".encode())
    assert document.text == "One sentence here.\n\nAnother one here."
    assert any(s.step == "characters" for s in document.steps)


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=300))
def test_cleaning_never_fails_and_gives_canonical_text(text: str) -> None:
    try:
        documents = read_source("x.txt", text.encode("utf-8"), "plain")
    except BadInput:
        return
    for document in documents:
        assert "\r" not in document.text
        assert "\x00" not in document.text
        assert document.text == document.text.strip(" \t\n")
        for _zone, start, end in document.zones:
            assert 0 <= start < end <= len(document.text)


def test_tables_give_one_article_a_row() -> None:
    csv = (
        'title,text,date,source\n"Pool, closed","First line here.\nSecond line here.",2031-05-06,Brill News\n'
        ',"Just text.",,\n'
    )
    first, second = read_source("t.csv", csv.encode())
    assert first.meta.title == "Pool, closed"
    assert first.text.startswith("Pool, closed\n\nFirst line here.")
    assert (first.meta.published, first.meta.publisher) == ("2031-05-06", "Brill News")
    assert second.text == "Just text."
    lines = "\n".join(json.dumps(x) for x in ({"text": "A.", "title": "T"}, {"text": "B.", "author": "Ann"}))
    one, two = read_source("t.jsonl", lines.encode())
    assert one.meta.title == "T"
    assert two.meta.author == "Ann"


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("t.csv", b"a,b\n1,2\n", "text"),
        ("t.jsonl", b'{"text": "a"}\n{broken\n', "line 2"),
        ("t.jsonl", b'["a"]\n', "object"),
        ("t.pdf", b"%PDF-1.4 broken", "PDF"),
        ("t.docx", b"PK\x03\x04 broken", "Word|DOCX"),
        ("t.txt", b"   \n \n", "empty"),
        ("t.html", b"<html><body></body></html>", "no article|nothing"),
        ("t.bin", bytes(range(256)) * 20, "not a text file"),
    ],
)
def test_faulty_sources_are_refused_in_words(name: str, data: bytes, told: str) -> None:
    with pytest.raises(BadInput) as error:
        read_source(name, data)
    assert any(part in str(error.value) for part in told.split("|")), str(error.value)


def test_word_documents() -> None:
    file = io.BytesIO()
    document = Docx()
    document.add_heading("The pool is closed", 0)
    document.add_paragraph("The council voted on Monday.")
    document.add_paragraph("Nobody was surprised 🚢.")
    document.save(file)
    found = only("a.docx", file.getvalue())
    assert "The council voted on Monday.\n\nNobody was surprised 🚢." in found.text
    assert "The pool is closed" in found.text


def pdf(pages: list[list[str]]) -> bytes:
    """A PDF written by hand, one text line a string."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>"]
    kids = []
    for lines in pages:
        stream = "BT /F1 12 Tf 14 TL 72 760 Td " + " ".join(f"({line}) Tj T*" for line in lines) + " ET"
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {len(objects)} 0 R "
            "/Resources << /Font << /F1 3 0 R >> >> >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{o:010d} 00000 n \n" for o in offsets)
    start = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{table}"
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF"
    return out.encode("latin-1")


def test_pdf_pages_lose_their_running_heads_and_broken_lines() -> None:
    head = "Brill News, 6 May 2031"
    pages = [
        [head, "The council of Brill voted on Monday to close", "the swimming pool of the town.", "1"],
        [head, "Nobody in the hall was surprised by that, and", "nobody sang.", "2"],
        [head, "The mayor had swum there as a child.", "3"],
    ]
    document = only("a.pdf", pdf(pages))
    assert "to close the swimming pool of the town." in document.text
    assert head not in document.text


def test_duplicates_are_told_by_kind_and_never_dropped() -> None:
    long = " ".join(f"word{i} stands in place {i % 7} of sentence {i}." for i in range(60))
    changed = long.replace("word30", "other").replace("word45", "another")
    part = " ".join(long.split()[:120])
    found = find_duplicates([long, changed, part, "Something else entirely, of no likeness."], [("old", long)])
    kinds = {(d.new, d.kind) for d in found}
    assert (0, "exact") in kinds
    assert (1, "similar") in kinds
    assert (2, "contained") in kinds
    assert not any(d.new == 3 for d in found)
