"""Colours, type and spacing, light and dark; the only place where a widget's looks are decided."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from annotator.data import resource_path
from annotator.qt.toolkit.fonts import READING, dress, dress_parts, load_fonts

STYLED = "annotator_styled"
"""The property of the program by which its style is known to be set."""


@dataclass(frozen=True, slots=True)
class Theme:
    """Colours as #rrggbb. Contrast of text and muted on every ground is 4.5 : 1 or better."""

    name: str
    window: str
    surface: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    accent_soft: str
    danger: str
    warning: str
    warning_soft: str
    good: str
    selection: str
    hover: str


LIGHT = Theme(
    name="light",
    window="#f4f3f0",
    surface="#ffffff",
    raised="#fbfaf8",
    border="#d9d5cc",
    text="#1e2227",
    muted="#5d646e",
    accent="#1d5bb8",
    on_accent="#ffffff",
    accent_soft="#e3ecfa",
    danger="#b3261e",
    warning="#7a4f00",
    warning_soft="#fdf0d2",
    good="#1d6b3c",
    selection="#b9d3fb",
    hover="#eceae5",
)
DARK = Theme(
    name="dark",
    window="#16181c",
    surface="#1e2126",
    raised="#24272d",
    border="#3a3f48",
    text="#e7e8ea",
    muted="#a3aab4",
    accent="#83b4ff",
    on_accent="#0f1a2b",
    accent_soft="#25354f",
    danger="#ff9a90",
    warning="#f0c76f",
    warning_soft="#3b321b",
    good="#7fd6a0",
    selection="#33527f",
    hover="#2a2e35",
)


def system_theme() -> Theme:
    """Light or dark, as the system is set."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return DARK if scheme == Qt.ColorScheme.Dark else LIGHT


def reading_family() -> str:
    """The family for long reading that comes with the program; another one, or the system's, where it lacks."""
    have = load_fonts() | set(QFontDatabase.families())
    for family in (READING, "Source Serif 4", "Noto Serif", "Charter", "Georgia", "Liberation Serif", "DejaVu Serif"):
        if family in have:
            return family
    return QFont().defaultFamily()


def apply_theme(app: QApplication, theme: Theme) -> None:
    """Give the whole program this look; the first time before it has parts, which would keep the system's letters."""
    if not app.property(STYLED):  # once: setting it anew deletes the style that widgets about to be deleted still use
        app.setStyle("Fusion")
        dress(app)
        app.setProperty(STYLED, True)
    palette = QPalette()
    role = QPalette.ColorRole
    for key, colour in (
        (role.Window, theme.window),
        (role.Base, theme.surface),
        (role.AlternateBase, theme.raised),
        (role.Button, theme.raised),
        (role.WindowText, theme.text),
        (role.Text, theme.text),
        (role.ButtonText, theme.text),
        (role.ToolTipBase, theme.raised),
        (role.ToolTipText, theme.text),
        (role.PlaceholderText, theme.muted),
        (role.Highlight, theme.accent),
        (role.HighlightedText, theme.on_accent),
        (role.Link, theme.accent),
        (role.Mid, theme.border),
        (role.Dark, theme.border),
        (role.Light, theme.raised),
    ):
        palette.setColor(key, QColor(colour))
    for key in (role.Text, role.WindowText, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, key, QColor(theme.muted))
    app.setPalette(palette)
    sheet = style_sheet(theme)
    if app.styleSheet() != sheet:
        app.setStyleSheet(sheet)
    dress_parts(app)


