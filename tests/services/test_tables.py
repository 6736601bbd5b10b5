"""Tables of what was coded: the same figures by SQL, pandas, SciPy and statsmodels; plots and files have all."""

from __future__ import annotations

import csv
import json
import math
import sqlite3
import unicodedata
from collections.abc import Iterator
from itertools import combinations, product
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
import scipy.stats
from statsmodels.stats.contingency_tables import Table as Contingency

from annotator.agreement.over_coders import interval
from annotator.cli.app import run
from annotator.domain.conditions import All, Test
from annotator.domain.errors import BadInput
from annotator.services.codebooks.gallery import add_example, gallery, gallery_codebook
from annotator.services.demo import make_demo_study
from annotator.services.search.labelled import Asked, look, understood
from annotator.services.study import Study
from annotator.services.tables.answering import answer
from annotator.services.tables.grids import foot, grid, table_as_json
from annotator.services.tables.over_time import period
from annotator.services.tables.plot import Box, Dot, plot, plot_svg
from annotator.services.tables.questions import QUESTIONS, choices, possible, wanted
from annotator.services.tables.records import Counts, Course, CrossTable, Period, Together, Wanted
from tests.cli.test_contract import Seen


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    return path


@pytest.fixture(scope="module")
def study(demo: Path) -> Iterator[Study]:
    with Study.open(demo) as study:
        yield study


@pytest.fixture(scope="module")
def frame(demo: Path) -> pd.DataFrame:
    """The public view of statements: one row for each of a statement's links."""
    connection = sqlite3.connect(demo)
    found = pd.read_sql("SELECT * FROM statements", connection)
    connection.close()
    return found


def test_counts_are_those_of_sql(study: Study, demo: Path) -> None:
    made = answer(study, Wanted(of="counts", by=("claim.topic",))).table
    assert isinstance(made, Counts)
    connection = sqlite3.connect(demo)
    query = """SELECT "claim.topic", count(DISTINCT statement), count(DISTINCT document_number) FROM statements
        WHERE "claim.topic" IS NOT NULL GROUP BY 1"""
    told = {key: (n, articles) for key, n, articles in connection.execute(query)}
    connection.close()
    assert {r.value.key: (r.n, r.articles) for r in made.rows} == told
    total = sum(n for n, _ in told.values())
    assert made.valued == total
    assert math.isclose(sum(r.share for r in made.rows), 1.0)
    assert all(sum(r.by_coder) == r.n for r in made.rows)


def test_a_cross_table_is_that_of_pandas_and_its_residuals_those_of_statsmodels(
    study: Study, frame: pd.DataFrame
) -> None:
    made = answer(study, Wanted(of="cross", by=("outlet", "claim.claim_type"))).table
    assert isinstance(made, CrossTable)
    once = frame.drop_duplicates("statement").dropna(subset=["publisher", "claim.claim_type"])
    told = pd.crosstab(once["publisher"], once["claim.claim_type"])
    mine = pd.DataFrame(
        [[c.n for c in row] for row in made.cells],
        index=[v.key for v in made.rows],
        columns=[v.key for v in made.columns],
    )
    pd.testing.assert_frame_equal(mine.sort_index().sort_index(axis=1), told, check_names=False)
    table = Contingency(mine.to_numpy(), shift_zeros=False)
    residuals = [[c.residual for c in row] for row in made.cells]
    assert np.allclose(residuals, table.standardized_resids)
    chi2, _, degrees, expected = scipy.stats.chi2_contingency(mine.to_numpy(), correction=False)
    assert made.chi2 == pytest.approx(chi2)
    assert made.degrees == degrees
    assert np.allclose([[c.expected for c in row] for row in made.cells], expected)
    v = scipy.stats.contingency.association(mine.to_numpy(), method="cramer")
    assert made.cramers_v == pytest.approx(v)


def test_who_says_what_counts_each_speaker_of_a_statement(study: Study, frame: pd.DataFrame) -> None:
    made = answer(study, Wanted(of="cross", by=("said_by.speaker", "claim.topic"))).table
    assert isinstance(made, CrossTable)
    told: dict[tuple[str, str], set[str]] = {}
    for row in frame.to_dict("records"):
        who = row["said_by.speaker.entity"] or row["said_by.speaker"]
        if isinstance(who, str) and isinstance(row["claim.topic"], str):
            for one in who.split(" | "):
                told.setdefault((one, row["claim.topic"]), set()).add(row["statement"])
    mine = {
        (r.key, c.key): cell.n
        for r, cells in zip(made.rows, made.cells, strict=True)
        for c, cell in zip(made.columns, cells, strict=True)
        if cell.n
    }
    assert mine == {k: len(v) for k, v in told.items()}


