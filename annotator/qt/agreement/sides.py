"""Coders' versions of one passage side by side over the text, with what they gave beneath."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.agreement.versions import Version, Versions
from annotator.qt.reading import SurfaceLabel, TextSurface, surface_theme
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import spoken, tr

LEAST_WIDTH = 300


class VersionColumn(QWidget):
    """The article with one coder's labels; the values of this unit beneath, those that differ marked with ≠."""

    def __init__(self, version: Version, shown: Versions, differing: set[str], theme: Theme) -> None:
        super().__init__()
        self.version = version
        self.setMinimumWidth(LEAST_WIDTH)
        self.name = label(version.name, "heading")
        self.surface = TextSurface()
        self.surface.set_theme(surface_theme(theme, 15))
        self.surface.set_text(shown.text, shown.zones)
        self.surface.set_labels(
            SurfaceLabel(a.id, a.layer, a.fragments, shown.colours.get(a.layer, "#5a6b7b"))
            for a in version.labels
            if a.fragments
        )
        self.surface.setAccessibleName(tr("The article with the labels of {who}", who=version.name))
        values = QWidget()
        form = QFormLayout(values)
        form.setContentsMargins(8, 6, 8, 6)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        self.rows: list[tuple[str, str]] = []
        if version.unit is None:
            form.addRow(label(tr("no {layer} here", layer=shown.layer), "muted", wrap=True))
        elif not version.values:
            form.addRow(label(tr("a label without values"), "muted", wrap=True))
        for name, value in version.values:
            mark = "≠ " if name in differing else ""
            self.rows.append((mark + name, value))
            told = label(spoken(value), "", wrap=True)
            told.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            form.addRow(label(f"{mark}{name}:" if name else "", "section"), told)
        area = QScrollArea()
        area.setWidget(values)
        area.setWidgetResizable(True)
        area.setAccessibleName(tr("What {who} gave", who=version.name))
        area.setFixedHeight(150)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.name)
        column.addWidget(self.surface, 1)
        column.addWidget(area)

    def show_place(self, place: tuple[int, int] | None) -> None:
        """Scroll to the passage, the coder's own where there is one."""
        own = self.version.place or place
        self.surface.set_current(self.version.framed)
        if own is not None:
            self.surface.reveal(*own)

    def hide_name(self, hidden: bool) -> None:
        """By name, or by number."""
        self.name.setText(self.version.hidden_name if hidden else self.version.name)


class SideBySide(QDialog):
    """Two coders' versions or more. `passage`: document id and range that a person wants to see at the desk."""

    passage = Signal(str, int, int)

    def __init__(self, shown: Versions, theme: Theme, blind: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(tr("Side by side"))
        versions = shown.of
        self.resize(min(420 * max(len(versions), 2), 1500), 720)
        self._article = shown.article
        self._place = next((v.place for v in versions if v.place is not None), None)
        differing = _differing(versions)
        self.columns = [VersionColumn(v, shown, differing, theme) for v in versions]
        sides = Splitter(Qt.Orientation.Horizontal)
        sides.setChildrenCollapsible(False)
        for column in self.columns:
            sides.addWidget(column)
        area = QScrollArea()
        area.setWidget(sides)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.blind = QCheckBox(tr("Hide names"))
        self.blind.setVisible(len(versions) > 1)
        self.blind.toggled.connect(self._hide_names)
        at_desk = QPushButton(tr("Show in the article"))
        at_desk.clicked.connect(self._show_at_desk)
        close = QPushButton(tr("Close"))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(self.blind)
        foot.addStretch(1)
        foot.addWidget(at_desk)
        foot.addWidget(close)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(16, 14, 16, 14)
        rows.addWidget(label(shown.heading, "section", wrap=True))
        rows.addWidget(area, 1)
        rows.addLayout(foot)
        self.blind.setChecked(blind)

    def showEvent(self, event: object) -> None:
        """The surfaces know their size only now."""
        super().showEvent(event)  # type: ignore[arg-type]
        for column in self.columns:
            column.show_place(self._place)

    def _hide_names(self, hidden: bool) -> None:
        for column in self.columns:
            column.hide_name(hidden)

    def _show_at_desk(self) -> None:
        start, end = self._place or (0, 0)
        self.passage.emit(self._article, start, end)
        self.accept()


def _differing(versions: Sequence[Version]) -> set[str]:
    """Attributes that not all who have a label of the unit gave alike."""
    given = [dict(v.values) for v in versions if v.unit is not None]
    names = {name for values in given for name in values if name}
    return {name for name in names if len({values.get(name) for values in given}) > 1}
