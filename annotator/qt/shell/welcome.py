"""The first page: recent studies, packages that lie beside them, and the ways to a study."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from annotator.qt.toolkit.days import day_words
from annotator.qt.toolkit.latest_job import Latest
from annotator.qt.toolkit.parts import label
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.words import tr
from annotator.store.places import DatabaseUrl, place_of

if TYPE_CHECKING:
    from annotator.qt.toolkit.worker import Progress
    from annotator.services.team.packages_found import FoundPackage


class Welcome(QWidget):
    """Signals what a person wants; the window does it."""

    open_study = Signal(object)
    open_file = Signal()
    new_study = Signal()
    new_from = Signal()
    demo_study = Signal()
    tour = Signal()
    package = Signal(object)
    """A `FoundPackage` that was chosen."""

    def __init__(self, settings: Settings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setObjectName("desk")
        card = QFrame()
        card.setProperty("role", "panel")
        card.setFixedWidth(620)
        rows = QVBoxLayout(card)
        rows.setContentsMargins(36, 32, 36, 32)
        rows.setSpacing(12)
        rows.addWidget(label("Annotator", "title"))
        rows.addWidget(
            label(
                tr("Code news articles by hand: who claims what, about whom, and where they stand."), "muted", wrap=True
            )
        )
        buttons = QHBoxLayout()
        for text, tip, signal, role in (
            (tr("New study…"), tr("Make a study with a codebook (Ctrl+N)"), self.new_study, "primary"),
            (tr("Open a study…"), tr("Open a .annotator file (Ctrl+O)"), self.open_file, ""),
            (tr("Look at the demo"), tr("Twelve articles, coded by three people"), self.demo_study, ""),
            (tr("Tour"), tr("The window in six steps, on the demo study"), self.tour, ""),
        ):
            button = QPushButton(text)
            button.setToolTip(tip)
            if role:
                button.setProperty("role", role)
            button.clicked.connect(signal)
            buttons.addWidget(button)
        buttons.addStretch(1)
        rows.addSpacing(4)
        rows.addLayout(buttons)
        from_files = QPushButton(tr("New study from other programs' files…"))
        from_files.setToolTip(tr("brat, INCEpTION, doccano, Label Studio, Prodigy, QDA programs, DNA and others"))
        from_files.clicked.connect(self.new_from)
        second = QHBoxLayout()
        second.addWidget(from_files)
        second.addStretch(1)
        rows.addLayout(second)
        rows.addSpacing(8)
        self._heading = label(tr("Recent studies"), "section")
        rows.addWidget(self._heading)
        self.recent = QListWidget()
        self.recent.setAccessibleName(tr("Recent studies"))
        self.recent.setFrameShape(QFrame.Shape.NoFrame)
        self.recent.setMinimumHeight(150)
        self.recent.itemClicked.connect(self._chosen)
        self.recent.itemActivated.connect(self._chosen)
        self._none = QLabel(tr("Studies that you open appear here."))
        self._none.setProperty("role", "muted")
        rows.addWidget(self.recent)
        rows.addWidget(self._none)
        self._packages_heading = label(tr("Packages beside these studies"), "section")
        self.packages = QListWidget()
        self.packages.setAccessibleName(tr("Packages beside these studies"))
        self.packages.setFrameShape(QFrame.Shape.NoFrame)
        self.packages.setMaximumHeight(120)
        self.packages.itemClicked.connect(self._package_chosen)
        self.packages.itemActivated.connect(self._package_chosen)
        for widget in (self._packages_heading, self.packages):
            rows.addWidget(widget)
            widget.hide()
        self._drop = label(
            tr("A package that you were sent can be dropped anywhere on this window."), "muted", wrap=True
        )
        rows.addWidget(self._drop)
        self._looking = Latest(self)
        self._looking.done.connect(self._show_packages)
        self.fault = label("", "fault", wrap=True)
        self.fault.hide()
        rows.addWidget(self.fault)
        across = QHBoxLayout()
        across.addStretch(1)
        across.addWidget(card)
        across.addStretch(1)
        whole = QVBoxLayout(self)
        whole.addStretch(1)
        whole.addLayout(across)
        whole.addStretch(2)
        self.reload()

    def reload(self) -> None:
        """Show the studies opened before; those that are gone are said to be."""
        self.recent.clear()
        for path in self._settings.recent():
            if isinstance(path, DatabaseUrl):
                item = QListWidgetItem(f"{path.name}\n{path}")
            else:
                there = path.exists()
                item = QListWidgetItem(f"{path.stem}\n{path.parent}" + ("" if there else tr("  (not there now)")))
            item.setData(Qt.ItemDataRole.UserRole, str(path))
            item.setToolTip(str(path))
            self.recent.addItem(item)
        some = self.recent.count() > 0
        self.recent.setVisible(some)
        self._none.setVisible(not some)
        if self.isVisible():
            self._look()

    def showEvent(self, event: QShowEvent) -> None:
        """Packages are looked for once the page is seen."""
        super().showEvent(event)
        self._look()

    def stop(self) -> None:
        """The window is about to close."""
        self._looking.finish()

    def _look(self) -> None:
        studies = [p for p in self._settings.recent() if isinstance(p, Path)]
        if not studies:
            self._show_packages(())
            return

        def work(_progress: Progress) -> tuple[FoundPackage, ...]:
            from annotator.services.team.packages_found import packages_found

            return packages_found(studies)

        self._looking.run(work)

    def _show_packages(self, found: tuple[FoundPackage, ...]) -> None:
        self.packages.clear()
        for p in found:
            item = QListWidgetItem(f"{p.path.name}\n{_package_words(p)}")
            item.setData(Qt.ItemDataRole.UserRole, p)
            item.setToolTip(str(p.path))
            self.packages.addItem(item)
        for widget in (self._packages_heading, self.packages):
            widget.setVisible(bool(found))

    def _package_chosen(self, item: QListWidgetItem) -> None:
        self.package.emit(item.data(Qt.ItemDataRole.UserRole))

    def tell(self, text: str) -> None:
        """Why a study could not be opened."""
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def _chosen(self, item: QListWidgetItem) -> None:
        self.open_study.emit(place_of(item.data(Qt.ItemDataRole.UserRole)))


def _package_words(p: FoundPackage) -> str:
    """What a package is, and what a click does with it."""
    if p.encrypted:
        return tr("Encrypted: you will be asked for the password")
    day = day_words(p.made)
    if p.do == "collect":
        return tr("{coder}, {day}: collect into “{title}”", coder=p.coder, day=day, title=p.title)
    return tr("“{title}” for {coder}, {day}: open", title=p.title, coder=p.coder, day=day)
