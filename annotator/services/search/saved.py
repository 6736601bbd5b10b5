"""Queries that a study keeps under a name."""

from __future__ import annotations

import json
from typing import Any

from annotator.domain.conditions import checked, from_json
from annotator.domain.errors import BadInput, NotFound
from annotator.domain.words import say
from annotator.services.search.labelled import Asked, fields
from annotator.services.search.passage_files import query
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
        saved_queries.put(connection, told, json.dumps(query(asked), ensure_ascii=False, sort_keys=True), study.clock())


def saved(study: Study, name: str) -> Asked:
    """A query by its name; raises NotFound, and BadInput where the codebook has changed since."""
    with study.file.reading() as connection:
        found = dict(saved_queries.every(connection)).get(name)
    if found is None:
        known = ", ".join(names(study)) or say("nothing yet")
        raise NotFound("there is no query of this name", name, say("the study keeps: {known}", known=known))
    return asked_of(study, json.loads(found))


def asked_of(study: Study, told: Any) -> Asked:
    """A query in its JSON form; raises BadInput."""
    if not isinstance(told, dict) or not set(told) <= {"layer", "where", "entity", "coders", "gold"}:
        raise BadInput("this is no query", str(told)[:200], "make it anew")
    condition = checked(from_json(told.get("where", {"and": []})), fields(study.codebook))
    coders = told.get("coders")
    return Asked(
        told.get("layer"),
        condition,
        told.get("entity"),
        tuple(map(str, coders)) if isinstance(coders, list) else None,
        "gold" if told.get("gold") else "coders",
    )


def forget(study: Study, name: str) -> None:
    """Take a query away; raises NotFound."""
    saved(study, name) if name not in names(study) else None
    with study.file.transaction() as connection:
        saved_queries.delete(connection, name)
