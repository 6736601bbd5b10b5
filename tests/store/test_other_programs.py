"""Other programs touch the file while a study is open and after a kill: noticed, told, nothing confirmed lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import StudyDisturbed, StudyFileError
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.study.saving_beside import save_confirmed_beside
from annotator.services.study.study import held_elsewhere
from annotator.services.team.package_file import is_encrypted, is_package
from annotator.store.guarding import guard_of
from annotator.store.private_place import state_folder
from annotator.store.second_copy import SecondCopy
from tests import killing
from tests.studies import reopened, study_at
from tests.systems import POSIX


def label(study: Study) -> str:
    coder, document = study.coder("Ada").id, study.documents()[0].id
    made = study.coding.apply(
        AddAnnotation(coder_id=coder, document_id=document, layer="claim", fragments=((0, 5),), memo="x" * 300)
    )
    return next(iter(made.added))


def written_into(path: Path, older: Path) -> None:
    with path.open("r+b") as file:
        file.write(older.read_bytes())
        file.truncate()


def with_its_old_time(path: Path, older: Path) -> None:
    """As `rsync --inplace -t` does, with a size that is the same."""
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.write(older.read_bytes())
        file.truncate(size)
    os.utime(path, ns=(1, older.stat().st_mtime_ns))


def renamed_over(path: Path, older: Path) -> None:
    os.replace(shutil.copy(older, f"{older}.2"), path)


def log_removed(path: Path, older: Path) -> None:
    os.unlink(f"{path}-wal")


def both_removed(path: Path, older: Path) -> None:
    os.unlink(f"{path}-wal")
    os.unlink(f"{path}-shm")


def log_written(path: Path, older: Path) -> None:
    with open(f"{path}-wal", "r+b") as file:
        file.write(b"\0" * 64)


def cut_short(path: Path, older: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)


def removed(path: Path, older: Path) -> None:
    os.unlink(path)


def by_posix(change: Change) -> Any:
    """Windows lets nobody remove an open file or put another in its place."""
    return pytest.param(change, marks=POSIX)


Change = Callable[[Path, Path], None]
CHANGES = [
    written_into,
    with_its_old_time,
    by_posix(renamed_over),
    by_posix(log_removed),
    by_posix(both_removed),
    log_written,
    cut_short,
    by_posix(removed),
]


def worked_on(path: Path, folded: bool = False, more: int = 0) -> tuple[Study, list[str], Path]:
    """An open study with confirmed labels, and an older copy of it."""
    with study_at(path) as study:
        label(study)
    older = Path(shutil.copy(path, path.with_name("older")))
    with reopened(path, "before") as study:  # between the copy and today
        first = [label(study) for _ in range(8)]
    study = reopened(path, "now")
    made = [*first, *(label(study) for _ in range(3))]
    if folded:
        study.file.fold()
    made += [label(study) for _ in range(more)]
    return study, made, older


def holds(path: Path, made: list[str]) -> list[str]:
    """What was told on opening a sound study with all of these labels."""
    with Study.open(path) as study:
        assert check(study) == []
        assert set(made) <= {a.id for a in study.annotations()}
        return [str(n) for n in study.file.notices]


@pytest.mark.parametrize(("folded", "more"), [(False, 0), (True, 3)])
@pytest.mark.parametrize("change", CHANGES)
def test_it_is_noticed_before_the_next_label_and_all_can_be_saved_beside(
    tmp_path: Path, change: Change, folded: bool, more: int
) -> None:
    path = tmp_path / "s.annotator"
    study, made, older = worked_on(path, folded, more)
    with study:
        change(path, older)
        there = path.read_bytes() if path.exists() else b""
        with pytest.raises(StudyDisturbed) as error:
            label(study)
        assert error.value.where == str(path)
        assert "save what you confirmed as another file" in error.value.remedy
        study.file.fold()
        save_confirmed_beside(study, tmp_path / "mine.annotator")
        with pytest.raises(StudyFileError, match="exists"):
            save_confirmed_beside(study, tmp_path / "mine.annotator")
    assert (path.read_bytes() if path.exists() else b"") == there, "what the other program wrote is left alone"
    assert not Path(f"{path}-wal").exists()
    assert not holds(tmp_path / "mine.annotator", made)
    assert not list(state_folder().glob("*/*")), "it is saved: nothing is left in the private place"


@pytest.mark.parametrize("change", CHANGES)
def test_closed_without_saving_it_is_put_back_on_the_next_opening(tmp_path: Path, change: Change) -> None:
    path = tmp_path / "s.annotator"
    study, made, older = worked_on(path)
    with study:
        change(path, older)
    holds(path, made)
    holds(path, made)
    assert not list(state_folder().glob("*/*"))


KILLED = """
import sys
from pathlib import Path
from tests.store import test_other_programs as t
t.work_and_die(Path(sys.argv[1]), getattr(t, sys.argv[2]), sys.argv[3], sys.argv[4])
"""


def work_and_die(path: Path, change: Change, folded: str, when: str) -> None:
    """What the child does; what it confirmed stands in a file beside."""
    study, made, older = worked_on(path, folded == "folded", 3 if folded else 0)
    path.with_name("made").write_text(" ".join(made))
    if when == "open":
        change(study.file.path, older)
    os.kill(os.getpid(), killing.KILL)


def killed(path: Path, change: Change, folded: str, when: str) -> list[str]:
    """The labels that a killed program had confirmed."""
    if hasattr(os, "fork"):  # a fresh interpreter takes seconds
        child = os.fork()
        if child == 0:
            try:
                work_and_die(path, change, folded, when)
            finally:
                os._exit(1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == killing.KILLED
    else:
        call = [sys.executable, "-c", KILLED, str(path), change.__name__, folded, when]
        done = subprocess.run(call, capture_output=True, text=True, check=False)
        assert done.returncode == killing.KILLED, done.stderr
    return path.with_name("made").read_text().split()


@pytest.mark.parametrize("when", ["open", "after"])
@pytest.mark.parametrize(
    ("change", "folded"), [(written_into, "folded"), (renamed_over, ""), (both_removed, "folded"), (removed, "")]
)
def test_killed_before_or_after_another_program_came(tmp_path: Path, change: Change, folded: str, when: str) -> None:
    if when == "open" and change is not written_into and os.name != "posix":
        pytest.skip("Windows lets nobody remove an open file or put another in its place")
    path = tmp_path / "s.annotator"
    made = killed(path, change, folded, when)
    assert len(made) == (14 if folded else 11)
    if when == "after":
        change(path, tmp_path / "older")
    assert not held_elsewhere(path), "asking that plays nothing back"
    assert holds(path, made)
    assert not holds(path, made)
    if change in (written_into, renamed_over):
        with Study.open(tmp_path / "s.annotator.replaced") as study:
            assert check(study) == []
            assert len(study.annotations()) == 1


@POSIX
def test_without_the_second_copy_no_log_is_played_back_into_another_file(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    killed(path, renamed_over, "folded", "open")
    shutil.rmtree(state_folder())
    with Study.open(path) as study:
        assert check(study) == []
        assert len(study.annotations()) == 1
        assert "not used" in study.file.notices[0]
    assert (tmp_path / "s.annotator-wal.of-another-file").stat().st_size


@POSIX
def test_other_work_in_its_place_is_left_and_what_was_confirmed_kept_beside(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study, made, older = worked_on(path)
    with reopened(older, "elsewhere") as other:
        theirs = label(other)
    with study:
        renamed_over(path, older)
    told = holds(path, [theirs])
    assert "s.annotator.confirmed.annotator" in told[0]
    holds(tmp_path / "s.annotator.confirmed.annotator", made)


@POSIX
def test_what_is_no_harm_is_no_alarm(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study, made, _ = worked_on(path)
    with study:
        path.chmod(0o600)
        made.append(label(study))
        os.utime(path)
        made.append(label(study))
        away = tmp_path / "away.annotator"
        path.rename(away)
        with pytest.raises(StudyDisturbed, match="not where it was"):
            label(study)
        away.rename(path)
        made.append(label(study))
        with Study.open(path) as second:  # another window of the program
            made.append(label(second))
            second.file.fold()
            made.append(label(study))
            made.append(label(second))
        study.file.fold()
        made.append(label(study))
    assert not holds(path, made)


OTHER = """
import sys
from pathlib import Path
from tests.store.test_other_programs import label
from annotator.services.study import Study
with Study.open(Path(sys.argv[1])) as study:
    for line in sys.stdin:
        if line.strip() == "fold":
            study.file.fold()
            print("folded", flush=True)
        else:
            print(label(study), flush=True)
