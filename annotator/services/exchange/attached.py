"""What the source of a study holds as a whole and nothing here has a place for, kept for the way back into its form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.formats.refi_kept import merged, sound_project
from annotator.store import people
from annotator.store.study_file import Connection


def attach(connection: Connection, form: str, coming: Mapping[str, Any]) -> None:
    """Keep what came beside what is kept of other sources of the form; the same source again changes nothing."""
    if not coming:
        return
    before = people.attached(connection).get(form, {})
    after = merged(before, sound_project(coming))
    if after != before:
        people.put_attached(connection, form, after)
