"""What each coder gave for one attribute or role, unit by unit, as categories that can be counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import combinations

from annotator.agreement.distances import beside_last, jaccard, masi, tree
from annotator.agreement.estimate import Floats
from annotator.agreement.grid import Grid
from annotator.agreement.ratings import RatingsTable
from annotator.domain.codebook.model import Attribute, Layer, LinkLayer, ScaleAttribute, TreeAttribute, tree_nodes
from annotator.domain.codebook.owners import other_roles, owner_role
from annotator.domain.codebook.values import categories_of, category, label_of, level_of, number_text
from annotator.domain.words import say
from annotator.services.agreement.request import Corpus, Question, filters
from annotator.services.agreement.units import (
    IN_ORDER,
    SAME,
    OwnedLinks,
    Unit,
    by_id_of,
    owned_links,
    role_entities,
    units,
)
from annotator.services.study import Study

UNMATCHED = "|unmatched"
"""What a coder gave who read the article and has no label of the unit, where that counts as a disagreement."""


SINGLE = "single"
"""A pairing of links: a condition leaves one of each coder on an owner, and these are compared whatever they name."""


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """One attribute (or role) over its units: what each coder gave, as categories.

    grid: codes are places in `categories`, columns are `coder_ids`. names: category -> how it reads. sets: a category
    is a set, its members parted by |. paths: of a tree, category -> keys from the top down. numbers: where a category
    is not its own number (days of the calendar), category -> number as text.
    """

    layer: str
    attribute: str
    role: bool
    level: str
    categories: tuple[str, ...]
    off_scale: tuple[str, ...]
    names: dict[str, str]
    units: tuple[Unit, ...]
    coder_ids: tuple[str, ...]
    grid: Grid
    sets: bool = False
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    numbers: Mapping[str, str] | None = None
    member_names: Mapping[str, str] = field(default_factory=dict)
    """Of sets: member -> how it reads."""
    paired: str = ""
    """Of attributes of links: SAME, IN_ORDER or SINGLE."""
    left_out: Mapping[str, int] = field(default_factory=dict)
    """Of attributes of links: coder id -> links on shared owners that have no counterpart."""

    @property
    def main(self) -> str:
        """The coefficient that the declared type asks for."""
        ordered = "_unmatched" if self.level != "nominal" and UNMATCHED in self.categories else ""
        return "krippendorff_alpha" + ("_tree" if self.paths else "_masi" if self.sets else ordered)

    def distances(self) -> dict[str, Floats]:
        """Distances between categories, by name, for values that are sets or nodes of a tree."""
        if self.paths:
            return {"tree": tree([self.paths.get(c, (f"|{c}",)) for c in self.categories])}
        if self.sets:
            members = [
                frozenset([c]) if c == UNMATCHED else frozenset(part for part in c.split("|") if part)
                for c in self.categories
            ]
            return {"masi": masi(members), "jaccard": jaccard(members)}
        return {}

    def value(self, place: int, coder_id: str) -> str | None:
        """What a coder gave for a unit."""
        code = self.grid.at(place, self.coder_ids.index(coder_id))
        return None if code < 0 else self.categories[code]

    @property
    def rows(self) -> list[dict[str, str]]:
        """One for each unit, coder id -> category; absent is missing."""
        return [
            {c: self.categories[code] for c, code in zip(self.coder_ids, row, strict=True) if code >= 0}
            for row in self.grid.rows()
        ]

    def part(self, places: Sequence[int]) -> Comparison:
        """Some of the units."""
        return replace(self, units=tuple(self.units[i] for i in places), grid=self.grid.part(places))

    def of_coders(self, coders: Sequence[str]) -> Grid:
        """What these coders gave, in this order."""
        return self.grid.of(self.columns(coders))

    def columns(self, coders: Sequence[str]) -> list[int]:
        """Where in the grid these coders are."""
        return [self.coder_ids.index(c) for c in coders]


def comparisons(study: Study, compared: Corpus, question: Question) -> list[Comparison]:
    """Every attribute and role on which two coders gave values, in the codebook's order; free text is not."""
    found = all_comparisons(study, compared, question, given=True)
    return [c for c in found if c.grid.pairable()]


