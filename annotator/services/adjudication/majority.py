"""Settling by majority: shown first, then written as one unit of work. Ties are left open."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.model import Layer, LinkLayer
from annotator.domain.codebook.owners import owners
from annotator.domain.codebook.values import value_fault
from annotator.domain.commands import Batch
from annotator.domain.errors import Cancelled
from annotator.domain.words import say
from annotator.services.adjudication.case_book import CaseBook
from annotator.services.adjudication.cases import PASSAGE, Case, Field, Progress, Version
from annotator.services.adjudication.deciding import GoldWriter, Pick, Written
from annotator.services.adjudication.gold import ensure_gold
from annotator.services.study import Study

RULE = say(
    "A label is kept where more than half of the article’s coders made it, and left out "
    "where more than half did not. Its passage, values and links are those of more than half "
    "of the coders who made it; free text is kept only where it is the same. Where any of "
    "these is a tie, the case stays open."
)


UNIT = "SettleByMajority"
"""The name of the unit of work, which may hold many thousand decisions."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the majority says on one case: picks to settle, None with `rejected`, or why it stays open."""

    case: Case
    picks: Mapping[str, Pick] | None
    rejected: bool = False
    open_because: str = ""

    @property
    def decided(self) -> bool:
        """Whether there is a majority."""
        return not self.open_because


def propose(book: CaseBook, cases: Iterable[Case], unanimous: bool = False) -> list[Proposal]:
    """What the majority says on every open case among these; nothing is written.

    unanimous: only cases where all coders of the article say the same.
    """
    order = {x.key: i for i, x in enumerate(_named_first(book))}
    found = [_proposal(book, c, unanimous) for c in cases if book.standing(c).state == "open"]
    return sorted(found, key=lambda p: (book.documents[p.case.document_id].number, order[p.case.layer]))


def apply(
    study: Study, book: CaseBook, proposals: Sequence[Proposal], by: str, progress: Progress | None = None
) -> tuple[ChangeSet, list[Proposal]]:
    """Write what has a majority as one unit, which one undo takes back; the answer has what stays open all the same."""
    gold = ensure_gold(study)
    writer = GoldWriter(study, book, gold, by)
    left: list[Proposal] = []
    decided = [p for p in proposals if p.decided]
    for done, p in enumerate(decided):
        if progress and done % 50 == 0 and not progress(done, len(decided)):
            raise Cancelled("settling by majority was stopped")
        if why := _conflict(writer, p):
            left.append(Proposal(p.case, None, open_because=why))
        else:
            writer.decide(p.case, p.picks, how="majority")
    changes = study.coding.apply(Batch(coder_id=gold.id, name=UNIT, commands=tuple(writer.steps)))
    for document in {d.document_id for d in writer.decisions}:
        book.reload(study, document)
    return changes, left


def _named_first(book: CaseBook) -> list[Layer]:
    """Layers whose labels stand in links of others come first, so that those links find them settled."""
    owning = owners(book.codebook).owned
    return sorted(book.codebook.layers, key=lambda x: 2 if isinstance(x, LinkLayer) else x.key in owning)


def _proposal(book: CaseBook, case: Case, unanimous: bool) -> Proposal:
    present = case.present
    if unanimous and case.kinds:
        return Proposal(case, None, open_because=say("coders differ"))
    if 2 * len(present) < len(case.versions):
        return Proposal(case, None, rejected=True)
    if 2 * len(present) == len(case.versions):
        return Proposal(case, None, open_because=say("as many coders marked it as did not"))
    picks: dict[str, Pick] = {}
    for f in case.fields:
        winner = _winner(f, present)
        if winner is None:
            if f.attribute is not None and _attribute_type(book, f) == "text":
                picks[f.key] = Written(None)  # free text that differs is left out
                continue
            return Proposal(case, None, open_because=say("no majority on {words}", words=_words(book, f)))
        picks[f.key] = case.versions.index(winner)
        if fault := _fault(book, f, winner):
            return Proposal(case, None, open_because=say("{words}: {fault}", words=_words(book, f), fault=fault))
    return Proposal(case, picks)


def _winner(f: Field, present: Sequence[Version]) -> Version | None:
    """The first version that says what more than half say."""
    counts = Counter(v.said.get(f.key) for v in present)
    said, most = counts.most_common(1)[0]
    if 2 * most <= len(present):
        return None
    return next(v for v in present if v.said.get(f.key) == said)


def _attribute_type(book: CaseBook, f: Field) -> str:
    return book.codebook.layer(f.layer).attribute(f.attribute or "").type


def _words(book: CaseBook, f: Field) -> str:
    layer = book.codebook.layer(f.layer)
    if f.key == PASSAGE:
        return say("the passage")
    if f.attribute is not None:
        return layer.attribute(f.attribute).label
    return layer.label


def _fault(book: CaseBook, f: Field, version: Version) -> str | None:
    """Values of an earlier codebook may not be allowed any more."""
    if f.attribute is None or version.label is None:
        return None
    holder = version.label if f.slot is None else version.links[f.slot]
    value = None if holder is None else holder.values.get(f.attribute)
    return None if value is None else value_fault(book.codebook.layer(f.layer).attribute(f.attribute), value)


def _conflict(writer: GoldWriter, p: Proposal) -> str | None:
    """What would be refused because of other gold labels, told before it is written."""
    if p.picks is None:
        return None
    case = p.case
    if (pick := p.picks.get(PASSAGE)) is not None and isinstance(pick, int):
        label = case.versions[pick].label
        if label is not None and (why := writer.fault(case.layer, case.document_id, label.fragments)):
            return why
    for slot, key in enumerate(case.slots):
        pick = p.picks[f"link:{slot}"]
        link = case.versions[pick].links[slot] if isinstance(pick, int) else None
        layer = writer.study.codebook.layer(key)
        if link is None or not isinstance(layer, LinkLayer):
            continue
        for fillers in link.roles.values():
            for f in fillers:
                label = writer.book.labels.get(f.annotation or "")
                other = writer.book.case_of.get(f.annotation or "")
                if label is None or other is None or other is case or writer.standing_label(other):
                    continue
                if why := writer.fault(label.layer, label.document_id, label.fragments):
                    return why
    return None
