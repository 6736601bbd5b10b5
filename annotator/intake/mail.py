"""Mail (EML) and web pages saved as one file (MHT, MHTML): the part that is read, with what travels beside it told."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.intake.decoding import decoded
from annotator.intake.model import CleaningStep, Meta

_HEADER = re.compile(rb"^[!-9;-~]{1,76}:[ \t]", re.M)
_SIGNATURE = "\n-- \n"


@dataclass(frozen=True, slots=True)
class Letter:
    """text: as it was written, or a page where `html`. beside: steps for the parts that are no article."""

    text: str
    html: bool
    meta: Meta
    beside: tuple[CleaningStep, ...]


def looks_like_mail(data: bytes) -> bool:
    """Whether the bytes begin with the head of a mail or a saved page."""
    head = data[:4000].replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
    names = {line.split(b":", 1)[0].lower() for line in head.split(b"\n") if _HEADER.match(line)}
    return len(names & {b"from", b"to", b"subject", b"date", b"received", b"mime-version", b"message-id"}) >= 3


def read_mail(data: bytes, source: str, saved_page: bool = False) -> Letter:
    """The part to read; saved_page: it is a web page, where the header's sender says nothing. Raises BadInput."""
    try:
        message = message_from_bytes(data, policy=policy.default)
        assert isinstance(message, EmailMessage)
        found = _chosen(message, saved_page)
        meta = _meta(message, saved_page)
        beside = tuple(_beside(message, found))
    except (AssertionError, ValueError, LookupError, TypeError, AttributeError, IndexError) as error:
        raise BadInput("the mail is damaged", source, "save it again from the mail program or browser") from error
    if found is None:
        raise BadInput("the mail holds no text", source, "leave it out")
    text = _text(found, source)
    html = found.get_content_type() in ("text/html", "application/xhtml+xml")
    if not html and "flowed" in str(found.get_param("format") or "").casefold():
        text = _unflowed(text, str(found.get_param("delsp") or "").casefold() == "yes")
    place = str(found.get("Content-Location") or message.get("Snapshot-Content-Location") or "")
    if place.startswith("http"):
        meta = replace(meta, url=place)
    return Letter(text, html, meta, beside)


def _leaves(message: EmailMessage) -> Iterator[EmailMessage]:
    for part in message.walk():
        if not part.is_multipart() and isinstance(part, EmailMessage):
            yield part


def _chosen(message: EmailMessage, saved_page: bool) -> EmailMessage | None:
    """Of the same letter as text and as a page, the text where it is as long; a saved page is its first page."""
    shown = [p for p in _leaves(message) if p.get_content_disposition() != "attachment"]
    pages = [p for p in shown if p.get_content_type() in ("text/html", "application/xhtml+xml")]
    plain = [p for p in shown if p.get_content_type() == "text/plain"]
    if saved_page or not plain:
        return pages[0] if pages else (plain[0] if plain else None)
    if pages and len(_text(plain[0], "").split()) * 3 < len(re.sub(r"<[^>]*>", " ", _text(pages[0], "")).split()):
        return pages[0]
    return plain[0]


def _text(part: EmailMessage, source: str) -> str:
    raw = part.get_payload(decode=True)
    data = raw if isinstance(raw, bytes) else b""
    charset = part.get_content_charset()
    if charset:
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            pass
    if not data.strip():
        return ""
    return decoded(data, source)[0]


def _unflowed(text: str, without_space: bool) -> str:
    """Lines that a mail program broke (format=flowed) are whole again."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if lines and lines[-1].endswith(" ") and lines[-1] != "-- " and line.strip():
            lines[-1] = (lines[-1][:-1] if without_space else lines[-1]) + line
        else:
            lines.append(line)
    return "\n".join(lines)


def _meta(message: EmailMessage, saved_page: bool) -> Meta:
    title = " ".join(str(message.get("Subject") or "").split()) or None
    day = moment = None
    if when := message.get("Date"):
        try:
            stamp = parsedate_to_datetime(str(when))
            day, moment = stamp.date().isoformat(), stamp.isoformat(timespec="seconds") if stamp.tzinfo else None
        except (ValueError, TypeError, IndexError):
            pass
    if saved_page:
        return Meta(title=title)  # the date is the day of saving
    names = [name or address for name, address in getaddresses([str(message.get("From") or "")])]
    return Meta(title=title, published=day, published_at=moment, author=", ".join(n for n in names if n) or None)


def _beside(message: EmailMessage, chosen: EmailMessage | None) -> Iterator[CleaningStep]:
    for number, part in enumerate(_leaves(message), start=1):
        if part is chosen:
            continue
        kind = part.get_content_type()
        name = part.get_filename() or str(part.get("Content-Location") or "") or kind
        if kind.startswith("text/") and part.get_content_disposition() != "attachment" and "css" not in kind:
            why = say("the letter in another form, or a frame of the page")
        elif part.get_content_disposition() == "attachment":
            why = say("a file that was attached; save it apart to import it")
        else:
            why = say("a picture or file that the page shows")
        yield CleaningStep("page_frame", say("part {number}", number=number), "removed", f"{name} ({kind})", why)
