"""Which labels the links that come in tie, and whether they may."""

from __future__ import annotations

from annotator.domain.annotations import EmptyRole, Filler
from annotator.domain.codebook.model import Layer, LinkLayer, Role
from annotator.domain.codebook.owners import waiting_roles
from annotator.domain.words import say
from annotator.formats.annotation_records import AnnotationRecord
from annotator.services.exchange.existing import ExistingLabels
from annotator.services.exchange.incoming_findings import Findings
from annotator.services.exchange.incoming_register import IncomingRegister
from annotator.services.study import Study

Place = tuple[str, str, str]
"""(article, coder, layer) of a label."""


class IncomingLinks:
    """Knows which label each record of the source is and where it stands, so that links can name it."""

    def __init__(self, study: Study, existing: ExistingLabels, register: IncomingRegister, findings: Findings) -> None:
        self._study, self._existing, self._register, self._findings = study, existing, register, findings
        self.ids: dict[str, str] = {}
        """Id of a record -> id of the label."""
        self._places: dict[str, Place] = {}
        self._same: dict[Place, Place] = {}

    def stands(self, record: AnnotationRecord, place: Place) -> None:
        """Take note of where the label of a record stands."""
        self._places[record.id] = self._same.setdefault(place, place)

    def roles(
        self, line: str, record: AnnotationRecord, layer: Layer, home: tuple[str, str]
    ) -> tuple[dict[str, tuple[Filler, ...]], dict[str, EmptyRole]]:
        """Who fills the roles, and which are empty for a reason. home: article and coder of the link."""
        roles: dict[str, tuple[Filler, ...]] = {}
        empty: dict[str, EmptyRole] = {}
        if not isinstance(layer, LinkLayer):
            if record.roles or record.empty:
                self._findings.problem(line, say("the layer `{layer}` has no roles", layer=layer.key))
            return roles, empty
        known = {r.key: r for r in layer.roles}
        for role in {*record.roles, *record.empty} - set(known):
            told = say("the layer `{layer}` has no role `{role}`", layer=layer.key, role=role)
            self._findings.problem(line, told)
        held = {role: len(fillers) for role, fillers in record.roles.items()}
        waiting = waiting_roles(self._study.codebook, layer.key, held)
        for role, spec in known.items():
            if fillers := self._fillers(line, record, spec, home):
                roles[role] = fillers
            if (reason := self._empty(line, record, spec)) is not None:
                empty[role] = reason
            self._check_number(line, spec, held.get(role, 0), len(fillers), role in waiting)
        return roles, empty

    def _fillers(self, line: str, record: AnnotationRecord, spec: Role, home: tuple[str, str]) -> tuple[Filler, ...]:
        role = spec.key
        fillers: list[Filler] = []
        for f in record.roles.get(role, ()):
            if f.annotation is None:
                if (entity := self._register.entity(line, f)) is not None:
                    fillers.append(Filler(entity=entity))
                continue
            target = self._target(f.annotation)
            if target is None:
                told = say("{role}: there is no label `{label}`", role=role, label=f.annotation)
                self._findings.problem(line, told)
            elif target[1][2] not in spec.layers or target[1][:2] != home:
                told = say("{role}: the label `{label}` is not allowed here", role=role, label=f.annotation)
                self._findings.problem(line, told)
            else:
                fillers.append(Filler(annotation=target[0]))
        return tuple(fillers)

    def _empty(self, line: str, record: AnnotationRecord, spec: Role) -> EmptyRole | None:
        reason = record.empty.get(spec.key)
        if reason is None:
            return None
        if reason.because not in {r.key for r in spec.empty_because}:
            told = say("{role}: `{reason}` is not a reason for an empty role", role=spec.key, reason=reason.because)
            self._findings.problem(line, told)
        return EmptyRole(reason.because, self._register.entity(line, reason.entity) if reason.entity else None)

    def _check_number(self, line: str, spec: Role, told: int, found: int, waits: bool) -> None:
        """told, found: fillers in the record, and those that may stand. waits: the role is filled later."""
        least = 0 if waits else spec.min
        if told < least or (spec.max is not None and found > spec.max):
            self._findings.problem(
                line,
                say(
                    "{role}: the number of fillers is outside {least} to {most}",
                    role=spec.key,
                    least=least,
                    most=spec.max,
                ),
            )

    def _target(self, name: str) -> tuple[str, Place] | None:
        if name in self._places:
            return self.ids[name], self._places[name]
        old = self._existing.get(name)
        return (old.id, (old.document_id, old.coder_id, old.layer)) if old else None
