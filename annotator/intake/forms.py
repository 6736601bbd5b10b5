"""Which form a source has: told by its first bytes, then by its name. What is not known is refused, never guessed."""

from __future__ import annotations

import json
import re

from annotator.domain.errors import BadInput
from annotator.domain.words import Message, by_door, say
from annotator.intake.mail import looks_like_mail
from annotator.intake.subtitles import looks_like_subtitles
from annotator.intake.word_lists import listed

FORMATS = (
    "plain", "scrape", "html", "csv", "jsonl", "json", "docx", "pdf", "rtf", "eml", "mht", "markdown", "tei", "srt",
    "nexis", "factiva", "europresse",
)  # fmt: skip
TABLES = ("csv", "jsonl", "json")

_SUFFIXES = {
    "htm": "html", "html": "html", "xhtml": "html", "csv": "csv", "tsv": "csv", "tab": "csv", "jsonl": "jsonl",
    "ndjson": "jsonl", "json": "json", "docx": "docx", "docm": "docx", "dotx": "docx", "pdf": "pdf", "rtf": "rtf",
    "eml": "eml", "mht": "mht", "mhtml": "mht", "md": "markdown", "markdown": "markdown", "mdown": "markdown",
    "xml": "tei", "tei": "tei", "srt": "srt", "vtt": "srt", "txt": "text", "text": "text", "asc": "text", "log": "text",
    "": "text",
}  # fmt: skip

_AS_TEXT = say("save it as TXT, DOCX or PDF and import that")
_AS_TABLE = say("save it as CSV with one article a row, and import that")
_RECOGNIZE = say("run text recognition on it, and import the resulting PDF or text")
_UNPACK = say("unpack it, and import the folder")
_OTHERS: dict[str, tuple[str, Message]] = {
    **{
        s: (say("an old Word document"), say("open it in a word processor, save it as DOCX, and import that"))
        for s in listed("doc dot wpd wps")
    },
    **{
        s: (say("a document of another word processor"), say("save it as DOCX there, and import that"))
        for s in listed("odt ott pages fodt sxw abw hwp hwpx gdoc")
    },
    **{s: (say("a workbook"), _AS_TABLE) for s in listed("xlsx xlsm xls ods numbers gsheet sav dta")},
    **{s: (say("slides"), say("save them as PDF, and import that")) for s in listed("ppt pptx odp key")},
    **{
        s: (say("a book"), say("save it as HTML or DOCX, and import that"))
        for s in listed("epub mobi azw azw3 fb2 djvu")
    },
    **{s: (say("a picture"), _RECOGNIZE) for s in listed("jpg jpeg png gif tif tiff webp bmp heic svg ico avif")},
    **{s: (say("an archive"), _UNPACK) for s in listed("zip gz tgz bz2 xz 7z rar tar warc maff webarchive wacz")},
    **{
        s: (say("sound or film"), say("import its transcript"))
        for s in listed("mp3 mp4 m4a wav ogg avi mov mkv webm flac")
    },
    **{
        s: (say("a mail of Outlook or a mailbox"), say("save each mail as EML, and import those"))
        for s in listed("msg mbox pst ost emlx")
    },
    **{
        s: (say("text with its own markup"), _AS_TEXT)
        for s in listed(
            "tex rst org adoc asciidoc textile wiki mediawiki bib ris nbib enw sgm sgml ass ssa sub ttml dfxp ipynb"
        )
    },
    **{
        s: (say("a program's own file"), say("leave it out"))
        for s in listed(
            "js css py r php java c h sh bat ps1 db sqlite ini cfg conf toml yaml yml lock woff woff2 ttf eot otf",
            "map sql rds rdata pickle pkl npy parquet feather annotator",
        )
    },
}
_STRAY_NAMES = frozenset(
    ["thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store", "icon\r", ".localized", "folder.jpg", "ntuser.dat"]
)
_STRAY_SUFFIXES = listed(
    "url lnk webloc desktop tmp temp bak swp crdownload part partial download lock ini aux thm",
)
_PAGE_PARTS = listed(
    "js css png jpg jpeg gif svg webp ico woff woff2 ttf eot otf map bmp avif",
)


