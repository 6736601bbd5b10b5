"""At the desk: links of entities alone, links that belong to links, and links however a codebook declares them."""

from __future__ import annotations

import csv
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton
from pytestqt.qtbot import QtBot

from annotator.domain.annotations import Annotation
from annotator.domain.codebook.reading import parse_codebook
from annotator.domain.json_forms import as_json
from annotator.formats.network_mentions import NetworkSpec
from annotator.intake import read_source
from annotator.qt.form.picker import Picker
from annotator.qt.shell.command_palette import CommandPalette
from annotator.qt.toolkit.settings import Settings
from annotator.services.adjudication import majority
from annotator.services.adjudication.against_gold import against_gold
from annotator.services.adjudication.case_book import case_book
from annotator.services.agreement.figures import study_agreement
from annotator.services.agreement.request import Question
from annotator.services.articles.importing import add_documents
from annotator.services.exchange.exporting import export
from annotator.services.networks.asking import Wanted
from annotator.services.networks.writing import write_network
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.accounts import adds_up
from tests.gui.conftest import ARTICLE, Hand, opened
from tests.gui.holds import holds

CONTROL = Qt.KeyboardModifier.ControlModifier
Desk = Callable[..., Hand]

LAYERS = """\
format: annotator-codebook/1
key: ties
title: Ties
entity_types:
- {key: actor, label: Actor}
layers:
- {key: claim, label: Claim, kind: span, hotkey: c, attributes: [{key: sure, label: Sure, type: boolean}]}
- {key: speaker, label: Speaker, kind: span, hotkey: s,
   attributes: [{key: who, label: Who, type: entity, entity_types: [actor]}]}
- {key: reason, label: Reason, kind: span, hotkey: r}
"""
ALLY = """\
- key: ally
  label: Ally of
  kind: link
  hotkey: k
  attributes:
  - {key: stance, label: Stance, type: scale, required: true,
     points: [{value: -1, label: against}, {value: 0, label: neutral}, {value: 1, label: for}]}
  roles:
  - {key: who, label: Who, entity_types: [actor], min: 1, max: 1}
  - {key: whom, label: Whom, entity_types: [actor], min: 1}
"""
SAID = """\
- key: said_by
  label: Said by
  kind: link
  roles:
  - {key: claim, label: Claim, layers: [claim], min: 1, max: 1}
  - {key: speaker, label: Speaker, layers: [speaker], min: 1, max: 1}
"""
BECAUSE = """\
- key: because
  label: Because
  kind: link
  hotkey: b
  attributes:
  - {key: weight, label: Weight, type: scale, required: true,
     points: [{value: 1, label: weak}, {value: 2, label: strong}]}
  roles:
  - {key: of, label: Of, layers: [OWNER], min: 1, max: 1}
  - {key: reason, label: Reason, layers: [reason], entity_types: [actor], min: 1}
"""


@pytest.fixture
def at(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Desk]:
    """Opens a desk on a codebook with these link layers."""
    hands: list[Hand] = []

    def open_desk(*links: str) -> Hand:
        path = tmp_path / "ties.annotator"
        with Study.create(path, parse_codebook(LAYERS + "".join(links)), "Ties") as study:
            study.ensure_coder("Ada")
            add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
        hands.append(opened(qtbot, settings, path))
        return hands[0]

    yield open_desk
    for hand in hands:
        hand.window.close()


def settle() -> None:
    for _ in range(6):
        QApplication.processEvents()


def pick(hand: Hand, words: str) -> None:
    """Type into the list, which Space opens where something is proposed, and press Enter."""
    settle()
    if not (found := [p for p in hand.window.findChildren(Picker) if p.isVisible()]):
        hand.key(Qt.Key.Key_Space)
        found = [p for p in hand.window.findChildren(Picker) if p.isVisible()]
    QTest.keyClicks(found[0].search, words)
    QTest.keyClick(found[0].search, Qt.Key.Key_Return)
    settle()


def rows(hand: Hand) -> list[str]:
    settle()
    return [r.spoken() for r in hand.desk.statements.model.rows]


