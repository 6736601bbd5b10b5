"""A plot in a window: the SVG that is saved, in the theme's colours; and how plots are saved."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QFileDialog, QScrollArea, QSizePolicy, QWidget

from annotator.qt.toolkit.theme import LIGHT, Theme
from annotator.qt.toolkit.words import tr

_DARKER = (("#a3441c", "#e08a5f"), ("#3c7a3c", "#7fc07f"), ("#7a3c7a", "#c98fc9"), ("#b8861d", "#dcb04f"))
"""Shades of lines on white, and on a dark ground."""


class PlotView(QScrollArea):
    """Keeps its proportions; as large as there is room, in its own height where it is long."""

    def __init__(self, theme: Theme, name: str) -> None:
        super().__init__()
        self._drawing = _Drawing(theme)
        self.setWidget(self._drawing)
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self._drawing.setAccessibleName(name)

    def show_plot(self, svg: str, told: str) -> None:
        """Another plot; told: what it shows, for screen readers."""
        self._drawing.show_plot(svg)
        self._drawing.setAccessibleDescription(told)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._drawing.set_theme(theme)


class _Drawing(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme, self._svg = theme, ""
        self._renderer = QSvgRenderer(self)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_plot(self, svg: str) -> None:
        self._svg = svg
        self._renderer.load(QByteArray(_coloured(svg, self._theme).encode("utf-8")))
        self.updateGeometry()
        self.update()

    def set_theme(self, theme: Theme) -> None:
        self._theme = theme
        if self._svg:
            self.show_plot(self._svg)

    def sizeHint(self) -> QSize:
        return self._renderer.defaultSize() if self._svg else QSize(400, 300)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        size = self.sizeHint()
        return round(size.height() * min(width / max(size.width(), 1), 1.25))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._svg:
            size = self._renderer.defaultSize()
            scale = min(self.width() / size.width(), 1.25)
            self._renderer.render(painter, QRectF(0, 0, size.width() * scale, size.height() * scale))
        painter.end()


def _coloured(svg: str, theme: Theme) -> str:
    """Plots are drawn for paper: ink, lines and ground are the theme's here."""
    pairs = [(LIGHT.text, theme.text), (LIGHT.muted, theme.muted), (LIGHT.border, theme.border)]
    pairs += [(LIGHT.accent, theme.accent), ("#ffffff", theme.surface)]
    for before, after in (*pairs, *(_DARKER if theme.name == "dark" else ())):
        svg = svg.replace(f'"{before}"', f'"{after}"')
    return svg


def ask_where(parent: QWidget, title: str, suggested: Path) -> Path | None:
    """Where a plot or its numbers are saved: SVG, PNG, CSV."""
    kinds = {tr("Plot, SVG") + " (*.svg)": ".svg", tr("Plot, PNG") + " (*.png)": ".png"}
    kinds[tr("Numbers, CSV") + " (*.csv)"] = ".csv"
    name, kind = QFileDialog.getSaveFileName(parent, title, str(suggested), ";;".join(kinds))
    if not name:
        return None
    out = Path(name)
    return out if out.suffix else out.with_suffix(kinds.get(kind, ".svg"))