def stray(name: str, folder: str = "") -> Message | None:
    """Why a file that lies in a folder among articles is none and is passed over; None where it may be one."""
    plain = name.casefold()
    suffix = _suffix(name)
    if plain in _STRAY_NAMES or name.startswith(("._", ".", "~$")) or plain.endswith("~"):
        return say("a file of the system or of another program")
    if suffix in ("url", "lnk", "webloc", "desktop"):
        return say("a shortcut to a page or file, not the page itself")
    if suffix in _STRAY_SUFFIXES:
        return say("a file of the system or of another program")
    if suffix in _PAGE_PARTS:
        return say("a picture, style or script, no article")
    if "saved_resource" in plain and folder.casefold().endswith(("_files", "-dateien", "_fichiers", "_archivos")):
        return say("a part of a saved page, no article")
    return None


def form_of(name: str, data: bytes) -> str:
    """The form; raises BadInput where it is not known, with what to do."""
    start = data[:3].lstrip(b"\xef\xbb\xbf") + data[3:4000]
    suffix = _suffix(name)
    if (told := _by_bytes(start, data)) is not None:
        return told
    if suffix in _OTHERS:
        kind, remedy = _OTHERS[suffix]
        raise BadInput(say("Annotator cannot read {kind}", kind=kind), name, remedy)
    known = _SUFFIXES.get(suffix)
    if known is None:
        if b"\x00" in start or not re.fullmatch(r"[a-z]{1,5}\d?", suffix):
            known = "text"  # `Times_12.03.2026`: what stands after the last point names no form
        else:
            raise BadInput(
                say("the form `.{suffix}` is not known", suffix=suffix),
                name,
                say(
                    "save it as one of {names}{text}",
                    names="TXT, HTML, DOCX, PDF, RTF, CSV",
                    text=by_door(", or say --format plain where it is text", say(", or as TXT where it is text")),
                ),
            )
    if known in ("docx", "pdf", "rtf"):
        return known
    if known == "text":
        return _text(start, name, data)
    if known == "tei" and _is_page(start):
        return "html"
    return known


def _suffix(name: str) -> str:
    base = name.rsplit("/", 1)[-1]
    return base.rsplit(".", 1)[-1].lower() if "." in base.lstrip(".") else ""


def _by_bytes(start: bytes, data: bytes) -> str | None:
    if start.startswith(b"%PDF-") or (b"%PDF-" in data[:1024] and not start.lstrip().startswith(b"<")):
        return "pdf"
    if start.startswith(b"{\\rtf"):
        return "rtf"
    if start.startswith(b"PK\x03\x04"):
        return "docx"
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        return "ole"
    return None


def _is_page(start: bytes) -> bool:
    head = start.lstrip(b" \t\r\n").lower()
    head = re.sub(rb"^(<\?xml[^>]*>|<!--.*?-->|\s)+", b"", head, flags=re.S)
    return head.startswith((b"<!doctype html", b"<html", b"<head", b"<body"))


def _text(start: bytes, name: str, data: bytes) -> str:
    """A file called text may be something else by its first lines."""
    if _is_page(start):
        return "html"
    head = start.lstrip(b" \t\r\n")
    if head.startswith(b"<?xml") or re.match(rb"<(TEI|teiCorpus)[\s>]", head):
        return "tei"
    if looks_like_mail(data):
        return "mht" if b"multipart/related" in data[:4000] and b"Snapshot-Content-Location" in data[:4000] else "eml"
    if head.startswith((b"{", b"[")) and (form := _json_form(head, data)):
        return form
    words = start.decode("utf-8", "replace")
    if words.startswith("WEBVTT") or (re.match(r"\s*\d+\s*\n", words) and looks_like_subtitles(words)):
        return "srt"
    if re.match(r"\s*\\documentclass|\s*\\begin\{", words):
        kind, remedy = _OTHERS["tex"]
        raise BadInput(say("Annotator cannot read {kind}", kind=kind), name, remedy)
    if len(re.findall(r"</[a-zA-Z][\w:-]*>", words)) >= 3 and re.match(r"\s*<[a-zA-Z!]", words):
        return "html"
    return "text"


def _json_form(head: bytes, data: bytes) -> str | None:
    """One object a line, or one whole; None for what holds no objects."""
    for piece, form in ((head.split(b"\n", 1)[0], "jsonl"), (data, "json")):
        try:
            value = json.loads(piece.decode("utf-8-sig"))
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            return form
        if isinstance(value, list) and value and isinstance(value[0], dict):
            return "json"
    return None
