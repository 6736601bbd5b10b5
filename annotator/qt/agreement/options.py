"""What a person chooses about the figures: whose, what counts, a line of their own, names or numbers."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QWidget

from annotator.domain.annotations import Coder
from annotator.qt.toolkit.parts import label, spaced
from annotator.qt.toolkit.words import tr


class OptionsRow(QWidget):
    """`asked`: the figures are to be worked out anew; `drawn`: only how they are shown has changed."""

    asked = Signal()
    drawn = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.whose = QComboBox()
        self.whose.setAccessibleName(tr("Whose figures"))
        self.whose.addItem(tr("All coders"), None)
        self.whose.setToolTip(
            tr("One coder’s figures against all others together; nothing about any other coder is shown")
        )
        self.unmatched = QComboBox()
        self.unmatched.setAccessibleName(tr("Unmatched units"))
        self.unmatched.addItem(tr("Unmatched units left out"), "missing")
        self.unmatched.addItem(tr("Unmatched units disagree"), "disagreement")
        self.unmatched.setToolTip(tr("How a coder counts who read the article and has no label where another has one"))
        self.rounds = QComboBox()
        self.rounds.setAccessibleName(tr("Which round"))
        self.rounds.setToolTip(tr("Articles of different rounds are pooled only when you ask for it"))
        self.rounds.hide()
        self.line = QCheckBox(tr("Line at"))
        self.line.setToolTip(tr("A line of your own in every plot; the program calls no figure good or bad"))
        self.at = spaced(QDoubleSpinBox())
        self.at.setAccessibleName(tr("Line at"))
        self.at.setRange(-0.2, 1.0)
        self.at.setSingleStep(0.05)
        self.at.setDecimals(3)
        self.at.setValue(0.8)
        self.at.setEnabled(False)
        self.blind = QCheckBox(tr("Hide names"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(10)
        row.addWidget(label(tr("Figures of"), "muted"))
        for widget in (self.whose, self.unmatched, self.rounds, self.line, self.at, self.blind):
            row.addWidget(widget)
        row.addStretch(1)
        self.whose.activated.connect(lambda _: self.asked.emit())
        self.unmatched.activated.connect(lambda _: self.asked.emit())
        self.rounds.activated.connect(lambda _: self.asked.emit())
        self.line.toggled.connect(self.at.setEnabled)
        self.line.toggled.connect(lambda _: self.drawn.emit())
        self.at.valueChanged.connect(lambda _: self.drawn.emit())
        self.blind.toggled.connect(lambda _: self.drawn.emit())

    @property
    def own(self) -> str | None:
        """The id of the coder whose own figures are wanted."""
        found: str | None = self.whose.currentData()
        return found

    @property
    def threshold(self) -> float | None:
        """The line, where one is wanted."""
        return self.at.value() if self.line.isChecked() else None

    @property
    def round(self) -> str:
        """The round whose articles are wanted, as a question takes it."""
        return self.rounds.currentData() or ""

    def set_rounds(self, names: list[str]) -> None:
        """Which rounds there are to choose from; nothing is shown where there is only one."""
        chosen = self.round
        self.rounds.clear()
        self.rounds.addItem(tr("Largest round"), "")
        for name in names:
            self.rounds.addItem(tr("Round {name}", name=name), name)
        self.rounds.addItem(tr("All rounds together"), "all")
        self.rounds.setCurrentIndex(max(self.rounds.findData(chosen), 0))
        self.rounds.setVisible(len(names) > 1)

    def set_coders(self, coders: list[Coder]) -> None:
        """Whose figures there are to choose from."""
        chosen = self.own
        self.whose.clear()
        self.whose.addItem(tr("All coders"), None)
        for coder in coders:
            self.whose.addItem(tr("{name} alone", name=coder.name), coder.id)
        self.whose.setCurrentIndex(max(self.whose.findData(chosen), 0))

    def only(self, coder: Coder) -> None:
        """One coder's own figures, and no way to others'."""
        self.whose.clear()
        self.whose.addItem(tr("{name} alone", name=coder.name), coder.id)
        self.whose.setEnabled(False)
        self.blind.hide()
