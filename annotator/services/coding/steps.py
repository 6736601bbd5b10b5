"""Which function carries out which command."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from annotator.domain import commands as c
from annotator.services.coding import article_steps, entity_steps, label_steps
from annotator.services.coding.step import Step

_STEPS: Mapping[type[c.AnyCommand], Callable[[Step, Any], None]] = {
    c.AddAnnotation: label_steps.add_annotation,
    c.RemoveAnnotation: label_steps.remove_annotation,
    c.SetValue: label_steps.set_value,
    c.SetFragments: label_steps.set_fragments,
    c.SetRole: label_steps.set_role,
    c.SetMemo: label_steps.set_memo,
    c.SetUncertain: label_steps.set_uncertain,
    c.ConfirmAnnotation: label_steps.confirm_annotation,
    c.AddEntity: entity_steps.add_entity,
    c.ChangeEntity: entity_steps.change_entity,
    c.RemoveEntity: entity_steps.remove_entity,
    c.SetDocumentState: article_steps.set_document_state,
    c.SetFacts: article_steps.set_facts,
    c.AddNote: article_steps.add_note,
    c.ChangeNote: article_steps.change_note,
    c.RemoveNote: article_steps.remove_note,
    c.RecordDecision: article_steps.record_decision,
    c.AnswerSuggestion: article_steps.answer_suggestion,
}


def carry_out(step: Step, command: c.AnyCommand) -> None:
    """Check the command and write it; raises Refusal or NotFound."""
    _STEPS[type(command)](step, command)
