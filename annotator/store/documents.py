"""Rows of documents: metadata apart from text, text apart from the raw source."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, func, select

from annotator.domain.annotations import Document
from annotator.store.dialects import UNASKED
from annotator.store.prepared import Prepared
from annotator.store.records import dumps
from annotator.store.tables import document, document_source, document_state, document_text, former_text


@dataclass(frozen=True, slots=True)
class NewDocument:
    """A document with all that is kept of it."""

    document: Document
    text: str
    raw: bytes
    format: str
    encoding: str
    cleaning: Sequence[Mapping[str, Any]]
    created: str


@dataclass(frozen=True, slots=True)
class FormerText:
    """A text that an article had before it was corrected. created: when it was replaced."""

    version: int
    text: str
    sha256: str
    zones: tuple[tuple[str, int, int], ...]
    created: str


_WHOLE = (
    document.c.id,
    document.c.number,
    document.c.title,
    document.c.published,
    document.c.publisher,
    document.c.author,
    document.c.url,
    document.c.language,
    document.c.tags,
    document.c.characters,
    document.c.sha256,
    document.c.source,
    document.c.zones,
    document.c.extra,
    document.c.origin,
    document.c.text_version,
    document.c.revised,
)
_BY_ID = Prepared(select(*_WHOLE).where(document.c.id == bindparam("id")))


def insert_many(connection: Connection, documents: Sequence[NewDocument]) -> None:
    """Write documents with their texts and sources."""
    if not documents:
        return
    rows = []
    for new in documents:
        d = new.document
        rows.append(
            {
                "id": d.id,
                "number": d.number,
                "title": d.title,
                "published": d.published,
                "publisher": d.publisher,
                "author": d.author,
                "url": d.url,
                "language": d.language,
                "tags": dumps(list(d.tags)),
                "characters": d.characters,
                "sha256": d.sha256,
                "source": d.source,
                "zones": dumps([list(z) for z in d.zones]),
                "extra": dumps(dict(d.extra)),
                "created": new.created,
                "origin": dumps(dict(d.origin)),
                "text_version": d.text_version,
                "revised": d.revised,
            }
        )
    connection.execute(document.insert(), rows)
    connection.execute(document_text.insert(), [{"document_id": n.document.id, "text": n.text} for n in documents])
    connection.execute(
        document_source.insert(),
        [
            {
                "document_id": n.document.id,
                "raw": n.raw,
                "format": n.format,
                "encoding": n.encoding,
                "cleaning": dumps(list(n.cleaning)),
            }
            for n in documents
        ],
    )


def every(connection: Connection) -> list[Document]:
    """All documents by number."""
    return [_document(r) for r in connection.execute(select(*_WHOLE).order_by(document.c.number))]


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """What a list shows of an article."""

    id: str
    number: int
    title: str
    """Its title, or the name of its source where it has none."""
    publisher: str
    published: str
    source: str


_LINE = (
    document.c.id,
    document.c.number,
    document.c.title,
    document.c.publisher,
    document.c.published,
    document.c.source,
)
_AT_ONCE = 500


def keys(connection: Connection) -> list[str]:
    """Ids of all documents by number."""
    return list(connection.execute(select(document.c.id).order_by(document.c.number)).scalars())


def lines(connection: Connection, document_ids: Sequence[str] | None = None) -> Iterator[ArticleLine]:
    """Lines of these documents, or of all, in no order."""
    if document_ids is None:
        yield from (_line(r) for r in connection.execute(select(*_LINE)))
        return
    for start in range(0, len(document_ids), _AT_ONCE):
        some = document_ids[start : start + _AT_ONCE]
        yield from (_line(r) for r in connection.execute(select(*_LINE).where(document.c.id.in_(some))))


def _line(row: Any) -> ArticleLine:
    key, number, title, publisher, published, came_from = row
    return ArticleLine(key, number, title or came_from, publisher or "", published or "", came_from)


def with_number(connection: Connection, number: int) -> Document | None:
    """The document with this short number, or None."""
    row = connection.execute(select(*_WHOLE).where(document.c.number == number)).first()
    return None if row is None else _document(row)


def with_title(connection: Connection, title: str) -> list[Document]:
    """Documents with just this title, by number."""
    query = select(*_WHOLE).where(document.c.title == title).order_by(document.c.number)
    return [_document(r) for r in connection.execute(query)]


def count(connection: Connection) -> int:
    """How many documents there are."""
    return int(connection.execute(select(func.count()).select_from(document)).scalar() or 0)


def get(connection: Connection, document_id: str) -> Document | None:
    """One document's metadata, or None."""
    row = _BY_ID.first(connection, id=document_id)
    return None if row is None else _document(row)


