"""Where the parts of the desk stand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from annotator.qt.desk.head import Head, Notice
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.parts import Splitter, flat_button
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.desk.desk import Desk


def lay_out(desk: Desk) -> None:
    """Articles at the left, the article in the middle, statements, form and codebook at the right."""
    desk.head = Head()
    desk.coder_button, desk.done_button = desk.head.coder, desk.head.done
    desk.head.coder.clicked.connect(desk.coder_wanted)
    desk.head.done.clicked.connect(desk.toggle_done)
    desk.head.skip.clicked.connect(desk.day.skip)
    desk.head.back.clicked.connect(lambda: desk.go(-1))
    desk.head.on.clicked.connect(lambda: desk.go(1))
    desk.layer_bar = QWidget()
    desk.layers = FlowLayout(desk.layer_bar, 6)
    desk.notice = Notice()

    paper = QFrame()
    paper.setProperty("role", "panel")
    inside = QHBoxLayout(paper)
    inside.setContentsMargins(1, 1, 1, 1)
    inside.setSpacing(0)
    inside.addWidget(desk.surface, 1)
    inside.addWidget(desk.marks)
    middle = QWidget()
    column = QVBoxLayout(middle)
    column.setContentsMargins(6, 10, 6, 10)
    column.setSpacing(8)
    column.addWidget(desk.head)
    column.addWidget(desk.layer_bar)
    for bar in (desk.filter, desk.values_pass, desk.writing, desk.finder):
        column.addWidget(bar)
    column.addWidget(paper, 1)
    desk.notice.lie_over(paper)

    left = desk.left = QWidget()
    box = QVBoxLayout(left)
    box.setContentsMargins(12, 10, 4, 10)
    box.addWidget(desk.documents)
    form = QFrame()
    form.setProperty("role", "panel")
    held = QVBoxLayout(form)
    held.setContentsMargins(1, 1, 1, 1)
    held.addWidget(desk.inspector)
    desk.side = QTabWidget()
    desk.side.setDocumentMode(True)
    desk.side.setAccessibleName(tr("Statements and notes"))
    desk.side.tabBar().setDrawBase(False)
    desk.side.tabBar().lower()  # screen readers get the tabs before what they show
    desk.side.tabBar().setAccessibleName(tr("Statements and notes"))
    desk.side.addTab(desk.statements, tr("Statements"))
    desk.side.addTab(desk.notes, tr("Notes"))
    find = flat_button("⌕", tr("Find, choose and order statements (Ctrl+Alt+F)"))
    letters = find.font()
    letters.setPointSizeF(letters.pointSizeF() * 1.5)  # fonts draw the glass smaller than their letters
    find.setFont(letters)
    find.clicked.connect(desk.find_statement)
    desk.side.setCornerWidget(find)
    desk.right = Splitter(Qt.Orientation.Vertical)
    for block in (desk.side, form, desk.guide):
        desk.right.addWidget(block)
    desk.right.setSizes([370, 400, 120])
    desk.right.setChildrenCollapsible(False)
    holder = desk.beside = QWidget()
    around = QVBoxLayout(holder)
    around.setContentsMargins(4, 10, 12, 10)
    around.addWidget(desk.right)
    desk.splitter = Splitter(Qt.Orientation.Horizontal)
    for part, stretch in ((left, 0), (middle, 1), (holder, 0)):
        desk.splitter.addWidget(part)
        desk.splitter.setStretchFactor(desk.splitter.count() - 1, stretch)
    left.setMinimumWidth(190)
    middle.setMinimumWidth(380)
    holder.setMinimumWidth(300)
    desk.splitter.setSizes([250, 700, 380])
    desk.splitter.setChildrenCollapsible(False)
    whole = QVBoxLayout(desk)
    whole.setContentsMargins(0, 0, 0, 0)
    whole.addWidget(desk.splitter)
