"""Short names for what the benches and the tests reach through the window."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction

if TYPE_CHECKING:
    from annotator.qt.adjudication.gold_window import GoldWindow
    from annotator.qt.adjudication.window import SettlingWindow
    from annotator.qt.agreement.window import AgreementWindow
    from annotator.qt.codebooks.editor import CodebookEditor
    from annotator.qt.entities.register_window import RegisterWindow
    from annotator.qt.search.search_window import SearchWindow
    from annotator.qt.shell.appearance import Appearance
    from annotator.qt.shell.features import Features
    from annotator.qt.shell.help import Help
    from annotator.qt.shell.study_actions import StudyActions
    from annotator.qt.team.feature import TeamFeature
    from annotator.qt.toolkit.action_table import ActionTable
    from annotator.qt.toolkit.side_windows import SideWindows
    from annotator.services.exchange.outcome import Imported
    from annotator.store.places import DatabaseUrl


class WindowNames:
    """Each hands on to the part that does it; new code asks the part."""

    actions_table: ActionTable
    appearance: Appearance
    features: Features
    help: Help
    study_actions: StudyActions
    windows: SideWindows

    # actions and menus

    codebook_action = property(lambda self: self.actions_table.by_name["codebook"])
    uncodebook_action = property(lambda self: self.actions_table.by_name["undo-codebook"])
    settle_action = property(lambda self: self.actions_table.by_name["settle"])
    register_action = property(lambda self: self.actions_table.by_name["register"])

    def _menu_groups(self) -> list[tuple[str, list[QAction]]]:
        return self.actions_table.by_menu()

    def show_palette(self) -> None:
        """Everything that can be done or opened here."""
        self.actions_table.by_name["palette"].trigger()

    def show_keys(self) -> None:
        """All keys of where one is."""
        self.help.show_keys()

    # windows

    @property
    def team(self) -> TeamFeature:
        """Packages, questions and conflicts."""
        return self.features.team

    @property
    def agreement_window(self) -> AgreementWindow | None:
        """The figures that were opened last."""
        return self.features.agreement.newest

    @property
    def codebook_editor(self) -> CodebookEditor | None:
        """The editor that was opened last."""
        return self.features.codebooks.editor

    @property
    def settling_window(self) -> SettlingWindow | None:
        """Where cases are settled."""
        from annotator.qt.adjudication.window import SettlingWindow

        return self.windows.find("settle", SettlingWindow)

    @property
    def gold_window(self) -> GoldWindow | None:
        """Coders against gold."""
        from annotator.qt.adjudication.gold_window import GoldWindow

        return self.windows.find("against-gold", GoldWindow)

    @property
    def search_window(self) -> SearchWindow | None:
        """Finding in all articles."""
        from annotator.qt.search.search_window import SearchWindow

        return self.windows.find("search", SearchWindow)

    @property
    def register_window(self) -> RegisterWindow | None:
        """Everybody and everything that labels name."""
        from annotator.qt.entities.register_window import RegisterWindow

        return self.windows.find("register", RegisterWindow)

    # doing

    def show_agreement(self) -> None:
        """Figures on all coders."""
        self.features.agreement.show_all()

    def show_settling(
        self, layer: str | None = None, attribute: str | None = None, document_id: str | None = None
    ) -> None:
        """Settle cases to gold."""
        self.features.adjudication.show(layer, attribute, document_id)

    def show_against_gold(self) -> None:
        """How far each coder is from what was settled."""
        self.features.adjudication.show_against_gold()

    def show_register(self) -> None:
        """Everybody and everything that labels name."""
        self.features.entities.show()

    def show_search(self) -> None:
        """Find in all articles."""
        self.features.search.show()

    def show_codebook(self) -> None:
        """Edit the codebook."""
        self.features.codebooks.show()

    def undo_codebook(self) -> None:
        """Take the last change of the codebook back."""
        self.features.codebooks.undo()

    def import_articles(self, paths: list[Path]) -> None:
        """Show what would come in."""
        self.features.articles.import_articles(paths)

    def import_codings(self, source: Path) -> None:
        """Show what would come in."""
        self.features.exchange.import_codings(source)

    def export_to(self, out: Path, format: str, gold: bool = False) -> None:
        """Write the dataset with its manifest."""
        self.features.exchange.export_to(out, format, gold)

    def set_language(self, name: str) -> None:
        """system, en or de, at once."""
        self.appearance.set_language(name)

    def _imported(self, added: int, already: int) -> None:
        self.features.articles.imported(added, already)

    def _codings_imported(self, result: Imported) -> None:
        self.features.exchange.codings_imported(result)

    def _ask_database(self, url: DatabaseUrl | None = None, text: str = "") -> None:
        self.study_actions.ask_database(url, text)

    def _set_theme(self, name: str) -> None:
        self.appearance.set_theme(name)

    def _resize_text(self, step: int) -> None:
        self.appearance.resize_text(step)

    def _space_lines(self, step: float) -> None:
        self.appearance.space_lines(step)
