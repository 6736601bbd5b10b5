"""What a dataset may hold that not every format can carry, and how much of it there is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.words import say
from annotator.formats.dataset import Article, Dataset


@dataclass(frozen=True, slots=True)
class Feature:
    """words: what is lost where a format cannot carry it."""

    key: str
    words: str


FEATURES = (
    Feature("spans", say("labelled passages")),
    Feature("texts", say("texts of articles")),
    Feature("metadata", say("dates, outlets and other facts about articles")),
    Feature("coders", say("who coded")),
    Feature("overlaps", say("labels that overlap another one")),
    Feature("discontinuous", say("labels in several pieces")),
    Feature("values", say("values of labels")),
    Feature("several", say("several values of one attribute")),
    Feature("entities", say("entities as values")),
    Feature("register", say("entities' aliases and remarks")),
    Feature("entity_values", say("entities' attributes")),
    Feature("links", say("links between labels")),
    Feature("link_values", say("values of links")),
    Feature("entity_roles", say("entities that fill a role without a passage")),
    Feature("empty_roles", say("reasons for empty roles")),
    Feature("document_values", say("values of whole articles")),
    Feature("doubts", say("doubts about values")),
    Feature("memos", say("remarks on labels")),
    Feature("ids", say("identifiers of labels")),
    Feature("times", say("when a label was made and changed")),
    Feature("codebook", say("definitions and rules of the codebook")),
    Feature("history", say("history of changes")),
    Feature("notes", say("notes and questions")),
)
_KEYS = frozenset(f.key for f in FEATURES)
COMMON_LOSSES = frozenset({"history", "notes"})
"""No exchange format carries these: they belong to the study, not to the dataset."""


def carrying(*keys: str) -> frozenset[str]:
    """The features named; raises ValueError for a word that is none."""
    if unknown := set(keys) - _KEYS:
        raise ValueError(say("no such feature: {names}", names=", ".join(sorted(unknown))))
    return frozenset(keys)


def all_but(*keys: str) -> frozenset[str]:
    """Every feature that an exchange format can have, but those named."""
    return _KEYS - COMMON_LOSSES - carrying(*keys)


def loses(carries: frozenset[str]) -> tuple[str, ...]:
    """What a format that carries these loses, in words."""
    return tuple(f.words for f in FEATURES if f.key not in carries)


class Census:
    """Counts how much of each feature passes by."""

    def __init__(self, dataset: Dataset) -> None:
        self._kinds = {layer.key: layer.kind for layer in dataset.codebook.layers}
        self.counts: Counter[str] = Counter()
        self.counts["codebook"] = 1
        self.counts["register"] = sum(1 for e in dataset.register.every.values() if e.aliases or e.memo)
        self.counts["entity_values"] = sum(1 for e in dataset.register.every.values() if e.values)

    def see(self, article: Article) -> None:
        """Count one article."""
        counts = self.counts
        counts["texts"] += 1
        d = article.document
        counts["metadata"] += any((d.published, d.publisher, d.author, d.url, d.tags))
        for a in article.annotations:
            self._label(a)
        counts["overlaps"] += overlapping(article.annotations)

    def _label(self, a: Annotation) -> None:
        counts, kind = self.counts, self._kinds.get(a.layer, "span")
        counts["coders"] += 1
        counts["ids"] += 1
        counts["times"] += 1
        counts["spans"] += kind == "span"
        counts["discontinuous"] += len(a.fragments) > 1
        counts["doubts"] += bool(a.uncertain)
        counts["memos"] += bool(a.memo)
        if kind == "link":
            counts["links"] += 1
            counts["link_values"] += bool(a.values)
            counts["entity_roles"] += any(f.entity for fillers in a.roles.values() for f in fillers)
            counts["empty_roles"] += len(a.empty)
        elif kind == "document":
            counts["document_values"] += bool(a.values)
        else:
            counts["values"] += bool(a.values)
        counts["several"] += any(isinstance(v, list) and len(v) > 1 for v in a.values.values())
        counts["entities"] += any(_has_entity(v) for v in a.values.values())

    def lost(self, carries: frozenset[str]) -> dict[str, int]:
        """Words -> count of what a format that carries these would leave behind of what was seen."""
        return {f.words: self.counts[f.key] for f in FEATURES if f.key not in carries and self.counts[f.key]}


def _has_entity(value: Any) -> bool:
    if isinstance(value, Mapping):
        return "entity" in value
    return isinstance(value, list) and any(map(_has_entity, value))


def overlapping(annotations: Iterable[Annotation]) -> int:
    """How many labels share a character with one that begins before them, within one coder's and layer's labels."""
    ends: dict[tuple[str, str], int] = {}
    count = 0
    for a in sorted((a for a in annotations if a.fragments), key=lambda a: a.fragments):
        key = (a.coder_id, a.layer)
        if a.fragments[0][0] < ends.get(key, 0):
            count += 1
        ends[key] = max(ends.get(key, 0), a.fragments[-1][1])
    return count
