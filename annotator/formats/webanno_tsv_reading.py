"""Reading WebAnno TSV 3: our own by the codebook beside it, others' by their header."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragment
from annotator.domain.words import say
from annotator.formats.annotation_records import AnnotationRecord, CoderRef, FillerRecord, read_records
from annotator.formats.cas_types import FRAGMENT, LayerType, layer_types
from annotator.formats.coder_files import CoderFile
from annotator.formats.coder_files import coder_files as files_of
from annotator.formats.drafts import Draft, Extra, add_drafts, check_ids, entity_filler
from annotator.formats.incoming import Incoming
from annotator.formats.keys import Keys
from annotator.formats.plain_values import PlainValues
from annotator.formats.sidecar import NAME, Arrivals, Arrived, Beside, read_sidecar
from annotator.formats.tsv_grid import Grid, Layer, Row, numbered, split, target, unescaped
from annotator.formats.untrusted import Tree, opened

LABELS = "labels.jsonl"
EXTRAS = "extras.jsonl"
TEXT = "text.txt"


def read(path: Path) -> Incoming:
    """A folder, an archive, or one ``.tsv`` file."""
    only = path.name if path.is_file() and path.suffix == ".tsv" else None
    with opened(path.parent if only else path) as tree:
        beside = read_sidecar(tree.read(NAME), f"{tree.name}: {NAME}") if NAME in tree else None
        arrivals = Arrivals(beside)
        incoming = arrivals.incoming
        extras = _extras(tree) if beside is not None and EXTRAS in tree else {}
        foreign = _Foreign()
        count = 0
        for file in files_of(tree, ".tsv", only):
            count += 1
            _one(file, beside, extras, arrivals, foreign)
        if not count:
            raise BadInput("there is no .tsv file", tree.name, "name the folder with the .tsv files")
        foreign.give(incoming)
        if beside is not None and LABELS in tree:
            records, problems = read_records(tree.read(LABELS), tree.name)
            incoming.problems += [{**p, "where": f"{LABELS} {p['where']}"} for p in problems]
            incoming.records += [(say("{labels} line {n}", labels=LABELS, n=n), record) for n, record in records]
        check_ids(incoming, tree.name)
        return incoming


def _extras(tree: Tree) -> dict[str, Extra]:
    result: dict[str, Extra] = {}
    for number, line in enumerate(tree.text(EXTRAS).split("\n"), start=1):
        if line.strip():
            extra = Extra(line, say("{folder}: {extras} line {number}", folder=tree.name, extras=EXTRAS, number=number))
            result[extra.text("id") or ""] = extra
    return result


def _one(
    file: CoderFile, beside: Beside | None, extras: dict[str, Extra], arrivals: Arrivals, foreign: _Foreign
) -> None:
    incoming = arrivals.incoming
    before = len(incoming.problems)
    grid = Grid(partial(_tell, incoming, file.tree.name, file.label))
    grid.parse(file.tree.text(file.name, mark=True).removeprefix("\ufeff"), f"{file.tree.name}: {file.label}")
    if len(incoming.problems) > before:
        return
    beside_it = f"{file.name.rsplit('/', 1)[0]}/{TEXT}" if "/" in file.name else TEXT
    text: str | None
    if beside is not None and beside_it in file.tree:
        text = file.tree.text(beside_it, mark=True)
        if not grid.fit(text):
            return
    else:
        text = grid.built_text()
        if text is None:
            return
    arrived = arrivals.article(file.document, text, file.document)
    coder = None
    if file.coder:
        coder = beside.coder(file.coder) if beside else CoderRef(name=file.coder)
    marks = Marks(grid)
    marks.read()
    if len(incoming.problems) > before:
        return
    if beside is not None:
        incoming.records += _Own(beside, extras, grid, marks, file.label, arrived, coder).records()
    elif not file.initial:
        foreign.take(grid, marks, file.label, arrived, coder, incoming)


def _tell(incoming: Incoming, source: str, file: str, line: int, what: str) -> None:
    incoming.problem(source, say("{file} line {line}", file=file, line=line), what)


@dataclass
class Mark:
    """One label of the grid. cells: of its first row, in the order of the layer's columns, still escaped."""

    layer: Layer
    line: int
    unit: str
    number: int
    rows: list[Row]
    cells: list[str] = field(default_factory=list)

    @property
    def span(self) -> Fragment:
        """From the beginning of its first token to the end of its last."""
        return min(r.begin for r in self.rows), max(r.end for r in self.rows)

    def value(self, name: str) -> str | None:
        """The value of a feature; None where it has none."""
        for column, cell in zip(self.layer.columns, self.cells, strict=True):
            if column.kind == "value" and column.name == name:
                return None if cell in ("*", "_") else unescaped(cell)
        return None


