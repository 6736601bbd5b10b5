"""doccano: one JSON line an article, one file a coder.

Form: the export of a sequence labelling project with relations, and older ones: the text under ``text`` or ``data``,
labels as objects or as ``[start, end, label]`` under one of several names. An article that came in one of these goes
out in the same. Offsets are code points; old releases counted UTF-16, which nothing in the file could tell, so that
files are read as code points.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

from annotator.domain.annotations import Annotation, Coder
from annotator.domain.errors import BadInput
from annotator.domain.file_names import FileNames
from annotator.domain.fragments import Fragment
from annotator.domain.origins import BY_CODER
from annotator.domain.words import say, words_of
from annotator.formats.codebook_file import read_codebook, write_codebook
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming
from annotator.formats.json_files import json_files, json_items
from annotator.formats.json_input import Shape
from annotator.formats.json_tables import TABLES, fast_text_items, is_fast_text, refuse_words, table_items
from annotator.formats.keys import Keys
from annotator.formats.parts import Part, answers, by_part, object_of, stood_at
from annotator.formats.regions import (
    KEY,
    Gathered,
    arrows_of,
    beside_of_line,
    even,
    incoming_document,
    kept_of,
    name_in,
    regions_of,
    told_hash,
    whole_values,
)
from annotator.formats.travelling import BESIDE, Beside, Travelled
from annotator.formats.unread import TAKEN, Known, plain, tell_unread

FORM = "doccano"
_TEXT = ("text", "data")
"""Where the text stands; releases 1.3 to 1.5 call it data."""
_LISTS = ("entities", "label", "labels", "annotations", "cats")
"""Where labels stand."""
_ENDS = (("start_offset", "end_offset"), ("start", "end"))
"""Where a span's places stand; files that others made for it call them start and end."""
_SPAN: Known = {
    **dict.fromkeys(("start", "end")),
    **dict.fromkeys(("id", "label", "start_offset", "end_offset", "user", "text", "prob", "manual", "uuid")),
    **dict.fromkeys(("created_at", "updated_at", "document", "example")),
}
_KNOWN: Known = {
    **dict.fromkeys(_LISTS, _SPAN),
    "relations": dict.fromkeys(("id", "from_id", "to_id", "type", "user")),
    **dict.fromkeys(("id", *_TEXT, "annotation_approver", "Comments", "comments", KEY)),
}


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A folder: ``<coder>.jsonl`` for each coder, ``label_config.json`` for doccano; the rest is for us."""
    out.mkdir()
    names = FileNames()
    coders: list[Coder | None] = [*dataset.coders.values()]
    with Beside(out / BESIDE) as beside:
        for coder in coders or [None]:
            name = names.of(coder.name if coder else "articles", ".jsonl")
            with (out / name).open("wb") as file:
                for number, article in enumerate(dataset, start=1):
                    for part, labels in _answers(dataset, article, coder):
                        line, travels = _Written(dataset, article, coder, number, part, labels).line()
                        file.write((json.dumps(line, ensure_ascii=False) + "\n").encode())
                        beside.put(name, article.text, travels)
    shown = [
        {"text": layer.written_as.get(FORM, layer.key), "background_color": layer.colour, "text_color": "#ffffff"}
        for layer in dataset.codebook.span_layers
    ]
    (out / "label_config.json").write_text(
        json.dumps(shown, ensure_ascii=False, indent=2) + "\n", encoding="utf-8", newline="\n"
    )
    write_codebook(out, dataset.codebook)


def _answers(dataset: Dataset, article: Article, coder: Coder | None) -> Iterable[tuple[Part, list[Annotation]]]:
    """The lines of a coder about an article as they came, each with its labels; one where none came."""
    kept = kept_of(article.document, FORM)
    if coder is None or (len(dataset.coders) > 1 and coder.name not in object_of(kept, BY_CODER)):
        return [({}, list(article.of(coder.id)) if coder else [])]
    (parts,), _ = answers(kept, [coder.name])
    return by_part(article.of(coder.id), parts)


class _Written:
    """One line."""

    def __init__(
        self,
        dataset: Dataset,
        article: Article,
        coder: Coder | None,
        number: int,
        part: Part,
        annotations: list[Annotation],
    ) -> None:
        self._dataset, self._article, self._coder, self._part = dataset, article, coder, part
        self._annotations = annotations
        self._regions = regions_of(annotations)
        self._arrows = arrows_of(dataset, annotations, FORM)
        kept = kept_of(article.document, FORM)
        self._kept = {**kept, **part}
        self._number = kept.get("id", number) if kept else number
        self._names = [name_in(dataset.codebook, r.annotation.layer, FORM) for r in self._regions]
        self._beside = [
            stood_at(part, (r.annotation.external_id or "").rpartition(":")[2], r, name)
            for r, name in zip(self._regions, self._names, strict=True)
        ]
        self._ids = self._numbers()

    def _numbers(self) -> dict[str, Any]:
        """By region: the id that came with it, else the next one that is free."""
        told = {r.id: b["id"] for r, b in zip(self._regions, self._beside, strict=True) if b and "id" in b}
        taken = [x for x in told.values() if isinstance(x, int)]
        free = count(max(taken, default=0) + 1)
        return {r.id: told[r.id] if r.id in told else next(free) for r in self._regions}

    def line(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """(the line, what travels beside it)."""
        kept = self._kept
        field = str(kept.get("text", "text"))
        line: dict[str, Any] = {} if kept and "id" not in kept else {"id": self._number}
        line |= {field: "", **kept.get("line", {})} | {field: self._article.text}
        self._spans(line, str(kept.get("labels", "entities")))
        self._classes(line, str(kept.get("labels", "entities")))
        line.setdefault("Comments", [])
        travels = beside_of_line(self._dataset, self._article, self._annotations, FORM, self._coder)
        return line, travels | {"ids": {str(i): key for key, i in self._ids.items()}}

    def _spans(self, line: dict[str, Any], field: str) -> None:
        kept, named = self._kept, list(zip(self._regions, self._names, self._beside, strict=True))
        if kept.get("lists") and not self._arrows:
            line[field] = [[r.start, r.end, name] for r, name, _ in named]
            return
        start, end = kept.get("ends") or _ENDS[0]
        tied = {x for arrow in self._arrows for x in (arrow.source, arrow.target)}
        line[field if field != "annotations" or self._part else "entities"] = [
            {
                **({"id": self._ids[r.id]} if beside is None or "id" in beside or r.id in tied else {}),
                "label": name,
                str(start): r.start,
                str(end): r.end,
                **(beside or {}),
            }
            for r, name, beside in named
        ]
        more, used = object_of(self._part, "relations"), Counter[str]()
        line["relations"] = []
        for number, x in enumerate(self._arrows, start=1):
            source, target = self._ids[x.source], self._ids[x.target]
            tie = f"{source}>{target}>{x.name}"
            told = more.get(tie)
            left = told[used[tie] :] if isinstance(told, (list, tuple)) else []
            used[tie] += 1
            beside = left[0] if left and isinstance(left[0], dict) else {"id": number}
            line["relations"].append(beside | {"from_id": source, "to_id": target, "type": x.name})
        if not line["relations"] and self._part and "relations" not in self._part:
            del line["relations"]

    def _classes(self, line: dict[str, Any], labels: str) -> None:
        """Classes of the whole text in the way in which they came."""
        kept, regions = self._kept, self._regions
        whole = whole_values(self._dataset, self._annotations, FORM)
        said = {name: values for name, values in whole if name in ("label", "cats")}
        if (verbatim := object_of(self._part, "said")) and said == self._part.get("values"):
            line |= {k: v for k, v in verbatim.items() if k not in line or not line[k]}
            return
        if regions and "label" in said and labels == "label":
            line["cats"] = said.pop("label")
        for name, values in said.items():
            alone = name == "label" and kept.get("word") and len(values) == 1
            line[labels if name == "label" and not regions and labels in ("label", "labels") else name] = (
                values[0] if alone else values
            )


def read(path: Path, coder: str | None = None) -> Incoming:
    """A file of one coder, a folder of such files, or the zip that doccano hands out.

    coder: who made a single file, whose name says nothing then.
    """
    incoming = Incoming()
    incoming.codebook = read_codebook(path)
    keys = Keys("label")
    travelled = Travelled(path)
    seen: Seen = {}
    files = list(_files(path))
    for name, data in files:
        maker = coder if coder and len(files) == 1 else PurePosixPath(name).stem
        for where, line in _items(data, name, incoming):
            try:
                _Line(incoming, Shape(line, where), PurePosixPath(name), keys, maker, travelled, seen).read()
            except BadInput as error:
                incoming.problem(name, error.where or where, error.what)
    even(incoming)
    return incoming


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of JSON; where there are none the tables, which projects of classes hand out too."""
    refuse_words(path.name)
    try:
        yield from json_files(path, (".jsonl", ".json"))
    except BadInput:
        yield from json_files(path, (*TABLES, ".txt"))


