"""UIMA CAS as XMI, as INCEpTION writes and reads it: ``DOCUMENT/CODER.xmi`` beside one ``TypeSystem.xml``.

Offsets are UTF-16 units. Layers are types ``webanno.custom.X``, roles of links are link features with role and target,
labels in several pieces are a head with links to the other pieces. What the types have no place for stands in the
feature ``annotator`` and in ``annotator.json``. An article that nobody labelled is its ``INITIAL_CAS.xmi``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Annotation, Filler
from annotator.domain.fragments import Fragment
from annotator.domain.words import say
from annotator.formats.anchors import anchored
from annotator.formats.cas_reading import read
from annotator.formats.cas_types import (
    CUSTOM,
    ENTITY,
    FORM,
    FRAGMENT,
    FRAGMENT_LINK,
    METADATA,
    SENTENCE,
    TOKEN,
    LayerType,
    attribute,
    content,
    layer_types,
    type_system,
)
from annotator.formats.coder_files import INITIAL
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.drafts import extra_line
from annotator.formats.offsets import Offsets
from annotator.formats.plain_values import PlainValues
from annotator.formats.segments import sentences, tokens
from annotator.formats.sidecar import NAME, coder_files, document_files, illegal_in_xml, sidecar, xml_text

__all__ = ["read", "write"]
_SPACES = {
    CUSTOM: "custom",
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.": "type",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.": "metadata",
}
_ILLEGAL = say("control characters, which XML cannot hold (other programs see � in their place)")


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The folder."""
    documents, coders = document_files(dataset), coder_files(dataset)
    cas = _Cas(dataset)
    out.mkdir()
    (out / "TypeSystem.xml").write_text(type_system(dataset.codebook), encoding="utf-8", newline="\n")
    replaced: dict[str, list[tuple[int, int]]] = {}
    used: dict[str, str] = {}
    for article in dataset:
        document = article.document
        if found := illegal_in_xml(article.text):
            losses.lose(_ILLEGAL, len(found), document.title or document.source)
            replaced[document.id] = found
        folder = out / documents[document.id]
        folder.mkdir()
        for coder in article.coder_ids or (None,):
            used |= {coder: coders[coder]} if coder else {}
            labels = article.of(coder) if coder else ()
            file = folder / f"{coders[coder] if coder else INITIAL}.xmi"
            file.write_text(cas.of(article, labels, documents[document.id]), encoding="utf-8", newline="\n")
    (out / NAME).write_bytes(sidecar(dataset, documents, used, replaced))


