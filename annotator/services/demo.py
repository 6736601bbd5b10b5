"""The demo study: twelve invented articles, coded by three people who do not agree; the same bytes everywhere.

It is made through the same services that a person uses: intake cleans the raw pages, commands make the labels.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from annotator.data import resource_bytes, resource_text
from annotator.domain.annotations import Coder, Document
from annotator.domain.commands import (
    AddAnnotation,
    AddEntity,
    Batch,
    EmptyRef,
    FillerRef,
    SetDocumentState,
    Step,
)
from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragments
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.words import say
from annotator.intake import CleanDocument, read_source
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study

TITLE = "Tarn Haven: a harbour in dispute"
_DAY = "2031-06-02"
_NOT_DONE = {("Ben", 8), ("Chidi", 12)}
_FIELDS = ("title", "published", "publisher", "author", "url", "tags")

Progress = Callable[[int, int], object]


def make_demo_study(path: Path, progress: Progress | None = None) -> None:
    """Make the study's file; refuses to write over anything, and leaves nothing half done."""
    articles = _yaml("articles.yaml")
    people = _yaml("people.yaml")
    codings = _yaml("codings.yaml")
    study = Study.create(path, builtin_codebook(), TITLE, CountingIds("demo"), SteppingClock(_DAY))
    try:
        for number, article in enumerate(articles, start=1):
            add_documents(study, clean_article(number, article))
            if progress:
                progress(number, len(articles) + len(codings))
        coders = {name: study.ensure_coder(name) for name in people["coders"]}
        writer = _Writer(study, _register(study, coders["Ada"], people["entities"]))
        documents = {d.number: d for d in study.documents()}
        for done, coding in enumerate(codings, start=1):
            for name in coding["coders"]:
                writer.code(coders[name], documents[coding["article"]], coding)
            if progress:
                progress(len(articles) + done, len(articles) + len(codings))
    except BaseException:
        study.close()
        path.unlink(missing_ok=True)
        raise
    study.close()


def clean_article(number: int, article: Mapping[str, Any]) -> Sequence[CleanDocument]:
    """One article through intake: a raw page as it is, any other as a line of a table."""
    if "page" in article:
        name = article["page"]
        return read_source(name, resource_bytes(f"demo/pages/{name}"))
    row = {key: article[key] for key in _FIELDS if key in article} | {"text": article["text"], "language": "en"}
    return read_source(f"{number:02d}.jsonl", json.dumps(row, ensure_ascii=False).encode(), "jsonl")


def _yaml(name: str) -> Any:
    import yaml

    return yaml.safe_load(resource_text(f"demo/{name}"))


