"""The account of an agreement report: which of the study's labels are compared, and why the rest is not."""

from __future__ import annotations

from collections import Counter

from annotator.domain.accounts import Account, Holding
from annotator.domain.words import say
from annotator.services.accounts import NOT_ASKED, SETTLED, contents
from annotator.services.agreement.request import Corpus, Question
from annotator.services.study import Study

ALONE = say("in articles that fewer than two of these coders coded")
OTHER_ROUND = say("in articles of other rounds, which have figures of their own")
APART = say("second readings, compared apart with the first reading of the same coder")
UNMET = say("they do not meet the condition")
OTHER_LAYER = say("of layers that were not asked for")
RETIRED = say("of layers that the codebook does not have any more")
NO_PARTNER = say("no article in common with another coder")


def account_of(study: Study, compared: Corpus, question: Question) -> Account:
    """Labels that are compared between coders are here; the sum is held against the database's own count."""
    found = contents(study)
    asked = {c.id for c in compared.people}
    layers = {x.key for x in study.codebook.layers if question.layer in (None, x.key)}
    shared = {compared.article(d.id) for d in compared.documents}
    kept = {
        a.id: (a.layer, a.coder_id, a.document_id)
        for by in compared.labels.values()
        for own in by.values()
        for a in own
        if a.layer in layers
    }
    here = Counter(kept.values())
    known = set(found.layers)
    others = {d.id for d in compared.every} - shared

    def why(layer: str, coder: str, document: str) -> str | None:
        if coder in found.gold:
            return SETTLED
        if coder not in asked:
            return NOT_ASKED
        if layer not in layers:
            return OTHER_LAYER if layer in known else RETIRED
        if document not in shared:
            return APART if document in found.copies else OTHER_ROUND if document in others else ALONE
        return None

    _, reckoning = found.split(why)
    for key, n in found.labels.items():
        if why(*key) is None:
            reckoning.leave(key[0], UNMET if question.where else ALONE, n - here[key])
    partners = {c for by in compared.labels.values() for c in by} & found.coded
    if question.own is not None:  # the others stand as one, whoever they are
        partners = {coder for _, coder, _ in kept.values()} & found.coded
    articles = {found.copies.get(d, d) for d in shared}
    reckoning.leave_documents(OTHER_ROUND, len(others))
    reckoning.leave_documents(ALONE, found.documents - len(articles) - len(others))
    reckoning.leave_coders(NOT_ASKED, len(found.coded - asked))
    reckoning.leave_coders(NO_PARTNER, len((found.coded & asked) - partners))
    made = found.held(here.items(), len(articles), len(partners))
    return reckoning.closed(Holding(made.documents, made.coders, made.by_layer, made.second_readings))