class _Cas:
    """Writes one coder's labels of one article."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._types = layer_types(dataset.codebook, FORM)
        self._spaces = dict(_SPACES)
        for names in self._types.values():
            space = names.type.rpartition(".")[0] + "."
            if space not in self._spaces:
                self._spaces[space] = f"ns{len(self._spaces)}"
        self._plain = PlainValues(dataset.codebook, xml_text)
        self._kinds = {layer.key: layer.kind for layer in dataset.codebook.layers}

    def of(self, article: Article, annotations: Sequence[Annotation], file: str) -> str:
        """The file's text."""
        self._offsets = Offsets(article.text)
        self._elements: list[str] = []
        self._members: list[int] = []
        self._last = 1
        known = [a for a in annotations if a.layer in self._types]
        self._ids = {a.id: self._next() for a in known}
        held = anchored(known, self._kinds)
        self._segments(article, file)
        for a in known:
            self._label(a, held.get(a.id, ()))
        text = attribute(xml_text(article.text))
        spaces = "".join(
            f' xmlns:{short}="http:///{name.rstrip(".").replace(".", "/")}.ecore"'
            for name, short in self._spaces.items()
        )
        return "".join(
            (
                '<?xml version="1.0" encoding="UTF-8"?>\n',
                '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"',
                f'{spaces} xmi:version="2.0">\n<cas:NULL xmi:id="0"/>\n',
                *self._elements,
                f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString={text}/>\n',
                f'<cas:View sofa="1" members="{" ".join(map(str, self._members))}"/>\n</xmi:XMI>\n',
            )
        )

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _element(
        self,
        key: int,
        type: str,
        features: Mapping[str, str | Sequence[str]],
        place: Fragment | None = None,
        indexed: bool = True,
    ) -> None:
        """One feature structure; lists are children. place: in code points."""
        space, _, local = type.rpartition(".")
        name = f"{self._spaces[space + '.']}:{local}"
        parts = [f'<{name} xmi:id="{key}"']
        if indexed:
            parts.append(' sofa="1"')
            self._members.append(key)
        if place is not None:
            begin, end = (self._offsets.to("utf-16", p) for p in place)
            parts.append(f' begin="{begin}" end="{end}"')
        children: list[str] = []
        for feature, value in features.items():
            if isinstance(value, str):
                parts.append(f" {feature}={attribute(xml_text(value))}")
            else:
                children += (f"<{feature}>{content(xml_text(v))}</{feature}>" for v in value)
        parts.append(f">{''.join(children)}</{name}>\n" if children else "/>\n")
        self._elements.append("".join(parts))

    def _segments(self, article: Article, file: str) -> None:
        document = article.document
        facts = {
            "documentTitle": document.title or file,
            "documentId": file,
            "language": document.language or "x-unspecified",
        }
        self._element(self._next(), METADATA, facts, (0, len(article.text)))
        for sentence in sentences(article.text):
            self._element(self._next(), SENTENCE, {}, sentence)
            for token in tokens(article.text, *sentence):
                self._element(self._next(), TOKEN, {}, token)

    def _label(self, a: Annotation, anchor: Sequence[Fragment]) -> None:
        names = self._types[a.layer]
        texts, exact = self._plain.of(a)
        features: dict[str, str | list[str]] = {}
        for key, said in texts.items():
            features |= self._value(names, a, key, said)
        for role, fillers in a.roles.items():
            if role in names.roles and fillers:
                links = [self._link(names.links[role], role, self._target(f)) for f in fillers]
                features[names.roles[role]] = " ".join(map(str, links))
        if a.memo:
            features[names.memo] = a.memo
        if a.uncertain:
            features[names.uncertain] = list(a.uncertain)
        if len(a.fragments) > 1:
            pieces = [self._piece(f) for f in a.fragments[1:]]
            features[names.fragments] = " ".join(str(self._link(FRAGMENT_LINK, "piece", p)) for p in pieces)
        more: dict[str, Any] = {"uncertain": None}
        if names.ends:
            features |= self._ends(names, a)
            if any(len(fillers) != 1 or not fillers[0].annotation for fillers in a.roles.values()):
                more["roles"] = {r: [[f.annotation, f.entity] for f in fillers] for r, fillers in a.roles.items()}
        if xml_text(a.memo) != a.memo:
            more["memo"] = a.memo
        features[names.extra] = extra_line(a, exact, **more)
        place = None if self._kinds[a.layer] == "document" else anchor[0] if anchor else (0, 0)
        self._element(self._ids[a.id], names.type, features, place)

    def _ends(self, names: LayerType, a: Annotation) -> dict[str, str]:
        """The labels that a relation joins, as its own features name them."""
        firsts = {
            role: next((f.annotation for f in a.roles.get(role, ()) if f.annotation), None) for role in names.ends
        }
        return {names.ends[role]: str(self._ids[key]) for role, key in firsts.items() if key is not None}

    def _value(self, names: LayerType, a: Annotation, key: str, said: list[str]) -> dict[str, str | list[str]]:
        feature = names.attributes.get(key)
        declared = self._plain.attribute(a.layer, key)
        if feature is None or declared is None or not said:
            return {}
        many = declared.type == "choices" or (declared.type == "entity" and declared.many)
        if key not in names.entities:
            return {feature: said if many else said[0]}
        names_said = [self._dataset.entity_name(t) for t in said]
        return (
            {feature: names_said, names.entities[key]: said}
            if many
            else {
                feature: names_said[0],
                names.entities[key]: said[0],
            }
        )

    def _target(self, filler: Filler) -> int:
        if filler.annotation is not None:
            return self._ids[filler.annotation]
        key, entity = self._next(), filler.entity or ""
        said: dict[str, Any] = {
            "entity": entity,
            "name": self._dataset.entity_name(entity),
            "entity_type": self._dataset.entity_type(entity),
        }
        self._element(key, ENTITY, said, (0, 0))
        return key

    def _piece(self, fragment: Fragment) -> int:
        key = self._next()
        self._element(key, FRAGMENT, {}, fragment)
        return key

    def _link(self, type: str, role: str, target: int) -> int:
        key = self._next()
        self._element(key, type, {"role": role, "target": str(target)}, indexed=False)
        return key
