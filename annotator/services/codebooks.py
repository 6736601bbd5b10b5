"""Codebooks from files, and the one that comes with the program."""

from __future__ import annotations

from pathlib import Path

from annotator.data import resource_text
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.errors import BadInput


def builtin_codebook() -> Codebook:
    """The claims codebook that comes with the program."""
    return parse_codebook(resource_text("codebooks/claims.yaml"), "claims.yaml")


def read_codebook(path: Path) -> Codebook:
    """The codebook in a YAML or JSON file; raises BadInput, for faults in it CodebookFaults."""
    if path.is_dir():
        raise BadInput("this is a folder", str(path), "give the path of a codebook in YAML or JSON")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput("there is no such file", str(path), "check the path") from error
    except OSError as error:
        raise BadInput(f"the file cannot be read ({error.strerror})", str(path), "check your rights") from error
    except UnicodeDecodeError as error:
        raise BadInput("the file is not UTF-8", f"{path}, byte {error.start}", "save it as UTF-8") from error
    return parse_codebook(text, str(path))
