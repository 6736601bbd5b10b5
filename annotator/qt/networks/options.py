"""The choices of a network: who and what, which ties, of whose statements, over which time."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFormLayout, QLabel, QLineEdit, QScrollArea, QSpinBox, QWidget

from annotator.formats.network_mentions import NetworkSpec
from annotator.qt.toolkit.parts import label, spaced
from annotator.qt.toolkit.words import marks, tr
from annotator.services.networks.asking import ONE_MODE, TWO_MODE, UNITS, Wanted, worth_of
from annotator.services.networks.choices import Choice, Choices

_KINDS = dict(zip(("two-mode", "actors", "concepts"), marks("Actors by concepts", "Actors", "Concepts"), strict=True))
_TIES = dict(
    zip(
        ("ignore", "congruence", "conflict", "subtract"),
        marks("Stance ignored", "Congruence", "Conflict", "Congruence minus conflict"),
        strict=True,
    )
)
_TWO_TIES = dict(zip(("ignore", "subtract"), marks("Stance ignored", "For minus against"), strict=True))
_NORMS = dict(
    zip(
        ("no", "activity", "prominence", "average", "jaccard", "cosine"),
        marks("No", "Activity", "Prominence", "Average activity", "Jaccard", "Cosine"),
        strict=True,
    )
)
_DUPLICATES = dict(
    zip(
        ("include", "document", "week", "month", "year", "acrossrange"),
        marks("Every statement", "Once an article", "Once a week", "Once a month", "Once a year", "Once in all"),
        strict=True,
    )
)
_NODES = dict(
    zip(
        ("said", "tied", "all"),
        marks("With a statement", "With a tie", "All of the whole time"),
        strict=True,
    )
)
_UNIT_WORDS = dict(zip(("", *UNITS), marks("Whole time", "days", "weeks", "months", "years"), strict=True))


class Options(QScrollArea):
    """changed: a person chose something else."""

    changed = Signal()

    def __init__(self, choices: Choices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._quiet = False
        self.setWidgetResizable(True)
        self.setMinimumWidth(272)
        self.setMaximumWidth(340)
        inside = QWidget()
        self._form = QFormLayout(inside)
        self._form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        self._form.setVerticalSpacing(4)
        self._form.setContentsMargins(0, 0, 8, 0)
        self.kind = self._box(tr("Network"), [(tr(v), k) for k, v in _KINDS.items()])
        self.actor = self._box(tr("Actor"), _told(choices.actors))
        self.concept = self._box(tr("Concept"), _told(choices.concepts))
        self.qualifier = self._box(tr("Stance"), [(tr("None"), None), *_told(choices.qualifiers)])
        self._values = {c.name: c.values for c in choices.qualifiers if c.values}
        self.worth = QLineEdit()
        self._row(tr("Weights of its values"), self.worth)
        self.worth.editingFinished.connect(self._changed)
        self._weighed: str | None = None
        """Whose values are told there."""
        self.aggregation = self._box(tr("Ties"), [])
        self.normalisation = self._box(tr("Normalised by"), [])
        self.duplicates = self._box(tr("Statements that repeat"), [(tr(v), k) for k, v in _DUPLICATES.items()])
        self.threshold = QLineEdit()
        self.threshold.setPlaceholderText(tr("Weight from which a tie is drawn"))
        self._row(tr("Threshold"), self.threshold)
        self.threshold.editingFinished.connect(self._changed)
        self.nodes = self._box(tr("Nodes"), [(tr(v), k) for k, v in _NODES.items()])
        self.unit = self._box(tr("Windows of time"), [(tr(v), k) for k, v in _UNIT_WORDS.items()])
        self.length = spaced(QSpinBox())
        self.length.setRange(1, 1000)
        self.length.setValue(1)
        self.length.setKeyboardTracking(False)
        self.length.valueChanged.connect(lambda _: self._changed())
        self._row(tr("Length of a window"), self.length)
        self.whose = self._box(
            tr("Whose statements"),
            [(tr("All coders"), None), *((c, ("coder", c)) for c in choices.coders), (tr("Settled labels"), "gold")],
        )
        self.outlet = self._box(tr("Outlet"), [(tr("All"), None), *((o, o) for o in choices.outlets)])
        self.since, self.until = QLineEdit(), QLineEdit()
        for line, name in ((self.since, tr("From")), (self.until, tr("To"))):
            line.setPlaceholderText("2031-02-28")
            line.editingFinished.connect(self._changed)
            self._row(name, line)
        self.setWidget(inside)
        if choices.suggested is not None:
            self._suggest(choices.suggested)
        self._fit()

    def _row(self, name: str, widget: QWidget) -> None:
        widget.setAccessibleName(name)
        head: QLabel = label(name, "section")
        head.setBuddy(widget)
        self._form.addRow(head, widget)

    def _box(self, name: str, items: Sequence[tuple[str, object]]) -> QComboBox:
        box = QComboBox()
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        for words, data in items:
            box.addItem(words, data)
        self._row(name, box)
        box.currentIndexChanged.connect(lambda _: self._changed())
        return box

    def _suggest(self, spec: NetworkSpec) -> None:
        self._quiet = True
        for box, value in ((self.actor, spec.actor), (self.concept, spec.concept), (self.qualifier, spec.qualifier)):
            box.setCurrentIndex(max(0, box.findData(value)))
        self._quiet = False

    def _changed(self) -> None:
        if not self._quiet:
            self._fit()
            self.changed.emit()

    def _fit(self) -> None:
        """Offer what goes with the kind of network and with a stance or without one."""
        self._quiet = True
        self._fit_worth()
        two = self.kind.currentData() == "two-mode"
        stance = self.qualifier.currentData() is not None
        ties = _TWO_TIES if two else _TIES
        usual = "ignore" if not stance else "subtract" if two else "congruence"
        _refill(self.aggregation, [(tr(v), k) for k, v in ties.items() if stance or k == "ignore"], usual)
        _refill(self.normalisation, [(tr(_NORMS[k]), k) for k in (TWO_MODE if two else ONE_MODE)], "no")
        self.length.setEnabled(bool(self.unit.currentData()))
        self._quiet = False

    def _fit_worth(self) -> None:
        """What the values of a choice count: the first for, the last against, until a person says otherwise."""
        name = self.qualifier.currentData()
        values = self._values.get(name, ())
        self._form.setRowVisible(self.worth, bool(values))
        if values and name != self._weighed:
            self._weighed = name
            told = {key: 0 for key, _ in values} | {values[0][0]: 1, values[-1][0]: -1}
            self.worth.setText(", ".join(f"{key}={n}" for key, n in told.items()))
            self.worth.setToolTip("\n".join(f"{key}: {words}" for key, words in values))
            self.worth.setCursorPosition(0)

    def _spec(self) -> NetworkSpec:
        name = self.qualifier.currentData()
        worth = worth_of(self.worth.text()) if name in self._values else ()
        return NetworkSpec(self.actor.currentData(), self.concept.currentData(), name, worth)

    def wanted(self) -> Wanted:
        """What is chosen; raises ValueError for a threshold that is no number, BadInput for values without a number."""
        typed = self.threshold.text().strip().replace(",", ".")
        threshold = float(typed) if typed else 0.0
        if not 0 <= threshold < float("inf"):
            raise ValueError(typed)
        whose = self.whose.currentData()
        unit = self.unit.currentData()
        outlet = self.outlet.currentData()
        return Wanted(
            kind=self.kind.currentData(),
            spec=self._spec(),
            aggregation=self.aggregation.currentData(),
            normalisation=self.normalisation.currentData(),
            duplicates=self.duplicates.currentData(),
            window=f"{self.length.value()} {unit}" if unit else None,
            isolates=self.nodes.currentData(),
            threshold=threshold,
            coders=(whose[1],) if isinstance(whose, tuple | list) else None,
            gold=whose == "gold",
            outlets=(outlet,) if outlet else (),
            since=self.since.text().strip() or None,
            until=self.until.text().strip() or None,
        )


def _told(choices: Sequence[Choice]) -> list[tuple[str, object]]:
    return [(c.label, c.name) for c in choices]


def _refill(box: QComboBox, items: Sequence[tuple[str, object]], usual: object) -> None:
    """Other items; what was chosen stays so where it is among them."""
    held = box.currentData()
    if [box.itemData(i) for i in range(box.count())] == [data for _, data in items]:
        return
    box.clear()
    for words, data in items:
        box.addItem(words, data)
    at = box.findData(held)
    box.setCurrentIndex(at if at >= 0 else max(0, box.findData(usual)))
