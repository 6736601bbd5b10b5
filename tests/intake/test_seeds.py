"""Two real pages come out exactly as a careful reader cleaned them."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from annotator.intake import read_source
from tests.shared import shared


def expectations() -> list[dict[str, Any]]:
    try:
        found: list[dict[str, Any]] = json.loads(shared("seeds/import_expect.json").read_text(encoding="utf-8"))
    except pytest.skip.Exception:
        return []
    return found


@pytest.mark.parametrize("place", [0, 1])
def test_a_real_page_gives_the_text_and_metadata_that_are_expected(place: int) -> None:
    shared("seeds/import_expect.json")
    expected = expectations()[place]
    (document,) = read_source(expected["file"], shared(f"seeds/{expected['file']}").read_bytes())
    assert document.text == shared(f"seeds/{expected['text_file']}").read_text(encoding="utf-8").rstrip("\n")
    assert hashlib.sha256(document.text.encode()).hexdigest() == expected["sha256"] == document.sha256
    assert len(document.text) == expected["characters"]
    assert document.zones == tuple((z["zone"], z["start"], z["end"]) for z in expected["zones"])
    for key in ("title", "published", "publisher", "author", "url"):
        assert getattr(document.meta, key) == expected[key], key
    assert list(document.meta.tags) == expected.get("tags", [])
    assert document.steps
    assert all(s.why for s in document.steps)
