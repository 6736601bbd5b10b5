"""Every string that a person sees passes here on its way to the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

CONTEXT = "Annotator"


def tr(text: str, **parts: object) -> str:
    """The text in the person's language, with `{name}` replaced by `parts`."""
    told = QCoreApplication.translate(CONTEXT, text)
    return told.format(**parts) if parts else told


def mark(text: str) -> str:
    """The text as it is, entered into the catalogues: it is given to `tr` later, by way of a name."""
    return text


def marks(*texts: str) -> tuple[str, ...]:
    """As `mark`, several."""
    return texts
