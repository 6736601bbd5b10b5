"""The program's own icons: strokes in the colour of the words beside them, sharp at every scaling."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QBuffer, QByteArray, QEvent, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImageReader, QPalette, QPixmap
from PySide6.QtWidgets import QPushButton, QToolButton

from annotator.data import resource_text

SIZE = 16
_SCALES = (1.0, 1.25, 1.5, 1.75, 2.0, 3.0)
_RESTYLED = (QEvent.Type.PaletteChange, QEvent.Type.StyleChange, QEvent.Type.ApplicationPaletteChange)


@lru_cache(maxsize=128)
def icon(name: str, colour: str, muted: str = "") -> QIcon:
    """An icon of resources/icons in a colour; muted: its colour where it can't be pressed."""
    made = QIcon()
    svg = resource_text(f"icons/{name}.svg")
    for tint, mode in ((colour, QIcon.Mode.Normal), (muted or colour, QIcon.Mode.Disabled)):
        for scale in _SCALES:
            made.addPixmap(_drawn(svg.replace("currentColor", tint), scale), mode)
    return made


def _drawn(svg: str, scale: float) -> QPixmap:
    data = QBuffer()
    data.setData(QByteArray(svg.encode()))
    data.open(QBuffer.OpenModeFlag.ReadOnly)
    reader = QImageReader(data, QByteArray(b"svg"))
    side = round(SIZE * scale)
    reader.setScaledSize(QSize(side, side))
    found = QPixmap.fromImage(reader.read())
    found.setDevicePixelRatio(scale)
    return found


class IconButton(QToolButton):
    """A button with an icon, alone or behind its words; in the theme's colours, also when the theme changes."""

    def __init__(self, name: str, tip: str, words: str = "") -> None:
        super().__init__()
        self._name, self._tint = name, ""
        self.setIconSize(QSize(SIZE, SIZE))
        if words:
            self.setText(words)
            self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            self.setLayoutDirection(Qt.LayoutDirection.RightToLeft)  # the icon stands behind the words
        if tip:
            self.setToolTip(tip)
            self.setAccessibleName(tip)
        self._dress()

    def show_icon(self, name: str) -> None:
        """Another icon."""
        if name != self._name:
            self._name = name
            self._dress()

    def tint(self, colour: str) -> None:
        """A colour of its own in every theme."""
        self._tint = colour
        self._dress()

    def icon_name(self) -> str:
        """Which icon it shows."""
        return self._name

    def _dress(self) -> None:
        palette = QGuiApplication.palette()
        words, muted = palette.color(QPalette.ColorRole.WindowText), palette.color(QPalette.ColorRole.PlaceholderText)
        self.setIcon(icon(self._name, self._tint or words.name(), muted.name()))

    def changeEvent(self, event: QEvent) -> None:
        """Another theme."""
        if event.type() in _RESTYLED and hasattr(self, "_name"):
            self._dress()
        super().changeEvent(event)


class IconFirstButton(QPushButton):
    """A button with words and, where they have one, an icon before them; in the theme's colours."""

    def __init__(self, name: str, words: str) -> None:
        super().__init__(words)
        self._name = name
        self.setIconSize(QSize(SIZE, SIZE))
        self._dress()

    def show_icon(self, name: str) -> None:
        """Another icon; none where the name is empty."""
        if name != self._name:
            self._name = name
            self._dress()

    def icon_name(self) -> str:
        """Which icon it shows."""
        return self._name

    def _dress(self) -> None:
        words = QGuiApplication.palette().color(QPalette.ColorRole.ButtonText)
        self.setIcon(icon(self._name, words.name()) if self._name else QIcon())

    def changeEvent(self, event: QEvent) -> None:
        """Another theme."""
        if event.type() in _RESTYLED and hasattr(self, "_name"):
            self._dress()
        super().changeEvent(event)


def icon_button(name: str, tip: str) -> IconButton:
    """An icon alone, without a frame."""
    made = IconButton(name, tip)
    made.setProperty("role", "flat")
    return made


def menu_button(words: str, tip: str = "") -> IconButton:
    """A button that opens a list."""
    made = IconButton("down", "", words)
    if tip:
        made.setToolTip(tip)
    return made
