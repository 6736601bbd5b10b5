"""What stands to reason for a statement, from those before it. It is shown, and a person takes it by one key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import EmptyReason, LinkLayer, Role
from annotator.domain.codebook.owners import owners
from annotator.domain.codebook.values import entity_ids
from annotator.domain.commands import EmptyRef, FillerRef
from annotator.domain.entities import Register
from annotator.domain.statements import named_entity
from annotator.qt.coding.session import Session
from annotator.qt.coding.wording import words_of
from annotator.qt.toolkit.matching import plain, said

LOOKED_AT = 400
"""How many labels are looked at, the latest first: an article can have thousands, and the form must not wait."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """Who or what may stand in a role: a label or somebody of the register, or nobody for a reason."""

    words: str
    filler: FillerRef | None = None
    empty: EmptyRef | None = None
    asks: EmptyReason | None = None
    """A reason that is to be given with somebody's name, which is asked for."""
    name: str = ""
    """A name to begin with where one is asked for: the outlet of the article, which the register lacks."""
    merely_possible: bool = False
    """It stands among what one digit takes, and nothing speaks for it: Enter does not take it."""


def _latest(session: Session) -> Iterator[Annotation]:
    return islice(reversed(session.labels.values()), LOOKED_AT)


def for_role(
    session: Session, layer: LinkLayer, role: Role, owner: Annotation | None, link: Annotation | None, most: int = 4
) -> list[Proposal]:
    """What stood in this role before, the latest first: the speaker of the quotation, the target before.

    Then labels of the article that name somebody else and stand in no link of the owner.
    """
    found: dict[object, Proposal] = {}
    held = {(f.annotation, f.entity) for f in (link.roles.get(role.key, ()) if link is not None else ())}
    reasons = {r.key: r.label for r in role.empty_because}
    mine = {x.id for x in session.links_of(owner.id)} if owner is not None else set()
    others = [a for a in _latest(session) if a.layer == layer.key]
    # one more link of the same statement may be about what the one before is about: somebody else's stance, say
    own = [x for x in others if x.id in mine and link is None][:1]
    before = [x for x in others if x.id not in mine]
    for a in (*before[:1], *own, *before[1:]):
        if len(found) == most:
            break
        for f in a.roles.get(role.key, ()):
            label = session.labels.get(f.annotation or "")
            who = f.entity or named_entity(session.codebook, label)
            if (f.annotation, f.entity) in held or (f.annotation is not None and label is None):
                continue
            words = session.names().get(who or "", "") or (words_of(session, label) if label is not None else "?")
            about = (who or f.annotation,)
            found.setdefault(about, Proposal(words=words, filler=FillerRef(annotation=f.annotation, entity=f.entity)))
        empty = a.empty.get(role.key)
        if empty is not None and empty.because in reasons:
            name = session.names().get(empty.entity or "")
            words = f"{reasons[empty.because]}: {name}" if name else reasons[empty.because]
            ref = EmptyRef(because=empty.because, entity=empty.entity)
            found.setdefault((empty.because, empty.entity), Proposal(words=words, empty=ref))
    told = list(found.values())[:most]
    return [*told, *_reasons(session, role, others, told)][:most]


def _reasons(
    session: Session, role: Role, others: Sequence[Annotation], told: Sequence[Proposal]
) -> Iterator[Proposal]:
    """The codebook's reasons for nobody that were not given here yet, each with whom it may name."""
    for reason in role.empty_because:
        if any(p.empty is not None and p.empty.because == reason.key for p in told):
            continue
        who = None if reason.entity == "none" else _named_with(session, role, reason, others)
        name = session.names().get(who or "")
        if name is None and reason.entity == "required":
            outlet = session.document.publisher or "" if session.document is not None else ""
            known = outlet if kinds_named(session, reason) else ""
            yield Proposal(words=f"{reason.label}…", asks=reason, name=known, merely_possible=True)
            continue
        words = f"{reason.label}: {name}" if name else reason.label
        yield Proposal(words=words, empty=EmptyRef(because=reason.key, entity=who), merely_possible=True)


