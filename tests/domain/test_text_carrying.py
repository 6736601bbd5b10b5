"""Labels on a corrected text: outside of what was corrected they keep exactly their words, and nothing is guessed."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.fragments import fragments_fault, text_of
from annotator.domain.text_carrying import TextMap

LINE = "the mayor said that harbour pool will close on Monday because 🚢 nobody paid é it — “not” 42"
WORDS = LINE.split(" ")
sentences = st.lists(st.sampled_from(WORDS), min_size=3, max_size=9).map(lambda w: " ".join(w).capitalize() + ".")
articles = st.lists(sentences, min_size=2, max_size=8, unique=True).map("\n\n".join)


@st.composite
def corrected(draw: st.DrawFn, most: int) -> tuple[str, str, list[tuple[int, int, int]]]:
    """(old, new, the edits: start and end in the old text and length in the new one), edits apart from each other."""
    old = draw(articles)
    places = draw(st.lists(st.integers(0, len(old)), min_size=2, max_size=2 * most, unique=True))
    places = sorted(places)[: len(places) // 2 * 2]
    new, at, edits = "", 0, []
    for start, end in zip(places[::2], places[1::2], strict=True):
        end = draw(st.sampled_from((start, end))) if start else end
        told = draw(st.sampled_from(("", "x", " indeed", "Müßig", "A whole new sentence.\n\n", old[start:end].upper())))
        edits.append((start, end, len(told)))
        new += old[at:start] + told
        at = end
    return old, new + old[at:], edits


def inside(draw: Any, low: int, high: int) -> tuple[int, int]:
    start = draw(st.integers(low, high - 1))
    return start, draw(st.integers(start + 1, high))


@given(corrected(1), st.data())
@settings(max_examples=300)
def test_a_label_outside_of_one_edit_stands_exactly_where_its_words_went(
    made: tuple[str, str, list[tuple[int, int, int]]], data: st.DataObject
) -> None:
    old, new, ((start, end, _), *_) = made
    carried = TextMap(old, new)
    if start:
        label = inside(data.draw, 0, start)
        placed = carried.place((label,))
        assert (placed.how, text_of(new, placed.fragments)) == ("same", text_of(old, (label,)))
    if end < len(old):
        s, e = inside(data.draw, end, len(old))
        placed = carried.place(((s, e),))
        assert (placed.how, text_of(new, placed.fragments)) == ("same", old[s:e])


@given(corrected(3), st.data())
@settings(max_examples=300)
def test_whole_sentences_outside_of_several_edits_keep_their_words(
    made: tuple[str, str, list[tuple[int, int, int]]], data: st.DataObject
) -> None:
    old, new, edits = made
    carried, at = TextMap(old, new), 0
    for sentence in old.split("\n\n"):
        label = (at, at + len(sentence))
        at += len(sentence) + 2
        if all(end <= label[0] or label[1] <= start for start, end, _ in edits):
            placed = carried.place((label,))
            assert text_of(new, placed.fragments) == sentence


def test_a_sentence_that_letters_were_put_against_keeps_its_words() -> None:
    """Its first word is part of another word now, and stands elsewhere in what was taken out."""
    gone = "Said said on.\n\nMayor said said said nobody.\n\nMayor mayor said said on on 🚢 🚢 🚢.\n\n"
    old, new = f"{gone}Mayor the the.\n\nThe the the.", "xMayor the the.x\n\nThe the the."
    placed = TextMap(old, new).place(((len(gone), len(gone) + 14),))
    assert (placed.how, text_of(new, placed.fragments)) == ("same", "Mayor the the.")


def test_a_sentence_takes_in_nothing_that_was_written_behind_it() -> None:
    old = "Mayor said said said said on on é.\n\nMayor mayor é 42.\n\nThe the the."
    new = " on on é.\n\nMayor mayor é 42.\n\nA whole new sentence.\n\nThe the the."
    placed = TextMap(old, new).place(((36, 53),))
    assert (placed.how, text_of(new, placed.fragments)) == ("same", "Mayor mayor é 42.")


@given(corrected(3), st.data())
@settings(max_examples=200)
def test_every_place_is_one_that_a_label_can_have(
    made: tuple[str, str, list[tuple[int, int, int]]], data: st.DataObject
) -> None:
    old, new, _ = made
    placed = TextMap(old, new).place((inside(data.draw, 0, len(old)),))
    if new.strip():
        assert not fragments_fault(placed.fragments, len(new))
    assert (placed.how == "same") <= (text_of(new, placed.fragments) == placed.words)


@given(articles, st.data())
def test_the_same_text_moves_nothing(text: str, data: st.DataObject) -> None:
    label = inside(data.draw, 0, len(text))
    assert TextMap(text, text).place((label,)).fragments == (label,)


def words_after(old: str, new: str, quote: str) -> tuple[str, str]:
    start = old.index(quote)
    placed = TextMap(old, new).place(((start, start + len(quote)),))
    return placed.how, text_of(new, placed.fragments)


OLD = (
    "The Mayor\n\nThe mayor said MÃ¼ÃŸig is right. The pool will close on Monday, she said.\n\nNobody was surprised.\n"
)


@pytest.mark.parametrize(
    ("change", "quote", "answer"),
    [
        (("MÃ¼ÃŸig", "Müßig"), "MÃ¼ÃŸig", ("changed", "Müßig")),
        (("MÃ¼ÃŸig", "Müßig"), "said MÃ¼ÃŸig is", ("changed", "said Müßig is")),
        (("MÃ¼ÃŸig", "Müßig"), "pool will close", ("same", "pool will close")),
        (("close", "be closed"), "close", ("same", "close")),
        (("Monday", "Tuesday"), "Monday", ("changed", "Tuesday")),
        ((", she said", ""), "Monday, she said", ("changed", "Monday")),
        (("The pool", "“The pool"), "The pool will", ("same", "The pool will")),
        (("Nobody was", "Nobody at all was"), "Nobody was surprised", ("changed", "Nobody at all was surprised")),
    ],
)
def test_what_was_corrected_inside_a_label_stays_in_it(
    change: tuple[str, str], quote: str, answer: tuple[str, str]
) -> None:
    assert words_after(OLD, OLD.replace(*change), quote) == answer


def test_a_passage_that_was_moved_takes_its_labels_along() -> None:
    first, second = "The pool will close on Monday, the mayor said.", "Nobody was surprised by what she told them."
    old, new = f"{first}\n\nThen it rained.\n\n{second}\n", f"{second}\n\n{first}\n\nThen it rained.\n"
    assert words_after(old, new, "surprised by what") == ("same", "surprised by what")
    assert words_after(old, new, "on Monday") == ("same", "on Monday")


def test_what_is_gone_is_said_to_be_and_never_put_on_other_words_in_silence() -> None:
    old = "The mayor said it. The council denied the report of the paper. Nobody was surprised.\n"
    how, _ = words_after(old, old.replace("The council denied the report of the paper. ", ""), "council denied")
    assert how == "lost"
    how, words = words_after(old, old.replace(" the report of", ""), "the report")
    assert how == "lost", words


def test_pieces_that_touch_after_a_correction_become_one() -> None:
    old = "It will, he said, pay."
    placed = TextMap(old, "It will pay.").place(((3, 7), (17, 21)))
    assert placed.how in ("same", "changed")
    assert not fragments_fault(placed.fragments, len("It will pay."))


def test_a_long_text_is_aligned_by_lines_first() -> None:
    lines = [f"Line {n} says something about {n * 7} things and the harbour." for n in range(3000)]
    old = "\n".join(lines)
    new = "\n".join(line.replace("things", "matters") if n % 500 == 0 else line for n, line in enumerate(lines[1:]))
    placed = TextMap(old, new).place(((old.index("Line 1700 "), old.index("Line 1700 ") + 9),))
    assert text_of(new, placed.fragments) == "Line 1700"


def test_zones_go_along() -> None:
    old = "Title\n\nBody text here."
    zones = (("title", 0, 5), ("body", 7, len(old)))
    new = "A Title\n\nBody text stands here. And more."
    assert TextMap(old, new).zones(zones) == (("title", 0, 7), ("body", 9, len(new)))
