"""Shares, lines over time and networks, made once from each coder's codings, with their spread."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, get_args

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Attribute, Codebook, LinkLayer
from annotator.domain.codebook.owners import other_roles
from annotator.domain.codebook.values import categories_of, category
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import JsonObject
from annotator.domain.networks import Mention, one_mode, qualifier_range, turned, two_mode, without_duplicates
from annotator.domain.words import Message, by_door, say, words_of
from annotator.formats.dataset import Losses
from annotator.formats.network_mentions import checked as checked_spec
from annotator.formats.network_mentions import default_spec, is_boolean, mentions
from annotator.services.agreement.comparing import category_name
from annotator.services.agreement.naming import labels_of
from annotator.services.agreement.request import Corpus, Question, corpus
from annotator.services.agreement.units import role_entities
from annotator.services.exchange.records import dataset_of
from annotator.services.networks.asking import Wanted as NetworkWanted
from annotator.services.networks.asking import aggregation_of
from annotator.services.reliability.by_coder import ALL, Key, Make, Outcome, Recomputed, Value, Work, recompute
from annotator.services.study import Study

Of = Literal["shares", "series", "network"]
Measure = Literal["share", "count", "mean"]
Period = Literal["day", "week", "month", "year"]

MEAN = "mean"
"""The key of a mean, in the place of a category."""

FEW = 5
"""With fewer articles in common a word stands beside the spread."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is to be made anew of each coder's codings.

    of: shares of the values of attributes and roles, the same over time, or a network. layer, attribute: of shares and
    series; all that have values where None, but numbers and dates; attribute may be a role of a link layer. measure: a
    share of the labels that have a value, how many labels, or the mean of numbers; with count a series has a line for
    all labels of a layer too. network: as `services.networks.asking` has it, without a window.
    """

    of: Of = "shares"
    layer: str | None = None
    attribute: str | None = None
    measure: Measure = "share"
    period: Period = "month"
    network: NetworkWanted | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """One table, line or network with its spread.

    Keys of figures: (category,) of shares, (period, category) of series, (row, column) of networks; MEAN is the
    category of means, the layer that of a layer's own labels. name: how it reads. notes: what is to be known of it.
    """

    of: Of
    measure: Measure | Literal["tie"]
    layer: str
    attribute: str
    name: str
    made: Recomputed
    notes: tuple[Message, ...]


def reliability(
    study: Study, question: Question, asked: Asked, compared: Corpus | None = None
) -> tuple[Reliability, ...]:
    """Everything that was asked for, from one unchanging state; raises BadInput and NotFound.

    question: which coders, which round, conditions on labels; its layer and attribute are those of `asked`.
    compared: the corpus of the question, where it was read already.
    """
    for word, known in ((asked.of, get_args(Of)), (asked.measure, get_args(Measure)), (asked.period, get_args(Period))):
        if word not in known:
            raise BadInput(
                say("`{word}` cannot be computed for each coder", word=word),
                remedy=say("use one of {names}", names=", ".join(known)),
            )
    with study.file.reading():
        compared = corpus(study, question) if compared is None else compared
        if asked.of == "network":
            return (_network(study, question, asked.network or NetworkWanted(), compared),)
        names = {e.id: e.name for e in study.entities()}
        things = list(_things(study.codebook, asked))
        if not things:
            raise BadInput(
                "there are no values to count",
                ".".join(x for x in (asked.layer, asked.attribute) if x),
                "name a layer with attributes, or a role of a link",
            )
        found = (_counted(study, question, asked, compared, names, *thing) for thing in things)
        return tuple(r for r in found if r.made.figures)


# shares and series


def _things(codebook: Codebook, asked: Asked) -> Iterator[tuple[str, str | None]]:
    """(layer, attribute or role, None for the layer's own labels) of everything that was asked for."""
    if asked.attribute is not None and asked.layer is None:
        raise BadInput(
            "an attribute was named without its layer",
            asked.attribute,
            by_door("give --layer too", say("choose the layer too")),
        )
    for layer in codebook.layers if asked.layer is None else [codebook.layer(asked.layer)]:
        roles = [r.key for r in other_roles(codebook, layer.key)] if isinstance(layer, LinkLayer) else []
        if asked.attribute is not None:
            if asked.attribute not in roles:
                attribute = layer.attribute(asked.attribute)
                if attribute.type == "text":
                    raise BadInput(
                        "free text has no shares", f"{layer.key}.{asked.attribute}", "choose another attribute"
                    )
                if asked.measure == "mean" and not _numeric(attribute):
                    raise _no_mean(f"{layer.key}.{asked.attribute}")
            elif asked.measure == "mean":
                raise _no_mean(f"{layer.key}.{asked.attribute}")
            yield layer.key, asked.attribute
            continue
        if asked.of == "series" and asked.measure == "count":
            yield layer.key, None
        # numbers and dates have as many values as there are labels: they are counted where they are named
        wanted = [a for a in layer.attributes if (_numeric(a) if asked.measure == "mean" else a.type not in _OPEN)]
        yield from ((layer.key, a.key) for a in wanted)
        if asked.measure != "mean":
            yield from ((layer.key, key) for key in roles)


def _no_mean(where: str) -> BadInput:
    return BadInput("only numbers have a mean", where, say("choose shares or counts"))


_OPEN = ("text", "number", "date")


def _numeric(attribute: Attribute) -> bool:
    return attribute.type in ("scale", "number", "boolean")


def _counted(  # noqa: C901 - counts and what they leave out, together
    study: Study,
    question: Question,
    asked: Asked,
    compared: Corpus,
    names: Mapping[str, str],
    layer: str,
    attribute: str | None,
) -> Reliability:
    of = _Categories(study.codebook, layer, attribute, names)
    lost: Counter[str] = Counter()
    make = _maker(asked, of)
    timed = asked.of == "series"

    def label(key: Key) -> Key:
        return (*key[:-1], str(of.name(key[-1])))

    def order(key: Key) -> tuple[str | int, ...]:
        return (*key[:-1], of.place(key[-1]), of.name(key[-1]))

    def complete(keys: Collection[Key]) -> Iterator[Key]:
        """Of series every value in every period: what is not found there is 0, and no gap in a line."""
        return ((p, c) for p in {k[0] for k in keys} for c in {k[1] for k in keys})

    made = recompute(study, question, make, label, order, complete if timed else None, compared)
    for document in compared.documents:
        if document.id not in made.documents:
            continue
        for labels in compared.labels[document.id].values():
            mine = [a for a in labels if a.layer == layer]
            here = {a.id: a for a in labels}
            if timed and period_of(document.published, asked.period) is None:
                lost["day"] += len(mine)
            elif attribute is not None:
                lost["value"] += sum(not of.of(a, here, asked.measure) for a in mine)
    messages = []
    if lost["value"]:
        messages.append(say("{n} labels have no value of this and are not counted", n=lost["value"]))
    if lost["day"]:
        messages.append(say("{n} labels in articles without a date are not counted", n=lost["day"]))
    pair = labels_of(study.codebook).get((layer, attribute or ""))
    name = ": ".join(pair) if pair else study.codebook.layer(layer).label
    return Reliability(
        of=asked.of,
        measure=asked.measure,
        layer=layer,
        attribute=attribute or "",
        name=name,
        made=made,
        notes=(*messages, *_words(made)),
    )


class _Categories:
    """What a label counts as, for one attribute, role, or layer."""

    def __init__(self, codebook: Codebook, layer: str, attribute: str | None, names: Mapping[str, str]) -> None:
        found = codebook.layer(layer)
        self.layer, self._names, self._label = layer, names, found.label
        self._codebook = codebook
        self._key = attribute
        self._role = isinstance(found, LinkLayer) and any(r.key == attribute for r in found.roles)
        self._attribute = None if attribute is None or self._role else found.attribute(attribute)
        declared = (categories_of(self._attribute) or ()) if self._attribute is not None else ()
        self._places = {key: place for place, key in enumerate(declared)}

    def of(self, a: Annotation, here: Mapping[str, Annotation], measure: Measure) -> tuple[str, ...]:
        """The categories of a label; nothing where it has no value, or none that is a number where that is wanted."""
        if self._role:
            return role_entities(self._codebook, a, str(self._key), here)
        if self._attribute is None:
            return (self.layer,)
        value = a.values.get(str(self._key))
        if value is None:
            return ()
        if measure == "mean":
            return (MEAN,) if isinstance(value, (bool, int, float)) else ()
        held = value if isinstance(value, (list, tuple)) else [value]
        return tuple(sorted({str(category(self._attribute, v)) for v in held}))

    def number(self, a: Annotation) -> float:
        """The value of a label that counts as MEAN."""
        return float(a.values[str(self._key)])

    def place(self, key: str) -> int:
        """Where a category stands in the codebook's order; behind all where it has none."""
        return self._places.get(key, len(self._places))

    def name(self, key: str) -> str:
        """How a category reads."""
        if key == MEAN:
            return say("mean")
        if self._role:
            return self._names.get(key, key)
        return self._label if self._attribute is None else category_name(self._attribute, key, self._names)


def _maker(asked: Asked, of: _Categories) -> Make:  # noqa: C901 - three small functions over one count
    timed = asked.of == "series"

    def make(work: Work) -> Outcome:  # noqa: C901 - one pass over the labels
        counts: dict[Key, int] = defaultdict(int)
        sums: dict[Key, float] = defaultdict(float)
        valued: Counter[str] = Counter()
        periods: set[str] = set()
        for document in work.documents:
            at = period_of(document.published, asked.period) if timed else ""
            if at is None:
                continue
            periods.add(at)
            labels = work.labels[document.id]
            here = {a.id: a for a in labels}
            for a in labels:
                if a.layer != of.layer:
                    continue
                held = of.of(a, here, asked.measure)
                valued[at] += bool(held)
                for c in held:
                    key = (at, c) if timed else (c,)
                    counts[key] += 1
                    if asked.measure == "mean":
                        sums[key] += of.number(a)

        def worth(key: Key) -> float:
            if asked.measure == "count":
                return float(counts[key])
            return (sums[key] if asked.measure == "mean" else counts[key]) / valued[key[0] if timed else ""]

        def otherwise(key: Key) -> float | None:
            at = key[0] if timed else ""
            if asked.measure == "count":
                return 0.0 if at in periods else None
            return 0.0 if asked.measure == "share" and valued[at] else None

        return Outcome(values={k: Value(value=worth(k), n=n) for k, n in counts.items()}, otherwise=otherwise)

    return make


def period_of(published: str | None, period: Period) -> str | None:
    """The day, week, month or year of an article; None where its date does not say it."""
    told = published or ""
    if period == "year" and len(told) >= 4:
        return told[:4]
    if period == "month" and len(told) >= 7:
        return told[:7]
    try:
        day = date.fromisoformat(told[:10])
    except ValueError:
        return None
    year, week, _ = day.isocalendar()
    return day.isoformat() if period == "day" else f"{year}-W{week:02d}"


# networks


def _network(study: Study, question: Question, wanted: NetworkWanted, compared: Corpus) -> Reliability:
    if question.where:
        raise BadInput(
            "a network is made of whole statements and cannot be narrowed by a condition on labels",
            ", ".join(question.where),
            by_door("leave --where out", say("take the condition away")),
        )
    if wanted.window is not None:
        raise BadInput("networks are computed over the whole time", wanted.window, "leave the time window out")
    codebook = study.codebook
    spec = checked_spec(codebook, wanted.spec or default_spec(codebook))
    aggregation = aggregation_of(wanted, spec)
    losses = Losses()
    here = {d.id for d in compared.documents}
    said: dict[str, list[Mention]] = {
        c.id: [m for m in mentions(dataset_of(study, [c.id]), spec, losses) if m.document in here]
        for c in compared.coders
    }
    boolean, scale = is_boolean(codebook, spec), qualifier_range([m for own in said.values() for m in own])

    def make(work: Work) -> Outcome:
        inside = {d.id for d in work.documents}
        kept = without_duplicates(
            [m for m in said[work.coder.id] if m.document in inside], wanted.duplicates, aggregation != "ignore"
        )
        own = turned(kept) if wanted.kind == "concepts" else kept
        try:
            if wanted.kind == "two-mode":
                network = two_mode(own, aggregation, wanted.normalisation, boolean)
                behind = Counter((m.actor, m.concept) for m in own)
            else:
                network = one_mode(own, aggregation, wanted.normalisation, scale)
                of_each = Counter(m.actor for m in own)
                behind = Counter({(a, b): of_each[a] + of_each[b] for a, b in network.cells})
        except ValueError as error:
            raise BadInput(words_of(error), wanted.kind, "choose another one") from error
        return Outcome(values={k: Value(value=v, n=behind[k]) for k, v in network.cells.items()})

    made = recompute(study, question, make, compared=compared)
    if not made.figures:
        raise BadInput("no statement has an actor and a concept", f"{spec.actor}, {spec.concept}", "choose other ones")
    messages = [say("{what}: {n}", what=what, n=n) for what, n in sorted(losses.counts.items())]
    return Reliability(
        of="network",
        measure="tie",
        layer=spec.actor,
        attribute=spec.concept,
        name=" – ".join(_node_name(codebook, x) for x in (spec.actor, spec.concept)),
        made=made,
        notes=(*messages, *_words(made)),
    )


def _node_name(codebook: Codebook, name: str) -> str:
    """How an actor or a concept reads."""
    layer, _, rest = name.partition(".")
    key, _, attribute = rest.partition(".")
    pair = labels_of(codebook).get((layer, key))
    return name if pair is None else ": ".join((*pair, attribute) if attribute else pair)


def _words(made: Recomputed) -> list[Message]:
    messages = []
    if made.basis != ALL:
        messages.append(
            say(
                "fewer than half of the articles were read by all of these coders: spread is between every two of them "
                "on the articles that both read, and each coder’s own value is of all that the coder read of these"
            )
        )
    few = [" and ".join(p.coders) + f" ({p.articles})" for p in made.pairs if not p.counts]
    if few:
        messages.append(
            say(
                "pairs of coders are left out of the spread that have fewer than half as many articles "
                "in common as the pair with most: {names}",
                names=", ".join(few),
            )
        )
    if made.few:
        messages.append(
            say(
                "coders are left out who have fewer than half as many articles in common with anybody as those who "
                "have most: {names}; {remedy}",
                names=", ".join(f"{name} ({n})" for name, n in made.few),
                remedy=by_door("--coders compares them", say("choose two coders to compare them")),
            )
        )
    messages += [say("{n} {what} are not among these", n=n, what=what) for what, n in made.left_out]
    fewest = min((p.articles for p in made.pairs if p.counts), default=0)
    if fewest < FEW:
        messages.append(say("spread rests on {n} articles in common; a few more may change it", n=fewest))
    return messages


def reliability_as_json(found: Iterable[Reliability]) -> JsonObject:
    """What `annotator reliability --json` prints; lists of values are in the order of `coders`."""
    return {"parts": [_part(r) for r in found]}


def _part(r: Reliability) -> JsonObject:
    m = r.made
    return {
        "of": r.of,
        "measure": r.measure,
        "layer": r.layer,
        "attribute": r.attribute or None,
        "name": r.name,
        "coders": list(m.coders),
        "basis": m.basis,
        "articles": m.articles,
        "read": list(m.read),
        "left_out": [{"what": what, "articles": n} for what, n in m.left_out],
        "few": [{"coder": name, "articles": n} for name, n in m.few],
        "figures": [
            {
                "key": list(f.key),
                "label": list(f.label),
                "values": list(f.values),
                "counts": list(f.counts),
                "mean": f.mean,
                "low": f.low,
                "high": f.high,
                "spread": f.spread,
                "typical": f.typical,
            }
            for f in m.figures
        ],
        "pairs": [
            {
                "coders": list(p.coders),
                "articles": p.articles,
                "counts": p.counts,
                "compared": p.apart.compared,
                "mean_difference": p.apart.mean,
                "greatest_difference": p.apart.greatest,
                "correlation": p.apart.correlation,
                "both": p.both,
                "either": p.either,
                "jaccard": p.jaccard,
            }
            for p in m.pairs
        ],
        "notes": list(r.notes),
    }
