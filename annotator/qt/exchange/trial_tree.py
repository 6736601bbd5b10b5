"""What a source holds, before a study is made of it: found, coders, codebook, faults by kind, what stays behind."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from annotator.formats.declared import formats
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.exchange.trying_new_study import Trial

_MOST = 200
"""So many faults are shown by their places; the list that is saved has all."""


class TrialTree(QTreeWidget):
    """Two columns: what, and how much of it."""

    def __init__(self) -> None:
        super().__init__()
        self.setHeaderLabels([tr("What is in it"), tr("Number")])
        self.setAccessibleName(tr("What is in the files"))
        self.setUniformRowHeights(True)
        self.setMinimumHeight(150)
        self.header().setStretchLastSection(False)
        self.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)

    def show_trial(self, trial: Trial | None) -> None:
        """Show this one, or nothing."""
        self.clear()
        if trial is None:
            return
        form = next((f.label for f in formats() if f.name == trial.form), trial.form)
        found = self._part(tr("Found: {form}", form=spoken(form)), None)
        self._row(found, tr("articles"), trial.documents)
        self._row(found, tr("labels of passages and articles"), sum(x.labels for x in trial.layers if x.kind != "link"))
        self._row(found, tr("relations"), sum(x.labels for x in trial.layers if x.kind == "link"))
        coders = self._part(tr("Coders"), len(trial.coders) + bool(trial.nameless))
        for name, n in trial.coders.items():
            self._row(coders, name, n)
        if trial.nameless:
            self._row(coders, tr("labels that do not say who made them"), trial.nameless)
        codebook = self._part(tr("The codebook that comes out"), len(trial.layers))
        kinds = {"span": tr("passages"), "link": tr("relation"), "document": tr("whole articles")}
        for layer in trial.layers:
            made = self._row(codebook, f"{layer.label} ({kinds[layer.kind]})", layer.labels)
            for attribute, values in layer.attributes.items():
                self._row(made, attribute, tr("{n} values", n=values) if values else "")
        self._listed(tr("Faults"), ((spoken(f.what), f.count) for f in trial.faults), trial)
        self._listed(tr("Stays behind"), ((spoken(x.what), x.count) for x in trial.losses), None)
        for place in range(self.topLevelItemCount()):
            if (top := self.topLevelItem(place)) is not None:
                top.setExpanded(top.childCount() <= _MOST)

    def _listed(self, head: str, rows: Iterable[tuple[str, int]], places: Trial | None) -> None:
        told = list(rows)
        if not told:
            return
        part = self._part(head, sum(n for _, n in told))
        for words, n in told:
            self._row(part, words, n)
        if places is not None:
            every = self._row(part, tr("each by its place"), len(places.problems))
            for problem in places.problems[:_MOST]:
                self._row(every, ", ".join(spoken(p) for p in (problem.source, problem.where, problem.what) if p), "")

    def _part(self, words: str, number: int | None) -> QTreeWidgetItem:
        item = QTreeWidgetItem(self, [words, "" if number is None else str(number)])
        self._right(item)
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        return item

    def _row(self, part: QTreeWidgetItem, words: str, number: object) -> QTreeWidgetItem:
        item = QTreeWidgetItem(part, [words, str(number)])
        item.setToolTip(0, words)
        self._right(item)
        return item

    @staticmethod
    def _right(item: QTreeWidgetItem) -> None:
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
