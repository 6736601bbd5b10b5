"""Under which ids the labels of another study stand here, and what became here of those that came before."""

from __future__ import annotations

from collections.abc import Mapping

from annotator.domain.annotations import Annotation
from annotator.domain.changes import MERGE_STUDY, Change
from annotator.domain.identity import derived_id
from annotator.services.team.other_articles import Articles
from annotator.services.team.other_people import Person
from annotator.services.team.other_register import Entries
from annotator.services.team.other_study import OtherStudy
from annotator.store import annotations as annotation_rows
from annotator.store import journal
from annotator.store.study_file import Connection


class LabelIds:
    """kept: id there -> id here, of labels that were given one of their own before; named: those of this merge."""

    def __init__(
        self,
        connection: Connection,
        other: OtherStudy,
        articles: Articles,
        people: Mapping[str, Person],
        entries: Entries,
        kept: Mapping[str, str],
    ) -> None:
        self._connection, self._other = connection, other
        self._articles, self._people, self._entries, self._kept = articles, people, entries, kept
        ids = {a.id for a in other.labels} | {n.id for n in other.notes}
        ids |= {f"{d.id}/{p.here.id}" for d in articles.here.values() for p in people.values()}
        self._touched = set(journal.makers_of(connection, ids))
        self.here = {a.id: a for a in annotation_rows.get_many(connection, [a.id for a in other.labels])}
        """Labels here, by id."""
        self.ids: dict[str, str] = {}
        """Id there -> id here."""
        self.named: dict[str, str] = {}
        self._name_labels()

    def history(self, thing: str) -> list[Change]:
        """The steps here of a label, a note or a state."""
        return journal.of_thing(self._connection, thing) if thing in self._touched else []

    def _name_labels(self) -> None:
        """Which id each label has here. An id that another label has here, made from the same words of a file that
        both studies read, is no reason to leave it out: then it gets one of its own, the same next time."""
        by_id = {a.id: a for a in self._other.labels}
        links = {x.key for x in self._other.codebook.link_layers}
        for a in sorted(self._other.labels, key=lambda x: x.layer in links):
            self._name(a, by_id, set())
        own = [key for there, key in self.ids.items() if there != key]
        self.here |= {a.id: a for a in annotation_rows.get_many(self._connection, own)}
        self._touched |= set(journal.makers_of(self._connection, own))

    def _name(self, a: Annotation, by_id: Mapping[str, Annotation], above: set[str]) -> str:
        if a.id in self.ids:
            return self.ids[a.id]
        kept = self._kept.get(a.id)
        if kept is None and (a.id in self.here or a.id in self._touched) and not self._shared(a.id):
            named = {f.annotation for held in a.roles.values() for f in held if f.annotation in by_id} - above - {a.id}
            same = all(self._name(by_id[str(k)], by_id, above | {a.id}) == k for k in named)
            kept = a.id if same and self._as_here(a) else derived_id("merged", self._other.id, a.id)
            self.named[a.id] = kept
        self.ids[a.id] = kept or a.id
        return self.ids[a.id]

    def _shared(self, key: str) -> bool:
        """Whether the label here is the one there: it was brought in, or both go back to one file."""
        steps = self.history(key)
        theirs = self._other.steps(key)
        return any(s.command == MERGE_STUDY or s.id in theirs for s in steps)

    def _as_here(self, a: Annotation) -> bool:
        """Whether the label here with this id says the same, made from the same file."""
        now = self.here.get(a.id)
        document, person = self._articles.here.get(a.document_id), self._people.get(a.coder_id)
        if now is None or document is None or person is None:
            return False
        values = {k: self._entries.value(v) for k, v in a.values.items()}
        one = (document.id, person.here.id, a.layer, a.fragments, values)
        return one == (now.document_id, now.coder_id, now.layer, now.fragments, dict(now.values)) and (
            {k: len(v) for k, v in a.roles.items() if v} == {k: len(v) for k, v in now.roles.items() if v}
        )

    def stays_out(self, key: str) -> bool:
        """Whether a label there is not here, and does not come in again."""
        here = self.ids.get(key, key)
        return here not in self.here and not self.comes_again(self.history(here))

    @staticmethod
    def comes_again(steps: list[Change]) -> bool:
        """Whether what is not here may come in: it never was, or the merge that brought it was undone."""
        if not steps:
            return True
        brought = {s.unit for s in steps if s.command == MERGE_STUDY}
        undone = {s.unit for s in steps if s.undoes in brought}
        again = {s.unit for s in steps if s.undoes in undone}
        return steps[-1].unit in undone and not again - undone
