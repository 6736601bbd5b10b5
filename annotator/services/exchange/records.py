"""A study as a dataset, and its annotations in the public form."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from annotator.domain.annotations import Annotation, Document
from annotator.domain.decisions import GOLD
from annotator.domain.json_forms import JsonObject
from annotator.formats.dataset import Article, Dataset, masked, untitled, without_file, without_quotes
from annotator.formats.record_form import RecordForm
from annotator.services.codebooks.marks import kept_parts
from annotator.services.study import Study
from annotator.store import annotations as annotation_rows
from annotator.store import documents as document_rows
from annotator.store import people

_MOST_DOCUMENTS, _MOST_CHARACTERS = 200, 2_000_000


def dataset_of(
    study: Study,
    coder_ids: Sequence[str] | None = None,
    without_text: bool = False,
    seen: Callable[[Article], None] | None = None,
    second_readings: bool = False,
    titles: bool = True,
) -> Dataset:
    """The study for a format; articles are read one by one, ``seen`` is told of each.

    titles: headlines are told though texts are not. second_readings: hidden copies come as second readings of their
    articles; else they are left out.
    """
    with_titles = titles or not without_text
    every = {d.id: d if with_titles else untitled(d) for d in study.documents()}
    named = {} if with_titles else {d.id: _names_of(d) for d in study.documents()}
    copies = study.hidden_repeats()
    documents = {key: d for key, d in every.items() if key not in copies}
    wanted = every if second_readings else documents
    register = study.register()
    free = {(x.key, a.key) for x in study.codebook.layers for a in x.attributes if a.type == "text"}
    quoting: set[str] = set()
    kinds = {layer.key: layer.kind == "link" for layer in study.codebook.layers}

    def articles() -> Iterator[Article]:
        for group in _groups(wanted.values()):
            texts, labels = _read(study, [d.id for d in group], coder_ids)
            for document in group:
                found = labels.get(document.id, [])
                found.sort(key=lambda a: (kinds.get(a.layer, False), a.fragments, a.created, a.id))
                text = texts[document.id]
                original = every[copies[document.id]] if document.id in copies else None
                article = Article(
                    original or document,
                    masked(text) if without_text else text,
                    tuple(as_shown(register.resolved(a), text) for a in found),
                    document if original is not None else None,
                )
                if seen is not None:
                    seen(article)
                yield article

    def as_shown(a: Annotation, text: str) -> Annotation:
        """The label; where texts are left out, without what its coder quotes of them."""
        if not without_text:
            return a
        if a.external_id and any(word in a.external_id.casefold() for word in named.get(a.document_id, ())):
            a = replace(a, external_id=without_file(a.external_id))
        told = {k: v for k, v in a.values.items() if isinstance(v, str) and (a.layer, k) in free}
        values = {k: without_quotes(v, text) for k, v in told.items()}
        memo = without_quotes(a.memo, text)
        if memo == a.memo and values == told:
            return a
        quoting.add(a.id)
        return replace(a, memo=memo, values={**a.values, **values})

    kept, kept_roles = kept_parts(study)
    return Dataset(
        study.id,
        study.title,
        study.codebook,
        study.codebook_version,
        {c.id: c for c in study.coders() if coder_ids is None or c.id in coder_ids},
        register,
        documents,
        not without_text,
        articles,
        kept,
        kept_roles,
        with_titles,
        second_readings and bool(copies),
        quoting,
        read=_read_by(study, documents, coder_ids),
        attached=_attached(study) if not without_text else {},
    )


def _attached(study: Study) -> dict[str, dict[str, Any]]:
    with study.file.reading() as connection:
        return people.attached(connection)


def _read_by(study: Study, documents: Container[str], coder_ids: Sequence[str] | None) -> dict[str, tuple[str, ...]]:
    """Coder's id -> the articles among these that the coder is done with."""
    people = [c.id for c in study.coders() if c.role != GOLD and (coder_ids is None or c.id in coder_ids)]
    done = {c: sorted(d for d, state in study.document_states(c).items() if state == "done") for c in people}
    return {c: tuple(d for d in ids if d in documents) for c, ids in done.items()}


def _names_of(document: Document) -> list[str]:
    """What ids of labels may hold that tells a headline: names of files, addresses, the headline itself."""
    stem = document.source.rsplit("/", 1)[-1].rsplit(".", 1)[0]
    found = (stem, document.url or "", document.title or "", str(document.origin.get("id", "")))
    return [word.casefold() for word in found if len(word) > _SHORT]


_SHORT = 3
"""Names of so few characters are numbers, not headlines."""


def _groups(documents: Iterable[Document]) -> Iterator[list[Document]]:
    """Documents that are read at a time: so many that a query pays, so few that their texts do not fill the memory."""
    group: list[Document] = []
    characters = 0
    for document in documents:
        group.append(document)
        characters += document.characters
        if len(group) >= _MOST_DOCUMENTS or characters >= _MOST_CHARACTERS:
            yield group
            group, characters = [], 0
    if group:
        yield group


def _read(
    study: Study, ids: Sequence[str], coder_ids: Sequence[str] | None
) -> tuple[dict[str, str], dict[str, list[Annotation]]]:
    with study.file.reading() as connection:
        texts = document_rows.texts_of(connection, ids)
        labels: dict[str, list[Annotation]] = {}
        for a in annotation_rows.find(connection, coder_ids=coder_ids, document_ids=ids):
            labels.setdefault(a.document_id, []).append(a)
    return texts, labels


class RecordWriter:
    """Knows the study's names once, then turns annotations to records."""

    def __init__(self, study: Study) -> None:
        self._study = study
        self._register = study.register()
        self._copies = study.hidden_repeats()
        self._form = RecordForm(study.codebook, {c.id: c for c in study.coders()}, self._register.every)

    def record_as_json(self, a: Annotation) -> JsonObject:
        """The annotation as the line of an export; merged entities stand as what they were merged into."""
        text = self._study.text(a.document_id) if a.fragments else None
        original = self._copies.get(a.document_id)
        document = self._study.document(original or a.document_id)
        return self._form.record(self._register.resolved(a), document, text, 2 if original else 1)

    def records_as_json(self, coder_ids: Sequence[str] | None = None) -> Iterator[JsonObject]:
        """All records, document by document, spans before the links that name them."""
        for article in dataset_of(self._study, coder_ids, second_readings=True):
            for annotation in article.annotations:
                yield self._form.record(annotation, article.document, article.text, article.reading)
