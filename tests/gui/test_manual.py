"""`F1` opens the manual where one is, without a connection; its contents, links, pictures and search work."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

import annotator.qt
from annotator.data import manual_path
from annotator.qt.articles.import_dialog import ImportDialog
from annotator.qt.manual.pages import all_pages, anchor_of, html_of, search, text_of
from annotator.qt.manual.places import FIRST, ROOMS
from annotator.qt.manual.window import ManualWindow
from annotator.qt.toolkit.keys.keys_dialog import KeysDialog
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import DARK
from tests.gui.conftest import Hand
from tests.gui.test_palette_and_keys import shown

CONTROL = Qt.KeyboardModifier.ControlModifier


def manual(hand: Hand) -> ManualWindow:
    """The manual, opened by its key where the focus is."""
    hand.key(Qt.Key.Key_F1)
    return shown(ManualWindow)


def go_to(hand: Hand, window: QWidget) -> None:
    """Click on a window, as it were."""
    window.activateWindow()
    hand.bot.waitUntil(lambda: QApplication.activeWindow() is window)


def test_the_key_opens_the_page_about_where_one_is(hand: Hand) -> None:
    hand.desk.surface.setFocus()
    window = manual(hand)
    assert window.page == "how-to/code.md"
    assert "Code articles" in window.browser.toPlainText()
    go_to(hand, hand.window)
    hand.desk.surface.setFocus()
    hand.key("f", CONTROL)
    assert manual(hand).page == "how-to/find.md"
    window.back.click()
    assert window.page == "how-to/code.md"
    window.close()


def test_windows_beside_the_desk_have_the_key_too(hand: Hand) -> None:
    for name, page in (("register", "how-to/entities.md"), ("search", "how-to/find.md"), ("agreement", "agreement.md")):
        hand.window.actions_table.by_name[name].trigger()
        QApplication.processEvents()
        beside = QApplication.activeWindow()
        assert beside is not None
        assert beside is not hand.window
        QTest.keyClick(QApplication.focusWidget() or beside, Qt.Key.Key_F1)
        QApplication.processEvents()
        window = shown(ManualWindow)
        assert window.page.endswith(page)
        window.close()
        beside.close()
        go_to(hand, hand.window)


def test_over_a_dialog_that_waits_the_manual_can_be_read(hand: Hand) -> None:
    study = hand.window.study
    assert study is not None
    dialog = ImportDialog(study.file.path, [manual_path("index.md")], hand.window.theme, hand.window)
    dialog.open()
    go_to(hand, dialog)
    QTest.keyClick(QApplication.focusWidget() or dialog, Qt.Key.Key_F1)
    QApplication.processEvents()
    window = shown(ManualWindow)
    assert window.page == "how-to/import-articles.md"
    assert window.parentWidget() is dialog
    window.close()
    dialog.reject()


def test_without_a_study_it_begins_at_the_beginning(hand: Hand) -> None:
    hand.window.close_study()
    hand.window.actions_table.by_name["manual"].trigger()
    window = shown(ManualWindow)
    assert window.page == FIRST
    window.keys.click()
    shown(KeysDialog).close()
    window.close()


def test_contents_links_and_search_lead_to_pages(hand: Hand) -> None:
    window = manual(hand)
    window.open(FIRST)
    window.browser.anchorClicked.emit(QUrl("tutorials/coder.md"))
    assert window.page == "tutorials/coder.md"
    window.browser.anchorClicked.emit(QUrl("../how-to/team.md#the-same-by-command"))
    assert window.page == "how-to/team.md"
    assert window.browser.verticalScrollBar().value() > 0, "it is scrolled to the heading"
    window.browser.anchorClicked.emit(QUrl("https://example.org/"))
    assert window.page == "how-to/team.md", "nothing outside is opened"
    QTest.keyClicks(window.search, "gold MAJORITY")
    top = window.list.topLevelItem(0)
    assert top is not None
    window.list.setCurrentItem(top)
    assert "gold" in window.browser.toPlainText().lower()
    window.search.setText("xqzwv")
    assert window.list.topLevelItemCount() == 0
    assert window.found.text() == "Nothing fits"
    window.search.clear()
    assert window.list.topLevelItemCount() > 3
    window.close()


def test_pictures_are_in_the_program(hand: Hand) -> None:
    window = manual(hand)
    window.open("tutorials/supervisor.md")
    named = re.findall(r'src="([^"]+)"', html_of(window.page))
    assert named
    for name in named:
        url = window.browser.document().baseUrl().resolved(QUrl(name))
        loaded = window.browser.document().resource(QTextDocument.ResourceType.ImageResource.value, url)
        assert loaded is not None, name
        assert not loaded.isNull(), name
    window.set_theme(DARK)
    assert window.page == "tutorials/supervisor.md"
    window.close()


def test_every_room_has_a_page() -> None:
    rooms = {p.name for p in Path(str(annotator.qt.__file__)).parent.iterdir() if (p / "__init__.py").exists()}
    assert rooms - {"toolkit", "manual"} == {room.split(".")[0] for room in ROOMS}
    assert set(ROOMS.values()) <= set(all_pages())
    top = Path(str(annotator.qt.__file__)).parent
    assert all((top / f"{room.replace('.', '/')}.py").exists() for room in ROOMS if "." in room)


@pytest.mark.parametrize("page", all_pages())
def test_every_link_inside_the_manual_has_its_page_and_heading(page: str) -> None:
    for link in re.findall(r'href="([^"]+)"', html_of(page)):
        name, _, anchor = link.partition("#")
        target = (manual_path(page).parent / name).resolve() if name else manual_path(page)
        assert target.is_file(), link
        if anchor:
            inside = target.relative_to(manual_path("").resolve()).as_posix() if name else page
            assert f'<a name="{anchor}">' in html_of(inside), link


def test_sections_are_found_by_all_their_words() -> None:
    found = search("apostrophe spreadsheet")
    assert found[0].page == "how-to/export.md"
    assert anchor_of("R, Python and *all*") == "r-python-and-all"
    assert search("") == []
    assert all(text_of(p).startswith(("# ", "<!--")) for p in all_pages())


def test_every_menu_that_the_manual_names_is_there(hand: Hand) -> None:
    there = {
        f"{menu} › {action.text().replace('&', '')}"
        for menu, actions in hand.window.actions_table.by_menu()
        for action in actions
    }
    named = {
        f"{menu} › {entry}"
        for page in all_pages()
        for menu, entry in re.findall(
            r"\*(Study|Edit|Coding|Go|Day|Team|Analysis|View|Help) › ([^*]+)\*", text_of(page)
        )
    }
    assert len(named) > 20
    assert named <= there


def test_keys_that_the_manual_names_do_what_it_says(hand: Hand) -> None:
    """Keys behind the name of a menu entry: *Study › Import articles…* (`Ctrl+I`)."""
    keys = {
        action.text().replace("&", ""): [k.toString() for k in action.shortcuts()]
        for _, actions in hand.window.actions_table.by_menu()
        for action in actions
    }
    told = {pair for page in all_pages() for pair in re.findall(r"\*\w+ › ([^*]+)\*\s\(`([^`]+)`\)", text_of(page))}
    assert len(told) > 5
    assert [(entry, key) for entry, key in told if key not in keys[entry]] == []


def test_the_manual_is_read_in_dark_letters_on_a_dark_ground_too(qtbot: QtBot, settings: Settings) -> None:
    """Links take the theme's colour."""
    parent = QWidget()
    qtbot.addWidget(parent)
    window = ManualWindow(DARK, lambda: None, parent)
    window.open(FIRST)
    assert DARK.accent in window.browser.document().defaultStyleSheet()
    assert DARK.accent in window.browser.toHtml().lower()
