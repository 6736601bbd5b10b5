"""Accounts held to the raw tables of a study file."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any


def adds_up(account: dict[str, Any], study: Path) -> None:
    """What is here and what is left out add up to what a plain query finds, for every layer, articles and coders."""
    connection = sqlite3.connect(f"file:{study}?mode=ro", uri=True)
    try:
        layers = dict(connection.execute("SELECT layer, count(*) FROM annotation GROUP BY layer").fetchall())
        (documents,) = connection.execute(
            "SELECT count(*) FROM document WHERE id NOT IN (SELECT document_id FROM hidden_repeat)"
        ).fetchone()
        (coders,) = connection.execute(
            "SELECT count(*) FROM coder WHERE role <> 'gold' AND (id IN (SELECT coder_id FROM annotation) "
            "OR id IN (SELECT coder_id FROM document_state WHERE state = 'done'))"
        ).fetchone()
    finally:
        connection.close()
    all_, here = account["study"], account["here"]
    left: Counter[Any] = Counter()
    for x in account["left_out"]:
        assert x["count"] > 0
        assert x["why"]
        left[x["layer"] if x["what"] == "annotations" else x["what"]] += x["count"]
    assert {k: n for k, n in all_["by_layer"].items() if n} == layers
    assert set(here["by_layer"]) == set(all_["by_layer"])
    for layer, n in all_["by_layer"].items():
        assert here["by_layer"][layer] >= 0
        assert here["by_layer"][layer] + left[layer] == n, layer
    for part in (all_, here):
        assert part["annotations"] == sum(part["by_layer"].values())
    assert all_["documents"] == documents
    assert here["documents"] + left["documents"] == documents
    assert all_["coders"] == coders
    assert here["coders"] + left["coders"] == coders
