"""A study: opening it, what is in it, its integrity, history and place."""

from annotator.services.study.study import Study

__all__ = ["Study"]
