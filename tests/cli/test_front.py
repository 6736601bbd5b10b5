"""What all commands share: streams in UTF-8, progress, quiet, completion, doctor."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import pytest

from annotator.cli.app import run
from annotator.services.demo import make_demo_study
from annotator.services.study import Study
from annotator.services.team.packing import pack
from tests.cli.test_contract import Seen
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


@pytest.mark.skipif(os.name == "nt", reason="names of files are UTF-16 on Windows")
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


LONG = {
    "check": (["check", "STUDY"], "checked"),
    "rescue": (["rescue", "STUDY", "-o", "saved.annotator"], "read"),
    "pack": (["pack", "STUDY", "--coder", "Ada", "-o", "ada.annotator-package"], "packed"),
    "merge": (["merge", "STUDY", "before.annotator-package"], "merging:"),
    "passages": (["passages", "STUDY"], "looked through article"),
    "tables": (["tables", "STUDY", "--by", "claim.topic"], "counting:"),
    "agreement": (["agreement", "STUDY", "--bootstrap", "20"], "counting agreement:"),
    "export": (["export", "STUDY", "--format", "jsonl", "-o", "out.jsonl"], "writing article"),
    "import": (["import", "STUDY", "new.txt"], "reading"),
    "cases": (["gold", "cases", "STUDY"], "matching"),
}


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo")
    make_demo_study(folder / "demo.annotator")
    with Study.open(folder / "demo.annotator") as study:
        pack(study, "Ada", folder / "before.annotator-package")
    return folder


@pytest.mark.parametrize("name", LONG)
def test_long_commands_tell_how_far_they_are_unless_they_are_to_be_quiet(
    name: str, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from annotator.cli import front

    words, what = LONG[name]
    shutil.copytree(demo, tmp_path, dirs_exist_ok=True)
    (tmp_path / "new.txt").write_text("A harbour\n\nIt grows.\n", encoding="utf-8", newline="\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(front, "EVERY", 0.0)
    monkeypatch.setattr(front, "still_working", nullcontext)
    line = ["demo.annotator" if w == "STUDY" else w for w in words]
    assert run([*line, "--quiet"], Seen()) == 0
    assert capsys.readouterr().err == ""
    for made in ("saved.annotator", "ada.annotator-package", "out.jsonl", "out.jsonl.manifest.json"):
        (tmp_path / made).unlink(missing_ok=True)
    assert run(line, Seen()) == 0
    told = re.findall(rf"^{what} (\d+) of (\d+)$", capsys.readouterr().err, re.M)
    assert told
    assert all(int(done) <= int(total) for done, total in told)


class Terminal(io.StringIO):
    """Standard error; sets `heard` when something is written."""

    def __init__(self, tty: bool) -> None:
        super().__init__()
        self.heard = threading.Event()
        self._tty = tty

    def isatty(self) -> bool:
        return self._tty

    def write(self, text: str) -> int:
        done = super().write(text)
        self.heard.set()
        return done


@pytest.mark.parametrize("tty", [True, False])
def test_work_that_cannot_be_counted_tells_how_long_it_has_been(tty: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    from annotator.cli import front

    monkeypatch.setattr(front, "EVERY", 0.001)
    for quiet in (False, True):
        monkeypatch.setattr(front, "_quiet", quiet)
        seen = Terminal(tty)
        monkeypatch.setattr("sys.stderr", seen)
        with front.still_working():
            assert quiet or seen.heard.wait(20)
        front.note("done")
        told = seen.getvalue()
        assert ("still working, 0 s" in told) is not quiet
        assert told.endswith("\r\x1b[Kdone\n" if tty else "s\ndone\n") or quiet
        assert told == "" or not quiet


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
    assert isinstance(found["display"]["font"], str)
    assert found["display"]["font"] or os.name == "nt", "Windows names none where nothing is shown"
    assert found["study"]["opens"] is True
    text = annotator("doctor").stdout.decode()
    assert "annotator.log" in text
    assert "free" in text
