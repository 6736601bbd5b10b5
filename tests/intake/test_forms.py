"""Forms of files: what is shown comes in, what is left out is a step, what is not known is refused with a remedy."""

from __future__ import annotations

import io
import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import BadInput
from annotator.intake import STEPS, CleanDocument, Notices, read_source
from annotator.intake.forms import stray
from annotator.intake.hyphens import Hyphens, joined_at
from tests.intake.documents import docx, p
from tests.shared import shared


def only(name: str, data: bytes, off: frozenset[str] = frozenset(), format: str = "auto") -> CleanDocument:
    (found,) = read_source(name, data, format, off)
    for step in found.steps:
        assert step.step in {s.name for s in STEPS}, "every step can be switched off"
        assert step.start < 0 or 0 <= step.start <= step.end <= len(found.raw_text)
    return found


def left_out(found: CleanDocument) -> set[str]:
    return {s.piece.strip() for s in found.steps if s.action == "removed"}


def crossed_out(found: CleanDocument) -> None:
    """What a step says it took out stands at its place in the raw text."""
    for step in found.steps:
        if step.action == "removed" and step.start >= 0:
            assert found.raw_text[step.start : step.end] == step.piece


RUN = "<w:r><w:t>{}</w:t></w:r>"


def test_a_word_document_is_read_as_if_all_changes_were_accepted() -> None:
    body = f"<w:p>{RUN.format('The toll will ')}<w:ins>{RUN.format('rise')}</w:ins>"
    body += "<w:del><w:r><w:delText>fall</w:delText></w:r></w:del>"
    body += f"<w:moveFrom>{RUN.format('was here')}</w:moveFrom><w:moveTo>{RUN.format(' soon')}</w:moveTo></w:p>"
    found = only("a.docx", docx(body))
    assert found.text == "The toll will rise soon"
    assert {"fall", "was here"} <= left_out(found)
    crossed_out(found)
    assert only("a.docx", docx(body), frozenset({"tracked_changes"})).text == "The toll will risefallwas here soon"


def test_a_deleted_paragraph_end_joins_two_paragraphs() -> None:
    first = f"<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>{RUN.format('The mayor ')}</w:p>"
    found = only("a.docx", docx(first + p("left.")))
    assert found.text == "The mayor left."
    assert any(s.action == "joined" for s in found.steps)


def test_controls_fields_boxes_and_cells_are_part_of_a_word_document() -> None:
    inline = f"<w:p>{RUN.format('By ')}<w:sdt><w:sdtContent>{RUN.format('Olsen')}</w:sdtContent></w:sdt>"
    inline += f"<w:smartTag>{RUN.format(' of Tarn')}</w:smartTag>"
    inline += "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>HYPERLINK x</w:instrText></w:r>"
    inline += f"<w:r><w:fldChar w:fldCharType='separate'/></w:r>{RUN.format(' today')}"
    inline += "<w:r><w:fldChar w:fldCharType='end'/></w:r></w:p>"
    box = f"<w:txbxContent>{p('In the box.')}</w:txbxContent>"
    drawn = f"<w:p><w:r><mc:AlternateContent><mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
    drawn += f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    cells = f"<w:tbl><w:tr><w:tc>{p('left')}</w:tc><w:tc>{p('right')}</w:tc></w:tr></w:tbl>"
    found = only("a.docx", docx(inline + drawn + cells))
    assert found.text.split("\n\n") == ["By Olsen of Tarn today", "In the box.", "left", "right"]


def test_hidden_text_notes_and_heads_of_a_word_document_are_left_out_and_told() -> None:
    body = f"<w:p>{RUN.format('Seen.')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>Unseen.</w:t></w:r>"
    body += "<w:r><w:footnoteReference w:id='2'/></w:r></w:p>"
    parts = {
        "footnotes": f"<w:footnote w:type='separator' w:id='0'>{p('')}</w:footnote>"
        f"<w:footnote w:id='2'>{p('The note.')}</w:footnote>",
        "header": p("The Tarn Ledger"),
        "comments": f"<w:comment>{p('Check this.')}</w:comment>",
    }
    found = only("a.docx", docx(body, parts))
    assert found.text == "Seen."
    assert {"Unseen.", "The note.", "The Tarn Ledger", "Check this."} <= left_out(found)
    crossed_out(found)
    assert only("a.docx", docx(body, parts), frozenset({"notes"})).text == "Seen.\n\nThe note."
    assert only("a.docx", docx(body, parts), frozenset({"hidden_text"})).text == "Seen.Unseen."


