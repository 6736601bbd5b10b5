"""Reports: the same bytes for the same study and seed, every figure in them, and the ratings behind them."""

from __future__ import annotations

import csv
import io
import json
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from annotator.domain.commands import AddAnnotation, SetDocumentState
from annotator.services.agreement.external_ratings import table_agreement
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.report import write_report
from annotator.services.agreement.request import Question
from annotator.services.demo import make_demo_study
from annotator.services.study import Study
from annotator.store.places import Place
from tests.codebooks import everything
from tests.studies import statement, study_at

QUESTION = Question(bootstrap=40, seed=3)


def plain_pdf(html: str, title: str) -> bytes:
    from annotator.qt.toolkit.printing import unseen_pdf

    return unseen_pdf(html, title)


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    path = tmp_path_factory.mktemp("reports") / "demo.annotator"
    make_demo_study(path)
    with Study.open(path) as study:
        return path, study_agreement(study, QUESTION)


def written(demo: tuple[Path, dict[str, Any]], out: Path) -> bytes:
    with Study.open(demo[0]) as study:
        write_report(study, QUESTION, demo[1], out, plain_pdf)
    return out.read_bytes()


@pytest.mark.parametrize("ending", ["html", "pdf", "xlsx", "csv", "zip"])
def test_the_same_study_and_seed_give_the_same_bytes_at_any_time(
    demo: tuple[Path, dict[str, Any]], tmp_path: Path, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = written(demo, tmp_path / f"a.{ending}")
    real = time.time
    monkeypatch.setattr(time, "time", lambda: real() + 90_000)
    assert written(demo, tmp_path / f"b.{ending}") == first


def test_a_pdf_says_nothing_of_its_moment_and_can_be_read(demo: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    reader = PdfReader(io.BytesIO(written(demo, tmp_path / "r.pdf")))
    assert reader.metadata is not None
    assert reader.metadata["/CreationDate"].startswith("D:19800101000000")
    text = "".join(p.extract_text().replace("\t", " ") for p in reader.pages)
    assert "How this was computed" in text
    assert "Passonneau" in text or "Krippendorff" in text


def test_every_figure_is_in_the_workbook(demo: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    written(demo, tmp_path / "r.xlsx")
    book = load_workbook(tmp_path / "r.xlsx")
    head, *rows = book["Coefficients"].iter_rows(values_only=True)
    name, value, reason, cited = (head.index(h) for h in ("Name", "Value", "Undefined because", "Source"))
    expected = [(n, e["value"], e["undefined"]) for a in demo[1]["attributes"] for n, e in a["coefficients"].items()]
    assert [(r[name], r[value], r[reason]) for r in rows] == [
        (n, None if v is None else pytest.approx(v), u) for n, v, u in expected
    ]
    assert all(r[cited] for r in rows)
    text = "\n".join(str(c[0]) for c in book["Method"].iter_rows(values_only=True))
    for part in ("40 resamples", "seed 3", "above 0.5", *demo[1]["coders"]):
        assert part in text
    assert {"Pairs", "Documents", "Time", "Codebook versions", "Prevalence", "Matrices", "Ratings"} <= set(
        book.sheetnames
    )


def test_ratings_give_the_figures_again(demo: tuple[Path, dict[str, Any]], tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(written(demo, tmp_path / "r.zip"))) as archive:
        archive.extractall(tmp_path)
    listed = list(csv.DictReader((tmp_path / "tables.csv").open(encoding="utf-8")))
    assert len(listed) == len(demo[1]["attributes"])
    for entry, part in zip(listed, demo[1]["attributes"], strict=True):
        found = table_agreement(tmp_path / entry["file"], "nominal", None, 0, 1)
        assert (found.units, found.values) == (part["units"], part["values"])
        key = "krippendorff_alpha" if part["level"] == "nominal" else "krippendorff_alpha_nominal"
        expected = part["coefficients"][key]["value"]
        assert found.coefficients["krippendorff_alpha"].value == (expected and pytest.approx(expected))
    long = list(csv.DictReader(io.StringIO(written(demo, tmp_path / "r.csv").decode())))
    assert len(long) == sum(a["values"] for a in demo[1]["attributes"])


def test_parts_add_up_to_the_whole(demo: tuple[Path, dict[str, Any]]) -> None:
    for a in demo[1]["attributes"]:
        assert a["main"] in a["coefficients"]
        assert set(a["sources"]) == set(a["coefficients"])
        assert sum(p["count"] for p in a["prevalence"]) == a["values"]
        parts = [a["by_document"], a["by_version"]]
        for rows in parts:
            assert a["level"] != "nominal" or sum(r["units"] for r in rows) == a["units"]
            for r in rows:
                assert (r["main"] is None) == bool(r["undefined"])
        shares = [d["percent_agreement"] for d in a["by_document"]]
        assert shares == sorted(shares)


def labelled(study: Study, who: str, values: dict[str, Any], layer: str) -> None:
    coder, document = study.coder(who).id, study.documents()[0].id
    fragments = ((22, 33),) if layer != "article" else ()
    study.coding.apply(
        AddAnnotation(
            coder_id=coder, document_id=document, layer=layer, id=study.ids(), fragments=fragments, values=values
        )
    )


def test_one_unit_and_nothing_in_common_never_raise(place: Place, tmp_path: Path) -> None:
    with study_at(place) as study:
        statement(study, "Ada")
        for d in study.documents():
            study.coding.apply(SetDocumentState(coder_id=study.coder("Ben").id, document_id=d.id, state="done"))
        nothing = study_agreement(study, QUESTION)
        assert nothing["attributes"] == []
        for ending in ("html", "pdf", "xlsx", "csv", "zip"):
            write_report(study, QUESTION, nothing, tmp_path / f"none.{ending}", plain_pdf)
        statement(study, "Ben")
        one = study_agreement(study, QUESTION)
        assert one["attributes"]
        json.dumps(one, allow_nan=False)
        for ending in ("html", "pdf", "xlsx", "csv", "zip"):
            write_report(study, QUESTION, one, tmp_path / f"one.{ending}", plain_pdf)


def test_each_type_is_compared_by_what_it_declares(tmp_path: Path) -> None:
    wanted = {"choices": "_masi", "tree": "_tree"}
    values: dict[str, tuple[Any, Any]] = {}
    layer = everything().layer("claim")
    for a in layer.attributes:
        if a.type == "choices":
            values[a.key] = ([a.values[0].key], [v.key for v in a.values[:2]])
        elif a.type == "tree":
            leaves = [c.key for b in a.values for c in (b.children or (b,))]
            values[a.key] = (leaves[0], leaves[1])
        elif a.type == "number":
            values[a.key] = (1, 3)
        elif a.type == "date":
            values[a.key] = ("2031-01-01", "2031-01-08")
    assert values
    with study_at(tmp_path / "s.annotator") as study:
        for place, who in enumerate(("Ada", "Ben")):
            labelled(study, who, {k: v[place] for k, v in values.items()}, "claim")
        found = {a["attribute"]: a for a in study_agreement(study, QUESTION)["attributes"]}
    for a in layer.attributes:
        if a.key in values:
            assert found[a.key]["main"] == "krippendorff_alpha" + wanted.get(a.type, "")
            assert found[a.key]["level"] == ("interval" if a.type in ("number", "date") else "nominal")
            if a.type in ("number", "date"):
                assert {"icc_1", "icc_a1", "icc_c1"} <= set(found[a.key]["coefficients"])
