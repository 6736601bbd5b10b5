"""The works that figures are based on, each once and in full, for a paper's list of references."""

from __future__ import annotations

from collections.abc import Iterable

_ENTRIES = (
    ("Agresti and Min", "Agresti, A., & Min, Y. (2005). Simple improved confidence intervals for comparing matched "
     "proportions. Statistics in Medicine, 24(5), 729–740."),
    ("Bhapkar", "Bhapkar, V. P. (1966). A note on the equivalence of two test criteria for hypotheses in categorical "
     "data. Journal of the American Statistical Association, 61(313), 228–235."),
    ("Brennan and Prediger", "Brennan, R. L., & Prediger, D. J. (1981). Coefficient kappa: Some uses, misuses, and "
     "alternatives. Educational and Psychological Measurement, 41(3), 687–699."),
    ("Brown, Cai", "Brown, L. D., Cai, T. T., & DasGupta, A. (2001). Interval estimation for a binomial proportion. "
     "Statistical Science, 16(2), 101–133."),
    ("Clopper and Pearson", "Clopper, C. J., & Pearson, E. S. (1934). The use of confidence or fiducial limits "
     "illustrated in the case of the binomial. Biometrika, 26(4), 404–413."),
    ("Cohen (1960)", "Cohen, J. (1960). A coefficient of agreement for nominal scales. Educational and Psychological "
     "Measurement, 20(1), 37–46."),
    ("Cohen (1968)", "Cohen, J. (1968). Weighted kappa: Nominal scale agreement with provision for scaled disagreement "
     "or partial credit. Psychological Bulletin, 70(4), 213–220."),
    ("Conger (1980)", "Conger, A. J. (1980). Integration and generalization of kappas for multiple raters. "
     "Psychological Bulletin, 88(2), 322–328."),
    ("Dawid and Skene", "Dawid, A. P., & Skene, A. M. (1979). Maximum likelihood estimation of observer error-rates "
     "using the EM algorithm. Journal of the Royal Statistical Society, Series C, 28(1), 20–28."),
    ("Donner (1986)", "Donner, A. (1986). A review of inference procedures for the intraclass correlation coefficient "
     "in the one-way random effects model. International Statistical Review, 54(1), 67–82."),
    ("Efron (1982)", "Efron, B. (1982). The Jackknife, the Bootstrap and Other Resampling Plans. Society for "
     "Industrial and Applied Mathematics."),
    ("Field and Welsh", "Field, C. A., & Welsh, A. H. (2007). Bootstrapping clustered data. Journal of the Royal "
     "Statistical Society, Series B, 69(3), 369–390."),
    ("Fleiss (1971)", "Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological "
     "Bulletin, 76(5), 378–382."),
    ("Fleiss, Levin", "Fleiss, J. L., Levin, B., & Paik, M. C. (2003). Statistical Methods for Rates and Proportions "
     "(3rd ed.). Wiley."),
    ("Gwet (2008)", "Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high "
     "agreement. British Journal of Mathematical and Statistical Psychology, 61(1), 29–48."),
    ("Gwet, Handbook", "Gwet, K. L. (2014). Handbook of Inter-Rater Reliability (4th ed.). Advanced Analytics."),
    ("Hovy", "Hovy, D., Berg-Kirkpatrick, T., Vaswani, A., & Hovy, E. (2013). Learning whom to trust with MACE. "
     "Proceedings of NAACL-HLT 2013, 1120–1130."),
    ("Jaccard (1912)", "Jaccard, P. (1912). The distribution of the flora in the alpine zone. New Phytologist, 11(2), "
     "37–50."),
    ("Jaeckel (1972)", "Jaeckel, L. A. (1972). The infinitesimal jackknife. Bell Laboratories Memorandum "
     "MM 72-1215-11."),
    ("Korn and Graubard", "Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small "
     "expected number of positive counts estimated from survey data. Survey Methodology, 24(2), 193–201."),
    ("Krippendorff, Content Analysis", "Krippendorff, K. (2019). Content Analysis: An Introduction to Its Methodology "
     "(4th ed.). Sage."),
    ("Krippendorff, Mathet", "Krippendorff, K., Mathet, Y., Bouvry, S., & Widlöcher, A. (2016). On the reliability of "
     "unitizing textual continua: Further developments. Quality & Quantity, 50(6), 2347–2364."),
    ("Light (1971)", "Light, R. J. (1971). Measures of response agreement for qualitative data: Some generalizations "
     "and alternatives. Psychological Bulletin, 76(5), 365–377."),
    ("Maxwell (1970)", "Maxwell, A. E. (1970). Comparing the classification of subjects by two independent judges. "
     "British Journal of Psychiatry, 116(535), 651–655."),
    ("McGraw and Wong", "McGraw, K. O., & Wong, S. P. (1996). Forming inferences about some intraclass correlation "
     "coefficients. Psychological Methods, 1(1), 30–46."),
    ("Passonneau", "Passonneau, R. (2006). Measuring agreement on set-valued items (MASI) for semantic and pragmatic "
     "annotation. Proceedings of LREC 2006, 831–836."),
    ("Satterthwaite", "Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance components. "
     "Biometrics Bulletin, 2(6), 110–114."),
    ("Scott (1955)", "Scott, W. A. (1955). Reliability of content analysis: The case of nominal scale coding. Public "
     "Opinion Quarterly, 19(3), 321–325."),
    ("Stuart (1955)", "Stuart, A. (1955). A test for homogeneity of the marginal distributions in a two-way "
     "classification. Biometrika, 42(3/4), 412–416."),
    ("Wu and Palmer", "Wu, Z., & Palmer, M. (1994). Verb semantics and lexical selection. Proceedings of the 32nd "
     "Annual Meeting of the Association for Computational Linguistics, 133–138."),
)  # fmt: skip
"""(how a short citation names the work, the work), by author and year."""


def references(texts: Iterable[str]) -> list[str]:
    """The works that any of the texts cites, each once, by author and year."""
    joined = "\n".join(texts)
    return [work for mark, work in _ENTRIES if mark in joined]
