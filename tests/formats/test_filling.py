"""Exports without text, filled in again from somebody's own copies: the same bytes as an export with text."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotator.domain.errors import AnnotatorError
from annotator.formats.dataset import masked
from annotator.formats.declared import formats
from annotator.formats.offsets import UNITS, Offsets
from annotator.services.exchange.exporting import export
from annotator.services.exchange.filling import fill
from annotator.services.files import files_of
from annotator.services.study import Study
from tests.formats.test_exports import coded
from tests.studies import TEXT
from tests.systems import skip_without_its_package

FORMS = [f.name for f in formats() if f.writes]


@pytest.mark.parametrize("form", FORMS)
def test_a_filled_export_is_the_export_with_text(tmp_path: Path, form: str) -> None:
    skip_without_its_package(form)
    with coded(tmp_path / "s.annotator") as study:
        export(study, form, tmp_path / "with")
        export(study, form, tmp_path / "without", without_text=True)
        titles = [d.title for d in study.documents()]
    words = [w for w in TEXT.split() if len(w) > 6 and not any(w in (t or "") for t in titles)]
    for path in [*files_of(tmp_path / "without"), tmp_path / "without.fill.jsonl"]:
        content = path.read_bytes()
        assert not [w for w in words if w.encode() in content]
    fill(tmp_path / "without", tmp_path / "s.annotator", tmp_path / "filled")
    for one, other in zip(files_of(tmp_path / "with"), files_of(tmp_path / "filled"), strict=True):
        assert one.read_bytes() == other.read_bytes(), one.name


def test_copies_with_other_words_are_refused(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "csv", tmp_path / "out.csv", without_text=True)
    copies = tmp_path / "copies"
    copies.mkdir()
    (copies / "a1.txt").write_text(TEXT.replace("eel", "cod"), encoding="utf-8")
    with pytest.raises(AnnotatorError, match="2 of 2 texts are not among your copies"):
        fill(tmp_path / "out.csv", copies, tmp_path / "filled.csv")
    assert not (tmp_path / "filled.csv").exists()


def test_a_mask_has_the_same_length_in_every_unit() -> None:
    text = "a é → 🚢 e\u0301\n\u00a0x"
    hidden = masked(text)
    assert not set(hidden) & set("aé→🚢")
    for unit in UNITS:
        offsets, other = Offsets(text), Offsets(hidden)
        assert [offsets.to(unit, i) for i in range(len(text) + 1)] == [other.to(unit, i) for i in range(len(text) + 1)]


def test_the_study_that_filled_it_is_gone(tmp_path: Path) -> None:
    with coded(tmp_path / "s.annotator") as study:
        export(study, "jsonl", tmp_path / "out.jsonl", without_text=True)
    before = sorted(tmp_path.iterdir())
    fill(tmp_path / "out.jsonl", tmp_path / "s.annotator", tmp_path / "filled.jsonl")
    fresh = set(tmp_path.iterdir()) - set(before)
    assert {p.name for p in fresh} == {"filled.jsonl", "filled.jsonl.manifest.json"}
    with Study.open(tmp_path / "s.annotator"):
        pass
