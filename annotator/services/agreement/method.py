"""The text for a methods section, made from what was really done, and the works it cites."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from annotator import __version__
from annotator.agreement.sources import INTERVALS, source
from annotator.services.agreement.naming import labels_of, readable
from annotator.services.agreement.request import Corpus
from annotator.services.study import Study


def method(study: Study, figures: dict[str, Any], compared: Corpus) -> list[str]:
    """Paragraphs: who coded what with which instrument and when, how units were found, how figures were computed."""
    labels = list({a.id: a for by in compared.labels.values() for made in by.values() for a in made}.values())
    versions = sorted({a.codebook_version for a in labels})
    days = sorted({a.created[:10] for a in labels})
    several = "version" if len(versions) < 2 else "versions"
    made = ", ".join(map(str, versions)) or str(study.codebook_version)
    when = "" if not days else f" on {days[0]}" if len(days) == 1 else f" between {days[0]} and {days[-1]}"
    coders = figures["coders"]
    who = f"{len(coders)} coders ({', '.join(coders)}) coded"
    if figures["own"] is not None:
        who = f"{figures['own']} and others, who are not named here, coded"
    articles = {compared.article(d.id): d for d in compared.documents}.values()
    first = (
        f"{who} with the codebook “{study.codebook.title}” "
        f"({study.codebook.key}, {several} {made} of this study){when}. Compared are the {figures['documents']} "
        f"documents that at least two of them coded, {len(labels)} labels in all, as they were before anything was "
        f"settled: {'; '.join(f'{d.number}. {d.title or d.source}' for d in articles)}."
    )
    if figures["where"]:
        first += f" Only labels that meet {' and '.join(figures['where'])} were kept."
    rule = (
        "Labels of passages were brought together in units, in which each coder has one label at most and every two "
        f"labels have an intersection over union above {figures['overlap']:g}, so that the sum of intersections over "
        "unions within units is the greatest; ties fall by what the labels say. Values were compared on the labels of "
        f"a unit. {_links(figures)} A value that a coder did not give is missing, "
        "and neither agreement nor disagreement: units with one value stay in the marginals of Gwet’s, Fleiss’ and "
        "Conger’s coefficients and are left out of the others. ICC(A,1) and ICC(C,1) take units that every coder rated."
    )
    return [first, rule, _unmatched(figures), *_own(figures), _computed(study, figures), _intervals(figures), _parts()]


def _links(figures: dict[str, Any]) -> str:
    if figures["links_rule"] == "order":
        return (
            "Links were compared on matched owners, those that name the same first and the rest in the order of what "
            "they name in the text."
        )
    return (
        "Links were compared on matched owners where they name the same in all other roles; what an owner’s links name "
        "in a role was compared as a set."
    )


def _unmatched(figures: dict[str, Any]) -> str:
    if figures["unmatched"] == "missing":
        return (
            "A unit that only one coder labelled is left out of the figures on values: whether coders labelled the "
            "same units is told by the figures on passages alone."
        )
    return (
        "Unmatched units count as disagreements: a coder who read the article and has no label of a unit that another "
        "has, and gave a value for, was given a category of its own, “no matching label”, which differs from every "
        "value as much as two values can; two coders without a label of the unit agree. For values with an order, "
        "alpha takes the differences of the declared level divided by the greatest of them, and 1 from any value to "
        "that category; weighted coefficients and intraclass correlations leave it out."
    )


def _own(figures: dict[str, Any]) -> list[str]:
    if figures["own"] is None:
        return []
    return [
        f"{figures['own']} was compared with each of the others in turn, article by article, and all comparisons were "
        "pooled: a unit counts once for each of the others, and intervals over units take each label of "
        f"{figures['own']} with all of its comparisons."
    ]


def _parts() -> str:
    return (
        "Of a single code are given the share of the same code among the values beside it in the same units (specific "
        "agreement; Fleiss, Levin and Paik 2003, 18.1) and alpha of that code against all others together "
        "(Krippendorff 2019, ch. 12). Second readings are compared with the first in the same way, coder by coder."
    )


def _computed(study: Study, figures: dict[str, Any]) -> str:
    names = labels_of(study.codebook)
    by_main: dict[str, list[str]] = {}
    for a in figures["attributes"]:
        level = f", {a['level']}" if a["main"] == "krippendorff_alpha" else ""
        layer, attribute = names[a["layer"], a["attribute"]]
        by_main.setdefault(readable(a["main"]) + level, []).append(
            f"{layer}: {attribute} ({_units(a['coefficients'][a['main']]['n'])})"
        )
    told = [f"{coefficient}: {_and(attributes)}" for coefficient, attributes in by_main.items()]
    return f"The first coefficient of each attribute follows its declared type. {'. '.join(told)}." if told else ""


def _intervals(figures: dict[str, Any]) -> str:
    bootstrap = figures["bootstrap"]
    if not figures["intervals"]:
        text = "No intervals were made."
    else:
        text = (
            "Intervals are 95 % intervals over articles, each with all of its units (over units where all are of one "
            "article): an infinitesimal jackknife of log(1 − coefficient) with Student’s t, its degrees of freedom "
            "after Satterthwaite, widened by Jeffreys’ interval of a share where few disagreements could be seen; "
            "where none was seen, or with fewer than five articles, only the lower bound is a statement, with 95 % "
            "confidence. Intervals over units are given beside them."
        )
    if bootstrap["resamples"]:
        text += (
            f" Percentile intervals by bootstrap over articles ({bootstrap['resamples']} resamples, seed "
            f"{bootstrap['seed']}) are given for comparison."
        )
    return (
        f"{text} Analytic intervals follow Gwet’s variance over units and Student’s t, those of intraclass "
        f"correlations McGraw and Wong. Computed with Annotator {__version__}."
    )


def citations(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """(coefficient, source) of all that the report holds, each once."""
    names = ["u_alpha"] if figures["spans"] else []
    for a in figures["attributes"]:
        names += [n for n in a["coefficients"] if n not in names]
    found = [(readable(n), source(n)) for n in names]
    return found + ([("Intervals", told) for told in INTERVALS] if figures["intervals"] else [])


def _units(n: int) -> str:
    return "1 unit" if n == 1 else f"{n} units"


def _and(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
