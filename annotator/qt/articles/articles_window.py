"""The articles of a study: what is unknown of them is found and filled in, one or many at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Document
from annotator.domain.errors import AnnotatorError
from annotator.domain.facts import SIGHT
from annotator.domain.origins import same_words
from annotator.qt.articles.articles_model import FACT_COLUMNS, ArticlesModel, Narrowed
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.parts import label, open_at
from annotator.qt.toolkit.words import mark, spoken, tr
from annotator.services.articles import shared_words
from annotator.services.articles.facts import Facts, facts_from, set_facts, undo_facts
from annotator.services.study import Study

_NARROW = {
    "": mark("All articles"),
    "publisher": mark("Outlet unknown"),
    "published": mark("Date unknown"),
    "author": mark("Author unknown"),
    "language": mark("Language unknown"),
    "url": mark("Address unknown"),
    "title": mark("Title unknown"),
    "same": mark("Same words as another"),
}


class ArticlesWindow(QDialog):
    """A table of all articles; below it the facts of those that are selected."""

    changed = Signal(object)
    """Ids of articles that have other facts now."""
    correct = Signal(str)
    """Id of an article whose text is to be corrected."""
    opened = Signal(str)
    """Id of an article that is to be shown."""

    def __init__(self, study: Study, coder_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Articles"))
        open_at(self, 1080, 700)
        self._study, self._coder = study, coder_id
        self.model = ArticlesModel((), {})
        self.shown = Narrowed(self.model)
        self._lay_out()
        self.reload()

    def _lay_out(self) -> None:
        self.which = QComboBox()
        self.which.setAccessibleName(tr("Which articles"))
        for key, told in _NARROW.items():
            self.which.addItem(tr(told), key)
        self.which.currentIndexChanged.connect(self._narrow)
        self.words = QLineEdit()
        self.words.setPlaceholderText(tr("Words in title, outlet, date, file …"))
        self.words.setAccessibleName(tr("Words in title, outlet, date, file …"))
        self.words.setClearButtonEnabled(True)
        self.words.textChanged.connect(self._narrow)
        self.summary = label("", "muted")
        top = QHBoxLayout()
        top.addWidget(self.which)
        top.addWidget(self.words, 1)
        top.addWidget(self.summary)
        self.table = QTableView()
        readable(self.table)
        self.table.setAccessibleName(tr("Articles"))
        self.table.setModel(self.shown)
        self.table.setSelectionBehavior(QTableView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QTableView.EditTrigger.NoEditTriggers)
        self.table.setTabKeyNavigation(False)
        self.table.setWordWrap(False)
        self.table.setSortingEnabled(True)
        self.table.sortByColumn(0, Qt.SortOrder.AscendingOrder)
        self.table.verticalHeader().hide()
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        for column, width in enumerate((50, 320, 110, 150, 150, 80, 160, 140, 110)):
            head.resizeSection(column, width)
        self.table.selectionModel().selectionChanged.connect(self._show)
        self.table.doubleClicked.connect(lambda _index: self._open())
        self.fields: dict[str, QLineEdit] = {}
        form = QFormLayout()
        for key in FACT_COLUMNS:
            field = QLineEdit()
            field.setAccessibleName(spoken(SIGHT[key]))
            field.returnPressed.connect(self.apply)
            field.textEdited.connect(self._count)
            told = spoken(SIGHT[key])
            form.addRow(told[:1].upper() + told[1:], field)
            self.fields[key] = field
        self.fields["published"].setToolTip(tr("2026-03-12, 2026-03 or 2026"))
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.done_words = label("", "muted", wrap=True)
        self.take = self._button(tr("Change"), self.apply)
        self.take.setProperty("role", "primary")
        self.back = self._button(tr("Take the last change back"), self.take_back)
        self.table_button = self._button(tr("From a table…"), self._ask_table)
        self.text_button = self._button(tr("Correct the text…"), self._correct)
        self.go = self._button(tr("Show the article"), self._open)
        close = self._button(tr("Close"), self.close)
        buttons = QHBoxLayout()
        for button in (self.take, self.back, self.table_button, self.text_button, self.go):
            buttons.addWidget(button)
        self.once = QCheckBox(tr("Of articles with the same words, hand out one for all"))
        self.once.toggled.connect(self._choose)
        buttons.addStretch(1)
        buttons.addWidget(close)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addLayout(top)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.once)
        rows.addLayout(form)
        rows.addWidget(self.fault)
        rows.addWidget(self.done_words)
        rows.addLayout(buttons)

    def _button(self, words: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(words)
        button.setAutoDefault(False)
        button.clicked.connect(lambda: do())
        return button

    # showing

    def reload(self) -> None:
        """Ask the study again."""
        copies = self._study.hidden_repeats()
        documents = [d for d in self._study.documents() if d.id not in copies]
        self.model.renew(documents, same_words(documents, copies))
        self.once.blockSignals(True)
        self.once.setChecked(shared_words.choice(self._study) == shared_words.ONCE)
        self.once.blockSignals(False)
        self.once.setVisible(bool(self.model.shared))
        self._narrow()
        self._show()

    def _choose(self, once: bool) -> None:
        try:
            shared_words.choose(self._study, shared_words.ONCE if once else shared_words.EACH)
        except AnnotatorError as error:
            self._refuse([spoken(error)])

    def _narrow(self) -> None:
        self.shown.narrow(self.which.currentData() or "", self.words.text())
        told = tr("{n} of {all} articles", n=self.shown.rowCount(), all=self.model.rowCount())
        self.summary.setText(told)

    def selected(self) -> list[Document]:
        """The articles that are selected, by number."""
        rows = self.table.selectionModel().selectedRows()
        found = [self.model.documents[self.shown.mapToSource(r).row()] for r in rows]
        return sorted(found, key=lambda d: d.number)

    def _show(self) -> None:
        """The facts of what is selected; where these differ, a field is empty and says so."""
        chosen = self.selected()
        for key, field in self.fields.items():
            said = {getattr(d, key) or "" for d in chosen}
            field.setText(said.pop() if len(said) == 1 else "")
            field.setPlaceholderText(tr("(several)") if said else "")
            field.setModified(False)
            field.setEnabled(bool(chosen))
        self.fault.hide()
        self._count()

    def _count(self) -> None:
        n = len(self.selected())
        self.take.setText(tr("Change {n} articles", n=n) if n != 1 else tr("Change 1 article"))
        self.take.setEnabled(n > 0 and any(f.isModified() for f in self.fields.values()))
        for button in (self.text_button, self.go):
            button.setEnabled(n == 1)

    # changing

    def apply(self) -> None:
        """Write the fields that were typed in to every article that is selected, as one step."""
        facts: Facts = {key: field.text() for key, field in self.fields.items() if field.isModified()}
        if facts and (chosen := self.selected()):
            self._set({d.id: facts for d in chosen})

    def read_table(self, path: Path) -> None:
        """Take facts from a table, whole or not at all."""
        try:
            wanted, problems = facts_from(self._study, path)
        except AnnotatorError as error:
            self._refuse([spoken(error)])
            return
        if problems:
            self._refuse([f"{spoken(p['where'])}: {spoken(p['what'])}" for p in problems])
        else:
            self._set(wanted)

    def take_back(self) -> None:
        """Undo the last change of facts."""
        try:
            changes = undo_facts(self._study, self._coder)
        except AnnotatorError as error:
            self._refuse([spoken(error)])
            return
        self._told(sorted(changes.documents), tr("{n} articles as they were before", n=len(changes.documents)))

    def _set(self, wanted: dict[str, Facts]) -> None:
        try:
            made = set_facts(self._study, wanted, self._coder)
        except AnnotatorError as error:
            self._refuse([spoken(error)])
            return
        told = tr("{n} articles changed, {m} had these facts already", n=len(made.changed), m=len(made.same))
        self._told(list(made.changed), told)

    def _told(self, ids: list[str], words: str) -> None:
        self.reload()
        self.done_words.setText(words)
        self.changed.emit(ids)

    def _refuse(self, told: list[str]) -> None:
        more = [tr("and {n} more", n=len(told) - 5)] if len(told) > 5 else []
        self.fault.setText("\n".join(told[:5] + more))
        self.fault.show()

    def _ask_table(self) -> None:
        kinds = f"{tr('Tables')} (*.csv *.tsv *.txt);;{tr('All files')} (*)"
        name, _ = QFileDialog.getOpenFileName(self, tr("From a table…"), str(Path.home()), kinds)
        if name:
            self.read_table(Path(name))

    def _correct(self) -> None:
        if len(chosen := self.selected()) == 1:
            self.correct.emit(chosen[0].id)

    def _open(self) -> None:
        if len(chosen := self.selected()) == 1:
            self.opened.emit(chosen[0].id)
