"""How much of a package came to be written here."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.services.team.similar_names import Similar


@dataclass(frozen=True, slots=True, kw_only=True)
class Landed:
    """How many labels, states, notes and answers to suggestions a package changed here, in how many steps.

    carried, marked: labels that were brought to the newest codebook, and those of them to be looked at again.
    """

    added: int = 0
    changed: int = 0
    removed: int = 0
    states: int = 0
    notes: int = 0
    verdicts: int = 0
    steps: int = 0
    carried: int = 0
    marked: int = 0


@dataclass(frozen=True, slots=True)
class LandedEntities:
    """New and changed entries of the register, and whom the new ones may be."""

    added: int = 0
    changed: int = 0
    similar: tuple[Similar, ...] = ()
