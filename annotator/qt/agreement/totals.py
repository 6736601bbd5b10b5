"""What holds for the whole study: passages, the hardest codes and articles, what is missing, second readings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from annotator.qt.agreement.figures import figure
from annotator.qt.agreement.tables import Cell, FigureTable, bounds, number, plot, share, undefined
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import marks, spoken, tr

Labels = Mapping[tuple[str, str], tuple[str, str]]


class SpansTable(FigureTable):
    """Whether coders marked the same passages."""

    def __init__(self) -> None:
        head = marks("Layer", "Coders", "Labels", "Matched", "F1", "Precision", "Recall", "F1 same bounds",
                     "F1 trimmed", "u-alpha")  # fmt: skip
        super().__init__(tr("Agreement on passages"), [tr(h) for h in head])

    def show_spans(self, parts: list[dict[str, Any]], layers: Mapping[str, str], names: Mapping[str, str]) -> None:
        """layers: key -> label; names: a coder's name -> how the coder is called here."""
        rows: list[tuple[Any, list[Cell | str]]] = []
        for part in parts:
            u = part.get("alpha_u")
            for p in part["pairs"]:
                cells: list[Cell | str] = [
                    layers[part["layer"]],
                    " – ".join(names.get(n, n) for n in p["coders"]),
                    Cell("{} – {}".format(*p["counts"]), float(sum(p["counts"]))),
                    number(p["matched"]),
                    *(number(p["overlap"][k]) for k in ("f1", "precision", "recall")),
                    *(number(p[k]["f1"]) if k in p else Cell("…") for k in ("exact", "trimmed")),
                    Cell("…") if u is None else _unitizing(part, u),
                ]
                rows.append(((part["layer"], tuple(p["coders"])), cells))
        self.fill(rows)


class LinksTable(FigureTable):
    """Whether coders made the same links."""

    def __init__(self) -> None:
        head = marks("Layer", "Coders", "The same in", "Links", "Matched", "F1", "Precision", "Recall")
        super().__init__(tr("Agreement on links"), [tr(h) for h in head])

    def show_links(self, parts: list[dict[str, Any]], codebook: Any, names: Mapping[str, str]) -> None:
        """names: a coder's name -> how the coder is called here."""
        rows: list[tuple[Any, list[Cell | str]]] = []
        for part in parts:
            layer = codebook.layer(part["layer"])
            told = {r.key: r.label or r.key for r in layer.roles} | {a.key: a.label for a in layer.attributes}
            for p in part["pairs"]:
                cells: list[Cell | str] = [
                    layer.label,
                    " – ".join(names.get(n, n) for n in p["coders"]),
                    ", ".join(told.get(key, key) for key in p["by"]),
                    Cell("{} – {}".format(*p["counts"]), float(sum(p["counts"]))),
                    number(p["matched"]),
                    *(number(p[k]) for k in ("f1", "precision", "recall")),
                ]
                rows.append(((part["layer"], tuple(p["coders"]), tuple(p["by"])), cells))
        self.fill(rows)