def get_many(connection: Connection, document_ids: Sequence[str]) -> list[Document]:
    """The metadata of those of these documents that are there, in no order."""
    found: list[Document] = []
    for start in range(0, len(document_ids), _AT_ONCE):
        query = select(*_WHOLE).where(document.c.id.in_(document_ids[start : start + _AT_ONCE]))
        found += map(_document, connection.execute(query))
    return found


def _document(row: Any) -> Document:
    key, number, title, published, publisher, author, url, language, tags, *rest = row
    characters, sha256, came_from, zones, extra, origin, text_version, revised = rest
    return Document(
        key,
        number,
        title,
        published,
        publisher,
        author,
        url,
        language,
        () if tags == "[]" else tuple(json.loads(tags)),
        characters,
        sha256,
        came_from,
        () if zones == "[]" else tuple((z, s, e) for z, s, e in json.loads(zones)),
        {} if extra == "{}" else json.loads(extra),
        {} if origin == "{}" else json.loads(origin),
        text_version,
        revised,
    )


def text(connection: Connection, document_id: str) -> str | None:
    """The clean text."""
    query = select(document_text.c.text).where(document_text.c.document_id == document_id)
    return connection.execute(query).scalar()


def texts(connection: Connection) -> list[tuple[str, str]]:
    """(document id, clean text) of all documents by number."""
    query = (
        select(document.c.id, document_text.c.text)
        .join(document_text, document_text.c.document_id == document.c.id)
        .order_by(document.c.number)
    )
    return [(key, content) for key, content in connection.execute(query)]


def texts_of(connection: Connection, document_ids: Sequence[str]) -> dict[str, str]:
    """Document id -> clean text of these documents."""
    query = select(document_text.c.document_id, document_text.c.text).where(
        document_text.c.document_id.in_(document_ids)
    )
    return {row[0]: row[1] for row in connection.execute(query)}


def put(connection: Connection, after: Document) -> None:
    """Write an article's facts and what is known of its text over what was there."""
    row = {
        "title": after.title,
        "published": after.published,
        "publisher": after.publisher,
        "author": after.author,
        "url": after.url,
        "language": after.language,
        "tags": dumps(list(after.tags)),
        "characters": after.characters,
        "sha256": after.sha256,
        "zones": dumps([list(z) for z in after.zones]),
        "extra": dumps(dict(after.extra)),
        "origin": dumps(dict(after.origin)),
        "text_version": after.text_version,
        "revised": after.revised,
    }
    connection.execute(document.update().where(document.c.id == after.id), row)


def put_text(connection: Connection, before: Document, old: str, after: Document, new: str, at: str) -> None:
    """Give an article another text; the one that it had is kept as a former one."""
    row = {
        "document_id": before.id,
        "text_version": before.text_version,
        "text": old,
        "sha256": before.sha256,
        "zones": dumps([list(z) for z in before.zones]),
        "created": at,
    }
    connection.execute(former_text.insert(), row)
    connection.execute(document_text.update().where(document_text.c.document_id == before.id), {"text": new})
    put(connection, after)


def renew(connection: Connection, after: Document, text: str) -> None:
    """Write an article's facts and text over what was there; nothing of it is kept."""
    connection.execute(document_text.update().where(document_text.c.document_id == after.id), {"text": text})
    put(connection, after)


def add_former(connection: Connection, document_id: str, former: FormerText, at: str) -> None:
    """Write a former text that came from another place."""
    row = {
        "document_id": document_id,
        "text_version": former.version,
        "text": former.text,
        "sha256": former.sha256,
        "zones": dumps([list(z) for z in former.zones]),
        "created": at,
    }
    connection.execute(former_text.insert(), row)


def former_texts(connection: Connection, document_id: str) -> list[FormerText]:
    """The texts that an article had before its present one, oldest first."""
    query = select(former_text).where(former_text.c.document_id == document_id).order_by(former_text.c.text_version)
    return [
        FormerText(r.text_version, r.text, r.sha256, tuple((z, s, e) for z, s, e in json.loads(r.zones)), r.created)
        for r in connection.execute(query)
    ]


