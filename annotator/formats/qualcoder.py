"""QualCoder projects (``NAME.qda``: a folder with ``data.qda``).

Codes in their categories become a tree, codings passages, attributes of files values of the article. Positions are
those of a Python text, or of Qt's where somebody coded behind an emoji: the coded words beside them tell.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

from lxml import etree

from annotator.domain.errors import BadInput
from annotator.domain.identity import derived_id
from annotator.domain.words import say, words_of
from annotator.formats.annotation_records import AnnotationRecord, MetRef
from annotator.formats.code_system import ATTRIBUTE, LAYER, UNCODED, CodeSystem
from annotator.formats.foreign_sqlite import ForeignTables, foreign_tables, text_of
from annotator.formats.foreign_text import ForeignText
from annotator.formats.foreign_times import told_time
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.keys import Keys
from annotator.formats.refi_codes import FORM
from annotator.formats.refi_elements import xml_of
from annotator.formats.sidecar import xml_text

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}$")
_AND = "; "
"""Between what several cases say of one file."""
_MOST_TOLD = 50
"""So many files without text are told by name, the rest is counted."""
_LEFT = (
    ("code_image", say("codings of pictures")),
    ("code_av", say("codings of sound and film")),
    ("graph", say("graphs")),
    ("stored_sql", say("saved queries")),
    ("ris", say("lines of bibliographies")),
)
"""Tables that have no place here, and what their rows are."""


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
        codes.add(("category", row["catid"]), text_of(row["name"]), parent, text_of(row["memo"]), group=True)
    for row in tables.rows("code_name", ("cid", "name"), ("memo", "catid", "color", "supercid")):
        parent = None if row["catid"] is None else ("category", row["catid"])
        above = row["supercid"] if row["supercid"] is not None else parent
        colour = text_of(row["color"]) if _COLOUR.match(text_of(row["color"])) else ""
        codes.add(row["cid"], text_of(row["name"]), above, text_of(row["memo"]), colour)
    facts = Keys("fact")
    texts = _documents(tables, incoming, _cases(tables, incoming))
    _codings(tables, incoming, codes, texts)
    _annotations(tables, incoming, codes, texts)
    _journal(tables, incoming)
    _facts(tables, incoming, facts, texts)
    about = [text_of(r["memo"]).strip() for r in tables.rows("project", (), ("memo",))] if tables.has("project") else []
    incoming.codebook = codes.codebook(title, facts.items(), "\n".join(filter(None, about)))
    for table, what in _LEFT:
        if tables.has(table):
            incoming.losses.lose(what, sum(1 for _ in tables.rows(table, ())))
    return incoming


def _cases(tables: ForeignTables, incoming: Incoming) -> dict[Any, dict[str, str]]:  # noqa: C901 - a branch for each kind of case
    """Number of a file -> what its case says of it, where the whole file belongs to one; other parts are told."""
    found: dict[Any, dict[str, str]] = {}
    if not (tables.has("cases", "caseid", "name") and tables.has("case_text", "caseid", "fid", "pos0", "pos1")):
        return found
    lengths = {r["id"]: len(text_of(r["fulltext"])) for r in tables.rows("source", ("id", "fulltext"))}
    whole: dict[Any, list[Any]] = defaultdict(list)
    for row in tables.rows("case_text", ("caseid", "fid", "pos0", "pos1")):
        ends = (row["pos0"], row["pos1"])
        if all(isinstance(x, int) for x in ends) and ends[0] <= 0 and ends[1] >= lengths.get(row["fid"], 0) - 1:
            whole[row["caseid"]].append(row["fid"])
        else:
            incoming.losses.lose(say("parts of cases"))
    said: dict[Any, dict[str, str]] = defaultdict(dict)
    if tables.has("attribute", "name", "attr_type", "value", "id"):
        for row in tables.rows("attribute", ("name", "attr_type", "value", "id")):
            if row["attr_type"] == "case" and (value := text_of(row["value"]).strip()):
                if whole.get(row["id"]):
                    said[row["id"]][text_of(row["name"])] = value
                else:
                    incoming.losses.lose(say("attributes of cases"))
    for row in tables.rows("cases", ("caseid", "name"), ("memo",)):
        memo = text_of(row["memo"]).strip()
        if not whole.get(row["caseid"]):
            incoming.losses.lose(say("cases without a file of their own"), 1, text_of(row["name"]))
        for number in whole.get(row["caseid"], ()):
            case = {"Case": text_of(row["name"]), **({"Case memo": memo} if memo else {}), **said[row["caseid"]]}
            held = found.setdefault(number, {})
            for key, words in case.items():  # of several cases of one file each is said
                held[key] = _AND.join(dict.fromkeys((*(held[key].split(_AND) if key in held else ()), words)))
    return found


def _documents(
    tables: ForeignTables, incoming: Incoming, cases: dict[Any, dict[str, str]]
) -> dict[Any, tuple[ForeignText, MetRef]]:
    texts: dict[Any, tuple[ForeignText, MetRef]] = {}
    coded: Counter[Any] = Counter()
    for table in ("code_image", "code_av"):
        if tables.has(table, "id"):
            coded.update(r["id"] for r in tables.rows(table, ("id",)))
    left = 0
    for row in tables.rows("source", ("id", "name", "fulltext"), ("memo",)):
        if not isinstance(row["fulltext"], str) or not row["fulltext"].strip():
            left += 1
            if left > _MOST_TOLD:
                incoming.losses.lose(say("further files without text"))
            else:
                name = text_of(row["name"])[:80]
                incoming.losses.lose(
                    say("the file “{name}” without text, with {n} codings", name=name, n=coded[row["id"]])
                )
            continue
        foreign = ForeignText(row["fulltext"])
        name = text_of(row["name"])
        memo = text_of(row["memo"]).strip()
        extra = {**cases.get(row["id"], {}), **({"Memo": memo} if memo else {})}
        document = IncomingDocument(name, foreign.text, name or None, extra=extra, id=str(row["id"]))
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
    for row in tables.rows("code_text", wanted, ("memo", "date", "important")):
        incoming.losses.lose(say("marks of codings as important"), int(row["important"] in (1, "1")))
        by_file[row["fid"]].append(row)
    for number, rows in by_file.items():
        known = texts.get(number)
        sound: list[dict[str, Any]] = []
        for row in rows:
            whole = isinstance(row["pos0"], int) and isinstance(row["pos1"], int)
            if known is None or not whole or not codes.has(row["cid"]):
                incoming.problem(
                    "data.qda", say("code_text {id}", id=row["ctid"]), say("its file, code or place is missing")
                )
            else:
                sound.append(row)
        if known is None:
            continue
        rows, (foreign, document) = sound, known
        quotes = [(r["pos0"], r["pos1"], text_of(r["seltext"])) for r in rows if r["seltext"]]
        one_unit = foreign.detect(quotes)
        for row in rows:
            where = say("code_text {id}", id=row["ctid"])
            if not one_unit and row["seltext"] and not foreign.detect([(row["pos0"], row["pos1"], row["seltext"])]):
                told = text_of(row["seltext"])[:60]
                incoming.problem("data.qda", where, say("the text does not have the words {told!r} there", told=told))
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
                "created": told_time(text_of(row["date"]), incoming.losses),
            }
            incoming.records.append((where, AnnotationRecord.model_validate(record)))


def _annotations(
    tables: ForeignTables,
    incoming: Incoming,
    codes: CodeSystem,
    texts: dict[Any, tuple[ForeignText, MetRef]],
) -> None:
    """Remarks on passages without a code: labels of a layer of their own."""
    if not tables.has("annotation", "anid", "fid", "pos0", "pos1", "memo"):
        return
    for row in tables.rows("annotation", ("anid", "fid", "pos0", "pos1", "memo"), ("owner", "date")):
        where = say("annotation {id}", id=row["anid"])
        known = texts.get(row["fid"])
        if known is None or not (isinstance(row["pos0"], int) and isinstance(row["pos1"], int)):
            incoming.losses.lose(say("annotations of files without text"), 1, text_of(row["memo"])[:60])
            continue
        foreign, document = known
        try:
            fragment = foreign.fragment(row["pos0"], row["pos1"])
        except ValueError as error:
            incoming.problem("data.qda", where, words_of(error))
            continue
        codes.uncoded = "Annotation"
        record = {
            "id": f"qualcoder:annotation:{row['anid']}",
            "layer": UNCODED,
            "coder": {"name": text_of(row["owner"]) or "QualCoder"},
            "document": document,
            "fragments": [fragment],
            "memo": text_of(row["memo"]),
            "created": told_time(text_of(row["date"]), incoming.losses),
        }
        incoming.records.append((where, AnnotationRecord.model_validate(record)))


def _journal(tables: ForeignTables, incoming: Incoming) -> None:
    """Entries of the journal are about the whole project: they are kept as notes of REFI-QDA."""
    if not tables.has("journal", "name", "jentry"):
        return
    notes: dict[str, str] = {}
    users: dict[str, str] = {}
    for place, row in enumerate(tables.rows("journal", ("name", "jentry"), ("jid", "owner", "date"))):
        name, words, owner = text_of(row["name"]), text_of(row["jentry"]), text_of(row["owner"])
        key = derived_id("qualcoder", "journal", str(row["jid"] or place), name, words)
        note = etree.Element("Note", guid=key, name=xml_text(name))
        if owner:
            who = derived_id("qualcoder", "user", owner)
            users[who] = xml_of(etree.Element("User", guid=who, name=xml_text(owner)))
            note.set("creatingUser", who)
        note.set("creationDateTime", xml_text("T".join(text_of(row["date"]).split())))
        etree.SubElement(note, "PlainTextContent").text = xml_text(words)
        notes[key] = xml_of(note)
        incoming.losses.lose(say("entries of the journal, kept for REFI-QDA"), 1, name)
    if notes:
        incoming.attached = {"users": users, "notes": notes, "free": list(notes)}
        incoming.attached_form = FORM


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
        if row["attr_type"] == "case":
            continue  # told with the cases
        if row["attr_type"] != "file" or row["id"] not in texts:
            incoming.losses.lose(say("attributes of files without text and of journals"), 1, text_of(row["name"]))
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
