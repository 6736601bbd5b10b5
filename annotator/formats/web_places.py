"""Where selectors of web annotations point: by position, by quotation, between two places, or within another place."""

from __future__ import annotations

from dataclasses import dataclass

from annotator.domain.words import say
from annotator.formats.json_input import Shape

_DEPTH = 20


@dataclass(frozen=True, slots=True)
class Place:
    """at: first position and that behind the last. quote: the words, between what stands before and after.

    Both are None of a place that is told in another way.
    """

    at: tuple[int, int] | None = None
    quote: str | None = None
    before: str = ""
    after: str = ""


def place_of(selector: Shape, depth: int = 0) -> Place:
    """The narrowest place that a selector names. Positions within another place are counted from its beginning."""
    told = selector.mapping()
    outer = _alone(selector, depth)
    inner = told.get("refinedBy")
    if inner is None or depth > _DEPTH:
        return outer
    several = inner if isinstance(inner, list) else [inner]
    places = [
        place_of(Shape(one, say("{where}, refinedBy", where=selector.where)), depth + 1)
        for one in several
        if isinstance(one, dict)
    ]
    place = next((p for p in places if p.at), next((p for p in places if p.quote is not None), Place()))
    if place.at is None:
        return place
    if outer.at is None:
        return Place()
    start, end = (outer.at[0] + n for n in place.at)
    quoted = next((p for p in places if p.quote is not None), place)
    inside = start <= end <= outer.at[1]
    return Place((start, end), quoted.quote, quoted.before, quoted.after) if inside else Place()


def _alone(selector: Shape, depth: int) -> Place:
    told = selector.mapping()
    kind = str(told.get("type", told.get("@type"))).removeprefix("oa:")
    if kind == "TextPositionSelector":
        return Place((selector.part("start").whole(), selector.part("end").whole()))
    if kind == "TextQuoteSelector":
        before, after = (v if isinstance(v := told.get(key), str) else "" for key in ("prefix", "suffix"))
        return Place(None, selector.part("exact").text(), before, after)
    ends = [told.get(key) for key in ("startSelector", "endSelector")]
    if kind == "RangeSelector" and all(isinstance(e, dict) for e in ends) and depth <= _DEPTH:
        first, last = (place_of(Shape(e, selector.where), depth + 1).at for e in ends)
        if first and last and first[0] <= last[0]:  # the end of a range is where its last place begins
            return Place((first[0], last[0]))
    return Place()
