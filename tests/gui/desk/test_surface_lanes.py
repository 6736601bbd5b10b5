"""Lanes and the index of labels: what overlaps never shares a lane, and a change redoes just its neighbourhood."""

from __future__ import annotations

from itertools import accumulate, combinations

from hypothesis import given
from hypothesis import strategies as st

from annotator.qt.reading import lanes
from annotator.qt.reading.colours import contrast, legible, tint
from annotator.qt.reading.labels import LabelIndex, SurfaceLabel
from annotator.qt.reading.selecting import next_word, paragraph_bounds, previous_word, word_at

extents = st.tuples(st.integers(0, 60), st.integers(1, 25)).map(lambda p: (p[0], p[0] + p[1]))


def overlaps(a: tuple[int, int], b: tuple[int, int]) -> bool:
    return a[0] < b[1] and b[0] < a[1]


@given(st.lists(extents, max_size=40))
def test_labels_over_the_same_words_never_share_a_lane(found: list[tuple[int, int]]) -> None:
    spans = [(a, b, f"l{n}") for n, (a, b) in enumerate(found)]
    given_lanes = lanes.assign(spans)
    for first, second in combinations(spans, 2):
        if overlaps(first[:2], second[:2]) and given_lanes[first[2]] < lanes.LANES:
            assert given_lanes[first[2]] != given_lanes[second[2]]


def test_what_is_nested_lies_nearer_to_the_text() -> None:
    assert lanes.assign([(0, 30, "outer"), (5, 20, "middle"), (6, 9, "inner")]) == {"inner": 0, "middle": 1, "outer": 2}


def test_a_fifth_label_over_one_word_has_no_lane() -> None:
    assert lanes.assign([(0, n, f"l{n}") for n in range(1, 6)])["l5"] == lanes.OVERFLOW


@given(st.lists(extents, max_size=30), extents)
def test_the_cluster_is_what_hangs_together_and_nothing_else(
    found: list[tuple[int, int]], asked: tuple[int, int]
) -> None:
    spans = sorted((a, b, f"l{n}") for n, (a, b) in enumerate(found))
    reach = list(accumulate([s[1] for s in spans], max))
    told = {s[2] for s in lanes.cluster(spans, reach, *asked)}
    wanted = {s[2] for s in spans if overlaps(s[:2], asked)}
    while True:
        more = {s[2] for s in spans for t in spans if t[2] in wanted and overlaps(s[:2], t[:2])} | wanted
        if more == wanted:
            break
        wanted = more
    assert told >= wanted
    # A cluster may hold a neighbour too many, never one too few; and what it leaves out touches nothing in it.
    inside = [s for s in spans if s[2] in told]
    assert not any(overlaps(s[:2], t[:2]) for s in spans if s[2] not in told for t in inside)


fragments = st.lists(st.tuples(st.integers(0, 90), st.integers(1, 12)), min_size=1, max_size=3)


def make(number: int, pieces: list[tuple[int, int]], length: int) -> SurfaceLabel:
    spans = tuple(sorted((a, min(a + b, length)) for a, b in pieces if a < length)) or ((0, 1),)
    return SurfaceLabel(f"l{number}", "claim", spans, "#2f6fc4")


@given(
    st.lists(fragments, max_size=15),
    st.lists(st.tuples(st.integers(0, 20), fragments | st.none()), max_size=10),
)
def test_an_index_changed_step_by_step_answers_as_one_made_at_once(
    first: list[list[tuple[int, int]]], changes: list[tuple[int, list[tuple[int, int]] | None]]
) -> None:
    text = ("abcde fghij\r\nklmno\n\n" * 6)[:100]
    starts, ends = paragraph_bounds(text)
    index = LabelIndex(starts, ends)
    index.set_all(make(n, f, len(text)) for n, f in enumerate(first))
    for paragraph in range(len(starts)):
        bucket = index.bucket(paragraph)
        assert bucket is None or bucket.lane("l0") <= lanes.OVERFLOW  # lanes exist before the changes
    for number, pieces in changes:
        if pieces is None:
            index.change([], [f"l{number}"])
        else:
            index.change([make(number, pieces, len(text))], [])
    fresh = LabelIndex(starts, ends)
    fresh.set_all(index.by_id.values())
    for cp in range(len(text)):
        assert index.at(cp) == fresh.at(cp)
    assert index.reading_order() == fresh.reading_order()
    for paragraph in range(len(starts)):
        had, wanted = index.bucket(paragraph), fresh.bucket(paragraph)
        for _, _, key in wanted.pieces if wanted else []:
            assert had is not None
            assert wanted is not None
            assert had.lane(key) == wanted.lane(key)


def test_crlf_is_one_line_break_and_a_lone_cr_is_none() -> None:
    assert paragraph_bounds("a\r\nb\rc\nd") == ([0, 3, 7], [1, 6, 8])


def test_words_keep_their_apostrophes_and_emoji_their_joiners() -> None:
    text = "We don't, l’été 👩‍👩‍👧 ok"
    for words in ("don't", "l’été", "👩‍👩‍👧"):
        start = text.index(words)
        assert word_at(text, start) == (start, start + len(words))
    assert word_at(text, text.index(",")) == (text.index(","), text.index(",") + 1)
    assert word_at(text, len(text)) == (len(text) - 2, len(text))


@given(st.text(alphabet="ab ',\n😀é\u0301東ש\r\u00a0", max_size=80))
def test_word_steps_get_through_any_text_in_both_directions(text: str) -> None:
    cp = 0
    for _ in range(len(text) + 1):
        after = next_word(text, cp)
        assert after > cp or cp == len(text)
        cp = after
    assert cp == len(text)
    for _ in range(len(text) + 1):
        before = previous_word(text, cp)
        assert before < cp or cp == 0
        cp = before
    assert cp == 0


colours = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


@given(colours)
def test_any_label_colour_is_legible_on_both_grounds(colour: str) -> None:
    for ground, ink in (("#ffffff", "#1e2227"), ("#1e2126", "#e7e8ea")):
        assert contrast(legible(colour, ground, ink), ground) >= 3
        assert contrast(tint(colour, ground, ink, 0.34), ink) >= 7
