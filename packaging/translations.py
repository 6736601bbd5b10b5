"""Brings the catalogues under resources/translations in step with the words of the window; `make translations`.

A catalogue is a JSON object, English -> translation. New strings come in with an empty translation, to be filled in by
hand; strings that are no longer used go. Every string of annotator/qt passes through `tr("…")`; one that is translated
only later, by way of a name, is marked with `mark("…")` where it stands. On the floors below the window it is what
`say("…")` makes and what an error is given as `what` and `remedy`.
"""

from __future__ import annotations

import ast
import json
import string
import sys
from collections.abc import Iterator
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "resources" / "translations"
FIRST = frozenset(("tr", "mark", "say", "Message"))
"""Functions whose first argument is a string that a person sees."""
ERRORS = frozenset(
    [
        "AnnotatorError",
        "BadInput",
        "NotFound",
        "Refusal",
        "StudyFileError",
        "StudyDisturbed",
        "Cancelled",
        "Interrupted",
        "PasswordNeeded",
        "SourceRefused",
    ]
)
"""The errors that say `what`, `where` and `remedy`, in this order."""


def strings_of(source: str) -> Iterator[str]:
    """The strings of one module that a person sees, each as often as it stands there."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            for argument in shown_arguments(node, node.func.id):
                yield from (text for text in _literals(argument) if _has_words(text))


def shown_arguments(call: ast.Call, name: str) -> list[ast.expr]:
    """The arguments of a call that a person comes to see."""
    if name == "marks":
        return call.args
    if name in FIRST:
        return call.args[:1]
    if name in ERRORS:
        return [*call.args[:1], *call.args[2:3], *(k.value for k in call.keywords if k.arg in ("what", "remedy"))]
    return []


def _literals(node: ast.expr) -> Iterator[str]:
    if isinstance(node, ast.IfExp):
        yield from _literals(node.body)
        yield from _literals(node.orelse)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value:
        yield node.value


def _has_words(text: str) -> bool:
    """Whether there is anything to translate beside the placeholders: words, or quotation marks."""
    try:
        pieces = [piece for piece, _, _, _ in string.Formatter().parse(text)]
    except ValueError:  # braces that are meant
        pieces = [text]
    return any(c.isalpha() or c in "“”" for piece in pieces for c in piece)


def all_strings() -> dict[str, str]:
    """String -> the module where it stands first, in the order of the modules."""
    found: dict[str, str] = {}
    shown = (p for p in sorted((ROOT / "annotator").rglob("*.py")) if "cli" not in p.parts)
    for path in shown:
        for text in strings_of(path.read_text(encoding="utf-8")):
            found.setdefault(text, str(path.relative_to(ROOT)))
    for text in data_strings():
        found.setdefault(text, "resources/boilerplate.yaml")
    return found


def data_strings() -> list[str]:
    """What the data files say to a person: why a standing phrase was taken out."""
    data = yaml.safe_load((ROOT / "resources" / "boilerplate.yaml").read_text(encoding="utf-8"))
    return [entry["why"] for entry in data["lines"]]


def read(path: Path) -> dict[str, str]:
    """A catalogue."""
    content: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return content


def main() -> int:
    """Write the catalogues anew; 1 where translations are missing, which are named."""
    wanted = all_strings()
    missing = 0
    for path in sorted(CATALOGUES.glob("*.json")):
        old = read(path)
        new = {text: old.get(text, "") for text in wanted}
        path.write_text(json.dumps(new, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        for text, told in new.items():
            if not told:
                missing += 1
                print(f"{path.name}: no translation of {text!r} ({wanted[text]})", file=sys.stderr)
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
