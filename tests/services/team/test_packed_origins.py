"""An article goes on knowing where it came from in a package, and goes out again as it came."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.commands import AddAnnotation
from annotator.domain.json_forms import as_json
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import conflicts, merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package

DOCCANO = [
    {"id": 907, "text": "No answer.", "label": [[0, 2, "A"]], "desk": "north"},
    {"id": 908, "text": "No answer.", "label": [[3, 9, "B"]], "desk": "south"},
]


def tasks(path: Path) -> Path:
    def result(end: int) -> list[dict[str, Any]]:
        value = {"start": 0, "end": end, "text": "No answer."[:end], "labels": ["A"]}
        return [{"id": f"r{end}", "type": "labels", "from_name": "tags", "to_name": "body", "value": value}]

    found = [
        {
            "id": 41,
            "data": {"body": "No answer.", "paper": "Gazette"},
            "annotations": [
                {"id": n, "completed_by": {"id": n, "email": f"{who}@example.org"}, "result": result(end)}
                for n, (who, end) in enumerate((("ada", 2), ("ben", 9)), start=71)
            ],
        }
    ]
    path.write_text(json.dumps(found))
    return path


def handed_out(tmp_path: Path, source: Path, form: str, coder: str) -> tuple[Path, Path]:
    """(the lead's study, the coder's own, made from a package)."""
    lead = tmp_path / "lead.annotator"
    new_study_from(lead, source, form, coder="Ada" if form == "doccano" else None)
    parcel = tmp_path / "home" / "work.annotator-package"
    parcel.parent.mkdir()
    with Study.open(lead) as study:
        apply_plan(study, plan(study, [coder], Request(1)))
        pack(study, coder, parcel)
    return lead, open_package(parcel)[0]


def lines(study: Study, form: str, out: Path) -> dict[str, str]:
    export(study, form, out)
    return {p.name: p.read_text() for p in sorted(out.iterdir())}


def test_ids_fields_and_names_of_imported_documents_survive_a_package(tmp_path: Path) -> None:
    source = tmp_path / "wire.jsonl"
    source.write_text("".join(json.dumps(x) + "\n" for x in DOCCANO))
    lead, home = handed_out(tmp_path, source, "doccano", "Ada")
    with Study.open(lead) as before, Study.open(home) as after:
        told_there = {d.id: d.origin for d in before.documents()}
        assert {d.id: d.origin for d in after.documents()} == told_there
        assert sorted(d.origin["id"] for d in after.documents()) == ["907", "908"]
        told, there = (
            sorted("".join(lines(s, "doccano", tmp_path / f"out-{n}").values()).splitlines())
            for n, s in enumerate((after, before))
        )
        assert told == there
        assert "907" in str(told)
        assert '"desk": "south"' in str(told)
        again = as_json(import_files(after, [source], "doccano", "Ada"))
        assert again["documents"] == {"added": 0, "already": 2, "refused": 0}
        assert again["annotations"] == {"added": 0, "already": 2, "refused": 0}


def test_work_on_them_comes_back_to_the_same_articles(tmp_path: Path) -> None:
    source = tmp_path / "wire.jsonl"
    source.write_text("".join(json.dumps(x) + "\n" for x in DOCCANO))
    lead, home = handed_out(tmp_path, source, "doccano", "Ada")
    back = tmp_path / "back.annotator-package"
    with Study.open(home) as study:
        ada, second = study.coder("Ada").id, next(d for d in study.documents() if d.origin["id"] == "908")
        study.coding.apply(AddAnnotation(coder_id=ada, document_id=second.id, layer="a", fragments=((0, 2),)))
        pack(study, "Ada", back)
    with Study.open(lead) as study:
        merge(study, [back])
        assert conflicts(study) == []
        assert [d.origin["id"] for d in study.documents()] == ["907", "908"]
        here = {d.id: d.origin["id"] for d in study.documents()}
        assert sorted((here[a.document_id], a.layer) for a in study.annotations()) == [
            ("907", "a"), ("908", "a"), ("908", "b"),
        ]  # fmt: skip


def test_what_the_source_says_of_other_coders_stays_behind(tmp_path: Path) -> None:
    _, home = handed_out(tmp_path, tasks(tmp_path / "tasks.json"), "label-studio", "ada@example.org")
    with zipfile.ZipFile(home.with_suffix(".annotator-package")) as archive:
        packed = b"\n".join(archive.read(name) for name in archive.namelist())
    assert b"ben@" not in packed
    with Study.open(home) as study:
        (task,) = json.loads(lines(study, "label-studio", tmp_path / "out")["tasks.json"])
    assert task["id"] == 41
    assert task["data"] == {"body": "No answer.", "paper": "Gazette"}
    (one,) = task["annotations"]
    assert (one["id"], [r["from_name"] for r in one["result"]]) == (71, ["tags"])


def test_a_study_from_an_older_package_learns_it_from_a_newer_one(tmp_path: Path) -> None:
    source = tmp_path / "wire.jsonl"
    source.write_text("".join(json.dumps(x) + "\n" for x in DOCCANO))
    _, home = handed_out(tmp_path, source, "doccano", "Ada")
    with Study.open(home) as study, study.file.transaction() as connection:
        connection.exec_driver_sql("UPDATE document SET origin = '{}'")
    open_package(home.with_suffix(".annotator-package"))
    with Study.open(home) as study:
        assert sorted(d.origin["id"] for d in study.documents()) == ["907", "908"]


@pytest.mark.parametrize("kept", [{"data": 5, "coders": [1], "controls": "x"}, {"coders": {"ada@example.org": 5}}])
def test_an_origin_of_anothers_making_ends_no_export(kept: dict[str, Any], tmp_path: Path) -> None:
    _, home = handed_out(tmp_path, tasks(tmp_path / "tasks.json"), "label-studio", "ada@example.org")
    with Study.open(home) as study:
        told = json.dumps({"form": "label-studio", "id": "41", "kept": kept})
        with study.file.transaction() as connection:
            connection.exec_driver_sql("UPDATE document SET origin = ?", (told,))
    with Study.open(home) as study:
        (task,) = json.loads(lines(study, "label-studio", tmp_path / "out")["tasks.json"])
    assert task["data"]["text"] == "No answer."
