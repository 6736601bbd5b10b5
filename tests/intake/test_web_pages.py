"""The article of a saved page is kept whole, and every other word of the page is told with its place."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import BadInput
from annotator.intake import read_source
from tests.intake.pages import MENU, PARAGRAPHS, STORY, WHOLE, body_of, page, read


@pytest.mark.parametrize(
    "opening",
    [
        '<div class="content-with-sidebar-wrp">',
        '<div class="box article modal-enabled">',
        '<div id="wrapper" class="margin_top ad_body">',
        '<div class="post has-comments-open">',
        "<aside>",
        '<form id="aspnetForm">',
        '<div style="visibility:hidden">',
        '<table><tr><td class="menu-right">',
        "<center><font>",
        "<main>",
    ],
)
def test_the_name_of_a_box_takes_no_article_away(opening: str) -> None:
    closing = "".join(f"</{tag}>" for tag in reversed(re.findall(r"<(\w+)", opening)))
    document = read(
        page(f"<div>{MENU}</div>{opening}<h1>Eelmouth dredges its channel</h1>{STORY}{closing}<p>Imprint</p>")
    )
    assert body_of(document) == WHOLE


def test_paragraphs_that_each_stand_in_a_box_with_an_unlucky_name_are_the_article() -> None:
    boxes = "".join(f'<div class="ad-text"><p>{p}</p></div>' for p in PARAGRAPHS)
    assert body_of(read(page(f"{MENU}<div>{boxes}</div>"))) == WHOLE


@pytest.mark.parametrize(
    "beside",
    [
        f"<nav>{MENU}</nav>",
        f'<div class="top">{MENU}</div>',
        '<div class="more"><article><h3>Lantern parade moves</h3><p>The lantern parade will not pass the harbour this '
        "year, the organisers said on Monday, and gave the dredging as the reason for it.</p></article></div>",
        '<div class="rail"><h4>Latest</h4><ul><li><a href="/a">Lantern parade moves to the park</a></li></ul></div>',
        '<div id="comments"><p>I have fished there all my life and I do not believe one word of this, sorry.</p>'
        "<p>They said the same about the bridge, and where is the bridge now, I would like to know.</p></div>",
        "<div><p>Advertisement</p></div><footer><p>© Eelmouth Courier. All rights reserved by the owners.</p></footer>",
        '<div class="author-bio"><p>Ann Orrel writes about the sea for this newspaper and lives in Eelmouth.</p></div>',
        "<p hidden>A paragraph that no reader ever saw on the page, though it has a full stop.</p>",
        '<p style="display: none">A paragraph that no reader ever saw on the page, though it has a full stop.</p>',
        "<noscript><p>Please switch scripts on to read everything that we have to say to you here.</p></noscript>",
        "<figure><img src=x><figcaption>The channel of Eelmouth at low tide, from the bridge.</figcaption></figure>",
        "<script>var words = '<p>Words of a script are no words of the page, whatever they say.</p>';</script>",
        "<select><option>Choose your county from this long list of counties, please.</option></select>",
    ],
)
def test_what_stands_beside_the_article_is_left_out_and_told(beside: str) -> None:
    for html in (page(f"<div>{STORY}</div>{beside}"), page(f"{beside}<div><h1>A heading</h1>{STORY}</div>")):
        document = read(html)
        assert body_of(document) == WHOLE
        told = " ".join(s.piece for s in document.steps)
        visible = re.sub(r"<script.*?</script>", " ", beside)
        for word in re.findall(r"\w{4,}", re.sub(r"<[^>]*>", " ", visible)):
            assert word in told
        assert "var words" not in told


def test_a_comment_thread_longer_than_the_article_is_not_the_article() -> None:
    thread = "".join(
        f"<div class='comment'><p>{p} I have lived at the quay for {n} years, no less.</p></div>"
        for n, p in enumerate(PARAGRAPHS * 5)
    )
    document = read(page(f"<article>{STORY}</article><section class='comments'>{thread}</section>"))
    assert body_of(document) == WHOLE


def test_line_breaks_in_pairs_are_paragraphs_and_single_ones_are_spaces() -> None:
    html = page(
        "<div id=content><h1>Harbour</h1>The minister said on Monday<br>that the harbour will be deepened.<br><br>"
        "The fishers disagreed and said that the eels would die.<br /> <br>Mayor Olsen welcomed the plan.</div>"
    )
    assert body_of(read(html)).split("\n\n") == [
        "The minister said on Monday that the harbour will be deepened.",
        "The fishers disagreed and said that the eels would die.",
        "Mayor Olsen welcomed the plan.",
    ]


def test_what_is_in_a_paragraph_stays_one_word() -> None:
    html = page(
        "<article><p>The mini<b>ster</b> said that the har&shy;bo\u00adur is 12&nbsp;km<sup>2</sup> wide"
        "<sup><a href='#f1'>[1]</a></sup> and H<sub>2</sub>O levels rise<span>s</span>, in the 19<sup>th</sup> year "
        "of wait<wbr>ing.</p>"
        f"{STORY}</article>"
    )
    document = read(html)
    first = body_of(document).split("\n\n")[0]
    assert first == (
        "The minister said that the harbour is 12\u00a0km² wide and H2O levels rises, in the 19th year of waiting."
    )
    told = [(s.step, s.piece) for s in document.steps]
    assert ("page_data", "[1]") in told
    assert [step for step, _piece in told].count("characters") == 2


def test_lists_tables_and_preformatted_lines_stay() -> None:
    html = page(
        f"<article><h1>Vote</h1>{STORY}<h2>The count</h2><ul><li>First the plan, which costs money</li>"
        "<li>Then the quay, which costs more</li></ul><table><caption>Votes</caption><tr><th>For</th><td>12</td></tr>"
        "<tr><th>Against</th><td>3</td></tr></table><pre>line one\n   line two</pre><p>So it ended.</p></article>"
    )
    kept = body_of(read(html)).removeprefix(WHOLE).strip().split("\n\n")
    assert kept == [
        "The count",
        "First the plan, which costs money",
        "Then the quay, which costs more",
        "Votes",
        "For | 12",
        "Against | 3",
        "line one\n   line two",
        "So it ended.",
    ]


def test_a_pull_quote_is_told_and_a_quotation_stays() -> None:
    pulled = "<blockquote class=pull-quote><p>We have waited nine years for this</p></blockquote>"
    quoted = (
        "<blockquote><p>We will not yield, said a letter that nobody had read before that evening.</p></blockquote>"
    )
    document = read(page(f"<article>{STORY}{pulled}{quoted}<p>{PARAGRAPHS[3][:-1]}, it hopes.</p></article>"))
    assert "We will not yield" in document.text
    assert document.text.count("waited nine years") == 1
    assert any(s.step == "repeated" and "nine years" in s.piece for s in document.steps)


def test_the_posts_of_a_live_page_stay_together() -> None:
    posts = "".join(
        f"<article><time>1{n}:00</time><h3>Hour {n}</h3><p>{p}</p><p>Hour {n} ended without a vote.</p></article>"
        for n, p in enumerate(PARAGRAPHS)
    )
    text = read(page(f"<main><h1>The vote as it happens</h1>{posts}</main>{MENU}")).text
    assert all(p in text for p in PARAGRAPHS)
    assert all(f"Hour {n} ended" in text for n in range(4))


def test_what_follows_a_line_like_related_is_no_part_of_the_article_but_the_article_may_go_on() -> None:
    related = "<h3>Related</h3><p><a href='/x'>Lantern parade moves to the park this year</a></p>"
    halves = STORY.split("\n")
    html = page(f"<article>{''.join(halves[:2])}{related}{''.join(halves[2:])}{related}</article>")
    assert body_of(read(html)) == WHOLE


def test_every_word_of_the_page_is_kept_or_told_at_its_place() -> None:
    html = page(
        f"{MENU}<div class=x title='a > b'>{STORY}<p>Read more: what a channel costs</p></div>"
        "<div class=related>Ferry &amp; bus time<b>table</b> of the week<!-- no words --></div>\n<p>Imprint</p>"
    )
    document = read(html)
    crossed = [document.raw_text[s.start : s.end] for s in document.steps]
    assert any(c.startswith("Ferry &amp; bus time<b>table") and c.endswith("of the week") for c in crossed)
    for step in document.steps:
        assert 0 <= step.start < step.end <= len(document.raw_text)
        assert step.where.startswith("line ")
        assert step.why
    words = set(re.findall(r"\w+", document.text)) | {w for s in document.steps for w in re.findall(r"\w+", s.piece)}
    assert {"Town", "Ferry", "timetable", "Imprint", "channel"} <= words
    assert not {"no", "words"} <= words


def test_places_hold_where_characters_were_taken_out_before_them() -> None:
    document = read(page(f"<div>Men\u0007u of the\u0001 day</div>{STORY}<p>Imp\u0002rint here</p>"))
    for step in document.steps:
        if step.step == "page_frame":
            assert (
                step.piece.split()[0]
                == document.raw_text[step.start : step.end].replace("\u0007", "").replace("\u0002", "").split()[0]
            )


def test_the_whole_page_and_another_part_can_be_taken_instead() -> None:
    other = (
        "<div id=b>"
        + "".join(f"<p>{p.replace('Eelmouth', 'Fenwick')} It was late.</p>" for p in PARAGRAPHS[:2])
        + "</div>"
    )
    html = page(
        f"<div id=a>{STORY}</div><hr>{MENU * 4}{other}<script>no()</script><p hidden>Unseen by anybody here.</p>"
    )
    document = read(html)
    assert body_of(document) == WHOLE
    assert document.offers[0].key == "whole"
    part = next(o for o in document.offers if "Fenwick" in o.label)
    taken = read(html, take=part.key)
    assert "Fenwick voted" in taken.text
    assert "The town expects" not in taken.text
    everything = read(html, take="whole")
    assert "Fenwick" in everything.text
    assert "Weather" in everything.text
    assert "no()" not in everything.text
    assert "Unseen" not in everything.text


def test_little_of_a_page_is_told() -> None:
    posts = "".join(
        f"<div><h3><a href='/{n}'>Post {n} of the town</a></h3><div><p>{p}</p></div><a href='/{n}'>Open it</a></div>"
        for n, p in enumerate(PARAGRAPHS * 4)
    )
    document = read(page(f"<div><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p></div><aside>{posts}</aside>"))
    assert [p.kind for p in document.problems] == ["little"]
    assert document.problems[0].doubtful
    assert not read(page(f"<article>{STORY}</article>")).problems


def test_the_words_that_a_page_gives_to_machines_tell_when_little_is_kept() -> None:
    body = " ".join(PARAGRAPHS * 3)
    linked = f'<script type="application/ld+json">{{"@type":"NewsArticle","articleBody":"{body}"}}</script>'
    assert [p.kind for p in read(page(f"<p>{PARAGRAPHS[0]}</p>", linked)).problems] == ["little"]


def test_a_page_with_a_title_alone_and_one_without_sentences_are_told() -> None:
    assert [p.kind for p in read(page("<h1>Eelmouth dredges its channel</h1>")).problems] == ["title_only"]
    assert [p.kind for p in read(page("<div><b>12</b></div><div>Price list</div>")).problems] == ["no_sentences"]
    with pytest.raises(BadInput):
        read("<html><body></body></html>")


@pytest.mark.parametrize("step", ["page_frame", "repeated", "boilerplate", "page_data"])
def test_a_step_that_is_off_leaves_its_work_undone(step: str) -> None:
    heading = "<h2>Eelmouth dredges its channel</h2><p>By Ann Orrel</p>"
    html = page(f"{MENU}<article>{heading}{STORY}<p>Read more about eels</p></article>")
    document = read(html, off=frozenset({step}))
    assert all(s.step != step or "hidden" in s.why for s in document.steps)


@given(st.text(st.sampled_from("<>/abp =\"'&;-!x \n\u00adéה"), max_size=200))
def test_broken_markup_never_fails_and_steps_stay_in_the_source(markup: str) -> None:
    try:
        documents = read_source("x.html", markup.encode(), "html")
    except BadInput:
        return
    for document in documents:
        for step in document.steps:
            assert -1 <= step.start <= step.end <= len(document.raw_text)


@pytest.mark.parametrize("tag", ["div", "span"])
def test_boxes_that_nobody_closed_hide_no_article_in_silence(tag: str) -> None:
    assert body_of(read(page(f"<{tag}>" * 1500 + STORY))) == WHOLE
    try:
        deeper = read(page(f"<{tag}>" * 20_000 + STORY))
    except BadInput:  # newer parsers go all the way down, and it is refused in words
        return
    assert body_of(deeper) == WHOLE or deeper.problems, "the parser stops at some depth; then it is told"
