"""What became of a case so far, in words; and the captions of its versions in the text."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.domain.decisions import Decision
from annotator.qt.adjudication.case_list import state_words
from annotator.qt.toolkit.words import tr
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.adjudication.cases import Case
from annotator.services.adjudication.gold import decisions
from annotator.services.study import Study

_NEAR = 12
"""Passages that begin within so many characters share one caption."""


def story(study: Study, book: CaseBook, case: Case, names: Mapping[str, str]) -> str:
    """Who decided what on a case, when and how, and what is to do. names: coder id -> name."""
    standing = book.standing(case)
    told = state_words(standing.state)
    d = standing.decision
    if d is not None:
        told = tr(
            "{state} by {who}, {at}: {how}, {blind}",
            state=told,
            who=names.get(d.settled_by, "?"),
            at=d.at[:16].replace("T", " "),
            how=_how(d),
            blind=tr("blind") if d.blind else tr("knowing who coded"),
        )
        if standing.along:
            told += tr("; settled along with what names it")
        mine = [k for k in decisions(study, case.document_id) if set(k.decision.labels) & set(d.labels)]
        if len(mine) > 1:
            told += tr("; {n} decisions so far, {m} taken back", n=len(mine), m=sum(bool(k.undone) for k in mine))
        note = next((n.text for n in study.notes(case.document_id) if n.id == d.note), "")
        told += f"\n“{note}”" if note else ""
    if standing.state == "changed":
        told += "\n" + tr("A coder changed a label here since it was settled: settle it again")
    return told


def _how(d: Decision) -> str:
    if d.outcome == "rejected":
        return tr("no label")
    return {
        "version": tr("one version taken"),
        "mixed": tr("mixed from several versions"),
        "written": tr("partly written anew"),
        "majority": tr("by majority"),
        "dawid_skene": tr("as the model proposed"),
        "rejected": tr("no label"),
        "discuss": tr("laid aside"),
    }[d.how]


def history(study: Study, case: Case, names: Mapping[str, str]) -> str:
    """Every decision on the case, one a line."""
    own = {a.id for a in case.made()}
    return "\n".join(
        f"{k.decision.at[:16].replace('T', ' ')}  {names.get(k.decision.settled_by, '?')}: "
        f"{k.decision.outcome}, {k.decision.how}"
        + (tr(", taken back {at}", at=k.undone[:16].replace("T", " ")) if k.undone else "")
        for k in decisions(study, case.document_id)
        if own & set(k.decision.labels)
    )


def captions(case: Case) -> dict[str, str]:
    """Surface label -> the numbers of all versions that begin there; one caption where several would lie on another."""
    found: dict[int, tuple[str, list[str]]] = {}
    for n, v in enumerate(case.versions, start=1):
        if v.label is None or not v.label.fragments:
            continue
        start = v.label.fragments[0][0]
        near = next((s for s in found if abs(s - start) <= _NEAR), None)
        if near is None:
            found[start] = (f"v{n}", [str(n)])
        else:
            found[near][1].append(str(n))
    return {key: ", ".join(numbers) for key, numbers in found.values()}


def majority_words(settled: int, left: int) -> str:
    """What a majority settled, and how many cases it left open because they overlap others."""
    told = (
        tr("1 case settled by majority; Undo takes it back")
        if settled == 1
        else tr("{n} cases settled by majority; Undo takes them back together", n=settled)
    )
    return told + tr("; {n} stay open because they overlap others", n=left) if left else told
