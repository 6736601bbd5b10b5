"""The agreement report as a file: HTML that opens anywhere, PDF, XLSX, or the ratings as CSV."""

from __future__ import annotations

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

from annotator import __version__
from annotator.data import resource_text
from annotator.domain.accounts import account_of
from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.services.agreement.comparing import comparisons, matrices_of
from annotator.services.agreement.drawing import forest
from annotator.services.agreement.facts import Facts, facts_of
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.method import citations, method, works
from annotator.services.agreement.naming import (
    article_name,
    counted,
    figure,
    labels_of,
    level_told,
    period_told,
    readable,
)
from annotator.services.agreement.notes_by_section import noted
from annotator.services.agreement.ratings_files import ratings_archive, ratings_csv
from annotator.services.agreement.recomputing import recomputing
from annotator.services.agreement.request import Corpus, Question, corpus
from annotator.services.agreement.sections import cell_words, numeric, sections
from annotator.services.agreement.soft_labels import soft_labels
from annotator.services.files import write_whole
from annotator.services.study import Study

PngWriter = Callable[[str], bytes]
"""SVG -> PNG; the window has one."""

PdfWriter = Callable[[str, str], bytes]
"""(HTML of the plain kind, title) -> PDF; the window has one."""

RATINGS = (".csv", ".zip", ".jsonl")
ENDINGS = (".html", ".pdf", ".xlsx", ".svg", ".png", *RATINGS)


def write_report(  # noqa: C901 - a branch for each form of report
    study: Study,
    question: Question,
    result: dict[str, Any] | None,
    out: Path,
    pdf: PdfWriter | None = None,
    titles: bool = True,
    png: PngWriter | None = None,
) -> None:
    """Write the report in the form that the file's ending names: the same study, question and seed, the same bytes.

    .html, .pdf (with `pdf`) and .xlsx hold the figures, .svg and .png (with `png`) the plot, .csv the ratings one a
    line, .jsonl soft labels, .zip a table of ratings for each attribute, plots (as PNG too with `png`), and what R
    needs to compute every coefficient and its interval anew. titles:
    articles are told by their headlines, else by number alone. `result` is what `study_agreement` gave, computed here
    where None. Raises BadInput.
    """
    ending = ".html" if out.suffix.lower() == ".htm" else out.suffix.lower()
    if ending not in ENDINGS or (ending == ".pdf" and pdf is None) or (ending == ".png" and png is None):
        raise BadInput(
            say("a report cannot be written as {ending}", ending=out.suffix or say("a file without ending")),
            str(out),
            say("use {names}", names=", ".join(ENDINGS)),
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    if ending in RATINGS and question.own is not None:
        raise BadInput("a coder’s own figures come without the ratings of others", str(out), "use .html, .pdf or .xlsx")
    compared = corpus(study, question)
    if ending in RATINGS:
        found = comparisons(study, compared, question)
        labels = labels_of(study.codebook)
        called = {d.number: article_name(d.number, d.title, d.source) for d in compared.documents} if titles else None
        if ending == ".csv":
            write_whole(out, [ratings_csv(found, compared, labels, called)])
            return
        if ending == ".jsonl":
            write_whole(out, [soft_labels(found, compared)])
            return
        told = study_agreement(study, question) if result is None else result
        more = recomputing(found, compared, told, labels)
        if png is not None:
            drawn = [n for n in more if n.endswith(".svg")]
            more |= {n.removesuffix("svg") + "png": png(more[n].decode("utf-8")) for n in drawn}
        write_whole(out, [ratings_archive(found, compared, labels, called, more)])
        return
    figures = study_agreement(study, question) if result is None else result
    if ending in (".svg", ".png"):
        plot = forest(figures, labels_of(study.codebook))
        write_whole(out, [plot.encode("utf-8") if png is None or ending == ".svg" else png(plot)])
        return
    facts = facts_of(study, compared, titles)
    if ending == ".xlsx":
        from annotator.services.agreement.workbook import workbook

        write_whole(out, [workbook(study, figures, facts, compared, comparisons(study, compared, question))])
    elif ending == ".pdf":
        assert pdf is not None
        text = page(study, question, figures, facts, compared, "reports/agreement_print.html")
        write_whole(out, [pdf(text, f"Agreement: {study.title}")])
    else:
        write_whole(out, [page(study, question, figures, facts, compared).encode("utf-8")])


def page(
    study: Study,
    question: Question,
    figures: dict[str, Any],
    facts: Facts,
    compared: Corpus,
    template: str = "reports/agreement.html",
) -> str:
    """The report's HTML: the same study, question and seed give the same bytes."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["figure"] = figure
    environment.filters["percent"] = lambda v: "–" if v is None else f"{100 * v:.1f} %"
    environment.filters["told"] = cell_words
    environment.globals["numeric"] = numeric
    environment.globals["counted"] = counted
    environment.globals["level_told"] = level_told
    environment.filters["x"] = lambda v: f"{_x(v):.1f}"
    environment.globals["readable"] = readable
    environment.globals["heat"] = _heat
    environment.filters["zip_with"] = lambda first, second: zip(first, second, strict=True)
    paragraphs = method(study, figures, facts)
    names = {a.number: a.name for a in facts.compared}
    matrices = {(c.layer, c.attribute): matrices_of(c, compared) for c in comparisons(study, compared, question)}
    return environment.from_string(resource_text(template)).render(
        study=study,
        question=question,
        figures=figures,
        account=account_of(figures["account"]) if "account" in figures else None,
        sections=(found := sections(figures, facts, labels_of(study.codebook))),
        plot=base64.b64encode(forest(figures, labels_of(study.codebook)).encode("utf-8")).decode("ascii"),
        version=__version__,
        method=paragraphs,
        noted=noted(figures, labels_of(study.codebook)),
        citations=citations(figures),
        works=works(figures, paragraphs, (s.note for s in found)),
        article=lambda number: names.get(number, f"{number}."),
        matrices=matrices,
        labels=labels_of(study.codebook),
        layer_labels={layer.key: layer.label for layer in study.codebook.layers},
        by_document=lambda x: names.get(x["number"], f"{x['number']}."),
        over_time=period_told,
        by_version=lambda x: f"version {x['version']}",
        ticks=(-0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    )


def _x(value: float) -> float:
    """A coefficient's place on the plot, 0 to 240 pixels for -0.2 to 1."""
    return max(0.0, min(240.0, (value + 0.2) / 1.2 * 240))


def _heat(share: float) -> str:
    """A blue of a cell for paper, paler for less."""
    return "#" + "".join(f"{round(255 - 0.45 * share * (255 - c)):02x}" for c in (29, 91, 184))
