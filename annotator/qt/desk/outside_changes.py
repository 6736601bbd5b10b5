"""Looks now and then for what other windows and programs wrote to the study, and says so."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QTimer

from annotator.domain.changes import ChangeSet
from annotator.qt.desk.workplace import Workplace
from annotator.qt.toolkit.words import tr

WATCH_MS = 1500


class OutsideChanges(QTimer):
    """Runs while a study is open. seen: whether anybody looks at the desk. refresh: shows the articles anew."""

    def __init__(self, at: Workplace, seen: Callable[[], bool], refresh: Callable[[], None]) -> None:
        super().__init__(at)
        self._at, self._seen, self._refresh = at, seen, refresh
        self._made = self._folded = 0
        """How many steps were made here at the last look, and when the log was last folded in."""
        self.setInterval(WATCH_MS)
        self.timeout.connect(self._look)

    def _look(self) -> None:
        session = self._at.session
        if session is None:
            return
        if self._seen():
            session.look()
        made = len(session.confirmed)
        if made == self._made != self._folded:  # a pause after some work
            session.study.file.fold()
            self._folded = made
        self._made = made

    def changed_elsewhere(self, changes: ChangeSet) -> None:
        """Say what came in."""
        session = self._at.session
        assert session is not None
        self._refresh()
        parts = [
            tr("{n} labels of this article added", n=len(changes.added)) if changes.added else "",
            tr("{n} changed", n=len(changes.changed)) if changes.changed else "",
            tr("{n} removed", n=len(changes.removed)) if changes.removed else "",
        ]
        what = ", ".join(p for p in parts if p)
        if session.outdated:
            self._at.notice(
                tr("The study was given another codebook elsewhere. Nothing can be changed here; close it and open it")
            )
        elif what:
            self._at.notice(tr("Another window or program changed this study: {what}. You see the newest", what=what))
        else:
            self._at.message(tr("Another window or program changed this study; you see the newest"))
