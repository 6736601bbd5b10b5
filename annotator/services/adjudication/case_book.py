"""All cases of a study with what was decided on them: made once, then kept up decision by decision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from annotator.domain.annotations import Annotation, Coder, Document
from annotator.domain.codebook.model import Codebook
from annotator.domain.decisions import Decision, in_force
from annotator.services.adjudication.cases import Case, Progress, cases_of
from annotator.services.adjudication.gold import holding
from annotator.services.agreement.request import ALL_ROUNDS, Corpus, Question, corpus
from annotator.services.study import Study

State = Literal["open", "settled", "discuss", "changed"]
STATES: tuple[State, ...] = ("open", "settled", "discuss", "changed")


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands: its state, the decision behind it, and whether that was made on another case with it."""

    state: State
    decision: Decision | None = None
    along: bool = False


_OPEN = Standing("open")


class CaseBook:
    """Cases in order, and the decisions in force."""

    def __init__(self, compared: Corpus, cases: Iterable[Case], decided: Iterable[Decision]) -> None:
        self.codebook: Codebook = compared.codebook
        self.coders: tuple[Coder, ...] = compared.coders
        self.documents: dict[str, Document] = {d.id: d for d in compared.documents}
        self.cases: list[Case] = list(cases)
        self.by_id: dict[str, Case] = {c.id: c for c in self.cases}
        self.labels: dict[str, Annotation] = {
            a.id: a for by in compared.labels.values() for own in by.values() for a in own
        }
        self.case_of: dict[str, Case] = {a.id: c for c in self.cases for a in c.made()}
        self._decided: dict[str, list[Decision]] = {}
        self._by_label: dict[str, Decision] = {}
        self._covers: dict[str, Decision] = {}
        self._standing: dict[str, Standing] = {}
        self._settled: dict[str, int] = {}
        self._cases_in: dict[str, list[Case]] = {}
        for c in self.cases:
            self._cases_in.setdefault(c.document_id, []).append(c)
        for d in decided:
            self._decided.setdefault(d.document_id, []).append(d)
        for document in self._decided:
            self._index(document)

    def reload(self, study: Study, document_id: str) -> None:
        """Read the decisions on one document again."""
        for d in self._decided.get(document_id, ()):
            for key in d.labels:
                self._by_label.pop(key, None)
            for key in d.covers:
                self._covers.pop(key, None)
        for case in self._cases_in.get(document_id, ()):
            self._standing.pop(case.id, None)
        self._settled.pop(document_id, None)
        self._decided[document_id] = holding(study, document_id)
        self._index(document_id)

    def _index(self, document_id: str) -> None:
        for d in in_force(self._decided[document_id]):
            self._by_label.update((key, d) for key in d.labels)
            self._covers.update((key, d) for key in d.covers)

    def in_force(self, document_id: str) -> list[Decision]:
        """The decisions on one document that hold."""
        return in_force(self._decided.get(document_id, []))

    def decision(self, case: Case) -> Decision | None:
        """The newest decision in force on this case itself."""
        found = [d for a in case.made() if (d := self._by_label.get(a.id)) is not None]
        return max(found, key=lambda d: d.at, default=None)

    def cover(self, case: Case) -> tuple[Decision, str] | None:
        """A decision on another case that made a gold label stand for this one, and that label's id."""
        for a in case.made():
            if (d := self._covers.get(a.id)) is not None:
                return d, d.covers[a.id]
        return None

    def standing(self, case: Case) -> Standing:
        """Where a case stands; coders who came after the decision do not open it again."""
        found = self._standing.get(case.id)
        if found is None:
            found = self._standing[case.id] = self._found_standing(case)
        return found

    def _found_standing(self, case: Case) -> Standing:
        decision = self.decision(case)
        if decision is not None:
            now = {v.coder_id: (v.label.id if v.label else None, v.basis) for v in case.versions}
            changed = any(now.get(v.coder) != (v.label, v.basis) for v in decision.versions)
            if changed:
                return Standing("changed", decision)
            return Standing("discuss" if decision.outcome == "discuss" else "settled", decision)
        covered = self.cover(case)
        return Standing("settled", covered[0], along=True) if covered else _OPEN

    def chosen(
        self, layer: str | None = None, attribute: str | None = None, document_id: str | None = None
    ) -> Iterator[Case]:
        """The cases of a layer, of those that differ on an attribute or role of a layer, of a document."""
        for case in self.cases:
            if document_id is not None and case.document_id != document_id:
                continue
            if attribute is not None:
                if not any(a == attribute and layer in (None, x) for x, a in case.differs):
                    continue
            elif layer is not None and layer != case.layer and layer not in case.slots:
                continue
            yield case

    def progress(self) -> tuple[int, int]:
        """(settled cases, all cases)."""
        for document, cases in self._cases_in.items():
            if document not in self._settled:
                self._settled[document] = sum(self.standing(c).state == "settled" for c in cases)
        return sum(self._settled.values()), len(self.cases)


def case_book(
    study: Study, overlap: float = 0.5, coders: tuple[str, ...] = (), progress: Progress | None = None
) -> CaseBook:
    """Read the study and match its labels; raises BadInput where no two coders coded the same document."""
    with study.file.reading():
        compared = corpus(study, Question(coders=coders, overlap=overlap, round=ALL_ROUNDS))
        decided = holding(study)
    book = CaseBook(compared, cases_of(compared, overlap, progress), decided)
    book.progress()  # finds where every case stands, here where it may take its time
    return book
