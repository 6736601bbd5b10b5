"""What web annotations of one layer look like where they came from, so that they go out as they came."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import Any

from annotator.domain.codebook.model import Codebook, Layer

FORM = "w3c"
FURTHER = "tags"
"""The attribute of tags behind the first one, in `written_as`."""
LINKED = "bodies"
"""That of bodies that lie elsewhere."""


@dataclass(frozen=True, slots=True)
class Look:
    """tag: the word that names the layer, empty for none. purpose: of its body. remark: purpose of remarks.

    Each is None where it was not said.
    """

    tag: str = ""
    motivation: str | None = None
    purpose: str | None = None
    remark: str | None = None

    def word(self) -> str:
        """As `written_as` holds it."""
        return json.dumps({k: v for k, v in asdict(self).items() if v not in (None, "")}, ensure_ascii=False)


def looks(codebook: Codebook) -> dict[str, Look]:
    """Layer key -> its look, of layers that came from web annotations."""
    return {layer.key: look for layer in codebook.layers if (look := _look(layer)) is not None}


def _look(layer: Layer) -> Look | None:
    try:
        told: Any = json.loads(layer.written_as.get(FORM, ""))
    except (ValueError, RecursionError):
        return None
    if not isinstance(told, dict) or not all(isinstance(v, str) for v in told.values()):
        return None
    return Look(told.get("tag", ""), told.get("motivation"), told.get("purpose"), told.get("remark"))


def part_names(codebook: Codebook, layer: str) -> dict[str, str]:
    """Key of an attribute or role of a layer -> what web annotations call it."""
    found = codebook.layer(layer)
    roles = getattr(found, "roles", ())
    return {part.key: part.written_as[FORM] for part in (*found.attributes, *roles) if part.written_as.get(FORM)}
