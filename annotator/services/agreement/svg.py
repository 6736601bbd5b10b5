"""Shapes and text of plots as SVG: plain, so that any program can change them."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from html import escape

INK, MUTED, LINE, ACCENT = "#1e2227", "#5d646e", "#d9d5cc", "#1d5bb8"
FONT = "Source Sans Pro, Noto Sans, Helvetica, Arial, sans-serif"
SHADES = (ACCENT, "#a3441c", "#3c7a3c", "#7a3c7a", "#5d646e", "#b8861d")
"""Of lines and dots of one plot, which differ in lightness too."""


def scale(least: float, most: float, left: float, width: float) -> Callable[[float], float]:
    """From a value to its place, values beyond the ends at the ends."""
    return lambda v: left + (min(max(v, least), most) - least) / (most - least) * width


def ticks(least: float, most: float, about: int = 5) -> list[float]:
    """Round numbers from one end to the other, some five of them."""
    rough = (most - least) / about
    power = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next(s * power for s in (1, 2, 5, 10) if s * power >= rough * 0.999)
    first = math.ceil(least / step - 1e-9)
    return [round(k * step, 12) + 0.0 for k in range(first, math.floor(most / step + 1e-9) + 1)]


def places(at: Sequence[float]) -> int:
    """How many places numbers need to be told apart."""
    return next((p for p in range(6) if all(abs(round(t, p) - t) < 1e-9 for t in at)), 6)


def number(value: float, places: int = 1) -> str:
    """With a minus sign that is one."""
    return f"{value:.{places}f}".replace("-", "−")


def short(words: str, most: int) -> str:
    """At most so many letters."""
    return words if len(words) <= most else f"{words[: most - 1]}…"


def text(x: float, y: float, words: str, anchor: str, shade: str = INK) -> str:
    """Words at a place; anchor: start, middle or end."""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{shade}" font-family="{FONT}" '
        f'font-size="12">{escape(words)}</text>'
    )


def line(x1: float, y1: float, x2: float, y2: float, shade: str, wide: float, dash: str = "") -> str:
    """From one place to another."""
    dashed = f' stroke-dasharray="{dash}"' if dash else ""
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{shade}" stroke-width="{wide}"{dashed}/>'


def picture(width: float, height: float, body: Sequence[str], title: str) -> str:
    """The file."""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
        f'viewBox="0 0 {width:.0f} {height:.0f}" role="img"><title>{escape(title)}</title>'
        f'<rect width="{width:.0f}" height="{height:.0f}" fill="#ffffff"/>{"".join(body)}</svg>\n'
    )
