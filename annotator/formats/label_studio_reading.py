"""Reading Label Studio: tasks in the full form, the short one (JSON-MIN) and that of old releases (completions).

A task that is no text is told. The text stands in the field of the task in which the passages of its labels stand.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.origins import BY_CODER
from annotator.domain.words import say, words_of
from annotator.formats.codebook_file import read_codebook
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.json_files import json_files, json_items
from annotator.formats.json_input import Shape
from annotator.formats.json_tables import TABLES, refuse_words, table_items
from annotator.formats.keys import Keys
from annotator.formats.regions import KEY, Gathered, confidence_of, even, incoming_document, told_hash
from annotator.formats.travelling import Travelled
from annotator.formats.unread import Known, plain, tell_unread

FORM = "label-studio"
TASKS = "tasks.json"
SPANS = frozenset(("labels", "hypertextlabels", "paragraphlabels"))
"""Types of results that mark passages."""
_OF_TASK = frozenset(
    [
        "id",
        "data",
        "annotations",
        "completions",
        "predictions",
        "drafts",
        "created_at",
        "updated_at",
        "updated_by",
        "total_annotations",
        "cancelled_annotations",
        "total_predictions",
        "comment_count",
        "comment_authors",
        "unresolved_comment_count",
        "comments",
        "last_comment_updated_at",
        "reviewers",
        "annotators",
        "agreement",
        "is_labeled",
        "overlap",
        "reviews_rejected",
        "avg_lead_time",
        "file_upload",
        "storage_filename",
    ]
)
_KEPT = ("meta", "project", "inner_id", "file_upload")
_OF_SHORT = frozenset(("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"))
_RESULT: Known = dict.fromkeys(
    [
        "id",
        "from_name",
        "to_name",
        "type",
        "value",
        "origin",
        "source",
        "score",
        "readonly",
        "hidden",
        "meta",
        "from_id",
        "to_id",
        "direction",
        "labels",
        "original_width",
        "original_height",
        "image_rotation",
        "parentID",
    ]
)
_ANNOTATION: Known = {
    **dict.fromkeys(
        [
            "id",
            "completed_by",
            "was_cancelled",
            "ground_truth",
            "created_at",
            "updated_at",
            "draft_created_at",
            "lead_time",
            "prediction",
            "result_count",
            "unique_id",
            "import_id",
            "last_action",
            "bulk_created",
            "task",
            "project",
            "updated_by",
            "parent_prediction",
            "parent_annotation",
            "last_created_by",
            "created_ago",
            "created_username",
            "skipped",
            "honeypot",
            "state",
        ]
    ),
    "result": _RESULT,
}


def read(path: Path, coder: str | None = None, suggested: bool = False) -> Incoming:
    """``tasks.json``, the folder that holds it, or an export as a zip; also the short form (JSON-MIN).

    coder: who made what does not say it. suggested: predictions of models are wanted, in the place of what people did,
    where a task has any.
    """
    incoming = Incoming(codebook=read_codebook(path))
    keys = Keys("label")
    travelled = Travelled(path)
    if path.is_dir() and (path / TASKS).is_file():
        path = path / TASKS
    people = _People(coder, suggested)
    for name, data in _files(path):
        table = PurePosixPath(name).suffix.casefold() in TABLES
        for where, found in (table_items if table else json_items)(data, name, incoming):
            task = Shape(found, where)
            try:
                whole = _whole_task(task, incoming)
                _Task(incoming, whole, PurePosixPath(name), keys, travelled, people).read()
            except BadInput as error:
                incoming.problem(name, error.where or task.where, error.what)
    even(incoming)
    return incoming


def _files(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of JSON; where there are none the tables, which hold the same as the short form."""
    refuse_words(path.name)
    try:
        yield from json_files(path, (".json", ".jsonl"))
    except BadInput:
        yield from json_files(path, TABLES)


class _People:
    """Names for those who annotated: no two of them have the same one."""

    def __init__(self, coder: str | None, suggested: bool) -> None:
        self._unknown = coder or "Label Studio"
        self.suggested = suggested
        """Whether models are meant, not people."""
        self._names: dict[str, str] = {}

    def name(self, by: Any) -> str:
        """How somebody is called: by name, else by address, else by number."""
        if not isinstance(by, dict):
            return f"Coder {by}" if by is not None else self._unknown
        known = " ".join(str(by[k]).strip() for k in ("first_name", "last_name") if by.get(k))
        mail = str(by.get("email") or by.get("username") or by.get("id"))
        name = known or mail
        if self._names.setdefault(name, mail) != mail:
            name = f"{name} ({mail})"
            self._names.setdefault(name, mail)
        return name


