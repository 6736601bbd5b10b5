"""A statement coded by keys with a screen reader listening on the real bus."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.gui.conftest import make_study

SYSTEM = "/usr/bin/python3"
BUS = Path("/usr/libexec/at-spi-bus-launcher")
READER = Path(__file__).with_name("reader.py")
ALLOWED = 170
"""Seconds, after which the attempt is given up."""


def lacking() -> str:
    """What the attempt needs and this computer has not; empty where nothing lacks."""
    if not sys.platform.startswith("linux"):
        return "AT-SPI is Linux's"
    missing = [name for name in ("Xvfb", "xdotool", "dbus-run-session", "gdbus") if shutil.which(name) is None]
    if not BUS.exists():
        missing.append("at-spi2-core")
    known = "import gi; gi.require_version('Atspi', '2.0'); from gi.repository import Atspi"
    if not missing and (
        not Path(SYSTEM).exists() or subprocess.run([SYSTEM, "-c", known], capture_output=True).returncode
    ):
        missing.append("gir1.2-atspi-2.0 with python3-gi")
    return f"needs {', '.join(missing)}" if missing else ""


pytestmark = pytest.mark.skipif(bool(lacking()), reason=lacking())


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of this test's own."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        os.close(write)
        with os.fdopen(read) as told:
            number = told.readline().strip()  # comes when it is ready
        assert number, "Xvfb did not start"
        yield f":{number}"
        server.terminate()


def test_a_statement_is_coded_by_keys_with_a_screen_reader(display: str, tmp_path: Path) -> None:
    study = make_study(tmp_path / "harbour.annotator")
    ini = tmp_path / "config" / "annotator" / "annotator.ini"
    ini.parent.mkdir(parents=True)
    ini.write_text("[General]\nlanguage=en\ntheme=light\n")
    with tempfile.TemporaryDirectory() as runtime:
        env = {
            **os.environ,
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
            "XDG_CONFIG_HOME": str(tmp_path / "config"),
            "XDG_RUNTIME_DIR": runtime,
            "PYTHONFAULTHANDLER": "1",
        }
        env.pop("WAYLAND_DISPLAY", None)
        program = [sys.executable, "-m", "annotator", str(study), "--coder", "Ada"]
        done = subprocess.run(
            ["dbus-run-session", "--", SYSTEM, str(READER), *program],
            env=env,
            cwd=Path(__file__).parents[3],
            capture_output=True,
            text=True,
            timeout=ALLOWED,
        )
    assert done.returncode == 0, done.stderr[-3000:]
