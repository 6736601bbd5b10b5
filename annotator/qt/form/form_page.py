"""A page of the form: laid out once for labels of one shape, then shown for any label of that shape."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.checking import breaches
from annotator.domain.codebook.model import Layer, LinkLayer
from annotator.domain.codebook.owners import links_owned, other_roles
from annotator.domain.commands import RemoveAnnotation
from annotator.qt.coding.as_before import as_before, in_words
from annotator.qt.coding.session import Session
from annotator.qt.coding.wording import words_of
from annotator.qt.form.field import Field
from annotator.qt.form.form import Form
from annotator.qt.form.roles import RoleField
from annotator.qt.toolkit.icons import icon_button
from annotator.qt.toolkit.parts import flat_button, label, line, restyle
from annotator.qt.toolkit.words import spoken, tr

_AS_BEFORE = "Ctrl+Shift+V"
Place = tuple[str, ...]
"""What a field is about: the layer, the label and the attribute; or the role of a link."""

Subject = tuple[Annotation | None, Layer]
"""What is shown: a label, or an article's own label that is made with its first value."""


@dataclass(frozen=True, slots=True)
class LinkShape:
    """One link in the form of its owner. inner: role -> layers of the labels in it whose values are asked for too.

    links, room: as of `Shape`, of the links that belong to it.
    """

    layer: str
    made: bool
    inner: tuple[tuple[str, tuple[str, ...]], ...] = ()
    links: tuple[LinkShape, ...] = ()
    room: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shape:
    """What widgets a label's form is made of. links: in their order. room: link layers that may have one more."""

    layer: str
    links: tuple[LinkShape, ...] = ()
    room: tuple[str, ...] = ()


def shape_of(session: Session, subject: Subject) -> Shape:
    """The shape that a label has now."""
    a, layer = subject
    return Shape(layer.key, *(_links_shape(session, a, frozenset({a.id})) if a is not None else ()))


def _links_shape(
    session: Session, a: Annotation, above: frozenset[str]
) -> tuple[tuple[LinkShape, ...], tuple[str, ...]]:
    """The shapes of the links that a label or a link owns, and of which it may have one more."""
    shapes: list[LinkShape] = []
    room: list[str] = []
    for owning in links_owned(session.codebook, a.layer):
        kind = owning.link
        links = _owned(session, a, kind, above)
        shapes += [_link_shape(session, kind, link, above) for link in links] or [LinkShape(kind.key, False)]
        most = owning.most
        if links and owning.others and (most is None or len(links) < most):
            room.append(kind.key)
    return tuple(shapes), tuple(room)


def _owned(session: Session, a: Annotation, kind: LinkLayer, above: frozenset[str]) -> list[Annotation]:
    """Its links, but those that it stands under itself: links can own each other in a ring."""
    return [x for x in session.owned_links(a.id, kind) if x.id not in above]


def _link_shape(session: Session, kind: LinkLayer, link: Annotation, above: frozenset[str]) -> LinkShape:
    inner = []
    for role in _other_roles(session, kind):
        held = [session.labels.get(f.annotation or "") for f in link.roles.get(role, ())]
        inner.append((role, tuple(x.layer for x in held if x is not None and _asks_values(session, x))))
    return LinkShape(kind.key, True, tuple(inner), *_links_shape(session, link, above | {link.id}))


def _asks_values(session: Session, a: Annotation) -> bool:
    """Whether what stands in a role is asked for its values there; a link that stands there is told in its place."""
    layer = session.codebook.layer(a.layer)
    return bool(layer.attributes) and layer.kind != "link"


def _other_roles(session: Session, kind: LinkLayer) -> list[str]:
    return [r.key for r in other_roles(session.codebook, kind.key)]


