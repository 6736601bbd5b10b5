"""Pins what the Windows build is made of: ``lock.py`` asks the package index for the newest fitting wheels of all that
``pyproject.toml`` names, and writes ``requirements.txt`` with their SHA-256 sums. Run it when dependencies change; the
build itself takes nothing that is not in that file."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

HERE = Path(__file__).parent
PYTHON = "3.13"
ALSO = ("tzdata", "colorama", "psycopg[binary]>=3.2")
"""Time zones, of which Windows has no database; colours in its console; the driver for studies in a database."""
PROGRAM = HERE.parents[1] / "pyproject.toml"


def main() -> None:
    """Write requirements.txt beside this file."""
    needed = tomllib.loads(PROGRAM.read_text("utf-8"))["project"]["dependencies"]
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--dest", folder, "--only-binary=:all:"]
        command += ["--platform", "win_amd64", "--python-version", PYTHON, "--implementation", "cp", *needed, *ALSO]
        subprocess.run(command, check=True)
        lines = sorted(_line(wheel) for wheel in Path(folder).glob("*.whl"))
    head = f"# Wheels of the Windows build (CPython {PYTHON}, 64 bit), written by lock.py\n"
    (HERE / "requirements.txt").write_text(head + "".join(lines), encoding="utf-8")


def _line(wheel: Path) -> str:
    name, version = wheel.name.split("-")[:2]
    digest = hashlib.sha256(wheel.read_bytes()).hexdigest()
    return f"{re.sub(r'[-_.]+', '-', name).lower()}=={version} --hash=sha256:{digest}\n"


if __name__ == "__main__":
    main()
