"""Passages as files with the sources to cite: a table in CSV, a document in DOCX, a page in HTML."""

from __future__ import annotations

import html
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias
from xml.sax.saxutils import escape

from annotator import __version__
from annotator.domain.annotations import Entity
from annotator.domain.conditions import told
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import JsonObject, as_json
from annotator.domain.words import say
from annotator.formats.csv_tables import csv_lines
from annotator.formats.steady_zip import steady_zip
from annotator.services.files import publishing
from annotator.services.search.labelled import Asked, LabelPassage, Result, passage_as_json
from annotator.services.study import Study

Cell: TypeAlias = str | int | Sequence[str] | None
Row: TypeAlias = Mapping[str, Cell]

ENDINGS = (".csv", ".docx", ".html", ".json")


@dataclass(frozen=True, slots=True)
class StudyName:
    """Which study it is."""

    id: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What was found, and of which study and codebook. entities: by id, those that values may name."""

    asked: Asked
    result: Result
    study: StudyName
    codebook: str
    version: int
    entities: Mapping[str, Entity]

    def as_json(self) -> JsonObject:
        """All of it in the public JSON form."""
        result = self.result
        return {
            "query": self.asked.as_json(),
            "count": len(result.passages),
            "documents": result.account.here.documents,
            "passages": [passage_as_json(p, self.entities) for p in result.passages],
            "counts": {k: dict(v) for k, v in result.counts.items()},
            "study": as_json(self.study),
            "codebook": {"key": self.codebook, "version": self.version},
            "coders": list(result.coders),
            "gold": self.asked.whose == "gold",
            "codebook_versions": list(result.versions),
            "incomplete": result.incomplete,
            "account": result.account.as_json(),
        }


def answer(study: Study, asked: Asked, result: Result) -> Answer:
    """What was found with all that a file says of it."""
    return Answer(
        asked=asked,
        result=result,
        study=StudyName(study.id, study.title),
        codebook=study.codebook.key,
        version=study.codebook_version,
        entities=study.register().every,
    )


def in_words(asked: Asked) -> str:
    """What was asked for, in a line."""
    parts = [asked.layer or say("statements and labels outside them"), told(asked.condition)]
    parts += [f"entity={asked.entity}" if asked.entity else ""]
    parts += [f"coders={','.join(asked.coders)}" if asked.coders is not None else ""]
    parts += ["gold" if asked.whose == "gold" else ""]
    return " · ".join(p for p in parts if p)


def source(p: LabelPassage) -> str:
    """The article as it is cited: author, headline, outlet, day, address, and where in its text."""
    d = p.document
    facts = [d.author, f"“{d.title}”" if d.title else None, d.publisher, d.published, d.url]
    place = f"{p.place[0][0]}-{p.place[-1][1]}" if p.place else None
    return ", ".join(x for x in [*facts, f"[{d.number}{f': {place}' if place else ''}]"] if x)


def write(study: Study, asked: Asked, result: Result, out: Path) -> None:
    """One file, by its ending; raises BadInput."""
    ending = out.suffix.casefold()
    if ending not in ENDINGS:
        raise BadInput(
            "passages have no such form", str(out), say("end its name with {names}", names=", ".join(ENDINGS))
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    with publishing(out) as published:
        place = published.path()
        if ending == ".csv":
            columns, rows = table(study, result)
            place.write_bytes(b"".join(csv_lines(columns, rows)))
        elif ending == ".json":
            found = answer(study, asked, result).as_json()
            place.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n", "utf-8", newline="\n")
        elif ending == ".html":
            place.write_text(_html(study, asked, result), "utf-8", "backslashreplace", newline="\n")
        else:
            _docx(study, asked, result, place)


def table(study: Study, result: Result) -> tuple[list[str], list[Row]]:
    """(columns, rows): one row a passage, what the codebook asks for where any passage has it."""
    asked = list(dict.fromkeys(f for p in result.passages for row in p.rows for f in row if "." in f and row[f]))
    columns = ["id", "layer", "coder", "round", "reading", "document_number", "document_title", "published"]
    columns += ["publisher", "author", "url", "start", "end", "left", "text", "right", *sorted(asked), "memo"]
    rows: list[Row] = []
    for p in result.passages:
        d = p.document
        values = {f: list(dict.fromkeys(v for row in p.rows for v in row.get(f, ()))) for f in asked}
        start, end = (p.place[0][0], p.place[-1][1]) if p.place else (None, None)
        about: tuple[Cell, ...] = (
            p.annotation.id,
            p.annotation.layer,
            p.coder,
            p.round,
            p.reading,
            d.number,
            d.title,
            d.published,
        )
        about = (*about, d.publisher, d.author, d.url, start, end, p.left, p.words, p.right)
        told_of: dict[str, Cell] = {"memo": p.annotation.memo, "missing": list(p.missing)}
        rows.append(dict(zip(columns, about, strict=False)) | told_of | values)
    return [*columns, "missing"], rows


def _head(study: Study, asked: Asked, result: Result) -> list[str]:
    about = [
        in_words(asked),
        say("{n} passages; {account}", n=len(result.passages), account=result.account.line),
        result.line,
        *result.account.reasons(),
        f"{study.title}, {study.codebook.key} {study.codebook_version}, Annotator {__version__}",
    ]
    return [str(x) for x in about]


def _coded(p: LabelPassage) -> str:
    values = {f: dict.fromkeys(v for row in p.rows for v in row.get(f, ())) for row in p.rows for f in row if "." in f}
    told = [f"{f}: {' | '.join(v)}" for f, v in values.items() if v]
    return "; ".join([p.coder, p.annotation.layer, *told])


def _html(study: Study, asked: Asked, result: Result) -> str:
    def e(text: str) -> str:
        return html.escape(text, quote=True)

    parts = [
        f"<li><p>{e(p.left)}<mark>{e(p.words)}</mark>{e(p.right)}</p><p class=coded>{e(_coded(p))}</p>"
        f"<p class=source><cite>{e(source(p))}</cite></p></li>"
        for p in result.passages
    ]
    about = "".join(f"<p>{e(x)}</p>" for x in _head(study, asked, result))
    style = (
        "body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1a1d21;"
        "background:#fff}mark{background:#ffe9a8;color:inherit}.coded,.source{color:#555c66;font-size:.875rem;margin:0}"
        "li{margin-bottom:1.25rem}@media(prefers-color-scheme:dark){body{background:#16181b;color:#e6e8eb}"
        "mark{background:#5c4a12}.coded,.source{color:#a5adb8}}"
    )
    return (
        f'<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><title>{e(study.title)}</title>'
        f"<style>{style}</style></head><body><h1>{e(study.title)}</h1>{about}<ol>{''.join(parts)}</ol></body></html>\n"
    )


_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>'
)


def _docx(study: Study, asked: Asked, result: Result, out: Path) -> None:
    body = [_paragraph([(study.title, '<w:b/><w:sz w:val="36"/>')])]
    body += [_paragraph([(x, '<w:color w:val="555C66"/>')]) for x in _head(study, asked, result)]
    for number, p in enumerate(result.passages, 1):
        body.append(
            _paragraph([(f"{number}. {p.left}", ""), (p.words, '<w:highlight w:val="yellow"/>'), (p.right, "")])
        )
        body.append(_paragraph([(_coded(p), '<w:color w:val="555C66"/><w:sz w:val="18"/>')]))
        body.append(_paragraph([(source(p), '<w:i/><w:color w:val="555C66"/><w:sz w:val="18"/>')]))
    text = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:document xmlns:w="{_MAIN}"><w:body>'
    text += "".join(body) + "<w:sectPr/></w:body></w:document>"
    with steady_zip(out) as archive:
        archive.add("[Content_Types].xml", _TYPES.encode())
        archive.add("_rels/.rels", _RELATIONS.encode())
        archive.add("word/document.xml", text.encode("utf-8", "replace"))


def _paragraph(runs: Sequence[tuple[str, str]]) -> str:
    told = "".join(
        f'<w:r><w:rPr>{look}</w:rPr><w:t xml:space="preserve">{escape(_sayable(text))}</w:t></w:r>'
        for text, look in runs
    )
    return f"<w:p>{told}</w:p>"


def _sayable(text: str) -> str:
    """Text as XML can hold it: control characters are shown as a replacement character."""
    return "".join(c if c in "\t\n" or (c >= "\x20" and c not in "\ufffe\uffff") else "\ufffd" for c in text)
