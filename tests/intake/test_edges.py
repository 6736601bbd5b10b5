"""Thresholds, ties and orders of the cleaning, each at its very edge."""

from __future__ import annotations

import pytest

from annotator.intake import read_source
from annotator.intake.duplicates import CONTAINED, SIMILAR, find_duplicates
from annotator.intake.lines import joined_paragraphs, split_lines
from annotator.intake.model import CleaningStep

WORDS = [f"word{n}" for n in range(603)]


def with_new_end(kept: int, whole: int) -> str:
    """A text of `whole` runs of four words of which the first `kept` are those of `WORDS`."""
    return " ".join(WORDS[: kept + 3] + [f"new{n}" for n in range(whole - kept)])


@pytest.mark.parametrize(
    ("kept", "kind"), [(50, None), (85, None), (89, None), (90, "contained"), (95, "contained"), (100, "contained")]
)
def test_nine_tenths_of_a_text_must_stand_in_another_to_be_contained(kept: int, kind: str | None) -> None:
    assert CONTAINED == 0.9
    found = find_duplicates([with_new_end(kept, 100)], [("old", " ".join(WORDS))])
    assert [(d.kind, d.other, d.score) for d in found] == ([] if kind is None else [(kind, "old", kept / 100)])


@pytest.mark.parametrize(("kept", "kind"), [(400, None), (418, None), (420, "similar"), (590, "similar")])
def test_seven_tenths_of_two_texts_must_be_the_same_to_be_similar(kept: int, kind: str | None) -> None:
    """Two texts of as many runs of words each, so that Jaccard's index is kept / (2 * all - kept)."""
    assert SIMILAR == 0.7
    whole = 510
    old = " ".join(WORDS[: whole + 3])
    found = find_duplicates([with_new_end(kept, whole)], [("old", old)])
    assert [d.kind for d in found if d.kind == "similar"] == ([] if kind is None else [kind])


def test_the_nearest_of_several_comes_first_and_ties_stand_by_name() -> None:
    near, far = " ".join(WORDS[:200]), " ".join(WORDS[:180])
    found = find_duplicates([" ".join(WORDS[:190])], [("far", far), ("b", near), ("a", near)])
    assert [d.score for d in found] == sorted((d.score for d in found), reverse=True)
    assert [d.other for d in found if d.other != "far"] == ["a", "b"]


WIDE = "The council of the town met on Monday and spoke of Pools"


def joined(*lines: str) -> tuple[list[str], list[CleaningStep]]:
    steps: list[CleaningStep] = []
    return joined_paragraphs(split_lines("\n".join(lines), steps, frozenset()), steps, frozenset()), steps


@pytest.mark.parametrize(
    ("lines", "paragraphs"),
    [
        ((WIDE, "And nobody sang"), 2),  # two lines are no column
        ((WIDE, WIDE, "And nobody sang"), 1),
        ((WIDE[:39] + "s", WIDE, "And nobody sang"), 1),  # 40 letters
        ((WIDE[:38] + "s", WIDE, "And nobody sang"), 3),  # 39
        ((WIDE[:39] + "s", WIDE + " and Lakes", "And nobody sang"), 3),  # 26 apart
        ((WIDE[:39] + "s", WIDE + " and Lake", "And nobody sang"), 1),  # 25 apart
        (("W" + "o" * 99, "W" + "o" * 99, "And nobody sang"), 1),
        (("W" + "o" * 100, "W" + "o" * 99, "And nobody sang"), 3),
        ((WIDE + ".", WIDE, "And nobody sang"), 1),  # half of them end in a sentence
        ((WIDE + ".", WIDE + ".", WIDE, "And nobody sang"), 4),  # more than half
    ],
)
def test_lines_are_wrapped_at_one_width_from_three_on_and_within_bounds(
    lines: tuple[str, ...], paragraphs: int
) -> None:
    found, steps = joined(*lines)
    assert len(found) == paragraphs
    assert len([s for s in steps if s.step == "join_lines"]) == len(lines) - paragraphs


@pytest.mark.parametrize(
    ("group", "step", "why"),
    [
        (rb"{\*\annotation\pard a margin note}", "notes", "a comment in the margin"),
        (rb"{\listtext\pard 1.}", "page_frame", "the number or sign of a list"),
    ],
)
def test_what_stands_beside_a_rich_text_is_left_out_and_told_as_what_it_is(group: bytes, step: str, why: str) -> None:
    (found,) = read_source("a.rtf", rb"{\rtf1\ansi One line of text." + group + rb" And more of it.\par}", "auto")
    assert found.text == "One line of text. And more of it."
    assert (step, why) in [(s.step, str(s.why)) for s in found.steps if s.action == "removed"]
