"""Letters that no font of this computer has: told once a script, since what can't be seen can't be coded."""

from __future__ import annotations

import unicodedata

from PySide6.QtGui import QFont, QFontDatabase, QRawFont, QTextLayout

from annotator.qt.toolkit.words import mark, tr

_SCRIPTS = {
    "ARABIC": mark("Arabic"),
    "ARMENIAN": mark("Armenian"),
    "BENGALI": mark("Bengali"),
    "CJK": mark("Chinese or Japanese"),
    "CYRILLIC": mark("Cyrillic"),
    "DEVANAGARI": mark("Devanagari"),
    "ETHIOPIC": mark("Ethiopic"),
    "GEORGIAN": mark("Georgian"),
    "GREEK": mark("Greek"),
    "HANGUL": mark("Korean"),
    "HEBREW": mark("Hebrew"),
    "HIRAGANA": mark("Japanese"),
    "KATAKANA": mark("Japanese"),
    "TAMIL": mark("Tamil"),
    "THAI": mark("Thai"),
}
"""The first word of a character's name in Unicode, and what people call its script."""
_OTHERS = mark("another script")
_ENOUGH = 200
"""So many different letters tell which scripts are lacking."""


class LettersLacking:
    """Looks at each article that is opened; says each script once while the program runs."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._told: set[str] = set()

    def lacking(self, text: str, family: str) -> str:
        """What to tell of an article's letters; empty where nothing new is lacking."""
        new = {c for c in set(text) - self._seen if unicodedata.category(c).startswith("L")}
        self._seen |= new
        found = _without_a_glyph(new, family)
        scripts = {_SCRIPTS.get(unicodedata.name(c, "").split(" ")[0].split("-")[0], _OTHERS) for c in found}
        scripts -= self._told
        if not scripts:
            return ""
        self._told |= scripts
        return tr(
            "No font of this computer has some letters of this article ({scripts}): boxes stand in their place. "
            "Install a font that has them, such as Noto, and start the program again",
            scripts=", ".join(sorted(tr(s) for s in scripts)),
        )


def _without_a_glyph(letters: set[str], family: str) -> list[str]:
    """Which letters neither the family nor any other font here can draw."""
    own = QRawFont.fromFont(QFontDatabase.font(family, "Regular", 12))
    asked = sorted(c for c in letters if not own.supportsCharacter(ord(c)))[:_ENOUGH]
    return [c for c in asked if _is_box(c, family)]


def _is_box(letter: str, family: str) -> bool:
    layout = QTextLayout(letter, QFont(family))
    layout.beginLayout()
    layout.createLine()
    layout.endLayout()
    return any(0 in run.glyphIndexes() for run in layout.glyphRuns())
