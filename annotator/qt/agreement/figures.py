"""Numbers as the agreement window writes them."""

from __future__ import annotations

from annotator.qt.toolkit.words import tr


def figure(value: float | None) -> str:
    """Three places, a dash for nothing."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def percent(value: float | None) -> str:
    """Whole percent, a dash for nothing."""
    return "–" if value is None else f"{100 * value:.0f} %"


def interval(low: float | None, high: float | None) -> str:
    """From low to high, a dash for nothing."""
    return "–" if low is None or high is None else tr("{low} to {high}", low=figure(low), high=figure(high))
