"""Suggestions at the desk: seen apart from labels, answered by one key each, taken back, and none in a blind round."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from annotator.domain.json_forms import as_json
from annotator.qt.exchange.export_dialog import ExportDialog
from annotator.qt.suggestions.import_dialog import ImportSuggestionsDialog
from annotator.qt.suggestions.offering import Offering
from annotator.qt.suggestions.panel import SuggestionsPanel
from annotator.qt.suggestions.report_window import SuggestionsReport
from annotator.qt.team.hand_out import HandOutDialog
from annotator.qt.team.make_packages import MakePackagesDialog
from annotator.qt.toolkit.settings import Settings
from annotator.services.exchange.importing_suggestions import Request, import_suggestions
from annotator.services.study import Study
from annotator.services.study.integrity import check
from annotator.services.suggestions.blind import blind_rounds, set_blind
from annotator.services.suggestions.standing import offered
from tests.conftest import Guard
from tests.gui.conftest import Hand, make_study, opened
from tests.gui.holds import holds

SHIFT, CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier
CLAIM, MAYOR, FISHERS = "It will pay for itself within nine years", "Mayor Ilsa Brandt-Oyelaran", "Fishers"


@pytest.fixture
def hand(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Hand]:
    path = make_study(tmp_path / "harbour.annotator", ("Ada", "Ben"))
    with Study.open(path) as study:
        suggest(study, tmp_path / "Claimfinder.jsonl")
    found = opened(qtbot, settings, path)
    yield found
    found.window.close()


def suggest(study: Study, file: Path, **asked: Any) -> None:
    """A claim, its speaker, the link between them, and another speaker."""
    document = study.documents()[0]
    text = study.text(document.id)

    def at(words: str) -> list[list[int]]:
        return [[text.index(words), text.index(words) + len(words)]]

    place = {"document": {"id": document.id}}
    records = [
        {"id": "c", "layer": "claim", **place, "fragments": at(CLAIM), "confidence": 0.9},
        {"id": "s", "layer": "speaker", **place, "fragments": at(MAYOR), "confidence": 0.8},
        {
            "id": "l",
            "layer": "said_by",
            **place,
            "roles": {"claim": [{"annotation": "c"}], "speaker": [{"annotation": "s"}]},
        },
        {"id": "f", "layer": "speaker", **place, "fragments": at(FISHERS)},
    ]
    file.write_text("".join(json.dumps(r) + "\n" for r in records), encoding="utf-8")
    told = as_json(import_suggestions(study, Request([file], "jsonl", **asked)))
    assert told["suggestions"]["added"] == 4


def parts(hand: Hand) -> tuple[Offering, SuggestionsPanel]:
    feature = hand.window.features.suggestions
    assert feature.offering is not None
    assert feature.panel is not None
    return feature.offering, feature.panel


def states(hand: Hand) -> list[str]:
    """As the store has it, asked afresh."""
    session = hand.session
    assert session.document is not None
    return sorted(x.state for x in offered(session.study, session.document.id, session.coder.id))


def rows(hand: Hand) -> list[str]:
    return [r.words for r in parts(hand)[1].model.rows]


def tab(hand: Hand) -> str:
    side = hand.desk.side
    return side.tabText(side.indexOf(parts(hand)[1]))


@holds("suggestion")
def test_they_stand_in_a_list_and_in_the_text_and_are_no_labels(hand: Hand) -> None:
    assert tab(hand) == "Suggestions (4)"
    assert rows(hand)[:2] == [CLAIM, f"Claim: “{CLAIM}”; Speaker: “{MAYOR}”"]
    surface = hand.desk.surface
    assert [surface.text[s.fragments[0][0] : s.fragments[0][1]] for s in surface.suggested] == [CLAIM, MAYOR, FISHERS]
    assert surface.index.every == {}
    assert hand.session.labels == {}


@holds("suggestion")
def test_they_are_drawn_as_a_dashed_frame_without_a_ground_in_both_themes(hand: Hand) -> None:
    surface, panel = hand.desk.surface, parts(hand)[1]
    box = surface.character_rect(hand.range_of("ishers")[0])
    for theme in ("light", "dark"):
        hand.window.appearance.set_theme(theme)
        QApplication.processEvents()
        drawn, ratio = surface.viewport().grab().toImage(), surface.devicePixelRatio()
        panel.in_text.click()
        assert surface.suggested == []
        bare = surface.viewport().grab().toImage()
        differ: list[list[bool]] = []
        for y in (box.top() - 2.5, box.center().y()):
            places = [(int(x * ratio), int(y * ratio)) for x in range(box.left(), box.left() + 40)]
            differ.append([drawn.pixelColor(*p) != bare.pixelColor(*p) for p in places])
        assert any(differ[0])
        assert not all(differ[0])  # dashes, not a line
        assert not any(differ[1])  # no ground
        panel.in_text.click()
        assert len(surface.suggested) == 3


@holds("F5, Shift+F5", "F11, Shift+F11, F12")
def test_one_key_takes_the_next_one_accepts_changes_or_rejects_it(hand: Hand) -> None:
    offering, _ = parts(hand)
    hand.key(Qt.Key.Key_F5)
    assert offering.standings[str(offering.current)].suggestion.label.layer == "claim"
    hand.key(Qt.Key.Key_F11)
    assert [hand.session.passage(a) for a in hand.labels("claim")] == [CLAIM]
    assert states(hand) == ["accepted", "open", "open", "open"]
    assert offering.standings[str(offering.current)].suggestion.label.layer == "said_by"
    hand.key(Qt.Key.Key_F11)  # takes the speaker, whom it ties, too
    assert len(hand.labels("speaker")) == len(hand.labels("said_by")) == 1
    assert tab(hand) == "Suggestions (1)"
    hand.key(Qt.Key.Key_F12)
    assert states(hand) == ["accepted", "accepted", "accepted", "rejected"]
    assert offering.current is None
    assert tab(hand) == "Suggestions"
    for n in (3, 1, 0):
        hand.key("z", CONTROL)
        assert len(hand.session.labels) == n
    assert states(hand) == ["open"] * 4
    assert tab(hand) == "Suggestions (4)"
    assert check(hand.session.study) == []


@holds("F11, Shift+F11, F12")
def test_changing_one_accepts_it_and_goes_to_the_form_of_its_label(hand: Hand) -> None:
    hand.key(Qt.Key.Key_F5)
    hand.key(Qt.Key.Key_F11, SHIFT)
    label = hand.labels("claim")[0]
    assert hand.session.current == label.id
    focus = hand.window.focusWidget()
    assert focus is not None
    assert hand.desk.inspector.isAncestorOf(focus)
    hand.key(Qt.Key.Key_1)  # what the suggestion left open
    assert states(hand).count("accepted") == 1
    hand.desk.surface.setFocus()
    hand.drag("pay for itself")
    hand.key("b", CONTROL)
    assert states(hand) == ["changed", "open", "open", "open"]


@holds("F5, Shift+F5")
def test_a_click_into_its_words_takes_it_in_hand_and_buttons_answer_it(hand: Hand) -> None:
    offering, panel = parts(hand)
    hand.desk.side.setCurrentWidget(panel)
    hand.click_text(FISHERS)
    assert offering.standings[str(offering.current)].suggestion.label.layer == "speaker"
    hand.click("Reject", panel)
    assert states(hand) == ["open", "open", "open", "rejected"]
    view = panel.view
    QTest.mouseClick(
        view.viewport(),
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
        view.visualRect(panel.model.index(0)).center(),
    )
    assert rows(hand).index(CLAIM) == 0
    hand.click("Accept", panel)
    assert len(hand.labels("claim")) == 1


def test_all_of_a_source_are_accepted_behind_a_question_with_the_count(hand: Hand, guard: Guard) -> None:
    _, panel = parts(hand)
    (one,) = panel.all.menu().actions()
    assert one.text() == "Claimfinder (4)"
    asked: list[str] = []

    def pressing(words: str) -> None:
        def answer(box: QMessageBox) -> int:
            asked.append(box.text())
            next(b for b in box.findChildren(QPushButton) if b.text() == words).click()
            return 0

        guard.expect_dialog(answer)

    pressing("Cancel")
    one.trigger()
    assert hand.session.labels == {}
    pressing("Accept 4")
    panel.all.menu().actions()[0].trigger()
    assert asked == ["Accept 4 suggestions of Claimfinder in this article as your labels?"] * 2
    assert len(hand.session.labels) == 4
    hand.key("z", CONTROL)
    assert hand.session.labels == {}


def test_a_label_that_the_coder_makes_alone_is_found_by_both(hand: Hand) -> None:
    hand.drag(FISHERS)
    hand.key("s")
    QApplication.processEvents()
    assert states(hand) == ["found", "open", "open", "open"]
    assert FISHERS not in rows(hand)


def test_another_coder_and_another_article_have_their_own(hand: Hand) -> None:
    hand.key(Qt.Key.Key_F5)
    hand.key(Qt.Key.Key_F11)
    hand.key(Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    side, panel = hand.desk.side, parts(hand)[1]
    assert not side.isTabVisible(side.indexOf(panel))
    hand.key(Qt.Key.Key_F5)
    assert hand.window.statusBar().currentMessage() == "No suggestion is open in this article"
    hand.key(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert len(rows(hand)) == 3
    assert hand.window.study is not None
    hand.window.current.begin(hand.window.study.coder("Ben"))
    QApplication.processEvents()
    assert len(rows(hand)) == 4


def test_the_journal_tells_of_answers_in_words(hand: Hand) -> None:
    from annotator.qt.desk.journal_text import Teller

    hand.key(Qt.Key.Key_F5)
    hand.key(Qt.Key.Key_F12)
    teller = Teller(hand.session.codebook, {})
    told = [teller.headline(c) for c in hand.session.study.changes() if c.kind == "verdict"]
    assert told == ["Suggestion rejected", "Suggestion rejected"]  # with the link that ties it


def test_a_file_is_tried_and_imported_in_the_window_and_reported(hand: Hand, qtbot: QtBot, tmp_path: Path) -> None:
    document = hand.session.document
    assert document is not None
    at = hand.range_of("The fleet")
    good = {"id": "1", "layer": "speaker", "document": {"id": document.id}, "fragments": [at]}
    file = tmp_path / "rule.jsonl"
    file.write_text(f"{json.dumps(good)}\n{json.dumps(good | {'id': '2', 'layer': 'none'})}\n", encoding="utf-8")
    feature = hand.window.features.suggestions
    feature.import_suggestions(file)
    dialog = hand.window.windows.find("import-suggestions", ImportSuggestionsDialog)
    assert dialog is not None
    qtbot.waitUntil(lambda: "0 suggestions would be imported" in dialog.told.text())
    assert not dialog.take.isEnabled()
    dialog.rest.click()
    dialog.name.setText("Rule 7")
    qtbot.waitUntil(lambda: dialog.take.isEnabled())
    assert dialog.told.text().splitlines() == [
        "1 suggestions would be imported, 0 are here already, 1 are left out.",
        "Rule 7 (1)",
    ]
    dialog.take.click()
    qtbot.waitUntil(lambda: tab(hand) == "Suggestions (5)")
    hand.window.activateWindow()
    hand.desk.surface.setFocus()
    hand.click_text("The fleet")
    hand.key(Qt.Key.Key_F11)
    feature.show_report()
    shown = hand.window.windows.find("suggestions-report", SuggestionsReport)
    assert shown is not None
    tree = shown.tree
    tops = [tree.topLevelItem(i) for i in range(tree.topLevelItemCount())]
    rule = next(t for t in tops if t is not None and t.text(0).startswith("Rule 7, "))
    assert [rule.text(i) for i in (1, 2, 4, 8)] == ["1", "0", "0", "100 % of 1"]
    assert [rule.child(i).text(0) for i in range(rule.childCount())] == ["by Ada", "Speaker"]


def test_a_round_is_handed_out_blind_and_a_package_without(hand: Hand, qtbot: QtBot, tmp_path: Path) -> None:
    study = hand.window.study
    assert study is not None
    dialog = HandOutDialog(study, hand.window)
    dialog.show()
    dialog.blind.click()
    qtbot.waitUntil(lambda: dialog.take.isEnabled())
    dialog.take.click()
    qtbot.waitUntil(lambda: not dialog.isVisible())
    assert blind_rounds(study) == ("main",)
    assert states(hand) == []
    set_blind(study, "main", False)
    packages = MakePackagesDialog(study, hand.window)
    packages.folder.setText(str(tmp_path))
    packages.show()
    assert packages.suggestions.isVisible()
    packages.suggestions.click()
    packages.make.click()
    qtbot.waitUntil(lambda: packages.made.count() == 2)
    for file in tmp_path.glob("*.annotator-package"):
        with zipfile.ZipFile(file) as archive:
            assert "suggestions.jsonl" not in archive.namelist()
    packages.close()


def test_the_export_window_offers_to_say_where_labels_came_from_once_there_are_any(
    hand: Hand, qtbot: QtBot, tmp_path: Path
) -> None:
    study = hand.window.study
    assert study is not None
    hand.key(Qt.Key.Key_F5)
    hand.key(Qt.Key.Key_F11)
    dialog = ExportDialog(study.file.path, hand.window)
    dialog.show()
    qtbot.waitUntil(lambda: dialog.write.isEnabled())
    assert dialog.form.name == "jsonl"
    assert dialog.with_origins.isVisible()
    assert '"suggestion"' not in dialog.head.toPlainText()
    dialog.with_origins.click()
    qtbot.waitUntil(lambda: '"source": "Claimfinder"' in dialog.head.toPlainText())
    with qtbot.waitSignal(dialog.exported) as told:
        dialog.export_to(tmp_path / "out.jsonl")
    assert told.args is not None
    assert as_json(told.args[1])["from_suggestions"] == {"labels": 1, "told": True}
    assert '"confidence": 0.9' in (tmp_path / "out.jsonl").read_text(encoding="utf-8")
