"""What the desk adds to the command palette: values of the label in hand, people and things, articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import islice

from annotator.qt.desk.desk import Desk
from annotator.qt.form.values import values_of
from annotator.qt.toolkit.action_table import Entry
from annotator.qt.toolkit.matching import best, plain
from annotator.qt.toolkit.words import tr

_FORGIVEN = 5_000
"""Among more articles than this they must be typed as they are: to weigh every one takes too long."""


def desk_entries(desk: Desk) -> Iterator[Entry]:
    """Values of the label in hand, then people and things."""
    session = desk.session
    if session is None:
        return
    for field in desk.inspector.open_fields():
        for value, words in values_of(field.attribute):
            yield Entry(f"{field.attribute.label}: {words}", tr("Value"), partial(field.choose_one, value))
    for entity in session.living():
        kind = next((t.label for t in session.codebook.entity_types if t.key == entity.type), entity.type)
        yield Entry(entity.name, kind, partial(desk.show_mentions, entity.id), "", None, tuple(entity.aliases))


def found_articles(desk: Desk, typed: str, limit: int) -> Iterator[Entry]:
    """Articles that typed words fit, the best first."""
    model = desk.documents.model
    places: Iterable[int] = range(len(model.pile.keys))
    if words := plain(typed).split():
        names = model.names()
        fitting = [place for place, name in enumerate(names) if all(w in name for w in words)]
        if len(fitting) < limit and len(names) <= _FORGIVEN:  # beginnings of words, and slips of the finger
            fitting = list(places)
        places = best(typed, fitting, lambda place: (names[place],), limit)
    for place in islice(places, limit):
        line, number = model.line(place)
        below = " · ".join(p for p in (line.publisher, line.published) if p)
        do = partial(desk.open_document, line.id)
        yield Entry(f"{number}. {line.title}", tr("Article"), do, "", None, (line.title, below))
