"""What is in a study, thing by thing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence

from annotator.domain.codebook.values import entity_ids
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.origins import same_words
from annotator.domain.words import say
from annotator.formats.record_form import RecordForm
from annotator.services.articles.shared_words import stands_for
from annotator.services.codebooks.marks import reviews
from annotator.services.exchange.listed import (
    ArticleFacts,
    FormerText,
    Listed,
    ListedArticle,
    ListedChange,
    ListedCoder,
    ListedEntity,
    ListedLabel,
    ListedNote,
    MergedEntity,
    NamedCoder,
    ShownArticle,
    TitledArticle,
    Zone,
)
from annotator.services.exchange.records import RecordWriter
from annotator.services.study import Study
from annotator.services.team.progress import progress
from annotator.store import documents as document_rows


def listed(study: Study, what: str) -> Sequence[Listed]:
    """documents, coders, annotations, gold, entities, notes or changes; raises BadInput for anything else.

    annotations are those of coders; what was settled from them is in gold.
    """
    readers: dict[str, Callable[[Study], Sequence[Listed]]] = {
        "documents": listed_articles,
        "coders": _coders,
        "annotations": _labels,
        "gold": _gold,
        "entities": listed_entities,
        "notes": _notes,
        "changes": _changes,
    }
    if what not in readers:
        raise BadInput(
            say("`{what}` cannot be listed", what=what), remedy=say("use one of {names}", names=", ".join(readers))
        )
    with study.file.reading():
        return readers[what](study)


def _labels(study: Study) -> list[ListedLabel]:
    marked = reviews(study)
    records = RecordWriter(study).records_as_json([c.id for c in study.coders() if c.role != GOLD])
    return [ListedLabel(r, tuple(marked.get(r["id"], ()))) for r in records]


def _gold(study: Study) -> list[ListedLabel]:
    records = RecordWriter(study).records_as_json([c.id for c in study.coders() if c.role == GOLD])
    return [ListedLabel(r) for r in records]


def shown(study: Study, ref: str) -> ShownArticle:
    """One article with its zones, text, and the record of its cleaning; raises NotFound."""
    with study.file.reading() as connection:
        d = study.document(ref)
        source = document_rows.source(connection, d.id)
        former = document_rows.former_texts(connection, d.id) if d.text_version > 1 else ()
        return ShownArticle(
            facts=ArticleFacts.of(d),
            zones=tuple(Zone(*zone) for zone in d.zones),
            extra=d.extra,
            text=study.text(d.id),
            text_version=d.text_version,
            former_texts=tuple(FormerText(f.version, f.sha256, len(f.text), f.created) for f in former),
            cleaning=() if source is None else tuple(source[3]),
        )


def listed_articles(study: Study) -> list[ListedArticle]:
    """The articles by number, hidden copies among them."""
    copies, documents = study.hidden_repeats(), study.documents()
    shared = same_words(documents, copies)
    with study.file.reading() as connection:
        stood = stands_for(connection, documents)
    numbers = {d.id: d.number for d in documents}
    return [
        ListedArticle(
            ArticleFacts.of(d),
            same_text_as=tuple(shared.get(d.id, ())),
            coded_in=numbers[stood[d.id]] if d.id in stood else None,
            repeat_of=copies.get(d.id),
        )
        for d in documents
    ]


def _coders(study: Study) -> list[ListedCoder]:
    made = Counter(a.coder_id for a in study.annotations())
    far = progress(study)
    return [
        ListedCoder(
            id=c.id,
            name=c.name,
            role=c.role,
            annotations=made[c.id],
            documents_done=sum(state == "done" for state in study.document_states(c.id).values()),
            progress=far.get(c.id),
        )
        for c in study.coders()
    ]


def listed_entities(study: Study) -> list[ListedEntity]:
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
        ListedEntity(
            id=e.id,
            name=e.name,
            type=e.type,
            aliases=tuple(e.aliases),
            memo=e.memo,
            merged_into=e.merged_into,
            values=form.values_of(e.type, e.values),
            annotations=named[e.id],
            merged=tuple(
                MergedEntity(x.id, x.name, tuple(x.aliases))
                for x in sorted(known.merged_into(e.id), key=lambda x: (x.name, x.id))
            ),
        )
        for e in study.entities()
        if known.root_id(e.id) == e.id
    ]


def _notes(study: Study) -> list[ListedNote]:
    names = {c.id: c.name for c in study.coders()}
    documents = {d.id: d for d in study.documents()}
    return [
        ListedNote(
            id=n.id,
            kind=n.kind,
            coder=NamedCoder(n.coder_id, names.get(n.coder_id)),
            document=TitledArticle(n.document_id, documents[n.document_id].title),
            start=n.start,
            end=n.end,
            text=n.text,
            reply_to=n.reply_to,
            settled=n.settled,
            created=n.created,
            updated=n.updated,
        )
        for n in study.notes()
    ]


def _changes(study: Study) -> list[ListedChange]:
    names = {c.id: c.name for c in study.coders()}
    return [
        ListedChange(
            id=c.id,
            at=c.at,
            coder=NamedCoder(c.coder_id, names.get(c.coder_id)),
            document=c.document_id,
            command=c.command,
            kind=c.kind,
            annotation=c.thing_id if c.kind == "annotation" else None,
            entity=c.thing_id if c.kind == "entity" else None,
            note=c.thing_id if c.kind == "note" else None,
            undoes=c.undoes,
            before=c.before,
            after=c.after,
        )
        for c in study.changes()
    ]
