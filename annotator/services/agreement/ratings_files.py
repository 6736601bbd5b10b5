"""The raw ratings behind a report, for those who compute the figures anew elsewhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence

from annotator.domain.formula_cells import guarded
from annotator.formats.steady_zip import steady_zip
from annotator.services.agreement.comparing import UNMATCHED, Comparison
from annotator.services.agreement.drawing import Labels
from annotator.services.agreement.request import OTHERS, Corpus


def ratings_rows(
    found: Sequence[Comparison], compared: Corpus, names: Labels, titles: Mapping[int, str] | None = None
) -> Iterator[tuple[str, ...]]:
    """One rating a row under a head: keys and ids first, then how they read. titles: an article's number -> how it is
    called; nothing of it where None."""
    numbers = {d.id: str(d.number) for d in compared.documents}
    called = {d.id: (titles or {}).get(d.number, "") for d in compared.documents}
    yield ("layer", "attribute", "level", "unit", "document", "label", "coder", "value", "layer_name",
           "attribute_name", "value_name", "document_name", "document_id", "coder_id")  # fmt: skip
    for c in found:
        for place, (unit, row) in enumerate(zip(c.units, c.rows, strict=True), 1):
            for coder in compared.coders:
                value = row.get(coder.id)
                if value is not None and value != UNMATCHED and coder != OTHERS:
                    made = unit.made[coder.id].id
                    document = numbers[unit.document_id]
                    yield (c.layer, c.attribute, c.level, str(place), document, made, coder.name, value,
                           *names[c.layer, c.attribute], c.names.get(value, value), called[unit.document_id],
                           compared.article(unit.document_id), coder.id)  # fmt: skip


def ratings_csv(
    found: Sequence[Comparison], compared: Corpus, names: Labels, titles: Mapping[int, str] | None = None
) -> bytes:
    """All ratings, one a line."""
    return _csv(ratings_rows(found, compared, names, titles))


def ratings_archive(
    found: Sequence[Comparison],
    compared: Corpus,
    labels: Labels,
    titles: Mapping[int, str] | None = None,
    more: Mapping[str, bytes] | None = None,
) -> bytes:
    """A zip with a table for each attribute as `annotator agreement --table` reads it, a list of them, how all of its
    categories read, and all ratings in one table with names beside ids.

    more: further files. Coders are named once: two of the same name are told apart by their ids.
    """
    names = [c.name for c in compared.coders]
    heads = [c.name if names.count(c.name) == 1 else f"{c.name} {c.id}" for c in compared.coders]
    files: dict[str, bytes] = {}
    listed = [("file", "layer", "attribute", "level", "categories", "off_scale", "layer_name", "attribute_name")]
    read = [("file", "category", "name")]
    for c in found:
        name = f"{c.layer}.{c.attribute}.csv"
        numbers = {d.id: d.number for d in compared.documents}
        rows = [
            [f"{numbers[unit.document_id]}.{place}", *(row.get(coder.id) or "" for coder in compared.coders)]
            for place, (unit, row) in enumerate(zip(c.units, c.rows, strict=True), 1)
        ]
        files[name] = _csv([("unit", *heads), *rows])
        listed.append((name, c.layer, c.attribute, c.level, ",".join(c.categories), ",".join(c.off_scale),
                       *labels[c.layer, c.attribute]))  # fmt: skip
        read += [(name, category, c.names.get(category, category)) for category in c.categories]
    whole = {"tables.csv": _csv(listed), "categories.csv": _csv(read)}
    return zipped({**whole, "ratings.csv": ratings_csv(found, compared, labels, titles), **files, **(more or {})})


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
