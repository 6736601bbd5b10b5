"""One line for each layer and attribute: what was given, how often alike, the coefficient with its interval."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Signal

from annotator.qt.agreement.figures import percent
from annotator.qt.agreement.tables import Cell, FigureTable, bounds, number, plot, share, undefined
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import marks, spoken, tr

FEW = 50


class OverviewTable(FigureTable):
    """`chosen` tells (layer, attribute) of the line in hand."""

    chosen = Signal(str, str)

    def __init__(self, theme: Theme) -> None:
        head = marks("Layer", "Attribute", "Level", "Units", "Agree", "Most given", "Kappa", "Alpha", "n",
                "95 % interval", "−0.2 to 1")  # fmt: skip
        super().__init__(tr("Agreement on values"), [tr(h) for h in head], theme)
        self._labels: Mapping[tuple[str, str], tuple[str, str]] = {}
        self.currentCellChanged.connect(self._moved)

    def show_parts(self, parts: list[dict[str, Any]], labels: Mapping[tuple[str, str], tuple[str, str]]) -> None:
        """Show these lines; labels: (layer, attribute) -> how they read."""
        self._labels = labels
        self.fill([((p["layer"], p["attribute"]), self._cells(p)) for p in parts])

    def refine(self, part: dict[str, Any]) -> None:
        """Show a line again, now that more of it is known."""
        key = (part["layer"], part["attribute"])
        row = self.row_of(key)
        if row >= 0:
            self.setSortingEnabled(False)
            self.set_row(row, key, self._cells(part))
            self.setSortingEnabled(True)

    def _cells(self, a: dict[str, Any]) -> list[Cell | str]:
        c = a["coefficients"]
        kappa = c.get("cohen_kappa") or c["fleiss_kappa"]
        main = c[a["main"]]
        layer, attribute = self._labels[a["layer"], a["attribute"]]
        rests = number(main["n"])
        rests.setToolTip(tr("The units that alpha is based on"))
        if main["n"] < FEW:
            rests.setText(f"{main['n']} *")
            rests.setToolTip(tr("Fewer than {n} units: the figures may change much with a few more", n=FEW))
        kappa_cell = number(kappa["value"])
        kappa_cell.setToolTip(spoken(kappa["undefined"]) or tr("Cohen’s with two coders, Fleiss’ with more"))
        most = max(a.get("prevalence") or (), key=lambda p: p["count"], default=None)
        given: Cell | str = "…" if "prevalence" not in a else "–"
        if most is not None and most["share"] is not None:
            given = Cell(f"{percent(most['share'])} {spoken(most['label'])}")
        return [
            layer,
            attribute,
            tr(a["level"]),
            number(a["units"]),
            share(c["percent_agreement"]["value"]),
            given,
            kappa_cell,
            undefined(number(main["value"]), main["undefined"]),
            rests,
            bounds(main["low"], main["high"]) if "pairs" in a else Cell("…"),
            plot(main["value"], main["low"], main["high"]),
        ]

    def _moved(self, row: int, *_: int) -> None:
        key = self.key(row) if row >= 0 else None
        if key is not None:
            self.chosen.emit(*key)
