"""How many articles and coders an interval of a wanted width takes: a curve with its numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from annotator.domain.errors import AnnotatorError
from annotator.qt.agreement.plot_view import PlotView, ask_where
from annotator.qt.agreement.tables import FigureTable, number
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import Splitter, label, open_at, spaced
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.study import Study
from annotator.store.places import Place


class PlanningWindow(JobDialog):
    """One attribute at a time; another width is drawn at once."""

    def __init__(self, study_path: Place, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(tr("Plan articles and coders"), parent)
        open_at(self, 1180, 640)
        self._path = study_path
        self._pilots: list[Any] = []
        self.plan: Any = None
        self.attribute = QComboBox()
        self.attribute.setAccessibleName(tr("Attribute"))
        self.attribute.setMinimumContentsLength(24)
        self.width_ = spaced(QDoubleSpinBox())
        self.width_.setAccessibleName(tr("Width of the interval"))
        self.width_.setRange(0.01, 1.99)
        self.width_.setDecimals(2)
        self.width_.setSingleStep(0.05)
        self.width_.setValue(0.2)
        self.rounds = QComboBox()
        self.rounds.setAccessibleName(tr("Which round"))
        self.rounds.hide()
        top = QHBoxLayout()
        top.setSpacing(10)
        for part in (label(tr("Attribute"), "section"), self.attribute, label(tr("Width"), "section"), self.width_):
            top.addWidget(part)
        top.addWidget(self.rounds)
        top.addStretch(1)
        self.about = label("", "muted", wrap=True)
        self.needed = label("", "", wrap=True)
        self.needed.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.plot = PlotView(theme, tr("Width of the interval by articles and coders"))
        self.table = FigureTable(
            tr("Width of the interval"), [tr("Articles"), *(tr("{n} coders", n=k) for k in _CODERS)]
        )
        self.table.horizontalHeader().setStretchLastSection(False)
        split = Splitter(Qt.Orientation.Horizontal)
        split.addWidget(self.plot)
        split.addWidget(self.table)
        split.setSizes([680, 500])
        self.save = QPushButton(tr("Save…"))
        self.save.setProperty("role", "primary")
        self.save.setEnabled(False)
        close = QPushButton(tr("Close"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addLayout(top)
        rows.addWidget(self.about)
        rows.addWidget(self.needed)
        rows.addWidget(split, 1)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot(self.save, close))
        self.attribute.activated.connect(lambda _: self.show_plan())
        self.width_.valueChanged.connect(lambda _: self.show_plan())
        self.rounds.activated.connect(lambda _: self.read())
        self.save.clicked.connect(self._save)
        close.clicked.connect(self.close)
        self.read()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.plot.set_theme(theme)

    def read(self) -> None:
        """What the codings of the round tell."""
        if self.later(self.read):
            return
        path, wanted = self._path, self.rounds.currentData() or ""

        def work(_progress: Progress) -> tuple[list[str], list[Any]]:
            from annotator.services.agreement.comparing import comparisons
            from annotator.services.agreement.planned import piloted
            from annotator.services.agreement.request import Question, corpus

            question = Question(intervals=False, round=wanted)
            with Study.open(path) as study:
                compared = corpus(study, question)
                return [r for r in compared.rounds if r], list(
                    piloted(comparisons(study, compared, question), compared)
                )

        self.run(work, self._read, [self.save])

    def _read(self, answer: tuple[list[str], list[Any]]) -> None:
        rounds, self._pilots = answer
        chosen, before = self.rounds.currentData() or "", self.attribute.currentText()
        self.rounds.clear()
        self.rounds.addItem(tr("Largest round"), "")
        for name in rounds:
            self.rounds.addItem(tr("Round {name}", name=name), name)
        self.rounds.addItem(tr("All rounds together"), "all")
        self.rounds.setCurrentIndex(max(self.rounds.findData(chosen), 0))
        self.rounds.setVisible(len(rounds) > 1)
        self.attribute.clear()
        self.attribute.addItems([p.name for p in self._pilots])
        self.attribute.setCurrentIndex(max(self.attribute.findText(before), 0))
        self.show_plan()

    def show_plan(self) -> None:
        """Of the attribute and the width that are chosen."""
        from annotator.services.agreement.planned import Planning, Words, curve_svg, planned

        place = self.attribute.currentIndex()
        self.save.setEnabled(0 <= place < len(self._pilots))
        if not self.save.isEnabled():
            self.about.setText(
                "" if self.running else tr("Two coders must have coded two articles or more, not all the same way.")
            )
            return
        p = self._pilots[place]
        wide = round(self.width_.value(), 2)
        one = planned(p, wide)
        self.plan = Planning(width=wide, attributes=(one,))
        self.about.setText(
            tr(
                "From {m} articles and {n} units with alpha {alpha}. A pilot with few articles estimates "
"its own variance poorly: plan again when more articles are coded.",
                m=p.pilot.articles, n=p.pilot.units, alpha=f"{p.pilot.value:.3f}",
            )
        )  # fmt: skip
        messages = [
            tr("{n} coders: more than {most} articles", n=x.coders, most="5 000")
            if x.articles is None
            else tr("{n} coders: {m} articles, {r} readings", n=x.coders, m=x.articles, r=x.readings)
            for x in one.needs
        ]
        self.needed.setText(tr("A 95 % interval of width {w} needs", w=f"{wide:g}") + " · ".join(["", *messages])[2:])
        words = Words(
            coders=tr("{n} coders"), across=tr("articles ({name})"), up=tr("width of the 95 % interval of alpha")
        )
        self.plot.show_plot(curve_svg(one, wide, words, height=400), self.needed.text())
        widths = [dict(points) for _, points in one.curves]
        self.table.fill(
            [(m, [number(m), *(number(w[m]) for w in widths)]) for m, _ in one.curves[0][1]], sortable=False
        )

    def _save(self) -> None:
        suggested = Path(self._path.with_name("planning.svg"))
        out = ask_where(self, tr("Save the plan"), suggested)
        if out is not None:
            self.write(out)

    def write(self, out: Path) -> None:
        """The curve as SVG or PNG, or its numbers as CSV."""
        from annotator.qt.toolkit.printing import png
        from annotator.services.agreement.planned import write_planning

        try:
            write_planning(self.plan, out, png)
        except AnnotatorError as error:
            self.tell(spoken(error))
        else:
            self.tell("")
            self.about.setText(tr("Written: {path}", path=out))


_CODERS = (2, 3, 4, 5)
