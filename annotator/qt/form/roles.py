"""The field of a link's role: what stands in it, and the ways to fill it or to say why it is empty."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import EmptyReason, LinkLayer, Role
from annotator.domain.codebook.owners import owners
from annotator.domain.commands import AddEntity, AnyCommand, Batch, EmptyRef, FillerRef, SetRole
from annotator.domain.statements import is_asked
from annotator.qt.coding.linking import empty_command, fill_command
from annotator.qt.coding.proposals import Proposal, for_role, kinds_named, likely_kind, named_before
from annotator.qt.coding.session import Session
from annotator.qt.coding.wording import words_of
from annotator.qt.form.answer_row import EDGE_PX, MarkedRow, kind_question
from annotator.qt.form.picker import Option, Picker, Question
from annotator.qt.form.value_button import ValueButton
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.icons import icon_button
from annotator.qt.toolkit.parts import label, restyle
from annotator.qt.toolkit.words import tr

MOST = 5
"""So many proposals are read at a glance."""


class RoleField(MarkedRow):
    """One role of one link; `link` is None where the link does not exist yet and will be made.

    A link that belongs to no label has no owner before it is made, and is its own owner then.

    What stood there before is proposed: a digit takes it, Enter the first.
    """

    jump = Signal(str)
    """The id of a label that a person wants to see."""
    answered = Signal(object)
    """The field itself: the role was filled, or left empty for a reason."""

    def __init__(self, session: Session, layer: LinkLayer, role: Role) -> None:
        super().__init__()
        self.lacking = False
        """Whether it is still to be filled."""
        self.adding = False
        """Whether one more link is being made here."""
        self._proposals: list[Proposal] = []
        self._typed: dict[str, str] = {}
        """Owner -> what was typed in its list when it was closed."""
        self._session, self._layer, self._role = session, layer, role
        self._owner: Annotation | None = None
        self._link: Annotation | None = None
        self._shown: tuple[object, ...] | None = None
        self._offers: list[ValueButton] = []
        self._held: list[str] = []
        row = QVBoxLayout(self)
        row.setContentsMargins(EDGE_PX, 0, 0, 0)
        row.setSpacing(4)
        self.name = label(role.label or role.key, wrap=True)
        row.addWidget(self.name)
        self._chips = QWidget()
        self._flow = FlowLayout(self._chips)
        row.addWidget(self._chips)
        self.button = QPushButton()
        hint = ", ".join(session.codebook.layer(x).label for x in role.layers)
        self.button.setToolTip(
            tr("Or select the words in the article and press the key of: {layers}", layers=hint) if hint else ""
        )
        self.button.clicked.connect(lambda: self.choose())
        self._flow.addWidget(self.button)

    @property
    def about(self) -> tuple[str, str]:
        """Layer and role."""
        return self._layer.key, self._role.key

    def show_link(self, owner: Annotation | None, link: Annotation | None) -> None:
        """Show what stands in the role of a link of this owner."""
        self._owner, self._link = owner, link
        session, role = self._session, self._role
        fillers = link.roles.get(role.key, ()) if link is not None else ()
        chips: list[tuple[str, str | None, FillerRef | None]] = []
        for f in fillers:
            other = session.labels.get(f.annotation or "")
            text = words_of(session, other) if other is not None else session.names().get(f.entity or "", "?")
            chips.append((text, f.annotation, FillerRef(annotation=f.annotation, entity=f.entity)))
        reason = link.empty.get(role.key) if link is not None else None
        if reason is not None:
            words = next((r.label for r in role.empty_because if r.key == reason.because), reason.because)
            name = session.names().get(reason.entity or "")
            chips.append((f"{words}: {name}" if name else words, None, None))
        self._held = [words for words, _, _ in chips]
        text = tr("Change…") if reason else tr("Choose…") if not fillers else tr("Add…")
        self.lacking = not fillers and reason is None and self._is_asked(owner)
        said = tr("  • still open") if self.lacking else ""
        if self.name.text() != (told := (role.label or role.key) + said):
            self.name.setText(told)
            restyle(self.name, "warning" if self.lacking else "")
        self._proposals = self._found() if self.lacking or self.adding else []
        shown = (text, *chips, *self._proposals)  # different fillers can read the same, and each is taken out by itself
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
        self.button.setAccessibleDescription(tr("still open") if self.lacking else "")
        if role.max is None or len(fillers) < role.max:
            self._flow.addWidget(self.button)
            self.button.show()
        else:
            self.button.hide()
        self._offers = [self._offer(n, p) for n, p in enumerate(self._proposals, start=1)]
        self._chips.updateGeometry()

    def held_words(self) -> list[str]:
        """What stands there, in words."""
        return self._held

    def refresh(self) -> None:
        """Show it anew."""
        self.show_link(self._owner, self._link)

    def _found(self) -> list[Proposal]:
        return for_role(self._session, self._layer, self._role, self._owner, self._link, MOST)

    def _is_asked(self, owner: Annotation | None) -> bool:
        """Whether the statement lacks something while nothing stands here: as the statements tell it."""
        session = self._session
        owning = owners(session.codebook).by_link.get(self._layer.key)
        if owning is None:
            return False
        whole = owner is None or (self._link is not None and owner.id == self._link.id)
        roles = self._layer.roles if whole else owning.others
        if self._role.key not in [r.key for r in roles]:
            return False
        if owner is not None and self._link is None and len(session.owned_links(owner.id, self._layer)) >= owning.least:
            return False
        return is_asked(self._role, roles)

    def _offer(self, number: int, proposal: Proposal) -> ValueButton:
        words = proposal.words if len(proposal.words) <= 42 else proposal.words[:41] + "…"
        button = ValueButton(words, proposal.words, "value", str(number))
        button.setCheckable(False)
        button.setAccessibleName(
            tr("Proposed for {role}: {words}", role=self._role.label or self._role.key, words=words)
        )
        button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # a digit takes it
        button.set_offered(number == 1 and not proposal.merely_possible)
        button.set_in_hand(self.in_hand)
        button.clicked.connect(lambda: self._take(proposal))
        self._flow.addWidget(button)
        button.show()
        return button

    # by key

    def first_part(self) -> QWidget:
        """Where the focus goes."""
        if self.button.isVisibleTo(self):
            return self.button
        chips = [w for w in self._chips.findChildren(QPushButton) if w is not self.button and not w.isHidden()]
        return chips[0] if chips else self

    @property
    def proposes(self) -> bool:
        """Whether something is proposed."""
        return bool(self._proposals) and not self._proposals[0].merely_possible

    def show_in_hand(self, held: bool) -> None:
        """Whether the next key is for this role: then the digits of what is proposed are shown."""
        self.mark(held)
        for button in self._offers:
            button.set_in_hand(held)

    def press_key(self, key: str) -> bool:
        """A digit takes what is proposed, a letter begins to search; whether the key was for this role."""
        if key.isdecimal():
            if 0 < int(key) <= len(self._proposals):
                self._take(self._proposals[int(key) - 1])
                return True
            return False
        return False

    def type_key(self, letter: str) -> None:
        """A letter begins to search in the list."""
        self.choose(letter)

    def proposed_in_words(self) -> str:
        """The role, and who or what would stand in it."""
        role = self._role.label or self._role.key
        return f"{role}: {self._proposals[0].words}" if self.proposes else role

    def proposed_part(self) -> QWidget:
        """What shows the first of what is proposed."""
        return self._offers[0] if self._offers else self

    def holds(self, label: str) -> bool:
        """Whether a label stands here."""
        return self._link is not None and any(f.annotation == label for f in self._link.roles.get(self._role.key, ()))

    def take_proposed(self) -> bool:
        """Take the first of what is proposed; whether anything is."""
        if not self.proposes:
            return False
        self._take(self._proposals[0])
        return True

    def offer(self) -> None:
        """What can be chosen is shown anyway."""

    def _take(self, proposal: Proposal) -> None:
        if proposal.filler is not None:
            self._fill_with(proposal.filler)
        elif proposal.empty is not None:
            command = empty_command(self._session, self._layer, self._owner, self._link, self._role, proposal.empty)
            self._done(command)
        elif proposal.asks is not None:
            asked = self._chosen(proposal.asks)
            if isinstance(asked, Question):
                self._open(asked, proposal.name)

    def _done(self, command: AnyCommand) -> None:
        done = self._session.apply(command)
        if done is None:
            return
        if self._owner is None:  # the link is there now, and in hand
            labels = self._session.labels
            made = next((k for k in done.added if k in labels and labels[k].layer == self._layer.key), None)
            self._session.set_current(made)
        self.answered.emit(self)

    def _chip(self, text: str, target: str | None, filler: FillerRef | None) -> None:
        short = text if len(text) <= 42 else text[:41] + "…"
        chip = QPushButton(short)
        chip.setProperty("role", "value")
        chip.setAccessibleName(f"{self._role.label or self._role.key}: {short}")
        chip.setToolTip(text + ("\n" + tr("Click to see it in the article") if target else ""))
        if target is not None:
            chip.clicked.connect(lambda: self.jump.emit(target))
        away = icon_button("close", tr("Take it out of this role"))
        away.setAccessibleName(tr("Take out {what}", what=short))
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

    def choose(self, letter: str = "") -> None:
        """Open the list of everything that may stand here; letter: what is typed already."""
        role, session = self._role, self._session
        options: list[Option] = []
        held = {f.annotation for f in (self._link.roles.get(role.key, ()) if self._link else ())}
        for layer_key in role.layers:
            layer = session.codebook.layer(layer_key)
            labels = [a for a in session.labels.values() if a.layer == layer_key and a.id not in held | self._above()]
            labels.sort(key=lambda a: a.fragments)
            options += [
                Option(words_of(session, a), layer.label, FillerRef(annotation=a.id), layer.colour) for a in labels
            ]
        if role.takes_entities:
            options += self._entity_options(role.entity_types, tr("Register"))
        options += [Option(r.label, tr("Nobody, because"), r) for r in role.empty_because]
        named = (lambda name: self._new_entity(name, role.entity_types, None)) if role.takes_entities else None
        owner = self._owner.id if self._owner is not None else ""
        typed = letter or self._typed.pop(owner, "")
        self._open(Question(options, self._chosen, named, tr("New in the register")), typed)

    def _open(self, question: Question, typed: str) -> None:
        owner = self._owner.id if self._owner is not None else ""
        picker = Picker(self, question, typed)
        picker.given_up.connect(lambda words: self._typed.update({owner: words}))
        picker.open_at(self.first_part())

    def _above(self) -> set[str]:
        """The link itself, and the one that it belongs to: neither is told of itself."""
        return {a.id for a in (self._owner, self._link) if a is not None and a.roles}

    def _entity_options(self, types: tuple[str, ...], group: str) -> list[Option]:
        fitting = [e for e in self._session.living() if not types or e.type in types]
        latest = {key: n for n, key in enumerate(named_before(self._session, self._layer.key, self._role.key))}
        fitting.sort(key=lambda e: latest.get(e.id, len(latest)))  # whoever was named here before stands first
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
        self._done(fill_command(self._session, self._layer, self._owner, self._link, self._role, filler))

    def _empty(self, reason: EmptyReason, entity: str | None) -> None:
        ref = EmptyRef(because=reason.key, entity=entity)
        self._done(empty_command(self._session, self._layer, self._owner, self._link, self._role, ref))

    def _new_entity(
        self, name: str, types: tuple[str, ...], reason: EmptyReason | None
    ) -> Question | Callable[[], object]:
        allowed = [t for t in self._session.codebook.entity_types if not types or t.key in types]
        if len(allowed) == 1:
            return lambda: self._make(name, allowed[0].key, reason)
        likely = likely_kind(self._session, self._layer.key, self._role.key, name, [t.key for t in allowed])
        if reason is not None and len(kinds := kinds_named(self._session, reason)) == 1:
            likely = next(iter(kinds))  # the reason says so itself
        return kind_question(allowed, name, lambda kind: lambda: self._make(name, kind, reason), likely)

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
        self._done(Batch(coder_id=session.coder.id, name="AddEntity", commands=(add, *steps)))
