"""Showing what others change in a shared study, without opening it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QThread, Signal

from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.study.following import Listening, changes_of, listener

if TYPE_CHECKING:
    from annotator.qt.shell.bench import Bench


class _Ear(QThread):
    """Listens until it is stopped; `heard` carries notices, or None where some may have been missed."""

    heard = Signal(object)

    def __init__(self, listening: Listening, parent: QObject) -> None:
        super().__init__(parent)
        self.listening = listening

    def run(self) -> None:
        """In the thread."""
        self.listening.listen(self.heard.emit)


class Follower(QObject):
    """Keeps the window's session at what the store holds while others work."""

    def __init__(self, bench: Bench, listening: Listening, parent: QObject) -> None:
        super().__init__(parent)
        self._bench = bench
        self.ear = _Ear(listening, self)
        self.ear.heard.connect(self._take)
        self.ear.start()

    def close(self) -> None:
        """Hear no more."""
        self.ear.heard.disconnect(self._take)
        self.ear.listening.stop()
        self.ear.wait()
        self.deleteLater()

    def _take(self, heard: list[dict[str, Any]] | None) -> None:
        bench = self._bench
        session = bench.session
        if session is None or bench.study is None:
            return
        try:
            if heard is None:
                bench.written()
                return
            units = {n["unit"] for n in heard if "unit" in n} - session.confirmed
            tables = {n["table"] for n in heard if "table" in n}
            if units:
                changes = changes_of(bench.study, sorted(units), session.coder.id)
                if changes:
                    session.take(changes)
                    bench.message(tr("Changes from elsewhere are shown"), 6000)
            if tables & {"document", "assignment"}:
                bench.refresh_articles()
            if "codebook" in tables:
                bench.notice(tr("The codebook was changed: open the study again to go on under it"))
        except AnnotatorError as error:
            bench.notice(spoken(error))


def follow(bench: Bench, parent: QObject) -> Follower | None:
    """Begin to follow the study that is open, where others may change it."""
    assert bench.study is not None
    listening = listener(bench.study)
    return None if listening is None else Follower(bench, listening, parent)
