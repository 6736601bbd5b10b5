"""WebAnno TSV 3.3: ``DOCUMENT/CODER.tsv`` beside ``text.txt``, layers named as in CAS XMI.

What came from the form goes back as it was: types, features, slots, relations (RL) and chains (CH). Further pieces of
a discontinuous label are labels of the layer ``AnnotatorFragment`` in a slot of it. What the grid of tokens has no
place for stands in ``extras.jsonl`` (of labels that it shows) and ``labels.jsonl`` (of labels that it cannot show).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import LinkLayer
from annotator.domain.fragments import Fragment
from annotator.domain.origins import origin_of
from annotator.domain.words import say
from annotator.formats.anchors import anchored
from annotator.formats.annotation_records import record_line
from annotator.formats.beside_lines import EXTRAS, Sign, beside_line, named_files, said, unsaid
from annotator.formats.coder_files import INITIAL
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.drafts import extra_line
from annotator.formats.layer_types import FRAGMENT, FRAGMENT_LINK, NO_NAME, LayerType, layer_types
from annotator.formats.offsets import Offsets
from annotator.formats.plain_values import PlainValues
from annotator.formats.record_form import RecordForm
from annotator.formats.segments import sentences, tokens
from annotator.formats.sidecar import NAME, coder_files, document_files, sidecar
from annotator.formats.tsv_grid import CHAINED, escaped, escaped_text
from annotator.formats.webanno_tsv_reading import FORM, LABELS, TEXT, covered, read

__all__ = ["read", "write"]


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The folder."""
    came = {d.id: d.source for d in dataset.documents.values() if origin_of(d).form == FORM}
    documents, coders = named_files(came, document_files(dataset)), coder_files(dataset)
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    grid = _Grid(dataset, losses)
    out.mkdir()
    used: dict[str, str] = {}
    with (out / EXTRAS).open("wb") as extras, (out / LABELS).open("wb") as apart:
        for article in dataset:
            folder = out / documents[article.document.id]
            folder.mkdir()
            (folder / TEXT).write_bytes(article.text.encode("utf-8", "surrogatepass"))
            for coder in article.coder_ids or (None,):
                used |= {coder: coders[coder]} if coder else {}
                file = folder / f"{coders[coder] if coder else INITIAL}.tsv"
                name = f"{folder.name}/{file.name}"
                text, lines, left = grid.of(article, article.of(coder) if coder else (), name)
                file.write_bytes(text.encode("utf-8", "surrogatepass"))
                extras.write("".join(lines).encode())
                for a in left:
                    apart.write(record_line(form.record(a, article.document, None)))
    (out / NAME).write_bytes(sidecar(dataset, documents, used))


@dataclass(slots=True)
class _Stack:
    """The labels of one layer that stand on one unit: cells of each, column by column."""

    rows: list[list[str]] = field(default_factory=list)

    def cell(self, column: int, blank: str = "_") -> str:
        return "|".join(row[column] for row in self.rows) or blank


@dataclass(slots=True)
class _Columns:
    """The columns of one layer. key: by which cells are found; kind: SP, RL or CH."""

    key: str
    kind: str
    head: str
    width: int


