"""Every command of the manual runs, in order, page by page, as a reader would type it."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import tomllib
import uuid
from pathlib import Path

import pytest

from annotator.cli.app import run
from annotator.services.demo import make_demo_study
from tests.cli.test_contract import Seen
from tests.docs.pages import ROOT, Block, blocks, commands, pages, title

GUIDES = [p for p in pages() if any(b.kind in ("sh", "python") for b in blocks(p))]
OTHER_PROGRAMS = {"sqlite3": True, "datasette": False}
"""Programs of others that the manual names, and whether they come to an end by themselves."""
DATABASE = "postgresql://lea@db.example.org/harbour"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    return path


@pytest.mark.parametrize("page", [*GUIDES, ROOT / "README.md"], ids=title)
def test_every_command_runs(page: Path, demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader has a folder `pages` with saved pages, and a study; what `annotator demo` makes is put there at once."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ANNOTATOR_PASSWORD", raising=False)
    shutil.copytree(ROOT / "resources" / "demo" / "pages", tmp_path / "pages")
    shutil.copy(demo, tmp_path / "study.annotator")
    ran = 0
    for block in blocks(page):
        ran += follow(block, demo, page)
    assert ran


def follow(block: Block, demo: Path, page: Path) -> int:
    """Do what a block says. Answers how many commands and programs ran."""
    if block.name is not None:
        Path(block.name).write_text(block.text, encoding="utf-8")
    elif block.kind == "python":
        exec(compile(block.text, title(page), "exec"), {"__name__": "__main__"})
        return 1
    elif block.kind == "sh":
        for line in commands(block):
            _run(shlex.split(line, comments=True), demo, f"{title(page)}: {line}")
        return 1
    return 0


def _run(words: list[str], demo: Path, where: str) -> None:
    if words[0] == "make":
        targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
        assert words[1] in targets, where
    elif words[:2] == ["annotator", "demo"]:
        assert words[2] == "--at", where
        Path(words[3]).mkdir(exist_ok=True)
        shutil.copy(demo, Path(words[3]) / "demo.annotator")
    elif words[0] in OTHER_PROGRAMS:
        if OTHER_PROGRAMS[words[0]] and shutil.which(words[0]):
            subprocess.run(words, check=True, capture_output=True)
    else:
        assert words[0] == "annotator", f"{where}: who runs this?"
        if any(DATABASE in word for word in words):
            words = [word.replace(DATABASE, _database()) for word in words]
        window = Reader()
        assert run(words[1:], window) == 0, where


class Reader(Seen):
    """The window of somebody who reads the manual beside it."""

    def looks(self) -> dict[str, object]:
        from annotator.qt.shell.screens_and_fonts import looks

        return looks(seen=False)


_made: list[str] = []


def _database() -> str:
    """A database of the test server in place of the one that the manual names; skips where there is no server."""
    from tests.postgres import server

    if not _made:
        _made.append(server().url(f"manual_{uuid.uuid4().hex[:12]}").url)
    return _made[0]


def test_optional_parts_are_those_of_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = {x for p in pages() for x in re.findall(r"annotator\[(\w+)\]", p.read_text(encoding="utf-8"))}
    assert named == set(project["optional-dependencies"])


def test_the_citation_names_this_version() -> None:
    import yaml

    from annotator import __version__

    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert (cited["version"], cited["license"]) == (__version__, "Apache-2.0")
