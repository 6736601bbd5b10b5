"""Writing datasets: streamed from one unchanging state, data and all that speaks of them as one result."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from pathlib import Path

from annotator.domain.accounts import Account, Holding
from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.csv_tables import Cells
from annotator.formats.dataset import Article, Dataset, Loss, Losses
from annotator.formats.declared import NETWORKS, Format, formats, writable
from annotator.formats.features import Census
from annotator.formats.travelling import beside_of
from annotator.services.accounts import SECOND, contents, not_theirs
from annotator.services.accounts import counted as counted_here
from annotator.services.articles import shared_words
from annotator.services.codebooks.outcomes import CodebookVersion
from annotator.services.exchange.authors import authors
from annotator.services.exchange.fill_list import fill_lines
from annotator.services.exchange.manifest import (
    CellsWritten,
    FromSuggestions,
    Manifest,
    Preview,
    WhichStudy,
    Written,
)
from annotator.services.exchange.records import dataset_of
from annotator.services.files import described, publishing
from annotator.services.study import Study
from annotator.services.suggestions.origins import origins
from annotator.services.working_folders import working_folder

Progress = Callable[[int], None]
"""Told how many articles are written; stops the export by raising Cancelled."""

NETWORK_NAMES = frozenset(x.name for x in NETWORKS)
_HEAD = 4000
_TABLES = ("csv", "statements", "statement-lists", "archive")
"""Forms with tables in CSV."""
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
    titles: bool = False,
    cells: Cells | None = None,
    with_origins: bool = False,
) -> Manifest:
    """Write the dataset and ``OUT.manifest.json``; the answer is the manifest. All or nothing.

    gold: the settled labels and nothing else; without it what coders did and nothing that was settled.
    titles: headlines and names of files stay though the texts are left out. cells: how tables in CSV are written.
    with_origins: say of each label from which suggestion it was accepted; raises BadInput where the form has no place.
    """
    form = writable(format)
    if with_origins:
        _expect_place(form)
    _check_place(form, out)
    manifest_name, fill_name = out.name + ".manifest.json", out.name + ".fill.jsonl"
    with publishing(out) as result, study.file.reading():
        manifest = _written(
            study, form, result.path(), coders, without_text, progress, gold, titles, cells, with_origins
        )
        travels = beside_of(result.path())
        if travels.is_file():
            result.path(travels.name)
        else:
            result.drop(travels.name)
        if without_text:
            ids = [c.id for c in authors(study, coders, gold)]
            filling = dataset_of(study, ids, without_text, None, form.second_readings, titles)
            result.write(fill_lines(filling, format), fill_name)
        else:
            result.drop(fill_name)
        result.write(
            [(json.dumps(manifest.as_json(), ensure_ascii=False, indent=2) + "\n").encode("utf-8", "backslashreplace")],
            manifest_name,
        )
    return manifest


def _expect_place(form: Format) -> None:
    if not form.origins:
        told = say("`{form}` cannot hold which suggestions labels were accepted from", form=form.name)
        names = ", ".join(sorted(f.name for f in formats() if f.origins))
        raise BadInput(told, remedy=say("choose {names}", names=names))


def preview(
    study: Study,
    format: str,
    coders: Sequence[str] | None = None,
    without_text: bool = False,
    progress: Progress | None = None,
    gold: bool = False,
    titles: bool = False,
    with_origins: bool = False,
) -> Preview:
    """The manifest that an export would have, and how its main file begins; nothing stays."""
    form = writable(format)
    if with_origins:
        _expect_place(form)
    with working_folder() as folder:
        out = folder / f"preview{'' if form.folder else form.suffix}"
        manifest = _written(study, form, out, coders, without_text, progress, gold, titles, None, with_origins)
        return Preview(manifest, _head(out))


def _written(
    study: Study,
    form: Format,
    out: Path,
    coders: Sequence[str] | None,
    without_text: bool,
    progress: Progress | None,
    gold: bool,
    titles: bool,
    cells: Cells | None = None,
    with_origins: bool = False,
) -> Manifest:
    style = cells or Cells()
    if form.name != ARCHIVE:
        form.writer()  # a missing extra is told before anything is read
    chosen = authors(study, coders, gold)
    ids = [c.id for c in chosen]
    losses = Losses()
    with study.file.reading():
        counted = _Counted(progress)
        found = dataset_of(study, ids, without_text, counted.see, form.second_readings, titles)
        came_from = origins(study, ids)
        told = {key: one.as_json() for key, one in came_from.items()} if with_origins else {}
        dataset = replace(found, cells=style, origins=told, with_origins=with_origins)
        counted.census = Census(dataset)
        if form.name == ARCHIVE:
            from annotator.services.exchange.archiving import write_archive

            account = _account(study, form, set(ids), gold, _seen(dataset, counted), losses)
            write_archive(study, out, ids, without_text, titles, account, style)
        else:
            form.writer()(dataset, out, losses)
        account = _account(study, form, set(ids), gold, _seen(dataset, counted), losses)
        lost = counted.census.lost(form.carries)
        _told_untexted(dataset, losses)
        if without_text and with_origins:
            losses.lose(say("which suggestions labels came from, where the texts are filled in again"), len(came_from))
    rows = counted.count if losses.rows is None else losses.rows
    if not account.here.annotations or not rows:
        _told_empty(account, form, losses)
    return Manifest(
        study=WhichStudy(study.id, study.title),
        codebook=CodebookVersion(study.codebook.key, study.codebook_version),
        format=form.name,
        text=not without_text,
        titles=dataset.with_titles,
        coders=tuple(sorted(c.name for c in chosen) if coders is not None else (c.name for c in chosen)),
        gold=gold,
        counts=Written(rows, len(dataset.documents), counted.layers),
        account=account,
        same_words=shared_words.shared_words(study),
        cells=CellsWritten.of(style) if form.name in _TABLES else None,
        from_suggestions=FromSuggestions(len(came_from), with_origins) if came_from else None,
        losses=(*(Loss(what, n, None) for what, n in lost.items()), *losses.listed()),
        described=described(out),
    )


def _account(
    study: Study, form: Format, ids: Collection[str], gold: bool, counted: _Counted, losses: Losses
) -> Account:
    """What of the study is in the file: the labels that were written, against those that the database counts."""
    found = contents(study)
    theirs = not_theirs(found, ids, gold)

    def why(layer: str, coder: str, document: str) -> str | None:
        return theirs(layer, coder, document) or (
            SECOND if document in found.copies and not form.second_readings else None
        )

    _, reckoning = found.split(why)
    layers, articles = Counter(counted.layers), set(counted.labelled)
    kinds = {x.key: x.kind for x in study.codebook.layers}
    for layer, n in counted.layers.items():
        if (
            (feature := _KINDS.get(kinds.get(layer, "")))
            and feature[0] not in form.carries
            and form.name not in NETWORK_NAMES
        ):
            losses.leave(layer, feature[1], n - sum(k for (x, _), k in losses.left.items() if x == layer))
    for (layer, reason), n in losses.left.items():
        layers[layer] -= n
        reckoning.leave(layer, reason, n)
    here = Holding(len(articles), 0, layers, len(counted.second))
    return counted_here(found, here, reckoning, ids, whole_articles=form.holds_articles)


def _told_untexted(dataset: Dataset, losses: Losses) -> None:
    """What goes, or stays, of articles whose texts are left out."""
    if dataset.with_text:
        return
    losses.lose(say("remarks and free values that quote an article"), len(dataset.quoting))
    if dataset.with_titles:
        told = sum(1 for d in dataset.documents.values() if d.title)
        losses.lose(say("WARNING: headlines are in it, which are words of the articles"), told)
    else:
        losses.lose(say("headlines, names of files and teasers"), len(dataset.documents))


_KINDS = {
    "span": ("spans", say("labelled passages")),
    "link": ("links", say("links between labels")),
    "document": ("document_values", say("values of whole articles")),
}
"""Kind of a layer -> (feature that a form must have to carry its labels, what stays behind where it does not)."""


def _told_empty(account: Account, form: Format, losses: Losses) -> None:
    """Raises BadInput where nothing is in a file of labels; where articles are in it, it is told with what is lost."""
    if account.here.annotations:
        raise BadInput(
            say("nothing is in “{form}” ({account})", form=form.name, account=account.line),
            remedy=say("use another form; {reasons}", reasons="; ".join([*account.reasons(), *losses.counts])),
        )
    why = "; ".join(account.reasons()) or say("the study has no labels yet")
    if not form.holds_articles:
        raise BadInput(
            say("no label would be in “{form}” ({account})", form=form.name, account=account.line),
            remedy=say("nothing was written: {why}", why=why),
        )
    losses.lose(say("there is no label in it: {why}", why=why))


def _seen(dataset: Dataset, counted: _Counted) -> _Counted:
    """The count, made now where the writer has read nothing of it."""
    if not counted.documents:
        for _ in dataset:
            pass
    return counted


class _Counted:
    """Counts labels and layers as articles pass for the first time; a writer may read the articles twice."""

    def __init__(self, progress: Progress | None) -> None:
        self.count = 0
        self.layers: dict[str, int] = {}
        self.documents: set[str] = set()
        self.labelled: set[str] = set()
        """Articles that have a label here."""
        self.second: set[str] = set()
        self.census: Census | None = None
        self._progress = progress

    def see(self, article: Article) -> None:
        made_in = article.copy or article.document
        if made_in.id in self.documents:
            return
        self.documents.add(made_in.id)
        if article.annotations:
            self.labelled.add(article.document.id)
            if article.copy is not None:
                self.second.add(made_in.id)
        if self.census is not None:
            self.census.see(article)
        for a in article.annotations:
            self.count += 1
            self.layers[a.layer] = self.layers.get(a.layer, 0) + 1
        if self._progress:
            self._progress(len(self.documents))


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
