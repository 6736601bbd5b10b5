"""Fragments are sets of characters in a normal form."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.fragments import covers, fragments_fault, normalised, overlaps, text_of, without

RANGE = st.tuples(st.integers(0, 30), st.integers(0, 30))


def characters(ranges: object) -> set[int]:
    return {p for s, e in ranges for p in range(s, e)}  # type: ignore[attr-defined]


@given(st.lists(RANGE, max_size=6))
def test_the_normal_form_covers_the_same_characters_and_has_no_fault(ranges: list[tuple[int, int]]) -> None:
    found = normalised(ranges)
    assert characters(found) == characters(ranges)
    assert found == normalised(found)
    assert not found or fragments_fault(found, 30) is None


@given(st.lists(RANGE, max_size=5), RANGE)
def test_a_cut_takes_just_its_characters_out(ranges: list[tuple[int, int]], cut: tuple[int, int]) -> None:
    if cut[0] < cut[1]:
        assert characters(without(normalised(ranges), cut)) == characters(ranges) - characters([cut])


@given(st.lists(RANGE, max_size=4), st.lists(RANGE, max_size=4))
def test_overlap_and_cover_are_those_of_sets(a: list[tuple[int, int]], b: list[tuple[int, int]]) -> None:
    first, second = normalised(a), normalised(b)
    assert overlaps(first, second) == bool(characters(a) & characters(b))
    assert covers(first, second) == (characters(b) <= characters(a))


@given(st.lists(RANGE, min_size=1, max_size=4), st.integers(0, 30))
def test_what_has_no_fault_is_inside_ordered_and_apart(ranges: list[tuple[int, int]], length: int) -> None:
    if fragments_fault(ranges, length) is None:
        assert tuple(ranges) == normalised(ranges)
        assert all(0 <= s < e <= length for s, e in ranges)


def test_pieces_are_joined_with_a_gap_mark() -> None:
    assert text_of("one two three", ((0, 3), (8, 13))) == "one … three"
