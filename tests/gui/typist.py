"""A hand that fills in statements by the fewest keys that the window shows, and counts every press."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from annotator.domain.codebook.model import EntityAttribute
from annotator.domain.codebook.values import same
from annotator.domain.commands import SetValue
from annotator.qt.coding.as_before import as_before
from annotator.qt.coding.proposals import Proposal
from annotator.qt.form.field import Field
from annotator.qt.form.fields import ButtonsField, EntitiesField
from annotator.qt.form.inspector import Stop, lacks
from annotator.qt.form.picker import Option, picker_in_hand
from annotator.qt.form.roles import RoleField
from annotator.qt.form.search_field import Choice, EntityField, New, SearchField
from annotator.qt.toolkit.matching import best
from tests.gui.conftest import Hand

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
OPTION = int(Qt.ItemDataRole.UserRole) + 1


@dataclass
class Aim:
    """One statement as it is to be coded: values by attribute, who speaks, and what it is about.

    pieces: of its words. A mention is the pieces of a label, its values, and whether it is to be made.
    """

    pieces: list[tuple[int, int]]
    values: dict[str, Any]
    speaker: Any
    """The id of a mention, or (reason, name)."""
    targets: list[tuple[str, dict[str, Any]]]
    """The id of a mention and the link's values."""


@dataclass
class Mention:
    layer: str
    pieces: list[tuple[int, int]]
    values: dict[str, Any]
    made: str | None = None
    """The label's id once it is made."""


