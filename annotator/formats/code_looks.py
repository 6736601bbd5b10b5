"""What a code of a REFI-QDA file is besides its name's place in the codebook, kept for files that go back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

CODE = "qdpx:code"
"""The key of it in `written_as`."""
_ALWAYS = ("guid", "name", "parent", "colour", "codable")


@dataclass(frozen=True, slots=True)
class CodeLook:
    """guid and parent in small letters; parent: the guid of the code that it stands under, "" at the top.

    notes: guids of the notes whose words are in its definition. label: what it is called here at first, where its name
    alone would be another code's.
    """

    guid: str
    name: str
    parent: str = ""
    colour: str = ""
    codable: bool = True
    notes: tuple[str, ...] = ()
    label: str = ""

    def written(self) -> dict[str, str]:
        """As `written_as` holds it."""
        told = asdict(self)
        told["label"] = "" if self.label == self.name else self.label
        return {CODE: json.dumps({k: v for k, v in told.items() if v or k in _ALWAYS}, ensure_ascii=False)}


def look_of(written_as: Mapping[str, str]) -> CodeLook | None:
    """What a part of the codebook came with; None where it did not come from such a file."""
    try:
        record = json.loads(written_as.get(CODE, ""))
        texts = {key: str(record.get(key) or "") for key in ("guid", "name", "parent", "colour", "label")}
        notes = record.get("notes")
        named = tuple(str(n) for n in notes) if isinstance(notes, list) else ()
        return CodeLook(**texts, codable=record.get("codable") is not False, notes=named)
    except (ValueError, AttributeError, RecursionError):
        return None
