"""A path is a path: every name that the system allows is that file and no other."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import StudyFileError
from annotator.services.exchange.exporting import export
from annotator.services.study import Study
from annotator.services.study.relocation import move
from annotator.store.sqlite_files import connect, uri_of
from annotator.store.study_file import facts_of
from tests.store.past import of_format
from tests.studies import study_at

ODD = (*"%?#&;=: '\"\n\t-~$*\\ü文🚢", "e\u0301")
WHOLE = ("%20", "%00", "?mode=ro", "#x", "file:", ":memory:", "..", "\udcff", "\udc80")
PARTS = st.one_of(st.sampled_from([*ODD, *WHOLE]), st.text("ab1", min_size=1, max_size=3))
NAMES = st.lists(PARTS, min_size=1, max_size=6).map("".join).filter(lambda n: n not in (".", ".."))


def names_in(folder: Path) -> set[str]:
    return {entry.name for entry in folder.iterdir()}


@settings(max_examples=5)
@given(NAMES)
@example("round%201")
@example("a?b")
@example("-rf")
@example("name\udcff\udc80")
def test_the_file_of_this_name_is_opened_and_no_other(name: str) -> None:
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made) / f"in {name}"
        folder.mkdir()
        path, moved = folder / f"{name}.annotator", folder / f"{name}2.annotator"
        other = folder / "other.annotator"
        study_at(other, "other").close()
        kept = other.read_bytes()
        with study_at(path) as study:
            key = study.coder("Ada").id
            study.coding.apply(
                AddAnnotation(coder_id=key, document_id=study.documents()[0].id, layer="claim", fragments=((0, 5),))
            )
            assert names_in(folder) == {path.name, other.name, f"{path.name}-wal", f"{path.name}-shm"}
        assert names_in(folder) == {path.name, other.name}
        assert facts_of(path)["title"] == "Test"
        move(path, moved)
        with Study.open(moved) as study:
            assert len(study.annotations()) == 1
            export(study, "jsonl", folder / f"{name}.jsonl")
        assert names_in(folder) >= {path.name, moved.name, other.name, f"{name}.jsonl"}
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
    path = of_format(4, tmp_path / name)
    with Study.open(path) as study:
        assert [f"{name}.format-4.backup"] == [str(n.parts["backup"].name) for n in study.file.notices]  # type: ignore[attr-defined]
    assert names_in(tmp_path) == {name, f"{name}.format-4.backup"}


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "s.annotator")
    with pytest.raises(StudyFileError, match="pipe"):
        Study.open(tmp_path / "s.annotator")


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
