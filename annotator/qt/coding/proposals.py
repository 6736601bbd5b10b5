"""What stands to reason for a statement, from those before it. It is shown, and a person takes it by one key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import LinkLayer, Role
from annotator.domain.codebook.values import entity_ids
from annotator.domain.commands import EmptyRef, FillerRef
from annotator.domain.statements import named_entity
from annotator.qt.coding.session import Session

LOOKED_AT = 400
"""How many labels are looked at, the latest first: an article can have thousands, and the form must not wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Who or what may stand in a role: a label or somebody of the register, or nobody for a reason."""

    words: str
    filler: FillerRef | None = None
    empty: EmptyRef | None = None


def _latest(session: Session) -> Iterator[Annotation]:
    return islice(reversed(session.labels.values()), LOOKED_AT)


def for_role(
    session: Session, layer: LinkLayer, role: Role, owner: Annotation, link: Annotation | None, most: int = 4
) -> list[Proposal]:
    """What stood in this role before, the latest first: the speaker of the quotation, the target before.

    Then labels of the article that name somebody else and stand in no link of the owner.
    """
    found: dict[object, Proposal] = {}
    held = {(f.annotation, f.entity) for f in (link.roles.get(role.key, ()) if link is not None else ())}
    reasons = {r.key: r.label for r in role.empty_because}
    mine = {x.id for x in session.links_of(owner.id)}
    for a in _latest(session):
        if len(found) == most:
            break
        if a.layer != layer.key or a.id in mine:
            continue
        for f in a.roles.get(role.key, ()):
            label = session.labels.get(f.annotation or "")
            who = f.entity or named_entity(session.codebook, label)
            if (f.annotation, f.entity) in held or (f.annotation is not None and label is None):
                continue
            words = session.names().get(who or "", "") or (session.passage(label) if label is not None else "?")
            about = (who or f.annotation,)
            found.setdefault(about, Proposal(words=words, filler=FillerRef(annotation=f.annotation, entity=f.entity)))
        empty = a.empty.get(role.key)
        if empty is not None and empty.because in reasons:
            name = session.names().get(empty.entity or "")
            words = f"{reasons[empty.because]}: {name}" if name else reasons[empty.because]
            ref = EmptyRef(because=empty.because, entity=empty.entity)
            found.setdefault((empty.because, empty.entity), Proposal(words=words, empty=ref))
    return list(found.values())[:most]


def named_before(session: Session, layer: str, attribute: str) -> list[str]:
    """Ids of those whom labels of a layer name in an attribute, the latest first."""
    found: dict[str, None] = {}
    for a in _latest(session):
        if a.layer == layer:
            found.update(dict.fromkeys(entity_ids(a.values.get(attribute))))
    return list(found)
