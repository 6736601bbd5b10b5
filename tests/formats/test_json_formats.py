"""doccano, Label Studio, Prodigy and W3C: back and forth, other programs' files, and files that are wrong."""

from __future__ import annotations

import json
import tempfile
import unicodedata
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.formats.declared import formats, readable
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import bring_in
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.records import RecordWriter
from annotator.services.files import files_of
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.codebooks import everything
from tests.formats.random_studies import Random, comes_back, random_studies, study_of
from tests.formats.test_exports import coded
from tests.shared import shared

FORMS = ["doccano", "label-studio", "prodigy", "w3c"]


def without_entity_ids(x: dict[str, Any]) -> dict[str, Any]:
    """Entities by name and type: ids are given afresh in another study."""
    return {k: v for k, v in x.items() if k != "entity" or "name" not in x}


def records(study: Study) -> list[dict[str, Any]]:
    """Every record without the ids that belong to one study alone."""
    found = []
    for record in RecordWriter(study).records_as_json():
        record["coder"].pop("id")
        record["document"].pop("id")
        found.append(json.loads(json.dumps(record), object_hook=without_entity_ids))
    return sorted(found, key=lambda r: r["id"])


@pytest.mark.parametrize("form", FORMS)
def test_an_export_makes_the_same_study_elsewhere(tmp_path: Path, form: str) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, form, tmp_path / "out")
        before = records(study)
        documents = [(d.sha256, d.title, d.published, d.source, d.zones) for d in study.documents()]
    with Study.create(tmp_path / "other.annotator", everything()) as other:
        result = as_json(import_files(other, [tmp_path / "out"], form))
        assert result["problems"] == []
        assert result["annotations"]["added"] == len(before) == 6
        assert records(other) == before
        assert [(d.sha256, d.title, d.published, d.source, d.zones) for d in other.documents()] == documents
        again = as_json(import_files(other, [tmp_path / "out"], form))
        assert again["annotations"] == {"added": 0, "already": 6, "refused": 0}
        assert again["documents"]["added"] == 0


@pytest.mark.parametrize("form", [f.name for f in formats() if f.reads and f.writes and "codebook" in f.carries])
def test_a_study_can_begin_with_an_export(tmp_path: Path, form: str) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, form, tmp_path / "out")
        before = records(study)
    new_study_from(tmp_path / "new.annotator", tmp_path / "out", form)
    with Study.open(tmp_path / "new.annotator") as new:
        assert new.codebook == everything()
        assert records(new) == before


def test_label_studio_s_sample_counts_utf_16_and_lands_on_its_words(tmp_path: Path) -> None:
    source = shared("formats") / "mini.ls.json"
    new_study_from(tmp_path / "new.annotator", source, "label-studio")
    with Study.open(tmp_path / "new.annotator") as study:
        found = list(RecordWriter(study).records_as_json())
    quotes = {unicodedata.normalize("NFC", r["text"]) for r in found if "text" in r}
    assert {"Union leader Bo Li", "the tax — which élites like — must go"} <= quotes
    claim = next(r for r in found if r["layer"] == "claim")
    assert claim["values"] == {"stance": "contra"}
    assert [r["layer"] for r in found if "roles" in r] == ["madeby"]


def test_w3c_s_sample_names_a_text_that_the_study_must_have(tmp_path: Path) -> None:
    source = shared("formats") / "mini.w3c.jsonld"
    with pytest.raises(AnnotatorError, match="articles that the study does not have"):
        new_study_from(tmp_path / "new.annotator", source, "w3c")
    assert not (tmp_path / "new.annotator").exists()


