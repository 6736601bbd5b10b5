"""Reading CAS XMI: our own by the codebook beside it, others' by their type system."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

from annotator.domain.errors import BadInput
from annotator.domain.words import say
from annotator.formats.annotation_records import AnnotationRecord, CoderRef, EntityRef, FillerRecord
from annotator.formats.cas_file import CasFile, Feature, Structure, TypeSystem
from annotator.formats.cas_types import (
    ANNOTATION,
    BASE,
    ENDS,
    ENTITY,
    FORM,
    FRAGMENT,
    METADATA,
    SENTENCE,
    TOKEN,
    layer_types,
)
from annotator.formats.coder_files import CoderFile, coder_files
from annotator.formats.drafts import BESIDE, Draft, Extra, add_drafts, check_ids, entity_filler, is_ours
from annotator.formats.incoming import Incoming
from annotator.formats.keys import Keys
from annotator.formats.plain_values import PlainValues, number
from annotator.formats.sidecar import NAME, Arrivals, Arrived, Beside, read_sidecar, xml_text
from annotator.formats.untrusted import opened

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
    """A folder, an archive, or an archive of archives as INCEpTION exports a project."""
    only = path.name if path.is_file() and path.suffix == ".xmi" else None
    with opened(path.parent if only else path) as tree:
        beside = read_sidecar(tree.read(NAME), f"{tree.name}: {NAME}") if NAME in tree else None
        arrivals = Arrivals(beside)
        incoming = arrivals.incoming
        foreign = _Foreign()
        count = 0
        for file in coder_files(tree, ".xmi", only):
            count += 1
            _one(file, beside, arrivals, foreign)
        if not count:
            raise BadInput("there is no .xmi file", tree.name, "name the folder with the .xmi files")
        foreign.give(incoming)
        check_ids(incoming, tree.name)
        return incoming


def _one(file: CoderFile, beside: Beside | None, arrivals: Arrivals, foreign: _Foreign) -> None:
    incoming = arrivals.incoming
    where = f"{file.tree.name}: {file.name}"
    before = len(incoming.problems)
    cas = CasFile(partial(_tell, incoming, file.tree.name, file.label))
    cas.parse(file.tree.xml(file.name), where)
    if len(incoming.problems) > before:
        return
    incoming.losses.lose(say("labels of other views of a text"), cas.others, file.label)
    arrived = arrivals.article(file.document, cas.text, _title(cas) or file.document)
    if beside is not None:
        coder = beside.coder(file.coder) if file.coder else None
        incoming.records += _Own(beside, cas, file.label, arrived, coder).records(incoming)
    elif not file.initial:
        types = foreign.types.above(file, where)
        foreign.take(cas, types, file.label, arrived, CoderRef(name=file.coder) if file.coder else None, incoming)


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
            for name in file.tree.names:
                if name.lower().endswith("typesystem.xml"):
                    places.setdefault(name.rpartition("/")[0], []).append(name)
        folder = file.name.rpartition("/")[0]
        while folder not in places:
            if not folder:
                raise BadInput("there is no TypeSystem.xml", where, "put it beside the .xmi file or in a folder above")
            folder = folder.rpartition("/")[0]
        key = (file.tree.name, folder)
        if key not in self._read:
            types = TypeSystem()
            for name in places[folder]:
                types.add(file.tree.xml(name), f"{file.tree.name}: {name}")
            self._read[key] = types
        return self._read[key]


class _Own:
    """A CAS that we wrote, whatever another program did to it since."""

    def __init__(self, beside: Beside, cas: CasFile, name: str, arrived: Arrived, coder: CoderRef | None) -> None:
        self._beside = beside
        self._cas = cas
        self._name = name
        self._arrived = arrived
        self._coder = coder
        self._plain = PlainValues(beside.codebook, xml_text)
        self._types = {t.type: t for t in layer_types(beside.codebook, FORM).values()}

    def records(self, incoming: Incoming) -> list[tuple[str, AnnotationRecord]]:
        """Every label; other types are counted as left behind."""
        self._extras: dict[int, Extra] = {}
        for s in self._cas.members:
            if names := self._types.get(s.type):
                self._extras[s.id] = Extra(
                    s.features.get(names.extra), say("{file} line {line}", file=self._name, line=s.line)
                )
            elif s.type not in (SENTENCE, TOKEN, METADATA, FRAGMENT, ENTITY, "uima.tcas.DocumentAnnotation"):
                incoming.losses.lose(say("labels of types that the codebook does not have"), 1, s.type)
        labels = [s for s in self._cas.members if s.id in self._extras]
        return [(say("{file} line {line}", file=self._name, line=s.line), self._record(s)) for s in labels]

    def _id(self, s: Structure) -> str:
        return self._extras[s.id].text("id") or f"{self._name} {s.id}"

    def _record(self, s: Structure) -> AnnotationRecord:
        names, extra = self._types[s.type], self._extras[s.id]
        layer = names.layer
        parts: dict[str, Any] = {"layer": layer.key, "coder": self._coder, "document": self._arrived.ref}
        if layer.kind == "span":
            pieces = [s.place, *(t.place for t in self._targets(s, names.fragments))]
            place = self._arrived.place
            parts["fragments"] = tuple(sorted((place(p[0]), place(p[1])) for p in pieces if p))
        texts: dict[str, list[str]] = {}
        for key, feature in names.attributes.items():
            said = _texts(s, names.entities.get(key, feature))
            if said:
                texts[key] = said
        values = self._plain.back(layer.key, texts, extra.mapping("exact"))
        for key in names.entities:
            values |= self._renamed(s, names.attributes[key], layer.key, key, values)
        memo, exact = s.features.get(names.memo, ""), extra.text("memo")
        parts["memo"] = exact if exact is not None and xml_text(exact) == memo else memo
        parts["roles"] = {
            role: tuple(self._filler(t) for t in self._targets(s, feature)) for role, feature in names.roles.items()
        }
        told = extra.mapping("roles")
        for role, feature in names.ends.items():
            found = [self._cas.get(key, s.line) for key in self._cas.refs(s.features.get(feature), s.line)]
            fillers = [FillerRecord(annotation=self._id(t)) for t in found if t is not None and t.id in self._extras]
            more = told.get(role)
            if isinstance(more, list) and all(isinstance(m, list) and len(m) == 2 for m in more):
                fillers = [
                    FillerRecord(annotation=a) if a else entity_filler(self._beside.entity(str(e))) for a, e in more
                ]
            parts["roles"][role] = tuple(fillers)
        parts["values"] = values
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


class _Foreign:
    """CASes of others: types become layers, references between labels become links."""

    def __init__(self) -> None:
        self.types = _TypeSystems()
        self._layers = Keys("layer")
        self._names: dict[str, Keys] = {}
        self._words: dict[str, str] = {}
        self._written: dict[str, dict[str, str]] = {}
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
    ) -> None:
        """The labels of one CAS."""
        self._cas, self._types, self._file, self._arrived, self._coder = cas, types, name, arrived, coder
        for s in cas.members:
            if s.type.startswith(_SEGMENTS):
                incoming.losses.lose(say("tokens and sentences"))
            elif not types.knows(s.type):
                cas.tell(s.line, say("the type system has no type {type}", type=s.type))
            elif not s.type.startswith(_ABOUT):
                self._label(s, incoming)

    def give(self, incoming: Incoming) -> None:
        """Everything that was taken."""
        incoming.losses.lose(BESIDE, self._ours)
        add_drafts(incoming, self._drafts)
        incoming.labels |= self._words
        incoming.written_as |= self._written

    def _label(self, s: Structure, incoming: Incoming) -> None:
        features = list(self._types.features_of(s.type))
        by_name = {f.name: f for f in features}
        ends = next((e for e in ENDS if e[0] in by_name and e[1] in by_name), None)
        span = self._types.is_a(s.type, ANNOTATION)
        if ends is not None:
            made = self._draft(s, _short(s.type))
            self._written.setdefault(made.layer, {FORM: s.type})
            for end in ends:
                self._fill(made, end, s, s.features.get(end))
                self._written.setdefault(f"{made.layer}.{self._key(made.layer, end)}", {FORM: end})
        elif span and s.place is not None and s.place[0] == s.place[1]:
            incoming.losses.lose(
                say("labels without any text"), 1, say("{file} line {line}", file=self._file, line=s.line)
            )
            return
        elif span or self._types.is_a(s.type, BASE):
            made = self._draft(s, _short(s.type))
            self._written.setdefault(made.layer, {FORM: s.type})
            if s.place is not None:
                made.fragments.append((self._arrived.place(s.place[0]), self._arrived.place(s.place[1])))
        else:
            return
        for feature in features:
            if feature.name not in ("sofa", "begin", "end", *(ends or ())):
                self._feature(made, s, feature, ends is None)

    def _feature(self, made: Draft, s: Structure, feature: Feature, links: bool) -> None:
        said = _texts(s, feature.name)
        if not said:
            return
        if is_ours(said[0]):
            self._ours += 1
            return
        kind = _PRIMITIVE.get(feature.range)
        if feature.range in ("uima.cas.String", "uima.cas.StringArray") or kind or not self._is_reference(feature):
            if feature.range == "uima.cas.StringArray" and feature.name not in s.lists:
                said = self._strings(said[0], s.line)
            found = [_typed(text, kind) for text in said if text.strip()]
            if found:
                name = self._key(made.layer, feature.name)
                made.values[name] += found
                self._written.setdefault(f"{made.layer}.{name}", {FORM: feature.name})
            return
        link = self._draft(s, f"{_short(s.type)} {feature.name}", f" {feature.name}")
        if links:
            self._fill(link, _short(s.type), s, str(s.id))
        else:
            link.filled(self._key(link.layer, _short(s.type)), made.id)
        for key in self._cas.refs(" ".join(said), s.line):
            target = self._cas.get(key, s.line)
            if target is not None and "target" in target.features:
                self._fill(link, target.features.get("role") or feature.name, s, target.features["target"])
            elif target is not None:
                self._fill(link, feature.name, s, str(target.id))

    def _is_reference(self, feature: Feature) -> bool:
        return feature.range == "uima.cas.FSArray" or self._types.is_a(feature.range, BASE)

    def _strings(self, said: str, line: int) -> list[str]:
        """An array of texts that stands apart."""
        found = [self._cas.get(key, line) for key in self._cas.refs(said, line)]
        return [text for s in found if s is not None for text in s.lists.get("elements", ())]

    def _draft(self, s: Structure, words: str, suffix: str = "") -> Draft:
        layer = self._layers.of(words)
        self._words[layer] = words
        where = say("{file} line {line}", file=self._file, line=s.line)
        made = Draft(where, f"{self._file} {s.id}{suffix}", layer, self._arrived.ref, self._coder)
        self._drafts.append(made)
        return made

    def _fill(self, link: Draft, role: str, s: Structure, said: str | None) -> None:
        for key in self._cas.refs(said, s.line):
            if self._cas.get(key, s.line) is not None:
                link.filled(self._key(link.layer, role), f"{self._file} {key}")

    def _key(self, layer: str, words: str) -> str:
        key = self._names.setdefault(layer, Keys("name")).of(words)
        self._words[f"{layer}.{key}"] = words
        return key


def _short(type: str) -> str:
    return type.rsplit(".", 1)[-1]


def _typed(text: str, kind: str | None) -> Any:
    if kind == "boolean":
        return text == "true"
    return number(text) if kind == "number" else text
