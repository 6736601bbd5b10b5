"""What the command palette offers: commands, layers, values of the label in hand, people and things, articles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial

from PySide6.QtGui import QAction

from annotator.qt.desk.desk import Desk
from annotator.qt.form.values import values_of
from annotator.qt.shell.palette import Entry
from annotator.qt.toolkit.keymap import shown_keys
from annotator.qt.toolkit.words import tr


def command_entries(actions: Iterable[QAction]) -> Iterator[Entry]:
    """Every action that can be done now, once."""
    seen: set[int] = set()
    for action in actions:
        if id(action) in seen or not action.isEnabled() or not action.text() or action.isSeparator():
            continue
        seen.add(id(action))
        kind = tr("Layer") if action.objectName().startswith("layer-") else tr("Command")
        icon = None if action.icon().isNull() else action.icon()
        yield Entry(
            action.text().replace("&", ""), kind, action.trigger, shown_keys(action), icon, (action.statusTip(),)
        )


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
