"""Where a label may stand and what a link may tie."""

from __future__ import annotations

from annotator.domain.annotations import Annotation, Document, EmptyRole, Filler
from annotator.domain.codebook.model import Layer, LinkLayer, SpanLayer
from annotator.domain.codebook.owners import lacking_roles
from annotator.domain.errors import Refusal
from annotator.domain.fragments import covers, fragments_fault, overlaps
from annotator.domain.words import say
from annotator.services.coding.step import Step
from annotator.store import annotations as annotation_rows


def check_place(step: Step, document: Document, layer: Layer, annotation: Annotation) -> None:
    """Raise Refusal where the layer may not be used there. document: the label's."""
    if not isinstance(layer, SpanLayer):
        if annotation.fragments:
            raise Refusal(say("{layer} is not anchored in text", layer=layer.label), remedy="leave the passage out")
        if layer.kind == "document" and not layer.repeat:
            others = annotation_rows.find(
                step.unit.connection, annotation.document_id, [annotation.coder_id], layer.key
            )
            if any(o.id != annotation.id for o in others):
                raise Refusal(say("{layer} is filled in already", layer=layer.label), remedy="change it where it is")
        return
    if fault := fragments_fault(annotation.fragments, document.characters):
        raise Refusal(fault, layer.label, "select a passage of the article")
    if len(annotation.fragments) > 1 and not layer.discontinuous:
        raise Refusal("this layer takes one unbroken passage", layer.label, "select one passage")
    if layer.zones:
        zone = document.zone_at(annotation.fragments[0][0])
        if zone is not None and zone not in layer.zones:
            raise Refusal(say("this layer is not used in the {zone}", zone=zone), layer.label)
    if layer.overlap != "any":
        _check_overlap(step, layer, annotation)


def _check_overlap(step: Step, layer: SpanLayer, annotation: Annotation) -> None:
    others = annotation_rows.find(step.unit.connection, annotation.document_id, [annotation.coder_id], layer.key)
    for other in others:
        if other.id == annotation.id or not overlaps(other.fragments, annotation.fragments):
            continue
        if layer.overlap == "none":
            raise Refusal("labels of this layer may not overlap", layer.label, "choose a free passage")
        inside = covers(other.fragments, annotation.fragments) or covers(annotation.fragments, other.fragments)
        if not inside:
            raise Refusal("labels of this layer may only lie inside each other", layer.label)


def check_roles(step: Step, layer: Layer, annotation: Annotation) -> None:  # noqa: C901 - the rules in their order
    """Raise Refusal where the roles are filled as the codebook does not allow."""
    if not isinstance(layer, LinkLayer):
        if annotation.roles or annotation.empty:
            raise Refusal(say("{layer} has no roles", layer=layer.label))
        return
    for key in {*annotation.roles, *annotation.empty}:
        layer.role(key)
    filled = {key: len(fillers) for key, fillers in annotation.roles.items()}
    for short in lacking_roles(step.codebook, layer, filled):
        raise Refusal(say("at least {n} must be named here", n=short.min), short.label or short.key)
    for role in layer.roles:
        fillers = annotation.roles.get(role.key, ())
        reason = annotation.empty.get(role.key)
        if role.max is not None and len(fillers) > role.max:
            raise Refusal(say("at most {n} may be named here", n=role.max), role.label or role.key)
        if len(set(fillers)) < len(fillers):
            raise Refusal("the same label or entity is named here twice", role.label or role.key)
        if fillers and reason:
            raise Refusal("a filled role cannot also have a reason for being empty", role.label or role.key)
        for f in fillers:
            _check_filler(step, annotation, role.layers, role.takes_entities, f)
        if reason is not None:
            _check_reason(step, layer, role.key, reason)


def _check_filler(step: Step, link: Annotation, layers: tuple[str, ...], entities: bool, f: Filler) -> None:
    if f.entity is not None:
        step.entity(f.entity)
        if not entities:
            raise Refusal("an entity without a label is not allowed here", link.layer, "label the words that name it")
        return
    other = annotation_rows.get(step.unit.connection, f.annotation or "")
    if other is None:
        raise Refusal("there is no such label", str(f.annotation))
    if other.layer not in layers:
        raise Refusal(
            say("a {layer} is not allowed here", layer=other.layer),
            link.layer,
            say("allowed: {names}", names=", ".join(layers)),
        )
    if other.coder_id != link.coder_id or other.document_id != link.document_id:
        raise Refusal("a link ties labels of one coder in one document", link.layer)


def _check_reason(step: Step, layer: LinkLayer, role: str, reason: EmptyRole) -> None:
    reasons = {r.key: r for r in layer.role(role).empty_because}
    if reason.because not in reasons:
        raise Refusal(
            say("`{reason}` is not a reason for an empty role", reason=reason.because),
            role,
            say("use {names}", names=", ".join(reasons)),
        )
    if reason.entity is not None:
        step.entity(reason.entity)
        if reasons[reason.because].entity == "none":
            raise Refusal("this reason cannot name anybody", role)
