"""What watches over an open study file: whether it is still the one that was opened, and a second copy of its work.

Another program may rename an older copy over it, write into it, or take away its log: SQLite would go on telling
everything as saved. So before and after each commit the file's identity and stamp and the log's first and last bytes
are compared with what was seen last; where a stamp is another one, each page must be explained by the second copy.
One guard serves all connections of this program to a file.
"""

from __future__ import annotations

import os
import random
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager, suppress
from pathlib import Path

from annotator.domain.errors import StudyDisturbed, StudyFileError
from annotator.domain.words import Message, cause_of, say
from annotator.store.bytes_at import open_bytes, read_at
from annotator.store.logs import Log, head_of, read_on, still_there
from annotator.store.sealing import has_seal, is_broken, sealed_with, set_seal
from annotator.store.second_copy import SecondCopy, base_of, copy_bytes, open_studies, opened, whole_of
from annotator.store.sqlite_files import beside, connect, expect_room
from annotator.store.whole_files import ROOM, put_in_place, workplace_beside

Stamp = tuple[int, int, int, int, int]
"""Device, inode, size, and when it was written and changed, in nanoseconds."""

MOVED = say("the study's file is not where it was: it was moved or removed, or its drive is gone")
REPLACED = say("another program replaced the study's file")
WRITTEN = say("another program wrote into the study's file")
LOG_GONE = say("another program removed the log of the study (its `-wal` file)")
LOG_WRITTEN = say("another program wrote into the log of the study (its `-wal` file)")

_live: dict[str, Guard] = {}
_door = threading.Lock()
_doors: dict[str, AbstractContextManager[object]] = {}


def door_of(path: Path) -> AbstractContextManager[object]:
    """Held while a file is being opened or closed: no thread opens it while another one is in the midst of closing."""
    with _door:
        return _doors.setdefault(os.path.realpath(path), threading.RLock())


def guard_of(path: Path) -> Guard | None:
    """The guard of a file that this program has open; None where it has not."""
    return _live.get(os.path.realpath(path))


def _forget_in_child() -> None:
    """A forked child has none of its parent's connections."""
    _live.clear()
    _doors.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_in_child)


