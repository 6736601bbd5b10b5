"""Sound files of every form that is read, and what accidents and attackers make of them; each tried as by a person.

A trial is a command line and what it may leave: exit 0 or 1, with 1 one line `error: …`, and never a word of a fault of
the program itself.
"""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import shutil
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annotator.cli.app import run
from annotator.domain.codebook.reading import codebook_json
from annotator.formats.declared import formats
from annotator.services.exchange.exporting import export
from annotator.services.study import Study
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.packing import pack
from tests.codebooks import everything
from tests.formats.test_other_programs import KEPT, database, dna, qualcoder
from tests.studies import statement, study_at

STUDY, FILE = "{study}", "{file}"
"""Stand for the study and the damaged file in a command line."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sound file (its bytes, or the files of a folder) and the command lines that read it."""

    name: str
    content: dict[str, bytes]
    folder: bool
    commands: tuple[tuple[str, ...], ...]


class NoWindow:
    """Stands for the window: nothing here may open it."""

    def show(self, *_: object) -> int:
        raise AssertionError("a window was asked for")

    picture = pdf = show


ARTICLES = {
    "plain.txt": b"A title\n\nThe mayor said it will pay.\nNobody asked the fishers.\n",
    "page.html": b"<!doctype html><html lang=en><head><title>A title</title><meta property='article:published_time' "
    b"content='2031-02-03'></head><body><article><h1>A title</h1><p>The mayor said that it will pay for the whole of "
    b"the harbour, and that it must not fail.</p><p>Nobody asked the fishers about the eel, which is what they said."
    b"</p></article></body></html>",
    "table.csv": b"title,text,date,url\r\nOne,The mayor said it will pay.,2031-02-03,http://x.example/1\r\n"
    b'"Two, three","It must not ""fail"".",2031-02-04,http://x.example/2\r\n',
    "lines.jsonl": b'{"title": "One", "text": "The mayor said it will pay.", "date": "2031-02-03"}\n'
    b'{"title": "Two", "text": "It must not fail.", "tags": ["a", "b"]}\n',
}


def samples(folder: Path) -> list[Sample]:
    """Every form that is read, made anew: codings, articles, codebooks, mappings, packages, tables, lists."""
    place = folder / "sample.annotator"
    found: list[Sample] = []
    with study_at(place, documents=2) as study:
        statement(study, "Ada")
        statement(study, "Ben")
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(2)))
        codebook = codebook_json(study.codebook).encode()
        for form in formats():
            if not (form.reads and form.writes):
                continue
            out = folder / f"{form.name}{form.suffix}"
            try:
                export(study, form.name, out)
            except Exception:  # an extra that is not installed here
                continue
            found.append(
                Sample(
                    form.name,
                    _content(out),
                    out.is_dir(),
                    (
                        ("import", STUDY, FILE, "--format", _name(form.name), "--coder", "Ada", "--json"),
                        ("import", STUDY, FILE),
                        ("new", "{new}", "--from", FILE, "--format", form.name),
                    ),
                )
            )
        for name, form in (("sheet.csv", "csv"), ("sheet.xlsx", "xlsx")):
            export(study, form, folder / name)
            found.append(
                Sample(name, _content(folder / name), False, (("import", STUDY, FILE, "--format", "spreadsheet"),))
            )
        export(study, "csv", folder / "bare.csv", without_text=True)
        fill = (folder / "bare.csv.fill.jsonl").read_bytes()
        found.append(
            Sample("fill.jsonl", {"fill.jsonl": fill}, False, (("fill", "{base}", "--texts", STUDY, "-o", "{new}"),))
        )
        parcel = folder / "ada.annotator-package"
        pack(study, "Ada", parcel)
        opening = ("open", FILE)
        found.append(Sample("package.zip", _content(parcel), False, (("merge", STUDY, FILE), ("check", FILE), opening)))
    for form, path in (
        ("dna", database(folder / "x.dna", dna(3))),
        ("qualcoder", qualcoder(folder, KEPT.index("mayor"), "mayor")),
    ):
        lines = (
            ("import", STUDY, FILE, "--format", form, "--json"),
            ("new", "{new}", "--from", FILE, "--format", form),
        )
        found.append(Sample(form, _content(path), path.is_dir(), lines))
    for name, data in ARTICLES.items():
        found.append(
            Sample(name, {name: data}, False, (("import", STUDY, FILE), ("import", STUDY, FILE, "--dry-run", "--json")))
        )
    for name, data in (("article.docx", docx()), ("article.pdf", pdf())):
        found.append(Sample(name, {name: data}, False, (("import", STUDY, FILE),)))
    books = (("codebook", "check", FILE), ("new", "{new}", "--codebook", FILE), ("codebook", "diff", STUDY, FILE))
    found.append(
        Sample("codebook.json", {"codebook.json": codebook}, False, (*books, ("codebook", "apply", STUDY, FILE)))
    )
    text = (Path(__file__).parent.parent / "resources/codebooks/claims.yaml").read_bytes()
    found.append(Sample("codebook.yaml", {"codebook.yaml": text}, False, books))
    mapping = json.dumps({"format": "annotator-mapping/1", "review": ["claim.kind"]}).encode()
    found.append(
        Sample(
            "mapping.json",
            {"mapping.json": mapping},
            False,
            (
                ("codebook", "apply", STUDY, "{codebook}", "--map", FILE),
                ("codebook", "diff", STUDY, "{codebook}", "--map", FILE),
            ),
        )
    )
    sheet_map = b'{"document": "source", "document_by": "source", "layer": "=claim", "start": "a", "end": "b"}'
    found.append(
        Sample(
            "map.json",
            {"map.json": sheet_map},
            False,
            (("import", STUDY, "{sheet}", "--format", "spreadsheet", "--map", FILE, "--coder", "Ada"),),
        )
    )
    ratings = b"unit,Ada,Ben\r\n1,a,b\r\n2,a,a\r\n3,b,b\r\n"
    found.append(
        Sample(
            "ratings.csv",
            {"ratings.csv": ratings},
            False,
            tuple(("agreement", "--table", FILE, "--level", level, "--json") for level in ("nominal", "interval")),
        )
    )
    spans = b'{"length": 40, "spans": {"Ada": [[0, 4, "a"], [6, 9, "b"]], "Ben": [[0, 5, "a"]]}}'
    found.append(Sample("spans.json", {"spans.json": spans}, False, (("agreement", "--spans", FILE, "--json"),)))
    return found


