"""Networks of what was read: narrowed to outlets and days, what is said twice counted once, one for each window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import date

from annotator.domain.accounts import Account, Holding
from annotator.domain.annotations import Document
from annotator.domain.errors import BadInput, Cancelled
from annotator.domain.networks import (
    Aggregation,
    Mention,
    Network,
    cut,
    one_mode,
    qualifier_range,
    turned,
    two_mode,
    windows,
    with_isolates,
    without_duplicates,
    without_isolates,
)
from annotator.domain.words import by_door, say, words_of
from annotator.formats.dataset import Losses
from annotator.formats.network_mentions import NetworkSpec
from annotator.services.accounts import SECOND, counted, not_theirs
from annotator.services.networks.asking import Wanted, aggregation_of, bound, window_of
from annotator.services.networks.reading import Material

TWICE = say("repeated: counted once")
UNDATED = say("in articles without a date")
OUTLETS = say("in articles of other outlets")
DAYS = say("in articles of other days")
UNKNOWN_DAY = say("in articles without a date, when days are asked for")
MOST_WINDOWS = 20_000


@dataclass(frozen=True, slots=True)
class Slice:
    """A window of time with its statements; start and end are its first and last day, None for the whole time."""

    start: date | None
    end: date | None
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """What one study gives: how many statements, what of it is in and what is not."""

    material: Material
    statements: int
    account: Account
    losses: Losses


@dataclass(frozen=True, slots=True)
class Look:
    """mentions: all statements that count. scale: the range of the qualifier over everything that was read."""

    wanted: Wanted
    spec: NetworkSpec
    aggregation: Aggregation
    boolean: bool
    scale: float
    mentions: tuple[Mention, ...]
    slices: tuple[Slice, ...]
    parts: tuple[Part, ...]

    @property
    def documents(self) -> Mapping[str, Document]:
        """By the key that mentions have."""
        return {k: d for p in self.parts for k, d in zip(self.keys_of(p), p.material.documents.values(), strict=True)}

    def keys_of(self, part: Part) -> list[str]:
        """Of the documents of one study, in its order."""
        return [_key(part.material, k, self.several) for k in part.material.documents]

    @property
    def several(self) -> bool:
        """Whether these are statements of more than one study."""
        return len(self.parts) > 1

    def network(self, of: Slice | None = None, aggregation: Aggregation | None = None) -> Network:
        """Of a slice, of all statements without one; raises BadInput where ties and choices do not fit."""
        part = self.mentions if of is None else of.mentions
        return self._finished(self._made(part, aggregation or self.aggregation), of)

    def _made(self, part: Sequence[Mention], aggregation: Aggregation) -> Network:
        wanted = self.wanted
        try:
            if wanted.kind == "two-mode":
                return two_mode(part, aggregation, wanted.normalisation, self.boolean)
            chosen = turned(part) if wanted.kind == "concepts" else part
            return one_mode(chosen, aggregation, wanted.normalisation, self.scale)
        except ValueError as error:
            raise BadInput(words_of(error), wanted.kind, "choose another one") from error

    def _finished(self, network: Network, of: Slice | None) -> Network:
        network = cut(network, self.wanted.threshold)
        if self.wanted.isolates == "tied":
            network = without_isolates(network)
        elif self.wanted.isolates == "all" and of is not None:
            actors, concepts = {m.actor for m in self.mentions}, {m.concept for m in self.mentions}
            rows = concepts if self.wanted.kind == "concepts" else actors
            network = with_isolates(network, rows, concepts)
        return network if of is None else replace(network, start=of.start, end=of.end)

    def camps(self, of: Slice | None = None) -> tuple[Network, Network]:
        """Congruence and conflict among actors (or concepts), by average activity, as polarisation is measured on."""
        part = self.mentions if of is None else of.mentions
        chosen = turned(part) if self.wanted.kind == "concepts" else part
        return (
            one_mode(chosen, "congruence", "average", self.scale),
            one_mode(chosen, "conflict", "average", self.scale),
        )


def look(materials: Sequence[Material], wanted: Wanted, progress: Callable[[int, int], bool] | None = None) -> Look:
    """Narrow and slice what was read; raises BadInput where nothing is left, with the account of why."""
    first = materials[0]
    aggregation = aggregation_of(wanted, first.spec)
    size, unit = window_of(wanted.window)
    several = len(materials) > 1
    read = [(m, material) for material in materials for m in _keyed(material, several)]
    if several:
        read.sort(key=lambda x: x[0].day or date.max)
    why: dict[int, str] = {}
    fits = _narrowing(wanted, materials, several)
    narrowed = []
    for m, _ in read:
        reason = fits(m)
        if reason is None:
            narrowed.append(m)
        else:
            why[id(m)] = reason
    kept = without_duplicates(narrowed, wanted.duplicates, aggregation != "ignore")
    here = {id(m) for m in kept}
    why.update((id(m), TWICE) for m in narrowed if id(m) not in here)
    if unit is not None:
        why.update((id(m), UNDATED) for m in kept if m.day is None)
        kept = [m for m in kept if m.day is not None]
    parts = tuple(_part(x, [m for m, of in read if of is x], why) for x in materials)
    if not kept:
        raise _nothing(materials, wanted, parts, bool(narrowed) and unit is not None)
    scale = 1.0 if first.boolean else qualifier_range([m for m, _ in read])
    slices: list[Slice] = []
    if unit is not None:
        dated = [m.day for m in kept if m.day]
        begin, days = min(dated), (max(dated) - min(dated)).days
        for start, end, inside in windows(kept, size, unit):
            if len(slices) >= MOST_WINDOWS:
                raise BadInput(
                    say("these are more than {n} windows of time", n=MOST_WINDOWS),
                    wanted.window or "",
                    "take longer ones",
                )
            if progress is not None and not progress(min(days, (start - begin).days), days):
                raise Cancelled("stopped", remedy="nothing was changed")
            slices.append(Slice(start, end, tuple(inside)))
    return Look(wanted, first.spec, aggregation, first.boolean, scale, tuple(kept), tuple(slices), parts)


def _key(material: Material, document: str, several: bool) -> str:
    return f"{material.study_id}/{document}" if several else document


def _keyed(material: Material, several: bool) -> Sequence[Mention]:
    if not several:
        return material.mentions
    return [replace(m, document=_key(material, m.document, True)) for m in material.mentions]


def _narrowing(wanted: Wanted, materials: Sequence[Material], several: bool) -> Callable[[Mention], str | None]:
    """Statement -> why it is left out, None where it counts."""
    outlets = {x.casefold() for x in wanted.outlets}
    since = bound(wanted.since, last=False) if wanted.since else None
    until = bound(wanted.until, last=True) if wanted.until else None
    outlet_of = {
        _key(x, key, several): (d.publisher or "").casefold() for x in materials for key, d in x.documents.items()
    }

    def why(m: Mention) -> str | None:
        if outlets and outlet_of.get(m.document) not in outlets:
            return OUTLETS
        if since is None and until is None:
            return None
        if m.day is None:
            return UNKNOWN_DAY
        return DAYS if (since and m.day < since) or (until and m.day > until) else None

    return why


def _part(material: Material, own: Sequence[Mention], why: Mapping[int, str]) -> Part:
    """The account of one study: labels that stand in statements which are left out alone are left out with them."""
    losses = deepcopy(material.losses)
    kept = [m for m in own if id(m) not in why]
    shown = {part for m in kept for part in m.parts}
    left = {part: why[id(m)] for m in own if id(m) in why for part in m.parts if part not in shown}
    undated = sum(why.get(id(m)) is UNDATED for m in own)
    losses.lose(say("statements in articles without a date"), undated)
    for (layer, _), reason in left.items():
        losses.leave(layer, reason)
    theirs = not_theirs(material.found, material.people, material.gold)
    copies = material.found.copies
    here, reckoning = material.found.split(lambda x, c, d: theirs(x, c, d) or (SECOND if d in copies else None))
    layers = Counter(here.by_layer)
    for (layer, reason), n in losses.left.items():
        layers[layer] -= n
        reckoning.leave(layer, reason, n)
    holding = Holding(len({m.document for m in kept}), 0, layers)
    account = counted(material.found, holding, reckoning, material.people)
    return Part(material, len(kept), account, losses)


def _nothing(materials: Sequence[Material], wanted: Wanted, parts: Sequence[Part], undated: bool) -> BadInput:
    first = materials[0]
    if undated:
        return BadInput(
            "no statement is in an article with a date",
            first.title,
            by_door("leave --window out", say("take the whole time at once")),
        )
    if any(x.mentions for x in materials):
        return BadInput(
            "no statement meets the conditions",
            ", ".join([*wanted.outlets, *(x for x in (wanted.since, wanted.until) if x)]),
            "choose other outlets or days",
        )
    account = parts[0].account
    return BadInput(
        say("no statement has an actor and a concept ({account})", account=account.line),
        f"{first.spec.actor}, {first.spec.concept}",
        say("choose other ones; left out: {reasons}", reasons="; ".join(account.reasons()) or say("nothing")),
    )
