"""The way of a label from any codebook version of a study to the newest."""

from __future__ import annotations

from collections.abc import Iterable

from annotator.domain.annotations import Annotation, Entity
from annotator.domain.codebook.carrying import Carrier
from annotator.domain.codebook.lineage import Lineage
from annotator.domain.codebook.mapping import CodebookMapping, mapping_from_record
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_from_json
from annotator.domain.errors import Refusal
from annotator.domain.words import say
from annotator.store import codebook_changes, people
from annotator.store.study_file import Connection

Marks = tuple[tuple[int, str], ...]
"""(codebook version, why) for every step after which a label is to be looked at again."""


class Versions:
    """The codebook versions of a study, oldest first, as they are when this is made."""

    def __init__(self, connection: Connection) -> None:
        rows = people.codebook_rows(connection)
        self.contents = {version: content for version, content, _ in rows}
        self._made = {version: made for version, _, made in rows}
        self.newest = rows[-1][0]
        self.changes = codebook_changes.every(connection)
        self._books: dict[int, Codebook] = {}
        self._paths: dict[int, list[tuple[int, Carrier]]] = {}

    def book(self, version: int) -> Codebook:
        """The codebook of a version."""
        if version not in self._books:
            self._books[version] = codebook_from_json(self.contents[version])
        return self._books[version]

    def made(self, version: int) -> str:
        """When a version was made."""
        return self._made[version]

    def mapping(self, version: int) -> CodebookMapping:
        """How labels of the version before came to this one."""
        change = self.changes.get(version)
        return mapping_from_record(change["mapping"]) if change is not None else CodebookMapping()

    def lineage(self) -> Lineage:
        """What every version called what."""
        versions = sorted(self.contents)
        return Lineage([(v, self.book(v)) for v in versions], [self.mapping(v) for v in versions])

    def forward(self, a: Annotation) -> tuple[Annotation, Marks]:
        """The label under the newest version; raises Refusal where that has no layer for it.

        A version between that has none leaves the label as it is: a later one may have the layer again.
        """
        marks: list[tuple[int, str]] = []
        homeless: Refusal | None = None
        for version, carrier in self._path(a.codebook_version):
            try:
                a, why = carrier.carry(a)
            except Refusal as error:
                homeless = error
                continue
            homeless = None
            if why:
                marks.append((version, "; ".join(why)))
        if homeless is not None:
            raise Refusal(
                homeless.what, say("label {id}", id=a.id), "apply a codebook that has this layer, and try again"
            )
        return a, tuple(marks)

    def entity_forward(self, e: Entity, version: int) -> Entity:
        """The register's entry, type and values, as the newest version calls them; `version`: what it comes from.

        Values that a version has no place for stay as they are.
        """
        for _, carrier in self._path(version):
            e, _why = carrier.carry_entity(e)
        return e

    def at(self, time: str) -> int:
        """The version that was the newest at a time."""
        return max((v for v, made in self._made.items() if made <= time), default=1)

    def _steps(self, version: int) -> Iterable[int]:
        """The versions to go to, one after another; a change that was taken back later is stepped over whole."""
        while version < self.newest:
            same = [v for v, content in self.contents.items() if v > version and content == self.contents[version]]
            if same:
                version = max(same)
            else:
                version += 1
                yield version

    def _path(self, version: int) -> list[tuple[int, Carrier]]:
        if version not in self._paths:
            self._paths[version] = [
                (v, Carrier(self.book(v - 1), self.book(v), self.mapping(v), v)) for v in self._steps(version)
            ]
        return self._paths[version]
