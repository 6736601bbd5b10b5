"""`annotator today`: for a coder, and for who supervises."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.test_contract import Terminal
from tests.services.wandering_study import wandering


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


def test_today_for_a_coder_and_for_who_supervises(terminal: Terminal, tmp_path: Path) -> None:
    path = str(tmp_path / "w.annotator")
    wandering(tmp_path / "w.annotator").study.close()
    code, out, _ = terminal("today", path, "--json")
    team = json.loads(out)
    assert (code, team["for"], team["agreement"]["round"]) == (0, "supervisor", "main")
    assert team["agreement"]["low"] <= team["agreement"]["value"] <= team["agreement"]["high"]
    code, out, _ = terminal("today", path, "--coder", "Ada", "--json")
    mine = json.loads(out)
    ada = next(c for c in team["coders"] if c["coder"] == "Ada")
    assert (code, mine["for"], mine["counted"]) == (0, "coder", ada["counted"])
    assert len(mine["reviews"]) == ada["reviews"] > 0
    code, out, err = terminal("today", path)
    assert (code, "Ada" in out, "round main" in out) == (0, True, True)
    assert "nothing is left to do" in err
    code, out, _ = terminal("today", path, "--coder", "Ben")
    assert (code, "waits for review" in out) == (0, True)
    code, _, err = terminal("today", path, "--coder", "Nobody")
    assert code == 1
    assert "there is no such coder" in err
