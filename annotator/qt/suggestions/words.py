"""What a suggestion says, in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QLocale

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Layer
from annotator.domain.codebook.values import label_of
from annotator.domain.errors import AnnotatorError
from annotator.domain.fragments import text_of
from annotator.domain.suggestions import Suggestion
from annotator.qt.coding.session import Session
from annotator.qt.toolkit.words import mark, spoken, tr
from annotator.services.suggestions.standing import Standing

WHY = {
    "lost": mark("Its words are not in the corrected text"),
    "homeless": mark("The codebook has no layer for it any more"),
}


class Words:
    """Knows a session and what else is suggested in the article, so that links can say what they tie."""

    def __init__(self, session: Session, every: Mapping[str, Standing]) -> None:
        self._session, self._every = session, every

    def layer(self, key: str) -> Layer | None:
        """The layer, None where the codebook has none of this key any more."""
        try:
            return self._session.codebook.layer(key)
        except AnnotatorError:
            return None

    def head(self, x: Standing) -> str:
        """Layer, source and how sure it is: `Claim · Model · 0.87`."""
        layer = self.layer(x.suggestion.label.layer)
        parts = [layer.label if layer is not None else x.suggestion.label.layer, x.source.name]
        if x.suggestion.confidence is not None:
            parts.append(QLocale().toString(x.suggestion.confidence, "f", 2))
        return " · ".join(parts)

    def passage(self, x: Standing) -> str:
        """The words that would be labelled; of a link what it ties, of an article's values nothing."""
        label = x.suggestion.label
        if label.fragments:
            return " ".join(text_of(self._session.text, label.fragments).split())
        layer = self.layer(label.layer)
        names = {r.key: r.label or r.key for r in getattr(layer, "roles", ())}
        told = []
        for role, held in label.roles.items():
            who = [
                self._tied(f.annotation) if f.annotation else self._entity(x.suggestion, f.entity or "") for f in held
            ]
            told.append(f"{names.get(role, role)}: {', '.join(who)}")
        return "; ".join(told) if told else tr("The whole article")

    def values(self, x: Standing) -> str:
        """Its values in the codebook's words: `Type: Fact, Sure: yes`."""
        layer = self.layer(x.suggestion.label.layer)
        asked = {a.key: a for a in layer.attributes} if layer is not None else {}
        told = []
        for key, value in x.suggestion.label.values.items():
            name = asked[key].label if key in asked else key
            told.append(f"{name}: {self._value(x.suggestion, asked.get(key), value)}")
        return ", ".join(told)

    def why(self, x: Standing) -> str:
        """Why it cannot be accepted; nothing where it can."""
        return tr(WHY[x.state]) if x.state in WHY else ""

    def whole(self, x: Standing) -> str:
        """All of it, for tool tips and screen readers."""
        parts = [tr("Suggested: {what}", what=self.head(x)), self.passage(x), self.values(x), self.why(x)]
        return "\n".join(p for p in parts if p)

    def _tied(self, key: str) -> str:
        x = self._every.get(key)
        if x is None:
            return "?"
        words = self.passage(x)
        return f"“{words if len(words) <= 40 else words[:39] + '…'}”"

    def _entity(self, s: Suggestion, key: str) -> str:
        named = self._session.names().get(key)
        return named or (s.entities[key].name if key in s.entities else "?")

    def _value(self, s: Suggestion, attribute: Any, value: Any) -> str:
        if isinstance(value, list):
            return ", ".join(self._value(s, attribute, v) for v in value)
        if isinstance(value, Mapping):
            return self._entity(s, str(value.get("entity")))
        return spoken(label_of(attribute, value)) if attribute is not None else str(value)


def place_of(label: Annotation) -> tuple[int, int] | None:
    """From the first to the last letter that it is about; None where it has no place of its own."""
    return (label.fragments[0][0], label.fragments[-1][1]) if label.fragments else None
