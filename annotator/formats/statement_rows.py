"""One row a statement: the label, and beside it all that its links tell, speaker, target and stance together.

Where a statement has several links of one layer it is repeated for each of them, with the same id, so that a row never
lacks what another row of the statement has; or these links stand in one row as lists of the same length.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotator.domain.codebook.model import Attribute, Role
from annotator.domain.codebook.owners import Owning, links_in_order, owners
from annotator.domain.statements import Statement, Tie, owners_of, plain, statements, zones_of
from annotator.domain.words import say
from annotator.formats.csv_tables import cell, write_csv
from annotator.formats.dataset import Article, Dataset, Losses

OUTSIDE = say("labels outside statements")


class StatementTable:
    """The columns that a codebook asks for, and the rows.

    lists: several links of a statement stand in one row. losses: is told of labels that stand in no statement.
    """

    def __init__(self, dataset: Dataset, lists: bool = False, losses: Losses | None = None) -> None:
        self._dataset, self._lists, self._losses = dataset, lists, losses
        self._owners = owners(dataset.codebook)
        links = list(self._owners.by_link.values())
        self._links = [x for x in links if x.most == 1] + [x for x in links if x.most != 1]
        self._depth = {key: place for place, key in enumerate(links_in_order(dataset.codebook))}
        self._names = {e.id: e.name for e in dataset.register.every.values()}

    @property
    def empty(self) -> bool:
        """Whether the codebook has nothing that statements are made of."""
        return not self._links and not self._owners.roots

    def columns(self) -> list[str]:
        """Columns in the codebook's order."""
        codebook = self._dataset.codebook
        found = ["statement", "coder", "document_number", "document_title", "document_sha256", "published"]
        found += ["publisher", *(["reading"] if self._dataset.second_readings else []), "layer", "start", "end"]
        found += ["text"] if self._dataset.with_text else []
        found += [f"{key}.{a.key}" for key in self._owners.roots for a in codebook.layer(key).attributes]
        for owning in self._links:
            for role in self._told(owning):
                base = f"{owning.link.key}.{role.key}"
                found += [*([base] if self._dataset.with_text else []), f"{base}.entity", f"{base}.because"]
                found += [f"{base}.{key}" for key in self._asked(role)]
            found += [f"{owning.link.key}.{a.key}" for a in owning.link.attributes]
        shown = {*self._owners.roots, *self._owners.by_link}
        found += [c for c in self._dataset.kept if c.partition(".")[0] in shown]
        return [*found, "missing"]

    @staticmethod
    def _told(owning: Owning) -> Sequence[Role]:
        """The roles that have columns: the owner's as well where a link can stand without an owner and name it."""
        role = owning.link.role(owning.role) if owning.role is not None else None
        alone = role is None or role.takes_entities or bool(role.empty_because)
        return owning.link.roles if alone else owning.others

    def _asked(self, role: Role) -> dict[str, Attribute]:
        """What is coded of the labels in a role, beside whom they name: key -> attribute.

        Whom a label names is what its first attribute of entities says; further ones have columns of their own.
        """
        found: dict[str, Attribute] = {}
        for key in role.layers:
            layer = self._dataset.codebook.layer(key)
            if layer.kind == "span" and key not in self._owners.roots:
                first = self._owners.naming[key][:1]
                found |= {a.key: a for a in layer.attributes if a.key not in (*first, *found)}
        return {k: a for k, a in found.items() if k not in ("entity", "because")}

    def rows(self) -> Iterator[dict[str, Any]]:
        """One row a statement, or one for each of its links where it has several of a layer."""
        for article in self._dataset:
            zones = zones_of(self._dataset.codebook, article.document.zones, list(article.annotations))
            for coder_id in (c for c in self._dataset.coders if c in set(article.coder_ids)):
                own = article.of(coder_id)
                shown: set[str] = set()
                for statement in statements(self._dataset.codebook, own, zones):
                    shown |= statement.parts
                    yield from self._rows(article, statement)
                for a in own:
                    if a.id not in shown and self._losses is not None:
                        self._losses.leave(a.layer, OUTSIDE)

    def _rows(self, article: Article, statement: Statement) -> Iterator[dict[str, Any]]:
        owner, document = statement.owner, article.document
        place = owner.fragments
        row: dict[str, Any] = {
            "statement": owner.id,
            "coder": self._dataset.coders[owner.coder_id].name,
            "document_number": document.number,
            "document_title": document.title,
            "document_sha256": document.sha256,
            "published": document.published,
            "publisher": document.publisher,
            "reading": article.reading,
            "layer": owner.layer,
            "start": place[0][0] if place else None,
            "end": place[-1][1] if place else None,
            "text": article.quote(owner),
            "missing": statement.missing,
        }
        row.update({f"{owner.layer}.{k}": plain(v, self._names) for k, v in owner.values.items()})
        groups = [(x, by) for x in self._links if (by := by_link(statement.ties.get(x.link.key, ())))]
        if self._lists:
            yield row | self._listed(article, groups)
            return
        groups.sort(key=lambda g: self._depth[g[0].link.key])
        for chosen in together(groups):
            made = dict(row)
            for owning, ties in chosen:
                made |= self._cells(article, owning, ties)
            yield made

    def _listed(self, article: Article, groups: Sequence[tuple[Owning, Mapping[str, list[Tie]]]]) -> dict[str, Any]:
        """All links of each layer: as they are where there is one, else lists with a place for each link."""
        cells: dict[str, Any] = {}
        for owning, by_link in groups:
            each = [self._cells(article, owning, ties) for ties in by_link.values()]
            if len(each) == 1:
                cells |= each[0]
                continue
            for key in dict.fromkeys(k for made in each for k in made):
                cells[key] = [" + ".join(map(cell, v)) if isinstance(v := made.get(key), list) else v for made in each]
        return cells

    def _cells(self, article: Article, owning: Owning, ties: Sequence[Tie]) -> dict[str, Any]:
        cells: dict[str, Any] = {}
        for role in self._told(owning):
            mine = [t for t in ties if t.role == role.key]
            if not mine:
                continue
            base = f"{owning.link.key}.{role.key}"
            cells[base] = [article.quote(t.filler) for t in mine if t.filler]
            cells[f"{base}.entity"] = [self._names.get(e, e) for t in mine for e in t.entities]
            cells[f"{base}.because"] = [t.because for t in mine if t.because]
            for key in self._asked(role):
                cells[f"{base}.{key}"] = [
                    plain(t.filler.values[key], self._names) for t in mine if t.filler and key in t.filler.values
                ]
        if ties:
            cells.update({f"{owning.link.key}.{k}": plain(v, self._names) for k, v in ties[0].link.values.items()})
        return cells


