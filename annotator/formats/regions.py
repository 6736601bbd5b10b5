"""Labels as programs see them that know marked regions, a name for each, and arrows between two of them.

What such a program has no place for (values, doubts, coders' ids, links of several roles) travels in a file beside
theirs (`travelling`; older exports held it in each line under the key ``annotator``). Read back, what the program shows
wins over what travelled, so that work done there is not lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import isfinite
from typing import Any

from pydantic import ValidationError

from annotator.domain.annotations import Annotation, Coder, Document
from annotator.domain.codebook.model import Codebook, LinkLayer
from annotator.domain.codebook.owners import owner_role
from annotator.domain.fragments import Fragment, normalised
from annotator.domain.origins import BY_CODER
from annotator.domain.words import say
from annotator.formats.annotation_records import AnnotationRecord, MetRef
from annotator.formats.dataset import Article, Dataset
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.formats.json_input import Shape
from annotator.formats.keys import Keys, slug
from annotator.formats.record_form import RecordForm

KEY = "annotator"
WHOLE = "Whole text"
"""The layer of what a program says of a whole article."""
CONTINUED = "continued"
"""The name of the arrow between two pieces of one label."""


_ENDS = {"source", "target"}
"""The roles of a link that was an arrow in another program."""


@dataclass(frozen=True, slots=True)
class Region:
    """One piece of a label. number: 0 for the first piece."""

    annotation: Annotation
    number: int
    start: int
    end: int

    @property
    def id(self) -> str:
        """The label's id, for later pieces with their number."""
        return self.annotation.id if self.number == 0 else f"{self.annotation.id}#{self.number}"


@dataclass(frozen=True, slots=True)
class Arrow:
    """From the label that owns a link to a label in one of its other roles; ids of regions."""

    source: str
    target: str
    name: str


def regions_of(annotations: Sequence[Annotation]) -> list[Region]:
    """Every piece of every label in reading order."""
    return [Region(a, i, s, e) for a in annotations for i, (s, e) in enumerate(a.fragments)]


def arrows_of(dataset: Dataset, annotations: Sequence[Annotation], form: str = "") -> list[Arrow]:
    """Links as arrows, and one between each two pieces of a label."""
    found = [
        Arrow(Region(a, i - 1, 0, 0).id, Region(a, i, 0, 0).id, CONTINUED)
        for a in annotations
        for i in range(1, len(a.fragments))
    ]
    links = {x.key: x for x in dataset.codebook.link_layers}
    marked = {a.id for a in annotations if a.fragments}
    for a in annotations:
        if a.layer in links:
            found += [
                x
                for x in _arrows(dataset.codebook, links[a.layer], a, form)
                if x.source in marked and x.target in marked
            ]
    return found


def name_in(codebook: Codebook, layer: str, form: str) -> str:
    """What a layer is called in files of a form: as it was where it came from, else by its key."""
    found = next((x for x in codebook.layers if x.key == layer), None)
    return found.written_as.get(form, layer) if found else layer


def names_in(codebook: Codebook, form: str) -> dict[str, str]:
    """Name in files of a form -> key of the layer, of those that are called otherwise than their key."""
    return {name: x.key for x in codebook.layers if (name := x.written_as.get(form, x.key)) != x.key}


def whole_values(dataset: Dataset, annotations: Sequence[Annotation], form: str) -> Iterator[tuple[str, list[str]]]:
    """(attribute as the form calls it, values as texts) of whole articles, where these came from the form."""
    for a in annotations:
        layer = next((x for x in dataset.codebook.document_layers if x.key == a.layer), None)
        for attribute in layer.attributes if layer and form in layer.written_as else ():
            value = a.values.get(attribute.key)
            said = value if isinstance(value, list) else [] if value is None else [value]
            if said:
                yield attribute.written_as.get(form, attribute.key), [str(v) for v in said]


