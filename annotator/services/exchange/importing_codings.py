"""Codings coming in from this or another program: documents, entities and labels together, whole or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Annotation, Coder, Document
from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.faults import Faults
from annotator.domain.identity import is_uuid
from annotator.domain.origins import Ambiguous, Origin, file_of, same_words
from annotator.domain.words import cause_of, say
from annotator.formats.declared import readable
from annotator.formats.incoming import Code, Incoming, IncomingDocument
from annotator.formats.recognising import other_codings
from annotator.formats.sheets import SheetMapping
from annotator.services.accounts import Coming
from annotator.services.articles.identity import SameText, acquaintance
from annotator.services.exchange.attached import attach
from annotator.services.exchange.coding_lines import import_lines
from annotator.services.exchange.documents_read import mark_read, resolved
from annotator.services.exchange.incoming_records import RecordReader
from annotator.services.exchange.misplaced import refuse_articles, refuse_codebook, refuse_other_things, refuse_uncoded
from annotator.services.exchange.outcome import AS_A_WHOLE, Counts, Imported, Progress, Taking, problems_of, stamped
from annotator.services.exchange.sheets import read_codings
from annotator.services.study import Study
from annotator.store import documents as document_rows
from annotator.store import people
from annotator.store.units import UnitOfWork

SHEET = "spreadsheet"


def read_incoming(path: Path, format: str, coder: str | None = None, taking: Taking = AS_A_WHOLE) -> Incoming:
    """What a file or folder holds; raises BadInput where it is not there or not of this form.

    coder: who made it all, where that is said; then sub-folders are parts of a corpus.
    """
    form = readable("jsonl" if format == "annotations" else format)
    if not path.exists():
        raise BadInput("there is no such file or folder", str(path), "check the path")
    refuse_articles(path, form)
    asked = {
        "by_folder": False if taking.folders is None and coder else taking.folders,
        "rest": True,  # every fault is to be named, also where nothing is taken
        "coder": coder,
        "suggested": taking.suggested,
    }
    try:
        incoming = form.reader()(path, **{key: asked[key] for key in asked.keys() & form.takes})
    except OSError as error:
        raise AnnotatorError(say("it cannot be read ({reason})", reason=cause_of(error)), str(path)) from error
    refuse_uncoded(path, form, incoming)
    _tell_no_label(incoming)
    for other, files in other_codings(path, form.name).items():
        what = say("files of {form} in the folder, which is read as {read}", form=other, read=form.name)
        incoming.losses.lose(what, len(files), files[0])
    return incoming


def _tell_no_label(incoming: Incoming) -> None:
    """Articles without one label are no codings: whoever meant some is to see that none was found."""
    found = incoming.records or incoming.codes or incoming.read or incoming.problems or incoming.entities
    if not found:
        incoming.losses.lose(say("articles of a source in which no label was found"), len(incoming.documents))


def import_codings(
    study: Study,
    paths: Sequence[Path],
    format: str,
    coder: str | None = None,
    dry_run: bool = False,
    mapping: SheetMapping | None = None,
    progress: Progress | None = None,
    taking: Taking = AS_A_WHOLE,
    coming: Coming | None = None,
) -> Imported:
    """Each source whole or not at all, or without what is faulty (`taking`).

    mapping: what the columns of a sheet mean, where they are not our own. coming: takes down what would come in.
    """
    result = Imported()
    for path in paths:
        refuse_other_things(path)
    for path in _sources(paths, format):
        if format in ("annotations", "jsonl") and not taking.rest:
            refuse_articles(path, readable("jsonl"))
            result = result.plus(import_lines(study, path, coder, dry_run, progress, coming, taking.override))
            continue
        known = format == SHEET
        incoming = _sheet(study, path, mapping) if known else read_incoming(path, format, coder, taking)
        if incoming.codes and not (incoming.met or incoming.records or incoming.problems or incoming.losses.counts):
            refuse_codebook(path)
        result = result.plus(bring_in(study, path.name, incoming, format, coder, dry_run, taking, coming))
    return result


def _sheet(study: Study, path: Path, mapping: SheetMapping | None) -> Incoming:
    if not path.is_file():
        raise BadInput("there is no such file", str(path), "check the path")
    return read_codings(study, path, mapping)


def _sources(paths: Sequence[Path], format: str) -> list[Path]:
    """A form of single files takes a folder of them; a form that is a folder takes it whole."""
    if format not in ("annotations", "jsonl"):
        return list(paths)
    result: list[Path] = []
    for path in paths:
        result += sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    return result


def bring_in(
    study: Study,
    source: str,
    incoming: Incoming,
    format: str,
    coder: str | None = None,
    dry_run: bool = False,
    taking: Taking = AS_A_WHOLE,
    coming: Coming | None = None,
) -> Imported:
    """Check everything, then write it in one transaction, or what is sound of it (`taking`).

    coder: who made what names nobody. coming: takes down what would come in.
    """
    rest = taking.rest
    fresh, here, met = _documents(study, incoming, format)
    own = {one.id: found for one, found in zip(incoming.all_met(), met, strict=True) if one.own and one.id}
    reader = RecordReader(
        study,
        source,
        coder,
        [(n.document, n.text) for n in fresh],
        incoming.entities,
        met=met,
        own=own,
        override=taking.override,
    )
    records = incoming.records
    if incoming.elsewhere_is_left:
        records = [(where, r) for where, r in records if reader.knows_article(r)]
        reader.losses.lose(say("labels of articles that the study does not have"), len(incoming.records) - len(records))
    annotations, already = reader.read(records, rest)
    reader.read_register()
    read, unread = resolved(study, source, incoming.read, coder, taking.override)
    problems = Faults()
    for found in (incoming.problems, reader.problems, unread):
        problems.extend(found)
    reader.losses.lose(say("codes that the codebook does not have"), *_strange(study.codebook, incoming.codes))
    faulty = bool(problems) and not rest
    if not faulty and dry_run and coming is not None:
        coming.take(annotations)
        coming.documents += len(fresh)
        coming.read.update(read)
    shared = () if faulty else _same_text(study, fresh)
    if not faulty and not dry_run:
        _write(study, reader, fresh, annotations, incoming.attached_form or format, incoming.attached)
    return Imported(
        documents=Counts(0, here, len(fresh)) if faulty else Counts(len(fresh), here),
        annotations=Counts(0 if faulty else len(annotations), already, problems.places),
        problems=problems_of(problems.listed()),
        left=problems.count if rest else 0,
        made_by=reader.makers.counted(),
        read=mark_read(study, read, dry_run) if read and not faulty else {},
        losses=(*incoming.losses.listed(), *reader.losses.listed()),
        same_text=shared,
    )


def _strange(codebook: Codebook, codes: Sequence[Code]) -> tuple[int, str]:
    """(how many of these codes the codebook does not have, one of them)."""
    known: set[tuple[str, ...]] = set()
    for layer in codebook.layers:
        known.add((layer.key, "", ""))
        for a in layer.attributes:
            known.add((layer.key, a.key, ""))
            known |= {(layer.key, a.key, v.key) for v in getattr(a, "values", ())}
    found = [c for c in codes if (c.layer, c.attribute, c.value) not in known]
    return len(found), (found[0].value or found[0].layer) if found else ""


def _same_text(study: Study, fresh: list[document_rows.NewDocument]) -> tuple[SameText, ...]:
    """Which of the new articles have the same words as others."""
    new = {n.document.id for n in fresh}
    documents = [*study.documents(), *(n.document for n in fresh)]
    shared = same_words(documents, study.hidden_repeats())
    return tuple(SameText(d.source, d.number, tuple(shared[d.id])) for d in documents if d.id in new and d.id in shared)


def documents_met(study: Study, incoming: Incoming, format: str) -> tuple[list[Met], dict[str, Met]]:
    """(what each document that came along is in the study, the same by the id that it has in a study of ours).

    Those that the study does not have are nothing: they are not brought in. The same words are the same article here,
    wherever they stand in the source, for a model may be asked about a text several times.
    """
    fresh, _, met = _documents(study, incoming, format)
    new, known = {n.document.id for n in fresh}, acquaintance(study)
    found: list[Met] = []
    for one, what in zip(incoming.all_met(), met, strict=True):
        if what is None or (isinstance(what, Document) and what.id in new):
            here = list(known.of(one.sha256))
            found.append((here[0] if len(here) == 1 else Ambiguous(here)) if here else None)
        else:
            found.append(what)
    return found, {one.id: what for one, what in zip(incoming.all_met(), found, strict=True) if one.own and one.id}


Met = Document | Ambiguous | None
"""What a document that came along is here: an article, one of several, or none."""


def _documents(study: Study, incoming: Incoming, format: str) -> tuple[list[document_rows.NewDocument], int, list[Met]]:
    """(documents that the study does not have, how many it has, what each that was met is)."""
    known = acquaintance(study)
    copies = study.hidden_repeats()
    by_id = {d.id: d for d in study.documents() if d.id not in copies}
    met: list[Met] = [None] * len(incoming.all_met())
    groups: dict[str, list[int]] = {}
    for i, one in enumerate(incoming.met):
        same = known.of(one.sha256)
        if one.own and one.id in by_id and by_id[one.id] in same:
            met[i] = by_id[one.id]
            known.take(one.sha256, by_id[one.id])
        else:
            groups.setdefault(one.sha256, []).append(i)
    for sha256, places in groups.items():
        found = known.match(sha256, [_origin(incoming.met[i], format) for i in places])
        for i, what in zip(places, found, strict=True):
            met[i] = what
    with study.file.reading() as connection:
        number = document_rows.next_number(connection)
    rows: list[document_rows.NewDocument] = []
    here = 0
    for i, one in enumerate(incoming.met):
        if met[i] is None and one.hidden is None:
            row = _row(one, study.ids(), number + len(rows), study.clock(), format)
            rows.append(row)
            met[i] = row.document
        elif one.hidden is None:
            here += 1
    return rows, here, met


def _origin(one: IncomingDocument, format: str) -> Origin:
    return Origin(
        file=file_of("", one.source),
        id=one.id or "",
        form="annotator" if one.own else format,
        url=one.url or "",
        publisher=one.publisher or "",
        published=one.published or "",
    )


def _row(one: IncomingDocument, key: str, number: int, at: str, format: str) -> document_rows.NewDocument:
    document = Document(
        key,
        number,
        one.title,
        one.published,
        one.publisher,
        one.author,
        one.url,
        one.language,
        one.tags,
        len(one.text),
        one.sha256,
        one.source,
        one.zones or ((("body", 0, len(one.text)),) if one.text else ()),
        dict(one.extra),
        {**_origin(one, format).record(), **({"kept": dict(one.kept)} if one.kept else {})},
    )
    return document_rows.NewDocument(document, one.text, one.text.encode(), format, "utf-8", [], at)


def _write(
    study: Study,
    reader: RecordReader,
    fresh: list[document_rows.NewDocument],
    annotations: list[Annotation],
    form: str,
    attached: Mapping[str, Any],
) -> None:
    entities = reader.take_entities()
    if not (fresh or entities or annotations or attached):
        return
    with study.file.transaction() as connection:
        attach(connection, form, attached, [a.external_id or a.id for a in annotations])
        document_rows.insert_many(connection, fresh)
        coders: dict[str, str] = {}
        for key, (name, known) in reader.coders.items():
            coders[key] = key if known or is_uuid(key) else study.ids()
            if not known and any(a.coder_id == key for a in annotations):
                people.add_coder(connection, Coder(coders[key], name), study.clock())
        makers = list(dict.fromkeys(a.coder_id for a in annotations))
        if entities and not makers:
            makers = [_keeper(study, connection)]
        for maker in makers:
            coder_id = coders.get(maker, maker)
            with UnitOfWork(
                study.file, study.ids, study.clock, coder_id, "ImportAnnotations", within=connection
            ) as unit:
                for before, entity in entities:
                    unit.put_entity(entity.id, before, entity)
                entities = []
                made = [a for a in annotations if a.coder_id == maker]
                unit.add_annotations([stamped(a, coder_id, unit.at, study.codebook_version) for a in made])
                unit.confirm()


def _keeper(study: Study, connection: Any) -> str:
    """Who is named for entities that came without a label: somebody of the study, who is made where nobody is."""
    known = study.coders()
    if known:
        return known[0].id
    coder = Coder(study.ids(), "Import")
    people.add_coder(connection, coder, study.clock())
    return coder.id
