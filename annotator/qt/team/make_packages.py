"""Packages for several coders at once: what is in them is said before and after."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.team.password import NewPassword
from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.job_dialog import JobDialog, add_row, cell, table
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import marks, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.study import Study
from annotator.services.suggestions.report import has_suggestions
from annotator.services.team.packed import Packed
from annotator.services.team.packing import pack_many
from annotator.services.team.progress import progress
from annotator.services.team.questions import questions
from annotator.store.places import folder_of


class MakePackagesDialog(JobDialog):
    """Tick coders, choose a folder; each gets a file of their own."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(tr("Make packages"), parent)
        self.resize(760, 560)
        self._path = study.file.path
        self.table = table(
            [tr(h) for h in marks("Coder", "Articles", "Done", "Labels", "Questions")], tr("Coders and what is theirs")
        )
        self.table.itemChanged.connect(self._changed)
        self.folder = QLineEdit(str(folder_of(self._path)))
        self.folder.setAccessibleName(tr("Folder"))
        self.folder.textChanged.connect(self._changed)
        browse = QPushButton(tr("Browse…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        where = QHBoxLayout()
        where.addWidget(label(tr("Into the folder")))
        where.addWidget(self.folder, 1)
        where.addWidget(browse)
        self.password = NewPassword()
        self.password.changed.connect(self._changed)
        self.suggestions = QCheckBox(tr("With suggestions, but for rounds that are coded without"))
        self.suggestions.setChecked(True)
        if not has_suggestions(study):
            self.suggestions.hide()
        self.hint = label("", "warning", wrap=True)
        self.made = QListWidget()
        self.made.setAccessibleName(tr("Packages made"))
        self.made.hide()
        self.make = QPushButton()
        self.make.setProperty("role", "primary")
        self.make.clicked.connect(self.write)
        self.show_folder = QPushButton(tr("Show the folder"))
        self.show_folder.clicked.connect(self._show_folder)
        self.show_folder.hide()
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(
            label(
                tr(
                    "A package holds one coder’s articles, the codebook, the register and the coder’s own work; "
                    "nothing of other coders. The coder opens it with a double click."
                ),
                "muted",
                wrap=True,
            )
        )
        rows.addWidget(self.table, 2)
        rows.addLayout(where)
        rows.addWidget(self.password)
        rows.addWidget(self.suggestions)
        rows.addWidget(self.hint)
        rows.addWidget(self.made, 1)
        rows.addWidget(self.fault)
        rows.addLayout(self.foot(self.show_folder, close, self.make))
        self._fill(study)
        self._changed()

    def _fill(self, study: Study) -> None:
        far = progress(study)
        asked: dict[str, int] = {}
        for q in questions(study):
            asked[q.note.coder_id] = asked.get(q.note.coder_id, 0) + 1
        for person in study.coders():
            mine = None if person.role == "gold" else far[person.id]
            if mine is None or not (mine.assigned or mine.labels):
                continue
            cells = [person.name, mine.assigned, mine.done, mine.labels, asked.get(person.id, 0)]
            row = add_row(self.table, cells)
            name = cell(self.table, row, 0)
            name.setData(Qt.ItemDataRole.UserRole, person.id)
            name.setFlags(name.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            name.setCheckState(Qt.CheckState.Checked if mine.assigned else Qt.CheckState.Unchecked)

    def chosen(self) -> list[str]:
        """Ids of the coders ticked."""
        names = [cell(self.table, row, 0) for row in range(self.table.rowCount())]
        return [n.data(Qt.ItemDataRole.UserRole) for n in names if n.checkState() == Qt.CheckState.Checked]

    def _changed(self, *_: object) -> None:
        n = len(self.chosen())
        self.make.setText(tr("Make 1 package") if n == 1 else tr("Make {n} packages", n=n))
        fault = self.password.fault() if self.table.rowCount() else tr("Nobody has articles yet: hand some out first.")
        self.hint.setText(fault)
        self.hint.setVisible(bool(fault))
        self.make.setEnabled(n > 0 and not fault and bool(self.folder.text().strip()) and not self.running)

    def _browse(self) -> None:
        name = QFileDialog.getExistingDirectory(self, tr("Into the folder"), self.folder.text())
        if name:
            self.folder.setText(name)

    def write(self) -> None:
        """Make them all; none stays where one fails."""
        path, names, password = self._path, self.chosen(), self.password.password()
        folder = Path(self.folder.text().strip()).expanduser()
        offering = self.suggestions.isChecked()

        def work(progress: Progress) -> list[Packed]:
            with Study.open(path) as study:
                return pack_many(study, names, folder, password, progress, offering)

        self.run(work, self._written, [self.make])

    def _written(self, made: list[Packed]) -> None:
        self.made.clear()
        for m in made:
            message = tr(
                "{coder}: {documents} articles ({done} done), {annotations} labels, {size}{how}",
                coder=m.coder.name,
                documents=m.documents,
                done=m.done,
                annotations=m.annotations,
                size=size_words(m.bytes),
                how=tr(", encrypted") if m.encrypted else "",
            )
            if m.offered:
                message += tr(", {n} suggestions", n=m.offered)
            account = account_words(m.account)
            item = QListWidgetItem("\n".join([Path(m.package).name, message, account[0]]))
            item.setToolTip("\n".join([m.package, *account]))
            self.made.addItem(item)
        self.made.show()
        self.show_folder.show()
        self.done_words = tr("{n} packages written into {folder}", n=len(made), folder=self.folder.text())

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.folder.text().strip()))


def size_words(size: int) -> str:
    """Bytes as a person reads them."""
    if size < 1_000_000:
        return tr("{n} kB", n=max(1, round(size / 1000)))
    return tr("{n} MB", n=f"{size / 1_000_000:.1f}")
