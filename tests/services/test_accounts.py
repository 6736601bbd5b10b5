"""Accounts of every result, over random codebooks and studies, are held to the raw tables."""

from __future__ import annotations

import csv
import json
import random
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotator.domain.accounts import Account, Holding, Reckoning, account_of
from annotator.domain.annotations import Entity
from annotator.domain.codebook.model import Codebook
from annotator.domain.codebook.owners import owners
from annotator.domain.commands import AddEntity, ChangeEntity
from annotator.domain.decisions import GOLD
from annotator.domain.errors import AnnotatorError, BadInput
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.json_forms import as_json
from annotator.formats.annotation_records import AnnotationRecord
from annotator.formats.declared import formats
from annotator.formats.incoming import Incoming, IncomingDocument
from annotator.services.adjudication import majority
from annotator.services.adjudication.against_gold import against_gold
from annotator.services.adjudication.case_book import case_book
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.request import Question
from annotator.services.codebooks.changing import apply_codebook, compare
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_codings import bring_in
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.listing import listed
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import write_network
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.merging import merge
from annotator.services.team.package_file import read_package
from annotator.services.team.packing import pack
from annotator.services.team.similar_names import suggestions
from tests.accounts import adds_up
from tests.chance import codebook_by_chance, labels_by_chance, study_by_chance
from tests.positions import positions, study_of_positions, whole

FORMS = ("jsonl", "csv", "statements", "statement-lists", "brat", "conll", "xlsx", "archive", "webanno-tsv", "w3c")


def _told(make: Any) -> dict[str, Any] | None:
    """The account of a result, None where there is none because there is nothing in it, which is told."""
    try:
        account: dict[str, Any] = make()["account"]
    except BadInput:
        return None
    return account


@settings(max_examples=7, deadline=None)
@given(st.integers(0, 10_000))
def test_every_account_adds_up_to_the_raw_tables(seed: int) -> None:
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory() as name:
        folder, path = Path(name), Path(name) / "s.annotator"
        with study_by_chance(dice, path) as study:
            assert not check(study)
            if dice.random() < 0.7 and (book := _book(study)) is not None:
                majority.apply(study, book, majority.propose(book, book.cases), study.person("Sup").id)
                assert not check(study)
                if any(c.role == GOLD for c in study.coders()) and study.coding.can_undo(_gold(study)):
                    adds_up(as_json(against_gold(study, book=_book(study)))["account"], path)
            for form in dice.sample(FORMS, 3):
                out = folder / f"out.{form}"
                for gold in (False, True):
                    without = dice.random() < 0.5
                    account = _told(
                        lambda f=form, g=gold, w=without, o=out: as_json(export(study, f, o, None, w, gold=g))
                    )
                    if account is not None:
                        adds_up(account, path)
                        _as_written(form, out, account)
                    out = folder / f"gold.{form}"
            for make in (
                lambda: write_network(study, Wanted(), folder / "n.csv").as_json(),
                lambda: study_agreement(study, Question(bootstrap=0)),
                lambda: study_agreement(study, Question(bootstrap=0, layer="claim", coders=("Ada", "Ben"))),
                lambda: _packed(study, folder / "a.annotator-package"),
            ):
                try:
                    account = _told(make)
                except AnnotatorError:  # nobody of that name, or nothing that could be an actor
                    continue
                if account is not None:
                    adds_up(account, path)


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000))
def test_what_two_coders_coded_alike_is_settled_whole_or_stays_open(seed: int) -> None:
    dice = random.Random(seed)
    codebook = codebook_by_chance(dice)
    document = IncomingDocument("0.txt", "The mayor said that it will pay for the tram. ")
    labels = json.dumps(labels_by_chance(dice, codebook, document.text, "X"))
    records = [
        AnnotationRecord.model_validate(r | {"coder": {"name": coder}, "document": {"sha256": document.sha256}})
        for coder in ("Ada", "Ben")
        for r in json.loads(labels.replace('"X-', f'"{coder}-'))
    ]
    with tempfile.TemporaryDirectory() as name:
        place = Path(name) / "s.annotator"
        with Study.create(place, codebook, "Any", CountingIds("any"), SteppingClock("2031-01-01")) as study:
            bring_in(study, "any", Incoming([document], [(r.id or "", r) for r in records]), "plain")
            if (book := _book(study)) is None:
                return
            proposals = majority.propose(book, book.cases)
            _, left = majority.apply(study, book, proposals, study.coder("Ada").id)
            assert not check(study)
            ada, gold = (
                Counter(a.layer for a in study.annotations(coder_ids=[key]))
                for key in (study.coder("Ada").id, _gold(study))
            )
            assert not gold - ada
            if all(p.decided for p in proposals) and not left:
                assert gold == ada


