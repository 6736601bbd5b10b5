"""What the desk adds to the command palette: values of the label in hand, people and things, articles."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from annotator.qt.desk.desk import Desk
from annotator.qt.form.values import values_of
from annotator.qt.toolkit.action_table import Entry
from annotator.qt.toolkit.words import tr


def desk_entries(desk: Desk) -> Iterator[Entry]:
    """Values of the label in hand, then people and things, then articles."""
    session = desk.session
    if session is None:
        return
    for field in desk.inspector.open_fields():
        for value, words in values_of(field.attribute):
            yield Entry(f"{field.attribute.label}: {words}", tr("Value"), partial(field.choose_one, value))
    for entity in session.living():
        kind = next((t.label for t in session.codebook.entity_types if t.key == entity.type), entity.type)
        yield Entry(entity.name, kind, partial(desk.show_mentions, entity.id), "", None, tuple(entity.aliases))
    for d in desk.documents.model.documents:
        below = " · ".join(p for p in (d.publisher, d.published) if p)
        yield Entry(
            f"{d.number}. {d.title or d.source}",
            tr("Article"),
            partial(desk.open_document, d.id),
            "",
            None,
            (d.title or d.source, below),
        )
