"""Sentences that keep their template: text everywhere, more than text for whoever asks."""

from __future__ import annotations

import ast
import copy
import json
import pickle
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from annotator.domain.codebook import carrying, reasons, values
from annotator.domain.codebook.reasons import read_reasons
from annotator.domain.errors import AnnotatorError, Refusal
from annotator.domain.words import Message, cause_of, joined, say, worded, words_of


def test_a_sentence_is_its_english_and_keeps_template_and_parts() -> None:
    told = say("at most {n} may be named here", n=3)
    assert told == "at most 3 may be named here"
    assert hash(told) == hash("at most 3 may be named here")
    assert (told.template, dict(told.parts)) == ("at most {n} may be named here", {"n": 3})
    assert type(str(told)) is str
    assert type(f"{told}") is str


def test_braces_are_meant_where_there_are_no_parts() -> None:
    assert say('write {"length": N}') == 'write {"length": N}'
    assert say("{{{name}}}", name="x") == "{x}"


@pytest.mark.parametrize("way", [lambda m: pickle.loads(pickle.dumps(m)), copy.copy, copy.deepcopy])
def test_it_is_sent_between_threads_and_processes_whole(way: object) -> None:
    inner = say("`{value}` is not a number", value="x")
    told = say("{part}: {fault}", part="Sum {a}", fault=inner)
    again = way(told)  # type: ignore[operator]
    assert isinstance(again, Message)
    assert again == told
    assert again.template == told.template
    fault = again.parts["fault"]
    assert isinstance(fault, Message)
    assert fault.parts == {"value": "x"}


def test_it_is_stored_as_text() -> None:
    told = say("the id `{id}` is there twice", id="é🚢")
    assert json.loads(json.dumps({"why": told, told: 1}, ensure_ascii=False)) == {"why": str(told), str(told): 1}
    row = sqlite3.connect(":memory:").execute("SELECT ?1, typeof(?1)", (told,)).fetchone()
    assert row == (str(told), "text")
    assert type(row[0]) is str


def test_sentences_are_put_together_and_stay_translatable() -> None:
    told = joined("; ", [say("one {n}", n=1), "two {x}", say("three")])
    assert told == "one 1; two {x}; three"
    assert [isinstance(p, Message) for p in told.parts.values()] == [True, False, True]
    assert joined("; ", []) == ""


def test_an_error_keeps_what_it_was_given() -> None:
    error = Refusal("it is off", "line 4", say("use {names}", names="a, b"))
    assert str(error) == "line 4: it is off; use a, b"
    assert error.what.template == "it is off"
    assert error.remedy.template == "use {names}"
    assert str(AnnotatorError("it is off")) == "it is off"
    assert str(AnnotatorError("it is off", remedy="mend it")) == "it is off; mend it"
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.remedy.parts) == (str(error), {"names": "a, b"})


def test_exceptions_of_python_say_what_they_were_given() -> None:
    assert words_of(ValueError(say("{n} is off", n=1))).template == "{n} is off"
    assert words_of(ValueError("a", "b")) == "('a', 'b')"
    assert say("this is not a table ({reason})", reason=ValueError("x")) == "this is not a table (x)"
    assert cause_of(OSError(28, "No space left on device")) == "No space left on device"
    assert worded("x").template == "x"


# what the study keeps of why labels are to be looked at again


def _templates(module: ModuleType) -> Iterator[str]:
    assert module.__file__ is not None
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    errors = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and getattr(n.func, "id", "") == "Refusal"]
    inside = {id(x) for e in errors for x in ast.walk(e)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say" and id(node) not in inside:
            (template,) = node.args
            assert isinstance(template, ast.Constant)
            yield template.value


def test_every_reason_that_is_written_can_be_read() -> None:
    written = {*_templates(carrying), *_templates(values)} - {"yes", "no", "“{name}”", "YYYY-MM-DD, YYYY-MM or YYYY"}
    assert written == {*reasons.REASONS, *reasons.FAULTS}


@pytest.mark.parametrize(
    ("text", "templates"),
    [
        ("“Claim” was changed", ["“{part}” was changed"]),
        ("Kind: look at “fact” again", ["{part}: look at “{shown}” again"]),
        (
            "Kind: look at “fact” again; Sum: look at “no; never” again; the role “x” is no longer there",
            [
                "{part}: look at “{shown}” again",
                "{part}: look at “{shown}” again",
                "the role “{part}” is no longer there",
            ],
        ),
    ],
)
def test_a_stored_reason_is_read_clause_by_clause(text: str, templates: list[str]) -> None:
    read = read_reasons(text)
    assert read == text
    assert [p.template for p in read.parts.values() if isinstance(p, Message)] == templates


def test_a_stored_reason_holds_the_fault_of_the_value() -> None:
    read = read_reasons("Sum: 120 is more than 100")
    assert read == "Sum: 120 is more than 100"
    (clause,) = read.parts.values()
    assert isinstance(clause, Message)
    fault = clause.parts["fault"]
    assert isinstance(fault, Message)
    assert (fault.template, dict(fault.parts)) == ("{value} is more than {most}", {"value": "120", "most": "100"})


def test_what_nobody_wrote_stays_as_it_is() -> None:
    for text in ("said by hand; twice {n}", "", "Sum: nothing that is known"):
        assert read_reasons(text) == text
