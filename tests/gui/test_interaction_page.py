"""Every line of docs/interaction.md has a test that does it at the window, and a few of these tests."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.model import TreeAttribute
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddEntity
from annotator.intake import read_source
from annotator.qt.coding.proposals import alike, likely_kind, who_is_meant
from annotator.qt.form.fields import ButtonsField, EntitiesField, field_for
from annotator.qt.form.inspector import Stop
from annotator.qt.form.picker import Picker
from annotator.qt.form.roles import RoleField
from annotator.qt.form.search_field import EntityField, SearchField
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from tests.gui.conftest import ARTICLE, Hand, opened
from tests.gui.holds import holds

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "interaction.md"
ALT, CONTROL, SHIFT = (
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
CODEBOOK = """\
format: annotator-codebook/1
key: page
title: Page
entity_types: [{key: person, label: Person}, {key: outlet, label: Outlet}, {key: thing, label: Thing}]
layers:
- key: claim
  label: Claim
  kind: span
  hotkey: c
  definition: What somebody holds.
  attributes:
  - {key: kind, label: Kind, type: choice, required: true, definition: Of which kind it is.,
     values: [{key: fact, label: Fact, hotkey: f}, {key: demand, label: Demand, hotkey: d}]}
  - {key: given, label: Taken for granted, type: boolean, required: true, default: false}
  - {key: to, label: Who is to act, type: entity, many: true, required: true, entity_types: [person],
     when: {attribute: kind, in: [demand]}}
  - {key: mood, label: Mood, type: choice, values: [{key: glad, label: Glad}, {key: sad, label: Sad}]}
- key: speaker
  label: Speaker
  kind: span
  hotkey: s
  attributes:
  - {key: who, label: Who, type: entity, required: true, entity_types: [person]}
  - {key: form, label: Form, type: choice, required: true,
     values: [{key: name, label: Name}, {key: pronoun, label: Pronoun}]}
- key: target
  label: Target
  kind: span
  hotkey: t
  attributes: [{key: what, label: What, type: entity, required: true}]
