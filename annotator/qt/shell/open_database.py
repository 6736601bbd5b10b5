"""Opening a study in a shared database: its URL, and a password that is not kept."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotator.domain.errors import AnnotatorError, BadInput
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr
from annotator.store.places import DatabaseUrl, place_of


class OpenDatabaseDialog(QDialog):
    """Asks, and tells the URL with its password."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None, url: DatabaseUrl | None = None, told: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Open a database"))
        self.resize(560, 240)
        self.url = QLineEdit(str(url) if url else "")
        self.url.setPlaceholderText("postgresql://ada@db.example.org/study")
        self.url.setAccessibleName(tr("URL"))
        self.password = QLineEdit()
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setPlaceholderText(tr("Leave empty if the URL contains it or this computer has it stored"))
        self.password.setAccessibleName(tr("Password"))
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow(tr("URL"), self.url)
        form.addRow(tr("Password"), self.password)
        self.fault = label(told, "fault", wrap=True)
        self.fault.setVisible(bool(told))
        go, cancel = QPushButton(tr("Open a database")), QPushButton(tr("Cancel"))
        go.setProperty("role", "primary")
        go.setDefault(True)
        cancel.setAutoDefault(False)
        go.clicked.connect(self.go)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(go)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(18, 16, 18, 14)
        rows.addWidget(
            label(tr("The person who shares the study gives both. The password is not kept."), "muted", wrap=True)
        )
        rows.addLayout(form)
        rows.addWidget(self.fault)
        rows.addStretch(1)
        rows.addLayout(foot)
        (self.password if url else self.url).setFocus()

    def go(self) -> None:
        """Tell the URL, or what is wrong with it."""
        try:
            place = place_of(self.url.text().strip())
            if not isinstance(place, DatabaseUrl):
                raise BadInput(tr("this is not a database URL"), "", tr("write postgresql://LOGIN@HOST/DATABASE"))
        except AnnotatorError as error:
            self.fault.setText(spoken(error))
            self.fault.show()
            return
        self.chosen.emit(place.with_password(self.password.text()))
        self.accept()