def _whole_task(task: Shape, incoming: Incoming) -> Shape:  # noqa: C901 - a branch for each form of task
    """A task of the short form, or of an old release, as the full form has it."""
    told = task.mapping()
    if "completions" in told and "annotations" not in told:
        told = {**{k: v for k, v in told.items() if k != "completions"}, "annotations": told["completions"]}
    if "result" in told and isinstance(of := told.get("task"), dict):  # an annotation, as a storage holds it
        one = {k: v for k, v in told.items() if k != "task"}
        told = {**{k: v for k, v in of.items() if k != "annotations"}, "annotations": [one]}
    if "data" in told:
        return Shape(told, task.where)
    data: dict[str, Any] = {}
    results: list[dict[str, Any]] = []
    for key, value in told.items():
        if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
            for number, v in enumerate(value):
                labels = next((k for k in v if k.endswith("labels")), None)
                if labels is None:
                    incoming.losses.lose(say("fields that are not known: {key}", key=key[:40]), 1, task.where)
                    continue
                results.append({"id": f"{key}-{number}", "from_name": key, "type": labels, "value": v})
        elif isinstance(value, dict) and (kind := next((k for k in _WHOLE if k in value), None)):
            results.append({"from_name": key, "type": kind, "value": value})
        elif key not in _OF_SHORT:
            data[key] = value
    if not results and "annotation_id" in told:
        incoming.losses.lose(
            say("tasks whose answers are plain words, imported as facts of the article: export them as JSON"),
            1,
            task.where,
        )
    by = told.get("annotator")
    one = {"id": told.get("annotation_id"), "completed_by": by, "result": results}
    return Shape({"id": told.get("id", task.where), "data": data, "annotations": [one] if results else []}, task.where)


_WHOLE = ("choices", "taxonomy", "rating", "number", "datetime", "pairwise")
"""What a value of a whole article is called in the short form."""
_NO_TEXT = re.compile(
    r"(https?:|s3:|gs:|data:|/)\S*$|\S+\.(png|jpe?g|gif|svg|webp|bmp|tiff?|mp3|mp4|wav|ogg|webm|pdf)$", re.IGNORECASE
)
"""What stands in a task for a picture, a sound or a film."""
_OF_PICTURES = frozenset(("rectanglelabels", "polygonlabels", "brushlabels", "keypointlabels", "ellipselabels")) | {
    *("rectangle", "polygon", "brush", "keypoint", "ellipse", "videorectangle", "timeserieslabels", "timelinelabels"),
}


