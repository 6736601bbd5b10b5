"""Labelling the selection, taking labels away, undo and redo."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from annotator.domain.commands import AnyCommand, RemoveAnnotation, SetFragments
from annotator.qt.coding.linking import label_command
from annotator.qt.desk.label_display import LabelDisplay
from annotator.qt.desk.workplace import Workplace
from annotator.qt.toolkit.words import tr


class Labelling:
    """The steps behind the actions of one desk.

    value_key: gives the value that a hotkey stands for on the label in hand, and says whether there was one.
    to_text: brings the focus back to the text. go_on: to what is open next of the statement in hand,
    first of what a label is asked that joined it.
    """

    def __init__(
        self,
        at: Workplace,
        display: LabelDisplay,
        value_key: Callable[[str], bool],
        to_text: Callable[[], None],
        go_on: Callable[[str | None], None],
    ) -> None:
        self._at, self._display, self._value_key, self._to_text = at, display, value_key, to_text
        self._go_on = go_on

    def label_selection(self, layer_key: str) -> None:
        """Label the selected passage; with none selected, the key may stand for a value of the label in hand."""
        session = self._at.session
        if session is None or session.document is None:
            return
        if self._display.reading_others:
            self._at.notice(tr("These are another coder's labels: choose “my labels” in the filter first"))
            return
        layer = session.codebook.layer(layer_key)
        chosen = self._at.chosen(layer)
        if chosen is None:
            if layer.hotkey and self._value_key(layer.hotkey):
                return
            self._at.notice(tr("Select a passage first, then press the key of “{layer}”", layer=layer.label))
            return
        self.label(label_command(session, layer, (chosen,)))

    def label(self, command: AnyCommand) -> None:
        """Make a label, and take it or the statement that it joined in hand."""
        session = self._at.session
        assert session is not None
        done = session.apply(command)
        if done is None:
            return
        self._at.surface.clear_selection()
        new = next((k for k in done.added if session.labels[k].fragments), None)
        owner = session.owner_of(new) if new else None
        tied = owner is not None and owner.id != new
        # a label that joined the statement in hand leaves the statement in hand
        session.set_current(owner.id if tied and owner is not None else new)
        if new is not None:
            self._at.tell_breaches(new)
        if tied:  # a role is answered
            QTimer.singleShot(0, self._at.surface, lambda: self._go_on(new))

    def repeat(self) -> None:
        """Label the selection like the coder's last label of this article, with its values."""
        session = self._at.session
        if session is None or session.document is None:
            return
        last = max((a for a in session.labels.values() if a.fragments), key=lambda a: (a.created, a.id), default=None)
        if last is None:
            self._at.notice(tr("There is no label here yet to repeat"))
            return
        layer = session.codebook.layer(last.layer)
        chosen = self._at.chosen(layer)
        if chosen is None:
            self._at.notice(tr("Select a passage first; it becomes a “{layer}”", layer=layer.label))
            return
        self.label(label_command(session, layer, (chosen,), last.values))

    def remove(self) -> None:
        """Remove the label in hand."""
        session = self._at.session
        if session is None or session.current is None:
            return
        session.apply(RemoveAnnotation(coder_id=session.coder.id, annotation_id=session.current))
        self._to_text()

    def move_boundary(self, key: str, number: int, start: int, end: int) -> None:
        """An edge of a label was dragged to another place."""
        session = self._at.session
        if session is None or key not in session.labels:
            return
        a = session.labels[key]
        fragments = list(a.fragments)
        if fragments[number] == (start, end):
            return
        fragments[number] = (start, end)
        done = session.apply(SetFragments(coder_id=session.coder.id, annotation_id=key, fragments=tuple(fragments)))
        if done is None:  # refused: the label is where the store has it
            self._display.show_again(a)
        else:
            self._at.tell_breaches(key)

    def step_back(self, back: bool) -> None:
        """Undo, or redo."""
        if self._at.session is not None:
            (self._at.session.undo if back else self._at.session.redo)()
