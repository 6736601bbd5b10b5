"""From the text of a codebook to its model, or to every fault at once."""

from __future__ import annotations

import json
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from annotator.domain.bounds import MOST_FAULTS
from annotator.domain.codebook.faults import CodebookFaults, Fault
from annotator.domain.codebook.model import Codebook, Part
from annotator.domain.codebook.references import reference_faults
from annotator.domain.codebook.scalars import Path, Tree, path_text, read_tree
from annotator.domain.words import by_door, say

_KEY_FORM = say("lower-case letters, digits and _, beginning with a letter")


def parse_codebook(text: str, source: str = "codebook") -> Codebook:
    """Read YAML or JSON; raises CodebookFaults with every fault, each with line, path and remedy."""
    tree = read_tree(text, source)
    faults = list(tree.faults)
    codebook: Codebook | None = None
    if not isinstance(tree.data, dict):
        faults.append(Fault(1, "", say("the file holds no codebook"), say("begin with `format: annotator-codebook/1`")))
        raise CodebookFaults(source, tuple(faults))
    try:
        codebook = Codebook.model_validate(tree.data)
    except ValidationError as error:
        told = [dict(e) for e in error.errors() if not _echo(dict(e))]
        faults.extend(_fault(e, tree) for e in told[:MOST_FAULTS])
        if len(told) > MOST_FAULTS:
            more = say("and {n} more faults", n=len(told) - MOST_FAULTS)
            faults.append(Fault(_fault(told[-1], tree).line, "", more, say("correct these first")))
    faults.extend(
        Fault(tree.line(path), path_text(path), what, remedy)
        for path, what, remedy in reference_faults(tree.data)[:MOST_FAULTS]
    )
    if faults or codebook is None:
        unique = {(f.line, f.path, f.what): f for f in faults}
        raise CodebookFaults(source, tuple(sorted(unique.values(), key=lambda f: (f.line, f.path))))
    return codebook_from_json(codebook_json(codebook))


def data_faults(data: dict[str, Any]) -> list[tuple[Path, str, str]]:
    """(path, what, remedy) of everything that is wrong with a codebook as plain data; empty where it is sound."""
    found: dict[tuple[Path, str], str] = {}
    try:
        Codebook.model_validate(data)
    except ValidationError as error:
        for e in error.errors():
            if not _echo(dict(e)):
                path, what, remedy = _located_fault(dict(e), data)
                found[path, what] = remedy
    for path, what, remedy in reference_faults(data):
        found.setdefault((path, what), remedy)
    return [(path, what, remedy) for (path, what), remedy in found.items()]


def codebook_json(codebook: Codebook) -> str:
    """The codebook as JSON in one spelling: declared order, nothing that is only a default."""
    data = codebook.model_dump(mode="json", by_alias=True, exclude_defaults=True)
    return json.dumps(data, ensure_ascii=False, indent=1)


def codebook_from_json(text: str) -> Codebook:
    """The codebook that `codebook_json` wrote; raises pydantic's error on anything else."""
    return Codebook.model_validate_json(text)


def codebook_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of codebook files."""
    schema = Codebook.model_json_schema(by_alias=True)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Annotator codebook",
        **{k: v for k, v in schema.items() if k != "title"},
    }


def _located(loc: tuple[Any, ...], data: Any) -> tuple[Path, bool]:
    """The path without the names of union members that pydantic puts in; and whether its end is in the data."""
    path: list[str | int] = []
    here: Any = data
    for i, part in enumerate(loc):
        part = "in" if part == "in_" else part
        inside: Any = None
        if isinstance(here, dict):
            inside = here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            inside = here[part]
        if inside is not None:
            path.append(part)
            here = inside
        elif i == len(loc) - 1 and isinstance(here, dict):
            return (*path, part), False
    return tuple(path), True


def _echo(error: dict[str, Any]) -> bool:
    """Whether pydantic only says that a list is short because its faulty items, told apart, did not count."""
    held = error["input"]
    return error["type"] == "too_short" and isinstance(held, list) and len(held) >= error["ctx"]["min_length"]


def _fault(error: dict[str, Any], tree: Tree) -> Fault:
    path, what, remedy = _located_fault(error, tree.data)
    return Fault(tree.line(path), path_text(path), what, remedy)


def _located_fault(error: dict[str, Any], data: Any) -> tuple[Path, str, str]:
    kind = error["type"]
    path, there = _located(error["loc"], data)
    if not there and kind != "missing":
        path = path[:-1]
    what, remedy = _words(kind, error, path)
    if kind == "union_tag_invalid":
        path = (*path, str(error["ctx"]["discriminator"]).strip("'"))
    return path, what, remedy


def _words(kind: str, error: dict[str, Any], path: Path) -> tuple[str, str]:
    last = str(path[-1]) if path else ""
    context = error.get("ctx", {})
    if kind == "missing":
        return say("`{last}` is missing", last=last), say("add `{last}:`", last=last)
    if kind == "extra_forbidden":
        near = get_close_matches(last[:40], _known_keys(), 2)
        close = [k for k in near if k != last]  # known, but elsewhere
        return say("the key `{last}` is unknown", last=last), say(
            "did you mean `{close}`?", close=close[0]
        ) if close else say("remove it")
    if kind == "union_tag_invalid":
        return say("`{value}` is unknown here", value=context.get("tag")), say(
            "use one of {value}", value=context.get("expected_tags")
        )
    if kind == "union_tag_not_found":
        return say("{value} is missing", value=context.get("discriminator")), say("give its kind or type")
    if kind == "literal_error":
        return say("`{value}` is not allowed", value=error["input"]), say("use {value}", value=context.get("expected"))
    if kind == "string_pattern_mismatch":
        valued = "values" in path or "off_scale" in path
        form = "#rrggbb" if last == "colour" else say("text without | and line breaks") if valued else _KEY_FORM
        return say("`{value}` has the wrong form", value=error["input"]), say("use {form}", form=form)
    if kind in ("int_parsing", "float_parsing", "int_type", "float_type", "int_from_float"):
        return say("`{value}` is not a number that is allowed here", value=error["input"]), say("write a number")
    if kind in ("bool_parsing", "bool_type"):
        return say("`{value}` is neither true nor false", value=error["input"]), say("write true or false")
    if kind == "too_short":
        return say("`{last}` holds too few entries", last=last), say(
            "at least {value}", value=context.get("min_length")
        )
    return str(error["msg"]).lower(), by_door(
        "see the codebook's schema (`annotator codebook schema`)", say("choose another value")
    )


def _known_keys() -> list[str]:
    names: set[str] = set()
    pending: list[type[Part]] = [Part]
    while pending:
        cls = pending.pop()
        pending.extend(cls.__subclasses__())
        names.update(f.alias or name for name, f in cls.model_fields.items())
    return sorted(names)
