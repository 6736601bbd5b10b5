"""What stands beside an export without text, so that the texts can be put in again: no word of an article."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Any

from annotator.domain.codebook.reading import codebook_json
from annotator.formats.dataset import Dataset
from annotator.formats.record_form import RecordForm

FILL = "annotator-fill/1"
_NOT_TOLD = ("origin", "text_version", "revised")
"""What a study that is made from the texts anew begins by itself."""


def fill_lines(dataset: Dataset, format: str) -> Iterator[bytes]:
    """The lines of ``OUT.fill.jsonl``."""
    yield _line(
        {
            "format": FILL,
            "form": format,
            "study": {"id": dataset.study_id, "title": dataset.title},
            "version": dataset.codebook_version,
            "titles": dataset.with_titles,
            "codebook": json.loads(codebook_json(dataset.codebook)),
            "coders": [asdict(c) for c in dataset.coders.values()],
            "entities": [asdict(e) for e in dataset.register.every.values()],
            **(
                {"read": {c: list(ids) for c, ids in dataset.read.items() if ids}} if any(dataset.read.values()) else {}
            ),
        }
    )
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    for article in dataset:
        made_in = article.copy or article.document
        told = asdict(replace(made_in, extra={}))  # a teaser is text
        repeat = {"repeat_of": article.document.id} if article.copy is not None else {}
        yield _line({"document": {k: v for k, v in told.items() if k not in _NOT_TOLD}, **repeat})
        for a in article.annotations:
            yield _line({"annotation": form.record(a, made_in, None)})


def _line(content: dict[str, Any]) -> bytes:
    return (json.dumps(content, ensure_ascii=False) + "\n").encode("utf-8", "surrogatepass")
