"""A whole other study brought in: accounts held to the raw tables of both, twice as once, undone and done again."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import Codebook
from annotator.domain.commands import AddNote, ChangeEntity, RemoveAnnotation, SetDocumentState, SetMemo
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.intake import read_source
from annotator.services.adjudication import majority
from annotator.services.adjudication.case_book import case_book
from annotator.services.articles.correcting import correct
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from tests.accounts import adds_up
from tests.chance import TEXTS, codebook_by_chance, study_by_chance
from tests.changes import changed_by_chance
from tests.codebooks import everything
from tests.studies import TEXT, reopened, statement, study_at

MORE = (TEXTS[0], "Somebody wrote that the harbour closes in the autumn. ")
_RUNNING = ("sqlite_sequence", "checksum")


def _rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        names = [n for (n,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        return {n: sorted(map(repr, raw.execute(f"SELECT * FROM {n}"))) for n in names if not n.startswith("search")}


def _labels(path: Path) -> dict[str, tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        return {r[0]: r for r in raw.execute("SELECT id, layer, value_map, memo, created FROM annotation")}


def _other(dice: random.Random, path: Path, codebook: Codebook) -> None:
    """A study that others began by themselves, with notes, finished articles, merged entities and settled labels."""
    with study_by_chance(dice, path, "other", codebook, ("Ada", "Dora"), MORE) as study:
        entities = study.entities()
        for coder in study.coders():
            if coder.role != "coder":
                continue
            document = dice.choice([d for d in study.documents() if d.id not in study.hidden_repeats()])
            if dice.random() < 0.6:
                study.coding.apply(SetDocumentState(coder_id=coder.id, document_id=document.id, state="done"))
            if dice.random() < 0.6:
                note = AddNote(coder_id=coder.id, document_id=document.id, text="look", start=0, end=3)
                study.coding.apply(note)
            if len(entities) == 2 and dice.random() < 0.5:
                one, two = entities
                if study.register().root_id(one.id) == one.id and two.merged_into is None:
                    study.coding.apply(ChangeEntity(coder_id=coder.id, entity_id=one.id, merged_into=two.id))
        if dice.random() < 0.4:
            coders = [c for c in study.coders() if c.role == "coder"]
            try:
                book = case_book(study, coders)
            except (BadInput, StopIteration):
                return
            majority.apply(study, book, majority.propose(book, book.cases), study.person("Sup").id)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
def test_two_studies_that_were_begun_apart_become_one_and_the_sum_adds_up(seed: int) -> None:
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        here, there = Path(name) / "here.annotator", Path(name) / "there.annotator"
        study_by_chance(dice, here, "here").close()
        with Study.open(here) as study:
            ours = study.codebook
        theirs = dice.choice((ours, changed_by_chance(ours, dice)[0], codebook_by_chance(dice)))
        _other(dice, there, theirs)
        before, foreign, untouched = _labels(here), _labels(there), there.read_bytes()
        with reopened(here, "seen") as study:
            seen = merge(study, [there], dry_run=True)["studies"][0]
        assert _labels(here) == before
        with reopened(here, "merged") as study:
            answer = merge(study, [there])
            assert check(study) == []
        (told,) = answer["studies"]
        assert there.read_bytes() == untouched
        for key in ("annotations", "entities", "documents", "states", "notes", "account", "losses", "marked"):
            assert told[key] == seen[key], key
        adds_up(told["account"], there)
        adds_up(answer["account"], here)
        after = _labels(here)
        assert {k: after[k] for k in before} == before  # nothing of ours was touched
        came = {k: v for k, v in after.items() if k in foreign}
        assert len(after) == len(before) + len(came)
        counts = Counter(row[1] for row in came.values())
        here_of = told["account"]["here"]["by_layer"]
        assert {k: n for k, n in here_of.items() if n} == dict(counts)
        assert told["annotations"]["added"] == len(came)
        _values_are_all_there(foreign, came, told["losses"])
        rows = _rows(here)
        with reopened(here, "again") as study:
            again = merge(study, [there])["studies"][0]
        assert again["status"] == "again"
        assert again["annotations"]["added"] == again["annotations"]["changed"] == 0
        assert _rows(here) == rows  # not one row more
        adds_up(again["account"], there)
        assert again["account"]["here"]["by_layer"] == here_of
        with reopened(here, "undone") as study:
            for coder in [*study.coders(), *study.coders()]:
                while study.coding.can_undo(coder.id) == "MergeStudy":
                    if not _undone(study, coder.id):
                        break
            assert check(study) == []
        assert _labels(here) == before
        with reopened(here, "anew") as study:
            assert merge(study, [there])["studies"][0]["annotations"]["added"] == len(came)
            assert check(study) == []
        assert _labels(here) == after


def _undone(study: Study, coder: str) -> bool:
    from annotator.domain.errors import Refusal

    try:
        study.coding.undo(coder)
    except Refusal:  # the register waits until nobody's labels name it
        return False
    return True


def _values_are_all_there(foreign: dict[str, Any], came: dict[str, Any], losses: list[dict[str, Any]]) -> None:
    import json

    def count(rows: Iterator[Any]) -> int:
        return sum(len(json.loads(r[2])) for r in rows)

    lost = sum(x["count"] for x in losses if x["what"].startswith("values of `"))
    assert count(foreign[k] for k in came) == count(iter(came.values())) + lost
