"""Moving a study between a file and a database: everything, or nothing."""

from __future__ import annotations

from collections.abc import Callable

from annotator.domain.errors import Refusal
from annotator.store.copying import copy_all
from annotator.store.places import Place
from annotator.store.study_file import create_study_file, open_study_file, remove_study


def move(source: Place, target: Place, progress: Callable[[int, int], bool] = lambda *_: True) -> int:
    """Make target hold all that source holds, compared row by row; how many rows. The source stays as it is."""
    from_file = open_study_file(source)
    try:
        if not from_file.whole:
            raise Refusal("your login sees only your own labels", str(source), "ask a supervisor to move the study")
        to_file = create_study_file(target)
        try:
            with from_file.reading() as old, to_file.transaction() as new:
                count = copy_all(old, new, progress)
        except BaseException:
            to_file.close()
            remove_study(target)
            raise
        to_file.close()
        return count
    finally:
        from_file.close()
