"""REFI-QDA project exchange 1.0: a zip with ``project.qde`` and the texts under ``Sources/``.

Layers are codes, their values codes under them; each piece of a label is a selection with codings by its coder; values
of whole articles and facts about them are variables; links are links between selections. Positions are code points.
``annotator.json`` and ``labels.jsonl`` hold the whole of it for us, as long as nobody changes the project.
Source: Project.xsd of QDA-XML 1.0 (18 March 2019), www.qdasoftware.org.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

from annotator.domain.annotations import Document
from annotator.domain.codebook.model import Codebook
from annotator.domain.identity import derived_id
from annotator.formats.annotation_records import record_line
from annotator.formats.cas_types import attribute, content
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.plain_values import PlainValues
from annotator.formats.qdpx_reading import LABELS, PROJECT, read
from annotator.formats.record_form import RecordForm
from annotator.formats.refi_back import CASE, MEMO, Back, Values, by_attributes, refs_to, value, variable
from annotator.formats.refi_codebook import CodeWriter
from annotator.formats.refi_codes import FORM
from annotator.formats.refi_selections import WHOLE_REMARKS, Selections, words_of
from annotator.formats.sidecar import NAME, sidecar, xml_text
from annotator.formats.steady_zip import steady_zip

__all__ = ["read", "write"]
_GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$")


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The project; labels and links wait in temporary files while the articles pass."""
    project = _Project(dataset, losses)
    with tempfile.TemporaryFile() as labels, tempfile.TemporaryFile() as links, steady_zip(out) as archive:
        digest = hashlib.sha256()
        with archive.adding(PROJECT) as file:
            for part in project.parts(labels, links):
                data = part.encode("utf-8", "surrogatepass")
                digest.update(data)
                file.write(data)
        for article in dataset:
            name = f"Sources/{project.document(article.document.id)}.txt"
            # readers take a byte order mark off, so a text that begins with one needs another before it
            mark = "\ufeff" if article.text.startswith("\ufeff") else ""
            archive.add(name, (mark + article.text).encode("utf-8", "surrogatepass"))
        labels.seek(0)
        with archive.adding(LABELS) as file:
            shutil.copyfileobj(labels, file)
        documents = {key: project.document(key) for key in dataset.documents}
        coders = {key: project.guid(key) for key in dataset.coders}
        kept = dataset.attached.get(FORM, {}) if dataset.with_text else None
        archive.add(NAME, sidecar(dataset, documents, coders, beside=digest.hexdigest(), attached=kept))


