"""A reader of WebAnno TSV 3 made from the description in INCEpTION's manual alone; it shares nothing with the program.

A file becomes its text per row and a multiset of labels: spans by place and values, relations, slots and chains by the
labels that they join. Numbers, the division into tokens and the order of stacked labels say nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

Label = tuple[Any, ...]
_TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"


def _split(text: str, sign: str) -> list[str]:
    parts, current, at = [], "", 0
    while at < len(text):
        if text[at] == "\\":
            current += text[at : at + 2]
            at += 2
        elif text[at] == sign:
            parts.append(current)
            current, at = "", at + 1
        else:
            current += text[at]
            at += 1
    return [*parts, current]


def _plain(text: str) -> str:
    signs = {"t": "\t", "n": "\n", "r": "\r", "f": "\f", "b": "\b"}
    return re.sub(r"\\(->|.)", lambda m: signs.get(m[1], m[1]), text, flags=re.DOTALL)


def _number(text: str) -> tuple[str, int]:
    found = re.search(r"\[(\d+)\]$", text)
    if found is None or (len(text[: found.start()]) - len(text[: found.start()].rstrip("\\"))) % 2:
        return text, 0
    return text[: found.start()], int(found[1])


def _value(text: str) -> str | None:
    return None if text in ("*", "_") else _plain(text)


def labels_of(text: str) -> Counter[Label]:
    """Every label of a file but those without a character, and what stands on these."""
    layers: list[tuple[str, str, list[str]]] = []
    rows: list[tuple[str, int, int, list[str]]] = []
    for line in text.removeprefix("﻿").split("\n"):
        line = line.removesuffix("\r")
        if line.startswith("#T_"):
            kind, _, rest = line[3:].partition("=")
            type, *columns = rest.split("|")
            layers.append((kind, type, columns))
        elif line and not line.startswith("#"):
            unit, place, _, *cells = line.split("\t")
            begin, end = place.split("-")
            rows.append((unit, int(begin), int(end), cells))
    places = {unit: (begin, end) for unit, begin, end, _ in rows}
    spans: dict[Any, dict[str, Any]] = {}
    by_number: dict[int, Any] = {}
    by_unit: dict[tuple[str, str], list[Any]] = defaultdict(list)
    relations: list[tuple[str, str, list[str], list[str]]] = []
    chains: dict[tuple[str, int], dict[int, dict[str, Any]]] = defaultdict(dict)
    for unit, begin, end, cells in rows:
        at = 0
        for kind, type, columns in layers:
            own = [_split(c, "|") for c in cells[at : at + len(columns)]]
            at += len(columns)
            if all(c == ["_"] for c in own):
                continue
            for i in range(max(map(len, own))):
                said = [c[i] if i < len(c) else "_" for c in own]
                if kind == "RL":
                    relations.append((type, unit, columns, said))
                elif kind == "CH":
                    found = next(m for s in said if (m := re.match(r"(.*)->(\d+)-(\d+)$", s)))
                    element = chains[type, int(found[2])].setdefault(int(found[3]), {"rows": [], "said": ()})
                    element["rows"].append((begin, end))
                    element["said"] = tuple(
                        sorted(
                            (name, v)
                            for name, s in zip(columns, said, strict=True)
                            if (v := _value(found[1] if s == found[0] else _number(s)[0])) is not None
                        )
                    )
                else:
                    own_cells = [s for c, s in enumerate(said) if not (c and columns[c - 1].startswith("ROLE_"))]
                    number = next((n for s in own_cells if (n := _number(s)[1])), 0)
                    key = (type, number) if number else (type, unit, i)
                    span = spans.setdefault(key, {"type": type, "rows": [], "columns": columns, "said": said})
                    span["rows"].append((begin, end))
                    by_unit[type, unit].append(key)
                    if number:
                        by_number[number] = key

    def place(where: list[tuple[int, int]]) -> tuple[int, int]:
        return min(b for b, _ in where), max(e for _, e in where)

    def values(columns: list[str], said: list[str]) -> tuple[tuple[str, str], ...]:
        found = []
        role = False
        for name, s in zip(columns, said, strict=True):
            if name.startswith("ROLE_") or role:
                role = name.startswith("ROLE_")
            elif name and not name.startswith("BT_") and (v := _value(_number(s)[0])) is not None:
                found.append((name, v))
        return tuple(sorted(found))

    def shown(key: Any) -> Label:
        span = spans[key]
        return (span["type"], place(span["rows"]), values(span["columns"], span["said"]))

    def end_of(unit: str, number: int, type: str) -> Label | None:
        if number:
            return shown(by_number[number])
        if by_unit.get((type, unit)):
            return shown(by_unit[type, unit][0])
        if type == _TOKEN:
            return (_TOKEN, places[unit], ())
        other = next((k for (_, u), keys in by_unit.items() if u == unit for k in keys), None)
        return shown(other) if other else None

    def whole(label: Label | None) -> bool:
        return label is not None and label[1][0] < label[1][1]

    result: Counter[Label] = Counter()
    for key, span in spans.items():
        if not whole(shown(key)):
            continue
        result["span", *shown(key)] += 1
        roles: list[str] = []
        for name, s in zip(span["columns"], span["said"], strict=True):
            if name.startswith("ROLE_"):
                feature, roles = name[5:].split(":", 1)[1], _split(_number(s)[0], ";")
            elif roles:
                slots = []
                for role, target in zip(roles, _split(s, ";"), strict=False):
                    if found := re.match(r"([\d.-]+)(?:\[(\d+)\])?$", target):
                        end = end_of(found[1], int(found[2] or 0), name)
                        if whole(end):
                            slots.append((_value(role) or "", end))
                if slots:
                    result["slot", feature, shown(key), tuple(sorted(slots))] += 1
                roles = []
    for type, unit, columns, said in relations:
        base = next(i for i, c in enumerate(columns) if c.startswith("BT_"))
        found = re.match(r"([\d.-]+)(?:\[(\d+)_(\d+)\])?$", said[base])
        assert found, said
        joined = columns[base][3:]
        source, target = end_of(found[1], int(found[2] or 0), joined), end_of(unit, int(found[3] or 0), joined)
        result["relation", type, joined, source, target, values(columns, said)] += 1
    for (type, _), elements in chains.items():
        told = [(place(e["rows"]), e["said"]) for _, e in sorted(elements.items())]
        if told := [(where, v) for where, v in told if where[0] < where[1]]:
            result["chain", type, tuple(told)] += 1
    return result


def header_of(text: str) -> Counter[str]:
    """The layers of a file with their features."""
    return Counter(line for line in text.split("\n") if line.startswith("#T_"))
