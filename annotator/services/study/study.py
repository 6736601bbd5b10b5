"""An open study: what is in it, asked afresh each time, and the services that change it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet

from pydantic import ValidationError

from annotator.domain.annotations import Annotation, Coder, Document, Entity, Note
from annotator.domain.changes import Change
from annotator.domain.codebook.model import Codebook
from annotator.domain.decisions import GOLD
from annotator.domain.entities import Register
from annotator.domain.errors import BadInput, NotFound, StudyFileError
from annotator.domain.identity import Clock, IdFactory
from annotator.domain.words import by_door, say
from annotator.services.coding.coding import Coding
from annotator.services.system import fresh_id, utc_now
from annotator.store import annotations as annotation_rows
from annotator.store import assignments as assignment_rows
from annotator.store import documents as document_rows
from annotator.store import journal, people
from annotator.store import notes as note_rows
from annotator.store.documents import ArticleLine
from annotator.store.file_errors import RESCUE
from annotator.store.opening import create_study_file, open_study_file
from annotator.store.places import Place
from annotator.store.sharing import held_elsewhere as held_elsewhere  # handed on to the window
from annotator.store.study_file import Connection, StudyFile

_MANY = 200
"""More things than this are read all at once, not one by one."""


class Study:
    """One open study; use as a context manager, or `close` it. Belongs to one thread."""

    def __init__(self, study_file: StudyFile, ids: IdFactory = fresh_id, clock: Clock = utc_now) -> None:
        self.file = study_file
        self.ids = ids
        self.clock = clock
        with study_file.reading() as connection:
            versions = people.codebook_versions(connection)
            facts = people.facts(connection)
        if not versions:
            study_file.close()
            raise BadInput("the study has no codebook", str(study_file.path), "restore a backup copy")
        self.codebook_version, content = versions[-1]
        try:
            self.codebook: Codebook = Codebook.model_validate_json(content)
        except ValidationError as error:
            study_file.close()
            raise StudyFileError(
                say("version {version} of the codebook is damaged", version=self.codebook_version),
                str(study_file.path),
                RESCUE,
            ) from error
        self.id = facts.get("id", "")
        self.title = facts.get("title", "")
        self.coding = Coding(study_file, self.codebook, self.codebook_version, ids, clock)

    def reload_codebook(self) -> None:
        """Take up the newest version: the codebook was changed by other means than coding."""
        with self.file.reading() as connection:
            self.codebook_version, content = people.codebook_versions(connection)[-1]
        self.codebook = Codebook.model_validate_json(content)
        self.coding.take_codebook(self.codebook, self.codebook_version)

    @classmethod
    def create(
        cls,
        path: Place,
        codebook: Codebook,
        title: str = "",
        ids: IdFactory = fresh_id,
        clock: Clock = utc_now,
        facts: Mapping[str, str] | None = None,
    ) -> Study:
        """Make a study; refuses to write over anything. ``facts``: what is to be known of it besides or instead."""
        from annotator.domain.codebook.reading import codebook_json

        def fill(connection: Connection) -> None:
            told = {"id": ids(), "title": title or codebook.title, "created": clock()}
            people.add_facts(connection, told | dict(facts or {}))
            people.add_codebook(connection, 1, codebook.key, codebook_json(codebook), clock())

        study_file = create_study_file(path, fill)
        return cls(study_file, ids, clock)

    @classmethod
    def open(cls, path: Place, ids: IdFactory = fresh_id, clock: Clock = utc_now) -> Study:
        """Open a study that exists."""
        study_file = open_study_file(path)
        try:
            return cls(study_file, ids, clock)
        except BaseException:
            study_file.close()
            raise

    def close(self) -> None:
        """Close the file; idempotent."""
        self.file.close()

    def __enter__(self) -> Study:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def outdated(self) -> bool:
        """Whether another window or program gave the study another codebook since it was opened here."""
        with self.file.reading() as connection:
            return people.newest_codebook(connection) != self.codebook_version

    def last_given_number(self) -> int:
        """The highest number that a step of the journal has got."""
        with self.file.reading() as connection:
            return journal.last_given_number(connection)

    def written_since(self, number: int) -> list[tuple[int, str]]:
        """(number, unit) of every step of the journal after this number."""
        with self.file.reading() as connection:
            return journal.units_after(connection, number)

    def stand(self) -> tuple[int, ...]:
        """Numbers of which one is another after anything but coding was changed: codebook, articles, assignments."""
        with self.file.reading() as connection:
            return (
                people.newest_codebook(connection),
                document_rows.count(connection),
                assignment_rows.count(connection),
            )

    # documents

    def documents(self) -> list[Document]:
        """All documents by number."""
        with self.file.reading() as connection:
            return document_rows.every(connection)

    def document(self, ref: str) -> Document:
        """The document with this id, short number or exact, unique title; raises NotFound."""
        ref = ref.encode("utf-8", "replace").decode()  # a terminal's odd bytes name nothing
        with self.file.reading() as connection:
            one = document_rows.get(connection, ref)
            if one is None and ref.isascii() and ref.isdigit() and str(int(ref[:18])) == ref:
                one = document_rows.with_number(connection, int(ref))
            if one is not None:
                return one
            copies = assignment_rows.hidden_repeats(connection)
            found = [d for d in document_rows.with_title(connection, ref) if d.id not in copies]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound("several documents have this title", ref, "give the number instead")
        raise NotFound(
            "there is no such document",
            ref,
            by_door("`annotator list STUDY documents` shows all", say("choose one from the list of articles")),
        )

    def document_with(self, document_id: str) -> Document | None:
        """The document with this id, or None."""
        with self.file.reading() as connection:
            return document_rows.get(connection, document_id)

    def documents_with(self, document_ids: Collection[str]) -> list[Document]:
        """Those with these ids that are there, in no order."""
        with self.file.reading() as connection:
            return document_rows.get_many(connection, sorted(document_ids))

    def hidden_repeats(self) -> dict[str, str]:
        """Id of the second copy of an article -> id of the article; only a supervisor's study knows any."""
        with self.file.reading() as connection:
            return assignment_rows.hidden_repeats(connection)

    def text(self, document_id: str) -> str:
        """The clean text; raises NotFound."""
        with self.file.reading() as connection:
            text = document_rows.text(connection, document_id)
        if text is None:
            raise NotFound("there is no such document", document_id)
        return text

    def texts_by_version(self, document_id: str) -> dict[int, str]:
        """Every text that an article has or had; of one that was never corrected, the one that it has."""
        with self.file.reading() as connection:
            document = document_rows.get(connection, document_id)
            if document is None:
                raise NotFound("there is no such document", document_id)
            found = {f.version: f.text for f in document_rows.former_texts(connection, document_id)}
            return found | {document.text_version: document_rows.text(connection, document_id) or ""}

    def document_states(self, coder_id: str) -> dict[str, str]:
        """Document id to how far the coder is, for documents where that was said."""
        with self.file.reading() as connection:
            return {d: state for d, _, state in document_rows.states(connection, coder_id)}

    def document_state(self, document_id: str, coder_id: str) -> tuple[str | None, str | None]:
        """How far the coder is with an article, and the reason that was given for it."""
        with self.file.reading() as connection:
            return (
                document_rows.state(connection, document_id, coder_id),
                document_rows.reason(connection, document_id, coder_id),
            )

    def queue(self, coder_id: str) -> list[str]:
        """Ids of the documents that are assigned to the coder, in reading order; empty where none are."""
        with self.file.reading() as connection:
            return [a.document_id for a in assignment_rows.every(connection, coder_id)]

    def has_assignments(self, coder_id: str | None = None) -> bool:
        """Whether any article is assigned to anybody, or to this coder."""
        with self.file.reading() as connection:
            return assignment_rows.count(connection, coder_id) > 0

    def skipped(self, coder_id: str) -> dict[str, str]:
        """Document id to the reason for which the coder skipped it, or is done with it although something is open."""
        with self.file.reading() as connection:
            return {d: why for d, _, why in document_rows.reasons(connection, coder_id)}

    def article_lines(self, document_ids: Sequence[str] | None = None) -> list[ArticleLine]:
        """What a list shows of these articles, or of all; in no order."""
        with self.file.reading() as connection:
            return list(document_rows.lines(connection, document_ids))

    def notes(self, document_id: str | None = None) -> list[Note]:
        """Notes and questions, of one document or of all, in the order in which they were written."""
        with self.file.reading() as connection:
            return note_rows.find(connection, document_id)

    # people and things

    def coders(self) -> list[Coder]:
        """All coders by name."""
        with self.file.reading() as connection:
            return people.coders(connection)

    def coder(self, name: str) -> Coder:
        """The coder with this id or unique name; raises NotFound."""
        coders = self.coders()
        found = [c for c in coders if c.id == name] or [c for c in coders if c.name == name]
        if len(found) == 1:
            return found[0]
        if found:
            raise NotFound(
                "several coders have this name",
                name,
                by_door("give the id: `annotator list STUDY coders`", say("give coders names of their own")),
            )
        known = ", ".join(c.name for c in coders) or say("nobody yet")
        raise NotFound("there is no such coder", name, say("the study knows: {known}", known=known))

    def person(self, name: str) -> Coder:
        """As `coder`, for somebody who is to do something: gold is nobody; raises BadInput."""
        found = self.coder(name)
        if found.role == GOLD:
            raise BadInput("gold is not a coder: nobody can code as gold", found.name, "name a person")
        return found

    def ensure_coder(self, name: str, role: str = "coder") -> Coder:
        """The coder with this name, made where there is none."""
        if not name.strip():
            raise BadInput("a coder needs a name")
        if any(c.id == name or c.name == name for c in self.coders()):
            return self.coder(name)
        coder = Coder(self.ids(), name.strip(), role)
        with self.file.transaction() as connection:
            people.add_coder(connection, coder, self.clock())
        return coder

    def register(self) -> Register:
        """The register with what was merged into what."""
        return Register.of(self.entities())

    def entities(self) -> list[Entity]:
        """The register by name."""
        with self.file.reading() as connection:
            return people.entities(connection)

    def entities_by_id(self, ids: AbstractSet[str]) -> dict[str, Entity]:
        """Those of these ids that are in the register."""
        with self.file.reading() as connection:
            if len(ids) > _MANY:
                return {e.id: e for e in people.entities(connection) if e.id in ids}
            found = [people.get_entity(connection, key) for key in ids]
        return {e.id: e for e in found if e is not None}

    # labels

    def annotations(
        self,
        document_id: str | None = None,
        coder_ids: Sequence[str] | None = None,
        layer: str | None = None,
    ) -> list[Annotation]:
        """Annotations, narrowed by what is given, in a stable order."""
        with self.file.reading() as connection:
            return annotation_rows.find(connection, document_id, coder_ids, layer)

    def annotation(self, annotation_id: str) -> Annotation:
        """One annotation; raises NotFound."""
        with self.file.reading() as connection:
            found = annotation_rows.get(connection, annotation_id)
        if found is None:
            raise NotFound("there is no such label", annotation_id)
        return found

    def changes(self) -> list[Change]:
        """The whole journal, oldest first."""
        with self.file.reading() as connection:
            return journal.every(connection)
