"""W3C Web Annotations as one JSON-LD collection.

Source: Web Annotation Data Model, W3C Recommendation of 23 February 2017: positions are code points, a quote stands
beside each with what comes before and after. Values are further bodies; links are annotations whose targets are others.
"""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from annotator.domain.annotations import Annotation, Document, Filler
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.reading import codebook_from_json, codebook_json
from annotator.domain.errors import BadInput
from annotator.domain.words import say, words_of
from annotator.formats.annotation_looks import FORM, FURTHER, LINKED, Look, looks, part_names
from annotator.formats.annotation_records import AnnotationRecord, MetRef
from annotator.formats.csv_tables import cell
from annotator.formats.dataset import Article, Dataset, Losses, is_mask
from annotator.formats.drafts import choice_word
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming
from annotator.formats.json_input import Shape, load_json
from annotator.formats.keys import Keys
from annotator.formats.record_form import RecordForm
from annotator.formats.regions import KEY, document_facts, incoming_document
from annotator.formats.web_kept import (
    CONTEXT,
    RECORD,
    THEIRS,
    Kept,
    Now,
    body_sum,
    head_written,
    kept_head,
    kept_items,
    kept_record,
    restored,
    stands,
    target_sum,
)
from annotator.formats.web_places import place_of

AROUND = 32
"""Code points of the text before and after a quote."""


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """One AnnotationPage with all annotations; texts stand in the collection, so that the file is enough by itself."""
    writer = _Writer(dataset)
    usual = {
        "@context": CONTEXT,
        "id": f"urn:uuid:{dataset.study_id}",
        "type": "AnnotationCollection",
        "label": dataset.title,
    }
    kept = head_written(dataset.attached.get(FORM, {}))
    head, page = kept or (usual, {"type": "AnnotationPage", "startIndex": 0})
    total = head.pop("total", None)
    head[f"{KEY}:codebook"] = json.loads(codebook_json(dataset.codebook))
    with out.open("wb") as file, tempfile.TemporaryFile() as behind:
        first = b"" if page is None else b'"first": ' + _dumps(page)[:-1] + (b", " if page else b"")
        file.write(_dumps(head)[:-1] + b",\n" + first + b'"items": [')
        known: list[tuple[int, bytes]] = []
        count = 0
        for article in dataset:
            for a in article.annotations:
                place, told = writer.annotation(article, a)
                count += 1
                if place is None:
                    behind.write(b",\n" + _dumps(told))
                else:
                    known.append((place, _dumps(told)))
        file.write(b"\n" + b",\n".join(line for _, line in sorted(known)) if known else b"\n")
        behind.seek(0 if known else 2)
        shutil.copyfileobj(behind, file)
        file.write(b"\n]" + (b"" if page is None else b"}"))
        file.write(b"" if total is None else b', "total": ' + str(count).encode())
        file.write(b',\n"' + f"{KEY}:documents".encode() + b'": [')
        separator = b"\n"
        for article in dataset:
            told = document_facts(article.document, dataset.with_text) | {"id": f"urn:uuid:{article.document.id}"}
            told |= {"iri": source} if (source := writer.source(article.document)) != told["id"] else {}
            file.write(separator + _dumps(told | {"text": article.text}))
            separator = b",\n"
        file.write(b"\n]}\n")


def _dumps(content: Any) -> bytes:
    return json.dumps(content, ensure_ascii=False).encode()


