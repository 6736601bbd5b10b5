"""What is missing to a complete design: articles that coders were to code, and have not."""

from __future__ import annotations

from collections import Counter
from typing import Any

from annotator.domain.words import by_door, say
from annotator.services.agreement.request import Corpus, Question
from annotator.services.articles.shared_words import shared_words
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


def readings(study: Study, compared: Corpus, question: Question) -> list[dict[str, Any]]:
    """For each coder, of the articles that anybody coded: `labelled`, `nothing_found` (read, and no label), and
    `unknown`: no label, and nobody said whether the coder read it."""
    copies = study.hidden_repeats()
    articles = {d for d, by in compared.everything.items() if by and d not in copies}
    with study.file.reading() as connection:
        assigned = {(a.coder_id, a.document_id) for a in assignment_rows.every(connection)}
    found = []
    for coder in compared.people:
        if question.own is not None and question.own not in (coder.id, coder.name):
            continue
        mine = {d for d in articles if coder.id in compared.everything[d]}
        labelled = sum(bool(compared.everything[d][coder.id]) for d in mine)
        # what was handed to somebody and is still open is no open question: it is not read yet
        open_ = {d for d in articles - mine if (coder.id, d) not in assigned} if mine else set()
        found.append(
            {
                "coder": coder.name,
                "labelled": labelled,
                "nothing_found": len(mine) - labelled,
                "unknown": len(open_),
                "states": any(True for _ in study.document_states(coder.id)),
            }
        )
    return found


def reading_words(study: Study, compared: Corpus, question: Question) -> list[str]:
    """Whose articles without a label are left out because nobody said whether they were read."""
    told: list[str] = []
    for r in readings(study, compared, question):
        if r["unknown"] and not r["states"]:
            told.append(
                say(
                    "{coder} has no label in {n} of the articles that others coded, and nothing says whether they were "
                    "read: they are left out. {remedy}",
                    coder=r["coder"],
                    n=r["unknown"],
                    remedy=by_door(
                        "If they were, import again with --read, or mark them as done",
                        say("If they were, mark them as done"),
                    ),
                )
            )
    return told


def same_words_words(study: Study) -> list[str]:
    """That articles with the words of another are not coded by themselves, where the study chose so: the one that was
    coded counts once, in agreement as in progress."""
    told = shared_words(study)
    if not told or not told.stand_for:
        return []
    pairs = ", ".join(f"{number} ({by})" for number, by in told.stand_for.items())
    return [
        say(
            "articles with the same words are coded once, as chosen for this study; these are not "
            "coded themselves and enter no figure (in brackets the article that represents each): "
            "{pairs}",
            pairs=pairs,
        )
    ]
