"""What an object of JSON holds beside that which its reader takes: counted by name, so that nothing goes unseen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.domain.words import say
from annotator.formats.dataset import Losses

TAKEN: None = None
"""The reader takes the value, or it says nothing of an article or a label."""
Known = Mapping[str, "Known | None"]
"""Name -> TAKEN, or what is known of the object under it, or of each object in the list under it."""
_LONG = 60


def plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """The fields that are one word or number: facts of an article, whatever they are called."""
    return {k: v for k, v in told.items() if isinstance(v, (str, int, float))}


def tell_unread(losses: Losses, told: Mapping[str, Any], known: Known, where: str, path: str = "") -> None:
    """Count every field that is not known, by its path; fields with nothing in them are passed over."""
    for key, value in told.items():
        if value is None or value in ("", [], {}):
            continue
        name = f"{path}{key}"
        if key not in known:
            losses.lose(say("fields that are not known: {key}", key=name[:_LONG]), 1, where)
            continue
        inner = known[key]
        if inner is None:
            continue
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict):
                tell_unread(losses, one, inner, where, f"{name}.")
