"""Which labels and links of the session the text shows, and how."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Literal

from annotator.domain.annotations import Annotation
from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.model import LinkLayer
from annotator.domain.codebook.values import label_of
from annotator.domain.statements import incomplete, zones_of
from annotator.qt.desk.filtering import FilterBar, LabelFilter
from annotator.qt.desk.marks import MarginMarks
from annotator.qt.desk.statements_list import StatementList
from annotator.qt.desk.workplace import Workplace
from annotator.qt.reading import Arc, SurfaceLabel
from annotator.qt.toolkit.words import spoken, tr

Links = Literal["tags", "hand", "view"]


class LabelDisplay:
    """Turns annotations into what the surface of one desk shows; a ChangeSet changes just what it names."""

    def __init__(self, at: Workplace, bar: FilterBar, marks: MarginMarks, statements: StatementList) -> None:
        self._at, self._bar, self._marks, self._statements = at, bar, marks, statements
        self.reading_others = False
        """Whether another coder's labels are shown, which cannot be changed here."""
        self._in_hand: str | None = None
        self.links: Links = "tags"
        self._others: dict[str, Annotation] = {}
        """Another coder's labels, while they are shown."""
        self._kinds: dict[str, tuple[str, int]] = {}
        """Layer -> colour and pattern."""
        self._lacking: dict[str, bool] = {}
        """Label that is no claim -> whether a value is missing; what was found out so far."""
        at.surface.caption_of = self.caption

    # labels

    def show_labels(self) -> None:
        """All of the article, anew."""
        session = self._at.session
        if session is None or session.document is None:
            return
        coder = self._bar.filter.coder
        self._others = {}
        self._kinds = {}
        self._lacking = {}
        if coder is not None:
            self._others = {a.id: a for a in session.study.annotations(session.document.id, [coder])}
            session.set_current(None)
        self.reading_others = coder is not None
        self._at.surface.set_labels([self.surface_label(a) for a in self._labels().values() if a.fragments])
        self._marks.set_columns(x.key for x in session.codebook.span_layers)
        self._show_those_that_pass()
        self.show_links()

    def filter_labels(self) -> None:
        """Show those that pass the filter now."""
        if self.reading_others or self._bar.filter.coder is not None:
            self.show_labels()
        elif self._at.session is not None and self._at.session.document is not None:
            self._show_those_that_pass()

    def _show_those_that_pass(self) -> None:
        session = self._at.session
        assert session is not None
        chosen = self._bar.filter
        keys: list[str] | None = None
        if chosen.active:
            spans = [a for a in self._labels().values() if a.fragments]
            open_ones = self._open_ones() if chosen.completeness in ("open", "complete") else frozenset[str]()
            if chosen == LabelFilter(chosen.hidden, coder=chosen.coder):  # the usual one, and the fastest to ask
                keys = [a.id for a in spans if a.layer not in chosen.hidden or a.id == session.current]
            else:
                keys = [a.id for a in spans if a.id == session.current or chosen.passes(a, a.id in open_ones)]
            self._at.surface.show_only(keys)
        elif len(self._at.surface.index.by_id) != len(self._at.surface.index.every):
            self._at.surface.show_only(None)
        self._marks.reload()
        self._bar.tell(len(self._at.surface.index.by_id), len(self._at.surface.index.every))

    def _labels(self) -> dict[str, Annotation]:
        session = self._at.session
        assert session is not None
        return self._others if self.reading_others else session.labels

    def _open_ones(self) -> AbstractSet[str]:
        """Ids of the labels in which something is missing."""
        session = self._at.session
        assert session is not None
        assert session.document is not None
        held = list(self._labels().values())
        zones = zones_of(session.codebook, session.document.zones, held)
        if self.reading_others:
            return incomplete(session.codebook, held, zones)
        # the list of statements knows of claims; the others are asked once
        unknown = [a for a in held if a.id not in self._lacking and a.fragments and not session.owns(a)]
        lacking = incomplete(session.codebook, unknown, zones)
        self._lacking.update((a.id, a.id in lacking) for a in unknown)
        found = {key for key, lacks in self._lacking.items() if lacks}
        return found | {key for _, key in self._statements.lacking()}

    def update(self, changes: ChangeSet) -> None:
        """Show what a ChangeSet names."""
        session = self._at.session
        if session is None or self.reading_others:
            return
        for key in changes.changed | changes.removed | changes.added:
            self._lacking.pop(key, None)
        ids = changes.added | changes.changed
        if self._bar.filter.active:
            ids = ids | session.touched
        self._show([session.labels[k] for k in ids if k in session.labels], changes.removed)

    def show_again(self, a: Annotation) -> None:
        """As the store has it."""
        self._show([a])

    def current_changed(self) -> None:
        """The label in hand is shown whether or not it passes."""
        session = self._at.session
        if session is None:
            return
        before, self._in_hand = self._in_hand, session.current
        if self._bar.filter.active and not self.reading_others:
            self._show([session.labels[k] for k in (before, session.current) if k in session.labels])

    def _show(self, labels: list[Annotation], removed: frozenset[str] = frozenset()) -> None:
        session = self._at.session
        assert session is not None
        active, index = self._bar.filter.active, self._at.surface.index
        spans = [a for a in labels if a.fragments]
        hidden = {a.id for a in spans if active and a.id != session.current and not self._passes(a)}
        made = [self.surface_label(a) for a in spans]
        before = index.by_id.keys() & {*removed, *(x.id for x in made)}
        moved = [x for x in made if index.by_id.get(x.id) != x or x.id in hidden]
        self._at.surface.update_labels(made, removed, hidden)
        if moved or before & removed:
            self._marks.change([x for x in moved if x.id not in hidden], removed | hidden)
        if active:
            self._bar.tell(len(index.by_id), len(index.every))

    def _passes(self, a: Annotation) -> bool:
        session, chosen = self._at.session, self._bar.filter
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
        kind = self._kinds.get(a.layer)
        if kind is None:
            session = self._at.session
            assert session is not None
            kind = self._kinds[a.layer] = session.colour_of(a.layer), session.span_layers[a.layer][0] % 4
        return SurfaceLabel(a.id, a.layer, a.fragments, *kind)

    def caption(self, shown: SurfaceLabel) -> str:
        """A label's layer and values in words."""
        session, a = self._at.session, self._labels().get(shown.id) if self._at.session is not None else None
        if session is None or a is None:
            return shown.layer
        layer = session.span_layers[a.layer][1]
        asked = {x.key: x for x in layer.attributes}
        said = [
            spoken(label_of(asked[k], v))
            for k, v in a.values.items()
            if k in asked and isinstance(v, (str, int, float))
        ]
        return f"{layer.label}: {', '.join(said)}" if said else layer.label

    # links

    def cycle_links(self) -> None:
        """Tags alone; then lines of the statement in hand too; then of all statements in view."""
        steps: dict[Links, Links] = {"tags": "hand", "hand": "view", "view": "tags"}
        self.links = steps[self.links]
        told = {
            "tags": tr("Links are shown as tags"),
            "hand": tr("The links of the current statement are drawn"),
            "view": tr("The links of all statements are drawn"),
        }
        self.show_links()
        self._at.message(told[self.links])

    def show_links(self) -> None:
        """Tags on what is linked with the label in hand, and lines where they are wanted."""
        session = self._at.session
        if session is None:
            return
        captions: dict[str, str] = {}
        owner = session.owner_of(session.current) if session.current is not None else None
        mine = session.links_of(owner.id) if owner is not None else []
        for link in mine:
            layer = session.codebook.layer(link.layer)
            names = {r.key: r.label or r.key for r in layer.roles} if isinstance(layer, LinkLayer) else {}
            for role, fillers in link.roles.items():
                captions.update({f.annotation: names.get(role, role) for f in fillers if f.annotation})
        captions.pop(session.current or "", None)
        self._at.surface.set_linked(captions)
        if self.links == "tags":
            self._at.surface.set_arcs([])
        elif self.links == "hand":
            self._at.surface.set_arcs([arc for link in mine for arc in self._arcs(link)])
        else:
            links = [a for a in session.labels.values() if a.roles]
            self._at.surface.set_arcs([arc for link in links for arc in self._arcs(link)])

    def _arcs(self, link: Annotation) -> list[Arc]:
        session = self._at.session
        assert session is not None
        owner = session.owner_of(link.id)
        if owner is None or not owner.fragments:  # a link that belongs to no label has no place in the text
            return []
        return [
            Arc(owner.id, f.annotation, session.colour_of(link.layer))
            for fillers in link.roles.values()
            for f in fillers
            if f.annotation is not None and f.annotation != owner.id and self._stands(f.annotation)
        ]

    def _stands(self, key: str) -> bool:
        """Whether a label has words in the text: a link has none."""
        session = self._at.session
        return session is not None and key in session.labels and bool(session.labels[key].fragments)
