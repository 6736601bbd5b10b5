"""The foot of the agreement window: how far the work is, stopping it, and what the window offers to do."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr


class Foot(QWidget):
    """Tells; what is done is the window's."""

    def __init__(self) -> None:
        super().__init__()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.bar.setMinimumWidth(260)
        self.cancel = QPushButton(tr("Stop"))
        self.cancel.setToolTip(tr("Stop computing intervals; the figures stay"))
        self.resume = QPushButton(tr("Compute intervals"))
        self.resume.hide()
        self.state = label("", "muted")
        self.save = QPushButton(tr("Save report…"))
        self.save.setProperty("role", "primary")
        self.save.setEnabled(False)
        self.close_ = QPushButton(tr("Close"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        shown: tuple[QWidget, ...] = (self.bar, self.cancel, self.resume, self.state)
        for part in shown:
            row.addWidget(part)
        row.addStretch(1)
        row.addWidget(self.save)
        row.addWidget(self.close_)

    def begins(self, told: str, can_stop: bool) -> None:
        """Work has begun."""
        self.state.setText(told)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.cancel.setVisible(can_stop)

    def progressed(self, done: int, total: int) -> None:
        """So far."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def rests(self, told: str, can_resume: bool, can_save: bool) -> None:
        """Nothing is worked out any more."""
        self.bar.hide()
        self.cancel.hide()
        self.resume.setVisible(can_resume)
        self.save.setEnabled(can_save)
        self.state.setText(told)
