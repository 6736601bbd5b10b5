"""Taking decisions back and bringing them again, one by one; those of a majority together, in the background."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from annotator.domain.changes import ChangeSet
from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.job_dialog import JobDialog
from annotator.qt.toolkit.words import spoken
from annotator.qt.toolkit.worker import Progress
from annotator.services.adjudication import deciding, majority
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.study import Study


class DecisionHistory(QObject):
    """Steps through what was decided; job: the dialog in which long steps run, and where faults are told."""

    begun = Signal()
    """A step runs in the background."""
    stepped = Signal(object)
    """What a step changed: a `ChangeSet`."""

    def __init__(self, study: Study, job: JobDialog) -> None:
        super().__init__(job)
        self._study, self._job = study, job

    @property
    def can_undo(self) -> bool:
        """Whether there is a decision to take back."""
        return deciding.can_undo(self._study) is not None

    @property
    def can_redo(self) -> bool:
        """Whether one was taken back that can be brought again."""
        return deciding.can_redo(self._study) is not None

    def step(self, book: CaseBook, back: bool) -> None:
        """Take the last decision back, or bring it again."""
        if (deciding.can_undo if back else deciding.can_redo)(self._study) == majority.UNIT:
            self._step_many(book, back)
            return
        try:
            changes = (deciding.undo if back else deciding.redo)(self._study, book)
        except AnnotatorError as error:
            self._refused(error)
        else:
            self.stepped.emit(changes)

    def _step_many(self, book: CaseBook, back: bool) -> None:
        """Thousands of decisions are taken back in the background."""
        path, step = self._study.file.path, deciding.undo if back else deciding.redo

        def work(_progress: Progress) -> ChangeSet:
            with Study.open(path) as study:
                return step(study, book)

        self.begun.emit()
        self._job.run(work, self._stepped_many, failed=self._refused, can_stop=False, stands=True)

    def _stepped_many(self, changes: ChangeSet) -> None:
        self._study.coding.forget()  # the background wrote to the journal
        self.stepped.emit(changes)

    def _refused(self, error: AnnotatorError) -> None:
        self._job.tell(spoken(error))
