"""A result of several files is there whole or not at all: kills, full disks, older results, what was left behind."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.commands import SetMemo
from annotator.domain.errors import AnnotatorError, BadInput, StudyFileError
from annotator.domain.json_forms import as_json
from annotator.services import files, working_folders
from annotator.services.exchange.exporting import export
from annotator.services.files import publishing, write_whole
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import write_network
from annotator.services.study import Study
from annotator.services.study.relocation import move
from annotator.services.working_folders import PREFIX, SUFFIX, clear_left_behind, working_folder
from annotator.store import renaming
from annotator.store.places import DatabaseUrl, Place
from tests.postgres import server
from tests.studies import statement, study_at
from tests.systems import POSIX


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with study_at(tmp_path / "s.annotator", documents=2) as made:
        statement(made)
        yield made


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "results"
    folder.mkdir()
    return folder / "data.csv"


def seen(folder: Path) -> dict[str, bytes]:
    """What lies in the folder under names that people see."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if not p.name.startswith(".")}


def hidden(folder: Path) -> list[str]:
    return [p.name for p in folder.iterdir() if p.name.startswith(".")]


def agrees(folder: Path, name: str) -> None:
    """The manifest is of this data, and the fill list of the same state of the study."""
    manifest = json.loads((folder / f"{name}.manifest.json").read_text())
    data = (folder / name).read_bytes()
    assert manifest["file"]["sha256"] == hashlib.sha256(data).hexdigest()
    if (folder / f"{name}.fill.jsonl").exists():
        labels = [x for x in (folder / f"{name}.fill.jsonl").read_text().splitlines() if '"annotation"' in x[:14]]
        assert len(labels) == manifest["counts"]["rows"]


def again(study: Study, memo: str) -> None:
    """Another state of the study."""
    label = next(a for a in study.annotations() if a.layer == "claim")
    study.coding.apply(SetMemo(coder_id=label.coder_id, annotation_id=label.id, memo=memo))


# what is written is of one state, and goes together


