"""Notes and questions on the article, in the order of the text, each with its answers."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QScrollArea, QVBoxLayout, QWidget

from annotator.domain.annotations import Note
from annotator.domain.changes import ChangeSet
from annotator.qt.coding.session import Session
from annotator.qt.toolkit.days import moment_words
from annotator.qt.toolkit.icons import IconFirstButton, icon_button
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import tr
from annotator.services.study.history import moment


def visible_notes(session: Session) -> list[Note]:
    """Notes on the article that is open: all for a supervisor; for a coder, who works blind, own ones and answers."""
    if session.document is None:
        return []
    found = session.study.notes(session.document.id)
    if session.coder.role != "coder":
        return found
    own = {n.id for n in found if n.coder_id == session.coder.id and n.reply_to is None}
    return [n for n in found if n.id in own or n.reply_to in own]


def ordered(notes: list[Note]) -> list[tuple[Note, list[Note]]]:
    """Notes by place, those on the whole article first, with the answers to each."""
    replies: dict[str, list[Note]] = {}
    for n in notes:
        if n.reply_to is not None:
            replies.setdefault(n.reply_to, []).append(n)
    tops = sorted(
        (n for n in notes if n.reply_to is None), key=lambda n: (n.start if n.start is not None else -1, n.created)
    )
    return [(n, replies.get(n.id, [])) for n in tops]


class NotesPanel(QScrollArea):
    """One card a note; opens its place, answers it, settles it, takes it away."""

    opened = Signal(str)
    answer = Signal(str)
    settle = Signal(str, bool)
    removed = Signal(str)
    counted = Signal(int)
    """How many notes are not settled."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(tr("Notes and questions on this article"))
        self._session: Session | None = None
        self.notes: list[tuple[Note, list[Note]]] = []
        self.cards: dict[str, QPushButton] = {}

    def set_session(self, session: Session | None) -> None:
        """What it is about."""
        self._session = session
        if session is not None:
            session.opened.connect(self.reload)
            session.changed.connect(self._changed)
        self.reload()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.notes:
            self.reload()

    def reload(self) -> None:
        """Ask the store again."""
        session = self._session
        self.notes = ordered(visible_notes(session)) if session is not None else []
        self.cards = {}
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(4, 4, 8, 8)
        rows.setSpacing(8)
        if not self.notes:
            rows.addWidget(
                label(
                    tr("No notes yet. Select a passage and press Ctrl+Shift+N to write one, for you or as a question."),
                    "muted",
                    wrap=True,
                )
            )
        names = {c.id: c.name for c in session.study.coders()} if session is not None else {}
        for note, replies in self.notes:
            rows.addWidget(self._card(note, replies, names))
        rows.addStretch(1)
        old = self.takeWidget()
        if old is not None:
            old.deleteLater()
        self.setWidget(page)
        self.counted.emit(sum(not n.settled for n, _ in self.notes))

    def _card(self, note: Note, replies: list[Note], names: dict[str, str]) -> QWidget:
        session = self._session
        assert session is not None
        card = QFrame()
        card.setProperty("role", "panel")
        box = QVBoxLayout(card)
        box.setContentsMargins(10, 8, 10, 8)
        box.setSpacing(4)
        kind = tr("Question") if note.kind == "question" else tr("Note")
        state = tr("settled") if note.settled else tr("answered") if replies else ""
        head = QHBoxLayout()
        open_button = IconFirstButton(
            "question" if note.kind == "question" else "pen", f"{kind}{f' ({state})' if state else ''}"
        )
        open_button.setToolTip(tr("Show the passage"))
        open_button.setAccessibleName(f"{kind}, {state}: {note.text}" if state else f"{kind}: {note.text}")
        open_button.clicked.connect(lambda: self.opened.emit(note.id))
        self.cards[note.id] = open_button
        head.addWidget(open_button)
        head.addStretch(1)
        if note.coder_id == session.coder.id and not replies:
            away = icon_button("close", tr("Take this note away"))
            away.clicked.connect(lambda: self.removed.emit(note.id))
            head.addWidget(away)
        box.addLayout(head)
        if note.start is not None and note.end is not None:
            words = " ".join(session.text[note.start : note.end].split())
            box.addWidget(label(f"“{words if len(words) < 90 else words[:89] + '…'}”", "muted", wrap=True))
        box.addWidget(self._words(note, names))
        for reply in replies:
            box.addWidget(self._words(reply, names, tr("answer")))
        row = QHBoxLayout()
        row.addStretch(1)
        answer = QPushButton(tr("Answer"))
        answer.clicked.connect(lambda: self.answer.emit(note.id))
        row.addWidget(answer)
        if note.coder_id == session.coder.id:
            settle = QPushButton(tr("Open again") if note.settled else tr("Settled"))
            settle.clicked.connect(lambda: self.settle.emit(note.id, not note.settled))
            row.addWidget(settle)
        box.addLayout(row)
        return card

    def _words(self, note: Note, names: dict[str, str], kind: str = "") -> QLabel:
        when = moment_words(moment(note.created))
        head = ", ".join(p for p in (names.get(note.coder_id, "?"), kind, when) if p)
        made = label(f"{head}\n{note.text}", "", wrap=True)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        return made
