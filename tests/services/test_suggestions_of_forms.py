"""Every form of codings that is read is read as suggestions, too, with how sure a model is where the form says it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from annotator.domain.json_forms import as_json
from annotator.formats.declared import formats
from annotator.services.demo import make_demo_study
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import import_codings
from annotator.services.exchange.importing_suggestions import Request, import_suggestions
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.suggestions.answering import accepting_all
from annotator.services.suggestions.report import report
from annotator.services.suggestions.standing import offered
from tests.services.test_suggestions import first, lines
from tests.studies import statement, study_at

BOTH = [f.name for f in formats() if f.reads and f.writes and f.kind == "annotations"]


def test_what_one_coder_did_comes_as_suggestions_for_another_from_every_form(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        statement(study)
        before = (study.annotations(), study.entities(), study.changes(), study.documents())
        for form in BOTH:
            out = tmp_path / f"out-{form}"
            export(study, form, out)
            told = as_json(import_suggestions(study, Request([out], form, source=form)))
            assert told["problems"] == [], form
            assert told["suggestions"] == {"added": 3, "already": 0, "refused": 0}, form
        assert (study.annotations(), study.entities(), study.changes(), study.documents()) == before
        document, ben, ada = study.documents()[0].id, study.coder("Ben").id, study.coder("Ada").id
        assert {x.state for x in offered(study, document, ada)} == {"found"}
        for form in BOTH:
            study.coding.apply(accepting_all(study, ben, document, form).batch)
            mine = {a.layer: (a.fragments, dict(a.values)) for a in study.annotations(coder_ids=[ben])}
            hers = {a.layer: (a.fragments, dict(a.values)) for a in study.annotations(coder_ids=[ada])}
            assert mine == hers, form
            study.coding.undo(ben)
        assert check(study) == []


def prodigy(folder: Path, text: str) -> Path:
    """As Prodigy has what a model says: a score a span, or one for the whole task."""
    tasks = [
        {"text": text, "spans": [{"start": 0, "end": 9, "label": "speaker", "score": 0.25}], "meta": {"score": 0.5}},
        {"text": text, "spans": [{"start": 22, "end": 33, "label": "claim"}], "meta": {"score": 0.5}},
    ]
    return lines(folder / "model.jsonl", tasks)


def label_studio(folder: Path, text: str) -> Path:
    """Predictions beside what a person did: two releases of a model."""

    def region(start: int, end: int, label: str) -> dict[str, object]:
        value = {"start": start, "end": end, "text": text[start:end], "labels": [label]}
        return {"id": f"{label}{start}", "from_name": "label", "to_name": "text", "type": "labels", "value": value}

    predictions = [
        {"model_version": "net-1", "score": 0.5, "result": [region(22, 33, "claim")]},
        {"model_version": "net-2", "result": [region(0, 9, "speaker") | {"score": 0.25}]},
    ]
    done = [{"id": 7, "completed_by": 1, "result": [region(4, 9, "speaker")]}]
    task = {"id": 1, "data": {"text": text}, "predictions": predictions, "annotations": done}
    file = folder / "tasks.json"
    file.write_text(json.dumps([task]), encoding="utf-8")
    return file


@pytest.mark.parametrize(("form", "write"), [("prodigy", prodigy), ("label-studio", label_studio)])
def test_how_sure_a_model_is_comes_along_and_is_told_as_left_behind_by_a_plain_import(
    form: str, write: object, tmp_path: Path
) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        assert callable(write)
        file = write(tmp_path, study.text(first(study)))
        shutil.copy(study.file.path, tmp_path / "other.annotator")
        told = as_json(import_suggestions(study, Request([file], form)))
        assert told["suggestions"]["added"] == 2
        found = offered(study, first(study), study.coder("Ada").id)
        assert {x.suggestion.label.layer: x.suggestion.confidence for x in found} == {"speaker": 0.25, "claim": 0.5}
        if form == "label-studio":
            assert [s.name for s in report(study).sources] == ["net-1", "net-2"]
            assert [loss["what"] for loss in told["losses"]] == ["annotations of people beside predictions"]
    with Study.open(tmp_path / "other.annotator") as other:
        plain = as_json(import_codings(other, [file], form, "Model"))
        if form == "prodigy":
            assert plain["annotations"]["added"] == 2
            assert {"what": "confidences, which only suggestions have", "count": 2, "example": None} in plain["losses"]
        else:
            assert {"predictions of models"} <= {x["what"] for x in plain["losses"]}


def test_codings_of_the_demo_come_back_from_files_of_others(tmp_path: Path) -> None:
    make_demo_study(tmp_path / "demo.annotator")
    with Study.open(tmp_path / "demo.annotator") as study:
        coder = study.coders()[0]
        out = tmp_path / "brat"
        export(study, "brat", out, [coder.name])
        held = len(study.annotations(coder_ids=[coder.id]))
        told = as_json(import_suggestions(study, Request([out], "brat", source="Model")))
        assert told["problems"] == []
        assert sum(told["suggestions"].values()) == told["account"]["file"]["suggestions"] == held
        tally = next(c.tally for c in report(study).sources[0].coders if c.id == coder.id)
        assert tally.states["found"] == told["suggestions"]["added"]
        assert check(study) == []
