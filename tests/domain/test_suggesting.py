"""What new parts of a codebook are given: keys that are allowed and free, colours far apart, hotkeys that are free."""

from __future__ import annotations

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.codebook.advice import advice
from annotator.domain.codebook.suggesting import apart, far_colour, free_hotkey, key_after
from annotator.services.codebooks import builtin_codebook
from tests.positions import positions

_KEY = re.compile(r"[a-z][a-z0-9_]*")


@given(st.text(max_size=60), st.sets(st.sampled_from(["role", "role_2", "rolle", "a", "layer", "layer_2"])))
def test_every_name_gives_a_free_key_of_the_right_form(name: str, taken: set[str]) -> None:
    key = key_after(name, "layer", taken)
    assert _KEY.fullmatch(key)
    assert key not in taken


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Rôle of the speaker", "role_of_the_speaker"),
        ("Straße & Größe", "strasse_grosse"),
        ("立場", "layer"),
        ("2nd source", "layer_2nd_source"),
        ("  Said by ", "said_by"),
    ],
)
def test_keys_are_read_as_the_names(name: str, key: str) -> None:
    assert key_after(name, "layer", ()) == key


def test_a_value_may_begin_with_a_digit() -> None:
    assert key_after("2nd", "value", (), digits=True) == "2nd"


def test_twelve_colours_are_told_apart() -> None:
    colours: list[str] = []
    for _ in range(12):
        colours.append(far_colour(colours))
    assert len(set(colours)) == 12
    assert min(apart(a, b) for i, a in enumerate(colours) for b in colours[:i]) > 20
    assert all(a != b for a, b in pairwise(colours))


@given(st.text(max_size=20), st.sets(st.sampled_from("abcdefghijklmnopqrstuvwxyz")))
def test_a_hotkey_is_a_free_letter_or_none(name: str, taken: set[str]) -> None:
    found = free_hotkey(name, (k.upper() for k in taken))
    if len(taken) == 26:
        assert found is None
    else:
        assert found is not None
        assert found.isascii()
        assert found not in taken


def test_risks_of_links_are_told_and_a_codebook_that_says_it_has_none() -> None:
    told = advice(positions())
    assert {a.path for a in told if a.field == "per"} == {
        ("layers", i) for i, x in enumerate(positions().layers) if x.kind == "link"
    }
    assert not [a for a in advice(builtin_codebook()) if a.field == "per"]
