"""What a label is called where a person chooses or sees it: its passage, or who and what a link ties."""

from __future__ import annotations

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import LinkLayer, Role
from annotator.domain.statements import named_entities
from annotator.qt.coding.session import Session

_DEEP = 3
"""A link in a link in a link: more of it is not read at a glance."""


def words_of(session: Session, a: Annotation, deep: int = 0) -> str:
    """The passage of a label; of a link its name, and who or what stands in its roles."""
    layer = session.codebook.layer(a.layer)
    if not isinstance(layer, LinkLayer):
        return session.passage(a)
    held = [words for role in layer.roles if (words := role_words(session, a, role, deep))] if deep < _DEEP else []
    return f"{layer.label}: {' – '.join(held)}" if held else layer.label


def role_words(session: Session, link: Annotation, role: Role, deep: int = 0) -> str:
    """Who or what stands in a role of a link, or why nobody does."""
    names, found = session.names(), []
    for f in link.roles.get(role.key, ()):
        other = session.labels.get(f.annotation or "")
        if other is None:
            found.append(names.get(f.entity or "", "?"))
            continue
        named = [names[e] for e in named_entities(session.codebook, other) if e in names]
        found.append(" + ".join(named) or words_of(session, other, deep + 1))
    reason = link.empty.get(role.key)
    if reason is not None:
        found.append(next((r.label for r in role.empty_because if r.key == reason.because), reason.because))
    return " + ".join(found)