def _arrows(codebook: Codebook, layer: LinkLayer, link: Annotation, form: str) -> Iterator[Arrow]:
    name = layer.written_as.get(form, layer.key)
    keys = {r.key for r in layer.roles}
    # an arrow that came as one goes back the same way, whatever stands at its ends
    owner = "source" if keys == _ENDS else owner_role(codebook, layer.key) or layer.roles[0].key
    others = [r.key for r in layer.roles if r.key != owner]
    for source in (f.annotation for f in link.roles.get(owner, ()) if f.annotation):
        for role in others:
            for target in (f.annotation for f in link.roles.get(role, ()) if f.annotation):
                yield Arrow(source, target, name if len(others) == 1 else f"{name}.{role}")


def document_facts(document: Document, with_text: bool = True) -> dict[str, Any]:
    """What is known of an article, for a place where another program keeps such things, and whether it is masked."""
    facts = {
        "masked": not with_text,
        "id": document.id,
        "sha256": document.sha256,
        "source": document.source,
        "title": document.title,
        "published": document.published,
        "publisher": document.publisher,
        "author": document.author,
        "url": document.url,
        "language": document.language,
        "tags": list(document.tags),
        "zones": [list(z) for z in document.zones],
    }
    return {key: value for key, value in facts.items() if value}


def beside_of_line(
    dataset: Dataset, article: Article, annotations: Sequence[Annotation], form: str, coder: Coder | None = None
) -> dict[str, Any]:
    """What travels beside a line of labels; coder: whose they are, where they are one coder's."""
    names = names_in(dataset.codebook, form)
    return {
        **({"coder": {"id": coder.id, "name": coder.name}} if coder else {}),
        "document": document_facts(article.document, dataset.with_text),
        **({"names": names} if names else {}),
        "arrows": [[x.source, x.target, x.name] for x in arrows_of(dataset, annotations, form)],
        "records": carried_records(dataset, article, annotations),
    }


_TABLES = ("line", "data", "task", "controls", BY_CODER)
"""Parts of it that are tables; a package of another's making may hold anything."""


def kept_of(document: Document, form: str) -> Mapping[str, Any]:
    """What the line of an article that came in this form held beside text and labels."""
    kept = document.origin.get("kept") if document.origin.get("form") == form else None
    if not isinstance(kept, Mapping):
        return {}
    return {k: v for k, v in kept.items() if k not in _TABLES or isinstance(v, Mapping)}


def own_id(annotation: Annotation, prefix: str) -> str | None:
    """What the other program called the label; None for one that was not made there."""
    told = annotation.external_id or ""
    return told.removeprefix(prefix) if told.startswith(prefix) else None


def told_hash(facts: Shape) -> object:
    """The hash of the text as `document_facts` wrote it; None where nothing says it."""
    return facts.value.get("sha256") if isinstance(facts.value, dict) else None


def incoming_document(
    text: str, source: str, facts: Shape, id: str | None = None, kept: Mapping[str, Any] | None = None
) -> IncomingDocument:
    """An article with what `document_facts` wrote about it, as far as it is there; id: what the program calls it.

    kept: what its line holds beside text and labels, for the way back.
    """
    told = facts.value if isinstance(facts.value, dict) else {}
    if told.get("sha256"):
        id = None  # our own word for it goes before that of a program it has been in since

    def word(key: str) -> str | None:
        return Shape(told.get(key), key).text_or_none()

    tags = told.get("tags")
    return IncomingDocument(
        word("source") or source,
        text,
        word("title"),
        word("published"),
        word("publisher"),
        word("author"),
        word("url"),
        word("language"),
        tuple(t for t in tags if isinstance(t, str)) if isinstance(tags, list) else (),
        _zones(told.get("zones"), len(text)),
        hidden=word("sha256") if told.get("masked") is True else None,
        id=id or ((word("id") or "").removeprefix("urn:uuid:") or None if told.get("sha256") else None),
        own=id is None and bool(told.get("sha256")),
        kept=kept or {},
    )


