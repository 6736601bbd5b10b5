"""Codebooks and mappings from files, and the codebook that comes with the program."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from annotator.data import resource_text
from annotator.domain.bounds import LONGEST_CODEBOOK
from annotator.domain.codebook.mapping import CodebookMapping, parse_mapping
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.errors import BadInput
from annotator.domain.words import cause_of, say

REFI_QDA = (".qdc", ".qdpx", ".qde")
"""How files end that hold codes of programs for qualitative analysis."""


def builtin_codebook() -> Codebook:
    """The claims codebook that comes with the program."""
    return parse_codebook(resource_text("codebooks/claims.yaml"), "claims.yaml")


def read_codebook(path: Path) -> Codebook:
    """The codebook in a YAML or JSON file, or the codes in one of REFI-QDA; raises BadInput, or CodebookFaults."""
    if path.suffix.casefold() in REFI_QDA:
        return _of_codes(path)
    return parse_codebook(_text(path, say("a codebook")), str(path))


def _of_codes(path: Path) -> Codebook:
    """The codes that programs for qualitative analysis hand on, as layers with values."""
    from annotator.formats.deriving import derive_codebook
    from annotator.formats.qdpx_reading import read_codes

    try:
        return derive_codebook(read_codes(path), path.stem)
    except FileNotFoundError as error:
        raise BadInput("there is no such file", str(path), "check the path") from error
    except OSError as error:
        raise BadInput(
            say("the file cannot be read ({reason})", reason=cause_of(error)), str(path), "check your rights"
        ) from error
    except ValidationError as error:
        told = error.errors()[0]["msg"].lower()
        raise BadInput(
            say("it cannot be made into a codebook ({told})", told=told),
            str(path),
            "correct the names in it and try again",
        ) from error


def chosen_codebook(said: str | Path) -> Codebook:
    """The codebook in a file, or of a study; where no such file is there, the one of the gallery of this name."""
    from annotator.services.codebooks.gallery import gallery_codebook, is_in_gallery

    path = Path(said)
    if path.suffix == ".annotator":
        from annotator.services.study import Study

        with Study.open(path) as study:
            return study.codebook
    if not path.is_file() and is_in_gallery(str(said)):
        return gallery_codebook(str(said))
    return read_codebook(path)


def read_mapping(path: Path) -> CodebookMapping:
    """The mapping in a YAML or JSON file; raises BadInput with every fault."""
    return parse_mapping(_text(path, say("a mapping")), str(path))


def _text(path: Path, what: str) -> str:
    if path.is_dir():
        raise BadInput("this is a folder", str(path), say("give the path of {what} in YAML or JSON", what=what))
    try:
        if path.stat().st_size > LONGEST_CODEBOOK:
            raise BadInput(
                say("the file is larger than {most} MB", most=LONGEST_CODEBOOK >> 20),
                str(path),
                say("give the path of {what} in YAML or JSON", what=what),
            )
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput("there is no such file", str(path), "check the path") from error
    except OSError as error:
        raise BadInput(
            say("the file cannot be read ({reason})", reason=cause_of(error)), str(path), "check your rights"
        ) from error
    except UnicodeDecodeError as error:
        raise BadInput(
            "the file is not UTF-8", say("{path}, byte {byte}", path=path, byte=error.start), "save it as UTF-8"
        ) from error
