"""How coefficients, attributes and figures read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from annotator.domain.codebook.model import Codebook
from annotator.domain.words import say

NAMES = {
    "percent_agreement": say("Percent agreement"),
    "percent_agreement_pooled_pairs": say("Percent agreement, pairs pooled"),
    "krippendorff_alpha": say("Krippendorff’s alpha"),
    "krippendorff_alpha_nominal": say("Krippendorff’s alpha, nominal"),
    "krippendorff_alpha_masi": say("Krippendorff’s alpha, MASI distance of sets"),
    "krippendorff_alpha_jaccard": say("Krippendorff’s alpha, Jaccard distance of sets"),
    "krippendorff_alpha_tree": say("Krippendorff’s alpha, distance in the tree"),
    "krippendorff_alpha_unmatched": say("Krippendorff’s alpha, unmatched units as disagreement"),
    "krippendorff_alpha_applies": say("Krippendorff’s alpha, on the scale or off it"),
    "percent_agreement_applies": say("Percent agreement, on the scale or off it"),
    "krippendorff_alpha_condition": say("Krippendorff’s alpha, with the condition"),
    "percent_agreement_condition": say("Percent agreement, with the condition"),
    "icc_1": say("ICC(1), one-way"),
    "icc_a1": say("ICC(A,1), absolute agreement"),
    "icc_c1": say("ICC(C,1), consistency"),
    "u_alpha": say("Krippendorff’s u-alpha"),
    "cu_alpha": say("Krippendorff’s cu-alpha"),
    "ku_alpha": say("Krippendorff’s ku-alpha"),
    "cohen_kappa": say("Cohen’s kappa"),
    "scott_pi": say("Scott’s pi"),
    "fleiss_kappa": say("Fleiss’ kappa"),
    "conger_kappa": say("Conger’s kappa"),
    "light_kappa": say("Light’s kappa"),
    "brennan_prediger": say("Brennan–Prediger"),
    "gwet_ac1": say("Gwet’s AC1"),
    "gwet_ac2_linear": say("Gwet’s AC2, linear"),
    "gwet_ac2_quadratic": say("Gwet’s AC2, quadratic"),
    "gwet_ac2_ordinal": say("Gwet’s AC2, ordinal"),
    "cohen_kappa_weighted_linear": say("Cohen’s kappa, linear weights"),
    "cohen_kappa_weighted_quadratic": say("Cohen’s kappa, quadratic weights"),
}

_WEIGHTS = {
    "linear": "linear",
    "quadratic": "quadratic",
    "ordinal": "Gwet’s ordinal",
    "linear_value": "linear (by value)",
    "quadratic_value": "quadratic (by value)",
}


def readable(name: str) -> str:
    """A coefficient's public name as a person says it."""
    if name in NAMES:
        return NAMES[name]
    stem, weighted, how = name.partition("_weighted_")
    if weighted and stem in NAMES:
        return f"{NAMES[stem]}, {_WEIGHTS[how]} weights"
    return name.replace("_", " ").capitalize()


def labels_of(codebook: Codebook) -> dict[tuple[str, str], tuple[str, str]]:
    """(layer key, attribute or role key) -> how both read."""
    labels = {(x.key, a.key): (x.label, a.label) for x in codebook.layers for a in x.attributes}
    for layer in codebook.link_layers:
        for role in layer.roles:
            labels[layer.key, role.key] = (layer.label, role.label or role.key)
    return labels


def article_name(number: int, title: str | None, source: str | None = None) -> str:
    """How an article is told: number and headline, else where it came from, else that it has none."""
    return f"{number}. {title or source or '(no headline)'}"


def level_told(part: Mapping[str, Any]) -> str:
    """The level as the first coefficient was computed: of sets and trees its distance."""
    main = str(part["main"])
    return "tree" if main.endswith("_tree") else "sets" if main.endswith("_masi") else str(part["level"])


def counted(n: int, one: str, many: str) -> str:
    """`1 unit`, `2 units`, `1,200 units`."""
    return f"{n:,} {one if n == 1 else many}"


def period_told(part: Mapping[str, Any]) -> str:
    """A stretch of time as it reads: a month, or units by the order of coding."""
    if part["by"] == "month":
        return str(part["period"])
    first, _, last = str(part["period"]).partition("–")
    return f"unit {first} in order of coding" if first == last else f"units {first}–{last} in order of coding"


def figure(value: float | None) -> str:
    """Three places, a dash for nothing."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")