class _Writer:
    """Writes annotations; those of layers that came from others look as they did, and keep their addresses."""

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset
        self._form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
        self._looks = looks(dataset.codebook)
        self._parts = {key: part_names(dataset.codebook, key) for key in self._looks}
        urls = Counter(d.url for d in dataset.documents.values() if d.url)
        self._sources = {
            d.id: d.url for d in dataset.documents.values() if d.url and urls[d.url] == 1 and _ADDRESS.match(d.url)
        }
        self._iris: dict[str, str] = {}
        self._taken: set[str] = set()
        self._kept = kept_items(dataset.attached.get(FORM, {}))
        self._outer: dict[str, str] = {}
        self._named: set[str] = set()
        if self._kept:
            self._learn_addresses()

    def _learn_addresses(self) -> None:
        """Labels that others are about may stand behind these."""
        for article in self._dataset:
            for a in article.annotations:
                self._outer[a.id] = a.external_id or a.id
                self._iri(a.id, a.external_id)
                self._named |= {str(f.annotation) for f in _every(a) if f.annotation}

    def source(self, document: Document) -> str:
        """The address of an article where it has one of its own."""
        return self._sources.get(document.id) or f"urn:uuid:{document.id}"

    def annotation(self, article: Article, a: Annotation) -> tuple[int | None, dict[str, Any]]:
        """(its place among those that came in this form, None for others; the annotation)."""
        record = self._form.record(a, article.document, None)
        ours = self._ours(article, a, record)
        kept = self._kept.get(a.external_id or a.id)
        return (None, ours) if kept is None else (kept.place, self._theirs(article, a, record, ours, kept))

    def _theirs(
        self, article: Article, a: Annotation, record: Mapping[str, Any], ours: dict[str, Any], kept: Kept
    ) -> dict[str, Any]:
        """One that came in this form: as it stood, but for what was changed here."""
        roles = {role: [self._outer.get(str(f.annotation), "") for f in found] for role, found in a.roles.items()}
        quoted = bool(kept.quote) and stands(kept.quote, article.text, a.fragments)
        maker = _coder(kept.item.get("creator"))
        now = Now(
            ours=ours,
            same_layer=kept.layer == a.layer,
            same_body=kept.body == body_sum(a.layer, record["values"], a.memo),
            same_target=quoted or kept.target == target_sum(a.fragments, roles),
            same_coder=maker is not None and maker["name"] == self._dataset.coders[a.coder_id].name,
            names_coder=maker is not None,
            named=a.id in self._named,
        )
        beside = {**ours[RECORD], THEIRS: True} | ({} if maker else {"coder": record["coder"]})
        return {**restored(kept, now, _unread(kept.item.get("body"), self._iris.values())), RECORD: beside}

    def _ours(self, article: Article, a: Annotation, record: Mapping[str, Any]) -> dict[str, Any]:
        layer = self._dataset.codebook.layer(a.layer)
        look, parts = self._looks.get(a.layer), self._parts.get(a.layer, {})
        usual = {"span": "tagging", "link": "linking", "document": "classifying"}[layer.kind]
        coder = self._dataset.coders[a.coder_id]
        named: dict[str, Any] = {"id": f"urn:uuid:{coder.id}", "type": "Person", "name": coder.name}
        bodies = self._bodies(a, record["values"], look or Look(layer.key, usual, "tagging", "commenting"), parts)
        bodies += [self._iri(str(f.annotation)) for f in _filled(a, parts, "body")]
        motivation = look.motivation if look is not None else usual
        return {
            "id": self._iri(a.id, a.external_id),
            "type": "Annotation",
            **({"motivation": motivation} if motivation else {}),
            "creator": coder.name if look is not None and _ADDRESS.match(coder.name) else named,
            "created": a.created,
            "modified": a.updated,
            **({"body": bodies if len(bodies) != 1 or look is None else bodies[0]} if bodies else {}),
            "target": self._targets(article, a, parts),
            RECORD: {k: v for k, v in record.items() if k not in ("fragments", "coder")},
        }

    def _bodies(self, a: Annotation, values: Mapping[str, Any], look: Look, parts: Mapping[str, str]) -> list[Any]:
        def body(value: str, purpose: str | None) -> dict[str, str]:
            return {"type": "TextualBody", "value": value, **({"purpose": purpose} if purpose else {})}

        bodies: list[Any] = [body(look.tag, look.purpose)] if look.tag else []
        for key, value in values.items():
            name = parts.get(key, key)
            several = value if isinstance(value, list) else [value]
            if name == f"{FURTHER} {key}":
                bodies += [body(str(tag), look.purpose) for tag in several]
            elif name == f"{LINKED} {key}":
                bodies += several
            else:
                bodies.append(body(f"{name}={cell(value)}", "classifying"))
        if a.memo:
            bodies.append(body(a.memo, look.remark))
        return bodies

    def _iri(self, key: str, external: str | None = None) -> str:
        """The address of an annotation: the one that it came with, where no other has it."""
        if key not in self._iris:
            theirs = external if external and _IRI.match(external) and external not in self._taken else None
            self._iris[key] = theirs or f"urn:uuid:{key}"
            self._taken.add(self._iris[key])
        return self._iris[key]

    def _targets(self, article: Article, a: Annotation, parts: Mapping[str, str]) -> Any:
        source = self.source(article.document)
        if a.fragments:
            found = [{"source": source, "selector": _selectors(article.text, s, e)} for s, e in a.fragments]
            return found[0] if len(found) == 1 else found
        told = _filled(a, parts, "target") if "target" in parts.values() else list(_every(a))
        tied = [self._iri(str(f.annotation)) for f in told if f.annotation]
        return (tied[0] if len(tied) == 1 else tied) if tied else {"source": source}


def _every(a: Annotation) -> Iterator[Filler]:
    for fillers in a.roles.values():
        yield from fillers


def _filled(a: Annotation, parts: Mapping[str, str], name: str) -> list[Filler]:
    """The labels in the role of this name."""
    return [f for role, fillers in a.roles.items() if parts.get(role) == name for f in fillers if f.annotation]


