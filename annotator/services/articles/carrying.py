"""The mark that a label gets when its words are not in a corrected text."""

from __future__ import annotations

from annotator.domain.annotations import Annotation
from annotator.domain.text_carrying import Placed
from annotator.domain.words import say
from annotator.store import codebook_changes, people
from annotator.store.study_file import Connection

GONE = say("its words are not in the corrected text, place it by hand")


def mark(connection: Connection, a: Annotation, placed: Placed) -> None:
    """A label whose words are gone is to be looked at by its coder; one that has them again is not any more."""
    version = people.newest_codebook(connection)
    held = {v: why for key, v, why in codebook_changes.marks(connection, ids=[a.id]) if v == version}
    parts = [p for p in held.get(version, "").split("; ") if p and not p.startswith(str(GONE))]
    if placed.how == "lost":
        words = " ".join(placed.words.split())
        parts.append(f"{GONE}: “{words[:80]}{'…' if len(words) > 80 else ''}”")
    if parts:
        codebook_changes.mark(connection, a.id, version, "; ".join(parts), a.updated)
    elif held:
        codebook_changes.drop(connection, a.id, version)
