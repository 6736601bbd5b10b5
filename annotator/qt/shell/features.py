"""The features of the window, in the order in which their actions stand in the menus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from annotator.qt.adjudication.feature import AdjudicationFeature
from annotator.qt.agreement.feature import AgreementFeature
from annotator.qt.articles.feature import ArticlesFeature
from annotator.qt.codebooks.feature import CodebooksFeature
from annotator.qt.entities.feature import EntitiesFeature
from annotator.qt.exchange.feature import ExchangeFeature
from annotator.qt.manual.feature import ManualFeature
from annotator.qt.networks.feature import NetworksFeature
from annotator.qt.search.feature import SearchFeature
from annotator.qt.several.feature import SeveralFeature
from annotator.qt.suggestions.feature import SuggestionsFeature
from annotator.qt.tables.feature import TablesFeature
from annotator.qt.team.feature import TeamFeature

if TYPE_CHECKING:
    from annotator.qt.coding.workbench import Workbench


class Features:
    """Each puts its actions into the table as it is made; its windows are imported when they are opened."""

    def __init__(self, bench: Workbench) -> None:
        self.articles = ArticlesFeature(bench)
        self.exchange = ExchangeFeature(bench)
        self.agreement = AgreementFeature(bench)
        self.codebooks = CodebooksFeature(bench)
        self.adjudication = AdjudicationFeature(bench)
        self.search = SearchFeature(bench)
        self.networks = NetworksFeature(bench)
        self.several = SeveralFeature(bench)
        self.tables = TablesFeature(bench)
        self.entities = EntitiesFeature(bench)
        self.team = TeamFeature(bench)
        self.suggestions = SuggestionsFeature(bench)
        self.manual = ManualFeature(bench)

    def page_changed(self, at_desk: bool) -> None:
        """Another page of the window is shown."""
        self.team.update(at_desk)

    def drop(self) -> None:
        """All that the features made is about to be made anew."""
        self.manual.drop()

    def end(self) -> None:
        """The study is about to be closed."""
        self.codebooks.end()
