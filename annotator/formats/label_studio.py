"""Label Studio: tasks as JSON beside the labelling configuration that gives their names a meaning.

A label is a region of type ``labels``; its values are regions of the same id. Releases count code points or UTF-16;
which it is shows in the passages that stand beside the offsets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any
from xml.sax.saxutils import quoteattr

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import (
    Attribute,
    ChoiceAttribute,
    ChoicesAttribute,
    Codebook,
    ScaleAttribute,
    TreeAttribute,
    tree_nodes,
)
from annotator.domain.errors import BadInput
from annotator.domain.words import say, words_of
from annotator.formats.codebook_file import read_codebook, write_codebook
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.foreign_text import ForeignText
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.json_files import json_files
from annotator.formats.json_input import Shape, load_json
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
    whole_values,
)

FORM = "label-studio"
TASKS, CONFIG = "tasks.json", "config.xml"
_BETWEEN = "__"
"""Between layer and attribute in the name of a control: Label Studio's names have no dots."""


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A folder with ``tasks.json`` to import, ``config.xml`` for the project's labelling interface."""
    out.mkdir()
    with (out / TASKS).open("wb") as file:
        file.write(b"[")
        for number, article in enumerate(dataset, start=1):
            task = _task(dataset, article, number)
            file.write((b",\n" if number > 1 else b"\n") + json.dumps(task, ensure_ascii=False).encode())
        file.write(b"\n]\n")
    (out / CONFIG).write_text(configuration(dataset.codebook), encoding="utf-8")
    write_codebook(out, dataset.codebook)


def configuration(codebook: Codebook) -> str:
    """The labelling interface: labels, arrows, and for each label the values that a region can show."""
    lines = ["<View>", '  <Labels name="label" toName="text">']
    for layer in codebook.span_layers:
        value = quoteattr(layer.written_as.get(FORM, layer.key))
        lines.append(f"    <Label value={value} background={quoteattr(layer.colour)}/>")
    lines += ["  </Labels>", '  <Text name="text" value="$text"/>', "  <Relations>"]
    lines += [
        f"    <Relation value={quoteattr(link.written_as.get(FORM, link.key))}/>" for link in codebook.link_layers
    ]
    lines.append("  </Relations>")
    for layer in codebook.span_layers:
        value = quoteattr(layer.written_as.get(FORM, layer.key))
        for a in layer.attributes:
            name = quoteattr(f"{layer.key}{_BETWEEN}{a.key}")
            when = f'perRegion="true" whenTagName="label" whenLabelValue={value}'
            choices = _choices(a)
            if choices is None:
                tag = "Number" if a.type == "number" else "TextArea"
                lines.append(f'  <{tag} name={name} toName="text" {when}/>')
                continue
            many = "multiple" if a.type == "choices" else "single"
            lines.append(f'  <Choices name={name} toName="text" choice="{many}" {when}>')
            lines += [f"    <Choice value={quoteattr(key)}/>" for key in choices]
            lines.append("  </Choices>")
    for whole in codebook.document_layers:
        for a in whole.attributes if FORM in whole.written_as else ():
            many = "multiple" if a.type == "choices" else "single"
            lines.append(f'  <Choices name={quoteattr(a.written_as.get(FORM, a.key))} toName="text" choice="{many}">')
            lines += [f"    <Choice value={quoteattr(key)}/>" for key in _choices(a) or ()]
            lines.append("  </Choices>")
    return "\n".join([*lines, "</View>", ""])


def _choices(a: Attribute) -> list[str] | None:
    """The answers that a closed attribute offers, as words; None for open ones."""
    if isinstance(a, (ChoiceAttribute, ChoicesAttribute)):
        found = [c.key for c in a.values]
    elif isinstance(a, TreeAttribute):
        found = [b.key for b, _ in tree_nodes(a.values)]
    elif isinstance(a, ScaleAttribute):
        found = [str(p.value) for p in a.points]
    elif a.type == "boolean":
        found = ["true", "false"]
    else:
        return None
    return found + [o.key for o in a.off_scale]


