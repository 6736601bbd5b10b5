"""What each coder gave for one attribute or role, unit by unit, as categories that can be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import combinations
from typing import Any

from annotator.agreement.distances import jaccard, masi, tree
from annotator.agreement.ratings import RatingsTable
from annotator.domain.codebook.model import Attribute, Layer, LinkLayer, ScaleAttribute, TreeAttribute, tree_nodes
from annotator.domain.codebook.values import categories_of, category, label_of, level_of, number_text
from annotator.services.reporting.question import Corpus, Question
from annotator.services.reporting.units import Unit, role_entities, units
from annotator.services.study import Study


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute (or role) over its units: what each coder gave, as categories.

    rows: one for each unit, coder id -> category; None and absent are missing. names: category -> how it reads.
    sets: a category is a set, its members parted by |. paths: of a tree, category -> keys from the top down.
    numbers: where a category is not its own number (days of the calendar), category -> number as text.
    """

    layer: str
    attribute: str
    role: bool
    level: str
    categories: tuple[str, ...]
    off_scale: tuple[str, ...]
    names: dict[str, str]
    units: tuple[Unit, ...]
    rows: tuple[dict[str, str | None], ...]
    sets: bool = False
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, str] | None = None

    @property
    def main(self) -> str:
        """The coefficient that the declared type asks for."""
        return "krippendorff_alpha" + ("_tree" if self.paths else "_masi" if self.sets else "")

    def distances(self) -> dict[str, Any]:
        """Distances between categories, by name, for values that are sets or nodes of a tree."""
        if self.paths:
            return {"tree": tree([self.paths.get(c, (f"|{c}",)) for c in self.categories])}
        if self.sets:
            members = [frozenset(part for part in c.split("|") if part) for c in self.categories]
            return {"masi": masi(members), "jaccard": jaccard(members)}
        return {}


def comparisons(study: Study, compared: Corpus, question: Question) -> list[Comparison]:
    """Every attribute and role to be compared, in the codebook's order; free text is not."""
    result: list[Comparison] = []
    entity_names = {e.id: e.name for e in study.entities()}
    for layer in compared.codebook.layers:
        if question.layer not in (None, layer.key):
            continue
        attributes = [a for a in layer.attributes if a.type != "text" and question.attribute in (None, a.key)]
        roles = (
            [r.key for r in layer.roles if layer.per and r.key != layer.per.role]
            if isinstance(layer, LinkLayer) and question.attribute is None
            else []
        )
        if not attributes and not roles:
            continue
        found = [u for u in units(compared, layer.key, question.overlap) if len(u.made) > 1]
        if not found:
            continue
        result += [_attribute(layer, a, found, entity_names) for a in attributes]
        result += [_role(compared, layer.key, r, found, entity_names) for r in roles]
    return [c for c in result if any(sum(v is not None for v in row.values()) > 1 for row in c.rows)]


def _attribute(layer: Layer, attribute: Attribute, found: list[Unit], names: dict[str, str]) -> Comparison:
    rows = tuple({c: category(attribute, a.values.get(attribute.key)) for c, a in u.made.items()} for u in found)
    declared = categories_of(attribute) if attribute.type != "choices" else None
    seen = tuple(sorted({v for row in rows for v in row.values() if v is not None}))
    off = tuple(o.key for o in attribute.off_scale)
    kept = tuple(v for v in seen if v not in off and not _fits(attribute, declared, v))
    shown = (*declared, *kept) if declared else seen
    off += kept  # what an older codebook allowed is a category, but has no place in this one's order
    days = {v: day for v in seen if v not in off and (day := _day(v))} if attribute.type == "date" else None
    return Comparison(
        layer.key,
        attribute.key,
        False,
        "interval" if attribute.type == "date" else level_of(attribute),
        shown,
        off,
        {v: category_name(attribute, v, names) for v in shown},
        tuple(found),
        rows,
        attribute.type == "choices" or (attribute.type == "entity" and attribute.many),
        {n.key: (*path,) for n, path in tree_nodes(attribute.values)} if isinstance(attribute, TreeAttribute) else {},
        days,
    )


