"""Spreadsheets of codings (CSV, TSV, XLSX): a mapping says which column means what.

Without a mapping the columns of our own tables are taken, so that what `export --format csv` and `xlsx` wrote is read.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, ValidationError

from annotator.domain.bounds import MOST_COLUMNS, number_fault
from annotator.domain.errors import BadInput
from annotator.domain.formula_cells import unguarded
from annotator.domain.words import by_door, say, words_of
from annotator.formats.annotation_records import AnnotationRecord
from annotator.formats.incoming import Incoming
from annotator.formats.json_input import load_json
from annotator.formats.table_text import NOT_UTF8, delimited, rows_of, table_text
from annotator.formats.untrusted import check_archive, read_by_others

_NUMBERS = ("starts", "ends")
_OURS = frozenset({"id", "layer", "document_sha256", "starts", "ends"})
"""Columns by which a table is known that this program wrote."""


class SheetMapping(BaseModel):
    """Names of columns; None where the sheet has none. ``schemas`` and the dialog keep it as JSON.

    document_by: what the document column holds. layer: a column, or with ``=`` before it one layer for all rows.
    first: whether counting begins at 0 or 1; last: whether ``end`` is the last character itself or the one after.
    values: ``layer.attribute`` or ``attribute`` -> column. separator: between several values of a cell.
    codes: column -> what stands in a cell -> value of the codebook.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["annotator-sheet/1"] = "annotator-sheet/1"
    sheet: str | None = None
    id: str | None = None
    document: str
    document_by: Literal["source", "title", "number", "sha256", "id"] = "source"
    coder: str | None = None
    layer: str
    start: str | None = None
    end: str | None = None
    text: str | None = None
    memo: str | None = None
    uncertain: str | None = None
    created: str | None = None
    updated: str | None = None
    first: Literal[0, 1] = 0
    last: Literal["after", "included"] = "after"
    separator: str = "|"
    values: dict[str, str] = {}
    roles: dict[str, str] = {}
    because: dict[str, str] = {}
    codes: dict[str, dict[str, str]] = {}


def read(path: Path) -> Incoming:
    """A table with the columns that this program writes."""
    head, _ = sheet(path)
    return read_sheet(path, own_mapping(head, path.name))


def own_mapping(head: Sequence[str], name: str) -> SheetMapping:
    """The mapping of our own tables; raises BadInput where the columns are others."""
    if not set(head) >= _OURS:
        remedy = by_door(
            "say with --map which column means what, or use the window's Import", say("say which column means what")
        )
        raise BadInput("these are not the columns that this program writes", name, remedy)
    attributes = {h: h for h in head if "." in h and not h.endswith(".because")}
    return SheetMapping(
        id="id",
        document="document_sha256",
        document_by="sha256",
        coder="coder" if "coder" in head else None,
        layer="layer",
        start="starts",
        end="ends",
        text="text" if "text" in head else None,
        memo="memo" if "memo" in head else None,
        uncertain="uncertain" if "uncertain" in head else None,
        created="created" if "created" in head else None,
        updated="updated" if "updated" in head else None,
        values=attributes,
        because={h.removesuffix(".because"): h for h in head if h.endswith(".because")},
    )


def read_mapping(path: Path) -> SheetMapping:
    """A mapping file; raises BadInput with the place of the first fault."""
    try:
        return SheetMapping.model_validate_json(path.read_bytes())
    except FileNotFoundError as error:
        raise BadInput("there is no such file", str(path), "check the path") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(p) for p in first["loc"])
        raise BadInput(
            say("{told}", told=first["msg"].lower()), f"{path}, {where or 'JSON'}", "correct the mapping"
        ) from error


def sheet(path: Path, name: str | None = None) -> tuple[list[str], Iterator[list[Any]]]:
    """(head, rows) of a table; cells are text, numbers, True and False, or None."""
    if path.suffix.casefold() in (".xlsx", ".xlsm"):
        return _workbook(path, name)
    text, _ = table_text(path.read_bytes(), str(path))
    delimiter, text = delimited(text)
    return _headed(path, rows_of(text, path, delimiter))


