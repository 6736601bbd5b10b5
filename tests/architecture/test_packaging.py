"""What is packed for other machines: the manual page, the desktop's files, the wheel's facts, the release script."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from annotator.cli.app import command_tree

ROOT = Path(__file__).resolve().parents[2]


def leaves(tree: object, above: tuple[str, ...] = ()) -> list[tuple[str, list[str]]]:
    found = []
    for name, command in tree.commands.items():  # type: ignore[attr-defined]
        if hasattr(command, "commands"):
            found += leaves(command, (*above, name))
        elif not command.hidden:
            options = [o for p in command.params if p.param_type_name == "option" for o in p.opts]
            found.append((" ".join((*above, name)), options))
    return found


@pytest.fixture(scope="module")
def page() -> str:
    done = subprocess.run(
        [sys.executable, str(ROOT / "packaging" / "manpage.py")],
        capture_output=True,
        check=True,
        env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
    )
    return done.stdout.decode("ascii")


def test_the_manual_page_has_every_command_and_option(page: str) -> None:
    known = leaves(command_tree())
    assert len(known) > 25
    plain = page.replace(r"\-", "-")
    for command, options in known:
        part = re.search(rf"^\.SS annotator {re.escape(command)}( .*)?\n((?:(?!\.S[SH]).*\n)*)", plain, re.M)
        assert part is not None, command
        for option in options:
            assert rf"\fB{option}\fR" in part.group(2), (command, option)
    assert "January" in page or "1970-01-01" in page


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff reads manual pages, and is not installed")
def test_a_reader_of_manual_pages_has_nothing_to_say(page: str) -> None:
    read = subprocess.run(["groff", "-man", "-Tutf8", "-ww"], input=page.encode(), capture_output=True, check=True)
    assert read.stderr == b""
    assert b"ANNOTATOR(1)" in read.stdout


def test_the_wheel_says_who_and_what_and_names_no_place() -> None:
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = facts["project"]
    assert project["authors"] == [{"name": "Annotator developers"}]
    assert "License :: OSI Approved :: Apache Software License" not in project["classifiers"]  # `license` says it
    assert {"Programming Language :: Python :: 3.11", "Operating System :: OS Independent"} <= set(
        project["classifiers"]
    )
    assert "urls" not in project


def test_the_wheel_has_all_resources_but_the_pictures_of_the_readme() -> None:
    facts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    taken = facts["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    parts = {f"resources/{p.name}" for p in (ROOT / "resources").iterdir()} - {"resources/pictures"}
    assert {k for k in taken if k.startswith("resources")} == parts
    assert all(to == f"annotator/_data/{here}" for here, to in taken.items() if here in parts)


def test_a_packaged_program_depends_on_all_that_it_asks_for() -> None:
    from annotator.services.computer.display import PACKAGES

    script = (ROOT / "packaging" / "setup.sh").read_text(encoding="utf-8")
    assert set(re.findall(r"\.so\.\d+=([\w.-]+)", script)) <= set(PACKAGES)
    assert "libxcb-cursor0" in PACKAGES