class RoundsView(QWidget):
    """The figures of each round by itself."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.told = label("", "muted", wrap=True)
        self.table = FigureTable(
            tr("Agreement by round"),
            [tr("Round"), tr("Articles"), tr("Layer"), tr("Attribute"), tr("Units"), tr("Alpha"), tr("n"),
             tr("95 % interval"), tr("−0.2 to 1")],
            theme,
        )  # fmt: skip
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.addWidget(self.told, 0, Qt.AlignmentFlag.AlignTop)
        rows.addWidget(self.table, 1)

    def show_rounds(self, found: list[dict[str, Any]], labels: Labels) -> None:
        """As `round_parts` makes them."""
        pooled = sum(r["pooled"] for r in found)
        self.told.setText(
            tr("All articles that two coders read are of one round.")
            if not found
            else tr("The other figures are of all rounds together, as was asked for.")
            if pooled > 1
            else tr("The other figures are of one round alone, which stands first here.")
        )
        rows: list[tuple[Any, list[Cell | str]]] = []
        for r in found:
            for a in r["attributes"]:
                cells: list[Cell | str] = [
                    r["round"] or tr("no round"),
                    number(r["documents"]),
                    *labels[a["layer"], a["attribute"]],
                    number(a["units"]),
                    undefined(number(a["main"]), a["undefined"]),
                    number(a["n"]),
                    bounds(a["low"], a["high"]),
                    plot(a["main"], a["low"], a["high"]),
                ]
                rows.append(((r["round"], a["layer"], a["attribute"]), cells))
        self.table.setVisible(bool(rows))
        self.table.fill(rows)


class HardestView(Splitter):
    """The codes and the articles on which coders agreed least, first. A click tells what to look at."""

    code = Signal(str, str, str)  # layer, attribute, category
    article = Signal(str)

    def __init__(self) -> None:
        super().__init__(Qt.Orientation.Horizontal)
        self.codes = FigureTable(
            tr("Hardest codes"),
            [tr("Code"), tr("Attribute"), tr("Given"), tr("Same beside"), tr("Most often confused with")],
        )
        self.articles = FigureTable(tr("Hardest articles"), [tr("Article"), tr("Units"), tr("Agree")])
        self.addWidget(_under(tr("Codes, least agreement first"), self.codes))
        self.addWidget(_under(tr("Articles, least agreement first"), self.articles))
        self.setSizes([800, 420])
        for signal in (self.codes.cellClicked, self.codes.cellActivated):
            signal.connect(lambda row, _column: self._code(row))
        for signal in (self.articles.cellClicked, self.articles.cellActivated):
            signal.connect(lambda row, _column: self._article(row))

    def show_hardest(self, found: dict[str, Any], labels: Labels) -> None:
        """As `hardest` makes them."""
        rows: list[tuple[Any, list[Cell | str]]] = []
        for c in found["codes"]:
            other = c["confused_with"]
            taken = "–" if other is None else f"{other['label'] or tr('(none)')} ({100 * other['share']:.0f} %)"
            cells: list[Cell | str] = [
                spoken(c["label"]) or tr("(none)"),
                ": ".join(labels[c["layer"], c["attribute"]]),
                number(c["values"]),
                share(c["specific"]),
                taken,
            ]
            rows.append(((c["layer"], c["attribute"], c["category"]), cells))
        self.codes.fill(rows)
        self.articles.fill(
            [
                (
                    d["document"],
                    [f"{d['number']}. {d['title'] or ''}", number(d["units"]), share(d["percent_agreement"])],
                )
                for d in found["documents"]
            ]
        )

    def _code(self, row: int) -> None:
        key = self.codes.key(row)
        if key is not None:
            self.code.emit(*key)

    def _article(self, row: int) -> None:
        key = self.articles.key(row)
        if key is not None:
            self.article.emit(key)


class DesignView(QWidget):
    """What is missing to a complete design."""

    def __init__(self) -> None:
        super().__init__()
        self.told = label("", "", wrap=True)
        self.table = FigureTable(
            tr("Missing to a complete design"),
            [tr("Coder"), tr("Coded"), tr("Of"), tr("Missing"), tr("Found nothing"), tr("Not known"),
             tr("Articles missing")],
        )  # fmt: skip
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.addWidget(self.told)
        rows.addWidget(self.table, 1)

    def show_design(self, d: dict[str, Any], read: list[dict[str, Any]], names: Mapping[str, str]) -> None:
        """As `design` and `readings` make them."""
        of = {r["coder"]: r for r in read}
        lines = [
            tr("Articles were assigned: what is missing is what was assigned and not coded.")
            if d["planned"]
            else tr("No articles were assigned: what is missing is what others coded.")
        ]
        lines += [
            tr("By one coder only, and so not compared: {n} articles.", n=c["articles"])
            if c["coders"] == 1
            else tr("By {m} coders: {n} articles.", n=c["articles"], m=c["coders"])
            for c in d["coverage"]
        ]
        self.told.setText(" ".join(lines))
        self.table.fill(
            [
                (
                    c["coder"],
                    [
                        names.get(c["coder"], c["coder"]),
                        *(number(n) for n in (c["coded"], c["wanted"], len(c["missing"]))),
                        *(
                            number(of[c["coder"]][k] if c["coder"] in of else None)
                            for k in ("nothing_found", "unknown")
                        ),
                        Cell(", ".join(map(str, c["missing"][:40])) + (" …" if len(c["missing"]) > 40 else "") or "–"),
                    ],
                )
                for c in d["coders"]
            ]
        )


class RepeatsView(QWidget):
    """Each coder's second reading of an article beside the first."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.told = label("", "muted", wrap=True)
        self.table = FigureTable(
            tr("Agreement of coders with themselves"),
            [tr("Coder"), tr("Articles"), tr("Layer"), tr("Attribute"), tr("Units"), tr("Agree"), tr("Alpha"),
             tr("n"), tr("95 % interval"), tr("−0.2 to 1")],
            theme,
        )  # fmt: skip
        rows = QVBoxLayout(self)
        rows.setContentsMargins(8, 8, 8, 8)
        rows.addWidget(self.told, 0, Qt.AlignmentFlag.AlignTop)
        rows.addWidget(self.table, 1)

    def show_repeats(
        self, found: list[dict[str, Any]], labels: Labels, layers: Mapping[str, str], names: Mapping[str, str]
    ) -> None:
        """As `repeats` makes them."""
        self.told.setText(
            tr("Where a plan gave articles a second time, each coder’s second reading is compared with the first.")
            if found
            else tr("Nobody has coded an article twice. A plan with repeats lets coders do so.")
        )
        rows: list[tuple[Any, list[Cell | str]]] = []
        for r in found:
            who = names.get(r["coder"], r["coder"])
            for s in r["spans"]:
                marked: list[Cell | str] = [who, number(r["documents"]), layers[s["layer"]], tr("Passages (F1)"),
                                            number(s["matched"]), "–", number(s["f1"]), "–",
                                            "–", plot(s["f1"])]  # fmt: skip
                rows.append(((r["coder"], s["layer"], ""), marked))
            for a in r["attributes"]:
                layer, attribute = labels[a["layer"], a["attribute"]]
                cells: list[Cell | str] = [
                    who,
                    number(r["documents"]),
                    layer,
                    attribute,
                    number(a["units"]),
                    share(a["percent_agreement"]),
                    undefined(number(a["main"]), a["undefined"]),
                    number(a["n"]),
                    bounds(a["low"], a["high"]),
                    plot(a["main"], a["low"], a["high"]),
                ]
                rows.append(((r["coder"], a["layer"], a["attribute"]), cells))
        self.table.setVisible(bool(rows))
        self.table.fill(rows)


def _unitizing(part: dict[str, Any], u: dict[str, Any]) -> Cell:
    cell = undefined(number(u["value"]), u["undefined"])
    if "overlaps" in part:
        cell.setText(cell.text() + " °")
        tracks = ", ".join(f"{t['track']}: {figure(t['value'])}" for t in part["tracks"])
        cell.setToolTip(
            tr(
                "Labels of one coder overlap: of what each marked at all, overlapping labels made into one. By tracks "
                "in which nothing overlaps: {tracks}",
                tracks=tracks,
            )
        )
    return cell


def _article(d: dict[str, Any]) -> str:
    return f"{d['number']}. {d['title'] or ''}"


def _under(text: str, widget: QWidget) -> QWidget:
    held = QWidget()
    column = QVBoxLayout(held)
    column.setContentsMargins(8, 8, 8, 8)
    column.addWidget(label(text, "section"))
    column.addWidget(widget)
    return held