def test_doccano_s_simple_form_is_read(tmp_path: Path) -> None:
    lines = [{"text": "Ana 🚢 met Bo.", "label": [[0, 3, "PER"], [10, 12, "PER"]]}, {"text": "Nobody.", "labels": []}]
    (tmp_path / "ada.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines), encoding="utf-8")
    result = as_json(new_study_from(tmp_path / "new.annotator", tmp_path / "ada.jsonl", "doccano"))
    assert (result["documents"]["added"], result["annotations"]["added"]) == (2, 2)
    with Study.open(tmp_path / "new.annotator") as study:
        found = [(r["text"], r["coder"]["name"]) for r in RecordWriter(study).records_as_json()]
        assert found == [("Ana", "ada"), ("Bo", "ada")]
        assert [x.label for x in study.codebook.layers] == ["PER"]


def test_prodigy_reads_accepted_answers_and_tells_the_others(tmp_path: Path) -> None:
    lines = [
        {
            "text": "Ana met Bo.",
            "spans": [
                {"start": 0, "end": 3, "token_start": 0, "token_end": 0, "label": "PER"},
                {"start": 8, "end": 10, "token_start": 2, "token_end": 2, "label": "PER"},
            ],
            "relations": [{"head": 0, "child": 2, "label": "MET"}],
            "answer": "accept",
            "_annotator_id": "Ada",
        },
        {"text": "No.", "answer": "reject"},
    ]
    (tmp_path / "p.jsonl").write_text("".join(json.dumps(x) + "\n" for x in lines), encoding="utf-8")
    result = as_json(new_study_from(tmp_path / "new.annotator", tmp_path / "p.jsonl", "prodigy"))
    assert result["annotations"]["added"] == 3
    assert result["losses"] == [{"what": "articles that were rejected or ignored", "count": 1, "example": None}]
    with Study.open(tmp_path / "new.annotator") as study:
        link = next(r for r in RecordWriter(study).records_as_json() if "roles" in r)
        assert link["layer"] == "met"


def test_work_done_in_the_other_program_wins_over_what_travelled(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "doccano", tmp_path / "out")
        before = {r["id"]: r for r in records(study)}
    file = tmp_path / "out" / "Ada.jsonl"
    lines = [json.loads(x) for x in file.read_text(encoding="utf-8").splitlines()]
    entity = next(e for e in lines[0]["entities"] if e["label"] == "claim")
    entity["end_offset"] += 4
    lines[0]["entities"] = [e for e in lines[0]["entities"] if e["label"] != "speaker"]
    file.write_text("".join(json.dumps(x) + "\n" for x in lines), encoding="utf-8")
    with Study.create(tmp_path / "other.annotator", everything()) as other:
        result = as_json(import_files(other, [tmp_path / "out"], "doccano"))
        assert result["problems"] == []
        assert [x["what"] for x in result["losses"]] == ["links to labels that were removed in the other program"]
        after = {r["id"]: r for r in records(other)}
    beside = [json.loads(x) for x in (tmp_path / "out/annotator.jsonl").read_text("utf-8").splitlines()]
    key = next(x for x in beside if x.get("file") == "Ada")["ids"][str(entity["id"])]
    assert after[key]["fragments"] == [[22, 37]]
    assert after[key]["values"] == before[key]["values"]
    assert len(after) == len(before) - 2


WRONG = {
    "doccano": [
        '{"text": 5}',
        '{"text": "a", "entities": [{"id": 1, "label": "X", "start_offset": 0, "end_offset": 9}]}',
        '{"text": "a", "label": [[0, 1]]}',
        '{"text": "a", "relations": [{"from_id": 1, "to_id": 2, "type": "X"}]}',
    ],
    "prodigy": ['{"text": "a", "spans": [{"start": -1, "end": 1, "label": "X"}]}', "[1]", "{", '{"text": NaN}'],
    "w3c": ['{"items": 5}', '[{"type": "Annotation", "id": "x", "target": 5}]', "[" * 100_000, "\udcff"],
    "label-studio": [
        '[{"data": {}}]',
        '[{"data": {"text": "ab"}, "annotations": [{"result": [{"type": "labels", "id": "x", "value": '
        '{"start": 0, "end": 1, "text": "b", "labels": ["X"]}}]}]}]',
    ],
}


@pytest.mark.parametrize(("form", "content"), [(f, c) for f, x in WRONG.items() for c in x])
def test_what_is_wrong_is_refused_whole(tmp_path: Path, form: str, content: str) -> None:
    source = tmp_path / "bad.json"
    source.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(AnnotatorError) as told:
        new_study_from(tmp_path / "new.annotator", source, form)
    assert told.value.where
    assert "Traceback" not in str(told.value)
    assert not (tmp_path / "new.annotator").exists()


def test_a_form_whose_extra_is_missing_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from dataclasses import replace

    form = replace(readable("w3c"), module="annotator.formats.not_there", extra="tables")
    with pytest.raises(AnnotatorError, match=r"annotator\[tables\]"):
        form.writer()


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=12)
@given(made=random_studies())
def test_every_random_study_comes_back(form: str, made: Random) -> None:
    with tempfile.TemporaryDirectory() as folder, study_of(made, Path(folder) / "s.annotator") as study:
        comes_back(study, form, Path(folder))


PIECES = (b"", b"9999999999", b"-1", b"null", b"[]", b'"', b"{", b"\xff", b"\x00")


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=20)
@given(data=st.data())
def test_a_broken_file_is_refused_or_read_and_never_more(form: str, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with coded(folder / "s.annotator") as study:
            export(study, form, folder / "out")
        file = data.draw(st.sampled_from([p for p in files_of(folder / "out") if p.suffix != ".xml"]))
        content = bytearray(file.read_bytes())
        for _ in range(data.draw(st.integers(1, 3))):
            at = data.draw(st.integers(0, len(content) - 1))
            piece = data.draw(st.sampled_from(PIECES))
            content[at : at + data.draw(st.integers(0, 4))] = piece
        file.write_bytes(content)
        incoming = None
        with suppress(AnnotatorError):
            incoming = readable(form).reader()(folder / "out")
        if incoming is not None:
            with Study.create(folder / "b.annotator", everything()) as study:
                bring_in(study, "out", incoming, form)
                assert check(study) == []
