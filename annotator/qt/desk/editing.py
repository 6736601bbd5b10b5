"""What a coder does to a label that is there: its boundaries, its pieces, its values; and selecting by unit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from PySide6.QtCore import QTimer

from annotator.domain.annotations import Annotation
from annotator.domain.commands import (
    AddAnnotation,
    Batch,
    FillerRef,
    RemoveAnnotation,
    SetFragments,
    SetRole,
    SetValue,
    Step,
)
from annotator.domain.fragments import Fragment, Fragments, normalised, without
from annotator.domain.passages import Unit, boundary, passage_at, quotation_at, stripped
from annotator.qt.coding.as_before import as_before, in_words
from annotator.qt.coding.session import Session
from annotator.qt.desk.workplace import Workplace
from annotator.qt.toolkit.words import tr

Edge = Literal["start", "end"]


class Editing:
    """The steps behind the actions of one desk."""

    def __init__(self, at: Workplace, go_on: Callable[[], None]) -> None:
        """go_on: to what is open next of the label in hand."""
        self._at, self._go_on = at, go_on
        self.edge: Edge = "end"

    # selecting

    def select(self, unit: Unit) -> None:
        """Select the unit at the caret; again: the next one too."""
        session, surface = self._at.session, self._at.surface
        if session is None or session.document is None:
            return
        text, held = session.text, surface.selection()
        place = surface.caret() if held is None else held[0]
        found = passage_at(text, place, unit)
        if held is not None and found[0] == held[0] and found[1] <= held[1]:
            found = held[0], boundary(text, held[1], unit, True, "end")
        if found[0] == found[1]:
            self._at.message(tr("There is nothing to select at the caret"))
        else:
            self._select(found)

    def select_quotation(self) -> None:
        """Select what stands between the quotation marks around the caret."""
        session, surface = self._at.session, self._at.surface
        if session is None or session.document is None:
            return
        found = quotation_at(session.text, surface.caret())
        if found is not None:
            found = _without_stop(session, found)
        if found is None:
            self._at.message(tr("There are no quotation marks around the caret"))
        else:
            self._select(found)

    def _select(self, found: Fragment) -> None:
        surface = self._at.surface
        surface.setFocus()
        surface.set_selection(*found)
        surface.reveal(*found)

    # boundaries

    def take_edge(self, edge: Edge) -> None:
        """From now on the keys move this edge."""
        self.edge = edge
        self._at.message(tr("The keys move the label's start") if edge == "start" else tr("…the label's end"))

    def move(self, unit: Unit, onward: bool) -> None:
        """Move the edge in hand by one unit; a piece never becomes empty or reaches into the next one.

        Of a label in several pieces the edge of the piece at the caret, or nearest to it, moves.
        """
        session, a = self._at.session, self._label()
        if session is None or a is None:
            return
        fragments = list(a.fragments)
        caret = self._at.surface.caret()
        number = min(range(len(fragments)), key=lambda n: max(fragments[n][0] - caret, caret - fragments[n][1], 0))
        start, end = fragments[number]
        if self.edge == "start":
            start = boundary(session.text, start, unit, onward, "start")
        else:
            end = boundary(session.text, end, unit, onward, "end")
        if start >= end or (start, end) == fragments[number]:
            return
        fragments[number] = (start, end)
        if normalised(fragments) == tuple(fragments):
            self._set(a, tuple(fragments))
            self._at.surface.reveal(start, end)

    def to_selection(self) -> None:
        """The label in hand gets the selected passage."""
        self._change(lambda _held, chosen: (chosen,))

    def add_piece(self) -> None:
        """The selected passage joins the label in hand."""
        self._change(lambda held, chosen: normalised([*held, chosen]))

    def cut_piece(self) -> None:
        """The selected passage leaves the label in hand."""
        self._change(lambda held, chosen: _trimmed(self._text(), without(held, chosen)))

    def _text(self) -> str:
        return self._at.session.text if self._at.session is not None else ""

    def _change(self, change: Callable[[Fragments, Fragment], Fragments]) -> None:
        a, chosen = self._label(), self._at.chosen()
        if a is None or chosen is None:
            self._at.notice(tr("Choose a label and select a passage first"))
        elif self._set(a, change(a.fragments, chosen)):
            self._at.surface.clear_selection()

    def _set(self, a: Annotation, fragments: Fragments) -> bool:
        session = self._at.session
        assert session is not None
        command = SetFragments(coder_id=session.coder.id, annotation_id=a.id, fragments=fragments)
        done = session.apply(command) is not None
        if done:
            self._at.tell_breaches(a.id)
        return done

    def _label(self) -> Annotation | None:
        session = self._at.session
        a = session.label() if session is not None else None
        if a is None or not a.fragments:
            self._at.message(tr("Choose a label first"))
            return None
        return a

    # cutting in two, making one

    def split(self) -> None:
        """Cut the label in hand in two at the caret; the second one has the same values and no links."""
        session, a = self._at.session, self._label()
        if session is None or a is None:
            return
        place = self._at.surface.caret()
        first = tuple((s, min(e, place)) for s, e in a.fragments if s < place)
        second = tuple((max(s, place), e) for s, e in a.fragments if e > place)
        if not first or not second:
            self._at.notice(tr("Put the caret inside of the label first: it is cut in two there"))
            return
        key, coder = session.study.ids(), session.coder.id
        steps: list[Step] = [
            SetFragments(coder_id=coder, annotation_id=a.id, fragments=_trimmed(session.text, first)),
            AddAnnotation(
                coder_id=coder,
                document_id=a.document_id,
                layer=a.layer,
                id=key,
                fragments=_trimmed(session.text, second),
                values=dict(a.values),
                uncertain=a.uncertain,
                memo=a.memo,
            ),
        ]
        if session.apply(Batch(coder_id=coder, name="SplitLabel", commands=tuple(steps))):
            session.set_current(key)

    def join(self) -> None:
        """Make one label of the one in hand and the next one of its layer.

        Values that only one of them has are kept; where both have one and they differ, nothing is joined. Links of
        the second name the first from now on.
        """
        session, a = self._at.session, self._label()
        if session is None or a is None:
            return
        later = [
            x
            for x in session.labels.values()
            if x.layer == a.layer and x.id != a.id and (x.fragments, x.id) > (a.fragments, a.id)
        ]
        other = min(later, key=lambda x: (x.fragments, x.id), default=None)
        if other is None:
            self._at.notice(tr("There is no later label of this layer to join with"))
            return
        layer = session.codebook.layer(a.layer)
        differing = [k for k, v in other.values.items() if k in a.values and a.values[k] != v]
        if differing:
            asked = {x.key: x.label for x in layer.attributes}
            names = ", ".join(asked.get(k, k) for k in differing)
            self._at.notice(tr("The two labels differ in {what}; make them equal first", what=names))
            return
        coder = session.coder.id
        steps: list[Step] = []
        for link in session.links_of(other.id):
            for role, fillers in link.roles.items():
                refs = [
                    FillerRef(annotation=a.id if f.annotation == other.id else f.annotation, entity=f.entity)
                    for f in fillers
                ]
                if any(f.annotation == other.id for f in fillers):
                    fresh = tuple({(r.annotation, r.entity): r for r in refs}.values())
                    steps.append(SetRole(coder_id=coder, annotation_id=link.id, role=role, fillers=fresh))
        steps.append(RemoveAnnotation(coder_id=coder, annotation_id=other.id))
        joined = normalised([*a.fragments, *other.fragments])
        gap = (a.fragments[-1][1], other.fragments[0][0])
        if gap[0] < gap[1] and not session.text[gap[0] : gap[1]].strip():
            joined = normalised([*joined, gap])
        steps.append(SetFragments(coder_id=coder, annotation_id=a.id, fragments=joined))
        steps += [
            SetValue(coder_id=coder, annotation_id=a.id, attribute=k, value=v)
            for k, v in other.values.items()
            if k not in a.values
        ]
        session.apply(Batch(coder_id=coder, name="JoinLabels", commands=tuple(steps)))

    # doing it again

    def copy_values(self) -> None:
        """What the label in hand and its links lack comes from the label before of its layer, and is said."""
        session, a = self._at.session, self._at.session.label() if self._at.session else None
        if session is None or a is None:
            self._at.message(tr("Choose a label first"))
            return
        steps = as_before(session, a)
        if not steps:
            self._at.message(tr("The label before has no value that is missing here"))
            return
        words = in_words(session, a, steps)
        commands: tuple[Step, ...] = tuple(steps)
        if session.apply(Batch(coder_id=session.coder.id, name="CopyValues", commands=commands)) is not None:
            self._at.message(tr("As in the label before: {what}", what=words))
            QTimer.singleShot(0, self._at.surface, self._go_on)


def _without_stop(session: Session, found: Fragment) -> Fragment:
    """A quotation without the mark of the sentence around it: a comma, and the full stop where a rule wants it out."""
    ruled = any(rule.check and rule.key == "no_end_stop" for rule in session.codebook.rules)
    marks = ",，、" + (".。" if ruled else "")
    start, end = found
    last = session.text[end - 1 : end]
    return (
        (start, end - 1) if last and last in marks and end - start > 1 and session.text[end - 2] not in ".…" else found
    )


def _trimmed(text: str, fragments: Fragments) -> Fragments:
    """The pieces without white space at their ends; those of nothing else go, where something is left."""
    pieces = tuple(p for s, e in fragments if (p := stripped(text, s, e)) is not None)
    return pieces or fragments
