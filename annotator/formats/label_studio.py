"""Label Studio: tasks as JSON beside the labelling configuration that gives their names a meaning.

A label is a region of type ``labels``; its values are regions of the same id. Releases count code points or UTF-16;
which it is shows in the passages that stand beside the offsets.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
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
from annotator.domain.origins import BY_CODER
from annotator.formats.codebook_file import write_codebook
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.label_studio_reading import FORM, SPANS, TASKS, read
from annotator.formats.parts import Part, answers, by_part, object_of
from annotator.formats.regions import (
    Region,
    arrows_of,
    beside_of_line,
    kept_of,
    name_in,
    own_id,
    regions_of,
    whole_values,
)
from annotator.formats.travelling import BESIDE, Beside

__all__ = ["read", "write"]
CONFIG = "config.xml"
_BETWEEN = "__"
"""Between layer and attribute in the name of a control: Label Studio's names have no dots."""


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A folder with ``tasks.json`` to import, ``config.xml`` for the project's labelling interface."""
    out.mkdir()
    with (out / TASKS).open("wb") as file, Beside(out / BESIDE) as beside:
        file.write(b"[")
        interface = _Interface()
        for number, article in enumerate(dataset, start=1):
            interface.learn(article)
            task = _task(dataset, article, number)
            beside.put(TASKS, article.text, beside_of_line(dataset, article, article.annotations, FORM))
            file.write((b",\n" if number > 1 else b"\n") + json.dumps(task, ensure_ascii=False).encode())
        file.write(b"\n]\n")
    (out / CONFIG).write_text(configuration(dataset.codebook, interface), encoding="utf-8", newline="\n")
    write_codebook(out, dataset.codebook)


@dataclass(slots=True)
class _Interface:
    """What tasks call their parts: the field of the text; by label or value [control, what it is about, type]."""

    text: str = "text"
    controls: dict[str, Any] = field(default_factory=dict)

    def learn(self, article: Article) -> None:
        """From an article that came in this form."""
        kept = kept_of(article.document, FORM)
        if kept and not self.controls:
            self.text = str(kept.get("text", "text"))
        self.controls |= {k: v for k, v in kept.get("controls", {}).items() if k not in self.controls}

    def of(self, told: str, *usual: str) -> tuple[str, str, str]:
        """(control, what it is about, type)."""
        found = self.controls.get(told)
        said = found if isinstance(found, (list, tuple)) and len(found) == 3 else usual
        name, to, kind = map(str, said)
        return name, to, kind


_TAGS = {"labels": "Labels", "hypertextlabels": "HyperTextLabels", "paragraphlabels": "ParagraphLabels"}
_VALUES = {
    "choices": "Choices",
    "taxonomy": "Taxonomy",
    "number": "Number",
    "rating": "Rating",
    "textarea": "TextArea",
    "datetime": "DateTime",
    "pairwise": "Pairwise",
}


def configuration(codebook: Codebook, interface: _Interface | None = None) -> str:
    """The labelling interface: labels, arrows, and for each label the values that a region can show."""
    known = interface or _Interface()
    layers = [(layer, layer.written_as.get(FORM, layer.key)) for layer in codebook.span_layers]
    controls = {name: known.of(f"label {name}", "label", "text", "labels") for _, name in layers}
    lines = ["<View>"]
    for name, to, kind in dict.fromkeys(controls.values()):
        tag = _TAGS.get(kind, "Labels")
        lines.append(f"  <{tag} name={quoteattr(name)} toName={quoteattr(to)}>")
        for layer, word in layers:
            if controls[word] == (name, to, kind):
                lines.append(f"    <Label value={quoteattr(word)} background={quoteattr(layer.colour)}/>")
        lines.append(f"  </{tag}>")
    about = list(dict.fromkeys(to for _, to, _ in controls.values())) or ["text"]
    wholes = [_whole_control(known, a) for x in codebook.document_layers if FORM in x.written_as for a in x.attributes]
    about = list(dict.fromkeys([*about, *(to for _, to, _, _ in wholes)]))
    lines += [f"  <Text name={quoteattr(to)} value={quoteattr(f'${known.text}')}/>" for to in about]
    lines.append("  <Relations>")
    lines += [
        f"    <Relation value={quoteattr(link.written_as.get(FORM, link.key))}/>" for link in codebook.link_layers
    ]
    lines.append("  </Relations>")
    for layer, word in layers:
        control, to, _ = controls[word]
        when = f'perRegion="true" whenTagName={quoteattr(control)} whenLabelValue={quoteattr(word)}'
        for a in layer.attributes:
            was = a.written_as.get(FORM)
            usual = "number" if a.type == "number" else "textarea" if _choices(a) is None else "choices"
            name, on, kind = known.of(
                f"value {was}", f"{layer.key}{_BETWEEN}{a.key}" if was is None else was, to, usual
            )
            lines += _control_lines(name, on, kind, a, f" {when}")
    for name, on, kind, a in wholes:
        lines += _control_lines(name, on, kind, a)
    return "\n".join([*lines, "</View>", ""])


