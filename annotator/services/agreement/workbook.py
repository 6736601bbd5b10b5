"""The agreement report as an XLSX workbook: every figure in a cell of its own."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.chart import BarChart, Reference
from openpyxl.chart.data_source import NumDataSource, NumRef
from openpyxl.chart.error_bar import ErrorBars
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from annotator.formats.workbook import BORN, CORE, undated
from annotator.services.agreement.comparing import Comparison, matrices_of
from annotator.services.agreement.facts import Facts
from annotator.services.agreement.method import citations, method, works
from annotator.services.agreement.naming import labels_of, level_told, period_told, readable
from annotator.services.agreement.ratings_files import ratings_rows, zipped
from annotator.services.agreement.request import Corpus
from annotator.services.agreement.sections import sections
from annotator.services.study import Study

_WIDEST = 60

Row = Sequence[Any]


def workbook(
    study: Study, figures: dict[str, Any], facts: Facts, compared: Corpus, found: Sequence[Comparison]
) -> bytes:
    """The bytes of the file; the same figures give the same bytes."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    names = labels_of(study.codebook)
    parts = [((*names[a["layer"], a["attribute"]],), a) for a in figures["attributes"]]
    paragraphs = method(study, figures, facts)
    _sheet(
        book,
        "Method",
        ("Method", "Paragraph", "Where it is from"),
        [[s.text, place, s.of] for place, paragraph in enumerate(paragraphs, 1) for s in paragraph],
        wide=110,
    )
    more = sections(figures, facts, names)
    for section in more:
        _sheet(book, section.title, section.head, section.rows)
    _sheet(book, "Coefficients", _COEFFICIENTS, (row for p in parts for row in _coefficients(*p)))
    _plot(book, parts)
    _sheet(book, "Passages", _PASSAGES, _passages(study, figures))
    _sheet(book, "Links", _LINKS, _links(study, figures))
    _sheet(book, "Rounds", _ROUNDS, _rounds(figures, names))
    _sheet(
        book,
        "Conditions",
        ("Layer", "Attribute", "All asked", "Some asked", "Not answered", "Links left out", "Carried over",
         "Left for review"),
        (
            (*head, *((a["asked"][k] for k in ("both", "one", "unanswered")) if "asked" in a else (None,) * 3),
             sum(a["left_out"].values()) if "left_out" in a else None, a["carried"], a["review"])
            for head, a in parts
        ),
    )  # fmt: skip
    _sheet(
        book,
        "Read",
        ("Coder", "Articles labelled", "Read, found nothing", "Not known"),
        ((r["coder"], r["labelled"], r["nothing_found"], r["unknown"]) for r in figures["read"]),
    )
    _sheet(book, "Unitizing", _UNITIZING, _unitizing(study, figures, names))
    _sheet(
        book,
        "Pairs",
        (
            "Layer",
            "Attribute",
            "Coder",
            "Coder",
            "Units",
            "Percent agreement",
            "Coefficient",
            "n",
            "Value",
            "Low",
            "High",
            "Undefined because",
        ),
        (
            (
                *head,
                *p["coders"],
                p["units"],
                p["percent_agreement"],
                readable(a["main"]),
                p["n"],
                p["main"],
                p["low"],
                p["high"],
                p["undefined"],
            )
            for head, a in parts
            for p in a["pairs"]
        ),
    )
    articles = {a.number: a.name for a in facts.compared}
    told: Callable[[dict[str, Any]], Row]
    for title, key, what, told in (
        ("Documents", "by_document", ("Number", "Title"), lambda x: (x["number"], articles.get(x["number"]))),
        ("Time", "over_time", ("By", "Period"), lambda x: (x["by"], period_told(x))),
        ("Codebook versions", "by_version", ("Version",), lambda x: (x["version"],)),
    ):
        _sheet(
            book,
            title,
            ("Layer", "Attribute", *what, "Units", "Percent agreement", "Coefficient",
             "n", "Value", "Undefined because"),
            (
                (*head, *told(x), x["units"], x["percent_agreement"], readable(a["main"]), x["n"],
                 x["main"], x["undefined"])
                for head, a in parts
                for x in a[key]
            ),
        )  # fmt: skip
    _sheet(
        book,
        "Prevalence",
        ("Layer", "Attribute", "Category", "Label", "Count", "Share"),
        ((*head, x["category"], x["label"], x["count"], x["share"]) for head, a in parts for x in a["prevalence"]),
    )
    _sheet(
        book,
        "Codes",
        (
            "Layer",
            "Attribute",
            "Category",
            "Label",
            "Values",
            "Same beside it",
            "Alpha of it",
            "Mostly beside it",
            "Share",
        ),
        (
            (
                *head,
                c["category"],
                c["label"],
                c["values"],
                c["specific"],
                c["alpha"],
                *((x["label"], x["share"]) if (x := c["confused_with"]) else (None, None)),
            )
            for head, a in parts
            for c in a["by_category"]
        ),
    )
    _sheet(
        book,
        "Missing",
        ("Layer", "Attribute", "Coder", "Units read", "No label", "Label without a value"),
        ((*head, m["coder"], m["units"], m["no_label"], m["no_value"]) for head, a in parts for m in a["missing"]),
    )
    _sheet(
        book,
        "Design",
        ("Coder", "Articles coded", "Of", "Missing", "Numbers of the articles missing"),
        (
            (c["coder"], c["coded"], c["wanted"], len(c["missing"]), ", ".join(map(str, c["missing"])))
            for c in figures["design"]["coders"]
        ),
    )
    _sheet(book, "Second readings", _REPEATS, _repeats(study, figures, names))
    _sheet(
        book,
        "Matrices",
        ("Layer", "Attribute", "Coder", "Value", "Coder", "Value", "Units"),
        _cells(names, found, compared),
    )
    _sheet(book, "Ratings", *_headed(ratings_rows(found, compared, names, articles)))
    _sheet(book, "Notes", ("Note",), [[n] for n in figures["notes"]], wide=110)
    _sheet(book, "Sources", ("Coefficient", "Source"), citations(figures))
    cited = works(figures, paragraphs, (s.note for s in more))
    _sheet(book, "References", ("Reference",), [[w] for w in cited], wide=110)
    return _fixed(book)


