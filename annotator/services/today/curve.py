"""How far the work came, day by day, as a plot: articles finished so far, and the estimate of the last day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate

from annotator.domain.words import say
from annotator.services.agreement.svg import scale, ticks
from annotator.services.tables.plot import INK, LINE, MUTED, Dot, Path, Plot, Shape, Words
from annotator.services.today.pace import Day, Forecast

_LEFT, _TOP, _WIDTH, _HEIGHT = 48.0, 16.0, 560.0, 130.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """A plot, and what each of its figures says in words."""

    plot: Plot
    told: tuple[str, ...]


def curve(days: Sequence[Day], assigned: int, forecast: Forecast) -> Curve | None:
    """Articles finished so far, labels where none was; None where work was done on one day.

    assigned: the whole.
    """
    if len(days) < 2:
        return None
    articles = any(d.articles for d in days)
    sums = list(accumulate(d.articles if articles else d.labels for d in days))
    whole = max(assigned if articles else 0, sums[-1], 1)
    last = forecast.day if articles and forecast.day is not None else None
    first, end = days[0].day, max(days[-1].day, last or days[-1].day)
    x = scale(0.0, float(max((end - first).days, 1)), _LEFT, _WIDTH)
    y = scale(0.0, float(whole), _TOP + _HEIGHT, -_HEIGHT)

    def place(day: date, much: float) -> tuple[float, float]:
        return x(float((day - first).days)), y(much)

    shapes: list[Shape] = []
    for t in (t for t in ticks(0.0, float(whole)) if t == int(t)):
        shapes.append(Path(points=((_LEFT, y(t)), (_LEFT + _WIDTH, y(t))), shade=LINE))
        shapes.append(Words(x=_LEFT - 8, y=y(t) + 4, text=f"{int(t):,}", anchor="end", shade=MUTED))
    points = tuple(place(d.day, n) for d, n in zip(days, sums, strict=True))
    shapes.append(Path(points=points, shade="s0", wide=2.0))
    if last is not None:
        shapes.append(Path(points=(points[-1], place(last, float(whole))), shade=MUTED, wide=1.5, dash="6 4"))
        shapes.append(Dot(x=place(last, whole)[0], y=y(whole), radius=3, shade=MUTED))
    for row, at in enumerate(points):
        shapes.append(Dot(x=at[0], y=at[1], radius=3.5, shade="s0", row=row))
    foot = _TOP + _HEIGHT + 20
    shapes.append(Words(x=_LEFT, y=foot, text=first.isoformat(), shade=MUTED))
    if end != first:
        shapes.append(Words(x=_LEFT + _WIDTH, y=foot, text=end.isoformat(), anchor="end", shade=MUTED if last else INK))
    title = say("Articles finished so far, by day") if articles else say("Labels made so far, by day")
    messages = [
        say("{day}: {articles} articles and {labels} labels; {sum} so far", day=d.day.isoformat(), articles=d.articles,
            labels=d.labels, sum=n)
        for d, n in zip(days, sums, strict=True)
    ]  # fmt: skip
    plot = Plot(width=_LEFT + _WIDTH + 30, height=foot + 8, shapes=tuple(shapes), title=title, undrawn=0)
    return Curve(plot=plot, told=tuple(messages))
