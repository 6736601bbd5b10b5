"""One faulty line of a thousand, in every form: all of it or nothing by default, the rest of it by choice."""

from __future__ import annotations

import csv
import hashlib
import json
import sqlite3
import zipfile
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.errors import AnnotatorError
from annotator.domain.json_forms import as_json
from annotator.services.exchange.importing_codings import import_codings
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.importing_suggestions import Request, import_suggestions
from annotator.services.exchange.new_from_import import SourceRefused, new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study

N = 1_000
PAGES = 20
"""The labels stand in so many articles, where a form has a file or a row an article."""
EACH = N // PAGES
BAD = 437
WORD = "eel "
TEXT = WORD * EACH
FAR = 900_000


def span(n: int) -> tuple[int, int]:
    """Where the label of this number stands in its article; of the faulty one behind the text's end."""
    start = n % EACH * len(WORD)
    return start, FAR if n == BAD else start + 3


def text(page: int) -> str:
    return f"{TEXT}{page}"


def rows(path: Path, found: list[Any]) -> Path:
    path.write_text("".join(json.dumps(r) + "\n" for r in found), "utf-8")
    return path


def doccano(at: Path) -> Path:
    lines = [
        {"id": p, "text": text(p), "label": [[*span(p * EACH + i), "fish"] for i in range(EACH)]} for p in range(PAGES)
    ]
    return rows(at / "Ada.jsonl", lines)


def prodigy(at: Path) -> Path:
    def one(n: int) -> dict[str, Any]:
        return {"start": span(n)[0], "end": span(n)[1], "label": "fish"}

    lines = [{"text": text(p), "spans": [one(p * EACH + i) for i in range(EACH)]} for p in range(PAGES)]
    return rows(at / "p.jsonl", lines)


def label_studio(at: Path) -> Path:
    def one(n: int) -> dict[str, Any]:
        start, end = span(n)
        value = {"start": start, "end": end, "labels": ["fish"], "text": "eel"}
        return {"id": f"r{n}", "from_name": "label", "to_name": "text", "type": "labels", "value": value}

    tasks = [
        {"id": p, "data": {"text": text(p)}, "annotations": [{"id": p, "result": [one(p * EACH + i)
         for i in range(EACH)]}]} for p in range(PAGES)
    ]  # fmt: skip
    (at / "ls.json").write_text(json.dumps(tasks), "utf-8")
    return at / "ls.json"


def w3c(at: Path) -> Path:
    made = []
    for n in range(N):
        start, end = span(n)
        select = {"type": "TextPositionSelector", "start": start, "end": end}
        target = {"source": url(n // EACH), "selector": select}
        body = {"type": "TextualBody", "value": "fish", "purpose": "tagging"}
        made.append({"@context": "http://www.w3.org/ns/anno.jsonld", "id": f"urn:x:{n}", "type": "Annotation",
                     "creator": {"name": "Ada"}, "body": body, "target": target})  # fmt: skip
    (at / "w.jsonld").write_text(json.dumps({"type": "AnnotationPage", "items": made}), "utf-8")
    return at / "w.jsonld"


def brat(at: Path) -> Path:
    folder = at / "b"
    folder.mkdir()
    for p in range(PAGES):
        (folder / f"{p}.txt").write_text(text(p), "utf-8")
        lines = []
        for i in range(EACH):
            start, end = span(p * EACH + i)
            lines.append(f"T{i + 1}\tfish {start} {end}\teel\n")
        (folder / f"{p}.ann").write_text("".join(lines), "utf-8")
    return folder


def tsv(at: Path) -> Path:
    folder = at / "t"
    for p in range(PAGES):
        (folder / str(p)).mkdir(parents=True)
        head = f"#FORMAT=WebAnno TSV 3.3\n#T_SP=webanno.custom.Fish|kind\n\n\n#Text={text(p)}\n"
        lines = []
        for i in range(EACH):
            start = i * len(WORD)
            place = f"{start}-{start + 3}" if p * EACH + i != BAD else f"{start}-x"
            lines.append(f"1-{i + 1}\t{place}\teel\tfish\t\n")
        (folder / str(p) / "Ada.tsv").write_text(head + "".join(lines), "utf-8")
    return folder


CAS = """<?xml version="1.0" encoding="UTF-8"?>
<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore" xmlns:c="http:///x/custom.ecore"
 xmi:version="2.0"><cas:NULL xmi:id="0"/>{labels}
<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString="{text}"/>
<cas:View sofa="1" members="{members}"/></xmi:XMI>"""
TYPES = """<?xml version="1.0" encoding="UTF-8"?>
<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier"><types><typeDescription>
<name>x.custom.Fish</name><supertypeName>uima.tcas.Annotation</supertypeName><features><featureDescription>
<name>kind</name><rangeTypeName>uima.cas.String</rangeTypeName></featureDescription></features>
</typeDescription></types></typeSystemDescription>"""


def cas(at: Path) -> Path:
    folder = at / "c"
    folder.mkdir()
    (folder / "TypeSystem.xml").write_text(TYPES, "utf-8")
    for p in range(PAGES):
        labels = []
        for i in range(EACH):
            start, end = span(p * EACH + i)
            labels.append(f'\n<c:Fish xmi:id="{i + 10}" sofa="1" begin="{start}" end="{end}" kind="a"/>')
        members = " ".join(str(i + 10) for i in range(EACH))
        (folder / f"{p}.xmi").write_text(CAS.format(labels="".join(labels), text=text(p), members=members), "utf-8")
    return folder


def tables(path: Path, made: dict[str, tuple[str, list[tuple[Any, ...]]]]) -> Path:
    with closing(sqlite3.connect(path)) as file, file:
        for name, (columns, held) in made.items():
            file.execute(f"CREATE TABLE {name} ({columns})")
            if held:
                file.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * len(held[0]))})", held)
    return path


