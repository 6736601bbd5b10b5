"""WebAnno TSV 3.3: ``DOCUMENT/CODER.tsv`` beside ``text.txt``, layers named as in CAS XMI.

Every label has a number, by which the slots of links name it. Pieces of a discontinuous label after the first are
labels of the layer ``AnnotatorFragment`` that name it. What the grid of tokens has no place for stands in
``extras.jsonl`` (of labels that it shows) and ``labels.jsonl`` (of labels that it cannot show).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import LinkLayer
from annotator.domain.fragments import Fragment
from annotator.formats.anchors import anchored
from annotator.formats.annotation_records import record_line
from annotator.formats.cas_types import FRAGMENT, LayerType, layer_types
from annotator.formats.coder_files import INITIAL
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.drafts import extra_line
from annotator.formats.offsets import Offsets
from annotator.formats.plain_values import PlainValues
from annotator.formats.record_form import RecordForm
from annotator.formats.segments import sentences, tokens
from annotator.formats.sidecar import NAME, coder_files, document_files, sidecar
from annotator.formats.tsv_grid import escaped, escaped_text
from annotator.formats.webanno_tsv_reading import EXTRAS, LABELS, TEXT, covered, read

__all__ = ["read", "write"]


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The folder."""
    documents, coders = document_files(dataset), coder_files(dataset)
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    grid = _Grid(dataset)
    out.mkdir()
    used: dict[str, str] = {}
    with (out / EXTRAS).open("wb") as extras, (out / LABELS).open("wb") as apart:
        for article in dataset:
            folder = out / documents[article.document.id]
            folder.mkdir()
            (folder / TEXT).write_bytes(article.text.encode("utf-8", "surrogatepass"))
            for coder in article.coder_ids or (None,):
                used |= {coder: coders[coder]} if coder else {}
                text, said, left = grid.of(article, article.of(coder) if coder else ())
                file = folder / f"{coders[coder] if coder else INITIAL}.tsv"
                file.write_bytes(text.encode("utf-8", "surrogatepass"))
                extras.write("".join(f"{line}\n" for line in said).encode())
                for a in left:
                    apart.write(record_line(form.record(a, article.document, None)))
    (out / NAME).write_bytes(sidecar(dataset, documents, used))


