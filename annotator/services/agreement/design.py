"""What is missing to a complete design: articles that coders were to code, and have not."""

from __future__ import annotations

from collections import Counter
from typing import Any

from annotator.services.agreement.request import Corpus, Question
from annotator.services.study import Study
from annotator.store import assignments as assignment_rows


def design(study: Study, compared: Corpus, question: Question) -> dict[str, Any]:
    """`planned`: whether articles were assigned. `coders`: how many articles each has coded and which are missing, by
    number: of those assigned, or with no plan of those that anybody coded. `coverage`: how many articles had how many
    coders. `single`: numbers of articles that only one coder coded, so that nothing in them is compared.
    """
    with study.file.reading() as connection:
        assigned = assignment_rows.every(connection)
        copies = assignment_rows.hidden_repeats(connection)
    numbers = {d.id: d.number for d in study.documents() if d.id not in copies}
    readers = {d: set(by) for d, by in compared.everything.items() if d in numbers and by}
    wanted: dict[str, set[str]] = {}
    for a in assigned:
        if a.document_id in numbers:
            wanted.setdefault(a.coder_id, set()).add(a.document_id)
    coders = []
    for coder in compared.people:
        if question.own is not None and question.own not in (coder.id, coder.name):
            continue
        mine = {d for d, who in readers.items() if coder.id in who}
        due = wanted.get(coder.id, set()) if assigned else set(readers)
        coders.append(
            {
                "coder": coder.name,
                "coded": len(mine),
                "wanted": len(due),
                "missing": sorted(numbers[d] for d in due - mine),
            }
        )
    coverage = Counter(len(who) for who in readers.values())
    return {
        "planned": bool(assigned),
        "articles": len(numbers),
        "coders": coders,
        "coverage": [{"coders": n, "articles": coverage[n]} for n in sorted(coverage)],
        "single": sorted(numbers[d] for d, who in readers.items() if len(who) == 1),
    }
