"""The one family of errors a person may meet, each with what happened, where, and what to do next."""

from __future__ import annotations

from annotator.domain.words import Message, say, worded


class AnnotatorError(Exception):
    """Something could not be done; nothing was changed.

    what: what happened, a clause without a final full stop.
    where: the thing it is about (a path, an id, ``line 4, layers[0].key``); may be empty.
    remedy: what the person can do now, an imperative clause; may be empty.

    `what` and `remedy` are literals, or made by `say` where they have parts: the catalogues are made from both.
    """

    def __init__(self, what: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where, remedy)
        self.what: Message = worded(what)
        self.where = where
        self.remedy: Message = worded(remedy)

    def __str__(self) -> str:
        return str(self.told)

    @property
    def told(self) -> Message:
        """All faults in one clause."""
        head = say("{where}: {what}", where=self.where, what=self.what) if self.where else self.what
        return say("{head}; {remedy}", head=head, remedy=self.remedy) if self.remedy else head


class BadInput(AnnotatorError):
    """A file or a text from outside is not what it should be."""


class NotFound(AnnotatorError):
    """What was asked for does not exist."""


class Refusal(AnnotatorError):
    """The codebook or the text does not allow this command."""


class StudyFileError(AnnotatorError):
    """The study's file cannot be opened or written (missing, foreign, newer, locked, disk full…)."""


class StudyDisturbed(StudyFileError):
    """Another program took the study's file away, replaced it or wrote to it: nothing more is saved in it.

    What was confirmed since it was opened can be saved beside it (`services.study.saving_beside`).
    """


class Cancelled(AnnotatorError):
    """A person stopped long work; nothing of it was kept."""


class Interrupted(StudyFileError):
    """The connection to the study was lost before anything of this step was kept: it may be done again."""
