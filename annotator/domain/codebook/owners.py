"""Which label a link belongs to: given by `per`, otherwise derived from the roles.

A statement is a label with the links that belong to it. Of the roles of a link layer one is the owner's; what stands
in the others is told of the owner. `per` names it; where a codebook leaves `per` out, what the roles take and how the
link layers lie together says it in nearly every case. Where it does not, the first role is taken and `open_questions`
has the question to ask.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from annotator.domain.codebook.model import BooleanAttribute, Codebook, LinkLayer, Role, SpanLayer
from annotator.domain.words import Message, say


@dataclass(frozen=True, slots=True)
class Owning:
    """How one link layer belongs to its owners.

    role: the owner's role; None where no label can own the link, so that each link is a statement of its own.
    others: the other roles, in order. least, most: how many links each owner is to have; most is None for any number.
    rivals: the roles that could own it just as well; empty where the roles leave no doubt.
    """

    link: LinkLayer
    role: str | None
    others: tuple[Role, ...]
    least: int
    most: int | None
    rivals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A link layer whose owner the codebook leaves open. roles: those that could be it, the one taken now first."""

    layer: str
    roles: tuple[str, ...]
    words: Message


@dataclass(frozen=True, slots=True)
class Owners:
    """What one codebook says of all its link layers, worked out once.

    owned: layer -> the links that its labels own. roots: layers whose labels are statements, in the codebook's order:
    those that own links, and flat ones (`flat`). loose: link layers that belong to no label.
    """

    by_link: Mapping[str, Owning]
    owned: Mapping[str, tuple[Owning, ...]]
    roots: tuple[str, ...]
    flat: tuple[str, ...]
    loose: tuple[str, ...]
    naming: Mapping[str, tuple[str, ...]]
    """Layer -> its attributes that name entities, in order: the first that has a value says whom a label names."""


def owners(codebook: Codebook) -> Owners:
    """The owners of a codebook; cached, since a codebook never changes."""
    held = _KEPT.get(id(codebook))
    if held is not None and held[0]() is codebook:
        return held[1]
    found = _found(codebook)
    for key in [k for k, (alive, _) in list(_KEPT.items()) if alive() is None]:
        _KEPT.pop(key, None)
    _KEPT[id(codebook)] = (weakref.ref(codebook), found)
    return found


_KEPT: dict[int, tuple[weakref.ref[Codebook], Owners]] = {}


def owner_role(codebook: Codebook, link: str) -> str | None:
    """The owner's role of a link layer; None where each link is a statement of its own."""
    return owners(codebook).by_link[link].role


def other_roles(codebook: Codebook, link: str) -> tuple[Role, ...]:
    """The roles of a link layer that tell something of the owner, in order."""
    return owners(codebook).by_link[link].others


def links_owned(codebook: Codebook, layer: str) -> tuple[Owning, ...]:
    """The link layers that labels of a layer own, in the codebook's order."""
    return owners(codebook).owned.get(layer, ())


def links_in_order(codebook: Codebook) -> dict[str, LinkLayer]:
    """The link layers by key in the codebook's order, but those that other links own after these."""
    held = owners(codebook).by_link
    done: dict[str, LinkLayer] = {}

    def take(key: str, above: frozenset[str]) -> None:
        if key in done or key in above or key not in held:
            return
        owning = held[key]
        for layer in owning.link.role(owning.role).layers if owning.role else ():
            take(layer, above | {key})
        done[key] = owning.link

    for key in held:
        take(key, frozenset())
    return done


def waiting_roles(codebook: Codebook, link: str, filled: Mapping[str, int]) -> frozenset[str]:
    """Roles of a link that may be filled later.

    The owner must stand there from the first, and in a link of two roles the other one. A link of more roles is filled
    one by one: what it still lacks is told of its statement, so long as anything stands in it beside its owner.
    filled: role -> how many stand there.
    """
    owning = owners(codebook).by_link.get(link)
    if owning is None or len(owning.others) < 2 or not any(filled.get(r.key) for r in owning.others):
        return frozenset()
    return frozenset(r.key for r in owning.others)


def lacking_roles(codebook: Codebook, link: LinkLayer, filled: Mapping[str, int]) -> list[Role]:
    """The roles that hold fewer than a link of this layer must have as soon as it is made."""
    waiting = waiting_roles(codebook, link.key, filled)
    return [r for r in link.roles if r.key not in waiting and filled.get(r.key, 0) < r.min]


