"""How coders are called on the screen: by name, or by a number that tells nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain.annotations import Coder
from annotator.qt.toolkit.words import spoken, tr


@dataclass(frozen=True, slots=True)
class People:
    """names: coder id -> what is shown. own: the only coder of whom anything but figures is shown; None for all."""

    names: Mapping[str, str] = field(default_factory=dict)
    by_name: Mapping[str, str] = field(default_factory=dict)
    own: str | None = None

    @classmethod
    def of(cls, coders: tuple[Coder, ...], blind: bool, own: str | None) -> People:
        """blind: numbers instead of names, in the order of the figures."""
        told = {c.id: tr("Coder {n}", n=i) if blind else spoken(c.name) for i, c in enumerate(coders, 1)}
        return cls(told, {c.name: told[c.id] for c in coders}, own)

    def told(self, coder_id: str) -> str:
        """How one is called."""
        return self.names.get(coder_id, coder_id)
