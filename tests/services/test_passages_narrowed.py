"""What is found is what a look at every label finds, whatever is asked: nothing is passed over to be quick."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotator.domain.commands import SetMemo
from annotator.domain.conditions import All, Condition, Either, Not, Test, met
from annotator.services.demo import make_demo_study
from annotator.services.search.labelled import Asked, LabelPassage, Looking, fields
from annotator.services.study import Study

OPERATORS = ("=", "!=", "~", "<", ">=", "=")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Study]:
    path = tmp_path_factory.mktemp("demo") / "demo.annotator"
    make_demo_study(path)
    with Study.open(path) as study:
        ada = study.coder("Ada").id
        some = [a for a in study.annotations() if a.coder_id == ada and a.fragments]
        study.coding.apply(SetMemo(coder_id=ada, annotation_id=some[0].id, memo="Look again"))
        yield study


class Every(list[LabelPassage]):
    """All labels; told in one word where a test fails."""

    def __repr__(self) -> str:
        return f"<{len(self)} passages>"


@pytest.fixture(scope="module")
def every(study: Study) -> Every:
    return Every(p for layer in study.codebook.layers for p in Looking(study, Asked(layer.key)).found())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_conditions_find_what_a_look_at_every_label_finds(study: Study, every: Every, data: st.DataObject) -> None:
    held: dict[str, list[str]] = {}
    for p in every:
        for row in p.rows:
            for field, values in row.items():
                held.setdefault(field, []).extend(v for v in values if v not in held.get(field, ()))
    names = [f for f in fields(study.codebook) if f in held]

    @st.composite
    def comparison(draw: st.DrawFn) -> Condition:
        field = draw(st.sampled_from(names))
        value = draw(st.sampled_from([*held[field], "*", "zz"]))
        operator = draw(st.sampled_from(OPERATORS))
        if operator == "~":
            at = draw(st.integers(0, max(0, len(value) - 3)))
            value = value[at : at + 6]
        return Test(field, operator, value)

    def deeper(parts: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
        several = st.lists(parts, max_size=3).map(tuple)
        return several.map(All) | several.map(Either) | parts.map(Not)

    condition = data.draw(st.recursive(comparison(), deeper, max_leaves=4))
    layer = data.draw(st.sampled_from([x.key for x in study.codebook.layers]))
    looking = Looking(study, Asked(layer, condition))
    wanted = [
        (p.annotation.id, rows)
        for p in every
        if p.annotation.layer == layer and (rows := tuple(r for r in p.rows if met(condition, r, looking.labels)))
    ]
    assert {p.annotation.id: p.rows for p in looking.found()} == dict(wanted)
