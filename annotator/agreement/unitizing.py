"""Krippendorff's coefficients for unitizing a continuum.

Sources: Krippendorff, Mathet, Bouvry and Widlöcher (2016), "On the reliability of unitizing textual continua",
Quality & Quantity 50, 2347-2364 (u-alpha, |u-alpha); Krippendorff (1995), "On the reliability of unitizing
continuous data", Sociological Methodology 25, 47-76 (alpha_U).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations, pairwise, permutations

import numpy as np
from numpy.typing import NDArray

from annotator.agreement.estimate import Estimate, Floats, estimate
from annotator.agreement.intervals import influences, interval
from annotator.agreement.span_matching import shared_pieces
from annotator.domain.words import say

Fragment = tuple[int, int]
LabelledFragment = tuple[int, int, str]

OVERLAPS = say("a coder's own spans overlap")
NOTHING = say("nobody marked anything, or everybody marked everything alike")
NO_MEETING = say("spans of two coders never overlap, or all that overlap have the same label")


@dataclass(frozen=True, slots=True)
class Section:
    """A stretch of text that coders unitized: its length, and each coder's fragments; None for who did not."""

    length: int
    spans: tuple[tuple[Fragment, ...] | None, ...]


@dataclass(frozen=True, slots=True)
class LabelledSection:
    """The same with a label to each fragment."""

    length: int
    spans: tuple[tuple[LabelledFragment, ...] | None, ...]


def u_alpha(sections: Sequence[Section], with_interval: bool = False) -> Estimate:
    """Of one kind of span over several documents; the interval is over documents, two at least."""
    labelled = [
        LabelledSection(s.length, tuple(None if x is None else tuple((a, b, "") for a, b in x) for x in s.spans))
        for s in sections
    ]
    return labelled_u_alpha(labelled, with_interval)


def bar_u_alpha(sections: Sequence[LabelledSection]) -> Estimate:
    """Labels ignored: only what is marked and what is not. Undefined where spans touch with two labels is not
    told apart from one span: each fragment stays a unit of its own."""
    return labelled_u_alpha(
        [
            LabelledSection(s.length, tuple(None if x is None else tuple((a, b, "") for a, b, _ in x) for x in s.spans))
            for s in sections
        ]
    )


def labelled_u_alpha(sections: Sequence[LabelledSection], with_interval: bool = False) -> Estimate:
    """u-alpha = 1 - D_o / D_e over lengths of intersections.

    A marked segment is one unit of its length, a gap is as many units as it has characters: expected coincidences
    leave out a segment meeting itself.
    """
    if any(_overlapping(spans) for s in sections for spans in s.spans if spans is not None):
        return Estimate(None, undefined=OVERLAPS)
    labels = sorted({x for s in sections for spans in s.spans if spans for _, _, x in spans})
    index: dict[str | None, int] = {x: i for i, x in enumerate(labels)}
    index[None] = len(labels)
    used = [s for s in sections if sum(x is not None for x in s.spans) > 1]
    if not used:
        return Estimate(None, undefined=say("no text was coded by two coders"))
    coincidences = np.zeros((len(used), len(index), len(index)))
    itself = np.zeros(len(used))
    bases = np.cumsum([0, *(s.length for s in used)])
    others = np.array([1.0 / (sum(x is not None for x in s.spans) - 1) for s in used])
    lines = [_tiled([s.spans[c] for s in used], bases, index) for c in range(len(used[0].spans))]
    for starts, labels_of in lines:
        sizes = np.diff([*starts.tolist(), bases[-1]])
        own = np.where(labels_of == index[None], sizes, sizes**2) * (labels_of >= 0)
        itself += np.bincount(np.searchsorted(bases, starts, "right") - 1, weights=own, minlength=len(used))[
            : len(used)
        ]
    for (starts, of_one), (other_starts, of_other) in combinations(lines, 2):
        cuts = np.union1d(starts, other_starts)
        mine = of_one[np.searchsorted(starts, cuts, "right") - 1]
        theirs = of_other[np.searchsorted(other_starts, cuts, "right") - 1]
        place = np.searchsorted(bases, cuts, "right") - 1
        sizes = np.diff([*cuts.tolist(), bases[-1]])
        both = (mine >= 0) & (theirs >= 0) & (sizes > 0)
        place, mine, theirs = place[both], mine[both], theirs[both]
        shared = sizes[both] * others[place]
        np.add.at(coincidences, (place, mine, theirs), shared)
        np.add.at(coincidences, (place, theirs, mine), shared)
    value = float(_alpha(coincidences.sum(axis=0)[None], np.array([itself.sum()]))[0])
    found = estimate(value, None, NOTHING, len(used))
    if with_interval and len(used) > 1 and found.value is not None:

        def compute(weights: Floats) -> Floats:
            return _alpha(np.einsum("bs,sij->bij", weights, coincidences), weights @ itself)

        by_document = influences(compute, np.ones(len(used)), np.eye(len(used)))
        over = interval(found.value, None, by_document, None)
        if over is not None:
            return replace(found, low=over.low, high=over.high)
    return found


