"""Tables of ratings as spreadsheets of several countries write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.agreement.ratings import read_ratings, spelled_missing
from annotator.domain.errors import BadInput
from annotator.services.agreement.external_ratings import table_agreement
from tests.shared import shared

PLAIN = "u,A,B\n1,x,x\n2,y,y\n3,x,y\n"


@pytest.mark.parametrize("sign", [";", "\t", ","])
@pytest.mark.parametrize("before", ["", "sep={}\n", "sep={}\r\n"])
def test_semicolons_tabs_and_a_line_that_names_the_sign_are_read(sign: str, before: str) -> None:
    wanted = read_ratings(PLAIN, "plain")
    found = read_ratings(before.format(sign) + PLAIN.replace(",", sign), "t.csv")
    assert found.coders == wanted.coders
    assert (found.codes == wanted.codes).all()


def test_a_label_that_others_write_for_a_missing_value_is_told(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("u;A;B\n1;x;NA\n2;y;y\n3;NA;x\n4;x;x\n", encoding="utf-8")
    assert spelled_missing(read_ratings(table.read_text(), "t")) == {"NA": 2}
    found = table_agreement(table, "nominal", None, 0, 1)
    assert ["`NA` is in 2 cells" in note for note in found.notes] == [True]
    assert found.values == 8, "it is a label all the same"
    assert table_agreement(_file(tmp_path, PLAIN), "nominal", None, 0, 1).notes == ()


def _file(folder: Path, text: str) -> Path:
    path = folder / "plain.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_tables_of_the_cases_are_read() -> None:
    semicolons = table_agreement(shared("cases/files/semicolon.csv"), "nominal", None, 0, 1)
    assert (semicolons.units, semicolons.coders) == (3, 2)
    assert table_agreement(shared("cases/files/NA.csv"), "nominal", None, 0, 1).notes


COMMAS = "u;A;B\n1;3,5;3,5\n2;4;4,5\n3;1,25;1,25\n4;;2\n"


def test_decimal_commas_are_numbers_and_told(tmp_path: Path) -> None:
    commas, points = tmp_path / "c.csv", tmp_path / "p.csv"
    commas.write_text(COMMAS, encoding="utf-8")
    points.write_text(COMMAS.replace(",", "."), encoding="utf-8")
    found, wanted = (table_agreement(p, "interval", None, 0, 1) for p in (commas, points))
    assert found.coefficients == wanted.coefficients
    assert (len(found.notes), wanted.notes) == (1, ())
    assert "decimal" in found.notes[0]
    assert table_agreement(commas, "nominal", None, 0, 1).notes == ()


def test_what_may_be_thousands_is_no_number(tmp_path: Path) -> None:
    table = _file(tmp_path, "u;A;B\n1;1,500;2,000\n2;2,000;2,000\n3;900;900\n")
    with pytest.raises(BadInput, match="needs numbers"):
        table_agreement(table, "interval", None, 0, 1)


@pytest.mark.parametrize("rest", [";;\n;;\n", "\n\n", ";;"])
def test_lines_without_a_word_below_a_table_are_no_units(rest: str) -> None:
    found = read_ratings("u;A;B\n1;x;x\n2;y;x\n" + rest, "t.csv")
    assert found.codes.shape == (2, 2)


def test_labels_that_differ_in_spaces_or_capitals_are_told(tmp_path: Path) -> None:
    found = table_agreement(_file(tmp_path, "u,A,B\n1,yes,yes \n2,no,No\n3,yes,yes\n"), "nominal", None, 0, 1)
    assert len(found.notes) == 2
    assert all("two labels" in note for note in found.notes)
    assert found.values == 6


@pytest.mark.parametrize(("encoding", "told"), [("utf-16", 0), ("utf-8-sig", 0), ("cp1252", 1)])
def test_tables_of_office_programs_in_other_letters_are_read(tmp_path: Path, encoding: str, told: int) -> None:
    table = tmp_path / "t.csv"
    table.write_bytes("Stück\tÄda\tBo\r\n1\tgrün\tgrün\r\n2\trot\tgrün\r\n".encode(encoding))
    found = table_agreement(table, "nominal", None, 0, 1)
    assert (found.units, found.values, len(found.notes)) == (2, 4, told)


def test_a_title_above_the_table_is_told_as_such() -> None:
    with pytest.raises(BadInput, match="no name") as told:
        read_ratings("Ratings of 2031,,,\nu,A,B,C\n1,x,x,x\n", "t.csv")
    assert "above the table" in str(told.value.remedy)
