"""Whether coders made the same links: precision, recall and F1 of what each links to what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from itertools import combinations
from typing import Any

from annotator.agreement.span_pairs import shares
from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Attribute, LinkLayer
from annotator.domain.codebook.owners import other_roles, owner_role
from annotator.domain.codebook.values import entity_ids
from annotator.services.agreement.request import Corpus, Question
from annotator.services.agreement.units import OwnedLinks, Said, owned_links

Part = dict[str, Any]


def link_layers(compared: Corpus, question: Question) -> list[LinkLayer]:
    """The layers of links that were asked for."""
    if question.attribute is not None:
        return []
    return [x for x in compared.codebook.link_layers if question.layer in (None, x.key)]


def link_part(compared: Corpus, layer: LinkLayer, question: Question) -> Part | None:
    """One element of `links`; None where nobody made any.

    by: the owner's role and what else must be the same: one other role, all of them, all of them and a value. Owners
    are the same where they are of one unit. A link that several labels own counts once.
    """
    owned = owned_links(compared, layer, question.overlap)
    owner = owner_role(compared.codebook, layer.key) or "article"
    others = [r.key for r in other_roles(compared.codebook, layer.key)]
    bys: list[tuple[list[str], Attribute | None]] = [([role], None) for role in others]
    if len(others) > 1:
        bys.append((others, None))
    bys += [(others, a) for a in layer.attributes if a.type != "text"]
    said = Said(compared)
    pairs = []
    for first, second in combinations(compared.coders, 2):
        both = {d.id for d in compared.documents if compared.labels[d.id].keys() >= {first.id, second.id}}
        here = [o for o in owned if o.owners.document_id in both]
        for roles, attribute in bys:
            key, response = (
                Counter(told for o in here for told in _told(o, c.id, roles, attribute, said)) for c in (first, second)
            )
            if not key and not response:
                continue
            matched = (key & response).total()
            counts = [key.total(), response.total()]
            pairs.append(
                {
                    "coders": [first.name, second.name],
                    "by": [owner, *roles, *([attribute.key] if attribute is not None else [])],
                    "counts": counts,
                    "matched": matched,
                    **shares(matched, *counts),
                }
            )
    return {"layer": layer.key, "pairs": pairs} if pairs else None


def _told(
    owned: OwnedLinks, coder_id: str, roles: Sequence[str], attribute: Attribute | None, said: Said
) -> list[tuple[Any, ...]]:
    """For each of a coder's links: its owner's unit, what it names, and the value."""
    return [
        (
            id(owned),
            tuple(x for x in owned.names[link.id] if x[0] in roles),
            None if attribute is None else _value(link, attribute, said),
        )
        for link in owned.by_coder.get(coder_id, ())
    ]


def _value(link: Annotation, attribute: Attribute, said: Said) -> Any:
    value = link.values.get(attribute.key)
    if attribute.type == "entity":
        return tuple(sorted(entity_ids(value)))
    return said.value(value, attribute)
