"""Bringing an older study file to the present form, with a backup copy made first."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine

from annotator.domain.errors import StudyFileError
from annotator.store.study_file import SCHEMA_VERSION, friendly_errors

REVISIONS = {0: "base", 1: "0001", 2: "0002", 3: "0003", 4: "0004"}
"""Format number (``user_version``) to Alembic revision."""


def migrate(path: Path, version: int) -> Path:
    """Upgrade the file from ``version``; returns the backup copy's path. The file is untouched on failure."""
    if version not in REVISIONS:
        raise StudyFileError(f"its format {version} is unknown", str(path), "ask for help with this file")
    backup = path.with_name(f"{path.name}.format-{version}.backup")
    shutil.copy2(path, backup)
    with friendly_errors(path):
        try:
            upgrade(path)
        except BaseException:
            shutil.copy2(backup, path)
            raise
    return backup


def upgrade(path: Path) -> None:
    """Run the migrations that the file has not seen."""
    raw = sqlite3.connect(path)
    try:
        version = int(raw.execute("PRAGMA user_version").fetchone()[0])
    finally:
        raw.close()
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            if version:
                command.stamp(config, REVISIONS[version])
            command.upgrade(config, REVISIONS[SCHEMA_VERSION])
            connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
    finally:
        engine.dispose()
