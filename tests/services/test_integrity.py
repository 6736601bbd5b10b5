"""Every kind of damage is found and named."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.store.places import Place
from tests.postgres import server
from tests.studies import statement, study_at

DAMAGE = {
    "a fragment outside the text": ('UPDATE fragment SET "end" = 99999', "outside the text"),
    "another text": ("UPDATE document_text SET text = 'X' || substr(text, 2)", "hash differs"),
    "a link to nowhere": (
        "UPDATE filler SET filler_annotation = 'gone' WHERE filler_annotation IS NOT NULL",
        "not there",
    ),
    "a value that is forbidden": (
        """UPDATE annotation SET value_map = '{"kind": "moon"}' WHERE layer = 'claim'""",
        "moon",
    ),
    "a step taken out": ("DELETE FROM change WHERE seq = 2", "step is missing"),
    "a step at the end taken out": ("DELETE FROM change WHERE seq = (SELECT max(seq) FROM change)", "step is missing"),
    "a label that the journal does not know": ("UPDATE annotation SET memo = 'sneaked in'", "last step left it"),
    "a layer that is not there": ("UPDATE annotation SET layer = 'ghost' WHERE layer = 'claim'", "no layer"),
}


@pytest.mark.parametrize("case", sorted(DAMAGE))
def test_planted_damage_is_found(place: Place, case: str) -> None:
    study = study_at(place)
    statement(study)
    assert check(study) == []
    study.close()
    if isinstance(place, Path):
        with sqlite3.connect(place) as connection:
            changed = connection.execute(DAMAGE[case][0]).rowcount
        connection.close()
        assert changed > 0
    else:
        import psycopg

        try:
            server().run(DAMAGE[case][0], place.name)
        except psycopg.errors.ForeignKeyViolation:
            return  # a server does not let this damage be done
    with Study.open(place) as damaged:
        found = check(damaged)
    assert any(DAMAGE[case][1] in f.what for f in found), found
    assert all(f.where for f in found)
