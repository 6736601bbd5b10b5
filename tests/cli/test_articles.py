"""`set` and `correct` on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_contract import Terminal
from tests.studies import statement, study_at


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    with study_at(tmp_path / "s.annotator", documents=2) as made:
        statement(made, "Ada")
    return tmp_path / "s.annotator"


def test_facts_are_set_from_words_and_from_a_table_and_taken_back(
    terminal: Terminal, study: Path, tmp_path: Path
) -> None:
    said = ("--publisher", "The Paper", "--published", "2031-03-12", "--author", "Ada Moor", "--author", "Ben Ito")
    assert len(terminal.json("set", study, "1", "2", *said)["changed"]) == 2
    first, second = terminal.json("list", study, "documents")
    assert (first["author"], second["published"]) == ("Ada Moor, Ben Ito", "2031-03-12")
    (tmp_path / "facts.csv").write_text("number,date,language\n2,2031-03-13,en\n")
    assert terminal.json("set", study, "--from", tmp_path / "facts.csv")["changed"] == [second["id"]]
    assert terminal.json("set", study, "--undo")["changed"] == [second["id"]]
    assert terminal.json("list", study, "documents")[1]["published"] == "2031-03-12"
    assert terminal.json("set", study, "1", "--author", "")["changed"] == [first["id"]]
    assert terminal.json("list", study, "documents")[0]["author"] is None
    changes = [c for c in terminal.json("list", study, "changes") if c["kind"] == "document"]
    assert {c["coder"]["name"] for c in changes} == {"Supervisor"}
    assert "this is not a date" in terminal.fails("set", study, "1", "--published", "yesterday")
    assert "no such document" in terminal.fails("set", study, "9", "--published", "2031")
    (tmp_path / "facts.csv").write_text("number,date\n2,soon\n7,2031\n")
    assert "(and 1 more)" in terminal.fails("set", study, "--from", tmp_path / "facts.csv")
    for words in (("1",), ("--published", "2031"), ("1", "--published", "2031", "--undo"), ()):
        assert terminal("set", study, *words)[0] == 2
    assert terminal("check", study)[0] == 0


def test_a_text_is_corrected_and_what_has_no_place_is_listed(terminal: Terminal, study: Path, tmp_path: Path) -> None:
    text = terminal.json("show", study, "1")["text"]
    (tmp_path / "t.txt").write_text(text.replace(" said 🚢 that it will pay", " spoke") + "\n")
    shown = terminal.json("correct", study, "1", "--text", tmp_path / "t.txt", "--dry-run")
    assert (shown["applied"], shown["carried"]) == (False, {"same": 1, "changed": 0, "lost": 1})
    made = terminal.json("correct", study, "1", "--text", tmp_path / "t.txt")
    (lost,) = made["to_place"]
    assert (lost["coder"]["name"], lost["layer"], lost["words"]) == ("Ada", "claim", "it will pay")
    now = terminal.json("show", study, "1")
    assert (now["text_version"], now["former_texts"][0]["characters"]) == (2, len(text))
    assert "the article already has this text" in terminal.fails("correct", study, "1", "--text", tmp_path / "t.txt")
    code, out, err = terminal("correct", study, "1", "--undo")
    assert code == 0
    assert "version 3" in out + err
    assert terminal.json("show", study, "1")["text"] == text
    assert terminal("check", study)[0] == 0
    for words in ((), ("--undo", "--text", tmp_path / "t.txt")):
        assert terminal("correct", study, "1", *words)[0] == 2
    (tmp_path / "t.txt").write_bytes(b"\xff\xfe")
    assert "not UTF-8" in terminal.fails("correct", study, "1", "--text", tmp_path / "t.txt")
