"""What the desk has open: a study, a coder, an article. Every change goes through here, and every view hears of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QObject, Signal

from annotator.domain.annotations import Annotation, Coder, Document, Entity
from annotator.domain.changes import ChangeSet
from annotator.domain.codebook.lineage import Lineage
from annotator.domain.codebook.model import Codebook, LinkLayer
from annotator.domain.codebook.owners import owners
from annotator.domain.codebook.values import entity_ids
from annotator.domain.commands import AnyCommand
from annotator.domain.entities import Register
from annotator.domain.errors import AnnotatorError, NotFound, Refusal
from annotator.domain.fragments import Fragments
from annotator.domain.statements import Statement, owner_layers, owners_of, statements, zones_of
from annotator.domain.suggestions import verdict_key
from annotator.services.codebooks.marks import former_entity_words, former_words, lineage, reviews
from annotator.services.study import Study

SAFE_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7a6a00")
"""Okabe and Ito, Color Universal Design (2008), black and yellow left out: they do not stand on paper or ink."""

ELSEWHERE = "Elsewhere"
"""The command of a ChangeSet that another window or program made."""


class Session(QObject):
    """The labels of one coder in one document as the store has them, asked again for what a ChangeSet names."""

    opened = Signal()
    """Another document or coder: everything is to be shown anew."""
    changed = Signal(object)
    """A ChangeSet."""
    current_changed = Signal()
    refused = Signal(object)
    """An AnnotatorError: nothing was changed."""
    noticed = Signal(object)
    """A message about the study's file, of what happened since it was opened."""
    changed_elsewhere = Signal(object)
    """A ChangeSet: another window or program wrote to the study; told after `changed`."""

    def __init__(self, study: Study, coder: Coder, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.study = study
        self.coder = coder
        self._noticed = len(study.file.notices)
        self.document: Document | None = None
        self.text = ""
        self.labels: dict[str, Annotation] = {}
        self.register = Register({}, {})
        self.entities: dict[str, Entity] = {}
        self._names: dict[str, str] | None = None
        self.current: str | None = None
        self.drafting: str | None = None
        """A link layer of which a link is being made that belongs to no label: there is none until a role is filled."""
        self.touched: set[str] = set()
        """Claims whose statements the last ChangeSet touched."""
        self.confirmed: set[str] = set()
        """Units that were made here."""
        self.renamed = False
        """Whether the last ChangeSet gave an entity another name."""
        self.reviews: dict[str, tuple[str, ...]] = {}
        """Label id -> why it is to be looked at again since the codebook was changed."""
        self.typed: dict[tuple[str, str], str] = {}
        """(label, attribute) -> words that a person typed and that could not be saved."""
        self._lineage: Lineage | None = None
        self._links_to: dict[str, set[str]] = {}
        self._of_article: dict[str, Annotation] = {}
        self.seen()
        self.outdated = False
        """Whether the study was given another codebook elsewhere: then nothing can be changed here."""
        self._owners = frozenset(owner_layers(study.codebook))
        self.safe_colours = False
        """Whether layers have the colours that nearly everybody can tell apart, instead of the codebook's."""
        self.span_layers = {x.key: (i, x) for i, x in enumerate(study.codebook.span_layers)}
        self._order = {x.key: i for i, x in enumerate(study.codebook.layers)}
        self._take_register(self.study.register())

    def colour_of(self, layer: str) -> str:
        """A layer's colour as #rrggbb."""
        if self.safe_colours:
            return SAFE_COLOURS[self._order.get(layer, 0) % len(SAFE_COLOURS)]
        return self.codebook.layer(layer).colour

    @property
    def codebook(self) -> Codebook:
        """The study's codebook."""
        return self.study.codebook

    # opening

    def open(self, document: Document) -> None:
        """Show a document with this coder's labels."""
        text = self.study.text(document.id)
        labels = self.study.annotations(document.id, [self.coder.id])
        self.document, self.text = document, text
        self.labels = {a.id: a for a in labels}
        self._links_to = {}
        self._of_article = {}
        for a in labels:
            if not a.fragments:
                self._index(a)
        self._read_reviews()
        self.current = self.drafting = None
        self.opened.emit()
        self.current_changed.emit()

    def reload(self) -> None:
        """Everything anew: the study was written to by other means; the label in hand stays in hand."""
        self._take_register(self.study.register())
        if self.document is not None:
            current = self.current
            fresh = self.study.document_with(self.document.id)
            self.open(self.document if fresh is None else replace(fresh, number=self.document.number))
            self.set_current(current)

    def set_coder(self, coder: Coder) -> None:
        """Somebody else codes now."""
        self.coder = coder
        if self.document is not None:
            self.open(self.document)

    # changing

    def apply(self, command: AnyCommand) -> ChangeSet | None:
        """Do it; None where it was refused (and `refused` was told)."""
        return self._try(lambda: self.study.coding.apply(command))

    def _try(self, do: Callable[[], ChangeSet], then: Callable[[ChangeSet], None] | None = None) -> ChangeSet | None:
        try:
            self._look()
            if self.outdated:
                raise Refusal("the study has another codebook now", remedy="close the study and open it again")
            changes = do()
        except AnnotatorError as error:
            self.refused.emit(error)
            return None
        try:
            (then or self._confirm)(changes)
        except AnnotatorError as error:  # it is on the disk, and cannot be read now
            self._seen = -1
            self.refused.emit(error)
            return None
        return changes

    def undo(self) -> None:
        """Take back this coder's last step."""
        self._try(lambda: self.study.coding.undo(self.coder.id), self._show_step)

    def redo(self) -> None:
        """Bring it back."""
        self._try(lambda: self.study.coding.redo(self.coder.id), self._show_step)

    def _show_step(self, changes: ChangeSet) -> None:
        self._go_where(changes)
        self._confirm(changes)
        shown = [self.labels[key] for key in changes.added | changes.changed if key in self.labels]
        first = min(shown, key=lambda a: (bool(a.roles or a.empty), not self.owns(a), a.fragments, a.id), default=None)
        if first is not None:  # of a link what it belongs to: there it is asked for
            self.set_current((self.owner_of(first.id) or first).id if first.roles else first.id)

    # what others write

    def look(self) -> None:
        """Take in what another window or program wrote since the last look; nothing to do costs nothing."""
        try:
            self._look()
        except AnnotatorError as error:
            self.refused.emit(error)

    def seen(self) -> None:
        """What was just written by another connection of this window is known."""
        self._seen = self.study.file.version_seen()
        self._number, self._stand = self.study.last_given_number(), self.study.stand()

    def articles_came_in(self) -> None:
        """Another connection of this window added articles; what was coded elsewhere meanwhile is still unknown."""
        self._stand = self.study.stand()

    def _look(self) -> bool:
        """Whether anything was written by others."""
        now = self.study.file.version_seen()
        if now == self._seen:
            return False
        steps, stand = self.study.written_since(self._number), self.study.stand()
        if stand == self._stand and all(unit in self.confirmed for _, unit in steps):
            self._seen = now  # an index of words, say, which this window's own search made
            return False
        self._number, self._stand = steps[-1][0] if steps else self._number, stand
        self.study.coding.forget()
        self._renew_document()
        before = self.labels
        document = self.document
        labels = {a.id: a for a in self.study.annotations(document.id, [self.coder.id])} if document else {}
        changes = ChangeSet(
            None,
            ELSEWHERE,
            frozenset(labels.keys() - before.keys()),
            frozenset(k for k in labels.keys() & before.keys() if labels[k] != before[k]),
            frozenset(before.keys() - labels.keys()),
            frozenset(e.id for e in self.study.entities() if self.register.every.get(e.id) != e),
            frozenset([document.id] if document else ()),
            frozenset(n.id for n in self.study.notes(document.id)) if document else frozenset(),
        )
        self._seen = now
        self.outdated = self.study.outdated()
        self.take(changes)
        self.changed_elsewhere.emit(changes)
        return True

    def _renew_document(self) -> bool:
        """Take up what the article in hand has become; whether its text was corrected, and is shown anew."""
        if self.document is None:
            return False
        fresh = self.study.document_with(self.document.id)
        if fresh is None or fresh == self.document:
            return False
        if fresh.text_version == self.document.text_version:
            self.document = replace(fresh, number=self.document.number)
            return False
        current = self.current
        self.open(replace(fresh, number=self.document.number))
        self.set_current(current)
        return True

    def _go_where(self, changes: ChangeSet) -> None:
        """An undone step in another article is shown there."""
        if self.document is None:
            return
        for key in changes.added | changes.changed | changes.removed:
            if key in self.labels:
                return
            self._go_to(key)
            return
        for key in changes.verdicts:
            self._go_to(verdict_key(key, self.coder.id))
            return

    def _go_to(self, thing: str) -> None:
        """Open the article that the last step of a thing was made in."""
        document_id = self.study.coding.history(thing)[-1].document_id
        if self.document is not None and document_id is not None and document_id != self.document.id:
            self.open(self.study.document(document_id))

    def _confirm(self, changes: ChangeSet) -> None:
        if changes.unit is not None:
            self.confirmed.add(changes.unit)
        self.take(changes)
        for told in self.study.file.notices[self._noticed :]:
            self._noticed += 1
            self.noticed.emit(told)

    def take(self, changes: ChangeSet) -> None:
        """Ask the store again for what changed, here or elsewhere, and tell every view."""
        self.touched = self.owners_touched(changes.removed | changes.changed)
        for key in changes.removed | changes.changed:
            old = self.labels.pop(key, None)
            if old is not None:
                self._index(old, out=True)
        for key in changes.added | changes.changed:
            try:
                a = self.study.annotation(key)
            except NotFound:  # removed elsewhere in this moment: that is told next
                continue
            if self.document is not None and a.document_id == self.document.id and a.coder_id == self.coder.id:
                self.labels[key] = a
                self._index(a)
        self.touched |= self.owners_touched(changes.added | changes.changed)
        self._refresh_reviews(changes.added | changes.changed | changes.removed)
        if self.document is not None and self.document.id in changes.documents:
            self._renew_document()
        self.renamed = False
        if changes.entities:
            before = self.names()
            self._take_register(self.register.changed(changes.entities, self.study.entities_by_id(changes.entities)))
            now = self.names()
            asked = before if self.register.merged else changes.entities & before.keys()
            self.renamed = any(now.get(key) != before[key] for key in asked)
        if self.current is not None and self.current not in self.labels:
            self.current = None
        self.changed.emit(changes)
        if self.current is None and changes.removed:
            self.current_changed.emit()

    def _read_reviews(self) -> None:
        if self.document is not None and self._may_be_marked():
            self.reviews = reviews(self.study, self.document.id)

    def _may_be_marked(self) -> bool:
        corrected = self.document is not None and self.document.text_version > 1
        return corrected or self.study.codebook_version > 1

    def _refresh_reviews(self, keys: Iterable[str]) -> None:
        """Ask again for just these labels: this is on the way of every label."""
        if self._may_be_marked():
            wanted = list(keys)
            gone = set(wanted)
            kept = {key: why for key, why in self.reviews.items() if key not in gone}
            self.reviews = kept | reviews(self.study, ids=wanted)

    def _take_register(self, register: Register) -> None:
        self.register = register
        self.entities = dict(self.register.every)
        self._names = None
        if not self.register.merged:
            return
        names = self.register.all_names()
        for key, e in self.register.every.items():
            # whoever was merged away reads as the one it turned out to be; that one is known by all their names
            root = self.register.roots[key]
            self.entities[key] = replace(e, name=root.name) if root is not e else replace(e, aliases=names[key][1:])

    def _index(self, a: Annotation, out: bool = False) -> None:
        if not a.fragments and not a.roles and not a.empty:
            self._of_article.pop(a.id, None)
            if not out:
                self._of_article[a.id] = a
        for fillers in a.roles.values():
            for f in fillers:
                if f.annotation is None:
                    continue
                held = self._links_to.setdefault(f.annotation, set())
                held.discard(a.id) if out else held.add(a.id)

    # asking

    def set_current(self, key: str | None) -> None:
        """Take a label in hand."""
        self.current = key if key in self.labels else None
        self.drafting = None
        self.current_changed.emit()

    def draft(self, layer: str) -> None:
        """Begin a link that belongs to no label: the form asks who stands in its roles, and the first makes it."""
        self.current, self.drafting = None, layer
        self.current_changed.emit()

    def stands_alone(self, layer: str) -> bool:
        """Whether links of a layer belong to no label, so that each is a statement of its own."""
        owning = owners(self.codebook).by_link.get(layer)
        return owning is not None and (owning.role is None or not owning.link.role(owning.role).layers)

    def label(self) -> Annotation | None:
        """The label in hand."""
        return self.labels.get(self.current or "")

    def article_labels(self, layer: str) -> list[Annotation]:
        """Labels of a layer that describe the whole article, the oldest first."""
        found = [a for a in self._of_article.values() if a.layer == layer]
        return sorted(found, key=lambda a: (a.created, a.id))

    def links_of(self, key: str, layer: LinkLayer | None = None) -> list[Annotation]:
        """Links that name a label, the oldest first."""
        found = [self.labels[x] for x in self._links_to.get(key, ()) if x in self.labels]
        return sorted((a for a in found if layer is None or a.layer == layer.key), key=lambda a: (a.created, a.id))

    def owned_links(self, key: str, layer: LinkLayer) -> list[Annotation]:
        """Links of a layer that belong to a label, the oldest first."""
        owning = owners(self.codebook).by_link[layer.key]
        return [a for a in self.links_of(key, layer) if key in owners_of(owning, a)]

    def marked(self) -> list[tuple[tuple[int, Fragments], str, str]]:
        """(place, label id, document id) of this coder's labels to look at again, in reading order of all articles."""
        numbers = {d.id: d.number for d in self.study.documents()}
        found = [self.study.annotation(key) for key in reviews(self.study)]
        mine = [a for a in found if a.coder_id == self.coder.id]
        return sorted(((numbers[a.document_id], a.fragments), a.id, a.document_id) for a in mine)

    def place_in_hand(self) -> tuple[int, Fragments]:
        """The place of the label in hand as `marked` orders it; the article's beginning where there is none."""
        a = self.label()
        return (self.document.number if self.document is not None else 0, a.fragments if a is not None else ())

    def exists(self, key: str) -> bool:
        """Whether a label is there, in whichever article."""
        try:
            return key in self.labels or bool(self.study.annotation(key))
        except NotFound:
            return False
        except AnnotatorError:  # the study cannot be read now
            return True

    def owns(self, a: Annotation) -> bool:
        """Whether statements are made of labels like this one."""
        return a.layer in self._owners

    def owner_of(self, key: str) -> Annotation | None:
        """The claim that a label, or a link, belongs to; it itself where it is one, or a link without owner."""
        a = self.labels.get(key)
        if a is None or a.layer in self._owners:
            return a
        heads = (head for link in self._links_about(a) for head in self._heads(link))
        return next(heads, None)

    def _links_about(self, a: Annotation) -> list[Annotation]:
        """The link itself, or the links that name a label."""
        return [a] if a.layer in owners(self.codebook).by_link else self.links_of(a.id)

    def _heads(self, link: Annotation) -> Iterator[Annotation]:
        """The labels whose statements a link is part of, by way of other links where these own it; else a link."""
        by_link = owners(self.codebook).by_link
        waiting, seen = [link], {link.id}
        while waiting:
            a = waiting.pop(0)
            above = [key for key in owners_of(by_link[a.layer], a) if key in self.labels]
            if not above:
                yield a
            for key in above:
                other = self.labels.get(key)
                if other is None or key in seen:
                    continue
                seen.add(key)
                if other.layer in self._owners:
                    yield other
                elif other.layer in by_link:
                    waiting.append(other)

    def owners_touched(self, keys: Iterable[str]) -> set[str]:
        """Ids of the claims whose statements these labels are part of, and of links, which may be their own."""
        found: set[str] = set()
        by_link = owners(self.codebook).by_link
        waiting, seen = list(keys), set[str]()
        while waiting:
            key = waiting.pop()
            if key in seen:
                continue
            seen.add(key)
            a = self.labels.get(key)
            if a is not None and (a.layer in self._owners or a.layer in by_link):
                found.add(key)
            for link in ([a] if a is not None and a.layer in by_link else []) + self.links_of(key):
                found.add(link.id)
                found.update(head.id for head in self._heads(link))
                # a link that stands in a role or belongs to another link is part of that one's statement as well
                waiting += [x.id for x in self.links_of(link.id)]
        return found

    def statements(self, keys: Iterable[str] | None = None) -> list[Statement]:
        """All statements in reading order, or just those of these claims."""
        asked = set(keys or ())
        if self.document is None:
            return []
        part = list(self.labels.values()) if keys is None else self.parts_of(asked)
        found = statements(self.codebook, part, zones_of(self.codebook, self.document.zones, part))
        return found if keys is None else [s for s in found if s.owner.id in asked]

    def parts_of(self, keys: Iterable[str]) -> list[Annotation]:
        """Labels, the links that name them, links of those, and whatever stands in any of these links."""
        chosen = {key: self.labels[key] for key in keys if key in self.labels}
        links, seen = [a for a in chosen.values() if a.roles], set(chosen)
        links += [link for key in chosen for link in self.links_of(key) if link.id not in seen]
        while links:
            link = links.pop()
            chosen[link.id] = link
            seen.add(link.id)
            for fillers in link.roles.values():
                for f in fillers:
                    if f.annotation in self.labels:
                        chosen[f.annotation] = self.labels[f.annotation]
            links += [x for x in self.links_of(link.id) if x.id not in seen]
        return list(chosen.values())

    def living(self) -> list[Entity]:
        """Whoever can be named from now on: not merged into another; with all their names as aliases; by name."""
        found = [e for e in self.entities.values() if e.merged_into is None]
        return sorted(found, key=lambda e: (e.name.casefold(), e.id))

    def names(self) -> Mapping[str, str]:
        """Entity id -> name."""
        if self._names is None:
            self._names = {key: e.name for key, e in self.entities.items()}
        return self._names

    def former_words(self, layer: str, key: str, value: Any) -> tuple[str, str]:
        """(attribute, value) in the words of the codebook version that allowed the value."""
        if self._lineage is None:
            self._lineage = lineage(self.study)
        name, words = former_words(self._lineage, layer, key, value)
        named = [self.names().get(e, "?") for e in entity_ids(value)]
        return name, ", ".join(named) or words

    def former_entity_words(self, key: str, value: Any) -> tuple[str, str]:
        """(attribute, value) of an entity in the words of the codebook version that allowed the value."""
        if self._lineage is None:
            self._lineage = lineage(self.study)
        name, words = former_entity_words(self._lineage, key, value)
        named = [self.names().get(e, "?") for e in entity_ids(value)]
        return name, ", ".join(named) or words

    def passage(self, a: Annotation) -> str:
        """A label's words, its pieces joined with ` … `."""
        return " … ".join(self.text[s:e] for s, e in a.fragments)
