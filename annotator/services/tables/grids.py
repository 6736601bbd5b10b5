"""Tables as rows and columns: what a screen, a CSV file and a screen reader have of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import TypeAlias

from annotator.domain.conditions import Condition, to_json
from annotator.domain.json_forms import JsonObject
from annotator.domain.words import Message, say
from annotator.services.agreement.naming import readable
from annotator.services.tables.over_time import ALL_TIMES
from annotator.services.tables.records import Agreed, Answer, Counts, Course, CrossTable, Spread, Together

Cell: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """key: of files. name: of people. kind: how its cells are written."""

    key: str
    name: Message
    kind: str = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """rows: a cell for each column. conditions: which labels each row is of."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    conditions: tuple[Condition, ...]


def grid(answer: Answer) -> Grid:
    """The figures of a table, a row each."""
    table = answer.table
    if isinstance(table, Counts):
        return _counts(table, answer)
    if isinstance(table, CrossTable):
        return _cross(table)
    if isinstance(table, Together):
        return _together(table)
    return _course(table)


_APART = (
    Column(key="low", name=say("lowest of coders"), kind="figure"),
    Column(key="high", name=say("highest of coders"), kind="figure"),
)


def _apart(spread: Spread | None) -> tuple[Cell, Cell]:
    return (spread.low, spread.high) if spread is not None else (None, None)


def _shares(spread: tuple[Column, ...] = _APART) -> tuple[Column, ...]:
    return tuple(Column(key=c.key, name=c.name, kind="share") for c in spread)


def _counts(table: Counts, answer: Answer) -> Grid:
    coders = answer.basis.coders
    head = [Column(key="value", name=table.name), Column(key="n", name=say("labels"), kind="number")]
    head += [Column(key="share", name=say("share"), kind="share")]
    head += [Column(key="articles", name=say("articles"), kind="number"), *_shares()]
    head += [Column(key=f"n of {c}", name=Message(c), kind="number") for c in coders] if len(coders) > 1 else []
    rows = []
    for r in table.rows:
        by_coder = r.by_coder if len(coders) > 1 else ()
        rows.append((r.value.label, r.n, r.share, r.articles, *_apart(r.spread), *by_coder))
    return Grid(columns=tuple(head), rows=tuple(rows), conditions=tuple(r.condition for r in table.rows))


def _cross(table: CrossTable) -> Grid:
    head = (
        Column(key="row", name=table.names[0]),
        Column(key="column", name=table.names[1]),
        Column(key="n", name=say("labels"), kind="number"),
        Column(key="row_share", name=say("share of the row"), kind="share"),
        Column(key="expected", name=say("expected"), kind="figure"),
        Column(key="residual", name=say("adjusted residual"), kind="figure"),
        *_shares(),
    )
    rows, conditions = [], []
    for row, cells, total in zip(table.rows, table.cells, table.row_totals, strict=True):
        for column, c in zip(table.columns, cells, strict=True):
            rows.append(
                (
                    row.label,
                    column.label,
                    c.n,
                    c.n / total if total else None,
                    c.expected,
                    c.residual,
                    *_apart(c.spread),
                )
            )
            conditions.append(c.condition)
    return Grid(columns=head, rows=tuple(rows), conditions=tuple(conditions))


def _together(table: Together) -> Grid:
    head = (
        Column(key="first", name=table.names[0] if len(table.names) > 1 else say("one")),
        Column(key="second", name=table.names[1] if len(table.names) > 1 else say("and another")),
        Column(key="n", name=say("together"), kind="number"),
        Column(key="first_n", name=say("the one"), kind="number"),
        Column(key="second_n", name=say("the other"), kind="number"),
        Column(key="jaccard", name=say("Jaccard"), kind="figure"),
        Column(key="lift", name=say("times chance"), kind="figure"),
        *_shares(),
    )
    rows = tuple(
        (t.first.label, t.second.label, t.n, t.first_n, t.second_n, t.jaccard, t.lift, *_apart(t.spread))
        for t in table.ties
    )
    return Grid(columns=head, rows=rows, conditions=tuple(t.condition for t in table.ties))


def _course(table: Course) -> Grid:
    kind = {"share": "share", "count": "number", "mean": "figure"}[table.measure]
    head: list[Column] = []
    of = table.group_name if table.measure == "mean" else table.name
    if of is not None:
        head.append(Column(key="group", name=of))
    if table.period is not None:
        head.append(Column(key="period", name=say("time")))
    value = {"share": say("share"), "count": say("labels counted"), "mean": say("mean")}[table.measure]
    head.append(Column(key=table.measure, name=value, kind=kind))
    head.append(Column(key="n", name=say("labels"), kind="number"))
    head += [Column(key=c.key, name=c.name, kind=kind if kind != "number" else "figure") for c in _APART]
    head.append(Column(key="interval_low", name=say("95 % over coders, from"), kind=kind))
    head.append(Column(key="interval_high", name=say("to"), kind=kind))
    rows, conditions = [], []
    for p in table.points:
        if p.n == 0 and p.period == ALL_TIMES:
            continue
        row: list[Cell] = [p.group.label] if p.group is not None else []
        row += [p.period] if table.period is not None else []
        row += [p.value, p.n, *_apart(p.spread), p.low, p.high]
        rows.append(tuple(row))
        conditions.append(p.condition)
    return Grid(columns=tuple(head), rows=tuple(rows), conditions=tuple(conditions))