def _plot(book: Workbook, parts: Sequence[tuple[tuple[str, str], dict[str, Any]]]) -> None:
    """The first coefficient of each attribute with its interval: a chart beside its numbers."""
    rows = []
    for head, a in parts:
        e = a["coefficients"][a["main"]]
        if e["value"] is not None:
            up, down = (None, None) if e["low"] is None else (e["high"] - e["value"], e["value"] - e["low"])
            rows.append((": ".join(head), e["value"], e["low"], e["high"], up, down, e["n"]))
    columns = ("Attribute", "Alpha", "Low", "High", "High less alpha", "Alpha less low", "n of alpha")
    sheet = _sheet(book, "Plot", columns, rows)
    if not rows:
        return
    last = len(rows) + 1
    chart = BarChart()
    chart.type, chart.style, chart.legend = "bar", 10, None
    chart.title = "Krippendorff’s alpha, with 95 % intervals"
    chart.height, chart.width = max(6, len(rows) + 3), 20
    chart.add_data(Reference(sheet, min_col=2, min_row=1, max_row=last), titles_from_data=True)
    chart.set_categories(Reference(sheet, min_col=1, min_row=2, max_row=last))
    chart.y_axis.scaling.max, chart.y_axis.delete, chart.x_axis.delete = 1, False, False
    chart.x_axis.scaling.orientation = "maxMin"
    ends = [NumDataSource(NumRef(f"'Plot'!${c}$2:${c}${last}")) for c in "EF"]
    chart.series[0].errBars = ErrorBars(errDir="y", errBarType="both", errValType="cust", plus=ends[0], minus=ends[1])
    sheet.add_chart(chart, "I2")


_COEFFICIENTS = ("Layer", "Attribute", "Level", "Units", "Coders", "Values", "Coefficient", "Name", "n", "Value", "Low",
                 "High", "Low, units", "High, units", "Low, analytic", "High, analytic", "Interval over",
                 "Articles", "Undefined because",
                 "Source")  # fmt: skip
_PASSAGES = ("Layer", "Coder (key)", "Coder (response)", "Labels (key)", "Labels (response)", "Matched", "Rule",
             "Precision", "Recall", "F1", "u-alpha", "Low", "High", "Undefined because")  # fmt: skip


def _coefficients(head: tuple[str, str], a: dict[str, Any]) -> Iterable[Row]:
    for name, e in a["coefficients"].items():
        more = a["intervals"].get(name, {})
        over = (more.get("units") or (None, None), more.get("analytic") or (None, None))
        yield (
            *head, level_told(a), a["units"], a["coders"], a["values"], readable(name), name, e["n"],
            e["value"], e["low"], e["high"], *over[0], *over[1],
            a["interval"]["over"] if e["low"] is not None else None, a["interval"]["documents"],
            e["undefined"], a["sources"][name],
        )  # fmt: skip


_LINKS = ("Layer", "Coder (key)", "Coder (response)", "The same in", "Links (key)", "Links (response)", "Matched",
          "Precision", "Recall", "F1")  # fmt: skip
_ROUNDS = ("Round", "In the other figures", "Articles", "From", "To", "Layer", "Attribute", "Units", "Coefficient", "n",
           "Value", "Low", "High", "Undefined because")  # fmt: skip
_UNITIZING = ("Layer", "Of", "Coefficient", "n", "Value", "Low", "High", "Undefined because")


def _links(study: Study, figures: dict[str, Any]) -> Iterable[Row]:
    for part in figures["links"]:
        for p in part["pairs"]:
            shares = (p[k] for k in ("precision", "recall", "f1"))
            label = study.codebook.layer(part["layer"]).label
            yield (label, *p["coders"], ", ".join(p["by"]), *p["counts"], p["matched"], *shares)