def ally(hand: Hand, who: str, whom: str, stance: str = "") -> None:
    """A link of two of the register, by its key and by typing."""
    hand.key("k")
    for name in (who, whom):
        pick(hand, name)
    if stance:
        hand.key(stance)
        settle()


def press(hand: Hand, words: str, nth: int = 0) -> None:
    """Click a flat button of the form."""
    settle()
    found = [
        b
        for b in hand.desk.inspector.findChildren(QToolButton)
        if words in (b.text(), b.accessibleName()) and b.isVisible()
    ]
    QTest.mouseClick(found[nth], Qt.MouseButton.LeftButton)
    settle()


def names(hand: Hand, link: Annotation) -> dict[str, list[str]]:
    """Role -> who stands there, by name or passage."""
    register = {e.id: e.name for e in hand.session.entities.values()}
    return {
        key: [register.get(f.entity or "") or hand.session.labels[f.annotation or ""].layer for f in fillers]
        for key, fillers in link.roles.items()
    }


@holds("the key or button of a link layer whose roles take only names", "A link between names alone")
def test_a_link_of_entities_alone_is_made_from_its_key(at: Desk) -> None:
    hand = at(ALLY)
    ally(hand, "Blue Net", "Harbour Board")
    (link,) = hand.labels("ally")
    assert names(hand, link) == {"who": ["Blue Net"], "whom": ["Harbour Board"]}
    assert hand.session.current == link.id, "it is in hand, and its values are asked for next"
    assert hand.desk.statements.model.rows[0].missing == ("Stance",)
    hand.key("1")
    assert hand.labels("ally")[0].values == {"stance": 1}
    assert rows(hand) == ["Ally of\nWho: Blue Net\nWhom: Harbour Board: +1 for"]
    assert hand.desk.statements.model.rows[0].heading.endswith("✓")
    assert hand.desk.surface.hasFocus(), "nothing is open: back to the text"


@holds("the key or button of a link layer whose roles take only names")
def test_a_second_one_is_begun_by_the_same_key_and_an_open_one_is_gone_on_with(at: Desk) -> None:
    hand = at(ALLY)
    ally(hand, "Blue Net", "Harbour Board", "1")
    hand.key("k")
    pick(hand, "Fleet")
    hand.key(Qt.Key.Key_Escape)
    first, second = hand.labels("ally")
    assert names(hand, second) == {"who": ["Fleet"]}
    assert "Whom" in hand.desk.statements.model.rows[1].missing[-1]
    hand.desk.surface.setFocus()
    hand.key("k")
    assert len(hand.labels("ally")) == 2, "the open role of the one in hand is asked first"
    pick(hand, "Harbour Board")
    assert names(hand, hand.labels("ally")[1]) == {"who": ["Fleet"], "whom": ["Harbour Board"]}
    assert hand.labels("ally")[0] == first


@holds("the key or button of a link layer whose roles take only names")
def test_it_is_made_with_the_mouse_and_from_the_palette_taken_back_and_removed(at: Desk) -> None:
    hand = at(ALLY)
    (button,) = [b for b in hand.desk.layer_bar.findChildren(QToolButton) if b.property("layer") == "ally"]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    pick(hand, "Blue Net")
    assert names(hand, hand.labels("ally")[0]) == {"who": ["Blue Net"]}
    hand.desk.surface.setFocus()
    hand.key("z", CONTROL)
    settle()
    assert not hand.labels("ally")
    assert not rows(hand)
    hand.key("y", CONTROL)
    settle()
    assert len(hand.labels("ally")) == len(rows(hand)) == 1
    hand.desk.statements.view.clicked.emit(hand.desk.statements.model.index(0))
    settle()
    assert hand.session.current == hand.labels("ally")[0].id
    press(hand, "Remove")
    assert not hand.labels("ally")
    assert not rows(hand)
    hand.desk.surface.setFocus()
    hand.key("k", CONTROL)
    (palette,) = (w for w in QApplication.topLevelWidgets() if isinstance(w, CommandPalette) and w.isVisible())
    QTest.keyClicks(palette.search, "ally")
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    pick(hand, "Fleet")
    assert names(hand, hand.labels("ally")[0]) == {"who": ["Fleet"]}