class Marks:
    """Puts the cells of a grid together to labels."""

    def __init__(self, grid: Grid) -> None:
        self._grid = grid
        self.every: list[Mark] = []
        self._by_number: dict[int, list[Mark]] = {}
        self._by_unit: dict[str, list[Mark]] = {}
        self.units: dict[str, Row] = {}

    def read(self) -> None:
        """All of it."""
        known: dict[tuple[int, int], Mark] = {}
        for row in self._grid.rows():
            self.units.setdefault(row.id, row)
            at = 0
            for place, layer in enumerate(self._grid.layers):
                cells = row.cells[at : at + len(layer.columns)]
                at += len(layer.columns)
                if layer.kind != "CH" and any(c != "_" for c in cells):
                    self._layer(row, place, layer, cells, known)

    def find(self, unit: str, number: int, type: str) -> Mark | None:
        """The label that a reference means; None where there is none."""
        among = self._by_number.get(number, []) if number else self._by_unit.get(unit, [])
        return next((m for m in among if m.layer.type == type), among[0] if among else None)

    def _layer(self, row: Row, place: int, layer: Layer, cells: list[str], known: dict[tuple[int, int], Mark]) -> None:
        stacks = [split(cell, "|") for cell in cells]
        depth = max(map(len, stacks))
        for i in range(depth):
            found: list[str] = []
            number = 0
            for column, stack in zip(layer.columns, stacks, strict=True):
                said = stack[i] if i < len(stack) else "_"
                if column.kind not in ("target", "base"):
                    said, here = numbered(said)
                    number = number or here
                found.append(said)
            mark = known.get((place, number)) if number and layer.kind == "SP" else None
            if mark is None:
                mark = Mark(layer, row.line, row.id, number, [], found)
                self.every.append(mark)
                if number and layer.kind == "SP":
                    known[place, number] = mark
                    self._by_number.setdefault(number, []).append(mark)
            mark.rows.append(row)
            if layer.kind == "SP":
                self._by_unit.setdefault(row.id, []).append(mark)


