"""The field of a link's role: what stands in it, and the ways to fill it or to say why it is empty."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import EmptyReason, LinkLayer, Role
from annotator.domain.commands import AddEntity, Batch, EmptyRef, FillerRef, SetRole
from annotator.qt.coding.linking import empty_command, fill_command
from annotator.qt.coding.session import Session
from annotator.qt.form.picker import Option, Picker, Question
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr


class RoleField(QWidget):
    """One role of one link; `link` is None where the link does not exist yet and will be made."""

    jump = Signal(str)
    """The id of a label that a person wants to see."""

    def __init__(self, session: Session, layer: LinkLayer, role: Role) -> None:
        super().__init__()
        self._session, self._layer, self._role = session, layer, role
        self._owner: Annotation
        self._link: Annotation | None = None
        self._shown: tuple[object, ...] | None = None
        row = QVBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(label(role.label or role.key))
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips)
        row.addWidget(self._chips)
        self.button = QPushButton()
        hint = ", ".join(session.codebook.layer(x).label for x in role.layers)
        self.button.setToolTip(
            tr("Or select the words in the article and press the key of: {layers}", layers=hint) if hint else ""
        )
        self.button.clicked.connect(self.choose)
        self._flow.addWidget(self.button)

    @property
    def about(self) -> tuple[str, str]:
        """Layer and role."""
        return self._layer.key, self._role.key

    def show_link(self, owner: Annotation, link: Annotation | None) -> None:
        """Show what stands in the role of a link of this owner."""
        self._owner, self._link = owner, link
        session, role = self._session, self._role
        fillers = link.roles.get(role.key, ()) if link is not None else ()
        chips: list[tuple[str, str | None, FillerRef | None]] = []
        for f in fillers:
            other = session.labels.get(f.annotation or "")
            text = session.passage(other) if other is not None else session.names().get(f.entity or "", "?")
            chips.append((text, f.annotation, FillerRef(annotation=f.annotation, entity=f.entity)))
        reason = link.empty.get(role.key) if link is not None else None
        if reason is not None:
            words = next((r.label for r in role.empty_because if r.key == reason.because), reason.because)
            name = session.names().get(reason.entity or "")
            chips.append((f"{words}: {name}" if name else words, None, None))
        text = tr("Change…") if reason else tr("Choose…") if not fillers else tr("Add…")
        shown = (text, *chips)  # different fillers can read the same, and each is taken out by itself
        if shown == self._shown:
            return
        self._shown = shown
        while self._flow.count() > 0:
            item = self._flow.takeAt(0)
            widget = item.widget() if item is not None else None
            if widget is not None and widget is not self.button:
                widget.hide()
                widget.deleteLater()
        for words, target, filler in chips:
            self._chip(words, target, filler)
        self.button.setText(text)
        self.button.setAccessibleName(f"{role.label or role.key}: {text}")
        if role.max is None or len(fillers) < role.max:
            self._flow.addWidget(self.button)
            self.button.show()
        else:
            self.button.hide()
        self._chips.updateGeometry()

    def _chip(self, text: str, target: str | None, filler: FillerRef | None) -> None:
        short = text if len(text) <= 42 else text[:41] + "…"
        chip = QPushButton(short)
        chip.setProperty("role", "value")
        chip.setAccessibleName(f"{self._role.label or self._role.key}: {short}")
        chip.setToolTip(text + ("\n" + tr("Click to see it in the article") if target else ""))
        if target is not None:
            chip.clicked.connect(lambda: self.jump.emit(target))
        away = QPushButton("×")
        away.setToolTip(tr("Take it out of this role"))
        away.setAccessibleName(tr("Take out {what}", what=short))
        away.setFixedWidth(34)
        away.clicked.connect(lambda: self._take_out(filler))
        for part in (chip, away):
            self._flow.addWidget(part)
            part.show()

    def _take_out(self, filler: FillerRef | None) -> None:
        if self._link is None:
            return
        held = tuple(
            FillerRef(annotation=f.annotation, entity=f.entity) for f in self._link.roles.get(self._role.key, ())
        )
        self._session.apply(
            SetRole(
                coder_id=self._session.coder.id,
                annotation_id=self._link.id,
                role=self._role.key,
                fillers=tuple(f for f in held if f != filler),
            )
        )

    # choosing

    def choose(self) -> None:
        """Open the list of everything that may stand here."""
        role, session = self._role, self._session
        options: list[Option] = []
        held = {f.annotation for f in (self._link.roles.get(role.key, ()) if self._link else ())}
        for layer_key in role.layers:
            layer = session.codebook.layer(layer_key)
            labels = [a for a in session.labels.values() if a.layer == layer_key and a.id not in held]
            labels.sort(key=lambda a: a.fragments)
            options += [
                Option(session.passage(a), layer.label, FillerRef(annotation=a.id), layer.colour) for a in labels
            ]
        if role.takes_entities:
            options += self._entity_options(role.entity_types, tr("Register"))
        options += [Option(r.label, tr("Nobody, because"), r) for r in role.empty_because]
        named = (lambda name: self._new_entity(name, role.entity_types, None)) if role.takes_entities else None
        Picker(self, Question(options, self._chosen, named, tr("New in the register"))).open_at(self.button)

    def _entity_options(self, types: tuple[str, ...], group: str) -> list[Option]:
        fitting = [e for e in self._session.living() if not types or e.type in types]
        return [Option(e.name, group, FillerRef(entity=e.id), also=e.aliases) for e in fitting]

    def _chosen(self, data: FillerRef | EmptyReason) -> Question | Callable[[], object]:
        if isinstance(data, FillerRef):
            return lambda: self._fill_with(data)
        if data.entity == "none":
            return lambda: self._empty(data, None)
        options = self._entity_options((), data.label)
        if data.entity == "optional":
            options.insert(0, Option(tr("Nobody in particular"), data.label, None))
        return Question(
            options,
            lambda filler: lambda: self._empty(data, filler.entity if filler else None),
            lambda name: self._new_entity(name, (), data),
            tr("New in the register"),
        )

    def _fill_with(self, filler: FillerRef) -> None:
        self._session.apply(fill_command(self._session, self._layer, self._owner, self._link, self._role, filler))

    def _empty(self, reason: EmptyReason, entity: str | None) -> None:
        ref = EmptyRef(because=reason.key, entity=entity)
        self._session.apply(empty_command(self._session, self._layer, self._owner, self._link, self._role, ref))

    def _new_entity(
        self, name: str, types: tuple[str, ...], reason: EmptyReason | None
    ) -> Question | Callable[[], object]:
        allowed = [t for t in self._session.codebook.entity_types if not types or t.key in types]
        if len(allowed) == 1:
            return lambda: self._make(name, allowed[0].key, reason)
        options = [Option(t.label, tr("“{name}” is a", name=name), t.key) for t in allowed]
        return Question(options, lambda kind: lambda: self._make(name, kind, reason))

    def _make(self, name: str, kind: str, reason: EmptyReason | None) -> None:
        session = self._session
        key = session.study.ids()
        add = AddEntity(coder_id=session.coder.id, name=name, type=kind, id=key)
        if reason is None:
            rest = fill_command(session, self._layer, self._owner, self._link, self._role, FillerRef(entity=key))
        else:
            ref = EmptyRef(because=reason.key, entity=key)
            rest = empty_command(session, self._layer, self._owner, self._link, self._role, ref)
        steps = rest.commands if isinstance(rest, Batch) else (rest,)
        session.apply(Batch(coder_id=session.coder.id, name="AddEntity", commands=(add, *steps)))
