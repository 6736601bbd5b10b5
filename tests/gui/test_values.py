"""Values given in the form by a hand: what is off the scale, what conditions close, what is copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddEntity
from annotator.intake import read_source
from annotator.qt.form.field import Field
from annotator.qt.form.fields import EntitiesField
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.study import Study
from tests.conftest import Guard
from tests.gui.conftest import ARTICLE, Hand, opened

CODEBOOK = """\
format: annotator-codebook/1
key: values
title: Values
entity_types:
- {key: person, label: Person}
layers:
- key: claim
  label: Claim
  kind: span
  hotkey: c
  attributes:
  - key: kind
    label: Kind
    type: choice
    values: [{key: fact, label: Fact, hotkey: '1'}, {key: demand, label: Demand, hotkey: '2'}]
  - {key: addressee, label: Who is to act, type: entity, many: true, required: true,
     when: {attribute: kind, in: [demand]}, off_scale: [{key: nobody, label: nobody named}]}
  - {key: sum, label: Sum, type: number}
"""


@pytest.fixture
def hand(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Hand]:
    """A hand at a desk whose codebook has conditions and answers off the scale."""
    path = tmp_path / "values.annotator"
    with Study.create(path, parse_codebook(CODEBOOK), "Values") as study:
        study.ensure_coder("Ada")
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
    found = opened(qtbot, settings, path)
    yield found
    found.window.close()


def field(hand: Hand, key: str) -> Field:
    QApplication.processEvents()
    return next(f for f in hand.desk.inspector.open_fields() if f.attribute.key == key)


def choose(hand: Hand, key: str, words: str) -> None:
    """Type into a field of several entities, and take what fits best."""
    found = field(hand, key)
    assert isinstance(found, EntitiesField)
    found.setFocus()
    line = found.findChild(type(found._add.line))
    assert line is not None
    line.setFocus()
    QTest.keyClicks(line, words)
    hand.key(Qt.Key.Key_Return)
    QApplication.processEvents()
    hand.window.activateWindow()  # the platform for tests leaves the list active that was closed
    QApplication.processEvents()


def values(hand: Hand) -> dict[str, object]:
    a = hand.session.label()
    assert a is not None
    return dict(a.values)


def test_an_answer_off_the_scale_stands_alone_where_several_can_be_named(hand: Hand) -> None:
    for name in ("The council", "The fleet"):
        hand.session.apply(AddEntity(coder_id=hand.session.coder.id, name=name, type="person"))
    by_name = {e.name: {"entity": key} for key, e in hand.session.entities.items()}
    hand.drag("It will pay for itself")
    hand.key("c")
    hand.key("2")
    choose(hand, "addressee", "nobody")
    assert values(hand)["addressee"] == "nobody"
    assert hand.button("Take out nobody named", field(hand, "addressee"))
    choose(hand, "addressee", "The council")
    assert values(hand)["addressee"] == [by_name["The council"]]
    choose(hand, "addressee", "The fleet")
    choose(hand, "addressee", "The fleet")
    assert values(hand)["addressee"] == [by_name["The council"], by_name["The fleet"]]
    choose(hand, "addressee", "nobody")
    hand.click("Take out nobody named", field(hand, "addressee"))
    assert "addressee" not in values(hand)


def test_values_that_are_not_asked_for_are_not_copied(hand: Hand) -> None:
    hand.session.apply(AddEntity(coder_id=hand.session.coder.id, name="The council", type="person"))
    hand.drag("It will pay for itself")
    hand.key("c")
    hand.key("2")
    choose(hand, "addressee", "The council")
    hand.session.set_current(None)
    copy = (Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    hand.drag("will not last another winter")
    hand.key("c")
    hand.key("1")
    hand.key("v", *copy)
    assert values(hand) == {"kind": "fact"}, "a fact is not asked who is to act"
    hand.desk.inspector.go_to(field(hand, "kind"))
    hand.key("1")
    hand.key("v", *copy)
    assert values(hand)["kind"] == "demand", "with the kind, what it opens comes too"
    assert "addressee" in values(hand)


@pytest.mark.parametrize("typed", ["inf", "-Infinity", "nan", "1e999", "twelve"])
def test_what_is_no_number_is_refused_in_words(hand: Hand, typed: str, guard: Guard) -> None:
    guard.expect_dialog(lambda box: QMessageBox.StandardButton.Discard)
    hand.drag("It will pay for itself")
    hand.key("c")
    line = field(hand, "sum").focusProxy()
    assert line is not None
    line.setFocus()
    QTest.keyClicks(line, typed)
    hand.key(Qt.Key.Key_Return)
    assert values(hand) == {}
    told = [w.text() for w in hand.desk.inspector.findChildren(QLabel) if w.property("role") == "fault"]
    assert any("is not a number" in words for words in told)


@pytest.mark.parametrize(("typed", "meant"), [("1,5", 1.5), ("7", 7), ("7.0", 7), ("-3", -3), ("1e3", 1000)])
def test_numbers_are_read_as_people_write_them(hand: Hand, typed: str, meant: float) -> None:
    hand.drag("It will pay for itself")
    hand.key("c")
    line = field(hand, "sum").focusProxy()
    assert line is not None
    line.setFocus()
    QTest.keyClicks(line, typed)
    hand.key(Qt.Key.Key_Return)
    assert values(hand) == {"sum": meant}


def test_a_label_that_is_repeated_elsewhere_takes_only_what_is_asked_for_there(
    qtbot: QtBot, settings: Settings, study_path: Path
) -> None:
    row = "title,text\nCouncil votes for a deeper harbour,The fleet will not last another winter.\n"
    with Study.open(study_path) as study:
        (added,), _ = add_documents(study, read_source("three.csv", row.encode()))
    hand = opened(qtbot, settings, study_path)
    hand.desk.open_document(added)
    hand.drag("Council votes for a deeper harbour")
    hand.key("c")
    hand.key("1")
    hand.click("Stronger than the body")
    hand.session.set_current(None)
    hand.drag("will not last another winter")
    hand.key("r", Qt.KeyboardModifier.ControlModifier)
    assert values(hand) == {"claim_type": "fact"}, "only the headline is compared with the body"
    hand.window.close()
