"""Conditions are read as they were written, typed or as JSON, and hold where they should."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.conditions import (
    OPERATORS,
    All,
    Condition,
    Either,
    Not,
    Test,
    from_json,
    met,
    parse,
    to_json,
    told,
)
from annotator.domain.errors import BadInput

Test.__test__ = False  # type: ignore[attr-defined]  # no test of pytest's

tests = st.builds(
    Test,
    st.sampled_from(["claim.kind", "coder", "said_by.speaker.because"]),
    st.sampled_from(OPERATORS),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
conditions: st.SearchStrategy[Condition] = st.recursive(
    tests,
    lambda part: st.one_of(
        st.builds(Not, part),
        st.builds(All, st.lists(part, min_size=2, max_size=3).map(tuple)),
        st.builds(Either, st.lists(part, min_size=2, max_size=3).map(tuple)),
    ),
    max_leaves=8,
)


@given(conditions)
def test_what_is_told_is_read_back_typed_and_as_json(condition: Condition) -> None:
    assert parse(told(condition)) == condition
    assert from_json(to_json(condition)) == condition


@given(conditions, st.dictionaries(st.sampled_from(["claim.kind", "coder"]), st.lists(st.text(max_size=3))))
def test_not_is_the_contrary(condition: Condition, row: dict[str, list[str]]) -> None:
    assert met(Not(condition), row, {}) is not met(condition, row, {})
    assert met(All((condition, condition)), row, {}) == met(condition, row, {}) == met(Either((condition,)), row, {})


ROW = {"claim.kind": ["fact"], "about.stance": ["-1"], "published": ["2031-02-14"], "tag": ["a", "b"], "x.d": ["2031"]}


@pytest.mark.parametrize(
    ("typed", "holds"),
    [
        ("claim.kind=fact", True),
        ("CLAIM=fact or claim.kind=FACT", True),
        ("claim.kind=A fact of life", True),
        ("claim.kind!=fact", False),
        ("not claim.kind=fact", False),
        ("about.stance<0 and about.stance>=-1", True),
        ("about.stance<-1", False),
        ("published=2031-02 and published=2031", True),
        ("published=2031-1", False),
        ("published>=2031-02 and published<2031-03", True),
        ("published<=2031-02 and not published>2031-02", True),
        ("tag=a and tag=b and not tag=c", True),
        ("tag=* and not memo=*", True),
        ("claim.kind~AC", True),
        ("(tag=c or tag=b) and (not (tag=d))", True),
        ('claim.kind="fact"', True),
        ("claim.kind=fact or about.stance=5 and tag=zz", True),
    ],
)
def test_conditions_hold(typed: str, holds: bool) -> None:
    assert met(parse(typed), ROW, {("claim.kind", "fact"): "A fact of life"}) is holds


@pytest.mark.parametrize(
    "typed",
    ["", "a.b", "a.b=", "=b", "a=1 and", "a=1 or or b=2", "(a=1", "a=1)", 'a="1', "not", "a=1 (b=2)", "(" * 60 + "a=1"],
)
def test_what_is_wrong_is_said(typed: str) -> None:
    with pytest.raises(BadInput) as error:
        parse(typed)
    assert error.value.remedy


@pytest.mark.parametrize("data", [None, [], {}, {"and": 1}, {"not": []}, {"field": 1}, {"field": "a", "is": "?"}])
def test_what_is_no_condition_is_refused(data: object) -> None:
    with pytest.raises(BadInput):
        from_json(data)


def test_a_value_with_and_in_it_needs_no_quotation_marks() -> None:
    found = parse("claim.kind=supply and demand", lambda f, v: v == "supply and demand")
    assert found == Test("claim.kind", "=", "supply and demand")
