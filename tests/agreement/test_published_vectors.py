"""Every coefficient equals the reference values, which two independent computations agree on."""

from __future__ import annotations

import gzip
import json
from typing import Any

import numpy as np
import pytest

from annotator.agreement.coefficients import coefficients, cohen_kappa_custom
from annotator.agreement.ratings import read_ratings
from annotator.agreement.span_sets import span_sets_figures
from tests.shared import shared


def table_text(name: str) -> str:
    path = shared(f"agreement/{name}")
    if name.endswith(".gz"):
        return gzip.decompress(path.read_bytes()).decode()
    return path.read_bytes().decode()


def test_every_coefficient_equals_the_vectors() -> None:
    compared = 0
    for vector in json.loads(shared("agreement/expected.json").read_text())["vectors"]:
        table = read_ratings(table_text(vector["file"]), vector["file"], vector["categories"])
        found = coefficients(table, vector["level"])
        for name, value in vector["expected"].items():
            if value is None:
                continue  # told under `undefined`
            if name == "cohen_kappa_custom_weights":
                got = cohen_kappa_custom(table, np.array(vector["custom_weights"]["matrix"], float)).value
            else:
                got = found[name].value
            assert got == pytest.approx(value, abs=vector["tolerance"]), (vector["file"], name)
            compared += 1
        for name in vector["undefined"]:
            assert found[name].value is None, (vector["file"], name)
            assert found[name].undefined, (vector["file"], name)
    assert compared > 600


def test_bootstrap_intervals_equal_the_vectors() -> None:
    declared = {
        v["file"]: v["categories"] for v in json.loads(shared("agreement/expected.json").read_text())["vectors"]
    }
    for vector in json.loads(shared("agreement/bootstrap_expected.json").read_text())["vectors"]:
        table = read_ratings(table_text(vector["file"]), vector["file"], declared[vector["file"]])
        alpha = coefficients(table, vector["level"], 1000, 7)["krippendorff_alpha"]
        assert alpha.value == pytest.approx(vector["alpha"], abs=1e-6)
        assert alpha.low == pytest.approx(vector["ci95_percentile"][0], abs=vector["tolerance"])
        assert alpha.high == pytest.approx(vector["ci95_percentile"][1], abs=vector["tolerance"])


OURS = {"overlap": "any_overlap", "overlap_1to1": "any_overlap_1to1"}


def test_span_figures_equal_the_vectors() -> None:
    compared = 0
    for vector in json.loads(shared("agreement/spans_expected.json").read_text())["vectors"]:
        found = span_sets_figures(json.loads(shared(f"agreement/{vector['file']}").read_text()), vector["file"])
        pairs = {"|".join(p["coders"]): p for p in found["pairs"]}
        expected: dict[str, Any] = vector["expected"]
        for pair, figures in expected["pairwise"].items():
            for name, shares in figures.items():
                for part in ("precision", "recall", "f1"):
                    got = pairs[pair][OURS.get(name, name)][part]
                    assert got == pytest.approx(shares[part], abs=1e-6), (vector["file"], pair, name, part)
                    compared += 1
        for name in ("u_alpha", "bar_u_alpha", "alpha_U_1995"):
            if name in expected:
                assert found[name]["value"] == pytest.approx(expected[name], abs=1e-6), (vector["file"], name)
                compared += 1
        for label, value in expected.get("alpha_U_1995_per_category", {}).items():
            got = found["alpha_U_1995_per_category"][label]["value"]
            assert got == pytest.approx(value, abs=1e-6), (vector["file"], label)
    assert compared > 300
