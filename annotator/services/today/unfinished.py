"""Statements in which something is to be filled in, article by article."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from annotator.domain.annotations import Annotation, Document
from annotator.domain.errors import Cancelled
from annotator.domain.statements import incomplete_of, statements, zones_of
from annotator.services.study import Study
from annotator.services.today.records import ArticleRef, Unfinished

GoOn = Callable[[], bool]


def unfinished(
    study: Study, coder_id: str, refs: Callable[[Document], ArticleRef | None], go_on: GoOn = lambda: True
) -> list[Unfinished]:
    """By the number of the article. refs: names an article, None where it does not count. Raises Cancelled."""
    labels = sorted(study.annotations(coder_ids=[coder_id]), key=lambda a: a.document_id)
    documents = {d.id: d for d in study.documents_with({a.document_id for a in labels})}
    found = []
    for document_id, group in groupby(labels, key=lambda a: a.document_id):
        if not go_on():
            raise Cancelled("stopped before everything to do was found")
        document = documents[document_id]
        article = refs(document)
        if article is not None and (one := _in_article(study, list(group), document.zones, article)) is not None:
            found.append(one)
    return sorted(found, key=lambda u: (u.article.number, u.article.id))


def _in_article(
    study: Study, labels: Sequence[Annotation], zones: tuple[tuple[str, int, int], ...], article: ArticleRef
) -> Unfinished | None:
    where = zones_of(study.codebook, zones, list(labels))
    made = statements(study.codebook, labels, where)
    lacking = incomplete_of(study.codebook, labels, made, where)
    if not lacking:
        return None
    places = {s.owner.id: s.place for s in made} | {a.id: a.fragments for a in labels if a.fragments}
    first = min(lacking, key=lambda key: (not places.get(key), places.get(key, ()), key))
    place = places.get(first) or ((0, 0),)
    return Unfinished(article=article, statements=len(lacking), first=first, start=place[0][0], end=place[-1][1])
