"""Tabs whose words tell a count: another count is painted, and nothing beside it is laid out anew."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QStyle, QStyleOptionTabWidgetFrame, QTabWidget


class SideTabs(QTabWidget):
    """Qt's own lays out and paints all that stands below and around the tabs when the words of one change."""

    def __init__(self) -> None:
        super().__init__()
        self._fitted: tuple[QSize, ...] = ()
        """What the tabs and the parts asked for when all of it was laid out."""

    def setTabText(self, index: int, text: str) -> None:
        """The words of a tab."""
        if text != self.tabText(index):
            self.tabBar().setTabText(index, text)  # QTabWidget's lays out all at once

    def event(self, event: QEvent) -> bool:
        """Only the row of tabs has another width: it alone gets it."""
        if event.type() == QEvent.Type.LayoutRequest:
            wanted = self._wanted()
            if wanted == self._fitted:
                option = QStyleOptionTabWidgetFrame()
                self.initStyleOption(option)
                self.tabBar().setGeometry(
                    self.style().subElementRect(QStyle.SubElement.SE_TabWidgetTabBar, option, self)
                )
                return True
            self._fitted = wanted
        return super().event(event)

    def _wanted(self) -> tuple[QSize, ...]:
        """All that the layout depends on, but the width of the row of tabs."""
        bar, corner = self.tabBar(), self.cornerWidget()
        parts = [part for at in range(self.count()) if (part := self.widget(at)) is not None]
        return (
            QSize(bar.minimumSizeHint().width(), bar.sizeHint().height()),
            corner.sizeHint() if corner is not None else QSize(),
            self.size(),
            *(part.minimumSizeHint() for part in parts),
            *(part.minimumSize() for part in parts),
        )
