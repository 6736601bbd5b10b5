"""What a codebook lets one choose as actor, concept and stance of a network, with the words for it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import AnnotatorError
from annotator.formats.network_mentions import NetworkSpec, checked, default_spec
from annotator.services.study import Study


@dataclass(frozen=True, slots=True)
class Choice:
    """name: as it is given on the command line. label: in the codebook's words."""

    name: str
    label: str


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
        qualifiers = tuple(c for c in single if _fits(codebook, NetworkSpec(actor, concept, c.name)))
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


def _fits(codebook: Codebook, spec: NetworkSpec) -> bool:
    try:
        checked(codebook, spec)
    except (AnnotatorError, KeyError):
        return False
    return True
