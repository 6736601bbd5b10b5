"""Whatever is done in whatever order, form, lists, filter and overview show what the store holds."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.model import (
    Attribute,
    BooleanAttribute,
    ChoiceAttribute,
    ChoicesAttribute,
    Codebook,
    DateAttribute,
    EntityAttribute,
    LinkLayer,
    NumberAttribute,
    ScaleAttribute,
    TreeAttribute,
    tree_nodes,
)
from annotator.domain.codebook.owners import other_roles
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.codebook.values import is_open, number_text, same
from annotator.domain.commands import (
    AddAnnotation,
    AddEntity,
    ChangeEntity,
    EmptyRef,
    FillerRef,
    RemoveAnnotation,
    SetFragments,
    SetMemo,
    SetUncertain,
    SetValue,
)
from annotator.domain.errors import AnnotatorError
from annotator.domain.identity import CountingIds, SteppingClock
from annotator.domain.statements import incomplete, statements, zones_of
from annotator.intake import read_source
from annotator.qt.coding.linking import empty_command, fill_command, label_command
from annotator.qt.desk.marks import SLOTS
from annotator.qt.desk.statement_rows import stance_words
from annotator.qt.form.fields import ButtonsField, EntitiesField, TextField
from annotator.qt.form.form import Form
from annotator.qt.form.roles import RoleField
from annotator.qt.form.search_field import SearchField
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study
from tests.codebooks import described, everything
from tests.conftest import Guard
from tests.gui.conftest import ARTICLE, OTHER, Hand, opened
from tests.shared import shared

CODEBOOKS: dict[str, Callable[[], Codebook]] = {
    "everything": everything,
    "described": described,
    "builtin": builtin_codebook,
    "attribution": lambda: parse_codebook(shared("codebooks/attribution.yaml").read_text(encoding="utf-8")),
    "claims": lambda: parse_codebook(shared("codebooks/claims_speakers_stance.yaml").read_text(encoding="utf-8")),
    "political": lambda: parse_codebook(shared("codebooks/political_claims.yaml").read_text(encoding="utf-8")),
}
STEPS = 80
SEEDS = 1
"""How many walks through each codebook: more of them when the desk was changed."""


class Model:
    """One hand, one study; `done` tells the steps for the message of a failure."""

    def __init__(self, hand: Hand, seed: str) -> None:
        self.hand, self.random, self.done = hand, random.Random(seed), list[str]()

    # steps

    def step(self) -> None:
        """Something that changes what is shown."""
        does = self.random.choices(
            [
                self.label,
                self.take,
                self.value,
                self.role,
                self.memo,
                self.doubt,
                self.move,
                self.remove,
                self.undo,
                self.filter,
                self.turn,
                self.entity,
                self.elsewhere,
                self.split_or_join,
                self.type_half,
                self.search,
                self.reload,
                self.coder,
            ],
            [8, 6, 8, 6, 2, 2, 2, 2, 6, 3, 2, 3, 3, 2, 3, 2, 1, 1],
        )[0]
        self.done.append(does.__name__)
        does()
        for _ in range(3):
            QApplication.processEvents()

    def some(self, labels: list[Annotation]) -> Annotation | None:
        return self.random.choice(labels) if labels else None

    @property
    def labels(self) -> list[Annotation]:
        return sorted(self.hand.session.labels.values(), key=lambda a: a.id)

    def passage(self) -> tuple[int, int]:
        text = self.hand.session.text
        start = self.random.randrange(len(text) - 40)
        return start, start + self.random.randint(1, 39)

    def label(self) -> None:
        session = self.hand.session
        if self.random.random() < 0.5:
            session.set_current(None)
        layer = self.random.choice(session.codebook.span_layers)
        self.hand.desk._label(label_command(session, layer, (self.passage(),)))

    def take(self) -> None:
        a = self.some([a for a in self.labels if a.fragments])
        self.hand.desk.jump(a.id if a is not None and self.random.random() < 0.9 else "")

    def of_type(self, attribute: Attribute) -> Any:
        pick = self.random.choice
        living = [e.id for e in self.hand.session.living()]
        if attribute.off_scale and self.random.random() < 0.2:
            return pick(attribute.off_scale).key
        if isinstance(attribute, ChoiceAttribute):
            return pick(attribute.values).key
        if isinstance(attribute, ChoicesAttribute):
            return [pick(attribute.values).key]
        if isinstance(attribute, TreeAttribute):
            return pick([n.key for n, _ in tree_nodes(attribute.values) if attribute.select == "any" or not n.children])
        if isinstance(attribute, ScaleAttribute):
            return pick(attribute.points).value
        if isinstance(attribute, BooleanAttribute):
            return pick([True, False])
        if isinstance(attribute, NumberAttribute):
            return self.random.randint(0, 90)
        if isinstance(attribute, DateAttribute):
            return pick(["2024-05-06", "2023-01-01"])
        if isinstance(attribute, EntityAttribute):
            if not living:
                return None
            return [{"entity": pick(living)}] if attribute.many else {"entity": pick(living)}
        return pick(["a word", "two words"])

    def value(self) -> None:
        a = self.some([a for a in self.labels if self.hand.session.codebook.layer(a.layer).attributes])
        if a is None:
            return
        attribute = self.random.choice(self.hand.session.codebook.layer(a.layer).attributes)
        value = None if self.random.random() < 0.2 else self.of_type(attribute)
        command = SetValue(coder_id=a.coder_id, annotation_id=a.id, attribute=attribute.key, value=value)
        self.hand.session.apply(command)

    def role(self) -> None:
        session = self.hand.session
        owner = self.some([a for a in self.labels if session.owns(a)])
        kinds = [
            x for x in session.codebook.link_layers if owner and x.per and owner.layer in x.role(x.per.role).layers
        ]
        if owner is None or not kinds:
            return
        kind = self.random.choice(kinds)
        links = session.links_of(owner.id, kind)
        link = self.random.choice([*links, None])
        assert kind.per is not None
        role = self.random.choice([r for r in kind.roles if r.key != kind.per.role])
        fitting = [FillerRef(annotation=a.id) for a in self.labels if a.layer in role.layers and a.id != owner.id]
        fitting += [
            FillerRef(entity=e.id) for e in session.living() if role.takes_entities and e.type in role.entity_types
        ]
        if role.empty_because and self.random.random() < 0.3:
            ref = EmptyRef(because=self.random.choice(role.empty_because).key)
            session.apply(empty_command(session, kind, owner, link, role, ref))
        elif fitting:
            session.apply(fill_command(session, kind, owner, link, role, self.random.choice(fitting)))

    def memo(self) -> None:
        a = self.some(self.labels)
        if a is not None:
            memo = self.random.choice(["", "why?", "line\nline"])
            self.hand.session.apply(SetMemo(coder_id=a.coder_id, annotation_id=a.id, memo=memo))

    def doubt(self) -> None:
        a = self.some([a for a in self.labels if a.values])
        if a is not None:
            key, on = self.random.choice(sorted(a.values)), self.random.random() < 0.7
            self.hand.session.apply(SetUncertain(coder_id=a.coder_id, annotation_id=a.id, attribute=key, uncertain=on))

    def move(self) -> None:
        a = self.some([a for a in self.labels if a.fragments])
        if a is not None:
            self.hand.session.apply(SetFragments(coder_id=a.coder_id, annotation_id=a.id, fragments=(self.passage(),)))

    def remove(self) -> None:
        a = self.some(self.labels)
        if a is not None:
            self.hand.session.apply(RemoveAnnotation(coder_id=a.coder_id, annotation_id=a.id))

    def undo(self) -> None:
        for _ in range(self.random.randint(1, 3)):
            self.hand.desk.step_back(self.random.random() < 0.6)

    def filter(self) -> None:
        bar = self.hand.desk.filter
        bar.show()
        which = self.random.choice(["layer", "value", "completeness", "clear"])
        if which == "layer":
            self.random.choice(list(bar._layer_actions.values())).toggle()
        elif which == "value":
            bar.value.setCurrentIndex(self.random.choice([0, self.random.randrange(bar.value.count())]))
        elif which == "completeness":
            bar.completeness.setCurrentIndex(self.random.randrange(bar.completeness.count()))
        else:
            bar.clear()

    def turn(self) -> None:
        self.hand.desk.go(self.random.choice([-1, 1]))

    def entity(self) -> None:
        session, coder = self.hand.session, self.hand.session.coder.id
        living, types = session.living(), session.codebook.entity_types
        if not types:
            return
        which = self.random.choice(["new", "rename", "merge", "part"])
        if which == "new" or len(living) < 2:
            name = self.random.choice(["Ilsa", "Nneka", "Blue Net", "Ilsa"])
            kind = self.random.choice(types).key
            session.apply(AddEntity(coder_id=coder, name=name, type=kind))
            return
        one, other = self.random.sample(living, 2)
        if which == "rename":
            session.apply(ChangeEntity(coder_id=coder, entity_id=one.id, name=one.name + "i"))
        elif which == "merge":
            session.apply(ChangeEntity(coder_id=coder, entity_id=one.id, merged_into=other.id))
        elif gone := [e.id for e in session.register.every.values() if e.merged_into]:
            session.apply(ChangeEntity(coder_id=coder, entity_id=self.random.choice(gone), merged_into=""))

    def elsewhere(self) -> None:
        """The same coder in another program."""
        session = self.hand.session
        assert session.document is not None
        a = self.some(self.labels)
        layer = self.random.choice(session.codebook.span_layers)
        new = AddAnnotation(
            coder_id=session.coder.id,
            document_id=session.document.id,
            layer=layer.key,
            fragments=(self.passage(),),
        )
        with Study.open(session.study.file.path) as study:
            try:
                if a is None or self.random.random() < 0.4:
                    study.coding.apply(new)
                else:
                    study.coding.apply(RemoveAnnotation(coder_id=a.coder_id, annotation_id=a.id))
            except AnnotatorError:
                return
        session.look()

    def split_or_join(self) -> None:
        a = self.some([a for a in self.labels if a.fragments])
        if a is None:
            return
        self.hand.session.set_current(a.id)
        self.hand.desk.surface.set_caret((a.fragments[0][0] + a.fragments[-1][1]) // 2)
        if self.random.random() < 0.5:
            self.hand.desk.editing.split()
        else:
            self.hand.desk.editing.join()

    def type_half(self) -> None:
        """Words that nobody confirms; the next thing in hand takes the focus from them."""
        fields = [f for f in self.hand.desk.inspector.open_fields() if isinstance(f, TextField)]
        if fields:
            field = self.random.choice(fields)
            field.edit.setFocus()
            field.edit.setText(self.random.choice(["half", "12", "2024-05", "x y"]))
            self.hand.desk.surface.setFocus()

    def search(self) -> None:
        tools = self.hand.desk.statements.tools
        if self.random.random() < 0.5:
            tools.search.setText(self.random.choice(["", "e", "ilsa", "zz"]))
        else:
            tools.which.setCurrentIndex(self.random.randrange(tools.which.count()))

    def reload(self) -> None:
        if self.random.random() < 0.5:
            self.hand.window.reload()
        else:
            self.hand.desk._recolour()

    def coder(self) -> None:
        session = self.hand.session
        session.set_coder(next(c for c in session.study.coders() if c.id != session.coder.id))

    # what must hold

    def compare(self) -> None:
        session, study = self.hand.session, self.hand.session.study
        document = session.document
        assert document is not None
        held = study.annotations(document.id, [session.coder.id])
        every = {a.id: a for a in held}
        assert session.labels == every
        names = {e.id: study.register().roots[e.id].name for e in study.entities()}
        text = study.text(document.id)
        zones = zones_of(study.codebook, document.zones, held)
        self.compare_statements(held, names, text, zones)
        self.compare_text(held, text, zones)
        self.compare_form(every, names, text)

    def compare_statements(
        self, held: list[Annotation], names: dict[str, str], text: str, zones: dict[str, str | None]
    ) -> None:
        codebook = self.hand.session.codebook
        wanted = statements(codebook, held, zones)
        lists = self.hand.desk.statements
        rows = lists.model.rows
        assert [r.id for r in rows] == [s.owner.id for s in wanted]
        assert lists.model.open_ones == sum(bool(s.missing) for s in wanted)
        for row, s in zip(rows, wanted, strict=True):
            assert row.words == words_of(text, s.owner)
            assert row.missing == s.missing
            ties = []
            for key, group in s.ties.items():
                layer = codebook.layer(key)
                assert isinstance(layer, LinkLayer)
                last = {tie.link.id: n for n, tie in enumerate(group)}
                several = len(other_roles(codebook, key)) > 1
                for n, tie in enumerate(group):
                    who = names.get(tie.entity_id or "") or (words_of(text, tie.filler) if tie.filler else "")
                    if not who and tie.because:
                        who = next(r.label for r in layer.role(tie.role).empty_because if r.key == tie.because)
                    role = layer.role(tie.role).label or tie.role if several else ""
                    how = stance_words(layer, tie.link) if last[tie.link.id] == n else ""
                    ties.append((f"{layer.label}, {role}" if several else layer.label, who or "–", how))
            assert row.ties == tuple(ties)
        shown = [
            lists.view.model().index(n, 0).data(Qt.ItemDataRole.UserRole) for n in range(lists.view.model().rowCount())
        ]
        typed, open_only, order = lists.tools.choice()
        fitting = [r for r in rows if (r.missing or not open_only) and typed.casefold() in r.spoken().casefold()]
        assert sorted(r.id for r in shown) == sorted(r.id for r in fitting)
        if order == "place":
            assert [r.id for r in shown] == [r.id for r in fitting]
        if order == "open":
            assert [bool(r.missing) for r in shown] == sorted((bool(r.missing) for r in shown), reverse=True)
        assert len(lists.view._bottoms()) == len(shown)

    def compare_text(self, held: list[Annotation], text: str, zones: dict[str, str | None]) -> None:
        session, desk = self.hand.session, self.hand.desk
        lacking = incomplete(session.codebook, held, zones)
        spans = {a.id: a for a in held if a.fragments}
        passing = {k for k, a in spans.items() if k == session.current or desk.filter.filter.passes(a, k in lacking)}
        index = desk.surface.index
        assert {k: x.fragments for k, x in index.every.items()} == {k: a.fragments for k, a in spans.items()}
        assert set(index.by_id) == passing
        buckets = [(n, index.bucket(n)) for n in range(len(index._starts))]
        pieces = {(*p, n) for n, bucket in buckets if bucket is not None for p in bucket.pieces}
        assert pieces == {(s, e, k, n) for k in passing for n, s, e in index.pieces_of(index.every[k])}
        desk.marks._renew()
        places = [
            (a.fragments[0][0] * SLOTS // len(text), a.layer, session.colour_of(a.layer))
            for k, a in spans.items()
            if k in passing
        ]
        assert desk.marks._counts == Counter(places)

    def compare_form(self, every: dict[str, Annotation], names: dict[str, str], text: str) -> None:
        inspector, session = self.hand.desk.inspector, self.hand.session
        forms = inspector._forms
        current = every.get(session.current or "")
        page = inspector._page
        assert page is not None
        section = page._sections[0]
        if current is not None:
            assert next(iter(forms)) == current.id
            if current.fragments:
                words = words_of(text, current)
                assert section._words.text() == f"“{words if len(words) < 240 else words[:239] + '…'}”"
        for form in page.forms:
            self.compare_values(form, every.get(form.key or ""), names)
        owned = [*session.links_of(current.id)] if current is not None else []
        assert {f.key for f in page.forms if f.layer.kind == "link"} >= {x.id for x in owned if session.owns(current)}  # type: ignore[arg-type]
        for field in page.roles:
            self.compare_role(field, every, names, text)

    def compare_values(self, form: Form, a: Annotation | None, names: dict[str, str]) -> None:
        document = self.hand.session.document
        assert (a is None) == (form.key is None)
        values = a.values if a is not None else {}
        zone = document.zone_at(a.fragments[0][0]) if a and a.fragments and document else None
        assert form.memo.toPlainText() == (a.memo if a is not None else "")
        for attribute in form.layer.attributes:
            row, doubt = form._rows[attribute.key], form._doubts[attribute.key]
            field = row.field
            value = values.get(attribute.key)
            assert row.isHidden() == (not is_open(form.layer, attribute, values, zone) and attribute.key not in values)
            assert doubt.isChecked() == (a is not None and attribute.key in a.uncertain)
            if row.isHidden():
                continue
            assert field.value == value, attribute.key
            if isinstance(field, ButtonsField):
                pressed = [v for v, b in field._buttons if b.isChecked()]
                wanted = [] if value is None else value if isinstance(value, list) else [value]
                assert len(pressed) == len(wanted)
                assert all(any(same(v, w) for w in wanted) for v in pressed)
            elif isinstance(field, EntitiesField):
                wanted = [names[x["entity"]] for x in value] if isinstance(value, list) else []
                chips = [b.text() for b in field._held.findChildren(QPushButton) if not b.isHidden()]
                assert isinstance(value, str) or chips == wanted
            elif isinstance(field, TextField) and field.typed() is None:
                off = value in [o.key for o in attribute.off_scale]
                said = "" if value is None or off else number_text(value) if not isinstance(value, str) else value
                assert field.edit.text() == said
            elif isinstance(field, SearchField):
                said = field.line.text()
                if isinstance(value, dict):
                    assert said == names[value["entity"]]
                else:
                    assert bool(said) == (value is not None)

    @staticmethod
    def compare_role(field: RoleField, every: dict[str, Annotation], names: dict[str, str], text: str) -> None:
        link = field._link
        if link is not None:
            assert link == every[link.id]
        assert every[field._owner.id] == field._owner
        wanted = []
        for f in link.roles.get(field._role.key, ()) if link is not None else ():
            wanted.append(words_of(text, every[f.annotation]) if f.annotation else names[f.entity or ""])
        if link is not None and (reason := link.empty.get(field._role.key)) is not None:
            wanted.append(next(r.label for r in field._role.empty_because if r.key == reason.because))
        chips = [
            w.toolTip().split("\nClick")[0]
            for w in field._chips.findChildren(QPushButton)
            if w.property("role") == "value" and not w.isHidden()
        ]
        assert chips == wanted


def words_of(text: str, a: Annotation) -> str:
    return " … ".join(text[s:e] for s, e in a.fragments)


@pytest.mark.parametrize("book", CODEBOOKS)
@pytest.mark.parametrize("seed", range(SEEDS))
def test_everything_shown_is_what_the_store_holds(
    book: str,
    seed: int,
    qtbot: QtBot,
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    guard: Guard,
) -> None:
    # words that the codebook refused stay in their fields, and closing asks about them
    guard.expect_dialog(lambda box: QMessageBox.StandardButton.Discard)
    path = tmp_path / "s.annotator"
    with Study.create(path, CODEBOOKS[book](), "Model") as study:
        study.ensure_coder("Ada")
        study.ensure_coder("Ben")
        for name, text in (("one.txt", ARTICLE), ("two.txt", OTHER * 3)):
            add_documents(study, read_source(name, text.encode(), "plain"))
    monkeypatch.setattr(Study.open.__func__, "__defaults__", (CountingIds("gui"), SteppingClock("2031-01-01")))
    one = Model(opened(qtbot, settings, path), f"{book} {seed}")
    for _ in range(STEPS):
        one.step()
        try:
            one.compare()
        except AssertionError as error:
            raise AssertionError(f"after {one.done[-12:]} ({len(one.done)}): {error}") from error
    one.hand.window.close()