class FormPage(QWidget):
    """The forms of all subjects that are shown at once, and of what hangs on them."""

    jump = Signal(str)
    answered = Signal(object)
    """The field or the role that was answered."""

    def __init__(self, session: Session, shapes: tuple[Shape, ...]) -> None:
        super().__init__()
        self.session = session
        self.register_seen = -1
        """How often the register had changed when the page was last shown."""
        rows = QVBoxLayout(self)
        rows.setContentsMargins(14, 12, 14, 16)
        rows.setSpacing(8)
        self._sections = [_Section(self, rows, shape) for shape in shapes]
        rows.addStretch(1)

    def show_subjects(self, subjects: list[Subject], register: bool) -> None:
        """Show these, which have the page's shape; register: whether it changed since."""
        for section, (a, _) in zip(self._sections, subjects, strict=True):
            section.show(a, register)

    @property
    def forms(self) -> list[Form]:
        """In their order."""
        return [form for section in self._sections for form in section.forms]

    @property
    def roles(self) -> list[RoleField]:
        """In their order."""
        return [field for section in self._sections for field in section.roles]

    def hideEvent(self, event: QHideEvent) -> None:
        """What was opened on the page is closed when it is shown again: another page was called for meanwhile."""
        super().hideEvent(event)
        if not event.spontaneous() and self.isHidden():
            for section in self._sections:
                section.close()

    def folded(self, stop: QWidget) -> bool:
        """Whether a section that it stands in is folded."""
        return any(link.holds(stop) and link.is_folded for section in self._sections for link in section.links)

    def unfold(self, stop: QWidget) -> None:
        """Open the section that it stands in."""
        for section in self._sections:
            for link in section.links:
                if link.holds(stop):
                    link.fold(False)

    def beside(self, label: str) -> list[_Link]:
        """The other links of the layer of the one in which a label stands."""
        links = [link for section in self._sections for link in section.links]
        own = next((x for x in links if any(r.holds(label) for r in x.roles)), None)
        return [x for x in links if own is not None and x.key == own.key and x is not own]

    def make_form(self, layer: Layer, part: bool = False) -> Form:
        """A form whose answers lead on. part: of a label in a role."""
        form = Form(self.session, layer, part)
        form.answered.connect(self.answered)
        return form

    def make_role(self, layer: LinkLayer, key: str) -> RoleField:
        """The field of a role."""
        field = RoleField(self.session, layer, layer.role(key))
        field.jump.connect(self.jump)
        field.answered.connect(self.answered)
        return field

    def stops(self) -> list[tuple[Place, Field | RoleField]]:
        """Everything that can be in hand, in the codebook's order: values, then roles, and what stands in them."""
        return [stop for section in self._sections for stop in section.stops()]

    def open_more(self, layer: str) -> RoleField | None:
        """The place of one more link of a layer, opened; None where there is no room for one."""
        return next((field for section in self._sections if (field := section.open_more(layer)) is not None), None)

    def remove(self, a: Annotation | None) -> None:
        """Remove a label or a link."""
        if a is not None:
            self.session.apply(RemoveAnnotation(coder_id=self.session.coder.id, annotation_id=a.id))


def _fields(form: Form) -> Iterator[tuple[Place, Field]]:
    about = form.layer.key, form.key or ""
    return (((*about, field.attribute.key), field) for field in form.open_fields())


