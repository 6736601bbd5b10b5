"""Studies of every past format open, are sound, and hold what they held."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annotator.domain.commands import ChangeEntity
from annotator.services.adjudication.gold import decisions
from annotator.services.articles.correcting import undo_correction
from annotator.services.codebooks.changing import apply_codebook
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.suggestions.standing import offered
from annotator.store.file_format import SCHEMA_VERSION
from tests.codebooks import described

FOLDER = Path(__file__).resolve().parents[1] / "past_formats"
FORMATS = sorted(FOLDER.glob("*.annotator"))


def test_there_is_a_study_of_every_format() -> None:
    assert [p.stem for p in FORMATS] == [f"format-{n}" for n in range(1, SCHEMA_VERSION + 1)]


@pytest.mark.parametrize("path", FORMATS, ids=lambda p: p.stem)
def test_it_opens_and_holds_what_it_held(path: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(path, tmp_path / "s.annotator"))
    with Study.open(copy) as study:
        assert check(study) == []
        coders = [c.id for c in study.coders() if c.role == "coder"]
        assert len(study.annotations(coder_ids=coders)) == 6
        assert {study.coder(c).name for c in coders} == {"Ada", "Ben"}
        coder = study.coder("Ben").id
        study.coding.undo(coder)
        assert len(study.annotations(coder_ids=coders)) == 5


def test_decisions_of_the_fourth_format_are_there(tmp_path: Path) -> None:
    copy = Path(shutil.copy(FOLDER / "format-4.annotator", tmp_path / "s.annotator"))
    with Study.open(copy) as study:
        kept = decisions(study)
        assert [(k.decision.outcome, k.undone is None) for k in kept] == [
            ("settled", True),
            ("rejected", True),
            ("discuss", False),
        ]
        assert [k.decision.blind for k in kept] == [True, False, False]
        assert {a.coder_id for a in study.annotations()} - {c.id for c in study.coders() if c.role == "coder"}


def test_entities_of_the_fifth_format_have_values_and_a_history_of_them(tmp_path: Path) -> None:
    copy = Path(shutil.copy(FOLDER / "format-5.annotator", tmp_path / "s.annotator"))
    with Study.open(copy) as study:
        register = study.register()
        mayor = next(e for e in register.living() if e.name == "Mayor")
        tarn = next(e for e in register.living() if e.name == "Tarn")
        held = {"office": "Mayor of Tarn", "home": {"entity": tarn.id}, "elected": True, "fields": ["tax", "sea"]}
        assert mayor.values == {**held, "weight": -0.5}
        assert register.values_of(mayor.id) == {**mayor.values, "side": "NO"}
        study.coding.undo(study.coder("Ada").id)
        assert study.register().every[mayor.id].values == {**held, "votes": 12.5}
        assert check(study) == []


def test_a_corrected_text_of_the_sixth_format_is_taken_back_with_its_labels(tmp_path: Path) -> None:
    copy = Path(shutil.copy(FOLDER / "format-6.annotator", tmp_path / "s.annotator"))
    with Study.open(copy) as study:
        document = study.documents()[0]
        assert (document.publisher, document.text_version) == ("The Paper", 2)
        places = sorted(a.fragments for a in study.annotations(document.id) if a.fragments)
        assert study.text(document.id).startswith("Corrected. ")
        undo_correction(study, document.id)
        moved = sorted(a.fragments for a in study.annotations(document.id) if a.fragments)
        assert places == [tuple((s + 11, e + 11) for s, e in f) for f in moved]
        assert check(study) == []


def test_queries_of_the_eighth_format_are_there(tmp_path: Path) -> None:
    copy = Path(shutil.copy(FOLDER / "format-8.annotator", tmp_path / "s.annotator"))
    with Study.open(copy) as study, study.file.reading() as connection:
        kept = connection.exec_driver_sql("SELECT name, content FROM saved_query").all()
        assert kept == [("Forecasts of the mayor", '{"layer":"claim"}')]


def test_suggestions_of_the_ninth_format_are_there_with_what_was_said_to_them(tmp_path: Path) -> None:
    copy = Path(shutil.copy(FOLDER / "format-9.annotator", tmp_path / "s.annotator"))
    with Study.open(copy) as study:
        ada, document = study.coder("Ada").id, study.documents()[0].id
        assert [x.state for x in offered(study, document, ada)] == ["open", "rejected", "open"]
        study.coding.undo(ada)
        assert [x.state for x in offered(study, document, ada)] == ["open", "open", "open"]
        assert {(x.source.name, x.source.version) for x in offered(study, document, ada)} == {("Model", "2")}
        assert check(study) == []


@pytest.mark.parametrize("path", FORMATS[:4], ids=lambda p: p.stem)
def test_entities_from_before_have_no_values_and_take_some(path: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copy(path, tmp_path / "s.annotator"))
    with Study.open(copy) as study:
        person = study.entities()[0]
        assert person.values == {}
        apply_codebook(study, described())
        ada = study.coder("Ada").id
        study.coding.apply(ChangeEntity(coder_id=ada, entity_id=person.id, values={"office": "Mayor"}))
        study.coding.undo(ada)
        assert study.register().every[person.id] == person
        study.coding.redo(ada)
        assert study.register().every[person.id].values == {"office": "Mayor"}
        assert check(study) == []
