"""Words, names and expressions in one text: every spelling is found, and every place is one of the stored text."""

from __future__ import annotations

import re
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain import search as finding
from annotator.domain.errors import BadInput
from annotator.domain.folding import is_invisible, spelled_out
from annotator.domain.queries import Query, Term, any_of, parse_query, prepared, prepared_text
from annotator.domain.search import find_expression, find_plain, mentions

PIECES = st.sampled_from(
    [*"ßİ𠮷.“\xa0\u202f\t\ufeff\u2060\0\x02\x03 ", "harbour", "Straße", "STRASSE", "cafe\u0301", "café", "\r\n",
     "har\u00adbour", "👨\u200d👩\u200d👧", "مرحبا", "שלום", "東京", "値上げ", "don’t", "ﬁsh"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=25).map("".join)


def words_at(text: str, places: list[tuple[int, int]]) -> list[str]:
    return [text[s:e] for s, e in places]


@pytest.mark.parametrize(
    ("text", "names", "expected"),
    [
        ("Straße, STRASSE and strasser", ["straße"], ["Straße", "STRASSE"]),
        ("cafe\u0301 CAFÉ cafes cafe\u0301s cafe", ["Café"], ["cafe\u0301", "CAFÉ"]),
        ("Blue\u00a0Net and blue\nnet, not Blue Network", ["Blue Net"], ["Blue\u00a0Net", "blue\nnet"]),
        ("東京で東京都", ["東京"], ["東京", "東京"]),
        ("the ECB総裁 said; ECBs did not", ["ECB"], ["ECB"]),
        ("Van\u00addy and Vandy’s", ["Vandy"], ["Van\u00addy", "Vandy"]),
        ("Ada Lovelace, Ada", ["Ada", "Ada Lovelace"], ["Ada Lovelace", "Ada"]),
        ("O’Neill and O'Neill", ["O'Neill"], ["O’Neill", "O'Neill"]),
        ("a+b is C++ (not C)", ["C++", "a+b"], ["a+b", "C++"]),
        ("nobody", ["", "  "], []),
    ],
)
def test_names_are_found_however_they_are_written(text: str, names: list[str], expected: list[str]) -> None:
    assert words_at(text, mentions(text, names)) == expected


def test_plain_words_are_found_in_every_spelling() -> None:
    text = "İstanbul har\u00adbour  don’t\tHARBOUR e\u0301e"
    assert words_at(text, find_plain(text, "Harbour")) == ["har\u00adbour", "HARBOUR"]
    assert words_at(text, find_plain(text, "harbour DON'T")) == ["har\u00adbour  don’t"]
    assert words_at(text, find_plain(text, "HARBOUR", case=True)) == ["HARBOUR"]
    assert words_at(text, find_plain(text, "arb", whole=True)) == []
    assert find_plain(text, "e") == [(len(text) - 1, len(text))], "a letter with its accent is another letter"


@given(TEXTS, st.integers(0, 60), st.integers(1, 12))
def test_what_stands_in_a_text_is_found_there(text: str, at: int, size: int) -> None:
    words = text[at : at + size]
    places = find_plain(text, words, case=True)
    assert all(0 <= s < e <= len(text) for s, e in places)
    whole = words.strip() and not unicodedata.combining((text[at + size : at + size + 1] or " ")[0])
    if (
        whole
        and unicodedata.is_normalized("NFC", words)
        and not set(words) & set("\u00ad\u2060\ufeff")
        and not all(map(is_invisible, words))
    ):
        assert any(s <= at + len(words) and at <= e for s, e in places)


@given(TEXTS, st.lists(PIECES, max_size=3))
def test_mentions_are_in_order_and_apart(text: str, names: list[str]) -> None:
    places = mentions(text, names)
    assert all(a[1] <= b[0] for a, b in pairwise(places))


def test_an_expression_that_never_ends_is_given_up() -> None:
    with pytest.raises(BadInput, match="search was stopped"):
        find_expression("a" * 60 + "b", r"(?:a|aa|aaa)+$", seconds=0.05)


def test_an_expression_that_eats_all_memory_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def spans(*_: object) -> list[tuple[int, int]]:
        raise MemoryError

    monkeypatch.setattr(finding, "_spans", spans)  # as `(?R)` makes it, after half a gigabyte
    with pytest.raises(BadInput, match="memory"):
        find_expression("aaa", "(?R)")


@pytest.mark.parametrize("typed", ["a{99999999}", "(?:(?:a{1000}){1000}){10,}", "a{" + "9" * 5000 + "}"])
def test_an_expression_that_is_written_out_too_often_is_not_begun(typed: str) -> None:
    with pytest.raises(BadInput, match="too often"):
        find_expression("aaa", typed)
    assert find_expression("12:30 a{99999999}", r"\d{2}:\d{2}|a\{9{8}\}") == [(0, 5), (6, 17)]


@pytest.mark.parametrize("typed", ["(", "[a", "*", "(?P<x", "\\"])
def test_a_wrong_expression_is_told(typed: str) -> None:
    with pytest.raises(BadInput) as told:
        find_expression("aaa", typed)
    assert told.value.remedy


@given(st.text(max_size=12), TEXTS)
def test_whatever_is_typed_as_an_expression_is_answered(typed: str, text: str) -> None:
    try:
        places = find_expression(text, typed, seconds=0.5)
    except BadInput:
        return
    assert all(0 <= s < e <= len(text) for s, e in places)


def test_a_query_is_words_phrases_beginnings_alternatives_and_what_is_left_out() -> None:
    assert parse_query('harbour “deeper plan” OR eel fish* -quota -"not this"') == Query(
        (
            (Term("harbour", "word"),),
            (Term("deeper plan", "phrase"), Term("eel", "word")),
            (Term("fish", "prefix"),),
        ),
        (Term("quota", "word"), Term("not this", "phrase")),
    )


@pytest.mark.parametrize(
    "typed", ["", "  ", "OR", "eel OR", "OR eel", "a OR OR b", '"open', "*", "-eel", '"a"*', "🚢", "a OR -b"]
)
def test_a_wrong_query_says_what_to_do(typed: str) -> None:
    with pytest.raises(BadInput) as told:
        parse_query(typed)
    assert told.value.remedy


@given(st.text(alphabet=st.sampled_from("ab \"*-OR()^:+{}'éß東👍\x00"), max_size=20))
def test_whatever_is_typed_is_a_query_or_told(typed: str) -> None:
    try:
        query = parse_query(typed)
    except BadInput:
        return
    assert query.wanted


@given(st.lists(st.text(alphabet=st.sampled_from('a B"“”„-*OR'), max_size=6), max_size=4))
def test_any_names_can_be_looked_for(names: list[str]) -> None:
    typed = any_of(names)
    assert not typed or all(t.kind == "phrase" for t in parse_query(typed).wanted)


@given(TEXTS)
def test_a_prepared_text_leads_back_to_every_character(text: str) -> None:
    ready = prepared(text)
    assert ready.text == prepared_text(text)
    for match in re.finditer(r"\S", ready.text):
        start, end = ready.back(*match.span())
        assert match.group() in spelled_out(text[start:end]), "a ligature is told by its letters"


def test_accents_count_where_that_is_asked() -> None:
    assert find_plain("Cafe\u0301 café cafe", "cafe") == [(11, 15)]
    assert find_plain("Cafe\u0301 café cafe", "café") == [(0, 5), (6, 10)]
    assert len(find_plain("Cafe\u0301 café cafe", "café", accents=False)) == 3
    assert find_plain("мой мои", "мои", accents=False) == [(4, 7)], "й is a letter of its own"
