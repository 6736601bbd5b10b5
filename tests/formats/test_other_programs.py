"""Projects of Discourse Network Analyzer, QualCoder and Taguette, made as these programs make them."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.records import RecordWriter
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import write_network
from annotator.services.study import Study
from annotator.services.study.integrity import check

Tables = Mapping[str, tuple[str, Sequence[tuple[Any, ...]]]]


def database(path: Path, tables: Tables) -> Path:
    with closing(sqlite3.connect(path)) as connection:
        for name, (columns, rows) in tables.items():
            connection.execute(f"CREATE TABLE {name} ({columns})")
            marks = ", ".join("?" * len(columns.split(",")))
            connection.executemany(f"INSERT INTO {name} VALUES ({marks})", rows)
        connection.commit()
    return path


def imported(tmp_path: Path, source: Path, form: str) -> tuple[list[dict[str, Any]], Study]:
    """The records, and the study, closed again."""
    new_study_from(tmp_path / "new.annotator", source, form)
    with Study.open(tmp_path / "new.annotator") as study:
        assert check(study) == []
        return list(RecordWriter(study).records_as_json()), study


ARTICLE = "Harbour 🚢 news\r\nThe mayor said the eel must stay.\r\nNobody asked the fishers."
KEPT = ARTICLE.replace("\r\n", "\n")
UTF16 = KEPT.index("The mayor") + 1  # one surrogate pair before it


def dna(version: int) -> Tables:
    start = KEPT.index("the eel must stay") + 1
    tables: dict[str, tuple[str, Sequence[tuple[Any, ...]]]] = {
        "CODERS": ("ID, Name", [(1, "Admin"), (2, "Ada")]),
        "STATEMENTTYPES": ("ID, Label, Red, Green, Blue", [(1, "DNA Statement", 255, 200, 0)]),
        "VARIABLES": (
            "ID, Variable, DataType, StatementTypeId",
            [(1, "person", "short text", 1), (2, "concept", "short text", 1), (3, "agreement", "boolean", 1),
             (4, "strength", "integer", 1), (5, "notes", "long text", 1)],
        ),
        "STATEMENTS": (
            "ID, StatementTypeId, DocumentId, Start, Stop, Coder",
            [(7, 1, 3, start, start + len("the eel must stay"), 2)],
        ),
        "DATABOOLEAN": ("ID, StatementId, VariableId, Value", [(1, 7, 3, 0)]),
        "DATAINTEGER": ("ID, StatementId, VariableId, Value", [(1, 7, 4, -2)]),
        "DATALONGTEXT": ("ID, StatementId, VariableId, Value", [(1, 7, 5, "firm")]),
    }  # fmt: skip
    seconds = 1106697600
    tables["DOCUMENTS"] = (
        "ID, Title, Text, Coder, Author, Source, Section, Notes, Type, Date",
        [(3, "Harbour", ARTICLE, 1, "B. Reporter", "Tideway Post", "Local", "", "Article",
          seconds if version == 3 else seconds * 1000)],
    )  # fmt: skip
    if version == 3:
        tables["ENTITIES"] = (
            "ID, VariableId, Value, Red, Green, Blue, ChildOf",
            [(1, 1, "", 0, 0, 0, -1), (2, 1, "Mayor Lind", 0, 0, 0, -1), (3, 2, "Keep the eel", 0, 0, 0, -1)],
        )
        tables["ATTRIBUTEVARIABLES"] = ("ID, VariableId, AttributeVariable", [(1, 1, "Party")])
        tables["ATTRIBUTEVALUES"] = ("ID, EntityId, AttributeVariableId, AttributeValue", [(1, 2, 1, "Greens")])
        tables["DATASHORTTEXT"] = ("ID, StatementId, VariableId, Entity", [(1, 7, 1, 2), (2, 7, 2, 3)])
    else:
        tables["ATTRIBUTES"] = (
            "ID, VariableId, Value, Type, Alias, Notes, ChildOf",
            [(1, 1, "Mayor Lind", "Greens", "Lind", "", 0), (2, 2, "Keep the eel", "", "", "", 0)],
        )
        tables["DATASHORTTEXT"] = (
            "ID, StatementId, VariableId, Value",
            [(1, 7, 1, "Mayor Lind"), (2, 7, 2, "Keep the eel")],
        )
        tables["STATEMENTLINKS"] = ("ID, SourceId, TargetId", [(1, 7, 7)])
    return tables


@pytest.mark.parametrize("version", [2, 3])
def test_discourse_network_analyzer(tmp_path: Path, version: int) -> None:
    source = database(tmp_path / "harbour.dna", dna(version))
    result = as_json(new_study_from(tmp_path / "first.annotator", source, "dna"))
    assert [x["what"] for x in result.get("losses", [])] == (["links between statements"] if version == 2 else [])
    (record,), study = imported(tmp_path, source, "dna")
    assert record["text"] == "the eel must stay"
    assert record["coder"]["name"] == "Ada"
    values = record["values"]
    assert (values["person"]["name"], values["person"]["type"]) == ("Mayor Lind", "person")
    assert values["concept"]["name"] == "Keep the eel"
    assert (values["agreement"], values["strength"], values["notes"]) == (False, -2, "firm")
    assert study.codebook.layers[0].label == "DNA Statement"
    assert study.codebook.layers[0].colour == "#ffc800"
    with Study.open(tmp_path / "new.annotator") as again:
        (document,) = again.documents()
        assert (document.published, document.publisher, document.tags) == (
            "2005-01-26",
            "Tideway Post",
            ("Local", "Article"),
        )
        lind = next(e for e in again.entities() if e.name == "Mayor Lind")
        assert "Greens" in lind.memo
        assert lind.aliases == (("Lind",) if version == 2 else ())
        assert again.text(document.id) == KEPT
        told = as_json(export(again, "statements", tmp_path / "s.csv"))
        assert (told["counts"]["rows"], told["account"]["here"]["annotations"]) == (1, 1)
        told = write_network(again, Wanted(), tmp_path / "n.csv").as_json()  # no option says which variable is which
        assert (told["actor"], told["concept"]) == ("dna_statement.person", "dna_statement.concept")
        assert "Mayor Lind,Keep the eel,-1.0" in (tmp_path / "n.csv").read_text("utf-8")


OLD = """<?xml version="1.0" encoding="utf-8"?>
<discourse><version>1.21</version>
<metadata><regex /><persons><person><name>Mayor Lind</name><type>Greens</type><alias>Lind</alias><note /></person>
<person><name>Nobody</name></person></persons><organizations><organization><name>Town</name></organization>
</organizations></metadata>
<articles><article><text>{text}</text><date>26.01.2005</date><title>Harbour</title><statements>
<statement><id>7</id><start>{start}</start><end>{end}</end><person>Mayor Lind</person><organization>Town</organization>
<category>Keep the eel</category><agreement>no</agreement></statement>{more}</statements></article>
<article><text>Nothing here.</text><date>never</date><title>Empty</title><statements /></article>
</articles></discourse>"""


def test_files_of_version_1_are_xml(tmp_path: Path) -> None:
    start = KEPT.index("the eel must stay") + 1
    place = {"start": start, "end": start + len("the eel must stay")}
    source = tmp_path / "old.dna"
    source.write_text(OLD.format(text=KEPT, more="", **place), "utf-8")
    with pytest.raises(AnnotatorError, match="coder"):
        new_study_from(tmp_path / "new.annotator", source, "dna")
    new_study_from(tmp_path / "new.annotator", source, "dna", coder="Ada")
    with Study.open(tmp_path / "new.annotator") as study:
        assert check(study) == []
        (record,) = RecordWriter(study).records_as_json()
    assert record["text"] == "the eel must stay"
    assert {k: v["name"] for k, v in record["values"].items() if k != "agreement"} == {
        "person": "Mayor Lind", "organization": "Town", "category": "Keep the eel",
    }  # fmt: skip
    assert record["values"]["agreement"] is False
    assert record["coder"]["name"] == "Ada"
    with Study.open(tmp_path / "new.annotator") as again:
        assert [(d.title, d.published) for d in again.documents()] == [("Harbour", "2005-01-26"), ("Empty", None)]
        lind = next(e for e in again.entities() if e.name == "Mayor Lind")
        assert (lind.aliases, lind.memo) == (("Lind",), "type: Greens")
        told = write_network(again, Wanted(), tmp_path / "n.csv").as_json()
        assert (told["actor"], told["concept"]) == ("dna_statement.organization", "dna_statement.category")
    result = as_json(new_study_from(tmp_path / "by.annotator", source, "dna", coder="Ada"))
    assert result["annotations"]["added"] == 1
    source.write_text(
        OLD.format(text=KEPT, more="<statement><start>1</start><end>x</end></statement>", **place), "utf-8"
    )
    with pytest.raises(AnnotatorError, match="not a number"):
        new_study_from(tmp_path / "bad.annotator", source, "dna", coder="Ada")


def test_a_statement_inside_a_character_is_refused_with_its_number(tmp_path: Path) -> None:
    tables = dict(dna(3))
    tables["STATEMENTS"] = (tables["STATEMENTS"][0], [(9, 1, 3, KEPT.index("🚢") + 1, 20, 2)])
    with pytest.raises(AnnotatorError, match=r"STATEMENTS 9.*inside a character"):
        new_study_from(tmp_path / "new.annotator", database(tmp_path / "bad.dna", tables), "dna")
    assert not (tmp_path / "new.annotator").exists()


def qualcoder(tmp_path: Path, place: int, words: str) -> Path:
    folder = tmp_path / "Harbour.qda"
    folder.mkdir()
    database(
        folder / "data.qda",
        {
            "source": (
                "id, name, fulltext, mediapath, memo, owner, date",
                [(1, "a1.txt", KEPT, None, "", "Ada", ""), (2, "pier.jpg", None, "/images/pier.jpg", "", "Ada", "")],
            ),
            "code_cat": ("catid, name, owner, date, memo, supercatid", [(1, "Nature", "", "", "", None)]),
            "code_name": (
                "cid, name, memo, catid, owner, date, color",
                [(1, "Eel", "a fish", 1, "", "", "#00ff00"), (2, "Eel", "", None, "", "", "#ff0000")],
            ),
            "code_text": (
                "ctid, cid, fid, seltext, pos0, pos1, owner, date, memo, avid, important",
                [(1, 1, 1, words, place, place + len(words), "Ada", "", "sure?", None, None),
                 (2, 2, 1, words, place, place + len(words), "Ben", "", "", None, None)],
            ),
            "attribute": (
                "attrid, name, attr_type, value, id, owner, date",
                [(1, "Outlet", "file", "Tideway Post", 1, "Ada", ""), (2, "Age", "case", "40", 1, "Ada", "")],
            ),
        },
    )  # fmt: skip
    return folder


@pytest.mark.parametrize("shift", [0, 1])
def test_qualcoder_with_positions_of_python_or_of_qt(tmp_path: Path, shift: int) -> None:
    source = qualcoder(tmp_path, KEPT.index("the eel") + shift, "the eel")
    records, study = imported(tmp_path, source, "qualcoder")
    found = {(r["coder"]["name"], r["layer"]): r for r in records}
    assert found["Ada", "passage"]["text"] == found["Ben", "passage"]["text"] == "the eel"
    assert found["Ada", "passage"]["values"] == {"code": "Eel"}
    assert found["Ben", "passage"]["values"]["code"] != "Eel"
    assert found["Ada", "passage"]["memo"] == "sure?"
    assert found["Ada", "article"]["values"] == {"outlet": "Tideway Post"}
    tree = study.codebook.layer("passage").attribute("code")
    assert [b.label for b in tree.values] == ["Nature", "Eel"]  # type: ignore[union-attr]
    assert [b.label for b in tree.values[0].children] == ["Eel"]  # type: ignore[union-attr]


def test_qualcoder_s_moved_labels_are_told_not_taken(tmp_path: Path) -> None:
    source = qualcoder(tmp_path, 3, "the eel")
    with pytest.raises(AnnotatorError, match="the text does not have the words 'the eel' there"):
        new_study_from(tmp_path / "new.annotator", source, "qualcoder")


def test_taguette_counts_bytes_without_tags(tmp_path: Path) -> None:
    contents = (
        "<h1>Harbour 🚢 news</h1><p>The <b>mayor</b> said the eel &amp; the crab must stay.</p>\n<p>Nobody asked.</p>"
    )
    counted = "Harbour 🚢 newsThe mayor said the eel & the crab must stay.\nNobody asked."
    quotes = ["mayor said", "the eel & the crab", "newsThe"]
    spans = []
    for number, quote in enumerate(quotes, start=1):
        start = len(counted[: counted.index(quote)].encode())
        spans.append((number, 1, start, start + len(quote.encode()), quote))
    source = database(
        tmp_path / "harbour.sqlite3",
        {
            "documents": ("id, name, description, filename, created, project_id, text_direction, contents",
                          [(1, "Harbour", "", "harbour.html", "", 1, "LEFT_TO_RIGHT", contents)]),
            "tags": ("id, project_id, path, description",
                     [(1, 1, "nature", "what lives"), (2, 1, "nature.eel", ""), (3, 1, "people", "")]),
            "highlights": ("id, document_id, start_offset, end_offset, snippet", spans),
            "highlight_tags": ("highlight_id, tag_id", [(1, 3), (2, 2), (2, 1)]),
        },
    )  # fmt: skip
    result = as_json(new_study_from(tmp_path / "first.annotator", source, "taguette"))
    assert "losses" not in result
    records, _ = imported(tmp_path, source, "taguette")
    assert sorted((" ".join(r["text"].split()), r["values"].get("code", "")) for r in records) == [
        ("mayor said", "people"),
        ("news The", ""),
        ("the eel & the crab", "eel"),
        ("the eel & the crab", "nature"),
    ]
    with Study.open(tmp_path / "new.annotator") as again:
        text = again.text(again.documents()[0].id)
    assert text == "Harbour 🚢 news\nThe mayor said the eel & the crab must stay.\n\nNobody asked."


@pytest.mark.parametrize("form", ["dna", "qualcoder", "taguette"])
def test_what_is_no_project_is_refused(tmp_path: Path, form: str) -> None:
    (tmp_path / "text.dna").write_text("just words", encoding="utf-8")
    empty = database(tmp_path / "empty.dna", {"t": ("a", [])})
    whole = database(tmp_path / "whole.dna", dna(3)).read_bytes()
    (tmp_path / "cut.dna").write_bytes(whole[: len(whole) // 2])
    forged = bytearray(whole)
    forged[4096:4196] = b"\xff" * 100
    (tmp_path / "forged.dna").write_bytes(forged)
    for source in (tmp_path / "text.dna", empty, tmp_path / "cut.dna", tmp_path / "forged.dna", tmp_path / "none.dna"):
        with pytest.raises(AnnotatorError):
            new_study_from(tmp_path / "new.annotator", source, form)
        assert not (tmp_path / "new.annotator").exists()
