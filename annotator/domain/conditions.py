"""Conditions on labels, typed or built by hand: fields, and, or, not, as deep as one likes. Pure.

``claim.kind=prediction and (about.stance=1 or not said_by.speaker="Ann Lee")``. A value ends where ``and``, ``or`` or a
bracket comes; quotation marks hold it together. ``=`` the value or its label, ``!=`` not, ``< <= > >=`` by number or
text, ``~`` has these letters in it, ``=*`` has any value. Capitals make no difference.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from annotator.domain.errors import BadInput
from annotator.domain.words import say

Row: TypeAlias = Mapping[str, Sequence[str]]
"""Field -> what stands there; a field without anything is missing or empty."""
OPERATORS = ("!=", "<=", ">=", "=", "<", ">", "~")
ANY = "*"
DEEPEST = 50
"""Brackets within brackets; what was typed deeper is a slip."""


@dataclass(frozen=True, slots=True)
class Test:
    """A field and what it is compared with."""

    field: str
    operator: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """What must not hold."""

    part: Condition


@dataclass(frozen=True, slots=True)
class All:
    """What must hold together; holds where it is empty."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Of these one must hold."""

    parts: tuple[Condition, ...]


Condition: TypeAlias = Test | Not | All | Either
Labels: TypeAlias = Mapping[tuple[str, str], str]
"""(field, value) -> how the value reads."""
EVERYTHING = All(())


def met(condition: Condition, row: Row, labels: Labels) -> bool:
    """Whether it holds for a row."""
    if isinstance(condition, All):
        return all(met(p, row, labels) for p in condition.parts)
    if isinstance(condition, Either):
        return any(met(p, row, labels) for p in condition.parts)
    if isinstance(condition, Not):
        return not met(condition.part, row, labels)
    held = row.get(condition.field, ())
    if condition.operator == "!=":
        return not _compared("=", held, condition, labels)
    return _compared(condition.operator, held, condition, labels)


def _compared(operator: str, held: Sequence[str], asked: Test, labels: Labels) -> bool:
    if operator == "=" and asked.value == ANY:
        return any(held)
    wanted = asked.value.casefold()
    for value in held:
        told = labels.get((asked.field, value), value).casefold()
        has = value.casefold()
        if operator == "=":
            # a month or a year stands for all of its days
            if wanted in (has, told) or (_DAY.match(has) and _DAY.match(wanted) and has.startswith(f"{wanted}-")):
                return True
        elif operator == "~":
            if wanted in has or wanted in told:
                return True
        elif _ordered(operator, has, wanted):
            return True
    return False


_DAY = re.compile(r"\d{4}(-\d\d(-\d\d)?)?\Z", re.ASCII)


def _ordered(operator: str, has: str, wanted: str) -> bool:
    try:
        one: Any = float(has)
        other: Any = float(wanted)
    except ValueError:
        one, other = has, wanted
        if operator in ("<=", ">") and _DAY.match(has) and _DAY.match(wanted) and has.startswith(f"{wanted}-"):
            return operator == "<="  # a day of the month or year that was named
    result: bool = {"<": one < other, "<=": one <= other, ">": one > other, ">=": one >= other}[operator]
    return result


def tests_of(condition: Condition) -> list[Test]:
    """Every comparison in it."""
    if isinstance(condition, Test):
        return [condition]
    if isinstance(condition, Not):
        return tests_of(condition.part)
    return [t for p in condition.parts for t in tests_of(p)]


def together(parts: Iterable[Condition]) -> Condition:
    """All of these."""
    found = [p for p in parts if p != EVERYTHING]
    return found[0] if len(found) == 1 else All(tuple(found))


def checked(condition: Condition, fields: Iterable[str]) -> Condition:
    """The condition; raises BadInput for a field that there is not."""
    known = list(fields)
    for test in tests_of(condition):
        if test.field not in known:
            near = difflib.get_close_matches(test.field, known, 3)
            raise BadInput(
                say("there is no field `{field}`", field=test.field),
                told(condition),
                say("use one of {names}", names=", ".join(near or known)),
            )
    return condition


# typed


def parse(typed: str, plain: Callable[[str, str], bool] = lambda _field, _value: False) -> Condition:
    """What was typed; raises BadInput that says what is wrong with it.

    plain: whether a field has just this value, so that a value with ``and`` in it needs no quotation marks.
    """
    whole = re.fullmatch(r"\s*([\w.]+)\s*=\s*(.*?)\s*", typed, re.DOTALL)
    if whole and plain(whole[1], whole[2]):
        return Test(whole[1], "=", whole[2])
    return _Reader(typed).all()


_TOKEN = re.compile(r'\s*(?:(\()|(\))|("(?:[^"\\]|\\.)*")|(!=|<=|>=|=|<|>|~)|([^\s()"=!<>~]+|!))', re.DOTALL)


