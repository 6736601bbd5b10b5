"""What was coded, over all articles: conditions built by hand, counts beside each choice, a click opens the place."""

from __future__ import annotations

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
    QTableWidget,
    QTableWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.conditions import EVERYTHING, Not, Test, told
from annotator.domain.errors import AnnotatorError
from annotator.qt.coding.session import Session
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.search.labelled import Asked, LabelPassage, Result, Whose, labels, look, understood
from annotator.services.search.passage_files import ENDINGS, write
from annotator.services.search.saved import names, save, saved
from annotator.services.study import Study

SHOWN = 1000
"""Rows of the list at most; counts and files have all passages."""
_CHOICE = Qt.ItemDataRole.UserRole


class _Before(QStyledItemDelegate):
    """Words before the passage lose their beginning where there is no room."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> None:
        super().initStyleOption(option, index)
        option.textElideMode = Qt.TextElideMode.ElideLeft


class LabelledWindow(QDialog):
    """Stays open beside the desk; it changes nothing but the queries that the study keeps."""

    passage = Signal(str, int, int)
    """Document id and range of a passage that a person wants to see."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Passages by what was coded"))
        self.resize(1080, 680)
        self._session = session
        self._labels = labels(session.codebook)
        self.found: Result | None = None
        self.asked = Asked()
        self._latest = Latest(self)
        self._latest.done.connect(self._show)
        self._latest.failed.connect(self._wrong)
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
        self.go = self._button(tr("Find"), self.search)
        self.go.setProperty("role", "primary")
        top = QHBoxLayout()
        top.addWidget(self.line, 1)
        for part in (self.layer, self.whose, self.go):
            top.addWidget(part)
        self.told = label("", "section")
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.choices = QTreeWidget()
        self.choices.setAccessibleName(tr("How often each value is there"))
        self.choices.setHeaderLabels([tr("Value"), tr("Passages")])
        self.choices.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.choices.header().setStretchLastSection(False)
        self.choices.itemActivated.connect(lambda *_: self.narrow())
        self.list = QTableWidget(0, 5)
        self.list.setAccessibleName(tr("Passages found"))
        heads = [tr("Article"), tr("Coder"), tr("before"), tr("Words"), tr("after")]
        self.list.setHorizontalHeaderLabels(heads)
        self.list.verticalHeader().hide()
        self.list.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setTabKeyNavigation(False)
        self.list.setWordWrap(False)
        self.list.setItemDelegateForColumn(2, _Before(self.list))
        for column in (0, 1):
            self.list.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        for column in (2, 3, 4):
            self.list.horizontalHeader().setSectionResizeMode(column, QHeaderView.ResizeMode.Stretch)
        self.list.itemClicked.connect(lambda item: self.show_row(item.row()))
        self.list.itemActivated.connect(lambda item: self.show_row(item.row()))
        parts = QSplitter()
        parts.addWidget(self.choices)
        parts.addWidget(self.list)
        parts.setSizes([340, 740])
        self.narrower = self._button(tr("And this"), self.narrow)
        self.other = self._button(tr("Or this"), lambda: self.join("or"))
        self.without = self._button(tr("Not this"), lambda: self.join("not"))
        self.queries = QComboBox()
        self.queries.setAccessibleName(tr("Kept queries"))
        self.queries.activated.connect(lambda _: self.take(self.queries.currentText()))
        self.keep = self._button(tr("Keep query…"), self.keep_query)
        self.export = self._button(tr("Export…"), self.export_all)
        foot = QHBoxLayout()
        for part in (self.narrower, self.other, self.without):
            foot.addWidget(part)
        foot.addStretch(1)
        foot.addWidget(self.queries)
        foot.addWidget(self.keep)
        foot.addWidget(self.export)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addLayout(top)
        rows.addWidget(self.fault)
        rows.addWidget(self.told)
        rows.addWidget(parts, 1)
        rows.addLayout(foot)
        self._list_queries()

    def _button(self, words: str, do: object) -> QPushButton:
        made = QPushButton(words)
        made.setAutoDefault(False)
        made.clicked.connect(lambda _=False: do())  # type: ignore[operator]
        return made

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
        asked = self.asked = Asked(self.layer.currentData(), condition, whose=whose)
        path = self._session.study.file.path
        self.told.setText(tr("Looking…"))

        def work(progress: Progress) -> Result:
            with Study.open(path) as study:
                return look(study, asked, progress)

        self._latest.run(work)

    def _wrong(self, error: AnnotatorError) -> None:
        self._latest.forget()
        self.found = None
        self.told.setText("")
        self.choices.clear()
        self.list.setRowCount(0)
        told_ = "; ".join(spoken(p) for p in (error.what, error.remedy) if p)
        self.fault.setText(told_[:1].upper() + told_[1:])
        self.fault.show()

    def _show(self, result: Result) -> None:
        self.found = result
        shown = result.passages[:SHOWN]
        words = tr("{n} passages", n=len(result.passages))
        if len(shown) < len(result.passages):
            words += " · " + tr("the first {n} are shown; counts and exports have all", n=len(shown))
        self.told.setText(f"{words} · {spoken(result.account.line)}")
        self.told.setToolTip("\n".join(spoken(x) for x in result.account.reasons()))
        self._fill_choices(result)
        self.list.setRowCount(len(shown))
        for row, p in enumerate(shown):
            for column, text in enumerate((str(p.document.number), p.coder, p.left[-60:], p.words, p.right[:60])):
                item = QTableWidgetItem(text)
                item.setToolTip(p.document.title or "")
                if column == 2:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.list.setItem(row, column, item)

    def _fill_choices(self, result: Result) -> None:
        self.choices.clear()
        for field, values in result.counts.items():
            head = QTreeWidgetItem([field, ""])
            self.choices.addTopLevelItem(head)
            for value, n in values.items():
                item = QTreeWidgetItem([self._labels.get((field, value), value), str(n)])
                item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                item.setData(0, _CHOICE, Test(field, "=", value))
                head.addChild(item)
            head.setExpanded("." in field or field in ("coder", "outlet"))

    # conditions by hand

    def chosen(self) -> Test | None:
        """The value in hand among the counts."""
        item = self.choices.currentItem()
        found = item.data(0, _CHOICE) if item is not None else None
        return found if isinstance(found, Test) else None

    def narrow(self) -> None:
        """Only passages that have this value too."""
        self.join("and")

    def join(self, how: str) -> None:
        """Put the value in hand to the condition."""
        test = self.chosen()
        if test is None:
            return
        old = self.line.text().strip()
        new = told(Not(test)) if how == "not" else told(test)
        word = "or" if how == "or" else "and"
        self.line.setText(f"({old}) {word} {new}" if old else new)
        self.search()

    # passages

    def show_row(self, row: int) -> None:
        """Show the passage of a row in its article."""
        if self.found is not None and 0 <= row < len(self.found.passages):
            p: LabelPassage = self.found.passages[row]
            start, end = (p.place[0][0], p.place[-1][1]) if p.place else (0, 0)
            self.passage.emit(p.annotation.document_id, start, end)

    # queries that are kept, files

    def _list_queries(self) -> None:
        self.queries.clear()
        self.queries.addItems(names(self._session.study))
        self.queries.setCurrentIndex(-1)
        self.queries.setPlaceholderText(tr("Kept queries"))
        self.queries.setEnabled(self.queries.count() > 0)

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
        name, sure = QInputDialog.getText(self, tr("Keep query"), tr("Name"))
        if not sure:
            return
        try:
            save(self._session.study, name, self.asked)
        except AnnotatorError as error:
            self.fault.setText(spoken(error.what))
            self.fault.show()
            return
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
