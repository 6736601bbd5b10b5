"""Correcting the text of an article: what becomes of labels is shown before it is done."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Document
from annotator.domain.errors import AnnotatorError
from annotator.qt.reading.text_transfer import for_qt
from annotator.qt.toolkit.parts import label, open_at
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.articles.correcting import Carried, Correction, correct, undo_correction
from annotator.services.study import Study

_PLACE = Qt.ItemDataRole.UserRole


class CorrectDialog(QDialog):
    """The whole text to be edited; nothing is written before the button that says so."""

    corrected = Signal(str)
    """Id of the article that has another text now."""
    passage = Signal(str, int, int)
    """Article and range of a label that is to be placed by hand."""

    def __init__(self, study: Study, coder_id: str, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Correct the text of “{title}”", title=document.title or document.source))
        open_at(self, 860, 720)
        self._study, self._coder, self._document = study, coder_id, document
        self.text = QPlainTextEdit()
        self.text.setAccessibleName(tr("Text of the article"))
        self.text.textChanged.connect(self._edited)
        self.told = label("", "muted", wrap=True)
        self.lost = QListWidget()
        self.lost.setAccessibleName(tr("To place by hand"))
        self.lost.itemActivated.connect(self._jump)
        self.lost.setMaximumHeight(150)
        self.fault = label("", "fault", wrap=True)
        self.look = QPushButton(tr("What happens to the labels?"))
        self.take = QPushButton(tr("Correct"))
        self.take.setProperty("role", "primary")
        self.back = QPushButton(tr("Take the last correction back"))
        close = QPushButton(tr("Close"))
        foot = QHBoxLayout()
        for button, do in (
            (self.look, self.rehearse),
            (self.take, self.write),
            (self.back, self.take_back),
            (close, self.close),
        ):
            button.setAutoDefault(False)
            button.clicked.connect(do)
            if button is close:
                foot.addStretch(1)
            foot.addWidget(button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(10)
        about = tr(
            "All coders’ labels move with the words around them. The present text stays in the "
            "study, and the correction can be taken back."
        )
        rows.addWidget(label(about, "muted", wrap=True))
        rows.addWidget(self.text, 1)
        rows.addWidget(self.told)
        rows.addWidget(self.lost)
        rows.addWidget(self.fault)
        rows.addLayout(foot)
        self._fill()

    def _fill(self) -> None:
        """The present text; one that Qt cannot give back as it was is not edited here."""
        self._kept = self._study.text(self._document.id)
        self.text.blockSignals(True)
        self.text.setPlainText(for_qt(self._kept))
        self.text.blockSignals(False)
        self._whole = self._typed() == self._kept
        self.text.setReadOnly(not self._whole)
        self.fault.setVisible(not self._whole)
        if not self._whole:
            self.fault.setText(tr("The text contains characters that cannot be typed. Correct it in a file instead."))
        self.lost.clear()
        self.lost.hide()
        self._edited()

    def _typed(self) -> str:
        """As it stands in the document of the field: its own plain text turns no-break spaces into spaces."""
        return str(self.text.document().toRawText()).replace("\u2029", "\n")

    def _edited(self) -> None:
        changed = self._whole and self._typed() != self._kept
        for button in (self.look, self.take):
            button.setEnabled(changed)

    def rehearse(self) -> None:
        """Say what would become of labels and notes."""
        self._do(dry_run=True)

    def write(self) -> None:
        """Make the new version."""
        self._do(dry_run=False)

    def _do(self, dry_run: bool) -> None:
        try:
            made = correct(self._study, self._document.id, self._typed(), self._coder, dry_run)
        except AnnotatorError as error:
            self._refuse(error)
            return
        self._done(made)

    def take_back(self) -> None:
        """Give the article the text that it had, and everything its place on it."""
        try:
            made = undo_correction(self._study, self._document.id, self._coder)
        except AnnotatorError as error:
            self._refuse(error)
            return
        self._done(made)

    def _done(self, made: Correction) -> None:
        if made.applied:
            self._document = self._study.document(made.document_id)
            self._fill()
            self.corrected.emit(made.document_id)
        self.fault.hide()
        counts = {how: len(made.of(how)) for how in ("same", "changed", "lost")}
        told = tr(
            "{same} labels and notes keep their words, {changed} have corrected words, "
            "{lost} are to be placed by hand.",
            **counts,
        )
        if made.suggestions:
            n, lost = sum(made.suggestions.values()), made.suggestions.get("lost", 0)
            told += " " + tr("Of {n} suggestions {lost} lose their words.", n=n, lost=lost)
        self.told.setText(told if made.applied else tr("Not written yet: {told}", told=told))
        self._list(made)

    def _list(self, made: Correction) -> None:
        names = {c.id: c.name for c in self._study.coders()}
        self.lost.clear()
        for c in made.of("lost"):
            item = QListWidgetItem(self._words(c, names.get(c.coder_id, "")))
            if made.applied and c.placed.fragments:
                item.setData(_PLACE, (c.document_id, c.placed.fragments[0][0], c.placed.fragments[-1][1]))
            self.lost.addItem(item)
        self.lost.setVisible(self.lost.count() > 0)

    def _words(self, c: Carried, coder: str) -> str:
        layers = {x.key: x.label for x in self._study.codebook.layers}
        thing = tr("Note") if c.layer is None else layers.get(c.layer, c.layer)
        return f"{coder}, {thing}: “{' '.join(c.placed.words.split())}”"

    def _refuse(self, error: AnnotatorError) -> None:
        self.fault.setText(spoken(error))
        self.fault.show()

    def _jump(self, item: QListWidgetItem) -> None:
        if place := item.data(_PLACE):
            self.passage.emit(*place)
