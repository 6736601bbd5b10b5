"""Words that are typed and not yet saved: every action saves them first, and no way out drops them unasked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol, runtime_checkable

from PySide6.QtWidgets import QMessageBox, QWidget

from annotator.qt.toolkit.words import tr

_SHOWN, _LONGEST = 8, 200


@runtime_checkable
class HoldsWords(Protocol):
    """A part of the window in which a person types what is saved later."""

    def save_typed(self) -> None:
        """Save what was typed, as far as it can be saved."""

    def unsaved(self) -> list[str]:
        """What was typed and cannot be saved."""


class TypedWords:
    """The parts that hold words, and the two doors: `first` to every action, `may_be_left` to every way out."""

    def __init__(self) -> None:
        self._holders: list[HoldsWords] = []

    def watch(self, holder: HoldsWords) -> None:
        """Save, and ask about, what is typed there from now on."""
        self._holders.append(holder)

    def watch_nothing(self) -> None:
        """The parts that were watched are about to go; nothing waits in them."""
        self._holders.clear()

    def save(self) -> None:
        """Save all that was typed; what cannot be saved stays where it is."""
        for holder in self._holders:
            holder.save_typed()

    def unsaved(self) -> list[str]:
        """All that was typed and cannot be saved."""
        return [words for holder in self._holders for words in holder.unsaved()]

    def first(self, do: Callable[[], object]) -> Callable[..., None]:
        """An action that saves what was typed before it does anything."""

        def act(*_: object) -> None:  # a signal hands over whether an action is checked, which no action wants
            self.save()
            do()

        return act

    def may_be_left(self, window: QWidget) -> bool:
        """Whether all that was typed is saved, or a person gives up what cannot be."""
        self.save()
        words = self.unsaved()
        question = tr("Some of what you typed could not be saved. Close anyway, and lose it?")
        return not words or gives_up(window, question, words)


def gives_up(window: QWidget, question: str, words: Sequence[str]) -> bool:
    """Ask whether these words may be lost; to keep them is what Enter and Esc choose."""
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.Warning)
    box.setWindowTitle(tr("Not saved"))
    box.setText(question)
    box.setInformativeText(
        "\n".join(tr("“{name}”", name=w if len(w) <= _LONGEST else w[: _LONGEST - 1] + "…") for w in words[:_SHOWN])
    )
    box.setStandardButtons(QMessageBox.StandardButton.Discard | QMessageBox.StandardButton.Cancel)
    box.setDefaultButton(QMessageBox.StandardButton.Cancel)
    return box.exec() == QMessageBox.StandardButton.Discard
