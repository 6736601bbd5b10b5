"""Networks of studies: narrowed, sliced, measured, of several studies, each with an account that adds up."""

from __future__ import annotations

import csv
import json
import shutil
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from annotator.cli.app import run
from annotator.domain.errors import BadInput
from annotator.domain.identity import CountingIds
from annotator.domain.networks import Mention, cut, one_mode, with_isolates, without_duplicates, without_isolates
from annotator.services import demo as demo_study
from annotator.services.codebooks import builtin_codebook
from annotator.services.demo import make_demo_study
from annotator.services.networks.asking import Wanted, bound
from annotator.services.networks.behind import Backing, nodes_in, said
from annotator.services.networks.drawing import drawing
from annotator.services.networks.looking import Look, look
from annotator.services.networks.measuring import measure, over_time
from annotator.services.networks.reading import material_of
from annotator.services.networks.writing import network_of, write_network
from annotator.services.several.folder import gathered
from annotator.services.several.networks import of_several
from annotator.services.study import Study

NO_WINDOW: Any = None


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    return path


def looked(path: Path, wanted: Wanted) -> Look:
    with Study.open(path) as study:
        return look([material_of(study, wanted)], wanted)


def left(account: dict[str, Any]) -> Counter[str]:
    found: Counter[str] = Counter()
    for x in account["left_out"]:
        found[x["layer"]] += x["count"]
    return found


@pytest.mark.parametrize(
    "wanted",
    [
        Wanted(),
        Wanted(outlets=("meridale wire", "The Quay")),
        Wanted(since="2031-03", until="2031-04-10"),
        Wanted("actors", duplicates="acrossrange", coders=("Ben",)),
        Wanted("concepts", gold=True),
        Wanted(window="1 month", isolates="all"),
    ],
)
def test_what_is_in_and_what_is_left_out_add_up(demo: Path, wanted: Wanted) -> None:
    with Study.open(demo) as study:
        if wanted.gold:
            with pytest.raises(BadInput, match="nothing is settled yet"):
                network_of(study, wanted)
            return
        told = network_of(study, wanted).as_json()
    account = told["account"]
    for layer, n in account["study"]["by_layer"].items():
        assert account["here"]["by_layer"].get(layer, 0) + left(account)[layer] == n
    assert told["statements"] > 0
    if wanted.window is None:
        assert told["networks"][0]["statements"] == told["statements"]
    else:
        assert len({json.dumps(n["nodes"]) for n in told["networks"]}) == 1
    assert "Infinity" not in json.dumps(told)


def test_narrowing_leaves_just_the_statements_that_fit(demo: Path) -> None:
    every = looked(demo, Wanted())
    facts = every.documents
    for wanted, fits in (
        (Wanted(outlets=("Meridale Wire",)), lambda m: facts[m.document].publisher == "Meridale Wire"),
        (Wanted(since="2031-04"), lambda m: m.day and m.day >= date(2031, 4, 1)),
        (Wanted(until="2031-03-31"), lambda m: m.day and m.day <= date(2031, 3, 31)),
    ):
        found = looked(demo, wanted)
        assert [m.statement for m in found.mentions] == [m.statement for m in every.mentions if fits(m)]
        assert 0 < len(found.mentions) < len(every.mentions)
    with pytest.raises(BadInput, match="no statement meets the conditions"):
        looked(demo, Wanted(outlets=("Nobody's Paper",)))
    for wrong in ("soon", "2031-13", "2031-02-30", "", "-5"):
        with pytest.raises(BadInput, match="this is not a day"):
            bound(wrong, last=True)
    assert bound("2031-02", last=True) == date(2031, 2, 28)
    assert bound("2031", last=True) == date(2031, 12, 31)


def test_ignoring_the_qualifier_makes_duplicates_of_yes_and_no() -> None:
    said = [Mention("A", "tax", q, "d", date(2031, 1, 1)) for q in (1.0, 0.0, 1.0)]
    assert len(without_duplicates(said, "document")) == 2
    assert len(without_duplicates(said, "document", qualified=False)) == 1


def test_weak_ties_and_nodes_without_a_tie() -> None:
    said = [Mention(a, c, q) for a, c, q in (("A", "x", 1.0), ("B", "x", 0.0), ("B", "y", 1.0), ("C", "y", 1.0))]
    network = one_mode(said, "subtract")
    assert network.cells == {("A", "B"): -1.0, ("B", "C"): 1.0}
    assert cut(network, 1.0).cells == network.cells
    weak = cut(network, 1.5)
    assert not weak.cells
    assert weak.rows == ("A", "B", "C")
    assert without_isolates(weak).rows == ()
    assert with_isolates(network, ["Z"], []).columns == ("A", "B", "C", "Z")


