"""Agreement among coders: every figure with its interval and units, and the passages behind it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QCloseEvent, QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QSplitter,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.qt.theme import Theme
from annotator.qt.widgets.parts import label
from annotator.qt.words import tr
from annotator.qt.worker import Progress, Worker
from annotator.services.study import Study
from annotator.store.places import Place

_ANY = QModelIndex | QPersistentModelIndex
_HEAD = ("Layer", "Attribute", "Level", "Units", "Agree", "Kappa", "Alpha", "95 % interval", "−0.2 to 1")


class PlotDelegate(QStyledItemDelegate):
    """Draws a coefficient as a dot with its interval as a bar, from -0.2 to 1."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _ANY) -> None:
        """Ticks at every fifth."""
        e = index.data(Qt.ItemDataRole.UserRole)
        if not e:
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(option.rect).adjusted(10, 0, -10, 0)
        y = box.center().y()

        def x(value: float) -> float:
            return box.left() + max(0.0, min(1.0, (value + 0.2) / 1.2)) * box.width()

        painter.setPen(QPen(QColor(self._theme.border), 1))
        painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        for tick in (0.0, 0.2, 0.4, 0.6, 0.8, 1.0):
            painter.drawLine(QPointF(x(tick), y - 4), QPointF(x(tick), y + 4))
        if e["low"] is not None:
            painter.setPen(QPen(QColor(self._theme.accent), 3))
            painter.drawLine(QPointF(x(e["low"]), y), QPointF(x(e["high"]), y))
        if e["value"] is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.accent))
            painter.drawEllipse(QPointF(x(e["value"]), y), 5, 5)
        painter.restore()


