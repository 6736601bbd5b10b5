"""Choices in a codebook that are allowed but risky: shown while it is edited, with what they mean for figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.owners import open_questions, owners
from annotator.domain.codebook.suggesting import apart
from annotator.domain.words import Message, say

_NEAR = 20.0


@dataclass(frozen=True, slots=True)
class Advice:
    """One risky choice. path: the part that it is about; field: of its form, empty for the part as a whole."""

    path: tuple[str | int, ...]
    field: str
    words: Message


def advice(codebook: Codebook) -> list[Advice]:
    """All of them, in the order of the layers."""
    found = [*_links(codebook), *_colours(codebook), *_answers(codebook)]
    return sorted(found, key=lambda a: [str(x).zfill(4) for x in a.path])


def _links(codebook: Codebook) -> list[Advice]:
    place = {layer.key: i for i, layer in enumerate(codebook.layers)}
    known = owners(codebook)
    found = [Advice(("layers", place[q.layer]), "per", q.words) for q in open_questions(codebook)]
    asked = {q.layer for q in open_questions(codebook)}
    for link in codebook.link_layers:
        owning = known.by_link[link.key]
        path = ("layers", place[link.key])
        if owning.role is None:
            words = say(
                "no role of “{link}” takes a label, so that each link is a statement of its own: agreement has no "
                "labels to match them by. Let a role take labels",
                link=link.label,
            )
            found.append(Advice(path, "per", words))
        elif link.per is None and link.key not in asked:
            role = link.role(owning.role)
            words = say(
                "“How many links: for each” is not set. Figures and exports count each link under its "
                "“{role}”; coders are not told where one is missing. Set it, with at least and at most",
                role=role.label or role.key,
            )
            found.append(Advice(path, "per", words))
    return found


def _colours(codebook: Codebook) -> list[Advice]:
    found = []
    shown = [(i, x) for i, x in enumerate(codebook.layers) if x.kind == "span"]
    for n, (i, layer) in enumerate(shown):
        near = next((x for _, x in shown[:n] if apart(x.colour, layer.colour) < _NEAR), None)
        if near is not None:
            words = say(
                "the colour is hard to tell from that of “{other}”: choose one that differs more", other=near.label
            )
            found.append(Advice(("layers", i), "colour", words))
    return found


def _answers(codebook: Codebook) -> list[Advice]:
    found = []
    for i, layer in enumerate(codebook.layers):
        for j, attribute in enumerate(layer.attributes):
            values: Any = getattr(attribute, "values", ())
            if attribute.type in ("choice", "tree") and len(values) == 1 and not getattr(values[0], "children", ()):
                words = say("there is one value only: everybody agrees, and coefficients are undefined. Add another")
                found.append(Advice(("layers", i, "attributes", j), "type", words))
    return found
