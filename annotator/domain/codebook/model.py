"""The codebook: layers of three kinds, their attributes, roles and rules, as one frozen pydantic model."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from annotator.domain.codebook.scalars import typed_value
from annotator.domain.errors import NotFound
from annotator.domain.words import Message, say

Key = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$", description="lower-case letters, digits and _")]
ValueKey = Annotated[str, Field(pattern=r"^[^\s|]([^|\n]*[^\s|])?$", description="any text without | and line breaks")]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-fA-F]{6}$", description="#rrggbb")]
Point = Annotated[bool | int | float | str, BeforeValidator(typed_value)]


class Part(BaseModel):
    """Every part of a codebook: frozen, and unknown keys are faults."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


WrittenAs = Annotated[dict[str, str], Field(description="form of file -> its name there")]
"""Names of other programs, for files that go back to them: keys are lower-case and plain, theirs need not be."""


class Rule(Part):
    """A rule for coders; ``check`` asks the program to watch it while one codes."""

    key: Key
    text: str
    check: bool = False


class Example(Part):
    """A passage with the label in square brackets; ``counter`` marks what is not to be labelled."""

    text: str
    note: str = ""
    counter: bool = False


class Choice(Part):
    """One value of a closed list. Its key may be any code that the field uses: ``NO``, ``010``."""

    key: ValueKey
    label: str
    hotkey: str | None = None
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    written_as: WrittenAs = {}


class Branch(Choice):
    """One node of a tree of values."""

    children: tuple[Branch, ...] = ()


class OffScale(Part):
    """An answer that stands outside the values: unclear, mixed, not applicable."""

    key: ValueKey
    label: str
    hotkey: str | None = None
    definition: str = ""


class ScalePoint(Part):
    """A point of a scale."""

    value: int | float
    label: str
    hotkey: str | None = None
    definition: str = ""


class When(Part):
    """When an attribute is asked for: another attribute has one of these values, or the label is in a zone."""

    attribute: Key | None = None
    in_: tuple[Point, ...] | None = Field(default=None, alias="in")
    under: tuple[str, ...] | None = None
    zone: str | None = None


class AttributeBase(Part):
    """What every attribute has."""

    key: Key
    label: str
    required: bool = False
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    when: When | None = None
    off_scale: tuple[OffScale, ...] = ()
    written_as: WrittenAs = {}


class ChoiceAttribute(AttributeBase):
    """One of a closed list."""

    type: Literal["choice"]
    values: Annotated[tuple[Choice, ...], Field(min_length=1)]
    default: str | None = None


class ChoicesAttribute(AttributeBase):
    """Several of a closed list."""

    type: Literal["choices"]
    values: Annotated[tuple[Choice, ...], Field(min_length=1)]
    min: Annotated[int, Field(ge=0)] = 0
    max: Annotated[int, Field(ge=1)] | None = None
    default: tuple[str, ...] | None = None


class TreeAttribute(AttributeBase):
    """One node of a tree; ``select`` says whether inner nodes may be chosen."""

    type: Literal["tree"]
    values: Annotated[tuple[Branch, ...], Field(min_length=1)]
    select: Literal["leaf", "any"] = "leaf"
    default: str | None = None


class ScaleAttribute(AttributeBase):
    """An ordered scale; ``groups`` gather points for analysis."""

    type: Literal["scale"]
    points: Annotated[tuple[ScalePoint, ...], Field(min_length=2)]
    groups: dict[str, tuple[Point, ...]] = {}
    default: Point | None = None


class BooleanAttribute(AttributeBase):
    """Yes or no; ``unique_true_per`` allows one yes among the links of one owner."""

    type: Literal["boolean"]
    default: bool | None = None
    unique_true_per: Key | None = None


class NumberAttribute(AttributeBase):
    """A number, maybe whole, maybe within a range."""

    type: Literal["number"]
    integer: bool = False
    min: float | int | None = None
    max: float | int | None = None
    unit: str = ""
    default: Point | None = None


class TextAttribute(AttributeBase):
    """Free text."""

    type: Literal["text"]
    default: str | None = None


class DateAttribute(AttributeBase):
    """A day; with ``partial`` also a month or a year."""

    type: Literal["date"]
    partial: bool = False
    default: str | None = None


class EntityAttribute(AttributeBase):
    """An entity of the register; ``default`` may be ``ROLE's entity``."""

    type: Literal["entity"]
    entity_types: tuple[Key, ...] = ()
    many: bool = False
    default: str | None = None


Attribute = Annotated[
    ChoiceAttribute
    | ChoicesAttribute
    | TreeAttribute
    | ScaleAttribute
    | BooleanAttribute
    | NumberAttribute
    | TextAttribute
    | DateAttribute
    | EntityAttribute,
    Field(discriminator="type"),
]


class EntityType(Part):
    """A kind of person, body or thing that the register holds, and what is asked of each entity of the kind."""

    key: Key
    label: str
    attributes: tuple[Attribute, ...] = ()

    def attribute(self, key: str) -> Attribute:
        """The attribute with this key; raises NotFound."""
        return _attribute_of(self.attributes, key, say("the entity type has no attribute `{key}`", key=key), self.key)


