"""The surface's looks as plain values, and the arithmetic that keeps colours legible. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache


@dataclass(frozen=True, slots=True)
class SurfaceTheme:
    """Colours as '#rrggbb', lengths in device-independent pixels; `line_spacing` is a factor of the font's height."""

    background: str = "#ffffff"
    text: str = "#1e2227"
    muted: str = "#5d646e"
    selection: str = "#b9d3fb"
    current: str = "#1d5bb8"
    focus: str = "#1d5bb8"
    found: str = "#fdf0d2"
    found_frame: str = "#7a4f00"
    family: str = ""
    font_px: int = 18
    line_spacing: float = 1.6
    column_px: int = 720
    patterns: bool = False
    """Whether tints carry a pattern too, for whoever cannot tell the colours apart."""


def channels(colour: str) -> tuple[int, int, int]:
    """Red, green, blue, 0 to 255, of '#rrggbb'."""
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1, after WCAG 2."""
    linear = [v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in (c / 255 for c in channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    """Contrast ratio, 1 to 21, after WCAG 2."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def mix(under: str, over: str, share: float) -> str:
    """`share` (0 to 1) of `over` on `under`."""
    parts = (round(u + (o - u) * share) for u, o in zip(channels(under), channels(over), strict=True))
    return "#" + "".join(f"{part:02x}" for part in parts)


@lru_cache(maxsize=512)
def legible(colour: str, ground: str, ink: str, at_least: float = 3.0) -> str:
    """`colour`, moved towards `ink` as little as needed to stand out from `ground`."""
    for step in range(11):
        moved = mix(colour, ink, step / 10)
        if contrast(moved, ground) >= at_least:
            return moved
    return ink


@lru_cache(maxsize=512)
def tint(colour: str, ground: str, ink: str, share: float) -> str:
    """A soft ground in the label's colour on which `ink` keeps 7 : 1 (or nearly all it has on `ground`)."""
    wanted = min(7.0, contrast(ink, ground) * 0.9)
    for step in range(6):
        mixed = mix(ground, colour, share * (1 - step / 6))
        if contrast(mixed, ink) >= wanted:
            return mixed
    return ground
