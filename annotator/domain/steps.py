"""Long work that tells how far it is, and can be stopped between two steps."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.errors import Cancelled

Progress = Callable[[int, int], bool]
"""(done, all) -> whether to go on."""
_BLOCK = 256
"""Steps between two tellings."""


def counted(progress: Progress | None, total: int, kept: str) -> Callable[[], None]:
    """A function to call at each step; raises Cancelled where `progress` says no. kept: what then became of it all."""
    done = 0

    def one() -> None:
        nonlocal done
        done += 1
        if progress is not None and (done % _BLOCK == 0 or done >= total) and not progress(done, max(done, total)):
            raise Cancelled("stopped", remedy=kept)

    return one
