"""Networks as files, one or a folder of one for each window of time, with a manifest that says what they rest on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotator import __version__
from annotator.domain.errors import BadInput
from annotator.domain.file_names import FileNames
from annotator.domain.networks import Network
from annotator.domain.words import joined, say
from annotator.formats.dataset import Losses
from annotator.formats.network_files import WRITERS
from annotator.formats.network_mentions import Nodes, nodes_of
from annotator.services.files import described, publishing
from annotator.services.networks.asking import Wanted
from annotator.services.networks.looking import Look, look
from annotator.services.networks.measuring import measure, over_time
from annotator.services.networks.reading import material_of
from annotator.services.study import Study


def write_network(study: Study, wanted: Wanted, out: Path, measures: bool = False) -> dict[str, Any]:
    """Write the network of a study; the answer is the manifest beside it. Raises BadInput."""
    check_place(out)
    with study.file.reading():
        material = material_of(study, wanted)
    return write_look(look([material], wanted), out, measures)


def network_of(study: Study, wanted: Wanted, measures: bool = True) -> dict[str, Any]:
    """The same answer with nothing written: the ties themselves in ``networks``."""
    return told_of(look([material_of(study, wanted)], wanted), measures)


def check_place(out: Path) -> None:
    """Raises BadInput where no network can be written there."""
    if out.suffix.casefold() not in WRITERS:
        raise BadInput(
            "this is no file of a network", str(out), say("end its name with {names}", names=", ".join(WRITERS))
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")


def write_look(found: Look, out: Path, measures: bool = False, more: dict[str, Any] | None = None) -> dict[str, Any]:
    """Write what was looked at; more: what else the manifest says."""
    check_place(out)
    suffix = out.suffix.casefold()
    slices = found.slices
    target = out.with_suffix("") if found.wanted.window is not None else out
    if found.wanted.window is not None and target.exists():
        raise BadInput("time windows make a folder, and this is there already", str(target), "name a new one")
    refuse_empty(found)
    losses = _losses(found)
    nodes = node_facts(found, losses)
    told = []
    with publishing(target) as result:
        place = result.path()
        if found.wanted.window is None:
            network = found.network()
            WRITERS[suffix](place, network, nodes, losses)
            told.append(_told(network, out.name))
        else:
            place.mkdir()
            names = FileNames()
            for part in slices:
                name = names.of(f"{out.stem} {part.start} {part.end}", suffix)
                network = found.network(part)
                WRITERS[suffix](place / name, network, nodes, losses)
                told.append(_told(network, name) | {"from": str(part.start), "to": str(part.end)})
        manifest = {"program": "Annotator", "version": __version__} | (more or {}) | _head(found)
        manifest |= {"networks": told}
        if measures:
            manifest |= _measures(found)
        manifest |= {**_account(found), "losses": losses.told()} | described(place)
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        result.write([text.encode()], target.name + ".manifest.json")
    return manifest


def told_of(found: Look, measures: bool = True) -> dict[str, Any]:
    """A network in the public JSON form, with its ties."""
    answer = {"program": "Annotator", "version": __version__} | _head(found)
    whole: Sequence[Any] = found.slices or (None,)
    networks = []
    for part in whole:
        network = found.network(part)
        days = {"from": str(part.start), "to": str(part.end)} if part is not None else {}
        told = _told(network, None) | days
        told["nodes"] = {"actors": list(network.rows)} | (
            {"concepts": list(network.columns)} if network.two_mode else {}
        )
        told["edges"] = [{"source": a, "target": b, "weight": w} for (a, b), w in network.cells.items()]
        networks.append(told)
    answer["networks"] = networks
    if measures:
        answer |= _measures(found)
    return answer | _account(found) | {"losses": _losses(found).told()}


def refuse_empty(found: Look) -> None:
    """Raise BadInput where no network of these has a node, with why."""
    parts: Sequence[Any] = found.slices or (None,)
    if any(n.rows or n.columns for n in map(found.network, parts)):
        return
    why = [
        say("{what} ({n})", what=x["what"], n=x["count"])
        for x in sorted(_losses(found).told(), key=lambda x: str(x["what"]))
    ]
    if found.mentions:
        why = [say("no tie is as heavy as is asked for"), *why]
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


def _head(found: Look) -> dict[str, Any]:
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
        **wanted.told(),
        "coders": list(coders) if not wanted.gold else [],
        "statements": len(found.mentions),
    }


def _account(found: Look) -> dict[str, Any]:
    if not found.several:
        return {"account": found.parts[0].account.told()}
    return {
        "accounts": [
            {"of": {"id": p.material.study_id, "title": p.material.title}, "statements": p.statements}
            | p.account.told()
            for p in found.parts
        ]
    }


def _measures(found: Look) -> dict[str, Any]:
    return {
        "measures": measure(found).told(),
        **({"over_time": [m.told() for m in over_time(found)]} if found.slices else {}),
    }


def _told(network: Network, name: str | None) -> dict[str, Any]:
    return {
        **({"name": name} if name else {}),
        "statements": network.statements,
        "rows": len(network.rows),
        "columns": len(network.columns),
        "ties": len(network.cells),
    }
