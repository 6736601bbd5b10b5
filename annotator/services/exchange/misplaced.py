"""What is no file of codings though it was given as one: a study, a package, a codebook, an article; what to do."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.formats.declared import Format
from annotator.formats.incoming import Incoming
from annotator.formats.recognising import coding_form
from annotator.store.examining import first_bytes
from annotator.store.file_format import APPLICATION_ID, HEADER

_HEAD = 4096
_SEALED = b"ANNOTATOR-SEALED/"
_CODEBOOK = re.compile(r"""\ufeff?(\s|\{|#[^\n]*\n|---\n)*["']?format["']?\s*:\s*["']?annotator-codebook/""")
"""At the beginning: other forms carry a codebook further down."""
_CODES = re.compile(rb"^(\xef\xbb\xbf)?\s*(<\?xml[^>]*>)?(\s|<!--.*?-->)*<(\w+:)?CodeBook[\s>]", re.DOTALL)
_ARTICLES = frozenset({".html", ".htm", ".xhtml", ".pdf", ".docx", ".rtf", ".md", ".eml", ".mht", ".mhtml"}) | {
    *(".srt", ".vtt", ".odt", ".doc", ".epub", ".txt", ".text"),
}
"""How files of single articles end."""


def refuse_other_things(path: Path, codes: bool = False) -> None:
    """Raise BadInput where the file is a study, a package or a codebook: other commands bring those in.

    codes: a codebook of REFI-QDA is wanted.
    """
    head = _head(path)
    if head.startswith(HEADER) and int.from_bytes(head[68:72], "big") == APPLICATION_ID:
        remedy = by_door(
            say("merge it: annotator merge STUDY {file}; to look into it: annotator {file}", file=path.name),
            say("Team › Collect packages… joins two studies"),
        )
        raise BadInput("it is a study of this program", str(path), remedy)
    if head.startswith(_SEALED) or path.suffix.casefold() == ".annotator-package" or _is_package(path, head):
        remedy = by_door(
            say("collect it: annotator merge STUDY {file}; to code in it: annotator {file}", file=path.name),
            say("Team › Collect packages… takes it in; to code in it, open it as a study"),
        )
        raise BadInput("it is a package of a team", str(path), remedy)
    if _CODEBOOK.match(head.decode("utf-8", "replace")):
        refuse_codebook(path)
    if not codes and path.is_file() and (path.suffix.casefold() == ".qdc" or _CODES.match(head)):
        refuse_codebook(path)


def refuse_codebook(path: Path) -> None:
    """Raise BadInput: it has codes alone."""
    remedy = by_door(
        say(
            "make a study with it: annotator new STUDY --codebook {file}; "
            "or change a study's: annotator codebook apply STUDY {file}",
            file=path.name,
        ),
        say("choose it as the codebook of a new study, or open it in the codebook's editor"),
    )
    raise BadInput("it is a codebook, with no article and no label", str(path), remedy)


def refuse_articles(path: Path, form: Format) -> None:
    """Raise BadInput where a single article was given as codings of this form, or a table of articles as records."""
    suffix = path.suffix.casefold()
    if form.name == "jsonl" and path.is_file() and _is_row_of_articles(path):
        raise _articles_alone(form, str(path))
    if not path.is_file() or suffix not in _ARTICLES or suffix == form.suffix:
        return
    if suffix in (".txt", ".text") and (coding_form(path) or _head(path).lstrip(_BLANK).startswith(_CODED)):
        return
    remedy = by_door(
        say("bring it in as an article: annotator import STUDY {file}, without --format", file=path.name),
        say("Study › Import articles… takes it in"),
    )
    raise BadInput(say("it is an article, no codings of the form {form}", form=form.name), str(path), remedy)


def refuse_uncoded(path: Path, form: Format, incoming: Incoming) -> None:
    """Raise BadInput where a folder has texts alone, and nothing in it is of this form."""
    if form.name == "brat" and not path.is_file() and not any(path.rglob("*.ann")) and incoming.codebook is None:
        raise _articles_alone(form, str(path))


def _is_row_of_articles(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            first = json.loads(file.readline(1 << 20).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return False  # told when it is read
    return isinstance(first, dict) and isinstance(first.get("text"), str) and not {"layer", "document"} & first.keys()


def _articles_alone(form: Format, where: str) -> BadInput:
    return BadInput(
        say("it holds articles, and no codings of the form {form}", form=form.name),
        where,
        by_door(
            "bring them in as articles: annotator import STUDY SOURCE, without --format",
            say("Study › Import articles… takes them in"),
        ),
    )


_BLANK = b"\xef\xbb\xbf \t\r\n"
_CODED = (b"{", b"[", b"__label__")
"""How codings in a file called text begin: JSON, and fastText's classes."""


def _head(path: Path) -> bytes:
    try:
        return first_bytes(path, _HEAD) if path.is_file() else b""
    except OSError:
        return b""  # told when it is read


def _is_package(path: Path, head: bytes) -> bool:
    if not head.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            names = set(archive.namelist())
            if "manifest.json" not in names or archive.getinfo("manifest.json").file_size > 1 << 20:
                return False
            return b'"annotator-package/' in archive.read("manifest.json")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, EOFError):
        return False