def _register(study: Study, coder: Coder, entities: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    result: dict[str, str] = {}
    for key, e in entities.items():
        result[key] = study.ids()
        study.coding.apply(
            AddEntity(
                coder_id=coder.id,
                id=result[key],
                name=e["name"],
                type=e["type"],
                aliases=tuple(e.get("aliases", ())),
            )
        )
    return result


class _Writer:
    """Turns quotations to labels, one statement at a time."""

    def __init__(self, study: Study, entities: Mapping[str, str]) -> None:
        self._study = study
        self._entities = entities

    def code(self, coder: Coder, document: Document, coding: Mapping[str, Any]) -> None:
        """All that one coder made of one article."""
        self._coder, self._document = coder, document
        self._text = self._study.text(document.id)
        self._made: dict[tuple[str, Fragments], str] = {}
        values = {"genre": coding["genre"], "sources": coding["sources"], "both_sides": coding["both"]}
        self._apply([self._add("article", (), values)], "AddAnnotation")
        for base in coding["claims"]:
            own = base.get(coder.name, {})
            if coder.name not in base.get("not", ()) and not own.get("not"):
                self._statement({**base, **own})
        state = "in progress" if (coder.name, document.number) in _NOT_DONE else "done"
        self._study.coding.apply(SetDocumentState(coder_id=coder.id, document_id=document.id, state=state))

    def _statement(self, c: Mapping[str, Any]) -> None:
        pieces = [c["q"]] if isinstance(c["q"], str) else c["q"]
        fragments = self._quoted(pieces, "title" if "h" in c else "body")
        values: dict[str, Any] = {"claim_type": c["k"], "topic": c["t"], "certainty": c["c"]}
        if "f" in c:
            values |= {"number_given": True, "figure": c["f"]}
        if "h" in c:
            values["headline_fit"] = c["h"]
        claim = self._add("claim", fragments, values, uncertain=("claim_type",) if c.get("c") == 1 else ())
        steps: list[Step] = [claim]
        at = fragments[0][0]
        speaker = self._said_by(steps, c, claim.id or "", at)
        for place, (words, entity, stance, *_) in enumerate(c["about"]):
            roles = {"claim": (FillerRef(annotation=claim.id),)}
            empty: dict[str, EmptyRef] = {}
            if words is None:
                empty["target"] = EmptyRef(because="implied", entity=self._entities[entity])
            else:
                target = self._label(steps, "target", words, at, {"entity": {"entity": self._entities[entity]}})
                roles["target"] = (FillerRef(annotation=target),)
            about: dict[str, Any] = {"stance": stance, "primary": place == 0}
            if speaker is not None:
                about["holder"] = {"entity": speaker}
            doubt = ("stance",) if stance in ("mixed", "unclear") else ()
            steps.append(self._add("about", (), about, roles=roles, empty=empty, uncertain=doubt))
        if "cue" in c:
            word, effect = c["cue"]
            self._label(steps, "cue", word, at, {"effect": [effect]})
        self._apply(steps, "AddAnnotation")

    def _said_by(self, steps: list[Step], c: Mapping[str, Any], claim: str, at: int) -> str | None:
        """Ties the claim to who makes it; the answer is the entity."""
        roles = {"claim": (FillerRef(annotation=claim),)}
        empty: dict[str, EmptyRef] = {}
        entity: str | None = None
        if "s" in c:
            words, key, *_ = c["s"]
            entity = self._entities[key] if key else None
            form = "pronoun" if words.lower() in ("he", "she", "they", "it", "i") else "name" if key else "body"
            known: dict[str, Any] = {"entity": {"entity": entity}} if entity else {}
            speaker = self._label(steps, "speaker", words, at, {**known, "form": form})
            roles["speaker"] = (FillerRef(annotation=speaker),)
        else:
            reason, key = next(
                (reason, c[short])
                for short, reason in (("v", "outlet_voice"), ("g", "goes_on"), ("n", "unnamed"))
                if short in c
            )
            entity = self._entities[key]
            empty["speaker"] = EmptyRef(because=reason, entity=entity)
        steps.append(self._add("said_by", (), {}, roles=roles, empty=empty))
        return entity

    def _label(self, steps: list[Step], layer: str, words: str, near: int, values: Mapping[str, Any]) -> str:
        """A label on the occurrence of the words that is nearest to a claim; made once for a passage."""
        places = [m.span() for m in re.finditer(rf"(?<!\w){re.escape(words)}(?!\w)", self._text)]
        if not places:
            raise BadInput(
                say("the article does not say “{words}”", words=words),
                say("demo article {number}", number=self._document.number),
            )
        fragments = (min(places, key=lambda p: abs(p[0] - near)),)
        if (layer, fragments) not in self._made:
            added = self._add(layer, fragments, dict(values))
            steps.append(added)
            self._made[layer, fragments] = added.id or ""
        return self._made[layer, fragments]

    def _quoted(self, pieces: Sequence[str], zone: str) -> Fragments:
        start, end = next((s, e) for z, s, e in self._document.zones if z == zone)
        result: list[tuple[int, int]] = []
        for piece in pieces:
            found = self._text.find(piece, start, end)
            if found < 0:
                raise BadInput(
                    say("the article does not say “{piece}”", piece=piece),
                    say("demo article {number}, {zone}", number=self._document.number, zone=zone),
                )
            result.append((found, found + len(piece)))
            start = found + len(piece)
        return tuple(result)

    def _add(self, layer: str, fragments: Fragments, values: Mapping[str, Any], **rest: Any) -> AddAnnotation:
        return AddAnnotation(
            coder_id=self._coder.id,
            document_id=self._document.id,
            layer=layer,
            id=self._study.ids(),
            fragments=fragments,
            values=dict(values),
            **rest,
        )

    def _apply(self, steps: Sequence[Step], name: str) -> None:
        self._study.coding.apply(Batch(coder_id=self._coder.id, name=name, commands=tuple(steps)))
