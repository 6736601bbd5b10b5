"""Bringing an older study file to the present form, with a backup copy made first."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, create_engine, text

from annotator.domain.errors import StudyFileError
from annotator.domain.words import say
from annotator.store.study_file import SCHEMA_VERSION, friendly_errors

REVISIONS = {0: "base", 1: "0001", 2: "0002", 3: "0003", 4: "0004", 5: "0005", 6: "0006"}
"""Format number (``user_version``) to Alembic revision."""


def migrate(path: Path, version: int) -> Path:
    """Upgrade the file from ``version``; returns the backup copy's path. The file is untouched on failure."""
    if version not in REVISIONS:
        raise StudyFileError(
            say("its format {version} is unknown", version=version), str(path), "ask for help with this file"
        )
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
    engine = create_engine(f"sqlite:///{path}")
    try:
        with engine.begin() as connection:
            _run(connection, version, SCHEMA_VERSION)
            connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
    finally:
        engine.dispose()


def migrate_database(connection: Connection, version: int, where: str) -> None:
    """Upgrade a study on a server in one transaction, rights and rules too: all of it or nothing."""
    from annotator.store import server_rules

    with connection.begin():
        connection.exec_driver_sql("BEGIN")
        owner = "SELECT tableowner = current_user FROM pg_tables WHERE tablename = 'annotator_format'"
        if not connection.exec_driver_sql(owner).scalar():
            raise StudyFileError(
                say("the study has the older format {version}", version=version),
                where,
                "ask the person who keeps the database to open it",
            )
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({server_rules.LOCK})")
        server_rules.prepare(connection)
        _run(connection, version, SCHEMA_VERSION)
        server_rules.install(connection)
        connection.execute(text("UPDATE annotator_format SET version = :v"), {"v": SCHEMA_VERSION})


def _run(connection: Connection, version: int, to: int) -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    if version:
        command.stamp(config, REVISIONS[version])
    command.upgrade(config, REVISIONS[to])
    connection.exec_driver_sql("DROP TABLE IF EXISTS alembic_version")