def _book(study: Study) -> Any:
    try:
        return case_book(study)
    except BadInput:
        return None


def _packed(study: Study, out: Path) -> dict[str, Any]:
    """The package's answer; its inner manifest has the same account."""
    told = as_json(pack(study, "Ada", out))
    manifest = read_package(out).manifest
    assert manifest.account == told["account"]
    return told


def _gold(study: Study) -> str:
    return next(c.id for c in study.coders() if c.role == GOLD)


def _as_written(form: str, out: Path, account: dict[str, Any]) -> None:
    """What the file holds is what the account says of it."""
    here = {k: n for k, n in account["here"]["by_layer"].items() if n}
    if form == "jsonl":
        assert Counter(json.loads(line)["layer"] for line in out.read_text("utf-8").splitlines()) == here
    elif form == "csv":
        with out.open(encoding="utf-8", newline="") as file:
            assert Counter(r["layer"] for r in csv.DictReader(file)) == here
    elif form == "statement-lists":
        with out.open(encoding="utf-8", newline="") as file:
            ids = [r["statement"] for r in csv.DictReader(file)]
        assert len(ids) == len(set(ids)) <= sum(here.values())


def test_a_sum_that_is_wrong_is_no_account() -> None:
    study = Holding(2, 1, {"claim": 3})
    reckoning = Reckoning(study)
    reckoning.leave("claim", "gone")
    assert isinstance(reckoning.closed(Holding(2, 1, {"claim": 2})), Account)
    for wrong in (Holding(2, 1, {"claim": 3}), Holding(1, 1, {"claim": 2}), Holding(2, 1, {"claim": 2, "other": 1})):
        with pytest.raises(AnnotatorError, match="does not add up"):
            reckoning.closed(wrong)


def test_an_account_is_read_back_and_said_in_words() -> None:
    reckoning = Reckoning(Holding(2, 2, {"claim": 3, "about": 1}))
    reckoning.leave("claim", "second readings", 1)
    reckoning.leave("about", "second readings", 1)
    reckoning.leave_documents("nothing of it is included", 1)
    account = reckoning.closed(Holding(1, 2, {"claim": 2}))
    assert account_of(account.as_json()) == account
    assert account.line == "2 of 4 labels, 1 of 2 articles, 2 of 2 coders"
    assert account.reasons() == [
        "2 labels left out: second readings",
        "1 articles left out: nothing of it is included",
    ]


def test_import_merge_and_a_changed_codebook_have_accounts(tmp_path: Path) -> None:
    path = tmp_path / "s.annotator"
    (tmp_path / "new.txt").write_text("An article that nobody has read yet, in one sentence.", encoding="utf-8")
    with study_of_positions(path, [*whole(), *whole(0, "Ben")]) as study:
        account = as_json(import_files(study, [tmp_path / "new.txt"]))["account"]
        adds_up(account, path)
        assert (account["here"]["documents"], account["here"]["annotations"]) == (1, 0)
        pack(study, "Ada", tmp_path / "a.annotator-package")
        account = as_json(merge(study, [tmp_path / "a.annotator-package"]))["account"]
        adds_up(account, path)
        assert account["here"]["annotations"] == 0
        changed = positions().model_dump(mode="json", by_alias=True)
        changed["layers"][2]["attributes"][0]["values"] = [{"key": "bus", "label": "Bus"}]
        account = apply_codebook(study, Codebook.model_validate(changed)).as_json()["account"]
        adds_up(account, path)
        assert [(x["layer"], x["count"]) for x in account["left_out"]] == [("object", 2)]


def test_nothing_is_never_called_done(tmp_path: Path) -> None:
    with study_of_positions(tmp_path / "s.annotator", []) as study:
        for form in ("jsonl", "csv", "statements", "statement-lists"):
            with pytest.raises(BadInput, match="no label would be in"):
                export(study, form, tmp_path / form)
            assert not (tmp_path / form).exists()
        with pytest.raises(BadInput, match="no statement has an actor and a concept"):
            write_network(study, Wanted(), tmp_path / "n.csv")
        told = as_json(export(study, "brat", tmp_path / "brat"))
        assert any("there is no label in it" in x["what"] for x in told["losses"])


def test_every_form_that_is_written_has_a_place_for_articles_or_says_it_has_not() -> None:
    assert {f.name for f in formats() if f.second_readings} <= {f.name for f in formats() if f.writes}
    assert owners(positions()).loose == ("allies",)