def merged(section: Section) -> Section:
    """What each coder marked, with overlapping or touching spans joined."""
    return Section(section.length, tuple(None if x is None else _united(x) for x in section.spans))


def _united(spans: Sequence[Fragment]) -> tuple[Fragment, ...]:
    made: list[Fragment] = []
    for start, end in sorted(spans):
        if made and start <= made[-1][1]:
            made[-1] = (made[-1][0], max(made[-1][1], end))
        else:
            made.append((start, end))
    return tuple(made)


def overlapping(section: Section) -> bool:
    """Whether spans of one coder overlap."""
    return any(_overlapping([(a, b, "") for a, b in x]) for x in section.spans if x is not None)


def tracks(section: Section) -> list[Section]:
    """The section cut into tracks, in each of which no coder's spans overlap: every span, in reading order and the
    longer first, goes to the first track that is free there."""
    laid: list[list[list[Fragment]] | None] = []
    for spans in section.spans:
        if spans is None:
            laid.append(None)
            continue
        rows: list[list[Fragment]] = []
        for span in sorted(spans, key=lambda x: (x[0], -x[1])):
            free = next((row for row in rows if row[-1][1] <= span[0]), None)
            if free is None:
                rows.append([span])
            else:
                free.append(span)
        laid.append(rows)
    deepest = max((len(rows) for rows in laid if rows is not None), default=0)
    return [
        Section(
            section.length,
            tuple(None if rows is None else tuple(rows[k]) if k < len(rows) else () for rows in laid),
        )
        for k in range(deepest)
    ]


def coding_alphas(sections: Sequence[LabelledSection]) -> tuple[Estimate, dict[str, Estimate]]:
    """(cu-alpha, ku-alpha by label): agreement on labels where the spans of two coders meet, gaps left out.

    Krippendorff (2019), Content Analysis, section 12.6.5 and 12.6.6. l_ck are the lengths of intersections of a span
    labelled c with one labelled k. Expected is e_ck = (l_c l_k - [c = k] s_c) / (l - s / l), where s_c sums the squares
    of what of each span labelled c meets spans of other coders, and s sums s_c: no span is paired with itself. cu-alpha
    is 1 - sum_{c != k} l_ck / sum_{c != k} e_ck, ku-alpha of k 1 - (e_k / l_k) (l_k - l_kk) / (e_k - e_kk).
    Spans of one coder may overlap: each intersection counts.
    """
    labels = sorted({x for s in sections for spans in s.spans if spans for _, _, x in spans})
    index = {x: i for i, x in enumerate(labels)}
    met = np.zeros((len(labels), len(labels)))
    bases = np.cumsum([0, *(s.length for s in sections)])
    coders = max((len(s.spans) for s in sections), default=0)
    pieces, labels_of = [], []
    for c in range(coders):
        mine = [
            (base + start, base + end, index[x])
            for s, base in zip(sections, bases.tolist(), strict=False)
            for start, end, x in s.spans[c] or ()
        ]
        held = np.array(mine, dtype=np.int64).reshape(len(mine), 3)
        labels_of.append(held[:, 2].copy())
        held[:, 2] = np.arange(len(held))
        pieces.append(held)
    others = np.array([1.0 / max(sum(x is not None for x in s.spans) - 1, 1) for s in sections])
    for a, b in combinations(range(coders), 2):
        first, second, both = shared_pieces(pieces[a], pieces[b])
        place = np.searchsorted(bases, pieces[a][first, 0], "right") - 1
        shared = both * others[place]
        np.add.at(met, (labels_of[a][first], labels_of[b][second]), shared)
        np.add.at(met, (labels_of[b][second], labels_of[a][first]), shared)
    itself = np.zeros(len(labels))
    for c in range(coders):
        np.add.at(itself, labels_of[c], _pairable(pieces, c) ** 2)
    total, same, of = float(met.sum()), met.diagonal(), met.sum(axis=1)
    rest = total**2 - float(itself.sum())  # what can be paired at all, times the same factor everywhere
    factor = total / rest if rest > 0 else float("nan")

    def alpha(value: float) -> Estimate:
        return estimate(value, None, NO_MEETING, round(total))

    nothing = float("nan")
    expected = total**2 - float((of**2).sum())
    whole = alpha(1.0 - (total - float(same.sum())) / (expected * factor) if expected > 0 else nothing)
    each = {}
    for x, i in index.items():
        everything, apart = float(of[i]) * total - float(itself[i]), float(of[i]) * (total - float(of[i]))
        # the factor of both expectations is the same
        share = everything / float(of[i]) * float(of[i] - same[i]) / apart if apart > 0 and rest > 0 else nothing
        each[x] = alpha(1.0 - share)
    return whole, each


