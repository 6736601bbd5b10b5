"""Finding by hand: within the article, over all of them, and labels from what was found."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QDialogButtonBox, QLabel, QWidget

from annotator.domain.commands import AddEntity, ChangeEntity
from annotator.qt.desk.find_bar import FindLine
from annotator.qt.search.search_window import SearchWindow
from annotator.services.search.corpus_search import Passage
from tests.gui.conftest import Hand

CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
LEFT, NO_KEY = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def words(hand: Hand) -> str:
    """What is selected, as the store has it."""
    start, end = hand.desk.surface.selection() or (0, 0)
    return hand.session.text[start:end]


def settled(hand: Hand) -> None:
    """Wait until an expression was looked for."""
    hand.bot.waitUntil(lambda: not hand.desk.finder._latest.busy)


# within the article


def test_words_are_found_walked_and_marked(hand: Hand) -> None:
    hand.key("f", CONTROL)
    finder, surface = hand.desk.finder, hand.desk.surface
    QTest.keyClicks(finder.line, "harbour")
    places = [hand.range_of("harbour", 0), hand.range_of("harbour", 1)]
    assert list(surface.scene.found) == places
    assert finder.count.text() == "2 found"
    hand.key(Qt.Key.Key_Return)
    assert (surface.selection(), surface.scene.found_at) == (places[0], 0)
    hand.key(Qt.Key.Key_F3)
    assert (surface.selection(), finder.count.text()) == (places[1], "2 of 2")
    hand.key(Qt.Key.Key_F3)
    assert surface.selection() == places[0], "from the last it goes on to the first"
    hand.key(Qt.Key.Key_Return, SHIFT)
    hand.key(Qt.Key.Key_F3, SHIFT)
    assert surface.selection() == places[0]
    hand.key(Qt.Key.Key_Escape)
    assert finder.isHidden()
    assert surface.hasFocus()
    assert not surface.scene.found
    hand.key(Qt.Key.Key_F3)
    assert not finder.isHidden(), "F3 brings the last search back"


def test_a_selection_is_what_is_looked_for_and_the_place_in_hand(hand: Hand) -> None:
    chosen = hand.drag("harbour", 1)
    hand.key("f", CONTROL)
    assert hand.desk.finder.line.text() == "harbour"
    assert hand.desk.finder.count.text() == "2 of 2"
    assert hand.desk.surface.selection() == chosen
    hand.desk.finder.case.click()
    hand.desk.finder.line.setText("COUNCIL")
    assert hand.desk.finder.count.text() == "nothing found"


def test_an_expression_is_looked_for_beside_the_window_and_a_wrong_one_is_told(hand: Hand) -> None:
    hand.key("f", CONTROL)
    finder = hand.desk.finder
    finder.expression.click()
    QTest.keyClicks(finder.line, r"Brandt-\w+")
    settled(hand)
    hand.bot.waitUntil(lambda: len(finder.places) == 1)
    hand.key(Qt.Key.Key_Return)
    assert words(hand) == "Brandt-Oyelaran"
    finder.line.clear()
    QTest.keyClicks(finder.line, "(")
    hand.bot.waitUntil(lambda: not finder.fault.isHidden())
    assert finder.fault.text().startswith("Character")
    finder.expression.click()
    assert finder.fault.isHidden()


def test_another_article_is_searched_for_the_same(hand: Hand) -> None:
    hand.key("f", CONTROL)
    QTest.keyClicks(hand.desk.finder.line, "minister")
    assert hand.desk.finder.count.text() == "nothing found"
    hand.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert hand.desk.finder.count.text() == "2 found"
    assert len(hand.desk.surface.scene.found) == 2


def test_the_place_in_hand_is_labelled_by_a_key_and_none_by_itself(hand: Hand) -> None:
    hand.key("f", CONTROL)
    finder = hand.desk.finder
    QTest.keyClicks(finder.line, "harbour")
    finder.layer.setCurrentText("Target")
    assert hand.labels("target") == []
    hand.key(Qt.Key.Key_Return)
    assert hand.labels("target") == []
    hand.key(Qt.Key.Key_Return, CONTROL)
    assert [a.fragments for a in hand.labels("target")] == [(hand.range_of("harbour"),)]
    assert hand.desk.surface.selection() == hand.range_of("harbour", 1), "the next is in hand"
    hand.key(Qt.Key.Key_Return, CONTROL)
    hand.key(Qt.Key.Key_Return, CONTROL)
    assert len(hand.labels("target")) == 2, "what is labelled already is not labelled again"
    hand.key("z", CONTROL)
    hand.desk.surface.setFocus()
    hand.key("z", CONTROL)
    assert len(hand.labels("target")) < 2


def test_in_a_narrow_window_the_find_bar_hides_none_of_its_parts(hand: Hand) -> None:
    hand.window.resize(1000, 640)
    hand.key("f", CONTROL)
    QTest.keyClicks(hand.desk.finder.line, "harbour")
    QApplication.processEvents()
    finder = hand.desk.finder
    kinds = (QAbstractButton, QComboBox, QLabel, FindLine)
    parts = [w for w in finder.findChildren(QWidget) if isinstance(w, kinds) and w.isVisible()]
    places = [QRect(w.mapTo(finder, QPoint(0, 0)), w.size()) for w in parts if w.parent() is not finder.line]
    assert len(places) == 11
    for i, one in enumerate(places):
        assert finder.rect().contains(one)
        assert not any(one.intersects(other) for other in places[i + 1 :])
    words = finder.button.fontMetrics().horizontalAdvance(finder.button.text())
    assert finder.button.width() >= words


def test_mentions_of_somebody_are_offered_one_by_one_under_every_name(hand: Hand) -> None:
    coder = hand.session.coder.id
    for key, name, aliases in (
        ("v", "Nneka Vardy", ("Blue Net",)),
        ("m", "Ilsa Brandt-Oyelaran", ()),
        ("o", "fishers", ()),
    ):
        hand.session.apply(AddEntity(coder_id=coder, id=key, name=name, type="person", aliases=aliases))
    hand.session.apply(ChangeEntity(coder_id=coder, entity_id="o", merged_into="v"))
    hand.desk.show_mentions("v")
    finder = hand.desk.finder
    assert finder.who.text() == "Mentions of “Nneka Vardy”"
    assert [hand.session.text[s:e] for s, e in finder.places] == ["Nneka Vardy", "Blue Net", "Fishers"]
    assert words(hand) == "Nneka Vardy"
    finder.layer.setCurrentText("Speaker")
    hand.key(Qt.Key.Key_F3)
    assert hand.labels("speaker") == []
    hand.key(Qt.Key.Key_Return, CONTROL)
    (label,) = hand.labels("speaker")
    assert hand.session.passage(label) == "Blue Net"
    assert label.values == {"entity": {"entity": "v"}}, "whose mention it is is entered"
    hand.session.set_current(label.id)
    hand.key(Qt.Key.Key_Escape)
    hand.key("m", CONTROL)
    assert not finder.isHidden()
    assert finder.entity == "v"


def test_a_long_article_is_searched_beside_the_window(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("annotator.qt.desk.find_bar.LONG", 10)
    finder, coder = hand.desk.finder, hand.session.coder.id
    hand.session.apply(AddEntity(coder_id=coder, id="v", name="Nneka Vardy", type="person"))
    hand.desk.show_mentions("v")
    settled(hand)
    assert words(hand) == "Nneka Vardy"
    hand.key("f", CONTROL)
    for typed in ("harbourx", "harbour"):
        finder.line.setText(typed)
    settled(hand)
    hand.bot.waitUntil(lambda: len(finder.places) == 2)
    finder.line.setText("council")
    finder.leave()
    settled(hand)
    assert not hand.desk.surface.scene.found, "what is no longer wanted is not shown"


# over all articles


def window_of(hand: Hand) -> SearchWindow:
    hand.key("f", CONTROL, SHIFT)
    found = hand.window.search_window
    assert found is not None
    return found


def find(hand: Hand, window: SearchWindow, typed: str) -> list[str]:
    """Type and press Enter; the words found."""
    window.line.clear()
    QTest.keyClicks(window.line, typed)
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    hand.bot.waitUntil(lambda: not window._latest.busy)
    return [p.words for p in window.model.rows if isinstance(p, Passage)]


@pytest.fixture
def window(hand: Hand) -> SearchWindow:
    return window_of(hand)


def test_passages_of_all_articles_are_listed_under_their_article(hand: Hand, window: SearchWindow) -> None:
    assert find(hand, window, "promise OR fishers") == ["Fishers", "promises", "promised"]
    shown = [window.model.index(i).data() for i in range(len(window.model.rows))]
    assert shown[0].startswith("1. ")
    assert shown[2].startswith("2. ")
    assert window.told.text() == "3 passages in 2 articles"
    window.order.setCurrentIndex(1)
    assert all(isinstance(row, Passage) for row in window.model.rows)
    assert find(hand, window, "nothingofthekind") == []
    assert window.told.text() == "No article has that"
    find(hand, window, '"open')
    assert "not closed" in window.fault.text()
    assert not window.fault.isHidden()


def test_enter_and_a_click_show_the_passage_in_its_article(hand: Hand, window: SearchWindow) -> None:
    find(hand, window, "promised")
    QTest.keyClick(window.view, Qt.Key.Key_Return)
    assert hand.session.document is not None
    assert hand.session.document.number == 2
    assert words(hand) == "promises"
    find(hand, window, "harbour")
    place = window.view.visualRect(window.model.index(1)).center()
    QTest.mouseClick(window.view.viewport(), LEFT, NO_KEY, place)
    assert (hand.session.document.number, words(hand)) == (1, "harbour")


def test_one_passage_is_labelled_by_a_key_and_undone(hand: Hand, window: SearchWindow) -> None:
    find(hand, window, "harbour")
    window.layer.setCurrentText("Target")
    QTest.keyClick(window.view, Qt.Key.Key_Return, CONTROL)
    assert [a.fragments for a in hand.labels("target")] == [(hand.range_of("harbour"),)]
    assert len(window.model.labelled) == 1
    QTest.keyClick(window.view, Qt.Key.Key_Up)
    QTest.keyClick(window.view, Qt.Key.Key_Return, CONTROL)
    assert "labelled already" in window.told.text()
    QTest.keyClick(window.view, Qt.Key.Key_Z, CONTROL)
    assert hand.labels("target") == []
    assert not window.model.labelled


def test_ticked_passages_are_labelled_in_one_step_after_a_look(hand: Hand, window: SearchWindow) -> None:
    assert len(find(hand, window, "harbour OR minister OR money")) == 5
    window.layer.setCurrentText("Target")
    study = hand.window.study
    assert study is not None
    QTest.keyClick(window.view, Qt.Key.Key_Space)
    assert window.many.text() == "Label these 1…"
    row = window.view.visualRect(window.model.index(2))
    QTest.mouseClick(window.view.viewport(), LEFT, NO_KEY, QPoint(row.left() + 15, row.center().y()))
    assert window.many.text() == "Label these 2…"
    window.all.click()
    window.many.click()
    assert study.annotations() == []
    assert window.preview is not None
    window.preview.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()
    assert study.annotations() == [], "looking is not labelling"
    QTest.keyClick(window.view, Qt.Key.Key_Return, CONTROL | SHIFT)
    assert window.preview.list.count() == 5
    window.preview.ok.click()
    QApplication.processEvents()
    assert len(study.annotations()) == 5
    assert len({c.unit for c in study.changes()}) == 1
    assert len(window.model.labelled) == 5
    QTest.keyClick(window.view, Qt.Key.Key_Z, CONTROL)
    assert study.annotations() == []
    QTest.keyClick(window.view, Qt.Key.Key_Y, CONTROL)
    assert len(study.annotations()) == 5
    assert len(window.model.labelled) == 5


def test_closing_the_study_closes_the_search(hand: Hand, window: SearchWindow) -> None:
    QTest.keyClicks(window.line, "harbour")
    QTest.keyClick(window.line, Qt.Key.Key_Return)
    hand.window.close_study()
    assert hand.window.search_window is None


def test_esc_closes_the_bar_then_gives_up_the_selection_then_the_label(hand: Hand) -> None:
    hand.drag("deepen the harbour")
    hand.key("c")
    (label,) = hand.labels("claim")
    hand.key("f", CONTROL)
    QTest.keyClicks(hand.desk.finder.line, "harbour")
    hand.key(Qt.Key.Key_Return)
    hand.session.set_current(label.id)
    surface, finder = hand.desk.surface, hand.desk.finder
    surface.set_selection(*hand.range_of("harbour", 1))
    surface.setFocus()

    def state() -> tuple[bool, bool, bool]:
        return finder.isVisible(), surface.selection() is not None, hand.session.current is not None

    seen = [state()]
    for _ in range(4):
        hand.key(Qt.Key.Key_Escape)
        seen.append(state())
        assert surface.hasFocus()
    assert seen == [(True, True, True), (False, True, True), (False, False, True), *[(False, False, False)] * 2]
