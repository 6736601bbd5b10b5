"""The text for a methods section, made sentence by sentence from what was really done, and the works it cites."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from annotator import __version__
from annotator.agreement.references import references
from annotator.agreement.sources import INTERVALS, source
from annotator.services.agreement.facts import Facts, PlanFact
from annotator.services.agreement.naming import counted, labels_of, level_told, readable
from annotator.services.study import Study


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the methods section. of: where in the study, or in the figures, it can be looked up."""

    text: str
    of: str


Paragraph = tuple[Sentence, ...]


def method(study: Study, figures: dict[str, Any], facts: Facts) -> list[Paragraph]:
    """Paragraphs: articles, how they were handed out, coders, codebook, units, passages and links, coefficients,
    intervals."""
    own = figures["own"] is not None
    parts = (
        _articles(facts, figures),
        () if own else _handed_out(facts, figures),
        _coders(facts, figures),
        _codebook(study, figures, facts),
        _units(figures),
        _marking(figures),
        _coefficients(study, figures),
        _intervals(figures),
    )
    return [p for p in parts if p]


def text_of(paragraph: Paragraph) -> str:
    """The paragraph as one text."""
    return " ".join(s.text for s in paragraph)


def _articles(facts: Facts, figures: dict[str, Any]) -> Paragraph:
    n = counted(facts.articles, "article", "articles")
    outlets = f" of {counted(facts.outlets, 'outlet', 'outlets')}" if facts.outlets else ""
    days = ""
    if facts.first_published:
        days = (
            f", published on {facts.first_published}"
            if facts.first_published == facts.last_published
            else f", published between {facts.first_published} and {facts.last_published}"
        )
        if facts.undated:
            days += f" ({counted(facts.undated, 'has', 'have')} no date)"
    found = [
        Sentence(f"The study holds {n}{outlets}{days}.", "table document"),
        Sentence(
            "How they were chosen from all that was published is not recorded in the study file and has to be added "
            "here.",
            "not recorded",
        ),
    ]
    if facts.same_words:
        how = "one of them was coded and stands for the others" if facts.once else "each was handed out and coded"
        text = f"{counted(facts.same_words, 'article has', 'articles have')} the same words as another; {how}"
        if facts.stood_for:
            text += (
                f": {counted(facts.stood_for, 'article was', 'articles were')} not coded, and "
                f"{'enters' if facts.stood_for == 1 else 'enter'} no figure of agreement, since the same reading would "
                "count twice"
            )
        found.append(Sentence(f"{text}.", "table document; study fact same_words"))
    compared = figures["documents"]
    found.append(
        Sentence(
            f"Compared {'is' if compared == 1 else 'are'} the "
            f"{counted(compared, 'article', 'articles')} that at least two coders read"
            f"{_of_round(figures)}{_share(compared, facts.articles)}; the list is in the table of articles.",
            "tables annotation, document_state, assignment",
        )
    )
    if figures["where"]:
        found.append(Sentence(f"Only labels that meet {_and(figures['where'])} were kept.", "option --where"))
    return tuple(found)


def _share(compared: int, every: int) -> str:
    """How much of the material it is, which readers of a reliability figure ask first."""
    return f", {100 * compared / every:.0f} % of the {counted(every, 'article', 'articles')}" if every else ""


def _of_round(figures: dict[str, Any]) -> str:
    if not figures.get("rounds"):
        return ""
    if figures["round"] is None and all(r["pooled"] for r in figures["rounds"]):
        return " in any round"
    return f" in the round “{figures['round'] or 'no round'}”"


def _handed_out(facts: Facts, figures: dict[str, Any]) -> Paragraph:
    if not facts.assigned:
        return (Sentence("No articles were assigned: coders chose by themselves what to code.", "table assignment"),)
    found = [Sentence(_plan(p, first=i == 0), f"table plan, {p.day}") for i, p in enumerate(facts.plans)]
    by_plans = sum(p.readings + p.second_readings for p in facts.plans)
    if facts.assigned > by_plans:
        n = counted(facts.assigned - by_plans, "reading", "readings")
        found.append(Sentence(f"{n} {'was' if n.startswith('1 ') else 'were'} assigned by hand.", "table assignment"))
    coverage = figures["design"]["coverage"]
    if coverage:
        told = _and([f"{c['articles']:,} by {counted(c['coders'], 'coder', 'coders')}" for c in coverage])
        found.append(Sentence(f"So far articles were coded as follows: {told}.", "tables annotation, document_state"))
    missing = sum(len(c["missing"]) for c in figures["design"]["coders"])
    if missing:
        n = counted(missing, "assigned reading has", "assigned readings have")
        found.append(Sentence(f"{n} not been done.", "tables assignment, document_state"))
    return tuple(found)