class _Reader:
    def __init__(self, typed: str) -> None:
        self._typed, self._at, self._deep = typed, 0, 0
        self._tokens: list[tuple[str, str]] = []
        at = 0
        while at < len(typed.rstrip()):
            match = _TOKEN.match(typed, at)
            if match is None:
                raise self._fault(say("a quotation mark is not closed"), say('close it: said_by.speaker="Ann Lee"'))
            kind = ("(", ")", "quoted", "operator", "word")[(match.lastindex or 1) - 1]
            self._tokens.append((kind, match[match.lastindex or 0]))
            at = match.end()

    def _fault(self, what: str, remedy: str) -> BadInput:
        return BadInput(what, self._typed.strip(), remedy)

    def all(self) -> Condition:
        found = self._either()
        if self._at < len(self._tokens):
            raise self._fault(
                say("`{word}` is not allowed here", word=self._tokens[self._at][1]),
                say("join conditions by `and` or `or`"),
            )
        return found

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("end", "")

    def _is(self, word: str) -> bool:
        kind, text = self._next()
        if kind == "word" and text.casefold() == word:
            self._at += 1
            return True
        return False

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._is("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Either(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._one()]
        while self._is("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else All(tuple(parts))

    def _one(self) -> Condition:
        self._deep += 1
        try:
            if self._deep > DEEPEST:
                raise self._fault(
                    say("there are brackets in more than {n} brackets", n=DEEPEST), say("write it more simply")
                )
            if self._is("not"):
                return Not(self._one())
            if self._next()[0] == "(":
                self._at += 1
                found = self._either()
                if self._next()[0] != ")":
                    raise self._fault(say("a bracket is not closed"), say("close it: not (a.b=1 or a.b=2)"))
                self._at += 1
                return found
            return self._test()
        finally:
            self._deep -= 1

    def _test(self) -> Condition:
        kind, field = self._next()
        if kind != "word":
            raise self._fault(say("a field is missing"), say("write: claim.kind=prediction and not coder=Ada"))
        self._at += 1
        kind, operator = self._next()
        if kind != "operator":
            raise self._fault(
                say("`{field}` is compared with nothing", field=field), say("write {field}=VALUE", field=field)
            )
        self._at += 1
        kind, text = self._next()
        if kind == "quoted":
            self._at += 1
            return Test(field, operator, re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))
        words = []
        while self._next()[0] in ("word", "operator") and self._next()[1].casefold() not in ("and", "or"):
            words.append(self._next()[1])
            self._at += 1
        if not words:
            raise self._fault(
                say("`{field}` is compared with nothing", field=field),
                say('write {field}=VALUE or {field}=""', field=field),
            )
        return Test(field, operator, " ".join(words))


def told(condition: Condition) -> str:
    """As a person types it; `parse` reads it back."""
    if isinstance(condition, Test):
        bare = re.fullmatch(r"[\w.:/+*-]+", condition.value) and condition.value.casefold() not in ("and", "or")
        value = condition.value if bare else '"' + re.sub(r'(["\\])', r"\\\1", condition.value) + '"'
        return f"{condition.field}{condition.operator}{value}"
    if isinstance(condition, Not):
        return f"not {_bracketed(condition.part)}"
    word = " and " if isinstance(condition, All) else " or "
    return word.join(_bracketed(p) for p in condition.parts)


def _bracketed(part: Condition) -> str:
    return f"({told(part)})" if isinstance(part, (All, Either)) else told(part)


# as JSON


def to_json(condition: Condition) -> dict[str, Any]:
    """``{"and": […]}``, ``{"or": […]}``, ``{"not": {…}}`` or ``{"field", "is", "value"}``."""
    if isinstance(condition, Test):
        return {"field": condition.field, "is": condition.operator, "value": condition.value}
    if isinstance(condition, Not):
        return {"not": to_json(condition.part)}
    return {"and" if isinstance(condition, All) else "or": [to_json(p) for p in condition.parts]}


def from_json(data: Any, deep: int = 0) -> Condition:
    """The condition of `to_json`; raises BadInput."""
    if deep > DEEPEST or not isinstance(data, Mapping):
        raise BadInput(
            "this is not a condition", str(data)[:200], 'write {"field": "claim.kind", "is": "=", "value": "x"}'
        )
    if set(data) in ({"and"}, {"or"}) and isinstance(parts := next(iter(data.values())), list):
        made = tuple(from_json(p, deep + 1) for p in parts)
        return All(made) if "and" in data else Either(made)
    if set(data) == {"not"}:
        return Not(from_json(data["not"], deep + 1))
    field, operator, value = data.get("field"), data.get("is", "="), data.get("value")
    if isinstance(value, (bool, int, float)):
        value = str(value).lower()
    known = set(data) <= {"field", "is", "value"} and operator in OPERATORS
    if known and isinstance(field, str) and isinstance(value, str):
        return Test(field, operator, value)
    raise BadInput("this is not a condition", str(data)[:200], 'write {"field": "claim.kind", "is": "=", "value": "x"}')