class _Section:
    """One subject: what it is, its words, its values, and its links."""

    def __init__(self, page: FormPage, rows: QVBoxLayout, shape: Shape) -> None:
        self._page = page
        self._a: Annotation | None = None
        session = page.session
        self._layer = layer = session.codebook.layer(shape.layer)
        head = QHBoxLayout()
        mark = QLabel("■")
        mark.setStyleSheet(f"color: {session.colour_of(layer.key)}; font-size: 15px;")
        title = label(layer.label, "heading")
        title.setToolTip(layer.definition)
        self._remove = flat_button(tr("Remove"), tr("Remove this label and the links that need it (Del)"))
        self._remove.clicked.connect(lambda: page.remove(self._a))
        head.addWidget(mark)
        head.addWidget(title)
        head.addStretch(1)
        head.addWidget(self._remove)
        rows.addLayout(head)
        self._words, self._breaches = label("", "", wrap=True), label("", "warning", wrap=True)
        self._definition = label(layer.definition, "muted", wrap=True)
        self._owner = flat_button("", tr("Choose the whole statement"))
        self._owner.clicked.connect(self._to_owner)
        self._before = label("", "muted", wrap=True)
        self._before.setToolTip(tr("What is open here and was answered for the label before. The key gives all of it."))
        self._form = page.make_form(layer)
        for part in (self._words, self._breaches, self._definition, self._owner, self._before, self._form):
            rows.addWidget(part)
        self._own_roles: list[RoleField] = []
        if isinstance(layer, LinkLayer):
            self._own_roles = [page.make_role(layer, r.key) for r in layer.roles]
            rows.removeWidget(self._form)
            for field in self._own_roles:
                rows.addWidget(field)
            rows.addWidget(self._form)
        self._owned = _Owned(page, rows, shape)

    @property
    def forms(self) -> list[Form]:
        """The label's own form, then those of its links."""
        drafted = self._a is None and bool(self._own_roles)
        return [*([] if drafted else [self._form]), *self._owned.forms]

    @property
    def roles(self) -> list[RoleField]:
        """Of its links, or its own."""
        return [*self._own_roles, *self._owned.roles]

    @property
    def links(self) -> list[_Link]:
        """Those that belong to it, and those that belong to these."""
        return self._owned.every

    def stops(self) -> Iterator[tuple[Place, Field | RoleField]]:
        """What of it can be in hand, in order."""
        for field in self._own_roles:
            yield ("role", *field.about, ""), field
        if self._a is not None or not self._own_roles:  # a link has no values before it is made
            yield from _fields(self._form)
        yield from self._owned.stops("")

    def close(self) -> None:
        """Nothing is being added any more."""
        self._owned.close()

    def open_more(self, layer: str) -> RoleField | None:
        """The place of one more link of a layer, opened."""
        return self._owned.open_more(layer)

    def show(self, a: Annotation | None, register: bool) -> None:
        """Show a label, or that there is none yet."""
        session = self._page.session
        self._a = a
        self._remove.setVisible(a is not None and session.current is not None)
        words = session.passage(a) if a is not None and a.fragments else ""
        self._words.setText(f"“{words if len(words) < 240 else words[:239] + '…'}”")
        self._words.setVisible(bool(words))
        broken = breaches(session.codebook, session.text, a.fragments) if a is not None and a.fragments else ()
        self._breaches.setText("\n".join(f"⚠ {spoken(x.message)}" for x in broken))
        self._breaches.setVisible(bool(broken))
        self._definition.setVisible(not words and bool(self._layer.definition))
        self._show_owner(a)
        told = in_words(session, a, as_before(session, a)) if a is not None and session.current is not None else ""
        self._before.setText(tr("{key}, as before: {what}", key=_AS_BEFORE, what=told))
        self._before.setVisible(bool(told))
        self._form.show_label(a.id if a is not None else None, register)
        self._form.setVisible(a is not None or not self._own_roles)
        for field in self._own_roles:
            field.show_link((session.owner_of(a.id) or a) if a is not None else None, a)
        if a is not None:
            self._owned.show(a, frozenset({a.id}), register)

    def _show_owner(self, a: Annotation | None) -> None:
        """The claim that a speaker or target is part of."""
        session = self._page.session
        owner = session.owner_of(a.id) if a is not None else None
        tied = owner is not None and a is not None and owner.id != a.id
        self._owner.setVisible(tied)
        if tied and owner is not None:
            words = words_of(session, owner)
            self._owner.setText(tr("Part of: “{words}”", words=words if len(words) < 34 else words[:33] + "…"))

    def _to_owner(self) -> None:
        owner = self._page.session.owner_of(self._a.id) if self._a is not None else None
        if owner is not None:
            self._page.jump.emit(owner.id)


