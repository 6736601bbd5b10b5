"""What layers of a codebook are in UIMA's forms: types and features; and what those were that came from there.

`written_as` of a layer is `TYPE`, with the types that it comes from behind `<`; of a link that stands for a feature of
other labels `TYPE#FEATURE` and how: `slot LINKTYPE TARGET`, `array ELEMENT`, `ref RANGE` or, for the labels of a chain,
`chain CHAINTYPE`. That of an attribute is `FEATURE`, with its range and the type that declares it. That of a role is
the name in the file; `@` is the label whose feature it is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from annotator.domain.codebook.model import Attribute, Codebook, EntityAttribute, Layer, LinkLayer, Role

CUSTOM = "webanno.custom."
FRAGMENT = f"{CUSTOM}AnnotatorFragment"
FRAGMENT_LINK = f"{CUSTOM}AnnotatorFragmentLink"
ENTITY = f"{CUSTOM}AnnotatorEntity"
ANNOTATION = "uima.tcas.Annotation"
BASE = "uima.cas.AnnotationBase"
STRING = "uima.cas.String"
STRINGS = "uima.cas.StringArray"
ARRAY = "uima.cas.FSArray"
SENTENCE = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Sentence"
TOKEN = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.Token"
METADATA = "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.DocumentMetaData"
ENDS = (("Source", "Target"), ("Governor", "Dependent"), ("source", "target"))
"""The features that name the two labels of a relation."""
OWNER = "@"
MEMBER = "member"
NO_NAME = "*"
"""A role without a name of its own."""
_TAKEN = ("begin", "end", "sofa", "id", "self", "type")
_TYPE = re.compile(r"[A-Za-z]\w*(\.[A-Za-z]\w*)*$", re.ASCII)
_FEATURE = re.compile(r"[A-Za-z]\w*$", re.ASCII)
Kind = Literal["label", "relation", "feature", "chain", "element"]


@dataclass(frozen=True)
class LayerType:
    """The names of one layer: of its type, and of the features for attributes, entities' ids, roles and the rest.

    kind: what its labels are in the file: structures of their own, relations of two, a feature of others, a chain of
    others, or elements of such a chain. theirs: whether it came from the form and goes back as it was.
    """

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
    kind: Kind = "label"
    theirs: bool = False
    supertypes: tuple[str, ...] = ()
    ranges: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Of attributes that came with one: key -> (range, the type that declares it, empty for this one)."""
    feature: str = ""
    how: str = ""
    words: tuple[str, ...] = ()
    """Of a feature: the types behind `how`."""
    owner: str = ""
    """Of a feature: the role of the label that has it."""
    element: str = ""
    """Of a chain: the layer of its elements."""

    @property
    def token(self) -> bool:
        """Whether its labels are tokens."""
        return self.theirs and self.type == TOKEN

    @property
    def pieces(self) -> bool:
        """Whether its labels may have further pieces."""
        if self.type.startswith("uima."):
            return False
        return self.layer.kind == "span" and (not self.theirs or bool(getattr(self.layer, "discontinuous", False)))


@dataclass(frozen=True, slots=True)
class _Said:
    """`written_as` of a layer."""

    type: str
    supertypes: tuple[str, ...] = ()
    feature: str = ""
    how: str = ""
    words: tuple[str, ...] = ()


def _said(layer: Layer, form: str) -> _Said | None:
    told = layer.written_as.get(form, "")
    name, *rest = told.split(" ")
    first, *supertypes = name.split("<")
    type, _, feature = first.partition("#")
    if not all(map(_TYPE.match, (type, *supertypes))):
        return None
    if not feature:
        return _Said(type, tuple(supertypes)) if not rest else None
    words = {"slot": 2, "array": 1, "ref": 1, "chain": 1}
    if not rest or len(rest) - 1 != words.get(rest[0]) or not _FEATURE.match(feature) or layer.kind != "link":
        return None
    return _Said(type, (), feature, rest[0], tuple(rest[1:]))


