"""A damaged study: told in words, and everything that can be read of it saved with an account of the rest."""

from __future__ import annotations

import json
import random
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from annotator.cli.app import run
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.commands import AddAnnotation
from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.study.rescue import rescue
from tests.studies import statement, study_at


def sound(path: Path) -> Path:
    with study_at(path, documents=3) as study:
        statement(study)
        ada = study.coder("Ada").id
        for document in study.documents():
            for place in range(15):
                study.coding.apply(
                    AddAnnotation(
                        coder_id=ada,
                        document_id=document.id,
                        layer="claim",
                        fragments=((place, place + 5),),
                        memo=f"memo {place} " * 12,
                    )
                )
    return path


def test_of_a_sound_study_all_is_saved(tmp_path: Path) -> None:
    path = sound(tmp_path / "s.annotator")
    before = path.read_bytes()
    told = rescue(path, tmp_path / "new.annotator")
    assert told.lost == ()
    assert told.faults == ()
    assert path.read_bytes() == before
    with Study.open(path) as old, Study.open(tmp_path / "new.annotator") as new:
        assert new.annotations() == old.annotations()
        assert new.changes() == old.changes()
        assert new.entities() == old.entities()
        assert [new.text(d.id) for d in new.documents()] == [old.text(d.id) for d in old.documents()]


def test_what_was_changed_outside_is_saved_and_told(tmp_path: Path) -> None:
    path = sound(tmp_path / "s.annotator")
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE document_source SET raw = CAST('other' AS BLOB) WHERE rowid = 2")
        raw.commit()
    told = rescue(path, tmp_path / "new.annotator")
    assert [(x.what, x.count) for x in told.lost] == [("document_source", 1)]
    assert "not as Annotator wrote them" in told.lost[0].why


def test_labels_whose_rows_cannot_be_read_come_from_the_journal(tmp_path: Path) -> None:
    path = sound(tmp_path / "s.annotator")
    with closing(sqlite3.connect(path)) as raw:
        root = raw.execute("SELECT rootpage FROM sqlite_master WHERE name = 'annotation'").fetchone()[0]
        size = raw.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as file:
        file.seek((root - 1) * size)
        file.write(b"\xff" * size)
    with Study.open(path) as study:
        assert check(study)
    told = rescue(path, tmp_path / "new.annotator")
    assert told.from_journal > 30
    with Study.open(tmp_path / "new.annotator") as study:
        assert len(study.annotations()) == 48
        assert check(study) == []


@pytest.mark.parametrize("seed", [0, 1, 3, 4, 6, 7])
def test_no_damage_is_a_fault_of_the_program(tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]) -> None:
    path = sound(tmp_path / "s.annotator")
    chance = random.Random(seed)
    data = bytearray(path.read_bytes())
    for _ in range(chance.choice([1, 30, 400])):
        data[chance.randrange(100, len(data))] = chance.randrange(256)
    if seed % 4 == 3:
        data = data[: chance.randrange(4096, len(data))]
    path.write_bytes(bytes(data))
    window = object()
    for call in (["check", str(path)], ["list", str(path), "annotations", "--json"], ["list", str(path), "changes"]):
        assert run(call, window) in (0, 1)  # type: ignore[arg-type]
        assert "fault of Annotator" not in capsys.readouterr().err
    before = path.read_bytes()
    code = run(["rescue", str(path), "-o", str(tmp_path / "new.annotator"), "--json"], window)  # type: ignore[arg-type]
    out, err = capsys.readouterr()
    assert "fault of Annotator" not in err
    assert path.read_bytes() == before
    if code == 0:
        told = json.loads(out)
        with Study.open(tmp_path / "new.annotator") as study:
            assert as_json(check(study)) == told["faults"]


def test_what_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    path.write_text("hello " * 1000)
    with pytest.raises(AnnotatorError, match="nothing can be saved"):
        rescue(path, tmp_path / "new.annotator")
    assert [p.name for p in tmp_path.iterdir()] == ["s.annotator"]


def test_a_damaged_list_of_tables_costs_no_label(tmp_path: Path) -> None:
    path = sound(tmp_path / "s.annotator")
    data = path.read_bytes()
    for words in (b"CREATE TABLE annotation", b"CREATE TABLE document_text", b"CREATE INDEX ix_change_thing"):
        assert data.count(words) >= 1  # a page that is free now may still have it
        data = data.replace(words, words.replace(b"TABLE", b"T\x0fBLE").replace(b"INDEX", b"\xffNDEX"))
    path.write_bytes(data)
    rescue(path, tmp_path / "new.annotator")
    with Study.open(tmp_path / "new.annotator") as study:
        assert len(study.annotations()) == 48
        assert check(study) == []


def test_a_damaged_head_costs_no_label(tmp_path: Path) -> None:
    path = sound(tmp_path / "s.annotator")
    data = bytearray(path.read_bytes())
    data[:16] = b"\0" * 16
    data[18:24] = b"\xee" * 6
    path.write_bytes(data)
    rescue(path, tmp_path / "new.annotator")
    with Study.open(tmp_path / "new.annotator") as study:
        assert len(study.annotations()) == 48


def test_a_codebook_that_cannot_be_read_is_given(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = sound(tmp_path / "s.annotator")
    with Study.open(path) as study:
        content = codebook_json(study.codebook)
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE codebook SET content = replace(content, 'layers', 'lawyers')")
        raw.commit()
    new, book = tmp_path / "new.annotator", tmp_path / "book.json"
    assert run(["rescue", str(path), "-o", str(new)], None) == 1  # type: ignore[arg-type]
    assert "give the study's codebook" in capsys.readouterr().err
    assert not new.exists()
    book.write_text(content, encoding="utf-8")
    assert run(["rescue", str(path), "-o", str(new), "--codebook", str(book)], None) == 0  # type: ignore[arg-type]
    assert "version 1 of the codebook" in capsys.readouterr().out
    with Study.open(new) as study:
        assert len(study.annotations()) == 48
        assert check(study) == []
