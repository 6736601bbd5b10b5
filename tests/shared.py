"""Reference material that lies beside the repository, not in it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

_ROOT = Path(os.environ.get("ANNOTATOR_SHARED", Path(__file__).resolve().parents[2] / "shared"))


def shared(relative: str) -> Path:
    """The path of a reference file, or a skipped test where the reference folder is absent."""
    path = _ROOT / relative
    if not path.exists():
        pytest.skip(f"reference material {relative} is not beside this checkout (set ANNOTATOR_SHARED)")
    return path
