"""Where the program keeps what is this computer's alone: not in a folder that a sync program carries away."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def state_folder() -> Path:
    """The folder; it need not be there yet."""
    if given := os.environ.get("ANNOTATOR_STATE"):
        return Path(given)
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData" / "Local") / "Annotator"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Annotator"
    return Path(os.environ.get("XDG_STATE_HOME") or Path.home() / ".local" / "state") / "annotator"
