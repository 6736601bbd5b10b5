"""The codes of a REFI-QDA codebook: a code at the top is a layer, codes under it are values of an attribute."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from annotator.domain.words import say
from annotator.formats.code_looks import CodeLook
from annotator.formats.drafts import choice_word
from annotator.formats.incoming import Code, Incoming
from annotator.formats.keys import Keys
from annotator.formats.refi_elements import local, six_digits, sound_guid
from annotator.formats.refi_kept import note_refs

FORM = "qdpx"
OF = "qdpx:of"
"""In `written_as` of a layer of whole articles: the layer of the codes that articles were coded with."""


@dataclass
class Placed:
    """path: names from the top; codable: of each code on the way; guid: its own, as the file has it."""

    path: list[str]
    codable: list[bool]
    guid: str

    @property
    def grouped(self) -> bool:
        """Whether it stands in a group of codes that is none itself, so that this is an attribute."""
        return len(self.path) > 2 and not self.codable[1]


class CodeReader:
    """Takes codes to a codebook, and says of each where it is there."""

    def __init__(self, incoming: Incoming, remarks: Callable[[Any], list[str]]) -> None:
        self._incoming = incoming
        self._remarks = remarks
        self._layers = Keys("layer")
        self._names: dict[str, Keys] = {}
        self._known: dict[str, Placed] = {}
        self.placed: set[tuple[str, str, str]] = set()

    def get(self, guid: str) -> Placed | None:
        """The code with this guid."""
        return self._known.get(guid)

    def take(self, found: Iterable[Any]) -> None:
        """The codes of a codebook, with those under them."""
        self._take(found, [], [])

    def _take(self, found: Iterable[Any], path: list[str], codable: list[bool]) -> None:
        here: set[str] = set()
        for code in found:
            name = plain = code.get("name") or "code"
            count = 1
            while name in here:  # of several codes with one name at one place, each stays a code of its own
                count += 1
                name = f"{plain} ({count})"
            here.add(name)
            can = code.get("isCodable", "true") in ("true", "1")
            placed = Placed([*path, name], [*codable, can], sound_guid(code.get("guid") or ""))
            self._known[_raw(code)] = placed
            self._note_down(code, placed)
            self._take(code.findall("{*}Code"), placed.path, placed.codable)

    def _note_down(self, code: Any, placed: Placed) -> None:
        """Note a code down for the codebook, whether a passage has it or not."""
        words = [code.findtext("{*}Description"), *self._remarks(code)]
        definition = "\n".join(w.strip() for w in words if w and w.strip())
        layer = self.layer(placed.path[0])
        shade = code.get("color") or ""
        above = code.getparent()
        parent = sound_guid(above.get("guid") or "") if local(above) == "Code" else ""
        name = code.get("name") or placed.path[-1]
        look = CodeLook(placed.guid, name, parent, shade, placed.codable[-1], tuple(note_refs(code)), placed.path[-1])
        attribute = value = ""
        if len(placed.path) == 2 and not placed.codable[1] and code.find("{*}Code") is not None:
            attribute = self.key(layer, placed.path[1])
            self._incoming.written_as[f"{layer}.{attribute}"] = {FORM: placed.path[1]}
        elif len(placed.path) > 1:
            attribute, value = self.place(layer, placed)
        if (layer, attribute, value) in self.placed:
            self._incoming.losses.lose(say("codes with the same name as another at the same place"), 1, value)
            return
        self.placed.add((layer, attribute, value))
        self._incoming.codes.append(Code(layer, attribute, value, definition, six_digits(shade), look.written()))

    def layer(self, words: str) -> str:
        """The key of the layer that is called so."""
        layer = self._layers.of(words)
        self._incoming.labels[layer] = words
        return layer

    def place(self, layer: str, code: Placed) -> tuple[str, str]:
        """(attribute, value) of a code under another one."""
        if code.grouped:
            return self.key(layer, code.path[1]), choice_word(" / ".join(code.path[2:]))
        attribute = self.key(layer, "Code")
        self._incoming.written_as[f"{layer}.{attribute}"] = {FORM: ""}
        return attribute, choice_word(" / ".join(code.path[1:]))

    def key(self, layer: str, words: str) -> str:
        """The key of the attribute or role of a layer that is called so."""
        key = self._names.setdefault(layer, Keys("name")).of(words)
        self._incoming.labels[f"{layer}.{key}"] = words
        return key


def _raw(element: Any) -> str:
    return str(element.get("guid") or "").strip().strip("{}").lower()
