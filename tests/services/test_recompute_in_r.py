"""The script in the archive of ratings computes every coefficient of the report anew, in R."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.report import write_report
from annotator.services.agreement.request import Question
from annotator.services.demo import make_demo_study
from annotator.services.study import Study


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[dict[str, Any]]]:
    folder = tmp_path_factory.mktemp("r")
    make_demo_study(folder / "demo.annotator")
    counted = Question(unmatched="disagreement")
    told = []
    for name, question in (("plain", Question()), ("counted", counted)):
        with Study.open(folder / "demo.annotator") as study:
            figures = study_agreement(study, question)
            write_report(study, question, figures, folder / f"{name}.zip")
        with zipfile.ZipFile(folder / f"{name}.zip") as held:
            held.extractall(folder / name)
        told.append(figures)
    return folder, told


def test_every_coefficient_is_listed_with_what_it_rests_on(archive: tuple[Path, list[dict[str, Any]]]) -> None:
    folder, told = archive
    for name, figures in zip(("plain", "counted"), told, strict=True):
        here = folder / name / "recompute"
        rows = list(csv.DictReader((here / "figures.csv").open(encoding="utf-8")))
        expected = [
            (a["layer"], a["attribute"], n, e["value"])
            for a in figures["attributes"]
            for n, e in a["coefficients"].items()
        ]
        assert [
            (r["layer"], r["attribute"], r["coefficient"], float(r["value"]) if r["value"] else None) for r in rows
        ] == expected
        assert all((here / r["table"]).exists() for r in rows)
        assert all((here / r["distances"]).exists() for r in rows if r["distances"])
        assert all(r["layer_label"] and r["attribute_label"] for r in rows)
        assert (folder / name / "plots" / "agreement.svg").read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize("name", ["plain", "counted"])
def test_r_computes_the_same(archive: tuple[Path, list[dict[str, Any]]], name: str) -> None:
    program = shutil.which("Rscript")
    if program is None:
        pytest.skip("R is not installed here (apt install r-base-core)")
    here = archive[0] / name / "recompute"
    script = str(here / "recompute.R")
    done = subprocess.run([program, "--vanilla", script], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert " 0 differ" in done.stdout
    figures, ends = (int(n) for n in re.findall(r"(\d+) figures and (\d+) intervals", done.stdout)[0])
    told = list(csv.DictReader((here / "figures.csv").open(encoding="utf-8")))
    assert (figures, ends) == (len(told), sum(bool(r["low"]) for r in told))
    assert ends > 100
    assert "Not computed here: figures on passages" in done.stdout
    rows = (here / "figures.csv").read_text(encoding="utf-8").splitlines()
    cells = list(csv.reader(rows))
    cells[1][7] = "0.123456"
    other = next(row for row in cells[2:] if row[8] not in ("", "1") and row[9])
    other[8] = str(float(other[8]) - 0.001)
    with (here / "figures.csv").open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, lineterminator="\n").writerows(cells)
    wrong = subprocess.run([program, "--vanilla", script], capture_output=True, text=True, timeout=300, check=False)
    assert wrong.returncode == 1
    assert " 2 differ" in wrong.stdout or " 3 differ" in wrong.stdout, "the value, its interval, and the other one"
