"""What an export says of itself: what is in it, of which study, and what stays behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from annotator import __version__
from annotator.domain.accounts import Account
from annotator.domain.json_forms import JsonObject, as_json
from annotator.formats.csv_tables import Cells
from annotator.formats.dataset import Loss
from annotator.services.articles.shared_words import SharedWords
from annotator.services.codebooks.outcomes import CodebookVersion
from annotator.services.files import FilesDescribed


@dataclass(frozen=True, slots=True)
class WhichStudy:
    """The study that was exported."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Written:
    """How much was written. rows: of the main file. layers: labels by layer."""

    rows: int
    documents: int
    layers: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class CellsWritten:
    """How tables in CSV were written. formulas: the rule, or `bare`. guarded: cells with an apostrophe before them."""

    formulas: str
    guarded: int
    byte_order_mark: bool

    @classmethod
    def of(cls, cells: Cells) -> CellsWritten:
        """After the last cell was written."""
        return cls(cells.formulas, cells.guarded, cells.mark)


@dataclass(frozen=True, slots=True)
class FromSuggestions:
    """Labels that were accepted from suggestions. told: the file says from which."""

    labels: int
    told: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """What lies beside the data. described: its files with their sums.

    text: the words of the articles are in it. titles: headlines are.
    """

    study: WhichStudy
    codebook: CodebookVersion
    format: str
    text: bool
    titles: bool
    coders: tuple[str, ...]
    gold: bool
    counts: Written
    account: Account
    same_words: SharedWords | None
    cells: CellsWritten | None
    from_suggestions: FromSuggestions | None
    losses: tuple[Loss, ...]
    described: FilesDescribed

    def as_json(self) -> JsonObject:
        """The file `OUT.manifest.json`."""
        some = {"same_words": self.same_words, "cells": self.cells, "from_suggestions": self.from_suggestions}
        return {
            "program": "Annotator",
            "version": __version__,
            "study": as_json(self.study),
            "codebook": as_json(self.codebook),
            "format": self.format,
            "text": self.text,
            "titles": self.titles,
            "coders": list(self.coders),
            "gold": self.gold,
            "counts": as_json(self.counts),
            "account": as_json(self.account),
            **{name: as_json(what) for name, what in some.items() if what is not None},
            "losses": as_json(self.losses),
            **self.described.as_json(),
        }


@dataclass(frozen=True, slots=True)
class Preview:
    """The manifest that an export would have. head: the beginning of its main file, empty where it is not text."""

    manifest: Manifest
    head: str

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return self.manifest.as_json() | {"head": self.head}
