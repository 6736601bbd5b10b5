"""Without text no word of an article is in any export: no headline, no name made of one, no remark that quotes."""

from __future__ import annotations

import csv
import json
import zipfile
from pathlib import Path

import pytest

from annotator.domain.json_forms import as_json
from annotator.formats.dataset import QUOTED, without_quotes
from annotator.formats.declared import formats
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.services.exchange.exporting import export
from annotator.services.exchange.filling import fill
from annotator.services.exchange.importing_codings import bring_in
from annotator.services.exchange.listing import listed
from annotator.services.study import Study
from annotator.store import assignments
from tests.positions import TEXTS, study_of_positions, whole

TITLE = "Tramway zealots triumph"
WRITES = [f.name for f in formats() if f.writes and f.name not in ("graphml", "gexf", "pajek", "dl", "edges")]


def titled(path: Path) -> Study:
    """Labels, one with a remark that quotes, one with one that does not; an article that is known by its headline."""
    records = whole()
    records[0]["memo"] = "see “and that the bus costs too much” below"
    records[1]["memo"] = "who is this?"
    study = study_of_positions(path, records)
    text = f"{TITLE}\n\nNobody had expected it.\n"
    document = IncomingDocument(f"{TITLE}.html", text, title=TITLE, zones=(("title", 0, len(TITLE)),))
    bring_in(study, "more", Incoming([document], []), "plain")
    return study


def _words(out: Path) -> bytes:
    files = sorted(p for p in out.rglob("*") if p.is_file()) if out.is_dir() else [out]
    files += sorted(out.parent.glob(f"{out.name}.*"))
    data = b""
    for file in files:
        data += str(file.name).encode()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as archive:
                data += b"".join(name.encode() + archive.read(name) for name in archive.namelist())
        else:
            data += file.read_bytes()
    return data


@pytest.mark.parametrize("form", WRITES)
def test_no_headline_and_no_quotation_leaves(tmp_path: Path, form: str) -> None:
    try:
        next(f for f in formats() if f.name == form).writer() if form != "archive" else None
    except Exception as error:
        pytest.skip(f"{form}: {error}")
    (tmp_path / "o").mkdir()
    with titled(tmp_path / "s.annotator") as study:
        out = tmp_path / "o" / f"out.{form}"
        manifest = as_json(export(study, form, out, without_text=True))
        assert not manifest["titles"]
        what = [x["what"] for x in manifest["losses"]]
        assert "headlines, names of files and teasers" in what
        data = _words(out)
        for words in (b"Tramway", b"zealots", b"and that the bus", b"must come"):
            assert words not in data, words
        again = tmp_path / "o" / f"titles.{form}"
        manifest = as_json(export(study, form, again, without_text=True, titles=True))
        assert any(x["what"].startswith("WARNING: headlines") for x in manifest["losses"])


def test_a_remark_that_quotes_nothing_stays(tmp_path: Path) -> None:
    with titled(tmp_path / "s.annotator") as study:
        export(study, "jsonl", tmp_path / "o.jsonl", without_text=True)
        filled = as_json(fill(tmp_path / "o.jsonl", tmp_path / "s.annotator", tmp_path / "f.jsonl"))
    memos = [json.loads(x)["memo"] for x in (tmp_path / "o.jsonl").read_text("utf-8").splitlines()]
    assert {"who is this?", QUOTED} <= set(memos)
    titles = {json.loads(x)["document"]["title"] for x in (tmp_path / "f.jsonl").read_text("utf-8").splitlines()}
    assert titles == {None}  # the labelled article has no headline; the other one has no label
    assert filled["counts"]["rows"] == len(memos)


def test_short_words_are_no_quotation() -> None:
    assert without_quotes("the tram", TEXTS[0]) == "the tram"
    assert without_quotes("THE BUS  costs too\nmuch. Nobody", TEXTS[0]) == QUOTED
    assert without_quotes("", TEXTS[0]) == ""


def test_second_readings_are_marked_in_tables_and_left_out_elsewhere(tmp_path: Path) -> None:
    again = [{**r, "id": f"again-{r['id']}", "document": 1} for r in whole()[:2]]
    with study_of_positions(tmp_path / "s.annotator", [*whole(), *again], [TEXTS[0], TEXTS[0] + " "]) as study:
        first, second = study.documents()
        with study.file.transaction() as connection:
            assignments.add_hidden_repeats(connection, {second.id: first.id})
        manifest = as_json(export(study, "csv", tmp_path / "o.csv"))
        with (tmp_path / "o.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        assert {r["document_number"] for r in rows} == {str(first.number)}
        assert [r["reading"] for r in rows].count("2") == 2
        assert manifest["counts"]["documents"] == manifest["account"]["study"]["documents"] == 1
        assert manifest["account"]["study"]["second_readings"] == 1
        manifest = as_json(export(study, "brat", tmp_path / "brat"))
        assert sum(x["count"] for x in manifest["account"]["left_out"]) == 2
        export(study, "jsonl", tmp_path / "o.jsonl")
        assert [r.get("reading", 1) for r in as_json(listed(study, "annotations"))].count(2) == 2
    with study_of_positions(tmp_path / "t.annotator", []) as other:
        from annotator.services.exchange.importing_files import import_files

        answer = as_json(import_files(other, [tmp_path / "o.jsonl"], "annotations"))
        assert answer["annotations"]["added"] == len(whole())
        assert [x["count"] for x in answer["losses"] if "second readings" in x["what"]] == [2]