def test_behind_every_tie_stand_the_statements_that_make_it(demo: Path) -> None:
    found = looked(demo, Wanted(aggregation="ignore"))
    network, backing = found.network(), Backing(found)
    assert sum(len(backing.tie(network, a, b)) for a, b in network.cells) == len(found.mentions)
    for (actor, concept), weight in network.cells.items():
        behind = backing.tie(network, actor, concept)
        assert len(behind) == weight
        support = backing.support(behind)
        assert support.statements == weight
        assert support.coders == len({m.coder for m in behind}) <= support.asked
        told = said(found, behind)
        assert {s.label for s in told} == {m.statement for m in behind}
        assert all(s.actor == actor and s.concept == concept and s.path == demo for s in told)
    actors = looked(demo, Wanted("actors", aggregation="ignore"))
    ties, behind_ties = actors.network(), Backing(actors)
    for (one, other), weight in ties.cells.items():
        shared = Counter((m.actor, m.concept) for m in behind_ties.tie(ties, one, other))
        concepts = {c for _, c in shared}
        assert weight == sum(shared[one, c] * shared[other, c] for c in concepts)


def test_measures_and_moments_are_told(demo: Path) -> None:
    wanted = Wanted("actors", window="1 month")
    found = looked(demo, wanted)
    whole = measure(found)
    assert [x.node for x in whole.nodes] == nodes_in(whole.network)
    assert {x.camp for x in whole.nodes} == {1, 2}
    for x in whole.nodes:
        assert x.degree == sum(x.node[1] in tie for tie in whole.network.cells)
        assert x.strength == pytest.approx(sum(w for tie, w in whole.network.cells.items() if x.node[1] in tie))
        assert x.support.statements == sum(m.actor == x.node[1] for m in found.mentions)
    moments = over_time(found)
    assert [(m.start, m.end) for m in moments] == [(s.start, s.end) for s in found.slices]
    assert all(m.polarisation is None or 0 <= m.polarisation <= 1 for m in moments)
    told = network_of_path(demo, wanted)
    assert told["measures"] == whole.as_json()
    assert told["over_time"] == [m.as_json() for m in moments]