def _whole_control(known: _Interface, a: Attribute) -> tuple[str, str, str, Attribute]:
    name = a.written_as.get(FORM, a.key)
    return (*known.of(f"whole {name}", name, "text", "choices"), a)


def _control_lines(name: str, to: str, kind: str, a: Attribute, when: str = "") -> list[str]:
    """A control with the answers that it offers."""
    tag = _VALUES.get(kind, "Choices")
    head = f"  <{tag} name={quoteattr(name)} toName={quoteattr(to)}"
    if tag not in ("Choices", "Taxonomy"):
        return [f"{head}{when}/>"]
    many = ' choice="multiple"' if a.type == "choices" else ' choice="single"'
    offered = [f"    <Choice value={quoteattr(key)}/>" for key in _choices(a) or ()]
    return [f"{head}{many if tag == 'Choices' else ''}{when}>", *offered, f"  </{tag}>"]


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
    kept = kept_of(article.document, FORM)
    data = {"title": article.document.title} if article.document.title and not kept else {}
    field = str(kept.get("text", "text"))
    return {
        "id": kept.get("id", number),
        "data": {field: "", **data, **kept.get("data", {})} | {field: article.text},
        **kept.get("task", {}),
        "annotations": [
            _Written(dataset, article, *coder, part, labels).annotation()
            for coder, part, labels in _answers(dataset, article, coders)
        ],
        "predictions": [],
    }


def _answers(
    dataset: Dataset, article: Article, coders: list[str]
) -> Iterator[tuple[tuple[str, int], Part, list[Annotation]]]:
    """(coder's name and number, the annotation as it came, its labels); those without a label too."""
    names = [dataset.coders[c].name for c in article.coder_ids]
    kept = kept_of(article.document, FORM)
    parts, empty = answers(_of_now(kept), names)
    for coder, found in zip(article.coder_ids, parts, strict=True):
        for part, labels in by_part(article.of(coder), found):
            yield (dataset.coders[coder].name, coders.index(coder) + 1), part, labels
    for name, part in empty:
        yield (name, len(coders) + 1), part, []


def _of_now(kept: Mapping[str, Any]) -> Mapping[str, Any]:
    """What studies of earlier releases kept of a coder's annotation ([who, id]) as it is kept now."""
    by = {}
    for name, said in kept.get(BY_CODER, {}).items():
        parts = said
        if isinstance(said, (list, tuple)) and len(said) == 2 and not isinstance(said[1], Mapping):
            prefix = f"{kept.get('file', '')}:{kept.get('id', '')}:{said[1]}:{name}:"
            parts = [{"completed_by": said[0], "id": said[1], "in": [prefix]}]
        by[name] = parts
    return {BY_CODER: by}