def _workbook(path: Path, name: str | None) -> tuple[list[str], Iterator[list[Any]]]:
    from openpyxl import load_workbook

    try:
        with zipfile.ZipFile(path) as archive:
            check_archive(archive, path.name)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise BadInput("this is not a workbook", str(path), "save it as XLSX") from error
    with read_by_others(say("this is not a workbook"), str(path), say("save it as XLSX")):
        book = load_workbook(path, read_only=True, data_only=True)
        names = list(book.sheetnames)
        if name and name not in names:
            raise BadInput(say("the workbook has no sheet {name}", name=name), str(path), "check the mapping")
        found = book[name] if name else book.worksheets[0]
    return _headed(path, _sheet_rows(path, found))


def _sheet_rows(path: Path, found: Any) -> Iterator[list[Any]]:
    """The rows, which the library reads one by one: what is broken shows only then."""
    with read_by_others(say("this is not a workbook"), str(path), say("save it as XLSX")):
        for row in found.iter_rows(values_only=True):
            yield [_plain(c) for c in row]


def _plain(value: Any) -> Any:
    if isinstance(value, (datetime, date)):
        return value.isoformat()
    if isinstance(value, (int, float)) and number_fault(value):
        return str(value)
    return None if value == "" else value


def _headed(path: Path, rows: Iterator[list[Any]]) -> tuple[list[str], Iterator[list[Any]]]:
    head = ["" if c is None else str(c).strip() for c in next(rows, [])]
    if not any(head):
        raise BadInput("the table is empty", str(path), "its first row must name the columns")
    if len(head) > MOST_COLUMNS:
        raise BadInput(
            say("the table has more than {most} columns", most=MOST_COLUMNS), str(path), "take the others away"
        )
    if twice := sorted({h for h in head if h and head.count(h) > 1}):
        raise BadInput(
            say("the column {column} is there twice", column=twice[0]), str(path), "name one of them otherwise"
        )
    return head, rows


def sample(path: Path, count: int = 20, name: str | None = None) -> tuple[list[str], list[list[Any]]]:
    """The head and the first rows, for a person who maps them."""
    head, rows = sheet(path, name)
    return head, list(islice(rows, count))


def read_sheet(path: Path, mapping: SheetMapping) -> Incoming:
    """The records of a table."""
    head, rows = sheet(path, mapping.sheet)
    _check(head, mapping, path.name)
    incoming = Incoming()
    if path.suffix.casefold() not in (".xlsx", ".xlsm"):
        guessed = table_text(path.read_bytes(), str(path))[1]
        incoming.losses.lose(NOT_UTF8, guessed)
    if set(head) >= _OURS and path.suffix.casefold() not in (".xlsx", ".xlsm") and not _is_bare(path):
        rows = ([unguarded(c) if isinstance(c, str) else c for c in row] for row in rows)
    for number, row in enumerate(rows, start=2):
        cells = dict(zip(head, [*row, *[None] * len(head)], strict=False))
        if all(v is None for v in cells.values()):
            continue
        where = say("row {number}", number=number)
        try:
            incoming.records.append((where, _record(cells, mapping, path.stem, number)))
        except _Fault as fault:
            incoming.problem(path.name, where, words_of(fault))
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(p) for p in first["loc"])
            incoming.problem(path.name, where, f"{place}: {first['msg'].lower()}")
    return incoming


def _is_bare(path: Path) -> bool:
    """Whether the manifest beside the table says that its cells are as they are."""
    beside = path.with_name(path.name + ".manifest.json")
    try:
        told = load_json(beside.read_bytes(), beside.name)
        return str(told["cells"]["formulas"]) == "bare"
    except (OSError, BadInput, KeyError, TypeError):
        return False


class _Fault(Exception):
    """A row that says something that cannot be."""


def _check(head: Sequence[str], mapping: SheetMapping, name: str) -> None:
    single = ("id", "document", "coder", "start", "end", "text", "memo", "uncertain", "created", "updated")
    wanted = [getattr(mapping, key) for key in single]
    wanted += [*mapping.values.values(), *mapping.roles.values(), *mapping.because.values(), *mapping.codes]
    if not mapping.layer.startswith("="):
        wanted.append(mapping.layer)
    for column in wanted:
        if column is not None and column not in head:
            raise BadInput(
                say("the table has no column `{column}`", column=column),
                name,
                say("its columns: {names}", names=", ".join(h for h in head if h)),
            )


