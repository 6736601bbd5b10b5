"""The zip of a package: written whole under another name first, read with every bound and sum checked."""

from __future__ import annotations

import hashlib
import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from annotator.domain.archives import archive_fault
from annotator.domain.bounds import MOST_ROWS, read_json
from annotator.domain.errors import BadInput
from annotator.domain.packages import (
    FILES,
    OPTIONAL,
    Manifest,
    PackedAnnotation,
    PackedChange,
    PackedCodebook,
    PackedDocument,
    PackedEntity,
    PackedNote,
    PackedState,
    PackedSuggestion,
    PackedVerdict,
    Part,
)
from annotator.domain.words import Message, by_door, say, words_of
from annotator.services.files import publishing
from annotator.services.team.encryption import MAGIC, PasswordNeeded, is_sealed, seal, unseal
from annotator.store.examining import first_bytes

MANIFEST = "manifest.json"
MOST_BYTES = 1 << 30
MOST_MANIFEST = 1 << 20
MOST_RATIO = 400
_FREE_OF_RATIO = 1 << 20
_DAY = (2000, 1, 1, 0, 0, 0)
_AGAIN = say("ask for the package again")


@dataclass(frozen=True, slots=True)
class Package:
    """A package that was read and whose sums are right."""

    manifest: Manifest
    sha256: str
    codebooks: tuple[PackedCodebook, ...]
    documents: tuple[PackedDocument, ...]
    entities: tuple[PackedEntity, ...]
    annotations: tuple[PackedAnnotation, ...]
    states: tuple[PackedState, ...]
    notes: tuple[PackedNote, ...]
    changes: tuple[PackedChange, ...]
    suggestions: tuple[PackedSuggestion, ...] = ()
    verdicts: tuple[PackedVerdict, ...] = ()


def is_package(path: Path) -> bool:
    """Whether the file looks like a zip or like an encrypted package, which no study does."""
    head = _head(path)
    return head[:4] in (b"PK\x03\x04", b"PK\x05\x06") or is_sealed(head)


def is_encrypted(path: Path) -> bool:
    """Whether the file is a package under a password."""
    return is_sealed(_head(path))


def _head(path: Path) -> bytes:
    try:
        return first_bytes(path, len(MAGIC)) if path.is_file() else b""  # a pipe would be waited for
    except OSError:
        return b""


def refuse_taken(out: Path) -> None:
    """Raise BadInput where a package cannot be written to this path."""
    if out.exists():
        raise BadInput("it exists already", str(out), "choose another name")
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")


def write_package(
    out: Path, head: Mapping[str, Any], lines: Mapping[str, Iterable[Mapping[str, Any]]], password: str | None = None
) -> Manifest:
    """Write a package; refuses to write over anything. ``head``: the manifest without its sums.

    With a password the whole of it is encrypted: without the password a reader learns its size alone.
    """
    refuse_taken(out)
    contents = {name: _jsonl(lines.get(name, ())) for name in FILES}
    contents = {name: data for name, data in contents.items() if data or name not in OPTIONAL}
    sums = {n: {"bytes": len(d), "sha256": hashlib.sha256(d).hexdigest()} for n, d in contents.items()}
    manifest = Manifest.model_validate({**head, "files": sums})
    data = _zipped(manifest, contents)
    if password is not None:
        data = seal(data, password)
    with publishing(out, over=False) as result:
        result.write([data])
    return manifest


def _zipped(manifest: Manifest, contents: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        text = json.dumps(manifest.model_dump(mode="json"), ensure_ascii=False, indent=1)
        archive.writestr(_entry(MANIFEST), text.encode("utf-8"))
        for name, data in contents.items():
            archive.writestr(_entry(name), data)
    return made.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _DAY)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry


