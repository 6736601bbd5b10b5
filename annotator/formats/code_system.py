"""A codebook for programs that hang codes on passages: one layer of passages, the codes a tree."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.domain.codebook.model import Codebook
from annotator.formats.code_looks import CodeLook
from annotator.formats.keys import Keys
from annotator.formats.refi_codes import FORM

LAYER, ATTRIBUTE = "passage", "code"
UNCODED = "uncoded"
"""The layer of passages that somebody marked and gave no code."""


class CodeSystem:
    """Collects codes and gives each a key that no other has; groups may hold codes and groups."""

    def __init__(self) -> None:
        self._labels: dict[Any, str] = {}
        self._parents: dict[Any, Any] = {}
        self._definitions: dict[Any, str] = {}
        self._colours: dict[Any, str] = {}
        self._groups: set[Any] = set()
        self._keys: dict[Any, str] = {}
        self._taken: set[str] = set()
        self.uncoded = ""
        """What passages without a code are called, where there are any."""

    def add(
        self,
        number: Any,
        label: str,
        parent: Any = None,
        definition: str = "",
        colour: str = "",
        group: bool = False,
    ) -> None:
        """A code; parent: the number of what it stands under. group: it holds codes, and no passage has it."""
        if group:
            self._groups.add(number)
        self._colours[number] = colour
        self._labels[number] = label
        self._parents[number] = parent
        self._definitions[number] = definition

    def key(self, number: Any) -> str:
        """The value that stands for the code: its own name, with what it stands under where that is not enough."""
        if number not in self._keys:
            names = [self._name(n) for n in self._path(number)]
            for depth in range(1, len(names) + 1):
                key = " > ".join(names[-depth:])
                if key not in self._taken:
                    break
            count = 1
            while key in self._taken:
                count += 1
                key = f"{' > '.join(names)} ({count})"
            self._taken.add(key)
            self._keys[number] = key
        return self._keys[number]

    def _name(self, number: Any) -> str:
        """The label without what a value's key must not have."""
        return " ".join(self._labels[number].replace("|", "/").split()) or "code"

    def _path(self, number: Any) -> list[Any]:
        path = [number]
        while (parent := self._parents.get(path[0])) in self._labels and parent not in path:
            path.insert(0, parent)
        return path

    def has(self, number: Any) -> bool:
        """Whether this code is known."""
        return number in self._labels

    def codebook(self, title: str, documents: Mapping[str, str], description: str = "") -> Codebook:
        """documents: key -> label of the facts that articles have, as text attributes of the article."""
        children: dict[Any, list[Any]] = {}
        for number in self._labels:
            path = self._path(number)
            children.setdefault(path[-2] if len(path) > 1 else None, []).append(number)

        def branch(number: Any) -> dict[str, Any]:
            found: dict[str, Any] = {"key": self.key(number), "label": self._name(number)}
            found["definition"] = self._definitions[number]
            colour, codable = self._colours[number], number not in self._groups
            if colour or not codable:
                found["written_as"] = CodeLook("", self._name(number), colour=colour, codable=codable).written()
            return found | {"children": [branch(n) for n in children.get(number, ())]}

        tree = [branch(n) for n in children.get(None, ())]
        attributes: list[dict[str, Any]] = []
        if tree:
            attributes.append(
                {"key": ATTRIBUTE, "label": "Code", "type": "tree", "select": "any", "required": True, "values": tree}
            )
        layers: list[dict[str, Any]] = [
            {
                "key": LAYER,
                "label": "Passage",
                "kind": "span",
                "colour": "#2f6db5",
                "attributes": attributes,
                "written_as": {FORM: ""},  # that a passage is one is no code
            }
        ]
        if self.uncoded:
            layers.append(
                {"key": UNCODED, "label": self.uncoded, "kind": "span", "colour": "#7a5230", "written_as": {FORM: ""}}
            )
        if documents:
            facts = [{"key": k, "label": label, "type": "text"} for k, label in documents.items()]
            layers.append(
                {
                    "key": "article",
                    "label": "Article",
                    "kind": "document",
                    "attributes": facts,
                    "written_as": {FORM: ""},
                }
            )
        return Codebook.model_validate(
            {
                "format": "annotator-codebook/1",
                "key": Keys("codes").of(title),
                "title": title,
                "description": description,
                "layers": layers,
            }
        )
