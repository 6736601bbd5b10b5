"""Whether what labels and entities hold is what some version of the codebook asks for."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from annotator.domain.annotations import Annotation, Entity
from annotator.domain.codebook.lineage import Lineage
from annotator.domain.codebook.model import Codebook, Layer, LinkLayer, Role
from annotator.domain.codebook.owners import waiting_roles
from annotator.domain.codebook.values import entity_ids, value_fault
from annotator.domain.words import say


class ContentRules:
    """Says what is wrong, thing by thing; codebook: the newest, lineage: all versions."""

    def __init__(self, codebook: Codebook, lineage: Lineage) -> None:
        self._codebook, self._lineage = codebook, lineage

    def values(self, a: Annotation, entities: Collection[str]) -> Iterator[str]:
        """What is wrong with the answers of a label."""
        for key, value in a.values.items():
            known = self._lineage.attributes(a.layer, key)
            faults = [value_fault(x, value) for x in known]
            if not known:
                yield say("the codebook has no attribute `{layer}.{key}`", layer=a.layer, key=key)
            elif all(faults):
                yield f"{a.layer}.{key}: {faults[-1]}"
            if any(x.type == "entity" for x in known):
                for entity in set(entity_ids(value)) - set(entities):
                    yield say(
                        "{layer}.{key} names an entity that is not there ({entity})",
                        layer=a.layer,
                        key=key,
                        entity=entity,
                    )

    def roles(
        self, a: Annotation, layer: Layer, annotations: dict[str, Annotation], entities: set[str]
    ) -> Iterator[str]:
        """What one version allows is sound: a label may keep what the newest does not have."""
        if not isinstance(layer, LinkLayer):
            if a.roles or a.empty:
                yield say("a label that is not a link has roles")
            return
        waiting = waiting_roles(self._codebook, layer.key, {role: len(held) for role, held in a.roles.items()})
        for key in dict.fromkeys([*(r.key for r in layer.roles), *a.roles, *a.empty]):
            forms = self._lineage.roles(a.layer, key)
            if not forms:
                yield say("the codebook has no role `{layer}.{key}`", layer=layer.key, key=key)
                continue
            told = [list(self._role(a, key, form, annotations, entities, key in waiting)) for form in forms]
            if all(told) and (key in a.roles or key in a.empty or len(forms) == len(self._lineage.layers(a.layer))):
                yield from told[-1]

    def _role(
        self, a: Annotation, key: str, role: Role, annotations: dict[str, Annotation], entities: set[str], waits: bool
    ) -> Iterator[str]:
        fillers, least = a.roles.get(key, ()), 0 if waits else role.min
        if len(fillers) < least or (role.max is not None and len(fillers) > role.max):
            yield say(
                "the role `{key}` holds {n}, not {least} to {most}",
                key=key,
                n=len(fillers),
                least=least,
                most=role.max,
            )
        for f in fillers:
            if f.entity is not None:
                if f.entity not in entities:
                    yield say("the role `{key}` names an entity that is not there ({entity})", key=key, entity=f.entity)
                continue
            other = annotations.get(f.annotation or "")
            if other is None:
                yield say("the role `{key}` names a label that is not there ({label})", key=key, label=f.annotation)
            elif not self._lineage.layer_names(other.layer) & set(role.layers):
                yield say("the role `{key}` holds a `{layer}`", key=key, layer=other.layer)
            elif (other.document_id, other.coder_id) != (a.document_id, a.coder_id):
                yield say("the role `{key}` holds a label of another coder or document", key=key)
        reason = a.empty.get(key)
        if reason is not None and reason.because not in {r.key for r in role.empty_because}:
            yield say("the role `{key}` is empty for an unknown reason `{reason}`", key=key, reason=reason.because)
        if reason is not None and reason.entity is not None and reason.entity not in entities:
            yield say("the role `{key}` names an entity that is not there ({entity})", key=key, entity=reason.entity)

    def entity_values(self, e: Entity, known: Mapping[str, Entity]) -> Iterator[str]:
        """What any version asked of entities of any type is sound: they keep it when type or codebook change."""
        for key, value in e.values.items():
            forms = self._lineage.entity_attributes(key)
            faults = [value_fault(x, value) for x in forms]
            if not forms:
                yield say("the codebook asks entities of no type for `{key}`", key=key)
            elif all(faults):
                yield say("{key}: {fault}", key=key, fault=faults[-1])
            if any(x.type == "entity" for x in forms):
                for other in sorted(set(entity_ids(value)) - known.keys()):
                    yield say("{key} names an entity that is not there ({other})", key=key, other=other)
