"""Articles and annotations come in once, whole, or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.domain.errors import BadInput, Cancelled
from annotator.domain.json_forms import as_json
from annotator.intake.columns import columns_said
from annotator.services.articles.importing import preview
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.listing import listed, shown
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.store.places import Place
from tests.studies import statement, study_at

ONE = "The council voted on Monday to close the pool, and nobody was surprised.\n"
TWO = "The mayor had swum there as a child, which she did not hide from anybody.\n"


def test_a_folder_comes_in_and_again_adds_nothing(place: Place, tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    (folder / "deep").mkdir(parents=True)
    (folder / "one.txt").write_text(ONE)
    (folder / "deep" / "two.txt").write_text(TWO)
    (folder / "same.txt").write_text(ONE)
    (folder / ".hidden").write_text("x")
    (folder / "broken.docx").write_bytes(b"PK\x03\x04 no")
    with study_at(place, documents=0) as study:
        first = as_json(import_files(study, [folder]))
        assert first["documents"] == {"added": 3, "already": 0, "refused": 1}
        assert first["problems"][0]["source"] == "broken.docx"
        again = as_json(import_files(study, [folder]))
        assert again["documents"] == {"added": 0, "already": 3, "refused": 1}
        assert [d.number for d in study.documents()] == [1, 2, 3]
        assert check(study) == []


def test_a_dry_run_and_a_cancelled_run_write_nothing(place: Place, tmp_path: Path) -> None:
    for number in range(5):
        (tmp_path / f"{number}.txt").write_text(f"Article {number}. {ONE}")
    with study_at(place, documents=0) as study:
        paths = sorted(tmp_path.glob("*.txt"))
        assert as_json(import_files(study, paths, dry_run=True))["documents"]["added"] == 5
        with pytest.raises(Cancelled):
            import_files(study, paths, progress=lambda done, _total: done < 3)
        assert study.documents() == []
        with pytest.raises(BadInput, match="no such file"):
            import_files(study, [tmp_path / "nowhere"])


def test_the_raw_source_and_the_record_of_cleaning_are_kept(place: Place, tmp_path: Path) -> None:
    from annotator.store import documents

    source = tmp_path / "a.txt"
    source.write_bytes(b"One sentence here.  \r\n\r\nShare this article\r\nAnother one.\r\n")
    with study_at(place, documents=0) as study:
        import_files(study, [source])
        document = study.documents()[0]
        with study.file.reading() as connection:
            kept = documents.source(connection, document.id)
        assert kept is not None
        assert kept[0] == source.read_bytes()
        record = as_json(shown(study, "1"))
        assert record["text"] == study.text(document.id)
        assert any(step.get("removed") == "Share this article" for step in record["cleaning"])
        assert all({"step", "where", "why"} <= set(step) for step in record["cleaning"])


def exported(study: Study, out: Path) -> list[dict[str, object]]:
    export(study, "jsonl", out)
    return [json.loads(x) for x in out.read_text(encoding="utf-8").splitlines()]


def test_an_export_comes_back_as_the_same_records_in_another_study(tmp_path: Path) -> None:
    with study_at(tmp_path / "a.annotator") as first, study_at(tmp_path / "b.annotator", "other") as second:
        statement(first, "Ada")
        statement(first, "Ben")
        records = exported(first, tmp_path / "out.jsonl")
        result = as_json(import_files(second, [tmp_path / "out.jsonl"], "annotations"))
        assert result["annotations"] == {"added": 6, "already": 0, "refused": 0}
        again = as_json(import_files(second, [tmp_path / "out.jsonl"], "annotations"))
        assert again["annotations"] == {"added": 0, "already": 6, "refused": 0}
        assert check(second) == []

        def bare(found: list[dict[str, object]]) -> list[object]:
            return sorted(
                json.dumps({k: v for k, v in r.items() if k in ("id", "layer", "fragments", "text", "memo")})
                for r in found
            )

        assert bare(exported(second, tmp_path / "back.jsonl")) == bare(records)
        names = {(e["name"], e["type"]) for e in as_json(listed(second, "entities"))}
        assert names == {("Mayor of Ada", "person"), ("Mayor of Ben", "person")}


GOOD = {
    "id": "c1",
    "layer": "claim",
    "document": {"source": "a1.txt"},
    "fragments": [[22, 33]],
    "values": {"kind": "fact"},
}
FAULTS = {
    "a text that differs": ({"text": "something else"}, "something else"),
    "a layer that is not there": ({"layer": "ghost"}, "no layer"),
    "a value that is forbidden": ({"values": {"kind": "moon"}}, "moon"),
    "a fragment outside": ({"fragments": [[0, 9999]]}, "outside"),
    "a document that is not there": ({"document": {"sha256": "0" * 64}}, "no such document"),
    "a key that is unknown": ({"colour": "red"}, "colour"),
}


@pytest.mark.parametrize("case", sorted(FAULTS))
def test_a_faulty_record_is_named_and_its_file_refused_whole(tmp_path: Path, case: str) -> None:
    change, told = FAULTS[case]
    source = tmp_path / "r.jsonl"
    source.write_text(json.dumps({**GOOD, "id": "fine"}) + "\n" + json.dumps({**GOOD, **change}) + "\n")
    with study_at(tmp_path / "s.annotator") as study:
        result = as_json(import_files(study, [source], "annotations", "Ada"))
        assert result["annotations"]["added"] == 0
        assert study.annotations() == []
        (problem,) = result["problems"]
        assert problem["source"] == "r.jsonl"
        assert "2" in problem["where"]
        assert told in problem["what"]


def test_foreign_ids_are_kept_and_links_resolve_through_them(tmp_path: Path) -> None:
    speaker = {"id": "s1", "layer": "speaker", "document": {"source": "a1.txt"}, "fragments": [[0, 9]],
               "values": {"who": {"name": "Ilsa", "type": "person"}}}  # fmt: skip
    link = {"id": "l1", "layer": "said_by", "document": {"source": "a1.txt"},
            "roles": {"claim": [{"annotation": "c1"}], "speaker": [{"annotation": "s1"}]}}  # fmt: skip
    source = tmp_path / "r.jsonl"
    source.write_text("\n".join(json.dumps(x) for x in (link, GOOD, speaker)))
    with study_at(tmp_path / "s.annotator") as study:
        result = as_json(import_files(study, [source], "annotations", "Chidi"))
        assert result["annotations"]["added"] == 3, result
        by_external = {a.external_id: a for a in study.annotations()}
        assert by_external["l1"].roles["claim"][0].annotation == by_external["c1"].id
        assert [e.name for e in study.entities()] == ["Ilsa"]
        assert {c.name for c in study.coders()} == {"Ada", "Ben", "Chidi"}


def test_a_preview_writes_nothing_and_tells_problems(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ONE)
    (tmp_path / "b.jsonl").write_text("{broken")
    seen = preview([tmp_path / "a.txt", tmp_path / "b.jsonl"])
    assert [d.source for d in seen.documents] == ["a.txt"]
    assert [p["source"] for p in seen.problems] == ["b.jsonl"]


def test_a_record_of_a_list_that_says_what_to_look_at_again_is_read(tmp_path: Path) -> None:
    with study_at(tmp_path / "one.annotator") as first:
        statement(first)
        lines = [json.dumps(r | {"review": ["a value is gone"]}) for r in exported(first, tmp_path / "out.jsonl")]
    (tmp_path / "listed.jsonl").write_text("\n".join(lines), encoding="utf-8")
    with study_at(tmp_path / "two.annotator", "two") as second:
        result = as_json(import_files(second, [tmp_path / "listed.jsonl"], "annotations"))
        assert result["problems"] == []
        assert result["annotations"]["added"] == len(lines)


def test_stray_files_are_passed_over_and_told(tmp_path: Path) -> None:
    folder = tmp_path / "pages"
    folder.mkdir()
    (folder / "one.txt").write_text(ONE)
    for name in ("Thumbs.db", "page.url", "logo.png"):
        (folder / name).write_bytes(b"\x00\x01")
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        result = as_json(import_files(study, [folder]))
        assert result["documents"] == {"added": 1, "already": 0, "refused": 0}
        told = {p["source"]: p["what"] for p in result["problems"]}
        assert set(told) == {"Thumbs.db", "page.url", "logo.png"}
        assert all("skipped" in what for what in told.values())


def test_every_fault_is_named_by_its_line_however_often_it_repeats(tmp_path: Path) -> None:
    source = tmp_path / "r.jsonl"
    lines = [json.dumps({**GOOD, "id": f"c{n}", "document": {"sha256": f"{n:064x}"}}) for n in range(300)]
    source.write_text("\n".join([*lines, "{broken"]), encoding="utf-8")
    with study_at(tmp_path / "s.annotator") as study:
        result = as_json(import_files(study, [source], "annotations", "Ada"))
        assert result["annotations"]["refused"] == 301
        assert {p["where"] for p in result["problems"]} == {f"line {n}" for n in range(1, 302)}
        assert len(result["problems"]) == 301
        assert study.annotations() == []


def test_many_codings_in_lines_are_written_in_pieces_and_links_find_labels_of_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annotator.services.exchange.coding_lines._AT_A_TIME", 50)
    source = tmp_path / "r.jsonl"
    speaker = {"layer": "speaker", "document": {"source": "a1.txt"}, "fragments": [[0, 9]],
               "values": {"who": {"name": "Ilsa", "type": "person"}}}  # fmt: skip
    records: list[dict[str, object]] = []
    for n in range(120):  # links come before the labels that they name, and in another piece
        roles = {"claim": [{"annotation": f"c{n}"}], "speaker": [{"annotation": f"s{n}"}]}
        records.append({"id": f"l{n}", "layer": "said_by", "document": {"source": "a1.txt"}, "roles": roles})
    for n in range(120):
        records += [{**GOOD, "id": f"c{n}"}, {**speaker, "id": f"s{n}"}]
    source.write_text("\n".join(json.dumps(r) for r in records), encoding="utf-8")
    with study_at(tmp_path / "s.annotator") as study:
        assert (
            as_json(import_files(study, [source], "annotations", "Chidi", dry_run=True))["annotations"]["added"] == 360
        )
        assert study.annotations() == []
        result = as_json(import_files(study, [source], "annotations", "Chidi"))
        assert result["annotations"] == {"added": 360, "already": 0, "refused": 0}, result["problems"][:3]
        again = as_json(import_files(study, [source], "annotations", "Chidi"))
        assert again["annotations"] == {"added": 0, "already": 360, "refused": 0}
        by_external = {a.external_id: a for a in study.annotations()}
        assert by_external["l7"].roles["speaker"][0].annotation == by_external["s7"].id
        assert check(study) == []
        with pytest.raises(Cancelled):
            import_files(study, [source], "annotations", "Dora", progress=lambda done, _total: done < 150)
        assert "Dora" not in {c.name for c in study.coders()}


def test_more_articles_than_are_kept_come_in_one_transaction(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.services.articles.importing._AT_A_TIME", 50)
    monkeypatch.setattr("annotator.services.articles.importing._BEFORE_WRITING", 100)
    source = tmp_path / "t.jsonl"
    rows = [json.dumps({"text": f"Article {n}. {ONE}", "title": f"T{n}"}) for n in range(260)]
    source.write_text("\n".join(rows), encoding="utf-8")
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        with pytest.raises(Cancelled):
            import_files(study, [source], progress=lambda done, _total: done < 240)
        assert study.documents() == []
        assert as_json(import_files(study, [source]))["documents"]["added"] == 260
        again = as_json(import_files(study, [source]))
        assert again["documents"] == {"added": 0, "already": 260, "refused": 0}
        assert [d.number for d in study.documents()][-1] == 260


def test_what_columns_mean_is_said_at_the_command_and_local_days_with_it(tmp_path: Path) -> None:
    source = tmp_path / "t.csv"
    source.write_text("kop1;stuk;wanneer\nTitle;Some words.;03/04/2031\n", encoding="utf-8")
    asked = columns_said(["text=stuk", "title=kop1", "published=wanneer"], "dmy")
    with study_at(tmp_path / "s.annotator", documents=0) as study:
        assert as_json(import_files(study, [source]))["documents"]["refused"] == 1
        import_files(study, [source], columns=asked)
        (document,) = study.documents()
        assert (document.title, document.published) == ("Title", "2031-04-03")
