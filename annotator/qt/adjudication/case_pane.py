"""One case in view: its article, the versions side by side, what became of it, and a note to write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from annotator.qt.adjudication.case_words import captions
from annotator.qt.adjudication.versions import VersionsTable
from annotator.qt.reading import SurfaceLabel, TextSurface, surface_theme
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.adjudication.cases import Case
from annotator.services.adjudication.decisions_json import Teller
from annotator.services.adjudication.proposals import Suggested


class CasePane(QWidget):
    """Shows; who decides is the window. choose: an action for each version; deciding, more: rows of buttons below."""

    def __init__(
        self, theme: Theme, choose: Sequence[QAction], deciding: Sequence[QWidget], more: Sequence[QWidget]
    ) -> None:
        super().__init__()
        self._choose = choose
        self.case: Case | None = None
        """The case in view."""
        self.teller: Teller | None = None
        self._text_of: str | None = None
        """The document whose text is shown."""
        self.where = label("", "heading", wrap=True)
        self.surface = TextSurface()
        self.surface.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        paper = QFrame()
        paper.setProperty("role", "panel")
        inside = QVBoxLayout(paper)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.surface)
        self.versions = VersionsTable(theme)
        self.state = label("", "muted", wrap=True)
        self.notice = label("", "warning", wrap=True)
        self.note = QLineEdit()
        self.note.setPlaceholderText(tr("A note on this decision, or the question to discuss"))
        self.note.setAccessibleName(tr("Note on this decision"))
        self._choices = QHBoxLayout()
        self._choices.setSpacing(6)
        self.choice_buttons: list[QPushButton] = []
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addLayout(self._choices)
        row.addWidget(deciding[0])
        row.addStretch(1)
        for button in deciding[1:]:
            row.addWidget(button)
        others = QHBoxLayout()
        others.setSpacing(6)
        others.addStretch(1)
        for button in more:
            others.addWidget(button)
        below = QWidget()
        stack = QVBoxLayout(below)
        stack.setContentsMargins(0, 6, 0, 0)
        stack.setSpacing(6)
        stack.addWidget(self.versions, 1)
        stack.addLayout(row)
        stack.addWidget(self.note)
        stack.addLayout(others)
        reading = QWidget()
        upper = QVBoxLayout(reading)
        upper.setContentsMargins(0, 0, 0, 0)
        upper.setSpacing(4)
        upper.addWidget(self.where)
        upper.addWidget(paper, 1)
        right = Splitter(Qt.Orientation.Vertical)
        right.addWidget(reading)
        right.addWidget(below)
        right.setSizes([300, 420])
        whole = QVBoxLayout(self)
        whole.setContentsMargins(6, 0, 0, 0)
        whole.setSpacing(6)
        whole.addWidget(right, 1)
        whole.addWidget(self.state)
        whole.addWidget(self.notice)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.surface.set_theme(surface_theme(theme, 16))
        self.versions.set_theme(theme)

    def show_case(
        self,
        case: Case,
        book: CaseBook,
        teller: Teller,
        picks: Mapping[str, Any],
        names: Mapping[str, str],
        suggested: Suggested | None = None,
    ) -> None:
        """Another case. picks: field -> what is chosen for it; names: coder id -> name, where that was looked up."""
        self._begin(case, teller)
        document = book.documents[case.document_id]
        if self._text_of != case.document_id:
            self.surface.set_text(teller.text(case.document_id), document.zones)
            self._text_of = case.document_id
        self.where.setText(f"{document.number}. {document.title or document.source}")
        colour = book.codebook.layer(case.layer).colour
        self.surface.clear_selection()
        self.surface.caption_of = lambda shown: shown.id.removeprefix("v")
        self.surface.set_labels(
            SurfaceLabel(f"v{n}", f"{case.layer} {n}", v.label.fragments, colour, (n - 1) % 4)
            for n, v in enumerate(case.versions, start=1)
            if v.label is not None and v.label.fragments
        )
        self.surface.set_linked(captions(case))
        if case.place:
            self.surface.reveal(*max(case.place, key=lambda f: f[1] - f[0]))  # pieces may lie far apart
        self.versions.show_case(case, teller, dict(picks), dict(names), suggested)

    def show_nothing(self, why: str) -> None:
        """No case fits."""
        self._begin(None, None)
        self.where.setText(why)
        self.versions.show_case(None, None, {}, {})
        self.state.setText("")

    def _begin(self, case: Case | None, teller: Teller | None) -> None:
        self.case, self.teller = case, teller
        self.notice.setText("")
        self.note.clear()
        while (item := self._choices.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.choice_buttons = []
        for n, v in enumerate(case.versions[:9] if case is not None else (), start=1):
            words = tr("Version {n}", n=n) if v.label is not None else tr("{n}: no label", n=n)
            button = QPushButton(f"{words}  ({n})")
            button.setAutoDefault(False)
            button.setToolTip(tr("Settle this case as version {n} has it", n=n))
            button.clicked.connect(self._choose[n - 1].trigger)
            self._choices.addWidget(button)
            self.choice_buttons.append(button)
