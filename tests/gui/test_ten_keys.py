"""How many keys a whole statement takes, counted at the window."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddEntity
from annotator.intake import read_source
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study
from tests.gui.conftest import Hand, opened
from tests.gui.typist import Aim, Mention, Typist
from tests.shared import shared

OPTIONAL = {"certainty", "memo", "stance_memo", "role"}
"""What the codebook does not ask for: free text above all, which is typed as long as it is."""


def aims_of(rows: list[dict[str, Any]]) -> tuple[list[Aim], dict[str, Mention]]:
    """Statements and mentions as a file of codings tells them."""
    mentions = {
        r["id"]: Mention(r["layer"], [tuple(x) for x in r["fragments"]], asked(r["values"]))
        for r in rows
        if r["layer"] in ("speaker", "target")
    }
    aims = []
    for r in rows:
        if r["layer"] != "claim":
            continue
        mine = [x for x in rows if [f["annotation"] for f in x.get("roles", {}).get("claim", ())] == [r["id"]]]
        said = next(x for x in mine if x["layer"] == "said_by")
        held = said["roles"]["speaker"]
        empty = said.get("empty", {}).get("speaker")
        speaker = held[0]["annotation"] if held else (empty["because"], empty["entity"]["name"])
        about = [(x["roles"]["target"][0]["annotation"], asked(x["values"])) for x in mine if x["layer"] == "about"]
        aims.append(Aim([tuple(x) for x in r["fragments"]], asked(r["values"]), speaker, about))
    return aims, mentions


def asked(values: dict[str, Any]) -> dict[str, Any]:
    return {k: v for k, v in values.items() if k not in OPTIONAL}


def people(rows: object) -> dict[str, str]:
    """Everybody named: name -> kind."""
    if isinstance(rows, dict):
        if rows.keys() == {"name", "type"}:
            return {rows["name"]: rows["type"]}
        return {k: v for x in rows.values() for k, v in people(x).items()}
    return {k: v for x in rows for k, v in people(x).items()} if isinstance(rows, list) else {}


def coded(hand: Hand, aims: list[Aim], mentions: dict[str, Mention]) -> list[tuple[int, str]]:
    """Presses and the keys of each statement; what the study then holds is what was wanted. Prints what for."""
    typist = Typist(hand, mentions)
    counts = []
    for aim in aims:
        owner, presses = typist.code(aim)
        counts.append((presses, " ".join(typist.way)))
        check(hand, typist, owner, aim)
    sys.stdout.write("".join(f"{n:5} {act}\n" for act, n in typist.acts.most_common()))
    return counts


def check(hand: Hand, typist: Typist, owner: str, aim: Aim) -> None:
    session = hand.session
    assert session.document is not None
    statement = next(s for s in session.statements([owner]))
    assert statement.missing == ()
    claim = session.labels[owner]
    assert list(claim.fragments) == aim.pieces
    values = {
        k: v
        for k, v in aim.values.items()
        if k != "headline_fit" or session.document.zone_at(aim.pieces[0][0]) == "title"
    }
    same_values(typist, claim, values)
    said = [a for a in session.links_of(owner) if a.layer == "said_by"]
    assert len(said) == 1
    if isinstance(aim.speaker, tuple):
        empty = said[0].empty["speaker"]
        assert (empty.because, session.entities[empty.entity or ""].name) == aim.speaker
    else:
        assert [f.annotation for f in said[0].roles["speaker"]] == [typist.mentions[aim.speaker].made]
    about = [a for a in session.links_of(owner) if a.layer == "about"]
    assert len(about) == len(aim.targets)
    for key, values in aim.targets:
        link = next(a for a in about if typist.values_of_link(a.id, aim, owner) is values)
        same_values(typist, link, values)
        assert [f.annotation for f in link.roles["target"]] == [typist.mentions[key].made]
    for mention in typist.mentions.values():
        if mention.made is not None:
            same_values(typist, session.labels[mention.made], mention.values)


def same_values(typist: Typist, a: Annotation, wanted: dict[str, Any]) -> None:
    for key, value in wanted.items():
        told = a.values.get(key)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            assert all(any(typist.matches(t, one) for t in told) for one in value), (a.layer, key, told)
        else:
            assert typist.matches(told, value), (a.layer, key, told, value)


@pytest.fixture(params=["A", "B"])
def claims(
    qtbot: QtBot, settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[tuple[Hand, list[dict[str, Any]]]]:
    """The article with the codebook, and a register in which those named stand, as in a study under way."""
    rows = [json.loads(x) for x in shared(f"seeds/000.coder_{request.param}.jsonl").read_text("utf-8").splitlines()]
    source = rows[0]["document"]["source"]
    path = tmp_path / "claims.annotator"
    codebook = parse_codebook(shared("codebooks/claims_speakers_stance.yaml").read_text("utf-8"))
    with Study.create(path, codebook, "Claims") as study:
        coder = study.ensure_coder("Ada").id
        add_documents(study, read_source(source, shared(f"seeds/{source}").read_bytes()))
        for name, kind in people(rows).items():
            study.coding.apply(AddEntity(coder_id=coder, name=name, type=kind))
    hand = opened(qtbot, settings, path)
    yield hand, rows
    hand.window.close()


def test_a_statement_of_a_real_article_takes_few_keys(claims: tuple[Hand, list[dict[str, Any]]]) -> None:
    hand, rows = claims
    aims, mentions = aims_of(rows)
    # two coders of the same article: one tells of 1.7 targets a claim, with many a holder who is not the speaker
    mean, worst = (12.3, 19) if any(len(a.targets) > 1 for a in aims) else (9.8, 13)
    tell(coded(hand, aims, mentions), aims, mean, worst)


def test_a_statement_of_an_invented_article_takes_few_keys(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "harbour.annotator"
    with Study.create(path, builtin_codebook(), "Harbour") as study:
        coder = study.ensure_coder("Ada").id
        add_documents(study, read_source("one.txt", TEXT.encode(), "plain"))
        for name, kind in PEOPLE.items():
            study.coding.apply(AddEntity(coder_id=coder, name=name, type=kind))
    hand = opened(qtbot, settings, path)
    mentions = {
        "haven": Mention("target", words("Tarn Haven’s harbour"), {"entity": named("Harbour of Tarn Haven")}),
        "mayor": Mention("speaker", words("Mayor Ilsa Brandt"), {"entity": named("Ilsa Brandt")}),
        "dredging": Mention("target", words("deep dredging"), {"entity": named("Dredging")}),
        "he": Mention("speaker", words("She"), {"entity": named("Ilsa Brandt")}),
        "fleet": Mention("target", words("the old fleet"), {"entity": named("Old fleet")}),
    }
    haven, dredging = ("haven", {"stance": 1}), ("dredging", {"stance": -1})
    aims = [
        aim(
            "Tarn Haven’s harbour will be empty by winter",
            "prediction",
            "wildlife",
            ("outlet_voice", "The Courier"),
            haven,
        ),
        aim("deep dredging pays for itself", "fact", "costs", "mayor", dredging),
        aim("must be stopped at once", "demand", "jobs", "mayor", dredging),
        aim("the old fleet has no other home", "fact", "other", "he", ("fleet", {"stance": 2}), haven),
        aim("nobody had asked the town", "fact", "procedure", ("outlet_voice", "The Courier"), haven),
    ]
    counts = coded(hand, aims, mentions)
    hand.window.close()
    tell(counts, aims, mean=9, worst=14)


TEXT = """Tarn Haven’s harbour will be empty by winter

