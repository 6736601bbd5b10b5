"""On pages that nobody here wrote, the import keeps the articles: floors of the public benchmark's score."""

from __future__ import annotations

import gzip
import importlib.util
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from annotator.intake import read_source
from tests.intake.pages import body_of
from tests.shared import shared


def scorer() -> ModuleType:
    spec = importlib.util.spec_from_file_location("score", shared("intake/score.py"))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def deep_trees() -> Iterator[None]:
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(10_000)
    yield
    sys.setrecursionlimit(before)


def source_of(kind: str, score: Any, raw: bytes, url: str) -> tuple[str, bytes]:
    if kind == "pages":
        return "page.html", raw
    if kind == "dump-nodes":
        return "page.txt", score.document_order(raw).encode()
    lines = score.document_order(raw) if kind == "dump-address" else score.blocks(raw)
    return "page.txt", f"{url}\n{lines}".encode()


@pytest.mark.parametrize(
    ("kind", "floor", "most_lost"),
    [("pages", 0.965, 0), ("dump-nodes", 0.90, 2), ("dump-address", 0.90, 2), ("dump-blocks", 0.90, 2)],
)
def test_the_score_stays_above_its_floor(kind: str, floor: float, most_lost: int, deep_trees: None) -> None:
    score = scorer()
    truth = json.loads(shared("intake/truth.json").read_text(encoding="utf-8"))
    folder: Path = shared("intake/pages")
    rows = []
    for page, true in truth.items():
        name, data = source_of(kind, score, gzip.decompress((folder / f"{page}.html.gz").read_bytes()), true["url"])
        (document,) = read_source(name, data)
        rows.append(score.shares(true["text"], body_of(document)))
    same, extra, missing = (sum(row[i] for row in rows) / len(rows) for i in range(3))
    precision, recall = same / (same + extra), same / (same + missing)
    lost = sum(1 for kept, _extra, gone in rows if kept / (kept + gone) < 0.5)
    assert 2 * precision * recall / (precision + recall) >= floor
    assert lost <= most_lost
