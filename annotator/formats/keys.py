"""Words of other programs as keys of a codebook, each always the same and no two alike."""

from __future__ import annotations

import re
import unicodedata


class Keys:
    """Hands out keys (``[a-z][a-z0-9_]*``) for words, unique within itself; remembers the words."""

    def __init__(self, fallback: str = "x") -> None:
        self._fallback = fallback
        self._keys: dict[str, str] = {}
        self._taken: set[str] = set()

    def of(self, words: str) -> str:
        """The key for these words."""
        if words not in self._keys:
            base = slug(words) or self._fallback
            key, number = base, 1
            while key in self._taken:
                number += 1
                key = f"{base}_{number}"
            self._taken.add(key)
            self._keys[words] = key
        return self._keys[words]

    def items(self) -> dict[str, str]:
        """Key -> words."""
        return {key: words for words, key in self._keys.items()}


def slug(words: str) -> str:
    """Lower-case ASCII letters, digits and _, beginning with a letter; empty where nothing of it is left."""
    plain = unicodedata.normalize("NFKD", words.replace("ß", "ss")).encode("ascii", "ignore").decode().lower()
    key = re.sub(r"[^a-z0-9]+", "_", plain).strip("_")
    return f"x_{key}" if key and not key[0].isalpha() else key
