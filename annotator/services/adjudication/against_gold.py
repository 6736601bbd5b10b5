"""Coders against gold: how much of what was settled each coder had found, and the passages where they differ.

Gold is the key and the coder the response: precision is the share of the coder's labels that gold has, recall the
share of gold that the coder has. It is a report of its own; nothing of it enters agreement among coders.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from annotator.agreement.span_pairs import pair_counts, pair_figures, shares
from annotator.domain.annotations import Annotation, Coder
from annotator.domain.codebook.model import LinkLayer, SpanLayer
from annotator.domain.codebook.owners import other_roles, owners
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput, Cancelled
from annotator.domain.fragments import text_of
from annotator.domain.statements import owners_of
from annotator.domain.words import say
from annotator.services.adjudication.account import account_of
from annotator.services.adjudication.case_book import CaseBook, case_book
from annotator.services.adjudication.cases import Progress
from annotator.services.adjudication.gold import gold_coder
from annotator.services.adjudication.gold_report import (
    AttributeFigures,
    CodeFigures,
    CoderReport,
    Feedback,
    GoldReport,
    InArticle,
    Kind,
    LinkFigures,
    PassageFigures,
    Settled,
    Shares,
    Who,
)
from annotator.services.agreement.comparing import Comparison, all_comparisons
from annotator.services.agreement.naming import labels_of
from annotator.services.agreement.request import Corpus, Question, entity_words
from annotator.services.agreement.units import IN_ORDER, Unit, of_layer, units
from annotator.services.study import Study


def against_gold(
    study: Study,
    names: Sequence[str] = (),
    overlap: float = 0.5,
    progress: Progress | None = None,
    book: CaseBook | None = None,
) -> GoldReport:
    """What `annotator gold report --json` prints; raises NotFound where nothing is settled, BadInput and Cancelled."""
    gold = gold_coder(study)
    chosen = [study.coder(name) for name in names]
    if any(c.role == GOLD for c in chosen):
        raise BadInput("gold cannot be compared with itself", ", ".join(names), "name coders")
    book = book or case_book(study, overlap)
    coders = chosen or list(book.coders)
    with study.file.reading():
        register = study.register()
        settled: dict[str, list[Annotation]] = {}
        for a in map(register.resolved, study.annotations(coder_ids=[gold.id])):
            settled.setdefault(a.document_id, []).append(a)
        told: list[CoderReport] = []
        for done, coder in enumerate(coders):
            if progress and not progress(done, len(coders)):
                raise Cancelled("the report was stopped")
            told.append(_Coder(study, book, gold, coder, settled, overlap).report())
    done, every = book.progress()
    documents = {d for d in book.documents if book.in_force(d)}
    waiting = say(
        "{n} of {every} cases not settled yet; labels in such cases are left out of every figure",
        n=every - done,
        every=every,
    )
    return GoldReport(
        gold=gold.name,
        documents=len(documents),
        overlap=overlap,
        cases=Settled(done, every),
        coders=tuple(told),
        account=account_of(study, book),
        notes=(waiting,) if done < every else (),
    )


@dataclass(frozen=True, slots=True)
class _Difference:
    kind: Kind
    unit: Unit
    attribute: str | None = None
    yours: str | None = None
    gold: str | None = None


class _Coder:
    """One coder beside gold, on the documents where something was settled and which this coder coded."""

    def __init__(
        self,
        study: Study,
        book: CaseBook,
        gold: Coder,
        coder: Coder,
        settled: Mapping[str, list[Annotation]],
        overlap: float,
    ) -> None:
        self._study, self._book, self._gold, self._coder = study, book, gold, coder
        self._codebook = study.codebook
        self._question = Question(overlap=overlap)
        self._waiting: set[str] = set()
        mine: dict[str, list[Annotation]] = {}
        for a in book.labels.values():
            if a.coder_id == coder.id:
                mine.setdefault(a.document_id, []).append(a)
        states = study.document_states(coder.id)
        labels: dict[str, dict[str, list[Annotation]]] = {}
        for key in book.documents:
            if book.in_force(key) and (key in mine or states.get(key) == "done"):
                labels[key] = {
                    gold.id: self._held(settled.get(key, []), key),
                    coder.id: self._counted(mine.get(key, []), key),
                }
        documents = tuple(d for d in book.documents.values() if d.id in labels)
        self._texts = {d.id: study.text(d.id) for d in documents}
        self._corpus = Corpus(
            self._codebook, (gold, coder), documents, labels, self._texts, entities=entity_words(study)
        )
        notes = {n.id: n.text for n in study.notes()}
        self._why = {
            g: notes[d.note] for key in labels for d in book.in_force(key) if d.note in notes for g in d.gold[:1]
        }

    def _held(self, labels: list[Annotation], document: str) -> list[Annotation]:
        """Gold without what is being talked about."""
        aside = {g for d in self._book.in_force(document) if d.outcome == "discuss" for g in d.gold}
        return [a for a in labels if a.id not in aside]

    def _counted(self, labels: list[Annotation], document: str) -> list[Annotation]:
        """The coder's labels without those of cases that wait for a decision. A coder who came after the decisions
        is held to them: what this coder alone marked is not in gold."""
        deciders = {v.coder for d in self._book.in_force(document) for v in d.versions}
        named = {
            f.annotation
            for a in labels
            if isinstance(layer := self._codebook.layer(a.layer), LinkLayer)
            for role in other_roles(self._codebook, layer.key)
            for f in a.roles.get(role.key, ())
        }
        kept = []
        for a in labels:
            case = self._book.case_of.get(a.id)
            waits = (
                case is not None
                and self._book.standing(case).state in ("open", "discuss")
                and any(v.coder_id in deciders for v in case.present)
            )
            if waits:
                self._waiting.add(a.id)
            if not waits or a.id in named:  # what a settled link names is needed to tell whom it names
                kept.append(a)
        return kept

    def report(self) -> CoderReport:
        passages, links, found = list[PassageFigures](), list[LinkFigures](), list[_Difference]()
        lone: set[str] = set()
        for layer in self._codebook.layers:
            both = [u for u in units(self._corpus, layer.key, self._question.overlap, IN_ORDER) if not self._waits(u)]
            key = sum(self._gold.id in u.made for u in both)
            response = sum(self._coder.id in u.made for u in both)
            matched = sum(len(u.made) == 2 for u in both)
            if not key + response:
                continue
            if isinstance(layer, SpanLayer):
                passages.append(self._figures(layer.key))
            elif isinstance(layer, LinkLayer):
                links.append(LinkFigures(layer.key, (key, response), matched, **shares(matched, key, response)))
                both = [u for u in both if not self._lone_owner(u, layer, lone)]
            lone |= {a.id for u in both if len(u.made) == 1 for a in u.made.values()}
            found += self._unmatched(both)
        attributes = list[AttributeFigures]()
        for c in all_comparisons(self._study, self._corpus, self._question):
            if part := self._values(c):
                attributes.append(part)
                found += self._wrong(c)
        return CoderReport(
            coder=Who(self._coder.id, self._coder.name),
            documents=len(self._corpus.documents),
            passages=tuple(passages),
            links=tuple(links),
            attributes=tuple(attributes),
            left_out=len(self._waiting),
            feedback=tuple(
                sorted((self._feedback(d) for d in found), key=lambda f: (f.document.number, f.place or (0, 0)))
            ),
        )

    def _waits(self, u: Unit) -> bool:
        return self._gold.id not in u.made and u.made[self._coder.id].id in self._waiting

    def _lone_owner(self, u: Unit, layer: LinkLayer, lone: set[str]) -> bool:
        """Whether a link belongs to a label that one side alone has: that label is told, its links go without."""
        owning = owners(self._codebook).by_link[layer.key]
        return any(key in lone for a in u.made.values() for key in owners_of(owning, a))

    def _figures(self, layer: str) -> PassageFigures:
        counts = []
        for d in self._corpus.documents:
            key, response = (
                [a.fragments for a in of_layer(self._corpus, d.id, c.id, layer) if a.id not in self._waiting]
                for c in (self._gold, self._coder)
            )
            counts.append(pair_counts(key, response, self._texts[d.id], self._question.overlap))
        found = pair_figures(counts)
        key, response = found["counts"]
        exact, trimmed, overlap = (Shares(**found[name]) for name in ("exact", "trimmed", "overlap"))
        return PassageFigures(layer, (key, response), found["matched"], exact, trimmed, overlap)

    def _unmatched(self, both: Sequence[Unit]) -> Iterator[_Difference]:
        for u in both:
            if self._coder.id not in u.made:
                yield _Difference("missed", u)
            elif self._gold.id not in u.made:
                yield _Difference("extra", u)
            elif u.made[self._coder.id].fragments != u.made[self._gold.id].fragments:
                yield _Difference(
                    "bounds",
                    u,
                    None,
                    text_of(self._texts[u.document_id], u.made[self._coder.id].fragments),
                    text_of(self._texts[u.document_id], u.made[self._gold.id].fragments),
                )

    def _pairs(self, c: Comparison) -> list[tuple[Unit, str | None, str | None]]:
        rows = zip(c.units, c.rows, strict=True)
        found = [(u, row.get(self._gold.id), row.get(self._coder.id)) for u, row in rows if len(u.made) == 2]
        return [(u, g, y) for u, g, y in found if (g, y) != (None, None)]

    def _values(self, c: Comparison) -> AttributeFigures | None:
        pairs = self._pairs(c)
        if not pairs:
            return None
        key = Counter(g for _, g, _ in pairs if g is not None)
        response = Counter(y for _, _, y in pairs if y is not None)
        right = Counter(g for _, g, y in pairs if g is not None and g == y)
        return AttributeFigures(
            layer=c.layer,
            attribute=c.attribute,
            role=c.role,
            units=len(pairs),
            right=right.total(),
            share=right.total() / len(pairs),
            missing=sum(y is None for _, _, y in pairs),
            added=sum(g is None for _, g, _ in pairs),
            codes=tuple(
                CodeFigures(
                    code=k,
                    label=c.names.get(k, k),
                    gold=key[k],
                    coder=response[k],
                    right=right[k],
                    **shares(right[k], key[k], response[k]),
                )
                for k in c.categories
                if key[k] or response[k]
            ),
        )

    def _wrong(self, c: Comparison) -> Iterator[_Difference]:
        for u, g, y in self._pairs(c):
            if g != y:
                yield _Difference(
                    "value", u, c.attribute, None if y is None else c.names[y], None if g is None else c.names[g]
                )

    def _feedback(self, d: _Difference) -> Feedback:
        document = self._book.documents[d.unit.document_id]
        of_gold = d.unit.made.get(self._gold.id)
        label = of_gold or d.unit.made[self._coder.id]
        fragments = self._place(label)
        layer = label.layer
        names = labels_of(self._codebook)
        return Feedback(
            document=InArticle(document.id, document.number, document.title),
            layer=layer,
            layer_label=self._codebook.layer(layer).label,
            kind=d.kind,
            attribute=d.attribute,
            attribute_label=names[layer, d.attribute][1] if d.attribute else None,
            place=(fragments[0][0], fragments[-1][1]) if fragments else None,
            text=text_of(self._texts[document.id], fragments) if fragments else None,
            yours=d.yours,
            gold=d.gold,
            why=self._why.get(of_gold.id) if of_gold else None,
        )

    def _place(self, label: Annotation) -> tuple[tuple[int, int], ...]:
        """Where a label is; a link is where its owner is."""
        layer = self._codebook.layer(label.layer)
        if not isinstance(layer, LinkLayer):
            return label.fragments
        here = {a.id: a for a in self._corpus.labels[label.document_id][label.coder_id]}
        owning = owners(self._codebook).by_link[layer.key]
        if owning.role is None:
            fillers = (here.get(f.annotation or "") for held in label.roles.values() for f in held)
        else:
            fillers = (here.get(key) for key in owners_of(owning, label))
        return next((self._place(a) for a in fillers if a is not None), ())


def of_one(report: GoldReport, coder_id: str) -> GoldReport:
    """The report cut down to one coder: what that coder may read."""
    return replace(report, coders=tuple(c for c in report.coders if c.coder.id == coder_id))
