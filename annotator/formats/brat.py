"""brat standoff: a folder with one sub-folder a coder, in it ``NAME.txt`` and ``NAME.ann``.

Passages are T; links of two labels and nothing else are R, other links E with a trigger where their first label stands;
values of closed lists are A, entities N, everything else a note (#). What came from brat goes back as it was: types,
arguments, equivalences (*), events with their own trigger, ids and names of files. What brat's lines cannot say at all
stands beside them: in ``annotator.json``, ``extras.jsonl`` and, for labels that no passage holds, ``labels.jsonl``.
Source: brat's manual, "standoff format" and "annotation configuration".
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from annotator.domain.annotations import Annotation
from annotator.domain.fragments import Fragment, Fragments
from annotator.formats.anchors import anchored
from annotator.formats.annotation_records import record_line
from annotator.formats.brat_config import FORM, OLDER, Codes, Names, annotation_conf, series, visual_conf
from annotator.formats.brat_folders import UNLABELLED
from annotator.formats.brat_lines import NOTES, escaped, flat
from annotator.formats.brat_reading import EXTRAS, LABELS, read, said_name
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.drafts import extra_line
from annotator.formats.plain_values import PlainValues
from annotator.formats.record_form import RecordForm
from annotator.formats.sidecar import NAME, coder_files, document_files, sidecar

__all__ = ["read", "write"]
_TEXT = re.compile(r"(?!\.)[^\x00-\x1f<>:\"|?*\\]+(?<![. ])$")
"""A name of a file or folder that every system can hold."""
_THEIRS = re.compile(r".* ([TRE])([1-9]\d{0,8})$")
"""An id that a line of a foreign file had: the file, then its own."""


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The folder; an article that nobody labelled lies under ``unlabelled``."""
    codes = Codes(dataset.codebook)
    lines = _Lines(dataset, codes)
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    documents, coders = _files(dataset), coder_files(dataset)
    out.mkdir()
    used: dict[str, str] = {}
    with (out / LABELS).open("wb") as apart, (out / EXTRAS).open("wb") as extras:
        for article in dataset:
            name = documents[article.document.id]
            for coder in article.coder_ids or (None,):
                used |= {coder: coders[coder]} if coder else {}
                file = out / (coders[coder] if coder else UNLABELLED) / f"{name}.txt"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(article.text.encode("utf-8", "surrogatepass"))
                written = lines.of(article, article.of(coder) if coder else ())
                notes = file.with_name(f"{file.stem}.ann")
                notes.write_bytes(written.text.encode("utf-8", "surrogatepass"))
                for a in written.left:
                    apart.write(record_line(form.record(a, article.document, None)))
                for extra in written.extras:
                    told = json.dumps({"file": notes.relative_to(out).as_posix()})
                    extras.write(f"{told[:-1]},{extra[1:]}\n".encode())
    (out / "annotation.conf").write_text(annotation_conf(dataset.codebook, codes), encoding="utf-8", newline="\n")
    (out / "visual.conf").write_text(visual_conf(dataset.codebook), encoding="utf-8", newline="\n")
    (out / NAME).write_bytes(sidecar(dataset, documents, used))


def _files(dataset: Dataset) -> dict[str, str]:
    """Names of files without suffix: an article that came as a text file keeps its path."""
    usual = document_files(dataset)
    taken: set[str] = set()
    result: dict[str, str] = {}
    for d in dataset.documents.values():
        path = d.source.removesuffix(".txt")
        fits = path != d.source and len(path) < 200 and all(_TEXT.match(part) for part in path.split("/"))
        name = path if fits and path.casefold() not in taken else usual[d.id]
        while name.casefold() in taken:
            name += "_"
        taken.add(name.casefold())
        result[d.id] = name
    return result


@dataclass(frozen=True, slots=True)
class _Written:
    """text: of the file. left: labels that no passage of the article holds. extras: lines for beside it."""

    text: str
    left: list[Annotation]
    extras: list[str]


