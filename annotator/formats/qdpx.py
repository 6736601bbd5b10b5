"""REFI-QDA project exchange 1.0: a zip with ``project.qde`` and the texts under ``Sources/``.

Layers are codes, their values codes under them; each piece of a label is a selection with codings by its coder; values
of whole articles and facts about them are variables; links are links between selections. Positions are code points.
``annotator.json`` and ``labels.jsonl`` hold the whole of it for us, as long as nobody changes the project.
Source: Project.xsd of QDA-XML 1.0 (18 March 2019), www.qdasoftware.org.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from annotator.domain.annotations import Annotation, Document
from annotator.domain.codebook.model import (
    Attribute,
    ChoiceAttribute,
    ChoicesAttribute,
    Codebook,
    EntityAttribute,
    Layer,
    LinkLayer,
    TreeAttribute,
)
from annotator.domain.codebook.values import categories_of, label_of
from annotator.domain.identity import derived_id
from annotator.formats.annotation_records import record_line
from annotator.formats.cas_types import attribute, content
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.plain_values import PlainValues
from annotator.formats.qdpx_reading import FORM, LABELS, PROJECT, read
from annotator.formats.record_form import RecordForm
from annotator.formats.sidecar import NAME, sidecar, xml_text
from annotator.formats.steady_zip import steady_zip

__all__ = ["read", "write"]
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")
_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
_QUOTE = 200
_FACTS = ("published", "publisher", "author", "url", "language", "tags")


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The project; labels and links wait in temporary files while the articles pass."""
    project = _Project(dataset)
    with tempfile.TemporaryFile() as labels, tempfile.TemporaryFile() as links, steady_zip(out) as archive:
        digest = hashlib.sha256()
        with archive.adding(PROJECT) as file:
            for part in project.parts(labels, links):
                data = part.encode("utf-8", "surrogatepass")
                digest.update(data)
                file.write(data)
        for article in dataset:
            name = f"Sources/{project.guid(article.document.id)}.txt"
            # readers take a byte order mark off, so a text that begins with one needs another before it
            mark = "\ufeff" if article.text.startswith("\ufeff") else ""
            archive.add(name, (mark + article.text).encode("utf-8", "surrogatepass"))
        labels.seek(0)
        with archive.adding(LABELS) as file:
            shutil.copyfileobj(labels, file)
        documents = {key: project.guid(key) for key in dataset.documents}
        coders = {key: project.guid(key) for key in dataset.coders}
        archive.add(NAME, sidecar(dataset, documents, coders, beside=digest.hexdigest()))


_ONE = (str, int, float)


