"""What the eyes need: contrast, the mark of the focus, whole words at any width and any scale of the screen."""

from __future__ import annotations

import ast
import itertools
from dataclasses import fields
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from annotator.data import resource_path
from annotator.qt.shell.command_palette import CommandPalette
from annotator.qt.toolkit.flow import FlowLayout
from annotator.qt.toolkit.icons import SIZE, IconButton, icon
from annotator.qt.toolkit.settings import Settings
from annotator.qt.toolkit.theme import DARK, LIGHT, Theme
from tests.gui.conftest import Hand, opened


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    c = QColor(colour)
    parts = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in (c.redF(), c.greenF(), c.blueF())]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(a: str, b: str) -> float:
    """From 1 to 21, as WCAG 2.2 defines it."""
    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


GROUNDS = ("window", "surface", "raised", "accent_soft", "warning_soft", "selection", "hover")


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_words_stand_out_from_every_ground_that_they_stand_on(theme: Theme) -> None:
    pairs = [("text", ground) for ground in GROUNDS]
    pairs += [("muted", g) for g in ("window", "surface", "raised", "accent_soft", "hover")]
    pairs += [("warning", g) for g in ("window", "surface", "raised", "warning_soft", "accent_soft")]
    pairs += [(c, g) for c in ("danger", "good", "accent") for g in ("window", "surface", "raised", "accent_soft")]
    pairs += [("on_accent", "accent"), ("surface", "text")]
    poor = {p: round(contrast(*(getattr(theme, x) for x in p)), 2) for p in pairs}
    assert {p: c for p, c in poor.items() if c < 4.5} == {}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda t: t.name)
def test_the_focus_and_what_is_marked_stand_out(theme: Theme) -> None:
    rings = [("accent", g) for g in ("window", "surface", "raised", "hover", "border")]
    rings += [("on_accent", "accent"), ("surface", "text")]  # within what is filled
    rings += [("muted", "surface"), ("muted", "raised")]  # boxes to tick, the thumb of a bar under the pointer
    poor = {p: round(contrast(*(getattr(theme, x) for x in p)), 2) for p in rings}
    assert {p: c for p, c in poor.items() if c < 3} == {}
    assert all(QColor(getattr(theme, f.name)).isValid() for f in fields(theme) if f.name != "name")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_the_focus_is_seen_wherever_tab_leads(qtbot: QtBot, settings: Settings, study_path: Path, name: str) -> None:
    settings.theme = name
    hand = opened(qtbot, settings, study_path)
    hand.drag("nine years")
    hand.key("c")
    QApplication.processEvents()
    window, seen, unseen = hand.window, 0, []
    first = None
    for _ in range(70):
        QTest.keyClick(QApplication.focusWidget() or window, Qt.Key.Key_Tab)
        QApplication.processEvents()
        at = QApplication.focusWidget()
        if at is None or at is first:
            break
        first = first or at
        seen += 1
        box = at.rect().translated(at.mapTo(window, QPoint(0, 0))).adjusted(-3, -3, 3, 3)
        with_focus = window.grab(box).toImage()
        at.clearFocus()
        QApplication.processEvents()
        without = window.grab(box).toImage()
        at.setFocus(Qt.FocusReason.TabFocusReason)
        changed = sum(
            with_focus.pixel(x, y) != without.pixel(x, y)
            for x, y in itertools.product(range(with_focus.width()), range(0, with_focus.height(), 2))
        )
        if changed < 20:
            unseen.append((type(at).__name__, at.accessibleName() or getattr(at, "text", str)(), changed))
    assert seen > 20
    assert unseen == []
    window.close()


def test_the_look_follows_the_system_while_it_runs(hand: Hand, monkeypatch: pytest.MonkeyPatch) -> None:
    changed = QGuiApplication.styleHints().colorSchemeChanged
    for scheme, theme in ((Qt.ColorScheme.Dark, DARK), (Qt.ColorScheme.Light, LIGHT)):
        monkeypatch.setattr("annotator.qt.shell.appearance.system_theme", lambda theme=theme: theme)
        changed.emit(scheme)
        assert hand.window.theme is theme
        assert hand.desk.surface.painter.background.name() == theme.surface
    hand.window._set_theme("light")
    monkeypatch.setattr("annotator.qt.shell.appearance.system_theme", lambda: DARK)
    changed.emit(Qt.ColorScheme.Dark)
    assert hand.window.theme is LIGHT


def test_the_window_comes_back_as_it_was_left(qtbot: QtBot, settings: Settings, study_path: Path) -> None:
    hand = opened(qtbot, settings, study_path)
    hand.desk.open_document(hand.window.study.documents()[1].id if hand.window.study else "")
    hand.desk.splitter.setSizes([230, 640, 370])
    hand.desk.toggle_guide()
    hand.desk.show_side("notes")
    hand.window._resize_text(2)
    hand.window._space_lines(0.2)
    caret = hand.session.text.index("He named")
    hand.desk.surface.set_caret(caret)
    sizes, title = hand.desk.splitter.sizes(), hand.session.document
    hand.window.close()

    again = opened(qtbot, settings, study_path)
    assert settings.geometry("main") is not None
    QApplication.processEvents()
    assert [abs(a - b) < 3 for a, b in zip(again.desk.splitter.sizes(), sizes, strict=True)] == [True] * 3
    assert again.session.document == title
    assert again.desk.surface.caret() == caret
    assert not again.desk.guide.isHidden()
    assert again.desk.side.currentWidget() is again.desk.notes
    assert settings.text_size == 19
    assert settings.line_spacing == 1.8
    assert settings.recent()[0] == study_path
    again.window.close()


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75, 2.0])
def test_the_article_covers_its_ground_to_the_last_pixel(hand: Hand, ratio: float) -> None:
    surface = hand.desk.surface
    view = surface.viewport()
    for width, height in ((533, 401), (534, 402), (535, 403)):
        view.resize(width, height)
        image = QImage(round(width * ratio), round(height * ratio), QImage.Format.Format_RGB32)
        image.setDevicePixelRatio(ratio)
        image.fill(QColor("#ff00ff"))
        view.render(image)
        edge = [(image.width() - 1, y) for y in range(0, image.height(), 7)]
        edge += [(x, image.height() - 1) for x in range(0, image.width(), 7)]
        assert not [p for p in edge if QColor(image.pixel(*p)).green() < 60], (ratio, width)