def _plan(p: PlanFact, first: bool) -> str:
    when = f"On {p.day}, {'' if first else 'further '}articles were handed out for the round “{p.round}”"
    drawn = f"{counted(p.articles, 'article', 'articles')} to {_and(list(p.coders))}"
    if p.pilot:
        how = "each to every coder, as a pilot"
    elif p.overlap == 1:
        how = "each to one coder"
    elif p.share >= 100:
        how = f"each to {p.overlap} coders"
    else:
        how = f"{p.share:g} % of them to {p.overlap} coders each, the others to one"
    strata = f", shared out evenly by {_and(list(p.strata))} of publication" if p.strata else ", without strata"
    again = (
        f"; {p.repeats:g} % of each coder’s articles were given a second time without being marked as such "
        f"({counted(p.second_readings, 'second reading', 'second readings')})"
        if p.repeats
        else "; none was given a second time"
    )
    return f"{when}: {drawn}, {how}, drawn at random with the seed {p.seed}{strata}{again}."


def _coders(facts: Facts, figures: dict[str, Any]) -> Paragraph:
    if figures["own"] is not None:
        return (
            Sentence(
                f"{figures['own']} was compared with each of the others in turn, who are not named here, article by "
                "article, and all comparisons were pooled: a unit counts once for each of the others, and intervals "
                f"over units take each label of {figures['own']} with all of its comparisons.",
                "option --own",
            ),
        )
    told = [f"{c.name} ({counted(c.articles, 'article', 'articles')}, {counted(c.labels, 'label', 'labels')})"
            for c in facts.coders]  # fmt: skip
    days = sorted(d for c in facts.coders for d in (c.first, c.last) if d)
    when = "" if not days else f" on {days[0]}" if days[0] == days[-1] else f" between {days[0]} and {days[-1]}"
    found = [
        Sentence(
            f"{counted(len(told), 'coder', 'coders')} coded these articles{when}: {_and(told)}.",
            "tables coder, annotation",
        ),
        Sentence(
            "How they were trained, and whether they coded without talking to each other, is not recorded in the study "
            "file and has to be added here.",
            "not recorded",
        ),
        Sentence("All labels are compared as coders made them, before anything was settled.", "table annotation"),
    ]
    if figures["repeats"]:
        told = [f"{r['coder']} {counted(r['documents'], 'article', 'articles')}" for r in figures["repeats"]]
        found.append(
            Sentence(
                f"Second readings are compared with the first of the same coder and enter no other figure: {_and(told)}"
                ".",
                "table hidden_repeat",
            )
        )
    return tuple(found)


def _codebook(study: Study, figures: dict[str, Any], facts: Facts) -> Paragraph:
    title = f"The codebook is “{study.codebook.title}” ({study.codebook.key})"
    if len(facts.versions) < 2:
        return (Sentence(f"{title}; it was not changed while the study went on.", "table codebook"),)
    told = [f"version {v.version} ({counted(v.labels, 'label', 'labels')})" for v in facts.versions if v.labels]
    found = [
        Sentence(
            f"{title}, in its {len(facts.versions)} versions so far; the labels compared here were made under "
            f"{_and(told) or 'none of them'}.",
            "tables codebook, annotation",
        )
    ]
    for v in facts.versions[1:]:
        shown = list(v.changes[:6])
        if len(v.changes) > 6:
            shown.append(f"and {counted(len(v.changes) - 6, 'further change', 'further changes')}")
        found.append(
            Sentence(
                f"Version {v.version} of {v.day} changed: {'; '.join(shown) or 'nothing that touches a label'}.",
                f"tables codebook, codebook_change, version {v.version}",
            )
        )
    names = labels_of(study.codebook)
    for key, words in (("carried", "carried over by such a change"), ("review", "left for review by such a change")):
        some = [f"{': '.join(names[a['layer'], a['attribute']])} ({a[key]})" for a in figures["attributes"] if a[key]]
        if some:
            found.append(
                Sentence(f"Among the values compared are those of labels {words}: {_and(some)}.", "table review")
            )
    return tuple(found)


