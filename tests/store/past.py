"""Studies of past formats, and what their programs may have left behind."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.killing import KILLED

FOLDER = Path(__file__).resolve().parents[1] / "past_formats"

_KILLED = """
import json, os, signal, sqlite3, sys
c = sqlite3.connect(sys.argv[1], isolation_level=None)
c.execute("PRAGMA journal_mode=WAL")
c.execute("PRAGMA synchronous=FULL")
key, = c.execute("SELECT id FROM annotation LIMIT 1").fetchone()
c.execute("BEGIN IMMEDIATE")
c.execute("UPDATE annotation SET memo = 'confirmed' WHERE id = ?", (key,))
names = [row[1] for row in c.execute("PRAGMA table_info(change)")]
last = c.execute("SELECT * FROM change WHERE thing_id = ? ORDER BY seq DESC LIMIT 1", (key,)).fetchone()
step = dict(zip(names, last))
del step["seq"]
after = json.loads(step["after"]) | {"memo": "confirmed"}
step |= {"id": "00000000-0000-4000-8000-00000000abcd", "unit": "00000000-0000-4000-8000-00000000abce",
         "command": "SetMemo", "before": step["after"],
         "after": json.dumps(after, ensure_ascii=False, separators=(",", ":"), sort_keys=True)}
c.execute(f"INSERT INTO change ({','.join(step)}) VALUES ({','.join('?' * len(step))})", list(step.values()))
c.execute("COMMIT")
os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
"""


def of_format(number: int, path: Path) -> Path:
    """A study of this format under this name."""
    return Path(shutil.copy(FOLDER / f"format-{number}.annotator", path))


def killed_in_format(number: int, path: Path) -> Path:
    """The same with a step, the memo `confirmed`, that stands in the log of a killed program alone."""
    of_format(number, path)
    done = subprocess.run([sys.executable, "-c", _KILLED, str(path)], check=False, capture_output=True, text=True)
    assert done.returncode == KILLED, done.stderr
    assert path.with_name(f"{path.name}-wal").stat().st_size > 0
    return path
