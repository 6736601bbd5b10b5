"""Plots as SVG, for reports and for papers: plain shapes and text, so that any program can change them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from annotator.services.agreement.svg import (
    ACCENT,
    FONT,
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

Labels = dict[tuple[str, str], tuple[str, str]]


def forest(figures: dict[str, Any], labels: Labels) -> str:
    """The first coefficient of each attribute with its interval; the scale begins at what was found, -1 at least."""
    rows = []
    for a in figures["attributes"]:
        e = a["coefficients"][a["main"]]
        rows.append((": ".join(labels[a["layer"], a["attribute"]]), e["value"], e["low"], e["high"], e["n"]))
    ends = [x for r in rows for x in r[1:4] if x is not None]
    least = max(-1.0, min([-0.2, *((int(x * 5) - 1) / 5 for x in ends if x < -0.2)]))
    left, width, top, step = 300, 420, 34, 26
    x = scale(least, 1.0, left, width)
    height = top + step * max(len(rows), 1) + 30
    body = []
    ticks = [least + 0.2 * k for k in range(round((1 - least) / 0.2) + 1)]
    for t in ticks:
        zero = abs(t) < 1e-9
        body.append(line(x(t), top - 8, x(t), height - 24, MUTED if zero else LINE, 1))
        body.append(text(x(t), top - 14, number(0.0 if zero else t), "middle", MUTED))
    for place, (name, value, low, high, n) in enumerate(rows):
        y = top + step * place + step / 2
        body.append(text(left - 12, y + 4, short(name, 48), "end"))
        if low is not None and high is not None:
            body.append(line(x(low), y, x(high), y, ACCENT, 3))
        if value is not None:
            body.append(f'<circle cx="{x(value):.1f}" cy="{y:.1f}" r="4.5" fill="{ACCENT}"/>')
        told = "undefined" if value is None else f"{number(value, 3)}  (n = {n:,})"
        body.append(text(left + width + 14, y + 4, told, "start", MUTED))
    note = "Krippendorff’s alpha of the declared level"
    if any(r[2] is not None for r in rows):
        note += "; bars are 95 % intervals"
    body.append(text(left, height - 6, note, "start", MUTED))
    return picture(left + width + 140, height, body, "Agreement by attribute")


def curve(
    points: Sequence[tuple[str, Sequence[tuple[float, float]]]],
    across: str,
    up: str,
    mark: float | None = None,
    height: int = 320,
) -> str:
    """Lines over one axis, each with its name: (name, [(x, y)]). mark: a level drawn across; height: of the ground."""
    left, top, width = 70, 30, 520
    xs = [p[0] for _, path in points for p in path] or [0.0, 1.0]
    ys = [p[1] for _, path in points for p in path] + ([mark] if mark is not None else []) or [0.0, 1.0]
    x, most = scale(min(xs), max(max(xs), min(xs) + 1e-9), left, width), max(max(ys), 1e-9)
    y: Callable[[float], float] = lambda v: top + height - v / most * height  # noqa: E731
    body = [
        line(left, top + height, left + width, top + height, MUTED, 1),
        line(left, top, left, top + height, MUTED, 1),
    ]
    across_marks, up_marks = ticks(min(xs), max(xs)) if max(xs) > min(xs) else [min(xs)], ticks(0.0, most)
    body += [text(x(at), top + height + 18, number(at, places(across_marks)), "middle", MUTED) for at in across_marks]
    for at in up_marks:
        if at > 0:
            body.append(line(left, y(at), left + width, y(at), LINE, 1))
        body.append(text(left - 8, y(at) + 4, number(at, places(up_marks)), "end", MUTED))
    if mark is not None:
        body.append(line(left, y(mark), left + width, y(mark), "#a3441c", 1, "5 4"))
    for place, (name, held) in enumerate(points):
        shade = SHADES[place % len(SHADES)]
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in held)
        body.append(f'<polyline points="{path}" fill="none" stroke="{shade}" stroke-width="2"/>')
        body.append(text(left + width + 12, top + 16 + 20 * place, short(name, 30), "start", shade))
    body.append(text(left + width / 2, top + height + 40, across, "middle"))
    body.append(text(16, top - 14, up, "start"))
    return picture(left + width + 200, top + height + 56, body, up)


def matrix(names: Sequence[str], rows: Sequence[Sequence[int]], first: str, second: str) -> str:
    """How often one coder gave one value where the other gave another; the diagonal is agreement."""
    most = max((v for row in rows for v in row), default=0) or 1
    left, top, cell = 220, 150, 44
    body = [text(left - 12, top - 12, f"{short(first, 18)} ↓  {short(second, 18)} →", "end", MUTED)]
    for i, name in enumerate(names):
        y = top + cell * i
        body.append(text(left - 12, y + cell / 2 + 4, short(name, 30), "end"))
        at = left + cell * i + cell / 2 + 4
        body.append(
            f'<text x="{at}" y="{top - 8}" transform="rotate(-55 {at} {top - 8})" fill="{INK}" '
            f'font-family="{FONT}" font-size="12">{escape(short(name, 22))}</text>'
        )
        for j, v in enumerate(rows[i]):
            share = v / most
            shade = "#" + "".join(f"{round(255 - 0.6 * share * (255 - c)):02x}" for c in (29, 91, 184))
            edge = MUTED if i == j else LINE
            body.append(
                f'<rect x="{left + cell * j}" y="{y}" width="{cell - 2}" height="{cell - 2}" fill="{shade}" '
                f'stroke="{edge}"/>'
            )
            if v:
                body.append(text(left + cell * j + cell / 2 - 1, y + cell / 2 + 4, f"{v}", "middle"))
    side = cell * len(names)
    return picture(left + side + 120, top + side + 12, body, f"{first} and {second}")
