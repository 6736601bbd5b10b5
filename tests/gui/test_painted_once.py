"""What one step at the desk sets off: nothing is painted, laid out, asked or marked twice for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, cast

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annotator.qt.form.form_page import FormPage
from annotator.qt.form.inspector import Inspector
from annotator.qt.toolkit.settings import Settings
from annotator.services.coding.step import KnownDocuments
from tests.gui.conftest import Hand, opened


class Watch(QObject):
    """Counts what Qt does to each part of a window between `begin` and `end`."""

    def __init__(self) -> None:
        super().__init__()
        self._on = False
        self.seen: dict[QEvent.Type, Counter[QObject]] = {}
        self.areas: dict[QObject, list[tuple[int, int]]] = {}
        """Of each part: top and height of every piece that was painted."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if self._on:
            self.seen.setdefault(event.type(), Counter())[watched] += 1
            if isinstance(event, QPaintEvent):
                self.areas.setdefault(watched, []).extend(
                    (r.top(), r.height()) for r in cast(Iterable[QRect], event.region())
                )
        return False

    def of(self, step: Callable[[], object]) -> None:
        """What the step sets off, until nothing happens any more."""
        _settle()
        self.seen, self.areas, self._on = {}, {}, True
        step()
        _settle()
        self._on = False

    def painted(self, part: QWidget) -> int:
        return self.seen.get(QEvent.Type.Paint, Counter())[part]

    def total(self, kind: QEvent.Type, within: QWidget) -> Counter[QObject]:
        """How often it came to each part within one."""
        found = self.seen.get(kind, Counter())
        return Counter({w: n for w, n in found.items() if isinstance(w, QWidget) and within.isAncestorOf(w)})


def _settle() -> None:
    for _ in range(8):
        QApplication.processEvents()


@pytest.fixture
def watch() -> Iterator[Watch]:
    made, app = Watch(), QApplication.instance()
    assert app is not None
    app.installEventFilter(made)
    yield made
    app.removeEventFilter(made)


@pytest.fixture
def hand(qtbot: QtBot, settings: Settings, study_path: Path) -> Iterator[Hand]:
    """A hand at the desk, with every page of the form made and laid out once."""
    found = opened(qtbot, settings, study_path)
    with qtbot.waitExposed(found.window):
        found.window.show()
    found.window.activateWindow()
    found.desk.right.setSizes([400, 400, 0])  # all statements are in view
    for words in ("will not last", "had fought for the plan"):
        found.drag(words)
        found.key("c")
        found.key(Qt.Key.Key_Escape)
        found.session.set_current(None)
    found.desk.surface.setFocus()
    _settle()
    yield found
    found.window.close()


def counted(monkeypatch: pytest.MonkeyPatch, owner: type, name: str) -> list[object]:
    """One entry for each call."""
    calls: list[object] = []
    real = getattr(owner, name)

    def call(self: Any, *args: Any, **more: Any) -> Any:
        calls.append(self)
        return real(self, *args, **more)

    monkeypatch.setattr(owner, name, call)
    return calls


def test_a_label_by_key_is_shown_by_one_painting_of_each_part(hand: Hand, watch: Watch) -> None:
    hand.drag("word of it")
    watch.of(lambda: hand.key("c"))
    assert hand.session.current is not None
    desk = hand.desk
    assert watch.painted(desk.statements.view.viewport()) == 1
    assert watch.painted(desk.surface.viewport()) == 1
    assert watch.painted(desk.documents.view.viewport()) == 0, "the list of articles says nothing of labels"
    page = desk.inspector._page
    assert page is not None
    assert watch.painted(page) == 1
    parts = watch.total(QEvent.Type.Paint, page)
    assert len(parts) > 10
    assert set(parts.values()) == {1}, "a part of the form was painted twice"


