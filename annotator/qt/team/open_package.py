"""Opening a package on the coder's side; where it is encrypted its password is asked."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.team.package_file import is_encrypted
from annotator.services.team.receiving import open_package


class OpenPackageDialog(JobDialog):
    """Begins at once where no password is needed."""

    opened = Signal(object, str)
    """The study file to work in, and the coder's id."""
    refused = Signal(object)
    """Why the package cannot be used."""

    def __init__(self, path: Path, known: Sequence[Path], parent: QWidget | None = None) -> None:
        super().__init__(tr("Open a package"), parent)
        self.resize(520, 190)
        self._path, self._known = path, tuple(known)
        self.sealed = is_encrypted(path)
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("Password"))
        self.password.setAccessibleName(tr("Password"))
        self.password.setVisible(self.sealed)
        self.password.returnPressed.connect(self.begin)
        self.take = QPushButton(tr("Open a package"))
        self.take.setProperty("role", "primary")
        self.take.setVisible(self.sealed)
        self.take.clicked.connect(self.begin)
        close = QPushButton(tr("Cancel"))
        close.clicked.connect(self.reject)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        rows.addWidget(label(path.name, "heading", wrap=True))
        rows.addWidget(
            label(
                tr("This package is encrypted. Ask the sender for its password.")
                if self.sealed
                else tr("It becomes your own study file. If you have one already, it keeps all your work."),
                "muted",
                wrap=True,
            )
        )
        rows.addWidget(self.password)
        rows.addWidget(self.fault)
        rows.addStretch(1)
        rows.addLayout(self.foot(close, self.take))
        if not self.sealed:
            self.begin()

    def begin(self) -> None:
        """Read it, and write it into the coder's study."""
        path, known = self._path, self._known
        passwords = [self.password.text()] if self.password.text() else []

        def work(_progress: Progress) -> tuple[Path, str]:
            return open_package(path, passwords=passwords, known=known)

        self.run(work, self._opened, [self.take, self.password], self._failed)

    def _opened(self, answer: tuple[Path, str]) -> None:
        self.accept()
        self.opened.emit(*answer)

    def _failed(self, error: AnnotatorError) -> None:
        if self.sealed:
            told = f"{spoken(error.what)}; {spoken(error.remedy)}"
            self.tell(told[:1].upper() + told[1:])
            self.password.selectAll()
            self.password.setFocus()
        else:
            self.reject()
            self.refused.emit(error)
