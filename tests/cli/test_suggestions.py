"""`import --as-suggestions`, `suggestions`, blind rounds and origins on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.services.study import Study
from annotator.services.suggestions.answering import accept
from tests.cli.test_contract import Terminal
from tests.services.test_suggestions import act, first, lines, records
from tests.studies import study_at


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def test_the_way_of_suggestions_from_file_to_export(tmp_path: Path, terminal: Terminal) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path) as study:
        document = first(study)
    file = lines(tmp_path / "net.jsonl", records(document))
    asked = ("import", path, file, "--format", "jsonl", "--as-suggestions")
    asked += ("--source", "Net", "--source-version", "3", "--for", "Ada")
    answer = terminal.json(*asked, "--dry-run")
    assert (answer["suggestions"]["added"], answer["applied"]) == (3, False)
    answer = terminal.json(*asked)
    assert (answer["sources"], answer["applied"]) == ({"Net": 3}, True)
    code, out, err = terminal(*asked)
    assert (code, out) == (0, "suggestions: 0 added, 3 already, 0 refused\n")
    assert "left out: 1 of claim: here already" in err
    with Study.open(path) as study:
        act(study, accept, "claim")
    answer = terminal.json("suggestions", path, "--blind", "main")
    assert answer["blind_rounds"] == ["main"]
    (source,) = answer["sources"]
    assert (source["name"], source["accepted"], source["open"], source["accept_rate"]) == ("Net", 1, 2, 1.0)
    code, out, _ = terminal("suggestions", path, "--shown", "main")
    assert code == 0
    assert "100% of 1" in out
    manifest = terminal.json("export", path, "--format", "csv", "-o", tmp_path / "o.csv", "--with-origins")
    assert manifest["from_suggestions"] == {"labels": 1, "told": True}


def test_what_cannot_be_is_told_in_one_line(tmp_path: Path, terminal: Terminal) -> None:
    path = tmp_path / "s.annotator"
    with study_at(path) as study:
        good = records(first(study))
    elsewhere = lines(tmp_path / "e.jsonl", [{**good[0], "document": {"sha256": "0" * 64}}])
    faulty = lines(tmp_path / "f.jsonl", [{**good[0], "layer": "none"}])
    empty = lines(tmp_path / "n.jsonl", [])
    as_such = ("--format", "jsonl", "--as-suggestions")
    for words, what in (
        ((elsewhere, *as_such), "import the articles first"),
        ((faulty, *as_such), "--take-the-rest"),
        ((empty, *as_such), "it holds no codings"),
        ((faulty, "--as-suggestions"), "name the form of the codings"),
        ((faulty, *as_such, "--for", "Nobody"), "there is no such coder"),
    ):
        assert what in terminal.fails("import", path, *words)
    for words in ((faulty, *as_such, "--coder", "Ada"), (faulty, "--format", "jsonl", "--source", "Net")):
        assert terminal("import", path, *words)[0] == 2
