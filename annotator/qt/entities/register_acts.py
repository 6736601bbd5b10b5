"""What can be done to entries of the register: enter, name, merge, split, remove. Each asks first, and is one step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from annotator.domain.commands import AddEntity, AnyCommand, Batch, RemoveEntity
from annotator.domain.errors import AnnotatorError
from annotator.qt.coding.session import Session
from annotator.qt.entities.dialogs import LabelRow, MergeDialog, NewDialog, SplitDialog
from annotator.qt.entities.register_lists import RegisterLists
from annotator.qt.form.picker import Option, Picker, Question
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.entities import registry as entities


class Teller(Protocol):
    """The window in which it is done."""

    def apply(self, command: AnyCommand, told: str = "") -> bool:
        """Do it and say so; whether it was done."""

    def tell(self, words: str, fault: str = "") -> None:
        """Say something below the lists."""


class RegisterActs:
    """The acts on who is selected."""

    def __init__(self, session: Session, lists: RegisterLists, teller: Teller, parent: QWidget) -> None:
        self._session = session
        self._lists = lists
        self._teller = teller
        self._parent = parent
        self.uses: Mapping[str, Sequence[entities.Use]] = {}
        self.dialog: MergeDialog | SplitDialog | NewDialog | None = None

    @property
    def _coder(self) -> str:
        return self._session.coder.id

    def enter(self) -> None:
        """Somebody new; what is typed in the search is the name to begin with."""
        lists = self._lists
        name = lists.line.text().strip() if not lists.model.rows else ""
        self.dialog = dialog = NewDialog(self._session.codebook.entity_types, name, lists.kind, self._parent)

        def do(name: str, kind: str) -> None:
            key = self._session.study.ids()
            command = AddEntity(coder_id=self._coder, id=key, name=name, type=kind)
            if self._teller.apply(command, tr("“{n}” entered", n=name)):
                lists.line.clear()
                lists.take(key)

        dialog.agreed.connect(do)
        dialog.open()

    def name_selected(self, at: QWidget) -> None:
        """Ask whom the selected labels name; all of them get it in one step. at: where the question opens."""
        chosen = self._lists.selected_labels() if self._lists.shows_labels else []
        if not chosen:
            return
        kinds = {t.key: t.label for t in self._session.codebook.entity_types}
        options = [
            Option(e.name, kinds.get(e.type, e.type), e.id, also=e.aliases)
            for e in sorted(self._session.living(), key=lambda e: kinds.get(e.type, e.type))
        ]

        def do(key: str) -> None:
            try:
                command = entities.name_command(self._session.study, self._coder, chosen, key)
            except AnnotatorError as error:
                self._teller.tell("", spoken(error))
                return
            self._teller.apply(command, tr("Named; Ctrl+Z takes it back"))

        Picker(self._parent, Question(options, lambda key: lambda: do(key))).open_at(at)

    def merge(self) -> None:
        """The selected ones are one; a person says which name stays."""
        chosen = self._lists.selected()
        if len(chosen) < 2:
            self._teller.tell(tr("Select two or more, with Ctrl or Shift, to merge them"))
            return
        counts = {key: len(u) for key, u in self.uses.items()}
        self.dialog = dialog = MergeDialog(chosen, counts, self._parent)

        def do(stays: str, others: list[str]) -> None:
            command = entities.merge_command(self._session.study, self._coder, stays, others)
            if self._teller.apply(command, tr("Merged; Ctrl+Z takes it back")):
                self._lists.take(stays)

        dialog.agreed.connect(do)
        dialog.open()

    def split(self) -> None:
        """The selected one is two; a person says which labels are the other's."""
        chosen = self._lists.selected()
        if len(chosen) != 1:
            return
        one, study = chosen[0], self._session.study
        self.dialog = dialog = SplitDialog(one, study.codebook.entity_types, self._label_rows(one.id), self._parent)

        def do(name: str, kind: str, keys: list[str]) -> None:
            try:
                command = entities.split_command(study, self._coder, one.id, name, kind, keys)
            except AnnotatorError as error:
                self._teller.tell("", spoken(error))
                return
            self._teller.apply(command, tr("Split; Ctrl+Z takes it back"))

        dialog.agreed.connect(do)
        dialog.open()

    def _label_rows(self, entity_id: str) -> list[LabelRow]:
        """The labels that name an entity, the coder's own first."""
        study = self._session.study
        numbers = {d.id: d.number for d in study.documents()}
        texts: dict[str, str] = {}
        rows: list[LabelRow] = []
        for use in sorted(
            self.uses.get(entity_id, ()), key=lambda u: (u.coder_id != self._coder, numbers[u.document_id])
        ):
            a = study.annotation(use.annotation_id)
            if a.document_id not in texts:
                texts[a.document_id] = study.text(a.document_id)
            anchors = a.fragments or next(
                (
                    other.fragments
                    for fillers in a.roles.values()
                    for f in fillers
                    if f.annotation and (other := study.annotation(f.annotation)).fragments
                ),
                (),
            )
            words = " … ".join(" ".join(texts[a.document_id][s:e].split()) for s, e in anchors)
            head = f"{numbers[a.document_id]}.  {study.codebook.layer(a.layer).label}"
            rows.append(LabelRow(a.id, f"{head}: “{words}”" if words else head, a.coder_id == self._coder))
        return rows

    def remove(self) -> None:
        """Take the selected out of the register; refused while a label names one of them."""
        chosen = self._lists.selected()
        if chosen:
            steps = tuple(RemoveEntity(coder_id=self._coder, entity_id=e.id) for e in chosen)
            batch = Batch(coder_id=self._coder, name="RemoveEntity", commands=steps)
            self._teller.apply(batch, tr("Removed; Ctrl+Z takes it back"))
