"""The whole codebook as a manual for coders: definitions, rules, examples, answers with their codes and keys."""

from __future__ import annotations

import json
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


LANGUAGES = ("en", "de")
Teller = Callable[..., str]
"""(English words, what stands in them) -> the words in the manual's language."""


def write_manual(
    codebook: Codebook, out: Path, pdf: Printer, study: str = "", version: int = 0, language: str = "en"
) -> None:
    """Write the manual in the form that the file's ending names; raises BadInput. study: title of the study, if any.

    language: of what the program says in it; the codebook's own words stay as they are.
    """
    if language not in LANGUAGES:
        raise BadInput(
            say("there is no manual in the language `{language}`", language=language),
            str(out),
            say("use {names}", names=", ".join(LANGUAGES)),
        )
    ending = out.suffix.lower()
    if ending not in ENDINGS:
        raise BadInput(
            say("a codebook cannot be printed as {ending}", ending=out.suffix or say("a file without ending")),
            str(out),
            say("use {names}", names=".html, .pdf"),
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    html = manual(codebook, study, version, language)
    write_whole(out, [pdf(html, codebook.title) if ending == ".pdf" else html.encode("utf-8")])


def teller(language: str) -> Teller:
    """The words of the manual in a language, English where it has none."""
    words: dict[str, str] = {} if language == "en" else json.loads(resource_text(f"reports/codebook.{language}.json"))
    return lambda text, **parts: words.get(text, text).format(**parts)


def manual(codebook: Codebook, study: str = "", version: int = 0, language: str = "en") -> str:
    """The manual as HTML; the same codebook gives the same text. A codebook of the gallery has its coded article."""
    from jinja2 import Environment

    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    t = teller(language)
    labels = {x.key: x.label for x in codebook.layers} | {t.key: t.label for t in codebook.entity_types}
    return environment.from_string(resource_text("reports/codebook.html")).render(
        codebook=codebook,
        t=t,
        study=study,
        study_version=version,
        kinds=_KINDS,
        layer_kinds=_LAYERS,
        notes=lambda layer: list(_notes(layer, t)),
        pieces=_pieces,
        condition=lambda when: _condition(codebook, when, t),
        fillers=lambda role: _fillers(labels, role, t),
        many=lambda least, most: _many(least, most, t),
        example=_example(codebook, t),
    )


def _pieces(text: str) -> list[tuple[bool, str]]:
    """An example in stretches; what stands in square brackets is marked."""
    return [(bool(i % 2), part) for i, part in enumerate(_MARKED.split(text)) if part]


def _notes(layer: Layer, t: Teller) -> Iterator[str]:
    if isinstance(layer, SpanLayer):
        if layer.discontinuous:
            yield t("A label may be in pieces")
        if layer.overlap in _OVERLAP:
            yield t(_OVERLAP[layer.overlap])
        if layer.snap == "letters":
            yield t("Selections are taken letter by letter")
        elif layer.snap != "none":
            yield t(f"Selections snap to whole {layer.snap}s")
        if layer.zones:
            yield t("Only in: {zones}", zones=", ".join(t(z) for z in layer.zones))
    elif isinstance(layer, LinkLayer):
        if layer.per is not None:
            owner = layer.role(layer.per.role).label or layer.per.role
            yield t("For each {owner}: {n}", owner=owner, n=_many(layer.per.min, layer.per.max, t))
    elif layer.repeat:
        yield t("May be filled in more than once")


def _many(least: int, most: int | None, t: Teller) -> str:
    if most is None:
        return t("{n} or more", n=least) if least else t("any number")
    return str(most) if least == most else t("{least} to {most}", least=least, most=most)


def _fillers(labels: dict[str, str], role: Role, t: Teller) -> str:
    found = [labels.get(k, k) for k in role.layers]
    if role.entity_types:
        found.append(t("of the register: {types}", types=", ".join(labels.get(k, k) for k in role.entity_types)))
    elif role.entities:
        found.append(t("anybody of the register"))
    return "; ".join(found)


def _condition(codebook: Codebook, when: When, t: Teller) -> str:
    names = {a.key: a.label for x in (*codebook.layers, *codebook.entity_types) for a in x.attributes}
    told = []
    if when.attribute is not None:
        name = names.get(when.attribute, when.attribute)
        if when.in_ is not None:
            values = t(" or ").join(t(_spelled(v)) for v in when.in_)
            told.append(t("where “{name}” is {values}", name=name, values=values))
        elif when.under is not None:
            told.append(t("where “{name}” lies under {values}", name=name, values=t(" or ").join(when.under)))
        else:
            told.append(t("where “{name}” is answered", name=name))
    if when.zone is not None:
        told.append(t("where the label lies in the {zone}", zone=t(when.zone)))
    return t(" and ").join(told) or t("always")


def _spelled(value: Any) -> str:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)


def _example(codebook: Codebook, t: Teller) -> dict[str, Any] | None:
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
                "values": "; ".join(f"{k}: {t(_spelled(v))}" for k, v in x.get("values", {}).items()),
            }
            for x in told["labels"]
        ],
    }
