"""The form of the label in hand, made from the codebook: its values, doubts and memo, and the links it owns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Annotation
from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.checking import breaches
from annotator.domain.codebook.model import Layer, LinkLayer
from annotator.domain.commands import RemoveAnnotation
from annotator.qt.desk.field import Field
from annotator.qt.desk.form import Form, has_focus_within
from annotator.qt.desk.roles import RoleField
from annotator.qt.desk.session import Session
from annotator.qt.widgets.parts import flat_button, label, line
from annotator.qt.words import tr


class Inspector(QScrollArea):
    """Rebuilt when another label is taken in hand or its links change; refreshed in place when values change."""

    jump = Signal(str)
    finished = Signal()
    """The last value that had to be given was given by key: back to the text."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Values of the label in hand"))
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # its fields take it
        self._session: Session | None = None
        self._forms: dict[str, Form] = {}
        self._shape: tuple[Any, ...] = ()
        self._waiting = False
        self.rebuild()

    def set_session(self, session: Session | None) -> None:
        """What it is about."""
        self._session = session
        self._shape = ()
        if session is not None:
            session.opened.connect(self._rebuild_soon)
            session.current_changed.connect(self._rebuild_soon)
            session.changed.connect(self._changed)
        self.rebuild()

    def _changed(self, changes: ChangeSet) -> None:
        if self._outline() != self._shape:
            self._rebuild_soon()
            return
        for form in self._forms.values():
            form.refresh(register=bool(changes.entities))

    def _rebuild_soon(self) -> None:
        """After the text is repainted, and not within the click of a field that goes away."""
        if not self._waiting:
            self._waiting = True
            QTimer.singleShot(0, self, self._settle)

    def _settle(self) -> None:
        if self._waiting:
            self.rebuild()

    def _shown(self) -> list[tuple[Annotation | None, Layer]]:
        """The label in hand, or the article's own."""
        session = self._session
        if session is None or session.document is None:
            return []
        a = session.label()
        if a is not None:
            return [(a, session.codebook.layer(a.layer))]
        result: list[tuple[Annotation | None, Layer]] = []
        for layer in session.codebook.document_layers:
            made = session.article_labels(layer.key)
            result.append((made[0] if made else None, layer))
        return result

    def _outline(self) -> tuple[Any, ...]:
        """What the form's shape depends on: which label, and which links with which fillers."""
        session = self._session
        if session is None:
            return ()
        parts: list[Any] = [session.current]
        for a, layer in self._shown():
            parts.append((a.id if a else None, layer.key, a.fragments if a else ()))
            if a is None:
                continue
            links = [a] if a.roles else session.links_of(a.id)
            for link in links:
                parts.append((link.id, repr(sorted(link.roles.items())), repr(sorted(link.empty.items()))))
                for fillers in link.roles.values():
                    parts += [session.labels[f.annotation].fragments for f in fillers if f.annotation in session.labels]
        return tuple(parts)

    def flush(self) -> None:
        """Save what was typed and not yet told."""
        for form in list(self._forms.values()):
            form.flush()

    def rebuild(self) -> None:
        """Make the form anew."""
        self._waiting = False
        place = self.verticalScrollBar().value()
        shape = self._outline()
        same_label = bool(shape) and bool(self._shape) and shape[0] == self._shape[0]
        self._shape = shape
        self._forms = {}
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(14, 12, 14, 16)
        rows.setSpacing(8)
        shown = self._shown()
        for a, layer in shown:
            self._section(rows, a, layer)
        if not shown:
            rows.addWidget(label(tr("Open an article to begin."), "muted", wrap=True))
        rows.addStretch(1)
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        self.setWidget(page)
        if same_label:
            self.verticalScrollBar().setValue(place)

    def _section(self, rows: QVBoxLayout, a: Annotation | None, layer: Layer) -> None:
        session = self._session
        assert session is not None
        head = QHBoxLayout()
        mark = QLabel("■")
        mark.setStyleSheet(f"color: {session.colour_of(layer.key)}; font-size: 15px;")
        title = label(layer.label, "heading")
        title.setToolTip(layer.definition)
        head.addWidget(mark)
        head.addWidget(title)
        head.addStretch(1)
        if a is not None and session.current is not None:
            remove = flat_button(tr("Remove"), tr("Remove this label and the links that need it (Del)"))
            remove.clicked.connect(lambda: self._remove(a.id))
            head.addWidget(remove)
        rows.addLayout(head)
        if a is not None and a.fragments:
            words = session.passage(a)
            rows.addWidget(label(f"“{words if len(words) < 240 else words[:239] + '…'}”", "", wrap=True))
            for breach in breaches(session.codebook, session.text, a.fragments):
                rows.addWidget(label(f"⚠ {breach.message}", "warning", wrap=True))
        elif layer.definition:
            rows.addWidget(label(layer.definition, "muted", wrap=True))
        self._owner_line(rows, a, layer)
        rows.addWidget(self._form(a, layer))
        if a is not None and not isinstance(layer, LinkLayer):
            self._links(rows, a)
        elif a is not None and isinstance(layer, LinkLayer):
            self._roles(rows, a, layer)

    def _owner_line(self, rows: QVBoxLayout, a: Annotation | None, layer: Layer) -> None:
        session = self._session
        if a is None or session is None or isinstance(layer, LinkLayer):
            return
        owner = session.owner_of(a.id)
        if owner is not None and owner.id != a.id:
            words = session.passage(owner)
            button = flat_button(
                tr("Part of: “{words}”", words=words if len(words) < 34 else words[:33] + "…"),
                tr("Take the whole in hand"),
            )
            button.clicked.connect(lambda: self.jump.emit(owner.id))
            rows.addWidget(button)

    def _form(self, a: Annotation | None, layer: Layer) -> Form:
        assert self._session is not None
        form = Form(self._session, a.id if a else None, layer)
        form.answered.connect(self._on_to_next)
        self._forms[a.id if a else layer.key] = form
        return form

    def _links(self, rows: QVBoxLayout, owner: Annotation) -> None:
        session = self._session
        assert session is not None
        for layer in session.codebook.link_layers:
            if layer.per is None or owner.layer not in layer.role(layer.per.role).layers:
                continue
            links: list[Annotation | None] = [*session.links_of(owner.id, layer)]
            room = layer.per.max is None or len(links) < layer.per.max
            for number, link in enumerate(links or [None]):
                rows.addWidget(line())
                self._link(rows, owner, layer, link, number if len(links) > 1 else None)
            if links and room:
                self._more(rows, owner, layer)

    def _link(
        self, rows: QVBoxLayout, owner: Annotation, layer: LinkLayer, link: Annotation | None, number: int | None
    ) -> None:
        session = self._session
        assert session is not None
        assert layer.per is not None
        head = QHBoxLayout()
        mark = QLabel("●")
        mark.setStyleSheet(f"color: {session.colour_of(layer.key)};")
        name = layer.label[:1].upper() + layer.label[1:]
        head.addWidget(mark)
        head.addWidget(label(name if number is None else f"{name} {number + 1}", "heading"))
        head.addStretch(1)
        if link is not None:
            remove = flat_button("×", tr("Remove this link"))
            remove.clicked.connect(lambda: self._remove(link.id))
            head.addWidget(remove)
        rows.addLayout(head)
        for role in layer.roles:
            if role.key == layer.per.role:
                continue
            field = RoleField(session, layer, owner, link, role)
            field.jump.connect(self.jump)
            rows.addWidget(field)
            for f in link.roles.get(role.key, ()) if link is not None else ():
                other = session.labels.get(f.annotation or "")
                if other is not None and session.codebook.layer(other.layer).attributes:
                    inner = self._form(other, session.codebook.layer(other.layer))
                    inner.setContentsMargins(14, 0, 0, 0)
                    rows.addWidget(inner)
        if link is not None:
            rows.addWidget(self._form(link, layer))

    def _more(self, rows: QVBoxLayout, owner: Annotation, layer: LinkLayer) -> None:
        session = self._session
        assert session is not None
        assert layer.per is not None
        role = next((r for r in layer.roles if layer.per and r.key != layer.per.role), None)
        if role is None:
            return
        spare = RoleField(session, layer, owner, None, role)
        spare.hide()
        button = QPushButton(tr("Add another “{what}”", what=layer.label))

        def open_spare() -> None:
            spare.show()
            button.hide()
            spare.button.setFocus()

        button.clicked.connect(open_spare)
        rows.addWidget(button)
        rows.addWidget(spare)

    def _roles(self, rows: QVBoxLayout, link: Annotation, layer: LinkLayer) -> None:
        session = self._session
        assert session is not None
        owner = session.owner_of(link.id) or link
        for role in layer.roles:
            field = RoleField(session, layer, owner, link, role)
            field.jump.connect(self.jump)
            rows.addWidget(field)

    def _remove(self, key: str) -> None:
        assert self._session is not None
        self._session.apply(RemoveAnnotation(coder_id=self._session.coder.id, annotation_id=key))

    def value_keys(self) -> Mapping[str, tuple[Field, Any]]:
        """Hotkey -> (field, value) for the open fields, the first that declares a key has it."""
        self._settle()
        found: dict[str, tuple[Field, Any]] = {}
        for form in self._forms.values():
            for field in form.open_fields():
                for key, value in field.keys().items():
                    found.setdefault(key.lower(), (field, value))
        return found

    def open_fields(self) -> list[Field]:
        """All fields that are asked for now, in their order on the form."""
        self._settle()
        return [field for form in self._forms.values() for field in form.open_fields()]

    def first_open(self) -> Field | None:
        """The first field that still asks for a value, else the first of all."""
        return self.next_lacking() or next(iter(self.open_fields()), None)

    def next_lacking(self) -> Field | None:
        """The first field that must have a value and has none."""
        return next((f for f in self.open_fields() if f.value is None and f.attribute.required), None)

    def field_in_hand(self) -> Field | None:
        """The field that has the focus."""
        return next((f for f in self.open_fields() if has_focus_within(f)), None)

    def go_to(self, field: Field) -> None:
        """Put the focus into a field, in view."""
        first = field.focusProxy() or next(
            (w for w in field.findChildren(QPushButton) if w.focusPolicy() != Qt.FocusPolicy.NoFocus), field
        )
        first.setFocus(Qt.FocusReason.TabFocusReason)
        QTimer.singleShot(0, field, lambda: self.ensureWidgetVisible(field))

    def choose_number(self, number: int) -> bool:
        """Take the value of this place (1 is the first) in the field in hand, and go on; whether there was one."""
        field = self.field_in_hand()
        values = field.numbered() if field is not None else []
        if field is None or not 0 < number <= len(values):
            return False
        field.choose_one(values[number - 1])
        field.answered.emit()
        return True

    def _on_to_next(self) -> None:
        # later: the form may be made anew by what was just answered
        QTimer.singleShot(0, self, self._go_on)

    def _go_on(self) -> None:
        field = self.next_lacking()
        if field is None:
            self.finished.emit()
        else:
            self.go_to(field)
