"""Coders against gold: what each coder found of it, code by code, and the passages to talk about."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import Splitter, label, open_at
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import marks, spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.adjudication.gold_report import (
    CodeFigures,
    CoderReport,
    Feedback,
    GoldReport,
    LinkFigures,
    Shares,
)
from annotator.services.study import Study
from annotator.store.places import Place

_HEAD = marks("", "Gold", "Coder", "Right", "Precision", "Recall", "F1", "Same bounds F1")


class GoldWindow(JobDialog):
    """One coder at a time; a click on a difference opens its passage."""

    passage = Signal(str, int, int)

    def __init__(self, study_path: Place, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(tr("Coders against gold"), parent)
        open_at(self, 1080, 760)
        self._path, self._theme = study_path, theme
        self.report: GoldReport | None = None
        self._labels: dict[tuple[str, str], tuple[str, str]] = {}
        self._layers: dict[str, str] = {}
        self.coder = QComboBox()
        self.coder.setAccessibleName(tr("Coder"))
        self.coder.setMinimumContentsLength(16)
        self.coder.currentIndexChanged.connect(self._show)
        self.about = label("", "muted", wrap=True)
        top = QHBoxLayout()
        top.setSpacing(10)
        top.addWidget(label(tr("Coder"), "section"))
        top.addWidget(self.coder)
        top.addWidget(self.about, 1)
        self.tree = QTreeWidget()
        readable(self.tree)
        self.tree.setAccessibleName(tr("Figures against gold"))
        self.tree.setHeaderLabels([tr(h) if h else "" for h in _HEAD])
        self.tree.setAlternatingRowColors(True)
        self.tree.setUniformRowHeights(True)
        self.tree.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.tree.header().setStretchLastSection(False)
        self.tree.header().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.tree.header().setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in range(1, len(_HEAD)):
            self.tree.headerItem().setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        self.heading = label("", "section")
        self.feedback = QListWidget()
        self.feedback.setAccessibleName(tr("Where the coder differs from gold"))
        self.feedback.setWordWrap(True)
        self.feedback.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.feedback.itemClicked.connect(self._jump)
        self.feedback.itemActivated.connect(self._jump)
        below = QWidget()
        column_ = QVBoxLayout(below)
        column_.setContentsMargins(0, 6, 0, 0)
        column_.addWidget(self.heading)
        column_.addWidget(self.feedback)
        parts = Splitter(Qt.Orientation.Vertical)
        parts.addWidget(self.tree)
        parts.addWidget(below)
        parts.setSizes([380, 300])
        self.notes = label("", "muted", wrap=True)
        self.save_all = QPushButton(tr("Save report…"))
        self.save_all.setProperty("role", "primary")
        self.save_all.clicked.connect(lambda: self._ask_where(False))
        self.save_one = QPushButton(tr("Save feedback for this coder…"))
        self.save_one.setToolTip(tr("This coder’s figures and passages, and nobody else’s"))
        self.save_one.clicked.connect(lambda: self._ask_where(True))
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        foot = self.foot(close, self.save_one, self.save_all)
        for button in (self.save_all, self.save_one):
            button.setEnabled(False)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addLayout(top)
        rows.addWidget(parts, 1)
        rows.addWidget(self.notes)
        rows.addWidget(self.fault)
        rows.addLayout(foot)
        self._compute()

    def _compute(self) -> None:
        path = self._path

        def work(progress: Progress) -> Any:
            from annotator.services.adjudication.against_gold import against_gold
            from annotator.services.agreement.naming import labels_of

            with Study.open(path) as study:
                found = against_gold(study, progress=progress)
                return found, labels_of(study.codebook), {x.key: x.label for x in study.codebook.layers}

        self.run(work, self._computed, can_stop=False)

    def _computed(self, answer: Any) -> None:
        report, self._labels, self._layers = answer
        self.report = report
        notes = [n[:1].upper() + n[1:] + "." for n in map(spoken, report.notes)]
        self.notes.setText("\n".join([*account_words(report.account), *notes]))
        for button in (self.save_all, self.save_one):
            button.setEnabled(True)
        for c in report.coders:
            self.coder.addItem(c.coder.name, c.coder.id)
        self._show()

    def _chosen(self) -> CoderReport | None:
        row = self.coder.currentIndex()
        return None if self.report is None or row < 0 else self.report.coders[row]

    def _show(self) -> None:
        c = self._chosen()
        self.tree.clear()
        self.feedback.clear()
        if c is None or self.report is None:
            return
        told = tr(
            "{n} articles with gold; {a} of {b} cases are settled.",
            n=c.documents,
            a=self.report.cases.settled,
            b=self.report.cases.all,
        )
        if c.left_out:
            told += " " + tr("{n} labels wait for a decision and are left out.", n=c.left_out)
        self.about.setText(told)
        if c.passages or c.links:
            top = self._group(tr("Passages and links"))
            for p in c.passages:
                self._row(top, self._layers[p.layer], p.counts, p.matched, p.overlap, p.exact.f1)
            for x in c.links:
                self._row(top, tr("{layer} (link)", layer=self._layers[x.layer]), x.counts, x.matched, x)
        for a in c.attributes:
            layer, name = self._labels[a.layer, a.attribute]
            top = self._group(tr("{layer}: {name} – {n} of {m} right", layer=layer, name=name, n=a.right, m=a.units))
            top.setText(3, f"{100 * a.share:.0f} %")
            top.setExpanded(a.share < 0.8)
            for k in a.codes:
                self._row(top, spoken(k.label), (k.gold, k.coder), k.right, k)
        for f in c.feedback:
            self._feedback(f, c.coder.name)
        self.heading.setText(tr("{n} differences from gold; click one to see it in the article", n=len(c.feedback)))

    def _group(self, text: str) -> QTreeWidgetItem:
        item = QTreeWidgetItem([text])
        font = item.font(0)
        font.setBold(True)
        item.setFont(0, font)
        item.setTextAlignment(3, Qt.AlignmentFlag.AlignRight)
        self.tree.addTopLevelItem(item)
        item.setExpanded(True)
        return item

    @staticmethod
    def _row(
        under: QTreeWidgetItem,
        name: str,
        counts: Sequence[int],
        right: int,
        f: Shares | LinkFigures | CodeFigures,
        same: float | None = None,
    ) -> None:
        cells = [name, *map(str, counts), str(right), _figure(f.precision), _figure(f.recall), _figure(f.f1)]
        item = QTreeWidgetItem([*cells, "" if same is None else _figure(same)])
        for column in range(1, len(_HEAD)):
            item.setTextAlignment(column, Qt.AlignmentFlag.AlignRight)
        under.addChild(item)

    def _feedback(self, f: Feedback, name: str) -> None:
        what = f.layer_label + (f": {f.attribute_label}" if f.attribute_label else "")
        told = {
            "missed": tr("gold has this, {who} does not", who=name),
            "extra": tr("{who} has this, gold does not", who=name),
            "bounds": tr("{who}: “{a}” – gold: “{b}”", who=name, a=f.yours, b=f.gold),
            "value": tr("{who}: {a} – gold: {b}", who=name, a=f.yours or "–", b=f.gold or "–"),
        }[f.kind]
        words = f"“{f.text}”" if f.text else tr("the whole article")
        lines = [f"{f.document.number}.  {words}", f"{what} – {told}"]
        if f.why:
            lines.append(f.why)
        item = QListWidgetItem("\n".join(lines))
        item.setData(Qt.ItemDataRole.UserRole, (f.document.id, *(f.place or (0, 0))))
        self.feedback.addItem(item)

    def _jump(self, item: QListWidgetItem) -> None:
        document, start, end = item.data(Qt.ItemDataRole.UserRole)
        self.passage.emit(document, start, end)

    # report

    def _ask_where(self, one: bool) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self,
            tr("Save report"),
            str(self._path.with_name("feedback.html" if one else "gold.html")),
            "HTML (*.html);;JSON (*.json)",
        )
        if name:
            self.write_report(Path(name), one)

    def write_report(self, out: Path, one: bool = False) -> None:
        """Write what `annotator gold report -o` writes; one: only the coder that is shown."""
        from annotator.services.adjudication.against_gold import of_one
        from annotator.services.adjudication.report import write_gold_report

        chosen = self._chosen()
        if self.report is None or chosen is None:
            return
        report = of_one(self.report, chosen.coder.id) if one else self.report
        try:
            with Study.open(self._path) as study:
                write_gold_report(study, report, out)
        except AnnotatorError as error:
            self.tell(spoken(error))
        else:
            self.tell("")
            self.about.setText(tr("Report written: {path}", path=out))


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
