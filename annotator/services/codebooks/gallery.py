"""The codebooks that come with the program to begin from, each with a coded article that shows how it is meant."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from annotator.data import resource_path, resource_text
from annotator.domain.annotations import Coder, Values
from annotator.domain.codebook.model import Codebook, LinkLayer
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddAnnotation, AddEntity, FillerRef
from annotator.domain.errors import NotFound
from annotator.domain.fragments import Fragments
from annotator.domain.words import say
from annotator.intake import read_source
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study

EXAMPLE_CODER = "Example"


@dataclass(frozen=True, slots=True)
class GalleryCodebook:
    """One of the gallery. name: by which it is asked for."""

    name: str
    codebook: Codebook


def gallery() -> tuple[GalleryCodebook, ...]:
    """All of them, in the order of their names."""
    names = sorted(p.stem for p in resource_path("codebooks").glob("*.yaml"))
    return tuple(GalleryCodebook(name, gallery_codebook(name)) for name in names)


def is_in_gallery(name: str) -> bool:
    """Whether the gallery has a codebook of this name."""
    return name.isidentifier() and resource_path(f"codebooks/{name}.yaml").is_file()


def gallery_codebook(name: str) -> Codebook:
    """The codebook of this name; raises NotFound."""
    if not is_in_gallery(name):
        names = sorted(p.stem for p in resource_path("codebooks").glob("*.yaml"))
        raise NotFound("the gallery has no such codebook", name, say("choose one of {names}", names=", ".join(names)))
    return parse_codebook(resource_text(f"codebooks/{name}.yaml"), f"{name}.yaml")


class ExampleEntity(TypedDict):
    """Somebody or something that labels name."""

    name: str
    type: str


class ExampleLabel(TypedDict):
    """A label. words: what it marks; pieces: where it is in several. roles: role -> id of a label, or an entity."""

    id: str
    layer: str
    words: NotRequired[str]
    pieces: NotRequired[list[str]]
    values: NotRequired[Values]
    roles: NotRequired[dict[str, str]]


class Example(TypedDict):
    """A coded article as its file has it."""

    title: str
    text: str
    entities: NotRequired[list[ExampleEntity]]
    labels: list[ExampleLabel]


def example_of(name: str) -> Example:
    """The coded article of a codebook of the gallery; raises NotFound."""
    import yaml

    gallery_codebook(name)
    found: Example = yaml.safe_load(resource_text(f"codebooks/examples/{name}.yaml"))
    return found


def add_example(study: Study, name: str) -> int:
    """Bring the coded article into a study under the codebook, coded by a coder of its own; how many labels it has."""
    told = example_of(name)
    row = json.dumps({"title": told["title"], "text": told["text"], "language": study.codebook.language})
    ids, _ = add_documents(study, read_source(f"{name}.jsonl", row.encode(), "jsonl"))
    coder = study.ensure_coder(EXAMPLE_CODER)
    entities: dict[str, str] = {}
    for entity in told.get("entities", ()):
        key = entities[entity["name"]] = study.ids()
        study.coding.apply(AddEntity(coder_id=coder.id, name=entity["name"], type=entity["type"], id=key))
    made: dict[str, str] = {}
    for label in told["labels"]:
        made[label["id"]] = _add(study, coder, ids[0], label, made, entities)
    return len(made)


def _add(
    study: Study,
    coder: Coder,
    document: str,
    label: ExampleLabel,
    made: Mapping[str, str],
    entities: Mapping[str, str],
) -> str:
    layer = study.codebook.layer(label["layer"])
    key = study.ids()
    kinds = {a.key: a.type for a in layer.attributes}
    values = {k: {"entity": entities[v]} if kinds[k] == "entity" else v for k, v in label.get("values", {}).items()}
    roles: dict[str, tuple[FillerRef, ...]] = {}
    if isinstance(layer, LinkLayer):
        for role, filler in label["roles"].items():
            ref = FillerRef(annotation=made[filler]) if filler in made else FillerRef(entity=entities[filler])
            roles[role] = (ref,)
    words = label.get("pieces") or ([label["words"]] if "words" in label else [])
    study.coding.apply(
        AddAnnotation(
            coder_id=coder.id,
            document_id=document,
            layer=layer.key,
            id=key,
            fragments=_fragments(study.text(document), words),
            values=values,
            roles=roles,
        )
    )
    return key


def _fragments(text: str, words: list[str]) -> Fragments:
    """Where the words stand in the body; the title above it repeats some of them."""
    body = text.find("\n\n") + 2
    places = [(text.index(w, body), len(w)) for w in words]
    return tuple((start, start + size) for start, size in places)
