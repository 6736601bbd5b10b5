"""Nothing that the window shows speaks of the command line: who clicks is told what to click."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.qt.toolkit.words import spoken

ROOT = Path(__file__).resolve().parents[2]
TYPED = re.compile(
    r"(?<![\w-])--[a-z]"  # an option
    r"|\bannotator [a-z]+\b"  # a command
    r"|\b[A-Z]{4,}\.[A-Z]{4,}\b"  # how something is typed: LINK.ROLE
    r"|\bis not a zip file\b"  # what a library says
)
DOOR = re.compile(r"`?\.annotator")
# what is looked for in files, written into them, or told on the way to the window, in a terminal
ELSEWHERE = {
    "annotator/services/agreement/method.py": {
        "option --bootstrap",
        "options --bootstrap, --seed",
        "option --links",
        "option --overlap",
        "option --own",
        "option --unmatched",
        "option --where",
    },  # on what a sentence of the methods text rests, for whoever runs it again
    "annotator/qt/shell/application.py": {"log in to a desktop, or use the commands: --help"},
    "annotator/services/computer/display.py": {
        "log in to a desktop, or use the commands: --help",
        "log in to a desktop, or allow this user on it (xauth); the commands work without: --help",
    },
}


def _documentation(tree: ast.Module) -> set[int]:
    return {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr) and isinstance(n.value, ast.Constant)}


def typed_words(source: str) -> list[str]:
    """Literals of a module with words of the command line that are not said to the terminal alone."""
    tree = ast.parse(source)
    passed = _documentation(tree)
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "by_door" and node.args:
            passed |= {id(n) for n in ast.walk(node.args[0])}
    return [
        n.value
        for n in ast.walk(tree)
        if isinstance(n, ast.Constant)
        and isinstance(n.value, str)
        and id(n) not in passed
        and TYPED.search(DOOR.sub("", n.value))
    ]


def _shown() -> Iterator[tuple[str, str]]:
    for path in sorted((ROOT / "annotator").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("annotator/cli/"):
            yield name, path.read_text(encoding="utf-8")


def test_no_word_of_the_command_line_reaches_the_window() -> None:
    found = [
        f"{name}: {text}"
        for name, source in _shown()
        for text in typed_words(source)
        if text not in ELSEWHERE.get(name, ())
    ]
    assert not found, "say it for each door, with by_door(terminal, window):\n" + "\n".join(found)


def test_the_exceptions_are_still_there() -> None:
    sources = dict(_shown())
    for name, texts in ELSEWHERE.items():
        assert texts <= set(typed_words(sources[name]))


@pytest.mark.parametrize(
    "line",
    [
        "raise BadInput('no coder is named', remedy='write --coders A,B')",
        "raise BadInput(say('--overlap {n} cannot be met', n=n))",
        "for name in ('--share', '--repeats'): pass",
        "raise NotFound('gone', x, '`annotator list STUDY coders` shows all')",
        "raise BadInput('no actor', x, 'say it as LINK.ROLE')",
        "raise BadInput('no coder', x, by_door('name one', say('give --coder')))",
    ],
)
def test_the_guard_bites(line: str) -> None:
    assert typed_words(line)


@pytest.mark.parametrize(
    "line",
    [
        "raise BadInput('no coder', x, by_door('give --coder', say('name a coder')))",
        "raise BadInput('it is no study', x, 'give the path of a .annotator file')",
        "def f():\n    '''What `annotator merge` answers.'''",
    ],
)
def test_the_guard_lets_through_what_is_right(line: str) -> None:
    assert typed_words(line) == []


def test_each_door_says_the_remedy_in_its_own_words_alone_and_within_others() -> None:
    error = BadInput("no coder is named", "pile", by_door("write --coders A,B", say("tick or add coders")))
    assert str(error) == "pile: no coder is named; write --coders A,B"
    assert spoken(error) == "pile: no coder is named; tick or add coders"
    part = say("{name} {n} is too much", name=by_door(say("--{what}", what="share"), say("a share of")), n=3)
    assert (str(part), spoken(part)) == ("--share 3 is too much", "a share of 3 is too much")
