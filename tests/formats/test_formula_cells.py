"""CSV that no spreadsheet calculates, that other programs read as before, and that comes back as it was."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.agreement.ratings import read_ratings
from annotator.cli.app import run
from annotator.domain.commands import SetMemo, SetValue
from annotator.domain.formula_cells import guarded, unguarded
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.json_forms import as_json
from annotator.formats.csv_tables import Cells
from annotator.services.agreement.ratings_files import _csv
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import import_codings
from annotator.services.study import Study
from tests.damaged import NoWindow
from tests.shared import shared
from tests.studies import statement, study_at

TEXTS = ("=1+1", '=HYPERLINK("http://x","y")', "@SUM(A1)", "+3 and more", "-five", "\t=1", "\r\n=2", "'=x", "''+y", "-")
CALCULATED = ("=", "+", "-", "@", "\t", "\r", "\n")
PLAIN = ("", "a=b", "'quoted'", "’=1", "-2", "+3", "-.5e-7", "1-2", "2031-01-01", "–5", " =1")


@pytest.mark.parametrize("text", TEXTS)
def test_text_that_would_be_calculated_gets_an_apostrophe(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert unguarded(guarded(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_everything_else_stays(text: str) -> None:
    assert guarded(text) == unguarded(text) == text


@given(st.text(alphabet=st.sampled_from("'=+-@\t\r\n19.e ax＝")) | st.text())
def test_no_text_is_calculated_and_every_text_comes_back(text: str) -> None:
    safe = guarded(text)
    assert unguarded(safe) == text
    if safe.startswith(CALCULATED):
        assert float(safe) is not None


@pytest.fixture
def study(tmp_path: Path) -> Iterator[Study]:
    with study_at(tmp_path / "s.annotator") as study:
        ada, made = study.coder("Ada").id, statement(study)
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=made["claim"], memo=TEXTS[1]))
        study.coding.apply(SetValue(coder_id=ada, annotation_id=made["claim"], attribute="stance", value=-1))
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=made["speaker"], memo="'=kept"))
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=made["said_by"], memo="-5 percent"))
        yield study


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8"), newline="")))


def test_a_table_is_safe_by_default_and_says_so(study: Study, tmp_path: Path) -> None:
    manifest = as_json(export(study, "csv", tmp_path / "safe.csv"))
    found = rows(tmp_path / "safe.csv")
    assert {r["memo"] for r in found} == {f"'{TEXTS[1]}", "''=kept", "'-5 percent"}
    assert [r["claim.stance"] for r in found if r["layer"] == "claim"] == ["-1"], "numbers stay numbers"
    for row in found:
        assert not [c for c in row.values() if c and c.startswith(CALCULATED) and c != "-1"]
    assert manifest["cells"]["guarded"] == 3
    assert "apostrophe" in manifest["cells"]["formulas"]
    assert manifest["cells"]["byte_order_mark"] is False


def test_our_own_reader_reads_both_ways_back(study: Study, tmp_path: Path) -> None:
    memos = {a.id: a.memo for a in study.annotations()}
    export(study, "csv", tmp_path / "safe.csv")
    export(study, "csv", tmp_path / "bare.csv", cells=Cells(bare=True, mark=True))
    assert (tmp_path / "bare.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    for name in ("safe.csv", "bare.csv"):
        place = tmp_path / f"{name}.annotator"
        with study_at(place) as other:
            assert {d.sha256 for d in other.documents()} == {d.sha256 for d in study.documents()}
        with Study.open(place, CountingIds("x"), SteppingClock("2031-02-02")) as other:
            result = as_json(import_codings(other, [tmp_path / name], "spreadsheet", None, False, None))
            kept = {a.id: a.memo for a in other.annotations()}
            spans = {i for i in memos if i in kept}
            assert spans, result
            assert {i: kept[i] for i in spans} == {i: memos[i] for i in spans}


def test_the_command_line_keeps_cells_bare_and_marks_them_for_excel(study: Study, tmp_path: Path) -> None:
    out = tmp_path / "bare.csv"
    line = ["export", str(study.file.path), "--format", "csv", "-o", str(out), "--bare-cells", "--bom"]
    assert run(line, NoWindow()) == 0  # type: ignore[arg-type]
    assert out.read_bytes().startswith(b"\xef\xbb\xbf")
    found = csv.DictReader(io.StringIO(out.read_text(encoding="utf-8-sig"), newline=""))
    assert TEXTS[1] in {r["memo"] for r in found}
    manifest = json.loads((tmp_path / "bare.csv.manifest.json").read_text())
    assert manifest["cells"] == {"formulas": "bare", "guarded": 0, "byte_order_mark": True}


def test_pandas_reads_what_it_read(study: Study, tmp_path: Path) -> None:
    pandas = pytest.importorskip("pandas")
    tables = []
    for cells in (Cells(), Cells(mark=True), Cells(bare=True)):
        export(study, "csv", tmp_path / "t.csv", cells=cells)
        tables.append(pandas.read_csv(tmp_path / "t.csv"))
    safe, marked, bare = tables
    assert list(safe.columns) == list(marked.columns) == list(bare.columns)
    assert [str(t) for t in safe.dtypes] == [str(t) for t in bare.dtypes]
    for column in bare.columns:
        same = safe[column].map(lambda v: unguarded(v) if isinstance(v, str) else v)
        assert same.equals(bare[column]), column


def test_an_archive_says_it_in_its_readme(study: Study, tmp_path: Path) -> None:
    export(study, "archive", tmp_path / "a.zip")
    with zipfile.ZipFile(tmp_path / "a.zip") as archive:
        assert "apostrophe" in archive.read("README.md").decode()
        assert TEXTS[1].replace('"', '""') not in archive.read("data/annotations.csv").decode().replace("'=", "’")
    export(study, "archive", tmp_path / "b.zip", cells=Cells(bare=True))
    with zipfile.ZipFile(tmp_path / "b.zip") as archive:
        assert "apostrophe" not in archive.read("README.md").decode()


def test_ratings_are_safe_and_read_back(tmp_path: Path) -> None:
    made = _csv([("unit", "=Ada", "Ben"), ("1", "-x", "-2"), ("2", "@y", "'=z")])
    assert b"'=Ada" in made
    table = read_ratings(made.decode(), "ratings.csv")
    assert table.coders == ("=Ada", "Ben")
    assert set(table.categories) == {"-x", "-2", "@y", "'=z"}


def test_labels_on_an_article_of_formulas_do_not_run(tmp_path: Path) -> None:
    text = shared("cases/files/formula_text.txt").read_bytes()
    from annotator.domain.commands import AddAnnotation
    from annotator.intake import read_source
    from annotator.services.articles.importing import add_documents

    with study_at(tmp_path / "s.annotator", documents=0) as study:
        add_documents(study, read_source("formula_text.txt", text, "plain"))
        (document,) = study.documents()
        for start in range(0, document.characters - 4, 3):
            command = AddAnnotation(
                coder_id=study.coder("Ada").id,
                document_id=document.id,
                layer="claim",
                fragments=((start, start + 4),),
            )
            study.coding.apply(command)
        for form in ("csv", "statements"):
            export(study, form, tmp_path / "t.csv")
            for row in rows(tmp_path / "t.csv"):
                assert not row["text"].startswith(CALCULATED)
