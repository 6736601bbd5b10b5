"""Forms that are text, byte for byte what lies under ``golden``; ANNOTATOR_WRITE_GOLDEN=1 writes it anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.formats.declared import writable
from annotator.services.exchange.exporting import export
from tests.formats.goldens import is_golden
from tests.formats.test_exports import coded

FORMS = ("doccano", "label-studio", "prodigy", "w3c", "conll", "graphml", "gexf", "pajek", "edges")


@pytest.mark.parametrize("form", FORMS)
def test_an_export_is_the_golden_one(tmp_path: Path, form: str) -> None:
    with coded(tmp_path / "s.annotator") as study:
        out = tmp_path / f"out{writable(form).suffix}"
        export(study, form, out)
    is_golden(out, form)
