"""Hearing what others confirmed in a shared study, over a connection of its own."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from typing import Any

import psycopg

from annotator.domain.errors import StudyFileError
from annotator.store.places import DatabaseUrl
from annotator.store.server import connect, friendly_errors
from annotator.store.server_rules import CHANNEL

_LOOK = 0.2
_AGAIN = 3.0

Notice = dict[str, Any]
"""``{"unit", "document"}`` of a step of the journal, or ``{"table"}`` of something that is not in the journal."""


class Listener:
    """``listen`` runs in a thread of its own until `stop` is called from another."""

    def __init__(self, url: DatabaseUrl) -> None:
        self._url = url
        self._stopped = threading.Event()
        self.ready = threading.Event()
        """Set while it listens."""

    def stop(self) -> None:
        """Let `listen` end."""
        self._stopped.set()

    def listen(self, told: Callable[[list[Notice] | None], None]) -> None:
        """Call with the notices of each transaction; with None where some may have been missed."""
        missed = False
        while not self._stopped.is_set():
            try:
                with friendly_errors(self._url), connect(self._url) as wire:
                    wire.execute(f"LISTEN {CHANNEL}")
                    if missed:
                        told(None)
                    self.ready.set()
                    while not self._stopped.is_set():
                        if heard := [json.loads(n.payload) for n in wire.notifies(timeout=_LOOK, stop_after=1)]:
                            told(heard)
            except (StudyFileError, psycopg.Error):
                missed = True
                self.ready.clear()
                self._stopped.wait(_AGAIN)