def _zones(record: Any, length: int) -> tuple[tuple[str, int, int], ...]:
    """Zones that lie in the text; anything else is passed over, it is not what coders did."""
    if not isinstance(record, list):
        return ()
    found = []
    for one in record:
        if isinstance(one, list) and len(one) == 3 and isinstance(one[0], str):
            name, start, end = one
            if type(start) is int and type(end) is int and 0 <= start <= end <= length:
                found.append((name, start, end))
    return tuple(found)


def carried_records(dataset: Dataset, article: Article, annotations: Sequence[Annotation]) -> list[dict[str, Any]]:
    """The labels in the public form without a word of the text."""
    form = RecordForm(dataset.codebook, dataset.coders, dataset.register.every)
    return [form.record(a, article.document, None) for a in annotations]


@dataclass
class Gathered:
    """Regions and arrows of one article by one coder, put together to records.

    coder: the name where nothing that travelled says better.
    """

    incoming: Incoming
    document: IncomingDocument
    ref: MetRef
    coder: str | None
    keys: Keys
    form: str = ""
    names: Mapping[str, str] = field(default_factory=dict)
    """Name in the file -> key of a layer, where what travelled says so."""
    carried: dict[str, dict[str, Any]] = field(default_factory=dict)
    _pieces: dict[str, list[Fragment]] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _where: dict[str, str] = field(default_factory=dict)
    _values: dict[str, dict[str, Any]] = field(default_factory=dict)
    _sure: dict[str, float] = field(default_factory=dict)
    confidence: float | None = None
    """Of all that is in here, where nothing says it of one label."""
    _named: dict[str, str] = field(default_factory=dict)
    _notes: dict[str, list[str]] = field(default_factory=dict)
    _arrows: list[tuple[str, str, str, str]] = field(default_factory=list)
    _places: dict[tuple[str, int, int], list[str]] = field(default_factory=dict)
    _expected: set[tuple[str, str, str]] | None = None

    def carry(self, records: Shape, arrows: Shape | None = None) -> None:
        """What travelled beside: records in the public form, and the arrows that were written with them."""
        shown = {key: name for name, key in self.names.items()}
        for one in records.items():
            record = one.mapping()
            key = Shape(record.get("id"), say("{where}, id", where=one.where)).text()
            self.carried[key] = record
            layer, pieces = record.get("layer"), record.get("fragments")
            for number, piece in enumerate(pieces if isinstance(pieces, list) else ()):
                if isinstance(piece, list) and len(piece) == 2 and isinstance(layer, str):
                    place = (shown.get(layer, layer), piece[0], piece[1])
                    self._places.setdefault(place, []).append(f"{key}#{number}" if number else key)
        if arrows is not None and isinstance(arrows.value, list):
            told = [x for x in arrows.value if isinstance(x, list) and len(x) == 3]
            self._expected = {(str(x[0]), str(x[1]), str(x[2])) for x in told}

    def at(self, name: str, fragment: Fragment) -> str | None:
        """The region that travelled with this name and place; each is handed out once."""
        waiting = self._places.get((name, *fragment))
        return waiting.pop(0) if waiting else None

    def left(self, key: str, name: str) -> bool:
        """Whether a region travelled under this id and name that was not met at its place."""
        return any(n == name and key in waiting for (n, _, _), waiting in self._places.items())

    def region(self, key: str, name: str, fragment: Fragment, where: str) -> None:
        """One piece; ``ID#1`` belongs to ``ID`` where that travelled."""
        head, _, number = key.partition("#")
        owner = head if number.isdigit() and head in self.carried else key
        self._pieces.setdefault(owner, []).append(fragment)
        self._names.setdefault(owner, name)
        self._where.setdefault(owner, where)

    def knows(self, key: str) -> bool:
        """Whether a region is among these."""
        return key in self._pieces

    def value(self, key: str, attribute: str, value: Any, name: str = "") -> None:
        """A value that the program shows for a region; name: what it calls the attribute."""
        self._values.setdefault(key, {})[attribute] = value
        if name and self.form:
            self._named[attribute] = name

    def note(self, key: str, words: str) -> None:
        """A remark that the program shows at a region."""
        self._notes.setdefault(key, []).append(words)

    def sure(self, key: str, told: Any) -> None:
        """How sure a model is of a region, where the file says a number."""
        if (found := confidence_of(told)) is not None:
            self._sure[key] = min(found, self._sure.get(key, found))

    def arrow(self, source: str, target: str, name: str, where: str) -> None:
        """An arrow between two regions."""
        self._arrows.append((source, target, name, where))

    def meant(self, sources: Sequence[str], targets: Sequence[str], name: str) -> tuple[str, str]:
        """Of regions that an arrow can tie those that an arrow tied which travelled and was not met yet."""
        drawn = {(s, t, n) for s, t, n, _ in self._arrows}
        for source in sources:
            for target in targets:
                one = (source, target, name)
                if self._expected and one in self._expected and one not in drawn:
                    return source, target
        return sources[0], targets[0]

    def finish(self) -> None:
        """Hand the records on."""
        layers: dict[str, str] = {}
        self._join()
        for key in [k for k in self._values if k not in self._pieces]:
            self.incoming.losses.lose(say("values of labels that do not exist"), len(self._values[key]))
        for key, pieces in self._pieces.items():
            travelled = self.carried.get(key)
            name = self._names[key]
            ours = travelled is not None and travelled.get("layer") == name
            layer = name if ours else self._layer(name)
            layers[key] = layer
            self.incoming.labels.setdefault(layer, name)
            content: dict[str, Any] = {"id": key, "layer": layer}
            if travelled is not None:
                content = {k: v for k, v in travelled.items() if k not in ("text", "document")} | {"layer": layer}
            content["fragments"] = normalised(pieces) if travelled is None else _pieces_of(travelled, pieces)
            if shown := self._values.get(key):
                content["values"] = {**content.get("values", {}), **shown}
                for attribute in shown.keys() & self._named.keys():
                    self.incoming.written_as.setdefault(f"{layer}.{attribute}", {self.form: self._named[attribute]})
            if notes := self._notes.get(key):
                content["memo"] = "\n".join(notes)
            self._add(self._where[key], content)
        for key, record in self.carried.items():
            if key not in self._pieces and not record.get("fragments") and self._whole(record):
                self._add(f"{KEY}, {key}", {k: v for k, v in record.items() if k != "document"})
        self._add_arrows(layers)

    def _whole(self, record: Mapping[str, Any]) -> bool:
        """Whether every label that a link ties is still there."""
        roles = record.get("roles")
        if not isinstance(roles, dict):
            return True
        tied = [f.get("annotation") for x in roles.values() if isinstance(x, list) for f in x if isinstance(f, dict)]
        kept = all(t in self._pieces or t in self.carried for t in tied if t) and all(
            t in self._pieces or not self.carried[t].get("fragments") for t in tied if t
        )
        if not kept:
            self.incoming.losses.lose(say("links to labels that were removed in the other program"))
        return kept

    def _join(self) -> None:
        """Pieces of one label are drawn as labels with an arrow between them; without what travelled they are two."""
        names = self._names
        rest: list[tuple[str, str, str, str]] = []
        joined: dict[str, str] = {}
        for source, target, name, where in self._arrows:
            one, other = joined.get(source, source), joined.get(target, target)
            travelled = one.partition("#")[0] in self.carried or other.partition("#")[0] in self.carried
            apart = one != other and one in names and names.get(other) == names[one]
            if name != CONTINUED or travelled or not apart or other in self._values:
                rest.append((source, target, name, where))
                continue
            self._pieces[one] += self._pieces.pop(other)
            joined = {k: one if v == other else v for k, v in joined.items()} | {other: one}
        self._arrows = [(joined.get(s, s), joined.get(t, t), n, w) for s, t, n, w in rest]

    def _add_arrows(self, layers: Mapping[str, str]) -> None:
        """Arrows that no link that travelled stands for become links of two roles."""
        if self._expected is None and any(record.get("roles") for record in self.carried.values()):
            return
        expected = self._expected or set()
        gone = expected - {(s, t, n) for s, t, n, _ in self._arrows}
        gone = {x for x in gone if x[0].partition("#")[0] in layers and x[1].partition("#")[0] in layers}
        self.incoming.losses.lose(say("arrows that were removed in the other program; the links stay"), len(gone))
        for number, (source, target, name, where) in enumerate(self._arrows):
            if (source, target, name) in expected:
                continue
            if name == CONTINUED and source.partition("#")[0] == target.partition("#")[0]:
                continue
            source, target = (k.partition("#")[0] if k not in layers else k for k in (source, target))
            if source not in layers or target not in layers:
                self.incoming.problem(self.document.source, where, say("the arrow ends at no label"))
                continue
            layer = self._layer(name)
            self.incoming.labels.setdefault(layer, name)
            roles = {"source": [{"annotation": source}], "target": [{"annotation": target}]}
            self._add(where, {"id": f"{source}>{target}>{name}>{number}", "layer": layer, "roles": roles})

    def layer_of(self, name: str) -> str:
        """The key of the layer for what the program calls so."""
        return self._layer(name)

    def _layer(self, name: str) -> str:
        layer = self.names.get(name) or self.keys.of(name)
        if self.form:
            self.incoming.written_as.setdefault(layer, {self.form: name})
        return layer

    def whole(self, key: str, values: Mapping[str, Sequence[Any]], where: str) -> None:
        """Values of the whole article, by what the program calls them; those that travelled say it better."""
        said = {name: list(dict.fromkeys(found)) for name, found in values.items() if found}
        if not said or self.carried:
            return
        layer = self.keys.of(WHOLE)
        self.incoming.labels.setdefault(layer, WHOLE)
        self.incoming.written_as.setdefault(layer, {self.form: WHOLE})
        attributes: dict[str, Any] = {}
        for name, found in said.items():
            attribute = slug(name) or "value"
            self.incoming.labels.setdefault(f"{layer}.{attribute}", name)
            self.incoming.written_as.setdefault(f"{layer}.{attribute}", {self.form: name})
            attributes[attribute] = found[0] if len(found) == 1 else [str(v) for v in found]
        self._add(where, {"id": key, "layer": layer, "values": attributes})

    def _add(self, where: str, content: dict[str, Any]) -> None:
        content.setdefault("coder", {"name": self.coder})
        if (sure := self._sure.get(content["id"], self.confidence)) is not None:
            content.setdefault("confidence", sure)
        content["document"] = self.ref
        try:
            self.incoming.records.append((where, AnnotationRecord.model_validate(content)))
        except ValidationError as error:
            first = error.errors()[0]
            path = ".".join(str(p) for p in first["loc"])
            self.incoming.problem(self.document.source, where, f"{path}: {first['msg'].lower()}")


