"""How the program looks: theme, size of letters, distance of lines, patterns; and which language it has."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from annotator.qt.toolkit.action_table import ActionTable
from annotator.qt.toolkit.settings import USUAL_SIZE, Settings
from annotator.qt.toolkit.theme import DARK, LIGHT, Theme, apply_theme, system_theme
from annotator.qt.toolkit.words import tr


class Appearance(QObject):
    """What a person chose, or the system's."""

    changed = Signal()

    def __init__(self, settings: Settings, speak: Callable[[str], bool], parent: QObject) -> None:
        """speak: show everything in another language; False where it stays as it was."""
        super().__init__(parent)
        self._settings, self._speak = settings, speak
        self.theme: Theme = LIGHT
        self._dress()
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._system_changed)

    def add_actions(self, actions: ActionTable) -> None:
        """Into the View menu."""
        add = partial(actions.add, menu="view", needs="nothing")
        for name, text in (("system", tr("As the system")), ("light", tr("Light")), ("dark", tr("Dark"))):
            add(f"theme-{name}", text, partial(self.set_theme, name), group="theme")
            actions.tick(f"theme-{name}", partial(self._has, "theme", name))
        size = partial(add, group="size")
        size("larger-text", tr("Larger text"), partial(self.resize_text, 1), keys="Ctrl++ / Ctrl+=")
        size("smaller-text", tr("Smaller text"), partial(self.resize_text, -1), keys="Ctrl+-")
        size("usual-text", tr("Usual size of text"), self.usual_text, keys="Ctrl+0")
        size("wider-lines", tr("Lines further apart"), partial(self.space_lines, 0.1), keys="Ctrl+Alt+.")
        size("closer-lines", tr("Lines closer together"), partial(self.space_lines, -0.1), keys="Ctrl+Alt+,")
        size("patterns", tr("Colours with patterns"), self.toggle_patterns, keys="Ctrl+Alt+P")
        size("by-paragraph", tr("Statements by paragraph"), self.toggle_paragraphs)
        actions.tick("by-paragraph", lambda: self._settings.by_paragraph)
        actions.tick("usual-text", lambda: self._settings.text_size == USUAL_SIZE)
        actions.tick("patterns", lambda: self._settings.patterns)
        for name, text in (
            ("system", tr("Language: as the system")),
            ("en", tr("Language: English")),
            ("de", tr("Language: German")),
        ):
            add(f"language-{name}", text, partial(self.set_language, name), group="language")
            actions.tick(f"language-{name}", partial(self._has, "language", name))

    def apply(self) -> None:
        """Give the program the look that was chosen, or the system's."""
        self._dress()
        self.changed.emit()

    def _dress(self) -> None:
        self.theme = {"light": LIGHT, "dark": DARK}.get(self._settings.theme) or system_theme()
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        apply_theme(app, self.theme)

    def _system_changed(self) -> None:
        if self._settings.theme == "system":
            self.apply()

    def set_theme(self, name: str) -> None:
        """system, light or dark."""
        self._settings.theme = name
        self.apply()

    def _has(self, what: str, name: str) -> bool:
        return bool(getattr(self._settings, what) == name)

    def set_language(self, name: str) -> None:
        """system, en or de, at once; as it was where words that are typed would be lost."""
        before, self._settings.language = self._settings.language, name
        if name != before and not self._speak(name):
            self._settings.language = before

    def resize_text(self, step: int) -> None:
        """Larger or smaller letters in the article."""
        self._settings.text_size += step
        self.changed.emit()

    def usual_text(self) -> None:
        """Letters in the article as they are from the start."""
        self._settings.text_size = USUAL_SIZE
        self.changed.emit()

    def space_lines(self, step: float) -> None:
        """Lines further apart, or closer together."""
        self._settings.line_spacing += step
        self.changed.emit()

    def toggle_paragraphs(self) -> None:
        """Headings of paragraphs over the statements, or none."""
        self._settings.by_paragraph = not self._settings.by_paragraph
        self.changed.emit()

    def toggle_patterns(self) -> None:
        """Patterns beside the colours, or colours alone."""
        self._settings.patterns = not self._settings.patterns
        self.changed.emit()
