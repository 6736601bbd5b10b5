"""Notes of a report: numbered once, under the figures that they are of, referred to from the table."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import pytest

from annotator.cli.app import run
from annotator.services.agreement.notes_by_section import noted
from annotator.services.demo import make_demo_study
from tests.cli.test_contract import Seen


def test_notes_are_numbered_once_and_referred_to_by_the_attributes_they_name() -> None:
    figures = {
        "attributes": [{"layer": "claim", "attribute": a} for a in ("kind", "kind_of", "sure")],
        "notes": ["all of it", "few: claim.kind (3), claim.sure (4)", "claim.kind_of: so; claim.kinder.kind too"],
    }
    labels = {("claim", "kind"): ("Claim", "Kind"), ("claim", "kind_of"): ("Claim", "Kind of"),
              ("claim", "sure"): ("Claim", "Sure")}  # fmt: skip
    found = noted(figures, labels)
    assert [(n.number, n.text) for n in found.values] == [
        (1, "Few: Claim: Kind (3), Claim: Sure (4)"),
        (2, "Claim: Kind of: so; claim.kinder.kind too"),
    ]
    assert [(n.number, n.text) for n in found.others] == [(3, "All of it")]
    assert [found.marks("claim", a) for a in ("kind", "kind_of", "sure")] == ["1", "2", "1"]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("notes") / "demo.annotator"
    make_demo_study(path)
    return path


def test_figures_come_first_and_plots_save_as_png(demo: Path, tmp_path: Path) -> None:
    for ending in ("html", "zip", "png"):
        assert run(["agreement", str(demo), "-o", str(tmp_path / f"r.{ending}")], Seen()) == 0
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    places = [page.index(f"<h2>{x}") for x in ("Values and links", "Passages", "Attribute by attribute", "What is in")]
    assert places == sorted(places)
    assert page.index("Notes on these figures") < places[1]
    assert page.count("1. Fewer than 50 units") == 1
    assert (tmp_path / "r.png").read_bytes().startswith(b"\x89PNG")
    with zipfile.ZipFile(tmp_path / "r.zip") as held:
        names = held.namelist()
        drawn = [n.removesuffix(".svg") for n in names if n.endswith(".svg")]
        assert len(drawn) > 5
        assert all(f"{n}.png" in names for n in drawn)
        assert held.read(f"{drawn[0]}.png").startswith(b"\x89PNG")
        rows = list(csv.DictReader(io.StringIO(held.read("ratings.csv").decode())))
        read = list(csv.DictReader(io.StringIO(held.read("categories.csv").decode())))
    stance = [r for r in rows if r["attribute"] == "stance"]
    assert {(r["layer_name"], r["attribute_name"]) for r in stance} == {("About", "Stance towards the target")}
    assert {r["value_name"] for r in stance if r["value"] == "-2"} == {"−2 strongly against"}
    assert all(r["document_name"].startswith(f"{r['document']}. ") for r in rows)
    assert all(r["document_id"] and r["coder_id"] for r in rows)
    who = [r for r in rows if (r["layer"], r["attribute"]) == ("about", "holder")]
    assert all(r["value_name"] != r["value"] for r in who), "entities by name"
    assert {r["file"] for r in read} <= set(names)
