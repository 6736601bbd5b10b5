"""Questions that coders asked while they worked, and what was answered; both travel in packages."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.annotations import Document, Note
from annotator.domain.commands import AddNote, Batch, ChangeNote
from annotator.domain.errors import NotFound
from annotator.services.study import Study


@dataclass(frozen=True, slots=True)
class Question:
    """A question or note of a coder's with its passage (empty: the whole article) and the replies to it."""

    note: Note
    coder: str
    document: Document
    passage: str
    replies: tuple[tuple[str, Note], ...]

    @property
    def answered(self) -> bool:
        """Whether its coder, or the newest reply, says that it is settled."""
        return self.note.settled or (bool(self.replies) and self.replies[-1][1].settled)


def questions(study: Study, everything: bool = False) -> list[Question]:
    """Questions, oldest first; notes too where ``everything`` is wanted."""
    names = {c.id: c.name for c in study.coders()}
    written = study.notes()
    documents = {d.id: d for d in study.documents_with({n.document_id for n in written})}
    replies: dict[str, list[tuple[str, Note]]] = {}
    for n in written:
        if n.reply_to is not None:
            replies.setdefault(n.reply_to, []).append((names[n.coder_id], n))
    result = []
    for n in written:
        if n.reply_to is None and (everything or n.kind == "question"):
            words = ""
            if n.start is not None and n.end is not None:
                words = study.text(n.document_id)[n.start : n.end]
            result.append(Question(n, names[n.coder_id], documents[n.document_id], words, tuple(replies.get(n.id, ()))))
    return result


def answer(study: Study, coder_id: str, note_id: str, text: str) -> str:
    """Reply, and say that the question is settled; the id of the reply. Raises Refusal where the text is empty."""
    asked = next((n for n in study.notes() if n.id == note_id), None)
    if asked is None:
        raise NotFound("there is no such note", note_id)
    key = study.ids()
    reply = AddNote(coder_id=coder_id, document_id=asked.document_id, text=text, reply_to=note_id, id=key)
    settled = ChangeNote(coder_id=coder_id, note_id=key, settled=True)
    study.coding.apply(Batch(coder_id=coder_id, name="AnswerQuestion", commands=(reply, settled)))
    return key


def open_again(study: Study, coder_id: str, question: Question) -> None:
    """Take back that it is settled; raises Refusal where somebody else said so."""
    if not question.answered:
        return
    last = question.note if question.note.settled else question.replies[-1][1]
    study.coding.apply(ChangeNote(coder_id=coder_id, note_id=last.id, settled=False))
