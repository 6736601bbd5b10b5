"""From a raw page to clean text, with a list of every step that removed or joined something."""

from annotator.intake.duplicates import Duplicate
from annotator.intake.model import STEPS, CleanDocument, CleaningStep, Meta, StepInfo
from annotator.intake.reading import FORMATS, read_source

__all__ = ["FORMATS", "STEPS", "CleanDocument", "CleaningStep", "Duplicate", "Meta", "StepInfo", "read_source"]
