"""One row an owner (claim) and link of the layer that repeats most (about), other links resolved beside it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotator.domain.codebook.model import LinkLayer
from annotator.domain.statements import Statement, Tie, plain, statements, zones_of
from annotator.formats.csv_tables import write_csv
from annotator.formats.dataset import Article, Dataset, Losses


class StatementTable:
    """Which links stand beside the statement (at most one each), and which make a row each."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        links = [x for x in dataset.codebook.link_layers if x.per is not None]
        self._wide = [x for x in links if x.per and x.per.max == 1]
        self._long = [x for x in links if x not in self._wide]
        self._owned = list(dict.fromkeys(k for x in links if x.per for k in x.role(x.per.role).layers))
        self._names = {e.id: e.name for e in dataset.register.every.values()}

    def columns(self) -> list[str]:
        """Columns in the codebook's order."""
        codebook = self._dataset.codebook
        found = ["statement", "coder", "document_number", "document_title", "document_sha256", "published"]
        found += ["publisher", "layer", "start", "end"] + (["text"] if self._dataset.with_text else [])
        found += [f"{key}.{a.key}" for key in self._owned for a in codebook.layer(key).attributes]
        for link in self._wide + self._long:
            for role in link.roles:
                if link.per and role.key != link.per.role:
                    base = f"{link.key}.{role.key}"
                    found += [*([base] if self._dataset.with_text else []), f"{base}.entity", f"{base}.because"]
            found += [f"{link.key}.{a.key}" for a in link.attributes]
        shown = {*self._owned, *(x.key for x in self._wide + self._long)}
        found += [c for c in self._dataset.kept if c.partition(".")[0] in shown]
        return [*found, "missing"]

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row a statement and link."""
        for article in self._dataset:
            zones = zones_of(self._dataset.codebook, article.document.zones, list(article.annotations))
            for coder_id in (c for c in self._dataset.coders if c in set(article.coder_ids)):
                for statement in statements(self._dataset.codebook, list(article.of(coder_id)), zones):
                    yield from self._rows(article, statement)

    def _rows(self, article: Article, statement: Statement) -> Iterator[dict[str, Any]]:
        owner, document = statement.owner, article.document
        row: dict[str, Any] = {
            "statement": owner.id,
            "coder": self._dataset.coders[owner.coder_id].name,
            "document_number": document.number,
            "document_title": document.title,
            "document_sha256": document.sha256,
            "published": document.published,
            "publisher": document.publisher,
            "layer": owner.layer,
            "start": owner.fragments[0][0] if owner.fragments else None,
            "end": owner.fragments[-1][1] if owner.fragments else None,
            "text": article.quote(owner),
            "missing": statement.missing,
        }
        row.update({f"{owner.layer}.{k}": plain(v, self._names) for k, v in owner.values.items()})
        for link in self._wide:
            row.update(self._cells(article, link, statement.ties.get(link.key, ())))
        groups = _groups(self._long, statement)
        if not groups:
            yield row
        for link, ties in groups:
            yield {**row, **self._cells(article, link, ties)}

    def _cells(self, article: Article, link: LinkLayer, ties: Sequence[Tie]) -> dict[str, Any]:
        cells: dict[str, Any] = {}
        for role in link.roles:
            mine = [t for t in ties if t.role == role.key]
            if not mine:
                continue
            base = f"{link.key}.{role.key}"
            cells[base] = [article.quote(t.filler) for t in mine if t.filler]
            cells[f"{base}.entity"] = [self._names[t.entity_id] for t in mine if t.entity_id]
            cells[f"{base}.because"] = [t.because for t in mine if t.because]
        if ties:
            cells.update({f"{link.key}.{k}": plain(v, self._names) for k, v in ties[0].link.values.items()})
        return cells


def _groups(long: Sequence[LinkLayer], statement: Statement) -> list[tuple[LinkLayer, list[Tie]]]:
    groups: list[tuple[LinkLayer, list[Tie]]] = []
    for link in long:
        by_link: dict[str, list[Tie]] = {}
        for tie in statement.ties.get(link.key, ()):
            by_link.setdefault(tie.link.id, []).append(tie)
        groups += [(link, ties) for ties in by_link.values()]
    return groups


def rows(dataset: Dataset) -> Iterator[Mapping[str, Any]]:
    """The rows alone."""
    return StatementTable(dataset).rows()


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A CSV file after RFC 4180."""
    table = StatementTable(dataset)
    losses.rows = write_csv(out, table.columns(), table.rows())
