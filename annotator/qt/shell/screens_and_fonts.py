"""Screens, scaling and fonts, as Qt sees them here."""

from __future__ import annotations

import os
from typing import Any

from PySide6.QtCore import qVersion
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication
from PySide6.QtWidgets import QApplication

from annotator.qt.toolkit.fonts import load_fonts

_Script = QFontDatabase.WritingSystem
_SCRIPTS = {
    "Latin": _Script.Latin,
    "Greek": _Script.Greek,
    "Cyrillic": _Script.Cyrillic,
    "Arabic": _Script.Arabic,
    "Hebrew": _Script.Hebrew,
    "Devanagari": _Script.Devanagari,
    "Bengali": _Script.Bengali,
    "Tamil": _Script.Tamil,
    "Thai": _Script.Thai,
    "Armenian": _Script.Armenian,
    "Georgian": _Script.Georgian,
    "Chinese": _Script.SimplifiedChinese,
    "Japanese": _Script.Japanese,
    "Korean": _Script.Korean,
}


def looks(seen: bool) -> dict[str, Any]:
    """seen: whether there is a display; otherwise fonts alone are real."""
    app = QGuiApplication.instance()
    if not isinstance(app, QGuiApplication):
        asked = os.environ.get("QT_QPA_PLATFORM")
        if not seen:
            os.environ["QT_QPA_PLATFORM"] = "offscreen"
        app = QApplication(["annotator"])
        if not seen and asked is None:
            del os.environ["QT_QPA_PLATFORM"]
    load_fonts()
    font = QFont()
    return {
        "qt": qVersion(),
        "platform": QGuiApplication.platformName(),
        "screens": [_screen(s) for s in QGuiApplication.screens()] if seen else [],
        "font": QFontInfo(font).family(),
        "font_points": QFontInfo(font).pointSizeF(),
        "fonts": len(QFontDatabase.families()),
        "scripts_without_a_font": [n for n, script in _SCRIPTS.items() if not QFontDatabase.families(script)],
    }


def _screen(screen: Any) -> dict[str, Any]:
    size = screen.geometry()
    return {
        "pixels": f"{size.width()}x{size.height()}",
        "scaling": round(screen.devicePixelRatio(), 2),
        "dots_per_inch": round(screen.logicalDotsPerInch()),
    }
