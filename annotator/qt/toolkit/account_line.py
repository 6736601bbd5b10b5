"""What of the study a result holds: one line, and why the rest is not in it where a person asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from annotator.domain.accounts import Account, account_of
from annotator.qt.toolkit.parts import flat_button, label
from annotator.qt.toolkit.words import spoken, tr


def account_words(told: Account | Mapping[str, Any], head: str = "") -> list[str]:
    """The account in the person's language: the line, then each reason. head: other words for "Holds {what}."."""
    account = account_of(told)
    line = spoken(account.line)
    first = head.replace("{what}", line) if head else tr("Holds {what}.", what=line)
    return [first, *map(spoken, account.reasons())]


class AccountLine(QWidget):
    """Hidden until there is an account."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line, self.reasons = label("", "muted", wrap=True), label("", "muted", wrap=True)
        self.more = flat_button(tr("Why not all?"), tr("What is left out, and why"))
        self.more.setCheckable(True)
        self.more.toggled.connect(self.reasons.setVisible)
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, 0, 0)
        head.addWidget(self.line, 1)
        head.addWidget(self.more)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addLayout(head)
        rows.addWidget(self.reasons)
        self.show_account(None)

    def show_account(self, told: Account | Mapping[str, Any] | None, head: str = "") -> None:
        """Show the account of a result; None for none."""
        words = account_words(told, head) if told is not None else []
        self.setVisible(bool(words))
        self.line.setText(words[0] if words else "")
        self.reasons.setText("\n".join(words[1:]))
        self.more.setVisible(len(words) > 1)
        self.more.setChecked(False)
        self.reasons.setVisible(False)