def _rounds(figures: dict[str, Any], names: dict[tuple[str, str], tuple[str, str]]) -> Iterable[Row]:
    for r in figures["rounds"]:
        for a in r["attributes"]:
            yield (
                r["round"], "yes" if r["pooled"] else "no", r["documents"], r["from"], r["to"],
                *names[a["layer"], a["attribute"]], a["units"], readable(a["coefficient"]), a["n"], a["main"], a["low"],
                a["high"], a["undefined"],
            )  # fmt: skip


def _unitizing(study: Study, figures: dict[str, Any], names: dict[tuple[str, str], tuple[str, str]]) -> Iterable[Row]:
    for part in figures["spans"]:
        layer = study.codebook.layer(part["layer"]).label
        told = [
            ("overlapping labels made into one" if "overlaps" in part else "all labels", "u_alpha", part["alpha_u"])
        ]
        told += [(f"track {t['track']}", "u_alpha", t) for t in part.get("tracks", ())]
        for b in part["by_value"]:
            attribute = names[part["layer"], b["attribute"]][1]
            told.append((attribute, "cu_alpha", b["cu_alpha"]))
            for v in b["values"]:
                told.append((f"{attribute}: {v['label']}", "u_alpha", v["alpha_u"]))
                if v["ku_alpha"] is not None:
                    told.append((f"{attribute}: {v['label']}", "ku_alpha", v["ku_alpha"]))
        for of, name, e in told:
            yield layer, of, readable(name), e["n"], e["value"], e["low"], e["high"], e["undefined"]


_REPEATS = ("Coder", "Articles", "Layer", "Attribute", "Units", "F1 of passages", "Percent agreement", "Coefficient",
            "n", "Value", "Low", "High", "Undefined because")  # fmt: skip


def _repeats(study: Study, figures: dict[str, Any], names: dict[tuple[str, str], tuple[str, str]]) -> Iterable[Row]:
    for r in figures["repeats"]:
        for s in r["spans"]:
            yield r["coder"], r["documents"], study.codebook.layer(s["layer"]).label, None, s["matched"], s["f1"]
        for a in r["attributes"]:
            yield (
                r["coder"], r["documents"], *names[a["layer"], a["attribute"]], a["units"], None,
                a["percent_agreement"], readable(a["coefficient"]), a["n"], a["main"], a["low"], a["high"],
                a["undefined"],
            )  # fmt: skip


def _passages(study: Study, figures: dict[str, Any]) -> Iterable[Row]:
    for part in figures["spans"]:
        layer = study.codebook.layer(part["layer"]).label
        u = part["alpha_u"]
        for p in part["pairs"]:
            for rule in ("overlap", "exact", "trimmed"):
                shares = [p[rule][k] for k in ("precision", "recall", "f1")]
                yield (layer, *p["coders"], *p["counts"], p["matched"], rule, *shares, *([None] * 4))
        yield (layer, *([None] * 9), u["value"], u["low"], u["high"], u["undefined"])


def _cells(
    names: dict[tuple[str, str], tuple[str, str]], found: Sequence[Comparison], compared: Corpus
) -> Iterable[Row]:
    for c in found:
        for m in matrices_of(c, compared):
            for i, row in enumerate(m.rows):
                for j, count in enumerate(row):
                    yield (*names[c.layer, c.attribute], m.coders[0], m.names[i], m.coders[1], m.names[j],
                           count)  # fmt: skip


def _headed(rows: Iterable[Row]) -> tuple[Row, list[Row]]:
    head, *rest = rows
    return head, rest


def _sheet(book: Workbook, title: str, head: Row, rows: Iterable[Row], wide: int = _WIDEST) -> Worksheet:
    sheet: Worksheet = book.create_sheet(title)
    widths = [len(str(h)) for h in head]
    for place, row in enumerate([head, *rows], 1):
        for column, value in enumerate(row, 1):
            if value is None:
                continue
            cell = sheet.cell(place, column)
            if isinstance(value, str):
                cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)
                cell.data_type = "s"  # a text that begins with = is no formula
                if wide > _WIDEST:
                    cell.alignment = Alignment(wrap_text=True, vertical="top")
            else:
                cell.value = value
                if isinstance(value, float):
                    cell.number_format = "0.000"
            if place == 1:
                cell.font = Font(bold=True)
            shown = 6 if isinstance(value, float) else len(str(value))
            widths[column - 1] = max(widths[column - 1], shown)
    for column, width in enumerate(widths, 1):
        sheet.column_dimensions[get_column_letter(column)].width = min(width, wide) + 2
    sheet.freeze_panes = "A2"
    return sheet


def _fixed(book: Workbook) -> bytes:
    """The saved book with the dates of its making taken out."""
    book.properties.creator = "Annotator"
    book.properties.created = BORN
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    files[CORE] = undated(files[CORE])
    return zipped(files)
