"""Which files are packages or other studies, and which of them somebody dropped."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData

from annotator.services.team.packing import SUFFIX

STUDY = ".annotator"
PACKAGES = f"Packages (*{SUFFIX});;All files (*)"
TO_COLLECT = f"Packages and studies (*{SUFFIX} *{STUDY});;All files (*)"


def dropped_packages(data: QMimeData) -> list[Path]:
    """Files with a package's ending among what is being dragged."""
    paths = [Path(u.toLocalFile()) for u in data.urls() if u.isLocalFile()] if data.hasUrls() else []
    return [p for p in paths if p.suffix == SUFFIX]


def dropped_files(data: QMimeData) -> list[Path]:
    """As `dropped_packages`, and other studies."""
    paths = [Path(u.toLocalFile()) for u in data.urls() if u.isLocalFile()] if data.hasUrls() else []
    return [p for p in paths if p.suffix in (SUFFIX, STUDY)]
