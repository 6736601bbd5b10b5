"""One decision on one case: gold labels and the record of how they came to be, in one unit of work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from annotator.domain.annotations import Annotation, Coder, EmptyRole, Filler
from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.model import LinkLayer, SpanLayer
from annotator.domain.codebook.owners import lacking_roles, owners
from annotator.domain.codebook.values import defaults, same
from annotator.domain.commands import (
    AddAnnotation,
    AddNote,
    Batch,
    EmptyRef,
    FillerRef,
    RecordDecision,
    RemoveAnnotation,
    SetFragments,
    SetValue,
    Step,
)
from annotator.domain.decisions import Decision, How, Shown
from annotator.domain.errors import BadInput, Refusal
from annotator.domain.fragments import Fragments, overlaps
from annotator.domain.statements import owners_of
from annotator.domain.words import say
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.adjudication.cases import PASSAGE, Case
from annotator.services.adjudication.gold import all_lifted, decisions_named, ensure_gold, gold_of
from annotator.services.study import Study

WRITTEN = "written"


@dataclass(frozen=True, slots=True)
class Written:
    """Something that the settler wrote: fragments for the passage, else a value; None for no value."""

    value: Any


Pick = int | Written
"""What a field is taken from: the version with this place in the case's order (from 0), or what was written."""


def whole(case: Case, version: int) -> dict[str, Pick]:
    """Every field from one version."""
    return {f.key: version for f in case.fields}


def first_picks(case: Case, free_text: frozenset[str] = frozenset()) -> dict[str, Pick]:
    """What needs no choice: fields on which all who made a label here say the same.

    free_text: keys of fields of free text, for which the first version that has any is taken.
    """
    present = [i for i, v in enumerate(case.versions) if v.label is not None]
    picks: dict[str, Pick] = {}
    for f in case.fields:
        said = {case.versions[i].said.get(f.key) for i in present}
        if len(said) == 1:
            picks[f.key] = present[0]
        elif f.key in free_text:
            picks[f.key] = next(i for i in present if case.versions[i].said.get(f.key) is not None)
    return picks


def picks_of(study: Study, case: Case, decision: Decision) -> dict[str, Pick]:
    """What an earlier decision picked, as picks among the versions of the case as it is now."""
    place = {v.coder_id: i for i, v in enumerate(case.versions)}
    wanted = set(decision.gold)
    labels = {a.id: a for a in study.annotations(case.document_id) if a.id in wanted}
    own = labels.get(decision.gold[0]) if decision.gold else None
    links = [a for key in decision.gold if (a := labels.get(key)) is not None and a.roles]

    def now(pick: int | str | None) -> int | None:
        return place.get(decision.versions[pick - 1].coder) if isinstance(pick, int) else None

    made: dict[int, Annotation] = {}
    for slot, layer in enumerate(case.slots):
        source = now(decision.chosen.get(f"link:{slot}"))
        if source is None or case.versions[source].label is None or case.versions[source].links[slot] is None:
            continue
        if (found := next((a for a in links if a.layer == layer), None)) is not None:
            made[slot] = found
            links.remove(found)
    picks: dict[str, Pick] = {}
    for f in case.fields:
        chosen = decision.chosen.get(f.key)
        holder = own if f.slot is None else made.get(f.slot)
        if (version := now(chosen)) is not None:
            picks[f.key] = version
        elif chosen == WRITTEN and holder is not None:
            picks[f.key] = Written(holder.fragments if f.key == PASSAGE else holder.values.get(f.attribute or ""))
    return picks


def settle(
    study: Study,
    book: CaseBook,
    case: Case,
    picks: Mapping[str, Pick],
    by: str,
    note: str = "",
    proposed: Mapping[str, float] | None = None,
    as_proposed: bool = False,
) -> ChangeSet:
    """Make gold of what was picked, a pick for every field; raises Refusal and BadInput, and then changes nothing.

    proposed: fields whose pick is what a model proposed, and how likely it said it is. as_proposed: the whole was taken
    as it was proposed.
    """
    if missing := [f.key for f in case.fields if f.key not in picks]:
        raise BadInput(
            say("no version was chosen for {names}", names=", ".join(missing)), remedy="choose a version for each field"
        )
    return _done(study, book, case, by, note, picks, proposed or {}, "dawid_skene" if as_proposed else None)