def test_a_title_in_the_properties_counts_only_where_it_stands_on_the_page() -> None:
    core = "<dc:title>{}</dc:title><dc:creator>Ilsa Brandt</dc:creator>"
    text = p("Harbour plan") + p("The minister spoke.")
    on_page = only("a.docx", docx(text, core=core.format("Harbour plan")))
    assert (on_page.meta.title, on_page.text) == ("Harbour plan", "Harbour plan\n\nThe minister spoke.")
    elsewhere = only("a.docx", docx(text, core=core.format("Microsoft Word - draft7.docx")))
    assert elsewhere.meta.title is None
    assert "draft7" not in elsewhere.text
    assert on_page.meta.author == "Ilsa Brandt"


def printed(draw: Callable[..., None], pages: int = 1, title: str = "", author: str = "", password: str = "") -> bytes:
    pytest.importorskip("reportlab")
    from reportlab.lib.pdfencrypt import StandardEncryption
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    lock = StandardEncryption(password, "owner", canCopy=0) if password or title == "no copying" else None
    canvas = Canvas(out, encrypt=lock)
    canvas.setTitle(title or "untitled")
    canvas.setAuthor(author or "anonymous")
    for number in range(1, pages + 1):
        draw(canvas, number)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def lines(canvas: object, x: int, y: int, texts: list[str], size: int = 10) -> None:
    canvas.setFont("Helvetica", size)  # type: ignore[attr-defined]
    for n, text in enumerate(texts):
        canvas.drawString(x, y - n * 13, text)  # type: ignore[attr-defined]


def test_columns_are_read_one_after_the_other_under_their_headline() -> None:
    left = [f"Left column line number {n} goes on and on" for n in range(1, 9)]
    right = [f"Right column line number {n} goes on and on" for n in range(1, 9)]

    def page(canvas: object, _number: int) -> None:
        lines(canvas, 60, 780, ["A headline over both of the columns of this page"], 20)
        lines(canvas, 60, 740, left)
        lines(canvas, 320, 740, right)

    found = only("a.pdf", printed(page))
    assert found.meta.title == "A headline over both of the columns of this page"
    body = " ".join(found.text.split())
    places = [body.index(line) for line in (*left, *right)]
    assert places == sorted(places)


def test_sentences_go_on_over_pages_without_running_heads_and_numbers() -> None:
    first = ["The minister said on Monday that the harbour will be", "deepened, although the fishers fear that the"]
    second = ["eels would die in the new basin.", "", "Mayor Olsen welcomed the plan."]

    def page(canvas: object, number: int) -> None:
        lines(canvas, 60, 815, ["THE TARN LEDGER"], 8)
        lines(canvas, 60, 740, first if number == 1 else second)
        lines(canvas, 60, 30, [f"ledger.example/1   {number}"], 8)

    found = only("a.pdf", printed(page, pages=2))
    assert found.text.split("\n\n") == [
        "The minister said on Monday that the harbour will be deepened, although the fishers fear that the eels would "
        "die in the new basin.",
        "Mayor Olsen welcomed the plan.",
    ]
    assert {"THE TARN LEDGER", "ledger.example/1   1", "ledger.example/1   2"} <= left_out(found)
    assert found.meta.title is None
    assert found.meta.author is None
    crossed_out(found)


def test_a_pdf_that_only_forbids_copying_is_read_and_a_locked_one_refused() -> None:
    def page(canvas: object, _number: int) -> None:
        lines(canvas, 60, 740, ["The minister spoke."])

    assert only("a.pdf", printed(page, title="no copying")).text == "The minister spoke."
    with pytest.raises(BadInput, match="password"):
        read_source("a.pdf", printed(page, password="secret"))


@pytest.mark.parametrize(
    ("before", "after", "joined"),
    [
        ("the well-", "known port", "the well-known port"),
        ("the Russian-", "American port", "the Russian-American port"),
        ("in 2025-", "26 it", "in 2025-26 it"),
        ("St. Peters-", "burg was", "St. Petersburg was"),
        ("an EU-", "weit rule", "an EU-weit rule"),
        ("die Vor-", "und Nachteile", "die Vor- und Nachteile"),
        ("die Hafen-", "behörde sagte", "die Hafenbehörde sagte"),
        ("город Санкт-", "Петербург", "город Санкт-Петербург"),
        ("в прави-", "тельстве", "в правительстве"),
        ("η κυβέρ-", "νηση", "η κυβέρνηση"),
        ("the HAR-", "BOUR TIMES", "the HARBOUR TIMES"),
        ("the dif\u00ad", "ference", "the difference"),
        ("an e-", "mail", "an e-mail"),
    ],
)
def test_hyphens_of_words_stay_and_those_of_lines_go(before: str, after: str, joined: str) -> None:
    hyphens = Hyphens([before, after, "the port of the town and the mayor"] if before[0] in "tai" else [before, after])
    choice = hyphens.choice(before, after)
    assert choice is not None
    assert joined_at(before, after, choice) == joined