def _task(dataset: Dataset, article: Article, number: int) -> dict[str, Any]:
    coders = list(dataset.coders)
    carried = {
        "document": document_facts(article.document, dataset.with_text),
        "records": carried_records(dataset, article, article.annotations),
        **({"names": names} if (names := names_in(dataset.codebook, FORM)) else {}),
    }
    return {
        "id": number,
        "data": {"text": article.text, "title": article.document.title or "", KEY: carried},
        "annotations": [_annotation(dataset, article, coder, coders.index(coder) + 1) for coder in article.coder_ids],
        "predictions": [],
    }


def _annotation(dataset: Dataset, article: Article, coder_id: str, number: int) -> dict[str, Any]:
    annotations = article.of(coder_id)
    results = [r for region in regions_of(annotations) for r in _results(dataset, article, region)]
    results += [
        {"id": f"whole-{n}", "from_name": key, "to_name": "text", "type": "choices", "value": {"choices": values}}
        for n, (key, values) in enumerate(whole_values(dataset, annotations, FORM))
    ]
    results += [
        {"type": "relation", "from_id": x.source, "to_id": x.target, "direction": "right", "labels": [x.name]}
        for x in arrows_of(dataset, annotations, FORM)
    ]
    name = dataset.coders[coder_id].name
    return {
        "completed_by": {"id": number, "email": f"coder-{number}@example.invalid", "first_name": name},
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": min(a.created for a in annotations),
        "updated_at": max(a.updated for a in annotations),
        "result": results,
    }


def _results(dataset: Dataset, article: Article, region: Region) -> Iterator[dict[str, Any]]:
    place = {"start": region.start, "end": region.end, "text": article.text[region.start : region.end]}
    a = region.annotation
    head = {"id": region.id, "to_name": "text"}
    yield head | {
        "from_name": "label",
        "type": "labels",
        "value": place | {"labels": [name_in(dataset.codebook, a.layer, FORM)]},
    }
    if region.number:
        return
    for attribute in dataset.codebook.layer(a.layer).attributes:
        if (shown := _shown(attribute, a, dataset)) is not None:
            kind, value = shown
            yield head | {
                "from_name": f"{a.layer}{_BETWEEN}{attribute.key}",
                "type": kind,
                "value": {"start": region.start, "end": region.end, kind if kind != "textarea" else "text": value},
            }


def _shown(attribute: Attribute, a: Annotation, dataset: Dataset) -> tuple[str, Any] | None:
    value = a.values.get(attribute.key)
    if value is None:
        return None
    if _choices(attribute) is not None:
        return "choices", [_word(v) for v in (value if isinstance(value, list) else [value])]
    if attribute.type == "number" and isinstance(value, (int, float)):
        return "number", value
    values = value if isinstance(value, list) else [value]
    return "textarea", [dataset.entity_name(v["entity"]) if isinstance(v, dict) else str(v) for v in values]


def _word(value: Any) -> str:
    return ("true" if value else "false") if isinstance(value, bool) else str(value)


def read(path: Path, suggested: bool = False) -> Incoming:
    """``tasks.json``, the folder that holds it, or an export as a zip; also the short form (JSON-MIN).

    suggested: predictions of models are wanted, in the place of what people did, where a task has any.
    """
    incoming = Incoming(codebook=read_codebook(path))
    keys = Keys("label")
    if path.is_dir() and (path / TASKS).is_file():
        path = path / TASKS
    for name, data in json_files(path, (".json",)):
        tasks = Shape(load_json(data, name), name)
        if isinstance(tasks.value, dict):
            tasks = Shape([tasks.value], name)
        for task in tasks.items():
            try:
                _Task(incoming, _whole_task(task, incoming), PurePosixPath(name), keys, suggested).read()
            except BadInput as error:
                incoming.problem(name, error.where or task.where, error.what)
    even(incoming)
    return incoming


