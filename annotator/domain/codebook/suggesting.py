"""What a new part of a codebook gets until somebody says otherwise: a key after its name, a colour, a hotkey."""

from __future__ import annotations

import colorsys
import re
import unicodedata
from collections.abc import Collection, Iterable

Lab = tuple[float, float, float]
_FOLDED = str.maketrans({"ß": "ss", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "œ": "oe"})


def key_after(name: str, base: str, taken: Collection[str], digits: bool = False) -> str:
    """A key after a name, not among `taken`; `base` where the name has no Latin letter. digits: one may stand first."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_FOLDED))
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")[:40].strip("_")
    if not key:
        key = base
    elif key[0].isdigit() and not digits:
        key = f"{base}_{key}"
    if key not in taken:
        return key
    return next(f"{key}_{n}" for n in range(2, len(taken) + 3) if f"{key}_{n}" not in taken)


def free_hotkey(name: str, taken: Iterable[str | None]) -> str | None:
    """A letter of the name that is not taken, the first ones before others; None where all letters are taken."""
    used = {k.lower() for k in taken if k}
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = [c for c in plain if "a" <= c <= "z"] + list("abcdefghijklmnopqrstuvwxyz")
    return next((c for c in letters if c not in used), None)


def far_colour(taken: Iterable[str]) -> str:
    """The colour that lies farthest from all that are taken; always one that can be told on light and dark ground."""
    used = [_lab(c) for c in taken]
    return max(_CANDIDATES, key=lambda c: min((_apart(_lab(c), u) for u in used), default=0.0))


def apart(one: str, other: str) -> float:
    """How far two colours lie apart (CIE 1976); under about 20 they are hard to tell at a glance."""
    return _apart(_lab(one), _lab(other))


def _apart(a: Lab, b: Lab) -> float:
    return float(sum((x - y) ** 2 for x, y in zip(a, b, strict=True)) ** 0.5)


def _lab(colour: str) -> Lab:
    """CIELAB under D65, of `#rrggbb`; grey for what is none."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        return 50.0, 0.0, 0.0
    r, g, b = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    x = (0.4124 * r + 0.3576 * g + 0.1805 * b) / 0.9505
    y = 0.2126 * r + 0.7152 * g + 0.0722 * b
    z = (0.0193 * r + 0.1192 * g + 0.9505 * b) / 1.089
    fx, fy, fz = _cube(x), _cube(y), _cube(z)
    return 116 * fy - 16, 500 * (fx - fy), 200 * (fy - fz)


def _linear(c: float) -> float:
    return c / 12.92 if c <= 0.04045 else float(((c + 0.055) / 1.055) ** 2.4)


def _cube(t: float) -> float:
    return float(t ** (1 / 3)) if t > 0.008856 else 7.787 * t + 16 / 116


def _hex(hue: float, light: float) -> str:
    r, g, b = colorsys.hls_to_rgb(hue, light, 0.6)
    return f"#{round(r * 255):02x}{round(g * 255):02x}{round(b * 255):02x}"


_CANDIDATES = ("#2f6db5", *(_hex(hue / 24, light) for light in (0.42, 0.55, 0.34) for hue in range(24)))
