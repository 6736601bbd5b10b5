"""Plots as plain shapes, which the window paints in its own colours and files have as SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from annotator.services.agreement import svg
from annotator.services.agreement.svg import number, places, scale, short, ticks
from annotator.services.tables.grids import written
from annotator.services.tables.records import Answer, Counts, Course, CrossTable, Point, Spread, Tie, Together

INK, MUTED, LINE, ACCENT = "ink", "muted", "line", "accent"
SHADES = ("s0", "s1", "s2", "s3", "s4", "s5")
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 2", "10 4")
"""Lines differ in dashes too: colour alone tells nothing."""
MOST_ROWS, MOST_CELLS, MOST_LINES = 30, 14, 6
LETTER = 6.7
"""Width of a letter, more or less, at 12 pixels."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """shade: a name of a colour, `strength` of it from 0 to 1. row: of the grid, where it is a figure."""

    x: float
    y: float
    width: float
    height: float
    shade: str
    strength: float = 1.0
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """Straight lines from one place to the next."""

    points: tuple[tuple[float, float], ...]
    shade: str
    wide: float = 1.0
    dash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dot:
    """A figure as a dot."""

    x: float
    y: float
    radius: float
    shade: str
    row: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """anchor: start, middle or end, of the base line. turned: upwards, around its place."""

    x: float
    y: float
    text: str
    anchor: str = "start"
    shade: str = INK
    turned: bool = False


Shape: TypeAlias = Box | Path | Dot | Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """title: what a screen reader says first. undrawn: figures that are in the table alone."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    title: str
    undrawn: int


def plot(answer: Answer) -> Plot:
    """The plot of a table."""
    table = answer.table
    if isinstance(table, Counts):
        return _bars(
            answer,
            [(r.value.label, r.share, r.spread, f"{written(r.share, 'share')}  (n = {r.n:,})") for r in table.rows],
            share=True,
        )
    if isinstance(table, Together):
        most = max((t.n for t in table.ties), default=1)
        rows: list[_Row] = [
            (
                f"{short(t.first.label, 26)} + {short(t.second.label, 26)}",
                t.n,
                None,
                f"{t.n:,}  (Jaccard {t.jaccard:.2f})",
            )
            for t in table.ties
        ]
        return _bars(answer, rows, most=float(most))
    if isinstance(table, CrossTable):
        return _matrix(answer, table)
    if table.period is None:
        return _means(answer, table)
    return _lines(answer, table)


def _pair(t: Tie) -> str:
    return f"{short(t.first.label, 26)} + {short(t.second.label, 26)}"


_Row: TypeAlias = tuple[str, float, Spread | None, str]


def _bars(answer: Answer, rows: Sequence[_Row], share: bool = False, most: float = 1.0) -> Plot:
    drawn = rows[:MOST_ROWS]
    left = 24 + LETTER * min(max((len(r[0]) for r in drawn), default=0), 54)
    top, width, step = 30.0, 420.0, 24.0
    ends = [r[1] for r in drawn] + [s.high for r in drawn if (s := r[2]) is not None and s.high is not None]
    most = max([*ends, 1e-9]) * 1.05 if share else most * 1.05
    x = scale(0.0, most, left, width)
    bottom = top + step * len(drawn)
    shapes = _across(ticks(0.0, most), x, top, bottom, percent=share)
    for place, (name, value, spread, told) in enumerate(drawn):
        y = top + step * place
        shapes.append(Words(x=left - 8, y=y + 16, text=short(name, 54), anchor="end"))
        shapes.append(Box(x=left, y=y + 4, width=max(x(value) - left, 1), height=step - 8, shade=ACCENT, row=place))
        end = x(value)
        if spread is not None and spread.low is not None and spread.high is not None:
            shapes += _whisker(x(spread.low), x(spread.high), y + step / 2)
            end = max(end, x(spread.high))
        shapes.append(Words(x=end + 8, y=y + 16, text=told, shade=MUTED))
    return _made(answer, left + width + 150, bottom + 24, shapes, len(rows) - len(drawn))


