"""Reading brat standoff: our own folders by the codebook beside them, others by what their lines say."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragment
from annotator.domain.words import say
from annotator.formats.annotation_records import AnnotationRecord, CoderRef, FillerRecord, read_records
from annotator.formats.brat_config import Codes, relations, words_of
from annotator.formats.brat_lines import NOTES, AnnFile, Linking, Saying, TextBound, unescaped
from annotator.formats.drafts import BESIDE, Draft, Extra, add_drafts, check_ids, entity_filler, is_ours
from annotator.formats.incoming import Incoming
from annotator.formats.keys import Keys
from annotator.formats.plain_values import PlainValues
from annotator.formats.sidecar import NAME, Arrivals, Arrived, Beside, read_sidecar
from annotator.formats.untrusted import Tree, opened

MARK = "Annotator"
LABELS = "labels.jsonl"


def read(path: Path) -> Incoming:
    """A folder, a zip of one, or one ``.ann`` file with its ``.txt``; a sub-folder is a coder."""
    if path.is_file() and path.suffix == ".ann":
        return _read(path.parent, only=path.name)
    return _read(path)


def _read(path: Path, only: str | None = None) -> Incoming:
    with opened(path) as tree:
        beside = read_sidecar(tree.read(NAME), f"{tree.name}: {NAME}") if NAME in tree else None
        arrivals = Arrivals(beside)
        incoming = arrivals.incoming
        texts = [n for n in tree.names if n.endswith(".txt") and (only is None or n == only[:-4] + ".txt")]
        notes = [n for n in tree.names if n.endswith(".ann") and (only is None or n == only)]
        for name in notes:
            if f"{name[:-4]}.txt" not in tree:
                incoming.problem(tree.name, name, say("the article is missing: there is no .txt of this name"))
        if not texts:
            raise BadInput("there is no .txt file", tree.name, "name the folder with the .txt and .ann files")
        confs = [n for n in tree.names if n.rsplit("/", 1)[-1] == "visual.conf"]
        foreign = _Foreign({t: w for n in confs for t, w in words_of(tree.text(n)).items()} if beside is None else {})
        for name in texts:
            text = tree.text(name, mark=True)
            stem = name[:-4]
            arrived = arrivals.article(stem.rsplit("/", 1)[-1], text, name.rsplit("/", 1)[-1])
            if f"{stem}.ann" not in tree:
                continue
            tell = partial(_tell, incoming, tree.name, f"{stem}.ann")
            before = len(incoming.problems)
            file = AnnFile(tell)
            file.parse(tree.text(f"{stem}.ann"))
            if len(incoming.problems) == before:
                file.settle(text)
            if len(incoming.problems) > before:
                continue
            folder = stem.rsplit("/", 2)[-2] if "/" in stem else None
            if beside is None:
                foreign.take(file, f"{stem}.ann", arrived, CoderRef(name=folder) if folder else None)
            else:
                coder = beside.coder(folder) if folder else None
                incoming.records += _Own(beside, file, f"{stem}.ann", arrived, coder).records()
        if beside is None:
            foreign.give(incoming)
        elif LABELS in tree:
            _apart(tree, incoming)
        check_ids(incoming, tree.name)
        return incoming


def _tell(incoming: Incoming, source: str, file: str, line: int, what: str) -> None:
    incoming.problem(source, say("{file} line {line}", file=file, line=line), what)


def _apart(tree: Tree, incoming: Incoming) -> None:
    records, problems = read_records(tree.read(LABELS), tree.name)
    incoming.problems += [{**p, "where": f"{LABELS} {p['where']}"} for p in problems]
    incoming.records += [(say("{labels} line {n}", labels=LABELS, n=n), record) for n, record in records]


class _Own:
    """A file that we wrote, whatever brat did to it since."""

    def __init__(self, beside: Beside, file: AnnFile, name: str, arrived: Arrived, coder: CoderRef | None) -> None:
        self._beside = beside
        self._file = file
        self._name = name
        self._arrived = arrived
        self._coder = coder
        self._plain = PlainValues(beside.codebook)
        self._codes = Codes(beside.codebook)
        self._relations = relations(beside.codebook)
        self._roles = {layer.key: [r.key for r in layer.roles] for layer in beside.codebook.link_layers}
        self._attributes = _by_target(file.attributes)
        self._references = _by_target(file.references)
        self._notes = _by_target(file.notes)

    def records(self) -> Iterator[tuple[str, AnnotationRecord]]:
        """Every label; the triggers of links are none."""
        file = self._file
        triggers = {e.trigger for e in file.events.values() if e.type in self._roles}
        labels: list[Any] = [s for s in file.spans.values() if s.id not in triggers]
        labels += [*file.events.values(), *file.relations.values()]
        self._extras = {x.id: self._extra(x.id, x.line) for x in labels}
        for label in labels:
            yield self._where(label.line), self._record(label)

    def _where(self, line: int) -> str:
        return say("{file} line {line}", file=self._name, line=line)

    def _extra(self, name: str, line: int) -> Extra:
        said = [n.text for n in self._notes[name] if n.type == MARK]
        return Extra(said[0] if said else None, self._where(line))

    def _id(self, name: str) -> str:
        extra = self._extras.get(name)
        return (extra.text("id") if extra else None) or f"{self._name} {name}"

    def _record(self, label: TextBound | Linking) -> AnnotationRecord:
        extra = self._extras[label.id]
        parts: dict[str, Any] = {"layer": label.type, "coder": self._coder, "document": self._arrived.ref}
        if isinstance(label, TextBound):
            parts["fragments"] = tuple(
                (self._arrived.place(s), self._arrived.place(e)) for s, e in _joined(label.fragments, extra)
            )
        else:
            parts["roles"] = self._fillers(label, extra)
        texts: dict[str, list[str]] = {}
        for said in self._attributes[label.id]:
            key = said.type.removeprefix(f"{label.type}-")
            value = "true" if said.value is None else said.value
            texts.setdefault(key, []).append(self._codes.value(label.type, key, value))
        for said in self._references[label.id]:
            base, key = str(said.value).split(":", 1)
            if not base.startswith("role-"):
                texts.setdefault(base, []).append(unquote(key))
        memo = []
        for said in self._notes[label.id]:
            if said.type == NOTES:
                memo.append(unescaped(said.text))
            elif said.type != MARK:
                texts.setdefault(said.type, []).append(unescaped(said.text))
        parts["values"] = self._plain.back(label.type, texts, extra.mapping("exact"))
        parts["memo"] = "\n".join(memo)
        return extra.record(self._beside, self._id(label.id), **parts)

    def _fillers(self, link: Linking, extra: Extra) -> dict[str, tuple[FillerRecord, ...]]:
        roles = self._roles.get(link.type, [])
        found: dict[str, list[FillerRecord]] = {}
        sides = self._relations.get(link.type)
        for word, target in link.arguments:
            role = word if word in roles else word.rstrip("0123456789")
            if sides and word in ("Arg1", "Arg2"):
                role = sides[word == "Arg2"]
            found.setdefault(role, []).append(FillerRecord(annotation=self._id(target)))
        for said in self._references[link.id]:
            base, key = str(said.value).split(":", 1)
            if base.startswith("role-"):
                filler = entity_filler(self._beside.entity(unquote(key)))
                found.setdefault(base.removeprefix("role-"), []).append(filler)
        for role, order in extra.mapping("order").items():
            places = list(range(len(found.get(role, ()))))
            if isinstance(order, list) and all(type(i) is int for i in order) and sorted(order) == places:
                found[role] = [found[role][order.index(i)] for i in places]
        return {role: tuple(fillers) for role, fillers in found.items()}


def _by_target(sayings: list[Saying]) -> dict[str, list[Saying]]:
    result: dict[str, list[Saying]] = defaultdict(list)
    for said in sayings:
        result[said.target].append(said)
    return result


def _joined(fragments: list[Fragment], extra: Extra) -> list[Fragment]:
    """Fragments that were cut at line breaks, whole again, unless somebody has moved them since."""
    whole = [f for f in extra.list("span") if isinstance(f, list) and len(f) == 2 and all(type(n) is int for n in f)]
    spans = [(s, e) for s, e in whole]
    inside = all(any(s <= start and end <= e for s, e in spans) for start, end in fragments)
    edges = bool(spans) and spans[0][0] <= fragments[0][0] and spans[-1][1] >= fragments[-1][1]
    return spans if inside and edges else fragments


class _Foreign:
    """Files of others: types become layers, relations and events links."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels
        self._layers = Keys("layer")
        self._names: dict[str, Keys] = {}
        self._types = Keys("entity")
        self._drafts: list[Draft] = []
        self._words: dict[str, str] = {}
        self._ours = 0

    def take(self, file: AnnFile, name: str, arrived: Arrived, coder: CoderRef | None) -> None:
        """The labels of one file."""
        drafts: dict[str, Draft] = {}

        def draft(of: TextBound | Linking, layer: str) -> Draft:
            made = Draft(
                say("{name} line {line}", name=name, line=of.line), f"{name} {of.id}", layer, arrived.ref, coder
            )
            self._drafts.append(made)
            drafts[of.id] = made
            return made

        for span in file.spans.values():
            made = draft(span, self._layer(span.type, "span"))
            made.fragments += [(arrived.place(s), arrived.place(e)) for s, e in span.fragments]
        for event in file.events.values():
            made = draft(event, self._layer(event.type, "event"))
            made.filled(self._key(made.layer, "trigger"), f"{name} {event.trigger}")
            count = Counter(role.rstrip("0123456789") for role, _ in event.arguments)
            for role, target in event.arguments:
                base = role.rstrip("0123456789")
                made.filled(self._key(made.layer, base if count[base] > 1 and base else role), f"{name} {target}")
        for link in (*file.relations.values(), *file.equivalent):
            made = draft(link, self._layer(link.type, "relation"))
            for role, target in link.arguments:
                made.filled(self._key(made.layer, role), f"{name} {target}")
        self._say(file, drafts)

    def give(self, incoming: Incoming) -> None:
        """Everything that was taken."""
        incoming.losses.lose(BESIDE, self._ours)
        add_drafts(incoming, self._drafts)
        incoming.labels |= self._words
        incoming.labels |= {f"type:{key}": words for key, words in self._types.items().items()}

    def _say(self, file: AnnFile, drafts: dict[str, Draft]) -> None:
        for said in file.attributes:
            to = drafts[said.target]
            value: Any = True if said.value is None else said.value
            to.values[self._key(to.layer, said.type)].append(value)
        for said in file.references:
            base, key = str(said.value).split(":", 1)
            to = drafts[said.target]
            entity = {"name": said.text.strip() or key, "type": self._types.of(base)}
            to.values[self._key(to.layer, said.type)].append(entity)
        about = {s.id: s.target for s in (*file.attributes, *file.references)}
        for said in file.notes:
            words = said.text if said.type == NOTES else f"{said.type}: {said.text}"
            if said.type == MARK and is_ours(said.text):
                self._ours += 1
            elif said.text.strip():
                drafts[about.get(said.target, said.target)].memo.append(words)

    def _layer(self, type: str, kind: str) -> str:
        """Spans, events and relations may share a name in brat; layers may not."""
        words = type if kind == "span" else f"{type} ({kind})"
        key = self._layers.of(words)
        self._words[key] = words.replace(type, self._labels.get(type, type), 1)
        return key

    def _key(self, layer: str, words: str) -> str:
        key = self._names.setdefault(layer, Keys("name")).of(words)
        self._words[f"{layer}.{key}"] = self._labels.get(words, words)
        return key
