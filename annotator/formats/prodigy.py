"""Prodigy: one JSON line an article and coder, with spans and relations.

``start`` and ``end`` of a span are code points, ``token_end`` names the last token itself; relations tie the last
tokens of two spans. Answers other than ``accept`` are passed over and told.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say, words_of
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming
from annotator.formats.json_files import json_files, json_items
from annotator.formats.json_input import Shape
from annotator.formats.keys import Keys
from annotator.formats.regions import (
    KEY,
    Gathered,
    Region,
    arrows_of,
    carried_records,
    confidence_of,
    document_facts,
    even,
    incoming_document,
    name_in,
    names_in,
    regions_of,
    told_hash,
    unknown_fields,
    whole_values,
)

FORM = "prodigy"
_KNOWN = frozenset(
    ("text", "tokens", "spans", "relations", "options", "accept", "label", "cats", "answer", "meta", KEY)
) | {
    *("_input_hash", "_task_hash", "_session_id", "_view_id", "_annotator_id", "_timestamp", "_is_binary"),
    *("config", "style", "html", "priority", "score"),
}

_TOKEN = re.compile(r"\w+|[^\w\s]")


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A line for every article and coder who labelled it; one without labels where nobody did."""
    count = 0
    with out.open("wb") as file:
        for article in dataset:
            for coder_id in article.coder_ids or (None,):
                line = _line(dataset, article, coder_id, losses)
                file.write((json.dumps(line, ensure_ascii=False) + "\n").encode())
                count += 1
    losses.rows = count


def _line(dataset: Dataset, article: Article, coder_id: str | None, losses: Losses) -> dict[str, Any]:
    annotations = article.of(coder_id) if coder_id else ()
    tokens = [(m.start(), m.end()) for m in _TOKEN.finditer(article.text)]
    regions = regions_of(annotations)
    book = dataset.codebook
    spans = {r.id: _span(r, tokens, name_in(book, r.annotation.layer, FORM)) for r in regions}
    name = dataset.coders[coder_id].name if coder_id else None
    line: dict[str, Any] = {
        "text": article.text,
        "meta": {k: v for k, v in document_facts(article.document).items() if isinstance(v, str)},
        "tokens": [
            {"text": article.text[s:e], "start": s, "end": e, "id": i, "ws": article.text[e : e + 1] == " "}
            for i, (s, e) in enumerate(tokens)
        ],
        "spans": list(spans.values()),
        "relations": [],
        "answer": "accept",
        "_annotator_id": name,
        "_session_id": name,
    }
    for _, values in whole_values(dataset, annotations, FORM):
        line["accept"] = values
        line["options"] = [{"id": v, "text": v} for v in values]
    for arrow in arrows_of(dataset, annotations, FORM):
        head, child = spans[arrow.source], spans[arrow.target]
        if "token_end" not in head or "token_end" not in child:
            losses.lose(say("arrows between labels that do not end where a word ends"))
            continue
        relation = {"head": head["token_end"], "child": child["token_end"], "label": arrow.name}
        line["relations"].append(relation | {"head_span": head, "child_span": child})
    line[KEY] = {
        "coder": {"id": coder_id, "name": name},
        **({"names": names} if (names := names_in(book, FORM)) else {}),
        "document": document_facts(article.document, dataset.with_text),
        "records": carried_records(dataset, article, annotations),
    }
    return line


def _span(region: Region, tokens: list[tuple[int, int]], name: str) -> dict[str, Any]:
    span: dict[str, Any] = {"start": region.start, "end": region.end, "label": name, "id": region.id}
    first = bisect_right(tokens, (region.start, -1))
    last = bisect_right(tokens, (region.end, -1)) - 1
    if first <= last < len(tokens) and tokens[first][0] == region.start and tokens[last][1] == region.end:
        span |= {"token_start": first, "token_end": last}
    return span


