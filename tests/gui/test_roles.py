"""A role is filled from a label, the register or a new name, or left empty for a reason, in the window."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from annotator.domain.commands import AddEntity
from annotator.qt.form.picker import Picker
from annotator.qt.form.roles import RoleField
from tests.gui.conftest import Hand
from tests.gui.holds import holds

CLAIM = "It will pay for itself within nine years"


def role(hand: Hand, name: str, nth: int = 0) -> RoleField:
    QApplication.processEvents()
    found = [f for f in hand.desk.inspector.findChildren(RoleField) if f._role.key == name and f.isVisible()]
    return found[nth]


def pick(hand: Hand, words: str) -> None:
    """Type into the list that is open, and press Enter."""
    pickers = [p for p in hand.window.findChildren(Picker) if p.isVisible()]
    assert len(pickers) == 1
    QTest.keyClicks(pickers[0].search, words)
    QTest.keyClick(pickers[0].search, Qt.Key.Key_Return)
    QApplication.processEvents()


def claim(hand: Hand) -> None:
    hand.drag(CLAIM)
    hand.key("c")


def test_a_label_that_is_there_becomes_the_speaker(hand: Hand) -> None:
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    hand.key("s")
    hand.key(Qt.Key.Key_Escape)
    claim(hand)
    role(hand, "speaker").choose()
    pick(hand, "Ilsa")
    (link,) = hand.labels("said_by")
    assert link.roles["speaker"][0].annotation == hand.labels("speaker")[0].id


def test_alt_enter_takes_no_row_of_an_open_list(hand: Hand) -> None:
    hand.session.apply(AddEntity(coder_id=hand.session.coder.id, name="The harbour", type="project"))
    claim(hand)
    role(hand, "target").choose()
    (picker,) = (p for p in hand.window.findChildren(Picker) if p.isVisible())
    QTest.keyClicks(picker.search, "harbour")
    assert picker.list.currentRow() >= 0, "Enter would take it"
    QTest.keyClick(picker.search, Qt.Key.Key_Return, Qt.KeyboardModifier.AltModifier)
    QApplication.processEvents()
    assert not hand.labels("about")


def test_somebody_of_the_register_and_somebody_new_stand_in_a_role(hand: Hand) -> None:
    hand.session.apply(AddEntity(coder_id=hand.session.coder.id, name="The harbour", type="project"))
    claim(hand)
    role(hand, "target").choose()
    pick(hand, "harbour")
    (first,) = hand.labels("about")
    names = {e.id: e.name for e in hand.session.entities.values()}
    assert names[first.roles["target"][0].entity or ""] == "The harbour"
    hand.click("Add another “About”")
    role(hand, "target", 1).choose()
    pick(hand, "The treaty")
    pick(hand, "Treaty, study")
    assert len(hand.labels("about")) == 2
    assert {e.name for e in hand.session.entities.values()} == {"The harbour", "The treaty"}
    assert [a.values["primary"] for a in hand.session.links_of(hand.labels("claim")[0].id) if a.layer == "about"] == [
        True,
        False,
    ]


@holds("A name that was typed whole")
def test_a_name_that_was_typed_whole_is_nobody_else(hand: Hand) -> None:
    for name in ("US-Russia-Ukraine relations", "The Tarn Harbour Authority"):
        hand.session.apply(AddEntity(coder_id=hand.session.coder.id, name=name, type="project"))
    claim(hand)
    role(hand, "target").choose()
    pick(hand, "US-Russia relations")
    assert hand.labels("about") == [], "it may be short for somebody known: Enter decides neither"
    hand.key(Qt.Key.Key_Up)
    hand.key(Qt.Key.Key_Return)
    pick(hand, "Treaty, study")
    hand.click("Add another “About”")
    role(hand, "target", 1).choose()
    pick(hand, "Tarn Harb")  # the beginning of its words is short for somebody known
    names = {e.id: e.name for e in hand.session.entities.values()}
    held = {names[a.roles["target"][0].entity or ""] for a in hand.labels("about")}
    assert held == {"US-Russia relations", "The Tarn Harbour Authority"}


def test_a_role_is_left_empty_for_a_reason_that_names_somebody(hand: Hand) -> None:
    claim(hand)
    role(hand, "speaker").choose()
    pick(hand, "own voice")
    pick(hand, "Haven Courier")
    pick(hand, "Outlet")
    (link,) = hand.labels("said_by")
    assert link.empty["speaker"].because == "outlet_voice"
    assert hand.session.entities[link.empty["speaker"].entity or ""].type == "outlet"
    assert "Haven Courier" in hand.desk.statements.model.rows[0].spoken()


def test_whoever_the_speaker_is_becomes_the_holder_of_open_stances(hand: Hand) -> None:
    hand.session.apply(
        AddEntity(
            coder_id=hand.session.coder.id,
            name="Ilsa Brandt-Oyelaran",
            type="person",
            aliases=("Mayor Ilsa Brandt-Oyelaran",),
        )
    )
    claim(hand)
    hand.drag("the harbour")
    hand.key("t")
    assert "holder" not in hand.labels("about")[0].values
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    hand.key("s")
    mayor = next(iter(hand.session.entities))
    assert hand.labels("speaker")[0].values["entity"] == {"entity": mayor}, "found by alias"
    assert hand.labels("about")[0].values["holder"] == {"entity": mayor}
    hand.key("z", Qt.KeyboardModifier.ControlModifier)
    assert not hand.labels("speaker"), "one key press, one undo"
    assert "holder" not in hand.labels("about")[0].values


def test_what_stands_in_a_role_can_be_taken_out_again(hand: Hand) -> None:
    claim(hand)
    hand.drag("Mayor Ilsa Brandt-Oyelaran")
    hand.key("s")
    hand.click("Take it out of this role", role(hand, "speaker"))
    assert not hand.labels("said_by")[0].roles.get("speaker")
    assert hand.labels("speaker"), "the label itself stays"


def test_doubts_and_values_are_set_with_the_mouse_and_taken_away_again(hand: Hand) -> None:
    claim(hand)
    hand.click("Prediction")
    assert hand.labels("claim")[0].values["claim_type"] == "prediction"
    hand.click("Prediction")
    assert "claim_type" not in hand.labels("claim")[0].values
    form = next(iter(hand.desk.inspector._forms.values()))
    doubt = form._doubts["claim_type"]
    QTest.mouseClick(doubt, Qt.MouseButton.LeftButton)
    assert hand.labels("claim")[0].uncertain == ("claim_type",)
    hand.click("Yes")
    assert hand.labels("claim")[0].values["number_given"] is True
    assert any(f.attribute.key == "figure" for f in form.open_fields()), "the condition opened it"
