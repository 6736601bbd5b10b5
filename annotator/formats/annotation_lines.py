"""Annotation records as JSON lines, written from a dataset and read back."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.faults import Faults
from annotator.domain.words import say
from annotator.formats.annotation_records import read_records, record_line
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.documents_read import split
from annotator.formats.incoming import Incoming
from annotator.formats.record_form import RecordForm


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """One line an annotation, spans before the links that name them."""
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every, dataset.origins)
    with out.open("wb") as file:
        for article in dataset:
            text = article.text if dataset.with_text else None
            for a in article.annotations:
                file.write(record_line(form.record(a, article.document, text, article.reading)))


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
    incoming.losses.lose(say("labels of second readings, which belong to the study that hid them"), second)
    return incoming
