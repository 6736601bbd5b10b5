"""Annotator: code news articles by hand, offline, with agreement that says how sure it is.

Scripts read a study by `annotator.open("study.annotator")`: see `docs/python.md`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from os import PathLike

    from annotator.services.scripting.opened import OpenedStudy

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(path: str | PathLike[str]) -> OpenedStudy:
    """A study as it is at this moment, to read; raises `annotator.domain.errors.AnnotatorError`.

    Nothing is written to the file, also where it is open in a window or a killed program left a log beside it.
    """
    from annotator.services.scripting.opened import opened  # so that `import annotator` stays light

    return opened(path)