def _units(figures: dict[str, Any]) -> Paragraph:
    found = [
        Sentence(
            "Labels of passages were brought together in units, in which each coder has one label at most and every "
            f"two labels have an intersection over union above {figures['overlap']:g}, so that the sum of "
            "intersections over unions within units is the greatest; ties fall by what the labels say.",
            "option --overlap",
        ),
    ]
    if len(figures["coders"]) > 2:
        found.append(Sentence("All coders are aligned at once, not in pairs.", "option --overlap"))
    found.append(Sentence("Values were compared on the labels of a unit.", "option --overlap"))
    if figures["links"] or any("left_out" in a for a in figures["attributes"]):
        found.append(Sentence(_links(figures), "option --links"))
    found.append(
        Sentence(
            "A value that a coder did not give is missing, and neither agreement nor disagreement: units with one "
            "value stay in the marginals of Gwet’s, Fleiss’ and Conger’s coefficients and are left out of the others.",
            "rule of the program",
        )
    )
    if any("icc_a1" in a["coefficients"] for a in figures["attributes"]):
        found.append(Sentence("ICC(A,1) and ICC(C,1) take units that every coder rated.", "rule of the program"))
    if any("units_on_scale" in a and "krippendorff_alpha_applies" in a["coefficients"] for a in figures["attributes"]):
        found.append(
            Sentence(
                "Off-scale answers are categories of their own in coefficients without an order and are left out of "
                "those with one.",
                "rule of the program",
            )
        )
    if any("asked" in a for a in figures["attributes"]):
        found.append(
            Sentence(
                "An attribute that is asked under a condition is compared where all coders of a unit were asked.",
                "table codebook",
            )
        )
    found.append(Sentence(_unmatched(figures), "option --unmatched"))
    return tuple(found)


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
            "A unit that only one coder labelled is left out of the figures on values; only the "
            "figures on passages say whether coders labelled the same units."
        )
    return (
        "Unmatched units count as disagreements: a coder who read the article and has no label of a unit that another "
        "has, and gave a value for, was given a category of its own, “no matching label”, which differs from every "
        "value as much as two values can; two coders without a label of the unit agree. For values with an order, "
        "alpha takes the differences of the declared level divided by the greatest of them, and 1 from any value to "
        "that category; weighted coefficients and intraclass correlations leave it out."
    )


def _marking(figures: dict[str, Any]) -> Paragraph:
    """How agreement on what was marked and linked is told."""
    found = []
    if figures["spans"]:
        found.append(
            Sentence(
                "Agreement on passages is reported for every two coders as precision, recall and F1 of "
                "labels in the same unit, with the first coder as the key; F1 is also given for labels "
                "with the same boundaries, and with the same boundaries except for quotation marks, "
                "spaces and full stops at the edges.",
                "figures, spans",
            )
        )
        told = (
            "u-alpha (Krippendorff, Mathet, Bouvry and Widlöcher 2016), which compares lengths of marked and unmarked "
            "text without any matching"
        )
        if any(s["by_value"] for s in figures["spans"]):
            told += (
                "; of values of passages u-alpha is given for each value alone, and cu-alpha and ku-alpha "
                "(Krippendorff, Content Analysis, 2019, 12.6) for the text that both coders marked"
            )
        found.append(Sentence(f"Beside it stands Krippendorff’s {told}.", "figures, spans"))
        if any("overlaps" in s for s in figures["spans"]):
            found.append(
                Sentence(
                    "Where labels of one coder overlap, u-alpha is of what the coder marked at all, and is given for "
                    "tracks in which nothing overlaps.",
                    "figures, spans, overlaps",
                )
            )
    if figures["links"]:
        found.append(
            Sentence(
                "Agreement on links is reported for every two coders as precision, recall and F1 of "
                "links on matched owners that name the same, alone and together with the values of the "
                "link.",
                "figures, links",
            )
        )
    return tuple(found)


