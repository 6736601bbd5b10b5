"""Half a day of coding, replayed: 2,000 labels, 500 corrections and 200 undos over 50 articles.

`python -m tests.bench.half_day` fails where the processor time of a label grows, memory is not bounded, or
the study has a fault at the end.
"""

from __future__ import annotations

import gc
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

LABELS, CORRECTIONS, UNDOS, ARTICLES = 2000, 500, 200, 50
GROWTH = 1.5
"""The last fifth's median time of a label over the first fifth's: articles have the same length, so it stays near 1."""
MEMORY_MB = 60
"""What the second half may add: the journal's names of steps for undo, and what Qt keeps of widgets."""


def resident_mb() -> float:
    """Memory of this process."""
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


class Replay:
    """One coder at one window."""

    def __init__(self, folder: Path) -> None:
        from PySide6.QtWidgets import QApplication

        from annotator.intake import read_source
        from annotator.qt.shell.application import tune_memory
        from annotator.qt.shell.main_window import MainWindow
        from annotator.qt.toolkit.settings import Settings
        from annotator.services.articles.importing import add_documents
        from annotator.services.codebooks import builtin_codebook
        from annotator.services.study import Study
        from tests.bench.desk import article

        self.app = QApplication.instance() or QApplication([])
        self.path = folder / "half-day.annotator"
        with Study.create(self.path, builtin_codebook(), "Half a day") as study:
            study.ensure_coder("Ada")
            for number in range(ARTICLES):
                text = f"Article {number}\n\n{article(6000, number)}"
                add_documents(study, read_source(f"{number}.txt", text.encode(), "plain"))
        tune_memory()
        self.window = MainWindow(Settings(folder / "annotator.ini"))
        self.window.resize(1360, 860)
        self.window.show()
        self.window.open_study(self.path, "Ada")
        self.chance = random.Random(7)
        self.times: list[float] = []
        self.memory: list[float] = []

    def run(self) -> None:
        """Article by article."""
        per = {"label": LABELS // ARTICLES, "correct": CORRECTIONS // ARTICLES, "undo": UNDOS // ARTICLES}
        for _ in range(ARTICLES):
            steps = [name for name, n in per.items() for _ in range(n)]
            self.chance.shuffle(steps)
            for name in ["label", "label", *steps][: sum(per.values())]:
                getattr(self, name)()
                self.settle()
            self.window.desk.day.set_done("enough for the bench")
            self.window.desk.day.next_to_do()
            self.settle()
            self.memory.append(resident_mb())

    def settle(self) -> None:
        """What the running program's event loop does between two keys; widgets that went are freed there."""
        from PySide6.QtCore import QCoreApplication, QEvent

        self.app.processEvents()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    def label(self) -> None:
        """Select, label, give a value."""
        desk = self.window.desk
        session = self.window.session
        assert session is not None
        if self.chance.random() < 0.6:
            session.set_current(None)
        start = self.chance.randrange(len(session.text) - 200)
        desk.surface.reveal(start, start + 1)
        desk.surface.set_selection(start, start + self.chance.randrange(10, 150))
        layer = self.chance.choice(["claim", "claim", "speaker", "target"])
        self.settle()
        begun = time.process_time()
        desk.label_selection(layer)
        desk.surface.viewport().repaint()
        self.times.append((time.process_time() - begun) * 1000)
        keys = desk.inspector.value_keys()
        if keys:
            field, value = keys[self.chance.choice(sorted(keys))]
            field.choose_one(value)

    def correct(self) -> None:
        """Take a label in hand and move its edge or remove it."""
        desk, session = self.window.desk, self.window.session
        assert session is not None
        spans = [k for k, a in session.labels.items() if a.fragments]
        if not spans:
            return
        desk.jump(self.chance.choice(spans))
        if self.chance.random() < 0.2:
            desk.remove_label()
        else:
            desk.editing.move("word", self.chance.random() < 0.6)

    def undo(self) -> None:
        """Take back the last step."""
        self.window.desk.step_back(True)


def main() -> int:
    """0 where all holds."""
    with tempfile.TemporaryDirectory() as folder:
        replay = Replay(Path(folder))
        replay.run()
        fifth = len(replay.times) // 5
        first, last = statistics.median(replay.times[:fifth]), statistics.median(replay.times[-fifth:])
        gc.collect()
        half = replay.memory[len(replay.memory) // 2]
        added = replay.memory[-1] - half
        ordered = sorted(replay.times)
        print(
            f"{len(replay.times)} labels: median {statistics.median(ordered):.2f} ms, "
            f"p95 {ordered[int(0.95 * len(ordered))]:.2f} ms; first fifth {first:.2f}, last fifth {last:.2f} ms"
        )
        start, end = replay.memory[0], replay.memory[-1]
        print(f"memory: {start:.0f} MB after the first article, {half:.0f} MB at half, {end:.0f} MB at the end")
        replay.window.close()
        checked = subprocess.run([sys.executable, "-m", "annotator", "check", str(replay.path)], check=False)
        faults = [
            told
            for told, wrong in (
                ("the time of a label grows", last > first * GROWTH),
                ("memory grows", added > MEMORY_MB),
                ("the study has faults", checked.returncode != 0),
            )
            if wrong
        ]
        for told in faults:
            print(f"fault: {told}", file=sys.stderr)
        return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
