"""Prints a table and writes bench.json: name, median_ms, p95_ms, floor_ms, ratio."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")

from tests.bench import articles, bulk, desk, finding, networks, packages, passages, start, study
from tests.bench.timing import Figure


def main() -> None:
    """Measure everything."""
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_CONFIG_HOME"] = folder
        for part in (start, desk, articles, bulk, finding, passages, networks, packages, study):
            for figure in part.measure(Path(folder)):
                figures.append(figure)
                print(figure, flush=True)
    Path("bench.json").write_text(json.dumps([f.record() for f in figures], indent=2) + "\n", encoding="utf-8")
    print("wrote bench.json")


main()
