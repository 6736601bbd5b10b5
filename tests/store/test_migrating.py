"""Bringing a study up to date loses nothing: not its log, not the backup, not on a full disk, not when killed."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from annotator.domain.errors import StudyFileError
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.store import migrating
from annotator.store.file_format import SCHEMA_VERSION
from tests.store.past import killed_in_format, of_format
from tests.systems import POSIX


def memos(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as raw:
        return {row[0] for row in raw.execute("SELECT memo FROM annotation")}


def test_steps_in_a_killed_programs_log_are_in_the_study_and_in_the_backup(tmp_path: Path) -> None:
    path = killed_in_format(4, tmp_path / "s.annotator")
    with Study.open(path) as study:
        assert "confirmed" in {a.memo for a in study.annotations()}
        assert check(study) == []
        told = study.file.notices[0]
    backup = tmp_path / "s.annotator.format-4.backup"
    assert str(backup) in told
    assert "confirmed" in memos(backup)
    assert {p.name for p in tmp_path.iterdir()} == {path.name, backup.name}


def test_a_good_backup_is_never_written_over(tmp_path: Path) -> None:
    first = killed_in_format(4, tmp_path / "s.annotator")
    Study.open(first).close()
    again = of_format(4, tmp_path / "s.annotator")
    with Study.open(again) as study:
        assert "-2" in study.file.notices[0]
    assert "confirmed" in memos(tmp_path / "s.annotator.format-4.backup")
    of_format(4, tmp_path / "s.annotator")
    Study.open(again).close()
    assert len(list(tmp_path.iterdir())) == 4, "a third copy of the same state: only the first name is looked at"


FULL = """
import resource, signal, sys
from pathlib import Path
from annotator.domain.errors import AnnotatorError
from annotator.services.study import Study
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    Study.open(Path(sys.argv[1])).close()
except AnnotatorError as error:
    print(error)
"""


@pytest.mark.parametrize("room", [0.3, 0.9, 1.02])
@POSIX
def test_on_a_full_disk_the_study_is_as_it_was(tmp_path: Path, room: float) -> None:
    path = killed_in_format(4, tmp_path / "s.annotator")
    limit = str(int(path.stat().st_size * room))
    told = subprocess.run([sys.executable, "-c", FULL, str(path), limit], capture_output=True, text=True, check=False)
    assert told.stdout.strip(), told.stderr
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]
    with Study.open(path) as study:
        assert "confirmed" in {a.memo for a in study.annotations()}
        assert check(study) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from annotator.services.study import Study
from annotator.store import migrating
def then_die(first):
    def done(*args, **kwargs):
        if sys.argv[3] == "before":
            os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
        first(*args, **kwargs)
        os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
    return done
setattr(migrating, sys.argv[2], then_die(getattr(migrating, sys.argv[2])))
Study.open(Path(sys.argv[1])).close()
"""


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("place", ["_copy", "_keep", "put_in_place"])
def test_killed_at_any_step_it_opens_and_leaves_nothing_lying_about(tmp_path: Path, place: str, moment: str) -> None:
    path = killed_in_format(4, tmp_path / "s.annotator")
    subprocess.run([sys.executable, "-c", KILLED, str(path), place, moment], check=False, capture_output=True)
    with Study.open(path) as study:
        assert "confirmed" in {a.memo for a in study.annotations()}
        assert check(study) == []
    left = {p.name for p in tmp_path.iterdir()}
    assert "s.annotator.format-4.backup" in left
    assert "confirmed" in memos(tmp_path / "s.annotator.format-4.backup")
    with Study.open(path):
        assert not [n for n in left if n.startswith(".annotator-unready") and place != "put_in_place"]


def test_a_study_that_another_program_holds_is_not_brought_up_to_date(tmp_path: Path) -> None:
    path = of_format(4, tmp_path / "s.annotator")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("SELECT count(*) FROM annotation").fetchall()
        with pytest.raises(StudyFileError, match="another program"):
            Study.open(path)
    with Study.open(path) as study:
        assert check(study) == []


def test_a_migration_that_loses_a_row_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = of_format(4, tmp_path / "s.annotator")
    kept = path.read_bytes()

    def careless(copy: Path) -> None:
        with closing(sqlite3.connect(copy)) as raw:
            raw.execute("DELETE FROM note")
            raw.execute("DELETE FROM change")
            raw.execute(f"PRAGMA user_version={SCHEMA_VERSION}")
            raw.commit()

    monkeypatch.setattr(migrating, "upgrade", careless)
    with pytest.raises(StudyFileError, match="change"):
        Study.open(path)
    assert path.read_bytes() == kept
    shutil.rmtree(tmp_path / "none", ignore_errors=True)
    assert [p.name for p in tmp_path.iterdir()] == ["s.annotator"]
