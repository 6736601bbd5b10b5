"""The whole codebook as a manual for coders: definitions, rules, examples, answers with their codes and keys."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from annotator.data import resource_text
from annotator.domain.codebook.model import Codebook, Layer, LinkLayer, Role, SpanLayer, When
from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.services.codebooks.gallery import example_of, gallery_codebook, is_in_gallery
from annotator.services.files import write_whole

Printer = Callable[[str, str], bytes]
"""(HTML, title) -> PDF."""

ENDINGS = (".html", ".htm", ".pdf")
_MARKED = re.compile(r"\[([^\[\]]*)\]")
_KINDS = {"choice": "one of a list", "choices": "several of a list", "tree": "one of a tree",
          "scale": "a point of a scale", "boolean": "yes or no", "number": "a number", "text": "free text",
          "date": "a date", "entity": "somebody of the register"}  # fmt: skip
_LAYERS = {"span": "Passages of text", "link": "Links between labels", "document": "Whole articles"}
_OVERLAP = {"none": "Labels of it never overlap", "nested": "Labels of it overlap only one inside the other"}


def write_manual(codebook: Codebook, out: Path, pdf: Printer, study: str = "", version: int = 0) -> None:
    """Write the manual in the form that the file's ending names; raises BadInput. study: title of the study, if any."""
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise BadInput(
            say("a codebook cannot be printed as {ending}", ending=out.suffix or say("a file without ending")),
            str(out),
            say("use {names}", names=".html, .pdf"),
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    html = manual(codebook, study, version)
    write_whole(out, [pdf(html, codebook.title) if ending == ".pdf" else html.encode("utf-8")])


def manual(codebook: Codebook, study: str = "", version: int = 0) -> str:
    """The manual as HTML; the same codebook gives the same text. A codebook of the gallery has its coded article."""
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    labels = {x.key: x.label for x in codebook.layers} | {t.key: t.label for t in codebook.entity_types}
    return environment.from_string(resource_text("reports/codebook.html")).render(
        codebook=codebook,
        study=study,
        study_version=version,
        kinds=_KINDS,
        layer_kinds=_LAYERS,
        notes=lambda layer: list(_notes(layer)),
        pieces=_pieces,
        condition=lambda when: _condition(codebook, when),
        fillers=lambda role: _fillers(labels, role),
        many=_many,
        example=_example(codebook),
    )


def _pieces(text: str) -> list[tuple[bool, str]]:
    """An example in stretches; what stands in square brackets is marked."""
    return [(bool(i % 2), part) for i, part in enumerate(_MARKED.split(text)) if part]


def _notes(layer: Layer) -> Iterator[str]:
    if isinstance(layer, SpanLayer):
        if layer.discontinuous:
            yield "A label may be in pieces"
        if layer.overlap in _OVERLAP:
            yield _OVERLAP[layer.overlap]
        if layer.snap != "none":
            yield f"Selections snap to whole {layer.snap}s"
        if layer.zones:
            yield f"Only in: {', '.join(layer.zones)}"
    elif isinstance(layer, LinkLayer):
        if layer.per is not None:
            owner = layer.role(layer.per.role).label or layer.per.role
            yield f"For each {owner}: {_many(layer.per.min, layer.per.max)}"
    elif layer.repeat:
        yield "May be filled in more than once"


def _many(least: int, most: int | None) -> str:
    if most is None:
        return f"{least} or more" if least else "any number"
    return str(most) if least == most else f"{least} to {most}"


def _fillers(labels: dict[str, str], role: Role) -> str:
    found = [labels.get(k, k) for k in role.layers]
    if role.entity_types:
        found.append("of the register: " + ", ".join(labels.get(k, k) for k in role.entity_types))
    elif role.entities:
        found.append("anybody of the register")
    return "; ".join(found)


def _condition(codebook: Codebook, when: When) -> str:
    names = {a.key: a.label for x in (*codebook.layers, *codebook.entity_types) for a in x.attributes}
    told = []
    if when.attribute is not None:
        part = f"where “{names.get(when.attribute, when.attribute)}”"
        if when.in_ is not None:
            part += " is " + " or ".join(_spelled(v) for v in when.in_)
        elif when.under is not None:
            part += " lies under " + " or ".join(when.under)
        else:
            part += " is answered"
        told.append(part)
    if when.zone is not None:
        told.append(f"where the label lies in the {when.zone}")
    return " and ".join(told) or "always"


def _spelled(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _example(codebook: Codebook) -> dict[str, Any] | None:
    if not is_in_gallery(codebook.key) or gallery_codebook(codebook.key) != codebook:
        return None
    told = example_of(codebook.key)
    words = {x["id"]: x.get("words") or " … ".join(x.get("pieces", ())) for x in told["labels"]}
    return {
        "title": told["title"],
        "paragraphs": [p for p in told["text"].split("\n\n")[1:] if p.strip()],
        "labels": [
            {
                "layer": codebook.layer(x["layer"]).label,
                "words": words[x["id"]] or "; ".join(f"{k}: {words.get(v, v)}" for k, v in x.get("roles", {}).items()),
                "values": "; ".join(f"{k}: {_spelled(v)}" for k, v in x.get("values", {}).items()),
            }
            for x in told["labels"]
        ],
    }
