"""The desk's one model of keys and mouse, as docs/interaction.md tells it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddEntity
from annotator.intake import read_source
from annotator.qt.form.field import Field
from annotator.qt.form.fields import ButtonsField
from annotator.qt.form.inspector import Stop
from annotator.qt.form.picker import Option, Picker, Question
from annotator.qt.form.roles import RoleField
from annotator.qt.form.search_field import EntityField
from annotator.qt.form.values import keys_of_values
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from tests.conftest import Guard
from tests.gui.conftest import ARTICLE, Hand, opened
from tests.gui.holds import holds

ALT = Qt.KeyboardModifier.AltModifier
CONTROL = Qt.KeyboardModifier.ControlModifier
SHIFT = Qt.KeyboardModifier.ShiftModifier
CODEBOOK = """\
format: annotator-codebook/1
key: model
title: Model
rules:
- {key: no_end_stop, check: true, text: Leave out the full stop that ends the sentence.}
entity_types: [{key: person, label: Person}, {key: outlet, label: Outlet}, {key: event, label: Event}]
layers:
- key: claim
  label: Claim
  kind: span
  hotkey: c
  attributes:
  - {key: kind, label: Kind, type: choice, required: true,
     values: [{key: fact, label: Fact, hotkey: f}, {key: demand, label: Demand, hotkey: d}]}
  - {key: given, label: Taken for granted, type: boolean, required: true}
- key: speaker
  label: Speaker
  kind: span
  hotkey: s
  attributes: [{key: who, label: Who, type: entity, required: true}]
- key: said_by
  label: said by
  kind: link
  hotkey: shift+s
  per: {role: claim, min: 1, max: 1}
  roles:
  - {key: claim, layers: [claim], min: 1, max: 1}
  - {key: speaker, layers: [speaker], min: 0, max: 1, empty_because: [{key: voice, label: Own voice}]}
- key: about
  label: about
  kind: link
  per: {role: claim, min: 1, max: 2}
  roles:
  - {key: claim, layers: [claim], min: 1, max: 1}
  - {key: target, entities: true, min: 0, max: 1, empty_because: [{key: implied, label: Implied}]}
  attributes:
  - {key: stance, label: Stance, type: scale, required: true,
     points: [{value: -2, label: strongly against}, {value: -1, label: against}, {value: 0, label: neutral},
              {value: 1, label: for}, {value: 2, label: strongly for}],
     off_scale: [{key: mixed, label: both}]}
