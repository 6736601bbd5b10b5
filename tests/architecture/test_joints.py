"""Services answer records with names and types; JSON is made of them in one way, where it is printed or written."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SERVICES = ROOT / "annotator" / "services"
# room -> public functions and methods that still answer a dictionary of anything; a room that is not named has none
LEFT = {
    "agreement": 17,
    "articles": 1,
    "scripting": 1,
}
DICTIONARIES = ("dict[str, Any]", "Mapping[str, Any]", "dict[str, object]", "Mapping[str, object]", "JsonObject")
LEFT_TOLD = 0
"""Functions named `told`: what makes JSON of a record is `as_json`."""
MAKES_JSON = "as_json"
PLANTED = "def {name}() -> {answer}: ..."


def names_of_dictionaries(source: str) -> Iterator[str]:
    """Names that a module gives to a dictionary of anything: they hide nothing."""
    for node in ast.parse(source).body:
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign) else targets
        if targets and node.value is not None and ast.unparse(node.value) in DICTIONARIES:
            yield from (ast.unparse(t) for t in targets)


def untyped(source: str, names: frozenset[str] = frozenset()) -> Iterator[str]:
    """Public functions whose answer is known by its keys alone; what makes JSON says so in its name."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.returns is not None:
            answer = ast.unparse(node.returns)
            known = any(d in answer for d in DICTIONARIES) or names & set(re.findall(r"\w+", answer))
            if known and not node.name.endswith(MAKES_JSON):
                yield node.name


def _rooms() -> Iterator[tuple[str, str, str]]:
    """(room, file, source)"""
    for path in sorted(SERVICES.rglob("*.py")):
        parts = path.relative_to(SERVICES).parts
        yield parts[0].removesuffix(".py"), path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")


def test_no_room_answers_more_dictionaries_than_it_did() -> None:
    rooms = list(_rooms())
    names = frozenset(name for _, _, source in rooms for name in names_of_dictionaries(source))
    found: dict[str, list[str]] = {}
    for room, file, source in rooms:
        found.setdefault(room, []).extend(f"{file}: {name}" for name in untyped(source, names))
    more = [name for room, names in found.items() if len(names) > LEFT.get(room, 0) for name in names]
    assert not more, "answer a frozen record with slots; JSON is made of it by as_json:\n" + "\n".join(more)


def test_no_function_of_services_is_called_told() -> None:
    found = [
        f"{file}: {n.lineno}"
        for _, file, source in _rooms()
        for n in ast.walk(ast.parse(source))
        if isinstance(n, ast.FunctionDef) and n.name == "told"
    ]
    assert len(found) <= LEFT_TOLD, found


@pytest.mark.parametrize("answer", ["dict[str, Any]", "list[dict[str, Any]] | None", "Mapping[str, object]"])
def test_a_planted_dictionary_is_found(answer: str) -> None:
    assert list(untyped(PLANTED.format(name="figures", answer=answer))) == ["figures"]
    assert list(untyped(PLANTED.format(name="_figures", answer=answer))) == []
    assert list(untyped(PLANTED.format(name="figures_as_json", answer=answer))) == []
    assert list(untyped(PLANTED.format(name="figures", answer="Figures"))) == []
    names = frozenset(names_of_dictionaries("Figures = dict[str, Any]"))
    assert list(untyped(PLANTED.format(name="figures", answer="list[Figures]"), names)) == ["figures"]
