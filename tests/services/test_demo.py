"""The demo study is the same everywhere, and its coders really differ."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.request import Question
from annotator.services.demo import make_demo_study
from annotator.services.exchange.exporting import export
from annotator.services.exchange.listing import listed, shown
from annotator.services.study import Study
from annotator.services.study.integrity import check


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    return path


def test_it_is_the_same_bytes_wherever_it_is_made(demo: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.annotator"
    make_demo_study(again)
    for form in ("jsonl", "csv", "statements"):
        for path, out in ((demo, tmp_path / "a"), (again, tmp_path / "b")):
            with Study.open(path) as study:
                export(study, form, out)
        assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    with Study.open(demo) as one, Study.open(again) as two:
        assert as_json(listed(one, "changes")) == as_json(listed(two, "changes"))
        assert as_json(listed(one, "documents")) == as_json(listed(two, "documents"))


def test_it_is_sound_and_of_the_size_that_was_asked_for(demo: Path) -> None:
    with Study.open(demo) as study:
        assert check(study) == []
        assert len(study.documents()) == 12
        words = sum(len(study.text(d.id).split()) for d in study.documents())
        assert 4_000 <= words <= 6_000
        labels = study.annotations()
        assert 180 <= sum(a.layer == "claim" for a in labels) <= 220
        assert 60 <= sum(a.layer == "speaker" for a in labels) <= 120
        assert 20 <= len(study.entities()) <= 40
        assert [d.number for d in study.documents() if d.published is None] == [11]
        assert any(len(a.fragments) > 1 for a in labels)
        assert any(max(map(ord, study.text(d.id))) > 0xFFFF for d in study.documents())


def test_three_articles_were_raw_pages(demo: Path) -> None:
    with Study.open(demo) as study:
        for number, gone in ((2, "desk@wire.example"), (5, "cookies"), (8, "Subscribe")):
            record = as_json(shown(study, str(number)))
            assert gone not in record["text"]
            assert any(gone in str(step.get("removed")) for step in record["cleaning"])


def test_its_coders_agree_partly(demo: Path) -> None:
    with Study.open(demo) as study:
        found = study_agreement(study, Question(coders=("Ada", "Ben"), bootstrap=0))
    claims = next(s for s in found["spans"] if s["layer"] == "claim")["pairs"][0]
    assert 0.6 < claims["overlap"]["f1"] < 0.98
    assert claims["exact"]["f1"] < claims["overlap"]["f1"]
    stance = next(a for a in found["attributes"] if a["attribute"] == "stance")
    assert 0.3 < stance["coefficients"]["cohen_kappa"]["value"] < 0.9


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "demo.annotator"
    path.write_text(json.dumps("mine"))
    with pytest.raises(AnnotatorError, match="exists"):
        make_demo_study(path)
    assert json.loads(path.read_text()) == "mine"
