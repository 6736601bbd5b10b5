"""Where each coefficient was published, as a methods section cites it."""

from __future__ import annotations

_GWET = "Gwet, Handbook of Inter-Rater Reliability, 4th ed. 2014"
_KRIPPENDORFF = "Krippendorff, Content Analysis, 4th ed. 2019, ch. 12"
_WEIGHTED = f"weighted after {_GWET}"
_ICC = "McGraw and Wong (1996), Psychological Methods 1, 30-46"

INTERVALS = (
    "Jaeckel (1972), The infinitesimal jackknife, Bell Laboratories; Efron (1982), The Jackknife, the Bootstrap and "
    "Other Resampling Plans, ch. 6",
    "Satterthwaite (1946), Biometrics Bulletin 2, 110-114",
    "Brown, Cai and DasGupta (2001), Statistical Science 16, 101-133",
    "Korn and Graubard (1998), Survey Methodology 24, 193-201",
    "Clopper and Pearson (1934), Biometrika 26, 404-413",
)
"""Of the program's own intervals."""

_SOURCES = {
    "percent_agreement": f"{_GWET}, eq. 2.6",
    "percent_agreement_pooled_pairs": "the share of agreeing pairs among all pairs of all units",
    "krippendorff_alpha": _KRIPPENDORFF,
    "krippendorff_alpha_nominal": _KRIPPENDORFF,
    "krippendorff_alpha_masi": f"{_KRIPPENDORFF}, with the MASI distance of Passonneau (2006), LREC, 831-836",
    "krippendorff_alpha_jaccard": f"{_KRIPPENDORFF}, with the distance of Jaccard (1912), New Phytologist 11, 37-50",
    "krippendorff_alpha_tree": f"{_KRIPPENDORFF}, with the distance of Wu and Palmer (1994), ACL, 133-138",
    "cohen_kappa": "Cohen (1960), Educational and Psychological Measurement 20, 37-46",
    "cohen_kappa_weighted": "Cohen (1968), Psychological Bulletin 70, 213-220",
    "scott_pi": "Scott (1955), Public Opinion Quarterly 19, 321-325",
    "fleiss_kappa": f"Fleiss (1971), Psychological Bulletin 76, 378-382; missing values after {_GWET}",
    "conger_kappa": f"Conger (1980), Psychological Bulletin 88, 322-328; missing values after {_GWET}",
    "light_kappa": "Light (1971), Psychological Bulletin 76, 365-377",
    "brennan_prediger": "Brennan and Prediger (1981), Educational and Psychological Measurement 41, 687-699",
    "gwet_ac1": "Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48",
    "gwet_ac2": f"{_GWET}, ch. 5",
    "krippendorff_alpha_unmatched": f"{_KRIPPENDORFF}; distances of the declared level, 1 at most, and 1 to unmatched",
    "icc_1": f"{_ICC}; unequal numbers of values after Donner (1986), International Statistical Review 54, 67-82",
    "icc_a1": _ICC,
    "icc_c1": _ICC,
    "u_alpha": "Krippendorff, Mathet, Bouvry and Widlöcher (2016), Quality & Quantity 50, 2347-2364",
}


def source(name: str) -> str:
    """The citation behind a coefficient's public name."""
    name = name.removesuffix("_applies").removesuffix("_condition")
    if name in _SOURCES:
        return _SOURCES[name]
    stem, weighted, _ = name.partition("_weighted_")
    if weighted and f"{stem}_weighted" in _SOURCES:
        return _SOURCES[f"{stem}_weighted"]
    if weighted:
        return f"{_SOURCES[stem]}; {_WEIGHTED}"
    return _SOURCES[name.rpartition("_")[0]]
