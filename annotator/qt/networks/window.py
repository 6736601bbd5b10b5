"""The network of a study, or of a folder of studies: drawn, sliced by time, measured, with the statements behind it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QPushButton,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.errors import AnnotatorError
from annotator.qt.networks.beside import NODES, TIES, TIME, Beside
from annotator.qt.networks.canvas import NOTHING, NetworkCanvas
from annotator.qt.networks.loading import Found, Shown, Source, drawn, moments, shown
from annotator.qt.networks.options import Options
from annotator.qt.networks.saving import ENDINGS, kinds_of_files, save_picture
from annotator.qt.networks.tables import (
    moment_rows,
    node_rows,
    said_rows,
    tie_rows,
)
from annotator.qt.networks.telling import figure_words, foot_words, head_words, support_words
from annotator.qt.toolkit.announcing import announce
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import ElidedLabel, Splitter, label, open_at
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.networks.behind import Backing, Said, said
from annotator.services.networks.choices import Choices
from annotator.services.networks.drawing import Drawing
from annotator.services.networks.looking import Slice
from annotator.services.networks.writing import write_look


class NetworkWindow(QDialog):
    """Stays open beside the desk; it changes nothing in the study."""

    passage = Signal(str, int, int)
    """Document id and range of a statement of the study that is open."""
    elsewhere = Signal(Path, str)
    """A statement of another study: its file, and the number of the article."""

    def __init__(self, source: Source, choices: Choices, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Discourse network"))
        open_at(self, 1280, 760)
        self._source = source
        self.found: Found | None = None
        self.shown: Shown | None = None
        self._backing: Backing | None = None
        self._of: Slice | None = None
        self._asking, self._drawing, self._measuring, self._following = (Latest(self) for _ in range(4))
        self._jobs = {
            self._asking: self._found,
            self._drawing: self._drawn,
            self._measuring: self._shown,
            self._following: self._over_time,
        }
        for job, then in self._jobs.items():
            job.done.connect(then)
            job.failed.connect(self._wrong)
        self._make(choices, theme)
        self.ask()

    def _make(self, choices: Choices, theme: Theme) -> None:
        self.options = Options(choices)
        self.options.changed.connect(self.ask)
        self.canvas = NetworkCanvas(theme)
        self.canvas.taken.connect(self._taken)
        self.canvas.entered.connect(self._to_statements)
        self.told, self.figures = ElidedLabel("section"), ElidedLabel("muted")
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(tr("Window of time"))
        self.slider.setPageStep(1)
        self.slider.valueChanged.connect(lambda _: self.draw())
        self.days = label("", "muted")
        self.days.setMinimumWidth(170)
        middle = QWidget()
        rows = QVBoxLayout(middle)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(4)
        for part in (self.told, self.fault):
            rows.addWidget(part)
        rows.addWidget(self.canvas, 1)
        self._time = QWidget()
        time = QHBoxLayout(self._time)
        time.setContentsMargins(0, 0, 0, 0)
        time.addWidget(self.days)
        time.addWidget(self.slider, 1)
        rows.addWidget(self._time)
        rows.addWidget(self.figures)
        parts = Splitter()
        parts.addWidget(self.options)
        parts.addWidget(middle)
        parts.addWidget(self._make_tables(theme))
        parts.setSizes([280, 570, 430])
        parts.setStretchFactor(1, 1)
        self._again = self._button(tr("Read again"), self.read_again)
        self._again.setToolTip(tr("Include what was coded since (F5)"))
        QShortcut(QKeySequence(Qt.Key.Key_F5), self).activated.connect(self.read_again)
        self._whole = self._button(tr("Show all"), self.canvas.fit)
        self.export = self._button(tr("Save…"), self.save)
        foot = QHBoxLayout()
        for button in (self._again, self._whole):
            foot.addWidget(button)
        self.saved = ElidedLabel("muted")
        foot.addWidget(self.saved, 1)
        foot.addWidget(self.export)
        every = QVBoxLayout(self)
        every.setContentsMargins(14, 12, 14, 12)
        every.setSpacing(8)
        every.addWidget(parts, 1)
        every.addLayout(foot)

    def _make_tables(self, theme: Theme) -> QWidget:
        beside = Beside(theme)
        self.nodes, self.ties, self.moments, self.course = beside.nodes, beside.ties, beside.moments, beside.course
        self.tabs, self.behind, self.statements = beside.tabs, beside.behind, beside.statements
        self.course.taken.connect(lambda place: self.slider.setValue(place + 1))
        self.nodes.selectionModel().currentRowChanged.connect(lambda at, _: self._from_nodes(at))
        self.ties.selectionModel().currentRowChanged.connect(lambda at, _: self._from_ties(at))
        self.moments.selectionModel().currentRowChanged.connect(lambda at, _: self._from_moments(at))
        for table in (self.nodes, self.ties):
            table.activated.connect(lambda _: self._to_statements())
        self.statements.clicked.connect(self.open_statement)
        self.statements.activated.connect(self.open_statement)
        return beside

    def _button(self, words: str, do: object) -> QPushButton:
        made = QPushButton(words)
        made.setAutoDefault(False)
        made.clicked.connect(lambda _=False: do())  # type: ignore[operator]
        return made

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.canvas.set_theme(theme)
        self.course.set_theme(theme)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return any(job.busy for job in self._jobs)

    # asking

    def read_again(self) -> None:
        """Read the study once more."""
        self._source.forget()
        self.ask()

    def ask(self) -> None:
        """Find what the choices say."""
        self.fault.hide()
        try:
            wanted = self.options.wanted()
        except ValueError:
            self._wrong(AnnotatorError("a threshold is a number, not below 0", remedy="write 2, or 0.5"))
            return
        except AnnotatorError as error:
            self._wrong(error)
            return
        source = self._source
        self.told.setText(tr("Looking…"))
        for job in (self._drawing, self._measuring, self._following):
            job.forget()
        self._asking.run(lambda progress: source.find(wanted, progress))

    def _wrong(self, error: AnnotatorError) -> None:
        for job in self._jobs:
            job.forget()
        self.found = self.shown = self._backing = None
        told = "; ".join(spoken(p) for p in (error.what, error.remedy) if p)
        self.fault.setText(told[:1].upper() + told[1:])
        self.fault.show()
        self.told.setText("")
        self.figures.setText("")
        self.canvas.instead = tr("There is no network to draw")
        self.canvas.show_drawing(NOTHING)
        for table in (self.nodes, self.ties, self.moments, self.statements):
            table.source.fill([])
        self.export.setEnabled(False)

    def _found(self, found: Found) -> None:
        self.found = found
        slices = found.look.slices
        self._time.setVisible(bool(slices))
        self.slider.blockSignals(True)
        self.slider.setRange(0, len(slices))  # 0: the whole time
        self.slider.blockSignals(False)
        self.tabs.setTabVisible(TIME, bool(slices))
        self.moments.source.fill([])
        self.course.show_moments(())
        self.draw()
        if slices:
            self._following.run(lambda progress: moments(found, progress))

    def draw(self) -> None:
        """Draw the window of time at the slider."""
        found = self.found
        if found is None:
            return
        at = self.slider.value() if found.look.slices else 0
        of = found.look.slices[at - 1] if at else None
        words = f"{of.start} – {of.end}" if of is not None else tr("Whole time")
        self.days.setText(words)
        self.course.mark(at - 1 if at else None)
        announce(self.slider, words)

        self._of = of
        self._drawing.run(lambda _: drawn(found, of))

    def _drawn(self, made: Drawing) -> None:
        found, of, source = self.found, self._of, self._source
        if found is None:
            return
        self.shown = None
        self._backing = Backing(found.look, of)
        self.canvas.show_drawing(made)  # measures take longer
        self._list(self.canvas.chosen)
        self._measuring.run(lambda progress: shown(found, of, made, source, progress))

    def _shown(self, result: Shown) -> None:
        found = self.found
        if found is None:
            return
        self.shown = result
        groups = {i: x.group for i, x in enumerate(result.measured.nodes) if x.group}
        self.canvas.show_groups(groups)
        self.nodes.fill(node_rows(result))
        self.ties.fill(tie_rows(result, self._backing or Backing(found.look, result.of)))
        line, tip = head_words(found, result)
        self.told.setText(line)
        self.told.setToolTip(tip)
        self.figures.setText(figure_words(result.measured))
        self.export.setEnabled(True)

    def _over_time(self, result: object) -> None:
        self.moments.fill(moment_rows(result))  # type: ignore[arg-type]
        self.course.show_moments(result)  # type: ignore[arg-type]

    # a node or tie in hand

    def _taken(self, chosen: tuple[int, ...]) -> None:
        drawn = self.canvas.picture.drawing
        if len(chosen) == 1:
            self.tabs.setCurrentIndex(NODES)
            self.nodes.mark(drawn.dots[chosen[0]].node)
        elif len(chosen) == 2:
            self.tabs.setCurrentIndex(TIES)
            self.ties.mark(tuple(drawn.dots[i].node[1] for i in chosen))
        self._list(chosen)

    def _from_nodes(self, at: QModelIndex) -> None:
        if at.isValid():
            node = self.nodes.what(at)
            self._choose(*(i for i, d in enumerate(self.canvas.picture.drawing.dots) if d.node == node))

    def _from_ties(self, at: QModelIndex) -> None:
        if at.isValid() and self.shown is not None:
            one, other = self.ties.what(at)
            place = {d.node: i for i, d in enumerate(self.shown.drawing.dots)}
            second = "concept" if self.shown.drawing.network.two_mode else "actor"
            self._choose(place["actor", one], place[second, other])

    def _from_moments(self, at: QModelIndex) -> None:
        if at.isValid():
            self.slider.setValue(self.moments.what(at) + 1)

    def _choose(self, *chosen: int) -> None:
        self.canvas.choose(chosen)
        self._list(chosen)

    def _list(self, chosen: tuple[int, ...]) -> None:
        """List the statements behind what is in hand; all of them where nothing is."""
        if self.found is None or self._backing is None:
            return
        look, at_hand = self.found.look, self.canvas.picture.drawing
        if len(chosen) == 1:
            mentions = self._backing.node(at_hand.dots[chosen[0]].node)
        elif len(chosen) == 2:
            mentions = self._backing.tie(at_hand.network, *(at_hand.dots[i].node[1] for i in chosen))
        else:
            mentions = list(look.mentions if self._of is None else self._of.mentions)
        support = self._backing.support(mentions)
        words = self.canvas.words(chosen) or tr("All statements")
        self.behind.setText(support_words(words, support))
        self.statements.fill(said_rows(said(look, mentions)))

    def _to_statements(self) -> None:
        self.statements.setFocus()
        if self.statements.model().rowCount():
            self.statements.selectRow(0)

    def open_statement(self, at: QModelIndex) -> None:
        """Show where a statement stands."""
        found: Said = self.statements.what(at)
        if self._source.several:
            self.elsewhere.emit(found.path, str(found.document.number))
        else:
            self.passage.emit(found.document.id, *(found.place or (0, 0)))

    # files

    def save(self) -> None:
        """A picture of what is drawn, or the network with every window of time."""
        if self.found is None or self.shown is None:
            return
        name, _ = QFileDialog.getSaveFileName(self, tr("Save the network"), "", kinds_of_files())
        if not name:
            return
        out = Path(name)
        try:
            if out.suffix.casefold() in ENDINGS:
                days = self.days.text() if self.found.look.slices else ""
                foot = foot_words(self.found.look, days, self.told.text(), self.figures.text())
                save_picture(self.canvas.picture, foot, out)
            else:
                write_look(self.found.look, out, measures=True)
        except AnnotatorError as error:
            self.fault.setText("; ".join(spoken(p) for p in (error.what, error.remedy) if p))
            self.fault.show()
        else:
            self.fault.hide()
            self.saved.setText(tr("Saved as {name}", name=out.name))

    def closeEvent(self, event: QCloseEvent) -> None:
        """What runs is stopped."""
        for job in self._jobs:
            job.finish()
        super().closeEvent(event)
