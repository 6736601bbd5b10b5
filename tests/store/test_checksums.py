"""A byte of a study that was changed outside the program is seen: in every table, and in what lies between the rows."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest

from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import StudyFileError
from annotator.services.articles.correcting import correct
from annotator.services.codebooks.changing import apply_codebook, undo_codebook
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from annotator.store import checksums, migrating, prepared
from annotator.store.sqlite_files import connect
from annotator.store.tables import change, metadata
from tests.codebooks import described
from tests.store.past import of_format
from tests.studies import study_at


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A study in which much was done: coded, merged, its codebook changed and changed back."""
    folder = tmp_path_factory.mktemp("worked")
    path, away = folder / "s.annotator", folder / "ada.annotator"
    study_at(path, documents=3).close()
    shutil.copy(path, away)
    with Study.open(away) as study:
        ada, document = study.coder("Ada").id, study.documents()[0].id
        for place in range(3):
            study.coding.apply(
                AddAnnotation(coder_id=ada, document_id=document, layer="claim", fragments=((place, place + 5),))
            )
        study.coding.undo(ada)
        pack(study, "Ada", folder / "ada.annotator-package")
    with Study.open(path) as study:
        merge(study, [folder / "ada.annotator-package"])
        study.coding.undo(study.coder("Ada").id)
        study.coding.redo(study.coder("Ada").id)
        apply_codebook(study, described())
        study.reload_codebook()
        undo_codebook(study)
    return path


@pytest.fixture
def study_path(worked: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(worked, tmp_path / "s.annotator"))


def test_whatever_was_done_the_checksums_came_along(worked: Path) -> None:
    with Study.open(worked) as study:
        assert check(study) == []
    with closing(connect(worked, "ro")) as raw:
        kept = {row[0] for row in raw.execute("SELECT DISTINCT table_name FROM checksum")}
        assert kept >= {"study", "codebook", "coder", "document_source", "document_text", "annotation", "change"}


def changes(raw: sqlite3.Connection) -> Iterator[tuple[str, str, str]]:
    """(table, column, statement) that changes one value, of every column that holds any."""
    for table in [*metadata.tables, checksums.checksum.name]:
        for _, column, *_ in raw.execute(f'PRAGMA table_info("{table}")').fetchall():
            row = (
                f'SELECT rowid, typeof("{column}") FROM "{table}" WHERE "{column}" IS NOT NULL ORDER BY 1 DESC LIMIT 1'
            )
            found = raw.execute(row).fetchone()
            new = {
                "text": f"""CASE WHEN "{column}" = '' THEN ' ' ELSE '#' || substr("{column}", 2) END""",
                "integer": f'"{column}" + 1000',
                "blob": f"""CAST(substr("{column}", 1, length("{column}") - 1) || '#' AS BLOB)""",
            }
            if found:
                yield table, column, f'UPDATE "{table}" SET "{column}" = {new[found[1]]} WHERE rowid = {found[0]}'


def test_a_change_of_any_column_of_any_table_is_seen(study_path: Path) -> None:
    with closing(connect(study_path)) as raw:
        raw.execute("PRAGMA ignore_check_constraints=ON")
        assert checksums.faults(raw) == []
        tried = list(changes(raw))
        assert len({table for table, _, _ in tried}) >= 12
        for table, column, statement in tried:
            raw.execute("BEGIN")
            raw.execute(statement)
            assert checksums.faults(raw), (table, column)
            raw.execute("ROLLBACK")


def test_a_row_taken_away_put_in_or_made_of_another_type_is_seen(study_path: Path) -> None:
    with closing(connect(study_path)) as raw:
        for statement in (
            "DELETE FROM document_state",
            "DELETE FROM change WHERE seq = 1",
            "INSERT INTO study VALUES ('x', 'y')",
            "UPDATE document_source SET raw = CAST(raw AS TEXT) WHERE rowid = 1",
            "UPDATE coder SET name = (SELECT group_concat(name, '') FROM coder c WHERE c.id <> coder.id)",
        ):
            raw.execute("BEGIN")
            if raw.execute(statement).rowcount:
                assert checksums.faults(raw), statement
            raw.execute("ROLLBACK")


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("UPDATE document_source SET raw = raw || '#' WHERE rowid = 2", "document 2: the raw page"),
        ("UPDATE codebook SET content = replace(content, 'laim', 'larm') WHERE version = 1", "codebook version 1"),
        ("UPDATE change SET at = '2000-01-01T00:00:00Z' WHERE seq = 2", "journal steps 1 to 31"),
        ("UPDATE coder SET name = 'Eve' WHERE name = 'Ben'", "coder"),
    ],
)
def test_it_is_told_what_is_not_as_it_was_written(study_path: Path, statement: str, told: str) -> None:
    with closing(connect(study_path)) as raw:
        assert raw.execute(statement).rowcount == 1
    with Study.open(study_path) as study:
        assert any(f"{f.where}: {f.what}".startswith(told) for f in check(study)), check(study)


