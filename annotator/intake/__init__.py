"""From a raw page to clean text, with a list of every step that removed or joined something."""

from annotator.intake.columns import ArticleColumns
from annotator.intake.duplicates import Duplicate
from annotator.intake.forms import stray
from annotator.intake.model import STEPS, CleanDocument, CleaningStep, Meta, Offer, Problem, StepInfo
from annotator.intake.notices import Notices
from annotator.intake.reading import FORMATS, can_be_read_again, read_again, read_file, read_source

__all__ = [
    "FORMATS",
    "STEPS",
    "ArticleColumns",
    "CleanDocument",
    "CleaningStep",
    "Duplicate",
    "Meta",
    "Notices",
    "Offer",
    "Problem",
    "StepInfo",
    "can_be_read_again",
    "read_again",
    "read_file",
    "read_source",
    "stray",
]
