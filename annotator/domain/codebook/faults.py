"""Everything that is wrong with a codebook, reported at once."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.errors import BadInput
from annotator.domain.words import Message, joined, say, worded


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the line in the file (from 1), the path of the key, what is wrong, and what to do."""

    line: int
    path: str
    what: str
    remedy: str

    def __str__(self) -> str:
        return str(self.told)

    @property
    def told(self) -> Message:
        """All faults in one clause."""
        where = (
            say("line {line}, {path}", line=self.line, path=self.path)
            if self.path
            else say("line {line}", line=self.line)
        )
        return say("{where}: {what} ({remedy})", where=where, what=worded(self.what), remedy=worded(self.remedy))


class CodebookFaults(BadInput):
    """A codebook that cannot be used, with every fault in the order of its lines."""

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        count = say("1 fault") if len(faults) == 1 else say("{n} faults", n=len(faults))
        every = joined("; ", (f.told for f in faults))
        super().__init__(
            say("{count}: {every}", count=count, every=every), source, say("correct the file and check again")
        )
        self.faults = faults
