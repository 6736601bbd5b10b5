"""How many articles and coders an interval of a wanted width takes, from what these codings show."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from annotator.agreement.planning import MOST_ARTICLES, Need, Pilot, curve, needed, pilot
from annotator.domain.errors import BadInput
from annotator.domain.formula_cells import guarded
from annotator.domain.json_forms import JsonObject
from annotator.domain.words import by_door, say
from annotator.services.agreement.breakdowns import measured_on
from annotator.services.agreement.comparing import Comparison
from annotator.services.agreement.drawing import curve as drawn
from annotator.services.agreement.naming import labels_of
from annotator.services.agreement.request import Corpus
from annotator.services.files import write_whole

CODERS = (2, 3, 4, 5)


@dataclass(frozen=True, slots=True, kw_only=True)
class Piloted:
    """What the codings at hand tell of one attribute; name: how it reads."""

    layer: str
    attribute: str
    name: str
    pilot: Pilot


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """Of one attribute. curves: for each number of coders (articles, width), with the same articles for all."""

    of: Piloted
    needs: tuple[Need, ...]
    curves: tuple[tuple[int, tuple[tuple[int, float], ...]], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Planning:
    """Articles and coders for an interval of this width, attribute by attribute."""

    width: float
    attributes: tuple[Planned, ...]


def piloted(found: Sequence[Comparison], compared: Corpus) -> tuple[Piloted, ...]:
    """Those attributes of which alpha is defined over two articles or more."""
    labels = labels_of(compared.codebook)
    result = []
    for c in found:
        table, level, distance = measured_on(c, c.coder_ids)
        p = pilot(table, level, [compared.article(u.document_id) for u in c.units], CODERS, distance)
        if p is not None:
            name = ": ".join(labels[c.layer, c.attribute])
            result.append(Piloted(layer=c.layer, attribute=c.attribute, name=name, pilot=p))
    return tuple(result)


def planned(of: Piloted, width: float) -> Planned:
    """Raises BadInput for an odd width."""
    if not 0.01 <= width < 2:
        raise BadInput(
            say(
                "{name} {value:g} cannot be the width of an interval",
                name=by_door("--width", say("a width of")),
                value=width,
            ),
            remedy="choose from 0.01; 0.1 is usual",
        )
    p = of.pilot
    needs = tuple(needed(p, width, k) for k in CODERS)
    most = max([n.articles or 0 for n in needs] + [p.articles, 20])
    curves = tuple((k, curve(p, k, min(2 * most, MOST_ARTICLES))) for k in CODERS)
    return Planned(of=of, needs=needs, curves=curves)


def planning(found: Sequence[Comparison], compared: Corpus, width: float) -> Planning:
    """Of every attribute that can be planned."""
    return Planning(width=width, attributes=tuple(planned(p, width) for p in piloted(found, compared)))


def planning_as_json(plan: Planning) -> JsonObject:
    """`planning` of `annotator agreement --width`."""
    return {
        "width": plan.width,
        "attributes": [
            {
                "layer": p.of.layer,
                "attribute": p.of.attribute,
                "pilot": {"alpha": p.of.pilot.value, "articles": p.of.pilot.articles, "units": p.of.pilot.units},
                "needed": [asdict(n) for n in p.needs],
                "curves": [{"coders": k, "points": [list(point) for point in points]} for k, points in p.curves],
            }
            for p in plan.attributes
        ],
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What stands in the plot. coders: with {n}."""

    coders: str = "{n} coders"
    across: str = "articles ({name})"
    up: str = "width of the 95 % interval of alpha"


def curve_svg(one: Planned, width: float, words: Words | None = None, height: int = 320) -> str:
    """Width of the interval by the number of articles, a line for each number of coders."""
    told = words or Words()
    lines = [(told.coders.format(n=k), points) for k, points in one.curves]
    return drawn(lines, told.across.format(name=one.of.name), told.up, width, height)


def planning_csv(plan: Planning) -> bytes:
    """A line for each point of the curves, and for what is needed (`needed` is yes), which the plot marks."""
    out = io.StringIO(newline="")
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(
        ("layer", "attribute", "name", "pilot_alpha", "pilot_articles", "pilot_units", "coders", "articles", "readings",
         "width", "needed")
    )  # fmt: skip
    for p in plan.attributes:
        of = p.of.pilot
        head = (*(guarded(x) for x in (p.of.layer, p.of.attribute, p.of.name)), of.value, of.articles, of.units)
        for k, points in p.curves:
            rows.writerows((*head, k, m, m * k, w, "no") for m, w in points)
        rows.writerows(
            (*head, n.coders, f"more than {MOST_ARTICLES}" if n.articles is None else n.articles,
             "" if n.readings is None else n.readings, plan.width, "yes")
            for n in p.needs
        )  # fmt: skip
    return out.getvalue().encode("utf-8")


def write_planning(plan: Planning, out: Path, png: Callable[[str], bytes] | None = None) -> None:
    """The curves of one attribute as .svg or .png (`png`), or the numbers of all as .csv; raises BadInput."""
    ending = out.suffix.lower()
    if ending not in (".csv", ".svg", ".png") or (ending == ".png" and png is None):
        raise BadInput(
            say("a plan cannot be written as {ending}", ending=out.suffix or say("a file without ending")),
            str(out),
            say("use {names}", names=".csv, .svg, .png"),
        )
    if ending == ".csv":
        write_whole(out, [planning_csv(plan)])
        return
    if len(plan.attributes) != 1:
        raise BadInput(
            say("a plot shows one attribute, and these are {n}", n=len(plan.attributes)),
            str(out),
            by_door("name one with --layer and --attribute, or write .csv", say("choose an attribute")),
        )
    drawn_one = curve_svg(plan.attributes[0], plan.width)
    write_whole(out, [drawn_one.encode("utf-8") if png is None or ending == ".svg" else png(drawn_one)])
