"""Saving what was confirmed since a study was opened, where another program took its file away or wrote to it."""

from __future__ import annotations

from pathlib import Path

from annotator.services.study import Study


def save_confirmed_beside(study: Study, to: Path) -> None:
    """Write the study as it was at the last confirmed step to a new file; raises StudyFileError.

    It can be asked for as long as the study is open, whatever became of its own file. Nothing is written over.
    """
    study.file.save_beside(to)