def _across(
    at: Sequence[float], x: Callable[[float], float], top: float, bottom: float, percent: bool = False
) -> list[Shape]:
    shapes: list[Shape] = []
    for t in at:
        told = f"{100 * t:.0f} %" if percent else number(t, places(at))
        shapes.append(Path(points=((x(t), top), (x(t), bottom)), shade=LINE))
        shapes.append(Words(x=x(t), y=top - 8, text=told, anchor="middle", shade=MUTED))
    return shapes


def _whisker(first: float, last: float, y: float) -> list[Shape]:
    lines = (((first, y), (last, y)), ((first, y - 4), (first, y + 4)), ((last, y - 4), (last, y + 4)))
    return [Path(points=p, shade=INK, wide=1.5) for p in lines]


def _upright(x: float, low: float, high: float, shade: str) -> list[Shape]:
    lines = (((x, low), (x, high)), ((x - 3, low), (x + 3, low)), ((x - 3, high), (x + 3, high)))
    return [Path(points=p, shade=shade, wide=1.2) for p in lines]


def _matrix(answer: Answer, table: CrossTable) -> Plot:
    row_order = sorted(range(len(table.rows)), key=lambda i: -table.row_totals[i])[:MOST_ROWS]
    column_order = sorted(range(len(table.columns)), key=lambda i: -table.column_totals[i])[:MOST_CELLS]
    rows, columns = sorted(row_order), sorted(column_order)
    left = 24 + LETTER * min(max((len(table.rows[i].label) for i in rows), default=0), 40)
    long = min(max((len(table.columns[i].label) for i in columns), default=0), 24)
    top, wide, high = 20 + LETTER * long, 62.0, 34.0
    shapes: list[Shape] = []
    for k, j in enumerate(columns):
        x = left + wide * k + wide / 2 + 4
        shapes.append(Words(x=x, y=top - 8, text=short(table.columns[j].label, 24), turned=True))
    for k, i in enumerate(rows):
        y = top + high * k
        shapes.append(Words(x=left - 8, y=y + high / 2 + 4, text=short(table.rows[i].label, 40), anchor="end"))
        for m, j in enumerate(columns):
            c = table.cells[i][j]
            x = left + wide * m
            shade, strength = "line", 0.25
            if c.residual is not None and abs(c.residual) >= 1:
                shade, strength = "plus" if c.residual > 0 else "minus", min(abs(c.residual) / 4, 1.0)
            place = i * len(table.columns) + j
            shapes.append(Box(x=x, y=y, width=wide - 2, height=high - 2, shade=shade, strength=strength, row=place))
            shapes.append(Words(x=x + wide / 2 - 1, y=y + 14, text=f"{c.n:,}", anchor="middle"))
            if c.residual is not None:
                sign = "+" if c.residual > 0 else ""
                told = f"{sign}{number(c.residual, 1)}"
                shapes.append(Words(x=x + wide / 2 - 1, y=y + 27, text=told, anchor="middle", shade=MUTED))
    undrawn = len(table.rows) * len(table.columns) - len(rows) * len(columns)
    width = left + wide * len(columns) + LETTER * 4
    return _made(answer, max(width, 420), top + high * len(rows) + 8, shapes, undrawn)


