"""What stands above the article: its title, how far it is, who codes; and the note that stays until the next step."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.domain.annotations import Document
from annotator.qt.desk.document_list import state_words
from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.icons import IconFirstButton, icon_button
from annotator.qt.toolkit.parts import ElidedLabel
from annotator.qt.toolkit.words import tr

EDGE_PX = 10


class Head(QWidget):
    """The article's title with the buttons around it; the desk connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.title = ElidedLabel("heading")
        self.meta = ElidedLabel("muted")
        self.coder = QPushButton()
        self.coder.setToolTip(tr("Who is coding; click to change"))
        self.done = IconFirstButton("", "")
        self.skip = QPushButton(tr("Skip…"))
        self.skip.setToolTip(tr("Skip this article, with a reason (Ctrl+Shift+D)"))
        self.back = icon_button("left", tr("Previous article (Alt+Left)"))
        self.on = icon_button("right", tr("Next article (Alt+Right)"))
        names = QVBoxLayout()
        names.setSpacing(1)
        names.addWidget(self.title)
        names.addWidget(self.meta)
        head = QHBoxLayout(self)
        head.setContentsMargins(0, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.on)
        head.addLayout(names, 1)
        for button in (self.skip, self.done, self.coder):
            head.addWidget(button)

    def show_document(self, d: Document) -> None:
        """Another article."""
        for part in (self.done, self.skip, self.back, self.on):
            part.setEnabled(True)
        self.title.setText(f"{d.number}. {d.title or d.source}")
        self.meta.setText(" · ".join(p for p in (d.publisher, d.published, d.author, ", ".join(d.tags[:4])) if p))
        self.meta.setVisible(bool(self.meta.text()))

    def clear(self) -> None:
        """No article is open."""
        self.title.setText("")
        self.meta.setText("")
        self.meta.hide()
        for part in (self.done, self.skip, self.back, self.on):
            part.setEnabled(False)

    def show_state(self, state: str | None, reason: str | None) -> None:
        """How far the coder is with it."""
        finished = state in ("done", "skipped")
        self.done.setText(
            tr("Done") if state == "done" else tr("Skipped") if state == "skipped" else tr("Mark as done")
        )
        self.done.show_icon("done" if state == "done" else "")
        told = f"{state_words(state)}: {reason}" if reason else state_words(state)
        self.done.setToolTip(
            tr("This article is {state}; click to open it again (Ctrl+D)", state=told)
            if finished
            else tr("This article is {state} (Ctrl+D)", state=told)
        )
        self.skip.setVisible(not finished)

    def show_coder(self, name: str) -> None:
        """Who codes."""
        self.coder.setText(tr("Coding as {name}", name=name))
        self.coder.setAccessibleName(self.coder.text())


class Notice(QFrame):
    """A note over the foot of the text that stays until the next step, or until it is closed.

    It lies over the text and takes no room of its own: words must not move under the eyes of whoever reads them.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "notice")
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        away = icon_button("close", tr("Close this note"))
        away.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 4, 4, 4)
        row.addWidget(self.words, 1)
        row.addWidget(away)
        self.hide()

    def lie_over(self, paper: QWidget) -> None:
        """Where it is shown from now on."""
        self.setParent(paper)
        paper.installEventFilter(self)
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay at the foot of the paper."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        paper = self.parentWidget()
        if paper is None:
            return
        width = paper.width() - 2 * EDGE_PX
        height = max(self.heightForWidth(width), self.minimumSizeHint().height())
        self.setGeometry(EDGE_PX, paper.height() - height - EDGE_PX, width, height)

    def tell(self, text: str) -> None:
        """Show it."""
        self.words.setText(text[:1].upper() + text[1:])
        self.setAccessibleName(self.words.text())
        self.show()
        self.raise_()
        self._place()
        announce(self, self.words.text(), at_once=True)


class Nothing(QFrame):
    """What stands in the article's place where none is open: why, and the step that comes next, as a button."""

    def __init__(self) -> None:
        super().__init__()
        self.words = QLabel()
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.button = QPushButton()
        box = QVBoxLayout(self)
        box.setContentsMargins(24, 24, 24, 24)
        box.setSpacing(12)
        box.addStretch(1)
        box.addWidget(self.words)
        box.addWidget(self.button, 0, Qt.AlignmentFlag.AlignHCenter)
        box.addStretch(2)
        self._do: QAction | None = None
        self.button.clicked.connect(self._press)
        self.hide()

    def lie_over(self, paper: QWidget) -> None:
        """Where it is shown from now on."""
        self.setParent(paper)
        paper.installEventFilter(self)
        self.hide()

    def tell(self, words: str, do: QAction | None) -> None:
        """Show it. do: what the button does."""
        self._do = do
        self.words.setText(words)
        self.button.setVisible(do is not None)
        if do is not None:
            self.button.setText(do.text())
        self._place()
        self.show()
        self.raise_()

    def _press(self) -> None:
        if self._do is not None:
            self._do.trigger()

    def _place(self) -> None:
        paper = self.parentWidget()
        if paper is not None:
            self.setGeometry(1, 1, paper.width() - 2, paper.height() - 2)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the paper."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)