def confidence_of(told: Any) -> float | None:
    """A number that says how sure a model is; None for anything else."""
    if isinstance(told, bool) or not isinstance(told, (int, float)) or not isfinite(told):
        return None
    return float(told)


def even(incoming: Incoming) -> None:
    """An attribute of the other program's that holds several values anywhere holds lists everywhere."""
    whole = {key for key, label in incoming.labels.items() if label == WHOLE}
    several = {
        (r.layer, key)
        for _, r in incoming.records
        for key, v in r.values.items()
        if isinstance(v, list) and (r.layer in whole or f"{r.layer}.{key}" in incoming.written_as)
    }
    for place, (where, r) in enumerate(incoming.records if several else ()):
        wrong = {
            k: [str(v)]
            for k, v in r.values.items()
            if (r.layer, k) in several and isinstance(v, (str, int, float)) and not isinstance(v, bool)
        }
        if wrong:
            incoming.records[place] = (where, r.model_copy(update={"values": {**r.values, **wrong}}))


def _pieces_of(travelled: Mapping[str, Any], pieces: Sequence[Fragment]) -> list[Fragment]:
    """The pieces in the order that travelled where they are the same, else sorted and joined."""
    told = travelled.get("fragments")
    same = isinstance(told, list) and [list(p) for p in pieces] == told
    return list(pieces) if same else list(normalised(pieces))
