"""The way of a place from any text that an article had to the one that it has now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from annotator.domain.annotations import Annotation, Note
from annotator.domain.changes import BY_PROGRAM
from annotator.domain.fragments import Fragments, text_of
from annotator.domain.text_carrying import How, Placed, TextMap
from annotator.store import documents as document_rows
from annotator.store import journal
from annotator.store.records import annotation_from_record, note_from_record
from annotator.store.study_file import Connection

_WORSE: Mapping[How, int] = {"same": 0, "changed": 1, "lost": 2}


@dataclass(frozen=True, slots=True)
class _Texts:
    newest: int
    texts: Mapping[int, str]
    hashes: Mapping[int, str]


class TextVersions:
    """The texts of a study's articles as they are when they are first asked for."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._texts: dict[str, _Texts] = {}
        self._maps: dict[tuple[str, int, int], TextMap] = {}

    def newest(self, document_id: str) -> int:
        """The version that the article's text has now."""
        return self._of(document_id).newest

    def label(self, a: Annotation) -> tuple[Annotation, Placed | None]:
        """The label on the present text, and how it came there; None where it stands there already.

        It is carried from where its coder put it last, so that a correction that was taken back leaves no trace.
        """
        if not a.fragments or a.text_version == self.newest(a.document_id):
            return a, None
        fragments, version = a.fragments, a.text_version
        for change in reversed(journal.of_thing(self._connection, a.id)):
            if change.command not in BY_PROGRAM and change.after is not None:
                own = annotation_from_record(change.after)
                if own.text_version != version and self._there(own, version).fragments == fragments:
                    fragments, version = own.fragments, own.text_version
                break
        placed = self.placed(a.document_id, fragments, version)
        return replace(a, fragments=placed.fragments, text_version=self.newest(a.document_id)), placed

    def record(self, a: Annotation) -> Annotation:
        """A label as the journal has it, on the present text."""
        newest = self.newest(a.document_id)
        if not a.fragments or a.text_version == newest:
            return a
        placed = self.placed(a.document_id, a.fragments, a.text_version)
        return replace(a, fragments=placed.fragments, text_version=newest)

    def note(self, n: Note) -> tuple[Note, Placed | None]:
        """A note on the present text, as `label`."""
        newest = self.newest(n.document_id)
        if n.start is None or n.end is None or n.text_version == newest:
            return n, None
        start, end, version = n.start, n.end, n.text_version
        for change in reversed(journal.of_thing(self._connection, n.id)):
            if change.command not in BY_PROGRAM and change.after is not None:
                own = note_from_record(change.after)
                if own.start is not None and own.end is not None and own.text_version != version:
                    there = self.placed(n.document_id, ((own.start, own.end),), own.text_version, version)
                    if there.fragments and (there.fragments[0][0], there.fragments[-1][1]) == (start, end):
                        start, end, version = own.start, own.end, own.text_version
                break
        placed = self.placed(n.document_id, ((start, end),), version)
        first, last = placed.fragments[0], placed.fragments[-1]
        return replace(n, start=first[0], end=last[1], text_version=newest), placed

    def note_record(self, n: Note) -> Note:
        """A note as the journal has it, on the present text."""
        newest = self.newest(n.document_id)
        if n.start is None or n.end is None or n.text_version == newest:
            return n
        placed = self.placed(n.document_id, ((n.start, n.end),), n.text_version)
        return replace(n, start=placed.fragments[0][0], end=placed.fragments[-1][1], text_version=newest)

    def placed(self, document_id: str, fragments: Fragments, version: int, to: int | None = None) -> Placed:
        """Where fragments of one version stand in another, the present one if None."""
        known = self._of(document_id)
        end = known.newest if to is None else to
        words = text_of(known.texts[version], fragments)
        how: How = "same"
        while version < end:
            same = [v for v in known.texts if version < v <= end and known.hashes[v] == known.hashes[version]]
            if same:  # corrections that were taken back are stepped over
                version = max(same)
                continue
            key = (document_id, version, version + 1)
            if key not in self._maps:
                self._maps[key] = TextMap(known.texts[version], known.texts[version + 1])
            step = self._maps[key].place(fragments)
            fragments, version = step.fragments, version + 1
            how = max(how, step.how, key=lambda h: _WORSE[h])
        return Placed(fragments, how, words)

    def _there(self, own: Annotation, version: int) -> Placed:
        if own.text_version > version or not own.fragments:
            return Placed((), "lost", "")
        return self.placed(own.document_id, own.fragments, own.text_version, version)

    def _of(self, document_id: str) -> _Texts:
        if document_id not in self._texts:
            document = document_rows.get(self._connection, document_id)
            assert document is not None
            former = document_rows.former_texts(self._connection, document_id) if document.text_version > 1 else []
            texts = {f.version: f.text for f in former}
            hashes = {f.version: f.sha256 for f in former}
            if document.text_version > 1:
                texts[document.text_version] = document_rows.text(self._connection, document_id) or ""
                hashes[document.text_version] = document.sha256
            self._texts[document_id] = _Texts(document.text_version, texts, hashes)
        return self._texts[document_id]