def qualcoder(at: Path) -> Path:
    (at / "p.qda").mkdir()
    codings = [(n, 1, n // EACH, "eel", *span(n), "Ada", "", "", None, None) for n in range(N)]
    tables(at / "p.qda" / "data.qda", {
        "code_cat": ("catid, name, owner, date, memo, supercatid", []),
        "code_name": ("cid, name, memo, catid, owner, date, color", [(1, "fish", "", None, "Ada", "", "#99ccff")]),
        "source": ("id, name, fulltext, mediapath, memo, owner, date",
                   [(p, f"{p}.txt", text(p), None, "", "Ada", "") for p in range(PAGES)]),
        "code_text": ("ctid, cid, fid, seltext, pos0, pos1, owner, date, memo, avid, important", codings),
    })  # fmt: skip
    return at / "p.qda"


def taguette(at: Path) -> Path:
    pages = [(p, f"{p}", "", f"{p}.html", "", 1, "LEFT_TO_RIGHT", f"<p>{text(p)}</p>") for p in range(PAGES)]
    return tables(at / "t.sqlite3", {
        "projects": ("id, name, description, created", [(1, "River", "", "")]),
        "documents": ("id, name, description, filename, created, project_id, text_direction, contents", pages),
        "highlights": ("id, document_id, start_offset, end_offset, snippet",
                       [(n, n // EACH, *span(n), "eel") for n in range(N)]),
        "tags": ("id, project_id, path, description", [(1, 1, "fish", "")]),
        "highlight_tags": ("highlight_id, tag_id", [(n, 1) for n in range(N)]),
    })  # fmt: skip


def dna(at: Path) -> Path:
    return tables(at / "d.dna", {
        "CODERS": ("ID, Name", [(1, "Ada")]),
        "STATEMENTTYPES": ("ID, Label, Red, Green, Blue", [(1, "Fish", 1, 2, 3)]),
        "VARIABLES": ("ID, Variable, DataType, StatementTypeId", [(1, "note", "long text", 1)]),
        "DOCUMENTS": ("ID, Title, Text, Coder, Author, Source, Section, Notes, Type, Date",
                      [(p, f"{p}", text(p), 1, "", "", "", "", "", 0) for p in range(PAGES)]),
        "STATEMENTS": ("ID, StatementTypeId, DocumentId, Start, Stop, Coder",
                       [(n, 1, n // EACH, *span(n), 1) for n in range(N)]),
        "DATABOOLEAN": ("ID, StatementId, VariableId, Value", []),
        "DATAINTEGER": ("ID, StatementId, VariableId, Value", []),
        "DATASHORTTEXT": ("ID, StatementId, VariableId, Value", []),
        "DATALONGTEXT": ("ID, StatementId, VariableId, Value", [(n, n, 1, "x") for n in range(N)]),
    })  # fmt: skip


QDE = """<?xml version="1.0" encoding="utf-8"?>
<Project xmlns="urn:QDA-XML:project:1.0" name="p"><Users><User guid="{user}" name="Ada"/></Users>
<CodeBook><Codes><Code guid="{code}" name="fish" isCodable="true"/></Codes></CodeBook><Sources>{sources}</Sources>
</Project>"""


def guid(kind: int, n: int) -> str:
    return f"{kind:08x}-0000-4000-8000-{n:012x}"


def qdpx(at: Path) -> Path:
    sources = []
    with zipfile.ZipFile(at / "p.qdpx", "w") as archive:
        for p in range(PAGES):
            inside = []
            for i in range(EACH):
                n = p * EACH + i
                start, end = span(n)
                inside.append(
                    f'<PlainTextSelection guid="{guid(3, n)}" startPosition="{start}" endPosition="{end}" name="s{n}">'
                    f'<Coding guid="{guid(4, n)}" creatingUser="{guid(1, 1)}"><CodeRef targetGUID="{guid(2, 1)}"/>'
                    "</Coding></PlainTextSelection>"
                )
            sources.append(
                f'<TextSource guid="{guid(5, p)}" name="{p}" plainTextPath="internal://{p}.txt">{"".join(inside)}'
                "</TextSource>"
            )
            archive.writestr(f"Sources/{p}.txt", text(p))
        archive.writestr("p.qde", QDE.format(user=guid(1, 1), code=guid(2, 1), sources="".join(sources)))
    return at / "p.qdpx"


NEW: dict[str, Callable[[Path], Path]] = {
    "doccano": doccano,
    "prodigy": prodigy,
    "label-studio": label_studio,
    "brat": brat,
    "webanno-tsv": tsv,
    "cas-xmi": cas,
    "qualcoder": qualcoder,
    "taguette": taguette,
    "dna": dna,
    "qdpx": qdpx,
}
"""Forms that bring their articles."""


@pytest.mark.parametrize("form", NEW)
def test_of_a_source_with_articles_the_rest_is_taken_by_choice(form: str, tmp_path: Path) -> None:
    source = NEW[form](tmp_path)
    path = tmp_path / "s.annotator"
    with pytest.raises(SourceRefused) as refused:
        new_study_from(path, source, form, coder="Ada")
    assert not path.exists()
    (problem,) = as_json(refused.value.problems)
    assert problem["source"]
    assert problem["where"]
    assert problem["what"]
    result = as_json(new_study_from(path, source, form, coder="Ada", taking=Taking(rest=True)))
    (left,) = result["problems"]
    assert left == problem
    assert result["documents"]["added"] == PAGES
    assert (result["annotations"]["added"], result["annotations"]["refused"]) == (N - 1, 1)
    with Study.open(path) as study:
        assert len(study.annotations()) == N - 1


CODEBOOK = """format: annotator-codebook/1
key: fish
title: Fish
layers:
- {key: fish, kind: span, label: Fish}
"""


def records(at: Path) -> Path:
    found = [
        {"id": f"r{n}", "layer": "fish", "document": {"url": url(n // EACH)}, "fragments": [span(n)], "text": "eel"}
        for n in range(N)
    ]
    return rows(at / "r.jsonl", found)


def sheet(at: Path) -> Path:
    with (at / "s.csv").open("w", encoding="utf-8", newline="") as file:
        found = csv.writer(file)
        found.writerow(["id", "layer", "document_sha256", "starts", "ends", "text"])
        for n in range(N):
            digest = hashlib.sha256(text(n // EACH).encode()).hexdigest()
            found.writerow([f"r{n}", "fish", digest, *span(n), "eel"])
    return at / "s.csv"


INTO: dict[str, Callable[[Path], Path]] = {"annotations": records, "spreadsheet": sheet, "w3c": w3c}
"""Forms of codings alone."""


def url(page: int) -> str:
    return f"http://example.org/{page}"


def with_articles(at: Path) -> Study:
    study = Study.create(at / "s.annotator", parse_codebook(CODEBOOK), "Fish")
    import_files(study, [rows(at / "articles.jsonl", [{"text": text(p), "url": url(p)} for p in range(PAGES)])])
    return study


@pytest.mark.parametrize("form", INTO)
def test_of_codings_alone_the_rest_is_taken_by_choice(form: str, tmp_path: Path) -> None:
    source = INTO[form](tmp_path)
    with with_articles(tmp_path) as study:
        whole = as_json(import_codings(study, [source], form, coder="Ada"))
        assert (whole["annotations"]["added"], len(whole["problems"])) == (0, 1)
        assert study.annotations() == []
        rest = as_json(import_codings(study, [source], form, coder="Ada", taking=Taking(rest=True)))
        assert rest["problems"] == whole["problems"]
        assert (rest["annotations"]["added"], rest["annotations"]["refused"]) == (N - 1, 1)
        assert len(study.annotations()) == N - 1


@pytest.mark.parametrize("form", [*NEW, *INTO])
def test_of_suggestions_the_rest_is_taken_by_choice(form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if form in INTO:
        study, source = with_articles(tmp_path), INTO[form](tmp_path)
    else:
        (tmp_path / "sound").mkdir()
        monkeypatch.setattr("tests.formats.test_one_bad_line.BAD", -1)
        new_study_from(tmp_path / "s.annotator", NEW[form](tmp_path / "sound"), form, coder="Ada")
        monkeypatch.undo()
        study, source = Study.open(tmp_path / "s.annotator"), NEW[form](tmp_path)
    with study:
        whole = as_json(import_suggestions(study, Request([source], form, source="net")))
        (problem,) = whole["problems"]
        assert problem["where"]
        assert (whole["suggestions"]["added"], whole["suggestions"]["refused"]) == (0, N)
        rest = as_json(import_suggestions(study, Request([source], form, source="net", rest=True)))
        assert rest["problems"] == whole["problems"]
        assert (rest["suggestions"]["added"], rest["suggestions"]["refused"]) == (N - 1, 1)
        for answer in (whole, rest):
            account = answer["account"]
            left = sum(x["count"] for x in account["left_out"])
            assert account["file"]["suggestions"] == account["here"]["suggestions"] + left == N


BROKEN: list[tuple[str, dict[str, Any], list[str]]] = [
    ("doccano", {"text": "The eel.", "label": [[0, 3, "a"], [4, 7], ["x", 7, "a"], [4, 7, "b"]]},
     ["label[1]", "label[2]"]),
    ("prodigy", {"text": "The eel.", "spans": [{"start": 0, "end": 3, "label": "a"}, {"start": 0, "label": "a"},
                 {"start": 4, "end": 7, "label": 7}, {"start": 4, "end": 7, "label": "b"}]}, ["spans[1]", "spans[2]"]),
    ("label-studio", {"id": 1, "data": {"text": "The eel."}, "annotations": [{"id": 1, "result": [
        {"id": "1", "type": "labels", "value": {"start": 0, "end": 3, "labels": ["a"], "text": "The"}},
        {"id": "2", "type": "labels", "value": {"start": 4, "end": 7, "labels": ["a"], "text": "The"}},
        {"type": "labels", "value": {"start": 4, "end": 7, "labels": ["a"], "text": "eel"}},
        {"id": "4", "type": "labels", "value": {"start": 4, "end": 7, "labels": ["b"], "text": "eel"}}]}]},
     ["result[1]", "result[2]"]),
]  # fmt: skip


@pytest.mark.parametrize(("form", "line", "places"), BROKEN)
def test_of_an_article_with_faulty_labels_the_others_come_in(
    form: str, line: dict[str, Any], places: list[str], tmp_path: Path
) -> None:
    source = rows(tmp_path / "x.jsonl", [line, {**line, "broken": None}])
    source.write_text(source.read_text("utf-8").splitlines()[0] + "\n{broken\n", "utf-8")
    with pytest.raises(AnnotatorError):
        new_study_from(tmp_path / "s.annotator", source, form, coder="Ada")
    result = as_json(new_study_from(tmp_path / "s.annotator", source, form, coder="Ada", taking=Taking(rest=True)))
    found = sorted(p["where"] for p in result["problems"])
    assert len(found) == 3
    assert found[2] == "line 2" or found[0] == "line 2"
    assert all(any(place in where for where in found) for place in places)
    assert result["annotations"] == {"added": 2, "already": 0, "refused": 3}
