"""Where the parts of the desk stand, and which of them are shown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from annotator.qt.desk.document_list import DocumentList
from annotator.qt.desk.head import Head, Nothing, Notice
from annotator.qt.desk.marks import MarginMarks
from annotator.qt.desk.notes_panel import NotesPanel
from annotator.qt.desk.statements_list import StatementList
from annotator.qt.form.guide import Guide
from annotator.qt.form.inspector import Inspector
from annotator.qt.reading import TextSurface
from annotator.qt.toolkit.icons import icon_button
from annotator.qt.toolkit.parts import Splitter
from annotator.qt.toolkit.side_tabs import SideTabs
from annotator.qt.toolkit.words import tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What is laid out. bars: what comes and goes between the head and the text, from above."""

    head: Head
    bars: Sequence[QWidget]
    notice: Notice
    nothing: Nothing
    surface: TextSurface
    marks: MarginMarks
    documents: DocumentList
    statements: StatementList
    notes: NotesPanel
    inspector: Inspector
    guide: Guide


class Frame(QObject):
    """Articles at the left, the article in the middle, statements, form and codebook at the right."""

    part_shown = Signal(str, bool)
    """A part that can be hidden was shown or hidden by hand."""

    def __init__(self, desk: QWidget, parts: Parts) -> None:
        super().__init__(desk)
        self._parts = parts
        self.side = SideTabs()
        self.right = Splitter(Qt.Orientation.Vertical)
        self.left = self._left()
        self.beside = self._right()
        self.splitter = Splitter(Qt.Orientation.Horizontal)
        middle = self._middle()
        for part, stretch in ((self.left, 0), (middle, 1), (self.beside, 0)):
            self.splitter.addWidget(part)
            self.splitter.setStretchFactor(self.splitter.count() - 1, stretch)
        self.left.setMinimumWidth(190)
        middle.setMinimumWidth(380)
        self.beside.setMinimumWidth(300)
        self.splitter.setSizes([220, 680, 430])
        self.splitter.setChildrenCollapsible(False)
        whole = QVBoxLayout(desk)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.splitter)

    def _middle(self) -> QWidget:
        parts = self._parts
        paper = QFrame()
        paper.setProperty("role", "panel")
        inside = QHBoxLayout(paper)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.setSpacing(0)
        inside.addWidget(parts.surface, 1)
        inside.addWidget(parts.marks)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(6, 10, 6, 10)
        column.setSpacing(8)
        column.addWidget(parts.head)
        for bar in parts.bars:
            column.addWidget(bar)
        column.addWidget(paper, 1)
        parts.nothing.lie_over(paper)
        parts.notice.lie_over(paper)
        return middle

    def _left(self) -> QWidget:
        left = QWidget()
        box = QVBoxLayout(left)
        box.setContentsMargins(12, 10, 4, 10)
        box.addWidget(self._parts.documents)
        return left

    def _right(self) -> QWidget:
        parts, side = self._parts, self.side
        form = QFrame()
        form.setProperty("role", "panel")
        held = QVBoxLayout(form)
        held.setContentsMargins(1, 1, 1, 1)
        held.addWidget(parts.inspector)
        side.setDocumentMode(True)
        side.setAccessibleName(tr("Statements and notes"))
        side.tabBar().setDrawBase(False)
        side.tabBar().lower()  # screen readers get the tabs before what they show
        side.tabBar().setAccessibleName(tr("Statements and notes"))
        side.addTab(parts.statements, tr("Statements"))
        side.addTab(parts.notes, tr("Notes"))
        find = icon_button("find", tr("Find, choose and order statements (Ctrl+Alt+F)"))
        find.clicked.connect(self.find_statement)
        side.setCornerWidget(find)
        for block in (side, form, parts.guide):
            self.right.addWidget(block)
        self.right.setSizes([260, 540, 110])  # the form is where the work is
        self.right.setChildrenCollapsible(False)
        holder = QWidget()
        around = QVBoxLayout(holder)
        around.setContentsMargins(4, 10, 12, 10)
        around.addWidget(self.right)
        return holder

    # statements and notes

    def show_side(self, which: Literal["statements", "notes"]) -> None:
        """Bring one of the two lists at the right to the front."""
        self.side.setCurrentWidget(self._parts.notes if which == "notes" else self._parts.statements)

    def show_notes(self) -> None:
        """Bring the notes to the front."""
        self.show_side("notes")

    def to_notes(self) -> None:
        """Go to the notes on this article."""
        self.show_notes()
        first = next(iter(self._parts.notes.cards.values()), None)
        (first or self._parts.notes).setFocus()

    def to_statements(self) -> None:
        """Go to the list of statements."""
        self.show_side("statements")
        self._parts.statements.view.setFocus()

    def find_statement(self) -> None:
        """Type what a statement is to be found by."""
        self.show_side("statements")
        self._parts.statements.tools.open_finding()

    # showing and hiding

    def toggle_guide(self) -> None:
        """Show or hide the codebook beside the form."""
        self._toggle("guide", self._parts.guide)

    def toggle_articles(self) -> None:
        """Show or hide the list of articles: room for the text in a small window."""
        self._toggle("articles", self.left)

    def toggle_right(self) -> None:
        """Show or hide statements, form and codebook."""
        self._toggle("right", self.beside)

    def toggle_marks(self) -> None:
        """Show or hide the overview beside the text."""
        self._toggle("marks", self._parts.marks)

    def guide_shown(self) -> bool:
        """Whether the codebook stands beside the form."""
        return not self._parts.guide.isHidden()

    def articles_shown(self) -> bool:
        """Whether the list of articles is shown."""
        return not self.left.isHidden()

    def right_shown(self) -> bool:
        """Whether statements, form and codebook are shown."""
        return not self.beside.isHidden()

    def marks_shown(self) -> bool:
        """Whether the overview is shown."""
        return not self._parts.marks.isHidden()

    def _toggle(self, name: str, part: QWidget) -> None:
        focus = self.splitter.window().focusWidget()
        if not part.isHidden() and focus is not None and part.isAncestorOf(focus):
            self._parts.surface.setFocus()
        part.setVisible(part.isHidden())
        self.part_shown.emit(name, not part.isHidden())
