"""Labels of an article as selections with codings, under the guids that they came with."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.values import label_of
from annotator.domain.origins import BY_CODER
from annotator.domain.words import say
from annotator.formats.cas_types import attribute, content
from annotator.formats.dataset import Article, Dataset
from annotator.formats.plain_values import PlainValues
from annotator.formats.refi_back import Back, by_attributes, changed_since, refs_to
from annotator.formats.refi_codebook import CodeWriter
from annotator.formats.refi_elements import element_of, sound_time
from annotator.formats.sidecar import xml_text

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$")
_QUOTE = 200
WHOLE_REMARKS = say("remarks on labels of whole articles")


@dataclass(frozen=True, slots=True)
class Selections:
    """Knows the study; `of` writes an article. users: coder's id -> guid."""

    dataset: Dataset
    plain: PlainValues
    back: Back
    codes: CodeWriter
    users: Mapping[str, str]
    guid: Callable[..., str]

    def of(self, article: Article, kept: Mapping[str, Any]) -> _Written:
        """The labels of an article; kept: what is kept with it."""
        found = kept.get(BY_CODER, {})
        return _Written(self, article, list(found.values()) if isinstance(found, Mapping) else [])


@dataclass
class _Written:
    """The labels of one article."""

    study: Selections
    article: Article
    kept: list[Mapping[str, Any]]
    _guids: dict[str, str] = field(default_factory=dict)
    """Label -> the guid of the selection that it is in."""

    def __post_init__(self) -> None:
        kinds = {layer.key: layer.kind for layer in self.study.dataset.codebook.layers}
        self._of: dict[str, list[Annotation]] = {"span": [], "link": [], "document": []}
        for a in self.article.annotations:
            self._of.get(kinds.get(a.layer, ""), []).append(a)
        self._spans = {a.id: a for a in self._of["span"]}
        self._came = {label for s in self._kept("selections") for label in s.get("labels", ())}

    def _kept(self, kind: str) -> Iterator[Mapping[str, Any]]:
        for told in self.kept:
            yield from told.get(kind, ())

    def passages(self) -> Iterator[str]:
        """Selections: first those that came, in their order, with the labels that still stand together."""
        by_guid: dict[str, list[Mapping[str, Any]]] = {}
        for one in self._kept("selections"):
            by_guid.setdefault(one["guid"], []).append(one)
        for guid, parts in by_guid.items():
            labels = [x for part in parts for x in part.get("labels", ())]
            here = [self._spans[x] for x in labels if x in self._spans and x not in self._guids]
            together = [a for a in here if a.fragments == here[0].fragments]
            if together and len(together[0].fragments) == 1:
                yield self._came_back(guid, parts, together)
        for a in self._of["span"]:
            if a.id not in self._guids:
                yield from self._made_here(a)

    def _came_back(self, guid: str, parts: list[Mapping[str, Any]], labels: list[Annotation]) -> str:
        first = parts[0]
        kept = [c for part in parts for c in part.get("codings", ())]
        self.study.back.known.add(guid)
        about: list[str] = []
        refs: list[str] = []
        codings: list[str] = []
        for place, a in enumerate(labels):
            self._guids[a.id] = guid
            mine = [c for c in kept if c["label"] == a.id]
            own = [n for c in mine for n in c.get("notes", ())]
            of_all = first.get("notes", ()) if not place else ()
            codes, words = self._coded(a)
            top = self.study.codes.layer(a.layer)
            if mine and len(codes) > 1 and all(c["code"] != top for c in mine):
                codes = [x for x in codes if x != top]  # one in a group of codes was given, that at the top was not
            said, named = self.study.back.told(a.memo, [*of_all, *own])
            about += [w for w in (said, *words) if w]
            refs += [n for n in named if n not in own]
            for c in (c for c in mine if c["code"] in codes):
                inside = refs_to(n for n in c.get("notes", ()) if n in named)
                codings.append(self._coding(a, c["code"], c, inside))
            fresh = [code for code in codes if all(c["code"] != code for c in mine)]
            codings += [self._coding(a, code, {}) for code in fresh]
        start, end = labels[0].fragments[0]
        by = dict(first.get("by", {}))
        if any(changed_since(by, a.created, a.updated) for a in labels):
            latest = max(labels, key=lambda a: a.updated)
            by |= {"modifyingUser": self._user(latest), "modifiedDateTime": latest.updated}
        name = f" name={_a(first['name'])}" if first.get("name") is not None else ""
        head = f'<PlainTextSelection guid="{guid}"{name} startPosition="{start}" endPosition="{end}"'
        remark = "\n".join(about)
        told = f"<Description>{content(xml_text(remark))}</Description>" if remark else ""
        return f"{head}{by_attributes(by)}>{told}{''.join(codings)}{refs_to(refs)}</PlainTextSelection>\n"

    def _coding(self, a: Annotation, code: str, kept: Mapping[str, Any], inside: str = "") -> str:
        guid = kept.get("guid") or self.study.guid(a.id, "coding", code, "0")
        self.study.back.known.add(guid)
        time = sound_time(str(kept.get("time", ""))) if kept else a.created if _TIME.match(a.created) else ""
        at = f' creationDateTime="{time}"' if time else ""
        return (
            f'\n<Coding guid="{guid}" creatingUser="{self._user(a)}"{at}>'
            f'<CodeRef targetGUID="{code}"/>{inside}</Coding>'
        )

    def _made_here(self, a: Annotation) -> Iterator[str]:
        """One selection for each piece of a label."""
        by = self._by(a)
        codes, words = self._coded(a)
        remark = "\n".join(filter(None, (a.memo, *words)))
        for place, (start, end) in enumerate(a.fragments):
            guid = self._piece(a, place)
            self.study.back.known.add(guid)
            quote = self.article.text[start:end][:_QUOTE]
            yield f'<PlainTextSelection guid="{guid}" name={_a(quote)}'
            yield f' startPosition="{start}" endPosition="{end}"{by}>'
            if remark and not place:
                yield f"<Description>{content(xml_text(remark))}</Description>"
            for code in codes:
                yield f'\n<Coding guid="{self.study.guid(a.id, "coding", code, str(place))}"{by}>'
                yield f'<CodeRef targetGUID="{code}"/></Coding>'
            yield "</PlainTextSelection>\n"

    def codings(self) -> Iterator[str]:
        """Labels of the whole article that came as codings of it."""
        kept = {(c["label"], c["code"]): c for c in self._kept("codings")}
        of = self.study.codes.of_articles
        here = {a.id: self._coded(a)[0] for a in self._of["document"] if a.layer in of}
        labels = {a.id: a for a in self._of["document"]}
        order = [k for k in kept if k[1] in here.get(k[0], ())]
        order += [(label, code) for label, codes in here.items() for code in codes if (label, code) not in kept]
        for label, code in order:
            mine = kept.get((label, code), {})
            said, named = self.study.back.told(labels[label].memo, mine.get("notes", ()))
            self.study.back.lose(WHOLE_REMARKS, int(bool(said)))
            yield self._coding(labels[label], code, mine, refs_to(named)).lstrip("\n") + "\n"

    def links(self) -> Iterator[str]:
        """Links between passages: as they came, else from the first passage to each of the others."""
        kept = {one["label"]: one for one in self._kept("links")}
        for a in self._of["link"]:
            came = kept.get(a.id)
            if came is not None and came.get("xml") and self._ends(a) == [came.get("origin"), came.get("target")]:
                link = element_of(came["xml"])
                said, _ = self.study.back.told(a.memo, came.get("notes", ()))
                self.study.back.lose(say("remarks on links"), int(bool(said)))
                self.study.back.note_names(link)
                yield f"{came['xml']}\n"
                continue
            self.study.back.lose(say("remarks on links"), int(bool(a.memo)))
            ends = [
                (role, self._spans[f.annotation])
                for role, fillers in a.roles.items()
                for f in fillers
                if f.annotation is not None and f.annotation in self._spans
            ]
            layer = next(x for x in self.study.dataset.codebook.layers if x.key == a.layer)
            for place, (role, end) in enumerate(ends[1:]):
                name = f"{layer.label}: {role}"
                yield f'<Link guid="{self.study.guid(a.id, "link", str(place))}" name={_a(name)} direction="OneWay"'
                yield f' originGUID="{self._piece(ends[0][1], 0)}" targetGUID="{self._piece(end, 0)}"/>\n'

    @staticmethod
    def _ends(a: Annotation) -> list[str | None]:
        return [f.annotation for fillers in a.roles.values() for f in fillers]

    def _coded(self, a: Annotation) -> tuple[list[str], list[str]]:
        """(codes of the layer and of values, other values in words)."""
        known = self.study.codes
        codes: list[str] = []
        under = False
        words: list[str] = []
        layer = known.of_articles.get(a.layer, a.layer)
        for key, value in a.values.items():
            found = [known.of(a.layer, key, text) for text in self.study.plain.texts(value)]
            if found and all(found):
                codes += [code for code in found if code]
                under |= (layer, key) in known.right_under
            else:
                declared = self.study.plain.attribute(a.layer, key)
                message = words_of(self.study.dataset, self.study.plain, a, key)
                words.append(f"{declared.label if declared else key}: {message}")
        if not under and a.layer not in known.uncoded and not (codes and layer in known.closed):
            codes.insert(0, known.layer(a.layer))
        return list(dict.fromkeys(codes)), words

    def _piece(self, a: Annotation, place: int) -> str:
        if a.id in self._guids:
            return self._guids[a.id]
        if place or a.id in self._came:  # the id of a label that came is that of a coding
            return self.study.guid(a.id, "piece", str(place))
        return self.study.guid(a.id)

    def _user(self, a: Annotation) -> str:
        return self.study.users.get(a.coder_id) or self.study.guid(a.coder_id)

    def _by(self, a: Annotation) -> str:
        time = f' creationDateTime="{a.created}"' if _TIME.match(a.created) else ""
        return f' creatingUser="{self._user(a)}"{time}'


def words_of(dataset: Dataset, plain: PlainValues, a: Annotation, key: str) -> str:
    """A value in words."""
    declared = plain.attribute(a.layer, key)
    values = a.values[key] if isinstance(a.values[key], (list, tuple)) else [a.values[key]]
    return "; ".join(
        dataset.entity_name(str(v["entity"]))
        if isinstance(v, Mapping)
        else label_of(declared, v)
        if declared
        else str(v)
        for v in values
    )


def _a(text: str) -> str:
    return attribute(xml_text(text))
