"""Looks now and then for what other windows and programs wrote to the study, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer

from annotator.domain.changes import ChangeSet
from annotator.qt.toolkit.words import tr

if TYPE_CHECKING:
    from annotator.qt.desk.desk import Desk

WATCH_MS = 1500


class Watch(QTimer):
    """Runs while a study is open."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._made = self._folded = 0
        """How many steps were made here at the last look, and when the log was last folded in."""
        self.setInterval(WATCH_MS)
        self.timeout.connect(self._look)

    def _look(self) -> None:
        session = self._desk.session
        if session is None:
            return
        if self._desk.isVisible():
            session.look()
        made = len(session.confirmed)
        if made == self._made != self._folded:  # a pause after some work
            session.study.file.fold()
            self._folded = made
        self._made = made

    def changed_elsewhere(self, changes: ChangeSet) -> None:
        """Say what came in."""
        session = self._desk.session
        assert session is not None
        self._desk.refresh_documents()
        parts = [
            tr("{n} labels of this article added", n=len(changes.added)) if changes.added else "",
            tr("{n} changed", n=len(changes.changed)) if changes.changed else "",
            tr("{n} removed", n=len(changes.removed)) if changes.removed else "",
        ]
        what = ", ".join(p for p in parts if p)
        if session.outdated:
            self._desk.show_notice(
                tr("The study was given another codebook elsewhere. Nothing can be changed here; close it and open it")
            )
        elif what:
            self._desk.show_notice(
                tr("Another window or program changed this study: {what}. You see the newest", what=what)
            )
        else:
            self._desk.told.emit(tr("Another window or program changed this study; you see the newest"))
