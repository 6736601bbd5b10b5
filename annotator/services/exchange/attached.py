"""What the source of a study holds as a whole and nothing here has a place for, kept for the way back into its form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from annotator.formats import web_kept
from annotator.formats.annotation_looks import FORM as WEB
from annotator.formats.refi_kept import merged, sound_project
from annotator.store import people
from annotator.store.study_file import Connection


def attach(connection: Connection, form: str, coming: Mapping[str, Any], labels: Iterable[str]) -> None:
    """Keep what came beside what is kept of other sources of the form; the same source again changes nothing.

    labels: what the source calls those of its labels that come in.
    """
    if not coming:
        return
    before = people.attached(connection).get(form, {})
    after = web_kept.merged(before, coming, labels) if form == WEB else merged(before, sound_project(coming))
    if after != before:
        people.put_attached(connection, form, after)
