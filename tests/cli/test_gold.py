"""gold: cases, majority, decisions and report from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotator.services.demo import make_demo_study
from tests.cli.test_contract import Terminal


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "demo.annotator"
    make_demo_study(path)
    return path


def held(terminal: Terminal, study: Path) -> list[object]:
    """Everything that a study can be asked for."""
    return [terminal.json("list", study, what) for what in ("coders", "changes", "annotations", "gold")]


def test_the_path_from_cases_to_gold_and_report(terminal: Terminal, study: Path, tmp_path: Path) -> None:
    cases = terminal.json("gold", "cases", study)
    assert {c["state"] for c in cases} == {"open"}
    assert all("coder" not in v for c in cases for v in c["versions"])
    assert all("coder" in v for c in terminal.json("gold", "cases", study, "--who") for v in c["versions"])
    stance = terminal.json("gold", "cases", study, "--layer", "about", "--attribute", "stance", "--document", "1")
    assert 0 < len(stance) < len(cases)
    assert all({"layer": "about", "attribute": "stance"} in c["differs"] for c in stance)
    before = held(terminal, study)
    shown = terminal.json("gold", "majority", study, "--dry-run")
    assert (shown["applied"], shown["cases"]["settled"]) == (False, 0)
    assert held(terminal, study) == before
    done = terminal.json("gold", "majority", study, "--by", "Ada")
    assert done["applied"] is True
    assert (done["settled"], done["rejected"], done["open"]) == (shown["settled"], shown["rejected"], shown["open"])
    assert "Ties" in done["rule"] or "tie" in done["rule"]
    decided = terminal.json("gold", "decisions", study)
    assert len(decided) == done["settled"] + done["rejected"]
    assert {d["settled_by"]["name"] for d in decided} == {"Ada"}
    assert all(d["blind"] and d["undone"] is None for d in decided)
    report = terminal.json("gold", "report", study)
    assert [c["coder"]["name"] for c in report["coders"]] == ["Ada", "Ben", "Chidi"]
    one = terminal.json("gold", "report", study, "--coder", "Ben", "-o", tmp_path / "ben.html")
    assert [c["coder"]["name"] for c in one["coders"]] == ["Ben"]
    assert one["coders"][0] == report["coders"][1]
    page = (tmp_path / "ben.html").read_text(encoding="utf-8")
    assert "Ben" in page
    assert "Chidi" not in page
    assert terminal("gold", "report", study, "-o", tmp_path / "all.json")[0] == 0
    assert json.loads((tmp_path / "all.json").read_text(encoding="utf-8")) == report
    code, _, error = terminal("gold", "test", study, "--coders", "Dana")
    assert (code, "settled completely" in error) in ((1, True), (0, False))
    for words in (("cases",), ("decisions",), ("report",), ("majority", "--dry-run")):
        code, out, _ = terminal("gold", words[0], study, *words[1:])
        assert code == 0
        assert out
    code, _, _ = terminal("export", study, "--format", "jsonl", "--gold", "-o", tmp_path / "gold.jsonl")
    assert code == 0
    lines = [json.loads(x) for x in (tmp_path / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [x["id"] for x in lines] == [x["id"] for x in terminal.json("list", study, "gold")]
    assert terminal("check", study)[0] == 0


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (("gold", "majority", "STUDY"), 2, "--by"),
        (("gold", "majority", "STUDY", "--by", "Nobody"), 1, "no such coder"),
        (("gold", "report", "STUDY"), 1, "nothing is settled"),
        (("gold", "cases", "STUDY", "--layer", "nosuch"), 1, "no layer"),
        (("gold", "cases", "STUDY", "--overlap", "1.5"), 1, "overlap"),
        (("export", "STUDY", "--format", "jsonl", "--gold", "-o", "OUT"), 1, "nothing is settled"),
        (("gold", "cases", "missing.annotator"), 1, "no such file"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_changes_nothing(
    terminal: Terminal, study: Path, tmp_path: Path, args: tuple[str, ...], code: int, told: str
) -> None:
    before = held(terminal, study)
    found, out, error = terminal(*({"STUDY": study, "OUT": tmp_path / "out"}.get(a, a) for a in args))
    assert (found, out) == (code, "")
    assert told in error
    assert "Traceback" not in error
    assert held(terminal, study) == before
    assert not (tmp_path / "out").exists()


def test_the_report_refuses_forms_it_does_not_know(terminal: Terminal, study: Path, tmp_path: Path) -> None:
    terminal("gold", "majority", study, "--by", "Ada")
    code, _, error = terminal("gold", "report", study, "-o", tmp_path / "x.docx")
    assert code == 1
    assert "cannot be written" in error
