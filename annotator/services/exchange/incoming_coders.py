"""Who made the records that come in: a coder of the study, or one who is to be made."""

from __future__ import annotations

from annotator.domain.decisions import GOLD
from annotator.formats.annotation_records import AnnotationRecord, CoderRef, PersonRef
from annotator.services.exchange.outcome import Makers
from annotator.services.study import Study


class IncomingCoders:
    """Finds coders by what records say of them, and counts who made what.

    named: who made what names nobody; override: and what names somebody, too.
    """

    def __init__(self, study: Study, named: str | None, override: bool) -> None:
        self._named, self._override = named, override and named is not None
        self._known = {c.id: c for c in study.coders()}
        self._called: dict[str, str] = {}
        self.makers = Makers()
        self.met: dict[str, tuple[str, bool]] = {}
        """Key of a coder -> (name, whether the study knows the coder)."""

    def key(self, record: AnnotationRecord) -> str | None:
        """The coder's id, known or to be made by name; None where nobody, or several, could be meant."""
        said = self._said(record)
        name = self._named if self._override or said is None else said.name
        if said is not None and not self._override and said.id in self._known:
            key = str(said.id)
            self.met[key] = (self._known[key].name, True)
            return key
        if not name:
            return None
        same = [c for c in self._known.values() if name in (c.name, c.id)]
        person = said if not self._override and isinstance(said, PersonRef) else None
        if person is not None and person.id and (self._first_called(name, person.id) != person.id or not same):
            self.met[person.id] = (name, False)  # the id is the person, whoever else has the name
            return person.id
        if len(same) > 1:
            return None
        key = same[0].id if same else f"new:{name}"
        self.met[key] = (name, bool(same))
        return key

    def name(self, record: AnnotationRecord) -> str:
        """The coder's name, empty where none is found: a coder who is to be made has no id yet."""
        key = self.key(record)
        return self.met[key][0] if key else ""

    def is_gold(self, record: AnnotationRecord) -> bool:
        """Whether it is a settled label."""
        known = self._known.get(self.key(record) or "")
        if not self._override and record.coder is not None and record.coder.role == GOLD:
            return True
        return known is not None and known.role == GOLD

    def count(self, record: AnnotationRecord, n: int = 1) -> None:
        """Count whose label it is, and who says so."""
        said, makers = self._said(record), self.makers
        name = None if said is None else said.name or self._known[str(said.id)].name
        if name is None or self._override:
            makers.given[str(self._named)] += n
        else:
            makers.named[name] += n
        if name is not None and self._override and name != self._named:
            makers.overridden[name] += n

    def _first_called(self, name: str, own: str) -> str:
        """The id of the first person in the source who has this name."""
        return self._called.setdefault(name, own)

    def _said(self, record: AnnotationRecord) -> CoderRef | None:
        """Whom the record names, in a way that is understood here."""
        said = record.coder
        return said if said is not None and (said.name or said.id in self._known) else None
