"""Agreement of ratings and span sets that come from elsewhere as files."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annotator.agreement.coefficients import LEVELS, coefficients, measured
from annotator.agreement.estimate import Estimate
from annotator.agreement.intervals import METHOD
from annotator.agreement.ratings import RatingsTable, has_decimal_commas, nearly_alike, read_ratings, spelled_missing
from annotator.agreement.span_sets import span_sets_figures
from annotator.domain.bounds import read_json
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import JsonObject
from annotator.domain.words import Message, say
from annotator.formats.table_text import table_text
from annotator.services.agreement.measuring import headline


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise BadInput("there is no such file", str(path), "check the path") from error
    except (OSError, UnicodeDecodeError) as error:
        raise BadInput("the file cannot be read as UTF-8 text", str(path), "save it as UTF-8") from error


@dataclass(frozen=True, slots=True)
class Over:
    """What intervals are over, and how they are made."""

    over: str
    method: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TableAgreement:
    """What `annotator agreement --table` prints. units: with values of two coders; coders, values: how many."""

    level: str
    units: int
    coders: int
    values: int
    interval: Over
    coefficients: Mapping[str, Estimate]
    notes: tuple[Message, ...]


def table_agreement(
    path: Path, level: str, order: Sequence[str] | None, bootstrap: int | None, seed: int
) -> TableAgreement:
    """What `annotator agreement --table` prints; raises BadInput.

    bootstrap: resamples of percentile intervals, 0 for no intervals, None for those over units of the manual."""
    if level not in LEVELS:
        raise BadInput(
            say("`{level}` is not a level of measurement", level=level),
            remedy=say("use one of {names}", names=", ".join(LEVELS)),
        )
    text, guessed = _table_text(path)
    table = read_ratings(text, str(path), order)
    if bootstrap is None:
        found = {name: headline(m) for name, m in measured(table, level).items()}
    else:
        found = coefficients(table, level, bootstrap, seed)
    return TableAgreement(
        level=level,
        units=table.pairable,
        coders=len(table.coders),
        values=table.values,
        interval=Over("units", METHOD if bootstrap is None else f"percentiles of {bootstrap} resamples"),
        coefficients=found,
        notes=(
            *(
                say(
                    "`{label}` is in {n} cells and counts as a label; leave cells empty where nobody coded",
                    label=label,
                    n=n,
                )
                for label, n in spelled_missing(table).items()
            ),
            *(
                say("`{one}` and `{other}` differ in spaces or capitals alone and are two labels", one=one, other=other)
                for one, other in nearly_alike(table)
            ),
            *([say("the file is not UTF-8 and was read as Windows-1252: check its letters")] if guessed else []),
            *([say("commas in numbers are read as decimal ones")] if _reads_commas(table, level) else []),
        ),
    )


def _reads_commas(table: RatingsTable, level: str) -> bool:
    return level in ("interval", "ratio") and has_decimal_commas(table.categories)


def _table_text(path: Path) -> tuple[str, bool]:
    """(the text, whether it is only taken to be Windows-1252)."""
    try:
        return table_text(path.read_bytes(), str(path))
    except FileNotFoundError as error:
        raise BadInput("there is no such file", str(path), "check the path") from error
    except OSError as error:
        raise BadInput("the file cannot be read", str(path), "check the path") from error


def span_sets_as_json(path: Path) -> JsonObject:
    """What `annotator agreement --spans` prints; raises BadInput."""
    try:
        data = read_json(_text(path))
    except json.JSONDecodeError as error:
        raise BadInput(
            say("this is not JSON ({reason})", reason=error.msg),
            say("{path}, line {line}", path=path, line=error.lineno),
            "correct the file",
        ) from error
    except ValueError as error:
        raise BadInput(say("this is not JSON ({reason})", reason=error), str(path), "correct the file") from error
    return span_sets_figures(data, str(path))
