"""The surface's looks made from the program's theme."""

from __future__ import annotations

from annotator.qt.reading.colours import SurfaceTheme
from annotator.qt.toolkit.theme import Theme, reading_family


def surface_theme(theme: Theme, font_px: int = 17, line_spacing: float = 1.6, patterns: bool = False) -> SurfaceTheme:
    """Light or dark as the rest of the window, in the family made for reading."""
    return SurfaceTheme(
        background=theme.surface,
        text=theme.text,
        muted=theme.muted,
        selection=theme.selection,
        current=theme.accent,
        focus=theme.accent,
        found=theme.warning_soft,
        found_frame=theme.warning,
        family=reading_family(),
        font_px=font_px,
        line_spacing=line_spacing,
        patterns=patterns,
    )