class _Written:
    """One annotation."""

    def __init__(
        self,
        dataset: Dataset,
        article: Article,
        name: str,
        number: int,
        part: Part,
        labels: list[Annotation],
    ) -> None:
        self._dataset, self._article, self._part, self._labels = dataset, article, part, labels
        kept = kept_of(article.document, FORM)
        self._field = str(kept.get("text", "text"))
        self._controls = kept.get("controls", {})
        self._name, self._number = name, number
        self._regions = regions_of(labels)
        starts = part.get("in")
        self._prefix = str(starts[0]) if isinstance(starts, (list, tuple)) and starts else "\0"
        self._ids = {r.id: _id(r, self._prefix) for r in self._regions}

    def annotation(self) -> dict[str, Any]:
        """As Label Studio writes it, with what stood in it where it came in so."""
        part, labels = self._part, self._labels
        mail = {"id": self._number, "email": self._name} if _MAIL.match(self._name) else None
        anonymous = {"id": self._number, "email": f"coder-{self._number}@example.invalid", "first_name": self._name}
        said = part.get("completed_by")
        found: dict[str, Any] = {"id": part["id"]} if isinstance(part.get("id"), (int, str)) else {}
        if said is not None or not part:
            found["completed_by"] = said or mail or anonymous
        found |= {"was_cancelled": False, "ground_truth": False}
        if labels:
            found |= {"created_at": min(a.created for a in labels), "updated_at": max(a.updated for a in labels)}
        line = object_of(part, "line")
        changed = any(a.updated != a.created for a in labels)
        found |= {k: v for k, v in line.items() if k != "updated_at" or not changed}
        unread = part.get("unread")
        left = [x for x in unread if isinstance(x, dict)] if isinstance(unread, (list, tuple)) else []
        return found | {"result": [*self._results(), *self._whole(), *self._arrows(), *left]}

    def _results(self) -> list[dict[str, Any]]:
        """Regions with their values; labels that stood in one region stand in one again."""
        results = [
            r
            for region in self._regions
            for r in _results(self._dataset, self._article, region, self._ids[region.id], self._controls)
        ]
        by_id = {(r["id"], r["from_name"]): r for r in results if r["type"] in SPANS}
        left = []
        for r in sorted(results, key=lambda r: len(r["id"])):
            base, _, number = r["id"].rpartition("/")
            one = by_id.get((base, r["from_name"])) if number.isdigit() and r["type"] in SPANS else None
            if one is not None and _place(one) == _place(r):
                one["value"][one["type"]] += r["value"][r["type"]]
                left.append(id(r))
        return [self._beside(r) for r in results if id(r) not in left]

    def _beside(self, result: dict[str, Any]) -> dict[str, Any]:
        """The result with what stood beside it."""
        part = self._part
        told = object_of(part, "more").get(f"{result['from_name']}|{result['id']}")
        known = result["id"] in self._told()
        extra, values = told if isinstance(told, (list, tuple)) and len(told) == 2 else (part.get("usual", {}), {})
        if not known or not isinstance(extra, Mapping) or not isinstance(values, Mapping):
            return result
        meta, ours = extra.get("meta"), result.pop("meta", None)
        found = {**result, **extra, "value": {**values, **result["value"]}}
        if ours is None and isinstance(meta, Mapping):
            found["meta"] = {k: v for k, v in meta.items() if k != "text"}
        elif ours is not None and (not isinstance(meta, Mapping) or _words(meta) != "\n".join(ours["text"])):
            found["meta"] = {**(meta if isinstance(meta, Mapping) else {}), **ours}
        return {k: v for k, v in found.items() if k != "meta" or v}

    def _told(self) -> set[str]:
        """Ids that are of the file that this came from."""
        if not hasattr(self, "_known"):
            self._known = {x for r in self._regions if (x := own_id(r.annotation, self._prefix)) is not None}
            self._known |= {str(x) for x in object_of(self._part, "whole").values()}
        return self._known

    def _whole(self) -> Iterator[dict[str, Any]]:
        ids = object_of(self._part, "whole")
        for n, (key, values) in enumerate(whole_values(self._dataset, self._labels, FORM)):
            control = self._controls.get(f"whole {key}")
            result: dict[str, Any] = {"id": f"whole-{n}", "from_name": key, "to_name": self._field, "type": "choices"}
            result |= {"value": {"choices": values}} | _control(control) | _valued(control, values)
            words = self._part.get("words")
            if isinstance(words, (list, tuple)) and key in words and len(values) == 1:
                result["value"] = {"text": values[0]}
            if key in ids:
                result = self._beside(result | {"id": ids[key]}) if ids[key] is not None else _without_id(result)
            yield result

    def _arrows(self) -> Iterator[dict[str, Any]]:
        """Arrows: those that came with their direction and all their names, the others one by one."""
        own = Counter(
            (self._ids[x.source], self._ids[x.target], x.name) for x in arrows_of(self._dataset, self._labels, FORM)
        )
        known = self._part.get("relations")
        for one in known if isinstance(known, (list, tuple)) else ():
            if not isinstance(one, (list, tuple)) or len(one) != 5 or not isinstance(one[4], Mapping):
                continue
            source, target, direction, names, extra = one
            ends = (target, source) if direction == "left" else (source, target)
            drawn = Counter((*ends, name) for name in (names or ["relation"]))
            if drawn <= own:
                own -= drawn
                told = {} if direction is None else {"direction": direction}
                told |= {} if names is None else {"labels": names}
                yield {"type": "relation", "from_id": source, "to_id": target, **told, **extra}
        for source, target, name in own.elements():
            yield {
                "type": "relation", "from_id": source, "to_id": target, "direction": "right", "labels": [name]
            }  # fmt: skip


