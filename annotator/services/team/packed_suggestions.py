"""Suggestions in packages: to the coder whom they are meant for, and back with what the coder said to them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotator.domain.annotations import Value
from annotator.domain.codebook.lineage import Lineage
from annotator.domain.fragments import fragments_fault
from annotator.domain.packages import PackedSuggestion
from annotator.domain.suggestions import Source, Suggestion
from annotator.domain.words import Message, say
from annotator.services.suggestions.blind import blind_articles
from annotator.services.team.package_file import Package
from annotator.store import documents as document_rows
from annotator.store import suggestions as rows
from annotator.store.records import same
from annotator.store.study_file import Connection

Line = Mapping[str, Value]
"""A line of a file in a package, as its schema has it."""


def suggestions_for(
    connection: Connection, coder_id: str, documents: Sequence[str], open_too: bool
) -> tuple[list[Line], list[Line]]:
    """(suggestions, what the coder said) of these articles. open_too: those too that the coder did not answer."""
    here = set(documents)
    verdicts = [v for v in rows.verdicts(connection, coder_id=coder_id) if v.document_id in here]
    answered = {v.suggestion_id for v in verdicts}
    blind = blind_articles(connection, coder_id)
    sources = rows.sources(connection)
    every = rows.find(connection, coder_id=coder_id) if sources else []
    found = [
        s for s in every if s.document_id in here and (s.id in answered or (open_too and s.document_id not in blind))
    ]
    found = _with_tied(found, every)
    told: list[Line] = [{"suggestion": v.suggestion_id, "document": v.document_id, **v.record()} for v in verdicts]
    return [_line(s, sources[s.source_id]) for s in found], told


def _with_tied(found: Sequence[Suggestion], every: Sequence[Suggestion]) -> list[Suggestion]:
    """With those that links among them tie."""
    by_id = {s.id: s for s in every}
    result = {s.id: s for s in found}
    left = list(found)
    while left:
        fresh = [by_id[t] for s in left for t in s.ties() if t in by_id and t not in result]
        result |= {s.id: s for s in fresh}
        left = fresh
    return list(result.values())


def _line(s: Suggestion, source: Source) -> Line:
    told: dict[str, Any] = {"coder": s.coder_id} if s.coder_id is not None else {}
    return {
        "id": s.id,
        "source": source.record(),
        "document": s.document_id,
        **told,
        "layer": s.label.layer,
        "content": rows.content(s),
        "codebook_version": s.label.codebook_version,
        "text_version": s.label.text_version,
    }


def references_off(connection: Connection, package: Package, receiving: bool) -> Iterator[Message]:  # noqa: C901 - a branch for each kind of reference
    """Each suggestion or answer that is not what it says, or not the coder's to bring."""
    coder = package.manifest.coder.id
    lengths = {(d.id, d.text_version): len(d.text) for d in package.documents}
    lengths |= {(d.id, f.version): len(f.text) for d in package.documents for f in d.former}
    here = {s.id: s for s in rows.find(connection)} if package.suggestions or package.verdicts else {}
    sources = rows.sources(connection)
    brought = {s.id: s for s in package.suggestions}
    places = {key: s.document_id for key, s in here.items()} | {s.id: s.document for s in package.suggestions}
    for s in package.suggestions:
        length = lengths.get((s.document, s.text_version))
        if length is None:
            yield say("the suggestion {id} is in an article or a text that the package does not hold", id=s.id)
        elif s.content.fragments and (fault := fragments_fault(tuple(s.content.fragments), length)):
            yield say("the suggestion {id} is not valid: {fault}", id=s.id, fault=fault)
        if s.coder not in (None, coder):
            yield say("the suggestion {id} is meant for another coder", id=s.id)
        known = here.get(s.id)
        if known is not None and not _as_here(s, known, sources[known.source_id]):
            yield say("the suggestion {id} is another one here", id=s.id)
        if known is None and not receiving and s.coder != coder:
            yield say("the suggestion {id} was not handed out from this study", id=s.id)
        source = sources.get(s.source.id)
        if source is not None and source != _source(s):
            yield say("the source of the suggestion {id} is another one here", id=s.id)
        for tied in (f.annotation for held in s.content.roles.values() for f in held if f.annotation):
            if places.get(tied) != s.document:
                yield say("the suggestion {id} ties one that is not in its article", id=s.id)
    for v in package.verdicts:
        yield from _answer_fault(v.suggestion, v.document, coder, brought, here)
    for step in package.changes:
        if step.kind == "verdict":
            yield from _answer_fault(step.thing.partition("/")[0], step.document, coder, brought, here)


def _answer_fault(
    key: str,
    document: str | None,
    coder: str,
    brought: dict[str, PackedSuggestion],
    here: dict[str, Suggestion],
) -> Iterator[Message]:
    known, packed = here.get(key), brought.get(key)
    if known is None and packed is None:
        yield say("the answer to {id} is about a suggestion that does not exist", id=key)
        return
    places = {known.document_id} if known is not None else set()
    places |= {packed.document} if packed is not None else set()
    if places != {document} or (known is not None and known.coder_id not in (None, coder)):
        yield say("the answer to {id} is about another article, or the coder may not give it", id=key)


def contents_off(lineage: Lineage, types: set[str], package: Package) -> Iterator[Message]:
    """What no codebook of this study has a place for."""
    for s in package.suggestions:
        if not lineage.layers(s.layer):
            yield say("the codebook has no layer `{layer}`, in no version", layer=s.layer)
        for e in s.content.entities.values():
            if types and e.type not in types:
                yield say("there is no entity type `{type}` (of {name})", type=e.type, name=e.name)


def take_suggestions(connection: Connection, package: Package) -> int:
    """Write those that are not here yet; how many there were."""
    if not package.suggestions:
        return 0
    here = {s.id for s in rows.find(connection)}
    known = set(rows.sources(connection))
    articles = {d.id for d in document_rows.every(connection)}
    fresh = [s for s in package.suggestions if s.id not in here and s.document in articles]
    for s in fresh:
        if s.source.id not in known:
            rows.add_source(connection, _source(s))
            known.add(s.source.id)
    rows.insert_many(connection, [_suggestion(s) for s in fresh])
    return len(fresh)


def _source(s: PackedSuggestion) -> Source:
    told = s.source
    return Source(told.id, told.name, told.version, told.format, told.file, told.imported)


def _suggestion(s: PackedSuggestion) -> Suggestion:
    told = s.content.model_dump(mode="json")
    for held in told["roles"].values():
        held[:] = [{k: v for k, v in f.items() if v is not None} for f in held]
    return rows.suggestion_of(s.id, s.source.id, s.document, s.coder, s.layer, told, s.codebook_version, s.text_version)


def _as_here(s: PackedSuggestion, known: Suggestion, source: Source) -> bool:
    there = _suggestion(s)
    return same(_line(there, _source(s)), _line(known, source))