def test_means_and_shares_over_time_are_those_of_pandas(study: Study, frame: pd.DataFrame) -> None:
    made = answer(study, Wanted(of="course", by=("about.stance",), group="about.target", measure="mean")).table
    assert isinstance(made, Course)
    links = frame.drop_duplicates(["statement", "about.target.entity", "about.stance"]).copy()
    links["number"] = pd.to_numeric(links["about.stance"], errors="coerce")
    links["month"] = links["published"].str[:7]
    means = links.dropna(subset=["number", "month", "about.target.entity"])
    told = means.groupby(["about.target.entity", "month"])["number"].agg(["mean", "count"])
    mine = {(p.group.key, p.period): (p.value, p.n) for p in made.points if p.group and p.n}
    assert mine.keys() == set(told.index)
    for key, (value, n) in mine.items():
        assert (value, n) == (pytest.approx(told.loc[key, "mean"]), told.loc[key, "count"])
    shares = answer(study, Wanted(of="course", by=("claim.topic",), period="month")).table
    assert isinstance(shares, Course)
    once = frame.drop_duplicates("statement").dropna(subset=["claim.topic", "published"])
    expected = pd.crosstab(once["published"].str[:7], once["claim.topic"], normalize="index")
    for p in shares.points:
        assert p.group is not None
        assert p.value == pytest.approx(expected.loc[p.period, p.group.key])


def test_what_stands_together_is_what_a_count_by_hand_finds(study: Study, demo: Path) -> None:
    for within in ("statement", "paragraph", "article"):
        made = answer(study, Wanted(of="together", by=("claim.topic",), within=within)).table  # type: ignore[arg-type]
        assert isinstance(made, Together)
        units: dict[Any, set[str]] = {}
        for p in look(study, Asked("claim")).passages:
            a = p.annotation
            if "topic" not in a.values:
                continue
            text = study.text(a.document_id)
            places: list[Any] = [a.id] if within == "statement" else [(a.coder_id, a.document_id)]
            if within == "paragraph":
                touched = {text[:at].count("\n\n") for s, e in a.fragments for at in range(s, e)}
                places = [(a.coder_id, a.document_id, k) for k in touched]
            for place in places:
                units.setdefault(place, set()).add(a.values["topic"])
        told = {}
        for values in units.values():
            for pair in combinations(sorted(values), 2):
                told[pair] = told.get(pair, 0) + 1
        assert {(t.first.key, t.second.key): t.n for t in made.ties} == told
        assert made.units == len(units)
        for t in made.ties:
            having = [sum(k in values for values in units.values()) for k in (t.first.key, t.second.key)]
            assert (t.first_n, t.second_n) == tuple(having)
            assert t.jaccard == pytest.approx(t.n / (sum(having) - t.n))
            assert t.lift == pytest.approx((t.n / len(units)) / (having[0] / len(units) * having[1] / len(units)))


def test_values_of_two_fields_stand_together_and_open_in_their_articles(study: Study) -> None:
    wanted_ = Wanted(of="together", by=("said_by.speaker", "claim.topic"), within="article")
    made = answer(study, wanted_)
    assert isinstance(made.table, Together)
    units: dict[Any, tuple[set[str], set[str]]] = {}
    for p in look(study, Asked()).passages:
        who, what = units.setdefault((p.annotation.coder_id, p.annotation.document_id), (set(), set()))
        who |= {v for row in p.rows for v in row.get("said_by.speaker", ())}
        what |= {v for row in p.rows for v in row.get("claim.topic", ())}
    told: dict[tuple[str, str], int] = {}
    for who, what in units.values():
        for pair in product(who, what):
            told[pair] = told.get(pair, 0) + 1
    assert {(t.first.key, t.second.key): t.n for t in made.table.ties} == told
    tie = made.table.ties[0]
    found = look(study, Asked(condition=tie.condition)).passages
    both = {k for k, (who, what) in units.items() if tie.first.key in who and tie.second.key in what}
    assert {(p.annotation.coder_id, p.annotation.document_id) for p in found} >= both
    assert {p.annotation.document_id for p in found} == {document for _, document in both}


