"""Plots of figures that were made anew from each coder's codings: a dot for each coder, a bar for how far apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from annotator.services.agreement.svg import (
    INK,
    LINE,
    MUTED,
    SHADES,
    line,
    number,
    picture,
    places,
    scale,
    short,
    text,
    ticks,
)
from annotator.services.reliability.by_coder import Figure
from annotator.services.reliability.derived import Reliability

MOST_ROWS = 40
"""Rows of a plot; with more the largest are drawn, and how many are not is said."""

MOST_LINES = 6
"""Values whose course over time is drawn, those with the largest figures."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotWords:
    """What stands in the plot beside names and figures."""

    head: str = "{name}: {measure}, {n} articles"
    measures: Mapping[str, str] = field(default_factory=dict)
    """A measure -> how it reads, where that is another word."""
    spread: str = "spread"
    undrawn: str = "{n} smaller ones are not drawn"


def spread_svg(
    parts: Sequence[Reliability], called: Mapping[str, str] | None = None, words: PlotWords | None = None
) -> str:
    """All parts one below the other. called: a coder's name -> how the coder is called here."""
    names, told = called or {}, words or PlotWords()
    body: list[str] = []
    top, wide = 0.0, 300.0
    for r in parts:
        drawn, width, height = _series(r, top, names, told) if r.of == "series" else _ranges(r, top, names, told)
        body += drawn
        top += height
        wide = max(wide, width)
    return picture(wide, max(top, 40), body, "; ".join(r.name for r in parts))


def _size(f: Figure) -> float:
    return abs(f.mean or 0.0)


def _head(r: Reliability, top: float, names: Mapping[str, str], told: PlotWords) -> list[str]:
    measure = told.measures.get(r.measure, r.measure)
    body = [text(16, top + 22, short(told.head.format(name=r.name, measure=measure, n=r.made.articles), 90), "start")]
    at = 16.0
    for place, name in enumerate(names.get(c, c) for c in r.made.coders):
        shade = SHADES[place % len(SHADES)]
        body.append(_dot(at + 5, top + 38, 4, shade))
        body.append(text(at + 16, top + 42, short(name, 24), "start", shade))
        at += 40 + 7 * min(len(name), 24)
    return body


def _ends(figures: Sequence[Figure]) -> tuple[float, float]:
    every = [v for f in figures for v in (*f.values, f.low, f.high) if v is not None]
    least, most = min([0.0, *every]), max([0.0, *every])
    return least, most if most > least else least + 1.0


def _ranges(r: Reliability, top: float, names: Mapping[str, str], told: PlotWords) -> tuple[list[str], float, float]:
    figures = list(r.made.figures)
    largest = sorted(range(len(figures)), key=lambda i: (-_size(figures[i]), i))[:MOST_ROWS]
    rows = [figures[i] for i in (largest if r.of == "network" else sorted(largest))]
    least, most = _ends(rows)
    left, width, step = 300, 420, 26
    x = scale(least, most, left, width)
    body = _head(r, top, names, told)
    y = top + 80
    bottom = y + step * len(rows)
    marks = ticks(least, most)
    for at in marks:
        body.append(line(x(at), y - 8, x(at), bottom, MUTED if at == 0 else LINE, 1))
        body.append(text(x(at), y - 14, number(at, places(marks)), "middle", MUTED))
    body.append(text(left + width + 14, y - 14, told.spread, "start", MUTED))
    many = min(len(r.made.coders), 5)
    for f in rows:
        middle = y + step / 2
        body.append(text(left - 12, middle + 4, short(" – ".join(f.label), 44), "end"))
        if f.low is not None and f.high is not None:
            body.append(line(x(f.low), middle, x(f.high), middle, MUTED, 2))
        body += [
            _dot(x(v), middle + 3 * (place % many - (many - 1) / 2), 4, SHADES[place % len(SHADES)])
            for place, v in enumerate(f.values)
            if v is not None
        ]
        if f.spread is not None:
            body.append(text(left + width + 14, middle + 4, number(f.spread, 3), "start", MUTED))
        y += step
    if len(figures) > len(rows):
        body.append(text(left, y + 16, told.undrawn.format(n=len(figures) - len(rows)), "start", MUTED))
        y += 20
    return body, left + width + 120, y + 24 - top


def _series(r: Reliability, top: float, names: Mapping[str, str], told: PlotWords) -> tuple[list[str], float, float]:
    by: dict[str, list[Figure]] = {}
    for f in r.made.figures:
        by.setdefault(f.key[1], []).append(f)
    kept = sorted(by, key=lambda c: -max(_size(f) for f in by[c]))[:MOST_LINES]
    periods = sorted({f.key[0] for f in r.made.figures})
    left, width, height = 90, 620, 120
    place = {
        p: left + (width * i / (len(periods) - 1) if len(periods) > 1 else width / 2) for i, p in enumerate(periods)
    }
    body = _head(r, top, names, told)
    y = top + 60
    for c in (c for c in by if c in kept):
        figures = by[c]
        least, most = _ends(figures)
        base = y + 24 + height
        up = scale(least, most, 0, height)
        body.append(text(left, y + 14, short(figures[0].label[1], 60), "start", INK))
        body.append(line(left, base, left + width, base, MUTED, 1))
        for at in (least, most):
            body.append(
                text(left - 8, base - up(at) + 4, number(at, places((round(least, 2), round(most, 2)))), "end", MUTED)
            )
        for f in figures:
            if f.low is not None and f.high is not None:
                body.append(line(place[f.key[0]], base - up(f.low), place[f.key[0]], base - up(f.high), MUTED, 2))
        for i in range(len(r.made.coders)):
            shade = SHADES[i % len(SHADES)]
            points = [(place[f.key[0]], base - up(v)) for f in figures if (v := f.values[i]) is not None]
            path = " ".join(f"{a:.1f},{b:.1f}" for a, b in points)
            body.append(f'<polyline points="{path}" fill="none" stroke="{shade}" stroke-width="1.5"/>')
            body += [_dot(a, b, 3, shade) for a, b in points]
        every = max(1, len(periods) // 8)
        body += [text(place[p], base + 18, p, "middle", MUTED) for p in periods[::every]]
        y = base + 30
    if len(by) > len(kept):
        body.append(text(left, y + 12, told.undrawn.format(n=len(by) - len(kept)), "start", MUTED))
        y += 20
    return body, left + width + 60, y + 20 - top


def _dot(x: float, y: float, wide: float, shade: str) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{wide:g}" fill="{shade}"/>'
