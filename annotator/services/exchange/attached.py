"""What the source of a study holds as a whole and nothing here has a place for, kept for the way back into its form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from annotator.formats.refi_kept import merged
from annotator.store import people
from annotator.store.study_file import Connection

_FACT = "attached:"
"""The fact of a study that holds it, with the name of the form behind it."""


def attach(connection: Connection, form: str, coming: Mapping[str, Any]) -> None:
    """Keep what came beside what is kept of other sources of the form; the same source again changes nothing."""
    if not coming:
        return
    held = people.facts(connection).get(_FACT + form)
    before: dict[str, Any] = json.loads(held) if held else {}
    after = merged(before, coming)
    if after != before:
        people.put_fact(connection, _FACT + form, json.dumps(after, ensure_ascii=False))


def attached(connection: Connection) -> dict[str, dict[str, Any]]:
    """Form -> what is kept of its sources."""
    told = people.facts(connection)
    return {key.removeprefix(_FACT): json.loads(said) for key, said in told.items() if key.startswith(_FACT)}