def _jsonl(lines: Iterable[Mapping[str, Any]]) -> bytes:
    made = (json.dumps(line, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n" for line in lines)
    return "".join(made).encode("utf-8", "surrogatepass")


def is_study(path: Path) -> bool:
    """Whether the file is a whole study."""
    return _head(path).startswith(b"SQLite format 3\x00")


def read_package(path: Path, passwords: Sequence[str] = ()) -> Package:
    """Read a package; raises BadInput with the reason for everything that is no sound package.

    ``passwords``: each is tried where the package is encrypted; PasswordNeeded is raised where none fits.
    """
    where = str(path)
    if path.is_dir():
        raise BadInput("this is a folder", where, "give the path of a package")
    if not path.exists():
        raise BadInput("there is no such file", where, "check the path")
    if is_study(path):
        raise BadInput(
            "this is a whole study, not a package of one coder's work",
            where,
            by_door(
                "bring it into a study with `annotator merge STUDY OTHER`",
                say("bring it into a study under Team, Collect packages"),
            ),
        )
    if not is_package(path):
        raise BadInput("this is not a package, or its beginning is damaged", where, _AGAIN)
    if path.stat().st_size > MOST_BYTES:
        raise BadInput("the file is too large for a package", where, "do not trust it")
    data = path.read_bytes()
    if is_sealed(data):
        data = _unsealed(data, passwords, where)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            manifest, contents = _contents(archive, where)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        struct.error,
        ValueError,
        UnicodeError,
        OSError,  # an entry that begins before the file does
    ) as error:
        raise BadInput(say("the package is damaged ({reason})", reason=archive_fault(error)), where, _AGAIN) from error
    lines: dict[str, tuple[Any, ...]] = {
        name.removesuffix(".jsonl"): _parsed(name, contents.get(name, b""), model, where)
        for name, model in FILES.items()
    }
    return Package(manifest, hashlib.sha256(data).hexdigest(), **lines)


def _unsealed(data: bytes, passwords: Sequence[str], where: str) -> bytes:
    for password in passwords[:-1]:
        try:
            return unseal(data, password, where)
        except PasswordNeeded:
            continue
    return unseal(data, passwords[-1] if passwords else None, where)


def _contents(archive: zipfile.ZipFile, where: str) -> tuple[Manifest, dict[str, bytes]]:
    entries: dict[str, zipfile.ZipInfo] = {}
    total = 0
    for entry in archive.infolist():
        if entry.filename not in (MANIFEST, *FILES):
            name = entry.filename.encode("ascii", "backslashreplace").decode()[:60]
            raise BadInput(
                say("the package holds a file that does not belong there: `{name}`", name=name),
                where,
                "do not trust it",
            )
        if entry.filename in entries:
            raise BadInput(say("the package holds `{file}` twice", file=entry.filename), where, "do not trust it")
        if entry.flag_bits & 1:
            raise BadInput("the package is encrypted", where, "ask for one without a password")
        bloated = entry.file_size > _FREE_OF_RATIO and entry.file_size > MOST_RATIO * max(1, entry.compress_size)
        total += entry.file_size
        if total > MOST_BYTES or bloated:
            raise BadInput("the package would unpack to far more than it should", where, "do not trust it")
        entries[entry.filename] = entry
    if MANIFEST not in entries:
        raise BadInput("this zip has no manifest, so it is not a package", where, "give the path of a package")
    manifest = _manifest(_bounded(archive, entries[MANIFEST], MOST_MANIFEST, where), where)
    wanted = (set(FILES) - OPTIONAL) | set(manifest.files)
    missing = sorted(wanted - set(entries)) or sorted((set(entries) | wanted) - {MANIFEST} - set(manifest.files))
    if missing:
        raise BadInput(say("`{file}` is missing from the package", file=missing[0]), where, _AGAIN)
    contents: dict[str, bytes] = {}
    for name, expected in manifest.files.items():
        data = _bounded(archive, entries[name], expected.bytes, where)
        if len(data) != expected.bytes or hashlib.sha256(data).hexdigest() != expected.sha256:
            raise BadInput(
                say("`{name}` is not what the manifest says (the SHA-256 differs)", name=name), where, _AGAIN
            )
        contents[name] = data
    return manifest, contents


def _bounded(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, most: int, where: str) -> bytes:
    with archive.open(entry) as file:
        data = file.read(min(most, MOST_BYTES) + 1)
    if len(data) > most:
        raise BadInput(say("`{file}` is longer than the manifest says", file=entry.filename), where, "do not trust it")
    return data


def _manifest(data: bytes, where: str) -> Manifest:
    try:
        return Manifest.model_validate_json(data)
    except ValidationError as error:
        if error.errors()[0]["loc"] == ("format",):
            raise BadInput("this program does not know this form of package", where, "update it") from error
        raise BadInput(say("the manifest is not valid: {told}", told=_first(error)), where, _AGAIN) from error


def _first(error: ValidationError) -> Message:
    """What pydantic found first, and in which field."""
    found = error.errors()[0]
    place = ".".join(str(p) for p in found["loc"])
    return say("{path}: {reason}", path=place or say("it"), reason=found["msg"])


def _parsed(name: str, data: bytes, model: type[Part], where: str) -> tuple[Any, ...]:
    result: list[Any] = []
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise BadInput("it is not UTF-8", f"{where}, {name}", _AGAIN) from error
    if text.count("\n") > MOST_ROWS:
        raise BadInput(say("it holds more than {most} lines", most=MOST_ROWS), f"{where}, {name}", "do not trust it")
    for number, line in enumerate(text.removesuffix("\n").split("\n"), 1):
        if not line:
            if not data:
                break
            raise BadInput(
                "a line is empty", say("{where}, {name}, line {number}", where=where, name=name, number=number), _AGAIN
            )
        try:
            result.append(model.model_validate(read_json(line)))
        except (ValidationError, ValueError) as error:
            told = _first(error) if isinstance(error, ValidationError) else words_of(error)
            raise BadInput(
                say("a record is not valid: {told}", told=told),
                say("{where}, {name}, line {number}", where=where, name=name, number=number),
                _AGAIN,
            ) from error
    return tuple(result)
