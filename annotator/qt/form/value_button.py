"""A button for one value, with its key in the corner."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QPushButton

from annotator.qt.toolkit.words import tr


class ValueButton(QPushButton):
    """The codebook's key stands in the corner always, a number for its place only while the field is in hand."""

    def __init__(self, text: str, tip: str, role: str, key: str | None) -> None:
        super().__init__(text)
        self._key = (key or "").upper()
        self._number = ""
        self.setCheckable(True)
        self.setAutoDefault(False)  # in a dialog Enter in a field would press it
        self.setProperty("role", role)
        self.setToolTip("\n".join(x for x in (tip, tr("Key: {key}", key=self._key) if key else "") if x))
        self.setAccessibleName(text)

    @property
    def corner(self) -> str:
        """What stands in the corner."""
        return self._key or self._number

    def set_number(self, number: str) -> None:
        """The place in the row, or nothing."""
        if number != self._number:
            self._number = number
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """As every button, then the corner."""
        super().paintEvent(event)
        if not self.corner:
            return
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(9)
        painter.setFont(font)
        role = QPalette.ColorRole.HighlightedText if self.isChecked() else QPalette.ColorRole.PlaceholderText
        painter.setPen(QColor(self.palette().color(role)))
        box = QRectF(self.rect()).adjusted(0, 2, -4, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self.corner)
        painter.end()
