"""Unitizing: how alike coders cut the text, for layers whose labels overlap too."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from annotator.agreement.estimate import Estimate
from annotator.agreement.unitizing import (
    LabelledSection,
    Section,
    coding_alphas,
    merged,
    overlapping,
    tracks,
    u_alpha,
)
from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import SpanLayer
from annotator.domain.codebook.values import category, label_of
from annotator.services.agreement.request import Corpus, Question
from annotator.services.agreement.units import laid_out

Part = dict[str, Any]

TRACKED = 4
"""So many tracks are told at most; few labels lie deeper."""


def unitizing(compared: Corpus, layer: SpanLayer, question: Question) -> Part:
    """`alpha_u`, and where it needs telling `overlaps`, `tracks`; `by_value` for each attribute of one choice.

    Where a coder's own labels overlap, u-alpha is not defined: it is computed on what each coder marked at all, with
    overlapping labels made into one, and `overlaps` says so.
    """
    sections = _sections(compared, layer.key)
    overlap = any(overlapping(s) for s in sections)
    # versions of one article are no documents of their own to draw from
    apart = question.intervals and len({compared.article(d.id) for d in compared.documents}) == len(compared.documents)

    def of(parts: list[Section]) -> Estimate:
        return u_alpha([merged(s) for s in parts] if any(overlapping(s) for s in parts) else parts, apart)

    part: Part = {"alpha_u": asdict(of(sections))}
    if overlap:
        rows = [tracks(s) for s in sections]
        empty = [Section(s.length, tuple(None if x is None else () for x in s.spans)) for s in sections]
        deepest = max(map(len, rows))
        part["overlaps"] = {"way": "merged", "tracks": deepest}
        part["tracks"] = [
            {"track": k + 1, **asdict(of([r[k] if k < len(r) else e for r, e in zip(rows, empty, strict=True)]))}
            for k in range(min(deepest, TRACKED))
        ]
    part["by_value"] = [_by_value(compared, layer, a.key, of) for a in layer.attributes if a.type == "choice"]
    return part


def _by_value(compared: Corpus, layer: SpanLayer, key: str, of: Any) -> Part:
    attribute = layer.attribute(key)
    laid = laid_out(compared, layer.key)
    values = {a.id: category(attribute, a.values.get(key)) for mine in laid.values() for a in mine.labels}
    labelled = [
        LabelledSection(
            s.length,
            tuple(
                None if made is None else tuple((*f, values[a.id] or "") for a in made for f in a.fragments)
                for made in row
            ),
        )
        for s, row in zip(_sections(compared, layer.key), _made(compared, layer.key), strict=True)
    ]
    labelled = [
        LabelledSection(s.length, tuple(None if x is None else tuple(y for y in x if y[2]) for x in s.spans))
        for s in labelled
    ]
    whole, each = coding_alphas(labelled)
    found = []
    for value in sorted({v for v in values.values() if v}):
        alone = [
            Section(
                s.length, tuple(None if x is None else tuple((a, b) for a, b, v in x if v == value) for x in s.spans)
            )
            for s in labelled
        ]
        found.append(
            {
                "value": value,
                "label": label_of(attribute, value),
                "alpha_u": asdict(of(alone)),
                "ku_alpha": asdict(each[value]) if value in each else None,
            }
        )
    return {"attribute": key, "cu_alpha": asdict(whole), "values": found}


def _made(compared: Corpus, layer: str) -> list[tuple[list[Annotation] | None, ...]]:
    """Document by document: each coder's labels, None for who did not read it."""
    laid = laid_out(compared, layer)
    by_place: dict[str, dict[int, list[Annotation]]] = {}
    for coder_id, mine in laid.items():
        for a, place in zip(mine.labels, mine.places, strict=True):
            by_place.setdefault(coder_id, {}).setdefault(place, []).append(a)
    return [
        tuple(by_place.get(c.id, {}).get(place, []) if c.id in compared.labels[d.id] else None for c in compared.coders)
        for place, d in enumerate(compared.documents)
    ]


def _sections(compared: Corpus, layer: str) -> list[Section]:
    return [
        Section(
            d.characters, tuple(None if made is None else tuple(f for a in made for f in a.fragments) for made in row)
        )
        for d, row in zip(compared.documents, _made(compared, layer), strict=True)
    ]
