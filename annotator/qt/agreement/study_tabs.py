"""What holds for the whole study, in tabs: values, passages, links, hardest, what is missing, rounds, notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QScrollArea, QTabWidget

from annotator.domain.codebook.model import Codebook
from annotator.qt.agreement.overview import OverviewTable
from annotator.qt.agreement.totals import (
    DesignView,
    HardestView,
    Labels,
    LinksTable,
    RepeatsView,
    RoundsView,
    SpansTable,
)
from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr


class StudyTabs(QTabWidget):
    """Shows figures; what is clicked is told by the tables themselves."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.table = OverviewTable(theme)
        self.spans = SpansTable()
        self.links = LinksTable()
        self.rounds = RoundsView(theme)
        self.hardest = HardestView()
        self.design = DesignView()
        self.repeats = RepeatsView(theme)
        self.notes = label("", "", wrap=True)
        self.notes.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeft)
        self.notes.setContentsMargins(10, 10, 10, 10)
        notes = QScrollArea()  # many notes must not make the window higher than the screen
        notes.setWidget(self.notes)
        notes.setWidgetResizable(True)
        self.setAccessibleName(tr("Figures of the study"))
        self.setDocumentMode(True)
        for widget, text in (
            (self.table, tr("Values and links")),
            (self.spans, tr("Passages")),
            (self.links, tr("Links")),
            (self.hardest, tr("Hardest")),
            (self.design, tr("Missing")),
            (self.repeats, tr("Second readings")),
            (self.rounds, tr("Rounds")),
            (notes, tr("Notes")),
        ):
            self.addTab(widget, text)

    def show_spans(self, figures: dict[str, Any], codebook: Codebook, names: Mapping[str, str]) -> None:
        """Passages alone. names: a coder's name -> how the coder is called here."""
        self.spans.show_spans(figures["spans"], {x.key: x.label for x in codebook.layers}, names)

    def show_totals(self, f: dict[str, Any], labels: Labels, codebook: Codebook, names: Mapping[str, str]) -> None:
        """All but the values."""
        layers = {x.key: x.label for x in codebook.layers}
        self.show_spans(f, codebook, names)
        self.hardest.show_hardest(f.get("hardest") or {"codes": [], "documents": []}, labels)
        if "design" in f:
            self.design.show_design(f["design"], f["read"], names)
        self.links.show_links(f["links"], codebook, names)
        self.rounds.show_rounds(f.get("rounds", []), labels)
        self.repeats.show_repeats(f.get("repeats", []), labels, layers, names)

    def show_notes(self, f: dict[str, Any]) -> None:
        """What must be known of the figures, and what of the study is in them."""
        notes = [n[:1].upper() + n[1:] + "." for n in map(spoken, f["notes"])]
        account = ["\n".join(account_words(f["account"]))] if "account" in f else []
        self.notes.setText("\n\n".join([*account, *notes]))
