"""Statements are the same in whichever order the labels come."""

from __future__ import annotations

from itertools import permutations

from annotator.domain.annotations import Annotation, Filler
from annotator.domain.statements import statements
from tests.codebooks import everything


def test_the_links_of_a_statement_are_in_the_order_in_which_they_were_made() -> None:
    claim = Annotation("c", "d", "ada", "claim", ((0, 5),), created="2031-01-01T00:00:00Z")
    links = [
        Annotation(
            f"l{5 - n}",
            "d",
            "ada",
            "said_by",
            roles={"claim": (Filler("c", None),), "speaker": (Filler(None, f"e{n}"),)},
            created=f"2031-01-01T00:00:0{n}Z",
        )
        for n in (1, 2, 3)
    ]
    for order in permutations([claim, *links]):
        (found,) = statements(everything(), list(order))
        assert [t.entity_id for t in found.ties["said_by"]] == ["e1", "e2", "e3"]