def layer_types(codebook: Codebook, form: str) -> dict[str, LayerType]:
    """Layer key -> its names; the same codebook gives the same names. form: the form whose own names go back."""
    types: dict[str, LayerType] = {}
    taken: set[str] = {FRAGMENT, ENTITY, SENTENCE, METADATA}
    said = {layer.key: _said(layer, form) for layer in codebook.layers}
    own = {s.type for s in said.values() if s is not None and not s.feature}
    for layer in codebook.layers:
        told = said[layer.key]
        if told is not None and (told.type in taken if not told.feature else told.type not in own):
            told = None
        if told is not None and told.type.startswith("uima.") and not told.feature and layer.attributes:
            told = None  # UIMA's own types have no features of ours
        if told is not None and told.feature and not _stands(layer, told, form):
            told = None
        types[layer.key] = _layer_type(layer, told, form)
        if told is None or not told.feature:
            taken.add(types[layer.key].type)
    by_type = {t.type: key for key, t in types.items() if t.theirs and not t.feature}
    for key, names in list(types.items()):
        if names.kind == "chain":
            types[key] = replace(names, element=by_type[names.type])
            types[by_type[names.type]] = replace(types[by_type[names.type]], kind="element")
    return types


def _stands(layer: Layer, said: _Said, form: str) -> bool:
    """Whether a link can go back as a feature of others."""
    roles = layer.roles if isinstance(layer, LinkLayer) else ()
    names = [r.written_as.get(form, "") for r in roles]
    return names == [MEMBER] if said.how == "chain" else names.count(OWNER) == 1 and all(names)


def _layer_type(layer: Layer, said: _Said | None, form: str) -> LayerType:
    taken = set(_TAKEN if said is None else _TAKEN[:3])

    def called(part: Attribute | Role) -> list[str]:
        told = part.written_as.get(form, "").split(" ") if said is not None else [""]
        return told if _FEATURE.match(told[0]) else [part.key]

    def name(words: str) -> str:
        found, number = words, 1
        while found in taken:
            number += 1
            found = f"{words}_{number}"
        taken.add(found)
        return found

    type = said.type if said is not None else CUSTOM + layer.key[0].upper() + layer.key[1:]
    attributes = {a.key: name(called(a)[0]) for a in layer.attributes}
    roles: dict[str, str] = {}
    ends: dict[str, str] = {}
    kind: Kind = "label"
    owner = ""
    if isinstance(layer, LinkLayer) and said is not None and said.feature:
        kind = "chain" if said.how == "chain" else "feature"
        roles = {r.key: r.written_as[form] for r in layer.roles}
        owner = next((key for key, word in roles.items() if word == OWNER), "")
    elif isinstance(layer, LinkLayer) and said is not None and {called(r)[0] for r in layer.roles} in map(set, ENDS):
        kind = "relation"
        ends = {r.key: name(called(r)[0]) for r in layer.roles}
    elif isinstance(layer, LinkLayer):
        roles = {r.key: name(r.key) for r in layer.roles}
    return LayerType(
        layer,
        type,
        attributes,
        {a.key: name(f"{a.key}_entity") for a in layer.attributes if isinstance(a, EntityAttribute)},
        roles,
        {key: f"{type}{feature[0].upper()}{feature[1:]}Link" for key, feature in roles.items()} if not owner else {},
        name("memo"),
        name("uncertain"),
        name("annotator"),
        name("fragments"),
        ends,
        kind,
        said is not None,
        said.supertypes if said is not None else (),
        {
            a.key: (told[1], told[2] if len(told) > 2 else "")
            for a in layer.attributes
            if len(told := called(a)) in (2, 3) and all(map(_TYPE.match, told[1:]))
        },
        said.feature if said is not None else "",
        said.how if said is not None else "",
        said.words if said is not None else (),
        owner,
    )
