"""From what a coder does at the desk to one command: a label joins the statement in hand by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from annotator.domain.annotations import Annotation, Values
from annotator.domain.codebook.model import EntityAttribute, Layer, LinkLayer, Role
from annotator.domain.codebook.owners import links_owned, owner_role
from annotator.domain.codebook.values import is_open
from annotator.domain.commands import AddAnnotation, AnyCommand, Batch, EmptyRef, FillerRef, SetRole, SetValue, Step
from annotator.domain.fragments import Fragments
from annotator.domain.statements import named_entity
from annotator.qt.coding.session import Session
from annotator.services.search.corpus_search import known_entity

_DEFAULT = re.compile(r"^(\w+)'s entity$")


def label_command(
    session: Session, layer: Layer, fragments: Fragments, values: Mapping[str, Any] | None = None
) -> AnyCommand:
    """Label a passage. Where a statement is in hand and the layer fits one of its links, it is tied to it at once.

    values: those of a label that is repeated; an entity that the words name goes first.
    """
    assert session.document is not None
    key = session.study.ids()
    coder = session.coder.id
    add = AddAnnotation(
        coder_id=coder,
        document_id=session.document.id,
        layer=layer.key,
        id=key,
        fragments=fragments,
        values={
            **asked_values(session, layer, fragments, values or {}),
            **_known_entity(session, layer, fragments),
        },
    )
    owner = session.owner_of(session.current) if session.current else None
    tie = None if owner is None or owner.layer == layer.key else _tie(session, owner, layer, key, add.values)
    if tie is None:
        return add
    return Batch(coder_id=coder, name="AddAnnotation", commands=(add, *tie))


def asked_values(session: Session, layer: Layer, fragments: Fragments, values: Mapping[str, Any]) -> dict[str, Any]:
    """Those of the values that a label of this passage is asked for."""
    zone = session.document.zone_at(fragments[0][0]) if session.document is not None and fragments else None
    asked = {x.key: is_open(layer, x, values, zone) for x in layer.attributes}
    return {k: v for k, v in values.items() if asked.get(k)}


def _known_entity(session: Session, layer: Layer, fragments: Fragments) -> Values:
    """The entity whose name or alias is just the words that were marked."""
    return known_entity(session.register, layer, " ".join(session.text[s:e] for s, e in fragments))


def _tie(
    session: Session, owner: Annotation, layer: Layer, key: str, values: Mapping[str, Any]
) -> tuple[Step, ...] | None:
    """Put a new label into a link of the owner; else into a link that belongs to one of these, the latest first."""
    waiting, seen = [owner], {owner.id}
    while waiting:
        a = waiting.pop(0)
        if (found := _tie_under(session, a, layer, key, values)) is not None:
            return found
        for owning in links_owned(session.codebook, a.layer):
            below = [x for x in reversed(session.owned_links(a.id, owning.link)) if x.id not in seen]
            waiting += below
            seen.update(x.id for x in below)
    return None


def _tie_under(
    session: Session, owner: Annotation, layer: Layer, key: str, values: Mapping[str, Any]
) -> tuple[Step, ...] | None:
    for owning in links_owned(session.codebook, owner.layer):
        link_layer = owning.link
        role = next((r for r in owning.others if layer.key in r.layers), None)
        if role is None:
            continue
        named = next((v["entity"] for v in values.values() if isinstance(v, Mapping) and "entity" in v), None)
        links = session.owned_links(owner.id, link_layer)
        for link in reversed(links):
            held = link.roles.get(role.key, ())
            if role.max is None or len(held) < role.max:
                fillers = tuple(FillerRef(annotation=f.annotation, entity=f.entity) for f in held)
                filled = SetRole(
                    coder_id=session.coder.id,
                    annotation_id=link.id,
                    role=role.key,
                    fillers=(*fillers, FillerRef(annotation=key)),
                )
                return (filled, *_followers(session, owner.id, role.key, named))
        if owning.most is None or len(links) < owning.most:
            new = new_link(session, link_layer, owner, {role.key: (FillerRef(annotation=key),)})
            return (new, *_followers(session, owner.id, role.key, named))
    return None


def new_link(
    session: Session,
    layer: LinkLayer,
    owner: Annotation | None,
    roles: Mapping[str, tuple[FillerRef, ...]],
    empty: Mapping[str, EmptyRef] | None = None,
) -> AddAnnotation:
    """A link of the owner, with what can be known of its values; None: one that belongs to no label."""
    role = owner_role(session.codebook, layer.key)
    assert session.document is not None
    values: dict[str, Any] = {}
    for a in layer.attributes if owner is not None else ():
        assert owner is not None
        if a.type == "boolean" and a.unique_true_per is not None and a.default:
            values[a.key] = not any(x.values.get(a.key) for x in session.owned_links(owner.id, layer))
        if isinstance(a, EntityAttribute) and (found := default_entity(session, a, owner.id)) is not None:
            values[a.key] = {"entity": found}
    assert owner is None or role is not None
    return AddAnnotation(
        coder_id=session.coder.id,
        document_id=session.document.id,
        layer=layer.key,
        roles={**({role: (FillerRef(annotation=owner.id),)} if owner is not None and role else {}), **roles},
        empty=dict(empty or {}),
        values=values,
    )


def default_entity(session: Session, attribute: EntityAttribute, owner_id: str) -> str | None:
    """Whom ``speaker's entity`` means for this claim: who fills the role in any of its links."""
    role = default_role(attribute)
    if role is None:
        return None
    for link in session.links_of(owner_id):
        for f in link.roles.get(role, ()):
            found = f.entity or named_entity(session.codebook, session.labels.get(f.annotation or ""))
            if found is not None:
                return found
        reason = link.empty.get(role)
        if reason is not None and reason.entity is not None:
            return reason.entity
    return None


