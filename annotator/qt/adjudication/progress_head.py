"""The line above the cases: how much is settled, and whether one settles blind."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr


class ProgressHead(QWidget):
    """Tells where one is; buttons: what is done with the whole, at the right."""

    def __init__(self, buttons: Sequence[QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = label("", "heading")
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("How much is settled"))
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(180)
        self.blind = label("", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(self.text)
        row.addWidget(self.bar)
        row.addStretch(1)
        row.addWidget(self.blind)
        for button in buttons:
            row.addWidget(button)

    def tell_looking(self) -> None:
        """The cases are being made."""
        self.text.setText(tr("Looking for cases…"))
        self.tell_busy()

    def tell_busy(self) -> None:
        """Something runs that has no measure."""
        self.bar.setRange(0, 0)

    def tell_nothing(self) -> None:
        """There are no cases."""
        self.text.setText(tr("Nothing to settle"))
        self.bar.setRange(0, 1)

    def tell(self, settled: int, every: int) -> None:
        """How many of all cases are settled."""
        self.text.setText(tr("{n} of {m} settled", n=settled, m=every))
        self.bar.setRange(0, max(every, 1))
        self.bar.setValue(settled)

    def tell_blind(self, looked: bool) -> None:
        """Whether the settler looked up who coded the case in hand."""
        self.blind.setText(tr("Not blind: you looked at who coded") if looked else tr("Blind: order shuffled"))
