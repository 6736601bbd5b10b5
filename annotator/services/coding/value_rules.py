"""What a value may be."""

from __future__ import annotations

from typing import Any

from annotator.domain.codebook.model import Asking
from annotator.domain.codebook.values import entity_ids, value_fault
from annotator.domain.errors import Refusal
from annotator.services.coding.step import Step


def check_value(step: Step, owner: Asking, key: str, value: Any) -> None:
    """Raise Refusal where the value is none that the attribute takes, NotFound where it names an unknown entity."""
    attribute = owner.attribute(key)
    if fault := value_fault(attribute, value):
        raise Refusal(fault, attribute.label)
    if attribute.type == "entity":
        for entity_id in entity_ids(value):
            step.entity(entity_id)
