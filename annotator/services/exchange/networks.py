"""Networks of a study with every choice: what is actor, concept and qualifier, which ties, over which time."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, cast, get_args

from annotator import __version__
from annotator.domain.accounts import Account, Holding
from annotator.domain.codebook.model import Codebook
from annotator.domain.errors import BadInput
from annotator.domain.file_names import FileNames
from annotator.domain.networks import (
    Aggregation,
    Duplicates,
    Mention,
    Network,
    Normalisation,
    WindowUnit,
    one_mode,
    qualifier_range,
    turned,
    two_mode,
    windows,
    without_duplicates,
)
from annotator.domain.words import by_door, say, words_of
from annotator.formats.dataset import Losses
from annotator.formats.network_files import WRITERS
from annotator.formats.network_mentions import NetworkSpec, checked, default_spec, is_boolean, mentions, nodes_of
from annotator.services.accounts import SECOND, Contents, contents, counted, not_theirs
from annotator.services.exchange.authors import authors
from annotator.services.exchange.records import dataset_of
from annotator.services.files import described, publishing
from annotator.services.study import Study

Kind = Literal["two-mode", "actors", "concepts"]
_UNITS: dict[str, WindowUnit] = {"day": "days", "week": "weeks", "month": "months", "year": "years"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """kind: two-mode, or ties among actors or among concepts. window: ``30 days``, None for one network of all."""

    kind: Kind = "two-mode"
    spec: NetworkSpec | None = None
    aggregation: Aggregation | None = None
    normalisation: Normalisation = "no"
    duplicates: Duplicates = "include"
    window: str | None = None


def wanted(
    codebook: Codebook,
    kind: str,
    actor: str | None,
    concept: str | None,
    qualifier: str | None,
    aggregation: str | None,
    normalisation: str,
    duplicates: str,
    window: str | None,
) -> Wanted:
    """What was asked for in words, completed by what the codebook suggests; raises BadInput for a word that is none."""
    for word, known, name in (
        (kind, get_args(Kind), by_door("--kind", say("kind"))),
        (aggregation, (None, *get_args(Aggregation)), by_door("--aggregation", say("aggregation"))),
        (normalisation, get_args(Normalisation), by_door("--normalisation", say("normalisation"))),
        (duplicates, get_args(Duplicates), by_door("--duplicates", say("duplicates"))),
    ):
        if word not in known:
            raise BadInput(
                say("there is no {name} `{word}`", name=by_door(name.removeprefix("--"), name.window), word=word),
                name,
                say("use {names}", names=", ".join(k for k in known if k)),
            )
    if actor and concept:
        spec = NetworkSpec(actor, concept, None if qualifier == "none" else qualifier)
    else:
        suggested = default_spec(codebook)
        spec = NetworkSpec(actor or suggested.actor, concept or suggested.concept, suggested.qualifier)
        if concept is not None or qualifier is not None:
            spec = replace(spec, qualifier=None if qualifier == "none" else qualifier)
    return Wanted(
        cast(Kind, kind),
        spec,
        cast("Aggregation | None", aggregation),
        cast(Normalisation, normalisation),
        cast(Duplicates, duplicates),
        window,
    )


def write_network(study: Study, wanted: Wanted, out: Path, coders: Sequence[str] | None = None) -> dict[str, Any]:
    """Write one network, or a folder of one for each time window; the answer is the manifest beside it."""
    suffix = out.suffix.casefold()
    if suffix not in WRITERS:
        raise BadInput(
            "this is no file of a network", str(out), say("end its name with {names}", names=", ".join(WRITERS))
        )
    if not out.parent.is_dir():
        raise BadInput("the folder does not exist", str(out.parent), "make it first")
    spec = checked(study.codebook, wanted.spec or default_spec(study.codebook))
    size, unit = _window(wanted.window)
    aggregation = aggregation_of(wanted, spec)
    losses = Losses()
    ids = [c.id for c in authors(study, coders)]
    with study.file.reading():
        found = contents(study)
        dataset = dataset_of(study, ids)
        told_all = list(mentions(dataset, spec, losses))
        every = without_duplicates(told_all, wanted.duplicates)
        if unit is not None:
            losses.lose(say("statements in articles without a date"), sum(m.day is None for m in every))
            every = [m for m in every if m.day is not None]
        _leave(told_all, every, losses)
        kinds = nodes_of(dataset, [x for m in every for x in (m.actor, m.concept)], losses)
        account = _account(found, ids, losses, {m.document for m in every})
    if not every and unit is not None and told_all:
        raise BadInput(
            "no statement stands in an article with a date",
            study.title,
            by_door("leave --window out", say("take the whole time at once")),
        )
    if not every:
        raise BadInput(
            say("no statement has an actor and a concept ({account})", account=account.line),
            f"{spec.actor}, {spec.concept}",
            say("choose other ones; left out: {reasons}", reasons="; ".join(account.reasons()) or say("nothing")),
        )
    boolean, scale = is_boolean(study.codebook, spec), qualifier_range(every)

    def made(part: Sequence[Mention]) -> Network:
        try:
            if wanted.kind == "two-mode":
                return two_mode(part, aggregation, wanted.normalisation, boolean)
            chosen = turned(part) if wanted.kind == "concepts" else part
            return one_mode(chosen, aggregation, wanted.normalisation, scale)
        except ValueError as error:
            raise BadInput(words_of(error), wanted.kind, "choose another one") from error

    target = out if unit is None else out.with_suffix("")
    if unit is not None and target.exists():
        raise BadInput("time windows make a folder, and this is there already", str(target), "name a new one")
    with publishing(target) as result:
        told = []
        place = result.path()
        if unit is None:
            network = made(every)
            WRITERS[suffix](place, network, kinds, losses)
            told.append(_told(network, out.name))
        else:
            place.mkdir()
            names = FileNames()
            for start, end, part in windows(every, size, unit):
                name = names.of(f"{out.stem} {start} {end}", suffix)
                network = made(part)
                WRITERS[suffix](place / name, network, kinds, losses)
                told.append(_told(network, name) | {"from": str(start), "to": str(end)})
        manifest = {
            "program": "Annotator",
            "version": __version__,
            "study": {"id": study.id, "title": study.title},
            "codebook": {"key": study.codebook.key, "version": study.codebook_version},
            "actor": spec.actor,
            "concept": spec.concept,
            "qualifier": spec.qualifier,
            "kind": wanted.kind,
            "aggregation": aggregation,
            "normalisation": wanted.normalisation,
            "duplicates": wanted.duplicates,
            "window": wanted.window,
            "statements": len(every),
            "networks": told,
            "account": account.told(),
            "losses": losses.told(),
        } | described(place)
        text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
        result.write([text.encode()], target.name + ".manifest.json")
    return manifest


def _leave(told: Sequence[Mention], kept: Sequence[Mention], losses: Losses) -> None:
    """Count the labels that stand in statements which are left out alone."""
    shown = {part for m in kept for part in m.parts}
    left = {part: m for m in told for part in m.parts if part not in shown}
    for (layer, _), m in left.items():
        losses.leave(
            layer, say("said already: counted once") if m.day is not None else say("in articles without a date")
        )


def _account(found: Contents, ids: Sequence[str], losses: Losses, documents: Collection[str]) -> Account:
    """What stands in the network: labels of statements that tie an actor to a concept."""
    theirs = not_theirs(found, ids, gold=False)
    here, reckoning = found.split(lambda x, c, d: theirs(x, c, d) or (SECOND if d in found.copies else None))
    layers = Counter(here.by_layer)
    for (layer, why), n in losses.left.items():
        layers[layer] -= n
        reckoning.leave(layer, why, n)
    return counted(found, Holding(len(documents), 0, layers), reckoning, ids)


def _told(network: Network, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "statements": network.statements,
        "rows": len(network.rows),
        "columns": len(network.columns),
        "ties": len(network.cells),
    }


def aggregation_of(wanted: Wanted, spec: NetworkSpec) -> Aggregation:
    """The aggregation that was asked for, else the usual one."""
    if wanted.aggregation is not None:
        return wanted.aggregation
    if spec.qualifier is None:
        return "ignore"
    return "subtract" if wanted.kind == "two-mode" else "congruence"


def _window(words: str | None) -> tuple[int, WindowUnit | None]:
    """``30 days`` as 30 and days."""
    if words is None:
        return 0, None
    number, _, unit = words.strip().partition(" ")
    found = _UNITS.get(unit.strip().removesuffix("s"))
    if not number.isdecimal() or int(number) < 1 or found is None:
        raise BadInput("this is no time window", words, "say it as '30 days', '4 weeks', '6 months' or '1 year'")
    return int(number), found
