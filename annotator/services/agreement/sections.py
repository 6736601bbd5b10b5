"""Tables that every form of the report has in common: the same rows in HTML, PDF and XLSX."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from annotator.domain.accounts import Account, account_of
from annotator.services.agreement.facts import Facts

Cell = str | int | float | None
Labels = Mapping[tuple[str, str], tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """A table of the report with a sentence above it. title: at most 31 characters, as sheets are named."""

    title: str
    note: str
    head: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def sections(figures: dict[str, Any], facts: Facts, labels: Labels) -> tuple[Section, ...]:
    """Those that have rows, in the order of the report. labels: as `naming.labels_of` has them."""
    own = figures["own"] is not None
    found = (
        _systematic(figures, labels),
        _bias(figures, labels),
        account_section(account_of(figures["account"])) if "account" in figures else None,
        None if own else _coders(facts),
        _articles(facts),
        None if own else _plans(facts),
        _codebook(facts),
        _versions(facts),
    )
    return tuple(s for s in found if s is not None and s.rows)


def account_section(account: Account) -> Section:
    """What the figures rest on, of what the study has: for every layer, here and left out add up to the study."""
    rows: list[tuple[Cell, ...]] = []
    for layer, n in account.study.by_layer.items():
        rows.append(("labels", layer, n, account.here.by_layer.get(layer, 0), None, ""))
        rows += [("labels", layer, None, None, x.count, x.why) for x in account.left_out if x.layer == layer]
    for what, every, here in (
        ("articles", account.study.documents, account.here.documents),
        ("coders", account.study.coders, account.here.coders),
    ):
        kind = "documents" if what == "articles" else what
        rows.append((what, "", every, here, None, ""))
        rows += [(what, "", None, None, x.count, x.why) for x in account.left_out if x.what == kind]
    return Section(
        "Account",
        "What the figures rest on, and what of the study is left out and why; of every line, here and left out add up "
        "to the study.",
        ("What", "Layer", "In the study", "Here", "Left out", "Why"),
        tuple(rows),
    )


def _coders(facts: Facts) -> Section:
    return Section(
        "Coders",
        "Whose work is compared.",
        ("Coder", "Id", "Articles", "Labels", "First label", "Last label"),
        tuple((c.name, c.id, c.articles, c.labels, c.first, c.last) for c in facts.coders),
    )


def _articles(facts: Facts) -> Section:
    return Section(
        "Articles",
        "What is compared.",
        ("Number", "Article", "Outlet", "Published", "Coders", "Labels"),
        tuple(
            (a.number, a.name.partition(" ")[2], a.publisher, a.published, a.readers, a.labels) for a in facts.compared
        ),
    )


def _plans(facts: Facts) -> Section:
    return Section(
        "Plans",
        "How articles were handed out.",
        ("Round", "Day", "Coders", "Coders an article", "Share of articles, %", "Pilot articles", "Strata", "Seed",
         "Articles", "Readings", "Second readings"),
        tuple(
            (p.round, p.day, ", ".join(p.coders), len(p.coders) if p.pilot else p.overlap,
             None if p.pilot else p.share, p.pilot or None, ", ".join(p.strata), p.seed, p.articles, p.readings,
             p.second_readings)
            for p in facts.plans
        ),
    )  # fmt: skip


def _codebook(facts: Facts) -> Section:
    return Section(
        "Codebook",
        "What was asked, as the newest version has it.",
        ("Layer", "Attribute or role", "Type", "Values"),
        tuple((c.layer, c.attribute, c.kind, c.values) for c in facts.codebook),
    )


def _versions(facts: Facts) -> Section | None:
    if len(facts.versions) < 2:
        return None
    return Section(
        "Codebook changes",
        "Every version of the codebook, what it changed, and how many of the labels compared were made under it.",
        ("Version", "Day", "Labels", "Change"),
        tuple((v.version, v.day, v.labels, change) for v in facts.versions for change in (v.changes or ("",))),
    )


def _systematic(figures: dict[str, Any], labels: Labels) -> Section:
    rows: list[tuple[Cell, ...]] = []
    for a in figures["attributes"]:
        for pair in a["systematic"]:
            s, b = pair["stuart_maxwell"], pair["bhapkar"]
            rows.append(
                (*labels[a["layer"], a["attribute"]], *pair["coders"], pair["units"], s["statistic"], s["df"], _p(s),
                 b["statistic"], _p(b), s["undefined"] or b["undefined"] or "")
            )  # fmt: skip
    return Section(
        "Systematic differences",
        "Whether two coders give every code equally often (Stuart (1955) and Maxwell (1970); Bhapkar 1966). A small p "
        "says that their differences go one way, whatever their agreement; units are taken as independent, and no p "
        "is corrected for how many there are.",
        ("Layer", "Attribute", "Coder", "Coder", "Units", "Stuart–Maxwell", "df", "p", "Bhapkar", "p", "Note"),
        tuple(rows),
    )


def _p(test: dict[str, Any]) -> str | None:
    p = test["p"]
    return None if p is None else "< 0.001" if p < 0.001 else f"{p:.3f}"


def _bias(figures: dict[str, Any], labels: Labels) -> Section:
    return Section(
        "Bias per code",
        "How much more often, in shares of the units that both gave a value, the first coder gave a code than the "
        "second, with a 95 % interval over units (Agresti and Min 2005); codes that both gave equally "
        "often are left out.",
        ("Layer", "Attribute", "Coder", "Coder", "Code", "Given by the first", "Given by the second", "Difference",
         "Low", "High"),
        tuple(
            (*labels[a["layer"], a["attribute"]], *pair["coders"], c["label"] or "(none)", *c["counts"],
             c["difference"], c["low"], c["high"])
            for a in figures["attributes"]
            for pair in a["systematic"]
            for c in pair["bias"]
            if c["counts"][0] != c["counts"][1]
        ),
    )  # fmt: skip


def cell_words(cell: Cell) -> str:
    """A cell as a person reads it."""
    if cell is None:
        return ""
    if isinstance(cell, float):
        return f"{cell:.3f}".replace("-", "−") if cell != int(cell) else f"{cell:g}"
    return str(cell)


def numeric(column: int, rows: Sequence[tuple[Cell, ...]]) -> bool:
    """Whether a column is set to the right."""
    held = [r[column] for r in rows if r[column] is not None]
    return bool(held) and all(isinstance(x, (int, float)) for x in held)
