"""What coders made of one passage, gathered to be shown side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.qt.agreement.loading import Look
from annotator.qt.agreement.passages import Passage
from annotator.qt.toolkit.words import tr


@dataclass(frozen=True, slots=True)
class Version:
    """One coder's version: all labels of the article, the one of this unit (None for none), and what it says.

    framed: the label to be framed in the text, of a link one that it ties.
    """

    name: str
    hidden_name: str
    labels: Sequence[Annotation]
    unit: Annotation | None
    framed: str | None
    place: tuple[int, int] | None
    values: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Versions:
    """The article, what the passage is about, and everybody's version. colours: layer key -> colour."""

    heading: str
    article: str
    text: str
    zones: Sequence[tuple[str, int, int]]
    layer: str
    colours: Mapping[str, str]
    of: Sequence[Version]


def versions_of(look: Look, comparison: Any, passage: Passage, own: str | None) -> Versions:
    """The versions of all who read the article; only one coder's where `own` is given."""
    from annotator.services.agreement.units import by_id_of, in_text, place_of
    from annotator.services.agreement.versions import told_values

    compared, codebook = look.compared, look.compared.codebook
    unit = comparison.units[passage.place]
    key = unit.document_id
    versions = []
    for number, coder in enumerate(compared.coders, 1):
        if coder.id not in compared.labels[key] or own not in (None, coder.id):
            continue
        labels, hidden = compared.labels[key][coder.id], tr("Coder {n}", n=number)
        mine = unit.made.get(coder.id)
        if mine is None:
            versions.append(Version(coder.name, hidden, labels, None, None, None, []))
            continue
        framed = in_text(compared, key, coder.id, mine)
        values = told_values(codebook, mine, by_id_of(compared, key, coder.id), look.entities)
        place = place_of(compared, key, coder.id, mine)
        versions.append(Version(coder.name, hidden, labels, mine, None if framed is None else framed.id, place, values))
    document = next(d for d in compared.documents if d.id == key)
    name = ": ".join(look.labels[comparison.layer, comparison.attribute])
    return Versions(
        f"{document.number}. {document.title or document.source} · {name}",
        passage.article,
        compared.text(key),
        document.zones,
        codebook.layer(comparison.layer).label,
        {x.key: x.colour for x in codebook.layers},
        versions,
    )