_ADDRESS = re.compile(r"(https?|urn|mailto):\S+$")
_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s\[\]]+$")


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
    reader.know(items)
    waiting = list(enumerate(items))
    while waiting:
        ready = [x for x in waiting if not reader.waits(x[1])] or waiting  # those about one another wait for ever
        for place, one in ready:
            try:
                reader.annotation(one, place)
            except BadInput as error:
                reader.incoming.problem(path.name, error.where or one.where, error.what)
        done = {place for place, _ in ready}
        waiting = [x for x in waiting if x[0] not in done]
    return reader.incoming


def _items(root: Shape) -> list[Shape]:
    record = root.mapping()
    kinds = record.get("type")
    if kinds == "Annotation" or (isinstance(kinds, list) and "Annotation" in kinds):
        return [root]
    if "target" in record and not {"items", "first"} & record.keys():  # its type is said in another vocabulary
        return [root]
    if isinstance(record.get("first"), dict):
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
        self._ids: dict[str, str] = {}
        self._outer: dict[str, str] = {}
        self._names: dict[str, Keys] = {}
        self._seen: dict[str, tuple[Look, str]] = {}
        self.incoming = Incoming(elsewhere_is_left=True, attached={"items": {}})

    def collection(self, root: Shape) -> None:
        """Codebook and texts that came along."""
        record = root.mapping()
        if head := kept_head(record):
            self.incoming.attached["head"] = head
        first = record.get("first")
        page = first if isinstance(first, dict) else record
        if page.get("next") or (isinstance(first, str) and "items" not in record):
            self.incoming.losses.lose(say("further pages of the collection, which lie elsewhere"))
        if isinstance(content := record.get(f"{KEY}:codebook"), dict):
            self.incoming.codebook = self._codebook(content)
        for one in root.part(f"{KEY}:documents").items():
            foreign = ForeignText(one.part("text").text(), sha256=one.mapping().get("sha256"))
            document = incoming_document(foreign.text, one.part("id").text(), one)
            met = (foreign, self.incoming.meet(document))
            self._texts |= {one.part("id").text(): met}
            self._texts |= {iri: met} if (iri := one.part("iri").text_or_none()) else {}

    def _codebook(self, content: Mapping[str, Any]) -> Codebook | None:
        try:
            return codebook_from_json(json.dumps(content))
        except ValueError:
            self.incoming.losses.lose(say("a file that is not a codebook"))
            return None

    def know(self, items: list[Shape]) -> None:
        """Learn which addresses are those of annotations here, so that others can be about these."""
        for one in items:
            told = one.value if isinstance(one.value, dict) else {}
            if isinstance(iri := told.get("id"), str):
                self._ids[iri] = iri.removeprefix("urn:uuid:")
            record = told.get(RECORD)
            if isinstance(record, dict) and record.get("external_id"):
                self._outer[str(record.get("id"))] = str(record["external_id"])

    def waits(self, one: Shape) -> bool:
        """Whether it is about another annotation that stands further down, and so about the article of that one."""
        target = one.value.get("target") if isinstance(one.value, dict) else None
        about = [iri for t in _single(target) if not _placed(t) and (iri := _iri(t)) in self._ids]
        return bool(about) and not any(iri in self._documents for iri in about)

    def annotation(self, one: Shape, place: int) -> None:
        """One annotation to a record. place: in the order of the file."""
        record = one.mapping()
        travelled = one.part(RECORD).value
        content: dict[str, Any] = dict(travelled) if isinstance(travelled, dict) else {}
        theirs = content.pop(THEIRS, not isinstance(travelled, dict))
        content.setdefault("id", (one.part("id").text_or_none() or str(one.where)).removeprefix("urn:uuid:"))
        if isinstance(travelled, dict):
            content["layer"] = str(content.get("layer"))
            self._ids[one.part("id").text_or_none() or ""] = str(content["id"])
        else:
            content["layer"] = self._native(one, content)
        self._elsewhere, self._around = False, None
        fragments, document, quotes = self._target(one, "document" in content)
        if self._elsewhere and not fragments and not quotes:
            self.incoming.losses.lose(say("labels whose place is given in another way than by position or quotation"))
            return
        content["fragments"] = fragments
        if document or "document" not in content:
            content["document"] = document
        self._documents[f"urn:uuid:{content['id']}"] = content["document"]
        self._documents[one.part("id").text_or_none() or ""] = content["document"]
        if len(quotes) == len(fragments) and not any(map(is_mask, quotes)) and quotes:
            content["text"] = " … ".join(quotes)
        elif not fragments and len(quotes) == 1:
            content |= {"text": quotes[0], "around": self._around}
        if (coder := _coder(record.get("creator"))) is not None:
            content["coder"] = coder
        if theirs:
            key = str(content.get("external_id") or content["id"])
            self.incoming.attached["items"].setdefault(key, kept_record(place, record, content, self._outer))
        try:
            self.incoming.records.append((one.where, AnnotationRecord.model_validate(content)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(p) for p in first["loc"])
            self.incoming.problem(self._path.name, one.where, f"{where}: {first['msg'].lower()}")

    def _native(self, one: Shape, content: dict[str, Any]) -> str:  # noqa: C901 - a branch for each part of a body
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
        linked: list[str] = []
        values: dict[str, Any] = {}
        ends: dict[str, list[dict[str, str]]] = {}
        of_tag = of_remark = None
        for part in bodies:
            iri = _iri(part)
            value = part.get("value") if isinstance(part, dict) else None
            purpose = part.get("purpose") if isinstance(part, dict) else None
            purposes = purpose if isinstance(purpose, list) else [purpose or motivation]
            said = purpose if isinstance(purpose, str) else None
            if iri is not None and iri in self._ids and not isinstance(value, str):
                ends.setdefault("body", []).append({"annotation": self._ids[iri]})
            elif not isinstance(value, str):
                if iri is not None and isinstance(part, str):
                    linked.append(iri)
                else:
                    self.incoming.losses.lose(say("bodies that lie elsewhere, kept for web annotations"))
            elif "classifying" in purposes and "=" in value:
                key, _, told = value.partition("=")
                values[key] = told
            elif {"tagging", "classifying", "identifying"} & set(purposes) or (
                part.get("purpose") is None and short(value)
            ):
                of_tag = said if not tags else of_tag
                tags.append(value)
            else:
                of_remark = said if not remarks else of_remark
                remarks.append(value)
        targets = list(_single(one.part("target").value))
        if targets and all(_iri(t) in self._ids and not _placed(t) for t in targets):
            ends["target"] = [{"annotation": self._ids[str(_iri(t))]} for t in targets]
        if isinstance(simple := one.mapping().get("bodyValue"), str):
            remarks.append(simple)
        if remarks:
            content["memo"] = "\n".join(remarks)
        look = Look(tags[0] if tags else "", motivation, of_tag, of_remark)
        placed = any(isinstance(t, dict) and t.get("selector") is not None for t in targets)
        layer = self._layer(look, "link" if ends else "" if placed else "article")
        if ends:
            content["roles"] = {self._part(layer, role, role): found for role, found in ends.items()}
        content["values"] = {self._part(layer, key, key): value for key, value in values.items()}
        for name, many in ((FURTHER, tags[1:]), (LINKED, linked)):
            if many:
                content["values"][self._part(layer, name)] = [choice_word(value) for value in dict.fromkeys(many)]
        for key in ("created", "modified"):
            if isinstance(at := one.mapping().get(key), str):
                content["updated" if key == "modified" else key] = at
        return layer

    def _layer(self, look: Look, kind: str) -> str:
        """A layer for each look; those of one tag are told apart by what differs."""
        name = look.tag or {"": "passage"}.get(kind, kind)
        others = [w for w in (kind, look.motivation, look.purpose, look.remark) if w]
        words = next(
            w
            for w in (name, f"{name} ({', '.join(others)})", f"{name} {kind} {look.word()}")
            if self._seen.setdefault(w, (look, kind)) == (look, kind)
        )
        layer = self._keys.of(words)
        self.incoming.labels.setdefault(layer, words)
        self.incoming.written_as.setdefault(layer, {FORM: look.word()})
        return layer

    def _part(self, layer: str, words: str, written: str = "") -> str:
        key = self._names.setdefault(layer, Keys("value")).of(words if written else f"{words} ")
        self.incoming.labels.setdefault(f"{layer}.{key}", words)
        self.incoming.written_as.setdefault(f"{layer}.{key}", {FORM: written or f"{words} {key}"})
        return key

    def _target(  # noqa: C901 - a branch for each kind of target
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
            place = place_of(shape)
            if place.at is not None:
                start, end = place.at
            if place.quote is not None:
                exact, self._around = place.quote, [place.before, place.after]
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


def _unread(bodies: Any, known: Container[str]) -> list[Any]:
    """Those bodies that no label has a place for."""
    every = bodies if isinstance(bodies, list) else [bodies] if bodies is not None else []
    return [b for b in every if isinstance(b, dict) and not isinstance(b.get("value"), str) and _iri(b) not in known]


def _single(value: Any) -> Iterator[Any]:
    """Targets one by one, also those that a list, a choice or a composite holds."""
    if isinstance(value, list):
        for one in value:
            yield from _single(one)
    elif isinstance(value, dict) and isinstance(value.get("items"), list) and "source" not in value:
        yield from _single(value["items"])
    else:
        yield value


def _placed(target: Any) -> bool:
    """Whether a target names a place within something."""
    return isinstance(target, dict) and ("selector" in target or "source" in target)


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
