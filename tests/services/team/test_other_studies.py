"""A whole other study brought in: accounts held to the raw tables of both, twice as once, undone and done again."""

from __future__ import annotations

import random
import sqlite3
import tempfile
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.codebook.model import Codebook
from annotator.domain.commands import (
    AddEntity,
    AddNote,
    ChangeEntity,
    RemoveAnnotation,
    SetDocumentState,
    SetMemo,
)
from annotator.domain.errors import AnnotatorError, BadInput, Refusal
from annotator.domain.json_forms import as_json
from annotator.intake import read_source
from annotator.services.adjudication import majority
from annotator.services.adjudication.case_book import case_book
from annotator.services.articles.correcting import correct
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.merging import merge
from annotator.services.team.packing import pack
from tests.accounts import adds_up
from tests.chance import TEXTS, codebook_by_chance, study_by_chance
from tests.changes import changed_by_chance
from tests.services.team.test_packages import in_manifest, rebuilt
from tests.studies import TEXT, reopened, statement, study_at

BO = "11111111-1111-1111-1111-111111111111"
MORE = (TEXTS[0], "Somebody wrote that the harbour closes in the autumn. ")


def _rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        names = [n for (n,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]
        held = [n for n in names if n not in ("seal", "sqlite_sequence")]  # how often the file was closed
        return {n: sorted(map(repr, raw.execute(f"SELECT * FROM {n}"))) for n in held}


def _labels(path: Path) -> dict[str, tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as raw:
        return {r[0]: r for r in raw.execute("SELECT id, layer, value_map, memo, created FROM annotation")}


def _other(dice: random.Random, path: Path, codebook: Codebook) -> None:
    """A study that others began by themselves, with notes, finished articles, merged entities and settled labels."""
    with study_by_chance(dice, path, "other", codebook, ("Ada", "Dora"), MORE) as study:
        entities = study.entities()
        for coder in study.coders():
            if coder.role != "coder":
                continue
            document = dice.choice([d for d in study.documents() if d.id not in study.hidden_repeats()])
            if dice.random() < 0.6:
                study.coding.apply(SetDocumentState(coder_id=coder.id, document_id=document.id, state="done"))
            if dice.random() < 0.6:
                note = AddNote(coder_id=coder.id, document_id=document.id, text="look", start=0, end=3)
                study.coding.apply(note)
            if len(entities) == 2 and dice.random() < 0.5:
                one, two = entities
                if study.register().root_id(one.id) == one.id and two.merged_into is None:
                    study.coding.apply(ChangeEntity(coder_id=coder.id, entity_id=one.id, merged_into=two.id))
        if dice.random() < 0.4:
            try:
                book = case_book(study)
            except BadInput:  # nobody coded, or one alone
                return
            majority.apply(study, book, majority.propose(book, book.cases), study.person("Sup").id)


@settings(max_examples=7, deadline=None)
@given(st.integers(0, 100_000))
def test_two_studies_that_were_begun_apart_become_one_and_the_sum_adds_up(seed: int) -> None:
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        here, there = Path(name) / "here.annotator", Path(name) / "there.annotator"
        ours = theirs = codebook_by_chance(dice)
        kind = dice.choice(("the same", "another", "changed"))
        if kind == "another":
            theirs = codebook_by_chance(dice)
        elif kind == "changed":
            ours = changed_by_chance(ours, dice)[0]
        study_by_chance(dice, here, "here", ours, () if kind == "changed" else ("Ada", "Ben", "Cem")).close()
        _other(dice, there, theirs)
        before, untouched = _labels(here), there.read_bytes()
        with reopened(here, "seen") as study:
            seen = as_json(merge(study, [there], dry_run=True))["studies"][0]
        assert _labels(here) == before
        with reopened(here, "merged") as study:
            answer = as_json(merge(study, [there]))
            assert check(study) == []
        (told,) = answer["studies"]
        assert there.read_bytes() == untouched
        for key in ("annotations", "entities", "documents", "states", "notes", "account", "losses", "marked"):
            assert told[key] == seen[key], key
        adds_up(told["account"], there)
        adds_up(answer["account"], here)
        with closing(sqlite3.connect(f"file:{there}?mode=ro", uri=True)) as raw:
            (steps,) = raw.execute("SELECT count(*) FROM change").fetchone()
        history = [str(x) for x in told["told"] if "steps of the history" in str(x)]
        assert len(history) == bool(steps)
        assert all(f": {steps} are not brought in" in x for x in history)
        after = _labels(here)
        assert {k: after[k] for k in before} == before  # nothing of ours was touched
        came = {k: v for k, v in after.items() if k not in before}
        counts = Counter(row[1] for row in came.values())
        here_of = told["account"]["here"]["by_layer"]
        already = told["annotations"]["already"]
        assert sum(here_of.values()) == sum(counts.values()) + already
        assert all(here_of[layer] >= n for layer, n in counts.items())
        assert told["annotations"]["added"] == len(came)
        if not already:
            _values_are_all_there(here, there, told)
        rows = _rows(here)
        with reopened(here, "again") as study:
            again = as_json(merge(study, [there]))["studies"][0]
        assert again["status"] == "again"
        assert again["annotations"]["added"] == again["annotations"]["changed"] == 0
        assert _rows(here) == rows  # not one row more
        adds_up(again["account"], there)
        assert again["account"]["here"]["by_layer"] == here_of
        with reopened(here, "undone") as study:
            for coder in [*study.coders(), *study.coders()]:
                while study.coding.can_undo(coder.id) == "MergeStudy":
                    if not _undone(study, coder.id):
                        break
            assert check(study) == []
        assert _labels(here) == before
        with reopened(here, "anew") as study:
            assert as_json(merge(study, [there]))["studies"][0]["annotations"]["added"] == len(came)
            assert check(study) == []
        assert _labels(here) == after


def _undone(study: Study, coder: str) -> bool:
    try:
        study.coding.undo(coder)
    except Refusal:  # the register waits until nobody's labels name it
        return False
    return True


def _values_are_all_there(here: Path, there: Path, told: dict[str, Any]) -> None:
    """Each value of each label that came is here, or counted as lost."""
    query = "SELECT coalesce(sum((SELECT count(*) FROM json_each(value_map))), 0) FROM annotation"
    brought = " WHERE id IN (SELECT thing_id FROM change WHERE command = 'MergeStudy')"
    with closing(sqlite3.connect(here)) as ours, closing(sqlite3.connect(there)) as theirs:
        (came,), (all_,) = ours.execute(query + brought).fetchone(), theirs.execute(query).fetchone()
    lost = sum(x["count"] for x in told["losses"] if x["what"].startswith("values of `"))
    if not told["annotations"]["left_out"]:
        assert came + lost == all_


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Path, Path]:
    """Two studies of one article, each with a statement of a coder Ada of its own."""
    paths = tmp_path / "one.annotator", tmp_path / "two.annotator"
    for path, name in zip(paths, ("one", "two"), strict=True):
        with study_at(path, name) as study:
            statement(study)
    return paths


def _again(one: Path, two: Path, name: str, **asked: Any) -> dict[str, Any]:
    with reopened(one, name) as study:
        answer: dict[str, Any] = as_json(merge(study, [two], **asked))["studies"][0]
        assert check(study) == []
    adds_up(answer["account"], two)
    return answer


def test_what_was_changed_since_comes_in_stays_or_is_told(pair: tuple[Path, Path]) -> None:
    one, two = pair
    assert _again(one, two, "first")["annotations"] == {"added": 3, "changed": 0, "already": 0, "left_out": 0}
    with reopened(two, "later") as study:
        claim, speaker = (next(a for a in study.annotations() if a.layer == x) for x in ("claim", "speaker"))
        for a in (claim, speaker):
            study.coding.apply(SetMemo(coder_id=a.coder_id, annotation_id=a.id, memo="there"))
    with reopened(one, "here") as study:
        ours = study.annotation(speaker.id)
        study.coding.apply(SetMemo(coder_id=ours.coder_id, annotation_id=ours.id, memo="here"))
    told = _again(one, two, "second")
    assert told["annotations"] == {"added": 0, "changed": 1, "already": 1, "left_out": 1}
    assert [x["why"] for x in told["account"]["left_out"]] == [
        "changed in both studies since then: the version here is kept"
    ]
    with Study.open(one) as study:
        assert study.annotation(claim.id).memo == "there"
        assert study.annotation(speaker.id).memo == "here"


def test_what_was_removed_here_stays_removed(pair: tuple[Path, Path]) -> None:
    one, two = pair
    _again(one, two, "first")
    with Study.open(two) as study:
        link = next(a for a in study.annotations() if a.layer == "said_by")
    with reopened(one, "here") as study:
        ours = study.annotation(link.id)
        study.coding.apply(RemoveAnnotation(coder_id=ours.coder_id, annotation_id=ours.id))
    told = _again(one, two, "second")
    assert told["annotations"] == {"added": 0, "changed": 0, "already": 2, "left_out": 1}
    assert "removed here since" in told["account"]["left_out"][0]["why"]


def test_persons_of_the_same_name_are_one_unless_it_is_said_otherwise(pair: tuple[Path, Path]) -> None:
    one, two = pair
    seen = _again(one, two, "seen", dry_run=True)
    assert [p["how"] for p in seen["coders"]] == ["name"]
    assert any("“Ada” of the other study is taken to be “Ada” here" in t for t in seen["told"])
    told = _again(one, two, "apart", apart=["Ada"])
    (ada,) = told["coders"]
    assert ada["here"]["name"] == "Ada (Test)"
    assert _again(one, two, "again")["coders"][0]["how"] == "known"
    with Study.open(one) as study:
        assert sorted(c.name for c in study.coders()) == ["Ada", "Ada (Test)", "Ben"]
        assert len(study.annotations(coder_ids=[study.coder("Ada").id])) == 3
    with Study.open(one) as study, pytest.raises(BadInput, match="nobody in the other study has this name"):
        merge(study, [two], apart=["Zoe"])


def test_labels_stand_where_their_words_are_in_a_text_that_was_corrected_here(pair: tuple[Path, Path]) -> None:
    one, two = pair
    with reopened(one, "corrected") as study:
        document = study.documents()[0]
        correct(study, document.id, "Yesterday " + study.text(document.id), study.coder("Ada").id)
    told = _again(one, two, "first", apart=["Ada"])
    assert (told["documents"], told["carried"]) == ({"added": 0, "matched": 1}, 2)
    with Study.open(one) as study:
        brought = study.annotations(coder_ids=[study.coder("Ada (Test)").id], layer="claim")
        assert [study.text(a.document_id)[a.fragments[0][0] : a.fragments[-1][1]] for a in brought] == [TEXT[22:33]]
    assert _again(one, two, "second")["status"] == "again"


def test_a_passage_is_not_moved_by_what_was_corrected_there_since(pair: tuple[Path, Path]) -> None:
    one, two = pair
    for path, words in ((one, "it might pay"), (two, "it shall pay")):
        with reopened(path, words) as study:
            document = study.documents()[0].id
            correct(study, document, study.text(document).replace("it will pay", words))
    _again(one, two, "first")
    with reopened(two, "there") as study:
        (claim,) = (a for a in study.annotations() if a.layer == "claim")
        correct(study, document, study.text(document).replace("it shall pay", "nothing"))
        study.coding.apply(SetMemo(coder_id=claim.coder_id, annotation_id=claim.id, memo="there"))
    with Study.open(one) as study:
        before = study.annotation(claim.id)
    assert _again(one, two, "second")["annotations"]["changed"] == 1
    with Study.open(one) as study:
        after = study.annotation(claim.id)
        assert (after.memo, after.fragments) == ("there", before.fragments)


def test_the_same_words_of_another_source_come_in_as_an_article_of_their_own(pair: tuple[Path, Path]) -> None:
    one, two = pair
    with reopened(two, "more") as study:
        add_documents(study, read_source("elsewhere.txt", TEXT.encode(), "plain"))
    told = _again(one, two, "first")
    assert told["documents"] == {"added": 1, "matched": 1}
    assert [x["same_text_as"] for x in told["same_text"]] == [[1]]
    assert _again(one, two, "second")["documents"] == {"added": 0, "matched": 2}


def test_a_merge_of_the_register_there_is_one_here(pair: tuple[Path, Path]) -> None:
    one, two = pair
    with reopened(two, "more") as study:
        ada = study.coder("Ada")
        mayor = study.entities()[0]
        study.coding.apply(AddEntity(coder_id=ada.id, id=BO, name="Bo", type="person"))
        study.coding.apply(ChangeEntity(coder_id=ada.id, entity_id=mayor.id, merged_into=BO))
    told = _again(one, two, "first")
    assert told["entities"]["added"] == 2
    with Study.open(one) as study:
        assert study.register().root_id(mayor.id) == BO
        assert len([e for e in study.entities() if e.merged_into is None]) == 2  # ours, and Bo


def test_what_was_merged_the_other_way_round_here_is_one_and_no_ring(pair: tuple[Path, Path]) -> None:
    one, two = pair
    first, second, third = (str(n) * 8 + BO[8:] for n in (1, 2, 3))
    for key, name in ((first, "An"), (second, "Bo")):
        with reopened(two, f"enter{name}") as study:
            study.coding.apply(AddEntity(coder_id=study.coder("Ada").id, id=key, name=name, type="person"))
    _again(one, two, "first")
    with reopened(one, "here") as study:
        ada = study.coder("Ada").id
        study.coding.apply(ChangeEntity(coder_id=ada, entity_id=first, merged_into=second))
    with reopened(two, "there") as study:
        ada = study.coder("Ada").id
        study.coding.apply(AddEntity(coder_id=ada, id=third, name="Bo", type="person"))
        study.coding.apply(ChangeEntity(coder_id=ada, entity_id=second, merged_into=third, memo="a duplicate"))
        study.coding.apply(ChangeEntity(coder_id=ada, entity_id=third, merged_into=first))
    for name in ("second", "third"):
        _again(one, two, name)
        with Study.open(one) as study:
            register = study.register()
            assert {register.root_id(key) for key in (first, second, third)} == {second}
            assert register.every[second].memo == "a duplicate"


def test_an_entry_is_not_merged_into_itself_by_an_entry_of_its_name_there(pair: tuple[Path, Path]) -> None:
    one, two = pair
    key, copy = (str(n) * 8 + BO[8:] for n in (1, 2))
    with reopened(two, "enter") as study:
        study.coding.apply(AddEntity(coder_id=study.coder("Ada").id, id=key, name="An", type="person"))
    _again(one, two, "first")
    with reopened(two, "there") as study:
        ada = study.coder("Ada").id
        study.coding.apply(AddEntity(coder_id=ada, id=copy, name="An", type="person"))
        study.coding.apply(ChangeEntity(coder_id=ada, entity_id=key, merged_into=copy))
    _again(one, two, "second")
    with Study.open(one) as study:
        assert study.register().every[key].merged_into is None
        assert [e.name for e in study.register().living()].count("An") == 1


def test_a_package_of_another_study_comes_in_as_what_it_is(pair: tuple[Path, Path], tmp_path: Path) -> None:
    one, two = pair
    with reopened(two, "pack") as study:
        document = study.documents()[0].id
        ada = study.coder("Ada").id
        study.coding.apply(SetDocumentState(coder_id=ada, document_id=document, state="done"))
        study.coding.apply(AddNote(coder_id=ada, document_id=document, text="why?", start=0, end=3))
        pack(study, "Ada", tmp_path / "ada.annotator-package")
    for number, (added, status) in enumerate(((3, "new"), (0, "again"))):
        with reopened(one, f"take{number}") as study:
            told = as_json(merge(study, [tmp_path / "ada.annotator-package"]))["studies"][0]
            assert check(study) == []
            assert (told["from"], told["status"], told["annotations"]["added"]) == ("package", status, added)
    with Study.open(one) as study:
        assert [n.text for n in study.notes()] == ["why?"]
        assert set(study.document_states(study.coder("Ada").id).values()) == {"done"}


def test_a_study_is_not_merged_into_itself_and_a_file_that_is_none_is_refused(pair: tuple[Path, Path]) -> None:
    one, _ = pair
    with Study.open(one) as study, pytest.raises(BadInput, match="this is the study itself"):
        merge(study, [one])
    torn = one.parent / "torn.annotator"
    torn.write_bytes(one.read_bytes()[:5000])
    before = _rows(one)
    with Study.open(one) as study, pytest.raises(AnnotatorError):
        merge(study, [torn])
    assert _rows(one) == before


def test_a_package_under_another_studys_name_changes_nothing_of_other_coders(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    """As a forger would: the study's id is another, the coder somebody else, labels and steps are this study's own."""
    one, _ = pair
    out = tmp_path / "forged.annotator-package"
    with reopened(one, "pack") as study:
        ada, ben = study.coder("Ada").id, study.coder("Ben").id
        pack(study, "Ada", out)
    before = _labels(one)

    def forge(files: dict[str, bytes]) -> None:
        for name, data in files.items():
            files[name] = data.replace(ada.encode(), ben.encode()).replace(b'"memo":""', b'"memo":"changed"')

    rebuilt(out, forge)
    in_manifest(lambda m: m["study"].update(id="other") or m["coder"].update(id=ben, name="Ben"))(out)
    with reopened(one, "merge") as study:
        told = as_json(merge(study, [out]))["studies"][0]
        assert check(study) == []
        assert told["annotations"]["changed"] == 0
    after = _labels(one)
    assert {k: after[k] for k in before} == before