class LayerBase(Part):
    """What every layer has."""

    key: Key
    label: str
    colour: Colour = "#5a6b7b"
    hotkey: str | None = None
    definition: str = ""
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    attributes: tuple[Attribute, ...] = ()
    written_as: WrittenAs = {}

    def attribute(self, key: str) -> Attribute:
        """The attribute with this key; raises NotFound."""
        return _attribute_of(self.attributes, key, say("the layer has no attribute `{key}`", key=key), self.key)


Asking = LayerBase | EntityType
"""What asks for attributes: of labels, or of entities."""


def _attribute_of(attributes: tuple[Attribute, ...], key: str, lacking: Message, where: str) -> Attribute:
    for attribute in attributes:
        if attribute.key == key:
            return attribute
    known = ", ".join(a.key for a in attributes) or say("none")
    raise NotFound(lacking, where, say("its attributes: {known}", known=known))


class SpanLayer(LayerBase):
    """Labels anchored in text.

    ``snap`` widens a new selection to whole words or sentences; ``none`` does so with words where the mouse dragged
    without Alt, ``letters`` never. ``trim`` takes spaces, or quotation marks too, off its ends. Both work when a person
    labels; what was labelled otherwise is left as it is.
    """

    kind: Literal["span"]
    discontinuous: bool = False
    overlap: Literal["none", "nested", "any"] = "any"
    snap: Literal["none", "letters", "word", "sentence"] = "none"
    trim: Literal["spaces", "quotes"] = "spaces"
    zones: tuple[str, ...] = ()


class EmptyReason(Part):
    """Why a role may stay empty, and whether somebody is to be named all the same."""

    key: Key
    label: str
    entity: Literal["required", "optional", "none"] = "none"


class Role(Part):
    """A place in a link: which layers or entity types fill it, and how many."""

    key: Key
    label: str = ""
    layers: tuple[Key, ...] = ()
    entity_types: tuple[Key, ...] = ()
    entities: bool = False
    min: Annotated[int, Field(ge=0)] = 0
    max: Annotated[int, Field(ge=1)] | None = None
    empty_because: tuple[EmptyReason, ...] = ()
    written_as: WrittenAs = {}

    @property
    def takes_entities(self) -> bool:
        """Whether an entity may stand in the role without a label in the text."""
        return self.entities or bool(self.entity_types)


class Per(Part):
    """How many links of the layer each owner (the filler of ``role``) is to have."""

    role: Key
    min: Annotated[int, Field(ge=0)] = 0
    max: Annotated[int, Field(ge=1)] | None = None


class LinkLayer(LayerBase):
    """Ties annotations and entities together through roles."""

    kind: Literal["link"]
    per: Per | None = None
    roles: Annotated[tuple[Role, ...], Field(min_length=1)]

    def role(self, key: str) -> Role:
        """The role with this key; raises NotFound."""
        for role in self.roles:
            if role.key == key:
                return role
        raise NotFound(
            say("the layer has no role `{key}`", key=key),
            self.key,
            say("its roles: {names}", names=", ".join(r.key for r in self.roles)),
        )


class DocumentLayer(LayerBase):
    """What holds for a whole article."""

    kind: Literal["document"]
    repeat: bool = False


Layer = Annotated[SpanLayer | LinkLayer | DocumentLayer, Field(discriminator="kind")]


class Codebook(Part):
    """The instrument of a study."""

    format: Literal["annotator-codebook/1"]
    key: Key
    title: str
    version: str = "1"
    language: str = "en"
    description: str = ""
    rules: tuple[Rule, ...] = ()
    entity_types: tuple[EntityType, ...] = ()
    layers: Annotated[tuple[Layer, ...], Field(min_length=1)]

    def layer(self, key: str) -> Layer:
        """The layer with this key; raises NotFound."""
        for layer in self.layers:
            if layer.key == key:
                return layer
        raise NotFound(
            say("the codebook has no layer `{key}`", key=key),
            self.key,
            say("its layers: {names}", names=", ".join(x.key for x in self.layers)),
        )

    def entity_type(self, key: str) -> EntityType:
        """The entity type with this key; raises NotFound."""
        for kind in self.entity_types:
            if kind.key == key:
                return kind
        known = ", ".join(t.key for t in self.entity_types) or say("none")
        raise NotFound(
            say("the codebook has no entity type `{key}`", key=key),
            self.key,
            say("its entity types: {known}", known=known),
        )

    @property
    def span_layers(self) -> tuple[SpanLayer, ...]:
        """The layers anchored in text."""
        return tuple(x for x in self.layers if isinstance(x, SpanLayer))

    @property
    def link_layers(self) -> tuple[LinkLayer, ...]:
        """The layers that tie things together."""
        return tuple(x for x in self.layers if isinstance(x, LinkLayer))

    @property
    def document_layers(self) -> tuple[DocumentLayer, ...]:
        """The layers that hold for whole articles."""
        return tuple(x for x in self.layers if isinstance(x, DocumentLayer))


def tree_nodes(branches: tuple[Branch, ...], path: tuple[str, ...] = ()) -> list[tuple[Branch, tuple[str, ...]]]:
    """Every node with the keys from the root down to itself, in the declared order."""
    result: list[tuple[Branch, tuple[str, ...]]] = []
    for branch in branches:
        here = (*path, branch.key)
        result.append((branch, here))
        result.extend(tree_nodes(branch.children, here))
    return result