def _items(data: bytes, name: str, incoming: Incoming) -> Iterator[tuple[str, Any]]:
    if PurePosixPath(name).suffix.casefold() in TABLES:
        for where, row in table_items(data, name, incoming):
            yield where, {k: _several(v) if k in ("label", "labels") else v for k, v in row.items()}
    elif is_fast_text(data):
        yield from fast_text_items(data, name)
    else:
        yield from json_items(data, name, incoming)


def _several(cell: Any) -> Any:
    """Classes in a cell, which doccano joins with ``#``."""
    return cell.split("#") if isinstance(cell, str) else cell


Seen = dict[tuple[str, str, str], list[tuple[str, dict[str, Any], list[str]]]]
"""File, id and text -> of each line so far: the coder, what is kept of it, and the ids of its labels."""


@dataclass
class _Span:
    """A label as it stands in the file. key: of the region, once that is known."""

    number: str
    name: str
    fragment: Fragment
    where: str
    user: Any
    key: str = ""


class _Line:
    def __init__(
        self,
        incoming: Incoming,
        line: Shape,
        file: PurePosixPath,
        keys: Keys,
        maker: str,
        travelled: Travelled,
        seen: Seen,
    ) -> None:
        self._incoming, self._line, self._file, self._keys, self._maker = incoming, line, file, keys, maker
        self._travelled, self._seen = travelled, seen
        self._by: dict[str, Gathered] = {}
        self._whole: dict[str, dict[str, list[Any]]] = {}

    def read(self) -> None:
        """Everything."""
        line, incoming = self._line, self._incoming
        record = line.mapping()
        field = next((k for k in _TEXT if k in record), "text")
        if field not in record and any(k in record for k in ("filename", "image", "audio", "upload_name")):
            incoming.losses.lose(say("pictures and sound, which are not articles"), 1, line.where)
            return
        raw = line.part(field).text()
        meta = record.get("meta")
        older = record.get(KEY) or (meta.get(KEY) if isinstance(meta, dict) else None) or {}
        self._extra = self._travelled.take(self._file.name, raw) or Shape(older, f"{line.where}, {KEY}")
        self._foreign = ForeignText(raw, sha256=told_hash(self._extra.part("document")))
        self._here = str(record.get("id", line.where))
        facts, kept = self._facts(record, field)
        source = f"{self._file.stem}-{self._here}"
        document = incoming_document(self._foreign.text, source, self._extra.part("document"), self._here, kept)
        if facts and not document.own:
            document = replace(document, extra={**document.extra, **facts})
        self._document, self._ref = document, incoming.meet(document)
        self._part = kept
        mark = (self._file.name, self._here, document.sha256)
        if not self._extra.value and mark in self._seen:
            incoming.losses.lose(say("lines about an article that came before: their labels are together"))
        self._mark = mark
        tell_unread(incoming.losses, record, {**_KNOWN, **dict.fromkeys(plain(record)), "meta": TAKEN}, line.where)
        said_of = record.get("comments") or record.get("Comments")
        incoming.losses.lose(say("comments on articles"), len(said_of) if isinstance(said_of, list) else bool(said_of))
        self._labels(record)
        self._keep()

    def _keep(self) -> None:
        """What the line holds beside text and labels, with its coders, for the way back."""
        held = self._incoming.met[self._ref.met or 0].kept
        known = self._seen.setdefault(self._mark, [])
        for who in [*self._by] or [self._maker]:
            keys = [s.key for s in self._spans if s.user is None or self._who(s.user) == who]
            keys += [f"{self._file.stem}:{self._here}:whole:{user}" for user in self._whole]
            part = {k: v for k, v in self._part.items() if k != BY_CODER} | ({} if keys else {"empty": True})
            known.append((who, part, keys))
            if isinstance(held, dict):
                held.setdefault(BY_CODER, {}).setdefault(who, []).append(part)
        for _, part, keys in known if len(known) > 1 else ():
            part["of" if self._extra.value else "in"] = keys

    def _facts(self, record: Mapping[str, Any], field: str) -> tuple[dict[str, Any], dict[str, Any]]:
        """(what is known of the article, what its line holds for the way back)."""
        meta = record.get("meta")
        more = {k: v for k, v in record.items() if k not in _KNOWN and k != "meta"}
        within = {k: v for k, v in meta.items() if k != KEY} if isinstance(meta, dict) else {}
        if isinstance(meta, str) and meta:
            within = {"meta": meta}
        facts = {k: v for k, v in {**within, **plain(more)}.items() if v not in (None, "", [], {})}
        comments = {k: record[k] for k in ("comments", "Comments", "annotation_approver") if k in record}
        kept: dict[str, Any] = {"line": {**({"meta": meta} if "meta" in record else {}), **more, **comments}}
        if isinstance(record.get("relations"), list):
            kept["relations"] = {}
        if "id" in record:
            kept["id"] = record["id"]
        if field != "text":
            kept["text"] = field
        lists = next((k for k in _LISTS if isinstance(record.get(k), (list, str)) and k != "cats"), None)
        if lists is not None and lists != "entities":
            found = record[lists]
            kept["labels"] = lists
            kept["lists"] = isinstance(found, str) or not any(isinstance(x, dict) for x in found)
            kept["word"] = isinstance(found, str)
        return facts, kept

    def _gathered(self, user: Any = None) -> Gathered:
        """The labels of one coder."""
        coder = self._extra.part("coder").value
        name = coder.get("name") if isinstance(coder, dict) else None
        who = name or self._who(user)
        if who not in self._by:
            names = self._extra.part("names").value
            known = names if isinstance(names, dict) else {}
            made = Gathered(self._incoming, self._document, self._ref, who, self._keys, FORM, known)
            self._by[who] = made
            if len(self._by) == 1:
                made.carry(self._extra.part("records"), self._extra.part("arrows"))
        return self._by[who]

    def _who(self, user: Any) -> str:
        return f"User {user}" if isinstance(user, (int, str)) and user != "" else self._maker

    def _stood(self, one: Shape, ends: tuple[str, str], name: str) -> None:
        """What stands in a label beside its place and name goes back with it."""
        record = one.mapping()
        if ends != _ENDS[0]:
            self._part["ends"] = list(ends)
        if not self._spans or self._spans[-1].where != one.where:
            return  # it is refused
        span = self._spans[-1]
        beside = {k: v for k, v in record.items() if k not in (*ends, "label")}
        if record.get("label") != name:
            beside["label"] = record["label"]
        self._part.setdefault("at", {})[span.number] = [*span.fragment, name, beside]

    def _labels(self, record: Mapping[str, Any]) -> None:
        self._of_spans: set[str] = set()
        self._spans: list[_Span] = []
        for field in _LISTS:
            self._list(field, record.get(field))
        if self._extra.value or not any(s.user is not None for s in self._spans):
            self._gathered()
        ids = self._extra.part("ids").value
        self._known = ids if isinstance(ids, dict) else {}
        for span in self._spans:
            span.key = self._gathered(span.user).at(span.name, span.fragment) or ""
        for span in self._spans:
            gathered = self._gathered(span.user)
            if not span.key:
                was = str(self._known.get(span.number, ""))
                moved = was and (gathered.left(was, span.name) or self._extra.part("arrows").value is None)
                span.key = was if moved else f"{self._file.stem}:{self._here}:{span.number}"
            gathered.region(span.key, span.name, span.fragment, span.where)
        keys = {**{k: str(v) for k, v in self._known.items()}, **{s.number: s.key for s in self._spans}}
        for one in self._line.part("relations").items():
            with self._incoming.each(self._file.name, one.where):
                self._relation(one, keys)
        if self._whole:
            told_values = list(self._whole.values())
            self._part["values"] = {k: list(dict.fromkeys(map(str, x))) for v in told_values for k, x in v.items()}
            self._part["said"] = {k: record[k] for k in _LISTS if record.get(k) and k not in self._of_spans}
        for user, values in self._whole.items():
            self._gathered(user or None).whole(f"{self._file.stem}:{self._here}:whole:{user}", values, self._line.where)
        for each in self._by.values():
            each.finish()

    def _list(self, field: str, value: Any) -> None:
        said = Shape([value] if isinstance(value, (str, int, float)) else value, f"{self._line.where}, {field}")
        if isinstance(value, dict):  # spaCy's way: {"POSITIVE": 1.0, "NEGATIVE": 0.0}
            said = Shape([k for k, on in value.items() if on], said.where)
        for number, one in enumerate(said.items()):
            with self._incoming.each(self._file.name, one.where):
                self._one(field, number, one)

    def _relation(self, one: Shape, keys: Mapping[str, str]) -> None:
        source, target = (keys.get(str(one.part(k).value), "") for k in ("from_id", "to_id"))
        to = next((g for g in self._by.values() if g.knows(source.partition("#")[0])), None) or self._gathered()
        name = one.part("type").text()
        to.arrow(source, target, name, one.where)
        beside = {k: v for k, v in one.mapping().items() if k not in ("from_id", "to_id", "type")}
        tie = f"{one.part('from_id').value}>{one.part('to_id').value}>{name}"
        self._part.setdefault("relations", {}).setdefault(tie, []).append(beside)

    def _one(self, field: str, number: int, one: Shape) -> None:
        user = one.value.get("user") if isinstance(one.value, dict) else None
        if isinstance(one.value, list):
            parts = one.items()
            if len(parts) != 3:
                raise BadInput("this should be [start, end, label]", one.where, "correct the file")
            start, end, label = parts[0].whole(), parts[1].whole(), _word(parts[2])
            self._span(str(number), start, end, label, one.where, user)
            self._of_spans.add(field)
        elif isinstance(one.value, dict) and (ends := next((e for e in _ENDS if e[0] in one.value), None)):
            start, end = (one.part(e).whole() for e in ends)
            key = str(one.mapping().get("id", number))
            name = _word(one.part("label"))
            self._span(key, start, end, name, one.where, user)
            self._stood(one, ends, name)
            self._of_spans.add(field)
        else:
            plain = one.part("label") if isinstance(one.value, dict) and "label" in one.value else one
            if isinstance(plain.value, dict) and "text" in plain.value:
                plain = plain.part("text")
            by_name = self._whole.setdefault("" if user is None else str(user), {})
            by_name.setdefault("cats" if field == "cats" else "label", []).append(_word(plain))

    def _span(self, number: str, start: int, end: int, label: str, where: str, user: Any) -> None:
        try:
            fragment = self._foreign.fragment(start, end)
        except ValueError as error:
            self._incoming.problem(self._file.name, where, words_of(error))
            return
        if any(s.number == number for s in self._spans):  # two lists of labels, or an id that stands twice
            number = f"{number}/{len(self._spans)}"
        self._spans.append(_Span(number, label, fragment, where, user))


def _word(said: Shape) -> str:
    """A label's name; older exports give its number."""
    return str(said.value) if isinstance(said.value, (int, float)) and not isinstance(said.value, bool) else said.text()
