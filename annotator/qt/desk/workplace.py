"""What every step at the desk works with: the session, the text, and how to say what was done."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from annotator.domain.codebook.checking import breaches
from annotator.domain.codebook.model import Layer, SpanLayer
from annotator.domain.passages import tidy
from annotator.qt.coding.session import Session
from annotator.qt.reading import TextSurface
from annotator.qt.toolkit.words import spoken


class Workplace(QObject):
    """One a desk. Steps get it instead of the whole desk, and so need to know nothing of each other."""

    said = Signal(str)
    """A short word on what was done, for the status line."""
    noticed = Signal(str)
    """What a person must know: a note over the foot of the article that stays until the next step."""

    def __init__(self, surface: TextSurface, parent: QObject) -> None:
        super().__init__(parent)
        self.surface = surface
        self.session: Session | None = None
        surface.by_letters = self._by_letters

    def message(self, words: str) -> None:
        """Say what was done."""
        self.said.emit(words)

    def notice(self, words: str) -> None:
        """Say what a person must know."""
        self.noticed.emit(words)

    def tell_breaches(self, key: str) -> None:
        """Say which rules of the codebook a label breaks: now, while its words are in view."""
        a = self.session.labels.get(key) if self.session is not None else None
        if a is None or not a.fragments or self.session is None:
            return
        broken = breaches(self.session.codebook, self.session.text, a.fragments)
        if broken:
            self.notice("\n".join(f"⚠ {spoken(x.message)}" for x in broken))

    def _by_letters(self) -> bool:
        """Whether a layer of the codebook takes letters: then a drag must be able to."""
        layers = self.session.codebook.layers if self.session is not None else ()
        return any(isinstance(layer, SpanLayer) and layer.snap == "letters" for layer in layers)

    def chosen(self, layer: Layer | None = None) -> tuple[int, int] | None:
        """The selection, made tidy as a layer wants it; the layer of the label in hand if none is given."""
        selected, session = self.surface.selection(), self.session
        if selected is None or session is None:
            return None
        if layer is None and (a := session.label()) is not None:
            layer = session.codebook.layer(a.layer)
        if isinstance(layer, SpanLayer):
            # dragged by letters for the sake of another layer
            loose = layer.snap == "none" and selected == self.surface.dragged_loosely
            return tidy(session.text, *selected, "word" if loose else layer.snap, layer.trim)
        return tidy(session.text, *selected)
