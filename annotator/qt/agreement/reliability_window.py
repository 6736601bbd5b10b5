"""How far shares, lines over time and networks depend on who coded: made anew from each coder's codings."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QTabWidget, QVBoxLayout, QWidget

from annotator.domain.errors import AnnotatorError
from annotator.qt.agreement.plot_view import PlotView, ask_where
from annotator.qt.agreement.tables import Cell, FigureTable, number
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import label, open_at
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import mark, spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.study import Study
from annotator.store.places import Place

_KINDS = (
    (mark("Shares"), ("shares", "share")),
    (mark("Counts"), ("shares", "count")),
    (mark("Mean values"), ("shares", "mean")),
    (mark("Shares over time"), ("series", "share")),
    (mark("Counts over time"), ("series", "count")),
    (mark("Mean values over time"), ("series", "mean")),
    (mark("Network, actors by concepts"), ("network", "two-mode")),
    (mark("Network of actors"), ("network", "actors")),
    (mark("Network of concepts"), ("network", "concepts")),
)
_MOST_PAIRED = 12
"""With more coders a list of every two of them is too long to choose from."""

_PERIODS = ((mark("day"), "day"), (mark("week"), "week"), (mark("month"), "month"), (mark("year"), "year"))


class ReliabilityWindow(JobDialog):
    """What is made anew is chosen above; a table with each coder's figure and the spread, and the plot, below."""

    def __init__(self, study_path: Place, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(tr("Reliability of results"), parent)
        open_at(self, 1180, 700)
        self._path = study_path
        self.parts: tuple[Any, ...] = ()
        self._asked: tuple[str, str, str, str] | None = None
        names = (tr("Which figure"), tr("Period"), tr("Which round"), tr("Coders"), tr("Attribute"))
        self.kind, self.period, self.rounds, self.who, self.part = (_choice(name) for name in names)
        for told, data in _KINDS:
            self.kind.addItem(tr(told), data)
        for period, key in _PERIODS:
            self.period.addItem(tr("by {period}", period=tr(period)), key)
        self.period.setCurrentIndex(2)
        self.rounds.hide()
        self.part.setMinimumContentsLength(24)
        self.blind = QCheckBox(tr("Hide names"))
        top = QHBoxLayout()
        top.setSpacing(10)
        for part in (self.kind, self.period, self.rounds, self.who, self.part, self.blind):
            top.addWidget(part)
        top.addStretch(1)
        self.about = label("", "muted", wrap=True)
        self.table = FigureTable(tr("Figures by coder"), [""])
        self.pairs = FigureTable(
            tr("Two coders"),
            [tr("Coders"), tr("Articles"), tr("Compared"), tr("Mean difference"), tr("Greatest"), tr("Correlation"),
             tr("In both"), tr("In either")],
        )  # fmt: skip
        for table in (self.table, self.pairs):
            table.horizontalHeader().setStretchLastSection(False)
        self.plot = PlotView(theme, tr("Figures by coder, drawn"))
        tabs = QTabWidget()
        tabs.setDocumentMode(True)
        tabs.setAccessibleName(tr("Reliability of results"))
        for widget, told in ((self.table, tr("Figures")), (self.plot, tr("Plot")), (self.pairs, tr("Pairs"))):
            tabs.addTab(widget, told)
        self.tabs = tabs
        self.notes = label("", "muted", wrap=True)
        self.save = QPushButton(tr("Save…"))
        self.save.setProperty("role", "primary")
        self.save.setEnabled(False)
        close = QPushButton(tr("Close"))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addLayout(top)
        rows.addWidget(self.about)
        rows.addWidget(tabs, 1)
        rows.addWidget(self.notes)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot(self.save, close))
        for box in (self.kind, self.period, self.rounds, self.who):
            box.activated.connect(lambda _: self.compute())
        self.part.activated.connect(lambda _: self._show())
        self.blind.toggled.connect(lambda _: self._show())
        self.save.clicked.connect(self._save)
        close.clicked.connect(self.close)
        self.compute()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.plot.set_theme(theme)

    def compute(self) -> None:
        """What is chosen, anew."""
        self.period.setVisible(self.kind.currentData()[0] == "series")
        if self.later(self.compute):
            return
        of, how = self.kind.currentData()
        period, wanted, path = self.period.currentData(), self.rounds.currentData() or "", self._path

        pair = self.who.currentData() or ()

        def work(_progress: Progress) -> tuple[list[str], list[str], tuple[Any, ...]]:
            from annotator.services.agreement.request import Question, corpus
            from annotator.services.networks.asking import Wanted
            from annotator.services.reliability.derived import Asked, reliability

            question = Question(coders=pair, round=wanted)
            asked = Asked(of=of, network=Wanted(how)) if of == "network" else Asked(of=of, measure=how, period=period)
            with Study.open(path) as study:
                compared = corpus(study, question)
                coders = [c.name for c in study.coders() if c.role != "gold"]
                return [r for r in compared.rounds if r], coders, reliability(study, question, asked, compared)

        self.run(work, self._computed, [self.save], self._refused)

    def _refused(self, error: AnnotatorError) -> None:
        self.parts = ()
        self._fill()
        self.tell(spoken(error))

    def _computed(self, answer: tuple[list[str], list[str], tuple[Any, ...]]) -> None:
        rounds, coders, self.parts = answer
        pair = self.who.currentData() or ()
        self.who.clear()
        self.who.addItem(tr("All coders"), ())
        for two in combinations(coders, 2):
            self.who.addItem(" – ".join(two), two)
        self.who.setCurrentIndex(max(self.who.findData(pair), 0) if pair else 0)
        self.who.setVisible(2 < len(coders) <= _MOST_PAIRED)
        chosen = self.rounds.currentData() or ""
        self.rounds.clear()
        self.rounds.addItem(tr("Largest round"), "")
        for name in rounds:
            self.rounds.addItem(tr("Round {name}", name=name), name)
        self.rounds.addItem(tr("All rounds together"), "all")
        self.rounds.setCurrentIndex(max(self.rounds.findData(chosen), 0))
        self.rounds.setVisible(len(rounds) > 1)
        self._fill()

    def _fill(self) -> None:
        before = self.part.currentText()
        self.part.clear()
        self.part.addItems([p.name for p in self.parts])
        self.part.setCurrentIndex(max(self.part.findText(before), 0))
        self._show()

    def _show(self) -> None:
        from annotator.services.reliability.drawing import PlotWords, spread_svg

        place = self.part.currentIndex()
        self.save.setEnabled(bool(self.parts))
        if not 0 <= place < len(self.parts):
            self.about.setText("" if self.running else tr("No figure of this kind can be computed for two coders."))
            self.table.setRowCount(0)
            self.pairs.setRowCount(0)
            self.notes.setText("")
            self.plot.show_plot("", "")
            return
        one = self.parts[place]
        made = one.made
        hidden = self.blind.isChecked()
        names = {c: tr("Coder {n}", n=i) if hidden else c for i, c in enumerate(made.coders, 1)}
        self.about.setText(
            tr(
                "{n} articles. Spread is how far a figure differs between coders on the same articles; "
                "it is not the sampling error.",
                n=made.articles,
            )
        )
        first = (
            [tr("Period"), tr("Value")]
            if one.of == "series"
            else [tr("Node"), tr("Other node")]
            if one.of == "network"
            else [tr("Value")]
        )
        head = [*first, *names.values(), tr("Mean"), tr("Spread"), tr("Labels")]
        self.table.setColumnCount(0)  # heads with them, which stand where numbers stood before
        self.table.setColumnCount(len(head))
        self.table.setHorizontalHeaderLabels(head)
        self.table.fill(
            [
                (
                    f.key,
                    [
                        *(Cell(spoken(x)) for x in f.label),
                        *(number(v) for v in (*f.values, f.mean, f.spread)),
                        Cell(" · ".join(map(str, f.counts)), float(sum(f.counts))),
                    ],
                )
                for f in made.figures
            ]
        )
        self.pairs.fill(
            [
                (
                    p.coders,
                    [
                        " – ".join(names[c] for c in p.coders),
                        number(p.articles), number(p.apart.compared), number(p.apart.mean), number(p.apart.greatest),
                        number(p.apart.correlation), number(p.both), number(p.either),
                    ],
                )
                for p in made.pairs
            ]
        )  # fmt: skip
        words = PlotWords(
            head=tr("{name}: {measure}, {n} articles"),
            measures={"share": tr("share"), "count": tr("count"), "mean": tr("mean")},
            spread=tr("spread"),
            undrawn=tr("{n} smaller ones are not drawn"),
        )
        self.plot.show_plot(spread_svg([one], names, words), one.name)
        self.notes.setText("\n".join(n[:1].upper() + n[1:] + "." for n in map(spoken, one.notes)))

    def _save(self) -> None:
        out = ask_where(self, tr("Save the figures"), Path(self._path.with_name("reliability.svg")))
        if out is not None:
            self.write(out)

    def write(self, out: Path) -> None:
        """The plot of what is shown as SVG or PNG, or the numbers of everything as CSV."""
        from annotator.qt.toolkit.printing import png
        from annotator.services.reliability.files import write_reliability

        shown = self.parts if out.suffix.lower() == ".csv" else [self.parts[self.part.currentIndex()]]
        try:
            write_reliability(shown, out, png)
        except AnnotatorError as error:
            self.tell(spoken(error))
        else:
            self.tell("")
            self.about.setText(tr("Written: {path}", path=out))


def _choice(name: str) -> QComboBox:
    made = QComboBox()
    made.setAccessibleName(name)
    made.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
    made.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
    return made
