"""What the program remembers on this computer: recent studies, who coded where, the look. Never part of a study."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QByteArray, QSettings, QStandardPaths

_RECENT = 10


def _file() -> str:
    if sys.platform.startswith("linux"):
        home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
        return str(Path(home) / "annotator" / "annotator.ini")
    folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.AppConfigLocation)
    return str(Path(folder) / "annotator.ini")


class Settings:
    """Kept in one INI file; a missing or broken one is as good as empty."""

    def __init__(self, file: Path | None = None) -> None:
        self._store = QSettings(str(file) if file is not None else _file(), QSettings.Format.IniFormat)

    def recent(self) -> list[Path]:
        """Studies opened before, the latest first."""
        value = self._store.value("recent", [])
        items = [value] if isinstance(value, str) else value if isinstance(value, list) else []
        return [Path(str(x)) for x in items if x]

    def remember(self, path: Path) -> None:
        """Put a study at the top of the recent ones."""
        path = path.resolve()
        rest = [p for p in self.recent() if p != path]
        self._store.setValue("recent", [str(p) for p in [path, *rest][:_RECENT]])

    def forget(self, path: Path) -> None:
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
            return min(32, max(12, int(str(self._store.value("text_size", 17)))))
        except ValueError:
            return 17

    @text_size.setter
    def text_size(self, value: int) -> None:
        self._store.setValue("text_size", value)

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

    def geometry(self, name: str) -> QByteArray | None:
        """A window's place, where it was kept."""
        value = self._store.value(f"geometry/{name}")
        return value if isinstance(value, QByteArray) else None

    def set_geometry(self, name: str, value: QByteArray) -> None:
        """Keep a window's place."""
        self._store.setValue(f"geometry/{name}", value)
