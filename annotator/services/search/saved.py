"""Queries that a study keeps under a name."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from annotator.domain.bounds import LONGEST_CODEBOOK, data_fault, read_json
from annotator.domain.conditions import checked, from_json
from annotator.domain.errors import BadInput, NotFound
from annotator.domain.words import say
from annotator.services.search.labelled import Asked, fields
from annotator.services.study import Study
from annotator.store import saved_queries

LONGEST_NAME = 200


def names(study: Study) -> list[str]:
    """The names, in order."""
    with study.file.reading() as connection:
        return [name for name, _ in saved_queries.every(connection)]


def save(study: Study, name: str, asked: Asked) -> None:
    """Keep a query; one of the same name is replaced. Raises BadInput."""
    told = name.strip()
    if not told or len(told) > LONGEST_NAME:
        raise BadInput("the name of a query has 1 to 200 characters", told[:60], "give another name")
    with study.file.transaction() as connection:
        query = json.dumps(asked.as_json(), ensure_ascii=False, sort_keys=True)
        saved_queries.put(connection, told, query, study.clock())


def saved(study: Study, name: str) -> Asked:
    """A query by its name; raises NotFound, and BadInput where the codebook has changed since."""
    with study.file.reading() as connection:
        found = dict(saved_queries.every(connection)).get(name)
    if found is None:
        known = ", ".join(names(study)) or say("nothing yet")
        raise NotFound("there is no query of this name", name, say("the study keeps: {known}", known=known))
    return asked_of(study, json.loads(found))


def from_file(study: Study, path: Path) -> Asked:
    """A query in a file as JSON; raises AnnotatorError."""
    try:
        if path.stat().st_size > LONGEST_CODEBOOK:
            raise BadInput("this is too long for a query", str(path), "look whether it is the right file")
        return from_text(study, path.read_text(encoding="utf-8-sig"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput(say("the query cannot be read: {reason}", reason=error), str(path), "check the file") from error


def from_text(study: Study, text: str, where: str) -> Asked:
    """A query as JSON, or its conditions alone; raises BadInput."""
    try:
        told = read_json(text)
    except ValueError as error:
        raise BadInput(
            say("this is not JSON: {reason}", reason=error),
            where,
            'write {"where": {"field": "layer", "value": "claim"}}',
        ) from error
    if (fault := data_fault(told)) is not None:
        raise BadInput(fault, where, say("write it more simply"))
    if isinstance(told, dict) and set(told) & {"and", "or", "not", "field"}:
        told = {"where": told}
    return asked_of(study, told)


def asked_of(study: Study, told: Any) -> Asked:
    """A query in its JSON form; raises BadInput."""
    if not isinstance(told, dict) or not set(told) <= {"layer", "where", "entity", "coders", "gold"}:
        raise BadInput("this is not a query", str(told)[:200], "make it anew")
    layer, entity, coders, gold = (told.get(key) for key in ("layer", "entity", "coders", "gold"))
    for key, sound, as_such in (
        ("layer", layer is None or isinstance(layer, str), '"claim"'),
        ("entity", entity is None or isinstance(entity, str), '"Ann Lee"'),
        ("coders", coders is None or (isinstance(coders, list) and all(isinstance(c, str) for c in coders)), '["Ann"]'),
        ("gold", gold is None or isinstance(gold, bool), "true"),
    ):
        if not sound:  # passed over, it would widen what is asked for
            raise BadInput(
                say("`{key}` of a query cannot be this", key=key),
                str(told[key])[:200],
                say("write it like {this}, or leave it out", this=f'"{key}": {as_such}'),
            )
    condition = checked(from_json(told.get("where", {"and": []})), fields(study.codebook))
    return Asked(layer, condition, entity, tuple(coders) if coders is not None else None, "gold" if gold else "coders")


def forget(study: Study, name: str) -> None:
    """Take a query away; raises NotFound."""
    saved(study, name) if name not in names(study) else None
    with study.file.transaction() as connection:
        saved_queries.delete(connection, name)