def test_nothing_is_stored_of_one_that_was_only_begun(at: Desk) -> None:
    hand = at(ALLY)
    hand.key("k")
    settle()
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Escape)
    settle()
    assert not hand.labels("ally")
    assert hand.session.drafting is None
    hand.drag("It will pay for itself")
    hand.key("c")
    assert len(hand.labels("claim")) == 1


@holds("Where the codebook lets a link take another link")
def test_a_link_that_belongs_to_a_link_is_asked_for_below_it(at: Desk) -> None:
    hand = at(SAID, BECAUSE.replace("OWNER", "said_by"))
    hand.drag("It will pay for itself")
    hand.key("c")
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    hand.key("s")
    hand.drag("had fought for the plan")
    hand.key("r")  # joins the statement in hand: as the reason of the link
    settle()
    (said,), (because,) = hand.labels("said_by"), hand.labels("because")
    assert because.roles["of"][0].annotation == said.id
    assert names(hand, because)["reason"] == ["reason"]
    (row,) = hand.desk.statements.model.rows
    assert row.ties[1][0].startswith("↳ Because")
    assert row.missing == ("Because: Weight",)
    hand.key("2")
    settle()
    assert hand.labels("because")[0].values == {"weight": 2}
    assert rows(hand)[0].splitlines()[-1] == "↳ Because: had fought for the plan: 2 strong"
    hand.desk.surface.setFocus()
    hand.key("b")
    pick(hand, "Blue Net")
    assert len(hand.labels("because")) == 2, "its key opens one more"
    press(hand, "Remove this link", 2)
    assert len(hand.labels("because")) == 1, "of two reasons the second"
    press(hand, "Remove this link", 0)
    assert not hand.labels("said_by")
    assert not hand.labels("because"), "what belongs to a link goes with it"
    hand.desk.surface.setFocus()
    hand.key("z", CONTROL)
    settle()
    assert len(hand.labels("said_by")) == len(hand.labels("because")) == 1
    assert hand.session.current == hand.labels("claim")[0].id


def test_a_link_of_entities_alone_has_links_of_its_own(at: Desk) -> None:
    hand = at(ALLY, BECAUSE.replace("OWNER", "ally"))
    ally(hand, "Blue Net", "Harbour Board", "1")
    hand.desk.surface.setFocus()
    hand.drag("the fleet".replace("the", "The"))
    hand.key("r")
    settle()
    (link,), (because,) = hand.labels("ally"), hand.labels("because")
    assert because.roles["of"][0].annotation == link.id
    hand.key("2")
    settle()
    assert hand.labels("because")[0].values == {"weight": 2}
    (told,) = rows(hand)
    assert told.splitlines() == [
        "Ally of",
        "Who: Blue Net",
        "Whom: Harbour Board: +1 for",
        "↳ Because: The fleet: 2 strong",
    ]
    assert hand.session.current == link.id


EVERY_WAY = """\
format: annotator-codebook/1
key: ways
title: Every way to declare a link
entity_types:
- {key: actor, label: Actor}
layers:
- {key: claim, label: Claim, kind: span, hotkey: c}
- {key: demand, label: Demand, kind: span, hotkey: d}
- {key: speaker, label: Speaker, kind: span, hotkey: s}
- {key: reason, label: Reason, kind: span, hotkey: r}
- key: said_by
  label: Said by
  kind: link
  roles:
  - {key: of, label: Of, layers: [claim, demand], min: 1, max: 1}
  - {key: speaker, label: Speaker, layers: [speaker], entity_types: [actor], min: 1, max: 1}
- key: gave
  label: Gave
  kind: link
  hotkey: g
  per: {role: demand}
  roles:
  - {key: demand, label: Demand, layers: [demand], min: 1, max: 1}
  - {key: giver, label: Giver, entity_types: [actor], min: 1}
  - {key: taker, label: Taker, entity_types: [actor], min: 1}
- key: against
  label: Against
  kind: link
  hotkey: x
  roles:
  - {key: claim, label: Claim, layers: [claim], min: 1, max: 1}
  - {key: other, label: Other, layers: [claim, demand], min: 1, max: 1}
"""
LINKS = ("said_by", "gave", "against", "ally", "because")


