"""What the coder did, by day and article, and everything that happened to one label."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Document
from annotator.domain.changes import Change
from annotator.qt.coding.session import Session
from annotator.qt.desk.journal_text import Teller
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.days import moment_words, weekday_words
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr
from annotator.services.study.history import DayPart, day_parts, moment, steps

_ROLE = Qt.ItemDataRole.UserRole


class _Dialog(QDialog):
    """A tree and a button that closes it."""

    jump = Signal(str, str)
    """Document id, and the id of a thing in it or an empty string."""

    def __init__(self, parent: QWidget, title: str, about: str, columns: list[str]) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.tree = QTreeWidget()
        readable(self.tree)
        self.tree.setAccessibleName(title)
        self.tree.setHeaderLabels(columns)
        self.tree.setWordWrap(True)
        self.tree.setUniformRowHeights(False)
        self.tree.header().setStretchLastSection(True)
        for column in range(len(columns) - 1):
            self.tree.header().setSectionResizeMode(column, QHeaderView.ResizeMode.ResizeToContents)
        self.tree.itemActivated.connect(self._activated)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(16, 16, 16, 16)
        layout.setSpacing(10)
        layout.addWidget(label(about, "muted", wrap=True))
        layout.addWidget(self.tree, 1)
        layout.addWidget(buttons)
        self.resize(760, 560)

    def _activated(self, item: QTreeWidgetItem) -> None:
        found = item.data(0, _ROLE)
        if isinstance(found, tuple):
            self.jump.emit(*found)
            self.accept()


class DaysDialog(_Dialog):
    """A coder's days, the latest first; the steps of an article are read when it is opened up."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(
            parent,
            tr("What I did"),
            tr("Your own steps by day and article. Enter on one opens its place."),
            [tr("When"), tr("What")],
        )
        self._session = session
        self._documents = {d.id: d for d in session.study.documents()}
        self.tree.itemExpanded.connect(self._fill)
        parts = day_parts(session.study, session.coder.id)
        days: dict[object, QTreeWidgetItem] = {}
        for part in parts:
            top = days.get(part.day)
            if top is None:
                shown = weekday_words(part.day)
                top = days[part.day] = QTreeWidgetItem(self.tree, [shown])
                font = top.font(0)
                font.setBold(True)
                top.setFont(0, font)
                top.setExpanded(len(days) <= 2)
            child = QTreeWidgetItem(top, ["", f"{self._name(part.document_id)}  ({_count(len(part.numbers))})"])
            child.setData(0, _ROLE, (part.document_id or "", ""))
            child.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
            child.setData(0, _ROLE + 1, part)
        for top in days.values():
            held = [p for i in range(top.childCount()) if (p := _part(top.child(i))) is not None]
            top.setText(1, _count(sum(len(p.numbers) for p in held)))
        first = self.tree.topLevelItem(0)
        if first is not None:
            self.tree.setCurrentItem(first)
        else:
            QTreeWidgetItem(self.tree, ["", tr("You have done nothing in this study yet")])

    def _name(self, document_id: str | None) -> str:
        d: Document | None = self._documents.get(document_id or "")
        return f"{d.number}. {d.title or d.source}" if d is not None else tr("Register")

    def _fill(self, item: QTreeWidgetItem) -> None:
        part = _part(item)
        if part is None or item.childCount():
            return
        study = self._session.study
        known = part.document_id in self._documents
        texts = study.texts_by_version(part.document_id or "") if known else {}
        labels = study.annotations(part.document_id, [self._session.coder.id]) if known else []
        teller = Teller(study.codebook, self._session.names(), texts, {a.id: a for a in labels})
        for change in steps(study, part.numbers):
            told = teller.headline(change)
            words = teller.words(change)
            detail = "; ".join(x for x in teller.lines(change) if words not in x or not words)
            what = ": ".join(p for p in (told, words, detail) if p)
            row = QTreeWidgetItem(item, [f"{moment(change.at):%H:%M}", what])
            row.setData(0, _ROLE, (change.document_id or "", change.thing_id))
            row.setToolTip(1, "\n".join([told, *teller.lines(change)]))


class LabelHistoryDialog(_Dialog):
    """Each step of one label: when, who, and every field's old and new value."""

    def __init__(self, parent: QWidget, session: Session, history: Iterable[Change]) -> None:
        super().__init__(
            parent,
            tr("History of this label"),
            tr("Every step, the oldest first, with the old and the new value."),
            [tr("When"), tr("Who"), tr("What")],
        )
        people = {c.id: c.name for c in session.study.coders()}
        document = session.document
        texts = session.study.texts_by_version(document.id) if document is not None else {}
        teller = Teller(session.codebook, session.names(), texts, session.labels)
        for change in history:
            when = moment_words(moment(change.at))
            row = QTreeWidgetItem(self.tree, [when, people.get(change.coder_id, "?"), teller.headline(change)])
            for told in teller.lines(change):
                QTreeWidgetItem(row, ["", "", told])
            row.setExpanded(True)


def _part(item: QTreeWidgetItem | None) -> DayPart | None:
    found = item.data(0, _ROLE + 1) if item is not None else None
    return found if isinstance(found, DayPart) else None


def _count(n: int) -> str:
    return tr("1 step") if n == 1 else tr("{n} steps", n=n)
