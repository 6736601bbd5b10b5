"""A folder of studies: those with the codebook that most of them have, read from copies; the rest is told."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.json_forms import JsonObject
from annotator.domain.words import Message, say
from annotator.services.accounts import contents
from annotator.services.study import Study
from annotator.services.working_folders import working_folder
from annotator.store.snapshot import snapshot

SUFFIX = ".annotator"


@dataclass(frozen=True, slots=True)
class LeftStudy:
    """A study that is not in. labels: how many it has; None where it could not be read."""

    name: str
    why: str
    labels: int | None

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {"name": self.name, "why": self.why, "annotations": self.labels}


@dataclass(frozen=True, slots=True)
class StudyInFolder:
    """A study that is in, by the name of its file."""

    name: str
    id: str
    title: str
    codebook_version: int


@dataclass(frozen=True, slots=True)
class InFolder:
    """Which studies of a folder are in, and which not and why."""

    folder: str
    studies: tuple[StudyInFolder, ...]
    left_out: tuple[LeftStudy, ...]


@dataclass(frozen=True, slots=True)
class Gathered:
    """studies: (path, study as it was a moment ago), by name. left: what else lies in the folder."""

    folder: Path
    studies: tuple[tuple[Path, Study], ...]
    left: tuple[LeftStudy, ...]

    @property
    def listed(self) -> InFolder:
        """Which studies are in, and which not and why, once they are closed again."""
        known = (StudyInFolder(path.name, s.id, s.title, s.codebook_version) for path, s in self.studies)
        return InFolder(self.folder.name, tuple(known), self.left)


@contextmanager
def gathered(folder: Path) -> Iterator[Gathered]:
    """The studies that lie in a folder itself; raises BadInput where none can be read. Nothing is written to any file.

    Where codebooks differ, the one that most studies have is taken, of equals that of the first by name. Of copies of
    one study the first by name is taken: they are merged by packages, not counted twice.
    """
    paths = sorted((p for p in folder.iterdir() if p.suffix == SUFFIX and p.is_file()), key=lambda p: p.name)
    if not paths:
        raise BadInput(
            "no study lies in this folder", str(folder), say("put files with the ending {suffix} there", suffix=SUFFIX)
        )
    left: list[LeftStudy] = []
    opened: list[tuple[Path, Study]] = []
    with ExitStack() as held:
        for path in paths:
            try:
                copy = held.enter_context(working_folder())
                study_file = snapshot(path, copy)
                held.callback(study_file.close)
                study = Study(study_file)
                study.codebook  # noqa: B018  # one that cannot be read is told here
            except AnnotatorError as error:
                left.append(LeftStudy(path.name, _reason(error), None))
                continue
            twin = next((p for p, s in opened if s.id == study.id), None)
            if twin is not None:
                why = say("it is the study of {name}: merge the work of several coders by packages", name=twin.name)
                left.append(LeftStudy(path.name, why, _labels(study)))
                continue
            opened.append((path, study))
        prints = [_print(s) for _, s in opened]
        if not opened:
            raise BadInput(
                "no study in this folder can be read",
                str(folder),
                say("correct the first: {name}: {why}", name=left[0].name, why=left[0].why),
            )
        counts = Counter(prints)
        common = max(counts, key=lambda x: (counts[x], -prints.index(x)))
        for (path, study), made in zip(opened, prints, strict=True):
            if made != common:
                left.append(LeftStudy(path.name, say("its codebook differs from that of the others"), _labels(study)))
        taken = tuple(x for x, made in zip(opened, prints, strict=True) if made == common)
        yield Gathered(folder, taken, tuple(sorted(left, key=lambda x: x.name)))


def _print(study: Study) -> str:
    """The same for codebooks that ask the same."""
    told = json.dumps(study.codebook.model_dump(mode="json", by_alias=True), sort_keys=True)
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()


def _labels(study: Study) -> int:
    return contents(study).whole.annotations


def _reason(error: AnnotatorError) -> str:
    return error.what if isinstance(error.what, Message) else str(error.what)
