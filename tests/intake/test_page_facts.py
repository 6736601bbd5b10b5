"""What a page says about itself is read from wherever it says it, and nothing is made up."""

from __future__ import annotations

import pytest

from annotator.intake.bylines import byline, names_in
from annotator.intake.dates import moment_of, written_day, written_days
from tests.intake.pages import STORY, page, read

ARTICLE = f"<article><h1>Eelmouth dredges its channel</h1>{STORY}</article>"
LINKED = '<script type="application/ld+json">{}</script>'


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ('<meta property="article:published_time" content="2024-03-05T08:00:00+01:00">', ARTICLE),
        ('<meta name="date" content="2024-03-05">', ARTICLE),
        ('<meta name="DC.date.issued" content="2024-03-05">', ARTICLE),
        ('<meta name="parsely-pub-date" content="2024-03-05T07:00:00Z">', ARTICLE),
        ('<meta itemprop="datePublished" content="2024-03-05T08:00:00+01:00">', ARTICLE),
        ('<meta name="pubdate" content="Tue, 05 Mar 2024 08:00:00 GMT">', ARTICLE),
        (LINKED.format('{"@type": "WebPage", "datePublished": "2024-03-05T08:00:00+01:00"}'), ARTICLE),
        (LINKED.format('{"@graph": [{"@type": "Person"}, {"@type": ["NewsArticle"], "datePublished": "2024-03-05"}]}'),
         ARTICLE),
        (LINKED.format('<!-- {"@type": "Report", "datePublished": "2024-03-05",} -->'), ARTICLE),
        ("", f"<header><time datetime='2024-03-05T08:00:00Z'>5 March</time></header>{ARTICLE}"),
        ("", ARTICLE.replace("</h1>", "</h1><p class=date>Tuesday, 5 March 2024, 8:00</p>")),
        ("", ARTICLE.replace("</h1>", "</h1><span itemprop='datePublished'>March 5th, 2024</span>")),
        ("", f"<p>Posted by the harbour desk on 2024-03-05, all posts of the desk and more here</p>{ARTICLE}"),
        ('<link rel="canonical" href="https://courier.example/2024/03/05/channel">', ARTICLE),
    ],
)  # fmt: skip
def test_the_day_of_publication_is_found(head: str, body: str) -> None:
    assert read(page(body, head)).meta.published == "2024-03-05"


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", ARTICLE),
        ('<meta name="last-modified" content="2024-03-09">', ARTICLE),
        (LINKED.format('{"@type": "NewsArticle", "dateModified": "2024-03-09"}'), ARTICLE),
        ("", ARTICLE.replace("</h1>", "</h1><p class=date>Updated 9 March 2024</p>")),
        ("", f"{ARTICLE}<aside><time datetime='2024-03-09'>9 March</time></aside>"),
        (LINKED.format('{"@type": "Comment", "datePublished": "2024-03-09"}'), ARTICLE),
        ("", f"{ARTICLE}<footer>© 2009-2024, since 9 March 1871</footer>"),
        ('<meta name="date" content="soon">', ARTICLE.replace("</h1>", "</h1><p class=date>05/03/2024</p>")),
    ],
)
def test_no_day_is_made_up(head: str, body: str) -> None:
    assert read(page(body, head)).meta.published is None


def test_publication_and_change_stay_apart() -> None:
    both = '{"@type": "NewsArticle", "datePublished": "2024-03-05T08:00+01:00", "dateModified": "2024-03-09T09:00Z"}'
    meta = read(page(ARTICLE, LINKED.format(both))).meta
    assert (meta.published, meta.published_at) == ("2024-03-05", "2024-03-05T08:00:00+01:00")
    assert meta.changed == "2024-03-09T09:00:00+00:00"
    line = ARTICLE.replace("</h1>", "</h1><p class=date>5 March 2024 | Updated: 9 March 2024</p>")
    assert read(page(line)).meta.published == "2024-03-05"


@pytest.mark.parametrize(
    ("title", "head", "heading"),
    [
        ("Eelmouth dredges its channel | Eelmouth Courier", "", "Eelmouth dredges its channel"),
        ("Eelmouth dredges its channel - Sea - Eelmouth Courier", "", "Eelmouth dredges its channel"),
        ("Courier: Eelmouth dredges its channel", '<meta property="og:site_name" content="Courier">', ""),
        ("Eelmouth dredges its channel – Courier", '<link rel="canonical" href="https://www.courier.example/1">', ""),
        ("Home", '<meta property="og:title" content="Eelmouth dredges its channel">', "Courier"),
    ],
)  # fmt: skip
def test_the_title_is_without_the_outlet(title: str, head: str, heading: str) -> None:
    body = f"<h1 hidden>x</h1>{f'<h1>{heading}</h1>' if heading else ''}{STORY}"
    assert read(page(body, head, title.replace(": ", " : "))).meta.title == "Eelmouth dredges its channel"


