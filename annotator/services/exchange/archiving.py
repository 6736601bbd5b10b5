"""A citable archive: one zip with the data, the codebook, the agreement, checksums and a page that explains it all."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from annotator.domain.accounts import Account
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.decisions import GOLD
from annotator.domain.errors import AnnotatorError
from annotator.formats.csv_tables import Cells, write_csv
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.declared import writable
from annotator.formats.register_rows import entity_columns, entity_rows
from annotator.formats.steady_zip import steady_zip
from annotator.services.accounts import who_coded
from annotator.services.exchange.records import dataset_of
from annotator.services.files import files_of
from annotator.services.study import Study
from annotator.services.working_folders import working_folder

GUARDED = (
    "In the CSV files an apostrophe (`'`) stands before text that begins with `=`, `+`, `-`, "
    "`@`, a tab or a line break and is not a number, for a spreadsheet would calculate it; "
    "`data/annotations.jsonl` has the text as it is."
)
PARTS = (("annotations.jsonl", "jsonl"), ("annotations.csv", "csv"), ("statements.csv", "statements"))


def write_archive(
    study: Study, out: Path, ids: Sequence[str], without_text: bool, titles: bool, account: Account, cells: Cells
) -> None:
    """The zip; the same study gives the same bytes. titles: headlines stay though the texts are left out."""
    with working_folder() as place_of_work:
        folder = place_of_work / "archive"
        folder.mkdir()
        (folder / "data").mkdir()
        for file, form in PARTS:
            found = dataset_of(study, ids, without_text, second_readings=True, titles=titles)
            dataset = replace(found, cells=cells)
            writable(form).writer()(dataset, folder / "data" / file, Losses())
        _articles(study, folder, dataset)
        write_csv(folder / "data/entities.csv", entity_columns(dataset), entity_rows(dataset), cells)
        (folder / "codebook.json").write_text(codebook_json(study.codebook) + "\n", encoding="utf-8", newline="\n")
        agreement = _agreement(study, folder, ids, dataset.with_titles)
        (folder / "README.md").write_text(
            _readme(study, ids, dataset, agreement, account), encoding="utf-8", newline="\n"
        )
        sums = [
            f"{hashlib.sha256(p.read_bytes()).hexdigest()}  {p.relative_to(folder).as_posix()}"
            for p in files_of(folder)
        ]
        (folder / "SHA256SUMS").write_text("\n".join([*sums, ""]), encoding="utf-8", newline="\n")
        _zip(folder, out)


def _articles(study: Study, folder: Path, dataset: Dataset) -> None:
    """Articles by number, each once; their texts, or the hashes alone."""
    columns = ("number", "id", "title", "published", "publisher", "author", "url", "language", "characters", "sha256")
    documents = dataset.documents.values()
    write_csv(
        folder / "data/articles.csv", columns, ({c: getattr(d, c) for c in columns} for d in documents), dataset.cells
    )
    if not dataset.with_text:
        return
    (folder / "texts").mkdir()
    for d in documents:
        path = folder / "texts" / f"{d.number:05d}.txt"
        path.write_bytes(study.text(d.id).encode("utf-8", "surrogatepass"))


def _agreement(study: Study, folder: Path, ids: Sequence[str], titles: bool) -> str:
    """What came of the report: where there are no two coders there is none, which the page says."""
    from annotator.services.agreement.report import write_report
    from annotator.services.agreement.request import Question

    names = tuple(c.id for c in study.coders() if c.id in ids and c.role != GOLD)
    try:
        write_report(study, Question(coders=names), None, folder / "agreement.html", titles=titles)
    except AnnotatorError as error:
        return f"There is no agreement report: {error.what}."
    return "`agreement.html` tells how far the coders agree, with intervals, rules and sources."


def _readme(study: Study, ids: Sequence[str], dataset: Dataset, agreement: str, account: Account) -> str:
    coded = who_coded(study)
    coders = [c.name for c in study.coders() if c.id in ids and c.id in coded]
    texts = (
        "`texts/` has each clean text by number; offsets count its Unicode code points."
        if dataset.with_text
        else "The texts are left out, and remarks that quote them. `data/articles.csv` has the SHA-256 of each clean "
        "text; offsets count its Unicode code points."
    )
    if not dataset.with_titles:
        texts += " Headlines and names of files are words of the articles and are left out too."
    elif not dataset.with_text:
        texts += " Headlines are in it, which are words of the articles."
    again = "- Rows with `reading` 2: a coder read the article again without knowing it; leave them out of counts."
    second = [again] if dataset.second_readings else []
    return "\n".join(
        [
            f"# {study.title}",
            "",
            f"{len(dataset.documents)} articles coded by {len(coders)} coders ({', '.join(coders)}) with Annotator "
            f"under the codebook “{study.codebook.title}” ({study.codebook.key}, version {study.codebook_version}).",
            "",
            "- `data/annotations.jsonl`: every annotation, one a line, with its links; what the others are made from.",
            "- `data/annotations.csv`: one row an annotation. `data/statements.csv`: one row a statement; where it has "
            "several links of one layer (several targets), one row each with all the rest of the statement beside it.",
            *second,
            "- `data/entities.csv`: everybody and everything that labels name, with what the codebook asks of each.",
            "- `codebook.json`: layers, values and their definitions; Annotator reads it.",
            f"- {agreement}",
            f"- {texts}",
            "- `SHA256SUMS`: `sha256sum -c SHA256SUMS` checks every file.",
            "",
            "Offsets are half-open: [start, end).",
            *([] if dataset.cells.bare else ["", GUARDED]),
            "",
            "## What is in it",
            "",
            f"{account.line}.",
            "",
            *(f"- {x.count} {x.layer or x.what}: {x.why}" for x in account.left_out),
            "",
        ]
    )


def _zip(folder: Path, out: Path) -> None:
    with steady_zip(out) as archive:
        for path in files_of(folder):
            with path.open("rb") as source, archive.adding(path.relative_to(folder).as_posix()) as target:
                shutil.copyfileobj(source, target)