def _name(form: str) -> str:
    return "annotations" if form == "jsonl" else form  # as an intake form it means a table of articles


def docx() -> bytes:
    """A Word document of three paragraphs."""
    from docx import Document

    document = Document()
    for line in ("A title", "The mayor said it will pay.", "Nobody asked the fishers."):
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def pdf() -> bytes:
    """A page of text as PDF, by hand."""
    stream = b"BT /F1 12 Tf 72 720 Td (The mayor said it will pay.) Tj 0 -20 Td (Nobody asked the fishers.) Tj ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R "
        b"/Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out, places = bytearray(b"%PDF-1.4\n"), []
    for number, one in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(out)
    out += b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    out += b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def _content(path: Path) -> dict[str, bytes]:
    if path.is_dir():
        return {p.relative_to(path).as_posix(): p.read_bytes() for p in sorted(path.rglob("*")) if p.is_file()}
    return {path.name: path.read_bytes()}


# damage


def damages(seed: int) -> Iterator[tuple[str, Callable[[bytes], bytes]]]:
    """Ways to damage bytes without end; the same seed gives the same."""
    number = seed
    while True:
        for name, damage in DAMAGES.items():
            number += 1
            yield f"{name}-{number}", lambda data, d=damage, n=number: _inside(data, d, random.Random(n))  # type: ignore[misc]