- key: said_by
  label: said by
  kind: link
  hotkey: shift+s
  per: {role: claim, min: 1, max: 1}
  roles:
  - {key: claim, layers: [claim], min: 1, max: 1}
  - {key: speaker, layers: [speaker], min: 0, max: 1, empty_because:
     [{key: voice, label: The outlet's own voice, entity: required}, {key: none, label: Not identified}]}
- key: about
  label: about
  kind: link
  hotkey: shift+t
  per: {role: claim, min: 1, max: 3}
  roles:
  - {key: claim, layers: [claim], min: 1, max: 1}
  - {key: target, layers: [target], min: 1, max: 1}
  attributes:
  - {key: holder, label: Whose stance, type: entity, required: true, default: "speaker's entity"}
  - {key: stance, label: Stance, type: scale, required: true,
     points: [{value: -1, label: against}, {value: 0, label: neutral}, {value: 1, label: for}]}
"""
NAMES = {
    "vardy": ("Nneka Vardy", "person"),
    "mayor": ("Ilsa Brandt-Oyelaran", "person"),
    "council": ("The council", "person"),
    "courier": ("The Courier", "outlet"),
    "harbour": ("The harbour", "thing"),
}
FIRST, SECOND, THIRD = "It will pay for itself", "will not last another winter", "Fishers don't believe a word of it"


# the page


def lines() -> list[tuple[str, str]]:
    """(name, words) of each line: bullets by their first bold words, rows of the table by their first cell."""
    found: list[list[str]] = []
    for line in PAGE.read_text("utf-8").splitlines():
        if line.startswith(("- ", "| ")):
            found.append([line])
        elif line.startswith("  ") and found:
            found[-1].append(line.strip())
    told = []
    for words in (" ".join(x) for x in found):
        if words.startswith("| "):
            name = words.strip("| ").split(" | ")[0]
            if name != "Key":
                told.append((name.replace("`", ""), words))
        else:
            bold = re.search(r"\*\*(.+?)\*\*", words)
            assert bold is not None, f"a line without a name: {words}"
            told.append((bold[1], words))
    return told


@lru_cache
def held_lines() -> Counter[str]:
    """Names of lines in the tests that hold them: read from their source, so that nothing else counts."""
    found: Counter[str] = Counter()
    for file in (ROOT / "tests" / "gui").rglob("test_*.py"):
        if "@holds(" not in (source := file.read_text("utf-8")):
            continue
        for node in ast.walk(ast.parse(source)):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for d in node.decorator_list:
                    if isinstance(d, ast.Call) and isinstance(d.func, ast.Name) and d.func.id == "holds":
                        found.update(x.value for x in d.args if isinstance(x, ast.Constant))
    return found


def test_the_page_is_read_whole() -> None:
    text = PAGE.read_text("utf-8")
    assert len(lines()) >= 50
    loose = [
        x for x in text.splitlines() if x and not x.startswith(("#", "- ", "| ", "|--", "  ")) and "`?` lists" not in x
    ]
    assert loose == [], "what a key does stands in a line of its own, with a name that its test has"
    names = [name for name, _ in lines()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("name", [name for name, _ in lines()])
def test_every_line_has_its_test(name: str) -> None:
    assert held_lines()[name], f"no test holds “{name}”"


def test_no_test_holds_a_line_that_is_not_there() -> None:
    assert set(held_lines()) - {name for name, _ in lines()} == set()


# the window


@pytest.fixture
def hand(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Hand]:
    path = tmp_path / "page.annotator"
    with Study.create(path, parse_codebook(CODEBOOK), "Page") as study:
        ada = study.ensure_coder("Ada").id
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
        for key, (name, kind) in NAMES.items():
            study.coding.apply(AddEntity(coder_id=ada, id=key, name=name, type=kind))
    found = opened(qtbot, settings, path)
    found.window.resize(1360, 1300)
    settle()
    yield found
    found.window.close()


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def press(hand: Hand, *keys: str | Qt.Key, held: tuple[Qt.KeyboardModifier, ...] = ()) -> None:
    for key in keys:
        hand.key(key, *held)
        settle()


def mark(hand: Hand, key: str, words: str, nth: int = 0) -> str:
    """Select words and label them; the label's id."""
    before = set(hand.session.labels)
    hand.drag(words, nth)
    press(hand, key)
    return next(k for k, a in hand.session.labels.items() if k not in before and a.fragments)


def claim(hand: Hand, words: str = FIRST) -> str:
    hand.session.set_current(None)
    return mark(hand, "c", words)


def in_hand(hand: Hand) -> str:
    stop = hand.desk.inspector.in_hand()
    return "" if stop is None else stop.about[1] if isinstance(stop, RoleField) else stop.attribute.key


def go(hand: Hand, key: str, nth: int = 0) -> Stop:
    """Put the focus on a field or a role."""
    settle()
    found = [
        s
        for _, s in hand.desk.inspector.stops()
        if key in (s.about[1] if isinstance(s, RoleField) else s.attribute.key,)
    ]
    hand.desk.inspector.go_to(found[nth])
    settle()
    return found[nth]


def values(hand: Hand, key: str) -> dict[str, object]:
    return dict(hand.session.labels[key].values)


@holds("statement")
def test_one_statement_is_in_hand(hand: Hand) -> None:
    first, second = claim(hand), claim(hand, SECOND)
    assert hand.session.current == second
    assert any(SECOND in x.text() for x in hand.desk.inspector.findChildren(QLabel) if x.isVisible())
    hand.click_text("pay for")
    settle()
    assert hand.session.current == first
    shown = [x.text() for x in hand.desk.inspector.findChildren(QLabel) if x.isVisible()]
    assert any(FIRST in x for x in shown)
    assert not any(SECOND in x for x in shown)


@holds("thing of it", "With the focus in the form", "With the focus in the article")
def test_one_thing_is_in_hand_with_a_bar_and_its_keys(hand: Hand) -> None:
    key = claim(hand)
    assert in_hand(hand) == "kind", "the first that is open"
    assert barred(hand) == ["kind"]
    go(hand, "mood")
    assert barred(hand) == ["mood"]
    assert [b.corner for b in buttons(hand, "mood")] == ["1", "2"]
    press(hand, "2")
    assert values(hand, key)["mood"] == "sad"
    hand.desk.surface.setFocus()
    settle()
    assert barred(hand) == ["kind"]
    assert [b.corner for b in buttons(hand, "mood")] == ["", ""]
    press(hand, "f")
    go(hand, "speaker")
    press(hand, "2")  # not identified
    mark(hand, "t", "the harbour")
    go(hand, "stance")
    press(hand, "1")
    go(hand, "mood")
    press(hand, "2")  # taken away
    hand.desk.surface.setFocus()
    settle()
    assert in_hand(hand) in ("what", "holder"), "the first that is open"
    go(hand, "what")
    press(hand, *"The h", Qt.Key.Key_Return)
    if in_hand(hand) == "holder":
        press(hand, *"nne", Qt.Key.Key_Return)
    assert hand.session.statements([key])[0].missing == ()
    hand.desk.surface.setFocus()
    settle()
    assert in_hand(hand) == "mood", "nothing is open: the first value that is not given"
    press(hand, "1")
    assert values(hand, key)["mood"] == "glad"


def barred(hand: Hand) -> list[str]:
    found = []
    for _, s in hand.desk.inspector.stops():
        row = s if isinstance(s, RoleField) else s.parentWidget()
        if getattr(row, "in_hand", False):
            found.append(s.about[1] if isinstance(s, RoleField) else s.attribute.key)
    return found


def buttons(hand: Hand, key: str) -> list[object]:
    field = next(f for f in hand.desk.inspector.open_fields() if f.attribute.key == key)
    assert isinstance(field, ButtonsField)
    return [b for _, b in field._buttons]


@holds("arrows, Ctrl with arrows")
def test_arrows_move_the_caret_and_select(hand: Hand) -> None:
    surface, start = hand.desk.surface, hand.range_of("voted on")[0]
    surface.setFocus()
    surface.set_caret(start)
    press(hand, Qt.Key.Key_Right)
    assert surface.caret() == start + 1
    press(hand, Qt.Key.Key_Right, held=(CONTROL,))
    assert surface.caret() in (start + len("voted"), start + len("voted "))
    surface.set_caret(start)
    press(hand, Qt.Key.Key_Right, Qt.Key.Key_Right, held=(SHIFT,))
    assert surface.selection() == (start, start + 2)


@holds("Ctrl+1, Ctrl+2, Ctrl+3, Ctrl+4")
def test_a_word_a_sentence_a_quotation_a_paragraph_is_selected(hand: Hand) -> None:
    surface = hand.desk.surface
    for key, wanted in (
        ("1", "itself"),
        (
            "2",
            ARTICLE[ARTICLE.index("“It will") : ARTICLE.index("The fleet")],
        ),
        ("3", "It will pay for itself within nine years"),
        ("4", ARTICLE.split("\n\n")[1]),
    ):
        surface.clear_selection()
        surface.set_caret(hand.range_of("itself")[0] + 1)
        surface.setFocus()
        press(hand, key, held=(CONTROL,))
        chosen = surface.selection()
        assert chosen is not None
        assert hand.session.text[slice(*chosen)].strip() == wanted.strip()


@holds("a layer's key")
def test_a_layers_key_labels_the_words_and_joins_the_statement(hand: Hand) -> None:
    key = claim(hand)
    assert hand.session.passage(hand.session.labels[key]) == FIRST
    who = mark(hand, "s", "Nneka Vardy")
    assert hand.session.current == key
    assert [a.roles["speaker"][0].annotation for a in hand.session.links_of(key)] == [who]


@holds("Ctrl+Shift+V")
def test_what_the_label_before_has_is_said_and_given_by_one_key(hand: Hand) -> None:
    first = claim(hand)
    press(hand, "d")
    go(hand, "mood")
    press(hand, "1")
    mark(hand, "t", "harbour", 0)
    go(hand, "stance")
    press(hand, "1")
    go(hand, "holder")
    press(hand, *"nne", Qt.Key.Key_Return)
    second = claim(hand, SECOND)
    told = [x.text() for x in hand.desk.inspector.findChildren(QLabel) if x.isVisible() and "Ctrl+Shift+V" in x.text()]
    assert len(told) == 1
    assert "Demand" in told[0] and "Glad" in told[0]  # noqa: PT018
    mark(hand, "t", "The fleet")
    hand.desk.surface.setFocus()
    press(hand, "v", held=(CONTROL, SHIFT))
    assert values(hand, second) == values(hand, first)
    about = next(a for a in hand.session.links_of(second) if a.layer == "about")
    assert about.values == {}, "of the harbour, not of the fleet"
    assert "Demand" in hand.window.statusBar().currentMessage()


@holds("Enter")
def test_enter_takes_what_is_proposed_also_from_the_article(hand: Hand) -> None:
    claim(hand)
    press(hand, "f")
    go(hand, "speaker")
    press(hand, "2")
    second = claim(hand, SECOND)
    press(hand, "f")
    hand.desk.surface.setFocus()
    settle()
    assert in_hand(hand) == "speaker"
    press(hand, Qt.Key.Key_Return)
    (link,) = hand.session.links_of(second)
    assert link.empty["speaker"].because == "none"
    assert in_hand(hand) == "target", "and goes on"


@holds("Tab, Shift+Tab", "F6, Shift+F6")
def test_tab_and_f6(hand: Hand) -> None:
    claim(hand)
    press(hand, Qt.Key.Key_F6)
    way = [in_hand(hand)]
    for _ in range(2):
        press(hand, Qt.Key.Key_Tab)
        way.append(in_hand(hand))
    press(hand, Qt.Key.Key_Tab, held=(SHIFT,))
    assert [*way, in_hand(hand)] == ["kind", "given", "mood", "given"]
    press(hand, Qt.Key.Key_F6, held=(SHIFT,))
    assert hand.desk.surface.hasFocus()


@holds("Taking a value away")
def test_taking_a_value_away_moves_nothing(hand: Hand) -> None:
    key = claim(hand)
    go(hand, "mood")
    press(hand, "1")
    go(hand, "mood")
    press(hand, "1")
    assert "mood" not in values(hand, key)
    assert in_hand(hand) == "mood"


@holds("Where several can be named")
def test_several_can_be_named(hand: Hand) -> None:
    key = claim(hand)
    press(hand, "d")
    assert in_hand(hand) == "to"
    field = next(f for f in hand.desk.inspector.open_fields() if isinstance(f, EntitiesField))
    line = field._add.line
    assert line.popup.isVisible()
    press(hand, "1")
    assert len(values(hand, key)["to"]) == 1  # type: ignore[arg-type]
    assert line.popup.isVisible(), "open again for the next"
    press(hand, "2")
    assert len(values(hand, key)["to"]) == 2  # type: ignore[arg-type]
    press(hand, Qt.Key.Key_Return)
    assert in_hand(hand) == "speaker"


@holds("What is proposed")
def test_what_is_proposed_is_seen_and_saved_by_enter_alone(hand: Hand) -> None:
    mark(hand, "s", "Mayor Ilsa Brandt-Oyelaran")
    label = hand.session.current
    assert label is not None
    who = go(hand, "who")
    assert isinstance(who, EntityField)
    assert "Ilsa Brandt-Oyelaran" in who.line.placeholderText()
    assert "who" not in values(hand, label)
    press(hand, Qt.Key.Key_Return)
    assert values(hand, label)["who"] == {"entity": "mayor"}
    claim(hand)
    mark(hand, "s", "Nneka Vardy")
    claim(hand, SECOND)
    role = go(hand, "speaker")
    assert isinstance(role, RoleField)
    assert role._offers[0].property("role") == "offer"
    assert role._offers[0].property("proposed")
    kind = next(f for f in hand.desk.inspector.open_fields() if f.attribute.key == "kind")
    assert kind.proposed is None, "what is judged is not proposed"


@holds("In a role")
def test_one_more_link_proposes_what_the_one_before_is_about(hand: Hand) -> None:
    key = claim(hand)
    target = mark(hand, "t", "the harbour")
    press(hand, "t", held=(SHIFT,))
    role = hand.desk.inspector.in_hand()
    assert isinstance(role, RoleField)
    assert role._proposals[0].filler is not None
    assert role._proposals[0].filler.annotation == target
    press(hand, "1")
    assert [a.roles["target"][0].annotation for a in hand.session.links_of(key)] == [target, target]
    second = claim(hand, SECOND)
    role = go(hand, "target")
    assert isinstance(role, RoleField)
    press(hand, "1")
    assert [a.roles["target"][0].annotation for a in hand.session.links_of(second)] == [target]


@holds("Reasons for nobody")
def test_reasons_stand_in_the_role_with_a_digit_and_enter_takes_none(hand: Hand) -> None:
    key = claim(hand)
    role = go(hand, "speaker")
    assert isinstance(role, RoleField)
    assert [p.words for p in role._proposals] == ["The outlet's own voice…", "Not identified"]
    press(hand, Qt.Key.Key_Return, held=(ALT,))
    assert hand.session.links_of(key) == []
    go(hand, "speaker")
    press(hand, "1")
    box = next(p for p in hand.window.findChildren(Picker) if p.isVisible())
    QTest.keyClicks(box.search, "courier")
    QTest.keyClick(box.search, Qt.Key.Key_Return)
    settle()
    (link,) = hand.session.links_of(key)
    assert (link.empty["speaker"].because, link.empty["speaker"].entity) == ("voice", "courier")


@holds("In a field")
def test_a_default_from_a_role_is_given_with_it_and_others_from_the_start(hand: Hand) -> None:
    key = claim(hand)
    assert values(hand, key) == {"given": False}
    mark(hand, "t", "the harbour")
    mark(hand, "s", "Nneka Vardy")
    about = next(a for a in hand.session.links_of(key) if a.layer == "about")
    assert about.values == {"holder": {"entity": "vardy"}}


@holds("Of a label with the same words")
def test_the_same_words_propose_the_same_answers(hand: Hand) -> None:
    text = hand.session.text
    assert text.count("harbour") > 1
    first = mark(hand, "s", "harbour", 0)
    hand.session.set_current(first)
    go(hand, "form")
    press(hand, "2")
    hand.session.set_current(None)
    second = mark(hand, "s", "harbour", 1)
    hand.session.set_current(second)
    settle()
    form = next(f for f in hand.desk.inspector.open_fields() if f.attribute.key == "form")
    assert form.proposed == "pronoun"
    assert "form" not in values(hand, second)
    go(hand, "form")
    press(hand, Qt.Key.Key_Return)
    assert values(hand, second)["form"] == "pronoun"


@holds("A name")
def test_a_short_word_is_whoever_was_named_last(hand: Hand) -> None:
    mark(hand, "s", "Nneka Vardy")
    for words in ("It", "last"):
        hand.session.set_current(None)
        mark(hand, "s", words)
        who = next(f for f in hand.desk.inspector.open_fields() if f.attribute.key == "who")
        assert who.proposed == {"entity": "vardy"}
    assert who_is_meant(hand.session, "speaker", "who", "they", ("person",)) == "vardy"
    assert who_is_meant(hand.session, "speaker", "who", "Iran", ("person",)) is None
    assert likely_kind(hand.session, "speaker", "who", "Iran", ["person", "thing"]) is None
    for n in range(3):
        hand.session.apply(AddEntity(coder_id=hand.session.coder.id, id=f"p{n}", name=f"Talks no {n}", type="thing"))


@holds("Typing")
def test_a_long_list_is_searched_by_words_and_by_the_codebooks_keys(qtbot: QtBot) -> None:
    nodes = (
        {"key": "dipl", "label": "Diplomacy", "children": ({"key": "bilateral", "label": "Relations between states"},)},
        {"key": "war", "label": "Conduct of war"},
    )
    attribute = TreeAttribute.model_validate(
        {"key": "topic", "label": "Topic", "type": "tree", "select": "leaf", "values": nodes}
    )
    field = field_for(attribute, list)
    qtbot.addWidget(field)
    field.show()
    assert isinstance(field, SearchField)
    told: list[object] = []
    field.committed.connect(told.append)
    for words in ("rel", "bilat", "dipl"):
        field.forget()
        field.line.setFocus()
        QTest.keyClicks(field.line, words)
        assert "Relations between states" in field.line.popup.model().index(0, 0).data()
        QTest.keyClick(field.line, Qt.Key.Key_Return)
        settle()
    assert told == ["bilateral"] * 3
    field.forget()
    QTest.keyClicks(field.line, "qqq")
    assert field.line.popup.isVisible(), "it is said that nothing fits"
    assert "qqq" in field.line.popup.model().index(0, 0).data()
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    settle()
    assert told == ["bilateral"] * 3
    assert field.typed() == "qqq"


@holds("Typing")
def test_typing_finds_and_enter_takes(hand: Hand) -> None:
    mark(hand, "s", "Fishers")
    label = hand.session.current
    assert label is not None
    go(hand, "who")
    press(hand, *"nne", Qt.Key.Key_Return)
    assert values(hand, label)["who"] == {"entity": "vardy"}


@holds("Whoever is named in the statement's words")
def test_whoever_is_named_in_the_statement_stands_first(hand: Hand) -> None:
    key = claim(hand, "The council of Tarn Haven voted on Monday to deepen the harbour")
    mark(hand, "t", "the harbour", 0)
    hand.desk.surface.setFocus()
    about = next(a for a in hand.session.links_of(key) if a.layer == "about")
    holder = go(hand, "holder")
    assert isinstance(holder, EntityField)
    rows = [holder.line.popup.model().index(n, 0).data() for n in range(3)]
    assert {r.split("   ")[1] for r in rows[:2]} == {"The council", "The harbour"}
    wanted = next(r.split("   ")[0] for r in rows if "council" in r)
    press(hand, wanted)
    assert hand.session.labels[about.id].values["holder"] == {"entity": "council"}


@holds("A name that the register lacks")
def test_a_digit_says_of_which_kind_a_new_name_is(hand: Hand) -> None:
    mark(hand, "t", "the plan")
    label = hand.session.current
    assert label is not None
    go(hand, "what")
    press(hand, *"zoning", Qt.Key.Key_Return)
    assert [p for p in hand.window.findChildren(Picker) if p.isVisible()]
    press(hand, "3")
    new = next(e for e in hand.session.living() if e.name == "zoning")
    assert new.type == "thing"
    assert values(hand, label)["what"] == {"entity": new.id}


@holds("The memo", "The codebook's text")
def test_memo_and_the_codebooks_text(hand: Hand) -> None:
    key = claim(hand)
    mark(hand, "s", "Nneka Vardy")
    page = hand.desk.inspector._page
    assert page is not None
    own = next(f for f in page.forms if f.key == key)
    part = next(f for f in page.forms if f.layer.key == "speaker")
    assert own.memo.isVisible()
    assert not part.memo.isVisible()
    part.memo_button.click()
    assert part.memo.isVisible()
    kind = next(f for f in hand.desk.inspector.open_fields() if f.attribute.key == "kind")
    assert "Of which kind" in own.row_of(kind).name.toolTip()
    press(hand, Qt.Key.Key_F2)
    go(hand, "kind")
    assert hand.desk.guide.isVisible()
    assert "Of which kind" in hand.desk.guide.page.toPlainText()


@holds("Statements by paragraph")
def test_statements_stand_under_their_paragraphs(hand: Hand) -> None:
    shown = hand.desk.statements
    for words in (THIRD, FIRST, SECOND):
        claim(hand, words)
    assert [shown.heading(n) for n in range(3)] == ["", "", ""]
    plain = [shown.view.visualRect(shown.model.index(n)).height() for n in range(3)]
    hand.window.actions_table.by_name["by-paragraph"].trigger()
    settle()
    assert [shown.heading(n) for n in range(3)] == ["Paragraph 2", "Paragraph 3", ""]
    heights = [shown.view.visualRect(shown.model.index(n)).height() for n in range(3)]
    more = shown.delegate.heading_height(QFontMetricsF(shown.view.font()).height())
    assert [a - b for a, b in zip(heights, plain, strict=True)] == [more, more, 0]
    claim(hand, "The council of Tarn Haven")
    settle()
    assert [shown.heading(n) for n in range(4)] == ["Paragraph 2", "", "Paragraph 3", ""]
    assert shown.view.visualRect(shown.model.index(1)).height() == plain[0]
    assert hand.window.settings.by_paragraph, "remembered"
    shown.tools.which.setCurrentIndex(4)  # newest first
    settle()
    assert shown.heading(0) == ""


@pytest.mark.parametrize(
    ("words", "named"),
    [
        ("Mayor Ilsa Brandt-Oyelaran", "mayor"),
        ("Vardy", "vardy"),
        ("the harbours", "harbour"),
        ("The fleet, said Nneka", None),
        ("Nneka Brandt", None),
    ],
)
def test_a_name_that_only_shares_words_is_not_proposed(hand: Hand, words: str, named: str | None) -> None:
    assert alike(hand.session, words, ()) == named
    hand.session.apply(
        AddEntity(coder_id=hand.session.coder.id, id="big", name="Tarn-Haven-Courier relations", type="thing")
    )
    assert alike(hand.session, "Tarn-Haven relations", ()) is None
