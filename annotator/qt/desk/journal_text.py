"""Steps of the journal in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.changes import CORRECT, UNDO_CORRECTION, Change
from annotator.domain.codebook.mapping import type_of
from annotator.domain.codebook.model import Asking, Codebook, Layer
from annotator.domain.codebook.values import label_of
from annotator.domain.errors import NotFound
from annotator.domain.facts import SIGHT
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.study.history import Difference, differences


class Teller:
    """Says in words what a step did; names: entity id -> name, texts: version -> text of the step's article."""

    def __init__(
        self,
        codebook: Codebook,
        names: Mapping[str, str],
        texts: Mapping[int, str] | None = None,
        labels: Mapping[str, Annotation] | None = None,
    ) -> None:
        self._codebook, self._names, self._texts, self._labels = codebook, names, texts or {}, labels or {}

    def headline(self, change: Change) -> str:
        """What kind of thing the step did to what."""
        thing = self._thing(change)
        if change.kind == "verdict":
            said = (change.after or change.before or {}).get("said")
            told = tr("Suggestion accepted") if said == "accepted" else tr("Suggestion rejected")
        elif change.before is None:
            told = tr("{thing} added", thing=thing)
        elif change.after is None:
            told = tr("{thing} removed", thing=thing)
        else:
            told = tr("{thing} changed", thing=thing)
        if change.command == "Undo":
            return tr("{what} (undone)", what=told)
        if change.command == "Redo":
            return tr("{what} (brought back)", what=told)
        return told

    def lines(self, change: Change) -> list[str]:
        """One line for each field that differs: its name, the old and the new value; of an answer nothing."""
        if change.kind == "verdict":
            return []
        return [self._line(change, d) for d in differences(change)]

    def words(self, change: Change) -> str:
        """The passage that the step is about, as the text has it."""
        record = change.after or change.before or {}
        return self._passage(record.get("fragments") or [], record.get("text_version", 1))

    def _thing(self, change: Change) -> str:
        record = change.after or change.before or {}
        if change.kind == "annotation":
            layer = self._layer(record.get("layer", ""))
            return layer.label if layer is not None else str(record.get("layer", ""))
        if change.kind == "entity":
            return f"“{record.get('name', '')}”"
        if change.kind == "note":
            return tr("Question") if record.get("kind") == "question" else tr("Note")
        if change.kind == "document":
            corrected = change.command in (CORRECT, UNDO_CORRECTION)
            return tr("Text of the article") if corrected else tr("Facts of the article")
        return tr("State of the article")

    def _line(self, change: Change, d: Difference) -> str:
        record = change.after or change.before or {}
        layer = self._asking(change.kind, record)
        was, now = ((r or {}).get("text_version", 1) for r in (change.before, change.after))
        name, before = self._field(layer, d.field), self._value(layer, d.field, d.before, was)
        after = self._value(layer, d.field, d.after, now)
        if d.before is None:
            return f"{name}: {after}"
        return f"{name}: {before} → {after or tr('nothing')}"

    def _asking(self, kind: str, record: Mapping[str, Any]) -> Asking | None:
        """What asks for the values of the thing."""
        if kind == "entity":
            return type_of(self._codebook, str(record.get("type", "")))
        return self._layer(record.get("layer", "")) if kind == "annotation" else None

    def _layer(self, key: str) -> Layer | None:
        try:
            return self._codebook.layer(key)
        except NotFound:  # of an earlier codebook
            return None

    def _field(self, layer: Asking | None, field: str) -> str:
        head, _, key = field.partition(".")
        if head == "values" and layer is not None:
            return next((a.label for a in layer.attributes if a.key == key), key)
        if head in ("roles", "empty"):
            return next((r.label or r.key for r in getattr(layer, "roles", ()) if r.key == key), key)
        known = {
            "fragments": tr("Passage"),
            "memo": tr("Memo"),
            "uncertain": tr("Doubts"),
            "state": tr("State"),
            "reason": tr("Reason"),
            "text": tr("Text"),
            "settled": tr("Settled"),
            "name": tr("Name"),
            "type": tr("Type"),
            "aliases": tr("Other names"),
            **{key: spoken(told) for key, told in SIGHT.items()},
        }
        return key if head == "values" else known.get(head, head)

    def _value(self, layer: Asking | None, field: str, value: Any, version: int) -> str:
        if value is None:
            return ""
        head, _, key = field.partition(".")
        if head == "fragments":
            return self._passage(value, version) or str(value)
        if head == "uncertain" and layer is not None:
            return ", ".join(self._field(layer, f"values.{k}") for k in value)
        if head == "state":
            from annotator.qt.desk.document_list import state_words

            return state_words(str(value))
        if head == "values" and layer is not None:
            attribute = next((a for a in layer.attributes if a.key == key), None)
            if attribute is not None and attribute.type not in ("entity", "boolean"):
                return spoken(label_of(attribute, value))
        return self._plain(value)

    def _plain(self, value: Any) -> str:
        if isinstance(value, Mapping):
            if value.get("entity"):
                return self._names.get(value["entity"], tr("somebody removed"))
            if "annotation" in value:
                other = self._labels.get(value["annotation"])
                return (self._passage(other.fragments, other.text_version) if other is not None else "") or tr(
                    "a label"
                )
            return ", ".join(str(v) for v in value.values() if v)
        if isinstance(value, (list, tuple)):
            return ", ".join(self._plain(v) for v in value)
        if isinstance(value, bool):
            return tr("Yes") if value else tr("No")
        return str(value)

    def _passage(self, fragments: Any, version: int) -> str:
        text = self._texts.get(version, "")
        pieces = [text[s:e] for s, e in fragments if text]
        told = " ".join(" … ".join(pieces).split())
        return (f"“{told}”" if len(told) <= 120 else f"“{told[:119]}…”") if told else ""
