"""From the start of the process to a painted window."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from annotator.services.demo import make_demo_study
from tests.bench.timing import Figure, timed

_BARE = """
import os, sqlalchemy
from pydantic import BaseModel
from PySide6.QtWidgets import QApplication, QMainWindow
app = QApplication([])
window = QMainWindow(); window.resize(1360, 860); window.show(); app.processEvents(); window.grab(); os._exit(0)
"""
_WELCOME = """
import os
from PySide6.QtWidgets import QApplication
app = QApplication([])
from annotator.qt.shell.main_window import MainWindow
window = MainWindow(); window.show(); app.processEvents(); window.grab(); os._exit(0)
"""
_STUDY = """
import os, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication
app = QApplication([])
from annotator.qt.shell.main_window import MainWindow
window = MainWindow(); window.open_study(Path(sys.argv[1]), "Ada", "1"); window.show(); app.processEvents()
window.grab(); os._exit(0)
"""


def measure(folder: Path) -> Iterator[Figure]:
    """A bare window with SQLAlchemy and pydantic imported is the floor."""
    study = folder / "demo.annotator"
    make_demo_study(study)

    # as a person starts it: with the bytecode that the first start left
    surroundings = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}

    def run(script: str) -> None:
        subprocess.run([sys.executable, "-c", script, str(study)], check=True, env=surroundings)

    for script in (_BARE, _WELCOME, _STUDY):
        run(script)  # bytecode and disk are warm
    floor = statistics.median(timed(lambda: run(_BARE), 9))
    yield Figure("start to painted window", timed(lambda: run(_WELCOME), 9), floor)
    yield Figure("start to painted study", timed(lambda: run(_STUDY), 9), floor)
