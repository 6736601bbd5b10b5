"""brat standoff: a folder with one sub-folder a coder, in it ``NAME.txt`` and ``NAME.ann``.

Passages are T; links of two labels and nothing else are R, other links E with a trigger where their first label stands;
values of closed lists are A, entities N, everything else a note (#). What brat's lines cannot say at all stands in
notes of the type ``Annotator``, in ``annotator.json`` and, for labels that no passage holds, in ``labels.jsonl``.
Source: brat's manual, "standoff format" and "annotation configuration".
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from annotator.domain.annotations import Annotation
from annotator.domain.fragments import Fragment, Fragments
from annotator.formats.anchors import anchored
from annotator.formats.annotation_records import record_line
from annotator.formats.brat_config import Codes, annotation_conf, relations, visual_conf
from annotator.formats.brat_lines import NOTES, escaped, flat
from annotator.formats.brat_reading import read
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.drafts import extra_line
from annotator.formats.plain_values import PlainValues
from annotator.formats.record_form import RecordForm
from annotator.formats.sidecar import NAME, coder_files, document_files, sidecar

__all__ = ["read", "write"]
MARK = "Annotator"
UNLABELLED = "unlabelled"
LABELS = "labels.jsonl"


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The folder; an article that nobody labelled lies under ``unlabelled``."""
    codes = Codes(dataset.codebook)
    lines = _Lines(dataset, codes)
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    documents, coders = document_files(dataset), coder_files(dataset)
    out.mkdir()
    used: dict[str, str] = {}
    with (out / LABELS).open("wb") as apart:
        for article in dataset:
            name = documents[article.document.id]
            for coder in article.coder_ids or (None,):
                used |= {coder: coders[coder]} if coder else {}
                folder = out / (coders[coder] if coder else UNLABELLED)
                folder.mkdir(exist_ok=True)
                (folder / f"{name}.txt").write_bytes(article.text.encode("utf-8", "surrogatepass"))
                text, left = lines.of(article, article.of(coder) if coder else ())
                (folder / f"{name}.ann").write_bytes(text.encode("utf-8", "surrogatepass"))
                for a in left:
                    apart.write(record_line(form.record(a, article.document, None)))
    (out / "annotation.conf").write_text(annotation_conf(dataset.codebook, codes), encoding="utf-8", newline="\n")
    (out / "visual.conf").write_text(visual_conf(dataset.codebook), encoding="utf-8", newline="\n")
    (out / NAME).write_bytes(sidecar(dataset, documents, used))