def _means(answer: Answer, table: Course) -> Plot:
    points = [p for p in table.points if p.value is not None]
    drawn = points[:MOST_ROWS]
    left = 24 + LETTER * min(max((len(p.group.label) for p in drawn if p.group), default=0), 54)
    top, width, step = 30.0, 420.0, 24.0
    least, most = _ends(table, drawn)
    x = scale(least, most, left, width)
    bottom = top + step * len(drawn)
    shapes = _across(ticks(least, most), x, top, bottom, percent=table.measure == "share")
    if least < 0 < most:
        shapes.append(Path(points=((x(0), top), (x(0), bottom)), shade=MUTED))
    for place, p in enumerate(drawn):
        y = top + step * place + step / 2
        if p.group is not None:
            shapes.append(Words(x=left - 8, y=y + 4, text=short(p.group.label, 54), anchor="end"))
        low, high = _sure(p)
        if low is not None and high is not None:
            shapes += _whisker(x(low), x(high), y)
        shapes.append(Dot(x=x(p.value or 0.0), y=y, radius=5, shade=ACCENT, row=place))
        told = f"{written(p.value, _kind(table))}  (n = {p.n:,})"
        shapes.append(Words(x=left + width + 12, y=y + 4, text=told, shade=MUTED))
    return _made(answer, left + width + 150, bottom + 24, shapes, len(points) - len(drawn))


def _lines(answer: Answer, table: Course) -> Plot:  # noqa: C901 - the parts of one drawing
    names: list[str | None] = [g.key for g in table.groups] or [None]
    sizes = {n: sum(p.n for p in table.points if _of(p) == n) for n in names}
    drawn = sorted(sorted(names, key=lambda n: -sizes[n])[:MOST_LINES], key=names.index)
    points = [p for p in table.points if _of(p) in drawn]
    left, top, height = 64.0, 26.0, 320.0
    width = max(420.0, min(1100.0, 26.0 * len(table.periods)))
    least, most = _ends(table, points)
    up = scale(least, most, 0.0, height)
    last = max(len(table.periods) - 1, 1)

    def x(place: int) -> float:
        return left + 12 + (width - 24) * place / last

    def y(value: float) -> float:
        return top + height - up(value)

    shapes: list[Shape] = []
    at = ticks(least, most)
    for t in at:
        told = f"{100 * t:.0f} %" if table.measure == "share" else number(t, places(at))
        shapes.append(Path(points=((left, y(t)), (left + width, y(t))), shade=LINE))
        shapes.append(Words(x=left - 8, y=y(t) + 4, text=told, anchor="end", shade=MUTED))
    every = max(1, round(len(table.periods) * 62 / width + 0.49))
    for place, when in enumerate(table.periods):
        if place % every == 0:
            shapes.append(Words(x=x(place), y=top + height + 18, text=when, anchor="middle", shade=MUTED))
    rows = {(_of(p), p.period): k for k, p in enumerate(table.points)}
    place_of = {when: k for k, when in enumerate(table.periods)}
    for k, name in enumerate(drawn):
        shade = SHADES[k % len(SHADES)]
        mine = [p for p in points if _of(p) == name]
        for part in _unbroken(mine):
            if len(part) > 1:
                told_ = tuple((x(place_of[p.period]), y(p.value or 0.0)) for p in part)
                shapes.append(Path(points=told_, shade=shade, wide=2, dash=DASHES[k % len(DASHES)]))
        for p in mine:
            if p.value is None:
                continue
            across = x(place_of[p.period]) + 3 * (k - (len(drawn) - 1) / 2)
            low, high = _sure(p)
            if low is not None and high is not None:
                shapes += _upright(across, y(low), y(high), shade)
            shapes.append(Dot(x=x(place_of[p.period]), y=y(p.value), radius=4, shade=shade, row=rows[name, p.period]))
        label = next((g.label for g in table.groups if g.key == name), "")
        line_y = top + 10 + 22 * k
        shapes.append(
            Path(points=((left + width + 12, line_y), (left + width + 40, line_y)), shade=shade, wide=2, dash=DASHES[k])
        )
        shapes.append(Words(x=left + width + 48, y=line_y + 4, text=short(label, 34), shade=INK))
    undrawn = len(table.points) - len(points)
    return _made(answer, left + width + 60 + LETTER * 34, top + height + 34, shapes, undrawn)


def _of(p: Point) -> str | None:
    return p.group.key if p.group is not None else None


def _kind(table: Course) -> str:
    return {"share": "share", "count": "number", "mean": "figure"}[table.measure]