def _without_id(result: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in result.items() if k != "id"}


def _words(meta: Mapping[str, Any]) -> str:
    """The remark in a result's meta, however it is written there."""
    said = meta.get("text")
    return "\n".join(x for x in said if isinstance(x, str)) if isinstance(said, list) else str(said or "")


def _place(result: Mapping[str, Any]) -> tuple[Any, Any]:
    return result["value"]["start"], result["value"]["end"]


_MAIL = re.compile(r"[^@\s]+@[^@\s]+$")


def _id(region: Region, prefix: str) -> str:
    """What the region was called where it came from, else our own id."""
    told = own_id(region.annotation, prefix)
    if told is None:
        return region.id
    return f"{told}#{region.number}" if region.number else told


def _control(record: Any) -> dict[str, str]:
    """The control that a value came from, as [name, name of the text, type]."""
    if not isinstance(record, list) or len(record) != 3:
        return {}
    return {"from_name": str(record[0]), "to_name": str(record[1]), "type": str(record[2])}


def _valued(record: Any, values: list[str]) -> dict[str, Any]:
    """A value of a whole text as its control holds it."""
    kind = str(record[2]) if isinstance(record, list) and len(record) == 3 else "choices"
    if kind == "choices":
        return {}
    if kind == "textarea":
        return {"value": {"text": values}}
    if kind == "pairwise":
        return {"value": {"selected": values[0]}}
    if kind == "taxonomy":
        return {"value": {"taxonomy": [v.split(" / ") for v in values]}}
    one = values[0]
    number = float(one) if re.fullmatch(r"-?\d+(\.\d+)?", one) and kind in ("number", "rating") else None
    return {"value": {kind: one if number is None else int(number) if number.is_integer() else number}}


def _results(
    dataset: Dataset, article: Article, region: Region, id: str, controls: Mapping[str, Any]
) -> Iterator[dict[str, Any]]:
    place = {"start": region.start, "end": region.end, "text": article.text[region.start : region.end]}
    a = region.annotation
    field = str(kept_of(article.document, FORM).get("text", "text"))
    head = {"id": id, "to_name": field}
    name = name_in(dataset.codebook, a.layer, FORM)
    label = head | {"from_name": "label", "type": "labels"} | _control(controls.get(f"label {name}"))
    yield label | {
        "value": place | {"labels": [name]},
        **({"meta": {"text": [a.memo]}} if a.memo else {}),
    }
    if region.number:
        return
    for attribute in dataset.codebook.layer(a.layer).attributes:
        if (shown := _shown(attribute, a, dataset)) is not None:
            kind, value = shown
            was = attribute.written_as.get(FORM)
            if was is not None and f"value {was}" in controls:
                kind = _control(controls[f"value {was}"])["type"]
            yield head | {
                "from_name": f"{a.layer}{_BETWEEN}{attribute.key}" if was is None else was,
                "to_name": label["to_name"],
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
