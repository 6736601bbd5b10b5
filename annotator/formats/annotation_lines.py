"""Annotation records as JSON lines, written from a dataset and read back."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.faults import Faults
from annotator.domain.words import say
from annotator.formats.annotation_records import read_records, record_line
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.documents_read import read_line, split
from annotator.formats.incoming import Incoming
from annotator.formats.record_form import RecordForm


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """One line an annotation, spans before the links that name them; last, for each coder, the articles that the coder
    is done with and labelled nothing in, of which no annotation tells."""
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every, dataset.origins)
    labelled: set[tuple[str, str]] = set()
    with out.open("wb") as file:
        for article in dataset:
            text = article.text if dataset.with_text else None
            for a in article.annotations:
                file.write(record_line(form.record(a, article.document, text, article.reading)))
                if article.copy is None:
                    labelled.add((a.coder_id, article.document.id))
        for coder_id, ids in dataset.read.items():
            empty = [dataset.documents[d] for d in ids if (coder_id, d) not in labelled]
            if empty:
                empty.sort(key=lambda d: d.number)
                file.write(read_line(dataset.coders[coder_id], empty, dataset.with_titles))


def read(path: Path) -> Incoming:
    """The records; documents are not part of this form."""
    data, read_by, faults = split(path.read_bytes(), path.name)
    records, problems = read_records(data, path.name)
    incoming = Incoming(
        records=[(say("line {n}", n=n), record) for n, record in records if record.reading == 1],
        problems=Faults([*problems, *faults]),
        read=read_by,
    )
    second = len(records) - len(incoming.records)
    incoming.losses.lose(say("labels of second readings, which belong to the study that handed them out"), second)
    return incoming