def _whole_task(task: Shape, incoming: Incoming) -> Shape:
    """A task of the short form as the long form has it."""
    told = task.mapping()
    if "data" in told:
        return task
    data: dict[str, Any] = {}
    results: list[dict[str, Any]] = []
    for key, value in told.items():
        if isinstance(value, list) and value and all(isinstance(v, dict) for v in value):
            for number, v in enumerate(value):
                labels = next((k for k in v if k.endswith("labels")), None)
                if labels is None:
                    incoming.losses.lose(say("fields that are not known: {key}", key=key[:40]))
                    continue
                results.append({"id": f"{key}-{number}", "from_name": key, "type": labels, "value": v})
        elif isinstance(value, dict) and isinstance(value.get("choices"), list):
            results.append({"from_name": key, "type": "choices", "value": value})
        elif key not in ("id", "annotator", "annotation_id", "created_at", "updated_at", "lead_time"):
            data[key] = value
    by = told.get("annotator")
    one = {"id": told.get("annotation_id"), "completed_by": by, "result": results}
    return Shape({"id": told.get("id", task.where), "data": data, "annotations": [one] if results else []}, task.where)


_NO_TEXT = re.compile(
    r"(https?:|s3:|gs:|data:|/)\S*$|\S+\.(png|jpe?g|gif|svg|webp|bmp|tiff?|mp3|mp4|wav|ogg|webm|pdf)$", re.IGNORECASE
)
"""What stands in a task for a picture, a sound or a film."""
_OF_PICTURES = frozenset(("rectanglelabels", "polygonlabels", "brushlabels", "keypointlabels", "ellipselabels")) | {
    *("rectangle", "polygon", "brush", "keypoint", "ellipse", "videorectangle", "timeserieslabels", "timelinelabels"),
}


