"""Of one coder's labels in one article those that may have what is asked for, before statements are made of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.values import entity_ids
from annotator.domain.conditions import Condition, Labels, Row, Test, met, tests_of
from annotator.domain.entities import Register
from annotator.domain.fragments import text_of
from annotator.services.search.narrowing import OF_PAIRS, may_hold, texts


class Sieve:
    """Labels that are tied together, by whatever links, are looked at as one: no statement is larger."""

    def __init__(self, condition: Condition, register: Register, labels: Labels) -> None:
        self._condition, self._register, self._labels = condition, register, labels
        self._fields = {t.field for t in tests_of(condition)} - OF_PAIRS - {"complete"}
        self._keys = {tuple(f.split(".")) for f in self._fields if "." in f}

    def kept(self, own: list[Annotation], text: str, about: Row) -> list[Annotation]:
        """Those that may have it. about: what is the same for all of them."""
        if not self._fields:
            return own
        kept: set[str] = set()
        for group in _tied(own):
            row = {**about, **self._row(group, text)}

            def may(test: Test, row: Row = row) -> bool:
                return test.field == "complete" or met(test, row, self._labels)

            if may_hold(self._condition, may):
                kept.update(a.id for a in group)
        return own if len(kept) == len(own) else [a for a in own if a.id in kept]

    def _row(self, group: Sequence[Annotation], text: str) -> dict[str, list[str]]:
        """All that stands in the fields that are asked for."""
        row: dict[str, list[str]] = {f: [] for f in self._fields}
        by_id = {a.id: a for a in group}
        for a in group:
            for path in self._keys:
                if path[0] == a.layer:
                    row[".".join(path)] += self._told(a, path[1:], by_id, text)
            if "layer" in row:
                row["layer"].append(a.layer)
            if "text" in row and a.fragments:
                row["text"].append(text_of(text, a.fragments))
            if "memo" in row and a.memo:
                row["memo"].append(a.memo)
            if "doubt" in row:
                row["doubt"] += a.uncertain
            if "entity" in row:
                row["entity"] += self._names(x for v in a.values.values() for x in entity_ids(v))
                row["entity"] += self._names(f.entity for fillers in a.roles.values() for f in fillers if f.entity)
                row["entity"] += self._names(e.entity for e in a.empty.values() if e.entity)
        return row

    def _told(self, a: Annotation, path: tuple[str, ...], by_id: Mapping[str, Annotation], text: str) -> Iterator[str]:
        if len(path) == 2:
            if path[0] in a.empty:
                yield a.empty[path[0]].because
            return
        yield from texts(a.values.get(path[0]), self._register)
        if path[0] in a.empty and a.empty[path[0]].entity:
            yield from self._names([str(a.empty[path[0]].entity)])
        for f in a.roles.get(path[0], ()):
            filler = by_id.get(f.annotation) if f.annotation else None
            if f.entity:
                yield from self._names([f.entity])
            elif filler is not None:
                yield from self._names(x for v in filler.values.values() for x in entity_ids(v))
                yield " ".join(text_of(text, filler.fragments).split()) or filler.id

    def _names(self, entities: Iterable[str]) -> Iterator[str]:
        for key in entities:
            found = self._register.roots.get(key)
            yield found.name if found is not None else key


def _tied(own: Sequence[Annotation]) -> list[list[Annotation]]:
    """Labels in groups that no link crosses."""
    above = {a.id: a.id for a in own}

    def top(key: str) -> str:
        while above[key] != key:
            above[key] = above[above[key]]
            key = above[key]
        return key

    for a in own:
        for fillers in a.roles.values():
            for f in fillers:
                if f.annotation in above:
                    above[top(a.id)] = top(str(f.annotation))
    groups: dict[str, list[Annotation]] = {}
    for a in own:
        groups.setdefault(top(a.id), []).append(a)
    return list(groups.values())
