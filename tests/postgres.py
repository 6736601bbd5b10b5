"""A real PostgreSQL for tests: made in a folder of its own, on a local socket alone, ended by its own process."""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
import time
import uuid
from pathlib import Path

from annotator.store.places import DatabaseUrl

_HBA = "local all postgres trust\nlocal all all scram-sha-256\n"


class Missing(Exception):
    """Why there is no server here."""


def _program(name: str) -> str:
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda p: int(p.parts[-3]))
    program = str(found[-1]) if found else shutil.which(name)
    if program is None:
        raise Missing(f"PostgreSQL is not installed ({name}): sh packaging/setup.sh dev, or apt-get install postgresql")
    return program


def _user() -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as a user of the system."""
    if os.name != "posix":
        raise Missing("the tests start PostgreSQL on Linux and macOS alone")
    import pwd

    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        try:
            user = pwd.getpwnam(name)
        except KeyError:
            continue
        return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise Missing("there is no user to run PostgreSQL as")


class Server:
    """One cluster; every test gets databases of its own."""

    def __init__(self) -> None:
        initdb, postgres, user = _program("initdb"), _program("postgres"), _user()
        self.folder = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))
        if user:
            os.chown(self.folder, int(str(user["user"])), int(str(user["group"])))
        data = self.folder / "data"
        quiet = {"stdout": subprocess.DEVNULL, "cwd": "/", **user}
        subprocess.run(  # type: ignore[call-overload]
            [initdb, "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
            check=True,
            **quiet,
        )
        (data / "pg_hba.conf").write_text(_HBA)
        options = [
            "fsync=off",
            "synchronous_commit=off",
            "full_page_writes=off",
            "listen_addresses=",
            "max_connections=80",
        ]
        self._process = subprocess.Popen(  # type: ignore[call-overload]
            [postgres, "-D", data, "-k", self.folder, *(x for o in options for x in ("-c", o))],
            stderr=(self.folder / "log").open("w"),
            **quiet,
        )
        atexit.register(self.stop)
        self._wait()

    def _wait(self) -> None:
        import psycopg

        for _ in range(200):
            try:
                psycopg.connect(self.url("postgres").url).close()
                return
            except psycopg.OperationalError:
                if self._process.poll() is not None:
                    break
                time.sleep(0.05)
        raise Missing(f"PostgreSQL did not start: {(self.folder / 'log').read_text()[-300:]}")

    def url(self, name: str) -> DatabaseUrl:
        """A database as its keeper sees it."""
        return DatabaseUrl(f"postgresql://postgres@/{name}?host={self.folder}")

    def fresh(self) -> DatabaseUrl:
        """The URL of a database that is not there yet."""
        return self.url(f"study_{uuid.uuid4().hex[:12]}")

    def run(self, statement: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run a statement as the keeper."""
        import psycopg

        with psycopg.connect(self.url(database).url, autocommit=True) as connection:
            cursor = connection.execute(statement)
            return cursor.fetchall() if cursor.description else []

    def drop(self, url: DatabaseUrl) -> None:
        """Take a database away, with whoever is in it."""
        self.run(f'DROP DATABASE IF EXISTS "{url.name}" WITH (FORCE)')

    def stop(self) -> None:
        """End it, by its own process."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


@functools.cache
def _started() -> Server | str:
    try:
        import psycopg  # noqa: F401

        return Server()
    except (Missing, ImportError, OSError, subprocess.CalledProcessError) as error:
        return str(error)


def server() -> Server:
    """The server of this test process, started when it is first asked for; skips the test where there is none."""
    import pytest

    found = _started()
    if isinstance(found, str):
        pytest.skip(f"no PostgreSQL: {found}")
    return found
