"""The window in another language: nothing is missing, placeholders agree, and the setting is remembered."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QLocale, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QComboBox, QMessageBox, QTabWidget, QWidget
from pytestqt.qtbot import QtBot

from annotator.qt.shell import language
from annotator.qt.shell.main_window import MainWindow
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.words import tr
from tests.gui.conftest import Hand, opened
from tests.translations import translations_script

ROOT = Path(__file__).parent.parent.parent


def _fields(text: str) -> list[tuple[str, str | None, str | None]]:
    """Placeholders with how they are formatted; braces that are meant are none."""
    try:
        return sorted((name, form, kind) for _, name, form, kind in string.Formatter().parse(text) if name is not None)
    except ValueError:
        return []


def test_no_string_is_missing_in_the_german_catalogue() -> None:
    wanted, told = translations_script().all_strings(), language.words_of("de")
    missing = [f"{text!r} ({place})" for text, place in wanted.items() if not told.get(text)]
    assert not missing, "run `make translations` and fill in resources/translations/de.json:\n" + "\n".join(missing)
    assert not set(told) - set(wanted), f"no longer used, run `make translations`: {sorted(set(told) - set(wanted))}"


def test_translations_have_the_same_placeholders() -> None:
    for text, told in language.words_of("de").items():
        assert _fields(text) == _fields(told), text
        assert text.count("&") == told.count("&"), text


def test_marked_strings_and_both_arms_of_a_choice_are_found() -> None:
    source = 'a = tr("one" if x else "two", n=1)\nb = mark("three")\nc = other("four")\n'
    assert list(translations_script().strings_of(source)) == ["one", "two", "three"]


@pytest.mark.usefixtures("german")
def test_the_window_speaks_german(qtbot: QtBot, settings: Settings, study_path: Path) -> None:
    hand = opened(qtbot, settings, study_path)
    assert hand.desk.documents.heading.text() == "Artikel: 0 von 2 fertig"
    assert hand.desk.actions_of.undo.text() == "Rückgängig"
    assert hand.window.menuBar().actions()[0].text() == "&Studie"
    hand.drag("voted on Monday")
    hand.key("c")
    assert hand.window.statusBar().currentMessage() == "Gespeichert: 1 hinzugefügt"
    hand.window.close()
    assert tr("a text that nobody translated") == "a text that nobody translated"


def _seen(window: MainWindow) -> dict[str, str]:
    """Every text that the window shows or says, and the widget it stands on."""
    found: dict[str, str] = {}
    top = [w for w in QApplication.topLevelWidgets() if w is window or window.isAncestorOf(w) or w.parent() is window]
    for widget in [x for w in top for x in (w, *w.findChildren(QWidget))]:
        if not widget.isVisible():
            continue
        told = [widget.toolTip(), widget.accessibleName(), widget.windowTitle()]
        told += [str(widget.property(name) or "") for name in ("text", "placeholderText", "title")]
        if isinstance(widget, QTabWidget):
            told += [widget.tabText(i) for i in range(widget.count())]
        if isinstance(widget, QComboBox):
            told += [widget.itemText(i) for i in range(widget.count())]
        found |= dict.fromkeys(told, repr(widget))
    for action in window.findChildren(QAction):
        found |= dict.fromkeys((action.text(), action.statusTip()), f"action {action.objectName()}")
    return found


def _of_another_language(window: MainWindow, name: str) -> list[str]:
    """What is shown and stands in the catalogue in the other language only; the codebook's words are a person's."""
    told = language.words_of("de")
    english, german = set(told), set(told.values())
    wrong = german - english if name == "en" else {text for text in english if told[text] != text} - german
    if window.study is not None:
        wrong -= {str(part["label"]) for part in _parts(window.study.codebook.model_dump()) if "label" in part}
    return [f"{text!r} on {where}" for text, where in _seen(window).items() if text in wrong]


def _parts(inside: object) -> Iterator[dict[str, object]]:
    if isinstance(inside, dict):
        yield inside
    for value in inside.values() if isinstance(inside, dict) else inside if isinstance(inside, list | tuple) else ():
        yield from _parts(value)


@pytest.fixture
def _english_again(qapp: QApplication) -> Iterator[None]:
    before = QLocale()
    yield
    language.use("en", qapp)
    QLocale.setDefault(before)


def _speak(window: MainWindow, name: str) -> None:
    """By the menu, as a person does; what was shown before goes when the event that asked for it has ended."""
    window.actions_table.by_name[f"language-{name}"].trigger()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


@pytest.mark.usefixtures("_english_again")
def test_another_language_is_shown_at_once_and_nothing_is_lost(
    qtbot: QtBot, settings: Settings, study_path: Path
) -> None:
    settings.language = "en"
    hand = opened(qtbot, settings, study_path)
    window = hand.window
    hand.drag("voted on Monday")
    hand.key("c")
    label, document = hand.session.current, hand.session.document
    assert label is not None
    assert document is not None
    hand.session.confirmed.add(label)
    start, end = hand.range_of("its")
    hand.desk.surface.set_selection(start, end)
    window.actions_table.by_name["articles"].trigger()
    window.actions_table.by_name["register"].trigger()
    before = window.desk
    for name in ("de", "en", "de", "en"):
        _speak(window, name)
        assert settings.language == name
        assert not _of_another_language(window, name)
        assert window.desk is not before
        assert hand.session.current == label
        assert label in hand.session.confirmed
        assert hand.session.document is not None
        assert hand.session.document.id == document.id
        assert hand.desk.surface.selection() == (start, end)
        assert set(window.windows.visible()) == {"articles", "register"}
        ticks = {n: window.actions_table.by_name[f"language-{n}"].isChecked() for n in ("system", "en", "de")}
        assert ticks == {"system": False, "en": name == "en", "de": name == "de"}
    assert hand.desk.actions_of.undo.text() == "Undo"
    window.activateWindow()
    hand.desk.surface.setFocus()
    hand.key("z", Qt.KeyboardModifier.ControlModifier)  # one step back, of the keys that hold now
    assert not hand.labels("claim")
    window.close()


@pytest.mark.usefixtures("_english_again")
def test_words_that_would_be_lost_keep_the_language(
    qtbot: QtBot, settings: Settings, study_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.language = "en"
    hand = opened(qtbot, settings, study_path)
    hand.desk.actions_of.day[0].trigger()
    monkeypatch.setattr(type(hand.desk), "unsaved", lambda _: ["half a thought"])
    for answer, name in ((QMessageBox.StandardButton.Cancel, "en"), (QMessageBox.StandardButton.Discard, "de")):
        monkeypatch.setattr(QMessageBox, "exec", lambda _, answer=answer: answer)
        before = hand.desk
        _speak(hand.window, "de")
        assert settings.language == name
        assert (hand.window.desk is before) == (name == "en")
        assert hand.window.actions_table.by_name["language-en"].isChecked() == (name == "en")
    hand.window.close()


@pytest.mark.usefixtures("_english_again")
def test_the_first_page_changes_its_language_too(qtbot: QtBot, settings: Settings) -> None:
    settings.language = "en"
    window = MainWindow(settings)
    qtbot.addWidget(window)
    window.show()
    for name in ("de", "en"):
        _speak(window, name)
        assert not _of_another_language(window, name)
    assert language.language_of("system") in language.LANGUAGES


def test_no_string_is_translated_once_for_all() -> None:
    """What is said while a module is read keeps the language in which the program was started."""
    wrong = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in sorted((ROOT / "annotator" / "qt").rglob("*.py"))
        for line in _said_when_read(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert not wrong


def _said_when_read(node: ast.AST) -> Iterator[int]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
            yield from (n for default in child.args.defaults for n in _said_when_read(ast.Expr(default)))
            continue
        if isinstance(child, ast.Call) and isinstance(child.func, ast.Name) and child.func.id in ("tr", "spoken"):
            yield child.lineno
        yield from _said_when_read(child)


def test_the_view_menu_ticks_what_is_on(hand: Hand) -> None:
    window, by_name = hand.window, hand.window.actions_table.by_name
    by_name["theme-dark"].trigger()
    assert [n for n in ("system", "light", "dark") if by_name[f"theme-{n}"].isChecked()] == ["dark"]
    by_name["theme-dark"].trigger()  # a second press changes nothing
    assert by_name["theme-dark"].isChecked()
    by_name["theme-light"].trigger()
    for name, part in (
        ("articles-beside", hand.desk.left),
        ("form-beside", hand.desk.beside),
        ("overview", hand.desk.marks),
        ("guide", hand.desk.guide),
    ):
        for _ in range(2):
            assert by_name[name].isChecked() == part.isVisible()
            by_name[name].trigger()
    assert by_name["usual-text"].isChecked()
    size = window.settings.text_size
    hand.desk.surface.setFocus()
    hand.key(Qt.Key.Key_Plus, Qt.KeyboardModifier.ControlModifier)
    assert window.settings.text_size == size + 1
    assert not by_name["usual-text"].isChecked()
    hand.key(Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    hand.key(Qt.Key.Key_Minus, Qt.KeyboardModifier.ControlModifier)
    assert window.settings.text_size == size - 1
    hand.key("0", Qt.KeyboardModifier.ControlModifier)
    assert window.settings.text_size == size
    assert by_name["usual-text"].isChecked()
