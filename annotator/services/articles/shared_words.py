"""A study's choice for articles with the same words: each is coded, or one is coded and stands for the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.domain.annotations import Document
from annotator.domain.errors import BadInput
from annotator.domain.origins import same_words
from annotator.domain.words import say
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows
from annotator.store import assignments, people
from annotator.store.study_file import Connection

FACT = "same_words"
EACH, ONCE = "each", "once"


def choice(study: Study) -> str:
    """`each` or `once`."""
    with study.file.reading() as connection:
        return _choice(connection)


def choose(study: Study, wanted: str) -> None:
    """Make the choice; articles that are handed out or coded already stay so. Raises BadInput for another word."""
    if wanted not in (EACH, ONCE):
        message = say("`{word}` is not a choice for articles with the same words", word=wanted)
        raise BadInput(message, remedy=say("use {names}", names=f"{EACH}, {ONCE}"))
    with study.file.transaction() as connection:
        people.put_fact(connection, FACT, wanted)


def stands_for(connection: Connection, documents: list[Document]) -> dict[str, str]:
    """Id of an article that is not coded by itself -> id of the one that stands for it; nothing where each is coded.

    The one that was handed out or labelled stands for the others; where none or several were, the first by number.
    One that was handed out or labelled itself is never stood for.
    """
    if _choice(connection) == EACH:
        return {}
    copies = assignments.hidden_repeats(connection)
    shared = same_words(documents, copies)
    if not shared:
        return {}
    by_number = {d.number: d for d in documents}
    begun = {a.document_id for a in assignments.every(connection)}
    begun |= {key for d in documents if d.id in shared for key in _labelled(connection, d)}
    found: dict[str, str] = {}
    for d in documents:
        if d.id not in shared or d.id in begun:
            continue
        group = sorted([d, *(by_number[n] for n in shared[d.id])], key=lambda one: (one.id not in begun, one.number))
        if group[0] is not d:
            found[d.id] = group[0].id
    return found


@dataclass(frozen=True, slots=True)
class SharedWords:
    """The choice of the study, which articles share their words, and which stand for others, all by number."""

    coded: str
    articles: tuple[tuple[int, ...], ...]
    stand_for: Mapping[str, int]


def shared_words(study: Study) -> SharedWords | None:
    """For manifests; None where no articles share their words."""
    with study.file.reading() as connection:
        documents = study.documents()
        shared = same_words(documents, assignments.hidden_repeats(connection))
        if not shared:
            return None
        groups = sorted({tuple(sorted((d.number, *shared[d.id]))) for d in documents if d.id in shared})
        numbers = {d.id: d.number for d in documents}
        stood = stands_for(connection, documents)
        return SharedWords(
            _choice(connection), tuple(groups), {str(numbers[key]): numbers[by] for key, by in stood.items()}
        )


def _choice(connection: Connection) -> str:
    return people.facts(connection).get(FACT, EACH)


def _labelled(connection: Connection, d: Document) -> list[str]:
    return [d.id] if annotation_rows.find(connection, d.id) else []
