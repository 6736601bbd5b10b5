"""Tables, corpora and workbooks, read back by the libraries of the field."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.entities import Register
from annotator.domain.json_forms import as_json
from annotator.formats.cells import typed_columns
from annotator.formats.dataset import Dataset
from annotator.services.exchange.exporting import export, preview
from annotator.services.exchange.records import RecordWriter
from tests.codebooks import EVERYTHING
from tests.formats.test_exports import coded
from tests.systems import skip_without_its_package

WRITTEN_ONLY = ("xlsx", "parquet", "spss", "huggingface", "spacy", "conll", "graphml", "gexf", "pajek", "dl", "edges")


@pytest.fixture
def records(tmp_path: Path) -> list[dict[str, Any]]:
    with coded(tmp_path / "r.annotator") as study:
        return list(RecordWriter(study).records_as_json())


def written(tmp_path: Path, form: str, name: str = "out", **options: Any) -> Path:
    with coded(tmp_path / f"{name}.annotator") as study:
        export(study, form, tmp_path / name, **options)
    return tmp_path / name


def test_a_workbook_has_the_annotations_and_the_codebook(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    out = written(tmp_path, "xlsx", "out.xlsx")
    book = openpyxl.load_workbook(out)
    assert book.sheetnames == ["Annotations", "Statements", "Articles", "Entities", "Coders", "Codebook"]
    head, *rows = book["Annotations"].iter_rows(values_only=True)
    found = [dict(zip(head, row, strict=True)) for row in rows]
    assert [r["id"] for r in found] == [r["id"] for r in records]
    ben = next(r for r in found if r["claim.kind"] == "NO")
    assert (ben["claim.sum"], ben["claim.cues"], ben["claim.sure"]) == (12.5, "a | b", "true")
    assert ben["memo"] == 'a "memo", with commas;\nand a line break'
    answers = {(r[0], r[2]): r[3] for r in book["Codebook"].iter_rows(values_only=True)}
    assert answers["claim.kind", "NO"] == "Norway"
    assert answers["claim.cues", "b"] == "B"


def test_a_formula_in_a_text_stays_text(tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    from annotator.domain.commands import SetMemo

    with coded(tmp_path / "s.annotator") as study:
        label = next(a for a in study.annotations() if a.layer == "claim")
        study.coding.apply(SetMemo(coder_id=label.coder_id, annotation_id=label.id, memo="=1+1"))
        export(study, "xlsx", tmp_path / "out.xlsx")
    sheet = openpyxl.load_workbook(tmp_path / "out.xlsx")["Annotations"]
    cell = next(c for row in sheet.iter_rows() for c in row if c.value == "=1+1")
    assert cell.data_type == "s"


def test_parquet_keeps_types_and_says_the_codebook(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    pq = pytest.importorskip("pyarrow.parquet")
    table = pq.read_table(written(tmp_path, "parquet"))
    rows = table.to_pylist()
    assert [r["id"] for r in rows] == [r["id"] for r in records]
    ben = next(r for r in rows if r["claim.kind"] == "NO")
    assert (ben["claim.cues"], ben["claim.sure"], ben["claim.sum"]) == (["a", "b"], True, 12.5)
    assert (ben["starts"], ben["ends"]) == ([37, 40], [39, 53])
    assert ben["claim.stance"] == "mixed"
    assert json.loads(table.schema.metadata[b"annotator.codebook"])["key"] == "everything"
    assert json.loads(table.schema.field("claim.kind").metadata[b"answers"])["NO"] == "Norway"


def test_spss_has_numbers_with_labels(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    pyreadstat = pytest.importorskip("pyreadstat")
    frame, meta = pyreadstat.read_sav(str(written(tmp_path, "spss", "out.sav")))
    assert len(frame) == len(records)
    labels = meta.variable_value_labels["claim_kind"]
    assert list(labels.values()) == ["Fact", "Norway", "Unclear"]
    coded_kinds = [labels[v] for v in frame["claim_kind"].dropna()]
    assert coded_kinds == ["Fact", "Norway"]
    assert meta.column_names_to_labels["claim_kind"] == "Claim: Kind"
    assert [t or "" for t in frame["text"]] == [r.get("text", "") for r in records]
    assert meta.variable_value_labels["claim_stance"] == {1.0: "against", 2.0: "neutral", 3.0: "for", 4.0: "mixed"}


def test_hugging_face_s_own_library_loads_both_tables(
    tmp_path: Path, records: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    datasets = pytest.importorskip("datasets")
    out = written(tmp_path, "huggingface")
    articles = datasets.load_dataset(str(out), "articles", split="train", cache_dir=str(tmp_path / "cache"))
    with coded(tmp_path / "t.annotator") as study:
        assert [a["text"] for a in articles] == [study.text(d.id) for d in study.documents()]
    text = articles[0]["text"]
    found = {x["id"]: x for x in articles[0]["labels"]}
    for r in records:
        assert [list(f) for f in r.get("fragments", [])] == found[r["id"]]["fragments"]
        assert r.get("text", "") == " … ".join(text[s:e] for s, e in found[r["id"]]["fragments"])
    rows = datasets.load_dataset(str(out), "annotations", split="train", cache_dir=str(tmp_path / "cache"))
    assert [r["id"] for r in rows] == [r["id"] for r in records]


def test_spacy_loads_the_text_and_every_span_where_it_was(tmp_path: Path, records: list[dict[str, Any]]) -> None:
    spacy_tokens = pytest.importorskip("spacy.tokens")
    from spacy.vocab import Vocab

    docs = list(spacy_tokens.DocBin().from_disk(written(tmp_path, "spacy")).get_docs(Vocab()))
    with coded(tmp_path / "t.annotator") as study:
        assert [d.text for d in docs] == [study.text(d.id) for d in study.documents()]
    spans = {(name, s.id_, s.start_char, s.end_char, s.label_) for name, group in docs[0].spans.items() for s in group}
    assert spans == {
        (f"{r['coder']['name']}:{r['layer']}", r["id"], s, e, r["layer"])
        for r in records
        for s, e in r.get("fragments", ())
    }
    assert [r["id"] for r in json.loads(docs[0].user_data["annotations"])] == [r["id"] for r in records]


def test_conll_has_a_column_a_coder_and_layer(tmp_path: Path) -> None:
    lines = written(tmp_path, "conll").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "# columns = TOKEN\tAda:claim\tAda:speaker\tBen:claim\tBen:speaker"
    rows = [x.split("\t") for x in lines if x and not x.startswith(("#", "-DOCSTART-"))]
    assert {len(r) for r in rows} == {5}
    claimed = [r[0] for r in rows if r[1].endswith("claim")]
    assert claimed == ["it", "will", "pay"]
    assert [r[3] for r in rows if r[3] != "O"][:2] == ["B-claim", "B-claim"]


@pytest.mark.parametrize("form", WRITTEN_ONLY)
def test_the_same_study_gives_the_same_bytes(tmp_path: Path, form: str) -> None:
    skip_without_its_package(form)
    made = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        made.append(written(tmp_path / name, form))
    one, two = made
    for a, b in zip(sorted(one.rglob("*")) or [one], sorted(two.rglob("*")) or [two], strict=True):
        assert a.is_dir() or a.read_bytes() == b.read_bytes()


def test_a_preview_tells_the_losses_and_leaves_nothing(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        before = sorted(tmp_path.iterdir())
        told = as_json(preview(study, "conll"))
        assert sorted(tmp_path.iterdir()) == before
    assert told["head"].startswith("# columns")
    lost = {x["what"]: x["count"] for x in told["losses"]}
    assert lost["links between labels"] == 2
    assert lost["labels in several pieces"] == 1
    assert "history of changes" not in lost  # counted things alone; the form's own list names the others


def test_a_sheet_is_a_zip_without_dates(tmp_path: Path) -> None:
    with zipfile.ZipFile(written(tmp_path, "xlsx")) as archive:
        assert {i.date_time for i in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("min: 0, max: 100", {"sum": "number", "sure": "yes-no", "stance": "text", "cues": "texts"}),
        ("min: 0, max: 100, integer: true", {"sum": "whole"}),
        ("min: 0, max: 100, off_scale: [{key: unknown, label: Unknown}]", {"sum": "text"}),
        ("min: 0, max: 100, integer: true, off_scale: [{key: unknown, label: Unknown}]", {"sum": "text"}),
    ],
)
def test_a_number_that_may_be_off_the_scale_is_typed_as_text(text: str, kinds: dict[str, str]) -> None:
    """Else the answer `unknown` of a column of numbers would be refused, or read as nothing, by other programs."""
    codebook = parse_codebook(EVERYTHING.replace("min: 0, max: 100", text))
    empty = Dataset("s", "S", codebook, 1, {}, Register.of([]), {}, True, lambda: iter([]))
    found = {c.name: c.kind for c in typed_columns(empty)}
    assert {key: found[f"claim.{key}"] for key in kinds} == kinds
