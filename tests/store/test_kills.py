"""A small run of `python -m tests.bench.kills`."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.bench.kills import KINDS, run


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment_it_opens_and_holds_what_was_confirmed(tmp_path: Path) -> None:
    counts = run(2 * len(KINDS), 3, tmp_path)
    for kind, c in counts.items():
        assert c.faults == [], kind
        assert (c.kills, c.opened) == (2, 2)
        assert c.found == c.confirmed
    assert sum(c.confirmed for c in counts.values()) > 0
