"""Everything that is proposed, taken by one key: what that is, in words."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.qt.form.field import Field
from annotator.qt.form.roles import RoleField


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken, in words; and what is proposed out of view, and was left."""

    taken: tuple[str, ...]
    left: tuple[str, ...]


def proposes(stop: Field | RoleField) -> bool:
    """Whether something is proposed there for what is not told."""
    if isinstance(stop, RoleField):
        return stop.lacking and stop.proposes
    return stop.value is None and stop.proposed is not None and stop.typed() is None


def proposed_words(stop: Field | RoleField) -> str:
    """What is proposed, and for what."""
    if isinstance(stop, RoleField):
        return stop.proposed_in_words()
    words = stop.words_of(stop.proposed)
    return f"{stop.attribute.label}: {words}" if words else stop.attribute.label
