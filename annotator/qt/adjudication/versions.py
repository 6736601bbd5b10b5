"""The versions of one case side by side: a row a field, a column a version, one cell picked in each row."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from annotator.domain.codebook.values import category, label_of
from annotator.qt.adjudication.case_list import probability
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr
from annotator.services.adjudication.cases import PASSAGE, Case, Field
from annotator.services.adjudication.deciding import Pick, Written
from annotator.services.adjudication.decisions_json import Teller
from annotator.services.adjudication.proposals import Likely, Suggested


class _Cells(QStyledItemDelegate):
    """Cells as high as their words need; the view leaves the style's padding out when it counts lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """For the present width of the column."""
        view = self.parent()
        assert isinstance(view, QTableWidget)
        width = max(40, view.columnWidth(index.column()) - 26)
        box = view.fontMetrics().boundingRect(
            QRect(0, 0, width, 10_000), Qt.TextFlag.TextWordWrap, str(index.data() or "")
        )
        return QSize(width, min(box.height() + 12, 200))


class VersionsTable(QTableWidget):
    """Shows a case; a click or Space on a cell picks it. Behind the versions stands what will be gold, and behind that,
    where there is one, what a model proposes: a proposal is picked like a version, and never by itself."""

    picked = Signal()
    write_wanted = Signal(object)
    """A Field that a person wants to write anew."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._case: Case | None = None
        self._teller: Teller | None = None
        self._shown: list[Field] = []
        self._locked = False
        self.picks: dict[str, Pick] = {}
        self.suggested: Suggested | None = None
        self._taken: dict[str, Pick] = {}
        self.setAccessibleName(tr("Versions of this case"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setWordWrap(True)
        self.setItemDelegate(_Cells(self))
        self.setTextElideMode(Qt.TextElideMode.ElideNone)
        self.setTabKeyNavigation(False)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        self.verticalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.cellClicked.connect(self._clicked)
        self.cellDoubleClicked.connect(self._double_clicked)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        self._theme = theme
        self._paint()

    def show_case(
        self,
        case: Case | None,
        teller: Teller | None,
        picks: dict[str, Pick],
        names: dict[str, str],
        suggested: Suggested | None = None,
    ) -> None:
        """Another case. names: coder id -> name, empty while the case is blind."""
        self._case, self._teller, self.picks, self.suggested = case, teller, picks, suggested
        self._taken = {}
        self.clear()
        if case is None or teller is None:
            self.setRowCount(0)
            self.setColumnCount(0)
            return
        self._shown = [f for f in case.fields if any(v.said.get(f.key) not in (None, "[]") for v in case.present)]
        self.setRowCount(len(self._shown))
        fields = suggested.fields if suggested is not None else {}
        self.setColumnCount(len(case.versions) + (2 if fields else 1))
        heads = []
        for number, v in enumerate(case.versions, start=1):
            head = tr("Version {n}", n=number)
            if v.coder_id in names:
                head = f"{head}: {names[v.coder_id]}"
            heads.append(head if v.label is not None else tr("{head} – no label", head=head))
        self.setHorizontalHeaderLabels([*heads, tr("Gold"), *([tr("Proposal")] if fields else [])])
        repeated = {k for k in case.slots if case.slots.count(k) > 1}
        counted: dict[str, int] = {}
        titles = []
        for f in self._shown:
            words = spoken(teller.field_label(f))
            if f.slot is not None:
                if f.attribute is None:
                    counted[f.layer] = counted.get(f.layer, 0) + 1
                    words = f"{words} {counted[f.layer]}" if f.layer in repeated else words
                else:
                    words = f"· {words}"
            differs = len({v.said.get(f.key) for v in case.present}) > 1
            titles.append(f"≠ {words}" if differs else words)
        self.setVerticalHeaderLabels(titles)
        for row, f in enumerate(self._shown):
            for column, v in enumerate(case.versions):
                item = QTableWidgetItem(spoken(teller.said(v, f)) or "–")
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                self.setItem(row, column, item)
            self.setItem(row, len(case.versions), QTableWidgetItem(""))
            if fields:
                self.setItem(row, len(case.versions) + 1, self._proposal(f, fields.get(f.key, ())))
        self._paint()

    def _proposal(self, f: Field, likely: Sequence[Likely]) -> QTableWidgetItem:
        """What a model holds for likely on a field; all of it on hovering."""
        item = QTableWidgetItem("")
        item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        if likely and self._teller is not None:
            item.setText(f"{spoken(self._teller.value(f, likely[0].said))}  {probability(likely[0].probability)}")
            told = [
                tr("{value}: {p} (Dawid and Skene), {m} (MACE)", value=spoken(self._teller.value(f, x.said)),
                   p=probability(x.probability), m=probability(x.mace))
                for x in likely
            ]  # fmt: skip
            item.setToolTip("\n".join([*told, tr("Estimated from all coders’ answers; a click takes it")]))
        font = item.font()
        font.setItalic(True)
        item.setFont(font)
        return item

    def take(self, keys: Collection[str] | None = None) -> None:
        """Pick what is proposed, for all fields or these."""
        if self.suggested is None:
            return
        for key, pick in self.suggested.picks().items():
            if keys is None or key in keys:
                self.picks[key] = self._taken[key] = pick
        self._paint()
        self.picked.emit()

    def taken(self) -> dict[str, float]:
        """Fields that were taken from the proposal and stand so, with how likely they are."""
        if self.suggested is None:
            return {}
        held = self.suggested.proposed()
        return {key: held[key] for key, pick in self._taken.items() if self.picks.get(key) == pick}

    def field_at(self, row: int) -> Field | None:
        """The field of a row."""
        return self._shown[row] if 0 <= row < len(self._shown) else None

    def current_field(self) -> Field | None:
        """The field of the row in hand."""
        return self.field_at(self.currentRow())

    def row_of(self, key: str) -> int:
        """The row of a field; -1 where it is not shown."""
        return next((i for i, f in enumerate(self._shown) if f.key == key), -1)

    def pick(self, key: str, pick: Pick) -> None:
        """Pick a version for a field, or what was written. A link brings its values along."""
        self.picks[key] = pick
        self._taken.pop(key, None)
        if self._case is not None and key.startswith("link:") and key.count(":") == 1 and isinstance(pick, int):
            for f in self._case.fields:
                if f.key.startswith(f"{key}:"):
                    self.picks[f.key] = pick
        self._paint()
        self.picked.emit()

    def missing(self) -> list[Field]:
        """Fields for which nothing is picked yet."""
        return [] if self._case is None else [f for f in self._case.fields if f.key not in self.picks]

    def _clicked(self, row: int, column: int) -> None:
        case = self._case
        if case is None or not 0 <= row < len(self._shown):
            return
        if column < len(case.versions) and case.versions[column].label is not None:
            self.pick(self._shown[row].key, column)
        elif column == len(case.versions) + 1:
            self.take([self._shown[row].key])

    def _double_clicked(self, row: int, column: int) -> None:
        if self._case is not None and column == len(self._case.versions) and (f := self.field_at(row)) is not None:
            self.write_wanted.emit(f)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space picks the cell in hand; in the last column it asks what to write."""
        if event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            self._clicked(self.currentRow(), self.currentColumn())
            self._double_clicked(self.currentRow(), self.currentColumn())
            return
        super().keyPressEvent(event)

    def _paint(self) -> None:
        case, teller, t = self._case, self._teller, self._theme
        if case is None or teller is None:
            return
        last = len(case.versions)
        for row, f in enumerate(self._shown):
            pick = self.picks.get(f.key)
            differs = len({v.said.get(f.key) for v in case.present}) > 1
            head = self.verticalHeaderItem(row)
            font = head.font()
            font.setBold(differs)
            head.setFont(font)
            head.setForeground(QColor(t.text if differs else t.muted))
            for column, v in enumerate(case.versions):
                item = self.item(row, column)
                assert item is not None
                same = (
                    isinstance(pick, int)
                    and v.label is not None
                    and v.said.get(f.key) == case.versions[pick].said.get(f.key)
                )
                item.setBackground(QColor(t.accent_soft if same else t.surface))
                item.setForeground(QColor(t.text if v.label is not None and (differs or same) else t.muted))
                font = item.font()
                font.setBold(differs and same)
                item.setFont(font)
            item = self.item(row, last)
            assert item is not None
            item.setText(self._gold_words(f, pick))
            item.setForeground(QColor(t.warning if pick is None else t.text))
            item.setBackground(QColor(t.warning_soft if pick is None else t.raised))
            if (proposal := self.item(row, last + 1)) is not None:
                proposal.setForeground(QColor(t.text if f.key in self.taken() else t.muted))
                proposal.setBackground(QColor(t.accent_soft if f.key in self.taken() else t.surface))

    def _gold_words(self, f: Field, pick: Pick | None) -> str:
        case, teller = self._case, self._teller
        assert case is not None
        assert teller is not None
        if pick is None:
            return tr("still to choose")
        if isinstance(pick, int):
            return spoken(teller.said(case.versions[pick], f)) or "–"
        return f"✎ {written_words(teller, case, f, pick)}"


def written_words(teller: Teller, case: Case, f: Field, pick: Written) -> str:
    """How something that was written reads."""
    if pick.value is None:
        return tr("nothing")
    if f.key == PASSAGE:
        text = teller.text(case.document_id)
        return " … ".join(text[s:e] for s, e in pick.value)
    attribute = teller.attribute(f)
    said = category(attribute, pick.value)
    return spoken(teller.value(f, said) if said is not None else label_of(attribute, pick.value))