“It is true that deep dredging pays for itself,” said Mayor Ilsa Brandt, “and the quarrel must be stopped at once.” She
added that the old fleet has no other home. But nobody had asked the town.
"""
PEOPLE = {
    "Harbour of Tarn Haven": "project",
    "Ilsa Brandt": "person",
    "Dredging": "project",
    "Old fleet": "group",
    "The Courier": "outlet",
}


def named(name: str) -> dict[str, str]:
    return {"name": name, "type": PEOPLE[name]}


def words(passage: str) -> list[tuple[int, int]]:
    start = TEXT.index(passage)
    return [(start, start + len(passage))]


def aim(passage: str, kind: str, topic: str, speaker: Any, *targets: tuple[str, dict[str, Any]]) -> Aim:
    return Aim(words(passage), {"claim_type": kind, "topic": topic, "headline_fit": "absent"}, speaker, list(targets))


def tell(counts: list[tuple[int, str]], aims: list[Aim], mean: float, worst: int) -> None:
    """Print what each took, and hold it: a change of the window must not cost more."""
    for number, ((n, way), one) in enumerate(zip(counts, aims, strict=True), start=1):
        sys.stdout.write(f"{number:3} {n:3} keys, {len(one.targets)} targets: {way}\n")
    presses = [n for n, _ in counts]
    links = sum(len(a.targets) for a in aims)
    told = f"{sum(presses) / len(presses):.1f} keys a claim, worst {max(presses)}; {sum(presses) / links:.1f} a target"
    sys.stdout.write(told)
    assert sum(presses) / len(presses) <= mean, told
    assert max(presses) <= worst, told
