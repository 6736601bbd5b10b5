"""Offsets in every unit, over texts that hold anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.formats.offsets import UNITS, Offsets, detected_unit

HARD = "a\n\r\t é🚢👩‍🚀\u0301\u00ad\u200fא漢"
TEXTS = st.text(
    st.one_of(st.characters(exclude_categories=["Cs"]), st.sampled_from(HARD)),
    max_size=60,
)


@given(TEXTS)
def test_every_offset_comes_back_and_agrees_with_the_encodings(text: str) -> None:
    offsets = Offsets(text)
    for i in range(len(text) + 1):
        assert offsets.to("utf-8", i) == len(text[:i].encode())
        assert offsets.to("utf-16", i) == len(text[:i].encode("utf-16-le")) // 2
        for unit in UNITS:
            assert offsets.from_(unit, offsets.to(unit, i)) == i
        line, column = offsets.line_of(i)
        assert text.split("\n")[line][:column] == text[:i].split("\n")[-1]
        assert offsets.from_line(line, column) == i


@given(TEXTS, st.integers(-3, 300))
def test_an_offset_that_is_none_is_refused(text: str, at: int) -> None:
    offsets = Offsets(text)
    for unit, data in (("utf-8", text.encode()), ("utf-16", text.encode("utf-16-le"))):
        places = {offsets.to(unit, i) for i in range(len(text) + 1)}  # type: ignore[arg-type]
        if at in places:
            assert offsets.from_(unit, at) <= len(data)  # type: ignore[arg-type]
        else:
            with pytest.raises(ValueError, match="offset"):
                offsets.from_(unit, at)  # type: ignore[arg-type]


def test_lines_that_are_not_there_are_refused() -> None:
    offsets = Offsets("ab\ncd")
    for line, column in ((2, 0), (0, 3), (-1, 0), (1, -1)):
        with pytest.raises(ValueError, match="line"):
            offsets.from_line(line, column)


@given(TEXTS, st.data())
def test_the_unit_is_found_by_the_quotes(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    offsets = Offsets(text)
    for unit in UNITS:
        quote = (offsets.to(unit, start), offsets.to(unit, end), text[start:end])
        found = detected_unit(text, [quote])
        assert found is not None
        assert text[offsets.from_(found, quote[0]) : offsets.from_(found, quote[1])] == text[start:end]


def test_no_unit_fits_a_quote_of_another_text() -> None:
    assert detected_unit("one two", [(0, 3, "two")]) is None
