"""Settling by majority: the rule, what it would do, and nothing done before a person says so."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QHeaderView,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.adjudication.cases import Case
from annotator.services.adjudication.decisions_json import Teller
from annotator.services.adjudication.majority import RULE, Proposal, apply, propose
from annotator.services.study import Study
from annotator.store.places import Place

_SHOWN = 500


class MajorityDialog(JobDialog):
    """A preview of what the majority says on the open cases among those shown."""

    settled = Signal(int, int)
    """How many cases were settled, how many stayed open."""

    def __init__(
        self, path: Place, book: CaseBook, teller: Teller, cases: Sequence[Case], by: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Settle by majority"), parent)
        self.resize(900, 620)
        self._path, self._book, self._teller, self._cases, self._by = path, book, teller, list(cases), by
        self._proposals: list[Proposal] = []
        rule = label(spoken(RULE), "muted", wrap=True)
        self.unanimous = QCheckBox(tr("Only cases where all coders say the same"))
        self.unanimous.toggled.connect(self._preview)
        self.counts = label("", "heading")
        self.table = QTableWidget(0, 4)
        readable(self.table)
        self.table.setAccessibleName(tr("What would be settled"))
        self.table.setHorizontalHeaderLabels([tr("Outcome"), tr("Layer"), tr("Passage"), tr("Why open")])
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setAlternatingRowColors(True)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        for column, mode in enumerate(
            (
                QHeaderView.ResizeMode.ResizeToContents,
                QHeaderView.ResizeMode.ResizeToContents,
                QHeaderView.ResizeMode.Stretch,
                QHeaderView.ResizeMode.ResizeToContents,
            )
        ):
            self.table.horizontalHeader().setSectionResizeMode(column, mode)
        self.go = QPushButton()
        self.go.setProperty("role", "primary")
        self.go.clicked.connect(self.settle)
        cancel = QPushButton(tr("Cancel"))
        cancel.clicked.connect(self.reject)
        foot = self.foot(cancel, self.go)
        self.go.setAutoDefault(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        for widget in (rule, self.unanimous, self.counts):
            rows.addWidget(widget)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.fault)
        rows.addLayout(foot)
        self._preview()

    def _preview(self) -> None:
        book, cases, unanimous = self._book, self._cases, self.unanimous.isChecked()
        self.run(lambda _progress: propose(book, cases, unanimous), self._shown, [self.unanimous], can_stop=False)

    def _shown(self, proposals: list[Proposal]) -> None:
        self._proposals = proposals
        told = Counter("open" if not p.decided else "rejected" if p.rejected else "settled" for p in self._proposals)
        self.counts.setText(
            tr(
                "{a} would be settled, {b} settled as no label, {c} stay open",
                a=told["settled"],
                b=told["rejected"],
                c=told["open"],
            )
        )
        shown = self._proposals[:_SHOWN]
        self.table.setRowCount(len(shown))
        for row, p in enumerate(shown):
            outcome = tr("stays open") if not p.decided else tr("no label") if p.rejected else tr("settled")
            words = self._teller.words(p.case) or tr("the whole article")
            number = self._book.documents[p.case.document_id].number
            cells = (
                outcome,
                self._book.codebook.layer(p.case.layer).label,
                f"{number}. {words}",
                spoken(p.open_because),
            )
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        ready = told["settled"] + told["rejected"]
        self.go.setText(tr("Settle 1 case") if ready == 1 else tr("Settle {n} cases", n=ready))
        self.go.setEnabled(any(p.decided for p in self._proposals))

    def settle(self) -> None:
        """Write it in the background: one step, which one undo takes back."""
        proposals, book, by, path = self._proposals, self._book, self._by, self._path

        def work(progress: Progress) -> object:
            with Study.open(path) as study:
                return apply(study, book, proposals, by, progress)

        self.run(work, self._done, [self.unanimous], stands=True)

    def began(self) -> None:
        """Nothing else is settled meanwhile."""
        self.go.setEnabled(False)

    def ended(self) -> None:
        """What is decided can be settled."""
        self.go.setEnabled(any(p.decided for p in self._proposals))

    def _done(self, answer: tuple[object, list[Proposal]]) -> None:
        left = len(answer[1])
        self.settled.emit(sum(p.decided for p in self._proposals) - left, left)
        self.accept()
