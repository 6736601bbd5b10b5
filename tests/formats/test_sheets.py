"""Spreadsheets of codings: our own tables come back, others by a mapping, and wrong rows are named."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.json_forms import as_json
from annotator.formats.sheets import SheetMapping, read_mapping, sample
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.study.integrity import check
from tests.formats.test_exports import coded
from tests.formats.test_json_formats import records
from tests.studies import TEXT, study_at

CLAIM = TEXT.index("it will pay")
COLUMNS = ("File", "Who", "From", "To", "Words", "Kind", "Certain", "Cues", "Stance")
ROWS = [
    ["a1.txt", "Cy", CLAIM + 1, CLAIM + 11, "it will pay", "Norway", "yes", "A; C", "against"],
    ["a1.txt", "Cy", CLAIM + 4, CLAIM + 7, "will", "fact", None, None, "0"],
]
MAPPING = SheetMapping(
    document="File",
    coder="Who",
    layer="=claim",
    start="From",
    end="To",
    text="Words",
    first=1,
    last="included",
    separator=";",
    values={"claim.kind": "Kind", "claim.sure": "Certain", "claim.cues": "Cues", "claim.stance": "Stance"},
)


def table(path: Path, rows: list[list[Any]]) -> Path:
    if path.suffix == ".xlsx":
        book = Workbook()
        for row in ([*COLUMNS], *rows):
            book.active.append(row)  # type: ignore[union-attr]
        book.save(path)
    else:
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file, delimiter=";").writerows([COLUMNS, *rows])
    return path


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_our_own_tables_come_back(tmp_path: Path, form: str) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, form, tmp_path / f"out.{form}")
        before = records(study)
    with study_at(tmp_path / "other.annotator", "other", documents=2) as other:
        from annotator.domain.commands import AddEntity

        ada = other.coder("Ada").id
        other.coding.apply(AddEntity(coder_id=ada, name="Mayor of Ada", type="person"))
        result = as_json(import_files(other, [tmp_path / f"out.{form}"], "spreadsheet"))
        assert result["problems"] == []
        assert records(other) == before
        assert check(other) == []
        again = as_json(import_files(other, [tmp_path / f"out.{form}"], "spreadsheet"))
        assert again["annotations"] == {"added": 0, "already": len(before), "refused": 0}


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_mapping_reads_another_table(tmp_path: Path, suffix: str) -> None:
    source = table(tmp_path / f"codings{suffix}", ROWS)
    (tmp_path / "map.json").write_text(MAPPING.model_dump_json(), encoding="utf-8")
    with study_at(tmp_path / "s.annotator") as study:
        result = as_json(import_files(study, [source], "spreadsheet", mapping=read_mapping(tmp_path / "map.json")))
        assert result["problems"] == []
        first, second = sorted(records(study), key=lambda r: r["fragments"])
    assert (first["text"], second["text"]) == ("it will pay", "will")
    assert first["values"] == {"kind": "NO", "sure": True, "cues": ["a", "c"], "stance": -1}
    assert second["values"] == {"kind": "fact", "stance": 0}
    assert first["coder"]["name"] == "Cy"
    assert sample(source)[0] == list(COLUMNS)


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("Words", "other words", "has the text 'other words'"),
        ("Kind", "opinion", "is not one of"),
        ("Certain", "maybe", "is not yes or no"),
        ("To", 5000, "outside the text"),
        ("From", "three", "not a place in a text"),
        ("File", None, "which article"),
        ("File", "a9.txt", "no such document"),
        ("Stance", "7", "is not one of"),
        ("Stance", "nan", "is not a number"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_comes_in(tmp_path: Path, column: str, value: Any, told: str) -> None:
    rows = [list(r) for r in ROWS]
    rows[1][COLUMNS.index(column)] = value
    with study_at(tmp_path / "s.annotator") as study:
        result = as_json(import_files(study, [table(tmp_path / "c.csv", rows)], "spreadsheet", mapping=MAPPING))
        assert [p["where"] for p in result["problems"]] == ["row 3"]
        assert told in result["problems"][0]["what"]
        assert study.annotations() == []


def test_wrong_tables_and_mappings_are_told(tmp_path: Path) -> None:
    source = table(tmp_path / "c.csv", ROWS)
    (tmp_path / "twice.csv").write_text("a,a\n1,2\n", encoding="utf-8")
    (tmp_path / "empty.csv").write_text("", encoding="utf-8")
    (tmp_path / "no.xlsx").write_bytes(b"PK no workbook")
    (tmp_path / "bad.json").write_text('{"document": "File", "layers": "x"}', encoding="utf-8")
    with study_at(tmp_path / "s.annotator") as study:
        with pytest.raises(BadInput, match="not the columns that this program writes"):
            import_files(study, [source], "spreadsheet")
        with pytest.raises(BadInput, match="no column `Who else`"):
            import_files(study, [source], "spreadsheet", mapping=MAPPING.model_copy(update={"coder": "Who else"}))
        for name in ("twice.csv", "empty.csv", "no.xlsx", "missing.csv"):
            with pytest.raises(AnnotatorError):
                import_files(study, [tmp_path / name], "spreadsheet", mapping=MAPPING)
    with pytest.raises(BadInput, match=r"bad.json, (layers|layer)"):
        read_mapping(tmp_path / "bad.json")


def lines_of(rows: list[list[Any]], sign: str) -> str:
    return "\r\n".join(sign.join("" if c is None else f'"{c}"' for c in row) for row in [[*COLUMNS], *rows]) + "\r\n"


BROKEN = [ROWS[0], [None] * len(COLUMNS), ROWS[1], [None] * len(COLUMNS)]
LINES, COMMAS = lines_of(ROWS, ";"), lines_of(ROWS, ",")
LONG = "Words, as they stand, and all, of, them"
ODD = {
    "UTF-16 and tabs": (lines_of(ROWS, "\t").encode("utf-16"), 0),
    "a line that says the sign": (f"sep=;\r\n{LINES}".encode(), 0),
    "rows without a word": (lines_of(BROKEN, ";").encode(), 0),
    "old Windows letters": (LINES.replace("Who", "Wer").replace("Stance", "Haltung ä").encode("cp1252"), 1),
    "signs within a quoted head": (LINES.replace("Words", LONG).encode(), 0),
    "a line break within a cell": (COMMAS.replace("Certain", "Cer\ntain").encode(), 0),
}


@pytest.mark.parametrize(("content", "told"), ODD.values(), ids=ODD)
def test_tables_as_spreadsheets_write_them_are_read(tmp_path: Path, content: bytes, told: int) -> None:
    source = tmp_path / "codings.csv"
    source.write_bytes(content)
    text = content.decode("utf-16" if content[:2] == b"\xff\xfe" else "cp1252" if told else "utf-8")
    mapping = MAPPING.model_copy(
        update={
            "coder": "Wer" if "Wer" in text else "Who",
            "text": LONG if LONG in text else "Words",
            "values": {
                "claim.kind": "Kind",
                "claim.sure": "Cer\ntain" if "Cer\n" in text else "Certain",
                "claim.cues": "Cues",
                "claim.stance": "Haltung ä" if told else "Stance",
            },
        }
    )
    with study_at(tmp_path / "s.annotator") as study:
        result = as_json(import_files(study, [source], "spreadsheet", mapping=mapping))
        assert result["problems"] == []
        assert len(result.get("losses", [])) == told
        assert result["annotations"]["added"] == 2
        assert {r["text"] for r in records(study)} == {"it will pay", "will"}