def test_each_figure_opens_just_its_labels(study: Study) -> None:
    asked = Asked(condition=understood(study, ["about.target=Harbour deepening"]))
    for of in (
        Wanted(of="counts", by=("said_by.speaker",), passages=asked),
        Wanted(of="cross", by=("said_by.speaker", "claim.topic"), passages=asked),
        Wanted(of="course", by=("claim.topic",), measure="count", period="quarter", passages=asked),
        Wanted(of="course", by=("claim.topic",), measure="count", period="week", passages=asked),
        Wanted(of="course", by=("claim.topic",), measure="count", period="year", passages=asked),
    ):
        made = grid(answer(study, of))
        n = next(i for i, c in enumerate(made.columns) if c.key == "n")
        for row, condition in zip(made.rows[:12], made.conditions, strict=False):
            found = look(study, Asked(condition=All((asked.condition, condition)))).passages
            assert len(found) == row[n], (of, row)


def test_coders_are_compared_on_articles_that_they_have_in_common(study: Study) -> None:
    made = answer(study, Wanted(of="counts", by=("claim.topic",)))
    assert made.basis.spread_coders == ("Ada", "Ben")
    assert isinstance(made.table, Counts)
    shares: dict[str, dict[str, float]] = {}
    common = {d.id for d in study.documents() if all(d.id in _coded(study, c) for c in ("Ada", "Ben"))}
    for coder in ("Ada", "Ben"):
        claims = [
            a
            for a in study.annotations()
            if a.layer == "claim" and a.coder_id == study.coder(coder).id and a.document_id in common
        ]
        valued = [a.values["topic"] for a in claims if "topic" in a.values]
        shares[coder] = {k: valued.count(k) / len(valued) for k in valued}
    assert made.basis.spread_articles == len(common)
    for row in made.table.rows:
        assert row.spread is not None
        both = [shares[c].get(row.value.key, 0.0) for c in ("Ada", "Ben")]
        assert (row.spread.low, row.spread.high) == (pytest.approx(min(both)), pytest.approx(max(both)))


def _coded(study: Study, coder: str) -> set[str]:
    key = study.coder(coder).id
    done = {d for d, state in study.document_states(key).items() if state == "done"}
    return done | {a.document_id for a in study.annotations() if a.coder_id == key}


