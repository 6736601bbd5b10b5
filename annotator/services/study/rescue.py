"""Saving everything that can be read of a damaged study into a new one, with an account of the rest."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import AnnotatorError, BadInput, StudyFileError
from annotator.domain.words import cause_of, say
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.store import rescuing
from annotator.store.study_file import Connection, create_study_file, remove_study


def rescue(damaged: Path, to: Path) -> dict[str, Any]:
    """Make a sound study of what can be read; ``damaged`` is only read. The answer says what was saved and what not.

    {"saved": {table: rows}, "from_journal": labels, "lost": [{"what", "count", "why"}], "faults": [{"where", "what"}]}
    """
    if not damaged.is_file():
        raise StudyFileError("there is no such file", str(damaged), "give the path of a damaged .annotator file")
    done: list[rescuing.Saved] = []

    def fill(connection: Connection) -> None:
        with tempfile.TemporaryDirectory(prefix="annotator-rescue-") as folder:
            done.append(rescuing.save_rows(rescuing.copied(damaged, Path(folder)), connection))
        if not any(_reads(content) for _, content in rescuing.versions_of(connection)):
            raise BadInput(
                "nothing can be saved: no codebook can be read in it", str(damaged), "restore a backup copy of the file"
            )

    try:
        create_study_file(to, fill).close()
    except OSError as error:
        raise StudyFileError(
            say("the file cannot be read ({reason})", reason=cause_of(error)), str(damaged), "check your rights"
        ) from error
    try:
        with Study.open(to) as study:
            faults = check(study)
    except AnnotatorError:
        remove_study(to)
        raise
    saved = done[0]
    return {
        "saved": saved.rows,
        "from_journal": saved.from_journal,
        "lost": [{"what": x.table, "count": x.count, "why": x.why} for x in saved.lost],
        "faults": faults,
    }


def _reads(content: str) -> bool:
    try:
        Codebook.model_validate_json(content)
    except ValidationError:
        return False
    return True