def all_comparisons(study: Study, compared: Corpus, question: Question, given: bool = False) -> list[Comparison]:
    """As `comparisons`, with those on which nobody or one coder alone gave values.

    given: without attributes for which nobody gave a value, which cost as much as the others.
    """
    result: list[Comparison] = []
    entity_names = {e.id: e.name for e in study.entities()}
    counted = question.unmatched == "disagreement"
    for layer in compared.codebook.layers:
        if question.layer not in (None, layer.key):
            continue
        attributes = [a for a in layer.attributes if a.type != "text" and question.attribute in (None, a.key)]
        roles = (
            [r.key for r in other_roles(compared.codebook, layer.key)]
            if isinstance(layer, LinkLayer) and question.attribute is None
            else []
        )
        if not attributes and not roles:
            continue
        paired = pairing(compared, layer, question) if isinstance(layer, LinkLayer) else ""
        every = units(compared, layer.key, question.overlap, SAME if paired == SAME else IN_ORDER)
        found = [u for u in every if counted or len(u.made) > 1]
        if found and attributes:
            cells = _Cells(compared, found, counted)
            here = [a for a in attributes if not given or a.key in cells.keys]
            made = [_attribute(layer, a, found, compared, entity_names, cells) for a in here]
            if isinstance(layer, LinkLayer):
                made = [
                    replace(c, paired=paired, left_out=_without_counterpart(compared, layer, every, question.overlap))
                    for c in made
                ]
            result += made
        if roles and isinstance(layer, LinkLayer):
            result += _roles(layer, roles, compared, question, entity_names, counted)
    return result


def pairing(compared: Corpus, layer: LinkLayer, question: Question) -> str:
    """How links on matched owners are paired: SAME, IN_ORDER where that was asked for, or SINGLE where a condition
    of the question leaves one link of each coder on each owner: that link is what was asked for."""
    if question.links == IN_ORDER:
        return IN_ORDER
    if any(f.layer == layer.key for f in filters(compared.codebook, question.where)):
        owned = owned_links(compared, layer, question.overlap)
        if all(len(links) < 2 for o in owned for links in o.by_coder.values()):
            return SINGLE
    return SAME


def _without_counterpart(compared: Corpus, layer: LinkLayer, every: Sequence[Unit], overlap: float) -> dict[str, int]:
    """Coder id -> links that stand alone although another coder has their owner too."""
    role = owner_role(compared.codebook, layer.key)
    found = dict.fromkeys((c.id for c in compared.coders), 0)
    if role is not None:
        shared = {
            a.id
            for owner in layer.role(role).layers
            for u in units(compared, owner, overlap)
            if len(u.made) > 1
            for a in u.made.values()
        }
        for u in every:
            if len(u.made) == 1:
                ((coder, link),) = u.made.items()
                found[coder] += any(f.annotation in shared for f in link.roles.get(role, ()))
    return found


def _roles(
    layer: LinkLayer, roles: Sequence[str], compared: Corpus, question: Question, names: dict[str, str], counted: bool
) -> list[Comparison]:
    """Whom or what the links of an owner name in each role, all of a coder's links of the owner taken together: the
    owner is the unit."""
    owned = [
        o
        for o in owned_links(compared, layer, question.overlap)
        if sum(bool(links) for links in o.by_coder.values()) > (0 if counted else 1)
    ]
    found = [Unit(o.owners.document_id, {c: links[0] for c, links in o.by_coder.items() if links}) for o in owned]
    if not found:
        return []
    cells = _Cells(compared, found, counted)
    return [_role(layer.key, role, found, owned, compared, names, cells) for role in roles]


class _Cells:
    """The labels of units laid out: the unit and the coder of each, and who read an article and has none of a unit."""

    def __init__(self, compared: Corpus, found: Sequence[Unit], counted: bool) -> None:
        column = {c.id: i for i, c in enumerate(compared.coders)}
        self.shape = (len(found), len(column))
        self.rows = [place for place, u in enumerate(found) for _ in u.made]
        self.columns = [column[c] for u in found for c in u.made]
        self.labels = [a for u in found for a in u.made.values()]
        self.keys = {key for a in self.labels for key in a.values}
        lacking = [
            (place, column[c])
            for place, u in enumerate(found if counted else ())
            for c in compared.labels[u.document_id]
            if c not in u.made
        ]
        self.lacking_rows, self.lacking_columns = [x[0] for x in lacking], [x[1] for x in lacking]


