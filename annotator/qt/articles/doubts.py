"""What is doubtful about one article on its way in, and what one click does about it."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QWidget

from annotator.intake import CleanDocument, can_be_read_again
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr

ARTICLE, WHOLE = "article", "whole"


class DoubtsBar(QWidget):
    """Problems of the shown article, the part of the page that is taken, and the mending of letters."""

    take_asked = Signal(str)
    """The key of the part to take."""
    mend_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.problems = label("", "fault", wrap=True)
        self.problems.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.whole = QPushButton(tr("Take the whole page"))
        self.whole.clicked.connect(lambda: self.take_asked.emit(WHOLE))
        self.mend = QPushButton(tr("Repair the letters"))
        self.mend.clicked.connect(self.mend_asked)
        self.parts = QComboBox()
        self.parts.setAccessibleName(tr("Part of the page that is taken"))
        self.parts.setToolTip(tr("Part of the page that is taken"))
        self.parts.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.parts.setMinimumContentsLength(28)
        self.parts.activated.connect(lambda row: self.take_asked.emit(self.parts.itemData(row)))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.problems, 1)
        row.addWidget(self.mend)
        row.addWidget(self.whole)
        row.addWidget(self.parts)
        self.hide()

    def show_document(self, document: CleanDocument, taken: str) -> None:
        """The article's problems, and the parts that may be taken instead of ``taken``."""
        again = can_be_read_again(document)
        told = [spoken(p.what) for p in document.problems]
        self.problems.setText("⚠ " + "\n⚠ ".join(told) if told else "")
        letters = any(p.kind == "letters" and "\ufffd" not in p.what for p in document.problems)
        self.mend.setVisible(again and letters)
        offers = document.offers if again else ()
        doubtful = any(p.doubtful for p in document.problems)
        self.whole.setVisible(doubtful and taken != WHOLE and any(o.key == WHOLE for o in offers))
        with QSignalBlocker(self.parts):
            self.parts.clear()
            self.parts.addItem(tr("Taken: the article that was found"), ARTICLE)
            for offer in offers:
                words = tr("Taken: {part} ({n} characters)", part=spoken(offer.label), n=offer.characters)
                self.parts.addItem(words, offer.key)
            self.parts.setCurrentIndex(max(0, self.parts.findData(taken)))
        self.parts.setVisible(bool(offers))
        self.setVisible(bool(told) or bool(offers))
