"""W3C Web Annotations as one JSON-LD collection.

Source: Web Annotation Data Model, W3C Recommendation of 23 February 2017: positions are code points, a quote stands
beside each with what comes before and after. Values are further bodies; links are annotations whose targets are others.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_from_json, codebook_json
from annotator.domain.errors import BadInput
from annotator.domain.words import say, words_of
from annotator.formats.annotation_records import AnnotationRecord, MetRef
from annotator.formats.csv_tables import cell
from annotator.formats.dataset import Article, Dataset, Losses, is_mask
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming
from annotator.formats.json_input import Shape, load_json
from annotator.formats.keys import Keys
from annotator.formats.record_form import RecordForm
from annotator.formats.regions import KEY, document_facts, incoming_document

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {KEY: "urn:annotator:"}]
AROUND = 32
"""Code points of the text before and after a quote."""


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """One AnnotationPage with all annotations; texts stand in the collection, so that the file is enough by itself."""
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    head = {
        "@context": CONTEXT,
        "id": f"urn:uuid:{dataset.study_id}",
        "type": "AnnotationCollection",
        "label": dataset.title,
        f"{KEY}:codebook": json.loads(codebook_json(dataset.codebook)),
    }
    with out.open("wb") as file:
        file.write(_dumps(head)[:-1] + b',\n"first": {"type": "AnnotationPage", "startIndex": 0, "items": [')
        separator = b"\n"
        for article in dataset:
            for a in article.annotations:
                file.write(separator + _dumps(_annotation(dataset, form, article, a)))
                separator = b",\n"
        file.write(b'\n]},\n"' + f"{KEY}:documents".encode() + b'": [')
        separator = b"\n"
        for article in dataset:
            told = document_facts(article.document, dataset.with_text) | {"id": f"urn:uuid:{article.document.id}"}
            file.write(separator + _dumps(told | {"text": article.text}))
            separator = b",\n"
        file.write(b"\n]}\n")


def _dumps(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


def _annotation(dataset: Dataset, form: RecordForm, article: Article, a: Annotation) -> dict[str, Any]:
    record = form.record(a, article.document, None)
    layer = dataset.codebook.layer(a.layer)
    bodies = [{"type": "TextualBody", "value": layer.key, "purpose": "tagging"}]
    bodies += [
        {"type": "TextualBody", "value": f"{key}={cell(value)}", "purpose": "classifying"}
        for key, value in record["values"].items()
    ]
    if a.memo:
        bodies.append({"type": "TextualBody", "value": a.memo, "purpose": "commenting"})
    coder = dataset.coders[a.coder_id]
    return {
        "id": f"urn:uuid:{a.id}",
        "type": "Annotation",
        "motivation": {"span": "tagging", "link": "linking", "document": "classifying"}[layer.kind],
        "creator": {"id": f"urn:uuid:{coder.id}", "type": "Person", "name": coder.name},
        "created": a.created,
        "modified": a.updated,
        "body": bodies,
        "target": _targets(article, a),
        f"{KEY}:record": {k: v for k, v in record.items() if k not in ("fragments", "coder")},
    }


def _targets(article: Article, a: Annotation) -> Any:
    source = f"urn:uuid:{article.document.id}"
    if a.fragments:
        found = [{"source": source, "selector": _selectors(article.text, s, e)} for s, e in a.fragments]
        return found[0] if len(found) == 1 else found
    tied = [f"urn:uuid:{f.annotation}" for fillers in a.roles.values() for f in fillers if f.annotation]
    return (tied[0] if len(tied) == 1 else tied) if tied else {"source": source}


def _selectors(text: str, start: int, end: int) -> list[dict[str, Any]]:
    quote = {
        "type": "TextQuoteSelector",
        "exact": text[start:end],
        "prefix": text[max(0, start - AROUND) : start],
        "suffix": text[end : end + AROUND],
    }
    return [{"type": "TextPositionSelector", "start": start, "end": end}, quote]


def read(path: Path) -> Incoming:
    """A collection, a page, a list of annotations, or one; texts must stand in the file or in the study."""
    root = Shape(load_json(path.read_bytes(), path.name), path.name)
    reader = _Reader(path)
    if isinstance(root.value, dict):
        reader.collection(root)
        items = _items(root)
    else:
        items = root.items()
    for one in items:
        try:
            reader.annotation(one)
        except BadInput as error:
            reader.incoming.problem(path.name, error.where or one.where, error.what)
    return reader.incoming


def _items(root: Shape) -> list[Shape]:
    told = root.mapping()
    if told.get("type") == "Annotation":
        return [root]
    if isinstance(told.get("first"), dict):
        return root.part("first").part("items").items()
    return root.part("items").items()


class _Reader:
    def __init__(self, path: Path) -> None:
        self._path = path
        self._texts: dict[str, tuple[ForeignText, MetRef]] = {}
        self._keys = Keys("label")
        self._documents: dict[str, MetRef | dict[str, Any]] = {}
        self._elsewhere = False
        self._around: list[str] | None = None
        self.incoming = Incoming(elsewhere_is_left=True)

    def collection(self, root: Shape) -> None:
        """Codebook and texts that came along."""
        told = root.mapping()
        if isinstance(content := told.get(f"{KEY}:codebook"), dict):
            self.incoming.codebook = self._codebook(content)
        for one in root.part(f"{KEY}:documents").items():
            foreign = ForeignText(one.part("text").text(), sha256=one.mapping().get("sha256"))
            document = incoming_document(foreign.text, one.part("id").text(), one)
            self._texts[one.part("id").text()] = (foreign, self.incoming.meet(document))

    def _codebook(self, content: Mapping[str, Any]) -> Codebook | None:
        try:
            return codebook_from_json(json.dumps(content))
        except ValueError:
            self.incoming.losses.lose(say("a codebook that is none"))
            return None

    def annotation(self, one: Shape) -> None:
        """One annotation to a record."""
        told = one.mapping()
        travelled = one.part(f"{KEY}:record").value
        content: dict[str, Any] = dict(travelled) if isinstance(travelled, dict) else {}
        content.setdefault("id", (one.part("id").text_or_none() or str(one.where)).removeprefix("urn:uuid:"))
        content["layer"] = str(content.get("layer")) if isinstance(travelled, dict) else self._native(one, content)
        self._elsewhere, self._around = False, None
        fragments, document, quotes = self._target(one, "document" in content)
        if self._elsewhere and not fragments and not quotes:
            self.incoming.losses.lose(say("labels whose place is told in another way than by position or quotation"))
            return
        content["fragments"] = fragments
        if document or "document" not in content:
            content["document"] = document
        self._documents[f"urn:uuid:{content['id']}"] = content["document"]
        if len(quotes) == len(fragments) and not any(map(is_mask, quotes)) and quotes:
            content["text"] = " … ".join(quotes)
        elif not fragments and len(quotes) == 1:
            content |= {"text": quotes[0], "around": self._around}
        if (coder := _coder(told.get("creator"))) is not None:
            content["coder"] = coder
        try:
            self.incoming.records.append((one.where, AnnotationRecord.model_validate(content)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(p) for p in first["loc"])
            self.incoming.problem(self._path.name, one.where, f"{where}: {first['msg'].lower()}")

    def _native(self, one: Shape, content: dict[str, Any]) -> str:
        """The layer by its tag; values by ``key=value``; the memo by its comment."""
        body = one.mapping().get("body")
        bodies = body if isinstance(body, list) else [body] if body is not None else []
        told_of = one.mapping().get("motivation")
        motivation = told_of[0] if isinstance(told_of, list) and told_of else told_of
        motivation = motivation if isinstance(motivation, str) else None

        def short(value: str) -> bool:
            return motivation is None and len(value) <= _SHORT and "\n" not in value

        tags: list[str] = []
        remarks: list[str] = []
        values: dict[str, Any] = {}
        for part in bodies:
            if not isinstance(part, dict):
                self.incoming.losses.lose(say("bodies that lie elsewhere"))
                continue
            value, purpose = part.get("value"), part.get("purpose")
            purposes = purpose if isinstance(purpose, list) else [purpose or motivation]
            if not isinstance(value, str):
                self.incoming.losses.lose(say("bodies that lie elsewhere"))
            elif "classifying" in purposes and "=" in value:
                key, _, said = value.partition("=")
                values[key] = said
            elif {"tagging", "classifying", "identifying"} & set(purposes) or (
                part.get("purpose") is None and short(value)
            ):
                tags.append(value)
            else:
                remarks.append(value)
        if isinstance(simple := one.mapping().get("bodyValue"), str):
            remarks.append(simple)
        if remarks:
            content["memo"] = "\n".join(remarks)
        name = tags[0] if tags else "passage"
        layer = self._keys.of(name)
        self.incoming.labels.setdefault(layer, name)
        attributes = Keys("value")
        content["values"] = {attributes.of(key): value for key, value in values.items()}
        if len(tags) > 1:
            self.incoming.losses.lose(say("further tags of one annotation"), len(tags) - 1)
        for key in ("created", "modified"):
            if isinstance(at := one.mapping().get(key), str):
                content["updated" if key == "modified" else key] = at
        return layer

    def _target(
        self, one: Shape, says_article: bool
    ) -> tuple[list[tuple[int, int]], MetRef | dict[str, Any], list[str]]:
        """Fragments, article, quotations. says_article: the annotation itself does, so no target need be guessed."""
        value = one.part("target").value
        targets = list(_single(value))
        fragments: list[tuple[int, int]] = []
        quotes: list[str] = []
        document: MetRef | dict[str, Any] = {}
        unknown: str | None = None
        for number, target in enumerate(targets):
            place = Shape(target, say("{where}, target[{number}]", where=one.where, number=number))
            if isinstance(target, str):
                if target in self._texts or target in self._documents:
                    document = document or self._document_of(target)
                else:  # an article that the study may have, or a label that stands further down
                    unknown = unknown or target
                continue
            source = _iri(place.mapping().get("source")) or _iri(target)
            document = (document or self._only()) if source is None else self._document_of(source)
            if not document:
                raise BadInput("the target does not say which article", place.where, "give its source")
            start, end, exact = self._range(place)
            if start is None or end is None:
                if exact is not None:
                    quotes.append(exact)
                elif target.get("selector") is not None:
                    self._elsewhere = True
                continue
            known = self._texts.get(source or next(iter(self._texts), ""))
            try:
                fragments.append(known[0].fragment(start, end) if known else (start, end))
            except ValueError as error:
                self.incoming.problem(self._path.name, place.where, words_of(error))
            if exact is not None:
                whole = known is None or known[0].text == known[0].raw
                quotes.append(exact if whole else exact.replace("\r\n", "\n").replace("\r", "\n"))
        if not document and unknown is not None and not says_article:
            document = self._document_of(unknown)
        return fragments, document, quotes

    def _range(self, target: Shape) -> tuple[int | None, int | None, str | None]:
        selector = target.mapping().get("selector")
        selectors = selector if isinstance(selector, list) else [selector]
        start = end = exact = None
        for number, one in enumerate(selectors):
            if not isinstance(one, dict):
                continue
            shape = Shape(one, say("{where}, selector[{number}]", where=target.where, number=number))
            if one.get("type") == "TextPositionSelector":
                start, end = shape.part("start").whole(), shape.part("end").whole()
            elif one.get("type") == "TextQuoteSelector":
                exact = shape.part("exact").text()
                sides = [one.get(key) for key in ("prefix", "suffix")]
                self._around = [side if isinstance(side, str) else "" for side in sides]
        return start, end, exact

    def _only(self) -> MetRef | dict[str, Any]:
        """The one article that came along; nothing where there are several or none."""
        return next(iter(self._texts.values()))[1] if len(self._texts) == 1 else {}

    def _document_of(self, source: str) -> MetRef | dict[str, Any]:
        """Where the text came along that article, else the name that the study may know it by."""
        known = self._texts.get(source)
        if known is not None:
            return known[1]
        if source in self._documents:
            return self._documents[source]
        if source.startswith(("http:", "https:")):
            return {"url": source.partition("#")[0]}
        return {"id": source.removeprefix("urn:uuid:"), "source": source.rsplit("/", 1)[-1].removeprefix("urn:doc:")}


_SHORT = 60


def _single(value: Any) -> Iterator[Any]:
    """Targets one by one, also those that a list, a choice or a composite holds."""
    if isinstance(value, list):
        for one in value:
            yield from _single(one)
    elif isinstance(value, dict) and isinstance(value.get("items"), list) and "source" not in value:
        yield from _single(value["items"])
    else:
        yield value


def _iri(value: Any) -> str | None:
    """The address of a resource, which is told as text or as an object with an id."""
    found = value.get("id", value.get("@id")) if isinstance(value, dict) else value
    return found if isinstance(found, str) and found else None


def _coder(creator: Any) -> dict[str, str] | None:
    """Who made an annotation: the first creator that is named."""
    for one in creator if isinstance(creator, list) else [creator]:
        if isinstance(one, str):
            return {"name": one}
        if isinstance(one, dict):
            name = one.get("name") or one.get("nickname") or one.get("id")
            name = name[0] if isinstance(name, list) and name else name
            if isinstance(name, str):
                return {"id": str(one.get("id", "")).removeprefix("urn:uuid:"), "name": name}
    return None