def test_reliability_stands_beside_and_is_that_of_the_agreement_report(
    study: Study, demo: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = answer(study, Wanted(of="cross", by=("said_by.speaker", "claim.claim_type")))
    assert run(["agreement", str(demo), "--json"], Seen()) == 0
    report = json.loads(capsys.readouterr().out)
    for agreed in made.basis.agreed:
        layer, _, key = agreed.field.partition(".")
        (part,) = (p for p in report["attributes"] if (p["layer"], p["attribute"]) == (layer, key))
        told = part["coefficients"][part["main"]]
        assert (agreed.value, agreed.low, agreed.high, agreed.n) == tuple(
            told[k] for k in ("value", "low", "high", "n")
        )
    assert len(made.basis.agreed) == 2
    lines = " ".join(foot(made))
    spans = next(p for p in report["spans"] if p["layer"] == "claim")
    f1 = [p["overlap"]["f1"] for p in spans["pairs"]]
    (marked,) = made.basis.marked
    assert (marked.layer, marked.low, marked.high, marked.pairs) == ("Claim", min(f1), max(f1), len(f1))
    for word in ("Ada, Ben, Chidi", "Krippendorff", "7 not complete", "codebook claims 1", "chi²"):
        assert word in lines


def test_an_interval_over_coders_is_students() -> None:
    values = [0.2, 0.35, 0.3, None]
    there = [v for v in values if v is not None]
    low, high = scipy.stats.t.interval(0.95, 2, loc=np.mean(there), scale=scipy.stats.sem(there))
    assert interval(values) == (pytest.approx(low), pytest.approx(high))
    assert interval([0.2, 0.3]) is None


@pytest.mark.parametrize(
    ("day", "of", "told"),
    [
        ("2031-02-03", "quarter", "2031-Q1"),
        ("2031-12", "quarter", "2031-Q4"),
        ("2031", "quarter", None),
        ("2031", "year", "2031"),
        ("2031-01-01", "week", "2031-W01"),
        ("2030-12-31", "week", "2031-W01"),
        ("2031-02", "day", None),
        (None, "month", None),
    ],
)
def test_periods(day: str | None, of: Period, told: str | None) -> None:
    assert period(day, of) == told


def test_every_question_of_the_codebook_has_an_answer_and_a_plot(study: Study) -> None:
    held = choices(study.codebook)
    assert held.target == "about.target"
    assert len(possible(study.codebook)) == len(QUESTIONS) == 10
    for q in possible(study.codebook):
        for target in (None, "Harbour deepening"):
            made = answer(study, wanted(study.codebook, q.key, Asked(), target=target))
            drawn, held_rows = plot(made), grid(made).rows
            rows = [s.row for s in drawn.shapes if isinstance(s, (Box, Dot)) and s.row is not None]
            assert rows, q.key
            assert len(set(rows)) == len(rows)
            assert set(rows) <= set(range(len(held_rows)))
            svg = ElementTree.fromstring(plot_svg(made, foot(made)))
            words = " ".join(t.text or "" for t in svg.iter("{http://www.w3.org/2000/svg}text"))
            assert "Ada, Ben, Chidi" in words
            json.dumps(table_as_json(made))


def test_files_have_the_rows_of_the_table(demo: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = ["tables", str(demo), "--question", "who_says_what", "--target", "Harbour deepening"]
    assert run([*ask, "--json"], Seen()) == 0
    told = json.loads(capsys.readouterr().out)
    for ending in ("csv", "json", "svg", "png", "pdf"):
        assert run([*ask, "-o", str(tmp_path / f"t.{ending}")], Seen()) == 0
    with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(r["row"], r["column"], int(r["n"])) for r in rows] == [
        (r["row"], r["column"], r["n"]) for r in told["rows"]
    ]
    assert sum(r["n"] for r in told["rows"]) == told["total"]
    manifest = json.loads((tmp_path / "t.csv.manifest.json").read_text(encoding="utf-8"))
    assert manifest["reliability"] == told["reliability"]
    assert manifest["account"] == told["account"]
    assert (tmp_path / "t.png").read_bytes().startswith(b"\x89PNG")
    pypdf = pytest.importorskip("pypdf")
    page = unicodedata.normalize("NFKC", pypdf.PdfReader(str(tmp_path / "t.pdf")).pages[0].extract_text())
    page = page.replace("\t", " ")
    assert "Bram Tesselaar" in page
    assert "Krippendorff" in page
    assert run([*ask, "-o", str(tmp_path / "t.exe")], Seen()) == 1


def test_what_is_off_is_refused_in_words(study: Study, demo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    alone = answer(study, Wanted(of="together", by=("claim.claim_type",)))
    assert any("has two of these values" in x for x in alone.notes)
    for off in (
        Wanted(of="counts", by=("claim.nothing",)),
        Wanted(of="cross", by=("claim.topic",)),
        Wanted(of="cross", by=("claim.topic", "claim.topic")),
        Wanted(of="course", by=("claim.topic",), measure="mean"),
        Wanted(of="course", by=("claim.topic",), group="coder"),
        Wanted(of="pie", by=("claim.topic",)),  # type: ignore[arg-type]
        Wanted(of="counts", by=("claim.topic",), passages=Asked(condition=Test("coder", "=", "Zoe"))),
    ):
        with pytest.raises(BadInput):
            answer(study, off)
    assert run(["tables", str(demo), "--question", "why"], Seen()) == 1
    assert "who_says_what" in capsys.readouterr().err
    assert run(["tables", str(demo), "--questions"], Seen()) == 0
    assert "together" in capsys.readouterr().out


@pytest.mark.parametrize("name", [g.name for g in gallery()])
def test_questions_fit_every_codebook_of_the_gallery(name: str, tmp_path: Path) -> None:
    codebook = gallery_codebook(name)
    asked = possible(codebook)
    assert {"what", "together", "over_time"} <= {q.key for q in asked}
    with Study.create(tmp_path / "s.annotator", codebook, "Empty") as study:
        study.ensure_coder("Ada")
        for q in asked:
            with pytest.raises(BadInput, match="no label was found"):
                answer(study, wanted(codebook, q.key, Asked()))
        add_example(study, name)
        for q in asked:
            made = answer(study, wanted(codebook, q.key, Asked()))
            plot_svg(made, foot(made))
        counted = answer(study, wanted(codebook, "what", Asked())).table
        assert isinstance(counted, Counts)
        assert counted.valued + counted.missing == len(look(study, Asked()).passages)


def test_settled_labels_have_figures_and_the_reliability_of_what_they_were_settled_from(tmp_path: Path) -> None:
    make_demo_study(tmp_path / "s.annotator")
    assert run(["gold", "majority", str(tmp_path / "s.annotator"), "--by", "Ada"], Seen()) == 0
    with Study.open(tmp_path / "s.annotator") as study:
        made = answer(study, Wanted(of="counts", by=("claim.topic",), passages=Asked(whose="gold")))
        assert isinstance(made.table, Counts)
        assert made.basis.gold
        assert made.table.valued > 0
        assert all(r.spread is None for r in made.table.rows)
        assert made.basis.agreed[0].value is not None
        lines = " ".join(foot(made))
        assert "settled labels" in lines
        assert "of no single coder" in lines
