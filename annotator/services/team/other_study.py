"""A whole other study, read: one that other people began by themselves, as a study file or as a package of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import ValidationError

from annotator.domain.accounts import Holding
from annotator.domain.annotations import Annotation, Coder, Document, Entity, Note
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_from_json
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.services.accounts import contents
from annotator.services.study import Study
from annotator.services.team.package_file import Package
from annotator.services.team.validation import screen_alone
from annotator.services.working_folders import working_folder
from annotator.store import annotations as annotation_rows
from annotator.store import assignments, decisions, journal, notes, people
from annotator.store import documents as document_rows
from annotator.store import suggestions as proposed
from annotator.store.documents import NewDocument
from annotator.store.records import annotation_from_record, entity_from_record, note_from_record
from annotator.store.snapshot import snapshot
from annotator.store.study_file import Connection

HISTORY = say("steps of the history (labels, notes and names come as they are now)")


@dataclass(frozen=True, slots=True)
class State:
    """How far a coder is with an article."""

    document: str
    coder: str
    state: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class OtherStudy:
    """All that a study has, with its own ids.

    copies: second reading -> the article. hashes: article -> hashes of the texts that it has and had, the present one
    first. whole: what it holds, as its own account would say. staying: what is never brought in -> how many.
    """

    id: str
    title: str
    made_from: str
    codebook: Codebook
    codebook_version: int
    coders: tuple[Coder, ...]
    documents: Mapping[str, Document]
    hashes: Mapping[str, tuple[str, ...]]
    copies: Mapping[str, str]
    entities: tuple[Entity, ...]
    labels: tuple[Annotation, ...]
    states: tuple[State, ...]
    notes: tuple[Note, ...]
    whole: Holding
    staying: Mapping[str, int]
    text: Callable[[str], str]
    """The present text of an article."""
    source: Callable[[str], tuple[bytes, str, str, list[dict[str, object]]]]
    """Raw page, form, encoding and cleaning of an article."""
    steps: Callable[[str], frozenset[str]]
    """Ids of the steps in the history of a label or entity."""

    @property
    def gold(self) -> frozenset[str]:
        """Ids of those in whose name was settled."""
        return frozenset(c.id for c in self.coders if c.role == GOLD)


@contextmanager
def other_file(path: Path) -> Iterator[OtherStudy]:
    """A study file as it is at this moment; it is read from a copy and not written to. Raises AnnotatorError."""
    with working_folder() as folder, Study(snapshot(path, folder)) as study:
        yield _of_study(study)


def _attached(connection: Connection) -> int:
    """How many things of other programs' projects are kept for the way back."""
    groups = [group for kept in people.attached(connection).values() for group in kept.values()]
    return sum(len(group) for group in groups if isinstance(group, dict))


def _of_study(study: Study) -> OtherStudy:
    with study.file.reading() as connection:
        hashes: dict[str, dict[int, str]] = {}
        for key, version, sha256 in document_rows.hashes(connection):
            hashes.setdefault(key, {})[version] = sha256
        reasons = {(d, c): why for d, c, why in document_rows.reasons(connection)}
        states = [State(d, c, s, reasons.get((d, c))) for d, c, s in document_rows.states(connection)]
        kept = [k for k in decisions.every(connection) if k.undone is None]
        documents = {d.id: d for d in document_rows.every(connection)}
        staying: dict[str, int] = {
            say("assignments, plans and rounds"): assignments.count(connection),
            say("decisions of settling"): len(kept),
            say("former texts of corrected articles"): sum(len(v) - 1 for v in hashes.values()),
            say("suggestions"): len(proposed.find(connection)),
            say("sets, cases, notes and more, kept for REFI-QDA or web annotations"): _attached(connection),
            HISTORY: journal.count(connection),
        }
        return OtherStudy(
            study.id,
            study.title,
            "study",
            study.codebook,
            study.codebook_version,
            tuple(people.coders(connection)),
            documents,
            {k: tuple(v[n] for n in sorted(v, reverse=True)) for k, v in hashes.items()},
            assignments.hidden_repeats(connection),
            tuple(people.entities(connection)),
            tuple(annotation_rows.find(connection)),
            tuple(states),
            tuple(notes.find(connection)),
            contents(study).whole,
            staying,
            study.text,
            lambda key: _source(study, key),
            lambda thing: _steps(study, thing),
        )


