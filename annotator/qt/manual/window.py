"""The manual: contents and search at the left, a page at the right."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from annotator.data import manual_path
from annotator.qt.manual.pages import Entry, Section, all_pages, contents, html_of, search
from annotator.qt.toolkit.keys.keymap import make_action
from annotator.qt.toolkit.parts import Splitter, label
from annotator.qt.toolkit.theme import Theme
from annotator.qt.toolkit.words import tr

_PLACE = Qt.ItemDataRole.UserRole
_MARGIN = 14
_HIGHEST = 200
"""Sections that a search shows."""


class ManualWindow(QDialog):
    """Pages are read from the program's own files. keys: shows the list of keys."""

    def __init__(self, theme: Theme, keys: Callable[[], object], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setWindowTitle(tr("Manual"))
        self.page = ""
        self._before: list[str] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Find in the manual"))
        self.search.setAccessibleName(tr("Find in the manual"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._find)
        self.found = label("", "muted")
        self.found.hide()
        self.list = QTreeWidget()
        self.list.setHeaderHidden(True)
        self.list.setAccessibleName(tr("Contents of the manual"))
        self.list.currentItemChanged.connect(lambda item: self._open_item(item))
        self.list.itemActivated.connect(lambda item: self._open_item(item))
        self.browser = QTextBrowser()
        self.browser.setAccessibleName(tr("Page of the manual"))
        self.browser.setOpenLinks(False)
        self.browser.document().setDocumentMargin(_MARGIN)
        self.browser.anchorClicked.connect(self._follow)
        self.back = QPushButton(tr("Back"))
        self.back.setAutoDefault(False)
        self.back.clicked.connect(self.go_back)
        self.keys = QPushButton(tr("Keys…"))
        self.keys.setAutoDefault(False)
        self.keys.clicked.connect(keys)
        self._lay_out()
        self.addAction(make_action(self, "manual-back", tr("Back"), "Alt+Left", "", self.go_back))
        self.addAction(make_action(self, "manual-find", tr("Find in the manual"), "Ctrl+F", "", self.search.setFocus))
        self._show_contents()
        self.set_theme(theme)
        self.resize(1040, 720)

    def _lay_out(self) -> None:
        side = QWidget()
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        for part in (self.search, self.found):
            left.addWidget(part)
        left.addWidget(self.list, 1)
        main = QWidget()
        right = QVBoxLayout(main)
        right.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.addWidget(self.back)
        row.addStretch(1)
        row.addWidget(self.keys)
        right.addLayout(row)
        right.addWidget(self.browser, 1)
        parts = Splitter()
        parts.addWidget(side)
        parts.addWidget(main)
        parts.setStretchFactor(1, 1)
        parts.setSizes([280, 760])
        layout = QVBoxLayout(self)
        layout.addWidget(parts)

    def set_theme(self, theme: Theme) -> None:
        """Other colours."""
        rules = (
            f"a {{ color: {theme.accent}; }}",
            f"code, pre {{ background-color: {theme.raised}; font-family: monospace; }}",
            f"table {{ border-collapse: collapse; border-color: {theme.border}; border-style: solid; }}",
            "th { text-align: left; }",
        )
        self.browser.document().setDefaultStyleSheet(" ".join(rules))
        page, self.page = self.page, ""
        if page:
            self._show(page, "")

    # pages

    def open(self, page: str = "") -> None:
        """Show a page, PAGE or PAGE#ANCHOR; the one before stays within reach of *Back*."""
        name, _, anchor = page.partition("#")
        if self.page and name != self.page:
            self._before.append(self.page)
        self._show(name, anchor)

    def _show(self, page: str, anchor: str) -> None:
        if page != self.page:
            self.page = page
            document: QTextDocument = self.browser.document()
            document.setBaseUrl(QUrl.fromLocalFile(str(manual_path(page))))
            self.browser.setHtml(html_of(page))
            self._mark(page)
        if anchor:
            self.browser.scrollToAnchor(anchor)
        else:
            self.browser.verticalScrollBar().setValue(0)
        self.back.setEnabled(bool(self._before))

    def go_back(self) -> None:
        """The page that was shown before."""
        if self._before:
            self._show(self._before.pop(), "")

    def _follow(self, url: QUrl) -> None:
        link = url.toString()
        if "://" in link:
            return  # nothing outside the manual is opened
        name, _, anchor = link.partition("#")
        page = posixpath.normpath(posixpath.join(posixpath.dirname(self.page), name)) if name else self.page
        if page in all_pages() or manual_path(page).is_file():
            self.open(f"{page}#{anchor}")

    # contents and search

    def _show_contents(self) -> None:
        self.list.clear()
        self.found.hide()
        for entry in contents():
            self._add(self.list.invisibleRootItem(), entry)
        self.list.expandAll()
        self._mark(self.page)

    def _add(self, parent: QTreeWidgetItem, entry: Entry) -> None:
        item = QTreeWidgetItem(parent, [entry.title])
        item.setData(0, _PLACE, entry.page)
        for inner in entry.inner:
            self._add(item, inner)

    def _find(self, typed: str) -> None:
        if not typed.strip():
            self._show_contents()
            return
        self._list(search(typed)[:_HIGHEST])

    def _list(self, sections: Sequence[Section]) -> None:
        self.list.clear()
        for section in sections:
            item = QTreeWidgetItem(self.list, [section.title])
            item.setToolTip(0, section.title)
            item.setData(0, _PLACE, f"{section.page}#{section.anchor}")
        self.found.setText(tr("{n} places", n=len(sections)) if sections else tr("Nothing fits"))
        self.found.show()

    def _open_item(self, item: QTreeWidgetItem | None) -> None:
        place = item.data(0, _PLACE) if item is not None else None
        if isinstance(place, str) and place.partition("#")[0] and place != self.page:
            self.open(place)

    def _mark(self, page: str) -> None:
        """The line of a page in the contents."""
        if self.search.text().strip():
            return
        for i in range(self.list.topLevelItemCount()):
            top = self.list.topLevelItem(i)
            assert top is not None
            for item in (top, *(top.child(j) for j in range(top.childCount()))):
                if item is not None and item.data(0, _PLACE) == page:
                    self.list.setCurrentItem(item)
                    return
