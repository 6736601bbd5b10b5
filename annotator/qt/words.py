"""Every string that a person sees passes here on its way to the screen."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication


def tr(text: str, **parts: object) -> str:
    """The text in the person's language, with `{name}` replaced by `parts`."""
    told = QCoreApplication.translate("Annotator", text)
    return told.format(**parts) if parts else told
