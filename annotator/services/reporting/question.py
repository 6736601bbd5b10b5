"""What is asked of an agreement report, and who and what it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotator.domain.annotations import Annotation, Coder, Document
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.values import category
from annotator.domain.errors import BadInput
from annotator.services.codebooks.marks import answered_under
from annotator.services.study import Study


@dataclass(frozen=True, slots=True)
class Question:
    """The options of `annotator agreement STUDY`.

    coders: names; all who coded where empty. where: LAYER.ATTRIBUTE=VALUE, all must hold.
    overlap: spans match above this intersection over union. bootstrap: resamples, 0 for no intervals.
    """

    layer: str | None = None
    attribute: str | None = None
    coders: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    overlap: float = 0.5
    bootstrap: int = 1000
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Filter:
    """Keeps, of one layer, the labels with this category."""

    layer: str
    attribute: str
    category: str


@dataclass(frozen=True, slots=True)
class Corpus:
    """What coders did in the documents that at least two of them coded.

    labels: document id -> coder id -> labels. Only coders who coded a document are in it, even with no label.
    """

    codebook: Codebook
    coders: tuple[Coder, ...]
    documents: tuple[Document, ...]
    labels: dict[str, dict[str, list[Annotation]]]


def filters(codebook: Codebook, where: Sequence[str]) -> tuple[Filter, ...]:
    """`LAYER.ATTRIBUTE=VALUE` checked against the codebook; raises BadInput or NotFound."""
    result = []
    for text in where:
        left, equals, value = text.partition("=")
        layer_key, dot, attribute_key = left.partition(".")
        if not (equals and dot):
            raise BadInput("this is no condition", text, "write LAYER.ATTRIBUTE=VALUE, like about.primary=true")
        attribute = codebook.layer(layer_key.strip()).attribute(attribute_key.strip())
        result.append(Filter(layer_key.strip(), attribute.key, value.strip()))
    return tuple(result)


def kept(codebook: Codebook, conditions: Sequence[Filter], a: Annotation) -> bool:
    """Whether the label meets every condition on its layer."""
    for f in conditions:
        if f.layer != a.layer:
            continue
        value: Any = a.values.get(f.attribute)
        attribute = codebook.layer(a.layer).attribute(f.attribute)
        held = value if isinstance(value, (list, tuple)) else [value]
        if f.category not in {category(attribute, v) for v in held}:
            return False
    return True


def corpus(study: Study, question: Question) -> Corpus:
    """Everything to be compared, from one unchanging state; raises BadInput where nobody can be compared."""
    if not 0 <= question.overlap < 1:
        raise BadInput(f"--overlap {question.overlap} is not from 0 to less than 1", remedy="0.5 is usual")
    codebook = study.codebook
    conditions = filters(codebook, question.where)
    if question.layer is not None:
        layer = codebook.layer(question.layer)
        if question.attribute is not None:
            layer.attribute(question.attribute)
    with study.file.reading():
        chosen = [study.coder(name) for name in question.coders]
        if len({c.id for c in chosen}) < len(chosen):
            raise BadInput("a coder is named twice", ", ".join(question.coders), "name each once")
        coders = chosen or [c for c in study.coders() if c.role != "gold"]
        wanted = {c.id for c in coders}
        labels: dict[str, dict[str, list[Annotation]]] = {}
        register = study.register()
        answered = answered_under(study)
        for a in map(register.resolved, study.annotations(coder_ids=sorted(wanted))):
            if a.id in answered:
                a = replace(a, codebook_version=answered[a.id])
            mine = labels.setdefault(a.document_id, {}).setdefault(a.coder_id, [])
            if kept(codebook, conditions, a):
                mine.append(a)
        for coder in coders:
            for document, state in study.document_states(coder.id).items():
                if state == "done":
                    labels.setdefault(document, {}).setdefault(coder.id, [])
        shared = {d: by for d, by in labels.items() if len(by) > 1}
        documents = tuple(d for d in study.documents() if d.id in shared)
        present = {c for by in shared.values() for c in by}
    coders = [c for c in coders if c.id in present]
    if len(coders) < 2:
        raise BadInput(
            "no document was coded by two of these coders",
            str(study.file.path),
            "let two coders code the same document, or name other coders",
        )
    return Corpus(codebook, tuple(coders), documents, shared)
