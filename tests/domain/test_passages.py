"""Words, sentences, quotations; edges by units; selections made tidy."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.passages import (
    UNITS,
    boundary,
    paragraph_at,
    passage_at,
    quotation_at,
    sentence_at,
    sentences,
    tidy,
    word_at,
)

TEXT = "Council votes\n\nMr. Vardy of the U. Net spoke at 9 a.m. in town. “It will pay,” he said. “Will it?” 🚢 No!"
TEXTS = st.text(st.sampled_from("ab. “”\"'’«»!?\n🚢é,。"), max_size=40)


def cut(found: tuple[int, int] | None, text: str = TEXT) -> str | None:
    return None if found is None else text[found[0] : found[1]]


def test_sentences_end_at_full_stops_but_not_at_short_forms() -> None:
    start, end = paragraph_at(TEXT, 20)
    assert [TEXT[s:e] for s, e in sentences(TEXT, start, end)] == [
        "Mr. Vardy of the U. Net spoke at 9 a.m. in town.",
        "“It will pay,” he said.",
        "“Will it?”",
        "🚢 No!",
    ]
    assert cut(sentence_at(TEXT, TEXT.index("Vardy"))) == "Mr. Vardy of the U. Net spoke at 9 a.m. in town."
    chinese = "他说了。你呢？"
    assert [chinese[s:e] for s, e in sentences(chinese, 0, len(chinese))] == ["他说了。", "你呢？"]


def test_words_and_quotations_around_a_place() -> None:
    assert cut(word_at(TEXT, TEXT.index("ardy"))) == "Vardy"
    assert cut(word_at("don't go", 2), "don't go") == "don't"
    assert cut(quotation_at(TEXT, TEXT.index("will pay"))) == "It will pay,"
    assert quotation_at(TEXT, TEXT.index("he said")) is None
    straight = 'He said "yes" and "no" twice'
    assert cut(quotation_at(straight, straight.index("no")), straight) == "no"
    assert quotation_at(straight, straight.index("and")) is None


@pytest.mark.parametrize(
    ("words", "snap", "trim", "wanted"),
    [
        (" of the ", "none", "spaces", "of the"),
        ("“It will pay,” ", "none", "quotes", "It will pay,"),
        ("“It will pay,”", "none", "spaces", "“It will pay,”"),
        ("ardy of th", "word", "spaces", "Vardy of the"),
        ("will pay", "sentence", "spaces", "“It will pay,” he said."),
        ("pay,” he said", "none", "quotes", "pay,” he said"),
        ("“It will", "none", "quotes", "It will"),
    ],
)
def test_a_selection_becomes_what_its_layer_wants(words: str, snap: str, trim: str, wanted: str) -> None:
    start = TEXT.index(words)
    assert cut(tidy(TEXT, start, start + len(words), snap, trim)) == wanted


def test_nothing_but_space_is_no_selection() -> None:
    assert tidy("a \n b", 1, 4) is None


def test_edges_go_by_units() -> None:
    place = TEXT.index("spoke")
    assert TEXT[boundary(TEXT, place, "word", True, "start") :].startswith("at 9")
    assert TEXT[: boundary(TEXT, place, "word", True, "end")].endswith("spoke")
    assert TEXT[boundary(TEXT, place, "word", False, "start") :].startswith("Net")
    assert TEXT[: boundary(TEXT, place, "sentence", True, "end")].endswith("in town.")
    assert boundary(TEXT, place, "paragraph", False, "start") == TEXT.index("Mr.")
    assert boundary(TEXT, TEXT.index("Mr."), "paragraph", False, "start") == 0


@given(TEXTS, st.data())
def test_every_passage_lies_in_the_text_and_edges_move_the_way_they_are_told(text: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(text)))
    for unit in UNITS:
        start, end = passage_at(text, place, unit)
        assert 0 <= start <= end <= len(text)
        for edge in ("start", "end"):
            assert boundary(text, place, unit, True, edge) >= place  # type: ignore[arg-type]
            assert boundary(text, place, unit, False, edge) <= place  # type: ignore[arg-type]
    other = data.draw(st.integers(place, len(text)))
    for snap in ("none", "word", "sentence"):
        for trim in ("spaces", "quotes"):
            found = tidy(text, place, other, snap, trim)
            if found is not None:
                assert 0 <= found[0] < found[1] <= len(text)
                assert not text[found[0]].isspace()
                assert not text[found[1] - 1].isspace()
                if snap != "none" and trim == "spaces":
                    assert tidy(text, *found, snap, trim) == found, "tidy twice is tidy once"