def _pairable(pieces: Sequence[NDArray[np.int64]], coder: int) -> Floats:
    """How much of each of a coder's spans meets spans of any other coder."""
    held = pieces[coder]
    theirs = np.concatenate([x for k, x in enumerate(pieces) if k != coder])
    if not len(held) or not len(theirs):
        return np.zeros(len(held))
    theirs = theirs[np.argsort(theirs[:, 0], kind="stable")]
    # spans that overlap or touch, made into one
    reach = np.maximum.accumulate(theirs[:, 1])
    begins = np.flatnonzero(np.concatenate([[True], theirs[1:, 0] > reach[:-1]]))
    ends = reach[np.concatenate([begins[1:], [len(theirs)]]) - 1]
    united = np.stack([theirs[begins, 0], ends, np.arange(len(begins))], axis=1)
    mine, _, both = shared_pieces(held, united)
    return np.bincount(mine, weights=both, minlength=len(held)).astype(np.float64)


def _alpha(coincidences: Floats, itself: Floats) -> Floats:
    marginals = coincidences.sum(axis=2)
    n = marginals.sum(axis=1)
    same = np.trace(coincidences, axis1=1, axis2=2)
    observed = n - same
    expected = (n**2 - (marginals**2).sum(axis=1)) * n
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = expected / (n**2 - itself)
        return np.asarray(np.where(expected > 0, 1.0 - observed / expected, np.nan))


def _overlapping(spans: Sequence[LabelledFragment]) -> bool:
    ordered = sorted(spans)
    return any(a[1] > b[0] for a, b in pairwise(ordered))


def _line(spans: Sequence[LabelledFragment], length: int) -> list[tuple[int, int, str | None]]:
    """Marked segments and the gaps between them, from 0 to the length."""
    line: list[tuple[int, int, str | None]] = []
    place = 0
    for start, end, label in sorted(spans):
        if start > place:
            line.append((place, start, None))
        line.append((start, end, label))
        place = end
    if place < length:
        line.append((place, length, None))
    return line


def _tiled(
    spans: Sequence[Sequence[LabelledFragment] | None], bases: NDArray[np.int64], index: Mapping[str | None, int]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One coder's segments of all texts on one line, gaps among them: (starts, numbers of labels); -1 for a text that
    the coder did not read."""
    starts: list[int] = []
    labels: list[int] = []
    for mine, base, end in zip(spans, bases[:-1].tolist(), bases[1:].tolist(), strict=True):
        if mine is None:
            starts.append(base)
            labels.append(-1)
            continue
        for s, _, label in _line(mine, end - base):
            starts.append(base + s)
            labels.append(index[label])
    return np.array(starts, dtype=np.int64), np.array(labels, dtype=np.int64)


def alpha_u_1995(section: LabelledSection) -> tuple[Estimate, dict[str, Estimate]]:
    """alpha_U over all labels, and for each label alone.

    Differences between two sections that are both marked and meet: the squares of how far their ends lie apart;
    of a marked section within the other's gap: the square of its length. n is the number of marked sections.
    """
    coders = [x for x in section.spans if x is not None]
    # it is computed category by category: only spans of one category must not overlap
    if any(_overlapping([s for s in spans if s[2] == x]) for spans in coders for x in {s[2] for s in spans}):
        return Estimate(None, undefined=OVERLAPS), {}
    if len(coders) < 2:
        return Estimate(None, undefined=say("no text was coded by two coders")), {}
    labels = sorted({x for spans in coders for _, _, x in spans})
    sums = {
        label: _observed_expected(
            [sorted((s, e) for s, e, x in spans if x == label) for spans in coders], section.length
        )
        for label in labels
    }

    marked = Counter(x for spans in coders for _, _, x in spans)

    def of(parts: Sequence[tuple[float, float]], n: int) -> Estimate:
        observed, expected = sum(o for o, _ in parts), sum(e for _, e in parts)
        return estimate(1.0 - observed / expected if expected > 0 else float("nan"), None, NOTHING, n)

    return of(list(sums.values()), marked.total()), {x: of([part], marked[x]) for x, part in sums.items()}


def _observed_expected(coders: list[list[Fragment]], total: int) -> tuple[float, float]:
    m = len(coders)
    gaps = [_gaps(spans, total) for spans in coders]
    observed = 0.0
    for i, j in permutations(range(m), 2):
        for start, end in coders[i]:
            for s, e in coders[j]:
                if min(end, e) > max(start, s):
                    observed += (start - s) ** 2 + (end - e) ** 2
            if any(s <= start and end <= e for s, e in gaps[j]):
                # a pair is met twice, once from each coder, where both mark; a gap only once, so it counts double
                observed += 2 * (end - start) ** 2
    observed /= m * (m - 1) * total**2
    marked = sum(len(spans) for spans in coders)
    all_gaps = [e - s for line in gaps for s, e in line]
    above = 0.0
    used = 0.0
    for spans in coders:
        for start, end in spans:
            size = end - start
            above += (marked - 1) / 3 * (2 * size**3 - 3 * size**2 + size)
            above += size**2 * sum(gap - size + 1 for gap in all_gaps if gap >= size)
            used += size * (size - 1)
    below = m * total * (m * total - 1) - used
    return observed, 2 / total * above / below if below > 0 else 0.0


def _gaps(spans: Sequence[Fragment], total: int) -> list[Fragment]:
    return [(s, e) for s, e, label in _line([(a, b, "x") for a, b in spans], total) if label is None]
