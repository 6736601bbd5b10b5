"""The labels that a table is made of, with what stands in their fields, and the same table made of single coders."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product

from annotator.domain.codebook.model import Codebook
from annotator.domain.conditions import Labels, Test, checked
from annotator.domain.errors import BadInput
from annotator.domain.words import Message, say
from annotator.services.agreement.naming import labels_of
from annotator.services.agreement.request import ALL_ROUNDS, Corpus, Question, corpus
from annotator.services.reliability.by_coder import Key, Outcome, Recomputed, Work, recompute
from annotator.services.reliability.by_coder import Value as Made
from annotator.services.search.labelled import Asked, LabelPassage, fields, labels
from annotator.services.study import Study
from annotator.services.tables.records import Spread, Value
from annotator.store.records import collector_at_rest

FACT_NAMES = {
    "layer": say("Layer"),
    "coder": say("Coder"),
    "outlet": say("Outlet"),
    "published": say("Day"),
    "month": say("Month"),
    "year": say("Year"),
    "language": say("Language"),
    "author": say("Author"),
    "tag": say("Tag"),
    "article": say("Article"),
    "title": say("Headline"),
    "round": say("Round"),
    "reading": say("Reading"),
    "complete": say("Complete"),
    "doubt": say("In doubt"),
    "entity": say("Anybody named"),
    "text": say("Words"),
    "memo": say("Remark"),
}
"""How the fields read that every codebook has."""
IN_ORDER = frozenset({"published", "month", "year", "round", "reading", "article"})
"""Facts whose values have an order of their own."""


def field_name(codebook: Codebook, name: str) -> Message:
    """A field as a person reads it."""
    if name in FACT_NAMES:
        return FACT_NAMES[name]
    layer, _, rest = name.partition(".")
    role = rest.removesuffix(".because")
    told = labels_of(codebook).get((layer, role))
    if told is None:
        return Message(name)
    of = Message(f"{told[0]}: {told[1]}")
    return say("{field}: why empty", field=of) if role != rest else of


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """The labels that were found, of first readings alone."""

    study: Study
    asked: Asked
    passages: Sequence[LabelPassage]
    known: Labels
    order: Mapping[tuple[str, str], int]
    compared: Comparing

    def values(self, p: LabelPassage, name: str) -> tuple[str, ...]:
        """The values that a label has in a field, each once."""
        if len(p.rows) == 1:
            return tuple(dict.fromkeys(p.rows[0].get(name, ())))
        return tuple(dict.fromkeys(v for row in p.rows for v in row.get(name, ())))

    def together(self, p: LabelPassage, *names: str) -> tuple[tuple[str, ...], ...]:
        """The combinations of values that stand side by side, each once."""
        found: dict[tuple[str, ...], None] = {}
        for row in p.rows:
            found |= dict.fromkeys(product(*(row.get(n, ()) for n in names)))
        return tuple(found)

    def value(self, name: str, key: str) -> Value:
        """A value as it reads."""
        return Value(field=name, key=key, label=self.known.get((name, key), key))

    def place(self, name: str, key: str, n: int) -> tuple[int, float, str]:
        """Where a value stands among others: as the codebook has it, by its number or time, else the most frequent
        first."""
        if (name, key) in self.order:
            return 0, self.order[name, key], key
        if name in IN_ORDER:
            return 1, float(key) if key.isdigit() else 0.0, key
        return 2, -n, key


@dataclass(slots=True)
class Comparing:
    """Makes figures anew of single coders; `made` is what it last found, None where no two coders read an article."""

    study: Study
    question: Question
    gold: bool
    made: Recomputed | None = None
    why_not: Message | None = None
    _corpus: Corpus | None = None
    _read: bool = False
    _by_place: dict[tuple[str, str], list[LabelPassage]] = field(default_factory=dict)

    def take(self, passages: Sequence[LabelPassage]) -> None:
        """These are the labels."""
        self._by_place = {}
        for p in passages:
            self._by_place.setdefault((p.annotation.document_id, p.annotation.coder_id), []).append(p)

    def corpus(self) -> Corpus | None:
        """What coders did in articles that two of them read, read once; None where there is no such article."""
        if not self._read:
            self._read = True
            try:
                with collector_at_rest():
                    self._corpus = corpus(self.study, self.question)
            except BadInput:
                self._corpus = None
        return self._corpus

    def spread(
        self,
        figures: Callable[[Sequence[LabelPassage]], Mapping[Key, tuple[float | None, int]]],
        nothing: float | None = 0.0,
    ) -> Mapping[Key, Spread]:
        """Figure -> what single coders have. nothing: what a coder has whose labels have none of it, but others."""
        if self.gold:
            self.why_not = say("settled labels are of no single coder: the spread between coders is not given for them")
            return {}

        def make(work: Work) -> Outcome:
            mine = [p for d in work.documents for p in self._by_place.get((d.id, work.coder.id), ())]
            made = {k: Made(value=v, n=n) for k, (v, n) in figures(mine).items()}
            return Outcome(values=made, otherwise=lambda _: nothing if made else None)

        compared = self.corpus()
        try:
            self.made = recompute(self.study, self.question, make, compared=compared) if compared else None
        except BadInput:
            self.made = None
        if self.made is None:
            self.why_not = say("the uncertainty is not known: no article was read by two of these coders")
            return {}
        return {f.key: Spread(low=f.low, high=f.high, typical=f.typical, values=f.values) for f in self.made.figures}


def material(study: Study, asked: Asked, passages: Sequence[LabelPassage]) -> Material:
    """What a table is made of."""
    question = Question(coders=asked.coders or (), round=ALL_ROUNDS)
    comparing = Comparing(study, question, asked.whose == "gold")
    comparing.take(passages)
    return Material(
        study=study,
        asked=asked,
        passages=passages,
        known=labels(study.codebook),
        order=_order(study.codebook),
        compared=comparing,
    )


def _order(codebook: Codebook) -> dict[tuple[str, str], int]:
    """Values of scales, trees and lists whose order means something, as the codebook has them; off the scale last."""
    found: dict[tuple[str, str], int] = {}
    for layer in codebook.layers:
        for a in layer.attributes:
            keys = [p.value for p in a.points] if a.type == "scale" else [False, True] if a.type == "boolean" else []
            if not keys:
                continue
            told = ["true" if k is True else "false" if k is False else f"{k:g}" for k in keys]
            told += [o.key for o in a.off_scale]
            found |= {(f"{layer.key}.{a.key}", key): n for n, key in enumerate(told)}
    return found


def known_field(study: Study, name: str) -> str:
    """The field; raises BadInput where there is none of this name."""
    checked(Test(name, "=", ""), fields(study.codebook))
    return name
