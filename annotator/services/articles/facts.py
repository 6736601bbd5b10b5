"""Facts of articles, corrected by a person: one or many at once, from a table, with history and undo."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.domain.annotations import Document
from annotator.domain.changes import ChangeSet
from annotator.domain.commands import Batch, SetFacts
from annotator.domain.errors import AnnotatorError, BadInput, Refusal
from annotator.domain.facts import AUTHORS, FACTS, with_facts
from annotator.domain.words import say
from annotator.services.articles.people import steward
from annotator.services.study import Study
from annotator.services.study.package_origin import whose

Facts = Mapping[str, str | None]
_REFS = ("id", "number", "ref", "document", "source")
_SPELLED = {
    "date": "published",
    "outlet": "publisher",
    "source_name": "publisher",
    "address": "url",
    "link": "url",
    "byline": "author",
    "authors": "author",
    "lang": "language",
    "headline": "title",
}


@dataclass(frozen=True, slots=True)
class FactsSet:
    """What came of it: the articles that have other facts now, those that had them already, what was not understood."""

    changed: tuple[str, ...]
    same: tuple[str, ...]
    problems: tuple[dict[str, str], ...] = ()


def set_facts(study: Study, wanted: Mapping[str, Facts], by: str | None = None) -> FactsSet:
    """Give articles, by id, other facts, as one step of one person. Second readings of an article go along with it.

    Raises BadInput, with nothing written, where a fact is none and in a coder's own file.
    """
    if whose(study) is not None:
        raise BadInput(
            "this is a coder's own file; facts are corrected in the supervisor's study",
            str(study.file.path),
            "tell the supervisor",
        )
    known = {d.id: d for d in study.documents()}
    copies = study.hidden_repeats()
    asked = {copies.get(key, key): facts for key, facts in wanted.items()}
    changed = [key for key, facts in asked.items() if with_facts(known[key], facts) != known[key]]
    if changed:
        person = steward(study, by)
        also = [(copy, asked[original]) for copy, original in copies.items() if original in changed]
        steps = [*((key, asked[key]) for key in changed), *also]
        commands = tuple(SetFacts(coder_id=person, document_id=key, facts=dict(facts)) for key, facts in steps)
        study.coding.apply(Batch(coder_id=person, name="SetFacts", commands=commands))
    return FactsSet(tuple(changed), tuple(k for k in asked if k not in set(changed)))


def undo_facts(study: Study, by: str | None = None) -> ChangeSet:
    """Take back the person's last step where it corrected facts; raises Refusal where it did not."""
    person = steward(study, by)
    if study.coding.can_undo(person) != "SetFacts":
        raise Refusal("the last step did not correct facts", remedy="take it back in the window, where it is seen")
    return study.coding.undo(person)


def facts_from(study: Study, path: Path) -> tuple[dict[str, Facts], list[dict[str, str]]]:
    """({article's id: facts}, problems) of a table; an empty cell leaves a fact as it is."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput("there is no such file", str(path), "check the path") from error
    except UnicodeDecodeError as error:
        raise BadInput("the text is not UTF-8", str(path), "save it as UTF-8") from error
    if text.startswith("sep=") and "\n" in text:
        text = text.split("\n", 1)[1]
    first = text.split("\n", 1)[0]
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count), strict=True))
    except csv.Error as error:
        raise BadInput(say("this is not a table ({reason})", reason=error), str(path), "correct the file") from error
    head = [_column(c) for c in rows[0]] if rows else []
    ref, columns = _columns(head, path)
    found: dict[str, Facts] = {}
    problems: list[dict[str, str]] = []
    finder = _Finder(study)
    for number, row in enumerate(rows[1:], start=2):
        if not any(c.strip() for c in row):
            continue
        cells = dict(zip(head, row, strict=False))
        try:
            document = finder.find(ref, cells.get(ref, "").strip())
            facts = {key: cells[key] for key in columns if cells.get(key, "").strip()}
            with_facts(document, facts)
            if document.id in found:
                raise BadInput("the article is in the table twice", cells[ref], "leave one row out")
            found[document.id] = facts
        except AnnotatorError as error:
            problems.append({"source": path.name, "where": say("row {number}", number=number), "what": error.told})
    return found, problems


def unknown(documents: Sequence[Document], key: str) -> list[Document]:
    """The articles of which a fact is not known."""
    return [d for d in documents if not getattr(d, key)]


def joined_authors(names: Sequence[str]) -> str:
    """Several authors as one fact."""
    return AUTHORS.join(n.strip() for n in names if n.strip())


def _column(text: str) -> str:
    name = text.strip().casefold().replace(" ", "_")
    return _SPELLED.get(name, name)


def _columns(head: Sequence[str], path: Path) -> tuple[str, list[str]]:
    refs = [c for c in _REFS if c in head]
    columns = [c for c in FACTS if c in head]
    if not refs:
        raise BadInput(
            "no column names the article of a row",
            say("{source}, line {number}", source=path, number=1),
            say("name one of them {names}", names=", ".join(_REFS)),
        )
    if not columns:
        raise BadInput(
            "no column holds a fact",
            say("{source}, line {number}", source=path, number=1),
            say("name columns {names}", names=", ".join(FACTS)),
        )
    if twice := sorted({c for c in head if c and head.count(c) > 1 and c in (*FACTS, *_REFS)}):
        raise BadInput(say("the column {column} is there twice", column=twice[0]), str(path), "leave one out")
    return refs[0], columns


class _Finder:
    def __init__(self, study: Study) -> None:
        self._study = study
        copies = study.hidden_repeats()
        self._documents = [d for d in study.documents() if d.id not in copies]

    def find(self, column: str, told: str) -> Document:
        if not told:
            raise BadInput("it does not say which article", remedy="fill the cell")
        if column in ("ref", "document"):
            return self._study.document(told)
        among = [d for d in self._documents if str(getattr(d, column)) == told]
        if len(among) != 1:
            raise BadInput(
                "several articles have this name" if among else "there is no such article",
                told,
                "give the number instead",
            )
        return among[0]
