"""Tables and plots: a question, the plot, its numbers beside it, and below what they rest on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.conditions import EVERYTHING, told
from annotator.domain.conditions import together as all_of
from annotator.domain.errors import AnnotatorError
from annotator.qt.coding.session import Session
from annotator.qt.tables.grid_model import GridModel
from annotator.qt.tables.question_bar import QuestionBar
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import Splitter, label, open_at
from annotator.qt.toolkit.plot_view import PlotView
from annotator.qt.toolkit.printing import plot_pdf, png
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.search.labelled import Asked, Whose, understood
from annotator.services.search.saved import names, saved
from annotator.services.study import Study
from annotator.services.tables.answering import answer
from annotator.services.tables.grids import foot, grid
from annotator.services.tables.plot import plot
from annotator.services.tables.records import Answer
from annotator.services.tables.table_files import ENDINGS, Printers, write


class TablesWindow(QDialog):
    """Stays open beside the desk; it changes nothing. `passages`: a person wants to see the labels behind a figure."""

    passages = Signal(object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Tables and plots"))
        open_at(self, 1180, 760)
        self._session = session
        self.answer: Answer | None = None
        self._base = Asked()
        self._latest = Latest(self)
        self._latest.done.connect(self._show)
        self._latest.failed.connect(self._wrong)
        self._latest.progressed.connect(self._counting)
        self._make(theme)
        self.ask()

    def _make(self, theme: Theme) -> None:
        self.bar = QuestionBar(self._session.study)
        self.bar.changed.connect(self.ask)
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("All; or where: coder=Ada and not outlet=Wire"))
        self.line.setAccessibleName(tr("Condition"))
        self.line.setClearButtonEnabled(True)
        self.line.returnPressed.connect(self.ask)
        self.whose = QComboBox()
        self.whose.setAccessibleName(tr("Whose labels"))
        self.whose.addItem(tr("Labels of coders"), "coders")
        self.whose.addItem(tr("Settled labels"), "gold")
        self.whose.currentIndexChanged.connect(lambda _: self.ask())
        self.queries = QComboBox()
        self.queries.setAccessibleName(tr("Kept queries"))
        self.queries.setPlaceholderText(tr("Kept queries"))
        self.queries.addItems(names(self._session.study))
        self.queries.setCurrentIndex(-1)
        self.queries.setEnabled(self.queries.count() > 0)
        self.queries.activated.connect(lambda _: self.take(self.queries.currentText()))
        which = QHBoxLayout()
        which.addWidget(self.line, 1)
        which.addWidget(self.queries)
        which.addWidget(self.whose)
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.heading = label("", "heading", wrap=True)
        self.view = PlotView(theme)
        self.area = QScrollArea()
        self.area.setWidget(self.view)
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.model = GridModel(self)
        self.table = QTableView()
        readable(self.table)
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("The plot’s numbers"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.verticalHeader().hide()
        self.table.horizontalHeader().setMaximumSectionSize(260)
        self.table.activated.connect(lambda index: self.open_row(index.row()))
        self.table.selectionModel().currentRowChanged.connect(self._row_in_hand)
        self.view.moved.connect(self._figure_in_hand)
        self.view.opened.connect(self.open_row)
        self.parts = Splitter()
        self.parts.addWidget(self.area)
        self.parts.addWidget(self.table)
        self.parts.setSizes([720, 440])
        self.rests = label("", "muted", wrap=True)
        self.rests.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.rests.setAccessibleName(tr("What this is based on"))
        self.below = QScrollArea()
        self.below.setWidget(self.rests)
        self.below.setWidgetResizable(True)
        self.below.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.below.setMaximumHeight(140)
        self.opening = self._button(
            tr("Passages of this figure"), lambda: self.open_row(self.table.currentIndex().row())
        )
        self.every = self._button(tr("All passages"), self.open_all)
        self.export = self._button(tr("Save…"), self.save)
        last = QHBoxLayout()
        last.addWidget(self.opening)
        last.addWidget(self.every)
        last.addStretch(1)
        last.addWidget(self.export)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addWidget(self.bar)
        rows.addLayout(which)
        rows.addWidget(self.fault)
        rows.addWidget(self.heading)
        rows.addWidget(self.parts, 1)
        rows.addWidget(self.below)
        rows.addLayout(last)
        self._enable()

    def _button(self, words: str, do: Callable[[], None]) -> QPushButton:
        made = QPushButton(words)
        made.setAutoDefault(False)
        made.clicked.connect(lambda _=False: do())
        return made

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.view.set_theme(theme)

    # asking

    def ask(self) -> None:
        """Answer the question as it stands."""
        self.fault.hide()
        typed = self.line.text().strip()
        whose: Whose = "gold" if self.whose.currentData() == "gold" else "coders"
        try:
            condition = understood(self._session.study, [typed]) if typed else EVERYTHING
        except AnnotatorError as error:
            self._wrong(error)
            return
        passages = replace(self._base, condition=condition, whose=whose)
        wanted = self.bar.wanted(passages)
        path = self._session.study.file.path
        self.heading.setText(tr("Counting…"))

        def work(progress: Progress) -> Answer:
            with Study.open(path) as study:
                return answer(study, wanted, progress)

        self._latest.run(work)

    def _counting(self, done: int, total: int) -> None:
        if self._latest.wanted and total:
            self.heading.setText(tr("Counting… {n} of {all} articles", n=done, all=total))

    def take(self, name: str) -> None:
        """Of the labels that a kept query finds."""
        try:
            asked = saved(self._session.study, name)
        except AnnotatorError as error:
            self._wrong(error)
            return
        self._base = replace(asked, condition=EVERYTHING)
        self.whose.blockSignals(True)
        self.whose.setCurrentIndex(max(0, self.whose.findData(asked.whose)))
        self.whose.blockSignals(False)
        self.line.setText(told(asked.condition) if asked.condition != EVERYTHING else "")
        self.ask()

    def _wrong(self, error: AnnotatorError) -> None:
        self._latest.forget()
        self.answer = None
        self.heading.setText("")
        self.rests.setText("")
        self.model.take(None)
        self.view.show_plot(None, [])
        words = "; ".join(spoken(p) for p in (error.what, error.remedy) if p)
        self.fault.setText(words[:1].upper() + words[1:])
        self.fault.show()
        self._enable()

    def _show(self, found: Answer) -> None:
        self.answer = found
        self.heading.setText(spoken(found.words))
        self.model.take(grid(found))
        self.table.resizeColumnsToContents()
        drawn = plot(found)
        self.view.show_plot(drawn, [self.model.told(row) for row in range(self.model.rowCount())])
        lines = [spoken(x) for x in foot(found)]
        if drawn.undrawn:
            lines.append(tr("{n} more figures are in the table alone", n=drawn.undrawn))
        self.rests.setText("\n".join([*lines, spoken(found.basis.account.line)]))
        self.rests.setToolTip("\n".join(spoken(x) for x in found.basis.account.reasons()))
        if self.model.rowCount():
            self.table.selectRow(0)
        self._enable()

    def _enable(self) -> None:
        there = self.answer is not None
        for button in (self.opening, self.every, self.export):
            button.setEnabled(there)

    # figures and their labels

    def _row_in_hand(self, now: QModelIndex, _: QModelIndex) -> None:
        self.view.set_row(now.row() if now.isValid() else None)

    def _figure_in_hand(self, row: int) -> None:
        self.table.selectRow(row)

    def open_row(self, row: int) -> None:
        """Show the labels behind a figure."""
        if self.answer is not None and self.model.grid is not None and 0 <= row < self.model.rowCount():
            condition = self.model.grid.conditions[row]
            held = self.answer.wanted.passages
            self.passages.emit(replace(held, condition=all_of((held.condition, condition))))

    def open_all(self) -> None:
        """Show all labels that were looked at."""
        if self.answer is not None:
            self.passages.emit(self.answer.wanted.passages)

    def save(self) -> None:
        """Write the table or the plot."""
        if self.answer is None:
            return
        kinds = ";;".join(f"{x[1:].upper()} (*{x})" for x in (".svg", ".png", ".pdf", ".csv", ".json"))
        name, kind = QFileDialog.getSaveFileName(self, tr("Save table or plot"), "", kinds)
        if not name:
            return
        path = Path(name)
        if path.suffix.casefold() not in ENDINGS:  # the kind that was chosen says the form
            path = path.with_name(path.name + (kind.partition("*")[2].rstrip(")") or ".svg"))
        try:
            write(self.answer, path, Printers(png=png, pdf=plot_pdf))
        except AnnotatorError as error:
            self.fault.setText("; ".join(spoken(p) for p in (error.what, error.remedy) if p))
            self.fault.show()
        else:
            self.heading.setText(tr("Written: {name}", name=str(path)))

    def closeEvent(self, event: QCloseEvent) -> None:
        """What runs is stopped."""
        self._latest.finish()
        super().closeEvent(event)