def test_a_change_tells_what_it_makes_incomplete_and_counts_gold_apart(tmp_path: Path) -> None:
    with study_of_positions(tmp_path / "s.annotator", [*whole(), *whole(0, "Ben")]) as study:
        book = case_book(study)
        majority.apply(study, book, majority.propose(book, book.cases), study.coder("Ada").id)
        settled = len(study.annotations(coder_ids=[_gold(study)], layer="position"))
        assert settled
        told = positions().model_dump(mode="json", by_alias=True)
        position, said_by = told["layers"][0], told["layers"][3]
        values = [{"key": "a", "label": "A"}]
        force = {"key": "force", "label": "Force", "type": "choice", "values": values, "required": True}
        where = force | {"key": "where", "label": "Where", "when": {"attribute": "number", "in": [True]}}
        position["attributes"] += [force, where]
        said_by["roles"].append({"key": "via", "label": "Via", "entities": True, "min": 1})
        changes = {c["path"]: c for c in compare(study, Codebook.model_validate(told)).as_json()["changes"]}
        force_told = changes["position.force"]
        assert (force_told["about"], force_told["labels"], force_told["gold"]) == ("lacking", 4, settled)
        assert changes["position.where"]["labels"] == 2  # those alone that are asked
        assert changes["said_by.via"]["labels"] == 2
        answer = compare(study, Codebook.model_validate(told)).as_json()
        assert answer["labels"]["all"] == len([*whole(), *whole()])
        assert answer["gold"]["all"] == len(study.annotations(coder_ids=[_gold(study)]))


def test_a_package_of_an_older_codebook_is_told_before_it_comes_in(tmp_path: Path) -> None:
    with study_of_positions(tmp_path / "s.annotator", whole()) as study:
        pack(study, "Ada", tmp_path / "old.annotator-package")
        told = positions().model_dump(mode="json", by_alias=True)
        told["layers"][0]["label"] = "Stand"
        apply_codebook(study, Codebook.model_validate(told))
        (one,) = as_json(merge(study, [tmp_path / "old.annotator-package"], dry_run=True))["packages"]
        assert one["codebook"] == {"made_under": 1, "here": 2}
        assert any("made under version 1 of the codebook, which is at version 2 here" in x for x in one["told"])


def test_whoever_was_merged_stands_in_no_list_and_no_suggestion(tmp_path: Path) -> None:
    with study_of_positions(tmp_path / "s.annotator", whole()) as study:
        ada = study.coder("Ada").id
        mayor = next(e for e in study.entities() if e.name == "Mayor")
        for name in ("The Mayor", "Mr Mayor"):
            study.coding.apply(AddEntity(coder_id=ada, id=name, name=name, type="person"))
            study.coding.apply(ChangeEntity(coder_id=ada, entity_id=name, merged_into=mayor.id))
        rows = as_json(listed(study, "entities"))
        assert [r["name"] for r in rows] == ["Baker", "Mayor"]
        assert [x["name"] for x in rows[1]["merged"]] == ["Mr Mayor", "The Mayor"]
        new = Entity("new", "The Mayor", "person")
        (found,) = suggestions([new], [*study.entities(), new])
        assert [(x.entity, x.name) for x in found.like] == [(mayor.id, "Mayor")]


def test_a_dry_import_has_the_account_of_what_would_come_in(tmp_path: Path) -> None:
    source, here = tmp_path / "source.annotator", tmp_path / "here.annotator"
    (tmp_path / "new.txt").write_text("An article that nobody has read yet, in one sentence.", encoding="utf-8")
    with study_of_positions(source, [*whole(), *whole(0, "Ben")]) as study:
        for form in ("jsonl", "webanno-tsv"):
            export(study, form, tmp_path / form)
    with study_of_positions(here, whole()) as study:
        for paths, form in (
            ([tmp_path / "new.txt"], "auto"),
            ([tmp_path / "jsonl"], "annotations"),
            ([tmp_path / "jsonl", tmp_path / "new.txt"], "auto"),
        ):
            before = here.read_bytes()
            dry = as_json(import_files(study, paths, form, dry_run=True))
            assert here.read_bytes() == before
            account = dry["account"]
            assert account["here"]["annotations"] == dry["annotations"]["added"]
            assert account["here"]["documents"] == dry["documents"]["added"]
            left = Counter(x["layer"] or x["what"] for x in account["left_out"] for _ in range(x["count"]))
            for layer, n in account["study"]["by_layer"].items():
                assert account["here"]["by_layer"].get(layer, 0) + left[layer] == n
            done = as_json(import_files(study, paths, form))
            adds_up(done["account"], here)
            assert account == done["account"]
        faulty = tmp_path / "faulty.jsonl"
        faulty.write_text('{"layer": "position"}\n', encoding="utf-8")
        dry = as_json(import_files(study, [faulty], "annotations", dry_run=True))
        assert dry["problems"]
        assert dry["account"]["here"]["annotations"] == 0