class _Grid:
    """Writes one coder's labels of one article."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._types = layer_types(dataset.codebook)
        self._plain = PlainValues(dataset.codebook, blank=False)
        self._kinds = {layer.key: layer.kind for layer in dataset.codebook.layers}
        self._shown = [names for names in self._types.values() if names.layer.kind != "document"]
        self._pieces = any(getattr(names.layer, "discontinuous", False) for names in self._shown)

    def of(self, article: Article, annotations: Sequence[Annotation]) -> tuple[str, list[str], list[Annotation]]:
        """(the file's text, a line of extras for each label in it, the labels that are not in it)."""
        words = [(s, tokens(article.text, *s)) for s in sentences(article.text)]
        every = [token for _, found in words for token in found]
        places: dict[str, list[Fragment]] = {}
        spans = [a for a in annotations if not a.fragments or covered(every, a.fragments[0])]
        held = anchored(spans, self._kinds)
        shown = [a for a in annotations if a.id in held]
        self._numbers = {a.id: number for number, a in enumerate(shown, start=1)}
        for a in shown:
            places[a.id] = covered(every, held[a.id][0])
        last = len(shown)
        further: list[tuple[int, str, list[Fragment]]] = []
        for a in shown:
            for fragment in a.fragments[1:]:
                if found := covered(every, fragment):
                    last += 1
                    further.append((last, a.id, found))
        units = self._units(words, [*places.values(), *(found for _, _, found in further)])
        first = {key: units[found[0]] for key, found in places.items()}
        cells: dict[str, dict[str, list[list[str]]]] = defaultdict(lambda: defaultdict(list))
        for a in shown:
            row = self._row(a, first)
            for place in places[a.id]:
                cells[units[place]][a.layer].append(row)
        for number, key, found in further:
            for place in found:
                cells[units[place]][FRAGMENT].append([f"{escaped(key)}[{number}]"])
        extras = [self._extra(a, every) for a in shown]
        left = [a for a in annotations if a.id not in held]
        return "".join(self._lines(article, words, units, cells)), extras, left

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

    def _row(self, a: Annotation, first: dict[str, str]) -> list[str]:
        """One label's part of every column of its layer."""
        names, number = self._types[a.layer], f"[{self._numbers[a.id]}]"
        texts, _ = self._plain.of(a)
        said: dict[str, str] = {names.memo: a.memo, names.extra: a.id}
        for key, feature in names.attributes.items():
            found = texts.get(key, [])
            if key in names.entities:
                said[names.entities[key]] = "|".join(found)
                found = [self._dataset.entity_name(t) for t in found]
            said[feature] = "|".join(found)
        row = [(escaped(said[f]) if said.get(f) else "*") + number for f in _features(names)]
        for role in names.roles:
            ends = [f.annotation for f in a.roles.get(role, ()) if f.annotation is not None]
            row.append((";".join(escaped(role) for _ in ends) or "_") + number)
            row.append(";".join(f"{first[end]}[{self._numbers[end]}]" for end in ends) or "_")
        return row

    def _extra(self, a: Annotation, every: list[Fragment]) -> str:
        _, exact = self._plain.of(a)
        entities = {
            role: [[place, f.entity] for place, f in enumerate(fillers) if f.entity is not None]
            for role, fillers in a.roles.items()
            if any(f.entity is not None for f in fillers)
        }
        span = [list(f) for f in a.fragments]
        return extra_line(a, exact, entities=entities, span=span if _trimmed(every, a.fragments) != span else None)

    def _lines(
        self,
        article: Article,
        words: list[tuple[Fragment, list[Fragment]]],
        units: dict[Fragment, str],
        cells: dict[str, dict[str, list[list[str]]]],
    ) -> Iterator[str]:
        yield "#FORMAT=WebAnno TSV 3.3\n"
        for names in self._shown:
            slots = [
                part
                for role, feature in names.roles.items()
                for part in (f"ROLE_{names.type}:{feature}_{names.links[role]}", self._target(names, role))
            ]
            yield f"#T_SP={'|'.join([names.type, *_features(names), *slots])}\n"
        if self._pieces:
            yield f"#T_SP={FRAGMENT}|of\n"
        yield "\n"
        blank = "\t".join(self._columns({}))
        offsets = Offsets(article.text)
        inside: dict[str, list[Fragment]] = defaultdict(list)
        for part, name in units.items():
            if "." in name:
                inside[name.split(".")[0]].append(part)
        for sentence, found in words:
            yield f"\n#Text={escaped_text(article.text[sentence[0] : sentence[1]])}\n"
            for token in found:
                for place in (token, *sorted(inside[units[token]])):
                    begin, end = (offsets.to("utf-16", p) for p in place)
                    unit = units[place]
                    row = "\t".join(self._columns(cells[unit])) if unit in cells else blank
                    yield f"{unit}\t{begin}-{end}\t{article.text[place[0] : place[1]]}\t{row}\t\n"

    def _columns(self, cells: dict[str, list[list[str]]]) -> Iterator[str]:
        for names in self._shown:
            width = len(_features(names)) + 2 * len(names.roles)
            rows = cells.get(names.layer.key, [])
            yield from ("|".join(row[i] for row in rows) or "_" for i in range(width))
        if self._pieces:
            yield "|".join(row[0] for row in cells.get(FRAGMENT, [])) or "_"

    def _target(self, names: LayerType, role: str) -> str:
        roles = names.layer.roles if isinstance(names.layer, LinkLayer) else ()
        layers: tuple[str, ...] = next((r.layers for r in roles if r.key == role), ())
        return self._types[layers[0]].type if len(layers) == 1 else "uima.tcas.Annotation"


def _features(names: LayerType) -> list[str]:
    return [*names.attributes.values(), *names.entities.values(), names.memo, names.extra]


def _trimmed(every: list[Fragment], fragments: Sequence[Fragment]) -> list[list[int]]:
    """The fragments as the grid can show them, from the first token of each to its last."""
    found = [covered(every, f) for f in fragments]
    return [[places[0][0], places[-1][1]] for places in found if places]
