"""How each command on an article is carried out: its state, its facts, notes, decisions, answers to suggestions."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain import commands as c
from annotator.domain.annotations import DOCUMENT_STATES
from annotator.domain.errors import NotFound, Refusal
from annotator.domain.facts import with_facts
from annotator.domain.words import say
from annotator.services.coding import notes as noting
from annotator.services.coding import verdicts
from annotator.services.coding.step import Step
from annotator.store import documents as document_rows


def set_document_state(step: Step, command: c.SetDocumentState) -> None:
    """How far the coder is with the article."""
    if command.state not in DOCUMENT_STATES:
        raise Refusal(say("`{state}` is not a state of a document", state=command.state), command.document_id)
    reason = (command.reason or "").strip() or None
    if command.state == "skipped" and reason is None:
        raise Refusal("skipping an article needs a reason", remedy="give the reason in a few words")
    if reason is not None and command.state not in ("skipped", "done"):
        raise Refusal("a reason is given only for an article that is skipped or done", command.document_id)
    step.document(command.document_id)
    before = document_rows.state(step.unit.connection, command.document_id, command.coder_id)
    was = document_rows.reason(step.unit.connection, command.document_id, command.coder_id)
    if (before, was) != (command.state, reason):
        step.unit.put_state(command.document_id, command.coder_id, before, command.state, reason)


def set_facts(step: Step, command: c.SetFacts) -> None:
    """What is known of the article."""
    before = document_rows.get(step.unit.connection, command.document_id)
    if before is None:
        raise NotFound("there is no such document", command.document_id)
    after = with_facts(before, command.facts)
    if after != before:
        step.unit.put_document(before, replace(after, revised=step.unit.at))


def add_note(step: Step, command: c.AddNote) -> None:
    """A note on the article."""
    noting.add(step.unit, command, step.document(command.document_id))


def change_note(step: Step, command: c.ChangeNote) -> None:
    """Other words of a note."""
    noting.change(step.unit, command)


def remove_note(step: Step, command: c.RemoveNote) -> None:
    """Take a note away."""
    noting.remove(step.unit, command)


def record_decision(step: Step, command: c.RecordDecision) -> None:
    """What was decided where coders differ."""
    step.document(command.decision.document_id)
    step.unit.put_decision(None, replace(command.decision, at=step.unit.at))


def answer_suggestion(step: Step, command: c.AnswerSuggestion) -> None:
    """What the coder says to a suggestion."""
    verdicts.answer(step.unit, command)
