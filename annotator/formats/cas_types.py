"""A codebook as a UIMA type system, as INCEpTION builds its layers; types that came from there as they were."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from xml.sax.saxutils import escape, quoteattr

from annotator.domain.codebook.model import ChoicesAttribute, Codebook, EntityAttribute
from annotator.formats.layer_types import (
    ANNOTATION,
    ARRAY,
    BASE,
    ENTITY,
    FRAGMENT,
    FRAGMENT_LINK,
    METADATA,
    SENTENCE,
    STRING,
    STRINGS,
    TOKEN,
    LayerType,
    layer_types,
)

FORM = "cas-xmi"


@dataclass
class _Type:
    """features: name -> (range, type of the array's elements, words)."""

    supertype: str
    words: str = ""
    features: dict[str, tuple[str, str, str]] = field(default_factory=dict)


def type_system(codebook: Codebook) -> str:
    """``TypeSystem.xml``."""
    types: dict[str, _Type] = {}
    about = dict.fromkeys(("documentTitle", "documentId", "documentUri", "collectionId"), (STRING, "", ""))
    types[METADATA] = _Type("uima.tcas.DocumentAnnotation", "", about)
    types[SENTENCE] = _Type(ANNOTATION)
    types[TOKEN] = _Type(ANNOTATION)
    known = layer_types(codebook, FORM)
    if any(names.pieces for names in known.values()):
        types[FRAGMENT] = _Type(ANNOTATION, "A further piece of a label in several pieces")
        types[FRAGMENT_LINK] = _link(FRAGMENT)
    if any(names.layer.kind == "link" and names.kind == "label" for names in known.values()):
        said = dict.fromkeys(("entity", "name", "entity_type"), (STRING, "", ""))
        types[ENTITY] = _Type(ANNOTATION, "An entity in a role", said)
    for names in known.values():
        if names.kind != "feature" and names.kind != "chain":
            _layer(types, names)
    for names in known.values():
        if names.kind == "feature":
            _feature(types, names)
        elif names.kind == "chain":
            types[names.type].features["next"] = (names.type, "", "")
            types.setdefault(names.words[0], _Type(BASE, names.layer.label)).features["first"] = (names.type, "", "")
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    parts.append('<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">\n<types>\n')
    for name, type in types.items():
        if not name.startswith("uima."):
            parts += _described(name, type)
    parts.append("</types>\n</typeSystemDescription>\n")
    return "".join(parts)


def _layer(types: dict[str, _Type], names: LayerType) -> None:
    layer = names.layer
    top = BASE if layer.kind == "document" else ANNOTATION
    line = [*(t for t in names.supertypes if not t.startswith("uima.")), _top(names, top)]
    type = types.setdefault(names.type, _Type(line[0]))
    type.supertype, type.words = line[0], layer.label
    for ancestor, above in pairwise(line):
        types.setdefault(ancestor, _Type(above))
    for a in layer.attributes:
        many = isinstance(a, ChoicesAttribute) or (isinstance(a, EntityAttribute) and a.many)
        range, of = names.ranges.get(a.key, ("", ""))
        if many and not range.endswith("Array"):
            range = STRINGS
        owner = types.get(of, type) if of in names.supertypes else type
        owner.features[names.attributes[a.key]] = (range or STRING, "", a.label)
        if a.key in names.entities:
            type.features[names.entities[a.key]] = (STRINGS if many else STRING, "", f"{a.label}: id")
    for feature in names.ends.values():
        type.features[feature] = (ANNOTATION, "", "")
    if not names.theirs:
        type.features |= {names.memo: (STRING, "", ""), names.uncertain: (STRINGS, "", "")}
    for role, feature in names.roles.items():
        type.features[feature] = (ARRAY, names.links[role], "")
        types[names.links[role]] = _link(ANNOTATION)
    if names.pieces:
        type.features[names.fragments] = (ARRAY, FRAGMENT_LINK, "")


def _top(names: LayerType, usual: str) -> str:
    """UIMA's own type that a layer's type comes from."""
    return next((t for t in names.supertypes if t.startswith("uima.")), usual)


def _feature(types: dict[str, _Type], names: LayerType) -> None:
    """A link that is a feature of others."""
    feature = types[names.type].features
    if names.how == "ref":
        feature[names.feature] = (names.words[0], "", names.layer.label)
        _know(types, names.words[0])
    else:
        feature[names.feature] = (ARRAY, names.words[0], names.layer.label)
    if names.how == "slot":
        types[names.words[0]] = _link(names.words[1])
    _know(types, names.words[-1])


def _know(types: dict[str, _Type], name: str) -> None:
    """Declare a type that only others name."""
    if not name.startswith("uima."):
        types.setdefault(name, _Type(ANNOTATION))


def _link(target: str) -> _Type:
    return _Type("uima.cas.TOP", "", {"role": (STRING, "", ""), "target": (target, "", "")})


def _described(name: str, type: _Type) -> Iterator[str]:
    yield f"<typeDescription><name>{name}</name><description>{escape(type.words)}</description>"
    yield f"<supertypeName>{type.supertype}</supertypeName><features>\n"
    for feature, (range, element, words) in type.features.items():
        yield f"<featureDescription><name>{feature}</name><description>{escape(words)}</description>"
        yield f"<rangeTypeName>{range}</rangeTypeName>"
        yield f"<elementType>{element}</elementType>" if element else ""
        yield "</featureDescription>\n"
    yield "</features></typeDescription>\n"


_BLANKS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def attribute(text: str) -> str:
    """The text as an attribute in quotation marks."""
    return quoteattr(text, _BLANKS)


def content(text: str) -> str:
    """The text between tags."""
    return escape(text, {"\r": "&#13;"})
