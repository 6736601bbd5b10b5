"""The first screen of a study: one clear button to go on coding, and everything that waits, line by line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.today.lines import Go, Line, coder_lines, pace_words, package_line, team_lines
from annotator.qt.toolkit.days import weekday_words
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.plot_view import PlotView
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.study import Study
from annotator.services.today.coder import coder_today
from annotator.services.today.curve import Curve, curve
from annotator.services.today.headline import headline
from annotator.services.today.records import CoderToday, Headline, TeamToday
from annotator.services.today.team import supervises, team_today
from annotator.store.places import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What was read for the page. team: None for who does not supervise."""

    mine: CoderToday
    mine_curve: Curve | None
    team: TeamToday | None
    team_curve: Curve | None


class TodayPage(QWidget):
    """Read beside the window: the page is there at once, and fills."""

    left = Signal()
    """Go on coding."""
    wanted = Signal(object)
    """A `Go`: where a line leads."""
    shown = Signal()
    """Everything but agreement stands there."""
    settled = Signal()
    """Agreement stands there too."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("desk")
        self._place: Place | None = None
        self._reading, self._agreeing = Latest(self), Latest(self)
        self._reading.done.connect(self._take)
        self._reading.failed.connect(lambda error: self._fail(spoken(error)))
        self._agreeing.done.connect(self._take_agreement)
        self._found: Found | None = None
        self.title, self.heading = label("", "title", wrap=True), label("", "muted", wrap=True)
        self.go_on = QPushButton(tr("Go on coding"))
        self.go_on.setProperty("role", "primary")
        self.go_on.clicked.connect(self.left)
        self.send_back = QPushButton(tr("Send back…"))
        self.send_back.clicked.connect(lambda: self.wanted.emit(Go(action="send-back")))
        self.send_back.hide()
        buttons = QHBoxLayout()
        for button in (self.go_on, self.send_back):
            buttons.addWidget(button)
        buttons.addStretch(1)
        self.package = label("", "", wrap=True)
        self.package.hide()
        self.mine, self.team = _Part(tr("My work"), theme), _Part(tr("The team"), theme)
        for part in (self.mine, self.team):
            part.wanted.connect(self.wanted)
        self.each_day = QCheckBox(tr("Show this first, once a day"))
        card = QFrame()
        card.setProperty("role", "panel")
        card.setMaximumWidth(920)
        rows = QVBoxLayout(card)
        rows.setContentsMargins(28, 22, 28, 18)
        rows.setSpacing(10)
        for widget in (self.title, self.heading, self.package):
            rows.addWidget(widget)
        rows.addLayout(buttons)
        rows.addSpacing(4)
        rows.addWidget(self.mine)
        rows.addWidget(self.team)
        rows.addWidget(self.each_day)
        inside = QWidget()
        across = QHBoxLayout(inside)
        across.setContentsMargins(24, 20, 24, 20)
        across.addStretch(1)
        across.addWidget(card, 20, Qt.AlignmentFlag.AlignTop)
        across.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def look(self, study: Study, coder_id: str, following: str | None) -> None:
        """Read a coder's day anew; what stands there stays until it is read. following: the article to go on with."""
        words = tr("Go on coding: {article}", article=following) if following else tr("Go to the articles")
        self.go_on.setText(_cut(words))
        self.go_on.setAccessibleName(words)
        place = self._place = study.file.path
        if self._found is None or self._found.mine.coder_id != coder_id:
            self._found = None
            for part in (self.mine, self.team):
                part.show_lines("", [], None, ())
            self.team.hide()
        self.title.setText(study.title)
        self.heading.setText(tr("Looking up what there is to do …"))

        def work(progress: Progress) -> Found:
            with Study.open(place) as found:
                mine = coder_today(found, coder_id, go_on=lambda: progress(0, 0))
                team = None
                if supervises(found, found.coder(coder_id)):
                    team = team_today(found, go_on=lambda: progress(0, 0))
            return Found(
                mine=mine,
                mine_curve=curve(mine.days, mine.counted.assigned if mine.given else 0, mine.forecast),
                team=team,
                team_curve=_team_curve(team),
            )

        self._agreeing.forget()
        self._reading.run(work)

    def stop(self) -> None:
        """The study is about to be closed."""
        self._reading.finish()
        self._agreeing.finish()
        self._found = None

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        for part in (self.mine, self.team):
            part.plot.set_theme(theme)

    # what was read

    def _take(self, found: Found) -> None:
        self._found = found
        mine = found.mine
        self.heading.setText(f"{mine.coder}, {weekday_words(mine.day)}")
        self.package.setText(package_line(mine))
        self.package.setVisible(mine.package is not None)
        self.send_back.setVisible(mine.package is not None)
        if mine.package is not None:
            self.send_back.setText(tr("Send back… ({n} labels)", n=mine.package.labels_since))
        self.mine.show_lines(
            pace_words(mine.pace, mine.forecast) if mine.days else "", coder_lines(mine), found.mine_curve,
            found.mine_curve.told if found.mine_curve else (),
        )  # fmt: skip
        self.team.setVisible(found.team is not None)
        if found.team is not None:
            self._show_team(found.team, None)
            self._agree()
        self.shown.emit()

    def _show_team(self, team: TeamToday, agreement: Headline | None) -> None:
        assert self._found is not None
        drawn = self._found.team_curve
        words = pace_words(team.pace, team.forecast)
        self.team.show_lines(words, team_lines(team, agreement), drawn, drawn.told if drawn else ())

    def _agree(self) -> None:
        place = self._place
        assert place is not None

        def work(_progress: Progress) -> Headline:
            with Study.open(place) as found:
                return headline(found)

        self._agreeing.run(work)

    def _take_agreement(self, agreement: Headline) -> None:
        if self._found is not None and self._found.team is not None:
            self._show_team(self._found.team, agreement)
            self.settled.emit()

    def _fail(self, words: str) -> None:
        self.heading.setText(words)
        self.shown.emit()

    # keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter and Esc go on coding."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape) and not event.modifiers():
            if self.send_back.hasFocus() and event.key() != Qt.Key.Key_Escape:
                self.send_back.click()
            else:
                self.left.emit()
        else:
            super().keyPressEvent(event)