class _Owned:
    """The links that belong to one label or link, and a button for one more where there is room."""

    def __init__(self, page: FormPage, rows: QVBoxLayout, shape: Shape | LinkShape) -> None:
        self._page = page
        self.links = [_Link(page, rows, x) for x in shape.links]
        self._more: list[_More] = []
        for key in shape.room:
            kind = page.session.codebook.layer(key)
            assert isinstance(kind, LinkLayer)
            self._more.append(_More(page, rows, kind))

    @property
    def every(self) -> list[_Link]:
        """Its links, each with those that belong to it."""
        return [x for link in self.links for x in (link, *link.owned.every)]

    @property
    def forms(self) -> list[Form]:
        """Of its links."""
        return [form for x in self.links for form in x.forms]

    @property
    def roles(self) -> list[RoleField]:
        """Of its links, and of those that may be added."""
        return [*(f for x in self.links for f in (*x.roles, *x.owned.roles)), *(x.spare for x in self._more)]

    def stops(self, at: str) -> Iterator[tuple[Place, Field | RoleField]]:
        """What of it can be in hand, in order. at: of what all this is."""
        for number, part in enumerate(self.links):
            yield from part.stops(f"{at}{number}")
        for more in self._more:
            if not more.spare.isHidden():
                yield ("role", *more.spare.about, f"{at}spare"), more.spare

    def close(self) -> None:
        """Nothing is being added any more."""
        for more in self._more:
            more.close()
        for link in self.links:
            link.owned.close()

    def open_more(self, layer: str) -> RoleField | None:
        """The place of one more link of a layer, opened: here, else of the last link that may have one."""
        more = next((x for x in self._more if x.spare.about[0] == layer), None)
        if more is None:
            return next((f for x in reversed(self.links) if (f := x.owned.open_more(layer)) is not None), None)
        more.open()
        return more.spare

    def show(self, a: Annotation, above: frozenset[str], register: bool) -> None:
        """Show the links of a label or a link. above: what it stands under, and itself."""
        session = self._page.session
        held = {x.link.key: _owned(session, a, x.link, above) for x in links_owned(session.codebook, a.layer)}
        seen: dict[str, int] = {}
        for part in self.links:
            number = seen.get(part.key, 0)
            seen[part.key] = number + 1
            links = held[part.key]
            part.show(a, links[number] if links else None, number if len(links) > 1 else None, register, above)
        for more in self._more:
            more.show(a)


