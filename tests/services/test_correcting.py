"""A corrected text carries every label, note and settled label over, and gives them back exactly when it is undone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.commands import AddAnnotation, AddNote, ConfirmAnnotation, SetFragments, SetMemo
from annotator.domain.errors import BadInput, Refusal
from annotator.domain.fragments import text_of
from annotator.domain.json_forms import as_json
from annotator.services.articles.correcting import correct, undo_correction
from annotator.services.codebooks.marks import reviews
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.outcome import Taking
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import apply_plan, plan
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from annotator.services.team.receiving import open_package
from annotator.store.places import Place
from tests.studies import reopened, statement, study_at

BENS = Taking(override=True)


def words(study: Study, coder: str | None = None) -> list[tuple[str, str]]:
    """(layer, words) of every span, by place."""
    ids = [study.coder(coder).id] if coder else None
    found = [
        (a.fragments, a.layer, text_of(study.text(a.document_id), a.fragments)) for a in study.annotations(None, ids)
    ]
    return [(layer, told) for fragments, layer, told in sorted(found) if fragments]


def state(study: Study) -> list[Any]:
    labels = [(a.id, a.fragments, dict(a.values), a.memo, a.updated) for a in study.annotations()]
    return [study.text(study.documents()[0].id), sorted(labels), [(n.id, n.start, n.end) for n in study.notes()]]


def test_labels_of_everybody_go_along_and_come_back_exactly(place: Place) -> None:
    with study_at(place) as study:
        statement(study, "Ada")
        statement(study, "Ben")
        ada = study.coder("Ada").id
        document = study.documents()[0]
        study.coding.apply(AddNote(coder_id=ada, document_id=document.id, text="Look", start=37, end=55))
        before, text = state(study), study.text(document.id)
        made = correct(study, "1", "Note of the editor.\n" + text.replace("will pay", "will have to pay"))
        assert (made.version, made.applied) == (2, True)
        assert words(study, "Ada") == [("speaker", "The mayor"), ("claim", "it will have to pay")]
        assert words(study, "Ben") == words(study, "Ada")
        assert study.text(document.id)[study.notes()[0].start : study.notes()[0].end] == text[37:55]
        assert [len(made.of(how)) for how in ("same", "changed", "lost")] == [3, 2, 0]
        assert check(study) == []
        assert {s.coder_id for s in study.changes() if s.kind == "document"} == {study.coder("Supervisor").id}
        assert {s.coder_id for s in study.changes() if s.command == "CorrectText" and s.kind == "annotation"} == {
            study.coder("Ada").id,
            study.coder("Ben").id,
        }
        again = undo_correction(study, "1")
        assert again.version == 3
        assert state(study) == before
        assert check(study) == []
        with pytest.raises(BadInput, match="no correction to take back"):
            undo_correction(study, "1")


def test_what_is_gone_is_listed_for_its_coder_and_undone_without_a_trace(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        made = statement(study, "Ada")
        before, text = state(study), study.text(study.documents()[0].id)
        shorter = text.replace(" said 🚢 that it will pay", " spoke")
        assert len(correct(study, "1", shorter, dry_run=True).of("lost")) == 1
        assert state(study) == before
        lost = correct(study, "1", shorter).of("lost")
        assert [c.id for c in lost] == [made["claim"]]
        (why,) = reviews(study)[made["claim"]]
        assert "it will pay" in why
        assert check(study) == []
        undo_correction(study, "1")
        assert state(study) == before
        assert reviews(study) == {}
        correct(study, "1", shorter)
        study.coding.apply(
            SetFragments(coder_id=study.coder("Ada").id, annotation_id=made["claim"], fragments=((10, 15),))
        )
        assert reviews(study) == {}
        undo_correction(study, "1")
        assert check(study) == []


def test_undo_reaches_back_behind_a_correction(place: Place) -> None:
    with study_at(place) as study:
        made = statement(study, "Ada")
        ada = study.coder("Ada").id
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=made["claim"], memo="sure"))
        text = study.text(study.documents()[0].id)
        correct(study, "1", "Before it all. " + text)
        study.coding.undo(ada)
        study.coding.undo(ada)
        assert study.annotations() == []
        study.coding.redo(ada)
        study.coding.redo(ada)
        assert words(study) == [("speaker", "The mayor"), ("claim", "it will pay")]
        assert study.annotation(made["claim"]).memo == "sure"
        assert check(study) == []


def test_whoever_has_the_old_text_before_them_labels_nothing_on_the_new_one(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study, reopened(tmp_path / "s.annotator", "other") as other:
        statement(study, "Ada")
        correct(other, "1", "Before. " + study.text(study.documents()[0].id))
        ben = study.coder("Ben").id
        document = study.documents()[0].id
        claim = AddAnnotation(coder_id=ben, document_id=document, layer="claim", fragments=((0, 4),))
        with pytest.raises(Refusal, match="corrected meanwhile"):
            study.coding.apply(claim)
        study.coding.apply(claim)
        assert check(study) == []


def test_codings_made_on_the_former_text_are_carried_when_they_come_in(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        statement(study, "Ada")
        export(study, "jsonl", tmp_path / "old.jsonl")
        text = study.text(study.documents()[0].id)
        records = [json.loads(x) for x in (tmp_path / "old.jsonl").read_text().splitlines()]
        correct(study, "1", "Before it all. " + text)
        assert as_json(import_files(study, [tmp_path / "old.jsonl"], "annotations"))["annotations"]["already"] == 3
        claim = next(r for r in records if r["layer"] == "claim") | {"id": "new"}
        (tmp_path / "new.jsonl").write_text(json.dumps(claim))
        assert (
            as_json(import_files(study, [tmp_path / "new.jsonl"], coder="Ben", taking=BENS))["annotations"]["added"]
            == 1
        )
        assert words(study, "Ben") == [("claim", "it will pay")]
        (tmp_path / "new.jsonl").write_text(json.dumps(claim | {"id": "x", "text": "something else"}))
        assert (
            as_json(import_files(study, [tmp_path / "new.jsonl"], coder="Ben", taking=BENS))["annotations"]["refused"]
            == 1
        )
        (tmp_path / "a1.txt").write_text(text)
        assert as_json(import_files(study, [tmp_path / "a1.txt"], "plain"))["documents"]["already"] == 1
        assert check(study) == []


def laptop(study: Study, tmp_path: Path, name: str) -> Path:
    pack(study, "Ada", tmp_path / f"{name}.annotator-package")
    return open_package(tmp_path / f"{name}.annotator-package", known=sorted(tmp_path.glob("first.annotator")))[0]


@pytest.mark.parametrize("order", ["work comes back first", "correction goes out first"])
def test_a_laptop_with_the_former_text_merges_with_its_labels_carried(tmp_path: Path, order: str) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        apply_plan(study, plan(study, ["Ada"], Request(1)))
        statement(study, "Ada")
        home = laptop(study, tmp_path, "first")
        with reopened(home, "laptop") as there:
            ada = there.coder("Ada").id
            document = there.documents()[0]
            there.coding.apply(
                AddAnnotation(coder_id=ada, document_id=document.id, layer="claim", fragments=((37, 53),))
            )
            there.coding.apply(AddNote(coder_id=ada, document_id=document.id, text="Look", start=4, end=9))
            their_words = words(there)
        text = study.text(study.documents()[0].id)
        correct(study, "1", "Before it all. " + text.replace("fishers", "fisher folk"))
        if order == "correction goes out first":
            assert laptop(study, tmp_path, "second") == home
            with reopened(home, "laptop 2") as there:
                assert there.text(document.id) == study.text(document.id)
                assert words(there) == their_words
                assert check(there) == []
        with reopened(home, "laptop 3") as there:
            pack(there, "Ada", tmp_path / "back.annotator-package")
        answer = as_json(merge(study, [tmp_path / "back.annotator-package"]))["packages"][0]
        assert answer["conflicts"] == []
        assert answer["annotations"]["added"] == 1
        assert words(study) == their_words
        (note,) = study.notes()
        assert study.text(document.id)[note.start : note.end] == "mayor"
        assert check(study) == []
        undo_correction(study, "1")
        assert words(study) == their_words
        assert laptop(study, tmp_path, "third") == home
        with reopened(home, "laptop 4") as there:
            assert there.text(document.id) == text
            assert words(there) == their_words
            assert check(there) == []
            with pytest.raises(BadInput, match="coder's own file"):
                correct(there, "1", "No. " + text)


def test_a_label_that_was_lost_and_confirmed_on_a_laptop_comes_back_right(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        apply_plan(study, plan(study, ["Ada"], Request(1)))
        made = statement(study, "Ada")
        home = laptop(study, tmp_path, "first")
        text = study.text(study.documents()[0].id)
        correct(study, "1", text.replace(" said 🚢 that it will pay", " spoke"))
        laptop(study, tmp_path, "second")
        with reopened(home, "laptop") as there:
            ada = there.coder("Ada").id
            assert list(reviews(there)) == [made["claim"]]
            there.coding.apply(ConfirmAnnotation(coder_id=ada, annotation_id=made["claim"]))
            pack(there, "Ada", tmp_path / "back.annotator-package")
        merge(study, [tmp_path / "back.annotator-package"])
        assert check(study) == []


EDITS = st.lists(
    st.tuples(st.floats(0, 1), st.integers(0, 12), st.sampled_from(("", "x", " indeed ", "A whole new sentence.\n"))),
    min_size=1,
    max_size=3,
)


@settings(max_examples=20)
@given(corrections=st.lists(EDITS, min_size=1, max_size=3), data=st.data())
def test_any_corrections_one_after_another_are_sound_and_taken_back_to_the_letter(
    corrections: list[Any], data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with study_at(tmp_path_factory.mktemp("s") / "s.annotator") as study:
        statement(study, "Ada")
        document = study.documents()[0].id
        for coder in ("Ada", "Ben"):
            person = study.coder(coder).id
            for _ in range(3):
                start = data.draw(st.integers(0, len(study.text(document)) - 1))
                end = data.draw(st.integers(start + 1, len(study.text(document))))
                study.coding.apply(
                    AddAnnotation(coder_id=person, document_id=document, layer="claim", fragments=((start, end),))
                )
        stands = []
        for edits in corrections:
            text = study.text(document)
            for where, length, told in edits:
                at = int(where * len(text))
                text = text[:at] + told + text[at + length :]
            if not text.strip() or text.rstrip("\n") == study.text(document):
                continue
            stands.append(state(study))
            try:
                correct(study, "1", text)
            except BadInput:
                stands.pop()
                continue
            assert check(study) == []
        for stand in reversed(stands):
            undo_correction(study, "1")
            assert check(study) == []
            assert state(study) == stand