class _Own:
    """A file that we wrote, whatever another program did to it since."""

    def __init__(
        self,
        beside: Beside,
        extras: dict[str, Extra],
        grid: Grid,
        marks: Marks,
        name: str,
        arrived: Arrived,
        coder: CoderRef | None,
    ) -> None:
        self._beside = beside
        self._extras = extras
        self._grid = grid
        self._marks = marks
        self._name = name
        self._arrived = arrived
        self._coder = coder
        self._plain = PlainValues(beside.codebook, blank=False)
        self._types = {t.type: t for t in layer_types(beside.codebook).values()}

    def records(self) -> list[tuple[str, AnnotationRecord]]:
        """Every label."""
        self._further: dict[str, list[Fragment]] = {}
        for mark in self._marks.every:
            if mark.layer.type == FRAGMENT:
                self._further.setdefault(mark.value("of") or "", []).append(mark.span)
        whole = [r for r in self._grid.rows() if "." not in r.id]
        self._tokens = [(r.begin, r.end) for r in whole]
        return [
            (say("{file} line {line}", file=self._name, line=m.line), self._record(m, self._types[m.layer.type]))
            for m in self._marks.every
            if m.layer.type in self._types
        ]

    def _id(self, mark: Mark) -> str:
        names = self._types.get(mark.layer.type)
        return (mark.value(names.extra) if names else None) or f"{self._name} {mark.unit}[{mark.number}]"

    def _record(self, mark: Mark, names: LayerType) -> AnnotationRecord:
        where = say("{file} line {line}", file=self._name, line=mark.line)
        key = self._id(mark)
        extra = self._extras.get(key) or Extra(None, where)
        layer = names.layer
        parts: dict[str, Any] = {"layer": layer.key, "coder": self._coder, "document": self._arrived.ref}
        if layer.kind == "span":
            place = self._arrived.place
            parts["fragments"] = tuple((place(s), place(e)) for s, e in self._fragments(mark, key, extra))
        texts: dict[str, list[str]] = {}
        for name, feature in names.attributes.items():
            said = mark.value(names.entities.get(name, feature))
            if said is not None:
                declared = self._plain.attribute(layer.key, name)
                many = declared is not None and (declared.type == "choices" or getattr(declared, "many", False))
                texts[name] = said.split("|") if many else [said]
        parts["values"] = self._plain.back(layer.key, texts, extra.mapping("exact"))
        parts["memo"] = mark.value(names.memo) or ""
        parts["roles"] = {role: self._fillers(mark, role, feature, extra) for role, feature in names.roles.items()}
        return extra.record(self._beside, key, **parts)

    def _fragments(self, mark: Mark, key: str, extra: Extra) -> list[Fragment]:
        found = sorted([mark.span, *self._further.get(key, ())])
        exact = [
            (f[0], f[1])
            for f in extra.list("span")
            if isinstance(f, list) and len(f) == 2 and all(type(n) is int for n in f)
        ]
        shown = [covered(self._tokens, f) for f in exact]
        return exact if exact and [(p[0][0], p[-1][1]) for p in shown if p] == found else found

    def _fillers(self, mark: Mark, role: str, feature: str, extra: Extra) -> tuple[FillerRecord, ...]:
        found: list[FillerRecord] = []
        for column, cell in zip(mark.layer.columns, mark.cells, strict=True):
            if column.kind == "target" and column.name == feature and cell not in ("_", "*"):
                for said in cell.split(";"):
                    if (end := _end(self._grid, self._marks, mark, said, column.type)) is not None:
                        found.append(FillerRecord(annotation=self._id(end)))
        for said in extra.mapping("entities").get(role, []):
            if isinstance(said, list) and len(said) == 2 and type(said[0]) is int and isinstance(said[1], str):
                found.insert(said[0], entity_filler(self._beside.entity(said[1])))
        return tuple(found)


def _end(grid: Grid, marks: Marks, mark: Mark, said: str, type: str) -> Mark | None:
    """The label at the end of a slot; None, told, where there is none."""
    ref = target(said)
    found = marks.find(ref[0], ref[1], type) if ref else None
    if found is None:
        grid.tell(mark.line, say("there is no label at {said!r}", said=said[:40]))
    return found


