"""What is shown of the labels: filters, drawn links, the overview, the statements' tools, the codebook, patterns."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annotator.domain.commands import AddAnnotation
from annotator.qt.coding.session import SAFE_COLOURS
from annotator.qt.toolkit.settings import Settings
from annotator.services.study import Study
from tests.gui.conftest import Hand, make_study, opened

CONTROL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)
CLAIM = "It will pay for itself within nine years"


def shown(hand: Hand) -> set[str]:
    return {hand.session.passage(hand.session.labels[k]) for k in hand.desk.surface.index.by_id}


def two_statements(hand: Hand) -> None:
    """A claim of a kind with a speaker, and one with nothing."""
    hand.drag(CLAIM)
    hand.key("c")
    hand.key("3")
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    hand.key("s")
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Escape)
    hand.drag("will not last another winter")
    hand.key("c")
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_Escape)


def test_labels_are_filtered_by_layer_value_and_what_is_missing(hand: Hand) -> None:
    two_statements(hand)
    bar = hand.desk.filter
    hand.key("l", CONTROL, SHIFT)
    assert bar.isVisible()
    bar._layer_actions["speaker"].setChecked(False)
    assert shown(hand) == {CLAIM, "will not last another winter"}
    bar.value.setCurrentIndex(bar.value.findText("Claim, Kind of claim: Prediction"))
    assert shown(hand) == {CLAIM}
    assert bar.count.text() == "1 of 3 labels shown"
    hand.click("Show all", bar)
    assert len(shown(hand)) == 3
    bar.completeness.setCurrentIndex(bar.completeness.findData("open"))
    assert "will not last another winter" in shown(hand)
    hand.key("l", CONTROL, SHIFT)
    assert not bar.isVisible()
    assert len(shown(hand)) == 3


def test_a_label_that_no_longer_passes_goes_when_it_is_put_down(hand: Hand) -> None:
    two_statements(hand)
    bar = hand.desk.filter
    bar.value.setCurrentIndex(bar.value.findText("Claim, Kind of claim: Prediction"))
    (key,) = hand.desk.surface.index.by_id
    hand.session.set_current(key)
    QApplication.processEvents()
    inspector = hand.desk.inspector
    inspector.go_to(next(f for f in inspector.open_fields() if f.attribute.key == "claim_type"))
    hand.key("1")
    assert shown(hand) == {CLAIM}  # still in hand
    hand.session.set_current(None)
    assert shown(hand) == set()
    hand.key("z", CONTROL)
    assert shown(hand) == {CLAIM}


def test_a_supervisor_looks_at_a_coders_labels_and_cannot_change_them(
    qtbot: QtBot, settings: Settings, tmp_path: Path
) -> None:
    path = make_study(tmp_path / "harbour.annotator")
    with Study.open(path) as study:
        study.ensure_coder("Chris", "supervisor")
        ada, document = study.coder("Ada"), study.documents()[0]
        study.coding.apply(AddAnnotation(coder_id=ada.id, document_id=document.id, layer="claim", fragments=((0, 7),)))
    hand = opened(qtbot, settings, path, "Chris")
    bar = hand.desk.filter
    hand.key("l", CONTROL, SHIFT)
    assert hand.desk.surface.index.by_id == {}
    bar.coder.setCurrentIndex(bar.coder.findText("labels of Ada"))
    assert len(hand.desk.surface.index.by_id) == 1
    hand.drag("voted on Monday")
    hand.key("c")
    assert hand.labels("claim") == []
    assert "another coder's" in hand.desk.notice.words.text()
    bar.close_bar()
    assert hand.desk.surface.index.by_id == {}
    hand.window.close()


def test_a_coder_is_not_offered_the_labels_of_others(qtbot: QtBot, settings: Settings, tmp_path: Path) -> None:
    hand = opened(qtbot, settings, make_study(tmp_path / "harbour.annotator", ("Ada", "Ben")))
    hand.key("l", CONTROL, SHIFT)
    assert not hand.desk.filter.coder.isVisible()
    hand.window.close()


def test_links_are_drawn_on_demand(hand: Hand) -> None:
    two_statements(hand)
    claim = next(a for a in hand.labels("claim") if a.values.get("claim_type"))
    assert hand.desk.surface.arcs == []
    hand.key("l", CONTROL, ALT)
    assert hand.desk.surface.arcs == []  # nothing in hand
    before = hand.desk.surface.viewport().grab().toImage()
    hand.session.set_current(claim.id)
    ((start, end, _),) = hand.desk.surface.arcs
    assert start == claim.id
    assert hand.session.labels[end].layer == "speaker"
    assert hand.desk.surface.viewport().grab().toImage() != before
    hand.session.set_current(None)
    hand.key("l", CONTROL, ALT)
    assert len(hand.desk.surface.arcs) == 1
    hand.key("l", CONTROL, ALT)
    assert hand.desk.surface.arcs == []


def test_the_overview_counts_labels_and_jumps(hand: Hand) -> None:
    two_statements(hand)
    marks = hand.desk.marks
    hand.bot.waitUntil(lambda: marks._counted)
    assert sum(marks._counts.values()) == 3
    hand.key("z", CONTROL)
    assert sum(marks._counts.values()) == 2
    QTest.mouseClick(marks, Qt.MouseButton.LeftButton, pos=QPoint(5, marks.height() - 5))
    assert hand.desk.surface.caret() > len(hand.session.text) * 0.95
    hand.key(Qt.Key.Key_F2, SHIFT)
    assert not marks.isVisible()


def test_statements_are_searched_narrowed_and_sorted(hand: Hand) -> None:
    two_statements(hand)
    view, tools = hand.desk.statements.view, hand.desk.statements.tools
    assert view.model().rowCount() == 2
    hand.key("f", CONTROL, ALT)
    QTest.keyClicks(tools.search, "ilsa itself")
    assert view.model().rowCount() == 1
    hand.bot.waitUntil(lambda: hand.desk.side.tabText(0).startswith("Statements: 1 of 2"))
    QTest.keyClick(tools.search, Qt.Key.Key_Return)
    assert hand.session.label() is not None
    assert hand.session.passage(hand.session.label()) == CLAIM  # type: ignore[arg-type]
    tools.search.clear()
    tools.which.setCurrentIndex(tools.which.findText("Newest first"))
    rows = [view.model().index(i, 0).data(Qt.ItemDataRole.UserRole).words for i in range(2)]
    assert rows == ["will not last another winter", CLAIM]
    hand.drag("voted on Monday")
    hand.key("c")
    assert view.model().rowCount() == 3


def test_what_the_article_lacks_is_told_above_the_statements(hand: Hand) -> None:
    tools = hand.desk.statements.tools
    assert "open" in tools.article.text()
    QTest.mouseClick(tools.article, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    field = hand.desk.inspector.field_in_hand()
    assert field is not None
    while (lacking := hand.desk.inspector.next_lacking()) is not None:
        hand.desk.inspector.go_to(lacking)
        if not hand.desk.inspector.choose_number(1):
            break
        QApplication.processEvents()
    assert tools.article.text() != ""


def test_the_codebook_is_told_beside_the_form(hand: Hand) -> None:
    two_statements(hand)
    claim = hand.labels("claim")[0]
    hand.session.set_current(claim.id)
    guide = hand.desk.guide
    assert not guide.isVisible(), "on demand: the room is the form's"
    hand.key(Qt.Key.Key_F2)
    for _ in range(3):
        QApplication.processEvents()
    assert guide.heading.text() == "Codebook: Claim"
    assert "Belongs:" in guide.page.toPlainText()
    hand.key(Qt.Key.Key_F6)
    QApplication.processEvents()
    QApplication.processEvents()
    assert guide.heading.text().startswith("Codebook: ")
    assert guide.heading.text() != "Codebook: Claim"
    hand.key(Qt.Key.Key_F2)
    assert not guide.isVisible()


def test_patterns_and_colours_for_all_eyes_line_spacing_and_sizes_are_remembered(
    qtbot: QtBot, settings: Settings, study_path: Path
) -> None:
    hand = opened(qtbot, settings, study_path)
    hand.drag(CLAIM)
    hand.key("c")
    plain = hand.desk.surface.viewport().grab().toImage()
    hand.key("p", CONTROL, ALT)
    assert hand.desk.surface.viewport().grab().toImage() != plain
    assert next(iter(hand.desk.surface.index.by_id.values())).colour in SAFE_COLOURS
    pitch = hand.desk.surface.flow.measures.pitch
    hand.key(".", CONTROL, ALT)
    hand.key(".", CONTROL, ALT)
    assert hand.desk.surface.flow.measures.pitch > pitch
    hand.desk.splitter.setSizes([300, 600, 400])
    sizes = hand.desk.splitter.sizes()
    hand.key(Qt.Key.Key_F2)
    hand.window.close()
    again = opened(qtbot, settings, study_path)
    assert again.desk.splitter.sizes() == sizes
    assert not again.desk.guide.isHidden()
    assert again.desk.surface.theme.patterns
    assert again.desk.surface.theme.line_spacing == 1.8
    again.window.close()


def test_a_notice_moves_no_word_of_the_article(hand: Hand) -> None:
    before = hand.desk.surface.character_rect(20), hand.desk.surface.size()
    hand.desk.show_notice("something could not be done")
    QApplication.processEvents()
    assert hand.desk.notice.isVisible()
    assert (hand.desk.surface.character_rect(20), hand.desk.surface.size()) == before


def test_lists_and_form_are_put_away_by_key_and_stay_away(qtbot: QtBot, settings: Settings, study_path: Path) -> None:
    hand = opened(qtbot, settings, study_path)
    width = hand.desk.surface.width()
    hand.key(Qt.Key.Key_F2, CONTROL)
    hand.key(Qt.Key.Key_F2, CONTROL, SHIFT)
    assert not hand.desk.documents.isVisible()
    assert not hand.desk.inspector.isVisible()
    assert hand.desk.surface.width() > width
    hand.window.close()
    again = opened(qtbot, settings, study_path)
    assert not again.desk.documents.isVisible()
    again.key(Qt.Key.Key_F2, CONTROL)
    assert again.desk.documents.isVisible()
    again.window.close()


def test_a_doubt_about_the_value_in_hand_has_a_key(hand: Hand) -> None:
    two_statements(hand)
    hand.session.set_current(hand.labels("claim")[0].id)
    hand.key(Qt.Key.Key_F6)
    QApplication.processEvents()
    field = hand.desk.inspector.field_in_hand()
    assert field is not None
    hand.key("u", CONTROL)
    assert hand.labels("claim")[0].uncertain == (field.attribute.key,)
    hand.key("u", CONTROL)
    assert hand.labels("claim")[0].uncertain == ()