class _Project:
    """Writes ``project.qde`` piece by piece."""

    def __init__(self, dataset: Dataset, losses: Losses) -> None:
        self._dataset = dataset
        self._plain = PlainValues(dataset.codebook)
        self._layers = {layer.key: layer for layer in dataset.codebook.layers}
        self._form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
        self._back = Back(dataset, losses)
        self._codes = CodeWriter(dataset, self._plain, self._back, self.guid)
        self._from_here = {key: d for key, d in dataset.documents.items() if d.origin.get("form") == FORM}
        self._document_guids = self._guids_of_articles()
        self._users = {key: self._back.user(c) or self.guid(key) for key, c in dataset.coders.items()}
        self._values = Values(dataset, self._back, self.guid, self.document)
        self._selections = Selections(dataset, self._plain, self._back, self._codes, self._users, self.guid)

    def _guids_of_articles(self) -> dict[str, str]:
        found: dict[str, str] = {}
        taken: set[str] = set()
        for key, d in self._dataset.documents.items():
            told = str(self._back.about(d).get("guid") or (d.origin.get("id", "") if key in self._from_here else ""))
            if _GUID.match(told) and told not in taken:
                found[key] = told
                taken.add(told)
        return found

    def document(self, key: str) -> str:
        """The guid of an article: the one that it came with, where it came in such a project."""
        return self._document_guids.get(key) or self.guid(key)

    def guid(self, key: str, *more: str) -> str:
        """The id itself where it can be one, else one that always belongs to it."""
        return key if not more and _GUID.match(key) else derived_id(self._dataset.study_id, key, *more)

    def user(self, coder_id: str) -> str:
        """The guid of a coder."""
        return self._users.get(coder_id) or self.guid(coder_id)

    def parts(self, labels: IO[bytes], links: IO[bytes]) -> Iterator[str]:
        """The whole file; labels: gets every label's record, links: is used on the way."""
        d, back = self._dataset, self._back
        yield '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n<Project xmlns="urn:QDA-XML:project:1.0"'
        yield f' name={_a(d.title)} origin="Annotator"{back.project()}>\n'
        users = [back.user_element(self.user(c.id), c) for c in d.coders.values()]
        users += list(back.users(self._users.values()))
        yield from _within("Users", users)
        if codes := list(self._codes.parts()):
            yield "<CodeBook><Codes>\n"
            yield from codes
            yield "</Codes></CodeBook>\n"
        if d.documents or back.variables():
            yield from _within("Variables", [*self._values.declared(), *self._variables(d.codebook)])
        with tempfile.TemporaryFile() as sources:  # cases come before the sources and passages that they may name
            for article in d:
                for part in self._source(article, labels, links):
                    sources.write(part.encode("utf-8", "surrogatepass"))
            yield from _within("Cases", [*back.cases(), *self._cases()])
            if d.documents:
                yield "<Sources>\n"
                sources.seek(0)
                for line in sources:
                    yield line.decode("utf-8", "surrogatepass")
                yield "</Sources>\n"
        kept_links = back.links()
        description, refs = back.of_project(d.codebook.description)
        yield from _within("Notes", back.notes())
        if links.tell() or kept_links:
            links.seek(0)
            yield "<Links>\n"
            for line in links:
                yield line.decode()
            yield from kept_links
            yield "</Links>\n"
        yield from _within("Sets", [*back.sets(self._tagged()), *self._sets()])
        yield from _within("Graphs", back.graphs())
        if description:
            yield f"<Description>{_c(description)}</Description>\n"
        yield f"{refs}</Project>\n"

    def _tagged(self) -> dict[str, tuple[str, ...]]:
        return {self.document(key): d.tags for key, d in self._dataset.documents.items()}

    def _untold(self) -> Iterator[tuple[str, Document]]:
        """Articles of such projects that came before what stands around articles was kept."""
        for key, d in self._from_here.items():
            if not self._back.about(d):
                yield key, d

    def _cases(self) -> Iterator[str]:
        """What a source said of cases, as cases again."""
        cases: dict[str, list[str]] = {}
        for key, d in self._untold():
            if isinstance(d.extra.get(CASE), str):
                cases.setdefault(d.extra[CASE], []).append(self.document(key))
        for name, sources in cases.items():
            inside = "".join(f'<SourceRef targetGUID="{one}"/>' for one in sources)
            yield f'<Case guid="{self.guid("case", name)}" name={_a(name)}>{inside}</Case>\n'

    def _sets(self) -> Iterator[str]:
        """Tags of articles that came as sets, as sets again."""
        sets: dict[str, list[str]] = {}
        for key, d in self._untold():
            for tag in d.tags:
                sets.setdefault(tag, []).append(self.document(key))
        for name, sources in sets.items():
            inside = "".join(f'<MemberSource targetGUID="{one}"/>' for one in sources)
            yield f'<Set guid="{self.guid("set", name)}" name={_a(name)}>{inside}</Set>\n'

    def _variables(self, codebook: Codebook) -> Iterator[str]:
        """What coders say of whole articles."""
        for layer in codebook.document_layers:
            if layer.key in self._codes.of_articles:
                continue
            for a in layer.attributes:
                for c in self._dataset.coders.values():
                    guid = self.guid("variable", layer.key, a.key, c.id)
                    yield variable(guid, f"{layer.label}: {a.label} ({c.name})")

    def _source(self, article: Article, labels: IO[bytes], links: IO[bytes]) -> Iterator[str]:
        d, guid = article.document, self.document(article.document.id)
        kept = self._back.about(d)
        self._back.known.add(guid)
        about = d.extra.get(MEMO) if d.id in self._from_here or kept else None
        said, named = self._back.told(about if isinstance(about, str) else "", kept.get("notes", ()))
        yield f'<TextSource guid="{guid}" name={_a(d.title or d.source)} plainTextPath="internal://{guid}.txt"'
        yield f"{by_attributes(kept.get('by', {}))}>\n"
        if said:
            yield f"<Description>{_c(said)}</Description>\n"
        for a in article.annotations:
            labels.write(record_line(self._form.record(a, d, None)))
        found = self._selections.of(article, kept)
        yield from found.passages()
        yield from found.codings()
        yield f"{refs_to(named)}\n" if named else ""
        for link in found.links():
            links.write(link.encode("utf-8", "surrogatepass"))
        yield from self._values.of(d)
        for key, texts in self._said(article).items():
            yield value(key, "; ".join(texts))
        yield "</TextSource>\n"

    def _said(self, article: Article) -> dict[str, list[str]]:
        """Variable -> what coders say of the article under it."""
        said: dict[str, list[str]] = {}
        for a in article.annotations:
            layer = self._layers.get(a.layer)
            if layer is None or layer.kind != "document" or a.layer in self._codes.of_articles:
                continue
            self._back.lose(WHOLE_REMARKS, int(bool(a.memo)))
            for key in a.values:
                guid = self.guid("variable", a.layer, key, a.coder_id)
                said.setdefault(guid, []).append(words_of(self._dataset, self._plain, a, key))
        return said


def _within(name: str, parts: Sequence[str]) -> Iterator[str]:
    if parts:
        yield f"<{name}>\n"
        yield from parts
        yield f"</{name}>\n"


def _a(text: str) -> str:
    return attribute(xml_text(text))


def _c(text: str) -> str:
    return content(xml_text(text))
