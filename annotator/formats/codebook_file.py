"""The codebook that travels beside a dataset, for those who come back to this program."""

from __future__ import annotations

from pathlib import Path

from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_from_json, codebook_json
from annotator.domain.errors import BadInput

CODEBOOK = "codebook.json"


def write_codebook(folder: Path, codebook: Codebook) -> None:
    """``codebook.json`` in the folder."""
    (folder / CODEBOOK).write_text(codebook_json(codebook) + "\n", encoding="utf-8", newline="\n")


def read_codebook(folder: Path) -> Codebook | None:
    """The one in the folder, None where there is none; raises BadInput where it is no codebook."""
    path = folder / CODEBOOK
    if not folder.is_dir() or not path.is_file():
        return None
    try:
        return codebook_from_json(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise BadInput(
            "this is not a codebook", str(path), "remove the file; then a codebook is made from the codings"
        ) from error