def open_questions(codebook: Codebook) -> list[OpenQuestion]:
    """Link layers whose owner the codebook does not determine; the editor asks about them."""
    result = []
    for owning in owners(codebook).by_link.values():
        if owning.role is None or not owning.rivals:
            continue
        roles = (owning.role, *owning.rivals)
        names = {r.key: r.label or r.key for r in owning.link.roles}
        words = say(
            "“{link}” may belong to {roles}: which of them is the statement is not said. “{taken}” is taken, so that "
            "figures and exports have its links under each “{taken}”; name one under “How many links: for each”",
            link=owning.link.label,
            roles=" / ".join(f"“{names[r]}”" for r in roles),
            taken=names[owning.role],
        )
        result.append(OpenQuestion(owning.link.key, roles, words))
    return result


def _found(codebook: Codebook) -> Owners:
    by_link = {x.key: _owning(codebook, x) for x in codebook.link_layers}
    owned: dict[str, list[Owning]] = {}
    filling: set[str] = set()
    for owning in by_link.values():
        for role in owning.link.roles:
            if role.key == owning.role:
                for layer in role.layers:
                    owned.setdefault(layer, []).append(owning)
            else:
                filling.update(role.layers)
    hanging = {key for key, owning in by_link.items() if owning.role is not None}
    flat = {x.key for x in codebook.span_layers if x.key not in owned and x.key not in filling and _is_flat(x)}
    roots = tuple(x.key for x in codebook.layers if (x.key in owned and x.key not in hanging) or x.key in flat)
    loose = tuple(key for key, owning in by_link.items() if owning.role is None)
    return Owners(
        by_link,
        {key: tuple(found) for key, found in owned.items()},
        roots,
        tuple(key for key in roots if key in flat),
        loose,
        {x.key: tuple(a.key for a in x.attributes if a.type == "entity") for x in codebook.layers},
    )


def _is_flat(layer: SpanLayer) -> bool:
    """Whether a label says by itself who stands how to what: it names somebody, and something beside."""
    return len(layer.attributes) > 1 and any(a.type == "entity" for a in layer.attributes)


def _owning(codebook: Codebook, link: LinkLayer) -> Owning:
    role, rivals = _role(codebook, link)
    others = tuple(r for r in link.roles if r.key != role)
    per = link.per
    return Owning(link, role, others, per.min if per else 0, per.max if per else None, rivals)


def _role(codebook: Codebook, link: LinkLayer) -> tuple[str | None, tuple[str, ...]]:
    """(the owner's role, its rivals)."""
    if link.per is not None:
        return link.per.role, ()
    candidates = [r for r in link.roles if r.layers]
    if not candidates:
        return None, ()
    said = {a.unique_true_per for a in link.attributes if isinstance(a, BooleanAttribute)}
    told = [r for r in candidates if r.key in said]
    if len(told) == 1:
        return told[0].key, ()
    weights = {r.key: 0 for r in candidates}
    for weight, favoured in _evidence(codebook, link, candidates):
        if 0 < len(favoured) < len(candidates):
            for r in favoured:
                weights[r.key] += weight
    order = sorted(candidates, key=lambda r: -weights[r.key])  # stable: the first declared one where all are equal
    best = order[0]
    rivals = tuple(r.key for r in order[1:] if weights[best.key] - weights[r.key] <= _DOUBT)
    return best.key, rivals


_DOUBT = 1
"""Roles that lie no more than this behind the best one, which is the weight of the order alone, could be it as well."""


def _evidence(codebook: Codebook, link: LinkLayer, candidates: list[Role]) -> Iterable[tuple[int, list[Role]]]:
    """(weight, roles that it speaks for). Nothing that speaks for all or for none says anything."""
    # what a statement is made of is a label: who is named without one, or may be missing for a reason, is told of it
    yield 4, [r for r in candidates if not r.takes_entities and not r.empty_because]
    # several link layers hang on one kind of label, which stands in the same place in all of them
    yield 3, [r for r in candidates if _is_hub(codebook, link, r)]
    # labels that are there to name somebody are speakers and targets
    yield 2, [r for r in candidates if not all(_names(codebook, key) for key in r.layers)]
    # a link has one owner; of what it tells there may be none, or several
    yield 2, [r for r in candidates if r.min >= 1 and r.max == 1]
    yield _DOUBT, candidates[:1]


def _names(codebook: Codebook, layer: str) -> bool:
    return any(a.type == "entity" and (a.required or i == 0) for i, a in enumerate(codebook.layer(layer).attributes))


def _is_hub(codebook: Codebook, link: LinkLayer, role: Role) -> bool:
    place = [r.key for r in link.roles].index(role.key)
    elsewhere = [
        (other.key, i)
        for other in codebook.link_layers
        if other.key != link.key
        for i, r in enumerate(other.roles)
        if set(r.layers) & set(role.layers)
    ]
    return bool(elsewhere) and all(i == place for _, i in elsewhere)
