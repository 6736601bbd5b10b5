"""How each command on labels is carried out."""

from __future__ import annotations

from dataclasses import replace

from annotator.domain import commands as c
from annotator.domain.annotations import Annotation, EmptyRole, Filler
from annotator.domain.codebook.model import LinkLayer
from annotator.domain.codebook.owners import lacking_roles
from annotator.domain.codebook.values import defaults
from annotator.domain.errors import Refusal
from annotator.domain.words import say
from annotator.services.coding.label_rules import check_place, check_roles
from annotator.services.coding.step import Step
from annotator.services.coding.value_rules import check_value
from annotator.store import annotations as annotation_rows


def add_annotation(step: Step, command: c.AddAnnotation) -> None:
    """A new label, with the values that the codebook gives from the start."""
    layer = step.codebook.layer(command.layer)
    document = step.document(command.document_id)
    values = {**defaults(layer), **command.values}
    annotation = Annotation(
        id=command.id or step.unit.new_id(),
        document_id=command.document_id,
        coder_id=command.coder_id,
        layer=layer.key,
        fragments=command.fragments,
        values=values,
        uncertain=tuple(sorted(set(command.uncertain))),
        memo=command.memo,
        roles={
            role: tuple(Filler(f.annotation, f.entity) for f in fillers)
            for role, fillers in command.roles.items()
            if fillers
        },
        empty={role: EmptyRole(e.because, e.entity) for role, e in command.empty.items()},
        codebook_version=step.version,
        created=step.unit.at,
        updated=step.unit.at,
        text_version=document.text_version if command.fragments else 1,
    )
    check_place(step, document, layer, annotation)
    for key, value in values.items():
        check_value(step, layer, key, value)
    for key in annotation.uncertain:
        layer.attribute(key)
    check_roles(step, layer, annotation)
    step.unit.add_annotations([annotation])


def remove_annotation(step: Step, command: c.RemoveAnnotation) -> None:
    """The label, and the links that cannot be without it."""
    _remove_with_links(step, step.own(command.annotation_id, command.coder_id))


def _remove_with_links(step: Step, annotation: Annotation) -> None:
    for link in annotation_rows.links_to(step.unit.connection, annotation.id):
        if link.coder_id != annotation.coder_id:
            raise Refusal("another coder's link names this label", link.id, "ask that coder first")
        layer = step.codebook.layer(link.layer)
        roles = {
            role: tuple(f for f in fillers if f.annotation != annotation.id) for role, fillers in link.roles.items()
        }
        filled = {role: len(fillers) for role, fillers in roles.items()}
        if isinstance(layer, LinkLayer) and any(
            r.key in link.roles for r in lacking_roles(step.codebook, layer, filled)
        ):
            _remove_with_links(step, link)
        else:
            kept = {role: fillers for role, fillers in roles.items() if fillers}
            step.unit.replace_annotation(link, replace(link, roles=kept, updated=step.unit.at))
    step.unit.remove_annotation(annotation)


def set_value(step: Step, command: c.SetValue) -> None:
    """Answer an attribute, or take the answer back."""
    annotation = step.own(command.annotation_id, command.coder_id)
    layer = step.codebook.layer(annotation.layer)
    values = dict(annotation.values)
    if command.value is not None or command.attribute not in values:  # else it was asked by an older codebook
        layer.attribute(command.attribute)
    if command.value is None:
        values.pop(command.attribute, None)
    else:
        check_value(step, layer, command.attribute, command.value)
        values[command.attribute] = command.value
    step.replace(annotation, replace(annotation, values=values))


def set_fragments(step: Step, command: c.SetFragments) -> None:
    """Other words."""
    annotation = step.own(command.annotation_id, command.coder_id)
    document = step.document(annotation.document_id)
    after = replace(annotation, fragments=command.fragments, text_version=document.text_version)
    check_place(step, document, step.codebook.layer(annotation.layer), after)
    step.replace(annotation, after)


def set_role(step: Step, command: c.SetRole) -> None:
    """Who stands in a role of a link, or why nobody does."""
    annotation = step.own(command.annotation_id, command.coder_id)
    layer = step.codebook.layer(annotation.layer)
    if not isinstance(layer, LinkLayer):
        raise Refusal(say("{layer} has no roles", layer=layer.label), annotation.id)
    layer.role(command.role)
    roles, empty = dict(annotation.roles), dict(annotation.empty)
    roles.pop(command.role, None)
    empty.pop(command.role, None)
    if command.fillers:
        roles[command.role] = tuple(Filler(f.annotation, f.entity) for f in command.fillers)
    if command.empty is not None:
        empty[command.role] = EmptyRole(command.empty.because, command.empty.entity)
    after = replace(annotation, roles=roles, empty=empty)
    check_roles(step, layer, after)
    step.replace(annotation, after)


def set_memo(step: Step, command: c.SetMemo) -> None:
    """The label's memo."""
    annotation = step.own(command.annotation_id, command.coder_id)
    step.replace(annotation, replace(annotation, memo=command.memo))


def set_uncertain(step: Step, command: c.SetUncertain) -> None:
    """Whether the coder doubts an answer."""
    annotation = step.own(command.annotation_id, command.coder_id)
    step.codebook.layer(annotation.layer).attribute(command.attribute)
    doubts = set(annotation.uncertain) - {command.attribute}
    if command.uncertain:
        doubts.add(command.attribute)
    step.replace(annotation, replace(annotation, uncertain=tuple(sorted(doubts))))


def confirm_annotation(step: Step, command: c.ConfirmAnnotation) -> None:
    """The label holds under the newest codebook too."""
    annotation = step.own(command.annotation_id, command.coder_id)
    step.unit.replace_annotation(annotation, replace(annotation, updated=step.unit.at, codebook_version=step.version))
