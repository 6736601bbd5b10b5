"""A supervisor settles cases in the window with mouse and keys; what is gold is asked of the store each time."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.annotations import Annotation
from annotator.domain.decisions import GOLD
from annotator.domain.json_forms import as_json
from annotator.qt.adjudication.gold_window import GoldWindow
from annotator.qt.adjudication.majority import MajorityDialog
from annotator.qt.adjudication.value_entry import WriteDialog
from annotator.qt.adjudication.window import SettlingWindow
from annotator.qt.form.value_button import ValueButton
from annotator.qt.toolkit.account_line import account_words
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import DARK
from annotator.services.adjudication.against_gold import against_gold
from annotator.services.adjudication.gold import decisions
from annotator.services.demo import make_demo_study
from annotator.services.study import Study
from annotator.services.study.integrity import check
from tests.gui.conftest import Hand, opened
from tests.services.test_proposals import answers, study_of


class Supervisor(Hand):
    """A hand at the window of settling."""

    @property
    def settling(self) -> SettlingWindow:
        assert self.window.settling_window is not None
        return self.window.settling_window

    def open_settling(self, layer: str | None = None, attribute: str | None = None) -> None:
        if layer is None:
            self.window.settle_action.trigger()
        else:
            self.window.show_settling(layer, attribute)
        self.bot.waitUntil(lambda: self.settling.ready, timeout=20_000)
        with self.bot.waitActive(self.settling):
            self.settling.activateWindow()
        self.settling.list.setFocus()

    def press(self, words: str) -> None:
        """Click a button of the window by the beginning of its words."""
        QApplication.processEvents()
        found = [b for b in self.settling.findChildren(QPushButton) if b.text().startswith(words) and b.isVisible()]
        assert found, f"no button “{words}”"
        QTest.mouseClick(found[0], Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def type(self, key: str | Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
        """Press a key where the focus of the settling window is."""
        held = Qt.KeyboardModifier.NoModifier
        for m in modifiers:
            held |= m
        if not self.settling.isActiveWindow():
            with self.bot.waitActive(self.settling):
                self.settling.activateWindow()
        QTest.keyClick(self.settling.focusWidget() or self.settling, key, held)
        QApplication.processEvents()

    def click_cell(self, row: int, column: int) -> None:
        table = self.settling.versions
        table.scrollToItem(table.item(row, column))
        place = table.visualItemRect(table.item(row, column)).center()
        QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
        QApplication.processEvents()

    @property
    def study(self) -> Study:
        assert self.window.study is not None
        return self.window.study

    def gold(self) -> list[Annotation]:
        ids = [c.id for c in self.study.coders() if c.role == GOLD]
        return self.study.annotations(coder_ids=ids)

    def on_screen(self, widget: QWidget | None = None) -> str:
        """Every word that can be read in the settling window."""
        QApplication.processEvents()
        words = []
        for w in (widget or self.settling).findChildren(QWidget):
            for name in ("text", "toolTip", "placeholderText"):
                if w.isVisible() and isinstance(found := getattr(w, name, None), object) and callable(found):
                    words.append(str(found()))
        table = self.settling.versions
        words += [table.horizontalHeaderItem(c).text() for c in range(table.columnCount())]
        words += [table.item(r, c).text() for r in range(table.rowCount()) for c in range(table.columnCount())]
        return "\n".join(words)


@pytest.fixture
def supervisor(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Supervisor]:
    path = tmp_path / "demo.annotator"
    make_demo_study(path)
    with Study.open(path) as study:
        study.ensure_coder("Sira", "supervisor")
    hand = opened(qtbot, settings, path, "Sira")
    yield Supervisor(qtbot, hand.window)
    hand.window.close()


def test_ten_cases_are_settled_blind_undone_and_there_after_a_restart(supervisor: Supervisor, tmp_path: Path) -> None:
    hand = supervisor
    hand.open_settling("about", "stance")
    expected: dict[str, int] = {}
    for n in range(10):
        case = hand.settling.case
        assert case is not None
        assert case.id not in expected, "the next open case came by itself"
        assert ("about", "stance") in case.differs
        assert not any(name in hand.on_screen() for name in ("Ada", "Ben", "Chidi"))
        version = next(i for i, v in list(enumerate(case.versions))[n % 2 :] if v.label is not None)
        expected[case.id] = version
        hand.type(str(version + 1))
    book = hand.settling.book
    assert book is not None
    claims = [a for a in hand.gold() if a.layer == "claim"]
    assert len(claims) == 10
    for key, version in expected.items():
        label = book.by_id[key].versions[version].label
        assert label is not None
        assert any((a.fragments, a.values) == (label.fragments, label.values) for a in claims)
    assert hand.settling.progress_text.text().startswith(f"{book.progress()[0]} of ")
    kept = decisions(hand.study)
    assert len(kept) == 10
    assert all(k.decision.blind and k.decision.settled_by == hand.study.coder("Sira").id for k in kept)
    hand.type("z", Qt.KeyboardModifier.ControlModifier)
    assert hand.settling.case is not None
    assert hand.settling.case.id == list(expected)[-1], "the case that was taken back is shown"
    assert len([a for a in hand.gold() if a.layer == "claim"]) == 9
    hand.type("z", Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    assert len([a for a in hand.gold() if a.layer == "claim"]) == 10
    path = hand.study.file.path
    hand.window.close_study()
    assert hand.window.settling_window is None
    assert hand.window.open_study(path, "Sira")
    hand.open_settling("about", "stance")
    assert hand.settling.case is not None
    assert hand.settling.case.id not in expected
    hand.type("z", Qt.KeyboardModifier.ControlModifier)
    assert hand.settling.case.id == list(expected)[-1], "undo works after a restart"
    assert check(hand.study) == []
    hand.window.export_to(tmp_path / "gold.jsonl", "jsonl", gold=True)
    lines = (tmp_path / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    assert {json.loads(x)["coder"]["name"] for x in lines} == {"Gold"}


def test_a_mixed_version_is_picked_cell_by_cell(supervisor: Supervisor) -> None:
    hand = supervisor
    hand.open_settling("claim", "claim_type")
    settling = hand.settling
    case = settling.case
    assert case is not None
    table = settling.versions
    assert not settling.settle_action.isEnabled()
    assert "Still to choose" in settling.notice.text()
    columns = [i for i, v in enumerate(case.versions) if v.label is not None]
    picked = {}
    for turn, field in enumerate(table.missing()):
        row = table.row_of(field.key)
        if row < 0 or field.key in table.picks:
            continue
        hand.click_cell(row, columns[turn % len(columns)])
        picked[field.key] = columns[turn % len(columns)]
    assert settling.notice.text() == ""
    assert settling.settle_action.isEnabled()
    hand.type(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    (claim,) = [a for a in hand.gold() if a.layer == "claim"]
    source = case.versions[picked["value:claim_type"]].label
    assert source is not None
    assert claim.values["claim_type"] == source.values["claim_type"]


def test_a_passage_and_a_value_are_written_anew(supervisor: Supervisor, qtbot: QtBot) -> None:
    hand = supervisor
    hand.open_settling("claim")
    settling = hand.settling
    case = settling.case
    assert case is not None
    start = case.place[0][0]
    settling.surface.setFocus()
    settling.surface.set_selection(start, start + 7)
    hand.type("w")
    table = settling.versions
    for field in table.missing():
        hand.click_cell(table.row_of(field.key), next(i for i, v in enumerate(case.versions) if v.label is not None))
    row = table.row_of("value:certainty")
    last = table.columnCount() - 1
    table.setFocus()
    table.setCurrentCell(row, last)
    hand.type(Qt.Key.Key_Space)
    (dialog,) = [d for d in settling.findChildren(WriteDialog) if d.isVisible()]
    (button,) = [b for b in dialog.findChildren(ValueButton) if b.text().startswith("1 ")]
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QTest.mouseClick(hand.button("Take this", dialog), Qt.MouseButton.LeftButton)
    assert table.item(row, last).text().startswith("✎")
    hand.press("Settle as chosen")
    (claim,) = [a for a in hand.gold() if a.layer == "claim"]
    assert claim.fragments == ((start, start + 7),)
    assert claim.values["certainty"] == 1
    assert decisions(hand.study)[-1].decision.how == "written"


def test_looking_up_who_coded_ends_blindness_and_is_kept(supervisor: Supervisor) -> None:
    hand = supervisor
    hand.open_settling("claim")
    settling = hand.settling
    assert settling.blind.text().startswith("Blind")
    hand.press("Show who coded")
    assert "Ada" in hand.on_screen()
    assert settling.blind.text().startswith("Not blind")
    hand.type("0")
    decision = decisions(hand.study)[-1].decision
    assert (decision.outcome, decision.blind, decision.lifted_by) == ("rejected", False, hand.study.coder("Sira").id)
    assert settling.blind.text().startswith("Blind"), "the next case is blind again"
    assert "Ada" not in hand.on_screen()
    hand.type("p")
    assert "knowing who coded" in settling.state.text()
    assert hand.gold() == []


def test_a_case_is_laid_aside_with_a_question(supervisor: Supervisor) -> None:
    hand = supervisor
    hand.open_settling("claim")
    settling = hand.settling
    case = settling.case
    assert case is not None
    hand.press("To discuss")
    assert "question first" in settling.notice.text()
    assert settling.case is case
    settling.note.setFocus()
    for key in "1 of 2?":
        QTest.keyClick(settling.note, key)
    assert settling.note.text() == "1 of 2?", "keys typed into the note decide nothing"
    hand.press("To discuss")
    book = settling.book
    assert book is not None
    assert book.standing(case).state == "discuss"
    assert hand.study.notes()[-1].text == "1 of 2?"
    settling.filters.state.setCurrentIndex(settling.filters.state.findData("discuss"))
    assert [c.id for c in settling.model.cases] == [case.id]
    assert "1 of 2?" in settling.state.text()


def test_majority_is_shown_first_and_undone_in_one_step(supervisor: Supervisor, qtbot: QtBot) -> None:
    hand = supervisor
    hand.open_settling()
    settling = hand.settling
    hand.type("m")
    (dialog,) = [d for d in settling.findChildren(MajorityDialog) if d.isVisible()]
    qtbot.waitUntil(dialog.go.isEnabled, timeout=20_000)
    assert "more than half" in " ".join(w.text() for w in dialog.findChildren(QWidget) if hasattr(w, "text"))
    assert dialog.table.rowCount() == len(settling.model.cases)
    assert hand.gold() == []
    everything = dialog.go.text()
    for same in (False, True):
        dialog.unanimous.click()
        qtbot.waitUntil(dialog.go.isEnabled, timeout=20_000)
        assert (dialog.go.text() == everything) == same
    QTest.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=20_000)
    qtbot.waitUntil(lambda: "settled by majority" in settling.notice.text(), timeout=5_000)
    account = as_json(against_gold(hand.study))["account"]
    assert account_words(account) == settling.notice.text().splitlines()[1:]

    def settled() -> int:
        return settling.book.progress()[0] if settling.ready and settling.book is not None else -1

    qtbot.waitUntil(lambda: settled() > 100, timeout=20_000)
    assert settling.book is not None
    assert settling.case is not None
    assert settling.book.standing(settling.case).state == "open"
    hand.type("z", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: settled() == 0, timeout=20_000)
    assert hand.gold() == []
    hand.type("z", Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: settled() > 100, timeout=20_000)
    assert check(hand.study) == []


def test_filters_narrow_the_list_and_a_key_goes_to_the_next_open_case(supervisor: Supervisor) -> None:
    hand = supervisor
    hand.open_settling()
    settling = hand.settling
    whole = len(settling.model.cases)
    settling.filters.kind.setCurrentIndex(settling.filters.kind.findData("bounds"))
    some = settling.model.cases
    assert 0 < len(some) < whole
    assert all("bounds" in c.kinds for c in some)
    hand.type("1")
    at = settling.list.currentIndex().row()
    assert at == 1
    hand.type("p")
    assert settling.list.currentIndex().row() == 0
    hand.type("n")
    assert settling.list.currentIndex().row() == 1
    settling.show_at(None, None, some[-1].document_id)
    assert {c.document_id for c in settling.model.cases} == {some[-1].document_id}
    settling.show_at("claim", "nothing_differs_here")
    assert settling.model.cases == []
    assert "another filter" in settling.where.text()
    assert not settling.settle_action.isEnabled()
    hand.type("1")
    settling.set_theme(DARK)


def test_what_is_refused_is_told_in_place(supervisor: Supervisor) -> None:
    from annotator.domain.commands import SetValue

    hand = supervisor
    hand.open_settling("claim")
    settling = hand.settling
    case = settling.case
    assert case is not None
    label = next(case.made())
    hand.study.coding.apply(SetValue(coder_id=label.coder_id, annotation_id=label.id, attribute="certainty", value=1))
    hand.type("1")
    assert settling.fault.isVisible()
    assert "changed this passage" in settling.fault.text()
    assert hand.gold() == []
    settling.look_again()
    hand.bot.waitUntil(lambda: settling.ready, timeout=20_000)
    hand.type("1")
    assert not settling.fault.isVisible()
    assert decisions(hand.study)


def test_coders_against_gold_from_figures_to_passage_and_report(
    supervisor: Supervisor, qtbot: QtBot, tmp_path: Path
) -> None:
    hand = supervisor
    hand.open_settling("about", "stance")
    for _ in range(5):
        assert hand.settling.case is not None
        hand.type(str(1 + next(i for i, v in enumerate(hand.settling.case.versions) if v.label is not None)))
    hand.type("g")
    gold = hand.window.gold_window
    assert isinstance(gold, GoldWindow)
    qtbot.waitUntil(gold.save_all.isEnabled, timeout=20_000)
    gold.coder.setCurrentIndex(1)
    groups = [gold.tree.topLevelItem(i).text(0) for i in range(gold.tree.topLevelItemCount())]
    assert any("Stance" in g and "right" in g for g in groups)
    gold.coder.setCurrentIndex(next(i for i in range(3) if gold.report and gold.report.coders[i].feedback))
    item = gold.feedback.item(0)
    place = gold.feedback.visualItemRect(item).topLeft() + QPoint(20, 8)
    QTest.mouseClick(gold.feedback.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert hand.desk.surface.selection() is not None
    gold.write_report(tmp_path / "all.html")
    gold.write_report(tmp_path / "one.html", one=True)
    everybody, one = ((tmp_path / n).read_text(encoding="utf-8") for n in ("all.html", "one.html"))
    shown = gold.coder.currentText()
    assert all(f"<h2>{n}</h2>" in everybody for n in ("Ada", "Ben", "Chidi"))
    assert f"<h2>{shown}</h2>" in one
    assert not any(f"<h2>{n}</h2>" in one for n in {"Ada", "Ben", "Chidi"} - {shown})
    gold.write_report(tmp_path / "x.docx")
    assert "cannot be written" in gold.fault.text()


def test_nothing_to_settle_and_nothing_settled_are_told(qtbot: QtBot, settings: Settings, study_path: Path) -> None:
    hand = opened(qtbot, settings, study_path)
    hand.window.show_settling()
    settling = hand.window.settling_window
    assert settling is not None
    qtbot.waitUntil(lambda: settling.fault.isVisible(), timeout=10_000)
    assert "two of these coders" in settling.fault.text()
    hand.window.show_against_gold()
    gold = hand.window.gold_window
    assert gold is not None
    qtbot.waitUntil(lambda: gold.fault.isVisible(), timeout=10_000)
    assert "nothing is settled" in gold.fault.text()
    hand.window.close()


def test_nobody_codes_as_gold(supervisor: Supervisor) -> None:
    hand = supervisor
    hand.open_settling("claim")
    hand.type("1")
    path = hand.study.file.path
    hand.window._ask_coder()
    names = [b.text() for b in hand.window.coder_page.findChildren(QPushButton)]
    assert "Gold" not in names
    hand.window._coder_named("Gold")
    assert "nobody can code as gold" in hand.window.coder_page.study.text()
    assert not hand.window.open_study(path, "Gold")


@pytest.fixture
def proposing(qtbot: QtBot, settings: Settings, tmp_path: Path) -> Iterator[Supervisor]:
    """Three coders, of whom one guesses."""
    path = tmp_path / "s.annotator"
    _, given = answers(right=(0.95, 0.9, 0.2))
    with study_of(path, given) as study:
        study.ensure_coder("Sira", "supervisor")
    hand = opened(qtbot, settings, path, "Sira")
    yield Supervisor(qtbot, hand.window)
    hand.window.close()


def test_a_proposal_is_seen_and_taken_by_one_key_and_says_so(proposing: Supervisor, qtbot: QtBot) -> None:
    hand = proposing
    hand.open_settling("claim", "kind")
    settling = hand.settling
    qtbot.waitUntil(lambda: bool(settling.suggested), timeout=20_000)
    case = next(c for c in settling.model.cases if c.id in settling.suggested)
    settling.list.setCurrentIndex(settling.model.index(settling.model.row_of(case.id)))
    one = settling.suggested[case.id]
    likely = one.fields["value:kind"][0]
    table = settling.versions
    row, column = table.row_of("value:kind"), len(case.versions) + 1
    head, cell = table.horizontalHeaderItem(column), table.item(row, column)
    assert head is not None
    assert cell is not None
    assert head.text() == "Proposal"
    assert cell.font().italic()
    assert "MACE" in cell.toolTip()
    listed = str(settling.model.index(settling.model.row_of(case.id)).data())
    assert "proposal" in listed
    assert not hand.gold(), "nothing is settled by a proposal alone"
    assert "value:kind" not in table.picks
    hand.type("l")
    (label,) = hand.gold()
    assert label.values["kind"] == likely.said
    (kept,) = decisions(hand.study)
    assert (kept.decision.how, kept.decision.proposed) == ("dawid_skene", {"value:kind": likely.probability})
    assert settling.case is not None
    assert settling.case.id != case.id, "the next open case"
    hand.type("z", Qt.KeyboardModifier.ControlModifier)
    assert not hand.gold()
    assert settling.case.id == case.id
    hand.click_cell(row, column)
    assert table.picks["value:kind"] == likely.version
    hand.type(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert decisions(hand.study)[-1].decision.proposed == {"value:kind": likely.probability}
    other = next(c for c in settling.model.cases if c.id in settling.suggested and c.id != case.id)
    settling.list.setCurrentIndex(settling.model.index(settling.model.row_of(other.id)))
    hand.click_cell(row, column)
    hand.click_cell(row, settling.suggested[other.id].fields["value:kind"][-1].version)
    hand.type(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert decisions(hand.study)[-1].decision.proposed == {}, "another value was picked by hand"
    third = next(c for c in settling.model.cases if c.id in settling.suggested and c.id not in (case.id, other.id))
    settling.list.setCurrentIndex(settling.model.index(settling.model.row_of(third.id)))
    hand.type("l")
    settling.list.setCurrentIndex(settling.model.index(settling.model.row_of(third.id)))
    assert "as the model proposed" in settling.state.text()
    assert settling.book is not None
    none = next(c for c in settling.book.cases if c.id not in settling.suggested)
    settling.filters.set(None, None, None)
    settling.list.setCurrentIndex(settling.model.index(settling.model.row_of(none.id)))
    assert not settling.does.proposal.isEnabled()
    assert table.columnCount() == len(none.versions) + 1
    assert check(hand.study) == []
