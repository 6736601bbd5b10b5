"""The suggestions of the article beside the text: what they say, a legend, and what can be done with them."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QMenu, QPushButton, QToolButton, QVBoxLayout, QWidget

from annotator.qt.reading.suggested import pen_of
from annotator.qt.suggestions.rows import ROW, Row, SuggestionDelegate, SuggestionModel
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.row_list import RowList
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr


class Sample(QWidget):
    """How a suggestion is drawn, for the legend."""

    def sizeHint(self) -> QSize:
        return QSize(34, 18)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(pen_of(QColor(self.palette().color(self.foregroundRole())), False))
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(2, 3, -2, -3), 4, 4)
        painter.end()


class SuggestionsPanel(QWidget):
    """Shows rows, and says what the person wants."""

    taken = Signal(str)
    """A suggestion was taken in hand."""
    shown = Signal(bool)
    """Whether suggestions are to be seen in the text."""
    all_wanted = Signal(str)
    """All that is open of this source is to be accepted."""

    def __init__(self, answers: Sequence[QAction], parent: QWidget | None = None) -> None:
        """answers: accept, change, reject, as they stand in the menus."""
        super().__init__(parent)
        self.setAccessibleName(tr("Suggestions for this article"))
        self.model = SuggestionModel(self)
        self.delegate = SuggestionDelegate(self)
        self.view = RowList(self._height)
        self.view.setAccessibleName(tr("Suggestions for this article"))
        self.view.setMouseTracking(True)
        self.view.setModel(self.model)
        self.view.setItemDelegate(self.delegate)
        self.view.instead = tr("Every suggestion for this article is answered.")
        self.view.clicked.connect(self._take)
        self.view.activated.connect(self._take)
        sample = Sample()
        sample.setFixedSize(sample.sizeHint())
        legend = QHBoxLayout()
        legend.setContentsMargins(8, 4, 8, 0)
        legend.setSpacing(6)
        legend.addWidget(sample)
        legend.addWidget(label(tr("Suggested: no label yet"), "muted", wrap=True), 1)
        self.in_text = QCheckBox(tr("In the text"))
        self.in_text.setToolTip(tr("Show the suggestions in the text"))
        self.in_text.setChecked(True)
        self.in_text.toggled.connect(self.shown)
        legend.addWidget(self.in_text)
        self.buttons: list[QPushButton] = []
        foot = QHBoxLayout()
        foot.setContentsMargins(8, 0, 8, 6)
        foot.setSpacing(6)
        for action, words in zip(answers, (tr("Accept"), tr("Change it"), tr("Reject")), strict=True):
            button = QPushButton(words)
            button.setAutoDefault(False)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setToolTip(action.toolTip())
            button.clicked.connect(action.trigger)
            self.buttons.append(button)
            foot.addWidget(button)
        foot.addStretch(1)
        self.all = QToolButton()
        self.all.setText(tr("All of…"))
        self.all.setToolTip(tr("Accept all open suggestions of a source in this article"))
        self.all.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.all.setMenu(QMenu(self.all))
        foot.addWidget(self.all)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        layout.addLayout(legend)
        layout.addWidget(self.view, 1)
        layout.addLayout(foot)

    def own_keys(self) -> tuple[str, dict[str, str]]:
        """The keys of the list in words."""
        return tr("the suggestions"), {
            "Up / Down": tr("The suggestion before, or the next one"),
            "Return": tr("Choose the suggestion and show it"),
        }

    def set_theme(self, theme: Theme) -> None:
        """Colours, and the size of letters."""
        self.delegate.theme = theme
        self.view.forget()

    def show_rows(self, rows: list[Row], sources: Sequence[tuple[str, int]], at: str | None) -> None:
        """sources: name, and how many of it are open. at: the one in hand."""
        self.model.show(rows)
        menu = self.all.menu()
        menu.clear()
        for name, n in sources:
            act = menu.addAction(tr("{source} ({n})", source=name, n=n))
            act.triggered.connect(lambda _=False, wanted=name: self.all_wanted.emit(wanted))
        self.all.setEnabled(bool(sources))
        self.set_current(at)

    def set_current(self, key: str | None) -> None:
        """Mark the one in hand."""
        place = self.model.place(key) if key is not None else None
        for button in self.buttons:
            button.setEnabled(place is not None)
        if place is None:
            self.view.clearSelection()
            self.view.setCurrentIndex(QModelIndex())
        else:
            self.view.setCurrentIndex(self.model.index(place))
            self.view.scrollTo(self.model.index(place))

    def _height(self, number: int, width: int, letter: float, line: float) -> int:
        return self.delegate.height_of(self.model.rows[number], width, letter, line)

    def _take(self, index: QModelIndex) -> None:
        row: Row = index.data(ROW)
        self.taken.emit(row.id)