def style_sheet(t: Theme) -> str:
    """The program's style sheet."""
    return f"""
QWidget {{ color: {t.text}; placeholder-text-color: {t.muted}; }}
QMainWindow, QDialog, #desk {{ background: {t.window}; }}
QToolTip {{ background: {t.raised}; color: {t.text}; border: 1px solid {t.border}; padding: 6px; }}
QMenuBar {{ background: {t.window}; padding: 2px 6px; }}
QMenuBar::item {{ padding: 4px 10px; border-radius: 4px; background: transparent; }}
QMenuBar::item:selected {{ background: {t.hover}; }}
QMenu {{ background: {t.surface}; border: 1px solid {t.border}; padding: 5px; }}
QMenu::item {{ padding: 5px 28px 5px 26px; border-radius: 4px; }}
QMenu::indicator {{ width: 12px; height: 12px; left: 8px; }}
QMenu::indicator:checked {{ image: url("{resource_path(f"icons/tick-{t.name}.svg").as_posix()}"); }}
QMenu::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QMenu::item:disabled {{ color: {t.muted}; }}
QMenu::separator {{ height: 1px; background: {t.border}; margin: 5px 8px; }}
QSplitter::handle {{ background: {t.window}; }}
QSplitter::handle:hover {{ background: {t.border}; }}
QLabel[role="title"] {{ font-size: 20px; font-weight: 600; }}
QLabel[role="heading"] {{ font-size: 14px; font-weight: 600; }}
QLabel[role="section"] {{ font-size: 12px; font-weight: 600; color: {t.muted}; }}
QLabel[role="muted"] {{ color: {t.muted}; }}
QLabel[role="fault"] {{ color: {t.danger}; }}
QLabel[role="warning"] {{ color: {t.warning}; }}
QLabel[role="coder"] {{ background: {t.accent_soft}; color: {t.text}; border-radius: 10px; padding: 3px 10px; }}
QFrame[role="panel"] {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 8px; }}
QFrame[role="notice"] {{ background: {t.warning_soft}; border: 1px solid {t.border}; border-radius: 6px; }}
QFrame[role="notice"] QLabel {{ color: {t.warning}; }}
QFrame[role="pass"] {{ background: {t.accent_soft}; border: 1px solid {t.accent}; border-radius: 8px; }}
QFrame[role="pass"]:focus {{ border: 2px solid {t.accent}; }}
QTabWidget::pane {{ border: 0; }}
QTabBar::tab {{ background: transparent; border: 0; padding: 5px 12px; color: {t.muted}; font-weight: 600; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:focus {{ background: {t.accent_soft}; }}
QFrame[role="line"] {{ background: {t.border}; border: 0; max-height: 1px; min-height: 1px; }}
QPushButton, QToolButton {{
    background: {t.raised}; border: 1px solid {t.border}; border-radius: 5px; padding: 5px 12px; min-height: 18px;
}}
QToolButton {{ padding: 4px 8px; }}
QPushButton:hover, QToolButton:hover {{ background: {t.hover}; }}
QPushButton:pressed, QToolButton:pressed {{ background: {t.accent_soft}; }}
QPushButton:focus, QToolButton:focus {{ border: 2px solid {t.accent}; padding: 4px 11px; }}
QToolButton:focus {{ padding: 3px 7px; }}
QPushButton:disabled, QToolButton:disabled {{ color: {t.muted}; background: {t.window}; }}
QPushButton[role="primary"] {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; font-weight: 600; }}
QPushButton[role="primary"]:disabled {{ background: {t.border}; color: {t.muted}; border-color: {t.border}; }}
QPushButton[role="primary"]:focus {{ border: 5px double {t.on_accent}; padding: 1px 8px; }}
QPushButton[role="value"] {{ padding: 4px 10px; font-weight: 400; }}
QPushButton[role="value"]:checked {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; }}
QPushButton[role="value"]:checked:focus {{ border: 5px double {t.on_accent}; padding: 0px 6px; }}
QPushButton[role="value"]:focus {{ padding: 3px 9px; }}
QPushButton[role="row"], QPushButton[role="row-open"] {{ text-align: left; padding: 4px 10px; }}
QPushButton[role="row-open"] {{ color: {t.warning}; }}
QPushButton[role="offer"] {{ padding: 4px 10px; font-weight: 400; }}
QPushButton[proposed="true"] {{ border: 1px dashed {t.accent}; }}
QPushButton[waiting="true"] {{ border: 2px solid {t.accent}; padding: 3px 9px; }}
QPushButton[role="off"] {{ padding: 4px 10px; font-style: italic; border-style: dashed; }}
QPushButton[role="off"]:checked {{ background: {t.text}; color: {t.surface}; border-color: {t.text}; }}
QPushButton[role="off"]:focus {{ padding: 3px 9px; }}
QPushButton[role="off"]:checked:focus {{ border: 5px double {t.surface}; padding: 0px 6px; }}
QToolButton[role="doubt"] {{ border-radius: 10px; padding: 0; min-width: 20px; max-width: 20px; min-height: 20px; max-height: 20px; color: {t.muted}; }}
QToolButton[role="doubt"]:checked {{ background: {t.warning_soft}; color: {t.warning}; border-color: {t.warning}; font-weight: 700; }}
QToolButton[role="doubt"]:focus {{ border: 2px solid {t.accent}; padding: 0; }}
QToolButton[role="toggle"] {{ padding: 3px 7px; }}
QToolButton[role="toggle"]:checked {{ background: {t.accent}; color: {t.on_accent}; border-color: {t.accent}; }}
QToolButton[role="toggle"]:checked:focus {{ border: 5px double {t.on_accent}; padding: 0px 3px; }}
QToolButton[role="flat"] {{ border-color: transparent; background: transparent; }}
QToolButton[role="flat"]:hover {{ background: {t.hover}; }}
QToolButton[role="flat"]:focus {{ border: 2px solid {t.accent}; }}
QToolButton[role="layer"] {{ padding: 4px 10px; text-align: left; }}
QLineEdit, QPlainTextEdit, QComboBox, QAbstractSpinBox {{
    background: {t.surface}; border: 1px solid {t.border}; border-radius: 5px; padding: 4px 7px; min-height: 18px;
    selection-background-color: {t.selection}; selection-color: {t.text};
}}
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QAbstractSpinBox:focus {{ border: 2px solid {t.accent}; padding: 3px 6px; }}
QLineEdit > QToolButton, QLineEdit > QToolButton:hover {{ border: 0; background: transparent; padding: 0; min-height: 0; }}
QAbstractItemView[role="popup"] {{ border: 1px solid {t.border}; border-radius: 0; padding: 2px; }}
QAbstractItemView[role="popup"]::item {{ padding: 4px 8px; }}
QComboBox::drop-down {{ border: 0; width: 22px; }}
QComboBox::down-arrow {{ image: url("{resource_path(f"icons/chevron-{t.name}.svg").as_posix()}"); width: 12px; height: 12px; }}
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button {{ border: 0; background: transparent; width: 22px; }}
QAbstractSpinBox::down-arrow {{ image: url("{resource_path(f"icons/chevron-{t.name}.svg").as_posix()}"); width: 11px; height: 11px; }}
QAbstractSpinBox::up-arrow {{ image: url("{resource_path(f"icons/chevron-up-{t.name}.svg").as_posix()}"); width: 11px; height: 11px; }}
QComboBox QAbstractItemView {{ background: {t.surface}; border: 1px solid {t.border}; selection-background-color: {t.accent_soft};
    selection-color: {t.text}; padding: 4px; }}
QListView, QTreeView, QTableView, QTextEdit {{
    background: {t.surface}; border: 1px solid {t.border}; border-radius: 8px; outline: 0; padding: 1px;
    selection-background-color: {t.accent_soft}; selection-color: {t.text}; alternate-background-color: {t.raised};
}}
QListView:focus, QTreeView:focus, QTableView:focus, QTextEdit:focus {{ border: 2px solid {t.accent}; padding: 0; }}
QListWidget::item, QTreeWidget::item {{ padding: 5px 8px; border-radius: 4px; }}
QListWidget::item:selected, QTreeWidget::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QListWidget::item:hover {{ background: {t.hover}; }}
QListView[role="cases"]::item {{ padding: 5px 6px; border-bottom: 1px solid {t.border}; }}
QListView[role="cases"]::item:selected {{ background: {t.accent_soft}; color: {t.text}; }}
QTableCornerButton::section {{ background: {t.raised}; border: 0; border-bottom: 1px solid {t.border}; }}
QTreeWidget::item {{ padding: 3px 6px; }}
QTableView::item {{ padding: 3px 8px; }}
QHeaderView::section {{ background: {t.raised}; color: {t.muted}; border: 0; border-bottom: 1px solid {t.border}; padding: 6px 8px; font-weight: 600; }}
QTableView QHeaderView::section {{ padding: 6px 11px; }}
QTableView {{ gridline-color: {t.border}; }}
QScrollArea, QScrollArea > QWidget > QWidget {{ background: transparent; border: 0; }}
QCheckBox {{ spacing: 8px; }}
QCheckBox:focus {{ color: {t.accent}; }}
QCheckBox::indicator, QListView::indicator, QTableView::indicator, QTreeView::indicator {{
    width: 14px; height: 14px; border: 1px solid {t.muted}; border-radius: 4px; background: {t.surface};
}}
QCheckBox::indicator:checked, QListView::indicator:checked, QTableView::indicator:checked, QTreeView::indicator:checked {{
    background: {t.accent}; border-color: {t.accent}; image: url("{resource_path(f"icons/check-{t.name}.svg").as_posix()}");
}}
QTabWidget::pane {{ border: 0; }}
QTabBar {{ qproperty-drawBase: 0; }}
QTabBar::tab {{ background: transparent; color: {t.muted}; border: 0; border-bottom: 2px solid transparent; padding: 6px 12px 7px 12px; }}
QTabBar[role="tight"]::tab {{ padding: 6px 5px 7px 5px; }}
QTabBar::tab:hover {{ background: {t.hover}; }}
QTabBar::tab:selected {{ color: {t.text}; border-bottom: 2px solid {t.accent}; }}
QTabBar::tab:selected:focus {{ background: {t.accent_soft}; }}
QProgressBar {{ background: {t.surface}; border: 1px solid {t.border}; border-radius: 5px; text-align: center; min-height: 16px; }}
QProgressBar::chunk {{ background: {t.selection}; border-radius: 4px; }}
QProgressBar[role="thin"] {{ background: {t.border}; border: 0; min-height: 6px; max-height: 6px; border-radius: 3px; }}
QProgressBar[role="thin"]::chunk {{ background: {t.accent}; border-radius: 3px; }}
QScrollBar:vertical {{ background: transparent; width: 12px; margin: 2px; }}
QScrollBar:horizontal {{ background: transparent; height: 12px; margin: 2px; }}
QScrollBar::handle {{ background: {t.border}; border-radius: 4px; min-height: 28px; min-width: 28px; }}
QScrollBar::handle:hover {{ background: {t.muted}; }}
QScrollBar::add-line, QScrollBar::sub-line {{ width: 0; height: 0; }}
QScrollBar::add-page, QScrollBar::sub-page {{ background: transparent; }}
QStatusBar {{ background: {t.window}; color: {t.muted}; }}
QStatusBar::item {{ border: 0; }}
"""
