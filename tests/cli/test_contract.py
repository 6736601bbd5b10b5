"""Every command answers as scripts expect: one JSON document, exit codes, one line for an error, nothing written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from annotator.cli.app import run
from annotator.data import resource_path
from tests.shared import shared
from tests.studies import statement, study_at

STUDY_COMMANDS = (
    "new",
    "import",
    "list",
    "show",
    "export",
    "agreement",
    "reliability",
    "tables",
    "check",
    "formats",
    "demo",
    "codebook",
    "assign",
)


class Seen:
    """A window that only remembers what it was asked."""

    def __init__(self) -> None:
        self.shown: list[tuple[Any, ...]] = []

    def show(self, study: Path | None, coder: str | None, document: str | None, told_inside: bool = False) -> int:
        self.shown.append((study, coder, document))
        return 0

    def picture(self, study: Path, coder: str | None, document: str | None, to: Path, theme: str) -> None:
        to.write_bytes(b"PNG")

    def pdf(self, html: str, title: str) -> bytes:
        from annotator.qt.toolkit.printing import unseen_pdf

        return unseen_pdf(html, title)

    def png(self, svg: str) -> bytes:
        from annotator.qt.toolkit.printing import unseen_png

        return unseen_png(svg)

    def plot_pdf(self, svg: str, title: str) -> bytes:
        from annotator.qt.toolkit.printing import unseen_plot_pdf

        return unseen_plot_pdf(svg, title)


class Terminal:
    """Runs a command line in this process."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys
        self.window = Seen()

    def __call__(self, *args: object) -> tuple[int, str, str]:
        self._capsys.readouterr()
        code = run([str(a) for a in args], self.window)
        out, err = self._capsys.readouterr()
        return code, out, err

    def json(self, *args: object) -> Any:
        code, out, err = self(*args, "--json")
        assert code == 0, err
        return json.loads(out)

    def fails(self, *args: object) -> str:
        code, _out, err = self(*args)
        assert code == 1, err
        last = err.strip().split("\n")[-1]
        assert last.startswith("error: ")
        assert "Traceback" not in err
        return last


@pytest.fixture
def terminal(capsys: pytest.CaptureFixture[str]) -> Terminal:
    return Terminal(capsys)


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "s.annotator"
    with study_at(path, documents=2) as made:
        statement(made, "Ada")
        statement(made, "Ben")
    return path


@pytest.mark.parametrize("command", STUDY_COMMANDS)
def test_every_command_has_help(terminal: Terminal, command: str) -> None:
    code, out, _ = terminal(command, "--help")
    assert code == 0
    assert "Usage" in out


def test_no_word_opens_the_window_and_a_study_opens_it_there(terminal: Terminal, study: Path) -> None:
    assert terminal()[0] == 0
    assert terminal(study, "--coder", "Ada", "--document", "2")[0] == 0
    assert terminal.window.shown == [(None, None, None), (study, "Ada", "2")]


@pytest.mark.parametrize(
    "args", [["list"], ["list", "x.annotator", "nonsense"], ["export", "x"], ["agreement"], ["--wrong"]]
)
def test_words_that_are_off_exit_with_two(terminal: Terminal, args: list[str]) -> None:
    code, out, err = terminal(*args)
    assert code == 2
    assert err
    assert not out


