"""One attribute taken apart: matrix, codes, pairs of coders, documents, time, versions of the codebook."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QTabWidget

from annotator.qt.agreement.matrix import MatrixView
from annotator.qt.agreement.tables import Cell, FigureTable, bounds, number, plot, share, undefined
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr


class BreakdownTabs(QTabWidget):
    """`asked` tells what a person wants the passages of: a kind and its key."""

    asked = Signal(str, object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.setAccessibleName(tr("The attribute in detail"))
        self.setDocumentMode(True)
        agree, alpha, n = (tr("Agree"), tr("Alpha"), tr("n"))
        scale = tr("−0.2 to 1")
        self.matrix = MatrixView(theme)
        self.codes = FigureTable(
            tr("By code"),
            [
                tr("Code"),
                tr("Given"),
                tr("Share"),
                tr("Same beside"),
                tr("Alpha of it"),
                tr("Most often confused with"),
            ],
        )
        self.pairs = FigureTable(
            tr("By pair of coders"), [tr("Coders"), tr("Units"), agree, alpha, n, tr("95 % interval"), scale], theme
        )
        self.documents = FigureTable(tr("By document"), [tr("Article"), tr("Units"), agree, alpha, n, scale], theme)
        self.time = FigureTable(tr("Over time"), [tr("When"), tr("Units"), agree, alpha, n, scale], theme)
        self.versions = FigureTable(
            tr("By codebook version"), [tr("Codebook version"), tr("Units"), agree, alpha, n, scale], theme
        )
        self.lacking = FigureTable(
            tr("Missing"), [tr("Coder"), tr("Units read"), tr("No label"), tr("Label without a value")]
        )
        self.addTab(self.matrix, tr("Matrix"))
        self.addTab(self.codes, tr("Codes"))
        self.addTab(self.pairs, tr("Pairs"))
        self.addTab(self.documents, tr("Articles"))
        self.addTab(self.time, tr("Time"))
        self.addTab(self.versions, tr("Versions"))
        self.addTab(self.lacking, tr("Missing"))
        self.matrix.cell.connect(lambda *cell: self.asked.emit("cell", cell))
        for kind, table in (
            ("category", self.codes),
            ("pair", self.pairs),
            ("document", self.documents),
            ("period", self.time),
            ("version", self.versions),
        ):
            table.cellClicked.connect(lambda row, _column, t=table, k=kind: self._ask(t, k, row))
            table.cellActivated.connect(lambda row, _column, t=table, k=kind: self._ask(t, k, row))

    @property
    def plotted(self) -> list[FigureTable]:
        """The tables that draw figures."""
        return [t for t in (self.pairs, self.documents, self.time, self.versions) if t.plot is not None]

    def show_part(self, a: dict[str, Any], names: dict[str, str]) -> None:
        """Fill all but the matrix. names: a coder's name -> how the coder is called here."""
        shares = {p["category"]: p["share"] for p in a.get("prevalence", ())}
        self.codes.fill([(c["category"], self._code(c, shares)) for c in a.get("by_category", ())])
        self.pairs.fill(
            [
                (
                    tuple(p["coders"]),
                    [
                        " – ".join(names.get(n, n) for n in p["coders"]),
                        *_figures(p),
                        bounds(p["low"], p["high"]),
                        plot(p["main"], p["low"], p["high"]),
                    ],
                )
                for p in a.get("pairs", ())
            ]
        )
        for table, key, told, kept in (
            (self.documents, "by_document", lambda x: f"{x['number']}. {x['title'] or ''}", lambda x: x["document"]),
            (self.time, "over_time", _period, lambda x: (x["period"], x["by"])),
            (self.versions, "by_version", lambda x: tr("Version {n}", n=x["version"]), lambda x: x["version"]),
        ):
            table.fill([(kept(x), [Cell(told(x)), *_figures(x), plot(x["main"])]) for x in a.get(key, ())])
        self.lacking.fill(
            [
                (
                    m["coder"],
                    [names.get(m["coder"], m["coder"]), *(number(m[k]) for k in ("units", "no_label", "no_value"))],
                )
                for m in a.get("missing", ())
            ]
        )

    @staticmethod
    def _code(c: dict[str, Any], shares: dict[str, float | None]) -> list[Cell | str]:
        other = c["confused_with"]
        taken = "–" if other is None else f"{other['label'] or tr('(none)')} ({100 * other['share']:.0f} %)"
        return [
            spoken(c["label"]) or tr("(none)"),
            number(c["values"]),
            share(shares.get(c["category"])),
            share(c["specific"]),
            number(c["alpha"]),
            taken,
        ]

    def _ask(self, table: FigureTable, kind: str, row: int) -> None:
        key = table.key(row)
        if key is not None:
            self.asked.emit(kind, key)


def _figures(x: dict[str, Any]) -> list[Cell]:
    return [
        number(x["units"]),
        share(x["percent_agreement"]),
        undefined(number(x["main"]), x["undefined"]),
        number(x["n"]),
    ]


def _period(x: dict[str, Any]) -> str:
    return str(x["period"]) if x["by"] == "month" else tr("Units {range} in order of coding", range=x["period"])
