"""How far everybody is, at a glance."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QPainter, QPalette, QPen
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QDialog,
    QHBoxLayout,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.toolkit.job_dialog import add_row, cell, table
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import marks, tr
from annotator.services.study import Study
from annotator.services.team.progress import Progress as CoderProgress
from annotator.services.team.progress import done_with_open, progress
from annotator.services.team.roles import ROLES, set_role

_ANY = QModelIndex | QPersistentModelIndex
_BAR, _ROLE = 2, 1

_ROLES = marks("coder", "trainee", "supervisor")
"""As ROLES has them."""


class BarDelegate(QStyledItemDelegate):
    """A bar of a coder's articles: done is full, skipped is hatched, in progress is dotted, open is empty."""

    def sizeHint(self, option: QStyleOptionViewItem, index: _ANY) -> QSize:
        """Wide enough to read a tenth."""
        return QSize(220, option.fontMetrics.height() + 14)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        """The parts from left to right, in the shares that they have."""
        far: CoderProgress | None = index.data(Qt.ItemDataRole.UserRole)
        if not far:
            return
        look = QApplication.palette()
        frame, ground = look.color(QPalette.ColorRole.Mid), look.color(QPalette.ColorRole.Base)
        accent, muted = look.color(QPalette.ColorRole.Highlight), look.color(QPalette.ColorRole.PlaceholderText)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(6, 8, -6, -8)
        painter.setPen(QPen(frame, 1))
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 3, 3)
        left = box.left()
        for part, colour, pattern in (
            (far.done, accent, Qt.BrushStyle.SolidPattern),
            (far.skipped, muted, Qt.BrushStyle.BDiagPattern),
            (far.in_progress, accent, Qt.BrushStyle.Dense6Pattern),
        ):
            if not far.assigned or not part:
                continue
            width = box.width() * part / far.assigned
            painter.setPen(QPen(colour, 1))
            painter.setBrush(QBrush(colour, pattern))
            painter.drawRect(QRectF(left, box.top(), width, box.height()))
            left += width
        painter.restore()


_TOLD = 8
"""Articles that are named below the table."""


class ProgressWindow(QDialog):
    """One row a coder; roles are chosen here."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Progress"))
        self.resize(1080, 460)
        self._study = study
        self.summary = label("", "heading")
        head = marks("Coder", "Role", "Articles", "Assigned", "Done", "In progress", "Skipped", "Open", "Labels")
        self.table = table(
            [tr(h) for h in (*head, *marks("Last day", "Rounds"))], tr("Progress of every coder"), wide=_BAR
        )
        self.table.setItemDelegateForColumn(_BAR, BarDelegate(self.table))
        legend = label(
            tr("Bars: full is done, hatched is skipped, dotted is in progress, empty is open. Second readings count."),
            "muted",
            wrap=True,
        )
        self.done_open = label("", "warning", wrap=True)
        again, close = QPushButton(tr("Look again")), QPushButton(tr("Close"))
        again.clicked.connect(self.reload)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(legend, 1)
        foot.addWidget(again)
        foot.addWidget(close)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(self.summary)
        rows.addWidget(self.table, 1)
        rows.addWidget(self.done_open)
        rows.addLayout(foot)
        self.reload()

    def reload(self) -> None:
        """Ask the study again."""
        far = progress(self._study)
        people = [c for c in self._study.coders() if c.role != "gold"]
        self.table.setRowCount(0)
        for person in people:
            mine = far[person.id]
            row = add_row(self.table, [person.name, "", "", *_figures(mine)])
            cell(self.table, row, _BAR).setData(Qt.ItemDataRole.UserRole, mine)
            told = tr("{done} of {assigned} articles done", done=mine.done, assigned=mine.assigned)
            cell(self.table, row, _BAR).setData(Qt.ItemDataRole.AccessibleTextRole, told)
            cell(self.table, row, _BAR).setToolTip(told)
            self.table.setCellWidget(row, _ROLE, self._role_box(person.id, person.name, person.role))
        self._tell_done_open()
        self.table.verticalHeader().setDefaultSectionSize(38)
        done, assigned = sum(far[p.id].done for p in people), sum(far[p.id].assigned for p in people)
        share = f"{100 * done / assigned:.0f} %" if assigned else "–"
        told = tr("{done} of {assigned} assignments are done ({share})", done=done, assigned=assigned, share=share)
        if any(far[p.id].stands_for for p in people):
            told += "\n" + tr(
                "Articles with the same words are coded once, as chosen for this study; the coded one "
                "counts once and represents the others: {who}",
                who=", ".join(f"{p.name} +{far[p.id].stands_for}" for p in people if far[p.id].stands_for),
            )
        self.summary.setText(told)

    def _tell_done_open(self) -> None:
        lines = [
            tr("{coder}, {article}: “{why}”", coder=x.coder, article=x.article, why=x.reason)
            for x in done_with_open(self._study)
        ]
        more = [tr("… and {n} more", n=len(lines) - _TOLD)] if len(lines) > _TOLD else []
        self.done_open.setText("\n".join([tr("Done with something open:"), *lines[:_TOLD], *more]))
        self.done_open.setVisible(bool(lines))

    def _role_box(self, coder_id: str, name: str, role: str) -> QComboBox:
        box = QComboBox()
        box.setAccessibleName(tr("Role of {name}", name=name))
        for key, words in zip(ROLES, _ROLES, strict=True):
            box.addItem(tr(words), key)
        box.setCurrentIndex(max(0, box.findData(role)))
        box.activated.connect(lambda _i: set_role(self._study, coder_id, box.currentData()))
        return box


def _figures(far: CoderProgress) -> list[object]:
    rounds = ", ".join(f"{name} {r.done}/{r.assigned}" for name, r in far.rounds.items())
    counts = [far.assigned, far.done, far.in_progress, far.skipped, far.open, far.labels]
    return [*counts, (far.last or "–")[:10], rounds or "–"]
