"""A tour of the real window in six steps, on the demo study: each names a part, and what to do there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMainWindow, QPushButton, QVBoxLayout, QWidget

from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.domain.changes import ChangeSet
    from annotator.qt.coding.session import Session
    from annotator.qt.desk.desk import Desk
    from annotator.qt.toolkit.theme import Theme

_EDGE = 14
_WIDE = 360


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. part: what it is about. ahead: whether it is over when that is done."""

    title: str
    text: str
    part: Callable[[], QWidget]
    until: str = ""


def steps(window: QMainWindow, desk: Desk, session: Session) -> tuple[Step, ...]:
    """The six steps of a coder's work."""
    first = session.codebook.span_layers[0]
    return (
        Step(
            title=tr("Select words"),
            text=tr("Drag over the words of a claim with the mouse, or hold Shift and go with the arrows."),
            part=lambda: desk.surface,
            until="selected",
        ),
        Step(
            title=tr("Press a key"),
            text=tr(
                "Each layer has its key, as this bar says: {key} makes the words “{layer}”. Ctrl+Z takes it back.",
                key=(first.hotkey or "?").upper(),
                layer=first.label,
            ),
            part=lambda: desk.layer_bar,
            until="labelled",
        ),
        Step(
            title=tr("Fill in the form"),
            text=tr("The form asks for one thing after another. The key on a button sets its value; Enter goes on."),
            part=lambda: desk.inspector,
        ),
        Step(
            title=tr("Look at the statements"),
            text=tr("Every claim is listed with its links. A tick says complete; what is missing is named."),
            part=lambda: desk.right if desk.right.isVisible() else desk.beside,
        ),
        Step(
            title=tr("Done, and the next article"),
            text=tr("Ctrl+D says that the article is done, and asks about what is still open. Alt+Right goes on."),
            part=lambda: desk.head,
        ),
        Step(
            title=tr("Send back, and agreement"),
            text=tr(
                "With a package, Team › Send my work back… writes the file for your supervisor. "
                "Who supervises sees how well coders agree with Ctrl+G."
            ),
            part=window.menuBar,
        ),
    )