def choose(study: Study, book: CaseBook, case: Case, version: int, by: str, note: str = "") -> ChangeSet:
    """Take one version as it is; where its coder made no label, no label is to stand."""
    if not 0 <= version < len(case.versions):
        raise BadInput(
            say("there is no version {version}", version=version + 1),
            remedy=say("choose from 1 to {n}", n=len(case.versions)),
        )
    if case.versions[version].label is None:
        return reject(study, book, case, by, note)
    return settle(study, book, case, whole(case, version), by, note)


def reject(study: Study, book: CaseBook, case: Case, by: str, note: str = "") -> ChangeSet:
    """No label is to stand here."""
    return _done(study, book, case, by, note, None)


def discuss(study: Study, book: CaseBook, case: Case, by: str, note: str) -> ChangeSet:
    """Lay the case aside with a question to be talked about; what was gold here stays until it is settled."""
    if not note.strip():
        raise Refusal("a question needs words", remedy="write what is to be discussed")
    _expect_unchanged(study, book, case)
    writer = GoldWriter(study, book, ensure_gold(study), by)
    writer.lay_aside(case, note)
    return _apply(study, book, writer, "Discuss", {case.document_id})


def undo(study: Study, book: CaseBook) -> ChangeSet:
    """Take back the last decision, whoever made it; raises Refusal where there is none."""
    return _stepped(study, book, back=True)


def redo(study: Study, book: CaseBook) -> ChangeSet:
    """Bring back what was taken back."""
    return _stepped(study, book, back=False)


def can_undo(study: Study) -> str | None:
    """The name of the unit of decisions that `undo` takes back, None where there is none."""
    gold = gold_of(study.coders())
    return None if gold is None else study.coding.can_undo(gold.id)


def can_redo(study: Study) -> str | None:
    """The name of the unit of decisions that `redo` brings back, None where there is none."""
    gold = gold_of(study.coders())
    return None if gold is None else study.coding.can_redo(gold.id)


def _stepped(study: Study, book: CaseBook, back: bool) -> ChangeSet:
    gold = gold_of(study.coders())
    if gold is None:
        raise Refusal("there is nothing to undo" if back else "there is nothing to redo")
    changes = study.coding.undo(gold.id) if back else study.coding.redo(gold.id)
    for document in {k.decision.document_id for k in decisions_named(study, changes.decisions)}:
        book.reload(study, document)
    return changes


def _done(
    study: Study,
    book: CaseBook,
    case: Case,
    by: str,
    note: str,
    picks: Mapping[str, Pick] | None,
    proposed: Mapping[str, float] | None = None,
    how: How | None = None,
) -> ChangeSet:
    _expect_unchanged(study, book, case)
    writer = GoldWriter(study, book, ensure_gold(study), by)
    writer.decide(case, picks, how, note, proposed)
    return _apply(study, book, writer, "Settle", {case.document_id})


def _apply(study: Study, book: CaseBook, writer: GoldWriter, name: str, documents: set[str]) -> ChangeSet:
    changes = study.coding.apply(Batch(coder_id=writer.gold.id, name=name, commands=tuple(writer.steps)))
    for document in documents:
        book.reload(study, document)
    return changes


def _expect_unchanged(study: Study, book: CaseBook, case: Case) -> None:
    """What is settled is what is in the study now, not what was there when the cases were looked for."""
    coders = [v.coder_id for v in case.versions]
    now = {a.id: a.updated for a in study.annotations(case.document_id, coders)}
    for version in case.versions:
        for a in (version.label, *version.links):
            if a is not None and now.get(a.id) != a.updated:
                raise Refusal("a coder changed this passage since then", remedy="look for cases again")