def _record(cells: Mapping[str, Any], mapping: SheetMapping, stem: str, number: int) -> AnnotationRecord:  # noqa: C901 - a branch for each column
    def at(column: str | None) -> Any:
        value = cells.get(column) if column else None
        return mapping.codes.get(column or "", {}).get(str(value), value) if value is not None else None

    layer = mapping.layer[1:] if mapping.layer.startswith("=") else str(at(mapping.layer) or "")
    if not layer:
        raise _Fault(say("it does not say which layer"))
    content: dict[str, Any] = {
        "id": str(at(mapping.id) or f"{stem}:{number}"),
        "layer": layer,
        "document": _document(at(mapping.document), mapping) | _own_facts(cells, mapping),
        "fragments": _fragments(at(mapping.start), at(mapping.end), mapping),
        "memo": str(at(mapping.memo) or ""),
        "uncertain": _several(at(mapping.uncertain), mapping),
    }
    for key in ("created", "updated"):
        if (when := at(getattr(mapping, key))) is not None:
            content[key] = str(when)
    if (coder := at(mapping.coder)) is not None:
        content["coder"] = {"name": str(coder)}
    if (content["fragments"] or mapping.start is None) and (text := at(mapping.text)) is not None:
        content["text"] = str(text)
    values, roles = {}, {}
    for name, column in mapping.values.items():
        owner, dot, key = name.rpartition(".")
        if (not dot or owner == layer) and (value := at(column)) is not None:
            values[key] = value
    for name, column in mapping.roles.items():
        owner, _, key = name.rpartition(".")
        if owner in ("", layer) and (value := at(column)) is not None:
            roles[key] = _several(value, mapping)
    reasons = {
        name.rpartition(".")[2]: str(value)
        for name, column in mapping.because.items()
        if name.rpartition(".")[0] in ("", layer) and (value := at(column)) is not None
    }
    return AnnotationRecord.model_validate(content | {"values": values} | _links(roles, reasons))


def _links(roles: Mapping[str, Sequence[str]], reasons: Mapping[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if roles:
        found["roles"] = {role: [{"annotation": name} for name in names] for role, names in roles.items()}
    if reasons:
        found["empty"] = {role: {"because": because} for role, because in reasons.items()}
    return found


def _document(value: Any, mapping: SheetMapping) -> dict[str, Any]:
    if value is None:
        raise _Fault(say("it does not say which article"))
    if mapping.document_by == "number":
        try:
            return {"number": int(str(value))}
        except ValueError as error:
            raise _Fault(say("`{value}` is not a number of an article", value=value)) from error
    return {mapping.document_by: str(value)}


def _own_facts(cells: Mapping[str, Any], mapping: SheetMapping) -> dict[str, Any]:
    """What our own tables say besides the hash, which several articles may have."""
    if mapping.document != "document_sha256":
        return {}
    told = {"id": cells.get("document_id"), "title": cells.get("document_title")}
    return {key: str(value) for key, value in told.items() if value is not None}


def _fragments(start: Any, end: Any, mapping: SheetMapping) -> list[tuple[int, int]]:
    if start is None and end is None:
        return []
    starts, ends = _wholes(start, mapping), _wholes(end, mapping)
    if len(starts) != len(ends):
        raise _Fault(say("{starts} beginnings and {ends} ends", starts=len(starts), ends=len(ends)))
    after = 1 if mapping.last == "included" else 0
    return [(s - mapping.first, e - mapping.first + after) for s, e in zip(starts, ends, strict=True)]


def _wholes(value: Any, mapping: SheetMapping) -> list[int]:
    found = []
    for one in _several(value, mapping):
        try:
            number = float(one)
        except ValueError as error:
            raise _Fault(say("`{one}` is not a place in a text", one=one)) from error
        if number_fault(number) or number != int(number):
            raise _Fault(say("`{one}` is not a place in a text", one=one))
        found.append(int(number))
    return found


def _several(value: Any, mapping: SheetMapping) -> list[str]:
    if value is None:
        return []
    return [part.strip() for part in str(value).split(mapping.separator) if part.strip()]