class AgreementWindow(QDialog):
    """Figures first, differences below; a click on a difference opens the passage."""

    passage = Signal(str, int, int)
    """Document id and range of a passage that a person wants to see."""

    def __init__(self, study_path: Place, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Agreement"))
        self.resize(1060, 760)
        self._study_path, self._theme = study_path, theme
        self._figures: dict[str, Any] = {}
        self._comparisons: dict[tuple[str, str], Any] = {}
        self._names: dict[str, str] = {}
        self._worker: Worker | None = None
        self.who = label("", "muted", wrap=True)
        self.spans = self._table_widget(
            ("Layer", "Coders", "Labels", "Matched", "F1", "Precision", "Recall", "F1 same bounds", "F1 trimmed")
        )
        self.spans.setAccessibleName(tr("Agreement on passages"))
        self.table = self._table_widget(_HEAD)
        self.table.setAccessibleName(tr("Agreement on values"))
        self.table.setItemDelegateForColumn(len(_HEAD) - 1, PlotDelegate(theme, self.table))
        self.table.currentCellChanged.connect(lambda row, *_: self._show_differences(row))
        self.differences = QListWidget()
        self.differences.setAccessibleName(tr("Where coders differ"))
        self.differences.setWordWrap(True)
        self.differences.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.differences.itemClicked.connect(self._jump)
        self.differences.itemActivated.connect(self._jump)
        self.heading = label(tr("Choose a row to see where coders differ"), "section")
        self.notes = label("", "muted", wrap=True)
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Progress"))
        self.save = QPushButton(tr("Save report…"))
        self.save.setProperty("role", "primary")
        self.save.setEnabled(False)
        self.save.clicked.connect(self._ask_where)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.close)
        below = QWidget()
        column = QVBoxLayout(below)
        column.setContentsMargins(0, 6, 0, 0)
        column.addWidget(self.heading)
        column.addWidget(self.differences)
        parts = QSplitter(Qt.Orientation.Vertical)
        for widget in (
            self._headed(tr("Passages"), self.spans),
            self._headed(tr("Values and links"), self.table),
            below,
        ):
            parts.addWidget(widget)
        parts.setSizes([170, 330, 200])
        foot = QHBoxLayout()
        foot.addWidget(self.bar, 1)
        foot.addStretch(1)
        foot.addWidget(self.save)
        foot.addWidget(close)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addWidget(self.who)
        rows.addWidget(parts, 1)
        rows.addWidget(self.notes)
        rows.addWidget(self.fault)
        rows.addLayout(foot)
        self._compute()

    @staticmethod
    def _headed(text: str, widget: QWidget) -> QWidget:
        held = QWidget()
        column = QVBoxLayout(held)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(text, "section"))
        column.addWidget(widget)
        return held

    @staticmethod
    def _table_widget(head: tuple[str, ...]) -> QTableWidget:
        table = QTableWidget(0, len(head))
        table.setHorizontalHeaderLabels([tr(h) for h in head])
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        table.horizontalHeader().setStretchLastSection(True)
        return table

    # computing

    def _compute(self) -> None:
        path = self._study_path

        def work(progress: Progress) -> Any:
            from annotator.services.reporting.comparing import comparisons
            from annotator.services.reporting.figures import figures
            from annotator.services.reporting.question import Question, corpus

            with Study.open(path) as study:
                question = Question()
                compared = corpus(study, question)
                found = figures(study, question, compared, progress)
                texts = {d.id: study.text(d.id) for d in compared.documents}
                return found, comparisons(study, compared, question), compared, texts

        self._worker = Worker(work, self)
        self.bar.setRange(0, 0)
        self._worker.progressed.connect(self._progressed)
        self._worker.done.connect(self._computed)
        self._worker.failed.connect(self._failed)
        self._worker.finished.connect(self._finished)
        self._worker.start()

    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def _finished(self) -> None:
        self._worker = None
        self.bar.hide()

    def _failed(self, error: AnnotatorError) -> None:
        self.fault.setText(str(error))
        self.fault.show()

    def _computed(self, answer: Any) -> None:
        self._figures, comparisons, self._compared, self._texts = answer
        f = self._figures
        self._names = {c.id: c.name for c in self._compared.coders}
        self._numbers = {d.id: d.number for d in self._compared.documents}
        self._comparisons = {(c.layer, c.attribute): c for c in comparisons}
        self.who.setText(
            tr(
                "{coders}, on {n} articles that two of them or more coded. Passages match above {t} % overlap.",
                coders=", ".join(f["coders"]),
                n=f["documents"],
                t=f"{100 * f['overlap']:g}",
            )
        )
        for part in f["spans"]:
            name = self._compared.codebook.layer(part["layer"]).label
            for p in part["pairs"]:
                cells = [name, " – ".join(p["coders"]), "{} – {}".format(*p["counts"]), str(p["matched"])]
                cells += [_figure(p["overlap"][k]) for k in ("f1", "precision", "recall")]
                cells += [_figure(p["exact"]["f1"]), _figure(p["trimmed"]["f1"])]
                self._row(self.spans, cells)
        for a in f["attributes"]:
            c = a["coefficients"]
            kappa = c.get("cohen_kappa") or c["fleiss_kappa"]
            alpha = c["krippendorff_alpha"]
            interval = "–" if alpha["low"] is None else f"{_figure(alpha['low'])} to {_figure(alpha['high'])}"
            agree = c["percent_agreement"]["value"]
            row = self._row(
                self.table,
                [
                    *self._labels(a),
                    tr(a["level"]),
                    str(a["units"]),
                    "–" if agree is None else f"{100 * agree:.0f} %",
                    _figure(kappa["value"]),
                    _figure(alpha["value"]),
                    interval,
                    "",
                ],
            )
            tip = alpha["undefined"] or ""
            _item(self.table, row, 6).setToolTip(tip)
            _item(self.table, row, 5).setToolTip(kappa["undefined"] or tr("Cohen’s with two coders, Fleiss’ with more"))
            _item(self.table, row, 8).setData(Qt.ItemDataRole.UserRole, alpha)
            _item(self.table, row, 0).setData(Qt.ItemDataRole.UserRole, (a["layer"], a["attribute"]))
        self.notes.setText("\n".join(n[:1].upper() + n[1:] + "." for n in f["notes"] if len(n) < 300))
        self.save.setEnabled(True)

    def _labels(self, a: dict[str, Any]) -> tuple[str, str]:
        layer = self._compared.codebook.layer(a["layer"])
        if a["role"]:
            role = next((r for r in layer.roles if r.key == a["attribute"]), None) if layer.kind == "link" else None
            return layer.label, (role.label or role.key) if role else a["attribute"]
        return layer.label, layer.attribute(a["attribute"]).label

    @staticmethod
    def _row(table: QTableWidget, cells: list[str]) -> int:
        row = table.rowCount()
        table.insertRow(row)
        for column, text in enumerate(cells):
            item = QTableWidgetItem(text)
            if column > 2:
                item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            table.setItem(row, column, item)
        return row

    # differences

    def _show_differences(self, row: int) -> None:
        self.differences.clear()
        if row < 0:
            return
        key = _item(self.table, row, 0).data(Qt.ItemDataRole.UserRole)
        comparison = self._comparisons.get(key)
        if comparison is None:
            return
        count = 0
        for unit, values in zip(comparison.units, comparison.rows, strict=True):
            given = {c: v for c, v in values.items() if v is not None}
            if len(set(given.values())) < 2:
                continue
            count += 1
            label_ = next(iter(unit.made.values()))
            place = self._place(label_, unit.document_id)
            words = self._texts[unit.document_id][place[0] : place[1]] if place else tr("the whole article")
            said = "   ".join(f"{self._names[c]}: {comparison.names.get(v, v)}" for c, v in given.items())
            item = QListWidgetItem(f"{self._numbers[unit.document_id]}.  “{words}”\n{said}")
            item.setData(Qt.ItemDataRole.UserRole, (unit.document_id, *(place or (0, 0))))
            self.differences.addItem(item)
        self.heading.setText(tr("{n} units where coders differ; click one to see it in the article", n=count))

    def _place(self, a: Any, document: str) -> tuple[int, int] | None:
        if a.fragments:
            return a.fragments[0][0], a.fragments[-1][1]
        here = {x.id: x for x in self._compared.labels[document][a.coder_id]}
        for fillers in a.roles.values():
            for f in fillers:
                if f.annotation in here and here[f.annotation].fragments:
                    return self._place(here[f.annotation], document)
        return None

    def _jump(self, item: QListWidgetItem) -> None:
        document, start, end = item.data(Qt.ItemDataRole.UserRole)
        self.passage.emit(document, start, end)

    # report

    def _ask_where(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self, tr("Save report"), str(self._study_path.with_name("agreement.html")), "HTML (*.html)"
        )
        if name:
            self.write_report(Path(name))

    def write_report(self, out: Path) -> None:
        """Write the report that `annotator agreement -o` writes."""
        from annotator.services.reporting.page import write_report
        from annotator.services.reporting.question import Question

        try:
            with Study.open(self._study_path) as study:
                write_report(study, Question(), self._figures, out)
        except AnnotatorError as error:
            self._failed(error)
        else:
            self.who.setText(tr("Report written: {path}", path=out))

    def done(self, result: int) -> None:
        """Stop the worker first."""
        if self._worker is not None:
            self._worker.finish()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As Close."""
        if self._worker is not None:
            self._worker.finish()
        super().closeEvent(event)


def _item(table: QTableWidget, row: int, column: int) -> QTableWidgetItem:
    found = table.item(row, column)
    assert found is not None
    return found


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("-", "−")
