"""Every form of export by golden files and by an independent reader; whole or not at all."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
from pathlib import Path

import pytest

from annotator import __version__
from annotator.domain.commands import AddAnnotation, EmptyRef, FillerRef
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.json_forms import as_json
from annotator.services.exchange.exporting import export
from annotator.services.study import Study
from tests.studies import statement, study_at

GOLDEN = Path(__file__).parent / "golden"
FORMS = {"jsonl": "records.jsonl", "csv": "annotations.csv", "statements": "statements.csv"}


def coded(path: Path) -> Study:
    """A study with two statements, one of them discontinuous and without a speaker, and a document's value."""
    study = study_at(path, documents=2)
    made = statement(study, "Ada")
    coder, document = study.coder("Ben").id, study.documents()[0].id
    claim = study.ids()
    for command in (
        AddAnnotation(
            coder_id=coder,
            document_id=document,
            layer="claim",
            id=claim,
            fragments=((37, 39), (40, 53)),
            values={"kind": "NO", "stance": "mixed", "sure": True, "sum": 12.5, "cues": ["a", "b"]},
            uncertain=("stance",),
            memo='a "memo", with commas;\nand a line break',
        ),
        AddAnnotation(
            coder_id=coder,
            document_id=document,
            layer="said_by",
            roles={"claim": (FillerRef(annotation=claim),)},
            empty={"speaker": EmptyRef(because="outlet", entity=made["person"])},
        ),
        AddAnnotation(coder_id=coder, document_id=document, layer="article", values={"genre": "report"}),
    ):
        study.coding.apply(command)
    return study


@pytest.mark.parametrize("form", sorted(FORMS))
def test_an_export_is_the_golden_file_on_every_run(tmp_path: Path, form: str) -> None:
    golden = GOLDEN / FORMS[form]
    for run in ("one", "two"):
        with coded(tmp_path / f"{run}.annotator") as study:
            out = tmp_path / run
            manifest = as_json(export(study, form, out))
            if os.environ.get("ANNOTATOR_WRITE_GOLDEN"):
                golden.write_bytes(out.read_bytes())
            assert out.read_bytes() == golden.read_bytes()
            assert json.loads((tmp_path / f"{run}.manifest.json").read_text()) == manifest
            assert manifest["file"]["sha256"] == hashlib.sha256(out.read_bytes()).hexdigest()
            assert manifest["version"] == __version__
            assert manifest["codebook"] == {"key": "everything", "version": 1}


def test_records_are_what_an_independent_reader_expects(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "jsonl", tmp_path / "r.jsonl")
        text = study.text(study.documents()[0].id)
    records = [json.loads(x) for x in (tmp_path / "r.jsonl").read_bytes().decode().split("\n")[:-1]]
    assert len(records) == 6
    for r in records:
        assert {"id", "layer", "coder", "document", "values", "uncertain", "memo", "codebook"} <= set(r)
        if "fragments" in r:
            assert r["text"] == " … ".join(text[s:e] for s, e in r["fragments"])
    ids = {r["id"] for r in records}
    for r in records:
        for fillers in r.get("roles", {}).values():
            assert all(f.get("annotation") in ids or "entity" in f for f in fillers)
    discontinuous = next(r for r in records if len(r.get("fragments", [])) == 2)
    assert discontinuous["values"]["stance"] == "mixed"
    assert discontinuous["values"]["sum"] == 12.5


def test_tables_are_rectangular_and_their_cells_come_back(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "csv", tmp_path / "a.csv")
        export(study, "statements", tmp_path / "s.csv")
    tidy = list(csv.DictReader(io.StringIO((tmp_path / "a.csv").read_bytes().decode("utf-8-sig"), newline="")))
    assert len(tidy) == 6
    assert all(None not in row and None not in row.values() for row in tidy)
    ben = next(r for r in tidy if r["claim.kind"] == "NO")
    assert ben["memo"] == 'a "memo", with commas;\nand a line break'
    rows = list(csv.DictReader(io.StringIO((tmp_path / "s.csv").read_bytes().decode("utf-8-sig"), newline="")))
    assert len(rows) == 2
    assert {r["said_by.speaker.entity"] for r in rows} == {"Mayor of Ada"}
    assert {r["said_by.speaker.because"] for r in rows} == {"", "outlet"}


def test_without_text_no_word_of_the_articles_leaves(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        words = {"it will pay", "must not"}
        for form in FORMS:
            export(study, form, tmp_path / form, without_text=True)
            content = (tmp_path / form).read_text(encoding="utf-8")
            assert not any(w in content for w in words)


def test_just_the_coders_asked_for(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        manifest = as_json(export(study, "jsonl", tmp_path / "r.jsonl", coders=["Ben"]))
        assert manifest["counts"]["rows"] == 3
        with pytest.raises(AnnotatorError, match="no such coder"):
            export(study, "jsonl", tmp_path / "x.jsonl", coders=["Nobody"])
        assert not (tmp_path / "x.jsonl").exists()


def test_a_write_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "r.jsonl"
    out.write_text("old")
    with coded(tmp_path / "s.annotator") as study:
        before = sorted(p.name for p in tmp_path.iterdir())

        def fail(*_: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(os, "replace", fail)
        with pytest.raises((OSError, AnnotatorError)):
            export(study, "jsonl", out)
        monkeypatch.undo()
        assert sorted(p.name for p in tmp_path.iterdir()) == before
    assert out.read_text() == "old"


@pytest.mark.parametrize(
    ("form", "out", "told"),
    [("xls", "x.xls", "cannot be written"), ("csv", ".", "folder"), ("csv", "no/where.csv", "does not exist")],
)
def test_what_cannot_be_written_is_told(tmp_path: Path, form: str, out: str, told: str) -> None:
    with coded(tmp_path / "s.annotator") as study, pytest.raises(BadInput, match=told):
        export(study, form, tmp_path / out)
