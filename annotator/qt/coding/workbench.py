"""What a feature may ask of the window around it: the desk fulfils it, and no feature knows the desk."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QWidget

from annotator.qt.coding.session import Session
from annotator.qt.toolkit.action_table import ActionTable
from annotator.qt.toolkit.requests import Requests
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.side_windows import SideWindows
from annotator.qt.toolkit.theme import Theme
from annotator.services.study import Study
from annotator.store.places import Place


class Workbench(Protocol):
    """The window as a feature sees it."""

    settings: Settings
    actions: ActionTable
    windows: SideWindows
    requests: Requests

    @property
    def window(self) -> QWidget:
        """The parent of dialogs."""

    @property
    def study(self) -> Study | None:
        """The study that is open."""

    @property
    def session(self) -> Session | None:
        """What the coder at the desk has open."""

    @property
    def theme(self) -> Theme:
        """The colours now."""

    def open_study(self, place: Place, coder: str | None = None, document: str | None = None) -> bool:
        """Open a study in place of this one, after asking about what cannot be saved. Whether it was opened."""

    def message(self, words: str, ms: int = 0) -> None:
        """What was done, in the status line."""

    def notice(self, words: str) -> None:
        """What a person must know, over the foot of the article until the next step; without a study, on its page."""

    def selection(self) -> str:
        """The words that are selected in the article."""

    def show_passage(self, document_id: str, start: int, end: int) -> None:
        """Open an article with a place selected and in view."""

    def show_label(self, document_id: str, annotation_id: str) -> None:
        """Open an article and take a label in hand."""

    def show_label_of(self, coder_id: str, document_id: str, annotation_id: str, start: int, end: int) -> None:
        """As `show_label`; another coder's is looked at: by who supervises with the rest of theirs, else its place."""

    def show_mentions(self, entity_id: str) -> None:
        """Mark where somebody is named in the open article."""

    def open_first(self) -> None:
        """Open the article to begin with, where none is open."""

    def written(self) -> None:
        """Show what another connection of this window wrote to the study."""

    def articles_added(self) -> None:
        """Show articles that another connection of this window added."""

    def hold_still(self, held: bool) -> None:
        """While the study is written to as a whole, nothing can be done at the desk."""
