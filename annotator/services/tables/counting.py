"""How often each value is there, and how often two stand side by side."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence

from annotator.domain.conditions import All, Test
from annotator.services.reliability.by_coder import Key
from annotator.services.search.labelled import LabelPassage
from annotator.services.tables.material import Material, field_name
from annotator.services.tables.records import Cell, Count, Counts, CrossTable


def counts(m: Material, name: str) -> Counts:
    """How often each value of a field is there."""
    held = [(p, m.values(p, name)) for p in m.passages]
    valued = sum(bool(v) for _, v in held)
    n = Counter(v for _, values in held for v in values)
    articles = {(v, p.document.id) for p, values in held for v in values}
    in_articles = Counter(v for v, _ in articles)
    coders = list(dict.fromkeys(sorted(p.coder for p in m.passages)))
    by_coder = Counter((v, p.coder) for p, values in held for v in values)

    def shares(passages: Sequence[LabelPassage]) -> dict[Key, tuple[float | None, int]]:
        with_value = [values for p in passages if (values := m.values(p, name))]
        mine = Counter(v for values in with_value for v in values)
        return {(v,): (k / len(with_value), k) for v, k in mine.items()}

    spread = m.compared.spread(shares)
    return Counts(
        field=name,
        name=field_name(m.study.codebook, name),
        valued=valued,
        missing=len(held) - valued,
        rows=tuple(
            Count(
                value=m.value(name, v),
                n=n[v],
                share=n[v] / valued,
                articles=in_articles[v],
                by_coder=tuple(by_coder[v, c] for c in coders),
                spread=spread.get((v,)),
                condition=Test(name, "=", v),
            )
            for v in sorted(n, key=lambda v: m.place(name, v, n[v]))
        ),
    )


def cross(m: Material, rows: str, columns: str) -> CrossTable:
    """Two fields against each other; what stands in one and not in the other is missing."""
    held = [m.together(p, rows, columns) for p in m.passages]
    n = Counter(pair for pairs in held for pair in pairs)
    total = sum(n.values())
    in_row, in_column = Counter[str](), Counter[str]()
    for (row, column), k in n.items():
        in_row[row] += k
        in_column[column] += k

    def shares(passages: Sequence[LabelPassage]) -> dict[Key, tuple[float | None, int]]:
        mine = Counter(pair for p in passages for pair in m.together(p, rows, columns))
        every = sum(mine.values())
        return {pair: (k / every, k) for pair, k in mine.items()}

    spread = m.compared.spread(shares)
    row_keys = sorted(in_row, key=lambda v: m.place(rows, v, in_row[v]))
    column_keys = sorted(in_column, key=lambda v: m.place(columns, v, in_column[v]))

    def cell(row: str, column: str) -> Cell:
        expected = in_row[row] * in_column[column] / total
        left = expected * (1 - in_row[row] / total) * (1 - in_column[column] / total)
        return Cell(
            n=n[row, column],
            expected=expected,
            residual=(n[row, column] - expected) / math.sqrt(left) if left > 0 else None,
            spread=spread.get((row, column)),
            condition=All((Test(rows, "=", row), Test(columns, "=", column))),
        )

    cells = tuple(tuple(cell(r, c) for c in column_keys) for r in row_keys)
    degrees = max(len(row_keys) - 1, 0) * max(len(column_keys) - 1, 0)
    chi2 = sum((c.n - c.expected) ** 2 / c.expected for row in cells for c in row) if degrees > 0 else None
    least = min(len(row_keys), len(column_keys)) - 1
    return CrossTable(
        fields=(rows, columns),
        names=(field_name(m.study.codebook, rows), field_name(m.study.codebook, columns)),
        rows=tuple(m.value(rows, v) for v in row_keys),
        columns=tuple(m.value(columns, v) for v in column_keys),
        cells=cells,
        total=total,
        missing=sum(not pairs for pairs in held),
        chi2=chi2,
        degrees=degrees,
        cramers_v=math.sqrt(chi2 / (total * least)) if chi2 is not None else None,
    )
