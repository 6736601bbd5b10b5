"""Downloads of press databases come apart into their articles, each with what the database says of it."""

from __future__ import annotations

import pytest

from annotator.domain.errors import BadInput
from annotator.intake import Notices, read_source
from tests.intake.documents import (
    ARTICLES,
    docx,
    europresse_page,
    factiva_page,
    factiva_rtf,
    nexis_docx,
    nexis_rtf,
    numbered_text,
    p,
)

DOWNLOADS = {
    "nexis.DOCX": (nexis_docx, ("2031-03-12", "2031-03-13")),
    "nexis.rtf": (nexis_rtf, ("2031-03-12", "2031-03-13")),
    "Factiva.rtf": (factiva_rtf, ("2031-03-12", "2031-03-13")),
    "Factiva.htm": (factiva_page, ("2031-03-12", "2031-03-13")),
    "europresse.HTML": (europresse_page, ("2031-03-11", "2031-03-12")),
    "lexis.txt": (numbered_text, ("2031-03-12", "2031-03-13")),
}


@pytest.mark.parametrize("name", sorted(DOWNLOADS))
def test_each_article_of_a_download_comes_with_its_facts(name: str) -> None:
    make, days = DOWNLOADS[name]
    notices = Notices()
    found = read_source(name, make(), notices=notices)
    assert [*notices.told(), *notices.refused()] == []
    assert len(found) == 2
    for document, (title, outlet, _, author, section, text), day in zip(found, ARTICLES, days, strict=True):
        meta = document.meta
        assert document.text == f"{title}\n\n" + text.replace("\n", "\n\n")
        assert (meta.title, meta.publisher, meta.published) == (title, outlet, day)
        assert meta.author == (author or None)
        assert (meta.section or "").startswith(section.split(",")[0])
        if "europresse" not in name:
            assert meta.words == 14
        assert document.raw_text.strip()
        for step in document.steps:
            if step.action == "removed" and step.step == "press_data":
                assert " ".join(document.raw_text[step.start : step.end].split()) == " ".join(step.piece.split())


def test_all_lines_of_an_article_are_kept_or_told() -> None:
    for name, (make, _) in DOWNLOADS.items():
        for document in read_source(name, make()):
            words = set(document.raw_text.split())
            told = {w for s in document.steps for w in s.piece.split()} | set(document.text.split())
            assert words <= told, (name, words - told)


def test_an_article_without_text_is_told_and_the_others_come() -> None:
    body = p("Only a picture", mark="Bookmark_1") + p("Ledger") + p("March 1, 2031") + p("Length: 0 words") + p("Body")
    body += p("Graphic") + p("a photo") + p("End of Document")
    body += p("A title", mark="Bookmark_2") + p("Ledger") + p("March 2, 2031") + p("Length: 2 words") + p("Body")
    body += p("Some words.") + p("End of Document")
    notices = Notices()
    (found,) = read_source("a.docx", docx(p("Documents (3)") + body), notices=notices)
    assert found.text == "A title\n\nSome words."
    assert ["Only a picture" in str(n["where"]) for n in notices.refused()] == [True]
    assert any("promises 3" in str(n["what"]) for n in notices.told())


def test_a_document_that_is_no_download_is_refused_where_one_was_asked_for() -> None:
    with pytest.raises(BadInput, match="no article of Nexis"):
        read_source("a.docx", docx(p("The minister spoke.")), "nexis")
    assert read_source("a.docx", docx(p("End of Document is a film.") + p("He spoke.")))[0].format == "docx"
