"""Reading WebAnno TSV 3: our own by the codebook beside it, others' by their header."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from annotator.domain.fragments import Fragment
from annotator.domain.words import say
from annotator.formats.annotation_records import AnnotationRecord, CoderRef, FillerRecord, read_records
from annotator.formats.beside_lines import EXTRAS, BesideLines, Sign, said
from annotator.formats.coder_files import CoderFile, each_file
from annotator.formats.drafts import Draft, Extra, add_drafts, check_ids, entity_filler
from annotator.formats.incoming import Declared, Incoming
from annotator.formats.keys import Keys
from annotator.formats.layer_types import FRAGMENT, MEMBER, NO_NAME, OWNER, TOKEN, LayerType, layer_types
from annotator.formats.plain_values import PlainValues
from annotator.formats.sidecar import NAME, Arrivals, Arrived, Beside, read_sidecar
from annotator.formats.tsv_grid import Grid, Layer, Row, chained, numbered, split, target, unescaped
from annotator.formats.untrusted import opened

FORM = "webanno-tsv"
LABELS = "labels.jsonl"
TEXT = "text.txt"
__all__ = ["EXTRAS", "FORM", "LABELS", "TEXT", "covered", "read"]


def read(path: Path) -> Incoming:
    """A folder, an archive, or one ``.tsv`` file."""
    only = path.name if path.is_file() and path.suffix == ".tsv" else None
    with opened(path.parent if only else path) as tree:
        beside = read_sidecar(tree.read(NAME), f"{tree.name}: {NAME}") if NAME in tree else None
        arrivals = Arrivals(beside)
        incoming = arrivals.incoming
        extras = BesideLines(tree if beside is not None else None)
        foreign = _Foreign()
        each_file(tree, ".tsv", only, incoming, lambda file: _one(file, beside, extras, arrivals, foreign))
        foreign.give(incoming)
        if beside is not None and LABELS in tree:
            records, problems = read_records(tree.read(LABELS), tree.name)
            incoming.problems += [{**p, "where": f"{LABELS} {p['where']}"} for p in problems]
            incoming.records += [(say("{labels} line {n}", labels=LABELS, n=n), record) for n, record in records]
        check_ids(incoming, tree.name)
        return incoming


def _one(file: CoderFile, beside: Beside | None, extras: BesideLines, arrivals: Arrivals, foreign: _Foreign) -> None:
    """One file; rows at fault are told and left out, so that every other fault is told too."""
    incoming = arrivals.incoming
    grid = Grid(partial(_tell, incoming, file.tree.name, file.label))
    grid.parse(file.tree.text(file.name, mark=True).removeprefix("\ufeff"), f"{file.tree.name}: {file.label}")
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
    if beside is not None:
        incoming.records += _Own(beside, extras, grid, marks, file.label, arrived, coder).records(incoming)
    else:
        foreign.take(grid, marks, file.label, arrived, coder, incoming, file.initial)


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
    chain: tuple[int, int] | None = None
    """Of an element of a chain: the number of the chain, and its place there."""

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
        self._tokens: dict[str, Mark] = {}

    def read(self) -> None:
        """All of it."""
        known: dict[tuple[int, int], Mark] = {}
        elements: dict[tuple[int, int, int], Mark] = {}
        for row in self._grid.rows():
            self.units.setdefault(row.id, row)
            at = 0
            for place, layer in enumerate(self._grid.layers):
                cells = row.cells[at : at + len(layer.columns)]
                at += len(layer.columns)
                if all(c == "_" for c in cells):
                    continue
                if layer.kind == "CH":
                    self._elements(row, place, layer, cells, elements)
                else:
                    self._layer(row, place, layer, cells, known)

    def find(self, unit: str, number: int, type: str) -> Mark | None:
        """The label that a reference means; None where there is none."""
        among = self._by_number.get(number, []) if number else self._by_unit.get(unit, [])
        return next((m for m in among if m.layer.type == type), among[0] if among else None)

    def at(self, unit: str, number: int, type: str) -> Mark | None:
        """The label at one end of a relation; one of a token, made for it, where relations join tokens."""
        found = self.find(unit, number, type)
        if found is not None and (found.layer.type == type or type != TOKEN):
            return found
        row = self.units.get(unit)
        if row is None or type != TOKEN:
            return None
        if unit not in self._tokens:
            self._tokens[unit] = Mark(Layer("SP", TOKEN), row.line, row.id, 0, [row])
        return self._tokens[unit]

    def chains(self) -> list[list[Mark]]:
        """The elements of each chain, in its order."""
        found: dict[tuple[str, int], list[Mark]] = {}
        for mark in self.every:
            if mark.chain is not None:
                found.setdefault((mark.layer.type, mark.chain[0]), []).append(mark)
        return [sorted(found[key], key=lambda m: m.chain or (0, 0)) for key in sorted(found)]

    def _elements(
        self, row: Row, place: int, layer: Layer, cells: list[str], known: dict[tuple[int, int, int], Mark]
    ) -> None:
        stacks = [split(cell, "|") for cell in cells]
        for i in range(max(map(len, stacks))):
            parts = [stack[i] if i < len(stack) else "_" for stack in stacks]
            links = [chained(part) for part in parts]
            link = next((x for x in links if x is not None), None)
            if link is None:
                self._grid.tell(row.line, say("the element does not say of which chain it is"))
                continue
            found = [x[0] if x is not None else numbered(part)[0] for x, part in zip(links, parts, strict=True)]
            mark = known.get((place, link[1], link[2]))
            if mark is None:
                mark = Mark(layer, row.line, row.id, 0, [], found, (link[1], link[2]))
                known[place, link[1], link[2]] = mark
                self.every.append(mark)
            mark.rows.append(row)

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
        extras: BesideLines,
        grid: Grid,
        marks: Marks,
        name: str,
        arrived: Arrived,
        coder: CoderRef | None,
    ) -> None:
        self._beside = beside
        self._lines = extras
        self._grid = grid
        self._marks = marks
        self._name = name
        self._arrived = arrived
        self._coder = coder
        self._plain = PlainValues(beside.codebook, blank=False)
        types = layer_types(beside.codebook, FORM)
        self._types = {t.type: t for t in types.values() if t.kind != "feature" and t.kind != "chain"}
        self._chain_types = {types[t.element].type: t for t in types.values() if t.kind == "chain"}
        self._slot_types = {(t.type, t.feature): t for t in types.values() if t.kind == "feature"}

    def records(self, incoming: Incoming) -> list[tuple[str, AnnotationRecord]]:
        """Every label."""
        self._further: dict[str, list[Fragment]] = {}
        others = 0
        for mark in self._marks.every:
            if mark.layer.type == FRAGMENT:
                self._further.setdefault(mark.value("of") or "", []).append(mark.span)
            elif mark.layer.type not in self._types:
                others += 1
        incoming.losses.lose(say("labels of types that the codebook does not have"), others, self._name)
        whole = [r for r in self._grid.rows() if "." not in r.id]
        self._tokens = [(r.begin, r.end) for r in whole]
        self._ends = {
            id(m): list(relation_ends(self._grid, self._marks, m)) for m in self._marks.every if m.layer.kind == "RL"
        }
        tokens = [
            end for found in self._ends.values() for _, end in found if end is not None and end.layer.type == TOKEN
        ]
        known = [m for m in {id(m): m for m in (*self._marks.every, *tokens)}.values() if m.layer.type in self._types]
        self._made: list[tuple[_Link, list[tuple[str, Mark]]]] = [
            (_Link(m, self._types[m.layer.type]), []) for m in known
        ]
        self._made += self._tied()
        self._settle()
        return [
            (say("{file} line {line}", file=self._name, line=link.mark.line), self._record(link, ends, extra))
            for (link, ends), extra in zip(self._made, self._told, strict=True)
        ]

    def _tied(self) -> Iterator[tuple[_Link, list[tuple[str, Mark]]]]:
        """Links that stand in the file as slots and chains of others: each with (role, label)."""
        for chain in self._marks.chains():
            names = self._chain_types.get(chain[0].layer.type)
            if names is not None and len(chain) > 1:
                role = next(iter(names.roles))
                yield _Link(chain[0], names), [(role, m) for m in chain]
        for mark in self._marks.every:
            for feature, said_roles, targets, type in _slots(mark):
                names = self._slot_types.get((mark.layer.type, feature))
                if names is None:
                    continue
                back = {word: role for role, word in names.roles.items()}
                ends: list[tuple[str, Mark]] = [(names.owner, mark)]
                for role, at in zip(said_roles, targets, strict=True):
                    if (end := _end(self._grid, self._marks, mark, at, type)) is not None:
                        ends.append((back.get(role, role), end))
                yield _Link(mark, names), ends

    def _settle(self) -> None:
        """Find what stands beside each label."""
        signs = [
            Sign(link.names.layer.key, link.mark.span, said(self._texts(link) if not ends else {}))
            for link, ends in self._made
        ]
        self._told = self._lines.of(self._name, signs)
        self._ids: dict[int, str] = {}
        for (link, ends), extra in zip(self._made, self._told, strict=True):
            mark = link.mark
            written = mark.value(link.names.extra) if not ends else None
            key = (extra.text("id") if extra is not None else None) or written
            link.key = key or f"{self._name} {mark.unit}[{mark.number}] {link.names.layer.key}"
            if not ends:
                self._ids[id(mark)] = link.key

    def _id(self, mark: Mark) -> str:
        return self._ids.get(id(mark)) or f"{self._name} {mark.unit}[{mark.number}]"

    def _texts(self, link: _Link) -> dict[str, list[str]]:
        texts: dict[str, list[str]] = {}
        for name, feature in link.names.attributes.items():
            told = link.mark.value(link.names.entities.get(name, feature))
            if told is not None:
                declared = self._plain.attribute(link.names.layer.key, name)
                many = declared is not None and (declared.type == "choices" or getattr(declared, "many", False))
                texts[name] = told.split("|") if many else [told]
        return texts

    def _record(self, link: _Link, ends: list[tuple[str, Mark]], beside: Extra | None) -> AnnotationRecord:
        mark, names, key = link.mark, link.names, link.key
        where = say("{file} line {line}", file=self._name, line=mark.line)
        extra = beside or self._lines.by_id.get(key) or Extra(None, where)
        layer = names.layer
        parts: dict[str, Any] = {"layer": layer.key, "coder": self._coder, "document": self._arrived.ref}
        if layer.kind == "span":
            place = self._arrived.place
            parts["fragments"] = tuple((place(s), place(e)) for s, e in self._fragments(mark, key, extra))
        texts = self._texts(link) if not ends else {}
        parts["values"] = self._plain.back(layer.key, texts, extra.mapping("exact"))
        parts["values"] |= {k: v for k, v in extra.mapping("values").items() if k not in texts}
        parts["memo"] = (mark.value(names.memo) if not names.theirs else None) or extra.text("memo") or ""
        if ends:
            roles: dict[str, list[FillerRecord]] = {}
            for role, end in ends:
                roles.setdefault(role, []).append(FillerRecord(annotation=self._id(end)))
            parts["roles"] = {role: tuple(fillers) for role, fillers in roles.items()}
        elif names.kind == "relation":
            parts["roles"] = self._sides(link)
        else:
            parts["roles"] = {role: self._fillers(mark, role, feature, extra) for role, feature in names.roles.items()}
        return extra.record(self._beside, key, **parts)

    def _sides(self, link: _Link) -> dict[str, tuple[FillerRecord, ...]]:
        """The two labels of a relation."""
        found: dict[str, tuple[FillerRecord, ...]] = {}
        mark = link.mark
        for source, end in self._ends[id(mark)]:
            for role, feature in link.names.ends.items():
                if source == (feature.casefold() in ("source", "governor")) and end is not None:
                    found[role] = (FillerRecord(annotation=self._id(end)),)
        return found

    def _fragments(self, mark: Mark, key: str, extra: Extra) -> list[Fragment]:
        pieces = [
            end.span
            for _, _, targets, type in _slots(mark)
            if type == FRAGMENT
            for at in targets
            if (end := _end(self._grid, self._marks, mark, at, type)) is not None
        ]
        found = sorted([mark.span, *self._further.get(key, ()), *pieces])
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


@dataclass
class _Link:
    """A label with the names of its layer. key: its id."""

    mark: Mark
    names: LayerType
    key: str = ""


def _slots(mark: Mark) -> Iterator[tuple[str, list[str], list[str], str]]:
    """(feature, roles as they are said, where their labels are, type) of each slot of a label that is filled."""
    roles: dict[str, list[str]] = {}
    for column, cell in zip(mark.layer.columns, mark.cells, strict=True):
        if column.kind == "role":
            roles[column.name] = [] if cell == "_" else split(cell, ";")
        elif column.kind == "target" and cell not in ("_", "*"):
            targets = split(cell, ";")
            names = roles.get(column.name, [])
            told = [names[i] if i < len(names) else "*" for i in range(len(targets))]
            yield column.name, [NO_NAME if name == "*" else unescaped(name) for name in told], targets, column.type


def relation_ends(grid: Grid, marks: Marks, mark: Mark) -> Iterator[tuple[bool, Mark | None]]:
    """(whether it is the source, the label) of both ends of a relation; None where there is none, which is told.

    Where relations join tokens the label is one of the token, made when it is needed.
    """
    for column, cell in zip(mark.layer.columns, mark.cells, strict=True):
        if column.kind != "base":
            continue
        ref = target(cell)
        if ref is None:
            grid.tell(mark.line, say("the relation does not say where it comes from ({cell!r})", cell=cell[:40]))
            return
        for source, unit, number in ((True, ref[0], ref[1]), (False, mark.unit, ref[2])):
            found = marks.at(unit, number, column.type)
            if found is None:
                grid.tell(mark.line, say("there is no label at {unit}", unit=unit))
            yield source, found


class _Foreign:
    """Files of others: layers of spans, relations, chains, and slots as links."""

    def __init__(self) -> None:
        self._layers = Keys("layer")
        self._names: dict[str, Keys] = {}
        self._words: dict[str, str] = {}
        self._first: dict[str, str] = {}
        self._written: dict[str, dict[str, str]] = {}
        self._declared: dict[str, Declared] = {}
        self._drafts: list[Draft] = []

    def take(
        self,
        grid: Grid,
        marks: Marks,
        name: str,
        arrived: Arrived,
        coder: CoderRef | None,
        incoming: Incoming,
        nobody: bool = False,
    ) -> None:
        """The labels of one file; those that are nobody's are told."""
        self._grid, self._marks, self._file, self._arrived, self._coder = grid, marks, name, arrived, coder
        self._made: dict[int, Draft] = {}
        self._incoming = incoming
        for layer in grid.layers:
            self._declare(layer)
        if nobody:
            incoming.losses.lose(say("empty labels without a coder, which programs begin with"), len(marks.every), name)
            return
        for mark in marks.every:
            if mark.layer.kind != "RL":
                self._span(mark)
        for mark in marks.every:
            if mark.layer.kind == "SP":
                self._fill_slots(mark)
            elif mark.layer.kind == "RL":
                self._relation(mark)
        for chain in marks.chains():
            self._chain(chain)

    def give(self, incoming: Incoming) -> None:
        """Everything that was taken."""
        add_drafts(incoming, self._drafts)
        incoming.labels |= self._words
        incoming.written_as |= self._written
        incoming.declared |= self._declared

    def _declare(self, layer: Layer) -> None:
        """A layer of the header with its features, whether a label has them or not."""
        values = [c.name for c in layer.columns if c.kind == "value"]
        if layer.kind == "RL":
            base = next((c.type for c in layer.columns if c.kind == "base"), "")
            key = self._layer(f"{_short(layer.type)} (relation)", layer.type)
            among = (self._layer(_short(base), base),) if base in self._types() else ()
            source, end = self._key(key, "source", f"source {base}"), self._key(key, "target")
            self._put(key, Declared("link", self._keys(key, values), {source: among, end: among}))
            return
        key = self._layer(_short(layer.type), layer.type)
        self._put(key, Declared("span", self._keys(key, values)))
        if layer.kind == "CH":
            chain = self._chain_layer(layer.type)
            self._put(chain, Declared("link", (), {self._key(chain, MEMBER): (key,)}))
        for column in layer.columns:
            if column.kind == "target":
                link = self._slot_layer(layer, column.name, column.link, column.type)
                self._put(link, Declared("link", (), {self._key(link, _short(layer.type), OWNER): (key,)}))

    def _chain_layer(self, type: str) -> str:
        whole = f"{type.removesuffix('Link')}Chain"
        return self._layer(_short(whole), f"{type}#next chain {whole}")

    def _types(self) -> set[str]:
        return {layer.type for layer in self._grid.layers}

    def _put(self, key: str, told: Declared) -> None:
        before = self._declared.get(key)
        attributes = tuple(dict.fromkeys((*(before.attributes if before else ()), *told.attributes)))
        self._declared[key] = Declared(told.kind, attributes, {**(before.roles if before else {}), **told.roles})

    def _keys(self, layer: str, features: list[str]) -> tuple[str, ...]:
        return tuple(self._key(layer, name) for name in features)

    def _slot_layer(self, layer: Layer, feature: str, link: str, type: str) -> str:
        told = f"{layer.type}#{feature} slot {link} {type}" if link and type else ""
        return self._layer(f"{_short(layer.type)} {feature}", told)

    def _span(self, mark: Mark) -> None:
        start, end = mark.span
        if start == end:
            self._incoming.losses.lose(
                say("labels without any text"), 1, say("{file} line {line}", file=self._file, line=mark.line)
            )
            filled = sum(len(targets) for _, _, targets, _ in _slots(mark))
            self._incoming.losses.lose(say("slots of labels without any text"), filled, mark.layer.type)
            return
        made = self._draft(mark, self._layer(_short(mark.layer.type), mark.layer.type), f"{mark.layer.type}")
        made.fragments.append((self._arrived.place(start), self._arrived.place(end)))
        self._made[id(mark)] = made
        self._values(mark, made)

    def _values(self, mark: Mark, made: Draft) -> None:
        for column in mark.layer.columns:
            if column.kind == "value" and (said := mark.value(column.name)):
                made.values[self._key(made.layer, column.name)].append(said)

    def _fill_slots(self, mark: Mark) -> None:
        own = self._made.get(id(mark))
        for feature, roles, targets, type in _slots(mark):
            ends = [
                (role, _end(self._grid, self._marks, mark, at, type)) for role, at in zip(roles, targets, strict=True)
            ]
            if own is None:
                continue
            link = self._draft(
                mark,
                self._slot_layer(mark.layer, feature, _link_of(mark.layer, feature), type),
                f"{mark.layer.type}.{feature}",
            )
            link.filled(self._key(link.layer, _short(mark.layer.type), OWNER), own.id)
            for role, end in ends:
                if end is not None and id(end) in self._made:
                    said = self._key(link.layer, feature, NO_NAME) if role == NO_NAME else self._key(link.layer, role)
                    link.filled(said, self._made[id(end)].id)
                elif end is not None:
                    self._incoming.losses.lose(say("ends of links that are not a label"), 1, link.where)

    def _relation(self, mark: Mark) -> None:
        ends = list(relation_ends(self._grid, self._marks, mark))
        if len(ends) != 2 or any(end is None for _, end in ends):
            return
        made = self._draft(
            mark, self._layer(f"{_short(mark.layer.type)} (relation)", mark.layer.type), f"{mark.layer.type} relation"
        )
        self._values(mark, made)
        for source, end in ends:
            if end is None:
                continue
            if id(end) not in self._made and end.layer.type == TOKEN:
                self._span(end)
            if id(end) in self._made:
                made.filled(self._key(made.layer, "source" if source else "target"), self._made[id(end)].id)
            else:
                self._incoming.losses.lose(say("ends of links that are not a label"), 1, made.where)

    def _chain(self, chain: list[Mark]) -> None:
        """Elements in their order; one alone needs no link."""
        found = [self._made[id(m)] for m in chain if id(m) in self._made]
        if len(found) < len(chain):
            self._incoming.losses.lose(say("ends of links that are not a label"), len(chain) - len(found), self._file)
        if len(found) > 1:
            layer = self._chain_layer(chain[0].layer.type)
            made = self._draft(chain[0], layer, f"{chain[0].layer.type} chain {(chain[0].chain or (0,))[0]}")
            for one in found:
                made.filled(self._key(layer, MEMBER), one.id)

    def _draft(self, mark: Mark, layer: str, tag: str) -> Draft:
        key = f"{self._file} {mark.unit}[{mark.number}] {tag} {len(self._drafts)}"
        made = Draft(
            say("{file} line {line}", file=self._file, line=mark.line), key, layer, self._arrived.ref, self._coder
        )
        self._drafts.append(made)
        return made

    def _layer(self, words: str, written: str) -> str:
        """A layer for each type, also where the last words of two are the same."""
        if written and self._first.setdefault(words, written) != written:
            words = f"{words} ({written})"
        layer = self._layers.of(words)
        self._words[layer] = words
        if written:
            self._written.setdefault(layer, {FORM: written})
        return layer

    def _key(self, layer: str, words: str, written: str = "") -> str:
        key = self._names.setdefault(layer, Keys("name")).of(words if written != OWNER else f"{words} {OWNER}")
        self._words[f"{layer}.{key}"] = words
        self._written.setdefault(f"{layer}.{key}", {FORM: written or words})
        return key


def _link_of(layer: Layer, feature: str) -> str:
    """The type of the links in a slot."""
    return next((c.link for c in layer.columns if c.kind == "target" and c.name == feature), "")


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
