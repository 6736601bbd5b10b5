"""A coder's work on its way back: one file, which the coder sends as they like."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotator.qt.team.make_packages import size_words
from annotator.qt.team.password import NewPassword
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.study import Study
from annotator.services.team.packed import Packed
from annotator.services.team.packing import SUFFIX, file_for, pack
from annotator.services.team.progress import progress
from annotator.services.team.questions import questions
from annotator.store.places import folder_of


class SendBackDialog(JobDialog):
    """Says what goes in, writes it, says where it is."""

    def __init__(self, study: Study, coder_id: str, parent: QWidget | None = None) -> None:
        super().__init__(tr("Send my work back"), parent)
        self.resize(620, 330)
        self._path, self._coder = study.file.path, coder_id
        far = progress(study)[coder_id]
        asked = sum(q.note.coder_id == coder_id and not q.answered for q in questions(study))
        self.summary = label(
            tr(
                "{done} of {assigned} articles done, {skipped} skipped, {labels} labels",
                done=far.done,
                assigned=far.assigned,
                skipped=far.skipped,
                labels=far.labels,
            ),
            "heading",
            wrap=True,
        )
        left = far.assigned - far.done - far.skipped
        messages = [tr("{n} articles are not done yet: you can send what there is, go on, and send again.", n=left)]
        if asked:
            messages.append(tr("{n} questions go with it.", n=asked))
        self.more = label(
            "  ".join(messages if left else messages[1:]) or tr("Everything is done."), "muted", wrap=True
        )
        self.where = QLineEdit(str(file_for(study, coder_id, folder_of(self._path))))
        self.where.setAccessibleName(tr("File"))
        browse = QPushButton(tr("Browse…"))
        browse.setAutoDefault(False)
        browse.clicked.connect(self._browse)
        line = QHBoxLayout()
        line.addWidget(label(tr("As the file")))
        line.addWidget(self.where, 1)
        line.addWidget(browse)
        self.password = NewPassword()
        self.password.changed.connect(self._changed)
        self.written = label("", "", wrap=True)
        self.make = QPushButton(tr("Write the package"))
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
        for widget in (self.summary, self.more):
            rows.addWidget(widget)
        rows.addLayout(line)
        rows.addWidget(self.password)
        rows.addWidget(self.written)
        rows.addWidget(self.fault)
        rows.addStretch(1)
        rows.addLayout(self.foot(self.show_folder, close, self.make))

    def _changed(self) -> None:
        fault = self.password.fault()
        self.tell(fault)
        self.make.setEnabled(not fault)

    def _browse(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("As the file"), self.where.text(), f"Annotator (*{SUFFIX})")
        if name:
            self.where.setText(name if name.endswith(SUFFIX) else name + SUFFIX)

    def write(self) -> None:
        """Write the package; what was written stays, a later one gets another name."""
        path, coder, password = self._path, self._coder, self.password.password()
        out = Path(self.where.text().strip()).expanduser()

        def work(_progress: Progress) -> Packed:
            with Study.open(path) as study:
                return pack(study, coder, out, password)

        self.run(work, self._done, [self.make])

    def _done(self, made: Packed) -> None:
        how = tr(", encrypted") if made.encrypted else ""
        self.written.setText(
            tr(
                "Written: {path} ({size}{how}). Send this file to your supervisor; your own study stays as it is.",
                path=made.package,
                size=size_words(made.bytes),
                how=how,
            )
        )
        self.done_words = tr("Written: {path}", path=made.package)
        self.make.setEnabled(False)
        self.show_folder.show()

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(self.where.text()).parent)))
