"""Which tests hold which line of docs/interaction.md."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Test = TypeVar("Test", bound=Callable[..., object])


def holds(*lines: str) -> Callable[[Test], Test]:
    """A test that does what these lines say. Each is named by its bold words, in the table by its first cell.

    `test_interaction_page.py` reads the names from the source: a line without a test fails, and a name without a line.
    """
    assert lines
    return lambda test: test
