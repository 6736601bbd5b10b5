"""The figures of an agreement report, in the public JSON form."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict
from itertools import combinations
from typing import Any

from annotator.agreement.coefficients import coefficients
from annotator.agreement.estimate import steady
from annotator.agreement.sources import source
from annotator.agreement.span_matching import Span
from annotator.agreement.span_pairs import PairCounts, in_common, pair_figures, trimmed
from annotator.domain.codebook.model import SpanLayer
from annotator.domain.errors import Cancelled
from annotator.domain.words import say
from annotator.services.agreement.account import account_of
from annotator.services.agreement.asked import asked_in_words, asked_part
from annotator.services.agreement.breakdowns import breakdowns, main_of
from annotator.services.agreement.comparing import (
    SINGLE,
    UNMATCHED,
    Comparison,
    applies_table,
    beside_unmatched,
    canonical,
    comparisons,
    on_scale,
    table_of,
)
from annotator.services.agreement.continuum import unitizing
from annotator.services.agreement.design import design, reading_words, readings, same_words_words
from annotator.services.agreement.differences import differences
from annotator.services.agreement.hardest import hardest
from annotator.services.agreement.link_figures import link_layers, link_part
from annotator.services.agreement.measuring import Measuring, words
from annotator.services.agreement.request import ALL_ROUNDS, Corpus, Question, corpus, repeated
from annotator.services.agreement.rounds import NO_ROUND, round_parts
from annotator.services.agreement.units import IN_ORDER, SAME, Laid, alignment, laid_out
from annotator.services.study import Study
from annotator.store.records import collector_at_rest

FEW_UNITS = 50
"""Below this number of units a note says that intervals are wide and hardly to be trusted."""

Progress = Callable[[int, int], bool]
"""(done, all) -> whether to go on."""

Part = dict[str, Any]


def study_agreement(study: Study, question: Question, progress: Progress | None = None) -> Part:
    """What `annotator agreement STUDY --json` prints; raises BadInput, and Cancelled where `progress` says stop."""
    return figures(study, question, corpus(study, question), progress)


def figures(
    study: Study,
    question: Question,
    compared: Corpus,
    progress: Progress | None = None,
    found: list[Comparison] | None = None,
    told: Callable[[str, int, Part], None] | None = None,
) -> Part:
    """The figures of a corpus that was read already. told: called with `spans` or `attributes`, the place in that list,
    and the element, as soon as it is there."""
    layers = span_layers(study, question)
    found = comparisons(study, compared, question) if found is None else found
    total = len(layers) + len(found) + 1
    done = 0

    def step() -> None:
        nonlocal done
        if progress and not progress(done, total):
            raise Cancelled("the report was stopped")
        done += 1

    spans: list[Part] = []
    parts: list[Part] = []
    links = [part for x in link_layers(compared, question) if (part := link_part(compared, x, question))]
    for layer in layers:
        step()
        part = span_part(compared, layer, question)
        if part is not None:
            spans.append(part)
            if told:
                told("spans", len(spans) - 1, part)
    for comparison in found:
        step()
        parts.append(attribute_part(comparison, compared, question))
        if told:
            told("attributes", len(parts) - 1, parts[-1])
    step()
    result = opening(compared, question) | {
        "spans": spans,
        "attributes": parts,
        "links": links,
        "rounds": round_parts(study, compared, question),
        "read": readings(study, compared, question),
        "hardest": hardest(parts),
        "design": design(study, compared, question),
        "repeats": repeats(study, compared, question),
        "notes": [
            *notes(parts, compared, question),
            *reading_words(study, compared, question),
            *same_words_words(study),
        ],
        "account": account_of(study, compared, question).as_json(),
    }
    if progress:
        progress(total, total)
    return result


def first_look(study: Study, question: Question) -> tuple[Corpus, list[Comparison], Part]:
    """What was compared, and the figures that are quick to be had: no intervals, none of parts of a comparison."""
    with collector_at_rest():
        compared = corpus(study, question)
        found = comparisons(study, compared, question)
        spans = [part for x in span_layers(study, question) if (part := span_part(compared, x, question, quick=True))]
        parts = [attribute_part(c, compared, question, quick=True) for c in found]
        links = [part for x in link_layers(compared, question) if (part := link_part(compared, x, question))]
    told = {"spans": spans, "links": links, "attributes": parts, "notes": notes(parts, compared, question)}
    return compared, found, opening(compared, question) | told


def opening(compared: Corpus, question: Question) -> Part:
    """Who and what was compared, and how."""
    return {
        "coders": [c.name for c in compared.coders],
        "documents": len({compared.article(d.id) for d in compared.documents}),
        "overlap": question.overlap,
        "unmatched": question.unmatched,
        "links_rule": question.links,
        "round": compared.round or None,
        "own": None if question.own is None else compared.coders[0].name,
        "where": list(question.where),
        "intervals": question.intervals,
        "bootstrap": {"resamples": question.bootstrap, "seed": question.seed},
    }


def span_layers(study: Study, question: Question) -> list[SpanLayer]:
    """The layers of passages that were asked for."""
    if question.attribute is not None:
        return []
    return [x for x in study.codebook.layers if isinstance(x, SpanLayer) and question.layer in (None, x.key)]


def span_part(compared: Corpus, layer: SpanLayer, question: Question, quick: bool = False) -> Part | None:
    """One element of `spans`; None where nobody marked anything. quick: without u-alpha, and matched spans only."""
    laid = laid_out(compared, layer.key)
    joint = alignment(compared, layer.key, question.overlap)
    edges = {} if quick else {c: _edges(compared, mine) for c, mine in laid.items()}
    pairs = []
    for first, second in combinations(compared.coders, 2):
        both = [compared.labels[d.id].keys() >= {first.id, second.id} for d in compared.documents]
        if not any(both):
            continue
        key, response = laid[first.id].line.within(both), laid[second.id].line.within(both)
        same = edged = 0
        if not quick:
            forms = ({c.id: laid[c.id].line.spans for c in (first, second)}, edges)
            same, edged = (
                in_common([form[first.id][i] for i in key], [form[second.id][i] for i in response]) for form in forms
            )
        matched = sum(first.id in u.made and second.id in u.made for u in joint.units)
        counts = PairCounts(len(key), len(response), same, edged, matched)
        pairs.append({"coders": [first.name, second.name], **pair_figures([counts])})
    part: Part = {"layer": layer.key, "pairs": pairs}
    if not any(sum(p["counts"]) for p in pairs):
        return None
    if quick:
        for p in pairs:
            del p["exact"], p["trimmed"]
        return part
    return part | {
        "alignment": {"sum": steady(joint.weight), "bound": steady(joint.bound), "approximate": joint.approximate},
        **unitizing(compared, layer, question),
    }


def _edges(compared: Corpus, laid: Laid) -> list[Span]:
    """The spans as laid out, without quotation marks and the like at their outer edges."""
    texts = [compared.text(d.id) for d in compared.documents]
    edges = list(laid.line.spans)
    for i, (a, place, span) in enumerate(zip(laid.labels, laid.places, laid.line.spans, strict=True)):
        found = trimmed(a.fragments, texts[place])
        if found != a.fragments:
            by = span[0][0] - a.fragments[0][0]
            edges[i] = tuple((s + by, e + by) for s, e in found)
    return edges


def attribute_part(comparison: Comparison, compared: Corpus, question: Question, quick: bool = False) -> Part:
    """One element of `attributes`: the coefficients, each with the units that it rests on and its interval. quick:
    without intervals and breakdowns."""
    given = dict(zip(comparison.coder_ids, comparison.grid.present(), strict=True))
    present = [c for c in compared.coders if given[c.id]]
    # in an order that names and ids have no part in, so that sums over coders come out the same to the last place
    coders = canonical([c.id for c in present], comparison)
    table = table_of(comparison, coders)
    measuring = Measuring(comparison, compared, question, quick)
    everything = measuring.of(table, "nominal", comparison.distances())
    result: Part = {
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
        ordered = measuring.of(ordered_table, comparison.level, {})
        # alpha of the declared level has the plain name
        everything["krippendorff_alpha_nominal"] = everything.pop("krippendorff_alpha")
        kept = {k: v for k, v in ordered.items() if "weighted" in k or k.startswith(("gwet_ac2", "icc_"))}
        everything = {"krippendorff_alpha": ordered["krippendorff_alpha"], **everything, **kept}
        result["units_on_scale"] = ordered_table.pairable
        if (applies := applies_table(comparison, coders)) is not None:
            on_or_off = measuring.of(applies, "nominal", {}, ("krippendorff_alpha", "percent_agreement"))
            everything |= {f"{name}_applies": m for name, m in on_or_off.items()}
        if UNMATCHED in comparison.categories:
            name = "krippendorff_alpha_unmatched"
            beside = on_scale(comparison, coders, unmatched=True)
            with_them = measuring.of(beside, "nominal", beside_unmatched(comparison, beside), (name,))
            everything = {name: with_them[name], **everything}
    asked = None if quick else asked_part(comparison, compared, coders)
    if asked is not None:
        result["asked"], with_condition = asked
        counted = measuring.of(with_condition, "nominal", {}, ("krippendorff_alpha", "percent_agreement"))
        everything |= {f"{name}_condition": m for name, m in counted.items()}
    result["carried"], result["review"] = (
        sum(a.id in marked for u in comparison.units for a in u.made.values()) if marked else 0
        for marked in (compared.carried, compared.review)
    )
    if comparison.paired:
        names = {c.id: c.name for c in compared.coders}
        result["paired"] = comparison.paired
        result["left_out"] = {names[c]: n for c, n in comparison.left_out.items() if c in coders}
    result["main"] = comparison.main
    result["coefficients"] = {name: asdict(m.estimate) for name, m in everything.items()}
    result["interval"] = measuring.over_as_json
    result["most_given"] = table.most_given
    if quick:
        return result
    result["intervals"] = {
        name: found for name, m in everything.items() if (found := measuring.intervals(name, m)) is not None
    }
    result["sources"] = {name: source(name) for name in everything}
    result["pairs"] = [
        {"coders": [a.name, b.name], **_pair(comparison, [a.id, b.id], compared, question)}
        for a, b in combinations(present, 2)
    ]
    result["systematic"] = [d.as_json() for d in differences(comparison, present)]
    return result | breakdowns(comparison, present, compared)


def _pair(comparison: Comparison, ids: list[str], compared: Corpus, question: Question) -> Part:
    table = table_of(comparison, ids)
    names = ("percent_agreement", "cohen_kappa", "krippendorff_alpha")
    estimates = coefficients(table, "nominal", names=names)
    main = main_of(comparison, ids, compared if question.intervals else None)
    return {
        "units": table.pairable,
        **{n: estimates[n].value for n in names},
        "main": main.value,
        "n": main.n,
        "low": main.low,
        "high": main.high,
        "undefined": main.undefined,
    }


def repeats(study: Study, compared: Corpus, question: Question) -> list[Part]:
    """Each coder's second reading against the first, where articles were given twice: intra-coder agreement."""
    result = []
    for coder, twice in repeated(study, compared, question):
        ids = [c.id for c in twice.coders]
        spans = [part for x in span_layers(study, question) if (part := span_part(twice, x, question, quick=True))]
        attributes = []
        for c in comparisons(study, twice, question):
            main = main_of(c, ids, twice if question.intervals else None)
            table = table_of(c, ids)
            percent = coefficients(table, "nominal", names=("percent_agreement",))["percent_agreement"].value
            attributes.append(
                {
                    "layer": c.layer,
                    "attribute": c.attribute,
                    "units": table.pairable,
                    "percent_agreement": percent,
                    "coefficient": c.main,
                    "main": main.value,
                    "n": main.n,
                    "low": main.low,
                    "high": main.high,
                    "undefined": main.undefined,
                }
            )
        result.append(
            {
                "coder": coder.name,
                "documents": len(twice.documents),
                "spans": [
                    {"layer": p["layer"], **{k: p["pairs"][0][k] for k in ("counts", "matched")},
                     "f1": p["pairs"][0]["overlap"]["f1"]}
                    for p in spans
                ],
                "attributes": attributes,
            }
        )  # fmt: skip
    return result


