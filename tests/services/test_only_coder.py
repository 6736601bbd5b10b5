"""A study from a source whose only coder is named keeps that name, whoever is said to have made what names nobody."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.study import Study

PAGE = {
    "@context": ["http://www.w3.org/ns/anno.jsonld", {"annotator": "urn:annotator:"}],
    "type": "AnnotationPage",
    "items": [
        {
            "type": "Annotation",
            "id": "urn:x:1",
            "creator": {"id": "http://x.org/ada", "name": "Ada"},
            "body": {"type": "TextualBody", "purpose": "tagging", "value": "Person"},
            "target": {"source": "urn:d", "selector": {"type": "TextPositionSelector", "start": 4, "end": 9}},
        }
    ],
    "annotator:documents": [{"id": "urn:d", "text": "The mayor spoke."}],
}
OURS = ("labels.jsonl", "extras.jsonl", "annotator.json")


@pytest.mark.parametrize("form", ["w3c", "qdpx", "cas-xmi", "webanno-tsv", "prodigy"])
def test_the_only_coder_of_a_source_is_not_renamed(tmp_path: Path, form: str) -> None:
    source = tmp_path / "page.jsonld"
    source.write_text(json.dumps(PAGE), "utf-8")
    new_study_from(tmp_path / "one.annotator", source, "w3c")
    with Study.open(tmp_path / "one.annotator") as study:
        out = tmp_path / "out"
        export(study, form, out)
    for beside in out.rglob("*") if out.is_dir() else ():
        if beside.name in OURS:
            beside.unlink()
    answer = new_study_from(tmp_path / "two.annotator", out, form, coder="Zoe")
    assert (dict(answer.made_by.named), dict(answer.made_by.given)) == ({"Ada": 1}, {})
    with Study.open(tmp_path / "two.annotator") as study:
        assert [c.name for c in study.coders()] == ["Ada"]