def _source(study: Study, key: str) -> tuple[bytes, str, str, list[dict[str, object]]]:
    with study.file.reading() as connection:
        found = document_rows.source(connection, key)
    return found if found is not None else (study.text(key).encode("utf-8", "surrogatepass"), "plain", "utf-8", [])


def _steps(study: Study, thing: str) -> frozenset[str]:
    with study.file.reading() as connection:
        return frozenset(s.id for s in journal.of_thing(connection, thing))


def of_package(package: Package, where: str) -> OtherStudy:
    """One coder's part of another study; raises BadInput where the package is not sound in itself."""
    screen_alone(package, where)
    if not package.codebooks:
        raise BadInput("the package holds no codebook", where, "ask for the package again")
    newest = max(package.codebooks, key=lambda c: c.version)
    try:
        codebook = codebook_from_json(newest.content)
    except ValidationError as error:
        raise BadInput("a codebook in the package is not valid", where, "ask for the package again") from error
    coder = Coder(package.manifest.coder.id, package.manifest.coder.name)
    others = {n.coder_id: Coder(n.coder_id, n.author or "?") for n in package.notes if n.coder_id != coder.id}
    texts = {d.id: d.text for d in package.documents}
    documents = {
        d.id: Document(
            d.id,
            number,
            d.title,
            d.published,
            d.publisher,
            d.author,
            d.url,
            d.language,
            tuple(d.tags),
            len(d.text),
            d.sha256,
            d.source,
            tuple((zone, start, end) for zone, start, end in d.zones),
            dict(d.extra),
            {},
            d.text_version,
            d.revised,
        )
        for number, d in enumerate(package.documents, 1)
    }
    labels = tuple(annotation_from_record(a.model_dump(mode="json")) for a in package.annotations)
    states = tuple(State(s.document, coder.id, s.state, s.reason) for s in package.states)
    history: dict[str, set[str]] = {}
    for step in package.changes:
        history.setdefault(step.thing, set()).add(step.id)
    counts = Counter(a.layer for a in labels)
    coded = bool(labels) or any(s.state == "done" for s in states)
    keys = [*(x.key for x in codebook.layers), *(k for k in counts if not _has(codebook, k))]
    former = sum(len(d.former) for d in package.documents)
    return OtherStudy(
        package.manifest.study.id,
        package.manifest.study.title,
        "package",
        codebook,
        newest.version,
        (coder, *others.values()),
        documents,
        {d.id: (d.sha256, *(f.sha256 for f in reversed(d.former))) for d in package.documents},
        {},
        tuple(entity_from_record(e.record()) for e in package.entities),
        labels,
        states,
        tuple(note_from_record(n.record()) for n in package.notes),
        Holding(len(documents), int(coded), {k: counts[k] for k in keys}, 0),
        {
            say("former texts of corrected articles"): former,
            say("suggestions"): len(package.suggestions),
            HISTORY: len(package.changes),
        },
        lambda key: texts[key],
        lambda key: (texts[key].encode("utf-8", "surrogatepass"), "package", "utf-8", []),
        lambda thing: frozenset(history.get(thing, ())),
    )


def _has(codebook: Codebook, key: str) -> bool:
    return any(x.key == key for x in codebook.layers)


def as_new(other: OtherStudy, key: str, document: Document, at: str) -> NewDocument:
    """An article of the other study as a new one; its text is the present one, whatever it was before."""
    raw, form, encoding, cleaning = other.source(key)
    return NewDocument(document, other.text(key), raw, form, encoding, cleaning, at)