def default_role(attribute: EntityAttribute) -> str | None:
    """The role that the attribute's default names."""
    found = _DEFAULT.match(attribute.default or "")
    return found.group(1) if found else None


def _followers(session: Session, owner_id: str | None, role: str, entity: str | None) -> tuple[Step, ...]:
    """Values that follow a role by default and are still open: now they can be known."""
    if entity is None or owner_id is None:
        return ()
    steps: list[Step] = []
    itself = session.labels.get(owner_id)
    for link in [*session.links_of(owner_id), *([itself] if itself is not None and itself.roles else [])]:
        layer = session.codebook.layer(link.layer)
        for a in layer.attributes:
            if isinstance(a, EntityAttribute) and default_role(a) == role and link.values.get(a.key) is None:
                value = {"entity": entity}
                steps.append(SetValue(coder_id=session.coder.id, annotation_id=link.id, attribute=a.key, value=value))
    return tuple(steps)


def value_command(session: Session, a: Annotation, attribute: str, value: Any) -> AnyCommand:
    """Set a value; whoever a speaker is becomes the holder of stances that are open, as the codebook says."""
    step = SetValue(coder_id=session.coder.id, annotation_id=a.id, attribute=attribute, value=value)
    if not (isinstance(value, Mapping) and "entity" in value):
        return step
    more: list[Step] = []
    for link in session.links_of(a.id):
        for role, fillers in link.roles.items():
            if any(f.annotation == a.id for f in fillers):
                owner = session.owner_of(link.id)
                if owner is not None and owner.id != a.id:
                    more += _followers(session, owner.id, role, str(value["entity"]))
    if not more:
        return step
    return Batch(coder_id=session.coder.id, name="SetValue", commands=(step, *more))


def fill_command(
    session: Session, layer: LinkLayer, owner: Annotation | None, link: Annotation | None, role: Role, filler: FillerRef
) -> AnyCommand:
    """Put a label or an entity into a role, in a link that is there or a new one."""
    entity = filler.entity or named_entity(session.codebook, session.labels.get(filler.annotation or ""))
    if link is None:
        first: Step = new_link(session, layer, owner, {role.key: (filler,)})
    else:
        held = tuple(FillerRef(annotation=f.annotation, entity=f.entity) for f in link.roles.get(role.key, ()))
        if role.max is not None and len(held) >= role.max:
            held = held[1:]
        first = SetRole(coder_id=session.coder.id, annotation_id=link.id, role=role.key, fillers=(*held, filler))
    more = _followers(session, owner.id if owner is not None else None, role.key, entity)
    return Batch(coder_id=session.coder.id, name="SetRole", commands=(first, *more)) if more else first


def empty_command(
    session: Session, layer: LinkLayer, owner: Annotation | None, link: Annotation | None, role: Role, empty: EmptyRef
) -> AnyCommand:
    """Leave a role empty for a reason, in a link that is there or a new one."""
    if link is None:
        first: Step = new_link(session, layer, owner, {}, {role.key: empty})
    else:
        first = SetRole(coder_id=session.coder.id, annotation_id=link.id, role=role.key, empty=empty)
    more = _followers(session, owner.id if owner is not None else None, role.key, empty.entity)
    return Batch(coder_id=session.coder.id, name="SetRole", commands=(first, *more)) if more else first
