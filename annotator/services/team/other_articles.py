"""Which articles of another study are here: by the rules of identity; the rest come in as new ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from annotator.domain.annotations import Document
from annotator.domain.fragments import Fragments
from annotator.domain.origins import Acquaintance, origin_of
from annotator.domain.text_carrying import Placed, TextMap
from annotator.services.articles.identity import acquaintance
from annotator.services.study import Study
from annotator.services.team.other_study import OtherStudy, as_new
from annotator.store import documents as document_rows
from annotator.store.documents import NewDocument


@dataclass(frozen=True, slots=True)
class Articles:
    """here: id there -> article here, second readings that are here too among them. fresh: those that are to be made.

    moved: articles that have another text here. ambiguous: those that might be several here, and so are new ones.
    same_address: those whose address another article here has, with another text.
    """

    here: Mapping[str, Document]
    fresh: tuple[NewDocument, ...]
    moved: Mapping[str, TextMap]
    matched: int
    ambiguous: int
    same_address: int

    def placed(self, document: str, fragments: Fragments) -> Placed | None:
        """Where a label stands in the text here; None where the texts are the same."""
        found = self.moved.get(document)
        return None if found is None else found.place(fragments)


def meet(study: Study, other: OtherStudy, before: Mapping[str, str]) -> Articles:
    """before: what was what when this study was merged last."""
    copies = study.hidden_repeats()
    every = {d.id: d for d in study.documents()}
    known = acquaintance(study)
    found: dict[str, Document] = {}
    for key in other.documents:
        met = every.get(before.get(key, key))
        if met is None or (key in other.copies) != (met.id in copies):
            continue
        found[key] = met
        for sha256 in other.hashes[key]:
            known.take(sha256, met)
    open_ = {key: d for key, d in other.documents.items() if key not in found and key not in other.copies}
    found |= _same(open_, other, known)
    taken = {d.id for d in found.values()}
    addresses = {d.url for d in every.values() if d.url and d.id not in taken}
    with study.file.reading() as connection:
        number = document_rows.next_number(connection)
    at = study.clock()
    fresh: list[NewDocument] = []
    ambiguous = same_address = 0
    for key, d in open_.items():
        if key in found:
            continue
        origin = dict(d.origin) or origin_of(d).record()
        own = study.ids() if key in every else key  # a second reading in one of the two studies alone
        made = replace(d, id=own, number=number + len(fresh), text_version=1, revised=None, origin=origin)
        fresh.append(as_new(other, key, made, at))
        found[key] = made
        ambiguous += any(known.of(sha256) for sha256 in other.hashes[key])
        same_address += bool(d.url) and d.url in addresses
    moved = {
        key: TextMap(other.text(key), study.text(met.id))
        for key, met in found.items()
        if met.id in every and met.sha256 != other.documents[key].sha256
    }
    matched = sum(key not in other.copies and met.id in every for key, met in found.items())
    return Articles(found, tuple(fresh), moved, matched, ambiguous, same_address)


def _same(open_: Mapping[str, Document], other: OtherStudy, known: Acquaintance[Document]) -> dict[str, Document]:
    """Articles that are here by their words and their source: first by the present text, then by those before."""
    found: dict[str, Document] = {}
    deepest = max((len(other.hashes[key]) for key in open_), default=0)
    for depth in range(deepest):
        groups: dict[str, list[str]] = {}
        for key in open_:
            if key not in found and depth < len(other.hashes[key]):
                groups.setdefault(other.hashes[key][depth], []).append(key)
        for sha256, keys in groups.items():
            met = known.match(sha256, [origin_of(open_[key]) for key in keys])
            found |= {key: m for key, m in zip(keys, met, strict=True) if isinstance(m, Document)}
    return found
