"""Agreement of the latest round in one figure: read beside everything else, for it takes longest."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.services.agreement.breakdowns import main_of
from annotator.services.agreement.comparing import Comparison, comparisons, table_of
from annotator.services.agreement.naming import labels_of
from annotator.services.agreement.request import Corpus, Question, corpus, of_documents
from annotator.services.study import Study
from annotator.services.today.records import Headline


def headline(study: Study) -> Headline:
    """The coefficient of the field with the most units that two coders coded in the latest round."""
    question = Question()
    try:
        compared = _latest(corpus(study, question))
    except BadInput as error:
        return _none(None, error.what)
    found = comparisons(study, compared, question)
    ids = [c.id for c in compared.coders]
    units = [table_of(c, ids).pairable for c in found]
    if not any(units):
        return _none(compared, say("nothing that two coders coded can be compared"))
    chosen = found[units.index(max(units))]
    main = main_of(chosen, ids, compared)
    return Headline(
        round=compared.round or None,
        field=f"{chosen.layer}.{chosen.attribute}" if chosen.attribute else chosen.layer,
        name=_name(study, chosen),
        coefficient=chosen.main,
        value=main.value,
        low=main.low,
        high=main.high,
        n=main.n if main.n is not None else max(units),
        articles=len(compared.documents),
        coders=tuple(c.name for c in compared.coders),
        why=main.undefined or "",
    )


def _latest(compared: Corpus) -> Corpus:
    """The same corpus, of the round that was planned last among those in which two coders read an article."""
    if len(compared.rounds) < 2:
        return compared
    name, labels = list(compared.rounds.items())[-1]
    if name == compared.round:
        return compared
    documents = [d for d in compared.every if d.id in labels]
    return replace(of_documents(compared, documents, labels), round=name)


def _name(study: Study, chosen: Comparison) -> str:
    known = labels_of(study.codebook)
    layer, attribute = known.get((chosen.layer, chosen.attribute or ""), (chosen.layer, chosen.attribute or ""))
    return f"{layer}: {attribute}" if attribute else layer


def _none(compared: Corpus | None, why: str) -> Headline:
    return Headline(
        round=compared.round or None if compared is not None else None,
        field="",
        name="",
        coefficient="",
        value=None,
        low=None,
        high=None,
        n=0,
        articles=len(compared.documents) if compared is not None else 0,
        coders=tuple(c.name for c in compared.coders) if compared is not None else (),
        why=why,
    )
