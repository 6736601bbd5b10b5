"""Tracebacks that may be handed on: where a fault happened, without words of articles, names or folders of a person."""

from __future__ import annotations

import os
import re
import traceback
from collections.abc import Iterator

from annotator.domain.errors import AnnotatorError

_OF_PYTHON = re.compile(
    r"'[\w.]+' object \w[\w ,'\[\]-]*"
    r"|[\w.<>]+\(\) (?:takes|missing|got) [\w ,':()-]+"
    r"|unsupported operand type\(s\) for [^:]{1,12}: '[\w.]+' and '[\w.]+'"
    r"|'[<>=]{1,2}' not supported between instances of '[\w.]+' and '[\w.]+'"
    r"|cannot unpack non-iterable [\w.]+ object"
    r"|wrong number of arguments|maximum recursion depth exceeded[\w ]*"
)
"""What Python itself says of types; anything else may hold what somebody wrote."""


def trace_of(error: BaseException, words: bool = False) -> str:
    """The traceback with all its causes. words: with what the errors say, which may hold words of articles or names."""
    parts: list[str] = []
    for part, link in _chain(error):
        stack = traceback.extract_tb(part.__traceback__)
        lines = ["Traceback (most recent call last):"] if stack else []
        for frame in stack:
            lines.append(f'  File "{_short(frame.filename)}", line {frame.lineno}, in {frame.name}')
            if frame.line:
                lines.append(f"    {frame.line}")
        parts.append("\n".join([*lines, _said(part, words)]))
        if link:
            parts.append(f"\n{link}\n")
    return "\n".join(reversed(parts))


def place_of_fault(error: BaseException) -> str:
    """`file:line` of the last of the program's own lines, to know a fault again."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [f for f in frames if _short(f.filename).startswith("annotator/")] or list(frames)
    return f"{_short(own[-1].filename)}:{own[-1].lineno}" if own else ""


def _chain(error: BaseException) -> Iterator[tuple[BaseException, str]]:
    """(error, how it follows from the one that came before it), from the last to the first."""
    seen: set[int] = set()
    here: BaseException | None = error
    while here is not None and id(here) not in seen:
        seen.add(id(here))
        cause, context = here.__cause__, None if here.__suppress_context__ else here.__context__
        before = cause or context
        if before is None or id(before) in seen:
            yield here, ""
            return
        yield here, "which was the cause of this:" if cause is not None else "while that was dealt with, this happened:"
        here = before


def _said(error: BaseException, words: bool) -> str:
    kind = type(error)
    name = kind.__name__ if kind.__module__ in ("builtins", "__main__") else f"{kind.__module__}.{kind.__qualname__}"
    told = _all_of_it(error) if words else _without_words(error)
    return f"{name}: {told}" if told else name


def _all_of_it(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an error whose own words fail
        return ""


def _without_words(error: BaseException) -> str:
    if isinstance(error, AnnotatorError):
        return str(error.what.template)
    if isinstance(error, OSError):
        return f"[Errno {error.errno}] {os.strerror(error.errno)}" if isinstance(error.errno, int) else ""
    if isinstance(error, UnicodeError):
        return str(getattr(error, "encoding", ""))
    if isinstance(error, ImportError):
        return f"{error.name or ''}"
    told = _all_of_it(error)
    return told if isinstance(error, TypeError | AttributeError | RecursionError) and _OF_PYTHON.fullmatch(told) else ""


def _short(file: str) -> str:
    """A file's place within the program or its packages: folders above are a person's own."""
    parts = file.replace("\\", "/").split("/")
    for mark in ("site-packages", "dist-packages"):
        if mark in parts[:-1]:
            return "/".join(parts[len(parts) - parts[::-1].index(mark) :])
    if "annotator" in parts[:-1]:
        return "/".join(parts[len(parts) - 1 - parts[::-1].index("annotator") :])
    return "/".join(parts[-2:])
