"""Downloads of press databases: files of many articles, split into them with what the database says of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from annotator.intake.blocks import Gathering
from annotator.intake.model import Draft
from annotator.intake.notices import Notices
from annotator.intake.press import europresse, factiva, nexis, numbered

NAMES = ("nexis", "factiva", "europresse")
Split = Iterator[tuple[Draft, str]]
"""(article, its part of the raw text)."""
Reader = Callable[[Gathering, frozenset[str], Notices, str], Split]


def database_of(found: Gathering) -> str | None:
    """Which database a document of paragraphs was downloaded from; None where it is none."""
    for name, module in (("nexis", nexis), ("factiva", factiva), ("numbered", numbered)):
        if module.is_download(found):
            return name
    return None


def split(name: str, found: Gathering, off: frozenset[str], notices: Notices, source: str) -> Split:
    """The articles of a download; raises BadInput where there is none in it."""
    if name == "nexis" and not nexis.is_download(found) and numbered.is_download(found):
        name = "numbered"
    readers: dict[str, Reader] = {
        "nexis": nexis.articles,
        "factiva": factiva.articles,
        "numbered": numbered.articles,
        "europresse": europresse.articles,
    }
    return readers[name](found, off, notices, source)


def page_database(text: str) -> str | None:
    """Which database a saved page comes from, seen from its markup."""
    if "DocPublicationName" in text and ("titreArticleVisu" in text or "TitreArticleVisu" in text):
        return "europresse"
    if "articleParagraph" in text and ('class="article ' in text or "class='article " in text):
        return "factiva"
    if numbered.in_page(text):
        return "numbered"
    return None