class _Task:
    def __init__(
        self,
        incoming: Incoming,
        task: Shape,
        file: PurePosixPath,
        keys: Keys,
        travelled: Travelled,
        people: _People,
    ) -> None:
        self._incoming, self._task, self._file, self._keys = incoming, task, file, keys
        self._travelled, self._people = travelled, people
        self._controls: dict[str, list[str]] = {}

    def _field(self, data: Shape, quotes: list[tuple[int, int, str]]) -> str | None:
        """Where the text of the task stands; None where it has none."""
        record = data.mapping()
        kinds = {
            r.mapping().get("type") for a in self._task.part("annotations").items() for r in a.part("result").items()
        }
        words = {k: v for k, v in record.items() if isinstance(v, str) and v.strip() and not _NO_TEXT.match(v.strip())}
        plainly = record.get("text")
        if "text" in record and not isinstance(plainly, (list, dict)):
            data.part("text").text()
        if isinstance(plainly, str) and (quotes or not _NO_TEXT.match(plainly.strip())):
            words = {"text": plainly, **words}
        if kinds & _OF_PICTURES or not words:
            return None
        order = sorted(words, key=lambda k: (k != "text", -len(words[k])))
        fitting = (k for k in order if quotes and _detected(ForeignText(words[k]), quotes))
        return next(fitting, order[0])

    def read(self) -> None:
        """The task's document, and each of its annotations."""
        task, incoming = self._task, self._incoming
        record = task.mapping()
        data = task.part("data")
        annotations = [a for a in self._wanted() if self._counts(a)]
        quotes = [q for a in annotations for q in self._quotes(a)]
        field = self._field(data, quotes)
        if field is None:
            if not data.mapping():
                raise BadInput("the task has no text", task.where, "correct the file")
            incoming.losses.lose(say("tasks without a text (pictures, sound, films, conversations)"), 1, task.where)
            return
        raw = data.part(field).text()
        carried = self._travelled.take(self._file.name, raw)
        carried = carried or Shape(data.mapping().get(KEY) or {}, f"{data.where}, {KEY}")
        self._foreign = ForeignText(raw, sha256=told_hash(carried.part("document")))
        number = record.get("id", task.where)
        self._controls = dict(self._controls_of(annotations))
        more = {k: v for k, v in data.mapping().items() if k not in (field, KEY)}
        kept = {
            **({"id": number} if "id" in record else {}),
            "file": self._file.stem,
            "text": field,
            "data": more,
            "task": {k: record[k] for k in _KEPT if record.get(k)},
            BY_CODER: {},
            "controls": self._controls,
        }
        facts = carried.part("document") if carried.value else data
        document: IncomingDocument = incoming_document(
            self._foreign.text,
            say("{file}, task {number}", file=self._file.stem, number=number),
            facts,
            str(number),
            kept,
        )
        if not document.own:
            document = replace(document, extra={**document.extra, **self._facts(more, document)})
        self._document = document
        self._ref = incoming.meet(document)
        self._parts = incoming.met[self._ref.met or 0].kept.get(BY_CODER, {})
        self._tell(record)
        self._one_unit = _detected(self._foreign, quotes)
        if not self._one_unit:  # one of them may be at fault alone
            self._foreign.detect_most(quotes, _shown)
        for one in annotations:
            self._annotation(one, carried, number)

    @staticmethod
    def _facts(more: Mapping[str, Any], document: IncomingDocument) -> dict[str, Any]:
        """What the task says of its article under names that have no place of their own."""
        known = {
            k: getattr(document, k, None) for k in ("title", "published", "publisher", "author", "url", "language")
        }
        return {k: v for k, v in more.items() if v not in (None, "", [], {}) and known.get(k) != v}

    def _tell(self, record: Mapping[str, Any]) -> None:
        losses, where = self._incoming.losses, self._task.where
        for key, what in (
            ("drafts", say("drafts that were not handed in")),
            ("comments", say("comments on articles")),
        ):
            found = record.get(key)
            losses.lose(what, len(found) if isinstance(found, list) else 0)
        known: Known = {**dict.fromkeys((*_OF_TASK, *_KEPT)), "annotations": _ANNOTATION}
        tell_unread(losses, record, {**known, **dict.fromkeys(plain(record))}, where)

    def _controls_of(self, annotations: list[Shape]) -> Iterator[tuple[str, list[str]]]:
        """(what a result says, [name of its control, what this is about, its type])."""
        for result in (r for a in annotations for r in a.part("result").items()):
            record = result.mapping()
            kind, name, to = (str(record.get(k) or "") for k in ("type", "from_name", "to_name"))
            value = record.get("value")
            if not kind or not name or not isinstance(value, dict):
                continue
            if kind in SPANS:
                yield from ((f"label {x}", [name, to, kind]) for x in value.get(kind) or () if isinstance(x, str))
            else:
                yield f"{'whole' if value.get('start') is None else 'value'} {name}", [name, to, kind]

    def _wanted(self) -> list[Shape]:
        """What people did, or what models predicted; the other is told as left behind."""
        done = list(self._task.part("annotations").items())
        told = self._task.mapping().get("predictions")
        if not isinstance(told, list) or not told:
            return done
        if not self._people.suggested:
            self._incoming.losses.lose(say("predictions of models"), len(told))
            return done
        self._incoming.losses.lose(say("annotations of people beside predictions"), len(done))
        return [p for p in self._task.part("predictions").items() if isinstance(p.value, dict)]

    def _counts(self, one: Shape) -> bool:
        if one.mapping().get("was_cancelled") or one.mapping().get("skipped"):
            self._incoming.losses.lose(say("annotations that were cancelled"))
            return False
        return True

    def _quotes(self, one: Shape) -> Iterator[tuple[int, int, str]]:
        for result in one.part("result").items():
            value = result.mapping().get("value")
            if result.mapping().get("type") in SPANS and isinstance(value, dict) and _in_text(value):
                start, end, quote = value.get("start"), value.get("end"), value.get("text")
                if type(start) is int and type(end) is int and isinstance(quote, str):
                    yield start, end, quote

    def _annotation(self, one: Shape, carried: Shape, number: Any) -> None:
        coder = self._coder(one)
        gathered = Gathered(self._incoming, self._document, self._ref, coder, self._keys, FORM)
        names = carried.part("names").value
        gathered.names = names if isinstance(names, dict) else {}
        gathered.confidence = confidence_of(one.mapping().get("score"))
        records = [r for r in carried.part("records").items() if _is_by(r, coder)]
        ours = {str(r.value["id"]).partition("#")[0] for r in records if isinstance(r.value, dict) and "id" in r.value}
        arrows = carried.part("arrows")
        if isinstance(arrows.value, list):
            told = [x for x in arrows.value if isinstance(x, list) and x and str(x[0]).partition("#")[0] in ours]
            arrows = Shape(told, arrows.where)
        gathered.carry(Shape([r.value for r in records], carried.where), arrows)
        self._prefix = f"{self._file.stem}:{number}:{one.mapping().get('id')}:{coder}:"
        self._ids: dict[str, str] = {}
        whole: dict[str, list[Any]] = {}
        results = one.part("result").items()
        part = self._part = _part(one.mapping(), self._prefix)
        if gathered.carried:
            part["of"] = list(gathered.carried)
        self._parts.setdefault(coder, []).append(part)
        before = len(self._incoming.records)
        for result in results:
            with self._incoming.each(self._file.name, result.where):
                if result.part("type").text() in SPANS:
                    self._region(gathered, result)
        for result in results:
            if result.mapping().get("type") not in (None, *SPANS):
                with self._incoming.each(self._file.name, result.where):
                    self._other(gathered, result, whole)
        gathered.whole(f"{self._prefix}whole", whole, one.where)
        gathered.finish()
        if len(self._incoming.records) == before:
            part["empty"] = True
        if not results and not gathered.carried:
            self._incoming.losses.lose(say("annotations in which nothing was labelled"), 1, one.where)

    def _unread(self, result: Shape, what: str) -> None:
        """A result that no label can stand for: told, and kept for the way back."""
        self._incoming.losses.lose(what, 1, result.where)
        self._part.setdefault("unread", []).append(result.value)

    def _region(self, gathered: Gathered, result: Shape) -> None:
        value, kind = result.part("value"), result.part("type").text()
        told = result.part("id").text()
        if not _in_text(value.mapping()):
            self._unread(result, say("labels in a web page or a conversation, not in a text"))
            return
        try:
            place = self._foreign.fragment(value.part("start").whole(), value.part("end").whole())
        except ValueError as error:
            self._incoming.problem(self._file.name, result.where, words_of(error))
            return
        quote, there = value.mapping().get("text"), self._foreign.text[place[0] : place[1]]
        if not self._one_unit and isinstance(quote, str) and _shown(quote) != _shown(there):
            told_words = say("the text does not have the words {told!r} there", told=quote[:60])
            self._incoming.problem(self._file.name, result.where, told_words)
            return
        labels = [x.text() for x in value.part(kind).items()]
        if not labels:
            self._incoming.losses.lose(say("passages without a label"), 1, result.where)
        for number, label in enumerate(labels or ["label"]):
            key = gathered.at(label, place) or self._key(gathered, told)
            key = f"{key}/{number + 1}" if number and key == self._ids.get(told) else key
            gathered.region(key, label, place, result.where)
            gathered.sure(key, result.mapping().get("score"))
            self._ids.setdefault(told, key)
            note = result.mapping().get("meta")
            words = note.get("text") if isinstance(note, dict) else None
            for said in words if isinstance(words, list) else [words] if words else []:
                if isinstance(said, str) and said.strip():
                    gathered.note(key, said)

    def _other(self, gathered: Gathered, result: Shape, whole: dict[str, list[Any]]) -> None:
        """Arrows, values of labels and values of the whole text."""
        kind = result.part("type").text()
        if kind == "relation":
            unread = {x.get("id") for x in self._part.get("unread", ())}
            if any(result.mapping().get(k) in unread for k in ("from_id", "to_id")):
                self._unread(result, say("arrows at labels that are not read"))
                return
            found = [self._key(gathered, result.part(k).text()) for k in ("from_id", "to_id")]
            way = result.mapping().get("direction")
            self._incoming.losses.lose(
                say("arrows that point both ways; they are imported pointing one way"), way == "bi"
            )
            source, target = reversed(found) if way == "left" else found
            for name in [x.text() for x in result.part("labels").items()] or ["relation"]:
                gathered.arrow(source, target, name, result.where)
            return
        value = result.part("value")
        if value.mapping().get("start") is None:
            if told := _said(kind, value.mapping()):
                whole.setdefault(result.part("from_name").text(), []).extend(told)
            else:
                self._unread(result, say("values of the kind {kind}", kind=kind))
            return
        key = self._key(gathered, result.part("id").text())
        if key not in gathered.carried:
            self._value(gathered, key, kind, result)

    def _value(self, gathered: Gathered, key: str, kind: str, result: Shape) -> None:
        """A value that another program's project shows for a region."""
        name = result.part("from_name").text()
        field = "text" if kind == "textarea" else kind
        found = result.part("value").mapping().get(field)
        if isinstance(found, list):
            found = found[0] if len(found) == 1 else found
        if not isinstance(found, (str, int, float, list)) or found == []:
            self._unread(result, say("values of the kind {kind}", kind=kind))
            return
        attribute = self._keys.of(name)
        gathered.value(key, attribute, found, name)

    def _key(self, gathered: Gathered, region: str) -> str:
        """Ids of regions are unique within one annotation only, but for our own."""
        if region in self._ids:
            return self._ids[region]
        return region if region.partition("#")[0] in gathered.carried else self._prefix + region

    def _coder(self, one: Shape) -> str:
        if self._people.suggested and isinstance(model := one.mapping().get("model_version"), str) and model:
            return model
        return self._people.name(one.mapping().get("completed_by"))


