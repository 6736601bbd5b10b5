"""Giving files their names: on Windows a file that another program looks at just now is waited for."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

_TRIES, _PAUSE = 20, 0.1
"""Windows refuses to replace a file that another program looks at just now: how often, and seconds between."""


def replace(source: Path, target: Path) -> None:
    """Give a file or folder its name, over a file that has it."""
    _patiently(os.replace, source, target)


def rename(source: Path, target: Path) -> None:
    """Give a file its name; on Windows nothing may have that name."""
    _patiently(os.rename, source, target)


def _patiently(name: Callable[[Path, Path], None], source: Path, target: Path) -> None:
    for left in reversed(range(_TRIES)):
        try:
            name(source, target)
            return
        except PermissionError:
            if sys.platform != "win32" or not left:
                raise
            time.sleep(_PAUSE)
