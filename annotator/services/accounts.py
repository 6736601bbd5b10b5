"""What the study has, for the account of any result: labels by layer, coder and article, articles, coders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field

from annotator.domain.accounts import Account, Holding, Reckoning
from annotator.domain.annotations import Annotation, Coder
from annotator.domain.decisions import GOLD
from annotator.domain.words import say
from annotator.services.study import Study
from annotator.store import assignments, holdings

SETTLED = say("settled labels (gold)")
NOT_ASKED = say("of coders who were not asked for")
BY_CODERS = say("made by coders, not settled")
SECOND = say("second readings, which stand beside the first ones in tables alone")
NOTHING_HERE = say("nothing of it is included")


@dataclass(frozen=True, slots=True)
class Contents:
    """labels: (layer, coder id, document id) -> how many. copies: second reading -> the article.

    coded: ids of coders who made a label or finished an article; gold is none.
    """

    layers: tuple[str, ...]
    labels: Mapping[tuple[str, str, str], int]
    documents: int
    copies: Mapping[str, str]
    gold: frozenset[str]
    coded: frozenset[str]

    @property
    def whole(self) -> Holding:
        """All of the study."""
        return self.held(self.labels.items(), self.documents, len(self.coded))

    def held(self, labels: Iterable[tuple[tuple[str, str, str], int]], documents: int, coders: int) -> Holding:
        """A holding with every layer of the study."""
        counts: Counter[str] = Counter()
        second: set[str] = set()
        for (layer, _, document), n in labels:
            counts[layer] += n
            if document in self.copies:
                second.add(document)
        keys = [*self.layers, *(k for k in counts if k not in self.layers)]
        return Holding(documents, coders, {k: counts[k] for k in keys}, len(second))

    def split(self, why: Callable[[str, str, str], str | None]) -> tuple[Holding, Reckoning]:
        """What is in a result, and a reckoning with what is not. why: (layer, coder, document) -> None for what is in.

        Articles and coders of whom no label is in are left out, but may be put in by the caller's own count.
        """
        reckoning = Reckoning(self.whole)
        here: dict[tuple[str, str, str], int] = {}
        for key, n in self.labels.items():
            reason = why(*key)
            if reason is None:
                here[key] = n
            else:
                reckoning.leave(key[0], reason, n)
        documents = {self.copies.get(d, d) for _, _, d in here}
        coders = {c for _, c, _ in here} & self.coded
        return self.held(here.items(), len(documents), len(coders)), reckoning


def contents(study: Study) -> Contents:
    """From one state of the study."""
    with study.file.reading() as connection:
        rows = holdings.labels(connection)
        every, _ = holdings.documents(connection)
        copies = assignments.hidden_repeats(connection)
        finished = holdings.finished(connection)
        people = study.coders()
    gold = frozenset(c.id for c in people if c.role == GOLD)
    known = {c.id for c in people}
    coded = frozenset(c for c in {*finished, *(coder for _, coder, _, _ in rows)} if c in known and c not in gold)
    labels = {(layer, coder, document): n for layer, coder, document, n in rows}
    return Contents(tuple(x.key for x in study.codebook.layers), labels, every - len(copies), copies, gold, coded)


def who_coded(study: Study) -> frozenset[str]:
    """Ids of coders who made a label or finished an article: whoever did neither is not one of the study's coders."""
    return contents(study).coded


def not_theirs(found: Contents, chosen: Collection[str], gold: bool) -> Callable[[str, str, str], str | None]:
    """Why a label is none of these coders'. gold: settled labels are asked for."""

    def why(_layer: str, coder: str, _document: str) -> str | None:
        if coder in chosen:
            return None
        if coder in found.gold:
            return SETTLED
        return BY_CODERS if gold else NOT_ASKED

    return why


def counted(
    found: Contents,
    here: Holding,
    reckoning: Reckoning,
    coders: Collection[str],
    *,
    whole_articles: bool = False,
    why_not: str = NOTHING_HERE,
) -> Account:
    """The account closed. coders: whose work was asked for. whole_articles: articles without a label are in, too."""
    asked = found.coded & set(coders)
    documents = found.documents if whole_articles else here.documents
    reckoning.leave_documents(why_not, found.documents - documents)
    reckoning.leave_coders(NOT_ASKED, len(found.coded) - len(asked))
    return reckoning.closed(Holding(documents, len(asked), here.by_layer, here.second_readings))


BEFORE = say("in the study before")
NOTHING_CAME = say("none of their work was imported")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What was in a study before something came in."""

    labels: Mapping[str, tuple[str, str, str]]
    documents: frozenset[str]

    def account(self, study: Study) -> Account:
        """What came in since, of what the study has now; what was there before is left out."""
        with study.file.reading() as connection:
            now, documents = holdings.label_ids(connection), holdings.document_ids(connection)
            found = contents(study)
        fresh = [place for key, place in now.items() if key not in self.labels]
        here: dict[tuple[str, str, str], int] = Counter(fresh)
        reckoning = Reckoning(found.whole)
        for layer, n in Counter(place[0] for key, place in now.items() if key in self.labels).items():
            reckoning.leave(layer, BEFORE, n)
        articles = sum(d not in found.copies for d in documents - self.documents)
        coders = len({coder for _, coder, _ in here} & found.coded)
        reckoning.leave_documents(BEFORE, found.documents - articles)
        reckoning.leave_coders(NOTHING_CAME, len(found.coded) - coders)
        return reckoning.closed(found.held(here.items(), articles, coders))


@dataclass
class Coming:
    """What would come in, where nothing is written: as `Arrival` counts it afterwards.

    labels: (layer, coder, article) -> how many. read: coders who would come in as readers of articles.
    """

    labels: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    documents: int = 0
    read: set[str] = field(default_factory=set)

    def take(self, annotations: Iterable[Annotation]) -> None:
        """Labels that would be added."""
        self.labels.update((a.layer, a.coder_id, a.document_id) for a in annotations)

    def account(self, study: Study) -> Account:
        """What would come in, of what the study would have then."""
        return self.beside(contents(study), study.coders())

    def beside(self, found: Contents, people: Iterable[Coder]) -> Account:
        """As `account`, of a study that was looked at before."""
        names: dict[str, list[str]] = {}
        for c in people:
            names.setdefault(c.name, []).append(c.id)

        def person(key: str) -> str:
            return names[key][0] if len(names.get(key, ())) == 1 else key

        here: Counter[tuple[str, str, str]] = Counter()
        for (layer, coder, document), n in self.labels.items():
            here[layer, person(coder), document] += n
        mine = {c for _, c, _ in here} - found.gold
        coded = found.coded | mine | ({person(c) for c in self.read} - found.gold)
        layers = [*found.labels.items(), *here.items()]
        whole = found.held(layers, found.documents + self.documents, len(coded))
        reckoning = Reckoning(whole)
        for (layer, _, _), n in found.labels.items():
            reckoning.leave(layer, BEFORE, n)
        reckoning.leave_documents(BEFORE, found.documents)
        reckoning.leave_coders(NOTHING_CAME, len(coded) - len(mine))
        return reckoning.closed(found.held(here.items(), self.documents, len(mine)))


def before_arrival(study: Study) -> Arrival:
    """Take note of what is in the study now."""
    with study.file.reading() as connection:
        return Arrival(holdings.label_ids(connection), frozenset(holdings.document_ids(connection)))
