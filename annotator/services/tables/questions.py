"""Questions of content in words, with gaps that a codebook fills: from them tables and plots begin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from annotator.domain.codebook.model import Codebook
from annotator.domain.conditions import Test
from annotator.domain.conditions import together as all_of
from annotator.domain.words import Message, say
from annotator.services.search.labelled import Asked
from annotator.services.tables.material import field_name
from annotator.services.tables.records import Measure, Period, Wanted, Within

Gap = Literal["who", "code", "number", "target", "within", "period", "measure"]
"""What is chosen: a field with names, a field with codes, one with numbers, somebody or something, a unit, a
stretch of time, a share or a number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedInWords:
    """A question. gaps: what a person fills in; those of `may` can be left open."""

    key: str
    words: Message
    gaps: tuple[Gap, ...]
    may: frozenset[Gap] = frozenset()


QUESTIONS = (
    AskedInWords(
        key="what", words=say("How often is … there?"), gaps=("code", "target"),
        may=frozenset({"target"}),
    ),
    AskedInWords(
        key="who_says_what", words=say("Who says what about …?"),
        gaps=("who", "code", "target"), may=frozenset({"target"}),
    ),
    AskedInWords(
        key="who", words=say("Who speaks about …?"), gaps=("who", "target"), may=frozenset({"target"}),
    ),
    AskedInWords(
        key="outlets", words=say("Which outlet has which …?"), gaps=("code",),
    ),
    AskedInWords(
        key="over_time", words=say("How often is … over time?"),
        gaps=("measure", "code", "period", "target"), may=frozenset({"target"}),
    ),
    AskedInWords(
        key="together", words=say("What stands together?"), gaps=("code", "within"),
    ),
    AskedInWords(
        key="together_with", words=say("Who stands together with what?"), gaps=("who", "code", "within"),
    ),
    AskedInWords(
        key="how", words=say("How do they speak of …?"), gaps=("number", "who", "target"),
        may=frozenset({"target"}),
    ),
    AskedInWords(
        key="how_over_time", words=say("How is … spoken of over time?"),
        gaps=("number", "target", "period"), may=frozenset({"target"}),
    ),
    AskedInWords(
        key="how_by_over_time",
        words=say("How do they speak of … over time?"),
        gaps=("number", "who", "target", "period"), may=frozenset({"target"}),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the gaps can be filled with in one codebook: fields and how they read, the likeliest first."""

    who: tuple[tuple[str, Message], ...]
    code: tuple[tuple[str, Message], ...]
    number: tuple[tuple[str, Message], ...]
    target: str | None
    """The field that a target is a value of."""

    def of(self, gap: Gap) -> tuple[tuple[str, Message], ...]:
        """Fields for a gap."""
        return {"who": self.who, "code": self.code, "number": self.number}.get(gap, ())


def choices(codebook: Codebook) -> Choices:  # noqa: C901 - a branch for each kind of field
    """The fields that a codebook has for each gap."""
    who: list[str] = []
    code: list[str] = []
    number: list[str] = []
    roles: list[str] = []
    for layer in codebook.layers:
        for a in layer.attributes:
            name = f"{layer.key}.{a.key}"
            if a.type == "entity":
                who.append(name)
            elif a.type in ("choice", "choices", "tree", "boolean"):
                code.append(name)
            if a.type in ("scale", "number"):
                number.append(name)
            if a.type == "scale":
                code.append(name)
    named = {x.key for x in codebook.layers if any(a.type == "entity" for a in x.attributes)}
    for link in codebook.link_layers:
        for role in link.roles:
            if role.takes_entities or named & set(role.layers):
                roles.append(f"{link.key}.{role.key}")
    people = [*roles, *who, "entity", "coder", "outlet", "author"]
    codes = [*code, *people, "layer", "month", "year", "round"]
    scaled = [f"{x.key}.{a.key}" for x in codebook.layers for a in x.attributes if a.type == "scale"]
    tied = {x.key for x in codebook.link_layers}  # a number of a link is of somebody or something
    number.sort(key=lambda n: (n not in scaled, n.partition(".")[0] not in tied))

    def named_(names: Sequence[str]) -> tuple[tuple[str, Message], ...]:
        return tuple((n, field_name(codebook, n)) for n in dict.fromkeys(names))

    target = _target(number, roles, who)
    return Choices(who=named_(people), code=named_(codes), number=named_(number), target=target)


def _target(number: Sequence[str], roles: Sequence[str], who: Sequence[str]) -> str | None:
    """Whom or what is spoken of: a role or name beside the first number, else the last one there is."""
    beside = [n for n in [*roles, *who] if number and n.partition(".")[0] == number[0].partition(".")[0]]
    return next(iter(beside), None) or (roles[-1] if roles else who[-1] if who else None)


def possible(codebook: Codebook) -> list[AskedInWords]:
    """The questions that a codebook has fields for."""
    held = choices(codebook)
    fields: Mapping[Gap, bool] = {
        "who": bool(held.who),
        "code": bool(held.code),
        "number": bool(held.number),
        "target": held.target is not None,
    }
    return [q for q in QUESTIONS if all(fields.get(g, True) or g in q.may for g in q.gaps)]


def wanted(  # noqa: C901 - a branch for each question
    codebook: Codebook,
    key: str,
    passages: Asked,
    *,
    who: str | None = None,
    code: str | None = None,
    number: str | None = None,
    target: str | None = None,
    within: Within = "paragraph",
    period: Period = "month",
    measure: Measure = "share",
) -> Wanted:
    """The table that answers a question; gaps that are not given have the likeliest field. target: a name."""
    held = choices(codebook)
    who = who or _first(held.who, besides=held.target)
    if key == "together" and not code and held.who:  # codes of one answer never stand together in one statement
        code = "entity"
    code = code or _first(held.code)
    number = number or _first(held.number)
    if target and held.target is not None:
        passages = replace(passages, condition=all_of((passages.condition, Test(held.target, "=", target))))
    if key == "who_says_what":
        return Wanted(of="cross", by=(who, code), passages=passages)
    if key == "outlets":
        return Wanted(of="cross", by=("outlet", code), passages=passages)
    if key == "together":
        return Wanted(of="together", by=(code,), within=within, passages=passages)
    if key == "together_with":
        return Wanted(of="together", by=(who, code), within=within, passages=passages)
    if key == "over_time":
        return Wanted(of="course", by=(code,), period=period, measure=measure, passages=passages)
    if key == "how":
        return Wanted(of="course", by=(number,), group=who, period=None, measure="mean", passages=passages)
    if key == "how_over_time":
        return Wanted(of="course", by=(number,), period=period, measure="mean", passages=passages)
    if key == "how_by_over_time":
        return Wanted(of="course", by=(number,), group=who, period=period, measure="mean", passages=passages)
    return Wanted(of="counts", by=(who if key == "who" else code,), passages=passages)


def _first(held: Sequence[tuple[str, Message]], besides: str | None = None) -> str:
    return next((name for name, _ in held if name != besides), "")
