"""What SQLite leaves beside a file, read byte by byte: its write-ahead log and its rollback journal.

The forms are those of https://www.sqlite.org/fileformat2.html and https://www.sqlite.org/walformat.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from annotator.store.bytes_at import read_at

HEAD, FRAME_HEAD = 32, 24
_MAGIC = (0x377F0682, 0x377F0683)
_JOURNAL = bytes.fromhex("d9d505f920a163d7")


@dataclass(slots=True)
class Log:
    """A write-ahead log up to its last commit. head: its first 32 bytes; last: the head of its last frame."""

    head: bytes = b""
    page_size: int = 0
    count: int = 0
    last: bytes = b""
    begun: int = 0
    """The frame after the commit before the last one."""
    places: dict[int, list[int]] = field(default_factory=dict)
    """Page number -> where its versions begin, oldest first."""

    @property
    def end(self) -> int:
        """The byte after the last frame."""
        return HEAD + self.count * (FRAME_HEAD + self.page_size) if self.head else 0


def head_of(descriptor: int) -> bytes:
    """The head of a log; empty where there is none."""
    head = read_at(descriptor, HEAD, 0)
    return head if len(head) == HEAD and int.from_bytes(head[:4], "big") in _MAGIC else b""


def read_on(descriptor: int, log: Log, sink: Callable[[int, bytes], object] = lambda _place, _data: None) -> None:
    """Take in what was committed since. sink: gets (place, bytes) of it and, once more, of the commit before.

    Once more, for another program may have been in the midst of writing that one when it was read.
    """
    if not log.head:
        log.head = head_of(descriptor)
        log.page_size = int.from_bytes(log.head[8:12], "big") if log.head else 0
    if not log.head:
        return
    step, number = FRAME_HEAD + log.page_size, log.begun
    if not number:
        sink(0, log.head)
    waiting: list[tuple[int, int, bytes]] = []
    for frame in _frames(descriptor, HEAD + number * step, step, log.head[16:24]):
        place = HEAD + number * step
        waiting.append((int.from_bytes(frame[:4], "big"), place + FRAME_HEAD, frame[:FRAME_HEAD]))
        sink(place, frame)
        number += 1
        if frame[4:8] != b"\0\0\0\0":
            if number > log.count:
                log.begun = number - len(waiting)
                log.count, log.last = number, waiting[-1][2]
                for page, begins, _ in waiting:
                    log.places.setdefault(page, []).append(begins)
            waiting = []


def _frames(descriptor: int, at: int, step: int, salts: bytes) -> Iterator[bytes]:
    """Frames of this beginning of the log from a place on."""
    many = 16
    while True:
        data = read_at(descriptor, many * step, at)
        whole = len(data) // step
        for number in range(whole):
            frame = data[number * step : (number + 1) * step]
            if frame[8:16] != salts:
                return
            yield frame
        if whole < many:
            return
        at, many = at + whole * step, 256


def still_there(descriptor: int, log: Log) -> bool:
    """Whether the log begins and ends as it did when it was read."""
    if not log.count:
        return True
    place = log.end - FRAME_HEAD - log.page_size
    return head_of(descriptor) == log.head and read_at(descriptor, FRAME_HEAD, place) == log.last


def counter(page: bytes) -> int:
    """The change counter in a file's first page."""
    return int.from_bytes(page[24:28], "big")


def log_belongs(first_page: bytes, descriptor: int) -> bool:
    """Whether a log can be of the file with this first page; yes where it does not tell.

    A log's first version of that page counts on from the file's; what was folded in left one of its versions there.
    """
    log = Log()
    read_on(descriptor, log)
    counts = [counter(read_at(descriptor, 28, place)) for place in log.places.get(1, ())]
    size = int.from_bytes(first_page[16:18], "big") or 0
    if log.count and log.page_size != (65536 if size == 1 else size):
        return False
    return not counts or counter(first_page) in {counts[0] - 1, *counts}


def journal_belongs(first_page: bytes, descriptor: int) -> bool:
    """Whether a rollback journal can be of the file with this first page; yes where it does not tell."""
    head = read_at(descriptor, 28, 0)
    if len(head) < 28 or not head.startswith(_JOURNAL):
        return True  # SQLite plays nothing of it back
    records, sector, page_size = (int.from_bytes(head[a : a + 4], "big") for a in (8, 20, 24))
    for number in range(min(records, 10_000)):
        record = read_at(descriptor, 32, sector + number * (page_size + 8))
        if record[:4] == b"\0\0\0\1":
            return counter(first_page) - counter(record[4:]) in (0, 1)
    return True