class _Link:
    """One link of the owner: its roles, the values of the labels in them, and its own values."""

    def __init__(self, page: FormPage, rows: QVBoxLayout, shape: LinkShape) -> None:
        layer = page.session.codebook.layer(shape.layer)
        assert isinstance(layer, LinkLayer)
        self.key, self._page, self._layer = layer.key, page, layer
        self._link: Annotation | None = None
        self.is_folded: bool = False
        rows.addWidget(line())
        head = QHBoxLayout()
        self._fold = icon_button("down", tr("Fold or unfold this part"))
        self._fold.tint(page.session.colour_of(layer.key))
        self._fold.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._fold.clicked.connect(lambda: self.fold(not self.is_folded))
        self._title = label("", "heading")
        self._remove = icon_button("close", tr("Remove this link"))
        self._remove.clicked.connect(lambda: page.remove(self._link))
        head.addWidget(self._fold)
        head.addWidget(self._title)
        if layer.hotkey:
            head.addWidget(label(QKeySequence(layer.hotkey).toString(QKeySequence.SequenceFormat.NativeText), "muted"))
        head.addStretch(1)
        head.addWidget(self._remove)
        self._told = label("", "muted", wrap=True)
        self._told.hide()
        rows.addLayout(head)
        rows.addWidget(self._told)
        self._body = QWidget()
        rows.addWidget(self._body)
        rows = QVBoxLayout(self._body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(8)
        self.roles: list[RoleField] = []
        self._inner: list[tuple[str, list[Form]]] = []
        asked = dict(shape.inner)
        for role in _other_roles(page.session, layer):
            field = page.make_role(layer, role)
            self.roles.append(field)
            rows.addWidget(field)
            inner = [page.make_form(page.session.codebook.layer(x), part=True) for x in asked.get(role, ())]
            for form in inner:
                form.setContentsMargins(14, 0, 0, 0)
                rows.addWidget(form)
            self._inner.append((role, inner))
        self._form = page.make_form(layer) if shape.made else None
        if self._form is not None:
            rows.addWidget(self._form)
        below = QVBoxLayout()
        below.setContentsMargins(18, 0, 0, 0)
        below.setSpacing(8)
        rows.addLayout(below)
        self.owned = _Owned(page, below, shape)

    @property
    def forms(self) -> list[Form]:
        """Of the labels in its roles, then its own, then those of its links."""
        own = [self._form] if self._form is not None else []
        return [*(f for _, inner in self._inner for f in inner), *own, *self.owned.forms]

    def holds(self, stop: QWidget) -> bool:
        """Whether something stands in it."""
        return self._body.isAncestorOf(stop)

    def fold(self, folded: bool) -> None:
        """Show just its title and what it tells, or all of it."""
        if folded == self.is_folded:
            return
        self.is_folded = folded
        self._body.setVisible(not folded)
        self._fold.show_icon("right" if folded else "down")
        self._tell_folded()

    def _tell_folded(self) -> None:
        """What a folded part says: who or what stands there, and that something is open."""
        self._told.setVisible(self.is_folded)
        if not self.is_folded:
            return
        roles = [*self.roles, *self.owned.roles]
        lacking = [r.name.text() for r in roles if r.lacking]
        lacking += [
            f.attribute.label
            for form in self.forms
            for f in form.open_fields()
            if f.attribute.required and f.value is None
        ]
        held = [words for r in roles for words in r.held_words()]
        told = ", ".join(held)
        if lacking:
            told = " · ".join(x for x in (told, tr("still open: {what}", what=", ".join(lacking))) if x)
        self._told.setText(told)
        restyle(self._told, "warning" if lacking else "muted")

    def stops(self, number: str) -> Iterator[tuple[Place, Field | RoleField]]:
        """What of it can be in hand, in order. number: of all links of the owner, after the owner's own."""
        inner = dict(self._inner)
        for field in self.roles:
            yield ("role", *field.about, number), field
            for form in inner.get(field.about[1], ()):
                yield from _fields(form)
        if self._form is not None:
            yield from _fields(self._form)
        yield from self.owned.stops(f"{number}.")

    def show(
        self, owner: Annotation, link: Annotation | None, number: int | None, register: bool, above: frozenset[str]
    ) -> None:
        """Show a link of an owner, or the place where one is to be."""
        session = self._page.session
        self._link = link
        name = self._layer.label[:1].upper() + self._layer.label[1:]
        self._title.setText(name if number is None else f"{name} {number + 1}")
        self._remove.setVisible(link is not None)
        for field in self.roles:
            field.show_link(owner, link)
        if link is None:
            self._tell_folded()
            return
        for role, inner in self._inner:
            held = [session.labels[f.annotation] for f in link.roles.get(role, ()) if f.annotation in session.labels]
            asked = [x for x in held if _asks_values(session, x)]
            for form, other in zip(inner, asked, strict=True):
                form.show_label(other.id, register)
        if self._form is not None:
            told = ", ".join(words for r in self.roles for words in r.held_words()) if number is not None else ""
            self._form.show_label(link.id, register, told if len(told) <= 40 else told[:39] + "…")
        self.owned.show(link, above | {link.id}, register)
        self._tell_folded()


class _More:
    """A button for one more link of a layer."""

    def __init__(self, page: FormPage, rows: QVBoxLayout, layer: LinkLayer) -> None:
        self.spare = page.make_role(layer, _other_roles(page.session, layer)[0])
        self._button = QPushButton(tr("Add another “{what}”", what=layer.label))
        self._button.clicked.connect(self.open)
        rows.addWidget(self._button)
        rows.addWidget(self.spare)
        self._owner = ""

    def show(self, owner: Annotation) -> None:
        """Closed for another owner."""
        self.spare.show_link(owner, None)
        if owner.id != self._owner:
            self._owner = owner.id
            self.close()

    def close(self) -> None:
        """One more is not being made any more."""
        self.spare.adding = False
        self.spare.hide()
        self._button.show()

    def open(self) -> None:
        """One more is being made."""
        self.spare.adding = True
        self.spare.refresh()
        self.spare.show()
        self._button.hide()
        self.spare.button.setFocus()
