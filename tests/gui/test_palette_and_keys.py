"""Finding commands by typing, and keys that a person changes."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolButton, QTreeWidgetItem, QWidget
from pytestqt.qtbot import QtBot

from annotator.domain.codebook.reading import codebook_from_json, codebook_json
from annotator.intake import read_source
from annotator.qt.shell.command_palette import CommandPalette
from annotator.qt.toolkit.keys.keymap import keys_of
from annotator.qt.toolkit.keys.keys_dialog import KeysDialog
from annotator.qt.toolkit.settings import Settings
from annotator.services.articles.importing import add_documents
from annotator.services.codebooks import builtin_codebook
from annotator.services.study import Study
from tests.gui.conftest import ARTICLE, Hand, make_study, opened

CONTROL = Qt.KeyboardModifier.ControlModifier
CLAIM = "It will pay for itself within nine years"
W = TypeVar("W", bound=QWidget)


def shown(kind: type[W]) -> W:
    """The window of this kind that is open."""
    QApplication.processEvents()
    found = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    assert len(found) == 1
    return found[0]


def choose(hand: Hand, typed: str) -> None:
    """Open the palette, type, press Enter."""
    hand.key("k", CONTROL)
    palette = shown(CommandPalette)
    QTest.keyClicks(palette.search, typed)
    QTest.keyClick(palette.search, Qt.Key.Key_Return)
    QApplication.processEvents()


def entries(hand: Hand, typed: str) -> list[str]:
    hand.key("k", CONTROL)
    palette = shown(CommandPalette)
    QTest.keyClicks(palette.search, typed)
    found = [palette.list.item(i).text() for i in range(palette.list.count())]
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)
    QApplication.processEvents()
    return found


def test_a_layer_a_value_and_a_command_are_found_by_a_few_letters(hand: Hand) -> None:
    hand.drag(CLAIM)
    choose(hand, "clai")
    (claim,) = hand.labels("claim")
    choose(hand, "predic")
    assert hand.labels("claim")[0].values["claim_type"] == "prediction"
    choose(hand, "remlab")
    assert hand.labels("claim") == []
    choose(hand, "undo")
    assert hand.labels("claim")[0].id == claim.id


def test_articles_are_found_even_with_a_slip_of_the_finger(hand: Hand) -> None:
    assert "2. two.txt" in entries(hand, "twoo.txt")
    choose(hand, "two.t")
    assert hand.session.document is not None
    assert hand.session.document.number == 2


def test_whoever_is_in_the_register_is_shown_in_the_text(hand: Hand) -> None:
    from annotator.domain.commands import AddEntity

    hand.session.apply(
        AddEntity(coder_id=hand.session.coder.id, name="Nneka Vardy", type="person", aliases=("Blue Net",))
    )
    choose(hand, "blue n")
    first = hand.desk.surface.selection()
    choose(hand, "nneka")
    assert {first, hand.desk.surface.selection()} == {hand.range_of("Nneka Vardy"), hand.range_of("Blue Net")}
    assert hand.labels("speaker") == [], "showing never labels"


def test_what_fits_nothing_does_nothing(hand: Hand) -> None:
    assert entries(hand, "xqzwv") == ["Nothing fits"]


def row_of(dialog: KeysDialog, name: str) -> QTreeWidgetItem:
    for i in range(dialog.tree.topLevelItemCount()):
        top = dialog.tree.topLevelItem(i)
        assert top is not None
        for j in range(top.childCount()):
            action = top.child(j).data(0, Qt.ItemDataRole.UserRole)
            if action is not None and action.objectName() == name:
                return top.child(j)
    raise AssertionError(name)


def test_a_question_mark_shows_the_keys_with_those_of_the_codebook(hand: Hand) -> None:
    hand.key("?")
    dialog = shown(KeysDialog)
    words = [
        dialog.tree.topLevelItem(i).child(j).text(0) + dialog.tree.topLevelItem(i).child(j).text(1)  # type: ignore[union-attr]
        for i in range(dialog.tree.topLevelItemCount())
        for j in range(dialog.tree.topLevelItem(i).childCount())  # type: ignore[union-attr]
    ]
    assert any(w.startswith("Claim") and w.endswith("C") for w in words)
    assert any("Prediction" in w for w in words)
    dialog.close()


def test_a_changed_key_works_and_is_there_after_a_restart(qtbot: QtBot, settings: Settings, hand: Hand) -> None:
    hand.key("?")
    dialog = shown(KeysDialog)
    dialog.tree.setCurrentItem(row_of(dialog, "repeat"))
    QTest.keyClick(dialog.edit, Qt.Key.Key_L, CONTROL)
    QTest.mouseClick(dialog.set_button, Qt.MouseButton.LeftButton)
    assert row_of(dialog, "repeat").text(1) == "Ctrl+L"
    dialog.close()
    with qtbot.waitActive(hand.window):
        hand.window.activateWindow()
    hand.drag(CLAIM)
    hand.key("c")
    hand.drag("Fishers don't believe a word of it")
    hand.key("l", CONTROL)
    assert len(hand.labels("claim")) == 2
    path = hand.window.study.file.path if hand.window.study else None
    assert path is not None
    hand.window.close()
    again = opened(qtbot, settings, path)
    assert keys_of(again.desk.actions_of.repeat) == "Ctrl+L"
    again.window.close()


def test_a_key_that_something_else_has_is_refused_with_its_name(hand: Hand) -> None:
    hand.key("?")
    dialog = shown(KeysDialog)
    for key, held, words in ((Qt.Key.Key_Z, CONTROL, "Undo"), (Qt.Key.Key_C, Qt.KeyboardModifier.NoModifier, "Claim")):
        dialog.tree.setCurrentItem(row_of(dialog, "repeat"))
        dialog.edit.clear()
        QTest.keyClick(dialog.edit, key, held)
        assert words in dialog.fault.text()
        assert not dialog.set_button.isEnabled()
    assert keys_of(hand.desk.actions_of.repeat) == "Ctrl+R"
    dialog.close()


def test_a_codebook_opened_later_takes_its_keys_and_says_whose(
    qtbot: QtBot, settings: Settings, hand: Hand, tmp_path: Path
) -> None:
    undo = hand.desk.actions_of.undo
    hand.window.keymap.change(undo, "w")  # free in this study; in the next one a layer has it
    content = codebook_json(builtin_codebook()).replace('"hotkey": "c"', '"hotkey": "w"')
    assert content.count('"hotkey": "w"') == 1
    path = tmp_path / "other.annotator"
    with Study.create(path, codebook_from_json(content), "Other") as study:
        study.ensure_coder("Ada")
        add_documents(study, read_source("one.txt", ARTICLE.encode(), "plain"))
    mine = hand.window.study.file.path if hand.window.study is not None else path
    assert hand.window.open_study(path, "Ada")
    assert "W (Claim / Undo)" in hand.desk.notice.words.text()
    hand.drag(CLAIM)
    hand.key("w")
    assert len(hand.labels("claim")) == 1
    assert hand.window.open_study(mine, "Ada")
    assert keys_of(undo) == "W", "here it is free again"


def test_a_layers_changed_key_is_there_after_a_restart_and_on_its_button(
    qtbot: QtBot, settings: Settings, hand: Hand
) -> None:
    hand.window.keymap.change(hand.desk.layer_actions["claim"], "w")
    assert "Claim   W" in [b.text() for b in hand.desk.layer_bar.findChildren(QToolButton)]
    path = hand.window.study.file.path if hand.window.study is not None else None
    assert path is not None
    hand.window.close()
    again = opened(qtbot, settings, path)
    assert "Claim   W" in [b.text() for b in again.desk.layer_bar.findChildren(QToolButton)]
    again.drag(CLAIM)
    again.key("w")
    assert len(again.labels("claim")) == 1
    again.window.close()


def test_no_two_actions_that_we_ship_share_a_key(hand: Hand) -> None:
    from annotator.qt.toolkit.keys.keymap import clashes

    actions = [a for _, group in hand.window._menu_groups() for a in group]
    fixed = hand.desk.fixed_keys()
    assert len(actions) > 40
    for action in actions:
        assert clashes(action, keys_of(action), actions) == [], action.text()
    names = [a.objectName() for a in actions]
    assert len(set(names)) == len(names)
    assert all(names)
    assert fixed


def test_every_action_of_the_desk_stands_in_a_menu_and_tells_what_it_does(hand: Hand) -> None:
    in_menus = {a.objectName() for _, group in hand.window._menu_groups() for a in group}
    for action in hand.desk.actions():
        assert action.objectName() in in_menus
        assert action.toolTip()


def test_an_empty_study_has_a_palette_too(qtbot: QtBot, settings: Settings, tmp_path: object) -> None:
    from pathlib import Path

    hand = opened(qtbot, settings, make_study(Path(str(tmp_path)) / "x.annotator"))
    hand.window.close_study()
    hand.window.show_palette()
    palette = shown(CommandPalette)
    assert palette.list.count() > 3
    palette.close()
    hand.window.close()


def test_no_two_actions_have_the_same_key_and_the_desk_has_a_key_for_everything(hand: Hand) -> None:
    taken: dict[str, str] = {}
    for _, actions in hand.window._menu_groups():
        for action in actions:
            for key in action.shortcuts():
                assert taken.setdefault(key.toString(), action.objectName()) == action.objectName(), key.toString()
    assert [a.objectName() for a in hand.desk.actions() if not a.shortcuts()] == []
    listed = {a.objectName() for _, actions in hand.window._menu_groups() for a in actions}
    assert {a.objectName() for a in hand.desk.actions()} <= listed


def key_of(dialog: KeysDialog, words: str) -> str:
    """The key that stands in the first group of the dialog beside these words."""
    top = dialog.tree.topLevelItem(0)
    assert top is not None
    rows = [top.child(i) for i in range(top.childCount())]
    return next(row.text(1) for row in rows if row.text(0) == words)


def headings(dialog: KeysDialog) -> list[str]:
    tree = dialog.tree
    return [tree.topLevelItem(i).text(0) for i in range(tree.topLevelItemCount())]  # type: ignore[union-attr]


def close(hand: Hand, dialog: KeysDialog) -> None:
    dialog.close()
    with hand.bot.waitActive(hand.window):
        hand.window.activateWindow()


def test_the_keys_of_where_one_is_come_first(hand: Hand) -> None:
    hand.desk.surface.setFocus()
    hand.key(Qt.Key.Key_F1, CONTROL)
    dialog = shown(KeysDialog)
    assert headings(dialog)[0] == "Here: the text"
    assert key_of(dialog, "Select the whole article") == "Ctrl+A"
    close(hand, dialog)
    hand.drag("It will pay for itself")
    hand.key("c")
    hand.key(Qt.Key.Key_F6)
    hand.key(Qt.Key.Key_F1, CONTROL)
    dialog = shown(KeysDialog)
    assert headings(dialog)[0] == "Here: the form"
    close(hand, dialog)
    hand.key(Qt.Key.Key_Escape)
    hand.key(Qt.Key.Key_F4)
    hand.key(Qt.Key.Key_F1, CONTROL)
    dialog = shown(KeysDialog)
    assert headings(dialog)[0] == "Here: the values pass"
    assert key_of(dialog, "Prediction") == "3"
    dialog.close()


def test_windows_beside_the_desk_show_their_keys_too(hand: Hand) -> None:
    hand.window.show_register()
    register = hand.window.register_window
    assert register is not None
    next(a for a in register.actions() if a.objectName() == "keys-here").trigger()
    dialog = shown(KeysDialog)
    assert headings(dialog) == [register.windowTitle()]
    assert not dialog.edit.isVisible(), "their keys are as shipped"
    dialog.close()
    register.close()
