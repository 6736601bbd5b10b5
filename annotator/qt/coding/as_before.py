"""What a label lacks and the one before it has: given by one key, and said beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import EntityAttribute, LinkLayer, TextAttribute
from annotator.domain.codebook.owners import links_owned, other_roles
from annotator.domain.codebook.values import entity_ids, label_of
from annotator.domain.commands import SetValue
from annotator.domain.statements import named_entities
from annotator.qt.coding.linking import asked_values, default_role
from annotator.qt.coding.session import Session
from annotator.qt.coding.wording import role_words
from annotator.qt.toolkit.matching import plain

_LOOKED_AT = 400
"""How many labels are looked at, the latest first: the form must not wait for an article with thousands."""


def as_before(session: Session, a: Annotation) -> list[SetValue]:
    """Steps that give a label and its links what they are asked for, lack, and those of the label before have.

    The label before is the coder's last one of its layer. A link gets values only from one about the same: what stood
    for one target says nothing of another. Free text was written for its own words, and stays there.
    """
    other = next((x for x in islice(reversed(session.labels.values()), _LOOKED_AT) if _is_before(x, a)), None)
    if other is None:
        return []
    steps = _lacked(session, a, other)
    for owning in links_owned(session.codebook, a.layer):
        mine, theirs = (session.owned_links(x.id, owning.link) for x in (a, other))
        told = {_about(session, owning.link, x): x for x in reversed(theirs)}
        for link in mine:
            if (same := told.get(_about(session, owning.link, link))) is not None:
                steps += _lacked(session, link, same)
    return steps


def _is_before(x: Annotation, a: Annotation) -> bool:
    return x.layer == a.layer and x.id != a.id and (x.created, x.id) < (a.created, a.id) and bool(x.values)


def _about(session: Session, layer: LinkLayer, link: Annotation) -> tuple[object, ...]:
    """Who or what stands in a link beside its owner, by name where it is named."""
    found: list[object] = []
    for role in other_roles(session.codebook, layer.key):
        for f in link.roles.get(role.key, ()):
            label = session.labels.get(f.annotation or "")
            named = named_entities(session.codebook, label) if label is not None else ()
            words = [plain(session.passage(label))] if label is not None else []
            found.append((role.key, *([f.entity] if f.entity else named or words)))
        if (empty := link.empty.get(role.key)) is not None:
            found.append((role.key, empty.because, empty.entity))
    return tuple(found)


def _lacked(session: Session, mine: Annotation, theirs: Annotation) -> list[SetValue]:
    layer = session.codebook.layer(mine.layer)
    # whoever stands in a role of this statement is known by that, not by the statement before
    carried = [
        x.key
        for x in layer.attributes
        if not isinstance(x, TextAttribute) and not (isinstance(x, EntityAttribute) and default_role(x))
    ]
    new = {k: theirs.values[k] for k in carried if k in theirs.values and k not in mine.values}
    # a condition may rest on a value that comes along; what is not asked for then stays behind
    asked = asked_values(session, layer, mine.fragments, {**new, **mine.values})
    return [
        SetValue(coder_id=session.coder.id, annotation_id=mine.id, attribute=k, value=v)
        for k, v in new.items()
        if k in asked
    ]


def in_words(session: Session, a: Annotation, steps: Sequence[SetValue]) -> str:
    """What the steps would give; of a link with whom it is about."""
    parts = []
    for step in steps:
        held = session.labels[step.annotation_id]
        layer = session.codebook.layer(held.layer)
        words = _value(session, layer.attribute(step.attribute), step.value)
        if held.id != a.id and isinstance(layer, LinkLayer):
            told = [role_words(session, held, r) for r in other_roles(session.codebook, layer.key)]
            words = f"{' – '.join(x for x in told if x) or layer.label}: {words}"
        parts.append(words)
    return " · ".join(parts)


def _value(session: Session, attribute: Any, value: Any) -> str:
    named = [session.names().get(key, "?") for key in entity_ids(value)]
    if named:
        return ", ".join(named)
    return (
        label_of(attribute, value)
        if not isinstance(value, bool)
        else f"{attribute.label}: {label_of(attribute, value)}"
    )
