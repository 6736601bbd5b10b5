"""Changing the codebook of a study that has labels: compared first, then a new version with every label carried."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from annotator.domain.accounts import Account, Holding
from annotator.domain.annotations import Annotation, Entity
from annotator.domain.codebook.carrying import Carrier, Reviews, entity_taken_back, spelled, taken_back
from annotator.domain.codebook.diff import Difference, Touch, diff
from annotator.domain.codebook.mapping import TYPES, CodebookMapping, Held, inverse, layer_of, refuse_unfit
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_json
from annotator.domain.codebook.values import entity_ids, is_open
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput, Cancelled
from annotator.domain.words import joined, say
from annotator.services.accounts import contents
from annotator.services.codebooks.outcomes import (
    Carried,
    CarriedRegister,
    Change,
    CodebookChange,
    Compared,
    Marked,
    Unfit,
)
from annotator.services.coding.codebook_versions import Versions
from annotator.services.study import Study
from annotator.services.study.package_origin import CODER
from annotator.store import annotations as annotation_rows
from annotator.store import codebook_changes, journal, merges, people
from annotator.store.records import annotation_from_record, annotation_record, entity_from_record, entity_record
from annotator.store.study_file import Connection

Progress = Callable[[int, int], bool]
"""(labels done, labels in all) -> whether to go on."""

APPLY, UNDO = "ApplyCodebook", "UndoCodebook"
_BLOCK = 1000


def compare(study: Study, new: Codebook, mapping: CodebookMapping | None = None, where: str = "codebook") -> Compared:
    """What `annotator codebook diff` answers. Raises BadInput where the codebook is another one, or the mapping off."""
    mapping = mapping or CodebookMapping()
    with study.file.reading() as connection:
        labels = annotation_rows.find(connection)
        register = people.entities(connection)
        versions = Versions(connection)
        old = versions.book(versions.newest)
        _refuse_foreign(old, new, labels, where)
        refuse_unfit(mapping, old, new, _held(labels, register), where)
        found = diff(old, new, mapping)
        gold = _gold(connection)
        settled = sum(a.coder_id in gold for a in labels)
        return Compared(
            old=versions.newest,
            new=versions.newest + bool(found),
            changes=_counted(found, labels, register, gold, _asking(new, mapping)),
            labels=len(labels) - settled,
            gold=settled if gold else None,
            register=len(register),
        )


def apply_codebook(
    study: Study,
    new: Codebook,
    mapping: CodebookMapping | None = None,
    dry_run: bool = False,
    progress: Progress | None = None,
    where: str = "codebook",
) -> CodebookChange:
    """What `annotator codebook apply` answers: a new version, every label carried to it, all in one transaction.

    Raises BadInput, with nothing written, for another codebook, a mapping that is off, a layer with labels that is
    gone, and in a coder's own file. Raises Cancelled where `progress` says no.
    """
    mapping = mapping or CodebookMapping()
    try:
        with study.file.transaction() as connection:
            result = _apply(study, connection, new, mapping, progress, where)
            if dry_run or not result.changes:
                raise _Shown(result)
    except _Shown as shown:
        return shown.result
    study.reload_codebook()
    return replace(result, applied=True)


def undo_codebook(study: Study, progress: Progress | None = None) -> CodebookChange:
    """Take the last change back with a version more: labels as they were, what was changed since kept.

    Raises BadInput where there is nothing to take back or a package was merged since.
    """
    with study.file.transaction() as connection:
        result = _undo(study, connection, progress)
    study.reload_codebook()
    return result


def undoable(study: Study) -> int | None:
    """The version that `undo_codebook` would take back; None where there is none."""
    with study.file.reading() as connection:
        version = _last(Versions(connection))
        return None if version is None or _merged_since(connection, version) else version


class _Shown(Exception):
    """Ends a transaction whose outcome was only to be looked at."""

    def __init__(self, result: CodebookChange) -> None:
        super().__init__()
        self.result = result


def _apply(
    study: Study,
    connection: Connection,
    new: Codebook,
    mapping: CodebookMapping,
    progress: Progress | None,
    where: str,
) -> CodebookChange:
    _refuse_copy(study, connection)
    versions = Versions(connection)
    old, version = versions.book(versions.newest), versions.newest + 1
    labels, register = annotation_rows.find(connection), people.entities(connection)
    _refuse_foreign(old, new, labels, where)
    refuse_unfit(mapping, old, new, _held(labels, register), where)
    found = diff(old, new, mapping)
    gold = _gold(connection)
    theirs, settled = _shares(Counter(), (), labels, gold)
    result = CodebookChange(
        old=versions.newest,
        new=version if found else versions.newest,
        changes=_counted(found, labels, register, gold, _asking(new, mapping)),
        mapping=mapping,
        labels=theirs,
        gold=settled,
        register=CarriedRegister(len(register)),
    )
    if not found:
        return replace(result, account=_account(study, ()))
    _refuse_homeless(labels, mapping, old, new, where)
    unit, at = study.ids(), study.clock()
    people.add_codebook(connection, version, new.key, codebook_json(new), at)
    codebook_changes.add(connection, version, unit, mapping.record(), None, at)
    carrier = Carrier(old, new, mapping, version)
    writing = _Writing(study, connection, unit, at, APPLY)
    marks: list[tuple[str, str, str]] = []
    review: list[Marked] = []
    for done, a in enumerate(labels):
        _tell(progress, done, len(labels))
        after, why = carrier.carry(a)
        if why:
            words = joined("; ", why)
            marks.append((a.id, words, a.updated))
            review.append(_marked(a, words))
        if after is not a:
            writing.replace(a, after)
    codebook_changes.mark_first(connection, version, marks)
    theirs, settled = _shares(writing.finish(), review, labels, gold)
    return replace(
        result,
        labels=theirs,
        gold=settled,
        register=_Register(study, connection, unit, at, APPLY).carry(register, carrier.carry_entity),
        review=tuple(review),
        account=_account(study, review),
    )


def _undo(study: Study, connection: Connection, progress: Progress | None) -> CodebookChange:
    _refuse_copy(study, connection)
    versions = Versions(connection)
    taken = _last(versions)
    where = str(study.file.path)
    if taken is None:
        raise BadInput("no change of the codebook can be taken back", where)
    if _merged_since(connection, taken):
        raise BadInput(
            say("work was merged since version {taken} of the codebook was made", taken=taken),
            where,
            "apply the codebook that you want: its labels are carried over",
        )
    current, version = versions.book(versions.newest), versions.newest + 1
    old = versions.book(taken - 1)
    back = inverse(versions.mapping(taken), old, versions.book(taken))
    labels, register = annotation_rows.find(connection), people.entities(connection)
    _refuse_homeless(labels, back, current, old, where)
    found = diff(current, old, back)
    unit, at = study.ids(), study.clock()
    people.add_codebook(connection, version, old.key, versions.contents[taken - 1], at)
    codebook_changes.add(connection, version, unit, back.record(), taken, at)
    codebook_changes.unmark(connection, taken)
    steps = {s.thing_id: s for s in journal.of_unit(connection, versions.changes[taken]["unit"])}
    carrier = Carrier(current, old, back, version)
    writing = _Writing(study, connection, unit, at, UNDO)
    marks: list[tuple[str, str, str]] = []
    told: list[Marked] = []
    for done, a in enumerate(labels):
        _tell(progress, done, len(labels))
        step = steps.get(a.id)
        if step is not None and step.before is not None and step.after is not None:
            before, after = annotation_from_record(step.before), annotation_from_record(step.after)
            now, why = taken_back(a, after, before, versions.mapping(taken), carrier)
        elif a.codebook_version >= taken:
            now, why = carrier.carry(a)
        else:
            continue
        if why:
            marks.append((a.id, "; ".join(why), a.updated))
            told.append(_marked(a, joined("; ", why)))
        if now != a:
            writing.replace(a, now)
    codebook_changes.mark_first(connection, version, marks)

    def entity_back(e: Entity) -> tuple[Entity, Reviews]:
        step = steps.get(e.id)
        if step is None or step.before is None or step.after is None:
            return carrier.carry_entity(e)
        was, became = entity_from_record(step.before), entity_from_record(step.after)
        return entity_taken_back(e, became, was, versions.mapping(taken), carrier)

    entries = _Register(study, connection, unit, at, UNDO).carry(register, entity_back)
    gold = _gold(connection)
    theirs, settled = _shares(writing.finish(), told, labels, gold)
    return CodebookChange(
        old=versions.newest,
        new=version,
        undoes=taken,
        changes=_counted(found, labels, register, gold, _asking(old, back)),
        labels=theirs,
        gold=settled,
        register=entries,
        review=tuple(told),
        applied=True,
    )


def _account(study: Study, review: Sequence[Marked]) -> Account:
    """Labels that stand under the new version as coders meant them; left out is what is to be looked at again."""
    found = contents(study)
    waiting = Counter((m.layer, m.coder) for m in review)
    _, reckoning = found.split(
        lambda layer, coder, document: say("settled labels (gold)") if coder in found.gold else None
    )
    here: Counter[str] = Counter()
    for (layer, coder, _), n in found.labels.items():
        here[layer] += n if coder not in found.gold else 0
    for (layer, coder), n in waiting.items():
        if coder not in found.gold:
            here[layer] -= n
            reckoning.leave(layer, say("to be looked at again"), n)
    return reckoning.closed(Holding(found.documents, len(found.coded), here))


def _gold(connection: Connection) -> frozenset[str]:
    """Whose labels are settled ones, which no coder made."""
    return frozenset(c.id for c in people.coders(connection) if c.role == GOLD)


def _shares(
    changed: Counter[str], review: Sequence[Marked], labels: Sequence[Annotation], gold: frozenset[str]
) -> tuple[Carried, Carried | None]:
    """(what became of coders' labels, of gold; None where nothing is settled). changed: coder id -> labels."""
    every = (Counter(a.coder_id for a in labels), changed, Counter(m.coder for m in review))

    def of(settled: bool) -> Carried:
        return Carried(*(sum(n for coder, n in counts.items() if (coder in gold) == settled) for counts in every))

    return of(False), of(True) if gold else None


class _Writing:
    """Labels and their steps, many at a time, each step in its own coder's history."""

    def __init__(self, study: Study, connection: Connection, unit: str, at: str, command: str) -> None:
        self._study, self._connection = study, connection
        self._unit, self._at, self._command = unit, at, command
        self._pairs: list[tuple[Annotation, Annotation]] = []
        self._count: Counter[str] = Counter()

    def replace(self, before: Annotation, after: Annotation) -> None:
        """Write a label's new form."""
        self._pairs.append((before, after))
        self._count[after.coder_id] += 1
        if len(self._pairs) >= _BLOCK:
            self._write()

    def finish(self) -> Counter[str]:
        """Write the rest; coder id -> how many labels there were."""
        self._write()
        return self._count

    def _write(self) -> None:
        if not self._pairs:
            return
        annotation_rows.replace_many(self._connection, self._pairs)
        rows = [
            journal.row_of(
                id=self._study.ids(),
                unit=self._unit,
                at=self._at,
                coder_id=after.coder_id,
                command=self._command,
                kind="annotation",
                thing_id=after.id,
                document_id=after.document_id,
                before=annotation_record(before),
                after=annotation_record(after),
                undoes=None,
            )
            for before, after in self._pairs
        ]
        journal.append(self._connection, rows)
        self._pairs = []


class _Register:
    """Entries of the register and their steps, each in the history of the coder who entered it."""

    def __init__(self, study: Study, connection: Connection, unit: str, at: str, command: str) -> None:
        self._study, self._connection = study, connection
        self._unit, self._at, self._command = unit, at, command

    def carry(self, register: Sequence[Entity], carried: Callable[[Entity], tuple[Entity, Reviews]]) -> CarriedRegister:
        """How many entries were changed, and which hold values that the codebook has no place for now."""
        makers = journal.makers(self._connection, "entity")
        rows: list[dict[str, Any]] = []
        unfit: list[Unfit] = []
        for e in register:
            after, why = carried(e)
            if why:
                unfit.append(Unfit(e.id, e.name, "; ".join(why)))
            if after == e or e.id not in makers:
                continue
            people.put_entity(self._connection, e.id, after)
            rows.append(
                journal.row_of(
                    id=self._study.ids(),
                    unit=self._unit,
                    at=self._at,
                    coder_id=makers[e.id],
                    command=self._command,
                    kind="entity",
                    thing_id=e.id,
                    document_id=None,
                    before=entity_record(e),
                    after=entity_record(after),
                    undoes=None,
                )
            )
        if rows:
            journal.append(self._connection, rows)
        return CarriedRegister(len(register), len(rows), tuple(unfit))


def _last(versions: Versions) -> int | None:
    """The newest version that is neither an undo nor undone, made when there was another before it."""
    gone = {c["undoes"] for c in versions.changes.values() if c["undoes"] is not None}
    real = [v for v, c in versions.changes.items() if c["undoes"] is None and v not in gone]
    return max(real, default=None)


def _merged_since(connection: Connection, version: int) -> bool:
    made = codebook_changes.every(connection)[version]["created"]
    return any(at >= made for at in merges.times(connection))


def _tell(progress: Progress | None, done: int, total: int) -> None:
    if progress is not None and done % _BLOCK == 0 and not progress(done, total):
        raise Cancelled("stopped; the codebook is as it was")


def _marked(a: Annotation, why: str) -> Marked:
    return Marked(a.id, a.document_id, a.coder_id, a.layer, why)


def _refuse_copy(study: Study, connection: Connection) -> None:
    if CODER in people.facts(connection):
        raise BadInput(
            "this is a coder's own file; its codebook comes with the packages",
            str(study.file.path),
            "change the codebook in the supervisor's study, and pack again",
        )


def _refuse_foreign(old: Codebook, new: Codebook, labels: Sequence[Annotation], where: str) -> None:
    """Labels stay under the codebook that they were made with; a study without any may take another one."""
    if old.key != new.key and labels:
        raise BadInput(
            say("this is another codebook (`{new}`, not `{old}`)", new=new.key, old=old.key),
            where,
            say("give it the key `{old}`", old=old.key),
        )


def _refuse_homeless(
    labels: Sequence[Annotation], mapping: CodebookMapping, old: Codebook, new: Codebook, where: str
) -> None:
    """A layer with labels must go on, as itself or as another of its kind."""
    for key, count in sorted(Counter(a.layer for a in labels).items()):
        before, after = layer_of(old, key), layer_of(new, mapping.layer(key))
        if after is None:
            raise BadInput(
                say("the layer `{key}` is gone, but {count} labels have it", key=key, count=count),
                where,
                "keep it, or map it (`layers:`)",
            )
        if before is not None and before.kind != after.kind:
            raise BadInput(
                say(
                    "the layer `{key}` has {count} labels and cannot become a {new_kind} layer",
                    key=key,
                    count=count,
                    new_kind=after.kind,
                ),
                where,
                "give the new layer another key",
            )


def _held(labels: Sequence[Annotation], register: Sequence[Entity]) -> Held:
    found: dict[tuple[str, str], set[str]] = {}
    holding = [(a.layer, a.values) for a in labels] + [(f"{TYPES}.{e.type}", e.values) for e in register]
    for owner, values in holding:
        for key, value in values.items():
            found.setdefault((owner, key), set()).update(_spelled(value))
    return {place: frozenset(values) for place, values in found.items()}


def _spelled(value: Any) -> Iterator[str]:
    for one in value if isinstance(value, (list, tuple)) else (value,):
        if (text := spelled(one)) is not None:
            yield text


def _asking(new: Codebook, mapping: CodebookMapping) -> Callable[[Annotation, str], bool]:
    """Whether a label, by its old names, is asked for something that it has not: an attribute only where it is open."""
    layers = {x.key: x for x in new.layers}

    def asked(a: Annotation, key: str) -> bool:
        layer = layers.get(mapping.layer(a.layer))
        name = mapping.attribute(a.layer, key)
        attribute = next((x for x in layer.attributes if x.key == name), None) if layer is not None else None
        if layer is None or attribute is None:
            return key not in a.roles and key not in a.empty
        values = {mapping.attribute(a.layer, k): v for k, v in a.values.items()}
        if attribute.when is not None and attribute.when.zone is not None:
            return name not in values
        return name not in values and is_open(layer, attribute, values, None)

    return asked


def _counted(
    found: Sequence[Difference],
    labels: Sequence[Annotation],
    register: Sequence[Entity],
    gold: frozenset[str],
    asked: Callable[[Annotation, str], bool],
) -> tuple[Change, ...]:
    """The differences as answers tell them, with how many labels of coders, how many settled ones, and how many
    entries of the register each is about.

    A label counts for an entity type where it names an entity of the type.
    """
    wanted = {d.touches for d in found if d.touches}
    types = {e.id: e.type for e in register} if any(t[0] == "entity_type" for t in wanted) else {}
    lacking = [(t[1], t[2]) for t in wanted if t[0] == "lacking"]
    counts: Counter[Touch] = Counter()
    settled: Counter[Touch] = Counter()
    entries: Counter[Touch] = Counter()
    for a in labels if wanted else ():
        mine = settled if a.coder_id in gold else counts
        mine.update(wanted.intersection(_touches(a, types)))
        mine.update(("lacking", *place) for place in lacking if a.layer == place[0] and asked(a, place[1]))
    for e in register if wanted else ():
        owner = f"{TYPES}.{e.type}"
        entries.update(wanted.intersection({("entity_type", e.type), *_answers(owner, e.values)}))
        entries.update(("lacking", *place) for place in lacking if owner == place[0] and place[1] not in e.values)
    return tuple(
        Change(
            path=d.path,
            kind=d.kind,
            about=d.touches[0] if d.touches else None,
            what=d.what,
            labels=counts[d.touches],
            gold=settled[d.touches] if gold else None,
            entities=entries[d.touches],
        )
        for d in found
    )


def _answers(owner: str, values: Mapping[str, Any]) -> Iterator[Touch]:
    for key, value in values.items():
        yield ("attribute", owner, key)
        yield from (("value", owner, key, text) for text in _spelled(value))


def _touches(a: Annotation, types: dict[str, str]) -> set[Touch]:
    """What the label counts for, each once."""
    found: set[Touch] = {("layer", a.layer), *_answers(a.layer, a.values)}
    for role in a.roles:
        found.add(("role", a.layer, role))
    for role, reason in a.empty.items():
        found.update({("role", a.layer, role), ("reason", a.layer, role, reason.because)})
    if types:
        named = [f.entity for held in a.roles.values() for f in held if f.entity]
        named += [e.entity for e in a.empty.values() if e.entity]
        named += [e for value in a.values.values() for e in entity_ids(value)]
        found.update(("entity_type", types[e]) for e in named if e in types)
    return found
