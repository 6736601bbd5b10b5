"""`import` knows codings when it sees them, and refuses options that contradict what it found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.formats.declared import writable
from annotator.formats.recognising import coding_form
from annotator.services.articles.importing import preview
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.study import Study
from tests.shared import shared
from tests.studies import statement, study_at

RECORD = {"id": "c1", "layer": "claim", "document": {"source": "a1.txt"}, "fragments": [[22, 33]],
          "text": "it will pay", "values": {"kind": "fact"}}  # fmt: skip
ROW = {"id": 1, "text": "An article of one sentence and a few words more.", "label": "news"}


def lines(path: Path, *rows: object) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in rows))
    return path


def test_annotation_records_are_codings_and_their_coder_is_heard(tmp_path: Path) -> None:
    source = lines(tmp_path / "three.jsonl", *({**RECORD, "id": f"c{n}"} for n in range(3)))
    with study_at(tmp_path / "s.annotator") as study:
        for format in ("auto", "jsonl"):
            answer = as_json(import_files(study, [source], format, "Chidi"))
            assert answer["documents"]["added"] == 0
            assert answer["recognised"] == [{"source": "three.jsonl", "format": "annotations"}]
        assert {study.coder("Chidi").id} == {a.coder_id for a in study.annotations()}
        assert len(study.annotations()) == 3


def test_the_shared_records_are_no_articles(tmp_path: Path) -> None:
    source = shared("cases") / "formats" / "three-records.jsonl"
    with study_at(tmp_path / "s.annotator") as study:
        answer = as_json(import_files(study, [source], coder="Ada"))
        assert answer["documents"] == {"added": 0, "already": 0, "refused": 0}
        assert answer["annotations"]["refused"] == 3
        assert len(study.documents()) == 1


def test_a_folder_of_both_is_taken_for_what_each_file_holds(tmp_path: Path) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    lines(
        folder / "codings.jsonl", RECORD | {"document": {"source": "new.txt"}, "text": "go"} | {"fragments": [[0, 2]]}
    )
    (folder / "new.txt").write_text("go home, said the mayor to the fishers of the town.\n")
    lines(folder / "rows.jsonl", ROW)
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        answer = as_json(import_files(study, [folder], coder="Ada"))
        assert answer["problems"] == []
        assert answer["documents"]["added"] == 2
        assert answer["annotations"]["added"] == 1


def test_a_preview_of_articles_shows_no_codings_as_such(tmp_path: Path) -> None:
    source = lines(tmp_path / "three.jsonl", *({**RECORD, "id": f"c{n}"} for n in range(3)))
    seen = preview([source, lines(tmp_path / "rows.jsonl", ROW)])
    assert [d.source for d in seen.documents] == ["rows.jsonl#1"]
    (problem,) = seen.problems
    assert "it holds codings" in problem["what"]


def test_what_only_codings_need_is_refused_with_articles(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        (tmp_path / "new.txt").write_text("A new article stands here, and it is long enough.\n")
        with pytest.raises(BadInput, match="--coder applies to codings"):
            import_files(study, [tmp_path / "new.txt"], coder="Ada")
        with pytest.raises(BadInput, match="it holds codings"):
            import_files(study, [lines(tmp_path / "r.jsonl", RECORD)], "csv")
        assert len(study.documents()) == 1


FORMS = ["jsonl", "csv", "w3c", "prodigy", "qdpx", "doccano", "label-studio", "brat", "cas-xmi", "webanno-tsv"]


@pytest.mark.parametrize("form", FORMS)
def test_what_we_write_is_known_again(form: str, tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        statement(study, "Ada")
        out = tmp_path / f"out{writable(form).suffix}"
        export(study, form, out)
        answer = as_json(import_files(study, [out]))
        assert answer["documents"]["added"] == 0, answer
        assert answer["annotations"]["already"] == 3
        assert answer["problems"] == []


@pytest.mark.parametrize(
    ("content", "form"),
    [
        (ROW, None),
        ({"id": 1, "text": "T.", "label": ["positive"]}, None),
        ({"id": 1, "text": "T.", "labels": [[0, 1, "A"]]}, "doccano"),
        ({"text": "T.", "entities": [{"id": 1, "label": "A", "start_offset": 0, "end_offset": 1}]}, "doccano"),
        ({"text": "T.", "spans": [], "answer": "accept"}, "prodigy"),
        ({"id": 1, "data": {"text": "T."}, "annotations": []}, "label-studio"),
        ([{"id": 1, "data": {"text": "T."}, "annotations": []}], "label-studio"),
        ({"@context": "http://www.w3.org/ns/anno.jsonld", "type": "Annotation"}, "w3c"),
        ({"title": "A layer cake", "text": "Words.", "layer": "cake", "id": 3}, None),
        ([1, 2], None),
        ("text", None),
    ],
)
def test_codings_are_known_by_their_beginning(content: object, form: str | None, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text(json.dumps(content))
    assert coding_form(tmp_path / "x.json") == form


def test_a_study_is_left_as_it_was_where_nothing_is_known(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_bytes(b"\xff\xfe{\x00")
    assert coding_form(tmp_path / "x.jsonl") is None
    with study_at(tmp_path / "s.annotator") as study:
        assert isinstance(study, Study)
