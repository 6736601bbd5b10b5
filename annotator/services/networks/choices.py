"""What a codebook lets one choose as actor, concept and stance of a network, with the words for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from annotator.domain.codebook.model import ChoiceAttribute, Codebook
from annotator.domain.errors import AnnotatorError
from annotator.formats.network_mentions import NetworkSpec, checked, default_spec
from annotator.services.study import Study


@dataclass(frozen=True, slots=True)
class Choice:
    """name: as it is given on the command line. label: in the codebook's words.

    values: of a qualifier that is a choice, where somebody has to say what each counts, key and words.
    """

    name: str
    label: str
    values: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """suggested: what is chosen first; None where the codebook ties nobody to anything."""

    actors: tuple[Choice, ...]
    concepts: tuple[Choice, ...]
    qualifiers: tuple[Choice, ...]
    outlets: tuple[str, ...]
    coders: tuple[str, ...]
    suggested: NetworkSpec | None


def choices_of(study: Study) -> Choices:
    """Of a study."""
    from annotator.domain.decisions import GOLD

    codebook = study.codebook
    named = list(_named(codebook))
    try:
        suggested = default_spec(codebook)
    except AnnotatorError:
        suggested = None
    concepts: tuple[Choice, ...] = ()
    actors, qualifiers = concepts, concepts
    if suggested is not None:
        actor, concept = suggested.actor, suggested.concept
        concepts = tuple(c for c in named if _fits(codebook, NetworkSpec(actor, c.name)))
        actors = tuple(c for c in named if _fits(codebook, NetworkSpec(c.name, concept)))
        single = [c for c in named if c.name.count(".") == 1]
        qualifiers = tuple(q for c in single if (q := _qualifier(codebook, actor, concept, c)) is not None)
    outlets = sorted({d.publisher for d in study.documents() if d.publisher})
    coders = [c.name for c in study.coders() if c.role != GOLD]
    return Choices(actors, concepts, qualifiers, tuple(outlets), tuple(coders), suggested)


def _named(codebook: Codebook) -> Iterator[Choice]:
    """Roles, what is coded of the labels in them, and attributes."""
    for link in codebook.link_layers:
        for role in link.roles:
            base = f"{link.label}: {role.label}"
            yield Choice(f"{link.key}.{role.key}", base)
            for key in role.layers:
                for a in codebook.layer(key).attributes:
                    if a.type in ("tree", "choice", "choices"):
                        yield Choice(f"{link.key}.{role.key}.{a.key}", f"{base}, {a.label}")
    for layer in codebook.layers:
        for a in layer.attributes:
            yield Choice(f"{layer.key}.{a.key}", f"{layer.label}: {a.label}")


def _qualifier(codebook: Codebook, actor: str, concept: str, choice: Choice) -> Choice | None:
    """The choice as a qualifier; with its values where these count nothing by themselves; None where it can be none."""
    if _fits(codebook, NetworkSpec(actor, concept, choice.name)):
        return choice
    layer, _, name = choice.name.partition(".")
    attribute = next((a for a in codebook.layer(layer).attributes if a.key == name), None)
    if not isinstance(attribute, ChoiceAttribute) or len(attribute.values) < 2:
        return None
    values = tuple((v.key, v.label) for v in attribute.values)
    worth = tuple((key, 0.0) for key, _ in values)
    fits = _fits(codebook, NetworkSpec(actor, concept, choice.name, worth))
    return replace(choice, values=values) if fits else None


def _fits(codebook: Codebook, spec: NetworkSpec) -> bool:
    try:
        checked(codebook, spec)
    except (AnnotatorError, KeyError):
        return False
    return True
