"""The left side of the register: what is searched and shown, and who of it is selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QItemSelectionModel, Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStackedWidget,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Entity
from annotator.qt.coding.session import Session
from annotator.qt.entities.answers_in_words import lines_of
from annotator.qt.entities.register_model import UNUSED, RegisterModel
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr
from annotator.services.entities import registry as entities

UNRESOLVED = "\x00unresolved"
"""The filter for labels that name nobody yet."""


class RegisterLists(QWidget):
    """The entries, or instead the labels that name nobody yet."""

    selected_changed = Signal()
    label_wanted = Signal(str, str)
    """Document id and annotation id."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Find by name, alias or answer"))
        self.line.setAccessibleName(tr("Find by name, alias or answer"))
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(lambda _: self._narrow())
        self.filter = self._made_filter()
        self.table = self._made_table()
        self.model = RegisterModel(self.table)
        self._show_model()
        self.unresolved = self._made_unresolved()
        self._lists = QStackedWidget()
        self._lists.addWidget(self.table)
        self._lists.addWidget(self.unresolved)
        self.count = label("", "muted")
        top = QHBoxLayout()
        top.addWidget(self.line, 1)
        top.addWidget(self.filter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 6, 0)
        column.addLayout(top)
        column.addWidget(self._lists, 1)
        column.addWidget(self.count)

    def _made_filter(self) -> QComboBox:
        made = QComboBox()
        made.setAccessibleName(tr("What is shown"))
        made.addItem(tr("Everybody"), "")
        for t in self._session.codebook.entity_types:
            made.addItem(t.label, t.key)
        made.insertSeparator(made.count())
        made.addItem(tr("Not used"), UNUSED)
        made.addItem(tr("Labels that name nobody yet"), UNRESOLVED)
        made.currentIndexChanged.connect(lambda _: self._narrow())
        return made

    def _made_table(self) -> QTableView:
        made = QTableView()
        readable(made)
        made.setAccessibleName(tr("Register"))
        made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        made.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        made.setShowGrid(False)
        made.setTabKeyNavigation(False)
        made.verticalHeader().hide()
        return made

    def _show_model(self) -> None:
        self.table.setModel(self.model)
        self.table.setSortingEnabled(True)
        head = self.table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSortIndicator(0, Qt.SortOrder.AscendingOrder)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        head.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(2, QHeaderView.ResizeMode.ResizeToContents)
        self.table.selectionModel().selectionChanged.connect(lambda *_: self.selected_changed.emit())

    def _made_unresolved(self) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName(tr("Labels that name nobody yet"))
        made.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        made.itemSelectionChanged.connect(self.selected_changed)
        made.itemActivated.connect(self._go)
        made.itemClicked.connect(self._go)
        return made

    # what is shown

    @property
    def shows_labels(self) -> bool:
        """Whether the labels that name nobody yet are shown, not the entries."""
        return self._lists.currentIndex() == 1

    @property
    def kind(self) -> str:
        """The type of entity that the list is narrowed to; empty for all."""
        return self.filter.currentData() or ""

    def reload(self, uses: Mapping[str, Sequence[entities.Use]]) -> None:
        """Show the register as the session has it; who is selected stays so. uses: by entity id."""
        held = [e.id for e in self.selected()]
        kinds = {t.key: t.label for t in self._session.codebook.entity_types}
        counts = {key: len(u) for key, u in uses.items()}
        self.model.show_register(self._session.living(), kinds, counts, self._told())
        self._reselect(held)
        self._fill_unresolved()
        self.selected_changed.emit()

    def _told(self) -> dict[str, list[str]]:
        """Entity id -> its values in words, those of what was merged into it too."""
        codebook, register, names = self._session.codebook, self._session.register, self._session.names()
        if not any(e.values for e in register.every.values()):
            return {}
        held = register.all_values()
        return {k: lines_of(codebook, register.every[k].type, v, names) for k, v in held.items() if v}

    def _narrow(self) -> None:
        held = [e.id for e in self.selected()]
        kind = self.kind
        self._lists.setCurrentIndex(1 if kind == UNRESOLVED else 0)
        if kind == UNRESOLVED:
            self._fill_unresolved()
        else:
            self.model.narrow(self.line.text(), kind)
            self._reselect(held)
        self.selected_changed.emit()

    def _fill_unresolved(self) -> None:
        if self.kind != UNRESOLVED:
            return
        study = self._session.study
        numbers = {d.id: d.number for d in study.documents()}
        texts: dict[str, str] = {}
        self.unresolved.clear()
        wanted = self.line.text().casefold().strip()
        for u in entities.unresolved(study, self._session.coder.id):
            a = u.annotation
            if a.document_id not in texts:
                texts[a.document_id] = study.text(a.document_id)
            layer = study.codebook.layer(a.layer)
            words = " … ".join(texts[a.document_id][s:e] for s, e in a.fragments)
            if wanted not in words.casefold():
                continue
            given = next((o.label for o in layer.attribute(u.attribute).off_scale if o.key == u.given), u.given)
            said = f"{numbers[a.document_id]}.  {layer.label}: “{' '.join(words.split())}”"
            item = QListWidgetItem(f"{said}  ({given})" if given else said)
            item.setToolTip(item.text())
            item.setData(Qt.ItemDataRole.UserRole, u)
            self.unresolved.addItem(item)

    def tell_count(self) -> None:
        """Say below how many are shown and selected."""
        if self.shows_labels:
            self.count.setText(tr("{n} labels name nobody yet; a click shows one", n=self.unresolved.count()))
            return
        shown, every, chosen = len(self.model.rows), len(self.model.every), len(self.selected())
        told = tr("{n} in the register", n=every)
        told = told if shown == every else tr("{n} of {all}", n=shown, all=every)
        self.count.setText(told if chosen < 2 else tr("{told}, {n} selected", told=told, n=chosen))

    # who is selected

    def selected(self) -> list[Entity]:
        """Who is selected, as the store has them."""
        every = self._session.register.every
        rows = sorted(i.row() for i in self.table.selectionModel().selectedRows())
        keys = [self.model.rows[r].id for r in rows if r < len(self.model.rows)]
        return [every[k] for k in keys if k in every]

    def selected_labels(self) -> list[entities.Unresolved]:
        """Which labels that name nobody are selected."""
        return [i.data(Qt.ItemDataRole.UserRole) for i in self.unresolved.selectedItems()]

    def take(self, entity_id: str) -> None:
        """Select somebody; whoever was merged is found as the one it turned out to be."""
        key = self._session.register.root_id(entity_id)
        if self.model.row_of(key) is None:
            self.line.clear()
            self.filter.setCurrentIndex(0)
        self._reselect([key])

    def _reselect(self, keys: list[str]) -> None:
        rows = [row for key in keys if (row := self.model.row_of(key)) is not None]
        if not rows and self.model.rows:
            rows = [0]
        chosen = self.table.selectionModel()
        flags = QItemSelectionModel.SelectionFlag
        for number, row in enumerate(rows):
            how = flags.Select if number else flags.ClearAndSelect
            chosen.setCurrentIndex(self.model.index(row, 0), how | flags.Rows)

    def focus_list(self) -> None:
        """The list that is shown gets the keys."""
        (self.unresolved if self.shows_labels else self.table).setFocus()

    def focus_line(self) -> None:
        """The search gets the keys."""
        self.line.setFocus()
        self.line.selectAll()

    def _go(self, item: QListWidgetItem) -> None:
        found: entities.Unresolved = item.data(Qt.ItemDataRole.UserRole)
        self.label_wanted.emit(found.annotation.document_id, found.annotation.id)
