"""The language of the window: English in the code, every other one from a catalogue under resources/translations."""

from __future__ import annotations

import json

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QTranslator

from annotator.data import resource_path
from annotator.qt.toolkit.days import LANGUAGE
from annotator.qt.toolkit.words import CONTEXT

LANGUAGES = ("en", "de")


class Catalogue(QTranslator):
    """English -> translation, for the program's own words; Qt's words have catalogues of their own."""

    def __init__(self, words: dict[str, str], parent: QCoreApplication) -> None:
        super().__init__(parent)
        self._words = words

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """The translation; nothing where there is none, and Qt keeps the English."""
        return self._words.get(sourceText) or None if context == CONTEXT else None

    def isEmpty(self) -> bool:
        """Never: an empty translator is not asked."""
        return False


def language_of(setting: str) -> str:
    """`en` or `de`, where the setting may be `system`."""
    if setting in LANGUAGES:
        return setting
    system = QLocale.system().name().partition("_")[0]
    return system if system in LANGUAGES else "en"


def words_of(language: str) -> dict[str, str]:
    """A language's catalogue; empty for English."""
    if language == "en":
        return {}
    found: dict[str, str] = json.loads(resource_path(f"translations/{language}.json").read_text(encoding="utf-8"))
    return found


def use(setting: str, app: QCoreApplication) -> str:
    """Speak this language from now on; what is shown is to be said anew. Answers which language it is."""
    language = language_of(setting)
    for old in app.findChildren(QTranslator):
        app.removeTranslator(old)
        old.deleteLater()
    if language != "en":
        own = QTranslator(app)
        if own.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            app.installTranslator(own)
        app.installTranslator(Catalogue(words_of(language), app))
    QLocale.setDefault(QLocale(language) if setting != "system" else QLocale.system())
    app.setProperty(LANGUAGE, language)
    return language
