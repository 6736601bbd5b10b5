"""How many articles and coders an interval of a wanted width takes, from what these codings show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from annotator.agreement.planning import Need, Pilot, curve, needed, pilot
from annotator.domain.errors import BadInput
from annotator.domain.words import by_door, say
from annotator.services.agreement.breakdowns import measured_on
from annotator.services.agreement.comparing import Comparison
from annotator.services.agreement.drawing import curve as drawn
from annotator.services.agreement.request import Corpus

CODERS = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Planned:
    """Of one attribute. curves: for each number of coders (articles, width)."""

    layer: str
    attribute: str
    pilot: Pilot
    needs: tuple[Need, ...]
    curves: tuple[tuple[int, tuple[tuple[int, float], ...]], ...]


def planned(found: Sequence[Comparison], compared: Corpus, width: float) -> tuple[Planned, ...]:
    """Those attributes of which alpha is defined over two articles or more. Raises BadInput for an odd width."""
    if not 0.01 <= width < 2:
        raise BadInput(
            say("{name} {value:g} is no width of an interval", name=by_door("--width", say("a width of")), value=width),
            remedy="choose from 0.01; 0.1 is usual",
        )
    result = []
    for c in found:
        table, level, distance = measured_on(c, c.coder_ids)
        articles = [compared.article(u.document_id) for u in c.units]
        p = pilot(table, level, articles, CODERS, distance)
        if p is None:
            continue
        needs = tuple(needed(p, width, k) for k in CODERS)
        most = max([n.articles or 0 for n in needs] + [p.articles, 20])
        result.append(
            Planned(c.layer, c.attribute, p, needs, tuple((k, curve(p, k, min(2 * most, 5000))) for k in CODERS))
        )
    return tuple(result)


def planning_part(found: Sequence[Comparison], compared: Corpus, width: float) -> dict[str, Any]:
    """`planning` of `annotator agreement --width`, in the public JSON form."""
    return {
        "width": width,
        "attributes": [
            {
                "layer": p.layer,
                "attribute": p.attribute,
                "pilot": {"alpha": p.pilot.value, "articles": p.pilot.articles, "units": p.pilot.units},
                "needed": [asdict(n) for n in p.needs],
                "curves": [{"coders": k, "points": [list(point) for point in points]} for k, points in p.curves],
            }
            for p in planned(found, compared, width)
        ],
    }


def curve_svg(one: Planned, name: str, width: float) -> str:
    """Width of the interval by the number of articles, a line for each number of coders."""
    lines = [(f"{k} coders", points) for k, points in one.curves]
    return drawn(lines, f"articles ({name})", "width of the 95 % interval of alpha", width)
