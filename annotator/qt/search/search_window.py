"""Finding over all articles: a concordance, and labels from it, one by one or many in one step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.codebook.model import SpanLayer
from annotator.domain.errors import AnnotatorError
from annotator.qt.coding.session import Session
from annotator.qt.search.concordance import ROW, TICK_PX, ConcordanceDelegate, ConcordanceModel, Heading
from annotator.qt.search.passage_labels import PassageLabels
from annotator.qt.toolkit.keys.keymap import make_action
from annotator.qt.toolkit.keys.keys_dialog import add_keys_action
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import label, swatch
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.search.corpus_search import (
    SHOWN,
    Found,
    Order,
    Passage,
    Proposed,
    search,
)

MORE = 2000
"""Passages that “Show more” brings at most."""


class ConcordanceView(QListView):
    """Passages; Space ticks, Enter shows the passage in its article."""

    wanted = Signal(object)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on the words shows the passage; one on the tick only ticks."""
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        row = index.data(ROW) if index.isValid() else None
        beside = event.position().x() < self.visualRect(index).left() + TICK_PX
        if isinstance(row, Passage) and event.button() == Qt.MouseButton.LeftButton and not beside:
            self.wanted.emit(row)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys for the row in hand."""
        row = self.currentIndex().data(ROW) if self.currentIndex().isValid() else None
        plain = not event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if isinstance(row, Passage) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.wanted.emit(row)
            return
        model = self.model()
        if isinstance(row, Passage) and event.key() == Qt.Key.Key_Space and isinstance(model, ConcordanceModel):
            model.tick([row], row not in model.ticked)
            return
        super().keyPressEvent(event)

    def moveCursor(self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Headings are passed over."""
        found = super().moveCursor(action, modifiers)
        up = action in (QAbstractItemView.CursorAction.MoveUp, QAbstractItemView.CursorAction.MovePageUp)
        while found.isValid() and isinstance(found.data(ROW), Heading):
            step = -1 if up and found.row() > 0 else 1
            up = step < 0
            found = self.model().index(found.row() + step, 0)
        return found

    def take(self, held: Passage | None, rows: Sequence[Passage | Heading]) -> None:
        """Take a passage in hand; where it is no longer among the rows, the first."""
        at = next((i for i, row in enumerate(rows) if row == held), None)
        if at is None:
            at = next((i for i, row in enumerate(rows) if isinstance(row, Passage)), None)
        if at is not None:
            self.selectionModel().setCurrentIndex(
                self.model().index(at, 0), QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.scrollTo(self.model().index(max(0, at - 1), 0))

    def go_on(self, rows: Sequence[Passage | Heading]) -> None:
        """Take the next passage in hand, where there is one below."""
        below = self.currentIndex().row() + 1
        while below < len(rows) and isinstance(rows[below], Heading):
            below += 1
        if below < len(rows):
            self.setCurrentIndex(self.model().index(below, 0))


def found_words(found: Found) -> str:
    """How much was found."""
    n, a = len(found.passages), found.articles
    if not n:
        return tr("No article has that")
    if not found.whole:
        return tr("The first {n} passages; {a} articles in all", n=n, a=a)
    places = tr("{n} passages", n=n) if n > 1 else tr("1 passage")
    return tr("{places} in {a} articles", places=places, a=a) if a > 1 else places


class SearchWindow(QDialog):
    """Stays open beside the desk; what is done here goes through the desk's session, so that undo takes it back."""

    passage = Signal(str, int, int)
    """Document id and range of a passage that a person wants to see."""

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Find in all articles"))
        self.resize(960, 640)
        self._session = session
        self._labels = PassageLabels(session, self)
        self._asked = ("", SHOWN)
        self.found: Found | None = None
        self.preview: Preview | None = None
        self._latest = Latest(self)
        self._latest.done.connect(self._show)
        self._latest.failed.connect(self._wrong)
        self._latest.progressed.connect(self._progressed)
        self._latest.idle.connect(lambda: self.bar.hide())
        self._make(theme)
        self._labels.changed.connect(self._mark)
        add_keys_action(self, self.actions())

    def _make(self, theme: Theme) -> None:
        self.line = QLineEdit()
        self.line.setPlaceholderText(tr("Words to find in all articles"))
        self.line.setAccessibleName(tr("Words to find in all articles"))
        self.line.setClearButtonEnabled(True)
        self.line.installEventFilter(self)
        self.go = QPushButton(tr("Find"))
        self.go.setProperty("role", "primary")
        self.go.setAutoDefault(False)
        self.go.clicked.connect(self.search)
        self.order = QComboBox()
        self.order.setAccessibleName(tr("Order"))
        for key, words in (
            ("article", tr("By article")),
            ("left", tr("By the words before")),
            ("right", tr("By the words after")),
        ):
            self.order.addItem(words, key)
        self.order.currentIndexChanged.connect(lambda _: self._arrange())
        top = QHBoxLayout()
        top.addWidget(self.line, 1)
        top.addWidget(self.go)
        top.addWidget(self.order)
        self.hint = label(
            tr(
                "harbour: in any form · “deeper harbour”: exactly this · eel OR fish: one of them · "
                "-quota: without it · fish*: words that begin so"
            ),
            "muted",
            wrap=True,
        )
        self.told = label("", "section")
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Building the index of words"))
        self.bar.setFormat(tr("Building the index of words: %v of %m articles"))
        self.bar.hide()
        self.view = ConcordanceView()
        self.view.setAccessibleName(tr("Passages found"))
        self.model = ConcordanceModel(self.view)
        self.delegate = ConcordanceDelegate(self.view)
        self.delegate.theme = theme
        self.view.setModel(self.model)
        self.view.setItemDelegate(self.delegate)
        self.view.setMouseTracking(True)
        self.view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.view.wanted.connect(lambda p: self.passage.emit(p.document_id, p.start, p.end))
        self.model.ticks_changed.connect(self._count)
        self.view.selectionModel().currentChanged.connect(lambda *_: self._count())
        self.more = QPushButton(tr("Show more"))
        self.more.setAutoDefault(False)
        self.more.clicked.connect(lambda: self._ask(self._asked[0], MORE))
        self.all = QPushButton(tr("Tick all"))
        self.all.setAutoDefault(False)
        self.all.clicked.connect(self.tick_all)
        self.layer = QComboBox()
        self.layer.setAccessibleName(tr("Layer to label as"))
        for layer in self._session.codebook.span_layers:
            self.layer.addItem(swatch(layer.colour), layer.label, layer.key)
        self.one = QPushButton(tr("Label this one"))
        self.one.setAutoDefault(False)
        self.one.setToolTip(tr("Label the current passage (Ctrl+Enter)"))
        self.one.clicked.connect(self.label_one)
        self.many = QPushButton(tr("Label these…"))
        self.many.setAutoDefault(False)
        self.many.setToolTip(tr("Preview the labels that the ticked passages would get, then make them in one step"))
        self.many.clicked.connect(self.label_ticked)
        foot = QHBoxLayout()
        foot.addWidget(self.all)
        foot.addWidget(self.more)
        foot.addStretch(1)
        foot.addWidget(label(tr("As"), "muted"))
        foot.addWidget(self.layer)
        foot.addWidget(self.one)
        foot.addWidget(self.many)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.setSpacing(8)
        rows.addLayout(top)
        for part in (self.hint, self.fault, self.told, self.bar):
            rows.addWidget(part)
        rows.addWidget(self.view, 1)
        rows.addLayout(foot)
        for name, words, keys, do in (
            ("search-label-one", tr("Label this one"), "Ctrl+Return", self.label_one),
            ("search-label-ticked", tr("Label these…"), "Ctrl+Shift+Return", self.label_ticked),
            ("search-undo", tr("Undo"), "Ctrl+Z", self._session.undo),
            ("search-redo", tr("Redo"), "Ctrl+Shift+Z / Ctrl+Y", self._session.redo),
            ("search-line", tr("To the search line"), "Ctrl+F / Ctrl+Shift+F", self.ask),
        ):
            self.addAction(make_action(self, name, words, keys, "", lambda _=False, do=do: do()))
        self._count()

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self.delegate.theme = theme
        self.view.viewport().update()

    # asking

    def ask(self, words: str = "") -> None:
        """Come to the front, with words to begin with."""
        if words:
            self.line.setText(f'"{words}"' if " " in words else words)
        self.show()
        self.raise_()
        self.activateWindow()
        self.line.setFocus()
        self.line.selectAll()

    def search(self) -> None:
        """Look for what was typed."""
        self._ask(self.line.text().strip(), SHOWN)

    def _ask(self, typed: str, limit: int) -> None:
        self._asked = (typed, limit)
        path = self._session.study.file.path
        self.fault.hide()
        self.told.setText(tr("Looking…"))

        def work(progress: Progress) -> Found:
            return search(path, typed, limit, progress)

        self._latest.run(work)

    def _progressed(self, done: int, total: int) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setVisible(done < total)

    def _wrong(self, error: AnnotatorError) -> None:
        self.told.setText("")
        self.found = None
        self.model.show_passages((), self._order())
        told = "; ".join(spoken(p) for p in (error.what, error.remedy) if p)
        self.fault.setText(told[:1].upper() + told[1:])
        self.fault.show()
        self._count()

    def _show(self, found: Found) -> None:
        self.found = found
        self.bar.hide()
        self.told.setText(found_words(found))
        self._arrange()
        if found.passages and self.line.hasFocus():
            self.view.setFocus()

    def _order(self) -> Order:
        found = self.order.currentData()
        return "left" if found == "left" else "right" if found == "right" else "article"

    def _arrange(self) -> None:
        held = self.in_hand()
        self.delegate.numbers = self._order() != "article"
        self.model.show_passages(self.found.passages if self.found is not None else (), self._order())
        self.view.take(held, self.model.rows)
        self._mark()
        self._count()

    # labelling

    def in_hand(self) -> Passage | None:
        """The passage of the current row."""
        index = self.view.currentIndex()
        row = index.data(ROW) if index.isValid() and index.row() < len(self.model.rows) else None
        return row if isinstance(row, Passage) else None

    def tick_all(self) -> None:
        """Tick every passage that is shown; where all are, none."""
        every = set(self.model.passages)
        self.model.tick(every, self.model.ticked != every)

    def _count(self) -> None:
        n = len(self.model.ticked)
        self.many.setText(tr("Label these {n}…", n=n) if n else tr("Label these…"))
        self.many.setEnabled(bool(n))
        self.one.setEnabled(self.in_hand() is not None)
        every = bool(self.model.passages) and n == len(self.model.passages)
        self.all.setText(tr("Tick none") if every else tr("Tick all"))
        self.all.setEnabled(bool(self.model.passages))
        self.more.setVisible(self.found is not None and not self.found.whole and self._asked[1] < MORE)

    def _layer(self) -> SpanLayer:
        layer = self._session.codebook.layer(self.layer.currentData())
        assert isinstance(layer, SpanLayer)
        return layer

    def label_one(self) -> None:
        """Label the passage in hand and take the next one in hand."""
        held = self.in_hand()
        if held is None:
            return
        (proposed,) = self._proposed([held])
        if proposed.why_not:
            self._tell(tr("Not labelled: {why}", why=proposed.why_not))
            return
        if self._apply([proposed]):
            self._tell(tr("Labelled “{layer}”; Ctrl+Z takes it back", layer=self._layer().label))
            self.view.go_on(self.model.rows)

    def label_ticked(self) -> None:
        """Show what would be made of the ticked passages; a person decides."""
        ticked = [p for p in self.model.passages if p in self.model.ticked]
        if not ticked:
            return
        self.preview = Preview(self._layer(), self._proposed(ticked), self)
        self.preview.agreed.connect(self._make_labels)
        self.preview.open()

    def _make_labels(self, proposed: list[Proposed]) -> None:
        if self._apply(proposed):
            self._tell(tr("{n} labels made in one step; Ctrl+Z takes them back", n=len(proposed)))
            self.model.tick(list(self.model.ticked), False)
        self.activateWindow()
        self.view.setFocus()

    def _proposed(self, passages: list[Passage]) -> list[Proposed]:
        return self._labels.proposed(self._layer(), passages)

    def _apply(self, proposed: list[Proposed]) -> bool:
        made = self._labels.make(self._layer(), proposed)
        if not made:
            self._tell(tr("Nothing was labelled: the study was changed meanwhile; look again"))
        return made

    def _mark(self) -> None:
        self.model.mark_labelled(self._labels.passages)

    def _tell(self, words: str) -> None:
        self.told.setText(words)

    # Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter in the line finds; Down goes to the passages."""
        if watched is self.line and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() in (
                Qt.KeyboardModifier.NoModifier,
                Qt.KeyboardModifier.KeypadModifier,
            ):
                self.search()
                return True
            if event.key() == Qt.Key.Key_Down:
                self.view.setFocus()
                return True
        return super().eventFilter(watched, event)

    def own_keys(self) -> tuple[str, dict[str, str]]:
        """The keys of the window in words."""
        return self.windowTitle(), {
            "Return": tr("In the search line: find. On a passage: show it in its article"),
            "Down": tr("From the search line to the passages"),
            "Space": tr("Tick the passage, or take the tick away"),
            "Esc": tr("Close the window"),
        }

    def end(self) -> None:
        """The study is about to be closed."""
        self._latest.finish()

    def done(self, result: int) -> None:
        """Stop what runs first."""
        self._latest.forget()
        super().done(result)

    def closeEvent(self, event: QCloseEvent) -> None:
        """As Escape."""
        self._latest.forget()
        super().closeEvent(event)


class Preview(QDialog):
    """What would be labelled, and what not and why, before anything is."""

    agreed = Signal(list)

    def __init__(self, layer: SpanLayer, proposed: list[Proposed], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Label these passages"))
        self.resize(680, 440)
        self.can = [p for p in proposed if not p.why_not]
        articles = len({p.passage.document_id for p in self.can})
        told = tr("{n} labels “{layer}”, articles: {a}", n=len(self.can), layer=layer.label, a=articles)
        if not self.can:
            told = tr("None of these can be labelled “{layer}”", layer=layer.label)
        elif len(self.can) < len(proposed):
            told += tr("; left out: {n}", n=len(proposed) - len(self.can))
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Labels that would be made"))
        self.list.setIconSize(QSize(12, 12))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        for p in sorted(proposed, key=lambda p: bool(p.why_not)):
            words = f"{p.passage.number}.  …{p.passage.left[-25:]}[{p.passage.words}]{p.passage.right[:25]}…"
            item = QListWidgetItem(tr("Left out ({why}): {words}", why=p.why_not, words=words) if p.why_not else words)
            if not p.why_not:
                item.setIcon(swatch(layer.colour))
            item.setToolTip(item.text())
            self.list.addItem(item)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.ok = self.buttons.addButton(tr("Label {n}", n=len(self.can)), QDialogButtonBox.ButtonRole.AcceptRole)
        self.ok.setProperty("role", "primary")
        self.ok.setDefault(True)
        self.ok.setEnabled(bool(self.can))
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        self.accepted.connect(lambda: self.agreed.emit(self.can))
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.addWidget(label(told, "section", wrap=True))
        rows.addWidget(label(tr("They are made in one step; one undo takes them all back."), "muted", wrap=True))
        rows.addWidget(self.list, 1)
        rows.addWidget(self.buttons)
