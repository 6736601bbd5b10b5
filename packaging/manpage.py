"""The manual page, made from the commands themselves: ``manpage.py > annotator.1``."""

from __future__ import annotations

import datetime
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from annotator import __version__
from annotator.cli.app import command_tree


def page(day: datetime.date) -> str:
    """The page in the man macros of troff."""
    tree = command_tree()
    lines = [
        f'.TH ANNOTATOR 1 "{day.isoformat()}" "Annotator {__version__}" "User Commands"',
        ".SH NAME",
        r"annotator \- code news articles by hand",
        ".SH SYNOPSIS",
        r".B annotator",
        r"[\fISTUDY\fR]",
        ".br",
        r".B annotator",
        r"\fICOMMAND\fR [\fIOPTIONS\fR]",
        ".SH DESCRIPTION",
        _told(tree.help or ""),
        ".SH OPTIONS",
        *_options(tree),
        ".SH COMMANDS",
        *_commands(tree, ()),
        ".SH EXIT STATUS",
        "0: done. 1: it could not be done, and a line on standard error says what, where and what to do. "
        "2: the words of the call are off.",
        ".SH ENVIRONMENT",
        ".TP",
        r"\fBANNOTATOR_PASSWORD\fR",
        "Password of packages.",
        ".TP",
        r"\fBANNOTATOR_STATE\fR",
        "Folder of the log and of what is this computer's alone.",
        ".TP",
        r"\fBANNOTATOR_DEBUG\fR",
        "Write everything into the log, words of articles and names too, and show tracebacks.",
    ]
    return "\n".join(line for line in lines if line) + "\n"


def _commands(group: Any, above: tuple[str, ...]) -> Iterator[str]:
    for name, command in sorted(group.commands.items()):
        if command.hidden:
            continue
        path = (*above, name)
        if hasattr(command, "commands"):
            yield from _commands(command, path)
            continue
        arguments = [p for p in command.params if p.param_type_name == "argument"]
        named = " ".join(rf"\fI{_escaped(_value(a))}\fR" for a in arguments)
        yield f".SS annotator {_escaped(' '.join(path))} {named}".rstrip()
        yield _told(command.help or "")
        yield from _options(command)


def _value(parameter: Any) -> str:
    """What stands for a value."""
    return str(parameter.metavar or parameter.name or "").strip("[]").upper()


def _options(command: Any) -> Iterator[str]:
    for option in command.params:
        if option.param_type_name != "option" or option.hidden:
            continue
        names = ", ".join(rf"\fB{_escaped(o)}\fR" for o in (*option.opts, *option.secondary_opts))
        value = "" if option.is_flag else rf" \fI{_escaped(_value(option))}\fR"
        yield ".TP"
        yield names + value
        yield _told(option.help or "")


def _told(text: str) -> str:
    return _escaped(" ".join(text.split()))


def _escaped(text: str) -> str:
    """Signs that troff would read as its own."""
    text = text.replace("\\", r"\e").replace("-", r"\-")
    text = "".join(c if c.isascii() else rf"\[u{ord(c):04X}]" for c in text)
    return rf"\&{text}" if text[:1] in (".", "'") else text


def main() -> None:
    """Print it; the same bytes on the same day (SOURCE_DATE_EPOCH)."""
    told = os.environ.get("SOURCE_DATE_EPOCH")
    now = datetime.datetime.fromtimestamp(int(told), datetime.UTC) if told else datetime.datetime.now(datetime.UTC)
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")  # type: ignore[union-attr]
    sys.stdout.write(page(now.date()))


if __name__ == "__main__":
    main()
