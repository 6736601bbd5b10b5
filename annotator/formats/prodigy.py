"""Prodigy: one JSON line an article and coder, with spans and relations.

``start`` and ``end`` of a span are code points, ``token_end`` names the last token itself; relations tie the last
tokens of two spans, or of words that have no label. Answers other than ``accept`` are passed over and told. Lines with
the same ``_input_hash`` are about one article, and so are lines of several people with the same text.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path, PurePosixPath
from typing import Any

from annotator.domain.annotations import Annotation, Coder
from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragment
from annotator.domain.origins import BY_CODER
from annotator.domain.words import say, words_of
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.json_files import json_files, json_items
from annotator.formats.json_input import Shape
from annotator.formats.keys import Keys
from annotator.formats.parts import Part, answers, by_part, object_of, stood_at
from annotator.formats.regions import (
    KEY,
    Gathered,
    Region,
    arrows_of,
    beside_of_line,
    confidence_of,
    document_facts,
    even,
    incoming_document,
    kept_of,
    name_in,
    regions_of,
    told_hash,
    whole_values,
)
from annotator.formats.travelling import Beside, Travelled, beside_of, text_mark
from annotator.formats.unread import Known, plain, tell_unread

FORM = "prodigy"
WORD = "Word"
"""The layer of words that relations tie though they have no label."""
_SPAN: Known = dict.fromkeys(
    (
        *("id", "start", "end", "label", "token_start", "token_end", "text", "color", "input_hash", "rank", "score"),
        *("source", "type", "pattern", "answer"),
    )
)
_OF_LINE = frozenset(("_task_hash", "_session_id", "_annotator_id", "_timestamp", "answer"))
"""What Prodigy notes down of one person's answer."""
_KNOWN: Known = {
    "spans": _SPAN,
    "relations": {**dict.fromkeys(("head", "child", "label", "color")), "head_span": _SPAN, "child_span": _SPAN},
    **dict.fromkeys(("text", "tokens", "options", "accept", "cats", "label", KEY)),
    **dict.fromkeys(("meta", "config", "style")),
    **dict.fromkeys(_OF_LINE),
}
_PLACE = frozenset(("start", "end", "label", "token_start", "token_end"))
_RELATION = frozenset(("head", "child", "label", "head_span", "child_span"))
_CLASSES = ("accept", "cats", "label")
"""Where classes of a text stand."""
_FACTS = ("source", "title", "published", "publisher", "author", "url", "language")
_TOKEN = re.compile(r"\w+|[^\w\s]")
_ON = 0.5


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A line for every article and coder who labelled it; one without labels where nobody did."""
    count = 0
    with out.open("wb") as file, Beside(beside_of(out)) as beside:
        for article in dataset:
            for coder_id, part, annotations in _answers(dataset, article):
                coder = dataset.coders[coder_id] if coder_id else None
                line = _Written(dataset, article, coder, part, annotations).line()
                travels = beside_of_line(dataset, article, annotations, FORM, coder)
                file.write((json.dumps(line, ensure_ascii=False) + "\n").encode())
                beside.put("", article.text, travels)
                count += 1
    losses.rows = count


def _answers(dataset: Dataset, article: Article) -> Iterator[tuple[str | None, Part, list[Annotation]]]:
    """(coder, the answer as it came, its labels); those without a label too."""
    names = [dataset.coders[c].name for c in article.coder_ids]
    parts, empty = answers(kept_of(article.document, FORM), names)
    for coder_id, found in zip(article.coder_ids, parts, strict=True):
        for part, labels in by_part(article.of(coder_id), found):
            yield coder_id, part, labels
    known = {c.name: c.id for c in dataset.coders.values()}
    for name, part in empty:
        yield known.get(name), part, []
    if not article.coder_ids and not empty:
        yield None, {}, []


class _Written:
    """One line."""

    def __init__(
        self,
        dataset: Dataset,
        article: Article,
        coder: Coder | None,
        part: Part,
        annotations: list[Annotation],
    ) -> None:
        self._dataset, self._article, self._coder, self._part = dataset, article, coder, part
        self._annotations = annotations
        self._kept = kept_of(article.document, FORM)
        self._regions = regions_of(annotations)
        self._arrows = arrows_of(dataset, annotations, FORM)
        told = part.get("tokens") or self._kept.get("tokens")
        came = _whole_tokens(told, article.text, self._regions)
        self._tokens = _tokens(article.text, self._regions) if came is None else [(t["start"], t["end"]) for t in came]
        self._came = came

    def line(self) -> dict[str, Any]:
        """As Prodigy writes it, with what stood in it where it came in so."""
        text, part, kept = self._article.text, self._part, self._kept
        spans = {r.id: self._span(r) for r in self._regions}
        facts = document_facts(self._article.document)
        line: dict[str, Any] = {"text": text}
        if not kept:
            line["meta"] = {k: facts[k] for k in _FACTS if k in facts}
        line |= {k: v for k, v in (part or kept).get("line", {}).items() if k != "text"}
        if self._came is not None:
            line["tokens"] = self._came
        elif not part or part.get("tokens") or kept.get("tokens") or self._arrows:
            line["tokens"] = [
                {"text": text[s:e], "start": s, "end": e, "id": i, "ws": text[e : e + 1] == " "}
                for i, (s, e) in enumerate(self._tokens)
            ]
        line["spans"] = [x for x in spans.values() if x["label"]]
        line["relations"] = []
        line["answer"] = "accept"
        if self._coder:
            line["_annotator_id"] = line.get("_annotator_id") or self._coder.name
            line["_session_id"] = line.get("_session_id") or self._coder.name
        said = part if "classes" in part else kept
        for _, values in whole_values(self._dataset, self._annotations, FORM):
            line |= _classes(values, str(said.get("classes", "accept")), said.get("options"))
        if not self._annotations and isinstance(part.get("nothing"), Mapping):
            line |= part["nothing"]
        more = object_of(part, "relations")
        for arrow in self._arrows:
            head, child = ({**spans[x], "label": spans[x]["label"] or None} for x in (arrow.source, arrow.target))
            relation = {"head": head["token_end"], "child": child["token_end"], "label": arrow.name}
            beside = more.get(f"{head['token_end']}>{child['token_end']}>{arrow.name}")
            line["relations"].append(
                relation | {"head_span": head, "child_span": child} | (beside if isinstance(beside, dict) else {})
            )
        return line

    def _span(self, region: Region) -> dict[str, Any]:
        name = name_in(self._dataset.codebook, region.annotation.layer, FORM)
        told = region.annotation.external_id
        more = stood_at(self._part, told.rpartition(":")[2] if told else None, region, name)
        return (more or {}) | _span(region, self._tokens, name)


def _whole_tokens(record: Any, text: str, regions: list[Region]) -> list[dict[str, Any]] | None:
    """The tokens as they came; None where the text is another one now, or a label begins or ends within a token."""
    if not isinstance(record, Mapping) or record.get("keys", [])[:2] != ["start", "end"]:
        return None
    try:
        found = [dict(zip(record["keys"], row, strict=True)) for row in record["rows"]]
        starts, ends = {t["start"] for t in found}, {t["end"] for t in found}
        same = not found or (all(type(x) is int for x in (*starts, *ends)) and max(ends) <= len(text))
    except (KeyError, TypeError, ValueError):
        return None
    if not same or record.get("text") != text_mark(text)[:12]:
        return None
    if any(r.start not in starts or r.end not in ends for r in regions):
        return None
    spaced = ({"ws": text[t["end"] : t["end"] + 1] == " "} for t in found)  # files of old releases do not say it
    return [{"text": text[t["start"] : t["end"]], **ws, **t} for t, ws in zip(found, spaced, strict=True)]


def _told_tokens(record: Any, text: str) -> dict[str, Any] | None:
    """The tokens of a line as a table, where each has the same fields."""
    if not isinstance(record, list) or not all(isinstance(t, dict) for t in record):
        return None
    if not record:
        return None
    keys = ["start", "end", *(k for k in record[0] if k not in ("text", "start", "end"))]
    if any({*t} != {*keys, "text"} or t["text"] != text[t["start"] : t["end"]] for t in record if _placed(t)):
        return None
    if not all(map(_placed, record)):
        return None
    return {"keys": keys, "rows": [[t[k] for k in keys] for t in record], "text": text_mark(text)[:12]}


def _placed(token: Mapping[str, Any]) -> bool:
    return type(token.get("start")) is int and type(token.get("end")) is int


def _classes(values: list[str], style: str, options: Any) -> dict[str, Any]:
    """Classes of a text in the way in which they came."""
    if style == "label" and len(values) == 1:
        return {"label": values[0]}
    if style == "cats":
        names = [k for k in options if isinstance(k, str)] if isinstance(options, list) else []
        return {"cats": {k: 1.0 if k in values else 0.0 for k in dict.fromkeys((*names, *values))}}
    return {"accept": values, "options": options or [{"id": v, "text": v} for v in values]}


def _tokens(text: str, regions: list[Region]) -> list[tuple[int, int]]:
    """Words and signs; a word in which a label begins or ends is several."""
    cuts = sorted({p for r in regions for p in (r.start, r.end)})
    found: list[tuple[int, int]] = []
    for m in _TOKEN.finditer(text):
        within = cuts[bisect_right(cuts, m.start()) : bisect_right(cuts, m.end() - 1)]
        edges = [m.start(), *within, m.end()]
        found += pairwise(edges)
    return found


def _span(region: Region, tokens: list[tuple[int, int]], name: str) -> dict[str, Any]:
    """A label; of one that begins or ends with a space the words within are its tokens."""
    first = bisect_right(tokens, (region.start, -1))
    last = max(bisect_right(tokens, (region.end, -1)) - 1, 0)
    return {
        "start": region.start,
        "end": region.end,
        "token_start": min(first, last),
        "token_end": last,
        "label": name,
    }


def read(path: Path, coder: str | None = None) -> Incoming:
    """Accepted answers: a file, a folder or a zip of them."""
    incoming = Incoming()
    reader = _Reader(incoming, Travelled(path))
    for name, data in json_files(path, (".jsonl", ".json")):
        for where, content in json_items(data, name, incoming):
            line = Shape(content, where)
            try:
                record = line.mapping()
                if record.get("answer", "accept") != "accept":
                    incoming.losses.lose(say("articles that were rejected or ignored"))
                elif any(k in record for k in _NO_TEXT) and ("text" not in record or _marked_there(record)):
                    incoming.losses.lose(say("pictures, sound and web pages, which are not articles"), 1, where)
                else:
                    reader.line(line, PurePosixPath(name))
            except BadInput as error:
                incoming.problem(name, error.where or where, error.what)
    even(incoming)
    return incoming


_NO_TEXT = ("image", "audio", "video", "html")


def _marked_there(record: Mapping[str, Any]) -> bool:
    """Whether spans mark places in a picture or a sound, not in the text."""
    spans = record.get("spans")
    first = spans[0] if isinstance(spans, list) and spans else None
    return isinstance(first, dict) and "token_start" not in first and type(first.get("start")) is not int


class _Reader:
    def __init__(self, incoming: Incoming, travelled: Travelled) -> None:
        self._incoming, self._travelled, self._keys = incoming, travelled, Keys("label")
        self._sources: dict[str, list[tuple[str, set[str]]]] = {}

    def line(self, line: Shape, path: PurePosixPath) -> None:
        """One answer."""
        incoming, told = self._incoming, line.mapping()
        raw = line.part("text").text()
        extra = self._travelled.take("", raw) or Shape(told.get(KEY) or {}, f"{line.where}, {KEY}")
        facts = extra.part("document")
        foreign = ForeignText(raw, sha256=told_hash(facts))
        name = self._name(told, extra)
        more, kept = _kept(told)
        part = _part(told, foreign.text)
        hashed = told.get("_input_hash")
        document = incoming_document(
            foreign.text,
            self._source(raw, name, f"{path.stem}, {line.where}"),
            facts if facts.value else Shape(more, line.where),
            str(hashed) if isinstance(hashed, int) and not isinstance(hashed, bool) else None,
            kept,
        )
        if more and not document.own:
            document = replace(document, extra={**document.extra, **_not_facts(more)})
        tell_unread(incoming.losses, told, {**_KNOWN, **dict.fromkeys(plain(told))}, line.where)
        ref = incoming.meet(document)
        self._keep(incoming.met[ref.met or 0], name, part)
        gathered = Gathered(incoming, document, ref, name, self._keys, FORM)
        names = extra.part("names").value
        gathered.names = names if isinstance(names, dict) else {}
        gathered.carry(extra.part("records"), extra.part("arrows"))
        chosen = self._chosen(told, line.where)
        gathered.confidence = _confidence(told, chosen)
        prefix, whole = f"{document.sha256[:12]}:{name}", f"{path.stem}:{line.where}:whole"
        part["in"] = [f"{prefix}:{line.where}:", whole]
        if gathered.carried:
            part["of"] = list(gathered.carried)
        before = len(incoming.records)
        _Labels(incoming, gathered, foreign, line, path, prefix, part).read()
        gathered.whole(whole, {"label": chosen}, line.where)
        gathered.finish()
        if len(incoming.records) == before:
            part["empty"] = True

    @staticmethod
    def _keep(document: IncomingDocument, name: str | None, part: dict[str, Any]) -> None:
        """Beside the article that was met first: every answer about it, by who gave it."""
        kept = document.kept
        if isinstance(kept, dict):
            kept.setdefault(BY_CODER, {}).setdefault(name or "", []).append(part)
            if kept.get("tokens") == part.get("tokens"):
                part.pop("tokens", None)

    @staticmethod
    def _name(record: Mapping[str, Any], extra: Shape) -> str | None:
        coder = extra.part("coder").value
        name = coder.get("name") if isinstance(coder, dict) else None
        name = name or record.get("_annotator_id") or record.get("_session_id")
        return name if isinstance(name, str) else None

    def _source(self, text: str, coder: str | None, source: str) -> str:
        """What several people answered about one text is one article: the first that this one has not answered yet."""
        met = self._sources.setdefault(text, [])
        if coder is not None:
            for known, people in met:
                if coder not in people:
                    people.add(coder)
                    return known
        met.append((source, {coder} if coder is not None else set()))
        return source

    def _chosen(self, record: Mapping[str, Any], where: str) -> list[str]:
        """The classes of a text: those that were ticked, or the one that was asked about and accepted."""
        ticked = record.get("accept")
        if isinstance(ticked, list):
            return [str(x) for x in ticked if isinstance(x, (str, int)) and x != ""]
        if isinstance(cats := record.get("cats"), dict):
            return [k for k, on in cats.items() if on is True or (isinstance(on, (int, float)) and on >= _ON)]
        label = record.get("label")
        if isinstance(label, str):
            return [label] if label else []
        for key in _CLASSES:
            if record.get(key):
                self._incoming.losses.lose(say("fields that are not what Prodigy writes: {key}", key=key), 1, where)
        return []


def _confidence(record: Mapping[str, Any], chosen: list[str]) -> float | None:
    """How sure the model was whose answer this is: of the one class that it gave, else of the task.

    Where every class is plainly on or off, somebody said so who was asked.
    """
    cats = record.get("cats")
    if isinstance(cats, dict) and not all(on in (0, 1) for on in cats.values()):
        given = [confidence_of(on) for k, on in cats.items() if k in chosen]
        if len(given) == 1 and "accept" not in record:
            return given[0]
    meta = record.get("meta")
    score = record.get("score", meta.get("score") if isinstance(meta, dict) else None)
    return confidence_of(score)


def _kept(record: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """(what is known of the article, what its line holds for the way back)."""
    line = {k: v for k, v in record.items() if k not in _KNOWN or k in ("meta", "config", "style")}
    meta = line.get("meta")
    within = meta if isinstance(meta, dict) else {"meta": meta}
    more = {k: v for k, v in {**within, **plain(record)}.items() if v not in (None, "", [], {})}
    more = {k: v for k, v in more.items() if k not in _KNOWN and not k.startswith("_")}
    kept: dict[str, Any] = {"line": line}
    return more, kept


def _part(record: Mapping[str, Any], text: str) -> dict[str, Any]:
    """What an answer holds beside text, spans and classes, for the way back."""
    line = {k: v for k, v in record.items() if (k in _OF_LINE and k != "answer") or k not in _KNOWN}
    part: dict[str, Any] = {"line": {**line, **{k: record[k] for k in ("meta", "config", "style") if k in record}}}
    if style := next((k for k in _CLASSES if record.get(k)), None):
        cats = record.get("cats")
        part["classes"] = style
        part["options"] = list(cats) if style == "cats" and isinstance(cats, dict) else record.get("options")
    elif isinstance(record.get("options"), list):  # a choice was offered, and nothing was chosen
        part["nothing"] = {k: record[k] for k in ("accept", "options") if k in record}
    if (tokens := _told_tokens(record.get("tokens"), text)) is not None:
        part["tokens"] = tokens
    return part


def _not_facts(more: Mapping[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in more.items() if k not in _FACTS}


class _Labels:
    """Spans and relations of one line."""

    def __init__(
        self,
        incoming: Incoming,
        gathered: Gathered,
        foreign: ForeignText,
        line: Shape,
        path: PurePosixPath,
        prefix: str,
        part: dict[str, Any],
    ) -> None:
        self._incoming, self._gathered, self._foreign = incoming, gathered, foreign
        self._line, self._path, self._prefix, self._part = line, path, prefix, part
        self._tokens = line.part("tokens").items() if isinstance(line.mapping().get("tokens"), list) else []
        self._ends: dict[int, str] = {}
        self._places: dict[tuple[int, int], list[tuple[str, str]]] = {}
        self._ids: set[str] = set()

    def read(self) -> None:
        """Everything."""
        for number, one in enumerate(self._line.part("spans").items()):
            with self._incoming.each(self._path.name, one.where):
                self._span(number, one)
        for number, one in enumerate(self._line.part("relations").items()):
            with self._incoming.each(self._path.name, one.where):
                self._relation(number, one)

    def _span(self, number: int, one: Shape) -> None:
        if one.mapping().get("answer", "accept") != "accept":
            self._incoming.losses.lose(say("labels that were rejected or ignored"), 1, one.where)
            return
        if (fragment := self._fragment(one)) is None:
            return
        if not one.mapping().get("label"):
            self._incoming.losses.lose(say("passages without a label"), 1, one.where)
            return
        name = one.part("label").text()
        told = one.part("id").text_or_none()
        told = told if told and told.partition("#")[0] in self._gathered.carried else None
        key = told or self._gathered.at(name, fragment) or f"{self._prefix}:{self._line.where}:{number}"
        self._ids.add(key)
        self._keep(number, one, fragment, name, key)
        self._gathered.region(key, name, fragment, one.where)
        self._gathered.sure(key, one.mapping().get("score"))
        self._places.setdefault(self._place(one), []).append((name, key))
        if isinstance(last := one.mapping().get("token_end"), int):
            self._ends[last] = key

    def _relation(self, number: int, one: Shape) -> None:
        sources, targets = (self._ends_of(one, side, number) for side in ("head", "child"))
        name = one.part("label").text()
        if more := {k: v for k, v in one.mapping().items() if k not in _RELATION}:
            at = f"{one.mapping().get('head')}>{one.mapping().get('child')}>{name}"
            self._part.setdefault("relations", {})[at] = more
        source, target = self._gathered.meant(sources, targets, name)
        self._gathered.arrow(source, target, name, one.where)

    def _keep(self, number: int, one: Shape, fragment: Fragment, name: str, key: str) -> None:
        """What stands in a span beside its place and name goes back with it."""
        beside = {k: v for k, v in one.mapping().items() if k not in _PLACE and not (k == "id" and v == key)}
        if beside:
            self._part.setdefault("at", {})[str(number)] = [*fragment, name, beside]

    def _fragment(self, one: Shape) -> Fragment | None:
        start, end = self._place(one)
        try:
            return self._foreign.fragment(start, end)
        except ValueError as error:
            self._incoming.problem(self._path.name, one.where, words_of(error))
            return None

    def _place(self, one: Shape) -> tuple[int, int]:
        """Where a span stands; of one that is told by its tokens alone, where these stand."""
        record = one.mapping()
        first, last = record.get("token_start"), record.get("token_end")
        if "start" not in record and "end" not in record and type(first) is int and type(last) is int:
            if not 0 <= first <= last < len(self._tokens):
                raise BadInput("there are no such tokens in the line", one.where, "correct the file")
            return self._tokens[first].part("start").whole(), self._tokens[last].part("end").whole()
        return one.part("start").whole(), one.part("end").whole()

    def _ends_of(self, relation: Shape, side: str, number: int) -> list[str]:
        """The regions that one end of a relation can mean: by its span where that is said, else by its last token."""
        span = relation.part(f"{side}_span")
        if isinstance(span.value, dict):
            key = span.value.get("id")
            if isinstance(key, str) and key in self._ids:
                return [key]
            name = span.value.get("label")
            here = self._places.get((span.value.get("start", -1), span.value.get("end", -1)), [])
            if found := [k for n, k in here if n == name] or [k for _, k in here]:
                return found
        last = relation.part(side).whole()
        if last in self._ends:
            return [self._ends[last]]
        known = isinstance(span.value, dict) and "start" in span.value
        word = span if known else self._tokens[last] if 0 <= last < len(self._tokens) else None
        if word is None or not isinstance(word.value, dict):
            return [""]
        return [self._word(word, f"{number}:{side}")]

    def _word(self, word: Shape, number: str) -> str:
        """Words without a label, as a label of a layer of their own."""
        if (fragment := self._fragment(word)) is None:
            return ""
        gathered = self._gathered
        if "" in gathered.names:
            gathered.names = {**gathered.names, WORD: gathered.names[""]}
        key = gathered.at("", fragment) or f"{self._prefix}:{self._line.where}:{number}"
        gathered.region(key, WORD, fragment, word.where)
        self._incoming.written_as.setdefault(gathered.layer_of(WORD), {})[FORM] = ""
        self._places.setdefault(self._place(word), []).append(("", key))
        return key
