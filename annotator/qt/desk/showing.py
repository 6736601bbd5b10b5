"""Which labels and links of the session the text shows, and how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from annotator.domain.annotations import Annotation
from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.values import label_of
from annotator.domain.statements import incomplete, zones_of
from annotator.qt.desk.surface import Arc, SurfaceLabel
from annotator.qt.words import spoken, tr

if TYPE_CHECKING:
    from annotator.qt.desk.desk import Desk

Links = Literal["tags", "hand", "view"]


class Showing:
    """Turns annotations into what the surface of one desk shows; a ChangeSet changes just what it names."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.reading_others = False
        """Whether another coder's labels are shown, which cannot be changed here."""
        self._in_hand: str | None = None
        self.links: Links = "tags"

    # labels

    def show_labels(self) -> None:
        """All of the article that pass the filter."""
        desk, session = self._desk, self._desk.session
        if session is None or session.document is None:
            return
        chosen = desk.filter.filter
        labels = session.labels
        if chosen.coder is not None:
            labels = {a.id: a for a in session.study.annotations(session.document.id, [chosen.coder])}
            session.set_current(None)
        self.reading_others = chosen.coder is not None
        spans = [a for a in labels.values() if a.fragments]
        if chosen.active:
            open_ones: set[str] = set()
            if chosen.completeness in ("open", "complete"):
                held = list(labels.values())
                open_ones = incomplete(session.codebook, held, zones_of(session.codebook, session.document.zones, held))
            shown = [a for a in spans if a.id == session.current or chosen.passes(a, a.id in open_ones)]
        else:
            shown = spans
        desk.surface.set_labels(map(self.surface_label, shown))
        desk.marks.set_columns(x.key for x in session.codebook.span_layers)
        desk.marks.reload()
        desk.filter.tell(len(shown), len(spans))
        self.show_links()

    def update(self, changes: ChangeSet) -> None:
        """Show what a ChangeSet names."""
        desk, session = self._desk, self._desk.session
        if session is None or self.reading_others:
            return
        ids = changes.added | changes.changed
        if desk.filter.filter.active:
            ids = ids | session.touched
        self._show([session.labels[k] for k in ids if k in session.labels], changes.removed)

    def show_again(self, a: Annotation) -> None:
        """As the store has it."""
        self._show([a])

    def current_changed(self) -> None:
        """The label in hand is shown whether or not it passes."""
        session = self._desk.session
        if session is None:
            return
        before, self._in_hand = self._in_hand, session.current
        if self._desk.filter.filter.active and not self.reading_others:
            self._show([session.labels[k] for k in (before, session.current) if k in session.labels])

    def _show(self, labels: list[Annotation], removed: frozenset[str] = frozenset()) -> None:
        desk, session = self._desk, self._desk.session
        assert session is not None
        chosen = desk.filter.filter
        spans = [a for a in labels if a.fragments]
        shown = [a for a in spans if not chosen.active or a.id == session.current or self._passes(a)]
        hidden = {a.id for a in spans} - {a.id for a in shown}
        made = [self.surface_label(a) for a in shown]
        desk.surface.update_labels(made, removed | hidden)
        desk.marks.change(made, removed | hidden)
        if chosen.active:
            desk.filter.tell(len(desk.surface.index.by_id), sum(bool(a.fragments) for a in session.labels.values()))

    def _passes(self, a: Annotation) -> bool:
        session, chosen = self._desk.session, self._desk.filter.filter
        assert session is not None
        lacking = False
        if chosen.completeness in ("open", "complete"):
            part = [a, *session.links_of(a.id)]
            part += [
                session.labels[f.annotation]
                for link in part[1:]
                for fillers in link.roles.values()
                for f in fillers
                if f.annotation in session.labels and f.annotation != a.id
            ]
            zones = session.document.zones if session.document is not None else ()
            lacking = a.id in incomplete(session.codebook, part, zones_of(session.codebook, zones, part))
        return chosen.passes(a, lacking)

    def surface_label(self, a: Annotation) -> SurfaceLabel:
        """A label as the surface takes it."""
        session = self._desk.session
        assert session is not None
        number, layer = session.span_layers[a.layer]
        caption = layer.label
        if a.values:
            asked = {x.key: x for x in layer.attributes}
            said = [
                spoken(label_of(asked[k], v))
                for k, v in a.values.items()
                if k in asked and isinstance(v, (str, int, float))
            ]
            caption = f"{caption}: {', '.join(said)}" if said else caption
        return SurfaceLabel(a.id, a.layer, a.fragments, session.colour_of(a.layer), caption, number % 4)

    # links

    def cycle_links(self) -> None:
        """Tags alone; then lines of the statement in hand too; then of all statements in view."""
        steps: dict[Links, Links] = {"tags": "hand", "hand": "view", "view": "tags"}
        self.links = steps[self.links]
        told = {
            "tags": tr("Links are shown as tags"),
            "hand": tr("The links of the statement in hand are drawn"),
            "view": tr("The links of all statements are drawn"),
        }
        self.show_links()
        self._desk.told.emit(told[self.links])

    def show_links(self) -> None:
        """Tags on what is linked with the label in hand, and lines where they are wanted."""
        desk, session = self._desk, self._desk.session
        if session is None:
            return
        captions: dict[str, str] = {}
        owner = session.owner_of(session.current) if session.current is not None else None
        mine = session.links_of(owner.id) if owner is not None else []
        for link in mine:
            for role, fillers in link.roles.items():
                captions.update({f.annotation: role for f in fillers if f.annotation})
        captions.pop(session.current or "", None)
        desk.surface.set_linked(captions)
        if self.links == "tags":
            desk.surface.set_arcs([])
        elif self.links == "hand":
            desk.surface.set_arcs([arc for link in mine for arc in self._arcs(link)])
        else:
            links = [a for a in session.labels.values() if a.roles]
            desk.surface.set_arcs([arc for link in links for arc in self._arcs(link)])

    def _arcs(self, link: Annotation) -> list[Arc]:
        session = self._desk.session
        assert session is not None
        owner = session.owner_of(link.id)
        if owner is None:
            return []
        return [
            Arc(owner.id, f.annotation, session.colour_of(link.layer))
            for fillers in link.roles.values()
            for f in fillers
            if f.annotation is not None and f.annotation != owner.id
        ]