def test_the_form_is_laid_out_once_for_another_label(hand: Hand, watch: Watch) -> None:
    hand.drag("word of it")
    watch.of(lambda: hand.key("c"))
    pages = [x for x in hand.desk.inspector.findChildren(FormPage) if x.isVisible()]
    assert pages == [hand.desk.inspector._page]
    sizes = watch.total(QEvent.Type.Resize, pages[0])
    assert all(n == 1 for n in sizes.values()), "a part of the form got one size and then another"


def test_only_what_stands_from_the_new_row_on_is_painted_in_the_list(hand: Hand, watch: Watch) -> None:
    view, model = hand.desk.statements.view, hand.desk.statements.model
    view.setCurrentIndex(model.index(0))
    hand.drag("word of it")
    watch.of(lambda: hand.key("c"))
    row = model.place(hand.session.current or "")
    assert row == model.rowCount() - 1 == 2, "the last of the article"
    before, here = view.visualRect(model.index(0)), view.visualRect(model.index(row))
    assert watch.areas[view.viewport()] == [
        (before.top(), before.height()),  # the row that was the current one
        (here.top(), view.viewport().height() - here.top()),
    ]


def test_another_number_on_a_tab_moves_nothing_else(hand: Hand, watch: Watch) -> None:
    side = hand.desk.side
    hand.drag("word of it")
    before = side.tabText(0)
    watch.of(lambda: hand.key("c"))
    assert side.tabText(0) != before
    assert watch.painted(side.tabBar()) == 1
    assert watch.painted(hand.desk.statements.tools) == 0
    asked = watch.seen.get(QEvent.Type.LayoutRequest, Counter())
    assert asked[hand.desk.right] == asked[hand.desk.splitter] == asked[hand.desk] == 0


def test_undo_and_removal_paint_each_part_once(hand: Hand, watch: Watch) -> None:
    desk = hand.desk
    for step in ("remove", "undo"):
        hand.drag("word of it")
        hand.key("c")
        desk.surface.setFocus()
        _settle()
        watch.of(desk.remove_label if step == "remove" else lambda: desk.step_back(back=True))
        assert watch.painted(desk.statements.view.viewport()) == 1, step
        assert watch.painted(desk.surface.viewport()) == 1, step
        assert desk.inspector._page is not None
        assert set(watch.total(QEvent.Type.Paint, desk.inspector._page).values()) == {1}, step


def test_an_answer_by_key_paints_the_row_of_its_statement_alone(hand: Hand, watch: Watch) -> None:
    view, model = hand.desk.statements.view, hand.desk.statements.model
    hand.drag("word of it")
    hand.key("c")
    _settle()
    watch.of(lambda: hand.key("2"))
    label = hand.session.label()
    assert label is not None
    assert label.values
    row = view.visualRect(model.index(model.place(label.id) or 0))
    below = view.visualRect(model.index(model.rowCount() - 1)).bottom()  # there the list of names may lie over it
    assert [x for x in watch.areas[view.viewport()] if x[0] < below] == [(row.top(), row.height())]
    assert watch.painted(hand.desk.documents.view.viewport()) == 0


def test_an_article_done_paints_its_row_of_the_list_and_no_other(hand: Hand, watch: Watch) -> None:
    view = hand.desk.documents.view
    watch.of(lambda: hand.desk.day.set_done("enough for now"))
    row = view.visualRect(view.currentIndex())
    assert watch.areas[view.viewport()] == [(row.top(), row.height())]


def test_a_label_reads_its_article_once(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    calls = counted(monkeypatch, KnownDocuments, "get")
    hand.drag("word of it")
    hand.key("c")
    assert len(calls) == 1
    hand.desk.editing.move("word", False)
    assert len(calls) == 2


def test_what_is_in_hand_is_found_once_for_a_label(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    hand.drag("word of it")
    _settle()
    calls = counted(monkeypatch, Inspector, "_mark")
    hand.key("c")
    _settle()
    assert len(calls) == 1
