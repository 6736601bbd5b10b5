"""What one coder's label of a unit says, in words, to be read beside what the others' say."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Codebook, LinkLayer
from annotator.domain.codebook.owners import other_roles
from annotator.domain.codebook.values import category
from annotator.domain.words import say
from annotator.services.agreement.comparing import category_name
from annotator.services.agreement.units import role_entities


def told_values(
    codebook: Codebook, a: Annotation, by_id: Mapping[str, Annotation], entities: Mapping[str, str]
) -> list[tuple[str, str]]:
    """(attribute or role, what it holds) of all that have something, in the codebook's order; the memo last."""
    layer = codebook.layer(a.layer)
    told: list[tuple[str, str]] = []
    if isinstance(layer, LinkLayer):
        for role in other_roles(codebook, layer.key):
            named = [entities.get(e, e) for e in role_entities(codebook, a, role.key, by_id)]
            reason = a.empty.get(role.key)
            because = next((x.label for x in role.empty_because if reason and x.key == reason.because), "")
            text = ", ".join(part for part in (" + ".join(named), because) if part)
            if text:
                told.append((role.label or role.key, text))
    for attribute in layer.attributes:
        key = category(attribute, a.values.get(attribute.key))
        if key is not None:
            name = category_name(attribute, key, entities)
            told.append((attribute.label, say("{name} (?)", name=name) if attribute.key in a.uncertain else name))
    if a.memo:
        told.append(("", a.memo))
    return told
