"""Who the coders of another study are here: known by id, else by name, unless they are said to be other persons."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from annotator.domain.annotations import Coder
from annotator.domain.decisions import GOLD
from annotator.domain.errors import BadInput
from annotator.domain.json_forms import JsonObject
from annotator.domain.words import by_door, say
from annotator.services.team.other_study import OtherStudy

How = Literal["known", "name", "new"]


@dataclass(frozen=True, slots=True)
class Person:
    """A coder there, who that is here, and by what: the id or an earlier merge, the same name, or nobody yet."""

    there: Coder
    here: Coder
    how: How

    def as_json(self) -> JsonObject:
        """In the public JSON form."""
        return {
            "there": {"id": self.there.id, "name": self.there.name},
            "here": {"id": self.here.id, "name": self.here.name},
            "how": self.how,
        }


def meet(
    other: OtherStudy, here: Sequence[Coder], before: Mapping[str, str], apart: Collection[str]
) -> dict[str, Person]:
    """Id there -> person. before: who was who when this study was merged last. apart: names or ids of other persons."""
    coming = [c for c in other.coders if c.role != GOLD]
    if unknown := set(apart) - {x for c in coming for x in (c.id, c.name)}:
        raise BadInput(
            "nobody in the other study has this name",
            ", ".join(sorted(unknown)),
            by_door("name coders of the other study with --apart", say("look at the list again")),
        )
    known = {c.id: c for c in here if c.role != GOLD}
    if forged := [c.name for c in coming if c.id not in known and any(c.id == x.id for x in here)]:
        raise BadInput("the settled version is never in a package", ", ".join(forged), "do not trust it")
    taken = {_folded(c.name) for c in here}
    names_here = Counter(_folded(c.name) for c in known.values())
    names_there = Counter(_folded(c.name) for c in coming)
    by_name = {_folded(c.name): c for c in known.values()}
    found: dict[str, Person] = {}
    for c in coming:
        name = _folded(c.name)
        separate = c.name in apart or c.id in apart
        if (key := before.get(c.id)) in known and key is not None:
            found[c.id] = Person(c, known[key], "known")
        elif c.id in known:
            found[c.id] = Person(c, known[c.id], "known")
        elif not separate and names_here[name] == names_there[name] == 1:
            found[c.id] = Person(c, by_name[name], "name")
        else:
            own = c.name
            if _folded(own) in taken:
                own = f"{c.name} ({other.title or other.id[:8]})"
            number, free = 1, own
            while _folded(free) in taken:
                number += 1
                free = f"{own} {number}"
            taken.add(_folded(free))
            role = c.role if c.role == "trainee" else "coder"  # whoever led that study does not lead this one
            found[c.id] = Person(c, Coder(c.id, free, role), "new")
    return found


def _folded(name: str) -> str:
    return " ".join(name.casefold().split())
