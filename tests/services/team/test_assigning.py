"""Plans: equal piles and strata, the same from the same seed, extended without touching what is there."""

from __future__ import annotations

from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.errors import BadInput
from annotator.domain.json_forms import as_json
from annotator.intake import read_source
from annotator.services.articles.importing import add_documents
from annotator.services.exchange.listing import listed
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.team.allocation import Article, Request, draw
from annotator.services.team.assigning import apply_plan, plan
from annotator.store import assignments
from tests.studies import study_at

NAMES = ["Ada", "Ben", "Chidi", "Dana"]


def articles(count: int) -> list[Article]:
    return [Article(f"d{i:03d}", ("Herald" if i % 3 else "Post", f"2031-0{1 + i % 2}")) for i in range(count)]


@given(st.integers(1, 60), st.integers(1, 4), st.integers(0, 30), st.integers(0, 99))
def test_every_article_gets_as_many_coders_as_asked_and_piles_are_equal(
    count: int, overlap: int, repeats: int, seed: int
) -> None:
    piles = draw(articles(count), NAMES, {}, Request(overlap, repeats=repeats, seed=seed))
    firsts = {c: [s.article for s in pile if not s.again] for c, pile in piles.items()}
    assert Counter(a for pile in firsts.values() for a in pile) == {a.id: overlap for a in articles(count)}
    sizes = [len(pile) for pile in firsts.values()]
    assert max(sizes) - min(sizes) <= 1
    strata = {a.id: a.stratum for a in articles(count)}
    for stratum in set(strata.values()):
        held = [sum(strata[a] == stratum for a in pile) for pile in firsts.values()]
        assert max(held) - min(held) <= 2
    for pile in piles.values():
        assert len(set(pile)) == len(pile)
        for place, slot in enumerate(pile):
            if slot.again:
                first = next(i for i, s in enumerate(pile) if s.article == slot.article and not s.again)
                assert first < place


def test_the_same_seed_gives_the_same_plan_whatever_the_order_of_names() -> None:
    one = draw(articles(30), NAMES, {}, Request(2, repeats=10, seed=7))
    assert one == draw(articles(30), NAMES[::-1], {}, Request(2, repeats=10, seed=7))
    assert one != draw(articles(30), NAMES, {}, Request(2, repeats=10, seed=8))
    assert all(sum(s.again for s in pile) == 2 for pile in one.values())


def test_a_share_is_doubled_in_every_stratum() -> None:
    piles = draw(articles(60), NAMES, {}, Request(2, share=25))
    coders = Counter(s.article for pile in piles.values() for s in pile)
    assert Counter(coders.values()) == {2: 15, 1: 45}
    strata = {a.id: a.stratum for a in articles(60)}
    doubled = Counter(strata[a] for a, n in coders.items() if n == 2)
    assert set(doubled) == set(strata.values())


def team(path: Path, documents: int = 12) -> Study:
    return study_at(path, documents=documents)


def test_a_plan_is_shown_before_it_is_written_and_applied_once(tmp_path: Path) -> None:
    with team(tmp_path / "s.annotator") as study:
        drawn = plan(study, ["Ada", "Ben", "Chidi"], Request(2, repeats=20))
        assert {c.name for c in study.coders()} == {"Ada", "Ben"}
        assert len(study.documents()) == 12
        apply_plan(study, drawn)
        assert {c.name for c in study.coders()} == {"Ada", "Ben", "Chidi"}
        rows = {r["name"]: r["progress"] for r in as_json(listed(study, "coders"))}
        assert [rows[n]["assigned"] for n in ("Ada", "Ben", "Chidi")] == [10, 10, 10]
        assert rows["Ada"]["repeats"] == 2
        copies = study.hidden_repeats()
        assert len(copies) == 6
        by_id = {d.id: d for d in study.documents()}
        for copy, original in copies.items():
            assert study.text(copy) == study.text(original)
            assert by_id[copy].title == by_id[original].title
        assert check(study) == []
        assert plan(study, ["Ada", "Ben", "Chidi"], Request(2)).new == 0


