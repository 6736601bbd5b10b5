"""What all commands share: streams in UTF-8, progress, quiet, completion, doctor."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.studies import study_at

NAME = "Zoë 🚢 Ščerba 李"


def annotator(*args: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "annotator", *args], capture_output=True, check=False, env={**os.environ, **environment}
    )


@pytest.fixture
def study(tmp_path: Path) -> Path:
    path = tmp_path / "s.annotator"
    with study_at(path) as made:
        made.ensure_coder(NAME)
    return path


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16", "cp437:strict"])
def test_what_goes_into_a_file_is_utf_8(study: Path, encoding: str) -> None:
    done = annotator("list", str(study), "coders", "--json", PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
    assert done.returncode == 0, done.stderr
    assert NAME in [c["name"] for c in json.loads(done.stdout.decode("utf-8"))]
    text = annotator("list", str(study), "coders", PYTHONIOENCODING=encoding, PYTHONUTF8="0", LC_ALL="C")
    assert NAME in text.stdout.decode("utf-8")
    wrong = annotator("show", str(study), NAME, PYTHONIOENCODING=encoding)
    assert NAME in wrong.stderr.decode("utf-8")


def test_a_name_that_is_no_utf_8_is_told(tmp_path: Path) -> None:
    done = annotator("list", os.fsdecode(os.fsencode(tmp_path) + b"/\xff.annotator"), "coders")
    assert done.returncode == 1
    assert b"\\udcff" in done.stderr


STREAMLESS = "import sys; sys.stdout = sys.stderr = None; from annotator.__main__ import main; sys.argv = {}; main()"


@pytest.mark.parametrize(
    "args", [["--version"], ["list", "STUDY", "coders", "--json"], ["check", "STUDY"], ["nonsense"]]
)
def test_without_standard_streams_commands_work(study: Path, args: list[str]) -> None:
    words = ["annotator", *(str(study) if a == "STUDY" else a for a in args)]
    done = subprocess.run([sys.executable, "-c", STREAMLESS.format(words)], capture_output=True, check=False)
    assert (done.stdout, done.stderr) == (b"", b"")
    assert done.returncode == (1 if args == ["nonsense"] else 0)


def test_quiet_stands_before_or_behind_the_command_and_silences_all_but_errors(tmp_path: Path) -> None:
    for number, args in enumerate((["new", "STUDY", "--quiet"], ["--quiet", "new", "STUDY"])):
        path = str(tmp_path / f"{number}.annotator")
        done = annotator(*(path if a == "STUDY" else a for a in args))
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")
        again = annotator(*(path if a == "STUDY" else a for a in args))
        assert again.returncode == 1
        assert again.stderr.startswith(b"error: ")


def test_progress_of_long_work_goes_to_standard_error(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    from annotator.cli import front

    now = [0.0]
    monkeypatch.setattr(front, "monotonic", lambda: now[0])
    with front.progress("reading") as line:
        for done in range(4):
            now[0] += 2
            assert line(done, 4)
    told = capsys.readouterr()
    assert (told.out, told.err) == ("", "reading 2 of 4\n")
    front.be_quiet(True)
    try:
        with front.progress("reading") as line:
            now[0] += 60
            line(1, 4)
    finally:
        front.be_quiet(False)
    assert capsys.readouterr().err == ""


SHELLS = {"bash": b"complete -o", "zsh": b"#compdef annotator", "fish": b"complete --command", "pwsh": b"Register-Arg"}


@pytest.mark.parametrize("shell", SHELLS)
def test_shells_complete(shell: str) -> None:
    done = annotator("--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert done.returncode == 0
    assert SHELLS[shell] in done.stdout
    assert b"_ANNOTATOR_COMPLETE" in done.stdout


def test_completion_offers_commands_and_options() -> None:
    found = annotator(_ANNOTATOR_COMPLETE="complete_bash", COMP_WORDS="annotator expo", COMP_CWORD="1")
    assert found.stdout.split() == [b"export"]
    found = annotator(_ANNOTATOR_COMPLETE="complete_bash", COMP_WORDS="annotator list --js", COMP_CWORD="2")
    assert found.stdout.split() == [b"--json"]


def test_doctor(study: Path) -> None:
    found = json.loads(annotator("doctor", str(study), "--json").stdout)
    assert set(found) >= {"system", "versions", "paths", "time", "display", "study", "problems"}
    assert found["display"]["font"]
    assert found["study"]["opens"] is True
    text = annotator("doctor").stdout.decode()
    assert "annotator.log" in text
    assert "free" in text