def _fits(attribute: Attribute, declared: tuple[str, ...] | None, text: str) -> bool:
    if declared is not None:
        return text in declared
    if attribute.type != "number":
        return True
    try:
        return float(text) == float(text)
    except ValueError:
        return False


def _day(text: str) -> str | None:
    """The day's number in the calendar; None for a month or a year, which is no single day."""
    try:
        return str(date.fromisoformat(text).toordinal()) if len(text) == 10 else None
    except ValueError:
        return None


def category_name(attribute: Attribute, key: str, entities: Mapping[str, str]) -> str:
    """How a category reads: labels of the codebook, names of entities, scale points with their number."""
    if attribute.type == "entity":
        return " + ".join(entities.get(p, p) for p in key.split("|"))
    if isinstance(attribute, ScaleAttribute):
        points = {number_text(p.value): p.label for p in attribute.points}
        return f"{key.replace('-', '−')} {points[key]}" if key in points else label_of(attribute, key)
    if attribute.type == "boolean" and key in ("true", "false"):
        return "yes" if key == "true" else "no"
    return ", ".join(label_of(attribute, part) for part in key.split("|"))


def _role(compared: Corpus, layer: str, role: str, found: list[Unit], names: dict[str, str]) -> Comparison:
    rows: list[dict[str, str | None]] = []
    for u in found:
        row: dict[str, str | None] = {}
        for coder, link in u.made.items():
            entities = role_entities(link, role, compared.labels[u.document_id][coder])
            row[coder] = "|".join(entities) or None
        rows.append(row)
    seen = tuple(sorted({v for row in rows for v in row.values() if v is not None}))
    return Comparison(
        layer,
        role,
        True,
        "nominal",
        seen,
        (),
        {v: " + ".join(names.get(p, p) for p in v.split("|")) for v in seen},
        tuple(found),
        tuple(rows),
        any("|" in v for v in seen),
    )


def table_of(comparison: Comparison, coders: Sequence[str], categories: Sequence[str]) -> RatingsTable:
    allowed = set(categories)
    cells = [[v if (v := row.get(c)) is not None and v in allowed else None for c in coders] for row in comparison.rows]
    return RatingsTable.from_cells(cells, coders, categories)


def on_scale(comparison: Comparison, coders: Sequence[str]) -> RatingsTable:
    """The table without off-scale answers: they have no place in an order. Days are counted in the calendar."""
    numbers = comparison.numbers
    if numbers is not None:
        cells = [[numbers.get(row.get(c) or "") for c in coders] for row in comparison.rows]
        return RatingsTable.from_cells(cells, coders, sorted(set(numbers.values()), key=float))
    if comparison.level == "ordinal":
        categories = [c for c in comparison.categories if c not in comparison.off_scale]
    else:
        seen = {v for row in comparison.rows for v in row.values() if v is not None} - set(comparison.off_scale)
        categories = sorted(seen, key=float)
    return table_of(comparison, coders, categories)


def matrices_of(c: Comparison, compared: Corpus) -> list[dict[str, Any]]:
    """A confusion matrix for each pair of coders, with the categories that occur."""
    result = []
    for first, second in combinations(compared.coders, 2):
        cells: Counter[tuple[str, str]] = Counter()
        for row in c.rows:
            a, b = row.get(first.id), row.get(second.id)
            if a is not None and b is not None:
                cells[a, b] += 1
        used = [k for k in c.categories if any(k in pair for pair in cells)]
        if not used or len(used) > 30:
            continue
        result.append(
            {
                "coders": (first.name, second.name),
                "names": [c.names[k] for k in used],
                "rows": [[cells[a, b] for b in used] for a in used],
                "most": max(cells.values()),
            }
        )
    return result
