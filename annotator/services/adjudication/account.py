"""The account of gold: what is settled, and of every coder's label what became of it."""

from __future__ import annotations

from collections import Counter

from annotator.domain.accounts import Account, Holding
from annotator.domain.words import say
from annotator.services.accounts import contents
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.study import Study

STANDS = say("coders' labels that a settled label replaces")
REJECTED = say("coders' labels in cases settled as no label")
ALONE = say("in articles that fewer than two coders coded")
SECOND = say("second readings, which are not settled")
_OPEN = {
    "open": say("coders' labels in open cases"),
    "discuss": say("coders' labels in cases to be discussed"),
    "changed": say("coders' labels in cases that were changed since they were settled"),
}


def account_of(study: Study, book: CaseBook) -> Account:
    """Settled labels are here; the sum is held against the database's own count."""
    found = contents(study)
    became = _became(book)
    here, reckoning = found.split(lambda layer, coder, document: None if coder in found.gold else "")
    reckoning.left.clear()
    told: Counter[tuple[str, str]] = Counter()
    for a in study.annotations():
        if a.coder_id in found.gold:
            continue
        why = became.get(a.id) or (SECOND if a.document_id in found.copies else ALONE)
        told[a.layer, why] += 1
    for (layer, why), n in told.items():
        reckoning.leave(layer, why, n)
    articles = {d for _, c, d in found.labels if c in found.gold} | {d for d in book.documents if book.in_force(d)}
    deciders = {v.coder for d in book.documents for x in book.in_force(d) for v in x.versions} & found.coded
    reckoning.leave_documents(say("nothing is settled in them"), found.documents - len(articles))
    reckoning.leave_coders(say("none of their cases is settled"), len(found.coded) - len(deciders))
    return reckoning.closed(Holding(len(articles), len(deciders), here.by_layer))


def _became(book: CaseBook) -> dict[str, str]:
    """Id of a coder's label or link -> what became of its case."""
    found: dict[str, str] = {}
    for case in book.cases:
        standing = book.standing(case)
        if standing.state == "settled":
            rejected = standing.decision is not None and standing.decision.outcome == "rejected" and not standing.along
            why = REJECTED if rejected else STANDS
        else:
            why = _OPEN[standing.state]
        for version in case.versions:
            for a in (version.label, *version.links):
                if a is not None:
                    found.setdefault(a.id, why)
    return found
