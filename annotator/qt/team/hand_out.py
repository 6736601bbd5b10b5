"""Handing articles out: who gets how many is seen before anything is written."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from annotator.domain.annotations import Coder
from annotator.domain.errors import AnnotatorError
from annotator.qt.toolkit.job_dialog import JobDialog, add_row, table
from annotator.qt.toolkit.parts import label, open_at, spaced
from annotator.qt.toolkit.words import mark, spoken, tr
from annotator.qt.toolkit.worker import Progress
from annotator.services.study import Study
from annotator.services.suggestions.blind import set_blind
from annotator.services.team.allocation import Request
from annotator.services.team.assigning import AppliedPlan, Plan, apply_plan, piles_of, plan, plans
from annotator.store.places import Place

_PAUSE = 120
_STRATA: tuple[tuple[str, tuple[str, ...]], ...] = (
    (mark("Outlet and month"), ("outlet", "month")),
    (mark("Outlet"), ("outlet",)),
    (mark("Month"), ("month",)),
    (mark("Nothing: by chance alone"), ()),
)
_ROUNDS = (("main", mark("Main coding")), ("pilot", mark("Pilot")), ("training", mark("Training")))


class HandOutDialog(JobDialog):
    """Coders and wishes at the left, the plan they come to at the right."""

    handed_out = Signal(int)
    """How many assignments were written."""

    def __init__(self, study: Study, parent: QWidget | None = None) -> None:
        super().__init__(tr("Hand out articles"), parent)
        open_at(self, 1060, 720)
        self._path: Place = study.file.path
        self._plan: Plan | None = None
        self._lay_out()
        for person in study.coders():
            if person.role != "gold":
                self._add(person, person.role != "supervisor")
        before = plans(study)
        self.before.setText(
            tr(
                "Handed out before: {r}. A new plan adds what is missing and moves nothing.",
                r=_rounds(before),
            )
            if before
            else tr("Nothing is handed out yet.")
        )
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE)
        self._timer.timeout.connect(self._draw)
        self._changed()

    def _lay_out(self) -> None:
        self.coders = QListWidget()
        self.coders.setAccessibleName(tr("Coders"))
        self.coders.setMinimumHeight(120)
        self.coders.itemChanged.connect(self._changed)
        self.name = QLineEdit()
        self.name.setPlaceholderText(tr("Name of a new coder"))
        self.name.setAccessibleName(tr("Name of a new coder"))
        self.name.returnPressed.connect(self._add_named)
        add = QPushButton(tr("Add"))
        add.setAutoDefault(False)
        add.clicked.connect(self._add_named)
        new = QHBoxLayout()
        new.addWidget(self.name, 1)
        new.addWidget(add)
        self.kind = QComboBox()
        for key, words in _ROUNDS:
            self.kind.addItem(tr(words), key)
        self.kind.currentIndexChanged.connect(self._round_chosen)
        self.round = QLineEdit("main")
        self.round.setMaxLength(64)
        self.round.textChanged.connect(self._changed)
        self.overlap = _spin(1, 50, 2, tr("coders"))
        self.share = _percent(100)
        self.articles = _spin(1, 100_000, 10, tr("articles"))
        self.repeats = _percent(0)
        self.strata = QComboBox()
        for words, by in _STRATA:
            self.strata.addItem(tr(words), by)
        self.seed = _spin(0, 2**31 - 1, 1, "")
        self.blind = QCheckBox(tr("Without suggestions"))
        for spin in (self.overlap, self.articles, self.seed, self.share, self.repeats):
            spin.valueChanged.connect(self._changed)
        self.strata.currentIndexChanged.connect(self._changed)
        self.form = QFormLayout()
        self.form.setVerticalSpacing(8)
        for words, widget, tip in (
            (tr("Round"), self.kind, tr("In a pilot or a training everybody gets the same articles")),
            (tr("Its name"), self.round, tr("Progress and figures are given by round")),
            (tr("Articles"), self.articles, tr("This many, each to every chosen coder")),
            (tr("Each article to"), self.overlap, tr("How many coders code it")),
            (
                tr("Share of articles"),
                self.share,
                tr("This percentage of articles gets that many coders, the others get one"),
            ),
            (
                tr("Read twice"),
                self.repeats,
                tr("Share of a coder's articles that the coder gets a second time, without being told"),
            ),
            (tr("Spread evenly"), self.strata, tr("Every coder gets their part of each")),
            (tr("Seed"), self.seed, tr("The same seed gives the same plan")),
            (tr("Blind"), self.blind, tr("Its coders are shown no suggestion of a model or a rule")),
        ):
            widget.setToolTip(tip)
            widget.setAccessibleName(words)
            self.form.addRow(words, widget)
        left = QWidget()
        left.setFixedWidth(340)
        rows = QVBoxLayout(left)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(label(tr("Coders"), "section"))
        rows.addWidget(self.coders, 1)
        rows.addLayout(new)
        rows.addSpacing(6)
        rows.addWidget(label(tr("Plan"), "section"))
        rows.addLayout(self.form)
        self.before = label("", "muted", wrap=True)
        self.summary = label("", "heading", wrap=True)
        self.piles = table(
            [tr("Coder"), tr("Has now"), tr("New"), tr("Of these read twice"), tr("Then")], tr("Who gets how many")
        )
        self.balance = table([tr("Outlet"), tr("Month"), tr("Articles")], tr("Balance by outlet and month"))
        right = QVBoxLayout()
        right.addWidget(self.before)
        right.addWidget(self.summary)
        right.addWidget(self.piles, 2)
        right.addWidget(label(tr("Balance: new articles of each coder, by outlet and month"), "section"))
        right.addWidget(self.balance, 3)
        middle = QHBoxLayout()
        middle.setSpacing(18)
        middle.addWidget(left)
        middle.addLayout(right, 1)
        self.take = QPushButton(tr("Hand out"))
        self.take.setProperty("role", "primary")
        self.take.clicked.connect(self.apply)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.reject)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 14)
        whole.setSpacing(10)
        whole.addLayout(middle, 1)
        whole.addWidget(self.fault)
        whole.addLayout(self.foot(close, self.take))
        self.form.setRowVisible(self.articles, False)

    # what is wanted

    def _add(self, person: Coder | str, chosen: bool) -> None:
        name = person if isinstance(person, str) else person.name
        role = "" if isinstance(person, str) or person.role == "coder" else f"  ({tr(person.role)})"
        item = QListWidgetItem(f"{name}{role}" if not isinstance(person, str) else tr("{name}  (new)", name=name))
        item.setData(Qt.ItemDataRole.UserRole, person if isinstance(person, str) else person.id)
        item.setCheckState(Qt.CheckState.Checked if chosen else Qt.CheckState.Unchecked)
        self.coders.addItem(item)

    def _add_named(self) -> None:
        name = self.name.text().strip()
        if name:
            self.name.clear()
            self._add(name, True)
            self._changed()

    def chosen(self) -> list[str]:
        """Ids of the coders ticked, names of new ones."""
        items = [self.coders.item(i) for i in range(self.coders.count())]
        return [i.data(Qt.ItemDataRole.UserRole) for i in items if i.checkState() == Qt.CheckState.Checked]

    def request(self) -> Request:
        """What was asked for."""
        pilot = self.kind.currentData() != "main"
        return Request(
            1 if pilot else self.overlap.value(),
            100.0 if pilot else float(self.share.value()),
            float(self.repeats.value()),
            self.seed.value(),
            self.round.text().strip(),
            self.articles.value() if pilot else 0,
            self.strata.currentData(),
        )

    def _round_chosen(self) -> None:
        key = self.kind.currentData()
        self.round.setText(key)
        self.form.setRowVisible(self.articles, key != "main")
        for widget in (self.overlap, self.share):
            self.form.setRowVisible(widget, key == "main")
        self._changed()

    # the plan

    def _changed(self, *_: object) -> None:
        self.take.setEnabled(False)
        if hasattr(self, "_timer"):
            self._timer.start()

    def _draw(self) -> None:
        if self.later(self._draw):
            return
        path, names, request = self._path, self.chosen(), self.request()

        def work(_progress: Progress) -> Plan:
            with Study.open(path) as study:
                return plan(study, names, request)

        self.run(work, self._drawn, failed=self._refused)

    def _refused(self, error: AnnotatorError) -> None:
        self._plan = None
        self.piles.setRowCount(0)
        self.balance.setRowCount(0)
        self.summary.setText(tr("This cannot be handed out"))
        self.tell(spoken(error))

    def _drawn(self, answer: Plan) -> None:
        self._plan = answer
        self.piles.setRowCount(0)
        for c in piles_of(answer):
            new = c.added + c.repeats
            add_row(self.piles, [c.name, c.before, new, c.repeats, c.before + new])
        names = list(answer.piles)
        self.balance.setRowCount(0)
        head = [tr("Outlet"), tr("Month"), tr("Articles"), *names]
        self.balance.setColumnCount(len(head))
        self.balance.setHorizontalHeaderLabels(head)
        for (outlet, month), articles in answer.strata.items():
            shares = (answer.shares[name].get((outlet, month), 0) for name in names)
            add_row(self.balance, [outlet or "–", month or "–", articles, *shares])
        n = answer.new
        self.summary.setText(
            tr("{n} new assignments of {all} articles", n=n, all=answer.documents)
            if n
            else tr("Everything in this plan is handed out already")
        )
        self.take.setText(tr("Hand out {n}", n=n) if n else tr("Hand out"))
        self.take.setEnabled(n > 0 and not self._timer.isActive())

    def apply(self) -> None:
        """Write the plan that is shown."""
        path, names, request, shown = self._path, self.chosen(), self.request(), self._plan
        blind = self.blind.isChecked()

        def work(_progress: Progress) -> int:
            with Study.open(path) as study:
                drawn = plan(study, names, request)
                if drawn != shown:
                    raise AnnotatorError("the study has changed since the plan was drawn", "", "look at the new plan")
                apply_plan(study, drawn)
                if blind:
                    set_blind(study, request.round, True)
                return drawn.new

        self.run(work, self._applied, [self.take], self._not_applied, stands=True)

    def _not_applied(self, error: AnnotatorError) -> None:
        self._draw()
        self.tell(spoken(error))

    def _applied(self, count: int) -> None:
        self.handed_out.emit(count)
        self.accept()


def _rounds(before: list[AppliedPlan]) -> str:
    days: dict[str, str] = {}
    for p in before:
        days[p.round] = p.created[:10]
    return ", ".join(f"{name} ({day})" for name, day in days.items())


def _spin(low: int, high: int, value: int, unit: str) -> QSpinBox:
    made = spaced(QSpinBox())
    made.setRange(low, high)
    made.setValue(value)
    made.setSuffix(f" {unit}" if unit else "")
    return made


def _percent(value: int) -> QSpinBox:
    made = _spin(0, 100, value, "%")
    made.setSingleStep(5)
    return made
