"""Whether a window could be seen."""

from __future__ import annotations

import os
import subprocess
import sys

_TRY = "from PySide6.QtGui import QGuiApplication; QGuiApplication([])"


def has_display() -> bool:
    """Whether Qt can show a window here; asked of a process of its own, since Qt ends one that has no display."""
    if os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in ("offscreen", "minimal", "vnc"):
        return False
    if not sys.platform.startswith("linux"):
        return True
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        return False
    tried = subprocess.run([sys.executable, "-c", _TRY], capture_output=True, check=False)
    return tried.returncode == 0
