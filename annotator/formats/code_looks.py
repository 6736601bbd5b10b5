"""What a code of a REFI-QDA file is besides its name's place in the codebook, kept for files that go back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass

CODE = "qdpx:code"
"""The key of it in `written_as`."""


@dataclass(frozen=True, slots=True)
class CodeLook:
    """guid and parent in small letters; parent: the guid of the code that it stands under, "" at the top."""

    guid: str
    name: str
    parent: str = ""
    colour: str = ""
    codable: bool = True

    def written(self) -> dict[str, str]:
        """As `written_as` holds it."""
        return {CODE: json.dumps(asdict(self), ensure_ascii=False)}


def look_of(written_as: Mapping[str, str]) -> CodeLook | None:
    """What a part of the codebook came with; None where it did not come from such a file."""
    try:
        told = json.loads(written_as.get(CODE, ""))
        texts = {key: str(told.get(key) or "") for key in ("guid", "name", "parent", "colour")}
        return CodeLook(**texts, codable=told.get("codable") is not False)
    except (ValueError, AttributeError, RecursionError):
        return None