def test_a_study_is_made_with_the_builtin_or_a_given_codebook(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "new.annotator"
    assert terminal("new", path, "--title", "Mine")[0] == 0
    assert terminal.json("check", path) == {"ok": True, "problems": []}
    assert "exists" in terminal.fails("new", path)
    assert ".annotator" in terminal.fails("new", tmp_path / "new.db")
    other = tmp_path / "other.annotator"
    assert terminal("new", other, "--codebook", resource_path("codebooks/claims.yaml"))[0] == 0
    assert "no such file" in terminal.fails("new", tmp_path / "x.annotator", "--codebook", tmp_path / "none.yaml")
    assert not (tmp_path / "x.annotator").exists()


def test_list_and_show_have_the_public_forms(terminal: Terminal, study: Path) -> None:
    first, second = terminal.json("list", study, "documents")
    keys = ["id", "number", "title", "published", "publisher", "author", "url", "language", "tags", "characters",
            "sha256", "source"]  # fmt: skip
    assert list(first) == keys
    assert (first["number"], second["number"]) == (1, 2)
    shown = terminal.json("show", study, first["id"])
    assert [shown[k] for k in keys] == [first[k] for k in keys]
    assert len(shown["text"]) == first["characters"]
    assert {"zones", "cleaning"} <= set(shown)
    assert terminal.json("show", study, "2")["id"] == second["id"]
    ada, ben = terminal.json("list", study, "coders")
    assert (ada["name"], ada["annotations"], ada["documents_done"], ben["role"]) == ("Ada", 3, 0, "coder")
    labels = terminal.json("list", study, "annotations")
    assert len(labels) == 6
    assert {e["name"] for e in terminal.json("list", study, "entities")} == {"Mayor of Ada", "Mayor of Ben"}
    changes = terminal.json("list", study, "changes")
    assert {"id", "at", "coder", "document", "command", "annotation", "undoes"} <= set(changes[0])
    assert [c["at"] for c in changes] == sorted(c["at"] for c in changes)
    for what in ("documents", "coders", "annotations", "entities", "changes"):
        assert terminal("list", study, what)[0] == 0
    assert "no such document" in terminal.fails("show", study, "99")


def test_import_tells_what_came_in(terminal: Terminal, study: Path, tmp_path: Path) -> None:
    source = tmp_path / "new.txt"
    source.write_text("A council voted on Monday, and nobody was surprised by what it decided.")
    dry = terminal.json("import", study, source, "--dry-run")
    assert dry["documents"]["added"] == 1
    assert len(terminal.json("list", study, "documents")) == 2
    done = terminal.json("import", study, source)
    account = done.pop("account")
    assert (account["here"]["documents"], account["study"]["documents"]) == (1, 3)
    assert done == {
        "documents": {"added": 1, "already": 0, "refused": 0},
        "annotations": {"added": 0, "already": 0, "refused": 0},
        "problems": [],
    }
    assert terminal.json("import", study, source)["documents"]["already"] == 1
    (tmp_path / "bad.jsonl").write_text("{")
    assert "line 1" in terminal.fails("import", study, tmp_path / "bad.jsonl")
    assert "no such file" in terminal.fails("import", study, tmp_path / "none.txt")


def test_export_and_back(terminal: Terminal, study: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.jsonl"
    manifest = terminal.json("export", study, "--format", "jsonl", "-o", out)
    assert manifest["counts"]["rows"] == 6
    back = terminal.json("import", study, out, "--format", "annotations")
    assert back["annotations"] == {"added": 0, "already": 6, "refused": 0}
    only = terminal.json("export", study, "--format", "csv", "-o", tmp_path / "a.csv", "--coders", "Ada")
    assert only["counts"]["rows"] == 3
    assert "no such coder" in terminal.fails("export", study, "--format", "csv", "-o", out, "--coders", "Eve")
    assert "cannot be written" in terminal.fails("export", study, "--format", "doc", "-o", out)


def test_check_exits_with_one_when_something_is_wrong(terminal: Terminal, study: Path, tmp_path: Path) -> None:
    import sqlite3

    assert terminal("check", study)[0] == 0
    with sqlite3.connect(study) as connection:
        connection.execute("UPDATE document_text SET text = 'gone'")
    connection.close()
    code, out, err = terminal("check", study, "--json")
    assert code == 1
    told = json.loads(out)
    assert not told["ok"]
    assert told["problems"]
    assert err.strip().split("\n")[-1].startswith("error: ")
    assert "not a study" in terminal.fails("check", __file__)


def test_codebooks_are_checked_with_every_fault(terminal: Terminal, tmp_path: Path) -> None:
    assert terminal("codebook", "check", resource_path("codebooks/claims.yaml"))[0] == 0
    bad = tmp_path / "bad.yaml"
    bad.write_text("format: annotator-codebook/1\nkey: X Y\ntitel: T\nlayers: []\n")
    code, out, err = terminal("codebook", "check", bad)
    assert code == 1
    for part in ("line 2", "titel", "layers"):
        assert part in out
    assert err.startswith("error: ")
    code, out, _ = terminal("codebook", "check", bad, "--json")
    assert code == 1
    assert all({"line", "path", "what", "remedy"} == set(f) for f in json.loads(out)["faults"])
    code, out, _ = terminal("codebook", "schema")
    assert code == 0
    assert json.loads(out)["$schema"].endswith("2020-12/schema")


def test_formats_say_what_they_cannot_carry(terminal: Terminal) -> None:
    found = {f["name"]: f for f in terminal.json("formats")}
    assert found["jsonl"]["writes"]
    assert found["statements"]["loses"]
    assert terminal("formats")[0] == 0


def test_agreement_of_a_study_has_the_public_form(terminal: Terminal, study: Path, tmp_path: Path) -> None:
    found = terminal.json("agreement", study, "--bootstrap", "50")
    assert found["coders"] == ["Ada", "Ben"]
    assert found["bootstrap"] == {"resamples": 50, "seed": 1}
    claims = next(s for s in found["spans"] if s["layer"] == "claim")
    assert claims["pairs"][0]["counts"] == [1, 1]
    assert claims["pairs"][0]["overlap"]["f1"] == 1.0
    assert {"value", "low", "high", "undefined", "n"} == set(claims["alpha_u"])
    stance = next(a for a in found["attributes"] if a["attribute"] == "stance")
    assert stance["level"] == "ordinal"
    assert stance["units"] == 1
    assert stance["coefficients"]["percent_agreement"]["value"] == 1.0
    assert all(c["n"] == 1 for c in stance["coefficients"].values())
    assert stance["interval"]["over"] == "units", "one article is no sample of articles"
    assert stance["coefficients"]["cohen_kappa"]["value"] is None
    assert found["notes"]
    report = tmp_path / "r.html"
    assert terminal("agreement", study, "-o", report)[0] == 0
    first = report.read_bytes()
    assert terminal("agreement", study, "-o", report)[0] == 0
    assert report.read_bytes() == first, "the same study and seed give the same bytes"
    assert terminal("agreement", study)[0] == 0
    for args, told in (
        (["--coders", "Ada"], "two of these coders"),
        (["--coders", "Ada,Eve"], "no such coder"),
        (["--where", "stance"], "condition"),
        (["--where", "claim.nowhere=1"], "no attribute"),
        (["--layer", "ghost"], "no layer"),
        (["--overlap", "1.5"], "overlap"),
        (["-o", str(tmp_path / "r.doc")], "cannot be written"),
    ):
        assert told in terminal.fails("agreement", study, *args)


def test_agreement_of_tables_and_span_sets(terminal: Terminal, tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    table.write_text("unit,A,B\n1,low,low\n2,high,low\n3,high,high\n4,,high\n")
    found = terminal.json("agreement", "--table", table, "--level", "nominal")
    assert (found["units"], found["coders"], found["values"]) == (3, 2, 7)
    assert found["coefficients"]["percent_agreement"]["value"] == pytest.approx(2 / 3)
    assert found["coefficients"]["cohen_kappa"]["value"] == pytest.approx(0.4)
    ordered = terminal.json("agreement", "--table", table, "--level", "ordinal", "--order", "low,high")
    assert "gwet_ac2_linear" in ordered["coefficients"]
    assert terminal("agreement", "--table", table, "--level", "nominal")[0] == 0
    assert "numbers" in terminal.fails("agreement", "--table", table, "--level", "interval")
    assert "lacks" in terminal.fails("agreement", "--table", table, "--level", "ordinal", "--order", "low")
    assert terminal("agreement", "--table", table)[0] == 2
    for option in ("--bootstrap", "--seed"):
        assert terminal("agreement", "--table", table, "--level", "nominal", "--bootstrap", "9", option, "-5")[0] == 2
    spans = tmp_path / "s.json"
    spans.write_text(json.dumps({"length": 20, "spans": {"A": [[0, 5, "x"]], "B": [[0, 5, "x"]]}}))
    assert terminal.json("agreement", "--spans", spans)["u_alpha"]["value"] == pytest.approx(1.0)


def test_the_seeds_through_the_command_line(terminal: Terminal, tmp_path: Path) -> None:
    study, seeds = tmp_path / "seeds.annotator", [shared("seeds/000_0d7097af42568b45.txt")]
    terminal("new", study, "--codebook", shared("codebooks/claims_speakers_stance.yaml"))
    terminal.json("import", study, *seeds)
    for name, who in (("A", "Ada"), ("B", "Ben")):
        records = shared(f"seeds/000.coder_{name}.jsonl")
        done = terminal.json("import", study, records, "--format", "annotations", "--coder", who)
        assert done["problems"] == []
        assert done["annotations"]["added"] == len(records.read_text().splitlines())
    assert terminal.json("check", study)["ok"]
    expected = json.loads(shared("seeds/expected_agreement.json").read_text())
    found = terminal.json("agreement", study, "--where", "about.primary=true", "--bootstrap", "200")
    pair = next(s for s in found["spans"] if s["layer"] == "claim")["pairs"][0]
    assert pair["counts"] == [expected["n_A"], expected["n_B"]]
    assert pair["matched"] == expected["n_matched"]
    assert pair["exact"]["f1"] == pytest.approx(expected["exact"]["f1"], abs=1e-6)
    assert pair["trimmed"]["f1"] == pytest.approx(expected["exact_trimmed"]["f1"], abs=1e-6)
    assert pair["overlap"]["f1"] == pytest.approx(expected["overlap"]["f1"], abs=1e-6)
    by = {(a["layer"], a["attribute"]): a["coefficients"] for a in found["attributes"]}
    for key, name, nominal in (
        (("about", "stance"), "stance_raw", "krippendorff_alpha_nominal"),
        (("claim", "claim_type"), "claim_type", "krippendorff_alpha"),
        (("about", "holder"), "holder_entity", "krippendorff_alpha"),
        (("said_by", "speaker"), "speaker_entity", "krippendorff_alpha"),
    ):
        assert by[key]["cohen_kappa"]["value"] == pytest.approx(expected[name]["kappa"], abs=1e-6)
        assert by[key][nominal]["value"] == pytest.approx(expected[name]["alpha_nominal"], abs=1e-6)
        assert by[key]["percent_agreement"]["value"] == pytest.approx(expected[name]["percent_agreement"], abs=1e-6)


def test_a_program_of_its_own_prints_no_traceback(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "annotator", "list", str(tmp_path / "none.annotator"), "documents"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
