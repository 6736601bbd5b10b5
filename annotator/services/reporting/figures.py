"""The figures of an agreement report, in the public JSON form."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import combinations
from typing import Any

from annotator.agreement.coefficients import coefficients, intervals
from annotator.agreement.estimate import Estimate
from annotator.agreement.sources import source
from annotator.agreement.span_pairs import pair_counts, pair_figures
from annotator.agreement.unitizing import Section, u_alpha
from annotator.domain.codebook.model import SpanLayer
from annotator.services.reporting.breakdowns import breakdowns, figure_of
from annotator.services.reporting.comparing import Comparison, comparisons, on_scale, table_of
from annotator.services.reporting.question import Corpus, Question, corpus
from annotator.services.reporting.units import of_layer
from annotator.services.study import Study

FEW_UNITS = 50
"""Below this number of units a note says that intervals are wide and hardly to be trusted."""

Progress = Callable[[int, int], bool]
"""(done, all) -> whether to go on."""


def study_agreement(study: Study, question: Question, progress: Progress | None = None) -> dict[str, Any]:
    """What `annotator agreement STUDY --json` prints; raises BadInput, and Cancelled where `progress` says stop."""
    return figures(study, question, corpus(study, question), progress)


def figures(study: Study, question: Question, compared: Corpus, progress: Progress | None = None) -> dict[str, Any]:
    """The figures of a corpus that was read already."""
    from annotator.domain.errors import Cancelled

    codebook = study.codebook
    layers = [x for x in codebook.layers if question.layer in (None, x.key)]
    spans = [
        part
        for x in layers
        if isinstance(x, SpanLayer)
        and question.attribute is None
        and (part := _span_part(study, compared, x, question))
    ]
    parts: list[dict[str, Any]] = []
    found = comparisons(study, compared, question)
    for done, comparison in enumerate(found):
        if progress and not progress(done, len(found)):
            raise Cancelled("the report was stopped")
        parts.append(attribute_part(comparison, compared, question))
    return {
        "coders": [c.name for c in compared.coders],
        "documents": len(compared.documents),
        "overlap": question.overlap,
        "where": list(question.where),
        "bootstrap": {"resamples": question.bootstrap, "seed": question.seed},
        "spans": spans,
        "attributes": parts,
        "notes": _notes(parts, compared, question),
    }


def _span_part(study: Study, compared: Corpus, layer: SpanLayer, question: Question) -> dict[str, Any] | None:
    pairs = []
    texts = {d.id: study.text(d.id) for d in compared.documents}
    for first, second in combinations(compared.coders, 2):
        counts = []
        for d in compared.documents:
            by = compared.labels[d.id]
            if first.id in by and second.id in by:
                key = [a.fragments for a in of_layer(by[first.id], layer.key)]
                response = [a.fragments for a in of_layer(by[second.id], layer.key)]
                counts.append(pair_counts(key, response, texts[d.id], question.overlap))
        if counts:
            pairs.append({"coders": [first.name, second.name], **pair_figures(counts)})
    if not any(sum(p["counts"]) for p in pairs):
        return None
    sections = [
        Section(
            d.characters,
            tuple(
                tuple(f for a in of_layer(compared.labels[d.id][c.id], layer.key) for f in a.fragments)
                if c.id in compared.labels[d.id]
                else None
                for c in compared.coders
            ),
        )
        for d in compared.documents
    ]
    estimate = u_alpha(sections, question.bootstrap, question.seed)
    return {"layer": layer.key, "pairs": pairs, "alpha_u": asdict(estimate)}


def attribute_part(comparison: Comparison, compared: Corpus, question: Question) -> dict[str, Any]:
    """One element of `attributes`: the coefficients, and the number of units behind them."""
    present = [c for c in compared.coders if any(row.get(c.id) is not None for row in comparison.rows)]
    coders = [c.id for c in present]
    table = table_of(comparison, coders, comparison.categories)
    distances = comparison.distances()
    documents = [u.document_id for u in comparison.units]
    drawn = (question.bootstrap, question.seed)
    everything = coefficients(table, "nominal", *drawn, distances=distances)
    further = intervals(table, "nominal", documents, *drawn, distances=distances)
    result: dict[str, Any] = {
        "layer": comparison.layer,
        "attribute": comparison.attribute,
        "role": comparison.role,
        "level": comparison.level,
        "units": table.pairable,
        "coders": len(coders),
        "values": table.values,
    }
    if comparison.level != "nominal":
        ordered_table = on_scale(comparison, coders)
        ordered = coefficients(ordered_table, comparison.level, *drawn)
        # alpha of the declared level has the plain name
        everything["krippendorff_alpha_nominal"] = everything.pop("krippendorff_alpha")
        kept = {k: v for k, v in ordered.items() if "weighted" in k or k.startswith(("gwet_ac2", "icc_"))}
        everything = {"krippendorff_alpha": ordered["krippendorff_alpha"], **everything, **kept}
        more = intervals(ordered_table, comparison.level, documents, *drawn)
        further |= {k: v for k, v in more.items() if k in kept or k == "krippendorff_alpha"}
        result["units_on_scale"] = ordered_table.pairable
    result["main"] = comparison.main
    result["coefficients"] = {name: asdict(e) for name, e in everything.items()}
    result["intervals"] = {
        name: {"documents": i.clusters, "analytic": i.analytic} for name, i in further.items() if name in everything
    }
    result["sources"] = {name: source(name) for name in everything}
    result["pairs"] = [
        {"coders": [a.name, b.name], **_pair(comparison, a.id, b.id)} for a, b in combinations(present, 2)
    ]
    result |= breakdowns(comparison, present, compared.documents)
    return result


def _pair(comparison: Comparison, a: str, b: str) -> dict[str, Any]:
    table = table_of(comparison, [a, b], comparison.categories)
    names = ("percent_agreement", "cohen_kappa", "krippendorff_alpha")
    estimates: dict[str, Estimate] = coefficients(table, "nominal", names=names)
    main = figure_of(comparison, [a, b], comparison.rows)
    return {"units": table.pairable, **{n: estimates[n].value for n in names}, "main": main["main"]}


def _notes(parts: list[dict[str, Any]], compared: Corpus, question: Question) -> list[str]:
    notes: list[str] = []
    few = [f"{p['layer']}.{p['attribute']} ({p['units']})" for p in parts if p["units"] < FEW_UNITS]
    if few:
        notes.append(f"fewer than {FEW_UNITS} units: {', '.join(few)}; such figures may change much with a few more")
    off = [f"{p['layer']}.{p['attribute']}" for p in parts if p["level"] != "nominal"]
    if off:
        notes.append(
            "off-scale answers are categories of their own in coefficients without an order, and are left out of "
            f"those with one: {', '.join(off)}"
        )
    if any(p["main"].endswith("_masi") for p in parts):
        notes.append("values that are sets differ by the MASI distance; an off-scale answer is a set of its own")
    if any(p["main"].endswith("_tree") for p in parts):
        notes.append("values of a tree differ less the deeper their common heading; an off-scale answer has none")
    if len(compared.coders) > 2:
        notes.append("with more than two coders, spans are matched coder by coder in the order given")
    if question.bootstrap == 0:
        notes.append("no intervals were asked for")
    if question.where:
        notes.append(f"only labels that meet {' and '.join(question.where)}")
    return notes
