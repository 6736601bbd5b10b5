from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.qt.reading.offsets import Utf16Map

_PIECES = st.sampled_from(
    ["a", "Z ", "don’t", "é", "e\u0301", "\u00a0", "\r\n", "\n", "\t", "😀", "👨‍👩‍👧", "🇩🇪", "👍🏽", "שלום", "مرحبا",
     "\u200f", "\ufeff", "\u2028", "\ufdd0", "𝕏", "漢字"]
)  # fmt: skip
_TEXTS = st.one_of(st.lists(_PIECES, max_size=40).map("".join), st.text(max_size=60))


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(_TEXTS)
def test_every_position_translates_as_the_encoded_prefix_does(text: str) -> None:
    map_ = Utf16Map(text)
    for cp in range(len(text) + 1):
        assert map_.to_u16(cp) == _units(text[:cp])


@given(_TEXTS)
def test_a_round_trip_from_code_points_changes_nothing(text: str) -> None:
    map_ = Utf16Map(text)
    for cp in range(len(text) + 1):
        for snap in ("down", "up"):
            assert map_.to_cp(map_.to_u16(cp), snap) == cp  # type: ignore[arg-type]


@given(_TEXTS)
def test_a_position_inside_a_pair_snaps_to_its_two_sides(text: str) -> None:
    map_ = Utf16Map(text)
    borders = {_units(text[:cp]) for cp in range(len(text) + 1)}
    for u16 in range(map_.length_u16 + 1):
        down, up = map_.to_cp(u16, "down"), map_.to_cp(u16, "up")
        assert map_.is_inside_pair(u16) == (u16 not in borders)
        assert up - down == (0 if u16 in borders else 1)
        assert map_.to_u16(down) <= u16 <= map_.to_u16(up)


@pytest.mark.parametrize("text", ["", "abc", "a😀b"])
def test_positions_outside_the_text_are_clamped(text: str) -> None:
    map_ = Utf16Map(text)
    assert (map_.to_u16(-3), map_.to_cp(-3)) == (0, 0)
    assert map_.to_u16(99) == map_.length_u16
    assert map_.to_cp(99) == len(text)