def hashes(connection: Connection) -> list[tuple[str, int, str]]:
    """(document id, version, hash) of every text that any article has or had."""
    now = select(document.c.id, document.c.text_version, document.c.sha256).order_by(document.c.number)
    then = select(former_text.c.document_id, former_text.c.text_version, former_text.c.sha256).order_by(
        former_text.c.document_id, former_text.c.text_version
    )
    return [(r[0], r[1], r[2]) for query in (now, then) for r in connection.execute(query)]


def with_hashes(connection: Connection, wanted: Sequence[str]) -> list[tuple[str, Document]]:
    """(hash, document) of every document whose text is or was one of these, each once; not more than 500 hashes."""
    now = select(document.c.sha256, document.c.id).where(document.c.sha256.in_(wanted))
    then = select(former_text.c.sha256, former_text.c.document_id).where(former_text.c.sha256.in_(wanted))
    pairs = dict.fromkeys((r[0], r[1]) for query in (now, then) for r in connection.execute(query))
    found: dict[str, Document] = {}
    ids = list(dict.fromkeys(key for _, key in pairs))
    for start in range(0, len(ids), 500):
        query = select(*_WHOLE).where(document.c.id.in_(ids[start : start + 500]))
        found.update((r.id, _document(r)) for r in connection.execute(query))
    return sorted(((sha, found[key]) for sha, key in pairs if key in found), key=lambda f: f[1].number)


def sharing_words(connection: Connection) -> list[tuple[str, str, int, str]]:
    """(hash, document id, number, source) of every document whose text another one has too, by hash and number."""
    often = select(document.c.sha256).group_by(document.c.sha256).having(func.count() > 1)
    query = (
        select(document.c.sha256, document.c.id, document.c.number, document.c.source)
        .where(document.c.sha256.in_(often))
        .order_by(document.c.sha256, document.c.number)
    )
    return [(r[0], r[1], r[2], r[3]) for r in connection.execute(query)]


def source(connection: Connection, document_id: str) -> tuple[bytes, str, str, list[dict[str, Any]]] | None:
    """(raw bytes, format, encoding, cleaning record)."""
    row = connection.execute(select(document_source).where(document_source.c.document_id == document_id)).first()
    return None if row is None else (row.raw, row.format, row.encoding, json.loads(row.cleaning))


def next_number(connection: Connection) -> int:
    """The short number that the next document gets."""
    return int(connection.execute(select(func.max(document.c.number))).scalar() or 0) + 1


def state(connection: Connection, document_id: str, coder_id: str) -> str | None:
    """How far the coder is with the document; None where nothing was said."""
    query = select(document_state.c.state).where(
        document_state.c.document_id == document_id, document_state.c.coder_id == coder_id
    )
    return connection.execute(query).scalar()


def states(connection: Connection, coder_id: str | None = None) -> list[tuple[str, str, str]]:
    """(document id, coder id, state) of all that were set, by one coder where one is given."""
    columns = (document_state.c.document_id, document_state.c.coder_id, document_state.c.state)
    query = select(*columns).order_by(*columns[:2])
    if coder_id is not None:
        query = query.where(document_state.c.coder_id == coder_id)
    return [(d, c, s) for d, c, s in connection.execute(query)]


def reason(connection: Connection, document_id: str, coder_id: str) -> str | None:
    """Why the coder skipped the document, or is done with it although something is open; None: nothing was said."""
    query = select(document_state.c.reason).where(
        document_state.c.document_id == document_id, document_state.c.coder_id == coder_id
    )
    return connection.execute(query).scalar()


def reasons(connection: Connection, coder_id: str | None = None) -> list[tuple[str, str, str]]:
    """(document id, coder id, reason) of all that were skipped, or are done with something open."""
    columns = (document_state.c.document_id, document_state.c.coder_id, document_state.c.reason)
    query = select(*columns).where(document_state.c.reason.is_not(None)).order_by(*columns[:2])
    if coder_id is not None:
        query = query.where(document_state.c.coder_id == coder_id)
    return [(d, c, r) for d, c, r in connection.execute(query)]


def put_state(
    connection: Connection, document_id: str, coder_id: str, value: str | None, why: str | None = None
) -> None:
    """Set how far the coder is; None takes the row away."""
    connection.execute(
        document_state.delete()
        .where(document_state.c.document_id == document_id, document_state.c.coder_id == coder_id)
        .execution_options(**UNASKED)
    )
    if value is not None:
        row = {"document_id": document_id, "coder_id": coder_id, "state": value, "reason": why}
        connection.execute(document_state.insert(), row)
