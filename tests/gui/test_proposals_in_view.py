"""Alt+Enter takes what is seen; a label that joins a statement brings its own questions first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddEntity
from annotator.intake import read_source
from annotator.qt.form.roles import RoleField
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study
from tests.gui.conftest import ARTICLE, Hand, opened
from tests.gui.holds import holds

ALT = Qt.KeyboardModifier.AltModifier
NAMES = {"vardy": "Nneka Vardy", "harbour": "the harbour", "net": "Blue Net", "winter": "another winter"}


@pytest.fixture
def hand(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Hand]:
    path = tmp_path / "view.annotator"
    with Study.create(path, builtin_codebook(), "View") as study:
        ada = study.ensure_coder("Ada").id
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
        for key, name in NAMES.items():
            kind = "person" if key == "vardy" else "project"
            study.coding.apply(AddEntity(coder_id=ada, id=key, name=name, type=kind))
    found = opened(qtbot, settings, path)
    yield found
    found.window.close()


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def mark(hand: Hand, key: str, words: str) -> str:
    before = set(hand.session.labels)
    hand.desk.surface.setFocus()
    hand.desk.surface.set_selection(*hand.range_of(words))
    hand.key(key)
    settle()
    return next(k for k, a in hand.session.labels.items() if k not in before and a.fragments)


def first_statement(hand: Hand) -> None:
    mark(hand, "c", "It will pay for itself")
    mark(hand, "t", "the harbour")
    mark(hand, "s", "Nneka Vardy")


def stances(hand: Hand, claim: str) -> dict[str, object]:
    """Name of the target -> stance."""
    found = {}
    for link in hand.session.links_of(claim):
        if link.layer == "about":
            target = hand.session.labels[link.roles["target"][0].annotation or ""]
            found[hand.session.passage(target)] = link.values.get("stance")
    return found


@holds("A label that joined the statement")
def test_after_all_proposals_a_new_targets_own_stance_is_asked(hand: Hand) -> None:
    first_statement(hand)
    claim = mark(hand, "c", "will not last another winter")
    hand.window.resize(1360, 1400)
    settle()
    hand.key(Qt.Key.Key_Return, ALT)
    settle()
    assert stances(hand, claim) == {"the harbour": None}
    for key in ("1", "1", "4"):  # kind, topic, headline; the stance towards the harbour stays open
        stop = hand.desk.inspector.in_hand()
        if stop is None or isinstance(stop, RoleField) or stop.attribute.key == "stance":
            break
        hand.key(key)
        settle()
    mark(hand, "t", "Blue Net")
    stop = hand.desk.inspector.in_hand()
    assert stop is not None
    assert not isinstance(stop, RoleField)
    assert stop.attribute.key == "stance"
    hand.key("2")
    settle()
    assert stances(hand, claim) == {"the harbour": None, "Blue Net": 2}


@holds("Of several links of a kind")
def test_whose_stance_is_asked_stands_at_the_question(hand: Hand) -> None:
    claim = mark(hand, "c", "will not last another winter")
    mark(hand, "t", "Blue Net")
    assert not [w for w in names_of(hand) if "Blue Net" in w], "one target needs no telling"
    mark(hand, "t", "the harbour")
    told = [w for w in names_of(hand) if w.startswith("Stance")]
    assert len(told) == 2
    assert "Blue Net" in told[0]
    assert "the harbour" in told[1]
    assert stances(hand, claim) == {"Blue Net": None, "the harbour": None}


def names_of(hand: Hand) -> list[str]:
    page = hand.desk.inspector._page
    assert page is not None
    return [form.row_of(f).name.text() for form in page.forms for f in form.open_fields()]


@holds("Alt+Enter")
def test_what_is_out_of_view_is_shown_first_and_taken_by_the_next_press(hand: Hand) -> None:
    first_statement(hand)
    hand.window.resize(1280, 720)
    claim = mark(hand, "c", "will not last another winter")
    inspector = hand.desk.inspector
    below = [s for s in inspector.proposals() if not inspector.sees(s)]
    assert below == inspector.proposals(), "speaker and target stand below the fold"
    hand.key(Qt.Key.Key_Return, ALT)
    settle()
    assert hand.session.links_of(claim) == [], "what nobody saw is not taken"
    assert "Nneka Vardy" in hand.window.statusBar().currentMessage()
    seen = [s for s in inspector.proposals() if inspector.sees(s)]
    assert seen
    assert seen[0] is inspector.in_hand()
    hand.key(Qt.Key.Key_Return, ALT)
    settle()
    taken = {a.layer for a in hand.session.links_of(claim)}
    assert taken == {s.about[0] for s in seen if isinstance(s, RoleField)}
    for _ in range(3):
        hand.key(Qt.Key.Key_Return, ALT)
        settle()
    assert {a.layer for a in hand.session.links_of(claim)} == {"said_by", "about"}


def test_what_is_folded_is_not_taken(hand: Hand) -> None:
    first_statement(hand)
    hand.window.resize(1360, 1400)
    claim = mark(hand, "c", "will not last another winter")
    page = hand.desk.inspector._page
    assert page is not None
    said = next(link for section in page._sections for link in section.links if link.key == "said_by")
    said.fold(True)
    hand.key(Qt.Key.Key_Return, ALT)
    settle()
    assert {a.layer for a in hand.session.links_of(claim)} == {"about"}
    assert "Nneka Vardy" in hand.window.statusBar().currentMessage(), "what is left is told"


def test_what_lies_under_an_open_list_is_not_seen(hand: Hand) -> None:
    first_statement(hand)
    hand.window.resize(1360, 1400)
    mark(hand, "c", "will not last another winter")
    settle()
    inspector = hand.desk.inspector
    stop = next(s for s in inspector.proposals() if inspector.sees(s))
    part = stop.proposed_part()
    cover = QWidget(hand.window)
    cover.setGeometry(QRect(part.mapTo(hand.window, QPoint(-5, -5)), part.size() + QSize(10, 10)))
    cover.show()
    assert not inspector.sees(stop)
    cover.hide()
    assert inspector.sees(stop)
