"""The layers above the text: an action and a button for each, made from the codebook."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QWidget

from annotator.domain.codebook.model import LinkLayer, SpanLayer
from annotator.qt.coding.session import Session
from annotator.qt.toolkit.action_table import ActionTable
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.keys.keymap import shown_keys
from annotator.qt.toolkit.parts import swatch
from annotator.qt.toolkit.words import tr


class LayerBar(QWidget):
    """owner: the part in which the keys of layers hold. label: labels the selection as a layer.

    open_link: goes to a link of the label in hand.
    """

    def __init__(
        self,
        table: ActionTable,
        owner: QWidget,
        label: Callable[[str], None],
        open_link: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._table, self._owner, self._label, self._open_link = table, owner, label, open_link
        self._flow = FlowLayout(self, 6)
        self.layer_actions: dict[str, QAction] = {}

    def set_session(self, session: Session | None) -> None:
        """The layers of the study that is open."""
        for action in self.layer_actions.values():
            self._owner.removeAction(action)
            self._table.forget(action)
            action.deleteLater()
        self.layer_actions = {}
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.deleteLater()
        if session is None:
            return
        for layer in session.codebook.span_layers:
            self._add(layer, session.colour_of(layer.key))
        links = [x for x in session.codebook.layers if isinstance(x, LinkLayer)]
        for number, link in enumerate(links, start=1):
            self._add_link(link, session.colour_of(link.key), number, session.stands_alone(link.key))

    def _add_link(self, layer: LinkLayer, colour: str, number: int, alone: bool) -> None:
        """Its key goes to its open role in the form, which shows it; one that belongs to no label has a button here."""
        do_what = (
            tr("Name who or what fills the roles; no words need to be selected")
            if alone
            else tr("Name who or what fills this role of the current label")
        )
        tip = "\n".join(p for p in (layer.definition, do_what) if p)
        keys = layer.hotkey or (f"Ctrl+Alt+{number}" if number <= 9 else "")
        do = partial(self._open_link, layer.key)
        action = self._table.make(self._owner, f"layer-{layer.key}", layer.label, do, keys=keys, tip=tip)
        action.setIcon(swatch(colour))
        action.setData(layer.key)
        self._owner.addAction(action)
        self.layer_actions[layer.key] = action
        if alone:
            self._add_button(action, layer)

    def _add(self, layer: SpanLayer, colour: str) -> None:
        tip = "\n".join(p for p in (layer.definition, tr("Select a passage first")) if p)
        do = partial(self._label, layer.key)
        action = self._table.make(self._owner, f"layer-{layer.key}", layer.label, do, keys=layer.hotkey or "", tip=tip)
        action.setIcon(swatch(colour))
        action.setData(layer.key)
        self._owner.addAction(action)
        self.layer_actions[layer.key] = action
        self._add_button(action, layer)

    def _add_button(self, action: QAction, layer: SpanLayer | LinkLayer) -> None:
        button = QToolButton()
        button.setIcon(action.icon())

        def show_key() -> None:
            button.setText("   ".join(x for x in (layer.label, shown_keys(action)) if x))
            button.setToolTip(action.toolTip())

        show_key()
        action.changed.connect(show_key)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("role", "layer")
        button.setProperty("layer", layer.key)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(action.trigger)
        self._flow.addWidget(button)

    def recolour(self, session: Session) -> None:
        """Layers have other colours now."""
        buttons = {b.property("layer"): b for b in self.findChildren(QToolButton)}
        for key, action in self.layer_actions.items():
            action.setIcon(swatch(session.colour_of(key)))
            if key in buttons:
                buttons[key].setIcon(action.icon())
