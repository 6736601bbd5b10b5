"""What is found while records come in: faults by their place, and what has no place here."""

from __future__ import annotations

from annotator.domain.faults import Faults
from annotator.formats.dataset import Losses


class Findings:
    """Collected over one source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.problems = Faults()
        self.losses = Losses()

    def problem(self, line: str, what: str) -> None:
        """A fault of the record on this line."""
        self.problems.append({"source": self._source, "where": line, "what": what})