def test_data_manifest_and_fill_list_are_of_one_state(
    study: Study, out: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Somebody codes on while the export runs: between the data and the list of texts."""
    from annotator.services.exchange import exporting

    first = exporting.fill_lines

    def later(*args: Any) -> Any:
        with Study.open(tmp_path / "s.annotator") as other:
            other.coding.undo(other.coder("Ada").id)
        return first(*args)

    monkeypatch.setattr(exporting, "fill_lines", later)
    manifest = as_json(export(study, "csv", out, without_text=True))
    assert manifest["counts"]["rows"] == 3
    assert study.annotations() == []
    agrees(out.parent, out.name)


def test_an_older_list_of_texts_goes_with_the_result_that_it_was_of(study: Study, out: Path) -> None:
    export(study, "csv", out, without_text=True)
    assert set(seen(out.parent)) == {"data.csv", "data.csv.manifest.json", "data.csv.fill.jsonl"}
    export(study, "csv", out)
    assert set(seen(out.parent)) == {"data.csv", "data.csv.manifest.json"}
    agrees(out.parent, out.name)


# a disk that is full, a name that cannot be given


def full(monkeypatch: pytest.MonkeyPatch, name: str, at: int) -> list[int]:
    """The nth call of this function of the system finds the disk full."""
    first, calls = getattr(os, name), [0]

    def call(*args: Any, **rest: Any) -> Any:
        calls[0] += 1
        if calls[0] == at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return first(*args, **rest)

    monkeypatch.setattr(os, name, call)
    return calls


@pytest.mark.parametrize("name", ["fsync", "replace", "link"])
@pytest.mark.parametrize("at", range(1, 6))
def test_what_fails_at_any_point_leaves_the_older_result_whole(
    study: Study, out: Path, monkeypatch: pytest.MonkeyPatch, name: str, at: int
) -> None:
    export(study, "csv", out, without_text=True)
    before = seen(out.parent)
    again(study, "other")
    with monkeypatch.context() as broken:
        calls = full(broken, name, at)
        told = ""
        try:
            export(study, "csv", out, without_text=True)
        except AnnotatorError as error:
            told = str(error)
    if told:
        assert "an older one is unchanged" in told
        assert seen(out.parent) == before
    else:
        assert calls[0] < at or name in ("fsync", "link")  # the name of a folder, or a second name, can be done without
        assert seen(out.parent) != before
    agrees(out.parent, out.name)
    assert hidden(out.parent) == []


class Full(Exception):
    """Stands for a writer that breaks off."""


def test_a_writer_that_breaks_off_leaves_nothing(out: Path) -> None:
    write_whole(out, [b"old"])

    def chunks() -> Iterator[bytes]:
        yield b"new"
        raise Full

    with pytest.raises(Full):
        write_whole(out, chunks())
    assert seen(out.parent) == {"data.csv": b"old"}
    assert hidden(out.parent) == []


# kills


KILLED = """
import os, sys
from pathlib import Path
at, what, out = int(sys.argv[1]), sys.argv[2], Path(sys.argv[3])
from annotator.services import files
calls = 0
def dying(first):
    def call(*args, **rest):
        global calls
        calls += 1
        if calls == at:
            os._exit(9)
        return first(*args, **rest)
    return call
for name in ("replace", "fsync", "link", "unlink", "mkdir", "chmod"):
    setattr(os, name, dying(getattr(os, name)))
with files.publishing(out) as result:
    result.write([what.encode()])
    result.write([what.encode() + b" list"], out.name + ".fill")
    result.drop(out.name + ".gone")
    result.write([what.encode() + b" manifest"], out.name + ".manifest")
"""


def result_of(what: str, **more: bytes) -> dict[str, bytes]:
    return {
        "data.csv": what.encode(),
        "data.csv.fill": f"{what} list".encode(),
        "data.csv.manifest": f"{what} manifest".encode(),
        **more,
    }


def test_a_kill_at_any_call_leaves_the_old_or_the_new_result(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever was decided is finished by the next one who writes there; until then no list speaks of other data."""
    monkeypatch.setattr(working_folders, "_MADE_JUST_NOW", 0.0)  # also where death came before the lock
    finished = 0
    for at in range(1, 60):
        for path in out.parent.iterdir():
            assert not path.name.startswith(".")
            path.unlink()
        for name, data in result_of("old", **{"data.csv.gone": b"old"}).items():
            (out.parent / name).write_bytes(data)
        code = subprocess.run([sys.executable, "-c", KILLED, str(at), "new", str(out)], check=False).returncode
        now = seen(out.parent)
        for name, data in now.items():
            if name != "data.csv":
                assert data.startswith(now["data.csv"]), f"{at}: {name} is not of the data beside it"
        clear_left_behind(out.parent, files._finish)
        assert hidden(out.parent) == []
        assert seen(out.parent) in (result_of("old", **{"data.csv.gone": b"old"}), result_of("new")), at
        if code == 0:
            finished += 1
            assert seen(out.parent) == result_of("new")
        if finished > 1:
            break
    assert finished, "the last ones get through"
    assert at > 10


def test_what_a_dead_program_left_is_removed_and_what_a_living_one_makes_is_not(out: Path) -> None:
    code = "import os, sys\nfrom annotator.services import files\nfrom pathlib import Path\n"
    dead = code + "with files.publishing(Path(sys.argv[1])) as r:\n r.write([b'x']); os._exit(9)"
    subprocess.run([sys.executable, "-c", dead, str(out)], check=False)
    (left,) = hidden(out.parent)
    alive = code + "with files.publishing(Path(sys.argv[1])) as r:\n r.write([b'y'])\n print('x', flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", alive, str(out.with_name("other.csv"))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdin is not None
        assert other.stdout is not None
        other.stdout.readline()
        assert left not in hidden(out.parent), "whoever writes there clears up first"
        (theirs,) = hidden(out.parent)
        assert clear_left_behind(out.parent) == 0
        write_whole(out, [b"z"])
        assert hidden(out.parent) == [theirs]
        other.stdin.write("\n")
        other.stdin.close()
        other.wait()
    assert seen(out.parent) == {"data.csv": b"z", "other.csv": b"y"}


def test_a_folder_that_has_no_owner_yet_is_left_alone_until_it_is_old(tmp_path: Path) -> None:
    folder = tmp_path / f"{PREFIX}abc{SUFFIX}"
    folder.mkdir()
    assert clear_left_behind(tmp_path) == 0, "its owner may be about to take it"
    (folder / "owner").touch()
    assert clear_left_behind(tmp_path) == 0
    os.utime(folder / "owner", (0, 0))
    link = tmp_path / f"{PREFIX}link{SUFFIX}"
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "owner").write_text("held\n")
    link.symlink_to(tmp_path / "precious")
    assert clear_left_behind(tmp_path) == 1
    assert (tmp_path / "precious" / "owner").exists()


def test_what_was_decided_is_not_done_over_what_somebody_put_there_since(out: Path) -> None:
    code = KILLED.replace("os._exit(9)", "os._exit(9)")
    (out.parent / "data.csv").write_bytes(b"old")
    for at in range(1, 40):  # until a kill falls between the decision and its end
        subprocess.run([sys.executable, "-c", code, str(at), "new", str(out)], check=False)
        if any((out.parent / h / "ready.json").exists() for h in hidden(out.parent)) and out.read_bytes() == b"old":
            break
    out.write_bytes(b"by another program")
    write_whole(out.with_name("other.csv"), [b"x"])
    assert out.read_bytes() == b"by another program"
    assert hidden(out.parent) == []


