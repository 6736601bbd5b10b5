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
from annotator.formats.code_looks import look_of
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.deriving import COLOURS
from annotator.formats.plain_values import PlainValues
from annotator.formats.qdpx_reading import CASE, FORM, LABELS, MEMO, PROJECT, read
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
            name = f"Sources/{project.document(article.document.id)}.txt"
            # readers take a byte order mark off, so a text that begins with one needs another before it
            mark = "\ufeff" if article.text.startswith("\ufeff") else ""
            archive.add(name, (mark + article.text).encode("utf-8", "surrogatepass"))
        labels.seek(0)
        with archive.adding(LABELS) as file:
            shutil.copyfileobj(labels, file)
        documents = {key: project.document(key) for key in dataset.documents}
        coders = {key: project.guid(key) for key in dataset.coders}
        archive.add(NAME, sidecar(dataset, documents, coders, beside=digest.hexdigest()))


_ONE = (str, int, float)
_UNDER = " / "
"""Between the names of a code and of one under it, in the key of a value."""


class _Project:
    """Writes ``project.qde`` piece by piece."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._plain = PlainValues(dataset.codebook)
        self._layers = {layer.key: layer for layer in dataset.codebook.layers}
        self._codes: dict[tuple[str, str, str], str] = {}
        self._form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
        self._known_guids = _guids_of(dataset.codebook)
        self._right_under = {
            (layer.key, a.key)
            for layer in dataset.codebook.layers
            for a in layer.attributes
            if a.written_as.get(FORM) == "" and isinstance(a, (ChoiceAttribute, ChoicesAttribute))
        }
        """Attributes that are the codes under one: whoever gave one of these did not give the one above."""
        self._uncoded = {x.key for x in dataset.codebook.layers if x.written_as.get(FORM) == "" and not x.attributes}
        """Layers of selections that no code was given to."""
        self._from_here = {key: d for key, d in dataset.documents.items() if d.origin.get("form") == FORM}
        self._document_guids: dict[str, str] = {}
        for key, d in self._from_here.items():
            told = str(d.origin.get("id", ""))
            if _GUID.match(told) and told not in self._document_guids.values():
                self._document_guids[key] = told

    def document(self, key: str) -> str:
        """The guid of an article: the one that it came with, where it came in such a project."""
        return self._document_guids.get(key) or self.guid(key)

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
            if layer.key not in self._uncoded:
                yield from self._layer(layer)
        yield "</Codes></CodeBook>\n"
        if d.documents:
            yield "<Variables>\n"
            yield from self._variables(d.codebook)
            yield "</Variables>\n"
            yield from self._cases()
            yield "<Sources>\n"
            for article in d:
                yield from self._source(article, labels, links)
            yield "</Sources>\n"
        if links.tell():
            links.seek(0)
            yield "<Links>\n"
            for line in links:
                yield line.decode()
            yield "</Links>\n"
        yield from self._sets()
        if d.codebook.description:
            yield f"<Description>{_c(d.codebook.description)}</Description>\n"
        yield "</Project>\n"

    def _cases(self) -> Iterator[str]:
        """What a source said of cases, as cases again."""
        cases: dict[str, list[str]] = {}
        for key, d in self._from_here.items():
            if isinstance(d.extra.get(CASE), str):
                cases.setdefault(d.extra[CASE], []).append(self.document(key))
        if cases:
            yield "<Cases>\n"
            for name, sources in cases.items():
                yield f'<Case guid="{self.guid("case", name)}" name={_a(name)}>'
                yield from (f'<SourceRef targetGUID="{one}"/>' for one in sources)
                yield "</Case>\n"
            yield "</Cases>\n"

    def _sets(self) -> Iterator[str]:
        """Tags of articles that came as sets, as sets again."""
        sets: dict[str, list[str]] = {}
        for key, d in self._from_here.items():
            for tag in d.tags:
                sets.setdefault(tag, []).append(self.document(key))
        if sets:
            yield "<Sets>\n"
            for name, sources in sets.items():
                yield f'<Set guid="{self.guid("set", name)}" name={_a(name)}>'
                yield from (f'<MemberSource targetGUID="{one}"/>' for one in sources)
                yield "</Set>\n"
            yield "</Sets>\n"

    def _code(self, layer: str, attribute: str = "", value: str = "") -> str:
        return self._known_guids.get((layer, attribute, value)) or self.guid("code", layer, attribute, value)

    def _layer(self, layer: Layer) -> Iterator[str]:
        yield self._coloured(layer)
        for a in layer.attributes:
            if FORM in a.written_as and isinstance(a, (ChoiceAttribute, ChoicesAttribute)):
                if name := a.written_as[FORM]:
                    shade = _shade(a.written_as)
                    yield self._open(self._code(layer.key, a.key), name, a.definition, shade, codable=False)
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

    def _coloured(self, layer: Layer) -> str:
        look = look_of(layer.written_as)
        shade = layer.colour
        if look is not None and not look.colour and shade in COLOURS:
            shade = ""  # it had none, and was given one when it came in
        codable = look is None or look.codable
        return self._open(self._code(layer.key), layer.label, layer.definition, shade, codable)

    def _nested(self, layer: str, a: ChoiceAttribute | ChoicesAttribute) -> Iterator[str]:
        """Codes that came as a hierarchy, as one again: by the codes above them, those made here by their names."""
        looks = {v.key: look_of(v.written_as) for v in a.values}
        by_guid = {look.guid: key for key, look in looks.items() if look is not None and look.guid}
        values = {v.key: v for v in a.values}
        parents: dict[str, str] = {}
        for v in a.values:
            look = looks[v.key]
            key = v.key
            if look is not None:
                parents[key] = by_guid.get(look.parent, "")
                continue
            while _UNDER in key:  # codes that are named on the way and are none here stand there without being codable
                above = key.rpartition(_UNDER)[0]
                parents[key] = above
                if above in values:
                    break
                key = above
            else:
                parents.setdefault(key, "")
        below: dict[str, list[str]] = {}
        for key in parents:
            below.setdefault("" if _in_a_ring(key, parents) else parents[key], []).append(key)

        def codes(at: str) -> Iterator[str]:
            for key in below.get(at, ()):
                value, look = values.get(key), looks.get(key)
                name = key.rpartition(_UNDER)[2] if value is None or value.label == key else value.label
                if value is not None and look is not None and value.label == key:
                    name = look.name
                codable = value is not None and (look is None or look.codable)
                guid = self._known(layer, a.key, key) if value else self._code(layer, a.key, key)
                shade = look.colour if look else ""
                yield self._open(guid, name, value.definition if value else "", shade, codable)
                yield from codes(key)
                yield "</Code>\n"

        yield from codes("")

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
        shade = _shade(branch.written_as)
        yield self._open(self._known(layer, a.key, branch.key), branch.label, branch.definition, shade)
        for child in branch.children:
            yield from self._branch(layer, a, child)
        yield "</Code>\n"

    def _known(self, layer: str, attribute: str, value: str) -> str:
        self._codes[layer, attribute, value] = self._code(layer, attribute, value)
        return self._codes[layer, attribute, value]

    @staticmethod
    def _open(guid: str, name: str, definition: str, colour: str = "", codable: bool = True) -> str:
        shade = f" color={_a(colour)}" if colour else ""
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
        return list(dict.fromkeys(k for d in self._dataset.documents.values() for k in self._extra(d)))

    def _extra(self, d: Document) -> dict[str, Any]:
        """Further facts but for those that the form has a place of their own for."""
        own = (CASE, MEMO) if d.id in self._from_here else ()
        return {k: v for k, v in d.extra.items() if isinstance(v, _ONE) and not (k in own and isinstance(v, str))}

    @staticmethod
    def _variable(guid: str, name: str) -> str:
        return f'<Variable guid="{guid}" name={_a(name)} typeOfVariable="Text"/>\n'

    def _source(self, article: Article, labels: IO[bytes], links: IO[bytes]) -> Iterator[str]:
        d, guid = article.document, self.document(article.document.id)
        name = d.title or d.source
        about = d.extra.get(MEMO) if d.id in self._from_here else None
        yield f'<TextSource guid="{guid}" name={_a(name)} plainTextPath="internal://{guid}.txt">\n'
        if isinstance(about, str):
            yield f"<Description>{_c(about)}</Description>\n"
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
        extra = {self.guid("extra", k): [str(v)] for k, v in self._extra(d).items()}
        for variable, texts in {**self._facts(d), **extra, **said}.items():
            yield f'<VariableValue><VariableRef targetGUID="{variable}"/>'
            yield f"<TextValue>{_c('; '.join(texts))}</TextValue></VariableValue>\n"
        yield "</TextSource>\n"

    def _facts(self, d: Document) -> dict[str, list[str]]:
        found: dict[str, Any] = {fact: getattr(d, fact) for fact in _FACTS}
        if d.id in self._from_here:
            found["tags"] = ()  # they are sets
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
        codes: list[str] = []
        under = False
        words: list[str] = []
        for key, value in a.values.items():
            found = [self._codes.get((a.layer, key, text)) for text in self._plain.texts(value)]
            if found and all(found):
                codes += [code for code in found if code]
                under |= (a.layer, key) in self._right_under
            else:
                declared = self._plain.attribute(a.layer, key)
                words.append(f"{declared.label if declared else key}: {self._words(a, key)}")
        if not under and a.layer not in self._uncoded:
            codes.insert(0, self._code(a.layer))
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


def _guids_of(codebook: Codebook) -> dict[tuple[str, str, str], str]:
    """The guids that codes came with; of several codes with one guid the first has it."""
    found: dict[tuple[str, str, str], str] = {}
    taken: set[str] = set()

    def take(written_as: Mapping[str, str], *place: str) -> None:
        look = look_of(written_as)
        if look is not None and _GUID.match(look.guid) and look.guid not in taken:
            taken.add(look.guid)
            layer, attribute, value = (*place, "", "")[:3]
            found[layer, attribute, value] = look.guid

    for layer in codebook.layers:
        take(layer.written_as, layer.key)
        for a in layer.attributes:
            take(a.written_as, layer.key, a.key)
            for v in a.values if isinstance(a, (ChoiceAttribute, ChoicesAttribute)) else ():
                take(v.written_as, layer.key, a.key, v.key)
    return found


def _shade(written_as: Mapping[str, str]) -> str:
    look = look_of(written_as)
    return look.colour if look is not None else ""


def _in_a_ring(key: str, parents: Mapping[str, str]) -> bool:
    seen = {key}
    while key := parents.get(key, ""):
        if key in seen:
            return True
        seen.add(key)
    return False


def _a(text: str) -> str:
    return attribute(xml_text(text))


def _c(text: str) -> str:
    return content(xml_text(text))
