"""Plots as SVG, for reports and for papers: plain shapes and text, so that any program can change them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

_INK, _MUTED, _LINE, _ACCENT = "#1e2227", "#5d646e", "#d9d5cc", "#1d5bb8"
_FONT = "Noto Sans, Helvetica, Arial, sans-serif"

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
    x = _scale(least, 1.0, left, width)
    height = top + step * max(len(rows), 1) + 30
    body = []
    ticks = [least + 0.2 * k for k in range(round((1 - least) / 0.2) + 1)]
    for t in ticks:
        zero = abs(t) < 1e-9
        body.append(_line(x(t), top - 8, x(t), height - 24, _MUTED if zero else _LINE, 1))
        body.append(_text(x(t), top - 14, _number(0.0 if zero else t), "middle", _MUTED))
    for place, (name, value, low, high, n) in enumerate(rows):
        y = top + step * place + step / 2
        body.append(_text(left - 12, y + 4, _short(name, 48), "end"))
        if low is not None and high is not None:
            body.append(_line(x(low), y, x(high), y, _ACCENT, 3))
        if value is not None:
            body.append(f'<circle cx="{x(value):.1f}" cy="{y:.1f}" r="4.5" fill="{_ACCENT}"/>')
        told = "undefined" if value is None else f"{_number(value, 3)}  (n = {n:,})"
        body.append(_text(left + width + 14, y + 4, told, "start", _MUTED))
    note = "Krippendorff’s alpha of the declared level"
    if any(r[2] is not None for r in rows):
        note += "; bars are 95 % intervals"
    body.append(_text(left, height - 6, note, "start", _MUTED))
    return _svg(left + width + 140, height, body, "Agreement by attribute")


def curve(
    points: Sequence[tuple[str, Sequence[tuple[float, float]]]], across: str, up: str, mark: float | None = None
) -> str:
    """Lines over one axis, each with its name: (name, [(x, y)]). mark: a level drawn across."""
    left, top, width, height = 70, 20, 520, 320
    xs = [p[0] for _, line in points for p in line] or [0.0, 1.0]
    ys = [p[1] for _, line in points for p in line] + ([mark] if mark is not None else []) or [0.0, 1.0]
    x, most = _scale(min(xs), max(max(xs), min(xs) + 1e-9), left, width), max(max(ys), 1e-9)
    y: Callable[[float], float] = lambda v: top + height - v / most * height  # noqa: E731
    body = [
        _line(left, top + height, left + width, top + height, _MUTED, 1),
        _line(left, top, left, top + height, _MUTED, 1),
    ]
    for k in range(5):
        at_x, at_y = min(xs) + (max(xs) - min(xs)) * k / 4, most * k / 4
        body.append(_text(x(at_x), top + height + 18, _number(at_x, 0 if max(xs) > 10 else 2), "middle", _MUTED))
        body.append(_text(left - 8, y(at_y) + 4, _number(at_y, 2), "end", _MUTED))
    if mark is not None:
        body.append(_line(left, y(mark), left + width, y(mark), "#a3441c", 1, "5 4"))
    shades = (_ACCENT, "#a3441c", "#3c7a3c", "#7a3c7a", "#5d646e", "#b8861d")
    for place, (name, line) in enumerate(points):
        shade = shades[place % len(shades)]
        path = " ".join(f"{x(a):.1f},{y(b):.1f}" for a, b in line)
        body.append(f'<polyline points="{path}" fill="none" stroke="{shade}" stroke-width="2"/>')
        body.append(_text(left + width + 12, top + 16 + 20 * place, _short(name, 30), "start", shade))
    body.append(_text(left + width / 2, top + height + 40, across, "middle"))
    body.append(_text(left, top - 6, up, "start"))
    return _svg(left + width + 200, top + height + 56, body, up)


def matrix(names: Sequence[str], rows: Sequence[Sequence[int]], first: str, second: str) -> str:
    """How often one coder gave one value where the other gave another; the diagonal is agreement."""
    most = max((v for row in rows for v in row), default=0) or 1
    left, top, cell = 220, 150, 44
    body = [_text(left - 12, top - 12, f"{_short(first, 18)} ↓  {_short(second, 18)} →", "end", _MUTED)]
    for i, name in enumerate(names):
        y = top + cell * i
        body.append(_text(left - 12, y + cell / 2 + 4, _short(name, 30), "end"))
        at = left + cell * i + cell / 2 + 4
        body.append(
            f'<text x="{at}" y="{top - 8}" transform="rotate(-55 {at} {top - 8})" fill="{_INK}" '
            f'font-family="{_FONT}" font-size="12">{escape(_short(name, 22))}</text>'
        )
        for j, v in enumerate(rows[i]):
            share = v / most
            shade = "#" + "".join(f"{round(255 - 0.6 * share * (255 - c)):02x}" for c in (29, 91, 184))
            edge = _MUTED if i == j else _LINE
            body.append(
                f'<rect x="{left + cell * j}" y="{y}" width="{cell - 2}" height="{cell - 2}" fill="{shade}" '
                f'stroke="{edge}"/>'
            )
            if v:
                body.append(_text(left + cell * j + cell / 2 - 1, y + cell / 2 + 4, f"{v}", "middle"))
    side = cell * len(names)
    return _svg(left + side + 120, top + side + 12, body, f"{first} and {second}")


def _scale(least: float, most: float, left: float, width: float) -> Callable[[float], float]:
    return lambda v: left + (min(max(v, least), most) - least) / (most - least) * width


def _number(value: float, places: int = 1) -> str:
    return f"{value:.{places}f}".replace("-", "−")


def _short(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def _text(x: float, y: float, text: str, anchor: str, shade: str = _INK) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{shade}" font-family="{_FONT}" '
        f'font-size="12">{escape(text)}</text>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, shade: str, wide: float, dash: str = "") -> str:
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{shade}" stroke-width="{wide}"{dashed}/>'


def _svg(width: float, height: float, body: Sequence[str], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#ffffff"/>{"".join(body)}</svg>\n'
    )
