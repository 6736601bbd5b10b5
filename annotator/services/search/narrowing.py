"""Where conditions may hold at all: found before any label is read, so that a look for nothing ends at once.

What is answered is never too little: each condition is asked of all that one coder made in one article together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from pydantic_core import from_json

from annotator.domain.conditions import ANY, All, Condition, Either, Labels, Not, Row, Test, met, tests_of
from annotator.domain.entities import Register
from annotator.domain.fragments import GAP_MARK
from annotator.services.study import Study
from annotator.store import label_search
from annotator.store.label_search import Pairs

OF_PAIRS = frozenset(
    {
        "article",
        "title",
        "outlet",
        "published",
        "month",
        "year",
        "language",
        "author",
        "tag",
        "coder",
        "round",
        "reading",
    }
)
"""Fields that are the same for all labels of one coder in one article."""


def may_hold(condition: Condition, may: Callable[[Test], bool], positive: bool = True) -> bool:
    """Whether it may hold. may: whether a comparison may hold; nothing is known of those that must not."""
    if isinstance(condition, Test):
        if condition.operator == "!=":
            return positive or may(Test(condition.field, "=", condition.value))
        return may(condition) if positive else True
    if isinstance(condition, Not):
        return may_hold(condition.part, may, not positive)
    every = isinstance(condition, All) is positive
    return (all if every else any)(may_hold(p, may, positive) for p in condition.parts)


def text_may_meet(condition: Condition, text: str) -> bool:
    """Whether words that are asked for stand in an article at all."""
    folded = text.casefold()
    gap = GAP_MARK.strip()

    def may(test: Test) -> bool:
        wanted = test.value.casefold()
        if test.field != "text" or test.operator not in ("=", "~") or wanted == ANY or gap in wanted or not wanted:
            return True
        return wanted in folded

    return may_hold(condition, may)


class Narrowing:
    """Conditions on one state of a study; used within a reading of its file."""

    def __init__(self, study: Study, register: Register, labels: Labels) -> None:
        self._file, self._codebook, self._register, self._labels = study.file, study.codebook, register, labels
        self._contents: dict[tuple[str, frozenset[str] | None], list[str] | None] = {}

    def pairs(self, condition: Condition, facts: Callable[[tuple[str, str]], Row], coders: Collection[str]) -> Pairs:
        """(document, coder) that may have what is asked for. facts: what is known of one, in the fields `OF_PAIRS`."""
        every = {p for p in label_search.everywhere(self._file.connection) if p[1] in coders}
        return self._pairs(condition, True, every, {p: facts(p) for p in every})

    def _pairs(self, condition: Condition, positive: bool, every: Pairs, facts: Mapping[tuple[str, str], Row]) -> Pairs:
        if all(t.field in OF_PAIRS for t in tests_of(condition)):
            return {p for p in every if met(condition, facts[p], self._labels) is positive}
        if isinstance(condition, Not):
            return self._pairs(condition.part, not positive, every, facts)
        if isinstance(condition, (All, Either)):
            left: Pairs = every if isinstance(condition, All) is positive else set()
            for part in sorted(condition.parts, key=lambda p: len(tests_of(p))):
                part_in = self._pairs(part, positive, every, facts)
                left = left & part_in if isinstance(condition, All) is positive else left | part_in
                if not left and isinstance(condition, All) is positive:
                    break
            return left
        if condition.operator == "!=":
            return self._pairs(Test(condition.field, "=", condition.value), not positive, every, facts)
        if not positive:
            return every
        found = self._having(condition)
        return every if found is None else every & found

    def _having(self, test: Test) -> Pairs | None:
        if test.field == "layer":
            layers = [x.key for x in self._codebook.layers if self._met(test, [x.key])]
            return label_search.of_layers(self._file.connection, layers)
        if test.field == "memo":
            return self._in("memo", lambda held: bool(held) and self._met(test, [held]))
        if test.field == "doubt":
            return self._in("uncertain", lambda held: self._met(test, from_json(held)))
        if test.field == "entity":
            return self._naming(test)
        layer, _, rest = test.field.partition(".")
        if not rest:
            return None
        there: Pairs = set()
        role, _, because = rest.partition(".")
        link = next((x for x in self._codebook.link_layers if x.key == layer), None)
        taken = next((r for r in link.roles if r.key in (rest, role)), None) if link is not None else None
        if taken is not None and because == "because":
            return self._in("empty_roles", lambda held: self._because(test, held, role), [layer])
        if taken is not None:
            named = self._naming(test)
            unnamed: Pairs | None = set()
            if taken.layers:  # what names nobody stands there with its words, which are not looked at here
                unnamed = self._in("value_map", lambda held: '"entity":' not in held, taken.layers)
            if named is None or unnamed is None:
                return None
            there = named | unnamed
        own = self._in("value_map", lambda held: self._value(test, held, rest), [layer])
        return None if own is None else there | own

    def _naming(self, test: Test) -> Pairs | None:
        """Wherever somebody is named whose name is asked for."""
        roots = {key for key, e in self._register.roots.items() if self._met(test, [e.name])}
        known = self._register.every

        def named(told: Any) -> bool:
            return any(x in roots or (x not in known and self._met(test, [x])) for x in _entities(told))

        marked = '"entity":'
        values = self._in("value_map", lambda held: marked in held and named(from_json(held)))
        empty = self._in("empty_roles", lambda held: marked in held and named(from_json(held)))
        if values is None or empty is None:
            return None
        return values | empty | label_search.naming(self._file.connection, roots)

    def _in(
        self, column: label_search.Column, accept: Callable[[str], bool], layers: Collection[str] | None = None
    ) -> Pairs | None:
        """Where a label has something in a column that is accepted; None where too much of it is different."""
        key = (column, frozenset(layers) if layers is not None else None)
        if key not in self._contents:
            self._contents[key] = label_search.contents(self._file.connection, column, layers)
        held = self._contents[key]
        if held is None:
            return None
        return label_search.having(self._file.connection, column, [x for x in held if accept(x)], layers)

    def _met(self, test: Test, held: list[str]) -> bool:
        return met(test, {test.field: held}, self._labels)

    def _value(self, test: Test, held: str, key: str) -> bool:
        return self._met(test, list(texts(from_json(held).get(key), self._register)))

    def _because(self, test: Test, held: str, role: str) -> bool:
        told = from_json(held).get(role)
        return told is not None and self._met(test, [told["because"]])


def _entities(told: Any) -> Iterator[str]:
    if isinstance(told, dict):
        entity = told.get("entity")
        if isinstance(entity, str):
            yield entity
        for part in told.values():
            yield from _entities(part)
    elif isinstance(told, list):
        for part in told:
            yield from _entities(part)


def texts(value: Any, register: Register) -> Iterator[str]:
    """A value as the texts that conditions are compared with; entities by name."""
    kind = type(value)
    if kind is str:
        yield value
    elif kind is bool:
        yield "true" if value else "false"
    elif kind is float and value == int(value):
        yield str(int(value))
    elif isinstance(value, (list, tuple)):
        for one in value:
            yield from texts(one, register)
    elif isinstance(value, Mapping):
        entity = str(value.get("entity"))
        found = register.roots.get(entity)
        yield found.name if found is not None else entity
    elif value is not None:
        yield str(value)
