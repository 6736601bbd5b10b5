"""Why labels wait for review: reads back the English reasons that `carrying` writes into the study."""

from __future__ import annotations

import re
import string
from functools import cache, lru_cache

from annotator.domain.words import Message, joined, say, worded

REASONS = (
    "“{part}” was changed",
    "“{shown}” is no longer asked for",
    "{part}: “{shown}” was split; choose one of {names}",
    "{part}: look at “{shown}” again",
    "the role “{part}” is no longer there",
    "{part}: the reason “{reason}” is no longer there",
    "{name}: at most {n} may be named here now",
    "{name}: an entity without a label is not allowed here now",
    "{name}: other layers are allowed here now",
    "{part}: {fault}",
)
"""The templates of `carrying`; the last one holds what follows."""
_GONE = "{names} is no longer there"
FAULTS = (
    _GONE,
    "`{value}` is a heading; choose one of the values under it",
    "`{value}` is not yes or no",
    "the value is not text",
    "`{value}` is not one of {names}",
    "the value is not a list",
    "`{item}` cannot be combined with other values",
    "a value is there twice",
    "at least {least} values are needed",
    "at most {most} values are allowed",
    "`{value}` is not a number",
    "{value} is not a whole number",
    "{value} is less than {least}",
    "{value} is more than {most}",
    "`{value}` is not a day of the calendar",
    "`{value}` is not a date ({forms})",
    "the value is not an entity of the register",
    "an entity is there twice",
)
"""The templates of `values`."""


@lru_cache(1024)
def read_reasons(text: str) -> Message:
    """What the study keeps, several clauses with `; ` between, as it was said; what is not known stays as it is."""
    clauses = _clauses(text.split("; "))
    return worded(text) if clauses is None else joined("; ", clauses)


def _clauses(pieces: list[str]) -> list[Message] | None:
    """As many clauses as there can be; a name in one may hold a semicolon itself. None where something is left over."""
    if not pieces:
        return []
    for size in range(1, len(pieces) + 1):
        clause = _read("; ".join(pieces[:size]), REASONS)
        rest = _clauses(pieces[size:]) if clause is not None else None
        if clause is not None and rest is not None:
            return [clause, *rest]
    return None


def _read(text: str, templates: tuple[str, ...]) -> Message | None:
    for template in templates:
        found = _form(template).fullmatch(text)
        if found is None:
            continue
        parts: dict[str, object] = dict(found.groupdict())
        if "fault" in parts:
            fault = _read(str(parts["fault"]), FAULTS)
            if fault is None:
                continue
            parts["fault"] = fault
        if template == _GONE:
            parts["names"] = _quoted(str(parts["names"]))
        return Message(template, parts)
    return None


def _quoted(names: str) -> str:
    """Names in quotation marks, as `carrying` lists them."""
    if not (names.startswith("“") and names.endswith("”")):
        return names
    return joined(", ", (say("“{name}”", name=n) for n in names[1:-1].split("”, “")))


@cache
def _form(template: str) -> re.Pattern[str]:
    pieces = [
        re.escape(text) + (f"(?P<{name}>.+?)" if name else "")
        for text, name, _, _ in string.Formatter().parse(template)
    ]
    return re.compile("".join(pieces), re.DOTALL)