def _inside(data: bytes, damage: Callable[[bytes, random.Random], bytes], dice: random.Random) -> bytes:
    """Damage the bytes, or, in half of the cases, a file inside where they are a zip; sums are made right again."""
    if data[:2] != b"PK" or dice.random() < 0.3:
        return damage(data, dice)
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        files = {i.filename: archive.read(i) for i in archive.infolist()}
    chosen = dice.choice(sorted(n for n, d in files.items() if d) or sorted(files))
    files[chosen] = damage(files[chosen], dice)
    if "manifest.json" in files and chosen != "manifest.json":
        import hashlib

        manifest = json.loads(files["manifest.json"])
        if "files" in manifest:
            sums = {n: {"bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for n, d in files.items()}
            manifest["files"] = {n: sums[n] for n in manifest["files"]}
            files["manifest.json"] = json.dumps(manifest).encode()
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def _cut(data: bytes, dice: random.Random) -> bytes:
    return data[: dice.randrange(len(data) + 1)]


def _flip(data: bytes, dice: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(dice.choice((1, 1, 3, 20))):
        if changed:
            changed[dice.randrange(len(changed))] = dice.randrange(256)
    return bytes(changed)


def _doubled(data: bytes, dice: random.Random) -> bytes:
    at, length = dice.randrange(len(data) + 1), dice.choice((1, 10, 200))
    return data[:at] + data[at : at + length] * dice.choice((2, 50)) + data[at:]


def _gone(data: bytes, dice: random.Random) -> bytes:
    at = dice.randrange(len(data) + 1)
    return data[:at] + data[at + dice.choice((1, 5, 60)) :]


ODD_TEXT = (
    *("", "\ud800", "\0", "=1+1", "9" * 400, "1e999", "-1e999", "NaN", "Infinity", "-0.0", "0000-00-00", "9999-12-31"),
    *("x" * 100_000, "../../etc/passwd", "\u202e", "{{7*7}}", "%s%n", "a\r\nb", "١٢", "¼", "1_000", " 7 ", "🚢" * 50),
)
ODD_JSON: tuple[Any, ...] = (None, True, False, 0, -1, 1 << 70, 10**400, 1e308, 0.5, [], {}, [[]], [None], *ODD_TEXT)
DEEP = 3_000


def _odd_value(data: bytes, dice: random.Random) -> bytes:
    """In JSON: a value of another type, a key that is gone or new, nesting without end. Elsewhere: other text."""
    text = data.decode("utf-8", "replace")
    lines = text.split("\n") if text.lstrip()[:1] in "{[" else []
    whole = _json(text)
    if whole is not None:
        return _spelled(_changed(whole, dice), dice)
    known = [i for i, line in enumerate(lines) if _json(line) is not None]
    if known:
        at = dice.choice(known)
        lines[at] = _spelled(_changed(_json(lines[at]), dice), dice).decode("utf-8", "surrogatepass")
        return "\n".join(lines).encode("utf-8", "surrogatepass")
    return _odd_word(data, dice)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _spelled(value: Any, dice: random.Random) -> bytes:
    plain = dice.random() < 0.5
    text = json.dumps(value, ensure_ascii=plain)
    if dice.random() < 0.1:
        deep = dice.choice(("[" * DEEP, "[" * DEEP + "]" * DEEP, '{"a":' * DEEP, "[" * 61 + "]" * 61))
        text = re.sub(r'"[^"]*"|\d+', lambda _: deep, text, count=1)
    return text.encode("utf-8", "surrogatepass")


def _changed(value: Any, dice: random.Random) -> Any:
    ways = list(_ways(value, ()))
    for _ in range(dice.choice((1, 1, 2))):
        way = dice.choice(ways)
        if not way:
            return dice.choice(ODD_JSON)
        holder = value
        try:
            for part in way[:-1]:
                holder = holder[part]
            kind = dice.random()
            if kind < 0.15:
                del holder[way[-1]]
            elif kind < 0.25 and isinstance(holder, dict):
                holder[dice.choice(ODD_TEXT)] = holder[way[-1]]
            else:
                holder[way[-1]] = dice.choice(ODD_JSON)
        except (KeyError, IndexError, TypeError):
            continue
    return value


def _ways(value: Any, way: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield way
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _ways(inner, (*way, key))
    elif isinstance(value, list):
        for number, inner in enumerate(value[:30]):
            yield from _ways(inner, (*way, number))


def _odd_word(data: bytes, dice: random.Random) -> bytes:
    """A word, number or sign of the text is another."""
    words = list(re.finditer(rb"[\w.-]+|[^\w\s]", data)) or [re.match(rb"", data)]
    for _ in range(dice.choice((1, 1, 4))):
        word = dice.choice(words)
        assert word is not None
        other = dice.choice(ODD_TEXT).encode("utf-8", "surrogatepass")
        if dice.random() < 0.2:
            other = dice.choice(
                (b"<!ENTITY x SYSTEM 'file:///etc/passwd'>", b"&x;", b"<a>" * DEEP, b"\xff\xfe", b"\x00" * 9)
            )
        data = data[: word.start()] + other + data[word.end() :]
    return data


def _bare(data: bytes, dice: random.Random) -> bytes:
    """Something else altogether under this name."""
    return dice.choice(
        (
            *(b"", b"\x00" * 5000, b"[" * 97_000, b"{" * 97_000, b'{"a":' * 30_000, b"- " * 50_000, b"\n" * 50_000),
            *(b"PK\x05\x06" + b"\0" * 18, b"PK\x03\x04", b"%PDF-1.7\n", b"SQLite format 3\0" + b"\0" * 100),
            *(
                b"\xff\xfe[\x00",
                b"\xef\xbb\xbf",
                b"<" * 50_000,
                b"<a>" * 50_000,
                b"<?xml version='1.0'?><!DOCTYPE a []><a/>",
            ),
            *(
                b'"' + b"x" * 50_000,
                b"a,b\n" + b'"' * 9_999,
                b"null",
                b"true",
                b"7",
                b'"text"',
                b"[1,2]",
                b"&a *a",
                b"!!python",
            ),
            *(b"\x1f\x8b" + zlib.compress(b"x"), struct.pack("<I", 0xFEEDFACE) * 100, bytes(range(256)) * 20),
        )
    )


DAMAGES: dict[str, Callable[[bytes, random.Random], bytes]] = {
    "cut": _cut,
    "flip": _flip,
    "odd value": _odd_value,
    "doubled": _doubled,
    "odd word": _odd_word,
    "gone": _gone,
    "odd value again": _odd_value,
    "bare": _bare,
}


# trials


@dataclass(frozen=True, slots=True)
class Told:
    """What a command line left: taken (exit 0), told (exit 1 in words), or why neither."""

    code: int
    error: str
    fault: str | None


class Bench:
    """A study that every trial gets anew, and the files that commands need beside the damaged one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.samples = samples(folder / "samples") if not (folder / "samples").mkdir(parents=True) else []
        self._first = folder / "first.annotator"
        with study_at(self._first, documents=2) as study:
            statement(study, "Ada")
        self._codebook = folder / "as-it-is.json"
        self._codebook.write_text(codebook_json(everything()), encoding="utf-8")
        self._sheet = folder / "sheet.csv"
        self._sheet.write_text("source,a,b\na1.txt,0,4\n", encoding="utf-8")

    def tried(
        self, sample: Sample, damage: Callable[[bytes], bytes], dice: random.Random
    ) -> Iterator[tuple[tuple[str, ...], Told]]:
        """Each command line of the sample with its file, or one file of its folder, damaged."""
        work = self._folder / "work"
        shutil.rmtree(work, ignore_errors=True)
        work.mkdir()
        content = dict(sample.content)
        chosen = dice.choice(sorted(content))
        content[chosen] = damage(content[chosen])
        if sample.folder:
            file = work / sample.name
            for name, data in content.items():
                (file / name).parent.mkdir(parents=True, exist_ok=True)
                (file / name).write_bytes(data)
        else:
            file = work / chosen
            file.write_bytes(content[chosen])
        base = work / "x.csv"
        if sample.name == "fill.jsonl":
            file.rename(base.with_name("x.csv.fill.jsonl"))
        for command in sample.commands:
            study = work / "s.annotator"
            study.write_bytes(self._first.read_bytes())
            new = work / f"new{'.csv' if command[0] == 'fill' else '.annotator'}"
            words = {
                STUDY: str(study),
                FILE: str(file),
                "{new}": str(new),
                "{base}": str(base),
                "{codebook}": str(self._codebook),
                "{sheet}": str(self._sheet),
            }
            line = tuple(words.get(word, word) for word in command)
            told = told_by(line)
            if told.fault is None:
                told = _still_sound(study, new, told)
            yield command, told
            for path in (new, study):
                path.unlink(missing_ok=True)
        shutil.rmtree(work, ignore_errors=True)


def told_by(line: tuple[str, ...]) -> Told:
    """Run a command line here."""
    out, error = io.StringIO(), io.StringIO()
    if line[0] == "open":
        return _opened(Path(line[1]))
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(error):
        try:
            code = run(line, NoWindow())  # type: ignore[arg-type]
        except BaseException as raised:
            return Told(-1, "", f"raised {type(raised).__name__}: {raised}")
    told = error.getvalue()
    last = told.rstrip("\n").rsplit("\n", 1)[-1]
    fault = None
    if "fault of Annotator" in told or "Traceback" in told:
        fault = last
    elif code not in (0, 1):
        fault = f"exit {code}: {last}"
    elif code == 1 and not last.startswith("error: "):
        fault = f"exit 1 without a word: {last}"
    elif code == 1 and len(last) > 6_100:
        fault = f"an error of {len(last)} characters: {last[:200]}"
    return Told(code, last, fault)


def _opened(package: Path) -> Told:
    """As the window opens a package."""
    from annotator.domain.errors import AnnotatorError
    from annotator.services.team.receiving import open_package

    try:
        open_package(package)
    except AnnotatorError as error:
        return Told(1, str(error), None)
    except Exception as raised:
        return Told(-1, "", f"raised {type(raised).__name__}: {raised}")
    return Told(0, "", None)


def _still_sound(study: Path, new: Path, told: Told) -> Told:
    """Whatever was taken leaves studies that are sound and can be written out."""
    from annotator.services.study.integrity import check

    for path in (study, new):
        if path.suffix != ".annotator" or not path.exists():
            continue
        try:
            with Study.open(path) as found:
                if faults := check(found):
                    return Told(told.code, told.error, f"unsound: {faults[0]}")
        except Exception as raised:
            return Told(told.code, told.error, f"it does not open: {type(raised).__name__}: {raised}")
    if told.code == 1 and new.exists():
        return Told(told.code, told.error, f"refused, but {new.name} was made")
    return told
