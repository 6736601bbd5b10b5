"""What a change of the codebook comes to: the differences with the labels they touch, and what became of those."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.accounts import Account
from annotator.domain.codebook.mapping import CodebookMapping
from annotator.domain.json_forms import JsonObject, as_json


@dataclass(frozen=True, slots=True)
class CodebookVersion:
    """Which codebook, in which version."""

    key: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference. about: what kind of thing it touches. labels, gold, entities: how many of coders' labels, of
    settled ones and of entries of the register it is about; gold is None where nothing is settled."""

    path: str
    kind: str
    about: str | None
    what: str
    labels: int
    gold: int | None
    entities: int

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "path": self.path,
            "kind": self.kind,
            "about": self.about,
            "what": self.what,
            "labels": self.labels,
            **({"gold": self.gold} if self.gold is not None else {}),
            "entities": self.entities,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """How a codebook differs from the study's. labels, gold, register: how many there are, to be carried."""

    old: int
    new: int
    changes: tuple[Change, ...]
    labels: int
    gold: int | None
    register: int

    def as_json(self) -> JsonObject:
        """What `annotator codebook diff` prints."""
        return {
            "from": self.old,
            "to": self.new,
            "changes": as_json(self.changes),
            "labels": {"all": self.labels},
            **({"gold": {"all": self.gold}} if self.gold is not None else {}),
            "register": {"all": self.register},
        }


@dataclass(frozen=True, slots=True)
class Carried:
    """Labels, how many of them were changed, and how many are marked to be looked at again."""

    all: int
    changed: int = 0
    marked: int = 0


@dataclass(frozen=True, slots=True)
class Unfit:
    """An entry of the register with values that the codebook has no place for now."""

    entity: str
    name: str
    why: str


@dataclass(frozen=True, slots=True)
class CarriedRegister:
    """Entries, how many of them were changed, and which keep what has no place."""

    all: int
    changed: int = 0
    unfit: tuple[Unfit, ...] = ()


@dataclass(frozen=True, slots=True)
class Marked:
    """A label that is to be looked at again."""

    annotation: str
    document: str
    coder: str
    layer: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CodebookChange:
    """A change that was made, or would be. undoes: the version that it takes back; mapping, account: of one that takes
    none back. gold: of settled labels; None where there are none."""

    old: int
    new: int
    undoes: int | None = None
    changes: tuple[Change, ...]
    mapping: CodebookMapping | None = None
    labels: Carried
    gold: Carried | None
    register: CarriedRegister
    review: tuple[Marked, ...] = ()
    account: Account | None = None
    applied: bool = False

    def as_json(self) -> JsonObject:
        """What `annotator codebook apply` and `undo` print."""
        return {
            "from": self.old,
            "to": self.new,
            **({"undoes": self.undoes} if self.undoes is not None else {}),
            "changes": as_json(self.changes),
            **({"mapping": self.mapping.record()} if self.mapping is not None else {}),
            "labels": as_json(self.labels),
            **({"gold": as_json(self.gold)} if self.gold is not None else {}),
            "register": as_json(self.register),
            "entities": self.register.changed,
            "review": as_json(self.review),
            **({"account": self.account.as_json()} if self.account is not None else {}),
            "applied": self.applied,
        }
