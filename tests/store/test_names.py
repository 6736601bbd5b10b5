"""A path is a path: every name that the system allows is that file and no other."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import AnnotatorError, StudyFileError
from annotator.services.exchange.exporting import export
from annotator.services.study import Study
from annotator.services.study.relocation import move
from annotator.services.study.rescue import rescue
from annotator.services.team.package_file import is_package
from annotator.services.team.packing import pack
from annotator.store.sqlite_files import LONGEST_NAME, LONGEST_PATH, connect, expect_room, uri_of
from annotator.store.study_file import facts_of
from annotator.store.whole_files import ROOM
from tests.store.past import of_format
from tests.studies import study_at
from tests.systems import POSIX

ODD = (*"%?#&;=: '\"\n\t-~$*\\ü文🚢", "e\u0301")
WHOLE = ("%20", "%00", "?mode=ro", "#x", "file:", ":memory:", "..", "\udcff", "\udc80")
PARTS = st.one_of(st.sampled_from([*ODD, *WHOLE]), st.text("ab1", min_size=1, max_size=3))


def possible(name: str) -> bool:
    """Whether a file can have this name here."""
    if name in (".", ".."):
        return False
    if os.name == "posix":
        return True
    return (
        not set(name) & set('<>:"/\\|?*\n\t')
        and name.strip(" .") == name
        and name.encode("utf-8", "replace").decode() == name
    )


NAMES = st.lists(PARTS, min_size=1, max_size=6).map("".join).filter(possible)


def label(study: Study) -> None:
    key = study.coder("Ada").id
    study.coding.apply(
        AddAnnotation(coder_id=key, document_id=study.documents()[0].id, layer="claim", fragments=((0, 5),))
    )


def names_in(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


@settings(max_examples=5)
@given(NAMES)
@example("round%201")
@example("a?b")
@example("-rf")
@example("name\udcff\udc80")
def test_the_file_of_this_name_is_opened_and_no_other(name: str) -> None:
    assume(possible(name))
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / f"in {name}"
        folder.mkdir()
        path, moved = folder / f"{name}.annotator", folder / f"{name}2.annotator"
        other = folder / "other.annotator"
        study_at(other, "other").close()
        kept = other.read_bytes()
        with study_at(path) as study:
            label(study)
            assert names_in(folder) == {path.name, other.name, f"{path.name}-wal", f"{path.name}-shm"}
        assert names_in(folder) == {path.name, other.name}
        assert facts_of(path)["title"] == "Test"
        move(path, moved)
        with Study.open(moved) as study:
            assert len(study.annotations()) == 1
            export(study, "jsonl", folder / f"{name}.jsonl")
            pack(study, "Ada", folder / f"{name}.annotator-package")
        made_here = {path.name, moved.name, other.name, f"{name}.jsonl", f"{name}.annotator-package"}
        assert names_in(folder) >= made_here
        assert is_package(folder / f"{name}.annotator-package")
        assert not is_package(moved)
        assert (folder / f"{name}.jsonl").read_text().count("\n") == 1
        assert other.read_bytes() == kept


def test_a_name_that_reads_as_anothers_when_unquoted(tmp_path: Path) -> None:
    for name in ("round 1.annotator", "round%201.annotator"):
        study_at(tmp_path / name, name).close()
    with Study.open(tmp_path / "round%201.annotator") as study:
        study.ensure_coder("Chidi")
    with Study.open(tmp_path / "round 1.annotator") as study:
        assert [c.name for c in study.coders()] == ["Ada", "Ben"]


@pytest.mark.parametrize(
    "name", ["a?b.annotator", "100%.annotator", "x#1.annotator", "-n\n.annotator", "\udcff.annotator"]
)
def test_an_older_study_is_brought_up_to_date_under_its_name(tmp_path: Path, name: str) -> None:
    if not possible(name):
        pytest.skip("no file has this name here")
    path = of_format(4, tmp_path / name)
    with Study.open(path) as study:
        assert [f"{name}.format-4.backup"] == [str(n.parts["backup"].name) for n in study.file.notices]  # type: ignore[attr-defined]
    assert names_in(tmp_path) == {name, f"{name}.format-4.backup"}


def long_name(size: int, ending: str, letter: str = "ü") -> str:
    """A file name of so many bytes."""
    room = size - len(ending)
    return letter * (room // len(letter.encode())) + "x" * (room % len(letter.encode())) + ending


def deep_folder(start: Path, size: int) -> Path:
    """A folder whose path has so many bytes."""
    path = str(start)
    while len(path) < size - 200:
        path += "/" + "d" * 100
    path += "/" + "e" * (size - len(path) - 1)
    os.makedirs(path)
    return Path(path)


@POSIX
def test_the_longest_name_that_leaves_room_for_a_log_works(tmp_path: Path) -> None:
    path, moved = tmp_path / long_name(LONGEST_NAME, ".annotator"), tmp_path / long_name(LONGEST_NAME, ".moved")
    study_at(path).close()
    move(path, moved)
    with Study.open(moved) as study:
        label(study)
        pack(study, "Ada", tmp_path / long_name(255, ".annotator-package"))
        with pytest.raises(AnnotatorError, match="shorter name"):  # its manifest's name would be too long
            export(study, "jsonl", tmp_path / long_name(255, ".jsonl"))
        export(study, "jsonl", tmp_path / long_name(230, ".jsonl"))
    old = of_format(4, tmp_path / long_name(LONGEST_NAME, ".old"))
    with Study.open(old) as study:
        assert study.file.notices
    assert len(names_in(tmp_path)) >= 5
    assert not [n for n in names_in(tmp_path) if n.startswith(".")]


@POSIX
def test_the_deepest_folder_that_sqlite_takes_works(tmp_path: Path) -> None:
    folder = deep_folder(tmp_path, LONGEST_PATH - ROOM - 1)
    study_at(folder / "s.annotator").close()
    move(folder / "s.annotator", folder / "moved.annotator")
    with Study.open(of_format(4, folder / "old.annotator")) as study:
        study.ensure_coder("Chidi")
    with pytest.raises(StudyFileError, match="path is too long"):
        Study.open(folder / f"{'x' * ROOM}.annotator")


REFUSED = "is too long for a study"


@POSIX
@pytest.mark.parametrize("what", ["name", "name of letters", "no name that there is", "path", "path by a link"])
def test_where_sqlite_has_no_room_it_is_said_before_anything_is_written(tmp_path: Path, what: str) -> None:
    source = tmp_path / "s.annotator"
    study_at(source).close()
    folder = tmp_path / "there"
    folder.mkdir()
    if what.startswith("path"):
        deep = deep_folder(folder, 490)
        if what.endswith("link"):
            (tmp_path / "link").symlink_to(deep)
        path = (tmp_path / "link" if what.endswith("link") else deep) / "study-of-2024.annotator"
    else:
        size = 400 if what.startswith("no") else LONGEST_NAME + 1
        path = folder / long_name(size, ".annotator", "文" if what.endswith("letters") else "n")
    before = sorted(str(p) for p in tmp_path.rglob("*"))
    for act in (lambda: study_at(path), lambda: move(source, path), lambda: rescue(source, path)):
        with pytest.raises(StudyFileError, match=REFUSED) as told:
            act()
        assert "shorter name" in str(told.value)
    with Study.open(source) as study:
        study.ensure_coder("Chidi")
        with pytest.raises(StudyFileError, match=REFUSED):
            study.file.save_beside(path)
    assert sorted(str(p) for p in tmp_path.rglob("*")) == before
    if what.startswith("no"):
        return
    of_format(4, path)
    kept = path.read_bytes()
    with pytest.raises(StudyFileError, match=REFUSED):
        Study.open(path)
    assert path.read_bytes() == kept
    assert names_in(path.parent) == {path.name}


@POSIX
def test_packages_and_exports_lie_as_deep_as_the_system_allows(tmp_path: Path) -> None:
    folder = deep_folder(tmp_path, 1500)
    with study_at(tmp_path / "s.annotator") as study:
        label(study)
        pack(study, "Ada", folder / "ada.annotator-package")
        export(study, "jsonl", folder / "s.jsonl")
    assert names_in(folder) >= {"ada.annotator-package", "s.jsonl"}


@POSIX
def test_a_package_is_looked_for_without_waiting_for_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "p")
    assert not is_package(tmp_path / "p")


@POSIX
def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s.annotator")
    with pytest.raises(StudyFileError, match="pipe"):
        Study.open(tmp_path / "s.annotator")


@POSIX  # Windows' own paths have a drive before them
@pytest.mark.parametrize(("size", "fits"), [(251, True), (252, False)])
def test_a_path_that_windows_does_not_take_is_told(size: int, fits: bool) -> None:
    start = f"/{'d' * 99}/{'e' * 99}/"
    path = Path(start + "n" * (size - len(start) - len(".annotator")) + ".annotator")
    if fits:
        expect_room(path, windows=True)
    else:
        with pytest.raises(StudyFileError, match="Windows takes 251"):
            expect_room(path, windows=True)
    with pytest.raises(StudyFileError, match="Windows takes 251"):  # what is made beside it has a longer name
        expect_room(Path(start + "s.annotator"), 60, windows=True)


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        (r"C:\Studies\round 1%20.annotator", "file:///C:/Studies/round%201%2520.annotator?mode=rw"),
        (r"\\server\share\Ünï?.annotator", "file:////server/share/%C3%9Cn%C3%AF%3F.annotator?mode=rw"),
        (r"\\?\C:\deep\x#1.annotator", "file:///C:/deep/x%231.annotator?mode=rw"),
        (r"\\?\UNC\server\share\x;y&z.annotator", "file:////server/share/x%3By%26z.annotator?mode=rw"),
        ("d:/a/../b.annotator", "file:///d:/b.annotator?mode=rw"),
    ],
)
def test_drives_and_shares_of_windows(path: str, uri: str) -> None:
    assert uri_of(path, windows=True) == uri


def test_nothing_is_made_by_looking(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="unable to open"):
        connect(tmp_path / "not there").execute("SELECT 1")
    assert not list(tmp_path.iterdir())
