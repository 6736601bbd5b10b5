"""Damaged letters are told, and mended where that is asked; letters that are right stay."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.intake import can_be_read_again, read_again, read_source
from annotator.intake.letters import damage_in, mended


def damaged(text: str) -> str:
    return "".join(
        bytes([b]).decode("cp1252", "ignore") or chr(b) for b in text.encode("utf-8")
    )  # five bytes have no sign in Windows-1252


@pytest.mark.parametrize("text", ["Müßig", "don’t “stop” — now…", "Привет, мир", "Καλημέρα", "naïve café 🚢", "Łódź ę"])
def test_damage_is_undone(text: str) -> None:
    assert mended(damaged(text))[0] == text


@pytest.mark.parametrize(
    "text", ["CORAÇÃO", "SÃO PAULO", "CAFÉ–BAR", "Müßig “so”", "Ürün Ö–Ü", "Âge d’or", "Привет", "100 £–200 £"]
)
def test_letters_that_are_right_stay(text: str) -> None:
    assert damage_in(text) == []


@given(st.text(st.sampled_from("abc äöüß éàç “” – €ñ"), max_size=60))
def test_mending_what_was_damaged_gives_the_text_and_steps_at_their_places(text: str) -> None:
    found, steps = mended(damaged(text))
    if steps:
        assert found == text
    for step in steps:
        assert damaged(found[step.start : step.end]) == step.piece


def test_an_article_with_damaged_letters_is_told_and_read_again() -> None:
    data = damaged("Müßig agreed with the board.\n\n“We waited”, she said.").encode()
    (document,) = read_source("a.txt", data)
    assert [p.kind for p in document.problems] == ["letters"]
    assert "“MÃ¼ÃŸig” for “Müßig”" in document.problems[0].what
    assert not document.problems[0].doubtful
    assert can_be_read_again(document)
    again = read_again(document, mend=True)
    assert again.text == "Müßig agreed with the board.\n\n“We waited”, she said."
    assert again.raw == data
    assert not again.problems
    assert [s.action for s in again.steps].count("mended") == 4
    assert all(again.raw_text[s.start : s.end] in "üß“”" for s in again.steps if s.action == "mended")


def test_letters_that_are_lost_are_told() -> None:
    (document,) = read_source("a.txt", "The caf\ufffd of Brill was closed on Monday.".encode())
    assert "1 letters were lost" in document.problems[0].what
