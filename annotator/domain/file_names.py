"""Names of files made from titles and people's names, such as every system takes."""

from __future__ import annotations

import re
import unicodedata

_DEVICES = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$", "clock$"]
    + [f"{device}{n}" for device in ("com", "lpt") for n in "0123456789¹²³"]
)
"""What Windows takes for a device, in any case and with any ending: `CON`, `nul.txt`, `com1.tar.gz`."""
_CHARACTERS, _BYTES = 80, 160
"""Of a name without its ending: a path has 260 characters on Windows, a name 255 bytes on Linux."""


def file_name(words: str, fallback: str = "unnamed", joint: str = "_", blanks: bool = False) -> str:
    """The words as a name without an ending: letters and digits of every script, `-`, `.`, brackets.

    Never empty, hidden, a device, or with a point or a blank at its end.
    fallback: where nothing of the words is left. blanks: single ones within stay, for names that are read back.
    """
    plain = unicodedata.normalize("NFC", words)
    plain = " ".join(plain.split()) if blanks else plain
    name = re.sub(r"[^\w.() -]+" if blanks else r"[^\w.()-]+", joint, plain).strip("._- ")
    name = _shortened(name)
    if not name:
        name = fallback
    return f"{joint}{name}" if is_device(name) else name


def is_device(name: str) -> bool:
    """Whether Windows would open a device instead of a file of this name."""
    return name.split(".")[0].rstrip(" ").casefold() in _DEVICES


def refused_by_windows(name: str) -> bool:
    """Whether Windows has no file of this name: a device, one of `<>:"/\\|?*`, or a point or blank at its end."""
    return is_device(name) or name[-1:] in (".", " ") or any(c in '<>:"/\\|?*' or c < " " for c in name)


def _shortened(name: str) -> str:
    name = name[:_CHARACTERS]
    while len(name.encode("utf-8", "surrogatepass")) > _BYTES:
        name = name[:-1]
    return name.rstrip("._- ")


class FileNames:
    """Hands out names of files for names of people or titles; no two alike, even where case or accents do not count."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def of(self, words: str, suffix: str = "", fallback: str = "unnamed", blanks: bool = False) -> str:
        """A name that is free still, then the suffix."""
        base = file_name(words, fallback, blanks=blanks)
        name, number = base, 1
        while _folded(name) in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(_folded(name))
        return name + suffix


def _folded(name: str) -> str:
    """As folders that know no case have it; macOS takes letters apart as well."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold()).casefold()