def _sql(path: Path, query: str) -> Any:
    connection = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def _code_every_way(hand: Hand) -> None:
    """One link of each kind, from the keyboard; words are selected with the mouse."""
    hand.drag("will not last another winter")
    hand.key("d")
    hand.drag("Nneka Vardy")
    hand.key("s")
    hand.key("g")
    pick(hand, "Blue Net")
    pick(hand, "Fleet")
    hand.desk.surface.setFocus()
    hand.key(Qt.Key.Key_Escape)
    hand.drag("It will pay for itself")
    hand.key("c")
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    hand.key("s")
    hand.drag("had fought for the plan")
    hand.key("r")
    settle()
    hand.key("2")
    hand.desk.surface.setFocus()
    hand.key("x")
    pick(hand, "will not last")
    ally(hand, "Blue Net", "Harbour Board", "1")


def test_each_way_to_declare_a_link_is_made_at_the_desk_and_counted_everywhere(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    path = tmp_path / "ways.annotator"
    book = parse_codebook(EVERY_WAY + ALLY + BECAUSE.replace("OWNER", "said_by"))
    with Study.create(path, book, "Ways") as study:
        study.ensure_coder("Sup", "supervisor")
        for name in ("Ada", "Ben"):
            study.ensure_coder(name)
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
    for coder in ("Ada", "Ben"):
        hand = opened(qtbot, settings, path, coder)
        _code_every_way(hand)
        heads = [r.words for r in hand.desk.statements.model.rows]
        assert heads == ["Ally of", "It will pay for itself", "will not last another winter"]
        assert not any(r.missing for r in hand.desk.statements.model.rows)
        hand.window.close()
    made = {"said_by": 2, "gave": 1, "against": 1, "ally": 1, "because": 1}
    gold_ids = "(SELECT id FROM coder WHERE role = 'gold')"
    counts = f"SELECT layer, count(*) FROM annotation WHERE coder_id {{}} {gold_ids} GROUP BY 1"
    assert {k: n for k, n in _sql(path, counts.format("NOT IN")) if k in LINKS} == {k: 2 * n for k, n in made.items()}
    with Study.open(path) as study:
        told = study_agreement(study, Question(bootstrap=0))
        adds_up(told["account"], path)
        assert told["account"]["here"]["annotations"] == sum(n for _, n in _sql(path, counts.format("NOT IN")))
        assert {x["layer"]: x["pairs"][0]["counts"] for x in told["links"]} == {k: [n, n] for k, n in made.items()}
        assert {("ally", "whom"), ("gave", "taker"), ("because", "weight")} <= {
            (a["layer"], a["attribute"]) for a in told["attributes"]
        }
        names = case_book(study)
        majority.apply(study, names, majority.propose(names, names.cases), study.person("Sup").id)
        assert {k: n for k, n in _sql(path, counts.format("IN")) if k in LINKS} == made
        adds_up(as_json(against_gold(study, book=case_book(study)))["account"], path)
        for gold, times in ((True, 1), (False, 2)):
            out = tmp_path / f"{gold}.csv"
            manifest = as_json(export(study, "statements", out, gold=gold))
            adds_up(manifest["account"], path)
            with out.open(encoding="utf-8", newline="") as file:
                table = list(csv.DictReader(file))
            assert len(table) == 3 * times
            assert sum(bool(r["said_by.speaker"]) for r in table) == 2 * times
            told_all = [v for r in table for k, v in r.items() if k.split(".")[0] in LINKS and v]
            assert {"Blue Net", "Harbour Board", "Fleet"} <= set(told_all), "what entities alone tell"
            assert sum("had fought for the plan" in v for v in told_all) == times, "what belongs to a link"
        spec = NetworkSpec("ally.who", "ally.whom", "ally.stance")
        told = write_network(study, Wanted(spec=spec), tmp_path / "n.csv").as_json()
        adds_up(told["account"], path)
        assert told["networks"][0]["ties"] == 1
        assert not check(study)
