"""The register after a change is the register of what there is now."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annotator.domain.annotations import Entity
from annotator.domain.entities import Register

KEYS = st.sampled_from("abcdef")
ENTITIES = st.builds(
    Entity, KEYS, st.sampled_from(["One", "Two"]), st.just("person"), merged_into=st.none() | KEYS
).filter(lambda e: e.merged_into != e.id)


@given(st.lists(ENTITIES, max_size=6), st.lists(ENTITIES, max_size=3), st.sets(KEYS, max_size=2))
def test_a_changed_register_is_that_of_what_there_is_now(
    before: list[Entity], fresh: list[Entity], gone: set[str]
) -> None:
    old = {e.id: e for e in before}
    now = {e.id: e for e in fresh if e.id not in gone}
    found = Register.of(old.values()).changed({*now, *gone}, now)
    expected = Register.of({key: e for key, e in {**old, **now}.items() if key not in gone}.values())
    assert dict(found.every) == dict(expected.every)
    assert dict(found.roots) == dict(expected.roots)
    assert found.merged == expected.merged
    assert found.all_names() == expected.all_names()