@dataclass
class Typist:
    hand: Hand
    mentions: dict[str, Mention]
    names: Mapping[str, str] = field(default_factory=dict)
    """Name -> kind of entity."""
    presses: int = 0
    modifiers: int = 0
    way: list[str] = field(default_factory=list)
    act: str = ""
    """What the next presses are for."""
    acts: Counter[str] = field(default_factory=Counter)

    def press(self, key: str | Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        self.presses += 1
        self.acts[self.act] += 1
        self.modifiers += len(modifiers)
        self.way.append("+".join([*(m.name for m in modifiers), key if isinstance(key, str) else key.name]))
        self.hand.key(key, *modifiers)
        self.settle()

    def settle(self) -> None:
        for _ in range(5):
            QApplication.processEvents()

    @property
    def inspector(self) -> Any:
        return self.hand.desk.inspector

    # words

    def select(self, piece: tuple[int, int]) -> None:
        """With the mouse: that is no key."""
        self.hand.desk.surface.setFocus()
        self.hand.desk.surface.set_selection(*piece)
        self.settle()

    def label(self, key: str, pieces: Sequence[tuple[int, int]]) -> str:
        before = set(self.hand.session.labels)
        self.act = "label"
        self.select(pieces[0])
        owner = self.hand.session.current
        self.press(key)
        layers = self.hand.session.span_layers
        made = next(
            k for k, a in self.hand.session.labels.items() if k not in before and a.fragments and a.layer in layers
        )
        for piece in pieces[1:]:
            self.hand.desk.jump(made)  # a click on it
            self.select(piece)
            self.act = "piece"
            self.press("+", CONTROL, Qt.KeyboardModifier.AltModifier)
            if owner is not None and key != "c":
                self.hand.desk.jump(owner)
        self.settle()
        return made

    # values

    def matches(self, told: Any, wanted: Any) -> bool:
        """Whether a value of the study is what is wanted, entities by name."""
        if isinstance(wanted, Mapping):
            who = self.hand.session.entities.get(told.get("entity", "")) if isinstance(told, Mapping) else None
            return who is not None and who.name == wanted["name"]
        return same(told, wanted)

    def give(self, stop: Field, wanted: Any) -> None:
        """Answer what is in hand."""
        assert stop is self.inspector.in_hand(), (stop.attribute.key, self.inspector.in_hand())
        self.act = f"value {stop.attribute.key}"
        if isinstance(stop, ButtonsField):
            if self.matches(stop.proposed, wanted) and stop.value is None:
                self.press(Qt.Key.Key_Return)
                return
            keys = [k for k, v in stop.keys().items() if same(v, wanted)]
            for key in min(keys, key=len):
                self.press(key)
            return
        if isinstance(stop, EntitiesField):
            for one in wanted:
                self.search(stop.findChild(EntityField), one)
            self.press(Qt.Key.Key_Return)
            return
        assert isinstance(stop, SearchField)
        self.search(stop, wanted)

    def search(self, line: SearchField, wanted: Any) -> None:
        """A digit of the open list, else letters until the best match is the right one, and Enter."""
        edit = line.line
        if not edit.popup.isVisible() and not line.typed():
            if line.value is None and self.matches(line.proposed, wanted):
                self.press(Qt.Key.Key_Return)
                return
            self.press(Qt.Key.Key_Down)
        rows = [edit.popup.model().index(n, 0).data(OPTION) for n in range(edit.popup.model().rowCount())]
        marked = edit.popup.currentIndex().row()
        fits = [n for n, data in enumerate(rows) if self.row_fits(data, wanted)]
        if fits and fits[0] == marked:
            self.press(Qt.Key.Key_Return)
            return
        if fits and fits[0] < 9:
            self.press(str(fits[0] + 1))
            return
        name = next((c.text for c in line.choices if self.row_fits(c, wanted)), None)
        if name is None:
            name = wanted["name"]
            for letter in name:
                self.press(letter)
            self.press(Qt.Key.Key_Return)
            self.kind(wanted)
            return
        for letters in shortest(name, line.choices):
            self.press(letters)
        self.press(Qt.Key.Key_Return)

    def kind(self, wanted: Mapping[str, str]) -> None:
        asked = picker_in_hand()
        if asked is None:
            return
        rows = [o.data for o in asked._question.options]
        self.press(str(rows.index(wanted["type"]) + 1))

    def row_fits(self, data: object, wanted: Any) -> bool:
        if isinstance(data, Choice):
            return self.matches(data.value, wanted)
        return (
            isinstance(data, New)
            and isinstance(wanted, Mapping)
            and (data.name, data.kind)
            == (
                wanted["name"],
                wanted["type"],
            )
        )

    # roles

    def proposal_fits(self, proposal: Proposal, wanted: Any) -> bool:
        if isinstance(wanted, tuple):
            because, name = wanted
            who = self.hand.session.entities.get(proposal.empty.entity or "") if proposal.empty else None
            return (
                proposal.empty is not None
                and proposal.empty.because == because
                and who is not None
                and who.name == name
            )
        made = self.mentions[wanted].made
        return proposal.filler is not None and made is not None and proposal.filler.annotation == made

    def fill(self, role: RoleField, wanted: Any) -> None:
        self.act = f"role {role.about[1]}"
        for number, proposal in enumerate(role._proposals, start=1):
            if self.proposal_fits(proposal, wanted):
                enter = number == 1 and not proposal.merely_possible
                self.press(Qt.Key.Key_Return if enter else str(number))
                return
            if isinstance(wanted, tuple) and proposal.asks is not None and proposal.asks.key == wanted[0]:
                self.press(str(number))
                self.choose(lambda o: getattr(o.data, "entity", None) in self.ids(wanted[1]))
                return
        asked = picker_in_hand()
        if asked is None:
            words = (
                next(r.label for r in role._role.empty_because if isinstance(wanted, tuple) and r.key == wanted[0])
                if isinstance(wanted, tuple)
                else self.words(wanted)
            )
            self.press(words[0].lower())
        self.choose(lambda o: self.option_fits(o, wanted))
        if isinstance(wanted, tuple):
            self.choose(lambda o: getattr(o.data, "entity", None) in self.ids(wanted[1]))

    def ids(self, name: str) -> set[str]:
        return {e.id for e in self.hand.session.entities.values() if e.name == name}

    def words(self, mention: str) -> str:
        made = self.mentions[mention].made
        assert made is not None
        return self.hand.session.passage(self.hand.session.labels[made])

    def option_fits(self, option: Option, wanted: Any) -> bool:
        if isinstance(wanted, tuple):
            return getattr(option.data, "key", None) == wanted[0]
        return getattr(option.data, "annotation", None) == self.mentions[wanted].made

    def choose(self, fits: Any) -> None:
        """Letters until the right row is marked, then Enter."""
        asked = picker_in_hand()
        assert asked is not None
        right = next(o for o in asked._question.options if fits(o))
        rest = iter(right.text[len(asked.search.text()) :].lower())
        while True:
            item = asked.list.currentItem()
            data = item.data(Qt.ItemDataRole.UserRole) if item is not None else None
            if isinstance(data, Option) and data is right:
                break
            self.press(next(rest))
        self.press(Qt.Key.Key_Return)

    # a statement

    def code(self, aim: Aim) -> tuple[str, int]:
        """Code one; the label's id and how many keys it took."""
        start = self.presses
        self.way.clear()
        session = self.hand.session
        session.set_current(None)
        owner = self.label("c", aim.pieces)
        for key, _ in aim.targets:
            if self.mentions[key].made is not None:
                break  # it is proposed later; the main target is told first
            self.mentions[key].made = self.label("t", self.mentions[key].pieces)
        if isinstance(aim.speaker, str) and self.mentions[aim.speaker].made is None:
            self.mentions[aim.speaker].made = self.label("s", self.mentions[aim.speaker].pieces)
        self.settle()
        for _ in range(60):
            stop = self.inspector.in_hand()
            if stop is None or not lacks(stop):
                if not self.more(owner, aim):
                    break
                continue
            if self.all_fit(aim, owner):
                self.act = "take all"
                self.press(Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
                continue
            if self.as_before_fits(aim, owner):
                self.act = "as before"
                self.press("v", CONTROL, SHIFT)
                self.correct(owner, aim)
                continue
            self.answer(stop, aim, owner)
        for _ in range(20):
            if not self.correct(owner, aim):
                break
        return owner, self.presses - start

    def all_fit(self, aim: Aim, owner: str) -> bool:
        """Whether everything proposed is right, and it is more than one thing."""
        found = [s for s in self.inspector.proposals() if self.inspector.sees(s)]
        return len(found) > 1 and all(self.fits(stop, aim, owner) for stop in found)

    def as_before_fits(self, aim: Aim, owner: str) -> bool:
        """Whether what the form says of the label before is right for this one, and spares presses.

        What stands there and is wrong is gone to on the way, which the focus then jumps over.
        """
        session = self.hand.session
        steps = as_before(session, session.labels[owner])
        stops = [s for _, s in self.inspector.stops() if isinstance(s, Field) and self.form_key(s) == owner]
        least = 4 if any(self.wrong(s, aim, owner) for s in stops) else 2
        return len(steps) >= least and all(self.step_fits(s, aim, owner) for s in steps)

    def step_fits(self, step: SetValue, aim: Aim, owner: str) -> bool:
        link = step.annotation_id != owner
        wanted = self.values_of_link(step.annotation_id, aim, owner) if link else aim.values
        value = wanted.get(step.attribute)
        if isinstance(value, list):
            return len(value) == len(step.value) and all(any(self.matches(t, v) for t in step.value) for v in value)
        return value is not None and self.matches(step.value, value)

    def fits(self, stop: Stop, aim: Aim, owner: str) -> bool:
        if isinstance(stop, RoleField):
            return self.proposal_fits(stop._proposals[0], self.wanted_role(stop, aim, owner))
        return self.matches(stop.proposed, self.wanted(stop, aim, owner))

    def wanted_role(self, role: RoleField, aim: Aim, owner: str) -> Any:
        if role.about[0] == "said_by":
            return aim.speaker
        return self.open_targets(aim, owner)[0][0]

    def open_targets(self, aim: Aim, owner: str) -> list[tuple[str, dict[str, Any]]]:
        """Those that have no link yet."""
        session = self.hand.session
        held = [f.annotation for a in session.links_of(owner) if a.layer == "about" for f in a.roles.get("target", ())]
        left = []
        for key, values in aim.targets:
            made = self.mentions[key].made
            if made in held:
                held.remove(made)
            else:
                left.append((key, values))
        return left

    def wanted(self, stop: Field, aim: Aim, owner: str) -> Any:
        """The value that is wanted in a field of the statement's form."""
        key = self.form_key(stop)
        session = self.hand.session
        a = session.labels[key]
        if key == owner:
            return aim.values.get(stop.attribute.key)
        if a.layer == "about":
            return self.values_of_link(key, aim, owner).get(stop.attribute.key)
        mention = next(m for m in self.mentions.values() if m.made == key)
        return mention.values.get(stop.attribute.key)

    def values_of_link(self, key: str, aim: Aim, owner: str) -> dict[str, Any]:
        session = self.hand.session
        links = [a for a in session.links_of(owner) if a.layer == "about"]
        made = [f.annotation for f in session.labels[key].roles.get("target", ())]
        same_target = [a for a in links if [f.annotation for f in a.roles.get("target", ())] == made]
        wanted = [values for target, values in aim.targets if self.mentions[target].made in made]
        return wanted[[a.id for a in same_target].index(key)]

    def form_key(self, stop: Field) -> str:
        form = next(f for f in self.inspector._page.forms if f.isAncestorOf(stop))
        return str(form.key)

    def answer(self, stop: Stop, aim: Aim, owner: str) -> None:
        if isinstance(stop, RoleField):
            self.fill(stop, self.wanted_role(stop, aim, owner))
            return
        stops = [s for _, s in self.inspector.stops()]
        before = stops[stops.index(stop) - 1] if stops.index(stop) else None
        if isinstance(before, Field) and self.wrong(before, aim, owner):
            self.reach(before)  # what the codebook gave as a rule does not hold here
            self.give(before, self.wanted(before, aim, owner))
            return
        self.go(stop)
        self.give(stop, self.wanted(stop, aim, owner))

    def go(self, stop: Stop) -> None:
        """In hand it is; where the focus is still in the article, a field that is typed in is gone to first."""
        if isinstance(stop, SearchField | EntitiesField) and self.hand.desk.surface.hasFocus():
            self.act = "move"
            self.press(Qt.Key.Key_Return)

    def more(self, owner: str, aim: Aim) -> bool:
        """One more link where a target has none."""
        if not self.open_targets(aim, owner):
            return False
        key = self.open_targets(aim, owner)[0][0]
        if self.mentions[key].made is None:
            self.mentions[key].made = self.label("t", self.mentions[key].pieces)
            return True
        self.act = "more"
        self.press("t", SHIFT)
        stop = self.inspector.in_hand()
        assert isinstance(stop, RoleField)
        self.fill(stop, self.open_targets(aim, owner)[0][0])
        return True

    def wrong(self, stop: Field, aim: Aim, owner: str) -> bool:
        wanted = self.wanted(stop, aim, owner)
        return wanted is not None and stop.value is not None and not self.agrees(stop, wanted)

    def correct(self, owner: str, aim: Aim) -> bool:
        """What the codebook gave as a rule and does not hold here."""
        for _, stop in self.inspector.stops():
            if isinstance(stop, Field) and self.wrong(stop, aim, owner):
                self.reach(stop)
                self.give(stop, self.wanted(stop, aim, owner))
                return True
        return False

    def agrees(self, stop: Field, wanted: Any) -> bool:
        if isinstance(stop.attribute, EntityAttribute) and stop.attribute.many:
            return len(stop.value) == len(wanted)
        return self.matches(stop.value, wanted)

    def reach(self, wanted: Stop) -> None:
        """By Tab and Shift+Tab."""
        self.act = f"move to {wanted.attribute.key}"
        if self.inspector.in_hand() is None or self.hand.desk.surface.hasFocus():
            self.press(Qt.Key.Key_F6)
        stops = [s for _, s in self.inspector.stops()]
        back = False
        for _ in range(80):
            here = self.inspector.in_hand()
            if here is wanted:
                return
            if here in stops:  # else the memo, which is passed in the same direction
                back = stops.index(here) > stops.index(wanted)
            self.press(Qt.Key.Key_Tab, *([SHIFT] if back else []))
        raise AssertionError("not reached")


def shortest(name: str, choices: Sequence[Choice]) -> str:
    """The first letters of a name that make it the best match."""
    for n in range(1, len(name) + 1):
        found = best(name[:n], choices, lambda c: c.names, 1)
        if found and found[0].text == name:
            return name[:n].lower()
    return name
