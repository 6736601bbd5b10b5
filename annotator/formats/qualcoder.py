"""QualCoder projects (``NAME.qda``: a folder with ``data.qda``).

Codes in their categories become a tree, codings passages, attributes of files values of the article. Positions are
those of a Python text, or of Qt's where somebody coded behind an emoji: the coded words beside them tell.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say, words_of
from annotator.formats.annotation_records import AnnotationRecord, MetRef
from annotator.formats.code_system import ATTRIBUTE, LAYER, CodeSystem
from annotator.formats.foreign_sqlite import ForeignTables, foreign_tables, text_of
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.keys import Keys


def read(path: Path) -> Incoming:
    """The project's folder, or the ``data.qda`` in it."""
    file = path / "data.qda" if path.is_dir() else path
    if not file.is_file():
        raise BadInput("there is no data.qda", str(path), "name the folder of a QualCoder project")
    with foreign_tables(file) as tables:
        return _read(tables, path.stem if path.is_dir() else path.parent.stem)


def _read(tables: ForeignTables, title: str) -> Incoming:
    incoming = Incoming()
    codes = CodeSystem()
    for row in tables.rows("code_cat", ("catid", "name"), ("memo", "supercatid")):
        parent = None if row["supercatid"] is None else ("category", row["supercatid"])
        codes.add(("category", row["catid"]), text_of(row["name"]), parent, text_of(row["memo"]))
    for row in tables.rows("code_name", ("cid", "name"), ("memo", "catid")):
        parent = None if row["catid"] is None else ("category", row["catid"])
        codes.add(row["cid"], text_of(row["name"]), parent, text_of(row["memo"]))
    facts = Keys("fact")
    texts = _documents(tables, incoming)
    _codings(tables, incoming, codes, texts)
    _facts(tables, incoming, facts, texts)
    incoming.codebook = codes.codebook(title, facts.items())
    for table, what in (
        ("annotation", say("annotations without a code")),
        ("code_image", say("codings of pictures")),
        ("code_av", say("codings of sound and film")),
        ("case_text", say("parts of cases")),
    ):
        if tables.has(table, "owner"):
            incoming.losses.lose(what, sum(1 for _ in tables.rows(table, ("owner",))))
    return incoming


def _documents(tables: ForeignTables, incoming: Incoming) -> dict[Any, tuple[ForeignText, MetRef]]:
    texts: dict[Any, tuple[ForeignText, MetRef]] = {}
    for row in tables.rows("source", ("id", "name", "fulltext"), ("memo",)):
        if not isinstance(row["fulltext"], str) or not row["fulltext"].strip():
            incoming.losses.lose(say("files without text"))
            continue
        foreign = ForeignText(row["fulltext"])
        name = text_of(row["name"])
        document = IncomingDocument(name, foreign.text, name or None, id=str(row["id"]))
        texts[row["id"]] = (foreign, incoming.meet(document))
    return texts


def _codings(
    tables: ForeignTables,
    incoming: Incoming,
    codes: CodeSystem,
    texts: dict[Any, tuple[ForeignText, MetRef]],
) -> None:
    by_file: dict[Any, list[dict[str, Any]]] = defaultdict(list)
    wanted = ("ctid", "cid", "fid", "seltext", "pos0", "pos1", "owner")
    for row in tables.rows("code_text", wanted, ("memo", "date")):
        by_file[row["fid"]].append(row)
    for number, rows in by_file.items():
        known = texts.get(number)
        for row in rows:
            whole = isinstance(row["pos0"], int) and isinstance(row["pos1"], int)
            if known is None or not whole or not codes.has(row["cid"]):
                incoming.problem(
                    "data.qda", say("code_text {id}", id=row["ctid"]), say("its file, code or place is not there")
                )
        if known is None or incoming.problems:
            continue
        foreign, document = known
        quotes = [(r["pos0"], r["pos1"], text_of(r["seltext"])) for r in rows if r["seltext"]]
        one_unit = foreign.detect(quotes)
        for row in rows:
            where = say("code_text {id}", id=row["ctid"])
            if not one_unit and row["seltext"] and not foreign.detect([(row["pos0"], row["pos1"], row["seltext"])]):
                told = text_of(row["seltext"])[:60]
                incoming.problem("data.qda", where, say("the words {told!r} do not stand in the text there", told=told))
                continue
            try:
                fragment = foreign.fragment(row["pos0"], row["pos1"])
            except ValueError as error:
                incoming.problem("data.qda", where, words_of(error))
                continue
            record = {
                "id": f"qualcoder:{row['ctid']}:{row['cid']}",
                "layer": LAYER,
                "coder": {"name": text_of(row["owner"]) or "QualCoder"},
                "document": document,
                "fragments": [fragment],
                "values": {ATTRIBUTE: codes.key(row["cid"])},
                "memo": text_of(row["memo"]),
            }
            incoming.records.append((where, AnnotationRecord.model_validate(record)))


def _facts(
    tables: ForeignTables,
    incoming: Incoming,
    facts: Keys,
    texts: dict[Any, tuple[ForeignText, MetRef]],
) -> None:
    """Attributes of files as values of the article, each coder's apart."""
    if not tables.has("attribute", "name", "attr_type", "value", "id", "owner"):
        return
    values: dict[tuple[Any, str], dict[str, str]] = defaultdict(dict)
    for row in tables.rows("attribute", ("name", "attr_type", "value", "id", "owner")):
        if row["attr_type"] != "file" or row["id"] not in texts:
            incoming.losses.lose(say("attributes of cases"))
        elif value := text_of(row["value"]).strip():
            values[row["id"], text_of(row["owner"]) or "QualCoder"][facts.of(text_of(row["name"]))] = value
    for (number, owner), told in values.items():
        record = {
            "id": f"qualcoder:file:{number}:{owner}",
            "layer": "article",
            "coder": {"name": owner},
            "document": texts[number][1],
            "values": told,
        }
        incoming.records.append(
            (say("attribute of file {number}", number=number), AnnotationRecord.model_validate(record))
        )
