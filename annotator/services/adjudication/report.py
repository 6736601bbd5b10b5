"""The report on coders against gold as a page of HTML that opens anywhere."""

from __future__ import annotations

from pathlib import Path

from annotator import __version__
from annotator.data import resource_text
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.domain.words import say
from annotator.services.adjudication.gold_report import GoldReport
from annotator.services.agreement.naming import figure, labels_of
from annotator.services.files import write_whole
from annotator.services.study import Study

KINDS = {
    "missed": "not marked",
    "extra": "marked, not in gold",
    "bounds": "other boundaries",
    "value": "another value",
}
"""How a difference from gold reads."""


def write_gold_report(study: Study, report: GoldReport, out: Path) -> None:
    """Write it as .html or, all figures and passages, .json; the same study gives the same bytes."""
    if out.suffix.lower() not in (".html", ".htm", ".json"):
        raise BadInput(
            say("this report cannot be written as {ending}", ending=out.suffix or say("a file without ending")),
            str(out),
            "use .html or .json",
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    if out.suffix.lower() == ".json":
        import json

        write_whole(out, [(json.dumps(as_json(report), ensure_ascii=False, indent=2) + "\n").encode()])
    else:
        write_whole(out, [gold_page(study, report).encode("utf-8")])


def gold_page(study: Study, report: GoldReport) -> str:
    """The page."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters["figure"] = figure
    environment.filters["percent"] = lambda v: "–" if v is None else f"{100 * v:.0f} %"
    return environment.from_string(resource_text("reports/gold.html")).render(
        study=study,
        report=report,
        account=report.account,
        version=__version__,
        labels=labels_of(study.codebook),
        layer_labels={layer.key: layer.label for layer in study.codebook.layers},
        kinds=KINDS,
    )
