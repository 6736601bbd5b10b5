"""Everything that is wrong with a codebook, told at once."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.errors import BadInput
from annotator.domain.words import say


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the line in the file (from 1), the path of the key, what is wrong, and what to do."""

    line: int
    path: str
    what: str
    remedy: str

    def __str__(self) -> str:
        where = (
            say("line {line}, {path}", line=self.line, path=self.path)
            if self.path
            else say("line {line}", line=self.line)
        )
        return f"{where}: {self.what} ({self.remedy})"


class CodebookFaults(BadInput):
    """A codebook that cannot be used, with every fault in the order of its lines."""

    def __init__(self, source: str, faults: tuple[Fault, ...]) -> None:
        count = "1 fault" if len(faults) == 1 else say("{n} faults", n=len(faults))
        super().__init__(f"{count}: " + "; ".join(str(f) for f in faults), source, say("mend the file and check again"))
        self.faults = faults
