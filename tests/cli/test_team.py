"""assign, pack, merge and the codebook's changes on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.test_contract import Terminal
from tests.studies import study_at


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "s.annotator"
    study_at(path, documents=6).close()
    return path


def test_assign_shows_then_writes(terminal: Terminal, study: Path) -> None:
    args = ("assign", study, "--coders", "Ada,Ben,Chidi", "--overlap", 2, "--repeats", 10, "--seed", 5)
    shown = terminal.json(*args, "--dry-run")
    assert (shown["applied"], shown["assigned"], shown["documents"]) == (False, 15, 6)
    assert [c["name"] for c in terminal.json("list", study, "coders")] == ["Ada", "Ben"]
    done = terminal.json(*args)
    assert done["applied"]
    assert done["strata"] == shown["strata"]
    assert all(c["id"] for c in done["coders"])
    listed = terminal.json("list", study, "coders")
    assert [c["progress"]["assigned"] for c in listed] == [5, 5, 5]
    assert terminal.json(*args)["assigned"] == 0
    assert "--overlap 9" in terminal.fails("assign", study, "--coders", "Ada", "--overlap", 9)
    assert terminal("assign", study, "--coders", "Ada")[0] == 2
