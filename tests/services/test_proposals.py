"""Proposals in settling: what a model of coders' errors holds for likely, taken by hand and kept with its source."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from annotator.agreement.aggregation import codes_of, dawid_skene, in_canonical_order, mace
from annotator.cli.app import run
from annotator.domain.errors import Cancelled
from annotator.services.adjudication import deciding, majority
from annotator.services.adjudication.case_book import CaseBook, case_book
from annotator.services.adjudication.decisions_json import decisions_as_json
from annotator.services.adjudication.gold import decisions
from annotator.services.adjudication.proposals import FEWEST, Suggested, suggested
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.request import Question
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.cli.test_contract import Seen
from tests.services.test_reliability import coded

KINDS = ("fact", "wish", "=rude")


def answers(cases: int = 60, right: tuple[float, ...] = (0.95, 0.9, 0.35), seed: int = 5) -> tuple[list[str], Any]:
    """(the truth, what each coder gave): a coder knows it with this chance and else guesses."""
    chance = random.Random(seed)
    truth = [chance.choice(KINDS[:2]) for _ in range(cases)]
    given = [[t if chance.random() < p else chance.choice(KINDS[:2]) for t in truth] for p in right]
    return truth, given


def study_of(path: Path, given: list[list[str]], names: tuple[str, ...] = ("Ada", "Ben", "Cem", "Dea")) -> Study:
    """Six labels an article."""
    work = {
        name: [[{"kind": k} for k in mine[at : at + 6]] for at in range(0, len(mine), 6)]
        for name, mine in zip(names, given, strict=False)
    }
    return coded(path, work)


def told(book: CaseBook, found: dict[str, Suggested]) -> dict[tuple[int, Any], Any]:
    return {
        (book.documents[c.document_id].number, c.place): [
            (x.said, x.probability, x.mace) for x in one.fields["value:kind"]
        ]
        for c in book.cases
        if (one := found.get(c.id)) is not None
    }


def test_whoever_errs_often_is_believed_less_than_in_a_vote(tmp_path: Path) -> None:
    truth, given = answers(right=(0.97, 0.95, 0.1, 0.1), cases=90)
    with study_of(tmp_path / "s.annotator", given) as study:
        book = case_book(study)
        found = suggested(book)
        assert found
        right = wrong = by_vote = 0
        for case in book.cases:
            if case.id not in found:
                continue
            number = book.documents[case.document_id].number
            expected = truth[(number - 1) * 6 + case.place[0][0] // 5]
            likely = found[case.id].fields["value:kind"]
            assert likely[0].probability == max(x.probability for x in likely)
            assert abs(sum(x.probability for x in likely) - 1) < 0.02
            assert case.versions[likely[0].version].said["value:kind"] == likely[0].said
            right, wrong = right + (likely[0].said == expected), wrong + (likely[0].said != expected)
            votes = [v.said["value:kind"] for v in case.present]
            by_vote += 2 * votes.count(expected) > len(votes)
        assert right > by_vote, "half of the coders guess: a vote settles few"
        assert right > 5 * wrong
        assert not decisions(study), "nothing was settled by it"
        with pytest.raises(Cancelled):
            suggested(book, lambda *_: False)


def test_two_coders_and_few_cases_have_no_proposal(tmp_path: Path) -> None:
    _, given = answers()
    with study_of(tmp_path / "two.annotator", given[:2]) as study:
        assert not suggested(case_book(study))
    with study_of(tmp_path / "few.annotator", [mine[: FEWEST - 1] for mine in given]) as study:
        assert not suggested(case_book(study))


def test_names_and_order_of_coders_change_no_proposal(tmp_path: Path) -> None:
    _, given = answers(42, right=(0.9, 0.8, 0.6))
    seen = []
    for place, order in enumerate(((0, 1, 2), (2, 0, 1), (1, 0, 2))):
        with study_of(tmp_path / f"{place}.annotator", [given[i] for i in order]) as study:
            book = case_book(study)
            seen.append(told(book, suggested(book)))
    assert all(x == seen[0] for x in seen)
    assert len(seen[0]) > 5


@pytest.mark.parametrize("model", [dawid_skene, mace])
def test_order_of_units_and_coders_has_no_part_in_a_model(model: Any) -> None:
    generator = np.random.default_rng(3)
    codes = generator.integers(-1, 4, size=(70, 5)).astype(np.int32)
    first = in_canonical_order(model, codes, 4)
    rows, columns = generator.permutation(70), generator.permutation(5)
    again = in_canonical_order(model, np.ascontiguousarray(codes[rows][:, columns]), 4)
    assert np.array_equal(first.probabilities[rows], again.probabilities)
    assert np.array_equal(first.trust[columns], again.trust)
    assert np.array_equal(first.confusion[columns], again.confusion)
    assert in_canonical_order(model, codes_of([]), 2).probabilities.shape[0] == 0


def test_the_command_line_tells_proposals_and_settles_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, given = answers()
    path = tmp_path / "s.annotator"
    with study_of(path, given) as study:
        found = suggested(case_book(study))
    assert run(["gold", "cases", str(path), "--likely", "--json"], Seen()) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {r["id"] for r in rows if r["likely"]} == found.keys()
    told = next(r for r in rows if r["likely"])
    first = found[told["id"]].fields["value:kind"][0]
    assert told["likely"]["value:kind"][0] == {
        "value": first.said, "says": first.said.title(), "version": first.version + 1, "probability": first.probability,
        "mace": first.mace,
    }  # fmt: skip
    assert all(r["state"] == "open" for r in rows)
    assert run(["gold", "cases", str(path), "--json"], Seen()) == 0
    assert "likely" not in json.loads(capsys.readouterr().out)[0]


def test_what_was_taken_says_where_it_came_from_and_survives(tmp_path: Path) -> None:
    _, given = answers()
    path = tmp_path / "s.annotator"
    with study_of(path, given) as study:
        before = study_agreement(study, Question(intervals=False))["attributes"]
        book = case_book(study)
        found = suggested(book)
        case = next(c for c in book.cases if c.id in found)
        one = found[case.id]
        ada = study.coder("Ada").id
        picks = deciding.first_picks(case) | one.picks()
        deciding.settle(study, book, case, picks, ada, "looks right", one.proposed(), as_proposed=True)
        (kept,) = decisions(study)
        assert kept.decision.how == "dawid_skene"
        assert kept.decision.proposed == one.proposed()
        assert kept.decision.settled_by == ada
        deciding.undo(study, book)
        deciding.redo(study, book)
        other = next(c for c in book.cases if c.id in found and c.id != case.id)
        by_hand = deciding.whole(other, 0)
        deciding.settle(study, book, other, by_hand, ada)
        assert decisions(study)[-1].decision.proposed == {}
        assert study_agreement(study, Question(intervals=False))["attributes"] == before, "coders' figures are coders'"
        assert check(study) == []
    with Study.open(path) as study:
        first, second = decisions_as_json(study)
        assert first["proposed"] == one.proposed()
        assert first["how"] == "dawid_skene"
        assert "proposed" not in second
        book = case_book(study)
        assert not [p for p in majority.propose(book, book.cases) if p.case.id == case.id]
