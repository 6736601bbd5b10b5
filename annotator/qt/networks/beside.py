"""What stands beside the drawn network: tables of nodes, ties and windows of time, and the statements in hand."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTabWidget, QVBoxLayout, QWidget

from annotator.qt.networks.course import Course
from annotator.qt.networks.tables import moment_heads, node_heads, said_heads, tie_heads
from annotator.qt.toolkit.parts import ElidedLabel, Splitter
from annotator.qt.toolkit.sorted_table import Table
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr

NODES, TIES, TIME = 0, 1, 2
"""Places of the tabs."""


class Beside(Splitter):
    """Tables above, the statements behind what is in hand below."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self.nodes = Table(tr("Nodes"), node_heads(), 1)
        self.ties = Table(tr("Ties"), tie_heads(), 2)
        self.moments = Table(tr("Over time"), moment_heads(), -1)
        self.course = Course(theme)
        self.tabs = QTabWidget()
        self.tabs.addTab(self.nodes, tr("Nodes"))
        self.tabs.addTab(self.ties, tr("Ties"))
        self.tabs.addTab(_stacked(self.course, self.moments), tr("Over time"))
        self.behind = ElidedLabel("section")
        self.statements = Table(tr("Statements"), said_heads(), -1)
        self.addWidget(self.tabs)
        self.addWidget(_stacked(self.behind, self.statements))
        self.setSizes([380, 300])


def _stacked(upper: QWidget, lower: QWidget) -> QWidget:
    made = QWidget()
    rows = QVBoxLayout(made)
    rows.setContentsMargins(0, 4, 0, 0)
    rows.setSpacing(4)
    rows.addWidget(upper)
    rows.addWidget(lower, 1)
    return made
