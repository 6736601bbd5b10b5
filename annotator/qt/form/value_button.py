"""A button for one value, with its key in the corner."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QPushButton, QStyle, QStyleOptionButton, QStylePainter

from annotator.qt.toolkit.icons import SIZE, icon
from annotator.qt.toolkit.words import tr

EDGE_PX = 9
"""Between a button's edge and its words."""
LONG = 28
"""Words of more letters may not find room in a narrow form: they are in the tool tip too."""


class ValueButton(QPushButton):
    """The codebook's key stands in the corner always, a number for its place only while the field is in hand.

    show: whether there is a corner at all; a number on a scale is its own key.
    """

    def __init__(self, text: str, tip: str, role: str, key: str | None, show: bool = True) -> None:
        super().__init__(text)
        self._key = (key or "").upper() if show else ""
        self._in_hand = False
        self.setCheckable(True)
        self.setAutoDefault(False)  # in a dialog Enter in a field would press it
        self.setProperty("role", role)
        whole = text if len(text) > LONG and text != tip else ""
        self.setToolTip("\n".join(x for x in (whole, tip, tr("Key: {key}", key=key.upper()) if key else "") if x))
        self.setAccessibleName(text)

    @property
    def corner(self) -> str:
        """What stands in the corner."""
        return self._key if self._in_hand or not self._key.isdecimal() else ""

    def set_in_hand(self, held: bool) -> None:
        """Whether the next key is for its field."""
        if held != self._in_hand:
            self._in_hand = held
            self.update()

    def set_offered(self, first: bool) -> None:
        """It is no answer yet, but one that is proposed. first: Enter takes it."""
        self.setProperty("role", "offer")
        self.set_proposed(first)

    def set_waiting(self, waits: bool) -> None:
        """Whether the sign that was pressed leaves this one to be chosen."""
        self._mark("waiting", waits)

    def set_proposed(self, proposed: bool) -> None:
        """Whether Enter would take it."""
        self._mark("proposed", proposed)

    def _mark(self, name: str, on: bool) -> None:
        if bool(self.property(name)) != on:
            self.setProperty(name, on)
            self.style().unpolish(self)
            self.style().polish(self)

    def room(self) -> int:
        """How wide its words may be."""
        return self.width() - 2 * EDGE_PX

    def draw_words(self, painter: QStylePainter, option: QStyleOptionButton) -> None:
        """The button but for its corner."""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)

    def paintEvent(self, event: QPaintEvent) -> None:
        """As every button, then the corner."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.room())
        drawn = QStylePainter(self)
        self.draw_words(drawn, option)
        drawn.end()
        if not self.corner:
            return
        painter = QPainter(self)
        font = QFont(self.font())
        font.setPixelSize(11)
        font.setBold(True)
        painter.setFont(font)
        role = QPalette.ColorRole.HighlightedText if self.isChecked() else QPalette.ColorRole.PlaceholderText
        painter.setPen(QColor(self.palette().color(role)))
        box = QRectF(self.rect()).adjusted(0, 1, -4, 0)
        painter.drawText(box, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop, self.corner)
        painter.end()


class ChosenButton(ValueButton):
    """What was chosen of several: a press takes it away, as the cross behind its words says."""

    def __init__(self, text: str, role: str) -> None:
        super().__init__(text, tr("Take away"), role, None)
        self.setAccessibleName(tr("Take out {what}", what=text))

    def sizeHint(self) -> QSize:
        """Room for the cross, too."""
        return super().sizeHint() + QSize(SIZE + 4, 0)

    def room(self) -> int:
        """Left of the cross."""
        return super().room() - SIZE - 4

    def draw_words(self, painter: QStylePainter, option: QStyleOptionButton) -> None:
        """The frame as every button's, then words and cross beside each other."""
        words, option.text = option.text, ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        checked = self.isChecked() and self.property("role") != "off"
        ink = self.palette().color(QPalette.ColorRole.HighlightedText if checked else QPalette.ColorRole.ButtonText)
        painter.setPen(ink)
        left = QRect(EDGE_PX, 0, self.room(), self.height())
        painter.drawText(left, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)
        icon("close", ink.name()).paint(painter, self.width() - EDGE_PX - SIZE, (self.height() - SIZE) // 2, SIZE, SIZE)
