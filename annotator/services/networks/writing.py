"""Networks as files, one or a folder of one for each window of time, with a manifest that says what they rest on."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from annotator import __version__
from annotator.domain.errors import BadInput
from annotator.domain.file_names import FileNames
from annotator.domain.json_forms import JsonObject, as_json
from annotator.domain.networks import Network
from annotator.domain.words import joined, say
from annotator.formats.dataset import Losses
from annotator.formats.network_files import WRITERS
from annotator.formats.network_mentions import Nodes, nodes_of
from annotator.services.files import FilesDescribed, described, publishing
from annotator.services.networks.asking import Wanted
from annotator.services.networks.looking import Look, Slice, look
from annotator.services.networks.measuring import Measured, Moment, measure, over_time
from annotator.services.networks.reading import material_of
from annotator.services.study import Study


@dataclass(frozen=True, slots=True)
class OneNetwork:
    """A network that was made. part: the window of time that it is of. file: its name, where it was written."""

    network: Network
    part: Slice | None
    file: str | None

    @property
    def days(self) -> str:
        """First and last day, in the words of a note; empty for the whole time."""
        return f" {self.part.start} to {self.part.end}" if self.part is not None and self.file is None else ""

    def as_json(self) -> JsonObject:
        """In the public JSON form; with its ties where they stand in no file."""
        n = self.network
        told: JsonObject = {"name": self.file} if self.file else {}
        told |= {"statements": n.statements, "rows": len(n.rows), "columns": len(n.columns), "ties": len(n.cells)}
        if self.part is not None:
            told |= {"from": str(self.part.start), "to": str(self.part.end)}
        if self.file is None:
            told["nodes"] = {"actors": list(n.rows)} | ({"concepts": list(n.columns)} if n.two_mode else {})
            told["edges"] = [{"source": a, "target": b, "weight": w} for (a, b), w in n.cells.items()]
        return told


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkAnswer:
    """Networks with what they rest on. more: what else the manifest says. files: where it was written."""

    look: Look
    networks: tuple[OneNetwork, ...]
    measures: Measured | None
    over_time: tuple[Moment, ...]
    losses: Losses
    more: Mapping[str, object] = field(default_factory=dict)
    files: FilesDescribed | None = None

    def as_json(self) -> JsonObject:
        """In the public JSON form: the manifest, where it was written."""
        answer: JsonObject = {"program": "Annotator", "version": __version__} | dict(self.more)
        answer |= _head(self.look) | {"networks": as_json(self.networks)}
        if self.measures is not None:
            answer["measures"] = self.measures.as_json()
            if self.look.slices:
                answer["over_time"] = as_json(self.over_time)
        answer |= {**_account(self.look), "losses": self.losses.told()}
        return answer | self.files.as_json() if self.files is not None else answer


def write_network(study: Study, wanted: Wanted, out: Path, measures: bool = False) -> NetworkAnswer:
    """Write the network of a study, with a manifest beside it. Raises BadInput."""
    check_place(out)
    with study.file.reading():
        material = material_of(study, wanted)
    return write_look(look([material], wanted), out, measures)


def network_of(study: Study, wanted: Wanted, measures: bool = True) -> NetworkAnswer:
    """The same answer with nothing written: the ties themselves stand in its JSON form."""
    return answer_of(look([material_of(study, wanted)], wanted), measures)


def check_place(out: Path) -> None:
    """Raises BadInput where no network can be written there."""
    if out.suffix.casefold() not in WRITERS:
        raise BadInput(
            "this is not a file of a network", str(out), say("end its name with {names}", names=", ".join(WRITERS))
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")


def write_look(
    found: Look, out: Path, measures: bool = False, more: Mapping[str, object] | None = None
) -> NetworkAnswer:
    """Write what was looked at; more: what else the manifest says."""
    check_place(out)
    suffix = out.suffix.casefold()
    target = out.with_suffix("") if found.wanted.window is not None else out
    if found.wanted.window is not None and target.exists():
        raise BadInput("time windows make a folder, and this is there already", str(target), "name a new one")
    refuse_empty(found)
    losses = _losses(found)
    nodes = node_facts(found, losses)
    made: list[OneNetwork] = []
    with publishing(target) as result:
        place = result.path()
        if found.wanted.window is None:
            network = found.network()
            WRITERS[suffix](place, network, nodes, losses)
            made.append(OneNetwork(network, None, out.name))
        else:
            place.mkdir()
            names = FileNames()
            for part in found.slices:
                name = names.of(f"{out.stem} {part.start} {part.end}", suffix)
                network = found.network(part)
                WRITERS[suffix](place / name, network, nodes, losses)
                made.append(OneNetwork(network, part, name))
        answer = replace(_answer(found, made, losses, measures), more=more or {}, files=described(place))
        text = json.dumps(answer.as_json(), ensure_ascii=False, indent=2) + "\n"
        result.write([text.encode()], target.name + ".manifest.json")
    return answer


def answer_of(found: Look, measures: bool = True) -> NetworkAnswer:
    """The same with nothing written."""
    whole: tuple[Slice | None, ...] = found.slices or (None,)
    made = [OneNetwork(found.network(part), part, None) for part in whole]
    return _answer(found, made, _losses(found), measures)


def _answer(found: Look, made: Sequence[OneNetwork], losses: Losses, measures: bool) -> NetworkAnswer:
    return NetworkAnswer(
        look=found,
        networks=tuple(made),
        measures=measure(found) if measures else None,
        over_time=tuple(over_time(found)) if measures else (),
        losses=losses,
    )


def refuse_empty(found: Look) -> None:
    """Raise BadInput where no network of these has a node, with why."""
    parts: tuple[Slice | None, ...] = found.slices or (None,)
    if any(n.rows or n.columns for n in map(found.network, parts)):
        return
    why = [say("{what} ({n})", what=x.what, n=x.count) for x in _losses(found).listed()]
    if found.mentions:
        why = [say("no tie has the weight that you asked for"), *why]
    raise BadInput(
        say("the network has no nodes: {why}", why=joined("; ", why))
        if why
        else say("the network has no nodes: no statement names both an actor and a concept"),
        say("{actor}, {concept}", actor=found.spec.actor, concept=found.spec.concept),
        "choose other codes for actor and concept, or other coders, outlets and days",
    )


def node_facts(found: Look, losses: Losses | None = None) -> Nodes:
    """What the registers know of the nodes; of one name in several studies the first says it."""
    names = [x for m in found.mentions for x in (m.actor, m.concept)]
    types: dict[str, str] = {}
    columns: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for part in found.parts:
        told = nodes_of(part.material.dataset, names, losses if losses is not None else Losses())
        types = {**told.types, **types}
        columns = {k: v if columns.get(k, v) == v else "string" for k, v in {**columns, **told.columns}.items()}
        values = {**told.values, **values}
    return Nodes(types, columns, values)


def _losses(found: Look) -> Losses:
    """What was left out in all studies together."""
    every = Losses()
    for part in found.parts:
        every.counts.update(part.losses.counts)
        for what, example in part.losses.examples.items():
            every.examples.setdefault(what, example)
    return every


def _head(found: Look) -> JsonObject:
    first = found.parts[0].material
    wanted = found.wanted
    coders = dict.fromkeys(name for p in found.parts for name in p.material.people.values())
    study = {"id": first.study_id, "title": first.title} if not found.several else None
    return {
        **({"study": study} if study else {}),
        "codebook": {"key": first.codebook_key, "version": first.codebook_version},
        "actor": found.spec.actor,
        "concept": found.spec.concept,
        "qualifier": found.spec.qualifier,
        **({"worth": dict(found.spec.worth)} if found.spec.worth else {}),
        "kind": wanted.kind,
        "aggregation": found.aggregation,
        "normalisation": wanted.normalisation,
        "duplicates": wanted.duplicates,
        "window": wanted.window,
        **wanted.as_json(),
        "coders": list(coders) if not wanted.gold else [],
        "statements": len(found.mentions),
    }


def _account(found: Look) -> JsonObject:
    if not found.several:
        return {"account": found.parts[0].account.as_json()}
    return {
        "accounts": [
            {"of": {"id": p.material.study_id, "title": p.material.title}, "statements": p.statements}
            | p.account.as_json()
            for p in found.parts
        ]
    }