class _Sheet:
    """How a file is laid out: its columns, layer by layer, and its lines. features: of a layer's labels, by its key."""

    def __init__(self, types: Mapping[str, LayerType], features: Mapping[str, list[LayerType]]) -> None:
        self._types, self._features = types, features
        self._columns = [*self._spans(), *self._chains(), *self._relations()]

    def _spans(self) -> Iterator[_Columns]:
        pieces = False
        for key, names in self._types.items():
            if names.layer.kind == "document" or names.kind != "label" or names.token:
                continue
            slots = [
                part
                for role, feature in names.roles.items()
                for part in (f"ROLE_{names.type}:{feature}_{names.links[role]}", _target(self._types, names, role))
            ]
            for link in self._features.get(key, ()):
                slots += [f"ROLE_{names.type}:{link.feature}_{link.words[0]}", link.words[1]]
            if names.pieces and getattr(names.layer, "discontinuous", False):
                pieces = True
                slots += [f"ROLE_{names.type}:{names.fragments}_{FRAGMENT_LINK}", FRAGMENT]
            columns = [*_features(names), *slots] or [""]
            yield _Columns(key, "SP", "|".join([names.type, *columns]), len(columns))
        if pieces:
            yield _Columns(FRAGMENT, "SP", f"{FRAGMENT}|", 1)

    def _chains(self) -> Iterator[_Columns]:
        for key, names in self._types.items():
            if names.kind == "element":
                yield _Columns(key, "CH", "|".join([names.type, *_features(names)]), 2)

    def _relations(self) -> Iterator[_Columns]:
        for key, names in self._types.items():
            if names.kind == "relation":
                columns = [*_features(names), f"BT_{self._base(names)}"]
                yield _Columns(key, "RL", "|".join([names.type, *columns]), len(columns))

    def _base(self, names: LayerType) -> str:
        """The type that a relation joins labels of: what it was, or that of the layer at its source."""
        roles = names.layer.roles if isinstance(names.layer, LinkLayer) else ()
        told = next((w[1] for r in roles if len(w := r.written_as.get(FORM, "").split(" ")) == 2), "")
        layers = next((r.layers for r in roles if r.layers), ())
        return told or (self._types[layers[0]].type if layers else "uima.tcas.Annotation")

    def lines(
        self,
        article: Article,
        words: list[tuple[Fragment, list[Fragment]]],
        units: dict[Fragment, str],
        cells: Mapping[str, Mapping[str, _Stack]],
    ) -> Iterator[str]:
        """The head, then every sentence with a row for each unit."""
        yield "#FORMAT=WebAnno TSV 3.3\n"
        for columns in self._columns:
            yield f"#T_{columns.kind}={columns.head}\n"
        yield "\n"
        offsets = Offsets(article.text)
        inside: dict[str, list[Fragment]] = defaultdict(list)
        for part, name in units.items():
            if "." in name:
                inside[name.split(".")[0]].append(part)
        none: Mapping[str, _Stack] = {}
        blank = "".join(f"{cell}\t" for cell in self._cells(none))
        for sentence, found in words:
            yield f"\n#Text={escaped_text(article.text[sentence[0] : sentence[1]])}\n"
            for token in found:
                for place in (token, *sorted(inside[units[token]])):
                    begin, end = (offsets.to("utf-16", p) for p in place)
                    unit = units[place]
                    row = "".join(f"{cell}\t" for cell in self._cells(cells[unit])) if unit in cells else blank
                    yield f"{unit}\t{begin}-{end}\t{article.text[place[0] : place[1]]}\t{row}\n"

    def _cells(self, cells: Mapping[str, _Stack]) -> Iterator[str]:
        for columns in self._columns:
            stack = cells.get(columns.key) or _Stack()
            yield from (stack.cell(i) for i in range(columns.width))