def test_a_later_plan_adds_and_moves_nothing(tmp_path: Path) -> None:
    with team(tmp_path / "s.annotator") as study:
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(1, seed=3)))
        with study.file.reading() as connection:
            before = assignments.every(connection)
        add_documents(study, read_source("late.txt", b"A late article.\n", "plain"))
        apply_plan(study, plan(study, ["Ada", "Ben", "Chidi"], Request(2, seed=4)))
        with study.file.reading() as connection:
            after = assignments.every(connection)
            assert len(assignments.plans(connection)) == 2
        assert set(before) <= set(after)
        assert set(Counter(a.document_id for a in after).values()) == {2}
        for coder in {a.coder_id for a in after}:
            places = [a.position for a in after if a.coder_id == coder]
            assert places == list(range(1, len(places) + 1))


def test_a_pilot_gives_everybody_the_same_articles(tmp_path: Path) -> None:
    with team(tmp_path / "s.annotator") as study:
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(1, round="pilot", pilot=3)))
        apply_plan(study, plan(study, ["Ada", "Ben"], Request(1)))
        with study.file.reading() as connection:
            rows = assignments.every(connection)
        pilots = [{a.document_id for a in rows if a.coder_id == c.id and a.round == "pilot"} for c in study.coders()]
        assert pilots[0] == pilots[1]
        assert len(pilots[0]) == 3
        assert len([a for a in rows if a.round == "main"]) == 9


def test_a_pilot_is_extended_with_its_own_articles_first(tmp_path: Path) -> None:
    with team(tmp_path / "s.annotator") as study:
        request = Request(1, round="training", pilot=3)
        apply_plan(study, plan(study, ["Ada", "Ben"], request))
        assert plan(study, ["Ada", "Ben"], request).new == 0
        apply_plan(study, plan(study, ["Chidi"], request))
        apply_plan(study, plan(study, ["Ada", "Ben", "Chidi"], Request(1, round="training", pilot=5)))
        with study.file.reading() as connection:
            rows = assignments.every(connection)
        piles = [{a.document_id for a in rows if a.coder_id == c.id} for c in study.coders()]
        assert piles[0] == piles[1] == piles[2]
        assert len(piles[0]) == 5


@pytest.mark.parametrize(
    ("names", "request_", "told"),
    [
        (["Ada"], Request(2), "--overlap 2"),
        (["Ada"], Request(0), "--overlap 0"),
        (["Ada", "Ada"], Request(1), "twice"),
        (["Ada", " "], Request(1), "needs a name"),
        (["Ada"], Request(1, repeats=101), "--repeats"),
        (["Ada"], Request(1, share=-1), "--share"),
        (["Ada"], Request(1, pilot=-1), "--pilot"),
        (["Ada"], Request(1, round=""), "round"),
    ],
)
def test_what_cannot_be_met_is_refused(tmp_path: Path, names: list[str], request_: Request, told: str) -> None:
    with team(tmp_path / "s.annotator", 2) as study, pytest.raises(BadInput, match=told):
        plan(study, names, request_)


@pytest.mark.parametrize("seed", range(5))
def test_every_pair_of_coders_shares_about_as_many_articles_as_any_other(seed: int) -> None:
    """Of one stratum, so that nothing but the pairs decides between coders who have equally many."""
    piles = draw([Article(f"d{i:03d}", ("Post", "2031-01")) for i in range(60)], NAMES, {}, Request(2, seed=seed))
    held = {c: {s.article for s in pile} for c, pile in piles.items()}
    shared_by = [len(held[one] & held[other]) for one, other in combinations(NAMES, 2)]
    assert sum(shared_by) == 60
    assert max(shared_by) - min(shared_by) <= 2
