"""The window in another language: nothing is missing, placeholders agree, and the setting is remembered."""

from __future__ import annotations

import string
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from annotator.qt.shell import language
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.words import tr
from tests.gui.conftest import opened
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


def test_the_language_is_a_setting(settings: Settings, qtbot: QtBot, study_path: Path) -> None:
    assert settings.language == "system"
    hand = opened(qtbot, settings, study_path)
    hand.window.set_language("de")
    assert settings.language == "de"
    assert "started again" in hand.window.statusBar().currentMessage()
    assert hand.desk.actions_of.undo.text() == "Undo"
    hand.window.close()
    assert language.language_of("de") == "de"
    assert language.language_of("system") in language.LANGUAGES
