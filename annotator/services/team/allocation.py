"""Who codes what: drawn by chance from a seed, with equal piles, strata and pairs. Knows ids, not studies."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

Stratum = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Request:
    """What a supervisor asks for.

    overlap: coders an article. share: percent of the articles that get so many; the others get one.
    pilot: when above 0, just so many articles, each for every coder. repeats: percent of a pile read twice.
    strata: what is shared out evenly, of `outlet` and `month`.
    """

    overlap: int
    share: float = 100.0
    repeats: float = 0.0
    seed: int = 1
    round: str = "main"
    pilot: int = 0
    strata: tuple[str, ...] = ("outlet", "month")


@dataclass(frozen=True, slots=True)
class Article:
    """An article that may be handed out: its outlet and month are its stratum."""

    id: str
    stratum: Stratum


@dataclass(frozen=True, slots=True)
class Slot:
    """One article in a pile; ``again`` marks the second reading of one that comes earlier in the pile."""

    article: str
    again: bool = False


def draw(
    articles: Sequence[Article],
    coders: Sequence[str],
    held: Mapping[str, frozenset[str]],
    request: Request,
    of_round: Collection[str] = (),
) -> dict[str, list[Slot]]:
    """Coder -> new slots in reading order. ``held``: article -> who has it already, named here or not.

    ``of_round``: articles that were handed out in this round before; a pilot is extended with them first.

    The same arguments give the same answer. Piles of one draw differ by one article at most, before repeats,
    unless what is held already stands in the way.
    """
    chance = random.Random(f"{request.seed}/{request.round}")
    ordered = _shuffled_by_stratum(articles, chance)
    targets = _targets(ordered, sorted(coders), held, request, of_round)
    given = _given(targets, sorted(coders), held, chance)
    return {coder: _pile(given[coder], request.repeats, chance) for coder in sorted(coders)}


def _shuffled_by_stratum(articles: Sequence[Article], chance: random.Random) -> list[Article]:
    strata: dict[Stratum, list[Article]] = {}
    for article in articles:
        strata.setdefault(article.stratum, []).append(article)
    result: list[Article] = []
    for stratum in sorted(strata):
        group = strata[stratum]
        chance.shuffle(group)
        result += group
    return result


def _evenly(count: int, wanted: float) -> list[bool]:
    """``wanted`` of ``count`` places marked, as evenly as whole numbers allow, so that every stratum has its part."""
    share = min(1.0, wanted / count) if count else 0.0
    return [int((i + 1) * share + 1e-9) > int(i * share + 1e-9) for i in range(count)]


def _targets(
    ordered: Sequence[Article],
    coders: Sequence[str],
    held: Mapping[str, frozenset[str]],
    request: Request,
    of_round: Collection[str],
) -> list[tuple[Article, int]]:
    """(article, how many coders it is to have in the end), in the order in which they are given out."""
    if request.pilot:
        before = [a for a in ordered if a.id in of_round]
        fresh = [a for a in ordered if not held.get(a.id)]
        marked = _evenly(len(fresh), max(0, request.pilot - len(before)))
        new = [a for a, chosen in zip(fresh, marked, strict=True) if chosen]
        return [(a, len(held.get(a.id, frozenset()) | set(coders))) for a in [*before, *new]]
    if request.share >= 100:
        return [(a, request.overlap) for a in ordered]
    fresh = [a for a in ordered if not held.get(a.id)]
    marked = _evenly(len(fresh), len(fresh) * request.share / 100)
    return [(a, request.overlap if chosen else 1) for a, chosen in zip(fresh, marked, strict=True)]


def _given(
    targets: Sequence[tuple[Article, int]],
    coders: Sequence[str],
    held: Mapping[str, frozenset[str]],
    chance: random.Random,
) -> dict[str, list[str]]:
    result: dict[str, list[str]] = {coder: [] for coder in coders}
    before: Counter[str] = Counter(coder for has in held.values() for coder in has)
    in_stratum: Counter[tuple[str, Stratum]] = Counter()
    pairs: Counter[tuple[str, str]] = Counter()
    for article, target in targets:
        has = set(held.get(article.id, frozenset()))
        for _ in range(target - len(has)):
            free = [c for c in coders if c not in has]
            if not free:
                break
            together = {c: sum(pairs[(c, other)] for other in has) for c in free}
            ties = {c: chance.random() for c in free}
            chosen = min(
                free,
                key=lambda c: (
                    len(result[c]),
                    in_stratum[(c, article.stratum)],
                    before[c],
                    together[c],
                    ties[c],
                ),
            )
            for other in has:
                pairs[(chosen, other)] += 1
                pairs[(other, chosen)] += 1
            has.add(chosen)
            in_stratum[(chosen, article.stratum)] += 1
            result[chosen].append(article.id)
    return result


def _pile(articles: Sequence[str], repeats: float, chance: random.Random) -> list[Slot]:
    order = list(articles)
    chance.shuffle(order)
    size = len(order)
    gap = max(1, size // 4)
    early = range(max(0, size - gap))
    count = min(len(early), max(1, round(size * repeats / 100))) if repeats > 0 else 0
    places: list[tuple[float, Slot]] = [(float(i), Slot(article)) for i, article in enumerate(order)]
    for i in sorted(chance.sample(early, count)):
        places.append((chance.uniform(i + gap, size), Slot(order[i], again=True)))
    places.sort(key=lambda place: place[0])
    return [slot for _, slot in places]