# Longer than 300 lines: all of it is done under one lock, and reads or moves the same few marks (main file, log, copy,
# seen steps). Parts would have to share both, and a check made in one would be out of date in the next.
class Guard:
    """`enter` for each connection, `leave` with each; the last to leave decides what becomes of log and copy."""

    @classmethod
    def enter(cls, path: Path, header: bytes = b"") -> Guard:
        """The guard of a file that was just opened by SQLite. header: its first bytes before that."""
        key = os.path.realpath(path)
        with _door:
            found = _live.get(key)
            if found is None:
                found = _live[key] = cls(Path(key), header)
            found.users += 1
            return found

    def __init__(self, path: Path, header: bytes) -> None:
        self.path = path
        self._header = header
        self.users = 0
        self.lock = threading.RLock()
        self.copy: SecondCopy | None = None
        self.without_copy: Message | None = None
        self.saved = False
        """Whether what was confirmed was saved beside the study."""
        self._main = open_bytes(path, os.O_RDWR)  # closed after SQLite's own: closing it frees their locks
        self._stamp = _stamp(os.fstat(self._main))
        self._folded = False
        """Whether all of the log is in the file, by this program's own doing."""
        self._wal = -1
        self._log = Log()
        self._open_log()
        if self._wal >= 0:
            read_on(self._wal, self._log)
        self._index = -1
        with suppress(OSError):
            self._index = open_bytes(beside(path, "-shm"), os.O_RDONLY)  # as with the file, closed after SQLite's
        self._seen = self._steps()

    # looking

    def trouble(self) -> Message | None:
        """What another program did to the file; None where it is as it was left."""
        try:
            found = os.stat(self.path)
        except OSError:
            return MOVED
        if (found.st_dev, found.st_ino) != self._stamp[:2]:
            return REPLACED
        return self._log_trouble() or self._file_trouble(_stamp(found))

    def _log_trouble(self) -> Message | None:
        if self._wal < 0:
            self._open_log()
        if self._wal < 0:
            return None
        try:
            here, mine = os.stat(beside(self.path, "-wal")), os.fstat(self._wal)
        except OSError:
            return LOG_GONE
        if (here.st_dev, here.st_ino) != (mine.st_dev, mine.st_ino):
            return LOG_GONE
        if still_there(self._wal, self._log):
            return None
        return None if self._other_beginning() and self._begun_anew() else LOG_WRITTEN

    def _other_beginning(self) -> bool:
        """Whether the log has another beginning, or none, as after all of it went into the file."""
        head = head_of(self._wal)
        return head != self._log.head and (bool(head) or not os.fstat(self._wal).st_size)

    def _file_trouble(self, found: Stamp) -> Message | None:
        if found == self._stamp:
            return None
        now = Log()
        if self._wal >= 0:
            read_on(self._wal, now)
        if self.copy is None:  # nothing was confirmed here: only who wrote by way of the log may have folded it in
            steps = self._steps()
            known = self._log.count > 0 or steps != self._seen or found[:4] == self._stamp[:4]
            self._log, self._seen = now, steps
        else:
            known = self.copy.explains(self._main, [(self._wal, now)])
        if not known:
            return WRITTEN
        self._stamp = found
        return None

    def _steps(self) -> bytes:
        """A number that grows with each commit, whoever makes it; SQLite's, in what it keeps of the log in memory."""
        return read_at(self._index, 4, 8) if self._index >= 0 else b""

    def expect(self) -> None:
        """Raise StudyDisturbed where another program did something to the file."""
        with self.lock:
            if (what := self.trouble()) is not None:
                raise StudyDisturbed(what, str(self.path), self._remedy(what))

    def _remedy(self, what: Message) -> Message:
        if what is MOVED:
            return say("nothing was changed; put it back and try again, or save what you confirmed as another file")
        if self.copy is None:
            return say("nothing was changed; close the study and open it again")
        return say(
            "this was not saved, all before it is kept: save what you confirmed as another file, or close the study "
            "and open it again"
        )

    # writing

    def prepare(self) -> None:
        """Make the second copy where there is none yet."""
        with self.lock:
            if self.copy is not None or self.without_copy is not None:
                return
            try:
                with closing(connect(self.path)) as reader:  # its place in the log lets nobody write the log anew
                    reader.execute("BEGIN")
                    reader.execute("SELECT count(*) FROM sqlite_master").fetchall()
                    self.copy = SecondCopy(self.path, self._main)
                    self._stamp = _stamp(os.fstat(self._main))
                    self._log = Log()
                    self._open_log()
                    self._catch_up()
                    if self.copy is not None:
                        self.copy.complete()
            except OSError as error:
                self.without_copy = _without(error)

    @contextmanager
    def confirming(self) -> Iterator[None]:
        """Around a commit: what it wrote is in the second copy too, and the file is still the study's, or it raises."""
        with self.lock:
            yield
            self._catch_up()
            self.expect()

    def header(self) -> bytes:
        """The file's first bytes."""
        return read_at(self._main, 100, 0)

    @property
    def pages(self) -> int:
        """How long the log is."""
        return self._log.count

    def _catch_up(self) -> None:
        if self._wal < 0:
            self._open_log()
        if self._wal < 0:
            return
        anew = bool(self._log.head) and head_of(self._wal) != self._log.head
        if anew and not (self._other_beginning() and self._begun_anew()):
            return
        if self.copy is None:
            read_on(self._wal, self._log)
            return
        try:
            read_on(self._wal, self._log, self.copy.take)
        except OSError as error:
            self.copy.remove()
            self.copy = None
            self.without_copy = _without(error)

    def _begun_anew(self) -> bool:
        """The log is written from its beginning again: whether all that was in it is in the file now."""
        if self.copy is None:
            self._log = Log()
            return True
        self.copy.begin_anew(self._log)
        found = _stamp(os.fstat(self._main))
        if not (self._folded and found == self._stamp):
            fresh = Log()
            read_on(self._wal, fresh)
            if not self.copy.explains(self._main, [(self._wal, fresh)]):
                return self._others_wrote()
        self._log, self._stamp, self._folded = Log(), found, False
        return True

    def _others_wrote(self) -> bool:
        """Pages that nobody here saw in the log: another Annotator's, where the file has all steps of this one."""
        assert self.copy is not None
        file = self.copy.folder / "file"  # read as a copy: to close the file itself would free its locks
        try:
            with opened(file, os.O_RDWR | os.O_CREAT) as copied:
                copy_bytes(self._main, copied)
            with closing(connect(base_of(self.copy.folder))) as mine, closing(connect(file)) as here:
                step = mine.execute("SELECT seq, id FROM change ORDER BY seq DESC LIMIT 1").fetchone()
                if step and not here.execute("SELECT 1 FROM change WHERE seq = ? AND id = ?", step).fetchone():
                    return False
                if here.execute("PRAGMA quick_check").fetchone() != ("ok",):
                    return False
        except (OSError, sqlite3.Error):
            return False
        finally:
            file.unlink(missing_ok=True)
        self.copy.remove()
        self.copy = None
        self.prepare()
        return True

    def fold(self, raw: sqlite3.Connection) -> None:
        """Bring the log into the file as far as nobody reads it, if both are the study's still."""
        with self.lock:
            if self.trouble() is not None:
                return
            self._catch_up()
            _, pages, done = raw.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            self._folded = pages == done
            self._mark()

    def _mark(self) -> None:
        """Give the file a time of its own, so that whoever writes to it next is seen even within one tick."""
        with suppress(OSError):
            found = os.fstat(self._main)
            at = found.st_mtime_ns // 1_000_000 * 1_000_000 + random.randrange(1, 1_000_000)
            os.utime(self.path, ns=(found.st_atime_ns, at))
        self._stamp = _stamp(os.fstat(self._main))

    # leaving

    def leave(self, raw: sqlite3.Connection) -> None:
        """Before a connection is closed: the last one folds the log in, or makes sure that it cannot be."""
        with self.lock:
            what = self.trouble()
            with suppress(OSError):
                self._catch_up()
            if what is None or (what is MOVED and self._is_somewhere()):
                self._close_whole(raw, what is None)
                return
            if self.users > 1:
                return
            if self.copy is not None:
                self.copy.flush()
            self._empty_log()

    def _close_whole(self, raw: sqlite3.Connection, here: bool) -> None:
        if self.users > 1:
            self.fold(raw)
            return
        before = sealed_with(raw, self._header) if self._header and self._is_unwritten() and has_seal(raw) else None
        with suppress(sqlite3.Error):  # another program still reads the file: the last one to leave folds the log in
            raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            if here:
                self._release_log()
                if raw.execute("PRAGMA journal_mode=DELETE").fetchone() == ("delete",) and has_seal(raw):
                    with suppress(OSError):
                        set_seal(raw, self._main, before)  # where nothing was written, the seal that it had
        self.saved = True
        if not here:  # the log has the name of a file that is elsewhere now
            self._empty_log()

    def _release_log(self) -> None:
        """Windows removes no file that somebody has open; elsewhere closing the index would free SQLite's locks."""
        if os.name == "nt":
            for descriptor in (self._wal, self._index):
                if descriptor >= 0:
                    os.close(descriptor)
            self._wal = self._index = -1

    def seal_is_broken(self, raw: sqlite3.Connection) -> bool:
        """Whether a byte of the file is another one than when it was closed; no, where it was written to since."""
        with self.lock:
            if not self._header or not self._is_unwritten() or not has_seal(raw):
                return False
            return is_broken(raw, self._main, self._header)

    def _is_unwritten(self) -> bool:
        """Whether nobody has written to it since it was opened."""
        return self.copy is None and self.without_copy is None and not self._log.count and self._steps() == self._seen

    def left(self) -> None:
        """After it was closed."""
        with _door:
            self.users -= 1
            if self.users:
                return
            _live.pop(str(self.path), None)
        if self.copy is not None:
            if self.saved:
                self.copy.remove()
            else:
                self.copy.keep()
        for descriptor in (self._main, self._wal, self._index):
            if descriptor >= 0:
                os.close(descriptor)
        self._main = self._wal = self._index = -1
        if os.name == "nt":
            self._remove_empty_log()

    def _remove_empty_log(self) -> None:
        """What `_empty_log` could not remove while SQLite had it open."""
        wal = beside(self.path, "-wal")
        with suppress(OSError):  # it is gone, or another program has it open
            if wal.stat().st_size == 0:
                wal.unlink()
                beside(self.path, "-shm").unlink()

    def _is_somewhere(self) -> bool:
        """Whether the file has another name now, and is what it was."""
        if not os.fstat(self._main).st_nlink:
            return False
        return self._file_trouble(_stamp(os.fstat(self._main))) is None

    def _empty_log(self) -> None:
        """What is in it must not be played back into a file that is another one: it is in the second copy.

        An empty log also keeps SQLite from folding it in on closing.
        """
        wal = beside(self.path, "-wal")
        if self._wal < 0:
            return
        with suppress(OSError):
            os.ftruncate(self._wal, 0)
            here, mine = os.stat(wal), os.fstat(self._wal)
            if (here.st_dev, here.st_ino) == (mine.st_dev, mine.st_ino):
                self._release_log()
                os.unlink(wal)
                os.unlink(beside(self.path, "-shm"))

    def save_beside(self, target: Path) -> None:
        """Write the study as it was at the last confirmed step to a new file; raises StudyFileError."""
        expect_room(target, ROOM)
        with self.lock:
            if self.copy is None:
                raise StudyFileError(
                    "nothing was confirmed since the study was opened", str(self.path), "open it again"
                )
            with suppress(OSError):
                if self._log_trouble() is None:
                    self._catch_up()
            try:
                with workplace_beside(target) as folder:
                    whole_of(self.copy.folder, folder / "study")
                    put_in_place(folder / "study", target)
            except FileExistsError as error:
                raise StudyFileError("it exists already", str(target), "choose another name") from error
            except (OSError, sqlite3.Error) as error:
                reason = cause_of(error) if isinstance(error, OSError) else str(error)
                raise StudyFileError(
                    say("the file cannot be made ({reason})", reason=reason), str(target), "choose another folder"
                ) from error
            self.saved = self.trouble() is not None

    def _open_log(self) -> None:
        if self._wal < 0:
            with suppress(OSError):
                self._wal = open_bytes(beside(self.path, "-wal"), os.O_RDWR)


def _without(error: OSError) -> Message:
    return say(
        "no second copy of this session can be kept in {place} ({reason}); what you confirm is "
        "saved in the study's file alone. Free some space there, and open the study again",
        place=open_studies(),
        reason=cause_of(error),
    )


def _stamp(found: os.stat_result) -> Stamp:
    changed = 0 if os.name == "nt" else found.st_ctime_ns  # there it says when the file was made
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, changed
