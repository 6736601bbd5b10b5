"""The values, doubts and memo of one label, made from the codebook."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QApplication,
    QLineEdit,
    QPlainTextEdit,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Attribute, ChoicesAttribute, EntityAttribute, Layer
from annotator.domain.codebook.values import is_open
from annotator.domain.commands import AddAnnotation, AddEntity, AnyCommand, Batch, SetMemo, SetUncertain, SetValue
from annotator.domain.errors import AnnotatorError, StudyFileError
from annotator.qt.coding.linking import value_command
from annotator.qt.coding.proposals import likely_kind, named_before, named_within, same_words, who_is_meant
from annotator.qt.coding.session import Session
from annotator.qt.form.answer_row import AnswerRow, ask_type, types_for, with_named
from annotator.qt.form.carried import Carried
from annotator.qt.form.field import Field
from annotator.qt.form.fields import EntitiesField, TextField
from annotator.qt.form.search_field import ChoiceField, EntityField, SearchField
from annotator.qt.toolkit.icons import IconButton, icon_button
from annotator.qt.toolkit.undoing import UndoPassing
from annotator.qt.toolkit.words import spoken, tr


class Form(QWidget):
    """The values of labels of one layer, one label at a time."""

    answered = Signal(object)
    """The field that was answered: on to the next."""

    def __init__(self, session: Session, layer: Layer, part: bool = False) -> None:
        """part: it stands in a role of another label, whose memo is the one that is always there."""
        super().__init__()
        self._session, self.layer = session, layer
        self._part = part
        self.key: str | None = None
        """The label that is shown; None: an article's own label, made with its first value."""
        self._article = ""
        """Whose labels, and of which article."""
        self._memo_shown = ""
        self._about = ""
        """Who or what stands in the link whose values these are, where a statement has several."""
        self._of_twin: Mapping[str, Any] = {}
        """The values of the label before that has the same words."""
        self._rows: dict[str, AnswerRow] = {}
        self._doubts: dict[str, QToolButton] = {}
        self._undoing = UndoPassing(self)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(9)
        self.carried = Carried(session, layer)
        layout.addWidget(self.carried)
        for attribute in layer.attributes:
            layout.addWidget(self._row(attribute))
        self.memo_button = icon_button("pen", tr("Write a memo on {layer}", layer=layer.label))
        self.memo_button.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.memo_button.clicked.connect(self._open_memo)
        self.memo_button.setVisible(False)
        if self._rows:
            next(iter(self._rows.values())).head.addWidget(self.memo_button)
        else:
            layout.addWidget(self.memo_button)
        self.memo = QPlainTextEdit()
        self.memo.setPlaceholderText(tr("Memo"))
        self.memo.setAccessibleName(tr("Memo on {layer}", layer=layer.label))
        self.memo.setTabChangesFocus(True)
        self.memo.setFixedHeight(44)
        self._timer = QTimer(self, singleShot=True, interval=700)
        self._timer.timeout.connect(self._save_memo)
        self.memo.textChanged.connect(self._timer.start)
        layout.addWidget(self.memo)

    def show_label(self, key: str | None, register: bool = False, about: str = "") -> None:
        """Show a label, or the place of an article's own; register: whether the register changed since.

        about: whose values these are, where that is not clear: it is said beside each question.
        """
        self._about = about
        article = self._open_article()
        made = self.key is None and key is not None and article == self._article
        another = (key, article) != (self.key, self._article) and not made
        self.key, self._article = key, article
        if another:
            self._start_anew()
        self.refresh(register)
        self._put_back_typed()
        self._show_memo_box()

    def _show_memo_box(self) -> None:
        """One memo a statement; of what stands in its roles where one is written, else on demand."""
        has = self.key is not None and self.layer.kind != "link"
        wanted = has and (not self._part or bool(self.memo.toPlainText()) or has_focus_within(self.memo))
        self.memo.setVisible(wanted)
        self.memo_button.setVisible(has and not wanted)

    def _open_memo(self) -> None:
        self.memo.show()
        self.memo_button.hide()
        self.memo.setFocus()

    def _row(self, attribute: Attribute) -> QWidget:
        session, layer = self._session, self.layer
        row = AnswerRow(attribute, lambda: list(session.entities.values()))
        doubt = IconButton("question", tr("Mark a doubt about this value (Ctrl+U)"))
        doubt.setCheckable(True)
        doubt.setProperty("role", "doubt")
        doubt.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # Tab goes from field to field
        doubt.setAccessibleName(tr("Doubt: {what}", what=attribute.label))
        doubt.clicked.connect(lambda on, k=attribute.key: self._doubt(k, on))
        row.head.addWidget(doubt)
        field = row.field
        field.committed.connect(lambda value, k=attribute.key: self._set(k, value))
        field.created.connect(lambda text, k=attribute.key: self._new_entity(k, text))
        for part in field.findChildren(QLineEdit):
            self._undoing.watch(part)
        field.answered.connect(lambda f=field: self.answered.emit(f))
        if isinstance(field, SearchField):
            field.waits.connect(lambda k=attribute.key: self._tell_waiting(k))
        for names in entity_lines(field):
            names.one_kind = len(types_for(attribute, self._session.codebook.entity_types)) == 1
            names.recent = partial(named_before, session, layer.key, attribute.key)
            names.near = self._near
            allowed = [t.key for t in types_for(attribute, self._session.codebook.entity_types)]
            names.likely_kind = partial(self._likely_kind, attribute.key, allowed)
            names.kind_words = partial(_kind_words, self._session)
            names.made.connect(lambda name, kind, k=attribute.key: self._make((self.key, self._article), k, name, kind))
            names.waits.connect(lambda k=attribute.key: self._tell_waiting(k))
        self._rows[attribute.key], self._doubts[attribute.key] = row, doubt
        return row

    def _tell_waiting(self, key: str) -> None:
        known = isinstance(self._rows[key].field, ChoiceField)
        told = tr("This is none of the answers yet: choose one from the list")
        self._rows[key].tell_fault(told if known else tr("Nobody of this name yet: Enter makes the name new"))

    def row_of(self, field: Field) -> AnswerRow:
        """The row of a field."""
        return self._rows[field.attribute.key]

    def _annotation(self) -> Annotation | None:
        return self._session.labels.get(self.key or "")

    def _start_anew(self) -> None:
        """Forget what was typed for another label: it is saved, or kept in the session."""
        self._timer.stop()
        for row in self._rows.values():
            row.field.forget()
            row.tell_fault("")
        self._show_memo("")

    def leave(self) -> None:
        """Save what was typed; what is refused is kept in the session until its label is shown again.

        Where another article or coder is there by now, nothing can be saved here any more: all of it is kept.
        """
        self.flush()
        left = self.unsaved()
        for key in ("", *self._rows):
            self._session.typed.pop(self._typed_key(key), None)
        self._session.typed.update({self._typed_key(key): words for key, words in left.items()})
        if not self._here:
            self.key, self._article = None, ""
            self._start_anew()

    def unsaved(self) -> dict[str, str]:
        """Attribute, or nothing for the memo -> what stands there and is not saved."""
        typed = {key: row.field.typed() for key, row in self._rows.items() if not row.isHidden()}
        a, memo = self._annotation(), self.memo.toPlainText()
        if memo != (a.memo if a is not None else self._memo_shown):
            typed[""] = memo
        return {key: words for key, words in typed.items() if words}

    def _put_back_typed(self) -> None:
        """What could not be saved when the label was left."""
        for (about, key), words in list(self._session.typed.items()):
            if about not in (self.key, self._article_key()):
                continue
            del self._session.typed[about, key]
            if key in self._rows:
                self._rows[key].field.put_typed(words)
                self._rows[key].tell_fault(tr("This could not be saved; it is as you typed it"))
            elif not key:
                self.memo.setPlainText(words)

    @property
    def _here(self) -> bool:
        """Whether the article and the coder are those of the label."""
        return self._article == self._open_article()

    def _open_article(self) -> str:
        session = self._session
        return f"{session.coder.id} {session.document.id if session.document is not None else ''}"

    def _article_key(self) -> str:
        return f"{self._article} {self.layer.key}"

    def _typed_key(self, attribute: str) -> tuple[str, str]:
        return self.key or self._article_key(), attribute

    def open_fields(self) -> list[Field]:
        """Fields that are asked for now."""
        return [row.field for row in self._rows.values() if not row.isHidden()]

    def refresh(self, register: bool = False) -> None:
        """Show what the store has."""
        a = self._annotation()
        values: Mapping[str, Any] = a.values if a else {}
        session = self._session
        zone = session.document.zone_at(a.fragments[0][0]) if a and a.fragments and session.document else None
        twin = same_words(session, a) if a is not None else None
        self._of_twin = twin.values if twin is not None else {}
        for attribute in self.layer.attributes:
            row, doubt = self._rows[attribute.key], self._doubts[attribute.key]
            field = row.field
            asked = is_open(self.layer, attribute, values, zone)
            row.setVisible(asked or attribute.key in values)
            if register and isinstance(field, (EntityField, EntitiesField)):
                field.refresh()
            field.refresh_value(values.get(attribute.key))
            lacking = attribute.required and values.get(attribute.key) is None
            given = isinstance(attribute, EntityAttribute) or attribute.default is not None
            row.tell_state(lacking, asked, self._about if attribute.required and not given else "")
            if isinstance(field, EntityField) and a is not None and a.fragments:
                field.suggested = " ".join(session.passage(a).split())[:80]
            field.propose(self._proposed(attribute, field) if asked and values.get(attribute.key) is None else None)
            field.describe(lacking)
            doubt.setChecked(a is not None and attribute.key in a.uncertain)
            doubt.setEnabled(a is not None)
            if field.typed() is None:
                field.refused = None
                row.tell_fault("")
        self.carried.show_label(a)
        if self.memo.toPlainText() == self._memo_shown:  # else somebody is typing
            self._show_memo(a.memo if a is not None else "")
        elif a is not None and self.memo.toPlainText() == a.memo:
            self._memo_shown = a.memo

    def _proposed(self, attribute: Attribute, field: Field) -> Any:
        """What one key takes: what the same words got before, whoever they may mean, or what the codebook says."""
        of_twin = self._of_twin.get(attribute.key)
        if of_twin is not None and attribute.required and not isinstance(field, (EntitiesField, TextField)):
            return of_twin
        if isinstance(field, EntityField) and isinstance(attribute, EntityAttribute):
            who = who_is_meant(
                self._session, self.layer.key, attribute.key, field.suggested, attribute.entity_types or ()
            )
            return None if who is None else {"entity": who}
        return _default(attribute)

    def _near(self) -> set[str]:
        """Who is named in the words of the statement."""
        owner = self._session.owner_of(self.key) if self.key is not None else None
        return named_within(self._session, self._session.passage(owner)) if owner is not None else set()

    def _likely_kind(self, key: str, allowed: list[str], name: str) -> str | None:
        return likely_kind(self._session, self.layer.key, key, name, allowed)

    def _show_memo(self, text: str) -> None:
        if text != self._memo_shown or self.memo.toPlainText() != text:
            self._memo_shown = text
            with QSignalBlocker(self.memo):
                self.memo.setPlainText(text)

    def flush(self) -> None:
        """Save what was typed."""
        if not self._here:
            return
        for field in self.open_fields():
            field.flush()
        self._timer.stop()
        self._save_memo()

    def _set(self, key: str, value: Any) -> None:
        session, a = self._session, self._annotation()
        field = self._rows[key].field
        if a is not None:
            self._tell(field, value_command(session, a, key, value))
        elif value is not None and (command := self._first(key, value)) is not None:
            self._tell(field, command)
        else:
            field.show_value(None)

    def _first(self, key: str, value: Any) -> AddAnnotation | None:
        """Make the article's own label with its first value; None where the label is gone or never can be."""
        session = self._session
        if self.key is not None or session.document is None or not self._here or self.layer.kind == "link":
            return None
        return AddAnnotation(
            coder_id=session.coder.id, document_id=session.document.id, layer=self.layer.key, values={key: value}
        )

    def _tell(self, field: Field, command: AnyCommand) -> bool:
        """Do it; whether it was done. What is refused stays as it was typed, with the reason below."""
        session, words = self._session, field.typed()
        refused: list[AnnotatorError] = []
        session.refused.connect(refused.append)
        done = session.apply(command)
        session.refused.disconnect(refused.append)
        key, a = field.attribute.key, self._annotation()
        field.show_value(a.values.get(key) if a is not None else None)
        if done is not None:
            return True
        if words:
            field.put_typed(words)
            # the codebook will say the same again; a full disk may not
            field.refused = None if isinstance(refused[-1], StudyFileError) else words
        fault = spoken(refused[-1])
        self._rows[key].tell_fault(fault)
        field.describe(False, fault)
        return False

    def _doubt(self, key: str, on: bool) -> None:
        if self.key is not None:
            self._session.apply(
                SetUncertain(coder_id=self._session.coder.id, annotation_id=self.key, attribute=key, uncertain=on)
            )

    def doubt(self, field: Field) -> None:
        """Mark a doubt about the value of a field, or take it back."""
        button = self._doubts[field.attribute.key]
        if button.isEnabled():
            button.click()

    def _save_memo(self) -> None:
        a = self._annotation()
        text = self.memo.toPlainText()
        if a is not None and text != a.memo:
            self._session.apply(SetMemo(coder_id=self._session.coder.id, annotation_id=a.id, memo=text))

    def _new_entity(self, key: str, name: str) -> None:
        owner = self.key, self._article
        allowed = types_for(self.layer.attribute(key), self._session.codebook.entity_types)
        field = self._rows[key].field
        likely = self._likely_kind(key, [t.key for t in allowed], name)
        ask_type(field, field, allowed, name, lambda kind: self._make(owner, key, name, kind), likely)

    def _make(self, owner: tuple[str | None, str], key: str, name: str, kind: str) -> None:
        """Make an entity and choose it for the label where it was named, which may be another than is shown by now."""
        shown = owner == (self.key, self._article)
        session = self._session
        a = session.labels.get(owner[0] or "")
        if a is None and not shown:
            return
        entity = session.study.ids()
        value = with_named(self.layer.attribute(key), a.values.get(key) if a is not None else None, entity)
        rest = value_command(session, a, key, value) if a is not None else self._first(key, value)
        if rest is None:
            return
        steps = rest.commands if isinstance(rest, Batch) else (rest,)
        assert all(isinstance(s, (SetValue, AddAnnotation)) for s in steps)
        add = AddEntity(coder_id=session.coder.id, name=name, type=kind, id=entity)
        command = Batch(coder_id=session.coder.id, name="AddEntity", commands=(add, *steps))
        if not shown:
            session.apply(command)
        elif self._tell(self._rows[key].field, command):
            self._rows[key].field.answered.emit()


def _kind_words(session: Session, kind: str) -> str:
    return next((t.label for t in session.codebook.entity_types if t.key == kind), kind)


def _default(attribute: Attribute) -> Any:
    """What the codebook says holds as a rule; it is proposed, and a person takes it."""
    return None if isinstance(attribute, (EntityAttribute, ChoicesAttribute)) else attribute.default


def entity_lines(field: Field) -> list[EntityField]:
    """The lines of a field in which somebody is named."""
    return [field] if isinstance(field, EntityField) else list(field.findChildren(EntityField))


def has_focus_within(widget: QWidget) -> bool:
    """Whether the focus is on the widget or on a part of it."""
    held = QApplication.focusWidget()
    return held is not None and (held is widget or widget.isAncestorOf(held))