class Tour(QObject):
    """Shown over the window; the window stays in use beneath it."""

    ended = Signal()

    def __init__(self, window: QMainWindow, theme: Theme) -> None:
        super().__init__(window)
        self._window = window
        self._steps: tuple[Step, ...] = ()
        self._at = 0
        self._session: Session | None = None
        self._desk: Desk | None = None
        self.ring = _Ring(window, theme)
        self.callout = Callout(window)
        self.callout.next_wanted.connect(self.next)
        self.callout.back_wanted.connect(self.back)
        self.callout.end_wanted.connect(self.end)
        for part in (self.ring, self.callout):
            part.hide()

    @property
    def running(self) -> bool:
        """Whether it is shown."""
        return bool(self._steps)

    @property
    def step(self) -> int:
        """Which of the steps is shown, from 1."""
        return self._at + 1

    def begin(self, desk: Desk, session: Session) -> None:
        """From the first step on."""
        self.end()
        self._desk, self._session = desk, session
        self._steps = steps(self._window, desk, session)
        desk.surface.selection_changed.connect(self._selected)
        session.changed.connect(self._changed)
        self._window.installEventFilter(self)
        self._show(0)

    def next(self) -> None:
        """The next step; after the last it ends."""
        if self._at + 1 < len(self._steps):
            self._show(self._at + 1)
        else:
            self.end()

    def back(self) -> None:
        """The step before."""
        self._show(max(0, self._at - 1))

    def end(self) -> None:
        """Hide it; idempotent."""
        if not self.running:
            return
        assert self._desk is not None
        self._window.removeEventFilter(self)
        self._desk.surface.selection_changed.disconnect(self._selected)
        if self._session is not None:
            self._session.changed.disconnect(self._changed)
        held = self.callout.isAncestorOf(self._window.focusWidget() or self._window)
        self._steps, self._session = (), None
        self.callout.hide()
        self.ring.hide()
        if held or self.callout.hasFocus():
            self._desk.surface.setFocus()
        self.ended.emit()

    def _show(self, at: int, focus: bool = True) -> None:
        self._at = at
        step = self._steps[at]
        self.callout.tell(at + 1, len(self._steps), step)
        self._place()
        self.ring.show()
        self.callout.show()
        self.ring.raise_()
        self.callout.raise_()
        if focus:
            self.callout.on.setFocus()
        announce(self.callout, f"{self.callout.title.text()}. {step.text}")

    def _place(self) -> None:
        """Beside the part that it is about, never over it where there is room elsewhere."""
        if not self.running:
            return
        part, window = self._steps[self._at].part(), self._window
        around = QRect(part.mapTo(window, QPoint(0, 0)), part.size()).intersected(window.rect())
        self.ring.setGeometry(around.adjusted(-3, -3, 3, 3))
        self.callout.setFixedWidth(min(_WIDE, window.width() - 2 * _EDGE))
        self.callout.adjustSize()
        wide, high = self.callout.width(), self.callout.height()
        right, below = around.right() + _EDGE, around.bottom() + _EDGE
        if below + high <= window.height():
            place = QPoint(around.left() + _EDGE, below)
        elif right + wide <= window.width():
            place = QPoint(right, around.top() + _EDGE)
        elif around.left() - _EDGE - wide >= 0:
            place = QPoint(around.left() - _EDGE - wide, around.top() + _EDGE)
        else:
            place = QPoint(around.right() - wide - _EDGE, around.bottom() - high - _EDGE)
        most = QPoint(window.width() - wide - _EDGE, window.height() - high - _EDGE)
        self.callout.move(max(_EDGE, min(place.x(), most.x())), max(_EDGE, min(place.y(), most.y())))

    # a person does what a step says

    def _selected(self) -> None:
        assert self._desk is not None
        if self.running and self._steps[self._at].until == "selected" and self._desk.surface.selection() is not None:
            self._show(self._at + 1, focus=False)

    def _changed(self, changes: ChangeSet) -> None:
        if self.running and self._steps[self._at].until == "labelled" and changes.added:
            self._show(self._at + 1, focus=False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """It stays beside its part when the window changes its size."""
        if event.type() in (QEvent.Type.Resize, QEvent.Type.LayoutRequest):
            QTimer.singleShot(0, self, self._place)
        return super().eventFilter(watched, event)


class Callout(QFrame):
    """The words of a step. Enter goes on, Esc ends; Alt with the letter of a button works from everywhere."""

    next_wanted = Signal()
    back_wanted = Signal()
    end_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.setProperty("role", "pass")
        self.setAccessibleName(tr("Tour"))
        self.count, self.title = label("", "muted"), label("", "heading", wrap=True)
        self.text = QLabel()
        self.text.setWordWrap(True)
        self.on, self.before, self.away = (
            QPushButton(tr("&Next")),
            QPushButton(tr("&Back")),
            QPushButton(tr("End the tour")),
        )
        self.on.setProperty("role", "primary")
        for button, signal in (
            (self.on, self.next_wanted),
            (self.before, self.back_wanted),
            (self.away, self.end_wanted),
        ):
            button.clicked.connect(signal)
        foot = QHBoxLayout()
        foot.addWidget(self.away)
        foot.addStretch(1)
        foot.addWidget(self.before)
        foot.addWidget(self.on)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 12, 16, 12)
        rows.setSpacing(8)
        for widget in (self.count, self.title, self.text, label(tr("Enter: next · Esc: end"), "muted")):
            rows.addWidget(widget)
        rows.addLayout(foot)

    def tell(self, number: int, of: int, step: Step) -> None:
        """The words of another step."""
        self.count.setText(tr("Tour, step {n} of {all}", n=number, all=of))
        self.title.setText(step.title)
        self.text.setText(step.text)
        self.setAccessibleDescription(f"{step.title}. {step.text}")
        self.before.setEnabled(number > 1)
        self.on.setText(tr("&Next") if number < of else tr("&Begin"))

    def event(self, event: QEvent) -> bool:
        """Its keys are its own, whatever they do in the window beneath."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, which is Next from the start."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            held = next((b for b in (self.before, self.away) if b.hasFocus()), self.on)
            held.click()
        elif event.key() == Qt.Key.Key_Escape:
            self.end_wanted.emit()
        else:
            super().keyPressEvent(event)


class _Ring(QWidget):
    """A line around the part that a step is about; the mouse goes through it."""

    def __init__(self, window: QWidget, theme: Theme) -> None:
        super().__init__(window)
        self._theme = theme
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(self._theme.accent), 3))
        painter.drawRoundedRect(self.rect().adjusted(2, 2, -2, -2), 6, 6)
        painter.end()
