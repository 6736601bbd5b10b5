"""Which labels are shown: by layer, value, coder and whether something is missing."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from PySide6.QtCore import QPoint, QSignalBlocker, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QFrame, QMenu, QPushButton, QWidget

from annotator.domain.annotations import Annotation, Coder
from annotator.domain.codebook.values import same
from annotator.qt.coding.session import Session
from annotator.qt.form.values import values_of
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.icons import icon_button, menu_button
from annotator.qt.toolkit.parts import label, swatch
from annotator.qt.toolkit.words import tr

Completeness = Literal["all", "open", "complete", "doubt"]


@dataclass(frozen=True, slots=True)
class LabelFilter:
    """What is to be seen. value: (layer, attribute, value); coder: another coder's id, whose labels are only read."""

    hidden: frozenset[str] = field(default_factory=frozenset)
    value: tuple[str, str, Any] | None = None
    completeness: Completeness = "all"
    coder: str | None = None

    @property
    def active(self) -> bool:
        """Whether anything may be hidden."""
        return self != LabelFilter()

    def passes(self, a: Annotation, incomplete: bool) -> bool:
        """Whether a label is shown."""
        if a.layer in self.hidden:
            return False
        if self.value is not None:
            layer, attribute, value = self.value
            held = a.values.get(attribute)
            many = held if isinstance(held, (list, tuple)) else [held]
            if a.layer != layer or not any(same(x, value) for x in many):
                return False
        if self.completeness == "doubt":
            return bool(a.uncertain)
        return self.completeness == "all" or (self.completeness == "open") == incomplete


class FilterBar(QFrame):
    """Shown on demand; closing it shows everything again."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setAccessibleName(tr("Which labels are shown"))
        self.filter = LabelFilter()
        self._session: Session | None = None
        self._values: list[tuple[str, str, Any] | None] = [None]
        self._coders: list[str | None] = [None]
        self.layers = menu_button(tr("Layers"))
        self._menu = QMenu(self.layers)
        self.layers.clicked.connect(self._open_menu)
        self._layer_actions: dict[str, QAction] = {}
        self.value = QComboBox()
        self.value.setAccessibleName(tr("Only labels with this value"))
        self.completeness = QComboBox()
        self.completeness.setAccessibleName(tr("Only complete or incomplete labels"))
        for words, kind in (
            (tr("complete or not"), "all"),
            (tr("something is missing"), "open"),
            (tr("complete"), "complete"),
            (tr("with a doubt"), "doubt"),
        ):
            self.completeness.addItem(words, kind)
        self.coder = QComboBox()
        self.coder.setAccessibleName(tr("Whose labels"))
        self.count = label("", "muted")
        self.all_button = QPushButton(tr("Show all"))
        self.all_button.clicked.connect(self.clear)
        away = icon_button("close", tr("Close the filter and show all labels"))
        away.clicked.connect(self.close_bar)
        row = FlowLayout(self, 6)
        row.setContentsMargins(10, 6, 6, 6)
        for part in (self.layers, self.value, self.completeness, self.coder, self.count, self.all_button, away):
            row.addWidget(part)
        for box in (self.value, self.completeness, self.coder):
            box.setMaximumWidth(200)
            box.currentIndexChanged.connect(self._take)
        self.hide()

    def _open_menu(self) -> None:
        # popup, not the button's own menu: that one runs an event loop of its own until it is closed
        self._menu.popup(self.layers.mapToGlobal(QPoint(0, self.layers.height())))

    def set_session(self, session: Session | None) -> None:
        """What it is about."""
        self._session = session
        self._fill()
        self.hide()
        if session is not None:
            session.opened.connect(self._own_again)

    def _fill(self) -> None:
        session = self._session
        self.filter = LabelFilter()
        self.layers.setText(tr("Layers"))
        self._menu.clear()
        self._layer_actions = {}
        self._values, self._coders = [None], [None]
        with QSignalBlocker(self.value), QSignalBlocker(self.coder), QSignalBlocker(self.completeness):
            self.value.clear()
            self.coder.clear()
            self.completeness.setCurrentIndex(0)
            self.value.addItem(tr("any value"))
            self.coder.addItem(tr("my labels"))
            if session is None:
                return
            for layer in session.codebook.span_layers:
                action = QAction(swatch(session.colour_of(layer.key)), layer.label, self._menu)
                action.setCheckable(True)
                action.setChecked(True)
                action.toggled.connect(self._take)
                self._menu.addAction(action)
                self._layer_actions[layer.key] = action
                for attribute in layer.attributes:
                    for value, words in values_of(attribute):
                        self._values.append((layer.key, attribute.key, value))
                        self.value.addItem(f"{layer.label}, {attribute.label}: {words}")
            for c in self._others(session):
                self._coders.append(c.id)
                self.coder.addItem(tr("labels of {name}", name=c.name))
            self.coder.setVisible(len(self._coders) > 1)

    def _own_again(self) -> None:
        """Another article or coder: what may be chosen can differ, what is hidden stays."""
        session = self._session
        if session is not None and [c.id for c in self._others(session)] != self._coders[1:]:
            self._fill()

    @staticmethod
    def _others(session: Session) -> list[Coder]:
        """A coder works blind: only who supervises may look at the labels of others."""
        others = session.study.coders() if session.coder.role != "coder" else []
        return [c for c in others if c.id != session.coder.id]

    def toggle(self) -> None:
        """Open it, or close it and show everything."""
        if self._session is None or self._session.document is None:
            return
        if self.isVisible():
            self.close_bar()
        else:
            self.show()
            self.layers.setFocus()

    def close_bar(self) -> None:
        """Close it and show everything."""
        self.clear()
        self.hide()

    def clear(self) -> None:
        """Hide nothing."""
        for box in (self.value, self.completeness, self.coder):
            with QSignalBlocker(box):
                box.setCurrentIndex(0)
        for action in self._layer_actions.values():
            with QSignalBlocker(action):
                action.setChecked(True)
        self._take()

    def show_coder(self, coder_id: str | None) -> None:
        """Another coder's labels, where they may be looked at; one's own for None."""
        place = self._coders.index(coder_id) if coder_id in self._coders else 0
        if place != max(0, self.coder.currentIndex()):
            self.coder.setCurrentIndex(place)
            self.setVisible(place > 0 or self.filter.active)

    def _take(self) -> None:
        hidden = frozenset(key for key, action in self._layer_actions.items() if not action.isChecked())
        new = LabelFilter(
            hidden,
            self._values[max(0, self.value.currentIndex())],
            self.completeness.currentData() or "all",
            self._coders[max(0, self.coder.currentIndex())],
        )
        self.layers.setText(tr("Layers: {n} hidden", n=len(hidden)) if hidden else tr("Layers"))
        if new != self.filter:
            self.filter = new
            self.changed.emit()

    def tell(self, shown: int, of: int) -> None:
        """How many labels are shown of how many."""
        self.count.setText(tr("{n} of {m} labels shown", n=shown, m=of))
