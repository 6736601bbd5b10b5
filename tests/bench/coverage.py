"""How often 95 % intervals of alpha hold the true value: `python -m tests.bench.coverage [--runs 1000] [--write]`.

Every coder knows the truth of a unit with probability sqrt(alpha) and else draws a code by its prevalence, so that
alpha is what the cell says for any two coders. In clustered cells each article has ten units, its own share of the
codes and its own reliability, both from beta distributions with intraclass correlation ICC. The program's own
`measured` makes the intervals, over articles. Runs in which alpha is undefined (one code alone) are left out and told.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from annotator.agreement.coefficients import measured
from annotator.agreement.ratings import RatingsTable

PREVALENCE = (0.5, 0.7, 0.9)
ALPHA = (0.4, 0.6, 0.8, 0.95)
CODERS = (2, 3, 5)
DESIGNS = ((20, 1), (50, 1), (200, 1), (10, 10), (20, 10), (50, 10))
"""(articles, units in each)."""

ICC = 0.2
LEAST, MOST = 0.93, 0.98
DOCS = Path(__file__).parents[2] / "docs" / "agreement.md"
BEGIN, END = "<!-- coverage: begin -->", "<!-- coverage: end -->"


@dataclass(frozen=True)
class Cell:
    """One cell of the grid. covers: share of runs whose interval holds alpha, of those in which it is defined."""

    prevalence: float
    alpha: float
    coders: int
    articles: int
    units: int
    covers: float
    undefined: int
    width: float

    @property
    def fails(self) -> bool:
        return not LEAST <= round(self.covers, 3) <= MOST


def table_of(
    generator: np.random.Generator, p: float, alpha: float, coders: int, articles: int, units: int
) -> tuple[RatingsTable, list[str]]:
    """One study of the cell, and the article of each unit."""

    def by_article(mean: float) -> np.ndarray:
        if units == 1:
            return np.full(articles, mean)
        spread = 1 / ICC - 1
        return np.repeat(generator.beta(mean * spread, (1 - mean) * spread, articles), units)

    n = articles * units
    truth = generator.random(n) < by_article(p)
    knows = generator.random((n, coders)) < np.sqrt(by_article(alpha))[:, None]
    guess = generator.random((n, coders)) < p
    codes = np.where(knows, truth[:, None], guess).astype(np.int32)
    table = RatingsTable(codes, tuple(f"c{i}" for i in range(coders)), ("0", "1"))
    return table, [str(i // units) for i in range(n)]


def cell(p: float, alpha: float, coders: int, articles: int, units: int, runs: int) -> Cell:
    """Simulate one cell."""
    generator = np.random.default_rng([round(p * 100), round(alpha * 100), coders, articles, units])
    held = undefined = 0
    widths = []
    for _ in range(runs):
        table, clusters = table_of(generator, p, alpha, coders, articles, units)
        found = measured(table, "nominal", clusters, ("krippendorff_alpha",))["krippendorff_alpha"].articles
        if found is None:
            undefined += 1
            continue
        held += found.low <= alpha <= found.high
        widths.append(found.high - found.low)
    defined = max(runs - undefined, 1)
    return Cell(p, alpha, coders, articles, units, held / defined, undefined, float(np.median(widths or [0.0])))


def grid(
    runs: int,
    prevalence: tuple[float, ...] = PREVALENCE,
    alphas: tuple[float, ...] = ALPHA,
    coders: tuple[int, ...] = CODERS,
    designs: tuple[tuple[int, int], ...] = DESIGNS,
) -> Iterator[Cell]:
    """Every cell."""
    for articles, units in designs:
        for p in prevalence:
            for alpha in alphas:
                for c in coders:
                    yield cell(p, alpha, c, articles, units, runs)


def told(cells: list[Cell], runs: int) -> str:
    """The table in Markdown: a row a design and prevalence, a column an alpha and number of coders."""
    columns = sorted({(c.alpha, c.coders) for c in cells})
    lines = [
        f"{runs} runs a cell. Bold: outside {LEAST} to {MOST}. In brackets: runs of a thousand in which alpha is "
        "undefined, where there are ten or more.",
        "",
        "| articles × units | prevalence | " + " | ".join(f"α {a:g}, {k} coders" for a, k in columns) + " |",
        "|---|---|" + "---|" * len(columns),
    ]
    for design in dict.fromkeys((c.articles, c.units) for c in cells):
        for p in dict.fromkeys(c.prevalence for c in cells):
            row = []
            for column in columns:
                c = next(
                    x for x in cells if (x.articles, x.units) == design and x.prevalence == p
                    and (x.alpha, x.coders) == column
                )  # fmt: skip
                text = f"{c.covers:.3f}"
                thousandth = round(1000 * c.undefined / runs)
                row.append((f"**{text}**" if c.fails else text) + (f" ({thousandth})" if thousandth >= 10 else ""))
            lines.append(f"| {design[0]} × {design[1]} | {p:g} / {1 - p:g} | " + " | ".join(row) + " |")
    failing = [c for c in cells if c.fails]
    lines += ["", f"{len(cells) - len(failing)} of {len(cells)} cells lie from {LEAST} to {MOST}."]
    if failing:
        low = [c for c in failing if c.covers < LEAST]
        high = [c for c in failing if c.covers > MOST]
        lines.append(f"Below: {_names(low)}. Above (wider than need be): {_names(high)}.")
    return "\n".join(lines)


def _names(cells: list[Cell]) -> str:
    return (
        "; ".join(
            f"{c.articles} × {c.units}, {c.prevalence:g}/{1 - c.prevalence:g}, α {c.alpha:g}, {c.coders} coders "
            f"({c.covers:.3f})"
            for c in cells
        )
        or "none"
    )


def main() -> None:
    """Run the grid; the table goes to the manual with --write."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--write", action="store_true", help="put the table into docs/agreement.md")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    cells = []
    for c in grid(asked.runs):
        cells.append(c)
        print(c, flush=True)
    text = told(cells, asked.runs)
    print(text)
    if asked.json is not None:
        asked.json.write_text(json.dumps([vars(c) for c in cells], indent=1) + "\n")
    if asked.write:
        page = DOCS.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN)
        DOCS.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.split(END)[1]}", encoding="utf-8")


if __name__ == "__main__":
    main()
