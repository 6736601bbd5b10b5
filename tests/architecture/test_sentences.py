"""No new English slips in below the window: what an error says, or `say` makes, can be found by the catalogues."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

from annotator.domain import errors
from annotator.services.team import encryption as sealing
from tests.translations import translations_script

ROOT = Path(__file__).resolve().parents[2]

# callable -> the places of its arguments that a person comes to see
TOLD = {
    "Fault": (2, 3),
    "lose": (0,),
    "problem": (1, 2),
    "_problem": (1,),
    "tell": (1,),
    "_tell": (0, 1),
    "Choice": (0,),
}
MAKERS = frozenset({"say", "by_door", "joined", "words_of", "worded", "cause_of", "read_reasons"})


def _modules() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted((ROOT / "annotator").rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(("annotator/qt/", "annotator/cli/")):
            yield name, ast.parse(path.read_text(encoding="utf-8"))


def _lost(node: ast.expr, given: dict[str, list[ast.expr]], seen: frozenset[str] = frozenset()) -> bool:
    """Whether the expression makes English that no catalogue can know, itself or by way of a name."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(v, ast.Constant) and any(c.islower() for c in str(v.value)) for v in node.values) or any(
            _lost(v.value, given, seen) for v in node.values if isinstance(v, ast.FormattedValue) and _is_said(v.value)
        )
    if isinstance(node, ast.BinOp):
        return True
    if isinstance(node, ast.IfExp):
        return _lost(node.body, given, seen) or _lost(node.orelse, given, seen)
    if isinstance(node, ast.BoolOp):
        return any(_lost(v, given, seen) for v in node.values)
    if isinstance(node, ast.Call):
        function = node.func
        if isinstance(function, ast.Attribute) and function.attr in ("join", "format", "lower", "capitalize"):
            return True
        return isinstance(function, ast.Name) and function.id == "str"
    if isinstance(node, ast.Name) and node.id not in seen:
        return any(_lost(v, given, seen | {node.id}) for v in given.get(node.id, ()))
    return False


def _is_said(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MAKERS


def _plain_literal(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.replace(" ", "").isalpha()


def _scopes(tree: ast.Module) -> Iterator[tuple[ast.AST, dict[str, list[ast.expr]]]]:
    """Each function, and the module itself, with what its names are given."""
    for scope in ast.walk(tree):
        if isinstance(scope, (ast.FunctionDef, ast.Module)):
            given: dict[str, list[ast.expr]] = {}
            for node in ast.walk(scope) if isinstance(scope, ast.FunctionDef) else scope.body:
                if isinstance(node, ast.Assign):
                    for target in node.targets:
                        if isinstance(target, ast.Name):
                            given.setdefault(target.id, []).append(node.value)
            yield scope, given


def slips(source: str) -> list[str]:
    """Lines of a module where a person would be told English that is in no catalogue."""
    script = translations_script()
    found: dict[str, None] = {}
    for scope, given in _scopes(ast.parse(source)):
        for call in ast.walk(scope):
            if not isinstance(call, ast.Call):
                continue
            name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
            shown = script.shown_arguments(call, name) if name in script.ERRORS else []
            if any(_lost(a, given) for a in shown):
                found[ast.unparse(call)] = None
            if name == "say" and not (call.args and isinstance(call.args[0], ast.Constant)):
                found[ast.unparse(call)] = None
            told = [call.args[place] for place in TOLD.get(name, ()) if place < len(call.args)]
            if any(_lost(a, given) or _plain_literal(a) for a in told):
                found[ast.unparse(call)] = None
    return list(found)


def test_everything_that_is_told_below_the_window_can_be_translated() -> None:
    found = [f"{name}: {line}" for name, tree in _modules() for line in slips(ast.unparse(tree))]
    assert not found, "write literals, or say(…) with parts:\n" + "\n".join(found)


@pytest.mark.parametrize(
    "line",
    [
        "raise Refusal(f'at most {n} may be named here')",
        "raise BadInput('the file ' + name + ' is empty', where)",
        "raise BadInput('it is off', where, 'use ' + ', '.join(names))",
        "raise BadInput('it is off', remedy=f'use {names}')",
        "raise BadInput(str(error), where)",
        "raise NotFound('gone' if old else f'no {name}')",
        "what = f'no {name}'\nraise NotFound(what)",
        "raise NotFound(say(f'no {name}'))",
        "losses.lose('labels without text')",
        "self._problem(line, f'{key} is off')",
        "Fault(1, '', 'it is off', say('mend it'))",
    ],
)
def test_the_guard_bites(line: str) -> None:
    assert slips(line)


@pytest.mark.parametrize(
    "line",
    [
        "raise Refusal('there is nothing to undo', remedy='go on')",
        "raise Refusal(say('at most {n} may be named here', n=n), f'{path}')",
        "raise BadInput(words_of(error), where)",
        "what = say('a') if old else say('b')\nraise NotFound(what)",
        "losses.lose(say('labels without text'))",
    ],
)
def test_the_guard_lets_through_what_is_right(line: str) -> None:
    assert slips(line) == []


def test_every_part_of_a_sentence_is_given_and_used() -> None:
    for name, tree in _modules():
        for call in ast.walk(tree):
            if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id == "say"):
                continue
            (template,) = call.args
            assert isinstance(template, ast.Constant)
            given = {k.arg for k in call.keywords}
            if given:  # without parts braces are meant
                assert given == {f for _, f, _, _ in string.Formatter().parse(template.value) if f}, (
                    name,
                    template.value,
                )
            else:
                assert "{" not in template.value, (name, template.value)


def unfilled(source: str) -> list[str]:
    """Sentences of the window and the command line whose places and parts are not the same."""
    found = []
    for call in ast.walk(ast.parse(source)):
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in ("tr", "say")):
            continue
        given = {k.arg for k in call.keywords}
        if not given or None in given:  # filled elsewhere, or from a mapping
            continue
        pending: list[ast.expr] = list(call.args)
        while pending:
            text = pending.pop()
            if isinstance(text, ast.IfExp):
                pending += [text.body, text.orelse]
            elif isinstance(text, ast.Constant) and given != {
                f for _, f, _, _ in string.Formatter().parse(text.value) if f
            }:
                found.append(ast.unparse(call))
    return found


def test_every_part_of_a_sentence_of_the_window_is_given_and_used() -> None:
    paths = [p for door in ("qt", "cli") for p in sorted((ROOT / "annotator" / door).rglob("*.py"))]
    assert [line for path in paths for line in unfilled(path.read_text(encoding="utf-8"))] == []
    assert unfilled("tr('{a} of {b}', a=1)\ntr('{a}' if x else 'none', a=1)\ntr('{a}', a=1)") == [
        "tr('{a} of {b}', a=1)",
        "tr('{a}' if x else 'none', a=1)",
    ]


def test_the_catalogues_know_every_error() -> None:
    def below(kind: type[errors.AnnotatorError]) -> Iterator[type[errors.AnnotatorError]]:
        yield kind
        for child in kind.__subclasses__():
            yield from below(child)

    assert sealing.PasswordNeeded in below(errors.AnnotatorError)
    plain = {
        k.__name__ for k in below(errors.AnnotatorError) if "__init__" not in vars(k) or k is errors.AnnotatorError
    }
    assert {k for k in plain if k not in translations_script().ERRORS} == set()
