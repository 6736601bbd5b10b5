"""The log: what the program did and where it failed, in the user's own folder, without words of articles or names.

`ANNOTATOR_DEBUG=1` writes everything, words too. Nothing is written while somebody codes: a file is opened at the first
line, and lines are written by starts, jobs and faults alone.
"""

from __future__ import annotations

import faulthandler
import logging
import logging.handlers
import os
import platform
import sys
import time
from contextlib import suppress
from io import TextIOWrapper
from pathlib import Path
from typing import IO

from annotator import __version__
from annotator.services.computer.traces import trace_of
from annotator.store.private_place import state_folder
from annotator.store.renaming import replace

_SIZE, _KEPT = 1_000_000, 3
_CRASH, _LEFT_DAYS = "crash-", 7
_log = logging.getLogger("annotator")


def log_folder() -> Path:
    """Where the log lies; it need not be there yet."""
    return state_folder() / "log"


def log_file() -> Path:
    """The log that is written now; older parts are beside it, `annotator.log.1` and so on."""
    return log_folder() / "annotator.log"


def debugging() -> bool:
    """Whether words of articles and names may stand in the log."""
    return bool(os.environ.get("ANNOTATOR_DEBUG"))


class _Lines(logging.Formatter):
    """One line a record, then its traceback. words: with all that was said."""

    def __init__(self, words: bool) -> None:
        super().__init__("%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s")
        self.converter = time.gmtime
        self.default_msec_format = "%s.%03dZ"
        self._words = words

    def format(self, record: logging.LogRecord) -> str:
        """Another package's line keeps its template alone: what was filled in may be anybody's words."""
        own = self._words or record.name.partition(".")[0] == "annotator"
        record = logging.makeLogRecord(record.__dict__)
        if not own:
            record.msg, record.args = (record.msg, None) if record.args else ("(a line without a template)", None)
        trace, record.exc_info, record.exc_text = record.exc_info, None, None
        record.stack_info = None
        line = " ".join(super().format(record).splitlines())
        error = trace[1] if isinstance(trace, tuple) else None
        return f"{line}\n{trace_of(error, self._words)}" if error is not None else line


class _File(logging.handlers.RotatingFileHandler):
    """Opened at the first line; a full disk or a folder that cannot be written to never stops the program."""

    def __init__(self, path: Path) -> None:
        super().__init__(
            path, maxBytes=_SIZE, backupCount=_KEPT, encoding="utf-8", errors="backslashreplace", delay=True
        )

    def _open(self) -> TextIOWrapper:
        path = Path(self.baseFilename)
        path.parent.mkdir(parents=True, exist_ok=True)
        made = not path.exists()
        opened = super()._open()
        if made:
            with suppress(OSError):
                path.chmod(0o600)
        return opened

    def doRollover(self) -> None:
        """Where another window holds the file open (Windows), go on in it: a long log is better than none."""
        with suppress(OSError):
            super().doRollover()

    def handleError(self, record: logging.LogRecord) -> None:
        """Nothing: there is nobody to tell."""


def start_log() -> None:
    """Write the log from now on, in this process; a second call puts it where the user's folder is now."""
    root = logging.getLogger()
    for old in [h for h in root.handlers if isinstance(h, _File)]:
        root.removeHandler(old)
        old.close()
    file = _File(log_file())
    file.setFormatter(_Lines(debugging()))
    file.setLevel(logging.DEBUG if debugging() else logging.INFO)
    root.addHandler(file)
    _log.setLevel(logging.DEBUG if debugging() else logging.INFO)


def log_start(what: str) -> None:
    """The line by which a reader of the log knows what ran."""
    _log.info("%s: %s", what, program_line())


def program_line() -> str:
    """Version and system in one line."""
    python = platform.python_version()
    return f"Annotator {__version__}, Python {python}, {platform.system()} {platform.release()} {platform.machine()}"


class CrashFile:
    """Where Python writes when a fault in a library ends the process; gone when the program ends as it should."""

    def __init__(self) -> None:
        self._file: IO[bytes] | None = None
        self.path = log_folder() / f"{_CRASH}{os.getpid()}.txt"

    def open(self) -> None:
        """From now on."""
        with suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self.path.open("wb", buffering=0)
            faulthandler.enable(self._file)

    def close(self) -> None:
        """The program ends as it should."""
        if self._file is None:
            return
        if sys.stderr is not None and hasattr(sys.stderr, "fileno"):
            with suppress(Exception):
                faulthandler.enable()
        else:
            faulthandler.disable()
        self._file.close()
        self._file = None
        with suppress(OSError):
            self.path.unlink()


def crashes() -> list[str]:
    """What earlier runs left that ended by a fault in a library; each is told once and kept as `told-….txt`."""
    found: list[str] = []
    own = f"{_CRASH}{os.getpid()}.txt"
    for path in sorted(log_folder().glob(f"{_CRASH}*.txt")):
        with suppress(OSError):
            old = time.time() - path.stat().st_mtime > _LEFT_DAYS * 86_400
            text = path.read_text(encoding="utf-8", errors="replace")
            if path.name == own:
                continue
            if not text.strip():
                if old:  # killed from outside, or still at work: there is nothing to tell
                    path.unlink()
                continue
            replace(path, path.with_name(f"told-{path.name}"))
            found.append(_shortened(text))
    return found


def _shortened(text: str) -> str:
    """Without the folders of a person."""
    home = str(Path.home())
    return text.replace(home, "~")
