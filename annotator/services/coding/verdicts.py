"""What a coder says to suggestions: the part of coding that is not labels."""

from __future__ import annotations

from annotator.domain.changes import Change
from annotator.domain.commands import AnswerSuggestion
from annotator.domain.errors import NotFound, Refusal
from annotator.domain.suggestions import Verdict, verdict_from
from annotator.services.coding.notes import expect_unchanged
from annotator.store import annotations as annotation_rows
from annotator.store import suggestions
from annotator.store.units import UnitOfWork


def answer(unit: UnitOfWork, command: AnswerSuggestion) -> None:
    """Keep the answer; one that was given is taken back by undo, or by removing the label, never written over."""
    found = suggestions.get(unit.connection, command.suggestion_id)
    if found is None:
        raise NotFound("there is no such suggestion", command.suggestion_id, "open the article again")
    if found.coder_id not in (None, command.coder_id):
        raise Refusal("this suggestion is meant for another coder", command.suggestion_id)
    if suggestions.verdict_of(unit.connection, command.suggestion_id, command.coder_id) is not None:
        raise Refusal("this suggestion was answered already", command.suggestion_id, "undo the answer first")
    if (command.said == "accepted") != (command.label is not None):
        raise Refusal("only an accepted suggestion makes a label", command.suggestion_id)
    if command.label is not None:
        label = annotation_rows.get(unit.connection, command.label)
        if label is None:
            raise NotFound("there is no such label", command.label)
        if (label.coder_id, label.document_id) != (command.coder_id, found.document_id):
            raise Refusal("this label belongs to another coder or article", label.id)
    unit.put_verdict(None, Verdict(found.id, command.coder_id, found.document_id, command.said, command.label))


def put_back(unit: UnitOfWork, step: Change, coder_id: str) -> None:
    """Undo one step, of an answer of the coder's own."""
    suggestion_id, _, owner = step.thing_id.partition("/")
    if owner != coder_id:
        raise Refusal("this answer is another coder's", step.thing_id)
    document = step.document_id or ""
    now = suggestions.verdict_of(unit.connection, suggestion_id, coder_id)
    was = verdict_from(step.thing_id, document, step.before) if step.before else None
    expect_unchanged(now, verdict_from(step.thing_id, document, step.after) if step.after else None)
    unit.put_verdict(now, was)