class _Grid:
    """Writes one coder's labels of one article."""

    def __init__(self, dataset: Dataset, losses: Losses) -> None:
        self._dataset = dataset
        self._losses = losses
        self._types = layer_types(dataset.codebook, FORM)
        self._plain = PlainValues(dataset.codebook, blank=False)
        self._kinds = {layer.key: layer.kind for layer in dataset.codebook.layers}
        self._features: dict[str, list[LayerType]] = defaultdict(list)
        by_type = {n.type: key for key, n in self._types.items() if n.kind == "label"}
        for names in self._types.values():
            if names.kind == "feature" and names.how == "slot" and names.type in by_type:
                self._features[by_type[names.type]].append(names)
        self._slots = {n.layer.key: owner for owner, found in self._features.items() for n in found}
        self._sheet = _Sheet(self._types, self._features)

    def of(
        self, article: Article, annotations: Sequence[Annotation], file: str
    ) -> tuple[str, list[str], list[Annotation]]:
        """(the file's text, a line of extras for each label in it, the labels that are not in it)."""
        words = [(s, tokens(article.text, *s)) for s in sentences(article.text)]
        self._cut(words, annotations)
        every = [token for _, found in words for token in found]
        held = self._held(annotations, every)
        shown = [a for a in annotations if a.id in held]
        places = {a.id: covered(every, held[a.id]) for a in shown if self._types[a.layer].kind in ("label", "element")}
        further: list[tuple[str, list[Fragment]]] = []
        for a in shown:
            for fragment in a.fragments[1:] if self._types[a.layer].pieces else ():
                if found := covered(every, fragment):
                    further.append((a.id, found))
        units = self._units(words, [*places.values(), *(found for _, found in further)])
        self._number(shown, places, units, [key for key, _ in further])
        cells: dict[str, dict[str, _Stack]] = defaultdict(lambda: defaultdict(_Stack))
        pieces: dict[str, list[str]] = defaultdict(list)
        for number, (key, found) in enumerate(further, start=self._last + 1):
            pieces[key].append(f"{units[found[0]]}[{number}]")
            for place in found:
                cells[units[place]][FRAGMENT].rows.append([f"*[{number}]"])
        first = {key: units[found[0]] for key, found in places.items()}
        links = self._links(shown, first)
        for a in shown:
            names = self._types[a.layer]
            if names.kind == "label" and not names.token:
                row = self._row(a, first, links.get(a.id, {}), pieces.get(a.id, []))
                for place in places[a.id]:
                    cells[units[place]][a.layer].rows.append(row)
            elif names.kind == "relation":
                source, target = (str(f[0].annotation) for f in self._sides(a))
                numbers = f"{self._numbers.get(source, 0)}_{self._numbers.get(target, 0)}"
                at = first[source] + (f"[{numbers}]" if numbers != "0_0" else "")
                cells[first[target]][a.layer].rows.append([*self._values(a, names, ""), at])
        self._put_chains(shown, places, units, cells)
        extras = [self._extra(a, every, places, file) for a in shown]
        left = [a for a in annotations if a.id not in held]
        return "".join(self._sheet.lines(article, words, units, cells)), extras, left

    def _cut(self, words: list[tuple[Fragment, list[Fragment]]], annotations: Sequence[Annotation]) -> None:
        """Make tokens of what is labelled as one."""
        wanted = sorted(
            {
                a.fragments[0]
                for a in annotations
                if a.layer in self._types and self._types[a.layer].token and a.fragments
            }
        )
        for sentence, found in words:
            mine = [w for w in wanted if sentence[0] <= w[0] and w[1] <= sentence[1]]
            for start, end in mine:
                cut = [t for t in found if t[1] <= start or t[0] >= end]
                cut += [(s, start) for s, e in found if s < start < e]
                cut += [(end, e) for s, e in found if s < end < e]
                found[:] = sorted([*cut, (start, end)])

    def _held(self, annotations: Sequence[Annotation], every: list[Fragment]) -> dict[str, Fragment]:
        """Id -> where it stands, of each label that the grid can show."""
        known = [a for a in annotations if a.layer in self._types]
        own = [a for a in known if self._types[a.layer].kind in ("label", "element")]
        own = [a for a in own if not a.fragments or covered(every, a.fragments[0])]
        held = {key: found[0] for key, found in anchored(own, self._kinds).items()}
        at = {a.id: a for a in own if a.id in held}
        chained: set[str] = set()
        filled: set[tuple[str, str]] = set()
        for a in known:
            names = self._types[a.layer]
            fillers = [f for found in a.roles.values() for f in found]
            ends = [str(f.annotation) for f in fillers]
            if names.kind in ("label", "element") or not ends or not all(e in at for e in ends):
                continue
            if names.kind == "relation":
                fits = all(len(found) == 1 for found in self._sides(a))
            elif names.kind == "chain":
                fits = len(ends) > 1 and not chained & set(ends) and len(set(ends)) == len(ends)
                fits = fits and all(at[e].layer == names.element for e in ends)
                chained |= set(ends) if fits else set()
            else:
                owner = a.roles.get(names.owner, ())
                fits = len(owner) == 1 and self._slots.get(a.layer) == at[str(owner[0].annotation)].layer
                fits = fits and len(ends) > 1 and (a.layer, str(owner[0].annotation)) not in filled
                filled |= {(a.layer, str(owner[0].annotation))} if fits else set()
            if fits:
                held[a.id] = held[ends[0]]
        named = {
            str(f.annotation)
            for a in known
            if a.id in held and self._types[a.layer].kind == "relation"
            for found in self._sides(a)
            for f in found
        }
        return {key: where for key, where in held.items() if key in named or not self._is_token(at.get(key))}

    def _is_token(self, a: Annotation | None) -> bool:
        """Whether a label is a token, which the file shows only at the end of a relation."""
        return a is not None and self._types[a.layer].token

    def _sides(self, a: Annotation) -> list[Any]:
        """The fillers of a relation's source and target."""
        ends = self._types[a.layer].ends
        first = min(ends, key=lambda role: ends[role].casefold() not in ("source", "governor"))
        return [a.roles.get(first, ()), *(a.roles.get(role, ()) for role in ends if role != first)]

    def _number(
        self,
        shown: Sequence[Annotation],
        places: Mapping[str, list[Fragment]],
        units: Mapping[Fragment, str],
        more: list[str],
    ) -> None:
        """Give numbers to labels that could be taken for others: of several units, on others, or of any layer."""
        counts = Counter(
            (a.layer, place) for a in shown for place in places.get(a.id, ()) if not self._types[a.layer].token
        )
        wanted = set(more)
        layer = {a.id: a.layer for a in shown}
        for a in shown:
            if len(places.get(a.id, ())) > 1 or any(counts[a.layer, p] > 1 for p in places.get(a.id, ())):
                wanted.add(a.id)
            names = self._types[a.layer]
            if names.kind in ("chain", "relation") or (names.kind == "label" and not names.roles):
                continue
            for role, fillers in a.roles.items():
                target = names.words[1] if names.kind == "feature" else _target(self._types, names, role)
                wanted |= {
                    str(f.annotation)
                    for f in fillers
                    if f.annotation in layer and role != names.owner and self._types[layer[f.annotation]].type != target
                }
        self._numbers: dict[str, int] = {}
        for a in shown:
            if a.id in wanted and self._types[a.layer].kind == "label" and not self._types[a.layer].token:
                self._numbers[a.id] = len(self._numbers) + 1
        self._last = len(self._numbers)

    @staticmethod
    def _units(words: list[tuple[Fragment, list[Fragment]]], wanted: list[list[Fragment]]) -> dict[Fragment, str]:
        """The name of every token, and of every part of one that a label begins or ends in."""
        result: dict[Fragment, str] = {}
        starts: dict[int, tuple[Fragment, str]] = {}
        for number, (_, found) in enumerate(words, start=1):
            for column, token in enumerate(found, start=1):
                result[token] = f"{number}-{column}"
                starts |= dict.fromkeys(range(*token), (token, result[token]))
        parts: dict[Fragment, set[Fragment]] = defaultdict(set)
        for place in {p for places in wanted for p in places} - set(result):
            parts[starts[place[0]][0]].add(place)
        for token, inside in parts.items():
            for number, part in enumerate(sorted(inside), start=1):
                result[part] = f"{result[token]}.{number}"
        return result

    def _suffix(self, key: str) -> str:
        return f"[{self._numbers[key]}]" if key in self._numbers else ""

    def _at(self, key: str, first: Mapping[str, str]) -> str:
        return first[key] + self._suffix(key)

    def _values(self, a: Annotation, names: LayerType, suffix: str) -> list[str]:
        """One label's part of the columns of its features."""
        texts, _ = self._plain.of(a)
        told: dict[str, str] = {names.memo: a.memo}
        for key, feature in names.attributes.items():
            found = texts.get(key, [])
            if key in names.entities:
                told[names.entities[key]] = "|".join(found)
                found = [self._dataset.entity_name(t) for t in found]
            told[feature] = "|".join(found)
        return [(escaped(told[f]) if told.get(f) else "*") + suffix for f in _features(names)]

    def _links(
        self, shown: Sequence[Annotation], first: Mapping[str, str]
    ) -> dict[str, dict[str, list[tuple[str, str]]]]:
        """Id of a label -> link layer that is a slot of it -> (role, place) of what fills it."""
        result: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(dict)
        for a in shown:
            names = self._types[a.layer]
            if names.kind != "feature":
                continue
            owner = str(a.roles[names.owner][0].annotation)
            result[owner][a.layer] = [
                (
                    "*" if names.roles[role] == NO_NAME else escaped(names.roles[role]),
                    self._at(str(f.annotation), first),
                )
                for role, fillers in a.roles.items()
                if role != names.owner
                for f in fillers
            ]
        return result

    def _row(
        self,
        a: Annotation,
        first: Mapping[str, str],
        links: Mapping[str, list[tuple[str, str]]],
        pieces: Sequence[str],
    ) -> list[str]:
        """One label's part of every column of its layer."""
        names, suffix = self._types[a.layer], self._suffix(a.id)
        row = self._values(a, names, suffix)
        slots = [
            [(escaped(role), self._at(f.annotation, first)) for f in a.roles.get(role, ()) if f.annotation is not None]
            for role in names.roles
        ]
        slots += [links.get(link.layer.key, []) for link in self._features.get(a.layer, ())]
        if names.pieces and getattr(names.layer, "discontinuous", False):
            slots.append([("piece", place) for place in pieces])
        for found in slots:
            row.append((";".join(role for role, _ in found) or "_") + suffix)
            row.append(";".join(place for _, place in found) or "*")
        return row or [f"*{suffix}"]

    def _put_chains(
        self,
        shown: Sequence[Annotation],
        places: Mapping[str, list[Fragment]],
        units: Mapping[Fragment, str],
        cells: dict[str, dict[str, _Stack]],
    ) -> None:
        """Elements with the number of their chain; those of none are chains of one."""
        by_id = {a.id: a for a in shown}
        chains = [
            [by_id[str(f.annotation)] for found in a.roles.values() for f in found]
            for a in shown
            if self._types[a.layer].kind == "chain"
        ]
        tied = {a.id for chain in chains for a in chain}
        chains += [[a] for a in shown if self._types[a.layer].kind == "element" and a.id not in tied]
        chains.sort(key=lambda chain: places[chain[0].id])
        for number, chain in enumerate(chains, start=1):
            for element, a in enumerate(chain, start=1):
                names = self._types[a.layer]
                row = [
                    f"{value}->{number}-{element}" if feature == CHAINED[0] else f"{value}[{number}]"
                    for feature, value in zip(_features(names), self._values(a, names, ""), strict=True)
                ]
                for place in places[a.id]:
                    cells[units[place]][a.layer].rows.append(row)

    def _extra(self, a: Annotation, every: list[Fragment], places: Mapping[str, list[Fragment]], file: str) -> str:
        texts, exact = self._plain.of(a)
        names = self._types[a.layer]
        entities = {
            role: [[place, f.entity] for place, f in enumerate(fillers) if f.entity is not None]
            for role, fillers in a.roles.items()
            if any(f.entity is not None for f in fillers)
        }
        span = [list(f) for f in a.fragments]
        values, memo = shown_of(names, a)
        if memo:
            self._losses.lose(say("remarks, which stand in extras.jsonl (other programs do not see them)"))
        place = places.get(a.id)
        if place is None:
            ends = [str(f.annotation) for fillers in a.roles.values() for f in fillers]
            if names.kind == "relation":
                ends = [str(self._sides(a)[1][0].annotation)]
            elif names.kind == "feature":
                ends = [str(a.roles[names.owner][0].annotation)]
            place = places[ends[0]]
        sign = Sign(a.layer, (place[0][0], place[-1][1]), said({k: v for k, v in texts.items() if k not in values}))
        line = extra_line(
            a,
            exact,
            entities=entities,
            span=span if _trimmed(every, a.fragments) != span else None,
            values=values,
            memo=memo,
        )
        return beside_line(file, sign, line)


