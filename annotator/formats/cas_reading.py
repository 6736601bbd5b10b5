"""Reading CAS XMI: our own by the codebook beside it, others' by their type system."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.fragments import Fragment
from annotator.domain.words import say
from annotator.formats.annotation_records import (
    AnnotationRecord,
    CoderRef,
    EntityRef,
    FillerRecord,
    read_records,
)
from annotator.formats.beside_lines import BesideLines, Sign, said
from annotator.formats.cas_file import CasFile, Feature, Structure, TypeSystem
from annotator.formats.cas_json import is_cas, read_json_cas
from annotator.formats.cas_types import FORM
from annotator.formats.coder_files import CoderFile, each_file
from annotator.formats.drafts import BESIDE, Draft, Extra, add_drafts, check_ids, entity_filler, is_ours
from annotator.formats.incoming import Declared, Incoming
from annotator.formats.keys import Keys
from annotator.formats.layer_types import (
    ANNOTATION,
    ARRAY,
    BASE,
    ENDS,
    ENTITY,
    FRAGMENT,
    MEMBER,
    METADATA,
    NO_NAME,
    OWNER,
    SENTENCE,
    TOKEN,
    LayerType,
    layer_types,
)
from annotator.formats.plain_values import PlainValues, number
from annotator.formats.sidecar import NAME, Arrivals, Arrived, Beside, read_sidecar, xml_text
from annotator.formats.untrusted import opened

LABELS = "labels.jsonl"
NUMBERS = frozenset(f"uima.cas.{n}Array" for n in ("Boolean", "Byte", "Short", "Integer", "Long", "Float", "Double"))
_PRIMITIVE = {
    "uima.cas.Boolean": "boolean",
    **{f"uima.cas.{n}": "number" for n in ("Byte", "Short", "Integer", "Long", "Float", "Double")},
}
_SEGMENTS = "de.tudarmstadt.ukp.dkpro.core.api.segmentation.type."
_ABOUT = (
    "de.tudarmstadt.ukp.dkpro.core.api.metadata.type.",
    "de.tudarmstadt.ukp.clarin.webanno.api.type.",
    "uima.tcas.DocumentAnnotation",
)


def read(path: Path) -> Incoming:
    """A folder, an archive, or an archive of archives as INCEpTION exports a project; CASes in XMI or JSON."""
    only = path.name if path.is_file() and path.suffix in (".xmi", ".json") else None
    with opened(path.parent if only else path) as tree:
        beside = read_sidecar(tree.read(NAME), f"{tree.name}: {NAME}") if NAME in tree else None
        arrivals = Arrivals(beside)
        incoming = arrivals.incoming
        foreign = _Foreign()
        extras = BesideLines(tree if beside is not None else None)
        json = beside is None and any(n.endswith(".json") and is_cas(tree.read(n)) for n in tree.names)
        suffix = (".xmi", ".json") if json else ".xmi"
        each_file(tree, suffix, only, incoming, lambda file: _one(file, beside, extras, arrivals, foreign))
        foreign.give(incoming)
        if beside is not None and LABELS in tree:
            records, problems = read_records(tree.read(LABELS), tree.name)
            incoming.problems += [{**p, "where": f"{LABELS} {p['where']}"} for p in problems]
            incoming.records += [(say("{labels} line {n}", labels=LABELS, n=n), record) for n, record in records]
        check_ids(incoming, tree.name)
        return incoming


def _one(file: CoderFile, beside: Beside | None, extras: BesideLines, arrivals: Arrivals, foreign: _Foreign) -> None:
    """One CAS; structures at fault are told and left out, so that every other fault is told too."""
    incoming = arrivals.incoming
    where = f"{file.tree.name}: {file.name}"
    cas = CasFile(partial(_tell, incoming, file.tree.name, file.label))
    types: TypeSystem | None = None
    if file.name.endswith(".json"):
        data = file.tree.read(file.name)
        if not is_cas(data):
            incoming.losses.lose(say("files in JSON that are not a CAS"), 1, file.label)
            return
        types = read_json_cas(data, where, cas)
    else:
        cas.parse(file.tree.xml(file.name), where)
    incoming.losses.lose(say("labels of other views of a text"), cas.others, file.label)
    name = file.document if file.inside else _title(cas) or file.document
    arrived = arrivals.article(file.document, cas.text, name)
    if beside is not None:
        coder = beside.coder(file.coder) if file.coder else None
        incoming.records += _Own(beside, extras, cas, file.label, arrived, coder).records(incoming)
    else:
        types = types if types is not None else foreign.types.above(file, where)
        coder = CoderRef(name=file.coder) if file.coder else None
        foreign.take(cas, types, file.label, arrived, coder, incoming, file.initial)


def _tell(incoming: Incoming, source: str, file: str, line: int, what: str) -> None:
    incoming.problem(source, say("{file} line {line}", file=file, line=line), what)


def _title(cas: CasFile) -> str | None:
    return next((s.features.get("documentTitle") for s in cas.structures.values() if s.type == METADATA), None)


class _TypeSystems:
    """Finds and reads type systems, each once."""

    def __init__(self) -> None:
        self._places: dict[str, dict[str, list[str]]] = {}
        self._read: dict[tuple[str, str], TypeSystem] = {}

    def above(self, file: CoderFile, where: str) -> TypeSystem:
        """The nearest one above the file."""
        places = self._places.get(file.tree.name)
        if places is None:
            places = self._places[file.tree.name] = {}
            files = [n for n in file.tree.names if n.lower().endswith(".xml")]
            named = [n for n in files if n.lower().endswith("typesystem.xml")]
            for name in named or [n for n in files if b"<typeSystemDescription" in file.tree.read(n)[:4096]]:
                places.setdefault(name.rpartition("/")[0], []).append(name)
        if not places:
            raise BadInput("there is no TypeSystem.xml", where, "put it beside the .xmi file or in a folder above")
        own = file.name.rpartition("/")[0]
        folder = own
        while folder and folder not in places:
            folder = folder.rpartition("/")[0]
        if folder not in places:  # none above: the one that shares most of the way, as in a folder of resources
            folder = min(places, key=lambda p: (-_shared(p.split("/"), own.split("/")), p.count("/"), p))
        key = (file.tree.name, folder)
        if key not in self._read:
            types = TypeSystem()
            for name in places[folder]:
                types.add(file.tree.xml(name), f"{file.tree.name}: {name}")
            self._read[key] = types
        return self._read[key]


def _shared(one: list[str], other: list[str]) -> int:
    """How many folders two paths begin with alike."""
    return next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


class _Own:
    """A CAS that we wrote, whatever another program did to it since."""

    def __init__(
        self,
        beside: Beside,
        extras: BesideLines,
        cas: CasFile,
        name: str,
        arrived: Arrived,
        coder: CoderRef | None,
    ) -> None:
        self._beside = beside
        self._lines = extras
        self._cas = cas
        self._name = name
        self._arrived = arrived
        self._coder = coder
        self._plain = PlainValues(beside.codebook, xml_text)
        types = layer_types(beside.codebook, FORM)
        self._types = {t.type: t for t in types.values() if t.kind not in ("feature", "chain")}
        self._referred: set[str] | None = None
        self._noted: set[Fragment | None] = set()
        self._features: dict[str, list[LayerType]] = defaultdict(list)
        self._chains = {t.words[0]: t for t in types.values() if t.kind == "chain"}
        for t in types.values():
            if t.kind == "feature":
                self._features[t.type].append(t)

    def records(self, incoming: Incoming) -> list[tuple[str, AnnotationRecord]]:
        """Every label; other types are counted as left behind."""
        labels: list[Structure] = []
        chains: list[Structure] = []
        tokens = {t.type for t in self._types.values() if t.token}
        for s in self._cas.members:
            if s.type in self._types and (s.type not in tokens or self._is_label(s)):
                labels.append(s)
            elif s.type in self._chains:
                chains.append(s)
            elif s.type not in (SENTENCE, TOKEN, METADATA, FRAGMENT, ENTITY, "uima.tcas.DocumentAnnotation"):
                incoming.losses.lose(say("labels of types that the codebook does not have"), 1, s.type)
        tied = [*self._links(labels), *self._chained(chains)]
        self._texts = {s.id: self._values(s) for s in labels}
        signs = [Sign(self._types[s.type].layer.key, s.place, said(self._texts[s.id])) for s in labels]
        signs += [Sign(names.layer.key, s.place, said({})) for names, s, _ in tied]
        found = self._lines.of(self._name, signs)
        self._extras: dict[int, Extra] = {}
        for s, extra in zip(labels, found, strict=False):
            where = say("{file} line {line}", file=self._name, line=s.line)
            written = s.features.get(self._types[s.type].extra)
            self._extras[s.id] = Extra(written, where) if written and is_ours(written) else extra or Extra(None, where)
        result: list[tuple[str, AnnotationRecord]] = [
            (say("{file} line {line}", file=self._name, line=s.line), self._record(s)) for s in labels
        ]
        for (names, s, ends), extra in zip(tied, found[len(labels) :], strict=True):
            where = say("{file} line {line}", file=self._name, line=s.line)
            result.append((where, self._tied(names, s, ends, extra or Extra(None, where))))
        return result

    def _is_label(self, s: Structure) -> bool:
        """Whether a token is a label, and no mere word: something refers to it, or was noted down beside it."""
        if self._referred is None:
            ends = {f for t in self._types.values() for f in t.ends.values()}
            self._referred = {x.features[f] for x in self._cas.members for f in ends if f in x.features}
            self._referred |= {x.features["target"] for x in self._cas.structures.values() if "target" in x.features}
            layers = {t.layer.key for t in self._types.values() if t.token}
            self._noted = self._lines.places(self._name, layers)
        return str(s.id) in self._referred or s.place in self._noted

    def _links(self, labels: list[Structure]) -> Iterator[tuple[LayerType, Structure, list[tuple[str, Structure]]]]:
        """Links that are features of labels: each with (role, label)."""
        for s in labels:
            for names in self._features[s.type]:
                back = {word: role for role, word in names.roles.items()}
                ends = [(names.owner, s)]
                for key in self._cas.refs(" ".join(_texts(s, names.feature)), s.line):
                    one = self._cas.get(key, s.line)
                    role = next((r for r in names.roles if r != names.owner), "")
                    if one is not None and names.how == "slot":
                        word = one.features.get("role") or NO_NAME
                        role = back.get(word, word)
                        one = next(
                            (self._cas.get(k, one.line) for k in self._cas.refs(one.features.get("target"), one.line)),
                            None,
                        )
                    if one is not None:
                        ends.append((role, one))
                if len(ends) > 1:
                    yield names, s, ends

    def _chained(self, chains: list[Structure]) -> Iterator[tuple[LayerType, Structure, list[tuple[str, Structure]]]]:
        for s in chains:
            names = self._chains[s.type]
            found = elements_of(self._cas, s)
            if len(found) > 1:
                yield names, found[0], [(next(iter(names.roles)), one) for one in found]

    def _tied(
        self, names: LayerType, s: Structure, ends: list[tuple[str, Structure]], extra: Extra
    ) -> AnnotationRecord:
        roles: dict[str, list[FillerRecord]] = {}
        for role, end in ends:
            if end.id in self._extras:
                roles.setdefault(role, []).append(FillerRecord(annotation=self._id(end)))
        return extra.record(
            self._beside,
            f"{self._name} {s.id} {names.layer.key}",
            layer=names.layer.key,
            coder=self._coder,
            document=self._arrived.ref,
            values=dict(extra.mapping("values")),
            memo=extra.text("memo") or "",
            roles={role: tuple(fillers) for role, fillers in roles.items()},
        )

    def _id(self, s: Structure) -> str:
        return self._extras[s.id].text("id") or f"{self._name} {s.id}"

    def _values(self, s: Structure) -> dict[str, list[str]]:
        names = self._types[s.type]
        texts: dict[str, list[str]] = {}
        for key, feature in names.attributes.items():
            found = _texts(s, names.entities.get(key, feature))
            if found and names.ranges.get(key, ("", ""))[0] in NUMBERS:
                found = found[0].split() if len(found) == 1 else found
            if found:
                texts[key] = found
        return texts

    def _record(self, s: Structure) -> AnnotationRecord:
        names, extra = self._types[s.type], self._extras[s.id]
        layer = names.layer
        parts: dict[str, Any] = {"layer": layer.key, "coder": self._coder, "document": self._arrived.ref}
        if layer.kind == "span":
            pieces = [s.place, *(t.place for t in self._targets(s, names.fragments))] if names.pieces else [s.place]
            place = self._arrived.place
            whole = [tuple(f) for f in extra.list("span") if isinstance(f, list) and len(f) == 2] or pieces
            parts["fragments"] = tuple(sorted((place(p[0]), place(p[1])) for p in whole if p))
        texts = self._texts[s.id]
        values = self._plain.back(layer.key, texts, extra.mapping("exact"))
        for key in names.entities:
            values |= self._renamed(s, names.attributes[key], layer.key, key, values)
        values |= {k: v for k, v in extra.mapping("values").items() if k not in values}
        memo, exact = s.features.get(names.memo, "") if not names.theirs else "", extra.text("memo")
        parts["memo"] = exact if exact is not None and (names.theirs or xml_text(exact) == memo) else memo
        parts["roles"] = {
            role: tuple(self._filler(t) for t in self._targets(s, feature)) for role, feature in names.roles.items()
        }
        record = extra.mapping("roles")
        for role, feature in names.ends.items():
            found = [self._cas.get(key, s.line) for key in self._cas.refs(s.features.get(feature), s.line)]
            fillers = [FillerRecord(annotation=self._id(t)) for t in found if t is not None and t.id in self._extras]
            more = record.get(role)
            if isinstance(more, list) and all(isinstance(m, list) and len(m) == 2 for m in more):
                fillers = [
                    FillerRecord(annotation=a) if a else entity_filler(self._beside.entity(str(e))) for a, e in more
                ]
            parts["roles"][role] = tuple(fillers)
        parts["values"] = values
        if not names.theirs:
            parts["uncertain"] = _texts(s, names.uncertain)
        return extra.record(self._beside, self._id(s), **parts)

    def _renamed(self, s: Structure, feature: str, layer: str, key: str, values: dict[str, Any]) -> dict[str, Any]:
        """An entity whose name somebody changed is another one."""
        attribute = self._plain.attribute(layer, key)
        names = _texts(s, feature)
        value = values.get(key)
        known = value if isinstance(value, list) else [value] if value is not None else []
        types = getattr(attribute, "entity_types", ()) or [t.key for t in self._beside.codebook.entity_types]
        if [self._said(k) for k in known] == names or not names or not types:
            return {}
        found = [{"name": n, "type": types[0]} for n in names]
        return {key: found if getattr(attribute, "many", False) else found[0]}

    def _said(self, value: Any) -> str:
        if not isinstance(value, dict):
            return xml_text(str(value))
        return xml_text(self._beside.entity(value["entity"]).name or value["entity"])

    def _targets(self, s: Structure, feature: str) -> Iterator[Structure]:
        for key in self._cas.refs(s.features.get(feature), s.line):
            link = self._cas.get(key, s.line)
            for target in self._cas.refs(link.features.get("target"), link.line) if link else ():
                if (found := self._cas.get(target, s.line)) is not None:
                    yield found

    def _filler(self, target: Structure) -> FillerRecord:
        if target.id in self._extras:
            return FillerRecord(annotation=self._id(target))
        said = target.features
        known = self._beside.entities.get(said.get("entity", ""))
        return entity_filler(known or EntityRef(name=said.get("name"), type=said.get("entity_type")))


def _texts(s: Structure, feature: str) -> list[str]:
    if feature in s.lists:
        return s.lists[feature]
    return [s.features[feature]] if feature in s.features else []


def elements_of(cas: CasFile, chain: Structure) -> list[Structure]:
    """The elements of a chain in their order."""
    found: list[Structure] = []
    keys = cas.refs(chain.features.get("first"), chain.line)
    while keys and (s := cas.get(keys[0], chain.line)) is not None and s not in found:
        found.append(s)
        keys = cas.refs(s.features.get("next"), s.line)
    return found


class _Foreign:
    """CASes of others: types become layers, references between labels become links."""

    def __init__(self) -> None:
        self.types = _TypeSystems()
        self._layers = Keys("layer")
        self._first: dict[str, str] = {}
        self._names: dict[str, Keys] = {}
        self._words: dict[str, str] = {}
        self._written: dict[str, dict[str, str]] = {}
        self._declared: dict[str, Declared] = {}
        self._drafts: list[Draft] = []
        self._ours = 0

    def take(
        self,
        cas: CasFile,
        types: TypeSystem,
        name: str,
        arrived: Arrived,
        coder: CoderRef | None,
        incoming: Incoming,
        nobody: bool = False,
    ) -> None:
        """The labels of one CAS; those that are nobody's are told."""
        self._cas, self._types, self._file, self._arrived, self._coder = cas, types, name, arrived, coder
        self._incoming = incoming
        self._made: dict[int, Draft] = {}
        chains: list[Structure] = []
        labels: list[Structure] = []
        self._elements = self._chain_types()
        for s in cas.members:
            if s.type.startswith(_SEGMENTS):
                incoming.losses.lose(say("tokens and sentences"))
            elif s.type.startswith(_ABOUT):
                continue
            elif not types.knows(s.type):
                cas.tell(s.line, say("the type system has no type {type}", type=s.type))
            elif s.type in self._elements:
                chains.append(s)
            else:
                labels.append(s)
        if nobody:
            incoming.losses.lose(
                say("empty labels without a coder, which programs begin with"), len(labels) + len(chains), name
            )
            return
        for s in labels:
            self._label(s)
        for s in labels:
            self._references(s)
        for s in chains:
            self._chain(s)

    def give(self, incoming: Incoming) -> None:
        """Everything that was taken."""
        incoming.losses.lose(BESIDE, self._ours)
        add_drafts(incoming, self._drafts)
        incoming.labels |= self._words
        incoming.written_as |= self._written
        incoming.declared |= self._declared

    def _chain_types(self) -> dict[str, str]:
        """Type of a chain -> that of its elements: one with `first`, the other with `next`."""
        found: dict[str, str] = {}
        for type in self._types.supertypes:
            first = next((f.range for f in self._types.features_of(type) if f.name == "first"), None)
            if first is not None and any(f.name == "next" for f in self._types.features_of(first)):
                found[type] = first
        return found

    def _ends(self, type: str) -> tuple[str, str] | None:
        names = {f.name for f in self._types.features_of(type)}
        return next((e for e in ENDS if e[0] in names and e[1] in names), None)

    def _is_element(self, type: str) -> bool:
        return any(self._types.is_a(type, element) for element in self._elements.values())

    def _label(self, s: Structure) -> None:
        if self._types.is_a(s.type, ANNOTATION):
            if s.place is not None and s.place[0] == s.place[1] and self._ends(s.type) is None:
                self._incoming.losses.lose(
                    say("labels without any text"), 1, say("{file} line {line}", file=self._file, line=s.line)
                )
                return
        elif not self._types.is_a(s.type, BASE) and self._ends(s.type) is None:
            self._incoming.losses.lose(say("structures that are not a label"), 1, s.type)
            return
        made = self._draft(s, self._layer(_short(s.type), "<".join(self._types.line(s.type))))
        self._made[s.id] = made
        if self._ends(s.type) is None and s.place is not None:
            made.fragments.append((self._arrived.place(s.place[0]), self._arrived.place(s.place[1])))
        self._declare(made.layer, s)
        known = {f.name for f in self._types.features_of(s.type)} | {"sofa", "begin", "end"}
        for name in (*s.features, *s.lists):
            if name not in known:
                self._incoming.losses.lose(say("features that the type system does not have"), 1, f"{s.type}: {name}")
        for feature in self._types.features_of(s.type):
            if self._is_value(feature):
                self._value(made, s, feature)

    def _declare(self, layer: str, s: Structure) -> None:
        """The features of a type, whether a label has them or not."""
        if layer in self._declared or not self._types.is_a(s.type, ANNOTATION):
            return
        own = [f for f in self._types.features_of(s.type) if self._is_value(f)]
        link = self._ends(s.type) is not None
        self._declared[layer] = Declared("link" if link else "span", tuple(self._value_key(layer, s, f) for f in own))

    def _is_value(self, feature: Feature) -> bool:
        return feature.name not in ("sofa", "begin", "end") and not self._is_reference(feature)

    def _value_key(self, layer: str, s: Structure, feature: Feature) -> str:
        of = f" {feature.of}" if feature.of and feature.of != s.type else ""
        return self._key(layer, feature.name, f"{feature.name} {feature.range}{of}")

    def _value(self, made: Draft, s: Structure, feature: Feature) -> None:
        told = _texts(s, feature.name)
        if not told:
            return
        if is_ours(told[0]):
            self._ours += 1
            return
        if feature.range.endswith(("Array", "List")) and feature.name not in s.lists:
            told = self._apart(told[0], feature, s.line)
        kind = _PRIMITIVE.get(feature.range)
        blank = sum(1 for text in told if not text.strip())
        self._incoming.losses.lose(say("values that are blank"), blank, f"{s.type}: {feature.name}")
        if found := [_typed(text, kind) for text in told if text.strip()]:
            made.values[self._value_key(made.layer, s, feature)] += found

    def _apart(self, text: str, feature: Feature, line: int) -> list[str]:
        """The elements of an array that stands apart, or within the feature as words."""
        held = self._cas.structures.get(int(text)) if text.isdigit() and len(text) < 10 else None
        if held is not None and held.type.endswith(("Array", "List")):
            return self._cas.elements(held)
        if feature.range == "uima.cas.StringArray":
            self._cas.refs(text, line)  # tells what is no id
            return []
        return text.split()

    def _references(self, s: Structure) -> None:
        """Features of a label that name others."""
        made, ends = self._made.get(s.id), self._ends(s.type)
        for feature in self._types.features_of(s.type):
            if not self._is_reference(feature) or feature.name == "sofa":
                continue
            told = self._targets(s, feature)
            if made is None:
                self._incoming.losses.lose(say("slots of labels without any text"), len(told), s.type)
            elif ends is not None and feature.name in ends:
                for target in told:
                    self._fill(made, feature.name, feature.name, target)
            elif feature.name == "next" and self._is_element(s.type):
                continue
            elif told:
                self._link(made, s, feature, told)

    def _targets(self, s: Structure, feature: Feature) -> list[Structure]:
        """The structures that a feature names, out of arrays and lists too."""
        found: list[Structure] = []
        for key in self._cas.refs(" ".join(_texts(s, feature.name)), s.line):
            one = self._cas.get(key, s.line)
            if one is not None and one.type.endswith(("Array", "List")):
                for inner in self._cas.refs(" ".join(self._cas.elements(one)), s.line):
                    if (held := self._cas.get(inner, s.line)) is not None:
                        found.append(held)
            elif one is not None:
                found.append(one)
        return found

    def _link(self, made: Draft, s: Structure, feature: Feature, told: list[Structure]) -> None:
        slot = any("target" in t.features and not self._types.is_a(t.type, ANNOTATION) for t in told)
        of = feature.of or s.type
        if slot:
            range = next((f.range for f in self._types.features_of(told[0].type) if f.name == "target"), ANNOTATION)
            how = f"slot {told[0].type} {range}"
        elif feature.range.endswith(("Array", "List")):
            how = f"array {feature.element or ANNOTATION}"
        else:
            how = f"ref {feature.range}"
        layer = self._layer(f"{_short(s.type)} {feature.name}", f"{s.type}#{feature.name} {how}" if of else "")
        link = self._draft(s, layer, f" {feature.name}")
        link.filled(self._key(layer, _short(s.type), OWNER), made.id)
        for target in told:
            role, word, end = feature.name, feature.name, target
            if slot:
                word = target.features.get("role") or NO_NAME
                role = feature.name if word == NO_NAME else word
                ends = [
                    self._cas.get(k, target.line) for k in self._cas.refs(target.features.get("target"), target.line)
                ]
                if not ends or ends[0] is None:
                    self._incoming.losses.lose(say("ends of links that are not a label"), 1, link.where)
                    continue
                end = ends[0]
            self._fill(link, role, word, end)

    def _chain(self, s: Structure) -> None:
        """Elements in their order; one alone needs no link."""
        elements = elements_of(self._cas, s)
        found = [self._made[e.id] for e in elements if e.id in self._made]
        lost = len(elements) - len(found)
        self._incoming.losses.lose(say("ends of links that are not a label"), lost, self._file)
        if len(found) < 2:
            return
        layer = self._layer(_short(s.type), f"{elements[0].type}#next chain {s.type}")
        made = self._draft(s, layer)
        for one in found:
            made.filled(self._key(layer, MEMBER), one.id)

    def _is_reference(self, feature: Feature) -> bool:
        if feature.range in (ARRAY, "uima.cas.FSList", "uima.cas.TOP"):
            return True
        return self._types.is_a(feature.range, BASE) or self._types.is_a(feature.range, "uima.cas.TOP")

    def _layer(self, words: str, written: str) -> str:
        """A layer for each type, also where the last words of two are the same."""
        type = written.split("<")[0].split(" ")[0]
        if self._first.setdefault(words, type) != type:
            words = f"{words} ({type})"
        layer = self._layers.of(words)
        self._words[layer] = words
        self._written.setdefault(layer, {FORM: written})
        return layer

    def _draft(self, s: Structure, layer: str, suffix: str = "") -> Draft:
        where = say("{file} line {line}", file=self._file, line=s.line)
        made = Draft(where, f"{self._file} {s.id}{suffix}", layer, self._arrived.ref, self._coder)
        self._drafts.append(made)
        return made

    def _fill(self, link: Draft, role: str, word: str, end: Structure) -> None:
        if end.id not in self._made and end.type == TOKEN and end.place is not None and end.place[0] < end.place[1]:
            token = self._made[end.id] = self._draft(end, self._layer("Token", f"{TOKEN}<{ANNOTATION}"))
            token.fragments.append((self._arrived.place(end.place[0]), self._arrived.place(end.place[1])))
        if end.id in self._made:
            link.filled(self._key(link.layer, role, word), self._made[end.id].id)
        else:
            self._incoming.losses.lose(say("ends of links that are not a label"), 1, link.where)

    def _key(self, layer: str, words: str, written: str = "") -> str:
        key = self._names.setdefault(layer, Keys("name")).of(words if written != OWNER else f"{words} {OWNER}")
        self._words[f"{layer}.{key}"] = words
        self._written.setdefault(f"{layer}.{key}", {FORM: written or words})
        return key


def _short(type: str) -> str:
    return type.rsplit(".", 1)[-1]


def _typed(text: str, kind: str | None) -> Any:
    if kind == "boolean":
        return text == "true"
    return number(text) if kind == "number" else text
