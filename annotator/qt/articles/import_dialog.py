"""Articles on their way in: each beside its raw page, every cleaning step to be seen and switched off."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QCheckBox,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QTextEdit,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.intake import STEPS, CleanDocument, Duplicate, read_again
from annotator.qt.articles.columns import ColumnsBar
from annotator.qt.articles.doubts import ARTICLE, DoubtsBar
from annotator.qt.reading.offsets import Utf16Map
from annotator.qt.toolkit.account_line import AccountLine
from annotator.qt.toolkit.columns import readable
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import Splitter, label, open_at
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import mark, spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.accounts import Coming, Contents, contents
from annotator.services.articles.identity import new_among
from annotator.services.articles.importing import Preview, add_documents, duplicates_of, preview
from annotator.services.articles.tables import heads_of, said_for
from annotator.services.study import Study
from annotator.store.places import Place

_KINDS = {
    "exact": mark("the same text, from another source"),
    "contained": mark("part of it"),
    "similar": mark("much alike"),
}


class ImportDialog(JobDialog):
    """Reads in a worker, shows, and writes what is ticked in one transaction."""

    imported = Signal(int, int)
    """(added, here already)."""

    def __init__(
        self,
        study_path: Place,
        paths: Sequence[Path],
        theme: Theme,
        parent: QWidget | None = None,
        settings: Settings | None = None,
    ) -> None:
        super().__init__(tr("Import articles"), parent)
        self.columns = ColumnsBar(settings or Settings())
        self.columns.said.connect(self._read)
        open_at(self, 1180, 760)
        self._study_path, self._paths, self._theme = study_path, list(paths), theme
        self._documents: tuple[CleanDocument, ...] = ()
        self._duplicates: dict[int, Duplicate] = {}
        self._titles: dict[str, str] = {}
        self._here: set[int] = set()
        self._before: Contents | None = None
        self.account = AccountLine()
        self._chosen_off: set[int] = set()
        self._chosen_on: set[int] = set()
        self._takes: dict[tuple[str, str], str] = {}
        """Path and source of an article -> the part of its page that was asked for."""
        self._mended: set[tuple[str, str]] = set()
        self._lay_out()
        self._read()

    def _lay_out(self) -> None:
        steps = QWidget()
        flow = FlowLayout(steps, 14)
        self.steps: dict[str, QCheckBox] = {}
        for step in STEPS:
            box = QCheckBox(spoken(step.label))
            box.setChecked(True)
            box.setToolTip(spoken(step.explanation))
            box.toggled.connect(self._read)
            flow.addWidget(box)
            self.steps[step.name] = box
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Articles found"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.list.setWordWrap(True)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemChanged.connect(self._ticked)
        self.raw, self.clean = QPlainTextEdit(), QPlainTextEdit()
        for view, name in ((self.raw, tr("Raw page")), (self.clean, tr("Article as it will be coded"))):
            view.setReadOnly(True)
            view.setAccessibleName(name)
        self.record = QTreeWidget()
        readable(self.record)
        self.record.setAccessibleName(tr("Steps of cleaning"))
        self.record.setRootIsDecorated(False)
        self.record.setHeaderLabels([tr("Step"), tr("Where"), tr("What"), tr("Passage"), tr("Why")])
        self.record.itemActivated.connect(self._find)
        self.record.itemClicked.connect(self._find)
        texts = Splitter()
        for view, name in ((self.raw, tr("Raw page: what is crossed out is left out")), (self.clean, tr("Article"))):
            side = QWidget()
            column = QVBoxLayout(side)
            column.setContentsMargins(0, 0, 0, 0)
            column.addWidget(label(name, "section"))
            column.addWidget(view)
            texts.addWidget(side)
        self.doubts = DoubtsBar()
        self.doubts.take_asked.connect(self._take_part)
        self.doubts.mend_asked.connect(self._mend)
        above = QWidget()
        column = QVBoxLayout(above)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.doubts)
        column.addWidget(texts, 1)
        right = Splitter(Qt.Orientation.Vertical)
        right.addWidget(above)
        right.addWidget(self.record)
        right.setSizes([460, 170])
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        self.found = label(tr("Articles"), "section")
        column.addWidget(self.found)
        column.addWidget(self.list)
        middle = Splitter()
        middle.addWidget(left)
        middle.addWidget(right)
        middle.setSizes([300, 860])
        self.problems = label("", "fault", wrap=True)
        self.problems.hide()
        self.cancel = QPushButton(tr("Cancel"))
        self.cancel.clicked.connect(self.reject)
        self.take = QPushButton(tr("Import"))
        self.take.setProperty("role", "primary")
        self.take.setDefault(True)
        self.take.clicked.connect(self._write)
        foot = self.foot(self.cancel, self.take)
        self.take.setAutoDefault(True)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(label(tr("Cleaning steps"), "section"))
        rows.addWidget(steps)
        rows.addWidget(self.columns)
        rows.addWidget(middle, 1)
        rows.addWidget(self.problems)
        rows.addWidget(self.account)
        rows.addWidget(self.fault)
        rows.addLayout(foot)

    # reading

    def _read(self) -> None:
        if self.later(self._read):
            return
        off = frozenset(name for name, box in self.steps.items() if not box.isChecked())
        paths, study_path = list(self._paths), self._study_path
        takes, mended = dict(self._takes), set(self._mended)
        self.columns.show_tables(heads_of(paths))
        remembered = self.columns.remembered()

        def work(progress: Progress) -> tuple[Preview, list[Duplicate], dict[str, str], set[int], Contents]:
            seen = preview(paths, off=off, progress=progress, columns=said_for(paths, remembered))
            asked = takes.keys() | mended
            if asked:
                again = [
                    read_again(d, off, takes.get(key, ARTICLE), key in mended) if (key := _key(d)) in asked else d
                    for d in seen.documents
                ]
                seen = replace(seen, documents=tuple(again))
            with Study.open(study_path) as study:
                titles = {d.id: f"{d.number}. {d.title or d.source}" for d in study.documents()}
                new = {id(d) for d in new_among(study, seen.documents)}
                here = {i for i, d in enumerate(seen.documents) if id(d) not in new}
                return seen, duplicates_of(study, seen.documents), titles, here, contents(study)

        self.run(work, self._read_done, can_stop=False)

    def began(self) -> None:
        """Nothing is imported while it runs."""
        self.take.setEnabled(False)

    def ended(self) -> None:
        """What is ticked can be imported."""
        self.take.setEnabled(bool(self._ticked_documents()))

    def _read_done(self, answer: tuple[Preview, list[Duplicate], dict[str, str], set[int], Contents]) -> None:
        seen, duplicates, self._titles, self._here, self._before = answer
        place = max(0, self.list.currentRow())
        self._documents = seen.documents
        self._duplicates = {}
        for d in duplicates:
            self._duplicates.setdefault(d.new, d)
        told = [f"{p['source']}: {spoken(p['what'])}" for p in seen.problems]
        self.problems.setText("\n".join(told[:4] + ([tr("and {n} more", n=len(told) - 4)] if len(told) > 4 else [])))
        self.problems.setVisible(bool(told))
        self.list.blockSignals(True)
        self.list.clear()
        for i, document in enumerate(self._documents):
            item = QListWidgetItem(self._words_of(i, document))
            item.setCheckState(Qt.CheckState.Checked if self._is_wanted(i) else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.blockSignals(False)
        if self._documents:
            self.list.setCurrentRow(min(place, len(self._documents) - 1))
            self._show(self.list.currentRow())
        self._count()

    def _words_of(self, i: int, document: CleanDocument) -> str:
        words = document.meta.title or tr("(no title)")
        below = tr("{n} characters", n=len(document.text)) + f" · {document.source}"
        doubts = "".join(f"\n⚠ {spoken(p.what)}" for p in document.problems)
        return f"{words}\n{below}{doubts}{self._likeness(i)}"

    def _is_wanted(self, i: int) -> bool:
        """Whether an article is ticked: not one that is here already or doubtful, unless a person said so."""
        if i in self._here or i in self._chosen_off:
            return False
        document = self._documents[i]
        doubtful = any(p.doubtful for p in document.problems) and self._takes.get(_key(document), ARTICLE) == ARTICLE
        return not doubtful or i in self._chosen_on

    def _take_part(self, part: str) -> None:
        """The shown article anew, from another part of its page."""
        self._read_again(part, None)

    def _mend(self) -> None:
        """The shown article anew, with its letters as they were."""
        self._read_again(None, True)

    def _read_again(self, part: str | None, mend: bool | None) -> None:
        row = self.list.currentRow()
        if self.running or not 0 <= row < len(self._documents):
            return
        document = self._documents[row]
        key = _key(document)
        if part is not None:
            self._takes[key] = part
        if mend:
            self._mended.add(key)
        off = frozenset(name for name, box in self.steps.items() if not box.isChecked())
        try:
            found = read_again(document, off, self._takes.get(key, ARTICLE), key in self._mended)
        except AnnotatorError as error:
            self.tell(spoken(error))
            return
        self._documents = (*self._documents[:row], found, *self._documents[row + 1 :])
        item = self.list.item(row)
        with QSignalBlocker(self.list):
            item.setText(self._words_of(row, found))
            item.setCheckState(Qt.CheckState.Checked if self._is_wanted(row) else Qt.CheckState.Unchecked)
        self._show(row)
        self._count()

    def _likeness(self, i: int) -> str:
        found = self._duplicates.get(i)
        if found is None:
            return ""
        if isinstance(found.other, int):
            other = self._documents[found.other].meta.title or self._documents[found.other].source
        else:
            other = self._titles.get(found.other, found.other)
        if i in self._here:
            return "\n⚠ " + tr("the same text, in the study already: {other}", other=other)
        return "\n⚠ " + tr("{kind}: {other}", kind=tr(_KINDS[found.kind]), other=other)

    def _tell_account(self) -> None:
        """What would come in of what the study would have then; what is here already comes in no second time."""
        known = {id(self._documents[i]) for i in self._here if i < len(self._documents)}
        fresh = sum(id(d) not in known for d in self._ticked_documents())
        told = Coming(documents=fresh).beside(self._before, ()) if fresh and self._before is not None else None
        self.account.show_account(told, tr("Would be imported: {what}."))

    def _ticked(self, item: QListWidgetItem) -> None:
        row = self.list.row(item)
        on = item.checkState() == Qt.CheckState.Checked
        (self._chosen_on if on else self._chosen_off).add(row)
        (self._chosen_off if on else self._chosen_on).discard(row)
        self._count()

    def _ticked_documents(self) -> list[CleanDocument]:
        return [
            d
            for i, d in enumerate(self._documents)
            if i < self.list.count() and self.list.item(i).checkState() == Qt.CheckState.Checked
        ]

    def _count(self) -> None:
        n = len(self._ticked_documents())
        self._tell_account()
        self.found.setText(tr("Articles: {n} of {all} chosen", n=n, all=len(self._documents)))
        self.take.setText(tr("Import {n} articles", n=n) if n != 1 else tr("Import 1 article"))
        self.take.setEnabled(n > 0 and not self.running)

    # showing

    def _show(self, row: int) -> None:
        if not 0 <= row < len(self._documents):
            return
        document = self._documents[row]
        self.doubts.show_document(document, self._takes.get(_key(document), ARTICLE))
        self.raw.setPlainText(document.raw_text)
        self.clean.setPlainText(document.text)
        units = Utf16Map(document.raw_text)
        marks: list[QTextEdit.ExtraSelection] = []
        colours = {"removed": self._theme.danger, "joined": self._theme.accent, "kept": self._theme.good}
        colours["mended"] = self._theme.accent
        self.record.clear()
        words = {"removed": tr("left out"), "joined": tr("joined"), "kept": tr("kept"), "mended": tr("mended")}
        names: dict[str, str] = {s.name: s.label for s in STEPS} | {"letters": tr("Damaged letters")}
        for step in document.steps:
            item = QTreeWidgetItem(
                [
                    spoken(names.get(step.step, step.step)),
                    spoken(step.where),
                    words[step.action],
                    " ".join(step.piece.split())[:200],
                    spoken(step.why),
                ]
            )
            item.setData(0, Qt.ItemDataRole.UserRole, (step.start, step.end))
            self.record.addTopLevelItem(item)
            if step.start >= 0 and len(marks) < 3000:
                mark = QTextEdit.ExtraSelection()
                look = QTextCharFormat()
                look.setForeground(QColor(colours[step.action]))
                look.setFontStrikeOut(step.action == "removed")
                if step.action in ("joined", "mended"):
                    ground = QColor(colours["joined"])
                    ground.setAlpha(60)
                    look.setBackground(ground)
                cursor = QTextCursor(self.raw.document())
                cursor.setPosition(units.to_u16(step.start))
                cursor.setPosition(units.to_u16(step.end), QTextCursor.MoveMode.KeepAnchor)
                mark.cursor, mark.format = cursor, look
                marks.append(mark)
        self.raw.setExtraSelections(marks)
        for column in range(4):
            self.record.resizeColumnToContents(column)
            self.record.setColumnWidth(column, min(self.record.columnWidth(column), 340))

    def _find(self, item: QTreeWidgetItem) -> None:
        start, end = item.data(0, Qt.ItemDataRole.UserRole)
        row = self.list.currentRow()
        if start < 0 or not 0 <= row < len(self._documents):
            return
        units = Utf16Map(self._documents[row].raw_text)
        cursor = self.raw.textCursor()
        cursor.setPosition(units.to_u16(start))
        cursor.setPosition(units.to_u16(end), QTextCursor.MoveMode.KeepAnchor)
        self.raw.setTextCursor(cursor)
        self.raw.centerCursor()

    # writing

    def _write(self) -> None:
        documents, study_path = self._ticked_documents(), self._study_path

        def work(_progress: Progress) -> tuple[int, int]:
            with Study.open(study_path) as study:
                added, already = add_documents(study, documents)
            return len(added), already

        self.run(work, self._written, [*self.steps.values()], can_stop=False, stands=True)

    def _written(self, answer: tuple[int, int]) -> None:
        self.imported.emit(*answer)
        self.accept()


def _key(document: CleanDocument) -> tuple[str, str]:
    return document.path, document.source
