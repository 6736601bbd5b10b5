"""A few played studies; many more are played by hand, see `tests.services.team.field`."""

from __future__ import annotations

import shutil

import pytest

from tests.services.team.field import play


@pytest.mark.parametrize(("seed", "coders", "articles"), [(3, 3, 4), (11, 2, 2), (12, 2, 1)])
def test_whatever_happens_everything_confirmed_is_there_and_the_study_is_sound(
    seed: int, coders: int, articles: int
) -> None:
    game = play(seed, coders, articles, rounds=30)
    assert game.faults() == []
    assert game.merges
    shutil.rmtree(game.folder)