def _encoded(
    cells: _Cells,
    values: Sequence[str | None],
    declared: tuple[str, ...] | None,
    told: Mapping[str, str] | None = None,
) -> tuple[tuple[str, ...], Grid]:
    """(categories, grid): those that occur, in order, where none are declared; UNMATCHED last where it occurs."""
    if declared is None:
        told = told or {}
        declared = tuple(
            sorted({v for v in values if v is not None}, key=lambda v: ([told.get(p, p) for p in v.split("|")], v))
        )
    index: dict[str | None, int] = {c: i for i, c in enumerate(declared)}
    grid = Grid.of_cells(*cells.shape, cells.rows, cells.columns, [index.get(v, -1) for v in values])
    # whoever marked a unit and gave no value for this attribute is no witness of the unit's being unmatched by others
    counted = grid.beside_values(cells.lacking_rows, cells.lacking_columns, len(declared))
    return (declared, grid) if counted is None else ((*declared, UNMATCHED), counted)


def _attribute(
    layer: Layer, attribute: Attribute, found: list[Unit], compared: Corpus, names: dict[str, str], cells: _Cells
) -> Comparison:
    key = attribute.key
    raw = [a.values.get(key) for a in cells.labels]
    values = [v if type(v) is str else category(attribute, v) for v in raw]
    declared = categories_of(attribute) if attribute.type != "choices" else None
    off = tuple(o.key for o in attribute.off_scale)
    seen = {v for v in values if v is not None and v not in off}
    old = tuple(sorted(v for v in seen if not _fits(attribute, declared, v)))
    categories, grid = _encoded(cells, values, (*declared, *old) if declared else None, compared.entities)
    off += old  # what an older codebook allowed is a category, but has no place in this one's order
    days = {v: day for v in categories if v not in off and (day := _day(v))} if attribute.type == "date" else None
    return Comparison(
        layer.key,
        key,
        False,
        "interval" if attribute.type == "date" else level_of(attribute),
        categories,
        (*off, UNMATCHED) if UNMATCHED in categories else off,
        {v: say("no matching label") if v == UNMATCHED else category_name(attribute, v, names) for v in categories},
        tuple(found),
        tuple(c.id for c in compared.coders),
        grid,
        attribute.type == "choices" or (attribute.type == "entity" and attribute.many),
        {n.key: (*path,) for n, path in tree_nodes(attribute.values)} if isinstance(attribute, TreeAttribute) else {},
        days,
        _members_of(categories, lambda m: category_name(attribute, m, names)),
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


def _members_of(categories: Sequence[str], told: Callable[[str], str]) -> dict[str, str]:
    return {m: told(m) for c in categories if "|" in c and c != UNMATCHED for m in c.split("|")}


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
        return say("yes") if key == "true" else say("no")
    return ", ".join(label_of(attribute, part) for part in key.split("|"))


def _role(
    layer: str,
    role: str,
    found: list[Unit],
    owned: Sequence[OwnedLinks],
    compared: Corpus,
    names: dict[str, str],
    cells: _Cells,
) -> Comparison:
    ids = [c.id for c in compared.coders]
    values: list[str | None] = []
    for row, column in zip(cells.rows, cells.columns, strict=True):
        here = by_id_of(compared, found[row].document_id, ids[column])
        entities = {
            e for link in owned[row].by_coder[ids[column]] for e in role_entities(compared.codebook, link, role, here)
        }
        values.append("|".join(sorted(entities)) or None)
    categories, grid = _encoded(cells, values, None, compared.entities)
    return Comparison(
        layer,
        role,
        True,
        "nominal",
        categories,
        (UNMATCHED,) if UNMATCHED in categories else (),
        {
            v: say("no matching label") if v == UNMATCHED else " + ".join(names.get(p, p) for p in v.split("|"))
            for v in categories
        },
        tuple(found),
        tuple(c.id for c in compared.coders),
        grid,
        any("|" in v for v in categories if v != UNMATCHED),
        member_names=_members_of(categories, lambda m: names.get(m, m)),
    )


def table_of(comparison: Comparison, coders: Sequence[str]) -> RatingsTable:
    """What these coders gave, with every category."""
    return comparison.of_coders(coders).table(coders, comparison.categories)


def narrowed(comparison: Comparison) -> Comparison:
    """Only the categories that occur, where they have no order: alpha does not depend on the others."""
    if comparison.level == "ordinal":
        return comparison
    used = comparison.grid.used()
    rank = {code: place for place, code in enumerate(used)}
    grid = comparison.grid.recoded([rank.get(i, -1) for i in range(len(comparison.categories))])
    return replace(comparison, categories=tuple(comparison.categories[i] for i in used), grid=grid)


def on_scale(comparison: Comparison, coders: Sequence[str], unmatched: bool = False) -> RatingsTable:
    """The table without off-scale answers: they have no place in an order. Days are counted in the calendar.

    unmatched: with UNMATCHED as the last category.
    """
    grid, categories = comparison.of_coders(coders), comparison.categories
    inside = [i for i, c in enumerate(categories) if c not in comparison.off_scale]
    if comparison.level != "ordinal":
        used = set(grid.used())
        numbers = comparison.numbers
        told = {i: categories[i] if numbers is None else numbers.get(categories[i], "") for i in inside if i in used}
        kept = sorted({t for t in told.values() if t}, key=float)
        place_of = {t: place for place, t in enumerate(kept)}
        rank = {i: place_of[t] for i, t in told.items() if t}
    else:
        kept = [categories[i] for i in inside]
        rank = {i: place for place, i in enumerate(inside)}
    if unmatched and UNMATCHED in categories:
        rank[categories.index(UNMATCHED)] = len(kept)
        kept.append(UNMATCHED)
    return grid.recoded([rank.get(i, -1) for i in range(len(categories))]).table(coders, kept)


def applies_table(comparison: Comparison, coders: Sequence[str]) -> RatingsTable | None:
    """Whether each gave an answer on the scale or off it; None where nobody gave one off it."""
    off = [c for c in comparison.off_scale if c != UNMATCHED]
    codes = [-1 if c == UNMATCHED else int(c in off) for c in comparison.categories]
    grid = comparison.of_coders(coders)
    if not any(codes[k] == 1 for k in grid.used()):
        return None
    return grid.recoded(codes).table(coders, ("on the scale", "off the scale"))


def canonical(coders: Sequence[str], comparison: Comparison) -> list[str]:
    """The coders by what they gave: an order in which ids and names have no part but among those who gave the same."""
    columns = dict(zip(coders, comparison.of_coders(coders).codes.T, strict=True))
    counted = {c: (sorted(Counter(column.tolist()).items()), column.tobytes()) for c, column in columns.items()}
    return sorted(coders, key=lambda c: (counted[c], c))


def beside_unmatched(comparison: Comparison, table: RatingsTable) -> dict[str, Floats]:
    """Distances of a table made by `on_scale` with UNMATCHED: of the declared level among the values, 1 at most, and
    1 from any of them to UNMATCHED."""
    return {"unmatched": beside_last(table, comparison.level)}


MOST_IN_MATRIX = 30
"""With more categories in use a matrix cannot be read, and none is made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Matrix:
    """A confusion matrix of two coders. names: of the categories that occur; places: where these are among all.

    rows: a row for each value of the first coder. most: the greatest count.
    """

    coders: tuple[str, str]
    ids: tuple[str, str]
    names: tuple[str, ...]
    places: tuple[int, ...]
    rows: tuple[tuple[int, ...], ...]
    most: int


def matrices_of(c: Comparison, compared: Corpus) -> list[Matrix]:
    """One for each pair of coders, where there are not too many categories to be read."""
    result = []
    for first, second in combinations(compared.coders, 2):
        a, b = c.grid.joint(*c.columns([first.id, second.id]))
        used = sorted({*a, *b})
        if not used or len(used) > MOST_IN_MATRIX:
            continue
        cells = Counter(zip(a, b, strict=True))
        result.append(
            Matrix(
                coders=(first.name, second.name),
                ids=(first.id, second.id),
                names=tuple(c.names[c.categories[k]] for k in used),
                places=tuple(used),
                rows=tuple(tuple(cells[x, y] for y in used) for x in used),
                most=max(cells.values()),
            )
        )
    return result