class _Task:
    def __init__(
        self, incoming: Incoming, task: Shape, file: PurePosixPath, keys: Keys, suggested: bool = False
    ) -> None:
        self._incoming, self._task, self._file, self._keys = incoming, task, file, keys
        self._suggested = suggested

    def _raw(self, data: Shape) -> str | None:
        """The text of the task; None where it has none."""
        told = data.mapping()
        if "text" in told:
            return data.part("text").text()
        kinds = {
            r.mapping().get("type") for a in self._task.part("annotations").items() for r in a.part("result").items()
        }
        words = [v for v in told.values() if isinstance(v, str) and v.strip() and not _NO_TEXT.match(v.strip())]
        if kinds & _OF_PICTURES or not words:
            return None
        return Shape(max(words, key=len), data.where).text()

    def read(self) -> None:
        """The task's document, and each of its annotations."""
        task, incoming = self._task, self._incoming
        data = task.part("data")
        carried = Shape(data.mapping().get(KEY) or {}, f"{data.where}, {KEY}")
        raw = self._raw(data)
        if raw is None:
            if not data.mapping():
                raise BadInput("the task has no text", task.where, "mend the file")
            incoming.losses.lose(say("tasks without a text (pictures, sound, films)"), 1, task.where)
            return
        self._foreign = ForeignText(raw, sha256=told_hash(carried.part("document")))
        number = task.mapping().get("id", task.where)
        facts = carried.part("document") if carried.value else data
        self._document: IncomingDocument = incoming_document(
            self._foreign.text, say("{file}, task {number}", file=self._file.stem, number=number), facts, str(number)
        )
        self._ref = incoming.meet(self._document)
        annotations = [a for a in self._wanted() if self._counts(a)]
        quotes = [q for a in annotations for q in self._quotes(a)]
        if not self._foreign.detect(quotes):
            incoming.problem(
                self._file.name, task.where, say("the passages of the labels do not stand in the text there")
            )
            return
        for one in annotations:
            self._annotation(one, carried, number)

    def _wanted(self) -> list[Shape]:
        """What people did, or what models predicted; the other is told as left behind."""
        done = list(self._task.part("annotations").items())
        told = self._task.mapping().get("predictions")
        if not isinstance(told, list) or not told:
            return done
        if not self._suggested:
            self._incoming.losses.lose(say("predictions of models"), len(told))
            return done
        self._incoming.losses.lose(say("annotations of people beside predictions"), len(done))
        return [p for p in self._task.part("predictions").items() if isinstance(p.value, dict)]

    def _counts(self, one: Shape) -> bool:
        if one.mapping().get("was_cancelled"):
            self._incoming.losses.lose(say("annotations that were cancelled"))
            return False
        return True

    def _quotes(self, one: Shape) -> Iterator[tuple[int, int, str]]:
        for result in one.part("result").items():
            value = result.mapping().get("value")
            if result.mapping().get("type") == "labels" and isinstance(value, dict):
                place = result.part("value")
                if "globalOffsets" in value or isinstance(value.get("start"), str):
                    raise BadInput("this label counts in a web page, not in a text", result.where, "export plain text")
                if isinstance(quote := value.get("text"), str):
                    yield place.part("start").whole(), place.part("end").whole(), quote

    def _annotation(self, one: Shape, carried: Shape, number: Any) -> None:
        coder = self._coder(one)
        gathered = Gathered(self._incoming, self._document, self._ref, coder, self._keys, FORM)
        names = carried.part("names").value
        gathered.names = names if isinstance(names, dict) else {}
        gathered.confidence = confidence_of(one.mapping().get("score"))
        records = [r for r in carried.part("records").items() if _is_by(r, coder)]
        gathered.carry(Shape([r.value for r in records], carried.where))
        prefix = f"{self._file.stem}:{number}:{one.mapping().get('id', coder)}:"
        seen: set[str] = set()
        whole: dict[str, list[Any]] = {}
        for result in one.part("result").items():
            kind = result.part("type").text()
            if kind == "relation":
                name = next((x.text() for x in result.part("labels").items()), "relation")
                ends = [self._key(gathered, result.part(k).text(), prefix) for k in ("from_id", "to_id")]
                gathered.arrow(ends[0], ends[1], name, result.where)
                continue
            value = result.part("value")
            if value.mapping().get("start") is None:
                if found := _said(kind, value.mapping()):
                    whole.setdefault(result.part("from_name").text(), []).extend(found)
                else:
                    self._incoming.losses.lose(say("values of the kind {kind}", kind=kind))
                continue
            key = self._key(gathered, result.part("id").text(), prefix)
            if kind == "labels":
                try:
                    place = self._foreign.fragment(value.part("start").whole(), value.part("end").whole())
                except ValueError as error:
                    self._incoming.problem(self._file.name, result.where, words_of(error))
                    continue
                label = next((x.text() for x in value.part("labels").items()), "label")
                gathered.region(key, label, place, result.where)
                gathered.sure(key, result.mapping().get("score"))
                seen.add(key)
            elif key not in gathered.carried:
                self._value(gathered, key, kind, result)
        gathered.whole(f"{prefix}whole", whole, one.where)
        gathered.finish()

    def _value(self, gathered: Gathered, key: str, kind: str, result: Shape) -> None:
        """A value that another program's project shows for a region."""
        name = result.part("from_name").text()
        field = "text" if kind == "textarea" else kind
        found = result.part("value").mapping().get(field)
        if isinstance(found, list):
            found = found[0] if len(found) == 1 else found
        if not isinstance(found, (str, int, float, list)) or found == []:
            self._incoming.losses.lose(say("values of the kind {kind}", kind=kind))
            return
        attribute = self._keys.of(name)
        gathered.value(key, attribute, found)

    def _key(self, gathered: Gathered, region: str, prefix: str) -> str:
        """Ids of regions are unique within one annotation only, but for our own."""
        return region if region.partition("#")[0] in gathered.carried else prefix + region

    def _coder(self, one: Shape) -> str:
        if isinstance(model := one.mapping().get("model_version"), str) and model and self._suggested:
            return model
        by = one.mapping().get("completed_by")
        if isinstance(by, dict):
            return str(by.get("first_name") or by.get("email") or by.get("id"))
        return f"Coder {by}" if by is not None else "Label Studio"


def _said(kind: str, value: Mapping[str, Any]) -> list[Any]:
    """What a control says of a whole article."""
    found = value.get("text" if kind == "textarea" else kind)
    if kind == "taxonomy" and isinstance(found, list):
        return [" / ".join(map(str, x)) if isinstance(x, list) else str(x) for x in found]
    if isinstance(found, (str, int, float)):
        return [found]
    return [x for x in found if isinstance(x, (str, int, float))] if isinstance(found, list) else []


def _is_by(record: Shape, coder: str) -> bool:
    told = record.mapping().get("coder")
    return isinstance(told, dict) and told.get("name") == coder
