"""The coder in whose name settled labels stand. Nobody codes as this one, and it enters no agreement."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from annotator.domain.annotations import Coder
from annotator.domain.decisions import GOLD, Decision
from annotator.domain.errors import NotFound
from annotator.domain.identity import derived_id
from annotator.services.study import Study
from annotator.store import decisions as rows
from annotator.store import people
from annotator.store.decisions import Kept as Kept


def gold_of(coders: Iterable[Coder]) -> Coder | None:
    """The gold standard among these coders, None where there is none."""
    return next((c for c in coders if c.role == GOLD), None)


def gold_coder(study: Study) -> Coder:
    """The gold standard of the study; raises NotFound where nothing was settled yet."""
    found = gold_of(study.coders())
    if found is None:
        raise NotFound("nothing is settled in this study yet", str(study.file.path), "settle cases first")
    return found


def ensure_gold(study: Study) -> Coder:
    """The gold standard of the study, made where there is none; the same id in every copy of the study."""
    coders = study.coders()
    if (found := gold_of(coders)) is not None:
        return found
    taken = {c.name for c in coders}
    made = Coder(derived_id("gold", study.id), "Gold" if "Gold" not in taken else "Gold standard", GOLD)
    with study.file.transaction() as connection:
        people.add_coder(connection, made, study.clock())
    return made


def decisions(study: Study, document_id: str | None = None) -> list[Kept]:
    """Every decision in order, with the time at which it was taken back."""
    with study.file.reading() as connection:
        return rows.every(connection, document_id)


def decisions_named(study: Study, ids: Collection[str]) -> list[Kept]:
    """The decisions with these ids, in order."""
    with study.file.reading() as connection:
        return rows.some(connection, ids)


def holding(study: Study, document_id: str | None = None) -> list[Decision]:
    """The decisions that were not taken back, replaced ones too."""
    return [k.decision for k in decisions(study, document_id) if k.undone is None]


def lift(study: Study, labels: Collection[str], coder_id: str) -> None:
    """Write down that this person looks up whose labels these are: the person settles them blind no more.

    It is kept by label, so that it holds on when other labels join the case.
    """
    with study.file.transaction() as connection:
        rows.add_unblinding(connection, labels, coder_id, study.clock())


def lifted(study: Study, labels: Collection[str]) -> list[tuple[str, str]]:
    """(coder id, when) of everybody who looked up whose one of these labels is, first ones first."""
    with study.file.reading() as connection:
        return rows.unblinded(connection, labels)


def all_lifted(study: Study) -> dict[str, list[tuple[str, str]]]:
    """Label id -> what `lifted` says of it."""
    with study.file.reading() as connection:
        return rows.unblindings(connection)
