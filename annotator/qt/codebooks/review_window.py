"""Labels that wait for review, by coder and code; a click opens one at the desk."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.codebook.reasons import read_reasons
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.codebooks.waiting import Waiting, waiting
from annotator.services.study import Study


class ReviewWindow(QDialog):
    """A tree: coders with their codes, under each its labels."""

    opened = Signal(object)
    """The label that is to be opened (`Waiting`)."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Waiting for review"))
        self.resize(920, 520)
        self._study = study
        self.summary = label("", "heading", wrap=True)
        self.tree = QTreeWidget()
        readable(self.tree)
        self.tree.setAccessibleName(tr("Labels that wait for review, by coder and code"))
        self.tree.setHeaderLabels([tr("Coder and code"), tr("Labels"), tr("Article"), tr("Why")])
        self.tree.setUniformRowHeights(True)
        self.tree.setAlternatingRowColors(True)
        header = self.tree.header()
        header.setStretchLastSection(True)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        header.resizeSection(0, 340)
        header.resizeSection(1, 70)
        header.resizeSection(2, 200)
        self.tree.itemActivated.connect(self._open)
        self.tree.itemClicked.connect(self._open)
        message = tr("A click opens the label. Changing or confirming it takes it off this list.")
        hint = label(message, "muted", wrap=True)
        again, close = QPushButton(tr("Look again")), QPushButton(tr("Close"))
        again.setAutoDefault(False)
        again.clicked.connect(self.reload)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(hint, 1)
        foot.addWidget(again)
        foot.addWidget(close)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(self.summary)
        rows.addWidget(self.tree, 1)
        rows.addLayout(foot)
        self.reload()

    def reload(self) -> None:
        """Ask the study again."""
        found = waiting(self._study)
        self.tree.clear()
        groups: dict[tuple[str, str], QTreeWidgetItem] = {}
        for w in found:
            key = (w.coder_id, w.code)
            if key not in groups:
                groups[key] = QTreeWidgetItem([f"{w.coder} · {w.code}", "", "", ""])
                self.tree.addTopLevelItem(groups[key])
            why = "; ".join(spoken(read_reasons(reason)) for reason in w.why)
            article = f"{w.document.number}. {w.document.title or w.document.source}"
            item = QTreeWidgetItem([w.words or w.code, "", article, why])
            item.setData(0, Qt.ItemDataRole.UserRole, w)
            item.setToolTip(3, why)
            groups[key].addChild(item)
        for group in groups.values():
            group.setText(1, str(group.childCount()))
            group.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            group.setExpanded(len(found) <= _SHORT)
        people = len({w.coder_id for w in found})
        self.summary.setText(
            tr("{n} labels of {people} coders wait for review.", n=len(found), people=people)
            if found
            else tr("No label waits for review.")
        )

    def _open(self, item: QTreeWidgetItem) -> None:
        found = item.data(0, Qt.ItemDataRole.UserRole)
        if isinstance(found, Waiting):
            self.opened.emit(found)


_SHORT = 60
"""So many labels are shown at once."""