class _Foreign:
    """Files of others: layers of spans, relations, and slots as links."""

    def __init__(self) -> None:
        self._layers = Keys("layer")
        self._names: dict[str, Keys] = {}
        self._words: dict[str, str] = {}
        self._drafts: list[Draft] = []

    def take(
        self,
        grid: Grid,
        marks: Marks,
        name: str,
        arrived: Arrived,
        coder: CoderRef | None,
        incoming: Incoming,
    ) -> None:
        """The labels of one file."""
        self._grid, self._marks, self._file, self._arrived, self._coder = grid, marks, name, arrived, coder
        self._made: dict[int, Draft] = {}
        for layer in grid.layers:
            if layer.kind == "CH":
                incoming.losses.lose(say("chains of labels"), 1, layer.type)
        for mark in marks.every:
            if mark.layer.kind == "SP":
                self._span(mark, incoming)
        for mark in marks.every:
            if mark.layer.kind == "SP" and id(mark) in self._made:
                self._slots(mark)
            elif mark.layer.kind == "RL":
                self._relation(mark)

    def give(self, incoming: Incoming) -> None:
        """Everything that was taken."""
        add_drafts(incoming, self._drafts)
        incoming.labels |= self._words

    def _span(self, mark: Mark, incoming: Incoming) -> None:
        start, end = mark.span
        if start == end:
            incoming.losses.lose(
                say("labels without any text"), 1, say("{file} line {line}", file=self._file, line=mark.line)
            )
            return
        made = self._draft(mark, _short(mark.layer.type), f"{mark.layer.type}")
        made.fragments.append((self._arrived.place(start), self._arrived.place(end)))
        self._made[id(mark)] = made
        self._values(mark, made)

    def _values(self, mark: Mark, made: Draft) -> None:
        for column in mark.layer.columns:
            if column.kind == "value" and (said := mark.value(column.name)):
                made.values[self._key(made.layer, column.name)].append(said)

    def _slots(self, mark: Mark) -> None:
        roles: dict[str, list[str]] = {}
        for column, cell in zip(mark.layer.columns, mark.cells, strict=True):
            if column.kind == "role":
                roles[column.name] = [] if cell == "_" else split(cell, ";")
            elif column.kind == "target" and cell not in ("_", "*"):
                link = self._draft(mark, f"{_short(mark.layer.type)} {column.name}", f"{mark.layer.type}.{column.name}")
                link.filled(self._key(link.layer, _short(mark.layer.type)), self._made[id(mark)].id)
                for place, said in enumerate(split(cell, ";")):
                    end = _end(self._grid, self._marks, mark, said, column.type)
                    names = roles.get(column.name, [])
                    role = unescaped(names[place]) if place < len(names) and names[place] != "*" else column.name
                    if end is not None and id(end) in self._made:
                        link.filled(self._key(link.layer, role), self._made[id(end)].id)

    def _relation(self, mark: Mark) -> None:
        for column, cell in zip(mark.layer.columns, mark.cells, strict=True):
            ref = target(cell) if column.kind == "base" else None
            if column.kind != "base":
                continue
            if ref is None:
                self._grid.tell(
                    mark.line, say("the relation does not say where it comes from ({cell!r})", cell=cell[:40])
                )
                continue
            made = self._draft(mark, f"{_short(mark.layer.type)} (relation)", f"{mark.layer.type} {cell}")
            self._values(mark, made)
            for role, unit, number in (("source", ref[0], ref[1]), ("target", mark.unit, ref[2])):
                if (end := self._at(mark, unit, number, column.type)) is not None:
                    made.filled(role, end.id)
                    self._words[f"{made.layer}.{role}"] = role.capitalize()

    def _at(self, mark: Mark, unit: str, number: int, type: str) -> Draft | None:
        """The label at one end of a relation; a token where relations join tokens."""
        found = self._marks.find(unit, number, type)
        row = self._marks.units.get(unit)
        if found is not None and (found.layer.type == type or not type.endswith(".Token")):
            return self._made.get(id(found))
        if row is None or not type.endswith(".Token"):
            self._grid.tell(mark.line, say("there is no label at {unit}", unit=unit))
            return None
        made = self._made.get(-row.line)
        if made is None:
            made = self._draft(Mark(mark.layer, row.line, row.id, 0, [row]), "Token", "Token")
            made.fragments.append((self._arrived.place(row.begin), self._arrived.place(row.end)))
            self._made[-row.line] = made
        return made

    def _draft(self, mark: Mark, words: str, tag: str) -> Draft:
        layer = self._layers.of(words)
        self._words[layer] = words
        key = f"{self._file} {mark.unit}[{mark.number}] {tag} {len(self._drafts)}"
        made = Draft(
            say("{file} line {line}", file=self._file, line=mark.line), key, layer, self._arrived.ref, self._coder
        )
        self._drafts.append(made)
        return made

    def _key(self, layer: str, words: str) -> str:
        key = self._names.setdefault(layer, Keys("name")).of(words)
        self._words[f"{layer}.{key}"] = words
        return key


def _short(type: str) -> str:
    return type.rsplit(".", 1)[-1]


def covered(tokens: Sequence[Fragment], fragment: Fragment) -> list[Fragment]:
    """The tokens that a fragment covers, cut where it begins or ends within one. tokens: in order."""
    start, end = fragment
    result: list[Fragment] = []
    for place in range(max(0, bisect_right(tokens, (start, 0)) - 1), len(tokens)):
        s, e = tokens[place]
        if s >= end:
            break
        if e > start and s < e:
            result.append((max(s, start), min(e, end)))
    return result