# Longer than 300 lines: each decision is turned to commands by what all commands before it will have made, which
# four tables tell (steps, gold, held, stands). Every method that puts or removes reads and changes all of them.
class GoldWriter:
    """Turns decisions to commands, one after the other; knows what the commands so far will have made."""

    def __init__(self, study: Study, book: CaseBook, gold: Coder, by: str) -> None:
        self.study, self.book, self.gold, self._by = study, book, gold, by
        self.steps: list[Step] = []
        self.decisions: list[Decision] = []
        self._codebook = study.codebook
        self._held: dict[str, dict[str, Annotation]] = {}
        self._stands: dict[str, str] = {}
        self._seen = all_lifted(study)
        self._named_links = {k for x in self._codebook.link_layers for r in x.roles for k in r.layers}
        """Keys of layers that stand in roles, links among them."""

    def held(self, document_id: str) -> dict[str, Annotation]:
        """The gold labels of a document, as they will be."""
        if document_id not in self._held:
            found = self.study.annotations(document_id, [self.gold.id])
            self._held[document_id] = {a.id: a for a in found}
            for d in self.book.in_force(document_id):
                if d.gold:
                    self._stands.update((key, d.gold[0]) for key in d.labels)
                for key, gold in d.covers.items():
                    self._stands.setdefault(key, gold)
        return self._held[document_id]

    def standing_label(self, case: Case) -> str | None:
        """The gold label that stands for a case."""
        held = self.held(case.document_id)
        return next((key for a in case.made() if (key := self._stands.get(a.id)) in held), None)

    # decisions

    def decide(
        self,
        case: Case,
        picks: Mapping[str, Pick] | None,
        how: How | None = None,
        note: str = "",
        proposed: Mapping[str, float] | None = None,
    ) -> Decision:
        """Add what makes the picks gold; None for picks: no label is to stand. proposed: as `settle` takes it."""
        held = self.held(case.document_id)
        own = self.standing_label(case)
        made: list[str] = []
        covers: dict[str, str] = {}
        links = self._links_of(held, own) if own else []
        kept = self._named_elsewhere(held, links) if picks is not None else set()
        for link in links:
            if link.id in held and link.id not in kept:
                self._remove(held, link.id)
        if isinstance(self._codebook.layer(case.layer), LinkLayer):  # the label of the case is its one link
            if own is not None:
                self._remove(held, own)
            made = self._put_links(case, picks, None, covers) if picks is not None else []
        elif picks is None:
            if own is not None:
                self._remove(held, own)
        else:
            own = self._put_own(case, picks, own)
            made = [own, *self._put_links(case, picks, own, covers)]
        previous = self.book.decision(case)
        if previous is not None:
            self._sweep(case, previous, covers)
        chosen: dict[str, int | str] = {
            key: WRITTEN if isinstance(pick, Written) else pick + 1 for key, pick in (picks or {}).items()
        }
        kinds = set(chosen.values())
        told: How = how or ("written" if WRITTEN in kinds else "mixed" if len(kinds) > 1 else "version")
        return self._record(
            case,
            previous,
            outcome="rejected" if picks is None else "settled",
            how=how or "rejected" if picks is None else told,
            chosen=chosen,
            gold=tuple(made),
            covers=covers,
            note=self._note(case, note, "note"),
            proposed={k: p for k, p in (proposed or {}).items() if k in chosen},
        )

    def lay_aside(self, case: Case, question: str) -> Decision:
        """Add what marks a case as one to be talked about; its gold labels stay as they are."""
        previous = self.book.decision(case)
        return self._record(
            case,
            previous,
            outcome="discuss",
            how="discuss",
            gold=previous.gold if previous else (),
            covers=previous.covers if previous else {},
            note=self._note(case, question, "question"),
        )

    def _record(self, case: Case, previous: Decision | None, **what: Any) -> Decision:
        seen = sorted({x for key in case.labels for x in self._seen.get(key, ())}, key=lambda x: (x[1], x[0]))
        decision = Decision(
            id=self.study.ids(),
            case_id=case.id,
            document_id=case.document_id,
            layer=case.layer,
            versions=tuple(Shown(v.coder_id, v.label.id if v.label else None, v.basis) for v in case.versions),
            settled_by=self._by,
            seed=case.seed,
            replaces=previous.id if previous else None,
            blind=all(who != self._by for who, _ in seen),
            lifted_by=seen[0][0] if seen else None,
            lifted_at=seen[0][1] if seen else None,
            **what,
        )
        if decision.outcome == "settled":
            self._stands.update((key, decision.gold[0]) for key in decision.labels)
        self.decisions.append(decision)
        self.steps.append(RecordDecision(coder_id=self.gold.id, decision=decision))
        return decision

    def _note(self, case: Case, text: str, kind: str) -> str | None:
        if not text.strip():
            return None
        key = self.study.ids()
        place = (case.place[0][0], case.place[-1][1]) if case.place else (None, None)
        self.steps.append(
            AddNote(
                coder_id=self.gold.id,
                document_id=case.document_id,
                text=text,
                kind=kind,
                start=place[0],
                end=place[1],
                id=key,
            )
        )
        return key

    # labels

    def _put_own(self, case: Case, picks: Mapping[str, Pick], own: str | None) -> str:
        fragments = self._fragments(case, picks.get(PASSAGE))
        values = {
            f.attribute: value
            for f in case.fields
            if f.slot is None and f.attribute and (value := self._value(case, picks[f.key], f.attribute)) is not None
        }
        if own is not None:
            self._change(case.document_id, own, fragments, values)
            return own
        return self._add(case.document_id, case.layer, fragments, values)

    def _fragments(self, case: Case, pick: Pick | None) -> Fragments:
        if pick is None:
            return ()
        if isinstance(pick, Written):
            return tuple(pick.value)
        label = case.versions[pick].label
        if label is None:
            raise BadInput(
                say("version {version} has no passage", version=pick + 1), remedy="take it from another version"
            )
        return label.fragments

    def _value(self, case: Case, pick: Pick, attribute: str, slot: int | None = None) -> Any:
        if isinstance(pick, Written):
            return pick.value
        version = case.versions[pick]
        if version.label is None:
            return None
        holder = version.label if slot is None else version.links[slot]
        return None if holder is None else holder.values.get(attribute)

    def _put_links(self, case: Case, picks: Mapping[str, Pick], own: str | None, covers: dict[str, str]) -> list[str]:
        """Gold links of what was picked. own: the gold label that owns them, None where they belong to no label."""
        made: list[str] = []
        held = self.held(case.document_id)
        stands = {a.id: own for a in case.made()} if own is not None else {}
        """Labels and links of any version of this case, and what stands for them in gold."""
        for slot, key in enumerate(case.slots):
            pick = picks[f"link:{slot}"]
            if isinstance(pick, Written):
                raise BadInput("the fillers of a link come from a version", remedy="choose one for this link")
            version = case.versions[pick]
            source = version.links[slot] if version.label is not None else None
            if source is None:
                continue
            layer = self._codebook.layer(key)
            roles: dict[str, tuple[Filler, ...]] = {}
            for role, fillers in source.roles.items():
                mapped = [
                    Filler(annotation=stands.get(f.annotation) or self._stand_in(f.annotation, covers, made))
                    if f.annotation
                    else f
                    for f in fillers
                ]
                roles[role] = tuple(dict.fromkeys(mapped))
            values = {
                a.key: value
                for a in layer.attributes
                if (value := self._value(case, picks[f"link:{slot}:{a.key}"], a.key, slot)) is not None
            }
            standing = held.get(self._stands.get(source.id, "")) if key in self._named_links else None
            if standing is not None and standing.roles == roles:  # made already for a link that names it
                added = standing.id
                self._change(case.document_id, added, (), values)
            else:
                added = self._add(case.document_id, key, (), values, roles, source.empty)
            made.append(added)
            alike = {x.id: added for v in case.versions if v.links and (x := v.links[slot]) is not None}
            stands |= alike
            if key in self._named_links:
                covers |= alike
                self._stands |= alike
        # of a case that is about a link, which is its first slot, the gold link stands first, before what it names
        return made if own is not None else sorted(made, key=lambda key: key != stands.get(next(case.made()).id))

    def _stand_in(self, label_id: str, covers: dict[str, str], made: list[str]) -> str:
        """The gold label for what a coder's link names: the one that stands already, else a copy."""
        label = self.book.labels.get(label_id)
        if label is None:
            raise Refusal("a coder changed this passage since then", remedy="look for cases again")
        case = self.book.case_of.get(label_id)
        held = self.held(label.document_id)
        is_link = isinstance(self._codebook.layer(label.layer), LinkLayer)
        found = self.standing_label(case) if case is not None else None
        if found is None and (standing := self._stands.get(label_id)) in held:
            found = standing
        if found is None and not is_link:
            alike = (a.id for a in held.values() if a.layer == label.layer and a.fragments == label.fragments)
            found = next(alike, None)
        if found is None:
            roles = {
                role: tuple(
                    Filler(annotation=self._stand_in(f.annotation, covers, made)) if f.annotation else f
                    for f in fillers
                )
                for role, fillers in label.roles.items()
            }
            found = self._add(label.document_id, label.layer, label.fragments, dict(label.values), roles, label.empty)
            made.append(found)
        for a in case.made() if case is not None else (label,):
            covers[a.id] = found
            self._stands.setdefault(a.id, found)
        return found

    def _add(
        self,
        document_id: str,
        layer_key: str,
        fragments: Fragments,
        values: Mapping[str, Any],
        roles: Mapping[str, tuple[Filler, ...]] | None = None,
        empty: Mapping[str, EmptyRole] | None = None,
    ) -> str:
        key = self.study.ids()
        layer = self._codebook.layer(layer_key)
        self.steps.append(
            AddAnnotation(
                coder_id=self.gold.id,
                document_id=document_id,
                layer=layer_key,
                id=key,
                fragments=fragments,
                values=dict(values),
                roles={
                    role: tuple(FillerRef(annotation=f.annotation, entity=f.entity) for f in fillers)
                    for role, fillers in (roles or {}).items()
                },
                empty={role: EmptyRef(because=e.because, entity=e.entity) for role, e in (empty or {}).items()},
            )
        )
        for attribute in defaults(layer):
            if attribute not in values:  # the versions say nothing here, so gold says nothing either
                self.steps.append(SetValue(coder_id=self.gold.id, annotation_id=key, attribute=attribute))
        self.held(document_id)[key] = Annotation(
            key, document_id, self.gold.id, layer_key, fragments, dict(values), roles=dict(roles or {})
        )
        return key

    def _change(self, document_id: str, key: str, fragments: Fragments, values: Mapping[str, Any]) -> None:
        held = self.held(document_id)
        before = held[key]
        if fragments != before.fragments:
            self.steps.append(SetFragments(coder_id=self.gold.id, annotation_id=key, fragments=fragments))
        for attribute in {*before.values, *values}:
            value = values.get(attribute)
            if not same(value, before.values.get(attribute)):
                self.steps.append(SetValue(coder_id=self.gold.id, annotation_id=key, attribute=attribute, value=value))
        held[key] = replace(before, fragments=fragments, values=dict(values))

    def _links_of(self, held: Mapping[str, Annotation], own: str) -> list[Annotation]:
        """The links that a label owns, and those that they own; a link of several labels is the first one's."""
        by_link = owners(self._codebook).by_link
        found: list[Annotation] = []
        keys, seen = [own], {own}
        while keys:
            key = keys.pop(0)
            for a in held.values():
                owning = by_link.get(a.layer)
                if owning is None or a.id in seen:
                    continue
                own_labels = [held[x] for x in owners_of(owning, a) if x in held]
                if own_labels and min(own_labels, key=lambda x: (x.fragments, x.id)).id == key:
                    found.append(a)
                    seen.add(a.id)
                    keys.append(a.id)
        return found[::-1]

    @staticmethod
    def _named_elsewhere(held: Mapping[str, Annotation], links: list[Annotation]) -> set[str]:
        """Links among these that gold links of other cases name, or links that do: they stand as long as those do."""
        own = {a.id for a in links}
        kept: set[str] = set()
        naming = [a for a in held.values() if a.id not in own]
        while naming:
            named = {f.annotation for a in naming for fillers in a.roles.values() for f in fillers if f.annotation}
            fresh = (own & named) - kept
            kept |= fresh
            naming = [held[key] for key in fresh]
        return kept

    def _remove(self, held: dict[str, Annotation], key: str) -> None:
        self.steps.append(RemoveAnnotation(coder_id=self.gold.id, annotation_id=key))
        self._forget(held, key)

    def _forget(self, held: dict[str, Annotation], key: str) -> None:
        """What a removal does to the links that name a label, as coding does it."""
        del held[key]
        for a in list(held.values()):
            layer = self._codebook.layer(a.layer)
            if a.id not in held or not isinstance(layer, LinkLayer):
                continue
            roles = {r: tuple(f for f in fillers if f.annotation != key) for r, fillers in a.roles.items()}
            if roles == a.roles:
                continue
            filled = {r: len(fillers) for r, fillers in roles.items()}
            if any(r.key in a.roles for r in lacking_roles(self._codebook, layer, filled)):
                self._forget(held, a.id)
            else:
                held[a.id] = replace(a, roles={r: fillers for r, fillers in roles.items() if fillers})

    def _sweep(self, case: Case, previous: Decision, covers: Mapping[str, str]) -> None:
        """Take away what only the earlier decision needed: copies of labels that no link names any more."""
        held = self.held(case.document_id)
        others = [d for d in self.book.in_force(case.document_id) if d.id != previous.id]
        wanted = {key for d in others for key in (*d.gold, *d.covers.values())} | set(covers.values())
        named = {f.annotation for a in held.values() for fillers in a.roles.values() for f in fillers}
        for key in sorted(set(previous.covers.values())):
            if key in held and key not in wanted and key not in named:
                self._remove(held, key)

    def fault(self, layer_key: str, document_id: str, fragments: Fragments) -> str | None:
        """Why a passage cannot become gold beside what is gold already; None where it can."""
        layer = self._codebook.layer(layer_key)
        if not isinstance(layer, SpanLayer) or layer.overlap == "any":
            return None
        for a in self.held(document_id).values():
            if a.layer == layer_key and a.fragments != fragments and overlaps(a.fragments, fragments):
                return say("it overlaps a passage that is settled")
        return None
