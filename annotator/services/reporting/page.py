"""The agreement report as one HTML file that opens anywhere."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

from annotator import __version__
from annotator.data import resource_text
from annotator.domain.errors import BadInput
from annotator.services.exporting import write_whole
from annotator.services.reporting.figures import Comparison, comparisons, study_agreement
from annotator.services.reporting.question import Corpus, Question, corpus
from annotator.services.study import Study

_MAIN = ("percent_agreement", "cohen_kappa", "fleiss_kappa", "gwet_ac1", "krippendorff_alpha")
NAMES = {
    "percent_agreement": "Percent agreement",
    "percent_agreement_pooled_pairs": "Percent agreement, pairs pooled",
    "krippendorff_alpha": "Krippendorff’s alpha",
    "krippendorff_alpha_nominal": "Krippendorff’s alpha, nominal",
    "cohen_kappa": "Cohen’s kappa",
    "scott_pi": "Scott’s pi",
    "fleiss_kappa": "Fleiss’ kappa",
    "conger_kappa": "Conger’s kappa",
    "light_kappa": "Light’s kappa",
    "brennan_prediger": "Brennan–Prediger",
    "gwet_ac1": "Gwet’s AC1",
    "gwet_ac2_linear": "Gwet’s AC2, linear",
    "gwet_ac2_quadratic": "Gwet’s AC2, quadratic",
    "gwet_ac2_ordinal": "Gwet’s AC2, ordinal",
    "cohen_kappa_weighted_linear": "Cohen’s kappa, linear weights",
    "cohen_kappa_weighted_quadratic": "Cohen’s kappa, quadratic weights",
}


def readable(name: str) -> str:
    """A coefficient's public name as a person says it."""
    return NAMES.get(name, name.replace("_", " ").capitalize())


def write_report(study: Study, question: Question, result: dict[str, Any] | None, out: Path) -> None:
    """Write the report; `result` is what `study_agreement` gave, computed here where None. Raises BadInput."""
    if out.suffix.lower() not in (".html", ".htm"):
        raise BadInput(f"a report cannot be written as {out.suffix or 'a file without ending'}", str(out), "use .html")
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    figures = study_agreement(study, question) if result is None else result
    write_whole(out, [page(study, question, figures).encode("utf-8")])


def page(study: Study, question: Question, figures: dict[str, Any]) -> str:
    """The report's HTML: the same study, question and seed give the same bytes."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["figure"] = _figure
    environment.filters["percent"] = lambda v: "–" if v is None else f"{100 * v:.1f} %"
    environment.filters["x"] = lambda v: f"{_x(v):.1f}"
    environment.globals["readable"] = readable
    template = environment.from_string(resource_text("reports/agreement.html"))
    compared = corpus(study, question)
    matrices = {(c.layer, c.attribute): _matrices(c, compared) for c in comparisons(study, compared, question)}
    labels = {
        (layer.key, attribute.key): (layer.label, attribute.label)
        for layer in study.codebook.layers
        for attribute in layer.attributes
    }
    for layer in study.codebook.link_layers:
        for role in layer.roles:
            labels[layer.key, role.key] = (layer.label, role.label or role.key)
    return template.render(
        study=study,
        question=question,
        figures=figures,
        version=__version__,
        documents=compared.documents,
        main=_MAIN,
        matrices=matrices,
        labels=labels,
        layer_labels={layer.key: layer.label for layer in study.codebook.layers},
        ticks=(-0.2, 0.0, 0.2, 0.4, 0.6, 0.8, 1.0),
    )


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


def _x(value: float) -> float:
    """A coefficient's place on the plot, 0 to 240 pixels for -0.2 to 1."""
    return max(0.0, min(240.0, (value + 0.2) / 1.2 * 240))


def _matrices(c: Comparison, compared: Corpus) -> list[dict[str, Any]]:
    """A confusion matrix for each pair of coders, with the categories that occur."""
    result = []
    for first, second in combinations(compared.coders, 2):
        cells: Counter[tuple[str, str]] = Counter()
        for row in c.rows:
            a, b = row.get(first.id), row.get(second.id)
            if a is not None and b is not None:
                cells[a, b] += 1
        used = [k for k in c.categories if any(k in pair for pair in cells)]
        if not used or len(used) > 30:
            continue
        result.append(
            {
                "coders": (first.name, second.name),
                "names": [c.names[k] for k in used],
                "rows": [[cells[a, b] for b in used] for a in used],
                "most": max(cells.values()),
            }
        )
    return result
