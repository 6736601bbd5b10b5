"""The reading surface: the article's text with its labels, selection and caret.

Offsets outside are code points of the document's text; no offset and no character is ever read back from Qt.
"""

from __future__ import annotations

from annotator.qt.reading.colours import SurfaceTheme
from annotator.qt.reading.labels import SurfaceLabel
from annotator.qt.reading.looks import surface_theme
from annotator.qt.reading.surface import Arc, Suggested
from annotator.qt.reading.widget import TextSurface

__all__ = ["Arc", "Suggested", "SurfaceLabel", "SurfaceTheme", "TextSurface", "surface_theme"]
