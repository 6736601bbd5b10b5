"""Label Studio: tasks as JSON beside the labelling configuration that gives their names a meaning.

A label is a region of type ``labels``; its values are regions of the same id. Releases count code points or UTF-16;
which it is shows in the passages that stand beside the offsets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
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
from annotator.formats.label_studio_reading import FORM, TASKS, read
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
        for number, article in enumerate(dataset, start=1):
            task = _task(dataset, article, number)
            beside.put(TASKS, article.text, beside_of_line(dataset, article, article.annotations, FORM))
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
    kept = kept_of(article.document, FORM)
    data = {"title": article.document.title} if article.document.title and not kept else {}
    field = str(kept.get("text", "text"))
    return {
        "id": kept.get("id", number),
        "data": {field: "", **data, **kept.get("data", {})} | {field: article.text},
        **kept.get("task", {}),
        "annotations": [_annotation(dataset, article, coder, coders.index(coder) + 1) for coder in article.coder_ids],
        "predictions": [],
    }


def _annotation(dataset: Dataset, article: Article, coder_id: str, number: int) -> dict[str, Any]:
    annotations = article.of(coder_id)
    kept = kept_of(article.document, FORM)
    name = dataset.coders[coder_id].name
    field = str(kept.get("text", "text"))
    controls = kept.get("controls", {})
    said = kept.get(BY_CODER, {}).get(name)
    by, told = said if isinstance(said, (list, tuple)) and len(said) == 2 else (None, None)
    prefix = f"{kept.get('file', '')}:{kept.get('id', '')}:{told}:{name}:"
    regions = regions_of(annotations)
    ids = {r.id: _id(r, prefix) for r in regions}
    results = [r for region in regions for r in _results(dataset, article, region, ids[region.id], controls)]
    results += [
        {"id": f"whole-{n}", "from_name": key, "to_name": field, "type": "choices", "value": {"choices": values}}
        | _control(controls.get(f"whole {key}"))
        | _valued(controls.get(f"whole {key}"), values)
        for n, (key, values) in enumerate(whole_values(dataset, annotations, FORM))
    ]
    results += [
        {"type": "relation", "from_id": ids[x.source], "to_id": ids[x.target], "direction": "right", "labels": [x.name]}
        for x in arrows_of(dataset, annotations, FORM)
    ]
    mail = {"id": number, "email": name} if _MAIL.match(name) else None
    who = mail or {"id": number, "email": f"coder-{number}@example.invalid", "first_name": name}
    return {
        **({"id": told} if isinstance(told, int) else {}),
        **({} if by is None and name in kept.get(BY_CODER, {}) else {"completed_by": by or who}),
        "was_cancelled": False,
        "ground_truth": False,
        "created_at": min(a.created for a in annotations),
        "updated_at": max(a.updated for a in annotations),
        "result": results,
    }


_MAIL = re.compile(r"[^@\s]+@[^@\s]+$")


def _id(region: Region, prefix: str) -> str:
    """What the region was called where it came from, else our own id."""
    told = own_id(region.annotation, prefix)
    if told is None:
        return region.id
    return f"{told}#{region.number}" if region.number else told


def _control(told: Any) -> dict[str, str]:
    """The control that a value came from, as [name, name of the text, type]."""
    if not isinstance(told, list) or len(told) != 3:
        return {}
    return {"from_name": str(told[0]), "to_name": str(told[1]), "type": str(told[2])}


def _valued(told: Any, values: list[str]) -> dict[str, Any]:
    """A value of a whole text as its control holds it."""
    kind = str(told[2]) if isinstance(told, list) and len(told) == 3 else "choices"
    if kind == "choices":
        return {}
    if kind == "textarea":
        return {"value": {"text": values}}
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