class _Lines:
    """Writes one coder's labels of one article as lines."""

    def __init__(self, dataset: Dataset, codes: Codes) -> None:
        self._dataset = dataset
        self._codes = codes
        self._plain = PlainValues(dataset.codebook)
        self._kinds = {layer.key: layer.kind for layer in dataset.codebook.layers}
        self._relations = relations(dataset.codebook)
        self._roles = {layer.key: {r.key for r in layer.roles} for layer in dataset.codebook.link_layers}

    def of(self, article: Article, annotations: Sequence[Annotation]) -> tuple[str, list[Annotation]]:
        """(the file's text, the labels that no passage of the article holds)."""
        whole = [a for a in annotations if a.layer not in self._relations or self._is_relation(a)]
        held = anchored(whole, self._kinds)
        self._names: dict[str, str] = {}
        self._counts = dict.fromkeys("TERAN#", 0)
        for a in annotations:
            if a.id in held:
                kind = "T" if a.fragments else "R" if a.layer in self._relations else "E"
                self._names[a.id] = self._next(kind)
        lines: list[str] = []
        for a in annotations:
            if a.id in held:
                lines += self._label(article, a, held[a.id])
        return "".join(f"{line}\n" for line in lines), [a for a in annotations if a.id not in held]

    def _is_relation(self, a: Annotation) -> bool:
        sides = [a.roles.get(role, ()) for role in self._relations[a.layer]]
        return all(len(fillers) == 1 and fillers[0].annotation for fillers in sides)

    def _next(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{kind}{self._counts[kind]}"

    def _label(self, article: Article, a: Annotation, anchor: Fragments) -> list[str]:
        name = self._names[a.id]
        more: dict[str, Any] = {}
        lines: list[str] = []
        if name[0] == "T":
            lines.append(_text_bound(name, a.layer, article.text, a.fragments))
            if pieces(article.text, a.fragments) != a.fragments:
                more["span"] = [list(f) for f in a.fragments]
        elif name[0] == "R":
            first, second = (self._names[str(a.roles[role][0].annotation)] for role in self._relations[a.layer])
            lines.append(f"{name}\t{a.layer} Arg1:{first} Arg2:{second}\t")
        else:
            trigger = self._next("T")
            lines.append(_text_bound(trigger, a.layer, article.text, anchor))
            arguments, order = self._arguments(a)
            lines.append(f"{name}\t{' '.join((f'{a.layer}:{trigger}', *arguments))}")
            lines += self._entities(a, name)
            more |= {"order": order} if order else {}
        _, exact = self._plain.of(a)
        for key, value in a.values.items():
            lines += self._value(a.layer, name, key, value)
        if a.memo:
            lines.append(f"{self._next('#')}\t{NOTES} {name}\t{escaped(a.memo)}")
        lines.append(f"{self._next('#')}\t{MARK} {name}\t{extra_line(a, exact, **more)}")
        return lines

    def _arguments(self, a: Annotation) -> tuple[list[str], dict[str, list[int]]]:
        """(labels in roles as brat numbers them, the order of roles in which an entity stands before a label)."""
        arguments: list[str] = []
        order: dict[str, list[int]] = {}
        for role, fillers in a.roles.items():
            number = 1
            for filler in fillers:
                if filler.annotation is None:
                    continue
                word = role if number == 1 else f"{role}{number}"
                while word != role and word in self._roles.get(a.layer, ()):
                    number += 1
                    word = f"{role}{number}"
                arguments.append(f"{word}:{self._names[filler.annotation]}")
                number += 1
            written = sorted(range(len(fillers)), key=lambda i: fillers[i].annotation is None)
            if written != sorted(written):
                order[role] = written
        return arguments, order

    def _entities(self, a: Annotation, name: str) -> list[str]:
        return [
            self._reference(name, f"role-{role}", f.entity)
            for role, fillers in a.roles.items()
            for f in fillers
            if f.entity is not None
        ]

    def _reference(self, name: str, base: str, entity: str) -> str:
        key = quote(entity, safe="")
        return f"{self._next('N')}\tReference {name} {base}:{key}\t{escaped(self._dataset.entity_name(entity))}"

    def _value(self, layer: str, name: str, key: str, value: Any) -> list[str]:
        lines: list[str] = []
        for one in value if isinstance(value, (list, tuple)) else [value]:
            text = self._plain.texts(one)[0]
            code = self._codes.code(layer, key, text)
            if isinstance(one, Mapping):
                lines.append(self._reference(name, key, text))
            elif code is not None:
                lines.append(f"{self._next('A')}\t{layer}-{key} {name} {code}")
            else:
                lines.append(f"{self._next('#')}\t{key} {name}\t{escaped(text)}")
        return lines


def pieces(text: str, fragments: Fragments) -> Fragments:
    """The fragments cut at line breaks, as brat draws them; as they are where a fragment is nothing but these."""
    result: list[Fragment] = []
    for start, end in fragments:
        at = start
        lines: list[Fragment] = []
        for line in text[start:end].split("\n"):
            if line.removesuffix("\r"):
                lines.append((at, at + len(line.removesuffix("\r"))))
            at += len(line) + 1
        if not lines:
            return fragments
        result += lines
    return tuple(result)


def _text_bound(name: str, layer: str, text: str, fragments: Fragments) -> str:
    cut = pieces(text, fragments)
    places = ";".join(f"{s} {e}" for s, e in cut)
    return f"{name}\t{layer} {places}\t{' '.join(flat(text[s:e]) for s, e in cut)}"
