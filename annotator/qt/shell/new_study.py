"""Making a study: a title, a codebook, a file."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.codebook.faults import CodebookFaults
from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.icons import menu_button
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.codebooks import builtin_codebook, chosen_codebook
from annotator.services.study import Study


class NewStudyDialog(QDialog):
    """Asks, makes the file, and tells its path."""

    made = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("New study"))
        self.resize(700, 260)
        self.title = QLineEdit()
        self.title.setPlaceholderText(tr("What the study is called"))
        self.codebook = QLineEdit()
        self.codebook.setPlaceholderText(tr("The built-in one: claims, speakers, targets, stance"))
        self.path = QLineEdit(str(Path.home() / "study.annotator"))
        form = QFormLayout()
        form.setVerticalSpacing(10)
        form.addRow(tr("Title"), self.title)
        held = self._with_button(self.codebook, self._find_codebook)
        self.gallery_button = menu_button(tr("Gallery"))
        self.gallery_button.setStyleSheet("QToolButton::menu-indicator { image: none; }")
        self.gallery_button.setToolTip(tr("Choose one of the codebooks that come with the program"))
        self.gallery_button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.gallery_menu = QMenu(self.gallery_button)
        self.gallery_menu.aboutToShow.connect(self._fill_gallery)
        self.gallery_button.setMenu(self.gallery_menu)
        layout = held.layout()
        if layout is not None:
            layout.addWidget(self.gallery_button)
        form.addRow(tr("Codebook"), held)
        form.addRow(tr("File"), self._with_button(self.path, self._find_path))
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        make, cancel = QPushButton(tr("Make the study")), QPushButton(tr("Cancel"))
        make.setProperty("role", "primary")
        make.setDefault(True)
        make.clicked.connect(self.make)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(make)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(18, 16, 18, 14)
        rows.addLayout(form)
        rows.addWidget(self.fault)
        rows.addStretch(1)
        rows.addLayout(foot)

    @staticmethod
    def _with_button(line: QLineEdit, do: object) -> QWidget:
        held = QWidget()
        row = QHBoxLayout(held)
        row.setContentsMargins(0, 0, 0, 0)
        button = QPushButton(tr("Browse…"))
        button.setAutoDefault(False)
        button.clicked.connect(do)
        row.addWidget(line, 1)
        row.addWidget(button)
        return held

    def _find_codebook(self) -> None:
        name, _ = QFileDialog.getOpenFileName(
            self, tr("Codebook"), str(Path.home()), "Codebooks (*.yaml *.yml *.json *.annotator *.qdc *.qdpx *.qde)"
        )
        if name:
            self.codebook.setText(name)

    def _fill_gallery(self) -> None:
        from annotator.services.codebooks.gallery import gallery

        self.gallery_menu.clear()
        for one in gallery():
            action = self.gallery_menu.addAction(one.codebook.title, partial(self.codebook.setText, one.name))
            action.setToolTip(one.codebook.description)

    def _find_path(self) -> None:
        name, _ = QFileDialog.getSaveFileName(self, tr("File"), self.path.text(), "Annotator (*.annotator)")
        if name:
            self.path.setText(name)

    def make(self) -> None:
        """Make the file, or say what is wrong, every fault of the codebook included."""
        path = Path(self.path.text().strip()).expanduser()
        if path.suffix != ".annotator":
            path = path.with_name(path.name + ".annotator")
        chosen = self.codebook.text().strip()
        try:
            codebook = chosen_codebook(chosen) if chosen else builtin_codebook()
            Study.create(path, codebook, self.title.text().strip()).close()
        except CodebookFaults as error:
            told = [str(f) for f in error.faults]
            self.fault.setText("\n".join(told[:8] + ([tr("and {n} more", n=len(told) - 8)] if len(told) > 8 else [])))
            self.fault.show()
        except AnnotatorError as error:
            self.fault.setText(spoken(error))
            self.fault.show()
        else:
            self.accept()
            self.made.emit(path)
