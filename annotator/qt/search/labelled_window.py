"""What was coded, over all articles: conditions built by hand, counts beside each choice, a click opens the label."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.accounts import Account
from annotator.domain.conditions import EVERYTHING, Test, told
from annotator.domain.errors import AnnotatorError
from annotator.qt.coding.session import Session
from annotator.qt.search.choices_tree import ChoicesTree
from annotator.qt.search.condition_tree import ConditionTree, How
from annotator.qt.search.passage_model import LEFT, PassageModel
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import Splitter, label, open_at
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.accounts import BY_CODERS, SETTLED
from annotator.services.search.labelled import Asked, LabelPassage, Result, Whose, labels, look, understood
from annotator.services.search.passage_files import ENDINGS, write
from annotator.services.search.saved import forget, names, save, saved
from annotator.services.study import Study
from annotator.services.tables.material import field_name


class _Before(QStyledItemDelegate):
    """Words before the passage lose their beginning where there is no room."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideLeft


class LabelledWindow(QDialog):
    """Stays open beside the desk; it changes nothing but the queries that the study keeps."""

    passage = Signal(object)
    """A passage that a person wants to see in its article."""
    _first = Signal(object, object)

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Passages by what was coded"))
        open_at(self, 1180, 720)
        self._session = session
        self._labels = labels(session.codebook)
        self.found: Result | None = None
        self.asked = Asked()
        self._latest = Latest(self)
        self._latest.done.connect(self._show)
        self._latest.failed.connect(self._wrong)
        self._latest.progressed.connect(self._looking)
        self._first.connect(self._begin)
        self._make()
        self.set_theme(theme)
        self.search()

    def _make(self) -> None:
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("All; or a condition: coder=Ada and not outlet=Wire"))
        self.line.setAccessibleName(tr("Condition"))
        self.line.setClearButtonEnabled(True)
        self.line.returnPressed.connect(self.search)
        self.layer = QComboBox()
        self.layer.setAccessibleName(tr("Layer"))
        self.layer.addItem(tr("Statements, and labels outside them"), None)
        for layer in self._session.codebook.layers:
            self.layer.addItem(layer.label, layer.key)
        self.layer.currentIndexChanged.connect(lambda _: self.search())
        self.whose = QComboBox()
        self.whose.setAccessibleName(tr("Whose labels"))
        self.whose.addItem(tr("Labels of coders"), "coders")
        self.whose.addItem(tr("Settled labels"), "gold")
        self.whose.currentIndexChanged.connect(lambda _: self.search())
        for box in (self.layer, self.whose):
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self.go = self._button(tr("Find"), self.search)
        self.go.setProperty("role", "primary")
        top = QHBoxLayout()
        top.addWidget(self.line, 1)
        top.addWidget(self.go)
        which = QHBoxLayout()
        for part in (self.layer, self.whose):
            which.addWidget(part)
        which.addStretch(1)
        self.told = label("", "section", wrap=True)
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.conditions = ConditionTree(self._in_words)
        self.conditions.changed.connect(self._built)
        self.choices = ChoicesTree(self._session.codebook, self._labels)
        self.choices.chosen.connect(self.narrow)
        self.narrower = self._button(tr("And this"), self.narrow)
        self.other = self._button(tr("Or this"), lambda: self.join("one"))
        self.without = self._button(tr("Not this"), lambda: self.join("none"))
        joins = QHBoxLayout()
        joins.setSpacing(4)
        for button in (self.narrower, self.other, self.without):
            joins.addWidget(button)
        self.choices.layout().addLayout(joins)  # type: ignore[union-attr]
        left = QSplitter(Qt.Orientation.Vertical)
        left.addWidget(self.conditions)
        left.addWidget(self.choices)
        left.setSizes([200, 400])
        self.model = PassageModel(self)
        self.list = self._list()
        parts = Splitter()
        parts.addWidget(left)
        parts.addWidget(self.list)
        parts.setSizes([360, 820])
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addLayout(top)
        rows.addLayout(which)
        rows.addWidget(self.fault)
        rows.addWidget(self.told)
        rows.addWidget(parts, 1)
        rows.addLayout(self._foot())
        self._list_queries()

    def _list(self) -> QTableView:
        view = QTableView()
        readable(view)
        view.setModel(self.model)
        view.setAccessibleName(tr("Passages found"))
        view.verticalHeader().hide()
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.setItemDelegateForColumn(LEFT, _Before(view))
        head = view.horizontalHeader()
        for column, width in ((0, 64), (1, 90)):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Interactive)
            head.resizeSection(column, width)
        for column in (2, 3, 4):
            head.setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        view.clicked.connect(lambda index: self.show_row(index.row()))
        view.activated.connect(lambda index: self.show_row(index.row()))
        return view

    def _foot(self) -> QHBoxLayout:
        self.queries = QComboBox()
        self.queries.setAccessibleName(tr("Kept queries"))
        self.queries.activated.connect(lambda _: self.take(self.queries.currentText()))
        self.keep = self._button(tr("Keep query…"), self.keep_query)
        self.drop = self._button(tr("Forget query"), self.forget_query)
        self.export = self._button(tr("Export…"), self.export_all)
        foot = QHBoxLayout()
        foot.addWidget(self.queries)
        foot.addWidget(self.keep)
        foot.addWidget(self.drop)
        foot.addStretch(1)
        foot.addWidget(self.export)
        return foot

    def _button(self, words: str, do: Callable[[], None]) -> QPushButton:
        made = QPushButton(words)
        made.setAutoDefault(False)
        made.clicked.connect(lambda _=False: do())
        return made

    def _in_words(self, test: Test) -> tuple[str, str]:
        field = spoken(field_name(self._session.codebook, test.field))
        return field, self._labels.get((test.field, test.value), test.value)

    def set_theme(self, theme: Theme) -> None:
        """Other colours: the style sheet has them all."""

    # asking

    def search(self) -> None:
        """Look for what the line and the choices say."""
        self.fault.hide()
        typed = self.line.text().strip()
        whose: Whose = "gold" if self.whose.currentData() == "gold" else "coders"
        try:
            condition = understood(self._session.study, [typed]) if typed else EVERYTHING
        except AnnotatorError as error:
            self._wrong(error)
            return
        if self.conditions.condition != condition:
            self.conditions.show_condition(condition)
        asked = self.asked = Asked(self.layer.currentData(), condition, whose=whose)
        path = self._session.study.file.path
        self.told.setText(tr("Looking…"))

        def work(progress: Progress) -> Result:
            with Study.open(path) as study:
                return look(study, asked, progress, lambda first: self._first.emit(asked, first))

        self._latest.run(work)

    def _looking(self, done: int, total: int) -> None:
        if self._latest.wanted and total:
            self.told.setText(tr("Looking… {n} of {all} articles", n=done, all=total))

    def _built(self) -> None:
        """The tree says what is looked for."""
        condition = self.conditions.condition
        self.line.setText(told(condition) if condition != EVERYTHING else "")
        self.search()

    def _wrong(self, error: AnnotatorError) -> None:
        self._latest.forget()
        self.found = None
        self.told.setText("")
        self.choices.clear()
        self.model.take(())
        told_ = "; ".join(spoken(p) for p in (error.what, error.remedy) if p)
        self.fault.setText(told_[:1].upper() + told_[1:])
        self.fault.show()

    def _begin(self, asked: Asked, first: Sequence[LabelPassage]) -> None:
        """The first screen, while the rest is looked for."""
        if asked is self.asked and self._latest.busy:
            self.model.take(first)

    def _show(self, result: Result) -> None:
        self.found = result
        self.model.take(result.passages)
        words = tr("{n} passages", n=len(result.passages))
        by = f" · {spoken(result.line)}" if result.passages else ""
        self.told.setText(f"{words}{by} · {spoken(result.account.line)}")
        self.told.setToolTip("\n".join(spoken(x) for x in result.account.reasons()))
        self.choices.show_counts(result.counts)
        self._count_wholes(result.account)

    def _count_wholes(self, account: Account) -> None:
        """How many labels each layer, and coders and gold, have in the study."""
        for n, layer in enumerate(self._session.codebook.layers, start=1):
            self.layer.setItemText(n, f"{layer.label} ({account.study.by_layer.get(layer.key, 0):,})")
        other = sum(x.count for x in account.left_out if x.what == "annotations" and x.why in (SETTLED, BY_CODERS))
        mine = account.study.annotations - other
        gold, coders = (mine, other) if self.asked.whose == "gold" else (other, mine)
        self.whose.setItemText(0, f"{tr('Labels of coders')} ({coders:,})")
        self.whose.setItemText(1, f"{tr('Settled labels')} ({gold:,})")

    # conditions by hand

    def narrow(self) -> None:
        """Only passages that have the value in hand too."""
        self.join("all")

    def join(self, how: How) -> None:
        """Put the value in hand to the conditions."""
        test = self.choices.test()
        if test is not None:
            self.conditions.add(test, how)

    # passages

    def show_row(self, row: int) -> None:
        """Show the passage of a row in its article, its label in hand."""
        if 0 <= row < len(self.model.passages):
            self.passage.emit(self.model.passages[row])

    # queries that are kept, files

    def _list_queries(self) -> None:
        self.queries.clear()
        self.queries.addItems(names(self._session.study))
        self.queries.setCurrentIndex(-1)
        self.queries.setPlaceholderText(tr("Kept queries"))
        self.queries.setEnabled(self.queries.count() > 0)
        self.drop.setEnabled(self.queries.count() > 0)

    def take(self, name: str) -> None:
        """Ask what a kept query asks."""
        try:
            asked = saved(self._session.study, name)
        except AnnotatorError as error:
            self._wrong(error)
        else:
            self.ask(asked)

    def ask(self, asked: Asked) -> None:
        """Show what is asked for, with its condition in the line."""
        for box, value in ((self.layer, asked.layer), (self.whose, asked.whose)):
            box.blockSignals(True)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.blockSignals(False)
        parts = [told(asked.condition)] if asked.condition != EVERYTHING else []
        parts += [told(Test("entity", "=", asked.entity))] if asked.entity else []
        parts += [" or ".join(told(Test("coder", "=", c)) for c in asked.coders)] if asked.coders else []
        self.line.setText(" and ".join(f"({p})" for p in parts) if len(parts) > 1 else "".join(parts))
        self.search()

    def keep_query(self) -> None:
        """Keep the query in the study under a name."""
        name, sure = QInputDialog.getText(self, tr("Keep query"), tr("Name"), text=self.queries.currentText())
        if sure:
            self._changing(lambda: save(self._session.study, name, self.asked))

    def forget_query(self) -> None:
        """Take the kept query that is chosen away."""
        name = self.queries.currentText()
        if name:
            self._changing(lambda: forget(self._session.study, name))

    def _changing(self, do: Callable[[], None]) -> None:
        try:
            do()
        except AnnotatorError as error:
            self.fault.setText(spoken(error.what))
            self.fault.show()
        else:
            self._list_queries()

    def export_all(self) -> None:
        """Write every passage that was found, with its source."""
        if self.found is None:
            return
        kinds = " ".join(f"*{x}" for x in ENDINGS)
        name, _ = QFileDialog.getSaveFileName(self, tr("Export passages"), "", f"{tr('Passages')} ({kinds})")
        if not name:
            return
        try:
            write(self._session.study, self.asked, self.found, Path(name))
        except AnnotatorError as error:
            self.fault.setText("; ".join(spoken(p) for p in (error.what, error.remedy) if p))
            self.fault.show()
        else:
            self.told.setText(tr("{n} passages written to {name}", n=len(self.found.passages), name=name))

    def closeEvent(self, event: QCloseEvent) -> None:
        """What runs is stopped."""
        self._latest.finish()
        super().closeEvent(event)
