"""Every string that a person sees passes here on its way to the screen."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication

from annotator.domain.errors import AnnotatorError
from annotator.domain.words import ByDoor, Message, cause_of

CONTEXT = "Annotator"


def tr(text: str, **parts: object) -> str:
    """The text in the person's language, with `{name}` replaced by `parts`, sentences among them translated too."""
    told = QCoreApplication.translate(CONTEXT, text)
    return told.format_map(_spoken(parts)) if parts else told


def spoken(said: str | Exception | None) -> str:
    """What was said below the window, in the person's language: a `Message` with all of its parts, an error whole.

    Other text, a person's own, stays as it is.
    """
    if type(said) is str:  # most of what is painted
        return said
    if isinstance(said, AnnotatorError):
        return spoken(said.told)
    if isinstance(said, OSError):
        return spoken(cause_of(said))
    if isinstance(said, ByDoor):
        return spoken(said.window)
    if not isinstance(said, Message):
        return "" if said is None else str(said)
    told = _looked_up(said.template)
    return told.format_map(_spoken(said.parts)) if said.parts else told


def _looked_up(text: str) -> str:
    if not text or "\0" in text:  # Qt would cut it off there
        return text
    try:
        return QCoreApplication.translate(CONTEXT, text)
    except UnicodeEncodeError:  # half a surrogate pair, from a name in a file: no catalogue has it
        return text


def _spoken(parts: Mapping[str, object]) -> dict[str, object]:
    return {name: spoken(part) if isinstance(part, Message) else part for name, part in parts.items()}


def mark(text: str) -> str:
    """The text as it is, entered into the catalogues: it is given to `tr` later, by way of a name."""
    return text


def marks(*texts: str) -> tuple[str, ...]:
    """As `mark`, several."""
    return texts
