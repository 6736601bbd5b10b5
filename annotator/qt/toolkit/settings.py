"""What the program remembers on this computer: recent studies, who coded where, the look. Never part of a study."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

from annotator.store.places import DatabaseUrl, Place

_RECENT = 10


def _file() -> str:
    if sys.platform.startswith("linux"):
        home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        return str(Path(home) / "annotator" / "annotator.ini")
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
    return str(Path(folder) / "annotator.ini")


def _place(text: str) -> Place:
    return DatabaseUrl(text) if "://" in text else Path(text)


USUAL_SIZE = 17
"""Pixels of the article's letters from the start."""


class Settings:
    """Kept in one INI file; a missing or broken one is as good as empty."""

    def __init__(self, file: Path | None = None) -> None:
        self._store = QSettings(str(file) if file is not None else _file(), QSettings.Format.IniFormat)

    def recent(self) -> list[Place]:
        """Studies opened before, the latest first."""
        value = self._store.value("recent", [])
        items = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [_place(str(x)) for x in items if x]

    def remember(self, path: Place) -> None:
        """Put a study at the top of the recent ones; a database without its password."""
        path = path.resolve() if isinstance(path, Path) else _place(str(path))
        rest = [p for p in self.recent() if p != path]
        self._store.setValue("recent", [str(p) for p in [path, *rest][:_RECENT]])

    def forget(self, path: Place) -> None:
        """Take a study off the list; the file stays."""
        self._store.setValue("recent", [str(p) for p in self.recent() if p != path])

    def coder(self, study_id: str) -> str | None:
        """The id of who coded last in this study on this computer."""
        value = self._store.value(f"coder/{study_id}")
        return str(value) if value else None

    def set_coder(self, study_id: str, coder_id: str) -> None:
        """Remember who codes."""
        self._store.setValue(f"coder/{study_id}", coder_id)

    def document(self, study_id: str, coder_id: str) -> str | None:
        """The id of the document where the coder stopped."""
        value = self._store.value(f"document/{study_id}/{coder_id}")
        return str(value) if value else None

    def set_document(self, study_id: str, coder_id: str, document_id: str) -> None:
        """Remember where the coder is."""
        self._store.setValue(f"document/{study_id}/{coder_id}", document_id)

    def place(self, study_id: str, coder_id: str) -> tuple[str, int] | None:
        """(document id, code point) where the caret last stood."""
        document, _, place = str(self._store.value(f"place/{study_id}/{coder_id}") or "").rpartition(" ")
        return (document, int(place)) if document and place.isdecimal() else None

    def set_place(self, study_id: str, coder_id: str, document_id: str, place: int) -> None:
        """Remember where in the document the coder stops."""
        self._store.setValue(f"place/{study_id}/{coder_id}", f"{document_id} {place}")

    @property
    def theme(self) -> str:
        """light, dark or system."""
        value = str(self._store.value("theme", "system"))
        return value if value in ("light", "dark") else "system"

    @theme.setter
    def theme(self, value: str) -> None:
        self._store.setValue("theme", value)

    @property
    def text_size(self) -> int:
        """Pixels of the article's letters."""
        try:
            return min(32, max(12, int(str(self._store.value("text_size", USUAL_SIZE)))))
        except ValueError:
            return USUAL_SIZE

    @text_size.setter
    def text_size(self, value: int) -> None:
        self._store.setValue("text_size", value)

    @property
    def line_spacing(self) -> float:
        """The distance of the article's lines, as a factor of the letters' height."""
        try:
            return min(2.6, max(1.2, round(float(str(self._store.value("line_spacing", 1.6))), 1)))
        except ValueError:
            return 1.6

    @line_spacing.setter
    def line_spacing(self, value: float) -> None:
        self._store.setValue("line_spacing", round(value, 1))

    @property
    def patterns(self) -> bool:
        """Whether colours that everybody can tell apart, with patterns, stand for the codebook's."""
        return str(self._store.value("patterns", "false")) == "true"

    @patterns.setter
    def patterns(self, value: bool) -> None:
        self._store.setValue("patterns", "true" if value else "false")

    @property
    def by_paragraph(self) -> bool:
        """Whether the list of statements has a heading for each paragraph."""
        return str(self._store.value("by_paragraph", "false")) == "true"

    @by_paragraph.setter
    def by_paragraph(self, value: bool) -> None:
        self._store.setValue("by_paragraph", "true" if value else "false")

    @property
    def language(self) -> str:
        """system, en or de."""
        value = str(self._store.value("language", "system"))
        return value if value in ("en", "de") else "system"

    @language.setter
    def language(self, value: str) -> None:
        self._store.setValue("language", value)

    def shown(self, name: str, otherwise: bool) -> bool:
        """Whether a part of the window that can be hidden is shown."""
        return str(self._store.value(f"shown/{name}", "true" if otherwise else "false")) == "true"

    def set_shown(self, name: str, value: bool) -> None:
        """Remember whether it is shown."""
        self._store.setValue(f"shown/{name}", "true" if value else "false")

    def today_shown(self, key: str) -> str:
        """The day on which the first screen of a study was last shown by itself. key: of study and coder."""
        return str(self._store.value(f"today/{key}", ""))

    def set_today_shown(self, key: str, day: str) -> None:
        """Remember the day."""
        self._store.setValue(f"today/{key}", day)

    def keys(self) -> dict[str, str]:
        """A person's own keys: an action's name -> its shortcuts."""
        self._store.beginGroup("keys")
        found = {name: str(self._store.value(name, "")) for name in self._store.childKeys()}
        self._store.endGroup()
        return found

    def set_keys(self, keys: dict[str, str]) -> None:
        """Keep a person's own keys; the others are as shipped."""
        self._store.remove("keys")
        for name, value in keys.items():
            self._store.setValue(f"keys/{name}", value)

    def sheet_mapping(self, head: str) -> str:
        """What the columns of a sheet with this head meant the last time, as JSON; empty where it is new."""
        return str(self._store.value(f"sheets/{head}", ""))

    def set_sheet_mapping(self, head: str, mapping: str) -> None:
        """Remember what the columns mean."""
        self._store.setValue(f"sheets/{head}", mapping)

    def columns(self, name: str) -> str:
        """Widths of the columns of a table that were set by hand, as JSON; empty where there are none."""
        return str(self._store.value(f"columns/{name}", ""))

    def set_columns(self, name: str, widths: str) -> None:
        """Keep them."""
        self._store.setValue(f"columns/{name}", widths)

    def geometry(self, name: str) -> QByteArray | None:
        """A window's place, where it was kept."""
        value = self._store.value(f"geometry/{name}")
        return value if isinstance(value, QByteArray) else None

    def set_geometry(self, name: str, value: QByteArray) -> None:
        """Keep a window's place."""
        self._store.setValue(f"geometry/{name}", value)
