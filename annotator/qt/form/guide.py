"""The codebook beside the form: definition, what belongs, what does not, and examples of the code in hand."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QTextBrowser, QVBoxLayout, QWidget

from annotator.domain.codebook.model import Attribute, Example, Layer, tree_nodes
from annotator.qt.coding.session import Session
from annotator.qt.form.field import Field
from annotator.qt.form.form import Form
from annotator.qt.form.picker import picker_in_hand
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr

_MARKED = re.compile(r"\[([^\]]+)\]")


class Guide(QWidget):
    """Follows the field that has the focus, else the layer of the label in hand."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session: Session | None = None
        self._told = ""
        self.heading = label(tr("Codebook"), "section")
        self.page = QTextBrowser()
        self.page.setAccessibleName(tr("What the codebook says about the current code"))
        self.page.setOpenLinks(False)
        self.page.document().setDocumentMargin(12)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self.refresh)
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 6, 0, 0)
        box.setSpacing(6)
        box.addWidget(self.heading)
        box.addWidget(self.page)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._soon)

    def set_session(self, session: Session | None) -> None:
        """What it is about."""
        self._session = session
        if session is not None:
            session.current_changed.connect(self._soon)
            session.opened.connect(self._soon)
        self._soon()

    def _soon(self, *_: object) -> None:
        if self.isVisible():
            self._timer.start()  # after the text is repainted

    def showEvent(self, event: object) -> None:
        """What was not followed while it was hidden."""
        super().showEvent(event)  # type: ignore[arg-type]
        self._timer.start()

    def in_hand(self) -> tuple[Layer, Attribute | None] | None:
        """The layer and the attribute that are told about."""
        session = self._session
        if session is None or session.document is None:
            return None
        widget: QWidget | None = QApplication.focusWidget()
        field: Field | None = None
        open_list = picker_in_hand()
        if open_list is not None:
            widget = open_list.asker
        while widget is not None:
            if isinstance(widget, Field):
                field = widget
            if isinstance(widget, Form) and field is not None:
                return widget.layer, field.attribute
            widget = widget.parentWidget()
        a = session.label()
        if a is not None:
            return session.codebook.layer(a.layer), None
        return next(((layer, None) for layer in session.codebook.document_layers), None)

    def refresh(self) -> None:
        """Show what is in hand now."""
        found = self.in_hand()
        if found is None:
            head, told = tr("Codebook"), ""
        else:
            layer, attribute = found
            head = layer.label if attribute is None else f"{layer.label}: {attribute.label}"
            told = page(layer, attribute)
        if (head + told) == self._told:
            return
        self._told = head + told
        self.heading.setText(tr("Codebook: {code}", code=head) if found is not None else head)
        self.page.setHtml(told)


def page(layer: Layer, attribute: Attribute | None) -> str:
    """What the codebook says about a layer, or about one attribute and its values, as HTML."""
    code = attribute if attribute is not None else layer
    parts = [*_about(code.definition, code.include, code.exclude, code.examples)]
    if attribute is not None:
        parts += _values(attribute)
    elif layer.attributes:
        names = ", ".join(html.escape(a.label) + (" *" if a.required else "") for a in layer.attributes)
        parts.append(f"<p>{html.escape(tr('Asked for:'))} {names}</p>")
    return "".join(parts) or f"<p><i>{html.escape(tr('The codebook says nothing more about this.'))}</i></p>"


def _about(
    definition: str, include: Sequence[str], exclude: Sequence[str], examples: Iterable[Example]
) -> Iterable[str]:
    if definition:
        yield f"<p>{html.escape(definition)}</p>"
    for text in include:
        yield f"<p><b>+ {html.escape(tr('Belongs:'))}</b> {html.escape(text)}</p>"
    for text in exclude:
        yield f"<p><b>− {html.escape(tr('Does not:'))}</b> {html.escape(text)}</p>"
    for e in examples:
        sign = f"✗ {tr('Not:')}" if e.counter else f"✓ {tr('Example:')}"
        note = f" <i>({html.escape(e.note)})</i>" if e.note else ""
        marked = _MARKED.sub(r"<u>[\1]</u>", html.escape(e.text))
        yield f"<p><b>{html.escape(sign)}</b> {marked}{note}</p>"


def _values(attribute: Attribute) -> list[str]:
    found: list[str] = []
    values = list(getattr(attribute, "values", ()))
    if attribute.type == "tree":
        values = [node for node, _ in tree_nodes(attribute.values)]
    for v in (*values, *getattr(attribute, "points", ()), *attribute.off_scale):
        inner = "".join(_about("", getattr(v, "include", ()), getattr(v, "exclude", ()), getattr(v, "examples", ())))
        told = f": {html.escape(v.definition)}" if v.definition and v.definition != v.label else ""
        if told or inner:
            found.append(f"<p><b>{html.escape(v.label)}</b>{told}</p>{inner}")
    if attribute.off_scale:
        told = tr("No value chosen means: not yet decided. That is none of the answers above.")
        found.append(f"<p><i>{html.escape(told)}</i></p>")
    return found