"""


@pytest.fixture
def hand(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Hand]:
    path = tmp_path / "model.annotator"
    with Study.create(path, parse_codebook(CODEBOOK), "Model") as study:
        ada = study.ensure_coder("Ada").id
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
        study.coding.apply(AddEntity(coder_id=ada, id="vardy", name="Nneka Vardy", type="person"))
    found = opened(qtbot, settings, path)
    yield found
    found.window.close()


def held(hand: Hand) -> Stop | None:
    """What is in hand; the same that is drawn with a bar."""
    for _ in range(4):  # an answer leads on once the form is shown anew
        QApplication.processEvents()
    stop = hand.desk.inspector.in_hand()
    marked = [s for _, s in hand.desk.inspector.stops() if _barred(s)]
    assert marked == ([stop] if stop is not None else []), "what is in hand is seen, and nothing else"
    return stop


def _barred(stop: Stop) -> bool:
    row = stop if isinstance(stop, RoleField) else stop.parentWidget()
    return bool(getattr(row, "in_hand", False))


def name(hand: Hand) -> str:
    stop = held(hand)
    return "" if stop is None else stop.about[1] if isinstance(stop, RoleField) else stop.attribute.key


def press(hand: Hand, keys: str) -> None:
    for key in keys:
        hand.key(key)
        for _ in range(4):
            QApplication.processEvents()


def claim(hand: Hand, words: str = "It will pay for itself within nine years") -> str:
    hand.session.set_current(None)
    hand.drag(words)
    press(hand, "c")
    assert hand.session.current is not None
    return hand.session.current


def field(hand: Hand, key: str) -> Field:
    QApplication.processEvents()
    return next(f for f in hand.desk.inspector.open_fields() if f.attribute.key == key)


@holds("The focus goes to the next open thing", "Where nothing is open")
def test_answers_lead_through_the_statement_roles_included_and_back_to_the_text(hand: Hand) -> None:
    claim(hand)
    way = [name(hand)]
    press(hand, "f")
    way.append(name(hand))
    press(hand, "2")
    way.append(name(hand))
    assert "✓" not in hand.desk.statements.model.rows[0].heading
    for keys in ("own", "implied"):
        hand.key(keys[0])
        QTest.keyClicks(picker(hand).search, keys[1:])
        QTest.keyClick(picker(hand).search, Qt.Key.Key_Return)
        way.append(name(hand))
    press(hand, "2")
    assert way == ["kind", "given", "speaker", "target", "stance"]
    assert hand.desk.surface.hasFocus()
    assert not hand.desk.statements.model.rows[0].missing
    assert "✓" in hand.desk.statements.model.rows[0].heading
    assert hand.labels("claim")[0].values == {"kind": "fact", "given": False}
    assert hand.labels("about")[0].values == {"stance": 2}


def test_a_question_with_nothing_to_choose_from_asks_for_a_name(hand: Hand) -> None:
    box = Picker(hand.desk, Question([], lambda _: lambda: None, lambda _: lambda: None, "New"))
    assert box.search.placeholderText() == "Name of somebody known, or a new name"
    box.close()
    box = Picker(hand.desk, Question([Option("Own voice", "Nobody, because", 1)], lambda _: lambda: None))
    assert box.search.placeholderText() == "Type to search, Enter to choose"
    box.close()


def picker(hand: Hand) -> Picker:
    found = [p for p in hand.window.findChildren(Picker) if p.isVisible()]
    assert len(found) == 1
    return found[0]


@holds("A digit or a letter")
def test_a_key_changes_what_is_in_hand_and_nothing_else(hand: Hand) -> None:
    claim(hand)
    press(hand, "f")
    press(hand, "d")  # of the kind, which is answered; in hand is what is taken for granted
    assert hand.labels("claim")[0].values == {"kind": "fact"}
    assert "Kind" in hand.window.statusBar().currentMessage()
    hand.key(Qt.Key.Key_Tab, SHIFT)
    assert name(hand) == "kind"
    press(hand, "d")
    assert hand.labels("claim")[0].values == {"kind": "demand"}
    hand.session.set_current(None)
    hand.desk.surface.setFocus()
    press(hand, "f1")
    assert hand.labels("claim")[0].values == {"kind": "demand"}


@holds("a digit, a letter of the codebook")
@pytest.mark.parametrize(
    ("keys", "value"), [("2", 2), ("+2", 2), ("-2", -2), ("0", 0), ("1", 1), ("3", "mixed"), ("-0", None)]
)
def test_the_number_on_a_scale_is_its_key(hand: Hand, keys: str, value: object) -> None:
    claim(hand)
    about = hand.session.study.codebook.layer("about")
    stop = next(s for _, s in hand.desk.inspector.stops() if isinstance(s, RoleField) and s.about[0] == "about")
    hand.desk.inspector.go_to(stop)
    hand.key("i")
    QTest.keyClick(picker(hand).search, Qt.Key.Key_Return)
    hand.desk.inspector.go_to(field(hand, "stance"))
    press(hand, keys)
    assert hand.labels("about")[0].values == ({} if value is None else {"stance": value})
    assert "5" not in keys_of_values(about.attributes[0])


@holds("arrows")
def test_a_row_of_buttons_is_one_stop_with_arrows(hand: Hand) -> None:
    claim(hand)
    kind = field(hand, "kind")
    hand.desk.inspector.go_to(kind)
    hand.key(Qt.Key.Key_Right)
    assert hand.labels("claim")[0].values == {}, "an arrow chooses nothing"
    assert kind.isAncestorOf(QApplication.focusWidget())
    hand.key(Qt.Key.Key_Tab)
    assert name(hand) == "given"
    hand.key(Qt.Key.Key_Tab, SHIFT)
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Return)
    assert isinstance(kind, ButtonsField)
    assert hand.labels("claim")[0].values["kind"] in ("fact", "demand")
    assert name(hand) == "given"


@holds("Enter")
def test_enter_gives_no_answer_that_nobody_chose(hand: Hand) -> None:
    """The keys arrive at a row of buttons by themselves: its first one has the focus, and is not meant."""
    claim(hand)
    kind = field(hand, "kind")
    hand.desk.inspector.go_to(kind)
    hand.key(Qt.Key.Key_Return)
    assert hand.labels("claim")[0].values == {}
    assert kind.isAncestorOf(QApplication.focusWidget())
    hand.key(Qt.Key.Key_Right)
    hand.key(Qt.Key.Key_Return)
    assert hand.labels("claim")[0].values["kind"] == "demand"


@holds("a link layer's key (Shift+S; Ctrl+Alt+1… where the codebook gives none)")
def test_link_layers_have_their_keys(hand: Hand) -> None:
    hand.desk.surface.setFocus()
    hand.key("s", SHIFT)
    assert "said by" in hand.desk._notice_text.text()
    claim(hand)
    hand.key("s", SHIFT)
    QTest.keyClicks(picker(hand).search, "own")
    QTest.keyClick(picker(hand).search, Qt.Key.Key_Return)
    assert hand.labels("said_by")[0].empty["speaker"].because == "voice"
    assert name(hand) == "kind"
    hand.desk.surface.setFocus()
    hand.key("2", CONTROL, ALT)
    assert name(hand) == "target"


@holds("Every list", "A name that the register lacks")
def test_a_list_eats_no_press_and_asks_about_no_kind_unasked(hand: Hand, guard: Guard) -> None:
    guard.expect_dialog(lambda box: box.StandardButton.Discard)
    hand.drag("Nneka Vardy")
    press(hand, "s")
    first = hand.session.current
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    hand.session.set_current(None)
    press(hand, "s")
    who = field(hand, "who")
    assert isinstance(who, EntityField)
    hand.desk.inspector.go_to(who)
    QApplication.processEvents()
    QTest.keyClicks(who.line, "The Courier")
    assert who.line.popup.isVisible()
    hand.click_text("Nneka Vardy")
    assert hand.session.current == first, "the press was for the label"
    assert not who.line.popup.isVisible()
    assert not [p for p in hand.window.findChildren(Picker) if p.isVisible()]
    assert "The Courier" in hand.desk.unsaved(), "what was typed is kept with its label"
    assert len(hand.session.entities) == 1


@holds("Esc")
def test_esc_steps_back_by_one_and_keeps_what_is_typed(hand: Hand, guard: Guard) -> None:
    guard.expect_dialog(lambda box: box.StandardButton.Discard)
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    press(hand, "s")
    who = field(hand, "who")
    assert isinstance(who, EntityField)
    hand.desk.inspector.go_to(who)
    QTest.keyClicks(who.line, "The Courier")
    hand.key(Qt.Key.Key_Return)
    assert picker(hand)
    hand.key(Qt.Key.Key_Return)
    assert picker(hand), "nothing is marked: a second Enter decides no kind"
    hand.key(Qt.Key.Key_Escape)
    assert not [p for p in hand.window.findChildren(Picker) if p.isVisible()]
    assert who.line.text() == "The Courier"
    who.line.setFocus()
    who.line.offer("The Courier")
    hand.key(Qt.Key.Key_Escape)
    assert not who.line.popup.isVisible()
    assert who.line.hasFocus()
    hand.key(Qt.Key.Key_Escape)
    assert hand.desk.surface.hasFocus()
    assert who.line.text() == "The Courier"
    assert hand.session.current is not None
    hand.key(Qt.Key.Key_Escape)
    assert hand.session.current is None
    assert hand.desk.unsaved() == ["The Courier"]


@holds("A drag in the article")
def test_a_drag_takes_whole_words_and_with_alt_letters(hand: Hand) -> None:
    surface = hand.desk.surface
    start, end = hand.range_of("voted on Monday")

    def drag(first: int, last: int, *modifiers: Qt.KeyboardModifier) -> str:
        a, b = (QPoint(r.left() + 1, r.center().y()) for r in map(surface.character_rect, (first, last)))
        mods = Qt.KeyboardModifier.NoModifier
        for m in modifiers:
            mods |= m
        QTest.mousePress(surface.viewport(), Qt.MouseButton.LeftButton, mods, a)
        for at in ((a + b) / 2, b):
            QTest.mouseMove(surface.viewport(), at)
            move(surface.viewport(), at, mods)
        QTest.mouseRelease(surface.viewport(), Qt.MouseButton.LeftButton, mods, b)
        chosen = surface.selection()
        assert chosen is not None
        return hand.session.text[slice(*chosen)]

    assert drag(start + 2, end - 3) == "voted on Monday"
    assert drag(end - 3, start + 2) == "voted on Monday"
    assert drag(start + 2, end - 3, ALT) == "ted on Mon"


def move(viewport: object, at: QPoint, mods: Qt.KeyboardModifier) -> None:
    from PySide6.QtCore import QEvent, QPointF
    from PySide6.QtGui import QMouseEvent
    from PySide6.QtWidgets import QWidget

    assert isinstance(viewport, QWidget)
    place = QPointF(at)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        place,
        viewport.mapToGlobal(place),
        Qt.MouseButton.NoButton,
        Qt.MouseButton.LeftButton,
        mods,
    )
    QApplication.sendEvent(viewport, event)


@holds("A rule of the codebook")
def test_a_rule_that_a_label_breaks_is_told_at_once(hand: Hand) -> None:
    claim(hand, "will not last another winter.")
    assert "full stop" in hand.desk._notice_text.text()
    assert hand.desk.notice.isVisible()
    claim(hand, "Fishers don't believe a word of it")
    assert not hand.desk.notice.isVisible()


@holds("In a role")
def test_what_stood_in_a_role_before_is_proposed_and_taken_by_one_key(hand: Hand) -> None:
    claim(hand)
    hand.key("s", SHIFT)
    QTest.keyClicks(picker(hand).search, "own")
    QTest.keyClick(picker(hand).search, Qt.Key.Key_Return)
    key = claim(hand, "will not last another winter")
    assert len(hand.labels("said_by")) == 1, "nothing is carried over silently"
    press(hand, "f2")
    assert name(hand) == "speaker"
    hand.key(Qt.Key.Key_Return)
    assert [x.empty["speaker"].because for x in hand.session.links_of(key)] == ["voice"]


@holds("Ctrl++, Ctrl+-, Ctrl+0")
def test_ctrl_plus_and_minus_zoom(hand: Hand) -> None:
    claim(hand)
    before = hand.window.settings.text_size
    for key, size in (("+", before + 1), ("+", before + 2), ("-", before + 1), ("0", before)):
        hand.key(key, CONTROL)
        assert hand.window.settings.text_size == size
    assert len(hand.labels("claim")[0].fragments) == 1


@holds("A click on a label")
def test_a_click_on_the_space_where_a_line_is_wrapped_takes_the_label(hand: Hand) -> None:
    surface = hand.desk.surface
    text = hand.session.text
    start, end = text.index("It will pay"), text.index(", who had fought")
    hand.desk.surface.set_selection(start, end)
    press(hand, "c")
    key = hand.session.current
    hand.session.set_current(None)
    paragraph = surface.flow.paragraph_of(start)
    layout = surface.flow.layout(paragraph)
    line = next(n for n in range(len(layout.lines) - 1) if start < layout.line_range(n)[1] < end)
    last = layout.previous_stop(layout.line_range(line)[1])
    rect = surface.character_rect(last - 1)
    for beyond in (1, 4, 40):
        hand.session.set_current(None)
        point = QPoint(rect.right() + beyond, rect.center().y())
        QTest.mouseClick(surface.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, point)
        QApplication.processEvents()
        if beyond < 40:
            assert hand.session.current == key


@holds("Alt+Enter")
def test_alt_enter_takes_all_that_is_proposed_and_nothing_else(hand: Hand) -> None:
    ada = hand.session.coder.id
    hand.drag("Nneka Vardy")
    press(hand, "s")  # a name that the register knows
    claim(hand)
    hand.key("s", SHIFT)
    QTest.keyClicks(picker(hand).search, "nneka")
    QTest.keyClick(picker(hand).search, Qt.Key.Key_Return)
    key = claim(hand, "will not last another winter")
    assert hand.session.links_of(key) == [], "nothing is carried over silently"
    assert [s.about for s in hand.desk.inspector.proposals() if isinstance(s, RoleField)] == [("said_by", "speaker")]
    hand.key(Qt.Key.Key_Return, ALT)
    told = hand.window.statusBar().currentMessage()
    assert "speaker: Nneka Vardy" in told, "what was taken may be out of view"
    link = next(x for x in hand.session.links_of(key) if x.layer == "said_by")
    speaker = hand.session.labels[link.roles["speaker"][0].annotation or ""]
    assert speaker.values == {"who": {"entity": "vardy"}}
    assert hand.labels("claim")[1].values == {}, "what is not proposed stays open"
    assert name(hand) == "kind"
    assert hand.session.coder.id == ada
    hand.key(Qt.Key.Key_Return, ALT)
    assert "Nothing" in hand.window.statusBar().currentMessage()


@holds("The kind of a new name")
def test_a_kind_is_proposed_for_a_reason_and_never_because_it_stands_first(hand: Hand) -> None:
    ada = hand.session.coder.id
    hand.drag("The council of Tarn Haven")
    press(hand, "s")
    who = field(hand, "who")
    assert isinstance(who, EntityField)
    assert who.likely_kind("Harbour Gazette") is None
    for n, given in enumerate(("Gazette of the North", "Gazette of the South")):
        hand.session.apply(AddEntity(coder_id=ada, id=f"g{n}", name=given, type="outlet"))
    assert who.likely_kind("Harbour Gazette") == "outlet"
    hand.desk.inspector.go_to(who)
    QApplication.processEvents()
    QTest.keyClicks(who.line, "Harbour Gazette")
    rows = [who.line.popup.model().index(n, 0).data() for n in range(who.line.popup.model().rowCount())]
    new = next(n for n, words in enumerate(rows) if "(Outlet)" in words)
    for _ in range(new):
        hand.key(Qt.Key.Key_Down)
    hand.key(Qt.Key.Key_Return)
    held(hand)
    assert [e.type for e in hand.session.living() if e.name == "Harbour Gazette"] == ["outlet"]


@holds("A name")
def test_names_like_the_words_are_proposed_in_the_empty_line(hand: Hand) -> None:
    hand.session.apply(
        AddEntity(coder_id=hand.session.coder.id, id="brandt", name="Ilsa Brandt-Oyelaran", type="person")
    )
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    press(hand, "s")
    who = field(hand, "who")
    assert who.value is None
    assert who.proposed == {"entity": "brandt"}
    hand.key(Qt.Key.Key_F6)
    hand.key(Qt.Key.Key_Return)
    held(hand)
    assert hand.labels("speaker")[0].values == {"who": {"entity": "brandt"}}


def test_a_letter_searches_in_a_role_also_where_it_is_a_layers_key(hand: Hand) -> None:
    claim(hand)
    stop = next(s for _, s in hand.desk.inspector.stops() if isinstance(s, RoleField))
    hand.desk.inspector.go_to(stop)
    held(hand)
    hand.key("c")
    assert picker(hand).search.text() == "c"
    assert len(hand.labels("claim")) == 1


@holds("Every list")
def test_a_list_of_a_role_lets_the_press_through(hand: Hand) -> None:
    hand.drag("Nneka Vardy")
    press(hand, "s")
    speaker = hand.session.current
    claim(hand)
    hand.key("s", SHIFT)
    assert picker(hand).isVisible()
    assert QApplication.activePopupWidget() is None, "no window of its own that takes the next press"
    assert name(hand) == "speaker", "the role is in hand while its list is open"
    hand.click_text("Nneka Vardy")
    assert not [p for p in hand.window.findChildren(Picker) if p.isVisible()]
    assert hand.session.current == speaker
    assert hand.labels("said_by") == []


@holds("A part of the form")
def test_a_folded_part_says_what_is_open_and_takes_no_key(hand: Hand) -> None:
    claim(hand)
    press(hand, "f2")
    page = hand.desk.inspector._page
    assert page is not None
    links = [link for section in page._sections for link in section.links]
    hand.desk.surface.setFocus()
    for link in links:
        QTest.mouseClick(link._fold, Qt.MouseButton.LeftButton)
    hand.desk.surface.setFocus()
    assert held(hand) is None or not hand.desk.inspector._page.folded(held(hand))
    assert "still open" in links[0]._told.text()
    press(hand, "1")
    assert hand.labels("said_by") == []
    hand.key("s", SHIFT)
    assert not links[0].is_folded
