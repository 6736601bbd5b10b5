"""Whether a study lies in a folder that another program carries to other computers."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from annotator.domain.words import Message, say

_MARKS = {
    ".dropbox": "Dropbox",
    ".dropbox.cache": "Dropbox",
    ".stfolder": "Syncthing",
    ".stversions": "Syncthing",
    ".sync_journal.db": "Nextcloud",
    ".nextcloudsync.log": "Nextcloud",
    ".owncloudsync.log": "ownCloud",
    ".tmp.drivedownload": "Google Drive",
    ".tmp.driveupload": "Google Drive",
    ".849C9593-D756-4E56-8D6E-42412F2A707B": "OneDrive",
}
"""What a program leaves in the folder that it keeps."""
_STARTS = (
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("mobile documents", "iCloud"),
    ("icloud", "iCloud"),
    ("nextcloud", "Nextcloud"),
    ("owncloud", "ownCloud"),
)
"""How the names of their folders begin: `OneDrive - University`, `Dropbox (Team)`, `GoogleDrive-me@…`."""
_VARIABLES = {
    "OneDrive": "OneDrive",
    "OneDriveConsumer": "OneDrive",
    "OneDriveCommercial": "OneDrive",
    "DROPBOX_PATH": "Dropbox",
}


def synced_by(path: Path, environment: Mapping[str, str] = os.environ) -> str | None:
    """The program that keeps the folder of a study; None where none is known to."""
    folders = list(Path(os.path.realpath(path)).parents)
    for variable, name in _VARIABLES.items():
        if (told := environment.get(variable)) and Path(os.path.realpath(told)) in folders:
            return name
    for folder in folders:
        lowered = folder.name.lower()
        for start, name in _STARTS:
            rest = lowered[len(start) :]
            if lowered.startswith(start) and not rest[:1].isalnum():
                return name
        for mark, name in _MARKS.items():
            if os.path.lexists(folder / mark) or any(folder.glob(".sync_*.db") if mark == ".sync_journal.db" else ()):
                return name
    return None


def sync_warning(path: object, environment: Mapping[str, str] = os.environ) -> Message | None:
    """What to know before one codes there; None where no such program is known, and for a database."""
    name = synced_by(path, environment) if isinstance(path, Path) else None
    if name is None:
        return None
    return say(
        "the study lies in a folder that {program} keeps: it may put an older copy in its place while you code. That "
        "is noticed and nothing confirmed is lost; keep the study in another folder, and exchange packages through "
        "this one",
        program=name,
    )
