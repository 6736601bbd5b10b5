"""Reading brat standoff: our own folders by the codebook beside them, others by what their lines say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragment
from annotator.domain.words import say
from annotator.formats.annotation_records import AnnotationRecord, CoderRef, FillerRecord, read_records
from annotator.formats.brat_config import FORM, OLDER, TRIGGER, Codes, Names, series, words_of
from annotator.formats.brat_folders import places
from annotator.formats.brat_lines import NOTES, AnnFile, Linking, Saying, TextBound, flat, unescaped
from annotator.formats.drafts import BESIDE, Draft, Extra, add_drafts, check_ids, entity_filler, is_ours
from annotator.formats.incoming import Incoming, IncomingEntity
from annotator.formats.keys import Keys
from annotator.formats.plain_values import PlainValues
from annotator.formats.sidecar import NAME, Arrivals, Arrived, Beside, read_sidecar
from annotator.formats.untrusted import Tree, opened

MARK = "Annotator"
LABELS = "labels.jsonl"
EXTRAS = "extras.jsonl"


def read(path: Path, by_folder: bool | None = None, rest: bool = False) -> Incoming:
    """A folder, a zip of one, or one ``.ann`` file with its ``.txt``.

    by_folder: whether sub-folders are coders; None where nobody says, then they are where that is plain.
    rest: read what is sound though other lines are not; those are told as problems all the same.
    """
    if path.is_file() and path.suffix == ".ann":
        return _read(path.parent, by_folder, rest, only=path.name)
    return _read(path, by_folder, rest)


def _read(path: Path, by_folder: bool | None, rest: bool, only: str | None = None) -> Incoming:  # noqa: C901 - a branch for each kind of line
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
        where = places(tree, (n[:-4] for n in texts), by_folder, beside is not None)
        extras = _extras(tree) if beside is not None and EXTRAS in tree else {}
        confs = [n for n in tree.names if n.rsplit("/", 1)[-1] == "visual.conf"]
        foreign = _Foreign({t: w for n in confs for t, w in words_of(tree.text(n)).items()} if beside is None else {})
        for name in texts:
            stem = name[:-4]
            try:
                text = tree.text(name, mark=True)
                lines = tree.text(f"{stem}.ann") if f"{stem}.ann" in tree else None
            except BadInput as error:
                incoming.problem(tree.name, name, error.what)
                continue
            place = where[stem]
            arrived = arrivals.article(place.file, text, f"{place.file}.txt")
            if lines is None:
                continue
            tell = partial(_tell, incoming, tree.name, f"{stem}.ann")
            before = len(incoming.problems)
            file = AnnFile(tell)
            file.parse(lines)
            if rest or len(incoming.problems) == before:
                file.settle(text, rest)
            if len(incoming.problems) > before and not rest:
                continue
            if beside is None:
                foreign.take(file, f"{stem}.ann", arrived, CoderRef(name=place.folder) if place.folder else None)
            else:
                coder = beside.coder(place.folder) if place.folder else None
                told = extras.get(f"{stem}.ann", {})
                incoming.records += _Own(beside, file, f"{stem}.ann", arrived, coder, told).records()
        if beside is None:
            foreign.give(incoming)
        elif LABELS in tree:
            _apart(tree, incoming)
        check_ids(incoming, tree.name)
        return incoming


def _extras(tree: Tree) -> dict[str, dict[str, Extra]]:
    """File -> id in it -> what stands beside."""
    found: dict[str, dict[str, Extra]] = defaultdict(dict)
    for number, line in enumerate(tree.text(EXTRAS).split("\n"), start=1):
        if line.strip():
            where = say("{folder}: {extras} line {number}", folder=tree.name, extras=EXTRAS, number=number)
            extra = Extra(line, where)
            found[extra.text("file") or ""][extra.text("of") or ""] = extra
    return found


def _tell(incoming: Incoming, source: str, file: str, line: int, what: str) -> None:
    incoming.problem(source, say("{file} line {line}", file=file, line=line), what)


def _apart(tree: Tree, incoming: Incoming) -> None:
    records, problems = read_records(tree.read(LABELS), tree.name)
    incoming.problems += [{**p, "where": f"{LABELS} {p['where']}"} for p in problems]
    incoming.records += [(say("{labels} line {n}", labels=LABELS, n=n), record) for n, record in records]


class _Own:
    """A file that we wrote, whatever brat did to it since."""

    def __init__(
        self,
        beside: Beside,
        file: AnnFile,
        name: str,
        arrived: Arrived,
        coder: CoderRef | None,
        extras: Mapping[str, Extra],
    ) -> None:
        self._beside = beside
        self._file = file
        self._name = name
        self._arrived = arrived
        self._coder = coder
        self._beside_lines = extras
        self._plain = PlainValues(beside.codebook)
        self._codes = Codes(beside.codebook)
        self._called = Names(beside.codebook)
        self._roles = {layer.key: [r.key for r in layer.roles] for layer in beside.codebook.link_layers}
        self._by_base = {x: e for e in beside.register for x in e.aliases if _BASE.match(x)}
        self._attributes = _by_target(file.attributes)
        self._references = _by_target(file.references)
        self._notes = _by_target(file.notes)

    def records(self) -> Iterator[tuple[str, AnnotationRecord]]:
        """Every label; the triggers of links are none, but for those that are labels themselves."""
        file = self._file
        layers: dict[str, str] = {s.id: self._called.layer("T", s.type) for s in file.spans.values()}
        layers |= {e.id: self._called.layer("E", e.type) for e in file.events.values()}
        layers |= {r.id: self._called.layer("R", r.type) for r in file.relations.values()}
        layers |= {x.id: self._called.layer("*", x.type) for x in file.equivalent}
        self._layers = layers
        marked = {n.target for n in file.notes if n.type == MARK} | set(self._beside_lines)
        own = {e.trigger for e in file.events.values() if layers[e.id] in self._roles}
        kept = {e.trigger for e in file.events.values() if self._called.trigger(layers[e.id])}
        spans = {layer.key for layer in self._beside.codebook.span_layers}
        self._triggers = own - {t for t in kept if t in marked or (layers[t] in spans and not self._beside_lines)}
        labels: list[Any] = [s for s in file.spans.values() if s.id not in self._triggers]
        labels += [*file.events.values(), *file.relations.values(), *file.equivalent]
        self._extras = {x.id: self._extra(x) for x in labels}
        for label in labels:
            yield self._where(label.line), self._record(label)

    def _where(self, line: int) -> str:
        return say("{file} line {line}", file=self._name, line=line)

    def _extra(self, label: TextBound | Linking) -> Extra:
        said = [n.text for n in self._notes[label.id] if n.type == MARK]
        beside = self._beside_lines.get(label.id)
        if not said and beside is not None and _still(label, beside.text("is") or ""):
            return beside
        return Extra(said[0] if said else None, self._where(label.line))

    def _id(self, name: str) -> str:
        extra = self._extras.get(name)
        return (extra.text("id") if extra else None) or f"{self._name} {name}"

    def _record(self, label: TextBound | Linking) -> AnnotationRecord:
        extra, layer = self._extras[label.id], self._layers[label.id]
        parts: dict[str, Any] = {"layer": layer, "coder": self._coder, "document": self._arrived.ref}
        if isinstance(label, TextBound):
            parts["fragments"] = tuple(
                (self._arrived.place(s), self._arrived.place(e)) for s, e in _joined(label.fragments, extra)
            )
        else:
            parts["roles"] = self._fillers(label, layer, extra)
        texts: dict[str, list[str]] = {}
        entities: dict[str, list[Any]] = {}
        for said in self._attributes[label.id]:
            key = self._called.key(layer, f"{OLDER}{said.type}").removeprefix(OLDER)
            key = self._called.key(layer, said.type) if key == said.type else key
            key = key if key != said.type else key.removeprefix(f"{label.type}-")
            value = "true" if said.value is None else said.value
            texts.setdefault(key, []).append(self._codes.value(layer, key, value))
        for said in self._references[label.id]:
            base, name = str(said.value).split(":", 1)
            known = self._by_base.get(str(said.value))
            if known is not None and self._plain.attribute(layer, base) is None:
                key = self._called.key(layer, said.type)
                entities.setdefault(key, []).append({"name": known.name, "type": known.type})
            elif not base.startswith("role-"):
                texts.setdefault(base, []).append(unquote(name))
        memo = []
        for said in self._notes[label.id]:
            if said.type == NOTES:
                memo.append(said.text)
            elif said.type != MARK:
                key = self._called.key(layer, f"# {said.type}")
                texts.setdefault(key if not key.startswith("# ") else said.type, []).append(unescaped(said.text))
        parts["values"] = self._plain.back(layer, texts, extra.mapping("exact"))
        for key, found in entities.items():
            many = getattr(self._plain.attribute(layer, key), "many", False)
            parts["values"][key] = found if many or len(found) > 1 else found[0]
        parts["memo"] = self._memo(label, memo, extra)
        return extra.record(self._beside, self._id(label.id), **parts)

    def _memo(self, label: TextBound | Linking, lines: list[str], extra: Extra) -> str:
        """The remark as it was where its lines are still what was written of it."""
        if any(n.type == MARK for n in self._notes[label.id]):  # as it was written when notes held what stands beside
            return "\n".join(map(unescaped, lines))
        whole = extra.text("memo") or ""
        kept = label.id.startswith("*") or [flat(x) for x in whole.split("\n")] == lines
        return whole if whole and kept else "\n".join(lines)

    def _fillers(self, link: Linking, layer: str, extra: Extra) -> dict[str, tuple[FillerRecord, ...]]:
        roles = self._roles.get(layer, [])
        found: dict[str, list[FillerRecord]] = {}
        sides = self._called.relations.get(layer)
        if (trigger := self._called.trigger(layer)) and link.trigger not in self._triggers:
            found[trigger] = [FillerRecord(annotation=self._id(link.trigger))]
        told = extra.list("args")
        named = self._called.roles_of(layer, [word for word, _ in link.arguments], roles)
        if len(told) == len(named) and all(t in roles for t in told):
            named = told
        alike = len(link.arguments) == 2 and link.arguments[0][0] == link.arguments[1][0]
        for n, ((word, target), role) in enumerate(zip(link.arguments, named, strict=True)):
            if sides and (word in ("Arg1", "Arg2") or alike):
                role = sides[n if alike else word == "Arg2"]
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


_BASE = re.compile(r"[^\s:]+:\S+$")
"""An entity of a collection outside, as brat names it: ``Wikidata:Q42``."""


def said_name(name: str, base: str) -> str:
    """What an entity was called before its id was put behind its name."""
    return name.removesuffix(f" ({base})")


def _still(label: TextBound | Linking, was: str) -> bool:
    """Whether a line is about what it was when it was written: brat gives the ids of removed labels again."""
    words = was.split()
    if isinstance(label, TextBound):
        numbers = [int(n) for n in re.findall(r"\d+", was.partition(" ")[2])]
        return any(
            s < e2 and s2 < e for s, e in label.fragments for s2, e2 in zip(numbers[::2], numbers[1::2], strict=False)
        )
    ends = {w.rsplit(":", 1)[-1] for w in words}
    return label.trigger in ends or any(target in ends for _, target in label.arguments)


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
    """Files of others: types become layers, relations, equivalences and events links."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = labels
        self._layers = Keys("layer")
        self._names: dict[str, Keys] = {}
        self._types = Keys("entity")
        self._drafts: list[Draft] = []
        self._words: dict[str, str] = {}
        self._written: dict[str, dict[str, str]] = {}
        self._entities: dict[tuple[str, str], IncomingEntity] = {}
        self._named: dict[tuple[str, str], str] = {}
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
            made = draft(span, self._layer(span.type, "T"))
            made.fragments += [(arrived.place(s), arrived.place(e)) for s, e in span.fragments]
        for event in file.events.values():
            made = draft(event, self._layer(event.type, "E"))
            made.filled(self._key(made.layer, TRIGGER), f"{name} {event.trigger}")
            begun: dict[str, list[str]] = defaultdict(list)
            for role, _ in event.arguments:
                begun[role.rstrip("0123456789")].append(role)
            for role, target in event.arguments:
                base = role.rstrip("0123456789")
                said = begun[base][0] if begun[base] == series(begun[base][0], len(begun[base])) else role
                words = said if base != TRIGGER else f"{said} (argument)"
                made.filled(self._key(made.layer, words, said), f"{name} {target}")
        for link in file.relations.values():
            made = draft(link, self._layer(link.type, "R"))
            sides = [role for role, _ in link.arguments]
            for n, (role, target) in enumerate(link.arguments, start=1):
                said = role if sides.count(role) == 1 else f"{role} ({n})"  # two sides of one word are two roles
                made.filled(self._key(made.layer, said, role), f"{name} {target}")
        for link in file.equivalent:
            made = draft(link, self._layer(link.type, "*"))
            for role, target in link.arguments:
                made.filled(self._key(made.layer, role), f"{name} {target}")
        self._say(file, drafts)

    def give(self, incoming: Incoming) -> None:
        """Everything that was taken."""
        incoming.losses.lose(BESIDE, self._ours)
        add_drafts(incoming, self._drafts)
        incoming.labels |= self._words
        incoming.labels |= {f"type:{key}": words for key, words in self._types.items().items()}
        incoming.written_as |= self._written
        incoming.entities += self._entities.values()

    def _say(self, file: AnnFile, drafts: dict[str, Draft]) -> None:
        for said in file.attributes:
            to = drafts[said.target]
            value: Any = True if said.value is None else said.value
            older = f"{OLDER}{said.type}" if said.id.startswith("M") else None
            to.values[self._key(to.layer, said.type, older)].append(value)
        for said in file.references:
            to = drafts[said.target]
            to.values[self._key(to.layer, said.type)].append(self._entity(said))
        about = {s.id: s.target for s in (*file.attributes, *file.references)}
        for said in file.notes:
            to = drafts[about.get(said.target, said.target)]
            if said.type == MARK and is_ours(said.text):
                self._ours += 1
            elif not said.text.strip():
                continue
            elif said.type == NOTES:
                to.memo.append(said.text)
            elif said.target in about:
                to.memo.append(f"{said.type}: {said.text}")
            else:
                to.values[self._key(to.layer, said.type, f"# {said.type}")].append(said.text)

    def _entity(self, said: Saying) -> dict[str, str]:
        """The entity of a collection outside: its id there is an alias, so that two of one name stay two."""
        base, key = str(said.value).split(":", 1)
        at = (base, key)
        if at not in self._entities:
            type, alias = self._types.of(base), f"{base}:{key}"
            name = " ".join(said.text.split()) or key
            if self._named.setdefault((name.casefold(), type), key) != key:
                name = f"{name} ({alias})"
            self._entities[at] = IncomingEntity(name, type, (alias,) if _BASE.match(alias) else ())
        found = self._entities[at]
        return {"name": found.name, "type": found.type}

    def _layer(self, type: str, kind: str) -> str:
        """Spans, events and relations may share a name in brat; layers may not."""
        words = type if kind == "T" else f"{type} ({_KINDS[kind]})"
        key = self._layers.of(words)
        self._words[key] = words.replace(type, self._labels.get(type, type), 1)
        self._written.setdefault(key, {FORM: f"{kind} {type}"})
        return key

    def _key(self, layer: str, words: str, written: str | None = None) -> str:
        key = self._names.setdefault(layer, Keys("name")).of(words)
        self._words[f"{layer}.{key}"] = self._labels.get(words, words)
        self._written.setdefault(f"{layer}.{key}", {FORM: written or words})
        return key


_KINDS = {"E": "event", "R": "relation", "*": "equivalence"}