def by_link(ties: Sequence[Tie]) -> dict[str, list[Tie]]:
    found: dict[str, list[Tie]] = {}
    for tie in ties:
        found.setdefault(tie.link.id, []).append(tie)
    return found


_Chosen = tuple[tuple[Owning, list[Tie]], ...]


def together(groups: Sequence[tuple[Owning, Mapping[str, list[Tie]]]]) -> list[_Chosen]:
    """One link of each layer, in every way; a link that another link owns stands beside that one alone.

    groups: links that own others come before these.
    """
    rows: list[_Chosen] = [()]
    for owning, by_link in groups:
        above = set(owning.link.role(owning.role).layers) if owning.role is not None else set()
        longer: list[_Chosen] = []
        for row in rows:
            beside = {ties[0].link.id for x, ties in row if x.link.key in above}
            fit = [t for t in by_link.values() if not beside or beside & set(owners_of(owning, t[0].link))]
            longer += [(*row, (owning, ties)) for ties in fit] or [row]
        rows = longer
    return rows


def rows(dataset: Dataset) -> Iterator[Mapping[str, Any]]:
    """The rows alone."""
    return StatementTable(dataset).rows()


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A CSV file after RFC 4180."""
    table = StatementTable(dataset, losses=losses)
    losses.rows = write_csv(out, table.columns(), table.rows(), dataset.cells)


def write_lists(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The same with one row a statement, whatever it has."""
    table = StatementTable(dataset, lists=True, losses=losses)
    losses.rows = write_csv(out, table.columns(), table.rows(), dataset.cells)
