"""What became of suggestions: by source, coder, layer and value."""

from __future__ import annotations

from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QDialog, QHeaderView, QTreeWidget, QTreeWidgetItem, QVBoxLayout, QWidget

from annotator.domain.suggestions import State
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.parts import label, open_at
from annotator.qt.toolkit.words import mark, marks, tr
from annotator.services.study import Study
from annotator.services.suggestions.report import Tally, report

_COUNTS: tuple[State, ...] = ("accepted", "changed", "removed", "rejected", "open", "found")
_HEAD = marks("", "Accepted", "Changed", "Removed", "Rejected", "Open", "Found", "No place")
_RATES = marks("Accept rate", "Own precision")
_TIPS = {
    2: mark("Accepted, and the coder changed the label later"),
    3: mark("Accepted, and the coder removed the label later"),
    6: mark("The coder had the same label already"),
    7: mark("Its words are not in the corrected text, or the codebook has no layer for it any more"),
    8: mark("Accepted and changed, of all that were answered"),
    9: mark("Of suggestions without an answer in articles that are done: how many the coder’s own label agrees with"),
}
"""Column -> what it means."""
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class SuggestionsReport(QDialog):
    """A tree: each source, below it its coders, then its layers with their values."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("What happened to suggestions"))
        open_at(self, 980, 560)
        self.tree = QTreeWidget()
        readable(self.tree)
        self.tree.setAccessibleName(tr("Suggestions by source, coder, layer and value"))
        self.tree.setHeaderLabels([tr(h) if h else "" for h in (*_HEAD, *_RATES)])
        for at, tip in _TIPS.items():
            self.tree.headerItem().setToolTip(at, tr(tip))
        self.tree.setAlternatingRowColors(True)
        self.told = label("", "muted", wrap=True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(self.told)
        rows.addWidget(self.tree, 1)
        self._fill(study)

    def _fill(self, study: Study) -> None:
        found = report(study)
        layers = {x.key: x for x in study.codebook.layers}
        for source in found.sources:
            name = ", ".join(p for p in (source.name, source.versions, source.last_day) if p)
            top = self._row(self.tree, tr("{source} ({n})", source=name, n=source.suggestions), source.tally)
            for coder in source.coders:
                self._row(top, tr("by {name}", name=coder.name), coder.tally)
            for one in source.layers:
                layer = layers.get(one.layer)
                below = self._row(top, layer.label if layer is not None else one.layer, one.tally)
                asked = {a.key: a.label for a in layer.attributes} if layer is not None else {}
                for value in one.values:
                    words = f"{asked.get(value.attribute, value.attribute)}: {value.value}"
                    self._row(below, words, value.tally)
            top.setExpanded(True)
        head = self.tree.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Interactive)
        head.resizeSection(0, 270)
        messages = [tr("Each suggestion is counted once for every coder it is meant for.")]
        if waiting := sum(s.waiting for s in found.sources):
            messages.append(tr("{n} suggestions are in articles that nobody codes yet.", n=waiting))
        if found.blind_rounds:
            messages.append(tr("Coded without suggestions: {rounds}.", rounds=", ".join(found.blind_rounds)))
        if not found.sources:
            messages = [tr("No suggestions yet: bring some in with Study › Import suggestions…")]
        self.told.setText(" ".join(messages))

    def _row(self, above: QTreeWidget | QTreeWidgetItem, name: str, one: Tally) -> QTreeWidgetItem:
        cells = [
            name,
            *(_number(one.states[key]) for key in _COUNTS),
            _number(one.states["lost"] + one.states["homeless"]),
            _share(one.accept_rate, one.answered),
            _share(one.precision, one.of),
        ]
        item = QTreeWidgetItem(above, cells)
        for at in range(1, len(cells)):
            item.setTextAlignment(at, RIGHT)
        return item


def _number(n: int) -> str:
    return QLocale().toString(n)


def _share(share: float | None, of: int) -> str:
    return "–" if share is None else tr("{percent} % of {n}", percent=round(100 * share), n=of)
