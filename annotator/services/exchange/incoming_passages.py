"""Where in an article a label that comes in stands: checked against the text that it was made on."""

from __future__ import annotations

from annotator.domain.annotations import Document
from annotator.domain.fragments import Fragments, fragments_fault, text_of
from annotator.domain.quotes import places_of
from annotator.domain.words import say
from annotator.formats.annotation_records import AnnotationRecord
from annotator.services.coding.text_versions import TextVersions
from annotator.services.exchange.existing import Texts
from annotator.services.exchange.incoming_findings import Findings
from annotator.services.exchange.places import Places
from annotator.services.study import Study
from annotator.store import documents as document_rows


class IncomingPassages:
    """Finds the passage of a label, also where only its words are told, or the text was corrected since."""

    def __init__(self, study: Study, places: Places, texts: Texts, findings: Findings) -> None:
        self._study, self._places, self._texts, self._findings = study, places, texts, findings

    def passage(self, line: str, record: AnnotationRecord, document: Document) -> Fragments:
        """The passage in the present text; what is wrong with it is told."""
        text, fragments = self._texts.of(document.id), record.fragments
        version = self._places.version(document, record.document.sha256)
        if not fragments and record.text:
            return self._quoted(line, record, text)
        if version is None and record.text is None:
            self._findings.problem(line, say("it was made on a text that the article does not have and never had"))
        elif version is not None and version < document.text_version:
            return self._carried(line, record, document, version)
        elif fault := fragments_fault(fragments, len(text)):
            self._findings.problem(line, fault)
        elif record.text is not None and record.text != text_of(text, fragments):
            self._findings.problem(
                line,
                say(
                    "the record `{id}` has the text {text!r}, but the article has {text_of!r} there",
                    id=record.id,
                    text=record.text[:60],
                    text_of=text_of(text, fragments)[:60],
                ),
            )
        return fragments

    def _quoted(self, line: str, record: AnnotationRecord, text: str) -> Fragments:
        """Where a label stands of which only the words are told: found where they stand once."""
        found = places_of(text, record.text or "", *(record.around or ("", "")))
        if len(found) != 1:
            words = (record.text or "")[:60]
            self._findings.problem(
                line,
                say("the article has the words {words!r} {n} times; say where", words=words, n=len(found))
                if found
                else say("the words {words!r} are not in the article", words=words),
            )
            return ()
        return tuple(found)

    def _carried(self, line: str, record: AnnotationRecord, document: Document, version: int) -> Fragments:
        """A label that was made on a text that the article had before it was corrected, on the text that it has now."""
        with self._study.file.reading() as connection:
            former = {f.version: f.text for f in document_rows.former_texts(connection, document.id)}
            if fault := fragments_fault(record.fragments, len(former[version])):
                self._findings.problem(line, fault)
                return record.fragments
            placed = TextVersions(connection).placed(document.id, record.fragments, version)
        if record.text is not None and record.text != placed.words:
            told = say("the record `{id}` has other words than the article had there", id=record.id)
            self._findings.problem(line, told)
        elif placed.how == "lost":
            words = placed.words[:60]
            self._findings.problem(line, say("the words {words!r} are not in the corrected text", words=words))
        return placed.fragments
