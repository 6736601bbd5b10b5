"""Accounts: what a result holds and what it leaves out, by kind and reason, adding up to what the study has."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import JsonObject
from annotator.domain.words import say, worded

What = Literal["annotations", "documents", "coders"]


@dataclass(frozen=True, slots=True)
class Holding:
    """How much of everything is somewhere. by_layer: layer -> labels (links among them); layers without any too.

    documents: articles; second readings, which are hidden copies of an article, are told beside them. coders: people
    who coded; gold is none.
    """

    documents: int
    coders: int
    by_layer: Mapping[str, int]
    second_readings: int = 0

    @property
    def annotations(self) -> int:
        """All labels."""
        return sum(self.by_layer.values())

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "documents": self.documents,
            "annotations": self.annotations,
            "by_layer": dict(self.by_layer),
            "coders": self.coders,
            "second_readings": self.second_readings,
        }


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Some of the study that is not in a result. layer: of labels; None for articles and coders."""

    what: What
    layer: str | None
    count: int
    why: str

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {"what": self.what, "layer": self.layer, "count": self.count, "why": self.why}


@dataclass(frozen=True, slots=True)
class Account:
    """What is in a result of what the study has. Made by `Reckoning.closed`, which checks the sum."""

    study: Holding
    here: Holding
    left_out: tuple[LeftOut, ...]

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "study": self.study.as_json(),
            "here": self.here.as_json(),
            "left_out": [x.as_json() for x in self.left_out],
        }

    @property
    def line(self) -> str:
        """The account in one sentence."""
        return say(
            "{here} of {all} labels, {articles} of {all_articles} articles, {coders} of {all_coders} coders",
            here=self.here.annotations,
            all=self.study.annotations,
            articles=self.here.documents,
            all_articles=self.study.documents,
            coders=self.here.coders,
            all_coders=self.study.coders,
        )

    def reasons(self) -> list[str]:
        """What is left out and why, a line each: labels of all layers together, then articles, then coders."""
        counts: Counter[tuple[str, str]] = Counter()
        for x in self.left_out:
            counts[x.what, x.why] += x.count
        words = {
            "annotations": say("labels"),
            "documents": say("articles"),
            "coders": say("coders"),
        }
        return [
            say("{n} {what} left out: {why}", n=n, what=words[what], why=worded(why))
            for what in words
            for (kind, why), n in counts.items()
            if kind == what
        ]


def account_of(told: Account | Mapping[str, Any]) -> Account:
    """The account that a manifest or an answer in the public form has; an account is itself."""
    if isinstance(told, Account):
        return told

    def holding(part: Mapping[str, Any]) -> Holding:
        return Holding(part["documents"], part["coders"], part["by_layer"], part["second_readings"])

    left = (LeftOut(x["what"], x["layer"], x["count"], x["why"]) for x in told["left_out"])
    return Account(holding(told["study"]), holding(told["here"]), tuple(left))


@dataclass
class Reckoning:
    """Collects what is left out, and closes the account."""

    study: Holding
    left: Counter[tuple[What, str | None, str]] = field(default_factory=Counter)

    def leave(self, layer: str, why: str, count: int = 1) -> None:
        """Labels of a layer that are not in the result."""
        if count:
            self.left["annotations", layer, why] += count

    def leave_documents(self, why: str, count: int) -> None:
        """Articles of which nothing is in the result."""
        if count:
            self.left["documents", None, why] += count

    def leave_coders(self, why: str, count: int) -> None:
        """Coders of whom nothing is in the result."""
        if count:
            self.left["coders", None, why] += count

    def closed(self, here: Holding) -> Account:
        """The account; raises AnnotatorError where it does not add up, for then the result must not be trusted."""
        keys = [*self.study.by_layer, *(k for k in here.by_layer if k not in self.study.by_layer)]
        out: Counter[str | None] = Counter()
        for (what, layer, _), n in self.left.items():
            out[layer if what == "annotations" else what] += n
        sums = [(key, here.by_layer.get(key, 0) + out[key], self.study.by_layer.get(key, 0)) for key in keys]
        sums.append((say("articles"), here.documents + out["documents"], self.study.documents))
        sums.append((say("coders"), here.coders + out["coders"], self.study.coders))
        for key, told, all_ in sums:
            if told != all_ or min(out.values(), default=0) < 0:
                raise AnnotatorError(
                    say("the account does not add up: it names {told} of {all} {what}", told=told, all=all_, what=key),
                    remedy="this is an error in Annotator: nothing was written; please report what you did",
                )
        order = {key: place for place, key in enumerate(keys)}
        left = sorted(
            ((what, layer, why, n) for (what, layer, why), n in self.left.items() if n),
            key=lambda x: (("annotations", "documents", "coders").index(x[0]), order.get(x[1] or "", 0), str(x[2])),
        )
        whole = Holding(here.documents, here.coders, {k: here.by_layer.get(k, 0) for k in keys}, here.second_readings)
        return Account(self.study, whole, tuple(LeftOut(what, layer, n, why) for what, layer, why, n in left))