def _target(types: Mapping[str, LayerType], names: LayerType, role: str) -> str:
    roles = names.layer.roles if isinstance(names.layer, LinkLayer) else ()
    layers: tuple[str, ...] = next((r.layers for r in roles if r.key == role), ())
    return types[layers[0]].type if len(layers) == 1 else "uima.tcas.Annotation"


def shown_of(names: LayerType, a: Annotation) -> tuple[dict[str, Any], str]:
    """(values, remark) of a label that its type has no feature for."""
    kept = {key for key, feature in names.attributes.items() if names.kind != "element" or feature in CHAINED}
    values = unsaid(a.values, kept if names.kind not in ("feature", "chain") else ())
    return values, a.memo if names.theirs else ""


def _features(names: LayerType) -> list[str]:
    if names.kind == "element":  # these two, whatever else the codebook asks for by now
        told = [f for f in names.attributes.values() if f in CHAINED]
        return [*told, *(f for f in CHAINED if f not in told)]
    return [*names.attributes.values(), *names.entities.values(), *(() if names.theirs else (names.memo,))]


def _trimmed(every: list[Fragment], fragments: Sequence[Fragment]) -> list[list[int]]:
    """The fragments as the grid can show them, from the first token of each to its last."""
    found = [covered(every, f) for f in fragments]
    return [[places[0][0], places[-1][1]] for places in found if places]
