"""Searching all articles: passages in their context, and many labels from them in one step."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from annotator.domain.annotations import Entity, Values
from annotator.domain.codebook.model import EntityAttribute, Layer, SpanLayer
from annotator.domain.commands import AddAnnotation, Batch
from annotator.domain.entities import Register
from annotator.domain.fragments import Fragment
from annotator.domain.passages import tidy
from annotator.domain.queries import parse_query
from annotator.domain.words import say
from annotator.services.articles.local_copy import articles_at_hand
from annotator.services.study import Study
from annotator.store import search_index
from annotator.store.opening import open_study_file
from annotator.store.places import DatabaseUrl, Place
from annotator.store.study_file import StudyFile

CONTEXT = 60
"""Characters of context on either side."""
SHOWN = 300
"""Passages that one search brings at most, unless more are asked for."""
_CHUNK = 20
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """A place in an article with its words and what stands around them, each on one line."""

    document_id: str
    number: int
    title: str
    start: int
    end: int
    left: str
    words: str
    right: str


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found: articles in all, and the passages of the first of them; `whole`: of all of them."""

    articles: int
    passages: tuple[Passage, ...]
    whole: bool


class CorpusSearch:
    """Searches one study; belongs to one thread, as its study file does."""

    def __init__(self, study_file: StudyFile) -> None:
        self._file = study_file
        self._place: search_index.Place | None = None

    def prepare(self, progress: Callable[[int, int], bool] | None = None, beside: bool = False) -> None:
        """Bring the index up to date; seconds after a large import, else at once. beside: while somebody codes."""
        self._place = search_index.bring_up_to_date(self._file, progress, beside)

    def find(self, typed: str, limit: int = SHOWN) -> Found:
        """Passages that meet what was typed, in the order of articles; raises BadInput for a query that is wrong."""
        query = parse_query(typed)
        if self._place is None:
            self.prepare()
        assert self._place is not None
        passages: list[Passage] = []
        with self._file.reading() as connection, search_index.Places(query) as places:
            rows = search_index.rows(connection, query, self._place)
            for at in range(0, len(rows), _CHUNK):
                if len(passages) > limit:
                    break
                chunk = search_index.articles(connection, rows[at : at + _CHUNK], self._place)
                for a, found in zip(chunk, places.of([a.text for a in chunk]), strict=True):
                    passages += [passage(a.id, a.number, a.title, a.text, *place) for place in found]
        return Found(len(rows), tuple(passages[:limit]), len(passages) <= limit)


def search(path: Place, typed: str, limit: int = SHOWN, progress: Callable[[int, int], bool] | None = None) -> Found:
    """Search a study by its path, with a connection of its own: for a worker's thread."""
    parse_query(typed)
    study_file = open_study_file(articles_at_hand(path) if isinstance(path, DatabaseUrl) else path)
    try:
        finder = CorpusSearch(study_file)
        finder.prepare(progress, beside=True)
        return finder.find(typed, limit)
    finally:
        study_file.close()


def passage(document_id: str, number: int, title: str, text: str, start: int, end: int) -> Passage:
    """A place with its context."""
    left = text[max(0, start - CONTEXT) : start]
    right = text[end : end + CONTEXT]
    return Passage(
        document_id, number, title, start, end, _one_line(left), _one_line(text[start:end]), _one_line(right)
    )


def _one_line(text: str) -> str:
    return _SPACE.sub(" ", text)


Order = Literal["article", "left", "right"]


def ordered(passages: Sequence[Passage], order: Order) -> list[Passage]:
    """By article, by the words before (nearest first), or by the words found and after."""
    if order == "left":
        return sorted(passages, key=lambda p: (p.left.casefold().split()[::-1], p.words.casefold(), p.number, p.start))
    if order == "right":
        return sorted(passages, key=lambda p: (p.right.casefold().split(), p.words.casefold(), p.number, p.start))
    return sorted(passages, key=lambda p: (p.number, p.start))


# labels from what was found


@dataclass(frozen=True, slots=True)
class Proposed:
    """A label that would be made: its fragment, and why it cannot be, or is there already (empty: it can)."""

    passage: Passage
    fragment: Fragment
    why_not: str = ""


def propose(study: Study, coder_id: str, layer: SpanLayer, passages: Sequence[Passage]) -> list[Proposed]:
    """What labelling these passages would come to; nothing is written."""
    proposed: list[Proposed] = []
    texts: dict[str, str] = {}
    have: dict[str, set[Fragment]] = {}
    for p in passages:
        if p.document_id not in texts:
            texts[p.document_id] = study.text(p.document_id)
            labels = study.annotations(p.document_id, [coder_id], layer.key)
            have[p.document_id] = {a.fragments[0] for a in labels if len(a.fragments) == 1}
        fragment = tidy(texts[p.document_id], p.start, p.end, layer.snap, layer.trim) or (p.start, p.end)
        known = fragment in have[p.document_id]
        have[p.document_id].add(fragment)
        proposed.append(Proposed(p, fragment, say("labelled already") if known else ""))
    can = [p for p in proposed if not p.why_not]
    if can:
        answers = study.coding.rehearse(label_command(study, coder_id, layer, can))
        told = {id(p): str(e.what) for p, e in zip(can, answers, strict=True) if e is not None}
        proposed = [Proposed(p.passage, p.fragment, told.get(id(p), p.why_not)) for p in proposed]
    return proposed


def label_command(study: Study, coder_id: str, layer: SpanLayer, proposed: Sequence[Proposed]) -> Batch:
    """One unit of work over all articles: one undo takes all of it back."""
    register = study.register()
    texts = {key: study.text(key) for key in {p.passage.document_id for p in proposed}}
    steps = tuple(
        AddAnnotation(
            coder_id=coder_id,
            document_id=p.passage.document_id,
            layer=layer.key,
            fragments=(p.fragment,),
            values=known_entity(register, layer, texts[p.passage.document_id][slice(*p.fragment)]),
        )
        for p in proposed
    )
    return Batch(coder_id=coder_id, name="LabelFound", commands=steps)


def known_entity(register: Register, layer: Layer, words: str) -> Values:
    """The value of an entity whose name or alias is just these words."""
    wanted = _one_line(words).casefold().strip()
    for attribute in layer.attributes:
        if isinstance(attribute, EntityAttribute) and not attribute.many and attribute.default is None:
            for key, e in register.every.items():
                named = wanted == e.name.casefold() or any(wanted == a.casefold() for a in e.aliases)
                if named and fits(attribute, register.roots[key]):
                    return {attribute.key: {"entity": register.root_id(key)}}
    return {}


def entity_value(register: Register, layer: Layer, entity_id: str | None) -> Values:
    """The value that names this entity, in the first attribute of the layer that takes it; none where none does."""
    entity = register.roots.get(entity_id or "")
    for attribute in layer.attributes:
        if entity is not None and isinstance(attribute, EntityAttribute) and fits(attribute, entity):
            named = {"entity": entity.id}
            return {attribute.key: [named] if attribute.many else named}
    return {}


def fits(attribute: EntityAttribute, entity: Entity) -> bool:
    """Whether an entity's type may stand in the attribute."""
    return not attribute.entity_types or entity.type in attribute.entity_types
