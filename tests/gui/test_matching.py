"""What typed letters find is what the plain definition says, however it is found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.qt.toolkit.matching import best, plain, rank

LETTERS = st.text("abé N1-", max_size=6)


def by_definition(typed: str, names: list[list[str]], limit: int) -> list[int]:
    """Every name ranked, the best first; without slips of the finger."""
    wanted = plain(typed)
    ranks = [[r for n in own if (r := rank(wanted, n)) is not None] for own in names]
    return [place for _, place in sorted((min(r), place) for place, r in enumerate(ranks) if r)[:limit]]


@given(LETTERS, st.lists(st.lists(LETTERS.map(plain), min_size=1, max_size=3), max_size=12), st.integers(1, 12))
def test_the_best_come_first_as_defined(typed: str, names: list[list[str]], limit: int) -> None:
    expected = by_definition(typed, names, limit)
    found = best(typed, range(len(names)), lambda place: names[place], limit)
    if expected or len(plain(typed)) < 4:
        assert found == expected


def test_a_slip_of_the_finger_is_forgiven_where_nothing_fits() -> None:
    names = [["harbour"], ["fishers", "fleet"], ["minister"]]
    assert best("fihsers", range(3), lambda place: names[place], 5) == [1]
    assert best("carn isle", range(3), lambda place: [["tarn"], ["isle"], ["carn iel"]][place], 5) == [2]
    assert best("zzzz", range(3), lambda place: names[place], 5) == []