@given(st.text("abcdefghijк", min_size=2, max_size=9), st.text("abcdefghijк", min_size=3, max_size=9))
def test_a_word_that_the_document_writes_elsewhere_is_joined_as_it_is_written_there(one: str, two: str) -> None:
    for elsewhere, choice in ((f"{one}-{two}", "keep"), (f"{one}{two}", "close")):
        assert Hyphens([f"x {elsewhere} y"]).choice(f"x {one}-", f"{two} z") in (choice, "space")


def test_rich_text_keeps_letters_of_every_alphabet_and_tells_what_it_leaves_out() -> None:
    rtf = (
        rb"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 Arial;}{\f1\fcharset204 Arial;}}{\info{\title Draft 3}"
        rb"{\author Ilsa Brandt}}{\header The Tarn Ledger}\f0 Caf\'e9 \u8222?Tarn\u8220? {\b bold} \f1 \'cf\'f0\f0 "
        rb"{\v secret }{\deleted gone }{\footnote the note}\emdash end\par "
        rb"{\field{\*\fldinst HYPERLINK x}{\fldrslt here}}"
        rb"\par\trowd\intbl one\cell two\cell\row\pard {\*\unknown words}\u55357?\u56994? ship}"
    )
    found = only("a.rtf", rtf)
    assert found.text.split("\n\n") == ["Café „Tarn“ bold Пр—end", "here", "one", "two", "🚢 ship"]
    assert {"The Tarn Ledger", "secret", "gone", "the note"} <= left_out(found)
    assert found.meta.title is None
    crossed_out(found)


def test_a_saved_page_and_a_mail_are_read_by_their_part_and_the_rest_is_told() -> None:
    head = b"From: <Saved by a browser>\r\nSnapshot-Content-Location: https://n.example/1\r\nSubject: Harbour plan\r\n"
    head += b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n--B\r\n'
    page = b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    page += b"Content-Location: https://n.example/1\r\n\r\n<html><body><article><h1>Harbour plan</h1><p>The minister "
    page += b"said that the harbour will be deepened =E2=80=94 soon.</p><p>The fishers disagreed, as they always =\r\n"
    page += b"had.</p></article></body></html>\r\n--B\r\n"
    page += b"Content-Type: image/png\r\nContent-Location: x.png\r\n\r\n0\r\n--B--"
    found = only("a.mhtml", head + page)
    assert found.text.startswith("Harbour plan\n\nThe minister said that the harbour will be deepened — soon.")
    assert found.text.count("Harbour plan") == 1
    assert found.meta.url == "https://n.example/1"
    assert any("x.png" in piece for piece in left_out(found))
    mail = "From: =?utf-8?q?J=C3=BCrgen?= <j@n.example>\nTo: a@b.example\nSubject: =?utf-8?q?Der_Hafen?=\n"
    mail += "Date: Thu, 12 Mar 2031 10:00:00 +0100\nContent-Type: text/plain; charset=iso-8859-1; format=flowed\n"
    mail += "Content-Transfer-Encoding: 8bit\n\nDie Ministerin sagte, \ndass der Hafen vertieft wird.\n\nMüßig.\n"
    letter = only("a.eml", mail.encode("iso-8859-1"))
    assert letter.text == "Der Hafen\n\nDie Ministerin sagte, dass der Hafen vertieft wird.\n\nMüßig."
    assert (letter.meta.author, letter.meta.published) == ("Jürgen", "2031-03-12")


def test_markdown_loses_its_marks_and_keeps_its_words() -> None:
    text = "---\ntitle: Harbour plan\ndate: 2031-03-12\nauthor: Ilsa\n---\n# Harbour plan\n\nThe **minister** [spoke]"
    text += "(https://n.example/x).\nHe left.\n\n- one\n- two\n\n> A quote.\n\n![a ship](s.png)\n\n<div>raw</div>\n"
    found = only("a.md", text.encode())
    assert found.text.split("\n\n") == ["Harbour plan", "The minister spoke. He left.", "one", "two", "A quote."]
    assert (found.meta.published, found.meta.author) == ("2031-03-12", "Ilsa")
    assert any("https://n.example/x" in piece for piece in left_out(found))
    assert any("a ship" in piece for piece in left_out(found))
    crossed_out(found)


TEI = """<?xml version="1.0"?><TEI xmlns="http://www.tei-c.org/ns/1.0"><teiHeader><fileDesc><titleStmt><title>The plan
</title><author>Ilsa</author></titleStmt><sourceDesc><bibl><title level="j">Ledger</title>
<date when="2031-03-12"/></bibl>
</sourceDesc></fileDesc></teiHeader><text><body><head>The plan</head>
<p>The mini<lb break="no"/>ster
<choice><sic>sayd</sic>
<corr>said</corr></choice> so.<note>Page 3.</note></p><pb n="2"/><p>Then<lb/>he left.</p></body></text></TEI>"""


