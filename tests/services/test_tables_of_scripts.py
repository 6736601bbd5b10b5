"""Records as tables, networks and queries in Python, the notebook, and the script in R."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

import networkx
import polars
import pytest

import annotator
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.services.demo import make_demo_study
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import network_of
from annotator.services.scripting.tables import arrow_table
from annotator.services.search.labelled import Asked
from annotator.services.search.saved import save
from annotator.services.study import Study
from annotator.store.places import DatabaseUrl
from tests.studies import statement, study_at

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    with Study.open(path) as study:
        save(study, "Claims", Asked("claim"))
    return path


def test_columns_keep_their_kind() -> None:
    rows = [
        {"a": True, "b": 1, "c": 1, "d": "x", "e": ["x"], "f": {"k": [1]}, "g": 2**70, "h": "x\ud800"},
        {"a": None, "b": 2, "c": 0.5, "d": 3, "e": [], "f": [1], "g": 1, "i": None},
    ]
    table = arrow_table(rows, ["z"])
    kinds = dict(zip(table.schema.names, (str(f.type) for f in table.schema), strict=True))
    assert kinds == {
        "z": "string", "a": "bool", "b": "int64", "c": "double", "d": "string", "e": "list<item: string>",
        "f": "string", "g": "string", "h": "string", "i": "string",
    }  # fmt: skip
    told = table.to_pylist()
    assert told[0]["f"] == '{"k": [1]}'
    assert told[1]["d"] == "3"
    assert told[1]["z"] is None
    assert told[0]["g"] == str(2**70)


def test_every_kind_of_records_makes_the_same_table_three_ways(demo: Path) -> None:
    with annotator.open(demo) as study:
        network = study.networks(window="1 month")
        kinds = (
            study.articles, study.labels, study.statements, study.entities, study.gold, network.nodes, network.ties,
            network.over_time, study.passages(layer="claim").records, study.agreement(layer="claim").records,
        )  # fmt: skip
        for records in kinds:
            rows = [dict(r) for r in records]
            arrow, frame, pandas = records.to_arrow(), records.to_polars(), records.to_pandas()
            assert arrow.num_rows == len(frame) == len(pandas) == len(rows)
            assert frame.columns == arrow.schema.names
            for row, told in zip(rows, arrow.to_pylist(), strict=True):
                for key, value in row.items():
                    if isinstance(value, str | bool | int | float) or value is None:
                        assert told[key] in (value, str(value)) or told[key] == value
        assert isinstance(study.statements.to_polars(), polars.DataFrame)
        assert study.gold.to_arrow().schema.names[:2] == ["id", "layer"]


def test_networks_are_those_of_the_command_line(demo: Path) -> None:
    with Study.open(demo) as study:
        told = network_of(study, Wanted("actors", window="1 month")).as_json()
    with annotator.open(demo) as opened:
        found = opened.networks("actors", window="1 month")
        assert found == told
        assert [m.polarisation for m in found.over_time] == [m["polarisation"] for m in told["over_time"]]
        with pytest.raises(ValueError, match="several windows"):
            found.to_networkx()
        whole = opened.networks(aggregation="ignore", coders="Ada, Ben", measures=False)
        assert whole["coders"] == ["Ada", "Ben"]
        graph = whole.to_networkx()
        assert networkx.is_bipartite(graph)
        assert {n["mode"] for n in graph.nodes.values()} == {"actor", "concept"}
        assert sum(w for _, _, w in graph.edges(data="weight")) == whole["statements"]
        with pytest.raises(BadInput):
            opened.networks("triangles")
        with pytest.raises(BadInput, match="name is empty"):
            opened.networks(coders="Ada,")


def test_queries_that_the_study_keeps(demo: Path) -> None:
    with annotator.open(demo) as study:
        assert study.queries == ["Claims"]
        found = study.passages(query="Claims")
        assert found["count"] == len(found.records) == Counter(r.layer for r in study.labels)["claim"]
        assert {r.layer for r in found.records} == {"claim"}


def test_a_library_that_is_not_there_is_told(demo: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with annotator.open(demo) as study, pytest.raises(AnnotatorError, match="polars is not installed"):
        study.articles.to_polars()


def test_a_study_in_a_database_is_read_as_of_one_moment(database: DatabaseUrl) -> None:
    with study_at(database, documents=2) as study:
        statement(study)
        with annotator.open(database.url) as opened:
            before = [dict(r) for r in opened.labels]
            assert before
            statement(study, "Ben")
            assert [dict(r) for r in opened.labels] == before
            assert opened.id == study.id
            assert len(opened.articles) == 2
        with annotator.open(database.url) as opened:
            assert len(opened.labels) > len(before)


def test_the_notebook_runs(demo: Path, tmp_path: Path) -> None:
    """Each cell in its turn, its last expression shown as a notebook shows it."""
    shutil.copy(demo, tmp_path / "study.annotator")
    book = json.loads((EXAMPLES / "study.ipynb").read_text(encoding="utf-8"))
    assert book["nbformat"] == 4
    assert not any(c.get("outputs") for c in book["cells"])
    cells = ["".join(c["source"]) for c in book["cells"] if c["cell_type"] == "code"]
    (tmp_path / "cells.json").write_text(json.dumps(cells), encoding="utf-8")
    runner = (
        "import ast, json\n"
        "names = {}\n"
        "for cell in json.load(open('cells.json', encoding='utf-8')):\n"
        "    tree = ast.parse(cell)\n"
        "    last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None\n"
        "    exec(compile(tree, 'cell', 'exec'), names)\n"
        "    if last is not None:\n"
        "        print(repr(eval(compile(ast.Expression(last.value), 'cell', 'eval'), names)))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", runner], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", timeout=120
    )
    assert done.returncode == 0, done.stderr
    assert "12 articles, 936 labels" in done.stdout
    assert "polarisation" in done.stdout
    assert "Graph with" in done.stdout


def test_the_script_in_r_says_the_same_as_python(demo: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.skip("R is not installed: apt-get install r-base-core r-cran-dbi r-cran-rsqlite")
    have = 'cat(all(sapply(c("DBI", "RSQLite"), requireNamespace, quietly = TRUE)))'
    asked = subprocess.run([rscript, "-e", have], capture_output=True, text=True, timeout=60)
    if asked.stdout != "TRUE":
        pytest.skip("R has no DBI and RSQLite: apt-get install r-cran-dbi r-cran-rsqlite")
    done = subprocess.run(
        [rscript, "--vanilla", EXAMPLES / "statements.R", demo],
        capture_output=True, text=True, encoding="utf-8", timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "mixed type" not in done.stderr
    with annotator.open(demo) as study:
        rows = list(study.statements)
        targets: dict[str, list[float]] = {}
        for r in rows:
            for name in r.get("about.target.entity") or []:
                if isinstance(r.get("about.stance"), int | float):
                    targets.setdefault(name, []).append(r["about.stance"])
        off = Counter(r.get("about.stance") for r in rows if isinstance(r.get("about.stance"), str))
        said = {(r.statement, name) for r in rows for name in r.get("said_by.speaker.entity") or []}
    assert f"statements: {len({r.statement for r in rows})}" in done.stdout
    for name, values in sorted(targets.items(), key=lambda x: -len(x[1]))[:3]:
        line = next(x for x in done.stdout.splitlines() if name in x)
        assert line.split()[-2] == str(len(values))
        assert float(line.split()[-1]) == pytest.approx(sum(values) / len(values), abs=1e-4)
    for answer, n in off.items():
        assert any(x.split()[1:] == [answer, str(n)] for x in done.stdout.splitlines())
    most = Counter(name for _, name in said).most_common(1)[0]
    assert str(most[1]) in done.stdout