def test_a_dash_within_a_title_stays() -> None:
    assert read(page(STORY, title="The harbour - a history")).meta.title == "The harbour - a history"


@pytest.mark.parametrize(
    ("head", "body", "authors"),
    [
        ('<meta name="author" content="Ann Orrel">', "", "Ann Orrel"),
        ('<meta name="author" content="Ann Orrel"><meta name="author" content="Bo Lind">', "", "Ann Orrel; Bo Lind"),
        ('<meta name="byl" content="By Ann Orrel and Bo Lind">', "", "Ann Orrel; Bo Lind"),
        (LINKED.format('{"@type": "NewsArticle", "author": [{"name": "Ann Orrel"}, {"name": "Bo Lind"}]}'), "",
         "Ann Orrel; Bo Lind"),
        (LINKED.format('[{"@type": "Article", "author": {"@id": "#a"}}, {"@id": "#a", "name": "Ann Orrel"}]'), "",
         "Ann Orrel"),
        ("", '<p class="byline">By <a rel="author" href="/ann">Ann Orrel</a></p>', "Ann Orrel"),
        ("", "<p>Von Änne Örrel</p>", "Änne Örrel"),
        ("", '<div class="author-name">Ann Orrel</div>', "Ann Orrel"),
        ('<meta property="article:author" content="https://pages.example/ann">', "", None),
        ('<meta name="author" content="admin">', "", None),
        ('<meta name="author" content="Courier"><meta property="og:site_name" content="Courier">', "", None),
        ("", "<p>By the harbour, nobody slept.</p>", None),
    ],
)  # fmt: skip
def test_authors_are_found_and_are_no_text(head: str, body: str, authors: str | None) -> None:
    document = read(page(ARTICLE.replace("</h1>", f"</h1>{body}"), head))
    assert document.meta.author == authors
    if authors:
        assert "Orrel" not in document.text.replace("Örrel", "Orrel")


def test_outlet_address_and_language_are_read() -> None:
    linked = '{"@type": "NewsArticle", "publisher": {"@type": "Organization", "name": "Courier"}, "inLanguage": "de"}'
    meta = read(page(ARTICLE, LINKED.format(linked))).meta
    assert (meta.publisher, meta.language) == ("Courier", "de")
    assert read(page(ARTICLE, attributes='lang="en-GB"')).meta.language == "en-GB"
    saved = "<!-- saved from url=(0028)https://courier.example/1 -->\n"
    assert read(saved + page(ARTICLE)).meta.url == "https://courier.example/1"
    assert read(page(ARTICLE)).meta.publisher is None


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("5 March 2024, 8:00", None), ("March 5th, 2024", "en"), ("Tues., Mar. 5, 2024", "en"), ("5-Mar-2024", None),
        ("5. März 2024", "de"), ("Dienstag, 05.03.2024", None), ("5 de marzo de 2024", "es"), ("5 mars 2024", "fr"),
        ("5 марта 2024 г.", "ru"), ("5 marca 2024", "pl"), ("2024年3月5日", "ja"), ("2024년 3월 5일", "ko"),
        ("٥ مارس ٢٠٢٤", "ar"), ("5 มีนาคม 2567", "th"), ("2024. március 5.", "hu"), ("03/05/2024", "en-US"),
        ("05/03/2024", "en-GB"), ("05/03/2024", "fr"), ("2024/3/5", None), ("5 Mart 2024", "tr"),
    ],
)  # fmt: skip
def test_days_are_read_as_people_write_them(text: str, language: str | None) -> None:
    assert written_day(text, language) == "2024-03-05"


def test_a_day_that_may_be_two_is_none() -> None:
    assert written_day("05/03/2024") is None
    assert written_day("05/03/2024", "en") is None
    assert written_day("30 February 2024") is None
    assert written_day("5 listopad 2024") is None, "November in Czech and Polish, October in Croatian"
    assert written_days("5 March 2024 to 7 March 2024") == ["2024-03-05", "2024-03-07"]


@pytest.mark.parametrize("text", ["", "12", "2024", "10 things", "March", "99999999", "2024-13-45", "20240399"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert moment_of(text) is None


def test_names_are_parted_and_addresses_are_none() -> None:
    assert names_in(["By Ann Orrel, Bo Lind & Cy Marsh", "ann@courier.example"]) == ("Ann Orrel", "Bo Lind", "Cy Marsh")
    assert names_in(["Orrel, Ann"]) == ("Orrel, Ann",)
    assert byline("By Ann Orrel, staff writer") == ("Ann Orrel",)
    assert byline("By and large, it went well") == ()
