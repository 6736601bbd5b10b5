"""The raw ratings behind a report, for those who compute the figures anew elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from annotator.domain.formula_cells import guarded
from annotator.formats.steady_zip import steady_zip
from annotator.services.agreement.comparing import UNMATCHED, Comparison
from annotator.services.agreement.request import OTHERS, Corpus


def ratings_rows(found: Sequence[Comparison], compared: Corpus) -> Iterator[tuple[str, ...]]:
    """One rating a row under a head: layer, attribute, level, unit, document, label, coder, value."""
    numbers = {d.id: str(d.number) for d in compared.documents}
    yield ("layer", "attribute", "level", "unit", "document", "label", "coder", "value")
    for c in found:
        for place, (unit, row) in enumerate(zip(c.units, c.rows, strict=True), 1):
            for coder in compared.coders:
                value = row.get(coder.id)
                if value is not None and value != UNMATCHED and coder != OTHERS:
                    made = unit.made[coder.id].id
                    document = numbers[unit.document_id]
                    yield (c.layer, c.attribute, c.level, str(place), document, made, coder.name, value)


def ratings_csv(found: Sequence[Comparison], compared: Corpus) -> bytes:
    """All ratings, one a line."""
    return _csv(ratings_rows(found, compared))


def ratings_archive(found: Sequence[Comparison], compared: Corpus, more: Mapping[str, bytes] | None = None) -> bytes:
    """A zip with a table for each attribute as `annotator agreement --table` reads it, and a list of them.

    more: further files. Coders are named once: two of the same name are told apart by their ids.
    """
    names = [c.name for c in compared.coders]
    heads = [c.name if names.count(c.name) == 1 else f"{c.name} {c.id}" for c in compared.coders]
    files: dict[str, bytes] = {}
    listed = [("file", "layer", "attribute", "level", "categories", "off_scale")]
    for c in found:
        name = f"{c.layer}.{c.attribute}.csv"
        numbers = {d.id: d.number for d in compared.documents}
        rows = [
            [f"{numbers[unit.document_id]}.{place}", *(row.get(coder.id) or "" for coder in compared.coders)]
            for place, (unit, row) in enumerate(zip(c.units, c.rows, strict=True), 1)
        ]
        files[name] = _csv([("unit", *heads), *rows])
        listed.append((name, c.layer, c.attribute, c.level, ",".join(c.categories), ",".join(c.off_scale)))
    return zipped({"tables.csv": _csv(listed), **files, **(more or {})})


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip whose bytes depend on nothing but the files."""
    out = io.BytesIO()
    with steady_zip(out) as archive:
        for name, content in files.items():
            archive.add(name, content)
    return out.getvalue()


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows([guarded(c) for c in row] for row in rows)
    return out.getvalue().encode("utf-8")
