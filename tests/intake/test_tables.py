"""Tables of articles as people have them: local dates, heads in any language, and what was not understood is told."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import BadInput
from annotator.intake import ArticleColumns, Notices, read_file, read_source
from annotator.intake.columns import columns_of, columns_said
from annotator.intake.table_dates import read_day


def days(rows: list[str], asked: ArticleColumns | None = None, notices: Notices | None = None) -> list[str | None]:
    text = "text,date\n" + "".join(f"Words.,{row}\n" for row in rows)
    found = read_source("t.csv", text.encode(), columns=asked, notices=notices)
    return [d.meta.published for d in found]


@pytest.mark.parametrize("head", ["", "sep=;\n", "\ufeff", "sep=;\r\n"])
def test_a_table_of_a_german_spreadsheet_is_read(head: str) -> None:
    text = head + 'titel;text;datum;quelle\n"Hafen; tief";"Sie sagte ""nein"",\nund ging.";12.03.2031;Blatt\n'
    (found,) = read_source("t.csv", text.encode("utf-8"))
    assert found.meta.title == "Hafen; tief"
    assert (found.meta.published, found.meta.publisher) == ("2031-03-12", "Blatt")


@given(st.dates(date(1955, 1, 1), date(2090, 12, 31)))
def test_days_are_read_in_every_way_that_tables_write_them(day: date) -> None:
    want = day.isoformat()
    serial = str((day - date(1899, 12, 30)).days)
    for text in (
        want,
        f"{day:%d.%m.%Y}",
        f"{day.day}.{day.month}.{day.year}",
        f"{day:%Y/%m/%d}",
        f"{day:%Y%m%d}",
        serial,
    ):
        found = read_day(text)
        assert found is not None
        assert found.day == want
    for order, form in (("dmy", "%d/%m/%Y"), ("mdy", "%m/%d/%Y")):
        assert getattr(read_day(day.strftime(form), order), "day", None) == want  # type: ignore[arg-type]


def test_the_order_of_days_is_found_from_the_column_or_asked() -> None:
    assert days(["03/04/2031", "13/04/2031"]) == ["2031-04-03", "2031-04-13"]
    assert days(["03/04/2031", "04/13/2031"]) == ["2031-03-04", "2031-04-13"]
    notices = Notices()
    assert days(["03/04/2031", "03/04/2031", "n.d."], notices=notices) == [None, None, None]
    told = {str(n["where"]): str(n["what"]) for n in notices.told()}
    assert "03/04/2031" in told["column date"]
    assert "2 times, first in line 2, line 3" in told["column date"]
    assert "n.d." in told["column date, line 4"]
    assert days(["03/04/2031"], ArticleColumns(dates="dmy")) == ["2031-04-03"]
    assert days(["03/04/2031"], ArticleColumns(dates="mdy")) == ["2031-03-04"]
    assert days(["03/04/2031", "13/04/2031", "04/13/2031"]) == [None, "2031-04-13", "2031-04-13"], "nothing is guessed"


def test_many_values_that_are_not_understood_are_told_in_few_lines() -> None:
    notices = Notices()
    days([f"in week {n}" for n in range(500)], notices=notices)
    told = list(notices.told())
    assert len(told) < 12
    assert sum(int(n.get("count", 1)) for n in told) == 500


def test_heads_in_any_language_are_known_and_others_are_said_once() -> None:
    assert columns_of(["Заголовок", "Текст", "Дата"]) == {
        "title": ("Заголовок",), "text": ("Текст",), "published": ("Дата",)}  # fmt: skip
    assert columns_of(["Schlagzeile", "Volltext", "Erscheinungsdatum"])["text"] == ("Volltext",)
    data = b"kop1,stuk,stuk2\nTitle,First part.,Second part.\n"
    with pytest.raises(BadInput, match=r"kop1, stuk, stuk2.*--column"):
        read_source("t.csv", data)
    said = columns_said(["text=stuk", "text=stuk2", "title=kop1"], None)
    (found,) = read_source("t.csv", data, columns=said)
    assert found.text == "Title\n\nFirst part.\n\nSecond part."
    with pytest.raises(BadInput, match="no column `nowhere`"):
        read_source("t.csv", data, columns=columns_said(["text=nowhere"], None))
    for pairs, dates in ((["text"], None), (["size=x"], None), ([], "dym")):
        with pytest.raises(BadInput):
            columns_said(pairs, dates)


def test_half_a_character_is_refused_in_words_with_its_line() -> None:
    with pytest.raises(BadInput, match=r"line 2.*`text`.*\\ud83d"):
        read_source("t.jsonl", b'{"text": "fine"}\n{"text": "half \\ud83d of it"}\n')
    (whole,) = read_source("t.jsonl", b'{"text": "whole \\ud83d\\udea2"}\n')
    assert whole.text == "whole 🚢"


def test_rows_without_text_are_counted_and_the_others_come() -> None:
    notices = Notices()
    found = read_source("t.csv", b"text,title\nWords.,A\n,B\n  ,C\nMore.,D\n", notices=notices)
    assert [d.meta.title for d in found] == ["A", "D"]
    (told,) = notices.refused()
    assert told["count"] == 2
    assert "line 3, line 4" in str(told["what"])


def test_a_large_table_is_read_in_pieces(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    line = '{"text": "The minister said that the harbour will be deepened.", "date": "2031-03-12"}\n'
    path.write_text(line * 3_000)
    rows = read_file(path)
    first = next(rows)
    assert first.meta.published == "2031-03-12"
    assert sum(1 for _ in rows) == 2_999
    path.write_text(line * 3_000 + "{broken\n")
    with pytest.raises(BadInput, match="line 3001"):
        read_file(path)


def test_serials_are_days_of_spreadsheets() -> None:
    assert days(["46093"]) == [(date(1899, 12, 30) + timedelta(days=46093)).isoformat()]
