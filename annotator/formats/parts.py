"""What other programs note down of one person's answer about an article: a line, an annotation.

One person may have several about one article. Each is kept beside the article as it came, without text and labels, and
its labels are known by how their ids begin; so each goes back with its own labels, and with what stood in it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from annotator.domain.annotations import Annotation
from annotator.domain.origins import BY_CODER
from annotator.formats.regions import Region

Part = Mapping[str, Any]
"""in: how the ids of its labels begin. of: ids of labels that travelled with it. at: by the number of a span its place
and name as they came, and what else stood there."""


def answers(kept: Mapping[str, Any], names: Sequence[str]) -> tuple[list[list[Part]], list[tuple[str, Part]]]:
    """(of each coder who labelled the article: what this one answered; answers without a label of others, by name).

    Where one coder alone labelled it, under another name than the source has, that one is meant.
    """
    by = {name: x for name, found in object_of(kept, BY_CODER).items() if (x := _parts(found))}
    meant = list(names)
    labelled = [name for name, found in by.items() if any(x.get("empty") is not True for x in found)]
    if len(names) == 1 and names[0] not in by and len(labelled) == 1:
        meant = labelled
    rest = [(n, x) for n, found in by.items() if n not in meant for x in found if x.get("empty") is True]
    return [by.get(n, []) for n in meant], rest


def _parts(found: Any) -> list[Part]:
    return [x for x in found if isinstance(x, Mapping)] if isinstance(found, (list, tuple)) else []


def by_part(annotations: Sequence[Annotation], parts: Sequence[Part]) -> Iterator[tuple[Part, list[Annotation]]]:
    """Each answer with its labels; what was made since goes with that which it is tied to, else with the first.

    Where a link ties labels of two answers, all are one.
    """
    if len(parts) < 2:
        yield (parts[0] if parts else {}), list(annotations)
        return
    place = {a.id: n for a in annotations if (n := _part_of(a, parts)) is not None}
    links = [(a, [f.annotation for x in a.roles.values() for f in x if f.annotation]) for a in annotations if a.roles]
    for link, ends in links:
        known = [place[x] for x in (link.id, *ends) if x in place]
        if len(set(known)) > 1:
            yield parts[0], list(annotations)
            return
        place |= dict.fromkeys((link.id, *ends), known[0]) if known else {}
    for number, part in enumerate(parts):
        yield part, [a for a in annotations if place.get(a.id, 0) == number]


def _part_of(a: Annotation, parts: Sequence[Part]) -> int | None:
    told = a.external_id or ""
    for number, part in enumerate(parts):
        starts = part.get("in")
        if any(
            isinstance(s, str) and told.startswith(s) for s in (starts if isinstance(starts, (list, tuple)) else ())
        ):
            return number
        if isinstance(of := part.get("of"), (list, tuple)) and a.id in of:
            return number
    return None


def stood_at(part: Part, number: str | None, region: Region, name: str) -> dict[str, Any] | None:
    """What stood beside a span of this number; None where it stands elsewhere now, or is called otherwise."""
    spans = part.get("at")
    told = spans.get(number) if isinstance(spans, Mapping) and number is not None else None
    if not isinstance(told, (list, tuple)) or len(told) != 4 or region.number:
        return None
    same = list(told[:3]) == [region.start, region.end, name]
    return dict(told[3]) if same and isinstance(told[3], Mapping) else None


def object_of(part: Part, key: str) -> Mapping[str, Any]:
    """A table within an answer; an empty one where it is anything else."""
    found = part.get(key)
    return found if isinstance(found, Mapping) else {}


def _begins(id: str, start: str) -> bool:
    """Whether an id is this one, of a link from it or of a part of it, or of those that begin with a prefix."""
    rest = id.removeprefix(start)
    return id.startswith(start) and (not rest or start.endswith(":") or rest[0] in ">/#")


def _list(part: Part, key: str) -> Sequence[Any]:
    found = part.get(key)
    return found if isinstance(found, (list, tuple)) else ()