# files


def written(value: Cell, kind: str) -> str:
    """A cell for people: shares in per cent, figures to two places, a dash for nothing."""
    if value is None:
        return "–"
    if kind == "share" and not isinstance(value, str):
        return f"{100 * value:.1f} %".replace("-", "−")
    if kind == "figure" and not isinstance(value, str):
        return f"{value:.2f}".replace("-", "−")
    if kind == "number" and not isinstance(value, str):
        return f"{value:,.0f}"
    return str(value)


def as_rows(held: Grid) -> Iterator[Mapping[str, Cell]]:
    """Each row by the keys of its columns."""
    keys = [c.key for c in held.columns]
    for row in held.rows:
        yield dict(zip(keys, (round(v, 12) if isinstance(v, float) else v for v in row), strict=True))


def table_as_json(answer: Answer) -> JsonObject:
    """All of it in the public JSON form."""
    held, basis = grid(answer), answer.basis
    extra: JsonObject = {}
    if isinstance(answer.table, CrossTable):
        table = answer.table
        extra = {"total": table.total, "chi2": table.chi2, "degrees": table.degrees, "cramers_v": table.cramers_v}
    elif isinstance(answer.table, Together):
        extra = {"units": answer.table.units}
    elif isinstance(answer.table, Counts):
        extra = {"valued": answer.table.valued}
    elif isinstance(answer.table, Course):
        extra = {"undated": answer.table.undated, "off_scale": answer.table.off_scale}
    rows = [{**row, "where": to_json(condition)} for row, condition in zip(as_rows(held), held.conditions, strict=True)]
    return {
        "question": str(answer.words),
        "table": answer.wanted.as_json(),
        "columns": [c.key for c in held.columns],
        "rows": rows,
        "missing": answer.table.missing,
        **extra,
        "coders": list(basis.coders),
        "gold": basis.gold,
        "labels": basis.labels,
        "incomplete": basis.incomplete,
        "articles": basis.articles,
        "codebook": {"key": basis.codebook, "versions": list(basis.versions)},
        "reliability": [asdict(a) | {"name": str(a.name)} for a in basis.agreed],
        "marked": [asdict(x) for x in basis.marked],
        "spread": {"coders": list(basis.spread_coders), "articles": basis.spread_articles},
        "notes": [str(n) for n in answer.notes],
        "account": basis.account.as_json(),
    }


def reliable(a: Agreed) -> Message:
    """How reliable the codes of a field are, in a line."""
    name = readable(a.coefficient)
    if a.value is None:
        return say("{field}: {name} is undefined: {why}", field=a.name, name=name, why=a.undefined or "")
    value = f"{a.value:.2f}".replace("-", "−")
    if a.low is None or a.high is None:
        return say("{field}: {name} {value} ({n} units)", field=a.name, name=name, value=value, n=a.n)
    low, high = (f"{x:.2f}".replace("-", "−") for x in (a.low, a.high))
    return say(
        "{field}: {name} {value}, 95 % from {low} to {high} ({n} units)",
        field=a.name, name=name, value=value, low=low, high=high, n=a.n,
    )  # fmt: skip


def foot(answer: Answer) -> list[Message]:
    """Who, what, which versions, and how sure: the lines under a table or plot."""
    basis = answer.basis
    coders = say("settled labels") if basis.gold else Message(", ".join(basis.coders))
    found = [
        say(
            "{labels} labels in {articles} articles by {coders}; {incomplete} not complete; codebook {codebook}, coded "
            "under {versions}",
            labels=basis.labels, articles=basis.articles, coders=coders, incomplete=basis.incomplete,
            codebook=basis.codebook, versions=", ".join(map(str, basis.versions)),
        )
    ]  # fmt: skip
    found += [reliable(a) for a in basis.agreed]
    for x in basis.marked:
        low, high = f"{x.low:.2f}", f"{x.high:.2f}"
        if x.pairs == 1:
            found.append(say("{layer}: coders marked the same passages with F1 {f1}", layer=x.layer, f1=low))
        else:
            found.append(
                say(
                    "{layer}: coders marked the same passages with F1 from {low} to {high} ({n} pairs of coders)",
                    layer=x.layer, low=low, high=high, n=x.pairs,
                )
            )  # fmt: skip
    if basis.spread_articles:
        found.append(
            say(
                "lowest and highest of coders: {coders} on the {n} articles that they have in common",
                coders=", ".join(basis.spread_coders), n=basis.spread_articles,
            )
        )  # fmt: skip
    table = answer.table
    if isinstance(table, CrossTable) and table.chi2 is not None and table.cramers_v is not None:
        found.append(
            say(
                "chi² {chi2} with {degrees} degrees of freedom, Cramér’s V {v}; labels of one article are not "
                "independent: a residual beyond 2 or −2 says where to look, no more",
                chi2=f"{table.chi2:.1f}", degrees=table.degrees, v=f"{table.cramers_v:.2f}",
            )
        )  # fmt: skip
    return [*found, *answer.notes]
