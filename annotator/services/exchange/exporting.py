"""Writing datasets: streamed from one unchanging state, data and all that speaks of them as one result."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from annotator import __version__
from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.dataset import Article, Losses
from annotator.formats.declared import Format, writable
from annotator.formats.features import Census
from annotator.services.exchange.authors import authors
from annotator.services.exchange.filling import fill_lines
from annotator.services.exchange.records import dataset_of
from annotator.services.files import described, publishing
from annotator.services.study import Study
from annotator.services.working_folders import working_folder

Progress = Callable[[int], None]
"""Told how many labels are written; stops the export by raising Cancelled."""

_HEAD = 4000
ARCHIVE = "archive"
"""The one form that needs more of a study than its dataset: the agreement of its coders."""


def export(
    study: Study,
    format: str,
    out: Path,
    coders: Sequence[str] | None = None,
    without_text: bool = False,
    progress: Progress | None = None,
    gold: bool = False,
) -> dict[str, Any]:
    """Write the dataset and ``OUT.manifest.json``; the answer is the manifest. All or nothing.

    gold: the settled labels and nothing else; without it what coders did and nothing that was settled.
    """
    form = writable(format)
    _check_place(form, out)
    manifest_name, fill_name = out.name + ".manifest.json", out.name + ".fill.jsonl"
    with publishing(out) as result, study.file.reading():
        manifest = _written(study, form, result.path(), coders, without_text, progress, gold)
        manifest |= described(result.path())
        if without_text:
            ids = [c.id for c in authors(study, coders, gold)]
            result.write(fill_lines(dataset_of(study, ids, without_text), format), fill_name)
        else:
            result.drop(fill_name)
        result.write(
            [(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")],
            manifest_name,
        )
    return manifest


def preview(
    study: Study,
    format: str,
    coders: Sequence[str] | None = None,
    without_text: bool = False,
    progress: Progress | None = None,
    gold: bool = False,
) -> dict[str, Any]:
    """The manifest that an export would have, with ``head``: the beginning of its main file; nothing stays."""
    form = writable(format)
    with working_folder() as folder:
        out = folder / f"preview{'' if form.folder else form.suffix}"
        manifest = _written(study, form, out, coders, without_text, progress, gold)
        return manifest | described(out) | {"head": _head(out)}


def _written(
    study: Study,
    form: Format,
    out: Path,
    coders: Sequence[str] | None,
    without_text: bool,
    progress: Progress | None,
    gold: bool,
) -> dict[str, Any]:
    if form.name != ARCHIVE:
        form.writer()  # a missing extra is told before anything is read
    chosen = authors(study, coders, gold)
    ids = [c.id for c in chosen]
    losses = Losses()
    with study.file.reading():
        counted = _Counted(progress)
        dataset = dataset_of(study, ids, without_text, counted.see)
        counted.census = Census(dataset)
        if form.name == ARCHIVE:
            from annotator.services.exchange.archiving import write_archive

            write_archive(study, out, ids, without_text, counted.see)
        else:
            form.writer()(dataset, out, losses)
        if not counted.documents:
            for _ in dataset:
                pass
        lost = counted.census.lost(form.carries)
    rows = counted.count if losses.rows is None else losses.rows
    return {
        "program": "Annotator",
        "version": __version__,
        "study": {"id": study.id, "title": study.title},
        "codebook": {"key": study.codebook.key, "version": study.codebook_version},
        "format": form.name,
        "text": not without_text,
        "coders": sorted(c.name for c in chosen) if coders is not None else [c.name for c in chosen],
        "gold": gold,
        "counts": {"rows": rows, "documents": len(study.documents()), "layers": counted.layers},
        "losses": [{"what": what, "count": n, "example": None} for what, n in lost.items()] + losses.told(),
    }


class _Counted:
    """Counts labels and layers as articles pass for the first time; a writer may read the articles twice."""

    def __init__(self, progress: Progress | None) -> None:
        self.count = 0
        self.layers: dict[str, int] = {}
        self.documents: set[str] = set()
        self.census: Census | None = None
        self._progress = progress

    def see(self, article: Article) -> None:
        if article.document.id in self.documents:
            return
        self.documents.add(article.document.id)
        if self.census is not None:
            self.census.see(article)
        for a in article.annotations:
            self.count += 1
            self.layers[a.layer] = self.layers.get(a.layer, 0) + 1
        if self._progress:
            self._progress(self.count)


def _check_place(form: Format, out: Path) -> None:
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    if form.folder:
        if out.exists() and (not out.is_dir() or any(out.iterdir())):
            raise BadInput(
                say("the form {form} is a folder, and this is there already", form=form.name),
                str(out),
                "name a new one",
            )
    elif out.is_dir():
        raise BadInput("this is a folder", str(out), "give a file name")


def _head(out: Path) -> str:
    """The beginning of the file, or of the first file of a folder; empty where it is not text."""
    path = min((p for p in out.rglob("*") if p.is_file()), default=None) if out.is_dir() else out
    if path is None:
        return ""
    with path.open("rb") as file:
        data = file.read(_HEAD)
    if b"\0" in data or data.startswith(b"PK"):
        return ""
    return data.decode("utf-8", "ignore")