def notes(parts: list[Part], compared: Corpus, question: Question) -> list[str]:
    """What a reader must know of these figures; none says whether they are good."""
    return [
        *_notes_on_values(parts),
        *_notes_on_matching(parts, compared),
        *_notes_on_rounds(compared, question),
        *_notes_on_changes(parts),
        *(words(parts) if question.intervals else ()),
        *_notes_on_question(compared, question),
    ]


def _name(p: Part) -> str:
    return f"{p['layer']}.{p['attribute']}"


def _notes_on_values(parts: list[Part]) -> Iterator[str]:
    """Few units, off-scale answers, sets and trees."""
    rests = {id(p): p["coefficients"][p["main"]]["n"] for p in parts}
    if few := [f"{_name(p)} ({rests[id(p)]})" for p in parts if rests[id(p)] < FEW_UNITS]:
        yield say(
            "fewer than {n} units: {names}; such figures may change much with a few more",
            n=FEW_UNITS,
            names=", ".join(few),
        )
    if off := [_name(p) for p in parts if "krippendorff_alpha_applies" in p["coefficients"]]:
        yield say(
            "off-scale answers are categories of their own in coefficients without an order, and "
            "are left out of those with one: {names}",
            names=", ".join(off),
        )
    if any(p["main"].endswith("_masi") for p in parts):
        yield say("values that are sets differ by the MASI distance; an off-scale answer is a set of its own")
    if any(p["main"].endswith("_tree") for p in parts):
        yield say("values of a tree differ less the deeper their common heading; an off-scale answer has none")


