"""Settling: cases, decisions, majorities and coders against gold, against a model and by worked cases."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.commands import AddAnnotation, RemoveAnnotation, SetDocumentState, SetFragments, SetValue
from annotator.domain.decisions import GOLD
from annotator.domain.errors import AnnotatorError, BadInput, NotFound, Refusal
from annotator.domain.json_forms import as_json
from annotator.services.adjudication import deciding, majority
from annotator.services.adjudication.against_gold import against_gold, of_one
from annotator.services.adjudication.case_book import CaseBook, case_book
from annotator.services.adjudication.cases import PASSAGE, Case
from annotator.services.adjudication.deciding import Written, first_picks, picks_of, whole
from annotator.services.adjudication.decisions_json import cases_as_json
from annotator.services.adjudication.gold import decisions, ensure_gold, lift
from annotator.services.adjudication.report import gold_page
from annotator.services.adjudication.training import give_test_set, settled_documents
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.request import Question
from annotator.services.demo import make_demo_study
from annotator.services.exchange.exporting import export
from annotator.services.exchange.importing_files import import_files
from annotator.services.exchange.listing import listed
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.study.relocation import move
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import plan
from annotator.services.team.packing import pack
from annotator.store.places import Place
from annotator.store.records import annotation_record
from tests.studies import statement, study_at

PLAIN = Question(bootstrap=0)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("settling") / "demo.annotator"
    make_demo_study(path)
    return path


@pytest.fixture
def demo(made: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Study]:
    """The demo study in a file; in a database for the tests that ask for both."""
    if getattr(request, "param", "file") == "file":
        place: Place = Path(shutil.copy(made, tmp_path / "demo.annotator"))
    else:
        place = request.getfixturevalue("database")
        move(made, place)
    with Study.open(place) as study:
        yield study


both = pytest.mark.parametrize("demo", ["file", "database"], indirect=True)


def gold_labels(study: Study) -> list[str]:
    """What gold says, without ids and times."""
    ids = [c.id for c in study.coders() if c.role == GOLD]
    labels = {a.id: a for a in study.annotations(coder_ids=ids)}

    def said(key: str) -> Any:
        a = labels[key]
        roles = {
            r: [said(f.annotation) if f.annotation in labels else f.entity for f in fillers]
            for r, fillers in a.roles.items()
        }
        return [a.document_id, a.layer, a.fragments, dict(a.values), roles, sorted(a.empty)]

    return sorted(json.dumps(said(key), sort_keys=True) for key in labels)


def of_coders(study: Study) -> list[str]:
    ids = [c.id for c in study.coders() if c.role != GOLD]
    return [json.dumps(annotation_record(a), sort_keys=True) for a in study.annotations(coder_ids=ids)]


def first(book: CaseBook, fits: Callable[[Case], bool]) -> Case:
    return next(c for c in book.cases if fits(c) and book.standing(c).state == "open")


def ada(study: Study) -> str:
    return study.coder("Ada").id


def orders(book: CaseBook) -> list[list[str]]:
    return [[v.coder_id for v in c.versions] for c in book.cases]


def add_label(study: Study, who: str, layer: str, start: int, end: int) -> None:
    study.coding.apply(
        AddAnnotation(
            coder_id=study.coder(who).id,
            document_id=study.documents()[0].id,
            layer=layer,
            fragments=((start, end),),
            id=study.ids(),
        )
    )


STEPS = ("choose", "choose", "mix", "reject", "discuss", "majority", "undo", "redo")


# cases


def test_every_label_is_in_one_case_and_links_go_with_their_owners(demo: Study) -> None:
    book = case_book(demo)
    shared = set(book.documents)
    labels = [a for a in demo.annotations() if a.document_id in shared]
    in_cases = [a.id for c in book.cases for a in c.made()]
    in_slots = [x.id for c in book.cases for v in c.versions for x in v.links if x is not None]
    assert sorted(in_cases + in_slots) == sorted(a.id for a in labels)
    for c in book.cases:
        assert {v.coder_id for v in c.versions} >= {a.coder_id for a in c.made()}
        assert bool(c.kinds) == bool(c.differs)


def test_the_order_is_drawn_from_the_seed_and_tells_nobody(demo: Study) -> None:
    one, again = case_book(demo), case_book(demo)
    assert orders(one) == orders(again)
    of_three = [c for c in one.cases if len(c.versions) == 3]
    assert len({tuple(v.coder_id for v in c.versions) for c in of_three}) == 6, "every order comes up"
    told = json.dumps(cases_as_json(demo, one, one.cases))
    ids = {c.id for c in demo.coders()} | {c.name for c in demo.coders()}
    labels = {a.id for a in demo.annotations()}
    assert not any(f'"{x}"' in told for x in ids | labels)
    assert '"Ada"' in json.dumps(cases_as_json(demo, one, one.cases, who=True))


def test_cases_are_found_by_layer_attribute_and_article(demo: Study) -> None:
    book = case_book(demo)
    stance = list(book.chosen("about", "stance"))
    assert stance
    for c in stance:
        rows = {v.said[f.key] for v in c.present for f in c.fields if (f.layer, f.attribute) == ("about", "stance")}
        assert len(rows) > 1
    document = book.cases[0].document_id
    assert {c.document_id for c in book.chosen(document_id=document)} == {document}
    assert {c.layer for c in book.chosen("said_by")} == {"claim"}


# decisions


@both
def test_a_version_becomes_gold_with_its_links(demo: Study) -> None:
    book = case_book(demo)
    case = first(book, lambda c: c.layer == "claim" and len(c.slots) > 1 and all(v.label for v in c.versions))
    version = case.versions[1]
    assert version.label is not None
    before = of_coders(demo)
    deciding.choose(demo, book, case, 1, ada(demo))
    assert of_coders(demo) == before
    gold = ensure_gold(demo)
    labels = {a.id: a for a in demo.annotations(coder_ids=[gold.id])}
    (claim,) = [a for a in labels.values() if a.layer == "claim"]
    assert (claim.fragments, claim.values) == (version.label.fragments, version.label.values)
    links = [a for a in labels.values() if a.roles]
    assert len(links) == sum(x is not None for x in version.links)
    for link, source in zip(
        sorted(links, key=lambda a: a.layer),
        sorted((x for x in version.links if x), key=lambda a: a.layer),
        strict=True,
    ):
        assert (link.layer, link.values, link.empty) == (source.layer, source.values, source.empty)
        for fillers in link.roles.values():
            assert all(f.entity or f.annotation in labels for f in fillers)
    kept = decisions(demo)[-1]
    assert (kept.undone, kept.decision.how, kept.decision.blind) == (None, "version", True)
    assert [v.coder for v in kept.decision.versions] == [v.coder_id for v in case.versions]
    assert set(kept.decision.chosen.values()) == {2}
    assert picks_of(demo, case, kept.decision) == whole(case, 1)
    assert check(demo) == []


def test_what_a_link_names_is_made_once_and_its_case_is_settled_along(demo: Study) -> None:
    book = case_book(demo)
    speakers: dict[str, list[Case]] = {}
    for c in book.cases:
        if c.layer == "claim" and all(v.label for v in c.versions):
            named = [
                book.case_of[f.annotation].id
                for v in c.versions
                for x in v.links
                if x is not None and x.layer == "said_by"
                for f in x.roles.get("speaker", ())
                if f.annotation in book.case_of
            ]
            if len(named) == len(c.versions) and len(set(named)) == 1:
                speakers.setdefault(named[0], []).append(c)
    key, claims = next((k, v) for k, v in speakers.items() if len(v) > 1)
    for n, claim in enumerate(claims[:2]):
        deciding.choose(demo, book, claim, n, ada(demo))
    standing = book.standing(book.by_id[key])
    assert (standing.state, standing.along) == ("settled", True)
    gold = ensure_gold(demo).id
    here = demo.annotations(claims[0].document_id, [gold], "speaker")
    assert len(here) == 1
    deciding.choose(demo, book, book.by_id[key], 1, ada(demo))
    assert [a.id for a in demo.annotations(claims[0].document_id, [gold], "speaker")] == [here[0].id]
    assert not book.standing(book.by_id[key]).along
    assert check(demo) == []


@both
def test_mixing_writing_and_deciding_again(demo: Study) -> None:
    book = case_book(demo)
    case = first(book, lambda c: c.layer == "claim" and {"values"} <= c.kinds and all(v.label for v in c.versions))
    field = next(f for f in case.fields if f.slot is None and f.attribute == "claim_type")
    picks = {**whole(case, 0), field.key: 1, PASSAGE: Written(((3, 9),)), "value:certainty": Written(2)}
    deciding.settle(demo, book, case, picks, ada(demo), "Both are half right")
    gold = ensure_gold(demo).id
    (claim,) = demo.annotations(case.document_id, [gold], "claim")
    second = case.versions[1].label
    assert second is not None
    assert claim.fragments == ((3, 9),)
    assert claim.values["claim_type"] == second.values["claim_type"]
    assert claim.values["certainty"] == 2
    decision = decisions(demo)[-1].decision
    assert (decision.how, decision.chosen[PASSAGE], decision.chosen[field.key]) == ("written", "written", 2)
    assert [n.text for n in demo.notes() if n.id == decision.note] == ["Both are half right"]
    assert picks_of(demo, case, decision)[PASSAGE] == Written(((3, 9),))
    many = gold_labels(demo)
    deciding.choose(demo, book, case, 1, ada(demo))
    (again,) = demo.annotations(case.document_id, [gold], "claim")
    assert again.id == claim.id
    assert again.fragments == second.fragments
    deciding.undo(demo, book)
    assert gold_labels(demo) == many
    deciding.undo(demo, book)
    assert gold_labels(demo) == []
    assert [k.undone is None for k in decisions(demo)] == [False, False], "what was taken back can still be read"
    assert check(demo) == []


def test_bad_picks_change_nothing(demo: Study) -> None:
    book = case_book(demo)
    case = first(book, lambda c: c.layer == "claim" and "unmarked" in c.kinds)
    absent = next(i for i, v in enumerate(case.versions) if v.label is None)
    bad: tuple[dict[str, Any], ...] = (
        {},
        {**whole(case, absent)},
        {**first_picks(case), **whole(case, absent)},
        {**whole(case, 1 - absent if absent < 2 else 0), "value:claim_type": Written("no such kind")},
        {**whole(case, 1 - absent if absent < 2 else 0), PASSAGE: Written(((5, 5),))},
    )
    for picks in bad:
        with pytest.raises(AnnotatorError):
            deciding.settle(demo, book, case, picks, ada(demo))
    with pytest.raises(BadInput):
        deciding.choose(demo, book, case, 9, ada(demo))
    with pytest.raises(Refusal):
        deciding.discuss(demo, book, case, ada(demo), "  ")
    assert gold_labels(demo) == []
    assert decisions(demo) == []


def test_who_looked_is_kept_and_blindness_ends(demo: Study) -> None:
    book = case_book(demo)
    one, two = [c for c in book.cases if c.layer == "claim"][:2]
    ben = demo.coder("Ben").id
    lift(demo, one.labels, ben)
    deciding.reject(demo, book, one, ada(demo))
    lift(demo, two.labels, ada(demo))
    lift(demo, two.labels, ada(demo))
    deciding.reject(demo, book, two, ada(demo))
    first_, second = (k.decision for k in decisions(demo))
    assert (first_.blind, first_.lifted_by) == (True, ben), "another person looked, the settler did not"
    assert (second.blind, second.lifted_by) == (False, ada(demo))
    assert second.lifted_at is not None
    lift(demo, one.labels, ada(demo))
    late = demo.ensure_coder("Late").id
    demo.coding.apply(
        AddAnnotation(coder_id=late, document_id=two.document_id, layer="claim", fragments=two.place, id=demo.ids())
    )
    again = case_book(demo)
    deciding.reject(demo, again, again.case_of[two.labels[0]], ada(demo))
    assert again.case_of[two.labels[0]].id != two.id
    assert not decisions(demo)[-1].decision.blind, "a label that joins the case does not make the settler forget"
    assert decisions(demo)[0].decision.blind, "looking after the decision does not change what it was"


def test_a_case_to_discuss_waits_and_keeps_its_question(demo: Study) -> None:
    book = case_book(demo)
    case = first(book, lambda c: c.layer == "claim")
    deciding.discuss(demo, book, case, ada(demo), "Is a headline a claim?")
    assert book.standing(case).state == "discuss"
    note = demo.notes()[-1]
    assert (note.kind, note.text, note.start) == ("question", "Is a headline a claim?", case.place[0][0])
    assert gold_labels(demo) == []
    deciding.undo(demo, book)
    assert (book.standing(case).state, demo.notes()) == ("open", [])


def test_what_changed_since_is_told_and_refused(demo: Study) -> None:
    book = case_book(demo)
    case = first(book, lambda c: c.layer == "claim" and all(v.label for v in c.versions))
    label = case.versions[0].label
    assert label is not None
    deciding.choose(demo, book, case, 0, ada(demo))
    demo.coding.apply(SetValue(coder_id=label.coder_id, annotation_id=label.id, attribute="certainty", value=1))
    with pytest.raises(Refusal, match="changed"):
        deciding.choose(demo, book, case, 1, ada(demo))
    again = case_book(demo)
    assert again.standing(again.case_of[label.id]).state == "changed"
    assert [c.id for c in again.cases if again.standing(c).state == "changed"] == [case.id]


def test_coders_who_come_later_do_not_open_cases_again(demo: Study) -> None:
    book = case_book(demo)
    case = first(book, lambda c: c.layer == "claim" and all(v.label for v in c.versions))
    deciding.choose(demo, book, case, 0, ada(demo))
    late = demo.ensure_coder("Late").id
    demo.coding.apply(
        AddAnnotation(coder_id=late, document_id=case.document_id, layer="claim", fragments=case.place, id=demo.ids())
    )
    again = case_book(demo)
    now = again.case_of[next(case.made()).id]
    assert len(now.versions) == len(case.versions) + 1
    assert again.standing(now).state == "settled"
    decision = again.standing(now).decision
    assert decision is not None
    chosen = case.versions[0].coder_id
    place = [v.coder_id for v in now.versions].index(chosen)
    assert set(picks_of(demo, now, decision).values()) <= {place}


# a model


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_any_sequence_of_decisions_against_a_model(
    made: Path, tmp_path_factory: pytest.TempPathFactory, data: Any
) -> None:
    path = Path(shutil.copy(made, tmp_path_factory.mktemp("model") / "s.annotator"))
    with Study.open(path) as study:
        book = case_book(study)
        by, before = ada(study), of_coders(study)
        documents = sorted({c.document_id for c in book.cases})[:2]
        cases = [c for c in book.cases if c.document_id in documents]
        past: list[list[str]] = []
        future: list[list[str]] = []
        for _ in range(data.draw(st.integers(4, 14))):
            now = gold_labels(study)
            step = data.draw(st.sampled_from(STEPS))
            case = data.draw(st.sampled_from(cases))
            try:
                if step == "undo":
                    deciding.undo(study, book)
                    future.append(now)
                    assert gold_labels(study) == past.pop()
                    continue
                if step == "redo":
                    deciding.redo(study, book)
                    past.append(now)
                    assert gold_labels(study) == future.pop()
                    continue
                if step == "choose":
                    n = data.draw(st.integers(0, len(case.versions) - 1))
                    deciding.choose(study, book, case, n, by)
                elif step == "mix":
                    present = [i for i, v in enumerate(case.versions) if v.label is not None]
                    picks = {f.key: data.draw(st.sampled_from(present)) for f in case.fields}
                    deciding.settle(study, book, case, picks, by)
                    decision = book.standing(case).decision
                    assert decision is not None
                    own = study.annotation(decision.gold[0])
                    for f in case.fields:
                        if f.slot is None and f.attribute is not None:
                            source = case.versions[picks[f.key]].label
                            assert source is not None
                            assert own.values.get(f.attribute) == source.values.get(f.attribute)
                elif step == "reject":
                    deciding.reject(study, book, case, by)
                    assert book.standing(case).state == "settled"
                elif step == "discuss":
                    deciding.discuss(study, book, case, by, "why?")
                    assert gold_labels(study) == now
                else:
                    proposals = majority.propose(book, cases)
                    if not any(p.decided for p in proposals):
                        continue
                    majority.apply(study, book, proposals, by)
            except Refusal:
                assert gold_labels(study) == now
                assert (step, bool(past), bool(future)) not in (("undo", True, False), ("redo", False, True))
                continue
            past.append(now)
            future.clear()
        assert of_coders(study) == before
        assert check(study) == []
        fresh = case_book(study)
        assert [fresh.standing(c) for c in fresh.cases] == [book.standing(c) for c in book.cases]


# majority


@both
def test_majority_settles_what_has_one_and_leaves_ties(demo: Study) -> None:
    book = case_book(demo)
    proposals = majority.propose(book, book.cases)
    assert gold_labels(demo) == []
    for p in proposals:
        present, n = p.case.present, len(p.case.versions)
        if 2 * len(present) == n:
            assert not p.decided
        if 2 * len(present) < n:
            assert p.rejected
        if p.decided and not p.rejected:
            assert p.picks is not None
            for key, pick in p.picks.items():
                if isinstance(pick, int):
                    said = p.case.versions[pick].said.get(key)
                    assert 2 * sum(v.said.get(key) == said for v in present) > len(present)
    _, left = majority.apply(demo, book, proposals, ada(demo))
    assert left == []
    for p in proposals:
        assert (book.standing(p.case).state == "settled") == p.decided or book.standing(p.case).along
    assert {k.decision.how for k in decisions(demo)} == {"majority"}
    assert check(demo) == []
    deciding.undo(demo, book)
    assert gold_labels(demo) == []
    assert book.progress()[0] == 0


def test_unanimous_settles_only_what_nobody_differs_on(demo: Study) -> None:
    book = case_book(demo)
    proposals = majority.propose(book, book.cases, unanimous=True)
    assert {bool(p.case.kinds) for p in proposals if p.decided} == {False}
    assert {bool(p.case.kinds) for p in proposals if not p.decided} == {True}


def test_labels_that_may_not_overlap_stay_open(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        study.ensure_coder("Chidi")
        for name in ("Ada", "Ben", "Chidi"):
            add_label(study, name, "speaker", 0, 9)
        book = case_book(study)
        (case,) = book.cases
        deciding.settle(study, book, case, {**whole(case, 0), PASSAGE: Written(((0, 40),))}, ada(study))
        for name in ("Ada", "Ben", "Chidi"):
            add_label(study, name, "speaker", 36, 48)
        book = case_book(study)
        _, left = majority.apply(study, book, majority.propose(book, book.cases), ada(study))
        assert [p.open_because for p in left] == ["it overlaps a passage that is settled"]
        assert check(study) == []


# gold stays apart


def test_gold_enters_no_agreement_plan_package_or_list_of_coders(demo: Study, tmp_path: Path) -> None:
    before = study_agreement(demo, PLAIN)
    exported = tmp_path / "before.jsonl"
    export(demo, "jsonl", exported)
    labels = as_json(listed(demo, "annotations"))
    book = case_book(demo)
    majority.apply(demo, book, majority.propose(book, book.cases), ada(demo))
    after = study_agreement(demo, PLAIN)
    told, now = before.pop("account"), after.pop("account")
    assert after == before
    assert now["here"] == told["here"]
    gold = [x for x in now["left_out"] if x["why"] == "settled labels (gold)"]
    assert [x for x in now["left_out"] if x not in gold] == told["left_out"]
    assert sum(x["count"] for x in gold) == now["study"]["annotations"] - told["study"]["annotations"] > 0
    assert [c.id for c in case_book(demo).cases] == [c.id for c in book.cases]
    assert as_json(listed(demo, "annotations")) == labels
    export(demo, "jsonl", tmp_path / "after.jsonl")
    assert (tmp_path / "after.jsonl").read_bytes() == exported.read_bytes()
    for call in (
        lambda: study_agreement(demo, Question(coders=("Ada", "Gold"))),
        lambda: plan(demo, ["Ada", "Gold"], Request(1, 100, 0, 1, "main", 0)),
        lambda: pack(demo, "Gold", tmp_path / "p.annotator-package"),
        lambda: as_json(export(demo, "jsonl", tmp_path / "x.jsonl", coders=["Gold"])),
        lambda: as_json(export(demo, "jsonl", tmp_path / "x.jsonl", coders=["Ada"], gold=True)),
        lambda: against_gold(demo, ["Gold"]),
        lambda: demo.person("Gold"),
    ):
        with pytest.raises(BadInput):
            call()
    assert not (tmp_path / "x.jsonl").exists()
    told = {c["role"]: c["progress"] for c in as_json(listed(demo, "coders"))}
    assert told[GOLD] is None
    drawn = plan(demo, ["Ada", "Ben"], Request(2, 100, 0, 1, "main", 0))
    assert set(drawn.piles) == {"Ada", "Ben"}


def test_gold_is_exported_alone_and_never_read_in_as_a_coders(demo: Study, tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="settled"):
        export(demo, "jsonl", tmp_path / "gold.jsonl", gold=True)
    book = case_book(demo)
    majority.apply(demo, book, majority.propose(book, book.cases), ada(demo))
    for form in ("jsonl", "csv", "statements"):
        manifest = as_json(export(demo, form, tmp_path / f"gold.{form}", gold=True))
        assert manifest["coders"] == ["Gold"]
        assert manifest["gold"] is True
        assert manifest["counts"]["rows"] > 0
    records = [json.loads(x) for x in (tmp_path / "gold.jsonl").read_text(encoding="utf-8").splitlines()]
    assert {r["coder"]["role"] for r in records} == {GOLD}
    assert len(records) == len(gold_labels(demo)) == len(as_json(listed(demo, "gold")))
    assert as_json(import_files(demo, [tmp_path / "gold.jsonl"], "annotations"))["annotations"]["already"] == len(
        records
    )
    other = tmp_path / "other.annotator"
    make_demo_study(other)
    with Study.open(other) as study:
        result = as_json(import_files(study, [tmp_path / "gold.jsonl"], "annotations"))
        assert result["annotations"]["added"] == 0
        assert "settled" in result["problems"][0]["what"]
        assert {c.name for c in study.coders()} == {"Ada", "Ben", "Chidi"}


def test_a_coder_named_gold_stays_a_coder(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        named = study.ensure_coder("Gold")
        statement(study, "Ada")
        study.coding.apply(
            SetDocumentState(coder_id=study.coder("Ben").id, document_id=study.documents()[0].id, state="done")
        )
        book = case_book(study)
        deciding.choose(study, book, book.cases[0], 0, ada(study))
        assert study.coder("Gold") == named
        assert ensure_gold(study).name == "Gold standard"


# coders against gold


def test_precision_and_recall_of_a_worked_case(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study:
        document = study.documents()[0].id
        with pytest.raises(NotFound):
            against_gold(study)

        def label(who: str, start: int, end: int, kind: str) -> None:
            study.coding.apply(
                AddAnnotation(
                    coder_id=study.coder(who).id,
                    document_id=document,
                    layer="claim",
                    fragments=((start, end),),
                    values={"kind": kind},
                    id=study.ids(),
                )
            )

        for start, end, kind in ((0, 9, "fact"), (22, 33, "fact"), (36, 52, "NO")):
            label("Ada", start, end, kind)
        for start, end, kind in ((0, 9, "NO"), (22, 34, "fact"), (70, 80, "fact")):
            label("Ben", start, end, kind)
        book = case_book(study)
        own = {c.place[0][0]: c for c in book.cases}

        def take(start: int, who: str, note: str = "") -> None:
            case = own[start]
            place = [v.coder_id for v in case.versions].index(study.coder(who).id)
            deciding.choose(study, book, case, place, ada(study), note)

        take(0, "Ada", "The text says so")
        take(22, "Ada")
        take(36, "Ada")
        take(70, "Ada")
        report = against_gold(study)
        ada_, ben = as_json(report)["coders"]
        assert report.notes == ()
        (claims,) = ada_["passages"]
        assert (claims["counts"], claims["overlap"]["f1"], ada_["feedback"]) == ([3, 3], 1.0, [])
        (claims,) = ben["passages"]
        assert (claims["counts"], claims["matched"]) == ([3, 3], 2)
        assert claims["overlap"] == {"precision": 2 / 3, "recall": 2 / 3, "f1": pytest.approx(2 / 3)}
        assert claims["exact"]["precision"] == 1 / 3
        kind = next(a for a in ben["attributes"] if a["attribute"] == "kind")
        assert (kind["units"], kind["right"]) == (2, 1)
        codes = {k["code"]: k for k in kind["codes"]}
        assert (codes["fact"]["precision"], codes["fact"]["recall"]) == (1.0, 0.5)
        assert (codes["NO"]["precision"], codes["NO"]["recall"]) == (0.0, None)
        told = {(f["kind"], f["place"][0]) for f in ben["feedback"]}
        assert told == {("value", 0), ("bounds", 22), ("missed", 36), ("extra", 70)}
        assert {f["why"] for f in ben["feedback"]} == {"The text says so", None}
        alone = gold_page(study, of_one(report, study.coder("Ben").id))
        assert "Ben" in alone
        assert "Ada" not in alone
        assert gold_page(study, report) == gold_page(study, against_gold(study))


def test_open_cases_count_neither_for_nor_against(demo: Study) -> None:
    book = case_book(demo)
    done = [c for c in book.cases if c.layer == "claim" and not c.kinds][:5]
    for case in done:
        deciding.choose(demo, book, case, 0, ada(demo))
    for c in as_json(against_gold(demo))["coders"]:
        assert all(p["overlap"]["f1"] == 1.0 for p in c["passages"])
        assert all(a["share"] == 1.0 for a in c["attributes"])
        assert c["feedback"] == []
        assert c["left_out"] > 0


def test_a_coder_in_training_is_held_to_gold(demo: Study) -> None:
    book = case_book(demo)
    document = book.cases[0].document_id
    for case in book.chosen(document_id=document):
        if book.standing(case).state == "open":
            present = next(i for i, v in enumerate(case.versions) if v.label is not None)
            deciding.choose(demo, book, case, present, ada(demo))
    new = demo.ensure_coder("Dana").id
    claim = next(c for c in book.chosen("claim", document_id=document))
    for fragments in (claim.place, ((2, 5),)):
        demo.coding.apply(
            AddAnnotation(coder_id=new, document_id=document, layer="claim", fragments=fragments, id=demo.ids())
        )
    (dana,) = as_json(against_gold(demo, ["Dana"]))["coders"]
    claims = next(p for p in dana["passages"] if p["layer"] == "claim")
    assert claims["counts"][1] == 2
    assert claims["matched"] == 1
    assert any(f["kind"] == "extra" and f["place"] == [2, 5] for f in dana["feedback"])
    assert any(f["kind"] == "value" and f["yours"] is None for f in dana["feedback"]), "what is missing is told"


def test_a_test_set_is_of_settled_articles_that_the_coder_has_not_seen(demo: Study, tmp_path: Path) -> None:
    book = case_book(demo)
    with pytest.raises(BadInput, match="settled completely"):
        give_test_set(demo, book, ["Dana"])
    assert {c.name for c in demo.coders()} == {"Ada", "Ben", "Chidi"}, "what is refused enters nobody"
    documents = list(book.documents)[:3]
    for document in documents:
        for case in book.chosen(document_id=document):
            if book.standing(case).state == "open":
                deciding.choose(demo, book, case, 0, ada(demo))
    assert settled_documents(book) == documents
    for wrong in ([], ["Dana", "Dana"], ["Dana", ""], ["Gold"]):
        with pytest.raises(BadInput):
            give_test_set(demo, book, wrong)
    told = give_test_set(demo, book, ["Dana", "Ada"], count=2)
    assert [c.added for c in told.coders] == [2, 0], "Ada has coded them all"
    assert give_test_set(demo, book, ["Dana"]).coders[0].added == 1
    assert give_test_set(demo, book, ["Dana"]).coders[0].added == 0
    given = {c["name"]: c["progress"] for c in as_json(listed(demo, "coders"))}
    assert given["Dana"]["rounds"] == {"training": {"assigned": 3, "done": 0}}
    pack(demo, "Dana", tmp_path / "dana.annotator-package")
    with zipfile.ZipFile(tmp_path / "dana.annotator-package") as package:
        inside = b"".join(package.read(n) for n in package.namelist())
    gold = ensure_gold(demo).id
    assert gold.encode() not in inside
    assert not any(a.id.encode() in inside for a in demo.annotations(coder_ids=[gold]))


def test_no_two_coders_is_told(tmp_path: Path) -> None:
    with study_at(tmp_path / "s.annotator") as study, pytest.raises(BadInput, match="two"):
        case_book(study)


def test_removed_labels_leave_the_decision_readable(demo: Study) -> None:
    book = case_book(demo)
    case = first(book, lambda c: c.layer == "claim" and all(v.label for v in c.versions))
    deciding.choose(demo, book, case, 0, ada(demo))
    for label in case.made():
        demo.coding.apply(RemoveAnnotation(coder_id=label.coder_id, annotation_id=label.id))
    again = case_book(demo)
    assert case.id not in again.by_id
    assert check(demo) == []
    assert len(as_json(against_gold(demo))["coders"]) == 3


def test_moved_boundaries_show_as_changed(demo: Study) -> None:
    book = case_book(demo)
    case = first(book, lambda c: c.layer == "claim" and all(v.label for v in c.versions) and len(c.place) == 1)
    deciding.choose(demo, book, case, 0, ada(demo))
    label = case.versions[0].label
    assert label is not None
    (start, end) = label.fragments[0]
    demo.coding.apply(SetFragments(coder_id=label.coder_id, annotation_id=label.id, fragments=((start, end - 1),)))
    again = case_book(demo)
    assert again.standing(again.case_of[label.id]).state == "changed"
