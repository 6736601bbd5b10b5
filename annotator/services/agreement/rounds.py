"""Rounds of a study: which articles belong to which, and the figures of each, so that none is pooled unasked."""

from __future__ import annotations

from typing import Any

from annotator.domain.words import say
from annotator.services.agreement.breakdowns import main_of
from annotator.services.agreement.comparing import comparisons, table_of
from annotator.services.agreement.request import ALL_ROUNDS, Corpus, Question, of_documents
from annotator.services.study import Study

NO_ROUND = say("no round")


def round_parts(study: Study, compared: Corpus, question: Question) -> list[dict[str, Any]]:
    """One for each round in which two coders read an article, the one that all other figures are about first; empty
    where there is only one. `pooled`: whether the other figures hold its articles."""
    if len(compared.rounds) < 2 or question.own is not None:
        return []
    found = []
    for name, labels in compared.rounds.items():
        documents = [d for d in compared.every if d.id in labels]
        part = of_documents(compared, documents, labels)
        ids = [c.id for c in part.coders]
        days = sorted(a.created[:10] for by in labels.values() for made in by.values() for a in made)
        figures = []
        for c in comparisons(study, part, question):
            main = main_of(c, ids, part if question.intervals else None)
            figures.append(
                {
                    "layer": c.layer,
                    "attribute": c.attribute,
                    "units": table_of(c, ids).pairable,
                    "coefficient": c.main,
                    "main": main.value,
                    "n": main.n,
                    "low": main.low,
                    "high": main.high,
                    "undefined": main.undefined,
                }
            )
        found.append(
            {
                "round": name or None,
                "pooled": question.round == ALL_ROUNDS or name == compared.round,
                "documents": len(documents),
                "coders": [c.name for c in part.coders],
                "from": days[0] if days else None,
                "to": days[-1] if days else None,
                "attributes": figures,
            }
        )
    return sorted(found, key=lambda r: not r["pooled"])