def _notes_on_matching(parts: list[Part], compared: Corpus) -> Iterator[str]:
    """Which labels and links were taken for one unit, and where both had to be asked."""
    if len(compared.coders) > 2:
        yield say(
            "with more than two coders, all are aligned at once: whatever stands in one unit matches everything "
            "else in it, and the sum of intersections over unions within units is the greatest"
        )
    for p in parts:
        if p.get("paired") == SAME and any(p["left_out"].values()):
            yield say(
                "{name}: compared on links that name the same; {n} links on shared labels have no counterpart and "
                "are left out",
                name=_name(p),
                n=sum(p["left_out"].values()),
            )
        if p.get("paired") in (IN_ORDER, SINGLE):
            yield say("{name}: links that name different things are compared too, as was asked for", name=_name(p))
    if conditional := [asked_in_words(p) for p in parts if "asked" in p]:
        yield say(
            "asked under a condition, and so compared only where both were asked (units where all were asked, "
            "where only some were, where somebody did not answer): {names}; “with the condition” counts a "
            "difference on whether it was to be asked",
            names=", ".join(conditional),
        )


def _notes_on_rounds(compared: Corpus, question: Question) -> Iterator[str]:
    if len(compared.rounds) <= 1:
        return
    if question.round == ALL_ROUNDS:
        yield say(
            "all rounds are taken together, as was asked for: {names}",
            names=", ".join(r or NO_ROUND for r in compared.rounds),
        )
    else:
        yield say(
            "only articles of the round {name}; {n} articles of other rounds ({names}) have figures of their own",
            name=compared.round or NO_ROUND,
            n=sum(len(d) for r, d in compared.rounds.items() if r != compared.round),
            names=", ".join(r or NO_ROUND for r in compared.rounds if r != compared.round),
        )


def _notes_on_changes(parts: list[Part]) -> Iterator[str]:
    """What changes of the codebook did to the labels."""
    if carried := [f"{_name(p)} ({p['carried']})" for p in parts if p["carried"]]:
        yield say(
            "some of these labels were carried over by a change of the codebook: {names}", names=", ".join(carried)
        )
    if review := [f"{_name(p)} ({p['review']})" for p in parts if p["review"]]:
        yield say(
            "some of these labels were left for review by a change of the codebook: {names}",
            names=", ".join(review),
        )


def _notes_on_question(compared: Corpus, question: Question) -> Iterator[str]:
    """What was asked for otherwise than usual."""
    if not question.intervals:
        yield say("no intervals were asked for")
    if question.unmatched == "disagreement":
        yield say(
            "a coder who read an article and has no label of a unit disagrees with everyone who "
            "has one; two coders without a label of it agree"
        )
    if question.own is not None and compared.origin:
        yield say(
            "each of the others is compared in turn and all are pooled: a unit counts once for each of the others"
        )
    if question.where:
        yield say("only labels that meet {names}", names=" and ".join(question.where))
