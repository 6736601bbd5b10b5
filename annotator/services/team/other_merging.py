"""Bringing a whole other study in: articles matched, labels, notes and states as each coder's own, the register.

Written with the ids that things have there, so that the same study merged again finds what it brought before; what was
changed there since comes in, what was changed here since stays. Each coder's part is one step, which its coder can
undo. The account adds up to what the other study has.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import Any

from annotator.domain.annotations import Annotation, Entity, Note
from annotator.domain.changes import MERGE_STUDY
from annotator.domain.entities import Register
from annotator.domain.identity import derived_id
from annotator.domain.words import say
from annotator.formats.dataset import Losses
from annotator.services.articles.identity import same_text_of
from annotator.services.codebooks.outcomes import CodebookVersion
from annotator.services.study import Study
from annotator.services.team import other_articles, other_labels, other_people, other_register
from annotator.services.team.other_account import Labels, Rest, account_of, remarks
from annotator.services.team.other_ids import LabelIds
from annotator.services.team.other_labels import Reader
from annotator.services.team.other_people import Person
from annotator.services.team.other_study import OtherStudy, State
from annotator.services.team.outcomes import BooksApart, CameIn, EntitiesIn, LabelsIn, MergedStudy
from annotator.services.team.similar_names import suggestions
from annotator.store import annotations as annotation_rows
from annotator.store import codebook_changes, journal, notes, people
from annotator.store import documents as document_rows
from annotator.store.records import entity_from_record
from annotator.store.study_file import Connection
from annotator.store.units import UnitOfWork

REMOVED = say("brought in before and removed here since then")
BOTH = say("changed in both studies since then: the version here is kept")
PAGE_TAKEN = say("the coder has set the state of the article here already")


def bring(
    study: Study, connection: Connection, other: OtherStudy, file: str, apart: Collection[str] = ()
) -> MergedStudy:
    """Write it within a transaction; file: where it came from.

    apart: names or ids of coders there who are other persons than those here with the same name.
    """
    return _Bringing(study, connection, other, apart).run(file)


class _Bringing:
    def __init__(self, study: Study, connection: Connection, other: OtherStudy, apart: Collection[str]) -> None:
        self._study, self._connection, self._other = study, connection, other
        self._key = f"merged:{derived_id('merged', other.id)}"
        self._before = _remembered(people.facts(connection).get(self._key))
        here = people.coders(connection)
        self._people = other_people.meet(other, here, self._before["coders"], apart)
        self._articles = other_articles.meet(study, other, self._before["documents"])
        self._losses = Losses()
        self._entries = other_register.meet(
            study.entities(), study.codebook, other, self._before["entities"], self._entity_brought, self._losses
        )
        self._naming = LabelIds(connection, other, self._articles, self._people, self._entries, self._before["labels"])

    def run(self, file: str) -> MergedStudy:
        study, connection, other = self._study, self._connection, self._other
        document_rows.insert_many(connection, self._articles.fresh)
        reader = Reader(
            study.codebook,
            other,
            self._people,
            self._articles,
            self._entries,
            study.codebook_version,
            self._length,
            self._naming.ids.__getitem__,
            self._naming.stays_out,
            self._losses,
        )
        labels = self._labels(reader)
        rest = self._rest()
        coming = self._make_coders(labels, rest)
        written = self._write(labels, rest, reader)
        self._remember()
        account = account_of(other, self._articles, self._people, labels)
        made = [replace(e, aliases=Register.of(self._entries.new).names_of(e.id)[1:]) for e in self._entries.new]
        news = written or self._articles.fresh or self._entries.new or self._entries.changed
        fresh = [n.document.id for n in self._articles.fresh]
        return MergedStudy(
            file=file,
            id=other.id,
            title=other.title,
            made_from=other.made_from,
            status="new" if news else "again",
            coders=tuple(p for p in self._people.values() if p.here.id in coming),
            documents=CameIn(len(fresh), self._articles.matched),
            annotations=LabelsIn(
                added=len(labels.new),
                changed=len(labels.changed),
                already=len(labels.already),
                left_out=sum(labels.left.values()),
            ),
            entities=EntitiesIn(len(self._entries.new), len(self._entries.changed), self._entries.matched),
            states=sum(len(x) for x in rest.states.values()),
            notes=sum(len(x) for x in rest.notes.values()),
            carried=reader.moved,
            marked=len({self._naming.ids[k] for k in reader.lost} & {a.id for a in labels.new}),
            codebook=BooksApart(
                there=CodebookVersion(other.codebook.key, other.codebook_version),
                here=CodebookVersion(study.codebook.key, study.codebook_version),
                differs=tuple(other_labels.gaps(study.codebook, other.codebook)),
            ),
            losses=self._losses,
            same_text=tuple(same_text_of(study, fresh)),
            similar=tuple(suggestions(made, study.entities())),
            told=tuple(remarks(study, other, self._articles, self._people, rest)),
            account=account,
        )

    def _entity_brought(self, key: str) -> Entity | None:
        """The entry as the last merge left it."""
        for step in reversed(journal.of_thing(self._connection, key)):
            if step.command == MERGE_STUDY and step.after is not None:
                return entity_from_record(step.after)
        return None

    def _length(self, document: str) -> int:
        """How long the text is here of an article there."""
        return self._articles.here[document].characters

    # labels

    def _labels(self, reader: Reader) -> Labels:  # noqa: C901 - the reasons to leave a label, in their order
        found = Labels()
        entities = {e.id: e for e in self._study.entities()}
        entities |= {e.id: e for e in self._entries.new}
        register = Register.of(entities.values())
        pages = self._pages()
        for a in sorted(self._other.labels, key=lambda x: (x.created, x.id)):
            made = reader.of(a.id)
            if isinstance(made, str):
                found.left[a.layer, made] += 1
                continue
            now = self._naming.here.get(made.id)
            if now is not None and a.id in reader.loose:  # a correction there moves no passage that stands here
                made = replace(made, fragments=now.fragments, text_version=now.text_version)
            if now is None and not self._naming.comes_again(self._naming.history(made.id)):
                found.left[a.layer, REMOVED] += 1
                continue
            if now is None:
                place = (made.document_id, made.coder_id, made.layer)
                if place in pages:
                    found.left[a.layer, PAGE_TAKEN] += 1
                    continue
                if made.layer in self._once():
                    pages.add(place)
                found.new.append(made)
            elif _content(register, now) == _content(register, made):
                found.already.append(now)
            elif (outcome := self._apart(now, made, a.id)) == "there":
                found.changed.append((now, made))
            elif outcome == "here":
                found.already.append(now)
            else:
                found.left[a.layer, BOTH] += 1
                continue
            found.documents.add(self._other.copies.get(a.document_id, a.document_id))
        return found

    def _apart(self, now: Annotation, made: Annotation, key: str) -> str:
        """Who went on since both had the same: here, there, or both. key: the label's id there."""
        if now.coder_id != made.coder_id:  # nobody's label is changed by what comes as another person's
            return "both"
        theirs = self._other.steps(key)
        for step in reversed(self._naming.history(made.id)):
            if (step.command == MERGE_STUDY or step.id in theirs) and step.after is not None:
                changed_here = now.updated != step.after["updated"]
                changed_there = made.updated != step.after["updated"]
                if changed_here and changed_there:
                    return "both"
                return "there" if changed_there else "here"
        return "here" if key in self._before["labels"] else "both"

    def _once(self) -> frozenset[str]:
        return frozenset(x.key for x in self._study.codebook.layers if x.kind == "document" and not x.repeat)

    def _pages(self) -> set[tuple[str, str, str]]:
        """(article, coder, layer) of every answer for an article that there can be one of only."""
        every = [a for key in self._once() for a in annotation_rows.find(self._connection, layer=key)]
        return {(a.document_id, a.coder_id, a.layer) for a in every}

    # states and notes

    def _rest(self) -> Rest:
        rest = Rest()
        connection = self._connection
        now = {(d, c): s for d, c, s in document_rows.states(connection)}
        for s in self._other.states:
            document, person = self._articles.here.get(s.document), self._people.get(s.coder)
            if document is None or person is None:
                continue
            held = now.get((document.id, person.here.id))
            if self._takes_state(held, s, f"{document.id}/{person.here.id}"):
                rest.states.setdefault(person.here.id, []).append((document.id, s))
            elif held == s.state:
                rest.already += 1
            else:
                rest.kept += 1
        written = {n.id: n for n in notes.find(connection)}
        taken: set[str] = set()
        for n in sorted(self._other.notes, key=lambda x: (x.created, x.id)):
            document, person = self._articles.here.get(n.document_id), self._people.get(n.coder_id)
            if document is None or person is None or (n.reply_to and n.reply_to not in taken):
                self._losses.lose(say("notes on labels or articles that are not brought in"), example=n.text[:60])
                continue
            before = written.get(n.id)
            steps = self._naming.history(n.id)
            if before is None and not self._naming.comes_again(steps):
                continue
            taken.add(n.id)
            after = self._note(n, document.id, person, document.text_version)
            if before is not None and (
                before.updated == after.updated
                or before.coder_id != after.coder_id
                or not steps
                or steps[-1].command != MERGE_STUDY
            ):
                rest.already += 1
                continue
            rest.notes.setdefault(person.here.id, []).append((before, after))
        return rest

    def _takes_state(self, held: str | None, s: State, thing: str) -> bool:
        if held == s.state:
            return False
        steps = self._naming.history(thing)
        if steps and steps[-1].command == MERGE_STUDY:
            return True
        brought = any(x.command == MERGE_STUDY and x.after is not None for x in steps)
        if held is None:
            return self._naming.comes_again(steps) or not brought
        return not brought and held in ("open", "in progress") and s.state in ("done", "skipped")

    def _note(self, n: Note, document: str, person: Person, text_version: int) -> Note:
        start, end = n.start, n.end
        if start is not None and end is not None:
            placed = self._articles.placed(n.document_id, ((start, end),))
            if placed is not None:
                start, end = (placed.fragments[0][0], placed.fragments[-1][1]) if placed.fragments else (None, None)
        version = text_version if start is not None else 1
        return replace(n, document_id=document, coder_id=person.here.id, start=start, end=end, text_version=version)

    # writing

    def _make_coders(self, labels: Labels, rest: Rest) -> set[str]:
        """Enter those of whom something comes in; ids of all of whom something is here."""
        coming = {a.coder_id for a in (*labels.new, *labels.already, *(after for _, after in labels.changed))}
        coming |= rest.states.keys() | rest.notes.keys()
        known = {c.id for c in people.coders(self._connection)}
        for p in self._people.values():
            if p.here.id in coming and p.here.id not in known:
                people.add_coder(self._connection, p.here, self._study.clock())
                known.add(p.here.id)
        return coming

    def _unit(self, coder: str) -> UnitOfWork:
        study = self._study
        return UnitOfWork(study.file, study.ids, study.clock, coder, MERGE_STUDY, within=self._connection)

    def _write(self, labels: Labels, rest: Rest, reader: Reader) -> bool:  # noqa: C901 - the steps of one transaction
        """The register first, as a step of its own, so that each coder's part can be undone by itself."""
        makers = sorted({a.coder_id for a in labels.new} | {now.coder_id for now, _ in labels.changed})
        makers += sorted((rest.states.keys() | rest.notes.keys()) - set(makers))
        if self._entries.new or self._entries.changed:
            with self._unit(makers[0] if makers else self._keeper()) as unit:
                for e in self._entries.new:
                    unit.put_entity(e.id, None, e)
                for before, after in self._entries.changed:
                    unit.put_entity(after.id, before, after)
                unit.confirm()
        kinds = {x.key: x.kind == "link" for x in self._study.codebook.layers}
        order = _links_last([a for a in labels.new if kinds[a.layer]], labels.new, kinds)
        for coder in makers:
            with self._unit(coder) as unit:
                unit.add_annotations([a for a in order if a.coder_id == coder])
                for was, now in labels.changed:
                    if was.coder_id == coder:
                        unit.replace_annotation(was, replace(now, coder_id=coder, created=was.created))
                for document, s in rest.states.get(coder, ()):
                    before_state = document_rows.state(self._connection, document, coder)
                    unit.put_state(document, coder, before_state, s.state, s.reason)
                for before_note, after_note in rest.notes.get(coder, ()):
                    unit.put_note(before_note, after_note)
                unit.confirm()
        lost = {self._naming.ids[key]: told for key, told in reader.lost.items()}
        for a in (*labels.new, *(after for _, after in labels.changed)):
            for what in lost.get(a.id, ())[:1]:
                why = say("it came from “{study}” without all it had: {what}", study=self._other.title, what=what)
                codebook_changes.mark(self._connection, a.id, self._study.codebook_version, why, a.updated)
        return bool(makers)

    def _keeper(self) -> str:
        """Who is named for a register that comes without a label: the first of the coders who come, who is made."""
        known = people.coders(self._connection)
        for p in self._people.values():
            if all(p.here.id != c.id for c in known):
                people.add_coder(self._connection, p.here, self._study.clock())
            return p.here.id
        return known[0].id if known else self._study.ensure_coder("Import").id

    def _remember(self) -> None:
        """What was found to be what, where the ids differ: the same next time, whatever is called what by then."""
        told = {
            "documents": {k: d.id for k, d in self._articles.here.items() if k != d.id},
            "entities": {k: v for k, v in self._entries.ids.items() if k != v},
            "labels": self._before["labels"] | self._naming.named,
            "coders": {k: p.here.id for k, p in self._people.items() if p.how == "name" or p.there.id != p.here.id},
        }
        if told != self._before:
            people.put_fact(self._connection, self._key, json.dumps(told, ensure_ascii=False, sort_keys=True))

    # telling


def _remembered(text: str | None) -> dict[str, dict[str, str]]:
    empty: dict[str, dict[str, str]] = {"documents": {}, "entities": {}, "coders": {}, "labels": {}}
    return empty if text is None else empty | json.loads(text)


def _content(register: Register, a: Annotation) -> tuple[Any, ...]:
    """All of a label that its coder said; not who that is here, nor under which codebook."""
    x = register.resolved(a)
    roles = {k: v for k, v in x.roles.items() if v}
    return (x.document_id, x.layer, x.fragments, dict(x.values), x.uncertain, x.memo, roles, dict(x.empty))


def _links_last(links: list[Annotation], every: list[Annotation], is_link: Mapping[str, bool]) -> list[Annotation]:
    """Labels before the links that name them, links among them too."""
    order = [a for a in every if not is_link[a.layer]]
    placed = {a.id for a in order}
    new = {a.id for a in links}
    open_ = list(links)
    while open_:
        ready = [
            a
            for a in open_
            if all(f.annotation not in new or f.annotation in placed for held in a.roles.values() for f in held)
        ] or open_[:1]
        order += ready
        placed |= {a.id for a in ready}
        open_ = [a for a in open_ if a.id not in placed]
    return order
