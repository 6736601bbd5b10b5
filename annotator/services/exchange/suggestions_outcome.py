"""What came in as suggestions: none of it is a label, and by layer all of it adds up to what the files hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotator.domain.json_forms import JsonObject, as_json
from annotator.formats.dataset import Loss
from annotator.services.exchange.outcome import Counts, Problem


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Suggestions of a layer that are not in, for one reason; the layer is empty for what cannot be read."""

    layer: str
    count: int
    why: str

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {"what": "suggestions", "layer": self.layer, "count": self.count, "why": self.why}


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSuggestions:
    """What an import of suggestions did, or would do.

    sources: name -> how many came of it. held, added: by layer, what the files hold and what came in of it. left: how
    many faulty lines were left out. left_list: the file that lists them.
    """

    suggestions: Counts
    sources: Mapping[str, int]
    applied: bool
    problems: tuple[Problem, ...]
    held: Mapping[str, int]
    added: Mapping[str, int]
    left_out: tuple[LeftOut, ...]
    losses: tuple[Loss, ...]
    left: int
    left_list: str | None = None

    def as_json(self) -> JsonObject:
        """In the public JSON form, with the counts of articles and labels, of which none is made."""
        more = {"losses": self.losses, "left": self.left, "left_list": self.left_list}
        return {
            "documents": as_json(Counts()),
            "annotations": as_json(Counts()),
            "suggestions": as_json(self.suggestions),
            "sources": dict(self.sources),
            "applied": self.applied,
            "problems": as_json(self.problems),
            "account": {
                "file": {"suggestions": sum(self.held.values()), "by_layer": dict(self.held)},
                "here": {"suggestions": sum(self.added.values()), "by_layer": dict(self.added)},
                "left_out": as_json(self.left_out),
            },
            **{name: as_json(what) for name, what in more.items() if what},
        }
