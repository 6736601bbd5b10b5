"""A package that was written: whose it is and how much is in it."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.accounts import Account
from annotator.domain.json_forms import JsonObject, as_json


@dataclass(frozen=True, slots=True)
class Whose:
    """A coder by id and name."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Packed:
    """A package that was written. done: articles that the coder is done with. offered: suggestions without an answer
    or with one that go along."""

    package: str
    id: str
    coder: Whose
    documents: int
    annotations: int
    steps: int
    questions: int
    done: int
    offered: int
    encrypted: bool
    bytes: int
    account: Account

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "package": self.package,
            "id": self.id,
            "coder": as_json(self.coder),
            "documents": self.documents,
            "annotations": self.annotations,
            "steps": self.steps,
            "questions": self.questions,
            "done": self.done,
            **({"offered": self.offered} if self.offered else {}),
            "encrypted": self.encrypted,
            "bytes": self.bytes,
            "account": self.account.as_json(),
        }
