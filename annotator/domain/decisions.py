"""Decisions of adjudication: how one case was settled, from which versions, by whom, and whether blind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Outcome = Literal["settled", "rejected", "discuss"]
"""A gold label stands for the case; no label is to stand; it is to be talked about first."""

How = Literal["version", "mixed", "written", "majority", "dawid_skene", "rejected", "discuss"]
"""dawid_skene: a proposal of that model was taken as it was shown."""

GOLD = "gold"
"""The role of the coder whose labels are the settled version; nobody codes under it."""


@dataclass(frozen=True, slots=True)
class Shown:
    """One version as it was shown: whose it is, the label (None: this coder made none), a hash of what it said."""

    coder: str
    label: str | None
    basis: str


@dataclass(frozen=True, slots=True)
class Decision:
    """How one case was settled.

    versions: in the order in which they were shown; seed: what that order was drawn from.
    chosen: field -> number of the version it was taken from (from 1), or "written".
    gold: the gold labels that the decision made or changed, the case's own first; covers: a coder's label that a
    settled link names -> the gold label that stands for it. replaces: an earlier decision on the same case.
    blind: whether the settler had not looked up who coded; lifted_at and lifted_by: when and by whom that was first
    looked up for this case, None where it was not. proposed: fields that were taken from what the model of Dawid and
    Skene proposed -> how likely the model said the value is.
    """

    id: str
    case_id: str
    document_id: str
    layer: str
    outcome: Outcome
    how: How
    versions: tuple[Shown, ...]
    settled_by: str
    at: str = ""
    seed: int = 0
    chosen: Mapping[str, int | str] = field(default_factory=dict)
    gold: tuple[str, ...] = ()
    covers: Mapping[str, str] = field(default_factory=dict)
    replaces: str | None = None
    blind: bool = True
    lifted_at: str | None = None
    lifted_by: str | None = None
    note: str | None = None
    proposed: Mapping[str, float] = field(default_factory=dict)

    @property
    def labels(self) -> tuple[str, ...]:
        """The coders' labels that were before the settler."""
        return tuple(v.label for v in self.versions if v.label is not None)

    def record(self) -> dict[str, Any]:
        """As plain JSON values, as the journal keeps it."""
        return {
            "id": self.id,
            "case": self.case_id,
            "document": self.document_id,
            "layer": self.layer,
            "outcome": self.outcome,
            "how": self.how,
            "versions": [{"coder": v.coder, "label": v.label, "basis": v.basis} for v in self.versions],
            "settled_by": self.settled_by,
            "at": self.at,
            "seed": self.seed,
            "chosen": dict(self.chosen),
            "gold": list(self.gold),
            "covers": dict(self.covers),
            "replaces": self.replaces,
            "blind": self.blind,
            "lifted_at": self.lifted_at,
            "lifted_by": self.lifted_by,
            "note": self.note,
            # only where there is one: what was written before proposals were known reads the same
            **({"proposed": dict(self.proposed)} if self.proposed else {}),
        }


def decision_of(r: Mapping[str, Any]) -> Decision:
    """The decision that `Decision.record` described."""
    return Decision(
        id=r["id"],
        case_id=r["case"],
        document_id=r["document"],
        layer=r["layer"],
        outcome=r["outcome"],
        how=r["how"],
        versions=tuple(Shown(v["coder"], v["label"], v["basis"]) for v in r["versions"]),
        settled_by=r["settled_by"],
        at=r["at"],
        seed=r["seed"],
        chosen=dict(r["chosen"]),
        gold=tuple(r["gold"]),
        covers=dict(r["covers"]),
        replaces=r["replaces"],
        blind=r["blind"],
        lifted_at=r["lifted_at"],
        lifted_by=r["lifted_by"],
        note=r["note"],
        proposed=dict(r.get("proposed", {})),
    )


def in_force(decisions: list[Decision]) -> list[Decision]:
    """Those that no other of them replaces, in their order."""
    replaced = {d.replaces for d in decisions}
    return [d for d in decisions if d.id not in replaced]