def _named_with(session: Session, role: Role, reason: EmptyReason, others: Sequence[Annotation]) -> str | None:
    """Whom a reason names that was not given yet: the article's outlet where its words say so; else who stood last."""
    if kinds := kinds_named(session, reason):
        return _outlet(session, kinds)
    if reason.entity != "required":
        return None
    for a in others:
        for f in a.roles.get(role.key, ()):
            who = f.entity or named_entity(session.codebook, session.labels.get(f.annotation or ""))
            if who is not None:
                return who
    return None


def kinds_named(session: Session, reason: EmptyReason) -> set[str]:
    """The kinds of entities that the words of a reason name: an outlet's, in “the outlet's own voice”."""
    said_so = telling(reason.label)
    return {t.key for t in session.codebook.entity_types if telling(t.label) & said_so}


def _outlet(session: Session, kinds: set[str]) -> str | None:
    """Whom the article comes from, as its values say, or its facts."""
    told = (
        key
        for layer in session.codebook.document_layers
        for a in session.article_labels(layer.key)
        for value in a.values.values()
        for key in entity_ids(value)
    )
    found = next((key for key in told if key in session.entities and session.entities[key].type in kinds), None)
    name = session.document.publisher or "" if session.document is not None else ""
    if found is not None or not name:
        return found
    fitting = [e for e in session.entities.values() if e.type in kinds and e.merged_into is None]
    same = [e.id for e in fitting if said(name) in map(said, (e.name, *e.aliases))]
    # “Sputnik” is “Sputnik International” where nobody else could be
    within = [e.id for e in fitting if any(x and x <= telling(name) for x in map(telling, (e.name, *e.aliases)))]
    return next(iter(same or within), None) if same or len(within) == 1 else None


def named_before(session: Session, layer: str, attribute: str) -> list[str]:
    """Ids of those whom labels of a layer name in an attribute, the latest first; then whoever else is named here."""
    found: dict[str, None] = {}
    others: dict[str, None] = {}
    for a in _latest(session):
        if a.layer == layer:
            found.update(dict.fromkeys(entity_ids(a.values.get(attribute))))
        for value in a.values.values():
            others.update(dict.fromkeys(entity_ids(value)))
        for fillers in a.roles.values():
            others.update((f.entity, None) for f in fillers if f.entity is not None)
        others.update((e.entity, None) for e in a.empty.values() if e.entity is not None)
    return list(found | others)


_SHORT = 3
"""Words of so few letters say little of who is meant."""


class _ByWord:
    """Whom a word can mean, made once for each state of the register."""

    def __init__(self) -> None:
        self._register: Register | None = None
        self._found: dict[str, set[str]] = {}
        self._names: dict[str, list[frozenset[str]]] = {}

    def of(self, session: Session) -> tuple[dict[str, set[str]], dict[str, list[frozenset[str]]]]:
        """Word -> ids, and id -> the words of each of its names."""
        if self._register is not session.register:
            self._register, self._found, self._names = session.register, {}, {}
            for e in session.entities.values():
                if e.merged_into is not None:
                    continue
                self._names[e.id] = [telling(x) for x in (e.name, *e.aliases)]
                for word in frozenset().union(*self._names[e.id]):
                    self._found.setdefault(word, set()).add(e.id)
        return self._found, self._names


_by_word = _ByWord()


_PARTS = re.compile(r"[^\W_]+")
_STEM = 6
"""So many letters of a word are the same in “Russia” and “Russian”, “Europe” and “European”, “Ukraine” and
“Ukrainian”."""


def telling(words: str) -> frozenset[str]:
    """What of a name or a passage can tell who is meant: its longer words without their endings, and abbreviations."""
    found = _PARTS.findall(words)
    kept = (w for w in found if len(w) > _SHORT or not w.isascii() or (len(w) > 1 and w.isupper()))
    return frozenset(plain(w)[:_STEM] for w in kept)


