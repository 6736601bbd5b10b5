"""UIMA CAS as XMI, as INCEpTION writes and reads it: ``DOCUMENT/CODER.xmi`` beside one ``TypeSystem.xml``.

Offsets are UTF-16 units. What came from the form goes back as it was: types, features, relations, slots, references,
chains. Layers of our own are types ``webanno.custom.X``, roles of links are link features with role and target, labels
in several pieces are a head with links to the other pieces. What the types have no place for stands in
``annotator.json``, ``extras.jsonl`` and, for links that they cannot hold, ``labels.jsonl``. An article that nobody
labelled is its ``INITIAL_CAS.xmi``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

from annotator.domain.annotations import Annotation, Filler
from annotator.domain.fragments import Fragment
from annotator.domain.origins import origin_of
from annotator.domain.words import say
from annotator.formats.anchors import anchored
from annotator.formats.annotation_records import record_line
from annotator.formats.beside_lines import EXTRAS, Sign, beside_line, named_files, said, unsaid
from annotator.formats.cas_reading import LABELS, NUMBERS, read
from annotator.formats.cas_types import FORM, attribute, content, type_system
from annotator.formats.coder_files import INITIAL
from annotator.formats.dataset import Article, Dataset, Losses
from annotator.formats.drafts import extra_line
from annotator.formats.layer_types import (
    CUSTOM,
    ENTITY,
    FRAGMENT,
    FRAGMENT_LINK,
    METADATA,
    NO_NAME,
    SENTENCE,
    TOKEN,
    LayerType,
    layer_types,
)
from annotator.formats.offsets import Offsets
from annotator.formats.plain_values import PlainValues
from annotator.formats.record_form import RecordForm
from annotator.formats.segments import sentences, tokens
from annotator.formats.sidecar import NAME, coder_files, document_files, illegal_in_xml, sidecar, xml_text

__all__ = ["read", "write"]
_SPACES = {
    CUSTOM: "custom",
    "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type.": "type",
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.": "metadata",
}
_ILLEGAL = say("control characters, which XML cannot hold (other programs see � in their place)")


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """The folder."""
    came = {d.id: d.source for d in dataset.documents.values() if origin_of(d).form == FORM}
    documents, coders = named_files(came, document_files(dataset)), coder_files(dataset)
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    cas = _Cas(dataset, losses)
    out.mkdir()
    (out / "TypeSystem.xml").write_text(type_system(dataset.codebook), encoding="utf-8", newline="\n")
    replaced: dict[str, list[tuple[int, int]]] = {}
    used: dict[str, str] = {}
    with (out / EXTRAS).open("wb") as extras, (out / LABELS).open("wb") as apart:
        for article in dataset:
            document = article.document
            if found := illegal_in_xml(article.text):
                losses.lose(_ILLEGAL, len(found), document.title or document.source)
                replaced[document.id] = found
            folder = out / documents[document.id]
            folder.mkdir()
            for coder in article.coder_ids or (None,):
                used |= {coder: coders[coder]} if coder else {}
                labels = article.of(coder) if coder else ()
                file = folder / f"{coders[coder] if coder else INITIAL}.xmi"
                text = cas.of(article, labels, documents[document.id], f"{folder.name}/{file.name}")
                file.write_text(text, encoding="utf-8", newline="\n")
                extras.write("".join(cas.beside).encode())
                for a in cas.left:
                    apart.write(record_line(form.record(a, document, None)))
    (out / NAME).write_bytes(sidecar(dataset, documents, used, replaced))


class _Cas:
    """Writes one coder's labels of one article."""

    def __init__(self, dataset: Dataset, losses: Losses) -> None:
        self._dataset = dataset
        self._losses = losses
        self.beside: list[str] = []
        """Lines for `extras.jsonl` about the file that was written last."""
        self.left: list[Annotation] = []
        """Labels that have no place in that file."""
        self._types = layer_types(dataset.codebook, FORM)
        self._spaces = dict(_SPACES)
        for names in self._types.values():
            further = names.words if names.kind in ("feature", "chain") else ()
            for type in (names.type, *further):
                space = _space(type)
                if space not in self._spaces:
                    self._spaces[space] = f"ns{len(self._spaces)}"
        self._plain = PlainValues(dataset.codebook, xml_text)
        self._kinds = {layer.key: layer.kind for layer in dataset.codebook.layers}
        self._owners = {t.type: key for key, t in self._types.items() if t.kind in ("label", "relation", "element")}

    def of(self, article: Article, annotations: Sequence[Annotation], file: str, path: str) -> str:
        """The file's text."""
        self._offsets = Offsets(article.text)
        self._elements: list[str] = []
        self._members: list[int] = []
        self._last = 1
        known = [a for a in annotations if a.layer in self._types]
        self.beside, self.left = [], self._unfit(known)
        out = {a.id for a in self.left}
        known = [a for a in known if a.id not in out]
        self._ids = {a.id: self._next() for a in known}
        self._path = path
        self._tie(known)
        held = anchored(known, self._kinds)
        self._held = held
        self._segments(article, file, known)
        for a in known:
            if self._types[a.layer].kind not in ("feature", "chain"):
                self._label(a, held.get(a.id, ()))
        for a in known:
            if self._types[a.layer].kind in ("feature", "chain"):
                self._tied(a)
        text = attribute(xml_text(article.text))
        spaces = "".join(
            f' xmlns:{short}="http:///{name.rstrip(".").replace(".", "/") or "uima/noNamespace"}.ecore"'
            for name, short in self._spaces.items()
        )
        return "".join(
            (
                '<?xml version="1.0" encoding="UTF-8"?>\n',
                '<xmi:XMI xmlns:xmi="http://www.omg.org/XMI" xmlns:cas="http:///uima/cas.ecore"',
                f'{spaces} xmi:version="2.0">\n<cas:NULL xmi:id="0"/>\n',
                *self._elements,
                f'<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" sofaString={text}/>\n',
                f'<cas:View sofa="1" members="{" ".join(map(str, self._members))}"/>\n</xmi:XMI>\n',
            )
        )

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _unfit(self, known: Sequence[Annotation]) -> list[Annotation]:
        """Links that came as features or chains and are no such thing any more, and what names any such link."""
        by_id = {a.id: a for a in known}
        tied = {a.id for a in known if self._types[a.layer].kind in ("feature", "chain")}
        left: dict[str, Annotation] = {}
        chained: set[str] = set()
        filled: set[tuple[str, str]] = set()
        for a in known:
            names = self._types[a.layer]
            ends = [f.annotation for fillers in a.roles.values() for f in fillers]
            whole = all(e is not None and e in by_id for e in ends)
            if names.kind == "chain":
                layers = {by_id[str(e)].layer for e in ends} if whole else set()
                fits = whole and len(set(ends)) == len(ends) > 1 and not chained & set(map(str, ends))
                fits = fits and layers == {names.element}
                chained |= set(map(str, ends)) if fits else set()
            elif names.kind == "feature":
                owner = a.roles.get(names.owner, ())
                fits = whole and len(owner) == 1 and len(ends) > 1 and (names.how != "ref" or len(ends) == 2)
                fits = fits and self._owners.get(names.type) == by_id[str(owner[0].annotation)].layer
                mark = (a.layer, str(owner[0].annotation)) if fits else ("", "")
                fits = fits and mark not in filled
                filled |= {mark}
            else:
                fits = True
            if not fits:
                left[a.id] = a
        more = True
        while more:
            more = False
            for a in known:
                ends = [f.annotation for fillers in a.roles.values() for f in fillers]
                if a.id not in left and any(e in tied or e in left for e in ends):
                    left[a.id] = a
                    more = True
        return list(left.values())

    def _tie(self, known: Sequence[Annotation]) -> None:
        """Features of labels that links stand for: id of a label -> feature -> what is written."""
        self._more: dict[str, dict[str, str]] = {a.id: {} for a in known}
        for a in known:
            names = self._types[a.layer]
            if names.kind == "chain":
                ends = [str(f.annotation) for fillers in a.roles.values() for f in fillers]
                for one, following in pairwise(ends):
                    self._more[one]["next"] = str(self._ids[following])
                self._element(self._ids[a.id], names.words[0], {"first": str(self._ids[ends[0]])})
            elif names.kind == "feature":
                owner = str(a.roles[names.owner][0].annotation)
                ends = []
                for role, fillers in a.roles.items():
                    for f in fillers if role != names.owner else ():
                        key = self._ids[str(f.annotation)]
                        if names.how == "slot":
                            word = names.roles[role]
                            key = self._link(names.words[0], "" if word == NO_NAME else word, key)
                        ends.append(str(key))
                self._more[owner][names.feature] = " ".join(ends)

    def _tied(self, a: Annotation) -> None:
        """What stands beside a link that is a feature of others."""
        names = self._types[a.layer]
        fillers = a.roles[names.owner] if names.owner else next(iter(a.roles.values()))
        held = self._held.get(str(fillers[0].annotation), ())
        self._note(a, {}, held[0] if held else None, {"values": dict(a.values), "memo": a.memo})

    def _note(
        self, a: Annotation, texts: Mapping[str, Sequence[str]], at: Fragment | None, more: dict[str, Any]
    ) -> None:
        """A line about a label for `extras.jsonl`."""
        _, exact = self._plain.of(a)
        if more.get("memo") and self._types[a.layer].theirs:
            self._losses.lose(say("remarks, which stand in extras.jsonl (other programs do not see them)"))
        self.beside.append(beside_line(self._path, Sign(a.layer, at, said(texts)), extra_line(a, exact, **more)))

    def _element(
        self,
        key: int,
        type: str,
        features: Mapping[str, str | Sequence[str]],
        place: Fragment | None = None,
        indexed: bool = True,
    ) -> None:
        """One feature structure; lists are children. place: in code points."""
        name = f"{self._spaces[_space(type)]}:{type.rpartition('.')[2]}"
        parts = [f'<{name} xmi:id="{key}"']
        if indexed:
            parts.append(' sofa="1"')
            self._members.append(key)
        if place is not None:
            begin, end = (self._offsets.to("utf-16", p) for p in place)
            parts.append(f' begin="{begin}" end="{end}"')
        children: list[str] = []
        for feature, value in features.items():
            if isinstance(value, str):
                parts.append(f" {feature}={attribute(xml_text(value))}")
            else:
                children += (f"<{feature}>{content(xml_text(v))}</{feature}>" for v in value)
        parts.append(f">{''.join(children)}</{name}>\n" if children else "/>\n")
        self._elements.append("".join(parts))

    def _segments(self, article: Article, file: str, known: Sequence[Annotation]) -> None:
        document = article.document
        facts = {
            "documentTitle": document.title or file,
            "documentId": file,
            "language": document.language or "x-unspecified",
        }
        self._element(self._next(), METADATA, facts, (0, len(article.text)))
        labelled = [a.fragments[0] for a in known if self._types[a.layer].token and a.fragments]
        for sentence in sentences(article.text):
            self._element(self._next(), SENTENCE, {}, sentence)
            for token in tokens(article.text, *sentence):
                if not any(s < token[1] and token[0] < e for s, e in labelled):
                    self._element(self._next(), TOKEN, {}, token)

    def _label(self, a: Annotation, anchor: Sequence[Fragment]) -> None:
        names = self._types[a.layer]
        texts, _ = self._plain.of(a)
        features: dict[str, str | list[str]] = {}
        for key, told in texts.items():
            features |= self._value(names, a, key, told)
        for role, fillers in a.roles.items():
            if role in names.roles and fillers:
                links = [self._link(names.links[role], role, self._target(f)) for f in fillers]
                features[names.roles[role]] = " ".join(map(str, links))
        more: dict[str, Any] = {"values": unsaid(a.values, names.attributes)}
        if names.theirs:
            more |= {"memo": a.memo, "uncertain": list(a.uncertain)}
        else:
            features |= {names.memo: a.memo} if a.memo else {}
            features |= {names.uncertain: list(a.uncertain)} if a.uncertain else {}
            more |= {"uncertain": None, "memo": a.memo if xml_text(a.memo) != a.memo else ""}
        if len(a.fragments) > 1 and names.pieces:
            pieces = [self._piece(f) for f in a.fragments[1:]]
            features[names.fragments] = " ".join(str(self._link(FRAGMENT_LINK, "piece", p)) for p in pieces)
        elif len(a.fragments) > 1:
            more["span"] = [list(f) for f in a.fragments]
        if names.ends:
            features |= self._ends(names, a)
            if any(len(fillers) != 1 or not fillers[0].annotation for fillers in a.roles.values()):
                more["roles"] = {r: [[f.annotation, f.entity] for f in fillers] for r, fillers in a.roles.items()}
        features |= self._more[a.id]
        if names.kind == "relation" and (end := self._end(names, a)):  # a relation stands where its target does
            anchor = end
        bare = not names.supertypes or "uima.tcas.Annotation" not in names.supertypes
        place = None if self._kinds[a.layer] == "document" and bare else anchor[0] if anchor else (0, 0)
        self._element(self._ids[a.id], names.type, features, place)
        shown = {key: told for key, told in texts.items() if key in names.attributes}
        self._note(a, shown, place, more)

    def _end(self, names: LayerType, a: Annotation) -> Sequence[Fragment]:
        role = next((r for r, f in names.ends.items() if f.casefold() in ("target", "dependent")), "")
        return next((self._held.get(str(f.annotation), ()) for f in a.roles.get(role, ())), ())

    def _ends(self, names: LayerType, a: Annotation) -> dict[str, str]:
        """The labels that a relation joins, as its own features name them."""
        firsts = {
            role: next((f.annotation for f in a.roles.get(role, ()) if f.annotation), None) for role in names.ends
        }
        return {names.ends[role]: str(self._ids[key]) for role, key in firsts.items() if key is not None}

    def _value(self, names: LayerType, a: Annotation, key: str, found: list[str]) -> dict[str, str | list[str]]:
        feature = names.attributes.get(key)
        declared = self._plain.attribute(a.layer, key)
        if feature is None or declared is None or not found:
            return {}
        many = declared.type == "choices" or (declared.type == "entity" and declared.many)
        if names.ranges.get(key, ("", ""))[0] in NUMBERS:
            return {feature: " ".join(found)}
        if key not in names.entities:
            return {feature: found if many else found[0]}
        names_said = [self._dataset.entity_name(t) for t in found]
        return (
            {feature: names_said, names.entities[key]: found}
            if many
            else {
                feature: names_said[0],
                names.entities[key]: found[0],
            }
        )

    def _target(self, filler: Filler) -> int:
        if filler.annotation is not None:
            return self._ids[filler.annotation]
        key, entity = self._next(), filler.entity or ""
        record: dict[str, Any] = {
            "entity": entity,
            "name": self._dataset.entity_name(entity),
            "entity_type": self._dataset.entity_type(entity),
        }
        self._element(key, ENTITY, record, (0, 0))
        return key

    def _piece(self, fragment: Fragment) -> int:
        key = self._next()
        self._element(key, FRAGMENT, {}, fragment)
        return key

    def _link(self, type: str, role: str, target: int) -> int:
        key = self._next()
        features = {"role": role, "target": str(target)} if role else {"target": str(target)}
        self._element(key, type, features, indexed=False)
        return key


def _space(type: str) -> str:
    """The package of a type with a point behind it; empty where it has none."""
    package = type.rpartition(".")[0]
    return f"{package}." if package else ""
