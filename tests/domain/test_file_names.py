"""Names of files that every system takes."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.file_names import FileNames, file_name, is_device, refused_by_windows

HARD = [
    "CON", "con.txt", "Nul", "a:b", "COM1", "lpt¹.csv", "AUX.tar.gz", "name.", "name ", " . ", "..", ".", "", "/", "\\",
    "a/b\\c", "C:\\x", "\\\\server\\share", "tab\there", "nul\0l", "line\nbreak", "<>:\"/\\|?*", "~", "-rf", ".hidden",
    "é", "İ", "ß", "ﬁ", "😀" * 100, "李" * 100, "\ud800", "\u202e", "CONIN$", "CLOCK$",
]  # fmt: skip
words = st.one_of(st.sampled_from(HARD), st.text(), st.text("aA.:éÉ \\/ßſS", max_size=4))


@given(words, st.sampled_from(["", ".csv", ".txt"]), st.booleans())
def test_every_system_takes_the_name(title: str, suffix: str, blanks: bool) -> None:
    name = file_name(title, blanks=blanks) + suffix
    assert not refused_by_windows(name)
    assert not re.search(r'[<>:"/\\|?*\x00-\x1f]', name)
    assert not name.startswith((".", "-"))
    assert name not in ("", suffix)
    assert len(name.encode("utf-8", "surrogatepass")) <= 200
    assert len(name) <= 100
    assert file_name(title) == file_name(title)


@given(st.lists(words, max_size=12), st.sampled_from(["", ".jsonl"]))
def test_no_two_are_alike_where_case_and_composition_do_not_count(titles: list[str], suffix: str) -> None:
    names = FileNames()
    made = [names.of(t, suffix) for t in titles]
    for fold in (str.casefold, str.lower, str.upper):
        assert len({fold(unicodedata.normalize("NFD", n)) for n in made}) == len(made)


@pytest.mark.parametrize("name", ["CON", "con", "NUL.txt", "com9.tar.gz", "LPT²", "aux .x", "PRN "])
def test_devices_are_known(name: str) -> None:
    assert is_device(name)
    assert file_name(name) != name


@pytest.mark.parametrize("name", ["CONTENT", "console.txt", "com", "com10", "null", "auxiliary"])
def test_words_that_only_begin_like_one_stay(name: str) -> None:
    assert file_name(name) == name


def test_letters_of_every_script_stay() -> None:
    assert file_name("Zoë Ščerba, 李 (2nd)") == "Zoë_Ščerba_李_(2nd)"
    assert file_name("Zoë  Ščerba", blanks=True) == "Zoë Ščerba"