def read(path: Path) -> Incoming:
    """Accepted answers: a file, a folder or a zip of them."""
    incoming = Incoming()
    keys = Keys("label")
    for name, data in json_files(path, (".jsonl", ".json")):
        for where, content in json_items(data, name, incoming):
            line = Shape(content, where)
            try:
                told = line.mapping()
                if told.get("answer", "accept") != "accept":
                    incoming.losses.lose(say("articles that were rejected or ignored"))
                elif "text" not in told and any(k in told for k in ("image", "audio", "video", "html")):
                    incoming.losses.lose(say("pictures, sound and web pages, which are no articles"), 1, where)
                else:
                    _read_line(incoming, line, PurePosixPath(name), keys)
            except BadInput as error:
                incoming.problem(name, error.where or where, error.what)
    even(incoming)
    return incoming


def _read_line(incoming: Incoming, line: Shape, path: PurePosixPath, keys: Keys) -> None:
    told = line.mapping()
    extra = Shape(told.get(KEY) or {}, f"{line.where}, {KEY}")
    facts = extra.part("document")
    foreign = ForeignText(line.part("text").text(), sha256=told_hash(facts))
    document = incoming_document(
        foreign.text, f"{path.stem}, {line.where}", facts if facts.value else line.part("meta")
    )
    facts_more = unknown_fields(incoming, told, _KNOWN)
    if facts_more and not document.own:
        document = replace(document, extra={**document.extra, **facts_more})
    ref = incoming.meet(document)
    coder = extra.part("coder").value
    name = coder.get("name") if isinstance(coder, dict) else None
    name = name or told.get("_annotator_id") or told.get("_session_id")
    gathered = Gathered(incoming, document, ref, name if isinstance(name, str) else None, keys, FORM)
    names = extra.part("names").value
    gathered.names = names if isinstance(names, dict) else {}
    gathered.carry(extra.part("records"))
    gathered.confidence = _confidence(told)
    ends: dict[int, str] = {}
    places: dict[tuple[int, int], str] = {}
    for number, one in enumerate(line.part("spans").items()):
        start, end = one.part("start").whole(), one.part("end").whole()
        key = one.part("id").text_or_none() or f"{document.sha256[:12]}:{name}:{line.where}:{number}"
        try:
            fragment = foreign.fragment(start, end)
        except ValueError as error:
            incoming.problem(path.name, one.where, words_of(error))
            continue
        gathered.region(key, one.part("label").text(), fragment, one.where)
        gathered.sure(key, one.mapping().get("score"))
        places[start, end] = key
        if isinstance(last := one.mapping().get("token_end"), int):
            ends[last] = key
    for one in line.part("relations").items():
        source = _end(one, "head", places, ends)
        target = _end(one, "child", places, ends)
        gathered.arrow(source, target, one.part("label").text(), one.where)
    gathered.whole(f"{path.stem}:{line.where}:whole", {"label": _chosen(told)}, line.where)
    gathered.finish()


def _chosen(told: Mapping[str, Any]) -> list[str]:
    """The classes of a text: those that were ticked, or the one that was asked about and accepted."""
    ticked = told.get("accept")
    if isinstance(ticked, list):
        return [str(x) for x in ticked if isinstance(x, (str, int)) and x != ""]
    if isinstance(cats := told.get("cats"), dict):
        return [k for k, on in cats.items() if on is True or (isinstance(on, (int, float)) and on >= _ON)]
    label = told.get("label")
    return [label] if isinstance(label, str) and label else []


def _confidence(told: Mapping[str, Any]) -> float | None:
    """How sure the model was whose answer this is: of the one class that it gave, else of the task."""
    cats = told.get("cats")
    if isinstance(cats, dict):
        given = [confidence_of(on) for k, on in cats.items() if k in _chosen(told)]
        if len(given) == 1 and "accept" not in told:
            return given[0]
    meta = told.get("meta")
    score = told.get("score", meta.get("score") if isinstance(meta, dict) else None)
    return confidence_of(score)


_ON = 0.5


def _end(relation: Shape, side: str, places: dict[tuple[int, int], str], ends: dict[int, str]) -> str:
    """The region at one end of a relation: by its span where that is said, else by its last token."""
    span = relation.mapping().get(f"{side}_span")
    if isinstance(span, dict) and isinstance(key := span.get("id"), str):
        return key
    if isinstance(span, dict) and (found := places.get((span.get("start", -1), span.get("end", -1)))):
        return found
    return ends.get(relation.part(side).whole(), "")
