"""A study: opening it, its contents, integrity, history, and where it is kept."""

from annotator.services.study.study import Study

__all__ = ["Study"]
