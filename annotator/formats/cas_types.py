"""What a codebook is in a UIMA type system, as INCEpTION builds its layers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.sax.saxutils import escape, quoteattr

from annotator.domain.codebook.model import (
    Attribute,
    ChoicesAttribute,
    Codebook,
    EntityAttribute,
    Layer,
    LinkLayer,
    Role,
)

CUSTOM = "webanno.custom."
FRAGMENT = f"{CUSTOM}AnnotatorFragment"
FRAGMENT_LINK = f"{CUSTOM}AnnotatorFragmentLink"
ENTITY = f"{CUSTOM}AnnotatorEntity"
ANNOTATION = "uima.tcas.Annotation"
BASE = "uima.cas.AnnotationBase"
STRING = "uima.cas.String"
STRINGS = "uima.cas.StringArray"
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
_TAKEN = ("begin", "end", "sofa", "id", "self", "type")


@dataclass(frozen=True)
class LayerType:
    """The names of one layer: of its type, and of the features for attributes, entities' ids, roles and the rest."""

    layer: Layer
    type: str
    attributes: dict[str, str] = field(default_factory=dict)
    entities: dict[str, str] = field(default_factory=dict)
    roles: dict[str, str] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    memo: str = ""
    uncertain: str = ""
    extra: str = ""
    fragments: str = ""
    ends: dict[str, str] = field(default_factory=dict)
    """Of a relation that came as one: role -> the feature that names its label."""


FORM = "cas-xmi"


def layer_types(codebook: Codebook, form: str = "") -> dict[str, LayerType]:
    """Layer key -> its names; the same codebook gives the same names. form: the form whose own names go back."""
    types: dict[str, LayerType] = {}
    taken: set[str] = {FRAGMENT, ENTITY, SENTENCE, TOKEN, METADATA}
    for layer in codebook.layers:
        said = layer.written_as.get(form, "") if form else ""
        theirs = said if _TYPE.match(said) and said not in taken and layer.kind != "document" else ""
        types[layer.key] = _layer_type(layer, theirs, form if theirs else "")
        taken.add(types[layer.key].type)
    return types


def _layer_type(layer: Layer, theirs: str, form: str) -> LayerType:
    taken = set(_TAKEN)

    def called(part: Attribute | Role) -> str:
        said = part.written_as.get(form, "") if form else ""
        return said if _FEATURE.match(said) else part.key

    def name(words: str) -> str:
        found, number = words, 1
        while found in taken:
            number += 1
            found = f"{words}_{number}"
        taken.add(found)
        return found

    type = theirs or CUSTOM + layer.key[0].upper() + layer.key[1:]
    attributes = {a.key: name(called(a)) for a in layer.attributes}
    roles: dict[str, str] = {}
    ends: dict[str, str] = {}
    if isinstance(layer, LinkLayer) and theirs and {called(r) for r in layer.roles} in map(set, ENDS):
        ends = {r.key: name(called(r)) for r in layer.roles}
    elif isinstance(layer, LinkLayer):
        roles = {r.key: name(r.key) for r in layer.roles}
    return LayerType(
        layer,
        type,
        attributes,
        {a.key: name(f"{a.key}_entity") for a in layer.attributes if isinstance(a, EntityAttribute)},
        roles,
        {key: f"{type}{feature[0].upper()}{feature[1:]}Link" for key, feature in roles.items()},
        name("memo"),
        name("uncertain"),
        name("annotator"),
        name("fragments"),
        ends,
    )


ENDS = (("Source", "Target"), ("Governor", "Dependent"), ("source", "target"))
"""The features that name the two labels of a relation."""
_TYPE = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)+$", re.ASCII)
_FEATURE = re.compile(r"[A-Za-z]\w*$", re.ASCII)


def type_system(codebook: Codebook) -> str:
    """``TypeSystem.xml``."""
    parts = ['<?xml version="1.0" encoding="UTF-8"?>\n']
    parts.append('<typeSystemDescription xmlns="http://uima.apache.org/resourceSpecifier">\n<types>\n')
    document = [(key, STRING, "") for key in ("documentTitle", "documentId", "documentUri", "collectionId")]
    parts += _type(METADATA, "uima.tcas.DocumentAnnotation", document)
    parts += _type(SENTENCE, ANNOTATION, [])
    parts += _type(TOKEN, ANNOTATION, [])
    parts += _type(FRAGMENT, ANNOTATION, [], "A further piece of a label in several pieces")
    parts += _link(FRAGMENT_LINK, FRAGMENT)
    parts += _type(
        ENTITY, ANNOTATION, [(key, STRING, "") for key in ("entity", "name", "entity_type")], "An entity in a role"
    )
    for names in layer_types(codebook, FORM).values():
        parts += _layer(names)
    parts.append("</types>\n</typeSystemDescription>\n")
    return "".join(parts)


def _layer(names: LayerType) -> Iterator[str]:
    layer = names.layer
    features = []
    for a in layer.attributes:
        many = isinstance(a, ChoicesAttribute) or (isinstance(a, EntityAttribute) and a.many)
        features.append((names.attributes[a.key], STRINGS if many else STRING, a.label))
        if a.key in names.entities:
            features.append((names.entities[a.key], STRINGS if many else STRING, f"{a.label}: id"))
    features += [(feature, ANNOTATION, "") for feature in names.ends.values()]
    features += [(names.memo, STRING, ""), (names.uncertain, STRINGS, ""), (names.extra, STRING, "")]
    links = [(feature, names.links[role]) for role, feature in names.roles.items()]
    if layer.kind == "span":
        links.append((names.fragments, FRAGMENT_LINK))
    yield from _type(names.type, BASE if layer.kind == "document" else ANNOTATION, features, layer.label, links)
    for link in names.links.values():
        yield from _link(link, ANNOTATION)


def _link(name: str, target: str) -> Iterator[str]:
    return _type(name, "uima.cas.TOP", [("role", STRING, ""), ("target", target, "")])


def _type(
    name: str,
    supertype: str,
    features: list[tuple[str, str, str]],
    label: str = "",
    links: list[tuple[str, str]] | None = None,
) -> Iterator[str]:
    """features: (name, range, words); links: (name, type of the array's elements)."""
    yield f"<typeDescription><name>{name}</name><description>{escape(label)}</description>"
    yield f"<supertypeName>{supertype}</supertypeName><features>\n"
    for feature, kind, words in features:
        yield f"<featureDescription><name>{feature}</name><description>{escape(words)}</description>"
        yield f"<rangeTypeName>{kind}</rangeTypeName></featureDescription>\n"
    for feature, element in links or ():
        yield f"<featureDescription><name>{feature}</name><description/>"
        yield f"<rangeTypeName>uima.cas.FSArray</rangeTypeName><elementType>{element}</elementType>"
        yield "</featureDescription>\n"
    yield "</features></typeDescription>\n"


_BLANKS = {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"}


def attribute(text: str) -> str:
    """The text as an attribute in quotation marks."""
    return quoteattr(text, _BLANKS)


def content(text: str) -> str:
    """The text between tags."""
    return escape(text, {"\r": "&#13;"})