def test_a_row_breaks_before_words_are_cut_and_what_can_be_wide_fills_it(qtbot: QtBot) -> None:
    whole = QWidget()
    qtbot.addWidget(whole)
    flow = FlowLayout(whole, 4)
    line, hidden, button, words = QLineEdit(), QPushButton("not shown"), QPushButton("Auszeichnen"), QLabel("29 von 29")
    line.setMinimumWidth(150)
    for part in (line, hidden, button, words):
        flow.addWidget(part)
    hidden.hide()
    whole.resize(400, 120)
    whole.show()
    assert line.width() > 150
    assert line.geometry().top() <= words.geometry().center().y() <= line.geometry().bottom()
    assert abs(words.geometry().right() - 399) <= 1
    assert button.x() - line.geometry().right() - 1 == 4
    whole.resize(200, 120)
    QApplication.processEvents()
    assert button.y() > line.geometry().bottom()
    assert button.width() >= button.sizeHint().width()
    assert flow.heightForWidth(200) > flow.heightForWidth(400)


@pytest.mark.parametrize("width", [1100, 1280, 1440])
def test_nothing_in_the_find_bar_covers_another(hand: Hand, width: int) -> None:
    hand.window.resize(width, 800)
    hand.desk.finder.open()
    QApplication.processEvents()
    parts = [x for x in hand.desk.finder.findChildren(QWidget) if x.isVisible() and x.parentWidget().layout()]
    boxes = [(x, x.rect().translated(x.mapTo(hand.desk.finder, QPoint(0, 0)))) for x in parts if not x.layout()]
    for (a, one), (b, other) in itertools.combinations(boxes, 2):
        if not a.isAncestorOf(b) and not b.isAncestorOf(a):
            assert not one.intersects(other), (a.accessibleName(), b.accessibleName())


def test_the_palette_draws_its_words_once(hand: Hand, qtbot: QtBot) -> None:
    hand.window.show_palette()
    palette = hand.window.findChild(CommandPalette)
    row = palette.list.visualItemRect(palette.list.item(1))
    drawn = palette.list.viewport().grab(row).toImage()
    alone = QImage(drawn.size(), drawn.format())
    ground = drawn.pixelColor(drawn.width() // 2, 2)
    alone.fill(ground)
    dark = [
        x for x in range(drawn.width() // 2) if any(drawn.pixelColor(x, y) != ground for y in range(drawn.height()))
    ]
    metrics = palette.list.fontMetrics()
    assert dark[-1] - dark[0] <= metrics.horizontalAdvance(palette.list.item(1).text()) + 1
    assert dark[0] >= 10
    QTest.keyClick(palette.search, Qt.Key.Key_Escape)


def test_the_button_that_clears_a_field_stands_in_its_middle(hand: Hand) -> None:
    hand.key("f", Qt.KeyboardModifier.ControlModifier)
    line = hand.desk.finder.line
    QTest.keyClicks(line, "harbour")
    QApplication.processEvents()
    button = next(b for b in line.findChildren(QToolButton) if b.isVisible())
    assert abs(button.geometry().center().y() - line.rect().center().y()) <= 1
    assert line.rect().contains(button.geometry())


def _strokes(button: IconButton, scale: float) -> QImage:
    """What the button's icon is drawn as on a screen of this scaling."""
    return button.icon().pixmap(QSize(SIZE, SIZE), scale).toImage()


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_icons_have_the_colour_of_words_and_are_sharp(hand: Hand, scale: float) -> None:
    seen = [b for b in hand.desk.findChildren(IconButton) if b.isVisible()]
    assert {"left", "right", "find"} <= {b.icon_name() for b in seen}
    for theme in ("dark", "light"):
        hand.window.appearance.set_theme(theme)
        QApplication.processEvents()
        words = QColor((DARK if theme == "dark" else LIGHT).text)
        for button in seen:
            assert button.accessibleName()
            drawn = _strokes(button, scale)
            assert drawn.width() == round(SIZE * scale), "enlarged, not drawn anew"
            colours = {
                drawn.pixelColor(x, y).name()
                for x in range(drawn.width())
                for y in range(drawn.height())
                if drawn.pixelColor(x, y).alpha() == 255
            }
            assert words.name() in colours, f"{button.icon_name()} in {theme}"


def test_every_icon_is_a_drawing_that_can_be_tinted() -> None:
    for file in resource_path("icons").glob("*.svg"):
        if "-" not in file.stem and file.stem != "annotator":
            assert "currentColor" in file.read_text(encoding="utf-8"), file.name
            assert not icon(file.stem, "#123456").isNull()


def test_no_button_wears_a_letter_for_an_icon() -> None:
    """Fonts draw arrows and glasses as they like, or not at all."""
    root = Path(__file__).parent.parent.parent / "annotator" / "qt"
    wrong = [
        f"{path.name}: {node.value!r}"
        for path in root.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and set(node.value) & set("◂▸▾▴◀▶▼▲⌕")
    ]
    assert not wrong