class _Lines:
    """Writes one coder's labels of one article as lines."""

    def __init__(self, dataset: Dataset, codes: Codes) -> None:
        self._dataset = dataset
        self._codes = codes
        self._plain = PlainValues(dataset.codebook)
        self._kinds = {layer.key: layer.kind for layer in dataset.codebook.layers}
        self._called = Names(dataset.codebook)
        self._relations = self._called.relations
        links = dataset.codebook.link_layers
        self._sides = {(layer.key, r.key): r.written_as.get(FORM) for layer in links for r in layer.roles}
        self._roles = {
            layer.key: {r.key: FORM in r.written_as for r in layer.roles} for layer in dataset.codebook.link_layers
        }

    def of(self, article: Article, annotations: Sequence[Annotation]) -> _Written:
        """The file and what belongs beside it."""
        held = anchored([a for a in annotations if self._fits(a)], self._kinds)
        self._counts = dict.fromkeys("TERAMN#*", 0)
        self._names = self._given([a for a in annotations if a.id in held])
        self._extras: list[str] = []
        own = sorted((a for a in annotations if a.id in held), key=self._order) if self._kept else annotations
        lines: list[str] = []
        last: list[tuple[Annotation, list[str]]] = []
        for a in own:
            if a.id not in held:
                continue
            made = self._label(article, a, held[a.id])
            if made[0].startswith("*"):
                last.append((a, made))
            else:
                lines += made
        for a, made in last:
            lines += made
            self._beside(a, f"*{len(lines)}", made[0], {})
        text = "".join(f"{line}\n" for line in lines)
        return _Written(text, [a for a in annotations if a.id not in held], self._extras)

    def _fits(self, a: Annotation) -> bool:
        if a.layer not in self._kinds:
            return False
        if self._kinds[a.layer] != "link":
            return True
        kind = self._called.kind(a.layer)
        if kind == "R":
            sides = [a.roles.get(role, ()) for role in self._relations[a.layer]]
            return all(len(fillers) == 1 and fillers[0].annotation for fillers in sides)
        if kind == "*":
            return not a.values and all(f.annotation for fillers in a.roles.values() for f in fillers)
        return True

    def _given(self, annotations: Sequence[Annotation]) -> dict[str, str]:
        """The ids in the file: those that labels had in a file they came from, and new ones."""
        names: dict[str, str] = {}
        taken: set[str] = set()
        for a in annotations:
            kind = "T" if a.fragments else self._called.kind(a.layer)
            found = _THEIRS.match(a.external_id or "")
            if found and found[1] == kind and found[1] + found[2] not in taken:
                names[a.id] = found[1] + found[2]
                taken.add(names[a.id])
                self._counts[kind] = max(self._counts[kind], int(found[2]))
        self._kept = bool(names)
        for a in annotations:
            if a.id not in names:
                names[a.id] = self._next("T" if a.fragments else self._called.kind(a.layer))
        return names

    def _order(self, a: Annotation) -> tuple[int, int]:
        name = self._names[a.id]
        return "TER*".index(name[0]), int(name[1:])

    def _next(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{kind}{self._counts[kind]}"

    def _side(self, layer: str, role: str, number: int) -> str:
        """What one side of a relation is called: as it was, which may be the word of the other, too."""
        if said := self._sides[layer, role]:
            return said
        word = self._called.part(layer, role)
        return word if word != role else f"Arg{number}"

    def _label(self, article: Article, a: Annotation, anchor: Fragments) -> list[str]:
        name = self._names[a.id]
        type = self._called.type(a.layer)
        more: dict[str, Any] = {}
        lines: list[str] = []
        if name[0] == "T":
            lines.append(_text_bound(name, type, article.text, a.fragments))
            if pieces(article.text, a.fragments) != a.fragments:
                more["span"] = [list(f) for f in a.fragments]
        elif name[0] == "R":
            ends = [self._names[str(a.roles[role][0].annotation)] for role in self._relations[a.layer]]
            sides = [
                f"{self._side(a.layer, role, n)}:{end}"
                for n, (role, end) in enumerate(zip(self._relations[a.layer], ends, strict=True), start=1)
            ]
            lines.append(f"{name}\t{type} {' '.join(sides)}\t")
        elif name[0] == "*":
            members = [self._names[str(f.annotation)] for fillers in a.roles.values() for f in fillers]
            return [f"*\t{' '.join((type, *members))}"]
        else:
            role = self._called.trigger(a.layer)
            own = a.roles.get(role, ()) if role else ()
            held = self._names[str(own[0].annotation)] if len(own) == 1 and own[0].annotation else ""
            if not held.startswith("T"):
                held, role = self._next("T"), None
                lines.append(_text_bound(held, type, article.text, anchor))
            arguments, order = self._arguments(a, role)
            lines.append(f"{name}\t{' '.join((f'{type}:{held}', *arguments))}")
            lines += self._entities(a, name)
            more |= {"order": order} if order else {}
            words = [x.rsplit(":", 1)[0] for x in arguments]
            filled = [r for r, fillers in a.roles.items() if r != role for f in fillers if f.annotation is not None]
            if self._called.roles_of(a.layer, words, self._roles.get(a.layer, ())) != filled:
                more["args"] = filled
        is_ = lines[-1 if name[0] != "E" else next(i for i, x in enumerate(lines) if x.startswith("E"))]
        for key, value in a.values.items():
            lines += self._value(a.layer, name, key, value)
        if a.memo:
            lines += [f"{self._next('#')}\t{NOTES} {name}\t{flat(one)}" for one in a.memo.split("\n")]
        self._beside(a, name, is_, more)
        return lines

    def _beside(self, a: Annotation, name: str, line: str, more: Mapping[str, Any]) -> None:
        """What the lines do not say of a label; `is` tells whether the line is still about the same."""
        _, exact = self._plain.of(a)
        unsaid = name.startswith("*") or any(flat(one) != one for one in a.memo.split("\n"))
        memo = {"memo": a.memo} if a.memo and unsaid else {}
        self._extras.append(extra_line(a, exact, of=name, **{"is": line.split("\t")[1]}, **memo, **more))

    def _arguments(self, a: Annotation, trigger: str | None) -> tuple[list[str], dict[str, list[int]]]:
        """(labels in roles as brat numbers them, the order of roles in which an entity stands before a label)."""
        arguments: list[str] = []
        order: dict[str, list[int]] = {}
        used: set[str] = set()
        for role, fillers in a.roles.items():
            if role == trigger:
                continue
            said = self._called.part(a.layer, role)
            named = [f.annotation for f in fillers if f.annotation is not None]
            known = self._roles.get(a.layer, {})
            others = {self._called.part(a.layer, r) for r in known if r != role}
            apart = set() if known.get(role) else others  # those of a foreign file stand as they stood
            mine = iter(series(said, len(named) + len(used) + len(apart) + 1))
            for key in named:
                word = next((w for w in mine if w not in used and w not in apart), said)
                used.add(word)
                arguments.append(f"{word}:{self._names[key]}")
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
        called = self._called.part(layer, key)
        kind = "M" if called.startswith(OLDER) else "A"
        called = called.removeprefix(OLDER)
        attribute = self._plain.attribute(layer, key)
        theirs = attribute is not None and FORM in attribute.written_as
        for one in value if isinstance(value, (list, tuple)) else [value]:
            text = self._plain.texts(one)[0]
            code = self._codes.code(layer, key, text)
            if isinstance(one, Mapping):
                known = self._dataset.register.every.get(text)
                base = next((x for x in known.aliases if _BASE.match(x)), None) if known and theirs else None
                if base is None:
                    lines.append(self._reference(name, key, text))
                else:
                    told = escaped(said_name(known.name, base)) if known else ""
                    lines.append(f"{self._next('N')}\t{called} {name} {base}\t{told}")
            elif called.startswith("# "):
                lines.append(f"{self._next('#')}\t{called[2:]} {name}\t{escaped(text)}")
            elif one is True and theirs:
                lines.append(f"{self._next(kind)}\t{called} {name}")
            elif code is not None:
                lines.append(f"{self._next(kind)}\t{called} {name} {code}")
            else:
                lines.append(f"{self._next('#')}\t{key} {name}\t{escaped(text)}")
        return lines


_BASE = re.compile(r"[^\s:]+:\S+$")


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