class _Project:
    """Writes ``project.qde`` piece by piece."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._plain = PlainValues(dataset.codebook)
        self._layers = {layer.key: layer for layer in dataset.codebook.layers}
        self._codes: dict[tuple[str, str, str], str] = {}
        self._form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)

    def guid(self, key: str, *more: str) -> str:
        """The id itself where it can be one, else one that always belongs to it."""
        return key if not more and _GUID.match(key) else derived_id(self._dataset.study_id, key, *more)

    def parts(self, labels: IO[bytes], links: IO[bytes]) -> Iterator[str]:
        """The whole file; labels: gets every label's record, links: is used on the way."""
        d = self._dataset
        yield '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<Project xmlns="urn:QDA-XML:project:1.0"'
        yield f' name={_a(d.title)} origin="Annotator">\n'
        if d.coders:
            yield "<Users>\n"
            for c in d.coders.values():
                yield f"<User guid={_a(self.guid(c.id))} name={_a(c.name)}/>\n"
            yield "</Users>\n"
        yield "<CodeBook><Codes>\n"
        coded = [layer for layer in d.codebook.layers if not isinstance(layer, LinkLayer)]
        for layer in coded or d.codebook.layers:
            yield from self._layer(layer)
        yield "</Codes></CodeBook>\n"
        if d.documents:
            yield "<Variables>\n"
            yield from self._variables(d.codebook)
            yield "</Variables>\n<Sources>\n"
            for article in d:
                yield from self._source(article, labels, links)
            yield "</Sources>\n"
        if links.tell():
            links.seek(0)
            yield "<Links>\n"
            for line in links:
                yield line.decode()
            yield "</Links>\n"
        if d.codebook.description:
            yield f"<Description>{_c(d.codebook.description)}</Description>\n"
        yield "</Project>\n"

    def _code(self, layer: str, attribute: str = "", value: str = "") -> str:
        return self.guid("code", layer, attribute, value)

    def _layer(self, layer: Layer) -> Iterator[str]:
        yield self._open(self._code(layer.key), layer.label, layer.definition, layer.colour)
        for a in layer.attributes:
            if FORM in a.written_as and isinstance(a, (ChoiceAttribute, ChoicesAttribute)):
                if name := a.written_as[FORM]:
                    yield self._open(self._code(layer.key, a.key), name, "", codable=False)
                yield from self._nested(layer.key, a)
                if name:
                    yield "</Code>\n"
                continue
            values = list(self._values(layer.key, a))
            if values:
                yield self._open(self._code(layer.key, a.key), a.label, a.definition, codable=False)
                yield from values
                yield "</Code>\n"
        yield "</Code>\n"

    def _nested(self, layer: str, a: ChoiceAttribute | ChoicesAttribute) -> Iterator[str]:
        """Codes that came as a hierarchy, as one again."""
        below: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
        known = {tuple(v.key.split(" / ")): v for v in a.values}
        every = dict.fromkeys(path[:n] for path in known for n in range(1, len(path) + 1))
        for path in every:
            below.setdefault(path[:-1], []).append(path)

        def codes(at: tuple[str, ...]) -> Iterator[str]:
            for path in below.get(at, ()):
                value = known.get(path)
                guid = self._known(layer, a.key, value.key) if value else self._code(layer, a.key, " / ".join(path))
                yield self._open(guid, path[-1], value.definition if value else "", codable=value is not None)
                yield from codes(path)
                yield "</Code>\n"

        yield from codes(())

    def _values(self, layer: str, a: Attribute) -> Iterator[str]:
        definitions = {str(v.key): v.definition for v in getattr(a, "values", ())}
        if isinstance(a, EntityAttribute):
            for e in self._dataset.register.living():
                if not a.entity_types or e.type in a.entity_types:
                    yield self._open(self._known(layer, a.key, e.id), e.name, e.memo) + "</Code>\n"
            for off in a.off_scale:
                yield self._open(self._known(layer, a.key, off.key), off.label, off.definition) + "</Code>\n"
        elif isinstance(a, TreeAttribute):
            for branch in a.values:
                yield from self._branch(layer, a, branch)
            for off in a.off_scale:
                yield self._open(self._known(layer, a.key, off.key), off.label, off.definition) + "</Code>\n"
        else:
            for value in categories_of(a) or ():
                label = label_of(a, self._plain.value(layer, a.key, [value]))
                yield self._open(self._known(layer, a.key, value), label, definitions.get(value, "")) + "</Code>\n"

    def _branch(self, layer: str, a: Attribute, branch: Any) -> Iterator[str]:
        yield self._open(self._known(layer, a.key, branch.key), branch.label, branch.definition)
        for child in branch.children:
            yield from self._branch(layer, a, child)
        yield "</Code>\n"

    def _known(self, layer: str, attribute: str, value: str) -> str:
        self._codes[layer, attribute, value] = self._code(layer, attribute, value)
        return self._codes[layer, attribute, value]

    @staticmethod
    def _open(guid: str, name: str, definition: str, colour: str = "", codable: bool = True) -> str:
        shade = f' color="{colour}"' if colour else ""
        head = f'<Code guid="{guid}" name={_a(name)} isCodable="{str(codable).lower()}"{shade}>'
        return f"{head}<Description>{_c(definition)}</Description>\n" if definition else f"{head}\n"

    def _variables(self, codebook: Codebook) -> Iterator[str]:
        for fact in _FACTS:
            yield self._variable(self.guid("fact", fact), fact.capitalize())
        for name in self._extra_names():
            yield self._variable(self.guid("extra", name), name)
        for layer in codebook.document_layers:
            for a in layer.attributes:
                for c in self._dataset.coders.values():
                    guid = self.guid("variable", layer.key, a.key, c.id)
                    yield self._variable(guid, f"{layer.label}: {a.label} ({c.name})")

    def _extra_names(self) -> list[str]:
        """Further facts of articles that are one word or number."""
        found = (k for d in self._dataset.documents.values() for k, v in d.extra.items() if isinstance(v, _ONE))
        return list(dict.fromkeys(found))

    @staticmethod
    def _variable(guid: str, name: str) -> str:
        return f'<Variable guid="{guid}" name={_a(name)} typeOfVariable="Text"/>\n'

    def _source(self, article: Article, labels: IO[bytes], links: IO[bytes]) -> Iterator[str]:
        d, guid = article.document, self.guid(article.document.id)
        name = d.title or d.source
        yield f'<TextSource guid="{guid}" name={_a(name)} plainTextPath="internal://{guid}.txt">\n'
        here = {a.id: a for a in article.annotations}
        said: dict[str, list[str]] = {}
        for a in article.annotations:
            labels.write(record_line(self._form.record(a, d, None)))
            kind = self._layers[a.layer].kind if a.layer in self._layers else ""
            if kind == "span":
                yield from self._selections(a, article)
            elif kind == "link":
                links.write("".join(self._links(a, here)).encode("utf-8", "surrogatepass"))
            elif kind == "document":
                for key in a.values:
                    variable = self.guid("variable", a.layer, key, a.coder_id)
                    said.setdefault(variable, []).append(self._words(a, key))
        extra = {self.guid("extra", k): [str(v)] for k, v in d.extra.items() if isinstance(v, _ONE)}
        for variable, texts in {**self._facts(d), **extra, **said}.items():
            yield f'<VariableValue><VariableRef targetGUID="{variable}"/>'
            yield f"<TextValue>{_c('; '.join(texts))}</TextValue></VariableValue>\n"
        yield "</TextSource>\n"

    def _facts(self, d: Document) -> dict[str, list[str]]:
        found: dict[str, Any] = {fact: getattr(d, fact) for fact in _FACTS}
        return {
            self.guid("fact", fact): [said] if isinstance(said, str) else list(said)
            for fact, said in found.items()
            if said
        }

    def _selections(self, a: Annotation, article: Article) -> Iterator[str]:
        by = self._by(a)
        codes, words = self._coded(a)
        remark = "\n".join(filter(None, (a.memo, *words)))
        for place, (start, end) in enumerate(a.fragments):
            quote = article.text[start:end][:_QUOTE]
            yield f'<PlainTextSelection guid="{self._piece(a, place)}" name={_a(quote)}'
            yield f' startPosition="{start}" endPosition="{end}"{by}>'
            if remark and not place:
                yield f"<Description>{_c(remark)}</Description>"
            for code in codes:
                yield f'\n<Coding guid="{self.guid(a.id, "coding", code, str(place))}"{by}>'
                yield f'<CodeRef targetGUID="{code}"/></Coding>'
            yield "</PlainTextSelection>\n"

    def _coded(self, a: Annotation) -> tuple[list[str], list[str]]:
        """(codes of the layer and of values, other values in words)."""
        codes = [self._code(a.layer)]
        words: list[str] = []
        for key, value in a.values.items():
            found = [self._codes.get((a.layer, key, text)) for text in self._plain.texts(value)]
            if found and all(found):
                codes += [code for code in found if code]
            else:
                declared = self._plain.attribute(a.layer, key)
                words.append(f"{declared.label if declared else key}: {self._words(a, key)}")
        return list(dict.fromkeys(codes)), words

    def _words(self, a: Annotation, key: str) -> str:
        declared = self._plain.attribute(a.layer, key)
        values = a.values[key] if isinstance(a.values[key], (list, tuple)) else [a.values[key]]
        return "; ".join(
            self._dataset.entity_name(str(v["entity"]))
            if isinstance(v, Mapping)
            else label_of(declared, v)
            if declared
            else str(v)
            for v in values
        )

    def _links(self, a: Annotation, here: Mapping[str, Annotation]) -> Iterator[str]:
        """From the first passage that the link holds to each of the others."""
        ends = [
            (role, here[f.annotation])
            for role, fillers in a.roles.items()
            for f in fillers
            if f.annotation is not None and f.annotation in here and here[f.annotation].fragments
        ]
        for place, (role, end) in enumerate(ends[1:]):
            name = f"{self._layers[a.layer].label}: {role}"
            yield f'<Link guid="{self.guid(a.id, "link", str(place))}" name={_a(name)} direction="OneWay"'
            yield f' originGUID="{self._piece(ends[0][1], 0)}" targetGUID="{self._piece(end, 0)}"/>\n'

    def _piece(self, a: Annotation, place: int) -> str:
        return self.guid(a.id) if not place else self.guid(a.id, "piece", str(place))

    def _by(self, a: Annotation) -> str:
        time = f' creationDateTime="{a.created}"' if _TIME.match(a.created) else ""
        return f' creatingUser="{self.guid(a.coder_id)}"{time}'


def _a(text: str) -> str:
    return attribute(xml_text(text))


def _c(text: str) -> str:
    return content(xml_text(text))