def named_within(session: Session, words: str) -> set[str]:
    """Ids of those whose name, or another name of theirs, stands in a passage, whatever its ending."""
    asked = telling(words)
    found, names = _by_word.of(session)
    near = {key for word in asked for key in found.get(word, ())}
    return {key for key in near if any(x and x <= asked for x in names[key])}


def alike(session: Session, words: str, types: Sequence[str]) -> str | None:
    """Id of the one whose name stands in a passage, and is half of it and more; and nobody else's is as much of it.

    One word may be short for a longer name. Several words that stand in a longer name may be a name of their own:
    “US-Russia relations” are not the “US-Russia-Ukraine relations”.
    """
    asked = telling(words)
    found, names = _by_word.of(session)
    scores: dict[str, float] = {}
    for key in {key for word in asked for key in found.get(word, ())}:
        if not types or session.entities[key].type in types:
            scores[key] = max(_likeness(asked, x) for x in names[key])
    best = sorted(scores.values(), reverse=True)[:2]
    if not best or best[0] < 0.5 or (len(best) == 2 and best[0] == best[1]):
        return None
    return max(scores, key=lambda key: scores[key])


def _likeness(asked: frozenset[str], name: frozenset[str]) -> float:
    if not name or not (name <= asked or (len(asked) == 1 and asked <= name)):
        return 0.0
    return len(asked & name) / len(asked | name) + (name <= asked) / 10


def who_is_meant(session: Session, layer: str, attribute: str, words: str, types: Sequence[str]) -> str | None:
    """Whom a passage may name: whoever has a name like it; of a word like "he" whoever was named there last."""
    found = alike(session, words, types)
    if found is not None or not words:
        return found
    pronoun = len(words) == _SHORT + 1 and words.isalpha() and words.islower()  # “they”, which is no name
    if pronoun or all(len(w) <= _SHORT and not w.isupper() for w in words.split()):
        fitting = (
            key
            for a in _latest(session)
            if a.layer == layer
            for key in entity_ids(a.values.get(attribute))
            if key in session.entities and (not types or session.entities[key].type in types)
        )
        return next(fitting, None)
    return None


def same_words(session: Session, a: Annotation) -> Annotation | None:
    """The latest other label of the layer with just these words: “he”, or the name of somebody seen before."""
    if not owners(session.codebook).naming.get(a.layer) or not a.fragments:
        return None
    words, length = plain(session.passage(a)), sum(e - s for s, e in a.fragments)
    for x in _latest(session):
        alike = x.layer == a.layer and x.id != a.id and x.values and sum(e - s for s, e in x.fragments) == length
        if alike and plain(session.passage(x)) == words:
            return x
    return None


def _sort_of(name: str) -> tuple[bool, int]:
    """How a name is built: small letters, and one word, a few or many."""
    words = len(name.split())
    return name[:1].islower(), 1 if words == 1 else 2 if words <= 3 else 4


def likely_kind(session: Session, layer: str, attribute: str, name: str, allowed: Sequence[str]) -> str | None:
    """Of which kind somebody new may be: as those were whose names share a word with it, and those named there before.

    None where that says nothing clear: a kind that merely stands first is no reason.
    """
    if len(allowed) == 1:
        return allowed[0]
    votes: Counter[str] = Counter()
    found, _ = _by_word.of(session)
    sharing = {key for word in telling(name) for key in found.get(word, ())}
    before: set[str] = set()
    for a in _latest(session):
        if a.layer == layer:
            before.update(entity_ids(a.values.get(attribute)))
    for key in before | sharing:
        e = session.entities.get(key)
        if e is None or e.type not in allowed:
            continue
        # a name of several words, or in small letters, is seldom of the kind of those that are not
        sort = _sort_of(e.name) == _sort_of(name)
        votes[e.type] += (2 if key in sharing else 0) + (2 if key in before and sort else 0)
    (first, n), *_ = [*votes.most_common(1), ("", 0)]
    return first if n >= 4 and n * 2 > votes.total() else None
