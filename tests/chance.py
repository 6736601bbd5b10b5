"""Codebooks, labels and studies made by chance: links of all kinds, conditions, trees, coders, second copies."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from annotator.domain.codebook.model import Codebook
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.json_forms import as_json
from annotator.formats.annotation_records import AnnotationRecord
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.services.exchange.importing_codings import bring_in
from annotator.services.study import Study
from annotator.store import assignments

SPANS = ("claim", "quote", "speaker", "target")


def codebook_by_chance(dice: random.Random) -> Codebook:
    """Span layers with conditions and trees, links of every kind, a fact of the article."""

    def attributes(key: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = [
            {"key": "sure", "label": "Sure", "type": "boolean"},
            {
                "key": "kind",
                "label": "Kind",
                "type": "tree",
                "values": [{"key": "a", "label": "A", "children": [{"key": "b", "label": "B"}]}],
                **({"when": {"attribute": "sure", "in": [True]}} if dice.random() < 0.5 else {}),
            },
        ]
        named = {"key": "who", "label": "Who", "type": "entity"}
        return ([named] if dice.random() < (0.7 if key in ("speaker", "target") else 0.2) else []) + found

    links: list[dict[str, Any]] = []
    for number in range(dice.randint(0, 4)):
        roles = []
        for place in range(dice.choice((1, 2, 2, 2, 3, 4))):
            among = [*SPANS, *(x["key"] for x in links)]
            layers = dice.sample(among, dice.choice((0, 1, 1, 1, 2)))
            least = dice.choice((0, 0, 1))
            roles.append(
                {
                    "key": f"r{place}",
                    "label": f"R{place}",
                    "layers": layers,
                    "entities": not layers or dice.random() < 0.3,
                    "min": least,
                    "max": dice.choice((None, 1, 2)),
                }
            )
        per = {"per": {"role": dice.choice(roles)["key"]}} if dice.random() < 0.3 else {}
        links.append({"key": f"l{number}", "label": f"L{number}", "kind": "link", "roles": roles, **per})
    layers = [{"key": k, "label": k.title(), "kind": "span", "attributes": attributes(k)} for k in SPANS]
    layers += [*links, {"key": "page", "label": "Page", "kind": "document"}]
    told = {"format": "annotator-codebook/1", "key": "any", "title": "Any", "layers": layers}
    return Codebook.model_validate(told | {"entity_types": [{"key": "person", "label": "Person"}]})


def labels_by_chance(dice: random.Random, codebook: Codebook, text: str, prefix: str) -> list[dict[str, Any]]:
    made: list[dict[str, Any]] = []
    for number in range(dice.randint(0, 7)):
        layer = codebook.layer(dice.choice(SPANS))
        start = dice.randrange(0, len(text) - 9)
        values: dict[str, Any] = {"sure": True, "kind": "b"} if dice.random() < 0.5 else {}
        if any(a.key == "who" for a in layer.attributes) and dice.random() < 0.8:
            values["who"] = {"name": dice.choice(("Bo", "Cy")), "type": "person"}
        fragments = [[start, start + dice.randint(1, 8)]]
        made.append({"id": f"{prefix}-{number}", "layer": layer.key, "fragments": fragments, "values": values})
    for layer in codebook.link_layers:
        for number in range(dice.randint(0, 3)):
            roles: dict[str, list[Any]] = {}
            for role in layer.roles:
                fit: list[Any] = [{"annotation": m["id"]} for m in made if m["layer"] in role.layers]
                fit += [{"name": n, "type": "person"} for n in ("Bo", "Cy")] if role.takes_entities else []
                most = min(len(fit), role.max or 2)
                roles[role.key] = dice.sample(fit, dice.randint(min(role.min, most), most))
            if all(len(roles[r.key]) >= r.min for r in layer.roles):
                made.append({"id": f"{prefix}-{layer.key}-{number}", "layer": layer.key, "roles": roles})
    if dice.random() < 0.5:
        made.append({"id": f"{prefix}-page", "layer": "page"})
    return made


TEXTS = ("The mayor said that it will pay for the tram. ", "Nobody asked the fishers about the eel at all. ")


def study_by_chance(
    dice: random.Random,
    path: Path,
    ids: str = "any",
    codebook: Codebook | None = None,
    coders: Sequence[str] = ("Ada", "Ben", "Cem"),
    texts: Sequence[str] = TEXTS,
) -> Study:
    """Two articles, of the first maybe a second copy that one coder read again, and a supervisor who codes nothing."""
    codebook = codebook or codebook_by_chance(dice)
    study = Study.create(path, codebook, ids.title(), CountingIds(ids), SteppingClock("2031-01-01"))
    documents = [IncomingDocument(f"{i}.txt", t, title=f"T{i}", published="2031-01-02") for i, t in enumerate(texts)]
    repeated = dice.random() < 0.6
    if repeated:
        documents.append(IncomingDocument("again.txt", texts[0], title="T0", published="2031-01-02"))
    records = []
    for place, document in enumerate(documents):
        for coder in coders[:1] if place == len(texts) else dice.sample(coders, dice.randint(0, len(coders))):
            for r in labels_by_chance(dice, codebook, document.text, f"{coder}-{place}"):
                ref = {"sha256": document.sha256, "source": document.source}
                told = r | {"coder": {"name": coder}, "document": ref}
                records.append((r["id"], AnnotationRecord.model_validate(told)))
    answer = as_json(bring_in(study, "any", Incoming(documents, records), "plain"))
    assert not answer["problems"], answer["problems"]
    study.ensure_coder("Sup", "supervisor")
    if repeated:
        by_name = {d.source: d.id for d in study.documents()}
        with study.file.transaction() as connection:
            assignments.add_hidden_repeats(connection, {by_name["again.txt"]: by_name["0.txt"]})
    return study
