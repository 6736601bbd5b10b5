"""Every contract on imports bites: a planted violation breaks just that contract."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# contract id -> (file to plant, what stands in it)
PLANTED = {
    "floors": ("annotator/domain/planted.py", "import annotator.services.study\n"),
    "window": ("annotator/services/planted.py", "from PySide6.QtWidgets import QWidget\n"),
    "sql": ("annotator/services/planted.py", "import sqlite3\n"),
    "commands": ("annotator/services/planted.py", "import typer\n"),
    "arrays": ("annotator/services/planted.py", "import numpy\n"),
    "pure": ("annotator/domain/planted.py", "import random\n"),
    "offline": ("annotator/intake/planted.py", "import socket\n"),
    "rooms": ("annotator/qt/search/planted.py", "import annotator.qt.desk.desk\n"),
    "rings": ("annotator/qt/desk/workplace.py", "from annotator.qt.desk.desk import Desk\n"),
}
SIBLINGS = {
    "qt imports cli": ("annotator/qt/planted.py", "import annotator.cli\n"),
    "cli imports qt": ("annotator/cli/planted.py", "import annotator.qt\n"),
    "store imports formats": ("annotator/store/planted.py", "import annotator.formats.declared\n"),
    "a floor that no contract names": ("annotator/attic/__init__.py", ""),
}


ROOMS = {
    "the desk imports a feature": ("annotator/qt/desk/planted.py", "import annotator.qt.team.feature\n"),
    "a feature imports another": ("annotator/qt/entities/planted.py", "import annotator.qt.search.feature\n"),
    "a feature imports the shell": ("annotator/qt/team/planted.py", "import annotator.qt.shell.main_window\n"),
    "the form imports the desk": ("annotator/qt/form/planted.py", "import annotator.qt.desk.head\n"),
    "reading imports the form": ("annotator/qt/reading/planted.py", "import annotator.qt.form.field\n"),
    "a session imports the form": ("annotator/qt/coding/planted.py", "import annotator.qt.form.field\n"),
    "the toolkit imports a session": ("annotator/qt/toolkit/planted.py", "import annotator.qt.coding.session\n"),
    "a room that no contract names": ("annotator/qt/attic/__init__.py", ""),
}
RINGS = {
    "two modules of a service": (
        "annotator/services/exchange/fill_list.py",
        "import annotator.services.exchange.exporting\n",
    ),
    "two rooms of the window": ("annotator/qt/toolkit/parts.py", "import annotator.qt.coding.linking\n"),
    "two modules of the domain": ("annotator/domain/words.py", "import annotator.domain.errors\n"),
}


def contracts() -> dict[str, str]:
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return {c["id"]: c["name"] for c in config["tool"]["importlinter"]["contracts"]}


def lint(folder: Path) -> str:
    command = [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "annotator", tmp_path / "annotator", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_every_contract_has_a_planted_violation() -> None:
    assert set(PLANTED) == set(contracts())


def test_the_program_keeps_every_contract(copy: Path) -> None:
    told = lint(copy)
    assert f"Contracts: {len(contracts())} kept, 0 broken." in told, told


@pytest.mark.parametrize("contract", sorted(PLANTED))
def test_a_planted_violation_breaks_its_contract(copy: Path, contract: str) -> None:
    path, content = PLANTED[contract]
    (copy / path).write_text(content, encoding="utf-8")
    assert f"{contracts()[contract]} BROKEN" in lint(copy)


@pytest.mark.parametrize("case", sorted(SIBLINGS))
def test_floors_side_by_side_stay_apart_and_none_is_forgotten(copy: Path, case: str) -> None:
    path, content = SIBLINGS[case]
    (copy / path).parent.mkdir(exist_ok=True)
    (copy / path).write_text(content, encoding="utf-8")
    assert f"{contracts()['floors']} BROKEN" in lint(copy)


@pytest.mark.parametrize("case", sorted(ROOMS))
def test_rooms_of_the_window_stay_apart_and_none_is_forgotten(copy: Path, case: str) -> None:
    path, content = ROOMS[case]
    (copy / path).parent.mkdir(exist_ok=True)
    (copy / path).write_text(content, encoding="utf-8")
    assert f"{contracts()['rooms']} BROKEN" in lint(copy)


@pytest.mark.parametrize("case", sorted(RINGS))
def test_nothing_knows_each_other_in_a_ring(copy: Path, case: str) -> None:
    path, content = RINGS[case]
    before = (copy / path).read_text(encoding="utf-8")
    (copy / path).write_text(f"{before}\n{content}", encoding="utf-8")
    assert f"{contracts()['rings']} BROKEN" in lint(copy)
