"""What is in a study, in the public JSON forms."""

from __future__ import annotations

from collections import Counter
from typing import Any

from annotator.domain.annotations import Document, Entity
from annotator.domain.codebook.values import entity_ids
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.domain.origins import same_words
from annotator.domain.words import say
from annotator.formats.record_form import RecordForm
from annotator.services.articles.shared_words import stands_for
from annotator.services.codebooks.marks import reviews
from annotator.services.exchange.records import RecordWriter
from annotator.services.study import Study
from annotator.services.team.progress import progress
from annotator.store import documents as document_rows
from annotator.store.study_file import Connection


def listed(study: Study, what: str) -> list[dict[str, Any]]:
    """documents, coders, annotations, gold, entities, notes or changes; raises BadInput for anything else.

    annotations are those of coders; what was settled from them is in gold.
    """
    makers = {
        "documents": _documents,
        "coders": _coders,
        "annotations": _annotations,
        "gold": lambda s: list(RecordWriter(s).records([c.id for c in s.coders() if c.role == GOLD])),
        "entities": _entities,
        "notes": _notes,
        "changes": _changes,
    }
    if what not in makers:
        raise BadInput(
            say("`{what}` cannot be listed", what=what), remedy=say("use one of {names}", names=", ".join(makers))
        )
    with study.file.reading():
        return makers[what](study)


def _annotations(study: Study) -> list[dict[str, Any]]:
    """The records; `review` says why a label is to be looked at again after the codebook was changed."""
    marked = reviews(study)
    records = RecordWriter(study).records([c.id for c in study.coders() if c.role != GOLD])
    return [r | ({"review": list(marked[r["id"]])} if r["id"] in marked else {}) for r in records]


def document_record(d: Document) -> dict[str, Any]:
    """A document's metadata in the public form."""
    return {
        "id": d.id,
        "number": d.number,
        "title": d.title,
        "published": d.published,
        "publisher": d.publisher,
        "author": d.author,
        "url": d.url,
        "language": d.language,
        "tags": list(d.tags),
        "characters": d.characters,
        "sha256": d.sha256,
        "source": d.source,
    }


def shown(study: Study, ref: str) -> dict[str, Any]:
    """One document with its zones, text, and the record of its cleaning; raises NotFound."""
    with study.file.reading() as connection:
        document = study.document(ref)
        source = document_rows.source(connection, document.id)
        return {
            **document_record(document),
            "zones": [{"zone": z, "start": s, "end": e} for z, s, e in document.zones],
            "extra": dict(document.extra),
            "text": study.text(document.id),
            **_versions(connection, document),
            "cleaning": [] if source is None else source[3],
        }


def _versions(connection: Connection, d: Document) -> dict[str, Any]:
    """Which version of its text a corrected article has, and the ones before it."""
    if d.text_version == 1:
        return {}
    former = [
        {"text_version": f.version, "sha256": f.sha256, "characters": len(f.text), "replaced": f.created}
        for f in document_rows.former_texts(connection, d.id)
    ]
    return {"text_version": d.text_version, "former_texts": former}


def _documents(study: Study) -> list[dict[str, Any]]:
    copies, documents = study.hidden_repeats(), study.documents()
    shared = same_words(documents, copies)
    with study.file.reading() as connection:
        stood = stands_for(connection, documents)
    numbers = {d.id: d.number for d in documents}
    return [
        document_record(d)
        | ({"same_text_as": list(shared[d.id])} if d.id in shared else {})
        | ({"coded_in": numbers[stood[d.id]]} if d.id in stood else {})
        | ({"repeat_of": copies[d.id]} if d.id in copies else {})
        for d in documents
    ]


def _coders(study: Study) -> list[dict[str, Any]]:
    made = Counter(a.coder_id for a in study.annotations())
    far = progress(study)
    return [
        {
            "id": c.id,
            "name": c.name,
            "role": c.role,
            "annotations": made[c.id],
            "documents_done": sum(state == "done" for state in study.document_states(c.id).values()),
            "progress": as_json(far.get(c.id)),
        }
        for c in study.coders()
    ]


def _entities(study: Study) -> list[dict[str, Any]]:
    """Whoever was not merged into another, with the names and labels of those that were."""
    known = study.register()
    named: Counter[str] = Counter()
    for a in study.annotations():
        here = {f.entity for fillers in a.roles.values() for f in fillers if f.entity}
        here |= {e.entity for e in a.empty.values() if e.entity}
        for value in a.values.values():
            here |= set(entity_ids(value))
        named.update({known.root_id(e) for e in here})
    form = RecordForm(study.codebook, {}, known.every)
    return [
        {
            "id": e.id,
            "name": e.name,
            "type": e.type,
            "aliases": list(e.aliases),
            "memo": e.memo,
            "merged_into": e.merged_into,
            "values": form.values_of(e.type, e.values),
            "annotations": named[e.id],
            **(
                {"merged": merged}
                if (merged := [_merged(x) for x in sorted(known.merged_into(e.id), key=lambda x: (x.name, x.id))])
                else {}
            ),
        }
        for e in study.entities()
        if known.root_id(e.id) == e.id
    ]


def _merged(e: Entity) -> dict[str, Any]:
    return {"id": e.id, "name": e.name, "aliases": list(e.aliases)}


def _notes(study: Study) -> list[dict[str, Any]]:
    names = {c.id: c.name for c in study.coders()}
    documents = {d.id: d for d in study.documents()}
    return [
        {
            "id": n.id,
            "kind": n.kind,
            "coder": {"id": n.coder_id, "name": names.get(n.coder_id)},
            "document": {"id": n.document_id, "title": documents[n.document_id].title},
            "start": n.start,
            "end": n.end,
            "text": n.text,
            "reply_to": n.reply_to,
            "settled": n.settled,
            "created": n.created,
            "updated": n.updated,
        }
        for n in study.notes()
    ]


def _changes(study: Study) -> list[dict[str, Any]]:
    names = {c.id: c.name for c in study.coders()}
    return [
        {
            "id": c.id,
            "at": c.at,
            "coder": {"id": c.coder_id, "name": names.get(c.coder_id)},
            "document": c.document_id,
            "command": c.command,
            "kind": c.kind,
            "annotation": c.thing_id if c.kind == "annotation" else None,
            "entity": c.thing_id if c.kind == "entity" else None,
            "note": c.thing_id if c.kind == "note" else None,
            "undoes": c.undoes,
            "before": c.before,
            "after": c.after,
        }
        for c in study.changes()
    ]
