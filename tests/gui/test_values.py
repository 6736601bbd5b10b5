"""Values given in the form by a hand: what is off the scale, what conditions close, what is copied."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.commands import AddEntity
from annotator.intake import read_source
from annotator.qt.desk.field import Field
from annotator.qt.desk.fields import EntitiesField
from annotator.qt.settings import Settings
from annotator.services.importing import add_documents
from annotator.services.study import Study
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
    assert hand.button("nobody named  ×", field(hand, "addressee"))
    choose(hand, "addressee", "The council")
    assert values(hand)["addressee"] == [by_name["The council"]]
    choose(hand, "addressee", "The fleet")
    choose(hand, "addressee", "The fleet")
    assert values(hand)["addressee"] == [by_name["The council"], by_name["The fleet"]]
    choose(hand, "addressee", "nobody")
    hand.click("nobody named  ×", field(hand, "addressee"))
    assert "addressee" not in values(hand)
