"""What a merge of another study came to: an account that adds up to that study, and what a person is to know."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from annotator.domain.accounts import Account, Holding, Reckoning
from annotator.domain.annotations import Annotation, Note
from annotator.domain.words import Message, joined, say
from annotator.services.study import Study
from annotator.services.team import other_labels
from annotator.services.team.other_articles import Articles
from annotator.services.team.other_people import Person
from annotator.services.team.other_study import OtherStudy, State

NOTHING = say("none of it is brought in")


@dataclass
class Labels:
    """What the labels come to. already: here as they are there, or changed here since."""

    new: list[Annotation] = field(default_factory=list)
    changed: list[tuple[Annotation, Annotation]] = field(default_factory=list)
    already: list[Annotation] = field(default_factory=list)
    left: Counter[tuple[str, str]] = field(default_factory=Counter)
    """(layer, why) -> how many."""
    documents: set[str] = field(default_factory=set)
    """Articles there, whose labels are here."""


@dataclass
class Rest:
    """States and notes that come in, by coder here."""

    states: dict[str, list[tuple[str, State]]] = field(default_factory=dict)
    notes: dict[str, list[tuple[Note | None, Note]]] = field(default_factory=dict)
    already: int = 0
    kept: int = 0
    """States that are another here, and stay."""


def account_of(other: OtherStudy, articles: Articles, people: Mapping[str, Person], labels: Labels) -> Account:
    """What of the other study is here now; adds up to all of it."""
    reckoning = Reckoning(other.whole)
    for (layer, why), n in labels.left.items():
        reckoning.leave(layer, why, n)
    counts: Counter[str] = Counter(a.layer for a in other.labels)
    counts.subtract(dict.fromkeys(counts, 0))
    for (layer, _), n in labels.left.items():
        counts[layer] -= n
    matched = sum(key not in other.copies for key in articles.here)
    reckoning.leave_documents(NOTHING, other.whole.documents - matched)
    here = {a.coder_id for a in (*labels.new, *labels.already, *(now for now, _ in labels.changed))}
    finished = {s.coder for s in other.states if s.state == "done" and s.document in articles.here}
    coded = {a.coder_id for a in other.labels} | {s.coder for s in other.states if s.state == "done"}
    theirs = {p.there.id for p in people.values() if p.here.id in here or p.there.id in finished}
    coders = len(theirs & coded)
    reckoning.leave_coders(NOTHING, other.whole.coders - coders)
    second = sum(1 for key in other.copies if key in articles.here and key in labels.documents)
    return reckoning.closed(Holding(matched, coders, counts, second))


def remarks(
    study: Study, other: OtherStudy, articles: Articles, people: Mapping[str, Person], rest: Rest
) -> list[Message]:
    """What a person is to know beside the counts."""
    told: list[Message] = []
    if other.id == study.id:
        told.append(say("it is a copy of this study: what was removed in one of the two stays in the other"))
    for p in people.values():
        if p.how == "name":
            told.append(
                say(
                    "“{name}” of the other study is taken to be “{name}” here: the names are the same",
                    name=p.there.name,
                )
            )
        elif p.how == "new" and p.here.name != p.there.name:
            told.append(
                say(
                    "“{name}” of the other study is another person than here, and is called “{new}” here",
                    name=p.there.name,
                    new=p.here.name,
                )
            )
    differs = other_labels.gaps(study.codebook, other.codebook)
    if differs:
        told.append(say("its codebook has what this one has not: {differs}", differs=joined("; ", differs)))
    for n, words in (
        (
            articles.ambiguous,
            say("{n} articles match several articles here, and come in as new articles", n=articles.ambiguous),
        ),
        (
            articles.same_address,
            say(
                "{n} articles have the address of an article here but another text: they come in as new articles",
                n=articles.same_address,
            ),
        ),
        (
            len(articles.moved),
            say("{n} articles have another text here: labels were put where their words are", n=len(articles.moved)),
        ),
        (
            rest.kept,
            say(
                "{n} articles are further along here, or in another state: they stay as they are here",
                n=rest.kept,
            ),
        ),
    ):
        if n:
            told.append(words)
    told += [say("{what}: {n} are not brought in", what=what, n=n) for what, n in other.staying.items() if n]
    return told
