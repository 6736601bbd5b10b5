"""Moving a study between a file and a database: everything, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from annotator.domain.errors import Refusal
from annotator.store.copying import copy_all
from annotator.store.opening import create_study_file, expect_driver, expect_free, open_study_file, remove_study
from annotator.store.places import DatabaseUrl, Place
from annotator.store.study_file import StudyFile


def move(source: Place, target: Place, progress: Callable[[int, int], bool] = lambda *_: True) -> int:
    """Make target hold all that source holds, compared row by row; how many rows. The source stays as it is.

    Killed at any moment it leaves no target, or all of it: a file gets its name when it is whole, a database says that
    it holds a study in the same transaction as the last row.
    """
    if isinstance(target, Path):
        expect_free(target)
    from_file = open_study_file(source)
    try:
        if not from_file.whole:
            raise Refusal("your login sees only your own labels", str(source), "ask a supervisor to move the study")
        if isinstance(target, DatabaseUrl):
            return _to_database(from_file, target, progress)
        done: list[int] = []
        with from_file.reading() as old:
            create_study_file(target, lambda new: done.append(copy_all(old, new, progress))).close()
        return done[0]
    finally:
        from_file.close()


def _to_database(from_file: StudyFile, target: DatabaseUrl, progress: Callable[[int, int], bool]) -> int:
    expect_driver()
    from annotator.store.server import create_study_database

    database = create_study_database(target, ready=False)
    try:
        with from_file.reading() as old, database.transaction() as new:
            count = copy_all(old, new, progress)
            database.declare_ready(new)
    except BaseException:
        database.close()
        remove_study(target)
        raise
    database.close()
    return count
