"""What doccano, Label Studio and Prodigy write in their several releases is read, or told with a count."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.formats.recognising import coding_form
from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.exchange.records import RecordWriter
from annotator.services.study import Study
from annotator.services.study.integrity import check

TEXT = "Ada Moor lives in Katib."


def made(tmp_path: Path, form: str, content: Any, name: str = "x.jsonl", **how: Any) -> dict[str, Any]:
    """A study of the file; its labels as (layer, text or values, coder)."""
    lines = content if isinstance(content, str) else "\n".join(map(json.dumps, content))
    source = tmp_path / name
    source.write_text(lines, "utf-8")
    return study_from(tmp_path, form, source, **how)


def study_from(tmp_path: Path, form: str, source: Path, **how: Any) -> dict[str, Any]:
    result = as_json(new_study_from(tmp_path / "s.annotator", source, form, **how))
    with Study.open(tmp_path / "s.annotator") as study:
        assert check(study) == []
        names = {x.key: x.label for x in study.codebook.layers}
        result["labels"] = [
            (names[r["layer"]], r.get("text") or r["values"], r["coder"]["name"])
            for r in RecordWriter(study).records_as_json()
        ]
        result["documents_read"] = [(d.source, dict(d.extra)) for d in study.documents()]
    return result


SPANS = [("PER", "Ada Moor", "x"), ("LOC", "Katib", "x")]


@pytest.mark.parametrize("key", ["label", "labels", "entities"])
def test_spans_of_doccano_come_in_under_every_name(tmp_path: Path, key: str) -> None:
    line = {"id": 1, "text": TEXT, key: [[0, 8, "PER"], [18, 23, "LOC"]], "meta": {"day": "Monday"}, "outlet": "Star"}
    result = made(tmp_path, "doccano", [line])
    assert result["labels"] == SPANS
    assert result["documents_read"] == [("x-1", {"day": "Monday", "outlet": "Star"})]


def test_older_exports_of_doccano_say_who_labelled(tmp_path: Path) -> None:
    found = [
        {"label": 3, "start_offset": 0, "end_offset": 8, "user": 1},
        {"label": 4, "start_offset": 18, "end_offset": 23, "user": 2},
    ]
    result = made(tmp_path, "doccano", [{"id": 1, "text": TEXT, "annotations": found}])
    assert result["labels"] == [("3", "Ada Moor", "User 1"), ("4", "Katib", "User 2")]


def test_classes_of_doccano_are_values_of_the_article_and_go_back(tmp_path: Path) -> None:
    lines = [
        {"id": 1, "text": "Fine.", "label": ["positive"]},
        {"id": 2, "text": "Bad.", "label": ["negative", "rude"]},
        {"id": 3, "text": "None.", "label": []},
    ]
    result = made(tmp_path, "doccano", lines)
    assert sorted(str(x[1]) for x in result["labels"]) == ["{'label': ['negative', 'rude']}", "{'label': ['positive']}"]
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, "doccano", tmp_path / "out")
    back = [json.loads(x) for x in (tmp_path / "out/x.jsonl").read_text("utf-8").splitlines()]
    assert [x.get("label", []) for x in back] == [["positive"], ["negative", "rude"], []]


def test_names_keep_their_case_and_a_label_made_there_finds_its_layer(tmp_path: Path) -> None:
    one = {"id": 1, "label": "PER", "start_offset": 0, "end_offset": 8}  # lists go out as lists, objects as objects
    made(tmp_path, "doccano", [{"id": 1, "text": TEXT, "entities": [one]}])
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, "doccano", tmp_path / "out")
    file = tmp_path / "out/x.jsonl"
    line = json.loads(file.read_text("utf-8"))
    assert [e["label"] for e in line["entities"]] == ["PER"]
    line["entities"].append({"id": 9, "label": "PER", "start_offset": 18, "end_offset": 23})
    file.write_text(json.dumps(line), "utf-8")
    result = as_json(new_study_from(tmp_path / "t.annotator", tmp_path / "out", "doccano"))
    assert result["annotations"]["added"] == 2
    with Study.open(tmp_path / "t.annotator") as study:
        assert {a.layer for a in study.annotations()} == {"per"}


def test_a_zipped_export_is_one_file_a_coder(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "doccano.zip", "w") as archive:
        for name in ("ada", "ben"):
            archive.writestr(f"{name}.jsonl", json.dumps({"id": 1, "text": TEXT, "label": [[0, 8, "PER"]]}) + "\n")
    result = study_from(tmp_path, "doccano", tmp_path / "doccano.zip")
    assert sorted(x[2] for x in result["labels"]) == ["ada", "ben"]


def test_one_bad_line_is_left_by_choice_and_every_one_is_named(tmp_path: Path) -> None:
    lines = [json.dumps({"id": n, "text": TEXT, "label": [[0, 8, "PER"]]}) for n in range(4)]
    lines[1] = '{"id": 1, "text"'
    lines[2] = json.dumps({"id": 2, "text": TEXT, "label": [[0, 800, "PER"]]})
    with pytest.raises(AnnotatorError, match="1 more"):
        made(tmp_path, "doccano", "\n".join(lines))
    result = made(tmp_path, "doccano", "\n".join(lines), taking=Taking(rest=True))
    assert len(result["labels"]) == 2
    assert [(p["source"], "line 2" in p["where"], "line 3" in p["where"]) for p in result["problems"]] == [
        ("x.jsonl", True, False),
        ("x.jsonl", False, True),
    ]


def _task(**parts: Any) -> dict[str, Any]:
    result = [
        {"id": "a", "from_name": "ner", "to_name": "text", "type": "labels"}
        | {"value": {"start": 0, "end": 8, "text": "Ada Moor", "labels": ["PER"]}},
        {"id": "s", "from_name": "Mood", "to_name": "text", "type": "choices", "value": {"choices": ["Good"]}},
        {"id": "q", "from_name": "stars", "to_name": "text", "type": "rating", "value": {"rating": 4}},
    ]
    return {"id": 1, "data": {"text": TEXT}, "annotations": [{"id": 5, "completed_by": 1, "result": result}]} | parts


def test_choices_of_label_studio_come_in_and_go_back_and_pictures_are_told(tmp_path: Path) -> None:
    box = {"id": "r", "from_name": "l", "to_name": "image", "type": "rectanglelabels", "value": {"x": 1, "y": 1}}
    picture = {
        "id": 2,
        "data": {"image": "/data/1.png"},
        "annotations": [{"id": 7, "completed_by": 1, "result": [box]}],
    }
    content = json.dumps([_task(predictions=[{"result": []}]), picture])
    result = made(tmp_path, "label-studio", content, "tasks.json")
    assert result["documents"]["added"] == 1
    assert sorted(result["labels"], key=str) == [
        ("PER", "Ada Moor", "Coder 1"),
        ("Whole text", {"mood": "Good", "stars": 4}, "Coder 1"),
    ]
    assert {x["what"].split(" (")[0]: x["count"] for x in result["losses"]} == {
        "tasks without a text": 1,
        "predictions of models": 1,
    }
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, "label-studio", tmp_path / "out")
    results = json.loads((tmp_path / "out/tasks.json").read_text("utf-8"))[0]["annotations"][0]["result"]
    assert results[0]["value"]["labels"] == ["PER"]
    assert results[1]["value"] == {"choices": ["Good"]}
    assert (
        as_json(new_study_from(tmp_path / "t.annotator", tmp_path / "out", "label-studio"))["annotations"]["added"] == 2
    )


def test_the_short_form_of_label_studio_is_read(tmp_path: Path) -> None:
    one = {"start": 0, "end": 8, "text": "Ada Moor", "labels": ["PER"]}
    line = {"id": 1, "text": TEXT, "ner": [one], "mood": {"choices": ["a", "b"]}, "annotator": 1, "annotation_id": 3}
    result = made(tmp_path, "label-studio", json.dumps([line]), "min.json")
    assert sorted(result["labels"], key=str) == [
        ("PER", "Ada Moor", "Coder 1"),
        ("Whole text", {"mood": ["a", "b"]}, "Coder 1"),
    ]


def test_classes_of_prodigy_come_in_and_what_is_no_text_is_told(tmp_path: Path) -> None:
    by = {"answer": "accept", "_annotator_id": "Ada"}
    lines = [
        {"text": "Fine.", "label": "GOOD", **by},
        {"text": "Bad.", "options": [{"id": "BAD"}, {"id": "GOOD"}], "accept": ["BAD", "GOOD"], **by},
        {"image": "data:image/png;base64,x", "spans": [], **by},
        {"text": "More.", "views": [{"a": 1}], **by},
    ]
    result = made(tmp_path, "prodigy", lines)
    assert sorted(str(x[1]) for x in result["labels"]) == ["{'label': ['BAD', 'GOOD']}", "{'label': ['GOOD']}"]
    assert {x["what"]: x["count"] for x in result["losses"]} == {
        "pictures, sound and web pages, which are not articles": 1,
        "fields that are not known: views": 1,
    }
    assert as_json(
        new_study_from(
            tmp_path / "t.annotator", tmp_path / "x.jsonl", "prodigy", coder="Ben", taking=Taking(override=True)
        )
    )["documents"]
    with Study.open(tmp_path / "t.annotator") as study:
        assert [c.name for c in study.coders()] == ["Ben"]


def test_spans_with_start_and_end_are_spans_and_no_classes_of_the_text(tmp_path: Path) -> None:
    row = {"id": "row-1", "text": "The eel is back.", "entities": [{"start": 4, "end": 7, "label": "FISH"}]}
    source = tmp_path / "rows.jsonl"
    source.write_text(json.dumps(row) + "\n")
    assert coding_form(source) == "doccano"
    result = as_json(new_study_from(tmp_path / "s.annotator", source, "doccano", coder="Ada"))
    assert result.get("losses", []) == []
    with Study.open(tmp_path / "s.annotator") as study:
        (one,) = study.annotations()
        assert one.fragments == ((4, 7),)
    source.write_text(json.dumps(row | {"entities": [{"start": 4, "label": "FISH"}]}) + "\n")
    with pytest.raises(AnnotatorError, match="end"):
        new_study_from(tmp_path / "t.annotator", source, "doccano", coder="Ada")
