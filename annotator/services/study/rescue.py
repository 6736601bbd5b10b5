"""Saving everything that can be read of a damaged study into a new one, with an account of the rest."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.errors import AnnotatorError, BadInput, StudyFileError
from annotator.domain.steps import Progress
from annotator.domain.words import cause_of, say
from annotator.services.study import Study
from annotator.services.study.integrity import Fault, check
from annotator.store import rescuing
from annotator.store.opening import create_study_file, remove_study
from annotator.store.study_file import Connection


@dataclass(frozen=True, slots=True)
class Lost:
    """Rows of a table that could not be saved."""

    what: str
    count: int
    why: str


@dataclass(frozen=True, slots=True)
class Rescued:
    """What was saved of a damaged study, and what not. saved: table -> rows. from_journal: labels.

    codebook_given_for: versions that the given codebook stands in for. faults: what is wrong in the new study.
    """

    saved: Mapping[str, int]
    from_journal: int
    codebook_given_for: tuple[int, ...]
    lost: tuple[Lost, ...]
    faults: tuple[Fault, ...]


def rescue(damaged: Path, to: Path, codebook: Codebook | None = None, progress: Progress | None = None) -> Rescued:
    """Make a sound study of what can be read; ``damaged`` is only read. The answer says what was saved and what not.

    codebook: stands in for versions of the study's codebook that cannot be read, without which no label can be kept.
    progress: rows that were read, and about how many there are; raises Cancelled where it says no.
    """
    if not damaged.is_file():
        raise StudyFileError("there is no such file", str(damaged), "give the path of a damaged .annotator file")
    done: list[rescuing.Saved] = []

    def fill(connection: Connection) -> None:
        with tempfile.TemporaryDirectory(prefix="annotator-rescue-") as folder:
            content = None if codebook is None else codebook_json(codebook)
            done.append(rescuing.save_rows(rescuing.copied(damaged, Path(folder)), connection, content, progress))
        if not any(n for table, n in done[-1].rows.items() if table in ("document", "annotation", "change")):
            raise BadInput(
                "nothing can be saved: no article, no label and no step of the history can be read in it",
                str(damaged),
                "restore a backup copy of the file",
            )
        if not any(rescuing.reads(content) for _, content in rescuing.versions_of(connection)):
            raise BadInput(
                "no codebook can be read in it, and without one no label can be saved",
                str(damaged),
                "give the study's codebook, from its file or another copy of the study",
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
    return Rescued(
        saved=saved.rows,
        from_journal=saved.from_journal,
        codebook_given_for=tuple(saved.stand_ins),
        lost=tuple(Lost(x.table, x.count, x.why) for x in saved.lost),
        faults=tuple(faults),
    )