"""


def test_two_programs_take_turns_and_neither_is_alarmed(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study, made, _ = worked_on(path)
    with subprocess.Popen(
        [sys.executable, "-c", OTHER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None

        def ask(word: str) -> str:
            assert other.stdin is not None
            assert other.stdout is not None
            other.stdin.write(f"{word}\n")
            other.stdin.flush()
            return other.stdout.readline().strip()

        with study:
            for words in (["label"], ["label", "fold"], ["fold", "label"], ["label", "fold", "label", "fold", "label"]):
                made += [found for found in map(ask, words) if found != "folded"]
                made.append(label(study))
                study.file.fold()
                made.append(label(study))
        other.stdin.close()
        other.wait()
    assert not holds(path, made)


@POSIX
def test_moved_while_open_it_is_whole_under_its_new_name(tmp_path: Path) -> None:
    path, away = tmp_path / "s.annotator", tmp_path / "away.annotator"
    study, made, _ = worked_on(path)
    with study:
        path.rename(away)
    assert {p.name for p in tmp_path.iterdir()} == {"away.annotator", "older"}
    assert not holds(away, made)


def test_moved_without_its_log_after_a_kill(tmp_path: Path) -> None:
    path, away = tmp_path / "s.annotator", tmp_path / "away.annotator"
    call = [sys.executable, "-c", KILLED, str(path), "removed", "", "after"]
    made = subprocess.run(call, capture_output=True, text=True, check=False).stdout.split()
    path.rename(away)
    holds(away, made)


def test_a_second_opening_of_a_disturbed_study_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study, made, older = worked_on(path)
    with study:
        written_into(path, older)
        with pytest.raises(StudyDisturbed):
            Study.open(path)
    holds(path, made)


@POSIX
def test_where_no_second_copy_can_be_kept_coding_goes_on_and_changes_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("ANNOTATOR_STATE", str(tmp_path / "file"))
    study, _, older = worked_on(tmp_path / "s.annotator")
    with study:
        label(study)
        label(study)
        told = [str(n) for n in study.file.notices if "no second copy" in n]
        assert len(told) == 1
        assert str(tmp_path / "file") in told[0]
        renamed_over(tmp_path / "s.annotator", older)
        with pytest.raises(StudyDisturbed):
            label(study)


def test_a_journal_of_another_file_is_not_played_back(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    older = path.read_bytes()
    for name in ("Chidi", "Dewi", "Esra"):
        with Study.open(path) as study:
            study.ensure_coder(name)
    script = (
        "import os, signal, sqlite3, sys\n"
        "c = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
        "c.execute('PRAGMA cache_size=1')\n"
        "c.execute('BEGIN')\n"
        "c.execute('CREATE TABLE t (x)')\n"
        "c.execute('INSERT INTO t SELECT hex(randomblob(2000)) FROM change, coder')\n"
        "c.execute('INSERT INTO t SELECT hex(randomblob(2000)) FROM coder a, coder b, coder c')\n"
        "c.execute('UPDATE coder SET name = name || 1')\n"
        "os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
    )
    subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    journal = tmp_path / "s.annotator-journal"
    assert journal.stat().st_size > 512
    path.write_bytes(older)
    with Study.open(path) as study:
        assert check(study) == []
        assert [c.name for c in study.coders()] == ["Ada", "Ben"]
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.parametrize("change", [written_into, by_posix(renamed_over), with_its_old_time])
def test_noticed_also_before_the_first_label(tmp_path: Path, change: Change) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    older = Path(shutil.copy(path, tmp_path / "older"))
    with reopened(path, "more") as study:
        label(study)
    with Study.open(path) as study:
        change(path, older)
        there = path.read_bytes()
        with pytest.raises(StudyDisturbed):
            label(study)
    assert path.read_bytes() == there


def test_what_another_program_wrote_and_folded_in_before_the_first_label_is_no_alarm(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    with Study.open(path) as study:
        script = OTHER.replace("for line in sys.stdin:", "for line in ['label', 'fold']:")
        found = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
        made = [found.stdout.split()[0], label(study)]
    assert not holds(path, made)


_LOCK = """
import sys
from pathlib import Path
from annotator.store.putting_back import held_by_others
print(held_by_others(Path(sys.argv[1])))
"""


@POSIX
def test_looking_what_a_file_is_frees_no_lock_of_an_open_study(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path) as study:
        label(study)
        assert not is_package(path)
        assert not is_encrypted(path)
        done = subprocess.run([sys.executable, "-c", _LOCK, str(path)], capture_output=True, text=True, check=True)
        assert done.stdout.strip() == "True"


def test_threads_open_and_close_one_study_at_once(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    faults: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(6):
                with Study.open(path) as study:
                    label(study)
        except BaseException as error:
            faults.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []
    with Study.open(path) as study:
        assert len(study.annotations()) == 18
        assert check(study) == []
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("at", ["take", "complete"])
def test_killed_while_a_second_copy_was_made_nothing_is_kept_beside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    path = tmp_path / "s.annotator"
    study_at(path).close()
    child = os.fork()
    if child == 0:
        try:
            with Study.open(path) as study:
                path.with_name("made").write_text(label(study))
                guard = guard_of(path)
                assert guard is not None
                assert guard.copy is not None
                guard.copy.remove()  # it is made anew: the file is in it, the log not yet, or all of it
                guard.copy = None
                monkeypatch.setattr(SecondCopy, at, lambda *_: os.kill(os.getpid(), killing.KILL))
                guard.prepare()
        finally:
            os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == killing.KILLED
    with closing(sqlite3.connect(path)) as raw:  # another program folds the log in
        raw.execute("SELECT count(*) FROM annotation").fetchall()
    made = path.with_name("made")
    assert not holds(path, [made.read_text()])
    made.unlink()
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
