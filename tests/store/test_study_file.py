"""The study's file: one plain file when closed, and a sentence for everything that can be wrong with it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import create_engine, inspect

from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import StudyFileError
from annotator.services.study import Study
from annotator.store.checksums import file_metadata
from annotator.store.file_format import APPLICATION_ID, SCHEMA_VERSION
from annotator.store.migrating import upgrade
from annotator.store.opening import create_study_file, open_study_file
from annotator.store.tables import metadata
from tests.studies import statement, study_at
from tests.systems import POSIX


def pragma(path: Path, name: str) -> object:
    with sqlite3.connect(path) as connection:
        found = connection.execute(f"PRAGMA {name}").fetchone()[0]
    connection.close()
    return found


def test_the_file_says_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    assert pragma(path, "application_id") == APPLICATION_ID
    assert pragma(path, "user_version") == SCHEMA_VERSION


def test_while_open_it_writes_ahead_and_waits_for_the_disk(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study, study.file.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_the_log_is_folded_in_when_nobody_waits(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path) as study:
        statement(study)
        held = sqlite3.connect(path)
        assert held.execute("SELECT count(*) FROM annotation").fetchone() == (3,)
        before = path.read_bytes()
        study.file.fold()
        held.close()
        assert path.read_bytes() != before, "what was in the log alone is in the file now"
        with study.file.transaction():
            study.file.fold()  # not within a step
        assert len(study.annotations()) == 3
    study.file.fold()  # closed


def test_after_closing_it_is_one_plain_file(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study = study_at(path)
    statement(study)
    study.close()
    study.close()
    assert [p.name for p in tmp_path.iterdir()] == ["s.annotator"]
    assert pragma(path, "journal_mode") == "delete"
    moved = shutil.copy(path, tmp_path / "copy.annotator")
    with Study.open(Path(moved)) as copy:
        assert len(copy.annotations()) == 3


def newer(path: Path) -> None:
    study_at(path).close()
    with sqlite3.connect(path) as connection:
        connection.execute(f"PRAGMA user_version={SCHEMA_VERSION + 1}")
    connection.close()


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()


def damaged(path: Path) -> None:
    study_at(path).close()
    data = bytearray(path.read_bytes())
    data[4096:12288] = b"\xff" * 8192
    path.write_bytes(bytes(data))


WRONG = {
    "newer": (newer, "newer Annotator"),
    "another program's": (foreign, "another program"),
    "a text": (lambda p: p.write_text("hello " * 100), "not a study"),
    "empty": (lambda p: p.write_bytes(b""), "not a study"),
    "a folder": (lambda p: p.mkdir(), "folder"),
    "not there": (lambda p: None, "no such file"),
    "damaged": (damaged, "damaged|could not be used"),
}


@pytest.mark.parametrize("case", sorted(WRONG))
def test_what_is_no_study_is_told_and_left_alone(tmp_path: Path, case: str) -> None:
    make, told = WRONG[case]
    path = tmp_path / "s.annotator"
    make(path)
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(StudyFileError, match=told) as error:
        Study.open(path).close()
    assert error.value.where == str(path)
    assert error.value.remedy
    if before is not None:
        assert path.read_bytes() == before


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    path.write_text("mine")
    with pytest.raises(StudyFileError, match="exists"):
        create_study_file(path)
    assert path.read_text() == "mine"
    with pytest.raises(StudyFileError, match="folder does not exist"):
        create_study_file(tmp_path / "nowhere" / "s.annotator")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="here a file without the right may be written to")
def test_a_read_only_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    path.chmod(stat.S_IRUSR)
    with pytest.raises(StudyFileError, match="read-only"):
        open_study_file(path)


def test_a_read_only_file_is_told_to_any_user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    before = path.read_bytes()
    monkeypatch.setattr(os, "access", lambda _path, mode: mode != os.W_OK)
    with pytest.raises(StudyFileError, match="read-only"):
        open_study_file(path)
    assert path.read_bytes() == before


FULL = """
import resource, sys
from pathlib import Path
from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import StudyFileError
from annotator.services.study import Study
path = Path(sys.argv[1])
with Study.open(path) as study:
    coder, document = study.coder("Ada").id, study.documents()[0].id
    import signal
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 60_000, path.stat().st_size + 60_000))
    for number in range(2000):
        try:
            study.coding.apply(AddAnnotation(coder_id=coder, document_id=document, layer="claim",
                                             fragments=((0, 5),), memo="x" * 3000))
        except StudyFileError as error:
            print(number, "|", error)
            break
"""


@POSIX
def test_a_full_disk_refuses_the_change_and_keeps_what_was_confirmed(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    done = subprocess.run([sys.executable, "-c", FULL, str(path)], capture_output=True, text=True, check=False)
    count, told = done.stdout.split("|")
    assert told.strip(), done.stderr
    with Study.open(path) as study:
        assert len(study.annotations()) == int(count)
        from annotator.services.study.integrity import check

        assert check(study) == []


def test_sqlites_own_limit_reads_as_a_full_disk(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        connection = study.file.connection
        connection.rollback()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count={pages}")
        connection.rollback()
        coder, document = study.coder("Ada").id, study.documents()[0].id
        command = AddAnnotation(
            coder_id=coder, document_id=document, layer="claim", fragments=((0, 5),), memo="x" * 100_000
        )
        with pytest.raises(StudyFileError, match="disk is full"):
            study.coding.apply(command)
        assert study.annotations() == []


def test_a_second_writer_waits_then_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path) as study:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        study.file.connection.rollback()
        study.file.connection.exec_driver_sql("PRAGMA busy_timeout=10")
        study.file.connection.rollback()
        with pytest.raises(StudyFileError, match="another program is writing"):
            study.ensure_coder("Chidi")
        other.execute("ROLLBACK")
        other.close()
        assert study.ensure_coder("Chidi").name == "Chidi"


def shape(path: Path) -> dict[str, object]:
    engine = create_engine(f"sqlite:///{path}")
    found = inspect(engine)
    result = {
        table: (
            sorted((c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)),
            found.get_pk_constraint(table)["constrained_columns"],
            sorted((f["constrained_columns"], f["referred_table"]) for f in found.get_foreign_keys(table)),
            sorted((str(i["name"]), i["column_names"], i["unique"]) for i in found.get_indexes(table)),
            sorted(u["column_names"] for u in found.get_unique_constraints(table)),
        )
        for table in found.get_table_names()
    }
    engine.dispose()
    return result


def test_migrations_lead_to_the_tables_of_today(tmp_path: Path) -> None:
    migrated, made = tmp_path / "migrated.db", tmp_path / "made.db"
    sqlite3.connect(migrated).close()
    upgrade(migrated)
    engine = create_engine(f"sqlite:///{made}")
    metadata.create_all(engine)
    file_metadata.create_all(engine)
    engine.dispose()
    assert shape(migrated) == shape(made)
    assert pragma(migrated, "user_version") == SCHEMA_VERSION