def _detected(text: ForeignText, quotes: list[tuple[int, int, str]]) -> bool:
    """Label Studio quotes what the browser shows: a line break is the two characters \\n, other spaces may be less."""
    return text.detect(quotes) or text.detect(quotes, _shown)


def _shown(words: str) -> str:
    return "".join(words.replace("\\n", " ").split())


_PLAIN = frozenset(("id", "from_name", "to_name", "type", "value", "from_id", "to_id", "direction", "labels"))
_PLACE = frozenset(("start", "end", "text"))


def _part(record: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """What an annotation holds beside the labels, for the way back: of most results the same, of the rest each."""
    part: dict[str, Any] = {"in": [prefix], "id": record.get("id"), "completed_by": record.get("completed_by")}
    part["line"] = {k: v for k, v in record.items() if k not in ("id", "completed_by", "result")}
    results = [r for r in record.get("result") or () if isinstance(r, dict)]
    beside = [{k: v for k, v in r.items() if k not in _PLAIN} for r in results]
    usual = next(iter(Counter(json.dumps(x, sort_keys=True) for x in beside).most_common(1)), ("{}", 0))[0]
    part["usual"] = json.loads(usual)
    more: dict[str, Any] = {}
    whole: dict[str, Any] = {}
    for r, extra in zip(results, beside, strict=True):
        if r.get("type") == "relation":
            ends = [r.get("from_id"), r.get("to_id"), r.get("direction"), r.get("labels"), extra]
            part.setdefault("relations", []).append(ends)
            continue
        value = r.get("value")
        inner = value if isinstance(value, dict) else {}
        values = {k: v for k, v in inner.items() if k not in _PLACE and k != r.get("type")}
        if extra != part["usual"] or values:
            more[f"{r.get('from_name')}|{r.get('id')}"] = [extra, values]
        if inner.get("start") is None and r.get("type") not in SPANS:
            whole.setdefault(str(r.get("from_name")), r.get("id"))
            if isinstance(inner.get("text"), str):
                part.setdefault("words", []).append(str(r.get("from_name")))
    return part | ({"more": more} if more else {}) | ({"whole": whole} if whole else {})


def _in_text(value: Mapping[str, Any]) -> bool:
    """Whether a label counts in a text, not in a web page or in turns of a conversation."""
    return "globalOffsets" not in value and "startOffset" not in value and not isinstance(value.get("start"), str)


_FIELD = {"textarea": "text", "pairwise": "selected"}
"""Where a value stands, of kinds that call it otherwise than themselves."""


def _said(kind: str, value: Mapping[str, Any]) -> list[Any]:
    """What a control says of a whole article."""
    found = value.get(_FIELD.get(kind, kind))
    if kind == "taxonomy" and isinstance(found, list):
        return [" / ".join(map(str, x)) if isinstance(x, list) else str(x) for x in found]
    if isinstance(found, (str, int, float)):
        return [found]
    return [x for x in found if isinstance(x, (str, int, float))] if isinstance(found, list) else []


def _is_by(record: Shape, coder: str) -> bool:
    told = record.mapping().get("coder")
    return isinstance(told, dict) and told.get("name") == coder