def test_every_flipped_byte_of_a_closed_file_is_told(study_path: Path) -> None:
    whole = study_path.read_bytes()
    chance = random.Random(5)
    places = [18, 19, 24, 27, 70, 80, 95, 99, *(chance.randrange(len(whole)) for _ in range(60))]
    for place in places:
        flipped = bytearray(whole)
        flipped[place] ^= 1 << chance.randrange(8)
        study_path.write_bytes(flipped)
        with suppress(StudyFileError), Study.open(study_path) as study:  # refused: told in words
            assert check(study), f"byte {place}"


def test_a_damaged_file_names_what_saves_the_rest(study_path: Path) -> None:
    with closing(connect(study_path)) as raw:
        raw.execute("UPDATE codebook SET content = substr(content, 3)")
    with pytest.raises(StudyFileError, match="annotator rescue"):
        Study.open(study_path)


def test_what_other_programs_do_by_sqlite_to_free_space_is_no_damage(study_path: Path) -> None:
    with closing(connect(study_path)) as raw:
        raw.execute("VACUUM")
    for _ in range(2):
        with Study.open(study_path) as study:
            assert check(study) == []


def test_a_study_that_was_only_looked_at_keeps_its_damage(study_path: Path) -> None:
    flipped = bytearray(study_path.read_bytes())
    place = flipped.rindex(bytes(64))
    flipped[place] ^= 4
    study_path.write_bytes(flipped)
    for _ in range(3):
        with Study.open(study_path) as study:
            assert [f.where for f in check(study)] == ["file"]


def test_an_older_study_gets_checksums_and_one_that_was_unsound_stays_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = of_format(6, tmp_path / "old.annotator")
    with Study.open(path) as study:
        document = study.documents()[0]
        correct(study, document.id, study.text(document.id) + " More.")
        assert check(study) == []
    with closing(connect(path)) as raw:
        raw.execute("UPDATE coder SET name = 'Eve' WHERE name = 'Ben'")
        raw.execute(f"PRAGMA user_version={migrating.SCHEMA_VERSION - 1}")
        before = checksums.faults(raw)
    monkeypatch.setattr(migrating, "_run", lambda *_: None)
    migrating.upgrade(path)
    with closing(connect(path)) as raw:
        assert checksums.faults(raw) == before != []


def _step(number: int, coder: str) -> dict[str, object]:
    """A row of the journal."""
    return {
        "id": f"step-{number}",
        "unit": "u",
        "at": "2026-11-28T10:00:00Z",
        "coder_id": coder,
        "command": "AddEntity",
        "kind": "entity",
        "thing_id": f"thing-{number}",
        "document_id": None,
        "before": None,
        "after": "{}" if number % 3 else None,
        "undoes": None,
    }


_TRIGGER = "SELECT count(*) FROM temp.sqlite_master WHERE name = 'checksum_change_insert'"


def test_rows_that_are_counted_together_come_to_the_sums_of_rows_counted_one_by_one(study_path: Path) -> None:
    """Just below the number from which on they are, and beyond; in parts that had rows, and in new ones."""
    sums = {}
    for size in (1, prepared.MANY - 1, 2 * prepared.MANY):  # one at a time; then in pieces of this size
        path = study_path.with_name(f"{size}.annotator")
        shutil.copy(study_path, path)
        with Study.open(path) as study, study.file.transaction() as connection:
            ada = study.coder("Ada").id
            for start in range(0, 2 * prepared.MANY, size):
                rows = [_step(n, ada) for n in range(start, min(start + size, 2 * prepared.MANY))]
                prepared.Prepared(change.insert().inline()).write(connection, rows)
            raw = connection.connection.driver_connection
            assert raw is not None
            assert raw.execute(_TRIGGER).fetchone() == (1,), "the next row is counted as ever"
            assert not checksums.faults(raw)
            sums[size] = raw.execute("SELECT * FROM checksum ORDER BY table_name, part").fetchall()
    assert len({str(x) for x in sums.values()}) == 1


def test_rows_before_a_refused_one_are_counted_and_a_rollback_takes_all_of_it_back(study_path: Path) -> None:
    write = prepared.Prepared(change.insert().inline()).write
    with Study.open(study_path) as study:
        raw = study.file.connection.connection.driver_connection
        assert raw is not None
        rows = [_step(n, study.coder("Ada").id) for n in range(2 * prepared.MANY)]

        def refused() -> None:
            with study.file.transaction() as connection:
                with pytest.raises(sqlite3.IntegrityError):
                    write(connection, [*rows, rows[0]])
                assert raw.execute("SELECT count(*) FROM change WHERE unit = 'u'").fetchone() == (len(rows),)
                assert not checksums.faults(raw), "what came in before it counts"
                assert raw.execute(_TRIGGER).fetchone() == (1,)
                raise StudyFileError("given up", "here", "begin again")

        with pytest.raises(StudyFileError):
            refused()
        assert raw.execute("SELECT count(*) FROM change WHERE unit = 'u'").fetchone() == (0,)
        assert raw.execute(_TRIGGER).fetchone() == (1,)
        assert not checksums.faults(raw)
        with study.file.transaction() as connection:
            write(connection, rows[:1])
            assert not checksums.faults(raw)
