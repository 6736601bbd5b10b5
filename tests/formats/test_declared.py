"""The list of forms: complete, told everywhere alike, and open to other packages."""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.formats import declared
from annotator.formats.dataset import Dataset, Losses
from annotator.formats.declared import Format, formats, readable, writable
from annotator.formats.features import FEATURES, all_but, carrying
from annotator.formats.incoming import Incoming
from annotator.formats.table import markdown
from annotator.services.exchange.exporting import export, preview
from tests.formats.test_exports import coded
from tests.systems import skip_without_its_package

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("form", formats(), ids=lambda f: f.name)
def test_every_form_has_what_it_says(form: Format) -> None:
    assert form.carries <= {f.key for f in FEATURES}
    assert form.reads or form.writes
    if form.module:
        skip_without_its_package(form.name)
        module = import_module(form.module)
        assert not form.writes or callable(getattr(module, form.function))
        assert not form.reads or callable(module.read)
    assert len({f.name for f in formats()}) == len(formats())


def test_the_manual_has_the_table_of_forms() -> None:
    assert markdown() in (ROOT / "docs/reference/formats.md").read_text(encoding="utf-8"), "run `make docs`"


def test_losses_are_what_is_not_carried() -> None:
    with pytest.raises(ValueError, match="no such feature: colour"):
        carrying("colour")
    assert "texts" not in all_but("texts")
    assert "history" not in all_but()
    assert "labels in several pieces" in writable("conll").loses
    assert "| `conll` |" in markdown()


def test_an_unknown_form_names_the_known_ones() -> None:
    with pytest.raises(BadInput, match=r"cannot be written; use one of .*jsonl"):
        writable("word")
    with pytest.raises(BadInput, match=r"cannot be read; use one of .*w3c"):
        readable("conll")


def write(dataset: Dataset, out: Path, losses: Losses) -> None:
    """A form of another package."""
    out.write_text("\n".join(a.document.id for a in dataset), encoding="utf-8")
    losses.lose("everything else", 7)


def read(path: Path) -> Incoming:
    """Nothing."""
    return Incoming()


THIRD = Format("third", "A third party's", ".third", True, True, carrying("ids", "spans"), module=__name__)


def test_another_package_adds_a_form(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = [
        EntryPoint("third", f"{__name__}:THIRD", "annotator.formats"),
        EntryPoint("broken", "no.such.module:X", "annotator.formats"),
        EntryPoint("wrong", f"{__name__}:ROOT", "annotator.formats"),
    ]
    monkeypatch.setattr(declared, "entry_points", lambda group: points)
    formats.cache_clear()
    try:
        assert [f.name for f in formats()][-1] == "third"
        with coded(tmp_path / "s.annotator") as study:
            told = as_json(preview(study, "third"))
            assert {x["what"]: x["count"] for x in told["losses"]}["everything else"] == 7
            manifest = as_json(export(study, "third", tmp_path / "out.third"))
        assert manifest["counts"]["documents"] == 2
        assert len((tmp_path / "out.third").read_text(encoding="utf-8").splitlines()) == 2
        assert "third" not in markdown()
    finally:
        formats.cache_clear()