def test_tei_is_read_and_other_xml_refused() -> None:
    found = only("a.xml", TEI.encode())
    assert found.text == "The plan\n\nThe minister said so.\n\nThen he left."
    assert (found.meta.author, found.meta.published, found.meta.publisher) == ("Ilsa", "2031-03-12", "Ledger")
    assert {"Page 3.", "sayd"} <= left_out(found)
    with pytest.raises(BadInput, match=r"rss.*TEI"):
        read_source("a.xml", b"<rss><channel><item/></channel></rss>")
    bomb = b'<!DOCTYPE a [<!ENTITY b "x">]><TEI><text><body><p>&b;</p></body></text></TEI>'
    with pytest.raises(BadInput):
        read_source("a.xml", bomb)


def test_subtitles_become_running_text() -> None:
    srt = "1\n00:00:01,000 --> 00:00:03,000\n"
    srt += "<i>The minister</i>\nsaid that\n\n2\n"
    srt += "00:00:03,100 --> 00:00:05,000\nthe port grows.\n"
    srt += "\n3\n00:00:15,000 --> 00:00:17,000\n- 7\n- Nobody asked.\n"
    found = only("a.srt", srt.encode())
    assert found.text.split("\n\n") == ["The minister said that the port grows.", "- 7", "- Nobody asked."]
    assert "00:00:01,000 --> 00:00:03,000" in left_out(found)
    crossed_out(found)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0 old", "DOCX"),
        ("a.odt", b"PK\x03\x04", "DOCX"),
        ("a.odt", b"words", "DOCX"),
        ("a.xlsx", b"PK", "CSV"),
        ("a.epub", b"PKx", "HTML or DOCX"),
        ("a.tex", b"\\section{A} words", "TXT"),
        ("a.txt", b"\\documentclass{article} \\begin{document} words", "TXT"),
        ("a.png", b"\x89PNG", "text recognition"),
        ("a.foo", b"some words of a form that nobody knows", "--format plain"),
        ("a.rtf", b"no rtf at all", "RTF"),
        ("a.json", b'"words"', "array"),
        ("a.json", b"{broken", "JSON"),
    ],
)
def test_a_form_that_is_not_known_is_refused_with_what_to_do(name: str, data: bytes, told: str) -> None:
    with pytest.raises(BadInput) as error:
        read_source(name, data)
    assert told in str(error.value)
    assert error.value.remedy


def test_a_file_called_text_is_read_as_what_it_is() -> None:
    assert only("a.txt", TEI.encode()).format == "tei"
    assert only("a.txt", b"{\\rtf1 The minister spoke.}").text == "The minister spoke."
    assert only("Ledger_12.03.2031", b"The minister spoke.").format == "plain"
    (row,) = read_source("a.txt", b'{"text": "The minister spoke.", "title": "T"}\n')
    assert row.meta.title == "T"


def test_files_that_lie_about_are_known() -> None:
    for name in ("Thumbs.db", "desktop.ini", ".DS_Store", "page.url", "x.lnk", "~$a.docx", "logo.png", "style.css"):
        assert stray(name), name
    for name in ("a.txt", "a.docx", "url.html"):
        assert not stray(name), name


def test_arrays_and_single_objects_of_json_are_articles() -> None:
    rows = [{"headline": "One", "maintext": "A.", "date_publish": "2031-03-12 10:00:00", "authors": ["Ann", "Ben"]},
            {"headline": "Two", "maintext": "B.", "source_domain": "n.example"}]  # fmt: skip
    for data in (json.dumps(rows), json.dumps({"articles": rows})):
        one, two = read_source("a.json", data.encode())
        assert (one.meta.title, one.meta.published, one.meta.author) == ("One", "2031-03-12", "Ann, Ben")
        assert two.meta.publisher == "n.example"
    (alone,) = read_source("a.json", json.dumps(rows[0]).encode())
    assert alone.source == "a.json"


def test_files_of_the_cases_come_in() -> None:
    folder = shared("cases/files")
    notices = Notices()
    texts = {
        f.name: read_source(f.name, f.read_bytes(), notices=notices)[0].text
        for f in sorted(folder.iterdir())
        if f.suffix in (".docx", ".pdf", ".rtf", ".mht", ".xml", ".srt")
    }
    assert "well-known Russian-American port of St. Petersburg and the 2025-26 season" in texts["hyphen.pdf"]
    assert texts["article.rtf"] == "The minister said harbour café.\n\nSecond."
    assert "fear that the eels would die" in texts["across.pdf"]
    assert not set("\t\ufb01\ufb00\u00ad") & set("".join(texts.values()))
