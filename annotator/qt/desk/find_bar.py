"""Finding within the open article: typed words, expressions, mentions of somebody; labelling what is in hand."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import AnnotatorError
from annotator.domain.fragments import Fragment
from annotator.domain.search import find_expression, find_plain, mentions
from annotator.qt.desk.workplace import Workplace
from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.icons import icon_button
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import label, swatch
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.search.corpus_search import entity_value, known_entity

LONG = 100_000
"""Characters of an article from which on it is searched beside the window."""
LONGEST = 100
"""Characters of a selection that are taken over as what to find."""


class FindLine(QLineEdit):
    """A line in which Enter goes on and Shift+Enter goes back."""

    stepped = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter never leaves the line."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not (
            event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.stepped.emit(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
            return
        super().keyPressEvent(event)


class FindBar(QFrame):
    """Two rows above the text. Places are marked in the article; one is in hand, and only a key labels it."""

    def __init__(self, at: Workplace) -> None:
        super().__init__()
        self.setObjectName("find-bar")
        self.setProperty("role", "panel")
        self._work = at
        self.places: list[Fragment] = []
        self.at: int | None = None
        self.entity: str | None = None
        """Whose mentions are shown; None: what was typed is looked for."""
        self._walk = False
        """Whether the next place is to be taken in hand as soon as places are known."""
        self._latest = Latest(self)
        self._latest.done.connect(self._found)
        self._latest.failed.connect(self._wrong)
        self._make()
        self.hide()

    def _make(self) -> None:
        self.line = FindLine()
        self.line.setPlaceholderText(tr("Find in this article"))
        self.line.setAccessibleName(tr("Find in this article"))
        self.line.setClearButtonEnabled(True)
        self.line.textChanged.connect(lambda _: self.search())
        self.line.stepped.connect(self.step)
        self.who = label("", "section")
        self.case = self._toggle("Aa", tr("Tell capital letters from small ones"))
        self.whole = self._toggle(tr("Whole"), tr("Whole words only"))
        self.accents = self._toggle("é", tr("Tell letters with accents from those without"))
        self.expression = self._toggle(".*", tr("A regular expression"))
        self.count = label("", "muted")
        self.count.setMinimumWidth(72)
        self.count.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        back, on = icon_button("up", tr("Previous place (Shift+F3)")), icon_button("down", tr("Next place (F3)"))
        back.clicked.connect(lambda: self.step(-1))
        on.clicked.connect(lambda: self.step(1))
        self.layer = QComboBox()
        self.layer.setAccessibleName(tr("Layer to label the current match as"))
        self.layer.setToolTip(self.layer.accessibleName())
        self.button = QPushButton(tr("Label"))
        self.button.setToolTip(tr("Label the current match and go on to the next (Ctrl+Enter)"))
        self.button.clicked.connect(self.label_in_hand)
        away = icon_button("close", tr("Close (Esc)"))
        away.clicked.connect(self.leave)
        for small in (back, on, away):
            small.setFixedWidth(34)
        self.line.setMinimumWidth(150)
        self.layer.setMaximumWidth(160)
        first, second = QHBoxLayout(), QWidget()
        first.setSpacing(4)
        first.addWidget(self.line, 1)
        first.addWidget(self.who, 1)
        for part in (self.count, back, on, away):
            first.addWidget(part)
        flow = FlowLayout(second, 4)
        for choice in (self.case, self.whole, self.accents, self.expression, self.layer, self.button):
            flow.addWidget(choice)
        self.fault = QLabel()
        self.fault.setTextFormat(Qt.TextFormat.PlainText)
        self.fault.setProperty("role", "fault")
        self.fault.setWordWrap(True)
        self.fault.hide()
        rows = QVBoxLayout(self)
        rows.setContentsMargins(10, 6, 6, 6)
        rows.setSpacing(4)
        rows.addLayout(first)
        rows.addWidget(second)
        rows.addWidget(self.fault)

    def _toggle(self, text: str, tip: str) -> QToolButton:
        made = QToolButton()
        made.setText(text)
        made.setCheckable(True)
        made.setProperty("role", "toggle")
        made.setToolTip(tip)
        made.setAccessibleName(tip)
        made.toggled.connect(lambda _: self.search())
        return made

    # opening

    def set_layers(self) -> None:
        """The layers of the study that is open."""
        session = self._work.session
        self.layer.clear()
        for layer in session.codebook.span_layers if session is not None else ():
            self.layer.addItem(swatch(layer.colour), layer.label, layer.key)

    def own_keys(self) -> tuple[str, dict[str, str]]:
        """The keys of the bar in words."""
        return tr("the find bar"), {
            "Return / Shift+Return": tr("The next place, or the one before"),
            "Ctrl+Return": tr("Label the current match and go on to the next"),
            "Esc": tr("Close the bar"),
        }

    def open(self) -> None:
        """Ask what to find; a short selection is taken over."""
        session, surface = self._work.session, self._work.surface
        if session is None or session.document is None:
            return
        chosen = surface.selection()
        self._show_as(None)
        if chosen is not None and chosen[1] - chosen[0] <= LONGEST and not self.expression.isChecked():
            words = session.text[slice(*chosen)]
            if "\n" not in words:
                with QSignalBlocker(self.line):
                    self.line.setText(words)
        self.line.setFocus()
        self.line.selectAll()
        self.search()

    def show_mentions(self, entity_id: str) -> None:
        """Mark every place where somebody is named, and take the next one in hand."""
        self._show_as(entity_id)
        self._walk = True
        self.search()

    def _show_as(self, entity_id: str | None) -> None:
        session = self._work.session
        self.entity = entity_id
        named = session.names().get(entity_id, "?") if session is not None and entity_id is not None else ""
        self.who.setText(tr("Mentions of “{name}”", name=named))
        self.who.setVisible(entity_id is not None)
        for part in (self.line, self.case, self.whole, self.accents, self.expression):
            part.setVisible(entity_id is None)
        self.show()

    def leave(self) -> None:
        """Close it; the marks go."""
        back = self.isAncestorOf(focus) if (focus := self.window().focusWidget()) is not None else False
        self._latest.forget()
        self._walk = False
        self._take([])
        self.hide()
        if back:
            self._work.surface.setFocus()

    def stop(self) -> None:
        """The study is closed."""
        self._latest.finish()
        self.places, self.at, self.entity = [], None, None
        self.hide()

    # finding

    def search(self) -> None:
        """Look again: other words, or another article."""
        session = self._work.session
        if session is None or session.document is None or self.isHidden():
            return
        self._latest.forget()
        self.fault.hide()
        text, typed = session.text, self.line.text()
        case, whole, accents = self.case.isChecked(), self.whole.isChecked(), self.accents.isChecked()
        self.whole.setEnabled(not self.expression.isChecked())
        self.accents.setEnabled(not self.expression.isChecked())
        if self.entity is not None:
            entity = session.entities.get(self.entity)
            names = (entity.name, *entity.aliases) if entity is not None else ()
            self._look(lambda: mentions(text, names), len(text) > LONG)
        elif not typed:
            self._take([])
        elif self.expression.isChecked():
            self._look(lambda: find_expression(text, typed, case), True)
        else:
            self._look(lambda: find_plain(text, typed, case, whole, accents), len(text) > LONG)

    def _look(self, find: Callable[[], list[Fragment]], beside: bool) -> None:
        """At once, or beside the window where it may take long."""
        if not beside:
            self._found(find())
            return
        self._take([])
        self.count.setText(tr("looking…"))
        self._latest.run(lambda _progress: find())

    def _found(self, places: list[Fragment]) -> None:
        self._take(places)
        walk, self._walk = self._walk, False
        if walk and places:
            self._work.surface.setFocus()
            self.step(1)
        elif walk:
            self._work.message(self._nothing())

    def _wrong(self, error: AnnotatorError) -> None:
        self._walk = False
        self._take([])
        told = f"{spoken(error.what)}; {spoken(error.remedy)}"
        told = f"{spoken(error.where)}: {told}" if error.where.startswith("character") else told
        self.fault.setText(told[:1].upper() + told[1:])
        self.fault.show()

    def _take(self, places: list[Fragment]) -> None:
        chosen = self._work.surface.selection()
        self.places = places
        self.at = places.index(chosen) if chosen in places else None
        self._tell()

    def _tell(self) -> None:
        self._work.surface.set_found(self.places, self.at)
        if not self.places:
            self.count.setText(tr("nothing found") if self.line.text() or self.entity else "")
        elif self.at is None:
            self.count.setText(tr("{n} found", n=len(self.places)))
        else:
            self.count.setText(tr("{i} of {n}", i=self.at + 1, n=len(self.places)))
        announce(self, self.count.text())
        self.button.setEnabled(bool(self.places))

    def step(self, step: int) -> None:
        """Take the next place in hand, or the one before; from the last it goes on to the first."""
        if self.isHidden():
            self.open()
            return
        if not self.places:
            self._work.message(self._nothing())
            return
        if self.at is None:
            selected = self._work.surface.selection()
            caret = selected[0] if selected is not None else self._work.surface.caret()
            later = sum(1 for start, _ in self.places if start < caret)
            self.at = later % len(self.places) if step > 0 else (later - 1) % len(self.places)
        else:
            self.at = (self.at + step) % len(self.places)
        place = self.places[self.at]
        self._work.surface.set_selection(*place)
        self._work.surface.reveal(*place)
        self._tell()
        self._work.message(tr("Place {i} of {n}", i=self.at + 1, n=len(self.places)))

    def _nothing(self) -> str:
        session = self._work.session
        if self.entity is not None and session is not None:
            return tr("“{name}” is not named in this article", name=session.names().get(self.entity, "?"))
        return tr("Nothing found in this article")

    # labelling

    def label_in_hand(self) -> None:
        """Label the place in hand as the layer chosen, by itself and tied to nothing; then take the next in hand."""
        session = self._work.session
        if self.isHidden() or session is None or session.document is None or self.layer.currentData() is None:
            return
        if self.at is None:
            self.step(1)
            return
        layer = session.codebook.layer(self.layer.currentData())
        chosen = self._work.chosen(layer)
        if chosen is None:
            self._work.notice(tr("No match is chosen: go to one with F3"))
            return
        there = next((a.id for a in session.labels.values() if a.layer == layer.key and a.fragments == (chosen,)), None)
        if there is not None:
            self._work.message(tr("This place is labelled “{layer}” already", layer=layer.label))
        else:
            words = session.text[slice(*chosen)]
            values = entity_value(session.register, layer, self.entity) or known_entity(session.register, layer, words)
            command = AddAnnotation(
                coder_id=session.coder.id,
                document_id=session.document.id,
                layer=layer.key,
                fragments=(chosen,),
                values=values,
            )
            if session.apply(command) is None:
                return
        self.step(1)
