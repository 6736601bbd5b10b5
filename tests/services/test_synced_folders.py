"""Folders that sync programs keep are known by what these leave in them, by their names and by the environment."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.services.study.synced_folders import sync_warning, synced_by
from annotator.store.places import DatabaseUrl


@pytest.mark.parametrize(
    ("folder", "name"),
    [
        ("Dropbox (Team)/x", "Dropbox"),
        ("OneDrive - University of Tarn/x", "OneDrive"),
        ("Library/CloudStorage/GoogleDrive-ada@tarn.example/My Drive", "Google Drive"),
        ("Library/Mobile Documents/com~apple~CloudDocs", "iCloud"),
        ("Nextcloud/x", "Nextcloud"),
        ("Dropboxes/x", None),
        ("studies", None),
    ],
)
def test_by_the_name_of_a_folder(tmp_path: Path, folder: str, name: str | None) -> None:
    assert synced_by(tmp_path / folder / "s.annotator", {}) == name


@pytest.mark.parametrize(
    ("mark", "name"),
    [
        (".stfolder", "Syncthing"),
        (".dropbox", "Dropbox"),
        (".sync_a1b2.db", "Nextcloud"),
        (".tmp.driveupload", "Google Drive"),
    ],
)
def test_by_what_the_program_leaves(tmp_path: Path, mark: str, name: str) -> None:
    (tmp_path / "kept" / "deep").mkdir(parents=True)
    (tmp_path / "kept" / mark).mkdir()
    assert synced_by(tmp_path / "kept" / "deep" / "s.annotator", {}) == name
    assert synced_by(tmp_path / "s.annotator", {}) is None


def test_by_the_environment(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    told = sync_warning(tmp_path / "mine" / "s.annotator", {"OneDriveCommercial": str(tmp_path / "mine")})
    assert told is not None
    assert "OneDrive" in told
    assert sync_warning(tmp_path / "s.annotator", {"OneDriveCommercial": str(tmp_path / "mine")}) is None
    assert sync_warning(DatabaseUrl("postgresql://tarn/Dropbox"), {}) is None
