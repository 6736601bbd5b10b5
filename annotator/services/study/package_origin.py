"""Whose package a study file was made from; asked at every opening, so that nothing of packages is loaded for it."""

from __future__ import annotations

from annotator.services.study.study import Study
from annotator.store import people

CODER = "package_coder"
"""The fact of a study file that says whose package it was made from."""


def whose(study: Study) -> str | None:
    """The id of the coder whose package the study was made from; None where it is a study of its own."""
    with study.file.reading() as connection:
        return people.facts(connection).get(CODER)
