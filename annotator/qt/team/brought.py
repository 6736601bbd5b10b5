"""What packages and other studies bring, to look at before they come in, with what a person decides about it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QTreeWidget, QTreeWidgetItem, QWidget

from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.team.outcomes import Merged, MergedStudy

_PAIR, _PERSON = Qt.ItemDataRole.UserRole, Qt.ItemDataRole.UserRole + 1
_CHECKED, _UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


class BroughtTree(QTreeWidget):
    """Groups of lines; some can be ticked."""

    persons_changed = Signal()
    """Somebody of another study was said to be, or not to be, the one with the same name here."""

    def __init__(self, titles: Mapping[str, str], known: Collection[str], parent: QWidget | None = None) -> None:
        """titles: article -> how it is called. known: entities that were here before."""
        super().__init__(parent)
        self._titles, self._known = titles, known
        self.apart: set[str] = set()
        self.setAccessibleName(tr("What the packages would bring"))
        self.setHeaderHidden(True)
        self.setWordWrap(True)
        self.itemChanged.connect(self._ticked)

    def show_answer(self, answer: Merged) -> None:
        """What `merge` answers."""
        self.blockSignals(True)
        self.clear()
        packages, studies = answer.packages, answer.studies
        for s in studies:
            self._show_study(s)
        told = [f"{p.coder.name}:  {spoken(told)}" for p in packages for told in p.told]
        self._group(tr("Please note before they are merged: {n}", n=len(told)), told)
        self._show_suggestions(answer)
        asked = [
            f"{p.coder.name}, {self._titles.get(q.document_id, '?')}:  {q.text}" for p in packages for q in p.questions
        ]
        self._group(tr("Questions: {n}", n=len(asked)), asked)
        apart = [
            f"{p.coder.name}, {self._titles.get(c.document_id or '', tr('the register'))}:  {tr(c.why)}"
            for p in packages
            for c in p.conflicts
        ]
        head = tr("Conflicts: {n}; the version here stays, the other is kept, and you choose later", n=len(apart))
        self._group(head, apart)
        self.blockSignals(False)

    def _show_study(self, s: MergedStudy) -> None:
        persons = [p for p in s.coders if p.how == "name" or p.there.id in self.apart]
        if persons:
            group = QTreeWidgetItem([tr("The same people? Untick anybody who is another person")])
            self.addTopLevelItem(group)
            for p in persons:
                item = QTreeWidgetItem([tr("“{name}” of “{study}”", name=p.there.name, study=s.title)])
                item.setData(0, _PERSON, p.there.id)
                item.setCheckState(0, _UNCHECKED if p.there.id in self.apart else _CHECKED)
                group.addChild(item)
            group.setExpanded(True)
        lines = [*account_words(s.account), *map(spoken, s.told)]
        if s.marked:
            lines.append(tr("{n} labels come in without some of their parts; they are marked for review.", n=s.marked))
        self._group(tr("“{study}”, another study: what is brought in, and what is not", study=s.title), lines)
        lost = [
            tr("{what}: {n}", what=spoken(x.what), n=x.count) + (f"  ({x.example})" if x.example else "")
            for x in s.losses.listed()
        ]
        self._group(tr("“{study}”: not taken along: {n}", study=s.title, n=len(lost)), lost)

    def _group(self, head: str, lines: Sequence[str]) -> None:
        if not lines:
            return
        group = QTreeWidgetItem([head])
        self.addTopLevelItem(group)
        for words in lines:
            group.addChild(QTreeWidgetItem([words]))
        group.setExpanded(True)

    def _show_suggestions(self, answer: Merged) -> None:
        group = QTreeWidgetItem([tr("New names that may be there already: tick those that are the same")])
        found = [(p.coder.name, s) for p in answer.packages for s in p.entities.similar]
        found += [(other.title, s) for other in answer.studies for s in other.similar]
        for whose, s in found:
            for like in [k for k in s.like if k.entity in self._known] or s.like:
                words = tr(
                    "“{new}” of {coder} is “{old}”  ({why})",
                    new=s.name,
                    coder=whose,
                    old=like.name,
                    why=tr(like.why),
                )
                item = QTreeWidgetItem([words])
                item.setData(0, _PAIR, (s.entity, like.entity))
                item.setCheckState(0, _UNCHECKED)
                group.addChild(item)
        if group.childCount():
            self.insertTopLevelItem(0, group)
            group.setExpanded(True)

    def _ticked(self, item: QTreeWidgetItem) -> None:
        """One new name is one other at most."""
        if person := item.data(0, _PERSON):
            (self.apart.add if item.checkState(0) == _UNCHECKED else self.apart.discard)(person)
            self.persons_changed.emit()
            return
        pair, group = item.data(0, _PAIR), item.parent()
        if not pair or group is None or item.checkState(0) != _CHECKED:
            return
        for n in range(group.childCount()):
            other = group.child(n)
            if other is not None and other is not item and other.data(0, _PAIR)[0] == pair[0]:
                other.setCheckState(0, _UNCHECKED)

    def accepted_suggestions(self) -> list[tuple[str, str]]:
        """(new entity, the one that it is) of each suggestion ticked."""
        found = []
        for i in range(self.topLevelItemCount()):
            group = self.topLevelItem(i)
            for n in range(group.childCount() if group is not None else 0):
                item = group.child(n) if group is not None else None
                pair = item.data(0, _PAIR) if item is not None else None
                if pair and item is not None and item.checkState(0) == _CHECKED:
                    found.append(tuple(pair))
        return found
