"""Tables of ratings as spreadsheets of several countries write them."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.agreement.ratings import read_ratings, spelled_missing
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
    assert ["`NA` stands in 2 cells" in note for note in found["notes"]] == [True]
    assert found["values"] == 8, "it is a label all the same"
    assert table_agreement(_file(tmp_path, PLAIN), "nominal", None, 0, 1)["notes"] == []


def _file(folder: Path, text: str) -> Path:
    path = folder / "plain.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_tables_of_the_cases_are_read() -> None:
    semicolons = table_agreement(shared("cases/files/semicolon.csv"), "nominal", None, 0, 1)
    assert (semicolons["units"], semicolons["coders"]) == (3, 2)
    assert table_agreement(shared("cases/files/NA.csv"), "nominal", None, 0, 1)["notes"]
