"""Files from outside: XML without entities, archives without bombs, folders without links that lead out."""

from __future__ import annotations

import codecs
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Any

from lxml import etree

from annotator.domain.archives import archive_fault
from annotator.domain.bounds import HIGHEST_RATIO, LARGEST_FILE, LARGEST_WHOLE, MOST_FILES
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.words import Message, say

_SMALL = 1 << 20
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


def text_from(data: bytes, where: str, mark: bool = False) -> str:
    """The text of UTF-8 bytes; raises BadInput. mark: leave a byte order mark where it stands."""
    try:
        return data.decode("utf-8" if mark else "utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise BadInput(say("the text is not UTF-8 (line {line})", line=line), where, "save it as UTF-8") from error


def parse_xml(data: bytes, where: str) -> Any:
    """The root element; raises BadInput for what is not XML, and for any document type or entity of its own."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        try:
            text = data.decode("utf-16")
        except UnicodeDecodeError as error:
            raise BadInput("the XML is not the UTF-16 that it begins as", where) from error
        data = re.sub(r"^\s*<\?xml[^>]*\?>", "", text, count=1).encode("utf-8", "surrogatepass")
    if _DOCTYPE.search(data):
        raise BadInput("the XML declares a document type or entities, which is not allowed", where)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError, LookupError) as error:
        raise BadInput(say("it is not well-formed XML ({reason})", reason=error), where) from error
    if root is None or root.getroottree().docinfo.doctype:
        raise BadInput("the XML declares a document type, which is not allowed", where)
    return root


class Tree:
    """Files under a folder or in an archive, by their path inside it with ``/``; names are checked at once."""

    def __init__(self, name: str, sizes: dict[str, int]) -> None:
        self.name = name
        self._sizes = sizes
        if len(sizes) > MOST_FILES:
            raise BadInput(say("it holds more than {most} files", most=MOST_FILES), name)
        if sum(sizes.values()) > LARGEST_WHOLE:
            raise BadInput(say("it holds more than {most} GB", most=LARGEST_WHOLE >> 30), name)

    @property
    def names(self) -> list[str]:
        """Every file's path, sorted."""
        return sorted(self._sizes)

    def __contains__(self, name: str) -> bool:
        return name in self._sizes

    def read(self, name: str) -> bytes:
        """The bytes of a file; raises BadInput where it is too large or broken."""
        if self._sizes[name] > LARGEST_FILE:
            raise BadInput(say("the file is larger than {most} MB", most=LARGEST_FILE >> 20), f"{self.name}: {name}")
        return self._bytes(name)

    def text(self, name: str, mark: bool = False) -> str:
        """The file as UTF-8. mark: leave a byte order mark where it stands."""
        return text_from(self.read(name), f"{self.name}: {name}", mark)

    def xml(self, name: str) -> Any:
        """The root element of an XML file."""
        return parse_xml(self.read(name), f"{self.name}: {name}")

    def _bytes(self, name: str) -> bytes:
        raise NotImplementedError


class _Folder(Tree):
    def __init__(self, path: Path) -> None:
        self._root = path.resolve()
        sizes: dict[str, int] = {}
        for file in path.rglob("*"):
            inside = file.relative_to(path)
            if any(part.startswith(".") for part in inside.parts) or not file.is_file():
                continue
            if not file.resolve().is_relative_to(self._root):
                raise BadInput("the file is a link that leads out of the folder", f"{path.name}: {inside}")
            sizes[inside.as_posix()] = file.stat().st_size
        super().__init__(path.name, sizes)

    def _bytes(self, name: str) -> bytes:
        return (self._root / name).read_bytes()


class _Archive(Tree):
    def __init__(self, archive: zipfile.ZipFile, name: str) -> None:
        self._archive = archive
        self._infos: dict[str, zipfile.ZipInfo] = {}
        for info in archive.infolist():
            if info.is_dir():
                continue
            _check_member(info, name)
            if info.filename in self._infos:
                raise BadInput(say("the file `{file}` is there twice", file=info.filename), name)
            self._infos[info.filename] = info
        super().__init__(name, {key: info.file_size for key, info in self._infos.items()})

    def _bytes(self, name: str) -> bytes:
        info = self._infos[name]
        try:
            with self._archive.open(info) as file:
                data = file.read(info.file_size + 1)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError) as error:
            raise BadInput(
                say("the file cannot be unpacked ({reason})", reason=archive_fault(error)), f"{self.name}: {name}"
            ) from error
        if len(data) != info.file_size:
            raise BadInput("the file is not as large as the archive says", f"{self.name}: {name}")
        return data


def _check_member(info: zipfile.ZipInfo, archive: str) -> None:
    name, path = info.filename, PurePosixPath(info.filename)
    where = f"{archive}: {name!r}"
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in path.parts[0] or "\0" in name:
        raise BadInput("a file of the archive has a path outside the archive", where)
    if info.flag_bits & 1:
        raise BadInput("the archive is locked with a password", where, "save it without one")
    if info.file_size > _SMALL and info.file_size > HIGHEST_RATIO * max(1, info.compress_size):
        raise BadInput("a file of the archive unpacks to far more than it should", where)


@contextmanager
def opened(path: Path) -> Iterator[Tree]:
    """A folder or a zip archive; raises BadInput where it is neither or not to be trusted."""
    if path.is_dir():
        yield _Folder(path)
        return
    with _archive(path, path.name) as tree:
        yield tree


@contextmanager
def opened_zip(data: bytes, name: str) -> Iterator[Tree]:
    """An archive that lay in another one."""
    with _archive(io.BytesIO(data), name) as tree:
        yield tree


def check_archive(archive: zipfile.ZipFile, name: str) -> None:
    """Raise BadInput for an archive that another library is to read and that is not to be trusted."""
    for info in archive.infolist():
        if not info.is_dir():
            _check_member(info, name)
    if sum(i.file_size for i in archive.infolist()) > LARGEST_WHOLE:
        raise BadInput(say("it holds more than {most} GB", most=LARGEST_WHOLE >> 30), name)


@contextmanager
def read_by_others(what: Message, where: str, remedy: Message) -> Iterator[None]:
    """While another library reads: whatever it raises on a broken file is told, for nobody lists what that may be."""
    try:
        yield
    except (AnnotatorError, MemoryError, GeneratorExit):
        raise
    except Exception as error:
        raise BadInput(what, where, remedy) from error


@contextmanager
def _archive(source: Path | io.BytesIO, name: str) -> Iterator[Tree]:
    try:
        archive = zipfile.ZipFile(source)
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, UnicodeDecodeError) as error:
        raise BadInput(
            say("it is neither a folder nor a zip archive ({reason})", reason=archive_fault(error)), name
        ) from error
    with archive:
        yield _Archive(archive, name)
