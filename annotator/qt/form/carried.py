"""What a changed codebook left on a label: values that it no longer has, and the mark to look again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Attribute, ChoicesAttribute, Layer
from annotator.domain.codebook.reasons import read_reasons
from annotator.domain.codebook.values import unasked, value_fault
from annotator.domain.commands import ConfirmAnnotation, SetValue
from annotator.qt.coding.session import Session
from annotator.qt.toolkit.icons import icon_button
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.words import spoken, tr


class Notice(QFrame):
    """A few lines that stand out; hidden where there are none."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "notice")
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(10, 8, 8, 8)
        self._rows.setSpacing(5)
        self.hide()

    def show_rows(self, rows: Sequence[QWidget]) -> None:
        """These instead of what was shown."""
        while (item := self._rows.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for row in rows:
            self._rows.addWidget(row)
        self.setVisible(bool(rows))


class KeptRow(QWidget):
    """A value that is kept, with a button that takes it away."""

    def __init__(self, told: str, tip: str) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(label(told, "", wrap=True), 1)
        self.away = icon_button("close", tip)
        row.addWidget(self.away)


class Carried(Notice):
    """Hidden for a label that fits the codebook; kept values stay until a person takes them away."""

    def __init__(self, session: Session, layer: Layer) -> None:
        super().__init__()
        self._session, self._layer = session, layer
        self._shown: tuple[Any, ...] = ()

    def show_label(self, a: Annotation | None) -> None:
        """Show what is kept on the label and why to look again."""
        why = self._session.reviews.get(a.id, ()) if a is not None else ()
        kept = unasked(self._layer, a.values) if a is not None else []
        words = [self._session.former_words(self._layer.key, key, value) for key, _, value in kept]
        shown = (a.id if a else None, why, repr(kept), words)
        if shown == self._shown:
            return
        self._shown = shown
        rows: list[QWidget] = []
        if a is not None:
            rows += self._review(a, why) if why else []
            rows += [self._kept(a, key, attribute, value) for key, attribute, value in kept]
        self.show_rows(rows)

    def _review(self, a: Annotation, why: tuple[str, ...]) -> list[QWidget]:
        right = QPushButton(tr("Confirm as it is"))
        right.setToolTip(tr("Confirm this label as it is; changing it confirms it, too"))
        right.clicked.connect(lambda: self._later(ConfirmAnnotation(coder_id=a.coder_id, annotation_id=a.id)))
        head = label(tr("↺ The codebook changed: look again"), "warning", wrap=True)
        return [head, *(label(spoken(read_reasons(clause)), "", wrap=True) for clause in why), right]

    def _kept(self, a: Annotation, key: str, attribute: Attribute | None, value: Any) -> QWidget:
        name, words = self._session.former_words(self._layer.key, key, value)
        told = tr("Kept from an older codebook: {name} “{value}”", name=name, value=spoken(words))
        row = KeptRow(told, tr("Take “{name}” away", name=name))
        rest = _allowed(attribute, value)
        step = SetValue(coder_id=a.coder_id, annotation_id=a.id, attribute=key, value=rest)
        row.away.clicked.connect(lambda: self._later(step))
        return row

    def _later(self, command: ConfirmAnnotation | SetValue) -> None:
        # not within the click of a button that goes away
        QTimer.singleShot(0, self._session, lambda: self._session.apply(command))


def _allowed(attribute: Attribute | None, value: Any) -> Any:
    """What of a list the codebook still has; None for everything else."""
    if not isinstance(attribute, ChoicesAttribute) or not isinstance(value, list):
        return None
    known = {v.key for v in attribute.values}
    rest = [v for v in value if v in known]
    return rest if rest and not value_fault(attribute, rest) else None