def network_of_path(path: Path, wanted: Wanted) -> dict[str, Any]:
    with Study.open(path) as study:
        return network_of(study, wanted).as_json()


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two studies of one codebook, a copy of one of them, one of another codebook, and a file that is none."""
    made = tmp_path_factory.mktemp("several")
    shutil.copy(demo, made / "a.annotator")
    shutil.copy(demo, made / "copy.annotator")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo_study, "CountingIds", lambda _: CountingIds("another"))
        make_demo_study(made / "b.annotator")
    with Study.open(demo) as study:
        changed = study.codebook.model_copy(update={"title": "Another one"})
    Study.create(made / "other.annotator", changed, "Other").close()
    (made / "broken.annotator").write_bytes(b"no study")
    return made


def test_several_studies_are_one_network(folder: Path, demo: Path) -> None:
    before = {p.name: p.read_bytes() for p in folder.iterdir()}
    with gathered(folder) as found:
        assert [p.name for p, _ in found.studies] == ["a.annotator", "b.annotator"]
        assert {x.name: x.labels is None for x in found.left} == {
            "broken.annotator": True, "copy.annotator": False, "other.annotator": False,
        }  # fmt: skip
        both = of_several(found, Wanted(aggregation="ignore"))
    one = looked(demo, Wanted(aggregation="ignore"))
    assert both.network().cells == {tie: 2 * w for tie, w in one.network().cells.items()}
    assert {m.document for m in both.mentions} == set(both.documents) & {m.document for m in both.mentions}
    assert [p.statements for p in both.parts] == [len(one.mentions)] * 2
    assert {p.name: p.read_bytes() for p in folder.iterdir()} == before


def test_the_command_line_takes_a_study_or_a_folder(
    demo: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "n.graphml"
    assert run(["network", str(folder), "-o", str(out), "--measures", "--json"], NO_WINDOW) == 0
    told = json.loads(capsys.readouterr().out)
    assert told == json.loads((tmp_path / "n.graphml.manifest.json").read_text(encoding="utf-8"))
    assert [s["name"] for s in told["several"]["studies"]] == ["a.annotator", "b.annotator"]
    assert len(told["several"]["left_out"]) == 3
    assert len(told["accounts"]) == 2
    assert sum(a["statements"] for a in told["accounts"]) == told["statements"]
    assert run(["network", str(demo), "--measures", "--window", "1 month"], NO_WINDOW) == 0
    shown = capsys.readouterr()
    assert "polarisation" in shown.out
    assert "holds " in shown.err
    for wrong in (["--isolates", "some"], ["--from", "soon"], ["--threshold", "-1"], ["--threshold", "nan"]):
        assert run(["network", str(demo), "--json", *wrong], NO_WINDOW) == 1
        assert capsys.readouterr().err.startswith("error: ")
    assert run(["network", str(tmp_path), "--json"], NO_WINDOW) == 1
    assert "no study lies in this folder" in capsys.readouterr().err
    assert run(["network", str(demo)], NO_WINDOW) == 2
    with Study.open(demo) as study, pytest.raises(BadInput, match="not a file of a network"):
        write_network(study, Wanted(), tmp_path / "n.png")
    assert builtin_codebook().key == told["codebook"]["key"]


def test_passages_of_several_studies_are_those_of_each(
    demo: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--layer", "claim", "--where", "claim.claim_type=prediction"]
    assert run(["passages", str(demo), *asked, "--json"], NO_WINDOW) == 0
    one = json.loads(capsys.readouterr().out)
    assert run(["passages", str(folder), *asked, "--json"], NO_WINDOW) == 0
    both = json.loads(capsys.readouterr().out)
    assert both["count"] == 2 * one["count"] == len(both["passages"])
    assert both["counts"] == {f: {k: 2 * n for k, n in v.items()} for f, v in one["counts"].items()}
    assert Counter(p["study"]["name"] for p in both["passages"]) == {
        "a.annotator": one["count"], "b.annotator": one["count"],
    }  # fmt: skip
    assert [a["here"] for a in both["accounts"]] == [one["account"]["here"]] * 2
    assert {x["name"] for x in both["several"]["left_out"]} == {"broken.annotator", "copy.annotator", "other.annotator"}
    out = tmp_path / "p.csv"
    assert run(["passages", str(folder), *asked, "-o", str(out)], NO_WINDOW) == 0
    assert "left out: other.annotator (0 labels)" in capsys.readouterr().err
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert Counter(r["study"] for r in rows) == {"a.annotator": one["count"], "b.annotator": one["count"]}
    assert run(["passages", str(folder), *asked, "-o", str(tmp_path / "p.docx")], NO_WINDOW) == 1
    assert "no such form" in capsys.readouterr().err
    assert run(["passages", str(folder), "--save", "Mine"], NO_WINDOW) == 2


def test_tables_of_several_studies_stand_side_by_side(
    demo: Path, folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["--by", "claim.claim_type"]
    assert run(["tables", str(demo), *asked, "--json"], NO_WINDOW) == 0
    one = json.loads(capsys.readouterr().out)
    out = tmp_path / "t.csv"
    assert run(["tables", str(folder), *asked, "--json", "-o", str(out)], NO_WINDOW) == 0
    both = json.loads(capsys.readouterr().out)
    assert [x["of"]["name"] for x in both["studies"]] == ["a.annotator", "b.annotator"]
    assert [x["rows"] for x in both["studies"]] == [one["rows"]] * 2
    assert len(both["several"]["left_out"]) == 3
    rows = list(csv.DictReader(out.open(encoding="utf-8", newline="")))
    assert Counter(r["study"] for r in rows) == {"a.annotator": len(one["rows"]), "b.annotator": len(one["rows"])}
    about = json.loads((tmp_path / "t.csv.manifest.json").read_text(encoding="utf-8"))
    assert about["several"] == both["several"]
    assert run(["tables", str(folder), *asked, "-o", str(tmp_path / "t.svg")], NO_WINDOW) == 1
    assert "no such form" in capsys.readouterr().err
    assert run(["tables", str(folder), *asked], NO_WINDOW) == 0
    shown = capsys.readouterr()
    assert "b.annotator:" in shown.out
    assert "left out: broken.annotator" in shown.err


def test_of_very_many_ties_the_heaviest_are_drawn_and_the_others_counted(
    demo: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = looked(demo, Wanted())
    whole = drawing(found, {})
    monkeypatch.setattr("annotator.services.networks.drawing.MOST", 5)
    few = drawing(found, {})
    assert whole.undrawn == 0
    assert (len(few.lines), few.undrawn) == (5, len(whole.lines) - 5)
    assert min(abs(w) for *_, w in few.lines) >= sorted((abs(w) for *_, w in whole.lines), reverse=True)[4]
    assert few.network == whole.network
    assert few.dots == whole.dots
