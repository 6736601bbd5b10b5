"""Discourse Network Analyzer 1: one XML file with articles, statements of four variables, persons and organisations.

Places count UTF-16 units of the text with LF alone, as in later versions. The file names no coder.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import BadInput
from annotator.domain.words import say, words_of
from annotator.formats.annotation_records import AnnotationRecord
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming, IncomingDocument, IncomingEntity
from annotator.formats.keys import Keys
from annotator.formats.untrusted import parse_xml

_ENTITIES = ("person", "organization", "category")
_AGREEMENT = {"yes": True, "no": False}
_KNOWN = frozenset(("id", "start", "end", "agreement", *_ENTITIES))


def is_xml(path: Path) -> bool:
    """Whether a file of the program is of this version."""
    with path.open("rb") as file:
        head = file.read(256).removeprefix(b"\xef\xbb\xbf").lstrip()
    return head.startswith((b"<?xml", b"<discourse"))


def read_xml(path: Path) -> Incoming:
    """Articles, persons and organisations with what is noted of them, and statements."""
    root = parse_xml(path.read_bytes(), path.name)
    if root.tag != "discourse":
        raise BadInput("this is not a project of Discourse Network Analyzer", path.name, "check the program")
    incoming = Incoming(codebook=_codebook(path.stem))
    for group, kind in (("persons", "person"), ("organizations", "organization")):
        for one in root.iterfind(f"metadata/{group}/{kind}"):
            _entity(incoming, one, kind)
    patterns = sum(1 for one in root.iterfind("metadata/regex/*"))
    incoming.losses.lose(say("search patterns"), patterns)
    for number, article in enumerate(root.iterfind("articles/article"), start=1):
        _article(incoming, article, path.name, number)
    return incoming


def _codebook(title: str) -> Codebook:
    named = [{"key": k, "label": k, "type": "entity", "entity_types": [k]} for k in _ENTITIES]
    layer = {"key": "dna_statement", "label": "DNA Statement", "colour": "#ffff00", "kind": "span"}
    agreement = {"key": "agreement", "label": "agreement", "type": "boolean"}
    return Codebook.model_validate(
        {
            "format": "annotator-codebook/1",
            "key": Keys("dna").of(title),
            "title": title,
            "entity_types": [{"key": k, "label": k} for k in _ENTITIES],
            "layers": [{**layer, "attributes": [*named, agreement]}],
        }
    )


def _entity(incoming: Incoming, one: Any, kind: str) -> None:
    name, alias = _text(one, "name"), _text(one, "alias")
    facts = [f"{k}: {v}" for k in ("type", "note") if (v := _text(one, k))]
    if name:
        incoming.entities.append(IncomingEntity(name, kind, (alias,) if alias else (), "\n".join(facts)))


def _article(incoming: Incoming, article: Any, name: str, number: int) -> None:
    raw = (article.findtext("text") or "").replace("\r\n", "\n").replace("\r", "\n")
    if not raw.strip():
        incoming.losses.lose(say("articles without a text"))
        return
    foreign = ForeignText(raw, "utf-16")
    met = incoming.meet(
        IncomingDocument(
            say("{file}, document {id}", file=name, id=number),
            foreign.text,
            _text(article, "title") or None,
            _day(_text(article, "date")),
            id=str(number),
        )
    )
    for one in article.iterfind("statements/statement"):
        told = {str(x.tag): (x.text or "").strip() for x in one}
        where = say("article {number}, statement {id}", number=number, id=told.get("id", ""))
        start, end = (told.get(k, "") for k in ("start", "end"))
        if not (start.isdecimal() and end.isdecimal()):
            incoming.problem(name, where, say("its place in the text is not a number"))
            continue
        try:
            fragment = foreign.fragment(int(start), int(end))
        except ValueError as error:
            incoming.problem(name, where, words_of(error))
            continue
        for key in told.keys() - _KNOWN:
            incoming.losses.lose(say("fields that are not known: {key}", key=key), bool(told[key]), where)
        record: dict[str, Any] = {"id": f"dna:{name}:{told.get('id') or where}", "layer": "dna_statement"}
        record |= {"document": met, "fragments": [fragment], "values": _values(told)}
        incoming.records.append((where, AnnotationRecord.model_validate(record)))


def _values(told: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {k: {"name": told[k], "type": k} for k in _ENTITIES if told.get(k)}
    if (agreed := _AGREEMENT.get(told.get("agreement", ""))) is not None:
        values["agreement"] = agreed
    return values


def _text(one: Any, key: str) -> str:
    return (one.findtext(key) or "").strip()


def _day(text: str) -> str | None:
    try:
        return datetime.strptime(text, "%d.%m.%Y").date().isoformat()
    except ValueError:
        return None