# rights


@pytest.mark.parametrize(("mask", "mode"), [(0o077, 0o600), (0o022, 0o644), (0o027, 0o640)])
@POSIX
def test_results_keep_the_umask(study: Study, out: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        for form in ("csv", "xlsx", "parquet", "archive", "jsonl"):
            export(study, form, out.with_suffix(f".{form}"), without_text=True)
        export(study, "brat", out.with_name("brat"))
        write_network(study, Wanted(), out.with_suffix(".graphml"))
        move(study.file.path, out.with_suffix(".annotator"))
    finally:
        os.umask(before)
    for path in out.parent.rglob("*"):
        found = path.stat().st_mode & 0o777
        assert found == (mode if path.is_file() else 0o777 & ~mask), path.name


@POSIX
def test_a_result_does_not_open_what_somebody_closed(out: Path) -> None:
    write_whole(out, [b"old"])
    out.chmod(0o600)
    write_whole(out, [b"new"])
    assert out.stat().st_mode & 0o777 == 0o600


# files that others hold open


def test_a_file_that_another_program_looks_at_is_waited_for(out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As Windows has it: a reader keeps a file from being replaced for a moment."""
    first, waits = os.replace, [0.0]

    def refusing(*args: Any) -> None:
        if len(waits) < 4:
            raise PermissionError(13, "held open")
        first(*args)

    write_whole(out, [b"old"])
    monkeypatch.setattr(renaming.sys, "platform", "linux")
    monkeypatch.setattr(renaming.time, "sleep", waits.append)
    monkeypatch.setattr(os, "replace", refusing)
    with pytest.raises(AnnotatorError, match="unchanged"):
        write_whole(out, [b"new"])
    assert len(waits) == 1
    monkeypatch.setattr(renaming.sys, "platform", "win32")
    monkeypatch.setattr(working_folders, "_lock", lambda _: True)
    files.replace(out, out.with_name("elsewhere"))
    assert len(waits) == 4
    assert out.with_name("elsewhere").read_bytes() == b"old"


# moving


MOVED = """
import os, sys
from pathlib import Path
from annotator.services.study.relocation import move
from annotator.store.places import place_of
left = int(sys.argv[3])
def progress(done, total):
    global left
    left -= 1
    if left == 0:
        os._exit(9)
    return True
move(place_of(sys.argv[1]), place_of(sys.argv[2]), progress)
"""


@pytest.fixture
def moved_to(place: Place, tmp_path: Path) -> Place:
    return tmp_path / "moved.annotator" if isinstance(place, Path) else place


def test_a_move_that_is_killed_leaves_nothing_or_all_and_can_be_done_again(tmp_path: Path, moved_to: Place) -> None:
    source = tmp_path / "source.annotator"
    with study_at(source) as study:
        statement(study)
        kept = study.annotations()
    for at in (3, 99):
        told = subprocess.run([sys.executable, "-c", MOVED, str(source), str(moved_to), str(at)], check=False)
        if told.returncode:
            assert told.returncode == 9
            with pytest.raises(StudyFileError, match=r"no such|no study|not there|does not exist"):
                Study.open(moved_to)
            continue
        with Study.open(moved_to) as study:
            assert study.annotations() == kept
        with pytest.raises(StudyFileError, match="exists already"):
            move(source, moved_to)
    assert told.returncode == 0
    assert hidden(tmp_path) == []


def test_a_move_leaves_alone_what_another_makes_in_the_database_just_now(database: DatabaseUrl, tmp_path: Path) -> None:
    source = tmp_path / "source.annotator"
    study_at(source).close()
    from annotator.store.server import create_study_database

    making = create_study_database(database, ready=False)
    try:
        with pytest.raises(StudyFileError, match="just now"):
            move(source, database)
    finally:
        making.close()
    move(source, database)
    psycopg = pytest.importorskip("psycopg")
    with psycopg.connect(server().url(database.name).url) as keeper:
        assert keeper.execute("SELECT count(*) FROM annotator_format").fetchone() == (1,)


# packages and folders


def test_nothing_is_written_over_where_that_was_not_wanted(out: Path) -> None:
    out.write_bytes(b"mine")
    with pytest.raises(BadInput, match="exists already"), publishing(out, over=False) as result:
        result.write([b"other"])
    assert seen(out.parent) == {"data.csv": b"mine"}


def test_a_working_folder_elsewhere_is_cleared_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(working_folders.tempfile, "tempdir", None)
    code = "import os\nfrom annotator.services.working_folders import working_folder\n"
    subprocess.run([sys.executable, "-c", code + "with working_folder() as f: os._exit(9)"], check=False)
    assert len(hidden(tmp_path)) == 1
    with working_folder() as folder:
        assert hidden(tmp_path) == [folder.name]
    assert hidden(tmp_path) == []