def _coefficients(study: Study, figures: dict[str, Any]) -> Paragraph:
    names = labels_of(study.codebook)
    by_main: dict[str, list[str]] = {}
    for a in figures["attributes"]:
        level = f", {level_told(a)}" if a["main"] == "krippendorff_alpha" else ""
        n = counted(a["coefficients"][a["main"]]["n"], "unit", "units")
        by_main.setdefault(readable(a["main"]) + level, []).append(
            f"{': '.join(names[a['layer'], a['attribute']])} ({n})"
        )
    if not by_main:
        return ()
    told = [f"{coefficient} for {_and(attributes)}" for coefficient, attributes in by_main.items()]
    found = [
        Sentence(
            f"The first coefficient of each attribute follows its declared type: {'; '.join(told)}.", "table codebook"
        )
    ]
    if any(a["by_category"] for a in figures["attributes"]):
        found.append(
            Sentence(
                "Of a single code are given the share of the same code among the values beside it in the same units "
                "(specific agreement; Fleiss, Levin and Paik 2003, 18.1) and alpha of that code against all others "
                "together (Krippendorff, Content Analysis, 2019, ch. 12).",
                "figures, by_category",
            )
        )
    return tuple(found)


def _intervals(figures: dict[str, Any]) -> Paragraph:
    bootstrap = figures["bootstrap"]
    found = []
    if not figures["intervals"]:
        found.append(Sentence("No intervals were made.", "option --bootstrap"))
    else:
        found.append(
            Sentence(
                "Intervals are 95 % intervals over articles, each with all of its units (over units where all are of "
                "one article): an infinitesimal jackknife of log(1 − coefficient) with Student’s t, its degrees of "
                "freedom after Satterthwaite, widened by Jeffreys’ interval of a share where few disagreements could "
                "be seen; where none was seen, or with fewer than five articles, only the lower bound is a statement, "
                "with 95 % confidence.",
                "figures, interval",
            )
        )
        found.append(Sentence("Intervals over units are given beside them.", "figures, intervals"))
    if bootstrap["resamples"]:
        found.append(
            Sentence(
                f"Percentile intervals by bootstrap over articles ({bootstrap['resamples']} resamples, seed "
                f"{bootstrap['seed']}; Field and Welsh 2007) are given for comparison.",
                "options --bootstrap, --seed",
            )
        )
    names = {n for a in figures["attributes"] for n, x in a["intervals"].items() if x["analytic"]}
    if names - {n for n in names if n.startswith("icc")}:
        found.append(
            Sentence("Analytic intervals follow Gwet’s variance over units and Student’s t.", "figures, intervals")
        )
    if any(n.startswith("icc") for n in names):
        found.append(Sentence("Intervals of intraclass correlations are McGraw and Wong’s.", "figures, intervals"))
    found.append(Sentence(f"All was computed with Annotator {__version__}.", "the program"))
    return tuple(found)


def citations(figures: dict[str, Any]) -> list[tuple[str, str]]:
    """(coefficients, source) of all that the report holds: each source once, with all that follow it."""
    names: list[str] = ["u_alpha"] if figures["spans"] else []
    for a in figures["attributes"]:
        names += [n for n in a["coefficients"] if n not in names]
    by_source: dict[str, list[str]] = {}
    for name in names:
        by_source.setdefault(source(name), []).append(readable(name))
    found = [("; ".join(dict.fromkeys(told)), where) for where, told in by_source.items()]
    return found + ([("Intervals", "; ".join(INTERVALS))] if figures["intervals"] else [])


def works(figures: dict[str, Any], paragraphs: Iterable[Paragraph], more: Iterable[str] = ()) -> list[str]:
    """Every work that the report rests on, in full and once."""
    cited = [where for _, where in citations(figures)]
    return references([*cited, *(text_of(p) for p in paragraphs), *more])


def _and(parts: Sequence[str]) -> str:
    return "" if not parts else parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