def _sure(p: Point) -> tuple[float | None, float | None]:
    """The interval over coders, and with few coders the lowest and highest."""
    if p.low is not None:
        return p.low, p.high
    return (p.spread.low, p.spread.high) if p.spread is not None else (None, None)


def _ends(table: Course, points: Sequence[Point]) -> tuple[float, float]:
    """From where to where a scale goes: all of a declared one, else from 0 to what was found."""
    ends = [v for p in points for v in (p.value, *_sure(p)) if v is not None]
    if table.bounds is not None:
        return min([table.bounds[0], *ends]), max([table.bounds[1], *ends])
    most = max([*ends, 0.0])
    least = min([*ends, 0.0])
    return least, most * 1.05 if most > least else least + 1.0


def _unbroken(points: Sequence[Point]) -> list[list[Point]]:
    """Parts of a line between which something is missing."""
    parts: list[list[Point]] = [[]]
    for p in points:
        if p.value is None:
            parts.append([])
        else:
            parts[-1].append(p)
    return [part for part in parts if part]


def _made(answer: Answer, width: float, height: float, shapes: Sequence[Shape], undrawn: int) -> Plot:
    return Plot(width=width, height=height, shapes=tuple(shapes), title=answer.words, undrawn=undrawn)


# SVG

_PAPER = {
    INK: svg.INK, MUTED: svg.MUTED, LINE: svg.LINE, ACCENT: "#7ea6dd", "plus": "#1d5bb8", "minus": "#a3441c",
    **dict(zip(SHADES, svg.SHADES, strict=True)),
}  # fmt: skip


def mixed(shade: str, strength: float, ground: str) -> str:
    """A colour laid on the ground so strongly."""
    one, other = (tuple(int(c[k : k + 2], 16) for k in (1, 3, 5)) for c in (shade, ground))
    return "#" + "".join(f"{round(b + (a - b) * strength):02x}" for a, b in zip(one, other, strict=True))


def plot_svg(answer: Answer, foot: Sequence[str] = ()) -> str:
    """The plot on white, with the question above and what it rests on below."""
    drawn = plot(answer)
    lines = [x for told in foot for x in _wrapped(told, int(max(drawn.width, 640) / LETTER) - 4)]
    body = [svg.text(16, 24, drawn.title, "start")]
    body.append('<g transform="translate(0,36)">')
    body += [_svg(s) for s in drawn.shapes]
    body.append("</g>")
    below = drawn.height + 56
    body += [svg.text(16, below + 17 * k, told, "start", svg.MUTED) for k, told in enumerate(lines)]
    width = max(drawn.width, 640, LETTER * len(drawn.title) + 32)
    return svg.picture(width, below + 17 * len(lines) + 8, body, drawn.title)


def _wrapped(text: str, most: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + len(word) + 1 > most:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines


def _svg(s: Shape) -> str:
    shade = _PAPER.get(s.shade, s.shade)
    if isinstance(s, Box):
        fill = mixed(shade, s.strength * (0.6 if s.shade in ("plus", "minus") else 1.0), "#ffffff")
        at = f'x="{s.x:.1f}" y="{s.y:.1f}" width="{s.width:.1f}" height="{s.height:.1f}"'
        return f'<rect {at} fill="{fill}"/>'
    if isinstance(s, Dot):
        return f'<circle cx="{s.x:.1f}" cy="{s.y:.1f}" r="{s.radius}" fill="{shade}"/>'
    if isinstance(s, Path):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in s.points)
        dash = f' stroke-dasharray="{s.dash}"' if s.dash else ""
        return f'<polyline points="{points}" fill="none" stroke="{shade}" stroke-width="{s.wide}"{dash}/>'
    told = svg.text(s.x, s.y, s.text, s.anchor, shade)
    return told.replace("<text ", f'<text transform="rotate(-90 {s.x:.1f} {s.y:.1f})" ', 1) if s.turned else told