class _Part(QWidget):
    """A heading, lines to choose from, pace in words, the curve."""

    wanted = Signal(object)

    def __init__(self, title: str, theme: Theme) -> None:
        super().__init__()
        self.list = _Lines(title)
        self.list.itemClicked.connect(self._chosen)
        self.list.itemActivated.connect(self._chosen)
        self.words = label("", "muted", wrap=True)
        self.plot = PlotView(theme)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(6)
        rows.addWidget(label(title, "section"))
        for widget in (self.list, self.words, self.plot):
            rows.addWidget(widget)

    def show_lines(self, words: str, lines: Iterable[Line], drawn: Curve | None, told: Iterable[str]) -> None:
        """Other lines; the one in hand stays in hand where it is still there."""
        at = self.list.currentRow()
        self.list.clear()
        for one in lines:
            item = QListWidgetItem(one.text)
            item.setToolTip(one.text)
            item.setData(Qt.ItemDataRole.UserRole, one.go)
            if one.go is None:
                item.setFlags(item.flags() & ~Qt.ItemFlag.ItemIsSelectable)
            self.list.addItem(item)
        self.list.setCurrentRow(min(max(at, 0), self.list.count() - 1))
        self.list.fit()
        self.list.setVisible(self.list.count() > 0)
        self.words.setText(words)
        self.words.setVisible(bool(words))
        self.plot.show_plot(drawn.plot if drawn is not None else None, [spoken(t) for t in told])
        self.plot.setVisible(drawn is not None)

    def _chosen(self, item: QListWidgetItem) -> None:
        go = item.data(Qt.ItemDataRole.UserRole)
        if isinstance(go, Go):
            self.wanted.emit(go)


class _Lines(QListWidget):
    """As high as its lines."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.setWordWrap(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter chooses a line, and goes no further: Qt would hand it on to the page."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()

    def fit(self) -> None:
        """After other lines, or another width."""
        high = sum(self.sizeHintForRow(row) for row in range(self.count()))
        self.setFixedHeight(high + 2 * self.frameWidth() + 8)

    def resizeEvent(self, event: object) -> None:
        """Lines that wrap are higher."""
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.doItemsLayout()
        self.fit()

    def minimumSizeHint(self) -> QSize:
        """Any width will do."""
        return QSize(120, self.height())


def _team_curve(team: TeamToday | None) -> Curve | None:
    return curve(team.days, sum(c.counted.assigned for c in team.coders), team.forecast) if team is not None else None


def _cut(words: str) -> str:
    return (words if len(words) <= 70 else words[:69] + "…").replace("&", "&&")
